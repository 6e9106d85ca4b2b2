/*
 * What rows really are, given what was measured: of the true value v of a row, component k says
 * N(b_k, B_k) (observe/error_rows.h), so
 *
 *     E v = sum_k r_k b_k,   var v = sum_k r_k (B_k + (b_k - E v)(b_k - E v)^T).
 *
 * A row that is of the noise component is what it was measured to be, anywhere in the box where it was not.
 */
#include <math.h>
#include <string.h>

#include "base/structs.h"
#include "infer/apply.h"
#include "linalg/linalg.h"
#include "model/posterior.h"

typedef struct true_values {
    const gmix_table *table;
    const gmix_i_errors *errors;
    double *mean, *sd; /* N x D */
    double *scratch;   /* per thread: work_len doubles */
    size_t work_len;
} true_values;

/* A thread's: every component's mean and variances of the row, in the frame, and those of the noise. */
typedef struct row_work {
    double *b, *variance; /* (K + 1) x D */
    double *cov;          /* packed */
} row_work;

static size_t work_len(size_t k, size_t d) {
    return 2 * (k + 1) * d + gmix_i_packed_len(d);
}

static row_work work_of(const true_values *to, size_t k, size_t d, int thread) {
    double *const own = to->scratch + (size_t)thread * to->work_len;
    return (row_work){
        .b = own, .variance = own + (k + 1) * d, .cov = own + 2 * (k + 1) * d};
}

/* Of the noise component, in the frame. */
static void uniform(const gmix_model *m, const double *x, const double *error, size_t len,
                    double *b, double *variance) {
    const gmix_i_noise_box *const box = m->params.noise;
    for (size_t j = 0; j < m->d; j++) {
        const double unit = m->frame.inv_scale[j];
        const double own = error[gmix_i_variance_at(len, m->d, j)];
        const double width = (box->upper[j] - box->lower[j]) * unit;
        const double middle =
            (0.5 * (box->upper[j] + box->lower[j]) - m->frame.shift[j]) * unit;
        b[j] = isnan(x[j]) ? middle : (x[j] - m->frame.shift[j]) * unit;
        variance[j] = isnan(x[j]) ? width * width / 12.0 : own * unit * unit;
    }
}

/* Every component's opinion of the tile's row `index`. */
static void ask(const true_values *to, const gmix_model *m, const gmix_i_tile_result *r,
                size_t index, const double *x, const double *error, const row_work *w) {
    const size_t d = m->d;
    for (size_t k = 0; k < m->k; k++) {
        if (to->errors->projected) {
            gmix_i_projection_true_value(r->projections, r->tile,
                                         r->tile->noisy->row[index], k, w->b + k * d,
                                         w->cov, r->work);
        } else {
            gmix_i_error_true_value(r->errors, r->tile, index, k, w->b + k * d, w->cov,
                                    r->work);
        }
        for (size_t j = 0; j < d; j++) {
            w->b[k * d + j] += m->params.means[k * d + j];
            w->variance[k * d + j] = fmax(w->cov[gmix_i_packed_len(j) + j], 0.0);
        }
    }
    if (m->prepared.has_noise) {
        uniform(m, x, error, to->errors->len, w->b + m->k * d, w->variance + m->k * d);
    }
}

static void take_rows(void *arg, const gmix_model *m, const gmix_i_tile_result *r) {
    const true_values *const to = arg;
    const size_t d = m->d, n_k = m->k + m->prepared.has_noise, len = to->errors->len;
    const row_work w = work_of(to, m->k, d, r->thread);
    for (size_t index = 0; index < r->tile->noisy->n; index++) {
        const size_t i = r->tile->noisy->row[index], row = (size_t)r->tile->first + i;
        const gmix_i_rows cells = gmix_i_table_rows(to->table, row, 1).rows;
        const double *const error = to->errors->at + row * len;
        double *const mean = to->mean + row * d, *const sd = to->sd + row * d;
        for (size_t j = 0; j < d; j++) {
            mean[j] = gmix_i_cell(&cells, 0, j);
        }
        ask(to, m, r, index, mean, error, &w);
        for (size_t j = 0; j < d; j++) {
            double centre = 0.0, variance = 0.0;
            if (!isnan(mean[j]) && !to->errors->projected &&
                error[gmix_i_variance_at(len, d, j)] == 0.0) {
                sd[j] = 0.0; /* exact */
                continue;
            }
            for (size_t k = 0; k < n_k; k++) {
                centre += r->resp[k * r->tile->n + i] * w.b[k * d + j];
            }
            for (size_t k = 0; k < n_k; k++) {
                const double off = w.b[k * d + j] - centre;
                variance +=
                    r->resp[k * r->tile->n + i] * (w.variance[k * d + j] + off * off);
            }
            mean[j] = m->frame.shift[j] + m->frame.scale[j] * centre;
            sd[j] = m->frame.scale[j] * sqrt(variance);
        }
    }
}

gmix_status gmix_true_values(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                             double *mean, double *sd) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "true values");
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    gmix_i_measurements rows = {0};
    gmix_i_input input;
    gmix_i_evaluator e = {.model = model};
    double *none = NULL;
    true_values to = {.mean = mean, .sd = sd};
    if (!model || !x || !mean || !sd) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, the table or an output is NULL");
    }
    GMIX_TRY(gmix_i_input_measured(ctx, x, &rows, &input));
    GMIX_TRY(gmix_i_check_width(ctx, model, x));
    if (!input.errors) {
        GMIX_TRY(
            gmix_i_calloc(ctx, "errors", x->n_rows * x->n_cols, sizeof *none, &none));
        rows.errors = (gmix_i_errors){.at = none, .len = x->n_cols, .d = x->n_cols};
        input.errors = &rows.errors;
    }
    rows.errors.all_rows = true;
    to.table = &rows.table;
    to.errors = &rows.errors;
    to.work_len = work_len(model->k, model->d);
    GMIX_TRY(gmix_i_calloc(ctx, "true values", (size_t)ctx->opts.n_threads * to.work_len,
                           sizeof(double), &to.scratch));
    GMIX_TRY(gmix_i_evaluate(ctx, &e, &input, 0, take_rows, &to));
done:
    if (ctx && model) {
        gmix_i_evaluator_free(ctx, &e);
    }
    gmix_i_measurements_free(ctx, &rows);
    gmix_i_free(ctx, none);
    gmix_i_free(ctx, to.scratch);
    return status;
}
