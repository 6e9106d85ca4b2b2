/*
 * A column of whole numbers names rows if
 *
 *   - it is called id, row, index or the like (all of its numbers need not differ for it to
 *     be no feature, but must for it to be row names), or
 *   - it is the first one and has no name in the header, or counts the rows (1, 2, 3, ... or
 *     0, 1, 2, ..., COUNTED of them or more), or there is no header, its numbers all differ and no
 *     other column is of that kind.
 *
 * Whole numbers under another name are a feature, also if they all differ: so do populations
 * and prices. Text that is different in every row names rows where no numbers do.
 */
#include "files/csv_kinds.h"

#include <strings.h>

#include "files/dates.h"
#include "files/reader.h"

enum { COUNTED = 8, POLL_EVERY = 4096 };

static bool ends_with(const char *name, size_t n, const char *ending) {
    const size_t m = strlen(ending);
    return n > m && strncasecmp(name + n - m, ending, m) == 0;
}

/* id, patient_id, PatientID, but not "grid" or "lipid"; sure: no feature whatever it holds. */
static bool is_identifier(const char *name, bool *sure) {
    static const char *const WORDS[] = {"row",        "rowid",     "row_id",  "rownames",
                                        "row.names",  "row_names", "rowname", "rownum",
                                        "row_number", "index",     "idx",     "nr",
                                        "nr.",        "num.",      "obs",     "#",
                                        "unnamed: 0", "uuid",      "guid"};
    const size_t n = strlen(name);
    const bool camel = n > 2 && (name[n - 2] == 'I') &&
                       (name[n - 1] == 'D' || name[n - 1] == 'd') && name[n - 3] >= 'a' &&
                       name[n - 3] <= 'z';
    *sure = strcasecmp(name, "id") == 0 || strcasecmp(name, "ids") == 0 || camel ||
            ends_with(name, n, "_id") || ends_with(name, n, ".id") ||
            ends_with(name, n, " id") || ends_with(name, n, "-id");
    bool word = *sure;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS && !word; i++) {
        word = strcasecmp(name, WORDS[i]) == 0;
    }
    return word;
}

/* What is known of a column of whole numbers before they are compared. */
enum suspicion { NONE, IF_ALONE, IF_DISTINCT, SURELY };

static enum suspicion suspect(const struct gmix_i_csv *csv,
                              const struct gmix_i_csv_kind *kind, size_t j) {
    bool sure = false;
    if (!kind->whole || kind->n_texts > 0 || kind->n_numbers < 2) {
        return NONE;
    }
    if (csv->names && is_identifier(csv->names[j], &sure)) {
        return sure ? SURELY : IF_DISTINCT;
    }
    if (j > 0) {
        return NONE;
    }
    if (csv->blank_first || csv->row_names ||
        (kind->counts && kind->n_numbers >= COUNTED)) {
        return IF_DISTINCT;
    }
    return csv->names || kind->n_numbers < COUNTED ? NONE : IF_ALONE;
}

bool gmix_i_csv_may_name_rows(const struct gmix_i_csv *csv,
                              const struct gmix_i_csv_kind *kinds) {
    bool may = false;
    for (size_t j = 0; j < csv->n_columns && !may; j++) {
        may = suspect(csv, &kinds[j], j) != NONE;
    }
    return may;
}

/* FNV-1a, never 0. */
static uint64_t hash(const struct gmix_i_csv_cell *cell) {
    uint64_t h = 14695981039346656037ULL;
    for (const char *p = cell->start; p < cell->stop; p++) {
        h = (h ^ (unsigned char)*p) * 1099511628211ULL;
    }
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9ULL;
    return h ? h : 1;
}

/* Are all cells of a column different, and none empty? By 64-bit hashes of their texts; two
 * different ones of a billion agree with a chance of 3 %, which costs row names. */
static gmix_status is_distinct(gmix_ctx *ctx, const struct gmix_i_csv *csv, size_t n_rows,
                               size_t column, bool *distinct) {
    gmix_status status = GMIX_OK;
    uint64_t *seen = NULL;
    size_t size = 16, row = 0;
    while (size / 2 < n_rows) {
        size *= 2;
    }
    *distinct = true;
    GMIX_TRY(gmix_i_calloc(ctx, "row names", size, sizeof *seen, &seen));
    const char *p = gmix_i_csv_record(csv, csv->body, csv->end);
    for (; p < csv->end && row < n_rows && *distinct; row++) {
        struct gmix_i_csv_cell cell = gmix_i_csv_cell(csv, p);
        if (row % POLL_EVERY == 0) {
            GMIX_TRY(gmix_i_poll_reading(ctx, csv->file));
        }
        for (size_t j = 0; j < column && !cell.last; j++) {
            cell = gmix_i_csv_cell(csv, cell.next);
        }
        const uint64_t h = hash(&cell);
        size_t bucket = h & (size - 1);
        while (seen[bucket] && seen[bucket] != h) {
            bucket = (bucket + 1) & (size - 1);
        }
        *distinct = seen[bucket] == 0 && !gmix_i_csv_is_missing(csv, &cell);
        seen[bucket] = h;
        p = gmix_i_csv_record(csv, gmix_i_csv_after(csv, p), csv->end);
    }
done:
    gmix_i_free(ctx, seen);
    return status;
}

/* Text among numbers is a slip that parsing will name, unless there is more of it. Cells that
 * are missing in every row make no feature; of one row, or without names, they may. */
static enum gmix_i_kind kind_of(const struct gmix_i_csv *csv,
                                const struct gmix_i_csv_kind *kind) {
    if (kind->n_numbers + kind->n_texts == 0) {
        return csv->header && kind->n_missing > 1 ? GMIX_I_KIND_EMPTY
                                                  : GMIX_I_KIND_NUMBERS;
    }
    if (kind->n_texts <= kind->n_numbers) {
        return GMIX_I_KIND_NUMBERS;
    }
    if (kind->n_numbers > 0 || kind->dates == 0) {
        return GMIX_I_KIND_TEXT;
    }
    return kind->dates & 1 << GMIX_I_TIME ? GMIX_I_KIND_TIMES : GMIX_I_KIND_DATES;
}

bool gmix_i_csv_is_still(const struct gmix_i_csv *csv, const struct gmix_i_csv_kind *kind,
                         size_t column, unsigned char what) {
    if (what != GMIX_I_KIND_IDENTIFIER) {
        return (kind_of(csv, kind) == GMIX_I_KIND_NUMBERS) ==
               (what == GMIX_I_KIND_NUMBERS);
    }
    const enum suspicion s = suspect(csv, kind, column);
    return s == SURELY || s == IF_DISTINCT || (s == IF_ALONE && kind->counts);
}

/* Is there another column of whole numbers that all differ? Then neither names rows. */
static gmix_status is_alone(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                            const struct gmix_i_csv_kind *kinds, size_t n_rows,
                            bool *alone) {
    gmix_status status = GMIX_OK;
    *alone = true;
    for (size_t j = 1; j < csv->n_columns && *alone; j++) {
        bool distinct = false;
        if (kinds[j].whole && kinds[j].n_texts == 0) {
            GMIX_TRY(is_distinct(ctx, csv, n_rows, j, &distinct));
        }
        *alone = !distinct;
    }
done:
    return status;
}

/* Numbers that name rows. */
static gmix_status find_identifiers(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                    const struct gmix_i_csv_kind *kinds, size_t n_rows,
                                    unsigned char *what, size_t *names_rows) {
    gmix_status status = GMIX_OK;
    for (size_t j = 0; j < csv->n_columns; j++) {
        const enum suspicion s = suspect(csv, &kinds[j], j);
        bool distinct = false, alone = true;
        if (s == NONE || what[j] != GMIX_I_KIND_NUMBERS) {
            continue;
        }
        GMIX_TRY(is_distinct(ctx, csv, n_rows, j, &distinct));
        if (s == IF_ALONE && distinct) {
            GMIX_TRY(is_alone(ctx, csv, kinds, n_rows, &alone));
        }
        if (s == SURELY || (distinct && alone)) {
            what[j] = GMIX_I_KIND_IDENTIFIER;
        }
        if (distinct && alone && *names_rows == GMIX_I_NO_COLUMN) {
            *names_rows = j;
        }
    }
done:
    return status;
}

gmix_status gmix_i_csv_classify(gmix_ctx *ctx, const struct gmix_i_csv *csv,
                                const struct gmix_i_csv_kind *kinds, unsigned char *what,
                                size_t *names_rows) {
    gmix_status status = GMIX_OK;
    const size_t n_rows = kinds[0].n_numbers + kinds[0].n_texts + kinds[0].n_missing;
    *names_rows = GMIX_I_NO_COLUMN;
    for (size_t j = 0; j < csv->n_columns; j++) {
        what[j] = (unsigned char)kind_of(csv, &kinds[j]);
    }
    GMIX_TRY(find_identifiers(ctx, csv, kinds, n_rows, what, names_rows));
    for (size_t j = 0; j < csv->n_columns && *names_rows == GMIX_I_NO_COLUMN; j++) {
        bool distinct = false;
        if (what[j] == GMIX_I_KIND_TEXT && kinds[j].n_missing == 0 && n_rows > 1) {
            GMIX_TRY(is_distinct(ctx, csv, n_rows, j, &distinct));
        }
        *names_rows = distinct ? j : *names_rows;
    }
done:
    return status;
}
