/*
 * Unpacking pages: Snappy and LZ4 here (their formats are literals and copies of what came before), gzip by zlib and
 * zstd by its library, where the build has them.
 *
 * Source: Google, "Snappy compressed format description"; Y. Collet, "LZ4 Block Format Description".
 */
#include "files/parquet_codec.h"

#ifdef GMIX_I_HAVE_ZLIB
#include <limits.h>
#include <zlib.h>
#endif
#ifdef GMIX_I_HAVE_ZSTD
#include <zstd.h>
#endif

enum { PLAIN, SNAPPY, GZIP, LZO, BROTLI, LZ4, ZSTD, LZ4_RAW };

const char *gmix_i_parquet_codec_missing(int codec) {
#define NOT_READ ", which is not read; write it with snappy or zstd"
    switch (codec) {
    case PLAIN:
    case SNAPPY:
        return NULL;
    case GZIP:
#ifdef GMIX_I_HAVE_ZLIB
        return NULL;
#else
        return "packed with gzip, which this build has no zlib for";
#endif
    case ZSTD:
#ifdef GMIX_I_HAVE_ZSTD
        return NULL;
#else
        return "packed with zstd, which this build has no library for";
#endif
    case LZO:
        return "packed with LZO" NOT_READ;
    case BROTLI:
        return "packed with brotli" NOT_READ;
    case LZ4_RAW:
        return NULL;
    case LZ4:
        return "packed with LZ4 in Hadoop's frames" NOT_READ;
    default:
        return "packed with something unknown" NOT_READ;
    }
#undef NOT_READ
}

/* Little-endian, n bytes. */
static size_t number(const unsigned char *at, size_t n) {
    size_t x = 0;
    for (size_t i = 0; i < n; i++) {
        x |= (size_t)at[i] << 8 * i;
    }
    return x;
}

/* Length of the whole, in groups of 7 bits. */
static bool read_length(const unsigned char **at, const unsigned char *end, size_t *n) {
    *n = 0;
    for (unsigned shift = 0; shift < 35 && *at < end; shift += 7) {
        const unsigned char b = *(*at)++;
        *n |= (size_t)(b & 127U) << shift;
        if (b < 128) {
            return true;
        }
    }
    return false;
}

static bool literal(const unsigned char **at, const unsigned char *end,
                    unsigned char *out, size_t *used, size_t n_out) {
    const size_t tag = *(*at)++ >> 2, more = tag < 60 ? 0 : tag - 59;
    if (more > (size_t)(end - *at)) {
        return false;
    }
    const size_t length = (more > 0 ? number(*at, more) : tag) + 1;
    *at += more;
    if (length > (size_t)(end - *at) || length > n_out - *used) {
        return false;
    }
    memcpy(out + *used, *at, length);
    *at += length;
    *used += length;
    return true;
}

/* length bytes from `back` before: what is copied may be being written. */
static bool repeat(unsigned char *out, size_t *used, size_t n_out, size_t back,
                   size_t length) {
    if (back == 0 || back > *used || length > n_out - *used) {
        return false;
    }
    unsigned char *const to = out + *used;
    if (back >= length) {
        memcpy(to, to - back, length);
    } else {
        for (size_t i = 0; i < length; i++) {
            to[i] = to[(ptrdiff_t)i - (ptrdiff_t)back];
        }
    }
    *used += length;
    return true;
}

static bool copy(const unsigned char **at, const unsigned char *end, unsigned char *out,
                 size_t *used, size_t n_out) {
    const unsigned char tag = *(*at)++;
    const size_t bytes = (tag & 3U) == 1 ? 1 : (tag & 3U) == 2 ? 2 : 4;
    if (bytes > (size_t)(end - *at)) {
        return false;
    }
    const size_t near = number(*at, bytes);
    const size_t back = bytes == 1 ? (size_t)(tag >> 5) << 8 | near : near;
    const size_t length = bytes == 1 ? 4 + ((tag >> 2) & 7U) : (size_t)(tag >> 2) + 1;
    *at += bytes;
    return repeat(out, used, n_out, back, length);
}

bool gmix_i_snappy_unpack(const unsigned char *in, size_t n_in, unsigned char *out,
                          size_t n_out) {
    const unsigned char *at = in, *const end = in + n_in;
    size_t length, used = 0;
    bool good = read_length(&at, end, &length) && length == n_out;
    while (good && at < end) {
        good = (*at & 3U) == 0 ? literal(&at, end, out, &used, n_out)
                               : copy(&at, end, out, &used, n_out);
    }
    return good && used == n_out;
}

/* A length of four bits, and bytes that add to it while they are 255. */
static bool longer(const unsigned char **at, const unsigned char *end, size_t *length) {
    unsigned char b = 255;
    if (*length < 15) {
        return true;
    }
    while (b == 255 && *at < end) {
        b = *(*at)++;
        *length += b;
    }
    return b != 255;
}

bool gmix_i_lz4_unpack(const unsigned char *in, size_t n_in, unsigned char *out,
                       size_t n_out) {
    const unsigned char *at = in, *const end = in + n_in;
    size_t used = 0;
    while (at < end) {
        const unsigned char token = *at++;
        size_t length = token >> 4;
        if (!longer(&at, end, &length) || length > (size_t)(end - at) ||
            length > n_out - used) {
            return false;
        }
        gmix_i_copy(out + used, at, length);
        at += length;
        used += length;
        if (at == end) {
            break; /* the last has no copy */
        }
        length = token & 15U;
        const size_t back = end - at < 2 ? 0 : number(at, 2);
        at += end - at < 2 ? 0 : 2;
        if (!longer(&at, end, &length) || !repeat(out, &used, n_out, back, length + 4)) {
            return false;
        }
    }
    return used == n_out;
}

#ifdef GMIX_I_HAVE_ZLIB
static void *zlib_allocate(void *from, unsigned count, unsigned size) {
    return gmix_i_alloc(from, count, size);
}

static void zlib_release(void *from, void *block) {
    gmix_i_release(from, block);
}

static bool inflate_all(gmix_ctx *ctx, const unsigned char *in, size_t n_in,
                        unsigned char *out, size_t n_out) {
    enum { GZIP_OR_ZLIB = 15 + 32 };
    z_stream z = {.zalloc = zlib_allocate,
                  .zfree = zlib_release,
                  .opaque = &ctx->opts.allocator,
                  .next_in = (unsigned char *)(uintptr_t)in,
                  .avail_in = (unsigned)n_in,
                  .next_out = out,
                  .avail_out = (unsigned)n_out};
    if (n_in > UINT_MAX || n_out > UINT_MAX || inflateInit2(&z, GZIP_OR_ZLIB) != Z_OK) {
        return false;
    }
    const int end = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return end == Z_STREAM_END && z.avail_out == 0;
}
#endif

bool gmix_i_parquet_unpack(gmix_ctx *ctx, int codec, const unsigned char *in, size_t n_in,
                           unsigned char *out, size_t n_out) {
    (void)ctx;
    if (codec == SNAPPY) {
        return gmix_i_snappy_unpack(in, n_in, out, n_out);
    }
    if (codec == LZ4_RAW) {
        return gmix_i_lz4_unpack(in, n_in, out, n_out);
    }
#ifdef GMIX_I_HAVE_ZLIB
    if (codec == GZIP) {
        return inflate_all(ctx, in, n_in, out, n_out);
    }
#endif
#ifdef GMIX_I_HAVE_ZSTD
    if (codec == ZSTD) {
        return ZSTD_decompress(out, n_out, in, n_in) == n_out;
    }
#endif
    return false;
}
