/*
 * The option table: every option can be set from text, its default is what _init sets,
 * its range is enforced by gmix_fit_option_set and by gmix_fit, and wrong names are
 * corrected.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

static gmix_ctx *ctx;

static bool is(const gmix_option_info *info, const char *type) {
    return strcmp(info->type, type) == 0;
}

static void test_entry(const gmix_option_info *info) {
    gmix_fit_options defaults, opts;
    memset(&defaults, 0, sizeof defaults);
    memset(&opts, 0, sizeof opts);
    gmix_fit_options_init(&defaults);
    gmix_fit_options_init(&opts);
    CHECK_EQ_INT(opts.struct_size, sizeof opts);
    CHECK(is(info, "size") || is(info, "real") || is(info, "name") || is(info, "flag") ||
          is(info, "seed") || is(info, "text"));
    CHECK(info->help && strlen(info->help) > 10 && !strchr(info->help, '\n'));
    CHECK((info->choices != NULL) == is(info, "name"));
    /* The default, set from its text, is what was there. */
    CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, info->name, info->value), GMIX_OK);
    if (!is(info, "name") &&
        !is(info, "text")) { /* names may be other pointers to the same text */
        CHECK(memcmp(&opts, &defaults, sizeof opts) == 0);
    }
    for (const char *const *choice = info->choices; choice && *choice; choice++) {
        CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, info->name, *choice), GMIX_OK);
    }
    const char *const wrong[] = {"", " ", "banana", "1x", "1e999", "nan", "--"};
    for (size_t i = 0; !is(info, "text") && i < sizeof wrong / sizeof *wrong; i++) {
        opts = defaults;
        CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, info->name, wrong[i]),
                     GMIX_ERR_OPTION);
        CHECK(memcmp(&opts, &defaults, sizeof opts) == 0);
        CHECK(strstr(gmix_ctx_message(ctx), info->name) != NULL);
    }
}

/* A number just outside of a limit, as text. */
static void test_limits(const gmix_option_info *info) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    char text[64];
    if (is(info, "size")) {
        CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, info->name, "-1"),
                     GMIX_ERR_OPTION);
        CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, info->name, "1.5"),
                     GMIX_ERR_OPTION);
    }
    if (is(info, "size") || is(info, "real")) {
        CHECK(info->min <= info->max);
        if (isfinite(info->min) && info->min > -1e300) {
            snprintf(text, sizeof text, "%.17g", info->min);
            CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, info->name, text), GMIX_OK);
            snprintf(text, sizeof text, "%.17g", info->min - 1);
            CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, info->name, text),
                         GMIX_ERR_OPTION);
        }
        if (isfinite(info->max) && info->max < 1e15) {
            snprintf(text, sizeof text, "%.17g", info->max);
            CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, info->name, text), GMIX_OK);
            snprintf(text, sizeof text, "%.17g", info->max + 1);
            CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, info->name, text),
                         GMIX_ERR_OPTION);
        }
    }
}

static void test_table(void) {
    size_t n = 0;
    bool seen_k = false;
    for (const gmix_option_info *info = gmix_fit_option_table(); info->name; info++) {
        CHECK_WHERE("%s", info->name);
        test_entry(info);
        test_limits(info);
        seen_k |= strcmp(info->name, "n_components") == 0;
        n++;
    }
    CHECK_WHERE("%s", "");
    CHECK(seen_k);
    CHECK(n >= 10);
}

static void test_setting(void) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, "max-iter", "200"), GMIX_OK);
    CHECK_EQ_INT(opts.max_iter, 200);
    CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, "seed", "18446744073709551615"),
                 GMIX_OK);
    CHECK(opts.seed == UINT64_MAX);
    CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, "seed", "18446744073709551616"),
                 GMIX_ERR_OPTION);
    CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, "tol", "1e-9"), GMIX_OK);
    CHECK(opts.tol == 1e-9);
    CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, "covariance", "tied"), GMIX_OK);
    CHECK_EQ_STR(opts.covariance, "tied");
    /* The message names what is near. */
    CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, "covariance", "tide"),
                 GMIX_ERR_OPTION);
    CHECK(strstr(gmix_ctx_message(ctx), "tied") != NULL);
    CHECK_STATUS(ctx, gmix_fit_option_set(ctx, &opts, "max_itre", "3"), GMIX_ERR_OPTION);
    CHECK(strstr(gmix_ctx_message(ctx), "max_iter") != NULL);
    CHECK_STATUS(NULL, gmix_fit_option_set(NULL, &opts, "max_itre", "3"),
                 GMIX_ERR_OPTION);
    CHECK_STATUS(NULL, gmix_fit_option_set(NULL, NULL, "tol", "3"), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(NULL, gmix_fit_option_set(NULL, &opts, NULL, "3"), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(NULL, gmix_fit_option_set(NULL, &opts, "tol", NULL), GMIX_ERR_ARGUMENT);
}

/* The same ranges hold in gmix_fit, for those who write into the struct. */
static void test_struct(void) {
    const fixture data = fixture_clusters(50, 2, 2, 3, 51);
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_fit_options wrong[10];
    const size_t n = sizeof wrong / sizeof *wrong;
    for (size_t i = 0; i < n; i++) {
        gmix_fit_options_init(&wrong[i]);
    }
    wrong[0].n_components = 0;
    wrong[1].covariance = "fulll";
    wrong[2].init = "kmeans+";
    wrong[3].accelerate = 2;
    wrong[4].tol = -1;
    wrong[5].reg_relative = 2;
    wrong[6].precision = "quad";
    wrong[7].time_limit = -1;
    wrong[8].tol = NAN;
    wrong[9].reg = NAN;
    for (size_t i = 0; i < n; i++) {
        CHECK_WHERE("struct, case %zu", i);
        gmix_model *model = NULL;
        CHECK_STATUS(ctx, gmix_fit(ctx, &x, &wrong[i], &model, NULL), GMIX_ERR_OPTION);
        CHECK(model == NULL);
        CHECK(gmix_ctx_message(ctx)[0] != '\0');
    }
    CHECK_WHERE("%s", "");
    free(data.x);
}

int main(void) {
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    test_table();
    test_setting();
    test_struct();
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
