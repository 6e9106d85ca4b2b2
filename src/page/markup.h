/* Pieces of HTML: texts made safe, numbers as people read them. */
#ifndef GMIX_PAGE_MARKUP_H
#define GMIX_PAGE_MARKUP_H

#include "text/text_buffer.h"

/* A text from outside: what means something in HTML, in text or in a quoted attribute, is
 * escaped; bytes that are no UTF-8, and control characters, become U+FFFD. */
void gmix_i_html_text(struct gmix_i_text *out, const char *text);

/* A text from outside as a string in JSON inside <script>: no "<" is left in it. */
void gmix_i_html_json(struct gmix_i_text *out, const char *text);

enum { GMIX_I_FIGURE = 48 };

/* The last decimal place worth showing for a quantity of which `step` is a small part. */
int gmix_i_decimals(double step);

/* x with so many decimals, or in powers of ten where that would be long; "-0.0" is "0.0".
 * In ASCII, fit for JSON if x is finite; "?" for NaN. */
void gmix_i_figure_text(double x, int decimals, char out[GMIX_I_FIGURE]);

/* The same for people: with a minus that is as wide as a plus. */
void gmix_i_shown(double x, int decimals, char out[GMIX_I_FIGURE]);

/* For people, too: mean and sd, as "4.29" and "0.412": three digits of sd, the mean to the same place. */
void gmix_i_figures(double mean, double sd, char mean_out[GMIX_I_FIGURE],
                    char sd_out[GMIX_I_FIGURE]);

/* A share as "64 %", "0.4 %", "under 0.1 %"; only all is "100 %" and only none is "0 %". */
void gmix_i_percent(double share, char out[GMIX_I_FIGURE]);

/* A probability that is never quite 1, though rounding may have made it so. */
void gmix_i_certainty(double p, char out[GMIX_I_FIGURE]);

/* "one" to "twelve", or digits. */
void gmix_i_number_word(size_t n, char out[GMIX_I_FIGURE]);

/* 1234567 as "1 234 567", with narrow spaces that do not break. */
void gmix_i_count(size_t n, char out[GMIX_I_FIGURE]);

/* "s" unless n is 1. */
const char *gmix_i_s(size_t n);

#endif
