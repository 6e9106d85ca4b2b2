/*
 * A few long rows: q x n, as Lambda^T is. To be part of functions that GMIX_I_CLONES compiles for
 * several instruction sets.
 */
#ifndef GMIX_FAMILY_SMALL_ROWS_H
#define GMIX_FAMILY_SMALL_ROWS_H

#include "base/clones.h"
#include "linalg/dot.h"
#include "linalg/linalg.h"

/* to += f x */
GMIX_I_PART void gmix_i_add_row(size_t n, double f, const double *restrict x,
                                double *restrict to) {
    for (size_t i = 0; i < n; i++) {
        to[i] += f * x[i];
    }
}

/* rows (q x n) = l^-1 rows for packed l. */
GMIX_I_PART void gmix_i_solve_lower(size_t q, const double *l, size_t n, double *rows) {
    for (size_t t = 0; t < q; t++) {
        const double *const lt = l + gmix_i_packed_len(t);
        for (size_t s = 0; s < t; s++) {
            gmix_i_add_row(n, -lt[s], rows + s * n, rows + t * n);
        }
        for (size_t i = 0; i < n; i++) {
            rows[t * n + i] /= lt[t];
        }
    }
}

/* rows = l^-T rows. */
GMIX_I_PART void gmix_i_solve_upper(size_t q, const double *l, size_t n, double *rows) {
    for (size_t t = q; t-- > 0;) {
        for (size_t s = t + 1; s < q; s++) {
            gmix_i_add_row(n, -l[gmix_i_packed_len(s) + t], rows + s * n, rows + t * n);
        }
        for (size_t i = 0; i < n; i++) {
            rows[t * n + i] /= l[gmix_i_packed_len(t) + t];
        }
    }
}

#endif
