/*
 * What a search may do: budgets of work, and how each kind of search spends its own. Functions of the data's size and the
 * options alone, never of time.
 */
#ifndef GMIX_SEARCH_POLICY_H
#define GMIX_SEARCH_POLICY_H

#include "search/crew.h"

enum {
    GMIX_I_MOST_CHAINS = 4,
    GMIX_I_STAGES = 6 /* of a search with more than one chain */
};

/* Kinds of searches. */
typedef enum gmix_i_policy {
    GMIX_I_POLICY_FIT,
    GMIX_I_POLICY_CELL,      /* of a choice: what other cells find is worth the rest */
    GMIX_I_POLICY_REPLICATE, /* fits by the hundred, and those they are compared with */
    GMIX_I_POLICY_BRIEF,     /* on some rows of a large table, */
    GMIX_I_POLICY_LONGER,    /* and again, unless the first one's runs agreed; */
    GMIX_I_POLICY_ALL_ROWS,  /* on all of them, from the first start on */
    GMIX_I_POLICY_REPAIR     /* until a solution is sound: as many passes as that takes */
} gmix_i_policy;

/* How much a search may do: numbers of each chain. */
typedef struct gmix_i_effort {
    size_t n_chains;
    size_t n_threads;              /* that the search is worth, at most */
    bool begins_alone;             /* the first stage is not worth waking another one */
    double passes;                 /* a chain's budget: no move begins beyond */
    size_t n_starts, short_steps;  /* first cut */
    size_t n_middle, middle_steps; /* second */
    size_t n_long;                 /* to the end */
    size_t patience;               /* moves in a row that may fail */
    bool roams;                    /* excursions to lower solutions, and crossings */
} gmix_i_effort;

/* The effort for a search on the plan's rows; n_rows: of the whole data. */
gmix_i_effort gmix_i_effort_for(const gmix_i_plan *plan, double n_rows,
                                gmix_i_policy policy);

/* The policy's share of so many passes over the plan's rows, INFINITY of them if nothing but patience is to end it. */
gmix_i_effort gmix_i_effort_share(const gmix_i_plan *plan, double passes,
                                  gmix_i_policy policy);

/* What a single fit's search takes, roughly, beside that of another small table with many components and a family whose
 * updates are next to nothing. */
double gmix_i_search_cost(const gmix_i_plan *plan);

/* What large searches go by: numbers of a model, as many as a component's own covariance has, whatever the family
 * shares; and rows that a search is content with: some for every parameter, or for every component. */
double gmix_i_plan_parameters(const gmix_i_plan *plan);
size_t gmix_i_search_rows(const gmix_i_plan *plan);

#endif
