/* How wide text is, before anything is drawn. */
#ifndef GMIX_PLOT_MEASURE_H
#define GMIX_PLOT_MEASURE_H

#include <stddef.h>

/* Pixels that text takes in a font of this size: exact for DejaVu Sans, whose letters are
 * wide, so that other faces need less. */
double gmix_i_text_length(const char *utf8, double size);

/* Copies text, cut with an ellipsis where it would be longer than length pixels, or than
 * out can hold. Bytes that are not UTF-8 and control characters become U+FFFD. Returns its
 * length in pixels. */
double gmix_i_text_fit(const char *utf8, double size, double length, char *out,
                       size_t capacity);

#endif
