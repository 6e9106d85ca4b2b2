/*
 * Random row weights. Counts are n draws from the cumulative weights, or, for n far above the
 * number of rows, a binomial number for each row given those before it; gamma variates are by
 * Marsaglia & Tsang (2000), below shape 1 with their boost; of shape 1, -log u. See
 * resample.h.
 */
#include "uncertainty/resample.h"

#include <math.h>
#include <string.h>

#include "data/pass.h"
#include "em/em.h"
#include "uncertainty/binomial.h"

enum {
    POLL_EVERY = 16384, /* rows */
    MANY = 16           /* draws of a row */
};

gmix_status gmix_i_base_new(gmix_ctx *ctx, const gmix_table *x,
                            const gmix_fit_options *opts, gmix_i_base *out) {
    gmix_status status = GMIX_OK;
    const bool drop = x->data && gmix_i_missing_option(opts) == GMIX_I_MISSING_DROP;
    const gmix_i_block all = gmix_i_table_rows(x, 0, x->n_rows);
    *out = (gmix_i_base){.n = x->n_rows};
    GMIX_TRY(gmix_i_calloc(ctx, "weights", out->n, sizeof(double), &out->weights));
    GMIX_TRY(gmix_i_calloc(ctx, "weights", out->n + 1, sizeof(double), &out->below));
    for (size_t i = 0; i < out->n; i++) {
        double w = all.weights ? all.weights[i] : 1.0;
        for (size_t j = 0; drop && j < x->n_cols; j++) {
            w = isnan(gmix_i_cell(&all.rows, i, j)) ? 0.0 : w;
        }
        out->weights[i] = w;
        out->below[i + 1] = out->below[i] + w;
    }
    out->total = out->below[out->n];
    if (!(out->total >= 1.0 && out->total < 9e15)) {
        GMIX_FAIL(
            ctx, GMIX_ERR_DATA,
            "the row weights sum to %g: a replicate would have so many rows; weights "
            "are numbers of rows here",
            out->total);
    }
done:
    return status;
}

void gmix_i_base_free(gmix_ctx *ctx, gmix_i_base *base) {
    gmix_i_free(ctx, base->weights);
    gmix_i_free(ctx, base->below);
}

/* The row i with below[i] <= at < below[i + 1], which has a weight. */
static size_t find_row(const gmix_i_base *base, double at) {
    size_t low = 0, high = base->n - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (base->below[middle + 1] > at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    while (!(base->weights[low] > 0.0) && low > 0) { /* rounding at the end */
        low--;
    }
    return low;
}

/* The same counts row by row, each given those before it: where rows have weights by the million it
 * does not take a draw for each of what they stand for. */
static gmix_status draw_binomials(gmix_ctx *ctx, const gmix_i_base *base,
                                  gmix_i_stream stream, double n, double *out) {
    for (size_t i = 0; i < base->n; i++) {
        if (i % POLL_EVERY == 0 && gmix_i_cancelled(ctx)) {
            return gmix_i_poll(ctx);
        }
        const double rest = base->total - base->below[i];
        const bool last = !(base->below[i + 1] < base->total);
        out[i] =
            base->weights[i] > 0.0
                ? gmix_i_next_binomial(&stream, n, last ? 1.0 : base->weights[i] / rest)
                : 0.0;
        n -= out[i];
    }
    return GMIX_OK;
}

gmix_status gmix_i_draw_counts(gmix_ctx *ctx, const gmix_i_base *base,
                               gmix_i_stream stream, double *out) {
    const size_t n = (size_t)llround(base->total);
    if (n / MANY > base->n) {
        return draw_binomials(ctx, base, stream, (double)n, out);
    }
    memset(out, 0, base->n * sizeof *out);
    for (size_t draw = 0; draw < n; draw++) {
        if (draw % POLL_EVERY == 0 && gmix_i_cancelled(ctx)) {
            return gmix_i_poll(ctx);
        }
        out[find_row(base, gmix_i_next_uniform(&stream) * base->total)] += 1.0;
    }
    return GMIX_OK;
}

static double next_normal(gmix_i_stream *s) {
    const double radius = sqrt(-2.0 * log(gmix_i_next_uniform(s)));
    return radius * cos(6.283185307179586 * gmix_i_next_uniform(s));
}

static double next_gamma(gmix_i_stream *s, double shape) {
    if (shape == 1.0) {
        return -log(gmix_i_next_uniform(s));
    }
    const double boost = shape < 1.0 ? pow(gmix_i_next_uniform(s), 1.0 / shape) : 1.0;
    const double d = (shape < 1.0 ? shape + 1.0 : shape) - 1.0 / 3.0;
    const double c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        const double z = next_normal(s), root = 1.0 + c * z;
        const double v = root * root * root;
        if (root > 0.0 &&
            log(gmix_i_next_uniform(s)) < 0.5 * z * z + d * (1.0 - v + log(v))) {
            return boost * d * v;
        }
    }
}

gmix_status gmix_i_draw_weights(gmix_ctx *ctx, const gmix_i_base *base,
                                gmix_i_stream stream, double *out) {
    double sum = 0.0;
    for (size_t i = 0; i < base->n; i++) {
        if (i % POLL_EVERY == 0 && gmix_i_cancelled(ctx)) {
            return gmix_i_poll(ctx);
        }
        out[i] = base->weights[i] > 0.0 ? next_gamma(&stream, base->weights[i]) : 0.0;
        sum += out[i];
    }
    for (size_t i = 0; i < base->n; i++) {
        out[i] *= base->total / sum;
    }
    return GMIX_OK;
}
