/**
 * Files, of the library gmix-files: tables of numbers, models, and results as JSON.
 *
 * A gmix_data owns what was read from a file, and shows it as a table.
 */
#ifndef GMIX_FILES_H
#define GMIX_FILES_H

#include "clusters.h"
#include "compare.h"
#include "component_test.h"
#include "divergence.h"
#include "fit.h"
#include "fit_test.h"
#include "regression.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How to read a file. Set by gmix_read_options_init(). */
typedef struct gmix_read_options {
    size_t struct_size; /* set by _init */

    /* Columns wanted, in this order: names, or 0-based numbers as text; ranges ("2-31", "a..f"),
     * names with * and ?, "all", "numeric" (what NULL stands for), and any of these behind
     * a minus sign, to leave columns out of those before or, if it is the first, of
     * the default. NULL: the columns of numbers that do not name rows. */
    const char *const *columns;
    size_t n_columns; /* how many are named; 0 (default): all */
    const char
        *weights; /* column of row weights, no feature then. NULL (default): none */

    /* First line is names: 1 yes, 0 no, -1 (default) found out: it is when it has a cell
     * that is no number, unless the second line has text in the same columns and numbers
     * besides. Names beside plain numbers are doubtful and refused (GMIX_ERR_PARSE). Names
     * that are not UTF-8 are read as Latin-1. */
    int header;
    char delimiter; /* between cells; 0 (default): found out among , ; tab | space */

    /* Column of class labels, no feature then: text or numbers, where every different one is a
     * class; empty, -, ?, NA, N/A or NaN where the class is unknown (in NPY: NaN or a negative
     * number). Classes are sorted, by value if all are numbers. NULL (default): none. */
    const char *labels;

    /* 1: read the labels and no features: the table has 0 columns. `labels` may then be NULL
     * for the file's only column. 0 (default): features, too. */
    int labels_only;

    /* Words for missing cells in text files, beside those that always are (empty, NA, N/A,
     * #N/A, <NA>, NaN, null, none): letters in either case. A word that is a number stands
     * for every cell of that value: -999 for -999.0 too. At most 32. NULL (default): none. */
    const char *const *missing;
    size_t n_missing;

    /* How numbers are written in text files. 0 (default): found out for every column from all of its
     * cells, 1.234,5 and 1 234,5 and 1'234.5 as well as 1234.5. A column of plain numbers is
     * read as it stands; where two readings make sense ("1,234", or "1.234" beside
     * columns with decimal commas), the file is refused and both are shown (GMIX_ERR_PARSE). */
    char decimal;   /* the decimal sign, . or , */
    char thousands; /* between groups of three digits: , . ' or a blank; - for nothing */

    /* Column of row names, no feature then. NULL (default): found out, for text files: whole numbers
     * that are called ID or the like, have no name, or count the rows; else the first column of
     * texts that are all different. "": none, so that such numbers are features. */
    const char *row_names;
    int dates; /* 1: read columns of dates (to days since 1970-01-01) and of times of
                      * day (to hours) as numbers; 0 (default): leave them out */
    int exact_names; /* 1: columns are names or numbers, never patterns. 0 (default) */
    int keep_text;   /* 1: keep a text file's bytes, for rewrite.h. 0 (default) */

    /* Columns of errors of measurement, for gmix_table.errors: D standard deviations in the order of the features or,
     * with error_covariances 1, D (D + 1) / 2 numbers of a lower triangle, by rows. NULL (default): none. */
    const char *const *errors;
    size_t n_errors;
    int error_covariances;

    /* Features to take natural logarithms of, by name or number; they are called "log(NAME)" then. A
     * column may be asked for so, too, in `columns`, unless the file has one of that name: models
     * of logarithms read the file that they were fitted to. All values must be above 0. */
    const char *const *log_columns;
    size_t n_log_columns; /* 0 (default): none */

    /* Columns of a histogram of one feature: upper bounds and counts, or lower ones before them. A row is a bin; the
     * first is open below, those without a bound (empty, Inf) are open. NULL (default): none. */
    const char *const *bins;
    size_t n_bins; /* 2 or 3 */
    /* Columns of bounds, two for every feature, called as the first: cells lie between (see gmix_table). Empty: no
     * bound; both empty: missing. NULL (default): none. */
    const char *const *between;
    size_t n_between; /* 2 D */
    /* Of files in pieces (row groups of Parquet, some megabytes of HDF5): 1 ..: that one alone; another file is one piece. 0 (default): all. */
    size_t piece;
    const double *truncation; /* as the table's, in the file's units; or NULL */
} gmix_read_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_read_options_init_sized(gmix_read_options *opts, size_t struct_size);

static inline void gmix_read_options_init(gmix_read_options *opts) {
    gmix_read_options_init_sized(opts, sizeof *opts);
}

/** The table behind it (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_read_option_table(void);

typedef struct gmix_data gmix_data;

/**
 * Reads a table of numbers from a file.
 *
 * The format is known from the content first and the name second: CSV and its relatives
 * (RFC 4180 quotes, `,` `;` tab `|` or blanks, CRLF, byte-order mark), plain or
 * compressed (gzip, zstd), NPY (not copied when it holds little-endian f4 or f8, and not even read where
 * gmix_ctx_set_file_mapping() allows it; integers are converted), Parquet (docs/cli.md), and data sets of HDF5 files, by their library where it is on the machine.
 *
 * @param path  A file name, "-" for standard input, or FILE:/GROUP/NAME for a data set of an HDF5 file.
 * @param opts  NULL for defaults.
 * @param data  [out] To be released by gmix_data_free().
 *
  * @return GMIX_OK; GMIX_ERR_IO if it cannot be opened or read; GMIX_ERR_PARSE for
 *         malformed content: the message names file, line, column and text; GMIX_ERR_DATA
 *         for a file without rows or with weights that are no weights; GMIX_ERR_OPTION for
 *         a column that is not there: the message names the nearest; GMIX_ERR_UNSUPPORTED for a
 *         compression this build lacks; GMIX_ERR_CANCELLED; GMIX_ERR_NOMEM.
 *
 * Cells that are NaN or infinite, or empty or NA (read as NaN), are accepted here; what works on the table
 * decides about them. Blank lines of text are no rows, of whatever number of columns.
 */
GMIX_API gmix_status gmix_data_read(gmix_ctx *ctx, const char *path,
                                    const gmix_read_options *opts, gmix_data **data);

/** The same for a file's bytes, length of them, that are in memory already and are copied; name: for messages. */
GMIX_API gmix_status gmix_data_from_memory(gmix_ctx *ctx, const char *name,
                                           const void *bytes, size_t length,
                                           const gmix_read_options *opts,
                                           gmix_data **data);
GMIX_API void gmix_data_free(gmix_data **data);

/** The table with its names (NULL if the file has none), weights and labels; valid as long
 * as data. */
GMIX_API const gmix_table *gmix_data_table(const gmix_data *data);

/** The names of the rows, one for each, and what their column is called; NULL if there are none. */
GMIX_API const char *const *gmix_data_row_names(const gmix_data *data);
GMIX_API const char *gmix_data_row_heading(const gmix_data *data);

/** What was done with the file that its reader should know, a sentence each: columns left out and why,
 * which column names the rows, numbers read as others' signs say. NULL from the last on. */
GMIX_API const char *gmix_data_note(const gmix_data *data, size_t i);

/** How many pieces the file has: 1, but for Parquet and HDF5. */
GMIX_API size_t gmix_data_n_pieces(const gmix_data *data);

/** The format that was found: "csv", "npy", ... with its wrapping, e.g. "csv (gzip)". */
GMIX_API const char *gmix_data_format(const gmix_data *data);

/** The hull of points by Qhull (Barber, Dobkin & Huhdanpaa 1996), as gmix_fit_options.hull wants it.
 * GMIX_ERR_DATA if Qhull fails, GMIX_ERR_OPTION in a build without it; GMIX_ERR_NOMEM. */
GMIX_API gmix_status gmix_hull_points(gmix_ctx *ctx, size_t d, size_t n,
                                      const double *points, double *volume,
                                      unsigned char *is_corner);

/** Formats that this build reads, comma-separated: "csv, npy, gzip". Static. */
GMIX_API const char *gmix_data_formats(void);

/**
 * Reads a model file (JSON, see docs/model-format.md); everything in it is checked.
 *
 * @param path    A file name, or "-" for standard input.
  * @param report  [out] What the file says of the fit, or all zero where it says nothing;
 *                release with gmix_report_free(). May be NULL.
 * @return GMIX_OK; GMIX_ERR_IO; GMIX_ERR_PARSE if it is not JSON; GMIX_ERR_MODEL if it is
 *         no valid model: the message names the member; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_model_read(gmix_ctx *ctx, const char *path, gmix_model **model,
                                     struct gmix_report *report);

/** The same from memory: length bytes at text; name is used in messages. */
GMIX_API gmix_status gmix_model_from_json(gmix_ctx *ctx, const char *text, size_t length,
                                          const char *name, gmix_model **model,
                                          struct gmix_report *report);

/**
 * Writes a model file, atomically: a reader sees the old file or the whole new one.
 * Numbers read back to the same bits.
 *
 * @param report  Goes into the member "fit"; may be NULL.
 * @param path    A file name, or "-" for standard output.
 * @return GMIX_OK; GMIX_ERR_IO (the path's old content is then untouched);
 * GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_model_write(gmix_ctx *ctx, const gmix_model *model,
                                      const struct gmix_report *report, const char *path);

/** The same as text; release with gmix_text_free(). */
GMIX_API gmix_status gmix_model_to_json(gmix_ctx *ctx, const gmix_model *model,
                                        const struct gmix_report *report, char **text);

/** The report as one JSON object (docs/cli-json.md); release with gmix_text_free(). */
GMIX_API gmix_status gmix_report_to_json(gmix_ctx *ctx, const gmix_report *report,
                                         char **text);

/** The same of what was found out with mixtures: of gmix_compare_models(), gmix_test_fit(),
 * gmix_boundaries_find() and gmix_clusters_find(). */
GMIX_API gmix_status gmix_divergences_to_json(gmix_ctx *ctx,
                                              const gmix_divergences *divergences,
                                              char **text);
GMIX_API gmix_status gmix_fit_test_to_json(gmix_ctx *ctx, const gmix_fit_test *test,
                                           char **text);
GMIX_API gmix_status gmix_boundaries_to_json(gmix_ctx *ctx, const gmix_boundaries *found,
                                             char **text);
GMIX_API gmix_status gmix_clusters_to_json(gmix_ctx *ctx, const gmix_clusters *clusters,
                                           char **text);

/** Of gmix_distances_find(): n names of models; errors: NULL to leave them out. */
GMIX_API gmix_status gmix_distances_to_json(gmix_ctx *ctx, size_t n,
                                            const char *const *names,
                                            const char *distance, const double *values,
                                            const double *errors, char **text);

/** And of gmix_regress(): an array of N for every array of `found` that is there. `far`: rows of
 * a tail below it are marked. Targets without a name are numbers. */
GMIX_API gmix_status gmix_regression_to_json(gmix_ctx *ctx, const gmix_model *model,
                                             size_t n_targets, const size_t *targets,
                                             size_t n_rows,
                                             const gmix_regress_options *opts,
                                             const gmix_regression *found, double far,
                                             char **text);

/**
 * An agreement as one JSON object (docs/cli-json.md).
 *
 * @param names_a, names_b  What the labels are called, n_a and n_b; NULL: their numbers.
 */
GMIX_API gmix_status gmix_agreement_to_json(gmix_ctx *ctx,
                                            const gmix_agreement *agreement,
                                            const char *const *names_a,
                                            const char *const *names_b, char **text);

/** Tests of the number of components as one JSON object with all replicates (docs/cli-json.md). */
GMIX_API gmix_status gmix_component_tests_to_json(gmix_ctx *ctx,
                                                  const gmix_component_tests *tests,
                                                  char **text);

#ifdef __cplusplus
}
#endif
#endif
