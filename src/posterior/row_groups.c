/* Groups of rows under a conjugate prior: the formulas of row_groups.h, whatever the kind. */
#include "posterior/row_groups.h"

#include <math.h>

#include "linalg/gamma_functions.h"
#include "posterior/random_draws.h"

#define LOG_PI 1.14472988584940017414

bool gmix_i_group_prior_begin(gmix_i_group_prior *p, size_t n_most, double *ratio,
                              double *sum, double *work) {
    const double step = (double)p->kind->step(p->d);
    p->len = p->kind->len(p->d);
    p->n_most = n_most;
    sum[0] = 0.0;
    for (size_t n = 0; n <= n_most; n++) {
        ratio[n] = p->kind->gamma_ratio(p->d, p->nu + (double)n * step);
        sum[n + 1] = sum[n] + ratio[n];
    }
    p->gamma_ratio = ratio;
    p->gamma_sum = sum;
    if (!p->kind->factor(p->d, p->shape, work, &p->log_det_shape)) {
        return false;
    }
    gmix_i_group_prior_scale(p, p->scale, (double)NAN);
    return true;
}

/* |Psi| is a product of so many numbers, each of them scaled. */
static double rank_of(const gmix_i_group_prior *p) {
    return p->len == 1 ? 1.0 : (double)p->d;
}

void gmix_i_group_prior_scale(gmix_i_group_prior *p, double scale, double kappa) {
    p->scale = scale;
    p->kappa = isnan(kappa) ? p->kappa : kappa;
    p->log_det = p->log_det_shape + rank_of(p) * log(scale);
}

/* What densities of a row want, after n or Psi have changed. */
static void finish(const gmix_i_group_prior *p, gmix_i_row_group *g) {
    const double step = (double)p->kind->step(p->d), d = (double)p->d;
    g->kappa = p->kappa + (double)g->n;
    g->nu = p->nu + (double)g->n * step;
    g->ratio = g->kappa / (g->kappa + 1.0);
    g->power = 0.5 * (g->nu + step);
    g->constant = p->gamma_ratio[g->n < p->n_most ? g->n : p->n_most] +
                  0.5 * d * (log(g->ratio) - LOG_PI) - 0.5 * step * g->log_det;
}

void gmix_i_group_clear(const gmix_i_group_prior *p, gmix_i_row_group *g) {
    g->n = 0;
    gmix_i_copy(g->mean, p->mean, p->d * sizeof *g->mean);
    for (size_t i = 0; i < p->len; i++) {
        g->factor[i] = p->scale * p->shape[i];
    }
    (void)p->kind->factor(p->d, g->factor, g->factor, &g->log_det);
    finish(p, g);
}

bool gmix_i_group_set(const gmix_i_group_prior *p, gmix_i_row_group *g, size_t n,
                      const double *mean, const double *scatter) {
    const double size = (double)n, kappa = p->kappa + size;
    for (size_t j = 0; j < p->d; j++) {
        g->mean[j] = mean[j] - p->mean[j];
    }
    for (size_t i = 0; i < p->len; i++) {
        g->factor[i] = p->scale * p->shape[i] + scatter[i];
    }
    p->kind->add_scatter(p->d, p->kappa * size / kappa, g->mean, g->factor);
    for (size_t j = 0; j < p->d; j++) {
        g->mean[j] = p->mean[j] + size / kappa * g->mean[j];
    }
    g->n = n;
    if (!p->kind->factor(p->d, g->factor, g->factor, &g->log_det)) {
        return false;
    }
    finish(p, g);
    return true;
}

void gmix_i_group_copy(const gmix_i_group_prior *p, gmix_i_row_group *to,
                       const gmix_i_row_group *from) {
    double *const mean = to->mean, *const factor = to->factor;
    *to = *from;
    to->mean = mean;
    to->factor = factor;
    gmix_i_copy(mean, from->mean, p->d * sizeof *mean);
    gmix_i_copy(factor, from->factor, p->len * sizeof *factor);
}

bool gmix_i_group_add(const gmix_i_group_prior *p, gmix_i_row_group *g, const double *x,
                      double *work) {
    for (size_t j = 0; j < p->d; j++) {
        work[j] = x[j] - g->mean[j];
        g->mean[j] += work[j] / (g->kappa + 1.0);
    }
    g->n++;
    const bool good = p->kind->update(p->d, g->ratio, work, g->factor, &g->log_det);
    finish(p, g);
    return good;
}

bool gmix_i_group_remove(const gmix_i_group_prior *p, gmix_i_row_group *g,
                         const double *x, double *work) {
    for (size_t j = 0; j < p->d;
         j++) { /* x - the mean without it is kappa / (kappa - 1) as far */
        work[j] = x[j] - g->mean[j];
        g->mean[j] -= work[j] / (g->kappa - 1.0);
    }
    g->n--;
    const bool good =
        p->kind->update(p->d, -g->kappa / (g->kappa - 1.0), work, g->factor, &g->log_det);
    finish(p, g);
    return good;
}

double gmix_i_group_predict(const gmix_i_group_prior *p, const gmix_i_row_group *g,
                            const double *x, double *work) {
    double *const diff = work + p->d;
    for (size_t j = 0; j < p->d; j++) {
        diff[j] = x[j] - g->mean[j];
    }
    return g->constant -
           g->power * p->kind->log_tail(p->d, g->ratio, diff, g->factor, work);
}

double gmix_i_group_predict_own(const gmix_i_group_prior *p, const gmix_i_row_group *g,
                                const double *x, double *work) {
    static const double least = -13.8; /* log 1e-6: a millionth of |Psi| is left */
    const double step = (double)p->kind->step(p->d), d = (double)p->d;
    double *const diff = work + p->d;
    for (size_t j = 0; j < p->d; j++) {
        diff[j] = x[j] - g->mean[j];
    }
    const double log_s =
        p->kind->log_tail(p->d, -g->kappa / (g->kappa - 1.0), diff, g->factor, work);
    if (!(log_s > least)) {
        return (double)NAN;
    }
    return p->gamma_ratio[g->n - 1] +
           0.5 * d * (log((g->kappa - 1.0) / g->kappa) - LOG_PI) -
           0.5 * step * (g->log_det + log_s) + 0.5 * g->nu * log_s;
}

double gmix_i_group_evidence(const gmix_i_group_prior *p, const gmix_i_row_group *g) {
    const double d = (double)p->d, n = (double)g->n;
    return p->gamma_sum[g->n] - 0.5 * n * d * LOG_PI +
           0.5 * d * log(p->kappa / g->kappa) + 0.5 * p->nu * p->log_det -
           0.5 * g->nu * g->log_det;
}

void gmix_i_group_draw(const gmix_i_group_prior *p, const gmix_i_row_group *g,
                       gmix_i_stream *stream, double *mu, double *sigma, double *work) {
    const size_t d = p->d;
    double *const root = work, *const z = work + d * d, *const more = z + d;
    p->kind->draw_root(d, g->nu, g->factor, stream, root, more);
    const double deviation = 1.0 / sqrt(g->kappa);
    for (size_t j = 0; j < d; j++) {
        z[j] = deviation * gmix_i_draw_normal(stream);
    }
    const bool is_diagonal = p->len < d * (d + 1) / 2;
    for (size_t i = 0; i < d; i++) {
        const size_t first = is_diagonal ? i : 0, end = is_diagonal ? i + 1 : d;
        double shift = 0.0;
        for (size_t m = first; m < end; m++) {
            shift += root[i * d + m] * z[m];
        }
        mu[i] = g->mean[i] + shift;
        for (size_t j = 0; j <= i; j++) {
            double sum = 0.0;
            for (size_t m = first; m < end; m++) {
                sum += root[i * d + m] * root[j * d + m];
            }
            sigma[i * d + j] = sigma[j * d + i] = sum;
        }
    }
}
