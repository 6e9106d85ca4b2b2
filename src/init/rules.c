/* The rules of a fit. See rules.h. */
#include "init/rules.h"

#include <math.h>
#include <string.h>

#include "init/init.h"

/* The box around the data, or one of another volume with the same centre and shape. */
static gmix_status set_noise(gmix_ctx *ctx, const gmix_i_start_task *task,
                             gmix_i_rules *out) {
    gmix_status status = GMIX_OK;
    const gmix_fit_options *const opts = task->opts;
    const gmix_i_survey *const survey = task->survey;
    double *corners = NULL, log_volume = 0.0;
    out->noise = opts->noise;
    out->log_det = task->frame->log_det;
    if (opts->noise_volume > 0.0 && !(opts->noise > 0.0)) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "noise_volume is %g, but there is no noise component: noise is 0",
                  opts->noise_volume);
    }
    if (strcmp(opts->noise_region, "box") != 0 &&
        (opts->noise_volume > 0.0 || !(opts->noise > 0.0))) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "noise_region is '%s', but %s",
                  opts->noise_region,
                  opts->noise > 0.0 ? "noise_volume says the volume"
                                    : "there is no noise component: noise is 0");
    }
    if (!(opts->noise > 0.0)) {
        return GMIX_OK;
    }
    const size_t d = survey->d;
    GMIX_TRY(gmix_i_calloc(ctx, "the noise component", 2 * d, sizeof(double), &corners));
    for (size_t j = 0; j < d; j++) {
        log_volume += log(survey->highest[j] - survey->lowest[j]);
    }
    const double wanted =
        opts->noise_volume > 0.0 ? log(opts->noise_volume) : survey->log_noise_volume;
    const double factor = exp((wanted - log_volume) / (double)d);
    for (size_t j = 0; j < d; j++) {
        const double more =
            0.5 * (factor - 1.0) * (survey->highest[j] - survey->lowest[j]);
        corners[j] = survey->lowest[j] - more;
        corners[d + j] = survey->highest[j] + more;
        if (!(corners[d + j] > corners[j])) {
            GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                      "noise_volume is %g: a box of that volume has no width beside the "
                      "size of the data's numbers",
                      exp(wanted));
        }
    }
    GMIX_TRY(gmix_i_noise_box_new(ctx, d, corners, corners + d, &out->box));
done:
    gmix_i_free(ctx, corners);
    return status;
}

gmix_status gmix_i_rules_new(gmix_ctx *ctx, const gmix_i_start_task *task,
                             const gmix_i_family *family, gmix_i_rules *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_rules){0};
    GMIX_TRY(set_noise(ctx, task, out));
    GMIX_TRY(strcmp(task->opts->bayes, "none") == 0
                 ? gmix_i_prior_new(ctx, task, family, out)
                 : gmix_i_bayes_prior_new(ctx, task, family, out));
    GMIX_TRY(gmix_i_frozen_new(ctx, task, family, out));
done:
    if (status != GMIX_OK) {
        gmix_i_rules_free(ctx, out);
    }
    return status;
}

void gmix_i_rules_free(gmix_ctx *ctx, gmix_i_rules *rules) {
    gmix_i_noise_box_free(&ctx->opts.allocator, &rules->box);
    gmix_i_free(ctx, rules->prior.scatter);
    gmix_i_free(ctx, rules->frozen.weights);
    gmix_i_params_free(&ctx->opts.allocator, &rules->frozen.values);
    *rules = (gmix_i_rules){0};
}

void gmix_i_rules_bind(const gmix_i_rules *rules, gmix_i_constraints *constraints) {
    constraints->prior = rules->has_prior ? &rules->prior : NULL;
    constraints->frozen = rules->has_frozen ? &rules->frozen : NULL;
}
