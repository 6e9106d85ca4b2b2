/* How the model came about: its family, its numbers, the models it was chosen from, how EM
 * ended, warnings, and what it takes to do it again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/bayes.h>

#include "page/sheet.h"
#include "record/criterion_table.h"

enum { MOST_CANDIDATES = 400 };

static void put_term(gmix_i_sheet *sheet, const char *term) {
    gmix_i_text_add(&sheet->out, "<div><dt>%s</dt><dd>", term);
}

static void end_term(gmix_i_sheet *sheet) {
    gmix_i_text_add(&sheet->out, "</dd></div>\n");
}

static void put_real(gmix_i_sheet *sheet, const char *term, double x) {
    char figure[GMIX_I_FIGURE];
    gmix_i_shown(x, 2, figure);
    put_term(sheet, term);
    gmix_i_text_add(&sheet->out, "%s", figure);
    end_term(sheet);
}

/* A letter of a family's mclust name: volume, shape, orientation of the components. */
static const char *said_of(char letter, size_t which) {
    static const char *const own[] = {"a size", "a shape", "a direction"};
    static const char *const common[] = {"one size", "one shape", "one direction"};
    static const char *const none[] = {"", "round", "along the features’ axes"};
    return letter == 'V' ? own[which] : letter == 'E' ? common[which] : none[which];
}

/* "VEI": "each component has a size of its own; all share one shape, ...". */
static void put_family_words(gmix_i_sheet *sheet, const char *letters) {
    struct gmix_i_text *const out = &sheet->out;
    size_t n = 0;
    for (size_t i = 0; i < 3; i++) {
        if (letters[i] == 'V') {
            gmix_i_text_add(out, "%s%s", n++ == 0 ? "each component has " : ", ",
                            said_of('V', i));
        }
    }
    gmix_i_text_add(out, n > 0 ? " of its own" : "");
    size_t n_common = 0;
    for (size_t i = 0; i < 3; i++) {
        if (letters[i] == 'E') {
            gmix_i_text_add(out, "%s%s",
                            n_common++ > 0 ? ", "
                            : n > 0        ? "; all share "
                                           : "all share ",
                            said_of('E', i));
        }
    }
    for (size_t i = 1; i < 3; i++) {
        if (letters[i] == 'I' && !(i == 2 && letters[1] == 'I')) {
            gmix_i_text_add(out, n + n_common > 0 ? "; %s" : "%s", said_of('I', i));
        }
    }
}

/* "4 factors": what a law with factors leaves to say, which its name does not. */
static void put_factors(gmix_i_sheet *sheet, const char *law) {
    const size_t q = gmix_family_n_factors(law);
    gmix_family_part parts[2];
    const size_t k = gmix_model_n_components(sheet->model);
    gmix_family_parts(law, k, gmix_model_n_features(sheet->model), parts);
    gmix_i_text_add(
        &sheet->out,
        ": features go together by %zu factor%s, %s; the rest of each is its own", q,
        gmix_i_s(q),
        parts[0].n_dims == 2 ? "whose loadings all components share"
                             : "each component by loadings of its own");
}

static void put_family(gmix_i_sheet *sheet) {
    const char *const family = gmix_model_covariance_name(sheet->model);
    const char *const alias = gmix_family_alias(family);
    const char *const letters = strlen(family) == 3 ? family : alias;
    put_term(sheet, "Covariance family");
    gmix_i_html_text(&sheet->out, family);
    if (gmix_family_n_factors(family) > 0) {
        if (alias) {
            gmix_i_text_add(&sheet->out, " (%s)", alias);
        }
        put_factors(sheet, family);
    } else if (letters && strlen(letters) == 3) {
        gmix_i_text_add(&sheet->out, letters == alias ? " (%s): " : "%.0s: ", letters);
        put_family_words(sheet, letters);
    }
    end_term(sheet);
}

static void put_stop(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    const size_t n = r->n_iterations;
    put_term(sheet, "EM");
    switch (r->stop) {
    case GMIX_STOP_CONVERGED:
        gmix_i_text_add(out, "converged after %zu iteration%s", n, gmix_i_s(n));
        break;
    case GMIX_STOP_MAX_ITER:
        gmix_i_text_add(out,
                        "not converged: it was stopped at the limit of %zu iteration%s",
                        n, gmix_i_s(n));
        break;
    case GMIX_STOP_TIME_LIMIT:
        gmix_i_text_add(out, "not converged: the time was over in iteration %zu", n);
        break;
    case GMIX_STOP_CANCELLED:
        gmix_i_text_add(out, "interrupted in iteration %zu: the best model so far", n);
        break;
    case GMIX_STOP_STALLED:
        gmix_i_text_add(out, "went as far as rounding allows, %zu iteration%s", n,
                        gmix_i_s(n));
        break;
    case GMIX_STOP_NONE:
        gmix_i_text_add(out, "%zu iteration%s", n, gmix_i_s(n));
        break;
    }
    end_term(sheet);
}

bool gmix_i_cut_short(const gmix_report *report) {
    return report->stop == GMIX_STOP_TIME_LIMIT || report->stop == GMIX_STOP_CANCELLED;
}

static void put_effort(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    if (r->n_runs > 1 && gmix_i_cut_short(r)) {
        put_term(sheet, "Search");
        gmix_i_text_add(out, "cut short: the best model so far");
        end_term(sheet);
    } else if (r->n_runs > 1) {
        put_term(sheet, "Search");
        gmix_i_text_add(out, "the best of %zu start%s; %zu of %zu runs led to it",
                        r->n_starts, gmix_i_s(r->n_starts), r->n_hits, r->n_runs);
        end_term(sheet);
    }
}

static void put_weights(gmix_i_sheet *sheet) {
    if (sheet->x->weights) {
        char figure[GMIX_I_FIGURE];
        gmix_i_shown(sheet->facts.total, 2, figure);
        put_term(sheet, "Row weights");
        gmix_i_text_add(&sheet->out, "%s in all; rows are counted without them", figure);
        end_term(sheet);
    }
}

static void put_missing(gmix_i_sheet *sheet) {
    const gmix_i_facts *const f = &sheet->facts;
    if (f->n_missing > 0) {
        char cells[GMIX_I_FIGURE], rows[GMIX_I_FIGURE], share[GMIX_I_FIGURE];
        gmix_i_count(f->n_missing, cells);
        gmix_i_count(f->n_incomplete, rows);
        gmix_i_percent((double)f->n_missing / ((double)f->n * (double)f->d), share);
        put_term(sheet, "Missing cells");
        gmix_i_text_add(&sheet->out, "%s (%s), in %s row%s", cells, share, rows,
                        gmix_i_s(f->n_incomplete));
        if (sheet->report && sheet->report->n_dropped_rows > 0) {
            gmix_i_text_add(&sheet->out, "; the fit left these rows out");
        } else {
            gmix_i_text_add(&sheet->out, "; a row counts by the cells that it has");
        }
        if (f->n_empty > 0) {
            char empty[GMIX_I_FIGURE];
            gmix_i_count(f->n_empty, empty);
            gmix_i_text_add(&sheet->out,
                            "; %s row%s no observed cell, %s the N of BIC all the "
                            "same",
                            empty, f->n_empty == 1 ? " has" : "s have",
                            f->n_empty == 1 ? "is counted in" : "and count in");
        }
        end_term(sheet);
    }
}

static void put_resolution(gmix_i_sheet *sheet) {
    enum { NAMED = 12 };
    const double *const steps = sheet->report ? sheet->report->resolution : NULL;
    size_t n = 0;
    for (size_t j = 0; steps && j < sheet->facts.d; j++) {
        if (!(steps[j] > 0.0) || ++n > NAMED) {
            continue;
        }
        if (n == 1) {
            put_term(sheet, "Recorded in steps of");
        }
        gmix_i_text_add(&sheet->out, "%s%.6g (", n > 1 ? ", " : "", steps[j]);
        gmix_i_sheet_feature(sheet, j);
        gmix_i_text_add(&sheet->out, ")");
    }
    if (n > 0) {
        gmix_i_text_add(&sheet->out, "%s; no component is narrower than half a step",
                        n > NAMED ? " and others" : "");
        end_term(sheet);
    }
}

static void put_errors(gmix_i_sheet *sheet, const char *term, const gmix_confusion *c) {
    if (c->n_classes > 0) {
        char share[GMIX_I_FIGURE];
        gmix_i_percent(c->error_rate, share);
        put_term(sheet, term);
        gmix_i_text_add(&sheet->out, "%s of the labelled rows in the wrong class", share);
        end_term(sheet);
    }
}

static void put_numbers(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    char figure[GMIX_I_FIGURE];
    gmix_i_text_add(&sheet->out, "<dl class=\"facts\">\n");
    put_family(sheet);
    put_weights(sheet);
    put_missing(sheet);
    put_resolution(sheet);
    if (r) {
        put_stop(sheet);
        put_effort(sheet);
        if (isfinite(r->log_likelihood)) { /* of posteriors of streams it is not known */
            put_term(sheet, "Log-likelihood");
            gmix_i_shown(r->log_likelihood, 3, figure);
            gmix_i_text_add(&sheet->out, "%s", figure);
            gmix_i_shown(r->log_likelihood / r->total_weight, 5, figure);
            gmix_i_text_add(&sheet->out, " (%s per row)", figure);
            end_term(sheet);
        }
        if (!gmix_model_posterior(sheet->model)) {
            put_real(sheet, "BIC, lower is better", r->bic);
            put_real(sheet, "AIC", r->aic);
            put_real(sheet, "ICL", r->icl);
        }
        put_errors(sheet, "Classification", &r->training);
        put_errors(sheet, "Cross-validated", &r->cross_validated);
    }
    put_term(sheet, "Free parameters");
    gmix_i_text_add(&sheet->out, "%zu",
                    r ? r->n_parameters : gmix_model_n_parameters(sheet->model));
    end_term(sheet);
    gmix_i_text_add(&sheet->out, "</dl>\n");
}

/* What the warnings come to, from what the report says of itself. */
static void put_advice(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    if (!r->sound) {
        gmix_i_text_add(
            out,
            "<p>A component that rests on a handful of rows, or on rows that lie "
            "in a plane or repeat each other, can raise the likelihood without "
            "describing anything. %s simpler family "
            "(<code>-c diag</code>) or a prior (<code>--prior mclust</code>) help; "
            "if the rows truly are so, nothing is wrong.</p>\n",
            sheet->facts.k > 1 ? "Fewer components, a" : "A");
    }
    if (r->stop == GMIX_STOP_MAX_ITER || r->stop == GMIX_STOP_TIME_LIMIT ||
        r->stop == GMIX_STOP_CANCELLED) {
        gmix_i_text_add(
            out, "<p>EM was still improving when it was stopped: numbers may move. "
                 "<code>--init-model</code> with this model goes on from here."
                 "</p>\n");
    }
}

static void put_warnings(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    gmix_i_text_add(out, "<h3>Warnings</h3>\n");
    if (!r) {
        gmix_i_text_add(out, "<p>The model says nothing of its fit.</p>\n");
        return;
    }
    if (r->n_warnings == 0) {
        gmix_i_text_add(out, "<p>The fit gave none.</p>\n");
    } else {
        gmix_i_text_add(out, "<ul class=\"warnings\">\n");
        for (size_t i = 0; i < r->n_warnings; i++) {
            gmix_i_text_add(out, "<li>");
            gmix_i_html_text(out, r->warnings[i]);
            gmix_i_text_add(out, "</li>\n");
        }
        gmix_i_text_add(out, "</ul>\n");
    }
    put_advice(sheet);
}

static void put_candidate_number(gmix_i_sheet *sheet, double x, int decimals) {
    char figure[GMIX_I_FIGURE];
    gmix_i_shown(x, decimals, figure);
    gmix_i_text_add(&sheet->out,
                    isnan(x) ? "<td class=\"number\">–</td>"
                             : "<td class=\"number\">%s</td>",
                    figure);
}

static bool is_chosen(const gmix_report *r, const gmix_candidate *c) {
    return c->n_components == r->n_components && c->covariance && r->covariance &&
           strcmp(c->covariance, r->covariance) == 0;
}

static void put_candidate(gmix_i_sheet *sheet, const gmix_candidate *c) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    const bool chosen = is_chosen(r, c);
    gmix_i_text_add(out, "<tr%s><th scope=\"row\" data-value=\"%zu\">%zu%s</th><td>",
                    chosen ? " class=\"chosen\"" : "", c->n_components, c->n_components,
                    chosen ? " <span class=\"tag\">chosen</span>" : "");
    char family[16];
    gmix_i_candidate_family(r, c->covariance ? c->covariance : "", family);
    gmix_i_html_text(out, family);
    gmix_i_text_add(out, "</td>");
    put_candidate_number(sheet, c->bic, 2);
    put_candidate_number(sheet, c->icl, 2);
    put_candidate_number(sheet, c->aic, 2);
    if (r->cv_folds > 0) {
        put_candidate_number(sheet, c->cv, 2);
    }
    put_candidate_number(sheet, c->log_likelihood, 2);
    gmix_i_text_add(out, "<td class=\"number\">%zu</td><td>", c->n_parameters);
    gmix_i_html_text(out, c->status ? c->status : "");
    if (c->reason) {
        gmix_i_text_add(out, ": ");
        gmix_i_html_text(out, c->reason);
    }
    gmix_i_text_add(out, "</td></tr>\n");
}

void gmix_i_sheet_criterion(gmix_i_sheet *sheet) {
    const gmix_i_criterion_id by = gmix_i_criterion_find(sheet->report->criterion);
    gmix_i_html_text(&sheet->out, gmix_criterion_table()[by].label);
}

/* What the choice was by, lower is better; NaN if it is unknown. */
static double badness(const gmix_report *r, const gmix_candidate *c) {
    const gmix_i_criterion_id by = gmix_i_criterion_find(r->criterion);
    return gmix_i_criterion_cost(by, gmix_i_criterion_of(by, c));
}

/* How far behind the next best model is: how sure the choice. */
static void put_runner_up(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    const gmix_candidate *chosen = NULL, *next = NULL;
    for (size_t i = 0; i < r->n_candidates; i++) {
        const gmix_candidate *const c = &r->candidates[i];
        if (is_chosen(r, c)) {
            chosen = c;
        } else if (c->sound && (!next || badness(r, c) < badness(r, next))) {
            next = c;
        }
    }
    if (!chosen || !next || !(badness(r, next) >= badness(r, chosen))) {
        return;
    }
    char figure[GMIX_I_FIGURE], family[16];
    gmix_i_candidate_family(r, next->covariance, family);
    gmix_i_shown(badness(r, next) - badness(r, chosen), 2, figure);
    gmix_i_text_add(&sheet->out,
                    "<p>The next best has %zu component%s of family %s, and is "
                    "<b>%s</b> behind.</p>\n",
                    next->n_components, gmix_i_s(next->n_components), family, figure);
}

typedef struct ranked {
    double badness;
    size_t at;
} ranked;

/* The best first; those without a number last, in their order. */
static int compare_ranked(const void *a, const void *b) {
    const ranked *const x = a, *const y = b;
    const bool known = !isnan(x->badness), other = !isnan(y->badness);
    if (known != other) {
        return known ? -1 : 1;
    }
    if (known && x->badness != y->badness) {
        return x->badness < y->badness ? -1 : 1;
    }
    return x->at < y->at ? -1 : 1;
}

/* By the criterion, the best first. */
static void put_candidates(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    ranked *order = NULL;
    const gmix_status status =
        gmix_i_calloc(sheet->ctx, "a table", r->n_candidates, sizeof *order, &order);
    if (status != GMIX_OK) {
        sheet->out.status = sheet->out.status == GMIX_OK ? status : sheet->out.status;
        return;
    }
    for (size_t c = 0; c < r->n_candidates; c++) {
        order[c] =
            (ranked){r->candidates[c].sound ? badness(r, &r->candidates[c]) : NAN, c};
    }
    qsort(order, r->n_candidates, sizeof *order, compare_ranked);
    for (size_t c = 0; c < r->n_candidates && c < MOST_CANDIDATES; c++) {
        put_candidate(sheet, &r->candidates[order[c].at]);
    }
    gmix_i_free(sheet->ctx, order);
}

static void put_selection(gmix_i_sheet *sheet) {
    static const char *const heads[] = {"Family", "BIC", "ICL", "AIC"};
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    if (!r || r->n_candidates == 0) {
        return;
    }
    gmix_i_text_add(out,
                    "<section id=\"selection\" aria-labelledby=\"selection-title\">\n<h2 "
                    "id=\"selection-title\">The models compared</h2>\n<p>%zu model%s "
                    "%s tried; the choice was by <b>",
                    r->n_candidates, gmix_i_s(r->n_candidates),
                    r->n_candidates == 1 ? "was" : "were");
    gmix_i_sheet_criterion(sheet);
    gmix_i_text_add(out, "</b>. %s%s</p>\n", gmix_i_criterion_words(r),
                    r->n_candidates > MOST_CANDIDATES ? " The best 400 are shown." : "");
    put_runner_up(sheet);
    gmix_i_text_add(out,
                    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                    "aria-label=\"Models compared\">\n<table class=\"sortable\"><caption "
                    "class=\"unseen\">Models compared</caption>\n<thead><tr><th "
                    "scope=\"col\">Components</th>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        gmix_i_text_add(out, "<th scope=\"col\"%s>%s</th>",
                        i > 0 ? " class=\"number\"" : "", heads[i]);
    }
    gmix_i_text_add(out,
                    "%s<th scope=\"col\" class=\"number\">Log-likelihood</th><th "
                    "scope=\"col\" class=\"number\">Parameters</th><th scope=\"col\">"
                    "Outcome</th></tr></thead>\n<tbody>\n",
                    r->cv_folds > 0 ? "<th scope=\"col\" class=\"number\">CV</th>" : "");
    put_candidates(sheet);
    gmix_i_text_add(out, "</tbody></table>\n</div>\n</section>\n");
}

void gmix_i_sheet_account(gmix_i_sheet *sheet) {
    put_selection(sheet);
    gmix_i_text_add(&sheet->out,
                    "<section id=\"fit\" aria-labelledby=\"fit-title\">\n<h2 "
                    "id=\"fit-title\">The fit</h2>\n");
    put_numbers(sheet);
    put_warnings(sheet);
    gmix_i_text_add(&sheet->out, "</section>\n");
}

static void put_command(gmix_i_sheet *sheet, const char *term, const char *command) {
    put_term(sheet, term);
    gmix_i_text_add(&sheet->out, "<code class=\"command\">");
    gmix_i_html_text(&sheet->out, command);
    gmix_i_text_add(&sheet->out, "</code>");
    end_term(sheet);
}

void gmix_i_sheet_recipe(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    char rows[GMIX_I_FIGURE];
    gmix_i_text_add(out,
                    "<section id=\"recipe\" aria-labelledby=\"recipe-title\">\n<h2 "
                    "id=\"recipe-title\">To do it again</h2>\n<dl class=\"facts\">\n");
    if (r && r->command) {
        put_command(sheet, "The fit", r->command);
    }
    if (r) {
        put_term(sheet, "Seed");
        gmix_i_text_add(out, "%llu", (unsigned long long)r->seed);
        end_term(sheet);
    }
    if (sheet->opts->command) {
        put_command(sheet, "This page", sheet->opts->command);
    }
    put_term(sheet, "Program");
    gmix_i_text_add(out, "gmix %s", GMIX_VERSION);
    end_term(sheet);
    put_term(sheet, "Data");
    gmix_i_sheet_data_name(sheet);
    gmix_i_count(sheet->x->n_rows, rows);
    gmix_i_text_add(out, ", %s row%s × %zu feature%s", rows, gmix_i_s(sheet->x->n_rows),
                    sheet->x->n_cols, gmix_i_s(sheet->x->n_cols));
    end_term(sheet);
    put_term(sheet, sheet->of_values ? "SHA-256 of the values" : "SHA-256 of the file");
    gmix_i_text_add(out, "<code class=\"command\">%s</code>", sheet->digest);
    end_term(sheet);
    gmix_i_text_add(
        out, "</dl>\n<p class=\"aside\">The same data, command and version give the "
             "same result, on any number of threads of the same kind of machine."
             "</p>\n</section>\n");
}
