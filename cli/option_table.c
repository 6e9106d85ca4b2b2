/* The table of options: names, arguments and help. See options.h. */
#include "options.h"

#include <stddef.h>

static const char *const delimiters[] = {"comma", "semicolon", "tab",
                                         "pipe",  "space",     NULL};

/* A field of another struct of options. */
#define POSTERIOR(name) .field = (name), .table = gmix_posterior_option_table

static const struct cli_option table[OPT_COUNT] = {
    [OPT_COMPONENTS] = {.letter = 'k',
                        .name = "components",
                        .value = "K",
                        .field = "n_components",
                        .hides_default = true},
    [OPT_COVARIANCE] = {.letter = 'c',
                        .name = "covariance",
                        .value = "FAMILY",
                        .field = "covariance"},
    [OPT_INIT] = {.name = "init", .value = "START", .field = "init"},
    [OPT_INIT_MODEL] = {.name = "init-model",
                        .value = "FILE",
                        .takes_file = true,
                        .help = "start EM from this model; it also gives K and the "
                                "covariance family unless -k and -c do"},
    [OPT_RESTARTS] = {.name = "restarts", .value = "N", .field = "restarts"},
    [OPT_SEARCH] = {.name = "search", .value = "EXTENT", .field = "search"},
    [OPT_SINGULAR] = {.name = "singular", .value = "POLICY", .field = "singular"},
    [OPT_SEED] = {.name = "seed",
                  .value = "S",
                  .field = "seed",
                  .help =
                      "seed of everything random; the same seed gives the same result "
                      "(default 0)"},
    [OPT_STOP_RULE] = {.name = "stop-rule", .value = "RULE", .field = "stop_rule"},
    [OPT_TOL] = {.name = "tol", .value = "T", .field = "tol"},
    [OPT_MAX_ITER] = {.name = "max-iter", .value = "M", .field = "max_iter"},
    [OPT_REG] = {.name = "reg",
                 .value = "R",
                 .field = "reg",
                 .help =
                     "add R to the diagonal of every covariance, in data units squared; "
                     "--reg-relative is then off (default: not used)"},
    [OPT_EIGEN_RATIO] = {.name = "eigen-ratio",
                         .value = "C",
                         .field = "eigen_ratio",
                         .hides_default = true},
    [OPT_REG_RELATIVE] = {.name = "reg-relative", .value = "F", .field = "reg_relative"},
    [OPT_RESOLUTION] = {.name = "resolution", .value = "HOW", .field = "resolution"},
    [OPT_PRECISION] = {.name = "precision", .value = "P", .field = "precision"},
    [OPT_TIME_LIMIT] = {.name = "time-limit",
                        .value = "S",
                        .field = "time_limit",
                        .hides_default = true},
    [OPT_LABEL_COLUMN] =
        {.name = "labels",
         .value = "COLUMN",
         .help =
             "this column is the class of each row, text or numbers, where it is known "
             "(empty, -, ? or NA where not), and no feature; -k is then the number of "
             "classes x --per-class unless it is given"},
    [OPT_CV] = {.name = "cv",
                .value = "FOLDS",
                .help =
                    "with --labels: error rate by cross-validation, in that many folds"},
    [OPT_MISSING] = {.name = "missing", .value = "HOW", .field = "missing"},
    [OPT_PRIOR] = {.name = "prior", .value = "NAME", .field = "prior"},
    [OPT_PRIOR_SHRINKAGE] = {.name = "prior-shrinkage",
                             .value = "KAPPA",
                             .field = "prior_shrinkage",
                             .hides_default = true},
    [OPT_PRIOR_DOF] = {.name = "prior-dof",
                       .value = "NU",
                       .field = "prior_dof",
                       .hides_default = true},
    [OPT_PRIOR_SCALE] = {.name = "prior-scale",
                         .value = "F",
                         .field = "prior_scale",
                         .hides_default = true},
    [OPT_BAYES] = {.name = "bayes", .value = "WEIGHTS", .field = "bayes"},
    [OPT_CONCENTRATION] = {.name = "concentration",
                           .value = "GAMMA",
                           .field = "concentration",
                           .hides_default = true},
    [OPT_SENSITIVITY] =
        {.name = "sensitivity",
         .help = "of a posterior: what becomes of it where each number of the "
                 "prior is ten times as large, or a tenth"},
    [OPT_DIRICHLET] = {.name = "dirichlet", .value = "ALPHA", .field = "dirichlet"},
    [OPT_FREEZE] = {.name = "freeze",
                    .value = "WHAT",
                    .field = "freeze",
                    .hides_default = true},
    [OPT_NOISE] = {.name = "noise",
                   .value = "W",
                   .field = "noise",
                   .hides_default = true},
    [OPT_NOISE_VOLUME] = {.name = "noise-volume",
                          .value = "V",
                          .field = "noise_volume",
                          .help = "what noise is uniform over: box (default) or hull, "
                                  "around the data, or a volume in their units",
                          .hides_default = true},
    [OPT_TRIM] = {.name = "trim", .value = "F", .field = "trim", .hides_default = true},
    [OPT_PER_CLASS] = {.name = "per-class", .value = "N", .field = "per_class"},
    [OPT_NO_ACCELERATE] = {.name = "no-accelerate",
                           .help = "plain EM steps: the same optimum in more of them"},
    [OPT_SE] = {.name = "se",
                .value = "METHOD",
                .table = gmix_standard_error_option_table,
                .field = "method",
                .hides_default = true},
    [OPT_CRITERION] = {.name = "criterion",
                       .value = "NAME",
                       .table = gmix_select_option_table,
                       .field = "criterion"},
    [OPT_FOLDS] = {.name = "folds",
                   .value = "N",
                   .help = "folds of --criterion cv (default 10)"},
    [OPT_REPLICATES] = {.name = "replicates", .value = "B", .help = ""},
    [OPT_LEVEL] = {.name = "level", .value = "P", .help = ""},
    [OPT_ALL] = {.name = "all",
                 .help = "make every test, also after one that does not reject"},
    [OPT_GROUPS_COVARIANCE] = {.letter = 'c',
                               .name = "covariance",
                               .value = "FAMILY",
                               POSTERIOR("covariance")},
    [OPT_PARTITION_PRIOR] = {.name = "prior", .value = "NAME", POSTERIOR("prior")},
    [OPT_COMPONENTS_PRIOR] = {.name = "components-prior",
                              .value = "NAME",
                              POSTERIOR("components")},
    [OPT_COMPONENTS_PARAMETER] = {.name = "components-parameter",
                                  .value = "X",
                                  POSTERIOR("components_parameter"),
                                  .hides_default = true},
    [OPT_PARTITION_CONCENTRATION] = {.name = "concentration",
                                     .value = "A",
                                     POSTERIOR("concentration"),
                                     .hides_default = true},
    [OPT_CONCENTRATION_SHAPE] = {.name = "concentration-shape",
                                 .value = "S",
                                 POSTERIOR("concentration_shape"),
                                 .hides_default = true},
    [OPT_CONCENTRATION_RATE] = {.name = "concentration-rate",
                                .value = "R",
                                POSTERIOR("concentration_rate"),
                                .hides_default = true},
    [OPT_GROUP_SCALE] = {.name = "prior-scale",
                         .value = "F",
                         POSTERIOR("prior_scale"),
                         .hides_default = true},
    [OPT_GROUP_SHRINKAGE] = {.name = "prior-shrinkage",
                             .value = "KAPPA",
                             POSTERIOR("prior_shrinkage"),
                             .hides_default = true},
    [OPT_GROUP_DOF] = {.name = "prior-dof",
                       .value = "NU",
                       POSTERIOR("prior_dof"),
                       .hides_default = true},
    [OPT_CHAINS] = {.name = "chains", .value = "N", POSTERIOR("n_chains")},
    [OPT_ITERATIONS] = {.name = "iterations", .value = "N", POSTERIOR("iterations")},
    [OPT_BURN_IN] = {.name = "burn-in", .value = "F", POSTERIOR("burn_in")},
    [OPT_THIN] = {.name = "thin", .value = "N", POSTERIOR("thin")},
    [OPT_PROPOSALS] = {.name = "proposals", .value = "N", POSTERIOR("n_proposals")},
    [OPT_GRID] = {.name = "grid", .value = "N", POSTERIOR("n_grid")},
    [OPT_PARTITION_OUT] = {.name = "partition",
                           .value = "FILE",
                           .takes_file = true,
                           .help = "write each row's cluster, and how often it is with "
                                   "the others of it, to FILE as CSV"},
    [OPT_SIMILARITY_OUT] = {.name = "similarity",
                            .value = "FILE",
                            .takes_file = true,
                            .help = "write how often each two rows are together, of at "
                                    "most 5000, to FILE as CSV"},
    [OPT_DENSITY_OUT] = {.name = "density",
                         .value = "FILE",
                         .takes_file = true,
                         .help = "write the predictive density of each feature with its "
                                 "band to FILE as CSV"},
    [OPT_COLUMNS] = {.name = "columns",
                     .value = "A,B,...",
                     .help =
                         "columns to use, in this order: names, numbers from 0, ranges "
                         "(2-31, a..f), names with * and ?, all, numeric, and with "
                         "a minus sign (-ID) what to leave out; a name with a comma "
                         "goes in double quotes (default numeric: all numbers that "
                         "name no rows)"},
    [OPT_HEADER] = {.name = "header",
                    .help = "the first line is column names (default: found out)"},
    [OPT_NO_HEADER] = {.name = "no-header", .help = "the first line is data"},
    [OPT_DELIMITER] = {.name = "delimiter",
                       .value = "CHAR",
                       .choices = delimiters,
                       .help = "between cells: one character, or comma, semicolon, tab, "
                               "pipe, space (default: found out)"},
    [OPT_DECIMAL] = {.name = "decimal",
                     .value = "CHAR",
                     .help =
                         "the decimal sign, . or , (default: found out, and asked for "
                         "where numbers can be read in two ways)"},
    [OPT_THOUSANDS] = {.name = "thousands",
                       .value = "CHAR",
                       .help = "what stands between groups of three digits: one of , . ' "
                               "or a blank, or none (default: found out)"},
    [OPT_ROW_NAMES] = {.name = "row-names",
                       .value = "COLUMN",
                       .help = "this column names the rows and is no feature; none: no "
                               "column does (default: found out, and said)"},
    [OPT_DATES] = {.name = "dates",
                   .help = "read dates as days since 1970-01-01 and times of day as "
                           "hours, where they are left out otherwise"},
    [OPT_WEIGHTS] = {.name = "weights",
                     .value = "COLUMN",
                     .help = "this column is the weight of each row, not a feature"},
    [OPT_BINNED] =
        {.name = "binned",
         .value = "COLUMNS",
         .help =
             "DATA is a histogram of one feature: these columns are the upper bounds of "
             "its "
             "bins and the counts in them, or lower bounds, upper bounds and counts; the "
             "first bin is open below, those without a bound are open"},
    [OPT_BETWEEN] = {.name = "between",
                     .value = "COLUMNS",
                     .help = "these columns are bounds, a lower and an upper one for "
                             "each feature: cells lie "
                             "between (empty: no bound); for features that are "
                             "uncorrelated within components"},
    [OPT_TRUNCATED] =
        {.name = "truncated",
         .value = "LOW,HIGH",
         .help = "DATA is a sample of one feature that has rows from LOW to HIGH alone "
                 "(empty: no bound), and nothing is known of the others: parameters are "
                 "those of the whole population"},
    [OPT_ERRORS] =
        {.name = "errors",
         .value = "COLUMNS",
         .help = "these columns are the standard deviations of the features' errors of "
                 "measurement, in the order of the features: 0 for none, inf or no "
                 "cell where it is missing"},
    [OPT_ERROR_COV] =
        {.name = "error-cov",
         .value = "COLUMNS",
         .help =
             "these columns are the covariance of the row's errors: the lower triangle "
             "by rows, as in xx,xy,yy"},
    [OPT_INPUT_LIMIT] = {.name = "input-limit",
                         .value = "MB",
                         .help =
                             "refuse a stream, or a compressed file, that comes to more "
                             "megabytes (default: the machine's memory)"},
    [OPT_NA] = {.name = "na",
                .value = "WORD,...",
                .help =
                    "cells that say this are missing, as empty ones and NA always are; a "
                    "number, as in --na=-999, stands for its value"},
    [OPT_APPEND] = {.name = "append",
                    .help = "write DATA again, as it stands (delimiter, decimal sign, "
                            "quotes, all columns), with the results as new columns"},
    [OPT_DIGITS] = {.name = "digits",
                    .value = "N",
                    .help =
                        "significant digits of numbers (default 6 with --append, else "
                        "all)"},
    [OPT_EXACT] = {.name = "exact",
                   .help = "with --append: numbers that read back to the same bits"},
    [OPT_DENSITY] = {.name = "density",
                     .help =
                         "add log_density, the natural logarithm of the row's density"},
    [OPT_PROBA] = {.name = "proba",
                   .help = "add the probability of each component, p0, p1, ..."},
    [OPT_MEAN] = {.name = "mean", .help = "print one number, the mean log-density"},
    [OPT_DRAWS] = {.name = "draws",
                   .value = "M",
                   .help = "draw the cells from their distribution, M times over"},
    [OPT_ROWS] = {.letter = 'n',
                  .name = "rows",
                  .value = "N",
                  .help = "how many rows to draw; 1e6 is understood"},
    [OPT_FEATURES] = {.letter = 'd',
                      .name = "features",
                      .value = "D",
                      .help = "features D (default 16)"},
    [OPT_GIVEN] = {.name = "given",
                   .value = "A=X,...",
                   .help = "features that are known, by name or number from 0, and their "
                           "values; NA for one that is not known after all"},
    [OPT_TARGET] = {.name = "target",
                    .value = "A,...",
                    .help =
                        "features to predict, by name or number from 0; the others are "
                        "what they are predicted from"},
    [OPT_QUANTILES] = {.name = "quantiles",
                       .value = "P,...",
                       .help = "add these quantiles, as 0.05,0.5,0.95"},
    [OPT_HDR] = {.name = "hdr",
                 .value = "P",
                 .help = "add the smallest region of this probability (highest density)"},
    [OPT_FAR] = {.name = "far",
                 .value = "P",
                 .help = "call a row far from the model if rows of it are as far with a "
                         "probability below P (default 0.001)"},
    [OPT_LAMBDA] = {.name = "lambda",
                    .value = "L",
                    .help = "1 (default): differences of means alone; 0: of covariances "
                            "alone; between: both"},
    [OPT_DIRECTIONS] = {.name = "directions",
                        .value = "N",
                        .help = "so many (default: as many as tell components apart)"},
    [OPT_SCORES] = {.name = "scores",
                    .help = "print the rows of DATA in these directions instead"},
    [OPT_METHOD] = {.name = "method",
                    .value = "METHOD",
                    .names = gmix_cluster_criteria,
                    .preset = "entropy",
                    .help = "what decides which two are merged next"},
    [OPT_CLUSTERS] = {.name = "clusters",
                      .value = "C",
                      .help = "clusters to end with (default: what the method says)"},
    [OPT_MODEL_OUT] = {.name = "model",
                       .value = "FILE",
                       .takes_file = true,
                       .help =
                           "also write the model with its clusters, as classes of its "
                           "components, to FILE"},
    [OPT_TRAIN] = {.name = "train",
                   .value = "FILE",
                   .takes_file = true,
                   .help = "rows that are all normal, in place of DATA"},
    [OPT_NEW] = {.name = "new",
                 .value = "FILE",
                 .takes_file = true,
                 .help = "rows to judge by those of --train"},
    [OPT_FDR] = {.name = "fdr",
                 .value = "Q",
                 .help = "false discovery rate: the share of the anomalies that may be "
                         "normal (default 0.1)"},
    [OPT_REASONS] = {.name = "reasons",
                     .value = "N",
                     .help = "name so many cells of an anomaly, at most (default 3)"},
    [OPT_SHAPLEY] = {.name = "shapley",
                     .help =
                         "add the Shapley value of every feature, for anomalies; of at "
                         "most 12 features"},
    [OPT_ONLY] = {.name = "only", .help = "print the anomalies only"},
    [OPT_AT] = {.name = "at", .value = "X,...", .help = ""},
    [OPT_POINTS] =
        {.name = "points",
         .help = "of a model with posterior distributions the Gaussians at its point: "
                 "means of weights and means, inverses of mean precisions"},
    [OPT_FROM_ABOVE] = {.name = "from-above",
                        .help = "probabilities are those of being above"},
    [OPT_LOWER] = {.name = "lower",
                   .value = "A=X,...",
                   .help = "lower bounds, of features by name or number from 0"},
    [OPT_UPPER] = {.name = "upper", .value = "A=X,...", .help = "upper bounds"},
    [OPT_MASS] = {.name = "mass",
                  .value = "P,...",
                  .help = "probabilities of the regions, as 0.5,0.95"},
    [OPT_TOLERANCE] = {.name = "tolerance",
                       .value = "T",
                       .help = "standard error to stop at, in nats (default 0.001)"},
    [OPT_APPROXIMATIONS] = {.name = "approximations",
                            .help = "add approximations from the literature, by their "
                                    "names; they may be off by far"},
    [OPT_REFINE] = {.name = "refine",
                    .value = "HOW",
                    .names = gmix_refinement_names,
                    .help = "afterwards, move the components nearer to the model"},
    [OPT_LOG_COLUMNS] = {.name = "log-columns",
                         .value = "COLUMN,...",
                         .help = "take the logarithms of these columns, whose components "
                                 "then are log-normal; likelihoods are those of the "
                                 "columns as they are"},
    [OPT_DISTANCE] = {.name = "distance",
                      .value = "NAME",
                      .names = gmix_distance_names,
                      .preset = "mw2",
                      .help = "which distance"},
    [OPT_NAMES] = {.name = "names",
                   .value = "A,B,...",
                   .help = "names of the new features (default: none)"},
    [OPT_ORDER] = {.name = "order",
                   .value = "ORDER",
                   .help = "number components by size (largest first), by mean (of the "
                           "first feature, smallest first) or by the mean of the "
                           "feature of this name"},
    [OPT_COMPONENT] = {.name = "component",
                       .value = "K",
                       .help = "draw from this component alone, by its name or its "
                               "number from 0"},
    [OPT_LABELS] = {.name = "labels",
                    .help = "add the column component: where each row came from"},
    [OPT_JSON] = {.name = "json", .help = "print JSON instead of text"},
    [OPT_OUTPUT] = {.letter = 'o',
                    .name = "output",
                    .value = "FILE",
                    .takes_file = true,
                    .help = "write to FILE instead of standard output"},
    [OPT_KIND] = {.name = "kind",
                  .value = "KIND",
                  .names = gmix_plot_kinds,
                  .preset = "auto",
                  .help = "what to draw"},
    [OPT_SHOW] = {.name = "show",
                  .value = "A,B,...",
                  .help = "features to show, in this order: names, or numbers from 0"},
    [OPT_THEME] = {.name = "theme",
                   .value = "THEME",
                   .help = "light (default), dark, or auto: in SVG, what the viewer "
                           "prefers"},
    [OPT_CONTOURS] = {.name = "contours",
                      .help = "draw contours of the density, in scatter plots"},
    [OPT_UNCERTAINTY] = {.name = "uncertainty",
                         .help = "draw points the larger, the less sure their "
                                 "component"},
    [OPT_TITLE] = {.name = "title",
                   .value = "TEXT",
                   .help = "title of the picture; empty for none"},
    [OPT_SIZE] = {.name = "size",
                  .value = "WxH",
                  .help = "width and height in CSS pixels (default by kind, as 720x540)"},
    [OPT_SCALE] = {.name = "scale",
                   .value = "S",
                   .help = "pixels of a PNG for a CSS pixel (default 2)"},
    [OPT_PLOT] = {.name = "plot",
                  .value = "FILE",
                  .takes_file = true,
                  .help = "also draw a picture to FILE (.svg, .png or .pdf), as 'gmix "
                          "plot' does"},
    [OPT_NO_PLOT] = {.name = "no-plot",
                     .help = "no small picture after the summary on a terminal"},
    [OPT_REPORT] =
        {.name = "report",
         .value = "FILE",
         .takes_file = true,
         .help = "also write a page about the fit to FILE (.html or .pdf), as 'gmix "
                 "report' does"},
    [OPT_ONLINE] = {.name = "online",
                    .help = "take every row once, in its order, and stop (online EM); "
                            "the model can be gone on with by 'gmix update'"},
    [OPT_FORGET] = {.name = "forget",
                    .value = "RATE",
                    .help = "of --online: what a row weighs less for every row after it, "
                            "for data that drift (default 0)"},
    [OPT_STREAM] =
        {.name = "stream",
         .help = "fit as a stream, with sums that do not depend on how rows are "
                 "divided: the bits of a fit in parts (docs/engine.md); files may be "
                 "larger than memory"},
    [OPT_CHECKPOINT] = {.name = "checkpoint",
                        .value = "FILE",
                        .takes_file = true,
                        .help =
                            "keep what the work has found in this file, and go on from "
                            "it if it is there: the result is that of never having "
                            "stopped (one fit: as with --stream)"},
    [OPT_EVERY] = {.name = "every",
                   .value = "S",
                   .help = "seconds between two times that --checkpoint writes (default "
                           "60; 0: as often as there is something)"},
    [OPT_THREADS] = {.name = "threads",
                     .value = "T",
                     .help = "threads to use; the result does not depend on it (default: "
                             "one per core)"},
    [OPT_PROGRESS] = {.name = "progress",
                      .help = "show progress even if standard error is no terminal"},
    [OPT_QUIET] = {.letter = 'q',
                   .name = "quiet",
                   .help = "no progress, no summary, no warnings: errors only"},
    [OPT_VERSION] = {.letter = 'V', .name = "version", .help = "print the version"},
    [OPT_VERBOSE] = {.letter = 'v',
                     .name = "verbose",
                     .help = "with --version: CPU level, threads, file formats"},
    [OPT_HELP] = {.letter = 'h', .name = "help", .help = "print this help"},
};

const struct cli_option *cli_option(enum cli_id id) {
    return &table[id];
}
