/* Draws from a stream. See random_draws.h. */
#include "posterior/random_draws.h"

#include <math.h>

double gmix_i_draw_normal(gmix_i_stream *stream) {
    double z[2];
    gmix_i_normal2(stream, stream->index++, z);
    return z[0];
}

double gmix_i_draw_gamma(gmix_i_stream *stream, double shape) {
    double boost = 1.0;
    if (shape < 1.0) { /* Gamma(a) = Gamma(a + 1) U^(1 / a) */
        boost = exp(log(gmix_i_next_uniform(stream)) / shape);
        shape += 1.0;
    }
    const double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        const double z = gmix_i_draw_normal(stream), v = 1.0 + c * z;
        if (v <= 0.0) {
            continue;
        }
        const double cube = v * v * v, u = gmix_i_next_uniform(stream);
        if (log(u) < 0.5 * z * z + d * (1.0 - cube + log(cube))) {
            const double drawn = boost * d * cube;
            return drawn > 1e-300 ? drawn : 1e-300;
        }
    }
}

size_t gmix_i_draw_index(gmix_i_stream *stream, double *log_weights, size_t n) {
    double largest = -INFINITY, sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, log_weights[i]);
    }
    for (size_t i = 0; i < n; i++) {
        log_weights[i] = exp(log_weights[i] - largest);
        sum += log_weights[i];
    }
    double u = gmix_i_next_uniform(stream) * sum;
    size_t last = 0;
    for (size_t i = 0; i < n; i++) {
        if (log_weights[i] > 0.0) {
            last = i;
            if (u < log_weights[i]) {
                return i;
            }
            u -= log_weights[i];
        }
    }
    return last;
}

enum { MOST_STEPS = 60 };

double gmix_i_draw_slice(gmix_i_stream *stream, gmix_i_log_density_fn *log_density,
                         void *arg, double x, double width) {
    const double level = log_density(arg, x) + log(gmix_i_next_uniform(stream));
    double low = x - width * gmix_i_next_uniform(stream), high = low + width;
    /* Steps are dealt to both sides at random, so that a limit keeps the balance. */
    int down = (int)gmix_i_next_below(stream, MOST_STEPS), up = MOST_STEPS - 1 - down;
    for (; down > 0 && log_density(arg, low) > level; down--) {
        low -= width;
    }
    for (; up > 0 && log_density(arg, high) > level; up--) {
        high += width;
    }
    for (int i = 0; i < 200; i++) {
        const double at = low + (high - low) * gmix_i_next_uniform(stream);
        if (log_density(arg, at) > level) {
            return at;
        }
        if (at < x) {
            low = at;
        } else {
            high = at;
        }
    }
    return x;
}
