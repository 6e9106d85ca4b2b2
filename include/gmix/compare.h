/**
 * Comparing two labellings of the same rows: components with known classes, or two
 * clusterings with each other. Nothing here depends on how labels are numbered.
 */
#ifndef GMIX_COMPARE_H
#define GMIX_COMPARE_H

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How labelling B agrees with labelling A. Release with gmix_agreement_free(). */
typedef struct gmix_agreement {
    size_t struct_size; /* sizeof(gmix_agreement); 0: that of version 0.2 */
    size_t n_rows;      /* N: rows with a label in both */
    size_t n_unknown;   /* rows left out: a label is negative */
    size_t n_a, n_b;    /* labels: one more than the largest */
    double *counts;     /* n_a x n_b: rows with label a (row) and b (column) */
    int32_t *match; /* n_a: the b that a is matched to, or -1 for none: one to one, with
                         the most rows in all */
    double error_rate; /* share of the rows outside of matched pairs */
    double rand; /* share of the pairs of rows that both put together or both apart */
    double adjusted_rand; /* 1: the same; 0: as by chance (Hubert & Arabie 1985) */
    double entropy_a, entropy_b, mutual_information; /* nats */
    double
        normalised_mutual_information; /* by the mean of the entropies; 1 if both are 0 */
    void *owner;                       /* of the arrays; not for callers */
} gmix_agreement;

/**
 * Compares labels a and b of n rows.
 *
 * @param a, b  n labels each, 0 or more; negative where unknown.
 * @param out   [out] As above.
 * @return GMIX_OK; GMIX_ERR_DATA if no row has both labels; GMIX_ERR_ARGUMENT for NULLs;
 *         GMIX_ERR_NOMEM.
 *
 * Cost: O(n + n_a n_b min(n_a, n_b)).
 * Source: Hubert & Arabie (1985), doi:10.1007/BF01908075; matching by Kuhn (1955) and
 * Munkres (1957).
 */
GMIX_API gmix_status gmix_compare_labels(gmix_ctx *ctx, size_t n, const int32_t *a,
                                         const int32_t *b, gmix_agreement *out);
GMIX_API void gmix_agreement_free(gmix_agreement *agreement);

#ifdef __cplusplus
}
#endif
#endif
