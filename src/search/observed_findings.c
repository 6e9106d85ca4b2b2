/* What a person should know of a solution for rows that were not observed as a whole, or not exactly. */
#include "search/findings.h"

#include "observe/truncation_rule.h"

/* True if there is a pattern that has both features. */
static bool together(const gmix_i_patterns *p, size_t a, size_t b) {
    for (size_t i = 0; i < p->n; i++) {
        const uint64_t *const bits = p->bits + i * p->words;
        if (gmix_i_is_observed(bits, a) && gmix_i_is_observed(bits, b)) {
            return true;
        }
    }
    return false;
}

/* Features that no row has together: what they have to do with each other within a component is where EM
 * left it. */
static gmix_status say_apart(const gmix_i_plan *plan, gmix_ctx *ctx,
                             gmix_report *report) {
    const gmix_i_patterns *const p = plan->input->patterns;
    const size_t d = plan->input->n_cols;
    size_t n = 0, first[2] = {0, 0};
    if (!p || p->n == p->most || plan->survey->n_incomplete_rows < plan->survey->n_rows ||
        plan->family->shape->cov_len(d) == d) {
        return GMIX_OK;
    }
    for (size_t a = 0; a < d; a++) {
        for (size_t b = a + 1; b < d; b++) {
            if (!together(p, a, b) && n++ == 0) {
                first[0] = a;
                first[1] = b;
            }
        }
    }
    if (n == 0) {
        return GMIX_OK;
    }
    char one[96], other[96];
    return gmix_i_report_warn(ctx, report,
                              "no row has both %s and %s%s: their covariance within a "
                              "component is not identified by the data; "
                              "covariance = diag does not ask for it",
                              gmix_i_column_label(plan->input, first[0], one),
                              gmix_i_column_label(plan->input, first[1], other),
                              n > 1 ? ", nor others of such pairs" : "");
}

/* Components whose scatter is that of the errors, in some direction. */
static gmix_status say_exact(const gmix_i_crew *crew, const gmix_i_candidate *best,
                             gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_i_errors *const errors = crew->plan->input->errors;
    for (size_t k = 0; errors && errors->everywhere && k < best->params.k; k++) {
        if (best->at_floor[k]) {
            GMIX_TRY(gmix_i_report_warn(crew->ctx, report,
                                        "component %zu has no scatter of its own in some "
                                        "direction: the errors of measurement "
                                        "account for all of it, and its covariance is "
                                        "singular there, to rounding",
                                        k));
        }
    }
done:
    return status;
}

/* Components that the sample has the tail of alone: a normal far away looks like any other exponential. */
static gmix_status say_beyond(const gmix_i_crew *crew, const gmix_i_candidate *best,
                              gmix_report *report) {
    const double few = 0.02;
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = crew->plan;
    const double *const bounds = plan->input->truncation;
    for (size_t k = 0; bounds && k < best->params.k; k++) {
        const double share = gmix_i_share_between(plan->family->shape, &best->params, k,
                                                  plan->frame, bounds);
        if (share < few) {
            GMIX_TRY(gmix_i_report_warn(
                crew->ctx, report,
                "component %zu has %.2g %% of its rows between the bounds of the "
                "truncation: what is beyond, and so its weight, its mean and its "
                "standard "
                "deviation, is hardly determined by those",
                k, 100.0 * share));
        }
    }
done:
    return status;
}

gmix_status gmix_i_observed_findings(gmix_i_crew *crew, const gmix_i_candidate *best,
                                     gmix_report *report) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(say_apart(crew->plan, crew->ctx, report));
    GMIX_TRY(say_exact(crew, best, report));
    GMIX_TRY(say_beyond(crew, best, report));
done:
    return status;
}
