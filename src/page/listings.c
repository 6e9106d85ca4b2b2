/* Tables that a reader sorts: the features, the rows worth a look, labels by component. */
#include <math.h>
#include <string.h>

#include <gmix/compare.h>
#include <gmix/components.h>

#include "page/sheet.h"

enum { MOST_FEATURES = 400, MOST_COLUMNS = 12, VALUES_SHOWN = 6, MOST_LABELS = 60 };

static void open_table(gmix_i_sheet *sheet, const char *caption) {
    gmix_i_text_add(&sheet->out,
                    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                    "aria-label=\"%s\">\n<table class=\"sortable\"><caption "
                    "class=\"unseen\">%s</caption>\n<thead><tr>",
                    caption, caption);
}

static void close_table(gmix_i_sheet *sheet) {
    gmix_i_text_add(&sheet->out, "</tbody></table>\n</div>\n");
}

static void put_heading(gmix_i_sheet *sheet, const char *attributes, const char *text) {
    gmix_i_text_add(&sheet->out, "<th scope=\"col\"%s>%s</th>", attributes, text);
}

static void put_number(gmix_i_sheet *sheet, double x, int decimals) {
    char figure[GMIX_I_FIGURE];
    gmix_i_shown(x, decimals, figure);
    gmix_i_text_add(&sheet->out, "<td class=\"number\">%s</td>", figure);
}

static void put_feature_row(gmix_i_sheet *sheet, size_t j, size_t n_shown) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    gmix_i_text_add(out, "<tr><th scope=\"row\">");
    gmix_i_sheet_feature(sheet, j);
    gmix_i_text_add(out, "</th>");
    if (f->k > 1) {
        char share[GMIX_I_FIGURE], value[GMIX_I_FIGURE];
        gmix_i_percent(f->separation[j], share);
        gmix_i_figure_text(100 * f->separation[j], 4, value);
        gmix_i_text_add(out,
                        "<td class=\"number\" data-value=\"%s\"><meter min=\"0\" "
                        "max=\"100\" value=\"%s\" aria-hidden=\"true\"></meter> %s</td>",
                        value, value, share);
    }
    for (size_t k = 0; k < n_shown; k++) {
        char mean[GMIX_I_FIGURE], sd[GMIX_I_FIGURE], value[GMIX_I_FIGURE];
        const double mu = gmix_model_means(sheet->model)[k * f->d + j];
        gmix_i_sheet_mean(sheet, k, j, mean, sd);
        gmix_i_figure_text(mu, gmix_i_decimals(f->sds[k * f->d + j] / 100), value);
        gmix_i_text_add(out,
                        "<td class=\"number\" data-component=\"%zu\" "
                        "data-value=\"%s\">%s&nbsp;<small>± %s</small></td>",
                        k, value, mean, sd);
    }
    gmix_i_text_add(out, "</tr>\n");
}

void gmix_i_sheet_features(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    const size_t n_shown = f->k < MOST_COLUMNS ? f->k : (size_t)MOST_COLUMNS;
    const size_t n_rows = f->d < MOST_FEATURES ? f->d : (size_t)MOST_FEATURES;
    gmix_i_text_add(out,
                    "<section id=\"features\" aria-labelledby=\"features-title\">\n"
                    "<h2 id=\"features-title\">%s</h2>\n<p>",
                    f->k > 1 ? "What tells the groups apart" : "The features");
    if (f->k > 1) {
        gmix_i_text_add(
            out, "Separation is the share of a feature’s variance that lies between "
                 "the groups: 0 %% where all have the same mean, 100 %% where each "
                 "is a point of its own. ");
    }
    gmix_i_text_add(out, "Numbers are means ± standard deviations.");
    if (n_shown < f->k) {
        gmix_i_text_add(out, " The first %zu of %zu components are shown.", n_shown,
                        f->k);
    }
    if (n_rows < f->d) {
        gmix_i_text_add(out, " The %zu of %zu features that separate best are shown.",
                        n_rows, f->d);
    }
    gmix_i_text_add(out, "</p>\n");
    open_table(sheet, f->k > 1 ? "Features by separation" : "Features");
    put_heading(sheet, "", "Feature");
    if (f->k > 1) {
        put_heading(sheet, " aria-sort=\"descending\" class=\"number\"", "Separation");
    }
    for (size_t k = 0; k < n_shown; k++) {
        gmix_i_text_add(out, "<th scope=\"col\" data-component=\"%zu\" ", k);
        gmix_i_sheet_colour(sheet, "number", k);
        gmix_i_text_add(out, ">Component %zu", k);
        if (gmix_model_component_name(sheet->model, k)) {
            gmix_i_sheet_called(sheet, k);
        }
        gmix_i_text_add(out, "</th>");
    }
    gmix_i_text_add(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n_rows; i++) {
        put_feature_row(sheet, f->order[i], n_shown);
    }
    close_table(sheet);
    gmix_i_text_add(out, "</section>\n");
}

/* The features that separate best, as many as a table of rows can show. */
static size_t n_values(const gmix_i_sheet *sheet) {
    return sheet->facts.d < VALUES_SHOWN ? sheet->facts.d : (size_t)VALUES_SHOWN;
}

/* Of every feature the decimals that the values of a list have, at most. */
static void find_places(const gmix_i_sheet *sheet, const gmix_i_noted_list *list,
                        size_t places[VALUES_SHOWN]) {
    for (size_t i = 0; i < n_values(sheet); i++) {
        const size_t j = sheet->facts.order[i];
        places[i] = 0;
        for (size_t r = 0; r < list->n; r++) {
            char figure[GMIX_I_FIGURE];
            const double value = gmix_i_table_cell(sheet->x, list->rows[r].row, j);
            gmix_i_sheet_value(sheet, j, isnan(value) ? 0 : value, figure);
            const size_t n = gmix_i_places(figure);
            places[i] = n > places[i] ? n : places[i];
        }
    }
}

static void put_values(gmix_i_sheet *sheet, size_t row,
                       const size_t places[VALUES_SHOWN]) {
    for (size_t i = 0; i < n_values(sheet); i++) {
        const size_t j = sheet->facts.order[i];
        const double value = gmix_i_table_cell(sheet->x, row, j);
        if (isnan(value)) {
            gmix_i_text_add(&sheet->out, "<td class=\"number missing\">missing</td>");
        } else {
            char figure[GMIX_I_FIGURE];
            gmix_i_sheet_value(sheet, j, value, figure);
            if (!strchr(figure, 'e')) { /* as many decimals as the others of the column */
                gmix_i_figure_text(value, (int)places[i], figure);
            }
            gmix_i_text_add(&sheet->out,
                            figure[0] == '-' ? "<td class=\"number\">−%s</td>"
                                             : "<td class=\"number\">%s</td>",
                            figure + (figure[0] == '-'));
        }
    }
}

static void put_value_headings(gmix_i_sheet *sheet) {
    for (size_t i = 0; i < n_values(sheet); i++) {
        gmix_i_text_add(&sheet->out, "<th scope=\"col\" class=\"number\">");
        gmix_i_sheet_feature(sheet, sheet->facts.order[i]);
        gmix_i_text_add(&sheet->out, "</th>");
    }
    gmix_i_text_add(&sheet->out, "</tr></thead>\n<tbody>\n");
}

static void put_member(gmix_i_sheet *sheet, size_t g, double p) {
    char share[GMIX_I_FIGURE], value[GMIX_I_FIGURE];
    gmix_i_certainty(p, share);
    gmix_i_figure_text(100 * p, 4, value);
    gmix_i_text_add(&sheet->out, "<td>");
    gmix_i_sheet_group(sheet, g);
    gmix_i_text_add(&sheet->out, "</td><td class=\"number\" data-value=\"%s\">%s</td>",
                    value, share);
}

/* The row's number, and its name behind it. */
static void open_row(gmix_i_sheet *sheet, size_t row) {
    const char *const *const names = sheet->opts->row_names;
    gmix_i_text_add(&sheet->out,
                    "<tr data-about=\"%zu\"><th scope=\"row\" data-value=\"%zu\">%zu",
                    row, row + 1, row + 1);
    if (names && names[row]) {
        gmix_i_text_add(&sheet->out, " <span class=\"name\">");
        gmix_i_html_text(&sheet->out, names[row]);
        gmix_i_text_add(&sheet->out, "</span>");
    }
    gmix_i_text_add(&sheet->out, "</th>");
}

static void put_doubtful(gmix_i_sheet *sheet) {
    const gmix_i_noted_list *const list = &sheet->facts.doubtful;
    struct gmix_i_text *const out = &sheet->out;
    if (sheet->facts.n_groups == 1) {
        return;
    }
    gmix_i_text_add(out, "<h3>In doubt</h3>\n");
    if (list->n == 0) {
        gmix_i_text_add(out,
                        "<p>None: every row’s likeliest group has 80 %% or more.</p>\n");
        return;
    }
    char rows[GMIX_I_FIGURE];
    size_t places[VALUES_SHOWN] = {0};
    find_places(sheet, list, places);
    gmix_i_count(sheet->facts.n_doubtful, rows);
    gmix_i_text_add(out,
                    "<p>Rows between two groups: %s%s, the least certain first.</p>\n",
                    list->n < sheet->facts.n_doubtful ? "10 of " : "", rows);
    open_table(sheet, "Rows in doubt");
    put_heading(sheet, "", "Row");
    put_heading(sheet, "", "Likeliest");
    put_heading(sheet, " class=\"number\" aria-sort=\"ascending\"", "Probability");
    put_heading(sheet, "", "Next");
    put_heading(sheet, " class=\"number\"", "Probability");
    put_value_headings(sheet);
    for (size_t i = 0; i < list->n; i++) {
        const gmix_i_noted *const row = &list->rows[i];
        open_row(sheet, row->row);
        put_member(sheet, row->first, row->p_first);
        put_member(sheet, row->second, row->p_second);
        put_values(sheet, row->row, places);
        gmix_i_text_add(out, "</tr>\n");
    }
    close_table(sheet);
}

static void put_unlikely(gmix_i_sheet *sheet) {
    const gmix_i_noted_list *const list = &sheet->facts.unlikely;
    size_t places[VALUES_SHOWN] = {0};
    find_places(sheet, list, places);
    gmix_i_text_add(
        &sheet->out,
        "<h3>Far out</h3>\n<p>The rows of lowest density under the mixture, the "
        "least likely first. Some rows always come last; slips of the pen are "
        "often among them.</p>\n");
    open_table(sheet, "Rows of lowest density");
    put_heading(sheet, "", "Row");
    put_heading(sheet, " class=\"number\" aria-sort=\"ascending\"", "Log-density");
    put_heading(sheet, "", "Likeliest");
    put_heading(sheet, " class=\"number\"", "Probability");
    put_value_headings(sheet);
    for (size_t i = 0; i < list->n; i++) {
        const gmix_i_noted *const row = &list->rows[i];
        open_row(sheet, row->row);
        put_number(sheet, row->rank, 2);
        put_member(sheet, row->first, row->p_first);
        put_values(sheet, row->row, places);
        gmix_i_text_add(&sheet->out, "</tr>\n");
    }
    close_table(sheet);
}

void gmix_i_sheet_rows(gmix_i_sheet *sheet) {
    gmix_i_text_add(
        &sheet->out,
        "<section id=\"rows\" aria-labelledby=\"rows-title\">\n<h2 "
        "id=\"rows-title\">Rows worth a look</h2>\n<p class=\"aside\">Rows are "
        "counted from 1, without the line of names.</p>\n");
    put_doubtful(sheet);
    put_unlikely(sheet);
    gmix_i_text_add(&sheet->out, "</section>\n");
}

static void put_label_name(gmix_i_sheet *sheet, size_t c) {
    if (sheet->x->class_names && c < sheet->x->n_classes) {
        gmix_i_html_text(&sheet->out, sheet->x->class_names[c]);
    } else {
        gmix_i_text_add(&sheet->out, "%zu", c);
    }
}

static void put_agreement(gmix_i_sheet *sheet, const gmix_agreement *a) {
    struct gmix_i_text *const out = &sheet->out;
    char rand[GMIX_I_FIGURE], error[GMIX_I_FIGURE];
    gmix_i_shown(a->adjusted_rand, 3, rand);
    gmix_i_percent(a->error_rate, error);
    gmix_i_text_add(out,
                    "<section id=\"labels\" aria-labelledby=\"labels-title\">\n<h2 "
                    "id=\"labels-title\">Against the labels</h2>\n<p>The adjusted Rand "
                    "index is <b>%s</b>: 1 is the same grouping, 0 what chance gives. "
                    "With components and labels matched one to one, <b>%s</b> of the "
                    "labelled rows are elsewhere.</p>\n",
                    rand, error);
    if (a->n_b <= MOST_LABELS && a->n_a <= MOST_LABELS) {
        open_table(sheet, "Rows by component and label");
        put_heading(sheet, "", "Component");
        for (size_t b = 0; b < a->n_b; b++) {
            gmix_i_text_add(out, "<th scope=\"col\" class=\"number\">");
            put_label_name(sheet, b);
            gmix_i_text_add(out, "</th>");
        }
        gmix_i_text_add(out, "</tr></thead>\n<tbody>\n");
        for (size_t k = 0; k < a->n_a; k++) {
            gmix_i_text_add(out, "<tr><th scope=\"row\">");
            gmix_i_sheet_group(sheet, k);
            gmix_i_text_add(out, "</th>");
            for (size_t b = 0; b < a->n_b; b++) {
                gmix_i_text_add(out, "<td class=\"number%s\">%.0f</td>",
                                a->match[k] == (int32_t)b ? " match" : "",
                                a->counts[k * a->n_b + b]);
            }
            gmix_i_text_add(out, "</tr>\n");
        }
        close_table(sheet);
    }
    gmix_i_text_add(out, "</section>\n");
}

gmix_status gmix_i_sheet_labels(gmix_i_sheet *sheet) {
    gmix_status status = GMIX_OK;
    const size_t n = sheet->x->n_rows;
    const int32_t *const found = sheet->facts.assigned.component;
    gmix_agreement agreement = {0};
    size_t n_known = 0;
    if (!sheet->x->labels) {
        return GMIX_OK;
    }
    for (size_t i = 0; i < n; i++) {
        n_known += found[i] >= 0 && sheet->x->labels[i] >= 0;
    }
    if (n_known > 0) {
        GMIX_TRY(gmix_compare_labels(sheet->ctx, n, found, sheet->x->labels, &agreement));
        put_agreement(sheet, &agreement);
    }
done:
    gmix_agreement_free(&agreement);
    return status;
}
