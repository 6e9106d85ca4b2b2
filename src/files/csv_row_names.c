/*
 * R's write.table() gives the row names no name: its header is one cell shorter than the
 * rows. Two other things look like that, and must not be taken for it:
 *
 * - rows that end with a delimiter (their last cell is empty), or a header that lacks a name: the first
 *   cells are then other numbers than whole ones, or not all different;
 * - numbers cut by the delimiter: 1,5 and 1 234 in a file of one column. Row names without
 *   quotes that are whole numbers are therefore refused where a comma is the delimiter, and
 *   with blanks where some column has three digits wherever the one before has up to three,
 *   unless the caller has said how numbers are written.
 */
#include "files/csv_row_names.h"

#include "files/number_form.h"

static bool is_whole(const struct gmix_i_csv_cell *cell) {
    bool whole = !cell->quoted && cell->start < cell->stop;
    for (const char *p = cell->start; whole && p < cell->stop; p++) {
        whole = *p >= '0' && *p <= '9';
    }
    return whole;
}

/* Can two cells be one number that the delimiter cut? */
static bool can_join(const struct gmix_i_csv *csv, const struct gmix_i_csv_cell *a,
                     const struct gmix_i_csv_cell *b) {
    if (csv->delimiter == ',') {
        return is_whole(a) && is_whole(b);
    }
    size_t digits = 0;
    while (b->start + digits < b->stop && b->start[digits] >= '0' &&
           b->start[digits] <= '9') {
        digits++;
    }
    return is_whole(a) && *a->start != '0' && a->stop - a->start <= 3 && digits == 3 &&
           !b->quoted;
}

/* True if, in every record, some same two neighbours can be one number. joined: n_columns
 * flags to work with. */
static bool all_join(const struct gmix_i_csv *csv, bool *joined) {
    for (size_t j = 0; j < csv->n_columns; j++) {
        joined[j] = j > 0;
    }
    const char *p = gmix_i_csv_record(csv, csv->body, csv->end);
    for (; p < csv->end; p = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end)) {
        struct gmix_i_csv_cell cell = gmix_i_csv_cell(csv, p);
        for (size_t j = 1; j < csv->n_columns && !cell.last; j++) {
            const struct gmix_i_csv_cell before = cell;
            cell = gmix_i_csv_cell(csv, cell.next);
            joined[j] = joined[j] && can_join(csv, &before, &cell);
        }
    }
    bool any = false;
    for (size_t j = 0; j < csv->n_columns; j++) {
        any = any || joined[j];
    }
    return any;
}

/* How numbers are written has been said, so that the delimiter does not cut any. */
static bool is_told(const struct gmix_i_csv *csv) {
    const unsigned with = csv->delimiter == ',' ? gmix_i_forms_allowed(',', '\0')
                                                : gmix_i_forms_allowed('\0', ' ');
    return !(csv->allowed & with);
}

/* Does every record begin with what may be a name: in quotes, text or a whole number? */
static bool all_names(const struct gmix_i_csv *csv) {
    bool names = true;
    const char *p = gmix_i_csv_record(csv, csv->body, csv->end);
    while (p < csv->end && names) {
        const struct gmix_i_csv_cell first = gmix_i_csv_cell(csv, p);
        names = first.start < first.stop &&
                (first.quoted || is_whole(&first) || !gmix_i_csv_is_plain(csv, &first));
        p = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end);
    }
    return names;
}

gmix_status gmix_i_csv_find_row_names(gmix_ctx *ctx, struct gmix_i_csv *csv) {
    gmix_status status = GMIX_OK;
    bool *joined = NULL;
    const char *const record = gmix_i_csv_record(csv, csv->body, csv->end);
    if (!csv->header || record == csv->end ||
        gmix_i_csv_width(csv, record) != csv->n_columns + 1) {
        return GMIX_OK;
    }
    struct gmix_i_csv_cell last = gmix_i_csv_cell(csv, record);
    const struct gmix_i_csv_cell first = last;
    while (!last.last) {
        last = gmix_i_csv_cell(csv, last.next);
    }
    if (last.start == last.stop || !all_names(csv)) {
        return GMIX_OK;
    }
    csv->row_names = true;
    csv->n_columns++;
    const bool cuts = csv->delimiter == ',' || csv->delimiter == ' ';
    if (cuts && is_whole(&first) && !is_told(csv)) {
        GMIX_TRY(gmix_i_calloc(ctx, "columns", csv->n_columns, sizeof *joined, &joined));
        if (all_join(csv, joined)) {
            const struct gmix_i_csv_fault fault =
                gmix_i_csv_fault_at(GMIX_I_CSV_CUT, record, 0);
            GMIX_TRY(gmix_i_csv_fail(ctx, csv, &fault));
        }
    }
done:
    gmix_i_free(ctx, joined);
    return status;
}
