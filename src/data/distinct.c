/*
 * Counting distinct rows up to a limit: an open-addressing table of row hashes and
 * copies. K components need K distinct rows; most data show them within the first few
 * rows.
 */
#include <string.h>

#include "data/survey.h"

typedef struct row_set {
    size_t d, n_rows, n_slots; /* n_slots: a power of two, twice the limit at least */
    size_t limit;
    double *rows;  /* limit x D */
    size_t *slots; /* 1 + index into rows; 0: free */
    double *row;   /* D: the one at hand */
} row_set;

static gmix_status row_set_new(gmix_ctx *ctx, size_t d, size_t limit, row_set *set) {
    gmix_status status = GMIX_OK;
    *set = (row_set){.d = d, .limit = limit, .n_slots = 4};
    while (set->n_slots < 2 * limit) {
        set->n_slots *= 2;
    }
    GMIX_TRY(
        gmix_i_calloc(ctx, "distinct rows", (limit + 1) * d, sizeof(double), &set->rows));
    GMIX_TRY(
        gmix_i_calloc(ctx, "distinct rows", set->n_slots, sizeof(size_t), &set->slots));
    set->row = set->rows + limit * d;
done:
    return status;
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

static void row_set_add(row_set *set) {
    size_t at = hash_row(set->row, set->d) & (set->n_slots - 1);
    while (set->slots[at]) {
        const double *const seen = set->rows + (set->slots[at] - 1) * set->d;
        if (memcmp(seen, set->row, set->d * sizeof(double)) == 0) {
            return;
        }
        at = (at + 1) & (set->n_slots - 1);
    }
    memcpy(set->rows + set->n_rows * set->d, set->row, set->d * sizeof(double));
    set->slots[at] = ++set->n_rows;
}

static void row_set_add_table(row_set *set, const gmix_table *t) {
    for (size_t i = 0; i < t->n_rows && set->n_rows < set->limit; i++) {
        if (t->weights && !(t->weights[i] > 0.0)) {
            continue;
        }
        for (size_t j = 0; j < set->d; j++) {
            const ptrdiff_t at =
                (ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->col_stride;
            const double x = t->dtype == GMIX_F32 ? (double)((const float *)t->data)[at]
                                                  : ((const double *)t->data)[at];
            set->row[j] = x + 0.0; /* -0 becomes 0 */
        }
        row_set_add(set);
    }
}

gmix_status gmix_i_count_distinct(gmix_ctx *ctx, const gmix_i_input *in, size_t enough,
                                  size_t *count) {
    gmix_status status = GMIX_OK;
    row_set set = {0};
    GMIX_TRY(row_set_new(ctx, in->n_cols, enough, &set));
    if (in->table) {
        row_set_add_table(&set, in->table);
    } else {
        GMIX_TRY(in->source->reset(in->source->self));
        while (set.n_rows < enough) {
            gmix_table part = {0};
            GMIX_TRY(in->source->next(in->source->self, 4096, &part));
            if (part.n_rows == 0) {
                break;
            }
            row_set_add_table(&set, &part);
        }
    }
    *count = set.n_rows;
done:
    gmix_i_free(ctx, set.rows);
    gmix_i_free(ctx, set.slots);
    return status;
}
