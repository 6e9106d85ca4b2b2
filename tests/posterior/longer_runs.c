/* Chains that go on while they do not agree draw what chains that were as long at once would have drawn; chains that
 * agree, or may not be longer, end. */
#include "check.h"
#include "fixture.h"
#include "posterior/longer_chains.h"
#include "posterior/posterior_task.h"

enum { FIRST = 16 };

typedef struct sampled {
    gmix_i_posterior_task t;
    gmix_i_gibbs_run run;
} sampled;

static void make(gmix_ctx *ctx, const gmix_table *x, size_t n_draws, size_t most,
                 sampled *s) {
    gmix_posterior_options given, opts;
    *s = (sampled){0};
    gmix_posterior_options_init(&given);
    CHECK_STATUS(ctx, gmix_i_posterior_options_take(ctx, &given, &opts), GMIX_OK);
    CHECK_EQ_INT(opts.iterations, 0);
    CHECK_STATUS(ctx, gmix_i_posterior_task_make(ctx, x, &opts, &s->t), GMIX_OK);
    s->run = (gmix_i_gibbs_run){
        .ctx = ctx, .task = &s->t.task, .n_chains = 2, .n_draws = n_draws, .thin = 1};
    CHECK_STATUS(ctx, gmix_i_gibbs_run_longer(&s->run, 0.5, most), GMIX_OK);
}

static void release(gmix_ctx *ctx, sampled *s) {
    gmix_i_gibbs_run_free(&s->run);
    gmix_i_posterior_task_free(ctx, &s->t);
}

/* Two chains of sixteen draws, one from all rows in one group, do not agree on 82 galaxies. */
static void goes_on(gmix_ctx *ctx, const gmix_table *x) {
    sampled longer, whole;
    make(ctx, x, FIRST, 4 * FIRST, &longer);
    CHECK_EQ_INT(longer.run.n_draws, 4 * FIRST);
    make(ctx, x, 4 * FIRST, 0, &whole);
    for (size_t c = 0; c < 2; c++) {
        const gmix_i_gibbs_record *const a = &longer.run.records[c];
        const gmix_i_gibbs_record *const b = &whole.run.records[c];
        CHECK_WHERE("chain %zu", c);
        CHECK_EQ_INT(a->n, 4 * FIRST);
        CHECK(memcmp(a->groups, b->groups, a->n * sizeof *a->groups) == 0);
        CHECK(memcmp(a->log_posterior, b->log_posterior,
                     a->n * sizeof *a->log_posterior) == 0);
    }
    release(ctx, &whole);
    release(ctx, &longer);
}

/* Rows that are apart by far leave nothing to disagree on, once the chains have met. */
static void ends(gmix_ctx *ctx) {
    double rows[40];
    sampled s;
    for (size_t i = 0; i < 40; i++) {
        rows[i] = (double)(i % 20) * 0.1 + (i < 20 ? 0.0 : 100.0);
    }
    const gmix_table x = gmix_table_f64(rows, 40, 1);
    make(ctx, &x, 4000, 64000, &s);
    CHECK_WHERE("far apart");
    CHECK(s.run.n_draws < 64000);
    CHECK_EQ_INT(gmix_i_most_iterations(&s.run), 8 * GMIX_I_FIRST_ITERATIONS);
    s.t.task.n = 1000000; /* rows that are many: no longer than the first */
    CHECK_EQ_INT(gmix_i_most_iterations(&s.run), GMIX_I_FIRST_ITERATIONS);
    release(ctx, &s);
}

int main(void) {
    fixture data = fixture_csv("data/galaxies.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_ctx *ctx = NULL;
    CHECK(gmix_ctx_new(NULL, &ctx) == GMIX_OK);
    goes_on(ctx, &x);
    ends(ctx);
    gmix_ctx_free(&ctx);
    free(data.x);
    return CHECK_DONE();
}
