/* The master's memory for EM, and what is made of it in the end: model and report. See master.h. */
#include <string.h>

#include "em/setup.h"
#include "engine/master.h"
#include "search/findings.h"
#include "search/posterior_found.h"

/* Classes keep their components; where they share one covariance a class may be small. */
static gmix_status prepare_classes(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    const gmix_fit_options *const opts = &e->set.opts;
    GMIX_TRY(gmix_i_classes_new(ctx, &e->input, &e->survey, opts->n_components,
                                opts->per_class, &e->classes));
    e->plan.classes = &e->classes;
    if (e->classes.n > 0) {
        if (strcmp(opts->singular, "drop") == 0) {
            GMIX_FAIL(
                ctx, GMIX_ERR_OPTION,
                "singular is 'drop', but rows have labels, and each class keeps its "
                "components; leave it at 'repair', which names the class that is "
                "too small");
        }
    }
done:
    return status;
}

gmix_status gmix_i_master_rules(gmix_ctx *ctx, gmix_engine *e) {
    const gmix_i_start_task task = {.input = &e->input,
                                    .frame = &e->frame,
                                    .survey = &e->survey,
                                    .opts = &e->set.opts,
                                    .variance = e->variance};
    gmix_i_rules_free(ctx, &e->rules);
    e->plan.rules = &e->rules;
    return gmix_i_rules_new(ctx, &task, e->family, &e->rules);
}

bool gmix_i_master_wants_moments(const gmix_engine *e) {
    const bool given = e->set.prior_covariance && gmix_i_is_bayesian(&e->set.opts);
    return (strcmp(e->set.opts.prior, "none") != 0 || gmix_i_is_bayesian(&e->set.opts)) &&
           !given && !e->variance;
}

/* As starts take rows: a component at the mean that is as wide as the features. */
static gmix_status one_new(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    const size_t d = e->set.d;
    double *variances = NULL;
    GMIX_TRY(gmix_i_params_new(ctx, e->family, 1, d, &e->one));
    GMIX_TRY(gmix_i_calloc(ctx, "variances", d, sizeof *variances, &variances));
    for (size_t j = 0; j < d; j++) {
        const double sd = e->survey.sd[j] * e->frame.inv_scale[j];
        variances[j] = sd * sd;
    }
    e->one.weights[0] = 1.0;
    e->family->shape->from_variances(d, variances, e->one.cov);
done:
    gmix_i_free(ctx, variances);
    return status;
}

gmix_status gmix_i_master_prepare(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    const gmix_fit_options *const opts = &e->set.opts;
    const size_t d = e->set.d;
    if (opts->n_components > e->survey.n_rows) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "%zu components asked for, but the data have only %llu rows",
                  opts->n_components, (unsigned long long)e->survey.n_rows);
    }
    GMIX_TRY(gmix_i_family_get(ctx, opts->covariance, d, &e->family));
    GMIX_TRY(gmix_i_setup_ratio(ctx, opts, e->family));
    GMIX_TRY(gmix_i_init_get(ctx, opts->init, &e->init));
    e->k = opts->n_components;
    e->input.drop_incomplete = e->survey.n_missing_cells > 0 &&
                               gmix_i_missing_option(opts) == GMIX_I_MISSING_DROP;
    e->plan = (gmix_i_plan){.input = &e->input,
                            .survey = &e->survey,
                            .frame = &e->frame,
                            .family = e->family,
                            .init = e->init,
                            .opts = opts,
                            .began = e->began,
                            .deadline = INFINITY};
    GMIX_TRY(prepare_classes(ctx, e));
    if (strcmp(opts->bayes, "process") == 0 && e->survey.labelled_weight > 0.0) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "bayes = process does not go with labels: sticks are of no class; "
                  "bayes = dirichlet has weights for them");
    }
    GMIX_TRY(gmix_i_start_check(ctx, e->init, opts, d, e->classes.n));
    GMIX_TRY(gmix_i_frame_new(ctx, d, &e->frame));
    gmix_i_frame_set(&e->frame, e->survey.mean, e->survey.sd, e->family->isotropic_frame);
    if (gmix_i_master_wants_moments(e)) {
        GMIX_TRY(one_new(ctx, e));
    } else {
        GMIX_TRY(gmix_i_master_rules(ctx, e));
    }
done:
    return status;
}

gmix_status gmix_i_master_em_new(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    const size_t d = e->set.d;
    GMIX_TRY(gmix_i_master_rules(ctx, e)); /* for as many components as are left */
    GMIX_TRY(gmix_i_em_new(ctx, &e->input, &e->frame, &e->survey, e->family, &e->set.opts,
                           &e->em));
    gmix_i_rules_bind(&e->rules, &e->em.constraints);
    e->em.began = e->began;
    const size_t len = GMIX_I_STATS_HEAD + e->k * gmix_i_stats_len(e->family->shape, d);
    GMIX_TRY(gmix_i_calloc(ctx, "statistics", len, sizeof(double), &e->stats));
    GMIX_TRY(gmix_i_calloc(ctx, "faults", e->k, sizeof *e->faults, &e->faults));
done:
    return status;
}

gmix_status gmix_i_master_judge(gmix_ctx *ctx, gmix_engine *e, size_t *n_faults) {
    gmix_i_crew crew = {0};
    *n_faults = 0;
    const gmix_status status = gmix_i_crew_new(ctx, &e->plan, 1, &crew);
    if (status == GMIX_OK) {
        gmix_i_worker *const worker = &crew.workers[0];
        gmix_i_judge_all(&worker->judge, &e->em.accepted, e->em.accepted_floor,
                         worker->support);
        *n_faults = gmix_i_support_faults(worker->support, e->k, e->faults);
    }
    gmix_i_crew_free(&crew);
    return status;
}

static gmix_status say_what_is_sound(gmix_ctx *ctx, const gmix_engine *e, size_t asked,
                                     gmix_report *report) {
    if (e->rules.prior.hyper) {
        return GMIX_OK; /* components that the rows do not ask for */
    }
    if (e->k < asked) {
        return gmix_i_report_warn(ctx, report,
                                  "%zu components were asked for; no sound solution was "
                                  "found with more than %zu, which this one has",
                                  asked, e->k);
    }
    if (report->sound || e->init->given) {
        return GMIX_OK;
    }
    return gmix_i_report_warn(ctx, report,
                              "no sound solution with %zu components was found; "
                              "singular = drop looks for the most that has one",
                              e->k);
}

/* Model and report of what EM on all rows has reached. */
static gmix_status report_on(gmix_ctx *ctx, gmix_engine *e, gmix_i_crew *crew,
                             gmix_i_chain *found, gmix_model **model,
                             gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate *const best = &found->pool[0];
    gmix_i_classes classes = {0};
    GMIX_TRY(gmix_i_candidate_take(&e->em, &crew->workers[0].judge, false, best));
    best->stop = e->stage == GMIX_I_STAGE_DONE || e->stage == GMIX_I_STAGE_SCORE
                     ? best->stop
                     : GMIX_STOP_CANCELLED;
    if (best->n_faults > 0 && strcmp(e->set.opts.singular, "error") == 0) {
        status = gmix_i_refuse_spurious(crew, best);
        goto done;
    }
    e->input.names = (const char *const *)e->set.names;
    GMIX_TRY(gmix_i_model_of_solution(ctx, &e->plan, best, model));
    GMIX_TRY(gmix_i_write_report(crew, found, *model, report));
    if (e->rules.prior
            .hyper) { /* the predictive density of rows elsewhere is not known */
        gmix_i_report_bound(*model, report);
    }
    GMIX_TRY(gmix_i_choice_say(ctx, e, report));
    GMIX_TRY(say_what_is_sound(ctx, e, e->set.asked, report));
    if (e->classes.n > 0) {
        GMIX_TRY(gmix_i_classes_copy(ctx, e->classes.n,
                                     (const char *const *)e->classes.names, e->k,
                                     e->classes.of_component, &classes));
        classes.n_labelled = e->classes.n_labelled;
        classes.per_class = e->classes.per_class;
        gmix_i_model_take_classes(*model, &classes);
    }
    report->seconds = e->spent + gmix_i_now() - e->began;
done:
    gmix_i_classes_free(&ctx->opts.allocator, &classes);
    return status;
}

static gmix_status finish_passes(gmix_ctx *ctx, gmix_engine *e, gmix_model **model,
                                 gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_i_crew crew = {0};
    gmix_i_chain found = {.n_pool = 1,
                          .n_starts = e->n_starts,
                          .n_reached = e->n_runs,
                          .n_hits = e->n_hits};
    const gmix_i_member_list none = {0};
    gmix_i_member_list *members = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "candidates", 1, sizeof *found.pool, &found.pool));
    GMIX_TRY(gmix_i_candidate_new(ctx, e->family, e->k, e->set.d, &found.pool[0]));
    GMIX_TRY(gmix_i_crew_new(ctx, &e->plan, 1, &crew));
    GMIX_TRY(gmix_i_calloc(ctx, "rows of components", e->k, sizeof *members, &members));
    for (size_t c = 0; c < e->k; c++) {
        members[c] = c < e->sums.n_members ? e->sums.members[c] : none;
    }
    crew.members = members;
    e->input.patterns = e->patterns.words > 0 ? &e->patterns : NULL;
    status = report_on(ctx, e, &crew, &found, model, report);
    e->input.patterns = NULL;
done:
    gmix_i_free(ctx, members);
    gmix_i_crew_free(&crew);
    gmix_i_chain_free(ctx, &found);
    return status;
}

static gmix_status finish_whole(gmix_ctx *ctx, gmix_engine *e, gmix_model **model,
                                gmix_report *report) {
    const gmix_table all = gmix_i_master_rows(e);
    return e->set.choice.components ? gmix_i_choice_of_rows(ctx, e, model, report)
                                    : gmix_fit(ctx, &all, &e->set.opts, model, report);
}

gmix_status gmix_i_master_finish(gmix_ctx *ctx, gmix_engine *e, gmix_model **model,
                                 gmix_report *report) {
    e->em.ctx = ctx;
    if (e->whole && e->stage == GMIX_I_STAGE_DONE) {
        return finish_whole(ctx, e, model, report);
    }
    if (e->em.n_trace == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_CANCELLED,
                           "there is no solution yet: no pass has been taken");
    }
    return finish_passes(ctx, e, model, report);
}
