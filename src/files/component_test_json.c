/* Tests of the number of components as JSON: docs/cli-json.md says what each member means. */
#include <gmix/files.h>

#include "files/json_out.h"

static void put_test(struct gmix_i_json *json, const gmix_component_test *t) {
    gmix_i_json_open(json, NULL, '{');
    gmix_i_json_count(json, "n_components", t->n_components);
    gmix_i_json_real(json, "log_likelihood", t->log_likelihood);
    gmix_i_json_real(json, "log_likelihood_more", t->log_likelihood_more);
    gmix_i_json_real(json, "statistic", t->statistic);
    gmix_i_json_real(json, "p_value", t->p_value);
    gmix_i_json_flag(json, "sound", t->sound != 0);
    gmix_i_json_count(json, "n_replicates", t->n_replicates);
    gmix_i_json_count(json, "n_as_large", t->n_as_large);
    gmix_i_json_count(json, "n_left_out", t->n_left_out);
    gmix_i_json_reals(json, "replicates", t->replicates, &t->n_replicates, 1);
    gmix_i_json_close(json, '}');
}

gmix_status gmix_component_tests_to_json(gmix_ctx *ctx, const gmix_component_tests *tests,
                                         char **text) {
    GMIX_I_CTX(ctx);
    if (!tests || !tests->owner || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "tests and a place for the text are needed");
    }
    struct gmix_i_json json = {.ctx = ctx};
    gmix_i_json_open(&json, NULL, '{');
    if (tests->n_components > 0) {
        gmix_i_json_count(&json, "n_components", tests->n_components);
    } else {
        gmix_i_json_text(&json, "n_components", NULL);
    }
    gmix_i_json_text(&json, "end", gmix_component_tests_end_name(tests->end));
    gmix_i_json_text(&json, "covariance", tests->covariance);
    gmix_i_json_real(&json, "level", tests->level);
    gmix_i_json_count(&json, "n_samples", tests->n_samples);
    gmix_i_json_count(&json, "n_features", tests->n_features);
    gmix_i_json_count(&json, "n_rows", tests->n_rows);
    gmix_i_json_real(&json, "seconds", tests->seconds);
    gmix_i_json_open(&json, "tests", '[');
    for (size_t i = 0; i < tests->n_tests; i++) {
        put_test(&json, &tests->tests[i]);
    }
    gmix_i_json_close(&json, ']');
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}
