/*
 * Covariances of a model as matrices. Those of factors of many features are made when somebody asks for them: a fit,
 * densities and files do without, and K D^2 / 2 numbers are much more than the K D (q + 2) that say all.
 */
#include "family/factor_law.h"
#include "family/woodbury.h"
#include "model/mixture.h"

bool gmix_i_is_of_many_features(const gmix_i_family *family, size_t d) {
    return family->n_factors > 0 && d > GMIX_I_MANY_FEATURES;
}

const gmix_i_params *gmix_i_model_full(const gmix_model *m) {
    int none = 0;
    if (!m->params.bare) {
        return &m->params;
    }
    if (atomic_compare_exchange_strong(m->full, &none, 1)) {
        gmix_i_factors_make_matrices(&m->params);
        atomic_store(m->full, 2);
    }
    while (atomic_load(m->full) < 2) { /* another thread is at it */
    }
    return &m->params;
}

double gmix_i_model_variance(const gmix_model *m, size_t c, size_t j) {
    const size_t d = m->d, q = m->family->n_factors;
    if (!m->params.bare) {
        return m->family->shape->variance(
            m->params.cov + c * m->family->shape->cov_len(d), j);
    }
    const double *const block = m->params.factors + c * (q + 1) * d + j;
    double sum = block[q * d];
    for (size_t t = 0; t < q; t++) {
        sum += block[t * d] * block[t * d];
    }
    return sum;
}
