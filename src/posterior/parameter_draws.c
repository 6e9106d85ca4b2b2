/*
 * Draws of parameters given partitions. See parameter_draws.h.
 *
 * Of a partition into t groups: means and covariances from their conjugate laws; weights from
 * Dirichlet(n_1 + o, ..., n_t + o, rest), where for a process o = 0 and the rest is its concentration, for
 * finite mixtures o = g and the rest g (K - t), K drawn given t. The rest has the density that the
 * prior predicts: components without rows are integrated out there.
 */
#include "posterior/parameter_draws.h"

#include <math.h>

#include "base/order.h"
#include "linalg/gamma_functions.h"
#include "posterior/random_draws.h"
#include "validate/assignment.h"

#define LOG_PI 1.14472988584940017414

enum { MOST_CELLS = 1 << 25, MOST_DRAWN = 2000 };

typedef struct drawer {
    gmix_ctx *ctx;
    const gmix_i_parameter_task *task;
    gmix_i_group_prior prior;
    gmix_i_partition_prior partition;
    size_t n, d, k;     /* k: clusters of the point partition */
    size_t t, room;     /* groups of this draw, and how many there is room for */
    size_t *size;       /* room */
    double *sums;       /* room x (D + len) */
    double *weight;     /* room + 1: the last is the rest */
    double *mu, *sigma; /* room x D, room x D x D */
    double *memory, *work;
    double *shares; /* p(K | t) */
    double *found;  /* draws x len */
    size_t len, n_found,
        n_drawn;     /* n_drawn: partitions, evenly among all, that get parameters */
    double *density; /* draws x D x grid */
    size_t n_density;
    double *costs;
    int32_t *match;
} drawer;

static size_t least_of(size_t a, size_t b, size_t c) {
    const size_t least = a < b ? a : b;
    return least < c ? least : c;
}

static gmix_status allocate(drawer *w) {
    gmix_status status = GMIX_OK;
    const gmix_i_partitions *const all = w->task->partitions;
    gmix_ctx *const ctx = w->ctx;
    const size_t d = w->d;
    for (size_t p = 0; p < all->count; p++) {
        for (size_t i = 0; i < w->n; i++) {
            w->room = (size_t)all->labels[p][i] + 1 > w->room
                          ? (size_t)all->labels[p][i] + 1
                          : w->room;
        }
    }
    w->room = w->room > w->k ? w->room : w->k;
    const size_t group = gmix_i_group_len(&w->prior);
    GMIX_TRY(gmix_i_calloc(ctx, "parameters", w->room, sizeof *w->size, &w->size));
    GMIX_TRY(gmix_i_calloc(ctx, "parameters", w->room * group, sizeof(double), &w->sums));
    GMIX_TRY(gmix_i_calloc(ctx, "parameters", w->room + 1, sizeof(double), &w->weight));
    GMIX_TRY(gmix_i_calloc(ctx, "parameters", w->room * d, sizeof(double), &w->mu));
    GMIX_TRY(
        gmix_i_calloc(ctx, "parameters", w->room * d * d, sizeof(double), &w->sigma));
    GMIX_TRY(gmix_i_calloc(ctx, "parameters", group, sizeof(double), &w->memory));
    GMIX_TRY(
        gmix_i_calloc(ctx, "parameters", 2 * d * d + 2 * d, sizeof(double), &w->work));
    GMIX_TRY(gmix_i_calloc(ctx, "parameters", GMIX_I_MOST_COMPONENTS, sizeof(double),
                           &w->shares));
    GMIX_TRY(
        gmix_i_calloc(ctx, "parameters", w->n + 2, sizeof(double), &w->partition.log_v));
    w->n_drawn = least_of(all->count, MOST_DRAWN, MOST_CELLS / (w->len + 1) + 1);
    GMIX_TRY(
        gmix_i_calloc(ctx, "parameters", w->n_drawn * w->len, sizeof(double), &w->found));
    GMIX_TRY(gmix_i_calloc(ctx, "parameters", w->k * w->k, sizeof(double), &w->costs));
    GMIX_TRY(gmix_i_calloc(ctx, "parameters", w->k, sizeof *w->match, &w->match));
    const size_t cells = d * w->task->out->n_grid;
    if (cells > 0) {
        w->n_density = least_of(all->count, w->n_drawn, MOST_CELLS / cells + 1);
        GMIX_TRY(gmix_i_calloc(ctx, "densities", w->n_density * cells, sizeof(double),
                               &w->density));
    }
done:
    return status;
}

static void drawer_free(drawer *w) {
    void *const blocks[] = {w->size,   w->sums,  w->weight,         w->mu,    w->sigma,
                            w->memory, w->work,  w->shares,         w->found, w->density,
                            w->costs,  w->match, w->partition.log_v};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        gmix_i_free(w->ctx, blocks[i]);
    }
}

/* Counts, means and scatters of groups by labels of either kind. */
static void add_up(drawer *w, const uint16_t *labels, const int32_t *clusters) {
    const size_t d = w->d, group = gmix_i_group_len(&w->prior);
    const double *const rows = w->task->run->task->rows;
    memset(w->size, 0, w->room * sizeof *w->size);
    memset(w->sums, 0, w->room * group * sizeof *w->sums);
    w->t = 0;
    for (size_t i = 0; i < w->n; i++) {
        const size_t g = labels ? labels[i] : (size_t)clusters[i];
        w->t = g + 1 > w->t ? g + 1 : w->t;
        w->size[g]++;
        for (size_t j = 0; j < d; j++) {
            w->sums[g * group + j] += rows[i * d + j];
        }
    }
    for (size_t g = 0; g < w->t; g++) {
        for (size_t j = 0; j < d; j++) {
            w->sums[g * group + j] /= (double)w->size[g];
        }
    }
    for (size_t i = 0; i < w->n; i++) {
        const size_t g = labels ? labels[i] : (size_t)clusters[i];
        for (size_t j = 0; j < d; j++) {
            w->work[j] = rows[i * d + j] - w->sums[g * group + j];
        }
        w->prior.kind->add_scatter(d, 1.0, w->work, w->sums + g * group + d);
    }
}

static bool set_group(drawer *w, size_t g, gmix_i_row_group *group) {
    const double *const sums = w->sums + g * gmix_i_group_len(&w->prior);
    *group = (gmix_i_row_group){.mean = w->memory, .factor = w->memory + w->d};
    return gmix_i_group_set(&w->prior, group, w->size[g], sums, sums + w->d);
}

static void set_hyper(drawer *w, double scale, double concentration) {
    const double ratio = w->task->run->task->kappa_per_scale;
    gmix_i_group_prior_scale(&w->prior, scale, ratio > 0.0 ? ratio * scale : (double)NAN);
    gmix_i_partition_prior_set(&w->partition, concentration);
}

static void draw_weights(drawer *w, gmix_i_stream *stream) {
    const double a = w->partition.concentration,
                 offset = gmix_i_partition_offset(&w->partition);
    double rest = a, sum = 0.0;
    if (w->partition.kind == GMIX_I_FINITE_MIXTURES) {
        const size_t count = gmix_i_partition_components(
            &w->partition, w->t, GMIX_I_MOST_COMPONENTS, w->shares);
        for (size_t i = 0; i < count; i++) {
            w->shares[i] = log(w->shares[i]);
        }
        rest = a * (double)gmix_i_draw_index(stream, w->shares, count);
    }
    for (size_t g = 0; g <= w->t; g++) {
        const double shape = g < w->t ? (double)w->size[g] + offset : rest;
        w->weight[g] = shape > 0.0 ? gmix_i_draw_gamma(stream, shape) : 0.0;
        sum += w->weight[g];
    }
    for (size_t g = 0; g <= w->t; g++) {
        w->weight[g] /= sum;
    }
}

static double normal_density(double x, double mean, double variance) {
    return exp(-0.5 * (x - mean) * (x - mean) / variance) /
           sqrt(6.283185307179586476925 * variance);
}

/* Where a feature's variance is in a scatter of the kind. */
static size_t variance_at(const gmix_i_group_prior *p, size_t j) {
    return p->len == 1 ? 0 : p->len == p->d ? j : j * (j + 1) / 2 + j;
}

/* Density of feature j that the prior predicts, Student's t. */
static double prior_density(const gmix_i_group_prior *p, size_t j, double x) {
    const bool full = p->len == p->d * (p->d + 1) / 2;
    const double df = full ? p->nu - (double)p->d + 1.0 : p->nu;
    const double psi =
        p->scale * p->shape[variance_at(p, j)] * (p->kappa + 1.0) / p->kappa;
    const double q = (x - p->mean[j]) * (x - p->mean[j]) / psi;
    return exp(gmix_i_log_gamma(0.5 * (df + 1.0)) - gmix_i_log_gamma(0.5 * df) -
               0.5 * (df + 1.0) * log1p(q) - 0.5 * (LOG_PI + log(psi)));
}

static void put_density(const drawer *w, double *out) {
    const gmix_posterior_draws *const o = w->task->out;
    const gmix_i_frame *const frame = w->task->frame;
    const size_t d = w->d;
    for (size_t j = 0; j < d; j++) {
        for (size_t i = 0; i < o->n_grid; i++) {
            const double x =
                (o->grid[j * o->n_grid + i] - frame->shift[j]) * frame->inv_scale[j];
            double sum = w->weight[w->t] > 0.0
                             ? w->weight[w->t] * prior_density(&w->prior, j, x)
                             : 0.0;
            for (size_t g = 0; g < w->t; g++) {
                sum += w->weight[g] *
                       normal_density(x, w->mu[g * d + j], w->sigma[(g * d + j) * d + j]);
            }
            *out++ = sum * frame->inv_scale[j];
        }
    }
}

/* The draw's parameters in the data's units, its groups in the order of the clusters. */
static gmix_status put_parameters(drawer *w, const uint16_t *labels, double *out) {
    gmix_status status = GMIX_OK;
    const size_t k = w->k, d = w->d;
    const gmix_i_frame *const frame = w->task->frame;
    memset(w->costs, 0, k * k * sizeof *w->costs);
    for (size_t i = 0; i < w->n; i++) {
        w->costs[(size_t)w->task->out->labels[i] * k + labels[i]] -= 1.0;
    }
    GMIX_TRY(gmix_i_assign(w->ctx, k, k, w->costs, w->match));
    for (size_t c = 0; c < k; c++) {
        const size_t g = (size_t)w->match[c];
        double *const mean = out + k + c * d, *const matrix = out + k + k * d + c * d * d;
        out[c] = w->weight[g];
        for (size_t i = 0; i < d; i++) {
            mean[i] = frame->shift[i] + frame->scale[i] * w->mu[g * d + i];
            for (size_t j = 0; j < d; j++) {
                matrix[i * d + j] =
                    frame->scale[i] * frame->scale[j] * w->sigma[(g * d + i) * d + j];
            }
        }
    }
done:
    return status;
}

static gmix_status draw_one(drawer *w, size_t number) {
    gmix_status status = GMIX_OK;
    const gmix_i_partitions *const all = w->task->partitions;
    const size_t p = number * all->count / w->n_drawn;
    const gmix_i_gibbs_record *const r = &w->task->run->records[all->chain[p]];
    const size_t d = w->d, cells = d * w->task->out->n_grid;
    gmix_i_stream stream =
        gmix_i_stream_open(w->task->run->task->seed, GMIX_I_RNG_POSTERIOR, all->chain[p]);
    stream.index = (uint64_t)all->draw[p] << 32;
    GMIX_TRY(gmix_i_poll(w->ctx));
    set_hyper(w, r->scale[all->draw[p]], r->concentration[all->draw[p]]);
    add_up(w, all->labels[p], NULL);
    draw_weights(w, &stream);
    for (size_t g = 0; g < w->t; g++) {
        gmix_i_row_group group;
        if (!set_group(w, g, &group)) {
            GMIX_FAIL(w->ctx, GMIX_ERR_SINGULAR,
                      "a group of %zu rows has no positive definite matrix", w->size[g]);
        }
        gmix_i_group_draw(&w->prior, &group, &stream, w->mu + g * d, w->sigma + g * d * d,
                          w->work);
    }
    for (size_t i = number * w->n_density / w->n_drawn;
         i < (number + 1) * w->n_density / w->n_drawn; i++) {
        put_density(w, w->density + i * cells);
    }
    if (w->t == w->k) {
        GMIX_TRY(put_parameters(w, all->labels[p], w->found + w->n_found * w->len));
        w->n_found++;
    }
done:
    return status;
}

/* Where there is a deadline, as many draws as there is time for, and at least one. */
static gmix_status keep_to_deadline(drawer *w) {
    gmix_status status = GMIX_OK;
    const double began = gmix_i_now(), left = gmix_i_deadline(w->ctx) - began;
    if (!isfinite(left)) {
        return GMIX_OK;
    }
    GMIX_TRY(draw_one(w, 0));
    w->n_found = 0;
    const double fit = fmax(left / (gmix_i_now() - began), 1.0);
    w->n_drawn = fit < (double)w->n_drawn ? (size_t)fit : w->n_drawn;
    w->n_density = w->n_density < w->n_drawn ? w->n_density : w->n_drawn;
done:
    return status;
}

/* Means and quantiles down the columns of a table of draws. */
static gmix_status sum_up(gmix_ctx *ctx, const double *table, size_t n, size_t stride,
                          size_t count, double level, const gmix_posterior_array *out) {
    gmix_status status = GMIX_OK;
    double *column = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "intervals", n + 1, sizeof *column, &column));
    for (size_t c = 0; c < count; c++) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i++) {
            column[i] = table[i * stride + c];
            sum += column[i];
        }
        gmix_i_sort_reals(column, n);
        out->mean[c] = n ? sum / (double)n : (double)NAN;
        out->lower[c] = n ? gmix_i_quantile(column, n, 0.5 * (1.0 - level)) : (double)NAN;
        out->upper[c] = n ? gmix_i_quantile(column, n, 0.5 * (1.0 + level)) : (double)NAN;
    }
done:
    gmix_i_free(ctx, column);
    return status;
}

static gmix_status array_new(gmix_ctx *ctx, size_t n, gmix_posterior_array *out) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_calloc(ctx, "intervals", n, sizeof(double), &out->mean));
    GMIX_TRY(gmix_i_calloc(ctx, "intervals", n, sizeof(double), &out->lower));
    GMIX_TRY(gmix_i_calloc(ctx, "intervals", n, sizeof(double), &out->upper));
done:
    return status;
}

static gmix_status make_places(gmix_ctx *ctx, const gmix_i_parameter_task *task) {
    gmix_status status = GMIX_OK;
    gmix_posterior_draws *const o = task->out;
    const size_t d = o->n_features, n = o->n_grid;
    if (n > 0) {
        GMIX_TRY(gmix_i_calloc(ctx, "the grid", d * n, sizeof(double), &o->grid));
        GMIX_TRY(array_new(ctx, d * n, &o->density));
    }
    for (size_t c = 0; c < d * n; c++) { /* a tenth of the range beyond both ends */
        const size_t j = c / n, i = c % n;
        const double range = task->highest[j] - task->lowest[j];
        const double share = n > 1 ? (double)i / (double)(n - 1) : 0.5;
        o->grid[c] = task->lowest[j] + range * (1.2 * share - 0.1);
    }
    GMIX_TRY(array_new(ctx, o->n_clusters, &o->weights));
    GMIX_TRY(array_new(ctx, o->n_clusters * d, &o->means));
    GMIX_TRY(array_new(ctx, o->n_clusters * d * d, &o->covariances));
done:
    return status;
}

static drawer drawer_of(gmix_ctx *ctx, const gmix_i_parameter_task *task) {
    const size_t k = task->out->n_clusters, d = task->run->task->d;
    drawer w = {.ctx = ctx,
                .task = task,
                .prior = task->run->task->prior,
                .partition = task->run->task->partition,
                .n = task->run->task->n,
                .d = d,
                .k = k,
                .len = k + k * d + k * d * d};
    w.partition.log_v = NULL;
    return w;
}

gmix_status gmix_i_parameters_draw(gmix_ctx *ctx, const gmix_i_parameter_task *task) {
    gmix_status status = GMIX_OK;
    gmix_posterior_draws *const o = task->out;
    drawer w = drawer_of(ctx, task);
    const size_t k = w.k, d = w.d, cells = d * o->n_grid;
    GMIX_TRY(make_places(ctx, task));
    GMIX_TRY(allocate(&w));
    GMIX_TRY(keep_to_deadline(&w));
    for (size_t i = 0; i < w.n_drawn; i++) {
        GMIX_TRY(draw_one(&w, i));
    }
    o->n_relabelled = w.n_found;
    GMIX_TRY(sum_up(ctx, w.found, w.n_found, w.len, k, o->level, &o->weights));
    GMIX_TRY(sum_up(ctx, w.found + k, w.n_found, w.len, k * d, o->level, &o->means));
    GMIX_TRY(sum_up(ctx, w.found + k + k * d, w.n_found, w.len, k * d * d, o->level,
                    &o->covariances));
    if (cells > 0) {
        GMIX_TRY(
            sum_up(ctx, w.density, w.n_density, cells, cells, o->level, &o->density));
    }
done:
    drawer_free(&w);
    return status;
}

static double mean_log(const double *x, const gmix_posterior_draws *o) {
    double sum = 0.0;
    for (size_t i = 0; i < o->n_draws; i++) {
        sum += log(x[i]) / (double)o->n_draws;
    }
    return exp(sum);
}

/* The covariances in the layout of the family, in the data's units. */
static void put_covariance(const drawer *w, const double *matrix, size_t c,
                           double *layout) {
    const size_t d = w->d;
    const double *const scale = w->task->frame->scale;
    for (size_t i = 0; i < d; i++) {
        if (w->prior.len == 1 && d > 1) {
            layout[c] = matrix[0] * scale[0] * scale[0];
        } else if (strcmp(w->prior.kind->covariance, "full") != 0) {
            layout[c * d + i] = matrix[i * d + i] * scale[i] * scale[i];
        }
        for (size_t j = 0; strcmp(w->prior.kind->covariance, "full") == 0 && j < d; j++) {
            layout[(c * d + i) * d + j] = matrix[i * d + j] * scale[i] * scale[j];
        }
    }
}

gmix_status gmix_i_clusters_model(gmix_ctx *ctx, const gmix_i_parameter_task *task,
                                  const char *const *names, gmix_model **model) {
    gmix_status status = GMIX_OK;
    const gmix_posterior_draws *const o = task->out;
    drawer w = drawer_of(ctx, task);
    double *layout = NULL, sum = 0.0;
    const size_t k = w.k, d = w.d;
    w.len = 0;
    GMIX_TRY(allocate(&w));
    GMIX_TRY(gmix_i_calloc(ctx, "the model", k * d * d, sizeof *layout, &layout));
    set_hyper(&w, mean_log(o->scale, o), mean_log(o->concentration, o));
    add_up(&w, NULL, o->labels);
    for (size_t c = 0; c < k; c++) {
        gmix_i_row_group group;
        if (!set_group(&w, c, &group)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "cluster %zu has no positive definite matrix", c);
        }
        /* Two rows may leave the mean of Sigma infinite, if the prior says so little. */
        w.prior.kind->expect(d, fmax(group.nu, w.prior.kind->usual_dof(d)), group.factor,
                             w.work);
        put_covariance(&w, w.work, c, layout);
        w.weight[c] = (double)w.size[c] + gmix_i_partition_offset(&w.partition);
        sum += w.weight[c];
        for (size_t j = 0; j < d; j++) {
            w.mu[c * d + j] =
                task->frame->shift[j] + task->frame->scale[j] * group.mean[j];
        }
    }
    for (size_t c = 0; c < k; c++) {
        w.weight[c] /= sum;
    }
    GMIX_TRY(gmix_model_new(ctx, w.prior.kind->covariance, k, d, w.weight, w.mu, layout,
                            names, model));
done:
    gmix_i_free(ctx, layout);
    drawer_free(&w);
    return status;
}
