/* The comparison of two labellings for people. See gmix/compare.h. */
#include <math.h>
#include <stdio.h>

#include <gmix/show.h>

#include "text/text_buffer.h"

enum { WIDTH = 80, CELL = 48, NAME = 16 };

/* What is printed: columns in the order that puts matches on the diagonal. */
typedef struct layout {
    const gmix_agreement *table;
    const char *const *names_a, *const *names_b;
    size_t *order; /* n_b */
} layout;

static void set_order(const gmix_agreement *t, size_t *order) {
    size_t n = 0;
    for (size_t a = 0; a < t->n_a; a++) {
        if (t->match[a] >= 0) {
            order[n++] = (size_t)t->match[a];
        }
    }
    const size_t n_matched = n;
    for (size_t b = 0; b < t->n_b; b++) {
        bool taken = false;
        for (size_t i = 0; i < n_matched && !taken; i++) {
            taken = order[i] == b;
        }
        if (!taken) {
            order[n++] = b;
        }
    }
}

static void name_of(const char *const *names, size_t i, char cell[CELL]) {
    if (names) {
        snprintf(cell, CELL, "%.*s", (int)NAME, names[i]);
    } else {
        snprintf(cell, CELL, "%zu", i);
    }
    for (char *at = cell; *at; at++) {
        *at = (unsigned char)*at < 32 || *at == 127 ? '?' : *at;
    }
}

/* Row and column 0 hold names. */
static void cell_at(const layout *l, size_t row, size_t col, char cell[CELL]) {
    if (row == 0 && col == 0) {
        snprintf(cell, CELL, "A \\ B");
    } else if (row == 0) {
        name_of(l->names_b, l->order[col - 1], cell);
    } else if (col == 0) {
        name_of(l->names_a, row - 1, cell);
    } else {
        const gmix_agreement *const t = l->table;
        snprintf(cell, CELL, "%.0f", t->counts[(row - 1) * t->n_b + l->order[col - 1]]);
    }
}

static size_t column_width(const layout *l, size_t col) {
    size_t width = 0;
    for (size_t row = 0; row <= l->table->n_a; row++) {
        char cell[CELL];
        cell_at(l, row, col, cell);
        const size_t w = gmix_i_text_width(cell);
        width = w > width ? w : width;
    }
    return width;
}

static void put_padded(struct gmix_i_text *text, const char *cell, size_t width,
                       bool right) {
    const size_t used = gmix_i_text_width(cell);
    gmix_i_text_blanks(text, 2);
    gmix_i_text_pad(text, right ? width : 0, used);
    gmix_i_text_add(text, "%s", cell);
    gmix_i_text_pad(text, right ? 0 : width, used);
}

/* As many columns as fit, then the next ones below. */
static void put_table(struct gmix_i_text *text, const layout *l) {
    const size_t head = column_width(l, 0);
    for (size_t first = 1; first <= l->table->n_b;) {
        size_t end = first, total = 2 + head;
        do {
            total += 2 + column_width(l, end++);
        } while (end <= l->table->n_b && total + 2 + column_width(l, end) <= WIDTH);
        gmix_i_text_add(text, "\n");
        for (size_t row = 0; row <= l->table->n_a; row++) {
            char cell[CELL];
            cell_at(l, row, 0, cell);
            put_padded(text, cell, head, false);
            for (size_t col = first; col < end; col++) {
                cell_at(l, row, col, cell);
                put_padded(text, cell, column_width(l, col), true);
            }
            gmix_i_text_add(text, "\n");
        }
        first = end;
    }
}

static void put_measures(struct gmix_i_text *text, const gmix_agreement *t) {
    const double n = (double)t->n_rows;
    gmix_i_text_add(text, "%zu row%s, %zu label%s in A, %zu in B", t->n_rows,
                    t->n_rows == 1 ? "" : "s", t->n_a, t->n_a == 1 ? "" : "s", t->n_b);
    if (t->n_unknown > 0) {
        gmix_i_text_add(text, "; %zu more without a label in one of them", t->n_unknown);
    }
    gmix_i_text_add(
        text,
        "\nadjusted Rand index            %.4f   (Rand index %.4f)\n"
        "normalised mutual information  %.4f   (%.4f nats)\n"
        "error rate                     %.4f   (%.0f row%s; labels matched one "
        "to one)\n",
        t->adjusted_rand, t->rand, t->normalised_mutual_information,
        t->mutual_information, t->error_rate, t->error_rate * n,
        llround(t->error_rate * n) == 1 ? "" : "s");
}

gmix_status gmix_agreement_to_text(gmix_ctx *ctx, const gmix_agreement *agreement,
                                   const char *const *names_a, const char *const *names_b,
                                   char **text) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    struct gmix_i_text buffer = {.ctx = ctx};
    layout l = {.table = agreement, .names_a = names_a, .names_b = names_b};
    if (!agreement || !agreement->counts || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "a comparison and a place for the text are needed");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "the table", agreement->n_b, sizeof *l.order, &l.order));
    set_order(agreement, l.order);
    put_measures(&buffer, agreement);
    put_table(&buffer, &l);
    GMIX_TRY(gmix_i_text_take(&buffer, text));
done:
    gmix_i_text_drop(&buffer);
    gmix_i_free(ctx, l.order);
    return status;
}
