/*
 * Pareto density estimation, and a mixture beside it. See gmix/fit_test.h. With the radius r and N(t) values
 * within r of t, the density is N(t) over the area that trapezoids make of N.
 */
#include <math.h>
#include <stdlib.h>

#include <gmix/distribution.h>
#include <gmix/fit_test.h>
#include <gmix/infer.h>

#include "base/rng.h"
#include "base/structs.h"
#include "distribution/one_feature.h"
#include "distribution/owned.h"
#include "model/mixture.h"
#include "model/posterior.h"
#include "workbench/values.h"

enum { PLACES = 101, MOST_PAIRED = 4096 };

static const double PARETO_SHARE = 0.18;

/* The 18 % quantile of the distances of all pairs (of a sample); the smallest that is not 0, if that
 * is. Values are sorted. */
static gmix_status pareto_radius(gmix_ctx *ctx, size_t n, const double *values,
                                 double *radius) {
    gmix_status status = GMIX_OK;
    const size_t m = n < MOST_PAIRED ? n : MOST_PAIRED, pairs = m * (m - 1) / 2;
    double *sample = NULL, *distances = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "a sample", m, sizeof *sample, &sample));
    GMIX_TRY(gmix_i_calloc(ctx, "distances", pairs, sizeof *distances, &distances));
    gmix_i_stream stream = gmix_i_stream_open(0, GMIX_I_RNG_SUBSAMPLE, 0);
    for (size_t i = 0; i < m; i++) {
        sample[i] = values[n > m ? gmix_i_next_below(&stream, n) : i];
    }
    size_t at = 0;
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < i; j++) {
            distances[at++] = fabs(sample[i] - sample[j]);
        }
    }
    gmix_i_sort_values(pairs, distances);
    size_t rank = (size_t)(PARETO_SHARE * (double)pairs);
    while (rank + 1 < pairs && distances[rank] == 0.0) {
        rank++;
    }
    *radius = distances[rank] * (n > 1024 ? 4.0 / pow((double)n, 0.2) : 1.0);
    if (!(*radius > 0.0)) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "all values are equal: they have no density");
    }
done:
    gmix_i_free(ctx, sample);
    gmix_i_free(ctx, distances);
    return status;
}

static void fill_density(size_t n, const double *values, gmix_pareto_density *p) {
    const double low = values[0], step = (values[n - 1] - low) / (double)(p->n - 1);
    size_t begin = 0, end = 0;
    double area = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        const double at = p->at[i] = low + step * (double)i;
        while (begin < n && values[begin] < at - p->radius) {
            begin++;
        }
        while (end < n && values[end] <= at + p->radius) {
            end++;
        }
        p->density[i] = (double)(end - begin);
        area += i > 0 ? 0.5 * step * (p->density[i] + p->density[i - 1]) : 0.0;
    }
    for (size_t i = 0; i < p->n; i++) {
        p->density[i] /= area;
    }
}

static gmix_status find_density(gmix_ctx *ctx, size_t n, const double *values,
                                size_t n_places, gmix_pareto_density *out) {
    gmix_status status = GMIX_OK;
    gmix_pareto_density made = {.n = n_places ? n_places : PLACES};
    if (made.n < 2 || made.n > 1000000) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "%zu places are asked for: 2 to 1e6", made.n);
    }
    GMIX_TRY(pareto_radius(ctx, n, values, &made.radius));
    GMIX_TRY(
        gmix_i_owned_new(ctx, "a density", 2 * made.n * sizeof(double), &made.owner));
    made.at = gmix_i_owned(made.owner);
    made.density = made.at + made.n;
    fill_density(n, values, &made);
    *out = made;
done:
    return status;
}

gmix_status gmix_pareto_density_find(gmix_ctx *ctx, const gmix_table *x, size_t n_places,
                                     gmix_pareto_density *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    double *values = NULL;
    size_t n;
    if (!x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the table or the output is NULL");
    }
    GMIX_TRY(gmix_i_values_of(ctx, x, &values, &n, NULL));
    GMIX_TRY(find_density(ctx, n, values, n_places, out));
done:
    gmix_i_free(ctx, values);
    return status;
}

void gmix_pareto_density_free(gmix_pareto_density *density) {
    if (density) {
        gmix_i_owned_free(&density->owner);
        *density = (gmix_pareto_density){0};
    }
}

/* P(D > d), by Kolmogorov's limit at d (sqrt n + .12 + .11 / sqrt n) (Stephens 1974). */
static double kolmogorov_tail(size_t n, double d) {
    const double root = sqrt((double)n), t = d * (root + 0.12 + 0.11 / root);
    double sum = 0.0;
    for (int j = 1; j <= 100; j++) {
        sum += (j % 2 ? 2.0 : -2.0) * exp(-2.0 * j * j * t * t);
    }
    return t < 0.2 ? 1.0 : fmin(fmax(sum, 0.0), 1.0);
}

/* logs: 2 n to work with. */
static gmix_status compare(gmix_ctx *ctx, const gmix_model *model, size_t n,
                           const double *values, double *logs,
                           const gmix_pareto_density *p, gmix_adequacy *out) {
    gmix_status status = GMIX_OK;
    const double count = (double)n;
    double *memory = NULL;
    gmix_i_scalar s;
    GMIX_TRY(gmix_cdf(ctx, model, n, values, logs, logs + n));
    for (size_t i = 0; i < n; i++) {
        const double f = exp(logs[i]), at = (double)i;
        out->kolmogorov_smirnov =
            fmax(out->kolmogorov_smirnov, fmax((at + 1.0) / count - f, f - at / count));
    }
    out->p = kolmogorov_tail(n, out->kolmogorov_smirnov);
    const gmix_table rows = gmix_table_f64(values, n, 1);
    GMIX_TRY(gmix_log_density(ctx, model, &rows, logs));
    for (size_t i = 0; i < n; i++) {
        out->log_likelihood += logs[i];
    }
    GMIX_TRY(gmix_i_one_feature(ctx, model, &memory, &s));
    double sum = 0.0;
    for (size_t i = 0; i < p->n;
         i++) { /* of the distribution: no noise outside its box */
        const double l = gmix_i_scalar_log_density(&s, gmix_i_to_frame(model, p->at[i]));
        const double off = exp(l) * model->frame.inv_scale[0] - p->density[i];
        sum += off * off;
    }
    out->rms = sqrt(sum);
done:
    gmix_i_free(ctx, memory);
    return status;
}

gmix_status gmix_adequacy_find(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *x, gmix_adequacy *out) {
    enum { FIRST = GMIX_I_SIZE_TO(gmix_adequacy, pareto_radius) };
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "measures of adequacy");
    GMIX_I_TABLE(ctx, x);
    GMIX_I_PLACE(ctx, gmix_adequacy, FIRST, out);
    gmix_status status = GMIX_OK;
    double *values = NULL, *logs = NULL;
    gmix_pareto_density p = {.n = 0};
    gmix_adequacy made = {.struct_size = sizeof made};
    if (!model || !x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, the table or the output is NULL");
    }
    if (model->d != 1) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE,
                  "a mixture of one feature is compared: take a marginal");
    }
    GMIX_TRY(gmix_i_values_of(ctx, x, &values, &made.n, NULL));
    GMIX_TRY(find_density(ctx, made.n, values, 0, &p));
    made.pareto_radius = p.radius;
    GMIX_TRY(gmix_i_calloc(ctx, "rows", 2 * made.n + p.n, sizeof *logs, &logs));
    GMIX_TRY(compare(ctx, model, made.n, values, logs, &p, &made));
    gmix_i_struct_give(out, FIRST, &made, sizeof made);
done:
    gmix_pareto_density_free(&p);
    gmix_i_free(ctx, values);
    gmix_i_free(ctx, logs);
    return status;
}
