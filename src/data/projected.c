/* Measurements of combinations of features. See projected.h. */
#include "data/projected.h"

#include <math.h>
#include <string.h>

#include "linalg/linalg.h"

static gmix_status check_struct(gmix_ctx *ctx, const gmix_table *x,
                                const gmix_projections *given) {
    const size_t p = given->n_measured;
    if (x->errors || x->lower || x->upper || x->truncation) {
        return gmix_i_fail(
            ctx, GMIX_ERR_ARGUMENT,
            "a table of projections has no errors of its features, no bounds "
            "of cells and no truncation: errors are those of what was measured");
    }
    if (!given->values || !given->matrices || !given->errors || p == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "projections are values, matrices and errors: one is NULL, or "
                           "n_measured is 0");
    }
    return given->errors_len == p || given->errors_len == gmix_i_packed_len(p)
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_SHAPE,
                             "the errors of projections have %zu numbers a row: %zu "
                             "variances or %zu entries of a covariance are wanted",
                             given->errors_len, p, gmix_i_packed_len(p));
}

/* Numbers of a row of which none may be NaN or infinite, but for values that were not measured. */
static gmix_status check_row(gmix_ctx *ctx, const gmix_i_projected *of, size_t row) {
    for (size_t i = 0; i < of->p; i++) {
        const double value = of->values[row * of->p + i];
        bool good = true;
        for (size_t j = 0; j < of->d; j++) {
            good = good && isfinite(of->matrices[(row * of->p + i) * of->d + j]);
        }
        if (!isnan(value) && (isinf(value) || !good)) {
            return gmix_i_fail(
                ctx, GMIX_ERR_NONFINITE,
                "row %zu: measurement %zu, or its row of the matrix, is not "
                "finite",
                row + 1, i + 1);
        }
        const size_t at = of->len == of->p ? i : gmix_i_packed_len(i) + i;
        if (!isnan(value) && !(of->errors[row * of->len + at] >= 0.0)) {
            return gmix_i_fail(
                ctx, GMIX_ERR_DATA,
                "row %zu: the error of measurement %zu has the variance %g", row + 1,
                i + 1, of->errors[row * of->len + at]);
        }
    }
    return GMIX_OK;
}

gmix_status gmix_i_projected_take(gmix_ctx *ctx, const gmix_table *x,
                                  gmix_i_projected *out, bool *everywhere) {
    gmix_status status = GMIX_OK;
    const gmix_projections *const given = x->projections;
    double *work = NULL;
    gmix_i_projection row;
    *everywhere = true;
    GMIX_TRY(check_struct(ctx, x, given));
    *out = (gmix_i_projected){.p = given->n_measured,
                              .d = x->n_cols,
                              .len = given->errors_len,
                              .values = given->values,
                              .matrices = given->matrices,
                              .errors = given->errors};
    GMIX_TRY(gmix_i_calloc(ctx, "projections", gmix_i_projection_work(out), sizeof *work,
                           &work));
    for (size_t i = 0; i < x->n_rows; i++) {
        GMIX_TRY(check_row(ctx, out, i));
        gmix_i_projection_of(out, i, NULL, NULL, work, &row);
        const bool weighs = !x->weights || x->weights[i] > 0.0;
        *everywhere =
            *everywhere && (!weighs || gmix_i_cholesky(NULL, row.o, row.s, row.l));
    }
done:
    gmix_i_free(ctx, work);
    return status;
}

gmix_status gmix_i_projected_room(gmix_ctx *ctx, const gmix_i_projected *like, size_t n,
                                  gmix_i_projected *out) {
    const size_t p = like->p, d = like->d, len = like->len;
    double *own = NULL;
    const gmix_status status =
        gmix_i_calloc(ctx, "projections", n * (p + p * d + len), sizeof *own, &own);
    *out = (gmix_i_projected){.p = p, .d = d, .len = len, .own = own};
    if (own) {
        out->values = own;
        out->matrices = own + n * p;
        out->errors = own + n * p * (1 + d);
    }
    return status;
}

void gmix_i_projected_put(const gmix_i_projected *of, size_t from,
                          const gmix_i_projected *to, size_t at) {
    const size_t p = of->p, each = p * of->d, len = of->len;
    double *const values = to->own,
                  *const matrices = values + (to->matrices - to->values),
                  *const errors = values + (to->errors - to->values);
    memcpy(values + at * p, of->values + from * p, p * sizeof *values);
    memcpy(matrices + at * each, of->matrices + from * each, each * sizeof *values);
    memcpy(errors + at * len, of->errors + from * len, len * sizeof *values);
}

void gmix_i_projected_free(gmix_ctx *ctx, gmix_i_projected *projected) {
    gmix_i_free(ctx, projected->own);
    *projected = (gmix_i_projected){0};
}

size_t gmix_i_projection_work(const gmix_i_projected *projected) {
    const size_t p = projected->p, d = projected->d;
    return 2 * (p + p * d + gmix_i_packed_len(p)) + d;
}

static bool is_measured(const gmix_i_projected *of, size_t row, size_t i) {
    const size_t at = of->len == of->p ? i : gmix_i_packed_len(i) + i;
    return !isnan(of->values[row * of->p + i]) && !isinf(of->errors[row * of->len + at]);
}

void gmix_i_projection_of(const gmix_i_projected *projected, size_t row,
                          const double *shift, const double *scale, double *work,
                          gmix_i_projection *out) {
    const size_t p = projected->p, d = projected->d, len = projected->len;
    const double *const error = projected->errors + row * len;
    *out = (gmix_i_projection){.d = d, .w = work};
    out->r = out->w + p;
    out->s = out->r + p * d;
    out->l = out->s + gmix_i_packed_len(p);
    out->y = out->l + gmix_i_packed_len(p);
    out->rf = out->y + p;
    out->g = out->rf + p * d;
    for (size_t i = 0; i < p; i++) {
        if (!is_measured(projected, row, i)) {
            continue;
        }
        const double *const r = projected->matrices + (row * p + i) * d;
        const size_t o = out->o++;
        out->w[o] = projected->values[row * p + i];
        for (size_t j = 0; j < d; j++) {
            out->w[o] -= shift ? r[j] * shift[j] : 0.0;
            out->r[o * d + j] = scale ? r[j] * scale[j] : r[j];
        }
        for (size_t h = 0, seen = 0; h <= i; h++) {
            if (is_measured(projected, row, h)) {
                out->s[gmix_i_packed_len(o) + seen++] =
                    len == p ? (h == i ? error[i] : 0.0)
                             : error[gmix_i_packed_len(i) + h];
            }
        }
    }
}

/* rf = R F, and L of R F (R F)^T + S. */
static bool factor(gmix_i_projection *at, const double *root) {
    const size_t d = at->d;
    for (size_t i = 0; i < at->o; i++) {
        for (size_t a = 0; a < d; a++) {
            double sum = 0.0;
            for (size_t j = a; j < d; j++) {
                sum += at->r[i * d + j] * root[gmix_i_packed_len(j) + a];
            }
            at->rf[i * d + a] = sum;
        }
        for (size_t h = 0; h <= i; h++) {
            double sum = at->s[gmix_i_packed_len(i) + h];
            for (size_t a = 0; a < d; a++) {
                sum += at->rf[i * d + a] * at->rf[h * d + a];
            }
            at->l[gmix_i_packed_len(i) + h] = sum;
        }
    }
    return gmix_i_cholesky(NULL, at->o, at->l, at->l);
}

double gmix_i_projection_look(gmix_i_projection *at, const double *mean,
                              const double *root) {
    const double half_log_2pi = 0.91893853320467274178;
    const size_t d = at->d;
    double log_density = 0.0;
    memset(at->g, 0, d * sizeof *at->g);
    if (!factor(at, root)) {
        return -(double)INFINITY;
    }
    for (size_t i = 0; i < at->o; i++) {
        const double *const li = at->l + gmix_i_packed_len(i);
        double y = at->w[i];
        for (size_t j = 0; j < d; j++) {
            y -= at->r[i * d + j] * mean[j];
        }
        for (size_t h = 0; h < i; h++) {
            y -= li[h] * at->y[h];
            for (size_t a = 0; a < d; a++) {
                at->rf[i * d + a] -= li[h] * at->rf[h * d + a];
            }
        }
        at->y[i] = y / li[i];
        for (size_t a = 0; a < d; a++) {
            at->rf[i * d + a] /= li[i];
            at->g[a] += at->rf[i * d + a] * at->y[i];
        }
        log_density -= half_log_2pi + log(li[i]) + 0.5 * at->y[i] * at->y[i];
    }
    return log_density;
}

void gmix_i_projection_add(const gmix_i_projection *at, double r, double *sums) {
    const size_t d = at->d;
    double *const square = sums + 1 + d;
    sums[0] += r;
    for (size_t a = 0; a < d; a++) {
        sums[1 + a] += r * at->g[a];
        for (size_t b = 0; b <= a; b++) {
            double sum = at->g[a] * at->g[b];
            for (size_t i = 0; i < at->o; i++) {
                sum -= at->rf[i * d + a] * at->rf[i * d + b];
            }
            square[gmix_i_packed_len(a) + b] += r * sum;
        }
    }
}
