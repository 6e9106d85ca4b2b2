/* The bytes of a file one after the other, decompressed as they come. */
#ifndef GMIX_FILES_TEXT_STREAM_H
#define GMIX_FILES_TEXT_STREAM_H

#include "files/decoder.h"

struct gmix_i_text_stream {
    int fd;
    const char *name; /* borrowed */
    struct gmix_i_decoder decoder;
    char *block; /* input as it is in the file */
    const char *in;
    size_t n_in;
    bool at_end;     /* of the file; there may be output left */
    double size, at; /* bytes of the file, and those read; size 0: nobody knows */
    size_t given;    /* bytes, unpacked */
};

/* "-" is standard input. What name points to must outlive the stream. */
gmix_status gmix_i_text_open(gmix_ctx *ctx, const char *path,
                             struct gmix_i_text_stream *s);
/* The next bytes, as many as there is room for; fewer: these are the last. */
gmix_status gmix_i_text_read(gmix_ctx *ctx, struct gmix_i_text_stream *s, char *to,
                             size_t room, size_t *got);
void gmix_i_text_close(gmix_ctx *ctx, struct gmix_i_text_stream *s);

#endif
