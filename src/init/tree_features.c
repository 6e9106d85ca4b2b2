/*
 * Features for trees of merges: standardised, or principal components of the standardised
 * ones divided by the root of their singular values, Z = X V diag(s)^-1/2 with X = U diag(s)
 * V^T (Scrucca & Raftery 2015), which spreads the clusters better than either the features or
 * whitened ones. Standard deviations have the divisor N - 1. See tree.h.
 */
#include <math.h>
#include <string.h>

#include "init/tree.h"
#include "linalg/linalg.h"

static gmix_status standardise(gmix_ctx *ctx, size_t n, size_t d, const double *w,
                               double *x) {
    double total = 0.0;
    for (size_t i = 0; i < n; i++) {
        total += w[i];
    }
    for (size_t j = 0; j < d; j++) {
        double mean = 0.0, square = 0.0;
        for (size_t i = 0; i < n; i++) {
            mean += w[i] * x[i * d + j] / total;
        }
        for (size_t i = 0; i < n; i++) {
            const double off = x[i * d + j] - mean;
            square += w[i] * off * off;
        }
        const double sd = sqrt(square / total * (double)n / (double)(n - 1));
        if (!(sd > 0.0)) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "column %zu is constant over the rows that are clustered",
                               j);
        }
        for (size_t i = 0; i < n; i++) {
            x[i * d + j] = (x[i * d + j] - mean) / sd;
        }
    }
    return GMIX_OK;
}

/* Packed X^T diag(w) X. */
static void gram_of(size_t n, size_t d, const double *w, const double *x, double *gram) {
    memset(gram, 0, gmix_i_packed_len(d) * sizeof *gram);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0, at = 0; j < d; j++) {
            const double f = w[i] * x[i * d + j];
            for (size_t t = 0; t <= j; t++, at++) {
                gram[at] += f * x[i * d + t];
            }
        }
    }
}

/* Eigenvalues, ascending, that are more than this share of the largest. */
static size_t count_kept(size_t d, const double *values, double share) {
    size_t kept = 0;
    while (kept < d && values[d - 1 - kept] > share * values[d - 1]) {
        kept++;
    }
    return kept;
}

/* Rows times vectors, each divided by the fourth root of its eigenvalue, largest first; those
 * without spread are left out. */
static size_t project(size_t n, size_t d, const double *values, const double *vectors,
                      double *row, double *x) {
    const size_t kept = count_kept(d, values, 1e-20);
    for (size_t i = 0; i < n; i++) {
        memcpy(row, x + i * d, d * sizeof *row);
        for (size_t e = 0; e < d; e++) {
            const size_t from = d - 1 - e;
            double sum = 0.0;
            for (size_t j = 0; e < kept && j < d; j++) {
                sum += row[j] * vectors[j * d + from];
            }
            x[i * d + e] = e < kept ? sum / sqrt(sqrt(values[from])) : 0.0;
        }
    }
    return kept;
}

static gmix_status decompose(gmix_ctx *ctx, size_t n, size_t d, const double *w,
                             double *x, size_t *d_out) {
    gmix_status status = GMIX_OK;
    double *numbers = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "principal components", 3 * d * d + 2 * d, sizeof(double),
                           &numbers));
    double *const vectors = numbers + d * d, *const work = vectors + d * d,
                  *const values = work + d * d, *const row = values + d;
    gram_of(n, d, w, x, numbers);
    gmix_i_eigen_sorted(ctx, d, numbers, values, vectors, work);
    *d_out = project(n, d, values, vectors, row, x);
done:
    gmix_i_free(ctx, numbers);
    return status;
}

/* The same where there are fewer rows than features, by the rows' products R = W^1/2 X X^T W^1/2 = U
 * diag(s)^2 U^T: W^1/2 Z = U diag(s)^1/2. */
static gmix_status decompose_rows(gmix_ctx *ctx, size_t n, size_t d, const double *w,
                                  double *x, size_t *d_out) {
    gmix_status status = GMIX_OK;
    double *numbers = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "principal components", 3 * n * n + n, sizeof(double),
                           &numbers));
    double *const vectors = numbers + n * n, *const work = vectors + n * n,
                  *const values = work + n * n;
    for (size_t i = 0, at = 0; i < n; i++) {
        GMIX_TRY(gmix_i_poll(ctx));
        for (size_t j = 0; j <= i; j++, at++) {
            double sum = 0.0;
            for (size_t t = 0; t < d; t++) {
                sum += x[i * d + t] * x[j * d + t];
            }
            numbers[at] = sqrt(w[i] * w[j]) * sum;
        }
    }
    gmix_i_eigen_sorted(ctx, n, numbers, values, vectors, work);
    const size_t kept = count_kept(n, values, 1e-15 * (double)n); /* less is rounding */
    memset(x, 0, n * d * sizeof *x);
    for (size_t i = 0; i < n; i++) {
        for (size_t e = 0; e < kept; e++) {
            const size_t from = n - 1 - e;
            x[i * d + e] = vectors[i * n + from] * sqrt(sqrt(values[from])) / sqrt(w[i]);
        }
    }
    *d_out = kept;
done:
    gmix_i_free(ctx, numbers);
    return status;
}

gmix_status gmix_i_tree_transform(gmix_ctx *ctx, const char *name, size_t n, size_t d,
                                  const double *w, double *x, size_t *d_out) {
    gmix_status status = GMIX_OK;
    const bool svd = strcmp(name, "svd") == 0;
    *d_out = d;
    if (svd || strcmp(name, "std") == 0) {
        GMIX_TRY(standardise(ctx, n, d, w, x));
        if (svd) {
            GMIX_TRY((n < d ? decompose_rows : decompose)(ctx, n, d, w, x, d_out));
        }
    } else if (strcmp(name, "none") != 0) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "there is no transform '%.40s' of features: it is svd, std or none",
                  name);
    }
    for (size_t i = 1; i < n && *d_out < d; i++) { /* rows close up */
        memmove(x + i * *d_out, x + i * d, *d_out * sizeof *x);
    }
done:
    return status;
}
