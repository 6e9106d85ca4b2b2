/* A model as a distribution, and what is derived of it: conditionals, one feature, regions, the prior. See drive.h. */
#include <math.h>

#include "drive.h"

enum { MOST_FEATURES = 4, MOST_COMPONENTS = 8, DRAWS = 1000 };

/* Both tails of one feature are probabilities that sum to 1; a quantile lies on the line. */
static void drive_line(drive *d, const gmix_model *model) {
    enum { N = 4 };
    const double mean = gmix_model_means(model)[0];
    const double x[N] = {mean, -1e300, 1e300, mean + 1.0}, p[N] = {1e-300, 0.1, 0.5, 0.9};
    double low[N], high[N], at[N];
    gmix_boundaries boundaries = {0};
    gmix_region region = {0};
    if (drive_wants(d) && drive_done(d, gmix_cdf(d->ctx, model, N, x, low, high))) {
        for (size_t i = 0; i < N; i++) {
            target_require(fabs(exp(low[i]) + exp(high[i]) - 1.0) < 1e-9,
                           "tails that are not the whole");
        }
    }
    if (drive_wants(d) &&
        drive_done(d, gmix_quantiles(d->ctx, model, N, p, (int)drive_roll(d, 2), at))) {
        for (size_t i = 0; i < N; i++) {
            target_require(!isnan(at[i]), "a quantile that is no number");
        }
    }
    if (drive_wants(d) &&
        drive_done(d, gmix_boundaries_find(d->ctx, model, &boundaries))) {
        target_require(boundaries.error_rate >= 0.0 && boundaries.error_rate <= 1.0,
                       "a rate of errors beyond 0 and 1");
    }
    gmix_boundaries_free(&boundaries);
    if (drive_wants(d) &&
        drive_done(d, gmix_region_find(d->ctx, model, 0.9, DRAWS, 1, &region))) {
        target_require(region.volume >= 0.0, "a region of less than no volume");
    }
    gmix_region_free(&region);
}

static void drive_places(drive *d, const gmix_model *model, const gmix_table *x) {
    gmix_modes modes = {0};
    double *const out = calloc(x->n_rows * gmix_model_n_components(model), sizeof *out);
    target_require(out != NULL, "no memory for distances");
    if (drive_wants(d) && drive_done(d, gmix_modes_find(d->ctx, model, &modes))) {
        target_require(modes.n >= 1 || gmix_model_noise_weight(model) == 1.0,
                       "a density without a mode");
    }
    gmix_modes_free(&modes);
    if (drive_wants(d)) {
        (void)drive_done(d, gmix_mahalanobis(d->ctx, model, x, out));
    }
    if (drive_wants(d)) {
        double mean[MOST_FEATURES], cov[MOST_FEATURES * MOST_FEATURES];
        (void)drive_done(d, gmix_moments(d->ctx, model, mean, cov, NULL, NULL));
    }
    free(out);
}

/* What is left where one feature is known, at home and far away: a model that can be written and asked again. */
static void drive_condition(drive *d, const gmix_model *model) {
    const size_t given = drive_roll(d, gmix_model_n_features(model));
    const double at = gmix_model_means(model)[given];
    const double values[4] = {at, at + 1.0, 1e308, -1e9};
    gmix_model *rest = NULL, *own = NULL;
    gmix_evidence evidence;
    char *text = NULL;
    if (drive_wants(d) && drive_done(d, gmix_model_condition(d->ctx, model, 1, &given,
                                                             values + drive_roll(d, 4),
                                                             &rest, &evidence))) {
        target_require(evidence.tail >= 0.0 && evidence.tail <= 1.0,
                       "a tail that is no probability");
        if (drive_done(d, gmix_model_to_json(d->ctx, rest, NULL, &text))) {
            gmix_text_free(&text);
        }
        if (gmix_model_n_features(rest) == 1) {
            drive_line(d, rest);
        }
    }
    gmix_model_free(&rest);
    if (drive_wants(d) &&
        drive_done(d, gmix_model_marginal(d->ctx, model, 1, &given, &own))) {
        drive_line(d, own);
    }
    gmix_model_free(&own);
}

static void drive_regression(drive *d, const gmix_model *model, const gmix_table *x) {
    const size_t target = drive_roll(d, x->n_cols), width = x->n_cols - 1;
    const double levels[2] = {0.05, 0.95};
    double *const mean = calloc(x->n_rows, 4 * sizeof *mean);
    double *const inputs = calloc(x->n_rows * width, sizeof *inputs);
    gmix_regress_options opts;
    target_require(mean && inputs, "no memory for a regression");
    gmix_regress_options_init(&opts);
    opts.n_quantiles = 2;
    opts.quantiles = levels;
    for (size_t i = 0; i < x->n_rows * width; i++) {
        inputs[i] = gmix_model_means(model)[i % width] + (double)(i % 5);
    }
    const gmix_table in = gmix_table_f64(inputs, x->n_rows, width);
    const gmix_regression out = {
        .mean = mean, .sd = mean + x->n_rows, .quantiles = mean + 2 * x->n_rows};
    if (drive_done(d, gmix_regress(d->ctx, model, 1, &target, &in, &opts, &out))) {
        for (size_t i = 0; i < x->n_rows; i++) {
            target_require(!isnan(mean[i]), "a prediction that is no number");
        }
    }
    free(mean);
    free(inputs);
}

/* Of rows that the posterior knows nothing of. */
static void drive_prior(drive *d, const gmix_model *model, const gmix_table *x) {
    gmix_prior_change changes[GMIX_N_PRIOR_CHANGES];
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.max_iter = drive_roll(d, 12);
    if (gmix_model_posterior(model)) {
        (void)drive_done(d, gmix_prior_sensitivity(d->ctx, x, &opts, model, changes));
    }
}

void drive_distribution(drive *d, const gmix_model *model, const gmix_table *x) {
    gmix_table plain = *x;
    plain.weights = NULL;
    if (x->n_cols > MOST_FEATURES || gmix_model_n_components(model) > MOST_COMPONENTS) {
        return;
    }
    drive_places(d, model, &plain);
    if (x->n_cols == 1) {
        drive_line(d, model);
    } else {
        drive_condition(d, model);
        if (drive_wants(d)) {
            drive_regression(d, model, &plain);
        }
    }
    if (drive_wants(d)) {
        drive_prior(d, model, &plain);
    }
}
