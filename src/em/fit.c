/*
 * Fitting: survey the data, set the frame, run EM from some starts, keep the best, and
 * say what happened. See gmix/fit.h.
 */
#include <math.h>
#include <string.h>

#include "em/em.h"
#include "family/gaps.h"

/* The best run so far. */
typedef struct best_run {
    gmix_i_params params;
    bool *at_floor;
    double *trace;
    size_t n_trace, trace_capacity;
    double log_likelihood, log_map, remaining_gain;
    size_t run, n_iter, n_runs, n_failed;
    gmix_stop stop;
} best_run;

static void best_free(gmix_ctx *ctx, best_run *best) {
    gmix_i_params_free(&ctx->opts.allocator, &best->params);
    gmix_i_free(ctx, best->at_floor);
    gmix_i_free(ctx, best->trace);
}

static gmix_status best_new(gmix_ctx *ctx, const gmix_i_em *em, best_run *best) {
    gmix_status status = GMIX_OK;
    *best = (best_run){.log_likelihood = -INFINITY};
    GMIX_TRY(
        gmix_i_params_new(ctx, em->family, em->current.k, em->current.d, &best->params));
    GMIX_TRY(gmix_i_calloc(ctx, "flags", em->current.k, sizeof(bool), &best->at_floor));
done:
    return status;
}

static gmix_status keep_if_best(gmix_ctx *ctx, const gmix_i_em *em, best_run *best) {
    best->n_runs++;
    if (best->n_runs > 1 && !(em->log_likelihood > best->log_likelihood)) {
        return GMIX_OK;
    }
    const gmix_status status =
        gmix_i_grow(ctx, "the trace", &best->trace, &best->trace_capacity, em->n_trace,
                    sizeof *best->trace);
    if (status != GMIX_OK) {
        return status;
    }
    memcpy(best->trace, em->trace, em->n_trace * sizeof *best->trace);
    best->n_trace = em->n_trace;
    gmix_i_params_copy(&em->accepted, &best->params);
    memcpy(best->at_floor, em->accepted_floor, em->current.k * sizeof(bool));
    best->log_likelihood = em->log_likelihood;
    best->log_map = em->log_map;
    best->remaining_gain = em->remaining_gain;
    best->run = em->run;
    best->n_iter = em->n_iter;
    best->stop = em->stop;
    return GMIX_OK;
}

static gmix_status start_and_run(gmix_ctx *ctx, gmix_i_em *em, const gmix_i_init *init,
                                 gmix_i_start_task *task) {
    gmix_status status = GMIX_OK;
    memset(em->bounds.at_floor, 0, em->current.k * sizeof(bool));
    GMIX_TRY(gmix_i_start(ctx, init, task, em->run, &em->current));
    GMIX_TRY(gmix_i_em_run(em));
done:
    return status;
}

/* All runs. A run that ends in a singular matrix is an error only if all of them do; one that
 * is cancelled, only if it is the first. */
static gmix_status run_all(gmix_ctx *ctx, gmix_i_em *em, const gmix_i_init *init,
                           gmix_i_start_task *task, best_run *best) {
    gmix_status status = GMIX_OK;
    for (em->run = 0; em->run < em->n_runs; em->run++) {
        if (best->n_runs > 0 && gmix_i_now() > em->deadline) {
            break;
        }
        status = start_and_run(ctx, em, init, task);
        if (status == GMIX_ERR_SINGULAR) {
            best->n_failed++;
            continue;
        }
        GMIX_TRY(status);
        GMIX_TRY(keep_if_best(ctx, em, best));
        if (em->stop >= GMIX_STOP_TIME_LIMIT) {
            break; /* time limit or cancelled: no further runs */
        }
    }
done:
    if (best->n_runs > 0 &&
        (status == GMIX_ERR_CANCELLED || status == GMIX_ERR_SINGULAR)) {
        best->stop = status == GMIX_ERR_CANCELLED ? GMIX_STOP_CANCELLED : best->stop;
        status = GMIX_OK;
    }
    return status;
}

static gmix_status add_warnings(gmix_ctx *ctx, const gmix_i_em *em, const best_run *best,
                                gmix_report *report) {
    gmix_status status = GMIX_OK;
    const uint64_t empty = em->survey->n_empty_rows;
    if (empty > 0 && em->accumulator.input->patterns) {
        GMIX_TRY(
            gmix_i_report_warn(ctx, report,
                               "%llu row%s no observed cell: counted in N and in the "
                               "weights, %s of no use otherwise",
                               (unsigned long long)empty, empty == 1 ? " has" : "s have",
                               empty == 1 ? "it is" : "they are"));
    }
    for (size_t c = 0; c < best->params.k; c++) {
        const double rows = best->params.weights[c] * em->survey->total_weight;
        if (!(rows > 0.0)) {
            GMIX_TRY(gmix_i_report_warn(
                ctx, report,
                "component %zu has lost all its rows: its weight is 0; "
                "fewer components would fit as well",
                c));
        } else if (best->at_floor[c]) {
            GMIX_TRY(gmix_i_report_warn(ctx, report,
                                        "component %zu is held at the smallest "
                                        "covariance allowed (reg_relative %g); its "
                                        "rows, %.3g in all, are nearly identical or lie "
                                        "in a plane: unless the data truly are "
                                        "so, the log-likelihood it adds means nothing",
                                        c, em->opts->reg_relative, rows));
        }
    }
    if (best->n_failed > 0) {
        GMIX_TRY(
            gmix_i_report_warn(ctx, report,
                               "%zu of %zu runs ended in a covariance matrix that is not "
                               "positive definite, and were dropped",
                               best->n_failed, best->n_failed + best->n_runs));
    }
    if (best->stop == GMIX_STOP_MAX_ITER && em->opts->tol > 0.0 && best->n_iter > 0) {
        GMIX_TRY(gmix_i_report_warn(ctx, report,
                                    "stopped at %zu EM steps before it converged; raise "
                                    "max_iter, or start again from this model",
                                    best->n_iter));
    }
done:
    return status;
}

static gmix_status write_report(gmix_ctx *ctx, const gmix_i_em *em,
                                const gmix_i_init *init, const best_run *best,
                                const gmix_model *model, gmix_report *report) {
    gmix_status status = GMIX_OK;
    const double p = (double)gmix_model_n_parameters(model), n = em->survey->total_weight;
    const double deviance = -2.0 * best->log_likelihood;
    *report = (gmix_report){.log_likelihood = best->log_likelihood,
                            .aic = deviance + 2.0 * p,
                            .bic = deviance + p * log(n),
                            .icl = deviance + p * log(n) - 2.0 * best->log_map,
                            .n_samples = (size_t)em->survey->n_rows,
                            .n_missing_cells = (size_t)em->survey->n_missing_cells,
                            .n_incomplete_rows = (size_t)em->survey->n_incomplete_rows,
                            .n_dropped_rows = em->accumulator.input->drop_incomplete
                                                  ? (size_t)em->survey->n_incomplete_rows
                                                  : 0,
                            .total_weight = n,
                            .n_features = model->d,
                            .n_components = model->k,
                            .n_parameters = gmix_model_n_parameters(model),
                            .covariance = model->family->name,
                            .init = init->name,
                            .n_iterations = best->n_iter,
                            .stop = best->stop,
                            .converged = best->stop == GMIX_STOP_CONVERGED,
                            .remaining_gain = best->remaining_gain,
                            .n_runs = best->n_runs,
                            .best_run = best->run};
    GMIX_TRY(gmix_i_report_own(ctx, report));
    GMIX_TRY(
        gmix_i_calloc(ctx, "the trace", best->n_trace, sizeof(double), &report->trace));
    memcpy(report->trace, best->trace, best->n_trace * sizeof(double));
    report->n_trace = best->n_trace;
    GMIX_TRY(add_warnings(ctx, em, best, report));
    report->seconds = gmix_i_now() - em->began;
done:
    return status;
}

/* Starts and runs; *model and *report are what came of it. */
static gmix_status fit_in_frame(gmix_ctx *ctx, gmix_i_em *em, const gmix_i_init *init,
                                gmix_i_start_task *task, gmix_model **model,
                                gmix_report *report) {
    gmix_status status = GMIX_OK;
    best_run best = {0};
    GMIX_TRY(best_new(ctx, em, &best));
    GMIX_TRY(run_all(ctx, em, init, task, &best));
    GMIX_TRY(gmix_i_model_from_params(ctx, &best.params, task->frame, task->input->names,
                                      model));
    GMIX_TRY(write_report(ctx, em, init, &best, *model, report));
done:
    best_free(ctx, &best);
    return status;
}

/* Starts work in double precision: they share the run's memory unless that is single. */
static gmix_status start_task_new(gmix_ctx *ctx, gmix_i_em *em,
                                  gmix_i_accumulator *own_acc,
                                  gmix_i_prepared *own_prepared,
                                  gmix_i_start_task *task) {
    gmix_status status = GMIX_OK;
    task->survey = em->survey;
    task->bounds = &em->bounds;
    task->opts = em->opts;
    task->accumulator = &em->accumulator;
    task->prepared = &em->prepared;
    if (em->accumulator.kernels->real_size != sizeof(double)) {
        const gmix_i_kernels *const kernels = gmix_i_kernels_pick(0);
        const gmix_i_shape *const shape = em->family->shape;
        GMIX_TRY(gmix_i_accumulator_new(ctx, task->input, task->frame, kernels, shape,
                                        em->current.k, own_acc));
        GMIX_TRY(gmix_i_prepared_new(ctx, kernels, shape, em->current.k, em->current.d,
                                     own_prepared));
        GMIX_TRY(gmix_i_gaps_new(ctx, kernels, shape, task->input, task->frame,
                                 em->current.k, &own_prepared->gaps));
        task->accumulator = own_acc;
        task->prepared = own_prepared;
    }
done:
    return status;
}

/* K components need K distinct rows. rows: K x D. */
static gmix_status find_distinct(gmix_ctx *ctx, const gmix_i_input *input,
                                 const gmix_i_survey *survey, size_t k, double **rows) {
    gmix_status status = GMIX_OK;
    size_t distinct = 0;
    if (k > survey->n_rows) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "%zu components asked for, but the data have only %llu rows", k,
                  (unsigned long long)survey->n_rows);
    }
    GMIX_TRY(gmix_i_calloc(ctx, "distinct rows", k * input->n_cols, sizeof **rows, rows));
    GMIX_TRY(gmix_i_find_distinct(ctx, input, survey->mean, k, *rows, &distinct));
    if (distinct < k) {
        GMIX_FAIL(
            ctx, GMIX_ERR_DATA,
            "%zu components asked for, but the %llu rows hold only %zu distinct ones: "
            "ask for at most %zu components",
            k, (unsigned long long)survey->n_rows, distinct, distinct);
    }
done:
    return status;
}

/* Surveys the data and makes them ready for passes, whatever is missing. */
static gmix_status survey_input(gmix_ctx *ctx, const gmix_fit_options *opts,
                                const gmix_i_family *family, gmix_i_input *input,
                                gmix_i_patterns *patterns, gmix_i_survey *survey) {
    gmix_status status = GMIX_OK;
    const gmix_i_missing missing = gmix_i_missing_option(opts);
    GMIX_TRY(gmix_i_survey_new(ctx, input, missing, survey));
    if (survey->n_missing_cells > 0 && missing == GMIX_I_MISSING_EM) {
        GMIX_TRY(gmix_i_patterns_new(
            ctx, input,
            gmix_i_gap_most_patterns(family->shape, opts->n_components, input->n_cols),
            patterns));
        input->patterns = patterns;
    }
    input->drop_incomplete =
        survey->n_missing_cells > 0 && missing == GMIX_I_MISSING_DROP;
done:
    return status;
}

static gmix_status fit_input(gmix_ctx *ctx, gmix_i_input *input,
                             const gmix_fit_options *opts, gmix_model **model,
                             gmix_report *report) {
    gmix_status status = GMIX_OK;
    const double began = gmix_i_now();
    const gmix_i_family *family;
    const gmix_i_init *init;
    gmix_i_survey survey = {0};
    gmix_i_patterns patterns = {0};
    gmix_i_frame frame = {0};
    gmix_i_em em = {0};
    gmix_i_accumulator own_acc = {0};
    gmix_i_prepared own_prepared = {0};
    gmix_i_classes classes = {0};
    gmix_i_start_task task = {.input = input, .frame = &frame, .classes = &classes};
    double *distinct = NULL;
    GMIX_TRY(gmix_i_family_get(ctx, opts->covariance, input->n_cols, &family));
    GMIX_TRY(gmix_i_init_get(ctx, opts->init, &init));
    GMIX_TRY(survey_input(ctx, opts, family, input, &patterns, &survey));
    GMIX_TRY(gmix_i_classes_new(ctx, input, &survey, opts->n_components, opts->per_class,
                                &classes));
    GMIX_TRY(find_distinct(ctx, input, &survey, opts->n_components, &distinct));
    task.distinct = distinct;
    GMIX_TRY(gmix_i_frame_new(ctx, input->n_cols, &frame));
    gmix_i_frame_set(&frame, survey.mean, survey.sd, family->isotropic_frame);
    GMIX_TRY(gmix_i_em_new(ctx, input, &frame, &survey, family, opts, &em));
    em.prepared.class_of = classes.of_component;
    em.began = began;
    em.n_runs = gmix_i_start_repeats(init, &task) ? 1 : opts->restarts;
    em.deadline = opts->time_limit > 0.0 ? began + opts->time_limit : INFINITY;
    GMIX_TRY(start_task_new(ctx, &em, &own_acc, &own_prepared, &task));
    GMIX_TRY(fit_in_frame(ctx, &em, init, &task, model, report));
    gmix_i_model_take_classes(*model, &classes);
done:
    gmix_i_classes_free(&ctx->opts.allocator, &classes);
    gmix_i_sample_free(ctx, &task.sample);
    gmix_i_free(ctx, distinct);
    gmix_i_accumulator_free(ctx, &own_acc);
    gmix_i_prepared_free(&ctx->opts.allocator, &own_prepared);
    gmix_i_em_free(&em);
    gmix_i_frame_free(&ctx->opts.allocator, &frame);
    gmix_i_survey_free(ctx, &survey);
    gmix_i_patterns_free(ctx, &patterns);
    return status;
}

/* Fits into locals first: outputs are written on success only. */
static gmix_status fit_checked(gmix_ctx *ctx, gmix_i_input *input,
                               const gmix_fit_options *given, gmix_model **model,
                               gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_model *made = NULL;
    gmix_report said = {0};
    gmix_fit_options opts;
    GMIX_TRY(gmix_i_fit_options_take(ctx, given, &opts));
    GMIX_TRY(fit_input(ctx, input, &opts, &made, &said));
    *model = made;
    made = NULL;
    if (report) {
        *report = said;
        said = (gmix_report){0};
    }
done:
    gmix_model_free(&made);
    gmix_report_free(&said);
    return status;
}

gmix_status gmix_fit(gmix_ctx *ctx, const gmix_table *x, const gmix_fit_options *opts,
                     gmix_model **model, gmix_report *report) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    if (!model) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "model is NULL: there is no place for the result");
    }
    GMIX_TRY(gmix_i_input_table(ctx, x, &input));
    GMIX_TRY(fit_checked(ctx, &input, opts, model, report));
done:
    return status;
}

gmix_status gmix_fit_source(gmix_ctx *ctx, const gmix_source *source,
                            const gmix_fit_options *opts, gmix_model **model,
                            gmix_report *report) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    if (!model) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "model is NULL: there is no place for the result");
    }
    GMIX_TRY(gmix_i_input_source(ctx, source, &input));
    GMIX_TRY(fit_checked(ctx, &input, opts, model, report));
done:
    return status;
}
