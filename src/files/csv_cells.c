/* Cells, records and lines of a text table. See csv.h. */
#include <math.h>
#include <strings.h>

#include "files/csv.h"
#include "files/dates.h"
#include "files/number_form.h"
#include "text/number.h"

/* After the quote that closes the one at p, or NULL; *stop is the closing quote. */
static const char *skip_quoted(const struct gmix_i_csv *csv, const char *p,
                               const char **stop) {
    for (p++; p < csv->end; p += 2) {
        p = memchr(p, '"', (size_t)(csv->end - p));
        if (!p || p[1] != '"') {
            break;
        }
    }
    if (!p || p >= csv->end) {
        return NULL;
    }
    *stop = p;
    return p + 1;
}

/* Fills in where the next cell begins, given where this one's text ends. */
static void find_next(const struct gmix_i_csv *csv, const char *p,
                      struct gmix_i_csv_cell *cell) {
    if (csv->delimiter == ' ') {
        while (p < csv->end && gmix_i_csv_is_blank(csv, *p)) {
            p++;
        }
        cell->last = p == csv->end || *p == csv->eol;
        cell->next = p;
    } else {
        cell->last = p == csv->end || *p == csv->eol;
        cell->next = cell->last ? p : p + 1;
    }
}

static bool ends_cell(const struct gmix_i_csv *csv, const char *p) {
    return p == csv->end || *p == csv->eol || *p == csv->delimiter ||
           (csv->delimiter == ' ' && gmix_i_csv_is_blank(csv, *p));
}

struct gmix_i_csv_cell gmix_i_csv_cell(const struct gmix_i_csv *csv, const char *p) {
    struct gmix_i_csv_cell cell = {0};
    while (p < csv->end && gmix_i_csv_is_blank(csv, *p)) {
        p++;
    }
    cell.start = p;
    cell.quoted = p < csv->end && *p == '"';
    if (cell.quoted) {
        p = skip_quoted(csv, p, &cell.stop);
        cell.start++;
        cell.unclosed = p == NULL;
        if (cell.unclosed) {
            cell.stop = cell.next = csv->end;
            cell.last = true;
            return cell;
        }
    }
    for (; !ends_cell(csv, p); p++) {
        cell.trailing |= cell.quoted && !gmix_i_csv_is_blank(csv, *p);
    }
    if (!cell.quoted) {
        cell.stop = p;
    }
    find_next(csv, p, &cell);
    while (cell.start < cell.stop && gmix_i_csv_is_blank(csv, *cell.start)) {
        cell.start++;
    }
    while (cell.start < cell.stop && gmix_i_csv_is_blank(csv, cell.stop[-1])) {
        cell.stop--;
    }
    return cell;
}

static bool is_word(const struct gmix_i_csv_cell *cell, size_t skip, const char *word) {
    const size_t n = (size_t)(cell->stop - cell->start) - skip;
    return strlen(word) == n && strncasecmp(cell->start + skip, word, n) == 0;
}

bool gmix_i_csv_is_named_missing(const struct gmix_i_csv *csv,
                                 const struct gmix_i_csv_cell *cell) {
    double value;
    for (size_t i = 0; i < csv->n_missing; i++) {
        if (is_word(cell, 0, csv->missing[i])) {
            return true;
        }
    }
    const char *const stop = gmix_i_number(cell->start, cell->stop, &value);
    return stop && stop == cell->stop && gmix_i_csv_is_code(csv, value);
}

bool gmix_i_csv_is_missing(const struct gmix_i_csv *csv,
                           const struct gmix_i_csv_cell *cell) {
    static const char *const WORDS[] = {"",     "na",   "nan",  "n/a",
                                        "#n/a", "<na>", "null", "none"};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (is_word(cell, 0, WORDS[i])) {
            return true;
        }
    }
    const bool sign = *cell->start == '-' || *cell->start == '+';
    return (sign && cell->start < cell->stop && is_word(cell, 1, "nan")) ||
           gmix_i_csv_is_named_missing(csv, cell);
}

bool gmix_i_csv_is_plain(const struct gmix_i_csv *csv,
                         const struct gmix_i_csv_cell *cell) {
    double ignored[GMIX_I_N_FORMS];
    return !cell->quoted &&
           (gmix_i_number_readings(cell->start, cell->stop, ignored) & csv->allowed);
}

/* Missing, or infinite. */
static bool word_value(const struct gmix_i_csv *csv, const struct gmix_i_csv_cell *cell,
                       double *out) {
    if (gmix_i_csv_is_missing(csv, cell)) {
        *out = (double)NAN;
        return true;
    }
    const bool minus = *cell->start == '-';
    const size_t sign = minus || *cell->start == '+';
    if (cell->start < cell->stop &&
        (is_word(cell, sign, "inf") || is_word(cell, sign, "infinity"))) {
        *out = minus ? -(double)INFINITY : (double)INFINITY;
        return true;
    }
    return false;
}

bool gmix_i_csv_value(const struct gmix_i_csv *csv, size_t column,
                      const struct gmix_i_csv_cell *cell, double *out) {
    const unsigned form = csv->forms ? csv->forms[column] : GMIX_I_FORM_PLAIN;
    const bool found =
        form >= GMIX_I_N_FORMS
            ? gmix_i_date_value(cell->start, cell->stop, form - GMIX_I_N_FORMS, out)
            : gmix_i_number_in_form(cell->start, cell->stop, form, out);
    return found || word_value(csv, cell, out);
}

int gmix_i_csv_censored(const struct gmix_i_csv *csv, const struct gmix_i_csv_cell *cell,
                        struct gmix_i_csv_cell *bound) {
    static const struct {
        const char *text;
        int side;
    } signs[] = {{"<=", -1},           {">=", 1},          {"<", -1}, {">", 1},
                 {"\xe2\x89\xa4", -1}, {"\xe2\x89\xa5", 1}};
    const size_t n = (size_t)(cell->stop - cell->start);
    for (size_t i = 0; csv->censors && i < sizeof signs / sizeof *signs; i++) {
        const size_t length = strlen(signs[i].text);
        if (n > length && memcmp(cell->start, signs[i].text, length) == 0) {
            *bound = *cell;
            bound->start += length;
            while (bound->start < bound->stop &&
                   gmix_i_csv_is_blank(csv, *bound->start)) {
                bound->start++;
            }
            return bound->start < bound->stop ? signs[i].side : 0;
        }
    }
    return 0;
}

bool gmix_i_csv_any_value(const struct gmix_i_csv *csv,
                          const struct gmix_i_csv_cell *cell) {
    double ignored[GMIX_I_N_FORMS];
    return (gmix_i_number_readings(cell->start, cell->stop, ignored) & csv->allowed) ||
           word_value(csv, cell, ignored);
}

const char *gmix_i_csv_record(const struct gmix_i_csv *csv, const char *p,
                              const char *stop) {
    while (p < stop) {
        const char *q = p;
        while (q < stop && *q != csv->eol && gmix_i_csv_is_blank(csv, *q)) {
            q++;
        }
        if (q < stop && *q != csv->eol) {
            if (!csv->comments || *q != '#' || p == csv->text) {
                return p;
            }
            q = memchr(q, csv->eol, (size_t)(stop - q));
            q = q ? q : stop;
        }
        p = q < stop ? q + 1 : q;
    }
    return stop;
}

const char *gmix_i_csv_after(const struct gmix_i_csv *csv, const char *p) {
    const char *eol = memchr(p, csv->eol, (size_t)(csv->end - p));
    const size_t n = (size_t)((eol ? eol : csv->end) - p);
    if (memchr(p, '"', n)) {
        struct gmix_i_csv_cell cell = gmix_i_csv_cell(csv, p);
        while (!cell.last) {
            cell = gmix_i_csv_cell(csv, cell.next);
        }
        eol = cell.next < csv->end ? cell.next : NULL;
    }
    return eol ? eol + 1 : csv->end;
}

size_t gmix_i_csv_width(const struct gmix_i_csv *csv, const char *p) {
    size_t n = 1;
    struct gmix_i_csv_cell cell = gmix_i_csv_cell(csv, p);
    for (; !cell.last; n++) {
        cell = gmix_i_csv_cell(csv, cell.next);
    }
    return n;
}

size_t gmix_i_csv_line(const struct gmix_i_csv *csv, const char *at) {
    size_t line = 1 + csv->lines_before;
    for (const char *p = csv->text; p < at; p++) {
        line += *p == csv->eol;
    }
    return line;
}
