/*
 * Data that ask for trouble: distinct rows that a sample misses, sources that change between
 * passes, ridges that are not monotone, far rows beside near ones, names that are missing.
 */
#include <float.h>
#include <stdlib.h>

#include <gmix/gmix.h>

#include "check.h"

/* 200000 zeros and a few others: no sample of them has three distinct rows. */
static void nearly_all_alike(const char *init) {
    enum { N = 200004 };
    double *const x = calloc(N, sizeof *x);
    const gmix_table table = gmix_table_f64(x, N, 1);
    gmix_fit_options opts;
    gmix_model *model = NULL;
    CHECK_WHERE("nearly all alike, %s", init);
    if (!CHECK(x)) {
        return;
    }
    for (size_t i = 0; i < 4; i++) {
        x[N - 1 - i] = (double)(i + 1);
    }
    gmix_fit_options_init(&opts);
    opts.n_components = 3;
    opts.init = init;
    CHECK_EQ_INT(gmix_fit(NULL, &table, &opts, &model, NULL), GMIX_OK);
    for (size_t c = 0; model && c < 3; c++) {
        CHECK(isfinite(gmix_model_means(model)[c]) &&
              gmix_model_weights(model)[c] >= 0.0);
    }
    gmix_model_free(&model);
    free(x);
}

/* A source that is shorter in every pass. */
typedef struct shrinking {
    double x[64];
    size_t n, at;
} shrinking;

static gmix_status shrink_reset(void *self) {
    shrinking *const s = self;
    s->at = 0;
    s->n--;
    return GMIX_OK;
}

static gmix_status shrink_next(void *self, size_t max_rows, gmix_table *block) {
    shrinking *const s = self;
    const size_t left = s->n - s->at, n = left < max_rows ? left : max_rows;
    *block = gmix_table_f64(s->x + s->at, n, 1);
    s->at += n;
    return GMIX_OK;
}

static gmix_status odd_next(void *self, size_t max_rows, gmix_table *block) {
    (void)self;
    (void)max_rows;
    (void)block;
    return (gmix_status)77;
}

static void bad_sources(void) {
    shrinking s = {.n = 64};
    gmix_source source = {.struct_size = sizeof source,
                          .self = &s,
                          .n_cols = 1,
                          .reset = shrink_reset,
                          .next = shrink_next};
    gmix_ctx *ctx = NULL;
    gmix_model *model = NULL;
    CHECK_WHERE("bad sources");
    CHECK_EQ_INT(gmix_ctx_new(NULL, &ctx), GMIX_OK);
    for (size_t i = 0; i < 64; i++) {
        s.x[i] = sin((double)i);
    }
    CHECK_STATUS(ctx, gmix_fit_source(ctx, &source, NULL, &model, NULL), GMIX_ERR_DATA);
    source.next = odd_next;
    CHECK_STATUS(ctx, gmix_fit_source(ctx, &source, NULL, &model, NULL), GMIX_ERR_IO);
    CHECK(model == NULL);
    gmix_ctx_free(&ctx);
}

/* A large ridge lets the log-likelihood fall: that is no convergence. */
static void ridge(void) {
    enum { N = 300 };
    double x[2 * N];
    gmix_fit_options opts;
    gmix_model *model = NULL;
    gmix_report soon = {0}, late = {0};
    CHECK_WHERE("ridge");
    for (size_t i = 0; i < N; i++) {
        x[2 * i] = sin(12.9898 * (double)i) + (double)(i % 3);
        x[2 * i + 1] = sin(78.233 * (double)i) - (double)(i % 2);
    }
    const gmix_table table = gmix_table_f64(x, N, 2);
    gmix_fit_options_init(&opts);
    opts.n_components = 3;
    opts.reg = 1.0;
    CHECK_EQ_INT(gmix_fit(NULL, &table, &opts, &model, &soon), GMIX_OK);
    gmix_model_free(&model);
    opts.tol = 0;
    opts.max_iter = 3000;
    CHECK_EQ_INT(gmix_fit(NULL, &table, &opts, &model, &late), GMIX_OK);
    CHECK_NEAR(soon.log_likelihood, late.log_likelihood, 1e-3);
    gmix_model_free(&model);
    gmix_report_free(&soon);
    gmix_report_free(&late);
}

/* A row out of range changes nothing for its neighbours, and nothing at all with weight 0. */
static void far_rows(void) {
    const double means[] = {0.0}, cov[] = {1.0}, weights[] = {1, 1, 0, 1};
    const double x[] = {0.5, 1e80, 1e200, -0.5};
    gmix_table table = gmix_table_f64(x, 4, 1);
    double density[4], alone;
    gmix_criteria score;
    gmix_model *model = NULL;
    CHECK_WHERE("far rows");
    CHECK_EQ_INT(gmix_model_new(NULL, "full", 1, 1, NULL, means, cov, NULL, &model),
                 GMIX_OK);
    CHECK_EQ_INT(gmix_log_density(NULL, model, &table, density), GMIX_OK);
    const gmix_table one = gmix_table_f64(x + 1, 1, 1);
    CHECK_EQ_INT(gmix_log_density(NULL, model, &one, &alone), GMIX_OK);
    CHECK(density[1] == alone && alone < -1e159 && alone > -1e161);
    CHECK(density[2] == -DBL_MAX);
    CHECK(density[0] == density[3]);
    table.weights = weights;
    CHECK_EQ_INT(gmix_score(NULL, model, &table, &score), GMIX_OK);
    CHECK_REL(score.log_likelihood, alone, 1e-12);
    gmix_model_free(&model);
}

/* With a ridge a constant column is no error, from any start and with missing cells: it has
 * the ridge as its variance. */
static void constant_column(const char *init) {
    enum { N = 40 };
    double x[2 * N] = {0};
    const gmix_table table = gmix_table_f64(x, N, 2);
    gmix_fit_options opts;
    gmix_model *model = NULL;
    CHECK_WHERE("a constant column, %s", init);
    for (size_t i = 0; i < N; i++) {
        x[2 * i] =
            i % 5 == 0 ? (double)NAN : (double)(i % 2) * 20 + sin(12.9 * (double)i);
        x[2 * i + 1] = 7;
    }
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    opts.init = init;
    opts.covariance = "diag";
    CHECK_EQ_INT(gmix_fit(NULL, &table, &opts, &model, NULL), GMIX_ERR_DATA);
    opts.reg = 0.25;
    if (CHECK_EQ_INT(gmix_fit(NULL, &table, &opts, &model, NULL), GMIX_OK)) {
        CHECK_NEAR(gmix_model_means(model)[1], 7, 1e-12);
        CHECK_NEAR(gmix_model_covariances(model)[1], 0.25, 1e-12);
    }
    gmix_model_free(&model);
}

static void missing_name(void) {
    const double means[] = {0, 0}, cov[] = {1, 0, 0, 1};
    const char *const names[] = {"a", NULL};
    gmix_model *model = NULL;
    CHECK_WHERE("missing name");
    CHECK_EQ_INT(gmix_model_new(NULL, "full", 1, 2, NULL, means, cov, names, &model),
                 GMIX_ERR_ARGUMENT);
}

/* Units that squares of doubles cannot hold are refused for what they are. */
static void absurd_units(void) {
    double x[100] = {0};
    const gmix_table table = gmix_table_f64(x, 100, 1);
    gmix_ctx *ctx = NULL;
    gmix_model *model = NULL;
    CHECK_EQ_INT(gmix_ctx_new(NULL, &ctx), GMIX_OK);
    const double units[] = {1e-170, 1e170, 1e-130, 1e130};
    for (size_t u = 0; u < 4; u++) {
        CHECK_WHERE("absurd units, %g", units[u]);
        for (size_t i = 0; i < 100; i++) {
            x[i] = units[u] * sin((double)i);
        }
        CHECK_STATUS(ctx, gmix_fit(ctx, &table, NULL, &model, NULL),
                     u < 2 ? GMIX_ERR_DATA : GMIX_OK);
        gmix_model_free(&model);
    }
    gmix_ctx_free(&ctx);
}

/* Fits a table of two columns with missing cells; the model, if any, must be usable. */
static void try_missing(const char *what, double *x, size_t n, size_t k,
                        gmix_status expected, const char *part) {
    const char *const names[] = {"width", "height"};
    gmix_table table = gmix_table_f64(x, n, 2);
    gmix_ctx *ctx = NULL;
    table.names = names;
    CHECK_EQ_INT(gmix_ctx_new(NULL, &ctx), GMIX_OK);
    for (const char *const *family = gmix_family_names(); *family; family++) {
        for (size_t start = 0; start < 3; start++) {
            gmix_fit_options opts;
            gmix_model *model = NULL;
            gmix_report report = {0};
            gmix_fit_options_init(&opts);
            opts.n_components = k;
            opts.covariance = *family;
            opts.init = gmix_init_names()[start];
            opts.search = "quick";
            CHECK_WHERE("%s, %s, %s", what, *family, opts.init);
            CHECK_STATUS(ctx, gmix_fit(ctx, &table, &opts, &model, &report), expected);
            CHECK(part == NULL || strstr(gmix_ctx_message(ctx), part) != NULL);
            double *const out = calloc(n * 2, sizeof *out);
            if (model && CHECK(out != NULL)) {
                CHECK(isfinite(report.log_likelihood));
                CHECK_STATUS(ctx, gmix_log_density(ctx, model, &table, out), GMIX_OK);
                for (size_t i = 0; i < n; i++) {
                    CHECK(isfinite(out[i]));
                }
                CHECK_STATUS(ctx, gmix_impute(ctx, model, &table, out), GMIX_OK);
                for (size_t i = 0; i < 2 * n; i++) {
                    CHECK(isfinite(out[i]));
                }
            }
            free(out);
            gmix_model_free(&model);
            gmix_report_free(&report);
        }
    }
    gmix_ctx_free(&ctx);
}

/* Missing cells where it hurts. */
static void missing_cells(void) {
    enum { N = 60 };
    double x[2 * N];
    for (size_t i = 0; i < N; i++) {
        x[2 * i] = sin((double)i) + (i % 2 ? 30 : 0);
        x[2 * i + 1] = cos(3.0 * (double)i) + (i % 2 ? 30 : 0);
    }
    for (size_t i = 0; i < N; i++) { /* no row is complete */
        x[2 * i + i / 2 % 2] = NAN;
    }
    try_missing("no complete row", x, N, 2, GMIX_OK, NULL);
    for (size_t i = 1; i < N; i += 2) { /* one component has one row with a cell */
        x[2 * i] = i == 1 ? 30 : NAN;
        x[2 * i + 1] = NAN;
    }
    try_missing("one observed row for a component", x, N, 2, GMIX_OK, NULL);
    for (size_t i = 0; i < N; i++) {
        x[2 * i] = sin((double)i);
        x[2 * i + 1] = i < 2 ? (double)i : NAN;
    }
    try_missing("a feature in two rows", x, N, 2, GMIX_OK, NULL);
    x[1] = x[3];
    try_missing("a feature with one value", x, N, 2, GMIX_ERR_DATA,
                "'height' is constant");
    x[1] = x[3] = NAN;
    try_missing("a feature in no row", x, N, 1, GMIX_ERR_DATA, "'height' has no value");
    for (size_t i = 0; i < 2 * N; i++) {
        x[i] = i < 8 ? (double)(i % 5) : NAN;
    }
    try_missing("four rows with cells", x, N, 3, GMIX_OK, NULL);
    try_missing("more components than rows with cells", x, N, 6, GMIX_ERR_DATA,
                "distinct");
    for (size_t i = 0; i < 2 * N; i++) {
        x[i] = NAN;
    }
    try_missing("nothing at all", x, N, 1, GMIX_ERR_DATA, "'width' has no value");
    x[0] = x[3] = 1;
    x[1] = x[2] = 2;
    x[5] = -INFINITY;
    try_missing("an infinite cell", x, N, 1, GMIX_ERR_NONFINITE, "row 3, column 2");
}

/* Far rows with missing cells, and rows that stay what they are beside them. */
static void far_incomplete_rows(void) {
    const double means[] = {0, 0, 8, 8}, cov[] = {1, 0.5, 0.5, 2, 1, 0, 0, 1};
    const double x[] = {1e200, NAN, NAN, -1e80, 8, NAN, NAN, NAN, NAN, -1e300};
    const gmix_table table = gmix_table_f64(x, 5, 2);
    double density[5], resp[10], filled[10];
    gmix_model *model = NULL;
    CHECK_WHERE("far incomplete rows");
    CHECK_EQ_INT(gmix_model_new(NULL, "full", 2, 2, NULL, means, cov, NULL, &model),
                 GMIX_OK);
    CHECK_EQ_INT(gmix_log_density(NULL, model, &table, density), GMIX_OK);
    CHECK_EQ_INT(gmix_responsibilities(NULL, model, &table, resp), GMIX_OK);
    CHECK_EQ_INT(gmix_impute(NULL, model, &table, filled), GMIX_OK);
    CHECK(density[0] == -DBL_MAX && density[4] == -DBL_MAX);
    CHECK(density[1] < -1e158 && density[1] > -1e161);
    CHECK_NEAR(density[2], log(0.5) - 0.91893853320467274, 1e-12);
    CHECK_NEAR(density[3], 0, 1e-15);
    CHECK_NEAR(resp[7], 0.5, 1e-15);
    for (size_t i = 0; i < 10; i++) {
        CHECK(isfinite(resp[i]) && isfinite(filled[i]));
        CHECK(isnan(x[i]) || filled[i] == x[i]);
    }
    CHECK_NEAR(filled[5], 8, 1e-6);
    CHECK_NEAR(filled[6], 4, 1e-12);
    gmix_model_free(&model);
}

int main(void) {
    missing_cells();
    far_incomplete_rows();
    nearly_all_alike("kmeans++");
    nearly_all_alike("random");
    bad_sources();
    ridge();
    far_rows();
    constant_column("kmeans++");
    constant_column("random");
    missing_name();
    absurd_units();
    return CHECK_DONE();
}
