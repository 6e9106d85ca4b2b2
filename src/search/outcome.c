/* What a fit found, as its report. See search.h. */
#include <math.h>
#include <string.h>

#include "record/criterion_table.h"
#include "search/findings.h"
#include "search/posterior_found.h"
#include "search/search.h"

gmix_status gmix_i_solution_prior(gmix_i_crew *crew, const gmix_i_params *p,
                                  double *out) {
    gmix_status status = GMIX_OK;
    gmix_i_worker *const w = &crew->workers[0];
    gmix_i_em *const em = &w->em;
    *out = 0.0;
    if (em->constraints.prior && !em->constraints.prior->hyper) {
        GMIX_TRY(gmix_i_prepare(&w->ctx, p, &em->prepared));
        *out = gmix_i_log_prior(&em->constraints, p, &em->prepared, crew->plan->frame);
    }
done:
    return status;
}

/*
 * The chance that more work finds a better solution: a logistic curve in the logarithms of the share of the
 * runs that led to the best one, of K and of rows per parameter, and in the share of incomplete rows, fitted
 * to 384 default fits of tables the search was not tuned to (bench/unseen.py; of those with less than
 * 5 % none were missed, of 5 to 10 % 5, of 10 to 20 % 21, of 20 to 40 % 41, above 62).
 */
static double chance_of_better(const gmix_i_plan *plan, const gmix_i_chain *found,
                               double n_parameters) {
    static const double most_rows = 30.0; /* a parameter; more tell no more */
    const gmix_stop stop = found->pool[0].stop;
    if (found->n_reached < 2 || !gmix_i_may_go_on(stop)) {
        return NAN;
    }
    const double n = (double)plan->survey->n_rows;
    const double hits = fmax((double)found->n_hits - 0.5, 0.5);
    const double share = fmin(hits / (double)found->n_reached, 1.0);
    const double k = (double)plan->opts->n_components;
    const double rows = fmin(n / fmax(n_parameters, 1.0), most_rows);
    const double incomplete = (double)plan->survey->n_incomplete_rows / n;
    const double odds =
        -5.0 - 0.42 * log(share) + 1.6 * log(k) + 4.5 * incomplete - 0.6 * log(rows);
    return 1.0 / (1.0 + exp(-odds));
}

gmix_status gmix_i_report_numbers(gmix_ctx *ctx, const gmix_i_plan *plan,
                                  const gmix_i_chain *found, const gmix_model *model,
                                  double log_prior, gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_i_survey *const survey = plan->survey;
    const gmix_i_candidate *const best = &found->pool[0];
    const size_t n_parameters =
        gmix_model_n_parameters(model) -
        gmix_i_rules_n_frozen(plan->rules, plan->family, model->d);
    const double log_likelihood = best->log_likelihood - log_prior;
    const gmix_i_criterion_terms terms = {log_likelihood, best->log_map, 0.0,
                                          (double)n_parameters,
                                          gmix_i_kept_weight(survey, plan->opts->trim)};
    *report = (gmix_report){
        .log_likelihood = log_likelihood,
        .log_posterior = best->log_likelihood,
        .aic = gmix_i_criterion_value(GMIX_I_AIC, &terms),
        .bic = gmix_i_criterion_value(GMIX_I_BIC, &terms),
        .icl = gmix_i_criterion_value(GMIX_I_ICL, &terms),
        .n_samples = (size_t)survey->n_rows,
        .n_missing_cells = (size_t)survey->n_missing_cells,
        .n_incomplete_rows = (size_t)survey->n_incomplete_rows,
        .n_dropped_rows =
            plan->input->drop_incomplete ? (size_t)survey->n_incomplete_rows : 0,
        .total_weight = survey->total_weight,
        .n_features = model->d,
        .n_components = model->k,
        .n_parameters = n_parameters,
        .covariance = model->family->name,
        .init = plan->init->name,
        .seed = plan->opts->seed,
        .n_iterations = best->n_iter,
        .stop = best->stop,
        .converged = best->stop == GMIX_STOP_CONVERGED,
        .remaining_gain = best->remaining_gain,
        .gradient_norm = best->gradient_norm,
        .em_rate = best->em_rate,
        .sound = best->n_faults == 0,
        .objective = best->score,
        .chance_of_better = chance_of_better(plan, found, (double)n_parameters),
        .n_starts = found->n_starts,
        .n_runs = found->n_reached,
        .n_hits = found->n_hits,
        .best_run = best->run};
    GMIX_TRY(gmix_i_report_own(ctx, report));
    GMIX_TRY(
        gmix_i_calloc(ctx, "the trace", best->n_trace, sizeof(double), &report->trace));
    gmix_i_copy(report->trace, best->trace, best->n_trace * sizeof(double));
    report->n_trace = best->n_trace;
done:
    return status;
}

static gmix_status write_numbers(gmix_i_crew *crew, const gmix_i_chain *found,
                                 const gmix_model *model, gmix_report *report) {
    gmix_status status = GMIX_OK;
    double log_prior, fillers;
    GMIX_TRY(gmix_i_solution_prior(crew, &found->pool[0].params, &log_prior));
    GMIX_TRY(
        gmix_i_report_numbers(crew->ctx, crew->plan, found, model, log_prior, report));
    GMIX_TRY(gmix_i_report_trimming(crew, &found->pool[0], report, &fillers));
    report->log_likelihood -= fillers; /* which are no part of it */
    report->aic += 2.0 * fillers;
    report->bic += 2.0 * fillers;
    report->icl += 2.0 * fillers;
done:
    return status;
}

gmix_status gmix_i_write_report(gmix_i_crew *crew, const gmix_i_chain *found,
                                const gmix_model *model, gmix_report *report) {
    gmix_ctx *const ctx = &crew->workers[0].ctx;
    gmix_i_limit spare;
    gmix_i_limit_spare(ctx, &spare); /* the numbers are there, whatever was cut short */
    gmix_status status = write_numbers(crew, found, model, report);
    gmix_i_limit_end(ctx, &spare);
    if (status == GMIX_OK) {
        status = gmix_i_report_posterior(crew->ctx, crew->plan, model, report);
    }
    if (status == GMIX_OK) {
        status = gmix_i_findings(crew, &found->pool[0], report);
    }
    return status;
}
