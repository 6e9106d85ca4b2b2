/*
 * Data with missing cells, and what a mixture says of their observed cells, worked out from
 * its parameters alone: plain textbook formulas in long double.
 */
#ifndef GMIX_TESTS_OBSERVED_H
#define GMIX_TESTS_OBSERVED_H

#include "law.h"

enum { MOST_D = 48 };

/* Loses cells of a row: none of most rows, one, several, or all of others. */
static inline void lose_cells(double *x, size_t n, size_t d, double share,
                              uint64_t seed) {
    for (size_t i = 0; i < n * d; i++) {
        x[i] = fixture_uniform(&seed) < share ? (double)NAN : x[i];
    }
    for (size_t j = 0; j < d && n > 7; j++) {
        x[7 * d + j] = (double)NAN;
    }
}

static inline fixture incomplete(size_t n, size_t d, size_t k, double share,
                                 uint64_t seed) {
    const fixture data = fixture_clusters(n, d, k, 2.5, seed);
    for (size_t i = 0; i < n * d; i++) { /* every feature has its own unit */
        data.x[i] *= 1 + 10 * (double)(i % d % 5);
    }
    lose_cells(data.x, n, d, share, seed + 1);
    return data;
}

/* log N(x_o | mean_o, cov_oo), by Cholesky in long double. */
static inline long double observed_log_density(const double *x, const double *mean,
                                               const double *cov, size_t d) {
    static long double l[MOST_D][MOST_D], z[MOST_D];
    size_t o = 0, at[MOST_D];
    for (size_t j = 0; j < d; j++) {
        if (!isnan(x[j])) {
            at[o++] = j;
        }
    }
    long double result = 0;
    for (size_t i = 0; i < o; i++) {
        z[i] = (long double)x[at[i]] - mean[at[i]];
        for (size_t j = 0; j <= i; j++) {
            long double sum = cov[at[i] * d + at[j]];
            for (size_t t = 0; t < j; t++) {
                sum -= l[i][t] * l[j][t];
            }
            l[i][j] = i == j ? sqrtl(sum) : sum / l[j][j];
        }
        for (size_t j = 0; j < i; j++) {
            z[i] -= l[i][j] * z[j];
        }
        z[i] /= l[i][i];
        result -=
            logl(l[i][i]) + (z[i] * z[i] + logl(2 * 3.14159265358979323846264338L)) / 2;
    }
    return result;
}

/* Log-density of a row, and its responsibilities, from the model's parameters. */
static inline double mixture_log_density(const gmix_model *m, const double *x,
                                         double *resp) {
    const size_t k = gmix_model_n_components(m), d = gmix_model_n_features(m);
    static double cov[MOST_D * MOST_D];
    long double term[16], top = -INFINITY, sum = 0;
    for (size_t c = 0; c < k; c++) {
        gmix_model_covariance(m, c, cov);
        term[c] = logl(gmix_model_weights(m)[c]) +
                  observed_log_density(x, gmix_model_means(m) + c * d, cov, d);
        top = term[c] > top ? term[c] : top;
    }
    for (size_t c = 0; c < k; c++) {
        sum += expl(term[c] - top);
    }
    for (size_t c = 0; c < k; c++) {
        resp[c] = (double)(expl(term[c] - top) / sum);
    }
    return (double)(top + logl(sum));
}

/* Mean and covariance of x_m given x_o under component c; missing features first in both.
 * Plain elimination of the observed features, in long double. */
static inline void conditional(const gmix_model *m, size_t c, const double *x,
                               long double mean[MOST_D], long double s[MOST_D][MOST_D]) {
    const size_t d = gmix_model_n_features(m);
    static double cov[MOST_D * MOST_D];
    gmix_model_covariance(m, c, cov);
    for (size_t i = 0; i < d; i++) {
        mean[i] = gmix_model_means(m)[c * d + i];
        for (size_t j = 0; j < d; j++) {
            s[i][j] = cov[i * d + j];
        }
    }
    for (size_t o = 0; o < d; o++) {
        if (isnan(x[o])) {
            continue;
        }
        const long double off = (x[o] - mean[o]) / s[o][o];
        for (size_t i = 0; i < d; i++) {
            mean[i] += i == o ? 0 : s[i][o] * off;
            for (size_t j = 0; j < d && i != o; j++) {
                s[i][j] -= j == o ? 0 : s[i][o] * s[o][j] / s[o][o];
            }
        }
        for (size_t i = 0; i < d; i++) {
            s[i][o] = s[o][i] = 0;
        }
        mean[o] = x[o];
    }
}

#endif
