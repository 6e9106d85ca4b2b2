/* Rows that were trimmed and lie so far away that nothing else could be seen beside them. See plot_kind.h. */
#include <math.h>

#include "plot/captions.h"

static const double FAR = 3; /* times the range of the others: as rows that lie apart */

/* Marks the trimmed rows; false if the report is of another table, or none is listed. */
static bool mark_trimmed(const gmix_i_plot *plot, bool *trimmed) {
    const gmix_report *const r = plot->report;
    for (size_t i = 0; i < r->n_trimmed_listed; i++) {
        if (r->trimmed_rows[i] >= plot->table->n_rows) {
            return false;
        }
        trimmed[r->trimmed_rows[i]] = true;
    }
    return r->n_trimmed_listed > 0;
}

/* Adds the trimmed rows that lie far from the others in this feature. */
static void find_far(const gmix_i_plot *plot, size_t feature, const bool *trimmed,
                     bool *far) {
    const gmix_table *const t = plot->table;
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < t->n_rows; i++) {
        const double x = gmix_i_table_cell(t, i, feature);
        if (!trimmed[i] && isfinite(x) && gmix_i_row_weight(t, i) > 0) {
            lo = fmin(lo, x);
            hi = fmax(hi, x);
        }
    }
    for (size_t i = 0; i < t->n_rows && lo < hi; i++) {
        const double x = gmix_i_table_cell(t, i, feature);
        far[i] = far[i] ||
                 (trimmed[i] && (x - hi > FAR * (hi - lo) || lo - x > FAR * (hi - lo)));
    }
}

gmix_status gmix_i_plot_leave_far(gmix_i_plot *plot) {
    gmix_status status = GMIX_OK;
    const gmix_table *const t = plot->table;
    bool *trimmed = NULL, *far;
    double *weights;
    if (!plot->report || !t || plot->report->n_samples != t->n_rows || !t->data ||
        plot->report->n_trimmed_listed == 0) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_plot_alloc(plot, 2 * t->n_rows, sizeof *trimmed, &trimmed));
    far = trimmed + t->n_rows;
    if (!mark_trimmed(plot, trimmed)) {
        return GMIX_OK;
    }
    for (size_t a = 0; a < plot->n_features; a++) {
        find_far(plot, plot->features[a], trimmed, far);
    }
    GMIX_TRY(gmix_i_plot_alloc(plot, t->n_rows, sizeof *weights, &weights));
    for (size_t i = 0; i < t->n_rows; i++) {
        weights[i] = far[i] ? 0.0 : gmix_i_row_weight(t, i);
        plot->n_far += far[i];
    }
    if (plot->n_far > 0) {
        gmix_table *near;
        GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *near, &near));
        *near = *t;
        near->weights = weights;
        plot->table = near;
    }
done:
    return status;
}

gmix_status gmix_i_plot_note_far(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    const char *count, *note;
    if (plot->n_far > 0) {
        GMIX_TRY(gmix_i_plot_count(plot, plot->n_far, "trimmed row", &count));
        GMIX_TRY(gmix_i_plot_text(plot, &note, "%s far from all others %s not shown.",
                                  count, plot->n_far == 1 ? "is" : "are"));
        gmix_i_figure_note(figure, note);
    }
done:
    return status;
}
