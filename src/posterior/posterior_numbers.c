/* What the traces say. See posterior_numbers.h. */
#include "posterior/posterior_numbers.h"

#include <math.h>

#include "base/order.h"
#include "posterior/mixing.h"
#include "posterior/random_draws.h"

enum { LEAST_NUMBERS = 8, MOST_AVERAGED = 500, N_CONCENTRATIONS = 24 };

/* One traced number. common: draws of each chain that R-hat looks at, the last ones. */
static gmix_status number_of(gmix_ctx *ctx, const gmix_posterior_draws *o,
                             const double *x, size_t common, gmix_posterior_number *out) {
    gmix_status status = GMIX_OK;
    double *memory = NULL;
    const size_t n = o->n_draws;
    GMIX_TRY(gmix_i_calloc(ctx, "diagnostics", n, sizeof *memory, &memory));
    size_t end = 0;
    for (size_t c = 0; c < o->n_chains; c++) {
        end += o->chain_draws[c];
        gmix_i_copy(memory + c * common, x + end - common, common * sizeof *x);
    }
    GMIX_TRY(gmix_i_mixing(ctx, memory, o->n_chains, common, &out->r_hat, &out->ess));
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        memory[i] = x[i];
        sum += x[i] - x[0];
    }
    gmix_i_sort_reals(memory, n);
    out->mean = x[0] + sum / (double)n;
    out->median = gmix_i_quantile(memory, n, 0.5);
    out->lower = gmix_i_quantile(memory, n, 0.5 * (1.0 - o->level));
    out->upper = gmix_i_quantile(memory, n, 0.5 * (1.0 + o->level));
done:
    gmix_i_free(ctx, memory);
    return status;
}

gmix_status gmix_i_posterior_trace(const gmix_i_gibbs_run *run, double burn_in,
                                   double log_det, gmix_posterior_draws *o) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = run->ctx;
    size_t common = SIZE_MAX, at = 0, tried = 0, accepted = 0;
    GMIX_TRY(gmix_i_calloc(ctx, "the trace", run->n_chains, sizeof *o->chain_draws,
                           &o->chain_draws));
    o->n_iterations = SIZE_MAX;
    for (size_t c = 0; c < run->n_chains; c++) {
        const gmix_i_gibbs_record *const r = &run->records[c];
        o->chain_draws[c] = r->n - gmix_i_gibbs_first_draw(r, burn_in);
        o->n_draws += o->chain_draws[c];
        common = o->chain_draws[c] < common ? o->chain_draws[c] : common;
        o->n_iterations =
            r->n * run->thin < o->n_iterations ? r->n * run->thin : o->n_iterations;
        tried += r->chain.n_tried;
        accepted += r->chain.n_accepted;
    }
    o->accepted = tried ? (double)accepted / (double)tried : (double)NAN;
    const size_t n = o->n_draws;
    GMIX_TRY(gmix_i_calloc(ctx, "the trace", n, sizeof(double), &o->groups));
    GMIX_TRY(gmix_i_calloc(ctx, "the trace", n, sizeof(double), &o->log_posterior));
    GMIX_TRY(gmix_i_calloc(ctx, "the trace", n, sizeof(double), &o->scale));
    GMIX_TRY(gmix_i_calloc(ctx, "the trace", n, sizeof(double), &o->concentration));
    for (size_t c = 0; c < run->n_chains; c++) {
        const gmix_i_gibbs_record *const r = &run->records[c];
        for (size_t i = gmix_i_gibbs_first_draw(r, burn_in); i < r->n; i++, at++) {
            o->groups[at] = r->groups[i];
            o->log_posterior[at] = r->log_posterior[i] - (double)run->task->n * log_det;
            o->scale[at] = r->scale[i];
            o->concentration[at] = r->concentration[i];
        }
    }
    GMIX_TRY(number_of(ctx, o, o->groups, common, &o->groups_summary));
    GMIX_TRY(number_of(ctx, o, o->log_posterior, common, &o->log_posterior_summary));
    GMIX_TRY(number_of(ctx, o, o->scale, common, &o->scale_summary));
    GMIX_TRY(number_of(ctx, o, o->concentration, common, &o->concentration_summary));
done:
    return status;
}

/* Adds p(K = k | draws) to share: by numbers of groups if the concentration is one, else draw by
 * draw, evenly some of them. */
static void components_of(const gmix_i_gibbs_task *task, const gmix_posterior_draws *o,
                          double *share, double *terms, double *weight) {
    gmix_i_partition_prior prior = task->partition;
    const size_t n = o->n_draws;
    memset(share, 0, GMIX_I_MOST_COMPONENTS * sizeof *share);
    if (!task->learns_concentration) {
        memset(weight, 0, GMIX_I_MOST_COMPONENTS * sizeof *weight);
        for (size_t i = 0; i < n; i++) {
            const size_t t = (size_t)o->groups[i];
            weight[t < GMIX_I_MOST_COMPONENTS ? t : GMIX_I_MOST_COMPONENTS - 1] +=
                1.0 / (double)n;
        }
    }
    const size_t most = task->learns_concentration
                            ? (n < MOST_AVERAGED ? n : MOST_AVERAGED)
                            : GMIX_I_MOST_COMPONENTS;
    for (size_t i = 0; i < most; i++) {
        const size_t draw = i * n / most;
        const size_t t = task->learns_concentration ? (size_t)o->groups[draw] : i;
        const double w = task->learns_concentration ? 1.0 / (double)most : weight[i];
        if (!(w > 0.0) || t == 0 || t >= GMIX_I_MOST_COMPONENTS) {
            continue;
        }
        prior.concentration =
            task->learns_concentration ? o->concentration[draw] : prior.concentration;
        const size_t count =
            gmix_i_partition_components(&prior, t, GMIX_I_MOST_COMPONENTS - t, terms);
        for (size_t m = 0; m < count; m++) {
            share[t + m - 1] += w * terms[m];
        }
    }
}

/* The prior's probabilities of numbers of groups, averaged over the concentration's law. */
static gmix_status prior_of_groups(gmix_ctx *ctx, const gmix_i_gibbs_task *task,
                                   gmix_posterior_draws *o) {
    gmix_status status = GMIX_OK;
    gmix_i_partition_prior prior = task->partition;
    double *memory = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "the prior", task->n + 2 + o->n_numbers + 1,
                           sizeof *memory, &memory));
    prior.log_v = memory;
    const size_t nodes = task->learns_concentration ? N_CONCENTRATIONS : 1;
    gmix_i_stream stream = gmix_i_stream_open(0, GMIX_I_RNG_POSTERIOR, GMIX_I_NO_SLOT);
    for (size_t i = 0; i < nodes; i++) {
        GMIX_TRY(gmix_i_poll(ctx));
        const double a = task->learns_concentration
                             ? gmix_i_draw_gamma(&stream, task->concentration_shape) /
                                   task->concentration_rate
                             : prior.concentration;
        gmix_i_partition_prior_set(&prior, a);
        gmix_i_partition_groups(&prior, 1.0 / (double)nodes, o->n_numbers,
                                o->groups_prior, memory + task->n + 2);
    }
done:
    gmix_i_free(ctx, memory);
    return status;
}

static size_t most_probable(const double *share, size_t n) {
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        best = share[i] > share[best] ? i : best;
    }
    return best + 1;
}

gmix_status gmix_i_posterior_probabilities(gmix_ctx *ctx, const gmix_i_gibbs_task *task,
                                           gmix_posterior_draws *o) {
    gmix_status status = GMIX_OK;
    const bool finite = task->partition.kind == GMIX_I_FINITE_MIXTURES;
    double *memory = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "probabilities", 3 * (size_t)GMIX_I_MOST_COMPONENTS,
                           sizeof *memory, &memory));
    o->n_numbers = LEAST_NUMBERS;
    for (size_t i = 0; i < o->n_draws; i++) {
        const size_t t = (size_t)o->groups[i];
        o->n_numbers = t > o->n_numbers ? t : o->n_numbers;
    }
    if (finite) {
        double sum = 0.0;
        size_t k = 0;
        components_of(task, o, memory, memory + GMIX_I_MOST_COMPONENTS,
                      memory + 2 * (size_t)GMIX_I_MOST_COMPONENTS);
        while (k < GMIX_I_MOST_COMPONENTS && sum < 0.9995) {
            sum += memory[k++];
        }
        o->n_numbers = k > o->n_numbers ? k : o->n_numbers;
    }
    const size_t n = o->n_numbers;
    GMIX_TRY(
        gmix_i_calloc(ctx, "probabilities", n, sizeof(double), &o->groups_posterior));
    GMIX_TRY(gmix_i_calloc(ctx, "probabilities", n, sizeof(double), &o->groups_prior));
    for (size_t i = 0; i < o->n_draws; i++) {
        o->groups_posterior[(size_t)o->groups[i] - 1] += 1.0 / (double)o->n_draws;
    }
    GMIX_TRY(prior_of_groups(ctx, task, o));
    o->most_probable = most_probable(o->groups_posterior, n);
    if (finite) {
        GMIX_TRY(gmix_i_calloc(ctx, "probabilities", n, sizeof(double),
                               &o->components_posterior));
        GMIX_TRY(
            gmix_i_calloc(ctx, "probabilities", n, sizeof(double), &o->components_prior));
        for (size_t k = 0; k < n; k++) {
            o->components_posterior[k] = k < GMIX_I_MOST_COMPONENTS ? memory[k] : 0.0;
            o->components_prior[k] =
                exp(task->partition.number->log_p(k + 1, task->partition.parameter));
        }
        o->most_probable = most_probable(o->components_posterior, n);
    }
done:
    gmix_i_free(ctx, memory);
    return status;
}
