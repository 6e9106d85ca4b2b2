/* Values of pages. See parquet_values.h. */
#include "files/parquet_values.h"

#include <math.h>

/* Little-endian, whatever the machine is. */
static uint32_t load32(const unsigned char *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static uint64_t load64(const unsigned char *p) {
    return load32(p) | (uint64_t)load32(p + 4) << 32;
}

/* Groups of 7 bits; *bad if they do not end. */
static uint64_t varint(struct gmix_i_piece *in, bool *bad) {
    uint64_t x = 0;
    for (unsigned shift = 0; shift < 64 && in->at < in->end; shift += 7) {
        const unsigned char b = *in->at++;
        x |= (uint64_t)(b & 127U) << shift;
        if (b < 128) {
            return x;
        }
    }
    *bad = true;
    return 0;
}

static uint32_t bits_at(const unsigned char *p, size_t at, unsigned width) {
    uint64_t x = 0;
    const size_t first = at / 8, last = width ? (at + width - 1) / 8 : first;
    for (size_t b = first; b <= last && width; b++) {
        x |= (uint64_t)p[b] << 8 * (b - first);
    }
    return (uint32_t)((x >> at % 8) & ((UINT64_C(1) << width) - 1));
}

bool gmix_i_parquet_all_ones(struct gmix_i_piece in, size_t n) {
    bool bad = false;
    const uint64_t head = varint(&in, &bad);
    return !bad && !(head & 1) && head >> 1 >= n && in.at < in.end && *in.at == 1;
}

bool gmix_i_parquet_runs(struct gmix_i_piece in, unsigned width, size_t n,
                         uint32_t *out) {
    bool bad = width > 32;
    const size_t bytes = (width + 7) / 8;
    for (size_t i = 0; i < n && !bad;) {
        const uint64_t head = varint(&in, &bad);
        const size_t left = n - i, there = (size_t)(in.end - in.at);
        const uint64_t many = head & 1 ? (head >> 1) * 8 : head >> 1;
        const size_t count = many < left ? (size_t)many : left;
        bad = bad || many == 0 || many / 8 > SIZE_MAX / 64;
        if (!bad && head & 1) { /* bit-packed: groups of 8; the last may be cut off */
            const size_t whole = (size_t)(head >> 1) * width;
            bad = (count * width + 7) / 8 > there;
            for (size_t k = 0; k < count && !bad; k++) {
                out[i + k] = bits_at(in.at, k * width, width);
            }
            in.at += whole < there ? whole : there;
        } else if (!bad) {
            bad = bytes > there;
            uint32_t x = 0;
            for (size_t b = 0; b < bytes && !bad; b++) {
                x |= (uint32_t)in.at[b] << 8 * b;
            }
            bad = bad || (width < 32 && x >> width != 0); /* wider than it says */
            for (size_t k = 0; k < count && !bad; k++) {
                out[i + k] = x;
            }
            in.at += bad ? 0 : bytes;
        }
        i += count;
    }
    return !bad;
}

static double half(unsigned h) {
    const int power = (int)(h >> 10) & 31, fraction = (int)(h & 1023U);
    const double size = power == 31  ? (fraction ? (double)NAN : (double)INFINITY)
                        : power == 0 ? ldexp(fraction, -24)
                                     : ldexp(fraction + 1024, power - 25);
    return h >> 15 ? -size : size;
}

static size_t size_of(const struct gmix_i_parquet_column *c) {
    return c->width > 0                                                         ? c->width
           : c->is_half                                                         ? 2
           : c->type == GMIX_I_PARQUET_INT32 || c->type == GMIX_I_PARQUET_FLOAT ? 4
                                                                                : 8;
}

static double whole(const struct gmix_i_parquet_column *c, uint64_t bits) {
    if (c->type == GMIX_I_PARQUET_INT32) {
        return c->is_unsigned ? (double)(uint32_t)bits : (double)(int32_t)(uint32_t)bits;
    }
    return c->is_unsigned ? (double)bits : (double)(int64_t)bits;
}

/* Two's complement, the highest byte first. */
static double wide(const unsigned char *p, size_t n) {
    __extension__ __int128 x = p[0] >= 128 ? -1 : 0;
    for (size_t i = 0; i < n; i++) {
        x = x * 256 + p[i];
    }
    return (double)x;
}

static double value_of(const struct gmix_i_parquet_column *c, const unsigned char *p) {
    if (c->width > 0) {
        return wide(p, c->width);
    }
    if (c->is_half) {
        return half((unsigned)p[0] | (unsigned)p[1] << 8);
    }
    const uint64_t bits = size_of(c) == 4 ? load32(p) : load64(p);
    if (c->type == GMIX_I_PARQUET_FLOAT) {
        const uint32_t low = (uint32_t)bits;
        float x;
        memcpy(&x, &low, sizeof x);
        return (double)x;
    }
    if (c->type == GMIX_I_PARQUET_DOUBLE) {
        double x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    return whole(c, bits);
}

static bool plain(const struct gmix_i_parquet_column *c, struct gmix_i_piece in, size_t n,
                  double *out) {
    const size_t there = (size_t)(in.end - in.at);
    if (c->type == GMIX_I_PARQUET_BOOLEAN) {
        for (size_t i = 0; i < n && (n + 7) / 8 <= there; i++) {
            out[i] = (double)bits_at(in.at, i, 1);
        }
        return (n + 7) / 8 <= there;
    }
    const size_t size = size_of(c);
    if (n > there / size) {
        return false;
    }
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (c->type == GMIX_I_PARQUET_DOUBLE) {
        gmix_i_copy(out, in.at, n * size);
        return true;
    }
#endif
    for (size_t i = 0; i < n; i++) {
        out[i] = value_of(c, in.at + i * size);
    }
    return true;
}

/* The first bytes of all numbers, then the second ones ... */
static bool split(const struct gmix_i_parquet_column *c, struct gmix_i_piece in, size_t n,
                  double *out) {
    const size_t size = size_of(c);
    if (n > (size_t)(in.end - in.at) / size) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char bytes[GMIX_I_PARQUET_WIDEST] = {0};
        for (size_t b = 0; b < size; b++) {
            bytes[b] = in.at[b * n + i];
        }
        out[i] = value_of(c, bytes);
    }
    return true;
}

/* Truth values in runs, behind their length in bytes. */
static bool truths(struct gmix_i_piece in, size_t n, uint32_t *scratch, double *out) {
    if (in.end - in.at < 4 || load32(in.at) > (size_t)(in.end - in.at) - 4) {
        return false;
    }
    in.end = in.at + 4 + load32(in.at);
    in.at += 4;
    if (!gmix_i_parquet_runs(in, 1, n, scratch)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = (double)scratch[i];
    }
    return true;
}

static int64_t zigzag(uint64_t x) {
    return (int64_t)(x >> 1) ^ -(int64_t)(x & 1);
}

static uint64_t wide_bits(const unsigned char *p, size_t at, unsigned width) {
    uint64_t x = 0;
    for (unsigned got = 0; got < width;) {
        const size_t bit = at + got;
        const unsigned here = 8 - (unsigned)(bit % 8);
        const unsigned take = width - got < here ? width - got : here;
        const uint64_t part = (uint64_t)(p[bit / 8] >> bit % 8) & ((1U << take) - 1U);
        x |= part << got;
        got += take;
    }
    return x;
}

/* DELTA_BINARY_PACKED: blocks of miniblocks of differences above the least one. */
static bool differences(const struct gmix_i_parquet_column *c, struct gmix_i_piece in,
                        size_t n, double *out) {
    bool bad = false;
    const uint64_t block = varint(&in, &bad), minis = varint(&in, &bad),
                   total = varint(&in, &bad);
    uint64_t value = (uint64_t)zigzag(varint(&in, &bad));
    if (bad || minis == 0 || minis > 4096 || block == 0 || block > 1 << 24 ||
        block % minis != 0 || block / minis % 8 != 0 || total < n) {
        return false;
    }
    const size_t each = (size_t)(block / minis);
    size_t i = 0;
    if (n > 0) {
        out[i++] = whole(c, value);
    }
    while (i < n && !bad) {
        const uint64_t least = (uint64_t)zigzag(varint(&in, &bad));
        const unsigned char *const widths = in.at;
        bad = bad || minis > (size_t)(in.end - in.at);
        in.at += bad ? 0 : minis;
        for (size_t m = 0; m < minis && i < n && !bad; m++) {
            const unsigned width = widths[m];
            const size_t bytes = each / 8 * width;
            bad = width > 64 || bytes > (size_t)(in.end - in.at);
            for (size_t k = 0; k < each && i < n && !bad; k++) {
                value += least + wide_bits(in.at, k * width, width);
                out[i++] = whole(c, value);
            }
            in.at += bad ? 0 : bytes;
        }
    }
    return !bad;
}

static bool is_whole(const struct gmix_i_parquet_column *c) {
    return c->type == GMIX_I_PARQUET_INT32 || c->type == GMIX_I_PARQUET_INT64;
}

bool gmix_i_parquet_numbers(const struct gmix_i_parquet_column *c, int encoding,
                            struct gmix_i_piece in, size_t n, uint32_t *scratch,
                            double *out) {
    if (encoding == GMIX_I_PARQUET_SPLIT) {
        return split(c, in, n, out);
    }
    if (encoding == GMIX_I_PARQUET_DELTA) {
        return differences(c, in, n, out);
    }
    return encoding == GMIX_I_PARQUET_RLE ? truths(in, n, scratch, out)
                                          : plain(c, in, n, out);
}

bool gmix_i_parquet_texts(struct gmix_i_piece in, size_t n, struct gmix_i_span *out) {
    for (size_t i = 0; i < n; i++) {
        const size_t there = (size_t)(in.end - in.at);
        if (there < 4 || load32(in.at) > there - 4) {
            return false;
        }
        out[i] = (struct gmix_i_span){(const char *)in.at + 4, load32(in.at)};
        in.at += 4 + out[i].n;
    }
    return true;
}

const char *gmix_i_parquet_encoding_missing(const struct gmix_i_parquet_column *c,
                                            int encoding) {
    const bool fits =
        encoding == GMIX_I_PARQUET_PLAIN || encoding == GMIX_I_PARQUET_PLAIN_DICTIONARY ||
        encoding == GMIX_I_PARQUET_DICTIONARY ||
        (encoding == GMIX_I_PARQUET_RLE && c->type == GMIX_I_PARQUET_BOOLEAN) ||
        (encoding == GMIX_I_PARQUET_DELTA && is_whole(c)) ||
        (encoding == GMIX_I_PARQUET_SPLIT && !c->is_text &&
         c->type != GMIX_I_PARQUET_BOOLEAN);
    return fits ? NULL
                : "encoded in a way that is not read; write it with PLAIN or dictionary "
                  "encoding";
}
