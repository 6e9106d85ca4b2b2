/*
 * Words into lines, lines and tables onto pages of paper. Lengths are points; y grows downwards.
 * The first failure is kept in the flow, and what comes after it does nothing.
 */
#ifndef GMIX_PAGE_FLOW_H
#define GMIX_PAGE_FLOW_H

#include "plot/paper.h"

/* A4, with its margins. */
enum { GMIX_I_PAGE_WIDTH = 595, GMIX_I_PAGE_HEIGHT = 842, GMIX_I_MARGIN = 50 };

static const double gmix_i_text_width_on_paper = GMIX_I_PAGE_WIDTH - 2.0 * GMIX_I_MARGIN;

typedef struct gmix_i_word {
    const char *text;
    bool space; /* before it */
    bool bold;
    int dot; /* ink of a mark before it, or GMIX_I_INK_NONE */
} gmix_i_word;

/* Some of the words, one after the other. */
typedef struct gmix_i_span {
    size_t first, n;
} gmix_i_span;

/* A place on a range of 0 .. 100: mean, and a standard deviation to either side. */
typedef struct gmix_i_strip {
    bool there;
    int ink;
    double from, width, at;
} gmix_i_strip;

typedef struct gmix_i_printed_cell {
    gmix_i_span words;
    bool number; /* stands to the right */
    gmix_i_strip strip;
} gmix_i_printed_cell;

typedef struct gmix_i_printed_row {
    size_t first, n; /* cells */
    bool heading, chosen;
} gmix_i_printed_row;

typedef struct gmix_i_printed_table {
    gmix_i_printed_cell *cells;
    gmix_i_printed_row *rows;
    size_t n_cells, n_rows, cell_capacity, row_capacity;
    double first_width; /* of the first column; 0: as its words want */
} gmix_i_printed_table;

typedef struct gmix_i_flow {
    gmix_ctx *ctx;
    gmix_i_paper *paper;
    gmix_i_word *words;
    size_t n_words, word_capacity;
    double y;
    size_t page;
    const char *footer; /* at the foot of every page, beside its number */
    gmix_status status;
} gmix_i_flow;

/* Looks of a block of text. */
typedef struct gmix_i_look {
    double size, before, after;
    bool bold;
    int ink;
} gmix_i_look;

/* Turns the page unless so much is left of it; true if it did. */
bool gmix_i_flow_room(gmix_i_flow *flow, double height);

/* Ends the page: what stands at its foot. */
void gmix_i_flow_foot(gmix_i_flow *flow);

/* Lines of words from (x, y) on, y of the first baseline, to the right if `number`; drawn if
 * `drawn`. How many there are. */
size_t gmix_i_flow_lines(gmix_i_flow *flow, gmix_i_span span, const gmix_i_look *look,
                         double x, double y, double width, bool number, bool drawn);

/* A block of text over the whole width, over pages where it has to. */
void gmix_i_flow_block(gmix_i_flow *flow, gmix_i_span span, const gmix_i_look *look,
                       double indent);

/* A table: in blocks of columns, each with the first one, where they are too many; its heading
 * again on every page. */
void gmix_i_flow_table(gmix_i_flow *flow, const gmix_i_printed_table *table);

/* Widths of the words on one line, and of the widest word. */
void gmix_i_flow_widths(gmix_i_flow *flow, gmix_i_span span, const gmix_i_look *look,
                        double *line, double *word);

/* Distance of baselines. */
static inline double gmix_i_leading(const gmix_i_look *look) {
    return 1.4 * look->size;
}

#endif
