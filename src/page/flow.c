/* Words into lines, lines onto pages. See flow.h. */
#include "page/flow.h"

#include <stdio.h>
#include <string.h>

#include "plot/measure.h"
#include "text/utf8.h"

static const double BOTTOM = GMIX_I_PAGE_HEIGHT - GMIX_I_MARGIN;

/* Width of a mark and the gap behind it, in sizes of the font. */
static const double DOT = 0.85;

static double word_width(gmix_i_flow *flow, const gmix_i_word *word,
                         const gmix_i_look *look) {
    return gmix_i_paper_measure(flow->paper, word->text, look->size,
                                look->bold || word->bold) +
           (word->dot != GMIX_I_INK_NONE ? DOT * look->size : 0);
}

static double space_width(const gmix_i_look *look) {
    return 0.32 * look->size;
}

void gmix_i_flow_widths(gmix_i_flow *flow, gmix_i_span span, const gmix_i_look *look,
                        double *line, double *word) {
    double glued = 0; /* words without a blank between them are one */
    *line = *word = 0;
    for (size_t i = 0; i < span.n; i++) {
        const gmix_i_word *const w = &flow->words[span.first + i];
        const double width = word_width(flow, w, look);
        glued = w->space ? width : glued + width;
        *word = glued > *word ? glued : *word;
        *line += width + (w->space && i > 0 ? space_width(look) : 0);
    }
}

static void draw_text(gmix_i_flow *flow, const char *text, double x, double y,
                      double size, bool bold, int ink) {
    gmix_i_canvas *const canvas = gmix_i_paper_canvas(flow->paper);
    const gmix_i_label label = {
        .x = x, .y = y, .anchor = -1, .size = size, .bold = bold, .ink = ink};
    canvas->text(canvas, &label, text);
}

static void draw_dot(gmix_i_flow *flow, int ink, double x, double y, double size) {
    gmix_i_canvas *const canvas = gmix_i_paper_canvas(flow->paper);
    gmix_i_open(canvas, NULL, GMIX_I_NO_COMPONENT, gmix_i_filled(ink, 1));
    canvas->mark(canvas, &(gmix_i_mark){.shape = GMIX_I_CIRCLE,
                                        .x = x + 0.3 * size,
                                        .y = y - 0.34 * size,
                                        .r = 0.27 * size,
                                        .row = SIZE_MAX});
    canvas->close(canvas);
}

static void draw_word(gmix_i_flow *flow, const gmix_i_word *word, const gmix_i_look *look,
                      double x, double y) {
    if (word->dot != GMIX_I_INK_NONE) {
        draw_dot(flow, word->dot, x, y, look->size);
        x += DOT * look->size;
    }
    draw_text(flow, word->text, x, y, look->size, look->bold || word->bold, look->ink);
}

/* A word that is wider than a line, a piece on each line; how many lines. */
static size_t cut_word(gmix_i_flow *flow, const gmix_i_word *word,
                       const gmix_i_look *look, double x, double y, double width,
                       bool drawn) {
    const char *rest = word->text;
    size_t n_lines = 0;
    while (*rest) {
        char piece[256];
        size_t used = 0;
        while (rest[used] && used + 8 < sizeof piece) {
            const size_t n = gmix_i_utf8_length((const unsigned char *)rest + used);
            memcpy(piece, rest, used + (n ? n : 1));
            piece[used + (n ? n : 1)] = '\0';
            if (used > 0 && gmix_i_paper_measure(flow->paper, piece, look->size,
                                                 look->bold || word->bold) > width) {
                break;
            }
            used += n ? n : 1;
        }
        piece[used] = '\0';
        if (drawn) {
            draw_text(flow, piece, x, y + (double)n_lines * gmix_i_leading(look),
                      look->size, look->bold || word->bold, look->ink);
        }
        rest += used;
        n_lines++;
    }
    return n_lines;
}

/* The words from `first` on that a line takes, one at least; *used: their width. */
static size_t fill_line(gmix_i_flow *flow, gmix_i_span span, size_t first,
                        const gmix_i_look *look, double width, double *used) {
    size_t n = 0, whole = 0; /* whole: up to the last blank that fits */
    double at = 0;
    *used = 0;
    for (; first + n < span.n; n++) {
        const gmix_i_word *const w = &flow->words[span.first + first + n];
        const double gap = w->space && n > 0 ? space_width(look) : 0;
        if (n > 0 && w->space) {
            whole = n;
            *used = at;
        }
        at += gap + word_width(flow, w, look);
        if (at > width && whole > 0) {
            return whole;
        }
        if (at > width && n > 0) {
            *used = at;
            return n;
        }
    }
    *used = at;
    return n;
}

static void draw_line(gmix_i_flow *flow, size_t first, size_t n, const gmix_i_look *look,
                      double x, double y) {
    for (size_t i = 0; i < n; i++) {
        const gmix_i_word *const w = &flow->words[first + i];
        x += w->space && i > 0 ? space_width(look) : 0;
        draw_word(flow, w, look, x, y);
        x += word_width(flow, w, look);
    }
}

size_t gmix_i_flow_lines(gmix_i_flow *flow, gmix_i_span span, const gmix_i_look *look,
                         double x, double y, double width, bool number, bool drawn) {
    size_t n_lines = 0, first = 0;
    while (first < span.n && flow->status == GMIX_OK) {
        double used;
        const size_t n = fill_line(flow, span, first, look, width, &used);
        const double at = y + (double)n_lines * gmix_i_leading(look);
        if (n == 1 && used > width) {
            n_lines += cut_word(flow, &flow->words[span.first + first], look, x, at,
                                width, drawn);
        } else {
            if (drawn) {
                draw_line(flow, span.first + first, n, look,
                          number ? x + width - used : x, at);
            }
            n_lines++;
        }
        first += n;
    }
    return n_lines;
}

void gmix_i_flow_foot(gmix_i_flow *flow) {
    static const gmix_i_look small = {.size = 8, .ink = GMIX_I_INK_MUTED};
    char number[32];
    snprintf(number, sizeof number, "%zu", flow->page);
    const double y = GMIX_I_PAGE_HEIGHT - 0.55 * GMIX_I_MARGIN;
    const double width = gmix_i_paper_measure(flow->paper, number, small.size, false);
    draw_text(flow, flow->footer, GMIX_I_MARGIN, y, small.size, false, small.ink);
    draw_text(flow, number, GMIX_I_PAGE_WIDTH - GMIX_I_MARGIN - width, y, small.size,
              false, small.ink);
}

bool gmix_i_flow_room(gmix_i_flow *flow, double height) {
    const bool turns = flow->y + height > BOTTOM && flow->y > GMIX_I_MARGIN;
    if (turns && flow->status == GMIX_OK) {
        gmix_i_flow_foot(flow);
        gmix_i_paper_turn(flow->paper);
        flow->page++;
        flow->y = GMIX_I_MARGIN;
    }
    return turns;
}

void gmix_i_flow_block(gmix_i_flow *flow, gmix_i_span span, const gmix_i_look *look,
                       double indent) {
    const double width = gmix_i_text_width_on_paper - indent;
    const double leading = gmix_i_leading(look);
    if (span.n == 0 || flow->status != GMIX_OK) {
        return;
    }
    const size_t n = gmix_i_flow_lines(flow, span, look, GMIX_I_MARGIN + indent, 0, width,
                                       false, false);
    flow->y += flow->y > GMIX_I_MARGIN ? look->before : 0;
    /* a heading stays with what it is of, and a text of a few lines in one place */
    gmix_i_flow_room(flow, look->size > 10 ? (double)n * leading + 60
                           : n < 12        ? (double)n * leading
                                           : 2 * leading);
    gmix_i_span rest = span;
    while (rest.n > 0 && flow->status == GMIX_OK) {
        double used;
        const size_t here = fill_line(flow, rest, 0, look, width, &used);
        const gmix_i_span line = {rest.first, here};
        gmix_i_flow_room(flow, leading);
        const size_t taken = gmix_i_flow_lines(flow, line, look, GMIX_I_MARGIN + indent,
                                               flow->y + look->size, width, false, true);
        flow->y += (double)taken * leading;
        rest.first += here;
        rest.n -= here;
    }
    flow->y += look->after;
}
