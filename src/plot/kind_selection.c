/* The criterion of every candidate against its number of components, a line per family. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/captions.h"
#include "record/criterion_table.h"

enum { MOST_FAMILIES = 16 };

struct selection {
    gmix_i_criterion_id criterion;
    bool higher; /* is better */
    size_t n_families;
    const char *families[MOST_FAMILIES];
    double best_of[MOST_FAMILIES];
    size_t best;     /* the candidate; SIZE_MAX: none */
    size_t n_beyond; /* families of which all values lie beyond the axis */
};

static double value_of(const gmix_candidate *c, gmix_i_criterion_id criterion) {
    return c->sound ? gmix_i_criterion_of(criterion, c) : (double)NAN;
}

static bool is_better(const struct selection *s, double a, double b) {
    return isfinite(a) && (!isfinite(b) || (s->higher ? a > b : a < b));
}

/* Families in the order of their best values: the legend reads from the best down. */
static void rank_families(const gmix_report *r, struct selection *s) {
    double best = NAN;
    s->best = SIZE_MAX;
    for (size_t c = 0; c < r->n_candidates; c++) {
        const double value = value_of(&r->candidates[c], s->criterion);
        const char *const name = r->candidates[c].covariance;
        size_t f = 0;
        while (f < s->n_families && strcmp(s->families[f], name) != 0) {
            f++;
        }
        if (f == s->n_families) {
            if (f == MOST_FAMILIES || !isfinite(value)) {
                continue;
            }
            s->families[s->n_families] = name;
            s->best_of[s->n_families++] = NAN;
        }
        if (is_better(s, value, s->best_of[f])) {
            s->best_of[f] = value;
        }
        if (is_better(s, value, best)) {
            best = value;
            s->best = c;
        }
    }
    for (size_t i = 1; i < s->n_families; i++) {
        for (size_t j = i; j > 0 && is_better(s, s->best_of[j], s->best_of[j - 1]); j--) {
            const double value = s->best_of[j];
            const char *const name = s->families[j];
            s->best_of[j] = s->best_of[j - 1];
            s->families[j] = s->families[j - 1];
            s->best_of[j - 1] = value;
            s->families[j - 1] = name;
        }
    }
}

/* A line from K to the next K that was tried, broken where nothing sound was found. */
static void draw_family(const gmix_report *r, const struct selection *s, size_t f,
                        const gmix_i_panel *panel, gmix_i_canvas *canvas) {
    const int ink = gmix_i_component_ink((int)f);
    double before[2] = {NAN, NAN};
    for (size_t c = 0; c < r->n_candidates; c++) {
        const gmix_candidate *const candidate = &r->candidates[c];
        if (strcmp(candidate->covariance, s->families[f]) != 0) {
            continue;
        }
        const double value = value_of(candidate, s->criterion);
        const double x = gmix_i_px(panel, (double)candidate->n_components);
        const double y = isfinite(value) ? gmix_i_py(panel, value) : NAN;
        if (isfinite(y) && isfinite(before[1])) {
            gmix_i_open(canvas, "criterion", GMIX_I_NO_COMPONENT,
                        gmix_i_stroked(ink, 1.8));
            canvas->line(canvas, (double[]){before[0], before[1], x, y}, 2, false);
            canvas->close(canvas);
        }
        if (isfinite(y)) {
            const gmix_i_mark mark = {gmix_i_component_shape((int)f), x, y, 4, SIZE_MAX};
            gmix_i_open(canvas, "candidate", GMIX_I_NO_COMPONENT, gmix_i_filled(ink, 1));
            canvas->mark(canvas, &mark);
            canvas->close(canvas);
        }
        before[0] = x;
        before[1] = y;
    }
}

static gmix_status draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                        gmix_i_canvas *canvas) {
    const struct selection *const s = panel->self;
    const gmix_report *const r = plot->report;
    for (size_t f = s->n_families; f-- > 0;) { /* the best one lies on top */
        draw_family(r, s, f, panel, canvas);
    }
    const gmix_candidate *const best = &r->candidates[s->best];
    const double x = gmix_i_px(panel, (double)best->n_components);
    const double y = gmix_i_py(panel, value_of(best, s->criterion));
    const gmix_i_mark ring = {GMIX_I_CIRCLE, x, y, 9, SIZE_MAX};
    gmix_i_open(canvas, "best", GMIX_I_NO_COMPONENT,
                gmix_i_stroked(GMIX_I_INK_TEXT, 1.8));
    canvas->mark(canvas, &ring);
    canvas->close(canvas);
    return GMIX_OK;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/*
 * How far from the best the axis goes. Models that are far worse, as those of one component
 * mostly are, would press the others together, so that of many values those beyond three times
 * the distance within which 60 % of them lie are cut off.
 */
static gmix_status choose_reach(gmix_i_plot *plot, const struct selection *s,
                                double *reach, bool *cut) {
    enum { MANY = 20 };
    const gmix_report *const r = plot->report;
    const double best = value_of(&r->candidates[s->best], s->criterion);
    double *distances;
    size_t n = 0;
    const gmix_status status =
        gmix_i_plot_alloc(plot, r->n_candidates, sizeof *distances, &distances);
    if (status != GMIX_OK) {
        return status;
    }
    for (size_t c = 0; c < r->n_candidates; c++) {
        const double value = value_of(&r->candidates[c], s->criterion);
        if (isfinite(value)) {
            distances[n++] = fabs(value - best);
        }
    }
    qsort(distances, n, sizeof *distances, ascending);
    const double near = 1.3 * distances[6 * n / 10], all = distances[n - 1];
    *cut = n >= MANY && near > 0 && all > 3 * near;
    *reach = *cut ? near : all;
    return status;
}

static gmix_status choose_axes(gmix_i_plot *plot, struct selection *s,
                               gmix_i_figure *figure) {
    const gmix_report *const r = plot->report;
    gmix_i_panel *const panel = &figure->panels[0];
    const double best = value_of(&r->candidates[s->best], s->criterion);
    double k_lo = INFINITY, k_hi = 0, reach;
    bool cut;
    gmix_status status;
    GMIX_TRY(choose_reach(plot, s, &reach, &cut));
    for (size_t c = 0; c < r->n_candidates; c++) {
        k_lo = fmin(k_lo, (double)r->candidates[c].n_components);
        k_hi = fmax(k_hi, (double)r->candidates[c].n_components);
    }
    gmix_i_axis_range(&panel->y, s->higher ? best - reach : best,
                      s->higher ? best : best + reach, 0.06);
    gmix_i_axis_range(&panel->x, k_lo, k_hi, 0.05);
    if (k_lo == k_hi) {
        panel->x.lo = k_lo - 1;
        panel->x.hi = k_lo + 1;
    }
    /* families come best first: those out of sight are the last, and have no line */
    while (s->n_families > 1 &&
           fabs(s->best_of[s->n_families - 1] - best) > 1.06 * reach) {
        s->n_families--;
        s->n_beyond++;
    }
    if (cut && s->n_beyond == 0) {
        gmix_i_figure_note(figure, "Models that are far worse lie beyond the edge.");
    } else if (cut) {
        const char *count, *note;
        GMIX_TRY(gmix_i_plot_text(plot, &count, "%zu famil%s", s->n_beyond,
                                  s->n_beyond == 1 ? "y" : "ies"));
        GMIX_TRY(
            gmix_i_plot_text(plot, &note,
                             "Models that are far worse lie beyond the edge, %s with "
                             "all %s models.",
                             count, s->n_beyond == 1 ? "its" : "their"));
        gmix_i_figure_note(figure, note);
    }
done:
    return status;
}

static gmix_status add_texts(gmix_i_plot *plot, const struct selection *s,
                             gmix_i_figure *figure) {
    gmix_status status;
    const gmix_candidate *const best = &plot->report->candidates[s->best];
    char value[32];
    const char *count;
    gmix_i_plot_number(value_of(best, s->criterion), value);
    GMIX_TRY(gmix_i_plot_count(plot, best->n_components, "component", &count));
    char family[16];
    gmix_i_candidate_family(plot->report, best->covariance, family);
    GMIX_TRY(gmix_i_plot_text(plot, &figure->subtitle,
                              "best (ringed): %s, covariance %s, %s", count, family,
                              value));
    figure->title = "Choosing the number of components";
    GMIX_TRY(gmix_i_plot_text(plot, &figure->description,
                              "The criterion of %zu models against their number of "
                              "components, a line for each of %zu families; %s.",
                              plot->report->n_candidates, s->n_families,
                              figure->subtitle));
    for (size_t f = 0; f < s->n_families; f++) {
        char name[16];
        const char *entry;
        gmix_i_candidate_family(plot->report, s->families[f], name);
        GMIX_TRY(gmix_i_plot_text(plot, &entry, "%s", name));
        gmix_i_figure_entry(figure, GMIX_I_SWATCH_MARK, gmix_i_component_ink((int)f),
                            entry);
        figure->entries[figure->n_entries - 1].shape = gmix_i_component_shape((int)f);
    }
    size_t n_missing = 0;
    for (size_t c = 0; c < plot->report->n_candidates; c++) {
        n_missing +=
            isfinite(value_of(&plot->report->candidates[c], s->criterion)) ? 0 : 1;
    }
    if (n_missing > 0) {
        const char *note;
        GMIX_TRY(gmix_i_plot_count(plot, n_missing, "model", &count));
        GMIX_TRY(gmix_i_plot_text(plot, &note,
                                  "%s without a sound solution %s not shown.", count,
                                  n_missing == 1 ? "is" : "are"));
        gmix_i_figure_note(figure, note);
    }
done:
    return status;
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    struct selection *s;
    const gmix_report *const r = plot->report;
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *s, &s));
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *figure->panels, &figure->panels));
    s->criterion =
        gmix_i_criterion_find(plot->opts.criterion ? plot->opts.criterion : r->criterion);
    const gmix_criterion_info *const info = &gmix_criterion_table()[s->criterion];
    const char *axis;
    s->higher = info->higher_is_better != 0;
    GMIX_TRY(gmix_i_plot_text(plot, &axis, "%s (%s is better)", info->label,
                              s->higher ? "higher" : "lower"));
    rank_families(r, s);
    if (s->best == SIZE_MAX) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_DATA,
                  r->n_candidates
                      ? "no candidate of the selection has the criterion '%s'"
                      : "this model was not chosen among several, so there is "
                        "nothing to draw for '%s'",
                  r->n_candidates ? info->name : "selection");
    }
    figure->n_panels = 1;
    figure->panels[0] = (gmix_i_panel){
        .x = {.scale = GMIX_I_WHOLE, .title = "number of components", .grid = true},
        .y = {.title = axis, .grid = true},
        .draw = draw,
        .self = s};
    GMIX_TRY(choose_axes(plot, s, figure));
    figure->height = 460;
    GMIX_TRY(add_texts(plot, s, figure));
done:
    return status;
}

const gmix_i_plot_kind gmix_i_kind_selection = {
    .name = "selection",
    .summary = "the criterion against the number of components, a line per family",
    .needs = GMIX_I_NEEDS_REPORT | GMIX_I_NO_FEATURES,
    .build = build};
