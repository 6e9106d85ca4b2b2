/*
 * The start "quantiles": one feature is cut into K classes of equal weight, as R's mclust
 * starts for one feature. Further runs would repeat it, and more features have no such order,
 * so it is none of the registry's: the choice among models has it beside its others.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "init/init.h"

typedef struct value {
    double x, w;
} value;

static int by_value(const void *a, const void *b) {
    const double x = ((const value *)a)->x, y = ((const value *)b)->x;
    return x < y ? -1 : x > y;
}

/* Classes end at cuts (K - 1), in the frame. */
typedef struct classes_between {
    size_t k;
    double *cuts;
} classes_between;

static void fill_classes(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                         gmix_i_norm_sums *sums, void *work) {
    (void)sums;
    (void)work;
    const classes_between *const to = arg;
    const double *const x = tile->x;
    double *const r = resp;
    memset(r, 0, to->k * tile->n * sizeof *r);
    memset(active, 0, to->k * sizeof *active);
    for (size_t i = 0; i < tile->n_rows; i++) {
        size_t c = 0;
        while (c + 1 < to->k && x[i] > to->cuts[c]) {
            c++;
        }
        r[c * tile->n + i] = tile->w[i];
        active[c] += tile->w[i] > 0.0;
    }
}

/* Cuts after every K-th part of the sample's weight. */
static gmix_status cut_sample(gmix_ctx *ctx, const gmix_i_start_task *task,
                              classes_between *to) {
    gmix_status status = GMIX_OK;
    const gmix_i_sample *const sample = &task->sample;
    const double unit = task->survey->sd[0] * task->frame->inv_scale[0];
    value *values = NULL;
    double total = 0.0, sum = 0.0;
    size_t c = 0;
    GMIX_TRY(gmix_i_calloc(ctx, "values", sample->m, sizeof *values, &values));
    for (size_t i = 0; i < sample->m; i++) {
        gmix_i_sample_row(sample, i, &values[i].x);
        values[i].w = sample->w[i];
        total += sample->w[i];
    }
    qsort(values, sample->m, sizeof *values, by_value);
    for (size_t i = 0; i < sample->m && c + 1 < to->k; i++) {
        sum += values[i].w;
        while (c + 1 < to->k && sum >= total * (double)(c + 1) / (double)to->k) {
            to->cuts[c++] = values[i].x * unit;
        }
    }
    for (; c + 1 < to->k; c++) { /* rounding left some */
        to->cuts[c] = INFINITY;
    }
done:
    gmix_i_free(ctx, values);
    return status;
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    (void)run;
    gmix_status status = GMIX_OK;
    classes_between to = {.k = out->k};
    GMIX_TRY(gmix_i_sample_want(ctx, task));
    GMIX_TRY(gmix_i_calloc(ctx, "quantiles", out->k, sizeof *to.cuts, &to.cuts));
    GMIX_TRY(cut_sample(ctx, task, &to));
    gmix_i_set_centres(task->prepared, NULL);
    GMIX_TRY(gmix_i_start_from_fill(ctx, task, fill_classes, &to, out));
done:
    gmix_i_free(ctx, to.cuts);
    return status;
}

const gmix_i_init gmix_i_init_quantiles = {
    .name = "quantiles", .deterministic = true, .start = start};
