/*
 * Merges by |W|, W the scatter within all clusters: with f = n_a n_b / (n_a + n_b) and
 * d = m_a - m_b the merge of a and b multiplies |W| by 1 + f d^T W^-1 d and adds f d^T d to its
 * trace. So pairs are compared by their distances after whitening the means by W; W changes
 * with every merge, and with it all distances: O(n^3 D) in all. See tree.h.
 */
#include <math.h>

#include "init/tree.h"
#include "linalg/linalg.h"

typedef struct pooled_state {
    const gmix_i_clusters *c;
    double *white;                 /* n_alive x d: L^-1 m, W = L L^T */
    double weight, trace, log_det; /* of all rows; of W; of W / weight */
} pooled_state;

typedef struct pooled_pair {
    size_t a, b;   /* a < b */
    double factor; /* f d^T W^-1 d */
    double cost;   /* what was compared */
} pooled_pair;

/* Whitens the means and sets log_det. False if W is not positive definite. */
static bool whiten(pooled_state *s, const double *pooled) {
    const gmix_i_clusters *const c = s->c;
    const size_t d = c->d;
    double *const l = c->work;
    if (!gmix_i_cholesky(NULL, d, pooled, l)) {
        return false;
    }
    s->log_det = -(double)d * log(s->weight);
    for (size_t j = 0; j < d; j++) {
        s->log_det += 2.0 * log(l[gmix_i_packed_len(j) + j]);
    }
    for (size_t i = 0; i < c->n_alive; i++) {
        const double *const mean = c->mean + c->alive[i] * d;
        double *const out = s->white + i * d;
        for (size_t j = 0; j < d; j++) {
            const double *const row = l + gmix_i_packed_len(j);
            double sum = mean[j];
            for (size_t t = 0; t < j; t++) {
                sum -= row[t] * out[t];
            }
            out[j] = sum / row[j];
        }
    }
    return true;
}

static double distance(size_t d, const double *x, const double *y) {
    double sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        sum += (x[j] - y[j]) * (x[j] - y[j]);
    }
    return sum;
}

/* The cheapest pair by |W| alone, or by |W / n| + trace W / n. */
static pooled_pair cheapest(const pooled_state *s, bool with_trace) {
    const gmix_i_clusters *const c = s->c;
    const size_t d = c->d;
    const double det = exp(s->log_det);
    pooled_pair best = {.cost = INFINITY};
    for (size_t i = 1; i < c->n_alive; i++) {
        for (size_t j = 0; j < i; j++) {
            const size_t a = c->alive[j], b = c->alive[i];
            const double f = gmix_i_clusters_factor(c, a, b);
            const double factor = f * distance(d, s->white + i * d, s->white + j * d);
            double cost = factor;
            if (with_trace) {
                const double step = f * distance(d, c->mean + a * d, c->mean + b * d);
                cost = det * (1.0 + factor) + (s->trace + step) / s->weight;
            }
            if (cost < best.cost) {
                best = (pooled_pair){a, b, factor, cost};
            }
        }
    }
    return best;
}

/* By the determinant, if that puts it above alpha; else by the sum. */
static pooled_pair choose_pair(const pooled_state *s, bool *by_determinant) {
    const pooled_pair best = cheapest(s, false);
    *by_determinant =
        *by_determinant || s->log_det + log1p(best.factor) >= log(s->c->alpha);
    return *by_determinant ? best : cheapest(s, true);
}

static void merge(gmix_i_clusters *c, pooled_state *s, const pooled_pair *pair,
                  double *pooled) {
    const size_t d = c->d;
    const double f = gmix_i_clusters_factor(c, pair->a, pair->b);
    const double *const ma = c->mean + pair->a * d, *const mb = c->mean + pair->b * d;
    for (size_t i = 0, at = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++, at++) {
            pooled[at] += f * (ma[i] - mb[i]) * (ma[j] - mb[j]);
        }
    }
    s->trace += f * distance(d, ma, mb);
    gmix_i_clusters_merge(c, pair->a, pair->b);
}

gmix_status gmix_i_tree_pooled(gmix_ctx *ctx, gmix_i_clusters *c, double *pooled,
                               size_t *merges, double *costs) {
    gmix_status status = GMIX_OK;
    pooled_state s = {.c = c};
    bool by_determinant = false;
    GMIX_TRY(gmix_i_calloc(ctx, "whitened means", c->n_alive * c->d, sizeof(double),
                           &s.white));
    for (size_t i = 0; i < c->n_alive; i++) {
        s.weight += c->weight[c->alive[i]];
        s.trace += c->trace[c->alive[i]];
    }
    while (c->n_alive > 1) {
        GMIX_TRY(gmix_i_poll(ctx));
        if (!whiten(&s, pooled)) { /* W only grows, and was regular */
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "the scatter within clusters is not positive definite");
        }
        const pooled_pair pair = choose_pair(&s, &by_determinant);
        const size_t done = c->n - c->n_alive;
        merges[2 * done] = pair.a;
        merges[2 * done + 1] = pair.b;
        if (costs) {
            costs[done] = log1p(pair.factor);
        }
        merge(c, &s, &pair, pooled);
    }
done:
    gmix_i_free(ctx, s.white);
    return status;
}
