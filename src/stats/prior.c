/* The conjugate prior as additions to the statistics. See constraints.h. */
#include <math.h>
#include <string.h>

#include "stats/variational.h"

/* scatter += f v v^T: recentring takes s s^T / n away, with n = -1 / f. */
static void add_outer(const gmix_i_shape *shape, size_t d, double f, const double *v,
                      double *scatter) {
    if (f > 0.0) {
        shape->recentre(d, -1.0 / f, v, scatter);
    }
}

void gmix_i_prior_add(const gmix_i_constraints *constraints, const gmix_i_shape *shape,
                      const double *centre, const gmix_i_moments *m) {
    const gmix_i_prior *const prior = constraints->prior;
    const size_t d = m->d, len = shape->cov_len(d);
    const double kappa = prior->shrinkage;
    double *const work = constraints->bounds->work;
    for (size_t c = 0; c < m->k; c++) {
        double *const off = work, *const sum = gmix_i_moments_sum(m, c);
        double *const scatter = gmix_i_moments_scatter(m, c);
        for (size_t j = 0; j < d; j++) {
            off[j] = (prior->mean ? prior->mean[j] : 0.0) - centre[c * d + j];
            sum[j] += kappa * off[j];
        }
        add_outer(shape, d, kappa, off, scatter);
        for (size_t t = 0; t < len; t++) {
            scatter[t] += prior->scatter[t];
        }
        m->at[c * m->stride] += kappa;
    }
}

double gmix_i_prior_loglik(const gmix_i_constraints *constraints, const gmix_i_params *p,
                           const double *factor, size_t k, double n) {
    const gmix_i_prior *const prior = constraints->prior;
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *const work = constraints->bounds->work, *const off = work + len;
    memcpy(work, prior->scatter, len * sizeof *work);
    for (size_t j = 0; j < d; j++) {
        off[j] = p->means[k * d + j] - (prior->mean ? prior->mean[j] : 0.0);
    }
    add_outer(shape, d, prior->shrinkage, off, work);
    return shape->gaussian_loglik(d, factor, n, work);
}

double gmix_i_log_prior(const gmix_i_constraints *constraints, const gmix_i_params *p,
                        const gmix_i_prepared *q, const gmix_i_frame *frame) {
    const gmix_i_prior *const prior = constraints->prior;
    if (!prior) {
        return 0.0;
    }
    if (prior->hyper) {
        return -gmix_i_variational_divergence(constraints, p, q, constraints->work);
    }
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double sum = 0.0;
    for (size_t c = 0; c < p->k; c++) {
        if (prior->dirichlet > 0.0) {
            sum += prior->dirichlet * log(p->weights[c]);
        }
        if (prior->scatter) {
            sum +=
                gmix_i_prior_loglik(constraints, p, q->factor + c * len, c, prior->dof);
            sum -= prior->dof * frame->log_det;
        }
    }
    return sum;
}
