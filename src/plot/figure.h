/*
 * Figures: panels with axes, a legend and notes; what a kind makes, what the layout places,
 * what a canvas shows.
 *
 * A kind (kind_NAME.c, a line in kinds.c) fills in a figure; it leaves pixels to the layout,
 * and draws the inside of its panels when they have their place, through gmix_i_px() and
 * gmix_i_py(). Its memory comes from gmix_i_plot_alloc() and lives as long as the picture.
 */
#ifndef GMIX_PLOT_FIGURE_H
#define GMIX_PLOT_FIGURE_H

#include <gmix/plot.h>

#include "base/base.h"
#include "base/cells.h"
#include "plot/canvas.h"

struct gmix_i_plot;
struct gmix_i_panel;

typedef enum gmix_i_scale {
    GMIX_I_REALS,
    GMIX_I_WHOLE,     /* ticks at whole numbers only */
    GMIX_I_POWERS,    /* values are logarithms to base 10 */
    GMIX_I_ROOTS,     /* values are square roots of shares, 0 .. 1 */
    GMIX_I_CATEGORIES /* names at 0, 1, ...; lo = -0.5, hi = n - 0.5 */
} gmix_i_scale;

enum { GMIX_I_MAX_TICKS = 24, GMIX_I_TICK_TEXT = 48 };

typedef struct gmix_i_ticks {
    size_t n;
    double at[GMIX_I_MAX_TICKS];
    char text[GMIX_I_MAX_TICKS][GMIX_I_TICK_TEXT];
    char unit[64]; /* what to add to the title: " (× 10⁶)"; or "" */
} gmix_i_ticks;

typedef struct gmix_i_axis {
    double lo, hi;
    gmix_i_scale scale;
    const char *title; /* NULL: none */
    const char *const *names;
    size_t n_names; /* of categories */
    bool hides_ticks;
    bool grid; /* lines across the panel at the ticks */
    gmix_i_ticks ticks;
} gmix_i_axis;

typedef gmix_status gmix_i_draw(struct gmix_i_plot *plot,
                                const struct gmix_i_panel *panel, gmix_i_canvas *canvas);

typedef struct gmix_i_panel {
    size_t row, column;
    gmix_i_axis x, y;
    const char *heading; /* above it, or NULL */
    gmix_i_draw *draw;
    void *self;       /* the kind's */
    gmix_i_rect rect; /* from the layout */
} gmix_i_panel;

typedef enum gmix_i_swatch {
    GMIX_I_SWATCH_MARK, /* a shape */
    GMIX_I_SWATCH_LINE,
    GMIX_I_SWATCH_DASHED,
    GMIX_I_SWATCH_BOX
} gmix_i_swatch;

typedef struct gmix_i_entry {
    gmix_i_swatch swatch;
    int ink;
    gmix_i_mark_shape shape;
    int component; /* or GMIX_I_NO_COMPONENT */
    const char *text;
} gmix_i_entry;

enum { GMIX_I_MAX_ENTRIES = 20, GMIX_I_MAX_NOTES = 12, GMIX_I_MAX_GRID = 12 };

typedef struct gmix_i_figure {
    const char *title, *subtitle; /* NULL: none */
    const char *description;      /* for those who do not see it */
    gmix_i_panel *panels;
    size_t n_panels, n_rows, n_columns;
    double column_share[GMIX_I_MAX_GRID]; /* of the width; 0: equal */
    double row_share[GMIX_I_MAX_GRID];    /* of the height; 0: equal */
    bool corner;        /* the panels leave the upper right free: the legend goes there */
    bool shares_titles; /* axis titles only at the outer panels, and no gaps for others */
    gmix_i_entry entries[GMIX_I_MAX_ENTRIES];
    size_t n_entries;
    const char *notes[GMIX_I_MAX_NOTES]; /* sentences below the panels */
    size_t n_notes;
    double width, height; /* wanted by the kind; the caller's wish overrides */
} gmix_i_figure;

/* Where a value lies on the page. */
static inline double gmix_i_px(const gmix_i_panel *p, double x) {
    return p->rect.x + p->rect.w * ((x - p->x.lo) / (p->x.hi - p->x.lo));
}

static inline double gmix_i_py(const gmix_i_panel *p, double y) {
    return p->rect.y + p->rect.h * (1 - (y - p->y.lo) / (p->y.hi - p->y.lo));
}

/* Ticks for an axis of length px; vertical labels need less room. */
void gmix_i_ticks_choose(const gmix_i_axis *axis, double length, bool vertical,
                         gmix_i_ticks *out);

/* Places panels and chooses ticks; then draws everything. */
gmix_status gmix_i_figure_draw(struct gmix_i_plot *plot, gmix_i_figure *figure,
                               gmix_i_canvas *canvas);

/* Widens lo .. hi to a range that can be drawn: not empty, with a margin on both sides. */
void gmix_i_axis_range(gmix_i_axis *axis, double lo, double hi, double margin);

#endif
