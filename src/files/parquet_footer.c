/* The footer of Parquet files. See parquet_footer.h; numbers of fields are those of parquet.thrift. */
#include "files/parquet_footer.h"

#include "files/thrift.h"

enum { REQUIRED, OPTIONAL, REPEATED, MOST_COLUMNS = 1 << 20, MOST_DIGITS = 38 };

/* An element of the schema, which is a tree in the order of a walk. */
struct element {
    int64_t type, length, repetition, n_children, converted, logical, is_signed, scale;
    int64_t unit; /* of times: 1 ms, 2 us, 3 ns */
    bool has_type;
    const char *name;
    size_t name_length;
};

/* Which member of a union is there. */
static int64_t read_choice(struct gmix_i_thrift *t) {
    int id = 0, type, found = 0;
    while (gmix_i_thrift_field(t, &id, &type)) {
        found = id;
        gmix_i_thrift_skip(t, type);
    }
    return found;
}

/* Of INTEGER the sign counts, of DECIMAL the scale, of TIME and TIMESTAMP the unit. */
static void read_logical(struct gmix_i_thrift *t, struct element *e) {
    enum { DECIMAL = 5, TIME = 7, TIMESTAMP = 8, INTEGER = 10 };
    int id = 0, type;
    while (gmix_i_thrift_field(t, &id, &type)) {
        const bool is_time = id == TIME || id == TIMESTAMP;
        e->logical = id;
        if ((id != DECIMAL && !is_time && id != INTEGER) ||
            type != GMIX_I_THRIFT_STRUCT) {
            gmix_i_thrift_skip(t, type);
            continue;
        }
        int inner = 0, kind;
        while (gmix_i_thrift_field(t, &inner, &kind)) {
            if (id == INTEGER && inner == 2) {
                e->is_signed = gmix_i_thrift_int(t, kind);
            } else if (id == DECIMAL && inner == 1) {
                e->scale = gmix_i_thrift_int(t, kind);
            } else if (is_time && inner == 2 && kind == GMIX_I_THRIFT_STRUCT) {
                e->unit = read_choice(t);
            } else {
                gmix_i_thrift_skip(t, kind);
            }
        }
    }
}

static struct element read_element(struct gmix_i_thrift *t) {
    struct element e = {.converted = -1, .is_signed = 1, .name = ""};
    int id = 0, type;
    while (gmix_i_thrift_field(t, &id, &type)) {
        if (id == 1) {
            e.type = gmix_i_thrift_int(t, type);
            e.has_type = true;
        } else if (id == 2) {
            e.length = gmix_i_thrift_int(t, type);
        } else if (id == 3) {
            e.repetition = gmix_i_thrift_int(t, type);
        } else if (id == 4) {
            e.name = gmix_i_thrift_bytes(t, type, &e.name_length);
        } else if (id == 5) {
            e.n_children = gmix_i_thrift_int(t, type);
        } else if (id == 6) {
            e.converted = gmix_i_thrift_int(t, type);
        } else if (id == 7) {
            e.scale = gmix_i_thrift_int(t, type);
        } else if (id == 10 && type == GMIX_I_THRIFT_STRUCT) {
            read_logical(t, &e);
        } else {
            gmix_i_thrift_skip(t, type);
        }
    }
    return e;
}

static bool is_decimal(const struct element *e) {
    return e->converted == 5 || e->logical == 5;
}

/* Whole numbers behind decimals, dates and times in one that is counted: 1, a day, an hour. 0: unknown. */
static double per_one(const struct element *e) {
    static const double of_second[] = {0.0, 1e3, 1e6, 1e9};
    const int64_t c = e->converted, l = e->logical;
    const int64_t unit = c == 7 || c == 9 ? 1 : c == 8 || c == 10 ? 2 : e->unit;
    const bool is_day = c == 6 || l == 6, is_hour = c == 7 || c == 8 || l == 7;
    double per = 1.0;
    for (int64_t i = 0; is_decimal(e) && i < e->scale && i < MOST_DIGITS; i++) {
        per *= 10.0;
    }
    if (is_decimal(e) || is_day) {
        return per;
    }
    return (c == 9 || c == 10 || l == 8 || is_hour) && unit >= 1 && unit <= 3
               ? of_second[unit] * (is_hour ? 3600.0 : 86400.0)
               : 0.0;
}

/* What a leaf holds that is no number. */
static const char *other_of(const struct element *e) {
    const int64_t c = e->converted, l = e->logical;
    if (is_decimal(e)) {
        const bool whole = e->type == GMIX_I_PARQUET_INT32 ||
                           e->type == GMIX_I_PARQUET_INT64 ||
                           (e->type == GMIX_I_PARQUET_FIXED && e->length >= 1 &&
                            e->length <= GMIX_I_PARQUET_WIDEST);
        return whole && e->scale >= 0 && e->scale <= MOST_DIGITS ? NULL : "decimals";
    }
    if (c == 6 || l == 6 || c == 9 || c == 10 || l == 8 ||
        e->type == GMIX_I_PARQUET_INT96) {
        return "dates";
    }
    if (c == 7 || c == 8 || l == 7 || c == 21) {
        return "times";
    }
    if (e->type == GMIX_I_PARQUET_FIXED && l == 15) {
        return NULL; /* halves */
    }
    if (l == 11) {
        return "nulls alone";
    }
    return e->type >= GMIX_I_PARQUET_BYTES || e->type < 0
               ? (c == 0 || c == 4 || l == 1 || l == 4 ? "text" : "bytes")
               : NULL;
}

static gmix_status take_leaf(gmix_ctx *ctx, struct gmix_i_parquet *p,
                             const struct element *e, const struct element *top,
                             size_t depth) {
    struct gmix_i_parquet_column *const c = &p->columns[p->n_columns];
    char *const name = gmix_i_alloc(&ctx->opts.allocator, top->name_length + 1, 1);
    if (!name) {
        return gmix_i_fail_nomem(ctx, "names", top->name_length + 1);
    }
    memcpy(name, top->name, top->name_length);
    *c = (struct gmix_i_parquet_column){
        .name = name,
        .type = (int)e->type,
        .is_optional = e->repetition == OPTIONAL,
        .is_unsigned = (e->converted >= 11 && e->converted <= 14) || !e->is_signed,
        .is_half = e->type == GMIX_I_PARQUET_FIXED && e->logical == 15,
        .width = e->type == GMIX_I_PARQUET_FIXED && is_decimal(e) ? (size_t)e->length : 0,
        .per_one = per_one(e),
        .other = other_of(e)};
    c->width = c->other ? 0 : c->width;
    c->is_text = e->type == GMIX_I_PARQUET_BYTES && depth == 1;
    if (depth != 1 || e->repetition > OPTIONAL || e->repetition < REQUIRED) {
        c->other = "lists or structs";
        c->is_text = false;
    }
    p->n_columns++;
    return GMIX_OK;
}

/* The tree: how many children are left to come at each depth. */
static gmix_status read_schema(gmix_ctx *ctx, struct gmix_i_thrift *t, int type,
                               struct gmix_i_parquet *p) {
    enum { DEEPEST = 64 };
    gmix_status status = GMIX_OK;
    int64_t left[DEEPEST] = {1};
    size_t depth = 0;
    struct element top = {0};
    const size_t n = gmix_i_thrift_list(t, type, GMIX_I_THRIFT_STRUCT);
    if (n > MOST_COLUMNS || p->columns) {
        t->bad = true;
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *p->columns, &p->columns));
    for (size_t i = 0; i < n && !t->bad; i++) {
        const struct element e = read_element(t);
        while (depth > 0 && left[depth] == 0) {
            depth--;
        }
        left[depth]--;
        top = depth == 1 ? e : top;
        const bool good = left[depth] >= 0 && e.n_children >= 0 &&
                          (e.n_children == 0 || depth + 1 < DEEPEST) &&
                          (e.n_children > 0) != e.has_type;
        t->bad = t->bad || !good || (i == 0 && e.n_children == 0);
        if (!t->bad && e.n_children > 0) {
            left[++depth] = e.n_children;
        } else if (!t->bad) {
            GMIX_TRY(take_leaf(ctx, p, &e, &top, depth));
        }
    }
done:
    return status;
}

static void read_column_data(struct gmix_i_thrift *t, struct gmix_i_parquet_chunk *c) {
    int id = 0, type;
    while (gmix_i_thrift_field(t, &id, &type)) {
        if (id == 4) {
            c->codec = (int)gmix_i_thrift_int(t, type);
        } else if (id == 5) {
            c->n_values = gmix_i_thrift_int(t, type);
        } else if (id == 7) {
            c->size = gmix_i_thrift_int(t, type);
        } else if (id == 9) {
            c->first_page = gmix_i_thrift_int(t, type);
        } else if (id == 11) {
            c->dictionary = gmix_i_thrift_int(t, type);
        } else {
            gmix_i_thrift_skip(t, type);
        }
    }
}

static struct gmix_i_parquet_chunk read_chunk(struct gmix_i_thrift *t) {
    struct gmix_i_parquet_chunk c = {.n_values = -1};
    int id = 0, type;
    while (gmix_i_thrift_field(t, &id, &type)) {
        if (id == 3 && type == GMIX_I_THRIFT_STRUCT) {
            read_column_data(t, &c);
        } else {
            c.is_elsewhere = c.is_elsewhere || id == 1 || id == 8 || id == 9;
            gmix_i_thrift_skip(t, type);
        }
    }
    return c;
}

static void read_group(struct gmix_i_thrift *t, struct gmix_i_parquet *p, size_t g) {
    int id = 0, type;
    int64_t rows = -1;
    bool has_columns = false;
    while (gmix_i_thrift_field(t, &id, &type)) {
        if (id == 1) {
            const size_t n = gmix_i_thrift_list(t, type, GMIX_I_THRIFT_STRUCT);
            t->bad = t->bad || n != p->n_columns;
            for (size_t j = 0; j < n && !t->bad; j++) {
                p->chunks[g * n + j] = read_chunk(t);
            }
            has_columns = true;
        } else if (id == 3) {
            rows = gmix_i_thrift_int(t, type);
        } else {
            gmix_i_thrift_skip(t, type);
        }
    }
    t->bad = t->bad || !has_columns || rows < 0 || rows > INT64_C(1) << 48;
    p->group_rows[g] = t->bad ? 0 : (size_t)rows;
}

static gmix_status read_groups(gmix_ctx *ctx, struct gmix_i_thrift *t, int type,
                               struct gmix_i_parquet *p) {
    gmix_status status = GMIX_OK;
    const size_t n = gmix_i_thrift_list(t, type, GMIX_I_THRIFT_STRUCT);
    size_t chunks;
    /* a chunk is told of in some bytes at least */
    if (p->chunks || p->n_columns == 0 ||
        __builtin_mul_overflow(n, p->n_columns, &chunks) ||
        chunks > (size_t)(t->end - t->at)) {
        t->bad = true;
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "row groups", chunks, sizeof *p->chunks, &p->chunks));
    GMIX_TRY(gmix_i_calloc(ctx, "row groups", n, sizeof *p->group_rows, &p->group_rows));
    p->n_groups = n;
    for (size_t g = 0; g < n && !t->bad; g++) {
        read_group(t, p, g);
    }
done:
    return status;
}

static gmix_status read_footer(gmix_ctx *ctx, struct gmix_i_thrift *t,
                               struct gmix_i_parquet *p) {
    gmix_status status = GMIX_OK;
    int id = 0, type;
    int64_t rows = -1;
    size_t sum = 0;
    while (gmix_i_thrift_field(t, &id, &type)) {
        if (id == 2) {
            GMIX_TRY(read_schema(ctx, t, type, p));
        } else if (id == 3) {
            rows = gmix_i_thrift_int(t, type);
        } else if (id == 4) {
            GMIX_TRY(read_groups(ctx, t, type, p));
        } else if (id == 8) {
            GMIX_FAIL(ctx, GMIX_ERR_UNSUPPORTED, "%s is an encrypted Parquet file",
                      p->file);
        } else {
            gmix_i_thrift_skip(t, type);
        }
    }
    for (size_t g = 0; g < p->n_groups; g++) {
        sum += p->group_rows[g] < SIZE_MAX / 4 - sum ? p->group_rows[g] : 0;
    }
    if (t->bad || rows < 0 || (uint64_t)rows != sum || p->n_columns == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_PARSE, "%s: the Parquet file's footer is damaged",
                  p->file);
    }
    p->n_rows = sum;
done:
    return status;
}

gmix_status gmix_i_parquet_open(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                                struct gmix_i_parquet *out) {
    enum { MAGIC = 4, TAIL = 8 };
    const unsigned char *const data = (const unsigned char *)bytes->data;
    const size_t n = bytes->n;
    *out = (struct gmix_i_parquet){.file = bytes->name, .bytes = data, .n_bytes = n};
    if (n < MAGIC + TAIL || memcmp(data + n - MAGIC, "PAR1", MAGIC) != 0) {
        const bool hidden = n >= MAGIC && memcmp(data + n - MAGIC, "PARE", MAGIC) == 0;
        return hidden ? gmix_i_fail(ctx, GMIX_ERR_UNSUPPORTED,
                                    "%s is an encrypted Parquet file", bytes->name)
                      : gmix_i_fail(ctx, GMIX_ERR_PARSE,
                                    "%s: the Parquet file is cut short: its end is not "
                                    "there",
                                    bytes->name);
    }
    const unsigned char *const tail = data + n - TAIL;
    const uint32_t size = (uint32_t)tail[0] | (uint32_t)tail[1] << 8 |
                          (uint32_t)tail[2] << 16 | (uint32_t)tail[3] << 24;
    if (size > n - TAIL - MAGIC) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s: the Parquet file is cut short: a footer of %u bytes does "
                           "not fit",
                           bytes->name, (unsigned)size);
    }
    struct gmix_i_thrift t = {.at = tail - size, .end = tail};
    return read_footer(ctx, &t, out);
}

void gmix_i_parquet_free(gmix_ctx *ctx, struct gmix_i_parquet *p) {
    for (size_t j = 0; p->columns && j < p->n_columns; j++) {
        gmix_i_free(ctx, p->columns[j].name);
    }
    gmix_i_free(ctx, p->columns);
    gmix_i_free(ctx, p->chunks);
    gmix_i_free(ctx, p->group_rows);
    *p = (struct gmix_i_parquet){0};
}
