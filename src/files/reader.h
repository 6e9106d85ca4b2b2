/*
 * Readers: a table of file formats. A format is one file with one gmix_i_reader in it and
 * one line in readers.c.
 */
#ifndef GMIX_FILES_READER_H
#define GMIX_FILES_READER_H

#include <gmix/files.h>

#include "files/bytes.h"

enum { GMIX_I_MOST_NOTES = 8 };

/* What was read. Owns everything the table points to. */
struct gmix_data {
    gmix_table table;
    gmix_allocator from;
    char format[32];
    size_t n_pieces;           /* 0: one */
    struct gmix_i_bytes bytes; /* kept when the table is a view of them, or with text */
    void *values;
    double *weights, *errors, *bounds;
    double truncation[2]; /* where the table's points to */
    bool has_logs;        /* features are logarithms */
    char **names;         /* the pointers; the text behind them is one block */
    char *name_text;
    int32_t *labels;
    const char **class_names; /* the pointers; the text behind them is one block */
    char *class_text;
    const char **row_names; /* the pointers; the text behind them is one block */
    char *row_text, *row_heading;
    struct gmix_i_kept_text *text;  /* or NULL; of the bytes */
    char *notes[GMIX_I_MOST_NOTES]; /* the first NULL ends them */
};

struct gmix_i_reader {
    const char *name;
    /* True if this is the format of a file that begins with these bytes (all of them
     * where n is under 16). */
    bool (*probe)(const char *first, size_t n);
    /* Fills data->table and what it points to; may take over the bytes. On failure the
     * caller releases what is in data. */
    gmix_status (*load)(gmix_ctx *ctx, struct gmix_i_bytes *bytes,
                        const gmix_read_options *opts, struct gmix_data *data);
};

extern const struct gmix_i_reader gmix_i_reader_csv;
extern const struct gmix_i_reader gmix_i_reader_hdf5;
extern const struct gmix_i_reader gmix_i_reader_npy;
extern const struct gmix_i_reader gmix_i_reader_parquet;

/* The reader of a file that begins with these bytes: in the order in which they are asked. */
const struct gmix_i_reader *gmix_i_reader_of(const char *first, size_t n);

/* A checked copy of the options given, or the defaults for NULL. */
gmix_status gmix_i_read_options_take(gmix_ctx *ctx, const gmix_read_options *given,
                                     gmix_read_options *opts);

/* Data that a reader fills; then what is made of columns that are no features, and the format. */
gmix_status gmix_i_data_new(gmix_ctx *ctx, struct gmix_data **out);
gmix_status gmix_i_data_finish(gmix_ctx *ctx, const char *name, const char *format,
                               const char *wrapping, const gmix_read_options *opts,
                               struct gmix_data *data);

#endif
