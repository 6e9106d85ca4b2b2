/*
 * Merges of a variational fit's components (Hughes & Sudderth 2013, Memoized online variational inference; Ueda
 * & Ghahramani 2002). Two components that share a cluster compete for its rows, and plain steps empty one
 * of them so slowly that most of a run may be spent on it. With the responsibilities r_c handed over to j, posteriors
 * add, and the bound changes by
 *
 *     z_jc + z_0 - z_j - z_c + (what q(pi) is worth) - H,     z: the normalisers of conjugate/niw.h
 *
 * with H = sum_n (r_j + r_c) h(r_j / (r_j + r_c)), h(p) = -p log p - (1 - p) log(1 - p), what the labels' entropy loses. All
 * but H follow from the parameters. Since h(p) <= 2 log 2 sqrt(p (1 - p)), rows that are as the two components say have
 *
 *     H <= 2 log 2 sqrt(n_j n_c) exp(-Bhattacharyya's distance),    and    H <= (n_j + n_c) h(n_j / (n_j + n_c))
 *
 * has any. So merges are proposals: the next pass has the bound, and one that lowers it is rejected as an
 * extrapolation would be.
 */
#ifndef GMIX_STATS_VARIATIONAL_MERGE_H
#define GMIX_STATS_VARIATIONAL_MERGE_H

#include "stats/constraints.h"

/* Hands the rows of components over to others, each to one near it, where that promises a higher bound:
 * the most promising first, `most` of them at the most, no component twice, of those that promise more than `least`
 * nats. Those without rows are as the prior says. Returns how many. work: gmix_i_merge_work() doubles. */
size_t gmix_i_merge_components(const gmix_i_constraints *constraints, size_t most,
                               double least, double *work, gmix_i_params *p);

size_t gmix_i_merge_work(const gmix_i_shape *shape, size_t k, size_t d);

#endif
