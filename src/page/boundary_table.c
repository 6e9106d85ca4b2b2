/* Of one feature: where the likeliest component changes, all such places, and what is wrong there. */
#include <gmix/fit_test.h>

#include "page/sheet.h"

enum { MOST_SEGMENTS = 60 };

static void put_segment(gmix_i_sheet *sheet, const gmix_boundaries *b, size_t i) {
    struct gmix_i_text *const out = &sheet->out;
    char from[GMIX_I_FIGURE] = "", to[GMIX_I_FIGURE] = "";
    const size_t group =
        b->label[i] < 0 ? gmix_model_n_components(sheet->model) : (size_t)b->label[i];
    if (i > 0) {
        gmix_i_sheet_value(sheet, 0, b->at[i - 1], from);
    }
    if (i < b->n) {
        gmix_i_sheet_value(sheet, 0, b->at[i], to);
    }
    gmix_i_text_add(out,
                    "<tr><td class=\"number\">%s</td><td class=\"number\">%s</td>"
                    "<th scope=\"row\">",
                    from, to);
    gmix_i_sheet_group(sheet, group);
    gmix_i_text_add(out, "</th></tr>\n");
}

gmix_status gmix_i_sheet_boundaries(gmix_i_sheet *sheet) {
    gmix_status status = GMIX_OK;
    struct gmix_i_text *const out = &sheet->out;
    gmix_boundaries b = {0};
    char share[GMIX_I_FIGURE];
    if (sheet->facts.d != 1 || sheet->facts.n_groups < 2) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_boundaries_find(sheet->ctx, sheet->model, &b));
    gmix_i_percent(b.error_rate, share);
    gmix_i_text_add(
        out,
        "<h3>Where the likeliest component changes</h3>\n<p>Of the rows of such a "
        "mixture, %s do not come from the component that is likeliest at their "
        "place: no boundaries do better. A wide component may take over on both "
        "sides of a narrow one.</p>\n<div class=\"scroll\" tabindex=\"0\" "
        "role=\"region\" aria-label=\"Boundaries\">\n<table class=\"boundaries\">"
        "<caption class=\"unseen\">Boundaries</caption>\n<thead><tr><th "
        "scope=\"col\" class=\"number\">From</th><th scope=\"col\" "
        "class=\"number\">to</th><th scope=\"col\">likeliest</th></tr></thead>\n"
        "<tbody>\n",
        share);
    for (size_t i = 0; i <= b.n && i < MOST_SEGMENTS; i++) {
        put_segment(sheet, &b, i);
    }
    gmix_i_text_add(out, "</tbody></table>\n</div>\n");
done:
    gmix_boundaries_free(&b);
    return status;
}
