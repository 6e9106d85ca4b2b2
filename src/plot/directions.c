/*
 * Separating directions. See directions.h.
 *
 * Everything is done after whitening, z = W (x - mu) with W Sigma W^T = I, where the problem
 * is a plain symmetric one: M = A A + sum_k pi_k (S_k - S)^2 with A = sum_k pi_k m_k m_k^T. A
 * direction u there is v = W^T u here. Features are scaled to unit variance first.
 */
#include "plot/directions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linalg/linalg.h"

struct work {
    size_t n; /* features */
    const size_t *features;
    double *mean, *sd;          /* n */
    double *weights;            /* K: sum 1 also beside noise */
    double *whiten;             /* n x n: W^T, of the scaled features */
    double *full;               /* D x D */
    double *a, *b, *c, *kernel; /* n x n */
    double *packed, *vectors, *values;
    void *factor;
};

static gmix_status open_work(gmix_i_plot *plot, const size_t *features, size_t n,
                             struct work *w) {
    gmix_status status;
    const size_t nn = n * n, packed = gmix_i_packed_len(n);
    *w = (struct work){.n = n, .features = features};
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof(double), &w->mean));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof(double), &w->sd));
    GMIX_TRY(gmix_i_plot_alloc(plot, plot->k, sizeof(double), &w->weights));
    GMIX_TRY(gmix_i_plot_alloc(plot, nn, sizeof(double), &w->whiten));
    GMIX_TRY(gmix_i_plot_alloc(plot, plot->d * plot->d, sizeof(double), &w->full));
    GMIX_TRY(gmix_i_plot_alloc(plot, nn, sizeof(double), &w->a));
    GMIX_TRY(gmix_i_plot_alloc(plot, nn, sizeof(double), &w->b));
    GMIX_TRY(gmix_i_plot_alloc(plot, nn, sizeof(double), &w->c));
    GMIX_TRY(gmix_i_plot_alloc(plot, nn, sizeof(double), &w->kernel));
    GMIX_TRY(gmix_i_plot_alloc(plot, nn, sizeof(double), &w->vectors));
    GMIX_TRY(gmix_i_plot_alloc(plot, packed, sizeof(double), &w->packed));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof(double), &w->values));
    GMIX_TRY(gmix_i_plot_alloc(plot, gmix_i_factor_work(n), 1, &w->factor));
    for (size_t k = 0; k < plot->k; k++) {
        w->weights[k] = gmix_model_weights(plot->model)[k] /
                        (1 - gmix_model_noise_weight(plot->model));
    }
done:
    return status;
}

/* Component k's covariance of the scaled features, n x n. */
static void scaled_covariance(const gmix_i_plot *plot, const struct work *w, size_t k,
                              double *out) {
    gmix_model_covariance(plot->model, k, w->full);
    for (size_t i = 0; i < w->n; i++) {
        for (size_t j = 0; j < w->n; j++) {
            out[i * w->n + j] =
                w->full[w->features[i] * plot->d + w->features[j]] / w->sd[i] / w->sd[j];
        }
    }
}

static double scaled_mean(const gmix_i_plot *plot, const struct work *w, size_t k,
                          size_t i) {
    const double *const means = gmix_model_means(plot->model);
    return (means[k * plot->d + w->features[i]] - w->mean[i]) / w->sd[i];
}

/* The covariance of the mixture of the scaled features, packed; and its whitening. */
static gmix_status whiten(gmix_i_plot *plot, struct work *w) {
    const size_t n = w->n;
    memset(w->packed, 0, gmix_i_packed_len(n) * sizeof(double));
    for (size_t k = 0; k < plot->k; k++) {
        scaled_covariance(plot, w, k, w->a);
        double *out = w->packed;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j <= i; j++) {
                *out++ +=
                    w->weights[k] * (w->a[i * n + j] + scaled_mean(plot, w, k, i) *
                                                           scaled_mean(plot, w, k, j));
            }
        }
    }
    double *const inverse = w->b; /* packed: l^-1 */
    if (!gmix_i_precision_factor(NULL, n, w->packed, inverse, w->factor)) {
        return gmix_i_fail(plot->ctx, GMIX_ERR_SINGULAR,
                           "the features depend on each other too closely for a "
                           "projection: choose some of them");
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            w->whiten[j * n + i] = j <= i ? inverse[i * (i + 1) / 2 + j] : 0;
        }
    }
    return GMIX_OK;
}

/* out = sum of pi_k m_k m_k^T and *mean_cov = sum of pi_k S_k, whitened. */
static void whitened_moments(const gmix_i_plot *plot, struct work *w, double *between,
                             double *within) {
    const size_t n = w->n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            between[i * n + j] = 0;
        }
    }
    for (size_t k = 0; k < plot->k; k++) {
        for (size_t i = 0; i < n; i++) {
            w->values[i] = 0;
            for (size_t j = 0; j <= i; j++) {
                w->values[i] += w->whiten[j * n + i] * scaled_mean(plot, w, k, j);
            }
        }
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                between[i * n + j] += w->weights[k] * w->values[i] * w->values[j];
            }
        }
    }
    for (size_t i = 0; i < n; i++) { /* Sigma is the unit matrix now */
        for (size_t j = 0; j < n; j++) {
            within[i * n + j] = (i == j) - between[i * n + j];
        }
    }
}

/* kernel += weight m m, for a symmetric m. */
static void add_square(size_t n, double weight, const double *m, double *kernel) {
    for (size_t i = 0; i < n; i++) {
        for (size_t l = 0; l < n; l++) {
            const double x = weight * m[i * n + l];
            for (size_t j = 0; j < n && x != 0; j++) {
                kernel[i * n + j] += x * m[l * n + j];
            }
        }
    }
}

static gmix_status build_kernel(gmix_i_plot *plot, struct work *w) {
    const size_t n = w->n;
    double *between = w->b, *within = w->c, *scratch;
    const gmix_status status =
        gmix_i_plot_alloc(plot, n * n, 2 * sizeof(double), &scratch);
    if (status != GMIX_OK) {
        return status;
    }
    whitened_moments(plot, w, between, within);
    memset(w->kernel, 0, n * n * sizeof(double));
    add_square(n, 1, between, w->kernel);
    for (size_t k = 0; k < plot->k; k++) {
        scaled_covariance(plot, w, k, w->a);
        gmix_i_congruence(NULL, n, w->whiten, w->a, scratch, scratch + n * n);
        for (size_t i = 0; i < n * n; i++) {
            scratch[i] -= within[i];
        }
        add_square(n, w->weights[k], scratch, w->kernel);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            w->packed[i * (i + 1) / 2 + j] =
                0.5 * (w->kernel[i * n + j] + w->kernel[j * n + i]);
        }
    }
    return GMIX_OK;
}

/* The direction of unit length that is orthogonal to the first and has, back among the scaled
 * features, large variance: for what does not separate. Power iterations on W^-1 W^-T, which
 * is Sigma again in whitened coordinates. */
static void largest_spread(const struct work *w, const double *first, double *u) {
    const size_t n = w->n;
    for (size_t i = 0; i < n; i++) {
        u[i] = 1 + 0.1 * (double)i / (double)n;
    }
    for (int step = 0; step < 50; step++) {
        double *const x =
            w->values; /* solve L^-1 x = u, L^-1 lower triangular: x = L u */
        for (size_t i = 0; i < n; i++) {
            double sum = u[i];
            for (size_t j = 0; j < i; j++) {
                sum -= w->whiten[j * n + i] * x[j];
            }
            x[i] = sum / w->whiten[i * n + i];
        }
        for (size_t i = n; i-- > 0;) { /* then L^-T u = x: u = L^T x */
            double sum = x[i];
            for (size_t j = i + 1; j < n; j++) {
                sum -= w->whiten[i * n + j] * u[j];
            }
            u[i] = sum / w->whiten[i * n + i];
        }
        double dot = 0, length = 0;
        for (size_t i = 0; i < n && first; i++) {
            dot += u[i] * first[i];
        }
        for (size_t i = 0; i < n; i++) {
            u[i] -= first ? dot * first[i] : 0;
            length += u[i] * u[i];
        }
        for (size_t i = 0; i < n; i++) {
            u[i] /= length > 0 ? sqrt(length) : 1;
        }
    }
}

/* From a direction u of whitened features to v and its loadings; the largest is positive. */
static void take_direction(const struct work *w, const double *u, size_t column,
                           gmix_i_directions *out) {
    const size_t n = w->n;
    double length = 0, largest = 0;
    for (size_t i = 0; i < n; i++) {
        double v = 0;
        for (size_t j = 0; j < n; j++) {
            v += w->whiten[i * n + j] * u[j];
        }
        w->values[i] = v;
        length += v * v;
        largest = fabs(v) > fabs(largest) * (1 + 1e-9) ? v : largest;
    }
    for (size_t i = 0; i < n; i++) {
        const double v = largest < 0 ? -w->values[i] : w->values[i];
        out->vectors[2 * w->features[i] + column] = v / w->sd[i];
        out->loadings[2 * w->features[i] + column] = v / sqrt(length);
    }
}

gmix_status gmix_i_directions_new(gmix_i_plot *plot, const size_t *features, size_t n,
                                  gmix_i_directions *out) {
    gmix_status status;
    struct work w;
    double *u[2] = {NULL, NULL}, total = 0;
    *out = (gmix_i_directions){.vectors = NULL};
    GMIX_TRY(gmix_i_plot_alloc(plot, 2 * plot->d, sizeof(double), &out->vectors));
    GMIX_TRY(gmix_i_plot_alloc(plot, 2 * plot->d, sizeof(double), &out->loadings));
    GMIX_TRY(gmix_i_plot_alloc(plot, plot->d, sizeof(double), &out->centre));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof(double), &u[0]));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof(double), &u[1]));
    GMIX_TRY(open_work(plot, features, n, &w));
    for (size_t i = 0; i < n; i++) {
        double between, within;
        gmix_i_feature_variance(plot, features[i], &w.mean[i], &between, &within);
        w.sd[i] = sqrt(between + within);
        out->centre[features[i]] = w.mean[i];
    }
    GMIX_TRY(whiten(plot, &w));
    GMIX_TRY(build_kernel(plot, &w));
    gmix_i_eigen_sorted(NULL, n, w.packed, w.values, w.vectors, w.a);
    for (size_t i = 0; i < n; i++) {
        total += fmax(w.values[i], 0);
    }
    const double top[2] = {w.values[n - 1], w.values[n - 2]};
    for (size_t a = 0; a < 2; a++) {
        const bool separates = top[a] > 1e-9;
        out->share[a] = separates ? top[a] / total : 0;
        for (size_t i = 0; i < n && separates; i++) {
            u[a][i] = w.vectors[i * n + n - 1 - a];
        }
        if (!separates) {
            largest_spread(&w, a ? u[0] : NULL, u[a]);
        }
        take_direction(&w, u[a], a, out);
    }
done:
    return status;
}

void gmix_i_feature_variance(const gmix_i_plot *plot, size_t j, double *mean,
                             double *between, double *within) {
    const double *const weights = gmix_model_weights(plot->model);
    const double *const means = gmix_model_means(plot->model);
    double total = 0;
    *mean = *between = *within = 0;
    for (size_t k = 0; k < plot->k; k++) {
        total += weights[k];
        *mean += weights[k] * (means[k * plot->d + j] - means[j]);
    }
    *mean = means[j] + *mean / total;
    for (size_t k = 0; k < plot->k; k++) {
        const double gap = means[k * plot->d + j] - *mean;
        *between += weights[k] / total * gap * gap;
        *within += weights[k] / total * plot->variances[k * plot->d + j];
    }
}

struct ranked {
    size_t feature;
    double share;
};

static int by_share(const void *a, const void *b) {
    const struct ranked *const x = a, *const y = b;
    const int order = (x->share < y->share) - (x->share > y->share);
    return order ? order : (x->feature > y->feature) - (x->feature < y->feature);
}

static int by_place(const void *a, const void *b) {
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

gmix_status gmix_i_informative(gmix_i_plot *plot, size_t *features, size_t *n,
                               size_t n_wanted) {
    struct ranked *ranked;
    if (*n <= n_wanted) {
        return GMIX_OK;
    }
    const gmix_status status = gmix_i_plot_alloc(plot, *n, sizeof *ranked, &ranked);
    if (status != GMIX_OK) {
        return status;
    }
    for (size_t i = 0; i < *n; i++) {
        double mean, between, within;
        gmix_i_feature_variance(plot, features[i], &mean, &between, &within);
        ranked[i] = (struct ranked){features[i], between / (between + within)};
    }
    qsort(ranked, *n, sizeof *ranked, by_share);
    for (size_t i = 0; i < n_wanted; i++) {
        features[i] = ranked[i].feature;
    }
    qsort(features, n_wanted, sizeof *features, by_place);
    *n = n_wanted;
    return status;
}
