/*
 * Decimal text to double, correctly rounded: round(w 10^q), w the digits, q the exponent.
 *
 *   w <= 2^53, |q| <= 22   both factors are doubles, so one rounded operation is exact
 *                          (Clinger 1990, doi:10.1145/93542.93557)
 *   |q| <= 64              w times the 64-bit mantissa of 10^q; taken unless the product
 *                          is so near to a halfway case that its error bound reaches it
 *                          (1 number in 300; the idea of Lemire 2021,
 *                          doi:10.1002/spe.2984, with a smaller table)
 *   the rest               strtod in the C locale
 *
 * Rejected: long double products (80 bits only on x86), a table for all 600 exponents
 * (data beyond 1e+-64 is rare, and strtod reads it).
 */
#include "text/number.h"

#include <float.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POWER_MAX = 64, EXACT_POWER_MAX = 22, DIGITS_MAX = 19, EXPONENT_MAX = 99999 };

/* 10^q = MANTISSA[q + 64] 2^(floor(q log2(10)) - 63), rounded to nearest. */
static const uint64_t MANTISSA[2 * POWER_MAX + 1] = {
    0xa87fea27a539e9a5, 0xd29fe4b18e88640f, 0x83a3eeeef9153e89, 0xa48ceaaab75a8e2b,
    0xcdb02555653131b6, 0x808e17555f3ebf12, 0xa0b19d2ab70e6ed6, 0xc8de047564d20a8c,
    0xfb158592be068d2f, 0x9ced737bb6c4183d, 0xc428d05aa4751e4d, 0xf53304714d9265e0,
    0x993fe2c6d07b7fac, 0xbf8fdb78849a5f97, 0xef73d256a5c0f77d, 0x95a8637627989aae,
    0xbb127c53b17ec159, 0xe9d71b689dde71b0, 0x9226712162ab070e, 0xb6b00d69bb55c8d1,
    0xe45c10c42a2b3b06, 0x8eb98a7a9a5b04e3, 0xb267ed1940f1c61c, 0xdf01e85f912e37a3,
    0x8b61313bbabce2c6, 0xae397d8aa96c1b78, 0xd9c7dced53c72256, 0x881cea14545c7575,
    0xaa242499697392d3, 0xd4ad2dbfc3d07788, 0x84ec3c97da624ab5, 0xa6274bbdd0fadd62,
    0xcfb11ead453994ba, 0x81ceb32c4b43fcf5, 0xa2425ff75e14fc32, 0xcad2f7f5359a3b3e,
    0xfd87b5f28300ca0e, 0x9e74d1b791e07e48, 0xc612062576589ddb, 0xf79687aed3eec551,
    0x9abe14cd44753b53, 0xc16d9a0095928a27, 0xf1c90080baf72cb1, 0x971da05074da7bef,
    0xbce5086492111aeb, 0xec1e4a7db69561a5, 0x9392ee8e921d5d07, 0xb877aa3236a4b449,
    0xe69594bec44de15b, 0x901d7cf73ab0acd9, 0xb424dc35095cd80f, 0xe12e13424bb40e13,
    0x8cbccc096f5088cc, 0xafebff0bcb24aaff, 0xdbe6fecebdedd5bf, 0x89705f4136b4a597,
    0xabcc77118461cefd, 0xd6bf94d5e57a42bc, 0x8637bd05af6c69b6, 0xa7c5ac471b478423,
    0xd1b71758e219652c, 0x83126e978d4fdf3b, 0xa3d70a3d70a3d70a, 0xcccccccccccccccd,
    0x8000000000000000, 0xa000000000000000, 0xc800000000000000, 0xfa00000000000000,
    0x9c40000000000000, 0xc350000000000000, 0xf424000000000000, 0x9896800000000000,
    0xbebc200000000000, 0xee6b280000000000, 0x9502f90000000000, 0xba43b74000000000,
    0xe8d4a51000000000, 0x9184e72a00000000, 0xb5e620f480000000, 0xe35fa931a0000000,
    0x8e1bc9bf04000000, 0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000,
    0xad78ebc5ac620000, 0xd8d726b7177a8000, 0x878678326eac9000, 0xa968163f0a57b400,
    0xd3c21bcecceda100, 0x84595161401484a0, 0xa56fa5b99019a5c8, 0xcecb8f27f4200f3a,
    0x813f3978f8940984, 0xa18f07d736b90be5, 0xc9f2c9cd04674edf, 0xfc6f7c4045812296,
    0x9dc5ada82b70b59e, 0xc5371912364ce305, 0xf684df56c3e01bc7, 0x9a130b963a6c115c,
    0xc097ce7bc90715b3, 0xf0bdc21abb48db20, 0x96769950b50d88f4, 0xbc143fa4e250eb31,
    0xeb194f8e1ae525fd, 0x92efd1b8d0cf37be, 0xb7abc627050305ae, 0xe596b7b0c643c719,
    0x8f7e32ce7bea5c70, 0xb35dbf821ae4f38c, 0xe0352f62a19e306f, 0x8c213d9da502de45,
    0xaf298d050e4395d7, 0xdaf3f04651d47b4c, 0x88d8762bf324cd10, 0xab0e93b6efee0054,
    0xd5d238a4abe98068, 0x85a36366eb71f041, 0xa70c3c40a64e6c52, 0xd0cf4b50cfe20766,
    0x82818f1281ed44a0, 0xa321f2d7226895c8, 0xcbea6f8ceb02bb3a, 0xfee50b7025c36a08,
    0x9f4f2726179a2245, 0xc722f0ef9d80aad6, 0xf8ebad2b84e0d58c, 0x9b934c3b330c8577,
    0xc2781f49ffcfa6d5,
};

static const double EXACT_POWER[EXACT_POWER_MAX + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

__extension__ typedef unsigned __int128 wide;

/* The digits of a number: up to 19 significant ones, and how many more there were. */
struct digits {
    uint64_t w;
    int64_t exponent; /* of ten, to multiply w with */
    bool cut;         /* w is too small by less than one unit */
};

static inline bool is_digit(char c) {
    return (unsigned char)(c - '0') < 10;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Eight digits at a time: true if there are eight, which are then in *value. */
static inline bool eight_digits(const char *p, const char *end, uint64_t *value) {
    uint64_t v;
    if (end - p < 8) {
        return false;
    }
    memcpy(&v, p, 8);
    const uint64_t high = 0xF0F0F0F0F0F0F0F0u;
    if (((v & high) | (((v + 0x0606060606060606u) & high) >> 4)) != 0x3333333333333333u) {
        return false;
    }
    v -= 0x3030303030303030u;
    v = v * 10 + (v >> 8); /* pairs of digits in every other byte */
    const uint64_t pairs = 0x000000FF000000FFu;
    v = ((v & pairs) * 0x000F424000000064u + ((v >> 16) & pairs) * 0x0000271000000001u) >>
        32;
    *value = v & 0xFFFFFFFFu;
    return true;
}
#else
static inline bool eight_digits(const char *p, const char *end, uint64_t *value) {
    (void)p, (void)end, (void)value;
    return false;
}
#endif

/* Adds the digits at p to *w (which may wrap round); returns where they end. */
static inline const char *scan_digits(const char *p, const char *end, uint64_t *w) {
    uint64_t sum = *w, eight;
    while (eight_digits(p, end, &eight)) {
        sum = sum * 100000000u + eight;
        p += 8;
    }
    for (; is_digit(*p); p++) {
        sum = sum * 10 + (uint64_t)(*p - '0');
    }
    *w = sum;
    return p;
}

/* The first 19 significant digits of text .. stop, which holds digits and a point. */
static struct digits first_digits(const char *text, const char *stop) {
    struct digits d = {0};
    int n = 0;
    bool point = false;
    for (const char *p = text; p < stop; p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        if (n < DIGITS_MAX) {
            d.w = d.w * 10 + (uint64_t)(*p - '0');
            n += d.w != 0;
            d.exponent -= point;
        } else {
            d.cut = d.cut || *p != '0';
            d.exponent += !point;
        }
    }
    return d;
}

/* The exponent at p ("e-12"), or 0; *stop is where it ends. */
static inline int64_t scan_exponent(const char *p, const char **stop) {
    *stop = p;
    if ((*p | 32) != 'e') {
        return 0;
    }
    p++;
    const bool minus = *p == '-';
    p += minus || *p == '+';
    if (!is_digit(*p)) {
        return 0;
    }
    int64_t e = 0;
    for (; is_digit(*p); p++) {
        e = e < EXPONENT_MAX ? e * 10 + (*p - '0') : e;
    }
    *stop = p;
    return minus ? -e : e;
}

/* w 10^q by the table, |q| <= 64 and w > 0; false if it might be a halfway case. */
static inline bool table_product(uint64_t w, int q, bool cut, double *out) {
    const int zeros = __builtin_clzll(w);
    const wide product = (wide)(w << zeros) * MANTISSA[q + POWER_MAX];
    uint64_t high = (uint64_t)(product >> 64);
    int exponent = ((217706 * q) >> 16) - zeros + 12; /* of the 53-bit mantissa */
    if (!(high >> 63)) {
        high = high << 1 | (uint64_t)(product >> 63 & 1);
        exponent--;
    }
    /* The true value is within 2 units of high; a cut w (>= 10^18) adds up to 2 * 16. */
    const int64_t tolerance = cut ? 40 : 3;
    const int64_t from_half = (int64_t)(high & 0x7FF) - 0x400;
    if (from_half >= -tolerance && from_half <= tolerance) {
        return false;
    }
    /* Adding a carry to the bits moves on to the next power of two by itself. */
    const uint64_t bits =
        ((uint64_t)(exponent + 1023 + 52 - 1) << 52) + (high >> 11) + (from_half > 0);
    memcpy(out, &bits, sizeof bits);
    return true;
}

/* The reference, for what is left. glibc and musl allocate nothing for "C". */
static double by_strtod(const char *text) {
    const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c) {
        return strtod(text, NULL);
    }
    const double x = strtod_l(text, NULL, c);
    freelocale(c);
    return x;
}

/* All but what is left to strtod: false. */
static inline bool quick_value(struct digits d, double *x) {
    if (d.w == 0) {
        *x = 0.0;
    } else if (FLT_EVAL_METHOD == 0 && d.w <= (uint64_t)1 << 53 && !d.cut &&
               d.exponent >= -EXACT_POWER_MAX && d.exponent <= EXACT_POWER_MAX) {
        *x = d.exponent < 0 ? (double)d.w / EXACT_POWER[-d.exponent]
                            : (double)d.w * EXACT_POWER[d.exponent];
    } else {
        return d.exponent >= -POWER_MAX && d.exponent <= POWER_MAX &&
               table_product(d.w, (int)d.exponent, d.cut, x);
    }
    return true;
}

static inline double value_of(const char *text, struct digits d, bool minus) {
    double x;
    if (!quick_value(d, &x)) {
        return by_strtod(text);
    }
    return minus ? -x : x;
}

const char *gmix_i_number(const char *text, const char *end, double *out) {
    const bool minus = *text == '-';
    const char *const start = text + (minus || *text == '+');
    struct digits d = {0};
    const char *p = scan_digits(start, end, &d.w);
    ptrdiff_t n_digits = p - start;
    if (*p == '.') {
        const char *const fraction = p + 1;
        p = scan_digits(fraction, end, &d.w);
        d.exponent = fraction - p;
        n_digits += p - fraction;
    }
    if (n_digits == 0) {
        return NULL;
    }
    if (n_digits > DIGITS_MAX) {
        d = first_digits(start, p);
    }
    if ((*p | 32) == 'e') {
        d.exponent += scan_exponent(p, &p);
    }
    *out = value_of(text, d, minus);
    return p;
}

/* Digits of a number and where they begin: w 10^(exponent - digits + 1). */
struct decimal {
    uint64_t w;
    int exponent;
};

static const uint64_t TEN_TO_17 = 100000000000000000u;

/*
 * x > 0 rounded to `digits` <= 17 digits, by one product with the table: the error is below
 * 2^-7 of the last digit. False if that is too much to tell which way to round, or if x is out of
 * the table's range.
 */
static bool rounded(double x, int digits, uint64_t least, struct decimal *out) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int biased = (int)(bits >> 52);
    if (biased < 1023 - 140 || biased > 1023 + 200) {
        return false;
    }
    const uint64_t mantissa = (bits << 11) | (uint64_t)1 << 63;
    int exponent = ((biased - 1023) * 78913) >> 18; /* log10, or one less */
    for (int tries = 0; tries < 2; tries++, exponent++) {
        const int q = digits - 1 - exponent;
        const wide product = (wide)mantissa * MANTISSA[q + POWER_MAX];
        const int shift = 63 + 63 - (biased - 1023) - ((217706 * q) >> 16);
        const wide half = (wide)1 << (shift - 1), error = (wide)1 << 64;
        const wide rest = product & (((wide)1 << shift) - 1);
        if (rest + error >= half && rest <= half + error) {
            return false;
        }
        out->w = (uint64_t)(product >> shift) + (rest > half);
        out->exponent = exponent;
        if (out->w < 10 * least) {
            return true;
        }
    }
    return false;
}

/* As "%.*g" writes it, with a point or an exponent. Returns the length. */
static size_t written(struct decimal number, int digits, bool minus,
                      char out[GMIX_I_NUMBER_SIZE]) {
    char all[20];
    int n = digits;
    for (int i = digits; i > 0; i -= 2, number.w /= 100) { /* two at a time */
        const unsigned two = (unsigned)(number.w % 100);
        all[i - 1] = (char)('0' + two % 10);
        all[i > 1 ? i - 2 : 0] = (char)('0' + (i > 1 ? two / 10 : two));
    }
    while (n > 1 && all[n - 1] == '0') {
        n--;
    }
    const int e = number.exponent;
    const bool scientific = e < -4 || e >= digits;
    const int whole = scientific ? 1 : e + 1; /* digits before the point */
    char *to = out;
    if (minus) {
        *to++ = '-';
    }
    for (int i = whole > 0 ? 0 : whole - 1; i < n || i < whole; i++) {
        if (i == whole) {
            *to++ = '.';
        }
        *to++ = i < 0 || i >= n ? '0' : all[i];
    }
    if (scientific) {
        const int size = e < 0 ? -e : e;
        *to++ = 'e';
        *to++ = e < 0 ? '-' : '+';
        *to++ = (char)('0' + size / 10);
        *to++ = (char)('0' + size % 10);
    } else if (n <= whole) {
        *to++ = '.';
        *to++ = '0';
    }
    *to = '\0';
    return (size_t)(to - out);
}

/* As "%.*g" of the C library, whatever the locale's point, and as long as it takes. */
static size_t by_printf(double x, char out[GMIX_I_NUMBER_SIZE]) {
    size_t n = 0;
    for (int digits = 15; digits <= 17; digits++) {
        char raw[GMIX_I_NUMBER_SIZE];
        snprintf(raw, sizeof raw, "%.*g", digits, x);
        bool real = false;
        n = 0;
        for (const char *p = raw; *p; p++) {
            if (is_digit(*p) || *p == '-' || *p == '+' || *p == 'e') {
                out[n++] = *p;
                real = real || *p == 'e';
            } else if (!real) { /* the locale's point, of any number of bytes */
                out[n++] = '.';
                real = true;
            }
        }
        out[n] = '\0';
        double back = 0.0;
        gmix_i_number(out, out + n, &back);
        if (!real) {
            memcpy(out + n, ".0", 3);
            n += 2;
        }
        if (memcmp(&back, &x, sizeof x) == 0) {
            break;
        }
    }
    return n;
}

size_t gmix_i_number_text(double x, char out[GMIX_I_NUMBER_SIZE]) {
    static const uint64_t least[] = {TEN_TO_17 / 1000, TEN_TO_17 / 100, TEN_TO_17 / 10};
    const bool minus = x < 0.0;
    struct decimal number;
    if (!rounded(minus ? -x : x, 17, least[2], &number)) {
        return by_printf(x, out);
    }
    /* what reads back is within 12 units of the 17th digit */
    const uint64_t tail = number.w % 100;
    for (int digits = tail > 13 && tail < 87 ? 16 : 15; digits <= 17; digits++) {
        if (!rounded(minus ? -x : x, digits, least[digits - 15], &number)) {
            break;
        }
        const struct digits read = {number.w, number.exponent - digits + 1, false};
        double back;
        if (!quick_value(read, &back)) {
            break;
        }
        if (back == (minus ? -x : x)) {
            return written(number, digits, minus, out);
        }
    }
    return by_printf(x, out);
}
