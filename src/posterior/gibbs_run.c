/*
 * Chains side by side. See gibbs_run.h.
 *
 * A round adds a tenth to every chain, so that chains are about as long as each other when they are cut,
 * however many threads there are. What a chain draws does not depend on how rounds are cut.
 */
#include "posterior/gibbs_run.h"

#include <math.h>

#include "base/threads.h"

enum { MOST_BYTES = 64 << 20, MOST_PARTITIONS = 250 };

static gmix_status make_room(gmix_ctx *ctx, gmix_i_gibbs_record *r) {
    gmix_status status = GMIX_OK;
    double **const arrays[] = {&r->groups, &r->log_posterior, &r->scale,
                               &r->concentration};
    for (size_t a = 0; a < 4; a++) {
        GMIX_TRY(
            gmix_i_grow(ctx, "traces", arrays[a], &r->room[a], r->n + 1, sizeof(double)));
    }
done:
    return status;
}

/* Keeps the partition, if it is one of those. Where there is no room, every second one goes. */
static void keep_labels(const gmix_i_gibbs_run *run, gmix_i_gibbs_record *r) {
    const size_t n = run->task->n;
    if (r->n / r->stride > run->most) {
        for (size_t p = 0; p < run->most / 2; p++) {
            memcpy(r->labels + p * n, r->labels + (2 * p + 1) * n, n * sizeof *r->labels);
        }
        r->stride *= 2;
    }
    if (r->n % r->stride == 0) {
        gmix_i_gibbs_labels(&r->chain, r->labels + (r->n / r->stride - 1) * n);
    }
}

static void one_draw(const gmix_i_gibbs_run *run, gmix_i_gibbs_record *r, gmix_ctx *ctx) {
    for (size_t i = 0; i < run->thin && r->status == GMIX_OK; i++) {
        r->status = gmix_i_gibbs_step(ctx, &r->chain);
    }
    r->status = r->status == GMIX_OK ? make_room(ctx, r) : r->status;
    if (r->status != GMIX_OK) {
        return;
    }
    r->groups[r->n] = (double)r->chain.t;
    r->log_posterior[r->n] = gmix_i_gibbs_log_posterior(&r->chain);
    r->scale[r->n] = r->chain.prior.scale;
    r->concentration[r->n] = r->chain.partition.concentration;
    r->n++;
    keep_labels(run, r);
}

static void one_round(void *arg, size_t index, int thread) {
    gmix_i_gibbs_run *const run = arg;
    gmix_i_gibbs_record *const r = &run->records[index];
    gmix_ctx *const ctx = &run->contexts[thread];
    for (size_t i = 0; i < run->portion && r->n < run->n_draws; i++) {
        if (r->status == GMIX_OK) {
            r->status = gmix_i_poll(ctx);
        }
        if (r->status == GMIX_OK) {
            one_draw(run, r, ctx);
        }
        if (r->status != GMIX_OK) {
            gmix_i_copy(r->message, ctx->message, sizeof r->message);
            return;
        }
    }
}

static void say_progress(const gmix_i_gibbs_run *run, double began) {
    const gmix_ctx_options *const o = &run->ctx->opts;
    if (o->progress) {
        const gmix_progress at = {.stage = "posterior",
                                  .n_runs = 1,
                                  .iteration = run->records[0].n * run->thin,
                                  .max_iterations = run->n_draws * run->thin,
                                  .log_likelihood = (double)NAN,
                                  .gain = (double)NAN,
                                  .seconds = gmix_i_now() - began};
        o->progress(o->user, &at);
    }
}

static gmix_status begin(gmix_i_gibbs_run *run) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = run->ctx;
    const size_t n = run->task->n, n_threads = (size_t)ctx->opts.n_threads;
    const size_t fit = MOST_BYTES / sizeof(uint16_t) / n / run->n_chains;
    run->most = fit < 8                     ? 8
                : fit < 2 * MOST_PARTITIONS ? fit / 2 * 2
                                            : 2 * MOST_PARTITIONS;
    run->most = run->n_draws < run->most ? run->n_draws + run->n_draws % 2 : run->most;
    GMIX_TRY(
        gmix_i_calloc(ctx, "chains", run->n_chains, sizeof *run->records, &run->records));
    GMIX_TRY(
        gmix_i_calloc(ctx, "chains", n_threads, sizeof *run->contexts, &run->contexts));
    for (size_t t = 0; t < n_threads; t++) {
        gmix_i_ctx_child(ctx, NULL, t == 0, &run->contexts[t]);
    }
    for (size_t c = 0; c < run->n_chains; c++) {
        gmix_i_gibbs_record *const r = &run->records[c];
        r->stride = 1;
        GMIX_TRY(gmix_i_calloc(ctx, "partitions", run->most * n, sizeof *r->labels,
                               &r->labels));
        GMIX_TRY(gmix_i_gibbs_begin(ctx, run->task, c, &r->chain));
    }
done:
    return status;
}

gmix_status gmix_i_gibbs_run_all(gmix_i_gibbs_run *run) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = run->ctx;
    const double began = gmix_i_now();
    if (!run->records) {
        GMIX_TRY(begin(run));
    }
    GMIX_TRY(gmix_i_poll(ctx));
    for (size_t done = run->records[0].n; done < run->n_draws && run->end == GMIX_OK;
         done += run->portion) {
        run->portion = 1 + done / 10;
        run->end =
            gmix_i_parallel_for(ctx, ctx->opts.n_threads, run->n_chains, one_round, run);
        for (size_t c = 0; c < run->n_chains; c++) {
            const gmix_i_gibbs_record *const r = &run->records[c];
            if (r->status != GMIX_OK && !gmix_i_was_cut(r->status)) {
                gmix_i_copy(ctx->message, r->message, sizeof ctx->message);
                return r->status;
            }
            run->end = run->end == GMIX_OK ? r->status : run->end;
        }
        say_progress(run, began);
    }
    for (size_t c = 0; c < run->n_chains; c++) {
        if (run->records[c].n == 0) {
            return gmix_i_poll(ctx);
        }
    }
done:
    return status;
}

void gmix_i_gibbs_run_free(gmix_i_gibbs_run *run) {
    for (size_t c = 0; run->records && c < run->n_chains; c++) {
        gmix_i_gibbs_free(run->ctx, &run->records[c].chain);
        gmix_i_free(run->ctx, run->records[c].groups);
        gmix_i_free(run->ctx, run->records[c].log_posterior);
        gmix_i_free(run->ctx, run->records[c].scale);
        gmix_i_free(run->ctx, run->records[c].concentration);
        gmix_i_free(run->ctx, run->records[c].labels);
    }
    gmix_i_free(run->ctx, run->records);
    gmix_i_free(run->ctx, run->contexts);
}

size_t gmix_i_gibbs_first_draw(const gmix_i_gibbs_record *r, double burn_in) {
    const size_t first = (size_t)(burn_in * (double)r->n);
    return first < r->n ? first : r->n - 1;
}

gmix_status gmix_i_partitions_find(const gmix_i_gibbs_run *run, double burn_in,
                                   gmix_i_partitions *out) {
    gmix_status status = GMIX_OK;
    size_t most = 0;
    *out = (gmix_i_partitions){.n = run->task->n};
    for (size_t c = 0; c < run->n_chains; c++) {
        most += run->records[c].n / run->records[c].stride;
    }
    GMIX_TRY(gmix_i_calloc(run->ctx, "partitions", most + 1, sizeof *out->labels,
                           &out->labels));
    GMIX_TRY(
        gmix_i_calloc(run->ctx, "partitions", most + 1, sizeof *out->chain, &out->chain));
    GMIX_TRY(
        gmix_i_calloc(run->ctx, "partitions", most + 1, sizeof *out->draw, &out->draw));
    for (size_t c = 0; c < run->n_chains; c++) {
        const gmix_i_gibbs_record *const r = &run->records[c];
        const size_t first = gmix_i_gibbs_first_draw(r, burn_in);
        for (size_t p = 0; p < r->n / r->stride; p++) {
            const size_t draw = (p + 1) * r->stride - 1;
            if (draw >= first) {
                out->labels[out->count] = r->labels + p * out->n;
                out->chain[out->count] = c;
                out->draw[out->count++] = draw;
            }
        }
    }
    if (out->count == 0) { /* cut before one was due: where the first chain is */
        gmix_i_gibbs_record *const r = &run->records[0];
        gmix_i_gibbs_labels(&r->chain, r->labels);
        out->labels[0] = r->labels;
        out->draw[0] = r->n - 1;
        out->count = 1;
    }
done:
    return status;
}

void gmix_i_partitions_free(gmix_ctx *ctx, gmix_i_partitions *p) {
    gmix_i_free(ctx, p->labels);
    gmix_i_free(ctx, p->chain);
    gmix_i_free(ctx, p->draw);
}
