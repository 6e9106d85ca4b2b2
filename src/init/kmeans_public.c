/* The public side of k-means: a table in, centres and labels out. See gmix/kmeans.h. */
#include <math.h>
#include <string.h>

#include "base/option_sets.h"
#include "base/structs.h"
#include "init/kmeans_points.h"

#define OPTION(...) GMIX_I_OPTION(gmix_kmeans_options, __VA_ARGS__)

static const gmix_option_info table[] = {
    OPTION(n_clusters, "size", "1", 1, 1e9, NULL, "number of clusters K"),
    OPTION(seed, "seed", "0", 0, 18446744073709551615.0, NULL, "seed of the seeding"),
    OPTION(max_iter, "size", "300", 0, 1e15, NULL, "most steps (0: the seeds)"),
    OPTION(tol, "real", "1e-4", 0, 1e300, NULL,
           "stop when the squared moves of all centres sum to this fraction of the "
           "features' mean variance"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set = GMIX_I_OPTION_SET(gmix_kmeans_options, tol, table);

void gmix_kmeans_options_init_sized(gmix_kmeans_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

const gmix_option_info *gmix_kmeans_option_table(void) {
    return table;
}

size_t gmix_kmeans_n_draws(size_t k) {
    return k == 0 ? 0 : 1 + (k - 1) * (2 + (size_t)log((double)k));
}

static gmix_status take_options(gmix_ctx *ctx, const gmix_kmeans_options *given,
                                const gmix_table *x, gmix_kmeans_options *out) {
    const gmix_status status = gmix_i_options_read(ctx, &set, given, out);
    if (status != GMIX_OK) {
        return status;
    }
    if (out->n_clusters > x->n_rows) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "%zu clusters asked for, of %zu rows",
                           out->n_clusters, x->n_rows);
    }
    return GMIX_OK;
}

static gmix_status check_numbers(gmix_ctx *ctx, const gmix_kmeans_options *opts,
                                 size_t d) {
    const size_t k = opts->n_clusters, n_draws = gmix_kmeans_n_draws(k);
    for (size_t i = 0; opts->centres && i < k * d; i++) {
        if (!isfinite(opts->centres[i])) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                               "feature %zu of centre %zu is %g: it must be finite",
                               i % d + 1, i / d, opts->centres[i]);
        }
    }
    for (size_t i = 0; opts->draws && i < n_draws; i++) {
        if (!(opts->draws[i] >= 0.0 && opts->draws[i] < 1.0)) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                               "draw %zu is %g: draws are numbers from 0 up to 1", i,
                               opts->draws[i]);
        }
    }
    return GMIX_OK;
}

void gmix_i_points_row(const gmix_i_points *p, size_t i, double *out) {
    const gmix_i_rows rows = gmix_i_table_rows(p->input.table, i, 1).rows;
    for (size_t j = 0; j < p->d; j++) {
        out[j] = (gmix_i_cell(&rows, 0, j) - p->frame.shift[j]) * p->frame.inv_scale[j];
    }
}

static void points_free(gmix_i_points *p) {
    gmix_i_survey_free(p->ctx, &p->survey);
    gmix_i_frame_free(&p->ctx->opts.allocator, &p->frame);
    gmix_i_free(p->ctx, p->centres);
    gmix_i_free(p->ctx, p->label);
}

/* Surveys the rows and sets the frame. A constant column is nothing to k-means. */
static gmix_status points_new(gmix_ctx *ctx, const gmix_table *x,
                              const gmix_kmeans_options *opts, gmix_i_points *p) {
    gmix_status status = GMIX_OK;
    const size_t d = x->n_cols, k = opts->n_clusters;
    double variance = 0.0;
    *p = (gmix_i_points){
        .ctx = ctx, .kernels = gmix_i_kernels_pick(0), .n = x->n_rows, .d = d, .k = k};
    GMIX_TRY(gmix_i_input_table(ctx, x, &p->input));
    GMIX_TRY(gmix_i_survey_new(ctx, &p->input, GMIX_I_MISSING_REFUSE, 1.0, &p->survey));
    for (size_t j = 0; j < d; j++) {
        const bool constant = p->survey.lowest[j] == p->survey.highest[j];
        p->survey.sd[j] = constant ? 0.0 : p->survey.sd[j];
        variance += p->survey.sd[j] * p->survey.sd[j] / (double)d;
    }
    GMIX_TRY(gmix_i_frame_new(ctx, d, &p->frame));
    gmix_i_frame_set(&p->frame, p->survey.mean, p->survey.sd, true);
    p->tol = opts->tol * variance * p->frame.inv_scale[0] * p->frame.inv_scale[0];
    GMIX_TRY(gmix_i_calloc(ctx, "k-means", k * d, sizeof(double), &p->centres));
    GMIX_TRY(gmix_i_calloc(ctx, "k-means", p->n, sizeof *p->label, &p->label));
    for (size_t i = 0; opts->centres && i < k * d; i++) {
        p->centres[i] =
            (opts->centres[i] - p->frame.shift[i % d]) * p->frame.inv_scale[i % d];
    }
done:
    return status;
}

static void write_results(const gmix_i_points *p, double *centres, int32_t *labels) {
    for (size_t i = 0; i < p->k * p->d; i++) {
        const size_t j = i % p->d;
        centres[i] = p->centres[i] * p->frame.scale[j] + p->frame.shift[j];
    }
    if (labels) {
        memcpy(labels, p->label, p->n * sizeof *labels);
    }
}

gmix_status gmix_kmeans(gmix_ctx *ctx, const gmix_table *x,
                        const gmix_kmeans_options *opts, double *centres, int32_t *labels,
                        size_t *seeds, size_t *n_iter) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    gmix_kmeans_options taken;
    gmix_i_points p = {.ctx = ctx};
    size_t *rows = NULL, iterations = 0;
    if (!x || !centres) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "k-means needs a table and a place for centres");
    }
    GMIX_TRY(take_options(ctx, opts, x, &taken));
    GMIX_TRY(check_numbers(ctx, &taken, x->n_cols));
    GMIX_TRY(points_new(ctx, x, &taken, &p));
    GMIX_TRY(gmix_i_calloc(ctx, "seeds", p.k, sizeof *rows, &rows));
    if (!taken.centres) {
        gmix_i_draws draws = {.given = taken.draws,
                              .stream =
                                  gmix_i_stream_open(taken.seed, GMIX_I_RNG_KMEANS, 0)};
        GMIX_TRY(gmix_i_points_seed(&p, &draws, rows));
    }
    if (taken.max_iter > 0 || labels) {
        GMIX_TRY(gmix_i_points_lloyd(&p, taken.max_iter, &iterations));
    }
    write_results(&p, centres, labels);
    if (seeds && !taken.centres) {
        memcpy(seeds, rows, p.k * sizeof *seeds);
    }
    if (n_iter) {
        *n_iter = iterations;
    }
done:
    gmix_i_free(ctx, rows);
    points_free(&p);
    return status;
}
