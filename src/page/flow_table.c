/*
 * Tables on paper. Columns get what their words want where there is room; else they give way in
 * proportion to what they can spare, and where that is not enough the table comes in blocks of
 * columns, each with the first one.
 */
#include "page/flow.h"

static const gmix_i_look TEXT = {.size = 7.5, .ink = GMIX_I_INK_TEXT};
static const gmix_i_look HEAD = {.size = 7.5, .bold = true, .ink = GMIX_I_INK_TEXT};
static const double GAP = 9, PAD = 2.5, STRIP_WIDTH = 60, STRIP_HEIGHT = 8;

/* What a block of columns is laid out by. */
typedef struct layout {
    const gmix_i_printed_table *table;
    double *wanted, *least, *width; /* a number for each column */
    size_t n_columns, first, end;   /* of the block; the first column is in each */
} layout;

static const gmix_i_look *look_of(const gmix_i_printed_row *row) {
    return row->heading ? &HEAD : &TEXT;
}

static void measure(gmix_i_flow *flow, layout *l) {
    const gmix_i_printed_table *const t = l->table;
    for (size_t r = 0; r < t->n_rows; r++) {
        for (size_t c = 0; c < t->rows[r].n; c++) {
            const gmix_i_printed_cell *const cell = &t->cells[t->rows[r].first + c];
            double line, word;
            gmix_i_flow_widths(flow, cell->words, look_of(&t->rows[r]), &line, &word);
            if (cell->strip.there) {
                line = line > STRIP_WIDTH ? line : STRIP_WIDTH;
                word = word > STRIP_WIDTH ? word : STRIP_WIDTH;
            }
            /* a number is one word, but its heading may have several lines */
            word = cell->number && !t->rows[r].heading ? line : word;
            line = t->rows[r].heading ? word : line;
            l->wanted[c] = line > l->wanted[c] ? line : l->wanted[c];
            l->least[c] = word > l->least[c] ? word : l->least[c];
        }
    }
    if (t->first_width > 0) {
        l->wanted[0] = l->least[0] = t->first_width;
    }
    const double most = 0.4 * gmix_i_text_width_on_paper; /* longer words are cut */
    for (size_t c = 0; c < l->n_columns; c++) {
        l->least[c] = l->least[c] < most ? l->least[c] : most;
    }
}

static bool in_block(const layout *l, size_t c) {
    return c == 0 || (c >= l->first && c < l->end);
}

/* Where the block that begins with column `first` ends, and how wide its columns are. */
static void choose(layout *l) {
    double least = l->least[0], wanted = l->wanted[0];
    const double room = gmix_i_text_width_on_paper;
    for (l->end = l->first; l->end < l->n_columns; l->end++) {
        if (least + GAP + l->least[l->end] > room && l->end > l->first) {
            break;
        }
        least += GAP + l->least[l->end];
        wanted += GAP + l->wanted[l->end];
    }
    const double spare = wanted - least;
    const double give = wanted > room && spare > 0 ? (wanted - room) / spare : 0;
    for (size_t c = 0; c < l->n_columns; c++) {
        l->width[c] = l->wanted[c] - (give < 1 ? give : 1) * (l->wanted[c] - l->least[c]);
    }
}

static double row_height(gmix_i_flow *flow, const layout *l,
                         const gmix_i_printed_row *row) {
    double height = 0;
    for (size_t c = 0; c < row->n; c++) {
        const gmix_i_printed_cell *const cell = &l->table->cells[row->first + c];
        if (in_block(l, c)) {
            const size_t n = gmix_i_flow_lines(flow, cell->words, look_of(row), 0, 0,
                                               l->width[c], false, false);
            const double own = (double)n * gmix_i_leading(look_of(row)) +
                               (cell->strip.there ? STRIP_HEIGHT : 0);
            height = own > height ? own : height;
        }
    }
    return height + 2 * PAD;
}

static void draw_rect(gmix_i_flow *flow, int ink, double opacity, gmix_i_rect rect) {
    gmix_i_canvas *const canvas = gmix_i_paper_canvas(flow->paper);
    gmix_i_open(canvas, NULL, GMIX_I_NO_COMPONENT, gmix_i_filled(ink, opacity));
    canvas->rects(canvas, &rect, 1);
    canvas->close(canvas);
}

static void draw_strip(gmix_i_flow *flow, const gmix_i_strip *s, double x, double y,
                       double width) {
    const double unit = width / 100;
    draw_rect(flow, GMIX_I_INK_GRID, 1, (gmix_i_rect){x, y + 2.6, width, 0.8});
    draw_rect(flow, s->ink, 0.5,
              (gmix_i_rect){x + s->from * unit, y + 1, s->width * unit, 4});
    draw_rect(flow, s->ink, 1, (gmix_i_rect){x + s->at * unit - 0.6, y, 1.2, 6});
}

static void draw_row(gmix_i_flow *flow, const layout *l, const gmix_i_printed_row *row,
                     double height) {
    const gmix_i_look *const look = look_of(row);
    double x = GMIX_I_MARGIN;
    double whole = -GAP;
    for (size_t c = 0; c < l->n_columns; c++) {
        whole += in_block(l, c) ? l->width[c] + GAP : 0;
    }
    if (row->chosen) {
        draw_rect(flow, GMIX_I_INK_GRID, 1,
                  (gmix_i_rect){x - 2, flow->y, whole + 4, height});
    }
    for (size_t c = 0; c < row->n; c++) {
        const gmix_i_printed_cell *const cell = &l->table->cells[row->first + c];
        if (in_block(l, c)) {
            const size_t n =
                gmix_i_flow_lines(flow, cell->words, look, x, flow->y + PAD + look->size,
                                  l->width[c], cell->number, true);
            if (cell->strip.there) {
                draw_strip(flow, &cell->strip, x,
                           flow->y + PAD + 1 + (double)n * gmix_i_leading(look),
                           l->width[c]);
            }
            x += l->width[c] + GAP;
        }
    }
    flow->y += height;
    draw_rect(
        flow, row->heading ? GMIX_I_INK_AXIS : GMIX_I_INK_GRID, 1,
        (gmix_i_rect){GMIX_I_MARGIN, flow->y - 0.4, whole, row->heading ? 0.8 : 0.5});
}

static void draw_block(gmix_i_flow *flow, const layout *l) {
    const gmix_i_printed_table *const t = l->table;
    const gmix_i_printed_row *const head = t->rows[0].heading ? &t->rows[0] : NULL;
    const double head_height = head ? row_height(flow, l, head) : 0;
    for (size_t r = 0; r < t->n_rows && flow->status == GMIX_OK; r++) {
        const double height = row_height(flow, l, &t->rows[r]);
        /* the heading never stands alone at the foot of a page */
        const bool turned = gmix_i_flow_room(flow, r == 0 && head ? height + 24 : height);
        if (turned && head && r > 0) {
            draw_row(flow, l, head, head_height);
        }
        draw_row(flow, l, &t->rows[r], height);
    }
    flow->y += 10;
}

void gmix_i_flow_table(gmix_i_flow *flow, const gmix_i_printed_table *table) {
    gmix_status status = flow->status;
    layout l = {.table = table};
    double *numbers = NULL;
    for (size_t r = 0; r < table->n_rows; r++) {
        l.n_columns = table->rows[r].n > l.n_columns ? table->rows[r].n : l.n_columns;
    }
    if (l.n_columns == 0 || status != GMIX_OK) {
        return;
    }
    GMIX_TRY(
        gmix_i_calloc(flow->ctx, "a table", 3 * l.n_columns, sizeof *numbers, &numbers));
    l.wanted = numbers;
    l.least = numbers + l.n_columns;
    l.width = numbers + 2 * l.n_columns;
    measure(flow, &l);
    l.first = 1;
    do {
        choose(&l);
        draw_block(flow, &l);
        l.first = l.end;
    } while (l.first < l.n_columns);
done:
    flow->status = flow->status == GMIX_OK ? status : flow->status;
    gmix_i_free(flow->ctx, numbers);
}
