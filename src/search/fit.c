/*
 * Fitting: survey the data, set the frame, search for the best optimum or make the runs that
 * were asked for, and say what happened. See gmix/fit.h.
 */
#include <math.h>
#include <string.h>

#include "base/structs.h"
#include "em/fit_chapter.h"
#include "em/setup.h"
#include "em/shared_errors.h"
#include "search/findings.h"
#include "search/first.h"
#include "search/in_order.h"
#include "search/posterior_found.h"
#include "search/wide.h"

/* Everything a fit holds. */
typedef struct fit {
    gmix_ctx *ctx;
    gmix_fit_options opts;
    double tol; /* as it was asked for */
    gmix_i_plan plan;
    gmix_i_limit limit;
    gmix_i_survey survey;
    gmix_i_patterns patterns;
    gmix_i_frame frame;
    gmix_i_classes classes;
    gmix_i_rules rules; /* for n_components components */
    gmix_i_crew crew;   /* on all rows */
    gmix_i_chain found;
    double *distinct;
} fit;

/* Rows for a parameter of a large table from which on tol is a row's. With fewer, EM goes on fitting what is chance
 * for hundreds of steps: it then counts for so many rows. */
static const double ENOUGH = 150.0;

/* Classes keep their components: none may be dropped. Where they share one covariance the
 * likelihood is bounded, and a class may be small. */
static gmix_status check_classes(fit *f) {
    if (f->classes.n > 0 && strcmp(f->opts.singular, "drop") == 0) {
        return gmix_i_fail(
            f->ctx, GMIX_ERR_OPTION,
            "singular is 'drop', but rows have labels, and each class keeps "
            "its components; leave it at 'repair', which names the class "
            "that is too small");
    }
    return GMIX_OK;
}

static gmix_status prepare(fit *f, gmix_i_input *input) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = f->ctx;
    const gmix_fit_options *const opts = &f->opts;
    gmix_i_plan *const plan = &f->plan;
    *plan = (gmix_i_plan){.input = input,
                          .survey = &f->survey,
                          .frame = &f->frame,
                          .opts = opts,
                          .began = gmix_i_now()};
    plan->limit = &f->limit;
    plan->deadline = gmix_i_deadline(ctx);
    GMIX_TRY(gmix_i_family_get(ctx, opts->covariance, input->n_cols, &plan->family));
    GMIX_TRY(gmix_i_setup_ratio(ctx, opts, plan->family));
    GMIX_TRY(gmix_i_init_get(ctx, opts->init, &plan->init));
    GMIX_TRY(gmix_i_setup_survey(ctx, opts, plan->family->shape, input, &f->survey,
                                 &f->patterns));
    GMIX_TRY(gmix_i_classes_new(ctx, input, &f->survey, opts->n_components,
                                opts->per_class, &f->classes));
    plan->classes = &f->classes;
    GMIX_TRY(check_classes(f));
    GMIX_TRY(gmix_i_start_check(ctx, plan->init, opts, input->n_cols, f->classes.n));
    GMIX_TRY(gmix_i_setup_distinct(ctx, input, &f->survey, opts->n_components,
                                   plan->init->given && opts->reg > 0.0 ? NULL
                                                                        : &f->distinct));
    plan->distinct = f->distinct;
    GMIX_TRY(gmix_i_frame_new(ctx, input->n_cols, &f->frame));
    gmix_i_frame_set(&f->frame, f->survey.mean, f->survey.sd,
                     plan->family->isotropic_frame);
done:
    return status;
}

static void fit_free(fit *f) {
    gmix_i_chain_free(f->ctx, &f->found);
    gmix_i_crew_free(&f->crew);
    gmix_i_classes_free(&f->ctx->opts.allocator, &f->classes);
    gmix_i_rules_free(f->ctx, &f->rules);
    gmix_i_free(f->ctx, f->distinct);
    gmix_i_frame_free(&f->ctx->opts.allocator, &f->frame);
    gmix_i_survey_free(f->ctx, &f->survey);
    gmix_i_patterns_free(f->ctx, &f->patterns);
}

static gmix_status make_rules(fit *f) {
    const gmix_i_start_task task = {.input = f->plan.input,
                                    .frame = &f->frame,
                                    .survey = &f->survey,
                                    .opts = &f->opts};
    gmix_i_rules_free(f->ctx, &f->rules);
    f->plan.rules = &f->rules;
    return gmix_i_rules_new(f->ctx, &task, f->plan.family, &f->rules);
}

/* A search on all rows as they stand. */
static gmix_status search_rows_of(fit *f) {
    gmix_status status = GMIX_OK;
    gmix_i_first first = {0};
    const gmix_i_effort effort = gmix_i_effort_for(
        &f->plan, (double)f->survey.n_rows,
        f->ctx->replicates ? GMIX_I_POLICY_REPLICATE : GMIX_I_POLICY_FIT);
    GMIX_TRY(gmix_i_crew_new(f->ctx, &f->plan,
                             gmix_i_search_workers(f->ctx, &f->plan, &effort), &f->crew));
    GMIX_TRY(gmix_i_first_make(&f->crew, &f->plan, &first));
    GMIX_TRY(gmix_i_search(&f->crew, &effort, &f->found));
done:
    gmix_i_first_free(f->ctx, &f->plan, &first);
    return status;
}

/* A search on all rows, in an order of their own where the options and time allow it. */
static gmix_status search_all(fit *f) {
    gmix_status status = GMIX_OK;
    gmix_i_ordered rows = {0};
    fit twin = {.ctx = f->ctx, .opts = f->opts};
    if (!gmix_i_orders(f->plan.input, &f->opts, f->plan.family) ||
        gmix_i_has_no_time_to_order(f->ctx, &f->plan)) {
        return search_rows_of(f);
    }
    GMIX_TRY(gmix_i_crew_new(f->ctx, &f->plan, 1, &f->crew)); /* while there is time */
    GMIX_TRY(gmix_i_ordered_new(f->ctx, f->plan.input, &rows));
    GMIX_TRY(prepare(&twin, &rows.input));
    twin.plan.limit = f->plan.limit;
    twin.plan.began = f->plan.began;
    twin.plan.deadline = f->plan.deadline;
    GMIX_TRY(make_rules(&twin));
    GMIX_TRY(search_rows_of(&twin));
    for (size_t c = 0; c < twin.found.n_pool; c++) {
        GMIX_TRY(gmix_i_bring_back(f->ctx, &twin.plan, rows.columns, &f->plan,
                                   &twin.found.pool[c]));
    }
    f->found = twin.found;
    twin.found = (gmix_i_chain){0};
    GMIX_TRY(gmix_i_set_level(&f->crew.workers[0], &f->found.pool[0]));
done:
    fit_free(&twin);
    gmix_i_ordered_free(f->ctx, &rows);
    return status;
}

/* Complete runs from independent starts. */
static gmix_status make_runs(fit *f, size_t n_runs) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_crew_new(f->ctx, &f->plan,
                             gmix_i_runs_workers(f->ctx, &f->plan, n_runs), &f->crew));
    GMIX_TRY(gmix_i_runs(&f->crew, n_runs, &f->found));
done:
    return status;
}

/* The evidence for the solution, whatever way it was found; an interrupt leaves it open. */
static gmix_status weigh_best(fit *f) {
    gmix_i_candidate *const best = &f->found.pool[0];
    gmix_i_worker *const worker = &f->crew.workers[0];
    if (!isfinite(best->log_likelihood) || !gmix_i_may_go_on(best->stop)) {
        return GMIX_OK;
    }
    gmix_status status = gmix_i_come_to_rest(worker, best);
    if (status == GMIX_OK && !best->weighed) {
        status = gmix_i_weigh(worker, -INFINITY, best);
    }
    if (gmix_i_was_cut(status)) {
        worker->ctx.message[0] = '\0';
        return GMIX_OK;
    }
    if (status != GMIX_OK) {
        memcpy(f->ctx->message, worker->ctx.message, sizeof f->ctx->message);
    }
    return status;
}

static gmix_status solve(fit *f) {
    gmix_status status = GMIX_OK;
    const size_t rows = gmix_i_search_rows(&f->plan);
    GMIX_TRY(make_rules(f));
    const size_t n_runs = gmix_i_runs_wanted(&f->plan);
    if (n_runs > 0) {
        GMIX_TRY(make_runs(f, n_runs));
    } else if (f->plan.input->table && rows == f->survey.n_rows) {
        GMIX_TRY(search_all(f));
    } else {
        const double parameters = gmix_i_plan_parameters(&f->plan);
        f->opts.tol = f->tol * fmax(1.0, ENOUGH * parameters / (double)f->survey.n_rows);
        GMIX_TRY(
            gmix_i_search_large(f->ctx, &f->plan, rows, parameters, &f->crew, &f->found));
    }
    GMIX_TRY(weigh_best(f));
    if (!f->plan.init->given && f->opts.tol > 0.0) {
        gmix_i_candidate_order(f->classes.of_component, &f->found.pool[0]);
    }
done:
    return status;
}

static void forget_solution(fit *f) {
    gmix_i_chain_free(f->ctx, &f->found);
    gmix_i_crew_free(&f->crew);
}

static gmix_status say_nothing_is_sound(const fit *f, size_t k, gmix_report *report) {
    return gmix_i_report_warn(f->ctx, report,
                              "no sound solution with %zu component%s%s was found; %s", k,
                              k == 1 ? "" : "s", k == 1 ? "" : " or fewer",
                              gmix_i_sound_advice(f->plan.family, f->frame.d));
}

/* The next number of components below the present one that there are rows enough for; at least
 * one. */
static size_t fewer_components(const fit *f) {
    size_t k = f->opts.n_components - 1;
    while (k > 1 && !gmix_i_may_be_sound(&f->plan, k)) {
        k--;
    }
    return k;
}

/* Back to a solution with k components, and the crew that reports on it. */
static gmix_status take_back(fit *f, size_t k, gmix_i_chain *kept, gmix_stop stop) {
    gmix_status status = GMIX_OK;
    forget_solution(f);
    f->opts.n_components = k;
    GMIX_TRY(make_rules(f));
    GMIX_TRY(gmix_i_crew_new(f->ctx, &f->plan, 1, &f->crew));
    f->found = *kept;
    f->found.pool[0].stop = stop;
    *kept = (gmix_i_chain){0};
done:
    return status;
}

/* Fewer components until all of them are sound; what there was if that is cut short. */
static gmix_status drop_components(fit *f) {
    gmix_status status = GMIX_OK;
    gmix_i_chain kept = {0};
    while (f->found.pool[0].n_faults > 0 && f->opts.n_components > 1 &&
           gmix_i_may_go_on(f->found.pool[0].stop)) {
        const size_t k = f->opts.n_components;
        gmix_i_chain_free(f->ctx, &kept);
        kept = f->found;
        f->found = (gmix_i_chain){0};
        forget_solution(f);
        f->opts.n_components = fewer_components(f);
        status = solve(f);
        if (gmix_i_was_cut(status)) {
            status = take_back(f, k, &kept, gmix_i_stop_of(status));
            break;
        }
        GMIX_TRY(status);
    }
done:
    gmix_i_chain_free(f->ctx, &kept);
    return status;
}

/* EM from the components of `from` that hold rows; *better: the bound is no worse for it, else all is as it was. */
static gmix_status go_on_with(fit *f, const gmix_i_params *from, size_t left,
                              bool *better) {
    gmix_status status = GMIX_OK;
    const gmix_i_hyper before = f->rules.hyper;
    gmix_i_chain kept = f->found;
    f->found = (gmix_i_chain){0};
    forget_solution(f);
    f->opts.n_components = left;
    GMIX_TRY(make_rules(f));
    GMIX_TRY(gmix_i_crew_new(f->ctx, &f->plan, 1, &f->crew));
    gmix_i_worker *const worker = &f->crew.workers[0];
    gmix_i_keep_occupied(&before, from, f->rules.prior.hyper, &worker->em.current);
    GMIX_TRY(gmix_i_chain_new(f->ctx, &f->plan, 1, &f->found));
    const gmix_i_watch watch = gmix_i_worker_watch(worker, f->opts.max_iter);
    GMIX_TRY(gmix_i_worker_run(worker, &watch, &f->found.pool[0]));
    *better = f->found.pool[0].log_likelihood + gmix_i_slack(&f->plan) >=
              kept.pool[0].log_likelihood;
    if (!*better) {
        GMIX_TRY(take_back(f, from->k, &kept, kept.pool[0].stop));
    }
done:
    gmix_i_chain_free(f->ctx, &kept);
    return status;
}

/* A Bayesian fit leaves components empty that the rows do not ask for, and a process has as many as the bound wants:
 * the others go. */
static gmix_status drop_empty(fit *f) {
    gmix_status status = GMIX_OK;
    gmix_i_params from = {0};
    bool better = gmix_i_runs_wanted(&f->plan) != 1;
    while (better && gmix_i_may_go_on(f->found.pool[0].stop)) {
        size_t left = 0;
        GMIX_TRY(gmix_i_fewer(f->ctx, &f->plan, &f->found.pool[0].params, &from, &left));
        better = left > 0;
        if (better) {
            GMIX_TRY(go_on_with(f, &from, left, &better));
        }
    }
done:
    gmix_i_params_free(&f->ctx->opts.allocator, &from);
    return status;
}

/* What is done about a solution that is not sound. */
static gmix_status apply_policy(fit *f) {
    const bool given = gmix_i_runs_wanted(&f->plan) == 1;
    if (f->found.pool[0].n_faults == 0) {
        return GMIX_OK;
    }
    if (strcmp(f->opts.singular, "error") == 0) {
        return gmix_i_refuse_spurious(&f->crew, &f->found.pool[0]);
    }
    return strcmp(f->opts.singular, "drop") == 0 && !given ? drop_components(f) : GMIX_OK;
}

static gmix_status say_what_is_sound(fit *f, size_t asked, gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_i_candidate *const best = &f->found.pool[0];
    const size_t k = f->opts.n_components;
    if (best->n_faults > 0 && f->classes.n > 0) {
        return gmix_i_report_warn(
            f->ctx, report, "classes keep their components, sound or not: %s",
            gmix_i_class_advice(f->plan.family, f->classes.per_class));
    }
    if (best->n_faults > 0 && k == 1) {
        return say_nothing_is_sound(f, asked, report);
    }
    if (k < asked && f->rules.prior.hyper) {
        return GMIX_OK; /* components that the rows do not ask for */
    }
    if (k < asked) {
        return gmix_i_report_warn(f->ctx, report,
                                  "%zu components were asked for; no sound solution was "
                                  "found with more than %zu, which this one has",
                                  asked, k);
    }
    if (best->n_faults == 0 || gmix_i_runs_wanted(&f->plan) == 1 ||
        !gmix_i_may_go_on(best->stop)) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_report_warn(f->ctx, report,
                                "no solution with %zu components was found in which none "
                                "is spurious; ask for fewer, or for singular = drop, "
                                "which looks for the most that have one",
                                k));
done:
    return status;
}

/* Factors of many features: nothing is a matrix until there is a model. */
static gmix_status fit_wide(fit *f, gmix_model **model, gmix_report *report) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(make_rules(f));
    GMIX_TRY(gmix_i_wide_search(f->ctx, &f->plan, NULL, &f->found));
    GMIX_TRY(gmix_i_model_of_solution(f->ctx, &f->plan, &f->found.pool[0], model));
    GMIX_TRY(gmix_i_wide_report(f->ctx, &f->plan, &f->found, *model, report));
done:
    return status;
}

static gmix_status fit_narrow(fit *f, size_t asked, gmix_model **model,
                              gmix_report *report) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(solve(f));
    GMIX_TRY(gmix_i_limit_whole(f->ctx));
    GMIX_TRY(apply_policy(f));
    GMIX_TRY(drop_empty(f));
    GMIX_TRY(gmix_i_model_of_solution(f->ctx, &f->plan, &f->found.pool[0], model));
    GMIX_TRY(gmix_i_write_report(&f->crew, &f->found, *model, report));
    GMIX_TRY(say_what_is_sound(f, asked, report));
    GMIX_TRY(gmix_i_say_what_is_held(f->ctx, &f->plan, *model, &f->found.pool[0].params,
                                     report));
done:
    return status;
}

static gmix_status fit_input(gmix_ctx *ctx, gmix_i_input *input,
                             const gmix_fit_options *opts, gmix_model **model,
                             gmix_report *report) {
    gmix_status status = GMIX_OK;
    fit f = {.ctx = ctx, .opts = *opts, .tol = opts->tol};
    gmix_i_limit_begin(ctx, &f.limit, opts->time_limit);
    GMIX_TRY(prepare(&f, input));
    GMIX_TRY(gmix_i_wide_suits(&f.plan)
                 ? fit_wide(&f, model, report)
                 : fit_narrow(&f, opts->n_components, model, report));
    gmix_i_model_take_classes(*model, &f.classes);
    report->seconds = gmix_i_now() - f.plan.began;
done:
    input->patterns = NULL; /* they are f's */
    fit_free(&f);
    gmix_i_limit_end(ctx, &f.limit);
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
    gmix_i_chapter chapter = {0};
    GMIX_TRY(gmix_i_fit_options_take(ctx, given, &opts));
    if (input->table) {
        GMIX_TRY(
            gmix_i_fit_chapter(ctx, "gmix_fit", input->table, &opts, NULL, &chapter));
    }
    status = fit_input(ctx, input, &opts, &made, &said);
    gmix_i_setup_hint(ctx, status, gmix_i_family_find(opts.covariance), input->n_cols);
    GMIX_TRY(status);
    *model = made;
    made = NULL;
    if (report) {
        gmix_i_struct_give(report, GMIX_I_REPORT_FIRST, &said, sizeof said);
        said = (gmix_report){0};
    }
done:
    gmix_i_chapter_end(ctx, &chapter);
    gmix_model_free(&made);
    gmix_report_free(&said);
    return status;
}

gmix_status gmix_fit(gmix_ctx *ctx, const gmix_table *x, const gmix_fit_options *opts,
                     gmix_model **model, gmix_report *report) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    GMIX_I_PLACE(ctx, gmix_report, GMIX_I_REPORT_FIRST, report);
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    gmix_i_measurements rows = {0};
    if (!model) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "model is NULL: there is no place for the result");
    }
    GMIX_TRY(gmix_i_input_to_fit(ctx, x, &rows, &input));
    GMIX_TRY(fit_checked(ctx, &input, opts, model, report));
done:
    gmix_i_measurements_free(ctx, &rows);
    return status;
}

gmix_status gmix_i_fit_stream(gmix_ctx *ctx, gmix_i_input *input,
                              const gmix_fit_options *opts, gmix_model **model,
                              gmix_report *report) {
    return fit_checked(ctx, input, opts, model, report);
}
