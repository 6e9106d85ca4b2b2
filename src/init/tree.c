/*
 * Trees of merges for criteria that are sums over clusters: merging a and b costs
 * term(a + b) - term(a) - term(b), which no other merge changes. See tree.h.
 *
 * The costs of all pairs are held (4 n^2 bytes), with the nearest of the lower-numbered
 * clusters for each, so a merge costs one row of new terms and a few scans. Rejected:
 * computing costs when asked for, which repeats determinants.
 */
#include "init/tree.h"

#include <math.h>
#include <string.h>

#include "linalg/linalg.h"

typedef struct tree_state {
    gmix_i_clusters c;
    const gmix_i_criterion *criterion; /* of this phase */
    double *term;                      /* n */
    double *cost;                      /* of a > b at a (a - 1) / 2 + b */
    size_t *nearest;                   /* n: of the lower-numbered ones */
    double *least;                     /* n: its cost; INFINITY: none */
} tree_state;

static double term_EII(const gmix_i_clusters *c, double weight, double trace,
                       const double *matrix, double *work) {
    (void)c, (void)weight, (void)matrix, (void)work;
    return trace;
}

static double term_VII(const gmix_i_clusters *c, double weight, double trace,
                       const double *matrix, double *work) {
    (void)matrix, (void)work;
    return weight * log((trace + c->alpha) / weight);
}

static double term_VVV(const gmix_i_clusters *c, double weight, double trace,
                       const double *matrix, double *work) {
    const double spread = (trace + c->alpha) / weight;
    if (!matrix || !gmix_i_cholesky(NULL, c->d, matrix, work)) {
        return weight * log(spread);
    }
    double log_det = -(double)c->d * log(weight);
    for (size_t j = 0; j < c->d; j++) {
        log_det += 2.0 * log(work[gmix_i_packed_len(j) + j]);
    }
    return weight * (log_det > 0.0 ? log1p(exp(-log_det) * spread) + log_det
                                   : log(exp(log_det) + spread));
}

static const gmix_i_criterion criteria[] = {
    {"VVV", false, term_VVV},
    {"VII", false, term_VII},
    {"EEE", true, term_EII}, /* until the pooled scatter is regular */
    {"EII", false, term_EII}};

enum { N_CRITERIA = sizeof criteria / sizeof *criteria };

gmix_status gmix_i_criterion_get(gmix_ctx *ctx, const char *name,
                                 const gmix_i_criterion **out) {
    for (size_t i = 0; i < N_CRITERIA; i++) {
        if (strcmp(criteria[i].name, name) == 0) {
            *out = &criteria[i];
            return GMIX_OK;
        }
    }
    return gmix_i_fail(
        ctx, GMIX_ERR_OPTION,
        "there is no criterion '%.40s' for merging clusters: it is VVV, VII, "
        "EEE or EII",
        name);
}

/* The term of the union of a and b; of a alone if they are the same. */
static double union_term(const tree_state *t, size_t a, size_t b) {
    const gmix_i_clusters *const c = &t->c;
    const size_t d = c->d;
    if (a == b) {
        return t->criterion->term(c, c->weight[a], c->trace[a],
                                  c->rows[a] > d ? c->scatter + a * c->len : NULL,
                                  c->work);
    }
    double *const step = c->work + 2 * c->len, *const matrix = c->work + c->len;
    const double f = gmix_i_clusters_factor(c, a, b);
    double square = 0.0;
    for (size_t j = 0; j < d; j++) {
        step[j] = c->mean[a * d + j] - c->mean[b * d + j];
        square += step[j] * step[j];
    }
    const bool regular = c->rows[a] + c->rows[b] > d;
    const double *const wa = c->scatter + a * c->len, *const wb = c->scatter + b * c->len;
    for (size_t i = 0, at = 0; regular && i < d; i++) {
        const double fi = f * step[i];
        for (size_t j = 0; j <= i; j++, at++) {
            matrix[at] = wa[at] + wb[at] + fi * step[j];
        }
    }
    return t->criterion->term(c, c->weight[a] + c->weight[b],
                              c->trace[a] + c->trace[b] + f * square,
                              regular ? matrix : NULL, c->work);
}

static double *cost_at(const tree_state *t, size_t a, size_t b) {
    return a > b ? &t->cost[a * (a - 1) / 2 + b] : &t->cost[b * (b - 1) / 2 + a];
}

static void set_cost(const tree_state *t, size_t a, size_t b) {
    *cost_at(t, a, b) = union_term(t, a, b) - t->term[a] - t->term[b];
}

/* The nearest of the clusters below a. */
static void find_nearest(const tree_state *t, size_t a) {
    t->least[a] = INFINITY;
    for (size_t i = 0; i < t->c.n_alive && t->c.alive[i] < a; i++) {
        const double cost = *cost_at(t, a, t->c.alive[i]);
        if (cost < t->least[a]) {
            t->least[a] = cost;
            t->nearest[a] = t->c.alive[i];
        }
    }
}

void gmix_i_clusters_merge(gmix_i_clusters *c, size_t a, size_t b) {
    const size_t d = c->d;
    const double f = gmix_i_clusters_factor(c, a, b), total = c->weight[a] + c->weight[b];
    double *const ma = c->mean + a * d, *const wa = c->scatter + a * c->len;
    const double *const mb = c->mean + b * d, *const wb = c->scatter + b * c->len;
    c->trace[a] += c->trace[b];
    for (size_t i = 0, at = 0; i < d; i++) {
        const double step = ma[i] - mb[i];
        for (size_t j = 0; j <= i; j++, at++) {
            wa[at] += wb[at] + f * step * (ma[j] - mb[j]);
        }
        c->trace[a] += f * step * step;
    }
    for (size_t j = 0; j < d; j++) {
        ma[j] += c->weight[b] / total * (mb[j] - ma[j]);
    }
    c->weight[a] = total;
    c->rows[a] += c->rows[b];
    size_t at = 0;
    while (c->alive[at] != b) {
        at++;
    }
    c->n_alive--;
    memmove(c->alive + at, c->alive + at + 1, (c->n_alive - at) * sizeof *c->alive);
}

/* After b went into a: new costs with a, and who is nearest to whom. */
static void update_costs(tree_state *t, size_t a, size_t b) {
    t->term[a] = union_term(t, a, a);
    for (size_t i = 0; i < t->c.n_alive; i++) {
        if (t->c.alive[i] != a) {
            set_cost(t, a, t->c.alive[i]);
        }
    }
    for (size_t i = 0; i < t->c.n_alive; i++) {
        const size_t other = t->c.alive[i];
        if (other == a || (other > a && t->nearest[other] == a) ||
            (other > b && t->nearest[other] == b)) {
            find_nearest(t, other);
        } else if (other > a && *cost_at(t, other, a) < t->least[other]) {
            t->least[other] = *cost_at(t, other, a);
            t->nearest[other] = a;
        }
    }
}

/* The cheapest pair: returns the higher-numbered one. */
static size_t cheapest(const tree_state *t) {
    size_t best = t->c.alive[1];
    for (size_t i = 2; i < t->c.n_alive; i++) {
        best = t->least[t->c.alive[i]] < t->least[best] ? t->c.alive[i] : best;
    }
    return best;
}

/* The scatter within all clusters is regular, well beyond rounding; pooled: its sum. */
static bool sum_scatter(const gmix_i_clusters *c, double *pooled) {
    memset(pooled, 0, c->len * sizeof *pooled);
    for (size_t i = 0; i < c->n_alive; i++) {
        for (size_t t = 0; t < c->len; t++) {
            pooled[t] += c->scatter[c->alive[i] * c->len + t];
        }
    }
    bool regular =
        c->n - c->n_alive >= c->d && gmix_i_cholesky(NULL, c->d, pooled, c->work);
    for (size_t j = 0; regular && j < c->d; j++) {
        const size_t at = gmix_i_packed_len(j) + j;
        regular = c->work[at] * c->work[at] > 1e-10 * pooled[at];
    }
    return regular;
}

static gmix_status merge_all(gmix_ctx *ctx, tree_state *t, double *pooled, size_t *merges,
                             double *costs) {
    gmix_i_clusters *const c = &t->c;
    for (size_t i = 0; i < c->n; i++) {
        t->term[i] = union_term(t, i, i);
        for (size_t j = 0; j < i; j++) {
            set_cost(t, i, j);
        }
        find_nearest(t, i);
        const gmix_status cut = gmix_i_poll(ctx);
        if (cut != GMIX_OK) {
            return cut;
        }
    }
    while (c->n_alive > 1) {
        const size_t done = c->n - c->n_alive, b = cheapest(t), a = t->nearest[b];
        if (t->criterion->pooled && sum_scatter(c, pooled)) {
            return gmix_i_tree_pooled(ctx, c, pooled, merges, costs);
        }
        const gmix_status cut = gmix_i_poll(ctx);
        if (cut != GMIX_OK) {
            return cut;
        }
        merges[2 * done] = a;
        merges[2 * done + 1] = b;
        if (costs) {
            costs[done] = t->least[b];
        }
        gmix_i_clusters_merge(c, a, b);
        update_costs(t, a, b);
    }
    return GMIX_OK;
}

/* Every row a cluster. */
static gmix_status clusters_new(gmix_ctx *ctx, size_t n, size_t d, const double *x,
                                const double *w, gmix_i_clusters *c) {
    gmix_status status = GMIX_OK;
    double total = 0.0, trace = 0.0;
    *c = (gmix_i_clusters){.n = n, .d = d, .len = gmix_i_packed_len(d), .n_alive = n};
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", n, sizeof(double), &c->weight));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", n * d, sizeof(double), &c->mean));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", n * c->len, sizeof(double), &c->scatter));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", n, sizeof(double), &c->trace));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", n, sizeof(size_t), &c->rows));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", n, sizeof(size_t), &c->alive));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", 2 * c->len + d, sizeof(double), &c->work));
    memcpy(c->weight, w, n * sizeof *w);
    memcpy(c->mean, x, n * d * sizeof *x);
    for (size_t i = 0; i < n; i++) {
        c->alive[i] = i;
        c->rows[i] = 1;
        total += w[i];
    }
    for (size_t j = 0; j < d; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i++) {
            sum += w[i] * x[i * d + j];
        }
        for (size_t i = 0; i < n; i++) {
            const double off = x[i * d + j] - sum / total;
            trace += w[i] * off * off;
        }
    }
    c->alpha = fmax(trace / (total * (double)d), 2.3e-16);
done:
    return status;
}

static void clusters_free(gmix_ctx *ctx, gmix_i_clusters *c) {
    gmix_i_free(ctx, c->weight);
    gmix_i_free(ctx, c->mean);
    gmix_i_free(ctx, c->scatter);
    gmix_i_free(ctx, c->trace);
    gmix_i_free(ctx, c->rows);
    gmix_i_free(ctx, c->alive);
    gmix_i_free(ctx, c->work);
}

gmix_status gmix_i_tree_build(gmix_ctx *ctx, size_t n, size_t d, const double *x,
                              const double *w, const gmix_i_criterion *criterion,
                              size_t *merges, double *costs) {
    gmix_status status = GMIX_OK;
    tree_state t = {.criterion = criterion};
    double *pooled = NULL;
    GMIX_TRY(clusters_new(ctx, n, d, x, w, &t.c));
    GMIX_TRY(gmix_i_calloc(ctx, "a matrix", t.c.len, sizeof(double), &pooled));
    GMIX_TRY(gmix_i_calloc(ctx, "the costs of merging", n * (n - 1) / 2, sizeof(double),
                           &t.cost));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", n, sizeof(double), &t.term));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", n, sizeof(size_t), &t.nearest));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", n, sizeof(double), &t.least));
    GMIX_TRY(merge_all(ctx, &t, pooled, merges, costs));
done:
    clusters_free(ctx, &t.c);
    gmix_i_free(ctx, pooled);
    gmix_i_free(ctx, t.cost);
    gmix_i_free(ctx, t.term);
    gmix_i_free(ctx, t.nearest);
    gmix_i_free(ctx, t.least);
    return status;
}
