/* Conjugate posteriors, evidence and predictive densities: see niw.h. */
#include "conjugate/niw.h"

#include <string.h>

#include "linalg/gamma_functions.h"

static const double LOG_PI = 1.14472988584940017414;
static const double LOG_2 = 0.69314718055994530942;

static const gmix_i_conjugate laws[] = {
    {.family = "full", .matrix = true},
    {.family = "tied", .matrix = true, .shared = true},
    {.family = "diag"},
    {.family = "EEI", .shared = true},
    {.family = "spherical", .one = true},
    {.family = "EII", .one = true, .shared = true},
};

enum { N_LAWS = sizeof laws / sizeof *laws };

const gmix_i_conjugate *gmix_i_conjugate_find(const gmix_i_family *family) {
    for (size_t i = 0; i < N_LAWS; i++) {
        if (strcmp(laws[i].family, family->name) == 0) {
            return &laws[i];
        }
    }
    return NULL;
}

gmix_status gmix_i_conjugate_get(gmix_ctx *ctx, const gmix_i_family *family,
                                 const gmix_i_conjugate **out) {
    *out = gmix_i_conjugate_find(family);
    return *out ? GMIX_OK
                : gmix_i_fail(
                      ctx, GMIX_ERR_OPTION,
                      "covariance %s has no conjugate prior, which Bayesian fits need; "
                      "full, tied, diag, spherical, EEI and EII have one",
                      family->name);
}

/* scale += weight u u^T, in the form of the law. */
static void add_outer(const gmix_i_conjugate *law, size_t d, double weight,
                      const double *u, const double *prior, double *scale) {
    double all = 0.0;
    for (size_t i = 0; i < d; i++) {
        const double off = u[i] - prior[i];
        if (law->matrix) {
            double *const row = scale + gmix_i_packed_len(i);
            for (size_t j = 0; j <= i; j++) {
                row[j] += weight * off * (u[j] - prior[j]);
            }
        } else {
            all += weight * off * off;
            scale[i] += law->one ? 0.0 : weight * off * off;
        }
    }
    for (size_t i = 0; law->one && i < d; i++) {
        scale[i] += all;
    }
}

/* scale += scatter. */
static void add_scatter(const gmix_i_conjugate *law, size_t d, const double *scatter,
                        double *scale) {
    const size_t len = law->matrix ? gmix_i_packed_len(d) : d;
    double all = 0.0;
    for (size_t t = 0; t < len; t++) {
        all += scatter[t];
    }
    for (size_t t = 0; t < len; t++) {
        scale[t] += law->one ? all : scatter[t];
    }
}

void gmix_i_niw_add_rows(const gmix_i_conjugate *law, size_t d, const gmix_i_niw *prior,
                         double n, const double *mean, const double *scatter,
                         gmix_i_niw *posterior) {
    const double kappa = prior->kappa + n;
    posterior->kappa = kappa;
    if (!(n > 0.0)) {
        memmove(posterior->mean, prior->mean, d * sizeof *prior->mean);
        return;
    }
    add_scatter(law, d, scatter, posterior->scale);
    add_outer(law, d, prior->kappa / kappa * n, mean, prior->mean, posterior->scale);
    for (size_t j = 0; j < d; j++) {
        posterior->mean[j] = prior->mean[j] + n / kappa * (mean[j] - prior->mean[j]);
    }
}

void gmix_i_niw_update(const gmix_i_conjugate *law, size_t d, const gmix_i_niw *prior,
                       double n, const double *mean, const double *scatter,
                       gmix_i_niw *posterior) {
    const size_t len = law->matrix ? gmix_i_packed_len(d) : d;
    memmove(posterior->scale, prior->scale, len * sizeof *prior->scale);
    posterior->nu = prior->nu + n * gmix_i_conjugate_dof(law, d);
    gmix_i_niw_add_rows(law, d, prior, n, mean, scatter, posterior);
}

static const gmix_i_shape *shape_of(const gmix_i_conjugate *law) {
    return law->matrix ? &gmix_i_shape_dense : &gmix_i_shape_diagonal;
}

bool gmix_i_niw_log_det(const gmix_i_conjugate *law, size_t d, const double *scale,
                        double *factor, void *work, double *log_det) {
    gmix_i_product det = {.factor = 1.0};
    if (!shape_of(law)->factor(NULL, d, scale, factor, &det, work)) {
        return false;
    }
    *log_det = -2.0 * gmix_i_product_log(&det) / (law->one ? (double)d : 1.0);
    return true;
}

double gmix_i_niw_cov_normaliser(const gmix_i_conjugate *law, size_t d, double nu,
                                 double log_det) {
    const double half = 0.5 * nu;
    const double gamma = law->matrix ? gmix_i_log_multigamma(d, half)
                         : law->one  ? gmix_i_log_gamma(half)
                                     : (double)d * gmix_i_log_gamma(half);
    return gamma - half * log_det;
}

double gmix_i_niw_log_normaliser(const gmix_i_conjugate *law, size_t d, double kappa,
                                 double nu, double log_det) {
    return gmix_i_niw_cov_normaliser(law, d, nu, log_det) - 0.5 * (double)d * log(kappa);
}

double gmix_i_niw_log_evidence(size_t d, double n, double prior, double posterior) {
    /* The constants of Gamma_D are in both. */
    return posterior - prior - 0.5 * n * (double)d * LOG_PI;
}

double gmix_i_niw_mean_log_det(const gmix_i_conjugate *law, size_t d, double nu,
                               double log_det) {
    const double half = 0.5 * nu, all = (double)d;
    return law->matrix ? gmix_i_multidigamma(d, half) + all * LOG_2 - log_det
           : law->one  ? all * (gmix_i_digamma(half) + LOG_2 - log_det)
                       : all * (gmix_i_digamma(half) + LOG_2) - log_det;
}

gmix_i_student gmix_i_student_new(const gmix_i_conjugate *law, size_t d, double kappa,
                                  double nu, double log_det) {
    const double all = (double)d, df = law->matrix ? nu - all + 1.0 : nu;
    const double b = kappa / (kappa + 1.0);
    const double width = all * (log(b) - LOG_PI) - (law->one ? all * log_det : log_det);
    const double gamma = law->matrix || law->one
                             ? gmix_i_log_gamma_ratio(0.5 * df, 0.5 * all)
                             : all * gmix_i_log_gamma_ratio(0.5 * df, 0.5);
    return (gmix_i_student){
        .law = law, .d = d, .df = df, .b = b, .constant = gamma + 0.5 * width};
}

double gmix_i_student_log_density(const gmix_i_student *t, const double *factor,
                                  const double *mean, const double *x, double *z) {
    const size_t d = t->d;
    double sum = 0.0, logs = 0.0, *const off = z;
    for (size_t i = d; i-- > 0;) {
        off[i] = x[i] - mean[i];
    }
    for (size_t i = 0; i < d; i++) {
        double own = 0.0;
        if (t->law->matrix) {
            const double *const row = factor + gmix_i_packed_len(i);
            for (size_t j = 0; j <= i; j++) {
                own += row[j] * off[j];
            }
        } else {
            own = factor[i] * off[i];
            logs += log1p(t->b * own * own);
        }
        sum += own * own;
    }
    const bool joint = t->law->matrix || t->law->one;
    return joint ? t->constant - 0.5 * (t->df + (double)d) * log1p(t->b * sum)
                 : t->constant - 0.5 * (t->df + 1.0) * logs;
}
