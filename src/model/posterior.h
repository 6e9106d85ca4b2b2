/* What a Bayesian model holds beside its point. See gmix/bayes.h. */
#ifndef GMIX_MODEL_POSTERIOR_H
#define GMIX_MODEL_POSTERIOR_H

#include <gmix/bayes.h>

#include "conjugate/niw.h"

struct gmix_i_posterior {
    gmix_posterior said; /* whose arrays are in `numbers` */
    const gmix_i_conjugate *law;
    double *numbers;
    gmix_i_student *t; /* K: the predictive densities, in the model's frame */
};

/* A checked copy of what is given for a model that is ready but for it; the densities of its rows are
 * those of t from now on. NULL: none. */
gmix_status gmix_i_posterior_take(gmix_ctx *ctx, const gmix_posterior *given,
                                  gmix_model *model);
void gmix_i_posterior_free(const gmix_allocator *from,
                           struct gmix_i_posterior **posterior);

/* Fails where a model has a posterior and `what`, as in "gmix_model_reduce", is of Gaussians. */
gmix_status gmix_i_want_points(gmix_ctx *ctx, const gmix_model *model, const char *what);

/* The same at the entry of a public function, which returns. */
#define GMIX_I_POINTS(ctx, model, what)                                       \
    do {                                                                      \
        const gmix_status of_points = gmix_i_want_points(ctx, model, (what)); \
        if (of_points != GMIX_OK) {                                           \
            return of_points;                                                 \
        }                                                                     \
    } while (0)

/* What the point's covariance of component k is multiplied by for the scale of its predictive density: Psi / nu
 * becomes Psi (kappa + 1) / (kappa df). */
double gmix_i_posterior_ratio(const gmix_model *model, size_t k);

/* log t of o features at the mean, with the point's covariance in place of a determinant of 1. */
double gmix_i_posterior_constant(const gmix_model *model, size_t k, size_t o);

/* A covariance times what makes it that of t, which may be infinite: what is 0 stays 0. */
static inline double gmix_i_scaled(double factor, double covariance) {
    return covariance == 0.0 ? 0.0 : factor * covariance;
}

/* Is the predictive density a product of t, one for each feature? Else it is t of all of them. */
static inline bool gmix_i_posterior_is_product(const struct gmix_i_posterior *p) {
    return !p->law->matrix && !p->law->one;
}

/* The rule of rows by which log-densities become those of Student's t; of: the model. */
extern const gmix_i_row_rule_kind gmix_i_rule_student;

#endif
