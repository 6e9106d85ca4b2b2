/*
 * The M-step, for any family:
 *
 *     n_k, s_k, S_k  ->  pi_k = n_k / N,  mu_k = c_k + s_k / n_k,
 *     W_k = S_k - s_k s_k^T / n_k  ->  Sigma (the family's update)
 *
 * A prior adds rows to these statistics; what is frozen keeps its value, and the rest is the
 * maximum given that: free weights share what the frozen ones leave, scatter is taken about
 * a frozen mean.
 */
#include <string.h>

#include "stats/statistics.h"

static const double LEAST_ROWS = 1e-280;

/* Weights of the free components, and of the noise (entry K), in proportion to their rows. */
static void update_weights(const gmix_i_moments *m, double noise,
                           const gmix_i_constraints *constraints, gmix_i_params *p) {
    const gmix_i_frozen *const frozen = constraints->frozen;
    const double extra = constraints->prior ? constraints->prior->dirichlet : 0.0;
    double total = noise, left = 1.0;
    size_t n_free = 0;
    for (size_t c = 0; c < p->k; c++) {
        if (frozen && frozen->weights[c]) {
            left -= frozen->values.weights[c];
        } else {
            total += gmix_i_moments_n(m, c) + extra;
            n_free++;
        }
    }
    left = left > 0.0 ? left : 0.0;
    for (size_t c = 0; c < p->k; c++) {
        const double n = gmix_i_moments_n(m, c) + extra;
        p->weights[c] = frozen && frozen->weights[c] ? frozen->values.weights[c]
                        : total > 0.0                ? left * n / total
                                                     : left / (double)n_free;
    }
    p->weights[p->k] = total > 0.0 ? left * noise / total : 0.0;
}

/* The mean, and scatter about it. n: rows, those of a prior among them. */
static void update_mean(const gmix_i_moments *m, size_t c, double n, const double *centre,
                        const gmix_i_frozen *frozen, gmix_i_params *p) {
    const size_t d = p->d;
    const gmix_i_shape *const shape = p->family->shape;
    double *const sum = gmix_i_moments_sum(m, c), *const mean = p->means + c * d;
    if (n > 0.0) {
        for (size_t j = 0; j < d; j++) {
            mean[j] = centre[c * d + j] + sum[j] / n;
        }
        shape->recentre(d, n, sum, gmix_i_moments_scatter(m, c));
    }
    if (frozen && frozen->means[c]) {
        const double *const kept = frozen->values.means + c * d;
        for (size_t j = 0; j < d; j++) {
            sum[j] = n > 0.0 ? mean[j] - kept[j] : 0.0;
        }
        if (n > 0.0) { /* scatter += n (mean - kept) (mean - kept)^T */
            shape->recentre(d, -1.0 / n, sum, gmix_i_moments_scatter(m, c));
        }
        memcpy(mean, kept, d * sizeof *mean);
    }
}

/* The rows of a component that has next to none are none: nothing can be told from a sum that
 * double precision is about to lose. */
static void forget_traces(const gmix_i_moments *m) {
    for (size_t c = 0; c < m->k; c++) {
        double *const n = &m->at[c * m->stride];
        *n = *n > LEAST_ROWS ? *n : 0.0;
    }
}

/* The family's covariances; where no component has rows all keep theirs. */
static void update_family(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                          gmix_i_params *p) {
    bool any = false;
    for (size_t c = 0; c < m->k; c++) {
        any = any || gmix_i_moments_n(m, c) > 0.0;
    }
    if (any) {
        gmix_i_family_update(m, bounds, p);
    }
}

/* A component without rows keeps its covariance: so does one whose covariance is frozen. */
static void update_covariances(const gmix_i_moments *m,
                               const gmix_i_constraints *constraints, gmix_i_params *p) {
    const gmix_i_frozen *const frozen = constraints->frozen;
    for (size_t c = 0; frozen && c < p->k; c++) {
        if (frozen->covariances[c]) {
            m->at[c * m->stride] = 0.0;
            gmix_i_params_copy_covariance(&frozen->values, c, p);
        }
    }
    if (!frozen || !frozen->all_covariances) {
        update_family(m, constraints->bounds, p);
    }
}

void gmix_i_m_step(double *stats, const double *centre,
                   const gmix_i_constraints *constraints, gmix_i_params *p) {
    const gmix_i_prior *const prior =
        constraints->prior && constraints->prior->scatter ? constraints->prior : NULL;
    const gmix_i_shape *const shape = p->family->shape;
    const gmix_i_moments m = {.k = p->k,
                              .d = p->d,
                              .stride = gmix_i_stats_len(shape, p->d),
                              .at = stats + GMIX_I_STATS_HEAD};
    forget_traces(&m);
    update_weights(&m, stats[GMIX_I_NOISE], constraints, p);
    if (prior) {
        gmix_i_prior_add(constraints, shape, centre, &m);
    }
    for (size_t c = 0; c < p->k; c++) {
        update_mean(&m, c, gmix_i_moments_n(&m, c), centre, constraints->frozen, p);
        if (prior) {
            m.at[c * m.stride] += prior->dof - prior->shrinkage;
        }
    }
    update_covariances(&m, constraints, p);
}

bool gmix_i_family_is_separable(const gmix_i_family *family, size_t k, size_t d) {
    return gmix_i_family_n_free(family, k, d) == k * gmix_i_family_n_free(family, 1, d);
}

/* Gives frozen parameters their values back; free weights share what is left. */
static void hold_frozen(const gmix_i_frozen *frozen, gmix_i_params *p) {
    const size_t d = p->d;
    double held = 0.0, before = 0.0;
    for (size_t k = 0; k < p->k; k++) {
        if (frozen->means[k]) {
            memcpy(p->means + k * d, frozen->values.means + k * d, d * sizeof *p->means);
        }
        if (frozen->covariances[k]) {
            gmix_i_params_copy_covariance(&frozen->values, k, p);
        }
        held += frozen->weights[k] ? frozen->values.weights[k] : 0.0;
        before += frozen->weights[k] ? p->weights[k] : 0.0;
    }
    for (size_t k = 0; k <= p->k; k++) {
        if (k < p->k && frozen->weights[k]) {
            p->weights[k] = frozen->values.weights[k];
        } else if (before < 1.0) {
            p->weights[k] *= (1.0 - held) / (1.0 - before);
        }
    }
}

void gmix_i_m_step_own(const gmix_i_constraints *constraints, double *work,
                       gmix_i_params *p) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t len = shape->cov_len(p->d), stride = gmix_i_stats_len(shape, p->d);
    const gmix_i_moments m = {.k = p->k, .d = p->d, .stride = stride, .at = work};
    for (size_t k = 0; k < p->k; k++) {
        double *const own = work + k * stride;
        own[0] = p->weights[k];
        for (size_t t = 0; t < len; t++) {
            own[1 + p->d + t] = own[0] * p->cov[k * len + t];
        }
    }
    update_family(&m, constraints->bounds, p);
    if (constraints->frozen) {
        hold_frozen(constraints->frozen, p);
    }
}
