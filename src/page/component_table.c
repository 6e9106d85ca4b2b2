/* Many components: a table with a row for each, in place of cards. */
#include "page/sheet.h"

enum { MOST_ROWS = 400, MOST_SHOWN = 6 };

static size_t n_shown(const gmix_i_facts *f) {
    return f->d < MOST_SHOWN ? f->d : (size_t)MOST_SHOWN;
}

static void put_headings(gmix_i_sheet *sheet) {
    struct gmix_i_text *const out = &sheet->out;
    gmix_i_text_add(
        out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
             "aria-label=\"The components\">\n<table class=\"sortable components\">"
             "<caption class=\"unseen\">The components</caption>\n<thead><tr>"
             "<th scope=\"col\">Component</th><th scope=\"col\" class=\"number\" "
             ">Share</th><th scope=\"col\" class=\"number\">Rows</th><th "
             "scope=\"col\" class=\"number\">In doubt</th>");
    for (size_t i = 0; i < n_shown(&sheet->facts); i++) {
        gmix_i_text_add(out, "<th scope=\"col\">");
        gmix_i_sheet_feature(sheet, sheet->facts.order[i]);
        gmix_i_text_add(out, "</th>");
    }
    gmix_i_text_add(out, "</tr></thead>\n<tbody>\n");
}

/* Mean and standard deviation, and where they are on the range of the data. */
static void put_feature(gmix_i_sheet *sheet, size_t k, size_t j) {
    const gmix_i_facts *const f = &sheet->facts;
    const size_t at = k * f->d + j;
    char mean[GMIX_I_FIGURE], sd[GMIX_I_FIGURE], value[GMIX_I_FIGURE];
    gmix_i_sheet_mean(sheet, k, j, mean, sd);
    gmix_i_sheet_value(sheet, j, gmix_model_means(sheet->model)[at], value);
    gmix_i_text_add(&sheet->out,
                    "<td data-value=\"%s\"><span class=\"value\">%s ± %s</span>", value,
                    mean, sd);
    gmix_i_sheet_strip(sheet, k, j);
    gmix_i_text_add(&sheet->out, "</td>");
}

static void put_component(gmix_i_sheet *sheet, size_t k) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    const double weight = gmix_model_weights(sheet->model)[k];
    char share[GMIX_I_FIGURE], value[GMIX_I_FIGURE], rows[GMIX_I_FIGURE],
        doubts[GMIX_I_FIGURE];
    size_t n_doubts = 0;
    for (size_t g = 0; g < f->n_groups; g++) {
        n_doubts += f->n_between[k * f->n_groups + g];
    }
    gmix_i_percent(weight, share);
    gmix_i_figure_text(100 * weight, 4, value);
    gmix_i_count(f->n_members[k], rows);
    gmix_i_count(n_doubts, doubts);
    gmix_i_text_add(out, "<tr ");
    gmix_i_sheet_colour(sheet, "row", k);
    gmix_i_text_add(out, " data-component=\"%zu\"><th scope=\"row\" data-value=\"%zu\">",
                    k, k);
    gmix_i_sheet_group(sheet, k);
    gmix_i_text_add(out,
                    "</th><td class=\"number\" data-value=\"%s\">%s</td><td "
                    "class=\"number\" data-value=\"%zu\">%s</td><td class=\"number\" "
                    "data-value=\"%zu\">%s</td>",
                    value, share, f->n_members[k], rows, n_doubts, doubts);
    for (size_t i = 0; i < n_shown(f); i++) {
        put_feature(sheet, k, f->order[i]);
    }
    gmix_i_text_add(out, "</tr>\n");
}

void gmix_i_sheet_component_table(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    gmix_i_text_add(out,
                    "<p class=\"aside\">Means ± standard deviations%s; bars are on the "
                    "range of the data.",
                    n_shown(f) < f->d ? " in the features that separate best" : "");
    if (f->k > MOST_ROWS) {
        gmix_i_text_add(out, " The first %d of %zu.", (int)MOST_ROWS, f->k);
    }
    gmix_i_text_add(out, "</p>\n");
    put_headings(sheet);
    for (size_t k = 0; k < f->k && k < MOST_ROWS; k++) {
        put_component(sheet, k);
    }
    gmix_i_text_add(out, "</tbody></table>\n</div>\n");
}
