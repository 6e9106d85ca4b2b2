/*
 * Conjugate priors of one component, and groups of rows under them.
 *
 *   full       Sigma ~ inverse Wishart(nu0, Psi0),          mu | Sigma ~ N(m0, Sigma / kappa0)
 *   diagonal   sigma_j^2 ~ inverse gamma(nu0 / 2, psi_j / 2), mu_j ~ N(m0_j, sigma_j^2 / kappa0)
 *   spherical  sigma^2 ~ inverse gamma(nu0 / 2, psi / 2),     mu ~ N(m0, sigma^2 I / kappa0)
 *
 * with Psi0 = scale x shape. Parameters are integrated out, so that n rows with mean c and scatter S
 * are told by kappa_n = kappa0 + n, nu_n = nu0 + n (spherical: + n D), m_n = (kappa0 m0 + n c) / kappa_n
 * and Psi_n = Psi0 + S + kappa0 n / kappa_n (c - m0)(c - m0)^T. A group keeps Psi_n factored, so a row
 * more or less costs O(D^2), and so does the density of a row given the group: Student's t.
 * Source: Murphy (2007), "Conjugate Bayesian analysis of the Gaussian distribution".
 */
#ifndef GMIX_POSTERIOR_ROW_GROUPS_H
#define GMIX_POSTERIOR_ROW_GROUPS_H

#include "base/base.h"
#include "base/rng.h"

/* What scatters and factors are: packed lower triangles, D variances, or one number. */
typedef struct gmix_i_group_kind {
    const char *covariance;        /* the family's name */
    size_t (*len)(size_t d);       /* of a scatter, of a factor */
    size_t (*step)(size_t d);      /* degrees of freedom that a row adds */
    double (*least_dof)(size_t d); /* nu0 is above this */
    double (*usual_dof)(size_t d); /* where E[Sigma] = Psi0 */
    /* log of the ratio of gamma functions in the density of a row given a group with nu */
    double (*gamma_ratio)(size_t d, double nu);
    void (*add_scatter)(size_t d, double w, const double *diff, double *scatter);
    /* Psi -> its factor, which may be the same array; *log_det. False: not positive definite. */
    bool (*factor)(size_t d, const double *psi, double *factor, double *log_det);
    /* Psi + w diff diff^T, w of any sign; diff is used up. False: no longer positive definite. */
    bool (*update)(size_t d, double w, double *diff, double *factor, double *log_det);
    /* log of (1 + ratio diff^T Psi^-1 diff), or of the product over features. work: D */
    double (*log_tail)(size_t d, double ratio, const double *diff, const double *factor,
                       double *work);
    /* Sigma ~ its law given nu and Psi: root with Sigma = root root^T, D x D. work: D x D */
    void (*draw_root)(size_t d, double nu, const double *factor, gmix_i_stream *stream,
                      double *root, double *work);
    /* E[Sigma] given nu and Psi: D x D */
    void (*expect)(size_t d, double nu, const double *factor, double *matrix);
} gmix_i_group_kind;

/* By the family's name; NULL: it has no conjugate prior here. */
const gmix_i_group_kind *gmix_i_group_kind_named(const char *family);

typedef struct gmix_i_group_prior {
    const gmix_i_group_kind *kind;
    size_t d, len, n_most;
    double nu, kappa, scale;
    const double *mean;            /* D */
    const double *shape;           /* len */
    double log_det_shape, log_det; /* of shape; of Psi0 */
    /* n_most + 1 each: of a group of n rows, the gamma functions of its next row's density, and of
     * its own marginal likelihood; n_most + 2 the second. */
    const double *gamma_ratio, *gamma_sum;
} gmix_i_group_prior;

/* The tables for groups of up to n_most rows; kind, d, nu, mean, shape, kappa and scale are set.
 * False if shape is not positive definite. ratio: n_most + 1; sum: n_most + 2; work: len. */
bool gmix_i_group_prior_begin(gmix_i_group_prior *p, size_t n_most, double *ratio,
                              double *sum, double *work);

/* Another scale; kappa: NAN for the one there is. */
void gmix_i_group_prior_scale(gmix_i_group_prior *p, double scale, double kappa);

typedef struct gmix_i_row_group {
    size_t n;
    double kappa, nu, log_det;
    double constant, ratio, power; /* density: constant - power log_tail(ratio) */
    double *mean, *factor;         /* D, len */
} gmix_i_row_group;

/* Doubles that a group's arrays want. */
static inline size_t gmix_i_group_len(const gmix_i_group_prior *p) {
    return p->d + p->len;
}

/* The group without rows: the prior. */
void gmix_i_group_clear(const gmix_i_group_prior *p, gmix_i_row_group *g);

/* n rows with this mean and scatter. False: the matrix is not positive definite. */
bool gmix_i_group_set(const gmix_i_group_prior *p, gmix_i_row_group *g, size_t n,
                      const double *mean, const double *scatter);

void gmix_i_group_copy(const gmix_i_group_prior *p, gmix_i_row_group *to,
                       const gmix_i_row_group *from);

/* A row more; a row less, of at least two. work: D. False as above: the group is then spoilt. */
bool gmix_i_group_add(const gmix_i_group_prior *p, gmix_i_row_group *g, const double *x,
                      double *work);
bool gmix_i_group_remove(const gmix_i_group_prior *p, gmix_i_row_group *g,
                         const double *x, double *work);

/* log p(x | rows of the group). work: 2 D. */
double gmix_i_group_predict(const gmix_i_group_prior *p, const gmix_i_row_group *g,
                            const double *x, double *work);

/*
 * The same of a row that is one of the group's two or more, given the others, without taking it out: with
 * c = kappa / (kappa - 1), diff from the mean of all, s = |Psi - c diff diff^T| / |Psi| = 1 - c diff^T Psi^-1 diff,
 *
 *     log p(x | others) = constant of n - 1 rows - step / 2 log(s |Psi|) + nu / 2 log s.
 *
 * NaN where s is so small that its digits are gone: then the row has to be taken out.
 */
double gmix_i_group_predict_own(const gmix_i_group_prior *p, const gmix_i_row_group *g,
                                const double *x, double *work);

/* log p(rows of the group). */
double gmix_i_group_evidence(const gmix_i_group_prior *p, const gmix_i_row_group *g);

/* mu and Sigma (D x D) of the group given its rows. work: 2 D D + D. */
void gmix_i_group_draw(const gmix_i_group_prior *p, const gmix_i_row_group *g,
                       gmix_i_stream *stream, double *mu, double *sigma, double *work);

#endif
