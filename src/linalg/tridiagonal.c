/*
 * Householder reduction to tridiagonal form, from the last row up (Golub & Van Loan, 8.3.1;
 * Martin, Reinsch & Wilkinson 1968, tred2):
 *
 *     u = row i of the leading block with u_(i-1) -+ |u|,  h = |u|^2 / 2,
 *     p = A u / h,  q = p - (u^T p / 2h) u,  A <- A - u q^T - q u^T,
 *     Q^T = P_1 P_2 ... P_(d-1),  P_i = 1 - u u^T / h.
 *
 * Rows of the lower triangle are contiguous, so the update of one step and the product of the next
 * go through the matrix together. Rows of Q^T are independent of each other: a group of them takes
 * all reflections while they are near.
 */
#include "linalg/tridiagonal.h"

#include <math.h>
#include <string.h>

#include "base/clones.h"
#include "base/threads.h"
#include "linalg/dot.h"

enum { GROUP = 8, POLL_ROWS = 64 };

/* row -= f q + g u; then y += x_j row, and row^T x, without the last element, which is the
 * diagonal's. */
GMIX_I_CLONES static double update_and_multiply(size_t n, double *restrict row, double f,
                                                double g, const double *restrict q,
                                                const double *restrict u,
                                                const double *restrict x, double xj,
                                                double *restrict y) {
    double sum[8] = {0};
    size_t k = 0;
    for (; k + 8 <= n; k += 8) {
        for (size_t t = 0; t < 8; t++) {
            const double r = row[k + t] - f * q[k + t] - g * u[k + t];
            row[k + t] = r;
            sum[t] += r * x[k + t];
            y[k + t] += r * xj;
        }
    }
    for (; k < n; k++) {
        row[k] = row[k] - f * q[k] - g * u[k];
        sum[0] += row[k] * x[k];
        y[k] += row[k] * xj;
    }
    return gmix_i_sum_of_eight(sum);
}

GMIX_I_CLONES static double dot(size_t n, const double *x, const double *y) {
    return gmix_i_dot(n, x, y);
}

GMIX_I_CLONES static void add(size_t n, double f, const double *restrict x,
                              double *restrict y) {
    for (size_t k = 0; k < n; k++) {
        y[k] += f * x[k];
    }
}

/* Makes the reflection of row i, u in its place; the element that is left beside the diagonal.
 * *h is 0 where there is nothing to reflect. */
static double reflect(size_t i, double *row, double *h) {
    double largest = 0.0;
    for (size_t k = 0; k < i; k++) {
        largest = fmax(largest, fabs(row[k]));
    }
    *h = 0.0;
    if (!(largest > 0.0) || i == 1) {
        return row[i - 1];
    }
    const int exponent = ilogb(largest);
    for (size_t k = 0; k < i; k++) { /* u may have any length: no square overflows */
        row[k] = scalbn(row[k], -exponent);
    }
    const double square = dot(i, row, row), last = row[i - 1];
    const double beside = copysign(sqrt(square), -last);
    *h = square - last * beside;
    row[i - 1] = last - beside;
    return scalbn(beside, exponent);
}

/* Where the reduction stands: the update that rows have still to be given, by the last step's u
 * and q. */
typedef struct pending {
    const double *u;
    double *q, *next; /* D each */
} pending;

/* Gives rows 0 .. n - 1 the update and sets next = A x, for the x of the step to come; x NULL:
 * none. */
static void pass(size_t d, size_t n, double *a, const pending *p, const double *x) {
    memset(p->next, 0, n * sizeof *p->next);
    for (size_t j = 0; j < n; j++) {
        double *const row = a + j * d;
        const double xj = x ? x[j] : 0.0;
        const double sum = update_and_multiply(j, row, p->u[j], p->q[j], p->q, p->u,
                                               x ? x : p->u, xj, p->next);
        row[j] -= 2.0 * p->u[j] * p->q[j];
        p->next[j] += sum + row[j] * xj;
    }
}

/* q = p - (u^T p / 2h) u from p = A u, which is in `next`. */
static void finish_step(size_t n, double h, const double *u, pending *p) {
    const double inverse = 1.0 / h;
    for (size_t k = 0; k < n; k++) {
        p->next[k] *= inverse;
    }
    add(n, -0.5 * inverse * dot(n, u, p->next), u, p->next);
    double *const q = p->q;
    p->q = p->next;
    p->next = q;
    p->u = u;
}

/* The vectors u stay in the rows of a, and their h above the diagonal, h_i in a_0i. scratch:
 * 3 D. off may be row 1 of a, which is read no more when off[1] is set; off[0] is not. */
static bool reduce(gmix_ctx *ctx, size_t d, double *a, double *diagonal, double *off,
                   double *scratch) {
    memset(scratch, 0, 3 * d * sizeof *scratch);
    pending p = {.u = scratch, .q = scratch + d, .next = scratch + 2 * d};
    for (size_t i = d - 1; i > 0; i--) {
        double *const row = a + i * d;
        add(i + 1, -p.u[i], p.q, row);
        add(i + 1, -p.q[i], p.u, row);
        diagonal[i] = row[i];
        double h;
        off[i] = reflect(i, row, &h);
        a[i] = h;
        pass(d, i, a, &p, h > 0.0 ? row : NULL);
        if (h > 0.0) {
            finish_step(i, h, row, &p);
        } else { /* nothing is pending */
            memset(p.q, 0, d * sizeof *p.q);
        }
        if (ctx && i % POLL_ROWS == 0 && gmix_i_cancelled(ctx)) {
            return false;
        }
    }
    diagonal[0] = a[0];
    return true;
}

typedef struct forming {
    size_t d;
    const double *a;
    double *qt;
} forming;

/* Rows of Q^T, GROUP at a time: those of the identity, reflected by all that reach them. */
static void form_rows(void *arg, size_t group, int thread) {
    (void)thread;
    const forming *const f = arg;
    const size_t d = f->d, first = group * GROUP;
    const size_t last = first + GROUP < d ? first + GROUP : d;
    memset(f->qt + first * d, 0, (last - first) * d * sizeof *f->qt);
    for (size_t j = first; j < last; j++) {
        f->qt[j * d + j] = 1.0;
    }
    for (size_t i = first + 1; i < d; i++) {
        const double *const u = f->a + i * d;
        const double h = f->a[i];
        for (size_t j = first; h > 0.0 && j < last && j < i; j++) {
            double *const row = f->qt + j * d;
            add(i, -dot(i, row, u) / h, u, row);
        }
    }
}

bool gmix_i_tridiagonal(gmix_ctx *ctx, size_t d, double *a, double *diagonal, double *off,
                        double *qt) {
    if (!reduce(ctx, d, a, diagonal, off, qt)) {
        return false;
    }
    forming f = {.d = d, .a = a, .qt = qt};
    const size_t groups = (d + GROUP - 1) / GROUP;
    if (!ctx) {
        for (size_t g = 0; g < groups; g++) {
            form_rows(&f, g, 0);
        }
        return true;
    }
    const int threads = gmix_i_useful_threads(ctx->opts.n_threads,
                                              (double)d * (double)d * (double)d / 3.0);
    return gmix_i_parallel_for(ctx, threads, groups, form_rows, &f) == GMIX_OK;
}
