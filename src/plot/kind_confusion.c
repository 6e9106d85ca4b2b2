/* Classes known of rows against components found: a table whose cells are shaded by their
 * share of the class, those that are matched one to one outlined. */
#include <math.h>
#include <stdio.h>

#include <gmix/compare.h>
#include <gmix/components.h>

#include "plot/captions.h"
#include "plot/measure.h"

enum { MOST = 60 };

struct cells {
    size_t n_classes, n_columns; /* columns: components, then noise if there is any */
    double *weight;              /* n_classes x n_columns */
    double *of_class;            /* n_classes: row sums */
    int32_t *match;              /* n_classes: the component, or -1 */
    const char **classes, **columns;
};

static void draw_number(const gmix_i_panel *panel, gmix_i_canvas *canvas,
                        const gmix_i_rect *cell, double weight, bool dark_cell) {
    char text[32];
    gmix_i_plot_number(weight, text);
    const double size = fmin(13, 0.45 * cell->h);
    (void)panel;
    if (size >= 7 && gmix_i_text_length(text, size) < cell->w - 4) {
        const gmix_i_label label = {.x = cell->x + cell->w / 2,
                                    .y = cell->y + cell->h / 2 + 0.36 * size,
                                    .size = size,
                                    .ink =
                                        dark_cell ? GMIX_I_INK_PAPER : GMIX_I_INK_TEXT};
        canvas->text(canvas, &label, text);
    }
}

static gmix_status draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                        gmix_i_canvas *canvas) {
    const struct cells *const t = panel->self;
    (void)plot;
    for (size_t i = 0; i < t->n_classes; i++) {
        for (size_t j = 0; j < t->n_columns; j++) {
            const double weight = t->weight[i * t->n_columns + j];
            const double share = t->of_class[i] > 0 ? weight / t->of_class[i] : 0;
            const double left = gmix_i_px(panel, (double)j - 0.5);
            const double top = gmix_i_py(panel, (double)(t->n_classes - 1 - i) + 0.5);
            const gmix_i_rect cell = {
                left + 1.5, top + 1.5, gmix_i_px(panel, (double)j + 0.5) - left - 3,
                gmix_i_py(panel, (double)(t->n_classes - 1 - i) - 0.5) - top - 3};
            const bool matched = t->match[i] == (int32_t)j;
            gmix_i_brush brush =
                gmix_i_filled(gmix_i_component_ink(0), 0.05 + 0.95 * share);
            brush.stroke = matched ? GMIX_I_INK_TEXT : GMIX_I_INK_GRID;
            brush.stroke_opacity = 1;
            brush.width = matched ? 2 : 1;
            gmix_i_open(canvas, matched ? "cell matched" : "cell", GMIX_I_NO_COMPONENT,
                        brush);
            canvas->rects(canvas, &cell, 1);
            canvas->close(canvas);
            if (weight > 0) {
                draw_number(panel, canvas, &cell, weight, share > 0.6);
            }
        }
    }
    return GMIX_OK;
}

static void count_rows(const gmix_i_plot *plot, struct cells *t) {
    const gmix_table *const table = plot->table;
    for (size_t i = 0; i < table->n_rows; i++) {
        const int32_t label = table->labels[i], k = plot->component[i];
        if (label >= 0) {
            const size_t column = k < 0 ? t->n_columns - 1 : (size_t)k;
            const double w = gmix_i_row_weight(table, i);
            t->weight[(size_t)label * t->n_columns + column] += w;
            t->of_class[label] += w;
        }
    }
}

static gmix_status name_cells(gmix_i_plot *plot, struct cells *t) {
    gmix_status status = GMIX_OK;
    const gmix_table *const table = plot->table;
    for (size_t i = 0; i < t->n_classes; i++) { /* from the bottom up */
        const size_t class = t->n_classes - 1 - i;
        if (table->class_names) {
            t->classes[i] = table->class_names[class];
        } else {
            GMIX_TRY(gmix_i_plot_text(plot, &t->classes[i], "%zu", class));
        }
    }
    for (size_t k = 0; k < plot->k; k++) {
        const int32_t class = gmix_model_component_class(plot->model, k);
        const char *const name = gmix_model_component_name(plot->model, k);
        if (name) {
            GMIX_TRY(
                gmix_i_plot_text(plot, &t->columns[k], "%zu \xC2\xB7 %.40s", k, name));
            continue;
        }
        GMIX_TRY(class < 0 ? gmix_i_plot_text(plot, &t->columns[k], "%zu", k)
                           : gmix_i_plot_text(
                                 plot, &t->columns[k], "%zu \xC2\xB7 %.40s", k,
                                 gmix_model_class_name(plot->model, (size_t) class)));
    }
    if (t->n_columns > plot->k) {
        t->columns[plot->k] = "noise";
    }
done:
    return status;
}

static gmix_status open_cells(gmix_i_plot *plot, struct cells *t) {
    gmix_status status = GMIX_OK;
    const gmix_table *const table = plot->table;
    t->n_classes = table->n_classes;
    for (size_t i = 0; i < table->n_rows; i++) {
        const int32_t label = table->labels[i];
        t->n_classes = label >= 0 && (size_t)label >= t->n_classes ? (size_t)label + 1
                                                                   : t->n_classes;
    }
    t->n_columns = plot->k + (gmix_model_noise_weight(plot->model) > 0);
    if (t->n_classes == 0 || t->n_classes > MOST || t->n_columns > MOST) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_DATA,
                  t->n_classes == 0
                      ? "no row has a known class"
                      : "a table of %zu classes and %zu components has no room: %d at "
                        "most",
                  t->n_classes, t->n_columns, MOST);
    }
    GMIX_TRY(
        gmix_i_plot_alloc(plot, t->n_classes * t->n_columns, sizeof(double), &t->weight));
    GMIX_TRY(gmix_i_plot_alloc(plot, t->n_classes, sizeof(double), &t->of_class));
    GMIX_TRY(gmix_i_plot_alloc(plot, t->n_classes, sizeof *t->match, &t->match));
    GMIX_TRY(gmix_i_plot_alloc(plot, t->n_classes, sizeof *t->classes, &t->classes));
    GMIX_TRY(gmix_i_plot_alloc(plot, t->n_columns, sizeof *t->columns, &t->columns));
    count_rows(plot, t);
    GMIX_TRY(name_cells(plot, t));
done:
    return status;
}

static gmix_status compare(gmix_i_plot *plot, struct cells *t, gmix_i_figure *figure) {
    gmix_agreement agreement = {0};
    gmix_status status;
    char error[32], rand[32];
    const gmix_table *const table = plot->table;
    GMIX_TRY(gmix_compare_labels(plot->ctx, table->n_rows, table->labels, plot->component,
                                 &agreement));
    for (size_t i = 0; i < t->n_classes; i++) {
        t->match[i] = i < agreement.n_a ? agreement.match[i] : -1;
    }
    gmix_i_plot_percent(agreement.error_rate, error);
    gmix_i_plot_number(agreement.adjusted_rand, rand);
    GMIX_TRY(gmix_i_plot_text(plot, &figure->subtitle,
                              "%s of %zu rows outside of the outlined cells, adjusted "
                              "Rand index %s",
                              error, agreement.n_rows, rand));
done:
    gmix_agreement_free(&agreement);
    return status;
}

static gmix_status build(gmix_i_plot *plot, gmix_i_figure *figure) {
    gmix_status status;
    struct cells *t;
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *t, &t));
    GMIX_TRY(gmix_i_plot_alloc(plot, 1, sizeof *figure->panels, &figure->panels));
    GMIX_TRY(open_cells(plot, t));
    GMIX_TRY(compare(plot, t, figure));
    figure->n_panels = 1;
    figure->panels[0] = (gmix_i_panel){.x = {.lo = -0.5,
                                             .hi = (double)t->n_columns - 0.5,
                                             .scale = GMIX_I_CATEGORIES,
                                             .names = t->columns,
                                             .n_names = t->n_columns,
                                             .title = "component"},
                                       .y = {.lo = -0.5,
                                             .hi = (double)t->n_classes - 0.5,
                                             .scale = GMIX_I_CATEGORIES,
                                             .names = t->classes,
                                             .n_names = t->n_classes,
                                             .title = "known class"},
                                       .draw = draw,
                                       .self = t};
    figure->width = fmin(900, 220 + 90 * (double)t->n_columns);
    figure->width = fmax(figure->width, 620);
    figure->height = fmin(760, 170 + 56 * (double)t->n_classes);
    figure->height = fmax(figure->height, 320);
    figure->title = "Known classes and components found";
    GMIX_TRY(gmix_i_plot_text(plot, &figure->description,
                              "Table of %zu known classes by %zu components: %s.",
                              t->n_classes, t->n_columns, figure->subtitle));
    gmix_i_figure_note(figure,
                       "Numbers are rows (or their weights); the stronger a cell, "
                       "the larger its share of the class.");
done:
    return status;
}

const gmix_i_plot_kind gmix_i_kind_confusion = {
    .name = "confusion",
    .summary = "components found against known classes",
    .needs = GMIX_I_NEEDS_MODEL | GMIX_I_NEEDS_TABLE | GMIX_I_NEEDS_LABELS |
             GMIX_I_NO_FEATURES,
    .build = build};
