/* What pages of Parquet files are packed with. */
#ifndef GMIX_FILES_PARQUET_CODEC_H
#define GMIX_FILES_PARQUET_CODEC_H

#include "base/base.h"

/* NULL if this build can unpack it; else why not, to follow "is": "packed with brotli, which ...". */
const char *gmix_i_parquet_codec_missing(int codec);

/* Exactly n_out bytes from n_in; false if that is not what they hold. */
bool gmix_i_parquet_unpack(gmix_ctx *ctx, int codec, const unsigned char *in, size_t n_in,
                           unsigned char *out, size_t n_out);

/* Snappy's raw format; an LZ4 block. */
bool gmix_i_snappy_unpack(const unsigned char *in, size_t n_in, unsigned char *out,
                          size_t n_out);
bool gmix_i_lz4_unpack(const unsigned char *in, size_t n_in, unsigned char *out,
                       size_t n_out);

#endif
