/* Cairo's functions, looked up in the library of this machine. */
#ifndef GMIX_PLOT_CAIRO_LOAD_H
#define GMIX_PLOT_CAIRO_LOAD_H

#include <cairo-pdf.h>
#include <cairo.h>

#include "base/base.h"

#define GMIX_I_CAIRO_FUNCTIONS(X)          \
    X(cairo_create)                        \
    X(cairo_destroy)                       \
    X(cairo_status)                        \
    X(cairo_status_to_string)              \
    X(cairo_scale)                         \
    X(cairo_save)                          \
    X(cairo_restore)                       \
    X(cairo_translate)                     \
    X(cairo_rotate)                        \
    X(cairo_new_path)                      \
    X(cairo_new_sub_path)                  \
    X(cairo_move_to)                       \
    X(cairo_line_to)                       \
    X(cairo_close_path)                    \
    X(cairo_arc)                           \
    X(cairo_rectangle)                     \
    X(cairo_clip)                          \
    X(cairo_fill)                          \
    X(cairo_fill_preserve)                 \
    X(cairo_stroke)                        \
    X(cairo_stroke_preserve)               \
    X(cairo_set_source_rgba)               \
    X(cairo_set_line_width)                \
    X(cairo_set_line_join)                 \
    X(cairo_set_line_cap)                  \
    X(cairo_set_dash)                      \
    X(cairo_select_font_face)              \
    X(cairo_set_font_size)                 \
    X(cairo_text_path)                     \
    X(cairo_show_text)                     \
    X(cairo_text_extents)                  \
    X(cairo_image_surface_create)          \
    X(cairo_pdf_surface_create_for_stream) \
    X(cairo_pdf_surface_set_metadata)      \
    X(cairo_surface_write_to_png_stream)   \
    X(cairo_surface_finish)                \
    X(cairo_show_page)                     \
    X(cairo_pdf_surface_add_outline)       \
    X(cairo_surface_status)                \
    X(cairo_surface_destroy)

typedef struct gmix_i_cairo {
#define GMIX_I_CAIRO_FIELD(name) __typeof__(&name) name;
    GMIX_I_CAIRO_FUNCTIONS(GMIX_I_CAIRO_FIELD)
#undef GMIX_I_CAIRO_FIELD
} gmix_i_cairo;

/* GMIX_ERR_UNSUPPORTED if it is not there or too old. */
gmix_status gmix_i_cairo_load(gmix_ctx *ctx, gmix_i_cairo *out);

#endif
