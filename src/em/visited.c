/* Solutions that a search has visited. See visited.h. */
#include "em/visited.h"

#include <math.h>
#include <string.h>

enum { MOST = 32 };

/* Of runs after a move that end in the solution they left, half have come this near to it after
 * ten steps. With 0.3 and more, other solutions close by are missed. */
static const double RADIUS = 0.05;

gmix_status gmix_i_visited_new(gmix_ctx *ctx, size_t k, size_t d, gmix_i_visited *out) {
    gmix_status status = GMIX_OK;
    const size_t len = k * (1 + 2 * d);
    *out = (gmix_i_visited){.k = k, .d = d};
    GMIX_TRY(gmix_i_calloc(ctx, "visited solutions", (MOST + 1) * len + MOST,
                           sizeof(double), &out->points));
    out->point = out->points + MOST * len;
    out->log_likelihood = out->point + len;
    GMIX_TRY(gmix_i_calloc(ctx, "visited solutions", MOST, sizeof *out->n_faults,
                           &out->n_faults));
    GMIX_TRY(gmix_i_calloc(ctx, "visited solutions", k, sizeof *out->taken, &out->taken));
done:
    return status;
}

void gmix_i_visited_free(gmix_ctx *ctx, gmix_i_visited *visited) {
    gmix_i_free(ctx, visited->points);
    gmix_i_free(ctx, visited->n_faults);
    gmix_i_free(ctx, visited->taken);
    *visited = (gmix_i_visited){0};
}

static void to_point(const gmix_i_params *p, double *to) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    for (size_t k = 0; k < p->k; k++, to += 1 + 2 * d) {
        to[0] = p->weights[k];
        memcpy(to + 1, p->means + k * d, d * sizeof *to);
        for (size_t j = 0; j < d; j++) {
            to[1 + d + j] = shape->variance(p->cov + k * len, j);
        }
    }
}

/* How far component b is from a, a visited one; whatever is beyond `most` is too far. */
static double apart(size_t d, const double *a, const double *b, double most) {
    double sum = 0.0;
    for (size_t j = 0; j < d && sum <= most; j++) {
        const double off = a[1 + j] - b[1 + j], v = a[1 + d + j], u = b[1 + d + j];
        sum += off * off / v + 0.5 * (v - u) * (v - u) / (v * u);
    }
    return sum;
}

/* True if the point is within the radius of a visited one. */
static bool is_near(gmix_i_visited *visited, const double *a, const double *b) {
    const size_t d = visited->d, stride = 1 + 2 * d;
    double left = RADIUS;
    memset(visited->taken, 0, visited->k * sizeof *visited->taken);
    for (size_t k = 0; k < visited->k && left >= 0.0; k++, a += stride) {
        if (!(a[0] > 0.0)) {
            continue;
        }
        double least = INFINITY;
        size_t nearest = 0;
        for (size_t c = 0; c < visited->k; c++) {
            const double own =
                visited->taken[c] ? INFINITY : apart(d, a, b + c * stride, least);
            nearest = own < least ? c : nearest;
            least = fmin(own, least);
        }
        const double off = a[0] - b[nearest * stride];
        visited->taken[nearest] = true;
        left -= a[0] * least + off * off / a[0];
    }
    return left >= 0.0;
}

size_t gmix_i_visited_near(gmix_i_visited *visited, const gmix_i_params *p,
                           double log_likelihood) {
    const size_t len = visited->k * (1 + 2 * visited->d);
    to_point(p, visited->point);
    for (size_t s = 0; s < visited->n; s++) {
        if (log_likelihood <= visited->log_likelihood[s] &&
            is_near(visited, visited->points + s * len, visited->point)) {
            return s;
        }
    }
    return visited->n;
}

void gmix_i_visited_add(gmix_i_visited *visited, const gmix_i_params *p,
                        double log_likelihood, size_t n_faults) {
    const size_t len = visited->k * (1 + 2 * visited->d);
    to_point(p, visited->points + visited->next * len);
    visited->log_likelihood[visited->next] = log_likelihood;
    visited->n_faults[visited->next] = n_faults;
    visited->next = (visited->next + 1) % MOST;
    visited->n += visited->n < MOST;
}

void gmix_i_visited_forget(gmix_i_visited *visited) {
    visited->n = visited->next = 0;
}
