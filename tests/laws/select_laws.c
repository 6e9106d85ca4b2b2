/*
 * Laws of a choice among models: a richer model never scores below a simpler one that it
 * contains, on random problems (mclust_table asks it of the data shipped); the choice is the lowest criterion, and no
 * single fit of that model is higher; it does not depend on the number of threads; it ends when asked to, with what is finished.
 */
#include "law.h"
#include "nested.h"

static uint64_t few(void) {
    return fixture_is_brief() ? 1 : 2;
}

static gmix_select_options select_options(const char *components,
                                          const char *covariances) {
    gmix_select_options opts;
    gmix_select_options_init(&opts);
    opts.components = components;
    opts.covariances = covariances;
    return opts;
}

static outcome choose(gmix_ctx *ctx, const gmix_table *x, const gmix_fit_options *fit,
                      const gmix_select_options *opts) {
    outcome o = {NULL, {0}};
    CHECK_STATUS(ctx, gmix_select(ctx, x, fit, opts, &o.model, &o.report), GMIX_OK);
    return o;
}

static void check_chosen(const gmix_report *r) {
    double least = INFINITY;
    const gmix_candidate *best = NULL;
    for (size_t c = 0; c < r->n_candidates; c++) {
        const gmix_candidate *const one = &r->candidates[c];
        CHECK((one->reason == NULL) == (one->sound != 0));
        CHECK(one->sound == isfinite(one->log_likelihood));
        if (one->bic < least) {
            least = one->bic;
            best = one;
        }
    }
    if (CHECK(best != NULL)) {
        CHECK(r->bic == best->bic && r->log_likelihood == best->log_likelihood);
        CHECK(r->n_components == best->n_components && r->icl == best->icl);
        CHECK_EQ_STR(r->covariance, best->covariance);
        CHECK(r->n_parameters == best->n_parameters && (r->sound || r->n_warnings > 0));
    }
}

/* The model chosen has had the search of a single fit. */
static void check_no_fit_is_higher(const gmix_table *x, const gmix_fit_options *opts,
                                   const gmix_report *chosen) {
    gmix_fit_options fit = *opts;
    outcome one = {NULL, {0}};
    fit.n_components = chosen->n_components;
    fit.covariance = chosen->covariance;
    CHECK_STATUS(NULL, gmix_fit(NULL, x, &fit, &one.model, &one.report), GMIX_OK);
    CHECK(one.report.log_likelihood <=
          chosen->log_likelihood + 1e-4 * chosen->total_weight);
    outcome_free(&one);
}

/* Sizes, separations, weights and units of all kinds. */
static void test_random_problems(void) {
    for (uint64_t p = 0; p < 3 * few(); p++) {
        const size_t d = 1 + p % 4, n = 60 + 37 * p;
        fixture data = fixture_clusters(n, d, 1 + p % 5, 0.5 * (double)(p % 7), 91 + p);
        double *const weights = fixture_alloc(n, sizeof *weights);
        for (size_t i = 0; i < n; i++) {
            weights[i] = p % 3 == 0 ? 0.5 + (double)(i % 4) : 1.0;
            data.x[i * d] *= p % 2 ? 1e-6 : 1.0;
            if (p % 4 == 3 && i % 5 == 0) {
                data.x[i * d + i % d] = NAN;
            }
        }
        gmix_table x = law_view(&data);
        x.weights = weights;
        gmix_fit_options fit;
        gmix_fit_options_init(&fit);
        fit.seed = p;
        fit.noise = p % 5 == 4 ? 0.05 : 0.0;
        fit.search = p % 3 ? "quick" : "standard";
        const gmix_select_options opts = select_options("1-4", "all");
        CHECK_WHERE("problem %d", (int)p);
        outcome o = choose(NULL, &x, &fit, &opts);
        CHECK(check_nested(&o.report) > 0);
        CHECK_EQ_INT(o.report.n_candidates, d == 1 ? 8 : 56);
        check_chosen(&o.report);
        check_no_fit_is_higher(&x, &fit, &o.report);
        outcome_free(&o);
        free(data.x);
        free(weights);
    }
    CHECK_WHERE("%s", "");
}

/* More rows than are searched: the pilot's solutions, on all rows. */
static void test_many_rows(void) {
    const fixture data = fixture_clusters(9000, 2, 3, 3.0, 17);
    const gmix_table x = law_view(&data);
    const gmix_select_options opts = select_options("1-4", "full,tied,diag,EII");
    outcome o = choose(NULL, &x, NULL, &opts);
    CHECK(check_nested(&o.report) > 0);
    check_chosen(&o.report);
    outcome_free(&o);
    free(data.x);
}

/* What some of the rows tell of narrow groups holds for all, though the means of the two tables differ by more
 * than a group is wide. */
static void test_many_rows_in_narrow_groups(void) {
    enum { N = 6000, GROUPS = 5 };
    static const double at[GROUPS] = {0.0, 2.3, 590.0, 716.0, 1120.0};
    fixture data = {fixture_alloc(N, sizeof(double)), N, 1};
    uint64_t seed = 23;
    for (size_t i = 0; i < N; i++) {
        data.x[i] = at[i % GROUPS] + 0.04 * fixture_normal(&seed);
    }
    const gmix_table x = law_view(&data);
    const gmix_select_options opts = select_options("4-5", "full");
    outcome o = choose(NULL, &x, NULL, &opts);
    CHECK_EQ_INT(o.report.n_components, GROUPS);
    CHECK(o.report.log_likelihood > 0.0);
    outcome_free(&o);
    free(data.x);
}

/* Two lines on a background, of more rows than a pilot has: a search of all rows often ends at its own first start,
 * which is no other cell's. */
static void test_many_rows_on_lines(void) {
    enum { N = 5200 };
    for (uint64_t table = 0; table < 4; table++) {
        fixture data = {fixture_alloc(N, sizeof(double)), N, 1};
        uint64_t seed = 40 + table;
        for (size_t i = 0; i < N; i++) {
            const size_t line = i % 52 < 30 ? 0 : i % 52 < 45 ? 1 : 2;
            data.x[i] = (line == 0   ? 0.0
                         : line == 1 ? -0.5
                                     : 0.7) +
                        (line == 0   ? 1.0
                         : table < 2 ? 1e-2
                                     : 1e-3) *
                            fixture_normal(&seed);
        }
        const gmix_table x = law_view(&data);
        const gmix_select_options opts = select_options("2-3", "full");
        outcome o = choose(NULL, &x, NULL, &opts);
        CHECK_EQ_INT(o.report.n_components, 3);
        outcome_free(&o);
        free(data.x);
    }
}

/* A row far from all others is left out, and named, unless it is asked for. */
static void test_row_apart(void) {
    enum { N = 121 };
    fixture data = fixture_clusters(N, 2, 2, 6.0, 5);
    data.x[2 * 17 + 1] = 1e5;
    const gmix_table x = law_view(&data);
    const gmix_select_options opts = select_options("1-4", "full");
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    data.x[2 * 18 + 1] = 0.5;
    outcome o = choose(NULL, &x, &fit, &opts);
    CHECK_EQ_INT(o.report.n_components, 2);
    CHECK_EQ_INT(o.report.n_trimmed_rows, 1);
    CHECK(o.report.trimmed_rows && o.report.trimmed_rows[0] == 17);
    CHECK(o.report.total_weight == N && o.report.trimmed_weight == 1.0);
    CHECK(o.report.n_warnings > 0 &&
          strstr(o.report.warnings[o.report.n_warnings - 1], "row 18 lies apart"));
    fit.trim = 0.0;
    outcome all = choose(NULL, &x, &fit, &opts);
    CHECK_EQ_INT(all.report.n_trimmed_rows, 0);
    CHECK(all.report.log_likelihood < o.report.log_likelihood - 100.0);
    data.x[2 * 18 + 1] =
        -1e5; /* a single fit names both, of which neither has half of a variance */
    fit.n_components = 2;
    outcome one = {NULL, {0}};
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &fit, &one.model, &one.report), GMIX_OK);
    bool says = false;
    for (size_t i = 0; i < one.report.n_warnings; i++) {
        says = says || strstr(one.report.warnings[i], "rows 18 and 19 lie apart");
    }
    CHECK(says);
    outcome_free(&one);
    data.x[2 * 18 + 1] = 0.5;
    fit.trim = -1.0;
    memmove(data.x + 34, data.x + 36, (2 * N - 36) * sizeof *data.x);
    const gmix_table rest = gmix_table_f64(data.x, N - 1, 2);
    outcome without = choose(NULL, &rest, &fit, &opts);
    CHECK_NEAR(o.report.log_likelihood, without.report.log_likelihood, 1e-6);
    CHECK_NEAR(o.report.bic, without.report.bic, 1e-6);
    outcome_free(&o);
    outcome_free(&all);
    outcome_free(&without);
    free(data.x);
}

/* The same bits for any number of threads, and every number of the report again. */
static void test_threads(void) {
    const fixture data = fixture_clusters(150, 3, 3, 2.0, 5);
    const gmix_table x = law_view(&data);
    const gmix_select_options opts = select_options("1-3", "all");
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.search = "quick";
    gmix_ctx *one = law_context(1), *three = law_context(3);
    outcome a = choose(one, &x, &fit, &opts), b = choose(three, &x, &fit, &opts);
    CHECK(same_model(a.model, b.model));
    CHECK_EQ_INT(a.report.n_candidates, b.report.n_candidates);
    for (size_t c = 0; c < a.report.n_candidates && c < b.report.n_candidates; c++) {
        const gmix_candidate *const p = &a.report.candidates[c];
        const gmix_candidate *const q = &b.report.candidates[c];
        CHECK(same_bits(&p->log_likelihood, &q->log_likelihood, 1) || !p->sound);
        CHECK_EQ_STR(p->status, q->status);
        CHECK_EQ_STR(p->start, q->start);
    }
    outcome_free(&a);
    outcome_free(&b);
    gmix_ctx_free(&one);
    gmix_ctx_free(&three);
    free(data.x);
}

/* Rich families named first are solved after what they contain all the same. */
static void test_order_of_names(void) {
    const fixture data = fixture_clusters(200, 2, 3, 2.0, 11);
    const gmix_table x = law_view(&data);
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.search = "quick";
    const gmix_select_options up = select_options("1-3", "EII,VVI,EEE,VVV"),
                              down = select_options("1-3", "VVV,EEE,VVI,EII");
    outcome a = choose(NULL, &x, &fit, &up), b = choose(NULL, &x, &fit, &down);
    CHECK(same_model(a.model, b.model));
    CHECK_EQ_INT(a.report.n_candidates, b.report.n_candidates);
    for (size_t c = 0; c < a.report.n_candidates; c++) {
        const gmix_candidate *const p = &a.report.candidates[c];
        for (size_t o = 0; o < b.report.n_candidates; o++) {
            const gmix_candidate *const q = &b.report.candidates[o];
            if (p->n_components == q->n_components &&
                strcmp(p->covariance, q->covariance) == 0) {
                CHECK(same_bits(&p->log_likelihood, &q->log_likelihood, 1));
            }
        }
    }
    check_nested(&b.report);
    outcome_free(&a);
    outcome_free(&b);
    free(data.x);
}

/* K grows until three in a row are worse, and the criterion is what decides. */
static void test_growing(void) {
    const fixture data = fixture_clusters(300, 2, 3, 5.0, 23);
    const gmix_table x = law_view(&data);
    gmix_select_options opts = select_options("auto", "full,EII");
    outcome o = choose(NULL, &x, NULL, &opts);
    const gmix_candidate *const last = &o.report.candidates[o.report.n_candidates - 1];
    CHECK_EQ_INT(last->n_components, o.report.n_components + 3);
    CHECK_EQ_INT(o.report.n_candidates, 2 * last->n_components);
    outcome_free(&o);
    opts = select_options("1-3", "full");
    opts.criterion = "none";
    o = choose(NULL, &x, NULL, &opts);
    CHECK_EQ_INT(o.report.n_components, 3); /* more fit better */
    outcome_free(&o);
    opts.criterion = "cv";
    opts.folds = 4;
    o = choose(NULL, &x, NULL, &opts);
    CHECK_EQ_INT(o.report.cv_folds, 4);
    CHECK_EQ_INT(o.report.n_components, 3);
    for (size_t c = 0; c < o.report.n_candidates; c++) { /* unseen rows fit worse */
        CHECK(o.report.candidates[c].cv < o.report.candidates[c].log_likelihood);
    }
    outcome_free(&o);
    free(data.x);
}

static int cancel_after(void *user) {
    int *const left = user;
    return --*left < 0;
}

/* What is finished is kept. */
static void test_cancelled(void) {
    const fixture data = fixture_clusters(400, 3, 4, 2.0, 31);
    const gmix_table x = law_view(&data);
    const gmix_select_options opts = select_options("1-6", "all");
    gmix_ctx_options with;
    gmix_ctx_options_init(&with);
    int left = 3000;
    with.n_threads = 1;
    with.cancel = cancel_after;
    with.user = &left;
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
    outcome o = choose(ctx, &x, NULL, &opts);
    size_t n_open = 0;
    for (size_t c = 0; c < o.report.n_candidates; c++) {
        n_open += strcmp(o.report.candidates[c].status, "unfinished") == 0;
    }
    CHECK(n_open > 0 && n_open < o.report.n_candidates);
    CHECK(o.report.stop == GMIX_STOP_CANCELLED && o.model != NULL);
    outcome_free(&o);
    gmix_ctx_free(&ctx);
    free(data.x);
}

int main(void) {
    test_random_problems();
    test_many_rows();
    test_many_rows_in_narrow_groups();
    test_many_rows_on_lines();
    test_row_apart();
    test_order_of_names();
    test_threads();
    test_growing();
    test_cancelled();
    return CHECK_DONE();
}
