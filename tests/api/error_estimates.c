/*
 * Standard errors: what is refused and why, files that carry them, and every call with 0, 1,
 * 2, ... allocations allowed.
 */
#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 80, D = 2 };

static fixture data;
static gmix_ctx *ctx;

typedef struct subject {
    gmix_table x;
    gmix_fit_options opts;
    gmix_model *model;
    gmix_report report;
    const char *method;
    size_t n_replicates;
} subject;

static subject fitted(const char *family, size_t k) {
    subject s = {.x = gmix_table_f64(data.x, N, D), .method = "information"};
    gmix_fit_options_init(&s.opts);
    s.opts.n_components = k;
    s.opts.covariance = family;
    s.opts.search = "quick";
    s.n_replicates = 3;
    CHECK_STATUS(ctx, gmix_fit(ctx, &s.x, &s.opts, &s.model, &s.report), GMIX_OK);
    return s;
}

static void subject_free(subject *s) {
    gmix_model_free(&s->model);
    gmix_report_free(&s->report);
}

static gmix_status estimate(gmix_ctx *with, const subject *s, gmix_standard_errors *out) {
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    how.method = s->method;
    how.n_replicates = s->n_replicates;
    return gmix_standard_errors_estimate(with, &s->x, &s->opts, s->model, &how, out);
}

static void refused(const subject *s, gmix_status expected, const char *part) {
    gmix_standard_errors out = {0};
    CHECK_STATUS(ctx, estimate(ctx, s, &out), expected);
    CHECK(out.owner == NULL && out.method == NULL);
    if (!CHECK(strstr(gmix_ctx_message(ctx), part) != NULL)) {
        printf("    \"%s\" is not in \"%s\"\n", part, gmix_ctx_message(ctx));
    }
    gmix_standard_errors_free(&out);
}

static void test_arguments(void) {
    subject s = fitted("full", 2);
    gmix_standard_errors out = {0};
    CHECK_STATUS(ctx, gmix_standard_errors_estimate(ctx, NULL, NULL, s.model, NULL, &out),
                 GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_standard_errors_estimate(ctx, &s.x, NULL, NULL, NULL, &out),
                 GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_standard_errors_estimate(ctx, &s.x, NULL, s.model, NULL, NULL),
                 GMIX_ERR_ARGUMENT);
    gmix_standard_error_options how = {0};
    CHECK_STATUS(ctx, gmix_standard_errors_estimate(ctx, &s.x, NULL, s.model, &how, &out),
                 GMIX_ERR_ARGUMENT);
    s.method = "jackknife";
    refused(&s, GMIX_ERR_OPTION, "weighted-likelihood");
    s.method = NULL;
    refused(&s, GMIX_ERR_OPTION, "method is NULL");
    s.method = "bootstrap";
    s.n_replicates = 1;
    refused(&s, GMIX_ERR_OPTION, "replicates");
    s.n_replicates = 3;
    s.x.n_cols = 1;
    refused(&s, GMIX_ERR_SHAPE, "2 features");
    s.x = gmix_table_f64(data.x, N, D);
    const double kept = data.x[5];
    data.x[5] = INFINITY;
    refused(&s, GMIX_ERR_NONFINITE, "row 3");
    s.method = "information";
    refused(&s, GMIX_ERR_NONFINITE, "row 3");
    data.x[5] = kept;
    gmix_standard_errors_free(NULL);
    subject_free(&s);
}

/* A model that is at no maximum, two components that are one, a prior. */
static void test_no_information(void) {
    subject s = fitted("full", 2);
    const double weights[] = {0.5, 0.5}, means[] = {0, 0, 9, 9}, apart[] = {1, 0, 0, 1};
    s.opts.prior = "mclust";
    refused(&s, GMIX_ERR_OPTION, "prior");
    s.opts.prior = "none";
    s.opts.freeze = "weights";
    refused(&s, GMIX_ERR_OPTION, "frozen");
    s.opts.freeze = "";
    gmix_model_free(&s.model);
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "tied", 2, D, weights, means, apart, NULL, &s.model),
                 GMIX_OK);
    refused(&s, GMIX_ERR_SINGULAR, "maximum");
    gmix_model_free(&s.model);
    subject one = fitted("tied", 1);
    const double *const m = gmix_model_means(one.model);
    const double same[] = {m[0], m[1], m[0], m[1]};
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "tied", 2, D, weights, same,
                                gmix_model_covariances(one.model), NULL, &s.model),
                 GMIX_OK);
    refused(&s, GMIX_ERR_SINGULAR, "singular");
    gmix_model_free(&s.model);
    const double alone[] = {1, 0};
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "tied", 2, D, alone, same,
                                gmix_model_covariances(one.model), NULL, &s.model),
                 GMIX_OK);
    refused(&s, GMIX_ERR_SINGULAR, "component 1 has the weight 0");
    subject_free(&one);
    subject_free(&s);
}

/* Equal variances leave axes of a family without a direction. */
static void test_round(void) {
    double cells[8 * D];
    for (size_t i = 0; i < 8; i++) {
        cells[i * D] = cos(0.7853981633974483 * (double)i);
        cells[i * D + 1] = sin(0.7853981633974483 * (double)i);
    }
    subject s = {.x = gmix_table_f64(cells, 8, D), .method = "information"};
    gmix_fit_options_init(&s.opts);
    s.opts.covariance = "EEV";
    const double weights[] = {0.5, 0.5}, means[] = {-0.3, 0, 0.3, 0};
    const double round[] = {1, 0, 0, 1, 1, 0, 0, 1};
    s.n_replicates = 3;
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "EEV", 2, D, weights, means, round, NULL, &s.model),
                 GMIX_OK);
    refused(&s, GMIX_ERR_SINGULAR, "directions");
    subject_free(&s);
}

/* Written with the report, and read back to the same bits. */
static void test_files(void) {
    static const char *const families[] = {"full", "tied", "diag", "spherical", "VEI"};
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        CHECK_WHERE("%s", families[f]);
        subject s = fitted(families[f], 2);
        gmix_model *again = NULL;
        gmix_report report = {0};
        char *text = NULL;
        CHECK_STATUS(ctx, estimate(ctx, &s, &s.report.errors), GMIX_OK);
        CHECK_STATUS(ctx, gmix_model_to_json(ctx, s.model, &s.report, &text), GMIX_OK);
        CHECK_STATUS(ctx,
                     gmix_model_from_json(ctx, text, strlen(text), "m", &again, &report),
                     GMIX_OK);
        const gmix_standard_errors *const a = &s.report.errors, *const b = &report.errors;
        CHECK_EQ_STR(b->method, "information");
        CHECK(a->level == b->level);
        CHECK_EQ_INT(a->n_covariances, b->n_covariances);
        const size_t all = 3 * (2 + 2 * D + a->n_covariances);
        CHECK(b->weights && memcmp(a->weights, b->weights, all * sizeof(double)) == 0);
        gmix_text_free(&text);
        CHECK_STATUS(ctx, gmix_model_to_text(ctx, again, &report, &text), GMIX_OK);
        CHECK(text && strstr(text, "standard errors by information") != NULL);
        gmix_text_free(&text);
        gmix_report_free(&report);
        gmix_model_free(&again);
        subject_free(&s);
    }
    CHECK_WHERE("%s", "");
}

static gmix_status try_estimate(gmix_ctx *own, void *arg) {
    const subject *const s = arg;
    gmix_standard_errors out = {0};
    const gmix_status status = estimate(own, s, &out);
    CHECK((out.owner != NULL) == (status == GMIX_OK));
    gmix_standard_errors_free(&out);
    return status;
}

static gmix_status try_files(gmix_ctx *own, void *arg) {
    const subject *const s = arg;
    gmix_model *again = NULL;
    gmix_report report = {0};
    char *json = NULL, *text = NULL;
    gmix_status status = gmix_model_to_json(own, s->model, &s->report, &json);
    if (status == GMIX_OK) {
        status = gmix_model_from_json(own, json, strlen(json), "m", &again, &report);
    }
    if (status == GMIX_OK) {
        status = gmix_model_to_text(own, again, &report, &text);
    }
    gmix_text_free(&json);
    gmix_text_free(&text);
    gmix_report_free(&report);
    gmix_model_free(&again);
    return status;
}

static int enough(void *user) {
    int *const calls = user;
    return ++*calls > 400;
}

/* Cancelled, there are the replicates done so far. */
static void test_cancelling(void) {
    subject s = fitted("full", 2);
    int calls = 0;
    gmix_standard_errors out = {0};
    gmix_ctx_options opts;
    gmix_ctx *own = NULL;
    gmix_ctx_options_init(&opts);
    opts.cancel = enough;
    opts.user = &calls;
    opts.n_threads = 2;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &own), GMIX_OK);
    s.method = "bootstrap";
    s.n_replicates = 1000000;
    CHECK_STATUS(own, estimate(own, &s, &out), GMIX_OK);
    CHECK(out.n_replicates >= 2 && out.n_replicates < 100000);
    gmix_standard_errors_free(&out);
    gmix_ctx_free(&own);
    subject_free(&s);
}

int main(void) {
    data = fixture_clusters(N, D, 2, 3.0, 6);
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    test_arguments();
    test_no_information();
    test_round();
    test_files();
    test_cancelling();
    for (const char *const *method = gmix_standard_error_methods(); *method; method++) {
        subject s = fitted("VEI", 2);
        s.method = *method;
        budget_run(*method, try_estimate, &s);
        subject_free(&s);
    }
    subject s = fitted("full", 2);
    CHECK_STATUS(ctx, estimate(ctx, &s, &s.report.errors), GMIX_OK);
    budget_run("files with errors", try_files, &s);
    for (size_t i = 0; i < N; i += 7) {
        data.x[i * D] = NAN;
    }
    subject_free(&s);
    s = fitted("full", 2);
    budget_run("information, missing cells", try_estimate, &s);
    subject_free(&s);
    gmix_ctx_free(&ctx);
    free(data.x);
    return CHECK_DONE();
}
