/* Marks: polygons of about the area of the unit circle, so that none looks heavier. */
#include "plot/canvas.h"

static const double square[] = {-.87, -.87, .87, -.87, .87, .87, -.87, .87};
static const double triangle[] = {0, -1.4, 1.3, .85, -1.3, .85};
static const double down[] = {0, 1.4, 1.3, -.85, -1.3, -.85};
static const double diamond[] = {0, -1.3, 1.3, 0, 0, 1.3, -1.3, 0};
static const double pentagon[] = {0, -1.18, 1.12, -.36, .69, .95, -.69, .95, -1.12, -.36};

size_t gmix_i_shape_points(gmix_i_mark_shape shape, const double **xy) {
    static const struct {
        const double *xy;
        size_t n;
    } shapes[] = {[GMIX_I_CIRCLE] = {NULL, 0},       [GMIX_I_SQUARE] = {square, 4},
                  [GMIX_I_TRIANGLE] = {triangle, 3}, [GMIX_I_DIAMOND] = {diamond, 4},
                  [GMIX_I_DOWN] = {down, 3},         [GMIX_I_PENTAGON] = {pentagon, 5}};
    *xy = shapes[shape].xy;
    return shapes[shape].n;
}
