/* SVG 1.1: text, the same bytes for the same picture. */
#ifndef GMIX_PLOT_SVG_CANVAS_H
#define GMIX_PLOT_SVG_CANVAS_H

#include "plot/canvas.h"
#include "text/text_buffer.h"

typedef enum gmix_i_theme { GMIX_I_LIGHT, GMIX_I_DARK, GMIX_I_AUTO } gmix_i_theme;

typedef struct gmix_i_svg {
    gmix_i_canvas canvas; /* first */
    struct gmix_i_text text;
    gmix_i_theme theme;
    bool interactive;
    const char *id_prefix;
    size_t n_clips;
} gmix_i_svg;

/* Opens the element; title and description are for those who hear the picture. */
void gmix_i_svg_begin(gmix_i_svg *svg, gmix_ctx *ctx, double width, double height,
                      const char *title, const char *description);

/* Closes it and hands the text over; or fails as a call before did. */
gmix_status gmix_i_svg_end(gmix_i_svg *svg, char **out);

#endif
