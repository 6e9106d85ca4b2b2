/* Texts to class numbers, by a hash table of those seen. See label_column.h. */
#include "files/label_column.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text/number.h"

enum { N_BUCKETS = 1 << 15 };

struct gmix_i_labels {
    int32_t *of_row; /* n_rows */
    size_t n_rows, n_classes, text_used, text_capacity, first_capacity;
    char *text;       /* names, one after the other, each with its zero */
    size_t *first;    /* per class: where its name begins */
    int32_t *buckets; /* class + 1, or 0 */
};

gmix_status gmix_i_labels_begin(gmix_ctx *ctx, size_t n_rows,
                                struct gmix_i_labels **out) {
    gmix_status status = GMIX_OK;
    struct gmix_i_labels *l = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "labels", 1, sizeof *l, &l));
    l->n_rows = n_rows;
    GMIX_TRY(gmix_i_calloc(ctx, "labels", n_rows, sizeof *l->of_row, &l->of_row));
    GMIX_TRY(gmix_i_calloc(ctx, "labels", N_BUCKETS, sizeof *l->buckets, &l->buckets));
    memset(l->of_row, 0xff, n_rows * sizeof *l->of_row);
    *out = l;
    l = NULL;
done:
    gmix_i_labels_free(ctx, &l);
    return status;
}

void gmix_i_labels_free(gmix_ctx *ctx, struct gmix_i_labels **labels) {
    struct gmix_i_labels *const l = *labels;
    if (l) {
        gmix_i_free(ctx, l->of_row);
        gmix_i_free(ctx, l->text);
        gmix_i_free(ctx, l->first);
        gmix_i_free(ctx, l->buckets);
        gmix_i_free(ctx, l);
        *labels = NULL;
    }
}

bool gmix_i_labels_unknown(const char *text, size_t n) {
    static const char *const WORDS[] = {"", "-", "?", "na", "n/a", "nan"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (strlen(WORDS[i]) == n && strncasecmp(text, WORDS[i], n) == 0) {
            return true;
        }
    }
    return false;
}

/* FNV-1a. */
static size_t hash(const char *text, size_t n) {
    uint64_t h = 14695981039346656037ULL;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ (unsigned char)text[i]) * 1099511628211ULL;
    }
    return (size_t)(h ^ h >> 32);
}

static gmix_status add_class(gmix_ctx *ctx, struct gmix_i_labels *l, const char *text,
                             size_t n) {
    gmix_status status = GMIX_OK;
    if (l->n_classes == GMIX_I_MOST_CLASSES) {
        GMIX_FAIL(
            ctx, GMIX_ERR_DATA,
            "the column of labels has more than %d different texts: classes are few",
            (int)GMIX_I_MOST_CLASSES);
    }
    GMIX_TRY(
        gmix_i_grow(ctx, "labels", &l->text, &l->text_capacity, l->text_used + n + 1, 1));
    GMIX_TRY(gmix_i_grow(ctx, "labels", &l->first, &l->first_capacity, l->n_classes + 1,
                         sizeof *l->first));
    memcpy(l->text + l->text_used, text, n);
    l->text[l->text_used + n] = '\0';
    l->first[l->n_classes++] = l->text_used;
    l->text_used += n + 1;
done:
    return status;
}

gmix_status gmix_i_labels_put(gmix_ctx *ctx, struct gmix_i_labels *l, size_t row,
                              const char *text, size_t n) {
    size_t bucket = hash(text, n) % N_BUCKETS;
    while (l->buckets[bucket]) {
        const int32_t class = l->buckets[bucket] - 1;
        const char *const known = l->text + l->first[class];
        if (strlen(known) == n && memcmp(known, text, n) == 0) {
            l->of_row[row] = class;
            return GMIX_OK;
        }
        bucket = (bucket + 1) % N_BUCKETS;
    }
    const gmix_status status = add_class(ctx, l, text, n);
    if (status == GMIX_OK) {
        l->of_row[row] = (int32_t)l->n_classes - 1;
        l->buckets[bucket] = (int32_t)l->n_classes;
    }
    return status;
}

/* A class on its way to its place. */
struct entry {
    const char *name;
    double value;
    bool number;
    size_t was;
};

static int by_value(const void *a, const void *b) {
    const struct entry *const x = a, *const y = b;
    return x->value < y->value ? -1 : x->value > y->value ? 1 : strcmp(x->name, y->name);
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void sort_classes(const struct gmix_i_labels *l, struct entry *entries) {
    bool numbers = true;
    for (size_t c = 0; c < l->n_classes; c++) {
        struct entry *const e = &entries[c];
        e->name = l->text + l->first[c];
        e->was = c;
        const char *const end = e->name + strlen(e->name);
        e->number = gmix_i_number(e->name, end, &e->value) == end;
        numbers = numbers && e->number;
    }
    qsort(entries, l->n_classes, sizeof *entries, numbers ? by_value : by_bytes);
}

gmix_status gmix_i_labels_end(gmix_ctx *ctx, struct gmix_i_labels *l,
                              struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    struct entry *entries = NULL;
    int32_t *place = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "classes", l->n_classes, sizeof *entries, &entries));
    GMIX_TRY(gmix_i_calloc(ctx, "classes", l->n_classes, sizeof *place, &place));
    GMIX_TRY(gmix_i_calloc(ctx, "classes", l->n_classes, sizeof *data->class_names,
                           &data->class_names));
    sort_classes(l, entries);
    for (size_t c = 0; c < l->n_classes; c++) {
        place[entries[c].was] = (int32_t)c;
        data->class_names[c] = entries[c].name;
    }
    for (size_t i = 0; i < l->n_rows; i++) {
        l->of_row[i] = l->of_row[i] < 0 ? -1 : place[l->of_row[i]];
    }
    data->labels = l->of_row;
    data->class_text = l->text;
    l->of_row = NULL;
    l->text = NULL;
    data->table.labels = data->labels;
    data->table.n_classes = l->n_classes;
    data->table.class_names = l->n_classes ? data->class_names : NULL;
done:
    gmix_i_free(ctx, entries);
    gmix_i_free(ctx, place);
    return status;
}
