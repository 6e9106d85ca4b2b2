/*
 * Pages of paper, as PDF: a canvas that can be turned, measures text in the fonts that it draws
 * with, and takes pictures. Lengths are points, 1/72 inch. Failures are kept until
 * gmix_i_paper_take(). Builds without Cairo have none (cairo_none.c).
 */
#ifndef GMIX_PLOT_PAPER_H
#define GMIX_PLOT_PAPER_H

#include "plot/assigned.h"
#include "plot/figure.h"
#include "plot/plot_kind.h"

typedef struct gmix_i_paper gmix_i_paper;

/* title: of the document. GMIX_ERR_UNSUPPORTED without a Cairo. */
gmix_status gmix_i_paper_open(gmix_ctx *ctx, double width, double height,
                              const char *title, gmix_i_paper **out);
void gmix_i_paper_close(gmix_ctx *ctx, gmix_i_paper **paper);

gmix_i_canvas *gmix_i_paper_canvas(gmix_i_paper *paper);

/* Width of a text of this size. */
double gmix_i_paper_measure(gmix_i_paper *paper, const char *text, double size,
                            bool bold);

/* The next page. */
void gmix_i_paper_turn(gmix_i_paper *paper);

/* A line of the document's outline, which leads to a height on this page; level 1, 2, ... */
void gmix_i_paper_outline(gmix_i_paper *paper, const char *text, int level);

/* A figure with its upper left corner at (x, y), so many points for a pixel. */
gmix_status gmix_i_paper_figure(gmix_i_paper *paper, gmix_i_plot *plot,
                                gmix_i_figure *figure, double x, double y, double scale);

/* Ends the document; the bytes are released by gmix_text_free(). */
gmix_status gmix_i_paper_take(gmix_i_paper *paper, char **bytes, size_t *n_bytes);

#endif
