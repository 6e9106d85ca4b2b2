/*
 * Rows of which combinations of features alone were measured, as one normal for all of them has them: its mean by
 * least squares, then EM. What begins a fit, scales features and is drawn needs rows, and these are where it
 * expects them, spread as wide as the normal is.
 */
#include <math.h>
#include <string.h>

#include "data/projected.h"
#include "linalg/linalg.h"

enum { STEPS = 100 };
static const double LEAST_PIVOT =
    1e-10; /* of features in units of what is measured of them */

typedef struct one_normal {
    gmix_ctx *ctx;
    const gmix_i_projected *rows;
    size_t n;
    const double *weights;
    double *mean, *cov, *root, *sums, *matrix, *work;
} one_normal;

static double weight_of(const one_normal *to, size_t row) {
    const double w = to->weights ? to->weights[row] : 1.0;
    return w > 0.0 && w <= 1e300 ? w
                                 : 0.0; /* others are refused later, with a sentence */
}

/* The normal equations of least squares: sum R^T R, sum R^T w. */
static void add_equations(one_normal *to, double *normal, double *right) {
    const size_t d = to->rows->d;
    gmix_i_projection at;
    for (size_t row = 0; row < to->n; row++) {
        gmix_i_projection_of(to->rows, row, NULL, NULL, to->work, &at);
        for (size_t i = 0; i < at.o; i++) {
            const double *const r = at.r + i * d;
            for (size_t j = 0; j < d; j++) {
                right[j] += weight_of(to, row) * r[j] * at.w[i];
                for (size_t h = 0; h <= j; h++) {
                    normal[gmix_i_packed_len(j) + h] += weight_of(to, row) * r[j] * r[h];
                }
            }
        }
    }
}

static gmix_status find_mean(one_normal *to) {
    const size_t d = to->rows->d;
    double *const normal = to->cov, *const l = to->root, *const mean = to->mean,
                  *const unit = to->sums;
    add_equations(to, normal, mean);
    for (size_t j = 0; j < d; j++) {
        const double own = normal[gmix_i_packed_len(j) + j];
        unit[j] = own > 0.0 ? 1.0 / sqrt(own) : 0.0;
        mean[j] *= unit[j];
        for (size_t h = 0; h <= j; h++) {
            l[gmix_i_packed_len(j) + h] =
                normal[gmix_i_packed_len(j) + h] * unit[j] * unit[h];
        }
    }
    bool good = gmix_i_cholesky(NULL, d, l, l);
    for (size_t j = 0; j < d && good; j++) {
        const double pivot = l[gmix_i_packed_len(j) + j];
        good = pivot * pivot > LEAST_PIVOT;
    }
    if (!good) {
        return gmix_i_fail(
            to->ctx, GMIX_ERR_DATA,
            "some combination of the features has no part in any measurement: "
            "nothing is known of it");
    }
    for (size_t j = 0; j < d; j++) {
        for (size_t h = 0; h < j; h++) {
            mean[j] -= l[gmix_i_packed_len(j) + h] * mean[h];
        }
        mean[j] /= l[gmix_i_packed_len(j) + j];
    }
    for (size_t j = d; j-- > 0;) {
        for (size_t h = j + 1; h < d; h++) {
            mean[j] -= l[gmix_i_packed_len(h) + j] * mean[h];
        }
        mean[j] /= l[gmix_i_packed_len(j) + j];
    }
    for (size_t j = 0; j < d; j++) {
        mean[j] *= unit[j];
    }
    return GMIX_OK;
}

/* Features by themselves, each as wide as would explain the residuals. */
static void find_root(one_normal *to) {
    const size_t d = to->rows->d;
    double *const square = to->sums, *const part = square + d;
    gmix_i_projection at;
    memset(square, 0, 2 * d * sizeof *square);
    memset(to->root, 0, gmix_i_packed_len(d) * sizeof *to->root);
    for (size_t row = 0; row < to->n; row++) {
        gmix_i_projection_of(to->rows, row, to->mean, NULL, to->work, &at);
        for (size_t i = 0; i < at.o; i++) {
            double length = 0.0;
            for (size_t j = 0; j < d; j++) {
                length += at.r[i * d + j] * at.r[i * d + j];
            }
            for (size_t j = 0; j < d; j++) {
                const double own = weight_of(to, row) * at.r[i * d + j] * at.r[i * d + j];
                square[j] += own * at.w[i] * at.w[i];
                part[j] += own * length;
            }
        }
    }
    for (size_t j = 0; j < d; j++) {
        const double variance = part[j] > 0.0 ? square[j] / part[j] : 0.0;
        to->root[gmix_i_packed_len(j) + j] = variance > 0.0 ? sqrt(variance) : 1.0;
    }
}

/* One step of EM: the mean and F (I + [sum of squares] / n - g g^T) F^T. False where that is singular. */
static bool step(one_normal *to) {
    const size_t d = to->rows->d, len = gmix_i_packed_len(d);
    double *const sums = to->sums, *const matrix = to->matrix;
    gmix_i_projection at;
    memset(sums, 0, (1 + d + len) * sizeof *sums);
    for (size_t row = 0; row < to->n; row++) {
        gmix_i_projection_of(to->rows, row, NULL, NULL, to->work, &at);
        if (isfinite(gmix_i_projection_look(&at, to->mean, to->root))) {
            gmix_i_projection_add(&at, weight_of(to, row), sums);
        }
    }
    const double n = sums[0];
    for (size_t a = 0; a < d && n > 0.0; a++) {
        for (size_t b = 0; b <= a; b++) {
            const double entry = (double)(a == b) +
                                 sums[1 + d + gmix_i_packed_len(a) + b] / n -
                                 sums[1 + a] * sums[1 + b] / n / n;
            matrix[a * d + b] = matrix[b * d + a] = entry;
        }
    }
    for (size_t i = 0; i < d && n > 0.0; i++) {
        const double *const fi = to->root + gmix_i_packed_len(i);
        for (size_t j = 0; j <= i; j++) {
            const double *const fj = to->root + gmix_i_packed_len(j);
            double sum = 0.0;
            for (size_t a = 0; a <= i; a++) {
                for (size_t b = 0; b <= j; b++) {
                    sum += fi[a] * matrix[a * d + b] * fj[b];
                }
            }
            to->cov[gmix_i_packed_len(i) + j] = sum;
        }
        for (size_t a = 0; a <= i; a++) {
            to->mean[i] += fi[a] * sums[1 + a] / n;
        }
    }
    const bool good = n > 0.0 && gmix_i_cholesky(NULL, d, to->cov, to->cov);
    if (good) {
        memcpy(to->root, to->cov, len * sizeof *to->root);
    }
    return good;
}

/* Expected rows, stretched to the normal's variances. */
static void put_rows(one_normal *to, double *cells) {
    const size_t d = to->rows->d;
    double total = 0.0;
    double *const square = to->sums;
    gmix_i_projection at;
    memset(square, 0, d * sizeof *square);
    for (size_t row = 0; row < to->n; row++) {
        gmix_i_projection_of(to->rows, row, NULL, NULL, to->work, &at);
        gmix_i_projection_look(&at, to->mean, to->root);
        total += weight_of(to, row);
        for (size_t j = 0; j < d; j++) {
            double off = 0.0;
            for (size_t a = 0; a <= j; a++) {
                off += to->root[gmix_i_packed_len(j) + a] * at.g[a];
            }
            cells[row * d + j] = off;
            square[j] += weight_of(to, row) * off * off;
        }
    }
    for (size_t j = 0; j < d; j++) {
        double variance = 0.0;
        for (size_t a = 0; a <= j; a++) {
            const double f = to->root[gmix_i_packed_len(j) + a];
            variance += f * f;
        }
        const double stretch = square[j] > 0.0 ? sqrt(variance * total / square[j]) : 1.0;
        for (size_t row = 0; row < to->n; row++) {
            cells[row * d + j] = to->mean[j] + stretch * cells[row * d + j];
        }
    }
}

gmix_status gmix_i_projected_stand_in(gmix_ctx *ctx, const gmix_i_projected *projected,
                                      size_t n, const double *weights, double *cells) {
    gmix_status status = GMIX_OK;
    const size_t d = projected->d, len = gmix_i_packed_len(d);
    one_normal to = {.ctx = ctx, .rows = projected, .n = n, .weights = weights};
    GMIX_TRY(
        gmix_i_calloc(ctx, "projections",
                      3 * len + 4 * d + 2 + d * d + gmix_i_projection_work(projected),
                      sizeof *to.mean, &to.mean));
    to.cov = to.mean + d;
    to.root = to.cov + len;
    to.sums = to.root + len;
    to.matrix = to.sums + 2 + 3 * d + len;
    to.work = to.matrix + d * d;
    GMIX_TRY(find_mean(&to));
    find_root(&to);
    for (size_t i = 0; i < STEPS && step(&to); i++) {
        GMIX_TRY(gmix_i_poll(ctx));
    }
    put_rows(&to, cells);
done:
    gmix_i_free(ctx, to.mean);
    return status;
}
