/* Stands in for Cairo in builds without it. */
#include <gmix/plot.h>

#include "base/structs.h"
#include "plot/cairo_canvas.h"

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
