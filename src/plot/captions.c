/* What figures say: legends, subtitles, notes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gmix/components.h>

#include "plot/captions.h"

static void print_number(double x, int digits, char out[32]) {
    char text[40];
    snprintf(text, sizeof text, "%.*g", digits, x);
    size_t used = 0;
    for (const char *c = text; *c && used + 4 < 32; c++) {
        if (*c == '-') {
            memcpy(out + used, "\xE2\x88\x92", 3);
            used += 3;
        } else if (strchr("0123456789einfa+", *c)) {
            out[used++] = *c;
        } else if (used > 0 && out[used - 1] != '.') { /* the locale's point */
            out[used++] = '.';
        }
    }
    out[used] = '\0';
}

void gmix_i_plot_number(double x, char out[32]) {
    print_number(x, 4, out);
}

void gmix_i_plot_exact(double x, char out[32]) {
    print_number(x, 10, out);
}

void gmix_i_plot_percent(double share, char out[32]) {
    const long long tenths = llround(1000 * share);
    if (tenths == 0 && share > 0) {
        snprintf(out, 32, "< 0.1 %%");
    } else if (tenths >= 100 || tenths % 10 == 0) {
        snprintf(out, 32, "%lld %%", llround(100 * share)); /* not twice */
    } else {
        snprintf(out, 32, "%lld.%lld %%", tenths / 10, tenths % 10);
    }
}

void gmix_i_figure_entry(gmix_i_figure *figure, gmix_i_swatch swatch, int ink,
                         const char *text) {
    if (figure->n_entries < GMIX_I_MAX_ENTRIES) {
        figure->entries[figure->n_entries++] = (gmix_i_entry){
            .swatch = swatch, .ink = ink, .component = GMIX_I_NO_COMPONENT, .text = text};
    }
}

void gmix_i_figure_note(gmix_i_figure *figure, const char *sentence) {
    if (sentence && figure->n_notes < GMIX_I_MAX_NOTES) {
        figure->notes[figure->n_notes++] = sentence;
    }
}

/* "Component 0 · 36 %", with the class if it has one. */
static gmix_status plot_component(gmix_i_plot *plot, size_t k, const char **out) {
    char share[32];
    gmix_i_plot_percent(gmix_model_weights(plot->model)[k], share);
    const int32_t c = gmix_model_component_class(plot->model, k);
    const char *const name = gmix_model_component_name(plot->model, k);
    if (name) {
        return gmix_i_plot_text(plot, out, "%zu \xC2\xB7 %.60s \xC2\xB7 %s", k, name,
                                share);
    }
    return c < 0 ? gmix_i_plot_text(plot, out, "Component %zu \xC2\xB7 %s", k, share)
                 : gmix_i_plot_text(plot, out, "%zu \xC2\xB7 %.60s \xC2\xB7 %s", k,
                                    gmix_model_class_name(plot->model, (size_t)c), share);
}

static gmix_status add_noise(gmix_i_plot *plot, gmix_i_figure *figure,
                             gmix_i_swatch swatch) {
    const double weight = gmix_model_noise_weight(plot->model);
    char share[32];
    const char *text;
    if (weight <= 0) {
        return GMIX_OK;
    }
    gmix_i_plot_percent(weight, share);
    const gmix_status status = gmix_i_plot_text(plot, &text, "Noise \xC2\xB7 %s", share);
    if (status == GMIX_OK) {
        gmix_i_figure_entry(figure, swatch, GMIX_I_INK_NOISE, text);
        figure->entries[figure->n_entries - 1].component = -1;
        figure->entries[figure->n_entries - 1].shape = gmix_i_component_shape(-1);
    }
    return status;
}

gmix_status gmix_i_plot_legend(gmix_i_plot *plot, gmix_i_figure *figure,
                               gmix_i_swatch swatch) {
    enum { MOST = 14 };
    gmix_status status = GMIX_OK;
    const char *text;
    const size_t shown = plot->k <= MOST ? plot->k : MOST - 1;
    for (size_t k = 0; k < shown; k++) {
        GMIX_TRY(plot_component(plot, k, &text));
        gmix_i_figure_entry(figure, swatch, gmix_i_component_ink((int)k), text);
        figure->entries[figure->n_entries - 1].component = (int)k;
        figure->entries[figure->n_entries - 1].shape = gmix_i_component_shape((int)k);
    }
    if (shown < plot->k) {
        GMIX_TRY(gmix_i_plot_text(plot, &text, "and %zu more", plot->k - shown));
        gmix_i_figure_entry(figure, swatch, GMIX_I_INK_NONE, text);
    }
    GMIX_TRY(add_noise(plot, figure, swatch));
done:
    return status;
}

gmix_status gmix_i_plot_count(gmix_i_plot *plot, size_t n, const char *what,
                              const char **out) {
    char digits[32], grouped[48];
    snprintf(digits, sizeof digits, "%zu", n);
    const size_t length = strlen(digits);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && length > 4) {
            memcpy(grouped + used, "\xC2\xA0", 2); /* a blank that does not break */
            used += 2;
        }
        grouped[used++] = digits[i];
    }
    grouped[used] = '\0';
    return gmix_i_plot_text(plot, out, "%s %s%s", grouped, what, n == 1 ? "" : "s");
}

gmix_status gmix_i_plot_subtitle(gmix_i_plot *plot, const char **out) {
    gmix_status status = GMIX_OK;
    const char *rows = NULL, *components = NULL;
    if (plot->table) {
        GMIX_TRY(gmix_i_plot_count(plot, plot->table->n_rows, "row", &rows));
    }
    GMIX_TRY(gmix_i_plot_count(plot, plot->k, "component", &components));
    GMIX_TRY(gmix_i_plot_text(
        plot, out, "%s%s%s, %s covariance%s", rows ? rows : "", rows ? ", " : "",
        components, gmix_model_covariance_name(plot->model), plot->k == 1 ? "" : "s"));
done:
    return status;
}

gmix_status gmix_i_plot_unseen(gmix_i_plot *plot, gmix_i_figure *figure,
                               const gmix_i_unseen *unseen) {
    gmix_status status = GMIX_OK;
    const char *note;
    if (unseen->n_seen == 0) {
        gmix_i_figure_note(
            figure,
            "No component can be seen: the rows lie too far away or too far apart.");
    } else if (unseen->n > 0) {
        char more[48] = "";
        if (unseen->n > 1) {
            snprintf(more, sizeof more, " and %zu more", unseen->n - 1);
        }
        GMIX_TRY(gmix_i_plot_text(plot, &note,
                                  "Component %zu%s %s too narrow to be seen beside the "
                                  "others: rows lie under the cross.",
                                  unseen->first, more, unseen->n == 1 ? "is" : "are"));
        gmix_i_figure_note(figure, note);
    }
done:
    return status;
}

gmix_status gmix_i_plot_hidden(gmix_i_plot *plot, gmix_i_figure *figure, size_t n) {
    gmix_status status = GMIX_OK;
    const char *count, *note;
    if (n > 0) {
        GMIX_TRY(gmix_i_plot_count(plot, n, "row", &count));
        GMIX_TRY(gmix_i_plot_text(plot, &note, "%s with missing cells %s not shown.",
                                  count, n == 1 ? "is" : "are"));
        gmix_i_figure_note(figure, note);
    }
done:
    return status;
}
