/* Merges of a variational fit's components. See variational_merge.h. */
#include "stats/variational_merge.h"

#include <math.h>
#include <string.h>

#include "linalg/gamma_functions.h"
#include "stats/variational.h"

static const double LOG_2 = 0.69314718055994530942;

/* Rows from which a component is worth a merge. */
static const double LEAST_ROWS = 0.5;

/* What a merge is about, and memory for one. */
typedef struct merger {
    const gmix_i_hyper *h;
    const gmix_i_prior *prior;
    const gmix_i_shape *shape;
    double share; /* Psi of the prior is its scatter over this */
    gmix_i_params *p;
    gmix_i_niw joint;                    /* mean: D, scale: cov_len */
    double *mean, *scatter, *factor;     /* D, cov_len, cov_len */
    double *rows, *log_det, *gain, *off; /* K, K, K, D */
    size_t *other;                       /* K */
    void *factor_work;
} merger;

static size_t factor_doubles(size_t d) {
    return gmix_i_factor_work(d) / sizeof(double) + 1;
}

size_t gmix_i_merge_work(const gmix_i_shape *shape, size_t k, size_t d) {
    return 4 * k + 3 * d + 3 * shape->cov_len(d) + factor_doubles(d);
}

static double *take(double **memory, size_t n) {
    double *const taken = *memory;
    *memory += n;
    return taken;
}

static merger merger_new(const gmix_i_constraints *constraints, double *work,
                         gmix_i_params *p) {
    const gmix_i_prior *const prior = constraints->prior;
    const gmix_i_shape *const shape = p->family->shape;
    const size_t k = p->k, d = p->d, len = shape->cov_len(d);
    merger m = {.h = prior->hyper,
                .prior = prior,
                .shape = shape,
                .share = prior->dof / prior->hyper->nu,
                .p = p};
    m.factor_work = take(&work, factor_doubles(d));
    m.joint.mean = take(&work, d);
    m.joint.scale = take(&work, len);
    m.mean = take(&work, d);
    m.scatter = take(&work, len);
    m.factor = take(&work, len);
    m.off = take(&work, d);
    m.rows = take(&work, k);
    m.log_det = take(&work, k);
    m.gain = take(&work, k);
    m.other = (void *)take(&work, k);
    for (size_t c = 0; c < k; c++) {
        m.rows[c] = gmix_i_variational_rows(m.h, p, c);
    }
    return m;
}

static double prior_mean(const merger *m, size_t j) {
    return m->prior->mean ? m->prior->mean[j] : 0.0;
}

/* log |Sigma|, of the spherical law the logarithm of its variance; NaN: none. */
static double log_det_of(const merger *m, const double *cov) {
    double value = NAN;
    return gmix_i_niw_log_det(m->h->law, m->p->d, cov, m->factor, m->factor_work, &value)
               ? value
               : NAN;
}

/* log |Psi| from log |Sigma|. */
static double scaled(const merger *m, double nu, double log_det) {
    return log_det + (m->h->law->one ? 1.0 : (double)m->p->d) * log(nu);
}

/* For every component with rows the nearest other one: by the distances of means in the variances of both. */
static void find_neighbours(const merger *m) {
    const gmix_i_params *const p = m->p;
    const size_t k = p->k, d = p->d, len = m->shape->cov_len(d);
    double *const nearest = m->gain;
    for (size_t c = 0; c < k; c++) {
        nearest[c] = INFINITY;
        m->other[c] = c;
    }
    for (size_t c = 0; c < k; c++) {
        for (size_t o = 0; o < c && m->rows[c] >= LEAST_ROWS; o++) {
            double far = m->rows[o] >= LEAST_ROWS ? 0.0 : INFINITY;
            for (size_t j = 0; j < d && (far < nearest[c] || far < nearest[o]); j++) {
                const double off = p->means[c * d + j] - p->means[o * d + j];
                far += off * off /
                       (m->shape->variance(p->cov + c * len, j) +
                        m->shape->variance(p->cov + o * len, j));
            }
            if (far < nearest[c]) {
                nearest[c] = far;
                m->other[c] = o;
            }
            if (far < nearest[o]) {
                nearest[o] = far;
                m->other[o] = c;
            }
        }
    }
}

/* The posterior of o with the rows of c: those of its posterior that are not the prior's. Where the scale is of all
 * components, that of all. */
static void join(const merger *m, size_t c, size_t o, gmix_i_niw *joint) {
    const gmix_i_hyper *const h = m->h;
    const gmix_i_params *const p = m->p;
    const size_t d = p->d, len = m->shape->cov_len(d);
    const double n = m->rows[c], kappa = h->kappa + n;
    const double nu_c = gmix_i_variational_dof(h, p, c),
                 nu_o = gmix_i_variational_dof(h, p, o);
    const double part = h->law->one ? 1.0 / (double)d : 1.0;
    double *const mean = m->mean, *const scatter = m->scatter, *const off = m->off;
    for (size_t j = 0; j < d; j++) {
        off[j] = p->means[c * d + j] - prior_mean(m, j);
        mean[j] = p->means[c * d + j] + h->kappa / n * off[j];
    }
    for (size_t t = 0; t < len; t++) {
        joint->scale[t] = nu_o * p->cov[o * len + t];
        scatter[t] =
            h->law->shared
                ? 0.0
                : part * (nu_c * p->cov[c * len + t] - m->prior->scatter[t] / m->share);
    }
    m->shape->recentre(d, n / (h->kappa * kappa), off, scatter);
    const gmix_i_niw before = {.kappa = h->kappa + m->rows[o], .mean = p->means + o * d};
    joint->nu = h->law->shared ? nu_o : nu_o + n * gmix_i_conjugate_dof(h->law, d);
    gmix_i_niw_add_rows(h->law, d, &before, n, mean, scatter, joint);
}

/* What the weights' posterior gains; of a process about that. */
static double weights_gain(const gmix_i_hyper *h, double a, double b) {
    const double gamma = h->concentration, first = h->process ? 1.0 : gamma;
    const double both = gmix_i_log_gamma(first + a + b) - gmix_i_log_gamma(first + a) -
                        gmix_i_log_gamma(first + b);
    return both + (h->process ? log1p(fmin(a, b) / gamma) : gmix_i_log_gamma(first));
}

/* exp(-Bhattacharyya's distance). */
static double overlap(const merger *m, size_t c, size_t o) {
    const gmix_i_params *const p = m->p;
    const size_t d = p->d, len = m->shape->cov_len(d);
    double length = 0.0;
    for (size_t t = 0; t < len; t++) {
        m->scatter[t] = 0.5 * (p->cov[c * len + t] + p->cov[o * len + t]);
    }
    const double wide = log_det_of(m, m->scatter);
    for (size_t i = 0; i < d; i++) {
        m->off[i] = p->means[c * d + i] - p->means[o * d + i];
    }
    for (size_t i = 0; i < d; i++) {
        const double *const row =
            m->h->law->matrix ? m->factor + gmix_i_packed_len(i) : m->factor + i;
        double own = 0.0;
        for (size_t j = m->h->law->matrix ? 0 : i; j <= i; j++) {
            own += row[m->h->law->matrix ? j : 0] * m->off[j];
        }
        length += own * own;
    }
    const double all = m->h->law->one ? (double)d : 1.0;
    return exp(-length / 8.0 -
               0.5 * all * (wide - 0.5 * (m->log_det[c] + m->log_det[o])));
}

/* At most what the entropy of labels loses. */
static double entropy_loss(const merger *m, size_t c, size_t o) {
    const double a = m->rows[c], b = m->rows[o];
    const double most = a * log1p(b / a) + b * log1p(a / b);
    return fmin(most, 2.0 * LOG_2 * sqrt(a * b) * overlap(m, c, o));
}

static double covariances_gain(const merger *m, size_t c, size_t o) {
    const gmix_i_hyper *const h = m->h;
    const size_t d = m->p->d;
    const double nu_c = gmix_i_variational_dof(h, m->p, c),
                 nu_o = gmix_i_variational_dof(h, m->p, o);
    const double joint = log_det_of(m, m->joint.scale);
    const double before =
        gmix_i_niw_cov_normaliser(h->law, d, nu_o, scaled(m, nu_o, m->log_det[o]));
    const double after = gmix_i_niw_cov_normaliser(h->law, d, m->joint.nu, joint);
    return h->law->shared ? after - before
                          : after - before +
                                gmix_i_niw_cov_normaliser(h->law, d, h->nu, h->log_det) -
                                gmix_i_niw_cov_normaliser(h->law, d, nu_c,
                                                          scaled(m, nu_c, m->log_det[c]));
}

/* What the bound gains if the rows of c go to o, or more. */
static double gain_of(merger *m, size_t c, size_t o) {
    const double kappa = m->h->kappa, a = m->rows[c], b = m->rows[o];
    join(m, c, o, &m->joint);
    const double means =
        0.5 * (double)m->p->d * (log1p(a / kappa) - log1p(a / (kappa + b)));
    return covariances_gain(m, c, o) + means + weights_gain(m->h, a, b) -
           entropy_loss(m, c, o);
}

static void set_rows(const merger *m, size_t c, double n) {
    const gmix_i_hyper *const h = m->h;
    const double gamma = h->process ? 0.0 : h->concentration;
    m->p->weights[c] = (n + gamma) / (h->total + (double)m->p->k * gamma);
    m->rows[c] = n;
}

static void set_covariance(const merger *m, size_t c, double nu, const double *scale) {
    const size_t len = m->shape->cov_len(m->p->d);
    for (size_t t = 0; t < len; t++) {
        m->p->cov[c * len + t] = scale[t] / nu;
    }
}

/* The rows of c go to o, and what is left of c is the prior. */
static void hand_over(merger *m, size_t c, size_t o) {
    gmix_i_params *const p = m->p;
    const size_t d = p->d, len = m->shape->cov_len(d);
    join(m, c, o, &m->joint);
    memcpy(p->means + o * d, m->joint.mean, d * sizeof *p->means);
    for (size_t j = 0; j < d; j++) {
        p->means[c * d + j] = prior_mean(m, j);
    }
    if (m->h->law->shared) {
        for (size_t i = 0; i < p->k; i++) {
            set_covariance(m, i, m->joint.nu, m->joint.scale);
        }
    } else {
        set_covariance(m, o, m->joint.nu, m->joint.scale);
        for (size_t t = 0; t < len; t++) {
            m->scatter[t] = m->prior->scatter[t] / m->share;
        }
        set_covariance(m, c, m->h->nu, m->scatter);
    }
    set_rows(m, o, m->rows[o] + m->rows[c]);
    set_rows(m, c, 0.0);
}

static void find_gains(merger *m) {
    const size_t k = m->p->k, len = m->shape->cov_len(m->p->d);
    for (size_t c = 0; c < k; c++) {
        m->log_det[c] = log_det_of(m, m->p->cov + c * len);
    }
    find_neighbours(m);
    for (size_t c = 0; c < k; c++) {
        const size_t o = m->other[c];
        const bool once = o != c && !(o < c && m->other[o] == c);
        m->gain[c] = once ? gain_of(m, c, o) : -INFINITY;
    }
}

/* The larger one takes the rows of the other; of two that rounding alone tells apart, the first. */
static void merge_pair(merger *m, size_t c, size_t o) {
    const size_t first = c < o ? c : o, second = c < o ? o : c;
    const bool more = m->rows[second] > m->rows[first] + 1e-9 * m->h->total;
    hand_over(m, more ? first : second, more ? second : first);
}

size_t gmix_i_merge_components(const gmix_i_constraints *constraints, size_t most,
                               double least, double *work, gmix_i_params *p) {
    merger m = merger_new(constraints, work, p);
    size_t n = 0;
    find_gains(&m);
    while (n < most) {
        size_t best = p->k;
        double gain = least;
        for (size_t c = 0; c < p->k; c++) {
            if (m.gain[c] > gain) {
                gain = m.gain[c];
                best = c;
            }
        }
        if (best == p->k) {
            break;
        }
        const size_t other = m.other[best];
        if (!isnan(m.gain[other])) { /* it has not been in another merge */
            merge_pair(&m, best, other);
            n++;
            m.gain[other] = NAN;
        }
        m.gain[best] = NAN;
    }
    return n;
}
