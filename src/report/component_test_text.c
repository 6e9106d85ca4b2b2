/* Tests of the number of components for people. See gmix/component_test.h. */
#include <math.h>
#include <string.h>

#include <gmix/show.h>

#include "base/order.h"
#include "text/text_buffer.h"

static const double PERCENT[] = {5, 50, 90, 95, 99};
enum { N_PERCENT = sizeof PERCENT / sizeof *PERCENT, WIDTH = 80 };

static void put_tests(struct gmix_i_text *text, const gmix_component_tests *tests) {
    gmix_i_text_add(text,
                    "\n  components  log-likelihoods                     2 log ratio"
                    "  p-value\n");
    for (size_t i = 0; i < tests->n_tests; i++) {
        const gmix_component_test *const t = &tests->tests[i];
        gmix_i_text_add(text, "  %3zu vs %-4zu  %-14.8g  %-14.8g  %15.3f",
                        t->n_components, t->n_components + 1, t->log_likelihood,
                        t->log_likelihood_more, t->statistic);
        if (isnan(t->p_value)) {
            gmix_i_text_add(text, "        -\n");
        } else {
            gmix_i_text_add(text, "  %7.4f\n", t->p_value);
        }
    }
}

static gmix_status put_replicates(struct gmix_i_text *text,
                                  const gmix_component_tests *tests) {
    gmix_status status = GMIX_OK;
    double *sorted = NULL;
    gmix_i_text_add(text, "\n  2 log ratio of replicates with the smaller number:\n"
                          "  components  replicates       5 %%    median      90 %%"
                          "      95 %%      99 %%   largest\n");
    for (size_t i = 0; i < tests->n_tests; i++) {
        const gmix_component_test *const t = &tests->tests[i];
        const size_t n = t->n_replicates;
        gmix_i_text_add(text, "  %3zu vs %-4zu  %10zu", t->n_components,
                        t->n_components + 1, n);
        if (n > 0) {
            GMIX_TRY(gmix_i_calloc(text->ctx, "the summary", n, sizeof *sorted, &sorted));
            memcpy(sorted, t->replicates, n * sizeof *sorted);
            gmix_i_sort_reals(sorted, n);
            for (size_t q = 0; q < N_PERCENT; q++) {
                gmix_i_text_add(text, "  %8.3f",
                                gmix_i_quantile(sorted, n, PERCENT[q] / 100.0));
            }
            gmix_i_text_add(text, "  %8.3f", sorted[n - 1]);
            gmix_i_free(text->ctx, sorted);
            sorted = NULL;
        }
        gmix_i_text_add(text, "\n");
    }
done:
    gmix_i_free(text->ctx, sorted);
    return status;
}

static void put_outcome(struct gmix_i_text *text, const gmix_component_tests *tests) {
    const size_t k = tests->n_components;
    gmix_i_text_add(text, "\n");
    if (tests->end == GMIX_TESTS_CANCELLED || tests->end == GMIX_TESTS_TIME_LIMIT) {
        gmix_i_text_add(
            text, "%s: the last test rests on the replicates that were done\n",
            tests->end == GMIX_TESTS_CANCELLED ? "interrupted" : "the time limit passed");
    }
    if (tests->end == GMIX_TESTS_NO_SOLUTION) {
        gmix_i_text_add(text, "the data allow no fit with one component more\n");
    }
    for (size_t i = 0; i < tests->n_tests; i++) {
        const gmix_component_test *const t = &tests->tests[i];
        if (!t->sound) {
            gmix_i_text_add(text,
                            "%zu vs %zu: a solution is not sound, its likelihood may be "
                            "that of a singularity\n",
                            t->n_components, t->n_components + 1);
        }
        if (t->n_left_out > 0) {
            gmix_i_text_add(text,
                            "%zu vs %zu: %zu more replicate%s without a %ssolution "
                            "left out\n",
                            t->n_components, t->n_components + 1, t->n_left_out,
                            t->n_left_out == 1 ? "" : "s", t->sound ? "sound " : "");
        }
    }
    if (k == 0 && tests->n_tests > 0) {
        const gmix_component_test *const t = &tests->tests[tests->n_tests - 1];
        gmix_i_text_add(
            text,
            "nothing can be said at the level %g: %zu replicate%s of the last "
            "test, %zu of them as large, can still turn out either way\n",
            tests->level, t->n_replicates, t->n_replicates == 1 ? "" : "s",
            t->n_as_large);
        return;
    }
    if (k == 0) {
        gmix_i_text_add(text, "no number of components can be told\n");
        return;
    }
    const bool rejected =
        tests->n_tests > 0 && tests->tests[tests->n_tests - 1].n_components + 1 == k;
    gmix_i_text_add(text,
                    rejected ? "%zu component%s: each smaller number tested is rejected "
                               "at the level %g\n"
                             : "%zu component%s: the smallest number not rejected at the "
                               "level %g\n",
                    k, k == 1 ? "" : "s", tests->level);
}

gmix_status gmix_component_tests_to_text(gmix_ctx *ctx, const gmix_component_tests *tests,
                                         char **text) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    struct gmix_i_text buffer = {.ctx = ctx};
    if (!tests || !tests->owner || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "tests and a place for the text are needed");
    }
    gmix_i_text_add(&buffer,
                    "Bootstrap likelihood-ratio tests, covariance %s, %zu rows x %zu "
                    "feature%s (%.3g s)\n",
                    tests->covariance, tests->n_samples, tests->n_features,
                    tests->n_features == 1 ? "" : "s", tests->seconds);
    if (tests->n_tests > 0) {
        put_tests(&buffer, tests);
        GMIX_TRY(put_replicates(&buffer, tests));
    }
    put_outcome(&buffer, tests);
    GMIX_TRY(gmix_i_text_take(&buffer, text));
done:
    gmix_i_text_drop(&buffer);
    return status;
}
