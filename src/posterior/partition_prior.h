/*
 * Priors of partitions of n rows into t groups of sizes n_1 .. n_t.
 *
 *   Dirichlet process, concentration a:
 *       p(C) = a^t Gamma(a) / Gamma(a + n)  prod_c Gamma(n_c)
 *   mixture of finite mixtures (Miller & Harrison 2018, doi:10.1080/01621459.2016.1255636): K ~ p_K,
 *   weights ~ symmetric Dirichlet(g) of K components:
 *       p(C) = V_n(t)  prod_c Gamma(n_c + g) / Gamma(g),
 *       V_n(t) = sum_(k >= t) k! / (k - t)!  Gamma(g k) / Gamma(g k + n)  p_K(k)
 *
 * Both are exchangeable, so that a row joins a group of n_c others with a weight n_c + offset, and
 * opens one of its own with a weight that only t tells.
 */
#ifndef GMIX_POSTERIOR_PARTITION_PRIOR_H
#define GMIX_POSTERIOR_PARTITION_PRIOR_H

#include "base/base.h"
#include "base/rng.h"

typedef enum gmix_i_partition_kind {
    GMIX_I_DIRICHLET_PROCESS,
    GMIX_I_FINITE_MIXTURES
} gmix_i_partition_kind;

/* A prior of the number of components: its name, log p_K(k) for k >= 1, its parameter's default and
 * range. */
typedef struct gmix_i_number_prior {
    const char *name;
    double (*log_p)(size_t k, double parameter);
    double usual, least, most;
    bool is_whole; /* the parameter is a whole number */
} gmix_i_number_prior;

extern const char *const gmix_i_number_prior_names[];
const gmix_i_number_prior *gmix_i_number_prior_named(const char *name);

enum { GMIX_I_MOST_COMPONENTS = 2000 }; /* sums over k end here, or where terms vanish */

typedef struct gmix_i_partition_prior {
    gmix_i_partition_kind kind;
    size_t n;
    double concentration;
    const gmix_i_number_prior *number; /* of finite mixtures */
    double parameter;
    double
        *log_v; /* n + 2: log V_n(t) / Gamma(g)^t is left to others; NAN: not known yet */
} gmix_i_partition_prior;

/* Another concentration; what was known for the one before is forgotten. */
void gmix_i_partition_prior_set(gmix_i_partition_prior *p, double concentration);

/* Of t groups: what does not depend on their sizes; the share of a group of n rows. */
double gmix_i_partition_log_v(gmix_i_partition_prior *p, size_t t);
double gmix_i_partition_log_size(const gmix_i_partition_prior *p, size_t n);

/* 0, or g: see above; log of the weight of a group of its own beside t others. */
double gmix_i_partition_offset(const gmix_i_partition_prior *p);
double gmix_i_partition_log_new(gmix_i_partition_prior *p, size_t t);

/* p(K = k | t groups) of finite mixtures, for k = t .. t + n_most - 1, summing to 1. Returns how many
 * there are: the rest are below 1e-16. */
size_t gmix_i_partition_components(const gmix_i_partition_prior *p, size_t t,
                                   size_t n_most, double *share);

/* Adds weight x p(t groups), t = 1 .. n_most, to share[t - 1], under the prior. work: n_most + 1. */
void gmix_i_partition_groups(gmix_i_partition_prior *p, double weight, size_t n_most,
                             double *share, double *work);

#endif
