/* What a fit must know before it begins. See setup.h. */
#include "em/setup.h"

#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/option_sets.h"
#include "data/hull.h"
#include "data/resolution.h"
#include "em/em.h"
#include "family/gaps.h"

gmix_status gmix_i_setup_distinct(gmix_ctx *ctx, const gmix_i_input *input,
                                  const gmix_i_survey *survey, size_t k, double **rows) {
    gmix_status status = GMIX_OK;
    size_t distinct = 0;
    if (k > survey->n_rows) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "%zu components asked for, but the data have only %llu rows", k,
                  (unsigned long long)survey->n_rows);
    }
    if (!rows) {
        goto done;
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

/* Steps as text, as in "1,0.1": of all features, or one for each. */
static gmix_status take_steps(gmix_ctx *ctx, const char *text, gmix_i_survey *survey) {
    size_t n = 0;
    const char *at = text;
    for (bool more = true; more; n++) {
        double step = 0.0;
        const size_t length = strcspn(at, ",");
        if (!gmix_i_real_from_text(at, &step, at + length) || !(step >= 0.0) ||
            !(step < 1e150)) {
            return gmix_i_fail(
                ctx, GMIX_ERR_OPTION,
                "resolution is '%.60s': auto, off, or steps of 0 or more, as "
                "in 1,0.1,0",
                text);
        }
        for (size_t j = n; j < survey->d && (j == n || n == 0); j++) {
            survey->grain[j].step = step;
            survey->grain[j].on_grid = step > 0.0;
        }
        more = at[length] == ',';
        at += length + 1;
    }
    return n == 1 || n == survey->d
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_OPTION,
                             "resolution has %zu steps, the data have %zu features: give "
                             "one for all, or one for each (0: none)",
                             n, survey->d);
}

/* A ridge is another program's way, and stays as it is unless steps are asked for. Errors of
 * measurement say themselves how fine values are. */
gmix_status gmix_i_setup_resolution(gmix_ctx *ctx, const gmix_fit_options *opts,
                                    const gmix_i_input *input, gmix_i_survey *survey) {
    if (strcmp(opts->resolution, "off") == 0 || gmix_i_is_bayesian(opts)) {
        return GMIX_OK;
    }
    if (strcmp(opts->resolution, "auto") != 0) {
        return take_steps(ctx, opts->resolution, survey);
    }
    return opts->reg >= 0.0 || input->errors || input->between
               ? GMIX_OK
               : gmix_i_resolution_find(ctx, input, survey);
}

gmix_status gmix_i_setup_survey(gmix_ctx *ctx, const gmix_fit_options *opts,
                                const gmix_i_shape *shape, gmix_i_input *input,
                                gmix_i_survey *survey, gmix_i_patterns *patterns) {
    gmix_status status = GMIX_OK;
    const gmix_i_missing missing = gmix_i_missing_option(opts);
    GMIX_TRY(gmix_i_names_check(ctx, input->names, input->n_cols, GMIX_ERR_DATA));
    GMIX_TRY(gmix_i_survey_new(ctx, input, missing, gmix_i_ridge_option(opts), survey));
    if (opts->noise > 0.0 && strcmp(opts->noise_region, "hull") == 0) {
        GMIX_TRY(gmix_i_hull_log_volume(ctx, input, survey, opts->hull,
                                        &survey->log_noise_volume));
    }
    if (survey->n_missing_cells > 0 && missing == GMIX_I_MISSING_EM) {
        const size_t most =
            gmix_i_gap_most_patterns(shape, opts->n_components, input->n_cols);
        GMIX_TRY(gmix_i_patterns_new(ctx, input, most, patterns));
        input->patterns = patterns;
    }
    input->drop_incomplete =
        survey->n_missing_cells > 0 && missing == GMIX_I_MISSING_DROP;
    GMIX_TRY(gmix_i_setup_resolution(ctx, opts, input, survey));
done:
    return status;
}

void gmix_i_setup_hint(gmix_ctx *ctx, gmix_status status, const gmix_i_family *family,
                       size_t d) {
    enum { MANY = 1000 };
    if (status == GMIX_ERR_NOMEM && d >= MANY && family &&
        family->shape == &gmix_i_shape_dense) {
        char said[GMIX_I_MESSAGE_SIZE];
        snprintf(said, sizeof said, "%s", gmix_ctx_message(ctx));
        gmix_i_say(ctx,
                   "%.400s; a full covariance of %zu features has %zu numbers: ask for "
                   "covariance = diag, or leave features out",
                   said, d, d * (d + 1) / 2);
    }
}

gmix_status gmix_i_setup_ratio(gmix_ctx *ctx, const gmix_fit_options *opts,
                               const gmix_i_family *family) {
    if (opts->eigen_ratio > 0.0 && opts->eigen_ratio < 1.0) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "eigen_ratio is %g: the largest eigenvalue over the smallest is 1 "
            "or more; 0 is for no bound",
            opts->eigen_ratio);
    }
    if (opts->eigen_ratio > 0.0 && !family->bounds_ratio) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "eigen_ratio is for the families full, tied, diag, spherical, EII "
            "and EEI: what components of %s share would not survive it",
            family->name);
    }
    return GMIX_OK;
}
