/* From stage to stage: answers in, the next job out. See master.h. */
#include <string.h>

#include "em/setup.h"
#include "em/shared_errors.h"
#include "engine/master.h"
#include "family/gaps.h"

enum {
    WHOLE_CELLS = 1 << 18, /* data of so many are fitted in one place */
    LEAST_SAMPLE = 4096,
    LEAST_ITERATIONS = 20, /* fewer ask for a number of steps, and for no search */
    MOST_MEASURES = 3
};

/* Measured about something this many deviations away, variances lose four bits. */
static const double NEAR = 4.0;

static const gmix_i_work *work_of(gmix_i_stage stage) {
    static const gmix_i_work *const works[] = {&gmix_i_work_look, &gmix_i_work_measure,
                                               &gmix_i_work_pass, &gmix_i_work_seed,
                                               &gmix_i_work_pass, &gmix_i_work_score};
    return works[stage];
}

static double reach_of(const gmix_engine *e) {
    double reach = 0.0;
    for (size_t j = 0; j < e->set.d; j++) {
        const double most = fmax(e->survey.highest[j] - e->survey.mean[j],
                                 e->survey.mean[j] - e->survey.lowest[j]);
        reach = fmax(reach, 2.0 * most * e->frame.inv_scale[j]);
    }
    return reach;
}

/* A choice is to be made, and may come to any family. */
static bool is_to_choose(const gmix_engine *e) {
    return e->set.choice.components && e->set.choice.found.n_candidates == 0;
}

static size_t most_patterns(const gmix_engine *e) {
    const gmix_i_shape *const shape =
        is_to_choose(e) ? &gmix_i_shape_dense : e->family->shape;
    return gmix_i_gap_most_patterns(shape, e->set.opts.n_components, e->set.d);
}

void gmix_i_master_set_job(gmix_engine *e) {
    const bool scores = e->stage == GMIX_I_STAGE_SCORE;
    e->job = (gmix_i_job){.work = work_of(e->stage),
                          .number = e->number,
                          .d = e->set.d,
                          .rows = e->block_rows,
                          .missing = gmix_i_missing_option(&e->set.opts),
                          .n_rows = e->survey.n_rows,
                          .largest_weight = e->largest_weight,
                          .total_weight = e->survey.total_weight,
                          .lowest = e->survey.lowest,
                          .highest = e->survey.highest,
                          .shift = e->shift,
                          .seed = e->set.opts.seed,
                          .seen = e->seen,
                          .n_drawn = e->n_drawn};
    if (e->stage == GMIX_I_STAGE_SEED && !e->whole && e->survey.n_missing_cells > 0 &&
        e->job.missing == GMIX_I_MISSING_EM) {
        e->job.most_patterns = most_patterns(e);
    }
    if (e->stage == GMIX_I_STAGE_MOMENTS) {
        e->job.family = e->family;
        e->job.k = 1;
        e->job.reach = reach_of(e);
        e->job.frame = e->frame;
        e->job.params = e->one;
        e->job.patterns = e->patterns;
    }
    if (e->stage == GMIX_I_STAGE_PASS || scores) {
        e->job.family = e->family;
        e->job.is_single = strcmp(e->set.opts.precision, "single") == 0;
        e->job.k = e->k;
        e->job.reach = reach_of(e);
        e->job.frame = e->frame;
        e->job.params = scores ? e->em.accepted : e->em.current;
        if (e->rules.prior.hyper) { /* the E-step has weights of its own */
            e->job.params.weights = e->em.seen_weights;
        }
        e->job.class_of = e->classes.of_component;
        e->job.patterns = e->patterns;
        e->job.listed = scores ? e->faults : NULL;
        e->job.heeds = true;
        e->job.seen.least = e->em.shared ? e->em.shared : e->seen.least;
    }
}

/* What is left of the answers in the end: rows of components, for the report. */
static void keep_members(gmix_engine *e) {
    gmix_i_sums rest = {.n_members = e->sums.n_members, .members = e->sums.members};
    e->sums.members = NULL;
    gmix_i_sums_free(&e->allocator, &e->sums);
    e->sums = rest;
}

gmix_status gmix_i_master_ask(gmix_ctx *ctx, gmix_engine *e) {
    e->n_answered = 0;
    e->job_name = 0;
    e->number++;
    if (e->stage == GMIX_I_STAGE_DONE) {
        keep_members(e);
        return GMIX_OK;
    }
    gmix_i_sums_free(&e->allocator, &e->sums);
    gmix_i_master_set_job(e);
    return gmix_i_job_sums(ctx, &e->job, &e->sums);
}

/* Rows that the start is found on. */
static size_t sample_rows(const gmix_engine *e, const gmix_i_family *family) {
    const uint64_t n = e->survey.n_rows;
    const double k = (double)e->set.opts.n_components;
    const double whole_rows = (double)WHOLE_CELLS / (double)e->set.d;
    const double least = is_to_choose(e) ? fmax(whole_rows, LEAST_SAMPLE) : LEAST_SAMPLE;
    const double wanted =
        e->set.sample_rows > 0 ? (double)e->set.sample_rows
        : (double)n * (double)e->set.d <= WHOLE_CELLS
            ? (double)n
            : fmax(2.0 * k * (double)gmix_i_stats_len(family->shape, e->set.d), least);
    return wanted < (double)n ? (size_t)wanted : (size_t)n;
}

static gmix_status after_look(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    const gmix_fit_options *const opts = &e->set.opts;
    const gmix_i_tally *const t = e->sums.tally.at;
    const gmix_i_family *family;
    const double ridge = gmix_i_ridge_option(opts);
    GMIX_TRY(gmix_i_refuse_cells(ctx, &e->input, t));
    GMIX_TRY(gmix_i_refuse_rows(ctx, t, gmix_i_missing_option(opts)));
    GMIX_TRY(gmix_i_refuse_columns(ctx, &e->input, t, ridge));
    GMIX_TRY(gmix_i_survey_from_tally(ctx, t, e->set.d, ridge, &e->survey));
    e->largest_weight = t->largest_weight;
    GMIX_TRY(gmix_i_master_see(ctx, e));
    for (size_t j = 0; j < e->set.d; j++) {
        e->shift[j] = 0.5 * e->survey.lowest[j] + 0.5 * e->survey.highest[j];
    }
    GMIX_TRY(gmix_i_family_get(ctx, opts->covariance, e->set.d, &family));
    e->n_drawn = sample_rows(e, family);
    e->whole = e->n_drawn == e->survey.n_rows;
    e->stage = e->whole ? GMIX_I_STAGE_SEED : GMIX_I_STAGE_MEASURE;
    if (!e->whole && opts->trim > 0.0) {
        GMIX_FAIL(
            ctx, GMIX_ERR_OPTION,
            "trim wants all rows in one place: which are left out takes several "
            "passes for every step, and %llu rows are too many to be drawn; leave it "
            "out or use gmix_fit()",
            (unsigned long long)e->survey.n_rows);
    }
done:
    return status;
}

/* The survey's means and variances; true if they should be measured again, about the means. */
static bool read_measures(gmix_engine *e, bool *bad) {
    const size_t d = e->set.d;
    const gmix_i_exact *const sums = e->sums.exact;
    bool again = false;
    *bad = e->sums.beyond;
    e->survey.total_weight =
        gmix_i_exact_value(&sums[0], gmix_i_measure_unit(&e->job, 0));
    e->survey.labelled_weight =
        gmix_i_exact_value(&sums[1], gmix_i_measure_unit(&e->job, 1));
    for (size_t j = 0; j < d; j++) {
        double x[3];
        for (size_t part = 0; part < 3; part++) {
            const size_t at = 2 + part * d + j;
            x[part] = gmix_i_exact_value(&sums[at], gmix_i_measure_unit(&e->job, at));
        }
        const double off = x[1] / x[0], variance = fmax(x[2] / x[0] - off * off, 0.0);
        const bool constant = e->survey.lowest[j] == e->survey.highest[j];
        e->survey.mean[j] = constant ? e->survey.lowest[j] : e->shift[j] + off;
        e->survey.sd[j] = sqrt(constant ? gmix_i_ridge_option(&e->set.opts) : variance);
        again = again || (!constant && fabs(off) > NEAR * e->survey.sd[j]);
        *bad = *bad || !(x[0] > 0.0) || !isfinite(off) || !isfinite(variance);
    }
    *bad = *bad || !(e->survey.total_weight > 0.0);
    return again;
}

static bool takes_given_steps(const gmix_engine *e) {
    const gmix_fit_options *const opts = &e->set.opts;
    return opts->restarts == 0 && (opts->tol == 0.0 || opts->max_iter < LEAST_ITERATIONS);
}

/* EM begins at parameters that are in e->em.current. */
static gmix_status begin_em(gmix_ctx *ctx, gmix_engine *e) {
    e->watch = gmix_i_watch_steps(e->set.opts.max_iter);
    e->watch.deadline = e->set.opts.time_limit > 0.0
                            ? e->began + e->set.opts.time_limit - e->spent
                            : INFINITY;
    gmix_i_em_begin(&e->em, &e->watch);
    e->stage = GMIX_I_STAGE_PASS;
    e->em.ctx = ctx;
    return gmix_i_em_prepare(&e->em, &e->em.current);
}

/* EM begins where a model is; its noise, if it has some, keeps the model's box if that is given,
 * and has that of all rows if the model is of some of them. */
static gmix_status begin_at(gmix_ctx *ctx, gmix_engine *e, const gmix_model *model,
                            bool keeps_box) {
    gmix_status status = GMIX_OK;
    gmix_i_params *const p = &e->em.current;
    e->k = model->k;
    e->set.opts.n_components = model->k;
    GMIX_TRY(gmix_i_master_em_new(ctx, e));
    GMIX_TRY(gmix_i_params_of_model(ctx, model, &e->frame, &e->em.bounds, p));
    if (p->weights[p->k] > 0.0) {
        const gmix_i_noise_box *const from =
            keeps_box || !e->rules.box.lower ? &model->noise : &e->rules.box;
        GMIX_TRY(gmix_i_noise_box_new(ctx, e->set.d, from->lower, from->upper, &e->box));
        p->noise = &e->box;
        p->log_volume = e->box.log_volume - e->frame.log_det;
    } else {
        p->noise = NULL;
    }
    GMIX_TRY(gmix_i_em_contain_errors(&e->em, &e->frame, p));
    GMIX_TRY(begin_em(ctx, e));
done:
    return status;
}

static gmix_status after_measure(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    bool bad;
    const bool again = read_measures(e, &bad) && ++e->n_measured < MOST_MEASURES;
    if (bad) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "the data changed between passes, or parts answered "
                  "with sums that no rows have");
    }
    memcpy(e->shift, e->survey.mean, e->set.d * sizeof(double));
    if (again) {
        return GMIX_OK;
    }
    for (size_t j = 0; j < e->set.d; j++) {
        e->seen.least[j] *= fmax(e->sums.seen.share, 0.0);
    }
    GMIX_TRY(gmix_i_refuse_spreads(ctx, &e->input, &e->survey));
    e->stage = GMIX_I_STAGE_SEED;
    if (is_to_choose(e)) {
        return GMIX_OK; /* the rest hangs on the family */
    }
    GMIX_TRY(gmix_i_master_prepare(ctx, e));
    if (gmix_i_master_wants_moments(e)) {
        e->stage = GMIX_I_STAGE_MOMENTS;
        if (e->survey.n_missing_cells > 0 && e->job.missing == GMIX_I_MISSING_EM) {
            /* rows may have any: which ones there are is found with the seed */
            GMIX_TRY(gmix_i_patterns_none(ctx, e->set.d, 1, &e->patterns));
        }
    }
done:
    return status;
}

/* The variance of all rows, and the prior that hangs on it. */
static gmix_status after_moments(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    const size_t d = e->set.d, len = e->family->shape->cov_len(d);
    double *moments = NULL;
    bool bad = e->sums.beyond;
    GMIX_TRY(gmix_i_calloc(ctx, "moments", 1 + 2 * d + len, sizeof *moments, &moments));
    for (size_t i = 0; i < 1 + d + len; i++) {
        const size_t at = GMIX_I_STATS_HEAD + i;
        moments[i] =
            gmix_i_exact_value(&e->sums.exact[at], gmix_i_pass_unit(&e->job, at));
        bad = bad || !isfinite(moments[i]);
    }
    const double off = fabs(moments[0] - e->survey.total_weight);
    if (bad || !(off <= 1e-9 * e->survey.total_weight)) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "the data changed between passes, or parts answered "
                  "with sums that no rows have");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "the variance", len, sizeof *e->variance, &e->variance));
    gmix_i_variance_of(e->family->shape, &e->survey, moments, moments + 1 + d + len,
                       e->variance);
    gmix_i_patterns_free(ctx, &e->patterns);
    GMIX_TRY(gmix_i_master_rules(ctx, e));
    e->stage = GMIX_I_STAGE_SEED;
done:
    gmix_i_free(ctx, moments);
    return status;
}

/* A fit of the sample: no more exact than a sample is (p / 2m nats per row of m, roughly, with p
 * parameters); only its start if a number of steps is asked for. */
static gmix_status fit_sample(gmix_ctx *ctx, gmix_engine *e, gmix_model **model) {
    gmix_status status = GMIX_OK;
    gmix_report report = {0};
    gmix_fit_options opts = e->set.opts;
    gmix_table sample = gmix_i_master_rows(e);
    const double per_row = (double)(e->k * gmix_i_stats_len(e->family->shape, e->set.d)) /
                           (double)e->n_drawn;
    sample.names = NULL;
    sample.n_classes = e->classes.n_labelled;
    if (takes_given_steps(e)) {
        opts.max_iter = 0;
        opts.restarts = 1;
        opts.singular = "keep";
    }
    opts.tol = opts.tol > 0.0 ? fmax(opts.tol, 1e-3 * per_row) : 0.0;
    GMIX_TRY(gmix_fit(ctx, &sample, &opts, model, &report));
    e->n_starts = report.n_starts;
    e->n_runs = report.n_runs;
    e->n_hits = report.n_hits;
done:
    gmix_report_free(&report);
    return status;
}

/* The steps that features were rounded to are those of the sample. */
static gmix_status find_resolution(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    gmix_i_measurements m = {0};
    gmix_i_survey drawn = e->survey; /* with the same grains */
    gmix_table sample = gmix_i_master_rows(e);
    sample.names = NULL;
    sample.labels = NULL;
    sample.class_names = NULL;
    drawn.n_rows = e->n_drawn;
    GMIX_TRY(gmix_i_input_measured(ctx, &sample, &m, &input));
    GMIX_TRY(gmix_i_setup_resolution(ctx, &e->set.opts, &input, &drawn));
done:
    gmix_i_measurements_free(ctx, &m);
    return status;
}

static gmix_status after_seed(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    gmix_model *model = NULL;
    GMIX_TRY(gmix_i_master_take_rows(ctx, e));
    if (e->whole) {
        e->stage = GMIX_I_STAGE_DONE;
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_master_take_patterns(ctx, e));
    GMIX_TRY(find_resolution(ctx, e));
    if (is_to_choose(e)) {
        GMIX_TRY(gmix_i_master_choose(ctx, e, &model));
        GMIX_TRY(begin_at(ctx, e, model, false));
    } else if (e->init->given) {
        GMIX_TRY(begin_at(ctx, e, e->set.init_model, true));
    } else {
        GMIX_TRY(fit_sample(ctx, e, &model));
        GMIX_TRY(begin_at(ctx, e, model, false));
    }
    gmix_i_master_forget_rows(ctx, e);
done:
    gmix_model_free(&model);
    return status;
}

static void read_stats(gmix_engine *e) {
    const size_t len = gmix_i_pass_len(&e->job);
    for (size_t i = 0; i < len; i++) {
        e->stats[i] = gmix_i_exact_value(&e->sums.exact[i], gmix_i_pass_unit(&e->job, i));
    }
    if (e->sums.beyond) {
        e->stats[GMIX_I_LOGLIK] = NAN;
    }
}

/* False if no rows have such sums. */
static bool are_sums_of_rows(const gmix_engine *e) {
    const size_t len = gmix_i_stats_len(e->family->shape, e->set.d);
    const double all = e->stats[GMIX_I_WEIGHT];
    double sum = e->stats[GMIX_I_NOISE];
    bool good = sum >= -1e-9 * all;
    for (size_t c = 0; c < e->k; c++) {
        const double n = e->stats[GMIX_I_STATS_HEAD + c * len];
        good = good && n >= 0.0;
        sum += n;
    }
    /* a truncated sample has rows that nobody saw */
    return good &&
           (gmix_i_observation_is_truncated(&e->seen) ? sum >= (1.0 - 1e-6) * all
                                                      : fabs(sum - all) <= 1e-6 * all);
}

static gmix_status end_run(gmix_ctx *ctx, gmix_engine *e) {
    size_t n_faults;
    gmix_i_em_end(&e->em);
    const gmix_status status = gmix_i_master_judge(ctx, e, &n_faults);
    e->stage = n_faults > 0 ? GMIX_I_STAGE_SCORE : GMIX_I_STAGE_DONE;
    return status == GMIX_OK && n_faults > 0 ? gmix_i_em_prepare(&e->em, &e->em.accepted)
                                             : status;
}

/* E-step's end, M-step, stop rule, until there are parameters that rows have to be asked about: as
 * in run.c. */
static gmix_status after_pass(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK, how = GMIX_OK;
    gmix_i_em *const em = &e->em;
    read_stats(e);
    if (!e->sums.beyond && !are_sums_of_rows(e)) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "the data changed between passes, or parts answered "
                  "with sums that no rows have");
    }
    for (;;) {
        GMIX_TRY(gmix_i_em_take(em, how, e->stats));
        gmix_i_em_show_progress(em, &ctx->opts);
        gmix_i_em_step(em, e->stats);
        if (gmix_i_em_is_over(em, &e->watch)) {
            return end_run(ctx, e);
        }
        em->n_iter++;
        how = gmix_i_em_prepare(em, &em->current);
        if (how == GMIX_OK) {
            return GMIX_OK;
        }
    }
done:
    return status;
}

static gmix_status after_score(gmix_ctx *ctx, gmix_engine *e) {
    (void)ctx;
    e->stage = GMIX_I_STAGE_DONE;
    return GMIX_OK;
}

gmix_status gmix_i_master_advance(gmix_ctx *ctx, gmix_engine *e) {
    typedef gmix_status advance_fn(gmix_ctx *, gmix_engine *);
    static advance_fn *const advance[] = {after_look, after_measure, after_moments,
                                          after_seed, after_pass,    after_score};
    gmix_status status = GMIX_OK;
    e->em.ctx = ctx;
    GMIX_TRY(advance[e->stage](ctx, e));
    GMIX_TRY(gmix_i_master_ask(ctx, e));
done:
    return status;
}
