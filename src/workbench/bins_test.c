/*
 * Goodness of fit of a histogram: counts n_b of bins with the probabilities P_b,
 *
 *     G^2 = 2 sum n_b log (n_b / N P_b),   X^2 = sum (n_b - N P_b)^2 / N P_b,
 *
 * about chi-squared with bins - 1 - parameters degrees of freedom where the parameters maximise the
 * likelihood of the counts, as they do here (Fisher 1924). What lies outside all bins is one bin more,
 * in which nothing was counted.
 */
#include <math.h>
#include <string.h>

#include <gmix/fit_test.h>
#include <gmix/infer.h>

#include "base/cells.h"
#include "base/order.h"
#include "base/structs.h"
#include "distribution/chi_squared.h"
#include "model/mixture.h"
#include "model/posterior.h"

static gmix_status check(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x) {
    if (x->n_cols != 1 || model->d != 1) {
        return gmix_i_fail(
            ctx, GMIX_ERR_SHAPE,
            "bins are those of one feature: the model has %zu, the table %zu", model->d,
            x->n_cols);
    }
    if (!x->lower || !x->upper || !x->weights) {
        return gmix_i_fail(
            ctx, GMIX_ERR_DATA,
            "bins are rows with bounds and with weights, which are the counts");
    }
    for (size_t i = 0; i < x->n_rows; i++) {
        if (!(x->lower[i] < x->upper[i])) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "bin %zu ends at %g, where it begins or before: %g", i + 1,
                               x->upper[i], x->lower[i]);
        }
    }
    return gmix_i_check_weights(ctx, x);
}

/* Bins in any order are apart if, sorted, the i-th upper bound is never above the next lower one. */
static gmix_status check_apart(gmix_ctx *ctx, const gmix_table *x) {
    gmix_status status = GMIX_OK;
    const size_t n = x->n_rows;
    double *bounds = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "bins", 2 * n, sizeof *bounds, &bounds));
    memcpy(bounds, x->lower, n * sizeof *bounds);
    memcpy(bounds + n, x->upper, n * sizeof *bounds);
    gmix_i_sort_reals(bounds, n);
    gmix_i_sort_reals(bounds + n, n);
    for (size_t i = 1; i < n; i++) {
        if (!(bounds[n + i - 1] <= bounds[i])) {
            GMIX_FAIL(ctx, GMIX_ERR_DATA,
                      "bins overlap: one begins at %g, and another one ends at %g only",
                      bounds[i], bounds[n + i - 1]);
        }
    }
done:
    gmix_i_free(ctx, bounds);
    return status;
}

/* The sums over bins; log_p: of each. */
static void add_up(const gmix_table *x, const double *log_p, gmix_bins_test *out) {
    double total = 0.0, inside = 0.0;
    for (size_t i = 0; i < x->n_rows; i++) {
        total += x->weights[i];
        inside += exp(log_p[i]);
    }
    const double outside = inside < 1.0 - 1e-9 ? 1.0 - inside : 0.0;
    for (size_t i = 0; i < x->n_rows; i++) {
        const double n = x->weights[i], expected = total * exp(log_p[i]);
        out->g2 += n > 0.0 ? 2.0 * n * (log(n / total) - log_p[i]) : 0.0;
        out->x2 += (n - expected) * (n - expected) / expected;
    }
    out->x2 += total * outside;
    out->n_bins = x->n_rows + (outside > 0.0);
}

gmix_status gmix_bins_test_find(gmix_ctx *ctx, const gmix_model *model,
                                const gmix_table *x, gmix_bins_test *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "tests of bins");
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    double *log_p = NULL;
    gmix_bins_test found = {0};
    if (!model || !x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, the table or the output is NULL");
    }
    GMIX_TRY(check(ctx, model, x));
    GMIX_TRY(check_apart(ctx, x));
    GMIX_TRY(gmix_i_calloc(ctx, "bins", x->n_rows, sizeof *log_p, &log_p));
    GMIX_TRY(gmix_log_density(ctx, model, x, log_p));
    add_up(x, log_p, &found);
    const size_t used = 1 + gmix_model_n_parameters(model);
    found.df = found.n_bins > used ? found.n_bins - used : 0;
    found.p_g2 = found.df ? gmix_i_chi_squared_tail(found.df, fmax(found.g2, 0.0)) : NAN;
    found.p_x2 = found.df ? gmix_i_chi_squared_tail(found.df, found.x2) : NAN;
    *out = found;
done:
    gmix_i_free(ctx, log_p);
    return status;
}
