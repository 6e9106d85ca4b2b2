/*
 * The normal-inverse-Wishart distribution of a component's mean and covariance, and its kin for
 * diagonal matrices: the conjugate priors, in which rows add to parameters.
 *
 *     mu | Sigma ~ N(m, Sigma / kappa),   Sigma ~ IW(nu, Psi)          full, tied
 *     mu_j | v_j ~ N(m_j, v_j / kappa),   v_j ~ IG(nu / 2, Psi_j / 2)  diag, EEI
 *     mu | v ~ N(m, v I / kappa),         v ~ IG(nu / 2, psi / 2)      spherical, EII
 *
 * n rows with mean x and scatter S about it (Murphy 2007, Conjugate Bayesian analysis of the
 * Gaussian distribution, 8.3):
 *
 *     kappa_n = kappa + n,   m_n = (kappa m + n x) / kappa_n,   nu_n = nu + n  (spherical: nu + n D),
 *     Psi_n = Psi + S + kappa n / kappa_n (x - m)(x - m)^T              (diagonal, or its trace)
 *
 *     log p(rows) = z_n - z - n D / 2 log pi,
 *     z = log Gamma_D(nu / 2) - nu / 2 log |Psi| - D / 2 log kappa     (diag: a sum of D with D = 1)
 *
 * Scatter and Psi have the form of the family's shape: a packed triangle, or D numbers, which for the
 * spherical law are all psi. E[Sigma^-1] = nu Psi^-1 in every law.
 */
#ifndef GMIX_CONJUGATE_NIW_H
#define GMIX_CONJUGATE_NIW_H

#include "family/family.h"

/* What a family makes of it. */
typedef struct gmix_i_conjugate {
    const char *family;
    bool shared; /* nu and Psi are those of all components, whose scatter adds up */
    bool one;    /* one variance for all D features */
    bool matrix; /* Psi is a matrix */
} gmix_i_conjugate;

/* The law of a family; NULL: its covariances have no conjugate prior. The second fails with the
 * families that have one. */
const gmix_i_conjugate *gmix_i_conjugate_find(const gmix_i_family *family);
gmix_status gmix_i_conjugate_get(gmix_ctx *ctx, const gmix_i_family *family,
                                 const gmix_i_conjugate **out);

/* Degrees of freedom that a row adds; those that nu has to exceed, by a little more than rounding. */
static inline double gmix_i_conjugate_dof(const gmix_i_conjugate *law, size_t d) {
    return law->one ? (double)d : 1.0;
}
static inline double gmix_i_conjugate_least_dof(const gmix_i_conjugate *law, size_t d) {
    return 1e-9 + (law->matrix ? (double)d - 1.0 : 0.0);
}

/* One component's. mean: D, scale: cov_len; borrowed. */
typedef struct gmix_i_niw {
    double kappa, nu;
    double *mean, *scale;
} gmix_i_niw;

/* posterior: its arrays are written, and may be those of the prior. mean, scatter: of n > 0 rows; with
 * n = 0 they are not read. */
void gmix_i_niw_update(const gmix_i_conjugate *law, size_t d, const gmix_i_niw *prior,
                       double n, const double *mean, const double *scatter,
                       gmix_i_niw *posterior);

/* The parts of it that add to mean and scale, for scales that components share. */
void gmix_i_niw_add_rows(const gmix_i_conjugate *law, size_t d, const gmix_i_niw *prior,
                         double n, const double *mean, const double *scatter,
                         gmix_i_niw *posterior);

/* log |Psi| (spherical: log psi). factor: cov_len doubles, becomes Psi^-1/2; work:
 * gmix_i_factor_work(d) bytes. False if Psi is not positive definite. */
bool gmix_i_niw_log_det(const gmix_i_conjugate *law, size_t d, const double *scale,
                        double *factor, void *work, double *log_det);

/* z; and its parts, of covariances without the mean's. */
double gmix_i_niw_log_normaliser(const gmix_i_conjugate *law, size_t d, double kappa,
                                 double nu, double log_det);
double gmix_i_niw_cov_normaliser(const gmix_i_conjugate *law, size_t d, double nu,
                                 double log_det);

/* log p(n rows) from the normalisers of prior and posterior. */
double gmix_i_niw_log_evidence(size_t d, double n, double prior, double posterior);

/* E[log |Sigma^-1|] under nu and Psi. */
double gmix_i_niw_mean_log_det(const gmix_i_conjugate *law, size_t d, double nu,
                               double log_det);

/*
 * The predictive density of a row, Student's t:
 *
 *     t(x | m, Psi (kappa + 1) / (kappa df), df),   df = nu - D + 1   (D = 1 for each feature of diag;
 *     spherical: df = nu)
 *     log t = constant - (df + D) / 2 log(1 + b |Psi^-1/2 (x - m)|^2),   b = kappa / (kappa + 1)
 */
typedef struct gmix_i_student {
    const gmix_i_conjugate *law;
    size_t d;
    double df, constant, b;
} gmix_i_student;

gmix_i_student gmix_i_student_new(const gmix_i_conjugate *law, size_t d, double kappa,
                                  double nu, double log_det);

/* factor: Psi^-1/2, as gmix_i_niw_log_det() makes it. z: D doubles of memory. */
double gmix_i_student_log_density(const gmix_i_student *t, const double *factor,
                                  const double *mean, const double *x, double *z);

#endif
