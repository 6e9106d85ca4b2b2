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
#include "between/mixture_parts.h"

enum { FIRST_DRAWS = 4096, BLOCK = 4096 };

enum what { LOG_RATIO, RATIO, JENSEN, HELLINGER, VARIATION, ENTROPY, N_WHAT };

/* Sums over the draws of one component. */
typedef struct stratum {
    size_t n;
    double sum[N_WHAT], square[N_WHAT], cross; /* cross: of LOG_RATIO and RATIO */
} stratum;

/* A mixture as a distribution: its Gaussians, whose log-density is that of a model, and its noise. */
typedef struct proper {
    gmix_i_mixture_parts parts;
    gmix_model *gaussians; /* NULL: nothing but noise */
    double log_gaussians, log_noise;
} proper;

typedef struct side {
    const proper *own, *other;
    stratum *strata; /* one for each part */
    gmix_i_stream stream;
} side;

typedef struct drawing {
    proper p, q;
    side of[2];
    double *rows, *z, *l; /* BLOCK x D; D + 1; 2 BLOCK */
} drawing;

static void draw_noise(const gmix_i_mixture_parts *parts, const double *u, double *row) {
    for (size_t j = 0; j < parts->as.d; j++) {
        row[j] = parts->lower[j] + u[j] * (parts->upper[j] - parts->lower[j]);
    }
}

static void draw_row(const side *s, size_t c, size_t index, double *z, double *row) {
    const gmix_i_gaussians *const cloud = &s->own->parts.as;
    const size_t d = cloud->d, pairs = (d + 1) / 2;
    const double *const root = cloud->root + c * gmix_i_packed_len(d);
    gmix_i_stream stream = s->stream;
    stream.run += (uint32_t)(2 * c);
    if (gmix_i_part_is_noise(&s->own->parts, c)) {
        for (size_t pair = 0; pair < pairs; pair++) {
            gmix_i_uniform2(&stream, index * pairs + pair, z + 2 * pair);
        }
        draw_noise(&s->own->parts, z, row);
        return;
    }
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
        row[i] = cloud->mu[c * d + i] + sum;
    }
}

/* log p of n rows. */
static gmix_status log_density(gmix_ctx *ctx, const proper *m, size_t n,
                               const double *rows, double *l) {
    gmix_status status = GMIX_OK;
    const size_t d = m->parts.as.d;
    const gmix_table x = gmix_table_f64(rows, n, d);
    if (m->gaussians) {
        GMIX_TRY(gmix_log_density(ctx, m->gaussians, &x, l));
    }
    for (size_t i = 0; i < n; i++) {
        const double of_noise = gmix_i_mixture_parts_box_has(&m->parts, rows + i * d)
                                    ? m->log_noise
                                    : -INFINITY;
        const double of_others = m->gaussians ? m->log_gaussians + l[i] : -INFINITY;
        const double most = fmax(of_noise, of_others);
        l[i] = of_noise > -INFINITY ? most + log1p(exp(fmin(of_noise, of_others) - most))
                                    : of_others;
    }
done:
    return status;
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
    const size_t d = s->own->parts.as.d;
    while (to->n < n) {
        const size_t rows = n - to->n < BLOCK ? n - to->n : BLOCK;
        GMIX_TRY(gmix_i_poll(ctx));
        for (size_t i = 0; i < rows; i++) {
            draw_row(s, c, to->n + i, w->z, w->rows + i * d);
        }
        GMIX_TRY(log_density(ctx, s->own, rows, w->rows, w->l));
        GMIX_TRY(log_density(ctx, s->other, rows, w->rows, w->l + BLOCK));
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
        const gmix_i_gaussians *const cloud = &s->own->parts.as;
        for (size_t c = 0; c < cloud->k; c++) {
            const double share = ceil(cloud->w[c] * (double)n);
            if (cloud->w[c] > 0.0) {
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
    const gmix_i_gaussians *const cloud = &s->own->parts.as;
    for (size_t c = 0; c < cloud->k; c++) {
        const stratum *const t = &s->strata[c];
        if (t->n > 1) {
            const double n = (double)t->n;
            const double both = f == g ? t->square[f] : t->cross;
            const double own =
                fmax(both - t->sum[f] * t->sum[g] / n, f == g ? 0.0 : -INFINITY);
            total += cloud->w[c] * cloud->w[c] * own / (n - 1.0) / n;
        }
    }
    return total;
}

static double mean(const side *s, enum what f) {
    double total = 0.0;
    const gmix_i_gaussians *const cloud = &s->own->parts.as;
    for (size_t c = 0; c < cloud->k; c++) {
        if (s->strata[c].n > 0) {
            total += cloud->w[c] * s->strata[c].sum[f] / (double)s->strata[c].n;
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

static gmix_status proper_new(gmix_ctx *ctx, const gmix_model *model, proper *m) {
    gmix_status status = GMIX_OK;
    const double noise = model->weights[model->k];
    double *w = NULL;
    GMIX_TRY(gmix_i_mixture_parts_new(ctx, model, &m->parts));
    m->log_noise = log(noise) - m->parts.log_volume;
    m->log_gaussians = log1p(-noise);
    if (noise < 1.0) {
        GMIX_TRY(gmix_i_calloc(ctx, "weights", model->k, sizeof *w, &w));
        for (size_t c = 0; c < model->k; c++) {
            w[c] = noise > 0.0 ? model->weights[c] / (1.0 - noise) : model->weights[c];
        }
        GMIX_TRY(gmix_model_new(ctx, model->family->name, model->k, model->d, w,
                                model->means, gmix_model_covariances(model), NULL,
                                &m->gaussians));
    }
done:
    gmix_i_free(ctx, w);
    return status;
}

static void proper_free(gmix_ctx *ctx, proper *m) {
    gmix_model_free(&m->gaussians);
    gmix_i_mixture_parts_free(ctx, &m->parts);
}

static gmix_status side_new(gmix_ctx *ctx, const proper *own, const proper *other,
                            uint64_t seed, size_t which, side *s) {
    s->own = own;
    s->other = other;
    s->stream = gmix_i_stream_open(seed, GMIX_I_RNG_BETWEEN, which);
    return gmix_i_calloc(ctx, "draws", own->parts.as.k, sizeof *s->strata, &s->strata);
}

gmix_status gmix_i_divergences_drawn(gmix_ctx *ctx, const gmix_model *p,
                                     const gmix_model *q,
                                     const gmix_divergence_options *opts,
                                     gmix_divergences *out) {
    gmix_status status = GMIX_OK;
    drawing w = {0};
    const size_t d = p->d;
    GMIX_TRY(proper_new(ctx, p, &w.p));
    GMIX_TRY(proper_new(ctx, q, &w.q));
    GMIX_TRY(side_new(ctx, &w.p, &w.q, opts->seed, 0, &w.of[0]));
    GMIX_TRY(side_new(ctx, &w.q, &w.p, opts->seed, 1, &w.of[1]));
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
    proper_free(ctx, &w.p);
    proper_free(ctx, &w.q);
    for (size_t i = 0; i < 2; i++) {
        gmix_i_free(ctx, w.of[i].strata);
    }
    gmix_i_free(ctx, w.rows);
    return status;
}
