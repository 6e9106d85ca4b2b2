/* Passes over a table under a fixed model: what densities, responsibilities and scores
 * share. */
#ifndef GMIX_INFER_APPLY_H
#define GMIX_INFER_APPLY_H

#include <gmix/infer.h>

#include "data/survey.h"
#include "family/gaps.h"
#include "model/mixture.h"
#include "stats/statistics.h"

/* What a tile gives: rows in order, n of them padded. resp: K x n, lse: n. */
typedef struct gmix_i_tile_result {
    const gmix_i_tile *tile;
    const double *resp, *lse;
    const gmix_i_norm_sums *sums;
    const gmix_i_gaps *gaps; /* of tile->gaps */
    void *work;              /* scratch for them */
    int thread;
} gmix_i_tile_result;

/* Takes a tile's result; tiles of one slot come in order. */
typedef void gmix_i_take_fn(void *arg, const gmix_model *model,
                            const gmix_i_tile_result *result);

/* Checks the width and the cells of input->table. Where some are missing, finds their
 * patterns (then in *input too) and what the model makes of them, about its own means;
 * both to be released by the caller, whatever the status. */
gmix_status gmix_i_apply_gaps(gmix_ctx *ctx, const gmix_model *model, gmix_i_input *input,
                              gmix_i_patterns *patterns, gmix_i_gaps **gaps);

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

/* Slots of such a pass: at most this many. */
enum { GMIX_I_APPLY_SLOTS = 64 };

#endif
