/* Basins: the mode that every row ascends to. See gmix/regions.h and climb.h. */
#include <math.h>

#include <gmix/regions.h>

#include "base/structs.h"
#include "base/threads.h"
#include "data/pass.h"
#include "distribution/climb.h"

enum { ROWS_PER_TASK = 64 };

/* Rows and where they climb to. */
typedef struct climber {
    const gmix_model *model;
    const gmix_modes *modes;
    const gmix_table *table;
    gmix_i_hill hill;
    double *frame_modes; /* n x D */
    double *scratch;     /* per thread: climb work + D */
    int32_t *out;
} climber;

static int32_t mode_of(const climber *to, double *x, double *work) {
    const size_t d = to->model->d;
    int32_t found = -1;
    double nearest = 1e-3; /* squared, in the frame: the ascent ends well within */
    for (size_t j = 0; j < d; j++) {
        if (isnan(x[j])) {
            return -1;
        }
    }
    gmix_i_climb(&to->hill, x, work);
    for (size_t i = 0; i < to->modes->n; i++) {
        double own = 0.0;
        for (size_t j = 0; j < d; j++) {
            const double off = to->frame_modes[i * d + j] - x[j];
            own += off * off;
        }
        if (own < nearest) {
            nearest = own;
            found = (int32_t)i;
        }
    }
    return found;
}

static void climb_rows(void *arg, size_t task, int thread) {
    const climber *const to = arg;
    const gmix_i_frame *const frame = &to->model->frame;
    const size_t d = to->model->d, climb = gmix_i_climb_work(to->model->k, d);
    const size_t first = task * ROWS_PER_TASK, left = to->table->n_rows - first;
    const size_t n = left < ROWS_PER_TASK ? left : ROWS_PER_TASK;
    double *const work = to->scratch + (size_t)thread * (climb + d), *const x =
                                                                         work + climb;
    const gmix_i_rows rows = gmix_i_table_rows(to->table, first, n).rows;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d; j++) {
            x[j] = (gmix_i_cell(&rows, i, j) - frame->shift[j]) * frame->inv_scale[j];
        }
        to->out[first + i] = mode_of(to, x, work);
    }
}

static gmix_status check_table(gmix_ctx *ctx, const climber *to) {
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    uint64_t n_missing;
    if (to->table->n_cols != to->model->d || to->modes->d != to->model->d) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE,
                  "the model has %zu features, the modes %zu, the table %zu columns",
                  to->model->d, to->modes->d, to->table->n_cols);
    }
    GMIX_TRY(gmix_i_input_table(ctx, to->table, &input));
    GMIX_TRY(gmix_i_check_cells(ctx, &input, &n_missing));
done:
    return status;
}

gmix_status gmix_mode_labels(gmix_ctx *ctx, const gmix_model *model,
                             const gmix_modes *modes, const gmix_table *x, int32_t *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    climber to = {.model = model, .modes = modes, .table = x, .out = out};
    if (!model || !modes || !x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "the model, the modes, the table or the output is NULL");
    }
    GMIX_TRY(check_table(ctx, &to));
    const size_t d = model->d, threads = (size_t)ctx->opts.n_threads;
    GMIX_TRY(gmix_i_hill_new(ctx, model, &to.hill));
    GMIX_TRY(gmix_i_calloc(ctx, "modes", modes->n * d, sizeof(double), &to.frame_modes));
    GMIX_TRY(gmix_i_calloc(ctx, "ascents", threads * (gmix_i_climb_work(model->k, d) + d),
                           sizeof(double), &to.scratch));
    for (size_t i = 0; i < modes->n * d; i++) {
        to.frame_modes[i] =
            (modes->at[i] - model->frame.shift[i % d]) * model->frame.inv_scale[i % d];
    }
    const size_t tasks = (x->n_rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    GMIX_TRY(gmix_i_parallel_for(ctx, ctx->opts.n_threads, tasks, climb_rows, &to));
done:
    gmix_i_hill_free(ctx, &to.hill);
    gmix_i_free(ctx, to.frame_modes);
    gmix_i_free(ctx, to.scratch);
    return status;
}
