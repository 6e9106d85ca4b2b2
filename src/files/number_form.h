/*
 * Numbers as people and programs write them: 1234.5, 1234,5, 1,234.5, 1.234,5, 1 234,5,
 * 1'234.5; (1,234.5) is less than 0. A form is a decimal sign and a mark between groups of three digits.
 */
#ifndef GMIX_FILES_NUMBER_FORM_H
#define GMIX_FILES_NUMBER_FORM_H

#include <stdbool.h>

enum {
    GMIX_I_N_FORMS = 8,
    GMIX_I_FORM_PLAIN = 0, /* a decimal point, nothing between digits */
    GMIX_I_ALL_FORMS = (1 << GMIX_I_N_FORMS) - 1
};

struct gmix_i_number_form {
    char decimal;   /* '.' or ',' */
    char thousands; /* 0: none; ' ' stands for any blank, '\'' for either apostrophe */
};

extern const struct gmix_i_number_form gmix_i_number_forms[GMIX_I_N_FORMS];

/* The number that all of start .. stop is in a form; false if it is none. *stop is readable
 * and no part of a number. */
bool gmix_i_number_in_form(const char *start, const char *stop, unsigned form,
                           double *out);

/* Bit f is set if the text is a number in form f, values[f] then. */
unsigned gmix_i_number_readings(const char *start, const char *stop,
                                double values[GMIX_I_N_FORMS]);

/* The forms that a decimal sign and a mark (0: any, '-': none between digits) allow. */
unsigned gmix_i_forms_allowed(char decimal, char thousands);

#endif
