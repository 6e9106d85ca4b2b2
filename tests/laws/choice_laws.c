/*
 * Laws of choices among models of rows that lie elsewhere: parts are the whole, to the last bit, and what is
 * saved goes on as it would have; rows that are all drawn are a table; what is chosen is what gmix_select()
 * chooses of the rows drawn, and the fit is that of all rows from there.
 */
#include "law.h"
#include "parts.h"

enum { N = FIXTURE_SLOW ? 3001 : 6001, D = 2, SAMPLE = 900 };

/* 0: plain; 1: weights and missing cells; 2: some labels. */
enum { KINDS = 3 };

static problem make(int kind, gmix_select_options *choice) {
    problem p = problem_of(fixture_clusters(N, D, 3, 6.0, 17), "full", 1, SAMPLE);
    if (kind == 1) {
        problem_gaps(&p, 7);
    }
    p.x.weights = kind == 1 ? p.weights : NULL;
    p.x.labels = kind == 2 ? p.classes : NULL;
    p.opts.max_iter = 60;
    p.opts.search = "quick";
    p.opts.seed = 3;
    gmix_select_options_init(choice);
    choice->components = "2-4";
    choice->covariances = "spherical,tied,full";
    p.more.select = choice;
    return p;
}

static bool same_text(const char *a, const char *b) {
    return !a == !b && (!a || strcmp(a, b) == 0);
}

static void same_candidates(const outcome *first, const outcome *second) {
    const gmix_report *const a = &first->report, *const b = &second->report;
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

static bool says(const gmix_report *r, const char *what) {
    bool any = false;
    for (size_t i = 0; i < r->n_warnings; i++) {
        any = any || strstr(r->warnings[i], what) != NULL;
    }
    return any;
}

static void parts_are_the_whole(int kind) {
    gmix_select_options choice;
    problem p = make(kind, &choice);
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
    check_same(&one, &d, same_candidates);
    d = drive_of(&p, 2);
    d.saves = true;
    check_same(&one, &d, same_candidates);
    outcome_free(&one);
    problem_free(&p);
}

/* All rows are drawn: the choice of a table. */
static void small_is_a_table(int kind) {
    gmix_select_options choice;
    problem p = make(kind, &choice);
    outcome table = {NULL, {0}};
    CHECK_WHERE("a choice of few rows, kind %d", kind);
    p.more.sample_rows = 0;
    CHECK_STATUS(NULL,
                 gmix_select(NULL, &p.x, &p.opts, &choice, &table.model, &table.report),
                 GMIX_OK);
    drive d = drive_of(&p, 3);
    d.saves = true;
    check_same(&table, &d, same_candidates);
    CHECK(!says(&table.report, "was chosen on"));
    outcome_free(&table);
    problem_free(&p);
}

/* EM from the model chosen has nothing to lose, and is a maximum of all rows: of the family and the number
 * of components chosen. */
static void ends_on_all_rows(void) {
    gmix_select_options choice;
    problem p = make(0, &choice);
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
    gmix_select_options choice;
    problem p = make(0, &choice);
    p.opts.prior = "mclust";
    refused(&p, "takes no prior");
    p.opts.prior = "none";
    choice.criterion = "evidence";
    refused(&p, "no evidence");
    choice.criterion = "bic";
    choice.components = "4-2";
    refused(&p, "4-2");
    choice.components = "1-3";
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
