/*
 * The Cairo canvas. Brushes live on a stack of groups, as SVG inherits them; text is set in
 * DejaVu Sans, whose widths the layout reckons with, or whatever fontconfig has instead.
 */
#include "plot/cairo_canvas.h"
#include "base/structs.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot/cairo_load.h"
#include "plot/fonts.h"
#include "plot/measure.h"
#include "plot/paper.h"
#include "plot/plot_kind.h"

enum { DEPTH = 16 };

struct bytes {
    gmix_ctx *ctx;
    char *at;
    size_t used, capacity;
    gmix_status status;
};

struct drawing {
    gmix_i_canvas canvas; /* first */
    gmix_i_cairo api;
    cairo_surface_t *surface;
    cairo_t *cr;
    bool dark;
    gmix_i_fonts fonts;
    gmix_i_brush brushes[DEPTH];
    size_t depth;
};

static struct drawing *drawing_of(gmix_i_canvas *c) {
    return (struct drawing *)c;
}

/* Never says that it failed: Cairo, which does not survive that between two pages, goes on, and
 * finish() looks at the status. */
static cairo_status_t take_bytes(void *arg, const unsigned char *data, unsigned n) {
    struct bytes *const b = arg;
    if (b->status == GMIX_OK) {
        b->status =
            gmix_i_grow(b->ctx, "picture", &b->at, &b->capacity, b->used + n + 1, 1);
    }
    if (b->status == GMIX_OK) {
        memcpy(b->at + b->used, data, n);
        b->used += n;
    }
    return CAIRO_STATUS_SUCCESS;
}

static void use_ink(struct drawing *d, int ink, double opacity) {
    const uint32_t c = gmix_i_ink_colour(ink, d->dark);
    d->api.cairo_set_source_rgba(d->cr, (c >> 16 & 255) / 255.0, (c >> 8 & 255) / 255.0,
                                 (c & 255) / 255.0, opacity);
}

static void draw_open(gmix_i_canvas *c, const gmix_i_group *group) {
    struct drawing *const d = drawing_of(c);
    d->api.cairo_save(d->cr);
    if (group->clip) {
        const gmix_i_rect *const r = group->clip;
        d->api.cairo_new_path(d->cr);
        d->api.cairo_rectangle(d->cr, r->x, r->y, r->w, r->h);
        d->api.cairo_clip(d->cr);
    }
    d->brushes[++d->depth] = group->brush;
}

static void draw_close(gmix_i_canvas *c) {
    struct drawing *const d = drawing_of(c);
    d->api.cairo_restore(d->cr);
    d->depth--;
}

/* Fills and strokes the current path as the innermost group says. */
static void paint(struct drawing *d) {
    static const double dashes[] = {5, 4};
    const gmix_i_brush *const b = &d->brushes[d->depth];
    if (b->fill != GMIX_I_INK_NONE) {
        use_ink(d, b->fill, b->fill_opacity);
        d->api.cairo_fill_preserve(d->cr);
    }
    if (b->stroke != GMIX_I_INK_NONE) {
        use_ink(d, b->stroke, b->stroke_opacity);
        d->api.cairo_set_line_width(d->cr, b->width);
        d->api.cairo_set_dash(d->cr, dashes, b->dashed ? 2 : 0, 0);
        d->api.cairo_stroke_preserve(d->cr);
    }
    d->api.cairo_new_path(d->cr);
}

/* Cairo works with fixed-point numbers: far outside the page, any place will do. */
static double near_page(double x) {
    return fmax(-20000, fmin(20000, x));
}

static void draw_line(gmix_i_canvas *c, const double *xy, size_t n, bool closed) {
    struct drawing *const d = drawing_of(c);
    for (size_t i = 0; i < n; i++) {
        const double x = near_page(xy[2 * i]), y = near_page(xy[2 * i + 1]);
        if (i == 0) {
            d->api.cairo_move_to(d->cr, x, y);
        } else {
            d->api.cairo_line_to(d->cr, x, y);
        }
    }
    if (closed) {
        d->api.cairo_close_path(d->cr);
    }
    paint(d);
}

static void draw_segments(gmix_i_canvas *c, const double *xy, size_t n) {
    struct drawing *const d = drawing_of(c);
    for (size_t i = 0; i < n; i++) {
        d->api.cairo_move_to(d->cr, xy[4 * i], xy[4 * i + 1]);
        d->api.cairo_line_to(d->cr, xy[4 * i + 2], xy[4 * i + 3]);
    }
    paint(d);
}

static void draw_rects(gmix_i_canvas *c, const gmix_i_rect *rects, size_t n) {
    struct drawing *const d = drawing_of(c);
    for (size_t i = 0; i < n; i++) {
        const double top = near_page(rects[i].y);
        const double bottom = near_page(rects[i].y + rects[i].h);
        d->api.cairo_rectangle(d->cr, rects[i].x, top, rects[i].w, bottom - top);
    }
    paint(d);
}

static void draw_ellipse(gmix_i_canvas *c, double x, double y, double rx, double ry,
                         double angle) {
    struct drawing *const d = drawing_of(c);
    if (!(rx > 0) || !(rx < 1e5) || fabs(x) > 1e5 || fabs(y) > 1e5) {
        return;
    }
    d->api.cairo_save(d->cr);
    d->api.cairo_translate(d->cr, x, y);
    d->api.cairo_rotate(d->cr, angle / 57.29577951308232);
    d->api.cairo_scale(d->cr, rx, fmax(ry, 1e-3)); /* a flat one is a line */
    d->api.cairo_new_sub_path(d->cr);
    d->api.cairo_arc(d->cr, 0, 0, 1, 0, 6.283185307179586);
    d->api.cairo_close_path(d->cr);
    d->api.cairo_restore(d->cr); /* the pen is round again */
    paint(d);
}

static void draw_mark(gmix_i_canvas *c, const gmix_i_mark *m) {
    struct drawing *const d = drawing_of(c);
    const double x = near_page(m->x), y = near_page(m->y), r = m->r;
    if (m->shape == GMIX_I_CIRCLE) {
        d->api.cairo_new_sub_path(d->cr);
        d->api.cairo_arc(d->cr, x, y, r, 0, 6.283185307179586);
        paint(d);
    } else if (m->shape < GMIX_I_N_SHAPES) {
        const double *corners;
        double xy[16];
        const size_t n = gmix_i_shape_points(m->shape, &corners);
        for (size_t i = 0; i < n; i++) {
            xy[2 * i] = x + r * corners[2 * i];
            xy[2 * i + 1] = y + r * corners[2 * i + 1];
        }
        draw_line(c, xy, n, true);
    } else {
        const double ends[8] = {x, y - r, x, y + r, x - r, y, x + r, y};
        draw_segments(c, ends, m->shape == GMIX_I_TICK ? 1 : 2);
    }
}

/* What becomes of a text: it is measured, drawn, or made a path of. */
enum use { MEASURED, SHOWN, OUTLINED };

/* From the current point on, piece by piece as fonts have its characters; its width. */
static double use_text(struct drawing *d, const char *text, double size, bool bold,
                       enum use use) {
    double width = 0;
    char piece[512];
    const char *family;
    size_t n;
    while ((n = gmix_i_fonts_run(&d->fonts, text, &family)) > 0) {
        cairo_text_extents_t extents;
        snprintf(piece, sizeof piece, "%.*s", (int)n, text);
        d->api.cairo_select_font_face(d->cr, family, CAIRO_FONT_SLANT_NORMAL,
                                      bold ? CAIRO_FONT_WEIGHT_BOLD
                                           : CAIRO_FONT_WEIGHT_NORMAL);
        d->api.cairo_set_font_size(d->cr, size);
        if (use == SHOWN) {
            d->api.cairo_show_text(d->cr, piece);
        } else if (use == OUTLINED) {
            d->api.cairo_text_path(d->cr, piece);
        } else {
            d->api.cairo_text_extents(d->cr, piece, &extents);
            width += extents.x_advance;
        }
        text += n;
    }
    return width;
}

static void draw_text(gmix_i_canvas *c, const gmix_i_label *l, const char *utf8) {
    struct drawing *const d = drawing_of(c);
    char text[512];
    gmix_i_text_fit(utf8, 1, 1e9, text, sizeof text); /* Cairo refuses bad UTF-8 */
    const double width = use_text(d, text, l->size, l->bold, MEASURED);
    d->api.cairo_save(d->cr);
    d->api.cairo_translate(d->cr, near_page(l->x), near_page(l->y));
    d->api.cairo_rotate(d->cr, l->angle / 57.29577951308232);
    d->api.cairo_move_to(d->cr, -0.5 * (l->anchor + 1) * width, 0);
    if (l->halo) {
        use_text(d, text, l->size, l->bold, OUTLINED);
        use_ink(d, GMIX_I_INK_PAPER, 1);
        d->api.cairo_set_line_width(d->cr, 3);
        d->api.cairo_set_dash(d->cr, NULL, 0, 0);
        d->api.cairo_stroke_preserve(d->cr);
        use_ink(d, l->ink, 1);
        d->api.cairo_fill(d->cr);
    } else {
        use_ink(d, l->ink, 1);
        use_text(d, text, l->size, l->bold, SHOWN);
    }
    d->api.cairo_new_path(d->cr);
    d->api.cairo_restore(d->cr);
}

static gmix_status check(gmix_ctx *ctx, const struct drawing *d, cairo_status_t at) {
    if (at == CAIRO_STATUS_SUCCESS) {
        return GMIX_OK;
    }
    return at == CAIRO_STATUS_NO_MEMORY
               ? gmix_i_fail(ctx, GMIX_ERR_NOMEM, "out of memory: Cairo has none")
               : gmix_i_fail(ctx, GMIX_ERR_IO, "Cairo cannot draw the picture: %s",
                             d->api.cairo_status_to_string(at));
}

/* The canvas on its surface; scale: of a CSS pixel, or whatever is drawn in. */
static gmix_status start(gmix_ctx *ctx, struct drawing *d, double scale) {
    gmix_status status;
    d->canvas = (gmix_i_canvas){draw_open,  draw_close,   draw_line, draw_segments,
                                draw_rects, draw_ellipse, draw_mark, draw_text};
    GMIX_TRY(check(ctx, d, d->api.cairo_surface_status(d->surface)));
    d->cr = d->api.cairo_create(d->surface);
    d->api.cairo_scale(d->cr, scale, scale);
    d->api.cairo_set_line_join(d->cr, CAIRO_LINE_JOIN_ROUND);
    d->brushes[0] = gmix_i_filled(GMIX_I_INK_PAPER, 1);
    GMIX_TRY(check(ctx, d, d->api.cairo_status(d->cr)));
done:
    return status;
}

static void open_pdf(struct drawing *d, double width, double height, const char *title,
                     struct bytes *bytes) {
    d->surface =
        d->api.cairo_pdf_surface_create_for_stream(take_bytes, bytes, width, height);
    if (title && d->api.cairo_surface_status(d->surface) == CAIRO_STATUS_SUCCESS) {
        d->api.cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_TITLE,
                                              title);
    }
    if (d->api.cairo_surface_status(d->surface) == CAIRO_STATUS_SUCCESS) {
        /* no date: the same input gives the same bytes */
        d->api.cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                              "");
    }
}

/* A picture of that size. PNG if pdf is NULL: in memory until it is done. */
static gmix_status begin(gmix_ctx *ctx, struct drawing *d, const gmix_i_figure *f,
                         double scale, struct bytes *pdf) {
    gmix_status status;
    GMIX_TRY(gmix_i_cairo_load(ctx, &d->api));
    if (pdf) { /* a CSS pixel is 3/4 of a point */
        open_pdf(d, 0.75 * f->width, 0.75 * f->height, f->title, pdf);
        scale = 0.75;
    } else {
        d->surface = d->api.cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                                       (int)ceil(f->width * scale),
                                                       (int)ceil(f->height * scale));
    }
    GMIX_TRY(start(ctx, d, scale));
    draw_rects(&d->canvas, &(gmix_i_rect){0, 0, f->width, f->height}, 1);
done:
    return status;
}

static void end(struct drawing *d) {
    if (d->cr) {
        d->api.cairo_destroy(d->cr);
    }
    if (d->surface) {
        d->api.cairo_surface_destroy(d->surface);
    }
}

static gmix_status finish(gmix_ctx *ctx, struct drawing *d, bool png,
                          struct bytes *bytes) {
    gmix_status status;
    GMIX_TRY(check(ctx, d, d->api.cairo_status(d->cr)));
    if (png) {
        const cairo_status_t written =
            d->api.cairo_surface_write_to_png_stream(d->surface, take_bytes, bytes);
        GMIX_TRY(bytes->status);
        GMIX_TRY(check(ctx, d, written));
    } else {
        d->api.cairo_surface_finish(d->surface);
        GMIX_TRY(bytes->status);
        GMIX_TRY(check(ctx, d, d->api.cairo_surface_status(d->surface)));
    }
done:
    return status;
}

static gmix_status draw(gmix_ctx *ctx, const gmix_model *model, const gmix_report *report,
                        const gmix_table *table, const gmix_plot_options *opts, bool png,
                        char **out, size_t *n_bytes) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    GMIX_I_TABLE(ctx, table);
    gmix_status status;
    gmix_i_plot plot = {.ctx = ctx};
    gmix_i_figure figure;
    struct drawing d = {.surface = NULL};
    struct bytes bytes = {.ctx = ctx};
    char *text = NULL;
    if (!out || !n_bytes) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "bytes and n_bytes must not be NULL");
    }
    GMIX_TRY(gmix_i_plot_open(ctx, model, report, table, NULL, opts, &plot));
    GMIX_TRY(gmix_i_plot_build(&plot, &figure));
    if (png && fmax(figure.width, figure.height) * plot.opts.scale > 32000) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "a PNG of more than 32000 pixels cannot be drawn");
    }
    d.dark = strcmp(plot.opts.theme, "dark") == 0;
    GMIX_TRY(begin(ctx, &d, &figure, plot.opts.scale, png ? NULL : &bytes));
    GMIX_TRY(gmix_i_figure_draw(&plot, &figure, &d.canvas));
    GMIX_TRY(finish(ctx, &d, png, &bytes));
    GMIX_TRY(gmix_i_text_new(ctx, bytes.at, bytes.used, &text));
    *out = text;
    *n_bytes = bytes.used;
done:
    end(&d);
    gmix_i_free(ctx, bytes.at);
    gmix_i_plot_close(&plot);
    return status;
}

gmix_status gmix_plot_png(gmix_ctx *ctx, const gmix_model *model,
                          const gmix_report *report, const gmix_table *table,
                          const gmix_plot_options *opts, char **bytes, size_t *n_bytes) {
    return draw(ctx, model, report, table, opts, true, bytes, n_bytes);
}

gmix_status gmix_plot_pdf(gmix_ctx *ctx, const gmix_model *model,
                          const gmix_report *report, const gmix_table *table,
                          const gmix_plot_options *opts, char **bytes, size_t *n_bytes) {
    return draw(ctx, model, report, table, opts, false, bytes, n_bytes);
}

struct gmix_i_paper {
    struct drawing drawing;
    struct bytes bytes;
    int page;       /* from 1 */
    int outline[8]; /* the last entry of each level */
};

gmix_status gmix_i_paper_open(gmix_ctx *ctx, double width, double height,
                              const char *title, gmix_i_paper **out) {
    gmix_status status;
    gmix_i_paper *paper = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "pages", 1, sizeof *paper, &paper));
    paper->bytes.ctx = ctx;
    paper->page = 1;
    GMIX_TRY(gmix_i_cairo_load(ctx, &paper->drawing.api));
    open_pdf(&paper->drawing, width, height, title, &paper->bytes);
    GMIX_TRY(start(ctx, &paper->drawing, 1));
    *out = paper;
    paper = NULL;
done:
    gmix_i_paper_close(ctx, &paper);
    return status;
}

void gmix_i_paper_close(gmix_ctx *ctx, gmix_i_paper **paper) {
    if (*paper) {
        end(&(*paper)->drawing);
        gmix_i_free(ctx, (*paper)->bytes.at);
        gmix_i_free(ctx, *paper);
        *paper = NULL;
    }
}

gmix_i_canvas *gmix_i_paper_canvas(gmix_i_paper *paper) {
    return &paper->drawing.canvas;
}

double gmix_i_paper_measure(gmix_i_paper *paper, const char *text, double size,
                            bool bold) {
    return use_text(&paper->drawing, text, size, bold, MEASURED);
}

void gmix_i_paper_turn(gmix_i_paper *paper) {
    paper->drawing.api.cairo_show_page(paper->drawing.cr);
    paper->page++;
}

void gmix_i_paper_outline(gmix_i_paper *paper, const char *text, int level) {
    char where[32];
    snprintf(where, sizeof where, "page=%d", paper->page);
    paper->outline[level] = paper->drawing.api.cairo_pdf_surface_add_outline(
        paper->drawing.surface, level > 1 ? paper->outline[level - 1] : 0, text, where,
        CAIRO_PDF_OUTLINE_FLAG_OPEN);
}

gmix_status gmix_i_paper_figure(gmix_i_paper *paper, gmix_i_plot *plot,
                                gmix_i_figure *figure, double x, double y, double scale) {
    struct drawing *const d = &paper->drawing;
    d->api.cairo_save(d->cr);
    d->api.cairo_translate(d->cr, x, y);
    d->api.cairo_scale(d->cr, scale, scale);
    const gmix_status status = gmix_i_figure_draw(plot, figure, &d->canvas);
    d->api.cairo_restore(d->cr);
    return status;
}

gmix_status gmix_i_paper_take(gmix_i_paper *paper, char **bytes, size_t *n_bytes) {
    gmix_status status;
    gmix_ctx *const ctx = paper->bytes.ctx;
    GMIX_TRY(finish(ctx, &paper->drawing, false, &paper->bytes));
    GMIX_TRY(gmix_i_text_new(ctx, paper->bytes.at, paper->bytes.used, bytes));
    *n_bytes = paper->bytes.used;
done:
    return status;
}
