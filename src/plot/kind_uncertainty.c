/*
 * How surely rows are assigned: a histogram of 1 - max_k r_nk, stacked by component. Heights
 * are square roots of shares (Tukey's rootogram; Leisch 2004 for mixtures), since nearly all
 * rows of a good fit are in the first bin and the others are of interest.
 */
#include <math.h>
#include <stdio.h>

#include <gmix/infer.h>

#include "plot/captions.h"

enum { BINS = 25 };

struct bars {
    double *weight; /* (K + 1) x BINS, noise first; sum 1 */
    double lo, width;
};

/* Bars of a bin stand on each other: component k from the root of what is below to the root
 * of that and its own. */
static gmix_status draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                        gmix_i_canvas *canvas) {
    const struct bars *const b = panel->self;
    double below[BINS] = {0};
    for (int k = -1; k < (int)plot->k; k++) {
        const double *const weight = b->weight + (size_t)(k + 1) * BINS;
        gmix_i_brush brush = gmix_i_filled(gmix_i_component_ink(k), 0.85);
        brush.stroke = GMIX_I_INK_PAPER;
        brush.stroke_opacity = 1;
        brush.width = 0.75;
        gmix_i_open(canvas, "bars", k, brush);
        for (size_t i = 0; i < BINS; i++) {
            if (weight[i] > 0) {
                const double left = gmix_i_px(panel, b->lo + b->width * (double)i);
                const double right = gmix_i_px(panel, b->lo + b->width * (double)(i + 1));
                const double top = gmix_i_py(panel, sqrt(below[i] + weight[i]));
                const double bottom = gmix_i_py(panel, sqrt(below[i]));
                canvas->rects(canvas,
                              &(gmix_i_rect){left, top, right - left, bottom - top}, 1);
            }
            below[i] += weight[i];
        }
        canvas->close(canvas);
    }
    return GMIX_OK;
}

/* Shares of the weight, and that of rows which are surer than 90 and 99 %. */
static void count_rows(const gmix_i_plot *plot, struct bars *b, double *highest,
                       double sure[2]) {
    const gmix_table *const t = plot->table;
    double total = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        const double w = gmix_i_row_weight(t, i);
        const double at = (double)plot->doubt[i] / b->width;
        const size_t bin = at < BINS ? (size_t)at : BINS - 1;
        b->weight[(size_t)(plot->component[i] + 1) * BINS + bin] += w;
        total += w;
        sure[0] += (double)plot->doubt[i] < 0.1 ? w : 0;
        sure[1] += (double)plot->doubt[i] < 0.01 ? w : 0;
    }
    sure[0] /= total;
    sure[1] /= total;
    for (size_t i = 0; i < BINS; i++) {
        double sum = 0;
        for (size_t k = 0; k <= plot->k; k++) {
            b->weight[k * BINS + i] /= total;
            sum += b->weight[k * BINS + i];
        }
        *highest = fmax(*highest, sum);
    }
}

/* The rows that are least sure, and the doubt from which they are named. */
enum { NAMED = 4 };

static const double DOUBT = 0.2;

/* Of the rows in doubt the n least sure; how many there are. */
static size_t find_least_sure(const gmix_i_plot *plot, size_t rows[NAMED], size_t *n) {
    size_t n_all = 0;
    *n = 0;
    for (size_t i = 0; i < plot->table->n_rows; i++) {
        if ((double)plot->doubt[i] < DOUBT || gmix_i_row_weight(plot->table, i) <= 0) {
            continue;
        }
        n_all++;
        size_t at = *n < NAMED ? (*n)++ : NAMED;
        for (; at > 0 && plot->doubt[rows[at - 1]] < plot->doubt[i]; at--) {
            if (at < NAMED) {
                rows[at] = rows[at - 1];
            }
        }
        if (at < NAMED) {
            rows[at] = i;
        }
    }
    return n_all;
}

/* "row 17 (0 or 2)": counted from 1, with its two likeliest components; noise is one. */
static gmix_status name_row(gmix_i_plot *plot, const char *before, size_t row,
                            const char **out) {
    gmix_status status;
    double *cells, *shares;
    char word[2][16];
    GMIX_TRY(gmix_i_plot_alloc(plot, plot->d, sizeof *cells, &cells));
    GMIX_TRY(gmix_i_plot_alloc(plot, plot->k + 1, sizeof *shares, &shares));
    for (size_t j = 0; j < plot->d; j++) {
        cells[j] = gmix_i_table_cell(plot->table, row, j);
    }
    const gmix_table one = gmix_table_f64(cells, 1, plot->d);
    GMIX_TRY(gmix_responsibilities(plot->ctx, plot->model, &one, shares));
    shares[plot->k] = gmix_model_noise_weight(plot->model) > 0 ? 1 : -1;
    for (size_t k = 0; k < plot->k && shares[plot->k] > 0; k++) {
        shares[plot->k] -= shares[k];
    }
    for (size_t i = 0; i < 2; i++) {
        size_t best = 0;
        for (size_t k = 1; k <= plot->k; k++) {
            best = shares[k] > shares[best] ? k : best;
        }
        shares[best] = -1;
        snprintf(word[i], sizeof word[i], best == plot->k ? "noise" : "%zu", best);
    }
    GMIX_TRY(gmix_i_plot_text(plot, out, "%srow %zu (%s or %s)", before, row + 1, word[0],
                              word[1]));
done:
    return status;
}

/* Which rows are in doubt, and between which components. */
static gmix_status note_least_sure(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status = GMIX_OK;
    size_t rows[NAMED], n;
    const size_t n_all = find_least_sure(plot, rows, &n);
    const char *text = n_all > n ? "In doubt, the least sure first: " : "In doubt: ";
    const char *count;
    for (size_t i = 0; i < n; i++) {
        const char *before;
        GMIX_TRY(gmix_i_plot_text(plot, &before, "%s%s", text, i > 0 ? ", " : ""));
        GMIX_TRY(name_row(plot, before, rows[i], &text));
    }
    if (n > 0) {
        GMIX_TRY(gmix_i_plot_count(plot, n_all, "row", &count));
        GMIX_TRY(gmix_i_plot_text(
            plot, &text, n_all > n ? "%s ... of %s below 0.8." : "%s.", text, count));
        gmix_i_figure_note(figure, text);
    }
done:
    return status;
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status;
    struct bars *b;
    double highest = 0, sure[2] = {0, 0};
    char percent[2][32];
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *b, &b));
    GMIX_TRY(gmix_i_plot_alloc(plot, (plot->k + 1) * BINS, sizeof(double), &b->weight));
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *figure->panels, &figure->panels));
    const size_t n_all = plot->k + (gmix_model_noise_weight(plot->model) > 0);
    const double most = n_all > 1 ? 1 - 1 / (double)n_all : 0.5;
    b->width = most / BINS;
    count_rows(plot, b, &highest, sure);
    figure->n_panels = 1;
    figure->panels[0] = (gmix_i_panel){
        .x = {.lo = 0, .hi = most, .title = "probability of another component"},
        .y = {.lo = 0,
              .hi = 1.04 * sqrt(highest),
              .scale = GMIX_I_ROOTS,
              .title = "share of rows (square-root scale)",
              .grid = true},
        .draw = draw,
        .self = b};
    figure->height = 440;
    gmix_i_plot_percent(sure[0], percent[0]);
    gmix_i_plot_percent(sure[1], percent[1]);
    figure->title = "How surely rows are assigned";
    GMIX_TRY(
        gmix_i_plot_text(plot, &figure->subtitle,
                         "%s of the rows with a probability above 0.9, %s above 0.99",
                         percent[0], percent[1]));
    GMIX_TRY(
        gmix_i_plot_text(plot, &figure->description,
                         "Histogram of the probability that a row belongs to another "
                         "component than its likeliest: %s.",
                         figure->subtitle));
    GMIX_TRY(gmix_i_plot_legend(plot, figure, GMIX_I_SWATCH_BOX));
    GMIX_TRY(note_least_sure(plot, figure));
done:
    return status;
}

const gmix_i_plot_kind gmix_i_kind_uncertainty = {
    .name = "uncertainty",
    .summary = "how surely rows are assigned: a histogram of 1 - max r",
    .needs = GMIX_I_NEEDS_MODEL | GMIX_I_NEEDS_TABLE | GMIX_I_NO_FEATURES,
    .build = build};
