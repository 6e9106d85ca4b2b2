/* Widths of components where they lie. See local_widths.h. */
#include "search/local_widths.h"

#include <math.h>
#include <string.h>

#include "linalg/linalg.h"
#include "search/merging.h"

/* Of incomplete rows those that tell of a width count where it is less than most are. */
static const double LESS_WIDE = 0.3;

/* Both lists in the order of e: insertion. */
static void sort_widths(size_t d, const gmix_i_widths *w) {
    for (size_t i = 1; i < d; i++) {
        for (size_t j = i; j > 0 && w->e[j] < w->e[j - 1]; j--) {
            const double e = w->e[j], rows = w->rows[j];
            w->e[j] = w->e[j - 1];
            w->e[j - 1] = e;
            w->rows[j] = w->rows[j - 1];
            w->rows[j - 1] = rows;
        }
    }
}

/* Sets w->rows to the m rows of component k less those that leave its widths unseen, where these are
 * less than LESS_WIDE. e: as they are, not cut off at 1. */
static void count_informed(const gmix_i_params *p, size_t k, double m,
                           gmix_i_incomplete *incomplete, const double *axes,
                           const gmix_i_widths *w) {
    const size_t d = p->d;
    bool any = false;
    for (size_t i = 0; i < d; i++) {
        any = any || w->e[i] < LESS_WIDE;
    }
    any = any && incomplete && incomplete->n > 0;
    if (any) {
        gmix_i_unseen_rows(incomplete, p, k, axes, w->e, w->rows);
    }
    for (size_t i = 0; i < d; i++) {
        const double share =
            gmix_i_ramp(-log(w->e[i]), -log(LESS_WIDE), -log(0.1 * LESS_WIDE));
        w->rows[i] = any ? fmax(0.0, m - share * w->rows[i]) : m;
    }
}

void gmix_i_local_widths(const gmix_i_params *p, size_t k, size_t b, double m,
                         gmix_i_incomplete *incomplete, double *scratch,
                         const gmix_i_widths *w) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *const both = scratch, *const next = both + len, *const rest = next + len;
    memcpy(both, p->cov + k * len, len * sizeof *both);
    if (b != k) {
        gmix_i_part_merged(p, k, b, rest, next, both);
    }
    if (len == d) { /* diagonal: no axes to turn */
        for (size_t j = 0; j < d; j++) {
            w->e[j] = p->cov[k * len + j] / both[j];
        }
        count_informed(p, k, m, incomplete, NULL, w);
        sort_widths(d, w);
    } else {
        double *const axes = next, *const work = axes + d * d;
        gmix_i_relative_eigen(d, p->cov + k * len, both, w->e, axes, work);
        for (size_t j = 0; j < d; j++) {
            w->e[j] = fmax(w->e[j], 1e-300);
        }
        count_informed(p, k, m, incomplete, axes, w);
    }
    for (size_t j = 0; j < d; j++) {
        w->e[j] = fmin(1.0, w->e[j]);
    }
}

bool gmix_i_is_wide(const gmix_i_params *p, size_t k, size_t b, double least,
                    const gmix_i_incomplete *incomplete, double *scratch) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *const both = scratch, *const mean = both + len, *const rest = mean + d;
    if (len == d) { /* diagonal: widths in numbers cost no more */
        return false;
    }
    if (b == k) {
        return true;
    }
    const double times = incomplete && incomplete->n > 0 ? fmax(least, LESS_WIDE) : least;
    gmix_i_part_merged(p, k, b, rest, mean, both);
    for (size_t t = 0; t < len; t++) {
        both[t] = p->cov[k * len + t] - times * both[t];
    }
    return gmix_i_cholesky(NULL, d, both, rest);
}

double gmix_i_widths_mean_rows(const gmix_i_widths *w, size_t d) {
    double sum = 0.0;
    for (size_t i = 0; i < d; i++) {
        sum += w->rows[i];
    }
    return sum / (double)d;
}

double gmix_i_widths_fewest_rows(const gmix_i_widths *w, size_t d, double m) {
    double least = m;
    for (size_t i = 0; i < d; i++) {
        least = w->rows[i] >= GMIX_I_NO_ROW ? fmin(least, w->rows[i]) : least;
    }
    return least;
}
