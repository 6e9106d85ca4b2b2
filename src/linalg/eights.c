/* Up to eight small matrices side by side. See eights.h; the formulas are those of cholesky.c. */
#include "linalg/eights.h"

#include <math.h>
#include <stdint.h>

#include "base/clones.h"
#include "linalg/linalg.h"

enum {
    EIGHT = GMIX_I_EIGHTS,
    MOST = GMIX_I_EIGHTS_MOST,
    MOST_LEN = MOST * (MOST + 1) / 2
};

/* A number of each. Where a condition is asked of them, arithmetic gives 0 or what is not 0: compilers know no
 * comparisons of vectors longer than the processor's. */
typedef double lanes __attribute__((vector_size(EIGHT * sizeof(double))));
typedef int64_t bits __attribute__((vector_size(EIGHT * sizeof(double))));

/* f(D, ...) with D a constant */
#define CASE(d, f, ...)    \
    case d:                \
        f(d, __VA_ARGS__); \
        break;
#define CASES(f, ...)           \
    switch (d) {                \
        CASE(1, f, __VA_ARGS__) \
        CASE(2, f, __VA_ARGS__) \
        CASE(3, f, __VA_ARGS__) \
        CASE(4, f, __VA_ARGS__) \
        CASE(5, f, __VA_ARGS__) \
    default:                    \
        break;                  \
    }

/* len numbers of each of n, of which spare lanes repeat the last. */
GMIX_I_PART void gather(size_t n, const size_t len, const double *from, lanes *to) {
    double *const out = (double *)to;
    GMIX_I_UNROLL
    for (size_t u = 0; u < EIGHT; u++) {
        const double *const own = from + (u < n ? u : n - 1) * len;
        for (size_t t = 0; t < len; t++) {
            out[t * EIGHT + u] = own[t];
        }
    }
}

GMIX_I_PART void scatter(size_t n, const size_t len, const lanes *from, double *to) {
    const double *const in = (const double *)from;
    for (size_t u = 0; u < n; u++) {
        for (size_t t = 0; t < len; t++) {
            to[u * len + t] = in[t * EIGHT + u];
        }
    }
}

GMIX_I_PART void root(const lanes *of, lanes *out) {
    for (size_t u = 0; u < EIGHT; u++) {
        (*out)[u] = sqrt((*of)[u]);
    }
}

/* out += max(-2 x, 0), or what is no number. */
GMIX_I_PART void add_fault(const lanes *x, lanes *out) {
    const bits size = (bits)*x & INT64_MAX;
    *out += (lanes)size - *x;
}

/* Bits of the lanes that are 0, of the first n. */
static unsigned zeros(size_t n, const lanes *x) {
    const double *const at = (const double *)x;
    unsigned some = 0;
    if (((at[0] + at[1]) + (at[2] + at[3])) + ((at[4] + at[5]) + (at[6] + at[7])) ==
        0.0) {
        return (1U << n) - 1;
    }
    for (size_t u = 0; u < n; u++) {
        some |= (unsigned)(at[u] == 0.0) << u;
    }
    return some;
}

/* a - diag(less) = n p n^T; fault: 0 where all p are positive, and finite as 1 / p is. */
GMIX_I_PART void factor(const size_t d, const lanes *a, const double *less, lanes *unit,
                        lanes *pivot, lanes *inverse, lanes *fault) {
    *fault = (lanes){0};
    GMIX_I_UNROLL
    for (size_t i = 0; i < d; i++) {
        lanes u[MOST], p = a[gmix_i_packed_len(i) + i];
        lanes *const row = unit + gmix_i_packed_len(i);
        if (less) {
            p -= less[i];
        }
        GMIX_I_UNROLL
        for (size_t j = 0; j < i; j++) {
            u[j] = a[gmix_i_packed_len(i) + j];
            GMIX_I_UNROLL
            for (size_t t = 0; t < j; t++) {
                u[j] -= u[t] * unit[gmix_i_packed_len(j) + t];
            }
            row[j] = u[j] * inverse[j];
            p -= u[j] * row[j];
        }
        pivot[i] = p;
        inverse[i] = 1.0 / p;
        add_fault(&p, fault);
        *fault += 0.0 * inverse[i];
    }
}

GMIX_I_PART void exceed(const size_t d, size_t n, const double *from, const double *least,
                        lanes *fault) {
    lanes a[MOST_LEN], unit[MOST_LEN], pivot[MOST], inverse[MOST];
    gather(n, gmix_i_packed_len(d), from, a);
    factor(d, a, least, unit, pivot, inverse, fault);
}

GMIX_I_CLONES static void exceed_any(size_t d, size_t n, const double *a,
                                     const double *least, lanes *fault) {
    CASES(exceed, n, a, least, fault)
}

unsigned gmix_i_eights_exceed(size_t n, size_t d, const double *a, const double *least) {
    lanes fault;
    exceed_any(d, n, a, least, &fault);
    return zeros(n, &fault);
}

/* What gmix_i_eights_invert() makes of each. */
typedef struct inverses {
    double *inv, *det, *out;
    lanes fault;
} inverses;

/* inv = p^-1/2 n^-1 */
GMIX_I_PART void invert_factor(const size_t d, const lanes *unit, const lanes *inverse,
                               lanes *inv) {
    lanes unit_inv[MOST_LEN];
    GMIX_I_UNROLL
    for (size_t i = 0; i < d; i++) {
        lanes *const row = inv + gmix_i_packed_len(i);
        root(&inverse[i], &row[i]);
        GMIX_I_UNROLL
        for (size_t j = 0; j < i; j++) {
            lanes sum = unit[gmix_i_packed_len(i) + j];
            GMIX_I_UNROLL
            for (size_t t = j + 1; t < i; t++) {
                sum +=
                    unit[gmix_i_packed_len(i) + t] * unit_inv[gmix_i_packed_len(t) + j];
            }
            unit_inv[gmix_i_packed_len(i) + j] = -sum;
            row[j] = -sum * row[i];
        }
    }
}

GMIX_I_PART void invert(const size_t d, size_t n, const double *from, double least,
                        const double *vectors, inverses *to) {
    lanes a[MOST_LEN], unit[MOST_LEN], pivot[MOST], inverse[MOST], inv[MOST_LEN], x[MOST],
        out[MOST];
    gather(n, gmix_i_packed_len(d), from, a);
    gather(n, d, vectors, x);
    factor(d, a, NULL, unit, pivot, inverse, &to->fault);
    invert_factor(d, unit, inverse, inv);
    lanes det = inv[0];
    GMIX_I_UNROLL
    for (size_t i = 0; i < d; i++) {
        const lanes *const row = inv + gmix_i_packed_len(i);
        const lanes share = pivot[i] - least * a[gmix_i_packed_len(i) + i];
        add_fault(&share, &to->fault);
        if (i > 0) {
            det *= row[i];
        }
        out[i] = row[0] * x[0];
        GMIX_I_UNROLL
        for (size_t j = 1; j <= i; j++) {
            out[i] += row[j] * x[j];
        }
    }
    const lanes above = det - 1e-140, below = 1e140 - det;
    add_fault(&above, &to->fault);
    add_fault(&below, &to->fault);
    scatter(n, gmix_i_packed_len(d), inv, to->inv);
    scatter(n, d, out, to->out);
    scatter(n, 1, &det, to->det);
}

GMIX_I_CLONES static void invert_any(size_t d, size_t n, const double *a, double least,
                                     const double *x, inverses *to) {
    CASES(invert, n, a, least, x, to)
}

unsigned gmix_i_eights_invert(size_t n, size_t d, const double *a, double least,
                              const double *x, double *inv, double *det, double *out) {
    inverses to = {.inv = inv, .det = det, .out = out};
    invert_any(d, n, a, least, x, &to);
    return zeros(n, &to.fault);
}

GMIX_I_PART void split(const size_t d, size_t n, const double *from, double *diagonal,
                       double *rest, lanes *fault) {
    lanes a[MOST_LEN], own[MOST], others[MOST_LEN], unit[MOST_LEN], pivot[MOST],
        inverse[MOST];
    gather(n, gmix_i_packed_len(d), from, a);
    factor(d, a, NULL, unit, pivot, inverse, fault);
    GMIX_I_UNROLL
    for (size_t j = 0; j < d; j++) {
        root(&pivot[j], &own[j]);
        GMIX_I_UNROLL
        for (size_t i = j + 1; i < d; i++) {
            others[gmix_i_packed_len(i) - i + j] =
                unit[gmix_i_packed_len(i) + j] * own[j];
        }
    }
    scatter(n, d, own, diagonal);
    scatter(n, gmix_i_packed_len(d) - d, others, rest);
}

GMIX_I_CLONES static void split_any(size_t d, size_t n, const double *a, double *diagonal,
                                    double *rest, lanes *fault) {
    CASES(split, n, a, diagonal, rest, fault)
}

unsigned gmix_i_eights_split(size_t n, size_t d, const double *a, double *diagonal,
                             double *rest) {
    lanes fault;
    split_any(d, n, a, diagonal, rest, &fault);
    return zeros(n, &fault);
}

GMIX_I_PART void square(const size_t d, size_t n, const double *positive,
                        const double *others, double *to) {
    lanes diagonal[MOST], rest[MOST_LEN], a[MOST_LEN];
    gather(n, d, positive, diagonal);
    gather(n, gmix_i_packed_len(d) - d, others, rest);
    GMIX_I_UNROLL
    for (size_t i = 0; i < d; i++) {
        const lanes *const row = rest + gmix_i_packed_len(i) - i;
        lanes own = diagonal[i] * diagonal[i];
        GMIX_I_UNROLL
        for (size_t j = 0; j < i; j++) {
            const lanes *const other = rest + gmix_i_packed_len(j) - j;
            lanes sum = row[j] * diagonal[j];
            GMIX_I_UNROLL
            for (size_t t = 0; t < j; t++) {
                sum += row[t] * other[t];
            }
            a[gmix_i_packed_len(i) + j] = sum;
            own += row[j] * row[j];
        }
        a[gmix_i_packed_len(i) + i] = own;
    }
    scatter(n, gmix_i_packed_len(d), a, to);
}

GMIX_I_CLONES static void square_any(size_t d, size_t n, const double *diagonal,
                                     const double *rest, double *a) {
    CASES(square, n, diagonal, rest, a)
}

void gmix_i_eights_square(size_t n, size_t d, const double *diagonal, const double *rest,
                          double *a) {
    square_any(d, n, diagonal, rest, a);
}
