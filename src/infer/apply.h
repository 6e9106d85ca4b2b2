/* Passes over a table under a fixed model: what densities, responsibilities and scores
 * share. */
#ifndef GMIX_INFER_APPLY_H
#define GMIX_INFER_APPLY_H

#include <gmix/infer.h>

#include "data/survey.h"
#include "family/gaps.h"
#include "infer/far_rows.h"
#include "model/mixture.h"
#include "observe/bounds_rule.h"
#include "observe/error_rule.h"
#include "observe/projection_rule.h"
#include "observe/truncation_rule.h"
#include "stats/statistics.h"

/* What a tile gives: rows in order, n of them padded. resp: K x n, lse: n. */
typedef struct gmix_i_tile_result {
    const gmix_i_tile *tile;
    const double *resp, *lse;
    const gmix_i_norm_sums *sums;
    const gmix_i_gaps *gaps;                   /* of tile->gaps */
    const gmix_i_error_rule *errors;           /* of tile->noisy */
    const gmix_i_projection_rule *projections; /* of all rows, if there are some */
    void *work;                                /* scratch for them */
    int thread;
} gmix_i_tile_result;

/* Takes a tile's result; tiles of one slot come in order. */
typedef void gmix_i_take_fn(void *arg, const gmix_model *model,
                            const gmix_i_tile_result *result);

/* How a pass is to be made. */
enum {
    GMIX_I_APPLY_WEIGHTS = 1, /* row weights scale responsibilities and sums */
    /* Responsibilities are what they are down to the smallest double; kernels cut them at
     * exp(-38), where nothing is left of them in a sum. Not together with weights. */
    GMIX_I_APPLY_TAILS = 2
};

/* Runs a pass. how: of the above, or 0. */
gmix_status gmix_i_apply(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                         unsigned how, gmix_i_take_fn *take, void *arg);

/*
 * What evaluating rows under a model takes, kept from pass to pass: the memory of threads, and what
 * the model makes of patterns of missing cells. It grows when rows need more than those before, and
 * else a pass allocates nothing. It stays where it is; zeroed, but for the model, is a new one.
 */
typedef struct gmix_i_evaluator {
    const gmix_model *model;
    gmix_i_prepared
        prepared; /* the model's, with the rules of these rows besides; borrowed */
    gmix_i_cut cut;
    gmix_i_input
        rows; /* what rows are like: their width, and patterns if some are incomplete */
    gmix_i_patterns patterns;
    uint64_t *bits;                      /* a pattern */
    gmix_i_gaps *gaps;                   /* NULL: every row so far was complete */
    gmix_i_error_rule *errors;           /* NULL: no row so far had errors */
    gmix_i_bounds_rule *bounds;          /* NULL: no cell so far had bounds */
    gmix_i_projection_rule *projections; /* NULL: features themselves were measured */
    gmix_i_truncation_rule *truncation;  /* NULL: no table so far was truncated */
    bool finds_bounds;                   /* the scratches have room for such rows */
    size_t errors_len;                   /* that the scratches have room for; 0: none */
    gmix_i_scratches scratches;
    int n_threads;
    bool finds_gaps; /* the scratches have room for incomplete rows */
    double *lse;     /* per thread: n */
    double
        *terms; /* per thread: (K + 1) x n log-densities; NULL before tails are wanted */
    gmix_i_far far;
    unsigned how; /* of the pass that runs, as are the next two */
    gmix_i_take_fn *take;
    void *arg;
} gmix_i_evaluator;

/* For who adds rules of rows before the first pass. */
gmix_i_prepared *gmix_i_evaluator_rules(gmix_i_evaluator *e);

gmix_status gmix_i_check_width(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *x);

/* Runs a pass over input->table. Cells that are not finite are found before the first tile. */
gmix_status gmix_i_evaluate(gmix_ctx *ctx, gmix_i_evaluator *e, const gmix_i_input *input,
                            unsigned how, gmix_i_take_fn *take, void *arg);
void gmix_i_evaluator_free(gmix_ctx *ctx, gmix_i_evaluator *e);

#endif
