/*
 * Which font has a character: Cairo's simple interface draws from one font alone, and DejaVu Sans
 * has no Chinese. Fontconfig, which Cairo brings, is asked; without it there is one font.
 */
#ifndef GMIX_PLOT_FONTS_H
#define GMIX_PLOT_FONTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GMIX_I_FONTS_KEPT = 16, GMIX_I_FONT_NAME = 64 };

typedef struct gmix_i_fonts {
    bool looked_up;
    void *library; /* NULL: there is none */
    struct {
        uint32_t block; /* of 128 characters, + 1; 0: none */
        char family[GMIX_I_FONT_NAME];
    } kept[GMIX_I_FONTS_KEPT];
    size_t next;
    char current[GMIX_I_FONT_NAME];
} gmix_i_fonts;

extern const char gmix_i_usual_font[]; /* "DejaVu Sans" */

/* The bytes at the beginning of the text that one font has; *family: its name, which lives until
 * the next call. 0 at the end. */
size_t gmix_i_fonts_run(gmix_i_fonts *fonts, const char *utf8, const char **family);

#endif
