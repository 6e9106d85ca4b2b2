/* The tree of merges of components into clusters, by entropy, and the entropy of the memberships against the
 * number of clusters with the two lines whose elbow says how many (Baudry et al. 2010). */
#include <math.h>
#include <string.h>

#include <gmix/clusters.h>

#include "plot/captions.h"

enum { MOST_NAMES = 40 };

struct hierarchy {
    size_t k, chosen;
    const gmix_cluster_merge *merges; /* K - 1 */
    double *place;                    /* K: of the components, left to right */
    double *entropy;                  /* K: of 1, 2, ... clusters */
};

/* Components from left to right, so that no lines of the tree cross. */
static void place_leaves(struct hierarchy *h, size_t *order, size_t *next) {
    for (size_t c = 0; c < h->k; c++) {
        order[c] = c;   /* the last of the cluster that begins with c */
        next[c] = h->k; /* the leaf behind c */
    }
    for (size_t t = 0; t + 1 < h->k; t++) {
        const gmix_cluster_merge *const m = &h->merges[t];
        next[order[m->first]] = m->second;
        order[m->first] = order[m->second];
    }
    size_t at = 0;
    for (size_t c = 0; c < h->k; c = next[c]) {
        h->place[c] = (double)at++;
    }
}

static gmix_status draw_tree(gmix_i_plot *plot, const gmix_i_panel *panel,
                             gmix_i_canvas *canvas) {
    const struct hierarchy *const h = panel->self;
    double *x, *height;
    gmix_status status = gmix_i_plot_alloc(plot, 2 * h->k, sizeof *x, &x);
    if (status != GMIX_OK) {
        return status;
    }
    height = x + h->k;
    for (size_t c = 0; c < h->k; c++) {
        x[c] = h->place[c];
        height[c] = 0.0;
    }
    gmix_i_open(canvas, "tree", GMIX_I_NO_COMPONENT,
                gmix_i_stroked(gmix_i_component_ink(0), 1.8));
    for (size_t t = 0; t + 1 < h->k; t++) {
        const size_t a = h->merges[t].first, b = h->merges[t].second;
        const double top = (double)(t + 1);
        const double xy[8] = {gmix_i_px(panel, x[a]), gmix_i_py(panel, height[a]),
                              gmix_i_px(panel, x[a]), gmix_i_py(panel, top),
                              gmix_i_px(panel, x[b]), gmix_i_py(panel, top),
                              gmix_i_px(panel, x[b]), gmix_i_py(panel, height[b])};
        canvas->line(canvas, xy, 4, false);
        x[a] = 0.5 * (x[a] + x[b]);
        height[a] = top;
    }
    canvas->close(canvas);
    const double cut = gmix_i_py(panel, (double)(h->k - h->chosen) + 0.5);
    const double across[4] = {panel->rect.x, cut, panel->rect.x + panel->rect.w, cut};
    gmix_i_brush dashes = gmix_i_stroked(GMIX_I_INK_TEXT, 1.2);
    dashes.dashed = true;
    gmix_i_open(canvas, "cut", GMIX_I_NO_COMPONENT, dashes);
    canvas->line(canvas, across, 2, false);
    canvas->close(canvas);
    return status;
}

/* The line of least squares through the entropies of from + 1 .. to + 1 clusters. */
static void draw_fit(const struct hierarchy *h, const gmix_i_panel *panel,
                     gmix_i_canvas *canvas, size_t from, size_t to) {
    const double n = (double)(to - from + 1);
    double mx = 0.0, my = 0.0, xx = 0.0, xy = 0.0;
    for (size_t i = from; i <= to; i++) {
        mx += (double)(i + 1) / n;
        my += h->entropy[i] / n;
    }
    for (size_t i = from; i <= to; i++) {
        xx += ((double)(i + 1) - mx) * ((double)(i + 1) - mx);
        xy += ((double)(i + 1) - mx) * (h->entropy[i] - my);
    }
    const double slope = xx > 0.0 ? xy / xx : 0.0;
    const double a = (double)(from + 1), b = (double)(to + 1);
    const double line[4] = {gmix_i_px(panel, a), gmix_i_py(panel, my + slope * (a - mx)),
                            gmix_i_px(panel, b), gmix_i_py(panel, my + slope * (b - mx))};
    canvas->line(canvas, line, 2, false);
}

static gmix_status draw_entropy(gmix_i_plot *plot, const gmix_i_panel *panel,
                                gmix_i_canvas *canvas) {
    (void)plot;
    const struct hierarchy *const h = panel->self;
    gmix_i_brush dashes = gmix_i_stroked(GMIX_I_INK_TEXT, 1.2);
    dashes.dashed = true;
    gmix_i_open(canvas, "lines", GMIX_I_NO_COMPONENT, dashes);
    if (h->chosen > 1 && h->chosen < h->k) {
        draw_fit(h, panel, canvas, 0, h->chosen - 1);
        draw_fit(h, panel, canvas, h->chosen - 1, h->k - 1);
    }
    canvas->close(canvas);
    gmix_i_open(canvas, "entropies", GMIX_I_NO_COMPONENT,
                gmix_i_filled(gmix_i_component_ink(0), 1));
    for (size_t i = 0; i < h->k; i++) {
        const gmix_i_mark dot = {GMIX_I_CIRCLE, gmix_i_px(panel, (double)(i + 1)),
                                 gmix_i_py(panel, h->entropy[i]),
                                 i + 1 == h->chosen ? 5 : 3, SIZE_MAX};
        canvas->mark(canvas, &dot);
    }
    canvas->close(canvas);
    return GMIX_OK;
}

static gmix_status take_hierarchy(gmix_i_plot *plot, const gmix_clusters *c,
                                  struct hierarchy *h) {
    gmix_status status = GMIX_OK;
    const size_t k = h->k = c->n_components;
    gmix_cluster_merge *merges;
    size_t *work;
    GMIX_TRY(gmix_i_plot_alloc(plot, k, sizeof *merges, &merges));
    GMIX_TRY(gmix_i_plot_alloc(plot, 2 * k, sizeof *h->place, &h->place));
    GMIX_TRY(gmix_i_plot_alloc(plot, 2 * k, sizeof *work, &work));
    memcpy(merges, c->merges, (k - 1) * sizeof *merges);
    h->merges = merges;
    h->chosen = c->n_clusters;
    h->entropy = h->place + k;
    for (size_t t = 0; t + 1 < k; t++) { /* of one cluster there is none */
        h->entropy[k - 1 - t] = merges[t].entropy;
    }
    place_leaves(h, work, work + k);
done:
    return status;
}

static gmix_status add_tree(gmix_i_plot *plot, struct hierarchy *h, gmix_i_panel *panel) {
    gmix_status status = GMIX_OK;
    const char **names;
    GMIX_TRY(gmix_i_plot_alloc(plot, h->k, sizeof *names, &names));
    for (size_t c = 0; c < h->k; c++) {
        GMIX_TRY(gmix_i_plot_text(plot, &names[(size_t)h->place[c]], "%zu", c));
    }
    *panel = (gmix_i_panel){.x = {.lo = -0.5,
                                  .hi = (double)h->k - 0.5,
                                  .scale = GMIX_I_CATEGORIES,
                                  .title = "component",
                                  .names = names,
                                  .n_names = h->k,
                                  .hides_ticks = h->k > MOST_NAMES},
                            .y = {.scale = GMIX_I_WHOLE, .title = "merges", .grid = true},
                            .draw = draw_tree,
                            .self = h};
    gmix_i_axis_range(&panel->y, 0, (double)(h->k - 1), 0.04);
done:
    return status;
}

static void add_entropy(struct hierarchy *h, gmix_i_panel *panel) {
    double most = 0.0;
    for (size_t i = 0; i < h->k; i++) {
        most = fmax(most, h->entropy[i]);
    }
    *panel = (gmix_i_panel){
        .column = 1,
        .x = {.scale = GMIX_I_WHOLE, .title = "clusters", .grid = true},
        .y = {.scale = GMIX_I_REALS, .title = "entropy of the memberships", .grid = true},
        .draw = draw_entropy,
        .self = h};
    gmix_i_axis_range(&panel->x, 1, (double)h->k, 0.05);
    gmix_i_axis_range(&panel->y, 0, most > 0.0 ? most : 1.0, 0.05);
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    struct hierarchy *h;
    gmix_clusters c = {0};
    if (plot->k < 2) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_DATA,
                  "the model has one component: there is nothing to merge");
    }
    GMIX_TRY(gmix_clusters_find(plot->ctx, plot->model, plot->table, NULL, &c));
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *h, &h));
    GMIX_TRY(gmix_i_plot_alloc(plot, 2, sizeof *figure->panels, &figure->panels));
    GMIX_TRY(take_hierarchy(plot, &c, h));
    GMIX_TRY(add_tree(plot, h, &figure->panels[0]));
    add_entropy(h, &figure->panels[1]);
    figure->n_panels = figure->n_columns = 2;
    figure->width = 860;
    figure->height = 420;
    figure->title = "Components merged into clusters";
    GMIX_TRY(gmix_i_plot_text(plot, &figure->subtitle,
                              "%zu components; entropy suggests %zu cluster%s", h->k,
                              h->chosen, h->chosen == 1 ? "" : "s"));
    GMIX_TRY(
        gmix_i_plot_text(plot, &figure->description,
                         "Tree of the merges of components into clusters, by entropy, "
                         "and the entropy against the number of clusters: %s.",
                         figure->subtitle));
done:
    gmix_clusters_free(&c);
    return status;
}

const gmix_i_plot_kind gmix_i_kind_clusters = {
    .name = "clusters",
    .summary = "components merged into clusters: tree and entropy",
    .needs = GMIX_I_NEEDS_MODEL | GMIX_I_NEEDS_TABLE | GMIX_I_NO_FEATURES,
    .build = build};
