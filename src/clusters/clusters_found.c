/*
 * Hierarchies of clusters by one criterion each, and what they suggest. See gmix/clusters.h. What a
 * criterion says of a pair changes with a merge only where the merged cluster takes part, so that a
 * merge costs K evaluations.
 */
#include <math.h>
#include <stdlib.h>

#include <gmix/clusters.h>
#include <gmix/compare.h>
#include <gmix/regions.h>

#include "base/option_sets.h"
#include "base/structs.h"
#include "clusters/merging_state.h"
#include "distribution/owned.h"
#include "em/fit_chapter.h"
#include "model/posterior.h"
#include "uncertainty/replicates.h"
#include "uncertainty/resample.h"

enum { N_CRITERIA = GMIX_N_CLUSTER_CRITERIA };

static const gmix_option_info options[] = {
    GMIX_I_OPTION(gmix_cluster_options, criterion, "text", "entropy", 0, 0, NULL,
                  "of the hierarchy"),
    GMIX_I_OPTION(gmix_cluster_options, n_clusters, "size", "0", 0, 1e9, NULL,
                  "clusters; 0: what the criterion says"),
    GMIX_I_OPTION(gmix_cluster_options, replicates, "size", "0", 0, 1e7, NULL,
                  "bootstrap replicates"),
    GMIX_I_OPTION(gmix_cluster_options, seed, "seed", "0", 0, 0, NULL, "seed"),
    GMIX_I_OPTIONS_END};

typedef struct clusterer {
    const gmix_model *model;
    const gmix_table *x;
    gmix_cluster_options opts;
    size_t criterion;    /* which of gmix_i_cluster_criteria */
    double *memberships; /* N x K */
    double *between;     /* K x K: what the criterion says */
    double *entropy;     /* K: of 1, 2, ... clusters */
    gmix_i_merging m;
} clusterer;

static void clusterer_free(gmix_ctx *ctx, clusterer *c) {
    gmix_i_free(ctx, c->memberships);
    gmix_i_free(ctx, c->between);
    gmix_i_free(ctx, c->entropy);
    gmix_i_merging_free(ctx, &c->m);
}

/* Memberships, rows, and the modes that components climb to. */
static gmix_status clusterer_new(gmix_ctx *ctx, const gmix_model *model,
                                 const gmix_table *x, const double *memberships,
                                 clusterer *c) {
    gmix_status status = GMIX_OK;
    const size_t n = x->n_rows, k = model->k;
    int32_t *modes = NULL;
    c->model = model;
    c->x = x;
    GMIX_TRY(gmix_i_merging_new(ctx, model, x, &c->m));
    GMIX_TRY(gmix_i_calloc(ctx, "memberships", n * k, sizeof(double), &c->memberships));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", k * k, sizeof(double), &c->between));
    GMIX_TRY(gmix_i_calloc(ctx, "clusters", k, sizeof(double), &c->entropy));
    GMIX_TRY(gmix_i_calloc(ctx, "modes", k, sizeof *modes, &modes));
    if (memberships) {
        memcpy(c->memberships, memberships, n * k * sizeof *memberships);
    } else {
        GMIX_TRY(gmix_responsibilities(ctx, model, x, c->memberships));
    }
    const gmix_table means = gmix_table_f64(model->means, k, model->d);
    gmix_modes found = {0};
    GMIX_TRY(gmix_modes_find(ctx, model, &found));
    status = gmix_mode_labels(ctx, model, &found, &means, modes);
    gmix_modes_free(&found);
    GMIX_TRY(status);
    for (size_t i = 0; i < k; i++) { /* one that ends at no mode is by itself */
        c->m.mode[i] = modes[i] >= 0 ? (size_t)modes[i] : k + i;
    }
done:
    gmix_i_free(ctx, modes);
    return status;
}

/* What the criterion says of i and each of the first n. */
static gmix_status compare_with(gmix_ctx *ctx, clusterer *c, size_t criterion, size_t i,
                                size_t n) {
    gmix_status status = GMIX_OK;
    const size_t k = c->m.k;
    for (size_t j = 0; j < n; j++) {
        if (j != i && c->m.there[j] && c->m.there[i]) {
            GMIX_TRY(gmix_i_poll(ctx)); /* a dip takes 200 draws of thousands */
            const double value = gmix_i_cluster_criteria[criterion].value(
                &c->m, i < j ? i : j, i < j ? j : i);
            c->between[i * k + j] = c->between[j * k + i] = value;
        }
    }
done:
    return status;
}

/* The pair that belongs together most, the first in a tie. */
static void find_pair(const clusterer *c, size_t *first, size_t *second) {
    const size_t k = c->m.k;
    double most = -INFINITY;
    *first = *second = k;
    for (size_t i = 0; i < k; i++) {
        for (size_t j = i + 1; j < k; j++) {
            const bool there = c->m.there[i] && c->m.there[j];
            if (there && (*first == k || c->between[i * k + j] > most)) {
                most = c->between[i * k + j];
                *first = i;
                *second = j;
            }
        }
    }
}

static double entropy_of_all(const clusterer *c) {
    double sum = 0.0;
    for (size_t i = 0; i < c->m.k; i++) {
        sum += c->m.there[i] ? gmix_i_entropy_of(&c->m, i) : 0.0;
    }
    return fmax(sum, 0.0);
}

/* One merge, with all there is to say of it where `merge` is given. */
static gmix_status do_merge(gmix_ctx *ctx, clusterer *c, size_t criterion, size_t first,
                            size_t second, gmix_cluster_merge *merge) {
    if (merge) {
        merge->first = first;
        merge->second = second;
        for (size_t v = 0; v < N_CRITERIA; v++) {
            merge->value[v] = gmix_i_cluster_criteria[v].value(&c->m, first, second);
        }
    }
    gmix_i_merge_two(&c->m, first, second);
    if (merge) {
        merge->weight = c->m.share[first];
    }
    return compare_with(ctx, c, criterion, first, c->m.k);
}

/* Merges down to n clusters; merges: K - 1, or NULL. The number that the criterion suggests, if n = 1. */
static gmix_status merge_all(gmix_ctx *ctx, clusterer *c, size_t criterion, size_t n,
                             gmix_cluster_merge *merges, size_t *suggested) {
    gmix_status status = GMIX_OK;
    const size_t k = c->m.k;
    const double cutoff = gmix_i_cluster_criteria[criterion].cutoff;
    size_t left = k, held = 0;
    gmix_i_merging_reset(&c->m, c->memberships);
    for (size_t i = 0; i < k; i++) {
        GMIX_TRY(compare_with(ctx, c, criterion, i, i));
    }
    for (; left > n; left--) {
        size_t first, second;
        GMIX_TRY(gmix_i_poll(ctx));
        find_pair(c, &first, &second);
        c->entropy[left - 1] = entropy_of_all(c);
        if (held == 0 && !(c->between[first * k + second] >= cutoff)) {
            held = left;
        }
        gmix_cluster_merge *const merge = merges ? &merges[k - left] : NULL;
        if (merge) {
            merge->entropy = c->entropy[left - 1];
        }
        GMIX_TRY(do_merge(ctx, c, criterion, first, second, merge));
    }
    c->entropy[n - 1] = entropy_of_all(c);
    if (suggested) {
        *suggested = isnan(cutoff) ? gmix_i_elbow(k, c->entropy) : held ? held : 1;
    }
done:
    return status;
}

/* Clusters of the components, numbered by their first ones. */
static void number_clusters(const gmix_i_merging *m, int32_t *cluster) {
    int32_t next = 0;
    for (size_t c = 0; c < m->k; c++) {
        cluster[c] = m->parent[c] == c ? next++ : cluster[m->parent[c]];
    }
}

/* The cluster of every row: the largest sum of memberships; -1 where noise is likelier. */
static void label_rows(const clusterer *c, const int32_t *cluster, size_t n_clusters,
                       double *sums, int32_t *out) {
    const size_t k = c->m.k;
    for (size_t r = 0; r < c->m.n; r++) {
        const double *const z = c->memberships + r * k;
        double noise = 1.0;
        memset(sums, 0, n_clusters * sizeof *sums);
        for (size_t i = 0; i < k; i++) {
            sums[cluster[i]] += z[i];
            noise -= z[i];
        }
        size_t most = 0;
        for (size_t s = 1; s < n_clusters; s++) {
            most = sums[s] > sums[most] ? s : most;
        }
        out[r] = noise > sums[most] ? -1 : (int32_t)most;
    }
}

/* What replicates share, and what each of them finds. */
typedef struct repeater {
    const clusterer *from;
    const int32_t *cluster;
    size_t n_clusters;
    gmix_fit_options fit;
    gmix_i_base base;
    int32_t *labels;   /* N */
    double *agreement; /* replicates: NaN where there was no fit */
    int32_t *found;    /* replicates x K */
    bool *done;
} repeater;

static gmix_status compare_rows(gmix_ctx *ctx, const repeater *r, const clusterer *again,
                                const int32_t *cluster, double *agreement) {
    gmix_status status = GMIX_OK;
    const size_t n = again->m.n;
    int32_t *labels = NULL;
    double *sums = NULL;
    gmix_agreement found = {0};
    GMIX_TRY(gmix_i_calloc(ctx, "labels", n, sizeof *labels, &labels));
    GMIX_TRY(gmix_i_calloc(ctx, "sums", r->n_clusters, sizeof *sums, &sums));
    label_rows(again, cluster, r->n_clusters, sums, labels);
    GMIX_TRY(gmix_compare_labels(ctx, n, r->labels, labels, &found));
    *agreement = found.adjusted_rand;
done:
    gmix_agreement_free(&found);
    gmix_i_free(ctx, labels);
    gmix_i_free(ctx, sums);
    return status;
}

static gmix_status replicate(void *arg, gmix_ctx *ctx, size_t index, int thread) {
    (void)thread;
    const repeater *const r = arg;
    gmix_status status = GMIX_OK;
    const gmix_i_stream stream =
        gmix_i_stream_open(r->from->opts.seed, GMIX_I_RNG_RESAMPLE, index);
    gmix_table x = *r->from->x;
    gmix_model *model = NULL;
    clusterer again = {.opts = r->from->opts};
    double *weights = NULL;
    int32_t *const cluster = r->found + index * r->from->m.k;
    r->agreement[index] = NAN;
    GMIX_TRY(gmix_i_calloc(ctx, "weights", x.n_rows, sizeof *weights, &weights));
    GMIX_TRY(gmix_i_draw_counts(ctx, &r->base, stream, weights));
    x.weights = weights;
    status = gmix_fit(ctx, &x, &r->fit, &model, NULL);
    if (gmix_i_fit_is_impossible(status)) {
        status = GMIX_OK;
        goto done;
    }
    GMIX_TRY(status);
    GMIX_TRY(clusterer_new(ctx, model, r->from->x, NULL, &again));
    GMIX_TRY(merge_all(ctx, &again, r->from->criterion, r->n_clusters, NULL, NULL));
    number_clusters(&again.m, cluster);
    GMIX_TRY(compare_rows(ctx, r, &again, cluster, &r->agreement[index]));
done:
    clusterer_free(ctx, &again);
    gmix_model_free(&model);
    gmix_i_free(ctx, weights);
    return status;
}

static void sum_up(const repeater *r, size_t n, gmix_clusters *out) {
    const size_t k = out->n_components;
    double sum = 0.0, count = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (!r->done[i] || isnan(r->agreement[i])) {
            continue;
        }
        sum += r->agreement[i];
        count += 1.0;
        for (size_t a = 0; a < k; a++) {
            for (size_t b = 0; b < k; b++) {
                out->together[a * k + b] += r->found[i * k + a] == r->found[i * k + b];
            }
        }
    }
    for (size_t i = 0; i < k * k; i++) {
        out->together[i] = count > 0.0 ? out->together[i] / count : (double)NAN;
    }
    out->stability = count > 0.0 ? sum / count : (double)NAN;
    out->n_replicates = (size_t)count;
}

static gmix_status do_replicates(gmix_ctx *ctx, const clusterer *c, gmix_clusters *out) {
    gmix_status status = GMIX_OK;
    const size_t n = c->opts.replicates, rows = c->m.n, k = c->m.k;
    double *sums = NULL;
    gmix_i_chapter chapter = {0};
    repeater r = {.from = c, .cluster = out->cluster, .n_clusters = out->n_clusters};
    gmix_fit_options_init(&r.fit);
    r.fit.n_components = k;
    r.fit.covariance = gmix_model_covariance_name(c->model);
    r.fit.init = "model";
    r.fit.init_model = c->model;
    r.fit.noise = fmin(gmix_model_noise_weight(c->model), 0.999);
    GMIX_TRY(gmix_i_base_new(ctx, c->x, &r.fit, &r.base));
    GMIX_TRY(gmix_i_calloc(ctx, "labels", rows, sizeof(int32_t), &r.labels));
    GMIX_TRY(gmix_i_calloc(ctx, "sums", out->n_clusters, sizeof *sums, &sums));
    GMIX_TRY(gmix_i_calloc(ctx, "replicates", n, sizeof(double), &r.agreement));
    GMIX_TRY(gmix_i_calloc(ctx, "replicates", n * k, sizeof(int32_t), &r.found));
    GMIX_TRY(gmix_i_calloc(ctx, "replicates", n, sizeof(bool), &r.done));
    label_rows(c, out->cluster, out->n_clusters, sums, r.labels);
    const gmix_i_made made[] = {
        {r.agreement, sizeof(double)}, {r.found, k * sizeof(int32_t)}, {NULL, 0}};
    const gmix_i_asked asked = {options, &c->opts, 0};
    GMIX_TRY(
        gmix_i_fit_chapter(ctx, "gmix_clusters_find", c->x, &r.fit, &asked, &chapter));
    GMIX_TRY(gmix_i_replicate(ctx, n, replicate, &r, 0, 1, made, r.done));
    sum_up(&r, n, out);
done:
    gmix_i_chapter_end(ctx, &chapter);
    gmix_i_base_free(ctx, &r.base);
    gmix_i_free(ctx, r.labels);
    gmix_i_free(ctx, sums);
    gmix_i_free(ctx, r.agreement);
    gmix_i_free(ctx, r.found);
    gmix_i_free(ctx, r.done);
    return status;
}

static gmix_status clusters_new(gmix_ctx *ctx, size_t k, bool repeated,
                                gmix_clusters *out) {
    const size_t merges = (k - 1) * sizeof(gmix_cluster_merge);
    const size_t cells = repeated ? k * k * sizeof(double) : 0;
    const gmix_status status = gmix_i_owned_new(
        ctx, "clusters", merges + cells + k * sizeof(int32_t), &out->owner);
    if (status == GMIX_OK) {
        char *const block = gmix_i_owned(out->owner);
        out->merges = (gmix_cluster_merge *)(void *)block;
        out->together = repeated ? (double *)(void *)(block + merges) : NULL;
        out->cluster = (int32_t *)(void *)(block + merges + cells);
        out->n_components = k;
        out->stability = (double)NAN;
    }
    return status;
}

static gmix_status find(gmix_ctx *ctx, clusterer *c, gmix_clusters *out) {
    gmix_status status = GMIX_OK;
    const size_t own = c->criterion;
    for (size_t v = 0; v < N_CRITERIA; v++) {
        if (v != own) {
            GMIX_TRY(merge_all(ctx, c, v, 1, NULL, &out->suggested[v]));
        }
    }
    GMIX_TRY(merge_all(ctx, c, own, 1, out->merges, &out->suggested[own]));
    out->n_clusters = c->opts.n_clusters ? c->opts.n_clusters : out->suggested[own];
    GMIX_TRY(merge_all(ctx, c, own, out->n_clusters, NULL, NULL));
    number_clusters(&c->m, out->cluster);
    if (c->opts.replicates > 0) {
        GMIX_TRY(do_replicates(ctx, c, out));
    }
done:
    return status;
}

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_cluster_options, seed, options);

void gmix_cluster_options_init_sized(gmix_cluster_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

static gmix_status check(gmix_ctx *ctx, const gmix_table *x, clusterer *c, size_t k) {
    const char *const *const names = gmix_cluster_criteria();
    const double *const z = c->opts.memberships;
    while (c->criterion < N_CRITERIA &&
           strcmp(names[c->criterion], c->opts.criterion) != 0) {
        c->criterion++;
    }
    if (c->criterion == N_CRITERIA) {
        const char *const near = gmix_i_nearest(c->opts.criterion, names, N_CRITERIA);
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "criterion '%.40s' is not one of entropy, bhattacharyya, demp, "
            "ridge, dip, modes%s%s%s",
            c->opts.criterion, near ? "; did you mean '" : "", near ? near : "",
            near ? "'?" : "");
    }
    if (c->opts.n_clusters > k) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "n_clusters is %zu: there are %zu components to merge",
                           c->opts.n_clusters, k);
    }
    for (size_t i = 0; z && i < x->n_rows * k; i++) {
        if (!(z[i] >= 0.0 && z[i] <= 1.0 + 1e-9)) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                               "membership %zu of row %zu is %g: they are from 0 to 1",
                               i % k, i / k + 1, z[i]);
        }
    }
    return GMIX_OK;
}

gmix_status gmix_clusters_find(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *x, const gmix_cluster_options *opts,
                               gmix_clusters *out) {
    enum { FIRST = GMIX_I_SIZE_TO(gmix_clusters, owner) };
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "clusters of components");
    GMIX_I_TABLE(ctx, x);
    GMIX_I_PLACE(ctx, gmix_clusters, FIRST, out);
    gmix_status status = GMIX_OK;
    clusterer c = {.criterion = 0};
    gmix_clusters made = {.struct_size = sizeof made};
    if (!model || !x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, the table or the output is NULL");
    }
    GMIX_TRY(gmix_i_options_read(ctx, &set, opts, &c.opts));
    GMIX_TRY(check(ctx, x, &c, model->k));
    GMIX_TRY(clusters_new(ctx, model->k, c.opts.replicates > 0, &made));
    GMIX_TRY(clusterer_new(ctx, model, x, c.opts.memberships, &c));
    GMIX_TRY(find(ctx, &c, &made));
    gmix_i_struct_give(out, FIRST, &made, sizeof made);
    made.owner = NULL;
done:
    clusterer_free(ctx, &c);
    gmix_i_owned_free(&made.owner);
    return status;
}

void gmix_clusters_free(gmix_clusters *clusters) {
    if (clusters) {
        gmix_i_owned_free(&clusters->owner);
        const size_t size = clusters->struct_size;
        *clusters = (gmix_clusters){.struct_size = size};
    }
}
