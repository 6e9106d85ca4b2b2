/*
 * Mixtures of fewer components. Merging i and j into the Gaussian with their moments raises the
 * divergence from the model by at most (Runnalls 2007)
 *
 *     B_ij = 1/2 ((w_i + w_j) log det S_ij - w_i log det S_i - w_j log det S_j),
 *     S_ij = w_i' S_i + w_j' S_j + w_i' w_j' (mu_i - mu_j)(mu_i - mu_j)^T,  w' = w / (w_i + w_j);
 *
 * the pair of least B is merged, until few enough are left. Refinement is k-means among Gaussians:
 * every component of the model belongs to the one of the result with the least KL, which then gets
 * the moments of what belongs to it. sum_i w_i KL(f_i | its own) falls until nothing changes.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include <gmix/divergence.h>

#include "base/limit.h"
#include "between/gaussians.h"
#include "between/squared_error.h"
#include "condition/draft.h"
#include "model/posterior.h"

typedef struct reducer {
    gmix_i_gaussians from, now; /* now: the first n of it */
    size_t n;
    double *cost; /* K x K, of pairs i < j */
    double *work; /* gmix_i_gaussians_work(); a matrix first */
    size_t *own;  /* K: the component of the result that one of the model belongs to */
} reducer;

/* Moments of i and j together: weight, mean (D) and covariance (D x D). */
static double pool(const gmix_i_gaussians *c, size_t i, size_t j, double *mean,
                   double *cov) {
    const size_t d = c->d;
    const double sum = c->w[i] + c->w[j];
    const double a = sum > 0.0 ? c->w[i] / sum : 0.5, b = 1.0 - a;
    const double *const mi = c->mu + i * d, *const mj = c->mu + j * d;
    for (size_t r = 0; r < d; r++) {
        mean[r] = mi[r] + b * (mj[r] - mi[r]);
    }
    for (size_t r = 0; r < d; r++) {
        for (size_t s = 0; s < d; s++) {
            cov[r * d + s] = a * c->cov[(i * d + r) * d + s] +
                             b * c->cov[(j * d + r) * d + s] +
                             a * b * (mi[r] - mj[r]) * (mi[s] - mj[s]);
        }
    }
    return sum;
}

static double merge_cost(const reducer *r, size_t i, size_t j) {
    const gmix_i_gaussians *const c = &r->now;
    const size_t d = c->d;
    double *const cov = r->work, *const root = cov + d * d, *const mean = root + d * d;
    const double sum = pool(c, i, j, mean, cov);
    for (size_t a = 0; a < d; a++) {
        for (size_t b = 0; b <= a; b++) {
            root[a * (a + 1) / 2 + b] = cov[a * d + b];
        }
    }
    if (!gmix_i_cholesky(NULL, d, root, root)) {
        return INFINITY;
    }
    gmix_i_product det = {1.0, 0.0};
    for (size_t a = 0; a < d; a++) {
        gmix_i_product_times(&det, root[a * (a + 1) / 2 + a]);
    }
    return fmax(sum * gmix_i_product_log(&det) -
                    0.5 * (c->w[i] * c->log_det[i] + c->w[j] * c->log_det[j]),
                0.0);
}

/* Moves component `from` to the place `to`. */
static void move_component(gmix_i_gaussians *c, size_t from, size_t to) {
    const size_t d = c->d, packed = gmix_i_packed_len(d);
    c->w[to] = c->w[from];
    c->log_det[to] = c->log_det[from];
    memmove(c->mu + to * d, c->mu + from * d, d * sizeof *c->mu);
    memmove(c->cov + to * d * d, c->cov + from * d * d, d * d * sizeof *c->cov);
    memmove(c->root + to * packed, c->root + from * packed, packed * sizeof *c->root);
}

/* i takes j in; what is behind j moves up, and so do the costs. */
static bool merge(reducer *r, size_t i, size_t j) {
    gmix_i_gaussians *const c = &r->now;
    const size_t d = c->d, stride = r->from.k;
    double *const cov = r->work, *const mean = cov + d * d;
    const double sum = pool(c, i, j, mean, cov);
    c->w[i] = sum;
    memcpy(c->mu + i * d, mean, d * sizeof *mean);
    memcpy(c->cov + i * d * d, cov, d * d * sizeof *cov);
    if (!gmix_i_gaussians_factor(c, i)) {
        return false;
    }
    for (size_t a = j + 1; a < r->n; a++) {
        move_component(c, a, a - 1);
        for (size_t b = 0; b < a; b++) {
            r->cost[(b - (b > j)) * stride + a - 1] = r->cost[b * stride + a];
        }
    }
    for (size_t a = 0; a < r->from.k; a++) {
        r->own[a] = r->own[a] > j ? r->own[a] - 1 : r->own[a] == j ? i : r->own[a];
    }
    r->n--;
    for (size_t a = 0; a < r->n; a++) {
        if (a != i) {
            const size_t low = a < i ? a : i, high = a < i ? i : a;
            r->cost[low * stride + high] = merge_cost(r, low, high);
        }
    }
    return true;
}

static gmix_status merge_down(gmix_ctx *ctx, reducer *r, size_t k, gmix_merge *steps) {
    gmix_status status = GMIX_OK;
    const size_t stride = r->from.k;
    for (size_t step = 0; r->n > k; step++) {
        size_t first = 0, second = 1;
        GMIX_TRY(gmix_i_poll(ctx));
        for (size_t i = 0; i < r->n; i++) {
            for (size_t j = i + 1; j < r->n; j++) {
                if (r->cost[i * stride + j] < r->cost[first * stride + second]) {
                    first = i;
                    second = j;
                }
            }
        }
        if (steps) {
            steps[step] = (gmix_merge){first, second, r->cost[first * stride + second]};
        }
        if (!merge(r, first, second)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR, "a merged covariance is next to singular");
        }
    }
done:
    return status;
}

/* Every component of the model to the nearest of the result; true if one has changed. */
static bool assign(reducer *r) {
    bool changed = false;
    for (size_t i = 0; i < r->from.k; i++) {
        size_t best = r->own[i];
        double least = gmix_i_gaussian_kl(&r->from, i, &r->now, best, r->work);
        for (size_t j = 0; j < r->n; j++) {
            const double kl = gmix_i_gaussian_kl(&r->from, i, &r->now, j, r->work);
            if (kl < least * (1.0 - 1e-12)) {
                least = kl;
                best = j;
            }
        }
        changed = changed || best != r->own[i];
        r->own[i] = best;
    }
    return changed;
}

/* Component j of the result gets the moments of what belongs to it; one that nothing belongs to
 * stays, with weight 0. */
static bool gather(reducer *r, size_t j) {
    gmix_i_gaussians *const to = &r->now;
    const size_t d = to->d;
    const gmix_i_gaussians *const from = &r->from;
    double sum = 0.0, *const mean = r->work, *const cov = mean + d;
    memset(mean, 0, (d + d * d) * sizeof *mean);
    for (size_t i = 0; i < from->k; i++) {
        sum += r->own[i] == j ? from->w[i] : 0.0;
    }
    to->w[j] = sum;
    if (!(sum > 0.0)) {
        return true;
    }
    const double *const about = to->mu + j * d; /* so that an offset costs no digits */
    for (size_t i = 0; i < from->k; i++) {
        for (size_t a = 0; a < d && r->own[i] == j; a++) {
            mean[a] += from->w[i] / sum * (from->mu[i * d + a] - about[a]);
        }
    }
    for (size_t a = 0; a < d; a++) {
        mean[a] += about[a];
    }
    for (size_t i = 0; i < from->k; i++) {
        const double *const mu = from->mu + i * d;
        for (size_t a = 0; a < d && r->own[i] == j; a++) {
            for (size_t b = 0; b < d; b++) {
                cov[a * d + b] += from->w[i] / sum *
                                  (from->cov[(i * d + a) * d + b] +
                                   (mu[a] - mean[a]) * (mu[b] - mean[b]));
            }
        }
    }
    memcpy(to->mu + j * d, mean, d * sizeof *mean);
    memcpy(to->cov + j * d * d, cov, d * d * sizeof *cov);
    return gmix_i_gaussians_factor(to, j);
}

static gmix_status refine_all(gmix_ctx *ctx, reducer *r) {
    gmix_status status = GMIX_OK;
    for (int step = 0; step < 1000 && assign(r); step++) {
        GMIX_TRY(gmix_i_poll(ctx));
        for (size_t j = 0; j < r->n; j++) {
            if (!gather(r, j)) {
                GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                          "a merged covariance is next to singular");
            }
        }
    }
done:
    return status;
}

static gmix_status square_all(gmix_ctx *ctx, reducer *r) {
    return gmix_i_least_squares(ctx, &r->from, r->n, &r->now);
}

typedef struct refinement {
    const char *name;
    gmix_status (*improve)(gmix_ctx *ctx, reducer *r);
} refinement;

enum { N_REFINEMENTS = 2 };

static const refinement refinements[N_REFINEMENTS] = {{"transport", refine_all},
                                                      {"squared-error", square_all}};

const char *const *gmix_refinement_names(void) {
    static const char *const names[N_REFINEMENTS + 1] = {"transport", "squared-error",
                                                         NULL};
    return names;
}

static gmix_status find_refinement(gmix_ctx *ctx, const char *name,
                                   const refinement **out) {
    for (size_t i = 0; name && i < N_REFINEMENTS; i++) {
        if (strcmp(name, refinements[i].name) == 0) {
            *out = &refinements[i];
        }
    }
    return !name || *out
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_OPTION,
                             "refine is '%.40s': transport or squared-error", name);
}

static gmix_status reducer_new(gmix_ctx *ctx, const gmix_model *model, reducer *r) {
    gmix_status status = GMIX_OK;
    const size_t k = model->k;
    GMIX_TRY(gmix_i_gaussians_new(ctx, model, NULL, &r->from));
    GMIX_TRY(gmix_i_gaussians_new(ctx, model, NULL, &r->now));
    GMIX_TRY(gmix_i_calloc(ctx, "reduction", k * k + gmix_i_gaussians_work(model->d),
                           sizeof *r->cost, &r->cost));
    GMIX_TRY(gmix_i_calloc(ctx, "reduction", k, sizeof *r->own, &r->own));
    r->work = r->cost + k * k;
    r->n = k;
    for (size_t i = 0; i < k; i++) {
        r->own[i] = i;
        for (size_t j = i + 1; j < k; j++) {
            r->cost[i * k + j] = merge_cost(r, i, j);
        }
    }
done:
    return status;
}

static gmix_status put_model(gmix_ctx *ctx, const gmix_model *model, const reducer *r,
                             gmix_model **out) {
    gmix_status status = GMIX_OK;
    const size_t d = model->d;
    const bool same = r->n == model->k && !model->family->n_factors;
    const gmix_i_family *const family = same ? model->family : gmix_i_family_find("full");
    gmix_i_draft draft = {0};
    GMIX_TRY(gmix_i_draft_new(ctx, family, r->n, d, &draft));
    memcpy(draft.weights, r->now.w, r->n * sizeof *draft.weights);
    draft.weights[r->n] = model->weights[model->k];
    memcpy(draft.means, r->now.mu, r->n * d * sizeof *draft.means);
    memcpy(draft.matrices, r->now.cov, r->n * d * d * sizeof *draft.matrices);
    draft.named = model->names != NULL;
    for (size_t j = 0; j < d; j++) {
        draft.names[j] = model->names ? model->names[j] : NULL;
        draft.lower[j] = model->noise.lower ? model->noise.lower[j] : 0.0;
        draft.upper[j] = model->noise.upper ? model->noise.upper[j] : 0.0;
    }
    GMIX_TRY(gmix_i_draft_build(ctx, &draft, out));
done:
    gmix_i_draft_free(ctx, &draft);
    return status;
}

gmix_status gmix_model_reduce(gmix_ctx *ctx, const gmix_model *model, size_t k,
                              const char *refine, gmix_merge *steps, gmix_model **out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "reductions");
    gmix_status status = GMIX_OK;
    reducer r = {0};
    const refinement *how = NULL;
    gmix_merge *own = NULL;
    if (!model || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    if (k == 0 || k > model->k) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "%zu components are asked for, of a model that has %zu", k, model->k);
    }
    GMIX_TRY(find_refinement(ctx, refine, &how));
    GMIX_TRY(reducer_new(ctx, model, &r));
    GMIX_TRY(gmix_i_calloc(ctx, "reduction", model->k, sizeof *own, &own));
    GMIX_TRY(merge_down(ctx, &r, k, own));
    if (how && k < model->k) {
        GMIX_TRY(how->improve(ctx, &r));
    }
    GMIX_TRY(put_model(ctx, model, &r, out));
    if (steps) {
        memcpy(steps, own, (model->k - k) * sizeof *own);
    }
done:
    gmix_i_gaussians_free(ctx, &r.from);
    gmix_i_gaussians_free(ctx, &r.now);
    gmix_i_free(ctx, r.cost);
    gmix_i_free(ctx, r.own);
    gmix_i_free(ctx, own);
    return status;
}
