/* Pictures of degenerate mixtures and tables; what is refused; the same bytes for the same
 * input, on any number of threads and in any locale. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

static gmix_status draw(gmix_ctx *ctx, const gmix_model *model, const gmix_table *table,
                        const char *kind, char **svg) {
    gmix_plot_options opts;
    gmix_plot_options_init(&opts);
    opts.kind = kind;
    return gmix_plot_svg(ctx, model, NULL, table, &opts, svg);
}

/* Draws every kind that needs a model and a table, and the terminal's picture. */
static void draw_all(const char *about, const gmix_model *model,
                     const gmix_table *table) {
    static const char *const kinds[] = {"auto",   "density",    "scatter",
                                        "matrix", "projection", "uncertainty"};
    const size_t d = gmix_model_n_features(model);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char *svg = NULL;
        CHECK_WHERE("%s, %s", about, kinds[i]);
        const bool needs_two = i >= 2 && i <= 4;
        CHECK_STATUS(NULL, draw(NULL, model, table, kinds[i], &svg),
                     needs_two && d < 2 ? GMIX_ERR_OPTION : GMIX_OK);
        CHECK(!svg || (!strstr(svg, "nan") && !strstr(svg, "inf")));
        CHECK(!svg || strlen(svg) < 2000000);
        gmix_text_free(&svg);
    }
    for (int utf8 = 0; utf8 < 2; utf8++) {
        gmix_terminal_options opts;
        gmix_terminal_options_init(&opts);
        opts.utf8 = utf8;
        opts.colour = utf8;
        char *text = NULL;
        CHECK_WHERE("%s, terminal", about);
        CHECK_STATUS(NULL, gmix_plot_terminal(NULL, model, table, &opts, &text), GMIX_OK);
        for (const char *c = text; text && !utf8 && *c; c++) {
            CHECK(*c == '\n' || (*c >= 32 && *c < 127));
        }
        gmix_text_free(&text);
    }
    CHECK_WHERE("%s", "");
}

static gmix_model *make(const char *family, size_t k, size_t d, const double *weights,
                        const double *means, const double *covariances) {
    gmix_model *model = NULL;
    CHECK_STATUS(
        NULL,
        gmix_model_new(NULL, family, k, d, weights, means, covariances, NULL, &model),
        GMIX_OK);
    return model;
}

static void test_degenerate(void) {
    static const double one[] = {1.5, -2}, same[] = {3, 3, 3, 3, 3, 3, 3, 3};
    static const double far[] = {1e9,  1e9 + 1, 1e9 + 2, 1e9 + 3,
                                 1e-9, 2e-9,    3e300,   -3e300};
    static const double gaps[] = {NAN, 1, 2, NAN, NAN, NAN, 3, 4};
    const double means[] = {0, 0, 3, 3}, narrow[] = {1, 0, 0, 1, 1e-20, 0, 0, 1e-20};
    const double unit[] = {1, 0, 0, 1};
    gmix_model *single = make("full", 1, 2, NULL, means, unit);
    gmix_model *pair = make("full", 2, 2, NULL, means, narrow);
    gmix_model *line = make("full", 2, 1, NULL, means, narrow + 3);
    gmix_table table = gmix_table_f64(one, 1, 2);
    draw_all("one row", single, &table);
    draw_all("one row, a component of no width", pair, &table);
    table = gmix_table_f64(same, 4, 2);
    draw_all("constant features", pair, &table);
    table = gmix_table_f64(same, 8, 1);
    draw_all("one constant feature", line, &table);
    table = gmix_table_f64(gaps, 4, 2);
    draw_all("missing cells", pair, &table);
    table = gmix_table_f64(gaps, 1, 1);
    draw_all("nothing but a missing cell", line, &table);
    table = gmix_table_f64(far, 4, 1);
    draw_all("far away", line, &table);
    table = gmix_table_f64(far, 3, 2);
    draw_all("far away and tiny", single, &table);
    table = gmix_table_f64(far + 6, 2, 1);
    draw_all("huge", line, &table);
    gmix_model_free(&single);
    gmix_model_free(&pair);
    gmix_model_free(&line);
}

/* Many features (pictures.py has more); 60 components; weights of 0; noise. */
static void test_large(void) {
    enum { D = 60, K = 60, N = 300 };
    double *const means = fixture_alloc(K * D, sizeof *means);
    double *const variances = fixture_alloc(K * D, sizeof *variances);
    double *const x = fixture_alloc(N * D, sizeof *x);
    for (size_t i = 0; i < K * D; i++) {
        means[i] = sin((double)(i * i));
        variances[i] = 0.01;
    }
    gmix_model *model = make("diag", 4, D, NULL, means, variances);
    gmix_sample(NULL, model, N, 1, x, NULL);
    const gmix_table table = gmix_table_f64(x, N, D);
    gmix_table few = table;
    few.n_cols = 3;
    draw_all("many features", model, &table);
    gmix_model_free(&model);
    model = make("diag", K, 3, NULL, means, variances);
    draw_all("60 components", model, &few);
    gmix_model_free(&model);

    double weights[N] = {0};
    weights[3] = 2;
    const double lower[] = {-5, -5}, upper[] = {5, 5}, shares[] = {0.8};
    const double unit[] = {1, 0, 0, 1}, zero[] = {0, 0};
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.noise_weight = 0.2;
    extras.noise_lower = lower;
    extras.noise_upper = upper;
    CHECK_STATUS(NULL,
                 gmix_model_new_with(NULL, "full", 1, 2, shares, zero, unit, NULL,
                                     &extras, &model),
                 GMIX_OK);
    gmix_table weighted = gmix_table_f64(x, N, 2);
    weighted.row_stride = D;
    draw_all("noise", model, &weighted);
    weighted.weights = weights;
    draw_all("one row with a weight", model, &weighted);
    gmix_model_free(&model);
    free(means);
    free(variances);
    free(x);
}

static void test_same_bytes(void) {
    fixture data = fixture_csv("data/iris.csv");
    const gmix_table table = gmix_table_f64(data.x, data.n, data.d);
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.n_components = 3;
    gmix_model *model = NULL;
    CHECK_STATUS(NULL, gmix_fit(NULL, &table, &fit, &model, NULL), GMIX_OK);
    static const char *const kinds[] = {"density", "matrix", "projection", "uncertainty"};
    for (size_t i = 0; i < 4; i++) {
        char *first = NULL, *second = NULL;
        gmix_ctx_options opts;
        gmix_ctx *ctx = NULL;
        gmix_ctx_options_init(&opts);
        opts.n_threads = 3;
        gmix_ctx_new(&opts, &ctx);
        CHECK_STATUS(NULL, draw(NULL, model, &table, kinds[i], &first), GMIX_OK);
        setlocale(LC_ALL, "de_DE.UTF-8"); /* a decimal comma, where it is installed */
        CHECK_STATUS(ctx, draw(ctx, model, &table, kinds[i], &second), GMIX_OK);
        setlocale(LC_ALL, "C");
        CHECK_EQ_STR(first, second);
        gmix_text_free(&first);
        gmix_text_free(&second);
        gmix_ctx_free(&ctx);
    }
    gmix_model_free(&model);
    free(data.x);
}

static void test_refusals(void) {
    const double means[] = {0, 0}, unit[] = {1, 0, 0, 1}, x[] = {1, 2, INFINITY, 1};
    gmix_model *model = make("full", 1, 2, NULL, means, unit);
    gmix_table table = gmix_table_f64(x, 2, 2);
    gmix_plot_options opts;
    char before, *svg = &before;
    CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, NULL, &table, NULL, &svg),
                 GMIX_ERR_NONFINITE);
    table = gmix_table_f64(x, 1, 1);
    CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, NULL, &table, NULL, &svg),
                 GMIX_ERR_SHAPE);
    table = gmix_table_f64(x, 1, 2);
    CHECK_STATUS(NULL, gmix_plot_svg(NULL, NULL, NULL, &table, NULL, &svg),
                 GMIX_ERR_DATA);
    CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, NULL, &table, NULL, NULL),
                 GMIX_ERR_ARGUMENT);
    CHECK_STATUS(NULL, draw(NULL, model, &table, "trace", &svg), GMIX_ERR_DATA);
    CHECK_STATUS(NULL, draw(NULL, model, &table, "selection", &svg), GMIX_ERR_DATA);
    CHECK_STATUS(NULL, draw(NULL, model, &table, "confusion", &svg), GMIX_ERR_DATA);
    char *drawn = NULL;
    CHECK_STATUS(NULL, draw(NULL, model, &table, "classification", &drawn), GMIX_OK);
    gmix_text_free(&drawn);
    CHECK_STATUS(NULL, draw(NULL, model, &table, "pie", &svg), GMIX_ERR_OPTION);

    static const char *const bad_prefixes[] = {"", "1a", "a b", "a\"b", "<", NULL};
    for (size_t i = 0; i < 6; i++) {
        gmix_plot_options_init(&opts);
        opts.id_prefix = bad_prefixes[i];
        CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, NULL, &table, &opts, &svg),
                     GMIX_ERR_OPTION);
    }
    gmix_plot_options_init(&opts);
    opts.theme = "pink";
    CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, NULL, &table, &opts, &svg),
                 GMIX_ERR_OPTION);
    gmix_plot_options_init(&opts);
    opts.width = 199;
    CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, NULL, &table, &opts, &svg),
                 GMIX_ERR_OPTION);
    gmix_plot_options_init(&opts);
    opts.struct_size = 8;
    CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, NULL, &table, &opts, &svg),
                 GMIX_ERR_ARGUMENT);
    CHECK(svg == &before);
    gmix_terminal_options small;
    gmix_terminal_options_init(&small);
    small.width = 19;
    CHECK_STATUS(NULL, gmix_plot_terminal(NULL, model, &table, &small, &svg),
                 GMIX_ERR_OPTION);
    CHECK_STATUS(NULL, gmix_plot_check_path(NULL, "a.svg"), GMIX_OK);
    CHECK_STATUS(NULL, gmix_plot_check_path(NULL, "a.b/c"), GMIX_ERR_OPTION);
    CHECK_STATUS(NULL, gmix_plot_check_path(NULL, ""), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(NULL, gmix_plot_write(NULL, model, NULL, &table, NULL, "a.gif"),
                 GMIX_ERR_OPTION);
    CHECK(gmix_plot_kind_summary("pie") == NULL && gmix_plot_kind_summary("auto"));
    for (const char *const *kind = gmix_plot_kinds(); *kind; kind++) {
        CHECK(gmix_plot_kind_summary(*kind));
    }
    gmix_model_free(&model);
}

/* The trace is called what it is: of the likelihood, or of the bound of the evidence. */
static void test_objectives(void) {
    static const char *const bayes[] = {NULL, "dirichlet"};
    static const char *const names[] = {">log-likelihood", ">bound of log-evidence"};
    const fixture data = fixture_clusters(60, 2, 2, 2.0, 5);
    const gmix_table x = gmix_table_f64(data.x, 60, 2);
    for (size_t i = 0; i < 2; i++) {
        gmix_fit_options opts;
        gmix_plot_options how;
        gmix_model *model = NULL;
        gmix_report report = {0};
        char *svg = NULL;
        gmix_fit_options_init(&opts);
        gmix_plot_options_init(&how);
        opts.n_components = 2;
        opts.restarts = 1;
        opts.bayes = bayes[i] ? bayes[i] : opts.bayes;
        how.kind = "trace";
        CHECK_WHERE("trace of %s", names[i]);
        CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK);
        if (CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, &report, &x, &how, &svg),
                         GMIX_OK)) {
            CHECK(strstr(svg, names[i]));
            CHECK(!strstr(svg, names[1 - i]));
        }
        gmix_text_free(&svg);
        gmix_model_free(&model);
        gmix_report_free(&report);
    }
    free(data.x);
}

int main(void) {
    test_objectives();
    test_degenerate();
    test_large();
    test_same_bytes();
    test_refusals();
    return CHECK_DONE();
}
