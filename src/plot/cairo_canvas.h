/*
 * PNG and PDF through Cairo. The library is loaded when a picture asks for it and never
 * linked: it brings two dozen others, which programs that only fit should not have to start
 * with. Builds without its headers (-Dcairo=disabled) have cairo_none.c in place of
 * cairo_canvas.c and cairo_load.c.
 */
#ifndef GMIX_PLOT_CAIRO_CANVAS_H
#define GMIX_PLOT_CAIRO_CANVAS_H

#include "base/base.h"

/* GMIX_OK if there is a Cairo to draw with; GMIX_ERR_UNSUPPORTED says what to do. */
gmix_status gmix_i_cairo_check(gmix_ctx *ctx);

#endif
