/*
 * Between parts of mixtures. Of the uniform density u over a box of volume V, centre c and widths h,
 *
 *     KL(u | N(mu, S)) = -log V + 1/2 (D log 2 pi + log det S + |L^-1 (c - mu)|^2
 *                                      + sum_j h_j^2 / 12 (S^-1)_jj),   S = L L^T;
 *     KL(u | u') = log V' / V where the box of u' holds that of u, and infinite elsewhere;
 *     the integral of u N is P(N in the box) / V: at most that of the narrowest side, which is taken.
 */
#include "between/mixture_parts.h"

#include <math.h>

static const double LOG_2PI = 1.8378770664093454836;

gmix_status gmix_i_mixture_parts_new(gmix_ctx *ctx, const gmix_model *model,
                                     gmix_i_mixture_parts *out) {
    const bool noisy = model->weights[model->k] > 0.0;
    *out = (gmix_i_mixture_parts){0};
    if (noisy) {
        out->lower = model->noise.lower;
        out->upper = model->noise.upper;
        out->log_volume = model->noise.log_volume;
    }
    return gmix_i_gaussians_of(ctx, model, NULL, noisy, &out->as);
}

void gmix_i_mixture_parts_free(gmix_ctx *ctx, gmix_i_mixture_parts *parts) {
    gmix_i_gaussians_free(ctx, &parts->as);
    *parts = (gmix_i_mixture_parts){0};
}

bool gmix_i_mixture_parts_box_has(const gmix_i_mixture_parts *p, const double *x) {
    bool inside = p->lower != NULL;
    for (size_t j = 0; j < p->as.d && inside; j++) {
        inside = x[j] >= p->lower[j] && x[j] <= p->upper[j];
    }
    return inside;
}

bool gmix_i_mixture_parts_box_within(const gmix_i_mixture_parts *a,
                                     const gmix_i_mixture_parts *b) {
    return gmix_i_mixture_parts_box_has(b, a->lower) &&
           gmix_i_mixture_parts_box_has(b, a->upper);
}

double gmix_i_mixture_parts_common(const gmix_i_mixture_parts *a,
                                   const gmix_i_mixture_parts *b) {
    double volume = a->lower && b->lower ? 0.0 : -INFINITY;
    for (size_t j = 0; j < a->as.d && volume > -INFINITY; j++) {
        const double low = fmax(a->lower[j], b->lower[j]);
        const double high = fmin(a->upper[j], b->upper[j]);
        volume += high > low ? log(high - low) : -INFINITY;
    }
    return volume;
}

double gmix_i_part_entropy(const gmix_i_mixture_parts *p, size_t i) {
    return gmix_i_part_is_noise(p, i)
               ? p->log_volume
               : 0.5 * ((double)p->as.d * (LOG_2PI + 1.0) + p->as.log_det[i]);
}

/* |L^-1 x|^2; x is overwritten. */
static double solved_square(size_t d, const double *root, double *x) {
    double sum = 0.0;
    for (size_t i = 0; i < d; i++) {
        const double *const l = root + i * (i + 1) / 2;
        for (size_t j = 0; j < i; j++) {
            x[i] -= l[j] * x[j];
        }
        x[i] /= l[i];
        sum += x[i] * x[i];
    }
    return sum;
}

static double kl_from_noise(const gmix_i_mixture_parts *a, const gmix_i_gaussians *b,
                            size_t j, double *work) {
    const size_t d = b->d;
    const double *const root = b->root + j * gmix_i_packed_len(d);
    double sum = (double)d * LOG_2PI + b->log_det[j];
    for (size_t i = 0; i < d; i++) {
        for (size_t r = 0; r < d; r++) {
            work[r] = r == i ? (a->upper[i] - a->lower[i]) / sqrt(12.0) : 0.0;
        }
        sum += solved_square(d, root, work);
    }
    for (size_t r = 0; r < d; r++) {
        work[r] = a->lower[r] - b->mu[j * d + r] + 0.5 * (a->upper[r] - a->lower[r]);
    }
    return fmax(0.5 * (sum + solved_square(d, root, work)) - a->log_volume, 0.0);
}

double gmix_i_part_kl(const gmix_i_mixture_parts *a, size_t i,
                      const gmix_i_mixture_parts *b, size_t j, double *work) {
    const bool from = gmix_i_part_is_noise(a, i), to = gmix_i_part_is_noise(b, j);
    if (from && to) {
        return gmix_i_mixture_parts_box_within(a, b)
                   ? fmax(b->log_volume - a->log_volume, 0.0)
                   : INFINITY;
    }
    if (to) {
        return INFINITY;
    }
    return from ? kl_from_noise(a, &b->as, j, work)
                : gmix_i_gaussian_kl(&a->as, i, &b->as, j, work);
}

/* log of a bound of the probability of the box of p under Gaussian j of q. */
static double log_inside(const gmix_i_mixture_parts *p, const gmix_i_gaussians *q,
                         size_t j) {
    double least = 1.0;
    for (size_t r = 0; r < q->d; r++) {
        const double sd = sqrt(q->cov[(j * q->d + r) * q->d + r]);
        double low = (p->lower[r] - q->mu[j * q->d + r]) / sd;
        double high = (p->upper[r] - q->mu[j * q->d + r]) / sd;
        if (low > 0.0) { /* on the side where both tails are small */
            const double other = -low;
            low = -high;
            high = other;
        }
        least = fmin(least, 0.5 * (erfc(-high * M_SQRT1_2) - erfc(-low * M_SQRT1_2)));
    }
    return log(least);
}

double gmix_i_part_overlap(const gmix_i_mixture_parts *a, size_t i,
                           const gmix_i_mixture_parts *b, size_t j, double *work) {
    const bool first = gmix_i_part_is_noise(a, i), second = gmix_i_part_is_noise(b, j);
    if (first && second) {
        return gmix_i_mixture_parts_common(a, b) - a->log_volume - b->log_volume;
    }
    if (first || second) {
        return first ? log_inside(a, &b->as, j) - a->log_volume
                     : log_inside(b, &a->as, i) - b->log_volume;
    }
    return gmix_i_gaussian_overlap(&a->as, i, &b->as, j, work);
}
