/* Variational Bayes in EM's terms. See variational.h. */
#include "stats/variational.h"

#include <math.h>
#include <string.h>

#include "linalg/gamma_functions.h"

static const double LOG_2 = 0.69314718055994530942;

double gmix_i_variational_rows(const gmix_i_hyper *h, const gmix_i_params *p, size_t k) {
    const double gamma = h->process ? 0.0 : h->concentration;
    const double n = p->weights[k] * (h->total + (double)p->k * gamma) - gamma;
    return n > 0.0 ? n : 0.0;
}

double gmix_i_variational_dof(const gmix_i_hyper *h, const gmix_i_params *p, size_t k) {
    const double rows = h->law->shared ? h->total : gmix_i_variational_rows(h, p, k);
    return h->nu + rows * gmix_i_conjugate_dof(h->law, p->d);
}

/* What log B of the sticks adds up to, but for what no order changes, with component `last` (a place in
 * `order`) behind all others: see the order below. */
static double worth_of(const gmix_i_hyper *h, size_t k, const double *n,
                       const size_t *order, size_t last) {
    const double gamma = h->concentration, own = n[order[last]];
    double left = h->total,
           sum = gmix_i_log_gamma(gamma + own) - gmix_i_log_gamma(1.0 + own);
    size_t passed = 0;
    for (size_t r = 0; r < k && passed + 2 < k; r++) {
        if (r != last) {
            left -= n[order[r]];
            passed++;
            sum -= log(gamma + (left > 0.0 ? left : 0.0));
        }
    }
    return sum;
}

/*
 * By size, equal ones as they come: of two neighbours the larger one first adds
 * log((gamma + a + R) / (gamma + b + R)), R what follows. The last has v = 1 and adds log Gamma(gamma + n) in
 * place of log Gamma(1 + n), which for gamma > 1 may be better spent on another.
 */
void gmix_i_variational_order(const gmix_i_hyper *h, const gmix_i_params *p, double *n,
                              double *work, size_t *order) {
    const size_t k = p->k;
    (void)work;
    for (size_t c = 0; c < k; c++) {
        n[c] = gmix_i_variational_rows(h, p, c);
        size_t at = c;
        for (; at > 0 && n[order[at - 1]] < n[c]; at--) {
            order[at] = order[at - 1];
        }
        order[at] = c;
    }
    if (h->concentration <= 1.0 || k < 2) {
        return;
    }
    size_t best = k - 1;
    double most = worth_of(h, k, n, order, best);
    for (size_t last = k - 1; last-- > 0;) {
        const double worth = worth_of(h, k, n, order, last);
        if (worth > most) {
            most = worth;
            best = last;
        }
    }
    const size_t last = order[best];
    memmove(order + best, order + best + 1, (k - 1 - best) * sizeof *order);
    order[k - 1] = last;
}

void gmix_i_variational_sticks(const gmix_i_hyper *h, const gmix_i_params *p,
                               const size_t *order, gmix_i_stick *sticks) {
    double after = 0.0;
    for (size_t r = p->k; r-- > 0;) {
        const size_t c = h->process ? order[r] : r;
        const double n = gmix_i_variational_rows(h, p, c);
        const bool last = r + 1 == p->k;
        sticks[c] = h->process
                        ? (gmix_i_stick){1.0 + n, last ? 0.0 : h->concentration + after}
                        : (gmix_i_stick){h->concentration + n, 0.0};
        after += n;
    }
}

void gmix_i_sticks_mean(bool process, size_t k, const gmix_i_stick *sticks,
                        double *mean) {
    double left = 1.0, all = 0.0;
    for (size_t c = 0; c < k; c++) {
        all += sticks[c].a;
    }
    for (size_t c = 0; c < k; c++) {
        mean[c] = process ? left * sticks[c].a / (sticks[c].a + sticks[c].b)
                          : sticks[c].a / all;
        left *= sticks[c].b / (sticks[c].a + sticks[c].b);
    }
}

/* The memory that callers hand in. */
typedef struct memory {
    gmix_i_stick *sticks; /* K */
    double *n, *spare;    /* K each */
    size_t *order;        /* K */
} memory;

_Static_assert(sizeof(size_t) <= sizeof(double), "an order lies in doubles");

static memory divide(double *work, size_t k) {
    return (memory){.sticks = (void *)work,
                    .n = work + 2 * k,
                    .spare = work + 3 * k,
                    .order = (void *)(work + 4 * k)};
}

static void find_sticks(const gmix_i_hyper *h, const gmix_i_params *p, const memory *m) {
    if (h->process) {
        gmix_i_variational_order(h, p, m->n, m->spare, m->order);
    }
    gmix_i_variational_sticks(h, p, m->order, m->sticks);
}

/* E[log pi_k]. */
static void mean_logs(const gmix_i_hyper *h, size_t k, const memory *m, double *out) {
    double before = 0.0, all = 0.0;
    for (size_t c = 0; c < k; c++) {
        all += m->sticks[c].a;
    }
    const double of_all = h->process ? 0.0 : gmix_i_digamma(all);
    for (size_t r = 0; r < k; r++) {
        const size_t c = h->process ? m->order[r] : r;
        const gmix_i_stick s = m->sticks[c];
        if (!h->process) {
            out[c] = gmix_i_digamma(s.a) - of_all;
        } else if (r + 1 == k) {
            out[c] = before;
        } else {
            const double both = gmix_i_digamma(s.a + s.b);
            out[c] = before + gmix_i_digamma(s.a) - both;
            before += gmix_i_digamma(s.b) - both;
        }
    }
}

void gmix_i_variational_weights(const gmix_i_hyper *h, const gmix_i_params *p,
                                double *work, double *weights) {
    const memory m = divide(work, p->k);
    const double d = (double)p->d;
    find_sticks(h, p, &m);
    mean_logs(h, p->k, &m, weights);
    double spread = 0.0;
    for (size_t c = 0; c < p->k; c++) {
        if (c == 0 || !h->law->shared) { /* E[log |Sigma^-1|] + log |Psi / nu| */
            const double nu = gmix_i_variational_dof(h, p, c);
            spread = gmix_i_niw_mean_log_det(h->law, p->d, nu, 0.0) - d * log(nu);
        }
        const double kappa = h->kappa + gmix_i_variational_rows(h, p, c);
        weights[c] = exp(weights[c] + 0.5 * (spread - d / kappa));
    }
    weights[p->k] = 0.0;
}

static double dirichlet_divergence(const gmix_i_hyper *h, size_t k, const memory *m) {
    const double gamma = h->concentration;
    double all = 0.0, sum = 0.0;
    for (size_t c = 0; c < k; c++) {
        all += m->sticks[c].a;
    }
    const double of_all = gmix_i_digamma(all);
    for (size_t c = 0; c < k; c++) {
        const double a = m->sticks[c].a, more = a - gamma;
        sum += more > 0.0 ? more * (gmix_i_digamma(a) - of_all) -
                                gmix_i_log_gamma_ratio(gamma, more)
                          : 0.0;
    }
    return sum + gmix_i_log_gamma_ratio((double)k * gamma, all - (double)k * gamma);
}

static double sticks_divergence(const gmix_i_hyper *h, size_t k, const memory *m) {
    const double gamma = h->concentration;
    double sum = 0.0;
    for (size_t r = 0; r + 1 < k; r++) {
        const gmix_i_stick s = m->sticks[m->order[r]];
        const double both = gmix_i_digamma(s.a + s.b);
        sum += gmix_i_log_beta(1.0, gamma) - gmix_i_log_beta(s.a, s.b) +
               (s.a - 1.0) * (gmix_i_digamma(s.a) - both) +
               (s.b - gamma) * (gmix_i_digamma(s.b) - both);
    }
    return sum;
}

/* Of covariances, but for the trace. log_cov: log |Psi / nu|, of all features. */
static double cov_divergence(const gmix_i_hyper *h, size_t d, double nu, double log_cov) {
    const double among = h->law->one ? 1.0 / (double)d : 1.0, all = among * (double)d;
    const double log_psi = among * log_cov + all * log(nu);
    const double mean =
        among * gmix_i_niw_mean_log_det(h->law, d, nu, 0.0) - log_psi - all * LOG_2;
    return gmix_i_niw_cov_normaliser(h->law, d, h->nu, h->log_det) -
           gmix_i_niw_cov_normaliser(h->law, d, nu, log_psi) +
           0.5 * ((nu - h->nu) * mean - nu * all);
}

double gmix_i_variational_divergence(const gmix_i_constraints *constraints,
                                     const gmix_i_params *p, const gmix_i_prepared *q,
                                     double *work) {
    const gmix_i_prior *const prior = constraints->prior;
    const gmix_i_hyper *const h = prior->hyper;
    const gmix_i_shape *const shape = p->family->shape;
    const memory m = divide(work, p->k);
    const size_t k = p->k, d = p->d, len = shape->cov_len(d);
    find_sticks(h, p, &m);
    double sum =
        h->process ? sticks_divergence(h, k, &m) : dirichlet_divergence(h, k, &m);
    for (size_t c = 0; c < k; c++) {
        const double kappa = h->kappa + gmix_i_variational_rows(h, p, c);
        sum += 0.5 * (double)d * (h->kappa / kappa - 1.0 + log(kappa / h->kappa));
        sum -= gmix_i_prior_loglik(constraints, p, q->factor + c * len, c, 0.0);
        if (c == 0 || !h->law->shared) {
            sum += cov_divergence(h, d, gmix_i_variational_dof(h, p, c),
                                  -2.0 * gmix_i_product_log(&q->det[c]));
        }
    }
    return sum;
}
