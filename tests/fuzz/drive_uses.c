/* What a mixture is put to beyond densities and labels: clusters of its components, directions, cells to
 * blame, anomalies, values of one feature. See drive.h. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "drive.h"

enum { MOST_SHAPLEY_FEATURES = 5, MOST_COMPONENTS = 12 };

static void drive_clusters(drive *d, const gmix_model *model, const gmix_table *x) {
    gmix_cluster_options opts;
    gmix_clusters c = {0};
    gmix_model *clustered = NULL;
    char *text = NULL;
    gmix_cluster_options_init(&opts);
    opts.criterion = gmix_cluster_criteria()[drive_roll(d, GMIX_N_CLUSTER_CRITERIA)];
    opts.replicates = drive_roll(d, 3) ? 0 : 2;
    if (!drive_done(d, gmix_clusters_find(d->ctx, model, x, &opts, &c))) {
        target_require(!c.owner, "clusters of a call that failed");
        return;
    }
    target_require(c.n_clusters >= 1 && c.n_clusters <= c.n_components,
                   "no clusters, or more than components");
    for (size_t k = 0; k < c.n_components; k++) {
        target_require(c.cluster[k] >= 0 && c.cluster[k] < (int32_t)c.n_clusters,
                       "a component in no cluster");
    }
    for (size_t t = 0; t + 1 < c.n_components; t++) {
        target_require(c.merges[t].first < c.merges[t].second &&
                           c.merges[t].second < c.n_components,
                       "a merge of what is not there");
    }
    if (drive_done(d, gmix_clusters_to_json(d->ctx, &c, &text))) {
        gmix_text_free(&text);
    }
    if (drive_done(d, gmix_model_with_clusters(d->ctx, model, c.n_clusters, c.cluster,
                                               NULL, &clustered))) {
        target_require(gmix_model_n_classes(clustered) == c.n_clusters,
                       "a model without its clusters");
    }
    gmix_model_free(&clustered);
    gmix_clusters_free(&c);
}

static void drive_projection(drive *d, const gmix_model *model, const gmix_table *x) {
    gmix_projection p = {0};
    if (!drive_done(d, gmix_projection_find(d->ctx, model, drive_roll(d, 2) ? x : NULL,
                                            0.5 * (double)drive_roll(d, 3), &p))) {
        return;
    }
    for (size_t i = 0; i < p.n_features; i++) {
        double square = 0.0;
        for (size_t j = 0; j < p.n_features; j++) {
            square +=
                p.directions[i * p.n_features + j] * p.directions[i * p.n_features + j];
        }
        target_require(p.eigenvalues[i] >= 0.0 && fabs(square - 1.0) < 1e-9,
                       "a direction that is none");
    }
    gmix_projection_free(&p);
}

static void drive_reasons(drive *d, const gmix_model *model, const gmix_table *x) {
    const size_t cells = x->n_rows * x->n_cols;
    double *const out = calloc(3 * cells, sizeof *out);
    size_t *const which = calloc(x->n_rows, sizeof *which);
    target_require(out && which, "no memory for reasons");
    if (drive_wants(d)) {
        (void)drive_done(
            d, gmix_cell_reasons(d->ctx, model, x, out, out + cells, out + 2 * cells));
    }
    if (drive_wants(d) && drive_done(d, gmix_blame_cells(d->ctx, model, x, 1, 2.0, which,
                                                         out, out + cells))) {
        for (size_t i = 0; i < x->n_rows; i++) {
            target_require(which[i] == SIZE_MAX || which[i] < x->n_cols,
                           "a cell to blame that is not there");
        }
    }
    if (x->n_cols <= MOST_SHAPLEY_FEATURES && drive_wants(d)) {
        (void)drive_done(d, gmix_shapley_values(d->ctx, model, x, out));
    }
    free(out);
    free(which);
}

static void drive_values(drive *d, const gmix_model *model, const gmix_table *x) {
    gmix_adequacy a = {0};
    if (drive_done(d, gmix_adequacy_find(d->ctx, model, x, &a))) {
        target_require(a.kolmogorov_smirnov >= 0.0 && a.kolmogorov_smirnov <= 1.0 &&
                           a.p >= 0.0 && a.p <= 1.0,
                       "a distance of distribution functions beyond 0 and 1");
    }
}

void drive_uses(drive *d, const gmix_model *model, const gmix_table *x) {
    gmix_table plain = *x;
    plain.weights = NULL;
    if (gmix_model_n_components(model) <= MOST_COMPONENTS && drive_wants(d)) {
        drive_clusters(d, model, x);
    }
    if (drive_wants(d)) {
        drive_projection(d, model, x);
    }
    drive_reasons(d, model, &plain);
    if (drive_wants(d)) {
        drive_values(d, model, &plain);
    }
}

/* p-values are probabilities, whatever the rows. */
void drive_detector(drive *d, const gmix_table *given) {
    gmix_table x = *given;
    gmix_detector_options opts;
    gmix_detector *detector = NULL;
    double *const p = calloc(2 * x.n_rows, sizeof *p);
    target_require(p != NULL, "no memory for p-values");
    x.weights = NULL;
    gmix_detector_options_init(&opts);
    opts.max_components = 3;
    opts.folds = 2 + drive_roll(d, 3);
    opts.clean = (int)drive_roll(d, 2);
    opts.n_components = drive_roll(d, 3);
    if (drive_done(d, gmix_detector_fit(d->ctx, &x, NULL, &opts, &detector))) {
        const gmix_status status =
            drive_roll(d, 2) ? gmix_detector_apply(d->ctx, detector, &x, p + x.n_rows, p)
                             : gmix_detector_training(d->ctx, detector, p + x.n_rows, p);
        for (size_t i = 0; drive_done(d, status) && i < x.n_rows; i++) {
            target_require(p[i] >= 0.0 && p[i] <= 1.0,
                           "a p-value that is no probability");
            target_require(p[x.n_rows + i] >= 0.0, "a score below 0");
        }
        if (status == GMIX_OK) {
            (void)drive_done(d, gmix_adjust_p_values(d->ctx, x.n_rows, p, p));
        }
    }
    gmix_detector_free(&detector);
    free(p);
}
