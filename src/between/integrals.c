/*
 * Divergences of mixtures of one feature, by adaptive quadrature on pieces between multiples of
 * the components' standard deviations, and at the ends of noise, which nothing is hidden from. Densities are taken in
 * logarithms, so that p log(p / q) is right where q is nothing.
 */
#include "between/integrals.h"

#include <math.h>
#include <stdlib.h>

#include "distribution/one_feature.h"
#include "distribution/quadrature.h"

enum { MARKS = 17 };
static const double marks[MARKS] = {-38, -12, -8, -6, -4, -3, -2, -1, 0,
                                    1,   2,   3,  4,  6,  8,  12, 38};

typedef struct sides {
    gmix_i_scalar p, q; /* in the frame of p */
} sides;

static double kl(const gmix_i_scalar *p, const gmix_i_scalar *q, double x) {
    const double l = gmix_i_scalar_log_density(p, x);
    return l > -745.0 ? exp(l) * (l - gmix_i_scalar_log_density(q, x)) : 0.0;
}

static double kl_pq(void *arg, double x) {
    const sides *const s = arg;
    return kl(&s->p, &s->q, x);
}

static double kl_qp(void *arg, double x) {
    const sides *const s = arg;
    return kl(&s->q, &s->p, x);
}

static double entropy(const gmix_i_scalar *p, double x) {
    const double l = gmix_i_scalar_log_density(p, x);
    return l > -745.0 ? -exp(l) * l : 0.0;
}

static double entropy_p(void *arg, double x) {
    return entropy(&((const sides *)arg)->p, x);
}

static double entropy_q(void *arg, double x) {
    return entropy(&((const sides *)arg)->q, x);
}

static double jensen_shannon(void *arg, double x) {
    const sides *const s = arg;
    const double a = gmix_i_scalar_log_density(&s->p, x);
    const double b = gmix_i_scalar_log_density(&s->q, x);
    const double most = fmax(a, b);
    if (!(most > -745.0)) {
        return 0.0;
    }
    const double m = most + log(0.5 * (exp(a - most) + exp(b - most)));
    return 0.5 * ((a > -745.0 ? exp(a) * (a - m) : 0.0) +
                  (b > -745.0 ? exp(b) * (b - m) : 0.0));
}

/* (sqrt p - sqrt q)^2 / 2: 1 - the integral of sqrt(p q), without cancelling. */
static double hellinger(void *arg, double x) {
    const sides *const s = arg;
    const double a = exp(0.5 * gmix_i_scalar_log_density(&s->p, x));
    const double b = exp(0.5 * gmix_i_scalar_log_density(&s->q, x));
    return 0.5 * (a - b) * (a - b);
}

static double total_variation(void *arg, double x) {
    const sides *const s = arg;
    return 0.5 * fabs(exp(gmix_i_scalar_log_density(&s->p, x)) -
                      exp(gmix_i_scalar_log_density(&s->q, x)));
}

/* |F_p - F_q|, by the tails above where those below are next to 1, whose difference is noise. */
static double between_tails(void *arg, double x) {
    const sides *const s = arg;
    const double p = gmix_i_scalar_log_tail(&s->p, x, false);
    const double q = gmix_i_scalar_log_tail(&s->q, x, false);
    if (fmax(p, q) < -0.5) {
        return fabs(exp(p) - exp(q));
    }
    return fabs(exp(gmix_i_scalar_log_tail(&s->p, x, true)) -
                exp(gmix_i_scalar_log_tail(&s->q, x, true)));
}

/* (x - Q_q(F_p(x)))^2 p(x): how far the optimal map carries what is at x, from the tail that has its
 * digits. */
static double carried(void *arg, double x) {
    const sides *const s = arg;
    const double l = gmix_i_scalar_log_density(&s->p, x);
    const double below = gmix_i_scalar_log_tail(&s->p, x, false);
    const double above = gmix_i_scalar_log_tail(&s->p, x, true);
    const bool upper = above < below;
    const double tail = upper ? above : below;
    if (!(l > -700.0 && tail > -700.0)) {
        return 0.0;
    }
    const double off = x - gmix_i_scalar_quantile(&s->q, tail, upper);
    return exp(l) * off * off;
}

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static size_t add_marks(const gmix_i_scalar *s, double *ends, size_t n) {
    for (size_t k = 0; k < s->k; k++) {
        for (size_t t = 0; t < MARKS && s->w[k] > 0.0; t++) {
            ends[n++] = s->mu[k] + marks[t] * s->sd[k];
        }
    }
    if (s->noise > 0.0) {
        ends[n++] = s->lower;
        ends[n++] = s->upper;
    }
    return n;
}

static gmix_estimate integrate(gmix_i_integrand *f, sides *s, size_t n,
                               const double *ends) {
    gmix_estimate out = {0.0, 0.0};
    for (size_t i = 0; i + 1 < n; i++) {
        out.value += gmix_i_integrate(f, s, ends[i], ends[i + 1], 1e-14, &out.error);
    }
    return out;
}

/* Probabilities have errors of a rounding of 1, so a length has that of itself. */
static double find_w1(sides *s, size_t n, const double *ends) {
    double sum = 0.0, ignored = 0.0;
    for (size_t i = 0; i + 1 < n; i++) {
        const double tolerance = fmax(1e-14, 1e-15 * (ends[i + 1] - ends[i]));
        sum +=
            gmix_i_integrate(between_tails, s, ends[i], ends[i + 1], tolerance, &ignored);
    }
    return sum;
}

static double find_w2_to(sides *s, size_t n, const double *ends, double tolerance) {
    double sum = 0.0, ignored = 0.0;
    for (size_t i = 0; i + 1 < n; i++) {
        sum += gmix_i_integrate(carried, s, ends[i], ends[i + 1], tolerance, &ignored);
    }
    return sum;
}

/* A difference of places has the rounding of these, and its square that times twice itself: more
 * cannot be asked for, as a first rough value tells. */
static double find_w2(sides *s, size_t n, const double *ends) {
    const double rough = find_w2_to(s, n, ends, INFINITY);
    const double farthest = fmax(fabs(ends[0]), fabs(ends[n - 1]));
    return find_w2_to(s, n, ends,
                      fmax(1e-14, 1e-15 * (rough + farthest * sqrt(fmax(rough, 0.0)))));
}

/* From the frame of q to that of p. */
static void move_scalar(const gmix_model *from, const gmix_model *to, double *memory,
                        gmix_i_scalar *s) {
    const size_t k = s->k;
    const double by = from->frame.scale[0] * to->frame.inv_scale[0];
    double *const mu = memory + k, *const sd = mu + k, *const height = sd + k;
    if (s->noise > 0.0) {
        s->lower = gmix_i_to_frame(to, from->noise.lower[0]);
        s->upper = gmix_i_to_frame(to, from->noise.upper[0]);
    }
    for (size_t c = 0; c < k; c++) {
        mu[c] = (from->means[c] - to->frame.shift[0]) * to->frame.inv_scale[0];
        sd[c] *= by;
        height[c] = log(s->w[c] / sd[c]);
    }
}

gmix_status gmix_i_divergences_exact(gmix_ctx *ctx, const gmix_model *p,
                                     const gmix_model *q, gmix_divergences *out) {
    gmix_status status = GMIX_OK;
    double *of_p = NULL, *of_q = NULL, *ends = NULL;
    sides s;
    GMIX_TRY(gmix_i_one_feature(ctx, p, &of_p, &s.p));
    GMIX_TRY(gmix_i_one_feature(ctx, q, &of_q, &s.q));
    move_scalar(p, p, of_p, &s.p); /* both in the same way: alike to the last bit */
    move_scalar(q, p, of_q, &s.q);
    GMIX_TRY(gmix_i_scalar_is_told(ctx, p, &s.p));
    GMIX_TRY(gmix_i_scalar_is_told(ctx, p, &s.q));
    GMIX_TRY(
        gmix_i_calloc(ctx, "quadrature", MARKS * (p->k + q->k) + 4, sizeof *ends, &ends));
    const size_t n = add_marks(&s.q, ends, add_marks(&s.p, ends, 0));
    qsort(ends, n, sizeof *ends, compare_doubles);
    out->kl_pq = integrate(kl_pq, &s, n, ends);
    out->kl_qp = integrate(kl_qp, &s, n, ends);
    out->jensen_shannon = integrate(jensen_shannon, &s, n, ends);
    out->hellinger = integrate(hellinger, &s, n, ends);
    out->total_variation = integrate(total_variation, &s, n, ends);
    out->entropy_p = integrate(entropy_p, &s, n, ends);
    out->entropy_q = integrate(entropy_q, &s, n, ends);
    out->entropy_p.value += log(p->frame.scale[0]);
    out->entropy_q.value += log(p->frame.scale[0]);
    out->w1 = p->frame.scale[0] * find_w1(&s, n, ends);
    out->w2 = p->frame.scale[0] * p->frame.scale[0] * find_w2(&s, n, ends);
done:
    gmix_i_free(ctx, of_p);
    gmix_i_free(ctx, of_q);
    gmix_i_free(ctx, ends);
    return status;
}
