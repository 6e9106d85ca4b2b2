/*
 * Writes a text table again: its bytes as they stand, new cells before each line's end, and
 * numbers in place of missing cells. Without new cells and missing ones the output is the
 * input, byte by byte.
 */
#include <gmix/rewrite.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "files/kept_text.h"
#include "files/number_form.h"
#include "text/number.h"
#include "text/utf8.h"

enum { MOST_DIGITS = 17 };

struct gmix_rewriter {
    const struct gmix_i_kept_text *kept;
    const gmix_table *table;
    gmix_allocator from;
    int digits;
    gmix_write_fn *write;
    void *self;
    const char *at; /* what is to be written next */
    size_t row;
    char *text; /* a new cell on its way */
    size_t capacity;
};

/* All bytes UTF-8? */
static bool is_utf8(const char *p, const char *end) {
    while (p < end) {
        const size_t n = gmix_i_utf8_length((const unsigned char *)p);
        if (n == 0) {
            return false;
        }
        p += n;
    }
    return true;
}

/* The sign of the columns read; of two, the comma, under which 1.5 is still read as what it is. */
static char find_decimal(const struct gmix_i_csv *csv, const size_t *slots) {
    for (size_t j = 0; csv->forms && j < csv->n_columns; j++) {
        if (!gmix_i_csv_is_text_slot(slots[j]) && csv->forms[j] < GMIX_I_N_FORMS &&
            gmix_i_number_forms[csv->forms[j]].decimal == ',') {
            return ',';
        }
    }
    return '.';
}

gmix_status gmix_i_text_keep(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                             const size_t *slots, struct gmix_i_bytes *bytes,
                             struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct gmix_i_kept_text *kept = NULL;
    const size_t n = csv->n_columns;
    GMIX_TRY(gmix_i_calloc(ctx, "text", 1, sizeof *kept, &data->text));
    kept = data->text;
    GMIX_TRY(gmix_i_calloc(ctx, "text", n, sizeof *slots, &kept->slots));
    memcpy(kept->slots, slots, n * sizeof *slots);
    kept->csv = *csv;
    kept->start = bytes->data;
    kept->decimal = find_decimal(csv, slots);
    kept->utf8 = is_utf8(bytes->data, bytes->data + bytes->n);
    kept->csv.names = NULL;
    kept->csv.forms = NULL;
    kept->csv.missing = NULL;
    kept->csv.n_missing = 0;
    data->bytes = *bytes;
    *bytes = (struct gmix_i_bytes){0};
done:
    return status;
}

gmix_status gmix_rewriter_new(gmix_ctx *ctx, const gmix_data *data, int digits,
                              gmix_write_fn *write, void *self,
                              gmix_rewriter **rewriter) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_rewriter *r = NULL;
    if (!data || !write || !rewriter || digits < 0 || digits > MOST_DIGITS) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "data, write and rewriter must not be NULL, and digits from 0 to %d",
                  (int)MOST_DIGITS);
    }
    if (!data->text) {
        GMIX_FAIL(ctx, GMIX_ERR_UNSUPPORTED,
                  "there is no text to be written again: the data are %s, or were read "
                  "without keep_text",
                  data->format);
    }
    GMIX_TRY(gmix_i_calloc(ctx, "text", 1, sizeof *r, &r));
    *r = (gmix_rewriter){.kept = data->text,
                         .table = &data->table,
                         .from = ctx->opts.allocator,
                         .digits = digits,
                         .write = write,
                         .self = self,
                         .at = data->text->start};
    *rewriter = r;
done:
    return status;
}

void gmix_rewriter_free(gmix_rewriter **rewriter) {
    if (rewriter && *rewriter) {
        const gmix_allocator from = (*rewriter)->from;
        gmix_i_release(&from, (*rewriter)->text);
        gmix_i_release(&from, *rewriter);
        *rewriter = NULL;
    }
}

static void put(gmix_rewriter *r, const char *text, size_t n) {
    if (n > 0) {
        r->write(r->self, text, n);
    }
}

/* Writes the file's bytes up to `to`; none where they were written already. */
static void put_until(gmix_rewriter *r, const char *to) {
    if (to > r->at) {
        put(r, r->at, (size_t)(to - r->at));
        r->at = to;
    }
}

/* A number with the file's decimal sign, in quotes, unless it stands in such, where that is the
 * delimiter. */
static void put_number(gmix_rewriter *r, double value, bool quoted) {
    const struct gmix_i_kept_text *const kept = r->kept;
    char text[GMIX_I_NUMBER_SIZE + 2] = "\"";
    char *const number = text + 1;
    size_t n = 0;
    if (isnan(value)) {
        put(r, "NA", kept->csv.delimiter == ' ' ? 2 : 0);
        return;
    }
    if (isinf(value)) {
        put(r, value < 0 ? "-Inf" : "Inf", value < 0 ? 4 : 3);
        return;
    }
    if (r->digits == 0) {
        n = gmix_i_number_text(value, number);
        n -= n > 2 && strcmp(number + n - 2, ".0") == 0 ? 2 : 0;
    } else {
        n = (size_t)snprintf(number, GMIX_I_NUMBER_SIZE, "%.*g", r->digits, value);
    }
    const char local = r->digits ? localeconv()->decimal_point[0] : '.';
    bool fraction = false;
    for (size_t i = 0; i < n; i++) {
        const bool sign = number[i] == local || number[i] == '.';
        number[i] = sign ? kept->decimal : number[i];
        fraction = fraction || sign;
    }
    const bool quote = !quoted && fraction && kept->decimal == kept->csv.delimiter;
    number[n] = '"';
    put(r, quote ? text : number, quote ? n + 2 : n);
}

/* Makes Latin-1 of UTF-8, with ? for what it lacks. */
static size_t to_latin1(char *text, size_t n) {
    size_t out = 0;
    for (size_t i = 0; i < n;) {
        const unsigned char c = (unsigned char)text[i];
        const size_t length = gmix_i_utf8_length((const unsigned char *)text + i);
        const bool latin1 = length == 2 && (c == 0xC2 || c == 0xC3);
        text[out++] = length <= 1 ? text[i]
                      : latin1    ? (char)((c & 3) << 6 | (text[i + 1] & 0x3F))
                                  : '?';
        i += length ? length : 1;
    }
    return out;
}

/* Text, in quotes if the file's is or if it needs them. */
static gmix_status put_text(gmix_ctx *ctx, gmix_rewriter *r, const char *text,
                            bool quote) {
    gmix_status status = GMIX_OK;
    const char special[] = {r->kept->csv.delimiter, '"', '\n', '\r', ' ', '\0'};
    const size_t length = strlen(text);
    size_t n = 0;
    GMIX_TRY(gmix_i_grow(ctx, "text", &r->text, &r->capacity, 2 * length + 3, 1));
    quote = quote || strpbrk(text, special) || (!length && r->kept->csv.delimiter == ' ');
    for (size_t i = 0; i < length; i++) {
        r->text[n++] = text[i];
        if (text[i] == '"') {
            r->text[n++] = '"';
        }
    }
    n = r->kept->utf8 ? n : to_latin1(r->text, n);
    put(r, "\"", quote);
    put(r, r->text, n);
    put(r, "\"", quote);
done:
    return status;
}

/* Where the record's text ends: its line end and a \r before it are not part of it. */
static const char *end_of(const struct gmix_i_csv *csv, const char *record) {
    const char *p = gmix_i_csv_after(csv, record);
    p -= p > record && p[-1] == csv->eol;
    p -= p > record && p[-1] == '\r' && csv->eol == '\n';
    return p;
}

/* True if the header has a cell of this name. */
static bool has_name(const struct gmix_i_csv *csv, const char *record, const char *name) {
    const size_t length = strlen(name);
    for (struct gmix_i_csv_cell cell = {.next = record}; !cell.last;) {
        cell = gmix_i_csv_cell(csv, cell.next);
        if ((size_t)(cell.stop - cell.start) == length &&
            memcmp(cell.start, name, length) == 0) {
            return true;
        }
    }
    return false;
}

static gmix_status put_name(gmix_ctx *ctx, gmix_rewriter *r, const char *record,
                            const char *name, bool quote) {
    gmix_status status = GMIX_OK;
    char *other = NULL;
    const size_t size = strlen(name) + 24;
    GMIX_TRY(gmix_i_calloc(ctx, "text", size, 1, &other));
    snprintf(other, size, "%s", name);
    for (int i = 2; has_name(&r->kept->csv, record, other); i++) {
        snprintf(other, size, "%s_%d", name, i);
    }
    put(r, &r->kept->csv.delimiter, 1);
    GMIX_TRY(put_text(ctx, r, other, quote));
done:
    gmix_i_free(ctx, other);
    return status;
}

gmix_status gmix_rewriter_heading(gmix_ctx *ctx, gmix_rewriter *r,
                                  const char *const *names, size_t n) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    if (!r || (n > 0 && !names) || r->at != r->kept->start) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "rewriter and names must not be NULL, and the heading comes first");
    }
    const struct gmix_i_csv *const csv = &r->kept->csv;
    if (csv->header) {
        const char *const record = gmix_i_csv_record(csv, csv->text, csv->end);
        const char *const end = end_of(csv, record);
        const bool quote = memchr(record, '"', (size_t)(end - record)) != NULL;
        put_until(r, end);
        for (size_t i = 0; i < n; i++) {
            GMIX_TRY(put_name(ctx, r, record, names[i], quote));
        }
    }
    put_until(r, csv->body);
done:
    return status;
}

/* Fills the missing cells of the record, which ends at `end`. */
static void fill(gmix_rewriter *r, const char *record, const char *end,
                 const double *filled) {
    const struct gmix_i_kept_text *const kept = r->kept;
    const gmix_table *const t = r->table;
    const double *const row = (const double *)t->data + r->row * t->n_cols;
    struct gmix_i_csv_cell cell = {.next = record};
    for (size_t j = 0; j < kept->csv.n_columns && !cell.last; j++) {
        cell = gmix_i_csv_cell(&kept->csv, cell.next);
        if (kept->slots[j] < t->n_cols && isnan(row[kept->slots[j]])) {
            put_until(r, cell.start);
            put_number(r, filled[kept->slots[j]], cell.quoted);
            r->at = cell.stop;
        }
    }
    put_until(r, end);
}

gmix_status gmix_rewriter_row(gmix_ctx *ctx, gmix_rewriter *r, const double *filled,
                              const gmix_cell *cells, size_t n) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    if (!r || (n > 0 && !cells) || r->at < r->kept->csv.body ||
        r->row == r->table->n_rows) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "rewriter and cells must not be NULL, the heading comes first, and no "
                  "more rows than there are");
    }
    const struct gmix_i_csv *const csv = &r->kept->csv;
    const char *const record = gmix_i_csv_record(csv, r->at, csv->end);
    const char *const end = end_of(csv, record);
    const char *const after = gmix_i_csv_after(csv, record);
    if (filled) {
        fill(r, record, end, filled);
    } else {
        put_until(r, end);
    }
    for (size_t i = 0; i < n; i++) {
        put(r, &csv->delimiter, 1);
        if (cells[i].text) {
            GMIX_TRY(put_text(ctx, r, cells[i].text, csv->quotes));
        } else {
            put_number(r, cells[i].number, false);
        }
    }
    put_until(r, after);
    r->row++;
done:
    return status;
}

gmix_status gmix_rewriter_end(gmix_ctx *ctx, gmix_rewriter *r) {
    GMIX_I_CTX(ctx);
    if (!r) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "rewriter must not be NULL");
    }
    put_until(r, r->kept->csv.end);
    return GMIX_OK;
}
