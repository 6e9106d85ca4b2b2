/* Pictures in SVG, and into files. See gmix/plot.h. */
#include <string.h>
#include <strings.h>

#include "base/structs.h"
#include "plot/cairo_canvas.h"
#include "plot/plot_kind.h"
#include "plot/svg_canvas.h"
#include "text/write_file.h"

gmix_status gmix_i_plot_svg(gmix_ctx *ctx, const gmix_model *model,
                            const gmix_report *report, const gmix_table *table,
                            const gmix_i_assigned *assigned,
                            const gmix_plot_options *opts, char **svg) {
    gmix_status status;
    gmix_i_plot plot = {.ctx = ctx};
    gmix_i_figure figure;
    gmix_i_svg writer = {.text = {.ctx = ctx}};
    GMIX_TRY(gmix_i_plot_open(ctx, model, report, table, assigned, opts, &plot));
    GMIX_TRY(gmix_i_plot_build(&plot, &figure));
    const char *const theme = plot.opts.theme;
    writer.theme = strcmp(theme, "dark") == 0   ? GMIX_I_DARK
                   : strcmp(theme, "auto") == 0 ? GMIX_I_AUTO
                                                : GMIX_I_LIGHT;
    writer.interactive = plot.opts.interactive != 0;
    writer.id_prefix = plot.opts.id_prefix;
    gmix_i_svg_begin(&writer, ctx, figure.width, figure.height,
                     figure.title ? figure.title : "Picture of a mixture",
                     figure.description);
    GMIX_TRY(gmix_i_figure_draw(&plot, &figure, &writer.canvas));
    GMIX_TRY(gmix_i_svg_end(&writer, svg));
done:
    gmix_i_text_drop(&writer.text);
    gmix_i_plot_close(&plot);
    return status;
}

gmix_status gmix_plot_svg(gmix_ctx *ctx, const gmix_model *model,
                          const gmix_report *report, const gmix_table *table,
                          const gmix_plot_options *opts, char **svg) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    GMIX_I_TABLE(ctx, table);
    return svg ? gmix_i_plot_svg(ctx, model, report, table, NULL, opts, svg)
               : gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "svg is NULL");
}

typedef enum format { NO_FORMAT, SVG, PNG, PDF } format;

static format format_of(const char *path) {
    const char *const dot = strrchr(path, '.');
    return strcmp(path, "-") == 0         ? SVG
           : !dot                         ? NO_FORMAT
           : strcasecmp(dot, ".svg") == 0 ? SVG
           : strcasecmp(dot, ".png") == 0 ? PNG
           : strcasecmp(dot, ".pdf") == 0 ? PDF
                                          : NO_FORMAT;
}

gmix_status gmix_plot_check_path(gmix_ctx *ctx, const char *path) {
    GMIX_I_CTX(ctx);
    if (!path || !path[0]) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "a picture needs a file name");
    }
    const format wanted = format_of(path);
    if (wanted == NO_FORMAT) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "a picture's name ends in .svg, .png or .pdf, unlike '%.200s'",
                           path);
    }
    return wanted == SVG ? GMIX_OK : gmix_i_cairo_check(ctx);
}

gmix_status gmix_plot_write(gmix_ctx *ctx, const gmix_model *model,
                            const gmix_report *report, const gmix_table *table,
                            const gmix_plot_options *opts, const char *path) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    GMIX_I_TABLE(ctx, table);
    gmix_status status;
    char *bytes = NULL;
    size_t n = 0;
    GMIX_TRY(gmix_plot_check_path(ctx, path));
    const format wanted = format_of(path);
    if (wanted == SVG) {
        GMIX_TRY(gmix_plot_svg(ctx, model, report, table, opts, &bytes));
        n = strlen(bytes);
    } else {
        GMIX_TRY(wanted == PNG
                     ? gmix_plot_png(ctx, model, report, table, opts, &bytes, &n)
                     : gmix_plot_pdf(ctx, model, report, table, opts, &bytes, &n));
    }
    GMIX_TRY(gmix_i_write_file(ctx, path, bytes, n));
done:
    gmix_text_free(&bytes);
    return status;
}
