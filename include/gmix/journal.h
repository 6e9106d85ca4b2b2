/**
 * Journals: what long work has finished, kept while it goes on, so that work that was killed need not begin
 * anew.
 *
 *     gmix_journal *journal = NULL;
 *     gmix_journal_new(ctx, bytes, size, &journal);    NULL, 0: nothing is known yet
 *     gmix_ctx_set_journal(ctx, journal);
 *     gmix_select(ctx, &x, &options, NULL, &model, &report);
 *
 * Calls that take long look up what they need in the journal of their context, and write down what they
 * have finished: chains of a search, after a move, once a second; complete runs; cells of a choice
 * and of its folds; replicates. What is looked up is what would have been worked out: after any interruption
 * the same call, of the same library, gives the same bits. gmix_fit(), gmix_select(), gmix_test_components(),
 * gmix_standard_errors_estimate(), gmix_test_fit(), gmix_clusters_find(), and the steps of an engine heed it;
 * others work as they do without.
 *
 * A journal belongs to one piece of work: the first call that uses it names its rows and options, and a call with
 * others is refused (GMIX_ERR_OPTION), with a sentence that says which. Limits of time and threads may differ.
 */
#ifndef GMIX_JOURNAL_H
#define GMIX_JOURNAL_H

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gmix_journal gmix_journal;

/**
 * Makes a journal, empty or of the bytes of another one.
 *
 * @param bytes    What gmix_journal_bytes() gave, size of them; NULL: none.
 * @param journal  [out] To be released by gmix_journal_free(), after the context was given another or none.
 * @return GMIX_OK; GMIX_ERR_PARSE: damaged, cut short, of another version, or no journal; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_journal_new(gmix_ctx *ctx, const void *bytes, size_t size,
                                      gmix_journal **journal);
GMIX_API void gmix_journal_free(gmix_journal **journal);

/** Calls with this context keep the journal from now on; NULL: none. It is borrowed. */
GMIX_API void gmix_ctx_set_journal(gmix_ctx *ctx, gmix_journal *journal);

/**
 * All that is in it as bytes, with a version and a checksum, good until the next call of this function. May be called
 * while work goes on, from a callback of the context or any other thread, of which one at a time.
 * @return GMIX_OK; GMIX_ERR_NOMEM; GMIX_ERR_ARGUMENT: journal is NULL.
 */
GMIX_API gmix_status gmix_journal_bytes(gmix_journal *journal, const void **bytes,
                                        size_t *size);

/** Seconds between two times that a chain of a search is written down, at least; default 1. */
GMIX_API void gmix_journal_set_pause(gmix_journal *journal, double seconds);

/** A number that grows whenever something is written down: 0 for a new journal. */
GMIX_API uint64_t gmix_journal_changes(const gmix_journal *journal);

/**
 * The caller's own entries, by name: writes one, in place of what it was.
 * @return GMIX_OK; GMIX_ERR_NOMEM; GMIX_ERR_ARGUMENT: a pointer is NULL.
 */
GMIX_API gmix_status gmix_journal_put(gmix_journal *journal, const char *name,
                                      const void *bytes, size_t size);

/** And looks one up: borrowed, until the entry is written again; NULL, size 0: there is none. */
GMIX_API const void *gmix_journal_get(gmix_journal *journal, const char *name,
                                      size_t *size);

#ifdef __cplusplus
}
#endif
#endif
