/*
 * The transportation problem by shortest augmenting paths (Ahuja, Magnanti & Orlin 1993, section
 * 9.7): what is left of a row goes to the nearest column that still wants something, along arcs
 * forward at their reduced cost and backward where something flows, found by Dijkstra's
 * algorithm on the dense graph; potentials keep all reduced costs at 0 or more.
 */
#include "between/transport.h"

#include <math.h>
#include <string.h>

typedef struct network {
    size_t n, m;
    const double *cost;
    double *plan;
    double *left, *wants; /* n; m */
    double *u, *v;        /* potentials: n; m */
    double *far;          /* n + m: distance from the row at hand */
    size_t *before;       /* n + m: the node before; rows first */
    bool *done;           /* n + m */
} network;

static const double NOTHING = 1e-15;

/* The nearest node that is not done; n + m if none can be reached. */
static size_t nearest(const network *w) {
    size_t best = w->n + w->m;
    for (size_t i = 0; i < w->n + w->m; i++) {
        if (!w->done[i] && isfinite(w->far[i]) &&
            (best == w->n + w->m || w->far[i] < w->far[best])) {
            best = i;
        }
    }
    return best;
}

static void relax(network *w, size_t from, size_t to, double length) {
    const double through = w->far[from] + fmax(length, 0.0);
    if (!w->done[to] && through < w->far[to]) {
        w->far[to] = through;
        w->before[to] = from;
    }
}

/* The column that a path from row `start` ends at; n + m if there is none. */
static size_t find_path(network *w, size_t start) {
    const size_t n = w->n, m = w->m;
    for (size_t i = 0; i < n + m; i++) {
        w->far[i] = INFINITY;
        w->done[i] = false;
    }
    w->far[start] = 0.0;
    for (;;) {
        const size_t at = nearest(w);
        if (at == n + m || (at >= n && w->wants[at - n] > NOTHING)) {
            return at;
        }
        w->done[at] = true;
        if (at < n) {
            for (size_t j = 0; j < m; j++) {
                relax(w, at, n + j, w->cost[at * m + j] - w->u[at] - w->v[j]);
            }
        } else {
            for (size_t i = 0; i < n; i++) {
                if (w->plan[i * m + at - n] > 0.0) {
                    relax(w, at, i, w->u[i] + w->v[at - n] - w->cost[i * m + at - n]);
                }
            }
        }
    }
}

/* Reduced costs along shortest paths become 0. */
static void move_potentials(network *w, size_t end) {
    for (size_t i = 0; i < w->n + w->m; i++) {
        const double by = w->far[end] - w->far[i];
        if (w->done[i] && by > 0.0) {
            if (i < w->n) {
                w->u[i] += by;
            } else {
                w->v[i - w->n] -= by;
            }
        }
    }
}

static void augment(network *w, size_t start, size_t end) {
    const size_t n = w->n, m = w->m;
    double amount = fmin(w->left[start], w->wants[end - n]);
    for (size_t at = end; at != start; at = w->before[at]) {
        if (at < n) { /* backward, from a column */
            amount = fmin(amount, w->plan[at * m + w->before[at] - n]);
        }
    }
    for (size_t at = end; at != start; at = w->before[at]) {
        const size_t from = w->before[at];
        if (at < n) {
            w->plan[at * m + from - n] -= amount;
        } else {
            w->plan[from * m + at - n] += amount;
        }
    }
    w->left[start] -= amount;
    w->wants[end - n] -= amount;
}

gmix_status gmix_i_transport(gmix_ctx *ctx, size_t n, size_t m, const double *a,
                             const double *b, const double *cost, double *plan,
                             double *total) {
    gmix_status status = GMIX_OK;
    network w = {.n = n, .m = m, .cost = cost, .plan = plan};
    double *block = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "transport", 3 * (n + m), sizeof *block, &block));
    GMIX_TRY(gmix_i_calloc(ctx, "transport", n + m, sizeof *w.before, &w.before));
    GMIX_TRY(gmix_i_calloc(ctx, "transport", n + m, sizeof *w.done, &w.done));
    w.left = block;
    w.wants = w.left + n;
    w.u = w.wants + m;
    w.v = w.u + n;
    w.far = w.v + m;
    memcpy(w.left, a, n * sizeof *a);
    memcpy(w.wants, b, m * sizeof *b);
    memset(plan, 0, n * m * sizeof *plan);
    for (size_t i = 0; i < n; i++) {
        while (w.left[i] > NOTHING) {
            const size_t end = find_path(&w, i);
            if (end == n + m) {
                break; /* the columns want a rounding less than the rows have */
            }
            move_potentials(&w, end);
            augment(&w, i, end);
        }
    }
    *total = 0.0;
    for (size_t i = 0; i < n * m; i++) {
        *total += plan[i] * cost[i];
    }
done:
    gmix_i_free(ctx, block);
    gmix_i_free(ctx, w.before);
    gmix_i_free(ctx, w.done);
    return status;
}
