/*
 * Incomplete rows under a mixture, missing at random (Ghahramani & Jordan 1994; Little &
 * Rubin 2002). For a row with observed features o and missing ones m, component k gives
 *
 *     the log-density of N(x_o | mu_o, Sigma_oo),
 *     the missing cells' mean mu_m + B (x_o - mu_o), B = Sigma_mo Sigma_oo^-1,
 *     and their covariance C = Sigma_mm - B Sigma_om,
 *
 * and the row enters the statistics completed by that mean, with r C besides. What does
 * not depend on x_o (`terms`, laid out as kernels.h says) is made once a pass for the
 * patterns the data are known to have, and afresh for a row of any other.
 *
 * Log-densities are in the units of the frame, as for complete rows, but for the scales of
 * the missing features, which are added: subtracting the frame's log_det is right for
 * all rows.
 */
#ifndef GMIX_FAMILY_GAPS_H
#define GMIX_FAMILY_GAPS_H

#include "family/family.h"

struct gmix_i_gaps {
    const gmix_i_patterns *patterns;
    const gmix_i_kernels *kernels;
    const gmix_i_shape *shape;
    size_t k, d, n_chunks;  /* chunks: of LANES components */
    size_t len;             /* entries of `terms` */
    size_t n, n_made;       /* patterns that there is memory for; whose terms are made */
    double *log_scale;      /* D: of the frame */
    double *terms;          /* per pattern, per chunk: len entries */
    size_t *order;          /* per pattern: D features, see kernels.h */
    size_t *n_observed;     /* per pattern */
    const gmix_i_params *p; /* what `terms` is made from; borrowed */
    const double *centre;   /* K x D: of the statistics; borrowed */
    gmix_ctx *ctx;          /* whose limits hold; borrowed */
    char *work;             /* per thread: work_size bytes */
    size_t work_size;
    int n_threads;
};

/* The most patterns whose terms are worth the memory, for families of this shape. */
size_t gmix_i_gap_most_patterns(const gmix_i_shape *shape, size_t k, size_t d);

/* Bytes of scratch that a thread needs in the calls below. */
size_t gmix_i_gap_work(const gmix_i_shape *shape, size_t d);

/* Memory for the incomplete rows of an input; *out stays NULL if it has none. To be
 * released by gmix_i_gaps_free(). */
gmix_status gmix_i_gaps_new(gmix_ctx *ctx, const gmix_i_kernels *kernels,
                            const gmix_i_shape *shape, const gmix_i_input *input,
                            const gmix_i_frame *frame, size_t k, gmix_i_gaps **out);
void gmix_i_gaps_free(const gmix_allocator *from, gmix_i_gaps **gaps);

/* The same for passes under q, which will own it. */
gmix_status gmix_i_prepared_heed_gaps(gmix_ctx *ctx, const gmix_i_input *input,
                                      const gmix_i_frame *frame, gmix_i_prepared *q);

/* Makes the terms for parameters whose statistics will be centred at `centre`. Both must
 * stay as they are until the pass is over. */
gmix_status gmix_i_gaps_prepare(gmix_i_gaps *gaps, const gmix_i_params *p,
                                const double *centre);

/* Takes in patterns that the input has come to have since, and makes their terms; those that there
 * were stay as they are. */
gmix_status gmix_i_gaps_extend(gmix_ctx *ctx, gmix_i_gaps *gaps);

/* Sets l[k * n + i], log pi_k N(x_o | ...), for the tile's incomplete rows. */
void gmix_i_gap_densities(const gmix_i_gaps *gaps, const gmix_i_tile *tile, void *l,
                          void *work);

/* What l of the tile's index-th incomplete row under component k would be at the mean: log pi_k, the
 * determinant and scales. *o: its observed features. */
double gmix_i_gap_constant(const gmix_i_gaps *gaps, const gmix_i_tile *tile, size_t index,
                           size_t k, size_t *o, void *work);

/* Adds the tile's incomplete rows to K blocks of statistics, and takes them out of resp
 * and active: what is left are the complete rows. */
void gmix_i_gap_moments(const gmix_i_gaps *gaps, const gmix_i_tile *tile, void *resp,
                        size_t *active, double *stats, void *work);

/* The missing cells of the tile's index-th incomplete row under component k: their
 * conditional mean, or a draw if z (D normals) is given. x: D cells in the frame. out: D,
 * of which the missing ones are set, to differences from the component's mean. */
void gmix_i_gap_fill(const gmix_i_gaps *gaps, const gmix_i_tile *tile, size_t index,
                     size_t k, const double *x, const double *z, double *out, void *work);

#endif
