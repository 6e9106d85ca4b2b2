/* The numbers of an online fit, and memory for its batches. See batches.h. */
#include <math.h>
#include <string.h>

#include "em/setup.h"
#include "family/gaps.h"
#include "online/batches.h"

static const struct {
    const char *name;
    char size; /* 1: a number; k, d; p: parameters; s: statistics; w: rows that wait */
} PARTS[] = {
    {"rows", '1'},       {"weight", '1'}, {"alpha", '1'},         {"batch_rows", '1'},
    {"forget", '1'},     {"reg", '1'},    {"reg_relative", '1'},  {"missing", '1'},
    {"single", '1'},     {"score", '1'},  {"scored_weight", '1'}, {"seen", 'k'},
    {"centre", 'd'},     {"spread", 'd'}, {"step", 'd'},          {"width", 'd'},
    {"parameters", 'p'}, {"last", 's'},   {"average", 's'},       {"waiting", 'w'}};

static size_t params_len(const gmix_i_family *family, size_t k, size_t d) {
    gmix_i_params p = {.k = k, .d = d, .family = family};
    return gmix_i_params_len(&p);
}

size_t gmix_i_online_layout(const gmix_i_family *family, size_t k, size_t d, size_t n,
                            gmix_family_part *parts) {
    const size_t stats = (k + 1) + k * (d + family->shape->cov_len(d));
    size_t at = 0;
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        const char size = PARTS[i].size;
        const size_t len = size == 'k'   ? k
                           : size == 'd' ? d
                           : size == 'p' ? params_len(family, k, d)
                           : size == 's' ? stats
                                         : 1;
        parts[i] = (gmix_family_part){.name = PARTS[i].name, .offset = at};
        parts[i].n_dims = size == 'w' ? 2 : size != '1';
        parts[i].dims[0] = size == 'w' ? (n > at ? (n - at) / (d + 1) : 0) : len;
        parts[i].dims[1] = size == 'w' ? d + 1 : 0;
        at += size == 'w' ? 0 : len;
    }
    return at;
}

size_t gmix_online_parts(const char *covariance, size_t k, size_t d, size_t n,
                         gmix_family_part parts[GMIX_ONLINE_PARTS]) {
    const gmix_i_family *const family = gmix_i_family_find(covariance);
    return family && parts && k > 0 && d > 0
               ? gmix_i_online_layout(family, k, d, n, parts)
               : 0;
}

/* Memory that EM's steps work with; of EM's own passes there are none. */
static gmix_status em_new(gmix_ctx *ctx, gmix_online *o) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_frame_new(ctx, o->d, &o->frame));
    gmix_i_frame_set(&o->frame, o->survey.mean, o->survey.sd, o->family->isotropic_frame);
    GMIX_TRY(gmix_i_calloc(ctx, "a row", o->d, sizeof(double), &o->zeros));
    o->no_rows = gmix_table_f64(o->zeros, 1, o->d);
    o->dummy = (gmix_i_input){.table = &o->no_rows, .n_cols = o->d};
    o->input = (gmix_i_input){.n_cols = o->d};
    if (gmix_i_missing_option(&o->set.opts) == GMIX_I_MISSING_EM) {
        GMIX_TRY(gmix_i_patterns_none(ctx, o->d, 1, &o->patterns));
        o->input.patterns = o->dummy.patterns = &o->patterns;
    }
    o->em_opts = o->set.opts;
    o->em_opts.accelerate = 0;
    o->em_opts.max_iter = 1;
    o->em_opts.n_components = o->k;
    GMIX_TRY(gmix_i_em_new(ctx, &o->dummy, &o->frame, &o->survey, o->family, &o->em_opts,
                           &o->em));
done:
    return status;
}

gmix_status gmix_i_online_prepare(gmix_ctx *ctx, gmix_online *o) {
    gmix_status status = GMIX_OK;
    const gmix_i_shape *const shape = o->family->shape;
    const size_t k = o->k, d = o->d, batch = o->opts.batch_rows;
    const size_t tile =
        (batch + GMIX_I_TILE_ROWS - 1) / GMIX_I_TILE_ROWS * GMIX_I_TILE_ROWS;
    const size_t stats = (k + 1) + k * (d + shape->cov_len(d));
    GMIX_TRY(em_new(ctx, o));
    GMIX_TRY(gmix_i_scratches_new(ctx, o->em.accumulator.kernels, &o->input, 1, tile,
                                  k + 1, gmix_i_gap_work(shape, d), &o->scratches));
    o->n_state = gmix_i_online_layout(o->family, k, d, 0, o->parts);
    o->room = o->n_state + batch * (d + 1);
    GMIX_TRY(gmix_i_calloc(ctx, "the state", o->room, sizeof(double), &o->state));
    GMIX_TRY(gmix_i_calloc(ctx, "the state", o->room, sizeof(double), &o->aside));
    GMIX_TRY(gmix_i_calloc(ctx, "statistics",
                           GMIX_I_STATS_HEAD + k * gmix_i_stats_len(shape, d),
                           sizeof(double), &o->stats));
    GMIX_TRY(gmix_i_calloc(ctx, "statistics", stats, sizeof(double), &o->batch));
    GMIX_TRY(gmix_i_calloc(ctx, "weights", batch, sizeof(double), &o->weights));
    GMIX_TRY(gmix_i_calloc(ctx, "a row", d, sizeof(double), &o->between));
done:
    return status;
}

static void describe(gmix_online *o) {
    const gmix_fit_options *const fit = &o->set.opts;
    *gmix_i_online_at(o, GMIX_I_ON_ALPHA) = o->opts.alpha;
    *gmix_i_online_at(o, GMIX_I_ON_BATCH) = (double)o->opts.batch_rows;
    *gmix_i_online_at(o, GMIX_I_ON_FORGET) = fmax(o->opts.forget, 0.0);
    *gmix_i_online_at(o, GMIX_I_ON_REG) = fit->reg;
    *gmix_i_online_at(o, GMIX_I_ON_RELATIVE) = fit->reg_relative;
    *gmix_i_online_at(o, GMIX_I_ON_MISSING) = (double)gmix_i_missing_option(fit);
    *gmix_i_online_at(o, GMIX_I_ON_SINGLE) = strcmp(fit->precision, "single") == 0;
    for (size_t j = 0; j < o->d; j++) {
        gmix_i_online_at(o, GMIX_I_ON_CENTRE)[j] = o->survey.mean[j];
        gmix_i_online_at(o, GMIX_I_ON_SPREAD)[j] = o->survey.sd[j];
        gmix_i_online_at(o, GMIX_I_ON_STEP)[j] = o->survey.grain[j].step;
        gmix_i_online_at(o, GMIX_I_ON_WIDTH)[j] = o->survey.grain[j].local;
    }
}

gmix_status gmix_i_online_start(gmix_ctx *ctx, gmix_online *o, double rows,
                                double weight) {
    gmix_status status = GMIX_OK;
    const gmix_i_params *const p = &o->em.current;
    const size_t k = o->k, d = o->d, len = o->family->shape->cov_len(d);
    double *const last = gmix_i_online_at(o, GMIX_I_ON_LAST);
    describe(o);
    *gmix_i_online_at(o, GMIX_I_ON_ROWS) = rows;
    *gmix_i_online_at(o, GMIX_I_ON_WEIGHT) = weight;
    for (size_t c = 0; c < k; c++) {
        gmix_i_online_at(o, GMIX_I_ON_SEEN)[c] = rows * p->weights[c];
    }
    memcpy(last, p->weights, (k + 1) * sizeof *last);
    memcpy(last + k + 1, p->means, k * d * sizeof *last);
    memcpy(last + k + 1 + k * d, p->cov, k * len * sizeof *last);
    memcpy(gmix_i_online_at(o, GMIX_I_ON_AVERAGE), last,
           (k + 1 + k * (d + len)) * sizeof *last);
    GMIX_TRY(gmix_i_prepare(ctx, p, &o->em.prepared));
done:
    return status;
}

static bool all_finite(const double *x, size_t n) {
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        good = good && fabs(x[i]) <= 1e150;
    }
    return good;
}

/* Rows that wait: a weight, and cells that may be missing. */
static bool are_rows(const double *x, size_t n, size_t d) {
    bool good = true;
    for (size_t i = 0; i < n * (d + 1); i++) {
        good = good && !isinf(x[i]) && (i % (d + 1) > 0 || x[i] >= 0.0);
    }
    return good;
}

/* Shares of components are none below 0, and those of all are 1. */
static bool are_shares(const double *n, size_t k) {
    double sum = 0.0;
    bool good = true;
    for (size_t c = 0; c <= k; c++) {
        good = good && n[c] >= 0.0;
        sum += n[c];
    }
    return good && fabs(sum - 1.0) < 1e-6;
}

gmix_status gmix_i_online_take(gmix_ctx *ctx, gmix_online *o, const double *state,
                               size_t n) {
    gmix_status status = GMIX_OK;
    const size_t k = o->k;
    gmix_i_params *const p = &o->em.current;
    memcpy(o->state, state, n * sizeof *state);
    o->n_waiting = (n - o->n_state) / (o->d + 1);
    if (!all_finite(state, o->n_state) ||
        !are_rows(gmix_i_online_at(o, GMIX_I_ON_WAITING), o->n_waiting, o->d) ||
        !are_shares(gmix_i_online_at(o, GMIX_I_ON_PARAMS), k) ||
        !are_shares(gmix_i_online_at(o, GMIX_I_ON_LAST), k) ||
        !are_shares(gmix_i_online_at(o, GMIX_I_ON_AVERAGE), k) ||
        !(*gmix_i_online_at(o, GMIX_I_ON_ROWS) >= 0.0 &&
          *gmix_i_online_at(o, GMIX_I_ON_WEIGHT) >= 0.0)) {
        GMIX_FAIL(
            ctx, GMIX_ERR_MODEL,
            "the model's state holds numbers that no online fit leaves: take it out "
            "of the file to go on from the parameters alone");
    }
    memcpy(p->weights, gmix_i_online_at(o, GMIX_I_ON_PARAMS),
           gmix_i_params_len(p) * sizeof(double));
    GMIX_TRY(gmix_i_prepare(ctx, p, &o->em.prepared));
done:
    return status;
}
