/*
 * One feature beside its mixture: quantiles against quantiles and probabilities against
 * probabilities, with simultaneous 95 % bands. Under a known F, sup |F_n - F| stays below c (Kolmogorov;
 * c by Stephens' correction) with that probability for all x at once, so that the rows are within F +- c in the one
 * panel, and within Q(F +- c) in the other. A mixture fitted to the rows stays nearer: what leaves the bands
 * is no mixture of that kind, what stays inside may not be either (gmix test-fit).
 */
#include <math.h>
#include <stdlib.h>

#include <gmix/distribution.h>

#include "plot/captions.h"

enum { MOST_DOTS = 2000 };

static const double BAND_95 = 1.358;

struct beside {
    size_t n;       /* dots: rows, or every so many of them */
    double *p;      /* n: (i - 1/2) / N */
    double *values; /* n: rows, rising */
    double *below;  /* n: F of these */
    double *model;  /* n: Q of p */
    double *low;    /* n: Q(p - c), Q(p + c); NaN beyond 0 and 1 */
    double *high;
    double c;
};

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *y_of(const struct beside *b, bool probabilities) {
    return probabilities ? b->below : b->values;
}

/* The band, the line on which all is as it should be, and the rows. */
static gmix_status draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                        gmix_i_canvas *canvas) {
    const struct beside *const b = panel->self;
    const bool probabilities = panel->column == 1;
    const double *const x = probabilities ? b->p : b->model, *const y =
                                                                 y_of(b, probabilities);
    double *xy;
    gmix_status status = gmix_i_plot_alloc(plot, 2 * b->n, sizeof *xy, &xy);
    if (status != GMIX_OK) {
        return status;
    }
    gmix_i_brush dashes = gmix_i_stroked(GMIX_I_INK_MUTED, 1.2);
    dashes.dashed = true;
    gmix_i_open(canvas, "bands", GMIX_I_NO_COMPONENT, dashes);
    for (size_t side = 0; side < 2; side++) {
        const double *const band = side ? b->high : b->low;
        size_t n = 0;
        for (size_t i = 0; i < b->n; i++) {
            const double p = b->p[i] + (side ? b->c : -b->c);
            const double at = probabilities ? p : band[i];
            if (p > 0.0 && p < 1.0 && at >= panel->y.lo && at <= panel->y.hi) {
                xy[2 * n] = gmix_i_px(panel, x[i]);
                xy[2 * n++ + 1] = gmix_i_py(panel, at);
            }
        }
        canvas->line(canvas, xy, n, false);
    }
    canvas->close(canvas);
    const double lo = fmax(panel->x.lo, panel->y.lo), hi = fmin(panel->x.hi, panel->y.hi);
    const double same[4] = {gmix_i_px(panel, lo), gmix_i_py(panel, lo),
                            gmix_i_px(panel, hi), gmix_i_py(panel, hi)};
    gmix_i_open(canvas, "same", GMIX_I_NO_COMPONENT, gmix_i_stroked(GMIX_I_INK_TEXT, 1));
    canvas->line(canvas, same, 2, false);
    canvas->close(canvas);
    gmix_i_open(canvas, "points", GMIX_I_NO_COMPONENT,
                gmix_i_filled(gmix_i_component_ink(0), 0.7));
    for (size_t i = 0; i < b->n; i++) {
        const gmix_i_mark dot = {GMIX_I_CIRCLE, gmix_i_px(panel, x[i]),
                                 gmix_i_py(panel, y[i]), 2.4, SIZE_MAX};
        canvas->mark(canvas, &dot);
    }
    canvas->close(canvas);
    return status;
}

/* The rows, rising; those that are there. */
static gmix_status take_rows(gmix_i_plot *plot, double **rows, size_t *n) {
    const gmix_table *const t = plot->table;
    gmix_status status = gmix_i_plot_alloc(plot, t->n_rows, sizeof **rows, rows);
    *n = 0;
    for (size_t i = 0; status == GMIX_OK && i < t->n_rows; i++) {
        const double cell = gmix_i_table_cell(t, i, 0);
        if (isfinite(cell)) {
            (*rows)[(*n)++] = cell;
        }
    }
    if (status == GMIX_OK && *n < 3) {
        status = gmix_i_fail(plot->ctx, GMIX_ERR_DATA,
                             "%zu rows are too few to be compared with a mixture", *n);
    }
    if (status == GMIX_OK) {
        qsort(*rows, *n, sizeof **rows, compare_doubles);
    }
    return status;
}

/* Q(p + off), NaN where that is no probability. */
static gmix_status find_quantiles(gmix_i_plot *plot, size_t n, const double *p,
                                  double off, double *out) {
    for (size_t i = 0; i < n; i++) {
        const double at = p[i] + off;
        out[i] = (double)NAN;
        if (at > 0.0 && at < 1.0) {
            const gmix_status status =
                gmix_quantiles(plot->ctx, plot->model, 1, &at, 0, &out[i]);
            if (status != GMIX_OK) {
                return status;
            }
        }
    }
    return GMIX_OK;
}

static gmix_status compare(gmix_i_plot *plot, size_t n_rows, const double *rows,
                           struct beside *b) {
    gmix_status status = GMIX_OK;
    double *logs;
    b->n = n_rows < MOST_DOTS ? n_rows : MOST_DOTS;
    GMIX_TRY(gmix_i_plot_alloc(plot, 6 * b->n, sizeof(double), &b->p));
    GMIX_TRY(gmix_i_plot_alloc(plot, 2 * b->n, sizeof(double), &logs));
    b->values = b->p + b->n;
    b->below = b->values + b->n;
    b->model = b->below + b->n;
    b->low = b->model + b->n;
    b->high = b->low + b->n;
    const double root = sqrt((double)n_rows);
    b->c = BAND_95 / (root + 0.12 + 0.11 / root);
    for (size_t i = 0; i < b->n; i++) {
        const size_t row = b->n < n_rows ? i * (n_rows - 1) / (b->n - 1) : i;
        b->p[i] = ((double)row + 0.5) / (double)n_rows;
        b->values[i] = rows[row];
    }
    GMIX_TRY(gmix_cdf(plot->ctx, plot->model, b->n, b->values, logs, logs + b->n));
    for (size_t i = 0; i < b->n; i++) {
        b->below[i] = exp(logs[i]);
    }
    GMIX_TRY(find_quantiles(plot, b->n, b->p, 0.0, b->model));
    GMIX_TRY(find_quantiles(plot, b->n, b->p, -b->c, b->low));
    GMIX_TRY(find_quantiles(plot, b->n, b->p, b->c, b->high));
done:
    return status;
}

static void add_panels(struct beside *b, const char *name, gmix_i_panel *panels) {
    const double lo = fmin(b->values[0], b->model[0]);
    const double hi = fmax(b->values[b->n - 1], b->model[b->n - 1]);
    panels[0] = (gmix_i_panel){
        .heading = "quantiles",
        .x = {.scale = GMIX_I_REALS, .title = "of the mixture", .grid = true},
        .y = {.scale = GMIX_I_REALS, .title = name, .grid = true},
        .draw = draw,
        .self = b};
    panels[1] = (gmix_i_panel){
        .column = 1,
        .heading = "probabilities",
        .x = {.scale = GMIX_I_REALS, .title = "share of the rows", .grid = true},
        .y = {.scale = GMIX_I_REALS, .title = "of the mixture", .grid = true},
        .draw = draw,
        .self = b};
    gmix_i_axis_range(&panels[0].x, lo, hi, 0.04);
    gmix_i_axis_range(&panels[0].y, lo, hi, 0.04);
    gmix_i_axis_range(&panels[1].x, 0, 1, 0.02);
    gmix_i_axis_range(&panels[1].y, 0, 1, 0.02);
}

static size_t count_outside(const struct beside *b) {
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        n += fabs(b->below[i] - b->p[i]) > b->c;
    }
    return n;
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    struct beside *b;
    double *rows;
    size_t n;
    const char *name, *count;
    if (plot->d != 1) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_DATA,
                  "a picture of kind 'qq' is of a mixture of one feature: gmix "
                  "marginal makes one of any other");
    }
    GMIX_TRY(take_rows(plot, &rows, &n));
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *b, &b));
    GMIX_TRY(gmix_i_plot_alloc(plot, 2, sizeof *figure->panels, &figure->panels));
    GMIX_TRY(compare(plot, n, rows, b));
    GMIX_TRY(gmix_i_plot_feature(plot, 0, &name));
    add_panels(b, name, figure->panels);
    figure->n_panels = figure->n_columns = 2;
    figure->width = 900;
    figure->height = 470;
    figure->title = "Rows beside their mixture";
    GMIX_TRY(gmix_i_plot_count(plot, n, "row", &count));
    GMIX_TRY(
        gmix_i_plot_text(plot, &figure->subtitle,
                         "%s; dashed: where all of them are with a probability of 95 %%, "
                         "were the mixture known beforehand",
                         count));
    GMIX_TRY(
        gmix_i_plot_text(plot, &figure->description,
                         "Quantiles against quantiles and probabilities against "
                         "probabilities: %s, %zu of the points outside of the bands.",
                         count, count_outside(b)));
done:
    return status;
}

const gmix_i_plot_kind gmix_i_kind_qq = {
    .name = "qq",
    .summary = "one feature: quantiles and probabilities of rows and mixture",
    .needs = GMIX_I_NEEDS_MODEL | GMIX_I_NEEDS_TABLE | GMIX_I_NO_FEATURES,
    .build = build};
