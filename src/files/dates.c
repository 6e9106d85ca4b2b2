/*
 * ISO 8601 and what spreadsheets make of dates. The day's number is that of the proleptic Gregorian
 * calendar, by Howard Hinnant's days_from_civil: years begin in March, so that the leap day
 * is the last.
 */
#include "files/dates.h"

#include <stddef.h>

struct cursor {
    const char *p, *stop;
};

/* Digits, at least `least` and at most `most` of them. */
static bool take_number(struct cursor *c, int least, int most, int *out) {
    int n = 0;
    *out = 0;
    for (; n < most && c->p < c->stop && *c->p >= '0' && *c->p <= '9'; n++, c->p++) {
        *out = 10 * *out + (*c->p - '0');
    }
    return n >= least;
}

static bool take_char(struct cursor *c, char wanted) {
    const bool there = c->p < c->stop && *c->p == wanted;
    c->p += there;
    return there;
}

static long days_from_civil(int year, int month, int day) {
    const int y = year - (month <= 2);
    const int era = (y >= 0 ? y : y - 399) / 400;
    const int of_era = y - era * 400;
    const int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return (long)era * 146097 + day_of_era - 719468;
}

static bool is_day(int year, int month, int day) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= lengths[month - 1] + (month == 2 && leap);
}

/* hh:mm[:ss[.fff]], to hours. */
static bool take_time(struct cursor *c, double *hours) {
    int h, m, s = 0;
    double fraction = 0.0, unit = 0.1;
    if (!take_number(c, 1, 2, &h) || !take_char(c, ':') || !take_number(c, 2, 2, &m)) {
        return false;
    }
    if (take_char(c, ':') && !take_number(c, 2, 2, &s)) {
        return false;
    }
    if (c->p < c->stop && (*c->p == '.' || *c->p == ',')) {
        for (c->p++; c->p < c->stop && *c->p >= '0' && *c->p <= '9'; c->p++) {
            fraction += unit * (*c->p - '0');
            unit /= 10.0;
        }
    }
    *hours = h + m / 60.0 + (s + fraction) / 3600.0;
    return h <= 24 && m < 60 && s <= 60;
}

/* Z, +02:00, -0730, in hours; nothing is 0. */
static bool take_zone(struct cursor *c, double *hours) {
    *hours = 0.0;
    if (take_char(c, 'Z') || c->p == c->stop) {
        return true;
    }
    const bool minus = *c->p == '-';
    int h, m = 0;
    if ((!take_char(c, '+') && !take_char(c, '-')) || !take_number(c, 2, 2, &h)) {
        return false;
    }
    take_char(c, ':');
    if (c->p < c->stop && !take_number(c, 2, 2, &m)) {
        return false;
    }
    *hours = (minus ? -1.0 : 1.0) * (h + m / 60.0);
    return h < 24 && m < 60;
}

/* Three numbers and the sign between them. */
static bool take_day(struct cursor *c, unsigned how, long *days) {
    int n[3];
    const bool year_first = how == GMIX_I_DATE_YMD;
    if (!take_number(c, year_first ? 4 : 1, year_first ? 4 : 2, &n[0]) ||
        c->p == c->stop) {
        return false;
    }
    const char sign = *c->p;
    if ((sign != '-' && sign != '/' && sign != '.') || !take_char(c, sign) ||
        !take_number(c, 1, 2, &n[1]) || !take_char(c, sign) ||
        !take_number(c, year_first ? 1 : 4, year_first ? 2 : 4, &n[2]) ||
        (how == GMIX_I_DATE_MDY && sign != '/')) {
        return false;
    }
    const int year = year_first ? n[0] : n[2];
    const int month = how == GMIX_I_DATE_MDY ? n[0] : n[1];
    const int day = year_first ? n[2] : how == GMIX_I_DATE_MDY ? n[1] : n[0];
    *days = is_day(year, month, day) ? days_from_civil(year, month, day) : 0;
    return is_day(year, month, day);
}

bool gmix_i_date_value(const char *start, const char *stop, unsigned how, double *out) {
    struct cursor c = {start, stop};
    double hours = 0.0, zone = 0.0;
    long days = 0;
    if (how == GMIX_I_TIME) {
        const bool good = take_time(&c, &hours) && c.p == stop;
        *out = good ? hours : *out;
        return good;
    }
    if (!take_day(&c, how, &days)) {
        return false;
    }
    if (c.p < stop && (take_char(&c, 'T') || take_char(&c, ' '))) {
        if (!take_time(&c, &hours) || !take_zone(&c, &zone)) {
            return false;
        }
    }
    if (c.p != stop) {
        return false;
    }
    *out = (double)days + (hours - zone) / 24.0;
    return true;
}

unsigned gmix_i_date_readings(const char *start, const char *stop,
                              double values[GMIX_I_N_DATES]) {
    unsigned readings = 0;
    for (unsigned h = 0; h < GMIX_I_N_DATES; h++) {
        readings |= (unsigned)gmix_i_date_value(start, stop, h, &values[h]) << h;
    }
    return readings;
}
