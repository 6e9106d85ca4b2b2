/*
 * Laws of the search: over many small random problems (all families, weights, repeated rows,
 * missing cells, noise, priors, trimming) the log-likelihood never falls, accelerated or not, and
 * what comes out can be used; acceleration gets no less; a search ends where plain EM stays;
 * threads change no bit; a collapse is reported, and a sound solution preferred.
 */
#include "law.h"

typedef struct problem {
    size_t n, d, k;
    double *x, *weights;
    const char *family;
    gmix_table table;
} problem;

/* A few clusters of random width and place; some rows again, some cells gone. */
static problem make_problem(uint64_t seed) {
    uint64_t state = 1000 + seed;
    problem p = {.n = 8 + law_pick(&state, 120), .k = 1 + law_pick(&state, 5)};
    p.family = law_family(&state);
    const bool flat = strcmp(p.family, "E") == 0 || strcmp(p.family, "V") == 0;
    p.d = flat ? 1 : 1 + law_pick(&state, 4);
    p.x = fixture_alloc(p.n * p.d, sizeof *p.x);
    p.weights = fixture_alloc(p.n, sizeof *p.weights);
    const size_t clusters = 1 + law_pick(&state, 4), kind = law_pick(&state, 4);
    for (size_t i = 0; i < p.n; i++) {
        const size_t c = i % clusters;
        p.weights[i] = kind == 1 ? (double)(1 + i % 3) : 1;
        for (size_t j = 0; j < p.d; j++) {
            const double z = fixture_normal(&state);
            p.x[i * p.d + j] = 3 * sin((double)(c * 7 + j)) + (0.2 + 0.4 * (double)c) * z;
            if (kind == 2 && i > 10 && i % 4 == 0) {
                p.x[i * p.d + j] = p.x[(i - 4) * p.d + j];
            }
            if (kind == 3 && i > 8 && p.d > 1 && fixture_uniform(&state) < 0.15) {
                p.x[i * p.d + j] = (double)NAN;
            }
        }
    }
    p.table = gmix_table_f64(p.x, p.n, p.d);
    p.table.weights = kind == 1 ? p.weights : NULL;
    return p;
}

static void problem_free(problem *p) {
    free(p->x);
    free(p->weights);
}

static void one_problem(size_t number, law_share *share) {
    problem p = make_problem(number);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = p.k;
    opts.covariance = p.family;
    opts.seed = number;
    opts.restarts = number % 5 ? 1 : 0; /* a search now and then */
    opts.search = "quick";
    opts.init = number % 2 ? "random" : "kmeans++";
    opts.accelerate = number % 3 != 0;
    opts.noise = number % 4 == 1 ? 0.05 : 0;
    opts.prior = number % 7 == 2 && p.n > p.d + 1 ? "mclust" : "none";
    opts.dirichlet = number % 11 == 5 ? 1.5 : 1;
    opts.trim = number % 6 == 3 ? 0.03 + 0.01 * (double)(number % 31) : 0;
    CHECK_WHERE("problem %zu: %s, N=%zu D=%zu K=%zu", number, p.family, p.n, p.d, p.k);
    outcome o = {NULL, {0}};
    const gmix_status status = gmix_fit(NULL, &p.table, &opts, &o.model, &o.report);
    CHECK(status == GMIX_OK || status == GMIX_ERR_DATA || status == GMIX_ERR_SINGULAR);
    share->n++;
    if (status == GMIX_OK) {
        share->fitted++;
        law_monotone(&o.report);
        law_usable(&p.table, &o);
    }
    outcome_free(&o);
    problem_free(&p);
}

/* From one start both kinds of steps end at maxima as high, but for basins that part ways:
 * those must be rare, and not one-sided. */
static void acceleration_loses_nothing(void) {
    size_t n = 0, lower = 0;
    for (size_t number = 0; number < (fixture_is_brief() ? 40U : 200U); number++) {
        problem p = make_problem(100000 + number);
        double reached[2] = {0, 0};
        bool both = true;
        for (int accelerate = 0; accelerate < 2; accelerate++) {
            gmix_fit_options opts;
            gmix_fit_options_init(&opts);
            opts.n_components = p.k;
            opts.covariance = p.family;
            opts.restarts = 1;
            opts.max_iter = 20000;
            opts.accelerate = accelerate;
            outcome o = {NULL, {0}};
            both = gmix_fit(NULL, &p.table, &opts, &o.model, &o.report) == GMIX_OK &&
                   o.report.sound && both;
            reached[accelerate] = o.report.log_likelihood / (double)p.n;
            outcome_free(&o);
        }
        n += both;
        lower += both && reached[1] < reached[0] - 1e-3;
        problem_free(&p);
    }
    CHECK_WHERE("%zu of %zu end lower", lower, n);
    CHECK(n > 10);
    CHECK(lower <= n / 20 + 1);
    CHECK_WHERE("%s", "");
}

/* Where a search of many moves ends, no matter which of its runs were given up: plain EM from
 * there gains no more than the stop rule leaves, and no more runs led there than were made. */
static void ends_where_em_stays(void) {
    size_t n = 0, n_moved = 0, n_stalled = 0;
    for (size_t number = 0; number < 200; number += fixture_is_brief() ? 10 : 4) {
        problem p = make_problem(200000 + number);
        gmix_fit_options opts;
        gmix_fit_options_init(&opts);
        opts.n_components = p.k;
        opts.covariance = p.family;
        opts.seed = number;
        opts.tol = 1e-9;
        CHECK_WHERE("ends_where_em_stays, problem %zu: %s, K=%zu", number, p.family, p.k);
        outcome found = law_fit(NULL, &p.table, &opts), on = {NULL, {0}};
        CHECK(found.report.n_hits <= found.report.n_runs);
        CHECK(found.report.n_runs > 0 || p.k == 1);
        if (found.report.sound) {
            CHECK(found.report.stop == GMIX_STOP_CONVERGED ||
                  found.report.stop == GMIX_STOP_STALLED);
            opts.init = "model";
            opts.init_model = found.model;
            opts.accelerate = 0;
            opts.tol = 0;
            opts.max_iter = 50;
            on = law_fit(NULL, &p.table, &opts);
            const double gain = on.report.log_likelihood - found.report.log_likelihood;
            const bool stalled = found.report.stop == GMIX_STOP_STALLED;
            CHECK(stalled || fabs(gain) <= 1e-6 * (double)p.n);
            n_stalled += stalled;
            n++;
            n_moved += found.report.n_runs > found.report.n_starts;
        }
        outcome_free(&found);
        outcome_free(&on);
        problem_free(&p);
    }
    CHECK_WHERE("%zu sound, %zu of them after moves", n, n_moved);
    CHECK(n_moved > 10 && 20 * n_stalled <= n + 20);
    CHECK_WHERE("%s", "");
}

/* The search, on chains of its own, gives the same bits on any number of threads. */
static void threads_change_nothing(const char *family) {
    const fixture data = fixture_clusters(600, 3, 4, 1.5, 71);
    const gmix_table x = law_view(&data);
    gmix_ctx *one = law_context(1), *three = law_context(3);
    for (size_t extent = 0; extent < 2; extent++) {
        gmix_fit_options opts;
        gmix_fit_options_init(&opts);
        opts.covariance = family;
        opts.n_components = 3;
        opts.search = extent ? "standard" : "quick";
        outcome a = law_fit(one, &x, &opts), b = law_fit(three, &x, &opts);
        same_outcome(&a, &b);
        CHECK_EQ_INT(a.report.n_hits, b.report.n_hits);
        CHECK_EQ_INT(a.report.n_runs, b.report.n_runs);
        outcome_free(&a);
        outcome_free(&b);
    }
    gmix_ctx_free(&one);
    gmix_ctx_free(&three);
    free(data.x);
}

/* Two clusters, and a row that lies alone: a component on it alone is no solution. */
static void sound_solutions_first(void) {
    const fixture data = fixture_clusters(200, 2, 2, 6, 72);
    data.x[0] += 40;
    data.x[1] -= 30;
    const gmix_table x = law_view(&data);
    static const char *const policies[] = {"repair", "drop", "error"};
    for (size_t i = 0; i < 3; i++) {
        CHECK_WHERE("policy %s", policies[i]);
        gmix_fit_options opts;
        gmix_fit_options_init(&opts);
        opts.n_components = 3;
        opts.singular = policies[i];
        outcome o = law_fit(NULL, &x, &opts);
        CHECK(o.report.sound);
        for (size_t k = 0; k < o.report.n_components; k++) {
            CHECK(gmix_model_weights(o.model)[k] * 200 >= 3.5);
        }
        outcome_free(&o);
    }
    CHECK_WHERE("%s", "");
    free(data.x);
}

/* From a solution to one with a component more, or less: no less likely than the one it was split
 * from, what a start says of bad models, and a search among splits that finds what is there. */
static void neighbours(const char *family) {
    const fixture data = fixture_clusters(500, 2, 4, 5, 73);
    const gmix_table x = law_view(&data);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.covariance = family;
    outcome at[6] = {{NULL, {0}}};
    for (size_t k = 1; k <= 5; k++) {
        opts.n_components = k;
        opts.init = k == 1 ? "auto" : "split";
        opts.init_model = k == 1 ? NULL : at[k - 1].model;
        at[k] = law_fit(NULL, &x, &opts);
        CHECK_WHERE("neighbours, %s, K=%zu", family, k);
        if (k > 1) {
            CHECK(at[k].report.log_likelihood >=
                  at[k - 1].report.log_likelihood -
                      1e-6 * fabs(at[k - 1].report.log_likelihood));
            CHECK_EQ_STR(at[k].report.init, "split");
        }
    }
    opts.init = "auto";
    opts.n_components = 4;
    opts.init_model = NULL;
    outcome direct = law_fit(NULL, &x, &opts);
    opts.init = "merge";
    opts.init_model = at[5].model;
    outcome merged = law_fit(NULL, &x, &opts);
    CHECK_NEAR(merged.report.log_likelihood, direct.report.log_likelihood, 500 * 1e-4);
    CHECK_NEAR(at[4].report.log_likelihood, direct.report.log_likelihood, 500 * 1e-4);
    opts.n_components = 1;
    outcome one = law_fit(NULL, &x, &opts); /* four merges, and the closed form */
    CHECK_REL(one.report.log_likelihood, at[1].report.log_likelihood, 1e-9);
    opts.n_components = 5;
    gmix_model *none = NULL;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &none, NULL), GMIX_ERR_SHAPE);
    opts.init = "split";
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &none, NULL), GMIX_ERR_SHAPE);
    opts.init_model = NULL;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &none, NULL), GMIX_ERR_OPTION);
    for (size_t k = 1; k <= 5; k++) {
        outcome_free(&at[k]);
    }
    outcome_free(&direct);
    outcome_free(&merged);
    outcome_free(&one);
    free(data.x);
}

/* With a number: so many problems, from the second one on, and nothing else. */
int main(int argc, char **argv) {
    const size_t first = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    const size_t n = argc > 1             ? strtoul(argv[1], NULL, 10)
                     : fixture_is_brief() ? 60
                                          : 500;
    law_share share = {0};
    for (size_t number = first; number < first + n; number++) {
        one_problem(number, &share);
    }
    law_enough(&share, 0.9);
    if (argc > 1) {
        return CHECK_DONE();
    }
    CHECK_WHERE("%s", "");
    acceleration_loses_nothing();
    ends_where_em_stays();
    static const char *const some[] = {"full", "VEE", "diag"};
    for (size_t i = 0; i < 3; i++) {
        CHECK_WHERE("threads_change_nothing, %s", some[i]);
        threads_change_nothing(some[i]);
        neighbours(some[i]);
    }
    CHECK_WHERE("%s", "");
    sound_solutions_first();
    return CHECK_DONE();
}
