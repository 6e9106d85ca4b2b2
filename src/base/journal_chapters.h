/*
 * What calls keep in the journal of their context (gmix/journal.h). Without one all of this does nothing.
 *
 * A call that keeps one opens a chapter, whose title says by name what the call was asked: the journal
 * belongs to the call whose title came first. Entries are of a chapter, which is known by the checksum of
 * its title, so that calls within calls do not get into each other's way, and work that is looked up need
 * not be repeated for others to be found. Contexts of threads (gmix_i_ctx_child) have no journal: what
 * is kept are the slices of the outermost work.
 */
#ifndef GMIX_BASE_JOURNAL_CHAPTERS_H
#define GMIX_BASE_JOURNAL_CHAPTERS_H

#include <gmix/journal.h>
#include <gmix/option_info.h>

#include "base/wire.h"

/* What an entry is of; numbers are part of the format. */
typedef enum gmix_i_entry_kind {
    GMIX_I_ENTRY_OWN = 0,   /* the caller's */
    GMIX_I_ENTRY_STAGE = 1, /* all chains of a search, as a stage begins */
    GMIX_I_ENTRY_CHAIN = 2, /* one of them, within it */
    GMIX_I_ENTRY_RUN = 3,   /* a complete run */
    GMIX_I_ENTRY_CELL = 4,  /* of a grid of models */
    GMIX_I_ENTRY_REPLICATE = 5,
    GMIX_I_ENTRY_PART = 6 /* anything else, by two numbers */
} gmix_i_entry_kind;

/* To be restored when a chapter ends. */
typedef struct gmix_i_chapter {
    bool is_open;
    uint64_t outer;
    size_t outer_searches;
} gmix_i_chapter;

static inline bool gmix_i_keeps_journal(const gmix_ctx *ctx) {
    return ctx->journal != NULL;
}

/* A title: for contexts with a journal only. */
gmix_i_wire gmix_i_title_of(gmix_ctx *ctx, const char *call);
void gmix_i_title_text(gmix_i_wire *title, const char *name, const char *text);
void gmix_i_title_number(gmix_i_wire *title, const char *name, uint64_t number);
/* The options of a table, as text; but for limits of time. */
void gmix_i_title_options(gmix_i_wire *title, const gmix_option_info *table,
                          const void *opts);

/* A name for many bytes: begins with GMIX_I_DIGEST and goes on. */
#define GMIX_I_DIGEST UINT64_C(14695981039346656037)
uint64_t gmix_i_digest_reals(uint64_t digest, const double *x, size_t n);
static inline uint64_t gmix_i_digest_word(uint64_t digest, uint64_t word) {
    digest = (digest ^ word) * UINT64_C(1099511628211);
    return digest ^ digest >> 29;
}

/* Takes the title, and frees it. GMIX_ERR_OPTION if the journal is of other work. */
gmix_status gmix_i_chapter_begin(gmix_ctx *ctx, gmix_i_wire *title, gmix_i_chapter *out);
void gmix_i_chapter_end(gmix_ctx *ctx, const gmix_i_chapter *chapter);

/* Seconds between two times that something unfinished is kept. */
double gmix_i_journal_pause(const gmix_ctx *ctx);

/* The number of a search within its chapter. */
size_t gmix_i_chapter_search(gmix_ctx *ctx);

/* Any thread may call these two; ctx: that with the journal, whose message is not touched: gmix_i_journal_full() says
 * in another what became of keeping. The bytes of an
 * entry are copied: to be released by gmix_i_free(); NULL, size 0: none, or no memory for it. */
gmix_status gmix_i_journal_keep(gmix_ctx *ctx, gmix_i_entry_kind kind, uint64_t a,
                                uint64_t b, const void *bytes, size_t size);
static inline gmix_status gmix_i_journal_full(gmix_ctx *ctx, gmix_status status) {
    return status == GMIX_ERR_NOMEM
               ? gmix_i_fail(ctx, status, "out of memory for what the work has finished")
               : status;
}
void *gmix_i_journal_recall(const gmix_ctx *ctx, gmix_i_entry_kind kind, uint64_t a,
                            uint64_t b, size_t *size);

/* The title that the journal has, or NULL; giving it one; and whether the first call was found to have it. */
bool *gmix_i_journal_checked(gmix_ctx *ctx);
const void *gmix_i_journal_title(gmix_ctx *ctx, size_t *size);
gmix_status gmix_i_journal_entitle(gmix_ctx *ctx, const void *title, size_t size);

/* Several pieces of memory as one entry; recalled only if all sizes are the same. Lists end with bytes = NULL. */
typedef struct gmix_i_piece {
    void *bytes;
    size_t size;
} gmix_i_piece;
gmix_status gmix_i_journal_keep_pieces(gmix_ctx *ctx, gmix_i_entry_kind kind, uint64_t a,
                                       uint64_t b, const gmix_i_piece *pieces);
bool gmix_i_journal_recall_pieces(const gmix_ctx *ctx, gmix_i_entry_kind kind, uint64_t a,
                                  uint64_t b, const gmix_i_piece *pieces);

#endif
