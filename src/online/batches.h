/*
 * Online EM: what is kept between batches. All numbers that go on are in one array, `state`, whose parts
 * gmix_online_parts() names, so that keeping it with a model is a copy.
 *
 * Statistics are held as mean parameters, shares n_k (and that of the noise), means m_k and covariances V_k
 * about them, in the frame: so nothing is lost where components lie far from the origin, and blending two of them
 *
 *     n = (1 - g) n_0 + g n_1,   a = g n_1 / n,   d = m_1 - m_0,
 *     m = m_0 + a d,             V = (1 - a) V_0 + a V_1 + a (1 - a) d d^T
 *
 * (Chan, Golub & LeVeque 1979) never subtracts squares.
 */
#ifndef GMIX_ONLINE_BATCHES_H
#define GMIX_ONLINE_BATCHES_H

#include <gmix/online.h>

#include "engine/master.h"

/* Parts of the state, in their order. */
enum {
    GMIX_I_ON_ROWS,
    GMIX_I_ON_WEIGHT,
    GMIX_I_ON_ALPHA,
    GMIX_I_ON_BATCH,
    GMIX_I_ON_FORGET,
    GMIX_I_ON_REG,
    GMIX_I_ON_RELATIVE,
    GMIX_I_ON_MISSING,
    GMIX_I_ON_SINGLE,
    GMIX_I_ON_SCORE,
    GMIX_I_ON_SCORED, /* the weight behind it */
    GMIX_I_ON_SEEN,   /* K: rows since the first */
    GMIX_I_ON_CENTRE,
    GMIX_I_ON_SPREAD,
    GMIX_I_ON_STEP,
    GMIX_I_ON_WIDTH,
    GMIX_I_ON_PARAMS,  /* of the last M-step */
    GMIX_I_ON_LAST,    /* statistics */
    GMIX_I_ON_AVERAGE, /* of them */
    GMIX_I_ON_WAITING, /* not counted above */
};

struct gmix_online {
    gmix_allocator allocator;
    gmix_i_settings set; /* of the fit */
    gmix_online_options opts;
    size_t d, k, start_rows;
    gmix_i_classes classes; /* of a model that is gone on from, */
    char **component_names; /* and these, K; or NULL */
    double *x, *w;          /* the first rows, until there is a start */
    size_t n_first, x_room, w_room;

    bool failed;    /* half-way: it can be released, and nothing else */
    bool has_begun; /* all below is there */
    gmix_fit_options em_opts;
    const gmix_i_family *family;
    gmix_i_survey survey;
    gmix_i_frame frame;
    gmix_i_patterns patterns; /* none: rows may have any */
    gmix_table no_rows;
    double *zeros;
    gmix_i_input dummy, input; /* EM's memory wants rows; what those that come are like */
    gmix_i_em em;              /* its parameters, made ready, and bounds */
    gmix_i_noise_box box;
    gmix_i_scratches scratches;
    double *state, *aside; /* n_state, and room for a batch that waits; a copy */
    size_t n_state, room;
    gmix_family_part parts[GMIX_ONLINE_PARTS];
    size_t n_waiting;
    double *stats, *batch, *weights, *between; /* buffers */
};

static inline double *gmix_i_online_at(const gmix_online *o, size_t part) {
    return o->state + o->parts[part].offset;
}

/* The parts, with that of waiting rows behind them, for n numbers; how many numbers others have. */
size_t gmix_i_online_layout(const gmix_i_family *family, size_t k, size_t d, size_t n,
                            gmix_family_part *parts);

/* Memory for batches, once survey, family and K are known; em.current is not set yet. */
gmix_status gmix_i_online_prepare(gmix_ctx *ctx, gmix_online *o);

/* em.current is the start, which counts for so many rows of that weight. */
gmix_status gmix_i_online_start(gmix_ctx *ctx, gmix_online *o, double rows,
                                double weight);

/* Means and spreads of a mixture stand for those of rows. */
gmix_status gmix_i_online_survey(gmix_ctx *ctx, gmix_online *o, const gmix_model *m);

/* Parameters of a model become the start; its noise keeps its box. */
gmix_status gmix_i_online_model(gmix_ctx *ctx, gmix_online *o, const gmix_model *m);

/* Rows are learnt from now on: from a model, which counts for some, or from the fit of the first rows. */
gmix_status gmix_i_online_begin_at(gmix_ctx *ctx, gmix_online *o, const gmix_model *m,
                                   double rows);
gmix_status gmix_i_online_begin_rows(gmix_ctx *ctx, gmix_online *o);

/* Takes a state that a model has. */
gmix_status gmix_i_online_take(gmix_ctx *ctx, gmix_online *o, const double *state,
                               size_t n);

/* Learns from the rows that wait, which wait no more. */
gmix_status gmix_i_online_learn(gmix_ctx *ctx, gmix_online *o);

/* The M-step of the average, in em.accepted. */
void gmix_i_online_estimate(gmix_online *o);

#endif
