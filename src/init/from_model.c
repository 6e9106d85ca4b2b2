/*
 * The start "model": the parameters of a given mixture. One of another family is brought
 * over through statistics, n_k = pi_k, S_k = pi_k Sigma_k, and the M-step of the family
 * asked for.
 */
#include <string.h>

#include "init/init.h"

static gmix_status check_model(gmix_ctx *ctx, const gmix_model *model, size_t k,
                               size_t d) {
    if (!model) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "the start 'model' needs init_model");
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

/* Statistics of one unit of data that has exactly the model's moments. */
static void moments_of(const gmix_i_params *from, const gmix_i_shape *to, double *matrix,
                       double *stats) {
    const size_t d = from->d, stride = gmix_i_stats_len(to, d), len = to->cov_len(d);
    const gmix_i_shape *const shape = from->family->shape;
    for (size_t c = 0; c < from->k; c++) {
        double *const own = stats + GMIX_I_STATS_HEAD + c * stride;
        own[0] = from->weights[c];
        shape->to_matrix(d, from->cov + c * shape->cov_len(d), matrix);
        to->from_matrix(d, matrix, own + 1 + d);
        for (size_t t = 0; t < len; t++) {
            own[1 + d + t] *= own[0];
        }
    }
}

static gmix_status convert(gmix_ctx *ctx, const gmix_i_params *from, gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    const size_t k = out->k, d = out->d;
    const gmix_i_shape *const shape = out->family->shape;
    double *stats = NULL, *numbers = NULL;
    bool *flags = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "statistics of the start",
                           GMIX_I_STATS_HEAD + k * gmix_i_stats_len(shape, d),
                           sizeof(double), &stats));
    GMIX_TRY(gmix_i_calloc(ctx, "a matrix",
                           d * d + d + gmix_i_bounds_work(out->family, k, d),
                           sizeof(double), &numbers));
    GMIX_TRY(gmix_i_calloc(ctx, "flags", k, sizeof(bool), &flags));
    double *const none = numbers + d * d;
    const gmix_i_bounds unbounded = {
        .floor = none, .ridge = none, .at_floor = flags, .work = none + d};
    moments_of(from, shape, numbers, stats);
    stats[GMIX_I_NOISE] = from->weights[k];
    out->noise = from->noise;
    out->log_volume = from->log_volume;
    gmix_i_m_step(stats, from->means, &unbounded, out);
    memcpy(out->means, from->means, k * d * sizeof *out->means);
done:
    gmix_i_free(ctx, stats);
    gmix_i_free(ctx, numbers);
    gmix_i_free(ctx, flags);
    return status;
}

gmix_status gmix_i_params_of_model(gmix_ctx *ctx, const gmix_model *model,
                                   const gmix_i_frame *frame, gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    gmix_i_params given = {0};
    GMIX_TRY(check_model(ctx, model, out->k, out->d));
    GMIX_TRY(gmix_i_params_new(ctx, model->family, out->k, out->d, &given));
    gmix_i_model_to_frame(model, frame, &given);
    if (model->family == out->family) {
        gmix_i_params_copy(&given, out);
    } else {
        GMIX_TRY(convert(ctx, &given, out));
    }
done:
    gmix_i_params_free(&ctx->opts.allocator, &given);
    return status;
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    (void)run;
    return gmix_i_params_of_model(ctx, task->opts->init_model, task->frame, out);
}

const gmix_i_init gmix_i_init_model = {
    .name = "model", .deterministic = true, .given = true, .start = start};
