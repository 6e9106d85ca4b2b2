/*
 * One pass over the cells of a text table: which of them are numbers, and in which forms.
 * Made only where the first records hold anything but plain numbers, or where parsing met
 * something else: tables of plain numbers are read without it.
 */
#include "files/csv_survey.h"

#include <math.h>

#include "files/dates.h"
#include "text/number.h"

enum { POLL_EVERY = 4096, WHOLE_DIGITS = 15 };

/* Digits and no more than a sign: the same number in every form. */
static bool plain_whole(const struct gmix_i_csv_cell *cell, double *value) {
    const char *p = cell->start;
    const bool minus = p < cell->stop && *p == '-';
    int64_t n = 0;
    p += minus;
    if (p == cell->stop || cell->stop - p > WHOLE_DIGITS) {
        return false;
    }
    for (; p < cell->stop; p++) {
        if (*p < '0' || *p > '9') {
            return false;
        }
        n = 10 * n + (*p - '0');
    }
    *value = minus ? -(double)n : (double)n;
    return true;
}

/* Whole numbers from 0 (identifiers have any number of digits), and whether each is one more than
 * the last. */
static void note_value(struct gmix_i_csv_kind *kind, double value) {
    const bool first = kind->n_numbers == 1;
    const bool whole = value >= 0.0 && isfinite(value) && floor(value) == value;
    kind->whole = whole && (first || kind->whole);
    kind->counts =
        whole && (first ? value <= 1.0
                        : kind->counts && value < 0x1p53 && value == kind->last + 1);
    kind->last = value;
}

static void note_readings(struct gmix_i_csv_kind *kind, const char *record,
                          unsigned readings, const double *values) {
    if (readings != kind->forms && !kind->narrowed && readings != GMIX_I_ALL_FORMS) {
        kind->narrowed = record;
    }
    if (!(kind->forms & readings)) {
        kind->clash = kind->clash ? kind->clash : record;
        return;
    }
    kind->forms &= readings;
    for (unsigned f = 0; f < GMIX_I_N_FORMS; f++) {
        for (unsigned g = f + 1; g < GMIX_I_N_FORMS; g++) {
            if ((readings >> f & 1) && (readings >> g & 1) && values[f] != values[g]) {
                kind->differ[f] |= (unsigned char)(1 << g);
                kind->doubtful = kind->doubtful ? kind->doubtful : record;
            }
        }
    }
}

static void note_text(const struct gmix_i_csv_cell *cell, const char *record,
                      struct gmix_i_csv_kind *kind) {
    double values[GMIX_I_N_DATES];
    const unsigned both = 1 << GMIX_I_DATE_DMY | 1 << GMIX_I_DATE_MDY;
    kind->n_texts++;
    kind->text = kind->text ? kind->text : record;
    if (kind->dates) {
        const unsigned readings = gmix_i_date_readings(cell->start, cell->stop, values);
        kind->dates &= readings;
        kind->days_or_months |= (readings & both) == both &&
                                values[GMIX_I_DATE_DMY] != values[GMIX_I_DATE_MDY];
    }
}

/* A point and no other sign, where it cannot be one between thousands: the same number in
 * all forms with a point. The way of most cells. */
static bool point_number(const struct gmix_i_csv_cell *cell, double *value) {
    const size_t n = (size_t)(cell->stop - cell->start);
    const char *const point = memchr(cell->start, '.', n);
    if (!point || gmix_i_number(cell->start, cell->stop, value) != cell->stop) {
        return false;
    }
    size_t places = 0;
    for (const char *p = point + 1; p < cell->stop && *p >= '0' && *p <= '9'; p++) {
        places++;
    }
    return places != 3;
}

/* A number behind < or >. */
static bool note_censored(const struct gmix_i_csv *csv,
                          const struct gmix_i_csv_cell *cell, const char *record,
                          struct gmix_i_csv_kind *kind) {
    double values[GMIX_I_N_FORMS];
    struct gmix_i_csv_cell bound;
    if (!gmix_i_csv_censored(csv, cell, &bound)) {
        return false;
    }
    const unsigned readings =
        csv->allowed & gmix_i_number_readings(bound.start, bound.stop, values);
    if (readings) {
        kind->n_numbers++;
        kind->n_censored++;
        kind->signs = true;
        kind->whole = kind->counts = false;
        kind->censored = kind->censored ? kind->censored : record;
        note_readings(kind, record, readings, values);
    }
    return readings != 0;
}

/* Where no number is known exactly, < 5 and > 5 are two words. */
static void settle_censored(size_t n, struct gmix_i_csv_kind *kinds) {
    for (size_t j = 0; j < n; j++) {
        struct gmix_i_csv_kind *const kind = &kinds[j];
        if (kind->n_censored > 0 && kind->n_censored == kind->n_numbers) {
            kind->n_texts += kind->n_censored;
            kind->text = kind->text ? kind->text : kind->censored;
            kind->n_numbers = kind->n_censored = 0;
            kind->dates = 0;
        }
    }
}

/* The rest: other forms, missing cells, text. */
static void note_other(const struct gmix_i_csv *csv, const struct gmix_i_csv_cell *cell,
                       const char *record, struct gmix_i_csv_kind *kind) {
    double values[GMIX_I_N_FORMS];
    if (gmix_i_csv_is_missing(csv, cell)) {
        kind->n_missing++;
        kind->counts = false;
        return;
    }
    const unsigned all = gmix_i_number_readings(cell->start, cell->stop, values);
    const unsigned readings = csv->allowed & all;
    if (readings) {
        kind->n_numbers++;
        kind->signs = true;
        note_readings(kind, record, readings, values);
        note_value(kind, values[__builtin_ctz(readings)]);
    } else if (all || gmix_i_csv_any_value(csv, cell)) {
        kind->n_numbers++; /* infinite, or what was asked for forbids it: parsing says so */
        note_value(kind, (double)INFINITY);
    } else if (!note_censored(csv, cell, record, kind)) {
        note_text(cell, record, kind);
    }
}

/* Whole numbers, and those with a point, say nothing that others of their column have not said, but
 * for the first with a point. */
static void note_cell(const struct gmix_i_csv *csv, const struct gmix_i_csv_cell *cell,
                      const char *record, struct gmix_i_csv_kind *kind) {
    double value;
    const unsigned point = csv->allowed & csv->point_forms;
    const bool coded = csv->n_codes > 0 && gmix_i_csv_is_named_missing(csv, cell);
    if (!coded && plain_whole(cell, &value)) {
        kind->n_numbers++;
        note_value(kind, value);
    } else if (!coded && point && kind->forms == (kind->forms & point) &&
               point_number(cell, &value)) {
        kind->n_numbers++;
        kind->whole = kind->counts = false;
    } else {
        note_other(csv, cell, record, kind);
    }
}

gmix_status gmix_i_csv_survey(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                              size_t n_records, struct gmix_i_csv_kind *kinds) {
    for (size_t j = 0; j < csv->n_columns; j++) {
        kinds[j] =
            (struct gmix_i_csv_kind){.forms = csv->allowed, .dates = GMIX_I_ALL_DATES};
    }
    return gmix_i_csv_survey_on(ctx, csv, n_records, kinds);
}

gmix_status gmix_i_csv_survey_on(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                 size_t n_records, struct gmix_i_csv_kind *kinds) {
    gmix_status status = GMIX_OK;
    const char *p = gmix_i_csv_record(csv, csv->body, csv->end);
    for (size_t i = 0; i < n_records && p < csv->end; i++) {
        struct gmix_i_csv_cell cell = {.next = p};
        if (i % POLL_EVERY == 0) {
            GMIX_TRY(gmix_i_poll_reading(ctx, csv->file));
        }
        for (size_t j = 0; j < csv->n_columns && !cell.last; j++) {
            cell = gmix_i_csv_cell(csv, cell.next);
            note_cell(csv, &cell, p, &kinds[j]);
        }
        p = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end);
    }
    settle_censored(csv->n_columns, kinds);
done:
    return status;
}

bool gmix_i_csv_all_plain(const struct gmix_i_csv *csv,
                          const struct gmix_i_csv_kind *kinds) {
    bool plain = csv->allowed == GMIX_I_ALL_FORMS;
    for (size_t j = 0; j < csv->n_columns && plain; j++) {
        plain = kinds[j].n_texts == 0 && kinds[j].n_censored == 0 &&
                kinds[j].n_numbers > 0 && (kinds[j].forms & 1 << GMIX_I_FORM_PLAIN) &&
                !kinds[j].clash;
    }
    return plain;
}

/* The decimal signs that columns of numbers cannot do without. */
struct evidence {
    bool point, comma;
};

static unsigned forms_with(char decimal) {
    return gmix_i_forms_allowed(decimal, '\0');
}

static struct evidence gather(const struct gmix_i_csv *csv,
                              const struct gmix_i_csv_kind *kinds) {
    struct evidence e = {false, false};
    for (size_t j = 0; j < csv->n_columns; j++) {
        const struct gmix_i_csv_kind *const kind = &kinds[j];
        if (kind->n_texts == 0 && kind->signs) {
            e.comma = e.comma || !(kind->forms & forms_with('.'));
            e.point = e.point || !(kind->forms & forms_with(','));
        }
    }
    return e;
}

static unsigned lowest(unsigned forms) {
    return forms ? (unsigned)__builtin_ctz(forms) : GMIX_I_FORM_PLAIN;
}

/* The form of a column, or that there are two. */
static bool decide(const struct gmix_i_csv_kind *kind, struct evidence e,
                   unsigned char *form) {
    const unsigned first = lowest(kind->forms);
    *form = (unsigned char)first;
    if (!(kind->differ[first] & kind->forms)) {
        return true;
    }
    if (first == GMIX_I_FORM_PLAIN) {
        return !e.comma;
    }
    *form = (unsigned char)lowest(kind->forms & forms_with(e.comma ? ',' : '.'));
    return e.comma != e.point;
}

/* A record, or the first one where it was in a piece that is gone. */
static const char *of(const struct gmix_i_csv *csv, const char *record) {
    return record ? record : gmix_i_csv_record(csv, csv->body, csv->end);
}

gmix_status gmix_i_csv_decide_forms(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                    const struct gmix_i_csv_kind *kinds,
                                    const size_t *slots, bool dates,
                                    unsigned char *forms) {
    const struct evidence e = gather(csv, kinds);
    for (size_t j = 0; j < csv->n_columns; j++) {
        const struct gmix_i_csv_kind *const kind = &kinds[j];
        if (gmix_i_csv_is_text_slot(slots[j])) {
            continue;
        }
        if (dates && kind->n_numbers == 0 && kind->n_texts > 0 && kind->dates) {
            forms[j] = (unsigned char)(GMIX_I_N_FORMS + __builtin_ctz(kind->dates));
            const unsigned both = 1 << GMIX_I_DATE_DMY | 1 << GMIX_I_DATE_MDY;
            if ((kind->dates & both) == both && kind->days_or_months) {
                const struct gmix_i_csv_fault doubt =
                    gmix_i_csv_fault_at(GMIX_I_CSV_DAY_OR_MONTH, of(csv, kind->text), j);
                return gmix_i_csv_fail(ctx, csv, &doubt);
            }
            continue;
        }
        struct gmix_i_csv_fault fault =
            gmix_i_csv_fault_at(GMIX_I_CSV_CLASH, kind->clash, j);
        fault.other = kind->narrowed;
        fault.forms = kind->forms;
        if (kind->clash) {
            return gmix_i_csv_fail(ctx, csv, &fault);
        }
        if (!decide(kind, e, &forms[j])) {
            fault.kind = GMIX_I_CSV_DOUBTFUL;
            fault.record = of(csv, kind->doubtful);
            return gmix_i_csv_fail(ctx, csv, &fault);
        }
    }
    return GMIX_OK;
}
