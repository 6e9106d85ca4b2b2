/* See confusion_text.h. */
#include "report/confusion_text.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, CELL = 40, NAME = 16, MOST_CLASSES = 30 };

static void put_error(struct gmix_i_text *text, const char *name,
                      const gmix_confusion *c) {
    if (c->n_classes == 0) {
        return;
    }
    gmix_i_text_add(text, "%-15s error rate %.4f: %.6g of %.9g labelled rows", name,
                    c->error_rate, c->error_rate * c->total, c->total);
    gmix_i_text_add(text, c->folds ? ", in %zu folds\n" : "\n", c->folds);
}

void gmix_i_text_errors(struct gmix_i_text *text, const gmix_report *report) {
    put_error(text, "classification", &report->training);
    put_error(text, "cross-validated", &report->cross_validated);
}

/* Row and column 0 hold names; the last column is noise. */
static void cell_at(const gmix_confusion *c, size_t row, size_t col, char cell[CELL]) {
    const size_t n = c->n_classes;
    if (row == 0 || col == 0) {
        const char *const name = row + col == 0 ? "true \\ found"
                                 : row > 0      ? c->names[row - 1]
                                 : col <= n     ? c->names[col - 1]
                                                : "noise";
        snprintf(cell, CELL, "%.*s", (int)NAME, name);
        for (char *at = cell; *at; at++) {
            *at = (unsigned char)*at < 32 || *at == 127 ? '?' : *at;
        }
    } else {
        snprintf(cell, CELL, "%.6g", c->weights[(row - 1) * (n + 1) + col - 1]);
    }
}

/* True if the table's last row of sums has something in it. */
static bool uses_column(const gmix_confusion *c, size_t col) {
    double sum = 0.0;
    for (size_t t = 0; t < c->n_classes; t++) {
        sum += c->weights[t * (c->n_classes + 1) + col - 1];
    }
    return sum > 0.0;
}

static bool uses_row(const gmix_confusion *c, size_t row) {
    double sum = 0.0;
    for (size_t p = 0; p <= c->n_classes; p++) {
        sum += c->weights[(row - 1) * (c->n_classes + 1) + p];
    }
    return sum > 0.0;
}

static size_t column_width(const gmix_confusion *c, size_t col) {
    size_t width = 0;
    for (size_t row = 0; row <= c->n_classes; row++) {
        char cell[CELL];
        cell_at(c, row, col, cell);
        const size_t w = gmix_i_text_width(cell);
        width = w > width ? w : width;
    }
    return width;
}

void gmix_i_text_confusion(struct gmix_i_text *text, const gmix_report *report) {
    const gmix_confusion *const c =
        report->cross_validated.n_classes ? &report->cross_validated : &report->training;
    const size_t n = c->n_classes;
    size_t widths[MOST_CLASSES + 2], total = 0;
    if (n == 0 || n > MOST_CLASSES) {
        return;
    }
    const bool noise = uses_column(c, n + 1);
    for (size_t col = 0; col <= n + noise; col++) {
        widths[col] = column_width(c, col);
        total += 2 + widths[col];
    }
    if (total > WIDTH) {
        return;
    }
    gmix_i_text_add(text, c->folds ? "\nlabelled rows, as found in cross-validation\n"
                                   : "\nlabelled rows, as found by the model\n");
    for (size_t row = 0; row <= n; row++) {
        if (row > 0 && !uses_row(c, row)) {
            continue; /* a new class: no row is known to be of it */
        }
        for (size_t col = 0; col <= n + noise; col++) {
            char cell[CELL];
            cell_at(c, row, col, cell);
            const size_t used = gmix_i_text_width(cell);
            gmix_i_text_blanks(text, 2);
            gmix_i_text_pad(text, col > 0 ? widths[col] : 0, used);
            gmix_i_text_add(text, "%s", cell);
            gmix_i_text_pad(text, col > 0 ? 0 : widths[col], used);
        }
        gmix_i_text_add(text, "\n");
    }
}
