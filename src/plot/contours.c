/*
 * Contours of the mixture's density, each around the smallest region that holds a share p of
 * the probability (Hyndman 1996): the density is taken on a grid, its values are sorted, and
 * the level is the value at which the largest ones have summed up to p.
 *
 * Lines by marching squares (Lorensen & Cline 1987 in the plane): a square whose corners lie
 * on both sides of the level has one segment or two, ends interpolated; where both diagonals
 * are possible, the mean of the corners decides.
 */
#include <math.h>
#include <stdlib.h>

#include "plot/cloud.h"

enum { N_LEVELS = 5 };

struct field {
    size_t w, h; /* nodes */
    double *z;   /* h x w densities */
    double *sorted;
    double *segments;      /* two at most in a square, four numbers each */
    double step_x, step_y; /* pixels */
};

static int descending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static gmix_status sample_field(gmix_i_plot *plot, const gmix_i_panel *p,
                                const gmix_i_cloud *cloud, struct field *f) {
    gmix_status status;
    f->w = cloud->small ? 60 : 160;
    f->h = cloud->small ? 60 : 120;
    GMIX_TRY(gmix_i_plot_alloc(plot, f->w * f->h, sizeof *f->z, &f->z));
    GMIX_TRY(gmix_i_plot_alloc(plot, f->w * f->h, sizeof *f->sorted, &f->sorted));
    GMIX_TRY(gmix_i_plot_alloc(plot, 8 * f->w * f->h, sizeof(double), &f->segments));
    f->step_x = p->rect.w / (double)(f->w - 1);
    f->step_y = p->rect.h / (double)(f->h - 1);
    for (size_t j = 0; j < f->h; j++) {
        for (size_t i = 0; i < f->w; i++) {
            const double u = (double)i / (double)(f->w - 1);
            const double v = 1 - (double)j / (double)(f->h - 1);
            const double y[2] = {p->x.lo + u * (p->x.hi - p->x.lo),
                                 p->y.lo + v * (p->y.hi - p->y.lo)};
            const double z = gmix_i_view_density(&cloud->view, y);
            f->z[j * f->w + i] = z;
            f->sorted[j * f->w + i] = z;
        }
    }
    qsort(f->sorted, f->w * f->h, sizeof *f->sorted, descending);
done:
    return status;
}

/* The density around the most probable share of the panel. */
static double level_of(const struct field *f, double share) {
    double total = 0, sum = 0;
    const size_t n = f->w * f->h;
    for (size_t i = 0; i < n; i++) {
        total += f->sorted[i];
    }
    size_t i = 0;
    for (; i + 1 < n && sum < share * total; i++) {
        sum += f->sorted[i];
    }
    return f->sorted[i];
}

/* Where the level is crossed between corners a and b, numbered clockwise from the upper
 * left. */
static void crossing(const double z[4], double level, size_t a, size_t b, double at[2]) {
    static const double corner[4][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    const double t = z[b] != z[a] ? (level - z[a]) / (z[b] - z[a]) : 0.5;
    at[0] = corner[a][0] + t * (corner[b][0] - corner[a][0]);
    at[1] = corner[a][1] + t * (corner[b][1] - corner[a][1]);
}

/* Segments inside one square; ends in units of the square. Returns how many. */
static size_t cut_square(const double z[4], double level, double ends[4][2]) {
    size_t n = 0;
    for (size_t a = 0; a < 4; a++) {
        const size_t b = (a + 1) % 4;
        if ((z[a] >= level) != (z[b] >= level)) {
            crossing(z, level, a, b, ends[n++]);
        }
    }
    if (n == 4 && ((z[0] + z[1] + z[2] + z[3] >= 4 * level) == (z[0] >= level))) {
        for (size_t c = 0; c < 2; c++) { /* join the other pairs of edges */
            const double kept = ends[1][c];
            ends[1][c] = ends[3][c];
            ends[3][c] = kept;
        }
    }
    return n / 2;
}

static void draw_level(const gmix_i_panel *p, gmix_i_canvas *canvas,
                       const struct field *f, double level) {
    size_t n_all = 0;
    for (size_t j = 0; j + 1 < f->h; j++) {
        for (size_t i = 0; i + 1 < f->w; i++) {
            const double *const top = f->z + j * f->w + i;
            const double z[4] = {top[0], top[1], top[f->w + 1], top[f->w]};
            double ends[4][2];
            const size_t n = cut_square(z, level, ends);
            for (size_t e = 0; e < 2 * n; e++) {
                double *const xy = f->segments + 4 * n_all + 2 * e;
                xy[0] = p->rect.x + ((double)i + ends[e][0]) * f->step_x;
                xy[1] = p->rect.y + ((double)j + ends[e][1]) * f->step_y;
            }
            n_all += n;
        }
    }
    if (n_all > 0) {
        canvas->segments(canvas, f->segments, n_all);
    }
}

gmix_status gmix_i_cloud_contours(gmix_i_plot *plot, const gmix_i_panel *panel,
                                  gmix_i_canvas *canvas, const gmix_i_cloud *cloud) {
    static const double shares[N_LEVELS] = {0.1, 0.3, 0.5, 0.7, 0.9};
    struct field field;
    const gmix_status status = sample_field(plot, panel, cloud, &field);
    if (status != GMIX_OK) {
        return status;
    }
    gmix_i_brush brush = gmix_i_stroked(GMIX_I_INK_MUTED, 1);
    brush.stroke_opacity = 0.85;
    gmix_i_open(canvas, "contours", GMIX_I_NO_COMPONENT, brush);
    for (size_t l = 0; l < N_LEVELS; l++) {
        draw_level(panel, canvas, &field, level_of(&field, shares[l]));
    }
    canvas->close(canvas);
    return status;
}
