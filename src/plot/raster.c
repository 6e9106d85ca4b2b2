/*
 * Many rows: the panel is a grid of cells, each in the colour of the component that most of
 * its weight belongs to, the stronger the more there is (by the logarithm, in six
 * steps). Neighbours of one colour and strength are one rectangle, so the size of the
 * picture is bounded by the grid, whatever N.
 *
 * Rows come in the order of their components: a grid of counts is filled for one component
 * at a time, and compared with the best so far. Memory is that of the grid, whatever K.
 */
#include <math.h>
#include <string.h>

#include "plot/cloud.h"

enum { LEVELS = 6 };

struct grid {
    size_t w, h;
    double cell; /* pixels */
    double *count, *best, *total;
    int *winner; /* -2: nobody */
    unsigned char *level;
    gmix_i_rect *rects;
};

static gmix_status open_grid(gmix_i_plot *plot, const gmix_i_panel *p, size_t most,
                             struct grid *g) {
    gmix_status status;
    g->cell = fmax(3, ceil(2 * sqrt(p->rect.w * p->rect.h / (double)most)) / 2);
    g->w = (size_t)ceil(p->rect.w / g->cell);
    g->h = (size_t)ceil(p->rect.h / g->cell);
    const size_t n = g->w * g->h;
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof *g->count, &g->count));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof *g->best, &g->best));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof *g->total, &g->total));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof *g->winner, &g->winner));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof *g->level, &g->level));
    GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof *g->rects, &g->rects));
    for (size_t i = 0; i < n; i++) {
        g->winner[i] = GMIX_I_NO_COMPONENT;
    }
done:
    return status;
}

/* The weight of some rows in every cell. */
static void count_rows(const gmix_i_panel *p, const gmix_i_cloud *cloud,
                       const size_t *rows, size_t n, struct grid *g) {
    for (size_t o = 0; o < n; o++) {
        double y[2];
        if (gmix_i_view_row(&cloud->view, rows[o], y)) {
            const double i = (gmix_i_px(p, y[0]) - p->rect.x) / g->cell;
            const double j = (gmix_i_py(p, y[1]) - p->rect.y) / g->cell;
            if (i >= 0 && j >= 0 && i < (double)g->w && j < (double)g->h) {
                g->count[(size_t)j * g->w + (size_t)i] +=
                    gmix_i_row_weight(cloud->view.plot->table, rows[o]);
            }
        }
    }
}

static void take_winner(struct grid *g, int k) {
    for (size_t i = 0; i < g->w * g->h; i++) {
        if (g->count[i] > g->best[i]) {
            g->best[i] = g->count[i];
            g->winner[i] = k;
        }
        g->total[i] += g->count[i];
        g->count[i] = 0;
    }
}

static void choose_levels(struct grid *g) {
    double most = 0, least = INFINITY;
    for (size_t i = 0; i < g->w * g->h; i++) {
        most = fmax(most, g->total[i]);
        least = g->total[i] > 0 ? fmin(least, g->total[i]) : least;
    }
    for (size_t i = 0; i < g->w * g->h; i++) {
        const double t = most > least ? log(g->total[i] / least) / log(most / least) : 1;
        g->level[i] =
            g->total[i] > 0 ? (unsigned char)fmin(LEVELS, 1 + floor(LEVELS * t)) : 0;
    }
}

/* The cells of a component and level, neighbours in a line joined. */
static size_t collect(const gmix_i_panel *p, const struct grid *g, int k, int level) {
    size_t n = 0;
    for (size_t j = 0; j < g->h; j++) {
        for (size_t i = 0; i < g->w; i++) {
            const size_t first = i;
            while (i < g->w && g->winner[j * g->w + i] == k &&
                   g->level[j * g->w + i] == level) {
                i++;
            }
            if (i > first) {
                g->rects[n++] = (gmix_i_rect){p->rect.x + (double)first * g->cell,
                                              p->rect.y + (double)j * g->cell,
                                              (double)(i - first) * g->cell, g->cell};
            }
        }
    }
    return n;
}

static void draw_component(const gmix_i_panel *p, gmix_i_canvas *canvas,
                           const struct grid *g, int k) {
    const int ink = gmix_i_component_ink(k);
    bool any = false;
    for (size_t i = 0; i < g->w * g->h && !any; i++) {
        any = g->winner[i] == k;
    }
    if (!any) {
        return;
    }
    gmix_i_open(canvas, "density", k, gmix_i_filled(ink, 1));
    for (int level = 1; level <= LEVELS; level++) {
        const size_t n = collect(p, g, k, level);
        if (n > 0) {
            const double opacity = 0.18 + 0.72 * (level - 1) / (LEVELS - 1.0);
            gmix_i_open(canvas, NULL, GMIX_I_NO_COMPONENT, gmix_i_filled(ink, opacity));
            canvas->rects(canvas, g->rects, n);
            canvas->close(canvas);
        }
    }
    canvas->close(canvas);
}

gmix_status gmix_i_cloud_raster(gmix_i_plot *plot, const gmix_i_panel *panel,
                                gmix_i_canvas *canvas, const gmix_i_cloud *cloud) {
    size_t *order, *starts;
    struct grid grid;
    gmix_status status;
    GMIX_TRY(gmix_i_plot_order(plot, &order, &starts));
    GMIX_TRY(open_grid(plot, panel, cloud->most_cells, &grid));
    for (int k = -1; k < (int)plot->k; k++) {
        const size_t from = starts[k + 1], n = starts[k + 2] - from;
        if (n > 0) {
            count_rows(panel, cloud, order + from, n, &grid);
            take_winner(&grid, k);
        }
    }
    choose_levels(&grid);
    for (int k = -1; k < (int)plot->k; k++) {
        draw_component(panel, canvas, &grid, k);
    }
done:
    return status;
}
