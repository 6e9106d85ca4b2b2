/* The rows of components that are not sound, r_nk > 1/2: the first few of each, for messages. */
#ifndef GMIX_SEARCH_MEMBERS_H
#define GMIX_SEARCH_MEMBERS_H

#include "search/sound.h"
#include "stats/statistics.h"

enum { GMIX_I_ROWS_NAMED = 5 };

/* The first rows of one component, and how many there are. */
typedef struct gmix_i_member_list {
    uint64_t rows[GMIX_I_ROWS_NAMED];
    uint64_t n;
} gmix_i_member_list;

typedef struct gmix_i_listing {
    const gmix_i_prepared *prepared;
    const gmix_i_fault *faults; /* K: which components are wanted */
    gmix_i_member_list *lists;  /* n_slots x K */
} gmix_i_listing;

/* The fill of the E-step that also takes down the rows of the components wanted; arg is a
 * gmix_i_listing. */
gmix_i_fill_fn gmix_i_fill_and_list;

/* The rows by the numbers they have in the data, lowest first. */
void gmix_i_member_list_number(gmix_i_member_list *list, const size_t *row_numbers);

/* The lowest rows of both, in order. */
void gmix_i_member_list_join(gmix_i_member_list *all, const gmix_i_member_list *more);

#endif
