/*
 * The start "responsibilities": those of a row are drawn from the flat Dirichlet
 * distribution, r_k = e_k / sum_l e_l with e_k exponential. A number belongs to (row,
 * component), so any thread or rank draws the same.
 */
#include <math.h>
#include <string.h>

#include "init/init.h"

typedef struct draw {
    gmix_i_stream stream;
    size_t k;
} draw;

static void fill_random(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                        gmix_i_norm_sums *sums, void *work) {
    (void)sums;
    (void)work;
    const draw *const from = arg;
    const size_t k = from->k, n = tile->n, pairs = (k + 1) / 2;
    double *const r = resp;
    memset(r, 0, k * n * sizeof *r);
    for (size_t i = 0; i < tile->n_rows; i++) {
        double total = 0.0;
        for (size_t pair = 0; pair < pairs; pair++) {
            double u[2];
            gmix_i_uniform2(&from->stream, (tile->first + i) * pairs + pair, u);
            for (size_t c = 2 * pair; c < k && c < 2 * pair + 2; c++) {
                r[c * n + i] = -log(u[c & 1]);
                total += r[c * n + i];
            }
        }
        for (size_t c = 0; c < k; c++) {
            r[c * n + i] *= tile->w[i] / total;
        }
    }
    for (size_t c = 0; c < k; c++) {
        active[c] = tile->n_rows;
    }
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    draw from = {.stream =
                     gmix_i_stream_open(task->opts->seed, GMIX_I_RNG_RANDOM_RESP, run),
                 .k = out->k};
    gmix_i_set_centres(task->prepared, NULL);
    return gmix_i_start_from_fill(ctx, task, fill_random, &from, out);
}

const gmix_i_init gmix_i_init_random_responsibilities = {.name = "responsibilities",
                                                         .start = start};
