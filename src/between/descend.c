/* Limited-memory BFGS. See descend.h. */
#include "between/descend.h"

#include <math.h>
#include <string.h>

#include "base/limit.h"

enum { MEMORY = 10, MOST_STEPS = 2000, MOST_HALVINGS = 40 };

static const double ENOUGH = 1e-4; /* of the decrease that the slopes promise (Armijo) */

typedef struct memory {
    size_t n, used, next;
    double *steps, *changes; /* MEMORY x n: of x, of the slopes */
    double inner[MEMORY];    /* of a step and its change */
} memory;

static double dot(size_t n, const double *a, const double *b) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

static void add(size_t n, double by, const double *what, double *to) {
    for (size_t i = 0; i < n; i++) {
        to[i] += by * what[i];
    }
}

/* Where to go: minus the slopes, times what is known of the inverse Hessian. */
static void choose_direction(const memory *m, const double *slopes, double *direction) {
    double alpha[MEMORY];
    const size_t n = m->n;
    for (size_t i = 0; i < n; i++) {
        direction[i] = -slopes[i];
    }
    for (size_t back = 1; back <= m->used; back++) {
        const size_t r = (m->next + MEMORY - back) % MEMORY;
        alpha[r] = dot(n, m->steps + r * n, direction) / m->inner[r];
        add(n, -alpha[r], m->changes + r * n, direction);
    }
    if (m->used > 0) {
        const size_t r = (m->next + MEMORY - 1) % MEMORY;
        const double scale = m->inner[r] / dot(n, m->changes + r * n, m->changes + r * n);
        for (size_t i = 0; i < n; i++) {
            direction[i] *= scale;
        }
    }
    for (size_t back = m->used; back >= 1; back--) {
        const size_t r = (m->next + MEMORY - back) % MEMORY;
        const double beta = dot(n, m->changes + r * n, direction) / m->inner[r];
        add(n, alpha[r] - beta, m->steps + r * n, direction);
    }
}

static void remember(memory *m, const double *step, const double *before,
                     const double *after) {
    const size_t n = m->n, r = m->next;
    double *const change = m->changes + r * n;
    for (size_t i = 0; i < n; i++) {
        change[i] = after[i] - before[i];
    }
    m->inner[r] = dot(n, step, change);
    if (m->inner[r] > 1e-14 * dot(n, change, change)) {
        memcpy(m->steps + r * n, step, n * sizeof *step);
        m->next = (r + 1) % MEMORY;
        m->used = m->used < MEMORY ? m->used + 1 : MEMORY;
    }
}

gmix_status gmix_i_descend(gmix_ctx *ctx, size_t n, gmix_i_slope_fn *f, void *self,
                           double unit, double *x) {
    gmix_status status = GMIX_OK;
    double *work = NULL;
    memory m = {.n = n};
    GMIX_TRY(gmix_i_calloc(ctx, "a descent", n * (2 * MEMORY + 4), sizeof *work, &work));
    m.steps = work;
    m.changes = m.steps + MEMORY * n;
    double *const slopes = m.changes + MEMORY * n, *const there = slopes + n;
    double *const direction = there + n, *const ahead = direction + n;
    double value = f(self, x, slopes);
    for (int step = 0; step < MOST_STEPS; step++) {
        GMIX_TRY(gmix_i_poll(ctx));
        choose_direction(&m, slopes, direction);
        double promised = dot(n, direction, slopes), length = 1.0, found = NAN;
        if (!(promised < 0.0)) { /* rounding has spoilt what was learnt */
            m.used = 0;
            choose_direction(&m, slopes, direction);
            promised = dot(n, direction, slopes);
        }
        for (int halved = 0; halved < MOST_HALVINGS; halved++, length *= 0.5) {
            memcpy(there, x, n * sizeof *x);
            add(n, length, direction, there);
            found = f(self, there, ahead);
            if (found <= value + ENOUGH * length * promised) {
                break;
            }
        }
        const double gain = value - found;
        if (!(gain > 0.0)) {
            break;
        }
        for (size_t i = 0; i < n; i++) {
            direction[i] = there[i] - x[i];
        }
        remember(&m, direction, slopes, ahead);
        memcpy(x, there, n * sizeof *x);
        memcpy(slopes, ahead, n * sizeof *slopes);
        value = found;
        if (gain < 1e-13 * unit) {
            break;
        }
    }
done:
    gmix_i_free(ctx, work);
    return status;
}
