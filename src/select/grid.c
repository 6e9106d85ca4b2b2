/* Making a grid of models. See grid.h. */
#include "select/grid.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "em/setup.h"

/* The classes of the labels alone, so that the sample knows labels. */
static gmix_status make_classes(gmix_i_grid *grid) {
    gmix_status status = GMIX_OK;
    const gmix_i_input *const in = &grid->input;
    const size_t used = (size_t)grid->survey.largest_label + 1; /* 0 for a label of -1 */
    const size_t n = in->n_classes ? in->n_classes : used;
    if (used > 0) {
        const size_t k = n * grid->opts->per_class;
        grid->k_most = grid->k_most > k ? grid->k_most : k;
        GMIX_TRY(gmix_i_classes_new(grid->ctx, in, &grid->survey, k,
                                    grid->opts->per_class, &grid->classes));
    }
done:
    return status;
}

/* Rows for starts, and the tree of merges if a start will cut it. */
static gmix_status make_sample(gmix_i_grid *grid) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = grid->ctx;
    gmix_fit_options opts = *grid->opts;
    gmix_i_accumulator rows = {0};
    opts.n_components = grid->k_most;
    gmix_i_start_task task = {.input = &grid->input,
                              .frame = &grid->frames[0],
                              .survey = &grid->survey,
                              .accumulator = &rows,
                              .opts = &opts,
                              .classes = &grid->classes,
                              .distinct = grid->distinct};
    const bool cuts = grid->classes.n == 0 && !grid->pilot &&
                      (strcmp(opts.init, "hierarchical") == 0 ||
                       (strcmp(opts.init, "auto") == 0 && opts.restarts == 0));
    GMIX_TRY(gmix_i_accumulator_new(ctx, &grid->input, &grid->frames[0],
                                    gmix_i_kernels_pick(0), &gmix_i_shape_diagonal, 1,
                                    &rows));
    GMIX_TRY(gmix_i_sample_want(ctx, &task));
    if (cuts && grid->k_most > 1) {
        status = gmix_i_sample_tree_new(ctx, &task, &grid->tree);
        if (status == GMIX_ERR_DATA) { /* too few rows for one: other starts will do */
            status = GMIX_OK;
        }
    }
done:
    grid->sample = task.sample;
    gmix_i_accumulator_free(ctx, &rows);
    return status;
}

gmix_status gmix_i_grid_new(gmix_ctx *ctx, const gmix_i_input *input,
                            const gmix_fit_options *opts, const gmix_i_shape *shape,
                            size_t k_most, gmix_i_grid *out) {
    gmix_status status = GMIX_OK;
    gmix_fit_options largest = *opts;
    const size_t d = input->n_cols;
    const gmix_i_grid *const pilot = out->pilot;
    *out = (gmix_i_grid){.ctx = ctx,
                         .opts = opts,
                         .input = *input,
                         .pilot = pilot,
                         .k_most = k_most,
                         .began = gmix_i_now()};
    out->deadline = gmix_i_deadline(ctx);
    largest.n_components = k_most;
    GMIX_TRY(gmix_i_setup_survey(ctx, &largest, shape, &out->input, &out->survey,
                                 &out->patterns));
    GMIX_TRY(make_classes(out));
    GMIX_TRY(gmix_i_calloc(ctx, "distinct rows", out->k_most * d, sizeof *out->distinct,
                           &out->distinct));
    GMIX_TRY(gmix_i_find_distinct(ctx, &out->input, out->survey.mean, out->k_most,
                                  out->distinct, &out->n_distinct));
    for (int isotropic = 0; isotropic < 2; isotropic++) {
        GMIX_TRY(gmix_i_frame_new(ctx, d, &out->frames[isotropic]));
        gmix_i_frame_set(&out->frames[isotropic], out->survey.mean, out->survey.sd,
                         isotropic != 0);
    }
    GMIX_TRY(make_sample(out));
done:
    if (status != GMIX_OK) {
        gmix_i_grid_free(out);
    }
    return status;
}

static void cell_free(gmix_ctx *ctx, gmix_i_grid_cell *cell) {
    gmix_i_candidate_free(ctx, &cell->best);
    gmix_i_candidate_free(ctx, &cell->shown);
    gmix_i_classes_free(&ctx->opts.allocator, &cell->classes);
    gmix_i_rules_free(ctx, &cell->rules);
    gmix_i_free(ctx, cell);
}

void gmix_i_grid_free(gmix_i_grid *grid) {
    gmix_ctx *const ctx = grid->ctx;
    if (!ctx) {
        return;
    }
    for (size_t c = 0; c < grid->n_cells; c++) {
        cell_free(ctx, grid->cells[c]);
    }
    gmix_i_free(ctx, grid->cells);
    gmix_i_sample_free(ctx, &grid->sample);
    gmix_i_sample_tree_free(ctx, &grid->tree);
    gmix_i_free(ctx, grid->distinct);
    gmix_i_classes_free(&ctx->opts.allocator, &grid->classes);
    gmix_i_frame_free(&ctx->opts.allocator, &grid->frames[0]);
    gmix_i_frame_free(&ctx->opts.allocator, &grid->frames[1]);
    gmix_i_survey_free(ctx, &grid->survey);
    gmix_i_patterns_free(ctx, &grid->patterns);
    *grid = (gmix_i_grid){0};
}

bool gmix_i_cell_contains(const gmix_i_grid_cell *a, const gmix_i_grid_cell *b) {
    return a != b && b->k <= a->k &&
           (a->family == b->family || gmix_i_family_contains(a->family, b->family));
}

size_t gmix_i_cell_n_parameters(const gmix_i_grid_cell *cell) {
    const size_t d = cell->best.params.d;
    return cell->k - 1 + cell->k * d + gmix_i_family_n_free(cell->family, cell->k, d) +
           (cell->rules.noise > 0.0);
}

static gmix_status check_rows(const gmix_i_grid *grid, size_t k) {
    if (k <= grid->n_distinct) {
        return GMIX_OK;
    }
    return gmix_i_fail(grid->ctx, GMIX_ERR_DATA, "the data hold only %zu distinct rows",
                       grid->n_distinct);
}

/* Everything that a cell is fitted with. */
static gmix_status plan_cell(gmix_i_grid *grid, gmix_i_grid_cell *cell) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = grid->ctx;
    cell->opts = *grid->opts;
    cell->opts.n_components = cell->k;
    cell->opts.covariance = cell->family->name;
    cell->plan = (gmix_i_plan){.input = &grid->input,
                               .survey = &grid->survey,
                               .frame = &grid->frames[cell->family->isotropic_frame],
                               .family = cell->family,
                               .opts = &cell->opts,
                               .classes = &cell->classes,
                               .rules = &cell->rules,
                               .distinct = grid->distinct,
                               .began = grid->began,
                               .deadline = grid->deadline};
    const gmix_i_start_task task = {.input = &grid->input,
                                    .frame = cell->plan.frame,
                                    .survey = &grid->survey,
                                    .opts = &cell->opts};
    GMIX_TRY(gmix_i_init_get(ctx, cell->opts.init, &cell->plan.init));
    GMIX_TRY(gmix_i_candidate_new(ctx, cell->family, cell->k, grid->input.n_cols,
                                  &cell->best));
    GMIX_TRY(check_rows(grid, cell->k));
    GMIX_TRY(gmix_i_setup_ratio(ctx, &cell->opts, cell->family));
    GMIX_TRY(gmix_i_classes_new(ctx, &grid->input, &grid->survey, cell->k,
                                cell->opts.per_class, &cell->classes));
    GMIX_TRY(gmix_i_rules_new(ctx, &task, cell->family, &cell->rules));
done:
    return status;
}

/* Rises with everything that gmix_i_cell_contains() compares, so that what a cell contains is of
 * a lower level, in whatever order families were named. */
static size_t level_of(const gmix_i_family *family, size_t k) {
    return k + gmix_i_family_level(family);
}

gmix_status gmix_i_grid_add(gmix_i_grid *grid, const gmix_i_family *family, size_t k) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = grid->ctx;
    gmix_i_grid_cell *cell;
    GMIX_TRY(gmix_i_grow(ctx, "models", &grid->cells, &grid->capacity, grid->n_cells + 1,
                         sizeof(gmix_i_grid_cell *)));
    GMIX_TRY(gmix_i_calloc(ctx, "a model", 1, sizeof *cell, &cell));
    cell->family = family;
    cell->k = k;
    cell->level = level_of(family, k);
    cell->cv = NAN;
    grid->cells[grid->n_cells++] = cell;
    status = plan_cell(grid, cell);
    if (status == GMIX_ERR_DATA || status == GMIX_ERR_OPTION) {
        cell->outcome = GMIX_I_CELL_REFUSED;
        snprintf(cell->reason, sizeof cell->reason, "%.*s", GMIX_I_REASON_SIZE - 1,
                 ctx->message);
        ctx->message[0] = '\0';
        atomic_store(&cell->done, 1);
        status = GMIX_OK;
    }
done:
    return status;
}
