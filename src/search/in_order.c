/* Solutions on ordered rows, brought back. See in_order.h. */
#include "search/in_order.h"

#include <math.h>
#include <string.h>

bool gmix_i_orders(const gmix_i_input *input, const gmix_fit_options *opts,
                   const gmix_i_family *family) {
    const bool given = opts->init_model || opts->init_labels || opts->init_memberships;
    return gmix_i_ordered_suits(input) && family->n_factors == 0 && !given &&
           !opts->freeze[0] && !strchr(opts->resolution, ',');
}

bool gmix_i_has_no_time_to_order(const gmix_ctx *ctx, const gmix_i_plan *plan) {
    const double now = gmix_i_now(), survey = now - plan->began;
    return !ctx->journal && now + survey > plan->deadline;
}

/* What is x of from's feature j in its frame is unit x + offset in to's. */
static double unit_of(const gmix_i_plan *from, size_t j, const gmix_i_plan *to,
                      size_t column) {
    return from->frame->scale[j] * to->frame->inv_scale[column];
}

static double offset_of(const gmix_i_plan *from, size_t j, const gmix_i_plan *to,
                        size_t column) {
    return (from->frame->shift[j] - to->frame->shift[column]) *
           to->frame->inv_scale[column];
}

gmix_status gmix_i_bring_back(gmix_ctx *ctx, const gmix_i_plan *from,
                              const size_t *columns, const gmix_i_plan *to,
                              gmix_i_candidate *c) {
    gmix_status status = GMIX_OK;
    gmix_i_params *const p = &c->params;
    const gmix_i_shape *const shape = to->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double *work = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "a solution", d + 2 * d * d, sizeof *work, &work));
    double *const mean = work, *const old = work + d, *const matrix = old + d * d;
    for (size_t k = 0; k < p->k; k++) {
        memcpy(mean, p->means + k * d, d * sizeof *mean);
        shape->to_matrix(d, p->cov + k * len, old);
        for (size_t i = 0; i < d; i++) {
            const size_t row = columns[i];
            p->means[k * d + row] =
                unit_of(from, i, to, row) * mean[i] + offset_of(from, i, to, row);
            for (size_t j = 0; j < d; j++) {
                matrix[row * d + columns[j]] = unit_of(from, i, to, row) *
                                               old[i * d + j] *
                                               unit_of(from, j, to, columns[j]);
            }
        }
        shape->from_matrix(d, matrix, p->cov + k * len);
    }
    if (to->rules->noise > 0.0) {
        p->noise = &to->rules->box;
    }
done:
    gmix_i_free(ctx, work);
    return status;
}

gmix_status gmix_i_set_level(gmix_i_worker *worker, gmix_i_candidate *c) {
    gmix_i_em *const em = &worker->em;
    const gmix_i_watch watch = gmix_i_worker_watch(worker, 0);
    if (!isfinite(c->log_likelihood)) {
        return GMIX_OK;
    }
    gmix_i_params_copy(&c->params, &em->current);
    memcpy(em->bounds.at_floor, c->at_floor, c->params.k * sizeof(bool));
    const gmix_status status = gmix_i_em_run(em, &watch);
    const double off = em->log_likelihood - c->log_likelihood;
    if (gmix_i_was_cut(status) || status == GMIX_ERR_SINGULAR) {
        worker->ctx.message[0] = '\0';
        return GMIX_OK;
    }
    if (status != GMIX_OK || !isfinite(off)) {
        return status;
    }
    c->log_likelihood += off;
    c->log_map += off;
    c->expected += off;
    c->score += off;
    for (size_t t = 0; t < c->n_trace; t++) {
        c->trace[t] += off;
    }
    return GMIX_OK;
}
