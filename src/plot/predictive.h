/* What a component of a model with a posterior is in pictures: Student's t. */
#ifndef GMIX_PLOT_PREDICTIVE_H
#define GMIX_PLOT_PREDICTIVE_H

#include <stdbool.h>

#include <gmix/bayes.h>

typedef struct gmix_i_predictive {
    bool is_t;
    bool product;    /* of t, one for each feature; else t of all of them */
    double df;       /* degrees of freedom */
    double scale;    /* what the point's covariance is multiplied by for t's scale */
    double of_means; /* and for that of the posterior of the mean, of as many degrees */
} gmix_i_predictive;

/* Of a model without a posterior: Gaussian. */
gmix_i_predictive gmix_i_predictive_of(const gmix_model *model, size_t k);

/* The density of one feature, z scales from the mean; in units of the scale. */
double gmix_i_predictive_density(const gmix_i_predictive *p, double z);

/* The radius, in scales, of the ellipse about the mean that holds a share of two features. */
double gmix_i_predictive_radius(const gmix_i_predictive *p, double share);

#endif
