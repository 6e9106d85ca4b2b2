/*
 * The models of one input: a grid on all of its rows and, where these are many, a pilot grid on
 * some of them, which does the searching.
 */
#ifndef GMIX_SELECT_MODELS_H
#define GMIX_SELECT_MODELS_H

#include "data/subset.h"
#include "record/criterion_table.h"
#include "select/grid.h"
#include "select/request.h"

typedef struct gmix_i_models {
    gmix_i_grid all, pilot;
    gmix_i_subset subset;
    bool has_pilot;
    const gmix_i_request *request;
} gmix_i_models;

/* request and opts must outlive the models; out stays where it is. */
gmix_status gmix_i_models_new(gmix_ctx *ctx, const gmix_i_input *input,
                              const gmix_i_request *request, const gmix_fit_options *opts,
                              gmix_i_models *out);
void gmix_i_models_free(gmix_ctx *ctx, gmix_i_models *models);

/* Adds all families with k components. */
gmix_status gmix_i_models_add(gmix_i_models *models, size_t k);

/* Solves what has been added. */
gmix_status gmix_i_models_solve(gmix_i_models *models);

/* Searches for the best three cells by a criterion as for single fits of all rows, until these have been. */
gmix_status gmix_i_models_refine(gmix_i_models *models, const char *criterion);

/* The criterion of a cell; NaN unless it is solved. */
double gmix_i_cell_criterion(const gmix_i_grid_cell *cell, gmix_i_criterion_id which);

/* The cell with the lowest criterion; NULL: none. */
gmix_i_grid_cell *gmix_i_grid_best(const gmix_i_grid *grid, const char *criterion);

/* Cross-validated log-likelihoods of the cells that have none yet. A table's models, one for
 * each fold's complement, are kept for when more cells come. */
typedef struct gmix_i_folds gmix_i_folds;

gmix_status gmix_i_folds_new(gmix_ctx *ctx, const gmix_i_models *models,
                             const gmix_fit_options *opts, gmix_i_folds **out);
void gmix_i_folds_free(gmix_ctx *ctx, gmix_i_folds *folds);

/* Fits every model with k components without each fold. */
gmix_status gmix_i_folds_add(gmix_i_folds *folds, size_t k);
gmix_status gmix_i_folds_solve(gmix_i_folds *folds, gmix_i_models *models);

#endif
