/*
 * Above the rows. See csv_heading.h.
 *
 * Comments: instruments, NumPy and others begin lines with #. The last of them is names where it has as
 * many cells as the records below, none of them a number, and these do not begin with names of
 * their own ("# x, y" of numpy.savetxt; "#,Name,Price", whose first column is called #).
 *
 * Years: a spreadsheet's columns 2019, 2020, 2021 are names though they are numbers. Where all other numbers
 * stand without quotes, quoted ones are names, too.
 */
#include "files/csv_heading.h"

#include <math.h>

#include "text/number.h"

static bool is_comment(const struct gmix_i_csv *csv, const char *p) {
    while (p < csv->end && *p != csv->eol && gmix_i_csv_is_blank(csv, *p)) {
        p++;
    }
    return p < csv->end && *p == '#';
}

const char *gmix_i_csv_skip_comments(struct gmix_i_csv *csv) {
    const char *last = NULL;
    while (is_comment(csv, csv->text)) {
        const char *const eol =
            memchr(csv->text, csv->eol, (size_t)(csv->end - csv->text));
        last = csv->text;
        csv->text = eol ? eol + 1 : csv->end;
        csv->lines_before++;
    }
    csv->comments = last != NULL;
    return last;
}

/* A plain number, quoted or not. */
static bool number_of(const struct gmix_i_csv_cell *cell, double *value) {
    return cell->start < cell->stop &&
           gmix_i_number(cell->start, cell->stop, value) == cell->stop;
}

/* As many cells as `width`, none of them a number? */
static bool are_names(const struct gmix_i_csv *csv, const char *p, size_t width) {
    size_t n = 0;
    bool words = true;
    for (struct gmix_i_csv_cell cell = {.next = p}; words && !cell.last; n++) {
        cell = gmix_i_csv_cell(csv, cell.next);
        words = !gmix_i_csv_any_value(csv, &cell);
    }
    return words && n == width;
}

bool gmix_i_csv_take_comment(struct gmix_i_csv *csv, const char *comment,
                             const char *first) {
    const size_t width = gmix_i_csv_width(csv, first);
    const char *names = memchr(comment, '#', (size_t)(csv->end - comment));
    bool numbers = false;
    for (struct gmix_i_csv_cell cell = {.next = first}; !cell.last;) {
        cell = gmix_i_csv_cell(csv, cell.next);
        numbers = numbers || gmix_i_csv_any_value(csv, &cell);
    }
    const struct gmix_i_csv_cell sign = gmix_i_csv_cell(csv, names);
    if (sign.stop - sign.start > 1 || !are_names(csv, names, width)) {
        names++; /* "#x": the name is x; but # by itself may be one */
    }
    if (!numbers || !are_names(csv, names, width)) {
        return false;
    }
    csv->text = names;
    csv->lines_before--;
    return true;
}

static bool has_years(const struct gmix_i_csv *csv, const char *p) {
    size_t n = 0;
    double last = 0.0, step = 0.0, value;
    for (struct gmix_i_csv_cell cell = {.next = p}; !cell.last;) {
        cell = gmix_i_csv_cell(csv, cell.next);
        if (!number_of(&cell, &value)) {
            if (n > 0) {
                return false;
            }
            continue;
        }
        const bool year = cell.stop - cell.start == 4 && value >= 1800.0 &&
                          value <= 2100.0 && floor(value) == value;
        step = n == 1 ? value - last : step;
        if (!year || (n > 0 && (step == 0.0 || value - last != step))) {
            return false;
        }
        last = value;
        n++;
    }
    return n >= 3;
}

bool gmix_i_csv_is_years(const struct gmix_i_csv *csv, const char *p) {
    const char *const next = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end);
    return has_years(csv, p) && next < csv->end && !has_years(csv, next);
}

bool gmix_i_csv_is_quoted(const struct gmix_i_csv *csv, const char *p) {
    const char *const next = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end);
    bool all = next < csv->end, bare = false, quoted = false;
    double value;
    for (struct gmix_i_csv_cell cell = {.next = p}; all && !cell.last;) {
        cell = gmix_i_csv_cell(csv, cell.next);
        all = cell.quoted && !cell.unclosed;
    }
    for (struct gmix_i_csv_cell cell = {.next = next}; all && !cell.last;) {
        cell = gmix_i_csv_cell(csv, cell.next);
        const bool number = number_of(&cell, &value);
        bare = bare || (number && !cell.quoted);
        quoted = quoted || (number && cell.quoted);
    }
    return all && bare && !quoted;
}
