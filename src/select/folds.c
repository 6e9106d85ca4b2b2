/*
 * Cross-validated log-likelihoods (Smyth 2000). A fold is left out by giving its rows the weight
 * 0; the whole grid is then fitted, and every model scores the rows it has not seen.
 *
 * Rows are put in a random order, which is a function of the seed and the row's number, and
 * dealt to the folds in turn.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/infer.h>

#include "base/order.h"
#include "base/rng.h"
#include "model/mixture.h"
#include "search/posterior_found.h"
#include "select/models.h"

/* One fold: the models fitted without it, and its rows. */
typedef struct fold {
    gmix_table table; /* all rows, those of the fold with weight 0 */
    double *weights;  /* of table */
    gmix_i_input input;
    gmix_i_models models;
    double *x, *w;  /* the fold's rows, m x D, and their weights */
    double *errors; /* m x len, of measurement; or NULL */
    size_t m;
} fold;

struct gmix_i_folds {
    gmix_ctx *ctx;
    const gmix_table *table;
    size_t n, errors_len;
    const double *truncation;
    fold *fold; /* n */
};

void gmix_i_folds_free(gmix_ctx *ctx, gmix_i_folds *folds) {
    for (size_t f = 0; folds && folds->fold && f < folds->n; f++) {
        gmix_i_models_free(ctx, &folds->fold[f].models);
        gmix_i_free(ctx, folds->fold[f].weights);
        gmix_i_free(ctx, folds->fold[f].x);
        gmix_i_free(ctx, folds->fold[f].w);
        gmix_i_free(ctx, folds->fold[f].errors);
    }
    if (folds) {
        gmix_i_free(ctx, folds->fold);
        gmix_i_free(ctx, folds);
    }
}

static bool is_incomplete(const gmix_i_rows *rows, size_t i, size_t d) {
    bool found = false;
    for (size_t j = 0; j < d && !found; j++) {
        found = isnan(gmix_i_cell(rows, i, j));
    }
    return found;
}

/* The rows that count, in a random order. */
static gmix_status shuffle(gmix_ctx *ctx, const gmix_table *x,
                           const gmix_i_models *models, uint64_t seed,
                           gmix_i_card **cards, size_t *n) {
    gmix_status status = GMIX_OK;
    const gmix_i_stream stream = gmix_i_stream_open(seed, GMIX_I_RNG_FOLDS, 0);
    *n = 0;
    GMIX_TRY(gmix_i_calloc(ctx, "folds", x->n_rows, sizeof **cards, cards));
    for (size_t i = 0; i < x->n_rows; i++) {
        const gmix_i_block row = gmix_i_table_rows(x, i, 1);
        const bool dropped =
            models->all.input.drop_incomplete && is_incomplete(&row.rows, 0, x->n_cols);
        double u[2];
        gmix_i_uniform2(&stream, i, u);
        if (!dropped && (!x->weights || x->weights[i] > 0.0)) {
            (*cards)[(*n)++] = (gmix_i_card){u[0], i};
        }
    }
    gmix_i_sort_cards(*cards, *n);
done:
    return status;
}

/* Fold f of the cards dealt; errors: of all rows, or NULL. */
static gmix_status take_fold(gmix_i_folds *folds, const gmix_i_errors *errors,
                             const gmix_i_card *cards, size_t n, size_t f) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = folds->ctx;
    const gmix_table *const x = folds->table;
    const size_t d = x->n_cols;
    fold *const own = &folds->fold[f];
    GMIX_TRY(gmix_i_calloc(ctx, "folds", x->n_rows, sizeof(double), &own->weights));
    GMIX_TRY(
        gmix_i_calloc(ctx, "folds", (n / folds->n + 1) * d, sizeof(double), &own->x));
    GMIX_TRY(gmix_i_calloc(ctx, "folds", n / folds->n + 1, sizeof(double), &own->w));
    if (errors) {
        GMIX_TRY(gmix_i_calloc(ctx, "folds", (n / folds->n + 1) * errors->len,
                               sizeof(double), &own->errors));
    }
    for (size_t i = 0; i < x->n_rows; i++) {
        own->weights[i] = x->weights ? x->weights[i] : 1.0;
    }
    for (size_t c = f; c < n; c += folds->n) {
        const size_t row = cards[c].row;
        const gmix_i_block block = gmix_i_table_rows(x, row, 1);
        for (size_t j = 0; j < d; j++) {
            own->x[own->m * d + j] = gmix_i_cell(&block.rows, 0, j);
        }
        if (errors) {
            memcpy(own->errors + own->m * errors->len, errors->at + row * errors->len,
                   errors->len * sizeof(double));
        }
        own->w[own->m++] = own->weights[row];
        own->weights[row] = 0.0;
    }
    own->table = *x;
    own->table.weights = own->weights;
    GMIX_TRY(gmix_i_input_table(ctx, &own->table, &own->input));
    own->input.errors = errors;
    own->input.truncation = folds->truncation;
done:
    return status;
}

gmix_status gmix_i_folds_new(gmix_ctx *ctx, const gmix_i_models *models,
                             const gmix_fit_options *opts, gmix_i_folds **out) {
    gmix_status status = GMIX_OK;
    const gmix_table *const x = models->all.input.table;
    const size_t n_folds = models->request->opts.folds;
    gmix_i_card *cards = NULL;
    size_t n = 0;
    GMIX_TRY(shuffle(ctx, x, models, opts->seed, &cards, &n));
    if (n_folds < 2 || n_folds > n) {
        GMIX_FAIL(
            ctx, GMIX_ERR_DATA,
            "%zu folds asked for: there are %zu rows, and folds are 2 or more, none "
            "of them empty",
            n_folds, n);
    }
    GMIX_TRY(gmix_i_calloc(ctx, "folds", 1, sizeof **out, out));
    gmix_i_folds *const folds = *out;
    folds->ctx = ctx;
    folds->table = x;
    GMIX_TRY(gmix_i_calloc(ctx, "folds", n_folds, sizeof *folds->fold, &folds->fold));
    folds->n = n_folds;
    folds->errors_len = models->all.input.errors ? models->all.input.errors->len : 0;
    folds->truncation = models->all.input.truncation;
    for (size_t f = 0; f < n_folds; f++) {
        GMIX_TRY(take_fold(folds, models->all.input.errors, cards, n, f));
        GMIX_TRY(gmix_i_models_new(ctx, &folds->fold[f].input, models->request, opts,
                                   &folds->fold[f].models));
        folds->fold[f].models.all.number = 2 * f + 2;
        folds->fold[f].models.pilot.number = 2 * f + 3;
    }
done:
    gmix_i_free(ctx, cards);
    return status;
}

gmix_status gmix_i_folds_add(gmix_i_folds *folds, size_t k) {
    gmix_status status = GMIX_OK;
    for (size_t f = 0; f < folds->n; f++) {
        GMIX_TRY(gmix_i_models_add(&folds->fold[f].models, k));
    }
done:
    return status;
}

/* The log-likelihood of a fold's rows under a cell fitted without them. */
static gmix_status score_fold(gmix_i_folds *folds, const fold *own,
                              const gmix_i_grid_cell *cell, double *sum) {
    gmix_status status = GMIX_OK;
    gmix_model *model = NULL;
    gmix_table rows = gmix_table_f64(own->x, own->m, folds->table->n_cols);
    gmix_criteria score;
    rows.weights = own->w;
    rows.errors = own->errors;
    rows.errors_len = own->errors ? folds->errors_len : 0;
    rows.truncation = folds->truncation;
    GMIX_TRY(gmix_i_model_of_solution(folds->ctx, &cell->plan, &cell->best, &model));
    GMIX_TRY(gmix_score(folds->ctx, model, &rows, &score));
    *sum += score.log_likelihood;
done:
    gmix_model_free(&model);
    return status;
}

gmix_status gmix_i_folds_solve(gmix_i_folds *folds, gmix_i_models *models) {
    gmix_status status = GMIX_OK;
    gmix_i_grid *const all = &models->all;
    for (size_t f = 0; f < folds->n && !atomic_load(&all->cancelled); f++) {
        GMIX_TRY(gmix_i_models_solve(&folds->fold[f].models));
        if (atomic_load(&folds->fold[f].models.all.cancelled)) {
            atomic_store(&all->cancelled, 1);
        }
    }
    for (size_t c = 0; c < all->n_cells; c++) {
        gmix_i_grid_cell *const cell = all->cells[c];
        double sum = 0.0;
        for (size_t f = 0; f < folds->n && isnan(cell->cv) && !isnan(sum); f++) {
            const gmix_i_grid_cell *const own = folds->fold[f].models.all.cells[c];
            if (cell->outcome != GMIX_I_CELL_OK) {
                sum = NAN;
            } else if (own->outcome != GMIX_I_CELL_OK) {
                sum = NAN;
                snprintf(cell->reason, sizeof cell->reason,
                         "no cv: without fold %zu of %zu %s%.200s", f + 1, folds->n,
                         own->outcome == GMIX_I_CELL_UNFINISHED
                             ? "it was not finished"
                             : "there is no sound solution: ",
                         own->reason);
            } else {
                GMIX_TRY(score_fold(folds, &folds->fold[f], own, &sum));
            }
        }
        cell->cv = isnan(cell->cv) ? sum : cell->cv;
    }
done:
    return status;
}
