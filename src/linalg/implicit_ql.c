/*
 * Eigenvalues and vectors of a tridiagonal matrix by implicit QL steps with Wilkinson's shift
 * (Golub & Van Loan, 8.3.3; Dubrulle, Martin & Wilkinson 1968). A step is a chain of rotations of
 * neighbouring eigenvectors. They are written down, and applied to the vectors many steps at a
 * time, to a few columns after each other, so that these stay near; different columns are work
 * for different threads, and the result is the same for any number of them.
 *
 * Rejected: divide and conquer (Cuppen 1981), which is faster where many eigenvalues are alike and
 * needs three times the code and the square of the memory.
 */
#include <float.h>
#include <math.h>

#include "base/clones.h"
#include "base/threads.h"
#include "linalg/tridiagonal.h"

enum { COLUMNS = 64, MOST_STEPS = 60 /* for one eigenvalue; two are usual */ };

/* Rotations that are still to be applied: {c, s} of rows i and i + 1, for i from `first` down. */
typedef struct chain {
    size_t first, n, at; /* at: of its first rotation in the store */
} chain;

enum { MOST_CHAINS = 1024 };

typedef struct batch {
    size_t d, n_chains, used, size; /* doubles of the store */
    double *qt, *store;
    chain chains[MOST_CHAINS];
} batch;

/* Rows p, of the lower number, and q, n columns: q' = s p + c q, p' = c p - s q. */
GMIX_I_PART void rotate(size_t n, double *restrict p, double *restrict q, double c,
                        double s) {
    for (size_t k = 0; k < n; k++) {
        const double low = p[k], high = q[k];
        q[k] = s * low + c * high;
        p[k] = c * low - s * high;
    }
}

GMIX_I_CLONES static void rotate_chain(size_t d, size_t n, double *block, size_t first,
                                       size_t count, const double *cs) {
    if (n == COLUMNS) { /* a number that the compiler knows */
        for (size_t r = 0; r < count; r++) {
            double *const p = block + (first - r) * d;
            rotate(COLUMNS, p, p + d, cs[2 * r], cs[2 * r + 1]);
        }
        return;
    }
    for (size_t r = 0; r < count; r++) {
        double *const p = block + (first - r) * d;
        rotate(n, p, p + d, cs[2 * r], cs[2 * r + 1]);
    }
}

static void rotate_columns(void *arg, size_t block, int thread) {
    (void)thread;
    const batch *const b = arg;
    const size_t at = block * COLUMNS, left = b->d - at;
    for (size_t c = 0; c < b->n_chains; c++) {
        const chain *const one = &b->chains[c];
        rotate_chain(b->d, left < COLUMNS ? left : COLUMNS, b->qt + at, one->first,
                     one->n, b->store + one->at);
    }
}

/* Applies what is written down. False if it was cut short. */
static bool apply(gmix_ctx *ctx, batch *b) {
    const size_t blocks = (b->d + COLUMNS - 1) / COLUMNS;
    bool whole = true;
    if (ctx) {
        const double work = 3.0 * (double)b->used * (double)b->d;
        const int threads = gmix_i_useful_threads(ctx->opts.n_threads, work);
        whole = gmix_i_parallel_for(ctx, threads, blocks, rotate_columns, b) == GMIX_OK;
    } else {
        for (size_t i = 0; i < blocks; i++) {
            rotate_columns(b, i, 0);
        }
    }
    b->n_chains = b->used = 0;
    return whole;
}

/* The first m >= l behind which the matrix falls apart. */
static size_t find_split(size_t d, size_t l, const double *diagonal, const double *e) {
    size_t m = l;
    for (; m + 1 < d; m++) {
        const double around = fabs(diagonal[m]) + fabs(diagonal[m + 1]);
        if (!(fabs(e[m]) > DBL_EPSILON * around)) {
            break;
        }
    }
    return m;
}

/* One step on rows l .. m; e[i] is beside diagonal[i] and diagonal[i + 1]. Writes its rotations
 * to cs; how many. */
static size_t step(size_t l, size_t m, double *diagonal, double *e, double *cs) {
    const double half = (diagonal[l + 1] - diagonal[l]) / (2.0 * e[l]);
    const double root = hypot(half, 1.0);
    double g = diagonal[m] - diagonal[l] + e[l] / (half + copysign(root, half));
    double s = 1.0, c = 1.0, p = 0.0;
    size_t n = 0;
    for (size_t i = m; i-- > l;) {
        const double f = s * e[i], b = c * e[i];
        const double r = hypot(f, g);
        e[i + 1] = r;
        if (r == 0.0) { /* it falls apart here */
            diagonal[i + 1] -= p;
            e[m] = 0.0;
            return n;
        }
        s = f / r;
        c = g / r;
        g = diagonal[i + 1] - p;
        const double t = (diagonal[i] - g) * s + 2.0 * c * b;
        p = s * t;
        diagonal[i + 1] = g + p;
        g = c * t - b;
        cs[2 * n] = c;
        cs[2 * n + 1] = s;
        n++;
    }
    diagonal[l] -= p;
    e[l] = g;
    e[m] = 0.0;
    return n;
}

static bool find_all(gmix_ctx *ctx, size_t d, double *diagonal, double *e, batch *b) {
    for (size_t l = 0; l < d; l++) {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            const size_t m = find_split(d, l, diagonal, e);
            if (m == l) {
                break;
            }
            if (b->used + 2 * (m - l) > b->size || b->n_chains == MOST_CHAINS) {
                if (!apply(ctx, b)) {
                    return false;
                }
            }
            const size_t n = step(l, m, diagonal, e, b->store + b->used);
            b->chains[b->n_chains++] = (chain){.first = m - 1, .n = n, .at = b->used};
            b->used += 2 * n;
        }
    }
    return apply(ctx, b);
}

bool gmix_i_implicit_ql(gmix_ctx *ctx, size_t d, double *diagonal, double *off,
                        double *qt, double *room, size_t size) {
    batch b = {.d = d, .qt = qt, .store = room, .size = size};
    for (size_t i = 1; i < d; i++) {
        off[i - 1] = off[i];
    }
    off[d - 1] = 0.0;
    return find_all(ctx, d, diagonal, off, &b);
}
