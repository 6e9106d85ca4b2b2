/*
 * What a page says in numbers: of the rows under the model, by one evaluation
 * in blocks, and of the model alone. A group is a component or the noise, which comes last: there are
 * n_groups, K or K + 1.
 */
#ifndef GMIX_PAGE_FACTS_H
#define GMIX_PAGE_FACTS_H

#include "base/base.h"
#include "base/cells.h"
#include "plot/assigned.h"

enum { GMIX_I_ROWS_LISTED = 10 };

/* A row's largest responsibility is below this: it is in doubt. */
#define GMIX_I_SURE 0.8

/* A row worth a look. */
typedef struct gmix_i_noted {
    size_t row;
    size_t first, second; /* its likeliest groups; the same if there is one */
    double p_first, p_second;
    double rank; /* rows are listed by this, ascending */
} gmix_i_noted;

typedef struct gmix_i_noted_list {
    gmix_i_noted rows[GMIX_I_ROWS_LISTED];
    size_t n;
} gmix_i_noted_list;

typedef struct gmix_i_facts {
    size_t n, d, k, n_groups;
    size_t n_empty;   /* rows without an observed cell: placed nowhere, never in doubt */
    double total;     /* weight of the rows */
    double placed;    /* of those with an observed cell */
    double certainty; /* of those: mean of the largest responsibility */
    double log_likelihood; /* of the rows under the model */
    size_t n_doubtful;     /* rows in doubt */
    double doubtful_share; /* of the rows with an observed cell */
    size_t *n_members;     /* n_groups: rows whose likeliest group it is */
    size_t *n_between;     /* n_groups x n_groups: rows in doubt by first and second */
    gmix_i_noted_list doubtful, unlikely; /* by certainty; by log-density */
    gmix_i_assigned assigned;             /* all rows, for pictures */

    /* Of the data: observed cells, weighted. D each; NaN, NaN, +inf and -inf for a feature
     * without any. */
    double *mean, *sd, *lowest, *highest;
    size_t n_missing, n_incomplete; /* cells and rows */

    /* Of the model. */
    double *sds;      /* K x D: standard deviations */
    double *distance; /* K x D: of the mean from that of the other components, in standard
                           deviations: root mean square of its own and theirs */
    double *spread;   /* K x D: own standard deviation over that of the others */
    double
        *separation; /* D: share of the variance that lies between components, 0 .. 1 */
    size_t *order;   /* D: features by separation, largest first */
} gmix_i_facts;

gmix_status gmix_i_facts_find(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                              gmix_i_facts *facts);
void gmix_i_facts_free(gmix_ctx *ctx, gmix_i_facts *facts);

#endif
