/* The elements that a page is made of, and what they become on paper. See print.h. */
#include "page/print.h"

#include <stdlib.h>
#include <string.h>

static const gmix_i_look looks[GMIX_I_PRINTED_KINDS] = {
    [GMIX_I_PRINTED_TEXT] = {9, 0, 5, false, GMIX_I_INK_TEXT},
    [GMIX_I_PRINTED_LEAD] = {10, 0, 6, false, GMIX_I_INK_TEXT},
    [GMIX_I_PRINTED_ASIDE] = {8, 0, 5, false, GMIX_I_INK_MUTED},
    [GMIX_I_PRINTED_TITLE] = {20, 0, 8, true, GMIX_I_INK_TEXT},
    [GMIX_I_PRINTED_SECTION] = {14, 18, 6, true, GMIX_I_INK_TEXT},
    [GMIX_I_PRINTED_PART] = {10.5, 9, 3, true, GMIX_I_INK_TEXT},
};

/* An attribute's value, cut off where it is longer than `out`; "" without it. */
static void attribute(const char *tag, const char *end, const char *name, char *out,
                      size_t size) {
    const size_t length = strlen(name);
    out[0] = '\0';
    for (const char *at = tag; at + length + 2 < end; at++) {
        if (*at == ' ' && strncmp(at + 1, name, length) == 0 &&
            strncmp(at + 1 + length, "=\"", 2) == 0) {
            const char *const value = at + length + 3;
            size_t n = 0;
            while (value + n < end && value[n] != '"' && n + 1 < size) {
                n++;
            }
            memcpy(out, value, n);
            out[n] = '\0';
            return;
        }
    }
}

static bool is(const char *tag, const char *name) {
    const size_t length = strlen(name);
    return strncmp(tag, name, length) == 0 &&
           (tag[length] == ' ' || tag[length] == '>' || tag[length] == '/');
}

static bool has_class(const char *tag, const char *end, const char *name) {
    char classes[128];
    attribute(tag, end, "class", classes, sizeof classes);
    const char *const at = strstr(classes, name);
    const size_t length = strlen(name);
    return at && (at == classes || at[-1] == ' ') &&
           (at[length] == '\0' || at[length] == ' ');
}

/* The ink of class="... k3" or "... noise". */
static int ink_of(const char *tag, const char *end) {
    char classes[128];
    attribute(tag, end, "class", classes, sizeof classes);
    const char *at = classes;
    while ((at = strchr(at, 'k'))) {
        if ((at == classes || at[-1] == ' ') && at[1] >= '0' && at[1] <= '9') {
            return gmix_i_component_ink(atoi(at + 1));
        }
        at++;
    }
    return has_class(tag, end, "noise") ? GMIX_I_INK_NOISE : GMIX_I_INK_NONE;
}

static gmix_i_span words_since(const gmix_i_printer *p, size_t first) {
    return (gmix_i_span){first, p->flow.n_words - first};
}

static void begin_block(gmix_i_printer *p, gmix_i_printed kind) {
    p->kind = kind;
    p->block = p->flow.n_words;
    p->gap = false;
}

static void end_block(gmix_i_printer *p, double indent) {
    const gmix_i_span span = words_since(p, p->block);
    if (!p->in_table && span.n > 0) {
        gmix_i_flow_block(&p->flow, span, &looks[p->kind], indent);
        p->block = p->flow.n_words;
    }
    p->kind = GMIX_I_PRINTED_TEXT;
    p->gap = false;
}

/* A heading: also a line of the document's outline. */
static void end_heading(gmix_i_printer *p, int level) {
    char title[256] = "";
    size_t used = 0;
    for (size_t i = p->block; i < p->flow.n_words; i++) {
        const size_t length = strlen(p->flow.words[i].text);
        if (used + length + 2 < sizeof title) {
            title[used] = ' ';
            memcpy(title + used + (used > 0), p->flow.words[i].text, length + 1);
            used += length + (used > 0);
        }
    }
    end_block(p, 0);
    if (used > 0 && p->flow.status == GMIX_OK) {
        gmix_i_paper_outline(p->flow.paper, title, level);
    }
}

static void begin_table(gmix_i_printer *p, double first_width) {
    p->table.n_cells = p->table.n_rows = 0;
    p->table.first_width = first_width;
    p->in_table = true;
}

static void begin_row(gmix_i_printer *p, bool chosen) {
    gmix_i_printed_table *const t = &p->table;
    if (p->flow.status == GMIX_OK) {
        p->flow.status = gmix_i_grow(p->flow.ctx, "a table", &t->rows, &t->row_capacity,
                                     t->n_rows + 1, sizeof *t->rows);
    }
    if (p->flow.status == GMIX_OK) {
        t->rows[t->n_rows++] =
            (gmix_i_printed_row){.first = t->n_cells, .chosen = chosen};
    }
}

static void begin_cell(gmix_i_printer *p, bool number) {
    p->cell = (gmix_i_printed_cell){.words.first = p->flow.n_words, .number = number};
    p->gap = false;
}

static void end_cell(gmix_i_printer *p) {
    gmix_i_printed_table *const t = &p->table;
    if (p->flow.status == GMIX_OK) {
        p->flow.status = gmix_i_grow(p->flow.ctx, "a table", &t->cells, &t->cell_capacity,
                                     t->n_cells + 1, sizeof *t->cells);
    }
    if (p->flow.status == GMIX_OK && t->n_rows > 0) {
        p->cell.words = words_since(p, p->cell.words.first);
        t->cells[t->n_cells++] = p->cell;
        t->rows[t->n_rows - 1].n++;
    }
    p->cell = (gmix_i_printed_cell){.words.first = p->flow.n_words};
}

static void end_table(gmix_i_printer *p) {
    p->in_table = p->means = false;
    if (p->table.n_rows > 0) {
        gmix_i_flow_table(&p->flow, &p->table);
    }
    begin_block(p, GMIX_I_PRINTED_TEXT);
}

/* Numbers of a strip, from its rectangle and its tick. */
static void take_strip(gmix_i_printer *p, const char *tag, const char *end) {
    char text[64];
    gmix_i_strip *const s = &p->cell.strip;
    if (is(tag, "rect")) {
        attribute(tag, end, "x", text, sizeof text);
        s->from = strtod(text, NULL);
        attribute(tag, end, "width", text, sizeof text);
        s->width = strtod(text, NULL);
    } else if (has_class(tag, end, "tick")) {
        attribute(tag, end, "d", text, sizeof text);
        s->at = text[0] ? strtod(text + 1, NULL) : 0;
    }
}

/* The picture with its caption, on one page. */
static void begin_picture(gmix_i_printer *p, const char *tag, const char *end) {
    char number[24];
    attribute(tag, end, "data-picture", number, sizeof number);
    p->picture = number[0] ? strtoul(number, NULL, 10) : SIZE_MAX;
    if (p->picture != SIZE_MAX && p->flow.status == GMIX_OK) {
        p->flow.status =
            gmix_i_sheet_print_picture(p->sheet, p->picture, &p->flow, false);
    }
}

static void end_picture(gmix_i_printer *p) {
    if (p->picture != SIZE_MAX && p->flow.status == GMIX_OK) {
        p->flow.status = gmix_i_sheet_print_picture(p->sheet, p->picture, &p->flow, true);
    }
    p->picture = SIZE_MAX;
}

static void close_tag(gmix_i_printer *p, const char *tag) {
    if (is(tag, "b")) {
        p->bold -= p->bold > 0;
    } else if (is(tag, "h1") || is(tag, "h2")) {
        end_heading(p, tag[1] - '0');
    } else if (is(tag, "h3") || is(tag, "p") || is(tag, "footer")) {
        end_block(p, 0);
    } else if (is(tag, "td") || is(tag, "th") || is(tag, "dt") || is(tag, "dd")) {
        end_cell(p);
    } else if (is(tag, "thead") && p->table.n_rows > 0) {
        p->table.rows[p->table.n_rows - 1].heading = true;
    } else if (is(tag, "table") || is(tag, "dl") || (is(tag, "ul") && p->in_table)) {
        end_table(p);
    } else if (is(tag, "ul") && p->tiles) {
        p->tiles = false;
        end_block(p, 0);
    } else if (is(tag, "li") && p->in_table) {
        end_cell(p);
    } else if (is(tag, "li") && !p->tiles) {
        end_block(p, 12);
    } else if (is(tag, "figure")) {
        end_picture(p);
    } else if (is(tag, "article")) {
        p->card = GMIX_I_INK_NONE;
    }
}

/* Elements of tables; false for others. */
static bool open_table_tag(gmix_i_printer *p, const char *tag, const char *end) {
    if (is(tag, "table")) {
        begin_table(p, 0);
    } else if (is(tag, "dl")) {
        begin_table(p, 120);
    } else if (is(tag, "ul") && has_class(tag, end, "means")) {
        begin_table(p, 180);
        p->means = true;
    } else if (is(tag, "tr") || (is(tag, "div") && p->in_table)) {
        begin_row(p, has_class(tag, end, "chosen"));
        p->card = is(tag, "tr") ? ink_of(tag, end) : p->card;
    } else if (is(tag, "li") && p->in_table) {
        begin_row(p, false);
        begin_cell(p, false);
    } else if (is(tag, "td") || is(tag, "th") || is(tag, "dt") || is(tag, "dd")) {
        begin_cell(p, has_class(tag, end, "number"));
        p->dot = ink_of(tag, end);
    } else if (is(tag, "span") && has_class(tag, end, "value") && p->in_table &&
               p->means) { /* of a card's means */
        end_cell(p);
        begin_cell(p, true);
    } else {
        return false;
    }
    return true;
}

static void open_strip(gmix_i_printer *p) {
    if (p->means) { /* in a card it has a place of its own */
        end_cell(p);
        begin_cell(p, false);
    }
    p->cell.strip.there = true;
    p->cell.strip.ink = p->card == GMIX_I_INK_NONE ? GMIX_I_INK_MUTED : p->card;
}

static void open_tag(gmix_i_printer *p, const char *tag, const char *end) {
    if (is(tag, "b")) {
        p->bold++;
    } else if (is(tag, "h1")) {
        begin_block(p, GMIX_I_PRINTED_TITLE);
    } else if (is(tag, "h2")) {
        begin_block(p, GMIX_I_PRINTED_SECTION);
    } else if (is(tag, "h3")) {
        begin_block(p, GMIX_I_PRINTED_PART);
        p->dot = p->card;
    } else if (is(tag, "p") || is(tag, "footer")) {
        begin_block(p, has_class(tag, end, "lead")    ? GMIX_I_PRINTED_LEAD
                       : has_class(tag, end, "aside") ? GMIX_I_PRINTED_ASIDE
                                                      : GMIX_I_PRINTED_TEXT);
    } else if (is(tag, "span") && has_class(tag, end, "group")) {
        p->dot = ink_of(tag, end);
    } else if (is(tag, "ul") && has_class(tag, end, "tiles")) {
        begin_block(p, GMIX_I_PRINTED_TEXT);
        p->tiles = true;
    } else if (is(tag, "li") && p->tiles) {
        static const char bullet[] = " · ";
        p->gap = true;
        gmix_i_print_text(p, bullet,
                          bullet + (p->flow.n_words > p->block ? sizeof bullet - 1 : 0));
    } else if (is(tag, "li")) {
        begin_block(p, GMIX_I_PRINTED_TEXT);
    } else if (is(tag, "figure")) {
        begin_picture(p, tag, end);
    } else if (is(tag, "article")) {
        p->card = ink_of(tag, end);
    } else if (is(tag, "svg")) {
        open_strip(p);
    } else if (is(tag, "rect") || is(tag, "path")) {
        take_strip(p, tag, end);
    }
}

void gmix_i_print_tag(gmix_i_printer *p, const char *tag, const char *end) {
    if (*tag == '/') {
        close_tag(p, tag + 1);
    } else if (!open_table_tag(p, tag, end)) {
        open_tag(p, tag, end);
    }
}
