/* Decompression piece by piece: input as it comes, output as there is room. */
#ifndef GMIX_FILES_DECODER_H
#define GMIX_FILES_DECODER_H

#include "base/base.h"

struct gmix_i_decoder {
    const char *name; /* in messages; borrowed */
    const char *kind; /* "gzip" or "zstd"; static. NULL: none, bytes are what they are */
    gmix_allocator from;
    void *stream;  /* the library's, or NULL */
    bool is_open;  /* inside a member or frame */
    bool trails;   /* behind the last member */
    bool is_dirty; /* and there is something */
    size_t n_trailing;
};

/* "gzip" or "zstd" if bytes begin like that (4 of them tell), else NULL. */
const char *gmix_i_compression(const char *first, size_t n);

gmix_status gmix_i_decoder_open(gmix_ctx *ctx, const char *name, const char *kind,
                                struct gmix_i_decoder *out);
void gmix_i_decoder_close(struct gmix_i_decoder *d);

/*
 * Takes of *n_in bytes at *in what it can, and moves both; writes at most `room` bytes, *got of
 * them. at_end: there is no more input behind these. Nothing taken and nothing written: it wants more input
 * or, at the end of it, is done. Input that ends too soon, is damaged, or has something behind it
 * that is not of its kind is GMIX_ERR_PARSE.
 */
gmix_status gmix_i_decode(gmix_ctx *ctx, struct gmix_i_decoder *d, const char **in,
                          size_t *n_in, bool at_end, char *out, size_t room, size_t *got);

#endif
