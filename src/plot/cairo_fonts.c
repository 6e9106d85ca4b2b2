/* Fonts by characters. See fonts.h. What is used of fontconfig is declared here: it has had this
 * interface since 2002, and builds need no headers of it. */
#include "plot/fonts.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "plot/measure.h"
#include "text/utf8.h"

const char gmix_i_usual_font[] = "DejaVu Sans";

/* Below it are the scripts that DejaVu Sans has: Latin, Greek, Cyrillic, Armenian. */
static const uint32_t FIRST_OTHER = 0x0590;

typedef struct api {
    void *(*pattern)(void);
    void (*pattern_free)(void *);
    void *(*charset)(void);
    void (*charset_free)(void *);
    int (*add_char)(void *, uint32_t);
    int (*add_charset)(void *, const char *, const void *);
    int (*add_string)(void *, const char *, const unsigned char *);
    int (*substitute)(void *, void *, int);
    void (*defaults)(void *);
    void *(*match)(void *, void *, int *);
    int (*get_string)(const void *, const char *, int, unsigned char **);
} api;

static bool look_up(void *library, api *out) {
    static const char *const names[] = {
        "FcPatternCreate",    "FcPatternDestroy",   "FcCharSetCreate",
        "FcCharSetDestroy",   "FcCharSetAddChar",   "FcPatternAddCharSet",
        "FcPatternAddString", "FcConfigSubstitute", "FcDefaultSubstitute",
        "FcFontMatch",        "FcPatternGetString"};
    void *found[sizeof names / sizeof *names];
    _Static_assert(sizeof found == sizeof *out, "a pointer for each function");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        found[i] = dlsym(library, names[i]);
        if (!found[i]) {
            return false;
        }
    }
    memcpy(out, found, sizeof found);
    return true;
}

/* Of the usual font and what is near it, the one that has the character: coverage comes first. */
static void find_font(const gmix_i_fonts *fonts, uint32_t code,
                      char family[GMIX_I_FONT_NAME]) {
    api fc;
    int result = 0;
    unsigned char *name = NULL;
    snprintf(family, GMIX_I_FONT_NAME, "%s", gmix_i_usual_font);
    if (!fonts->library || !look_up(fonts->library, &fc)) {
        return;
    }
    void *const pattern = fc.pattern(), *const charset = fc.charset();
    void *match = NULL;
    if (pattern && charset && fc.add_char(charset, code) &&
        fc.add_charset(pattern, "charset", charset) &&
        fc.add_string(pattern, "family", (const unsigned char *)gmix_i_usual_font) &&
        fc.substitute(NULL, pattern, 0)) {
        fc.defaults(pattern);
        match = fc.match(NULL, pattern, &result);
    }
    if (match && fc.get_string(match, "family", 0, &name) == 0 &&
        strlen((const char *)name) < GMIX_I_FONT_NAME) {
        snprintf(family, GMIX_I_FONT_NAME, "%s", (const char *)name);
    }
    if (match) {
        fc.pattern_free(match);
    }
    if (charset) {
        fc.charset_free(charset);
    }
    if (pattern) {
        fc.pattern_free(pattern);
    }
}

/* The font of a character, as found for those near it before. */
static const char *font_of(gmix_i_fonts *fonts, uint32_t code) {
    /* ideographs and syllables fill thousands of places, and a font has them all or none */
    const uint32_t block = code < 0x2e80 ? code / 128 + 1 : 0x10000 + code / 4096;
    if (code < FIRST_OTHER || (code >= 0x2000 && code < 0x2c00)) {
        return gmix_i_usual_font;
    }
    if (!fonts->looked_up) {
        fonts->looked_up = true;
        fonts->library = dlopen("libfontconfig.so.1", RTLD_NOW | RTLD_LOCAL);
    }
    for (size_t i = 0; i < GMIX_I_FONTS_KEPT; i++) {
        if (fonts->kept[i].block == block) {
            return fonts->kept[i].family;
        }
    }
    const size_t at = fonts->next++ % GMIX_I_FONTS_KEPT;
    fonts->kept[at].block = block;
    find_font(fonts, code, fonts->kept[at].family);
    return fonts->kept[at].family;
}

size_t gmix_i_fonts_run(gmix_i_fonts *fonts, const char *utf8, const char **family) {
    const unsigned char *const s = (const unsigned char *)utf8;
    size_t used = 0;
    char *const first = fonts->current;
    *family = gmix_i_usual_font;
    while (s[used]) {
        const size_t n = gmix_i_utf8_length(s + used);
        const char *const found =
            font_of(fonts, n ? gmix_i_utf8_decode(s + used, n) : 0xFFFD);
        if (used > 0 && strcmp(found, first) != 0) {
            break;
        }
        if (used == 0) {
            snprintf(first, GMIX_I_FONT_NAME, "%s", found);
            *family = first;
        }
        used += n ? n : 1;
    }
    return used;
}
