/* Solutions made of two. See crossing.h. */
#include "search/crossing.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

enum {
    PARENTS = 3, /* that are tried, */
    PLANES = 8   /* and planes for each */
};
static const double SHARE = 0.5; /* of moves */
static const double SAME =
    0.1; /* components no further apart than this are one: see apart() */

/* Components that each of two solutions has alone, and where these lie across a plane. */
typedef struct difference {
    const gmix_i_params *a, *b;
    size_t n; /* of each */
    size_t *of_a, *of_b;
    double *at_a, *at_b;
    double *normal; /* of the plane: D */
} difference;

static gmix_status difference_new(gmix_ctx *ctx, size_t k, size_t d, difference *out) {
    gmix_status status = GMIX_OK;
    *out = (difference){0};
    GMIX_TRY(gmix_i_calloc(ctx, "a crossing", 2 * k, sizeof *out->of_a, &out->of_a));
    GMIX_TRY(gmix_i_calloc(ctx, "a crossing", 2 * k + d, sizeof *out->at_a, &out->at_a));
    out->of_b = out->of_a + k;
    out->at_b = out->at_a + k;
    out->normal = out->at_b + k;
done:
    return status;
}

static void difference_free(gmix_ctx *ctx, difference *x) {
    gmix_i_free(ctx, x->of_a);
    gmix_i_free(ctx, x->at_a);
}

/* How far a's component i and b's component j are apart, in means and variances; whatever is beyond `most` is too
 * far. */
static double apart(const gmix_i_params *a, size_t i, const gmix_i_params *b, size_t j,
                    double most) {
    const gmix_i_shape *const shape = a->family->shape;
    const size_t d = a->d, len = shape->cov_len(d);
    double sum = 0.0;
    for (size_t c = 0; c < d && sum <= most; c++) {
        const double v = shape->variance(a->cov + i * len, c);
        const double u = shape->variance(b->cov + j * len, c);
        const double off = a->means[i * d + c] - b->means[j * d + c];
        sum += off * off / v + 0.5 * (v - u) * (v - u) / (u * v);
    }
    return sum;
}

/* The one of b's components that are left which is the same as a's component i; their number if none is. */
static size_t same_as(const difference *x, size_t i, size_t n_left) {
    double least = SAME;
    size_t found = n_left;
    for (size_t t = 0; t < n_left; t++) {
        const double here = apart(x->a, i, x->b, x->of_b[t], least);
        if (here < least) {
            least = here;
            found = t;
        }
    }
    return found;
}

/* What the two do not have in common. */
static void compare(const gmix_i_params *a, const gmix_i_params *b, difference *x) {
    size_t n_left = b->k;
    x->a = a;
    x->b = b;
    x->n = 0;
    for (size_t j = 0; j < b->k; j++) {
        x->of_b[j] = j;
    }
    for (size_t i = 0; i < a->k; i++) {
        const size_t same = same_as(x, i, n_left);
        if (same == n_left) {
            x->of_a[x->n++] = i;
        } else {
            x->of_b[same] = x->of_b[--n_left];
        }
    }
}

static void project(const gmix_i_params *p, const size_t *which, size_t n,
                    const double *normal, double *at) {
    for (size_t i = 0; i < n; i++) {
        const double *const mean = p->means + which[i] * p->d;
        at[i] = 0.0;
        for (size_t c = 0; c < p->d; c++) {
            at[i] += normal[c] * mean[c];
        }
    }
}

static size_t n_below(const double *at, size_t n, double plane) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += at[i] < plane;
    }
    return count;
}

/* Across a random direction, one of the planes that have as many of a's own below as of b's: a's below and b's
 * above are K again. False if there is none. */
static bool draw_plane(difference *x, gmix_i_stream *stream, double *plane) {
    size_t n_planes = 0;
    for (size_t c = 0; c < x->a->d; c++) {
        double pair[2];
        gmix_i_normal2(stream, stream->index++, pair);
        x->normal[c] = pair[0];
    }
    project(x->a, x->of_a, x->n, x->normal, x->at_a);
    project(x->b, x->of_b, x->n, x->normal, x->at_b);
    for (size_t i = 0; i < x->n; i++) { /* just below b's own component i */
        const size_t kept = n_below(x->at_a, x->n, x->at_b[i]);
        if (kept > 0 && kept == n_below(x->at_b, x->n, x->at_b[i]) &&
            gmix_i_next_below(stream, ++n_planes) == 0) {
            *plane = x->at_b[i];
        }
    }
    return n_planes > 0;
}

/* Loadings stay: where they no longer agree with covariances, the M-step begins them anew. */
static void take(const gmix_i_params *from, size_t j, gmix_i_params *to, size_t i) {
    const size_t d = to->d, len = to->family->shape->cov_len(d);
    to->weights[i] = from->weights[j];
    gmix_i_copy(to->means + i * d, from->means + j * d, d * sizeof *to->means);
    gmix_i_copy(to->cov + i * len, from->cov + j * len, len * sizeof *to->cov);
}

/* So that they sum to 1; that of the noise stays. */
static void share_weights(gmix_i_params *p) {
    const double all = 1.0 - p->weights[p->k];
    double sum = 0.0;
    for (size_t k = 0; k < p->k; k++) {
        sum += p->weights[k];
    }
    for (size_t k = 0; k < p->k; k++) {
        p->weights[k] = sum > 0.0 ? p->weights[k] / sum * all : all / (double)p->k;
    }
}

/* a, with b's own components above the plane for its own. */
static void make_child(const difference *x, double plane, gmix_i_params *child) {
    gmix_i_params_copy(x->a, child);
    for (size_t i = 0, j = 0; i < x->n; i++) {
        if (x->at_a[i] >= plane) {
            while (x->at_b[j] < plane) { /* as many as there are of a's own */
                j++;
            }
            take(x->b, x->of_b[j++], child, x->of_a[i]);
        }
    }
    share_weights(child);
}

static size_t elite_end(const gmix_i_chain *chain) {
    const size_t end = GMIX_I_FIRST_ELITE + GMIX_I_ELITE;
    return end < chain->n_pool ? end : chain->n_pool;
}

/* One of the elite, all alike; NULL if there is none. */
static const gmix_i_candidate *draw_parent(const gmix_i_chain *chain,
                                           gmix_i_stream *stream) {
    const gmix_i_candidate *found = NULL;
    size_t n = 0;
    for (size_t e = GMIX_I_FIRST_ELITE; e < elite_end(chain); e++) {
        const gmix_i_candidate *const one = &chain->pool[e];
        if (isfinite(one->log_likelihood) && gmix_i_next_below(stream, ++n) == 0) {
            found = one;
        }
    }
    return found;
}

void gmix_i_elite_keep(gmix_i_chain *chain, const gmix_i_plan *plan) {
    gmix_i_candidate *const pool = chain->pool;
    const double slack = gmix_i_slack(plan);
    size_t worst = 1;
    if (!isfinite(pool[1].log_likelihood) || pool[1].hopeless ||
        !gmix_i_candidate_finished(&pool[1], plan->opts->max_iter) ||
        fabs(pool[1].score - pool[0].score) <= slack) {
        return;
    }
    for (size_t e = GMIX_I_FIRST_ELITE; e < elite_end(chain); e++) {
        if (isfinite(pool[e].log_likelihood) &&
            fabs(pool[1].score - pool[e].score) <= slack) {
            return;
        }
        worst = gmix_i_candidate_better(&pool[worst], &pool[e]) ? e : worst;
    }
    gmix_i_candidate_swap(&pool[1], &pool[worst]);
    pool[1].log_likelihood = -INFINITY;
}

gmix_status gmix_i_cross(gmix_i_chain *chain, gmix_i_worker *worker, size_t number,
                         bool *made) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = worker->crew->plan;
    const gmix_i_params *const own = &chain->pool[0].params;
    gmix_i_params *const child = &worker->em.current;
    gmix_i_stream stream = gmix_i_stream_open(plan->opts->seed, GMIX_I_RNG_CROSS, number);
    difference x = {0};
    *made = false;
    if (plan->classes->n > 0 || gmix_i_next_uniform(&stream) >= SHARE) {
        return GMIX_OK; /* components of classes have places of their own */
    }
    GMIX_TRY(difference_new(&worker->ctx, own->k, own->d, &x));
    for (size_t tried = 0; tried < PARENTS && !*made; tried++) {
        const gmix_i_candidate *const other = draw_parent(chain, &stream);
        double plane = 0.0;
        if (!other) {
            break;
        }
        compare(own, &other->params, &x);
        for (size_t t = 0; t < PLANES && x.n > 1 && !*made; t++) {
            *made = draw_plane(&x, &stream, &plane);
        }
        if (*made) {
            make_child(&x, plane, child);
            memset(worker->em.bounds.at_floor, 0, child->k * sizeof(bool));
            gmix_i_m_step_own(&worker->em.constraints, worker->rows + 2 * child->d,
                              child);
        }
    }
done:
    difference_free(&worker->ctx, &x);
    return status;
}
