/* Products of symmetric packed matrices, and their eigenvalues. See linalg.h. */
#include "linalg/linalg.h"

#include <string.h>

#include "base/clones.h"
#include "base/limit.h"
#include "linalg/dot.h"
#include "linalg/tridiagonal.h"

static void swap(double *a, double *b) {
    const double kept = *a;
    *a = *b;
    *b = kept;
}

static void transpose(size_t d, double *x) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < i; j++) {
            swap(&x[i * d + j], &x[j * d + i]);
        }
    }
}

/* Cells that are not finite give no numbers. */
static bool is_finite(size_t d, const double *a) {
    double sum = 0.0;
    for (size_t t = 0; t < gmix_i_packed_len(d); t++) {
        sum += 0.0 * a[t];
    }
    return sum == 0.0;
}

void gmix_i_eigen_wide(gmix_ctx *ctx, size_t d, const double *a, double *w, double *v,
                       double *work) {
    double *const off = work + d, *const room = work + 2 * d;
    for (size_t i = 0; i < d; i++) {
        memcpy(work + i * d, a + gmix_i_packed_len(i), (i + 1) * sizeof *work);
    }
    if (!is_finite(d, a)) {
        for (size_t i = 0; i < d * d; i++) {
            v[i] = i % (d + 1) == 0 ? 1.0 : 0.0;
            w[i % d] = (double)NAN;
        }
    } else if (gmix_i_tridiagonal(ctx, d, work, w, off, v) &&
               gmix_i_implicit_ql(ctx, d, w, off, v, room, d * d - 2 * d)) {
        transpose(d, v);
    }
}

void gmix_i_eigen(gmix_ctx *ctx, size_t d, const double *a, double *w, double *v,
                  double *work) {
    if (d <= GMIX_I_JACOBI_MOST) {
        gmix_i_eigen_jacobi(d, a, w, v, work);
    } else {
        gmix_i_eigen_wide(ctx, d, a, w, v, work);
    }
}

/* Ascending. */
static void sort(size_t d, double *w, double *v) {
    for (size_t e = 0; e + 1 < d; e++) {
        size_t least = e;
        for (size_t f = e + 1; f < d; f++) {
            least = w[f] < w[least] ? f : least;
        }
        if (least != e) {
            swap(&w[e], &w[least]);
            for (size_t i = 0; i < d; i++) {
                swap(&v[i * d + e], &v[i * d + least]);
            }
        }
    }
}

void gmix_i_eigen_sorted(gmix_ctx *ctx, size_t d, const double *a, double *w, double *v,
                         double *work) {
    gmix_i_eigen(ctx, d, a, w, v, work);
    sort(d, w, v);
}

void gmix_i_eigen_largest(gmix_ctx *ctx, size_t d, const double *a, double *w, double *v,
                          double *work) {
    enum { WIDE = 12 };
    if (d > WIDE) {
        gmix_i_eigen_wide(ctx, d, a, w, v, work);
    } else {
        gmix_i_eigen(ctx, d, a, w, v, work);
    }
    sort(d, w, v);
}

GMIX_I_CLONES static double dot(size_t n, const double *x, const double *y) {
    return gmix_i_dot(n, x, y);
}

/* Rows in groups, so that what is beside them is read once for each. */
void gmix_i_add_outer(gmix_ctx *ctx, size_t d, size_t m, const double *u, double *a) {
    enum { ROWS = 8 };
    for (size_t first = 0; first < d && !gmix_i_wide_is_cut(ctx, d); first += ROWS) {
        const size_t end = first + ROWS < d ? first + ROWS : d;
        for (size_t j = 0; j < end; j++) {
            for (size_t i = first > j ? first : j; i < end; i++) {
                a[gmix_i_packed_len(i) + j] += dot(m, u + i * m, u + j * m);
            }
        }
    }
}

/* v diag(w) v^T in columns first .. last - 1 of the rows from there on. */
static void columns_from_eigen(size_t d, size_t first, size_t last, const double *v,
                               const double *w, double *a, double *work) {
    for (size_t i = first; i < d; i++) {
        const double *const vi = v + i * d;
        double *const row = a + gmix_i_packed_len(i);
        const size_t end = i < last ? i + 1 : last;
        for (size_t e = 0; e < d; e++) {
            work[e] = vi[e] * w[e];
        }
        for (size_t j = first; d > GMIX_I_JACOBI_MOST && j < end; j++) {
            row[j] = dot(d, work, v + j * d);
        }
        for (size_t j = first; d <= GMIX_I_JACOBI_MOST && j < end; j++) {
            double sum = 0.0;
            for (size_t e = 0; e < d; e++) {
                sum += work[e] * v[j * d + e];
            }
            row[j] = sum;
        }
    }
}

/* So many rows of v at a time that they stay near. */
void gmix_i_from_eigen(gmix_ctx *ctx, size_t d, const double *v, const double *w,
                       double *a, double *work) {
    enum { ROWS = 48 };
    for (size_t first = 0; first < d && !gmix_i_wide_is_cut(ctx, d); first += ROWS) {
        columns_from_eigen(d, first, first + ROWS < d ? first + ROWS : d, v, w, a, work);
    }
}

GMIX_I_CLONES static void add_row(size_t n, double f, const double *restrict x,
                                  double *restrict y) {
    for (size_t j = 0; j < n; j++) {
        y[j] += f * x[j];
    }
}

/* Row t of m adds its outer product, to a few rows of a at a time where there are many: they
 * stay near. */
void gmix_i_gram(gmix_ctx *ctx, size_t d, const double *m, double *a) {
    enum { ROWS = 16 };
    memset(a, 0, gmix_i_packed_len(d) * sizeof *a);
    for (size_t t = 0; d < ROWS && t < d; t++) {
        const double *const row = m + gmix_i_packed_len(t);
        for (size_t i = 0; i <= t; i++) {
            for (size_t j = 0; j <= i; j++) {
                a[gmix_i_packed_len(i) + j] += row[i] * row[j];
            }
        }
    }
    if (d < ROWS) {
        return;
    }
    for (size_t first = 0; first < d && !gmix_i_wide_is_cut(ctx, d); first += ROWS) {
        const size_t end = first + ROWS < d ? first + ROWS : d;
        for (size_t t = first; t < d; t++) {
            const double *const row = m + gmix_i_packed_len(t);
            for (size_t i = first; i < end && i <= t; i++) {
                add_row(i + 1, row[i], row, a + gmix_i_packed_len(i));
            }
        }
    }
}

/* out = x^T y, row-major: a few rows at a time, so that a row of y is read once for all. */
static void product(gmix_ctx *ctx, size_t d, const double *x, const double *y,
                    double *out) {
    enum { ROWS = 16 };
    memset(out, 0, d * d * sizeof *out);
    for (size_t first = 0; first < d && !gmix_i_wide_is_cut(ctx, d); first += ROWS) {
        const size_t end = first + ROWS < d ? first + ROWS : d;
        for (size_t t = 0; t < d; t++) {
            for (size_t i = first; i < end; i++) {
                add_row(d, x[t * d + i], y + t * d, out + i * d);
            }
        }
    }
}

void gmix_i_congruence(gmix_ctx *ctx, size_t d, const double *u, const double *a,
                       double *out, double *work) {
    product(ctx, d, a, u, work); /* a is symmetric */
    product(ctx, d, u, work, out);
}

double gmix_i_trace_product(size_t d, const double *a, const double *b) {
    double off = 0.0, diagonal = 0.0;
    for (size_t i = 0; i < d; i++) {
        const double *const ai = a + gmix_i_packed_len(i), *const bi =
                                                               b + gmix_i_packed_len(i);
        for (size_t j = 0; j < i; j++) {
            off += ai[j] * bi[j];
        }
        diagonal += ai[i] * bi[i];
    }
    return 2.0 * off + diagonal;
}
