/*
 * Decision boundaries in one dimension. See curves.h.
 *
 *     log pi_i - log s_i - (x - mu_i)^2 / 2 s_i^2 = log pi_j - log s_j - (x - mu_j)^2 / 2 s_j^2
 *
 * is a quadratic in x. Between two neighbouring roots of all pairs the winner is one and the
 * same, so that looking once in every gap finds all changes.
 */
#include <math.h>
#include <stdlib.h>

#include "plot/curves.h"

enum { MOST_COMPONENTS = 64 }; /* K^2 roots, each looked at with K components */

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Real roots of a x^2 + 2 b x + c. */
static size_t roots(double a, double b, double c, double out[2]) {
    out[0] = out[1] = 0;
    if (a == 0) {
        out[0] = b != 0 ? -c / (2 * b) : 0;
        return b != 0;
    }
    const double square = b * b - a * c;
    if (!(square >= 0)) {
        return 0;
    }
    const double q = -(b + copysign(sqrt(square), b));
    out[0] = q / a;
    out[1] = q != 0 ? c / q : 0;
    return 2;
}

/* log pi_k N(x | ...) without the constant that all share; of noise for k = K. */
static double score(const gmix_i_view *v, size_t k, double x) {
    if (k == v->k) {
        return log(v->noise_density) + 0.918938533204672742; /* log sqrt(2 pi) */
    }
    const double a = x - v->means[k], s = v->covariances[k];
    return log(v->weights[k]) - 0.5 * log(s) - 0.5 * a * (a / s);
}

static size_t winner(const gmix_i_view *v, double x) {
    const size_t n = v->k + (v->noise_density > 0);
    size_t best = 0;
    double most = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        const double here = score(v, k, x);
        if (here > most) {
            most = here;
            best = k;
        }
    }
    return best;
}

/* Roots for a pair, about the mean of i so that far-off data lose no digits. */
static size_t compare(const gmix_i_view *v, size_t i, size_t j, double out[2]) {
    const double p = 1 / v->covariances[i];
    const double gap = j < v->k ? v->means[j] - v->means[i] : 0;
    const double q = j < v->k ? 1 / v->covariances[j] : 0;
    const double level_i = score(v, i, v->means[i]);
    const double level_j = j < v->k ? score(v, j, v->means[j]) : score(v, j, 0);
    const double a = -0.5 * p + 0.5 * q, b = -0.5 * q * gap;
    const double c = level_i - level_j + 0.5 * q * gap * gap;
    const size_t n = roots(a, b, c, out);
    out[0] += v->means[i];
    out[1] += v->means[i];
    return n;
}

gmix_status gmix_i_boundaries(gmix_i_plot *plot, const gmix_i_view *view, double lo,
                              double hi, double **out, size_t *n) {
    const size_t k_all = view->k, everyone = k_all + (view->noise_density > 0);
    double *all = NULL, pair[2] = {0, 0};
    size_t n_all = 0;
    gmix_status status = GMIX_OK;
    *n = 0;
    *out = NULL;
    if (k_all > MOST_COMPONENTS) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(plot->ctx, "boundaries", everyone * everyone + 2, sizeof *all,
                           &all));
    GMIX_TRY(gmix_i_plot_alloc(plot, GMIX_I_MOST_BOUNDARIES, sizeof **out, out));
    all[n_all++] = lo;
    for (size_t i = 0; i < k_all; i++) {
        for (size_t j = i + 1; j < everyone; j++) {
            const size_t found = compare(view, i, j, pair);
            for (size_t r = 0; r < 2 && r < found; r++) {
                if (pair[r] > lo && pair[r] < hi) {
                    all[n_all++] = pair[r];
                }
            }
        }
    }
    all[n_all++] = hi;
    qsort(all, n_all, sizeof *all, ascending);
    for (size_t i = 1; i + 1 < n_all && *n < GMIX_I_MOST_BOUNDARIES; i++) {
        const size_t left = winner(view, all[i - 1] + 0.5 * (all[i] - all[i - 1]));
        const size_t right = winner(view, all[i] + 0.5 * (all[i + 1] - all[i]));
        if (left != right) {
            (*out)[(*n)++] = all[i];
        }
    }
done:
    gmix_i_free(plot->ctx, all);
    return status;
}
