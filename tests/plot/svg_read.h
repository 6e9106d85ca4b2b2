/* Reading numbers back from the SVG that gmix writes: no parser, its own layout is known. */
#ifndef GMIX_TESTS_PLOT_SVG_READ_H
#define GMIX_TESTS_PLOT_SVG_READ_H

#include <stdlib.h>
#include <string.h>

#include "check.h"

typedef struct svg_panel {
    double left, top, width, height, x_lo, x_hi, y_lo, y_hi;
} svg_panel;

/* The number of an attribute in the element that begins at `at`; NaN if it has none. */
static inline double svg_number(const char *at, const char *name) {
    char wanted[64];
    snprintf(wanted, sizeof wanted, " %s=\"", name);
    const char *const found = strstr(at, wanted);
    const char *const end = strchr(at, '>');
    return found && end && found < end ? strtod(found + strlen(wanted), NULL) : NAN;
}

/* The next group of a class at or after `at`, or NULL. */
static inline const char *svg_group(const char *at, const char *name) {
    char wanted[80];
    snprintf(wanted, sizeof wanted, "<g class=\"%s\"", name);
    const char *const found = strstr(at, wanted);
    return found;
}

/* A component's group of that class, e.g. "ellipse-95". */
static inline const char *svg_component(const char *at, const char *name, int k) {
    char wanted[120];
    snprintf(wanted, sizeof wanted, "<g class=\"component %s\" data-component=\"%d\"",
             name, k);
    return strstr(at, wanted);
}

static inline svg_panel svg_read_panel(const char *svg) {
    const char *const at = svg_group(svg, "panel");
    if (!CHECK(at)) {
        return (svg_panel){0};
    }
    return (svg_panel){svg_number(at, "data-left"),  svg_number(at, "data-top"),
                       svg_number(at, "data-width"), svg_number(at, "data-height"),
                       svg_number(at, "data-x-min"), svg_number(at, "data-x-max"),
                       svg_number(at, "data-y-min"), svg_number(at, "data-y-max")};
}

/* From values to pixels and back. */
static inline double svg_x(const svg_panel *p, double x) {
    return p->left + p->width * (x - p->x_lo) / (p->x_hi - p->x_lo);
}

static inline double svg_y(const svg_panel *p, double y) {
    return p->top + p->height * (1 - (y - p->y_lo) / (p->y_hi - p->y_lo));
}

static inline double svg_value_x(const svg_panel *p, double px) {
    return p->x_lo + (px - p->left) / p->width * (p->x_hi - p->x_lo);
}

static inline double svg_value_y(const svg_panel *p, double py) {
    return p->y_lo + (1 - (py - p->top) / p->height) * (p->y_hi - p->y_lo);
}

/* The points of the path after `at`: x and y in turn, at most `most`; how many. */
static inline size_t svg_path(const char *at, double *xy, size_t most) {
    const char *c = strstr(at, "d=\"M");
    size_t n = 0;
    if (!CHECK(c)) {
        return 0;
    }
    for (c += 3; n < 2 * most && *c != '"' && *c != 'Z'; n++) {
        c += *c == 'M' || *c == 'L' || *c == ' ';
        char *end;
        xy[n] = strtod(c, &end);
        if (!CHECK(end > c)) {
            return 0;
        }
        c = end;
    }
    return n / 2;
}

#endif
