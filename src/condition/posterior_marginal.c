/*
 * Some features of a mixture with a posterior: an inverse-Wishart matrix has inverse-Wishart blocks,
 *
 *     Sigma ~ IW(nu, Psi)  ->  Sigma_SS ~ IW(nu - (D - n), Psi_SS),
 *
 * means and weights keep their kappa and alpha, and variances that are features' own, or one of all, their
 * nu. So the marginal of the predictive density is the predictive density of the marginal.
 */
#include "condition/posterior_marginal.h"

#include <math.h>

#include "model/posterior.h"

/* Degrees of freedom that go with the features left out. */
static double lost(const gmix_model *model, size_t n) {
    return model->posterior->law->matrix ? (double)(model->d - n) : 0.0;
}

/* The point's covariances are Psi_SS / nu: what they are with fewer degrees of freedom. */
static void rescale(const gmix_model *model, const gmix_model *point, double less,
                    double *covariances) {
    const size_t len = gmix_i_family_layout_len(point->family, point->k, point->d);
    const size_t each = model->posterior->law->shared ? len : len / point->k;
    for (size_t t = 0; t < len; t++) {
        const double nu = model->posterior->said.dof[t / each];
        covariances[t] = point->covariances[t] * (nu / (nu - less));
    }
}

/* The prior's mean and scatter of these features. Those of the model are a matrix, variances, or one. */
static void take_prior(const gmix_model *model, size_t n, const size_t *features,
                       double *mean, double *psi) {
    const gmix_posterior *const p = &model->posterior->said;
    const size_t d = model->d, len = gmix_i_family_layout_len(model->family, 1, d);
    for (size_t i = 0; p->prior_mean && i < n; i++) {
        mean[i] = p->prior_mean[features[i]];
    }
    for (size_t i = 0; p->prior_covariance && i < n; i++) {
        for (size_t j = 0; len == d * d && j < n; j++) {
            psi[i * n + j] = p->prior_covariance[features[i] * d + features[j]];
        }
        if (len != d * d) {
            psi[len == 1 ? 0 : i] = p->prior_covariance[len == 1 ? 0 : features[i]];
        }
    }
}

gmix_status gmix_i_posterior_marginal(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                      const size_t *features, const gmix_model *point,
                                      gmix_model **out) {
    gmix_status status = GMIX_OK;
    const gmix_posterior *const p = &model->posterior->said;
    const size_t k = model->k, len = gmix_i_family_layout_len(point->family, k, n);
    const double less = lost(model, n);
    double *room = NULL;
    gmix_model_extras extras;
    gmix_posterior said = *p;
    gmix_model_extras_init(&extras);
    GMIX_TRY(
        gmix_i_calloc(ctx, "the posterior", k + n + n * n + len, sizeof *room, &room));
    double *const dof = room, *const mean = room + k, *const psi = mean + n;
    for (size_t c = 0; c < k; c++) {
        dof[c] = p->dof[c] - less;
    }
    rescale(model, point, less, psi + n * n);
    take_prior(model, n, features, mean, psi);
    said.dof = dof;
    said.bound = NAN; /* it is of all features */
    said.prior_dof = p->prior_dof - less;
    said.prior_mean = p->prior_mean ? mean : NULL;
    said.prior_covariance = p->prior_covariance ? psi : NULL;
    extras.posterior = &said;
    extras.n_classes = point->classes.n;
    extras.class_names = (const char *const *)point->classes.names;
    extras.component_classes = point->classes.of_component;
    extras.component_names = (const char *const *)point->component_names;
    GMIX_TRY(gmix_model_new_with(ctx, point->family->name, k, n, point->weights,
                                 point->means, psi + n * n,
                                 (const char *const *)point->names, &extras, out));
done:
    gmix_i_free(ctx, room);
    return status;
}
