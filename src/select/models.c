/* The models of one input. See models.h. */
#include "select/models.h"
#include "linalg/gamma_functions.h"

#include <math.h>
#include <string.h>

enum {
    PILOT_ROWS = 4096,
    SEARCHED =
        8,     /* for so many cells there is the search of a single fit: for the best; */
    RIVALS = 3 /* and then for the best of all, until nothing comes before these */
};

static const gmix_i_shape *largest_shape(const gmix_i_request *request) {
    const gmix_i_shape *largest = &gmix_i_shape_diagonal;
    for (size_t f = 0; f < request->n_families; f++) {
        if (request->families[f]->shape != largest) {
            largest = request->families[f]->shape;
        }
    }
    return largest;
}

/* The most components that a cell will have. */
static size_t most_components(const gmix_i_request *request) {
    return request->grows ? GMIX_I_AUTO_MOST
                          : request->components[request->n_components - 1];
}

/* Rows that a search is content with: some for every parameter. */
static size_t pilot_rows(const gmix_i_models *m, const gmix_i_shape *shape) {
    const double k = (double)most_components(m->request);
    const double wanted = 2.0 * k * (double)gmix_i_stats_len(shape, m->all.input.n_cols);
    const double rows = fmax(wanted, PILOT_ROWS);
    const uint64_t n = m->all.survey.n_rows;
    return rows < (double)n ? (size_t)rows : (size_t)n;
}

gmix_status gmix_i_models_new(gmix_ctx *ctx, const gmix_i_input *input,
                              const gmix_i_request *request, const gmix_fit_options *opts,
                              gmix_i_models *out) {
    gmix_status status = GMIX_OK;
    const gmix_i_shape *const shape = largest_shape(request);
    const size_t k = most_components(request);
    *out = (gmix_i_models){.request = request};
    GMIX_TRY(gmix_i_grid_new(ctx, input, opts, shape, k, &out->all));
    const size_t rows = pilot_rows(out, shape);
    if (rows < out->all.survey.n_rows) {
        GMIX_TRY(gmix_i_subset_new(ctx, &out->all.input, &out->all.survey, rows,
                                   opts->seed, &out->subset));
        out->has_pilot = true;
        GMIX_TRY(gmix_i_grid_new(ctx, &out->subset.input, opts, shape, k, &out->pilot));
        out->all.pilot = &out->pilot;
        out->pilot.number = 1;
        out->pilot.began = out->all.began;
        out->pilot.deadline = out->all.deadline;
    }
done:
    if (status != GMIX_OK) {
        gmix_i_models_free(ctx, out);
    }
    return status;
}

void gmix_i_models_free(gmix_ctx *ctx, gmix_i_models *models) {
    gmix_i_grid_free(&models->all);
    gmix_i_grid_free(&models->pilot);
    if (models->has_pilot) {
        gmix_i_subset_free(ctx, &models->subset);
    }
    *models = (gmix_i_models){0};
}

gmix_status gmix_i_models_add(gmix_i_models *models, size_t k) {
    gmix_status status = GMIX_OK;
    const gmix_i_request *const request = models->request;
    for (size_t f = 0; f < request->n_families; f++) {
        GMIX_TRY(gmix_i_grid_add(&models->all, request->families[f], k));
        if (models->has_pilot) {
            GMIX_TRY(gmix_i_grid_add(&models->pilot, request->families[f], k));
        }
    }
done:
    return status;
}

double gmix_i_cell_log_likelihood(const gmix_i_grid_cell *cell) {
    const gmix_i_hyper *const hyper = cell->rules.prior.hyper;
    const double orders =
        hyper && !hyper->process ? gmix_i_log_gamma((double)cell->k + 1.0) : 0.0;
    return cell->best.log_likelihood - cell->log_prior + orders;
}

/* A bound of the evidence has its prior in it, and no parameters to be counted. */
static bool has_criterion(const gmix_i_grid_cell *cell, gmix_i_criterion_id which) {
    const bool bayes = cell->rules.prior.hyper != NULL;
    return cell->outcome == GMIX_I_CELL_OK &&
           (which == GMIX_I_CV || which == GMIX_I_LIKELIHOOD ||
            bayes == (which == GMIX_I_EVIDENCE));
}

double gmix_i_cell_criterion(const gmix_i_grid_cell *cell, gmix_i_criterion_id which) {
    const gmix_i_criterion_terms terms = {.log_likelihood =
                                              gmix_i_cell_log_likelihood(cell),
                                          .log_map = cell->best.log_map,
                                          .cv = cell->cv,
                                          .p = (double)gmix_i_cell_n_parameters(cell),
                                          .n = cell->plan.survey->total_weight};
    return has_criterion(cell, which) ? gmix_i_criterion_value(which, &terms)
                                      : (double)NAN;
}

gmix_i_grid_cell *gmix_i_grid_best(const gmix_i_grid *grid, const char *criterion) {
    const gmix_i_criterion_id which = gmix_i_criterion_find(criterion);
    gmix_i_grid_cell *best = NULL;
    double least = INFINITY;
    for (size_t c = 0; c < grid->n_cells; c++) {
        const double value =
            gmix_i_criterion_cost(which, gmix_i_cell_criterion(grid->cells[c], which));
        if (value < least) { /* of equal ones the first */
            least = value;
            best = grid->cells[c];
        }
    }
    return best;
}

/* The best cell by a criterion that is not wanted; NULL: none. */
static gmix_i_grid_cell *next_best(const gmix_i_grid *grid, gmix_i_criterion_id which) {
    gmix_i_grid_cell *next = NULL;
    double least = INFINITY;
    for (size_t c = 0; c < grid->n_cells; c++) {
        gmix_i_grid_cell *const cell = grid->cells[c];
        const double cost =
            gmix_i_criterion_cost(which, gmix_i_cell_criterion(cell, which));
        if (!cell->is_wanted && cost < least) {
            least = cost;
            next = cell;
        }
    }
    return next;
}

/* The cells that are to be searched as for a single fit: of the best, as many as cost so much, three at least; those
 * that were are not, again. False if there is none. */
static bool want_best(gmix_i_grid *grid, gmix_i_criterion_id which, double most) {
    double cost = 0.0;
    bool any = false;
    for (size_t c = 0; c < grid->n_cells; c++) {
        grid->cells[c]->is_wanted = false;
    }
    for (size_t n = 0; n < RIVALS || cost < most; n++) {
        gmix_i_grid_cell *const next = next_best(grid, which);
        if (!next) {
            break;
        }
        next->is_wanted = true;
        cost += gmix_i_search_cost(&next->plan);
    }
    for (size_t c = 0; c < grid->n_cells; c++) {
        gmix_i_grid_cell *const cell = grid->cells[c];
        cell->is_wanted = cell->is_wanted && !cell->is_searched;
        any = any || cell->is_wanted;
    }
    return any;
}

/* Searches for the best cells, at that cost; then for the best of all until nothing comes before those that were. */
static gmix_status refine(gmix_i_grid *grid, const char *criterion, double cost) {
    gmix_status status = GMIX_OK;
    const gmix_i_criterion_id which = gmix_i_criterion_find(criterion);
    while (grid->refines && !atomic_load(&grid->cancelled) &&
           gmix_i_now() < grid->deadline && want_best(grid, which, cost)) {
        GMIX_TRY(gmix_i_grid_search(grid));
        cost = 0.0;
    }
done:
    return status;
}

gmix_status gmix_i_models_refine(gmix_i_models *models, const char *criterion) {
    return refine(&models->all, criterion, 0.0);
}

/* What can be told of cells without folds. */
static const char *criterion_of_cells(const gmix_i_models *models) {
    const char *const criterion = models->request->opts.criterion;
    const bool bayes = gmix_i_is_bayesian(models->all.opts);
    return strcmp(criterion, gmix_i_criteria[GMIX_I_CV]) != 0 ? criterion
           : bayes ? gmix_i_criteria[GMIX_I_EVIDENCE]
                   : gmix_i_criteria[GMIX_I_BIC];
}

gmix_status gmix_i_models_solve(gmix_i_models *models) {
    gmix_status status = GMIX_OK;
    gmix_i_grid *const searched = models->has_pilot ? &models->pilot : &models->all;
    const char *const criterion = criterion_of_cells(models);
    const double cost =
        fmax((double)searched->n_cells / SEARCHED, (double)GMIX_I_FEW_SEARCHES);
    GMIX_TRY(gmix_i_grid_solve(searched));
    GMIX_TRY(refine(searched, criterion, cost));
    if (models->has_pilot) {
        if (atomic_load(&models->pilot.cancelled)) {
            atomic_store(&models->all.cancelled, 1);
        }
        GMIX_TRY(gmix_i_grid_solve(&models->all));
        GMIX_TRY(gmix_i_models_refine(models, criterion));
    }
done:
    return status;
}
