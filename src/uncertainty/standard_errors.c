/* Standard errors: options, checks, and the choice of a way. See gmix/uncertainty.h. */
#include <string.h>

#include "base/option_sets.h"
#include "base/structs.h"
#include "em/em.h"
#include "em/fit_chapter.h"
#include "model/posterior.h"
#include "uncertainty/errors.h"
#include "uncertainty/replicates.h"

static const char *const methods[] = {"bootstrap", "weighted-likelihood", "information",
                                      NULL};
enum { BOOTSTRAP, WEIGHTED, INFORMATION };

#define OPTION(...) GMIX_I_OPTION(gmix_standard_error_options, __VA_ARGS__)

static const gmix_option_info table[] = {
    OPTION(
        method, "name", "bootstrap", 0, 0, methods,
        "standard errors and intervals of all parameters, by replicates or from second "
        "derivatives"),
    OPTION(n_replicates, "size", "999", 2, GMIX_I_MOST_REPLICATES, NULL,
           "replicates of the bootstraps"),
    OPTION(level, "real", "0.95", 0, 1, NULL, "of intervals, between 0 and 1"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_standard_error_options, level, table);

const gmix_option_info *gmix_standard_error_option_table(void) {
    return table;
}

const char *const *gmix_standard_error_methods(void) {
    return methods;
}

void gmix_standard_error_options_init_sized(gmix_standard_error_options *opts,
                                            size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
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
    const gmix_status status = gmix_i_options_read(ctx, &set, given, how);
    if (status != GMIX_OK) {
        return status;
    }
    if (how->level == 0.0 || how->level == 1.0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "intervals of the level %g: it is between 0 and 1",
                           how->level);
    }
    *method = 0;
    while (methods[*method] && strcmp(how->method, methods[*method]) != 0) {
        ++*method;
    }
    return GMIX_OK;
}

static gmix_status begin_chapter(const gmix_i_errors_task *task, gmix_i_chapter *out) {
    const gmix_i_asked asked = {table, &task->how, 0};
    gmix_fit_options named = *task->opts;
    named.init_model = task->model;
    return gmix_i_fit_chapter(task->ctx, "gmix_standard_errors_estimate", task->x, &named,
                              &asked, out);
}

gmix_status gmix_standard_errors_estimate(gmix_ctx *ctx, const gmix_table *x,
                                          const gmix_fit_options *opts,
                                          const gmix_model *model,
                                          const gmix_standard_error_options *how,
                                          gmix_standard_errors *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "standard errors");
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    gmix_standard_errors made = {0};
    gmix_fit_options own;
    gmix_i_input input;
    gmix_i_measurements rows = {0};
    gmix_i_chapter chapter = {0};
    size_t method = 0;
    gmix_i_errors_task task = {.ctx = ctx, .x = x, .opts = &own, .model = model};
    if (!x || !model || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the table, the model or the output is NULL");
    }
    GMIX_TRY(take_how(ctx, how, &task.how, &method));
    GMIX_TRY(gmix_i_fit_options_take(ctx, opts, &own));
    GMIX_TRY(gmix_i_input_measured(ctx, x, &rows, &input));
    task.input = &input;
    if (x->n_cols != model->d) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE,
                  "the model has %zu features, the table %zu columns", model->d,
                  x->n_cols);
    }
    if (model->family->n_factors) {
        GMIX_FAIL(
            ctx, GMIX_ERR_OPTION,
            "%s has loadings, which are determined but for a rotation, and uniquenesses, "
            "which have no normal errors at their bound: standard errors would mean "
            "nothing",
            model->family->name);
    }
    GMIX_TRY(gmix_i_errors_new(
        ctx, model->k, model->d,
        gmix_i_family_layout_len(model->family, model->k, model->d), &made));
    GMIX_TRY(begin_chapter(&task, &chapter));
    GMIX_TRY(method == INFORMATION
                 ? gmix_i_errors_informed(&task, &made)
                 : gmix_i_errors_replicated(&task, method == WEIGHTED, &made));
    made.method = methods[method];
    made.level = task.how.level;
    *out = made;
    made = (gmix_standard_errors){0};
done:
    gmix_i_chapter_end(ctx, &chapter);
    gmix_standard_errors_free(&made);
    gmix_i_measurements_free(ctx, &rows);
    return status;
}
