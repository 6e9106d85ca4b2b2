/*
 * Row rules: what is known of single rows, or asked of them, besides the values of complete ones. The
 * E-step walks a list of them, and knows none:
 *
 *     l_kn = log pi_k N(x_n | ...)   of complete rows       all rows at a time
 *       terms      cells that are missing, errors, noise, labels   change entries of l
 *     r_kn, log sum_k exp l_kn       `normalise`
 *       shares     trimming                                 changes entries of r
 *       moments    cells that are missing, errors           adds rows to the statistics, takes them out of r
 *     n_k, s_k, S_k                  of what is left
 *
 * A rule has its numbers behind `of`, which is borrowed. Rules that write rows of l come before
 * those that strike entries out, in the order in which they were added. Moments go the other way
 * round: a row is of the rule that wrote its terms last.
 */
#ifndef GMIX_FAMILY_ROW_RULE_H
#define GMIX_FAMILY_ROW_RULE_H

#include "data/tile.h"

typedef struct gmix_i_prepared gmix_i_prepared;
typedef struct gmix_i_params gmix_i_params;

/* What a kind of rule does; NULL: nothing. K components, n rows of a tile. */
typedef struct gmix_i_row_rule_kind {
    const char *name;
    /* Parameters were made ready in q. */
    gmix_status (*prepare)(void *of, const gmix_i_params *p, const gmix_i_prepared *q);
    /* l: (K + 1) x n reals, the last row that of the noise. */
    void (*terms)(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                  void *l, void *work);
    /* Where log-sums are to be put, for `shares`: n reals. */
    void *(*log_sums)(const void *of, const gmix_i_tile *tile);
    /* resp: (K + 1) x n reals, weighted; active: components' rows that are not 0. */
    void (*shares)(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                   void *resp, const void *log_sums, size_t *active,
                   gmix_i_norm_sums *sums);
    /* stats: K blocks of statistics. */
    void (*moments)(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                    void *resp, size_t *active, double *stats, void *work);
    bool comes_last; /* its terms are made of those of all other kinds */
    /* Frees `of` with the prepared parameters whose rule it is. */
    void (*release)(const gmix_allocator *from, void *of);
} gmix_i_row_rule_kind;

typedef struct gmix_i_row_rule {
    const gmix_i_row_rule_kind *kind;
    void *of;
} gmix_i_row_rule;

enum { GMIX_I_MOST_RULES = 8 };

typedef struct gmix_i_row_rules {
    size_t n;
    gmix_i_row_rule at[GMIX_I_MOST_RULES];
} gmix_i_row_rules;

static inline void gmix_i_row_rules_add(gmix_i_row_rules *rules,
                                        const gmix_i_row_rule_kind *kind, void *of) {
    if (rules->n < GMIX_I_MOST_RULES) { /* there are fewer kinds, each at most once */
        size_t at = rules->n++;
        for (; at > 0 && rules->at[at - 1].kind->comes_last; at--) {
            rules->at[at] = rules->at[at - 1];
        }
        rules->at[at] = (gmix_i_row_rule){kind, of};
    }
}

/* Of complete rows with the rules' terms: l as above. */
void gmix_i_log_terms(const gmix_i_prepared *q, const gmix_i_tile *tile, void *l,
                      void *work);

/* `normalise`, and what rules make of its responsibilities; log_sums: n reals, or NULL unless a rule
 * wants them. */
void gmix_i_share_out(const gmix_i_prepared *q, const gmix_i_tile *tile, void *resp,
                      void *log_sums, size_t *active, gmix_i_norm_sums *sums);

/* The tile's rows, weighted by resp, into K blocks of statistics. Uses resp up. */
void gmix_i_add_moments(const gmix_i_prepared *q, const gmix_i_tile *tile, void *resp,
                        size_t *active, double *stats, void *work);

/* Cells that are missing; of: gmix_i_gaps. A component of uniform density. */
extern const gmix_i_row_rule_kind gmix_i_rule_gaps, gmix_i_rule_noise;

#endif
