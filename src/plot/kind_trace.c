/* What was maximised over the iterations, and what was left to be gained, as a power of ten. */
#include <math.h>

#include <gmix/bayes.h>

#include "plot/captions.h"

struct trace {
    double *values; /* of the log-likelihood, or log10 of the gap */
    size_t n;
};

static gmix_status draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                        gmix_i_canvas *canvas) {
    enum { MOST_DOTS = 80 };
    const struct trace *const t = panel->self;
    double *xy;
    size_t n = 0;
    const gmix_status status = gmix_i_plot_alloc(plot, t->n, 2 * sizeof *xy, &xy);
    if (status != GMIX_OK) {
        return status;
    }
    for (size_t i = 0; i < t->n; i++) {
        if (isfinite(t->values[i])) {
            xy[2 * n] = gmix_i_px(panel, (double)i);
            xy[2 * n + 1] = gmix_i_py(panel, t->values[i]);
            n++;
        }
    }
    const int ink = gmix_i_component_ink(0);
    gmix_i_open(canvas, "trace", GMIX_I_NO_COMPONENT, gmix_i_stroked(ink, 1.8));
    canvas->line(canvas, xy, n, false);
    canvas->close(canvas);
    gmix_i_open(canvas, "steps", GMIX_I_NO_COMPONENT, gmix_i_filled(ink, 1));
    for (size_t i = 0; i < n && n <= MOST_DOTS; i++) {
        const gmix_i_mark dot = {GMIX_I_CIRCLE, xy[2 * i], xy[2 * i + 1], 2.6, SIZE_MAX};
        canvas->mark(canvas, &dot);
    }
    canvas->close(canvas);
    return status;
}

static void find_range(const struct trace *t, double *lo, double *hi) {
    *lo = INFINITY;
    *hi = -INFINITY;
    for (size_t i = 0; i < t->n; i++) {
        if (isfinite(t->values[i])) {
            *lo = fmin(*lo, t->values[i]);
            *hi = fmax(*hi, t->values[i]);
        }
    }
}

static gmix_status add_panel(gmix_i_plot *plot, gmix_i_figure *figure, struct trace *t,
                             const char *title, gmix_i_scale scale) {
    double lo, hi;
    gmix_i_panel *const panel = &figure->panels[figure->n_panels];
    (void)plot;
    find_range(t, &lo, &hi);
    if (lo > hi) {
        return GMIX_OK;
    }
    *panel =
        (gmix_i_panel){.row = figure->n_panels,
                       .x = {.scale = GMIX_I_WHOLE, .title = "iteration", .grid = true},
                       .y = {.scale = scale, .title = title, .grid = true},
                       .draw = draw,
                       .self = t};
    gmix_i_axis_range(&panel->x, 0, (double)(t->n > 1 ? t->n - 1 : 1), 0.03);
    gmix_i_axis_range(&panel->y, lo, hi, 0.06);
    figure->n_panels++;
    figure->n_rows = figure->n_panels;
    return GMIX_OK;
}

/* log10 of what the end is above every step. */
static gmix_status find_gaps(gmix_i_plot *plot, const struct trace *t,
                             struct trace *gaps) {
    gaps->n = t->n;
    const gmix_status status =
        gmix_i_plot_alloc(plot, t->n, sizeof(double), &gaps->values);
    for (size_t i = 0; status == GMIX_OK && i < t->n; i++) {
        const double gap = t->values[t->n - 1] - t->values[i];
        gaps->values[i] = gap > 0 ? log10(gap) : NAN;
    }
    return status;
}

/* What a fit maximises, on the axis and in a title. */
struct objective {
    const char *name, *title;
};

static struct objective objective_of(const gmix_i_plot *plot) {
    static const struct objective likelihood = {"log-likelihood", "Log-likelihood"},
                                  posterior = {"log-posterior", "Log-posterior"},
                                  bound = {"bound of log-evidence",
                                           "Bound of the log-evidence"};
    const gmix_report *const r = plot->report;
    return plot->model && gmix_model_posterior(plot->model) ? bound
           : r->log_posterior != r->log_likelihood          ? posterior
                                                            : likelihood;
}

static gmix_status describe(gmix_i_plot *plot, gmix_i_figure *figure) {
    const gmix_report *const r = plot->report;
    gmix_status status;
    char first[32], last[32];
    const char *steps;
    gmix_i_plot_exact(r->trace[0], first);
    gmix_i_plot_exact(r->trace[r->n_trace - 1], last);
    GMIX_TRY(gmix_i_plot_count(plot, r->n_trace - 1, "iteration", &steps));
    GMIX_TRY(gmix_i_plot_text(plot, &figure->subtitle, "%s, from %s to %s; it ended: %s",
                              steps, first, last, gmix_stop_name(r->stop)));
    GMIX_TRY(gmix_i_plot_text(plot, &figure->description,
                              "Line of the %s over the iterations of the run "
                              "that was kept: %s.",
                              objective_of(plot).name, figure->subtitle));
done:
    return status;
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    struct trace *traces;
    const gmix_report *const r = plot->report;
    const struct objective objective = objective_of(plot);
    if (r->n_trace == 0) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_DATA,
                  "the report of the fit has no trace of the log-likelihood");
    }
    GMIX_TRY(gmix_i_plot_alloc(plot, 2, sizeof *traces, &traces));
    GMIX_TRY(gmix_i_plot_alloc(plot, 2, sizeof *figure->panels, &figure->panels));
    traces[0] = (struct trace){r->trace, r->n_trace};
    GMIX_TRY(find_gaps(plot, &traces[0], &traces[1]));
    GMIX_TRY(add_panel(plot, figure, &traces[0], objective.name, GMIX_I_REALS));
    GMIX_TRY(add_panel(plot, figure, &traces[1], "gap to the end", GMIX_I_POWERS));
    figure->shares_titles = true;
    if (figure->n_panels == 0) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_DATA, "no log-likelihood of the trace is finite");
    }
    GMIX_TRY(gmix_i_plot_text(plot, &figure->title, "%s over the iterations of EM",
                              objective.title));
    GMIX_TRY(describe(plot, figure));
done:
    return status;
}

const gmix_i_plot_kind gmix_i_kind_trace = {
    .name = "trace",
    .summary = "the log-likelihood over the iterations of the fit",
    .needs = GMIX_I_NEEDS_REPORT | GMIX_I_NO_FEATURES,
    .build = build};
