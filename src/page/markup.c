/* Pieces of HTML. See markup.h. */
#include "page/markup.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text/utf8.h"

static const char *escape_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
        return " ";
    default:
        return (unsigned char)c < 0x20 || c == 0x7f ? "\xEF\xBF\xBD" : NULL;
    }
}

void gmix_i_html_text(struct gmix_i_text *out, const char *text) {
    const unsigned char *s = (const unsigned char *)text;
    while (*s) {
        const size_t n = gmix_i_utf8_length(s);
        const char *const instead = n == 0 ? "\xEF\xBF\xBD" : escape_of((char)*s);
        if (instead) {
            gmix_i_text_add(out, "%s", instead);
        } else {
            gmix_i_text_bytes(out, (const char *)s, n);
        }
        s += n > 0 ? n : 1;
    }
}

void gmix_i_html_json(struct gmix_i_text *out, const char *text) {
    const unsigned char *s = (const unsigned char *)text;
    gmix_i_text_add(out, "\"");
    while (*s) {
        const size_t n = gmix_i_utf8_length(s);
        if (n == 0) {
            gmix_i_text_add(out, "\\ufffd");
        } else if (n == 1 && (*s < 0x20 || *s == 0x7f || strchr("\"\\<>&'", *s))) {
            gmix_i_text_add(out, "\\u%04x", (unsigned)*s);
        } else {
            gmix_i_text_bytes(out, (const char *)s, n);
        }
        s += n > 0 ? n : 1;
    }
    gmix_i_text_add(out, "\"");
}

int gmix_i_decimals(double step) {
    return step > 0.0 && isfinite(step) ? -(int)floor(log10(step)) : 0;
}

/* A point whatever the locale: what printf writes between two digits is its own mark. */
static void set_point(char *text) {
    static const char digits[] = "0123456789";
    char *const whole = text + strcspn(text, digits);
    char *const mark = whole + strspn(whole, digits);
    const size_t length = strcspn(mark, "0123456789e");
    if (length > 0 && mark[length] >= '0' && mark[length] <= '9') {
        *mark = '.';
        memmove(mark + 1, mark + length, strlen(mark + length) + 1);
    }
}

void gmix_i_figure_text(double x, int decimals, char out[GMIX_I_FIGURE]) {
    if (!isfinite(x)) {
        snprintf(out, GMIX_I_FIGURE, "%s", isnan(x) ? "?" : x > 0 ? "inf" : "-inf");
        return;
    }
    const double size = fabs(x);
    const bool plain = size < 1e15 && decimals <= 9 && (decimals >= -6 || size < 1e6);
    if (plain) {
        snprintf(out, GMIX_I_FIGURE, "%.*f", decimals > 0 ? decimals : 0, x);
    } else {
        const int about = size > 0.0 ? (int)floor(log10(size)) : 0;
        const int digits = about + decimals;
        snprintf(out, GMIX_I_FIGURE, "%.*e",
                 digits < 2    ? 2
                 : digits > 15 ? 15
                               : digits,
                 x);
    }
    set_point(out);
    if (out[0] == '-' && out[strspn(out, "-0.")] == '\0') {
        memmove(out, out + 1, strlen(out));
    }
}

void gmix_i_shown(double x, int decimals, char out[GMIX_I_FIGURE]) {
    static const char minus[] = "\xE2\x88\x92";
    const size_t extra = sizeof minus - 2;
    gmix_i_figure_text(x, decimals, out);
    if (out[0] == '-') {
        memmove(out + 1 + extra, out + 1, strlen(out));
        memcpy(out, minus, sizeof minus - 1);
    }
}

void gmix_i_figures(double mean, double sd, char mean_out[GMIX_I_FIGURE],
                    char sd_out[GMIX_I_FIGURE]) {
    const int decimals = gmix_i_decimals(sd / 100);
    gmix_i_shown(mean, decimals, mean_out);
    gmix_i_shown(sd, decimals, sd_out);
}

void gmix_i_percent(double share, char out[GMIX_I_FIGURE]) {
    const double percent = 100.0 * share;
    if (!(percent > 0.0)) {
        snprintf(out, GMIX_I_FIGURE, "0\xE2\x80\xAF%%");
    } else if (percent < 0.1) {
        snprintf(out, GMIX_I_FIGURE, "under 0.1\xE2\x80\xAF%%");
    } else if (percent < 10.0) {
        snprintf(out, GMIX_I_FIGURE, "%.1f\xE2\x80\xAF%%", percent);
    } else if (percent < 99.0 || percent >= 100.0) {
        snprintf(out, GMIX_I_FIGURE, "%.0f\xE2\x80\xAF%%", percent);
    } else if (percent < 99.95) {
        snprintf(out, GMIX_I_FIGURE, "%.1f\xE2\x80\xAF%%", fmin(percent, 99.9));
    } else {
        snprintf(out, GMIX_I_FIGURE, "over 99.9\xE2\x80\xAF%%");
    }
    set_point(out);
}

void gmix_i_certainty(double p, char out[GMIX_I_FIGURE]) {
    gmix_i_percent(fmin(p, 0.9999), out);
}

void gmix_i_number_word(size_t n, char out[GMIX_I_FIGURE]) {
    static const char *const words[] = {"no",   "one",    "two",   "three", "four",
                                        "five", "six",    "seven", "eight", "nine",
                                        "ten",  "eleven", "twelve"};
    if (n < sizeof words / sizeof *words) {
        snprintf(out, GMIX_I_FIGURE, "%s", words[n]);
    } else {
        gmix_i_count(n, out);
    }
}

void gmix_i_count(size_t n, char out[GMIX_I_FIGURE]) {
    static const char gap[] = "\xE2\x80\xAF";
    char digits[24];
    const size_t length = (size_t)snprintf(digits, sizeof digits, "%zu", n);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && length > 4 && (length - i) % 3 == 0) {
            memcpy(out + used, gap, sizeof gap - 1);
            used += sizeof gap - 1;
        }
        out[used++] = digits[i];
    }
    out[used] = '\0';
}

const char *gmix_i_s(size_t n) {
    return n == 1 ? "" : "s";
}
