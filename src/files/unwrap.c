/*
 * Decompression by content: gzip (RFC 1952, any number of members) through zlib, zstd
 * (RFC 8878, any number of frames) through libzstd. What ends before its end is an error,
 * never a shorter table.
 *
 * zlib allocates through the context; libzstd's stable interface has no such hook, so its
 * window (not the output) comes from malloc.
 */
#include <string.h>

#include "files/bytes.h"

#ifdef GMIX_I_HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef GMIX_I_HAVE_ZSTD
#include <zstd.h>
#endif

enum { FIRST_STEP = 1 << 16 };

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

bool gmix_i_is_compressed(const struct gmix_i_bytes *bytes) {
    return is_gzip(bytes->data, bytes->n) || is_zstd(bytes->data, bytes->n);
}

/* What has been decompressed so far. */
struct unpacked {
    char *block;
    size_t n, capacity;
};

#if defined(GMIX_I_HAVE_ZLIB) || defined(GMIX_I_HAVE_ZSTD)
static gmix_status make_room(gmix_ctx *ctx, const char *name, struct unpacked *u) {
    const gmix_status cut = gmix_i_poll_reading(ctx, name);
    if (cut != GMIX_OK) {
        return cut;
    }
    const gmix_status much = gmix_i_check_input(ctx, name, u->n);
    if (much != GMIX_OK) {
        return much;
    }
    const size_t need = u->n + FIRST_STEP + 1;
    return gmix_i_grow(ctx, name, &u->block, &u->capacity, need, 1);
}

static gmix_status fail_truncated(gmix_ctx *ctx, const char *name, const char *kind) {
    return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                       "%s: the %s data ends before its end: the file is incomplete; "
                       "fetch or make it again",
                       name, kind);
}
#endif

#if !defined(GMIX_I_HAVE_ZLIB) || !defined(GMIX_I_HAVE_ZSTD)
static gmix_status fail_unsupported(gmix_ctx *ctx, const char *name, const char *kind,
                                    const char *tool) {
    return gmix_i_fail(ctx, GMIX_ERR_UNSUPPORTED,
                       "%s is compressed with %s, which this build does not read; "
                       "decompress it first: %s %s",
                       name, kind, tool, name);
}
#endif

#ifdef GMIX_I_HAVE_ZLIB
static void *zlib_allocate(void *ctx, unsigned count, unsigned size) {
    return gmix_i_alloc(&((gmix_ctx *)ctx)->opts.allocator, count, size);
}

static void zlib_release(void *ctx, void *block) {
    gmix_i_free(ctx, block);
}

static unsigned at_most_uint(size_t n) {
    return n > 1u << 30 ? 1u << 30 : (unsigned)n;
}

/* After a member: on to the next one, or to the end. Zeros may follow (tape blocks). */
static gmix_status next_member(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                               z_stream *z, bool *more) {
    const char *const rest = (const char *)z->next_in;
    const size_t n = (size_t)(bytes->data + bytes->n - rest);
    *more = is_gzip(rest, n);
    if (*more) {
        inflateReset(z);
        return GMIX_OK;
    }
    for (size_t i = 0; i < n; i++) {
        if (rest[i] != '\0') {
            return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                               "%s: %zu byte%s that %s not gzip follow%s the gzip data",
                               bytes->name, n, n == 1 ? "" : "s", n == 1 ? "is" : "are",
                               n == 1 ? "s" : "");
        }
    }
    return GMIX_OK;
}

static gmix_status inflate_all(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                               z_stream *z, struct unpacked *u) {
    gmix_status status = GMIX_OK;
    const char *const end = bytes->data + bytes->n;
    for (bool more = true; more;) {
        GMIX_TRY(make_room(ctx, bytes->name, u));
        z->avail_in = at_most_uint((size_t)(end - (const char *)z->next_in));
        z->avail_out = at_most_uint(u->capacity - u->n - 1);
        z->next_out = (Bytef *)u->block + u->n;
        const int result = inflate(z, Z_NO_FLUSH);
        u->n = (size_t)((char *)z->next_out - u->block);
        if (result == Z_STREAM_END) {
            GMIX_TRY(next_member(ctx, bytes, z, &more));
        } else if (result == Z_MEM_ERROR) {
            GMIX_TRY(gmix_i_fail_nomem(ctx, "gzip", FIRST_STEP));
        } else if (result == Z_BUF_ERROR || (result == Z_OK && z->avail_out > 0 &&
                                             (const char *)z->next_in == end)) {
            GMIX_TRY(fail_truncated(ctx, bytes->name, "gzip"));
        } else if (result != Z_OK) {
            GMIX_FAIL(ctx, GMIX_ERR_PARSE, "%s: the gzip data is damaged: %s",
                      bytes->name, z->msg ? z->msg : "unknown error");
        }
    }
done:
    return status;
}

static gmix_status unpack_gzip(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                               struct unpacked *u) {
    z_stream z = {.zalloc = zlib_allocate,
                  .zfree = zlib_release,
                  .opaque = ctx,
                  .next_in = (z_const Bytef *)(uintptr_t)bytes->data};
    if (inflateInit2(&z, 15 + 16) != Z_OK) {
        return gmix_i_fail_nomem(ctx, "gzip", FIRST_STEP);
    }
    const gmix_status status = inflate_all(ctx, bytes, &z, u);
    inflateEnd(&z);
    return status;
}
#else
static gmix_status unpack_gzip(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                               struct unpacked *u) {
    (void)u;
    return fail_unsupported(ctx, bytes->name, "gzip", "gunzip");
}
#endif

#ifdef GMIX_I_HAVE_ZSTD
static gmix_status unpack_zstd(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                               struct unpacked *u) {
    gmix_status status = GMIX_OK;
    ZSTD_DStream *const z = ZSTD_createDStream();
    if (!z) {
        return gmix_i_fail_nomem(ctx, "zstd", FIRST_STEP);
    }
    ZSTD_inBuffer in = {bytes->data, bytes->n, 0};
    size_t left = 0; /* 0 at the end of a frame */
    for (bool full = true; in.pos < in.size || full;) {
        GMIX_TRY(make_room(ctx, bytes->name, u));
        ZSTD_outBuffer out = {u->block, u->capacity - 1, u->n};
        left = ZSTD_decompressStream(z, &out, &in);
        if (ZSTD_isError(left)) {
            GMIX_FAIL(ctx, GMIX_ERR_PARSE, "%s: the zstd data is damaged: %s",
                      bytes->name, ZSTD_getErrorName(left));
        }
        full = out.pos == out.size && left != 0;
        u->n = out.pos;
    }
    if (left != 0) {
        status = fail_truncated(ctx, bytes->name, "zstd");
    }
done:
    ZSTD_freeDStream(z);
    return status;
}
#else
static gmix_status unpack_zstd(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                               struct unpacked *u) {
    (void)u;
    return fail_unsupported(ctx, bytes->name, "zstd", "unzstd");
}
#endif

gmix_status gmix_i_unwrap(gmix_ctx *ctx, struct gmix_i_bytes *bytes) {
    if (!gmix_i_is_compressed(bytes)) {
        return GMIX_OK;
    }
    gmix_status status = GMIX_OK;
    struct unpacked u = {0};
    const bool gzip = is_gzip(bytes->data, bytes->n);
    GMIX_TRY(gzip ? unpack_gzip(ctx, bytes, &u) : unpack_zstd(ctx, bytes, &u));
    gmix_i_bytes_own(ctx, bytes, u.block, u.n);
    u.block = NULL;
    bytes->wrapping = gzip ? "gzip" : "zstd";
done:
    gmix_i_free(ctx, u.block);
    return status;
}
