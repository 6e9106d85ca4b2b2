/*
 * Components of models with a posterior: t with df degrees of freedom, of scale Psi (kappa + 1) / (kappa df), which of
 * two features lies within the radius r, in scales, with probability 1 - (1 + r^2 / df)^(-df / 2). Where t is a product
 * of one for each feature, that probability is an integral,
 *
 *     P(r) = int_-pi/2^pi/2 f(r sin a) (2 F(r cos a) - 1) r cos a da.
 */
#include "plot/predictive.h"

#include <math.h>
#include <string.h>

#include "linalg/gamma_functions.h"
#include "linalg/incomplete_gamma.h"

static const double PI = 3.14159265358979323846;

gmix_i_predictive gmix_i_predictive_of(const gmix_model *model, size_t k) {
    const gmix_posterior *const p = gmix_model_posterior(model);
    gmix_i_predictive out = {.df = INFINITY, .scale = 1.0};
    if (p) {
        const char *const family = gmix_model_covariance_name(model);
        const bool matrix = !gmix_family_is_diagonal(family);
        const double lost = matrix ? (double)gmix_model_n_features(model) - 1.0 : 0.0;
        out.is_t = true;
        out.product = strcmp(family, "diag") == 0 || strcmp(family, "EEI") == 0;
        out.df = p->dof[k] - lost;
        out.scale = p->dof[k] / out.df * (1.0 + 1.0 / p->kappa[k]);
        out.of_means = p->dof[k] / out.df / p->kappa[k];
    }
    return out;
}

double gmix_i_predictive_density(const gmix_i_predictive *p, double z) {
    if (!p->is_t) {
        return exp(-0.5 * z * z) / sqrt(2.0 * PI);
    }
    const double constant =
        gmix_i_log_gamma_ratio(0.5 * p->df, 0.5) - 0.5 * log(PI * p->df);
    return exp(constant - 0.5 * (p->df + 1.0) * log1p(z * z / p->df));
}

/* P(r), by the rule of midpoints, which of smooth periodic functions has all digits. */
static double within(const gmix_i_predictive *p, double r) {
    enum { STEPS = 200 };
    double sum = 0.0;
    for (int i = 0; i < STEPS; i++) {
        const double a = PI * ((i + 0.5) / STEPS - 0.5), x = r * cos(a);
        sum += gmix_i_predictive_density(p, r * sin(a)) * x *
               (1.0 - 2.0 * exp(gmix_i_student_log_head(p->df, -x)));
    }
    return sum * PI / STEPS;
}

double gmix_i_predictive_radius(const gmix_i_predictive *p, double share) {
    if (!p->is_t) {
        return sqrt(-2.0 * log1p(-share));
    }
    if (!p->product) {
        return sqrt(p->df * expm1(-2.0 / p->df * log1p(-share)));
    }
    double low = 0.0, high = -gmix_i_student_quantile(p->df, 0.25 * (1.0 - share));
    for (int i = 0; i < 40; i++) { /* a square of that half width holds more */
        const double middle = 0.5 * (low + high);
        *(within(p, middle) < share ? &low : &high) = middle;
    }
    return high;
}
