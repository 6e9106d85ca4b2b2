/*
 * Solving a cell of factors of many features: the search of a single fit, and a run from the highest cell
 * with as many components that it contains. Factors which that one lacks begin along random directions, each
 * worth one uniqueness in all, so that little is lost before EM finds what there is for them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "family/factor_law.h"
#include "search/wide.h"
#include "select/grid.h"

static bool is_nearer(const gmix_i_grid_cell *cell, const gmix_i_grid_cell *from,
                      const gmix_i_grid_cell *than) {
    const bool has_blocks =
        from->family->n_factors > 0 || from->family->shape == &gmix_i_shape_diagonal;
    return from->outcome == GMIX_I_CELL_OK && from->k == cell->k && has_blocks &&
           gmix_i_cell_contains(cell, from) &&
           (!than || from->best.log_likelihood > than->best.log_likelihood);
}

/* Feature j of the block of a component of `from`, in the other cell's frame. */
static void embed_feature(const gmix_i_grid_cell *from, size_t c, size_t j, double unit,
                          const gmix_i_stream *stream, size_t q, double *block) {
    const gmix_i_params *const p = &from->best.params;
    const size_t d = p->d, own = p->family->n_factors;
    const double *const at = own ? p->factors + c * (own + 1) * d : p->cov + c * d;
    const double psi = at[own * d + j] * unit * unit;
    for (size_t t = 0; t < own; t++) {
        block[t * d + j] = at[t * d + j] * unit;
    }
    for (size_t t = own; t < q; t++) {
        double z[2];
        gmix_i_normal2(stream, j * q + t, z);
        block[t * d + j] = z[0] * sqrt(psi / (double)d);
    }
    block[q * d + j] = psi;
}

/* out: as gmix_i_wide_search() takes it. */
static void embed(const gmix_i_grid_cell *from, const gmix_i_grid_cell *cell,
                  double *out) {
    const gmix_i_params *const p = &from->best.params;
    const gmix_i_frame *const before = from->plan.frame, *const after = cell->plan.frame;
    const size_t k = p->k, d = p->d, q = cell->family->n_factors;
    double *const means = out + k, *const blocks = means + k * d;
    const gmix_i_stream stream =
        gmix_i_stream_open(cell->opts.seed, GMIX_I_RNG_SKETCH, GMIX_I_GIVEN_RUN);
    memcpy(out, p->weights, k * sizeof *out);
    for (size_t c = 0; c < k; c++) {
        for (size_t j = 0; j < d; j++) {
            const double unit = before->scale[j] * after->inv_scale[j];
            const double x = p->means[c * d + j] * before->scale[j] + before->shift[j];
            means[c * d + j] = (x - after->shift[j]) * after->inv_scale[j];
            embed_feature(from, c, j, unit, &stream, q, blocks + c * (q + 1) * d);
        }
    }
}

static void take(gmix_i_grid_cell *cell, gmix_i_chain *found) {
    gmix_i_candidate_swap(&cell->best, &found->pool[0]);
    cell->log_prior = 0.0;
    cell->start = cell->best.run == GMIX_I_GIVEN_RUN ? "nested" : "kmeans++";
    cell->n_starts = found->n_starts;
    cell->n_runs = cell->n_hits = 0;
}

static void conclude(const gmix_i_grid *grid, gmix_i_grid_cell *cell) {
    const gmix_i_grid_cell *const highest = gmix_i_cell_highest_contained(grid, cell);
    cell->reason[0] = '\0';
    if (!gmix_i_may_go_on(cell->best.stop)) {
        cell->outcome = GMIX_I_CELL_UNFINISHED;
    } else if (gmix_i_cell_holds_against(cell, highest)) {
        cell->outcome = GMIX_I_CELL_OK;
    } else {
        cell->outcome = GMIX_I_CELL_SINGULAR;
        if (cell->best.n_lost > 0) {
            snprintf(cell->reason, sizeof cell->reason,
                     "%zu component%s on fewer rows than %zu factor%s need%s",
                     cell->best.n_lost, cell->best.n_lost == 1 ? " rests" : "s rest",
                     cell->family->n_factors, cell->family->n_factors == 1 ? "" : "s",
                     cell->family->n_factors == 1 ? "s" : "");
        } else {
            snprintf(cell->reason, sizeof cell->reason,
                     "no solution was found that scores as high as that of %s with %zu "
                     "component%s, which it contains",
                     highest->family->name, highest->k, highest->k == 1 ? "" : "s");
        }
    }
}

gmix_status gmix_i_wide_cell_solve(gmix_i_grid *grid, gmix_i_grid_cell *cell,
                                   gmix_ctx *ctx) {
    gmix_status status = GMIX_OK;
    gmix_i_chain found = {0};
    const gmix_i_grid_cell *from = NULL;
    double *given = NULL;
    const size_t k = cell->k, d = cell->plan.input->n_cols, q = cell->family->n_factors;
    for (size_t c = 0; c < grid->n_cells; c++) {
        from = is_nearer(cell, grid->cells[c], from) ? grid->cells[c] : from;
    }
    if (from) {
        GMIX_TRY(gmix_i_calloc(ctx, "the parameters", k * (1 + (q + 2) * d),
                               sizeof *given, &given));
        embed(from, cell, given);
    }
    status = gmix_i_wide_search(ctx, &cell->plan, given, &found);
    if (gmix_i_was_cut(status)) {
        ctx->message[0] = '\0';
        status = GMIX_OK; /* and the cell unfinished */
    } else if (status == GMIX_ERR_SINGULAR || status == GMIX_ERR_DATA) {
        cell->outcome =
            status == GMIX_ERR_DATA ? GMIX_I_CELL_REFUSED : GMIX_I_CELL_SINGULAR;
        snprintf(cell->reason, sizeof cell->reason, "%.*s", GMIX_I_REASON_SIZE - 1,
                 ctx->message);
        ctx->message[0] = '\0';
        status = GMIX_OK;
    } else if (status == GMIX_OK) {
        take(cell, &found);
        conclude(grid, cell);
    }
done:
    gmix_i_chain_free(ctx, &found);
    gmix_i_free(ctx, given);
    return status;
}
