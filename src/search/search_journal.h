/* What searches keep in the journal of their context: chains, complete runs, solutions of cells. */
#ifndef GMIX_SEARCH_SEARCH_JOURNAL_H
#define GMIX_SEARCH_SEARCH_JOURNAL_H

#include "base/journal_chapters.h"
#include "search/search.h"

/* A solution as bytes, both ways. box: of the noise, if there is any; log_volume: its. */
void gmix_i_candidate_wire(gmix_i_wire *w, const gmix_i_noise_box *box,
                           gmix_i_candidate *c);

/* A run of a plan by its number: recalled, true; or kept. */
bool gmix_i_run_recall(gmix_i_worker *worker, size_t search, size_t run,
                       gmix_i_candidate *c);
gmix_status gmix_i_run_keep(gmix_i_worker *worker, size_t search, size_t run,
                            gmix_i_candidate *c);

/* All chains as a stage begins, n of them; and back: *stage is then the one to go on with, and chains that went
 * farther within it are there. *stage stays what it was if nothing is known. */
gmix_status gmix_i_stage_keep(gmix_i_crew *crew, gmix_i_chain *chains, size_t n,
                              size_t stage);
gmix_status gmix_i_stage_recall(gmix_i_crew *crew, gmix_i_chain *chains, size_t n,
                                size_t *stage);

/* A chain between two moves; if the journal's pause is over since it was last kept. counted: worker->losses are those of
 * pool[0]. */
gmix_status gmix_i_chain_keep(gmix_i_chain *chain, gmix_i_worker *worker, bool counted);

#endif
