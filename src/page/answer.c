/*
 * The answer in words: how many groups, how sure, how large, what tells them apart, and how
 * far the fit can be trusted. The thresholds are of language only: no number depends on them.
 */
#include <math.h>
#include <string.h>

#include "page/sheet.h"

enum { FEATURES_NAMED = 3, GROUPS_NAMED = 4 };

/* "Two groups, clearly apart". */
static void put_headline(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    char word[GMIX_I_FIGURE];
    gmix_i_number_word(f->k, word);
    word[0] = word[0] >= 'a' && word[0] <= 'z' ? (char)(word[0] - 'a' + 'A') : word[0];
    gmix_i_text_add(&sheet->out, "<h1 id=\"answer-title\">%s group%s", word,
                    gmix_i_s(f->k));
    if (f->n_groups > f->k) {
        gmix_i_text_add(&sheet->out, " and noise");
    }
    if (f->n_groups > 1 && f->placed > 0.0) {
        const bool clear = f->certainty >= 0.98 && f->doubtful_share <= 0.03;
        gmix_i_text_add(&sheet->out, "%s",
                        clear                  ? ", clearly apart"
                        : f->certainty >= 0.92 ? ", mostly apart"
                        : f->certainty >= 0.8  ? ", overlapping"
                                               : ", overlapping widely");
    }
    gmix_i_text_add(&sheet->out, "</h1>\n");
}

static void put_subject(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    char rows[GMIX_I_FIGURE], word[GMIX_I_FIGURE];
    gmix_i_count(f->n, rows);
    gmix_i_text_add(out, "The %s row%s of <b>", f->n == 1 ? "one" : rows, gmix_i_s(f->n));
    gmix_i_sheet_data_name(sheet);
    gmix_i_number_word(f->k, word);
    gmix_i_text_add(out, "</b>, ");
    if (f->d == 1) {
        gmix_i_text_add(out, "by the one feature <b>");
        gmix_i_sheet_feature(sheet, 0);
        gmix_i_text_add(out, "</b>, ");
    } else {
        char features[GMIX_I_FIGURE];
        gmix_i_number_word(f->d, features);
        gmix_i_text_add(out, "by %s features, ", features);
    }
    if (f->k == 1) {
        gmix_i_text_add(out, "%s described by a single Gaussian component. ",
                        f->n == 1 ? "is" : "are");
    } else {
        gmix_i_text_add(out, "%s %s groups, the components of a Gaussian mixture. ",
                        f->n == 1 ? "is placed among" : "fall into", word);
    }
}

static void put_empty(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    char rows[GMIX_I_FIGURE];
    gmix_i_count(f->n_empty, rows);
    if (f->n_empty == 1) {
        gmix_i_text_add(&sheet->out, "One of the rows has no observed cell and is not "
                                     "counted in what follows. ");
    } else if (f->n_empty > 1) {
        gmix_i_text_add(&sheet->out,
                        "Of the rows %s have no observed cell and are not counted in "
                        "what follows. ",
                        rows);
    }
}

static void put_certainty(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    char certainty[GMIX_I_FIGURE], share[GMIX_I_FIGURE], rows[GMIX_I_FIGURE];
    put_empty(sheet);
    if (f->n_groups == 1 || f->placed == 0.0) {
        return;
    }
    gmix_i_certainty(f->certainty, certainty);
    gmix_i_percent(f->doubtful_share, share);
    gmix_i_count(f->n_doubtful, rows);
    gmix_i_text_add(out, "A row’s likeliest group has a probability of <b>%s</b> %s; ",
                    certainty, f->n > 1 ? "on average" : "for this one");
    if (f->n_doubtful == 0) {
        gmix_i_text_add(out, "no row is in doubt (below 80 %%). ");
    } else {
        gmix_i_text_add(out, "<b>%s row%s</b> (%s) %s in doubt, below 80 %%. ", rows,
                        gmix_i_s(f->n_doubtful), share,
                        f->n_doubtful == 1 ? "is" : "are");
    }
}

static void put_share(gmix_i_sheet *sheet, size_t g, double weight, const char *verb) {
    char share[GMIX_I_FIGURE];
    gmix_i_percent(weight, share);
    gmix_i_sheet_group(sheet, g);
    gmix_i_text_add(&sheet->out, "%s %s", verb, share);
}

/* All sizes where they are few, else the largest and the smallest. */
static void put_sizes(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    const double *const weights = gmix_model_weights(sheet->model);
    struct gmix_i_text *const out = &sheet->out;
    size_t largest = 0, smallest = 0;
    for (size_t k = 1; k < f->k; k++) {
        largest = weights[k] > weights[largest] ? k : largest;
        smallest = weights[k] < weights[smallest] ? k : smallest;
    }
    if (f->k > 1 && f->k <= GROUPS_NAMED) {
        for (size_t k = 0; k < f->k; k++) {
            gmix_i_text_add(out, k == 0         ? "Of the whole, "
                                 : k + 1 < f->k ? ", "
                                                : " and ");
            put_share(sheet, k, weights[k], k == 0 ? " is" : "");
        }
        gmix_i_text_add(out, ". ");
    } else if (f->k > 1) {
        gmix_i_text_add(out, "The largest, ");
        put_share(sheet, largest, weights[largest], ", is");
        gmix_i_text_add(out, " of the whole, the smallest, ");
        put_share(sheet, smallest, weights[smallest], ",");
        gmix_i_text_add(out, ". ");
    }
    if (f->n_groups > f->k) {
        char share[GMIX_I_FIGURE];
        gmix_i_percent(gmix_model_noise_weight(sheet->model), share);
        gmix_i_text_add(out, "Noise, which belongs to no group, takes %s. ", share);
    }
}

/* The groups have much the same means: the largest difference in spread, if it is one. */
static void put_spread(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    struct gmix_i_text *const out = &sheet->out;
    size_t best = 0;
    for (size_t at = 1; at < f->k * f->d; at++) {
        if (fabs(log(f->spread[at])) > fabs(log(f->spread[best]))) {
            best = at;
        }
    }
    gmix_i_text_add(out,
                    "<p>The groups hardly differ in their means; what tells them apart "
                    "is how their rows scatter.");
    const double ratio = f->spread[best];
    if (ratio > 1.5 || ratio < 1 / 1.5) {
        gmix_i_text_add(out, " Most of all, ");
        gmix_i_sheet_group(sheet, best / f->d);
        char times[GMIX_I_FIGURE];
        gmix_i_figure_text(ratio > 1 ? ratio : 1 / ratio, 1, times);
        gmix_i_text_add(out, " is %s times %s in <b>", times,
                        ratio > 1 ? "wider" : "narrower");
        gmix_i_sheet_feature(sheet, best % f->d);
        gmix_i_text_add(out, "</b> than the rest.");
    }
    gmix_i_text_add(out, "</p>\n");
}

static void put_mean_of(gmix_i_sheet *sheet, size_t k, size_t j) {
    const gmix_i_facts *const f = &sheet->facts;
    char mean[GMIX_I_FIGURE], sd[GMIX_I_FIGURE];
    gmix_i_figures(gmix_model_means(sheet->model)[k * f->d + j], f->sds[k * f->d + j],
                   mean, sd);
    gmix_i_text_add(&sheet->out, "%s ± %s in ", mean, sd);
    gmix_i_sheet_group(sheet, k);
}

/* The feature that separates best, with its extreme groups; then those that follow. */
static void put_differences(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    const double *const means = gmix_model_means(sheet->model);
    struct gmix_i_text *const out = &sheet->out;
    const size_t j = f->order[0];
    if (f->k == 1) {
        return;
    }
    if (f->separation[j] < 0.1) {
        put_spread(sheet);
        return;
    }
    size_t low = 0, high = 0;
    for (size_t k = 1; k < f->k; k++) {
        low = means[k * f->d + j] < means[low * f->d + j] ? k : low;
        high = means[k * f->d + j] > means[high * f->d + j] ? k : high;
    }
    char share[GMIX_I_FIGURE];
    gmix_i_percent(f->separation[j], share);
    gmix_i_text_add(out, "<p>What tells them apart%s <b>", f->d > 1 ? " most is" : ": ");
    gmix_i_sheet_feature(sheet, j);
    gmix_i_text_add(out, f->k > 2 ? "</b>, from " : "</b>: ");
    put_mean_of(sheet, low, j);
    gmix_i_text_add(out, f->k > 2 ? " to " : ", ");
    put_mean_of(sheet, high, j);
    gmix_i_text_add(out, "; %s of its variance lies between the groups.", share);
    for (size_t i = 1; i < f->d && i < FEATURES_NAMED; i++) {
        const size_t next = f->order[i];
        if (f->separation[next] >= 0.2) {
            gmix_i_percent(f->separation[next], share);
            gmix_i_text_add(out, i == 1 ? " Next comes <b>" : ", then <b>");
            gmix_i_sheet_feature(sheet, next);
            gmix_i_text_add(out, "</b> (%s)", share);
        }
    }
    gmix_i_text_add(out,
                    f->d > 1 && f->separation[f->order[1]] >= 0.2 ? ".</p>\n" : "</p>\n");
}

static void put_search(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    if (r->n_runs <= 1) {
        gmix_i_text_add(out, "It comes from a single run of EM, so nothing says that "
                             "another start would not lead elsewhere. ");
    } else if (gmix_i_cut_short(r)) {
        gmix_i_text_add(out, "The search was cut short: with more time there may be a "
                             "better solution. ");
    } else if (r->n_hits > 1) {
        gmix_i_text_add(out,
                        "%zu of the %zu runs of the search led to this same "
                        "solution, so it is %s an accident of the start. ",
                        r->n_hits, r->n_runs, r->n_hits > 4 ? "hardly" : "probably not");
        if (r->chance_of_better > 0.2) {
            gmix_i_text_add(
                out,
                "Where so few agree, more work finds a better one about %.0f "
                "times in 100: <code>--search thorough</code> looks further. ",
                100.0 * r->chance_of_better);
        }
    } else {
        gmix_i_text_add(out,
                        "Only one of the %zu runs of the search led to "
                        "this solution: there may be a better one, and "
                        "<code>--search thorough</code> looks further. ",
                        r->n_runs);
    }
}

static void put_trust(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    if (!r) {
        gmix_i_text_add(out, "<p>The model says nothing of how it was fitted.</p>\n");
        return;
    }
    gmix_i_text_add(out, "<p>");
    if (r->n_candidates > 1) {
        gmix_i_text_add(out,
                        "The model was chosen among <a href=\"#selection\">%zu</a> by ",
                        r->n_candidates);
        gmix_i_sheet_criterion(sheet);
        gmix_i_text_add(out, ". ");
    }
    if (sheet->facts.k > 1 && gmix_model_n_classes(sheet->model) == 0) {
        put_search(sheet);
    }
    gmix_i_text_add(out, "%s",
                    r->sound && r->n_parameters > r->n_samples
                        ? "No component is singular, but the model has more parameters "
                          "than there are rows: take it with caution."
                    : r->sound
                        ? "Every component rests on enough rows of its own."
                        : "<b>Not every component rests on enough rows of its own: see "
                          "the <a href=\"#fit\">warnings</a>.</b>");
    if (!r->converged && r->stop != GMIX_STOP_NONE && r->stop != GMIX_STOP_STALLED) {
        gmix_i_text_add(out, " <b>EM was stopped before it converged.</b>");
    }
    gmix_i_text_add(out, "</p>\n");
    if (!sheet->same_rows) {
        gmix_i_text_add(out,
                        "<p class=\"notice\">These are not the rows that the model was "
                        "fitted to: the model is being applied to other data.</p>\n");
    }
}

static void put_tile(gmix_i_sheet *sheet, const char *value, const char *what) {
    gmix_i_text_add(&sheet->out, "<li><b>%s</b> %s</li>\n", value, what);
}

static void put_tiles(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    char text[GMIX_I_FIGURE];
    gmix_i_text_add(&sheet->out, "<ul class=\"tiles\">\n");
    gmix_i_count(f->k, text);
    put_tile(sheet, text, f->k == 1 ? "component" : "components");
    gmix_i_count(f->n, text);
    put_tile(sheet, text, f->n == 1 ? "row" : "rows");
    gmix_i_count(f->d, text);
    put_tile(sheet, text, f->d == 1 ? "feature" : "features");
    if (f->n_groups > 1 && f->placed > 0.0) {
        gmix_i_certainty(f->certainty, text);
        put_tile(sheet, text, "mean certainty");
        gmix_i_percent(f->doubtful_share, text);
        put_tile(sheet, text, "of rows in doubt");
    }
    gmix_i_text_add(&sheet->out, "</ul>\n");
}

void gmix_i_sheet_answer(gmix_i_sheet *sheet) {
    gmix_i_text_add(&sheet->out,
                    "<section id=\"answer\" aria-labelledby=\"answer-title\">\n");
    put_headline(sheet);
    gmix_i_text_add(&sheet->out, "<p class=\"lead\">");
    put_subject(sheet);
    put_certainty(sheet);
    put_sizes(sheet);
    gmix_i_text_add(&sheet->out, "</p>\n");
    put_differences(sheet);
    put_trust(sheet);
    put_tiles(sheet);
    gmix_i_text_add(&sheet->out, "</section>\n");
}
