/* The start "labels": row i belongs to component init_labels[i]. */
#include "init/init.h"

typedef struct given_labels {
    const int32_t *labels;
    size_t k;
} given_labels;

static void fill_given(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                       gmix_i_norm_sums *sums, void *work) {
    (void)sums;
    (void)work;
    const given_labels *const from = arg;
    gmix_i_fill_labels(tile, from->labels + tile->first, from->k, resp, active);
}

/* Every label is a component's, and every component has one. */
static gmix_status check_labels(gmix_ctx *ctx, const int32_t *labels, uint64_t n,
                                size_t k) {
    gmix_status status = GMIX_OK;
    bool *seen = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "labels", k, sizeof *seen, &seen));
    for (uint64_t i = 0; i < n; i++) {
        if (labels[i] < 0 || (size_t)labels[i] >= k) {
            GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                      "init_labels[%llu] is %d: labels of %zu components are 0 to %zu",
                      (unsigned long long)i, (int)labels[i], k, k - 1);
        }
        seen[labels[i]] = true;
    }
    for (size_t c = 0; c < k; c++) {
        if (!seen[c]) {
            GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "init_labels give component %zu no row", c);
        }
    }
done:
    gmix_i_free(ctx, seen);
    return status;
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    (void)run;
    gmix_status status = GMIX_OK;
    given_labels from = {.labels = task->opts->init_labels, .k = out->k};
    if (!from.labels) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "the start 'labels' needs init_labels");
    }
    GMIX_TRY(check_labels(ctx, from.labels, task->survey->n_rows, out->k));
    gmix_i_set_centres(task->prepared, NULL);
    GMIX_TRY(gmix_i_start_from_fill(ctx, task, fill_given, &from, out));
done:
    return status;
}

const gmix_i_init gmix_i_init_labels = {
    .name = "labels", .deterministic = true, .given = true, .start = start};
