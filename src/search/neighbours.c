/*
 * Components from neighbouring rows: what a search needs for groups of any width, where a width
 * taken from other components would never fit. The m rows nearest to a row give mean and
 * covariance; m is drawn with a uniform logarithm, since nothing is known of how many there are. Of
 * a few rows drawn the one is taken where the rows lie closest together beside the density
 * that the mixture gives them: there a component has most to gain (greedy insertion, Verbeek,
 * Vlassis & Kroese 2003, by the nearest-neighbour estimate of a density, Loftsgaarden &
 * Quesenberry 1965, instead of the likelihood).
 */
#include "search/neighbours.h"

#include <math.h>
#include <string.h>

enum {
    MOST_ROWS = 4096,
    MOST_CELLS = 1 << 19,
    TRIES = 6 /* rows drawn */
};

static size_t rows_kept(const gmix_table *table) {
    const size_t most = MOST_CELLS / table->n_cols;
    const size_t n = most < MOST_ROWS ? most : MOST_ROWS;
    return n < table->n_rows ? n : table->n_rows;
}

/* Complete rows of positive weight, evenly chosen, in the frame. */
gmix_status gmix_i_neighbours_new(gmix_ctx *ctx, const gmix_i_input *input,
                                  const gmix_i_frame *frame, gmix_i_neighbours *out) {
    gmix_status status = GMIX_OK;
    const gmix_table *const table = input->table;
    const size_t d = input->n_cols, most = table ? rows_kept(table) : 0;
    *out = (gmix_i_neighbours){.d = d, .ready = true};
    if (most == 0) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "rows for moves", most * (d + 3) + d, sizeof(double),
                           &out->x));
    out->w = out->x + most * d;
    out->apart = out->w + most;
    out->ordered = out->apart + most;
    out->unit = out->ordered + most;
    for (size_t s = 0; s < most; s++) {
        const size_t row =
            (size_t)((double)s * ((double)table->n_rows / (double)most)); /* rises */
        const gmix_i_rows rows = gmix_i_table_rows(table, row, 1).rows;
        double *const to = out->x + out->n * d;
        bool complete = !table->weights || table->weights[row] > 0.0;
        for (size_t j = 0; j < d; j++) {
            const double x = gmix_i_cell(&rows, 0, j);
            to[j] = (x - frame->shift[j]) * frame->inv_scale[j];
            complete = complete && isfinite(x);
        }
        out->w[out->n] = table->weights ? table->weights[row] : 1.0;
        out->total += complete ? out->w[out->n] : 0.0;
        out->n += complete;
    }
done:
    return status;
}

void gmix_i_neighbours_free(gmix_ctx *ctx, gmix_i_neighbours *rows) {
    gmix_i_free(ctx, rows->x);
    *rows = (gmix_i_neighbours){0};
}

/* Squared distances from row r, features in units of `unit`. */
static void measure(gmix_i_neighbours *rows, size_t r) {
    const size_t d = rows->d;
    const double *const from = rows->x + r * d;
    for (size_t i = 0; i < rows->n; i++) {
        const double *const x = rows->x + i * d;
        double sum = 0.0;
        for (size_t j = 0; j < d; j++) {
            const double off = (x[j] - from[j]) * rows->unit[j];
            sum += off * off;
        }
        rows->apart[i] = sum;
    }
}

/* The m-th smallest of the distances, m from 0 (Hoare's selection). */
static double smallest(gmix_i_neighbours *rows, size_t m) {
    double *const a = rows->ordered;
    size_t low = 0, high = rows->n - 1;
    memcpy(a, rows->apart, rows->n * sizeof *a);
    while (low < high) {
        const double pivot = a[low + (high - low) / 2];
        size_t i = low, j = high;
        while (i <= j) {
            while (a[i] < pivot) {
                i++;
            }
            while (a[j] > pivot) {
                j--;
            }
            if (i <= j) {
                const double t = a[i];
                a[i++] = a[j];
                a[j] = t;
                if (j == 0) {
                    break;
                }
                j--;
            }
        }
        if (m <= j && j < high) {
            high = j;
        } else if (m >= i) {
            low = i;
        } else {
            return a[m];
        }
    }
    return a[m];
}

/* log p(x) of the mixture, of its variances alone. */
static double log_density(const gmix_i_params *p, const double *x) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double top = -INFINITY;
    for (size_t k = 0; k < p->k; k++) {
        double sum = log(p->weights[k]);
        for (size_t j = 0; j < d; j++) {
            const double v = shape->variance(p->cov + k * len, j);
            const double off = x[j] - p->means[k * d + j];
            sum -= 0.5 * (off * off / v + log(v));
        }
        top = sum > top ? sum : top; /* the largest will do */
    }
    return top;
}

/* Features are compared in the units of all rows, or in those of one of the components. */
static void choose_unit(gmix_i_neighbours *rows, const gmix_i_params *p,
                        const double *variance, gmix_i_stream *stream) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t len = shape->cov_len(p->d), k = gmix_i_next_below(stream, 2 * p->k);
    for (size_t j = 0; j < p->d; j++) {
        const double v = k < p->k ? shape->variance(p->cov + k * len, j) : variance[j];
        rows->unit[j] = v > 0.0 ? 1.0 / sqrt(v) : 1.0;
    }
}

/* Mean and covariance of the rows within a distance of what was measured; their share. */
static double moments_within(const gmix_i_neighbours *rows, double radius,
                             const gmix_i_shape *shape, double *mean, double *matrix,
                             double *cov) {
    const size_t d = rows->d;
    double total = 0.0;
    memset(mean, 0, d * sizeof *mean);
    memset(matrix, 0, d * d * sizeof *matrix);
    for (size_t i = 0; i < rows->n; i++) {
        const double w = rows->apart[i] <= radius ? rows->w[i] : 0.0;
        total += w;
        for (size_t j = 0; j < d && w > 0.0; j++) {
            mean[j] += w * rows->x[i * d + j];
        }
    }
    for (size_t j = 0; j < d; j++) {
        mean[j] /= total;
    }
    for (size_t i = 0; i < rows->n; i++) {
        const double w = rows->apart[i] <= radius ? rows->w[i] / total : 0.0;
        for (size_t j = 0; j < d && w > 0.0; j++) {
            const double off = w * (rows->x[i * d + j] - mean[j]);
            for (size_t t = 0; t <= j; t++) {
                matrix[j * d + t] += off * (rows->x[i * d + t] - mean[t]);
            }
        }
    }
    shape->from_matrix(d, matrix, cov);
    return total / rows->total;
}

bool gmix_i_neighbours_place(gmix_i_neighbours *rows, const gmix_i_params *from,
                             const double *variance, gmix_i_stream *stream,
                             double *scratch, double *mean, double *cov, double *weight) {
    const size_t d = rows->d, n = rows->n, least = 2 * (d + 1);
    const double most = (double)n / (double)from->k;
    if (n < 2 * least) {
        return false;
    }
    const double spread = log(fmax(most, (double)least) / (double)least);
    const size_t m = (size_t)((double)least * exp(spread * gmix_i_next_uniform(stream)));
    double best = -INFINITY;
    size_t chosen = 0;
    choose_unit(rows, from, variance, stream);
    for (size_t t = 0; t < TRIES; t++) {
        const size_t r = gmix_i_next_below(stream, n);
        measure(rows, r);
        const double radius = smallest(rows, m < n ? m : n - 1);
        const double gain =
            -0.5 * (double)d * log(radius) - log_density(from, rows->x + r * d);
        if (gain > best || t == 0) {
            best = gain;
            chosen = r;
        }
    }
    measure(rows, chosen);
    const double radius = smallest(rows, m < n ? m : n - 1);
    *weight = moments_within(rows, radius, from->family->shape, mean, scratch, cov);
    return true;
}
