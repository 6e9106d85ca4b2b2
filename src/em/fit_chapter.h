/* The chapter that a call keeps in the journal of its context: base/journal_chapters.h. */
#ifndef GMIX_EM_FIT_CHAPTER_H
#define GMIX_EM_FIT_CHAPTER_H

#include <gmix/fit.h>

#include "base/journal_chapters.h"

/* What a call is asked for beside a fit: another struct of options, and a number for what is in no table. */
typedef struct gmix_i_asked {
    const gmix_option_info *table; /* NULL: none */
    const void *opts;
    uint64_t number;
} gmix_i_asked;

/* The parameters of a model; 0 for NULL. */
uint64_t gmix_i_digest_of_model(const gmix_model *m);

/* Begins a chapter, if a journal is kept: its title names the call, all options (their model, labels, memberships, prior
 * among them), and the rows. Reads all of them: once O(N D). asked: may be NULL. */
gmix_status gmix_i_fit_chapter(gmix_ctx *ctx, const char *call, const gmix_table *x,
                               const gmix_fit_options *opts, const gmix_i_asked *asked,
                               gmix_i_chapter *out);

#endif
