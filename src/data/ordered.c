/* Tables in an order of their own. See ordered.h. */
#include "data/ordered.h"

#include <math.h>
#include <stdlib.h>

#include "base/order.h"

/* A column's moments about its mean, in units of its standard deviation. */
typedef struct column_key {
    double skewness, kurtosis;
    size_t from;
} column_key;

/* A row: D cells, its weight, its label. */
typedef struct row_key {
    const double *cells;
    size_t n, from;
} row_key;

bool gmix_i_ordered_suits(const gmix_i_input *in) {
    return in->table && !in->errors && !in->between && !in->truncation &&
           !in->table->projections;
}

static int compare_numbers(double a, double b) {
    const int a_last = isnan(a) != 0, b_last = isnan(b) != 0;
    return a_last - b_last + (a > b) - (a < b);
}

static int compare_columns(const void *a, const void *b) {
    const column_key *const x = a, *const y = b;
    int sign = compare_numbers(x->skewness, y->skewness);
    sign = sign ? sign : compare_numbers(x->kurtosis, y->kurtosis);
    return sign ? sign : (x->from > y->from) - (x->from < y->from);
}

static int compare_rows(const void *a, const void *b) {
    const row_key *const x = a, *const y = b;
    int sign = 0;
    for (size_t j = 0; j < x->n && sign == 0; j++) {
        sign = compare_numbers(x->cells[j], y->cells[j]);
    }
    return sign ? sign : (x->from > y->from) - (x->from < y->from);
}

/* Of n values, sorted, so that sums do not hang on where they stood. */
static void take_moments(size_t n, const double *sorted, column_key *key) {
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean += sorted[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        square += (sorted[i] - mean) * (sorted[i] - mean) / (double)n;
    }
    const double unit = square > 0.0 ? 1.0 / sqrt(square) : 0.0;
    key->skewness = key->kurtosis = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double z = (sorted[i] - mean) * unit;
        key->skewness += z * z * z / (double)n;
        key->kurtosis += z * z * z * z / (double)n;
    }
}

/* values: N, scratch. */
static void sort_columns(const gmix_i_rows *rows, size_t d, double *values,
                         column_key *keys) {
    for (size_t j = 0; j < d; j++) {
        size_t n = 0;
        for (size_t i = 0; i < rows->n_rows; i++) {
            values[n] = gmix_i_cell(rows, i, j);
            n += isnan(values[n]) ? 0 : 1;
        }
        gmix_i_sort_reals(values, n);
        keys[j].from = j;
        take_moments(n, values, &keys[j]);
    }
    qsort(keys, d, sizeof *keys, compare_columns);
}

/* all: N x (D + 2); keys: N. */
static void sort_rows(const gmix_table *table, const gmix_i_rows *rows,
                      const size_t *columns, double *all, row_key *keys) {
    const size_t d = table->n_cols, width = d + 2;
    for (size_t i = 0; i < table->n_rows; i++) {
        double *const row = all + i * width;
        for (size_t j = 0; j < d; j++) {
            row[j] = gmix_i_cell(rows, i, columns[j]);
        }
        row[d] = table->weights ? table->weights[i] : 1.0;
        row[d + 1] = table->labels ? table->labels[i] : -1.0;
        keys[i] = (row_key){row, width, i};
    }
    qsort(keys, table->n_rows, sizeof *keys, compare_rows);
}

static void put_rows(const row_key *keys, size_t n, size_t d, double *x, double *weights,
                     int32_t *labels, size_t *numbers) {
    for (size_t i = 0; i < n; i++) {
        const double *const row = keys[i].cells;
        memcpy(x + i * d, row, d * sizeof *x);
        numbers[i] = keys[i].from;
        if (weights) {
            weights[i] = row[d];
        }
        if (labels) {
            labels[i] = (int32_t)row[d + 1];
        }
    }
}

/* What the table is a view of; the names go with their columns. */
static gmix_status make_room(gmix_ctx *ctx, const gmix_table *from, gmix_i_ordered *out) {
    gmix_status status = GMIX_OK;
    const size_t n = from->n_rows, d = from->n_cols;
    double *x = NULL, *weights = NULL;
    int32_t *labels = NULL;
    const char **names = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "ordered rows", d, sizeof *out->columns, &out->columns));
    GMIX_TRY(gmix_i_calloc(ctx, "ordered rows", n, sizeof *out->numbers, &out->numbers));
    GMIX_TRY(gmix_i_calloc(ctx, "ordered rows", n * d, sizeof *x, &x));
    out->table = gmix_table_f64(x, n, d);
    if (from->weights) {
        GMIX_TRY(gmix_i_calloc(ctx, "ordered rows", n, sizeof *weights, &weights));
        out->table.weights = weights;
    }
    if (from->labels) {
        GMIX_TRY(gmix_i_calloc(ctx, "ordered rows", n, sizeof *labels, &labels));
        out->table.labels = labels;
    }
    if (from->names) {
        GMIX_TRY(gmix_i_calloc(ctx, "ordered rows", d, sizeof *names, &names));
        out->table.names = names;
    }
    out->table.n_classes = from->n_classes;
    out->table.class_names = from->class_names;
done:
    return status;
}

static gmix_status fill(gmix_ctx *ctx, const gmix_table *from, gmix_i_ordered *out) {
    gmix_status status = GMIX_OK;
    const size_t n = from->n_rows, d = from->n_cols;
    const gmix_i_rows rows = gmix_i_table_rows(from, 0, n).rows;
    double *all = NULL;
    row_key *row_keys = NULL;
    column_key *column_keys = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "ordered rows", n * (d + 2), sizeof *all, &all));
    GMIX_TRY(gmix_i_calloc(ctx, "ordered rows", n, sizeof *row_keys, &row_keys));
    GMIX_TRY(gmix_i_calloc(ctx, "ordered rows", d, sizeof *column_keys, &column_keys));
    sort_columns(&rows, d, all, column_keys);
    const char **const names = (const char **)(uintptr_t)out->table.names;
    for (size_t j = 0; j < d; j++) {
        out->columns[j] = column_keys[j].from;
        if (names) {
            names[j] = from->names[out->columns[j]];
        }
    }
    sort_rows(from, &rows, out->columns, all, row_keys);
    put_rows(row_keys, n, d, (double *)(uintptr_t)out->table.data,
             (double *)(uintptr_t)out->table.weights,
             (int32_t *)(uintptr_t)out->table.labels, out->numbers);
done:
    gmix_i_free(ctx, all);
    gmix_i_free(ctx, row_keys);
    gmix_i_free(ctx, column_keys);
    return status;
}

gmix_status gmix_i_ordered_new(gmix_ctx *ctx, const gmix_i_input *in,
                               gmix_i_ordered *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_ordered){0};
    GMIX_TRY(make_room(ctx, in->table, out));
    GMIX_TRY(fill(ctx, in->table, out));
    GMIX_TRY(gmix_i_input_table(ctx, &out->table, &out->input));
    out->input.row_numbers = out->numbers;
done:
    if (status != GMIX_OK) {
        gmix_i_ordered_free(ctx, out);
    }
    return status;
}

void gmix_i_ordered_free(gmix_ctx *ctx, gmix_i_ordered *ordered) {
    gmix_i_free(ctx, (void *)(uintptr_t)ordered->table.data);
    gmix_i_free(ctx, (void *)(uintptr_t)ordered->table.weights);
    gmix_i_free(ctx, (void *)(uintptr_t)ordered->table.labels);
    gmix_i_free(ctx, (void *)(uintptr_t)ordered->table.names);
    gmix_i_free(ctx, ordered->columns);
    gmix_i_free(ctx, ordered->numbers);
    *ordered = (gmix_i_ordered){0};
}
