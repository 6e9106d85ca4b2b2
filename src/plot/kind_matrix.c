/*
 * Several features: a panel for every pair, below a diagonal of the features one by one; the
 * upper triangle, which would say the same again, leaves its place to the legend.
 */
#include <math.h>

#include "plot/captions.h"
#include "plot/cloud.h"
#include "plot/curves.h"
#include "plot/directions.h"

enum { SHOWN = 5, MOST_FEATURES = 10 };

static gmix_status draw_cloud(gmix_i_plot *plot, const gmix_i_panel *panel,
                              gmix_i_canvas *canvas) {
    return gmix_i_cloud_draw(plot, panel, canvas, panel->self);
}

static gmix_status draw_curves(gmix_i_plot *plot, const gmix_i_panel *panel,
                               gmix_i_canvas *canvas) {
    return gmix_i_curves_draw(plot, panel, canvas, panel->self);
}

/* The diagonal: its y axis is a density, which has no name here. */
static gmix_status add_curves(gmix_i_plot *plot, size_t i, const gmix_i_axis *axes,
                              gmix_i_panel *panel) {
    gmix_status status;
    gmix_i_view view;
    gmix_i_curves *c;
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *c, &c));
    GMIX_TRY(gmix_i_view_features(plot, &plot->features[i], 1, &view));
    GMIX_TRY(gmix_i_curves_new(plot, &view, &axes[i], true, c));
    const double bars = c->histogram.highest;
    const double top = bars > 0 ? fmin(c->highest, 4 * bars) : c->highest;
    *panel = (gmix_i_panel){.row = i,
                            .column = i,
                            .x = axes[i],
                            .y = {.hi = 1.08 * fmax(bars, top), .hides_ticks = true},
                            .draw = draw_curves,
                            .self = c};
    if (!(panel->y.hi > 0) || !isfinite(panel->y.hi)) {
        panel->y.hi = 1;
    }
done:
    return status;
}

static gmix_status add_cloud(gmix_i_plot *plot, size_t row, size_t column,
                             const gmix_i_axis *axes, gmix_i_panel *panel) {
    gmix_status status;
    gmix_i_cloud *cloud;
    const size_t pair[2] = {plot->features[column], plot->features[row]};
    const size_t n_pairs = plot->n_features * (plot->n_features - 1) / 2;
    const size_t n = plot->table ? plot->table->n_rows : 0;
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *cloud, &cloud));
    GMIX_TRY(gmix_i_view_features(plot, pair, 2, &cloud->view));
    cloud->small = true;
    cloud->as_marks = n * n_pairs <= GMIX_I_MOST_MARKS;
    cloud->radius = gmix_i_mark_radius(n, true);
    cloud->most_cells = 24000 / n_pairs;
    *panel = (gmix_i_panel){.row = row,
                            .column = column,
                            .x = axes[column],
                            .y = axes[row],
                            .draw = draw_cloud,
                            .self = cloud};
done:
    return status;
}

/* One axis for a feature, whether it lies down or stands. */
static gmix_status choose_axes(gmix_i_plot *plot, gmix_i_axis *axes, size_t *n_hidden) {
    gmix_status status = GMIX_OK;
    *n_hidden = 0;
    for (size_t i = 0; i < plot->n_features; i++) {
        gmix_i_view view;
        gmix_i_axis found[2] = {{.lo = 0}};
        size_t n;
        GMIX_TRY(gmix_i_view_features(plot, &plot->features[i], 1, &view));
        GMIX_TRY(gmix_i_view_range(&view, found, &n));
        axes[i] = found[0];
        GMIX_TRY(gmix_i_plot_feature(plot, plot->features[i], &axes[i].title));
        *n_hidden = n > *n_hidden ? n : *n_hidden;
    }
done:
    return status;
}

static gmix_status add_notes(gmix_i_plot *plot, gmix_i_figure *figure, size_t n_hidden) {
    gmix_status status = GMIX_OK;
    const char *text;
    if (plot->n_features < plot->d && !plot->features_chosen) {
        GMIX_TRY(gmix_i_plot_text(plot, &text,
                                  "%zu of %zu features: those whose means differ most.",
                                  plot->n_features, plot->d));
        gmix_i_figure_note(figure, text);
    }
    gmix_i_figure_note(figure, "Ellipses hold 95 % of a component; crosses are means.");
    const bool tall = figure->n_columns == 1;
    gmix_i_cloud_note(plot, figure->panels[tall ? 0 : 1].self,
                      figure); /* the first pair */
    if (n_hidden > 0) {
        const char *count;
        GMIX_TRY(gmix_i_plot_count(plot, n_hidden, "row", &count));
        GMIX_TRY(gmix_i_plot_text(plot, &text,
                                  "Up to %s with missing cells %s left out of a panel.",
                                  count, n_hidden == 1 ? "is" : "are"));
        gmix_i_figure_note(figure, text);
    }
done:
    return status;
}

/* As many features as the height has room for their pairs, one below the other. */
static size_t stacked_features(const gmix_i_plot *plot) {
    enum { LEAST = 190 };
    size_t n = 2;
    while (n < plot->n_features &&
           (double)(n + 1) * (double)n / 2.0 * LEAST < plot->opts.height - LEAST) {
        n++;
    }
    return n;
}

/* On a phone: the pairs one below the other, with axes of their own. */
static gmix_status stack(gmix_i_plot *plot, const gmix_i_axis *axes,
                         gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    for (size_t row = 1; row < plot->n_features; row++) {
        for (size_t column = 0; column < row; column++) {
            gmix_i_panel *const panel = &figure->panels[figure->n_panels];
            GMIX_TRY(add_cloud(plot, row, column, axes, panel));
            panel->row = figure->n_panels++;
            panel->column = 0;
        }
    }
    figure->n_rows = figure->n_panels;
    figure->n_columns = 1;
done:
    return status;
}

/* The lower triangle and the diagonal. */
static gmix_status fill_triangle(gmix_i_plot *plot, const gmix_i_axis *axes,
                                 gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    for (size_t row = 0; row < plot->n_features; row++) {
        for (size_t column = 0; column <= row; column++) {
            gmix_i_panel *const panel = &figure->panels[figure->n_panels++];
            GMIX_TRY(row == column ? add_curves(plot, row, axes, panel)
                                   : add_cloud(plot, row, column, axes, panel));
        }
    }
    figure->n_rows = figure->n_columns = plot->n_features;
    figure->corner = figure->shares_titles = true;
done:
    return status;
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    gmix_i_axis *axes;
    size_t n_hidden;
    const bool tall = gmix_i_plot_is_tall(plot);
    const size_t n_before = plot->n_features;
    if (n_before < 2 || (plot->features_chosen && n_before > MOST_FEATURES)) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_OPTION,
                  "a matrix of scatter plots shows 2 to %d features, not %zu",
                  MOST_FEATURES, n_before);
    }
    if (!plot->features_chosen) {
        GMIX_TRY(gmix_i_informative(plot, plot->features, &plot->n_features, SHOWN));
    }
    if (tall) {
        GMIX_TRY(gmix_i_informative(plot, plot->features, &plot->n_features,
                                    stacked_features(plot)));
    }
    const size_t n = plot->n_features;
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof *axes, &axes));
    GMIX_TRY(choose_axes(plot, axes, &n_hidden));
    GMIX_TRY(gmix_i_plot_alloc(plot, n * (n + 1) / 2, sizeof *figure->panels,
                               &figure->panels));
    GMIX_TRY(tall ? stack(plot, axes, figure) : fill_triangle(plot, axes, figure));
    figure->width = 760;
    figure->height = 740;
    GMIX_TRY(gmix_i_plot_text(plot, &figure->title, "%zu features, pair by pair", n));
    GMIX_TRY(gmix_i_plot_subtitle(plot, &figure->subtitle));
    GMIX_TRY(gmix_i_plot_legend(plot, figure, GMIX_I_SWATCH_MARK));
    GMIX_TRY(gmix_i_plot_text(
        plot, &figure->description, "Scatter plots of every pair of %zu features%s: %s.",
        n, tall ? "" : ", with the distribution of each on the diagonal",
        figure->subtitle));
    GMIX_TRY(add_notes(plot, figure, n_hidden));
done:
    return status;
}

const gmix_i_plot_kind gmix_i_kind_matrix = {
    .name = "matrix",
    .summary = "several features: a scatter plot for every pair",
    .needs = GMIX_I_NEEDS_MODEL,
    .build = build};
