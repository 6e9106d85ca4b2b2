/* Solutions that a search has visited. See visited.h. */
#include "search/visited.h"

#include <math.h>
#include <string.h>

enum { MOST = 32 };

/* Of runs after a move that end in the solution they left, half have come this near to it after
 * ten steps. With 0.3 and more, other solutions close by are missed. */
static const double RADIUS = 0.05;

gmix_status gmix_i_visited_new(gmix_ctx *ctx, size_t k, size_t d, double n_rows,
                               gmix_i_visited *out) {
    gmix_status status = GMIX_OK;
    const size_t len = k * (1 + 3 * d);
    *out = (gmix_i_visited){.k = k, .d = d, .n_rows = n_rows};
    GMIX_TRY(gmix_i_calloc(ctx, "visited solutions", (MOST + 1) * len + 2 * MOST,
                           sizeof(double), &out->points));
    out->point = out->points + MOST * len;
    out->log_likelihood = out->point + len;
    out->score = out->log_likelihood + MOST;
    GMIX_TRY(gmix_i_calloc(ctx, "visited solutions", k, sizeof *out->taken, &out->taken));
done:
    return status;
}

void gmix_i_visited_free(gmix_ctx *ctx, gmix_i_visited *visited) {
    gmix_i_free(ctx, visited->points);
    gmix_i_free(ctx, visited->taken);
    *visited = (gmix_i_visited){0};
}

/* Per component: weight, mean, variances, and one over these. */
static size_t stride_of(const gmix_i_visited *visited) {
    return 1 + 3 * visited->d;
}

static void to_point(const gmix_i_params *p, double *to) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    for (size_t k = 0; k < p->k; k++, to += 1 + 3 * d) {
        to[0] = p->weights[k];
        memcpy(to + 1, p->means + k * d, d * sizeof *to);
        for (size_t j = 0; j < d; j++) {
            to[1 + d + j] = shape->variance(p->cov + k * len, j);
            to[1 + 2 * d + j] = 1.0 / to[1 + d + j];
        }
    }
}

/* How far component b is from a, a visited one; whatever is beyond `most` is too far. */
static double apart(size_t d, const double *a, const double *b, double most) {
    const double *const v = a + 1 + d, *const u = b + 1 + d;
    double sum = 0.0;
    for (size_t j = 0; j < d && sum <= most; j++) {
        const double off = a[1 + j] - b[1 + j], wider = v[j] - u[j];
        sum += (off * off + 0.5 * wider * wider * u[d + j]) * v[d + j];
    }
    return sum;
}

/* The nearest of b's components that is left to a, and no further than *least; K if none. */
static size_t nearest(const gmix_i_visited *visited, size_t first, const double *a,
                      const double *b, double *least) {
    const size_t n = visited->k, stride = stride_of(visited);
    size_t found = n;
    for (size_t t = 0; t < n; t++) { /* most have kept their number */
        const size_t c = first + t < n ? first + t : first + t - n;
        const double own =
            visited->taken[c] ? INFINITY : apart(visited->d, a, b + c * stride, *least);
        if (own <= *least) {
            found = c;
            *least = own;
        }
    }
    return found;
}

/* True if point b is within the radius of a, a visited one. */
static bool is_near(gmix_i_visited *visited, const double *a, const double *b) {
    const size_t stride = stride_of(visited);
    double left = RADIUS;
    memset(visited->taken, 0, visited->k * sizeof *visited->taken);
    for (size_t k = 0; k < visited->k; k++, a += stride) {
        if (a[0] > 0.0) {
            double least = left / a[0];
            const size_t c = nearest(visited, k, a, b, &least);
            if (c == visited->k) {
                return false;
            }
            const double off = a[0] - b[c * stride];
            visited->taken[c] = true;
            left -= a[0] * least + off * off / a[0];
        }
    }
    return left >= 0.0;
}

size_t gmix_i_visited_near(gmix_i_visited *visited, const gmix_i_params *p,
                           double log_likelihood) {
    const size_t len = visited->k * stride_of(visited);
    const double below = 0.75 * RADIUS * visited->n_rows;
    bool ready = false;
    for (size_t s = 0; s < visited->n; s++) {
        const double gain = visited->log_likelihood[s] - log_likelihood;
        if (gain >= 0.0 && gain <= below) {
            if (!ready) {
                to_point(p, visited->point);
                ready = true;
            }
            if (is_near(visited, visited->points + s * len, visited->point)) {
                return s;
            }
        }
    }
    return visited->n;
}

void gmix_i_visited_add(gmix_i_visited *visited, const gmix_i_params *p,
                        double log_likelihood, double score) {
    const size_t len = visited->k * stride_of(visited);
    to_point(p, visited->points + visited->next * len);
    visited->log_likelihood[visited->next] = log_likelihood;
    visited->score[visited->next] = score;
    visited->next = (visited->next + 1) % MOST;
    visited->n += visited->n < MOST;
}

void gmix_i_visited_wire(gmix_i_wire *w, gmix_i_visited *visited) {
    const size_t len = visited->k * stride_of(visited);
    gmix_i_wire_size(w, &visited->n);
    gmix_i_wire_size(w, &visited->next);
    gmix_i_wire_expect(w, visited->n <= MOST && visited->next < MOST);
    if (w->status == GMIX_OK) {
        gmix_i_wire_reals(w, visited->points, visited->n * len);
        gmix_i_wire_reals(w, visited->log_likelihood, visited->n);
        gmix_i_wire_reals(w, visited->score, visited->n);
    }
}

void gmix_i_visited_forget(gmix_i_visited *visited) {
    visited->n = visited->next = 0;
}
