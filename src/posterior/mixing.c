/*
 * R-hat and effective sample size. See mixing.h.
 *
 * Chains are cut in halves, M of them with n draws each. Draws are replaced by normal scores of their
 * ranks z = Phi^-1((r - 3/8) / (S + 1/4)), ties sharing the mean rank. With W the mean variance within
 * a half and B/n the variance between their means, R-hat^2 = ((n - 1)/n W + B/n) / W; the larger of
 * that and of the same for |x - median|. The sample size is M n / tau, tau = -1 + 2 sum of pairs of
 * autocorrelations as long as they are positive, and made to fall (Geyer 1992).
 */
#include "posterior/mixing.h"

#include <math.h>

#include "base/order.h"

enum { LEAST_DRAWS = 8, MOST_LAGS = 5000 };

/* The p-quantile of the standard normal law, by halving: 1e-12. */
static double normal_quantile(double p) {
    double low = -10.0, high = 10.0;
    for (int i = 0; i < 45; i++) {
        const double middle = 0.5 * (low + high);
        if (0.5 * erfc(-middle * 0.70710678118654752440) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return 0.5 * (low + high);
}

/* Index of the first of n sorted numbers that is not below x; `after`: that is above it. */
static size_t place_of(const double *sorted, size_t n, double x, bool after) {
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (after ? sorted[middle] <= x : sorted[middle] < x) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void normal_scores(const double *x, double *sorted, size_t n, double *z) {
    gmix_i_copy(sorted, x, n * sizeof *x);
    gmix_i_sort_reals(sorted, n);
    for (size_t i = 0; i < n; i++) {
        const size_t first = place_of(sorted, n, x[i], false),
                     end = place_of(sorted, n, x[i], true);
        const double rank = 0.5 * ((double)first + 1.0 + (double)end);
        z[i] = normal_quantile((rank - 0.375) / ((double)n + 0.25));
    }
}

typedef struct halves {
    const double *z;
    size_t m, n;  /* halves, draws of each */
    size_t chain; /* length of a chain: an odd one leaves its middle draw out */
    double *mean; /* m */
} halves;

static const double *half_of(const halves *h, size_t i) {
    return h->z + i / 2 * h->chain + (i % 2 ? h->chain - h->n : 0);
}

/* Mean over halves of the autocovariance at a lag, divisor n. */
static double covariance_at(const halves *h, size_t lag) {
    double all = 0.0;
    for (size_t i = 0; i < h->m; i++) {
        const double *const z = half_of(h, i);
        double sum = 0.0;
        for (size_t t = 0; t + lag < h->n; t++) {
            sum += (z[t] - h->mean[i]) * (z[t + lag] - h->mean[i]);
        }
        all += sum / (double)h->n;
    }
    return all / (double)h->m;
}

/* Within a half, and all in all. */
static void variances(halves *h, double *within, double *total) {
    const double n = (double)h->n, m = (double)h->m;
    double grand = 0.0, between = 0.0;
    for (size_t i = 0; i < h->m; i++) {
        const double *const z = half_of(h, i);
        h->mean[i] = 0.0;
        for (size_t t = 0; t < h->n; t++) {
            h->mean[i] += z[t] / n;
        }
        grand += h->mean[i] / m;
    }
    for (size_t i = 0; i < h->m; i++) {
        between += (h->mean[i] - grand) * (h->mean[i] - grand) / (m - 1.0);
    }
    *within = covariance_at(h, 0) * n / (n - 1.0);
    *total = (n - 1.0) / n * *within + between;
}

static double r_hat_of(halves *h) {
    double within, total;
    variances(h, &within, &total);
    if (!(total > 1e-20)) {
        return 1.0;
    }
    return within > 0.0 ? sqrt(total / within) : INFINITY;
}

static double ess_of(halves *h) {
    const double draws = (double)h->m * (double)h->n, n = (double)h->n;
    double within, total, sum = 0.0, before = INFINITY;
    variances(h, &within, &total);
    if (!(total > 1e-20)) {
        return draws;
    }
    for (size_t lag = 0; lag + 1 < h->n && lag < MOST_LAGS; lag += 2) {
        double pair = 0.0;
        for (size_t l = lag; l < lag + 2; l++) { /* that of lag 0 is 1 */
            pair += l == 0 ? 1.0
                           : 1.0 - (within - covariance_at(h, l) * n / (n - 1.0)) / total;
        }
        if (!(pair > 0.0)) {
            break;
        }
        before = fmin(before, pair);
        sum += before;
    }
    const double tau = fmax(2.0 * sum - 1.0, 1.0 / log10(draws));
    return draws / tau;
}

gmix_status gmix_i_mixing(gmix_ctx *ctx, const double *x, size_t n_chains, size_t n,
                          double *r_hat, double *ess) {
    gmix_status status = GMIX_OK;
    double *memory = NULL;
    const size_t all = n_chains * n;
    *r_hat = *ess = (double)NAN;
    if (n < LEAST_DRAWS) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "diagnostics", 3 * all + 2 * n_chains, sizeof *memory,
                           &memory));
    double *const sorted = memory, *const z = sorted + all, *const folded = z + all;
    halves h = {.z = z, .m = 2 * n_chains, .n = n / 2, .chain = n, .mean = folded + all};
    normal_scores(x, sorted, all, z);
    *r_hat = r_hat_of(&h);
    *ess = ess_of(&h);
    const double median = gmix_i_quantile(sorted, all, 0.5);
    for (size_t i = 0; i < all; i++) {
        folded[i] = fabs(x[i] - median);
    }
    normal_scores(folded, sorted, all, z);
    *r_hat = fmax(*r_hat, r_hat_of(&h));
done:
    gmix_i_free(ctx, memory);
    return status;
}
