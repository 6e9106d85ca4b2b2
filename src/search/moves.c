/*
 * Moves of a search: component a leaves its place for another one.
 *
 *     split   a's rows go to its neighbour; component b parts in two along a random direction, a
 *             being one half. Moments are kept on both sides (see init/resize.h)
 *     swap    a settles on a random row with the mean covariance of all components, or one
 *             of a half or a quarter of its width: for clumps
 *
 *     clump   a settles on neighbouring rows that it would gain by (see neighbours.h)
 *
 * a is a spurious component if there is one, else any, cheap ones more often. Every one of these
 * choices (moments kept or not, directions drawn as N(0, Sigma^2) rather than N(0, Sigma), the
 * neighbour for splits alone) was made by counting which moves won, over 246 problems.
 */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "search/members.h"
#include "search/merging.h"
#include "search/search.h"

/* Rows whose neighbours are looked at: by a scan, and else. */
enum { SCAN = 64, TRIES = 6 };

static const double HALF = 0.8; /* standard deviations: about where a half's mean is */

/* What the log-likelihood loses without component k, its weight shared by the others,
 *
 *     - sum_n w_n log (1 - r_nk) + N log (1 - pi_k),
 *
 * summed slot by slot. */
typedef struct losses {
    const gmix_i_prepared *prepared;
    double *sums; /* n_slots x K */
} losses;

static void fill_and_sum(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                         gmix_i_norm_sums *sums, void *work) {
    const losses *const l = arg;
    const size_t k = l->prepared->k;
    gmix_i_fill_from_model((void *)(uintptr_t)l->prepared, tile, resp, active, sums,
                           work);
    for (size_t c = 0; c < k; c++) {
        double product = 1.0, sum = 0.0; /* logarithms of products: fewer of them */
        for (size_t i = 0; active[c] && i < tile->n_rows; i++) {
            const double w = tile->w[i],
                         r = gmix_i_real_at(l->prepared->kernels, resp, c * tile->n + i);
            const double left = w > 0.0 ? fmax(1.0 - r / w, 1e-6) : 1.0;
            if (w == 1.0) {
                product *= left;
            } else {
                sum += w * log(left);
            }
            if (product < 1e-250) {
                sum += log(product);
                product = 1.0;
            }
        }
        l->sums[tile->slot * k + c] += sum + log(product);
    }
}

gmix_status gmix_i_removal_losses(gmix_i_worker *w, const gmix_i_candidate *from,
                                  double *loss) {
    gmix_status status = GMIX_OK;
    gmix_i_em *const em = &w->em;
    const size_t k = from->params.k, n_slots = em->accumulator.cut.n_slots;
    losses l = {.prepared = &em->prepared};
    double *stats;
    GMIX_TRY(gmix_i_calloc(&w->ctx, "losses", n_slots * k, sizeof *l.sums, &l.sums));
    w->neighbours.measured = false;
    GMIX_TRY(gmix_i_em_prepare(em, &from->params));
    GMIX_TRY(gmix_i_accumulate(&w->ctx, &em->accumulator, &em->prepared, fill_and_sum, &l,
                               &stats));
    for (size_t c = 0; c < k; c++) {
        const double others = fmax(1.0 - from->params.weights[c], 1e-6);
        loss[c] = gmix_i_kept_weight(em->survey, em->opts->trim) * log(others);
        for (size_t slot = 0; slot < n_slots; slot++) {
            loss[c] -= l.sums[slot * k + c];
        }
    }
done:
    gmix_i_free(&w->ctx, l.sums);
    return status;
}

/* The component that goes: the less its removal costs, the more likely. */
static size_t victim(const gmix_i_worker *w, const gmix_i_candidate *from,
                     gmix_i_stream *stream) {
    const size_t k = from->params.k, first = gmix_i_next_below(stream, k);
    for (size_t c = 0; from->n_faults > 0 && c < k; c++) {
        if (gmix_i_support_fails(&from->support[(first + c) % k])) {
            return (first + c) % k;
        }
    }
    const double u = gmix_i_next_uniform(stream);
    const size_t rank = (size_t)(u * sqrt(u) * (double)k);
    for (size_t c = 0; c < k; c++) { /* the one with `rank` cheaper ones */
        size_t cheaper = 0;
        for (size_t o = 0; o < k; o++) {
            cheaper +=
                w->losses[o] < w->losses[c] || (w->losses[o] == w->losses[c] && o < c);
        }
        if (cheaper == rank) {
            return c;
        }
    }
    return first;
}

/* A component other than a, drawn by weight. */
static size_t other_by_weight(const gmix_i_params *p, size_t a, gmix_i_stream *stream) {
    double left = gmix_i_next_uniform(stream) * (1.0 - p->weights[a] - p->weights[p->k]);
    size_t last = a;
    for (size_t k = 0; k < p->k; k++) {
        if (k != a && p->weights[k] > 0.0) {
            last = k;
            left -= p->weights[k];
            if (left < 0.0) {
                break;
            }
        }
    }
    return last;
}

/* All other weights in proportion, so that the sum is 1; that of the noise stays. */
static void set_weight(gmix_i_params *p, size_t a, double wanted) {
    const double all = 1.0 - p->weights[p->k], weight = fmin(wanted, 0.5 * all);
    double others = 0.0;
    for (size_t k = 0; k < p->k; k++) {
        others += k == a ? 0.0 : p->weights[k];
    }
    if (!(others > 0.0)) { /* the noise has everything else */
        p->weights[a] = all;
        return;
    }
    for (size_t k = 0; k < p->k; k++) {
        p->weights[k] = k == a ? weight : p->weights[k] * (all - weight) / others;
    }
}

/* A direction Sigma z / |Sigma^1/2 z|: long axes more often than short ones. matrix: Sigma. */
static void draw_direction(size_t d, const double *matrix, gmix_i_stream *stream,
                           double *z, double *out) {
    double length = 0.0;
    for (size_t j = 0; j < d; j++) {
        double pair[2];
        gmix_i_normal2(stream, stream->index++, pair);
        z[j] = pair[0];
    }
    for (size_t i = 0; i < d; i++) {
        out[i] = 0.0;
        for (size_t j = 0; j < d; j++) {
            out[i] += matrix[i * d + j] * z[j];
        }
        length += z[i] * out[i];
    }
    for (size_t i = 0; i < d; i++) {
        out[i] = length > 0.0 ? out[i] / sqrt(length) : 0.0;
    }
}

static void split(gmix_i_worker *w, size_t a, gmix_i_stream *stream) {
    gmix_i_params *const p = &w->em.current;
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d), b = other_by_weight(p, a, stream);
    double *const direction = w->rows, *const matrix = w->rows + 2 * d + len;
    if (a == b) {
        return;
    }
    shape->to_matrix(d, p->cov + b * len, matrix);
    draw_direction(d, matrix, stream, direction + d, direction);
    for (size_t i = 0; i < d; i++) {
        p->means[a * d + i] = p->means[b * d + i] + HALF * direction[i];
        p->means[b * d + i] -= HALF * direction[i];
        for (size_t j = 0; j <= i; j++) {
            matrix[i * d + j] -= HALF * HALF * direction[i] * direction[j];
        }
    }
    shape->from_matrix(d, matrix, p->cov + b * len);
    memcpy(p->cov + a * len, p->cov + b * len, len * sizeof *p->cov);
    p->weights[a] = p->weights[b] *= 0.5;
    set_weight(p, a, p->weights[a]);
}

static void move_to_row(gmix_i_worker *w, size_t a, gmix_i_stream *stream) {
    gmix_i_params *const p = &w->em.current;
    const gmix_i_frame *const frame = w->crew->plan->frame;
    const gmix_table *const table = w->crew->plan->input->table;
    const size_t d = p->d, len = p->family->shape->cov_len(d);
    double *const mean_cov = w->rows + 2 * d;
    static const double widths[] = {1.0, 1.0, 0.5, 0.5, 0.25};
    const double width = widths[gmix_i_next_below(stream, 5)];
    size_t row = gmix_i_next_below(stream, table->n_rows);
    for (size_t t = 0; table->weights && !(table->weights[row] > 0.0) && t < 64; t++) {
        row = gmix_i_next_below(stream, table->n_rows);
    }
    const gmix_i_rows rows = gmix_i_table_rows(table, row, 1).rows;
    memset(mean_cov, 0, len * sizeof *mean_cov);
    for (size_t k = 0; k < p->k; k++) {
        for (size_t t = 0; t < len; t++) {
            mean_cov[t] += width * width * p->weights[k] * p->cov[k * len + t];
        }
    }
    for (size_t j = 0; j < d; j++) { /* a missing cell: the mean */
        const double x = gmix_i_cell(&rows, 0, j);
        p->means[a * d + j] =
            isfinite(x) ? (x - frame->shift[j]) * frame->inv_scale[j] : 0.0;
    }
    memcpy(p->cov + a * len, mean_cov, len * sizeof *mean_cov);
    set_weight(p, a, width / (double)p->k);
}

/* Component a settles where rows lie closer together than the mixture has it. */
static gmix_status move_to_neighbours(gmix_i_worker *w, const gmix_i_candidate *from,
                                      size_t a, size_t tries, gmix_i_stream *stream) {
    gmix_status status = GMIX_OK;
    gmix_i_params *const p = &w->em.current;
    const gmix_i_plan *const plan = w->crew->plan;
    const size_t d = p->d, len = p->family->shape->cov_len(d);
    double weight;
    if (!w->neighbours.ready) {
        GMIX_TRY(
            gmix_i_neighbours_new(&w->ctx, plan->input, plan->frame, &w->neighbours));
    }
    if (gmix_i_neighbours_place(&w->neighbours, &from->params, w->judge.variance,
                                w->em.bounds.floor, tries, stream, w->rows,
                                p->means + a * d, p->cov + a * len, &weight)) {
        set_weight(p, a, weight);
    } else {
        move_to_row(w, a, stream);
    }
done:
    return status;
}

gmix_status gmix_i_move(gmix_i_worker *w, const gmix_i_candidate *from, size_t number,
                        bool scans) {
    gmix_status status = GMIX_OK;
    gmix_i_params *const p = &w->em.current;
    gmix_i_stream stream =
        gmix_i_stream_open(w->crew->plan->opts->seed, GMIX_I_RNG_MOVE, number);
    gmix_i_params_copy(&from->params, p);
    const size_t a = victim(w, from, &stream);
    const bool has_rows = w->crew->plan->input->table != NULL;
    if (number % 2 == 0 || !has_rows) {
        gmix_i_part_absorb(p, a, w->rows);
        split(w, a, &stream);
    } else if (number % 4 == 1) {
        move_to_row(w, a, &stream);
    } else {
        GMIX_TRY(move_to_neighbours(w, from, a, scans ? SCAN : TRIES, &stream));
    }
    memset(w->em.bounds.at_floor, 0, p->k * sizeof(bool));
    gmix_i_m_step_own(&w->em.constraints, w->rows + 2 * p->d, p);
done:
    return status;
}
