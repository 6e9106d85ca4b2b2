/*
 * Structs grow at their end, and programs compiled against an earlier header are served: every
 * call with a struct of options as it was in the first version that promised so, with one shorter
 * than that, and with one longer than the library's own.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 60, D = 2, ROOM = 2048 };

static gmix_ctx *ctx;
static gmix_table x;
static gmix_model *model;
static int32_t labels[N];

static gmix_status use_ctx(void *opts) {
    gmix_ctx *made = NULL;
    const gmix_status status = gmix_ctx_new(opts, &made);
    gmix_ctx_free(&made);
    return status;
}

static gmix_status use_fit(void *opts) {
    gmix_model *found = NULL;
    const gmix_status status = gmix_fit(ctx, &x, opts, &found, NULL);
    gmix_model_free(&found);
    return status;
}

static gmix_status use_select(void *opts) {
    gmix_select_options *const few = opts;
    few->components = "1-2";
    few->covariances = "diag";
    gmix_model *found = NULL;
    const gmix_status status = gmix_select(ctx, &x, NULL, opts, &found, NULL);
    gmix_model_free(&found);
    return status;
}

static gmix_status use_kmeans(void *opts) {
    double centres[D];
    return gmix_kmeans(ctx, &x, opts, centres, labels, NULL, NULL);
}

static gmix_status use_tree(void *opts) {
    size_t merges[2 * N];
    double costs[N];
    return gmix_tree(ctx, &x, opts, merges, costs);
}

static gmix_fit_options quick(void) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.search = "quick";
    return opts;
}

static gmix_status use_tests(void *opts) {
    const gmix_fit_options fit = quick();
    ((gmix_component_test_options *)opts)->n_replicates = 19;
    ((gmix_component_test_options *)opts)->last = 2;
    gmix_component_tests tests = {0};
    const gmix_status status = gmix_test_components(ctx, &x, &fit, opts, &tests);
    gmix_component_tests_free(&tests);
    return status;
}

static gmix_status use_posterior(void *opts) {
    ((gmix_posterior_options *)opts)->iterations = 8;
    gmix_posterior_draws draws = {0};
    const gmix_status status = gmix_posterior_sample(ctx, &x, opts, &draws);
    gmix_posterior_draws_free(&draws);
    return status;
}

static gmix_status use_errors(void *opts) {
    ((gmix_standard_error_options *)opts)->n_replicates = 19;
    gmix_standard_errors errors = {0};
    const gmix_status status =
        gmix_standard_errors_estimate(ctx, &x, NULL, model, opts, &errors);
    gmix_standard_errors_free(&errors);
    return status;
}

static gmix_status use_extras(void *opts) {
    static const double mean[D], covariance[D * D] = {1, 0, 0, 1};
    gmix_model *made = NULL;
    const gmix_status status =
        gmix_model_new_with(ctx, "full", 1, D, NULL, mean, covariance, NULL, opts, &made);
    gmix_model_free(&made);
    return status;
}

static gmix_status use_regress(void *opts) {
    static const size_t target = 1;
    double mean[N];
    const gmix_regression out = {.mean = mean};
    const gmix_table inputs = gmix_table_f64(x.data, N, 1);
    return gmix_regress(ctx, model, 1, &target, &inputs, opts, &out);
}

static gmix_status use_box(void *opts) {
    static const double lower[D] = {-1, -1}, upper[D] = {1, 1};
    double probability;
    return gmix_box_probability(ctx, model, lower, upper, opts, &probability, NULL);
}

static gmix_status use_read(void *opts) {
    gmix_data *data = NULL;
    const gmix_status status = gmix_data_from_memory(ctx, "t", "1,2\n", 4, opts, &data);
    gmix_data_free(&data);
    return status;
}

static gmix_status use_plot(void *opts) {
    char *svg = NULL;
    const gmix_status status = gmix_plot_svg(ctx, model, NULL, &x, opts, &svg);
    gmix_text_free(&svg);
    return status;
}

static gmix_status use_terminal(void *opts) {
    char *text = NULL;
    const gmix_status status = gmix_plot_terminal(ctx, model, &x, opts, &text);
    gmix_text_free(&text);
    return status;
}

static gmix_status use_page(void *opts) {
    char *html = NULL;
    const gmix_status status = gmix_report_html(ctx, model, NULL, &x, opts, &html);
    gmix_text_free(&html);
    return status;
}

static gmix_status use_engine(void *opts) {
    gmix_engine *engine = NULL;
    const gmix_status status = gmix_engine_begin(ctx, 2, NULL, opts, &engine);
    gmix_engine_free(&engine);
    return status;
}

static gmix_status use_online(void *opts) {
    gmix_online *online = NULL;
    const gmix_status status = gmix_online_begin(ctx, 2, NULL, opts, &online);
    gmix_online_free(&online);
    return status;
}

static gmix_status use_detector(void *opts) {
    ((gmix_detector_options *)opts)->max_components = 1;
    ((gmix_detector_options *)opts)->folds = 3;
    gmix_detector *made = NULL;
    const gmix_status status = gmix_detector_fit(ctx, &x, NULL, opts, &made);
    gmix_detector_free(&made);
    return status;
}

static gmix_status use_clusters(void *opts) {
    gmix_clusters found = {0};
    const gmix_status status = gmix_clusters_find(ctx, model, &x, opts, &found);
    gmix_clusters_free(&found);
    return status;
}

typedef void init_fn(void *opts, size_t size);

/* first: the size in version 0.2 where pointers have 64 bits. It never changes once that is released:
 * new fields go to the end of a struct. */
typedef struct sized {
    const char *name;
    size_t size, first;
    init_fn *init;
    gmix_status (*use)(void *opts);
} sized;

#define INIT(name)                                     \
    static void init_##name(void *opts, size_t size) { \
        gmix_##name##_init_sized(opts, size);          \
    }
INIT(ctx_options)
INIT(fit_options)
INIT(select_options)
INIT(kmeans_options)
INIT(tree_options)
INIT(component_test_options)
INIT(standard_error_options)
INIT(model_extras)
INIT(regress_options)
INIT(box_options)
INIT(read_options)
INIT(plot_options)
INIT(terminal_options)
INIT(page_options)
INIT(engine_options)
INIT(posterior_options)
INIT(online_options)
INIT(detector_options)
INIT(cluster_options)

#define SIZED(name, first, use) \
    { #name, sizeof(gmix_##name), (first), init_##name, (use) }

static const sized all[] = {
    SIZED(ctx_options, 72, use_ctx),
    SIZED(fit_options, 256, use_fit),
    SIZED(select_options, 40, use_select),
    SIZED(kmeans_options, 56, use_kmeans),
    SIZED(tree_options, 24, use_tree),
    SIZED(component_test_options, 48, use_tests),
    SIZED(standard_error_options, 32, use_errors),
    SIZED(posterior_options, sizeof(gmix_posterior_options), use_posterior),
    SIZED(model_extras, 56, use_extras),
    SIZED(regress_options, 32, use_regress),
    SIZED(box_options, 32, use_box),
    SIZED(read_options, 72, use_read),
    SIZED(plot_options, 104, use_plot),
    SIZED(terminal_options, 32, use_terminal),
    SIZED(page_options, 24, use_page),
    SIZED(engine_options, 40, use_engine),
    SIZED(online_options, 56, use_online),
    SIZED(cluster_options, 48, use_clusters),
    SIZED(detector_options, 56, use_detector),
};

static size_t set_size(void *opts, size_t size) {
    memcpy(opts, &size, sizeof size);
    return size;
}

/* Bytes from..ROOM hold value. */
static bool all_are(const unsigned char *room, size_t from, size_t to,
                    unsigned char value) {
    while (from < to && room[from] == value) {
        from++;
    }
    return from == to;
}

static void test_struct(const sized *s) {
    _Alignas(max_align_t) unsigned char room[ROOM];
    CHECK_WHERE("%s", s->name);
    CHECK(s->first <= s->size && s->size + 8 < ROOM);
    /* A program of version 0.2: nothing beyond its struct is written or read. */
    memset(room, 0xa5, sizeof room);
    s->init(room, s->first);
    CHECK(all_are(room, s->first, ROOM, 0xa5));
    CHECK_STATUS(ctx, s->use(room), GMIX_OK);
    /* As the library has it. */
    s->init(room, s->size);
    CHECK_STATUS(ctx, s->use(room), GMIX_OK);
    /* Longer by a word: what the library does not know is 0, and is refused. */
    memset(room, 0xa5, sizeof room);
    s->init(room, s->size + 8);
    CHECK(all_are(room, s->size, s->size + 8, 0) &&
          all_are(room, s->size + 8, ROOM, 0xa5));
    CHECK_STATUS(ctx, s->use(room), GMIX_ERR_ARGUMENT);
    CHECK(s->use == use_ctx || strstr(gmix_ctx_message(ctx), "newer gmix") != NULL);
    /* Shorter than any version, and not set at all. */
    s->init(room, s->size);
    set_size(room, s->first - 8);
    CHECK_STATUS(ctx, s->use(room), GMIX_ERR_ARGUMENT);
    set_size(room, 0);
    CHECK_STATUS(ctx, s->use(room), GMIX_ERR_ARGUMENT);
    CHECK_WHERE("%s", "");
}

/* Results: what of them a program has is written, and no byte beyond. */
static gmix_status give_report(void *out) {
    gmix_model *found = NULL;
    const gmix_status status = gmix_fit(ctx, &x, NULL, &found, out);
    CHECK((found != NULL) == (status == GMIX_OK));
    gmix_model_free(&found);
    return status;
}

static gmix_status give_agreement(void *out) {
    return gmix_compare_labels(ctx, N, labels, labels, out);
}

static gmix_status give_tests(void *out) {
    const gmix_fit_options fit = quick();
    gmix_component_test_options few;
    gmix_component_test_options_init(&few);
    few.n_replicates = 19;
    few.last = 2;
    return gmix_test_components(ctx, &x, &fit, &few, out);
}

static gmix_status give_draws(void *out) {
    gmix_posterior_options few;
    gmix_posterior_options_init(&few);
    few.iterations = 8;
    return gmix_posterior_sample(ctx, &x, &few, out);
}

static void free_draws(void *out) {
    gmix_posterior_draws_free(out);
}

static void free_report(void *out) {
    gmix_report_free(out);
}

static void free_agreement(void *out) {
    gmix_agreement_free(out);
}

static void free_tests(void *out) {
    gmix_component_tests_free(out);
}

typedef struct result {
    const char *name;
    size_t size, first; /* first: as in `sized` */
    gmix_status (*give)(void *out);
    void (*release)(void *out);
} result;

static const result results[] = {
    {"report", sizeof(gmix_report), 744, give_report, free_report},
    {"agreement", sizeof(gmix_agreement), 120, give_agreement, free_agreement},
    {"component_tests", sizeof(gmix_component_tests), 96, give_tests, free_tests},
    {"posterior_draws", sizeof(gmix_posterior_draws),
     offsetof(gmix_posterior_draws, n_spread) + sizeof(size_t), give_draws, free_draws},
};

static void test_result(const result *r) {
    _Alignas(max_align_t) unsigned char room[ROOM];
    const size_t sizes[] = {0, r->first, r->size, r->size + 8};
    CHECK_WHERE("%s", r->name);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t size = sizes[i] ? sizes[i] : r->first;
        memset(room, 0xa5, sizeof room);
        memset(room, 0, size);
        set_size(room, sizes[i]);
        if (!CHECK_STATUS(ctx, r->give(room), GMIX_OK)) {
            return;
        }
        CHECK(all_are(room, size, ROOM, 0xa5));
        CHECK(size <= r->size || all_are(room, r->size, size, 0));
        CHECK(!all_are(room, 8, size, 0));
        r->release(room);
        CHECK(all_are(room, 8, size, 0) && all_are(room, size, ROOM, 0xa5));
        CHECK(memcmp(room, &sizes[i], sizeof sizes[i]) == 0);
    }
    const size_t wrong[] = {8, r->first - 8, SIZE_MAX, (size_t)0xa5a5a5a5};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        memset(room, 0xa5, sizeof room);
        set_size(room, wrong[i]);
        CHECK_STATUS(ctx, r->give(room), GMIX_ERR_ARGUMENT);
        CHECK(all_are(room, 8, ROOM, 0xa5));
    }
    CHECK_WHERE("%s", "");
}

static void test_sized_calls(void) {
    gmix_criteria room[3];
    gmix_build_info info[3];
    memset(room, 0xa5, sizeof room);
    CHECK_STATUS(ctx, gmix_score_sized(ctx, model, &x, room, 48), GMIX_OK);
    CHECK(all_are((unsigned char *)room, 48, sizeof room, 0xa5));
    CHECK_STATUS(ctx, gmix_score_sized(ctx, model, &x, room, sizeof *room + 8), GMIX_OK);
    CHECK(all_are((unsigned char *)room, sizeof *room, sizeof *room + 8, 0));
    CHECK(all_are((unsigned char *)room, sizeof *room + 8, sizeof room, 0xa5));
    memset(info, 0xa5, sizeof info);
    gmix_build_info_get_sized(info, 8);
    CHECK(strcmp(info->version, GMIX_VERSION) == 0);
    CHECK(all_are((unsigned char *)info, 8, sizeof info, 0xa5));
}

static void test_version(void) {
    CHECK_STATUS(ctx, gmix_version_check(ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_version_serves(ctx, 0, 2, 0), GMIX_OK);
    CHECK_STATUS(ctx, gmix_version_serves(ctx, 0, 1, 0), GMIX_ERR_UNSUPPORTED);
    CHECK_STATUS(ctx,
                 gmix_version_serves(ctx, GMIX_VERSION_MAJOR, GMIX_VERSION_MINOR, 99),
                 GMIX_ERR_UNSUPPORTED);
    CHECK_STATUS(ctx, gmix_version_serves(ctx, GMIX_VERSION_MAJOR + 1, 0, 0),
                 GMIX_ERR_UNSUPPORTED);
    CHECK(strstr(gmix_ctx_message(ctx), GMIX_VERSION) != NULL);
}

static gmix_status take_fit(const gmix_table *t) {
    gmix_model *found = NULL;
    const gmix_status status = gmix_fit(ctx, t, NULL, &found, NULL);
    gmix_model_free(&found);
    return status;
}

static gmix_status take_select(const gmix_table *t) {
    gmix_model *found = NULL;
    gmix_select_options few;
    gmix_select_options_init(&few);
    few.components = "1";
    few.covariances = "diag";
    const gmix_status status = gmix_select(ctx, t, NULL, &few, &found, NULL);
    gmix_model_free(&found);
    return status;
}

static gmix_status take_kmeans(const gmix_table *t) {
    double centres[D];
    return gmix_kmeans(ctx, t, NULL, centres, labels, NULL, NULL);
}

static gmix_status take_tree(const gmix_table *t) {
    size_t merges[2 * N];
    return gmix_tree(ctx, t, NULL, merges, NULL);
}

static double numbers[N * D];

static gmix_status take_density(const gmix_table *t) {
    return gmix_log_density(ctx, model, t, numbers);
}

static gmix_status take_responsibilities(const gmix_table *t) {
    return gmix_responsibilities(ctx, model, t, numbers);
}

static gmix_status take_labels(const gmix_table *t) {
    return gmix_labels(ctx, model, t, labels);
}

static gmix_status take_impute(const gmix_table *t) {
    return gmix_impute(ctx, model, t, numbers);
}

static gmix_status take_score(const gmix_table *t) {
    gmix_criteria criteria;
    return gmix_score(ctx, model, t, &criteria);
}

static gmix_status take_svg(const gmix_table *t) {
    char *svg = NULL;
    const gmix_status status = gmix_plot_svg(ctx, model, NULL, t, NULL, &svg);
    gmix_text_free(&svg);
    return status;
}

static gmix_status take_page(const gmix_table *t) {
    char *html = NULL;
    const gmix_status status = gmix_report_html(ctx, model, NULL, t, NULL, &html);
    gmix_text_free(&html);
    return status;
}

static void test_tables(void) {
    gmix_status (*const takers[])(const gmix_table *) = {
        take_fit,    take_select,  take_kmeans,
        take_tree,   take_density, take_responsibilities,
        take_labels, take_impute,  take_score,
        take_svg,    take_page};
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
        gmix_table t = x;
        CHECK_WHERE("taker %zu", i);
        t.struct_size = 0;
        CHECK_STATUS(ctx, takers[i](&t), GMIX_OK);
        t.struct_size = 104; /* of version 0.2: it never changes */
        CHECK_STATUS(ctx, takers[i](&t), GMIX_OK);
        t.struct_size = sizeof t + 8;
        CHECK_STATUS(ctx, takers[i](&t), GMIX_ERR_ARGUMENT);
        CHECK(strstr(gmix_ctx_message(ctx), "newer gmix") != NULL);
        t.struct_size = 104 - 8;
        CHECK_STATUS(ctx, takers[i](&t), GMIX_ERR_ARGUMENT);
    }
    CHECK_WHERE("%s", "");
}

int main(void) {
    const fixture data = fixture_clusters(N, D, 1, 3, 5);
    x = gmix_table_f64(data.x, N, D);
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, NULL, &model, NULL), GMIX_OK);
    for (size_t i = 0; sizeof(void *) == 8 && model && i < sizeof all / sizeof *all;
         i++) {
        test_struct(&all[i]);
    }
    for (size_t i = 0; sizeof(void *) == 8 && i < sizeof results / sizeof *results; i++) {
        test_result(&results[i]);
    }
    if (sizeof(void *) == 8) {
        test_sized_calls();
        test_version();
        test_tables();
    }
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
    free(data.x);
    return CHECK_DONE();
}
