/* Chains that go on until they agree. */
#ifndef GMIX_POSTERIOR_LONGER_CHAINS_H
#define GMIX_POSTERIOR_LONGER_CHAINS_H

#include "posterior/gibbs_run.h"

enum { GMIX_I_FIRST_ITERATIONS = 5000 };

/* Iterations of a chain that are worth their time where nobody said how many: up to eight times the
 * first ones, as long as rows, features and chains leave it at some ten thousand million multiplications. */
size_t gmix_i_most_iterations(const gmix_i_gibbs_run *run);

/* Makes the draws that the run asks for, then as many again, and again, while R-hat of the number of groups, of the
 * log-posterior or of the scale is above 1.01, up to `most` draws. */
gmix_status gmix_i_gibbs_run_longer(gmix_i_gibbs_run *run, double burn_in, size_t most);

#endif
