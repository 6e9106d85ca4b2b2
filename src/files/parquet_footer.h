/*
 * What a Parquet file says of itself, at its end: columns, row groups, and where the pages of a column of a row
 * group lie. Flat columns alone can be read; others are known, so that they can be left out by name.
 *
 * Source: Apache Parquet, "parquet.thrift" and "Parquet file format".
 */
#ifndef GMIX_FILES_PARQUET_FOOTER_H
#define GMIX_FILES_PARQUET_FOOTER_H

#include "base/base.h"
#include "files/bytes.h"

enum { GMIX_I_PARQUET_WIDEST = 16 };

enum gmix_i_parquet_type {
    GMIX_I_PARQUET_BOOLEAN,
    GMIX_I_PARQUET_INT32,
    GMIX_I_PARQUET_INT64,
    GMIX_I_PARQUET_INT96,
    GMIX_I_PARQUET_FLOAT,
    GMIX_I_PARQUET_DOUBLE,
    GMIX_I_PARQUET_BYTES,
    GMIX_I_PARQUET_FIXED
};

struct gmix_i_parquet_column {
    char *name;
    int type;         /* of the above, or another number */
    bool is_optional; /* cells may be null */
    bool is_unsigned, is_half;
    size_t width; /* of decimals in bytes, the first of them the highest; 0: others */
    /* Of decimals, dates and times: what is counted, in numbers, days or hours, is divided by it. 0: none, or in
     * a way that is not known. */
    double per_one;
    /* What it holds that is no number: "dates", "lists or structs"; NULL: numbers. */
    const char *other;
    bool is_text;
};

/* Pages of one column in one row group. */
struct gmix_i_parquet_chunk {
    int codec;
    bool is_elsewhere; /* in another file, or encrypted */
    int64_t n_values, first_page, dictionary, size;
};

struct gmix_i_parquet {
    const char *file; /* its name, in messages */
    const unsigned char *bytes;
    size_t n_bytes, n_rows, n_columns, n_groups;
    struct gmix_i_parquet_column *columns;
    struct gmix_i_parquet_chunk *chunks; /* n_groups x n_columns */
    size_t *group_rows;
};

/* GMIX_ERR_PARSE for a file that is cut short or damaged. To be freed in either case. */
gmix_status gmix_i_parquet_open(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                                struct gmix_i_parquet *out);
void gmix_i_parquet_free(gmix_ctx *ctx, struct gmix_i_parquet *p);

#endif
