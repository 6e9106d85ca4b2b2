/* What the sections of a page have in common. See sheet.h. */
#include "page/sheet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gmix/components.h>

#include "plot/ink.h"

void gmix_i_sheet_feature(gmix_i_sheet *sheet, size_t j) {
    const char *const name = gmix_model_feature_name(sheet->model, j);
    if (name && name[0]) {
        gmix_i_html_text(&sheet->out, name);
    } else {
        gmix_i_text_add(&sheet->out, "x%zu", j);
    }
}

void gmix_i_sheet_colour(gmix_i_sheet *sheet, const char *more, size_t g) {
    if (g == sheet->facts.k) {
        gmix_i_text_add(&sheet->out, "class=\"%s noise\"", more);
    } else {
        gmix_i_text_add(&sheet->out, "class=\"%s k%zu\"", more, g % GMIX_I_N_HUES);
    }
}

void gmix_i_sheet_group(gmix_i_sheet *sheet, size_t g) {
    gmix_i_text_add(&sheet->out, "<span ");
    gmix_i_sheet_colour(sheet, "group", g);
    if (g == sheet->facts.k) {
        gmix_i_text_add(&sheet->out, ">noise</span>");
        return;
    }
    const char *const name = gmix_model_component_name(sheet->model, g);
    if (name) {
        gmix_i_text_add(&sheet->out, ">");
        gmix_i_html_text(&sheet->out, name);
    } else {
        gmix_i_text_add(&sheet->out, ">component&nbsp;%zu", g);
    }
    if (!name && gmix_model_n_classes(sheet->model) > 0) {
        const size_t c = (size_t)gmix_model_component_class(sheet->model, g);
        gmix_i_text_add(&sheet->out, " (");
        gmix_i_html_text(&sheet->out, gmix_model_class_name(sheet->model, c));
        gmix_i_text_add(&sheet->out, ")");
    }
    gmix_i_text_add(&sheet->out, "</span>");
}

void gmix_i_sheet_called(gmix_i_sheet *sheet, size_t k) {
    const int32_t c = gmix_model_component_class(sheet->model, k);
    const char *const name = gmix_model_component_name(sheet->model, k);
    if (name || c >= 0) {
        gmix_i_text_add(&sheet->out, " <span class=\"class\">");
        gmix_i_html_text(&sheet->out,
                         name ? name : gmix_model_class_name(sheet->model, (size_t)c));
        gmix_i_text_add(&sheet->out, "</span>");
    }
}

void gmix_i_sheet_data_name(gmix_i_sheet *sheet) {
    const char *const path = sheet->opts->data_file;
    const char *const slash = path ? strrchr(path, '/') : NULL;
    const char *const name = slash ? slash + 1 : path;
    gmix_i_html_text(&sheet->out, name && name[0] ? name : "the data");
}

void gmix_i_sheet_mean(const gmix_i_sheet *sheet, size_t k, size_t j,
                       char mean[GMIX_I_FIGURE], char sd[GMIX_I_FIGURE]) {
    const gmix_i_facts *const f = &sheet->facts;
    const double mu = gmix_model_means(sheet->model)[k * f->d + j],
                 own = f->sds[k * f->d + j];
    double least = own, most = own;
    for (size_t c = 0; c < f->k; c++) {
        least = fmin(least, f->sds[c * f->d + j]);
        most = fmax(most, f->sds[c * f->d + j]);
    }
    const int decimals = gmix_i_decimals((most > 100 * least ? own : least) / 100);
    gmix_i_shown(mu, decimals, mean);
    gmix_i_shown(own, decimals, sd);
}

size_t gmix_i_places(const char *figure) {
    const char *const point = strchr(figure, '.');
    return point && !strchr(figure, 'e') ? strlen(point + 1) : 0;
}

void gmix_i_sheet_value(const gmix_i_sheet *sheet, size_t j, double x,
                        char out[GMIX_I_FIGURE]) {
    const double sd = sheet->facts.sd[j];
    gmix_i_figure_text(x, gmix_i_decimals(sd > 0.0 ? sd / 1000 : 1e-4), out);
    if (strchr(out, '.') && !strchr(out, 'e')) {
        size_t length = strlen(out);
        while (out[length - 1] == '0') {
            out[--length] = '\0';
        }
        out[length - (out[length - 1] == '.')] = '\0';
    }
}
