/* Incomplete rows, as the judge looks at them. See incomplete.h. */
#include "search/incomplete.h"

#include <math.h>
#include <string.h>

#include "linalg/linalg.h"

enum { MOST_ROWS = 1024, LEAST_ROWS = 32, MOST_FEATURES = 64 };
static const double MOST_WORK = 2e7; /* multiply-adds for all components of a mixture */

static size_t rows_kept(const gmix_i_survey *survey, size_t k, size_t d) {
    const double f = (double)d, each = (double)k * (f * f * f / 6.0 + f * f + 8.0);
    const double most = fmax(LEAST_ROWS, fmin(MOST_ROWS, MOST_WORK / each));
    return (size_t)fmin(most, (double)survey->n_incomplete_rows);
}

/* Some cells of it are there, and some are not. */
static bool is_incomplete(const double *x, size_t d) {
    size_t missing = 0;
    for (size_t j = 0; j < d; j++) {
        missing += isnan(x[j]) ? 1 : 0;
    }
    return missing > 0 && missing < d;
}

/* Incomplete rows of positive weight, evenly chosen, that stand for all of them: `to` has room for one more. */
static void draw(const gmix_table *table, const gmix_i_frame *frame, size_t most,
                 size_t n_incomplete, gmix_i_incomplete *out) {
    const size_t d = out->d;
    double total = 0.0, kept = 0.0;
    size_t met = 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        const double w = table->weights ? table->weights[row] : 1.0;
        const gmix_i_rows rows = gmix_i_table_rows(table, row, 1).rows;
        double *const to = out->x + out->n * d;
        if (!(w > 0.0)) {
            continue;
        }
        for (size_t j = 0; j < d; j++) {
            to[j] = (gmix_i_cell(&rows, 0, j) - frame->shift[j]) * frame->inv_scale[j];
        }
        if (!is_incomplete(to, d)) {
            continue;
        }
        total += w;
        if (met++ * most >= out->n * n_incomplete && out->n < most) {
            kept += w;
            out->w[out->n++] = w;
        }
    }
    for (size_t i = 0; i < out->n; i++) {
        out->w[i] *= total / kept;
    }
}

gmix_status gmix_i_incomplete_new(gmix_ctx *ctx, const gmix_i_input *input,
                                  const gmix_i_survey *survey, const gmix_i_frame *frame,
                                  size_t k, gmix_i_incomplete *out) {
    gmix_status status = GMIX_OK;
    const char *const what = "incomplete rows";
    const size_t d = input->n_cols, most = rows_kept(survey, k, d);
    *out = (gmix_i_incomplete){.d = d};
    if (!input->table || most == 0 || d > MOST_FEATURES) {
        return GMIX_OK;
    }
    const size_t square = d * d + gmix_i_packed_len(d);
    GMIX_TRY(gmix_i_calloc(ctx, what, (most + 1) * (d + 1 + k) + square + 2 * d,
                           sizeof(double), &out->x));
    GMIX_TRY(gmix_i_calloc(ctx, what, d, sizeof *out->order, &out->order));
    out->w = out->x + (most + 1) * d;
    out->r = out->w + most + 1;
    out->matrix = out->r + (most + 1) * k;
    out->block = out->matrix + d * d;
    out->cells = out->block + gmix_i_packed_len(d);
    draw(input->table, frame, most, survey->n_incomplete_rows, out);
done:
    return status;
}

void gmix_i_incomplete_free(gmix_ctx *ctx, gmix_i_incomplete *rows) {
    gmix_i_free(ctx, rows->x);
    gmix_i_free(ctx, rows->order);
    *rows = (gmix_i_incomplete){0};
}

/* The features that row i has, into order; how many. */
static size_t observed(gmix_i_incomplete *rows, size_t i) {
    size_t o = 0;
    for (size_t j = 0; j < rows->d; j++) {
        if (!isnan(rows->x[i * rows->d + j])) {
            rows->order[o++] = j;
        }
    }
    return o;
}

/* The Cholesky factor of matrix's block of the first o features of the order. */
static bool factor(gmix_i_incomplete *rows, size_t o) {
    for (size_t a = 0; a < o; a++) {
        for (size_t b = 0; b <= a; b++) {
            rows->block[a * (a + 1) / 2 + b] =
                rows->matrix[rows->order[a] * rows->d + rows->order[b]];
        }
    }
    return gmix_i_cholesky(NULL, o, rows->block, rows->block);
}

/* |l^-1 z|^2 for o numbers; z becomes l^-1 z. */
static double squared(const double *l, size_t o, double *z) {
    double sum = 0.0;
    for (size_t a = 0; a < o; a++) {
        const double *const row = l + a * (a + 1) / 2;
        for (size_t b = 0; b < a; b++) {
            z[a] -= row[b] * z[b];
        }
        z[a] /= row[a];
        sum += z[a] * z[a];
    }
    return sum;
}

/* log pi_k N(x_o | ...) of row i, but for a constant of the row. */
static double log_density(gmix_i_incomplete *rows, const gmix_i_params *p, size_t k,
                          size_t i) {
    const size_t d = rows->d, o = observed(rows, i);
    double *const z = rows->cells, sum = log(p->weights[k]);
    if (!factor(rows, o)) {
        return -INFINITY;
    }
    for (size_t a = 0; a < o; a++) {
        const size_t j = rows->order[a];
        z[a] = rows->x[i * d + j] - p->means[k * d + j];
        sum -= log(rows->block[a * (a + 1) / 2 + a]);
    }
    return sum - 0.5 * squared(rows->block, o, z);
}

/* r of all rows and components; the noise's share is left out of account. */
static void share(gmix_i_incomplete *rows, const gmix_i_params *p) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t n_k = p->k, len = shape->cov_len(rows->d);
    for (size_t k = 0; k < n_k; k++) {
        shape->to_matrix(rows->d, p->cov + k * len, rows->matrix);
        for (size_t i = 0; i < rows->n; i++) {
            rows->r[i * n_k + k] =
                p->weights[k] > 0.0 ? log_density(rows, p, k, i) : -INFINITY;
        }
    }
    for (size_t i = 0; i < rows->n; i++) {
        double *const r = rows->r + i * n_k, most = -INFINITY, sum = 0.0;
        for (size_t k = 0; k < n_k; k++) {
            most = fmax(most, r[k]);
        }
        for (size_t k = 0; k < n_k; k++) {
            r[k] = isfinite(most) ? exp(r[k] - most) : 0.0;
            sum += r[k];
        }
        for (size_t k = 0; k < n_k; k++) {
            r[k] *= sum > 0.0 ? rows->w[i] / sum : 0.0;
        }
    }
    rows->shared = true;
}

/* What row i, of which the component has r, leaves unseen along its axes. */
static void add_unseen(gmix_i_incomplete *rows, size_t i, double r, const double *axes,
                       const double *e, double *unseen) {
    const size_t d = rows->d, o = observed(rows, i);
    double *const z = rows->cells;
    const bool known = factor(rows, o);
    for (size_t v = 0; v < d; v++) {
        for (size_t a = 0; a < o; a++) {
            z[a] = axes[v * d + rows->order[a]];
        }
        const double seen = known ? squared(rows->block, o, z) / e[v] : 0.0;
        unseen[v] += r * (1.0 - fmin(seen, 1.0));
    }
}

void gmix_i_unseen_rows(gmix_i_incomplete *rows, const gmix_i_params *p, size_t k,
                        const double *axes, const double *e, double *unseen) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = rows->d;
    if (!rows->shared) {
        share(rows, p);
    }
    memset(unseen, 0, d * sizeof *unseen);
    shape->to_matrix(d, p->cov + k * shape->cov_len(d), rows->matrix);
    for (size_t i = 0; i < rows->n; i++) {
        const double r = rows->r[i * p->k + k];
        if (r < 1e-3 * rows->w[i]) {
            continue;
        }
        if (axes) {
            add_unseen(rows, i, r, axes, e, unseen);
            continue;
        }
        for (size_t j = 0; j < d; j++) {
            unseen[j] += isnan(rows->x[i * d + j]) ? r : 0.0;
        }
    }
}
