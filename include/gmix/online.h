/**
 * Fitting in one pass, and going on with rows that come later: online EM (Cappe & Moulines 2009,
 * doi:10.1111/j.1467-9868.2009.00698.x).
 *
 * Rows are taken in small batches, in their order. A batch moves the statistics s (shares, means and
 * covariances of the components) a step towards its own, and the M-step of s follows:
 *
 *     s <- (1 - g_t) s + g_t s(batch; theta),    theta = M(s),    g_t = (t + 2)^-alpha,
 *
 * t counting batches. The model is the M-step of the average of s over all t, weighted by t (Polyak &
 * Ruppert's average, which forgets the beginning and needs no number of rows): its log-likelihood falls
 * short of the maximum by less than the maximum itself is known to. The order should be random:
 * of sorted rows, or of a file of one day after the other, late ones count for more.
 *
 * The start is found on the first rows, by gmix_fit(). What an online fit knows goes with its models (and
 * their files, as "state"), so that it can be gone on with: in as many calls as one likes, wherever they
 * cut the rows, to the last bit.
 */
#ifndef GMIX_ONLINE_H
#define GMIX_ONLINE_H

#include "fit.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gmix_online gmix_online;

/** Set by gmix_online_options_init(). */
typedef struct gmix_online_options {
    size_t struct_size; /* set by _init */
    size_t batch_rows;  /* 1 .. 1e6; default 32. Small ones serve best: 25 to 50 */
    double alpha;       /* of the steps g_t: above 0.5, up to 1; default 0.6 */
    /* For data that drift: what a row weighs less for every row after it, 0 .. 0.1. 0 (default): no
     * row is forgotten; 1e-5: the model is that of the last 1e5 rows, roughly. In
     * gmix_online_resume(), -1 (default): what the model's state says. */
    double forget;
    /* Rows that the start is found on; 0 (default): 4096, or two for every parameter of the
     * components. */
    size_t start_rows;
    /* In gmix_online_resume(), of a model without a state: how many rows it was fitted to; 0
     * (default): it is a guess, which counts for nothing. */
    double rows_before;
    const char *const
        *names; /* D feature names, for messages and the model. NULL (default) */
} gmix_online_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_online_options_init_sized(gmix_online_options *opts,
                                             size_t struct_size);

static inline void gmix_online_options_init(gmix_online_options *opts) {
    gmix_online_options_init_sized(opts, sizeof *opts);
}

/**
 * Begins.
 *
 * @param n_cols   D: features of a row.
 * @param fit      As for gmix_fit(), of the first rows; K, family, bounds, precision and what becomes of
 *                 missing cells hold for all. With init_model and init "auto" or "model" there is no
 *                 fit: rows are learnt from at once, from there.
 * @param opts     NULL for defaults.
 * @param online   [out] To be released by gmix_online_free(). Contexts may differ from
 *                 call to call, but for their allocator.
 * @return GMIX_OK; GMIX_ERR_OPTION: an option is out of its range, or has no online estimate: priors,
 *         trim, eigen_ratio, freeze, memberships and labels as starts; GMIX_ERR_ARGUMENT;
 *         GMIX_ERR_SHAPE: init_model is of another size; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_online_begin(gmix_ctx *ctx, size_t n_cols,
                                       const gmix_fit_options *fit,
                                       const gmix_online_options *opts,
                                       gmix_online **online);

/**
 * Goes on from a model: with its state, as if there had been no stop; without, from its parameters,
 * which count as statistics of opts->rows_before rows.
 *
 * @param opts  NULL for defaults. Of a model with a state all but `forget` stay what they were.
 * @return As gmix_online_begin(); GMIX_ERR_MODEL if the state is not one of this mixture's.
 */
GMIX_API gmix_status gmix_online_resume(gmix_ctx *ctx, const gmix_model *model,
                                        const gmix_online_options *opts,
                                        gmix_online **online);
GMIX_API void gmix_online_free(gmix_online **online);

/**
 * Learns from rows, once each. How rows are cut into calls changes no bit.
 *
 * @param rows  Any number of them, D columns; weights count, names and labels do not.
 * @return GMIX_OK; GMIX_ERR_NONFINITE: an infinite cell, or a missing one if they are errors; GMIX_ERR_DATA:
 *         a bad weight, a row that is farther from the others than numbers reach; GMIX_ERR_SHAPE;
 *         whatever gmix_fit() of the first rows may return; GMIX_ERR_CANCELLED: some of the rows
 *         were taken; GMIX_ERR_NOMEM. After other failures than these last two nothing has changed.
 *
 * Cost: an E-step of the rows, and for each batch the M-step of K components (K D^3 for full
 * matrices). One thread.
 */
GMIX_API gmix_status gmix_online_add(gmix_ctx *ctx, gmix_online *online,
                                     const gmix_table *rows);

/**
 * The model so far, of all rows that were added. If there were fewer than start_rows, it is gmix_fit() of
 * these, and the start of what follows.
 *
 * @param model  [out] With the state. To be released by gmix_model_free().
 * @return GMIX_OK; GMIX_ERR_DATA: not enough rows; what gmix_fit() may return.
 */
GMIX_API gmix_status gmix_online_model(gmix_ctx *ctx, gmix_online *online,
                                       gmix_model **model);

/** Rows so far. */
GMIX_API double gmix_online_rows(const gmix_online *online);

/** Mean log-density of rows, each under the parameters before it was learnt from: of rows not seen, so to
 * speak. NaN before there was one. */
GMIX_API double gmix_online_score(const gmix_online *online);

/** What a model keeps of its online fit: numbers, of the parts below; NULL, and *n = 0, without one.
 * Owned by the model. */
GMIX_API const double *gmix_model_state(const gmix_model *model, size_t *n);

/**
 * The parts of a state, by name: counts and options; centre, spread, step and width of the features;
 * parameters, last and averaged statistics in the frame that these say; rows that wait for a batch, each with its
 * weight first.
 *
 * @param n      Numbers of the state; or 0: as if no row waited.
 * @param parts  [out] GMIX_ONLINE_PARTS of them. The last one's first dimension is the rows that
 *               wait: what n leaves.
 * @return How many numbers the parts have, rows that wait not counted; 0 if there is no such family.
 */
enum { GMIX_ONLINE_PARTS = 20 };
GMIX_API size_t gmix_online_parts(const char *covariance, size_t n_components,
                                  size_t n_features, size_t n,
                                  gmix_family_part parts[GMIX_ONLINE_PARTS]);

#ifdef __cplusplus
}
#endif
#endif
