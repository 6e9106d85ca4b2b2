/*
 * A posterior as text: the bound of the log-evidence, the prior in the rows it is worth, and a line of
 * intervals for every number of every component, unless these are too many to be read.
 */
#include "report/posterior_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double LEVEL = 0.95;
enum { MOST_LINES = 60, NAME_SHOWN = 24 };

/* Of one component the posterior is of the family that is sought, and the bound the evidence; but where cells are
 * missing. */
static const char *kind_of_bound(const gmix_report *report, size_t k) {
    if (!report || report->n_samples == 0) {
        return " at least";
    }
    return k == 1 && report->converged && report->n_missing_cells == 0
               ? " (exact)"
               : " at least (variational bound)";
}

void gmix_i_text_evidence(struct gmix_i_text *text, const gmix_model *model,
                          const gmix_report *report) {
    const gmix_posterior *const p = gmix_model_posterior(model);
    const size_t k = gmix_model_n_components(model);
    const bool process = strcmp(p->weights, "process") == 0;
    if (isfinite(p->bound)) {
        gmix_i_text_add(text, "log-evidence    %.6f%s\n", p->bound,
                        kind_of_bound(report, k));
    }
    if (isnan(p->concentration)) {
        return;
    }
    gmix_i_text_add(
        text, "prior           %s of concentration %g; a mean is worth %g row%s,\n",
        process ? "sticks of a Dirichlet process" : "Dirichlet weights", p->concentration,
        p->prior_shrinkage, p->prior_shrinkage == 1.0 ? "" : "s");
    gmix_i_text_add(text, "                a covariance %g degree%s of freedom",
                    p->prior_dof, p->prior_dof == 1.0 ? "" : "s");
    const double rows = process ? p->concentration : p->concentration * (double)k;
    const double share = 100.0 * rows / (rows + p->n_rows);
    if (isfinite(share)) {
        gmix_i_text_add(text, "; weights are %.2g %% prior", share);
    }
    gmix_i_text_add(text, "\n");
}

/* At most so many characters, with nothing that steers a terminal. */
static void put_name(struct gmix_i_text *text, const char *name, size_t j) {
    char plain[NAME_SHOWN + 8];
    if (name) {
        snprintf(plain, sizeof plain, "%.*s", NAME_SHOWN, name);
        for (char *c = plain; *c; c++) {
            *c = (unsigned char)*c < 32 || *c == 127 ? '?' : *c;
        }
    } else {
        snprintf(plain, sizeof plain, "x%zu", j);
    }
    gmix_i_text_add(text, "%s", plain);
}

static void put_component(struct gmix_i_text *text, const gmix_model *model, size_t k,
                          const gmix_credible *ends) {
    const size_t d = gmix_model_n_features(model);
    if (gmix_model_posterior(model)->alpha) {
        gmix_i_text_add(text, "  %9zu  weight [%.4g, %.4g]\n", k, ends->weights[2 * k],
                        ends->weights[2 * k + 1]);
    } else {
        gmix_i_text_add(text, "  %9zu  weight %.4g, fixed\n", k, ends->weights[2 * k]);
    }
    for (size_t j = 0; j < d; j++) {
        const double *const mean = ends->means + 2 * (k * d + j);
        const double *const variance = ends->variances + 2 * (k * d + j);
        gmix_i_text_add(text, "             ");
        put_name(text, gmix_model_feature_name(model, j), j);
        gmix_i_text_add(text, ": mean [%.5g, %.5g], standard deviation [%.4g, %.4g]\n",
                        mean[0], mean[1], sqrt(variance[0]), sqrt(variance[1]));
    }
}

gmix_status gmix_i_text_credible(struct gmix_i_text *text, const gmix_model *model) {
    gmix_status status = GMIX_OK;
    const size_t k = gmix_model_n_components(model), d = gmix_model_n_features(model);
    double *numbers = NULL;
    if (!gmix_model_posterior(model) || k * (d + 1) > MOST_LINES) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(text->ctx, "credible intervals", 2 * k * (1 + 2 * d),
                           sizeof *numbers, &numbers));
    const gmix_credible ends = {.weights = numbers,
                                .means = numbers + 2 * k,
                                .variances = numbers + 2 * k * (1 + d)};
    GMIX_TRY(gmix_posterior_intervals(text->ctx, model, LEVEL, &ends));
    gmix_i_text_add(text, "\n  component  %g %% credible intervals\n", 100.0 * LEVEL);
    for (size_t c = 0; c < k; c++) {
        put_component(text, model, c, &ends);
    }
done:
    gmix_i_free(text->ctx, numbers);
    return status;
}

void gmix_i_text_prior_changes(struct gmix_i_text *text, const gmix_report *report) {
    if (report->n_prior_changes > 0) {
        gmix_i_text_add(text, "\nwith another prior   log-evidence  components  weights "
                              "change  means change\n");
    }
    for (size_t i = 0; i < report->n_prior_changes; i++) {
        const gmix_prior_change *const c = &report->prior_changes[i];
        char what[32];
        snprintf(what, sizeof what, "%s %s", c->what, c->factor > 1.0 ? "x 10" : "/ 10");
        gmix_i_text_add(text, "  %-18s %12.2f  %10zu  %14.4f  %9.2f sd\n", what, c->bound,
                        c->n_occupied, c->weight, c->mean);
    }
}
