/*
 * The body of a text table to numbers, in parallel over pieces.
 *
 * A body without quotes is cut at line ends into pieces of about PIECE bytes; a first
 * pass counts each piece's records, which fixes where its rows go; a second parses. The
 * result, and which fault is reported (the first in the file), do not depend on threads.
 * A body with quotes is one piece, as only reading on from the start tells whether a line
 * end is inside a cell.
 */
#include <math.h>

#include "base/threads.h"
#include "files/csv.h"
#include "text/number.h"

enum { PIECE = 1 << 21 };

struct piece {
    const char *start, *stop;
    size_t n_rows, first_row;
    struct gmix_i_csv_fault fault;
};

struct gmix_i_csv_plan {
    struct piece *pieces;
    size_t n_pieces;
};

struct parse_job {
    const struct gmix_i_csv *csv;
    const struct gmix_i_csv_target *target;
    struct piece *pieces;
};

void gmix_i_csv_plan_free(gmix_ctx *ctx, struct gmix_i_csv_plan **plan) {
    if (*plan) {
        gmix_i_free(ctx, (*plan)->pieces);
        gmix_i_free(ctx, *plan);
        *plan = NULL;
    }
}

/* Cuts the body; every piece but the last ends after a line end. */
static void cut(const struct gmix_i_csv *csv, struct gmix_i_csv_plan *plan) {
    const char *p = csv->body;
    for (size_t i = 0; i < plan->n_pieces; i++) {
        const char *stop = csv->end;
        if (i + 1 < plan->n_pieces && csv->end - p > PIECE) {
            const size_t rest = (size_t)(csv->end - p) - PIECE;
            const char *const eol = memchr(p + PIECE, csv->eol, rest);
            stop = eol ? eol + 1 : csv->end;
        }
        plan->pieces[i] = (struct piece){.start = p, .stop = stop};
        p = stop;
    }
}

static void count_piece(void *arg, size_t index, int thread) {
    (void)thread;
    const struct parse_job *const job = arg;
    const struct gmix_i_csv *const csv = job->csv;
    struct piece *const piece = &job->pieces[index];
    const char *p = gmix_i_csv_record(csv, piece->start, piece->stop);
    while (p < piece->stop) {
        piece->n_rows++;
        if (csv->quotes) {
            p = gmix_i_csv_after(csv, p);
        } else {
            const char *const eol = memchr(p, csv->eol, (size_t)(piece->stop - p));
            p = eol ? eol + 1 : piece->stop;
        }
        p = gmix_i_csv_record(csv, p, piece->stop);
    }
}

gmix_status gmix_i_csv_plan(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                            struct gmix_i_csv_plan **out, size_t *n_rows) {
    gmix_status status = GMIX_OK;
    struct gmix_i_csv_plan *plan = NULL;
    const size_t bytes = (size_t)(csv->end - csv->body);
    GMIX_TRY(gmix_i_calloc(ctx, "CSV", 1, sizeof *plan, &plan));
    plan->n_pieces = csv->quotes ? 1 : bytes / PIECE + 1;
    GMIX_TRY(
        gmix_i_calloc(ctx, "CSV", plan->n_pieces, sizeof *plan->pieces, &plan->pieces));
    cut(csv, plan);
    struct parse_job job = {.csv = csv, .pieces = plan->pieces};
    if (gmix_i_parallel_for(ctx, ctx->opts.n_threads, plan->n_pieces, count_piece,
                            &job) != GMIX_OK) {
        GMIX_TRY(gmix_i_poll_reading(ctx, csv->file));
    }
    *n_rows = 0;
    for (size_t i = 0; i < plan->n_pieces; i++) {
        plan->pieces[i].first_row = *n_rows;
        *n_rows += plan->pieces[i].n_rows;
    }
    *out = plan;
    plan = NULL;
done:
    gmix_i_csv_plan_free(ctx, &plan);
    return status;
}

/* The way of most cells: a plain number at p and a delimiter or the end behind it.
 * False if it is anything else. */
static inline bool plain_cell(const struct gmix_i_csv *csv, const char *p, double *value,
                              const char **next, bool *last) {
    while (*p == ' ') {
        p++;
    }
    p = gmix_i_number(p, csv->end, value);
    if (!p) {
        return false;
    }
    const char *const stop = p;
    while (gmix_i_csv_is_blank(csv, *p)) {
        p++;
    }
    *last = *p == csv->eol || p == csv->end;
    if (*last || (csv->delimiter == ' ' && p > stop)) {
        *next = p;
        return true;
    }
    *next = p + 1;
    return *p == csv->delimiter;
}

/* The bound of a cell such as <0.5, and its side. */
static bool censored_value(const struct gmix_i_csv *csv,
                           const struct gmix_i_csv_target *target, size_t column,
                           size_t row, const struct gmix_i_csv_cell *cell,
                           double *value) {
    struct gmix_i_csv_cell bound;
    const size_t slot = target->slots[column];
    const int side = target->censored && slot < target->n_features
                         ? gmix_i_csv_censored(csv, cell, &bound)
                         : 0;
    if (side == 0 || !gmix_i_csv_value(csv, column, &bound, value) || isnan(*value)) {
        return false;
    }
    target->censored[row * target->n_features + slot] = (signed char)side;
    return true;
}

/* Parses the record at p as row i. Sets *fault, or returns the record's end. */
static const char *parse_record(const struct gmix_i_csv *csv,
                                const struct gmix_i_csv_target *target, const char *p,
                                size_t i, struct gmix_i_csv_fault *fault) {
    double *const row = target->values + i * target->n_features;
    const char *next = p;
    bool last = false;
    for (size_t j = 0; j < csv->n_columns; j++) {
        const size_t slot = target->slots[j];
        double value = 0.0;
        if (last) {
            *fault = gmix_i_csv_fault_at(GMIX_I_CSV_RAGGED, p, j);
            return p;
        }
        const char *const start = next;
        const bool text = gmix_i_csv_is_text_slot(slot);
        const bool other = csv->forms && csv->forms[j];
        if (text || other || !plain_cell(csv, start, &value, &next, &last)) {
            const struct gmix_i_csv_cell cell = gmix_i_csv_cell(csv, start);
            if (cell.unclosed || cell.trailing) {
                *fault = gmix_i_csv_fault_at(
                    cell.unclosed ? GMIX_I_CSV_UNCLOSED : GMIX_I_CSV_TRAILING, p, j);
                return p;
            }
            if (!text && !gmix_i_csv_value(csv, j, &cell, &value) &&
                !censored_value(csv, target, j, i, &cell, &value)) {
                *fault =
                    gmix_i_csv_fault_at(slot == GMIX_I_CSV_WEIGHT ? GMIX_I_CSV_BAD_WEIGHT
                                                                  : GMIX_I_CSV_NOT_NUMBER,
                                        p, j);
                return p;
            }
            next = cell.next;
            last = cell.last;
            if (slot == GMIX_I_CSV_LABEL) {
                target->labels[i] = cell;
            } else if (slot == GMIX_I_CSV_ROW_NAME) {
                target->row_names[i] = cell;
            }
        }
        if (!text && csv->n_codes > 0 && gmix_i_csv_is_code(csv, value)) {
            value = (double)NAN;
        }
        if (slot < target->n_features) {
            row[slot] = value;
        } else if (slot == GMIX_I_CSV_WEIGHT) {
            target->weights[i] = value;
        }
    }
    if (!last) {
        *fault = gmix_i_csv_fault_at(GMIX_I_CSV_RAGGED, p, csv->n_columns);
    }
    return next;
}

static void parse_piece(void *arg, size_t index, int thread) {
    (void)thread;
    struct parse_job *const job = arg;
    const struct gmix_i_csv *const csv = job->csv;
    struct piece *const piece = &job->pieces[index];
    const char *p = piece->start;
    for (size_t i = 0; i < piece->n_rows; i++) {
        p = gmix_i_csv_record(csv, p, piece->stop);
        p = parse_record(csv, job->target, p, piece->first_row + i, &piece->fault);
        if (piece->fault.kind != GMIX_I_CSV_FINE) {
            return;
        }
        p += p < csv->end; /* over the line end */
    }
}

gmix_status gmix_i_csv_parse(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                             const struct gmix_i_csv_plan *plan,
                             const struct gmix_i_csv_target *target,
                             struct gmix_i_csv_fault *fault) {
    for (size_t i = 0; i < plan->n_pieces; i++) {
        plan->pieces[i].fault = gmix_i_csv_fault_at(GMIX_I_CSV_FINE, NULL, 0);
    }
    struct parse_job job = {.csv = csv, .target = target, .pieces = plan->pieces};
    const gmix_status status =
        gmix_i_parallel_for(ctx, ctx->opts.n_threads, plan->n_pieces, parse_piece, &job);
    if (status != GMIX_OK) {
        return gmix_i_poll_reading(ctx, csv->file);
    }
    *fault = gmix_i_csv_fault_at(GMIX_I_CSV_FINE, NULL, 0);
    for (size_t i = 0; i < plan->n_pieces && fault->kind == GMIX_I_CSV_FINE; i++) {
        *fault = plan->pieces[i].fault;
    }
    return GMIX_OK;
}
