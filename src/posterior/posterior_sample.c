/*
 * Samples from the posterior of partitions, summed up. See gmix/posterior_draws.h; the chains are in
 * gibbs_chain.h, their priors in row_groups.h and partition_prior.h.
 *
 * Rejected: sampling parameters as well (the Gibbs sampler of Diebolt & Robert 1994, or Richardson &
 * Green's reversible jumps), which mixes worse in the number of groups where conjugate priors let
 * parameters be integrated out; and truncations of the process.
 */
#include <gmix/posterior_draws.h>

#include "base/structs.h"
#include "posterior/longer_chains.h"
#include "posterior/parameter_draws.h"
#include "posterior/point_partition.h"
#include "posterior/posterior_numbers.h"
#include "posterior/posterior_task.h"

enum {
    FIRST_SIZE = GMIX_I_SIZE_TO(gmix_posterior_draws, n_spread),
    MOST_SIMILAR = 5000 /* rows of a similarity matrix */
};

static const double AT_ONCE = 0.1; /* seconds */

const char *gmix_posterior_end_name(gmix_posterior_end end) {
    static const char *const names[] = {"all", "cancelled", "time_limit"};
    return (size_t)end < sizeof names / sizeof *names ? names[end] : "unknown";
}

static void release_array(const gmix_allocator *from, const gmix_posterior_array *a) {
    gmix_i_release(from, a->mean);
    gmix_i_release(from, a->lower);
    gmix_i_release(from, a->upper);
}

void gmix_posterior_draws_free(gmix_posterior_draws *d) {
    if (!d || !d->owner) {
        return;
    }
    const gmix_allocator from = *(gmix_allocator *)d->owner;
    void *const blocks[] = {d->chain_draws,
                            d->groups,
                            d->log_posterior,
                            d->scale,
                            d->concentration,
                            d->groups_posterior,
                            d->groups_prior,
                            d->components_posterior,
                            d->components_prior,
                            d->labels,
                            d->certainty,
                            d->together,
                            d->similarity,
                            d->grid,
                            d->owner};
    release_array(&from, &d->weights);
    release_array(&from, &d->means);
    release_array(&from, &d->covariances);
    release_array(&from, &d->density);
    gmix_model_free(&d->model);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        gmix_i_release(&from, blocks[i]);
    }
    static const gmix_posterior_draws none;
    gmix_i_struct_give(d, FIRST_SIZE, &none, sizeof none);
}

/* Partitions, and all that follows from them. */
static gmix_status sum_up(gmix_ctx *ctx, const gmix_table *x,
                          const gmix_posterior_options *opts,
                          const gmix_i_posterior_task *t, const gmix_i_gibbs_run *run,
                          gmix_posterior_draws *o) {
    gmix_status status = GMIX_OK;
    gmix_i_partitions partitions = {0};
    gmix_i_point_partition point = {0};
    const size_t n = x->n_rows;
    GMIX_TRY(gmix_i_posterior_trace(run, opts->burn_in, t->frame.log_det, o));
    GMIX_TRY(gmix_i_posterior_probabilities(ctx, &t->task, o));
    GMIX_TRY(gmix_i_partitions_find(run, opts->burn_in, &partitions));
    o->n_partitions = partitions.count;
    GMIX_TRY(gmix_i_calloc(ctx, "labels", n, sizeof *o->labels, &o->labels));
    GMIX_TRY(gmix_i_calloc(ctx, "labels", n, sizeof *o->certainty, &o->certainty));
    point.labels = o->labels;
    point.certainty = o->certainty;
    status =
        gmix_i_point_partition_find(ctx, partitions.labels, partitions.count, n, &point);
    o->together = point.together;
    GMIX_TRY(status);
    o->n_clusters = point.n_clusters;
    o->expected_vi = point.expected_vi;
    if (opts->similarity) {
        GMIX_TRY(gmix_i_calloc(ctx, "the similarity matrix", n * n, sizeof *o->similarity,
                               &o->similarity));
        GMIX_TRY(gmix_i_similarity(ctx, partitions.labels, partitions.count, n,
                                   o->similarity));
    }
    const gmix_i_parameter_task parameters = {.run = run,
                                              .partitions = &partitions,
                                              .frame = &t->frame,
                                              .lowest = t->survey.lowest,
                                              .highest = t->survey.highest,
                                              .out = o};
    GMIX_TRY(gmix_i_parameters_draw(ctx, &parameters));
    GMIX_TRY(gmix_i_clusters_model(ctx, &parameters, x->names, &o->model));
done:
    gmix_i_partitions_free(ctx, &partitions);
    return status;
}

static gmix_status sample(gmix_ctx *ctx, const gmix_table *x,
                          const gmix_posterior_options *opts, gmix_posterior_draws *o) {
    gmix_status status = GMIX_OK;
    gmix_i_posterior_task t = {0};
    const bool given = opts->iterations > 0;
    const size_t first = given ? opts->iterations : GMIX_I_FIRST_ITERATIONS;
    gmix_i_gibbs_run run = {.ctx = ctx,
                            .task = &t.task,
                            .n_chains = opts->n_chains,
                            .n_draws = first / opts->thin > 4 ? first / opts->thin : 4,
                            .thin = opts->thin};
    gmix_i_limit limit, spare;
    gmix_i_limit_begin(ctx, &limit, opts->time_limit);
    limit.strict = true;
    gmix_i_limit_firm(&limit);
    GMIX_TRY(gmix_i_posterior_task_make(ctx, x, opts, &t));
    const size_t most = given ? 0 : gmix_i_most_iterations(&run) / opts->thin;
    GMIX_TRY(gmix_i_gibbs_run_longer(&run, opts->burn_in, most));
    o->first_iterations = given ? 0 : first;
    o->covariance = t.task.prior.kind->covariance;
    o->prior = t.task.partition.kind == GMIX_I_FINITE_MIXTURES ? "mfm" : "dp";
    if (t.task.partition.kind == GMIX_I_FINITE_MIXTURES) {
        o->components = t.task.partition.number->name;
        o->components_parameter = t.task.partition.parameter;
    }
    o->n_samples = x->n_rows;
    o->n_features = x->n_cols;
    o->n_spread = t.n_spread;
    o->n_chains = opts->n_chains;
    o->level = opts->level;
    o->n_grid = opts->n_grid;
    o->end = run.end == GMIX_OK              ? GMIX_POSTERIOR_ALL
             : run.end == GMIX_ERR_CANCELLED ? GMIX_POSTERIOR_CANCELLED
                                             : GMIX_POSTERIOR_TIME_LIMIT;
    /* What follows is all there is; of chains that were cut, as much as can be had at once. */
    gmix_i_limit_spare_for(ctx, &spare, run.end == GMIX_OK ? (double)INFINITY : AT_ONCE);
    GMIX_TRY(sum_up(ctx, x, opts, &t, &run, o));
done:
    gmix_i_limit_end(ctx, &spare);
    gmix_i_limit_end(ctx, &limit);
    gmix_i_gibbs_run_free(&run);
    gmix_i_posterior_task_free(ctx, &t);
    return status;
}

gmix_status gmix_posterior_sample(gmix_ctx *ctx, const gmix_table *x,
                                  const gmix_posterior_options *opts,
                                  gmix_posterior_draws *draws) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    GMIX_I_PLACE(ctx, gmix_posterior_draws, FIRST_SIZE, draws);
    const double began = gmix_i_now();
    gmix_posterior_draws made = {0};
    gmix_posterior_options asked;
    gmix_allocator *owner = NULL;
    if (!x || !draws) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the table or the output is NULL");
    }
    GMIX_TRY(gmix_i_posterior_options_take(ctx, opts, &asked));
    if (asked.similarity && x->n_rows > MOST_SIMILAR) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "the similarities of %zu rows: a matrix has at most %d; clusters have "
                  "a summary in any case",
                  x->n_rows, (int)MOST_SIMILAR);
    }
    GMIX_TRY(gmix_i_calloc(ctx, "the samples", 1, sizeof *owner, &owner));
    *owner = ctx->opts.allocator;
    made.owner = owner;
    GMIX_TRY(sample(ctx, x, &asked, &made));
    made.seconds = gmix_i_now() - began;
    gmix_i_struct_give(draws, FIRST_SIZE, &made, sizeof made);
    made = (gmix_posterior_draws){0};
done:
    gmix_posterior_draws_free(&made);
    return status;
}
