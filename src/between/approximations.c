/*
 * Approximations of KL(p | q), p = sum_a pi_a f_a, q = sum_b w_b g_b, from what there is between
 * components (Hershey & Olsen 2007; Durrieu, Thiran & Kelly 2012): with D_ab = KL(f_a | g_b) and
 * t_ab = integral of f_a g_b,
 *
 *     goldberger   sum_a pi_a (D_ab - log w_b + log pi_a) at the b where D_ab - log w_b is least
 *     variational  sum_a pi_a log (sum_a' pi_a' e^-D_aa' / sum_b w_b e^-D_ab)
 *     product      sum_a pi_a log (sum_a' pi_a' t_aa' / sum_b w_b t_ab)
 *     durrieu      the two crossed, less or plus the mean entropy of the f_a: bounds
 *     upper        min over phi, psi of sum_ab phi_ab (log phi_ab / psi_ab + D_ab), where the phi
 *                  sum to pi over b and the psi to w over a: by turns, in logarithms
 */
#include "between/approximations.h"

#include <math.h>
#include <string.h>

#include <gmix/divergence.h>

#include "condition/matched.h"
#include "model/posterior.h"

void gmix_i_pairs_free(gmix_ctx *ctx, gmix_i_pairs *pairs) {
    gmix_i_free(ctx, pairs->kl);
}

gmix_status gmix_i_pairs_new(gmix_ctx *ctx, const gmix_i_mixture_parts *p,
                             const gmix_i_mixture_parts *q, gmix_i_pairs *out) {
    gmix_status status = GMIX_OK;
    const size_t n = p->as.k, m = q->as.k;
    *out = (gmix_i_pairs){.p = p, .q = q};
    GMIX_TRY(gmix_i_calloc(ctx, "pairs of components",
                           4 * n * m + 2 * n * n + n + m + gmix_i_gaussians_work(p->as.d),
                           sizeof(double), &out->kl));
    out->own_kl = out->kl + n * m;
    out->overlap = out->own_kl + n * n;
    out->own = out->overlap + n * m;
    out->log_w = out->own + n * n;
    out->log_v = out->log_w + n;
    out->phi = out->log_v + m;
    out->psi = out->phi + n * m;
    out->work = out->psi + n * m;
    for (size_t b = 0; b < m; b++) {
        out->log_v[b] = log(q->as.w[b]);
    }
    for (size_t a = 0; a < n; a++) {
        out->log_w[a] = log(p->as.w[a]);
        for (size_t b = 0; b < m; b++) {
            out->kl[a * m + b] = gmix_i_part_kl(p, a, q, b, out->work);
            out->overlap[a * m + b] = gmix_i_part_overlap(p, a, q, b, out->work);
        }
        for (size_t b = 0; b < n; b++) {
            out->own_kl[a * n + b] = gmix_i_part_kl(p, a, p, b, out->work);
            out->own[a * n + b] = gmix_i_part_overlap(p, a, p, b, out->work);
        }
    }
done:
    return status;
}

/* log sum_i exp(log_w_i + sign x_i). */
static double log_sum(size_t n, const double *log_w, const double *x, double sign) {
    double most = -INFINITY, sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, log_w[i] + sign * x[i]);
    }
    if (most == -INFINITY) {
        return most; /* noise that holds nothing of the other */
    }
    for (size_t i = 0; i < n; i++) {
        sum += exp(log_w[i] + sign * x[i] - most);
    }
    return most + log(sum);
}

static double goldberger(const gmix_i_pairs *s) {
    double total = 0.0;
    for (size_t a = 0; a < s->p->as.k; a++) {
        double least = INFINITY;
        for (size_t b = 0; b < s->q->as.k; b++) {
            least = fmin(least, s->kl[a * s->q->as.k + b] - s->log_v[b]);
        }
        total += s->p->as.w[a] > 0.0 ? s->p->as.w[a] * (least + s->log_w[a]) : 0.0;
    }
    return total;
}

static double variational(const gmix_i_pairs *s) {
    double total = 0.0;
    const size_t n = s->p->as.k, m = s->q->as.k;
    for (size_t a = 0; a < n; a++) {
        total += s->p->as.w[a] * (log_sum(n, s->log_w, s->own_kl + a * n, -1.0) -
                                  log_sum(m, s->log_v, s->kl + a * m, -1.0));
    }
    return total;
}

static double product(const gmix_i_pairs *s) {
    double total = 0.0;
    const size_t n = s->p->as.k, m = s->q->as.k;
    for (size_t a = 0; a < n; a++) {
        total += s->p->as.w[a] * (log_sum(n, s->log_w, s->own + a * n, 1.0) -
                                  log_sum(m, s->log_v, s->overlap + a * m, 1.0));
    }
    return total;
}

double gmix_i_kl_durrieu(const gmix_i_pairs *s, bool upper) {
    double total = 0.0;
    const size_t n = s->p->as.k, m = s->q->as.k;
    for (size_t a = 0; a < n; a++) {
        const double entropy = gmix_i_part_entropy(s->p, a);
        if (s->p->as.w[a] == 0.0) {
            continue;
        }
        total += s->p->as.w[a] *
                 (upper ? log_sum(n, s->log_w, s->own + a * n, 1.0) -
                              log_sum(m, s->log_v, s->kl + a * m, -1.0) + entropy
                        : log_sum(n, s->log_w, s->own_kl + a * n, -1.0) -
                              log_sum(m, s->log_v, s->overlap + a * m, 1.0) - entropy);
    }
    return total;
}

/* psi_ab = w_b phi_ab / sum_a phi_ab; -INFINITY stands for 0. */
static void turn_psi(const gmix_i_pairs *s) {
    const size_t n = s->p->as.k, m = s->q->as.k;
    for (size_t b = 0; b < m; b++) {
        double most = -INFINITY, sum = 0.0;
        for (size_t a = 0; a < n; a++) {
            most = fmax(most, s->phi[a * m + b]);
        }
        for (size_t a = 0; a < n && isfinite(most); a++) {
            sum += exp(s->phi[a * m + b] - most);
        }
        for (size_t a = 0; a < n; a++) {
            s->psi[a * m + b] = isfinite(most)
                                    ? s->log_v[b] + s->phi[a * m + b] - most - log(sum)
                                    : s->log_v[b] - log((double)n);
        }
    }
}

/* phi_ab in proportion to psi_ab e^-D_ab; gives the bound, -sum_a pi_a log of their sum. */
static double turn_phi(const gmix_i_pairs *s) {
    const size_t n = s->p->as.k, m = s->q->as.k;
    double bound = 0.0;
    for (size_t a = 0; a < n; a++) {
        const double sum = log_sum(m, s->psi + a * m, s->kl + a * m, -1.0);
        for (size_t b = 0; b < m; b++) {
            s->phi[a * m + b] = s->log_w[a] + s->psi[a * m + b] - s->kl[a * m + b] - sum;
        }
        bound += s->p->as.w[a] > 0.0 ? s->p->as.w[a] * (s->log_w[a] - sum) : 0.0;
    }
    return bound;
}

double gmix_i_kl_upper(const gmix_i_pairs *s) {
    const size_t n = s->p->as.k, m = s->q->as.k;
    double bound = INFINITY;
    for (size_t i = 0; i < n * m; i++) {
        s->phi[i] = s->log_w[i / m] + s->log_v[i % m];
    }
    for (int i = 0; i < 20000; i++) {
        turn_psi(s);
        const double next = turn_phi(s);
        if (!(bound - next > 1e-15 * fabs(next))) {
            return fmax(fmin(bound, next), 0.0);
        }
        bound = next;
    }
    return bound;
}

/* A single Gaussian with the moments of a mixture, in place of it. */
static gmix_status match_moments(gmix_ctx *ctx, const gmix_i_gaussians *from,
                                 gmix_i_gaussians *out) {
    gmix_status status = GMIX_OK;
    const size_t d = from->d;
    *out = (gmix_i_gaussians){.k = 1, .d = d};
    GMIX_TRY(gmix_i_calloc(ctx, "moments", 2 + d + d * d + gmix_i_packed_len(d),
                           sizeof(double), &out->w));
    out->mu = out->w + 1;
    out->cov = out->mu + d;
    out->root = out->cov + d * d;
    out->log_det = out->root + gmix_i_packed_len(d);
    out->w[0] = 1.0;
    for (size_t i = 0; i < d; i++) { /* about the first mean: an offset costs no digits */
        out->mu[i] = from->mu[i];
        double off = 0.0;
        for (size_t c = 0; c < from->k; c++) {
            off += from->w[c] * (from->mu[c * d + i] - from->mu[i]);
        }
        out->mu[i] += off;
    }
    for (size_t c = 0; c < from->k; c++) {
        for (size_t i = 0; i < d * d; i++) {
            out->cov[i] += from->w[c] * (from->cov[c * d * d + i] +
                                         (from->mu[c * d + i / d] - out->mu[i / d]) *
                                             (from->mu[c * d + i % d] - out->mu[i % d]));
        }
    }
    if (!gmix_i_gaussians_factor(out, 0)) {
        GMIX_FAIL(ctx, GMIX_ERR_SINGULAR, "the covariance of a mixture is singular");
    }
done:
    return status;
}

static gmix_status of_moments(gmix_ctx *ctx, const gmix_i_pairs *s, double *out) {
    gmix_status status = GMIX_OK;
    gmix_i_gaussians p = {0}, q = {0};
    GMIX_TRY(match_moments(ctx, &s->p->as, &p));
    GMIX_TRY(match_moments(ctx, &s->q->as, &q));
    *out = gmix_i_gaussian_kl(&p, 0, &q, 0, s->work);
done:
    gmix_i_gaussians_free(ctx, &p);
    gmix_i_gaussians_free(ctx, &q);
    return status;
}

static double durrieu_lower(const gmix_i_pairs *s) {
    return gmix_i_kl_durrieu(s, false);
}

static double durrieu_upper(const gmix_i_pairs *s) {
    return gmix_i_kl_durrieu(s, true);
}

static const char *const names[] = {"goldberger",    "variational", "product",
                                    "moments",       "upper",       "durrieu-lower",
                                    "durrieu-upper", NULL};
/* In the order of the names; NULL: of_moments(), which may fail. */
static double (*const functions[])(const gmix_i_pairs *) = {
    goldberger,      variational,   product,      NULL,
    gmix_i_kl_upper, durrieu_lower, durrieu_upper};

const char *const *gmix_kl_approximation_names(void) {
    return names;
}

static gmix_status find_name(gmix_ctx *ctx, const char *name, size_t *which) {
    for (*which = 0; names[*which]; (*which)++) {
        if (strcmp(names[*which], name) == 0) {
            return GMIX_OK;
        }
    }
    return gmix_i_fail(
        ctx, GMIX_ERR_OPTION,
        "there is no approximation '%.40s': they are goldberger, variational, "
        "product, moments, upper, durrieu-lower and durrieu-upper",
        name);
}

gmix_status gmix_kl_approximation(gmix_ctx *ctx, const gmix_model *p, const gmix_model *q,
                                  const char *name, double *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, p, "divergences");
    GMIX_I_POINTS(ctx, q, "divergences");
    gmix_status status = GMIX_OK;
    gmix_i_mixture_parts a = {.lower = NULL}, b = {.lower = NULL};
    gmix_i_pairs pairs = {0};
    size_t which, *order = NULL;
    if (!p || !q || !name || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "a model, the name or the output is NULL");
    }
    GMIX_TRY(find_name(ctx, name, &which));
    GMIX_TRY(gmix_i_match_proper(ctx, p, q, &order));
    GMIX_TRY(gmix_i_gaussians_new(ctx, p, NULL, &a.as));
    GMIX_TRY(gmix_i_gaussians_new(ctx, q, order, &b.as));
    GMIX_TRY(gmix_i_pairs_new(ctx, &a, &b, &pairs));
    if (functions[which]) {
        *out = functions[which](&pairs);
    } else {
        GMIX_TRY(of_moments(ctx, &pairs, out));
    }
done:
    gmix_i_pairs_free(ctx, &pairs);
    gmix_i_mixture_parts_free(ctx, &a);
    gmix_i_mixture_parts_free(ctx, &b);
    gmix_i_free(ctx, order);
    return status;
}
