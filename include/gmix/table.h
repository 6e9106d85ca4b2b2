/**
 * Data: borrowed views of arrays, and streams of row blocks.
 *
 * A gmix_table is a view: it copies nothing, owns nothing, and must stay valid while a
 * call uses it. A gmix_source hands out a data set block by block, for what does not fit
 * a view.
 */
#ifndef GMIX_TABLE_H
#define GMIX_TABLE_H

#include <string.h>

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gmix_dtype { GMIX_F64 = 0, GMIX_F32 = 1 } gmix_dtype;

/**
 * Measurements of combinations of features: of row n was measured w_n = R_n v_n + e_n, v_n being the row itself (D
 * features) and e_n ~ N(0, S_n) an error (Bovy, Hogg & Roweis 2011). All arrays are row-major and borrowed.
 */
typedef struct gmix_projections {
    size_t n_measured;      /* P: numbers measured of a row, at most */
    const double *values;   /* N x P; NaN: not measured */
    const double *matrices; /* N x P x D: R_n */
    const double
        *errors; /* N x errors_len: S_n, P variances or P (P + 1) / 2 numbers of a lower
                             * triangle; INFINITY: not measured */
    size_t errors_len;
} gmix_projections;

/** N x D numbers: cell (i, j) is data[i * row_stride + j * col_stride], or with offsets
 * data[i * row_stride + col_offsets[j]]. */
typedef struct gmix_table {
    size_t
        struct_size; /* set by _init and by the functions below; 0: that of version 0.2 */
    const void *data;
    gmix_dtype dtype;
    size_t n_rows, n_cols;
    ptrdiff_t row_stride, col_stride; /* in elements; may be negative */
    const double *weights; /* N frequency weights, 0 .. 1e300, not all 0; NULL: all 1 */
    const char *const *names; /* D feature names, for messages and models; or NULL */

    /* Classes known for some rows: N labels, 0 .. n_classes - 1, or -1 where the class is
     * unknown; NULL: for no row. A fit lets a labelled row belong to the components of its
     * class alone (see classes.h); everything else ignores labels. */
    const int32_t *labels;
    size_t n_classes;               /* 0: one more than the largest label */
    const char *const *class_names; /* n_classes names, or NULL for "0", "1", ... */

    /* For columns that lie apart, as in data frames: D offsets from data, in elements, in place
     * of j * col_stride. NULL: col_stride counts. */
    const ptrdiff_t *col_offsets;

    /* Errors of measurement: what was measured is the row's true value and an error with mean 0 and
     * this variance. Row-major, errors_len numbers a row: D variances, or D (D + 1) / 2 numbers of a
     * covariance (lower triangle by rows). 0: exact; INFINITY: the cell is missing. NULL: all exact.
     * Fits, choices and what infer.h and predictor.h say of rows heed them; other calls refuse them. */
    const double *errors;
    size_t errors_len;

    /* Cells that are known to lie between bounds alone: N x D each, row-major; -INFINITY and INFINITY are
     * bounds, equal ones a value, NaNs a missing cell. data does not count then, and may be NULL. So a
     * histogram of one feature is lower = edges, upper = edges + 1, weights = counts. For one feature, and
     * for families of uncorrelated ones; heeded where errors are. NULL: cells are in data. */
    const double *lower, *upper;

    /* For one feature: two numbers a < b, one of which may be infinite. The sample is truncated: rows from a to b
     * are here, and of those beyond nothing is known, not even how many there were. The likelihood is that of
     * rows given that they lie between, parameters are those of the whole population, and log-densities of
     * the table's rows are conditional ones. Heeded where errors are, but not beside them. NULL: all rows. */
    const double *truncation;

    /* In place of data, which does not count then and may be NULL: see gmix_projections. For families of all kinds;
     * fits, choices, standard errors, densities, labels and true values heed them. */
    const gmix_projections *projections;
} gmix_table;

/** Zeroes a table but for its size, which lets a library serve programs that were compiled with an
 * older, smaller struct. A struct that is all zero is as good, and of version 0.2. */
static inline void gmix_table_init(gmix_table *table) {
    memset(table, 0, sizeof *table);
    table->struct_size = sizeof *table;
}

/** A table of so many rows and columns, with strides in elements, to be given data. No weights, no
 * names. */
static inline gmix_table gmix_table_of(gmix_dtype dtype, size_t n_rows, size_t n_cols,
                                       ptrdiff_t row_stride, ptrdiff_t col_stride) {
    gmix_table table;
    gmix_table_init(&table);
    table.dtype = dtype;
    table.n_rows = n_rows;
    table.n_cols = n_cols;
    table.row_stride = row_stride;
    table.col_stride = col_stride;
    return table;
}

/** Row-major views: cell (i, j) is x[i * n_cols + j]. */
static inline gmix_table gmix_table_f64(const double *x, size_t n_rows, size_t n_cols) {
    gmix_table table = gmix_table_of(GMIX_F64, n_rows, n_cols, (ptrdiff_t)n_cols, 1);
    table.data = x;
    return table;
}

static inline gmix_table gmix_table_f32(const float *x, size_t n_rows, size_t n_cols) {
    gmix_table table = gmix_table_of(GMIX_F32, n_rows, n_cols, (ptrdiff_t)n_cols, 1);
    table.data = x;
    return table;
}

/** Column-major views: cell (i, j) is x[j * n_rows + i]. */
static inline gmix_table gmix_table_f64_columns(const double *x, size_t n_rows,
                                                size_t n_cols) {
    gmix_table table = gmix_table_of(GMIX_F64, n_rows, n_cols, 1, (ptrdiff_t)n_rows);
    table.data = x;
    return table;
}

static inline gmix_table gmix_table_f32_columns(const float *x, size_t n_rows,
                                                size_t n_cols) {
    gmix_table table = gmix_table_of(GMIX_F32, n_rows, n_cols, 1, (ptrdiff_t)n_rows);
    table.data = x;
    return table;
}

/**
 * A data set as a stream that can be read several times: what fitting needs and no more.
 * Fill in the struct; gmix copies it and never frees `self`.
 */
typedef struct gmix_source {
    size_t struct_size;       /* sizeof(gmix_source) */
    void *self;               /* handed back to the functions */
    size_t n_cols;            /* D, the same in every block */
    const char *const *names; /* D feature names, or NULL */

    /** Goes back to the first row. Called before every pass. */
    gmix_status (*reset)(void *self);

    /**
     * Gives the next rows, at most max_rows of them, in *block; n_rows = 0 ends the pass.
     * The block may be a view of memory the source owns, valid until the next call; gmix_fit_source() heeds its errors,
     * bounds and truncation. The
     * same rows must come in every pass; how they are cut into blocks changes no bit of
     * the result.
     */
    gmix_status (*next)(void *self, size_t max_rows, gmix_table *block);

    size_t
        n_classes; /* of the blocks' labels, as in gmix_table, which overrides theirs */
    const char *const *class_names; /* n_classes, or NULL */
} gmix_source;

#ifdef __cplusplus
}
#endif
#endif
