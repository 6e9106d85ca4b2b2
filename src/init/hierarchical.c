/*
 * The start "hierarchical": the partition into K clusters of a tree of merges ("VVV" on
 * scaled principal components, as R's mclust starts), of all rows or of a sample of them; one
 * M-step from the rows of the tree. A tree of n rows costs some n^2 D^3: there are at most
 * MOST_ROWS, fewer in many dimensions, and the MOST_FEATURES leading components.
 */
#include <math.h>
#include <string.h>

#include "init/init.h"
#include "init/tree.h"

enum { MOST_ROWS = 1000, MOST_FEATURES = 24 };
static const double MOST_WORK = 1e9; /* n^2 D^3: a tenth of a second */

void gmix_i_sample_tree_free(gmix_ctx *ctx, gmix_i_sample_tree *tree) {
    gmix_i_free(ctx, tree->z);
    gmix_i_free(ctx, tree->w);
    gmix_i_free(ctx, tree->merges);
    *tree = (gmix_i_sample_tree){0};
}

static bool is_complete(size_t d, const double *row) {
    for (size_t j = 0; j < d; j++) {
        if (!isfinite(row[j])) {
            return false;
        }
    }
    return true;
}

static size_t rows_wanted(const gmix_i_sample *sample) {
    const double d = fmin((double)sample->d, MOST_FEATURES);
    const double affordable = fmin(sqrt(MOST_WORK / (d * d * d)), MOST_ROWS);
    return (size_t)fmin((double)sample->m, affordable);
}

/* Evenly chosen. */
static gmix_status choose_rows(gmix_ctx *ctx, const gmix_i_sample *sample,
                               gmix_i_sample_tree *out) {
    gmix_status status = GMIX_OK;
    const size_t d = sample->d, most = rows_wanted(sample);
    out->d = d;
    GMIX_TRY(gmix_i_calloc(ctx, "rows of a tree", most * d, sizeof(double), &out->z));
    GMIX_TRY(gmix_i_calloc(ctx, "rows of a tree", most, sizeof(double), &out->w));
    for (size_t s = 0; s < most; s++) {
        const size_t i =
            (size_t)((double)s * ((double)sample->m / (double)most)); /* rises */
        double *const row = out->z + out->m * d;
        gmix_i_sample_row(sample, i, row);
        if (sample->w[i] > 0.0 && is_complete(d, row)) {
            out->w[out->m++] = sample->w[i];
        }
    }
done:
    return status;
}

static gmix_status merge_rows(gmix_ctx *ctx, gmix_i_sample_tree *tree) {
    gmix_status status = GMIX_OK;
    const gmix_i_criterion *criterion;
    const size_t m = tree->m;
    double *x = NULL;
    size_t d;
    GMIX_TRY(gmix_i_criterion_get(ctx, "VVV", &criterion));
    GMIX_TRY(gmix_i_calloc(ctx, "rows of a tree", m * tree->d, sizeof(double), &x));
    GMIX_TRY(gmix_i_calloc(ctx, "merges", 2 * m, sizeof *tree->merges, &tree->merges));
    memcpy(x, tree->z, m * tree->d * sizeof *x);
    GMIX_TRY(gmix_i_tree_transform(ctx, "svd", m, tree->d, tree->w, x, &d));
    for (size_t i = 1; i < m && d > MOST_FEATURES; i++) {
        memmove(x + i * MOST_FEATURES, x + i * d, MOST_FEATURES * sizeof *x);
    }
    d = d > MOST_FEATURES ? MOST_FEATURES : d;
    GMIX_TRY(gmix_i_tree_build(ctx, m, d, x, tree->w, criterion, tree->merges, NULL));
done:
    gmix_i_free(ctx, x);
    return status;
}

static gmix_status too_few_rows(gmix_ctx *ctx, size_t m, size_t needed) {
    return gmix_i_fail(
        ctx, GMIX_ERR_DATA,
        "the start 'hierarchical' has %zu complete rows of positive weight to work "
        "with, and needs %zu: choose another start",
        m, needed);
}

gmix_status gmix_i_sample_tree_new(gmix_ctx *ctx, gmix_i_start_task *task,
                                   gmix_i_sample_tree *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_sample_tree){0};
    GMIX_TRY(gmix_i_sample_want(ctx, task));
    GMIX_TRY(choose_rows(ctx, &task->sample, out));
    status = out->m < 2 ? too_few_rows(ctx, out->m, 2) : merge_rows(ctx, out);
done:
    if (status != GMIX_OK) {
        gmix_i_sample_tree_free(ctx, out);
    }
    return status;
}

/* Adds a row in the frame to the statistics of its cluster. matrix: d x d. */
static void add_row(const gmix_i_shape *shape, size_t d, double weight, const double *row,
                    double *matrix, double *packed, double *stats) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            matrix[i * d + j] = weight * row[i] * row[j];
        }
    }
    shape->from_matrix(d, matrix, packed);
    stats[0] += weight;
    for (size_t j = 0; j < d; j++) {
        stats[1 + j] += weight * row[j];
    }
    for (size_t t = 0; t < shape->cov_len(d); t++) {
        stats[1 + d + t] += packed[t];
    }
}

static gmix_status to_params(gmix_ctx *ctx, const gmix_i_start_task *task,
                             const gmix_i_sample_tree *rows, const int32_t *labels,
                             gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    const gmix_i_shape *const shape = out->family->shape;
    const size_t k = out->k, d = out->d, len = gmix_i_stats_len(shape, d);
    double *stats = NULL, *numbers = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "statistics of the start", GMIX_I_STATS_HEAD + k * len,
                           sizeof(double), &stats));
    GMIX_TRY(gmix_i_calloc(ctx, "a row and a matrix", d + d * d + len + k * d,
                           sizeof(double), &numbers));
    double *const row = numbers, *const matrix = row + d, *const packed = matrix + d * d,
                  *const origin = packed + len;
    for (size_t i = 0; i < rows->m; i++) {
        GMIX_TRY(gmix_i_poll(ctx)); /* D^2 for every row */
        for (size_t j = 0; j < d; j++) {
            row[j] = rows->z[i * d + j] * task->survey->sd[j] * task->frame->inv_scale[j];
        }
        add_row(shape, d, rows->w[i], row, matrix, packed,
                stats + GMIX_I_STATS_HEAD + (size_t)labels[i] * len);
    }
    gmix_i_m_step(stats, origin, task->constraints, out);
done:
    gmix_i_free(ctx, stats);
    gmix_i_free(ctx, numbers);
    return status;
}

static gmix_status start(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out) {
    (void)run;
    gmix_status status = GMIX_OK;
    gmix_i_sample_tree own = {0};
    const gmix_i_sample_tree *const tree = task->tree ? task->tree : &own;
    int32_t *labels = NULL;
    if (!task->tree) {
        GMIX_TRY(gmix_i_sample_tree_new(ctx, task, &own));
    }
    if (tree->m < out->k) {
        status = too_few_rows(ctx, tree->m, out->k);
        goto done;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "rows of a tree", tree->m, sizeof *labels, &labels));
    GMIX_TRY(gmix_tree_cut(ctx, tree->m, tree->merges, out->k, labels));
    GMIX_TRY(to_params(ctx, task, tree, labels, out));
done:
    gmix_i_free(ctx, labels);
    gmix_i_sample_tree_free(ctx, &own);
    return status;
}

const gmix_i_init gmix_i_init_hierarchical = {
    .name = "hierarchical", .deterministic = true, .start = start};
