/*
 * Two mixtures beside each other. See gmix/divergence.h.
 *
 * Closed forms are sums over pairs of components, of integrals of their products; the integral of
 * (p - q)^2 is (pp - pq) + (qq - pq), which is 0 to the last bit for a model and itself, and whose
 * sums are in long double, since for close mixtures the three are nearly equal. Of noise and Gaussians it
 * is the probability of the box over its volume.
 *
 * Noise is uniform over its box and 0 outside, so that a mixture is a distribution; for transport
 * it is what has its moments: between boxes that is exact.
 */
#include <math.h>
#include <string.h>

#include <gmix/derive.h>
#include <gmix/distribution.h>
#include <gmix/divergence.h>

#include "base/option_sets.h"
#include "between/approximations.h"
#include "between/compared.h"
#include "between/integrals.h"
#include "between/transport.h"
#include "condition/matched.h"
#include "distribution/owned.h"
#include "model/posterior.h"

#define OPTION(...) GMIX_I_OPTION(gmix_divergence_options, __VA_ARGS__)

static const gmix_option_info table[] = {
    OPTION(tolerance, "real", "1e-3", 0, 1e300, NULL, "standard error to stop at"),
    OPTION(max_draws, "size", "1000000", 1000, 1e8, NULL, "most draws"),
    OPTION(seed, "seed", "0", 0, 18446744073709551615.0, NULL, "seed of the draws"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_divergence_options, seed, table);

void gmix_divergence_options_init_sized(gmix_divergence_options *opts,
                                        size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

static gmix_status take_options(gmix_ctx *ctx, const gmix_divergence_options *given,
                                gmix_divergence_options *opts) {
    const gmix_status status = gmix_i_options_read(ctx, &set, given, opts);
    if (status == GMIX_OK && opts->tolerance == 0.0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "tolerance is 0: it is above that");
    }
    return status;
}

/* A mixture: the model and its parts. */
typedef struct mixture {
    const gmix_model *model;
    gmix_i_mixture_parts parts;
} mixture;

/* Integral of the noise of a times all of b, or times the Gaussians of b alone; to a part of the sum
 * that there is, or to 1e-8 of the probability that is asked for. */
static gmix_status noise_overlap(gmix_ctx *ctx, const mixture *a, const mixture *b,
                                 bool whole, long double *sum) {
    const double digits = 1e-10;
    gmix_box_options opts;
    double inside = 0.0;
    if (!a->parts.lower) {
        return GMIX_OK;
    }
    gmix_box_options_init(&opts);
    const double enough = (double)*sum * digits * exp(fmin(a->parts.log_volume, 700.0));
    opts.tolerance = fmin(fmax(enough / a->model->weights[a->model->k], 1e-8), 0.1);
    opts.max_points = 200000;
    const gmix_status status = gmix_box_probability(ctx, b->model, a->parts.lower,
                                                    a->parts.upper, &opts, &inside, NULL);
    if (!whole && b->parts.lower) {
        inside -=
            b->model->weights[b->model->k] *
            exp(gmix_i_mixture_parts_common(&a->parts, &b->parts) - b->parts.log_volume);
    }
    *sum += (long double)a->model->weights[a->model->k] *
            (long double)(fmax(inside, 0.0) * exp(-a->parts.log_volume));
    return status;
}

/* Integral of a product of mixtures. */
static gmix_status overlap(gmix_ctx *ctx, const mixture *a, const mixture *b,
                           double *work, long double *sum) {
    gmix_status status = GMIX_OK;
    *sum = 0.0L;
    for (size_t i = 0; i < a->model->k; i++) {
        for (size_t j = 0; j < b->model->k; j++) {
            *sum += (long double)(a->parts.as.w[i] * b->parts.as.w[j]) *
                    (long double)exp(
                        gmix_i_gaussian_overlap(&a->parts.as, i, &b->parts.as, j, work));
        }
    }
    GMIX_TRY(noise_overlap(ctx, a, b, true, sum));
    GMIX_TRY(noise_overlap(ctx, b, a, false, sum));
done:
    return status;
}

static gmix_status put_closed_forms(gmix_ctx *ctx, const mixture *p, const mixture *q,
                                    double *work, gmix_divergences *out) {
    gmix_status status = GMIX_OK;
    long double pp, qq, pq;
    GMIX_TRY(overlap(ctx, p, p, work, &pp));
    GMIX_TRY(overlap(ctx, q, q, work, &qq));
    GMIX_TRY(overlap(ctx, p, q, work, &pq));
    out->pp = (double)pp;
    out->qq = (double)qq;
    out->pq = (double)pq;
    out->ise = fmax((double)((pp - pq) + (qq - pq)), 0.0);
    out->cauchy_schwarz = fmax((double)(0.5L * (logl(pp / pq) + logl(qq / pq))), 0.0);
done:
    return status;
}

/* Nothing but noise has no density outside its box: what lies there is infinitely far. */
static void put_infinite(const mixture *p, const mixture *q, gmix_estimate *kl) {
    const bool all = q->model->weights[q->model->k] >= 1.0;
    const bool within = p->model->weights[p->model->k] >= 1.0 &&
                        gmix_i_mixture_parts_box_within(&p->parts, &q->parts);
    if (all && !within) {
        *kl = (gmix_estimate){INFINITY, 0.0};
    }
}

static void put_bounds(const gmix_i_pairs *pairs, double *lower, double *upper) {
    *lower = fmax(gmix_i_kl_durrieu(pairs, false), 0.0);
    *upper = fmin(gmix_i_kl_upper(pairs), gmix_i_kl_durrieu(pairs, true));
}

static gmix_status put_transport(gmix_ctx *ctx, const gmix_i_gaussians *p,
                                 const gmix_i_gaussians *q, gmix_divergences *out) {
    gmix_status status = GMIX_OK;
    double *cost = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "transport", p->k * q->k + gmix_i_gaussians_work(p->d),
                           sizeof *cost, &cost));
    GMIX_TRY(
        gmix_i_owned_new(ctx, "transport", p->k * q->k * sizeof(double), &out->owner));
    out->plan = gmix_i_owned(out->owner);
    for (size_t i = 0; i < p->k; i++) {
        for (size_t j = 0; j < q->k; j++) {
            cost[i * q->k + j] = gmix_i_gaussian_w2(p, i, q, j, cost + p->k * q->k);
        }
    }
    GMIX_TRY(gmix_i_transport(ctx, p->k, q->k, p->w, q->w, cost, out->plan, &out->mw2));
done:
    gmix_i_free(ctx, cost);
    return status;
}

/* A model and itself: the order of pairs must not leave a rounding. */
static bool are_same(const gmix_i_gaussians *p, const gmix_i_gaussians *q) {
    const size_t d = p->d, k = p->k;
    return k == q->k && memcmp(p->w, q->w, k * sizeof *p->w) == 0 &&
           memcmp(p->mu, q->mu, k * d * sizeof *p->mu) == 0 &&
           memcmp(p->cov, q->cov, k * d * d * sizeof *p->cov) == 0;
}

static void put_zeros(gmix_divergences *out) {
    const gmix_estimate zero = {0.0, 0.0};
    out->kl_pq = out->kl_qp = out->jensen_shannon = out->hellinger = zero;
    out->total_variation = zero;
    out->kl_pq_lower = out->kl_pq_upper = out->kl_qp_lower = out->kl_qp_upper = 0.0;
    out->mw2 = 0.0;
    out->w1 = isnan(out->w1) ? out->w1 : 0.0;
    out->w2 = isnan(out->w2) ? out->w2 : 0.0;
    memset(out->plan, 0, out->k_p * out->k_q * sizeof *out->plan);
}

/* What bounds exclude has been missed: widths below the step between numbers at their mean. Draws may lead to a
 * value that is beyond a bound by a little, and the bound then is the better one. */
static void keep_within(double lower, double upper, gmix_estimate *kl) {
    if (kl->value < lower * (1.0 - 1e-9) - 4.0 * kl->error || isnan(kl->value)) {
        *kl = (gmix_estimate){lower, isfinite(upper) ? upper - lower : INFINITY};
    }
    kl->value = fmin(fmax(kl->value, lower), upper);
    kl->error = fmin(kl->error, upper - lower);
}

/* 0 .. most. */
static void keep_below(double most, gmix_estimate *of) {
    of->value = fmin(fmax(of->value, 0.0), most);
}

static gmix_status put_integrals(gmix_ctx *ctx, const mixture *p, const mixture *q,
                                 const gmix_divergence_options *opts,
                                 gmix_divergences *out) {
    gmix_status status = GMIX_OK;
    if (p->model->d == 1) {
        GMIX_TRY(gmix_i_divergences_exact(ctx, p->model, q->model, out));
        if (!p->parts.lower && !q->parts.lower) {
            out->w2 =
                fmin(out->w2, out->mw2); /* a bound; far apart, rounding passes it */
        }
    } else {
        GMIX_TRY(gmix_i_divergences_drawn(ctx, p->model, q->model, opts, out));
    }
    keep_within(out->kl_pq_lower, out->kl_pq_upper, &out->kl_pq);
    keep_within(out->kl_qp_lower, out->kl_qp_upper, &out->kl_qp);
    keep_below(M_LN2, &out->jensen_shannon);
    keep_below(1.0, &out->hellinger);
    keep_below(1.0, &out->total_variation);
    put_infinite(p, q, &out->kl_pq);
    put_infinite(q, p, &out->kl_qp);
done:
    return status;
}

static gmix_status compare(gmix_ctx *ctx, const gmix_model *p, const gmix_model *q,
                           const gmix_divergence_options *opts, bool whole,
                           gmix_divergences *out) {
    gmix_status status = GMIX_OK;
    mixture a = {.model = p}, b = {.model = q};
    gmix_i_pairs ab = {0}, ba = {0};
    GMIX_TRY(gmix_i_mixture_parts_new(ctx, p, &a.parts));
    GMIX_TRY(gmix_i_mixture_parts_new(ctx, q, &b.parts));
    const gmix_i_gaussians *const as = &a.parts.as, *const bs = &b.parts.as;
    GMIX_TRY(gmix_i_pairs_new(ctx, &a.parts, &b.parts, &ab));
    GMIX_TRY(gmix_i_pairs_new(ctx, &b.parts, &a.parts, &ba));
    out->k_p = as->k;
    out->k_q = bs->k;
    GMIX_TRY(put_closed_forms(ctx, &a, &b, ab.work, out));
    put_bounds(&ab, &out->kl_pq_lower, &out->kl_pq_upper);
    put_bounds(&ba, &out->kl_qp_lower, &out->kl_qp_upper);
    GMIX_TRY(put_transport(ctx, as, bs, out));
    if (whole) {
        GMIX_TRY(put_integrals(ctx, &a, &b, opts, out));
    }
    if (are_same(as, bs) && !a.parts.lower == !b.parts.lower) {
        put_zeros(out);
        for (size_t i = 0; i < as->k; i++) {
            out->plan[i * as->k + i] = as->w[i];
        }
    }
done:
    gmix_i_pairs_free(ctx, &ab);
    gmix_i_pairs_free(ctx, &ba);
    gmix_i_mixture_parts_free(ctx, &a.parts);
    gmix_i_mixture_parts_free(ctx, &b.parts);
    return status;
}

gmix_status gmix_compare_models(gmix_ctx *ctx, const gmix_model *p, const gmix_model *q,
                                const gmix_divergence_options *opts,
                                gmix_divergences *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, p, "divergences");
    GMIX_I_POINTS(ctx, q, "divergences");
    return gmix_i_compare_models(ctx, p, q, opts, true, out);
}

gmix_status gmix_i_compare_models(gmix_ctx *ctx, const gmix_model *p, const gmix_model *q,
                                  const gmix_divergence_options *opts, bool whole,
                                  gmix_divergences *out) {
    gmix_status status = GMIX_OK;
    gmix_divergence_options own;
    gmix_model *matched = NULL;
    size_t *order = NULL;
    gmix_divergences made = {.k_p = 0};
    if (!p || !q || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "a model or the output is NULL");
    }
    GMIX_TRY(take_options(ctx, opts, &own));
    GMIX_TRY(gmix_i_calloc(ctx, "features", p->d, sizeof *order, &order));
    GMIX_TRY(gmix_i_match_features(ctx, p, q, order));
    GMIX_TRY(gmix_model_marginal(ctx, q, q->d, order, &matched));
    GMIX_TRY(compare(ctx, p, matched, &own, whole, &made));
    *out = made;
    made.owner = NULL;
done:
    gmix_i_owned_free(&made.owner);
    gmix_model_free(&matched);
    gmix_i_free(ctx, order);
    return status;
}

void gmix_divergences_free(gmix_divergences *divergences) {
    if (divergences) {
        gmix_i_owned_free(&divergences->owner);
        *divergences = (gmix_divergences){.k_p = 0};
    }
}
