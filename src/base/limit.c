/* When work has to end. See limit.h. */
#include "base/limit.h"

#include <math.h>

#include "base/base.h"

static gmix_status cut_of(const gmix_i_limit *limit) {
    return (gmix_status)atomic_load_explicit(&limit->cut, memory_order_relaxed);
}

/* What the chain says by itself. */
static gmix_status ask_chain(const gmix_ctx *ctx, bool *spared) {
    bool timed = false;
    *spared = false;
    for (gmix_i_limit *l = ctx->limit; l; l = l->outer) {
        if (l->spares) {
            *spared = true;
            return GMIX_OK;
        }
        const gmix_status cut = cut_of(l);
        if (cut != GMIX_OK) {
            return cut;
        }
        if (!timed && l->deadline < INFINITY &&
            atomic_load_explicit(&l->firm, memory_order_relaxed) &&
            gmix_i_now() >= l->deadline) {
            gmix_i_limit_cut(l, GMIX_ERR_TIME_LIMIT);
            return GMIX_ERR_TIME_LIMIT;
        }
        timed = timed || l->keeps_time;
    }
    return GMIX_OK;
}

/* The chain, then the caller; what the caller says is noted at the outer end. */
static gmix_status ask(const gmix_ctx *ctx) {
    bool spared;
    const gmix_status cut = ask_chain(ctx, &spared);
    if (cut != GMIX_OK || spared || !ctx->asks || !ctx->opts.cancel ||
        !ctx->opts.cancel(ctx->opts.user)) {
        return cut;
    }
    gmix_i_limit *last = ctx->limit;
    while (last && last->outer) {
        last = last->outer;
    }
    if (last) {
        gmix_i_limit_cut(last, GMIX_ERR_CANCELLED);
    }
    return GMIX_ERR_CANCELLED;
}

gmix_status gmix_i_poll(gmix_ctx *ctx) {
    const gmix_status cut = ask(ctx);
    if (cut == GMIX_ERR_CANCELLED) {
        gmix_i_say(ctx, "cancelled by the caller");
    } else if (cut == GMIX_ERR_TIME_LIMIT) {
        gmix_i_say(ctx, "the time limit passed before there was a result");
    }
    return cut;
}

gmix_status gmix_i_poll_reading(gmix_ctx *ctx, const char *file) {
    const gmix_status cut = ask(ctx);
    if (cut != GMIX_OK) {
        gmix_i_say(ctx, "%s while reading %s",
                   cut == GMIX_ERR_TIME_LIMIT ? "the time limit passed" : "cancelled",
                   file);
    }
    return cut;
}

gmix_status gmix_i_was_ended(gmix_ctx *ctx) {
    bool spared;
    return ask_chain(ctx, &spared) == GMIX_OK ? GMIX_OK : gmix_i_poll(ctx);
}

bool gmix_i_cancelled(const gmix_ctx *ctx) {
    return ask(ctx) != GMIX_OK;
}

/* The limit that keeps time; NULL: none does. */
static const gmix_i_limit *timekeeper(const gmix_ctx *ctx) {
    const gmix_i_limit *l = ctx->limit;
    while (l && !l->keeps_time) {
        l = l->outer;
    }
    return l;
}

double gmix_i_deadline(const gmix_ctx *ctx) {
    const gmix_i_limit *const l = timekeeper(ctx);
    return l ? l->deadline : INFINITY;
}

bool gmix_i_is_late(const gmix_ctx *ctx) {
    const double deadline = gmix_i_deadline(ctx);
    return gmix_i_cancelled(ctx) || (deadline < INFINITY && gmix_i_now() >= deadline);
}

void gmix_i_limit_below(const gmix_ctx *ctx, gmix_i_limit *limit) {
    limit->outer = ctx->limit;
    limit->deadline = INFINITY;
    limit->keeps_time = limit->spares = limit->strict = limit->whole = false;
    atomic_init(&limit->firm, 0);
    atomic_init(&limit->cut, GMIX_OK);
}

void gmix_i_limit_begin(gmix_ctx *ctx, gmix_i_limit *limit, double seconds) {
    const double own = seconds > 0.0 ? gmix_i_now() + seconds : INFINITY;
    const gmix_i_limit *const outer = timekeeper(ctx);
    gmix_i_limit_below(ctx, limit);
    limit->strict = outer && outer->strict;
    atomic_init(&limit->firm, limit->strict);
    limit->deadline = fmin(own, gmix_i_deadline(ctx));
    limit->keeps_time = true;
    ctx->limit = limit;
}

void gmix_i_limit_begin_firm(gmix_ctx *ctx, gmix_i_limit *limit) {
    gmix_i_limit_begin(ctx, limit, 0.0);
    limit->strict = true;
    gmix_i_limit_firm(limit);
}

void gmix_i_limit_begin_whole(gmix_ctx *ctx, gmix_i_limit *limit) {
    gmix_i_limit_below(ctx, limit);
    limit->whole = true;
    ctx->limit = limit;
}

gmix_status gmix_i_limit_whole(gmix_ctx *ctx) {
    const gmix_i_limit *l = ctx->limit;
    while (l && !l->whole) {
        l = l->outer;
    }
    return l ? gmix_i_was_ended(ctx) : GMIX_OK;
}

void gmix_i_limit_spare_for(gmix_ctx *ctx, gmix_i_limit *limit, double seconds) {
    gmix_i_limit_below(ctx, limit);
    limit->spares = limit->keeps_time = true;
    limit->deadline = gmix_i_now() + seconds;
    ctx->limit = limit;
}

void gmix_i_limit_spare(gmix_ctx *ctx, gmix_i_limit *limit) {
    gmix_i_limit_spare_for(ctx, limit, INFINITY);
}

void gmix_i_limit_end(gmix_ctx *ctx, const gmix_i_limit *limit) {
    if (ctx->limit == limit) {
        ctx->limit = limit->outer;
    }
}

void gmix_i_limit_firm(gmix_i_limit *limit) {
    atomic_store_explicit(&limit->firm, 1, memory_order_relaxed);
}

void gmix_i_limit_cut(gmix_i_limit *limit, gmix_status why) {
    int none = GMIX_OK;
    atomic_compare_exchange_strong(&limit->cut, &none, (int)why);
}

void gmix_i_ctx_child(const gmix_ctx *parent, gmix_i_limit *limit, bool is_caller,
                      gmix_ctx *child) {
    *child = (gmix_ctx){.opts = parent->opts,
                        .limit = limit ? limit : parent->limit,
                        .team = parent->team,
                        .n_team = parent->n_team,
                        .replicates = parent->replicates,
                        .asks = is_caller && parent->asks};
    child->opts.n_threads = 1;
    child->opts.log = NULL;
    child->opts.progress = NULL;
}
