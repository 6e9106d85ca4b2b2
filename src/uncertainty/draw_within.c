/* Quantiles by bisection of the probability up to a point, which is accurate however far out the bounds are. See
 * draw_within.h. */
#include "uncertainty/draw_within.h"

#include <math.h>

#include "base/rng.h"
#include "observe/truncated.h"

/* Of a normal between a and b, in its own units: where its probability is u. */
static double quantile(double a, double b, double u) {
    const double top = fmin(fmax(0.0, a), b), reach = 40.0;
    const double log_all = gmix_i_truncate(a, b).log_p;
    double low = fmax(a, top - reach), high = fmin(b, top + reach);
    for (int i = 0; i < 60 && low < high; i++) {
        const double middle = 0.5 * (low + high);
        if (!(middle > low && middle < high)) {
            break;
        }
        const bool below = exp(gmix_i_truncate(a, middle).log_p - log_all) < u;
        *(below ? &low : &high) = middle;
    }
    return 0.5 * (low + high);
}

gmix_status gmix_i_draw_within(gmix_ctx *ctx, const gmix_model *model,
                               const double bounds[2], size_t n, uint64_t seed,
                               double *rows) {
    gmix_status status = GMIX_OK;
    const size_t k = model->k;
    const gmix_i_shape *const shape = model->family->shape;
    double *sd = NULL, *share = NULL;
    double most = -INFINITY, total = 0.0;
    GMIX_TRY(gmix_i_calloc(ctx, "rows within bounds", k, sizeof *sd, &sd));
    GMIX_TRY(gmix_i_calloc(ctx, "rows within bounds", k, sizeof *share, &share));
    for (size_t c = 0; c < k; c++) {
        const double variance =
            shape->variance(model->params.cov + c * shape->cov_len(1), 0);
        sd[c] = sqrt(variance) * model->frame.scale[0];
        const double a = (bounds[0] - model->means[c]) / sd[c],
                     b = (bounds[1] - model->means[c]) / sd[c];
        share[c] = log(model->weights[c]) + gmix_i_truncate(a, b).log_p;
        most = fmax(most, share[c]);
    }
    if (!(most > -600.0)) {
        GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                  "the mixture has next to nothing between the bounds of the truncation");
    }
    for (size_t c = 0; c < k; c++) {
        share[c] = exp(share[c] - most);
        total += share[c];
    }
    const gmix_i_stream stream = gmix_i_stream_open(seed, GMIX_I_RNG_SAMPLE_COMPONENT, 0);
    for (size_t i = 0; i < n; i++) {
        double u[2], left;
        size_t c = 0;
        gmix_i_uniform2(&stream, i, u);
        for (left = u[0] * total - share[0]; left > 0.0 && c + 1 < k;) {
            left -= share[++c];
        }
        const double mean = model->means[c];
        const double z =
            quantile((bounds[0] - mean) / sd[c], (bounds[1] - mean) / sd[c], u[1]);
        rows[i] = fmin(fmax(mean + sd[c] * z, bounds[0]), bounds[1]);
    }
done:
    gmix_i_free(ctx, sd);
    gmix_i_free(ctx, share);
    return status;
}
