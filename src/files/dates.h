/* Dates and times of day as numbers. */
#ifndef GMIX_FILES_DATES_H
#define GMIX_FILES_DATES_H

#include <stdbool.h>

/* How they are written; a file's column has one. */
enum {
    GMIX_I_DATE_YMD, /* 2024-03-01, 2024/03/01, with or without a time behind it */
    GMIX_I_DATE_DMY, /* 1.3.2024, 01/03/2024, 01-03-2024 */
    GMIX_I_DATE_MDY, /* 03/01/2024 */
    GMIX_I_TIME,     /* 12:30, 12:30:15.5 */
    GMIX_I_N_DATES,
    GMIX_I_ALL_DATES = (1 << GMIX_I_N_DATES) - 1
};

/* Days since 1970-01-01, with their fraction where there is a time; times alone in hours. A
 * time zone (Z, +02:00) is taken off. False for other text, and for days that are none. */
bool gmix_i_date_value(const char *start, const char *stop, unsigned how, double *out);

/* Bit h is set if the text is a date as h says, values[h] then. */
unsigned gmix_i_date_readings(const char *start, const char *stop,
                              double values[GMIX_I_N_DATES]);

#endif
