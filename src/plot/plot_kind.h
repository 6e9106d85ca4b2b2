/* What a picture is made from, and who makes it. */
#ifndef GMIX_PLOT_PLOT_KIND_H
#define GMIX_PLOT_PLOT_KIND_H

#include "base/cells.h"
#include "plot/assigned.h"
#include "plot/figure.h"

typedef struct gmix_i_plot {
    gmix_ctx *ctx;
    const gmix_model *model;   /* or NULL */
    const gmix_report *report; /* or NULL */
    const gmix_table *table;   /* or NULL */
    size_t n_far; /* its rows that have no weight here: gmix_i_plot_leave_far() */
    gmix_plot_options opts; /* checked */
    size_t *features;       /* those shown: the caller's choice, or all */
    size_t n_features;
    bool features_chosen;
    size_t k, d;       /* of the model; 0 without one */
    double *variances; /* K x D: diagonals of the covariances */
    /* Of the rows, if there is a table and a model: see assigned.h. */
    const int32_t *component;
    const float *doubt;
    void **blocks; /* memory to release */
    size_t n_blocks, block_capacity;
} gmix_i_plot;

/* What a kind cannot do without. */
enum {
    GMIX_I_NEEDS_MODEL = 1,
    GMIX_I_NEEDS_TABLE = 2,
    GMIX_I_NEEDS_REPORT = 4,
    GMIX_I_NEEDS_LABELS = 8,
    GMIX_I_NO_FEATURES = 16 /* choosing features makes no difference: refused */
};

typedef struct gmix_i_plot_kind {
    const char *name, *summary;
    unsigned needs;
    gmix_status (*build)(gmix_i_plot *plot, gmix_i_figure *figure);
} gmix_i_plot_kind;

extern const gmix_i_plot_kind gmix_i_kind_density, gmix_i_kind_scatter,
    gmix_i_kind_matrix, gmix_i_kind_projection, gmix_i_kind_selection, gmix_i_kind_trace,
    gmix_i_kind_uncertainty, gmix_i_kind_confusion, gmix_i_kind_clusters, gmix_i_kind_qq;

/* Options checked and features looked up; rows assigned, unless they are. The arguments live as
 * long as the plot. gmix_i_plot_close() is due whatever the status. */
gmix_status gmix_i_plot_open(gmix_ctx *ctx, const gmix_model *model,
                             const gmix_report *report, const gmix_table *table,
                             const gmix_i_assigned *assigned,
                             const gmix_plot_options *opts, gmix_i_plot *out);
void gmix_i_plot_close(gmix_i_plot *plot);

/* Takes the weight of trimmed rows that lie further from the others than three times the range of these: beside them
 * nothing else could be seen. The figure says so. */
gmix_status gmix_i_plot_leave_far(gmix_i_plot *plot);
gmix_status gmix_i_plot_note_far(gmix_i_plot *plot, gmix_i_figure *figure);

gmix_status gmix_i_terminal_options_take(gmix_ctx *ctx, const gmix_terminal_options *opts,
                                         gmix_terminal_options *out);
gmix_status gmix_i_plot_options_take(gmix_ctx *ctx, const gmix_plot_options *opts,
                                     gmix_plot_options *out);

/* The figure that the options ask for. */
gmix_status gmix_i_plot_build(gmix_i_plot *plot, gmix_i_figure *figure);

/* Zeroed memory that lives until the plot is closed. */
gmix_status gmix_i_plot_alloc(gmix_i_plot *plot, size_t count, size_t size, void *out);

/* Formatted text that lives as long; NULL if there is no memory, which the next
 * gmix_i_plot_alloc() then reports, too. */
gmix_status gmix_i_plot_text(gmix_i_plot *plot, const char **out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The name of feature j: the model's, the table's, or x<j>. Lives as long as the plot. */
gmix_status gmix_i_plot_feature(gmix_i_plot *plot, size_t j, const char **out);

/* A page for a phone: what stands side by side elsewhere is stacked. */
static inline bool gmix_i_plot_is_tall(const gmix_i_plot *plot) {
    return plot->opts.width > 0 && plot->opts.width < 500 &&
           plot->opts.height >= 1.4 * plot->opts.width;
}

/* The mark of component k, and of noise. */
static inline gmix_i_mark_shape gmix_i_component_shape(int k) {
    return k < 0 ? GMIX_I_CROSS
                 : (gmix_i_mark_shape)((k + k / GMIX_I_N_HUES) % GMIX_I_N_SHAPES);
}

#endif
