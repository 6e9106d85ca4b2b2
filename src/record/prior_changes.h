/* The numbers of a prior that gmix_prior_sensitivity() changes, by name. */
#ifndef GMIX_RECORD_PRIOR_CHANGES_H
#define GMIX_RECORD_PRIOR_CHANGES_H

#include <gmix/report.h>

enum { GMIX_I_N_PRIOR_NUMBERS = 4 };

extern const char
    *const gmix_i_prior_numbers[GMIX_I_N_PRIOR_NUMBERS + 1]; /* NULL ends them */

#endif
