/* Many features: the plane that separates the components best, and its loadings. */
#include <math.h>
#include <stdlib.h>

#include "plot/captions.h"
#include "plot/cloud.h"
#include "plot/directions.h"

enum { MOST_BARS = 10, MOST_FEATURES = 200, NARROW = 500 /* page without loadings */ };

struct loadings {
    size_t n;
    size_t features[MOST_BARS]; /* from the bottom up: the largest is on top */
    const char *names[MOST_BARS];
    const double *values; /* D x 2 */
};

static gmix_status draw_cloud(gmix_i_plot *plot, const gmix_i_panel *panel,
                              gmix_i_canvas *canvas) {
    return gmix_i_cloud_draw(plot, panel, canvas, panel->self);
}

/* Two bars for a feature, the upper one of the first direction. */
static gmix_status draw_loadings(gmix_i_plot *plot, const gmix_i_panel *panel,
                                 gmix_i_canvas *canvas) {
    const struct loadings *const l = panel->self;
    const double zero = gmix_i_px(panel, 0);
    (void)plot;
    for (size_t a = 0; a < 2; a++) {
        gmix_i_open(canvas, a ? "loadings-2" : "loadings-1", GMIX_I_NO_COMPONENT,
                    gmix_i_filled(a ? GMIX_I_INK_AXIS : GMIX_I_INK_TEXT, 1));
        for (size_t i = 0; i < l->n; i++) {
            const double x = gmix_i_px(panel, l->values[2 * l->features[i] + a]);
            const double top = gmix_i_py(panel, (double)i + (a ? 0.0 : 0.36));
            const double bottom = gmix_i_py(panel, (double)i - (a ? 0.36 : 0.0));
            const gmix_i_rect bar = {fmin(x, zero), top, fabs(x - zero), bottom - top};
            canvas->rects(canvas, &bar, 1);
        }
        canvas->close(canvas);
    }
    gmix_i_open(canvas, "zero", GMIX_I_NO_COMPONENT, gmix_i_stroked(GMIX_I_INK_AXIS, 1));
    canvas->line(canvas,
                 (double[]){zero, panel->rect.y, zero, panel->rect.y + panel->rect.h}, 2,
                 false);
    canvas->close(canvas);
    return GMIX_OK;
}

struct ranked {
    size_t feature;
    double size;
};

static int descending(const void *a, const void *b) {
    const struct ranked *const x = a, *const y = b;
    const int order = (x->size < y->size) - (x->size > y->size);
    return order ? order : (x->feature > y->feature) - (x->feature < y->feature);
}

/* The features that contribute most, and the panel of their bars. */
static gmix_status add_loadings(gmix_i_plot *plot, const gmix_i_directions *directions,
                                gmix_i_panel *panel) {
    gmix_status status;
    struct loadings *l;
    struct ranked *ranked;
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *l, &l));
    GMIX_TRY(gmix_i_plot_alloc(plot, plot->n_features, sizeof *ranked, &ranked));
    for (size_t i = 0; i < plot->n_features; i++) {
        const size_t j = plot->features[i];
        const double *const v = directions->loadings + 2 * j;
        ranked[i] = (struct ranked){j, fmax(fabs(v[0]), fabs(v[1]))};
    }
    qsort(ranked, plot->n_features, sizeof *ranked, descending);
    l->n = plot->n_features < MOST_BARS ? plot->n_features : MOST_BARS;
    l->values = directions->loadings;
    for (size_t i = 0; i < l->n; i++) {
        l->features[i] = ranked[l->n - 1 - i].feature;
        GMIX_TRY(gmix_i_plot_feature(plot, l->features[i], &l->names[i]));
    }
    *panel =
        (gmix_i_panel){.column = 1,
                       .x = {.lo = -1.05, .hi = 1.05, .title = "loading", .grid = true},
                       .y = {.lo = -0.6,
                             .hi = (double)l->n - 0.4,
                             .scale = GMIX_I_CATEGORIES,
                             .names = l->names,
                             .n_names = l->n},
                       .draw = draw_loadings,
                       .self = l};
done:
    return status;
}

static gmix_status name_direction(gmix_i_plot *plot, size_t a, double share,
                                  const char **out) {
    char percent[32];
    gmix_i_plot_percent(share, percent);
    return share > 0 ? gmix_i_plot_text(plot, out, "direction %zu (%s)", a + 1, percent)
                     : gmix_i_plot_text(plot, out, "direction %zu (spread only)", a + 1);
}

static gmix_status add_cloud(gmix_i_plot *plot, const gmix_i_directions *directions,
                             gmix_i_figure *figure, gmix_i_panel *panel) {
    gmix_status status;
    gmix_i_cloud *cloud;
    gmix_i_axis axes[2] = {{.lo = 0}};
    const size_t n = plot->table ? plot->table->n_rows : 0;
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *cloud, &cloud));
    GMIX_TRY(gmix_i_view_directions(plot, directions->vectors, directions->centre, 2,
                                    &cloud->view));
    GMIX_TRY(gmix_i_view_range(&cloud->view, axes, &cloud->n_hidden));
    cloud->as_marks = n <= GMIX_I_MOST_MARKS;
    cloud->radius = gmix_i_mark_radius(n, false);
    cloud->most_cells = 24000;
    for (size_t a = 0; a < 2; a++) {
        GMIX_TRY(name_direction(plot, a, directions->share[a], &axes[a].title));
        axes[a].grid = true;
    }
    *panel =
        (gmix_i_panel){.x = axes[0], .y = axes[1], .draw = draw_cloud, .self = cloud};
    gmix_i_cloud_note(plot, cloud, figure);
    const gmix_i_unseen unseen = gmix_i_view_unseen(&cloud->view, axes);
    GMIX_TRY(gmix_i_plot_unseen(plot, figure, &unseen));
    GMIX_TRY(gmix_i_plot_hidden(plot, figure, cloud->n_hidden));
done:
    return status;
}

/* How many there are: more than ten have no room. */
static gmix_status note_loadings(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status;
    const char *note = "Loadings are weights of the features, each scaled to standard "
                       "deviation 1.";
    if (plot->n_features > MOST_BARS) {
        GMIX_TRY(gmix_i_plot_text(plot, &note,
                                  "Loadings are weights of the features, each scaled to "
                                  "standard deviation 1: the %d largest of %zu.",
                                  (int)MOST_BARS, plot->n_features));
    }
    gmix_i_figure_note(figure, note);
    return GMIX_OK;
done:
    return status;
}

/* What the percentages are of: spread counts too, in every direction that there is. */
static void note_shares(const gmix_i_directions *directions, gmix_i_figure *figure) {
    gmix_i_figure_note(figure, "Percentages are shares of all differences between the "
                               "components, in means and in spread.");
    if (directions->share[0] < 0.5) {
        gmix_i_figure_note(figure, "The other directions have small shares that add up: "
                                   "a direction with a small share may separate well.");
    }
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    gmix_i_directions directions;
    if (plot->n_features < 2) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_OPTION,
                  "a projection is of two features or more; kind density shows one");
    }
    if (plot->n_features > MOST_FEATURES) {
        gmix_i_figure_note(figure, "Of the features, the 200 whose means differ most.");
    }
    GMIX_TRY(gmix_i_informative(plot, plot->features, &plot->n_features, MOST_FEATURES));
    GMIX_TRY(gmix_i_directions_new(plot, plot->features, plot->n_features, &directions));
    GMIX_TRY(gmix_i_plot_alloc(plot, 2, sizeof *figure->panels, &figure->panels));
    GMIX_TRY(add_cloud(plot, &directions, figure, &figure->panels[0]));
    const bool tall = gmix_i_plot_is_tall(plot);
    const bool narrow = !tall && plot->opts.width > 0 && plot->opts.width < NARROW;
    figure->n_panels = narrow ? 1 : 2;
    figure->n_columns = narrow || tall ? 1 : 2;
    figure->n_rows = tall ? 2 : 1;
    if (!narrow) {
        GMIX_TRY(add_loadings(plot, &directions, &figure->panels[1]));
        GMIX_TRY(note_loadings(plot, figure));
    }
    figure->column_share[0] = narrow || tall ? 1 : 0.68;
    figure->column_share[1] = 0.32;
    figure->row_share[0] = tall ? 0.6 : 1;
    figure->row_share[1] = 0.4;
    if (tall) { /* the bars below the rows */
        figure->panels[1].row = 1;
        figure->panels[1].column = 0;
    }
    figure->width = 920;
    GMIX_TRY(gmix_i_plot_text(plot, &figure->title,
                              "The plane that separates the components best"));
    GMIX_TRY(gmix_i_plot_subtitle(plot, &figure->subtitle));
    GMIX_TRY(gmix_i_plot_legend(plot, figure, GMIX_I_SWATCH_MARK));
    if (!narrow) {
        gmix_i_figure_entry(figure, GMIX_I_SWATCH_BOX, GMIX_I_INK_TEXT, "Direction 1");
        gmix_i_figure_entry(figure, GMIX_I_SWATCH_BOX, GMIX_I_INK_AXIS, "Direction 2");
    }
    GMIX_TRY(gmix_i_plot_text(plot, &figure->description,
                              "Scatter plot of the two directions along which the "
                              "components differ most, of %zu features: %s.",
                              plot->n_features, figure->subtitle));
    note_shares(&directions, figure);
    gmix_i_figure_note(
        figure, "Ellipses hold 50, 90 (solid) and 95 % (dashed) of a component; crosses "
                "are means.");
done:
    return status;
}

const gmix_i_plot_kind gmix_i_kind_projection = {
    .name = "projection",
    .summary =
        "many features: the plane that separates the components best, and loadings",
    .needs = GMIX_I_NEEDS_MODEL,
    .build = build};
