/**
 * Tables by the Arrow C stream interface: what data frames, databases and file readers of many languages hand
 * out (pyarrow, Polars, DuckDB, ADBC, GDAL, ...). No library is needed: the interface is three structs.
 *
 *     struct ArrowArrayStream stream;            // filled in by whoever has the data
 *     gmix_arrow *rows = NULL;
 *     gmix_source_from_arrow(ctx, &stream, NULL, &rows);
 *     gmix_fit_source(ctx, gmix_arrow_source(rows), &options, &model, &report);
 *     gmix_arrow_free(&rows);
 *
 * Columns are integers, booleans, half, float or double; nulls are missing cells (NaN). Batches whose
 * columns are all double, or all float, without nulls, are used where they lie; others are converted block by
 * block.
 *
 * Source: Apache Arrow, "The Arrow C data interface" and "The Arrow C stream interface".
 */
#ifndef GMIX_ARROW_H
#define GMIX_ARROW_H

#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};
#endif

/** Set by gmix_arrow_options_init(). */
typedef struct gmix_arrow_options {
    size_t struct_size; /* set by _init */
    /* Columns wanted, by name, in this order. NULL (default): all, which then have to be numbers. */
    const char *const *columns;
    size_t n_columns;
    const char
        *weights; /* column of row weights, no feature then. NULL (default): none */
    /* Opens the stream again, for the next pass: 0, or anything else on failure; `self` is handed
     * to it. NULL (default): a stream is read once. */
    int (*open)(void *self, struct ArrowArrayStream *stream);
    void *self;
    /* What a stream that is read once can do. 1 (default): its rows are kept in memory as they come, for later
     * passes. 0: there is one pass, as for gmix_online_add(). */
    int keep;
} gmix_arrow_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_arrow_options_init_sized(gmix_arrow_options *opts, size_t struct_size);

static inline void gmix_arrow_options_init(gmix_arrow_options *opts) {
    gmix_arrow_options_init_sized(opts, sizeof *opts);
}

typedef struct gmix_arrow gmix_arrow;

/**
 * A stream as a source of rows.
 *
 * @param stream  Moved into the result, on success only, and marked as released; or NULL, if opts->open makes
 *                it.
 * @param opts    NULL for defaults.
 * @param arrow   [out] To be released by gmix_arrow_free(), which releases the stream.
 * @return GMIX_OK; GMIX_ERR_PARSE if the stream fails, or is none of a table; GMIX_ERR_DATA: a column of text,
 *         dates or anything else that is no number: the message names it; GMIX_ERR_OPTION: a column that is
 *         not there, with the nearest that is; GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_source_from_arrow(gmix_ctx *ctx,
                                            struct ArrowArrayStream *stream,
                                            const gmix_arrow_options *opts,
                                            gmix_arrow **arrow);
GMIX_API void gmix_arrow_free(gmix_arrow **arrow);

/** For gmix_fit_source() and others; valid as long as arrow. */
GMIX_API const gmix_source *gmix_arrow_source(const gmix_arrow *arrow);

/**
 * All rows as a table, read into memory if they are not there: columns one after the other.
 *
 * @param table  [out] Valid as long as arrow. It has names, and weights if opts->weights said so.
 * @return GMIX_OK; GMIX_ERR_PARSE if the stream fails or is malformed; GMIX_ERR_ARGUMENT if it has been read and not
 *         kept; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_arrow_table(gmix_ctx *ctx, gmix_arrow *arrow,
                                      gmix_table *table);

/** What was wrong when the source failed: a sentence, or "". Valid as long as arrow. */
GMIX_API const char *gmix_arrow_message(const gmix_arrow *arrow);

#ifdef __cplusplus
}
#endif
#endif
