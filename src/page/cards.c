/* A card for every component, where they are few: size, means and spreads, correlations, what sets
 * it apart. */
#include <math.h>
#include <string.h>

#include "page/sheet.h"

enum { MOST_CARDS = 8, MOST_FEATURES = 8, MOST_PAIRS = 4, MOST_TRAITS = 3 };

/* From here on a standardised difference is a large one (Cohen 1988). */
static const double LARGE = 0.8;

static const double CORRELATED = 0.3;

/* Features of a card: those that set the component apart most, in the table's order. */
static size_t choose_features(const gmix_i_facts *f, size_t k, size_t chosen[]) {
    size_t n = 0;
    for (size_t j = 0; j < f->d; j++) {
        size_t n_better = 0;
        for (size_t i = 0; i < f->d; i++) {
            const double mine = fabs(f->distance[k * f->d + j]);
            const double other = fabs(f->distance[k * f->d + i]);
            n_better += other > mine || (other == mine && i < j);
        }
        if (n_better < MOST_FEATURES && n < MOST_FEATURES) {
            chosen[n++] = j;
        }
    }
    return n;
}

static void put_size(gmix_i_sheet *sheet, size_t k) {
    const gmix_i_facts *const f = &sheet->facts;
    char share[GMIX_I_FIGURE], rows[GMIX_I_FIGURE];
    gmix_i_percent(gmix_model_weights(sheet->model)[k], share);
    gmix_i_count(f->n_members[k], rows);
    gmix_i_text_add(&sheet->out,
                    "<p class=\"size\"><b>%s</b> of the whole · %s row%s</p>\n", share,
                    rows, gmix_i_s(f->n_members[k]));
}

/* "high eruptions (2.4 sd above the rest)", the largest differences first. */
static size_t put_positions(gmix_i_sheet *sheet, size_t k) {
    const gmix_i_facts *const f = &sheet->facts;
    const double *const distance = f->distance + k * f->d;
    struct gmix_i_text *const out = &sheet->out;
    double below = INFINITY;
    size_t n = 0, last = f->d;
    while (n < MOST_TRAITS) {
        size_t best = f->d;
        for (size_t j = 0; j < f->d; j++) {
            const double away = fabs(distance[j]);
            const bool next = away < below || (away == below && j > last && last < f->d);
            if (next && away >= LARGE && (best == f->d || away > fabs(distance[best]))) {
                best = j;
            }
        }
        if (best == f->d) {
            break;
        }
        below = fabs(distance[best]);
        last = best;
        gmix_i_text_add(out, "%s<b>%s</b> ", n == 0 ? "Stands out by " : ", ",
                        distance[best] > 0 ? "high" : "low");
        gmix_i_sheet_feature(sheet, best);
        char size[GMIX_I_FIGURE];
        gmix_i_figure_text(below, 1, size);
        gmix_i_text_add(out,
                        n == 0 ? " (%s standard deviations %s the rest)" : " (%s %s)",
                        size, distance[best] > 0 ? "above" : "below");
        n++;
    }
    return n;
}

/* The feature in which its spread differs most from that of the rest, if it is much. */
static bool put_width(gmix_i_sheet *sheet, size_t k, bool alone) {
    const gmix_i_facts *const f = &sheet->facts;
    const double *const spread = f->spread + k * f->d;
    size_t best = 0;
    for (size_t j = 1; j < f->d; j++) {
        best = fabs(log(spread[j])) > fabs(log(spread[best])) ? j : best;
    }
    const double ratio = spread[best] > 1 ? spread[best] : 1 / spread[best];
    if (ratio < 2.0) {
        return false;
    }
    const char *const how = spread[best] > 1 ? "wider" : "narrower";
    char times[GMIX_I_FIGURE];
    gmix_i_figure_text(ratio, 1, times);
    gmix_i_text_add(&sheet->out,
                    alone ? "Stands out by being %s times %s in " : "; %s times %s in ",
                    times, how);
    gmix_i_sheet_feature(sheet, best);
    gmix_i_text_add(&sheet->out, " than the rest");
    return true;
}

static void put_traits(gmix_i_sheet *sheet, size_t k) {
    if (sheet->facts.k == 1) {
        return;
    }
    gmix_i_text_add(&sheet->out, "<p>");
    const size_t n = put_positions(sheet, k);
    const bool wide = put_width(sheet, k, n == 0);
    gmix_i_text_add(&sheet->out,
                    n > 0 || wide ? ".</p>\n"
                                  : "No single feature sets it far apart from the rest: "
                                    "it lies among the others.</p>\n");
}

void gmix_i_sheet_strip(gmix_i_sheet *sheet, size_t k, size_t j) {
    const gmix_i_facts *const f = &sheet->facts;
    const double mean = gmix_model_means(sheet->model)[k * f->d + j];
    const double sd = f->sds[k * f->d + j], width = f->highest[j] - f->lowest[j];
    if (!(width > 0.0)) {
        return;
    }
    const double at = 100 * fmin(fmax((mean - f->lowest[j]) / width, 0), 1);
    const double from = 100 * fmin(fmax((mean - sd - f->lowest[j]) / width, 0), 1);
    const double to = 100 * fmin(fmax((mean + sd - f->lowest[j]) / width, 0), 1);
    char a[GMIX_I_FIGURE], b[GMIX_I_FIGURE], c[GMIX_I_FIGURE];
    gmix_i_figure_text(from, 1, a);
    gmix_i_figure_text(fmax(to - from, 0.8), 1, b);
    gmix_i_figure_text(at, 1, c);
    gmix_i_text_add(
        &sheet->out,
        "<svg class=\"strip\" viewBox=\"-1 0 102 12\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\"><path class=\"track\" d=\"M0 6h100\"/><rect x=\"%s\" "
        "y=\"2.5\" width=\"%s\" height=\"7\"/><path class=\"tick\" d=\"M%s "
        "0v12\"/></svg>",
        a, b, c);
}

static void put_means(gmix_i_sheet *sheet, size_t k) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    size_t chosen[MOST_FEATURES];
    const size_t n = choose_features(f, k, chosen);
    gmix_i_text_add(out,
                    "<ul class=\"means\" aria-label=\"Means ± standard deviations\">\n");
    for (size_t i = 0; i < n; i++) {
        char mean[GMIX_I_FIGURE], sd[GMIX_I_FIGURE];
        gmix_i_sheet_mean(sheet, k, chosen[i], mean, sd);
        gmix_i_text_add(out, "<li><span class=\"name\">");
        gmix_i_sheet_feature(sheet, chosen[i]);
        gmix_i_text_add(out, "</span> <span class=\"value\">%s ± %s</span>", mean, sd);
        gmix_i_sheet_strip(sheet, k, chosen[i]);
        gmix_i_text_add(out, "</li>\n");
    }
    gmix_i_text_add(out, "</ul>\n");
    if (n < f->d) {
        gmix_i_text_add(out, "<p class=\"aside\">%s of %zu features%s</p>\n",
                        f->k == 1 ? "The first" : "These", f->d,
                        f->k == 1 ? "." : " set it apart most.");
    }
}

/* The strongest correlations of component k. */
static void put_correlations(gmix_i_sheet *sheet, size_t k, double *matrix) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    const size_t d = f->d;
    if (d == 1 || gmix_family_is_diagonal(gmix_model_covariance_name(sheet->model))) {
        return;
    }
    gmix_model_covariance(sheet->model, k, matrix);
    size_t n = 0;
    for (; n < MOST_PAIRS; n++) {
        size_t best = 0;
        double largest = CORRELATED;
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j < i; j++) {
                const double r =
                    fabs(matrix[i * d + j]) / (f->sds[k * d + i] * f->sds[k * d + j]);
                if (r > largest) {
                    largest = r;
                    best = i * d + j;
                }
            }
        }
        if (best == 0) {
            break;
        }
        const size_t i = best / d, j = best % d;
        char r[GMIX_I_FIGURE];
        gmix_i_shown(matrix[best] / (f->sds[k * d + i] * f->sds[k * d + j]), 2, r);
        gmix_i_text_add(out,
                        n == 0 ? "<p class=\"aside\">Within it, correlated: " : "; ");
        gmix_i_sheet_feature(sheet, j);
        gmix_i_text_add(out, " with ");
        gmix_i_sheet_feature(sheet, i);
        gmix_i_text_add(out, " (%s)", r);
        matrix[best] = 0.0; /* said */
    }
    gmix_i_text_add(out, "%s</p>\n",
                    n > 0 ? "."
                          : "<p class=\"aside\">Within it, no features are strongly "
                            "correlated.");
}

static void put_doubts(gmix_i_sheet *sheet, size_t k) {
    const gmix_i_facts *const f = &sheet->facts;
    const size_t *const between = f->n_between + k * f->n_groups;
    struct gmix_i_text *const out = &sheet->out;
    size_t sum = 0, most = 0;
    for (size_t g = 0; g < f->n_groups; g++) {
        sum += between[g];
        most = between[g] > between[most] ? g : most;
    }
    if (f->n_groups == 1) {
        return;
    }
    if (sum == 0) {
        gmix_i_text_add(out, "<p class=\"aside\">None of its rows is in doubt.</p>\n");
        return;
    }
    char rows[GMIX_I_FIGURE];
    gmix_i_count(sum, rows);
    gmix_i_text_add(out, "<p class=\"aside\">%s row%s in doubt, %s with ", rows,
                    gmix_i_s(sum),
                    f->n_groups == 2 || between[most] == sum ? "all" : "mostly");
    gmix_i_sheet_group(sheet, most);
    gmix_i_text_add(out, ".</p>\n");
}

static void put_card(gmix_i_sheet *sheet, size_t k, double *matrix) {
    struct gmix_i_text *const out = &sheet->out;
    gmix_i_text_add(out, "<article ");
    gmix_i_sheet_colour(sheet, "card", k);
    gmix_i_text_add(out,
                    " data-component=\"%zu\" aria-labelledby=\"card-%zu\">\n"
                    "<h3 id=\"card-%zu\">Component %zu",
                    k, k, k, k);
    gmix_i_sheet_called(sheet, k);
    gmix_i_text_add(out, "</h3>\n");
    put_size(sheet, k);
    put_traits(sheet, k);
    put_means(sheet, k);
    put_correlations(sheet, k, matrix);
    put_doubts(sheet, k);
    gmix_i_text_add(out, "</article>\n");
}

gmix_status gmix_i_sheet_cards(gmix_i_sheet *sheet) {
    gmix_status status = GMIX_OK;
    const gmix_i_facts *const f = &sheet->facts;
    double *matrix = NULL;
    GMIX_TRY(gmix_i_calloc(sheet->ctx, "a page", f->d * f->d, sizeof *matrix, &matrix));
    gmix_i_text_add(&sheet->out,
                    "<section id=\"components\" aria-labelledby=\"components-title\">\n"
                    "<h2 id=\"components-title\">%s</h2>\n",
                    f->k == 1 ? "The component" : "The components");
    if (f->k > MOST_CARDS) {
        gmix_i_sheet_component_table(sheet);
    } else {
        gmix_i_text_add(&sheet->out, "<div class=\"cards\">\n");
        for (size_t k = 0; k < f->k; k++) {
            put_card(sheet, k, matrix);
        }
        gmix_i_text_add(&sheet->out, "</div>\n");
    }
    GMIX_TRY(gmix_i_sheet_boundaries(sheet));
    gmix_i_text_add(&sheet->out, "</section>\n");
done:
    gmix_i_free(sheet->ctx, matrix);
    return status;
}
