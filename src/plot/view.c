/* Marginals and projections. See view.h. */
#include "plot/view.h"

#include <float.h>
#include <math.h>

static const double TWO_PI = 6.283185307179586;
static const double SPECK = 0.005,
                    CROSS = 0.02; /* of an axis: three pixels; a mean's mark */

static gmix_status allocate(gmix_i_plot *plot, size_t m, gmix_i_view *out) {
    *out = (gmix_i_view){
        .plot = plot, .m = m, .k = plot->k, .weights = gmix_model_weights(plot->model)};
    gmix_status status =
        gmix_i_plot_alloc(plot, plot->k * m, sizeof(double), &out->means);
    if (status == GMIX_OK) {
        status =
            gmix_i_plot_alloc(plot, plot->k * m * m, sizeof(double), &out->covariances);
    }
    if (status == GMIX_OK) {
        status = gmix_i_plot_alloc(plot, plot->k, sizeof *out->kinds, &out->kinds);
    }
    for (size_t k = 0; k < plot->k && status == GMIX_OK; k++) {
        out->kinds[k] = gmix_i_predictive_of(plot->model, k);
    }
    return status;
}

gmix_status gmix_i_view_features(gmix_i_plot *plot, const size_t *features, size_t m,
                                 gmix_i_view *out) {
    const size_t d = plot->d;
    gmix_status status;
    double *full = NULL;
    GMIX_TRY(allocate(plot, m, out));
    GMIX_TRY(gmix_i_calloc(plot->ctx, "covariance", d * d, sizeof *full, &full));
    for (size_t a = 0; a < m; a++) {
        out->features[a] = features[a];
    }
    const double *const means = gmix_model_means(plot->model);
    for (size_t k = 0; k < plot->k; k++) {
        gmix_model_covariance(plot->model, k, full);
        for (size_t a = 0; a < m; a++) {
            out->means[k * m + a] = means[k * d + features[a]];
            for (size_t b = 0; b < m; b++) {
                out->covariances[(k * m + a) * m + b] =
                    full[features[a] * d + features[b]];
            }
        }
    }
    out->noise_density = gmix_model_noise_weight(plot->model);
    for (size_t a = 0; a < m && out->noise_density > 0; a++) {
        out->box[a][0] = gmix_model_noise_lower(plot->model)[features[a]];
        out->box[a][1] = gmix_model_noise_upper(plot->model)[features[a]];
        out->noise_density /= out->box[a][1] - out->box[a][0];
    }
done:
    gmix_i_free(plot->ctx, full);
    return status;
}

gmix_status gmix_i_view_directions(gmix_i_plot *plot, const double *directions,
                                   const double *centre, size_t m, gmix_i_view *out) {
    const size_t d = plot->d;
    gmix_status status;
    double *full = NULL;
    GMIX_TRY(allocate(plot, m, out));
    if (out->kinds[0].product && d > 1) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_MODEL,
                  "along a direction a product of Student's t, one for each feature, is "
                  "none: show features, or 'gmix rename MODEL --points'");
    }
    GMIX_TRY(gmix_i_calloc(plot->ctx, "covariance", d * d, sizeof *full, &full));
    out->directions = directions;
    out->centre = centre;
    const double *const means = gmix_model_means(plot->model);
    for (size_t k = 0; k < plot->k; k++) {
        gmix_model_covariance(plot->model, k, full);
        for (size_t a = 0; a < m; a++) {
            double mean = 0;
            for (size_t i = 0; i < d; i++) {
                mean += directions[i * m + a] * (means[k * d + i] - centre[i]);
            }
            out->means[k * m + a] = mean;
            for (size_t b = 0; b < m; b++) {
                double sum = 0;
                for (size_t i = 0; i < d; i++) {
                    double row = 0;
                    for (size_t j = 0; j < d; j++) {
                        row += full[i * d + j] * directions[j * m + b];
                    }
                    sum += directions[i * m + a] * row;
                }
                out->covariances[(k * m + a) * m + b] = sum;
            }
        }
    }
done:
    gmix_i_free(plot->ctx, full);
    return status;
}

bool gmix_i_view_row(const gmix_i_view *view, size_t i, double *y) {
    const gmix_table *const t = view->plot->table;
    bool seen = gmix_i_row_weight(t, i) > 0;
    for (size_t a = 0; a < view->m; a++) {
        if (!view->directions) {
            y[a] = gmix_i_table_cell(t, i, view->features[a]);
        } else {
            double sum = 0;
            for (size_t j = 0; j < t->n_cols; j++) {
                const double x = gmix_i_table_cell(t, i, j);
                sum += view->directions[j * view->m + a] * (x - view->centre[j]);
            }
            y[a] = sum;
        }
        seen = seen && isfinite(y[a]);
    }
    return seen;
}

/* Of one feature, or of two that know nothing of each other. */
static double product_share(const gmix_i_view *view, size_t k, const double *y) {
    const gmix_i_predictive *const kind = &view->kinds[k];
    double share = view->weights[k];
    for (size_t a = 0; a < view->m; a++) {
        const double sd = sqrt(gmix_i_view_variance(view, k, a) * kind->scale);
        share *=
            gmix_i_predictive_density(kind, (y[a] - view->means[k * view->m + a]) / sd) /
            sd;
    }
    return share;
}

double gmix_i_view_share(const gmix_i_view *view, size_t k, const double *y) {
    const double *const mean = view->means + k * view->m;
    const double *const s = view->covariances + k * view->m * view->m;
    const gmix_i_predictive *const kind = &view->kinds[k];
    if (kind->is_t && (kind->product || view->m == 1)) {
        return product_share(view, k, y);
    }
    const double a = y[0] - mean[0];
    if (view->m == 1) {
        return view->weights[k] * exp(-0.5 * a * (a / s[0])) / sqrt(TWO_PI * s[0]);
    }
    const double b = y[1] - mean[1];
    const double rest = s[3] - s[1] * (s[1] / s[0]); /* variance of b given a */
    const double given = b - s[1] / s[0] * a;
    const double square = (a * (a / s[0]) + given * (given / rest)) / kind->scale;
    const double fall =
        kind->is_t ? (0.5 * kind->df + 1.0) * log1p(square / kind->df) : 0.5 * square;
    return view->weights[k] * exp(-fall) /
           (TWO_PI * kind->scale * sqrt(s[0]) * sqrt(rest));
}

double gmix_i_view_density(const gmix_i_view *view, const double *y) {
    bool inside = view->noise_density > 0;
    for (size_t a = 0; a < view->m && inside; a++) {
        inside = y[a] >= view->box[a][0] && y[a] <= view->box[a][1];
    }
    double sum = inside ? view->noise_density : 0;
    for (size_t k = 0; k < view->k; k++) {
        sum += gmix_i_view_share(view, k, y);
    }
    return sum;
}

/* What the 95 % ellipses cover along direction a: +- r sd. */
static void cover_components(const gmix_i_view *v, size_t a, double *lo, double *hi) {
    const double r = v->m == 1 ? 3 : 2.4477; /* sqrt of chi^2 */
    for (size_t k = 0; k < v->k; k++) {
        if (v->weights[k] > 0) {
            const double mean = v->means[k * v->m + a];
            const double reach = r * sqrt(gmix_i_view_variance(v, k, a));
            *lo = fmin(*lo, mean - reach);
            *hi = fmax(*hi, mean + reach);
        }
    }
}

gmix_status gmix_i_view_range(const gmix_i_view *view, gmix_i_axis axes[2],
                              size_t *n_hidden) {
    double lo[2] = {INFINITY, INFINITY}, hi[2] = {-INFINITY, -INFINITY};
    const gmix_table *const table = view->plot->table;
    *n_hidden = 0;
    for (size_t i = 0; table && i < table->n_rows; i++) {
        double y[GMIX_I_VIEW_MOST] = {0, 0};
        const bool seen = gmix_i_view_row(view, i, y);
        *n_hidden += !seen && gmix_i_row_weight(table, i) > 0;
        for (size_t a = 0; a < view->m && a < GMIX_I_VIEW_MOST && seen; a++) {
            lo[a] = fmin(lo[a], y[a]);
            hi[a] = fmax(hi[a], y[a]);
        }
    }
    for (size_t a = 0; a < view->m && a < GMIX_I_VIEW_MOST; a++) {
        double from = INFINITY, to = -INFINITY;
        cover_components(view, a, &from, &to);
        if (lo[a] <= hi[a]) {
            const double more = 0.25 * (hi[a] - lo[a]);
            from = fmin(lo[a], fmax(from, lo[a] - more));
            to = fmax(hi[a], fmin(to, hi[a] + more));
        }
        if (!isfinite(to - from) || fabs(from) > 0.1 * DBL_MAX ||
            fabs(to) > 0.1 * DBL_MAX) {
            return gmix_i_fail(view->plot->ctx, GMIX_ERR_DATA,
                               "values from %g to %g are too far apart to be drawn", from,
                               to);
        }
        gmix_i_axis_range(&axes[a], from, to, 0.03);
    }
    return GMIX_OK;
}

/* Has component k an ellipse that is larger than a speck, a fraction of an axis, on these? */
static bool is_seen(const gmix_i_view *view, size_t k, const gmix_i_axis axes[2],
                    double speck) {
    for (size_t a = 0; a < view->m && a < GMIX_I_VIEW_MOST; a++) {
        const double mean = view->means[k * view->m + a];
        const double reach = 2.4477 * sqrt(gmix_i_view_variance(view, k, a));
        if (2 * reach < speck * (axes[a].hi - axes[a].lo) || mean + reach < axes[a].lo ||
            mean - reach > axes[a].hi) {
            return false;
        }
    }
    return true;
}

gmix_i_unseen gmix_i_view_unseen(const gmix_i_view *view, const gmix_i_axis axes[2]) {
    gmix_i_unseen out = {.n = 0};
    for (size_t k = 0; k < view->k; k++) {
        if (!(view->weights[k] > 0)) {
            continue;
        }
        out.n_seen += is_seen(view, k, axes, SPECK);
        bool hidden = !is_seen(view, k, axes, CROSS);
        for (size_t a = 0; a < view->m; a++) {
            const double mean = view->means[k * view->m + a];
            hidden = hidden && mean >= axes[a].lo && mean <= axes[a].hi;
        }
        if (!hidden) {
            continue;
        }
        out.first = out.n == 0 ? k : out.first;
        out.n++;
    }
    return out;
}
