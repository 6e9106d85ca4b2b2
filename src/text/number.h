/* Decimal text to double, to the bit what strtod gives in the C locale, and back. */
#ifndef GMIX_TEXT_NUMBER_H
#define GMIX_TEXT_NUMBER_H

#include <stddef.h>

/*
 * Reads the longest decimal number at `text`: [+-] digits [. digits] [e [+-] digits],
 * with at least one digit before or after the point. No blanks, hexadecimal, inf or nan.
 *
 * text .. end must be followed by a readable byte that is no part of a number (here:
 * always a zero). Returns where the number ends, or NULL if there is none; *out is set
 * only then.
 */
const char *gmix_i_number(const char *text, const char *end, double *out);

enum { GMIX_I_NUMBER_SIZE = 40 }; /* room for a double as text */

/* The shortest of 15, 16 or 17 digits that reads back to the same bits, with a point or
 * an exponent, whatever the locale. x is finite. Returns the length. */
size_t gmix_i_number_text(double x, char out[GMIX_I_NUMBER_SIZE]);

#endif
