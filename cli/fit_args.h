/* The options of a fit, for every command that makes one. */
#ifndef GMIX_CLI_FIT_ARGS_H
#define GMIX_CLI_FIT_ARGS_H

#include "session.h"

/* Parts of a command's list. */
#define CLI_START_USES                                                  \
    {OPT_GROUP, "The start"}, {OPT_INIT, NULL}, {OPT_INIT_MODEL, NULL}, \
        {OPT_SEARCH, NULL}, {OPT_RESTARTS, NULL}, {                     \
        OPT_SEED, NULL                                                  \
    }
#define CLI_EM_USES                                                                     \
    {OPT_GROUP, "The fit"}, {OPT_MISSING, NULL}, {OPT_TOL, NULL}, {OPT_MAX_ITER, NULL}, \
        {OPT_TIME_LIMIT, NULL}, {OPT_REG, NULL}, {OPT_REG_RELATIVE, NULL},              \
        {OPT_RESOLUTION, NULL}, {OPT_EIGEN_RATIO, NULL}, {OPT_STOP_RULE, NULL},         \
        {OPT_SINGULAR, NULL}, {OPT_NO_ACCELERATE, NULL}, {                              \
        OPT_PRECISION, NULL                                                             \
    }
#define CLI_BEYOND_USES                                                                \
    {OPT_GROUP, "Beyond the mixture"}, {OPT_PRIOR, NULL}, {OPT_PRIOR_SHRINKAGE, NULL}, \
        {OPT_PRIOR_DOF, NULL}, {OPT_PRIOR_SCALE, NULL}, {OPT_DIRICHLET, NULL},         \
        {OPT_BAYES, NULL}, {OPT_CONCENTRATION, NULL}, {OPT_FREEZE, NULL},              \
        {OPT_NOISE, NULL}, {OPT_NOISE_VOLUME, NULL}, {                                 \
        OPT_TRIM, NULL                                                                 \
    }

/* Sets the options, and reads the model to start from if there is one, which they point to. If the
 * command chooses among models, components and families are its own. 0, or an exit status
 * after saying what is wrong. */
int cli_fit_options(struct cli_session *session, const struct cli_args *args,
                    bool chooses, gmix_fit_options *opts, gmix_model **start);

/* With labels, K is what the classes need unless it is given. */
int cli_fit_components(const struct cli_args *args, const gmix_table *table,
                       const char *path, gmix_fit_options *opts);

#endif
