/* Two features: rows by component, ellipses, means, contours. */
#include <math.h>

#include "plot/captions.h"
#include "plot/cloud.h"

static gmix_status draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                        gmix_i_canvas *canvas) {
    return gmix_i_cloud_draw(plot, panel, canvas, panel->self);
}

/* In words what the picture shows, component by component. */
static gmix_status describe(gmix_i_plot *plot, const gmix_i_cloud *cloud, const char *x,
                            const char *y, const char **out) {
    enum { MOST = 12 };
    gmix_status status;
    GMIX_TRY(gmix_i_plot_text(plot, out, "Scatter plot of %.100s and %.100s.", x, y));
    for (size_t k = 0; k < plot->k && k < MOST; k++) {
        char share[32], mean[2][32];
        gmix_i_plot_percent(cloud->view.weights[k], share);
        gmix_i_plot_number(cloud->view.means[2 * k], mean[0]);
        gmix_i_plot_number(cloud->view.means[2 * k + 1], mean[1]);
        GMIX_TRY(gmix_i_plot_text(plot, out, "%s Component %zu: %s, mean (%s, %s).", *out,
                                  k, share, mean[0], mean[1]));
    }
done:
    return status;
}

static gmix_status add_notes(gmix_i_plot *plot, const gmix_i_cloud *cloud,
                             gmix_i_figure *figure) {
    const bool bayes = cloud->view.kinds[0].is_t;
    gmix_i_figure_note(figure,
                       bayes ? "Ellipses hold 50, 90 (solid) and 95 % (dashed) of a "
                               "component, Student's t; crosses are means, in their "
                               "95 % credible ellipses."
                             : "Ellipses hold 50, 90 (solid) and 95 % (dashed) of a "
                               "component; crosses are means.");
    if (plot->opts.contours) {
        gmix_i_figure_note(figure,
                           "Contours hold 10, 30, 50, 70 and 90 % of the mixture.");
    }
    gmix_i_cloud_note(plot, cloud, figure);
    return gmix_i_plot_hidden(plot, figure, cloud->n_hidden);
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    gmix_i_cloud *cloud;
    gmix_i_axis axes[2] = {0};
    const char *names[2];
    if (plot->n_features != 2 && !(plot->n_features > 2 && !plot->features_chosen)) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_OPTION,
                  "a scatter plot shows two features, not %zu; kind density shows one, "
                  "kinds matrix and projection several",
                  plot->n_features);
    }
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *cloud, &cloud));
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *figure->panels, &figure->panels));
    GMIX_TRY(gmix_i_view_features(plot, plot->features, 2, &cloud->view));
    GMIX_TRY(gmix_i_view_range(&cloud->view, axes, &cloud->n_hidden));
    for (size_t a = 0; a < 2; a++) {
        GMIX_TRY(gmix_i_plot_feature(plot, plot->features[a], &names[a]));
        axes[a].title = names[a];
        axes[a].grid = true;
    }
    const size_t n = plot->table ? plot->table->n_rows : 0;
    cloud->as_marks = n <= GMIX_I_MOST_MARKS;
    cloud->radius = gmix_i_mark_radius(n, false);
    cloud->most_cells = 30000;
    figure->n_panels = 1;
    figure->panels[0] =
        (gmix_i_panel){.x = axes[0], .y = axes[1], .draw = draw, .self = cloud};
    GMIX_TRY(
        gmix_i_plot_text(plot, &figure->title, "%.100s and %.100s", names[0], names[1]));
    GMIX_TRY(gmix_i_plot_subtitle(plot, &figure->subtitle));
    GMIX_TRY(gmix_i_plot_legend(plot, figure, GMIX_I_SWATCH_MARK));
    GMIX_TRY(describe(plot, cloud, names[0], names[1], &figure->description));
    GMIX_TRY(add_notes(plot, cloud, figure));
    const gmix_i_unseen unseen = gmix_i_view_unseen(&cloud->view, axes);
    GMIX_TRY(gmix_i_plot_unseen(plot, figure, &unseen));
done:
    return status;
}

const gmix_i_plot_kind gmix_i_kind_scatter = {
    .name = "scatter",
    .summary = "two features: rows by component, ellipses, means",
    .needs = GMIX_I_NEEDS_MODEL,
    .build = build};
