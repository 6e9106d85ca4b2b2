/*
 * Moments of a mixture, about its mean and in its frame: for a feature with component means m_k
 * away from the mean, variances v_k,
 *
 *     E d^2 = sum w (v + m^2),  E d^3 = sum w (m^3 + 3 m v),  E d^4 = sum w (m^4 + 6 m^2 v + 3 v^2);
 *
 * for t with df degrees of freedom v is df / (df - 2) of its scale, and 3 v^2 is 3 v^2 (df - 2) / (df - 4): infinite
 * where df is 2 or 4, or less, and then so is the whole; of the noise, uniform over a width h, v = h^2 / 12 and its own fourth moment h^4 / 80.
 */
#include <math.h>
#include <string.h>

#include <gmix/distribution.h>

#include "model/mixture.h"
#include "model/posterior.h"

/* The noise's share of feature j: centre and width in the frame. */
typedef struct flat {
    double weight, centre, width;
} flat;

static flat noise_of(const gmix_model *m, size_t j) {
    flat f = {.weight = m->weights[m->k]};
    if (f.weight > 0.0) {
        const double low =
            (m->noise.lower[j] - m->frame.shift[j]) * m->frame.inv_scale[j];
        f.width = (m->noise.upper[j] - m->noise.lower[j]) * m->frame.inv_scale[j];
        f.centre = low + 0.5 * f.width;
    }
    return f;
}

static void find_means(const gmix_model *m, double *mean) {
    for (size_t j = 0; j < m->d; j++) {
        const flat noise = noise_of(m, j);
        mean[j] = noise.weight * noise.centre;
        for (size_t c = 0; c < m->k; c++) {
            mean[j] += m->weights[c] * m->params.means[c * m->d + j];
        }
    }
}

/* What the point's covariance is multiplied by for the component's; and 3, or what it is for t. */
static double variance_factor(const gmix_model *m, size_t c) {
    const double df = m->posterior ? m->posterior->t[c].df : INFINITY;
    return !m->posterior ? 1.0
           : df > 2.0    ? gmix_i_posterior_ratio(m, c) * df / (df - 2.0)
                         : INFINITY;
}

static double fourth_factor(const gmix_model *m, size_t c) {
    const double df = m->posterior ? m->posterior->t[c].df : INFINITY;
    return !m->posterior ? 3.0 : df > 4.0 ? 3.0 * (df - 2.0) / (df - 4.0) : INFINITY;
}

static void find_covariance(const gmix_model *m, const double *mean, double *matrix,
                            double *out) {
    const size_t d = m->d, len = m->family->shape->cov_len(d);
    memset(out, 0, d * d * sizeof *out);
    for (size_t c = 0; c < m->k; c++) {
        const double *const mu = m->params.means + c * d;
        const double factor = variance_factor(m, c);
        m->family->shape->to_matrix(d, gmix_i_model_full(m)->cov + c * len, matrix);
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++) {
                out[i * d + j] +=
                    m->weights[c] * (gmix_i_scaled(factor, matrix[i * d + j]) +
                                     (mu[i] - mean[i]) * (mu[j] - mean[j]));
            }
        }
    }
    for (size_t i = 0; i < d; i++) {
        const flat a = noise_of(m, i);
        out[i * d + i] += a.weight * a.width * a.width / 12.0;
        for (size_t j = 0; j <= i; j++) {
            const flat b = noise_of(m, j);
            out[i * d + j] += a.weight * (a.centre - mean[i]) * (b.centre - mean[j]);
        }
    }
    for (size_t i = 0; i < d; i++) { /* to the data's units; powers of two are exact */
        for (size_t j = 0; j <= i; j++) {
            out[i * d + j] *= m->frame.scale[i] * m->frame.scale[j];
            out[j * d + i] = out[i * d + j];
        }
    }
}

/* Moments of t end before its degrees of freedom. */
static bool has_third(const gmix_model *m) {
    for (size_t c = 0; m->posterior && c < m->k; c++) {
        if (m->weights[c] > 0.0 && m->posterior->t[c].df <= 3.0) {
            return false;
        }
    }
    return true;
}

/* Third and fourth standardised moments of feature j. */
static void find_shape(const gmix_model *m, const double *mean, size_t j,
                       double *skewness, double *kurtosis) {
    const size_t len = m->family->shape->cov_len(m->d);
    const flat noise = noise_of(m, j);
    const double off = noise.centre - mean[j], h = noise.width * noise.width;
    double second = noise.weight * (h / 12.0 + off * off);
    double third = noise.weight * off * (off * off + 3.0 * h / 12.0);
    double fourth =
        noise.weight * (off * off * (off * off + 6.0 * h / 12.0) + h * h / 80.0);
    for (size_t c = 0; c < m->k; c++) {
        const double w = m->weights[c], a = m->params.means[c * m->d + j] - mean[j];
        const double v =
            variance_factor(m, c) *
            m->family->shape->variance(gmix_i_model_full(m)->cov + c * len, j);
        second += w * (v + a * a);
        third += w * a * (a * a + 3.0 * v);
        fourth += w * (a * a * (a * a + 6.0 * v) + fourth_factor(m, c) * v * v);
    }
    *skewness = has_third(m) ? third / (second * sqrt(second)) : NAN;
    *kurtosis = fourth / (second * second) - 3.0;
}

gmix_status gmix_moments(gmix_ctx *ctx, const gmix_model *model, double *mean,
                         double *covariance, double *skewness, double *kurtosis) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    double *work = NULL;
    if (!model) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model is NULL");
    }
    const size_t d = model->d;
    GMIX_TRY(gmix_i_calloc(ctx, "moments", d + d * d, sizeof *work, &work));
    find_means(model, work);
    if (covariance) {
        find_covariance(model, work, work + d, covariance);
    }
    for (size_t j = 0; j < d; j++) {
        double third, fourth;
        find_shape(model, work, j, &third, &fourth);
        if (skewness) {
            skewness[j] = third;
        }
        if (kurtosis) {
            kurtosis[j] = fourth;
        }
        if (mean) {
            mean[j] = model->frame.shift[j] + model->frame.scale[j] * work[j];
        }
    }
done:
    gmix_i_free(ctx, work);
    return status;
}
