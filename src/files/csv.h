/*
 * Text tables: RFC 4180 with any of , ; tab | or runs of blanks between cells.
 *
 * A line ends with \n (a \r before it is a blank, blanks around cells are dropped), or
 * with \r if the first line does. Lines of blanks only are no records. A line break
 * inside quotes is part of the cell. Where lines above the table begin with #, such lines below are
 * comments, too.
 */
#ifndef GMIX_FILES_CSV_H
#define GMIX_FILES_CSV_H

#include <string.h>

#include <gmix/files.h>

#include "files/bytes.h"
#include "files/columns.h"

enum { GMIX_I_MOST_MISSING = 32 };

/* A text and how it is cut into cells. */
struct gmix_i_csv {
    const char *file;           /* name in messages */
    const char *text;           /* after the byte-order mark and a line sep=; */
    const char *body;           /* first record that is not names */
    const char *end;            /* *end is a zero */
    char delimiter;             /* ' ' stands for runs of blanks */
    char eol;                   /* '\n' or '\r' */
    bool quotes;                /* the body has quotes */
    bool header;                /* the first record is names */
    bool years;                 /* that are years */
    bool censors;               /* cells such as <0.5 and >100 are bounds, not text */
    bool comments;              /* lines that begin with # are no records */
    bool row_names;             /* but has none for the first column */
    bool blank_first;           /* or an empty one */
    size_t lines_before;        /* text */
    size_t n_columns;           /* cells of a record */
    char **names;               /* n_columns, or NULL; borrowed */
    unsigned point_forms;       /* those with a decimal point */
    unsigned allowed;           /* forms of numbers (number_form.h) that may be meant */
    const unsigned char *forms; /* n_columns, those that are; NULL: plain; borrowed */
    const char *const *missing; /* n_missing words for missing cells; borrowed */
    size_t n_missing, n_codes;
    double codes[GMIX_I_MOST_MISSING]; /* n_codes: those of the words that are numbers */
};

/* True if a number stands for a missing cell. */
static inline bool gmix_i_csv_is_code(const struct gmix_i_csv *csv, double value) {
    for (size_t i = 0; i < csv->n_codes; i++) {
        if (csv->codes[i] == value) {
            return true;
        }
    }
    return false;
}

struct gmix_i_csv_cell {
    const char *start, *stop; /* without quotes and blanks around them */
    const char *next;         /* after the delimiter, or the end of the record */
    bool quoted;
    bool unclosed; /* a quote is not closed before the text ends */
    bool trailing; /* text that is not blank follows the closing quote */
    bool last;     /* of its record */
};

enum gmix_i_csv_fault_kind {
    GMIX_I_CSV_FINE,
    GMIX_I_CSV_RAGGED,
    GMIX_I_CSV_NOT_NUMBER,
    GMIX_I_CSV_BAD_WEIGHT,
    GMIX_I_CSV_UNCLOSED,
    GMIX_I_CSV_TRAILING,
    GMIX_I_CSV_MIXED,
    GMIX_I_CSV_BLANK,
    GMIX_I_CSV_HEXADECIMAL,
    GMIX_I_CSV_CLASH,        /* no form fits this cell and those before */
    GMIX_I_CSV_DOUBTFUL,     /* two forms fit the column, with different numbers */
    GMIX_I_CSV_DAY_OR_MONTH, /* dates that may begin with either */
    GMIX_I_CSV_CUT           /* row names, or parts of numbers */
};

struct gmix_i_csv_fault {
    enum gmix_i_csv_fault_kind kind;
    const char *record; /* its first byte */
    size_t column;      /* of the file, 0-based */
    const char *other;  /* a record that it contradicts */
    unsigned forms;     /* those that fit */
};

static inline struct gmix_i_csv_fault
gmix_i_csv_fault_at(enum gmix_i_csv_fault_kind kind, const char *record, size_t column) {
    return (struct gmix_i_csv_fault){.kind = kind, .record = record, .column = column};
}

/* Where parsed cells go. */
struct gmix_i_csv_target {
    const size_t
        *slots;     /* per column of the file: its feature, or one of the next four */
    double *values; /* rows x n_features */
    size_t n_features;
    double *weights;
    signed char
        *censored; /* rows x n_features: -1 for <, 1 for >; NULL: none are there */
    struct gmix_i_csv_cell *labels;    /* their cells, where a column holds labels */
    struct gmix_i_csv_cell *row_names; /* the same of row names */
};

#define GMIX_I_CSV_SKIP SIZE_MAX
#define GMIX_I_CSV_WEIGHT (SIZE_MAX - 1)
#define GMIX_I_CSV_LABEL (SIZE_MAX - 2)
#define GMIX_I_CSV_ROW_NAME (SIZE_MAX - 3)

/* True for a column whose cells are not read as numbers. */
static inline bool gmix_i_csv_is_text_slot(size_t slot) {
    return slot == GMIX_I_CSV_SKIP || slot == GMIX_I_CSV_LABEL ||
           slot == GMIX_I_CSV_ROW_NAME;
}

static inline bool gmix_i_csv_is_blank(const struct gmix_i_csv *csv, char c) {
    return c == ' ' || (c == '\t' && csv->delimiter != '\t') ||
           (c == (csv->eol ^ '\n' ^ '\r')); /* the other of \n and \r */
}

/* The cell that begins at p; p < end, or at the end of the record for an empty one. */
struct gmix_i_csv_cell gmix_i_csv_cell(const struct gmix_i_csv *csv, const char *p);

/* Writes the text of a cell in UTF-8 (bytes that are none are taken for Latin-1), quotes
 * undone, and a zero; returns what follows. At most two bytes for one. */
char *gmix_i_csv_copy(const struct gmix_i_csv_cell *cell, char *text);

/* The value of a cell of a column: a number in its form, inf, or NaN for a missing one.
 * False for other text. */
bool gmix_i_csv_value(const struct gmix_i_csv *csv, size_t column,
                      const struct gmix_i_csv_cell *cell, double *out);
/* -1 for a cell such as <0.5 or <= 0.5, 1 for >100; *bound is the cell without the sign. Else 0. */
int gmix_i_csv_censored(const struct gmix_i_csv *csv, const struct gmix_i_csv_cell *cell,
                        struct gmix_i_csv_cell *bound);
/* True if a cell has a value in some form that may be meant. */
bool gmix_i_csv_any_value(const struct gmix_i_csv *csv,
                          const struct gmix_i_csv_cell *cell);
/* A number in such a form without quotes around it, nothing else. */
bool gmix_i_csv_is_plain(const struct gmix_i_csv *csv,
                         const struct gmix_i_csv_cell *cell);
bool gmix_i_csv_is_missing(const struct gmix_i_csv *csv,
                           const struct gmix_i_csv_cell *cell);
/* The same for the caller's words alone. */
bool gmix_i_csv_is_named_missing(const struct gmix_i_csv *csv,
                                 const struct gmix_i_csv_cell *cell);

/* The first byte of the next record at or after p (the start of a line), or stop. */
const char *gmix_i_csv_record(const struct gmix_i_csv *csv, const char *p,
                              const char *stop);

/* The start of the line after the record that begins at p. */
const char *gmix_i_csv_after(const struct gmix_i_csv *csv, const char *p);

/* Number of cells of the record at p. */
size_t gmix_i_csv_width(const struct gmix_i_csv *csv, const char *p);

/* 1-based line of a position. */
size_t gmix_i_csv_line(const struct gmix_i_csv *csv, const char *at);

/* Finds out the line ends, the delimiter and the header (csv_dialect.c). */
gmix_status gmix_i_csv_open(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                            const gmix_read_options *opts, struct gmix_i_csv *csv);

/* Counts the body's records; then parses that many (csv_parse.c). What is wrong with them
 * is in *fault, and the status is GMIX_OK. */
struct gmix_i_csv_plan;
gmix_status gmix_i_csv_plan(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                            struct gmix_i_csv_plan **out, size_t *n_rows);
void gmix_i_csv_plan_free(gmix_ctx *ctx, struct gmix_i_csv_plan **plan);
gmix_status gmix_i_csv_parse(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                             const struct gmix_i_csv_plan *plan,
                             const struct gmix_i_csv_target *target,
                             struct gmix_i_csv_fault *fault);

/* The sentence for a fault (csv_fault.c). */
gmix_status gmix_i_csv_fail(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                            const struct gmix_i_csv_fault *fault);

#endif
