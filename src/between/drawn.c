/*
 * Divergences of mixtures of several features as means over draws. Draws of p are w_k n of every
 * component k (stratified), those of q likewise; with r = q / p and m = (p + q) / 2,
 *
 *     KL(p | q)        E_p[-log r + beta (r - 1)]: r - 1 has the mean 0, and the beta of least
 *                      variance, within 0 .. 1, is the control variate's; beta = 1 is never
 *                      negative
 *     Jensen-Shannon   E_m[p / 2 m log p / m + q / 2 m log q / m]
 *     Hellinger, total variation   E_m of (1 - sqrt(p q) / m) and |p - q| / 2 m: all bounded, and
 *                      never negative
 *
 * Draws are doubled until the error of both Kullback-Leibler divergences is small enough.
 */
#include <math.h>
#include <string.h>

#include <gmix/infer.h>

#include "base/limit.h"
#include "base/rng.h"
#include "between/integrals.h"

enum { FIRST_DRAWS = 4096, BLOCK = 4096 };

enum what { LOG_RATIO, RATIO, JENSEN, HELLINGER, VARIATION, ENTROPY, N_WHAT };

/* Sums over the draws of one component. */
typedef struct stratum {
    size_t n;
    double sum[N_WHAT], square[N_WHAT], cross; /* cross: of LOG_RATIO and RATIO */
} stratum;

typedef struct side {
    const gmix_model *own, *other;
    gmix_i_gaussians cloud;
    stratum *strata; /* K */
    gmix_i_stream stream;
} side;

typedef struct drawing {
    side of[2];
    double *rows, *z, *l; /* BLOCK x D; D + 1; 2 BLOCK */
} drawing;

static void draw_row(const side *s, size_t c, size_t index, double *z, double *row) {
    const size_t d = s->cloud.d, pairs = (d + 1) / 2;
    const double *const root = s->cloud.root + c * gmix_i_packed_len(d);
    gmix_i_stream stream = s->stream;
    stream.run += (uint32_t)(2 * c);
    for (size_t pair = 0; pair < pairs; pair++) {
        double g[2];
        gmix_i_normal2(&stream, index * pairs + pair, g);
        z[2 * pair] = g[0];
        z[2 * pair + 1] = g[1]; /* one more than D, at most */
    }
    for (size_t i = 0; i < d; i++) {
        double sum = 0.0;
        for (size_t j = 0; j <= i; j++) {
            sum += root[i * (i + 1) / 2 + j] * z[j];
        }
        row[i] = s->cloud.mu[c * d + i] + sum;
    }
}

static double xlogx(double x) {
    return x > 0.0 ? x * log(x) : 0.0;
}

static void count(stratum *to, double own, double other) {
    const double most = fmax(own, other);
    const double a = exp(own - most), b = exp(other - most), m = 0.5 * (a + b);
    const double told[N_WHAT] = {
        [LOG_RATIO] = own - other,
        [RATIO] = expm1(fmin(other - own, 300.0)),
        [JENSEN] = 0.5 * (xlogx(a / m) + xlogx(b / m)),
        [HELLINGER] = 0.5 * (sqrt(a) - sqrt(b)) * (sqrt(a) - sqrt(b)) / m,
        [VARIATION] = 0.5 * fabs(a - b) / m,
        [ENTROPY] = -own,
    };
    for (size_t f = 0; f < N_WHAT; f++) {
        to->sum[f] += told[f];
        to->square[f] += told[f] * told[f];
    }
    to->cross += told[LOG_RATIO] * told[RATIO];
    to->n++;
}

/* More draws of component c, until there are n. */
static gmix_status draw_component(gmix_ctx *ctx, drawing *w, side *s, size_t c,
                                  size_t n) {
    gmix_status status = GMIX_OK;
    stratum *const to = &s->strata[c];
    const size_t d = s->cloud.d;
    while (to->n < n) {
        const size_t rows = n - to->n < BLOCK ? n - to->n : BLOCK;
        GMIX_TRY(gmix_i_poll(ctx));
        for (size_t i = 0; i < rows; i++) {
            draw_row(s, c, to->n + i, w->z, w->rows + i * d);
        }
        const gmix_table x = gmix_table_f64(w->rows, rows, d);
        GMIX_TRY(gmix_log_density(ctx, s->own, &x, w->l));
        GMIX_TRY(gmix_log_density(ctx, s->other, &x, w->l + BLOCK));
        for (size_t i = 0; i < rows; i++) {
            count(to, w->l[i], w->l[BLOCK + i]);
        }
    }
done:
    return status;
}

static gmix_status draw_all(gmix_ctx *ctx, drawing *w, size_t n) {
    gmix_status status = GMIX_OK;
    for (size_t i = 0; i < 2; i++) {
        side *const s = &w->of[i];
        for (size_t c = 0; c < s->cloud.k; c++) {
            const double share = ceil(s->cloud.w[c] * (double)n);
            if (s->cloud.w[c] > 0.0) {
                GMIX_TRY(draw_component(ctx, w, s, c, (size_t)fmax(share, 2.0)));
            }
        }
    }
done:
    return status;
}

/* Covariance of the mean of f and g over the strata (f = g: variance). */
static double covariance(const side *s, enum what f, enum what g) {
    double total = 0.0;
    for (size_t c = 0; c < s->cloud.k; c++) {
        const stratum *const t = &s->strata[c];
        if (t->n > 1) {
            const double n = (double)t->n;
            const double both = f == g ? t->square[f] : t->cross;
            const double own =
                fmax(both - t->sum[f] * t->sum[g] / n, f == g ? 0.0 : -INFINITY);
            total += s->cloud.w[c] * s->cloud.w[c] * own / (n - 1.0) / n;
        }
    }
    return total;
}

static double mean(const side *s, enum what f) {
    double total = 0.0;
    for (size_t c = 0; c < s->cloud.k; c++) {
        if (s->strata[c].n > 0) {
            total += s->cloud.w[c] * s->strata[c].sum[f] / (double)s->strata[c].n;
        }
    }
    return total;
}

static gmix_estimate kullback_leibler(const side *s) {
    const double v = covariance(s, LOG_RATIO, LOG_RATIO), u = covariance(s, RATIO, RATIO);
    const double c = covariance(s, LOG_RATIO, RATIO);
    const double beta = u > 0.0 ? fmin(fmax(-c / u, 0.0), 1.0) : 0.0;
    const double value = mean(s, LOG_RATIO) + beta * mean(s, RATIO);
    return (gmix_estimate){.value = fmax(value, 0.0),
                           .error =
                               sqrt(fmax(v + 2.0 * beta * c + beta * beta * u, 0.0))};
}

/* Half the mean over both sides. */
static gmix_estimate of_both(const drawing *w, enum what f) {
    double value = 0.0, variance = 0.0;
    for (size_t i = 0; i < 2; i++) {
        value += 0.5 * mean(&w->of[i], f);
        variance += 0.25 * covariance(&w->of[i], f, f);
    }
    return (gmix_estimate){.value = fmax(value, 0.0), .error = sqrt(variance)};
}

static void put_estimates(const drawing *w, gmix_divergences *out) {
    out->kl_pq = kullback_leibler(&w->of[0]);
    out->kl_qp = kullback_leibler(&w->of[1]);
    out->jensen_shannon = of_both(w, JENSEN);
    out->hellinger = of_both(w, HELLINGER);
    out->total_variation = of_both(w, VARIATION);
    out->entropy_p = (gmix_estimate){mean(&w->of[0], ENTROPY),
                                     sqrt(covariance(&w->of[0], ENTROPY, ENTROPY))};
    out->entropy_q = (gmix_estimate){mean(&w->of[1], ENTROPY),
                                     sqrt(covariance(&w->of[1], ENTROPY, ENTROPY))};
    out->w1 = out->w2 = NAN;
}

static gmix_status side_new(gmix_ctx *ctx, const gmix_model *own, const gmix_model *other,
                            uint64_t seed, size_t which, side *s) {
    gmix_status status = GMIX_OK;
    s->own = own;
    s->other = other;
    s->stream = gmix_i_stream_open(seed, GMIX_I_RNG_BETWEEN, which);
    GMIX_TRY(gmix_i_gaussians_new(ctx, own, NULL, &s->cloud));
    GMIX_TRY(gmix_i_calloc(ctx, "draws", own->k, sizeof *s->strata, &s->strata));
done:
    return status;
}

gmix_status gmix_i_divergences_drawn(gmix_ctx *ctx, const gmix_model *p,
                                     const gmix_model *q,
                                     const gmix_divergence_options *opts,
                                     gmix_divergences *out) {
    gmix_status status = GMIX_OK;
    drawing w = {0};
    const size_t d = p->d;
    GMIX_TRY(side_new(ctx, p, q, opts->seed, 0, &w.of[0]));
    GMIX_TRY(side_new(ctx, q, p, opts->seed, 1, &w.of[1]));
    GMIX_TRY(gmix_i_calloc(ctx, "draws", BLOCK * d + d + 1 + 2 * BLOCK, sizeof *w.rows,
                           &w.rows));
    w.z = w.rows + BLOCK * d;
    w.l = w.z + d + 1;
    size_t n = FIRST_DRAWS < opts->max_draws ? FIRST_DRAWS : opts->max_draws;
    for (;;) {
        GMIX_TRY(draw_all(ctx, &w, n));
        put_estimates(&w, out);
        if (fmax(out->kl_pq.error, out->kl_qp.error) <= opts->tolerance ||
            2 * n > opts->max_draws) {
            break;
        }
        n *= 2;
    }
    out->n_draws = n;
done:
    for (size_t i = 0; i < 2; i++) {
        gmix_i_gaussians_free(ctx, &w.of[i].cloud);
        gmix_i_free(ctx, w.of[i].strata);
    }
    gmix_i_free(ctx, w.rows);
    return status;
}
