/*
 * Tangents by differences of the M-step, which costs no pass over the data. Entries are
 * measured in units of sqrt(Sigma_ii Sigma_jj). See tangent.h.
 */
#include "uncertainty/tangent.h"

#include <math.h>
#include <string.h>

#include "stats/statistics.h"
#include "uncertainty/row_scores.h"

/* M(c + step) into t->params.cov. The family's iterations begin at what it is given. */
static void project(gmix_i_tangent *t, const double *step) {
    const gmix_i_params *const own = &t->model->params;
    for (size_t i = 0; i < t->n; i++) {
        t->params.cov[i] = own->cov[i] + step[i];
    }
    gmix_i_m_step_own(&(gmix_i_constraints){.bounds = &t->bounds}, t->moments,
                      &t->params);
}

static gmix_status tangent_memory(gmix_ctx *ctx, gmix_i_tangent *t) {
    gmix_status status = GMIX_OK;
    const gmix_model *const m = t->model;
    const gmix_i_family *const family = m->family;
    const size_t k = m->k, d = m->d;
    const size_t moments = k * gmix_i_stats_len(family->shape, d);
    bool *flags = NULL;
    GMIX_TRY(gmix_i_params_new(ctx, family, k, d, &t->params));
    GMIX_TRY(gmix_i_calloc(ctx, "tangents",
                           d + gmix_i_bounds_work(family, k, d) + moments + t->n,
                           sizeof(double), &t->memory));
    GMIX_TRY(gmix_i_calloc(ctx, "tangents", k, sizeof *flags, &flags));
    t->bounds = (gmix_i_bounds){.ctx = ctx,
                                .floor = t->memory,
                                .range = INFINITY,
                                .ridge = t->memory,
                                .at_floor = flags,
                                .work = t->memory + d};
    t->moments = t->bounds.work + gmix_i_bounds_work(family, k, d);
    t->unit = t->moments + moments;
    memcpy(t->params.weights, m->params.weights, (k + 1) * sizeof(double));
    memcpy(t->params.means, m->params.means, k * d * sizeof(double));
done:
    return status;
}

static void set_units(gmix_i_tangent *t) {
    const gmix_i_coordinates c = gmix_i_coordinates_of(t->model);
    const gmix_i_shape *const shape = t->model->family->shape;
    for (size_t k = 0; k < c.k; k++) {
        const double *const cov = t->model->params.cov + k * c.len;
        for (size_t e = 0, i = 0, j = 0; e < c.len; e++, gmix_i_next_entry(&c, &i, &j)) {
            t->unit[k * c.len + e] =
                sqrt(shape->variance(cov, i) * shape->variance(cov, j));
        }
    }
}

/* Columns of dM, in units; columns: n x n, one after the other; step: n. */
static void differentiate(gmix_i_tangent *t, double *columns, double *step) {
    const double h = 1e-4;
    for (size_t e = 0; e < t->n; e++) {
        double *const column = columns + e * t->n;
        step[e] = h * t->unit[e];
        project(t, step);
        memcpy(column, t->params.cov, t->n * sizeof *column);
        step[e] = -step[e];
        project(t, step);
        step[e] = 0.0;
        for (size_t i = 0; i < t->n; i++) {
            column[i] = (column[i] - t->params.cov[i]) / (2.0 * h * t->unit[i]);
        }
    }
}

static double dot(size_t n, const double *a, const double *b) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* The largest of the columns that are left, made orthogonal to those before; 0: none is. */
static double take_column(const gmix_i_tangent *t, double *columns, size_t taken) {
    const size_t n = t->n;
    size_t largest = taken;
    double most = 0.0;
    for (size_t e = taken; e < n; e++) {
        const double norm = dot(n, columns + e * n, columns + e * n);
        if (norm > most) {
            most = norm;
            largest = e;
        }
    }
    if (!(most > 0.0)) {
        return 0.0;
    }
    double *const first = columns + taken * n, *const other = columns + largest * n;
    for (size_t i = 0; i < n; i++) {
        const double kept = first[i];
        first[i] = other[i] / sqrt(most);
        other[i] = largest == taken ? first[i] : kept;
    }
    for (size_t e = taken + 1; e < n; e++) {
        double *const column = columns + e * n;
        for (int twice = 0; twice < 2; twice++) {
            const double along = dot(n, first, column);
            for (size_t i = 0; i < n; i++) {
                column[i] -= along * first[i];
            }
        }
    }
    return sqrt(most);
}

/* n_free orthonormal columns that span all of them; what is left must be nothing. */
static gmix_status find_basis(gmix_ctx *ctx, gmix_i_tangent *t, double *columns) {
    double largest = 0.0, least = 0.0;
    for (size_t f = 0; f < t->n_free; f++) {
        least = take_column(t, columns, f);
        largest = fmax(largest, least);
    }
    double left = 0.0;
    for (size_t e = t->n_free; e < t->n; e++) {
        left = fmax(left, sqrt(dot(t->n, columns + e * t->n, columns + e * t->n)));
    }
    if (!(largest < 1e4 && least > 1e-4 * largest && left < 1e-2 * least)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_SINGULAR,
            "the covariances have not %zu directions to move in, as those of family %s "
            "do: "
            "variances along axes are equal, or nearly so; the bootstrap does not need "
            "them to differ",
            t->n_free, t->model->family->name);
    }
    for (size_t i = 0; i < t->n; i++) {
        for (size_t f = 0; f < t->n_free; f++) {
            t->q[i * t->n_free + f] = columns[f * t->n + i] * t->unit[i];
        }
    }
    return GMIX_OK;
}

/* Whether a step along the tangent, of some size in all directions, stays in the family. */
static bool is_flat(gmix_i_tangent *t, double *step) {
    double off = 0.0;
    for (size_t i = 0; i < t->n; i++) {
        step[i] = 0.0;
        for (size_t f = 0; f < t->n_free; f++) {
            step[i] += 0.02 * (double)(1 + f % 3) * t->q[i * t->n_free + f] /
                       sqrt((double)t->n_free);
        }
    }
    project(t, step);
    for (size_t i = 0; i < t->n; i++) {
        off = fmax(off, fabs(t->params.cov[i] - t->model->params.cov[i] - step[i]) /
                            t->unit[i]);
    }
    return off < 1e-8;
}

gmix_status gmix_i_tangent_new(gmix_ctx *ctx, const gmix_model *model,
                               gmix_i_tangent *out) {
    gmix_status status = GMIX_OK;
    const size_t len = model->family->shape->cov_len(model->d);
    double *columns = NULL, *step = NULL;
    *out = (gmix_i_tangent){.model = model,
                            .n = model->k * len,
                            .n_free =
                                gmix_i_family_n_free(model->family, model->k, model->d)};
    GMIX_TRY(tangent_memory(ctx, out));
    GMIX_TRY(
        gmix_i_calloc(ctx, "tangents", out->n * out->n_free, sizeof(double), &out->q));
    GMIX_TRY(gmix_i_calloc(ctx, "tangents", out->n, sizeof *step, &step));
    set_units(out);
    if (out->n_free == out->n) { /* every entry is free */
        for (size_t i = 0; i < out->n; i++) {
            out->q[i * out->n + i] = out->unit[i];
        }
        out->flat = true;
        goto done;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "tangents", out->n * out->n, sizeof *columns, &columns));
    differentiate(out, columns, step);
    GMIX_TRY(find_basis(ctx, out, columns));
    out->flat = is_flat(out, step);
done:
    gmix_i_free(ctx, columns);
    gmix_i_free(ctx, step);
    return status;
}

void gmix_i_tangent_free(gmix_ctx *ctx, gmix_i_tangent *t) {
    gmix_i_params_free(&ctx->opts.allocator, &t->params);
    gmix_i_free(ctx, t->bounds.at_floor);
    gmix_i_free(ctx, t->memory);
    gmix_i_free(ctx, t->q);
}

/* g^T (M(c + h v) + M(c - h v)), by the step of v = q_a + q_b; b = a: q_a alone. */
static double both_ways(gmix_i_tangent *t, const double *g, size_t a, size_t b, double h,
                        double *step) {
    double sum = 0.0;
    for (int sign = 1; sign >= -1; sign -= 2) {
        for (size_t i = 0; i < t->n; i++) {
            const double *const row = t->q + i * t->n_free;
            step[i] = sign * h * (row[a] + (a == b ? 0.0 : row[b]));
        }
        project(t, step);
        for (size_t i = 0; i < t->n; i++) {
            sum += g[i] * (t->params.cov[i] - t->model->params.cov[i]);
        }
    }
    return sum;
}

/* v^T C v for v = q_a + q_b, or q_a; differences of two sizes, so that their error is of the
 * fourth order. */
static double second(gmix_i_tangent *t, const double *g, size_t a, size_t b,
                     double *step) {
    const double h = 4e-3;
    const double near = both_ways(t, g, a, b, h, step) / (h * h);
    const double far = both_ways(t, g, a, b, 2.0 * h, step) / (4.0 * h * h);
    return (4.0 * near - far) / 3.0;
}

gmix_status gmix_i_tangent_curvature(gmix_ctx *ctx, gmix_i_tangent *t, const double *g,
                                     double *out) {
    gmix_status status = GMIX_OK;
    const size_t n = t->n_free;
    double *step = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "tangents", t->n, sizeof *step, &step));
    memset(out, 0, n * n * sizeof *out);
    for (size_t a = 0; a < n && !t->flat; a++) {
        GMIX_TRY(gmix_i_poll(ctx));
        out[a * n + a] = second(t, g, a, a, step);
    }
    for (size_t a = 0; a < n && !t->flat; a++) {
        for (size_t b = 0; b < a; b++) {
            GMIX_TRY(gmix_i_poll(ctx));
            out[a * n + b] = out[b * n + a] =
                0.5 * (second(t, g, a, b, step) - out[a * n + a] - out[b * n + b]);
        }
    }
done:
    gmix_i_free(ctx, step);
    return status;
}
