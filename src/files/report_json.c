/* The report of a fit as JSON: docs/cli-json.md says what each member means. */
#include <stdio.h>

#include "base/structs.h"
#include "files/json_out.h"

static void put_confusion(struct gmix_i_json *json, const char *name,
                          const gmix_confusion *c) {
    const size_t dims[2] = {c->n_classes, c->n_classes + 1};
    if (c->n_classes == 0) {
        return;
    }
    gmix_i_json_open(json, name, '{');
    if (c->folds > 0) {
        gmix_i_json_count(json, "folds", c->folds);
    }
    gmix_i_json_real(json, "error_rate", c->error_rate);
    gmix_i_json_real(json, "total_weight", c->total);
    gmix_i_json_texts(json, "classes", (const char *const *)c->names, c->n_classes);
    gmix_i_json_reals(json, "confusion", c->weights, dims, 2);
    gmix_i_json_close(json, '}');
}

static void put_candidate(struct gmix_i_json *json, const gmix_report *r,
                          const gmix_candidate *c) {
    gmix_i_json_open(json, NULL, '{');
    gmix_i_json_count(json, "components", c->n_components);
    gmix_i_json_text(json, "covariance", c->covariance);
    gmix_i_json_text(json, "status", c->status);
    if (c->reason) {
        gmix_i_json_text(json, "reason", c->reason);
    }
    if (c->start) {
        gmix_i_json_text(json, "start", c->start);
    }
    gmix_i_json_count(json, "n_parameters", c->n_parameters);
    gmix_i_json_real(json, "log_likelihood", c->log_likelihood);
    gmix_i_json_real(json, "bic", c->bic);
    gmix_i_json_real(json, "icl", c->icl);
    gmix_i_json_real(json, "aic", c->aic);
    gmix_i_json_real(json, "aicc", c->aicc);
    if (r->cv_folds > 0) {
        gmix_i_json_real(json, "cv", c->cv);
    }
    gmix_i_json_close(json, '}');
}

static void put_candidates(struct gmix_i_json *json, const gmix_report *r) {
    if (r->n_candidates == 0) {
        return;
    }
    gmix_i_json_text(json, "criterion", r->criterion);
    if (r->cv_folds > 0) {
        gmix_i_json_count(json, "cv_folds", r->cv_folds);
    }
    gmix_i_json_open(json, "candidates", '[');
    for (size_t c = 0; c < r->n_candidates; c++) {
        put_candidate(json, r, &r->candidates[c]);
    }
    gmix_i_json_close(json, ']');
}

/* Beyond 2^53 a seed is text: readers of JSON take numbers for doubles. */
static void put_seed(struct gmix_i_json *json, uint64_t seed) {
    char text[24];
    if (seed <= (uint64_t)1 << 53) {
        gmix_i_json_count(json, "seed", (size_t)seed);
    } else {
        snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
        gmix_i_json_text(json, "seed", text);
    }
}

static void put_trimming(struct gmix_i_json *json, const gmix_report *r) {
    if (!(r->trimmed_weight > 0.0)) {
        return;
    }
    gmix_i_json_real(json, "trimmed_weight", r->trimmed_weight);
    gmix_i_json_real(json, "trim_log_density", r->trim_log_density);
    gmix_i_json_count(json, "n_trimmed_rows", r->n_trimmed_rows);
    gmix_i_json_open(json, "trimmed_rows", '[');
    for (size_t i = 0; i < r->n_trimmed_listed; i++) {
        gmix_i_json_count(json, NULL, r->trimmed_rows[i]);
    }
    gmix_i_json_close(json, ']');
}

void gmix_i_json_report(struct gmix_i_json *json, const gmix_report *r) {
    gmix_i_json_real(json, "log_likelihood", r->log_likelihood);
    if (r->log_posterior != r->log_likelihood) {
        gmix_i_json_real(json, "log_posterior", r->log_posterior);
    }
    gmix_i_json_count(json, "n_samples", r->n_samples);
    gmix_i_json_real(json, "total_weight", r->total_weight);
    gmix_i_json_count(json, "n_missing_cells", r->n_missing_cells);
    gmix_i_json_count(json, "n_incomplete_rows", r->n_incomplete_rows);
    gmix_i_json_count(json, "n_dropped_rows", r->n_dropped_rows);
    put_trimming(json, r);
    if (r->resolution) {
        gmix_i_json_reals(json, "resolution", r->resolution, &r->n_features, 1);
    }
    gmix_i_json_count(json, "n_features", r->n_features);
    gmix_i_json_count(json, "n_components", r->n_components);
    gmix_i_json_text(json, "covariance", r->covariance);
    gmix_i_json_real(json, "bic", r->bic);
    gmix_i_json_real(json, "aic", r->aic);
    gmix_i_json_real(json, "icl", r->icl);
    gmix_i_json_count(json, "n_parameters", r->n_parameters);
    gmix_i_json_text(json, "init", r->init);
    put_seed(json, r->seed);
    if (r->command) {
        gmix_i_json_text(json, "command", r->command);
    }
    gmix_i_json_flag(json, "sound", r->sound != 0);
    gmix_i_json_real(json, "objective", r->objective);
    gmix_i_json_real(json, "chance_of_better", r->chance_of_better);
    gmix_i_json_count(json, "n_starts", r->n_starts);
    gmix_i_json_count(json, "n_runs", r->n_runs);
    gmix_i_json_count(json, "n_hits", r->n_hits);
    gmix_i_json_count(json, "best_run", r->best_run);
    gmix_i_json_count(json, "n_iterations", r->n_iterations);
    gmix_i_json_flag(json, "converged", r->converged != 0);
    gmix_i_json_text(json, "stop", gmix_stop_name(r->stop));
    gmix_i_json_real(json, "remaining_gain", r->remaining_gain);
    gmix_i_json_real(json, "gradient_norm", r->gradient_norm);
    gmix_i_json_real(json, "em_rate", r->em_rate);
    put_confusion(json, "classification", &r->training);
    put_confusion(json, "cross_validation", &r->cross_validated);
    put_candidates(json, r);
    gmix_i_json_errors(json, r);
    gmix_i_json_texts(json, "warnings", (const char *const *)r->warnings, r->n_warnings);
    gmix_i_json_real(json, "seconds", r->seconds);
    gmix_i_json_reals(json, "trace", r->trace, &r->n_trace, 1);
}

gmix_status gmix_report_to_json(gmix_ctx *ctx, const gmix_report *report, char **text) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    if (!report || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "report and text must not be NULL");
    }
    struct gmix_i_json json = {.ctx = ctx};
    gmix_i_json_open(&json, NULL, '{');
    gmix_i_json_report(&json, report);
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}
