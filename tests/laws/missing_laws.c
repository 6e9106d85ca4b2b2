/*
 * Laws of missing cells, for every family: the log-likelihood is that of the observed
 * cells, evaluated from the model alone; it never falls; and it depends on nothing
 * it should not depend on.
 */
#include "observed.h"

enum { N = 1501, D = 5, K = 3 };

/* The model's densities, responsibilities, labels and score against those from here; gives
 * the total log-likelihood. */
static double check_densities(const gmix_model *model, const gmix_table *x) {
    const size_t n = x->n_rows, d = x->n_cols, k = gmix_model_n_components(model);
    double *const density = fixture_alloc(n, sizeof *density);
    double *const resp = fixture_alloc(n * k, sizeof *resp);
    int32_t *const labels = fixture_alloc(n, sizeof *labels);
    gmix_criteria score = {0};
    long double total = 0;
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, x, density), GMIX_OK);
    CHECK_STATUS(NULL, gmix_responsibilities(NULL, model, x, resp), GMIX_OK);
    CHECK_STATUS(NULL, gmix_labels(NULL, model, x, labels), GMIX_OK);
    CHECK_STATUS(NULL, gmix_score(NULL, model, x, &score), GMIX_OK);
    for (size_t i = 0; i < n; i++) {
        double expected[16] = {0};
        const double log_density =
            mixture_log_density(model, (const double *)x->data + i * d, expected);
        CHECK_NEAR(density[i], log_density, 1e-11 * fmax(1, fabs(log_density)));
        for (size_t c = 0; c < k; c++) {
            CHECK_NEAR(resp[i * k + c], expected[c], 1e-10);
            CHECK(expected[c] <= expected[labels[i]] + 1e-10);
        }
        total += (x->weights ? x->weights[i] : 1) * log_density;
    }
    CHECK_REL(score.log_likelihood, (double)total, 1e-12);
    free(density);
    free(resp);
    free(labels);
    return (double)total;
}

static void observed_likelihood(const char *family) {
    const fixture data = incomplete(N, D, K, 0.3, 61);
    const gmix_table x = law_view(&data);
    const gmix_fit_options opts = law_options(family, K);
    outcome o = law_fit(NULL, &x, &opts);
    size_t cells = 0, rows = 0;
    for (size_t i = 0; i < N; i++) {
        size_t missing = 0;
        for (size_t j = 0; j < D; j++) {
            missing += isnan(data.x[i * D + j]) ? 1 : 0;
        }
        cells += missing;
        rows += missing > 0;
    }
    if (o.model) {
        CHECK_REL(o.report.log_likelihood, check_densities(o.model, &x), 1e-10);
        CHECK_EQ_INT(o.report.n_missing_cells, cells);
        CHECK_EQ_INT(o.report.n_incomplete_rows, rows);
        CHECK_EQ_INT(o.report.n_dropped_rows, 0);
        CHECK_NEAR(o.report.total_weight, N, 0);
        CHECK(o.report.n_warnings > 0 &&
              strstr(o.report.warnings[0], "no observed cell") != NULL);
        const double p = (double)o.report.n_parameters;
        CHECK_REL(o.report.bic, -2 * o.report.log_likelihood + p * log(N), 1e-12);
    }
    outcome_free(&o);
    free(data.x);
}

/* More patterns than there is room for: what is kept of them depends on sizes alone. */
static void countless_patterns(void) {
    CHECK_WHERE("countless patterns");
    const size_t n = FIXTURE_SLOW ? 1000 : 1300, d = 44, k = 2;
    const fixture data = incomplete(n, d, k, 0.3, 62);
    const gmix_table x = law_view(&data);
    gmix_fit_options opts = law_options("full", k);
    opts.max_iter = 2;
    outcome o = law_fit(NULL, &x, &opts);
    if (o.model) {
        CHECK_REL(o.report.log_likelihood, check_densities(o.model, &x), 1e-10);
    }
    outcome_free(&o);
    free(data.x);
}

/* More components than lanes. */
static void many_components(const char *family) {
    const fixture few = incomplete(400, 3, 11, 0.2, 63);
    const gmix_table y = law_view(&few);
    gmix_fit_options opts = law_options(family, 11);
    opts.max_iter = 3;
    outcome o = law_fit(NULL, &y, &opts);
    if (o.model) {
        CHECK_REL(o.report.log_likelihood, check_densities(o.model, &y), 1e-10);
    }
    outcome_free(&o);
    free(few.x);
}

/* A row that says nothing has the density 1, whatever the weights sum to. */
static void empty_row(const char *family) {
    const fixture data = incomplete(200, 2, 3, 0.2, 64);
    const double nothing[2] = {(double)NAN, (double)NAN};
    const gmix_table x = law_view(&data), y = gmix_table_f64(nothing, 1, 2);
    for (size_t k = 1; k < 8; k++) {
        gmix_fit_options opts = law_options(family, k);
        opts.max_iter = 3;
        opts.noise = k % 2 ? 0.1 : 0;
        outcome o = law_fit(NULL, &x, &opts);
        double density = 1;
        CHECK_STATUS(NULL, gmix_log_density(NULL, o.model, &y, &density), GMIX_OK);
        CHECK(density == 0);
        outcome_free(&o);
    }
    free(data.x);
}

static bool at_floor(const outcome *o) {
    for (size_t i = 0; i < o->report.n_warnings; i++) {
        if (strstr(o->report.warnings[i], "smallest covariance allowed")) {
            return true;
        }
    }
    return false;
}

/* A component whose variance is 1e-10 of the data's is known to a few digits only. */
static void check_rising(const outcome *o) {
    const double rounding = at_floor(o) ? 1e-4 : 0;
    for (size_t t = 1; t < o->report.n_trace; t++) {
        const double before = o->report.trace[t - 1];
        CHECK(o->report.trace[t] >= before - rounding - 1e-11 * fabs(before));
    }
}

/* Small problems of all kinds: sizes, shares of missing cells, weights, starts. */
static void never_falls(const char *family) {
    uint64_t seed = 64;
    law_share share = {0};
    const bool factors = gmix_family_n_factors(family) > 0; /* of two features or more */
    for (size_t trial = factors; trial < (FIXTURE_SLOW ? 12 : 60);
         trial += factors && trial % 4 == 3 ? 2 : 1) {
        const size_t d = 1 + trial % 4, k = 1 + trial % 3;
        const size_t n = 20 + (size_t)(60 * fixture_uniform(&seed));
        const fixture data =
            incomplete(n, d, k, 0.6 * fixture_uniform(&seed), 1000 + trial);
        double *const weights = fixture_alloc(n, sizeof *weights);
        for (size_t i = 0; i < n; i++) {
            weights[i] = i % 5 ? 3 * fixture_uniform(&seed) : 0;
        }
        int32_t *const labels = fixture_alloc(n, sizeof *labels);
        for (size_t i = 0; i < n; i++) {
            labels[i] = (int32_t)(i % k);
        }
        gmix_table x = law_view(&data);
        x.weights = trial % 2 ? weights : NULL;
        gmix_fit_options opts = law_options(family, k);
        opts.max_iter = 30;
        opts.init = gmix_init_names()[trial % 3];
        if (trial % 4 == 3) {
            opts.init = "labels";
            opts.init_labels = labels;
        }
        CHECK_WHERE("missing never_falls, %s, trial %zu", family, trial);
        outcome o = {NULL, {0}};
        const gmix_status status = gmix_fit(NULL, &x, &opts, &o.model, &o.report);
        CHECK(status == GMIX_OK || status == GMIX_ERR_SINGULAR ||
              status == GMIX_ERR_DATA);
        check_rising(&o);
        share.n++;
        if (o.model) {
            share.fitted++;
            CHECK(isfinite(o.report.log_likelihood));
        }
        outcome_free(&o);
        free(weights);
        free(labels);
        free(data.x);
    }
    law_enough(&share, 0.9);
}

/* A few steps from the data's own start. */
static gmix_model *some_start(const gmix_table *x, const char *family, size_t k) {
    gmix_fit_options opts = law_options(family, k);
    opts.max_iter = 1;
    outcome o = law_fit(NULL, x, &opts);
    gmix_report_free(&o.report);
    return o.model;
}

static gmix_fit_options from_model(const gmix_model *start, const char *family) {
    gmix_fit_options opts = law_options(family, gmix_model_n_components(start));
    opts.init = "model";
    opts.init_model = start;
    return opts;
}

static void near_models(const outcome *a, const outcome *b, double tol) {
    for (size_t i = 0; a->model && b->model && i < K * D; i++) {
        CHECK_NEAR(gmix_model_means(a->model)[i], gmix_model_means(b->model)[i], tol);
    }
}

/* Of the same computation in another order. Axes that several components share are found by
 * iteration, which ends where it likes within its tolerance. */
static double rounding(const char *family) {
    const char *const alias = gmix_family_alias(family);
    const char *const name = alias ? alias : family;
    return name[1] == 'V' && name[2] == 'E' ? 1e-10 : 1e-12;
}

static void weights_repeat(const char *family) {
    const fixture data = incomplete(700, D, K, 0.2, 65);
    fixture repeated = {fixture_alloc(2100 * D, sizeof(double)), 0, D};
    double *const weights = fixture_alloc(data.n, sizeof *weights);
    for (size_t i = 0; i < data.n; i++) {
        weights[i] = (double)(i % 4);
        for (size_t r = 0; r < i % 4; r++) {
            memcpy(repeated.x + repeated.n++ * D, data.x + i * D, D * sizeof(double));
        }
    }
    gmix_table x = law_view(&data);
    const gmix_table y = law_view(&repeated);
    gmix_model *start = some_start(&x, family, K);
    if (CHECK(start != NULL)) {
        const gmix_fit_options opts = from_model(start, family);
        x.weights = weights;
        outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
        near_traces(&a, &b, 0, rounding(family));
        CHECK_REL(a.report.bic, b.report.bic, rounding(family));
        CHECK_REL(a.report.icl, b.report.icl, rounding(family));
        near_models(&a, &b, 1e3 * rounding(family));
        outcome_free(&a);
        outcome_free(&b);
    }
    gmix_model_free(&start);
    free(weights);
    free(data.x);
    free(repeated.x);
}

static void rows_in_any_order(const char *family) {
    const fixture data = incomplete(N, D, K, 0.25, 66);
    fixture mixed = {fixture_alloc(N * D, sizeof(double)), N, D};
    for (size_t i = 0; i < N; i++) { /* 1000 and N have no common factor */
        memcpy(mixed.x + i * D, data.x + i * 1000 % N * D, D * sizeof(double));
    }
    const gmix_table x = law_view(&data), y = law_view(&mixed);
    gmix_model *start = some_start(&x, family, K);
    if (CHECK(start != NULL)) {
        const gmix_fit_options opts = from_model(start, family);
        outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
        near_traces(&a, &b, 0, 1e-11);
        near_models(&a, &b, 1e-8);
        outcome_free(&a);
        outcome_free(&b);
    }
    gmix_model_free(&start);
    free(data.x);
    free(mixed.x);
}

/* Leaving rows out is the same as not having them. */
static void dropped(const char *family) {
    const fixture data = incomplete(N, D, K, 0.1, 67);
    fixture rest = {fixture_alloc(N * D, sizeof(double)), 0, D};
    for (size_t i = 0; i < N; i++) {
        double sum = 0;
        for (size_t j = 0; j < D; j++) {
            sum += data.x[i * D + j];
        }
        if (!isnan(sum)) {
            memcpy(rest.x + rest.n++ * D, data.x + i * D, D * sizeof(double));
        }
    }
    const gmix_table x = law_view(&data), y = law_view(&rest);
    gmix_model *start = some_start(&y, family, K);
    if (CHECK(start != NULL)) {
        gmix_fit_options opts = from_model(start, family);
        opts.missing = "drop";
        outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
        near_traces(&a, &b, 0, rounding(family));
        near_models(&a, &b, 1e3 * rounding(family));
        CHECK_REL(a.report.bic, b.report.bic, rounding(family));
        CHECK_EQ_INT(a.report.n_dropped_rows, N - rest.n);
        CHECK_EQ_INT(a.report.n_samples, N);
        CHECK_NEAR(a.report.total_weight, (double)rest.n, 0);
        outcome_free(&a);
        outcome_free(&b);
        for (const char *const *init = gmix_init_names(); *init; init++) {
            if (strcmp(*init, "model") != 0 && strcmp(*init, "labels") != 0 &&
                strcmp(*init, "memberships") != 0) {
                gmix_fit_options by = law_options(family, K);
                gmix_model *near = law_neighbour(&x, family, K, *init);
                by.init = *init;
                by.init_model = near;
                by.missing = "drop";
                outcome o = law_fit(NULL, &x, &by);
                check_rising(&o);
                outcome_free(&o);
                gmix_model_free(&near);
            }
        }
    }
    gmix_model_free(&start);
    free(data.x);
    free(rest.x);
}

/* In one dimension a row with a missing cell says nothing at all. */
static void one_feature(const char *family) {
    const fixture data = incomplete(500, 1, 2, 0.3, 68);
    fixture rest = {fixture_alloc(500, sizeof(double)), 0, 1};
    for (size_t i = 0; i < 500; i++) {
        if (!isnan(data.x[i])) {
            rest.x[rest.n++] = data.x[i];
        }
    }
    const gmix_table x = law_view(&data), y = law_view(&rest);
    gmix_fit_options opts = law_options(family, 2);
    opts.max_iter = 20000; /* rows without cells slow EM down, no more */
    opts.tol = 1e-12;
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
    CHECK_REL(a.report.log_likelihood, b.report.log_likelihood, 1e-9);
    for (size_t i = 0; a.model && b.model && i < 2; i++) {
        CHECK_REL(gmix_model_means(a.model)[i], gmix_model_means(b.model)[i], 1e-3);
        CHECK_REL(gmix_model_weights(a.model)[i], gmix_model_weights(b.model)[i], 1e-3);
    }
    outcome_free(&a);
    outcome_free(&b);
    free(data.x);
    free(rest.x);
}

/* Single precision is the same to what it can hold. */
static void single_precision(const char *family) {
    const fixture data = incomplete(N, D, K, 0.25, 69);
    const gmix_table x = law_view(&data);
    gmix_model *start = some_start(&x, family, K);
    if (CHECK(start != NULL)) {
        gmix_fit_options opts = from_model(start, family);
        outcome a = law_fit(NULL, &x, &opts);
        opts.precision = "single";
        outcome b = law_fit(NULL, &x, &opts);
        near_traces(&a, &b, 0, 1e-5);
        outcome_free(&a);
        outcome_free(&b);
        opts = law_options(family, K);
        opts.precision = "single";
        a = law_fit(NULL, &x, &opts);
        CHECK(a.model != NULL);
        outcome_free(&a);
    }
    gmix_model_free(&start);
    free(data.x);
}

/* y = (x + shift) scale: each observed cell's log-density loses log scale. */
static void affine(const char *family) {
    const fixture data = incomplete(N, D, K, 0.25, 70);
    fixture moved = {fixture_alloc(N * D, sizeof(double)), N, D};
    const double scale = 3e-7; /* one for all: what every family is equivariant under */
    double constant = 0;
    for (size_t i = 0; i < N * D; i++) {
        moved.x[i] = (data.x[i] + 1e3 * (double)(i % D)) * scale;
        constant -= isnan(data.x[i]) ? 0 : log(scale);
    }
    const gmix_table x = law_view(&data), y = law_view(&moved);
    gmix_fit_options opts = law_options(family, K);
    opts.init = "labels";
    int32_t *const labels = fixture_alloc(N, sizeof *labels);
    for (size_t i = 0; i < N; i++) {
        labels[i] = (int32_t)(i % 7 % K);
    }
    opts.init_labels = labels;
    outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
    near_traces(&a, &b, constant, 1e-8);
    outcome_free(&a);
    outcome_free(&b);
    free(labels);
    free(data.x);
    free(moved.x);
}

int main(void) {
    LAW(observed_likelihood);
    LAW(many_components);
    LAW(empty_row);
    countless_patterns();
    LAW(never_falls);
    LAW_OF_LETTERS(weights_repeat);
    LAW_OF_LETTERS(rows_in_any_order);
    LAW_OF_LETTERS(dropped);
    LAW_OF_LETTERS(one_feature);
    LAW(single_precision);
    LAW(affine);
    return CHECK_DONE();
}
