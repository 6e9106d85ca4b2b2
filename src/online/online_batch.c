/*
 * A batch of rows: E-step under the last parameters, a step of the statistics towards those of the batch,
 * M-step, average. See batches.h and gmix/online.h.
 *
 * The average of s_1 .. s_t has weights in proportion to t: c_t = 2 / (t + 1) of the newest. Rejected: the
 * mean since the middle of the pass, which wants to know where that is, and leaves half of the rows out.
 */
#include <math.h>
#include <string.h>

#include "online/batches.h"

/* Rows beyond D that each component has seen before the first M-step; how many times as many rows in all
 * are waited for, at most, where a component gets none. */
static const double MORE_ROWS = 1.5, PATIENCE = 20.0;

static size_t stats_len(const gmix_online *o) {
    return GMIX_I_STATS_HEAD + o->k * gmix_i_stats_len(o->family->shape, o->d);
}

/* to <- (1 - g) to + g from. between: D. */
static void blend(const gmix_i_shape *shape, size_t k, size_t d, double g,
                  const double *from, double *to, double *between) {
    const size_t len = shape->cov_len(d);
    const double *const m = from + k + 1, *const v = m + k * d;
    double *const to_m = to + k + 1, *const to_v = to_m + k * d;
    to[k] += g * (from[k] - to[k]);
    for (size_t c = 0; c < k; c++) {
        const double part = g * from[c], n = (1.0 - g) * to[c] + part;
        to[c] = n;
        if (!(part > 0.0) || !(n > 0.0)) {
            continue;
        }
        const double a = part < n ? part / n : 1.0;
        for (size_t j = 0; j < d; j++) {
            between[j] = m[c * d + j] - to_m[c * d + j];
            to_m[c * d + j] = a < 1.0 ? to_m[c * d + j] + a * between[j] : m[c * d + j];
        }
        for (size_t t = 0; t < len; t++) {
            to_v[c * len + t] =
                a < 1.0 ? to_v[c * len + t] + a * (v[c * len + t] - to_v[c * len + t])
                        : v[c * len + t];
        }
        if (a < 1.0) {
            shape->recentre(d, -1.0 / (a * (1.0 - a)), between, to_v + c * len);
        }
    }
}

/* The M-step of statistics. What a component has seen counts in rows. */
static void m_step(gmix_online *o, const double *s, double rows, gmix_i_params *p) {
    const size_t k = o->k, d = o->d, len = o->family->shape->cov_len(d);
    const double *const m = s + k + 1, *const v = m + k * d;
    memset(o->stats, 0, stats_len(o) * sizeof *o->stats);
    o->stats[GMIX_I_NOISE] = rows * s[k];
    for (size_t c = 0; c < k; c++) {
        double *const own = o->stats + GMIX_I_STATS_HEAD + c * (1 + d + len);
        own[0] = rows * s[c];
        for (size_t t = 0; t < len; t++) {
            own[1 + d + t] = own[0] * v[c * len + t];
        }
    }
    gmix_i_m_step(o->stats, m, &o->em.constraints, p);
}

void gmix_i_online_estimate(gmix_online *o) {
    gmix_i_params_copy(&o->em.current, &o->em.accepted);
    m_step(o, gmix_i_online_at(o, GMIX_I_ON_AVERAGE),
           fmax(*gmix_i_online_at(o, GMIX_I_ON_ROWS), 1.0), &o->em.accepted);
}

/* Sums about the centres to shares, means and covariances. */
static void to_means(gmix_online *o, double weight) {
    const size_t k = o->k, d = o->d, len = o->family->shape->cov_len(d);
    double *const m = o->batch + k + 1, *const v = m + k * d;
    o->batch[k] = o->stats[GMIX_I_NOISE] / weight;
    for (size_t c = 0; c < k; c++) {
        double *const own = o->stats + GMIX_I_STATS_HEAD + c * (1 + d + len);
        const double n = own[0] > 0.0 ? own[0] : 0.0;
        o->batch[c] = n / weight;
        if (n > 0.0) {
            o->family->shape->recentre(d, n, own + 1, own + 1 + d);
        }
        for (size_t j = 0; j < d; j++) {
            m[c * d + j] =
                o->em.prepared.centre[c * d + j] + (n > 0.0 ? own[1 + j] / n : 0.0);
        }
        for (size_t t = 0; t < len; t++) {
            v[c * len + t] = n > 0.0 ? own[1 + d + t] / n : 0.0;
        }
    }
}

/* The E-step of the rows that wait. */
static void e_step(gmix_online *o) {
    const double *const at = gmix_i_online_at(o, GMIX_I_ON_WAITING);
    const gmix_i_filling filling = {.scratches = &o->scratches,
                                    .frame = &o->frame,
                                    .prepared = &o->em.prepared,
                                    .fill = gmix_i_fill_from_model,
                                    .arg = &o->em.prepared};
    const gmix_i_block block = {.rows = {.data = at + 1,
                                         .n_rows = o->n_waiting,
                                         .row_stride = (ptrdiff_t)o->d + 1,
                                         .col_stride = 1},
                                .weights = o->weights};
    for (size_t i = 0; i < o->n_waiting; i++) {
        o->weights[i] = at[i * (o->d + 1)];
    }
    memset(o->stats, 0, stats_len(o) * sizeof *o->stats);
    gmix_i_accumulate_block(&filling, &block, 0, o->stats);
}

/* True once every component has seen enough rows for an M-step. */
static bool may_step(const gmix_online *o, double rows) {
    const double *const seen = gmix_i_online_at(o, GMIX_I_ON_SEEN);
    const double enough = (double)o->d + MORE_ROWS;
    bool all = true;
    for (size_t c = 0; c < o->k; c++) {
        all = all && seen[c] >= enough;
    }
    return all || rows >= PATIENCE * (double)o->k * enough;
}

static gmix_status step(gmix_ctx *ctx, gmix_online *o, double share, double t) {
    gmix_status status = GMIX_OK;
    const double batch = *gmix_i_online_at(o, GMIX_I_ON_BATCH);
    const double forget = *gmix_i_online_at(o, GMIX_I_ON_FORGET) * batch;
    const double alpha = *gmix_i_online_at(o, GMIX_I_ON_ALPHA);
    double *const last = gmix_i_online_at(o, GMIX_I_ON_LAST);
    double *const average = gmix_i_online_at(o, GMIX_I_ON_AVERAGE);
    const gmix_i_shape *const shape = o->family->shape;
    blend(shape, o->k, o->d, fmin(share * fmax(pow(t + 2.0, -alpha), forget), 1.0),
          o->batch, last, o->between);
    const double rows = *gmix_i_online_at(o, GMIX_I_ON_ROWS);
    if (!may_step(o, rows)) {
        memcpy(average, last,
               ((o->k + 1) + o->k * (o->d + shape->cov_len(o->d))) * sizeof *average);
        return GMIX_OK;
    }
    blend(shape, o->k, o->d, fmin(share * fmax(2.0 / (t + 2.0), forget), 1.0), last,
          average, o->between);
    m_step(o, last, rows, &o->em.current);
    GMIX_TRY(gmix_i_prepare(ctx, &o->em.current, &o->em.prepared));
done:
    return status;
}

gmix_status gmix_i_online_learn(gmix_ctx *ctx, gmix_online *o) {
    double *const rows = gmix_i_online_at(o, GMIX_I_ON_ROWS);
    double *const total = gmix_i_online_at(o, GMIX_I_ON_WEIGHT);
    const double n = (double)o->n_waiting,
                 t = *rows / *gmix_i_online_at(o, GMIX_I_ON_BATCH);
    e_step(o);
    const double weight = o->stats[GMIX_I_WEIGHT], loglik = o->stats[GMIX_I_LOGLIK];
    *rows += n;
    *total += weight;
    o->n_waiting = 0;
    if (!(weight > 0.0)) {
        return GMIX_OK;
    }
    if (!isfinite(loglik)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_SINGULAR,
            "the log-likelihood of the rows up to number %.0f is not finite", *rows);
    }
    *gmix_i_online_at(o, GMIX_I_ON_SCORE) += loglik - weight * o->frame.log_det;
    *gmix_i_online_at(o, GMIX_I_ON_SCORED) += weight;
    double *const seen = gmix_i_online_at(o, GMIX_I_ON_SEEN);
    const double mean = *total / *rows; /* weight of a row */
    to_means(o, weight);
    for (size_t c = 0; c < o->k; c++) {
        seen[c] += o->batch[c] * weight / mean;
    }
    return step(ctx, o, weight / mean / *gmix_i_online_at(o, GMIX_I_ON_BATCH), t);
}
