/* A table through every call. See drive.h. */
#include <math.h>
#include <string.h>

#include "drive.h"

/* So that a case takes milliseconds: rows and columns that are looked at. */
enum { MOST_ROWS = 320, MOST_COLUMNS = 12, MOST_SLOW = 40 };

static void drive_kmeans(drive *d, const gmix_table *x) {
    gmix_kmeans_options opts;
    gmix_table part = *x;
    double *const centres = calloc(x->n_rows * x->n_cols, sizeof *centres);
    int32_t *const labels = calloc(x->n_rows, sizeof *labels);
    target_require(centres && labels, "no memory for clusters");
    for (size_t cut = 0; cut < 4 && cut < x->n_rows; cut++) {
        if (!drive_wants(d)) {
            continue;
        }
        part.n_rows = x->n_rows - cut;
        gmix_kmeans_options_init(&opts);
        opts.n_clusters = 1 + drive_roll(d, part.n_rows < 70 ? part.n_rows : 70);
        opts.max_iter = drive_roll(d, 20);
        const gmix_status status =
            gmix_kmeans(d->ctx, &part, &opts, centres, labels, NULL, NULL);
        for (size_t i = 0; drive_done(d, status) && i < part.n_rows; i++) {
            target_require(labels[i] >= 0 && (size_t)labels[i] < opts.n_clusters,
                           "a row of no cluster");
        }
    }
    free(centres);
    free(labels);
}

static void drive_tree(drive *d, const gmix_table *x) {
    static const char *const criteria[] = {"VVV", "VII", "EEE", "EII"};
    gmix_tree_options opts;
    size_t *const merges = calloc(2 * x->n_rows, sizeof *merges);
    int32_t *const labels = calloc(x->n_rows, sizeof *labels);
    target_require(merges && labels, "no memory for a tree");
    gmix_tree_options_init(&opts);
    opts.criterion = criteria[drive_roll(d, 4)];
    if (drive_done(d, gmix_tree(d->ctx, x, &opts, merges, NULL))) {
        const size_t k = 1 + drive_roll(d, x->n_rows);
        (void)drive_done(d, gmix_tree_cut(d->ctx, x->n_rows, merges, k, labels));
    }
    free(merges);
    free(labels);
}

static void any_options(drive *d, gmix_fit_options *opts) {
    static const char *const missing[] = {"em", "drop", "error"};
    static const char *const posteriors[] = {"dirichlet", "process"};
    const char *const *const families = gmix_family_names();
    const char *const *const starts = gmix_init_names();
    size_t n = 0, m = 0;
    while (families[n]) {
        n++;
    }
    while (starts[m]) {
        m++;
    }
    gmix_fit_options_init(opts);
    opts->n_components = 1 + drive_roll(d, 4);
    opts->covariance = families[drive_roll(d, n)];
    opts->init = starts[drive_roll(d, 4) ? 0 : drive_roll(d, m)];
    opts->missing = missing[drive_roll(d, 3)];
    opts->search = "quick";
    opts->max_iter = drive_roll(d, 12);
    opts->seed = drive_roll(d, 100);
    opts->noise = drive_roll(d, 4) ? 0.0 : 0.1;
    opts->trim = drive_roll(d, 6) ? 0.0 : 0.1;
    opts->reg = drive_roll(d, 4) ? opts->reg : 1e-3;
    opts->accelerate = (int)drive_roll(d, 2);
    opts->bayes = drive_roll(d, 6) ? opts->bayes : posteriors[drive_roll(d, 2)];
}

static void drive_errors(drive *d, const gmix_table *x, const gmix_fit_options *opts,
                         const gmix_model *model, gmix_report *report) {
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    how.n_replicates = 3;
    how.method = gmix_standard_error_methods()[drive_roll(d, 3)];
    (void)drive_done(
        d, gmix_standard_errors_estimate(d->ctx, x, opts, model, &how, &report->errors));
}

static void drive_fit(drive *d, const gmix_table *x) {
    gmix_fit_options opts;
    gmix_model *model = NULL;
    gmix_report report = {0};
    any_options(d, &opts);
    if (!drive_done(d, gmix_fit(d->ctx, x, &opts, &model, &report))) {
        target_require(model == NULL, "a model set by a call that failed");
        return;
    }
    const int has_posterior = gmix_model_posterior(model) != NULL;
    target_require(isfinite(has_posterior ? report.objective : report.log_likelihood),
                   "a fit that is worth no number");
    /* Weights are numbers of rows there: as many draws. */
    if (x->n_rows <= MOST_SLOW && !x->weights && drive_wants(d)) {
        drive_errors(d, x, &opts, model, &report);
    }
    gmix_table plain = *x;
    plain.weights = NULL;
    drive_use(d, model, &report, drive_roll(d, 2) ? x : &plain);
    gmix_model_free(&model);
    gmix_report_free(&report);
}

static void drive_choice(drive *d, const gmix_table *x) {
    gmix_fit_options opts;
    gmix_select_options select;
    gmix_model *model = NULL;
    gmix_report report = {0};
    any_options(d, &opts);
    opts.init = "auto";
    gmix_select_options_init(&select);
    select.components = "1-3";
    select.covariances = drive_roll(d, 2) ? "EII,VVV" : "diag,EEV";
    select.criterion = gmix_criterion_names()[drive_roll(d, 4)];
    if (drive_done(d, gmix_select(d->ctx, x, &opts, &select, &model, &report))) {
        drive_use(d, model, &report, x);
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
}

/* Weights are numbers of rows there: as many draws. */
static void drive_tests(drive *d, const gmix_table *given) {
    gmix_table plain = *given;
    plain.weights = NULL;
    const gmix_table *const x = &plain;
    gmix_fit_options opts;
    gmix_component_test_options how;
    gmix_component_tests tests = {0};
    char *text = NULL;
    any_options(d, &opts);
    opts.init = "auto";
    gmix_component_test_options_init(&how);
    how.n_replicates = 3;
    how.level = 0.4;
    if (drive_done(d, gmix_test_components(d->ctx, x, &opts, &how, &tests))) {
        if (drive_done(d, gmix_component_tests_to_text(d->ctx, &tests, &text))) {
            gmix_text_free(&text);
        }
        if (drive_done(d, gmix_component_tests_to_json(d->ctx, &tests, &text))) {
            gmix_text_free(&text);
        }
    }
    gmix_component_tests_free(&tests);
}

static void drive_posterior(drive *d, const gmix_table *x) {
    static const char *const families[] = {"full", "diag", "spherical"};
    gmix_posterior_options opts;
    gmix_posterior_draws draws = {0};
    char *text = NULL;
    if (x->n_rows > 40 || x->n_cols > 6) {
        return;
    }
    gmix_posterior_options_init(&opts);
    opts.iterations = 6;
    opts.n_chains = 2;
    opts.n_grid = 5;
    opts.similarity = 1;
    opts.covariance = families[x->n_rows % 3];
    opts.prior = x->n_rows % 2 ? "dp" : "mfm";
    if (drive_done(d, gmix_posterior_sample(d->ctx, x, &opts, &draws))) {
        if (drive_done(d, gmix_posterior_draws_to_text(d->ctx, &draws, &text))) {
            gmix_text_free(&text);
        }
        if (drive_done(d, gmix_posterior_draws_to_json(d->ctx, &draws, &text))) {
            gmix_text_free(&text);
        }
    }
    gmix_posterior_draws_free(&draws);
}

static void drive_classes(drive *d, const gmix_table *x) {
    gmix_fit_options opts;
    gmix_confusion confusion = {0};
    gmix_agreement agreement = {0};
    char *text = NULL;
    any_options(d, &opts);
    (void)drive_done(d, gmix_cross_validate(d->ctx, x, &opts, 2, &confusion));
    gmix_confusion_free(&confusion);
    if (drive_done(d, gmix_compare_labels(d->ctx, x->n_rows, x->labels, x->labels,
                                          &agreement)) &&
        drive_done(d, gmix_agreement_to_text(d->ctx, &agreement, NULL, NULL, &text))) {
        gmix_text_free(&text);
    }
    gmix_agreement_free(&agreement);
}

void drive_table(drive *d, const gmix_table *given) {
    gmix_table x = *given;
    if (x.n_cols > MOST_COLUMNS) {
        return;
    }
    x.n_rows = x.n_rows < MOST_ROWS ? x.n_rows : MOST_ROWS;
    drive_kmeans(d, &x);
    if (drive_wants(d)) {
        drive_fit(d, &x);
    }
    x.n_rows = x.n_rows < MOST_SLOW ? x.n_rows : MOST_SLOW;
    if (drive_wants(d)) {
        drive_tree(d, &x);
    }
    if (drive_wants(d)) {
        drive_choice(d, &x);
    }
    if (drive_wants(d)) {
        drive_detector(d, &x);
    }
    if (x.labels && drive_wants(d)) {
        drive_classes(d, &x);
    } else if (!x.labels && drive_wants(d)) {
        drive_tests(d, &x);
        drive_posterior(d, &x);
    }
}
