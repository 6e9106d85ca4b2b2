/*
 * The values of a page, by how they are encoded: one after the other (PLAIN), in runs (RLE and bit-packed, for
 * levels, truth values and places in a dictionary), byte by byte (BYTE_STREAM_SPLIT), as differences (DELTA).
 *
 * Source: Apache Parquet, "Parquet encoding definitions".
 */
#ifndef GMIX_FILES_PARQUET_VALUES_H
#define GMIX_FILES_PARQUET_VALUES_H

#include "files/parquet_footer.h"

enum gmix_i_parquet_encoding {
    GMIX_I_PARQUET_PLAIN = 0,
    GMIX_I_PARQUET_PLAIN_DICTIONARY = 2,
    GMIX_I_PARQUET_RLE = 3,
    GMIX_I_PARQUET_DELTA = 5,
    GMIX_I_PARQUET_DICTIONARY = 8,
    GMIX_I_PARQUET_SPLIT = 9
};

/* Bytes of a page. */
struct gmix_i_piece {
    const unsigned char *at, *end;
};

/* A text in a page. */
struct gmix_i_span {
    const char *at; /* NULL: null */
    size_t n;
};

/* Runs of numbers of `width` bits, n of them; false if there are fewer. */
bool gmix_i_parquet_runs(struct gmix_i_piece in, unsigned width, size_t n, uint32_t *out);

/* True if n numbers are one run of ones, as levels of pages without nulls are. */
bool gmix_i_parquet_all_ones(struct gmix_i_piece in, size_t n);

/* n numbers of a column's type; scratch: n. False if the bytes do not hold them, or the encoding is none of
 * these: see gmix_i_parquet_encoding_missing(). */
bool gmix_i_parquet_numbers(const struct gmix_i_parquet_column *c, int encoding,
                            struct gmix_i_piece in, size_t n, uint32_t *scratch,
                            double *out);

/* n texts, PLAIN. */
bool gmix_i_parquet_texts(struct gmix_i_piece in, size_t n, struct gmix_i_span *out);

/* Why an encoding cannot be read, to follow "is"; NULL if it can. */
const char *gmix_i_parquet_encoding_missing(const struct gmix_i_parquet_column *c,
                                            int encoding);

#endif
