/*
 * Missing cells filled in: by their mean given the row's other cells,
 *
 *     E[x_m | x_o] = sum_k r_k (mu_m + Sigma_mo Sigma_oo^-1 (x_o - mu_o)),
 *
 * or by a draw from their distribution given those, component by r_k first, then the cells
 * by its conditional Gaussian. Row i of draw j takes its numbers from counter i of run j. A
 * noise component says nothing of single features, so its share is left to the others.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "base/structs.h"
#include "infer/apply.h"
#include "model/posterior.h"

typedef struct imputer {
    const gmix_table *table;
    bool drawn;
    gmix_i_stream component, normal;
    double *scratch; /* per thread: 4 D + K */
    double *out;     /* N x D */
} imputer;

/* Of the row at hand. */
typedef struct filling {
    const gmix_model *model;
    const gmix_i_tile_result *from;
    size_t gap;   /* which of the tile's incomplete rows */
    double *x;    /* D: in the frame */
    double *off;  /* D: missing cells less the component's mean, in the frame */
    double *z;    /* D */
    double *near; /* D: see fill_from_afar() */
    double *resp; /* K: shares, sum 1 */
} filling;

/* The shares of the components; those of the model where the row is all noise. */
static void take_shares(const filling *f, size_t i) {
    const size_t k = f->model->k, n = f->from->tile->n;
    double sum = 0.0;
    for (size_t c = 0; c < k; c++) {
        f->resp[c] = f->from->resp[c * n + i];
        sum += f->resp[c];
    }
    const double *const shares = sum > 0.0 ? f->resp : f->model->weights;
    double total = 0.0;
    for (size_t c = 0; c < k; c++) {
        total += shares[c];
    }
    for (size_t c = 0; c < k; c++) {
        f->resp[c] = shares[c] / total;
    }
}

static double bounded(double x) {
    return fmax(fmin(x, DBL_MAX), -DBL_MAX);
}

/* The missing cells less the component's mean, where a row is so far away that a double may not
 * hold what lies between: seen from 2^-600 of the way, beside which means are nothing, and back
 * to as far as a double goes. */
static void fill_from_afar(const filling *f, size_t c) {
    const size_t d = f->model->d;
    double *const near = f->near;
    for (size_t j = 0; j < d; j++) {
        near[j] = isnan(f->x[j]) ? f->x[j] : ldexp(bounded(f->x[j]), -600);
    }
    gmix_i_gap_fill(f->from->gaps, f->from->tile, f->gap, c, near, NULL, f->off,
                    f->from->work);
    for (size_t j = 0; j < d; j++) {
        if (isnan(f->x[j])) {
            f->off[j] = bounded(ldexp(f->off[j], 600));
        }
    }
}

static bool is_filled(const filling *f) {
    double zero = 0.0;
    for (size_t j = 0; j < f->model->d; j++) {
        zero += isnan(f->x[j]) ? 0.0 * f->off[j] : 0.0;
    }
    return zero == 0.0;
}

/* cells += share (mean + off), no further than a double goes, in the features that are missing, those that x has as NaN. */
static void add_component(const filling *f, size_t c, double share, const double *z,
                          double *cells) {
    const gmix_model *const m = f->model;
    gmix_i_gap_fill(f->from->gaps, f->from->tile, f->gap, c, f->x, z, f->off,
                    f->from->work);
    if (!is_filled(f)) {
        fill_from_afar(f, c);
    }
    for (size_t j = 0; j < m->d; j++) {
        if (isnan(f->x[j])) {
            const double x = m->means[c * m->d + j] + m->frame.scale[j] * f->off[j];
            cells[j] = bounded(cells[j] + share * bounded(x));
        }
    }
}

static void fill_by_mean(const filling *f, double *cells) {
    for (size_t c = 0; c < f->model->k; c++) {
        if (f->resp[c] > 0.0) {
            add_component(f, c, f->resp[c], NULL, cells);
        }
    }
}

static void fill_by_draw(const imputer *to, const filling *f, uint64_t row,
                         double *cells) {
    const size_t d = f->model->d, pairs = (d + 1) / 2;
    double u[2], below = 0.0;
    size_t c = 0, last = 0;
    gmix_i_uniform2(&to->component, row, u);
    for (; c < f->model->k; c++) {
        below += f->resp[c];
        last = f->resp[c] > 0.0 ? c : last;
        if (u[0] < below) {
            break;
        }
    }
    for (size_t pair = 0; pair < pairs; pair++) {
        double g[2];
        gmix_i_normal2(&to->normal, row * pairs + pair, g);
        f->z[2 * pair] = g[0];
        if (2 * pair + 1 < d) {
            f->z[2 * pair + 1] = g[1];
        }
    }
    add_component(f, c < f->model->k ? c : last, 1.0, f->z, cells);
}

static void fill_row(const imputer *to, filling *f, size_t i, double *cells) {
    const gmix_model *const m = f->model;
    for (size_t j = 0; j < m->d; j++) {
        f->x[j] = (cells[j] - m->frame.shift[j]) * m->frame.inv_scale[j];
        cells[j] = isnan(cells[j]) ? 0.0 : cells[j];
    }
    take_shares(f, i);
    if (to->drawn) {
        fill_by_draw(to, f, f->from->tile->first + i, cells);
    } else {
        fill_by_mean(f, cells);
    }
}

static void take_rows(void *arg, const gmix_model *model, const gmix_i_tile_result *r) {
    const imputer *const to = arg;
    const gmix_i_tile *const tile = r->tile;
    const size_t d = model->d, first = (size_t)tile->first;
    const gmix_i_rows rows = gmix_i_table_rows(to->table, first, tile->n_rows).rows;
    double *const own = to->scratch + (size_t)r->thread * (4 * d + model->k);
    filling f = {.model = model,
                 .from = r,
                 .x = own,
                 .off = own + d,
                 .z = own + 2 * d,
                 .near = own + 3 * d,
                 .resp = own + 4 * d};
    for (size_t i = 0; i < tile->n_rows; i++) {
        for (size_t j = 0; j < d; j++) {
            to->out[(first + i) * d + j] = gmix_i_cell(&rows, i, j);
        }
    }
    for (f.gap = 0; tile->gaps && f.gap < tile->gaps->n; f.gap++) {
        const size_t i = tile->gaps->row[f.gap];
        fill_row(to, &f, i, to->out + (first + i) * d);
    }
}

static gmix_status impute(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                          imputer *to) {
    gmix_status status = GMIX_OK;
    if (!model || !x || !to->out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, the table or the output is NULL");
    }
    GMIX_TRY(gmix_i_refuse_errors(ctx, x));
    (void)gmix_i_model_full(model); /* cells are filled in by matrices */
    to->table = x;
    GMIX_TRY(gmix_i_calloc(ctx, "filling cells",
                           (size_t)ctx->opts.n_threads * (4 * model->d + model->k),
                           sizeof(double), &to->scratch));
    GMIX_TRY(gmix_i_apply(ctx, model, x, 0, take_rows, to));
done:
    gmix_i_free(ctx, to->scratch);
    return status;
}

gmix_status gmix_impute(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                        double *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    imputer to = {.out = out};
    return impute(ctx, model, x, &to);
}

gmix_status gmix_impute_draw(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                             uint64_t seed, size_t draw, double *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "draws of missing cells");
    GMIX_I_TABLE(ctx, x);
    imputer to = {.drawn = true,
                  .component =
                      gmix_i_stream_open(seed, GMIX_I_RNG_IMPUTE_COMPONENT, draw),
                  .normal = gmix_i_stream_open(seed, GMIX_I_RNG_IMPUTE_NORMAL, draw),
                  .out = out};
    return impute(ctx, model, x, &to);
}
