/*
 * The SVG writer. Coordinates have two decimals and are printed from whole numbers, so that
 * no locale and no library's rounding changes a byte. Colours are presentation attributes,
 * which every viewer knows; for the theme "auto" classes over them let a style sheet with
 * prefers-color-scheme decide where there is one.
 */
#include "plot/svg_canvas.h"

#include <math.h>
#include <string.h>

#include "text/number.h"
#include "text/utf8.h"

#define FONTS                                                              \
    "system-ui,-apple-system,&apos;Segoe UI&apos;,Roboto,&apos;Helvetica " \
    "Neue&apos;,Arial,&apos;DejaVu Sans&apos;,sans-serif"

static gmix_i_svg *svg_of(gmix_i_canvas *c) {
    return (gmix_i_svg *)c;
}

/* Hundredths of a pixel; far outside stays a number that viewers can read. */
static void put_number(gmix_i_svg *svg, double value) {
    const double bounded = fmax(-1e6, fmin(1e6, value));
    const long long n = llround(bounded * 100);
    const unsigned long long a =
        n < 0 ? 0ULL - (unsigned long long)n : (unsigned long long)n;
    const char *const sign = n < 0 ? "-" : "";
    if (a % 100 == 0) {
        gmix_i_text_add(&svg->text, "%s%llu", sign, a / 100);
    } else if (a % 10 == 0) {
        gmix_i_text_add(&svg->text, "%s%llu.%llu", sign, a / 100, a / 10 % 10);
    } else {
        gmix_i_text_add(&svg->text, "%s%llu.%02llu", sign, a / 100, a % 100);
    }
}

static void put(gmix_i_svg *svg, const char *text) {
    gmix_i_text_add(&svg->text, "%s", text);
}

static void put_attribute(gmix_i_svg *svg, const char *name, double value) {
    gmix_i_text_add(&svg->text, " %s=\"", name);
    put_number(svg, value);
    put(svg, "\"");
}

/* Escapes what XML would read; what is no character of XML becomes U+FFFD. */
static void put_escaped(gmix_i_svg *svg, const char *utf8) {
    const unsigned char *s = (const unsigned char *)utf8;
    while (*s) {
        const size_t n = gmix_i_utf8_length(s);
        const bool outside = n == 3 && s[0] == 0xEF && s[1] == 0xBF && s[2] >= 0xBE;
        if (n == 0 || *s < 32 || *s == 127 || outside) {
            put(svg, "\xEF\xBF\xBD");
        } else if (*s == '&' || *s == '<' || *s == '>' || *s == '"' || *s == '\'') {
            put(svg, *s == '&'   ? "&amp;"
                     : *s == '<' ? "&lt;"
                     : *s == '>' ? "&gt;"
                     : *s == '"' ? "&quot;"
                                 : "&apos;");
        } else {
            gmix_i_text_add(&svg->text, "%.*s", (int)n, (const char *)s);
        }
        s += n > 0 ? n : 1;
    }
}

static void put_paint(gmix_i_svg *svg, const char *what, int ink, double opacity) {
    if (ink == GMIX_I_INK_NONE) {
        gmix_i_text_add(&svg->text, " %s=\"none\"", what);
        return;
    }
    const uint32_t colour = gmix_i_ink_colour(ink, svg->theme == GMIX_I_DARK);
    gmix_i_text_add(&svg->text, " %s=\"#%06x\"", what, (unsigned)colour);
    if (opacity < 1) {
        gmix_i_text_add(&svg->text, " %s-opacity=\"", what);
        put_number(svg, opacity);
        put(svg, "\"");
    }
}

/* class="..." with the name of the group and, where the theme is left open, its inks. */
static void put_classes(gmix_i_svg *svg, const gmix_i_group *g) {
    const char *const name = g->component != GMIX_I_NO_COMPONENT ? "component" : NULL;
    const bool open = svg->theme == GMIX_I_AUTO;
    const bool fill = open && g->brush.fill >= 0, stroke = open && g->brush.stroke >= 0;
    if (!g->name && !name && !fill && !stroke) {
        return;
    }
    put(svg, " class=\"");
    const char *gap = "";
    if (name) {
        put(svg, name);
        gap = " ";
    }
    if (g->name) {
        gmix_i_text_add(&svg->text, "%s%s", gap, g->name);
        gap = " ";
    }
    if (fill) {
        gmix_i_text_add(&svg->text, "%sgmix-f%d", gap, g->brush.fill);
        gap = " ";
    }
    if (stroke) {
        gmix_i_text_add(&svg->text, "%sgmix-s%d", gap, g->brush.stroke);
    }
    put(svg, "\"");
}

static void put_rect(gmix_i_svg *svg, const gmix_i_rect *r) {
    put_attribute(svg, "x", r->x);
    put_attribute(svg, "y", r->y);
    put_attribute(svg, "width", r->w);
    put_attribute(svg, "height", r->h);
}

/* The clip of a group has to be defined before it. */
static void put_clip(gmix_i_svg *svg, const gmix_i_rect *clip) {
    gmix_i_text_add(&svg->text, "<clipPath id=\"%s-clip%zu\"><rect", svg->id_prefix,
                    ++svg->n_clips);
    put_rect(svg, clip);
    put(svg, "/></clipPath>\n");
}

/* Where the panel is, and which values its edges stand for. */
static void put_extent(gmix_i_svg *svg, const gmix_i_rect *r, const gmix_i_extent *e) {
    put_attribute(svg, "data-left", r->x);
    put_attribute(svg, "data-top", r->y);
    put_attribute(svg, "data-width", r->w);
    put_attribute(svg, "data-height", r->h);
    const double ends[] = {e->x_lo, e->x_hi, e->y_lo, e->y_hi};
    static const char *const names[] = {"x-min", "x-max", "y-min", "y-max"};
    for (size_t i = 0; i < 4; i++) {
        char number[GMIX_I_NUMBER_SIZE];
        gmix_i_number_text(ends[i], number);
        gmix_i_text_add(&svg->text, " data-%s=\"%s\"", names[i], number);
    }
}

static void svg_open(gmix_i_canvas *c, const gmix_i_group *g) {
    gmix_i_svg *const svg = svg_of(c);
    if (g->clip) {
        put_clip(svg, g->clip);
    }
    put(svg, "<g");
    put_classes(svg, g);
    if (g->component != GMIX_I_NO_COMPONENT) {
        gmix_i_text_add(&svg->text, " data-component=\"%d\"", g->component);
    }
    if (g->clip) {
        gmix_i_text_add(&svg->text, " clip-path=\"url(#%s-clip%zu)\"", svg->id_prefix,
                        svg->n_clips);
    }
    if (g->extent && g->clip) {
        put_extent(svg, g->clip, g->extent);
    }
    put_paint(svg, "fill", g->brush.fill, g->brush.fill_opacity);
    if (g->brush.stroke != GMIX_I_INK_NONE) {
        put_paint(svg, "stroke", g->brush.stroke, g->brush.stroke_opacity);
        put_attribute(svg, "stroke-width", g->brush.width);
        put(svg, g->brush.dashed ? " stroke-dasharray=\"5 4\"" : "");
    } else {
        put(svg, " stroke=\"none\"");
    }
    put(svg, ">\n");
}

static void svg_close(gmix_i_canvas *c) {
    put(svg_of(c), "</g>\n");
}

static void svg_line(gmix_i_canvas *c, const double *xy, size_t n, bool closed) {
    gmix_i_svg *const svg = svg_of(c);
    put(svg, "<path d=\"");
    for (size_t i = 0; i < n; i++) {
        put(svg, i == 0 ? "M" : i == 1 ? "L" : " ");
        put_number(svg, xy[2 * i]);
        put(svg, " ");
        put_number(svg, xy[2 * i + 1]);
    }
    put(svg, closed ? "Z\"/>\n" : "\"/>\n");
}

static void svg_segments(gmix_i_canvas *c, const double *xy, size_t n) {
    gmix_i_svg *const svg = svg_of(c);
    put(svg, "<path d=\"");
    for (size_t i = 0; i < 2 * n; i++) {
        put(svg, i % 2 ? "L" : "M");
        put_number(svg, xy[2 * i]);
        put(svg, " ");
        put_number(svg, xy[2 * i + 1]);
    }
    put(svg, "\"/>\n");
}

static void svg_rects(gmix_i_canvas *c, const gmix_i_rect *rects, size_t n) {
    gmix_i_svg *const svg = svg_of(c);
    if (n == 1) {
        put(svg, "<rect");
        put_rect(svg, rects);
        put(svg, "/>\n");
        return;
    }
    put(svg, "<path d=\"");
    for (size_t i = 0; i < n; i++) {
        const gmix_i_rect *const r = &rects[i];
        put(svg, "M");
        put_number(svg, r->x);
        put(svg, " ");
        put_number(svg, r->y);
        put(svg, "h");
        put_number(svg, r->w);
        put(svg, "v");
        put_number(svg, r->h);
        put(svg, "h");
        put_number(svg, -r->w);
        put(svg, "z");
    }
    put(svg, "\"/>\n");
}

static void svg_ellipse(gmix_i_canvas *c, double x, double y, double rx, double ry,
                        double angle) {
    gmix_i_svg *const svg = svg_of(c);
    put(svg, "<ellipse");
    put_attribute(svg, "cx", x);
    put_attribute(svg, "cy", y);
    put_attribute(svg, "rx", rx);
    put_attribute(svg, "ry", ry);
    put(svg, " transform=\"rotate(");
    put_number(svg, angle);
    put(svg, " ");
    put_number(svg, x);
    put(svg, " ");
    put_number(svg, y);
    put(svg, ")\"/>\n");
}

static void put_polygon(gmix_i_svg *svg, const gmix_i_mark *m) {
    const double *xy;
    const size_t n = gmix_i_shape_points(m->shape, &xy);
    put(svg, "<path d=\"");
    for (size_t i = 0; i < n; i++) {
        put(svg, i == 0 ? "M" : i == 1 ? "L" : " ");
        put_number(svg, m->x + m->r * xy[2 * i]);
        put(svg, " ");
        put_number(svg, m->y + m->r * xy[2 * i + 1]);
    }
    put(svg, "Z\"");
}

static void put_strokes(gmix_i_svg *svg, const gmix_i_mark *m) {
    const double x = m->x, y = m->y, r = m->r;
    const double ends[8] = {x, y - r, x, y + r, x - r, y, x + r, y};
    put(svg, "<path d=\"");
    for (size_t i = 0; i < (m->shape == GMIX_I_TICK ? 2U : 4U); i++) {
        put(svg, i % 2 ? "L" : "M");
        put_number(svg, ends[2 * i]);
        put(svg, " ");
        put_number(svg, ends[2 * i + 1]);
    }
    put(svg, "\"");
}

static void svg_mark(gmix_i_canvas *c, const gmix_i_mark *m) {
    gmix_i_svg *const svg = svg_of(c);
    if (m->shape == GMIX_I_CIRCLE) {
        put(svg, "<circle");
        put_attribute(svg, "cx", m->x);
        put_attribute(svg, "cy", m->y);
        put_attribute(svg, "r", m->r);
    } else if (m->shape < GMIX_I_N_SHAPES) {
        put_polygon(svg, m);
    } else {
        put_strokes(svg, m);
    }
    if (svg->interactive && m->row != SIZE_MAX) {
        gmix_i_text_add(&svg->text, " class=\"point\" data-row=\"%zu\"", m->row);
    }
    put(svg, "/>\n");
}

static void svg_text(gmix_i_canvas *c, const gmix_i_label *l, const char *utf8) {
    gmix_i_svg *const svg = svg_of(c);
    put(svg, "<text");
    put_attribute(svg, "x", l->x);
    put_attribute(svg, "y", l->y);
    put_attribute(svg, "font-size", l->size);
    put(svg, l->anchor < 0   ? ""
             : l->anchor > 0 ? " text-anchor=\"end\""
                             : " text-anchor=\"middle\"");
    put(svg, l->bold ? " font-weight=\"600\"" : "");
    put_paint(svg, "fill", l->ink, 1);
    if (svg->theme == GMIX_I_AUTO) {
        gmix_i_text_add(&svg->text, " class=\"gmix-f%d%s\"", l->ink,
                        l->halo ? " gmix-s0" : "");
    }
    if (l->halo) {
        put(svg, " stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
        put_paint(svg, "stroke", GMIX_I_INK_PAPER, 1);
    }
    if (l->angle != 0) {
        put(svg, " transform=\"rotate(");
        put_number(svg, l->angle);
        put(svg, " ");
        put_number(svg, l->x);
        put(svg, " ");
        put_number(svg, l->y);
        put(svg, ")\"");
    }
    put(svg, ">");
    put_escaped(svg, utf8);
    put(svg, "</text>\n");
}

static void put_colours(gmix_i_svg *svg, const char *selector, bool dark) {
    gmix_i_text_add(&svg->text, "%s{", selector);
    for (int ink = 0; ink < GMIX_I_N_INKS; ink++) {
        gmix_i_text_add(&svg->text, "--gmix-%d:#%06x;", ink,
                        (unsigned)gmix_i_ink_colour(ink, dark));
    }
    put(svg, "}\n");
}

static void put_style(gmix_i_svg *svg) {
    put(svg, "<style>\n");
    put_colours(svg, ".gmix-plot", false);
    put(svg, "@media (prefers-color-scheme:dark){\n");
    put_colours(svg, ".gmix-plot:root,:root:not([data-theme=\"light\"]) .gmix-plot",
                true);
    put(svg, "}\n");
    put_colours(svg, "[data-theme=\"dark\"] .gmix-plot", true);
    for (int ink = 0; ink < GMIX_I_N_INKS; ink++) {
        gmix_i_text_add(&svg->text,
                        ".gmix-plot .gmix-f%d{fill:var(--gmix-%d)}.gmix-plot "
                        ".gmix-s%d{stroke:var(--gmix-%d)}\n",
                        ink, ink, ink, ink);
    }
    put(svg, "</style>\n");
}

void gmix_i_svg_begin(gmix_i_svg *svg, gmix_ctx *ctx, double width, double height,
                      const char *title, const char *description) {
    svg->canvas = (gmix_i_canvas){svg_open,  svg_close,   svg_line, svg_segments,
                                  svg_rects, svg_ellipse, svg_mark, svg_text};
    svg->text = (struct gmix_i_text){.ctx = ctx};
    svg->n_clips = 0;
    put(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gmix-plot\"");
    put_attribute(svg, "width", width);
    put_attribute(svg, "height", height);
    put(svg, " viewBox=\"0 0 ");
    put_number(svg, width);
    put(svg, " ");
    put_number(svg, height);
    gmix_i_text_add(&svg->text,
                    "\" role=\"img\" aria-labelledby=\"%s-title %s-desc\" "
                    "font-family=\"" FONTS "\">\n<title id=\"%s-title\">",
                    svg->id_prefix, svg->id_prefix, svg->id_prefix);
    put_escaped(svg, title);
    gmix_i_text_add(&svg->text, "</title>\n<desc id=\"%s-desc\">", svg->id_prefix);
    put_escaped(svg, description);
    put(svg, "</desc>\n");
    if (svg->theme == GMIX_I_AUTO) {
        put_style(svg);
    }
    const gmix_i_rect page = {0, 0, width, height};
    gmix_i_open(&svg->canvas, "paper", GMIX_I_NO_COMPONENT,
                gmix_i_filled(GMIX_I_INK_PAPER, 1));
    svg_rects(&svg->canvas, &page, 1);
    svg_close(&svg->canvas);
}

gmix_status gmix_i_svg_end(gmix_i_svg *svg, char **out) {
    put(svg, "</svg>\n");
    return gmix_i_text_take(&svg->text, out);
}
