/*
 * The bootstrap likelihood-ratio test. T = 2 (log L_(K+1) - log L_K) of the data, and of B
 * tables drawn from the fit with K; p = (1 + #{T_b >= T}) / (B + 1), which counts the data
 * among the replicates and so is never 0. See gmix/component_test.h.
 *
 * Rows of a replicate: a row of weight w of the data stands for w rows, so the replicate has
 * as many as the weights sum to, and each loses the cells that its row of the data lacks.
 */
#include <math.h>
#include <string.h>

#include <gmix/component_test.h>
#include <gmix/infer.h>

#include "base/option_sets.h"
#include "base/structs.h"
#include "data/measured.h"
#include "em/em.h"
#include "em/fit_chapter.h"
#include "family/woodbury.h"
#include "model/mixture.h"
#include "uncertainty/draw_within.h"
#include "uncertainty/nested_pair.h"
#include "uncertainty/replicates.h"

#define OPTION(...) GMIX_I_OPTION(gmix_component_test_options, __VA_ARGS__)

static const gmix_option_info table[] = {
    OPTION(first, "size", "1", 0, 1e9, NULL, "smallest number of components"),
    OPTION(last, "size", "2", 0, 1e9, NULL, "largest number of components"),
    OPTION(n_replicates, "size", "999", 1, GMIX_I_MOST_REPLICATES, NULL,
           "replicates of each test"),
    OPTION(level, "real", "0.05", 0, 1, NULL,
           "at which a test is significant, between 0 and 1"),
    OPTION(all, "flag", "0", 0, 1, NULL,
           "make every test, also after one that is not significant"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_component_test_options, all, table);

const gmix_option_info *gmix_component_test_option_table(void) {
    return table;
}

void gmix_component_test_options_init_sized(gmix_component_test_options *opts,
                                            size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

const char *gmix_component_tests_end_name(gmix_component_tests_end end) {
    static const char *const names[] = {"all",       "not_significant", "no_solution",
                                        "cancelled", "undecided",       "time_limit"};
    return (size_t)end < sizeof names / sizeof *names ? names[end] : "unknown";
}

enum { FIRST_SIZE = GMIX_I_SIZE_TO(gmix_component_tests, owner) };

void gmix_component_tests_free(gmix_component_tests *tests) {
    if (!tests || !tests->owner) {
        return;
    }
    const gmix_allocator from = *(gmix_allocator *)tests->owner;
    for (size_t t = 0; tests->tests && t < tests->n_tests; t++) {
        gmix_i_release(&from, tests->tests[t].replicates);
    }
    gmix_i_release(&from, tests->tests);
    gmix_i_release(&from, tests->owner);
    static const gmix_component_tests none;
    gmix_i_struct_give(tests, FIRST_SIZE, &none, sizeof none);
}

/* All that the tests of one table share. */
typedef struct tester {
    gmix_ctx *ctx;
    const gmix_table *x;
    const double *truncation; /* of the sample, and so of replicates; or NULL */
    gmix_fit_options opts;
    gmix_component_test_options asked;
    size_t n, d;               /* of a replicate */
    bool *missing;             /* n x D cells that replicates lack; NULL: none */
    double *rows;              /* per thread: n x D */
    gmix_i_fitted fewer, more; /* fits of the data */
    bool strict;               /* both are sound, so those of replicates must be */
    double *statistics;        /* of the replicates; NaN: left out */
    bool *done;
} tester;

/* True if p-values of n replicates, of which the smallest is 1 / (n + 1), reach the level. */
static bool can_reject(size_t n, double level) {
    return level * ((double)n + 1.0) >= 1.0 - 1e-9;
}

static gmix_status check_options(gmix_ctx *ctx, const tester *t) {
    const gmix_component_test_options *const a = &t->asked;
    if (a->first < 1 || a->last <= a->first) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "components %zu to %zu: tests need a range such as 1 to 4",
                           a->first, a->last);
    }
    if (a->level == 0.0 || a->level == 1.0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "a test at the level %g: a level is between 0 and 1",
                           a->level);
    }
    if (!can_reject(a->n_replicates, a->level)) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%zu replicates cannot reject anything at the level %g: the "
                           "smallest p-value they give is 1/%zu; take at least %.0f",
                           a->n_replicates, a->level, a->n_replicates + 1,
                           ceil(1.0 / a->level - 1e-9) - 1.0);
    }
    const gmix_fit_options *const o = &t->opts;
    if (strcmp(o->prior, "none") != 0 || o->dirichlet > 1.0 || gmix_i_is_bayesian(o)) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "a test of likelihoods has no place for a prior: without it, "
                           "the maxima are not those of the likelihood");
    }
    if (o->init_model || o->init_labels || o->freeze[0] != '\0' ||
        strcmp(o->init, "model") == 0 || strcmp(o->init, "labels") == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "a test fits several numbers of components: none can start "
                           "from, or keep, what is given for one");
    }
    return GMIX_OK;
}

static bool row_is_complete(const gmix_i_block *all, size_t i, size_t d) {
    for (size_t j = 0; j < d; j++) {
        if (isnan(gmix_i_cell(&all->rows, i, j))) {
            return false;
        }
    }
    return true;
}

/* The rows that a replicate has: those of the data that are used, by weight. */
static gmix_status count_rows(tester *t, const gmix_i_block *all, bool drop,
                              bool *incomplete) {
    double total = 0.0;
    for (size_t i = 0; i < t->x->n_rows; i++) {
        const bool complete = row_is_complete(all, i, t->d);
        const double w = all->weights ? all->weights[i] : 1.0;
        total += complete || !drop ? w : 0.0;
        *incomplete = *incomplete || (!complete && !drop && w > 0.0);
    }
    if (!(total >= 2.0 && total < 9e15)) {
        return gmix_i_fail(t->ctx, GMIX_ERR_DATA,
                           "the row weights sum to %g: a replicate would have so many "
                           "rows; weights are numbers of rows here",
                           total);
    }
    t->n = (size_t)llround(total);
    return GMIX_OK;
}

/* Which cells replicates lack: row r takes the pattern of the row of the data that the
 * weights, added up, put there. */
static gmix_status keep_patterns(tester *t, const gmix_i_block *all) {
    gmix_status status = GMIX_OK;
    double sum = 0.0;
    size_t i = 0;
    GMIX_TRY(gmix_i_calloc(t->ctx, "missing cells", t->n * t->d, sizeof *t->missing,
                           &t->missing));
    for (size_t r = 0; r < t->n; r++) {
        double w = all->weights ? all->weights[i] : 1.0;
        while (sum + w < (double)r + 0.5 && i + 1 < t->x->n_rows) {
            sum += w;
            i++;
            w = all->weights ? all->weights[i] : 1.0;
        }
        for (size_t j = 0; j < t->d; j++) {
            t->missing[r * t->d + j] = isnan(gmix_i_cell(&all->rows, i, j));
        }
    }
done:
    return status;
}

static gmix_status look_at_rows(tester *t) {
    gmix_status status = GMIX_OK;
    bool incomplete = false;
    t->d = t->x->n_cols;
    for (size_t i = 0; t->x->labels && i < t->x->n_rows; i++) {
        if (t->x->labels[i] >= 0) {
            GMIX_FAIL(t->ctx, GMIX_ERR_DATA,
                      "row %zu has a label: where classes are known they say what the "
                      "components are, and a test of their number has no meaning",
                      i + 1);
        }
    }
    const gmix_i_block all = gmix_i_table_rows(t->x, 0, t->x->n_rows);
    const bool drop = gmix_i_missing_option(&t->opts) == GMIX_I_MISSING_DROP;
    GMIX_TRY(count_rows(t, &all, drop, &incomplete));
    if (incomplete) {
        GMIX_TRY(keep_patterns(t, &all));
    }
    size_t cells;
    if (__builtin_mul_overflow(t->n, t->d, &cells) ||
        __builtin_mul_overflow(cells, (size_t)t->ctx->opts.n_threads, &cells)) {
        GMIX_TRY(gmix_i_fail_nomem(t->ctx, "replicates", SIZE_MAX));
    }
    GMIX_TRY(gmix_i_calloc(t->ctx, "replicates", cells, sizeof *t->rows, &t->rows));
    GMIX_TRY(gmix_i_calloc(t->ctx, "replicates", t->asked.n_replicates,
                           sizeof *t->statistics, &t->statistics));
    GMIX_TRY(gmix_i_calloc(t->ctx, "replicates", t->asked.n_replicates, sizeof *t->done,
                           &t->done));
done:
    return status;
}

static double statistic_of(double log_likelihood, double more) {
    return fmax(2.0 * (more - log_likelihood), 0.0);
}

/* One replicate: drawn, freed of what the data lack, fitted twice. */
static gmix_status replicate(void *arg, gmix_ctx *ctx, size_t index, int thread) {
    gmix_status status = GMIX_OK;
    tester *const t = arg;
    const size_t k = t->fewer.model->k, cells = t->n * t->d;
    double *const rows = t->rows + (size_t)thread * cells;
    gmix_i_fitted fewer = {0}, more = {0};
    const uint64_t seed =
        gmix_i_replicate_seed(t->opts.seed, GMIX_I_RNG_REPLICATE, k, index);
    GMIX_TRY(t->truncation ? gmix_i_draw_within(ctx, t->fewer.model, t->truncation, t->n,
                                                seed, rows)
                           : gmix_sample(ctx, t->fewer.model, t->n, seed, rows, NULL));
    for (size_t c = 0; t->missing && c < cells; c++) {
        rows[c] = t->missing[c] ? (double)NAN : rows[c];
    }
    gmix_table x = gmix_table_f64(rows, t->n, t->d);
    x.truncation = t->truncation;
    t->statistics[index] = (double)NAN;
    status = gmix_i_fit_k(ctx, &x, &t->opts, k, t->strict, &fewer);
    if (status == GMIX_OK) {
        status = gmix_i_fit_one_more(ctx, &x, &t->opts, &fewer, t->strict, &more);
    }
    if (status == GMIX_OK) {
        t->statistics[index] = statistic_of(fewer.log_likelihood, more.log_likelihood);
    } else if (gmix_i_fit_is_impossible(status)) {
        status = GMIX_OK;
    }
done:
    gmix_model_free(&fewer.model);
    gmix_model_free(&more.model);
    return status;
}

static void count(const tester *t, gmix_component_test *test) {
    for (size_t b = 0; b < t->asked.n_replicates; b++) {
        if (!t->done[b]) {
            continue;
        }
        if (isnan(t->statistics[b])) {
            test->n_left_out++;
            continue;
        }
        test->n_as_large += t->statistics[b] >= test->statistic;
        test->replicates[test->n_replicates++] = t->statistics[b];
    }
    test->p_value = test->n_replicates > 0 ? (1.0 + (double)test->n_as_large) /
                                                 ((double)test->n_replicates + 1.0)
                                           : (double)NAN;
}

/* Tests t->fewer against one component more, which then takes its place. */
static gmix_status test_one(tester *t, gmix_component_tests *out) {
    gmix_component_test *const test = &out->tests[out->n_tests];
    const gmix_i_fitted *const fewer = &t->fewer;
    const size_t n = t->asked.n_replicates, k = fewer->model->k;
    gmix_status status =
        gmix_i_fit_one_more(t->ctx, t->x, &t->opts, fewer, false, &t->more);
    if (gmix_i_fit_is_impossible(status)) {
        out->end = GMIX_TESTS_NO_SOLUTION;
        return GMIX_OK;
    }
    if (gmix_i_was_cut(status) && out->n_tests > 0) { /* those that are there count */
        out->end =
            status == GMIX_ERR_CANCELLED ? GMIX_TESTS_CANCELLED : GMIX_TESTS_TIME_LIMIT;
        return GMIX_OK;
    }
    GMIX_TRY(status);
    t->more.log_likelihood = fmax(t->more.log_likelihood, fewer->log_likelihood);
    t->strict = fewer->sound && t->more.sound;
    *test = (gmix_component_test){
        .n_components = k,
        .log_likelihood = fewer->log_likelihood,
        .log_likelihood_more = t->more.log_likelihood,
        .sound = t->strict,
        .statistic = statistic_of(fewer->log_likelihood, t->more.log_likelihood)};
    GMIX_TRY(gmix_i_calloc(t->ctx, "replicates", n, sizeof *test->replicates,
                           &test->replicates));
    out->n_tests++;
    memset(t->done, 0, n * sizeof *t->done);
    const gmix_i_made made[] = {{t->statistics, sizeof *t->statistics}, {NULL, 0}};
    GMIX_TRY(gmix_i_replicate(t->ctx, n, replicate, t, k - t->asked.first,
                              t->asked.last - t->asked.first, made, t->done));
    count(t, test);
    if (test->n_replicates + test->n_left_out < n) {
        out->end = gmix_i_poll(t->ctx) == GMIX_ERR_CANCELLED ? GMIX_TESTS_CANCELLED
                                                             : GMIX_TESTS_TIME_LIMIT;
    }
    gmix_model_free(&t->fewer.model);
    t->fewer = t->more;
    t->more.model = NULL;
done:
    return status;
}

typedef enum verdict { REJECTED, KEPT, UNDECIDED } verdict;

/* What a test says of its smaller number, whatever replicates that were not made would have
 * been: rejected if it is though all of them were as large, kept if it is though none was. Too
 * few to reject anything, since others had no solution, say nothing. */
static verdict verdict_of(const gmix_component_test *t, size_t asked, double level) {
    const size_t left = asked - t->n_replicates - t->n_left_out;
    const double n = (double)(t->n_replicates + left) + 1.0,
                 as_large = (double)t->n_as_large;
    if (t->n_replicates == 0 || !can_reject(t->n_replicates + left, level)) {
        return UNDECIDED;
    }
    if (1.0 + as_large + (double)left <= level * n * (1.0 + 1e-12)) {
        return REJECTED;
    }
    return 1.0 + as_large > level * n * (1.0 + 1e-12) ? KEPT : UNDECIDED;
}

/* The smallest number that is not rejected. */
static void decide(gmix_component_tests *out, size_t asked) {
    verdict last = REJECTED;
    for (size_t i = 0; i < out->n_tests && last == REJECTED; i++) {
        last = verdict_of(&out->tests[i], asked, out->level);
        out->n_components = last == UNDECIDED  ? 0
                            : last == REJECTED ? out->tests[i].n_components + 1
                                               : out->tests[i].n_components;
    }
}

static gmix_status run_tests(tester *t, gmix_component_tests *out) {
    gmix_status status = GMIX_OK;
    const size_t n_tests = t->asked.last - t->asked.first;
    gmix_allocator *owner = NULL;
    GMIX_TRY(gmix_i_calloc(t->ctx, "the tests", 1, sizeof *owner, &owner));
    *owner = t->ctx->opts.allocator;
    out->owner = owner;
    GMIX_TRY(
        gmix_i_calloc(t->ctx, "the tests", n_tests, sizeof *out->tests, &out->tests));
    GMIX_TRY(gmix_i_fit_k(t->ctx, t->x, &t->opts, t->asked.first, false, &t->fewer));
    out->covariance = t->fewer.model->family->name;
    out->n_samples = t->x->n_rows;
    out->n_features = t->d;
    out->n_rows = t->n;
    out->level = t->asked.level;
    bool go_on = true;
    for (size_t i = 0; i < n_tests && go_on; i++) {
        GMIX_TRY(test_one(t, out));
        const verdict last =
            i < out->n_tests
                ? verdict_of(&out->tests[i], t->asked.n_replicates, out->level)
                : UNDECIDED;
        if (out->end == GMIX_TESTS_ALL && !t->asked.all && last != REJECTED) {
            out->end = last == UNDECIDED ? GMIX_TESTS_UNDECIDED
                       : i + 1 < n_tests ? GMIX_TESTS_NOT_SIGNIFICANT
                                         : out->end;
        }
        go_on = out->end == GMIX_TESTS_ALL;
    }
    decide(out, t->asked.n_replicates);
done:
    return status;
}

static void tester_free(tester *t) {
    gmix_model_free(&t->fewer.model);
    gmix_model_free(&t->more.model);
    gmix_i_free(t->ctx, t->missing);
    gmix_i_free(t->ctx, t->rows);
    gmix_i_free(t->ctx, t->statistics);
    gmix_i_free(t->ctx, t->done);
}

gmix_status gmix_test_components(gmix_ctx *ctx, const gmix_table *x,
                                 const gmix_fit_options *opts,
                                 const gmix_component_test_options *tests,
                                 gmix_component_tests *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    GMIX_I_PLACE(ctx, gmix_component_tests, FIRST_SIZE, out);
    const double began = gmix_i_now();
    gmix_i_measurements seen = {0};
    gmix_i_input input;
    gmix_table rows;
    tester t = {.ctx = ctx, .x = &rows};
    gmix_component_tests made = {0};
    gmix_i_limit limit;
    gmix_i_chapter chapter = {0};
    if (!x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the table or the output is NULL");
    }
    GMIX_TRY(gmix_i_options_read(ctx, &set, tests, &t.asked));
    GMIX_TRY(gmix_i_fit_options_take(ctx, opts, &t.opts));
    if (gmix_family_n_factors(t.opts.covariance) && x->n_cols > GMIX_I_MANY_FEATURES) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "tests of the number of components fit hundreds of replicates, with "
                  "%s of up to %d features: choose it by a criterion",
                  t.opts.covariance, (int)GMIX_I_MANY_FEATURES);
    }
    GMIX_TRY(check_options(ctx, &t));
    GMIX_TRY(gmix_i_input_measured(ctx, x, &seen, &input));
    if (input.errors || input.between) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "replicates have values, without errors and not between bounds: tests "
                  "of the number of components "
                  "do not heed those");
    }
    rows = seen.table; /* values that were given as equal bounds are values */
    rows.truncation = t.truncation = input.truncation;
    GMIX_TRY(look_at_rows(&t));
    const gmix_i_asked more = {table, &t.asked, 0};
    GMIX_TRY(
        gmix_i_fit_chapter(ctx, "gmix_test_components", x, &t.opts, &more, &chapter));
    gmix_i_limit_begin(ctx, &limit, t.opts.time_limit);
    limit.strict = true;
    gmix_i_limit_firm(&limit);
    status = run_tests(&t, &made);
    gmix_i_limit_end(ctx, &limit);
    GMIX_TRY(status);
    made.seconds = gmix_i_now() - began;
    gmix_i_struct_give(out, FIRST_SIZE, &made, sizeof made);
    made = (gmix_component_tests){0};
done:
    gmix_i_chapter_end(ctx, &chapter);
    gmix_component_tests_free(&made);
    tester_free(&t);
    gmix_i_measurements_free(ctx, &seen);
    return status;
}
