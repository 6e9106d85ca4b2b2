/*
 * Regression by a mixture. See gmix/regression.h and ordered_root.h.
 *
 * The pass over the rows is that of the inputs' marginal: densities and responsibilities of
 * complete and incomplete rows come from its kernels. What is left is, per row and component, a
 * triangular solve z = L_oo^-1 (x_o - mu_o) and E_k = mu_t + L_to z; factors and covariances depend on
 * which inputs are there, not on the row: a conditioner (conditioner.h). Sums over components are made in the frame and
 * about the mean:
 *
 *     E = sum_k r_k E_k,   Var = sum_k r_k (C_k + (E_k - E)(E_k - E)^T).
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include <gmix/regression.h>

#include "base/option_sets.h"
#include "base/structs.h"
#include "condition/conditioner.h"
#include "condition/draft.h"
#include "condition/evidence.h"
#include "condition/ordered_root.h"
#include "distribution/scalar_regions.h"
#include "infer/apply.h"
#include "model/posterior.h"

/* Working memory of a thread. */
typedef struct worker {
    gmix_i_conditioner own;   /* of the last incomplete row */
    double *matrix;           /* D x D */
    double *x, *z;            /* D */
    double *means;            /* K x T: of the row's components, in the frame */
    double *w;                /* K responsibilities, and K of a scalar mixture */
    double *mu, *sd, *height; /* K: of that */
    double *df, *spread;      /* 2 K, of components and of that; K: gmix_i_t_seen */
    double *mean, *cov;       /* T; T x T */
    double *region;           /* gmix_i_region_work(), and the intervals */
    bool singular;
} worker;

typedef struct regressor {
    const gmix_model *model;
    const gmix_table *table;
    size_t n_inputs, t;
    double log_det;   /* of the inputs' frame */
    size_t *features; /* D: inputs, then targets */
    gmix_i_conditioner complete;
    worker *workers;
    gmix_regress_options opts;
    gmix_regression out;
    double *noise_mean, *noise_low, *noise_high; /* T, in the frame */
} regressor;

static double within_doubles(double x) {
    return fmin(fmax(x, -DBL_MAX), DBL_MAX);
}

/* Means of the targets under component c where squares or differences are no doubles: of halves of these,
 * divided by the power of two that makes the largest 1. Beyond doubles they are the last one. */
static void place_far(const regressor *r, const gmix_i_conditioner *p, const double *x,
                      size_t c, worker *own) {
    const size_t t = r->t, d = r->model->d;
    const double *const root = p->root + c * gmix_i_packed_len(d);
    const double *const mean = r->model->params.means + c * d;
    double largest = 0.0;
    int e;
    for (size_t i = 0; i < p->o; i++) {
        own->z[i] = 0.5 * within_doubles(x[p->place[i]]) -
                    0.5 * within_doubles(mean[p->order[i]]);
        largest = fmax(largest, fabs(own->z[i]));
    }
    (void)frexp(largest, &e);
    for (size_t i = 0; i < p->o; i++) {
        own->z[i] = ldexp(own->z[i], -e);
    }
    (void)gmix_i_root_solve(p->o, root, own->z, own->z);
    for (size_t i = 0; i < t; i++) {
        const double off = gmix_i_root_row(p->o, root, p->o + i, own->z);
        own->means[c * t + i] =
            within_doubles(mean[p->order[p->o + i]] + ldexp(off, e + 1));
    }
}

/* Means of the targets under every component, and how far it is to the nearest. */
static gmix_evidence place_components(const regressor *r, const gmix_i_conditioner *p,
                                      const double *x, worker *own) {
    const gmix_model *const m = r->model;
    const size_t t = r->t, d = m->d, packed = gmix_i_packed_len(d);
    double nearest = INFINITY;
    gmix_evidence of_t = {.tail = 0.0};
    for (size_t c = 0; c < m->k; c++) {
        const double *const root = p->root + c * packed;
        const double *const mean = m->params.means + c * d;
        for (size_t i = 0; i < p->o; i++) {
            own->z[i] = x[p->place[i]] - mean[p->order[i]];
        }
        const double square = gmix_i_root_solve(p->o, root, own->z, own->z);
        if (m->weights[c] > 0.0) {
            nearest = fmin(nearest, square);
        }
        if (m->posterior) {
            const gmix_i_t_seen seen = gmix_i_t_see(m, c, p->o, own->z);
            own->df[c] = seen.df;
            own->spread[c] = seen.spread;
            if (m->weights[c] > 0.0 && seen.tail >= of_t.tail) {
                of_t = gmix_i_evidence_of_t(0.0, seen.distance2, seen.tail);
            }
        }
        for (size_t i = 0; i < t; i++) {
            own->means[c * t + i] =
                mean[p->order[p->o + i]] + gmix_i_root_row(p->o, root, p->o + i, own->z);
        }
        if (!isfinite(square)) {
            place_far(r, p, x, c, own);
        }
    }
    return m->posterior ? of_t : gmix_i_evidence_of(p->o, 0.0, nearest);
}

/* What a component's conditional covariance is multiplied by for its variance: infinite for df <= 2. */
static double variance_factor(const worker *own, size_t c) {
    const double df = own->df[c];
    return isinf(df) ? 1.0 : own->spread[c] * (df > 2.0 ? df / (df - 2.0) : INFINITY);
}

/* Mean and covariance (lower triangle) of the targets, in the frame. */
static void take_moments(const regressor *r, const gmix_i_conditioner *p, worker *own,
                         double noise) {
    const size_t k = r->model->k, t = r->t;
    for (size_t i = 0; i < t; i++) {
        own->mean[i] = noise > 0.0 ? noise * r->noise_mean[i] : 0.0;
        for (size_t c = 0; c < k; c++) {
            own->mean[i] += own->w[c] * own->means[c * t + i];
        }
    }
    memset(own->cov, 0, t * t * sizeof *own->cov);
    for (size_t c = 0; c < k; c++) {
        const double *const mean = own->means + c * t, *const cov = p->cov + c * t * t;
        const double factor = variance_factor(own, c);
        for (size_t i = 0; i < t && own->w[c] > 0.0; i++) {
            for (size_t j = 0; j <= i; j++) {
                own->cov[i * t + j] +=
                    own->w[c] * (gmix_i_scaled(factor, cov[i * t + j]) +
                                 (mean[i] - own->mean[i]) * (mean[j] - own->mean[j]));
            }
        }
    }
    for (size_t i = 0; i < t && noise > 0.0; i++) {
        const double width = r->noise_high[i] - r->noise_low[i];
        own->cov[i * t + i] += noise * width * width / 12.0;
        for (size_t j = 0; j <= i; j++) {
            own->cov[i * t + j] += noise * (r->noise_mean[i] - own->mean[i]) *
                                   (r->noise_mean[j] - own->mean[j]);
        }
    }
}

static void put_moments(const regressor *r, const worker *own, size_t row) {
    const gmix_i_frame *const frame = &r->model->frame;
    const size_t t = r->t;
    for (size_t i = 0; i < t; i++) {
        const size_t a = r->features[r->n_inputs + i];
        if (r->out.mean) {
            r->out.mean[row * t + i] = frame->shift[a] + frame->scale[a] * own->mean[i];
        }
        if (r->out.sd) {
            r->out.sd[row * t + i] = frame->scale[a] * sqrt(own->cov[i * t + i]);
        }
        for (size_t j = 0; j < t && r->out.covariance; j++) {
            const size_t b = r->features[r->n_inputs + j];
            const size_t lower = i >= j ? i * t + j : j * t + i;
            r->out.covariance[(row * t + i) * t + j] =
                own->cov[lower] * frame->scale[a] * frame->scale[b];
        }
    }
}

/* Target i as a mixture of one feature. Components that no level can notice are left out. */
static gmix_i_scalar take_scalar(const regressor *r, const gmix_i_conditioner *p,
                                 const worker *own, double noise, size_t i,
                                 double least) {
    const size_t t = r->t;
    double *const w = own->w + r->model->k; /* responsibilities stay */
    double *const df = own->df + r->model->k;
    gmix_i_scalar s = {.w = w, .mu = own->mu, .sd = own->sd, .height = own->height};
    for (size_t c = 0; c < r->model->k; c++) {
        if (own->w[c] > least) {
            w[s.k] = own->w[c];
            own->mu[s.k] = own->means[c * t + i];
            own->sd[s.k] = sqrt(p->cov[(c * t + i) * t + i] * own->spread[c]);
            df[s.k] = own->df[c];
            own->height[s.k] = gmix_i_scalar_height(w[s.k], own->sd[s.k], df[s.k]);
            s.k++;
        }
    }
    s.df = r->model->posterior ? df : NULL;
    if (noise > least) {
        s.noise = noise;
        s.lower = r->noise_low[i];
        s.upper = r->noise_high[i];
    }
    return s;
}

static void put_distribution(const regressor *r, const gmix_i_conditioner *p, worker *own,
                             double noise, size_t row) {
    const gmix_i_frame *const frame = &r->model->frame;
    const size_t n_quantiles = r->out.quantiles ? r->opts.n_quantiles : 0;
    const size_t most = gmix_regression_n_intervals(r->model);
    for (size_t i = 0; i < r->t; i++) {
        const size_t a = r->features[r->n_inputs + i];
        for (size_t q = 0; q < n_quantiles; q++) {
            const double level = r->opts.quantiles[q];
            const double least = 1e-18 * fmin(level, 1.0 - level);
            const gmix_i_scalar s = take_scalar(r, p, own, noise, i, least);
            r->out.quantiles[(row * r->t + i) * n_quantiles + q] =
                frame->shift[a] +
                frame->scale[a] * gmix_i_scalar_quantile(&s, log(level), false);
        }
        if (r->out.regions) {
            const gmix_i_scalar s = take_scalar(r, p, own, noise, i, 1e-16);
            double *const ends = r->out.regions + (row * r->t + i) * most * 2;
            double level, *const found = own->region + gmix_i_region_work(r->model->k);
            const size_t n =
                gmix_i_scalar_region(&s, r->opts.region_mass, &level, found, own->region);
            for (size_t e = 0; e < 2 * most; e++) {
                ends[e] = e < 2 * n ? frame->shift[a] + frame->scale[a] * found[e] : NAN;
            }
        }
    }
}

static void do_row(const regressor *r, const gmix_i_tile_result *from, size_t i,
                   const gmix_i_rows *rows, const uint64_t *bits, worker *own) {
    const gmix_model *const m = r->model;
    const size_t row = (size_t)from->tile->first + i, n = from->tile->n;
    const gmix_i_conditioner *const p = gmix_i_conditioner_of(
        m, r->n_inputs, r->features, r->t, bits, own->matrix, &r->complete, &own->own);
    double sum = 0.0, noise = 0.0;
    own->singular = own->singular || p->failed;
    if (p->failed) {
        return;
    }
    for (size_t j = 0; j < r->n_inputs; j++) {
        const size_t a = r->features[j];
        own->x[j] = (gmix_i_cell(rows, i, j) - m->frame.shift[a]) * m->frame.inv_scale[a];
    }
    for (size_t c = 0; c < m->k; c++) {
        own->w[c] = from->resp[c * n + i];
        sum += own->w[c];
    }
    if (m->weights[m->k] > 0.0) {
        noise = from->resp[m->k * n + i];
        sum += noise;
    }
    for (size_t c = 0; c < m->k; c++) { /* to the last bit */
        own->w[c] /= sum;
    }
    noise /= sum;
    const gmix_evidence nearest = place_components(r, p, own->x, own);
    if (r->out.mean || r->out.sd || r->out.covariance) {
        take_moments(r, p, own, noise);
        put_moments(r, own, row);
    }
    put_distribution(r, p, own, noise, row);
    if (r->out.weights) {
        memcpy(r->out.weights + row * m->k, own->w, m->k * sizeof *own->w);
    }
    if (r->out.evidence) {
        const double far = from->lse[i] > -DBL_MAX ? from->lse[i] - r->log_det : -DBL_MAX;
        r->out.evidence[row] = nearest;
        r->out.evidence[row].log_density = p->o > 0 ? far : 0.0;
    }
}

static void take_rows(void *arg, const gmix_model *inputs,
                      const gmix_i_tile_result *from) {
    (void)inputs;
    const regressor *const r = arg;
    const gmix_i_tile *const tile = from->tile;
    worker *const own = &r->workers[from->thread];
    const gmix_i_rows rows =
        gmix_i_table_rows(r->table, (size_t)tile->first, tile->n_rows).rows;
    size_t gap = 0;
    for (size_t i = 0; i < tile->n_rows; i++) {
        const uint64_t *bits = NULL;
        if (tile->gaps && gap < tile->gaps->n && tile->gaps->row[gap] == i) {
            bits = tile->gaps->observed + gap++ * tile->gaps->words;
        }
        do_row(r, from, i, &rows, bits, own);
    }
}

static gmix_status worker_new(gmix_ctx *ctx, const regressor *r, worker *own) {
    gmix_status status = GMIX_OK;
    const size_t k = r->model->k, d = r->model->d, t = r->t;
    const size_t region =
        r->out.regions ? gmix_i_region_work(k) + 2 * gmix_regression_n_intervals(r->model)
                       : 0;
    GMIX_TRY(gmix_i_conditioner_new(ctx, r->model, r->t, &own->own));
    GMIX_TRY(gmix_i_calloc(ctx, "regression",
                           d * d + 2 * d + k * t + 8 * k + t + t * t + region,
                           sizeof(double), &own->matrix));
    own->x = own->matrix + d * d;
    own->z = own->x + d;
    own->means = own->z + d;
    own->w = own->means + k * t;
    own->mu = own->w + 2 * k;
    own->sd = own->mu + k;
    own->height = own->sd + k;
    own->df = own->height + k;
    own->spread = own->df + 2 * k;
    for (size_t c = 0; c < k; c++) { /* of Gaussians */
        own->df[c] = INFINITY;
        own->spread[c] = 1.0;
    }
    own->mean = own->spread + k;
    own->cov = own->mean + t;
    own->region = own->cov + t * t;
done:
    return status;
}

/* Inputs rising, then the targets as they are wanted; and the noise's box in the frame. */
static gmix_status set_features(gmix_ctx *ctx, regressor *r, const size_t *targets) {
    gmix_status status = GMIX_OK;
    const gmix_model *const m = r->model;
    GMIX_TRY(gmix_i_features_check(ctx, m, r->t, targets));
    GMIX_TRY(gmix_i_calloc(ctx, "features", m->d, sizeof *r->features, &r->features));
    GMIX_TRY(gmix_i_calloc(ctx, "regression", 3 * r->t, sizeof(double), &r->noise_mean));
    r->noise_low = r->noise_mean + r->t;
    r->noise_high = r->noise_low + r->t;
    size_t n = 0;
    for (size_t j = 0; j < m->d; j++) {
        bool wanted = false;
        for (size_t i = 0; i < r->t; i++) {
            wanted = wanted || targets[i] == j;
        }
        if (!wanted) {
            r->features[n++] = j;
        }
    }
    for (size_t i = 0; i < r->t; i++) {
        const size_t j = r->features[n + i] = targets[i];
        if (m->noise.lower) {
            r->noise_low[i] =
                (m->noise.lower[j] - m->frame.shift[j]) * m->frame.inv_scale[j];
            r->noise_high[i] =
                (m->noise.upper[j] - m->frame.shift[j]) * m->frame.inv_scale[j];
            r->noise_mean[i] = 0.5 * (r->noise_low[i] + r->noise_high[i]);
        }
    }
done:
    return status;
}

static gmix_status check_options(gmix_ctx *ctx, const regressor *r) {
    for (size_t q = 0; q < r->opts.n_quantiles; q++) {
        if (!r->opts.quantiles ||
            !(r->opts.quantiles[q] > 0.0 && r->opts.quantiles[q] < 1.0)) {
            return gmix_i_fail(
                ctx, GMIX_ERR_OPTION,
                "quantile %zu is asked for at %g: levels lie between 0 and 1", q,
                r->opts.quantiles ? r->opts.quantiles[q] : NAN);
        }
    }
    if (!(r->opts.region_mass >= 0.0 && r->opts.region_mass < 1.0)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "region_mass is %g: a region's probability lies between 0 and 1",
            r->opts.region_mass);
    }
    if ((r->out.quantiles && r->opts.n_quantiles == 0) ||
        (r->out.regions && r->opts.region_mass == 0.0)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "there is an array for quantiles or regions, and no option that "
            "says which");
    }
    return GMIX_OK;
}

static gmix_status do_rows(gmix_ctx *ctx, regressor *r, const gmix_model *inputs) {
    gmix_status status = GMIX_OK;
    const size_t threads = (size_t)ctx->opts.n_threads;
    GMIX_TRY(gmix_i_refuse_errors(ctx, r->table));
    GMIX_TRY(gmix_i_conditioner_new(ctx, r->model, r->t, &r->complete));
    GMIX_TRY(gmix_i_calloc(ctx, "regression", threads, sizeof *r->workers, &r->workers));
    for (size_t i = 0; i < threads; i++) {
        GMIX_TRY(worker_new(ctx, r, &r->workers[i]));
    }
    r->log_det = inputs->frame.log_det;
    gmix_i_conditioner_make(r->model, r->n_inputs, r->features, r->t, NULL,
                            r->workers[0].matrix, &r->complete);
    bool singular = r->complete.failed;
    if (!singular) {
        GMIX_TRY(gmix_i_apply(ctx, inputs, r->table, false, take_rows, r));
    }
    for (size_t i = 0; i < threads; i++) {
        singular = singular || r->workers[i].singular;
    }
    if (singular) {
        GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                  "the covariance of a component is next to singular: it says nothing of "
                  "some features given others");
    }
done:
    for (size_t i = 0; r->workers && i < threads; i++) {
        gmix_i_conditioner_free(ctx, &r->workers[i].own);
        gmix_i_free(ctx, r->workers[i].matrix);
    }
    gmix_i_free(ctx, r->workers);
    gmix_i_conditioner_free(ctx, &r->complete);
    return status;
}

size_t gmix_regression_n_intervals(const gmix_model *model) {
    return gmix_i_region_most(model->k, model->weights[model->k] > 0.0);
}

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_regress_options, region_mass, NULL);

void gmix_regress_options_init_sized(gmix_regress_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

gmix_status gmix_regress(gmix_ctx *ctx, const gmix_model *model, size_t n_targets,
                         const size_t *targets, const gmix_table *x,
                         const gmix_regress_options *opts, const gmix_regression *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    gmix_model *inputs = NULL;
    regressor r = {.model = model, .table = x, .t = n_targets};
    if (!model || !targets || !x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "the model, the targets, the table or the output is NULL");
    }
    if (n_targets == 0 || n_targets >= model->d) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "%zu of %zu features are targets: regression needs some that are, and "
                  "others that are not",
                  n_targets, model->d);
    }
    GMIX_TRY(gmix_i_options_read(ctx, &set, opts, &r.opts));
    r.out = *out;
    r.n_inputs = model->d - n_targets;
    GMIX_TRY(check_options(ctx, &r));
    GMIX_TRY(set_features(ctx, &r, targets));
    GMIX_TRY(gmix_model_marginal(ctx, model, r.n_inputs, r.features, &inputs));
    GMIX_TRY(do_rows(ctx, &r, inputs));
done:
    gmix_model_free(&inputs);
    gmix_i_free(ctx, r.features);
    gmix_i_free(ctx, r.noise_mean);
    return status;
}
