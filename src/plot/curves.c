/* One-dimensional panels. See curves.h. */
#include <gmix/fit_test.h>

#include "plot/captions.h"
#include "plot/curves.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_RUG = 500, MOST_OWN = 40, MOST_FILLED = 20 };

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* An even grid, and more points around every component, however narrow it is. */
static gmix_status choose_points(gmix_i_plot *plot, const gmix_i_view *view,
                                 const gmix_i_axis *axis, gmix_i_curves *out) {
    const size_t steps = out->small ? 120 : 360;
    const int around = out->small || view->k > 8 ? 4 : 12;
    const size_t per = 2 * (size_t)around + 1;
    const size_t with = view->k < MOST_OWN ? view->k : MOST_OWN;
    const gmix_status status =
        gmix_i_plot_alloc(plot, steps + 5 + with * per, sizeof *out->x, &out->x);
    if (status != GMIX_OK) {
        return status;
    }
    for (size_t i = 0; i <= steps; i++) {
        out->x[out->n_x++] = axis->lo + (axis->hi - axis->lo) * (double)i / (double)steps;
    }
    for (size_t k = 0; k < with; k++) {
        const double sd = sqrt(gmix_i_view_variance(view, k, 0));
        for (int i = -around; i <= around; i++) {
            const double x = view->means[k] + 4.0 * i / around * sd;
            if (x > axis->lo && x < axis->hi) {
                out->x[out->n_x++] = x;
            }
        }
    }
    for (size_t e = 0; e < 2 && view->noise_density > 0; e++) {
        const double edge = view->box[0][e]; /* both sides of the step */
        const double outside = nextafter(edge, e ? INFINITY : -INFINITY);
        if (outside > axis->lo && outside < axis->hi) {
            out->x[out->n_x++] = edge;
            out->x[out->n_x++] = outside;
        }
    }
    qsort(out->x, out->n_x, sizeof *out->x, ascending);
    for (size_t i = 0; i < out->n_x; i++) {
        out->highest = fmax(out->highest, gmix_i_view_density(view, &out->x[i]));
    }
    return GMIX_OK;
}

static gmix_status count_rows(gmix_i_plot *plot, const gmix_i_view *view, size_t most,
                              gmix_i_curves *out) {
    const gmix_table *const t = plot->table;
    double *values = NULL, *weights = NULL;
    size_t n = 0;
    gmix_status status;
    GMIX_TRY(gmix_i_calloc(plot->ctx, "values", t->n_rows, sizeof *values, &values));
    GMIX_TRY(gmix_i_calloc(plot->ctx, "weights", t->n_rows, sizeof *weights, &weights));
    for (size_t i = 0; i < t->n_rows; i++) {
        const bool seen = gmix_i_view_row(view, i, &values[n]);
        weights[n] = gmix_i_row_weight(t, i);
        out->n_hidden += !seen && weights[n] > 0;
        n += seen;
    }
    out->has_rug = n <= MOST_RUG;
    GMIX_TRY(gmix_i_histogram_new(plot, values, weights, n, view, most, &out->histogram));
done:
    gmix_i_free(plot->ctx, values);
    gmix_i_free(plot->ctx, weights);
    return status;
}

/* Of a model of one feature: those that the axis shows, and the others as a text. */
static gmix_status find_boundaries(gmix_i_plot *plot, const gmix_i_axis *axis,
                                   gmix_i_curves *out) {
    enum { MOST_COMPONENTS = 64, MOST_NAMED = 6 }; /* K^2 roots, each looked at K times */
    gmix_status status = GMIX_OK;
    gmix_boundaries b = {0};
    size_t n_beyond = 0;
    if (plot->d != 1 || plot->k > MOST_COMPONENTS) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_boundaries_find(plot->ctx, plot->model, &b));
    GMIX_TRY(gmix_i_plot_alloc(plot, b.n + 1, sizeof *out->boundaries, &out->boundaries));
    for (size_t i = 0; i < b.n; i++) {
        char at[32];
        if (b.at[i] > axis->lo && b.at[i] < axis->hi) {
            out->boundaries[out->n_boundaries++] = b.at[i];
        } else if (n_beyond++ < MOST_NAMED) {
            gmix_i_plot_number(b.at[i], at);
            GMIX_TRY(gmix_i_plot_text(plot, &out->elsewhere, "%s%s %s",
                                      out->elsewhere ? out->elsewhere : "",
                                      out->elsewhere ? "," : "", at));
        }
    }
done:
    gmix_boundaries_free(&b);
    return status;
}

gmix_status gmix_i_curves_new(gmix_i_plot *plot, const gmix_i_view *view,
                              const gmix_i_axis *axis, bool small, gmix_i_curves *out) {
    gmix_status status;
    *out = (gmix_i_curves){.view = *view, .small = small};
    GMIX_TRY(choose_points(plot, view, axis, out));
    if (plot->table) {
        GMIX_TRY(count_rows(plot, view, 200, out));
    }
    GMIX_TRY(
        find_boundaries(plot, axis, out)); /* of a marginal they would bound nothing */
done:
    return status;
}

static void draw_histogram(const gmix_i_panel *p, gmix_i_canvas *canvas,
                           const gmix_i_histogram *h) {
    gmix_i_brush brush = gmix_i_filled(GMIX_I_INK_NEUTRAL, 0.75);
    if (h->n == 0) {
        return;
    }
    brush.stroke = GMIX_I_INK_PAPER;
    brush.stroke_opacity = 1;
    brush.width = h->n > 80 ? 0.25 : 0.75;
    gmix_i_open(canvas, "histogram", GMIX_I_NO_COMPONENT, brush);
    for (size_t i = 0; i < h->n; i++) {
        const double left = gmix_i_px(p, h->lo + h->width * (double)i);
        const double right = gmix_i_px(p, h->lo + h->width * (double)(i + 1));
        const double top = gmix_i_py(p, h->height[i]);
        if (h->height[i] > 0) {
            canvas->rects(canvas,
                          &(gmix_i_rect){left, top, right - left, gmix_i_py(p, 0) - top},
                          1);
        }
    }
    canvas->close(canvas);
}

static double height_at(const gmix_i_curves *c, size_t k, size_t i) {
    return k < c->view.k ? gmix_i_view_share(&c->view, k, &c->x[i])
                         : gmix_i_view_density(&c->view, &c->x[i]);
}

/* The curve of one component, or of the mixture for k = K, without the points of flat
 * stretches on the axis. */
static size_t trace_curve(const gmix_i_panel *p, const gmix_i_curves *c, size_t k,
                          double *xy) {
    const double flat = 1e-5 * (p->y.hi - p->y.lo);
    double before = INFINITY, here = height_at(c, k, 0);
    size_t n = 0;
    for (size_t i = 0; i < c->n_x; i++) {
        const bool last = i + 1 == c->n_x;
        const double after = last ? INFINITY : height_at(c, k, i + 1);
        if (here > flat || before > flat || after > flat) {
            xy[2 * n] = gmix_i_px(p, c->x[i]);
            xy[2 * n + 1] = gmix_i_py(p, here);
            n++;
        }
        before = here;
        here = after;
    }
    return n;
}

static void draw_components(const gmix_i_panel *p, gmix_i_canvas *canvas,
                            const gmix_i_curves *c, double *xy) {
    const double base = gmix_i_py(p, 0);
    for (size_t k = 0; k < c->view.k; k++) {
        const int ink = gmix_i_component_ink((int)k);
        const size_t n = trace_curve(p, c, k, xy + 2);
        xy[0] = xy[2];
        xy[1] = xy[2 * n + 3] = base;
        xy[2 * n + 2] = xy[2 * n];
        if (c->view.k <= MOST_FILLED) {
            gmix_i_open(canvas, "share", (int)k, gmix_i_filled(ink, 0.16));
            canvas->line(canvas, xy, n + 2, true);
            canvas->close(canvas);
        }
        gmix_i_open(canvas, "component-density", (int)k,
                    gmix_i_stroked(ink, c->small ? 1 : 1.6));
        canvas->line(canvas, xy + 2, n, false);
        canvas->close(canvas);
    }
}

static void draw_boundaries(const gmix_i_panel *p, gmix_i_canvas *canvas,
                            const gmix_i_curves *c) {
    gmix_i_brush brush = gmix_i_stroked(GMIX_I_INK_MUTED, 1);
    brush.dashed = true;
    gmix_i_open(canvas, "boundaries", GMIX_I_NO_COMPONENT, brush);
    for (size_t i = 0; i < c->n_boundaries; i++) {
        const double x = gmix_i_px(p, c->boundaries[i]);
        canvas->line(canvas, (double[]){x, p->rect.y, x, p->rect.y + p->rect.h}, 2,
                     false);
    }
    canvas->close(canvas);
}

static void draw_rug(gmix_i_plot *plot, const gmix_i_panel *p, gmix_i_canvas *canvas,
                     const gmix_i_curves *c) {
    for (int k = -1; k < (int)plot->k; k++) {
        gmix_i_brush brush = gmix_i_stroked(gmix_i_component_ink(k), 1);
        bool open = false;
        brush.stroke_opacity = 0.7;
        for (size_t i = 0; i < plot->table->n_rows; i++) {
            double y;
            if (plot->component[i] == k && gmix_i_view_row(&c->view, i, &y)) {
                if (!open) {
                    gmix_i_open(canvas, "rug", k, brush);
                    open = true;
                }
                const gmix_i_mark mark = {GMIX_I_TICK, gmix_i_px(p, y),
                                          p->rect.y + p->rect.h - 6, 4, i};
                canvas->mark(canvas, &mark);
            }
        }
        if (open) {
            canvas->close(canvas);
        }
    }
}

gmix_status gmix_i_curves_draw(gmix_i_plot *plot, const gmix_i_panel *panel,
                               gmix_i_canvas *canvas, const gmix_i_curves *curves) {
    double *xy;
    const gmix_status status =
        gmix_i_plot_alloc(plot, curves->n_x + 2, 2 * sizeof *xy, &xy);
    if (status != GMIX_OK) {
        return status;
    }
    draw_histogram(panel, canvas, &curves->histogram);
    /* below the components, where they are one and the same the wider line looks out */
    gmix_i_open(canvas, "mixture-density", GMIX_I_NO_COMPONENT,
                gmix_i_stroked(GMIX_I_INK_TEXT, curves->small ? 2 : 3.4));
    canvas->line(canvas, xy, trace_curve(panel, curves, curves->view.k, xy), false);
    canvas->close(canvas);
    draw_components(panel, canvas, curves, xy);
    if (curves->n_boundaries > 0) {
        draw_boundaries(panel, canvas, curves);
    }
    if (curves->has_rug && !curves->small) {
        draw_rug(plot, panel, canvas, curves);
    }
    return status;
}
