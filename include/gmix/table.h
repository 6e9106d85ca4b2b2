/**
 * Data: borrowed views of arrays, streams of row blocks, and files.
 *
 * A gmix_table is a view: it copies nothing, owns nothing, and must stay valid while a
 * call uses it. A gmix_source hands out a data set block by block, for what does not fit
 * a view. A gmix_data owns what was read from a file, and shows it as a table.
 */
#ifndef GMIX_TABLE_H
#define GMIX_TABLE_H

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gmix_dtype { GMIX_F64 = 0, GMIX_F32 = 1 } gmix_dtype;

/** N x D numbers: cell (i, j) is data[i * row_stride + j * col_stride], or with offsets
 * data[i * row_stride + col_offsets[j]]. */
typedef struct gmix_table {
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
} gmix_table;

/** Row-major views: cell (i, j) is x[i * n_cols + j]. No weights, no names. */
GMIX_API gmix_table gmix_table_f64(const double *x, size_t n_rows, size_t n_cols);
GMIX_API gmix_table gmix_table_f32(const float *x, size_t n_rows, size_t n_cols);

/** Column-major views: cell (i, j) is x[j * n_rows + i]. */
GMIX_API gmix_table gmix_table_f64_columns(const double *x, size_t n_rows, size_t n_cols);
GMIX_API gmix_table gmix_table_f32_columns(const float *x, size_t n_rows, size_t n_cols);

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
     * The block may be a view of memory the source owns, valid until the next call. The
     * same rows must come in every pass; how they are cut into blocks changes no bit of
     * the result.
     */
    gmix_status (*next)(void *self, size_t max_rows, gmix_table *block);

    size_t
        n_classes; /* of the blocks' labels, as in gmix_table, which overrides theirs */
    const char *const *class_names; /* n_classes, or NULL */
} gmix_source;

/** How to read a file. Set by gmix_read_options_init(). */
typedef struct gmix_read_options {
    size_t struct_size; /* set by _init */

    /* Columns wanted, in this order: names, or 0-based numbers as text. NULL: all. */
    const char *const *columns;
    size_t n_columns; /* how many are named; 0 (default): all */
    const char
        *weights; /* column of row weights, no feature then. NULL (default): none */

    /* First line is names: 1 yes, 0 no, -1 (default) found out: it is when it has a cell
     * that is no number, unless the second line has text in the same columns and numbers
     * besides. Names beside plain numbers are doubtful and refused (GMIX_ERR_PARSE). Names
     * that are not UTF-8 are read as Latin-1. */
    int header;
    char delimiter; /* between cells; 0 (default): found out among , ; tab | space */

    /* Column of class labels, no feature then: text or numbers, where every different one is a
     * class; empty, -, ?, NA, N/A or NaN where the class is unknown (in NPY: NaN or a negative
     * number). Classes are sorted, by value if all are numbers. NULL (default): none. */
    const char *labels;

    /* 1: read the labels and no features: the table has 0 columns. `labels` may then be NULL
     * for the file's only column. 0 (default): features, too. */
    int labels_only;

    /* Words for missing cells in text files, beside those that always are (empty, NA, N/A,
     * #N/A, <NA>, NaN, null, none): letters in either case. A word that is a number stands
     * for every cell of that value: -999 for -999.0 too. At most 32. NULL (default): none. */
    const char *const *missing;
    size_t n_missing;
} gmix_read_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_read_options_init_sized(gmix_read_options *opts, size_t struct_size);

static inline void gmix_read_options_init(gmix_read_options *opts) {
    gmix_read_options_init_sized(opts, sizeof *opts);
}

typedef struct gmix_data gmix_data;

/**
 * Reads a table of numbers from a file.
 *
 * The format is known from the content first and the name second: CSV and its relatives
 * (RFC 4180 quotes, `,` `;` tab `|` or blanks, CRLF, byte-order mark), plain or
 * compressed (gzip, zstd), and NPY (memory-mapped when it holds little-endian f4 or f8;
 * integers are converted).
 *
 * @param path  A file name, or "-" for standard input.
 * @param opts  NULL for defaults.
 * @param data  [out] To be released by gmix_data_free().
 *
  * @return GMIX_OK; GMIX_ERR_IO if it cannot be opened or read; GMIX_ERR_PARSE for
 *         malformed content: the message names file, line, column and text; GMIX_ERR_DATA
 *         for a file without rows or with weights that are no weights; GMIX_ERR_OPTION for
 *         a column that is not there: the message names the nearest; GMIX_ERR_UNSUPPORTED for a
 *         compression this build lacks; GMIX_ERR_CANCELLED; GMIX_ERR_NOMEM.
 *
 * Cells that are NaN or infinite, or empty or NA (read as NaN), are accepted here; what
 * works on the table decides about them. Blank lines of text are no rows, of whatever number of
 * columns.
 */
GMIX_API gmix_status gmix_data_read(gmix_ctx *ctx, const char *path,
                                    const gmix_read_options *opts, gmix_data **data);
GMIX_API void gmix_data_free(gmix_data **data);

/** The table with its names (NULL if the file has none), weights and labels; valid as long
 * as data. */
GMIX_API const gmix_table *gmix_data_table(const gmix_data *data);

/** The format that was found: "csv", "npy", ... with its wrapping, e.g. "csv (gzip)". */
GMIX_API const char *gmix_data_format(const gmix_data *data);

#ifdef __cplusplus
}
#endif
#endif
