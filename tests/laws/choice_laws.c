/*
 * Laws of choices among models of rows that lie elsewhere: parts are the whole, to the last bit, and what is
 * saved goes on as it would have; rows that are all drawn are a table; what is chosen is what gmix_select()
 * chooses of the rows drawn, and the fit is that of all rows from there.
 */
#include "law.h"
#include "parts.h"

enum { N = FIXTURE_SLOW ? 3001 : 6001, D = 2, SAMPLE = 900 };

typedef struct problem {
    fixture data;
    double *weights;
    int32_t *classes;
    gmix_table x;
    gmix_fit_options opts;
    gmix_engine_options more;
    gmix_select_options select;
} problem;

/* 0: plain; 1: weights and missing cells; 2: some labels. */
enum { KINDS = 3 };

static void make(int kind, problem *p) {
    uint64_t seed = 7;
    *p = (problem){.data = fixture_clusters(N, D, 3, 6.0, 17)};
    p->x = law_view(&p->data);
    p->weights = fixture_alloc(N, sizeof *p->weights);
    p->classes = law_classes(&p->data, 2);
    for (size_t i = 0; i < N; i++) {
        p->weights[i] = 0.5 + (double)(i % 3);
    }
    for (size_t i = 0; kind == 1 && i < (size_t)N * D; i++) {
        p->data.x[i] = fixture_uniform(&seed) < 0.02 ? (double)NAN : p->data.x[i];
    }
    p->x.weights = kind == 1 ? p->weights : NULL;
    p->x.labels = kind == 2 ? p->classes : NULL;
    gmix_fit_options_init(&p->opts);
    p->opts.max_iter = 60;
    p->opts.search = "quick";
    p->opts.seed = 3;
    gmix_select_options_init(&p->select);
    p->select.components = "2-4";
    p->select.covariances = "spherical,tied,full";
    gmix_engine_options_init(&p->more);
    p->more.sample_rows = SAMPLE;
    p->more.select = &p->select;
}

static void problem_free(problem *p) {
    free(p->weights);
    free(p->classes);
    free(p->data.x);
}

static drive drive_of(const problem *p, size_t n_parts) {
    return (drive){.x = &p->x,
                   .opts = &p->opts,
                   .more = &p->more,
                   .n_parts = n_parts,
                   .n_threads = 1};
}

static bool same_text(const char *a, const char *b) {
    return !a == !b && (!a || strcmp(a, b) == 0);
}

static void check_candidates(const gmix_report *a, const gmix_report *b) {
    CHECK_EQ_INT(a->n_candidates, b->n_candidates);
    for (size_t i = 0; i < a->n_candidates && i < b->n_candidates; i++) {
        const gmix_candidate *const one = &a->candidates[i], *const other =
                                                                 &b->candidates[i];
        CHECK_EQ_INT(one->n_components, other->n_components);
        CHECK(same_text(one->covariance, other->covariance));
        CHECK(same_text(one->status, other->status) && one->sound == other->sound);
        CHECK(same_text(one->start, other->start));
        CHECK(same_text(one->reason, other->reason));
        CHECK(memcmp(&one->log_likelihood, &other->log_likelihood, sizeof(double)) == 0);
        CHECK(memcmp(&one->bic, &other->bic, sizeof(double)) == 0);
    }
}

static void check_same(const outcome *one, drive *d) {
    outcome o = fit_parts(d);
    if (CHECK(one->model && o.model)) {
        same_outcome(one, &o);
        check_candidates(&one->report, &o.report);
    }
    outcome_free(&o);
}

static bool says(const gmix_report *r, const char *what) {
    bool any = false;
    for (size_t i = 0; i < r->n_warnings; i++) {
        any = any || strstr(r->warnings[i], what) != NULL;
    }
    return any;
}

static void parts_are_the_whole(int kind) {
    problem p;
    make(kind, &p);
    CHECK_WHERE("a choice in parts, kind %d", kind);
    drive d = drive_of(&p, 1);
    outcome one = fit_parts(&d);
    CHECK(d.n_jobs[GMIX_JOB_PASS] > 0);
    CHECK_EQ_INT(one.report.n_candidates, 9);
    CHECK_EQ_INT(one.report.n_samples, N);
    CHECK(same_text(one.report.criterion, "bic"));
    CHECK(says(&one.report, "was chosen on 900 of"));
    d = drive_of(&p, 3);
    d.backwards = true;
    d.n_threads = 2;
    d.rows_a_call = 500;
    d.unplaced = true;
    check_same(&one, &d);
    d = drive_of(&p, 2);
    d.saves = true;
    check_same(&one, &d);
    outcome_free(&one);
    problem_free(&p);
}

/* All rows are drawn: the choice of a table. */
static void small_is_a_table(int kind) {
    problem p;
    outcome table = {NULL, {0}};
    make(kind, &p);
    CHECK_WHERE("a choice of few rows, kind %d", kind);
    p.more.sample_rows = 0;
    CHECK_STATUS(NULL,
                 gmix_select(NULL, &p.x, &p.opts, &p.select, &table.model, &table.report),
                 GMIX_OK);
    drive d = drive_of(&p, 3);
    d.saves = true;
    check_same(&table, &d);
    CHECK(!says(&table.report, "was chosen on"));
    outcome_free(&table);
    problem_free(&p);
}

/* EM from the model chosen has nothing to lose, and is a maximum of all rows: of the family and the number
 * of components chosen. */
static void ends_on_all_rows(void) {
    problem p;
    make(0, &p);
    drive d = drive_of(&p, 2);
    outcome one = fit_parts(&d);
    p.opts.n_components = gmix_model_n_components(one.model);
    p.opts.covariance = gmix_model_covariance_name(one.model);
    p.opts.restarts = 0;
    outcome table = law_fit(NULL, &p.x, &p.opts);
    CHECK_REL(one.report.log_likelihood, table.report.log_likelihood, 1e-7);
    CHECK_EQ_INT(p.opts.n_components, 3);
    outcome_free(&one);
    outcome_free(&table);
    problem_free(&p);
}

static void refused(problem *p, const char *why) {
    gmix_engine *engine = NULL;
    gmix_ctx *ctx = law_context(1);
    CHECK_STATUS(ctx, gmix_engine_begin(ctx, D, &p->opts, &p->more, &engine),
                 GMIX_ERR_OPTION);
    CHECK(engine == NULL);
    check_true(strstr(gmix_ctx_message(ctx), why) != NULL, gmix_ctx_message(ctx),
               __FILE__, __LINE__);
    gmix_ctx_free(&ctx);
}

static void refusals(void) {
    problem p;
    make(0, &p);
    p.opts.prior = "mclust";
    refused(&p, "takes no prior");
    p.opts.prior = "none";
    p.select.criterion = "evidence";
    refused(&p, "no evidence");
    p.select.criterion = "bic";
    p.select.components = "4-2";
    refused(&p, "4-2");
    p.select.components = "1-3";
    p.opts.singular = "drop";
    refused(&p, "singular");
    problem_free(&p);
}

int main(void) {
    for (int kind = 0; kind < KINDS; kind++) {
        parts_are_the_whole(kind);
    }
    small_is_a_table(1);
    ends_on_all_rows();
    refusals();
    return CHECK_DONE();
}
