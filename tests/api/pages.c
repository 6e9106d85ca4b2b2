/*
 * Pages: that they say what is so, name their data by hash, are the same every time, let no
 * text become markup, and refuse what is given wrongly. tests/browser looks at them.
 */
#include <stdlib.h>
#include <unistd.h>

#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 240, D = 2, K = 2 };

static gmix_ctx *ctx;
static fixture data;
static gmix_model *model;
static gmix_report report;

static void message_has(const char *part) {
    if (!CHECK(strstr(gmix_ctx_message(ctx), part) != NULL)) {
        printf("    \"%s\" is not in \"%s\"\n", part, gmix_ctx_message(ctx));
    }
}

static void has(const char *html, const char *part) {
    if (!CHECK(html && strstr(html, part) != NULL)) {
        printf("    \"%s\" is not in the page\n", part);
    }
}

static void lacks(const char *html, const char *part) {
    if (!CHECK(html && strstr(html, part) == NULL)) {
        printf("    \"%s\" is in the page\n", part);
    }
}

static char *page_of(const gmix_model *of, const gmix_report *said, const gmix_table *x,
                     const gmix_page_options *opts) {
    char *html = NULL;
    CHECK_STATUS(ctx, gmix_report_html(ctx, of, said, x, opts, &html), GMIX_OK);
    return html;
}

static void test_what_it_says(void) {
    const gmix_table x = gmix_table_f64(data.x, N, D);
    char *html = page_of(model, &report, &x, NULL);
    has(html, "<!DOCTYPE html>");
    has(html, "Two groups, clearly apart");
    has(html, "<b>240</b> rows");
    has(html, "<dt>Seed</dt><dd>17</dd>");
    has(html, "gmix fit it &amp; &lt;all&gt;");
    has(html, "gmix " GMIX_VERSION);
    lacks(html, "not the rows");
    CHECK(html && html[strlen(html) - 1] == '\n');
    char *again = page_of(model, &report, &x, NULL);
    CHECK(html && again && strcmp(html, again) == 0);
    gmix_text_free(&again);
    gmix_text_free(&html);
}

static void test_other_rows(void) {
    const gmix_table x = gmix_table_f64(data.x, N - 40, D);
    char *html = page_of(model, &report, &x, NULL);
    has(html, "not the rows");
    gmix_text_free(&html);
    html = page_of(model, NULL, &x, NULL);
    has(html, "says nothing of how it was fitted");
    lacks(html, "not the rows");
    gmix_text_free(&html);
}

/* A model of the shape asked for, so far from 0 that a row at 0 is in the first one's tail. */
static gmix_model *made(size_t k, const char *const *names, double noise) {
    const double weights[2] = {(1 - noise) / (double)k, (1 - noise) / (double)k};
    const double means[4] = {-4, -4, 4, 4}, covariances[4] = {1, 1, 1, 1};
    const double lower[2] = {-10, -10}, upper[2] = {10, 10};
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.noise_weight = noise;
    extras.noise_lower = lower;
    extras.noise_upper = upper;
    gmix_model *out = NULL;
    CHECK_STATUS(ctx,
                 gmix_model_new_with(ctx, "diag", k, D, weights, means, covariances,
                                     names, noise > 0 ? &extras : NULL, &out),
                 GMIX_OK);
    return out;
}

static void test_hashes(void) {
    const double few[4] = {1, 2, 3, NAN};
    const gmix_table x = gmix_table_f64(few, 2, 2);
    gmix_model *two = made(2, NULL, 0);
    gmix_page_options opts;
    gmix_page_options_init(&opts);
    char *html = page_of(two, NULL, &x, &opts);
    has(html, "6d46e8f846d0b704c14564ad39e3ebfd21d38dc90841572dfc9028c3127a0275");
    has(html, "<dt>Missing cells</dt><dd>1 (25\xE2\x80\xAF%), in 1 row;");
    gmix_text_free(&html);

    /* "abc" and a million times "a": the examples of FIPS 180-2 */
    char path[] = "/tmp/gmix-page-XXXXXX";
    const int fd = mkstemp(path);
    CHECK(fd >= 0 && write(fd, "abc", 3) == 3);
    close(fd);
    opts.data_file = path;
    html = page_of(two, NULL, &x, &opts);
    has(html, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    has(html, strrchr(path, '/') + 1);
    lacks(html, path);
    gmix_text_free(&html);
    FILE *const file = fopen(path, "w");
    for (size_t i = 0; file && i < 1000000; i++) {
        fputc('a', file);
    }
    CHECK(file && fclose(file) == 0);
    html = page_of(two, NULL, &x, &opts);
    has(html, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    gmix_text_free(&html);
    unlink(path);

    opts.data_file = "/nowhere/at/all.csv"; /* it may have been a pipe: values stand in */
    html = page_of(two, NULL, &x, &opts);
    has(html, "6d46e8f846d0b704c14564ad39e3ebfd21d38dc90841572dfc9028c3127a0275");
    gmix_text_free(&html);
    gmix_model_free(&two);
}

static void test_no_markup(void) {
    const char *const names[] = {"<script>alert(1)</script>", "\"q\" 'a' & \x01\xff"};
    const double few[4] = {-4, -4, 4, 4};
    gmix_table x = gmix_table_f64(few, 2, 2);
    const int32_t labels[2] = {0, 1};
    const char *const classes[] = {"<b>one</b>", "</script>"};
    x.labels = labels;
    x.n_classes = 2;
    x.class_names = classes;
    gmix_model *two = made(2, names, 0);
    gmix_page_options opts;
    gmix_page_options_init(&opts);
    opts.command = "gmix report '</code><script>'";
    opts.data_file = "<i>.csv";
    char *html = page_of(two, NULL, &x, &opts);
    has(html, "&lt;script&gt;alert(1)&lt;/script&gt;");
    has(html, "&quot;q&quot; &#39;a&#39; &amp; \xEF\xBF\xBD\xEF\xBF\xBD");
    has(html, "&lt;b&gt;one&lt;/b&gt;");
    lacks(html, "<script>alert");
    lacks(html, "<b>one");
    lacks(html, "<i>.csv");
    lacks(html, "</code><script>");
    size_t n_scripts = 0;
    for (const char *at = html; at && (at = strstr(at, "</script>")); at++) {
        n_scripts++;
    }
    CHECK_EQ_INT(n_scripts, 2); /* the points and the page's own */
    gmix_text_free(&html);
    gmix_model_free(&two);
}

static void test_small(void) {
    const double one[2] = {0.5, -3};
    const gmix_table x = gmix_table_f64(one, 1, 2);
    gmix_model *single = made(1, NULL, 0), *noisy = made(2, NULL, 0.2);
    char *html = page_of(single, NULL, &x, NULL);
    has(html, "One group</h1>");
    has(html, "The one row of");
    has(html, "x1");
    gmix_text_free(&html);
    html = page_of(noisy, NULL, &x, NULL);
    has(html, "Two groups and noise");
    has(html, "Noise, which belongs to no group, takes 20");
    gmix_text_free(&html);
    gmix_model_free(&single);
    gmix_model_free(&noisy);
}

/* Rows, columns, columns that lie apart, floats that hold the same numbers: one page. And
 * weights: a row of weight 0 is not spoken of. */
static void test_layouts(void) {
    enum { ROWS = 40 };
    double rows[ROWS * D], columns[D * ROWS], apart[D][ROWS];
    float singles[ROWS * D];
    for (size_t i = 0; i < ROWS * D; i++) {
        singles[i] = (float)(i % 7) + (i % 3 ? 0.5F : -2.5F);
        rows[i] = (double)singles[i];
        columns[i % D * ROWS + i / D] = rows[i];
        apart[i % D][i / D] = rows[i];
    }
    gmix_table tables[4] = {gmix_table_f64(rows, ROWS, D),
                            gmix_table_f32(singles, ROWS, D),
                            gmix_table_f64_columns(columns, ROWS, D),
                            gmix_table_f64_columns(apart[0], ROWS, D)};
    const ptrdiff_t offsets[D] = {0, apart[1] - apart[0]};
    tables[3].col_offsets = offsets;
    gmix_model *two = made(2, NULL, 0);
    char *first = page_of(two, NULL, &tables[0], NULL);
    for (size_t t = 1; t < 4; t++) {
        char *other = page_of(two, NULL, &tables[t], NULL);
        CHECK(first && other && strcmp(first, other) == 0);
        gmix_text_free(&other);
    }
    double weights[ROWS] = {0};
    weights[3] = 2.5;
    tables[0].weights = weights;
    char *weighted = page_of(two, NULL, &tables[0], NULL);
    has(weighted, "<dt>Row weights</dt><dd>2.50 in all");
    has(weighted, "data-about=\"3\"");
    lacks(weighted, "data-about=\"4\"");
    gmix_text_free(&weighted);
    gmix_text_free(&first);
    gmix_model_free(&two);
}

static void test_refusals(void) {
    char untouched, *html = &untouched;
    gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_page_options opts = {0};
    CHECK_STATUS(ctx, gmix_report_html(ctx, NULL, NULL, &x, NULL, &html),
                 GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_report_html(ctx, model, NULL, NULL, NULL, &html),
                 GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_report_html(ctx, model, NULL, &x, NULL, NULL),
                 GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_report_pdf(ctx, model, NULL, &x, NULL, &html, NULL),
                 GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_report_html(ctx, model, NULL, &x, &opts, &html),
                 GMIX_ERR_ARGUMENT);
    message_has("gmix_page_options_init");
    x.n_cols = 1;
    CHECK_STATUS(ctx, gmix_report_html(ctx, model, NULL, &x, NULL, &html),
                 GMIX_ERR_SHAPE);
    x.n_cols = D;
    x.n_rows = 0;
    CHECK_STATUS(ctx, gmix_report_html(ctx, model, NULL, &x, NULL, &html), GMIX_ERR_DATA);
    double *const bad = fixture_alloc(5000 * D, sizeof *bad);
    bad[4500 * D] = INFINITY;
    x = gmix_table_f64(bad, 5000, D);
    CHECK_STATUS(ctx, gmix_report_html(ctx, model, NULL, &x, NULL, &html),
                 GMIX_ERR_NONFINITE);
    message_has("4501"); /* its place in the table, not in a block */
    CHECK(html == &untouched);
    CHECK_STATUS(ctx, gmix_report_set_command(ctx, NULL, "x"), GMIX_ERR_ARGUMENT);
    gmix_report none = {0};
    CHECK_STATUS(ctx, gmix_report_add_warning(ctx, &none, "x"), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_report_add_warning(ctx, &report, NULL), GMIX_ERR_ARGUMENT);
    free(bad);
}

static gmix_status try_page(gmix_ctx *poor, void *subject) {
    const gmix_table x = gmix_table_f64(data.x, 30, D);
    char untouched, *html = &untouched;
    const gmix_status status = gmix_report_html(poor, subject, &report, &x, NULL, &html);
    CHECK((html == &untouched) == (status != GMIX_OK));
    if (status == GMIX_OK) {
        gmix_text_free(&html);
    }
    return status;
}

/* On paper; a machine without Cairo says so. */
static gmix_status try_pdf(gmix_ctx *poor, void *subject) {
    const gmix_table x = gmix_table_f64(data.x, 30, D);
    char untouched, *bytes = &untouched;
    size_t n = 7;
    const gmix_status status =
        gmix_report_pdf(poor, subject, &report, &x, NULL, &bytes, &n);
    CHECK((bytes == &untouched && n == 7) == (status != GMIX_OK));
    if (status == GMIX_OK) {
        CHECK(n > 5000 && memcmp(bytes, "%PDF-", 5) == 0);
        gmix_text_free(&bytes);
    }
    return status;
}

/* A seed that no double holds, and a command, through a model file. */
static void test_report_keeps(void) {
    const gmix_table x = gmix_table_f64(data.x, N, D);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.seed = 18446744073709551557u;
    gmix_model *fitted = NULL, *back = NULL;
    gmix_report first = {0}, second = {0};
    char *json = NULL;
    CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &fitted, &first), GMIX_OK);
    CHECK_STATUS(ctx, gmix_report_set_command(ctx, &first, "old"), GMIX_OK);
    CHECK_STATUS(ctx, gmix_report_set_command(ctx, &first, "gmix 'a b' \"\xC3\xA9\""),
                 GMIX_OK);
    const size_t said = first.n_warnings;
    for (size_t i = 0; i < 20; i++) { /* more than the first room for them */
        CHECK_STATUS(ctx, gmix_report_add_warning(ctx, &first, i ? "more" : "a < b"),
                     GMIX_OK);
    }
    CHECK_STATUS(ctx, gmix_model_to_json(ctx, fitted, &first, &json), GMIX_OK);
    CHECK_STATUS(ctx,
                 gmix_model_from_json(ctx, json, strlen(json), "text", &back, &second),
                 GMIX_OK);
    CHECK(second.seed == opts.seed);
    CHECK_EQ_STR(second.command, first.command);
    CHECK_EQ_INT(second.n_warnings, said + 20);
    CHECK_EQ_STR(second.warnings[said], "a < b");
    CHECK_STATUS(NULL, gmix_report_add_warning(NULL, &second, "of then"), GMIX_OK);
    CHECK_EQ_STR(second.warnings[said + 20], "of then");
    CHECK_STATUS(ctx, gmix_report_set_command(ctx, &second, NULL), GMIX_OK);
    CHECK(second.command == NULL);
    gmix_text_free(&json);
    gmix_model_free(&fitted);
    gmix_model_free(&back);
    gmix_report_free(&first);
    gmix_report_free(&second);
}

static int count_poll(void *user) {
    ++*(size_t *)user;
    return 0;
}

/* Polls of one evaluation of all rows, in blocks as a page takes them. */
static size_t polls_of_one(gmix_ctx *counting, const gmix_table *x, size_t *n_polls) {
    double density[4096];
    gmix_predictor *predictor = NULL;
    gmix_prediction out;
    gmix_prediction_init(&out);
    out.log_density = density;
    *n_polls = 0;
    CHECK_STATUS(counting, gmix_predictor_new(counting, model, &predictor), GMIX_OK);
    for (size_t first = 0, n; first < x->n_rows; first += n) {
        n = x->n_rows - first < 4096 ? x->n_rows - first : 4096;
        CHECK_STATUS(counting,
                     gmix_predictor_rows(counting, predictor, x, first, n, &out),
                     GMIX_OK);
    }
    gmix_predictor_free(&predictor);
    return *n_polls;
}

/* A page of many rows evaluates the mixture once, pictures and all; only rows that are drawn are
 * looked at again. */
static void test_one_pass(void) {
    enum { MANY = 400000 };
    const fixture many = fixture_clusters(MANY, D, K, 14, 5);
    const gmix_table x = gmix_table_f64(many.x, MANY, D);
    size_t n_polls = 0;
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.n_threads = 1;
    opts.cancel = count_poll;
    opts.user = &n_polls;
    gmix_ctx *counting = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &counting), GMIX_OK);
    const size_t once = polls_of_one(counting, &x, &n_polls);
    char *html = NULL;
    n_polls = 0;
    CHECK_STATUS(counting, gmix_report_html(counting, model, &report, &x, NULL, &html),
                 GMIX_OK);
    CHECK(once > 100);
    if (!CHECK(n_polls < once + once / 4)) {
        printf("    %zu polls, where one pass has %zu\n", n_polls, once);
    }
    gmix_text_free(&html);
    gmix_ctx_free(&counting);
    free(many.x);
}

/* Of a posterior, what the rows and the prior say; that of a stream does not know its log-likelihood. */
static void test_posterior(void) {
    gmix_model *own = NULL;
    gmix_report said = {.struct_size = sizeof said};
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.bayes = "dirichlet";
    opts.search = "quick";
    const gmix_table x = gmix_table_f64(data.x, N, D);
    if (!CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &own, &said), GMIX_OK)) {
        return;
    }
    char *page = page_of(own, &said, &x, NULL);
    has(page, "What the rows and the prior say");
    has(page, "<dt>Log-likelihood</dt>");
    lacks(page, "<dt>BIC");
    lacks(page, "With another prior");
    gmix_text_free(&page);
    CHECK_STATUS(ctx, gmix_prior_sensitivity(ctx, &x, &opts, own, said.prior_changes),
                 GMIX_OK);
    said.n_prior_changes = GMIX_N_PRIOR_CHANGES;
    said.log_likelihood = NAN;
    page = page_of(own, &said, &x, NULL);
    has(page, "With another prior");
    lacks(page, "<dt>Log-likelihood</dt>");
    lacks(page, "being applied to other data");
    gmix_text_free(&page);
    gmix_model_free(&own);
    gmix_report_free(&said);
}

int main(void) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.seed = 17;
    data = fixture_clusters(N, D, K, 14, 5);
    const gmix_table x = gmix_table_f64(data.x, N, D);
    if (CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK) &&
        CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, &report), GMIX_OK)) {
        CHECK_STATUS(ctx, gmix_report_set_command(ctx, &report, "gmix fit it & <all>"),
                     GMIX_OK);
        test_what_it_says();
        test_other_rows();
        test_hashes();
        test_no_markup();
        test_small();
        test_layouts();
        test_refusals();
        test_report_keeps();
        test_one_pass();
        test_posterior();
        budget_run("gmix_report_html", try_page, model);
        if (try_pdf(ctx, model) == GMIX_OK) {
            budget_run("gmix_report_pdf", try_pdf, model);
        }
    }
    gmix_model_free(&model);
    gmix_report_free(&report);
    gmix_ctx_free(&ctx);
    free(data.x);
    return CHECK_DONE();
}
