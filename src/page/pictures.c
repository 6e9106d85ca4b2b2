/*
 * The pictures, the buttons that switch components, and what the script knows of the rows
 * that are drawn as points: for each its values and its largest responsibilities.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/components.h>

#include "page/flow.h"
#include "page/sheet.h"

enum { MOST_BUTTONS = 48, VALUES_KEPT = 8, GROUPS_KEPT = 3 };

/* What marks a point of a picture; the row's number follows. */
#define POINT "data-row=\""

/* Is a picture of this kind worth showing? */
typedef bool is_wanted(const gmix_i_sheet *sheet);

static bool is_line(const gmix_i_sheet *sheet) {
    return sheet->facts.d == 1;
}

static bool is_plane(const gmix_i_sheet *sheet) {
    return sheet->facts.d == 2;
}

static bool is_space(const gmix_i_sheet *sheet) {
    return sheet->facts.d > 2;
}

static bool is_space_of_groups(const gmix_i_sheet *sheet) {
    return sheet->facts.d > 2 && sheet->facts.k > 1;
}

static bool is_divided(const gmix_i_sheet *sheet) {
    return sheet->facts.n_groups > 1;
}

static bool is_labelled(const gmix_i_sheet *sheet) {
    return sheet->x->labels != NULL;
}

static bool is_selected(const gmix_i_sheet *sheet) {
    return sheet->report && sheet->report->n_candidates > 1;
}

static bool is_traced(const gmix_i_sheet *sheet) {
    return sheet->report && sheet->report->n_trace > 3;
}

static const struct picture {
    const char *kind, *title, *text;
    is_wanted *wanted;
    bool wide;
} pictures[] = {
    {"density", "The data and the mixture",
     "Bars count rows; the line is the density of the mixture, made up of the "
     "components’ own.",
     is_line, true},
    {"scatter", "The data and the components",
     "The rows in the colour of their likeliest component.", is_plane, true},
    {"projection", "The view that separates best",
     "The plane on which the components lie furthest apart, and what each feature adds.",
     is_space_of_groups, true},
    {"matrix", "Two features at a time",
     "The rows by every pair of features, in the colour of their likeliest component.",
     is_space, true},
    {"uncertainty", "How sure",
     "Rows by what their likeliest component leaves to the others: 0 is certain.",
     is_divided, false},
    {"confusion", "Components and labels", "Rows by component found and label known.",
     is_labelled, false},
    {"selection", "How many components",
     "The criterion against the number of components, a line for every family.",
     is_selected, false},
    {"trace", "How the fit went", "What was maximised, after every iteration of EM.",
     is_traced, false},
};

static void set_options(const struct picture *picture, gmix_plot_options *opts) {
    gmix_plot_options_init(opts);
    opts->kind = picture->kind;
    opts->title = "";
    if (!picture->wide) { /* at this size its letters are as large as the page's */
        opts->width = 500;
        opts->height = picture->wanted == is_traced ? 480 : 380; /* of two panels */
    }
}

gmix_status gmix_i_sheet_print_picture(gmix_i_sheet *sheet, size_t i, gmix_i_flow *flow,
                                       bool drawn) {
    const double caption = 60, pixel = 0.75, room = gmix_i_text_width_on_paper;
    gmix_plot_options opts;
    gmix_i_plot plot = {.ctx = sheet->ctx};
    gmix_i_figure figure;
    gmix_status status;
    set_options(&pictures[i], &opts);
    opts.theme = "light";
    GMIX_TRY(gmix_i_plot_open(sheet->ctx, sheet->model, sheet->report, sheet->x,
                              &sheet->facts.assigned, &opts, &plot));
    GMIX_TRY(gmix_i_plot_build(&plot, &figure));
    const double scale =
        fmin(pixel * (pictures[i].wide ? 1.0 : 0.8), room / figure.width);
    const double height = scale * figure.height;
    if (drawn) {
        const double x = GMIX_I_MARGIN + 0.5 * (room - scale * figure.width);
        GMIX_TRY(gmix_i_paper_figure(flow->paper, &plot, &figure, x, flow->y, scale));
        flow->y += height + 8;
    } else {
        gmix_i_flow_room(flow, height + caption);
    }
done:
    gmix_i_plot_close(&plot);
    return status;
}

/* On a phone pictures have another shape, in which letters are as large as the page's. */
static void make_narrow(const gmix_i_sheet *sheet, const struct picture *picture,
                        gmix_plot_options *opts) {
    const size_t n_entries = sheet->facts.n_groups < 14 ? sheet->facts.n_groups : 14;
    const double panel = 230, legend = 18 * (double)(n_entries + 2);
    const size_t d = sheet->facts.d;
    const size_t n_pairs = d < 4 ? d * (d - 1) / 2 : 6;
    opts->width = 360;
    opts->height = picture->wanted == is_space ? panel * ((double)n_pairs + 0.5)
                   : picture->wanted == is_space_of_groups ? 2.9 * panel
                                                           : 1.3 * panel;
    opts->height += picture->wanted == is_traced ? 0.5 * panel : legend;
}

static gmix_status draw(gmix_i_sheet *sheet, const struct picture *picture, bool narrow,
                        char **svg) {
    char prefix[40];
    gmix_plot_options opts;
    set_options(picture, &opts);
    opts.theme = "auto";
    opts.interactive = 1;
    snprintf(prefix, sizeof prefix, "%s%s", picture->kind, narrow ? "-narrow" : "");
    opts.id_prefix = prefix;
    if (narrow) {
        make_narrow(sheet, picture, &opts);
    }
    return gmix_i_plot_svg(sheet->ctx, sheet->model, sheet->report, sheet->x,
                           &sheet->facts.assigned, &opts, svg);
}

/* The caption alone: the picture is drawn when it is set. One that cannot be drawn is left out. */
static gmix_status put_caption(gmix_i_sheet *sheet, const struct picture *picture) {
    gmix_plot_options opts;
    gmix_i_plot plot = {.ctx = sheet->ctx};
    gmix_i_figure figure;
    set_options(picture, &opts);
    gmix_status status = gmix_i_plot_open(sheet->ctx, sheet->model, sheet->report,
                                          sheet->x, &sheet->facts.assigned, &opts, &plot);
    status = status == GMIX_OK ? gmix_i_plot_build(&plot, &figure) : status;
    gmix_i_plot_close(&plot);
    if (status == GMIX_ERR_NOMEM || gmix_i_was_cut(status)) {
        return status;
    }
    if (status == GMIX_OK) {
        gmix_i_text_add(&sheet->out,
                        "<figure data-picture=\"%zu\">\n<figcaption><h3>%s</h3><p>%s"
                        "</p></figcaption>\n</figure>\n",
                        (size_t)(picture - pictures), picture->title, picture->text);
    }
    return GMIX_OK;
}

/* A picture that cannot be drawn says why; *hinted: the reader knows about points. */
static gmix_status put_picture(gmix_i_sheet *sheet, const struct picture *picture,
                               bool *hinted) {
    static const char hint[] = " Point at one to see its values and probabilities, or go "
                               "from one to the next with the arrow keys.";
    struct gmix_i_text *const out = &sheet->out;
    char *svg = NULL, *narrow = NULL;
    gmix_status status = draw(sheet, picture, false, &svg);
    if (status == GMIX_OK) {
        status = draw(sheet, picture, true, &narrow);
    }
    if (status == GMIX_ERR_NOMEM || gmix_i_was_cut(status)) {
        gmix_text_free(&svg);
        return status;
    }
    gmix_i_text_add(out, "<figure class=\"picture%s\">\n<figcaption><h3>%s</h3><p>",
                    picture->wide ? " wide" : "", picture->title);
    if (status == GMIX_OK) {
        const bool hints = !*hinted && picture->wide && strstr(svg, POINT) != NULL;
        *hinted = *hinted || hints;
        gmix_i_text_add(out,
                        "%s%s</p></figcaption>\n<div class=\"canvas%s\" "
                        "data-kind=\"%s\">",
                        picture->text, hints ? hint : "", narrow ? " broad" : "",
                        picture->kind);
        gmix_i_text_bytes(out, svg, strlen(svg));
        gmix_i_text_add(out, "</div>\n");
        if (narrow) {
            gmix_i_text_add(out, "<div class=\"canvas narrow\" data-kind=\"%s\">",
                            picture->kind);
            gmix_i_text_bytes(out, narrow, strlen(narrow));
            gmix_i_text_add(out, "</div>\n");
        }
    } else {
        gmix_i_text_add(out, "This picture cannot be drawn: ");
        gmix_i_html_text(out, gmix_ctx_message(sheet->ctx));
        gmix_i_text_add(out, ".</p></figcaption>\n");
    }
    gmix_i_text_add(out, "</figure>\n");
    gmix_text_free(&svg);
    gmix_text_free(&narrow);
    return GMIX_OK;
}

/* Hidden until the script that makes them work shows them. */
static void put_buttons(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    if (f->n_groups < 2) {
        return;
    }
    gmix_i_text_add(out, "<div class=\"switches\" role=\"group\" aria-label=\"Components "
                         "shown\" hidden>\n<span aria-hidden=\"true\">Show</span>\n");
    for (size_t g = 0; g < f->n_groups; g++) {
        if (g >= MOST_BUTTONS && g < f->k) {
            continue;
        }
        gmix_i_text_add(out, "<button type=\"button\" ");
        gmix_i_sheet_colour(sheet, "switch", g);
        if (g < f->k) {
            gmix_i_text_add(out,
                            " data-switch=\"%zu\" aria-pressed=\"true\">"
                            "<span class=\"unseen\">Component </span>%zu",
                            g, g);
        } else {
            gmix_i_text_add(out, " data-switch=\"-1\" aria-pressed=\"true\">Noise");
        }
        if (g < f->k) {
            gmix_i_sheet_called(sheet, g);
        }
        gmix_i_text_add(out, "</button>\n");
    }
    gmix_i_text_add(out, "<button type=\"button\" class=\"plain\" data-switch=\"all\">All"
                         "</button>\n<button type=\"button\" class=\"plain\" "
                         "data-switch=\"none\">None</button>\n</div>\n");
}

static int compare_rows(const void *a, const void *b) {
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The rows that are points in the pictures from byte `from` on, each once, ascending. */
static gmix_status find_drawn(gmix_i_sheet *sheet, size_t from, size_t **rows,
                              size_t *n) {
    static const char mark[] = POINT;
    size_t capacity = 0, used = 0;
    const char *at = sheet->out.bytes + from;
    *n = 0;
    while (sheet->out.status == GMIX_OK && (at = strstr(at, mark))) {
        at += sizeof mark - 1;
        const size_t row = strtoul(at, NULL, 10);
        const gmix_status status = gmix_i_grow(sheet->ctx, "rows of pictures", rows,
                                               &capacity, used + 1, sizeof **rows);
        if (status != GMIX_OK) {
            return status;
        }
        if (row < sheet->facts.n) {
            (*rows)[used++] = row;
        }
    }
    if (used > 0) {
        qsort(*rows, used, sizeof **rows, compare_rows);
    }
    for (size_t i = 0; i < used; i++) {
        if (i == 0 || (*rows)[i] != (*rows)[i - 1]) {
            (*rows)[(*n)++] = (*rows)[i];
        }
    }
    return GMIX_OK;
}

static void put_value(gmix_i_sheet *sheet, size_t row, size_t i) {
    const size_t j = sheet->facts.order[i];
    const double value = gmix_i_table_cell(sheet->x, row, j);
    gmix_i_text_add(&sheet->out, i > 0 ? "," : "");
    if (isfinite(value)) {
        char figure[GMIX_I_FIGURE];
        gmix_i_sheet_value(sheet, j, value, figure);
        gmix_i_text_add(&sheet->out, "%s", figure);
    } else {
        gmix_i_text_add(&sheet->out, "null");
    }
}

/* [row, [values], [group, tenths of a percent, group, ...]] */
static void put_drawn(gmix_i_sheet *sheet, size_t row, double *resp) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    double left = 1.0;
    gmix_i_text_add(out, "[%zu,[", row);
    for (size_t i = 0; i < f->d && i < VALUES_KEPT; i++) {
        put_value(sheet, row, i);
    }
    gmix_i_text_add(out, "],[");
    for (size_t k = 0; k < f->k; k++) {
        left -= resp[k];
    }
    for (size_t n = 0; n < GROUPS_KEPT && n < f->n_groups; n++) {
        size_t best = f->k;
        double p = f->n_groups > f->k ? left : -1.0;
        for (size_t k = 0; k < f->k; k++) {
            if (resp[k] > p) {
                best = k;
                p = resp[k];
            }
        }
        if (p < 0.0005 && n > 0) {
            break;
        }
        gmix_i_text_add(out, n > 0 ? ",%d,%.0f" : "%d,%.0f", best < f->k ? (int)best : -1,
                        1000 * fmax(p, 0));
        if (best < f->k) {
            resp[best] = -1.0; /* said */
        } else {
            left = -1.0;
        }
    }
    gmix_i_text_add(out, "]]");
}

/* The rows themselves as a table, for one call instead of one per row. */
static gmix_status gather(gmix_i_sheet *sheet, const size_t *rows, size_t n,
                          double **resp) {
    gmix_status status = GMIX_OK;
    const size_t d = sheet->facts.d;
    double *cells = NULL;
    GMIX_TRY(gmix_i_calloc(sheet->ctx, "rows of pictures", n * d, sizeof *cells, &cells));
    GMIX_TRY(gmix_i_calloc(sheet->ctx, "rows of pictures", n * sheet->facts.k,
                           sizeof **resp, resp));
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d; j++) {
            cells[i * d + j] = gmix_i_table_cell(sheet->x, rows[i], j);
        }
    }
    if (n > 0) {
        const gmix_table table = gmix_table_f64(cells, n, d);
        GMIX_TRY(gmix_responsibilities(sheet->ctx, sheet->model, &table, *resp));
    }
done:
    gmix_i_free(sheet->ctx, cells);
    return status;
}

static gmix_status put_points(gmix_i_sheet *sheet, size_t from) {
    gmix_status status = GMIX_OK;
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    size_t *rows = NULL, n = 0;
    double *resp = NULL;
    GMIX_TRY(find_drawn(sheet, from, &rows, &n));
    GMIX_TRY(gather(sheet, rows, n, &resp));
    gmix_i_text_add(out,
                    "<script type=\"application/json\" id=\"points\">\n{\"features\":[");
    for (size_t i = 0; i < f->d && i < VALUES_KEPT; i++) {
        const char *const name = gmix_model_feature_name(sheet->model, f->order[i]);
        gmix_i_text_add(out, i > 0 ? "," : "");
        if (name && name[0]) {
            gmix_i_html_json(out, name);
        } else {
            gmix_i_text_add(out, "\"x%zu\"", f->order[i]);
        }
    }
    if (sheet->opts->row_names) {
        gmix_i_text_add(out, "],\"names\":[");
        for (size_t i = 0; i < n; i++) {
            const char *const name = sheet->opts->row_names[rows[i]];
            gmix_i_text_add(out, i > 0 ? "," : "");
            gmix_i_html_json(out, name ? name : "");
        }
    }
    if (gmix_model_component_name(sheet->model, 0)) {
        gmix_i_text_add(out, "],\"components\":[");
        for (size_t k = 0; k < f->k; k++) {
            gmix_i_text_add(out, k > 0 ? "," : "");
            gmix_i_html_json(out, gmix_model_component_name(sheet->model, k));
        }
    }
    gmix_i_text_add(out, "],\"rows\":[");
    for (size_t i = 0; i < n; i++) {
        gmix_i_text_add(out, i > 0 ? ",\n" : "\n");
        put_drawn(sheet, rows[i], resp + i * f->k);
    }
    gmix_i_text_add(out, "]}\n</script>\n");
done:
    gmix_i_free(sheet->ctx, rows);
    gmix_i_free(sheet->ctx, resp);
    return status;
}

gmix_status gmix_i_sheet_pictures(gmix_i_sheet *sheet) {
    gmix_status status = GMIX_OK;
    gmix_i_text_add(&sheet->out,
                    "<section id=\"pictures\" aria-labelledby=\"pictures-title\">\n<h2 "
                    "id=\"pictures-title\">Pictures</h2>\n");
    put_buttons(sheet);
    gmix_i_text_add(&sheet->out, "<div class=\"pictures\">\n");
    const size_t from = sheet->out.used;
    bool hinted = false;
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        if (pictures[i].wanted(sheet)) {
            GMIX_TRY(sheet->on_paper ? put_caption(sheet, &pictures[i])
                                     : put_picture(sheet, &pictures[i], &hinted));
        }
    }
    gmix_i_text_add(&sheet->out, "</div>\n</section>\n");
    GMIX_TRY(sheet->on_paper ? GMIX_OK : put_points(sheet, from));
done:
    return status;
}
