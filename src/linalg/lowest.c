/*
 * The lowest eigenvalue of a small matrix that has negative ones. See linalg.h.
 *
 * With a feature j last, T - x = N P N^T, and the last pivot is the secular function
 *     g(x) = t_jj - x - b^T (T_rest - x)^-1 b
 * of the features that are not the last. Where T_rest - x is positive definite, g falls and is concave, and its root is
 * the lowest eigenvalue. Newton's steps are the Rayleigh quotients of v = N^-T e_j: from the right they come down to the
 * root without passing it, from the left they pass it once. Where T_rest - x is not positive definite, x is too high
 * altogether: it is halved. Where v is large in j, that is rare, and few steps are enough.
 */
#include <float.h>

#include "base/clones.h"
#include "linalg/linalg.h"

enum { MOST = GMIX_I_LOWEST_MOST, MOST_LEN = MOST * (MOST + 1) / 2, MOST_STEPS = 16 };

/* t - x = n p n^T as in cholesky.c, pivots of any sign. Returns how many are negative, the last of which is *at; MOST + 1: one is not a
 * number, or zero before the last. */
GMIX_I_PART size_t factor(const size_t d, const double *t, double x, double *unit,
                          double *pivot, size_t *at) {
    double inverse[MOST];
    size_t negative = 0;
    bool usable = true;
    GMIX_I_UNROLL
    for (size_t i = 0; i < d; i++) {
        double u[MOST];
        double *const row = unit + gmix_i_packed_len(i);
        double p = t[gmix_i_packed_len(i) + i] - x;
        GMIX_I_UNROLL
        for (size_t j = 0; j < i; j++) {
            u[j] = t[gmix_i_packed_len(i) + j];
            GMIX_I_UNROLL
            for (size_t s = 0; s < j; s++) {
                u[j] -= u[s] * unit[gmix_i_packed_len(j) + s];
            }
            row[j] = u[j] * inverse[j];
            p -= u[j] * row[j];
        }
        usable = usable && (fabs(p) >= DBL_MIN || i == d - 1) && fabs(p) <= DBL_MAX;
        negative += p < 0.0;
        *at = p < 0.0 ? i : *at;
        pivot[i] = p;
        inverse[i] = 1.0 / p;
    }
    return usable ? negative : MOST + 1;
}

/* v = N^-T e_at, features up to `at`; the rest are 0. */
GMIX_I_PART void direction(const size_t d, size_t at, const double *unit, double *v) {
    GMIX_I_UNROLL
    for (size_t i = d; i-- > 0;) {
        double sum = 0.0;
        GMIX_I_UNROLL
        for (size_t m = i + 1; m < d; m++) {
            sum -= unit[gmix_i_packed_len(m) + i] * v[m];
        }
        v[i] = i == at ? 1.0 : sum;
    }
}

/* Feature `last` changes places with the last one. */
GMIX_I_PART void reorder(const size_t d, const double *t, size_t last, double *out) {
    for (size_t i = 0; i < d; i++) {
        const size_t from = i == d - 1 ? last : i == last ? d - 1 : i;
        for (size_t j = 0; j <= i; j++) {
            const size_t other = j == d - 1 ? last : j == last ? d - 1 : j;
            const size_t high = from > other ? from : other;
            out[gmix_i_packed_len(i) + j] =
                t[gmix_i_packed_len(high) + (from + other - high)];
        }
    }
}

/* v in the order of t. 0: not found. */
GMIX_I_PART double descend(const size_t d, const double *t, double least, double *v) {
    double unit[MOST_LEN], pivot[MOST], x = 0.0, most = 0.0;
    bool passed = false; /* `least` is known to be lower */
    for (int step = 0; step < MOST_STEPS; step++) {
        size_t at = d;
        const size_t negative = factor(d, t, x, unit, pivot, &at);
        if (negative > 1 || (negative == 1 && at != d - 1)) {
            most = x;
            /* a long step passes the root by half of it, a short one by next to nothing */
            const bool near = passed && most - least < 1e-3 * fabs(least);
            x = most - (near ? 0.01 : 0.5) * (most - least);
            continue;
        }
        if (negative == 0) {
            least = x;
            passed = true;
        }
        direction(d, d - 1, unit, v);
        double square = 0.0, size = 0.0; /* of v; of the terms of its quotient */
        GMIX_I_UNROLL
        for (size_t i = 0; i < d; i++) {
            square += v[i] * v[i];
            size += v[i] * v[i] * (fabs(t[gmix_i_packed_len(i) + i]) + fabs(x));
        }
        const double next = x + pivot[d - 1] / square;
        if (!(fabs(next - x) > (double)(4 * d) * DBL_EPSILON * (size / square))) {
            const double length = sqrt(square);
            GMIX_I_UNROLL
            for (size_t i = 0; i < d; i++) {
                v[i] /= length;
            }
            return next;
        }
        x = next < most ? next : 0.5 * (x + most);
    }
    return 0.0;
}

/* The feature in which a vector is largest. */
GMIX_I_PART size_t largest(const size_t d, const double *v) {
    size_t most = 0;
    for (size_t i = 1; i < d; i++) {
        most = fabs(v[i]) > fabs(v[most]) ? i : most;
    }
    return most;
}

GMIX_I_PART size_t lowest(const size_t d, const double *t, size_t most, double least,
                          double *value, double *v) {
    double unit[MOST_LEN], pivot[MOST], own[MOST_LEN];
    size_t at = d;
    const size_t negative = factor(d, t, 0.0, unit, pivot, &at);
    *value = 0.0;
    if (negative > 0 && negative <= most) {
        direction(d, at, unit, v);
        const size_t last = largest(d, v);
        reorder(d, t, last, own);
        *value = descend(d, own, least, v);
        const double kept = v[last];
        v[last] = v[d - 1];
        v[d - 1] = kept;
    }
    return negative;
}

size_t gmix_i_lowest(size_t d, const double *t, size_t most, double least, double *value,
                     double *v) {
    switch (d) {
    case 1:
        return lowest(1, t, most, least, value, v);
    case 2:
        return lowest(2, t, most, least, value, v);
    case 3:
        return lowest(3, t, most, least, value, v);
    case 4:
        return lowest(4, t, most, least, value, v);
    case 5:
        return lowest(5, t, most, least, value, v);
    case 6:
        return lowest(6, t, most, least, value, v);
    case 7:
        return lowest(7, t, most, least, value, v);
    case 8:
        return lowest(8, t, most, least, value, v);
    default:
        *value = 0.0;
        return MOST + 1;
    }
}
