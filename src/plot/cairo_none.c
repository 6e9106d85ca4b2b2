/* Stands in for Cairo in builds without it. */
#include <gmix/plot.h>

#include "base/structs.h"
#include "plot/cairo_canvas.h"
#include "plot/paper.h"

gmix_status gmix_i_cairo_check(gmix_ctx *ctx) {
    return gmix_i_fail(ctx, GMIX_ERR_UNSUPPORTED,
                       "this build draws no PNG and PDF (-Dcairo=disabled); write .svg");
}

gmix_status gmix_plot_png(gmix_ctx *ctx, const gmix_model *model,
                          const gmix_report *report, const gmix_table *table,
                          const gmix_plot_options *opts, char **bytes, size_t *n_bytes) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    GMIX_I_TABLE(ctx, table);
    (void)model, (void)report, (void)table, (void)opts, (void)bytes, (void)n_bytes;
    return gmix_i_cairo_check(ctx);
}

gmix_status gmix_plot_pdf(gmix_ctx *ctx, const gmix_model *model,
                          const gmix_report *report, const gmix_table *table,
                          const gmix_plot_options *opts, char **bytes, size_t *n_bytes) {
    return gmix_plot_png(ctx, model, report, table, opts, bytes, n_bytes);
}

gmix_status gmix_i_paper_open(gmix_ctx *ctx, double width, double height,
                              const char *title, gmix_i_paper **out) {
    (void)width, (void)height, (void)title, (void)out;
    return gmix_i_cairo_check(ctx);
}

/* There is never a paper, so the rest is not called. */
void gmix_i_paper_close(gmix_ctx *ctx, gmix_i_paper **paper) {
    (void)ctx, (void)paper;
}

gmix_i_canvas *gmix_i_paper_canvas(gmix_i_paper *paper) {
    (void)paper;
    return NULL;
}

double gmix_i_paper_measure(gmix_i_paper *paper, const char *text, double size,
                            bool bold) {
    (void)paper, (void)text, (void)size, (void)bold;
    return 0;
}

void gmix_i_paper_turn(gmix_i_paper *paper) {
    (void)paper;
}

void gmix_i_paper_outline(gmix_i_paper *paper, const char *text, int level) {
    (void)paper, (void)text, (void)level;
}

gmix_status gmix_i_paper_figure(gmix_i_paper *paper, gmix_i_plot *plot,
                                gmix_i_figure *figure, double x, double y, double scale) {
    (void)paper, (void)plot, (void)figure, (void)x, (void)y, (void)scale;
    return GMIX_ERR_UNSUPPORTED;
}

gmix_status gmix_i_paper_take(gmix_i_paper *paper, char **bytes, size_t *n_bytes) {
    (void)paper, (void)bytes, (void)n_bytes;
    return GMIX_ERR_UNSUPPORTED;
}
