/*
 * Highest-density regions. In one dimension by roots (scalar_regions.h). In several, with X_i
 * drawn from the model and f_i = f(X_i), the level is the quantile of f_i that `mass` of them
 * exceed, and the volume the mean of 1 / f_i over those that do. The level's error is that of
 * an order statistic: half of what lies between the ranks one binomial sd away on either side.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/infer.h>
#include <gmix/regions.h>

#include "distribution/one_feature.h"
#include "distribution/owned.h"
#include "distribution/scalar_regions.h"

enum { DEFAULT_DRAWS = 200000 };

static gmix_status by_roots(gmix_ctx *ctx, const gmix_model *model, gmix_region *out) {
    gmix_status status = GMIX_OK;
    double *memory = NULL, *work = NULL, *found = NULL;
    gmix_i_scalar s;
    const size_t most = gmix_i_region_most(model->k, model->weights[model->k] > 0.0);
    GMIX_TRY(gmix_i_one_feature(ctx, model, &memory, &s));
    GMIX_TRY(gmix_i_scalar_is_told(ctx, model, &s));
    GMIX_TRY(gmix_i_calloc(ctx, "a region", gmix_i_region_work(model->k), sizeof *work,
                           &work));
    GMIX_TRY(gmix_i_owned_new(ctx, "a region", 2 * most * sizeof *found, &out->owner));
    found = gmix_i_owned(out->owner);
    out->n_intervals = gmix_i_scalar_region(&s, out->mass, &out->level, found, work);
    out->level *= model->frame.inv_scale[0];
    for (size_t i = 0; i < 2 * out->n_intervals; i++) {
        found[i] = gmix_i_from_frame(model, found[i]);
        out->volume += i % 2 ? found[i] : -found[i];
    }
    out->intervals = found;
done:
    gmix_i_free(ctx, memory);
    gmix_i_free(ctx, work);
    return status;
}

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Log-densities of n rows drawn from the model, in blocks. */
static gmix_status draw_densities(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                  uint64_t seed, double *out) {
    gmix_status status = GMIX_OK;
    double *rows = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "draws", n * model->d, sizeof *rows, &rows));
    GMIX_TRY(gmix_sample(ctx, model, n, seed, rows, NULL));
    const gmix_table x = gmix_table_f64(rows, n, model->d);
    GMIX_TRY(gmix_log_density(ctx, model, &x, out));
done:
    gmix_i_free(ctx, rows);
    return status;
}

static void from_densities(size_t n, const double *l, gmix_region *out) {
    const double count = (double)n, below = (1.0 - out->mass) * count;
    const double spread = sqrt(count * out->mass * (1.0 - out->mass));
    const size_t rank = (size_t)fmin(fmax(below, 0.0), count - 1.0);
    const size_t low = (size_t)fmax(below - spread, 0.0);
    const size_t high = (size_t)fmin(below + spread, count - 1.0);
    out->level = exp(l[rank]);
    out->level_error = 0.5 * (exp(l[high]) - exp(l[low]));
    double sum = 0.0, square = 0.0;
    for (size_t i = rank; i < n; i++) {
        const double v = exp(-l[i]);
        sum += v;
        square += v * v;
    }
    out->volume = sum / count;
    out->volume_error =
        sqrt(fmax(square / count - out->volume * out->volume, 0.0) / count);
}

gmix_status gmix_region_find(gmix_ctx *ctx, const gmix_model *model, double mass,
                             size_t n_draws, uint64_t seed, gmix_region *out) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    double *l = NULL;
    gmix_region region = {.mass = mass};
    if (!model || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    const size_t n = n_draws > 0 ? n_draws : DEFAULT_DRAWS;
    if (!(mass > 0.0 && mass < 1.0) || n < 1000 || n > 100000000) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "a region of probability %g, from %zu draws: between 0 and 1, and 1000 "
                  "to 1e8",
                  mass, n);
    }
    if (model->d == 1) {
        GMIX_TRY(by_roots(ctx, model, &region));
    } else {
        GMIX_TRY(gmix_i_calloc(ctx, "densities", n, sizeof *l, &l));
        GMIX_TRY(draw_densities(ctx, model, n, seed, l));
        qsort(l, n, sizeof *l, compare_doubles);
        from_densities(n, l, &region);
    }
    *out = region;
    region.owner = NULL;
done:
    gmix_i_owned_free(&region.owner);
    gmix_i_free(ctx, l);
    return status;
}

void gmix_region_free(gmix_region *region) {
    if (region) {
        gmix_i_owned_free(&region->owner);
        *region = (gmix_region){0};
    }
}
