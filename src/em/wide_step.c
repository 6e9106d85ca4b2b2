/*
 * The two halves of a step with factors of many features. See wide_run.h, woodbury.h.
 *
 * About the new mean m = mu + s / n the scatter S is known along W alone, as C = W S (q x D):
 *
 *     C = sum r u d^T / n - (W s / n) (s / n)^T,     d = x - mu,  s = sum r d,
 *     beta S = L^-T C,   Theta = M^-1 + beta S beta^T = L^-T (I + C W^T) L^-1,
 *
 * which is all that the step asks of it, with its diagonal. Of a start W is O, and Lambda^T = R^-1 C with
 * O S O^T = R R^T.
 */
#include <math.h>
#include <string.h>

#include "base/threads.h"
#include "em/wide_run.h"
#include "family/small_rows.h"
#include "stats/statistics.h"

/* Less of a feature's variance is not left to it at a start. */
static const double LEAST_LEFT = 5e-3;

static void do_block(void *arg, const gmix_i_block *block, int thread) {
    const gmix_i_wide_run *const r = arg;
    gmix_i_scratch *const s = &r->scratches.of_thread[thread];
    double *const work = r->work + (size_t)thread * r->work_len;
    double *const stats = r->slots + block->slot * r->len;
    const gmix_i_tile tile = gmix_i_tile_pack(&r->scratches, r->frame, block, thread);
    gmix_i_norm_sums sums = {0};
    gmix_i_woodbury_densities(&r->made, tile.n, tile.x, s->resp, work);
    gmix_i_hold_labels(r->kernels, &tile, r->k, r->class_of, s->resp);
    r->kernels->normalise(tile.n, r->k, s->resp, tile.w, NULL, s->active, &sums);
    gmix_i_woodbury_moments(&r->made, tile.n, tile.x, s->resp, s->active,
                            stats + GMIX_I_STATS_HEAD, work);
    stats[GMIX_I_LOGLIK] += sums.loglik;
    stats[GMIX_I_LOGMAP] += sums.logmap;
    stats[GMIX_I_WEIGHT] += tile.weight;
}

gmix_status gmix_i_wide_pass(gmix_i_wide_run *r, double **total) {
    gmix_status status = GMIX_OK;
    const size_t n_slots = gmix_i_pass_slots(r->input, &r->cut);
    memset(r->slots, 0, n_slots * r->len * sizeof *r->slots);
    GMIX_TRY(gmix_i_pass(r->ctx, r->input, &r->cut, do_block, r));
    for (size_t slot = 1; slot < n_slots; slot++) {
        for (size_t i = 0; i < r->len; i++) {
            r->slots[i] += r->slots[slot * r->len + i];
        }
    }
    *total = r->slots;
done:
    return status;
}

/* Component k's mean; C into problem.c, the variances, and C W^T into `inner` (q x q). own: its
 * statistics. */
static void about_mean(gmix_i_wide_run *r, size_t k, double *own, double *inner) {
    const size_t d = r->d, q = r->q, padded = r->made.padded;
    const double n = own[0], *const square = own + 1;
    double *const cross = own + 1 + d, *const mean = r->current.means + k * d;
    double *const c = r->problem.c + k * q * d, *const variance =
                                                    r->problem.variance + k * d;
    const double *const whiten = r->made.whiten + k * d * padded;
    double u[GMIX_I_MOST_FACTORS] = {0};
    memset(inner, 0, q * q * sizeof *inner);
    for (size_t j = 0; j < d; j++) {
        const double shift = cross[j * padded + q] / n;
        for (size_t t = 0; t < q; t++) {
            u[t] += whiten[j * padded + t] * shift;
        }
    }
    for (size_t j = 0; j < d; j++) {
        const double shift = cross[j * padded + q] / n;
        mean[j] = r->made.centre[k * d + j] + shift;
        variance[j] = fmax(square[j] / n - shift * shift, 0.0);
        for (size_t t = 0; t < q; t++) {
            const double own_c = cross[j * padded + t] / n - u[t] * shift;
            c[t * d + j] = own_c;
            for (size_t s = 0; s < q; s++) {
                inner[t * q + s] += own_c * whiten[j * padded + s];
            }
        }
    }
}

/* beta S and Theta from C and C W^T. */
static void expect(gmix_i_wide_run *r, size_t k, const double *inner) {
    const size_t d = r->d, q = r->q;
    const double *const l = r->made.root + k * gmix_i_packed_len(q);
    double *const theta = r->problem.theta + k * q * q;
    double half[GMIX_I_MOST_FACTORS * GMIX_I_MOST_FACTORS];
    for (size_t t = 0; t < q; t++) {
        for (size_t s = 0; s < q; s++) {
            const double both = 0.5 * (inner[t * q + s] + inner[s * q + t]);
            theta[t * q + s] = both + (t == s ? 1.0 : 0.0);
        }
    }
    gmix_i_solve_upper(q, l, q, theta);
    for (size_t t = 0; t < q; t++) {
        for (size_t s = 0; s < q; s++) {
            half[t * q + s] = theta[s * q + t];
        }
    }
    gmix_i_solve_upper(q, l, q, half);
    for (size_t t = 0; t < q; t++) {
        for (size_t s = 0; s < q; s++) { /* symmetric to the last bit */
            theta[t * q + s] = 0.5 * (half[t * q + s] + half[s * q + t]);
        }
    }
    gmix_i_solve_upper(q, l, d, r->problem.c + k * q * d);
}

/* Loadings of a block from C and C O^T, and what they leave of the variances. */
static void sketch(gmix_i_wide_run *r, const double *c, const double *inner,
                   const double *variance, double *block) {
    const size_t d = r->d, q = r->q;
    double packed[GMIX_I_MOST_FACTORS * (GMIX_I_MOST_FACTORS + 1) / 2] = {0}, trace = 0.0;
    for (size_t t = 0; t < q; t++) {
        trace += inner[t * q + t];
    }
    for (size_t t = 0; t < q; t++) {
        for (size_t s = 0; s <= t; s++) {
            packed[gmix_i_packed_len(t) + s] =
                0.5 * (inner[t * q + s] + inner[s * q + t]) +
                (s == t ? 1e-9 * trace + 1e-300 : 0.0);
        }
    }
    memset(block, 0, q * d * sizeof *block);
    if (gmix_i_cholesky(NULL, q, packed, packed)) {
        memcpy(block, c, q * d * sizeof *block);
        gmix_i_solve_lower(q, packed, d, block);
    }
    for (size_t j = 0; j < d; j++) {
        double left = variance[j];
        for (size_t t = 0; t < q; t++) {
            left -= block[t * d + j] * block[t * d + j];
        }
        block[q * d + j] =
            fmax(fmax(left, LEAST_LEFT * variance[j]), r->problem.floor[j]);
    }
}

/* Common loadings are those of what components have on average. inner: K x q x q. */
static void sketch_all(gmix_i_wide_run *r, double *inner) {
    const size_t d = r->d, q = r->q, block = (q + 1) * d;
    const gmix_i_factor_problem *const p = &r->problem;
    for (size_t k = 0; p->common && k < r->k; k++) {
        const double share = r->n[k] / p->total, first = k == 0 ? 0.0 : 1.0;
        for (size_t i = 0; i < q * d; i++) {
            p->c[i] = first * p->c[i] + share * p->c[k * q * d + i];
        }
        for (size_t i = 0; i < q * q; i++) {
            inner[i] = first * inner[i] + share * inner[k * q * q + i];
        }
        for (size_t j = 0; j < d; j++) {
            p->variance[j] = first * p->variance[j] + share * p->variance[k * d + j];
        }
    }
    for (size_t k = 0; k < r->k; k++) {
        const size_t from = p->common ? 0 : k;
        if (r->n[k] > 0.0 || p->common) {
            sketch(r, p->c + from * q * d, inner + from * q * q, p->variance + from * d,
                   r->current.blocks + k * block);
        }
    }
    gmix_i_factors_settle(p, r->current.blocks);
}

void gmix_i_wide_update(gmix_i_wide_run *r, double *total, bool sketched) {
    const size_t k = r->k, q = r->q, len = gmix_i_woodbury_len(&r->made);
    double *const stats = total + GMIX_I_STATS_HEAD;
    double *const inner = r->work; /* K x q x q: less than a tile's rows u */
    r->problem.total = 0.0;
    for (size_t c = 0; c < k; c++) {
        double *const own = stats + c * len;
        r->n[c] = own[0] > 1e-200 ? own[0] : 0.0;
        r->problem.total += r->n[c];
        if (r->n[c] > 0.0) {
            about_mean(r, c, own, inner + c * q * q);
        } else {
            memset(inner + c * q * q, 0, q * q * sizeof *inner);
        }
        if (r->n[c] > 0.0 && !sketched) {
            expect(r, c, inner + c * q * q);
        }
    }
    for (size_t c = 0; c < k; c++) {
        r->current.weights[c] = r->n[c] / r->problem.total;
    }
    if (sketched) {
        sketch_all(r, inner);
    } else {
        gmix_i_factors_maximise(&r->problem, r->accepted.blocks, r->current.blocks);
    }
}
