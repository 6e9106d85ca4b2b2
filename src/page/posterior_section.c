/*
 * What a posterior adds to a page: the probabilities of the numbers of components that were tried, what the prior
 * weighed in words, and the credible intervals of weights, means and standard deviations.
 */
#include <math.h>
#include <string.h>

#include <gmix/bayes.h>

#include "page/sheet.h"
#include "record/evidence_shares.h"

static const double LEVEL = 0.95;
enum { MOST_ROWS = 400, MOST_SIZES = 40 };

const char *gmix_i_criterion_words(const gmix_report *report) {
    return gmix_i_has_evidence(report)
               ? "A difference of 1 in log-evidence is hardly worth a mention, one above "
                 "5 "
                 "is decisive; it stands where log-likelihoods do elsewhere."
               : "BIC, ICL and AIC are better when lower; a difference in BIC "
                 "below 2 is hardly worth a mention, one above 10 is decisive.";
}

/* The numbers of components, rising, each once. */
static size_t list_sizes(const gmix_report *r, size_t *sizes) {
    size_t n = 0, last = 0;
    while (n < MOST_SIZES) {
        size_t next = SIZE_MAX;
        for (size_t c = 0; c < r->n_candidates; c++) {
            const size_t k = r->candidates[c].n_components;
            next = k > last && k < next ? k : next;
        }
        if (next == SIZE_MAX) {
            break;
        }
        sizes[n++] = last = next;
    }
    return n;
}

static void put_probabilities(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    size_t sizes[MOST_SIZES];
    if (!r || !gmix_i_has_evidence(r)) {
        return;
    }
    const size_t n = list_sizes(r, sizes);
    gmix_i_text_add(
        out, "<p>Of the numbers of components that were tried, all as probable "
             "beforehand, these are the posterior probabilities, by the lower bounds "
             "of their evidence:</p>\n<div class=\"scroll\" tabindex=\"0\" "
             "role=\"region\" aria-label=\"How many components\">\n<table "
             "class=\"sizes\"><caption class=\"unseen\">How many components</caption>\n"
             "<thead><tr><th scope=\"col\">Components</th><th scope=\"col\" "
             "class=\"number\">Probability</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++) {
        char share[GMIX_I_FIGURE];
        gmix_i_figure_text(gmix_i_evidence_share(r, sizes[i]), 4, share);
        gmix_i_text_add(
            out, "<tr><th scope=\"row\">%zu</th><td class=\"number\">%s</td></tr>\n",
            sizes[i], share);
    }
    gmix_i_text_add(out, "</tbody></table>\n</div>\n");
}

/* Rows that the mean of the smallest component is worth, with the prior's. */
static double least_kappa(const gmix_posterior *p, size_t k) {
    double least = INFINITY;
    for (size_t c = 0; c < k; c++) {
        least = fmin(least, p->kappa[c]);
    }
    return least;
}

/* "The prior counts as ...". */
static void put_prior(gmix_i_sheet *sheet, const gmix_posterior *p) {
    struct gmix_i_text *const out = &sheet->out;
    const bool process = strcmp(p->weights, "process") == 0;
    char bound[GMIX_I_FIGURE], share[GMIX_I_FIGURE];
    if (isfinite(p->bound)) {
        gmix_i_shown(p->bound, 3, bound);
        gmix_i_text_add(out,
                        "<p>The evidence of the model, log p(rows), is <b>%s</b> at "
                        "least.",
                        bound);
    } else {
        gmix_i_text_add(out, "<p>");
    }
    if (isnan(p->concentration)) {
        gmix_i_text_add(out, " The model does not know its prior.</p>\n");
        return;
    }
    const double rows =
        process ? p->concentration : p->concentration * (double)sheet->facts.k;
    gmix_i_text_add(
        out,
        " The prior: weights %s of concentration %g; a mean is worth %g "
        "row%s at the centre of the data, a covariance %g degree%s of "
        "freedom.",
        process ? "come of a Dirichlet process" : "have a Dirichlet distribution",
        p->concentration, p->prior_shrinkage, p->prior_shrinkage == 1.0 ? "" : "s",
        p->prior_dof, p->prior_dof == 1.0 ? "" : "s");
    const double weight = rows / (rows + p->n_rows);
    if (isfinite(weight)) {
        gmix_i_percent(weight, share);
        gmix_i_text_add(out, " So the weights are %s prior and the rest rows; ", share);
    }
    const double smallest = least_kappa(p, sheet->facts.k);
    gmix_i_percent(p->prior_shrinkage / smallest, share);
    gmix_i_text_add(out, "%s of the smallest component’s mean is prior%s.</p>\n", share,
                    p->prior_shrinkage > 0.2 * smallest
                        ? ": it says more of the prior than of rows"
                        : "");
}

static void put_interval(gmix_i_sheet *sheet, size_t j, double low, double high) {
    char from[GMIX_I_FIGURE], to[GMIX_I_FIGURE];
    gmix_i_sheet_value(sheet, j, low, from);
    gmix_i_sheet_value(sheet, j, high, to);
    gmix_i_text_add(&sheet->out, "<td class=\"number\">%s to %s</td>", from, to);
}

static void put_row(gmix_i_sheet *sheet, size_t k, size_t j, const gmix_credible *ends) {
    struct gmix_i_text *const out = &sheet->out;
    const size_t d = sheet->facts.d, at = 2 * (k * d + j);
    gmix_i_text_add(out, "<tr><th scope=\"row\">");
    if (j == 0) {
        char low[GMIX_I_FIGURE], high[GMIX_I_FIGURE];
        gmix_i_percent(ends->weights[2 * k], low);
        gmix_i_percent(ends->weights[2 * k + 1], high);
        gmix_i_sheet_group(sheet, k);
        gmix_i_text_add(out, "</th><td class=\"number\">%s to %s</td><td>", low, high);
    } else {
        gmix_i_text_add(out, "</th><td></td><td>");
    }
    gmix_i_sheet_feature(sheet, j);
    gmix_i_text_add(out, "</td>");
    put_interval(sheet, j, ends->means[at], ends->means[at + 1]);
    put_interval(sheet, j, sqrt(ends->variances[at]), sqrt(ends->variances[at + 1]));
    gmix_i_text_add(out, "</tr>\n");
}

static gmix_status put_intervals(gmix_i_sheet *sheet) {
    gmix_status status = GMIX_OK;
    struct gmix_i_text *const out = &sheet->out;
    const size_t k = sheet->facts.k, d = sheet->facts.d;
    double *numbers = NULL;
    GMIX_TRY(gmix_i_calloc(sheet->ctx, "credible intervals", 2 * k * (1 + 2 * d),
                           sizeof *numbers, &numbers));
    const gmix_credible ends = {.weights = numbers,
                                .means = numbers + 2 * k,
                                .variances = numbers + 2 * k * (1 + d)};
    GMIX_TRY(gmix_posterior_intervals(sheet->ctx, sheet->model, LEVEL, &ends));
    gmix_i_text_add(
        out,
        "<p>Given the model, each of these numbers lies between its ends with a "
        "probability of 95 %%. Where components overlap, the intervals are too "
        "narrow: they take the rows’ groups for known.%s</p>\n<div class=\"scroll\" "
        "tabindex=\"0\" role=\"region\" aria-label=\"Credible intervals\">\n<table "
        "class=\"credible\"><caption class=\"unseen\">Credible intervals</caption>\n"
        "<thead><tr><th scope=\"col\">Component</th><th scope=\"col\" "
        "class=\"number\">Share</th><th scope=\"col\">Feature</th><th scope=\"col\" "
        "class=\"number\">Mean</th><th scope=\"col\" class=\"number\">Standard "
        "deviation</th></tr></thead>\n<tbody>\n",
        k * d > MOST_ROWS ? " The first 400 are shown." : "");
    for (size_t i = 0; i < k * d && i < MOST_ROWS; i++) {
        put_row(sheet, i / d, i % d, &ends);
    }
    gmix_i_text_add(out, "</tbody></table>\n</div>\n");
done:
    gmix_i_free(sheet->ctx, numbers);
    return status;
}

static void put_changes(gmix_i_sheet *sheet) {
    const gmix_report *const r = sheet->report;
    struct gmix_i_text *const out = &sheet->out;
    if (!r || r->n_prior_changes == 0) {
        return;
    }
    gmix_i_text_add(
        out,
        "<h3>With another prior</h3>\n<p>Each number of the prior ten times as large, "
        "and a tenth; means in their posterior standard deviations.</p>\n<div "
        "class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Other "
        "priors\">\n<table class=\"priors\"><caption class=\"unseen\">Other "
        "priors</caption>\n<thead><tr><th scope=\"col\">Prior</th><th scope=\"col\" "
        "class=\"number\">Log-evidence</th><th scope=\"col\" class=\"number\">"
        "Components</th><th scope=\"col\" class=\"number\">Weights change</th><th "
        "scope=\"col\" class=\"number\">Means change</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < r->n_prior_changes; i++) {
        const gmix_prior_change *const c = &r->prior_changes[i];
        char bound[GMIX_I_FIGURE], weight[GMIX_I_FIGURE], mean[GMIX_I_FIGURE];
        gmix_i_shown(c->bound, 2, bound);
        gmix_i_figure_text(c->weight, 4, weight);
        gmix_i_figure_text(c->mean, 2, mean);
        gmix_i_text_add(out,
                        "<tr><th scope=\"row\">%s %s</th><td class=\"number\">%s</td>"
                        "<td class=\"number\">%zu</td><td class=\"number\">%s</td><td "
                        "class=\"number\">%s</td></tr>\n",
                        c->what, c->factor > 1.0 ? "× 10" : "/ 10", bound, c->n_occupied,
                        weight, mean);
    }
    gmix_i_text_add(out, "</tbody></table>\n</div>\n");
}

gmix_status gmix_i_sheet_posterior(gmix_i_sheet *sheet) {
    gmix_status status = GMIX_OK;
    const gmix_posterior *const p = gmix_model_posterior(sheet->model);
    if (!p) {
        return GMIX_OK;
    }
    gmix_i_text_add(&sheet->out,
                    "<section id=\"posterior\" aria-labelledby=\"posterior-title\">\n<h2 "
                    "id=\"posterior-title\">What the rows and the prior say</h2>\n");
    put_probabilities(sheet);
    put_prior(sheet, p);
    GMIX_TRY(put_intervals(sheet));
    put_changes(sheet);
    gmix_i_text_add(&sheet->out, "</section>\n");
done:
    return status;
}
