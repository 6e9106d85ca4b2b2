/* Replicates side by side. See replicates.h. */
#include "uncertainty/replicates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/threads.h"

enum { MOST_MADE = 4 };

/* What a thread has: a context whose messages are its own. */
typedef struct helper {
    gmix_ctx ctx;
    bool is_caller; /* may call the caller's callbacks */
    gmix_status status;
} helper;

typedef struct crowd {
    gmix_ctx *ctx;
    helper *helpers;
    gmix_i_replicate_fn *fn;
    void *arg;
    size_t n, step, n_steps;
    bool *done;
    const gmix_i_made *made;
    atomic_size_t n_done;
    gmix_i_limit limit; /* of all helpers: half a replicate is none */
    double began;
} crowd;

static void say_progress(const crowd *c) {
    const gmix_ctx_options *const o = &c->ctx->opts;
    if (o->progress) {
        const gmix_progress at = {.stage = "replicates",
                                  .run = c->step,
                                  .n_runs = c->n_steps,
                                  .iteration = atomic_load(&c->n_done),
                                  .max_iterations = c->n,
                                  .log_likelihood = (double)NAN,
                                  .gain = (double)NAN,
                                  .seconds = gmix_i_now() - c->began};
        o->progress(o->user, &at);
    }
}

/* Where replicate `index` leaves what it makes. */
static void list_pieces(const crowd *c, size_t index,
                        gmix_i_piece pieces[MOST_MADE + 1]) {
    size_t n = 0;
    for (; n < MOST_MADE && c->made[n].base; n++) {
        const size_t stride = c->made[n].stride;
        pieces[n] = (gmix_i_piece){(char *)c->made[n].base + index * stride, stride};
    }
    pieces[n] = (gmix_i_piece){NULL, 0};
}

/* One that was made before; or makes it. */
static gmix_status make(const crowd *c, helper *h, size_t index, int thread) {
    gmix_i_piece pieces[MOST_MADE + 1];
    list_pieces(c, index, pieces);
    if (gmix_i_journal_recall_pieces(c->ctx, GMIX_I_ENTRY_REPLICATE, c->step, index,
                                     pieces)) {
        return GMIX_OK;
    }
    const gmix_status status = c->fn(c->arg, &h->ctx, index, thread);
    return status == GMIX_OK
               ? gmix_i_journal_full(
                     &h->ctx, gmix_i_journal_keep_pieces(c->ctx, GMIX_I_ENTRY_REPLICATE,
                                                         c->step, index, pieces))
               : status;
}

static void do_one(void *arg, size_t index, int thread) {
    crowd *const c = arg;
    helper *const h = &c->helpers[thread];
    if (h->status != GMIX_OK || gmix_i_cancelled(&h->ctx)) {
        return;
    }
    h->ctx.message[0] = '\0';
    const gmix_status status = make(c, h, index, thread);
    if (status == GMIX_OK) {
        c->done[index] = true;
        atomic_fetch_add(&c->n_done, 1);
    } else if (!gmix_i_was_cut(status)) {
        h->status = status;
        gmix_i_limit_cut(&c->limit, GMIX_ERR_CANCELLED); /* nobody need go on */
    }
    if (h->is_caller) {
        say_progress(c);
    }
}

gmix_status gmix_i_replicate(gmix_ctx *ctx, size_t n, gmix_i_replicate_fn *fn, void *arg,
                             size_t step, size_t n_steps, const gmix_i_made *made,
                             bool *done) {
    gmix_status status = GMIX_OK;
    const size_t n_threads = (size_t)ctx->opts.n_threads;
    crowd c = {.ctx = ctx,
               .fn = fn,
               .arg = arg,
               .n = n,
               .step = step,
               .n_steps = n_steps,
               .done = done,
               .made = made,
               .began = gmix_i_now()};
    gmix_i_limit_begin_firm(ctx, &c.limit);
    GMIX_TRY(gmix_i_calloc(ctx, "replicates", n_threads, sizeof *c.helpers, &c.helpers));
    for (size_t t = 0; t < n_threads; t++) {
        helper *const h = &c.helpers[t];
        h->is_caller = t == 0;
        gmix_i_ctx_child(ctx, NULL, h->is_caller, &h->ctx);
    }
    (void)gmix_i_parallel_for(ctx, (int)n_threads, n, do_one, &c); /* `done` says it */
    for (size_t t = 0; t < n_threads && status == GMIX_OK; t++) {
        status = c.helpers[t].status;
        if (status != GMIX_OK) {
            memcpy(ctx->message, c.helpers[t].ctx.message, sizeof ctx->message);
        }
    }
done:
    gmix_i_limit_end(ctx, &c.limit);
    gmix_i_free(ctx, c.helpers);
    return status;
}

uint64_t gmix_i_replicate_seed(uint64_t seed, gmix_i_purpose purpose, size_t run,
                               size_t index) {
    const gmix_i_stream stream = gmix_i_stream_open(seed, purpose, run);
    double u[2];
    gmix_i_uniform2(&stream, index, u);
    return (uint64_t)(u[0] * 0x1p52);
}
