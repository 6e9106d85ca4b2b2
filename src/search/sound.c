/* Telling sound components from spurious ones. See sound.h. */
#include "search/sound.h"

#include <math.h>
#include <string.h>

#include "data/resolution.h"

static const double LEAST_EIGENVALUE = 1e-3;
static const double LEAST_SHARED = 1e-9;

gmix_status gmix_i_judge_new(gmix_ctx *ctx, const gmix_i_shape *shape,
                             const gmix_i_survey *survey, const gmix_i_frame *frame,
                             gmix_i_judge *out) {
    const size_t d = frame->d, len = shape->cov_len(d);
    double *numbers;
    const gmix_status status =
        gmix_i_calloc(ctx, "the check of components", 2 * d + 2 * len + d * d,
                      sizeof(double), &numbers);
    if (status != GMIX_OK) {
        return status;
    }
    *out = (gmix_i_judge){.d = d,
                          .n = gmix_i_kept_weight(survey),
                          .trims = survey->trim > 0.0,
                          .rows_needed = gmix_i_rows_needed(d),
                          .variance = numbers,
                          .step = numbers + d,
                          .least = numbers + 2 * d,
                          .work = numbers + 2 * d + len};
    for (size_t j = 0; j < d; j++) {
        const double sd = survey->sd[j] * frame->inv_scale[j];
        out->variance[j] = sd * sd;
        out->step[j] = survey->grain[j].step * frame->inv_scale[j];
    }
    return GMIX_OK;
}

void gmix_i_judge_free(gmix_ctx *ctx, gmix_i_judge *judge) {
    gmix_i_free(ctx, judge->variance);
    *judge = (gmix_i_judge){0};
}

double gmix_i_shared_rows_needed(const gmix_i_family *family, size_t k, size_t d) {
    const size_t unknowns = family->shape->cov_len(d) > d ? d : 1; /* of a scatter */
    return (double)(unknowns + k) + 0.5;
}

double gmix_i_component_rows(const gmix_i_judge *judge, const gmix_i_params *p) {
    double n = 0.0;
    for (size_t k = 0; k < p->k; k++) {
        n += p->weights[k] * judge->n;
    }
    return n;
}

/* True if one covariance serves all components and the rows together do not determine it. */
static bool few_in_all(const gmix_i_judge *judge, const gmix_i_params *p) {
    return !judge->has_prior && !judge->cov_given &&
           (p->k == 1 || gmix_i_family_is_shared(p->family)) &&
           gmix_i_component_rows(judge, p) <
               gmix_i_shared_rows_needed(p->family, p->k, p->d);
}

bool gmix_i_judge_admits(const gmix_i_judge *judge, const gmix_i_family *family,
                         size_t k) {
    if (judge->has_prior) {
        return true;
    }
    const bool one = k == 1 || gmix_i_family_is_shared(family);
    const double in_all =
        one && !judge->cov_given ? gmix_i_shared_rows_needed(family, k, judge->d) : 0.0;
    const double each = k == 1 ? 0.0 : judge->rows_needed;
    return judge->n * (1.0 + 1e-9) >= fmax(in_all, (double)k * each);
}

/* The covariance of all rows as the mixture has it: within plus between components. */
static void overall(const gmix_i_judge *judge, const gmix_i_params *p, double *cov) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *const matrix = judge->work;
    memset(matrix, 0, d * d * sizeof *matrix);
    for (size_t k = 0; k < p->k; k++) { /* the frame is centred at the overall mean */
        const double *const mean = p->means + k * d;
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++) {
                matrix[i * d + j] += p->weights[k] * mean[i] * mean[j];
            }
        }
    }
    shape->from_matrix(d, matrix, cov);
    for (size_t k = 0; k < p->k; k++) {
        for (size_t t = 0; t < len; t++) {
            cov[t] += p->weights[k] * p->cov[k * len + t];
        }
    }
}

/* The variance of feature j that the mixture gives the rows that are not trimmed. */
static double kept_variance(const gmix_i_params *p, size_t j) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double all = 0.0, mean = 0.0, variance = 0.0;
    for (size_t k = 0; k < p->k; k++) {
        all += p->weights[k];
        mean += p->weights[k] * p->means[k * d + j];
    }
    mean /= all;
    for (size_t k = 0; k < p->k; k++) {
        const double off = p->means[k * d + j] - mean;
        variance +=
            p->weights[k] / all * (shape->variance(p->cov + k * len, j) + off * off);
    }
    return variance;
}

/* Sets `least` to `share` times the features' variances, `all` to the overall covariance; true if
 * that one exceeds it. */
static bool overall_exceeds(const gmix_i_judge *judge, const gmix_i_params *p,
                            double share, double *all) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d;
    double *const scaled = judge->work;
    overall(judge, p, all);
    for (size_t j = 0; j < d; j++) { /* the spread of all rows is that of the outliers */
        scaled[j] = share * (judge->trims ? kept_variance(p, j) : judge->variance[j]);
    }
    shape->from_variances(d, scaled, judge->least);
    return shape->exceeds(d, all, judge->least, judge->work);
}

/* Nor are rows known to leave a plane where rounding alone may have moved them. */
bool gmix_i_rows_lie_flat(const gmix_i_judge *judge, const gmix_i_params *p) {
    const gmix_i_shape *const shape = p->family->shape;
    double *const all = judge->work + p->d * p->d, *const least = judge->work;
    if (!overall_exceeds(judge, p, LEAST_SHARED, all)) {
        return true;
    }
    for (size_t j = 0; j < p->d; j++) {
        least[j] = fmax(LEAST_SHARED * judge->variance[j],
                        (1.0 + 1e-9) * gmix_i_rounded_variance(judge->step[j], INFINITY));
        least[j] = fmin(least[j], 0.5 * judge->variance[j]);
    }
    shape->from_variances(p->d, least, judge->least);
    return !shape->exceeds(p->d, all, judge->least, judge->work);
}

/* The covariance no component may fall below: `share` times the features' variances, or the
 * overall covariance where that one itself is too narrow. */
static void set_least(const gmix_i_judge *judge, const gmix_i_params *p, double share) {
    const size_t len = p->family->shape->cov_len(p->d);
    double *const all = judge->work + p->d * p->d;
    if (!overall_exceeds(judge, p, share, all)) {
        for (size_t t = 0; t < len; t++) {
            judge->least[t] = share * all[t];
        }
    }
}

size_t gmix_i_judge_all(const gmix_i_judge *judge, const gmix_i_params *p,
                        gmix_i_fault *faults) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    const bool measured = !judge->has_prior && p->k > 1;
    const bool shared = gmix_i_family_is_shared(p->family);
    const bool few = few_in_all(judge, p);
    size_t n_faults = 0;
    if (measured) {
        set_least(judge, p, shared ? LEAST_SHARED : LEAST_EIGENVALUE);
    }
    for (size_t k = 0; k < p->k; k++) {
        const double rows = p->weights[k] * judge->n;
        gmix_i_fault fault = GMIX_I_SOUND;
        if (!(rows > 0.0)) {
            fault = GMIX_I_EMPTY;
        } else if (!judge->has_prior && p->k > 1 && rows < judge->rows_needed) {
            fault = GMIX_I_FEW;
        } else if (few) {
            fault = GMIX_I_FEW_IN_ALL;
        } else if (measured &&
                   !shape->exceeds(d, p->cov + k * len, judge->least, judge->work)) {
            fault = shared ? GMIX_I_NARROW_ALL : GMIX_I_NARROW;
        }
        n_faults += fault != GMIX_I_SOUND;
        if (faults) {
            faults[k] = fault;
        }
    }
    return n_faults;
}
