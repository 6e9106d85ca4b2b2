/* Histograms. See histogram.h. */
#include "plot/histogram.h"

#include <gmix/distribution.h>

#include <math.h>
#include <stdlib.h>

/* Of a grid: where there are more, bins do not look any different for it. */
static const double MANY_VALUES = 1000;

/* How many bins, and how wide, at most. */
typedef struct gmix_i_bins {
    size_t most;
    double by_component; /* 0: no bound */
} gmix_i_bins;

struct weighted {
    double value, weight;
};

static int ascending(const void *a, const void *b) {
    const double x = ((const struct weighted *)a)->value;
    const double y = ((const struct weighted *)b)->value;
    return (x > y) - (x < y);
}

/* The value below which a share of the weight lies. */
static double quantile(const struct weighted *rows, size_t n, double total,
                       double share) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += rows[i].weight;
        if (sum >= share * total) {
            return rows[i].value;
        }
    }
    return rows[n - 1].value;
}

static double deviation(const struct weighted *rows, size_t n, double total) {
    double mean = 0, square = 0;
    for (size_t i = 0; i < n; i++) {
        mean += rows[i].weight / total * (rows[i].value - rows[0].value);
    }
    for (size_t i = 0; i < n; i++) {
        const double x = rows[i].value - rows[0].value - mean;
        square += rows[i].weight / total * x * x;
    }
    return sqrt(square);
}

/* by_component: what the width would be for the rows of one component. */
static double bin_width(const struct weighted *rows, size_t n, double total,
                        double by_component) {
    const double iqr = quantile(rows, n, total, 0.75) - quantile(rows, n, total, 0.25);
    const double scale = 1 / cbrt((double)n);
    const double width =
        iqr > 0 ? 2 * iqr * scale : 3.5 * deviation(rows, n, total) * scale;
    return by_component > 0 ? fmin(width, by_component) : width;
}

/* The bin of a value; the last one has its upper end, too. */
static size_t histogram_bin(const gmix_i_histogram *h, double x) {
    const double at = (x - h->lo) / h->width;
    return at >= (double)h->n ? h->n - 1 : at > 0 ? (size_t)at : 0;
}

/* The step that all values are multiples of, but for an offset; 0 if there is none. */
static double step_of(const struct weighted *rows, size_t n) {
    static const double exact =
        1e-3; /* of a step: what arithmetic may have done to a value */
    double step = INFINITY;
    for (size_t i = 1; i < n; i++) {
        const double gap = rows[i].value - rows[i - 1].value;
        step = gap > 0 ? fmin(step, gap) : step;
    }
    for (size_t i = 1; i < n; i++) {
        const double gaps = (rows[i].value - rows[i - 1].value) / step;
        if (fabs(gaps - nearbyint(gaps)) > exact) {
            return 0;
        }
    }
    return isfinite(step) ? step : 0;
}

/* Where bins lie. Those of values on a grid hold as many of its values each, from half a step before the first: bars
 * stand around the values they count. */
static void place(const struct weighted *rows, size_t n, double total,
                  const gmix_i_bins *bound, gmix_i_histogram *out) {
    const size_t most = bound->most;
    const double lo = rows[0].value, hi = rows[n - 1].value;
    const double width = bin_width(rows, n, total, bound->by_component),
                 step = step_of(rows, n);
    const double bins = hi > lo && width > 0 ? ceil((hi - lo) / width) : 1;
    out->n = bins < (double)most ? (size_t)bins : most;
    out->lo = lo;
    out->width = (hi - lo) / (double)out->n;
    const double values = (hi - lo) / step + 1; /* of the grid */
    if (step > 0 && bins > 1 && values < MANY_VALUES) {
        const double each = fmax(1, nearbyint(width / step));
        const double held = fmax(each, ceil(values / (double)most));
        out->n = (size_t)ceil(nearbyint(values) / held);
        out->lo = lo - 0.5 * step;
        out->width = held * step;
    }
}

static gmix_status fill(gmix_i_plot *plot, const struct weighted *rows, size_t n,
                        double total, const gmix_i_bins *bound, gmix_i_histogram *out) {
    const double lo = rows[0].value;
    place(rows, n, total, bound, out);
    if (!(out->width > 0)) { /* one value: a bar around it */
        out->width = fabs(lo) > 0 ? 0.01 * fabs(lo) : 0.1;
        out->lo = lo - 0.5 * out->width;
    }
    const gmix_status status =
        gmix_i_plot_alloc(plot, out->n, sizeof *out->height, &out->height);
    for (size_t i = 0; status == GMIX_OK && i < n; i++) {
        double *const height = &out->height[histogram_bin(out, rows[i].value)];
        *height += rows[i].weight / total / out->width;
        out->highest = fmax(out->highest, *height);
    }
    return status;
}

/* Of a truncated sample: the share of the population that lies within, which is the area of its histogram. */
static double share_within(gmix_i_plot *plot) {
    const double *const bounds = plot->table ? plot->table->truncation : NULL;
    double below[2];
    if (!bounds || !plot->model || gmix_model_n_features(plot->model) != 1 ||
        gmix_cdf(plot->ctx, plot->model, 2, bounds, below, NULL) != GMIX_OK) {
        return 1.0;
    }
    return exp(below[1]) - exp(below[0]);
}

/* Scott's width for as many rows as a component has on the average, of its average variance. */
static double width_by_component(const gmix_i_view *view, size_t n) {
    double variance = 0, weight = 0;
    for (size_t k = 0; k < view->k; k++) {
        variance += view->weights[k] * gmix_i_view_variance(view, k, 0);
        weight += view->weights[k];
    }
    const double rows = (double)n / (double)view->k;
    return weight > 0 && isfinite(variance)
               ? 3.5 * sqrt(variance / weight) / cbrt(fmax(rows, 1))
               : 0;
}

gmix_status gmix_i_histogram_new(gmix_i_plot *plot, const double *values,
                                 const double *weights, size_t n, const gmix_i_view *view,
                                 size_t most, gmix_i_histogram *out) {
    struct weighted *rows = NULL;
    double total = 0;
    *out = (gmix_i_histogram){0};
    if (n == 0) {
        return GMIX_OK;
    }
    gmix_status status = gmix_i_calloc(plot->ctx, "histogram", n, sizeof *rows, &rows);
    if (status == GMIX_OK) {
        for (size_t i = 0; i < n; i++) {
            rows[i] = (struct weighted){values[i], weights ? weights[i] : 1};
            total += rows[i].weight;
        }
        qsort(rows, n, sizeof *rows, ascending);
        const gmix_i_bins bound = {most, width_by_component(view, n)};
        status = fill(plot, rows, n, total / share_within(plot), &bound, out);
    }
    gmix_i_free(plot->ctx, rows);
    return status;
}
