/*
 * Counting distinct rows up to a limit: an open-addressing table of row hashes and
 * copies. K components need K distinct rows; most data show them within the first few
 * rows.
 */
#include <math.h>
#include <string.h>

#include "data/pass.h"
#include "data/survey.h"

typedef struct row_set {
    const double *filler; /* D: for missing cells; NULL: rows with some do not count */
    size_t d, n_rows, n_slots; /* n_slots: a power of two, twice the limit at least */
    size_t limit;
    double *rows;  /* limit x D, the caller's */
    size_t *slots; /* 1 + index into rows; 0: free */
    double *row;   /* D: the one at hand */
} row_set;

static gmix_status row_set_new(gmix_ctx *ctx, size_t d, size_t limit, double *rows,
                               row_set *set) {
    gmix_status status = GMIX_OK;
    *set = (row_set){.d = d, .limit = limit, .n_slots = 4, .rows = rows};
    while (set->n_slots < 2 * limit) {
        set->n_slots *= 2;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "distinct rows", d, sizeof(double), &set->row));
    GMIX_TRY(
        gmix_i_calloc(ctx, "distinct rows", set->n_slots, sizeof(size_t), &set->slots));
done:
    return status;
}

static void row_set_free(gmix_ctx *ctx, row_set *set) {
    gmix_i_free(ctx, set->row);
    gmix_i_free(ctx, set->slots);
    *set = (row_set){0};
}

/* FNV-1a over the cells' words, folded so that high bits matter. */
static size_t hash_row(const double *row, size_t d) {
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t j = 0; j < d; j++) {
        uint64_t word;
        memcpy(&word, &row[j], sizeof word);
        h = (h ^ word) * UINT64_C(1099511628211);
        h ^= h >> 29;
    }
    return (size_t)h;
}

static bool add_row(row_set *set) {
    size_t at = hash_row(set->row, set->d) & (set->n_slots - 1);
    while (set->slots[at]) {
        const double *const seen = set->rows + (set->slots[at] - 1) * set->d;
        if (memcmp(seen, set->row, set->d * sizeof(double)) == 0) {
            return false;
        }
        at = (at + 1) & (set->n_slots - 1);
    }
    memcpy(set->rows + set->n_rows * set->d, set->row, set->d * sizeof(double));
    set->slots[at] = ++set->n_rows;
    return true;
}

/* Takes row i of the source; false if it does not count. */
static bool take_row(row_set *set, const gmix_i_rows *rows, size_t i) {
    for (size_t j = 0; j < set->d; j++) {
        double x = gmix_i_cell(rows, i, j);
        if (isnan(x)) {
            if (!set->filler) {
                return false;
            }
            x = set->filler[j];
        }
        set->row[j] = x + 0.0; /* -0 becomes 0 */
    }
    return true;
}

/* Takes row i of a block; false if it does not count, is there already, or there is no room. */
static bool row_set_add(row_set *set, const gmix_i_rows *rows, size_t i) {
    return set->n_rows < set->limit && take_row(set, rows, i) && add_row(set);
}

static void add_rows(row_set *set, const gmix_table *t) {
    const gmix_i_rows rows = gmix_i_table_rows(t, 0, t->n_rows).rows;
    for (size_t i = 0; i < t->n_rows && set->n_rows < set->limit; i++) {
        const bool weighs = !t->weights || t->weights[i] > 0.0;
        if (weighs) {
            row_set_add(set, &rows, i);
        }
    }
}

gmix_status gmix_i_find_distinct(gmix_ctx *ctx, const gmix_i_input *in,
                                 const double *filler, size_t most, double *rows,
                                 size_t *count) {
    gmix_status status = GMIX_OK;
    row_set set = {0};
    GMIX_TRY(row_set_new(ctx, in->n_cols, most, rows, &set));
    set.filler = in->drop_incomplete ? NULL : filler;
    if (in->table) {
        add_rows(&set, in->table);
    } else {
        gmix_table part = {.n_rows = 1};
        GMIX_TRY(gmix_i_source_reset(ctx, in->source));
        while (set.n_rows < most && part.n_rows > 0) {
            GMIX_TRY(gmix_i_source_next(ctx, in->source, 4096, &part));
            add_rows(&set, &part);
        }
    }
    *count = set.n_rows;
done:
    row_set_free(ctx, &set);
    return status;
}
