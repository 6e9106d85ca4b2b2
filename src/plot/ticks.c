/*
 * Ticks at 1, 2 or 5 times a power of ten, as many as have room for their labels.
 *
 * A tick is i m 10^e with whole i and m, and its label is printed from these whole numbers:
 * no rounding shows. Labels of large, small or far-off numbers would be long, so that
 * what they have in common goes into the title of the axis: a power of ten, or an offset
 *
 *     label = (value - offset) / 10^power.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot/figure.h"
#include "plot/measure.h"

enum { TICK_SIZE = 11, GAP_ACROSS = 14, GAP_DOWN = 20 };

/* The step m 10^e, m in 1, 2, 5, and what labels leave out. */
struct step {
    int m, e;
    int power;     /* labels are in units of 10^power */
    double offset; /* a multiple of 10^(e + digits) */
};

static double ten_to(int e) {
    return e >= 0 ? pow(10, e) : 1 / pow(10, -e);
}

/* i m 10^(e - power) as a decimal number. */
static void print_label(const struct step *s, long long i, char out[GMIX_I_TICK_TEXT]) {
    const long long whole = i * s->m;
    const unsigned long long a =
        whole < 0 ? 0ULL - (unsigned long long)whole : (unsigned long long)whole;
    const char *const sign = whole < 0 ? "\xE2\x88\x92" : "";
    int places = s->power - s->e;
    if (places <= 0) {
        const int zeros = a > 0 ? (int)fmin(-places, 20) : 0;
        snprintf(out, GMIX_I_TICK_TEXT, "%s%llu%.*s", sign, a, zeros,
                 "00000000000000000000");
        return;
    }
    places = places > 15 ? 15 : places;
    unsigned long long unit = 1;
    for (int p = 0; p < places; p++) {
        unit *= 10;
    }
    snprintf(out, GMIX_I_TICK_TEXT, "%s%llu.%0*llu", sign, a / unit, places, a % unit);
}

/* "10" and a superscript. */
static void print_power(int power, char *out, size_t size) {
    static const char *const digits[10] = {"⁰", "¹", "²", "³", "⁴",
                                           "⁵", "⁶", "⁷", "⁸", "⁹"};
    char plain[16];
    snprintf(plain, sizeof plain, "%d", power < 0 ? -power : power);
    size_t used = (size_t)snprintf(out, size, "10%s", power < 0 ? "⁻" : "");
    for (const char *c = plain; *c && used < size; c++) {
        used += (size_t)snprintf(out + used, size - used, "%s", digits[*c - '0']);
    }
}

static void print_unit(const struct step *s, char out[64]) {
    out[0] = '\0';
    if (s->offset != 0) {
        char number[32];
        snprintf(number, sizeof number, "%.15g", fabs(s->offset));
        for (char *c = number; *c; c++) {
            *c = *c == ',' ? '.' : *c; /* the locale's */
        }
        snprintf(out, 64, " %s %s", s->offset < 0 ? "\xE2\x88\x92" : "+", number);
    } else if (s->power != 0) {
        char power[48];
        print_power(s->power, power, sizeof power);
        snprintf(out, 64, " (× %s)", power);
    }
}

static int exponent_of(double x) {
    return x > 0 ? (int)floor(log10(fmin(x, DBL_MAX)) + 1e-9) : 0;
}

/* What labels leave out of numbers in lo .. hi that differ by 10^e and more. */
static void choose_unit(struct step *s, double lo, double hi) {
    const double largest = fmax(fabs(lo), fabs(hi)), range = hi - lo;
    s->power = 0;
    s->offset = 0;
    if (range < 1e-4 * largest) {
        const double round = ten_to(exponent_of(range) + 1);
        s->offset = floor(lo / round) * round;
    }
    const int e = exponent_of(s->offset != 0 ? range : largest);
    if (s->offset == 0 && (e >= 6 || e < -3)) {
        s->power = 3 * (int)floor(e / 3.0);
    }
}

/* Fills in the ticks of a step; false if their labels would touch, or are too many. */
static bool try_step(const gmix_i_axis *axis, struct step *s, double length,
                     bool vertical, gmix_i_ticks *out) {
    const double step = s->m * ten_to(s->e);
    choose_unit(s, axis->lo, axis->hi);
    const double lo = (axis->lo - s->offset) / step, hi = (axis->hi - s->offset) / step;
    const double first = ceil(lo - 1e-6), last = floor(hi + 1e-6);
    if (last - first + 1 > GMIX_I_MAX_TICKS || !(fabs(first) < 1e15)) {
        return false;
    }
    double widest = 0;
    out->n = 0;
    for (long long i = (long long)first; i <= (long long)last; i++) {
        out->at[out->n] = s->offset + (double)i * step;
        print_label(s, i, out->text[out->n]);
        widest = fmax(widest, gmix_i_text_length(out->text[out->n], TICK_SIZE));
        out->n++;
    }
    const double room = length / (hi - lo);
    return room >= (vertical ? TICK_SIZE + GAP_DOWN : widest + GAP_ACROSS);
}

static void name_categories(const gmix_i_axis *axis, double length, bool vertical,
                            gmix_i_ticks *out) {
    const double each = length / (axis->hi - axis->lo);
    const double need = vertical ? TICK_SIZE + 2 : 2.5 * TICK_SIZE;
    size_t stride = (size_t)fmax(1, ceil(need / each));
    while (axis->n_names / stride >= GMIX_I_MAX_TICKS) {
        stride++;
    }
    for (size_t i = 0; i < axis->n_names && out->n < GMIX_I_MAX_TICKS; i += stride) {
        out->at[out->n] = (double)i;
        const double most = vertical ? 90 : each * (double)stride - 6;
        gmix_i_text_fit(axis->names[i], TICK_SIZE, most, out->text[out->n],
                        GMIX_I_TICK_TEXT);
        out->n++;
    }
}

static void name_numbers(const gmix_i_axis *axis, double length, bool vertical,
                         gmix_i_ticks *out) {
    static const int steps[] = {1, 2, 5};
    const double range = axis->hi - axis->lo;
    int from = exponent_of(range / (length / (vertical ? 22.0 : 30.0))) - 1;
    from = axis->scale == GMIX_I_WHOLE && from < 0 ? 0 : from;
    for (int t = 0; t < 18; t++) {
        struct step s = {.m = steps[t % 3], .e = from + t / 3};
        if (try_step(axis, &s, length, vertical, out)) {
            print_unit(&s, out->unit);
            return;
        }
    }
    out->n = 0;
}

/* 10^i at whole i, as far apart as they need be. */
static void name_powers(const gmix_i_axis *axis, double length, bool vertical,
                        gmix_i_ticks *out) {
    const double each = length / (axis->hi - axis->lo);
    const double need = vertical ? TICK_SIZE + GAP_DOWN : 4 * TICK_SIZE;
    const int stride = (int)fmax(1, fmin(1000, ceil(need / each)));
    const int first = (int)ceil(axis->lo / stride) * stride;
    for (int i = first; i <= axis->hi && out->n < GMIX_I_MAX_TICKS; i += stride) {
        out->at[out->n] = i;
        print_power(i, out->text[out->n], GMIX_I_TICK_TEXT);
        out->n++;
    }
}

/* Round shares, from the top so that the largest is there, as far apart as they need be. */
static void name_roots(const gmix_i_axis *axis, double length, gmix_i_ticks *out) {
    static const struct {
        double share;
        const char *text;
    } round[] = {{1, "100 %"},  {0.75, "75 %"}, {0.5, "50 %"}, {0.25, "25 %"},
                 {0.1, "10 %"}, {0.05, "5 %"},  {0.01, "1 %"}, {0, "0"}};
    double before = INFINITY;
    for (size_t i = 0; i < sizeof round / sizeof *round; i++) {
        const double at = sqrt(round[i].share);
        const double y = (at - axis->lo) / (axis->hi - axis->lo) * length;
        const bool fits = before - y >= TICK_SIZE + 8 && (at == 0 || y >= TICK_SIZE + 8);
        if (at <= axis->hi && fits) {
            before = y;
            out->at[out->n] = at;
            snprintf(out->text[out->n], GMIX_I_TICK_TEXT, "%s", round[i].text);
            out->n++;
        }
    }
}

void gmix_i_ticks_choose(const gmix_i_axis *axis, double length, bool vertical,
                         gmix_i_ticks *out) {
    *out = (gmix_i_ticks){0};
    if (axis->hides_ticks) {
        return;
    }
    if (axis->scale == GMIX_I_CATEGORIES) {
        name_categories(axis, length, vertical, out);
    } else if (axis->scale == GMIX_I_POWERS) {
        name_powers(axis, length, vertical, out);
    } else if (axis->scale == GMIX_I_ROOTS) {
        name_roots(axis, length, out);
    } else {
        name_numbers(axis, length, vertical, out);
    }
}

void gmix_i_axis_range(gmix_i_axis *axis, double lo, double hi, double margin) {
    const double most = 1e300; /* so that a range is no more than a double */
    lo = fmin(fmax(lo, -most), most);
    hi = fmin(fmax(hi, -most), most);
    const double largest = fmax(fabs(lo), fabs(hi));
    double range = hi - lo;
    if (!(range > 1e-12 * largest)) { /* one value, or as good as one */
        const double half = largest > 0 ? fmax(0.02 * largest, 1e-290) : 0.5;
        lo -= half;
        hi += half;
        range = 0;
    }
    axis->lo = lo - margin * range;
    axis->hi = hi + margin * range;
}
