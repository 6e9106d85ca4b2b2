/* See text_stream.h. */
#include "files/text_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/bytes.h"

enum { STEP = 1 << 18, FIRST = 4 /* bytes that tell what a file is wrapped in */ };

static gmix_status fail_errno(gmix_ctx *ctx, const char *verb, const char *name) {
    return gmix_i_fail(ctx, GMIX_ERR_IO, "cannot %s %s: %s", verb, name, strerror(errno));
}

/* More input behind what is left of it, until there are `least` bytes or the file ends. */
static gmix_status fill(gmix_ctx *ctx, struct gmix_i_text_stream *s, size_t least) {
    if (s->in != s->block && s->n_in > 0) {
        memmove(s->block, s->in, s->n_in);
    }
    s->in = s->block;
    while (s->n_in < least && !s->at_end) {
        const ssize_t got = read(s->fd, s->block + s->n_in, STEP - s->n_in);
        const gmix_status cut = gmix_i_poll_reading(ctx, s->name);
        if (cut != GMIX_OK) {
            return cut;
        }
        if (got < 0 && errno != EINTR) {
            return fail_errno(ctx, "read", s->name);
        }
        s->at_end = got == 0;
        s->n_in += got > 0 ? (size_t)got : 0;
        s->at += got > 0 ? (double)got : 0.0;
    }
    return GMIX_OK;
}

gmix_status gmix_i_text_open(gmix_ctx *ctx, const char *path,
                             struct gmix_i_text_stream *s) {
    gmix_status status = GMIX_OK;
    struct stat about;
    const bool from_stdin = strcmp(path, "-") == 0;
    *s = (struct gmix_i_text_stream){.name = gmix_i_input_name(path),
                                     .fd = from_stdin ? STDIN_FILENO
                                                      : open(path, O_RDONLY | O_CLOEXEC)};
    if (s->fd < 0) {
        return fail_errno(ctx, "open", path);
    }
    if (fstat(s->fd, &about) != 0) {
        status = fail_errno(ctx, "read", s->name);
        goto done;
    }
    if (S_ISDIR(about.st_mode)) {
        GMIX_FAIL(ctx, GMIX_ERR_IO, "cannot read %s: it is a directory", s->name);
    }
    s->size = S_ISREG(about.st_mode) && !from_stdin ? (double)about.st_size : 0.0;
    GMIX_TRY(gmix_i_calloc(ctx, s->name, STEP, 1, &s->block));
    GMIX_TRY(fill(ctx, s, FIRST));
    GMIX_TRY(gmix_i_decoder_open(ctx, s->name, gmix_i_compression(s->in, s->n_in),
                                 &s->decoder));
done:
    if (status != GMIX_OK) {
        gmix_i_text_close(ctx, s);
    }
    return status;
}

gmix_status gmix_i_text_read(gmix_ctx *ctx, struct gmix_i_text_stream *s, char *to,
                             size_t room, size_t *got) {
    gmix_status status = GMIX_OK;
    *got = 0;
    while (*got < room) {
        size_t some;
        const size_t before = s->n_in;
        GMIX_TRY(gmix_i_decode(ctx, &s->decoder, &s->in, &s->n_in, s->at_end, to + *got,
                               room - *got, &some));
        *got += some;
        s->given += some;
        if (ctx->most_input > 0 && (s->decoder.kind || s->size == 0.0)) {
            GMIX_TRY(gmix_i_check_input(ctx, s->name, s->given)); /* where one was set */
        }
        if (some == 0 && s->n_in == before) { /* it wants more, or is done */
            if (s->at_end) {
                break;
            }
            GMIX_TRY(fill(ctx, s, s->n_in + 1));
        }
    }
done:
    return status;
}

void gmix_i_text_close(gmix_ctx *ctx, struct gmix_i_text_stream *s) {
    if (s->fd > STDIN_FILENO) {
        close(s->fd);
    }
    gmix_i_decoder_close(&s->decoder);
    gmix_i_free(ctx, s->block);
    *s = (struct gmix_i_text_stream){.fd = -1};
}
