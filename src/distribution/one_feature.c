/* Distribution functions and quantiles of a model of one feature. See scalar.h. */
#include "distribution/one_feature.h"
#include "model/posterior.h"

#include <gmix/distribution.h>

gmix_status gmix_i_one_feature(gmix_ctx *ctx, const gmix_model *model, double **memory,
                               gmix_i_scalar *out) {
    gmix_status status = GMIX_OK;
    const size_t k = model->k, len = model->family->shape->cov_len(1);
    *memory = NULL;
    if (model->d != 1) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE,
                  "this is for one feature, and the model has %zu: take the marginal "
                  "of one of them",
                  model->d);
    }
    GMIX_TRY(
        gmix_i_calloc(ctx, "a mixture of one feature", 5 * k, sizeof **memory, memory));
    double *const w = *memory, *const mu = w + k, *const sd = mu + k, *const top = sd + k;
    double *const df = top + k;
    for (size_t c = 0; c < k; c++) {
        w[c] = model->weights[c];
        mu[c] = model->params.means[c];
        sd[c] = sqrt(model->family->shape->variance(model->params.cov + c * len, 0));
        df[c] = INFINITY;
        if (model->posterior) {
            df[c] = model->posterior->t[c].df;
            sd[c] *= sqrt(gmix_i_posterior_ratio(model, c));
        }
        top[c] = gmix_i_scalar_height(w[c], sd[c], df[c]);
    }
    *out = (gmix_i_scalar){.k = k, .w = w, .mu = mu, .sd = sd, .height = top};
    out->df = model->posterior ? df : NULL;
    if (model->weights[k] > 0.0) {
        out->noise = model->weights[k];
        out->lower = gmix_i_to_frame(model, model->noise.lower[0]);
        out->upper = gmix_i_to_frame(model, model->noise.upper[0]);
        if (!(out->upper > out->lower)) {
            GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                      "the noise lies between %g and %g: beside the distance of the "
                      "components that is less than double precision tells apart",
                      model->noise.lower[0], model->noise.upper[0]);
        }
    }
done:
    return status;
}

gmix_status gmix_i_scalar_is_told(gmix_ctx *ctx, const gmix_model *model,
                                  const gmix_i_scalar *s) {
    for (size_t k = 0; k < s->k; k++) {
        const double step = nextafter(fabs(s->mu[k]), INFINITY) - fabs(s->mu[k]);
        if (s->w[k] > 0.0 && s->sd[k] < 4.0 * step) {
            return gmix_i_fail(
                ctx, GMIX_ERR_MODEL,
                "component %zu is %g wide at %g: beside the distance of the others that "
                "is less than double precision tells apart",
                k, s->sd[k] * model->frame.scale[0], gmix_i_from_frame(model, s->mu[k]));
        }
    }
    return GMIX_OK;
}

gmix_status gmix_cdf(gmix_ctx *ctx, const gmix_model *model, size_t n, const double *x,
                     double *log_lower, double *log_upper) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    double *memory = NULL;
    gmix_i_scalar s;
    if (!model || (!x && n > 0)) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model or the values are NULL");
    }
    GMIX_TRY(gmix_i_one_feature(ctx, model, &memory, &s));
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i])) {
            GMIX_FAIL(ctx, GMIX_ERR_NONFINITE, "value %zu is NaN", i);
        }
    }
    for (size_t i = 0; i < n; i++) {
        const double at = gmix_i_to_frame(model, x[i]);
        if (log_lower) {
            log_lower[i] = gmix_i_scalar_log_tail(&s, at, false);
        }
        if (log_upper) {
            log_upper[i] = gmix_i_scalar_log_tail(&s, at, true);
        }
    }
done:
    gmix_i_free(ctx, memory);
    return status;
}

gmix_status gmix_quantiles(gmix_ctx *ctx, const gmix_model *model, size_t n,
                           const double *p, int upper, double *x) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    double *memory = NULL;
    gmix_i_scalar s;
    if (!model || ((!p || !x) && n > 0)) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "the model, the probabilities or the output is NULL");
    }
    GMIX_TRY(gmix_i_one_feature(ctx, model, &memory, &s));
    for (size_t i = 0; i < n; i++) {
        if (!(p[i] > 0.0 && p[i] < 1.0)) {
            GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                      "a quantile is asked for at %g: probabilities lie between 0 and 1",
                      p[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        /* above a half, 1 - p is exact and has the digits of the other tail */
        const bool turned = p[i] > 0.5;
        const double small = turned ? 1.0 - p[i] : p[i];
        x[i] = gmix_i_from_frame(
            model, gmix_i_scalar_quantile(&s, log(small), (upper != 0) != turned));
    }
done:
    gmix_i_free(ctx, memory);
    return status;
}
