/* Samples of a posterior as JSON: docs/cli-json.md says what each member means. */
#include <gmix/found_json.h>

#include "files/json_out.h"

static void put_number(struct gmix_i_json *json, const char *name,
                       const gmix_posterior_number *x) {
    gmix_i_json_open(json, name, '{');
    gmix_i_json_real(json, "mean", x->mean);
    gmix_i_json_real(json, "median", x->median);
    gmix_i_json_real(json, "lower", x->lower);
    gmix_i_json_real(json, "upper", x->upper);
    gmix_i_json_real(json, "r_hat", x->r_hat);
    gmix_i_json_real(json, "ess", x->ess);
    gmix_i_json_close(json, '}');
}

static void put_array(struct gmix_i_json *json, const char *name,
                      const gmix_posterior_array *a, const size_t *dims, size_t n_dims) {
    gmix_i_json_open(json, name, '{');
    gmix_i_json_reals(json, "mean", a->mean, dims, n_dims);
    gmix_i_json_reals(json, "lower", a->lower, dims, n_dims);
    gmix_i_json_reals(json, "upper", a->upper, dims, n_dims);
    gmix_i_json_close(json, '}');
}

static void put_run(struct gmix_i_json *json, const gmix_posterior_draws *o) {
    gmix_i_json_count(json, "most_probable", o->most_probable);
    gmix_i_json_text(json, "end", gmix_posterior_end_name(o->end));
    gmix_i_json_text(json, "covariance", o->covariance);
    gmix_i_json_text(json, "prior", o->prior);
    gmix_i_json_text(json, "components", o->components);
    gmix_i_json_real(json, "components_parameter", o->components_parameter);
    gmix_i_json_count(json, "n_samples", o->n_samples);
    gmix_i_json_count(json, "n_features", o->n_features);
    gmix_i_json_count(json, "n_chains", o->n_chains);
    gmix_i_json_count(json, "n_iterations", o->n_iterations);
    gmix_i_json_count(json, "first_iterations", o->first_iterations);
    gmix_i_json_count(json, "n_spread", o->n_spread);
    gmix_i_json_count(json, "n_draws", o->n_draws);
    gmix_i_json_real(json, "level", o->level);
    gmix_i_json_real(json, "accepted", o->accepted);
    gmix_i_json_real(json, "seconds", o->seconds);
    const size_t n = o->n_numbers;
    gmix_i_json_reals(json, "groups_posterior", o->groups_posterior, &n, 1);
    gmix_i_json_reals(json, "groups_prior", o->groups_prior, &n, 1);
    if (o->components_posterior) {
        gmix_i_json_reals(json, "components_posterior", o->components_posterior, &n, 1);
        gmix_i_json_reals(json, "components_prior", o->components_prior, &n, 1);
    }
    gmix_i_json_open(json, "summary", '{');
    put_number(json, "groups", &o->groups_summary);
    put_number(json, "log_posterior", &o->log_posterior_summary);
    put_number(json, "scale", &o->scale_summary);
    put_number(json, "concentration", &o->concentration_summary);
    gmix_i_json_close(json, '}');
}

static void put_labels(struct gmix_i_json *json, const gmix_posterior_draws *o) {
    gmix_i_json_open(json, "labels", '[');
    for (size_t i = 0; i < o->n_samples; i++) {
        gmix_i_json_count(json, NULL, (size_t)o->labels[i]);
    }
    gmix_i_json_close(json, ']');
}

static void put_clusters(struct gmix_i_json *json, const gmix_posterior_draws *o) {
    const size_t n = o->n_samples, k = o->n_clusters;
    gmix_i_json_open(json, "partition", '{');
    gmix_i_json_count(json, "n_clusters", k);
    gmix_i_json_count(json, "n_partitions", o->n_partitions);
    gmix_i_json_real(json, "expected_vi", o->expected_vi);
    put_labels(json, o);
    gmix_i_json_reals(json, "certainty", o->certainty, &n, 1);
    gmix_i_json_reals(json, "together", o->together, (const size_t[]){k, k}, 2);
    if (o->similarity) {
        gmix_i_json_reals(json, "similarity", o->similarity, (const size_t[]){n, n}, 2);
    }
    gmix_i_json_close(json, '}');
}

static void put_parameters(struct gmix_i_json *json, const gmix_posterior_draws *o) {
    const size_t k = o->n_clusters, d = o->n_features;
    gmix_i_json_open(json, "parameters", '{');
    gmix_i_json_count(json, "n_relabelled", o->n_relabelled);
    put_array(json, "weights", &o->weights, &k, 1);
    put_array(json, "means", &o->means, (const size_t[]){k, d}, 2);
    put_array(json, "covariances", &o->covariances, (const size_t[]){k, d, d}, 3);
    gmix_i_json_close(json, '}');
    if (o->n_grid > 0) {
        const size_t dims[] = {d, o->n_grid};
        gmix_i_json_open(json, "density", '{');
        gmix_i_json_reals(json, "grid", o->grid, dims, 2);
        gmix_i_json_reals(json, "mean", o->density.mean, dims, 2);
        gmix_i_json_reals(json, "lower", o->density.lower, dims, 2);
        gmix_i_json_reals(json, "upper", o->density.upper, dims, 2);
        gmix_i_json_close(json, '}');
    }
}

static void put_trace(struct gmix_i_json *json, const gmix_posterior_draws *o) {
    const size_t n = o->n_draws;
    gmix_i_json_open(json, "trace", '{');
    gmix_i_json_open(json, "chain_draws", '[');
    for (size_t c = 0; c < o->n_chains; c++) {
        gmix_i_json_count(json, NULL, o->chain_draws[c]);
    }
    gmix_i_json_close(json, ']');
    gmix_i_json_reals(json, "groups", o->groups, &n, 1);
    gmix_i_json_reals(json, "log_posterior", o->log_posterior, &n, 1);
    gmix_i_json_reals(json, "scale", o->scale, &n, 1);
    gmix_i_json_reals(json, "concentration", o->concentration, &n, 1);
    gmix_i_json_close(json, '}');
}

gmix_status gmix_posterior_draws_to_json(gmix_ctx *ctx, const gmix_posterior_draws *draws,
                                         char **text) {
    GMIX_I_CTX(ctx);
    if (!draws || !draws->owner || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "draws and a place for the text are needed");
    }
    struct gmix_i_json json = {.ctx = ctx};
    gmix_i_json_open(&json, NULL, '{');
    put_run(&json, draws);
    put_clusters(&json, draws);
    put_parameters(&json, draws);
    put_trace(&json, draws);
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}
