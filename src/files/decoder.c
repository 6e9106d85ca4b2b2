/*
 * gzip (RFC 1952, any number of members) through zlib, zstd (RFC 8878, any number of frames)
 * through libzstd. What ends before its end is an error, never a shorter table.
 *
 * zlib allocates through the context's allocator; libzstd's stable interface has no such hook, so its
 * window (not the output) comes from malloc.
 */
#include "files/decoder.h"

#include <string.h>

#ifdef GMIX_I_HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef GMIX_I_HAVE_ZSTD
#include <zstd.h>
#endif

static const char GZIP[] = "gzip", ZSTD[] = "zstd";

static bool starts_with(const char *data, size_t n, const char *magic, size_t length) {
    return n >= length && memcmp(data, magic, length) == 0;
}

static bool is_gzip(const char *data, size_t n) {
    return starts_with(data, n, "\x1f\x8b", 2);
}

static bool is_zstd(const char *data, size_t n) {
    return starts_with(data, n, "\x28\xb5\x2f\xfd", 4) ||
           (n >= 4 && (data[0] & 0xf0) == 0x50 && /* a skippable frame comes first */
            starts_with(data + 1, n - 1, "\x2a\x4d\x18", 3));
}

const char *gmix_i_compression(const char *first, size_t n) {
    return is_gzip(first, n) ? GZIP : is_zstd(first, n) ? ZSTD : NULL;
}

#if defined(GMIX_I_HAVE_ZLIB) || defined(GMIX_I_HAVE_ZSTD)
static gmix_status fail_truncated(gmix_ctx *ctx, const struct gmix_i_decoder *d) {
    return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                       "%s: the %s data ends before its end: the file is incomplete; "
                       "fetch or make it again",
                       d->name, d->kind);
}
#endif

#if !defined(GMIX_I_HAVE_ZLIB) || !defined(GMIX_I_HAVE_ZSTD)
static gmix_status fail_unsupported(gmix_ctx *ctx, const struct gmix_i_decoder *d,
                                    const char *tool) {
    return gmix_i_fail(ctx, GMIX_ERR_UNSUPPORTED,
                       "%s is compressed with %s, which this build does not read; "
                       "decompress it first: %s %s",
                       d->name, d->kind, tool, d->name);
}
#endif

#ifdef GMIX_I_HAVE_ZLIB
static void *zlib_allocate(void *from, unsigned count, unsigned size) {
    return gmix_i_alloc(from, count, size);
}

static void zlib_release(void *from, void *block) {
    gmix_i_release(from, block);
}

static unsigned at_most_uint(size_t n) {
    return n > 1u << 30 ? 1u << 30 : (unsigned)n;
}

static gmix_status open_gzip(gmix_ctx *ctx, struct gmix_i_decoder *d) {
    z_stream *z;
    const gmix_status status = gmix_i_calloc(ctx, GZIP, 1, sizeof *z, &z);
    if (status != GMIX_OK) {
        return status;
    }
    *z = (z_stream){.zalloc = zlib_allocate, .zfree = zlib_release, .opaque = &d->from};
    if (inflateInit2(z, 15 + 16) != Z_OK) {
        gmix_i_free(ctx, z);
        return gmix_i_fail_nomem(ctx, GZIP, sizeof *z);
    }
    d->stream = z;
    return GMIX_OK;
}

/* Behind the last member there may be zeros (tape blocks), and nothing else. */
static gmix_status take_trailing(gmix_ctx *ctx, struct gmix_i_decoder *d, const char **in,
                                 size_t *n_in, bool at_end) {
    const size_t n = d->n_trailing += *n_in;
    for (; *n_in > 0; --*n_in, ++*in) {
        d->is_dirty = d->is_dirty || **in != '\0';
    }
    return at_end && d->is_dirty
               ? gmix_i_fail(ctx, GMIX_ERR_PARSE,
                             "%s: %zu byte%s that %s not gzip follow%s the gzip data",
                             d->name, n, n == 1 ? "" : "s", n == 1 ? "is" : "are",
                             n == 1 ? "s" : "")
               : GMIX_OK;
}

static gmix_status decode_gzip(gmix_ctx *ctx, struct gmix_i_decoder *d, const char **in,
                               size_t *n_in, bool at_end, char *out, size_t room,
                               size_t *got) {
    z_stream *const z = d->stream;
    if (!d->is_open && !d->trails && (*n_in >= 2 || at_end)) {
        d->is_open = is_gzip(*in, *n_in);
        d->trails = !d->is_open;
        inflateReset(z);
    }
    if (d->trails) {
        return take_trailing(ctx, d, in, n_in, at_end);
    }
    if (!d->is_open || (*n_in == 0 && !at_end)) {
        return GMIX_OK;
    }
    z->next_in = (z_const Bytef *)(uintptr_t)*in;
    z->avail_in = at_most_uint(*n_in);
    z->next_out = (Bytef *)out;
    z->avail_out = at_most_uint(room);
    const int result = inflate(z, Z_NO_FLUSH);
    const char *const rest = (const char *)z->next_in;
    const bool used_all = rest == *in + *n_in;
    *n_in -= (size_t)(rest - *in);
    *in = rest;
    *got = (size_t)((char *)z->next_out - out);
    d->is_open = result != Z_STREAM_END;
    if (result == Z_MEM_ERROR) {
        return gmix_i_fail_nomem(ctx, GZIP, sizeof *z);
    }
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE, "%s: the gzip data is damaged: %s",
                           d->name, z->msg ? z->msg : "unknown error");
    }
    return d->is_open && at_end && used_all && z->avail_out > 0 ? fail_truncated(ctx, d)
                                                                : GMIX_OK;
}
#else
static gmix_status open_gzip(gmix_ctx *ctx, struct gmix_i_decoder *d) {
    return fail_unsupported(ctx, d, "gunzip");
}
#endif

#ifdef GMIX_I_HAVE_ZSTD
static gmix_status open_zstd(gmix_ctx *ctx, struct gmix_i_decoder *d) {
    d->stream = ZSTD_createDStream();
    return d->stream ? GMIX_OK : gmix_i_fail_nomem(ctx, ZSTD, 1 << 17);
}

static gmix_status decode_zstd(gmix_ctx *ctx, struct gmix_i_decoder *d, const char **in,
                               size_t *n_in, bool at_end, char *out, size_t room,
                               size_t *got) {
    ZSTD_inBuffer from = {*in, *n_in, 0};
    ZSTD_outBuffer to = {out, room, 0};
    if (*n_in == 0 && !d->is_open) {
        return GMIX_OK; /* between frames */
    }
    const size_t left = ZSTD_decompressStream(d->stream, &to, &from);
    if (ZSTD_isError(left)) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE, "%s: the zstd data is damaged: %s",
                           d->name, ZSTD_getErrorName(left));
    }
    *in += from.pos;
    *n_in -= from.pos;
    *got = to.pos;
    d->is_open = left != 0;
    return d->is_open && at_end && *n_in == 0 && to.pos < to.size ? fail_truncated(ctx, d)
                                                                  : GMIX_OK;
}
#else
static gmix_status open_zstd(gmix_ctx *ctx, struct gmix_i_decoder *d) {
    return fail_unsupported(ctx, d, "unzstd");
}
#endif

gmix_status gmix_i_decoder_open(gmix_ctx *ctx, const char *name, const char *kind,
                                struct gmix_i_decoder *out) {
    *out =
        (struct gmix_i_decoder){.name = name, .kind = kind, .from = ctx->opts.allocator};
    return kind == GZIP ? open_gzip(ctx, out) : kind ? open_zstd(ctx, out) : GMIX_OK;
}

void gmix_i_decoder_close(struct gmix_i_decoder *d) {
#ifdef GMIX_I_HAVE_ZLIB
    if (d->kind == GZIP && d->stream) {
        inflateEnd(d->stream);
        gmix_i_release(&d->from, d->stream);
    }
#endif
#ifdef GMIX_I_HAVE_ZSTD
    if (d->kind == ZSTD) {
        ZSTD_freeDStream(d->stream);
    }
#endif
    d->stream = NULL;
}

gmix_status gmix_i_decode(gmix_ctx *ctx, struct gmix_i_decoder *d, const char **in,
                          size_t *n_in, bool at_end, char *out, size_t room,
                          size_t *got) {
    (void)ctx, (void)d, (void)at_end; /* in builds that read neither */
    *got = 0;
#ifdef GMIX_I_HAVE_ZLIB
    if (d->kind == GZIP) {
        return decode_gzip(ctx, d, in, n_in, at_end, out, room, got);
    }
#endif
#ifdef GMIX_I_HAVE_ZSTD
    if (d->kind == ZSTD) {
        return decode_zstd(ctx, d, in, n_in, at_end, out, room, got);
    }
#endif
    *got = *n_in < room ? *n_in : room;
    memcpy(out, *in, *got);
    *in += *got;
    *n_in -= *got;
    return GMIX_OK;
}
