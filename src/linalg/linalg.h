/*
 * Small dense matrices in packed lower storage: element (i, j), j <= i, is a[i (i + 1) /
 * 2 + j]. Plain C: the factorisations cost K D^3 / 3 beside N K D^2 of the passes, and a
 * BLAS with threads of its own would make sums depend on how it is called.
 */
#ifndef GMIX_LINALG_LINALG_H
#define GMIX_LINALG_LINALG_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include <gmix/context.h>

#include "base/limit.h"

static inline size_t gmix_i_packed_len(size_t d) {
    return d * (d + 1) / 2;
}

/*
 * What takes the cube of D is cut short where a context ends it, if D is large: `ctx`, of the thread that calls (limit.h);
 * NULL: nothing ends it. It returns false then, or leaves any numbers, and the next poll fails, too; gmix_i_fail()
 * says so in place of what is said of such numbers.
 */
enum { GMIX_I_POLL_FROM = 128 };
static inline bool gmix_i_wide_is_cut(const gmix_ctx *ctx, size_t d) {
    return ctx && d >= GMIX_I_POLL_FROM && gmix_i_cancelled(ctx);
}

/* a = l l^T; l may be a. False if a is not positive definite. Cost: D^3 / 6
 * multiply-adds. */
bool gmix_i_cholesky(gmix_ctx *ctx, size_t d, const double *a, double *l);

/* Is a - diag(least) positive definite? work: as a. */
bool gmix_i_exceeds_diagonal(gmix_ctx *ctx, size_t d, const double *a,
                             const double *least, double *work);

/*
 * The precision factor of a covariance: inv = l^-1 where a = l l^T. Matrices that are
 * ill-conditioned after scaling to unit diagonal are factored in long double, so that
 * |inv x|^2 keeps 1e-9 relative accuracy up to condition numbers of 1e10.
 * work: gmix_i_factor_work(d) bytes, 16-byte aligned. False if a is not positive
 * definite.
 */
bool gmix_i_precision_factor(gmix_ctx *ctx, size_t d, const double *a, double *inv,
                             void *work);
size_t gmix_i_factor_work(size_t d);
/* Ill-conditioned: a feature has less of its variance to itself, given those before it. Condition >= 1e4: double
 * would miss 1e-9 soon. */
static const double GMIX_I_LEAST_SHARE = 1e-4;

/* A product of numbers >= 0 is factor e^log, and begins as {1, 0}: its logarithm takes a single
 * call of log() unless it leaves the range of a double on the way. */
typedef struct gmix_i_product {
    double factor, log;
} gmix_i_product;

static inline void gmix_i_product_times(gmix_i_product *p, double x) {
    p->factor *= x;
    if (!(p->factor > 1e-140 && p->factor < 1e140)) { /* the next x may be 1e162 */
        p->log += log(p->factor);
        p->factor = 1.0;
    }
}

static inline double gmix_i_product_log(const gmix_i_product *p) {
    return p->log + log(p->factor);
}

/*
 * Eigenvalues and vectors of a symmetric matrix (packed lower), a = v diag(w) v^T, v D x D
 * row-major with vectors in columns. work: D x D doubles. Up to GMIX_I_JACOBI_MOST features
 * by cyclic Jacobi rotations (Golub & Van Loan, 8.5), which are exact for small eigenvalues
 * of graded matrices, too; beyond by reduction to tridiagonal form and implicit QL steps (8.3), on
 * the context's threads, errors 1e-15 D of the largest. ctx: NULL is one thread, too.
 */
enum { GMIX_I_JACOBI_MOST = 40 };
void gmix_i_eigen(gmix_ctx *ctx, size_t d, const double *a, double *w, double *v,
                  double *work);

/* The same, eigenvalues ascending. */
void gmix_i_eigen_sorted(gmix_ctx *ctx, size_t d, const double *a, double *w, double *v,
                         double *work);

/* The same where small eigenvalues need be exact beside the largest only, which is sooner done. */
void gmix_i_eigen_largest(gmix_ctx *ctx, size_t d, const double *a, double *w, double *v,
                          double *work);

void gmix_i_eigen_jacobi(size_t d, const double *a, double *w, double *v, double *work);
void gmix_i_eigen_wide(gmix_ctx *ctx, size_t d, const double *a, double *w, double *v,
                       double *work);

/*
 * How many eigenvalues of a symmetric matrix t (packed lower) are negative, of up to GMIX_I_LOWEST_MOST features; more
 * than D where that cannot be told. If there are any, but no more than `most`: *value is the lowest, with its vector v of
 * length 1, exact to a few roundings of sum v_i^2 |t_ii|; or 0 where it is not found, which is rare but where many are
 * the same. least: it is hardly lower than that. A tenth of the time that all eigenvalues take by rotations
 * (D = 8).
 */
enum { GMIX_I_LOWEST_MOST = 8 };
size_t gmix_i_lowest(size_t d, const double *t, size_t most, double least, double *value,
                     double *v);

/* a = v diag(w) v^T, packed. work: D. Cost: D^3 / 2. */
void gmix_i_from_eigen(gmix_ctx *ctx, size_t d, const double *v, const double *w,
                       double *a, double *work);

/* a += u u^T, packed, for a D x M matrix u, row-major. Cost: D^2 M / 2. */
void gmix_i_add_outer(gmix_ctx *ctx, size_t d, size_t m, const double *u, double *a);

/* a = m^T m for a lower triangular m, both packed: the inverse of l l^T if m = l^-1. Cost:
 * D^3 / 6. */
void gmix_i_gram(gmix_ctx *ctx, size_t d, const double *m, double *a);

/* out = u^T a u, all D x D, row-major. work: D x D. Cost: 2 D^3. */
void gmix_i_congruence(gmix_ctx *ctx, size_t d, const double *u, const double *a,
                       double *out, double *work);

/* trace(a b) of symmetric packed matrices. */
double gmix_i_trace_product(size_t d, const double *a, const double *b);

#endif
