/**
 * What was found out with a mixture, as JSON text: places, regions, columns of numbers, anomalies. docs/cli-json.md says what
 * the members mean; files.h has the same for models, fits, comparisons and regressions.
 *
 * All calls: text is released with gmix_text_free(); NULLs are GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM. Numbers
 * that are not finite are null.
 */
#ifndef GMIX_FOUND_JSON_H
#define GMIX_FOUND_JSON_H

#include "anomaly.h"
#include "posterior_draws.h"
#include "regions.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A column: its name, and numbers or, where those are NULL, whole numbers, of which negative ones are null. */
typedef struct gmix_json_column {
    const char *name;
    const double *real;
    const int32_t *whole;
} gmix_json_column;

/** An object with an array of n_rows for every column. */
GMIX_API gmix_status gmix_columns_to_json(gmix_ctx *ctx, size_t n_columns,
                                          const gmix_json_column *columns, size_t n_rows,
                                          char **text);

/** Of gmix_posterior_sample(), with its trace. */
GMIX_API gmix_status gmix_posterior_draws_to_json(gmix_ctx *ctx,
                                                  const gmix_posterior_draws *draws,
                                                  char **text);

/** Of gmix_modes_find(). */
GMIX_API gmix_status gmix_modes_to_json(gmix_ctx *ctx, const gmix_modes *modes,
                                        char **text);

/** Of n calls of gmix_region_find(). */
GMIX_API gmix_status gmix_regions_to_json(gmix_ctx *ctx, size_t n,
                                          const gmix_region *regions, char **text);

/** What was found of rows: see gmix_detector_training(), gmix_adjust_p_values() and gmix_blame_cells(). */
typedef struct gmix_anomaly_rows {
    size_t struct_size;                 /* sizeof(gmix_anomaly_rows) */
    size_t n;                           /* rows to be told of */
    const size_t *row;                  /* n: their numbers, from 0; NULL: 0, 1, ... */
    const char *const *names;           /* by row number; NULL: none */
    const double *score, *p, *adjusted; /* by row number */
    const int32_t *component;           /* likewise; negative: noise */
    double fdr;                         /* rows with adjusted up to it are anomalies */

    /* Of the n_found anomalies, in the order of rows: the n_reasons cells to blame (a feature's number, or
     * SIZE_MAX for none), and what was there and was to be expected; x and shapley: n_found x D. */
    size_t n_found, n_reasons;
    const size_t *which;
    const double *x, *expected, *sd;
    const double *shapley; /* NULL: none */
} gmix_anomaly_rows;

/** @param model  Of the detector: its features' names. */
GMIX_API gmix_status gmix_anomalies_to_json(gmix_ctx *ctx, const gmix_model *model,
                                            const gmix_anomaly_rows *rows, char **text);

#ifdef __cplusplus
}
#endif
#endif
