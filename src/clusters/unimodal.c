/* P-values of dips. See unimodal.h. Draws come from a stream of their own, the same for every call. */
#include "clusters/unimodal.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/order.h"
#include "base/rng.h"

enum { DRAWS = 199, PLACES = 512, MOST_WIDENED = 400 };

/* Counts of the values on a grid, each between two places, and their kernel estimate. */
typedef struct grid {
    double low, step, count[PLACES], density[PLACES];
} grid;

static void fill_counts(size_t n, const double *x, double width, grid *g) {
    g->low = x[0] - 3.0 * width;
    g->step = (x[n - 1] + 3.0 * width - g->low) / (PLACES - 1);
    memset(g->count, 0, sizeof g->count);
    for (size_t i = 0; i < n; i++) {
        const double at = (x[i] - g->low) / g->step;
        const double place = fmin(fmax(floor(at), 0.0), PLACES - 2);
        g->count[(size_t)place] += 1.0 - (at - place);
        g->count[(size_t)place + 1] += at - place;
    }
}

static void smooth(double width, grid *g) {
    double kernel[PLACES];
    size_t reach = 0;
    for (size_t i = 0; i < PLACES; i++) {
        const double away = (double)i * g->step / width;
        kernel[i] = exp(-0.5 * away * away);
        reach = away < 6.0 ? i : reach;
    }
    for (size_t i = 0; i < PLACES; i++) {
        const size_t first = i > reach ? i - reach : 0;
        const size_t end = i + reach + 1 < PLACES ? i + reach + 1 : PLACES;
        g->density[i] = 0.0;
        for (size_t j = first; j < end; j++) {
            g->density[i] += g->count[j] * kernel[j > i ? j - i : i - j];
        }
    }
}

static bool has_one_mode(const grid *g) {
    bool falls = false;
    for (size_t i = 1; i < PLACES; i++) {
        const double off = g->density[i] - g->density[i - 1];
        const double rounding = 1e-12 * g->density[i];
        if (falls && off > rounding) {
            return false;
        }
        falls = falls || off < -rounding;
    }
    return true;
}

/* Silverman's rule of thumb. x is sorted. */
static double rule_of_thumb(size_t n, const double *x) {
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean += x[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        square += (x[i] - mean) * (x[i] - mean) / ((double)n - 1.0);
    }
    const double middle = gmix_i_quantile(x, n, 0.75) - gmix_i_quantile(x, n, 0.25);
    const double sd = sqrt(square);
    const double spread = middle > 0.0 ? fmin(sd, middle / 1.34) : sd;
    return 0.9 * spread * pow((double)n, -0.2);
}

static bool is_wide_enough(size_t n, const double *x, double width) {
    grid g;
    fill_counts(n, x, width, &g);
    smooth(width, &g);
    return has_one_mode(&g);
}

/* The rule of thumb, or as many tenths of it more as leave one mode: a Gaussian kernel makes no modes as it widens
 * (Silverman 1981), so that halving finds how many. */
static double width_of_one_mode(size_t n, const double *x) {
    const double rule = rule_of_thumb(n, x);
    if (is_wide_enough(n, x, rule)) {
        return rule;
    }
    int low = 0, high = MOST_WIDENED;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        *(is_wide_enough(n, x, rule * (1.0 + 0.1 * middle)) ? &high : &low) = middle;
    }
    return rule * (1.0 + 0.1 * high);
}

static double draw_dip(size_t n, double width, size_t draw, gmix_i_dipper *d) {
    gmix_i_stream stream = gmix_i_stream_open(0, GMIX_I_RNG_FIT_TEST, draw);
    for (size_t i = 0; i < n; i += 2) {
        double z[2], u[2];
        gmix_i_normal2(&stream, i, z);
        gmix_i_uniform2(&stream, i + 1, u);
        for (size_t side = 0; side < 2 && i + side < n; side++) {
            const size_t from = (size_t)(u[side] * (double)n);
            d->draws[i + side] = d->values[from < n ? from : n - 1] + width * z[side];
        }
    }
    gmix_i_sort_reals(d->draws, n);
    return gmix_i_dip(n, d->draws, d->work, d->knots);
}

double gmix_i_unimodal_p(size_t n, gmix_i_dipper *d) {
    if (n < 4) {
        return 1.0;
    }
    gmix_i_sort_reals(d->values, n);
    if (!(d->values[n - 1] > d->values[0])) {
        return 1.0;
    }
    const double dip = gmix_i_dip(n, d->values, d->work, d->knots);
    const double bound = 2.0 * exp(-2.0 * (double)n * dip * dip);
    if (bound < 1.0 / (DRAWS + 1.0)) {
        return bound;
    }
    const double width = width_of_one_mode(n, d->values);
    size_t as_far = 0;
    for (size_t draw = 0; draw < DRAWS; draw++) {
        as_far += draw_dip(n, width, draw, d) >= dip;
    }
    return (1.0 + (double)as_far) / (DRAWS + 1.0);
}
