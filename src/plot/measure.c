/*
 * Advance widths, in thousandths of the font size, of DejaVu Sans (measured), and of wider
 * scripts (one em, as their faces have it). Rejected: asking Cairo, which would make the
 * layout of an SVG depend on the fonts of the machine that writes it.
 */
#include "plot/measure.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "text/utf8.h"

static const uint16_t latin[95] = {
    318,  401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
    636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
    603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
    500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
    635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};

static double advance(uint32_t code) {
    if (code >= 32 && code < 127) {
        return latin[code - 32];
    }
    const bool combining =
        (code >= 0x300 && code < 0x370) || (code >= 0xFE00 && code < 0xFE10);
    const bool wide = code >= 0x1100 && !(code >= 0x1E00 && code < 0x2000);
    const bool digit = (code >= 0x2070 && code < 0x20A0) || code == 0xB2 || code == 0xB3;
    return combining        ? 0
           : digit          ? 401
           : code == 0x00B7 ? 318
           : code == 0x2013 ? 500
           : code == 0x2212 ? 838
           : wide           ? 1000
                            : 700;
}

/* XML 1.0 has no control characters, and no U+FFFE and U+FFFF. */
static bool is_text(uint32_t code) {
    return code >= 32 && code != 127 && !(code >= 0x80 && code < 0xA0) &&
           (code & 0xFFFE) != 0xFFFE;
}

double gmix_i_text_length(const char *utf8, double size) {
    double sum = 0;
    const unsigned char *s = (const unsigned char *)utf8;
    while (*s) {
        const size_t n = gmix_i_utf8_length(s);
        sum += n > 0 ? advance(gmix_i_utf8_decode(s, n)) : 1000;
        s += n > 0 ? n : 1;
    }
    return sum * size / 1000;
}

double gmix_i_text_fit(const char *utf8, double size, double length, char *out,
                       size_t capacity) {
    static const char ellipsis[] = "…", unknown[] = "\xEF\xBF\xBD";
    const double end = 1000 * size / 1000;
    double used = 0, cut_used = 0;
    size_t at = 0, cut = 0; /* cut: where the ellipsis would go */
    const unsigned char *s = (const unsigned char *)utf8;
    while (*s) {
        const size_t n = gmix_i_utf8_length(s);
        const bool good = n > 0 && is_text(gmix_i_utf8_decode(s, n));
        const size_t bytes = good ? n : sizeof unknown - 1;
        const double more =
            (good ? advance(gmix_i_utf8_decode(s, n)) : 1000) * size / 1000;
        if (used + more > length || at + bytes + sizeof ellipsis > capacity) {
            memcpy(out + cut, ellipsis, sizeof ellipsis);
            return cut_used + end;
        }
        memcpy(out + at, good ? (const char *)s : unknown, bytes);
        at += bytes;
        used += more;
        if (used + end <= length) {
            cut = at;
            cut_used = used;
        }
        s += n > 0 ? n : 1;
    }
    out[at] = '\0';
    return used;
}
