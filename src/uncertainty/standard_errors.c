/* Standard errors: options, checks, and the choice of a way. See gmix/uncertainty.h. */
#include <string.h>

#include "em/em.h"
#include "uncertainty/errors.h"
#include "uncertainty/replicates.h"

static const char *const methods[] = {"bootstrap", "weighted-likelihood", "information",
                                      NULL};
enum { BOOTSTRAP, WEIGHTED, INFORMATION, N_METHODS };

static const gmix_standard_error_options defaults = {
    .method = "bootstrap", .n_replicates = 999, .level = 0.95};

const char *const *gmix_standard_error_methods(void) {
    return methods;
}

void gmix_standard_error_options_init_sized(gmix_standard_error_options *opts,
                                            size_t struct_size) {
    gmix_i_options_give(opts, struct_size, &defaults, sizeof defaults);
}

void gmix_i_errors_place(gmix_standard_errors *e, size_t at, double *to[3]) {
    const size_t k = e->n_components, n_means = k * e->n_features;
    double *const parts[3][3] = {
        {e->weights, e->means, e->covariances},
        {e->weights_lower, e->means_lower, e->covariances_lower},
        {e->weights_upper, e->means_upper, e->covariances_upper}};
    double *const noise[3] = {&e->noise, &e->noise_lower, &e->noise_upper};
    for (size_t i = 0; i < 3; i++) {
        to[i] = at < k                 ? parts[i][0] + at
                : at == k              ? noise[i]
                : at < k + 1 + n_means ? parts[i][1] + (at - k - 1)
                                       : parts[i][2] + (at - k - 1 - n_means);
    }
}

static gmix_status take_how(gmix_ctx *ctx, const gmix_standard_error_options *given,
                            gmix_standard_error_options *how, size_t *method) {
    *how = defaults;
    if (given && !gmix_i_options_take(given, sizeof *how, how, sizeof *how)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_ARGUMENT,
            "the options were not set up by gmix_standard_error_options_init()");
    }
    if (!(how->level > 0.0 && how->level < 1.0) || how->n_replicates < 2 ||
        how->n_replicates > GMIX_I_MOST_REPLICATES) {
        return gmix_i_fail(
            ctx, GMIX_ERR_ARGUMENT,
            "%zu replicates, intervals of the level %g: there are 2 to %d, "
            "and a level is between 0 and 1",
            how->n_replicates, how->level, (int)GMIX_I_MOST_REPLICATES);
    }
    for (*method = 0; *method < N_METHODS; ++*method) {
        if (how->method && strcmp(how->method, methods[*method]) == 0) {
            return GMIX_OK;
        }
    }
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "standard errors by '%.40s': there are bootstrap, "
                       "weighted-likelihood and information",
                       how->method ? how->method : "NULL");
}

gmix_status gmix_standard_errors_estimate(gmix_ctx *ctx, const gmix_table *x,
                                          const gmix_fit_options *opts,
                                          const gmix_model *model,
                                          const gmix_standard_error_options *how,
                                          gmix_standard_errors *out) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_standard_errors made = {0};
    gmix_fit_options own;
    gmix_i_input input;
    size_t method = 0;
    gmix_i_errors_task task = {.ctx = ctx, .x = x, .opts = &own, .model = model};
    if (!x || !model || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the table, the model or the output is NULL");
    }
    GMIX_TRY(take_how(ctx, how, &task.how, &method));
    GMIX_TRY(gmix_i_fit_options_take(ctx, opts, &own));
    GMIX_TRY(gmix_i_input_table(ctx, x, &input));
    if (x->n_cols != model->d) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE,
                  "the model has %zu features, the table %zu columns", model->d,
                  x->n_cols);
    }
    GMIX_TRY(gmix_i_errors_new(ctx, model->k, model->d,
                               model->family->layout_len(model->k, model->d), &made));
    GMIX_TRY(method == INFORMATION
                 ? gmix_i_errors_informed(&task, &made)
                 : gmix_i_errors_replicated(&task, method == WEIGHTED, &made));
    made.method = methods[method];
    made.level = task.how.level;
    *out = made;
    made = (gmix_standard_errors){0};
done:
    gmix_standard_errors_free(&made);
    return status;
}
