/*
 * How a text is cut into cells, found out from its first records.
 *
 * Delimiter: for each candidate, how many of the first 32 records have its most frequent
 * width, if that is 2 or more. One on which all agree wins, else the one on which most
 * agree, if that is more than half; tab and ; before | and , before blanks, as the latter
 * occur inside cells of files cut by the former ("1,5;2,5", "Jan 5,3").
 *
 * Header: some cell of the first record is text, and it is text over numbers: where the
 * second record has text in exactly the same columns, and numbers besides, both are data.
 * Numbers are names where they are years, or alone in quotes (csv_heading.c).
 * A line of names with a number in it, plain or hexadecimal, is refused, as is one of empty cells:
 * it may be a row with a slip.
 */
#include <ctype.h>
#include <strings.h>

#include "files/csv.h"
#include "files/csv_heading.h"
#include "files/csv_row_names.h"
#include "files/foreign.h"
#include "files/number_form.h"
#include "text/number.h"

enum { SAMPLE = 32, N_CANDIDATES = 5 };

static const char CANDIDATES[N_CANDIDATES] = {'\t', ';', '|', ',', ' '};

static char find_eol(const char *text, const char *end) {
    for (const char *p = text; p < end; p++) {
        if (*p == '\n' || *p == '\r') {
            return *p == '\r' && p[1] != '\n' ? '\r' : '\n';
        }
    }
    return '\n';
}

/* How many of the first records have the most frequent width, if that is above 1. unnamed: the
 * first may be one cell shorter, names without one for the row names. */
static size_t agreement(const struct gmix_i_csv *csv, bool unnamed, size_t *n_records) {
    size_t widths[SAMPLE];
    size_t n = 0;
    const char *p = gmix_i_csv_record(csv, csv->text, csv->end);
    for (; p < csv->end && n < SAMPLE; n++) {
        widths[n] = gmix_i_csv_width(csv, p);
        p = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end);
    }
    size_t best = 0;
    if (unnamed && n > 1 && widths[0] + 1 == widths[1]) {
        widths[0] = widths[1];
    }
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        for (size_t j = 0; j < n; j++) {
            same += widths[j] == widths[i] && widths[i] > 1;
        }
        best = same > best ? same : best;
    }
    *n_records = n;
    return best;
}

static bool all_numbers(const struct gmix_i_csv *csv, const char *p) {
    bool all = p < csv->end;
    for (struct gmix_i_csv_cell cell = {.next = p}; all && !cell.last;) {
        cell = gmix_i_csv_cell(csv, cell.next);
        all = gmix_i_csv_any_value(csv, &cell);
    }
    return all;
}

static char find_delimiter(const struct gmix_i_csv *csv) {
    struct gmix_i_csv trial = *csv;
    size_t best = 0;
    char found = '\0';
    for (size_t i = 0; i < 2 * N_CANDIDATES; i++) {
        size_t n;
        trial.delimiter = CANDIDATES[i % N_CANDIDATES];
        const size_t same = agreement(&trial, i >= N_CANDIDATES, &n);
        if (same == n && n > 0) {
            return trial.delimiter;
        }
        if (i < N_CANDIDATES && same * 2 > n && same > best) {
            best = same;
            found = trial.delimiter;
        }
    }
    /* One column, or so ragged that the first line has to decide. */
    for (size_t i = 0; found == '\0' && i < N_CANDIDATES; i++) {
        trial.delimiter = CANDIDATES[i];
        const char *const p = gmix_i_csv_record(&trial, trial.text, trial.end);
        const bool numbers = trial.delimiter != ' ' || all_numbers(&trial, p);
        if (p < trial.end && gmix_i_csv_width(&trial, p) > 1 && numbers) {
            found = CANDIDATES[i];
        }
    }
    return found ? found : ',';
}

/* True if the first record, at p, is a line of names. */
static bool find_header(const struct gmix_i_csv *csv, const char *first) {
    const char *second = gmix_i_csv_record(csv, gmix_i_csv_after(csv, first), csv->end);
    bool any_text = false, any_number = false;
    bool differ = second == csv->end;
    struct gmix_i_csv_cell below = {.last = differ};
    for (struct gmix_i_csv_cell cell = {.next = first}; !cell.last;) {
        cell = gmix_i_csv_cell(csv, cell.next);
        const bool text = !gmix_i_csv_any_value(csv, &cell);
        any_text = any_text || text;
        any_number = any_number || !text;
        if (below.last) {
            differ = true;
            continue;
        }
        below = gmix_i_csv_cell(csv, below.next ? below.next : second);
        differ = differ || text == gmix_i_csv_any_value(csv, &below);
    }
    return (any_text && (differ || !any_number)) || gmix_i_csv_is_quoted(csv, first);
}

/* As in 0x1p3, which the C library takes for a number. */
static bool is_hexadecimal(const struct gmix_i_csv_cell *cell) {
    const char *p = cell->start;
    p += p < cell->stop && (*p == '-' || *p == '+');
    return !cell->quoted && cell->stop - p > 2 && p[0] == '0' &&
           (p[1] == 'x' || p[1] == 'X') && isxdigit((unsigned char)p[2]);
}

/* A first line that was taken for names, or for a row, without being told: it may be a row
 * with a slip, or names that are empty. */
static gmix_status check_first(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                               const char *first) {
    struct gmix_i_csv_fault fault = gmix_i_csv_fault_at(GMIX_I_CSV_FINE, first, 0);
    bool number = false, blank = true;
    size_t column = 0;
    for (struct gmix_i_csv_cell cell = {.next = first}; !cell.last; column++) {
        cell = gmix_i_csv_cell(csv, cell.next);
        number = number || gmix_i_csv_is_plain(csv, &cell);
        blank = blank && cell.start == cell.stop;
        if (csv->header && is_hexadecimal(&cell) && fault.kind == GMIX_I_CSV_FINE) {
            fault.kind = GMIX_I_CSV_HEXADECIMAL;
            fault.column = column;
        }
    }
    if (blank && column > 1) {
        fault.kind = GMIX_I_CSV_BLANK;
    } else if (csv->header && number && !csv->years) {
        fault.kind = GMIX_I_CSV_MIXED;
    }
    return fault.kind == GMIX_I_CSV_FINE ? GMIX_OK : gmix_i_csv_fail(ctx, csv, &fault);
}

static void take_missing(struct gmix_i_csv *csv, const gmix_read_options *opts) {
    csv->missing = opts->missing;
    csv->n_missing = opts->n_missing;
    for (size_t i = 0; i < opts->n_missing; i++) {
        const char *const word = opts->missing[i], *const end = word + strlen(word);
        double value;
        if (gmix_i_number(word, end, &value) == end) {
            csv->codes[csv->n_codes++] = value;
        }
    }
}

/* A first line sep=; is Excel's word for the delimiter, and no record. */
static void take_separator(struct gmix_i_csv *csv) {
    const char *p = csv->text;
    const bool quoted = p < csv->end && *p == '"';
    p += quoted;
    if (csv->end - p < 5 || strncasecmp(p, "sep=", 4) != 0) {
        return;
    }
    const char separator = p[4];
    p += 5 + (quoted && p[5] == '"');
    p += p < csv->end && csv->eol == '\n' && *p == '\r';
    if (memchr(CANDIDATES, separator, N_CANDIDATES) && p < csv->end && *p == csv->eol) {
        csv->delimiter = separator;
        csv->text = p + 1;
        csv->lines_before = 1;
    }
}

gmix_status gmix_i_csv_open(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                            const gmix_read_options *opts, struct gmix_i_csv *csv) {
    gmix_status status = gmix_i_foreign_check(ctx, bytes);
    if (status != GMIX_OK) {
        return status;
    }
    const bool mark = bytes->n >= 3 && memcmp(bytes->data, "\xef\xbb\xbf", 3) == 0;
    *csv = (struct gmix_i_csv){.file = bytes->name,
                               .text = bytes->data + (mark ? 3 : 0),
                               .end = bytes->data + bytes->n};
    take_missing(csv, opts);
    csv->allowed = gmix_i_forms_allowed(opts->decimal, opts->thousands);
    csv->point_forms = gmix_i_forms_allowed('.', '\0');
    csv->eol = find_eol(csv->text, csv->end);
    take_separator(csv);
    const char *const comment = gmix_i_csv_skip_comments(csv);
    csv->delimiter = opts->delimiter  ? opts->delimiter
                     : csv->delimiter ? csv->delimiter
                                      : find_delimiter(csv);
    const char *first = gmix_i_csv_record(csv, csv->text, csv->end);
    if (first == csv->end) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE, "%s has only %s lines", csv->file,
                           comment ? "comments and blank" : "blank");
    }
    csv->years = opts->header == -1 && gmix_i_csv_is_years(csv, first);
    csv->header =
        opts->header == 1 || csv->years || (opts->header != 0 && find_header(csv, first));
    if (comment && opts->header == -1 && !csv->header &&
        gmix_i_csv_take_comment(csv, comment, first)) {
        csv->header = true;
        first = gmix_i_csv_record(csv, csv->text, csv->end);
    }
    csv->n_columns = gmix_i_csv_width(csv, first);
    csv->body = csv->header ? gmix_i_csv_after(csv, first) : first;
    csv->quotes = memchr(csv->body, '"', (size_t)(csv->end - csv->body)) != NULL;
    const bool told = opts->header == 0 || opts->header == 1;
    status = told ? GMIX_OK : check_first(ctx, csv, first);
    return status == GMIX_OK ? gmix_i_csv_find_row_names(ctx, csv) : status;
}
