/*
 * Components from neighbouring rows: what a search needs for groups of any width, where a width
 * taken from other components would never fit. Rows near a row, nearest first, are a clump at any of
 * their numbers m; as a component of their own it gains
 *
 *     m log (m / N) + sum_i (log N(x_i | mean, S) - log p(x_i)) - (1/2) q log N
 *
 * of its members over the mixture p that they are in, at the price of its q parameters: the best m, of
 * the best of some rows, is where a component has most to gain (greedy insertion, Verbeek, Vlassis &
 * Kroese 2003). m grows geometrically: nothing is known of how many there are.
 */
#include "search/neighbours.h"

#include <math.h>
#include <string.h>

#include "linalg/linalg.h"

enum {
    MOST_ROWS = GMIX_I_MOST_NEIGHBOURS,
    MOST_CELLS = 1 << 19,
    FEW_TRIES = 8, /* more of them look for what was not given out before */
    MOST_FULL = 12 /* features; of more the clumps are told by their variances alone */
};
static const double GROWTH = 1.25; /* of m */
static const double LOG_TWO_PI = 1.8378770664093454836;

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
    GMIX_TRY(gmix_i_calloc(ctx, "rows for moves", most * (d + 4) + d + 3 * d * d,
                           sizeof(double), &out->x));
    GMIX_TRY(gmix_i_calloc(ctx, "rows for moves", most, sizeof *out->rank, &out->rank));
    GMIX_TRY(gmix_i_calloc(ctx, "rows for moves", most, sizeof *out->seen, &out->seen));
    out->w = out->x + most * d;
    out->apart = out->w + most;
    out->ordered = out->apart + most;
    out->log_density = out->ordered + most;
    out->unit = out->log_density + most;
    out->matrix = out->unit + d;
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
    gmix_i_free(ctx, rows->rank);
    gmix_i_free(ctx, rows->seen);
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

/* A covariance of the family's kind as a packed matrix, no narrower than the floor. */
static void widen(size_t d, const double *matrix, const double *floor, double *packed) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            const bool kept = i == j || d <= MOST_FULL;
            packed[i * (i + 1) / 2 + j] =
                kept ? matrix[i * d + j] + (i == j ? floor[i] : 0.0) : 0.0;
        }
    }
}

/* log p(x) of the mixture at every row kept; of wide tables by its variances. */
static void measure_mixture(gmix_i_neighbours *rows, const gmix_i_params *p,
                            const double *floor) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *const l = rows->matrix + d * d, *const z = l + d * d;
    const double noise = log(p->weights[p->k]) - p->log_volume;
    for (size_t i = 0; i < rows->n; i++) {
        rows->log_density[i] = p->noise ? noise : -INFINITY;
    }
    for (size_t k = 0; k < p->k; k++) {
        double log_det = 0.0;
        shape->to_matrix(d, p->cov + k * len, rows->matrix);
        widen(d, rows->matrix, floor, l);
        if (!(p->weights[k] > 0.0) || !gmix_i_cholesky(NULL, d, l, l)) {
            continue;
        }
        for (size_t j = 0; j < d; j++) {
            log_det += log(l[j * (j + 1) / 2 + j]);
        }
        const double head = log(p->weights[k]) - log_det - 0.5 * (double)d * LOG_TWO_PI;
        for (size_t i = 0; i < rows->n; i++) {
            double sum = 0.0;
            for (size_t j = 0; j < d; j++) {
                const double *const row = l + j * (j + 1) / 2;
                double off = rows->x[i * d + j] - p->means[k * d + j];
                for (size_t t = d <= MOST_FULL ? 0 : j; t < j; t++) {
                    off -= row[t] * z[t];
                }
                z[j] = off / row[j];
                sum += z[j] * z[j];
            }
            const double a = head - 0.5 * sum, b = rows->log_density[i];
            rows->log_density[i] = a > b ? a + log1p(exp(b - a)) : b + log1p(exp(a - b));
        }
    }
    memset(rows->seen, 0, rows->n * sizeof *rows->seen);
    rows->measured = true;
}

void gmix_i_neighbours_save(const gmix_i_neighbours *rows,
                            uint64_t seen[GMIX_I_SEEN_WORDS]) {
    memset(seen, 0, GMIX_I_SEEN_WORDS * sizeof *seen);
    for (size_t i = 0; i < rows->n; i++) {
        seen[i / 64] |= (uint64_t)rows->seen[i] << (i % 64);
    }
}

void gmix_i_neighbours_restore(gmix_i_neighbours *rows, const gmix_i_params *from,
                               const double *floor,
                               const uint64_t seen[GMIX_I_SEEN_WORDS]) {
    measure_mixture(rows, from, floor);
    for (size_t i = 0; i < rows->n; i++) {
        rows->seen[i] = seen[i / 64] >> (i % 64) & 1;
    }
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

/* The rows within the radius of what was measured, nearest first; how many. Shell's sort: they are few,
 * and equal ones stay apart by their number. */
static size_t rank_within(gmix_i_neighbours *rows, double radius) {
    size_t n = 0;
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->apart[i] <= radius) {
            rows->rank[n++] = i;
        }
    }
    for (size_t gap = n / 2; gap > 0; gap = gap > 2 ? gap * 5 / 11 : gap - 1) {
        for (size_t i = gap; i < n; i++) {
            const size_t row = rows->rank[i];
            size_t j = i;
            for (; j >= gap && rows->apart[rows->rank[j - gap]] > rows->apart[row];
                 j -= gap) {
                rows->rank[j] = rows->rank[j - gap];
            }
            rows->rank[j] = row;
        }
    }
    return n;
}

/* Sums about the seed of the rows that are ranked, and what they have as a clump. */
typedef struct clump {
    double weight, log_density; /* of the mixture, at its members */
    double *sum, *scatter;      /* D; D x D, lower triangle */
} clump;

static void clump_add(clump *c, const gmix_i_neighbours *rows, size_t seed, size_t i) {
    const size_t d = rows->d;
    const double *const x = rows->x + i * d, *const from = rows->x + seed * d;
    const double w = rows->w[i];
    c->weight += w;
    c->log_density += w * rows->log_density[i];
    for (size_t j = 0; j < d; j++) {
        const double off = w * (x[j] - from[j]);
        c->sum[j] += off;
        for (size_t t = d <= MOST_FULL ? 0 : j; t <= j; t++) {
            c->scatter[j * d + t] += off * (x[t] - from[t]);
        }
    }
}

/* Mean, about the seed, and covariance, as matrix (D x D) and as the family has it. */
static void clump_moments(const clump *c, const gmix_i_shape *shape, size_t d,
                          double *mean, double *matrix, double *cov) {
    for (size_t j = 0; j < d; j++) {
        mean[j] = c->sum[j] / c->weight;
        for (size_t t = 0; t <= j; t++) {
            matrix[j * d + t] = c->scatter[j * d + t] / c->weight - mean[j] * mean[t];
        }
    }
    shape->from_matrix(d, matrix, cov);
}

/* What the clump gains as a component. scratch: D + cov_len. */
static double clump_gain(const clump *c, const gmix_i_neighbours *rows,
                         const gmix_i_shape *shape, const double *floor,
                         double *scratch) {
    const size_t d = rows->d, len = shape->cov_len(d);
    double *const l = rows->matrix + d * d;
    const double q = (double)(1 + d + len);
    double log_det = 0.0;
    clump_moments(c, shape, d, scratch, rows->matrix, scratch + d);
    shape->to_matrix(d, scratch + d, rows->matrix);
    widen(d, rows->matrix, floor, l);
    if (!gmix_i_cholesky(NULL, d, l, l)) {
        return -INFINITY;
    }
    for (size_t j = 0; j < d; j++) {
        log_det += 2.0 * log(l[j * (j + 1) / 2 + j]);
    }
    return c->weight * (log(c->weight / rows->total) -
                        0.5 * (log_det + (double)d * (LOG_TWO_PI + 1.0))) -
           c->log_density - 0.5 * q * log(rows->total);
}

static void clump_clear(clump *c, size_t d) {
    c->weight = c->log_density = 0.0;
    memset(c->sum, 0, d * sizeof *c->sum);
    memset(c->scatter, 0, d * d * sizeof *c->scatter);
}

/* The best number of rows about the seed, at most `most`; its gain. */
static size_t best_size(gmix_i_neighbours *rows, size_t seed, size_t most, clump *c,
                        const gmix_i_shape *shape, const double *floor, double *scratch,
                        double *gain) {
    size_t next = rows->d + 2, best = 0;
    measure(rows, seed);
    const double radius = smallest(rows, most < rows->n ? most : rows->n - 1);
    const size_t n = rank_within(rows, radius);
    clump_clear(c, rows->d);
    *gain = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        clump_add(c, rows, seed, rows->rank[i]);
        if (i + 1 == next || i + 1 == n) {
            const double own = clump_gain(c, rows, shape, floor, scratch);
            next = (size_t)ceil((double)next * GROWTH);
            if (own > *gain) {
                *gain = own;
                best = i + 1;
            }
        }
    }
    return best;
}

bool gmix_i_neighbours_place(gmix_i_neighbours *rows, const gmix_i_params *from,
                             const double *variance, const double *floor, size_t tries,
                             gmix_i_stream *stream, double *scratch, double *mean,
                             double *cov, double *weight) {
    const size_t d = rows->d, n = rows->n;
    const gmix_i_shape *const shape = from->family->shape;
    const size_t most = n / from->k > d + 2 ? n / from->k : d + 2;
    clump c = {.sum = rows->matrix + 2 * d * d, .scatter = scratch};
    size_t chosen = n, size = 0;
    double best = -INFINITY;
    if (n < 2 * (d + 2)) {
        return false;
    }
    if (!rows->measured) {
        measure_mixture(rows, from, floor);
    }
    choose_unit(rows, from, variance, stream);
    for (size_t t = 0; t < tries; t++) {
        const size_t r = gmix_i_next_below(stream, n);
        double gain = -INFINITY;
        const size_t m =
            tries > FEW_TRIES && rows->seen[r]
                ? 0
                : best_size(rows, r, most, &c, shape, floor, scratch + d * d, &gain);
        if (m > 0 && (gain > best || chosen == n)) {
            best = gain;
            chosen = r;
            size = m;
        }
    }
    if (chosen == n) {
        memset(rows->seen, 0, n * sizeof *rows->seen);
        return false;
    }
    measure(rows, chosen);
    rank_within(rows, smallest(rows, most < n ? most : n - 1));
    clump_clear(&c, d);
    for (size_t i = 0; i < size; i++) {
        clump_add(&c, rows, chosen, rows->rank[i]);
        rows->seen[rows->rank[i]] = true;
    }
    clump_moments(&c, shape, d, mean, rows->matrix, cov);
    for (size_t j = 0; j < d; j++) {
        mean[j] += rows->x[chosen * d + j];
    }
    *weight = c.weight / rows->total;
    return true;
}
