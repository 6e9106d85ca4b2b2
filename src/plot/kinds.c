/* The registry of kinds, the only list of them. */
#include <string.h>

#include "plot/plot_kind.h"

static gmix_status build_classification(gmix_i_plot *plot, gmix_i_figure *figure);

/* mclust's word for rows in the colours of their components; before 0.2 that of what is
 * called confusion now, which it stays for rows whose classes are known. */
static const gmix_i_plot_kind classification = {
    .name = "classification",
    .summary = "what auto draws; with known classes confusion, whose old name it is",
    .needs = GMIX_I_NEEDS_MODEL | GMIX_I_NEEDS_TABLE,
    .build = build_classification};

static const gmix_i_plot_kind *const kinds[] = {
    &gmix_i_kind_density,     &gmix_i_kind_scatter,   &gmix_i_kind_matrix,
    &gmix_i_kind_projection,  &gmix_i_kind_selection, &gmix_i_kind_trace,
    &gmix_i_kind_uncertainty, &gmix_i_kind_confusion, &classification,
    &gmix_i_kind_clusters,    &gmix_i_kind_qq};

enum { N_KINDS = sizeof kinds / sizeof kinds[0], MATRIX_FITS = 5 };

static const char *const names[N_KINDS + 2] = {
    "auto",      "density", "scatter",     "matrix",    "projection",
    "selection", "trace",   "uncertainty", "confusion", "classification",
    "clusters",  "qq",      NULL};

const char *const *gmix_plot_kinds(void) {
    return names;
}

/* The kind of that name, or NULL. */
static const gmix_i_plot_kind *plot_kind_find(const char *name) {
    for (size_t i = 0; i < N_KINDS; i++) {
        if (strcmp(kinds[i]->name, name) == 0) {
            return kinds[i];
        }
    }
    return NULL;
}

const char *gmix_plot_kind_summary(const char *kind) {
    if (kind && strcmp(kind, "auto") == 0) {
        return "density, scatter, matrix or projection, by the number of features";
    }
    const gmix_i_plot_kind *const found = kind ? plot_kind_find(kind) : NULL;
    return found ? found->summary : NULL;
}

/* What suits the number of features that are shown. */
static const gmix_i_plot_kind *suitable(const gmix_i_plot *plot) {
    const size_t n = plot->n_features;
    return n <= 1             ? &gmix_i_kind_density
           : n == 2           ? &gmix_i_kind_scatter
           : n <= MATRIX_FITS ? &gmix_i_kind_matrix
                              : &gmix_i_kind_projection;
}

static gmix_status check_needs(gmix_i_plot *plot, const gmix_i_plot_kind *kind);

static gmix_status build_classification(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    const gmix_i_plot_kind *const kind =
        plot->table->labels ? &gmix_i_kind_confusion : suitable(plot);
    GMIX_TRY(check_needs(plot, kind));
    GMIX_TRY(kind->build(plot, figure));
done:
    return status;
}

static gmix_status check_needs(gmix_i_plot *plot, const gmix_i_plot_kind *kind) {
    const gmix_table *const t = plot->table;
    const char *what = NULL;
    if ((kind->needs & GMIX_I_NEEDS_MODEL) && !plot->model) {
        what = "a model";
    } else if ((kind->needs & GMIX_I_NEEDS_TABLE) && !t) {
        what = "data";
    } else if ((kind->needs & GMIX_I_NEEDS_REPORT) && !plot->report) {
        what = "the report of a fit, which this model does not carry";
    } else if ((kind->needs & GMIX_I_NEEDS_LABELS) && !(t && t->labels)) {
        what = "classes that are known of the rows";
    }
    if (what) {
        return gmix_i_fail(plot->ctx, GMIX_ERR_DATA, "a picture of kind '%s' needs %s",
                           kind->name, what);
    }
    if ((kind->needs & GMIX_I_NO_FEATURES) && plot->features_chosen) {
        return gmix_i_fail(
            plot->ctx, GMIX_ERR_OPTION,
            "a picture of kind '%s' is of all features: none can be chosen", kind->name);
    }
    return GMIX_OK;
}

gmix_status gmix_i_plot_build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    const bool any = strcmp(plot->opts.kind, "auto") == 0;
    const gmix_i_plot_kind *const kind =
        any ? suitable(plot) : plot_kind_find(plot->opts.kind);
    *figure = (gmix_i_figure){
        .n_rows = 1, .n_columns = 1, .width = 720, .height = 540, .description = ""};
    GMIX_TRY(check_needs(plot, kind));
    GMIX_TRY(kind->build(plot, figure));
    if (kind->needs & GMIX_I_NEEDS_MODEL) {
        GMIX_TRY(gmix_i_plot_note_far(plot, figure));
    }
    figure->width = plot->opts.width > 0 ? plot->opts.width : figure->width;
    figure->height = plot->opts.height > 0 ? plot->opts.height : figure->height;
    if (plot->opts.title) {
        figure->title = plot->opts.title[0] ? plot->opts.title : NULL;
    }
done:
    return status;
}
