/*
 * Marks, ellipses and means. See cloud.h.
 *
 * The ellipse that holds the share p of a two-dimensional Gaussian is
 *
 *     (y - mean)^T covariance^-1 (y - mean) = -2 log(1 - p),
 *
 * whose axes, on the page, are eigenvectors of the covariance in pixels. Of a model with a posterior it is one of
 * Student's t, and a mean has a credible ellipse of its own (predictive.h).
 */
#include "plot/cloud.h"

#include <math.h>
#include <stdio.h>

#include "plot/captions.h"

static const double DEGREES = 57.29577951308232;

double gmix_i_mark_radius(size_t n_rows, bool small) {
    const double r = n_rows < 400 ? 3.4 : n_rows < 2000 ? 2.7 : 2.0;
    return small ? 0.62 * r : r;
}

void gmix_i_cloud_note(const gmix_i_plot *plot, const gmix_i_cloud *cloud,
                       gmix_i_figure *figure) {
    if (plot->table && !cloud->as_marks) {
        gmix_i_figure_note(figure, "Cells are stronger where there are more rows, in the "
                                   "colour of most of them.");
    } else if (plot->table && plot->opts.uncertainty) {
        gmix_i_figure_note(figure, "The larger a mark, the less sure its component.");
    }
}

gmix_status gmix_i_plot_order(gmix_i_plot *plot, size_t **order, size_t **starts) {
    const size_t n = plot->table->n_rows;
    size_t *at = NULL;
    gmix_status status;
    GMIX_TRY(gmix_i_calloc(plot->ctx, "order", plot->k + 2, sizeof *at, &at));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof **order, order));
    GMIX_TRY(gmix_i_plot_alloc(plot, plot->k + 2, sizeof **starts, starts));
    for (size_t i = 0; i < n; i++) {
        (*starts)[plot->component[i] + 2]++;
    }
    for (size_t k = 0; k <= plot->k; k++) {
        (*starts)[k + 1] += (*starts)[k];
        at[k] = (*starts)[k];
    }
    for (size_t i = 0; i < n; i++) {
        (*order)[at[plot->component[i] + 1]++] = i;
    }
done:
    gmix_i_free(plot->ctx, at);
    return status;
}

gmix_status gmix_i_cloud_marks(gmix_i_plot *plot, const gmix_i_panel *panel,
                               gmix_i_canvas *canvas, const gmix_i_cloud *cloud) {
    size_t *order, *starts;
    gmix_status status;
    GMIX_TRY(gmix_i_plot_order(plot, &order, &starts));
    const size_t n = plot->table->n_rows;
    const double opacity = n < 400 ? 0.75 : n < 2000 ? 0.6 : 0.45;
    for (int k = -1; k < (int)plot->k; k++) {
        if (starts[k + 1] == starts[k + 2]) {
            continue;
        }
        const int ink = gmix_i_component_ink(k);
        gmix_i_brush brush = gmix_i_filled(ink, opacity);
        gmix_i_mark mark = {.shape = gmix_i_component_shape(k)};
        if (mark.shape >= GMIX_I_N_SHAPES) {
            brush = gmix_i_stroked(ink, 1);
        }
        gmix_i_open(canvas, "points", k, brush);
        for (size_t o = starts[k + 1]; o < starts[k + 2]; o++) {
            double y[2];
            mark.row = order[o];
            if (gmix_i_view_row(&cloud->view, mark.row, y)) {
                const double doubt = plot->doubt[mark.row];
                mark.x = gmix_i_px(panel, y[0]);
                mark.y = gmix_i_py(panel, y[1]);
                mark.r = cloud->radius *
                         (plot->opts.uncertainty ? 0.6 + 2.8 * fmin(doubt, 0.75) : 1);
                canvas->mark(canvas, &mark);
            }
        }
        canvas->close(canvas);
    }
done:
    return status;
}

/* Half axes and angle on the page of the ellipse at Mahalanobis distance 1. */
static void on_page(const gmix_i_panel *p, const double *s, double axes[2],
                    double *angle) {
    const double sx = p->rect.w / (p->x.hi - p->x.lo);
    const double sy = p->rect.h / (p->y.hi - p->y.lo);
    const double a = s[0] * sx * sx, b = -s[1] * sx * sy, c = s[3] * sy * sy;
    const double mid = 0.5 * (a + c), half = hypot(0.5 * (a - c), b);
    axes[0] = sqrt(mid + half);
    /* the smaller one from the determinant: no cancellation */
    axes[1] = mid + half > 0 ? sqrt(fmax(a * c - b * b, 0) / (mid + half)) : 0;
    *angle = 0.5 * atan2(2 * b, a - c) * DEGREES;
}

/* factor: of the covariance. */
static void draw_ellipse(const gmix_i_panel *panel, gmix_i_canvas *canvas,
                         const gmix_i_cloud *cloud, size_t k, double share,
                         double factor) {
    double axes[2], angle;
    const gmix_i_predictive *const kind = &cloud->view.kinds[k];
    const double r = gmix_i_predictive_radius(kind, share) * sqrt(factor);
    on_page(panel, cloud->view.covariances + 4 * k, axes, &angle);
    canvas->ellipse(canvas, gmix_i_px(panel, cloud->view.means[2 * k]),
                    gmix_i_py(panel, cloud->view.means[2 * k + 1]), r * axes[0],
                    r * axes[1], angle);
}

static void cloud_ellipses(const gmix_i_panel *panel, gmix_i_canvas *canvas,
                           const gmix_i_cloud *cloud) {
    enum { MOST = 60 }; /* components with three ellipses each */
    static const double shares[] = {0.5, 0.9, 0.95};
    static const char *const names[] = {"ellipse-50", "ellipse-90", "ellipse-95"};
    const size_t k_all = cloud->view.k;
    for (size_t k = 0; k < k_all; k++) {
        const int ink = gmix_i_component_ink((int)k);
        for (size_t s = 0; s < 3 && cloud->view.weights[k] > 0; s++) {
            const bool few = cloud->small || k_all > MOST;
            if (few && s < 2) {
                continue;
            }
            gmix_i_brush brush = gmix_i_stroked(ink, s == 1 || few ? 1.4 : 1);
            brush.stroke_opacity = few ? 0.9 : s == 0 ? 0.8 : 1;
            brush.dashed = s == 2 && !few;
            brush.fill = s == 2 ? ink : GMIX_I_INK_NONE;
            brush.fill_opacity = 0.06;
            gmix_i_open(canvas, names[s], (int)k, brush);
            draw_ellipse(panel, canvas, cloud, k, shares[s], cloud->view.kinds[k].scale);
            canvas->close(canvas);
        }
    }
}

enum { MOST_NAMES = 40 };

/* Does a name of a mean fit here: on the panel, away from other means and names? */
static bool is_free(const gmix_i_panel *p, const gmix_i_cloud *cloud, size_t k, double x,
                    double y, double placed[][2]) {
    const gmix_i_rect *const r = &p->rect;
    bool is_free =
        x > r->x + 8 && x < r->x + r->w - 8 && y > r->y + 8 && y < r->y + r->h - 8;
    for (size_t j = 0; j < cloud->view.k && is_free; j++) {
        const double dx = gmix_i_px(p, cloud->view.means[2 * j]) - x;
        const double dy = gmix_i_py(p, cloud->view.means[2 * j + 1]) - y;
        is_free = j == k || fabs(dx) > 13 || fabs(dy) > 12;
        is_free = is_free &&
                  (j >= k || fabs(placed[j][0] - x) > 16 || fabs(placed[j][1] - y) > 14);
    }
    return is_free;
}

/* The number of a component beside its mean, in the first corner that is free. */
static void name_mean(const gmix_i_panel *panel, gmix_i_canvas *canvas,
                      const gmix_i_cloud *cloud, size_t k, double placed[][2]) {
    static const double corners[4][2] = {{12, -11}, {-12, -11}, {12, 12}, {-12, 12}};
    const double x = gmix_i_px(panel, cloud->view.means[2 * k]);
    const double y = gmix_i_py(panel, cloud->view.means[2 * k + 1]);
    size_t c = 0;
    while (c < 4 &&
           !is_free(panel, cloud, k, x + corners[c][0], y + corners[c][1], placed)) {
        c++;
    }
    placed[k][0] = x + corners[c % 4][0];
    placed[k][1] = y + corners[c % 4][1];
    char name[24];
    snprintf(name, sizeof name, "%zu", k);
    const gmix_i_label label = {.x = placed[k][0],
                                .y = placed[k][1] + 4.7,
                                .size = 13,
                                .bold = true,
                                .halo = true,
                                .ink = GMIX_I_INK_TEXT};
    canvas->text(canvas, &label, name);
}

static void draw_mean(const gmix_i_panel *panel, gmix_i_canvas *canvas,
                      const gmix_i_cloud *cloud, size_t k) {
    const double x = gmix_i_px(panel, cloud->view.means[2 * k]);
    const double y = gmix_i_py(panel, cloud->view.means[2 * k + 1]);
    const double r = cloud->small ? 2.6 : 5;
    if (cloud->view.kinds[k].is_t && !cloud->small) {
        gmix_i_open(canvas, "credible", (int)k, gmix_i_stroked(GMIX_I_INK_TEXT, 1));
        draw_ellipse(panel, canvas, cloud, k, 0.95, cloud->view.kinds[k].of_means);
        canvas->close(canvas);
    }
    const gmix_i_mark cross = {GMIX_I_CROSS, x, y, r, SIZE_MAX};
    const gmix_i_mark halo = {GMIX_I_CROSS, x, y, r + 1, SIZE_MAX};
    gmix_i_open(canvas, NULL, (int)k, gmix_i_stroked(GMIX_I_INK_PAPER, 4));
    canvas->mark(canvas, &halo);
    canvas->close(canvas);
    gmix_i_open(canvas, "mean", (int)k, gmix_i_stroked(GMIX_I_INK_TEXT, 1.8));
    canvas->mark(canvas, &cross);
    canvas->close(canvas);
}

static void draw_means(const gmix_i_panel *panel, gmix_i_canvas *canvas,
                       const gmix_i_cloud *cloud) {
    double placed[MOST_NAMES][2] = {{0}};
    const size_t n = cloud->view.k;
    for (size_t k = 0; k < n; k++) {
        if (cloud->view.weights[k] > 0) {
            draw_mean(panel, canvas, cloud, k);
        }
    }
    for (size_t k = 0; k < n && n > 1 && n <= MOST_NAMES && !cloud->small; k++) {
        if (cloud->view.weights[k] > 0) {
            gmix_i_open(canvas, "name", (int)k, gmix_i_stroked(GMIX_I_INK_NONE, 0));
            name_mean(panel, canvas, cloud, k, placed);
            canvas->close(canvas);
        }
    }
}

gmix_status gmix_i_cloud_draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                              gmix_i_canvas *canvas, const gmix_i_cloud *cloud) {
    gmix_status status = GMIX_OK;
    if (plot->table) {
        GMIX_TRY(cloud->as_marks ? gmix_i_cloud_marks(plot, panel, canvas, cloud)
                                 : gmix_i_cloud_raster(plot, panel, canvas, cloud));
    }
    if (plot->opts.contours) {
        GMIX_TRY(gmix_i_cloud_contours(plot, panel, canvas, cloud));
    }
    cloud_ellipses(panel, canvas, cloud);
    draw_means(panel, canvas, cloud);
done:
    return status;
}
