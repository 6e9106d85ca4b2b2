/*
 * Model files: what is written reads back to the same bits; what is no mixture is refused
 * with the member's name; what is cut off is refused wherever it was cut.
 */
#include <stdlib.h>

#include <gmix/gmix.h>

#include "check.h"
#include "scratch.h"

#define HEAD "{\"format\":\"gmix-model\",\"version\":1,"
#define BODY \
    "\"weights\":[0.25,0.75],\"means\":[[1,2],[3,4]],\"covariances\":[[1,1],[2,2]]"
#define WHOLE HEAD "\"covariance\":\"diag\"," BODY "}"

static void check_reads(gmix_ctx *ctx, const char *text) {
    gmix_model *model = NULL;
    CHECK_WHERE("%.100s", text);
    CHECK_STATUS(ctx, gmix_model_from_json(ctx, text, strlen(text), "m", &model, NULL),
                 GMIX_OK);
    CHECK_WHERE("%s", "");
    gmix_model_free(&model);
}

static void check_refused(gmix_ctx *ctx, const char *text, gmix_status status,
                          const char *expected) {
    gmix_model *model = NULL;
    gmix_report report = {.n_samples = 7};
    const size_t n = strlen(text);
    CHECK_STATUS(ctx, gmix_model_from_json(ctx, text, n, "m", &model, &report), status);
    CHECK_EQ_STR(gmix_ctx_message(ctx), expected);
    CHECK(model == NULL && report.n_samples == 7 && report.owner == NULL);
    gmix_model_free(&model);
}

static bool same_reals(const double *a, const double *b, size_t n) {
    return memcmp(a, b, n * sizeof *a) == 0;
}

/* Writes a model, reads it again, and compares every bit. */
static void check_round_trip(gmix_ctx *ctx, const char *covariance, size_t k, size_t d,
                             const double *weights, const double *means,
                             const double *covariances, const char *const *names) {
    gmix_model *model = NULL, *again = NULL;
    char *text = NULL, *twice = NULL;
    CHECK_WHERE("%s", covariance);
    const size_t layout = gmix_family_layout(covariance, k, d);
    if (!CHECK_STATUS(ctx,
                      gmix_model_new(ctx, covariance, k, d, weights, means, covariances,
                                     names, &model),
                      GMIX_OK) ||
        !CHECK_STATUS(ctx, gmix_model_to_json(ctx, model, NULL, &text), GMIX_OK) ||
        !CHECK_STATUS(ctx,
                      gmix_model_from_json(ctx, text, strlen(text), "m", &again, NULL),
                      GMIX_OK)) {
        gmix_model_free(&model);
        gmix_text_free(&text);
        return;
    }
    CHECK_EQ_STR(gmix_model_covariance_name(again), covariance);
    CHECK(gmix_model_n_components(again) == k && gmix_model_n_features(again) == d);
    CHECK(same_reals(gmix_model_weights(model), gmix_model_weights(again), k));
    CHECK(same_reals(gmix_model_means(model), gmix_model_means(again), k * d));
    CHECK(
        same_reals(gmix_model_covariances(model), gmix_model_covariances(again), layout));
    for (size_t j = 0; j < d; j++) {
        CHECK_EQ_STR(gmix_model_feature_name(again, j), names ? names[j] : NULL);
    }
    CHECK_STATUS(ctx, gmix_model_to_json(ctx, again, NULL, &twice), GMIX_OK);
    CHECK_EQ_STR(text, twice);
    gmix_text_free(&text);
    gmix_text_free(&twice);
    gmix_model_free(&model);
    gmix_model_free(&again);
    CHECK_WHERE("%s", "");
}

static void check_families(gmix_ctx *ctx) {
    static const double weights[] = {0.1, 0.2, 0.7};
    static const double means[] = {-0.0, 5e-324, 0.1, 1.0 / 3.0, -1e120, 123456789.125};
    static const double full[] = {1.1, 0.3, 0.3, 2.2, 0.1, 0.01, 0.01, 0.3, 3, -1, -1, 2};
    static const double diag[] = {0.1, 1e-10, 1e10, 2.0 / 3.0, 1, 2};
    static const char *const names[] = {"height \"cm\"", "Gr\xc3\xb6\xc3\x9f"
                                                         "e\t\\\x01"};
    check_round_trip(ctx, "full", 3, 2, weights, means, full, names);
    check_round_trip(ctx, "tied", 3, 2, weights, means, full, NULL);
    check_round_trip(ctx, "diag", 3, 2, weights, means, diag, names);
    check_round_trip(ctx, "spherical", 3, 2, weights, means, diag, NULL);
    check_round_trip(ctx, "full", 1, 1, (const double[]){1.0}, means, full, NULL);
    check_round_trip(ctx, "tied", 1, 1, (const double[]){1.0}, means, full, names);
}

/* The dimensions of a layout hold as many numbers as the layout, whatever K and D. */
static void check_layouts(void) {
    size_t dims[3] = {7, 7, 7};
    for (const char *const *family = gmix_family_names(); *family; family++) {
        for (size_t i = 0; i < 36; i++) {
            const size_t k = i % 6 + 1, d = i / 6 + 1;
            CHECK_WHERE("%s, K = %zu, D = %zu", *family, k, d);
            const size_t n = gmix_family_dims(*family, k, d, dims);
            size_t product = 1;
            for (size_t j = 0; j < 3; j++) {
                CHECK((dims[j] > 0) == (j < n));
                product *= j < n ? dims[j] : 1;
            }
            CHECK_EQ_INT(product, gmix_family_layout(*family, k, d));
        }
    }
    CHECK_WHERE("%s", "");
    CHECK(gmix_family_dims("full", 4, 2, dims) == 3 && dims[0] == 4 && dims[2] == 2);
    CHECK(gmix_family_dims("tied", 4, 2, dims) == 2 && dims[0] == 2 && dims[1] == 2);
    CHECK(gmix_family_dims("diag", 4, 2, dims) == 2 && dims[0] == 4 && dims[1] == 2);
    CHECK(gmix_family_dims("spherical", 4, 2, dims) == 1 && dims[0] == 4);
    CHECK(gmix_family_dims("VEI", 4, 2, dims) == 3 && dims[0] == 4 && dims[2] == 2);
    CHECK(gmix_family_dims("EEE", 4, 2, dims) == 2 && dims[0] == 2 && dims[1] == 2);
    CHECK(gmix_family_dims("oblong", 4, 2, dims) == 0 && dims[0] == 0 && dims[2] == 0);
    CHECK(gmix_family_dims(NULL, 4, 2, dims) == 0);
    CHECK(gmix_family_is_diagonal("diag") && gmix_family_is_diagonal("spherical"));
    CHECK(gmix_family_is_diagonal("EVI") && gmix_family_is_diagonal("VII"));
    CHECK(!gmix_family_is_diagonal("full") && !gmix_family_is_diagonal("tied"));
    CHECK(!gmix_family_is_diagonal("EEV") && !gmix_family_is_diagonal("VVV"));
    CHECK(!gmix_family_is_diagonal("oblong") && !gmix_family_is_diagonal(NULL));
}

/* The layout people see, and names that are no UTF-8. */
static void check_text(gmix_ctx *ctx) {
    static const double full[] = {1, 0.5, 0.5, 2};
    static const char *const names[] = {"a", "b\xff"};
    gmix_model *model = NULL;
    char *text = NULL;
    CHECK_STATUS(ctx,
                 gmix_model_new(ctx, "full", 1, 2, NULL, (const double[]){0.1, -2}, full,
                                names, &model),
                 GMIX_OK);
    CHECK_STATUS(ctx, gmix_model_to_json(ctx, model, NULL, &text), GMIX_OK);
    CHECK_EQ_STR(text, "{\n"
                       " \"format\": \"gmix-model\",\n"
                       " \"version\": 1,\n"
                       " \"feature_names\": [\"a\", \"b\\ufffd\"],\n"
                       " \"covariance\": \"full\",\n"
                       " \"weights\": [1.0],\n"
                       " \"means\": [\n"
                       "  [0.1, -2.0]\n"
                       " ],\n"
                       " \"covariances\": [\n"
                       "  [\n"
                       "   [1.0, 0.5],\n"
                       "   [0.5, 2.0]\n"
                       "  ]\n"
                       " ]\n"
                       "}\n");
    gmix_text_free(&text);
    gmix_model_free(&model);
}

#define CELL \
    "\"components\":2,\"covariance\":\"diag\",\"status\":\"ok\",\"n_parameters\":9,"
#define EMPTY_CELL                                                      \
    "{\"components\":3,\"covariance\":\"VEV\",\"status\":\"singular\"," \
    "\"reason\":\"one row\",\"n_parameters\":14}"
#define CHOSEN(cell)                                      \
    HEAD "\"covariance\":\"diag\"," BODY                  \
         ",\"fit\":{\"criterion\":\"cv\",\"cv_folds\":5," \
         "\"candidates\":[" cell "," EMPTY_CELL "]}}"

/* Candidates of a selection are read as they are written. */
static void check_candidates(gmix_ctx *ctx) {
    const char *const text =
        CHOSEN("{" CELL "\"start\":\"nested\",\"log_likelihood\":-7.5,\"cv\":-8}");
    gmix_model *model = NULL;
    gmix_report read = {0}, again = {0};
    char *once = NULL, *twice = NULL;
    CHECK_STATUS(ctx, gmix_model_from_json(ctx, text, strlen(text), "m", &model, &read),
                 GMIX_OK);
    CHECK(read.n_candidates == 2 && read.cv_folds == 5);
    CHECK_EQ_STR(read.criterion, "cv");
    if (read.n_candidates == 2) {
        const gmix_candidate *const c = read.candidates;
        CHECK(c[0].sound && c[0].n_components == 2 && c[0].n_parameters == 9);
        CHECK(c[0].log_likelihood == -7.5 && c[0].cv == -8.0 && isnan(c[0].bic));
        CHECK_EQ_STR(c[0].start, "nested");
        CHECK_EQ_STR(c[0].reason, NULL);
        CHECK(!c[1].sound && isnan(c[1].log_likelihood) && c[1].start == NULL);
        CHECK_EQ_STR(c[1].covariance, "VEV");
        CHECK_EQ_STR(c[1].reason, "one row");
    }
    CHECK_STATUS(ctx, gmix_model_to_json(ctx, model, &read, &once), GMIX_OK);
    gmix_model_free(&model);
    CHECK_STATUS(ctx, gmix_model_from_json(ctx, once, strlen(once), "m", &model, &again),
                 GMIX_OK);
    CHECK_STATUS(ctx, gmix_model_to_json(ctx, model, &again, &twice), GMIX_OK);
    CHECK_EQ_STR(once, twice);
    gmix_text_free(&once);
    gmix_text_free(&twice);
    gmix_report_free(&read);
    gmix_report_free(&again);
    gmix_model_free(&model);
    check_refused(ctx, CHOSEN("{" CELL "\"bic\":\"low\"}"), GMIX_ERR_MODEL,
                  "m: fit.candidates[0].bic is a string; it should be a number");
    check_refused(ctx,
                  CHOSEN("{\"covariance\":\"oblong\",\"status\":\"ok\","
                         "\"components\":2,\"n_parameters\":5}"),
                  GMIX_ERR_MODEL,
                  "m: fit.candidates[0] has a covariance or a status that this gmix does "
                  "not know");
    check_refused(ctx, CHOSEN("7"), GMIX_ERR_MODEL,
                  "m: fit.candidates[0] is a number; it should be an object");
}

/* A report that does not say how sure its search was is not read as one that is. */
static void check_older_report(gmix_ctx *ctx) {
    const char *const text =
        HEAD "\"covariance\":\"diag\"," BODY
             ",\"fit\":{\"log_likelihood\":-7.5,\"n_runs\":3,\"n_starts\":3}}";
    gmix_model *model = NULL;
    gmix_report read = {0};
    CHECK_STATUS(ctx, gmix_model_from_json(ctx, text, strlen(text), "m", &model, &read),
                 GMIX_OK);
    CHECK(isnan(read.objective) && isnan(read.chance_of_better));
    gmix_report_free(&read);
    gmix_model_free(&model);
}

static void check_report(gmix_ctx *ctx) {
    static const double x[] = {1, 2, 3, 11, 12, 14, 2, 1, 10, 13};
    const gmix_table table = gmix_table_f64(x, 10, 1);
    gmix_fit_options opts;
    gmix_model *model = NULL, *again = NULL;
    gmix_report report = {0}, read = {0};
    char *text = NULL, *twice = NULL;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    CHECK_STATUS(ctx, gmix_fit(ctx, &table, &opts, &model, &report), GMIX_OK);
    const double finite = report.icl;
    report.icl = (double)NAN;
    CHECK_STATUS(ctx, gmix_model_write(ctx, model, &report, scratch_path("m.json")),
                 GMIX_OK);
    CHECK_STATUS(ctx, gmix_model_read(ctx, scratch_path("m.json"), &again, &read),
                 GMIX_OK);
    CHECK(isnan(read.icl));
    report.icl = read.icl = finite;
    CHECK_EQ_INT(read.n_trace, report.n_trace);
    CHECK(same_reals(read.trace, report.trace, report.n_trace));
    CHECK(read.stop == report.stop && read.converged == report.converged);
    CHECK_EQ_STR(read.covariance, report.covariance);
    CHECK_EQ_STR(read.init, report.init);
    CHECK_STATUS(ctx, gmix_report_to_json(ctx, &report, &text), GMIX_OK);
    CHECK_STATUS(ctx, gmix_report_to_json(ctx, &read, &twice), GMIX_OK);
    CHECK_EQ_STR(text, twice);
    gmix_text_free(&text);
    gmix_text_free(&twice);
    gmix_report_free(&report);
    gmix_report_free(&read);
    gmix_model_free(&model);
    gmix_model_free(&again);
}

/* Classes and noise: kept, and checked. */
static void check_extras(gmix_ctx *ctx) {
    static const char head[] =
        "{\"format\":\"gmix-model\",\"version\":1,\"covariance\":\"diag\","
        "\"means\":[[0],[1]],\"covariances\":[[1],[2]],";
    static const struct {
        const char *rest, *message;
    } cases[] = {
        {"\"weights\":[0.5,0.5],\"classes\":[\"a\"]}",
         "m: component_classes is absent; it should be an array"},
        {"\"weights\":[0.5,0.5],\"component_classes\":[0,0]}",
         "m: classes is absent; it should be an array"},
        {"\"weights\":[0.5,0.5],\"classes\":[\"a\"],\"component_classes\":[0]}",
         "m: component_classes has 1 elements, classes 1; there are 2 components"},
        {"\"weights\":[0.5,0.5],\"classes\":[\"a\"],\"component_classes\":[0,1]}",
         "m: component_classes[1] is 1: classes are 0 to 0"},
        {"\"weights\":[0.5,0.5],\"classes\":[\"a\",\"a\"],\"component_classes\":[0,1]}",
         "m: two classes are called 'a'"},
        {"\"weights\":[0.5,0.5],\"classes\":[\"a\",3],\"component_classes\":[0,1]}",
         "m: classes[1] is a number; it should be a string"},
        {"\"weights\":[0.5,0.5],\"noise\":{\"weight\":0.25,\"lower\":[0],\"upper\":[1]}}",
         "m: the weights and that of the noise sum to 1.25, not to 1"},
        {"\"weights\":[0.5,0.5],\"noise\":{\"weight\":0.25}}",
         "m: noise.lower is absent; it should be an array"},
        {"\"weights\":[0.5,0.4],\"noise\":{\"weight\":0.1,\"lower\":[0],\"upper\":[0]}}",
         "m: the box of the noise component goes from 0 to 0 in feature 0: it has to be "
         "wider "
         "than 0"},
        {"\"weights\":[0.5,0.4],\"noise\":{\"weight\":0.1,\"lower\":[0],\"upper\":[1,2]}"
         "}",
         "m: noise.upper has 2 elements; it should have 1"},
        {"\"weights\":[0.5,0.5],\"noise\":7}",
         "m: noise is a number; it should be an object"},
    };
    char text[512], *again = NULL;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_WHERE("extras %zu", i);
        snprintf(text, sizeof text, "%s%s", head, cases[i].rest);
        check_refused(ctx, text, GMIX_ERR_MODEL, cases[i].message);
    }
    CHECK_WHERE("%s", "");
    gmix_model *model = NULL;
    snprintf(
        text, sizeof text, "%s%s", head,
        "\"weights\":[0.3,0.6],\"noise\":{\"weight\":0.1,\"lower\":[-1],\"upper\":[2.5]},"
        "\"classes\":[\"a\",\"b\"],\"component_classes\":[1,0]}");
    if (CHECK_STATUS(ctx,
                     gmix_model_from_json(ctx, text, strlen(text), "m", &model, NULL),
                     GMIX_OK)) {
        CHECK(gmix_model_noise_weight(model) == 0.1);
        CHECK(gmix_model_noise_lower(model)[0] == -1 &&
              gmix_model_noise_upper(model)[0] == 2.5);
        CHECK_EQ_STR(gmix_model_class_name(model, 0), "a");
        CHECK_EQ_INT(gmix_model_component_class(model, 0), 1);
        CHECK_STATUS(ctx, gmix_model_to_json(ctx, model, NULL, &again), GMIX_OK);
        CHECK(again && strstr(again, "\"upper\": [2.5]") != NULL);
    }
    gmix_text_free(&again);
    gmix_model_free(&model);
}

static void check_optional(gmix_ctx *ctx) {
    gmix_model *model = NULL;
    gmix_report report = {.n_samples = 7};
    check_reads(ctx, WHOLE);
    check_reads(ctx, HEAD "\"feature_names\":null,\"fit\":null,\"more\":{\"x\":[1,{}]},"
                          "\"n_components\":2,\"covariance\":\"diag\"," BODY "}");
    check_reads(ctx, HEAD
                "\"covariance\":\"diag\",\"fit\":{\"trace\":[null,-1],\"warnings\":"
                "[\"w\"],\"stop\":\"soon\",\"init\":\"magic\",\"bic\":null}," BODY "}");
    CHECK_STATUS(ctx,
                 gmix_model_from_json(ctx, WHOLE, strlen(WHOLE), NULL, &model, &report),
                 GMIX_OK);
    CHECK(report.n_samples == 0 && report.trace == NULL);
    gmix_report_free(&report);
    gmix_model_free(&model);
}

/* What Jansson says differs between its versions; that it is said, where, does not. */
static void check_not_json(gmix_ctx *ctx, const char *text, const char *start) {
    gmix_model *model = NULL;
    CHECK_STATUS(ctx, gmix_model_from_json(ctx, text, strlen(text), "m", &model, NULL),
                 GMIX_ERR_PARSE);
    CHECK_WHERE("%s", gmix_ctx_message(ctx));
    CHECK(strncmp(gmix_ctx_message(ctx), start, strlen(start)) == 0);
    CHECK_WHERE("%s", "");
    gmix_model_free(&model);
}

static void check_syntax(gmix_ctx *ctx) {
    char deep[5000];
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    check_not_json(ctx, "", "m is empty");
    check_not_json(ctx, "a,b\n1,2\n", "m is not valid JSON: line 1, column 1: ");
    check_not_json(ctx, "{\n\"weights\": [NaN]}", "m is not valid JSON: line 2, column ");
    check_not_json(ctx, HEAD "\"weights\":[1],\"weights\":[1]}", "m is not valid JSON: ");
    check_not_json(ctx, HEAD "\"weights\":[1e999]}", "m is not valid JSON: ");
    check_not_json(ctx, WHOLE "{}", "m is not valid JSON: ");
    check_not_json(ctx, deep, "m is not valid JSON: ");
    const size_t n = strlen(WHOLE);
    for (size_t cut = 0; cut < n; cut++) {
        char part[sizeof WHOLE];
        memcpy(part, WHOLE, cut);
        part[cut] = '\0';
        check_not_json(ctx, part, "m is ");
    }
}

static void check_members(gmix_ctx *ctx) {
    const gmix_status bad = GMIX_ERR_MODEL;
    check_refused(ctx, "[]", bad, "m is no model file: it holds an array, not an object");
    check_refused(ctx, "{}", bad,
                  "m is no model file: \"format\" should be \"gmix-model\"");
    check_refused(ctx, "{\"format\":\"gmix-model\",\"version\":2}", bad,
                  "m: version is 2; this gmix (" GMIX_VERSION ") reads version 1");
    check_refused(ctx, "{\"format\":\"gmix-model\"}", bad,
                  "m: version is absent; it should be a number");
    check_refused(ctx, HEAD BODY "}", bad,
                  "m: covariance is absent; it should be a string");
    check_refused(ctx, HEAD "\"covariance\":\"ful\"," BODY "}", bad,
                  "m: covariance is \"ful\", which is no family this gmix knows; did you "
                  "mean full");
    check_refused(ctx, HEAD "\"covariance\":\"full\"," BODY "}", bad,
                  "m: covariances[0][0] is a number; it should be an array");
    check_refused(ctx, HEAD "\"covariance\":\"spherical\"," BODY "}", bad,
                  "m: covariances[0] is an array; it should be a number");
    check_refused(ctx, HEAD "\"covariance\":\"diag\",\"feature_names\":[\"a\"]," BODY "}",
                  bad, "m: feature_names has length 1, the means have length 2");
    check_refused(ctx,
                  HEAD "\"covariance\":\"diag\",\"feature_names\":[\"a\",1]," BODY "}",
                  bad, "m: feature_names[1] is a number; it should be a string");
    check_refused(ctx, HEAD "\"covariance\":\"diag\",\"fit\":3," BODY "}", bad,
                  "m: fit is a number; it should be an object");
    check_refused(ctx,
                  HEAD "\"covariance\":\"diag\",\"fit\":{\"n_iterations\":-1}," BODY "}",
                  bad, "m: fit.n_iterations is -1; it should be a whole number >= 0");
    check_refused(ctx,
                  HEAD "\"covariance\":\"diag\",\"fit\":{\"warnings\":[1]}," BODY "}",
                  bad, "m: fit.warnings[0] is a number; it should be a string");
    check_refused(ctx,
                  HEAD "\"covariance\":\"diag\",\"fit\":{\"trace\":[\"\"]}," BODY "}",
                  bad, "m: fit.trace[0] is a string; it should be a number");
}

/* DIAG("1", "[0]", "[1]"): one weight, mean and covariance list each. */
#define DIAG(weights, means, covariances)                                      \
    HEAD "\"covariance\":\"diag\",\"weights\":[" weights "],\"means\":[" means \
         "],\"covariances\":[" covariances "]}"

static void check_hostile(gmix_ctx *ctx) {
    const gmix_status bad = GMIX_ERR_MODEL;
    check_refused(ctx, DIAG("", "", ""), bad, "m: weights is empty");
    check_refused(ctx, DIAG("1", "[]", "[]"), bad, "m: means[0] is empty");
    check_refused(ctx, DIAG("1", "[0],[1]", "[1]"), bad,
                  "m: weights and means differ in length: 1, 2");
    check_refused(ctx, DIAG("0.5,0.5", "[0],[1,2]", "[1],[1]"), bad,
                  "m: means[0] has 1 number, means[1] has 2");
    check_refused(ctx, DIAG("1", "[null]", "[1]"), bad,
                  "m: means[0][0] is null; it should be a number");
    check_refused(ctx, DIAG("0.6,0.6,0.0,-0.2", "[0],[0],[0],[0]", "[1],[1],[1],[1]"),
                  bad, "m: weights[3] is negative: -0.2");
    check_refused(ctx,
                  HEAD "\"n_components\":1000000000,\"covariance\":\"diag\"," BODY "}",
                  bad, "m: n_components is 1000000000, but there are 2");
    check_refused(
        ctx, HEAD "\"fit\":{\"n_features\":1000000000},\"covariance\":\"diag\"," BODY "}",
        bad, "m: fit.n_features is 1000000000, but there are 2");
    /* These are gmix_model_new()'s: the file's name comes first, then its words. */
    gmix_model *model = NULL;
    static const char *const texts[] = {DIAG("0.6,0.6", "[0],[0]", "[1],[1]"),
                                        DIAG("1", "[0]", "[-1]"), DIAG("1", "[0]", "[0]"),
                                        HEAD "\"covariance\":\"tied\",\"weights\":[1],"
                                             "\"means\":[[0,0]],"
                                             "\"covariances\":[[1,2],[2,1]]}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const size_t n = strlen(texts[i]);
        CHECK_STATUS(ctx, gmix_model_from_json(ctx, texts[i], n, "m.json", &model, NULL),
                     bad);
        CHECK(strncmp(gmix_ctx_message(ctx), "m.json: ", 8) == 0);
    }
}

int main(void) {
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    if (CHECK(scratch_make())) {
        check_layouts();
        check_families(ctx);
        check_text(ctx);
        check_report(ctx);
        check_older_report(ctx);
        check_candidates(ctx);
        check_extras(ctx);
        check_optional(ctx);
        check_syntax(ctx);
        check_members(ctx);
        check_hostile(ctx);
        scratch_remove();
    }
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
