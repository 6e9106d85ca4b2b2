/*
 * Products of mixtures: for a pair of Gaussians, with L L^T = S_a + S_b and W = L^-1 S,
 *
 *     N(mu_a, S_a) N(mu_b, S_b) = N(mu_a | mu_b, S_a + S_b) N(m, S),
 *     S = S_a (S_a + S_b)^-1 S_b = W_a^T W_b,   m = mu_a + W_a^T L^-1 (mu_b - mu_a):
 *
 * no difference of covariances, so that a wide one beside a narrow one leaves the narrow one.
 *
 * The density of noise goes on outside of its box, as it does for gmix_log_density(): times a Gaussian
 * it leaves that Gaussian; times noise, noise over what the boxes have in common.
 */
#include <math.h>
#include <string.h>

#include <gmix/derive.h>

#include "condition/draft.h"
#include "condition/evidence.h"
#include "condition/matched.h"
#include "condition/ordered_root.h"
#include "model/posterior.h"

static const double LOG_2PI = 1.8378770664093454836;

/* Work of a pair, of D features. */
typedef struct pair_work {
    double *a, *b;    /* D x D: covariances, in the frame of the first model */
    double *wa, *wb;  /* D x D, by rows of S: L^-1 times a column */
    double *root, *z; /* packed; D */
    size_t *order;    /* D: features of b */
    double *all_b;    /* D x D to pick from */
} pair_work;

static gmix_status work_new(gmix_ctx *ctx, size_t d, double **block, pair_work *w) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_calloc(ctx, "the product", 5 * d * d + gmix_i_packed_len(d) + d,
                           sizeof **block, block));
    GMIX_TRY(gmix_i_calloc(ctx, "features", d, sizeof *w->order, &w->order));
    w->a = *block;
    w->b = w->a + d * d;
    w->wa = w->b + d * d;
    w->wb = w->wa + d * d;
    w->all_b = w->wb + d * d;
    w->root = w->all_b + d * d;
    w->z = w->root + gmix_i_packed_len(d);
done:
    return status;
}

/* Covariance of component c of `model`, features by `order` (NULL: as they are), in a frame. */
static void take_covariance(const gmix_model *model, size_t c, const size_t *order,
                            const gmix_i_frame *frame, double *all, double *out) {
    const size_t d = model->d;
    gmix_model_covariance(model, c, all);
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < d; j++) {
            const size_t from = (order ? order[i] : i) * d + (order ? order[j] : j);
            out[i * d + j] = all[from] * frame->inv_scale[i] * frame->inv_scale[j];
        }
    }
}

static bool root_of_sum(size_t d, const double *a, const double *b, double *root) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            root[i * (i + 1) / 2 + j] = a[i * d + j] + b[i * d + j];
        }
    }
    return gmix_i_cholesky(NULL, d, root, root);
}

static double dot(size_t d, const double *a, const double *b) {
    double sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        sum += a[j] * b[j];
    }
    return sum;
}

/* The pair (c, e) into place `at` of the parts; gives the log of its weight. */
static double multiply_pair(const gmix_model *a, const gmix_model *b, size_t c, size_t e,
                            size_t at, pair_work *w, gmix_i_draft *parts) {
    const size_t d = a->d;
    const gmix_i_frame *const frame = &a->frame;
    double *const mean = parts->means + at * d, *const s = parts->matrices + at * d * d;
    root_of_sum(d, w->a, w->b, w->root);
    for (size_t i = 0; i < d; i++) { /* symmetric: rows are columns */
        gmix_i_root_solve(d, w->root, w->a + i * d, w->wa + i * d);
        gmix_i_root_solve(d, w->root, w->b + i * d, w->wb + i * d);
        w->z[i] =
            (b->means[e * d + w->order[i]] - a->means[c * d + i]) * frame->inv_scale[i];
    }
    const double square = gmix_i_root_solve(d, w->root, w->z, w->z);
    for (size_t i = 0; i < d; i++) {
        mean[i] = a->means[c * d + i] + frame->scale[i] * dot(d, w->wa + i * d, w->z);
        for (size_t j = 0; j <= i; j++) {
            const double cell = 0.5 * (dot(d, w->wa + i * d, w->wb + j * d) +
                                       dot(d, w->wa + j * d, w->wb + i * d));
            s[i * d + j] = s[j * d + i] = cell * frame->scale[i] * frame->scale[j];
        }
    }
    return log(a->weights[c]) + log(b->weights[e]) -
           0.5 * (square + (double)d * LOG_2PI) - gmix_i_root_log_det(d, w->root) -
           frame->log_det;
}

/* Leaves out pairs of weight 0. */
static void drop_empty(gmix_i_draft *parts) {
    const size_t d = parts->d;
    size_t kept = 0;
    for (size_t p = 0; p < parts->k; p++) {
        if (parts->weights[p] > 0.0) {
            parts->weights[kept] = parts->weights[p];
            memmove(parts->means + kept * d, parts->means + p * d,
                    d * sizeof *parts->means);
            memmove(parts->matrices + kept * d * d, parts->matrices + p * d * d,
                    d * d * sizeof *parts->matrices);
            kept++;
        }
    }
    parts->weights[kept] = parts->weights[parts->k];
    parts->k = kept;
}

/* Component c of `from`, times the noise of `noisy`, into place `at` of the parts. */
static void multiply_by_noise(const gmix_model *from, const gmix_model *noisy, size_t c,
                              const size_t *order, size_t at, double *matrix,
                              gmix_i_draft *parts) {
    const size_t d = from->d;
    gmix_model_covariance(from, c, matrix);
    for (size_t i = 0; i < d; i++) {
        const size_t a = order ? order[i] : i;
        parts->means[at * d + i] = from->means[c * d + a];
        for (size_t j = 0; j < d; j++) {
            parts->matrices[(at * d + i) * d + j] =
                matrix[a * d + (order ? order[j] : j)];
        }
    }
    parts->weights[at] =
        log(from->weights[c]) + log(noisy->weights[noisy->k]) - noisy->noise.log_volume;
}

static bool has_noise(const gmix_model *m) {
    return m->weights[m->k] > 0.0;
}

/* The noise of both: over what their boxes have in common. */
static gmix_status multiply_noises(gmix_ctx *ctx, const gmix_model *a,
                                   const gmix_model *b, const size_t *order,
                                   gmix_i_draft *parts) {
    double l = log(a->weights[a->k]) + log(b->weights[b->k]) - a->noise.log_volume -
               b->noise.log_volume;
    for (size_t j = 0; j < a->d; j++) {
        parts->lower[j] = fmax(a->noise.lower[j], b->noise.lower[order[j]]);
        parts->upper[j] = fmin(a->noise.upper[j], b->noise.upper[order[j]]);
        if (!(parts->lower[j] < parts->upper[j])) {
            return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                               "the boxes of the two noise components have nothing in "
                               "common in feature %zu: their product has no place",
                               j);
        }
        l += log(parts->upper[j] - parts->lower[j]);
    }
    parts->weights[parts->k] = l;
    return GMIX_OK;
}

static gmix_status multiply_with_noise(gmix_ctx *ctx, const gmix_model *a,
                                       const gmix_model *b, const pair_work *w,
                                       gmix_i_draft *parts) {
    size_t at = a->k * b->k;
    for (size_t c = 0; c < a->k && has_noise(b); c++) {
        multiply_by_noise(a, b, c, NULL, at++, w->all_b, parts);
    }
    for (size_t e = 0; e < b->k && has_noise(a); e++) {
        multiply_by_noise(b, a, e, w->order, at++, w->all_b, parts);
    }
    parts->weights[parts->k] = -INFINITY;
    return has_noise(a) && has_noise(b) ? multiply_noises(ctx, a, b, w->order, parts)
                                        : GMIX_OK;
}

static gmix_status multiply(gmix_ctx *ctx, const gmix_model *a, const gmix_model *b,
                            pair_work *w, gmix_i_draft *parts, double *log_scale) {
    gmix_status status = GMIX_OK;
    for (size_t c = 0; c < a->k; c++) {
        take_covariance(a, c, NULL, &a->frame, w->all_b, w->a);
        for (size_t e = 0; e < b->k; e++) {
            take_covariance(b, e, w->order, &a->frame, w->all_b, w->b);
            const size_t at = c * b->k + e;
            parts->weights[at] = multiply_pair(a, b, c, e, at, w, parts);
        }
    }
    GMIX_TRY(multiply_with_noise(ctx, a, b, w, parts));
    *log_scale = gmix_i_normalise_logs(parts->k + 1, parts->weights);
    if (!isfinite(*log_scale)) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "the models are so far apart that their product is 0 everywhere");
    }
    for (size_t j = 0; j < a->d; j++) {
        parts->names[j] = a->names ? a->names[j] : b->names ? b->names[j] : NULL;
    }
    parts->named = a->names || b->names;
    drop_empty(parts);
done:
    return status;
}

/* Where both share one covariance, all pairs do, but for those with noise. */
static const gmix_i_family *product_family(const gmix_model *a, const gmix_model *b) {
    const bool diagonal = a->family->shape == &gmix_i_shape_diagonal &&
                          b->family->shape == &gmix_i_shape_diagonal;
    if (!has_noise(a) && !has_noise(b) && gmix_i_family_is_shared(a->family) &&
        gmix_i_family_is_shared(b->family)) {
        return gmix_i_family_find(diagonal ? "EEI" : "tied");
    }
    return gmix_i_family_find(diagonal ? "diag" : "full");
}

gmix_status gmix_model_product(gmix_ctx *ctx, const gmix_model *a, const gmix_model *b,
                               gmix_model **out, double *log_scale) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, a, "products");
    GMIX_I_POINTS(ctx, b, "products");
    gmix_status status = GMIX_OK;
    gmix_i_draft parts = {0};
    pair_work w = {0};
    double *block = NULL, log_integral = 0.0;
    if (!a || !b || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "a model or the output is NULL");
    }
    GMIX_TRY(work_new(ctx, a->d, &block, &w));
    GMIX_TRY(gmix_i_match_features(ctx, a, b, w.order));
    size_t pairs;
    if (__builtin_mul_overflow(a->k + has_noise(a), b->k + has_noise(b), &pairs)) {
        GMIX_FAIL(ctx, GMIX_ERR_NOMEM, "out of memory: %zu x %zu components", a->k, b->k);
    }
    pairs -=
        has_noise(a) && has_noise(b); /* that of the noises stands behind the others */
    GMIX_TRY(gmix_i_draft_new(ctx, product_family(a, b), pairs, a->d, &parts));
    GMIX_TRY(multiply(ctx, a, b, &w, &parts, &log_integral));
    GMIX_TRY(gmix_i_draft_build(ctx, &parts, out));
    if (log_scale) {
        *log_scale = log_integral;
    }
done:
    gmix_i_free(ctx, block);
    gmix_i_free(ctx, w.order);
    gmix_i_draft_free(ctx, &parts);
    return status;
}
