/*
 * The NPY reader. Floats in this machine's byte order are shown where they lie, in a
 * mapping of the file, as a strided view; so are choices of equally spaced columns. All
 * else is converted to a row-major copy: float where the file has floats, else double.
 */
#include "files/npy.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/threads.h"
#include "files/columns.h"
#include "files/label_column.h"
#include "files/log_columns.h"
#include "files/reader.h"

static const char MAGIC[] = "\x93NUMPY";

/* A file cut off inside the magic is NPY too: the reader says so. */
static bool probe(const char *first, size_t n) {
    return memcmp(first, MAGIC, n < sizeof MAGIC - 1 ? n : sizeof MAGIC - 1) == 0;
}

/* IEEE binary16. */
static double half_value(unsigned bits) {
    const int exponent = (int)(bits >> 10 & 31);
    const double fraction = (double)(bits & 1023);
    double x;
    if (exponent == 31) {
        x = fraction > 0.0 ? (double)NAN : (double)INFINITY;
    } else if (exponent == 0) {
        x = ldexp(fraction, -24);
    } else {
        x = ldexp(fraction + 1024.0, exponent - 25);
    }
    return bits >> 15 ? -x : x;
}

static double float_value(uint64_t bits, size_t size) {
    if (size == 8) {
        double x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    if (size == 4) {
        const uint32_t low = (uint32_t)bits;
        float x;
        memcpy(&x, &low, sizeof x);
        return (double)x;
    }
    return half_value((unsigned)bits);
}

/* Element at p as a double. */
static double npy_value(const struct gmix_i_npy *npy, const char *p) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const bool big = npy->swapped;
#else
    const bool big = !npy->swapped;
#endif
    uint64_t bits = 0;
    for (size_t i = 0; i < npy->size; i++) {
        const uint64_t byte = (unsigned char)p[big ? npy->size - 1 - i : i];
        bits |= byte << 8 * i;
    }
    const unsigned unused = (unsigned)(64 - 8 * npy->size) & 63;
    switch (npy->kind) {
    case 'f':
        return float_value(bits, npy->size);
    case 'i': /* the sign bit to the top and back */
        return (double)((int64_t)(bits << unused) >> unused);
    case 'b':
        return bits != 0 ? 1.0 : 0.0;
    default:
        return (double)bits;
    }
}

/* Bytes from a row to the next, and from a column to the next. */
static size_t row_step(const struct gmix_i_npy *npy) {
    return npy->size * (npy->fortran ? 1 : npy->n_cols);
}

static size_t column_step(const struct gmix_i_npy *npy) {
    return npy->size * (npy->fortran ? npy->n_rows : 1);
}

/* True if the chosen columns can be shown where they lie. */
static bool viewable(const struct gmix_i_npy *npy, const struct gmix_i_columns *columns) {
    const bool native = npy->kind == 'f' && npy->size >= 4 && !npy->swapped;
    const size_t *const c = columns->features;
    bool even = true;
    for (size_t k = 2; k < columns->n_features; k++) {
        even = even && c[k] - c[k - 1] == c[1] - c[0]; /* modulo 2^64: backwards too */
    }
    return native && even && columns->n_features > 0 &&
           (uintptr_t)npy->data % npy->size == 0;
}

static void show_view(const struct gmix_i_npy *npy, const struct gmix_i_columns *columns,
                      struct gmix_i_bytes *bytes, struct gmix_data *data) {
    const size_t *const c = columns->features;
    const ptrdiff_t apart =
        columns->n_features > 1 ? (ptrdiff_t)c[1] - (ptrdiff_t)c[0] : 1;
    data->table.data = npy->data + c[0] * column_step(npy);
    data->table.dtype = npy->size == 8 ? GMIX_F64 : GMIX_F32;
    data->table.row_stride = (ptrdiff_t)(row_step(npy) / npy->size);
    data->table.col_stride = (ptrdiff_t)(column_step(npy) / npy->size) * apart;
    data->bytes = *bytes;
    data->bytes.name = NULL; /* the caller's */
    *bytes = (struct gmix_i_bytes){0};
}

enum { COPY_ROWS = 4096 };

struct copy_job {
    const struct gmix_i_npy *npy;
    const struct gmix_i_columns *columns;
    gmix_table *table;
    void *values;
};

static void copy_rows(void *arg, size_t index, int thread) {
    (void)thread;
    const struct copy_job *const job = arg;
    const size_t first = index * COPY_ROWS;
    const size_t left = job->table->n_rows - first;
    const size_t stop = first + (left < COPY_ROWS ? left : COPY_ROWS);
    const size_t n = job->columns->n_features;
    const bool single = job->table->dtype == GMIX_F32;
    for (size_t k = 0; k < n; k++) {
        const char *const column =
            job->npy->data + job->columns->features[k] * column_step(job->npy);
        for (size_t i = first; i < stop; i++) {
            const double x = npy_value(job->npy, column + i * row_step(job->npy));
            if (single) {
                ((float *)job->values)[i * n + k] = (float)x;
            } else {
                ((double *)job->values)[i * n + k] = x;
            }
        }
    }
}

static gmix_status copy(gmix_ctx *ctx, const char *file, const struct gmix_i_npy *npy,
                        const struct gmix_i_columns *columns, struct gmix_data *data) {
    const bool single = npy->kind == 'f' && npy->size <= 4;
    const size_t n = columns->n_features;
    size_t row;
    if (__builtin_mul_overflow(n, single ? sizeof(float) : sizeof(double), &row)) {
        row = SIZE_MAX;
    }
    const gmix_status status = gmix_i_calloc(ctx, file, npy->n_rows, row, &data->values);
    if (status != GMIX_OK) {
        return status;
    }
    data->table.data = data->values;
    data->table.dtype = single ? GMIX_F32 : GMIX_F64;
    data->table.row_stride = (ptrdiff_t)n;
    data->table.col_stride = 1;
    struct copy_job job = {npy, columns, &data->table, data->values};
    const size_t pieces = (npy->n_rows - 1) / COPY_ROWS + 1;
    return gmix_i_parallel_for(ctx, ctx->opts.n_threads, pieces, copy_rows, &job);
}

static gmix_status copy_weights(gmix_ctx *ctx, const char *file,
                                const struct gmix_i_npy *npy, size_t column,
                                struct gmix_data *data) {
    if (column == GMIX_I_NO_COLUMN) {
        return GMIX_OK;
    }
    const gmix_status status =
        gmix_i_calloc(ctx, "weights", npy->n_rows, sizeof(double), &data->weights);
    if (status != GMIX_OK) {
        return status;
    }
    const char *p = npy->data + column * column_step(npy);
    for (size_t i = 0; i < npy->n_rows; i++, p += row_step(npy)) {
        const double w = npy_value(npy, p);
        if (!(w >= 0.0) || isinf(w)) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "%s: row %zu, column %zu: %g is no weight: weights are "
                               "numbers >= 0, and none may be missing",
                               file, i + 1, column + 1, w);
        }
        data->weights[i] = w;
    }
    data->table.weights = data->weights;
    return GMIX_OK;
}

/* Whole numbers are classes; NaN and negative ones stand for an unknown one. */
static gmix_status copy_labels(gmix_ctx *ctx, const char *file,
                               const struct gmix_i_npy *npy, size_t column,
                               struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct gmix_i_labels *labels = NULL;
    if (column == GMIX_I_NO_COLUMN) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_labels_begin(ctx, npy->n_rows, &labels));
    const char *p = npy->data + column * column_step(npy);
    for (size_t i = 0; i < npy->n_rows; i++, p += row_step(npy)) {
        const double x = npy_value(npy, p);
        if (x < 0.0 || isnan(x)) {
            continue;
        }
        if (x != floor(x) || x > 1e15) {
            GMIX_FAIL(
                ctx, GMIX_ERR_DATA,
                "%s: row %zu, column %zu: %g is no class: labels are whole numbers, "
                "negative or NaN where the class is unknown",
                file, i + 1, column + 1, x);
        }
        char text[32];
        const int n = snprintf(text, sizeof text, "%.0f", x);
        GMIX_TRY(gmix_i_labels_put(ctx, labels, i, text, (size_t)n));
    }
    GMIX_TRY(gmix_i_labels_end(ctx, labels, data));
done:
    gmix_i_labels_free(ctx, &labels);
    return status;
}

static gmix_status load(gmix_ctx *ctx, struct gmix_i_bytes *bytes,
                        const gmix_read_options *opts, struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct gmix_i_npy npy;
    struct gmix_i_columns columns = {0};
    const char *const file = bytes->name;
    if (opts->n_missing > 0) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "%s is NPY: words for missing cells are for text files; put NaN there",
                  file);
    }
    GMIX_TRY(gmix_i_npy_open(ctx, bytes, &npy));
    if (opts->row_names && opts->row_names[0]) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "%s holds numbers alone, no row names", file);
    }
    GMIX_TRY(gmix_i_columns_select(ctx, file, NULL, npy.n_cols, opts, NULL,
                                   GMIX_I_NO_COLUMN, &columns));
    data->table.n_rows = npy.n_rows;
    data->table.n_cols = columns.n_features;
    GMIX_TRY(copy_weights(ctx, file, &npy, columns.weights, data));
    GMIX_TRY(copy_labels(ctx, file, &npy, columns.labels, data));
    if (viewable(&npy, &columns)) {
        show_view(&npy, &columns, bytes, data);
    } else {
        GMIX_TRY(copy(ctx, file, &npy, &columns, data));
    }
    GMIX_TRY(gmix_i_log_features(ctx, file, &columns, data));
done:
    gmix_i_columns_free(ctx, &columns);
    return status;
}

const struct gmix_i_reader gmix_i_reader_npy = {"npy", probe, load};
