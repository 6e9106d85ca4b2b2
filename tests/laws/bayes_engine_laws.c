/*
 * Laws of variational Bayes whose rows are elsewhere: parts are the whole, to the last bit, posteriors included; what is
 * saved goes on; the steps are those of a table, and so is where they end; a prior that is given reaches the master.
 */
#include "law.h"
#include "parts.h"

enum { N = 4001, D = 2, K = 3, SAMPLE = 300 };

/* kind 1: weights; 2: missing cells; 3: a prior in numbers; 4: plain steps, and merges of two components too many. */
static problem make(const char *family, const char *bayes, int kind) {
    static const double mean[D] = {1.0, -2.0}, covariance[D] = {3.0, 4.0};
    problem p = problem_of(fixture_clusters(N, D, K, 5.0, 71), family, K, SAMPLE);
    if (kind == 2) {
        problem_gaps(&p, 72);
    }
    p.x.weights = kind == 1 ? p.weights : NULL;
    p.opts.bayes = bayes;
    p.opts.restarts = 2;
    p.opts.tol = 1e-9;
    if (kind == 3) {
        p.opts.prior_mean = mean;
        p.opts.prior_covariance = covariance;
    }
    if (kind == 4) {
        p.opts.accelerate = 0;
        p.opts.n_components = K + 2;
        p.opts.restarts = 1;
    }
    return p;
}

static void same_numbers(const double *a, const double *b, size_t n) {
    CHECK((a == NULL) == (b == NULL));
    CHECK(!a || !b || memcmp(a, b, n * sizeof *a) == 0);
}

static void same_posterior(const outcome *one, const outcome *other) {
    const gmix_posterior *const p = gmix_model_posterior(one->model);
    const gmix_posterior *const q = gmix_model_posterior(other->model);
    const size_t k = gmix_model_n_components(one->model);
    same_numbers(p->alpha, q->alpha, k);
    same_numbers(p->beta, q->beta, k);
    same_numbers(p->kappa, q->kappa, k);
    same_numbers(p->dof, q->dof, k);
    same_numbers(p->prior_mean, q->prior_mean, D);
    same_numbers(&p->bound, &q->bound, 1);
}

static void check_parts(const char *family, const char *bayes, int kind) {
    problem p = make(family, bayes, kind);
    drive d = drive_of(&p, 1);
    CHECK_WHERE("parts, %s, %s, kind %d", family, bayes, kind);
    outcome one = fit_parts(&d);
    CHECK(d.n_jobs[GMIX_JOB_PASS] > 2);
    d = drive_of(&p, 3);
    d.backwards = true;
    d.n_threads = 3;
    d.rows_a_call = 77;
    check_same(&one, &d, same_posterior);
    d = drive_of(&p, 2);
    d.saves = true;
    check_same(&one, &d, same_posterior);
    outcome table = kind == 4 ? (outcome){0} : law_fit(NULL, &p.x, &p.opts);
    if (kind < 4 && CHECK(table.model && one.model)) { /* where the two searches end */
        CHECK_NEAR(gmix_model_posterior(table.model)->bound,
                   gmix_model_posterior(one.model)->bound, 1e-4);
        CHECK(isnan(one.report.log_likelihood) && isnan(one.report.bic));
        CHECK_REL(one.report.log_posterior, table.report.log_posterior, 1e-7);
    }
    outcome_free(&table);
    outcome_free(&one);
    problem_free(&p);
}

static void steps(const char *family, const char *bayes) {
    problem p = make(family, bayes, 0);
    CHECK_WHERE("steps, %s, %s", family, bayes);
    p.opts.restarts = 1;
    check_steps(&p, 1);
    problem_free(&p);
}

int main(void) {
    static const char *const kinds[] = {"dirichlet", "process"};
    for (size_t i = 0; i < 2; i++) {
        for (int kind = 0; kind < 3; kind++) {
            check_parts("full", kinds[i], kind);
            check_parts("diag", kinds[i], kind);
        }
        check_parts("diag", kinds[i], 3);
        check_parts("full", kinds[i], 4);
        check_parts("diag", kinds[i], 4);
        check_parts("EII", kinds[i], 0);
        check_parts("tied", kinds[i], 0);
        steps("full", kinds[i]);
        steps("spherical", kinds[i]);
    }
    return CHECK_DONE();
}
