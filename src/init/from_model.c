/*
 * Starts from a given mixture. "model" has its parameters; "split" is for more components than
 * it has, "merge" for fewer (resize.h), each run another way to get there. What is not of the
 * fit's family is brought over through statistics, n_k = pi_k, S_k = pi_k Sigma_k, and the M-step
 * of that family.
 */
#include <string.h>

#include "init/init.h"
#include "init/resize.h"

static gmix_status check_width(gmix_ctx *ctx, const char *start, const gmix_model *model,
                               size_t d) {
    if (!model) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "the start '%s' needs init_model",
                           start);
    }
    if (model->d != d) {
        return gmix_i_fail(ctx, GMIX_ERR_SHAPE,
                           "the model to start from has %zu features; the data have %zu",
                           model->d, d);
    }
    return GMIX_OK;
}

static gmix_status check_model(gmix_ctx *ctx, const gmix_model *model, size_t k,
                               size_t d) {
    if (!model) {
        return check_width(ctx, "model", model, d);
    }
    if (model->k != k || model->d != d) {
        return gmix_i_fail(
            ctx, GMIX_ERR_SHAPE,
            "the model to start from has %zu components and %zu features; %zu "
            "and %zu are needed",
            model->k, model->d, k, d);
    }
    return GMIX_OK;
}

/* Statistics of one unit of data that has exactly the parts' moments. */
static void moments_of(const gmix_i_parts *from, const gmix_i_shape *to, double *stats) {
    const size_t d = from->d, stride = gmix_i_stats_len(to, d), len = to->cov_len(d);
    for (size_t c = 0; c < from->k; c++) {
        double *const own = stats + GMIX_I_STATS_HEAD + c * stride;
        own[0] = from->weights[c];
        to->from_matrix(d, from->cov + c * d * d, own + 1 + d);
        for (size_t t = 0; t < len; t++) {
            own[1 + d + t] *= own[0];
        }
    }
}

static void to_parts(const gmix_i_params *from, gmix_i_parts *to) {
    const size_t d = from->d, len = from->family->shape->cov_len(d);
    to->k = from->k;
    memcpy(to->weights, from->weights, from->k * sizeof *to->weights);
    memcpy(to->means, from->means, from->k * d * sizeof *to->means);
    for (size_t c = 0; c < from->k; c++) {
        from->family->shape->to_matrix(d, from->cov + c * len, to->cov + c * d * d);
    }
}

/* The parts, K of them, in the family of *out, with the noise of `model`. */
static gmix_status from_parts(gmix_ctx *ctx, const gmix_i_parts *parts,
                              const gmix_i_params *model, gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    const size_t k = out->k, d = out->d;
    const gmix_i_shape *const shape = out->family->shape;
    double *stats = NULL, *numbers = NULL;
    bool *flags = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "statistics of the start",
                           GMIX_I_STATS_HEAD + k * gmix_i_stats_len(shape, d),
                           sizeof(double), &stats));
    GMIX_TRY(gmix_i_calloc(ctx, "bounds of the start",
                           d + gmix_i_bounds_work(out->family, k, d), sizeof(double),
                           &numbers));
    GMIX_TRY(gmix_i_calloc(ctx, "flags", k, sizeof(bool), &flags));
    const gmix_i_bounds unbounded = {
        .floor = numbers, .ridge = numbers, .at_floor = flags, .work = numbers + d};
    moments_of(parts, shape, stats);
    stats[GMIX_I_NOISE] = model->weights[model->k];
    out->noise = model->noise;
    out->log_volume = model->log_volume;
    gmix_i_m_step(stats, parts->means, &(gmix_i_constraints){.bounds = &unbounded}, out);
    memcpy(out->means, parts->means, k * d * sizeof *out->means);
done:
    gmix_i_free(ctx, stats);
    gmix_i_free(ctx, numbers);
    gmix_i_free(ctx, flags);
    return status;
}

/* As many of the parts as are wanted; the choice is the first step's, further ones do what seems
 * best. */
static gmix_status resize(gmix_ctx *ctx, const gmix_i_start_task *task, size_t run,
                          size_t k, gmix_i_parts *parts) {
    gmix_status status = GMIX_OK;
    gmix_i_stream stream = gmix_i_stream_open(task->opts->seed, GMIX_I_RNG_SPLIT, run);
    for (size_t j = 0; j < parts->d; j++) {
        parts->unit[j] = task->survey->sd[j] * task->frame->inv_scale[j];
    }
    for (size_t choice = run; parts->k < k; choice = 0) {
        gmix_i_parts_split(parts, choice, &stream);
    }
    for (size_t choice = run; parts->k > k; choice = 0) {
        GMIX_TRY(gmix_i_parts_merge(ctx, parts, choice));
    }
done:
    return status;
}

/* The given model's parameters, or those of one of the ways to K components. */
static gmix_status convert(gmix_ctx *ctx, const gmix_i_start_task *task, size_t run,
                           const gmix_i_params *given, gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    gmix_i_parts parts = {0};
    const size_t room = given->k > out->k ? given->k : out->k;
    GMIX_TRY(gmix_i_parts_new(ctx, room, out->d, &parts));
    to_parts(given, &parts);
    if (task) {
        GMIX_TRY(resize(ctx, task, run, out->k, &parts));
    }
    GMIX_TRY(from_parts(ctx, &parts, given, out));
done:
    gmix_i_parts_free(ctx, &parts);
    return status;
}

/* Covariances that are narrower than the bounds allow are brought within them: EM,
 * which only goes up, would never leave them. What lies within them stays what it is, to the last bit. */
static gmix_status bring_within(gmix_ctx *ctx, const gmix_i_bounds *bounds,
                                gmix_i_params *p) {
    gmix_status status = GMIX_OK;
    const gmix_i_constraints alone = {.bounds = bounds}; /* without a prior's rows */
    gmix_i_params within = {0};
    double *work = NULL;
    bool any = false;
    GMIX_TRY(gmix_i_calloc(ctx, "moments of the start",
                           p->k * gmix_i_stats_len(p->family->shape, p->d),
                           sizeof(double), &work));
    GMIX_TRY(gmix_i_params_new(ctx, p->family, p->k, p->d, &within));
    gmix_i_params_copy(p, &within);
    memset(bounds->at_floor, 0, p->k * sizeof(bool));
    gmix_i_m_step_own(&alone, work, &within);
    for (size_t k = 0; k < p->k; k++) {
        any = any || bounds->at_floor[k];
    }
    if (any) {
        gmix_i_params_copy(&within, p);
    }
done:
    gmix_i_params_free(&ctx->opts.allocator, &within);
    gmix_i_free(ctx, work);
    return status;
}

gmix_status gmix_i_params_of_model(gmix_ctx *ctx, const gmix_model *model,
                                   const gmix_i_frame *frame, const gmix_i_bounds *bounds,
                                   gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    gmix_i_params given = {0};
    GMIX_TRY(check_model(ctx, model, out->k, out->d));
    GMIX_TRY(gmix_i_params_new(ctx, model->family, out->k, out->d, &given));
    gmix_i_model_to_frame(model, frame, &given);
    if (model->family == out->family) {
        gmix_i_params_copy(&given, out);
    } else {
        GMIX_TRY(convert(ctx, NULL, 0, &given, out));
    }
    if (bounds) {
        GMIX_TRY(bring_within(ctx, bounds, out));
    }
done:
    gmix_i_params_free(&ctx->opts.allocator, &given);
    return status;
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    (void)run;
    return gmix_i_params_of_model(ctx, task->opts->init_model, task->frame,
                                  task->constraints->bounds, out);
}

/* Any number of components: where a policy looks for fewer, a split may turn into a merge. */
static gmix_status start_resized(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                                 gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    const gmix_model *const model = task->opts->init_model;
    gmix_i_params given = {0};
    GMIX_TRY(gmix_i_params_new(ctx, model->family, model->k, out->d, &given));
    gmix_i_model_to_frame(model, task->frame, &given);
    GMIX_TRY(convert(ctx, task, run, &given, out));
done:
    gmix_i_params_free(&ctx->opts.allocator, &given);
    return status;
}

static gmix_status check_given(gmix_ctx *ctx, const gmix_fit_options *opts, size_t d) {
    return check_model(ctx, opts->init_model, opts->n_components, d);
}

static gmix_status check_split(gmix_ctx *ctx, const gmix_fit_options *opts, size_t d) {
    const gmix_model *const model = opts->init_model;
    const gmix_status status = check_width(ctx, "split", model, d);
    if (status == GMIX_OK && model->k >= opts->n_components) {
        return gmix_i_fail(
            ctx, GMIX_ERR_SHAPE,
            "the start 'split' is from a model of fewer components than the "
            "%zu asked for; this one has %zu",
            opts->n_components, model->k);
    }
    return status;
}

static gmix_status check_merge(gmix_ctx *ctx, const gmix_fit_options *opts, size_t d) {
    const gmix_model *const model = opts->init_model;
    const gmix_status status = check_width(ctx, "merge", model, d);
    if (status == GMIX_OK && model->k <= opts->n_components) {
        return gmix_i_fail(
            ctx, GMIX_ERR_SHAPE,
            "the start 'merge' is from a model of more components than the "
            "%zu asked for; this one has %zu",
            opts->n_components, model->k);
    }
    return status;
}

const gmix_i_init gmix_i_init_model = {.name = "model",
                                       .deterministic = true,
                                       .given = true,
                                       .check = check_given,
                                       .start = start};
const gmix_i_init gmix_i_init_split = {
    .name = "split", .from_model = true, .check = check_split, .start = start_resized};
const gmix_i_init gmix_i_init_merge = {
    .name = "merge", .from_model = true, .check = check_merge, .start = start_resized};
