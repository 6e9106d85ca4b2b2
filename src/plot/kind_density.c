/* One feature: histogram, density, shares, boundaries, rug. */
#include <math.h>

#include "plot/captions.h"
#include "plot/curves.h"

static gmix_status draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                        gmix_i_canvas *canvas) {
    return gmix_i_curves_draw(plot, panel, canvas, panel->self);
}

/* Up to the higher of histogram and curve; a spike far above the histogram, as narrow
 * components have, is cut off and said to be. */
static gmix_status choose_height(gmix_i_plot *plot, const gmix_i_curves *c,
                                 gmix_i_figure *figure, gmix_i_axis *y) {
    gmix_status status = GMIX_OK;
    const double bars = c->histogram.highest;
    const bool cut = bars > 0 && c->highest > 4 * bars;
    y->lo = 0;
    y->hi = 1.06 * (cut ? 2.5 * bars : fmax(bars, c->highest));
    if (!(y->hi > 0) || !isfinite(y->hi)) {
        y->hi = 1;
    }
    if (cut) {
        char peak[32];
        const char *note;
        gmix_i_plot_number(c->highest, peak);
        GMIX_TRY(gmix_i_plot_text(
            plot, &note, "Densities go on to %s: some component is very narrow.", peak));
        gmix_i_figure_note(figure, note);
    }
done:
    return status;
}

static gmix_status note_boundaries(gmix_i_plot *plot, const gmix_i_curves *c,
                                   gmix_i_figure *figure) {
    enum { MOST = 6 };
    gmix_status status = GMIX_OK;
    const char *list = "";
    if (c->n_boundaries == 0 && !c->elsewhere) {
        return GMIX_OK;
    }
    for (size_t i = 0; i < c->n_boundaries && i < MOST; i++) {
        char at[32];
        gmix_i_plot_number(c->boundaries[i], at);
        GMIX_TRY(gmix_i_plot_text(plot, &list, "%s%s %s", list, i ? "," : " at", at));
    }
    if (c->n_boundaries > 0) {
        GMIX_TRY(gmix_i_plot_text(plot, &list,
                                  "Dashed: the likeliest component changes%s%s%s%s.",
                                  list, c->n_boundaries > MOST ? ", ..." : "",
                                  c->elsewhere ? "; beyond the axis, too, at" : "",
                                  c->elsewhere ? c->elsewhere : ""));
    } else {
        GMIX_TRY(gmix_i_plot_text(
            plot, &list, "The likeliest component changes beyond the axis, at%s.",
            c->elsewhere));
    }
    gmix_i_figure_note(figure, list);
done:
    return status;
}

static gmix_status describe(gmix_i_plot *plot, const gmix_i_curves *c, const char *name,
                            gmix_i_figure *figure) {
    enum { MOST = 12 };
    gmix_status status;
    const char *text;
    GMIX_TRY(gmix_i_plot_text(plot, &text, "%s of %.100s and the density of the mixture.",
                              c->histogram.n ? "Histogram" : "Density", name));
    for (size_t k = 0; k < plot->k && k < MOST; k++) {
        char share[32], mean[32], sd[32];
        gmix_i_plot_percent(c->view.weights[k], share);
        gmix_i_plot_number(c->view.means[k], mean);
        gmix_i_plot_number(sqrt(gmix_i_view_variance(&c->view, k, 0)), sd);
        GMIX_TRY(gmix_i_plot_text(plot, &text,
                                  "%s Component %zu: %s, mean %s, deviation %s.", text, k,
                                  share, mean, sd));
    }
    figure->description = text;
done:
    return status;
}

static gmix_status add_entries(gmix_i_plot *plot, const gmix_i_curves *c,
                               gmix_i_figure *figure) {
    if (c->histogram.n > 0) {
        gmix_i_figure_entry(figure, GMIX_I_SWATCH_BOX, GMIX_I_INK_NEUTRAL, "Rows");
    }
    gmix_i_figure_entry(figure, GMIX_I_SWATCH_LINE, GMIX_I_INK_TEXT, "Mixture");
    return gmix_i_plot_legend(plot, figure, GMIX_I_SWATCH_LINE);
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    gmix_i_view view;
    gmix_i_curves *c;
    gmix_i_axis axes[2] = {0};
    const char *name;
    size_t n_hidden;
    if (plot->n_features != 1 && plot->features_chosen) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_OPTION,
                  "a picture of kind 'density' shows one feature, not %zu",
                  plot->n_features);
    }
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *c, &c));
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *figure->panels, &figure->panels));
    GMIX_TRY(gmix_i_view_features(plot, plot->features, 1, &view));
    GMIX_TRY(gmix_i_view_range(&view, axes, &n_hidden));
    GMIX_TRY(gmix_i_curves_new(plot, &view, &axes[0], false, c));
    GMIX_TRY(gmix_i_plot_feature(plot, plot->features[0], &name));
    axes[0].title = name;
    axes[1].title = "density";
    axes[1].grid = true;
    GMIX_TRY(choose_height(plot, c, figure, &axes[1]));
    figure->n_panels = 1;
    figure->panels[0] =
        (gmix_i_panel){.x = axes[0], .y = axes[1], .draw = draw, .self = c};
    figure->height = 440;
    GMIX_TRY(gmix_i_plot_text(plot, &figure->title, "Distribution of %.100s", name));
    GMIX_TRY(gmix_i_plot_subtitle(plot, &figure->subtitle));
    GMIX_TRY(add_entries(plot, c, figure));
    GMIX_TRY(describe(plot, c, name, figure));
    GMIX_TRY(note_boundaries(plot, c, figure));
    GMIX_TRY(gmix_i_plot_hidden(plot, figure, c->n_hidden));
done:
    return status;
}

const gmix_i_plot_kind gmix_i_kind_density = {
    .name = "density",
    .summary = "one feature: histogram, density, each component's share, boundaries",
    .needs = GMIX_I_NEEDS_MODEL,
    .build = build};
