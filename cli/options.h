/*
 * Command-line options: one table, from which come parsing, --help, the man pages and the
 * completions. Options that mirror a field of gmix_fit_options name the field; their
 * help, default, choices and checks then come from the library's own table.
 */
#ifndef GMIX_CLI_OPTIONS_H
#define GMIX_CLI_OPTIONS_H

#include <stdbool.h>

#include <gmix/gmix.h>

enum cli_id {
    OPT_NONE, /* ends a list */
    OPT_GROUP,
    OPT_COMPONENTS,
    OPT_COVARIANCE,
    OPT_INIT,
    OPT_INIT_MODEL,
    OPT_RESTARTS,
    OPT_SEARCH,
    OPT_SINGULAR,
    OPT_SEED,
    OPT_TOL,
    OPT_MAX_ITER,
    OPT_REG,
    OPT_REG_RELATIVE,
    OPT_RESOLUTION,
    OPT_EIGEN_RATIO,
    OPT_STOP_RULE,
    OPT_PRECISION,
    OPT_TIME_LIMIT,
    OPT_LABEL_COLUMN,
    OPT_PER_CLASS,
    OPT_CV,
    OPT_MISSING,
    OPT_PRIOR,
    OPT_PRIOR_SHRINKAGE,
    OPT_PRIOR_DOF,
    OPT_PRIOR_SCALE,
    OPT_DIRICHLET,
    OPT_BAYES,
    OPT_CONCENTRATION,
    OPT_SENSITIVITY,
    OPT_FREEZE,
    OPT_NOISE,
    OPT_NOISE_VOLUME,
    OPT_TRIM,
    OPT_NO_ACCELERATE,
    OPT_CRITERION,
    OPT_FOLDS,
    OPT_SE,
    OPT_REPLICATES,
    OPT_LEVEL,
    OPT_ALL,
    OPT_GROUPS_COVARIANCE,
    OPT_PARTITION_PRIOR,
    OPT_COMPONENTS_PRIOR,
    OPT_COMPONENTS_PARAMETER,
    OPT_PARTITION_CONCENTRATION,
    OPT_CONCENTRATION_SHAPE,
    OPT_CONCENTRATION_RATE,
    OPT_GROUP_SCALE,
    OPT_GROUP_SHRINKAGE,
    OPT_GROUP_DOF,
    OPT_CHAINS,
    OPT_ITERATIONS,
    OPT_BURN_IN,
    OPT_THIN,
    OPT_PROPOSALS,
    OPT_GRID,
    OPT_PARTITION_OUT,
    OPT_SIMILARITY_OUT,
    OPT_DENSITY_OUT,
    OPT_COLUMNS,
    OPT_HEADER,
    OPT_NO_HEADER,
    OPT_DELIMITER,
    OPT_DECIMAL,
    OPT_THOUSANDS,
    OPT_NA,
    OPT_INPUT_LIMIT,
    OPT_ROW_NAMES,
    OPT_DATES,
    OPT_WEIGHTS,
    OPT_ERRORS,
    OPT_BINNED,
    OPT_BETWEEN,
    OPT_TRUNCATED,
    OPT_ERROR_COV,
    OPT_APPEND,
    OPT_DIGITS,
    OPT_EXACT,
    OPT_DENSITY,
    OPT_PROBA,
    OPT_MEAN,
    OPT_DRAWS,
    OPT_ROWS,
    OPT_FEATURES,
    OPT_GIVEN,
    OPT_TARGET,
    OPT_QUANTILES,
    OPT_HDR,
    OPT_FAR,
    OPT_LAMBDA,
    OPT_DIRECTIONS,
    OPT_SCORES,
    OPT_METHOD,
    OPT_CLUSTERS,
    OPT_MODEL_OUT,
    OPT_TRAIN,
    OPT_NEW,
    OPT_FDR,
    OPT_REASONS,
    OPT_SHAPLEY,
    OPT_ONLY,
    OPT_AT,
    OPT_FROM_ABOVE,
    OPT_LOWER,
    OPT_UPPER,
    OPT_MASS,
    OPT_TOLERANCE,
    OPT_APPROXIMATIONS,
    OPT_REFINE,
    OPT_DISTANCE,
    OPT_LOG_COLUMNS,
    OPT_NAMES,
    OPT_ORDER,
    OPT_POINTS,
    OPT_LABELS,
    OPT_COMPONENT,
    OPT_JSON,
    OPT_OUTPUT,
    OPT_KIND,
    OPT_SHOW,
    OPT_THEME,
    OPT_CONTOURS,
    OPT_UNCERTAINTY,
    OPT_TITLE,
    OPT_SIZE,
    OPT_SCALE,
    OPT_PLOT,
    OPT_NO_PLOT,
    OPT_REPORT,
    OPT_ONLINE,
    OPT_FORGET,
    OPT_STREAM,
    OPT_CHECKPOINT,
    OPT_EVERY,
    OPT_THREADS,
    OPT_PROGRESS,
    OPT_QUIET,
    OPT_VERSION,
    OPT_VERBOSE,
    OPT_HELP,
    OPT_COUNT
};

struct cli_option {
    char letter;       /* "-k"; 0: none */
    const char *name;  /* "components" */
    const char *value; /* what its argument is called; NULL: a flag */
    const char *field; /* of gmix_fit_options or of the table, or NULL */
    const gmix_option_info *(*table)(void); /* of another struct; NULL: that of fits */
    const char *help;                       /* NULL: the field's */
    bool takes_file;                        /* its argument is a file name */
    bool hidden;                /* understood, only to be refused with a sentence */
    bool hides_default;         /* the field's default is not worth showing */
    const char *const *choices; /* NULL: the field's, or any */
    const char *const *(*names)(void); /* choices, from the library's own list, or NULL */
    const char *preset; /* the default among them, worth showing; or NULL */
};

/* An option as one command uses it. A list of them ends with OPT_NONE; OPT_GROUP puts a
 * heading into the help. --help is part of every command and not listed. */
struct cli_use {
    enum cli_id id;
    const char *help; /* NULL: the table's; for OPT_GROUP: the heading */
};

enum { CLI_MAX_OPERANDS = 2 };

struct cli_command;

struct cli_args {
    const struct cli_command *command;
    const char *values[OPT_COUNT];          /* NULL: not given; "" for a flag that is */
    const char *operands[CLI_MAX_OPERANDS]; /* the first ones */
    char *const *all;                       /* n_operands */
    size_t n_operands;
};

const struct cli_option *cli_option(enum cli_id id);

/* The library's entry behind an option, or NULL. */
const gmix_option_info *cli_option_field(const struct cli_option *option);

/* The words an option's argument may be, NULL-terminated, or NULL if it is free. */
const char *const *cli_option_choices(const struct cli_option *option);

/* The sentence that explains an option. */
const char *cli_use_help(const struct cli_use *use);

/* Reads argv[0 ..] after the command's name. 0, or 2 after saying what is wrong. */
int cli_parse(const struct cli_command *command, int argc, char **argv,
              struct cli_args *args);

/* Gives the option's value, if there is one, to the field it mirrors. 0, or 2 after saying
 * what is wrong with it. */
int cli_option_set(const struct cli_args *args, enum cli_id id, gmix_ctx *ctx,
                   gmix_fit_options *opts);

/* A whole number from an option's text, also written 1e6. 0, or 2 after saying why not.
 */
int cli_parse_count(const struct cli_args *args, enum cli_id id, size_t min, size_t max,
                    size_t *out);

#endif
