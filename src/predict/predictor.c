/*
 * One evaluation of the mixture for a block of rows, with what it takes kept from block to block.
 * See gmix/predictor.h. Rejected: labels and certainties from responsibilities that were written out,
 * which takes N x K numbers where N are wanted, and adds up to noise by what is left of 1.
 */
#include <gmix/predictor.h>

#include "base/structs.h"
#include "condition/mahalanobis.h"
#include "infer/take.h"

struct gmix_predictor {
    gmix_allocator allocator;
    gmix_i_evaluator evaluator;
    gmix_i_measurer measurer;
    /* of the call: */
    const gmix_table *table; /* of the rows alone */
    uint64_t first;          /* number of the first of them */
    gmix_prediction out;
};

/* Never changes: the size of version 0.2. */
#define FIRST_SIZE GMIX_I_SIZE_TO(gmix_prediction, distances)

gmix_status gmix_predictor_new(gmix_ctx *ctx, const gmix_model *model,
                               gmix_predictor **predictor) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_predictor *p = NULL;
    if (!model || !predictor) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the model, or the place for a predictor, is NULL");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "a predictor", 1, sizeof *p, &p));
    p->allocator = ctx->opts.allocator;
    p->evaluator.model = model;
    *predictor = p;
done:
    return status;
}

void gmix_predictor_free(gmix_predictor **predictor) {
    gmix_predictor *const p = predictor ? *predictor : NULL;
    if (p) {
        gmix_allocator from = p->allocator;
        gmix_ctx ctx = {.opts = {.allocator = from}};
        gmix_i_evaluator_free(&ctx, &p->evaluator);
        gmix_i_measurer_free(&ctx, &p->measurer);
        gmix_i_release(&from, p);
        *predictor = NULL;
    }
}

static void take_tile(void *arg, const gmix_model *m, const gmix_i_tile_result *r) {
    gmix_predictor *const p = arg;
    const size_t at = (size_t)(r->tile->first - p->first);
    const gmix_prediction *const out = &p->out;
    if (out->log_density) {
        gmix_i_take_densities(m, r, out->log_density + at);
    }
    if (out->responsibilities) {
        gmix_i_take_responsibilities(m, r, out->responsibilities + at * m->k);
    }
    if (out->labels || out->certainty) {
        gmix_i_take_labels(m, r, out->labels ? out->labels + at : NULL,
                           out->certainty ? out->certainty + at : NULL);
    }
    if (out->classes) {
        gmix_i_take_classes(m, r, out->classes + at);
    }
    if (out->distances) {
        gmix_i_measure(&p->measurer, m, r, p->table, at, out->distances + at * m->k);
    }
}

static bool same_allocator(const gmix_allocator *a, const gmix_allocator *b) {
    return a->allocate == b->allocate && a->release == b->release && a->user == b->user;
}

static gmix_status check(gmix_ctx *ctx, const gmix_predictor *p, const void *x,
                         const void *out) {
    if (!p || !x || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the predictor, the rows or the output is NULL");
    }
    return same_allocator(&ctx->opts.allocator, &p->allocator)
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                             "the predictor was made with another allocator than this "
                             "context's");
}

static gmix_status check_rows(gmix_ctx *ctx, const gmix_table *x, size_t first,
                              size_t n) {
    return n <= x->n_rows && first <= x->n_rows - n
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_SHAPE,
                             "%zu rows from row %zu on are wanted of a table of %zu rows",
                             n, first + 1, x->n_rows);
}

/* Rows first .. of a table whose first row has the number `number`. */
static gmix_status predict(gmix_ctx *ctx, gmix_predictor *p, const gmix_table *x,
                           size_t first, size_t n, uint64_t number,
                           const gmix_prediction *out) {
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    gmix_i_measurements rows = {0};
    const gmix_model *const m = p->evaluator.model;
    if (out->classes && m->classes.n == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "the model has no classes: fit it to a table with labels");
    }
    gmix_table part = *x;
    part.errors = part.lower = part.upper = part.truncation = NULL;
    part.data = x->lower ? x->lower : part.data; /* bounds need none */
    GMIX_TRY(gmix_i_input_table(ctx, &part, &input));
    GMIX_TRY(check_rows(ctx, x, first, n));
    part.data = gmix_i_table_rows(x, first, n).rows.data;
    part.n_rows = n;
    part.weights = NULL;
    part.labels = NULL;
    if (n == 0) {
        goto done;
    }
    part.errors = x->errors ? x->errors + first * x->errors_len : NULL;
    part.lower = x->lower ? x->lower + first * x->n_cols : NULL;
    part.upper = x->upper ? x->upper + first * x->n_cols : NULL;
    part.truncation = x->truncation;
    GMIX_TRY(gmix_i_input_measured(ctx, &part, &rows, &input));
    input.first = number + first;
    p->table = &rows.table;
    p->first = input.first;
    p->out = *out;
    if (out->distances) {
        GMIX_TRY(gmix_i_refuse_errors(ctx, &part));
        GMIX_TRY(
            gmix_i_measurer_ready(ctx, m, (size_t)ctx->opts.n_threads, &p->measurer));
    }
    GMIX_TRY(gmix_i_evaluate(ctx, &p->evaluator, &input,
                             out->responsibilities ? GMIX_I_APPLY_TAILS : 0, take_tile,
                             p));
    GMIX_TRY(out->distances ? gmix_i_measured(ctx, &p->measurer) : GMIX_OK);
done:
    p->table = NULL;
    gmix_i_measurements_free(ctx, &rows);
    return status;
}

gmix_status gmix_predictor_rows(gmix_ctx *ctx, gmix_predictor *predictor,
                                const gmix_table *x, size_t first, size_t n,
                                const gmix_prediction *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    GMIX_I_WHOLE(ctx, gmix_prediction, FIRST_SIZE, out);
    gmix_status status = GMIX_OK;
    GMIX_TRY(check(ctx, predictor, x, out));
    GMIX_TRY(predict(ctx, predictor, x, first, n, 0, out));
done:
    return status;
}

gmix_status gmix_predictor_check(gmix_ctx *ctx, const gmix_predictor *predictor,
                                 const gmix_table *x) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    uint64_t n_missing;
    gmix_i_measurements rows = {0};
    GMIX_TRY(check(ctx, predictor, x, x));
    GMIX_TRY(gmix_i_input_measured(ctx, x, &rows, &input));
    GMIX_TRY(gmix_i_check_width(ctx, predictor->evaluator.model, x));
    GMIX_TRY(gmix_i_check_cells(ctx, &input, &n_missing));
done:
    gmix_i_measurements_free(ctx, &rows);
    return status;
}

gmix_status gmix_predictor_source(gmix_ctx *ctx, gmix_predictor *predictor,
                                  const gmix_source *source, size_t room,
                                  const gmix_prediction *out, gmix_predicted_fn *take,
                                  void *self) {
    GMIX_I_CTX(ctx);
    GMIX_I_WHOLE(ctx, gmix_source, GMIX_I_SIZE_TO(gmix_source, class_names), source);
    GMIX_I_WHOLE(ctx, gmix_prediction, FIRST_SIZE, out);
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    GMIX_TRY(check(ctx, predictor, source, out));
    if (!take || room == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "there is nobody to take rows, or no room for any");
    }
    GMIX_TRY(gmix_i_input_source(ctx, source, &input));
    GMIX_TRY(gmix_i_source_reset(ctx, source));
    gmix_table rows = {.n_rows = 1};
    for (uint64_t first = 0; rows.n_rows > 0; first += rows.n_rows) {
        GMIX_TRY(gmix_i_source_next(ctx, source, room, &rows));
        if (rows.n_rows > 0) {
            GMIX_TRY(predict(ctx, predictor, &rows, 0, rows.n_rows, first, out));
            GMIX_TRY(take(self, first, &rows, out));
        }
    }
done:
    return status;
}
