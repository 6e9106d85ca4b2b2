/* Cells to blame, one after the other. See gmix/anomaly.h. */
#include <math.h>
#include <stdint.h>

#include <gmix/anomaly.h>

#include "base/structs.h"
#include "model/mixture.h"
#include "model/posterior.h"

typedef struct blamer {
    size_t n, d, most;
    double least;
    double *left;                     /* N x D: the rows, less what is to blame */
    double *expected, *sd, *surprise; /* N x D */
    size_t *which;                    /* N x most */
} blamer;

/* Takes the most surprising cell from every row that has one; true if there was any. */
static bool take_worst(const blamer *b, size_t round) {
    bool any = false;
    for (size_t i = 0; i < b->n; i++) {
        const double *const surprise = b->surprise + i * b->d;
        size_t worst = 0;
        for (size_t j = 1; j < b->d; j++) {
            worst = surprise[j] > surprise[worst] ? j : worst;
        }
        const bool found = surprise[worst] > b->least;
        b->which[i * b->most + round] = found ? worst : SIZE_MAX;
        if (found) {
            b->left[i * b->d + worst] = NAN;
            any = true;
        }
    }
    return any;
}

static gmix_status blame(gmix_ctx *ctx, const gmix_model *model, const blamer *b) {
    gmix_status status = GMIX_OK;
    const gmix_table left = gmix_table_f64(b->left, b->n, b->d);
    bool any = true;
    for (size_t i = 0; i < b->n * b->most; i++) {
        b->which[i] = SIZE_MAX;
    }
    for (size_t r = 0; r < b->most && any; r++) {
        GMIX_TRY(gmix_cell_reasons(ctx, model, &left, NULL, NULL, b->surprise));
        any = take_worst(b, r);
    }
    GMIX_TRY(gmix_cell_reasons(ctx, model, &left, b->expected, b->sd, NULL));
done:
    return status;
}

static void put_cells(const blamer *b, size_t *which, double *expected, double *sd) {
    for (size_t i = 0; i < b->n * b->most; i++) {
        const size_t j = b->which[i], cell = i / b->most * b->d + j;
        which[i] = j;
        expected[i] = j < b->d ? b->expected[cell] : NAN;
        sd[i] = j < b->d ? b->sd[cell] : NAN;
    }
}

gmix_status gmix_blame_cells(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                             size_t most, double least, size_t *which, double *expected,
                             double *sd) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "cells to blame");
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    blamer b = {.most = most, .least = least};
    if (!model || !x || !which || !expected || !sd) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, the table or an output is NULL");
    }
    if (x->n_cols != model->d) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE,
                  "the model has %zu features, the table %zu columns", model->d,
                  x->n_cols);
    }
    if (most == 0 || most > model->d || !(least >= 0.0)) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "%zu of %zu cells, of a surprise of %g: one or more, from 0", most,
                  model->d, least);
    }
    b.n = x->n_rows;
    b.d = model->d;
    GMIX_TRY(gmix_i_calloc(ctx, "reasons", 4 * b.n * b.d, sizeof *b.left, &b.left));
    GMIX_TRY(gmix_i_calloc(ctx, "reasons", b.n * most, sizeof *b.which, &b.which));
    b.expected = b.left + b.n * b.d;
    b.sd = b.expected + b.n * b.d;
    b.surprise = b.sd + b.n * b.d;
    const gmix_i_rows rows = gmix_i_table_rows(x, 0, b.n).rows;
    for (size_t i = 0; i < b.n * b.d; i++) {
        b.left[i] = gmix_i_cell(&rows, i / b.d, i % b.d);
    }
    GMIX_TRY(blame(ctx, model, &b));
    put_cells(&b, which, expected, sd);
done:
    gmix_i_free(ctx, b.left);
    gmix_i_free(ctx, b.which);
    return status;
}
