/*
 * The bytes of a file: mapped, read from a stream, or taken from memory; unwrapped when
 * they are compressed.
 */
#ifndef GMIX_FILES_BYTES_H
#define GMIX_FILES_BYTES_H

#include "base/base.h"

struct gmix_i_bytes {
    const char *name;     /* in messages: the path, or "standard input"; borrowed */
    const char *data;     /* n bytes, followed by a readable zero */
    size_t n;             /* */
    const char *wrapping; /* "gzip" or "zstd", or NULL; static */
    void *map;            /* what to unmap, or NULL */
    size_t map_size;
    void *block; /* what to release to `from`, or NULL */
    gmix_allocator from;
};

/* How messages call a path: itself, but "standard input" for "-". */
const char *gmix_i_input_name(const char *path);

/* Reads a whole file ("-": standard input) and unwraps it. Plain files are mapped where the context allows it. */
gmix_status gmix_i_bytes_read(gmix_ctx *ctx, const char *path, struct gmix_i_bytes *out);

/* The same for bytes in memory, which are copied. */
gmix_status gmix_i_bytes_copy(gmix_ctx *ctx, const char *name, const void *data, size_t n,
                              struct gmix_i_bytes *out);

void gmix_i_bytes_free(struct gmix_i_bytes *bytes);

/* Replaces compressed content by what it holds. */
gmix_status gmix_i_unwrap(gmix_ctx *ctx, struct gmix_i_bytes *bytes);

/* Takes over a block of the context's with room for a zero after its n bytes. */
void gmix_i_bytes_own(gmix_ctx *ctx, struct gmix_i_bytes *bytes, char *block, size_t n);

#endif
