/*
 * What pictures are drawn on. Coordinates are CSS pixels, x to the right, y downwards.
 *
 * A canvas is a table of functions with two makers: svg_canvas.c writes text, cairo_canvas.c
 * calls Cairo. Brushes belong to groups, and every mark of a group is painted by itself, so
 * that half-transparent marks add up. Failures are kept until the canvas is finished.
 */
#ifndef GMIX_PLOT_CANVAS_H
#define GMIX_PLOT_CANVAS_H

#include "plot/ink.h"

typedef struct gmix_i_rect {
    double x, y, w, h;
} gmix_i_rect;

typedef struct gmix_i_brush {
    int fill, stroke; /* inks; GMIX_I_INK_NONE: not at all */
    double fill_opacity, stroke_opacity, width;
    bool dashed;
} gmix_i_brush;

enum { GMIX_I_NO_COMPONENT = -2 };

/* What axes make of data, for whoever reads the picture by program. */
typedef struct gmix_i_extent {
    double x_lo, x_hi, y_lo, y_hi;
} gmix_i_extent;

typedef struct gmix_i_group {
    const char *name; /* its class: "points", "ellipses", ...; NULL: none */
    int component;    /* GMIX_I_NO_COMPONENT, -1 for noise, or 0 .. K - 1 */
    gmix_i_brush brush;
    const gmix_i_rect *clip;     /* or NULL */
    const gmix_i_extent *extent; /* of a panel, whose clip is its rectangle; or NULL */
} gmix_i_group;

typedef enum gmix_i_mark_shape {
    GMIX_I_CIRCLE,
    GMIX_I_SQUARE,
    GMIX_I_TRIANGLE,
    GMIX_I_DIAMOND,
    GMIX_I_DOWN,
    GMIX_I_PENTAGON,
    GMIX_I_N_SHAPES,
    GMIX_I_TICK = GMIX_I_N_SHAPES, /* a short upright line */
    GMIX_I_CROSS
} gmix_i_mark_shape;

typedef struct gmix_i_mark {
    gmix_i_mark_shape shape;
    double x, y, r; /* r: of a circle that has about the same area */
    size_t row;     /* SIZE_MAX: none */
} gmix_i_mark;

typedef struct gmix_i_label {
    double x, y;  /* of its anchor on the baseline */
    int anchor;   /* -1 start, 0 middle, 1 end */
    double size;  /* of the font */
    double angle; /* degrees, clockwise about the anchor */
    bool bold, halo;
    int ink;
} gmix_i_label;

typedef struct gmix_i_canvas gmix_i_canvas;

struct gmix_i_canvas {
    void (*open)(gmix_i_canvas *c, const gmix_i_group *group);
    void (*close)(gmix_i_canvas *c);
    /* Straight lines through n points, x and y in turn. */
    void (*line)(gmix_i_canvas *c, const double *xy, size_t n, bool closed);
    /* n lines of two points each, as one mark. */
    void (*segments)(gmix_i_canvas *c, const double *xy, size_t n);
    /* Rectangles as one mark. */
    void (*rects)(gmix_i_canvas *c, const gmix_i_rect *rects, size_t n);
    /* angle in degrees, clockwise, from the x axis to the axis of length rx. */
    void (*ellipse)(gmix_i_canvas *c, double x, double y, double rx, double ry,
                    double angle);
    void (*mark)(gmix_i_canvas *c, const gmix_i_mark *mark);
    void (*text)(gmix_i_canvas *c, const gmix_i_label *label, const char *utf8);
};

/* Corners of a shape about the origin for r = 1, x and y in turn; how many points. */
size_t gmix_i_shape_points(gmix_i_mark_shape shape, const double **xy);

static inline gmix_i_brush gmix_i_filled(int ink, double opacity) {
    return (gmix_i_brush){
        .fill = ink, .stroke = GMIX_I_INK_NONE, .fill_opacity = opacity};
}

static inline gmix_i_brush gmix_i_stroked(int ink, double width) {
    return (gmix_i_brush){
        .fill = GMIX_I_INK_NONE, .stroke = ink, .stroke_opacity = 1, .width = width};
}

static inline void gmix_i_open(gmix_i_canvas *c, const char *name, int component,
                               gmix_i_brush brush) {
    const gmix_i_group group = {name, component, brush, NULL, NULL};
    c->open(c, &group);
}

#endif
