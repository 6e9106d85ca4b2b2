/*
 * What is wrong with a text table, said to the person who has to mend it: file, line,
 * column, what was found, what to do. Lines and columns count from 1, as editors do.
 */
#include <stdio.h>

#include "files/csv.h"
#include "files/number_form.h"
#include "text/number.h"

enum { TEXT_SIZE = 64, PLACE_SIZE = 128, LIST_SIZE = 200, SAMPLE = 50 };

/* The cell as it may be shown: cut, on one line, printable. */
static void show(const struct gmix_i_csv_cell *cell, char text[TEXT_SIZE]) {
    size_t n = (size_t)(cell->stop - cell->start);
    const bool cut = n > TEXT_SIZE - 4;
    if (cut) {
        n = TEXT_SIZE - 4;
        while (n > 0 && ((unsigned char)cell->start[n] & 0xC0) == 0x80) {
            n--; /* not inside a UTF-8 sequence */
        }
    }
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)cell->start[i];
        text[i] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    memcpy(text + n, cut ? "..." : "", cut ? 4 : 1);
}

static struct gmix_i_csv_cell nth_cell(const struct gmix_i_csv *csv, const char *record,
                                       size_t column) {
    struct gmix_i_csv_cell cell = gmix_i_csv_cell(csv, record);
    for (size_t j = 0; j < column && !cell.last; j++) {
        cell = gmix_i_csv_cell(csv, cell.next);
    }
    return cell;
}

/* Adds what the record's cells are to texts and numbers, one of each per column. */
static void classify(const struct gmix_i_csv *csv, const char *record, size_t column,
                     size_t *texts, size_t *numbers) {
    const struct gmix_i_csv_cell cell = nth_cell(csv, record, column);
    const bool number = gmix_i_csv_any_value(csv, &cell);
    *numbers += number && !gmix_i_csv_is_missing(csv, &cell);
    *texts += !number;
}

/* True if a column holds text wherever it holds something, in the first records. */
static bool is_text(const struct gmix_i_csv *csv, size_t column) {
    size_t texts = 0, numbers = 0;
    const char *p = gmix_i_csv_record(csv, csv->body, csv->end);
    for (size_t i = 0; i < SAMPLE && p < csv->end; i++) {
        classify(csv, p, column, &texts, &numbers);
        p = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end);
    }
    return texts > 1 && numbers == 0;
}

/* The columns of numbers as --columns wants them; "" if they are none or do not fit. */
static void list_numeric(const struct gmix_i_csv *csv, char list[LIST_SIZE]) {
    size_t length = 0;
    for (size_t j = 0; j < csv->n_columns; j++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", j);
        const char *const name = csv->names ? csv->names[j] : number;
        if (is_text(csv, j)) {
            continue;
        }
        if (length + strlen(name) + 2 > LIST_SIZE || strpbrk(name, ", '\"\\$`")) {
            length = 0;
            break;
        }
        length += (size_t)snprintf(list + length, LIST_SIZE - length, "%s%s",
                                   length > 0 ? "," : "", name);
    }
    list[length] = '\0';
}

static gmix_status fail_not_number(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                   const struct gmix_i_csv_cell *cell, size_t column,
                                   const char *place) {
    char text[TEXT_SIZE], list[LIST_SIZE];
    show(cell, text);
    if (!is_text(csv, column)) { /* a line that is empty would be passed over */
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s: \"%s\" is not a number; correct the cell, or %s if its "
                           "value is missing",
                           place, text,
                           csv->n_columns > 1 ? "leave it empty" : "write NA");
    }
    list_numeric(csv, list);
    return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                       "%s: \"%s\" is not a number, nor is the rest of the column; "
                       "choose the columns of numbers%s%s",
                       place, text, list[0] ? ": --columns " : " with --columns", list);
}

/* Two cells of one column that no form fits both of. */
static gmix_status fail_clash(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                              const struct gmix_i_csv_fault *fault, const char *place) {
    char text[TEXT_SIZE], other[TEXT_SIZE];
    const struct gmix_i_csv_cell cell = nth_cell(csv, fault->record, fault->column);
    const struct gmix_i_csv_cell before =
        nth_cell(csv, fault->other ? fault->other : fault->record, fault->column);
    show(&cell, text);
    show(&before, other);
    return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                       "%s: \"%s\" is written otherwise than \"%s\" in line %zu: one of "
                       "them is a slip, or the points and commas of the column do not "
                       "mean the same; correct the cells",
                       place, text, other, gmix_i_csv_line(csv, before.start));
}

/* 1234 rather than 1234.0. */
static void show_number(double value, char text[GMIX_I_NUMBER_SIZE]) {
    const size_t n = gmix_i_number_text(value, text);
    if (n > 2 && strcmp(text + n - 2, ".0") == 0) {
        text[n - 2] = '\0';
    }
}

/* A cell that is two numbers: both, and how to say which is meant. */
static gmix_status fail_doubtful(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                 const struct gmix_i_csv_fault *fault,
                                 const char *place) {
    char text[TEXT_SIZE], point[GMIX_I_NUMBER_SIZE], comma[GMIX_I_NUMBER_SIZE];
    double values[GMIX_I_N_FORMS];
    const struct gmix_i_csv_cell cell = nth_cell(csv, fault->record, fault->column);
    const unsigned readings =
        gmix_i_number_readings(cell.start, cell.stop, values) & fault->forms;
    const unsigned with_point = readings & gmix_i_forms_allowed('.', '\0');
    const unsigned with_comma = readings & gmix_i_forms_allowed(',', '\0');
    show(&cell, text);
    if (!with_point || !with_comma) { /* the same sign: a mark has been forbidden */
        return gmix_i_fail(ctx, GMIX_ERR_PARSE, "%s: \"%s\" can be read as two numbers",
                           place, text);
    }
    show_number(values[__builtin_ctz(with_point)], point);
    show_number(values[__builtin_ctz(with_comma)], comma);
    return gmix_i_fail(
        ctx, GMIX_ERR_PARSE,
        "%s: \"%s\" can be %s (decimal point) or %s (decimal comma), and "
        "nothing in the column tells which; say decimal = . or decimal = ,",
        place, text, point, comma);
}

/* A header that is one shorter, over rows that may be numbers cut by the delimiter. */
static gmix_status fail_cut(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                            const char *record) {
    char first[TEXT_SIZE], second[TEXT_SIZE];
    const struct gmix_i_csv_cell cell = nth_cell(csv, record, 0);
    const struct gmix_i_csv_cell next = nth_cell(csv, record, 1);
    const bool comma = csv->delimiter == ',';
    show(&cell, first);
    show(&next, second);
    return gmix_i_fail(
        ctx, GMIX_ERR_PARSE,
        "%s: line %zu has a cell more than the header: \"%s%c%s\" can be a row name and "
        "a "
        "number, or a number with a %s; %s if it is a row name, else put such "
        "numbers in quotes or use ; between cells",
        csv->file, gmix_i_csv_line(csv, record), first, csv->delimiter, second,
        comma ? "decimal comma" : "blank between thousands",
        comma ? "say decimal = ." : "say thousands = none");
}

static gmix_status fail_ragged(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                               const char *record, size_t line) {
    const char *const first = gmix_i_csv_record(csv, csv->text, csv->end);
    const size_t found = gmix_i_csv_width(csv, record);
    const char *const body = gmix_i_csv_record(csv, csv->body, csv->end);
    return gmix_i_fail(
        ctx, GMIX_ERR_PARSE, "%s: line %zu has %zu cell%s, but %s (line %zu) has %zu; %s",
        csv->file, line, found, found == 1 ? "" : "s",
        csv->header && !csv->row_names ? "the header" : "the first row",
        gmix_i_csv_line(csv, csv->row_names ? body : first), csv->n_columns,
        "correct the line: cells or delimiters are missing or in excess");
}

/* The first text and the first number of a line that was taken for names. */
static gmix_status fail_mixed(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                              const char *record, size_t line) {
    char name[TEXT_SIZE] = "", number[TEXT_SIZE] = "";
    for (struct gmix_i_csv_cell cell = {.next = record}; !cell.last;) {
        cell = gmix_i_csv_cell(csv, cell.next);
        if (!name[0] && !gmix_i_csv_any_value(csv, &cell)) {
            show(&cell, name);
        } else if (!number[0] && gmix_i_csv_is_plain(csv, &cell)) {
            show(&cell, number);
        }
    }
    return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                       "%s: line %zu has a name ('%s') beside a number ('%s'): is it a "
                       "header? Say header = 1 or 0",
                       csv->file, line, name, number);
}

/* What is wrong with a cell, and where it is. */
static gmix_status fail_cell(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                             const struct gmix_i_csv_fault *fault,
                             const struct gmix_i_csv_cell *cell, size_t line) {
    char place[PLACE_SIZE + GMIX_I_MESSAGE_SIZE / 2], text[TEXT_SIZE];
    snprintf(place, sizeof place, "%.256s: line %zu, column %zu%s%.60s%s", csv->file,
             line, fault->column + 1, csv->names ? " '" : "",
             csv->names ? csv->names[fault->column] : "", csv->names ? "'" : "");
    if (fault->kind == GMIX_I_CSV_CLASH) {
        return fail_clash(ctx, csv, fault, place);
    }
    if (fault->kind == GMIX_I_CSV_DOUBTFUL) {
        return fail_doubtful(ctx, csv, fault, place);
    }
    if (fault->kind == GMIX_I_CSV_DAY_OR_MONTH) {
        show(cell, text);
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s: \"%s\" may begin with its day or its month, and nothing "
                           "in the column tells which; write dates as year-month-day",
                           place, text);
    }
    if (fault->kind == GMIX_I_CSV_BAD_WEIGHT) {
        show(cell, text);
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "%s: \"%s\" is no weight: weights are numbers >= 0, and none "
                           "may be missing",
                           place, text);
    }
    return fail_not_number(ctx, csv, cell, fault->column, place);
}

gmix_status gmix_i_csv_fail(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                            const struct gmix_i_csv_fault *fault) {
    const size_t record_line = gmix_i_csv_line(csv, fault->record);
    if (fault->kind == GMIX_I_CSV_RAGGED) {
        return fail_ragged(ctx, csv, fault->record, record_line);
    }
    if (fault->kind == GMIX_I_CSV_MIXED) {
        return fail_mixed(ctx, csv, fault->record, record_line);
    }
    if (fault->kind == GMIX_I_CSV_BLANK) {
        return gmix_i_fail(
            ctx, GMIX_ERR_PARSE,
            "%s: line %zu has only empty cells: is it a header? Say header "
            "= 1 or 0",
            csv->file, record_line);
    }
    if (fault->kind == GMIX_I_CSV_CUT) {
        return fail_cut(ctx, csv, fault->record);
    }
    const struct gmix_i_csv_cell cell = nth_cell(csv, fault->record, fault->column);
    const size_t line = gmix_i_csv_line(csv, cell.start);
    if (fault->kind == GMIX_I_CSV_HEXADECIMAL) {
        char text[TEXT_SIZE];
        show(&cell, text);
        return gmix_i_fail(
            ctx, GMIX_ERR_PARSE,
            "%s: line %zu, column %zu: '%s' is a hexadecimal number, and "
            "numbers are read as decimal ones: is it a name in a header? Say "
            "header = 1 or 0",
            csv->file, line, fault->column + 1, text);
    }
    if (fault->kind == GMIX_I_CSV_UNCLOSED) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s: line %zu, column %zu: the quote that opens this cell is "
                           "never closed",
                           csv->file, line, fault->column + 1);
    }
    if (fault->kind == GMIX_I_CSV_TRAILING) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s: line %zu, column %zu: text follows the quote that closes "
                           "this cell; a quote inside quotes is written twice",
                           csv->file, line, fault->column + 1);
    }
    return fail_cell(ctx, csv, fault, &cell, line);
}
