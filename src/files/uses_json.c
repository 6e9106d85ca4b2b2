/* What was found out with mixtures, as JSON: docs/cli-json.md says what each member means. */
#include <math.h>

#include <gmix/files.h>

#include "files/json_out.h"

static void put_estimate(struct gmix_i_json *json, const char *name, gmix_estimate e) {
    gmix_i_json_open(json, name, '{');
    gmix_i_json_real(json, "value", e.value);
    gmix_i_json_real(json, "error", e.error);
    gmix_i_json_close(json, '}');
}

static void put_bounds(struct gmix_i_json *json, const char *name, double low,
                       double high) {
    const double both[2] = {low, high};
    const size_t n = 2;
    gmix_i_json_reals(json, name, both, &n, 1);
}

gmix_status gmix_divergences_to_json(gmix_ctx *ctx, const gmix_divergences *d,
                                     char **text) {
    GMIX_I_CTX(ctx);
    if (!d || !d->plan || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "divergences and a place for the text are needed");
    }
    struct gmix_i_json json = {.ctx = ctx};
    const size_t plan[2] = {d->k_p, d->k_q};
    gmix_i_json_open(&json, NULL, '{');
    put_estimate(&json, "kl_ab", d->kl_pq);
    put_bounds(&json, "kl_ab_bounds", d->kl_pq_lower, d->kl_pq_upper);
    put_estimate(&json, "kl_ba", d->kl_qp);
    put_bounds(&json, "kl_ba_bounds", d->kl_qp_lower, d->kl_qp_upper);
    put_estimate(&json, "jensen_shannon", d->jensen_shannon);
    put_estimate(&json, "hellinger_squared", d->hellinger);
    put_estimate(&json, "total_variation", d->total_variation);
    put_estimate(&json, "entropy_a", d->entropy_p);
    put_estimate(&json, "entropy_b", d->entropy_q);
    gmix_i_json_real(&json, "ise", d->ise);
    gmix_i_json_real(&json, "cauchy_schwarz", d->cauchy_schwarz);
    gmix_i_json_real(&json, "w1", d->w1);
    gmix_i_json_real(&json, "w2_squared", d->w2);
    gmix_i_json_real(&json, "mw2_squared", d->mw2);
    gmix_i_json_count(&json, "n_draws", d->n_draws);
    gmix_i_json_reals(&json, "plan", d->plan, plan, 2);
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}

gmix_status gmix_distances_to_json(gmix_ctx *ctx, size_t n, const char *const *names,
                                   const char *distance, const double *values,
                                   const double *errors, char **text) {
    GMIX_I_CTX(ctx);
    if (!names || !distance || !values || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "names, distances and a place for the text are needed");
    }
    struct gmix_i_json json = {.ctx = ctx};
    const size_t square[2] = {n, n};
    gmix_i_json_open(&json, NULL, '{');
    gmix_i_json_text(&json, "distance", distance);
    gmix_i_json_texts(&json, "models", names, n);
    gmix_i_json_reals(&json, "values", values, square, 2);
    if (errors) {
        gmix_i_json_reals(&json, "errors", errors, square, 2);
    }
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}

static void put_test(struct gmix_i_json *json, const char *name, gmix_distance_test t) {
    gmix_i_json_open(json, name, '{');
    gmix_i_json_real(json, "statistic", t.statistic);
    gmix_i_json_real(json, "p", t.p);
    gmix_i_json_real(json, "p_naive", t.p_naive);
    gmix_i_json_close(json, '}');
}

gmix_status gmix_fit_test_to_json(gmix_ctx *ctx, const gmix_fit_test *test, char **text) {
    GMIX_I_CTX(ctx);
    if (!test || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "a test and a place for the text are needed");
    }
    struct gmix_i_json json = {.ctx = ctx};
    gmix_i_json_open(&json, NULL, '{');
    put_test(&json, "kolmogorov_smirnov", test->kolmogorov_smirnov);
    put_test(&json, "anderson_darling", test->anderson_darling);
    put_test(&json, "cramer_von_mises", test->cramer_von_mises);
    put_test(&json, "chi_squared", test->chi_squared);
    gmix_i_json_count(&json, "n_bins", test->n_bins);
    gmix_i_json_count(&json, "n_samples", test->n);
    gmix_i_json_count(&json, "n_distinct", test->n_distinct);
    gmix_i_json_count(&json, "n_replicates", test->n_replicates);
    gmix_i_json_count(&json, "n_left_out", test->n_left_out);
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}

/* Labels of segments; null is noise. */
gmix_status gmix_boundaries_to_json(gmix_ctx *ctx, const gmix_boundaries *b,
                                    char **text) {
    GMIX_I_CTX(ctx);
    if (!b || !b->label || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "boundaries and a place for the text are needed");
    }
    struct gmix_i_json json = {.ctx = ctx};
    gmix_i_json_open(&json, NULL, '{');
    gmix_i_json_reals(&json, "boundaries", b->at, &b->n, 1);
    gmix_i_json_open(&json, "components", '[');
    for (size_t i = 0; i <= b->n; i++) {
        if (b->label[i] < 0) {
            gmix_i_json_real(&json, NULL, NAN);
        } else {
            gmix_i_json_count(&json, NULL, (size_t)b->label[i]);
        }
    }
    gmix_i_json_close(&json, ']');
    gmix_i_json_real(&json, "error_rate", b->error_rate);
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}

static void put_merge(struct gmix_i_json *json, const gmix_cluster_merge *m) {
    gmix_i_json_open(json, NULL, '{');
    gmix_i_json_count(json, "first", m->first);
    gmix_i_json_count(json, "second", m->second);
    gmix_i_json_real(json, "weight", m->weight);
    gmix_i_json_real(json, "entropy_before", m->entropy);
    for (size_t v = 0; v < GMIX_N_CLUSTER_CRITERIA; v++) {
        gmix_i_json_real(json, gmix_cluster_criteria()[v], m->value[v]);
    }
    gmix_i_json_close(json, '}');
}

gmix_status gmix_clusters_to_json(gmix_ctx *ctx, const gmix_clusters *c, char **text) {
    GMIX_I_CTX(ctx);
    if (!c || !c->owner || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "clusters and a place for the text are needed");
    }
    struct gmix_i_json json = {.ctx = ctx};
    const size_t square[2] = {c->n_components, c->n_components};
    gmix_i_json_open(&json, NULL, '{');
    gmix_i_json_count(&json, "n_components", c->n_components);
    gmix_i_json_count(&json, "n_clusters", c->n_clusters);
    gmix_i_json_open(&json, "component_clusters", '[');
    for (size_t i = 0; i < c->n_components; i++) {
        gmix_i_json_count(&json, NULL, (size_t)c->cluster[i]);
    }
    gmix_i_json_close(&json, ']');
    gmix_i_json_open(&json, "suggested", '{');
    for (size_t v = 0; v < GMIX_N_CLUSTER_CRITERIA; v++) {
        gmix_i_json_count(&json, gmix_cluster_criteria()[v], c->suggested[v]);
    }
    gmix_i_json_close(&json, '}');
    gmix_i_json_open(&json, "merges", '[');
    for (size_t t = 0; t + 1 < c->n_components; t++) {
        put_merge(&json, &c->merges[t]);
    }
    gmix_i_json_close(&json, ']');
    if (c->together) {
        gmix_i_json_real(&json, "stability", c->stability);
        gmix_i_json_count(&json, "n_replicates", c->n_replicates);
        gmix_i_json_reals(&json, "together", c->together, square, 2);
    }
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}
