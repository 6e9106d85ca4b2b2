/*
 * When work has to end: one mechanism for a caller who cancels, for limits of time, and for
 * threads whose work is of no use any more because another one has failed.
 *
 * Limits hang on a context in a chain; what is asked of a context is asked of the whole chain, so
 * that an inner loop need not know who set which. Time is kept by the innermost limit that keeps
 * it: its deadline is none later than those farther out, and it is soft at first, so that loops
 * that refine something ask gmix_i_is_late() and end with what they have. From
 * gmix_i_limit_firm() on, which whoever set it calls once there is a result to give, it ends work
 * as a caller does who cancels: gmix_i_poll() fails, and everything unwinds. Once it has failed it
 * goes on failing until the public call is over, so that a function without a status may return
 * early, with anything, where the next one polls.
 *
 * Passes and parallel loops poll by themselves. Whatever else may take more than a hundredth of a
 * second between them polls where it loops; a poll costs as much as a look at the clock.
 */
#ifndef GMIX_BASE_LIMIT_H
#define GMIX_BASE_LIMIT_H

#include <stdatomic.h>
#include <stdbool.h>

#include <gmix/context.h>

typedef struct gmix_i_limit {
    struct gmix_i_limit *outer; /* holds as well; NULL: none */
    double deadline;            /* of gmix_i_now(); INFINITY: none */
    atomic_int firm; /* true: the deadline ends work, and is not only asked for */
    atomic_int cut;  /* GMIX_OK, or the status that everything ends with */
    bool keeps_time; /* true: deadlines farther out are part of this one */
    bool strict;     /* true: limits below are firm from the beginning, too */
    bool spares;     /* true: nothing ends this, whatever is farther out */
    bool whole;      /* true: what a caller who cancels cut short counts for nothing */
} gmix_i_limit;

/* GMIX_OK, or why the work in this context has to end, with its sentence:
 * GMIX_ERR_CANCELLED, GMIX_ERR_TIME_LIMIT. Any thread may poll a context of its own; the caller's
 * callback is asked in the calling thread alone. */
gmix_status gmix_i_poll(gmix_ctx *ctx);

/* The same, "while reading FILE". */
gmix_status gmix_i_poll_reading(gmix_ctx *ctx, const char *file);

/* The same without a sentence. */
bool gmix_i_cancelled(const gmix_ctx *ctx);

/* What polling has failed with before, with its sentence; nobody is asked. */
gmix_status gmix_i_was_ended(gmix_ctx *ctx);

/* What a failure is to be called: that of numbers may come of a factorisation that was cut short, and is the status of
 * what ended it. */
static inline gmix_status gmix_i_failed(gmix_ctx *ctx, gmix_status status) {
    if (status == GMIX_ERR_SINGULAR || status == GMIX_ERR_DATA ||
        status == GMIX_ERR_MODEL) {
        const gmix_status ended = gmix_i_was_ended(ctx);
        return ended != GMIX_OK ? ended : status;
    }
    return status;
}

/* True if a loop that has something to give should end: polling fails, or a deadline is past,
 * firm or not. */
bool gmix_i_is_late(const gmix_ctx *ctx);

/* Seconds of gmix_i_now() at which time is over; INFINITY: never. */
double gmix_i_deadline(const gmix_ctx *ctx);

/* True of the statuses that polling fails with: what was found before may still count. */
static inline bool gmix_i_was_cut(gmix_status status) {
    return status == GMIX_ERR_CANCELLED || status == GMIX_ERR_TIME_LIMIT;
}

/* Hangs a limit that keeps time, softly, on the context, until gmix_i_limit_end(). seconds: from
 * now on; 0: as long as those farther out. The limit must stay where it is. */
void gmix_i_limit_begin(gmix_ctx *ctx, gmix_i_limit *limit, double seconds);
void gmix_i_limit_end(gmix_ctx *ctx, const gmix_i_limit *limit);

/* The same for work of which nothing counts that is not finished: firm, as long as those farther
 * out, and so is whatever is hung below. */
void gmix_i_limit_begin_firm(gmix_ctx *ctx, gmix_i_limit *limit);

/* Hangs a limit on the context below which a caller who cancels wants nothing of what there is so far: no model is
 * made of it. Time counts as it did. */
void gmix_i_limit_begin_whole(gmix_ctx *ctx, gmix_i_limit *limit);

/* GMIX_OK, or what has ended work that counts only as a whole, with its sentence. */
gmix_status gmix_i_limit_whole(gmix_ctx *ctx);

/* From now on the deadline of this limit ends work. */
void gmix_i_limit_firm(gmix_i_limit *limit);

/* Ends all work below this limit: what one thread calls that has failed. */
void gmix_i_limit_cut(gmix_i_limit *limit, gmix_status why);

/* Until gmix_i_limit_end() nothing ends work in this context: for the little without which there
 * would be no result. */
void gmix_i_limit_spare(gmix_ctx *ctx, gmix_i_limit *limit);

/* The same, where loops that refine something shall do so for that many seconds at most: they ask
 * gmix_i_is_late(). INFINITY: for as long as they want. */
void gmix_i_limit_spare_for(gmix_ctx *ctx, gmix_i_limit *limit, double seconds);

/* A limit without a deadline below those of the context, but not hung on it: for the contexts of
 * threads that work together. */
void gmix_i_limit_below(const gmix_ctx *ctx, gmix_i_limit *limit);

/* A context for a thread among others: the parent's memory, and `limit`, or NULL for the parent's
 * limits; one thread, no progress and no log. Only that of the calling thread, is_caller, asks the
 * parent's callback. */
void gmix_i_ctx_child(const gmix_ctx *parent, gmix_i_limit *limit, bool is_caller,
                      gmix_ctx *child);

#endif
