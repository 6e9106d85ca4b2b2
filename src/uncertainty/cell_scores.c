/* See cell_scores.h. */
#include "uncertainty/cell_scores.h"

#include <math.h>
#include <string.h>

#include "data/measured.h"
#include "observe/truncated.h"

/* Of a standard normal between bounds: E z, E z^2, Var z, Cov(z, z^2), Var z^2. */
typedef struct cell_moments {
    double mean, square, variance, skewed, peaked;
} cell_moments;

/* First and second derivatives of one feature's logarithm. */
typedef struct slopes {
    double log_p, mu, v, mu_mu, mu_v, v_v;
} slopes;

typedef struct cell_scorer {
    const gmix_model *model;
    gmix_i_coordinates c;
    double *share, *joint; /* K; P */
    slopes *of;            /* K x D */
    double *gradient, *information;
} cell_scorer;

enum { PANELS = 16, NODES = 8 };

/* Where a standard normal between the bounds has its mass, but for e^-45. */
static void effective(double a, double b, double *low, double *high) {
    const double top = fmin(fmax(0.0, a), b), reach = fmin(10.0, 45.0 / fabs(top));
    *low = fmax(a, top - reach);
    *high = fmin(b, top + reach);
}

static cell_moments moments_of(double a, double b) {
    static const double node[NODES / 2] = {0.1834346424956498, 0.5255324099163290,
                                           0.7966664774136267, 0.9602898564975363},
                                     weight[NODES / 2] = {
                                         0.3626837833783620, 0.3137066458778873,
                                         0.2223810344533745, 0.1012285362903763};
    const double top = fmin(fmax(0.0, a), b);
    double low, high, z[PANELS * NODES], p[PANELS * NODES], total = 0.0, mean = 0.0;
    effective(a, b, &low, &high);
    const double half = 0.5 * (high - low) / PANELS;
    for (size_t i = 0; i < PANELS * NODES; i++) {
        const size_t at = i % (NODES / 2), of = i / NODES;
        const double panel = (double)of;
        const double side = i % NODES < NODES / 2 ? node[at] : -node[at];
        z[i] = low + half * (2.0 * panel + 1.0 + side);
        p[i] = weight[at] * exp(0.5 * (top - z[i]) * (top + z[i]));
        total += p[i];
        mean += p[i] * (z[i] - top);
    }
    mean = top + mean / total;
    double second = 0.0, third = 0.0, fourth = 0.0;
    for (size_t i = 0; i < PANELS * NODES; i++) {
        const double off = z[i] - mean, share = p[i] / total;
        second += share * off * off;
        third += share * off * off * off;
        fourth += share * off * off * off * off;
    }
    return (cell_moments){.mean = mean,
                          .square = mean * mean + second,
                          .variance = second,
                          .skewed = 2.0 * mean * second + third,
                          .peaked = 4.0 * mean * (mean * second + third) + fourth -
                                    second * second};
}

/* A feature between a and b, in the frame; equal: a density; NaN: nothing. */
static slopes slopes_of(double mu, double variance, double a, double b) {
    const double log_2pi = 1.83787706640934548356;
    const double sd = sqrt(variance), low = (a - mu) / sd, high = (b - mu) / sd;
    if (isnan(a)) {
        return (slopes){0};
    }
    cell_moments m = {.mean = low, .square = low * low};
    double log_p = -0.5 * (low * low + log_2pi) - log(sd);
    if (a < b) {
        m = moments_of(low, high);
        log_p = gmix_i_truncate(low, high).log_p;
    }
    return (slopes){.log_p = log_p,
                    .mu = m.mean / sd,
                    .v = 0.5 * (m.square - 1.0) / variance,
                    .mu_mu = (m.variance - 1.0) / variance,
                    .mu_v = (0.5 * m.skewed - m.mean) / (variance * sd),
                    .v_v = (0.25 * m.peaked + 0.5 - m.square) / (variance * variance)};
}

/* Responsibilities of a row, and the derivatives of every component. */
static void look_at(cell_scorer *s, const double *low, const double *high,
                    int32_t class) {
    const gmix_model *const m = s->model;
    const size_t d = s->c.d;
    double most = -INFINITY, total = 0.0;
    for (size_t k = 0; k < s->c.k; k++) {
        const bool is_other =
            class >= 0 && m->classes.n > 0 && m->classes.of_component[k] != class;
        s->share[k] = is_other ? -INFINITY : log(m->weights[k]);
        for (size_t j = 0; j < d; j++) {
            s->of[k * d + j] =
                slopes_of(m->params.means[k * d + j], m->params.cov[k * s->c.len + j],
                          low[j], high[j]);
            s->share[k] += s->of[k * d + j].log_p;
        }
        most = fmax(most, s->share[k]);
    }
    for (size_t k = 0; k < s->c.k; k++) {
        s->share[k] = exp(s->share[k] - most);
        total += s->share[k];
    }
    for (size_t k = 0; k < s->c.k; k++) {
        s->share[k] /= total;
    }
}

/* Coordinate e of component k: a mean, then variances. */
static double slope(const cell_scorer *s, size_t k, size_t e) {
    const slopes *const of = s->of + k * s->c.d;
    return e < s->c.d ? of[e].mu : of[e - s->c.d].v;
}

static double bend(const cell_scorer *s, size_t k, size_t e, size_t f) {
    const size_t d = s->c.d;
    const slopes *const of = &s->of[k * d + e % d];
    return e % d != f % d     ? 0.0
           : e < d && f < d   ? of->mu_mu
           : e >= d && f >= d ? of->v_v
                              : of->mu_v;
}

/* A component's own block of sum_k r_k (H_k + s_k s_k^T), and that beside weights. */
static void add_component(cell_scorer *s, size_t k, double w) {
    const gmix_i_coordinates *const c = &s->c;
    const size_t at = c->n_t + k * c->each;
    for (size_t e = 0; e < c->each; e++) {
        const double own = w * s->share[k] * slope(s, k, e);
        double *const row = s->information + (at + e) * c->n;
        for (size_t f = 0; f <= e; f++) {
            row[at + f] -= own * slope(s, k, f) + w * s->share[k] * bend(s, k, e, f);
        }
        for (size_t t = 0; t < c->n_t; t++) {
            row[t] -= own * ((t == k) - s->model->weights[t]);
        }
    }
}

/* Adds a row of weight w, which may be below 0, to the lower triangle. */
static void add_row(cell_scorer *s, const double *low, const double *high, int32_t class,
                    double w) {
    const gmix_i_coordinates *const c = &s->c;
    const double *const pi = s->model->weights;
    look_at(s, low, high, class);
    for (size_t t = 0; t < c->n_t; t++) {
        s->joint[t] = s->share[t] - pi[t];
        for (size_t u = 0; u <= t; u++) { /* of log pi, its second derivatives included */
            const double r = t == u ? s->share[t] - pi[t] : 0.0;
            s->information[t * c->n + u] -=
                w * (r - s->share[t] * pi[u] - pi[t] * s->share[u] + 2.0 * pi[t] * pi[u]);
        }
    }
    for (size_t k = 0; k < c->k; k++) {
        for (size_t e = 0; e < c->each; e++) {
            s->joint[c->n_t + k * c->each + e] = s->share[k] * slope(s, k, e);
        }
        add_component(s, k, w);
    }
    for (size_t i = 0; i < c->n; i++) {
        s->gradient[i] += w * s->joint[i];
        for (size_t j = 0; j <= i; j++) {
            s->information[i * c->n + j] += w * s->joint[i] * s->joint[j];
        }
    }
}

static gmix_status scorer_new(gmix_ctx *ctx, cell_scorer *s) {
    gmix_status status = GMIX_OK;
    const gmix_i_coordinates *const c = &s->c;
    if (c->len > c->d || c->n_t > c->k) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "information errors of cells between bounds and of truncated samples "
                  "are for components without "
                  "noise whose features are uncorrelated: ask for the method bootstrap");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "scores", c->k, sizeof *s->share, &s->share));
    GMIX_TRY(gmix_i_calloc(ctx, "scores", c->n, sizeof *s->joint, &s->joint));
    GMIX_TRY(gmix_i_calloc(ctx, "scores", c->k * c->d, sizeof *s->of, &s->of));
done:
    return status;
}

/* Bounds in the frame, cut to those of a truncation. */
static void place(const gmix_model *m, const gmix_i_between *between, size_t i,
                  double *low, double *high) {
    const double *const ends = between->truncation;
    for (size_t j = 0; j < between->d; j++) {
        const size_t at = i * between->d + j;
        const double shift = m->frame.shift[j], unit = m->frame.inv_scale[j];
        const double a = ends ? fmax(between->lower[at], ends[0]) : between->lower[at];
        const double b = ends ? fmin(between->upper[at], ends[1]) : between->upper[at];
        low[j] = (a - shift) * unit;
        high[j] = (b - shift) * unit;
    }
}

gmix_status gmix_i_cells_information(gmix_ctx *ctx, const gmix_model *model,
                                     const gmix_i_input *input, const double *weights,
                                     double *gradient, double *information) {
    gmix_status status = GMIX_OK;
    cell_scorer s = {.model = model,
                     .c = gmix_i_coordinates_of(model),
                     .gradient = gradient,
                     .information = information};
    const size_t n = s.c.n, d = s.c.d;
    const int32_t *const labels = input->table->labels;
    double *low = NULL, total = 0.0;
    GMIX_TRY(scorer_new(ctx, &s));
    GMIX_TRY(gmix_i_calloc(ctx, "scores", 2 * d, sizeof *low, &low));
    for (size_t i = 0; i < input->table->n_rows; i++) {
        total += weights[i];
        if (input->between && weights[i] > 0.0) {
            GMIX_TRY(i % 256 == 0 ? gmix_i_poll(ctx) : GMIX_OK);
            place(model, input->between, i, low, low + d);
            add_row(&s, low, low + d, labels ? labels[i] : -1, weights[i]);
        }
    }
    if (input->truncation) {
        const gmix_i_between ends = {
            .lower = input->truncation, .upper = input->truncation + 1, .d = 1};
        place(model, &ends, 0, low, low + 1);
        add_row(&s, low, low + 1, -1, -total);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            information[j * n + i] = information[i * n + j];
        }
    }
done:
    gmix_i_free(ctx, low);
    gmix_i_free(ctx, s.share);
    gmix_i_free(ctx, s.joint);
    gmix_i_free(ctx, s.of);
    return status;
}
