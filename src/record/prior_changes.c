/* Names that gmix_prior_change.what has, in the order of a report. */
#include "record/prior_changes.h"

const char *const gmix_i_prior_numbers[GMIX_I_N_PRIOR_NUMBERS + 1] = {
    "concentration", "shrinkage", "dof", "scale", NULL};
