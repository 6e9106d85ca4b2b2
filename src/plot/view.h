/*
 * A mixture seen in some of its features, or along other directions: again a mixture.
 *
 *     y = W^T (x - c),   mean_k = W^T (mu_k - c),   covariance_k = W^T Sigma_k W
 */
#ifndef GMIX_PLOT_VIEW_H
#define GMIX_PLOT_VIEW_H

#include "plot/plot_kind.h"
#include "plot/predictive.h"

enum { GMIX_I_VIEW_MOST = 2 };

typedef struct gmix_i_view {
    const gmix_i_plot *plot;
    size_t m, k; /* m: 1 or 2 */
    size_t features[GMIX_I_VIEW_MOST];
    const double *directions; /* D x m, or NULL for features */
    const double *centre;     /* D */
    const double *weights;    /* K */
    double *means;            /* K x m */
    double *covariances;      /* K x m x m */
    gmix_i_predictive *kinds; /* K */
    /* Noise is uniform over a box here, too, if features are seen: its density there. */
    double noise_density, box[GMIX_I_VIEW_MOST][2];
} gmix_i_view;

gmix_status gmix_i_view_features(gmix_i_plot *plot, const size_t *features, size_t m,
                                 gmix_i_view *out);
gmix_status gmix_i_view_directions(gmix_i_plot *plot, const double *directions,
                                   const double *centre, size_t m, gmix_i_view *out);

/* Row i of the plot's table; false if a cell that is seen is missing, or its weight is 0. */
bool gmix_i_view_row(const gmix_i_view *view, size_t i, double *y);

/* pi_k N(y | ...), or t, of component k, and of the whole mixture with noise. */
double gmix_i_view_share(const gmix_i_view *view, size_t k, const double *y);
double gmix_i_view_density(const gmix_i_view *view, const double *y);

static inline double gmix_i_view_variance(const gmix_i_view *v, size_t k, size_t j) {
    return v->covariances[(k * v->m + j) * v->m + j];
}

/* The axis for direction j: the rows, and the 95 % ellipses as far as they go beyond them by
 * a quarter at most. Counts the rows that are not seen. GMIX_ERR_DATA if doubles cannot
 * hold the range. */
gmix_status gmix_i_view_range(const gmix_i_view *view, gmix_i_axis axes[2],
                              size_t *n_hidden);

/* Components with a weight whose 95 % ellipses lie under their mean's cross: how many, and the first; and how many lie on these
 * axes, larger than a speck. */
typedef struct gmix_i_unseen {
    size_t n, first, n_seen;
} gmix_i_unseen;

gmix_i_unseen gmix_i_view_unseen(const gmix_i_view *view, const gmix_i_axis axes[2]);

#endif
