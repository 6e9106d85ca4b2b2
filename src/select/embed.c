/*
 * A solution of a model as one of a richer model that contains it.
 *
 * To another family the way is exact: every component keeps its weight, mean and covariance,
 * in another frame (which scales by powers of two) and shape. To more components a
 * component is split: two halves off its mean on either side along a random direction, each as
 * wide as the whole was. (A search's moves keep the moments and draw long axes more often; from
 * such halves three cells of mclust's table, tests/reference, were not reached, where there is a
 * start or two to spend and not a search.)
 */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "em/shared_errors.h"
#include "family/factor_law.h"
#include "search/merging.h"
#include "select/grid.h"

/* What covariances of the one family contain of errors more than those of the other. */
static double more_shared(const gmix_i_grid_cell *from, const gmix_i_grid_cell *to,
                          size_t j) {
    return gmix_i_shared_error(to->plan.input, to->family, to->plan.opts, j) -
           gmix_i_shared_error(from->plan.input, from->family, from->plan.opts, j);
}

/* The covariance of component k, from one shape and frame to another. matrix: D x D. */
static void carry_covariance(const gmix_i_grid_cell *from, const gmix_i_params *p,
                             const gmix_i_grid_cell *to, size_t k, double *matrix,
                             double *out) {
    const gmix_i_shape *const shape = from->family->shape;
    const size_t d = to->best.params.d;
    const gmix_i_frame *const old = from->plan.frame, *const new = to->plan.frame;
    if (p->bare) {
        const size_t q = from->family->n_factors;
        gmix_i_factors_matrix(q, d, p->factors + k * (q + 1) * d, matrix);
    } else {
        shape->to_matrix(d, p->cov + k * shape->cov_len(d), matrix);
    }
    for (size_t i = 0; i < d; i++) {
        const double row = old->scale[i] * new->inv_scale[i];
        for (size_t j = 0; j < d; j++) {
            matrix[i * d + j] *= row * old->scale[j] * new->inv_scale[j];
        }
        if (to->plan.input->errors) {
            matrix[i * d + i] +=
                more_shared(from, to, i) * new->inv_scale[i] * new->inv_scale[i];
        }
    }
    to->family->shape->from_matrix(d, matrix, out);
}

/* The factors of component k; more of them are empty, and what the simpler law has not is left to
 * the M-step (family/factor_update.c). */
static void carry_factors(const gmix_i_grid_cell *from, const gmix_i_params *p,
                          const gmix_i_grid_cell *to, size_t k, gmix_i_params *out) {
    const size_t d = out->d, q = from->family->n_factors, many = to->family->n_factors;
    double *const block = many ? out->factors + k * (many + 1) * d : NULL;
    for (size_t i = 0; block && i < (many + 1) * d; i++) {
        const size_t j = i % d, t = i / d;
        const double unit = from->plan.frame->scale[j] * to->plan.frame->inv_scale[j];
        const double *const own = q ? p->factors + k * (q + 1) * d : NULL;
        if (t < many) {
            block[i] = t < q ? unit * own[t * d + j] : 0.0;
        } else {
            block[i] = q ? unit * unit * own[q * d + j] : unit * unit * p->cov[k * d + j];
        }
    }
}

static void carry(const gmix_i_grid_cell *from, const gmix_i_params *p,
                  const gmix_i_grid_cell *to, double *matrix, gmix_i_params *out) {
    const size_t d = out->d, len = out->family->shape->cov_len(d);
    const gmix_i_frame *const old = from->plan.frame, *const new = to->plan.frame;
    for (size_t k = 0; k < p->k && k < out->k; k++) {
        out->weights[k] = p->weights[k];
        for (size_t j = 0; j < d; j++) {
            const double off = (old->shift[j] - new->shift[j]) * new->inv_scale[j];
            out->means[k * d + j] =
                p->means[k * d + j] * old->scale[j] * new->inv_scale[j] + off;
        }
        carry_covariance(from, p, to, k, matrix, out->cov + k * len);
        carry_factors(from, p, to, k, out);
    }
    out->weights[out->k] = p->weights[p->k];
    if (to->rules.noise > 0.0) {
        out->noise = &to->rules.box;
        out->log_volume = to->rules.box.log_volume - to->rules.log_det;
    }
}

/* The component of k that has `rank` heavier ones. */
static size_t by_weight(const gmix_i_params *p, size_t k, size_t rank) {
    for (size_t c = 0; c < k; c++) {
        size_t heavier = 0;
        for (size_t o = 0; o < k; o++) {
            heavier += p->weights[o] > p->weights[c] ||
                       (p->weights[o] == p->weights[c] && o < c);
        }
        if (heavier == rank) {
            return c;
        }
    }
    return 0;
}

/* Splits component b into itself and a, along a direction of the stream; NULL: they stay equal. scratch: 2 D +
 * cov_len. */
static void split(gmix_i_params *p, size_t b, size_t a, gmix_i_stream *stream,
                  double *scratch) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *const direction = scratch, *const off = scratch + d, *const root = off + d;
    double length = 0.0;
    for (size_t j = 0; stream && j < d; j++) {
        double z[2];
        gmix_i_normal2(stream, stream->index++, z);
        direction[j] = z[0];
        length += z[0] * z[0];
    }
    memcpy(p->cov + a * len, p->cov + b * len, len * sizeof *p->cov);
    memcpy(p->means + a * d, p->means + b * d, d * sizeof *p->means);
    p->weights[a] = p->weights[b] *= 0.5;
    if (!stream || !shape->root(NULL, d, p->cov + b * len, root)) {
        return;
    }
    shape->apply_root(d, root, direction, off);
    for (size_t j = 0; j < d; j++) {
        const double shift = 0.8 * off[j] / sqrt(length);
        p->means[a * d + j] += shift;
        p->means[b * d + j] -= shift;
    }
}

void gmix_i_embed(const gmix_i_grid_cell *from, const gmix_i_candidate *solution,
                  const gmix_i_grid_cell *to, size_t variant, gmix_i_worker *w) {
    gmix_i_params *const out = &w->em.current;
    const size_t d = out->d;
    gmix_i_stream stream =
        gmix_i_stream_open(to->opts.seed, GMIX_I_RNG_NESTED, variant * 4096 + to->k);
    const bool halves = variant == GMIX_I_HALVES;
    carry(from, &solution->params, to, w->judge.work, out);
    memset(w->em.bounds.at_floor, 0, out->k * sizeof(bool));
    if (from->k == out->k && gmix_i_cell_contains(to, from)) {
        memcpy(w->em.bounds.at_floor, solution->at_floor, out->k * sizeof(bool));
        return;
    }
    for (size_t k = from->k; k < out->k; k++) {
        const size_t rank = halves ? 0 : variant % k;
        split(out, by_weight(out, k, rank), k, halves ? NULL : &stream, w->rows);
    }
    gmix_i_m_step_own(&w->em.constraints, w->rows + 2 * d, out);
}

/* The last component takes the place of component a, which goes. */
static void move_last_to(gmix_i_params *p, size_t a) {
    const size_t d = p->d, last = p->k - 1, len = p->family->shape->cov_len(d);
    const size_t factors = gmix_i_factors_len(p->family, d);
    if (a == last) {
        return;
    }
    p->weights[a] = p->weights[last];
    memcpy(p->means + a * d, p->means + last * d, d * sizeof *p->means);
    memcpy(p->cov + a * len, p->cov + last * len, len * sizeof *p->cov);
    gmix_i_copy(p->factors + a * factors, p->factors + last * factors,
                factors * sizeof *p->factors);
}

gmix_status gmix_i_embed_fewer(const gmix_i_grid_cell *from,
                               const gmix_i_candidate *solution,
                               const gmix_i_grid_cell *to, size_t lighter,
                               gmix_i_worker *w) {
    gmix_status status = GMIX_OK;
    gmix_i_params *const out = &w->em.current;
    const size_t d = out->d, k = from->k;
    gmix_i_params fewer = {0};
    const size_t gone = by_weight(&solution->params, k, k - 1 - lighter);
    GMIX_TRY(gmix_i_params_new(&w->ctx, from->family, k, d, &fewer));
    gmix_i_params_copy(&solution->params, &fewer);
    (void)gmix_i_part_absorb(&fewer, gone, w->rows);
    move_last_to(&fewer, gone);
    carry(from, &fewer, to, w->judge.work, out);
    memset(w->em.bounds.at_floor, 0, out->k * sizeof(bool));
    gmix_i_m_step_own(&w->em.constraints, w->rows + 2 * d, out);
done:
    gmix_i_params_free(&w->ctx.opts.allocator, &fewer);
    return status;
}
