/*
 * The inside of a one-dimensional panel: histogram, density of the mixture, the share of each
 * component, where the likeliest component changes, and the rows themselves if they are few.
 */
#ifndef GMIX_PLOT_CURVES_H
#define GMIX_PLOT_CURVES_H

#include "plot/histogram.h"
#include "plot/view.h"

typedef struct gmix_i_curves {
    gmix_i_view view;
    gmix_i_histogram histogram;
    double *x; /* where curves are evaluated: ascending */
    size_t n_x;
    double highest;        /* of the mixture's density */
    double *boundaries;    /* where the likeliest component changes: ascending */
    size_t n_boundaries;   /* those on the axis */
    const char *elsewhere; /* " 6.978, 41.06": those beyond it; or NULL */
    bool has_rug;
    bool small; /* a panel of many */
    size_t n_hidden;
} gmix_i_curves;

/* For a view of one dimension; *axis is the x axis. small: for a panel of many. */
gmix_status gmix_i_curves_new(gmix_i_plot *plot, const gmix_i_view *view,
                              const gmix_i_axis *axis, bool small, gmix_i_curves *out);

gmix_status gmix_i_curves_draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                               gmix_i_canvas *canvas, const gmix_i_curves *curves);

#endif
