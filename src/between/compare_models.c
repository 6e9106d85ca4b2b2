/*
 * Two mixtures beside each other. See gmix/divergence.h.
 *
 * Closed forms are sums over pairs of components, of integrals of their products; the integral of
 * (p - q)^2 is (pp - pq) + (qq - pq), which is 0 to the last bit for a model and itself, and whose
 * sums are in long double, since for close mixtures the three are nearly equal.
 */
#include <math.h>
#include <string.h>

#include <gmix/derive.h>
#include <gmix/divergence.h>

#include "base/option_sets.h"
#include "between/approximations.h"
#include "between/compared.h"
#include "between/integrals.h"
#include "between/transport.h"
#include "condition/matched.h"
#include "distribution/owned.h"

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

/* Integral of a product of mixtures. */
static long double overlap(const gmix_i_gaussians *a, const gmix_i_gaussians *b,
                           double *work) {
    long double sum = 0.0L;
    for (size_t i = 0; i < a->k; i++) {
        for (size_t j = 0; j < b->k; j++) {
            sum += (long double)(a->w[i] * b->w[j]) *
                   (long double)exp(gmix_i_gaussian_overlap(a, i, b, j, work));
        }
    }
    return sum;
}

static void put_closed_forms(const gmix_i_gaussians *p, const gmix_i_gaussians *q,
                             double *work, gmix_divergences *out) {
    const long double pp = overlap(p, p, work), qq = overlap(q, q, work);
    const long double pq = overlap(p, q, work);
    out->pp = (double)pp;
    out->qq = (double)qq;
    out->pq = (double)pq;
    out->ise = fmax((double)((pp - pq) + (qq - pq)), 0.0);
    out->cauchy_schwarz = fmax((double)(0.5L * (logl(pp / pq) + logl(qq / pq))), 0.0);
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

static gmix_status compare(gmix_ctx *ctx, const gmix_model *p, const gmix_model *q,
                           const gmix_divergence_options *opts, bool whole,
                           gmix_divergences *out) {
    gmix_status status = GMIX_OK;
    gmix_i_gaussians a = {0}, b = {0};
    gmix_i_pairs ab = {0}, ba = {0};
    GMIX_TRY(gmix_i_gaussians_new(ctx, p, NULL, &a));
    GMIX_TRY(gmix_i_gaussians_new(ctx, q, NULL, &b));
    GMIX_TRY(gmix_i_pairs_new(ctx, &a, &b, &ab));
    GMIX_TRY(gmix_i_pairs_new(ctx, &b, &a, &ba));
    put_closed_forms(&a, &b, ab.work, out);
    put_bounds(&ab, &out->kl_pq_lower, &out->kl_pq_upper);
    put_bounds(&ba, &out->kl_qp_lower, &out->kl_qp_upper);
    GMIX_TRY(put_transport(ctx, &a, &b, out));
    if (whole && p->d == 1) {
        GMIX_TRY(gmix_i_divergences_exact(ctx, p, q, out));
        out->w2 = fmin(out->w2, out->mw2); /* a bound; far apart, rounding passes it */
    } else if (whole) {
        GMIX_TRY(gmix_i_divergences_drawn(ctx, p, q, opts, out));
    }
    if (are_same(&a, &b)) {
        put_zeros(out);
        for (size_t i = 0; i < a.k; i++) {
            out->plan[i * a.k + i] = a.w[i];
        }
    }
done:
    gmix_i_pairs_free(ctx, &ab);
    gmix_i_pairs_free(ctx, &ba);
    gmix_i_gaussians_free(ctx, &a);
    gmix_i_gaussians_free(ctx, &b);
    return status;
}

gmix_status gmix_compare_models(gmix_ctx *ctx, const gmix_model *p, const gmix_model *q,
                                const gmix_divergence_options *opts,
                                gmix_divergences *out) {
    GMIX_I_CTX(ctx);
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
    GMIX_TRY(gmix_i_match_proper(ctx, p, q, &order));
    GMIX_TRY(gmix_model_marginal(ctx, q, q->d, order, &matched));
    made.k_p = p->k;
    made.k_q = q->k;
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
