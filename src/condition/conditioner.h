/*
 * What conditioning rows of a table takes that does not depend on their values: factors and
 * conditional covariances for one set of inputs that are there. See ordered_root.h.
 */
#ifndef GMIX_CONDITION_CONDITIONER_H
#define GMIX_CONDITION_CONDITIONER_H

#include "condition/ordered_root.h"
#include "data/patterns.h"

typedef struct gmix_i_conditioner {
    size_t o;       /* inputs that are there */
    size_t *order;  /* o + T features of the model */
    size_t *place;  /* o: which of the inputs these are */
    double *root;   /* K x packed */
    double *cov;    /* K x T x T, in the frame */
    uint64_t *bits; /* of the pattern that it was made for */
    bool made;
    bool failed; /* a covariance is not positive definite in this order */
} gmix_i_conditioner;

/* Memory for T targets. */
gmix_status gmix_i_conditioner_new(gmix_ctx *ctx, const gmix_model *model, size_t t,
                                   gmix_i_conditioner *out);
void gmix_i_conditioner_free(gmix_ctx *ctx, gmix_i_conditioner *plan);

/* features: n_inputs inputs, then T targets. bits: the inputs that are there; NULL for all.
 * matrix: D x D doubles to work with. */
void gmix_i_conditioner_make(const gmix_model *model, size_t n_inputs,
                             const size_t *features, size_t t, const uint64_t *bits,
                             double *matrix, gmix_i_conditioner *plan);

/* The conditioner for a row: *complete for a complete one (bits NULL), else *own, made anew if it is
 * for other inputs. */
const gmix_i_conditioner *gmix_i_conditioner_of(const gmix_model *model, size_t n_inputs,
                                                const size_t *features, size_t t,
                                                const uint64_t *bits, double *matrix,
                                                const gmix_i_conditioner *complete,
                                                gmix_i_conditioner *own);

#endif
