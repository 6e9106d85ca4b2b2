/*
 * The inside of a two-dimensional panel: rows as marks, or as their density on a grid where
 * they are many; ellipses, contours and means of the components.
 */
#ifndef GMIX_PLOT_CLOUD_H
#define GMIX_PLOT_CLOUD_H

#include "plot/view.h"

/* Marks in one picture: beyond that, rows are drawn as densities. */
enum { GMIX_I_MOST_MARKS = 10000 };

typedef struct gmix_i_cloud {
    gmix_i_view view;
    bool as_marks;
    double radius;     /* of a mark */
    bool small;        /* a panel of many: no names at the means, one ellipse */
    size_t most_cells; /* of the grid */
    size_t n_hidden;
} gmix_i_cloud;

/* Rows in the order of their components, noise first: starts has K + 2 numbers. */
gmix_status gmix_i_plot_order(gmix_i_plot *plot, size_t **order, size_t **starts);

gmix_status gmix_i_cloud_draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                              gmix_i_canvas *canvas, const gmix_i_cloud *cloud);

/* The parts of it. */
gmix_status gmix_i_cloud_marks(gmix_i_plot *plot, const gmix_i_panel *panel,
                               gmix_i_canvas *canvas, const gmix_i_cloud *cloud);
gmix_status gmix_i_cloud_raster(gmix_i_plot *plot, const gmix_i_panel *panel,
                                gmix_i_canvas *canvas, const gmix_i_cloud *cloud);
gmix_status gmix_i_cloud_contours(gmix_i_plot *plot, const gmix_i_panel *panel,
                                  gmix_i_canvas *canvas, const gmix_i_cloud *cloud);

/* Says how rows are drawn where they are not marks. */
void gmix_i_cloud_note(const gmix_i_plot *plot, const gmix_i_cloud *cloud,
                       gmix_i_figure *figure);

/* The radius that suits so many marks in a panel of a figure. */
double gmix_i_mark_radius(size_t n_rows, bool small);

#endif
