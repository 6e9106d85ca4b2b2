/*
 * Priors of partitions. See partition_prior.h.
 *
 * The prior of t: that of a Dirichlet process is a sum of n independent choices, row i opening a group
 * with probability a / (a + i - 1); of finite mixtures V_n(t) B_n(t), where B_n(t) sums prod_c
 * Gamma(n_c + g) / Gamma(g) over partitions into t groups: B_(n+1)(t) = (n + g t) B_n(t) + g B_n(t - 1),
 * kept as logarithms.
 */
#include "posterior/partition_prior.h"

#include <math.h>

#include "linalg/gamma_functions.h"

static double log_geometric(size_t k, double r) {
    return log(r) + (double)(k - 1) * log1p(-r);
}

static double log_poisson(size_t k, double lambda) {
    return (double)(k - 1) * log(lambda) - lambda - gmix_i_log_gamma((double)k);
}

static double log_uniform(size_t k, double most) {
    return (double)k <= most ? -log(most) : -INFINITY;
}

/* K - 1 ~ beta-negative-binomial(1, 4, 3) (Gruen, Malsiner-Walli & Fruehwirth-Schnatter 2021): with
 * a_pi = 4, b_pi = 3, p(k) = B(1 + 4, k - 1 + 3) / B(4, 3); heavier beyond than a Poisson law. */
static double log_bnb(size_t k, double parameter) {
    (void)parameter;
    const double m = (double)(k - 1);
    return gmix_i_log_gamma(5.0) + gmix_i_log_gamma(m + 3.0) - gmix_i_log_gamma(m + 8.0) -
           gmix_i_log_gamma(4.0) - gmix_i_log_gamma(3.0) + gmix_i_log_gamma(7.0);
}

static const gmix_i_number_prior numbers[] = {
    {"geometric", log_geometric, 0.1, 1e-3, 0.999, false},
    {"poisson", log_poisson, 3.0, 1e-3, 500.0, false},
    {"uniform", log_uniform, 30.0, 1.0, GMIX_I_MOST_COMPONENTS, true},
    {"bnb", log_bnb, 0.0, 0.0, 0.0, false},
};

const char *const gmix_i_number_prior_names[] = {"geometric", "poisson", "uniform", "bnb",
                                                 NULL};

const gmix_i_number_prior *gmix_i_number_prior_named(const char *name) {
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (strcmp(name, numbers[i].name) == 0) {
            return &numbers[i];
        }
    }
    return NULL;
}

void gmix_i_partition_prior_set(gmix_i_partition_prior *p, double concentration) {
    p->concentration = concentration;
    for (size_t t = 0; t < p->n + 2; t++) {
        p->log_v[t] = (double)NAN;
    }
}

/* log of term k of V_n(t). */
static double log_term(const gmix_i_partition_prior *p, size_t t, size_t k) {
    const double g = p->concentration, size = (double)k;
    return gmix_i_log_gamma(size + 1.0) - gmix_i_log_gamma(size - (double)t + 1.0) +
           gmix_i_log_gamma(g * size) - gmix_i_log_gamma(g * size + (double)p->n) +
           p->number->log_p(k, p->parameter);
}

/* Terms k = t, t + 1, ... into `terms`, or nowhere, and the log of their sum: up to where they
 * vanish beside it. */
static double sum_terms(const gmix_i_partition_prior *p, size_t t, size_t n_most,
                        double *terms, size_t *count) {
    double largest = -INFINITY, sum = 0.0;
    size_t n = 0;
    for (; n < n_most; n++) {
        const double term = log_term(p, t, t + n);
        if (n > 0 && term < largest - 40.0) {
            break;
        }
        if (terms) {
            terms[n] = term;
        }
        if (term > largest) {
            sum = sum * exp(largest - term) + 1.0;
            largest = term;
        } else if (isfinite(term)) {
            sum += exp(term - largest);
        }
    }
    *count = n;
    return largest + log(sum);
}

double gmix_i_partition_log_v(gmix_i_partition_prior *p, size_t t) {
    const double a = p->concentration;
    if (p->kind == GMIX_I_DIRICHLET_PROCESS) {
        return (double)t * log(a) + gmix_i_log_gamma(a) -
               gmix_i_log_gamma(a + (double)p->n);
    }
    size_t count;
    if (isnan(p->log_v[t])) {
        p->log_v[t] = sum_terms(p, t, GMIX_I_MOST_COMPONENTS, NULL, &count);
    }
    return p->log_v[t];
}

double gmix_i_partition_log_size(const gmix_i_partition_prior *p, size_t n) {
    const double g = p->concentration;
    return p->kind == GMIX_I_DIRICHLET_PROCESS
               ? gmix_i_log_gamma((double)n)
               : gmix_i_log_gamma((double)n + g) - gmix_i_log_gamma(g);
}

double gmix_i_partition_offset(const gmix_i_partition_prior *p) {
    return p->kind == GMIX_I_DIRICHLET_PROCESS ? 0.0 : p->concentration;
}

double gmix_i_partition_log_new(gmix_i_partition_prior *p, size_t t) {
    if (p->kind == GMIX_I_DIRICHLET_PROCESS) {
        return log(p->concentration);
    }
    const double more = gmix_i_partition_log_v(p, t + 1);
    return t == 0 ? 0.0 : log(p->concentration) + more - gmix_i_partition_log_v(p, t);
}

size_t gmix_i_partition_components(const gmix_i_partition_prior *p, size_t t,
                                   size_t n_most, double *share) {
    size_t count;
    const double sum = sum_terms(p, t, n_most, share, &count);
    for (size_t i = 0; i < count; i++) {
        share[i] = exp(share[i] - sum);
    }
    return count;
}

static void process_groups(const gmix_i_partition_prior *p, size_t n_most, double *b) {
    const double a = p->concentration;
    memset(b, 0, (n_most + 1) * sizeof *b);
    b[0] = 1.0;
    for (size_t i = 0; i < p->n; i++) {
        const double opens = a / (a + (double)i);
        for (size_t t = n_most; t > 0; t--) {
            b[t] = b[t] * (1.0 - opens) + b[t - 1] * opens;
        }
        b[0] = 0.0;
    }
}

static double log_sum(double a, double b) {
    const double largest = fmax(a, b);
    return isfinite(largest) ? largest + log1p(exp(-fabs(a - b))) : largest;
}

static void finite_groups(gmix_i_partition_prior *p, size_t n_most, double *b) {
    const double g = p->concentration, log_g = log(g);
    for (size_t t = 0; t <= n_most; t++) {
        b[t] = t == 0 ? 0.0 : -INFINITY;
    }
    for (size_t i = 0; i < p->n; i++) {
        for (size_t t = n_most < i + 1 ? n_most : i + 1; t > 0; t--) {
            const double stays =
                t <= i ? log((double)i + g * (double)t) + b[t] : -INFINITY;
            b[t] = log_sum(stays, log_g + b[t - 1]);
        }
        b[0] = -INFINITY;
    }
    for (size_t t = 1; t <= n_most; t++) {
        b[t] = t <= p->n ? exp(b[t] + gmix_i_partition_log_v(p, t)) : 0.0;
    }
}

void gmix_i_partition_groups(gmix_i_partition_prior *p, double weight, size_t n_most,
                             double *share, double *work) {
    if (p->kind == GMIX_I_DIRICHLET_PROCESS) {
        process_groups(p, n_most, work);
    } else {
        finite_groups(p, n_most, work);
    }
    for (size_t t = 1; t <= n_most; t++) {
        share[t - 1] += weight * work[t];
    }
}
