/*
 * Pages: a head, levels that say which cells are null, values. Those of a chunk may begin with a dictionary, in
 * which later ones name places. Two versions of data pages differ in where levels lie and what is packed. See
 * parquet_page.h.
 */
#include "files/parquet_page.h"

#include <math.h>

#include "files/parquet_codec.h"
#include "files/thrift.h"

enum { DATA = 0, DICTIONARY = 2, DATA_2 = 3 };

struct head {
    int64_t kind, whole, packed; /* bytes of the page, as it was and as it is */
    int64_t n, encoding, level_encoding, level_bytes, other_levels;
    bool is_packed;
};

/* Working on a column. */
struct work {
    gmix_ctx *ctx;
    const struct gmix_i_parquet *p;
    const struct gmix_i_parquet_column *c;
    const struct gmix_i_parquet_chunk *chunk;
    unsigned char *page, *dictionary;
    size_t page_room, dictionary_room;
    uint32_t *places, *levels;
    size_t places_room, levels_room;
    double *numbers; /* of the dictionary */
    struct gmix_i_span *words, *texts;
    size_t n_words, numbers_room, words_room, texts_room;
    double *out; /* of numbers */
    gmix_i_parquet_take *take;
    void *arg;
    size_t row;
};

static gmix_status damaged(const struct work *w, const char *what) {
    return gmix_i_fail(w->ctx, GMIX_ERR_PARSE, "%s: column '%.80s' is damaged: %s",
                       w->p->file, w->c->name, what);
}

static gmix_status unsupported(const struct work *w, const char *why) {
    return gmix_i_fail(w->ctx, GMIX_ERR_UNSUPPORTED, "%s: column '%.80s' is %s",
                       w->p->file, w->c->name, why);
}

/* ---- heads ---- */

/* The members of the three kinds of pages, by their field numbers. */
static void read_kind(struct gmix_i_thrift *t, int kind, struct head *h) {
    int id = 0, type;
    while (gmix_i_thrift_field(t, &id, &type)) {
        int64_t *to = id == 1 ? &h->n : NULL;
        if (kind == DATA_2) {
            to = id == 4   ? &h->encoding
                 : id == 5 ? &h->level_bytes
                 : id == 6 ? &h->other_levels
                           : to;
        } else {
            to = id == 2                   ? &h->encoding
                 : id == 3 && kind == DATA ? &h->level_encoding
                                           : to;
        }
        if (to) {
            *to = gmix_i_thrift_int(t, type);
        } else if (kind == DATA_2 && id == 7) {
            h->is_packed = gmix_i_thrift_int(t, type) != 0;
        } else {
            gmix_i_thrift_skip(t, type);
        }
    }
}

static struct head read_head(struct gmix_i_thrift *t) {
    struct head h = {.kind = -1,
                     .whole = -1,
                     .packed = -1,
                     .n = -1,
                     .level_encoding = GMIX_I_PARQUET_RLE,
                     .is_packed = true};
    int id = 0, type;
    while (gmix_i_thrift_field(t, &id, &type)) {
        if (id >= 1 && id <= 3) {
            *(id == 1   ? &h.kind
              : id == 2 ? &h.whole
                        : &h.packed) = gmix_i_thrift_int(t, type);
        } else if (type == GMIX_I_THRIFT_STRUCT && (id == 5 || id == 7 || id == 8)) {
            read_kind(t, id == 5 ? DATA : id == 7 ? DICTIONARY : DATA_2, &h);
        } else {
            gmix_i_thrift_skip(t, type);
        }
    }
    return h;
}

/* ---- pages ---- */

/* The bytes of a page as they were; the first `plain` of them are not packed. */
static gmix_status unpack(struct work *w, const struct head *h, const unsigned char *at,
                          size_t plain, bool is_dictionary, struct gmix_i_piece *out) {
    gmix_status status = GMIX_OK;
    const size_t whole = (size_t)h->whole, packed = (size_t)h->packed;
    unsigned char **const room = is_dictionary ? &w->dictionary : &w->page;
    const int codec = h->is_packed ? w->chunk->codec : 0;
    if (codec == 0) {
        *out = (struct gmix_i_piece){at, at + packed};
        return whole == packed ? GMIX_OK : damaged(w, "a page has another size");
    }
    if (plain > packed || plain > whole) {
        return damaged(w, "levels are longer than their page");
    }
    GMIX_TRY(gmix_i_check_input(w->ctx, w->p->file, whole));
    GMIX_TRY(gmix_i_grow(w->ctx, "a page", room,
                         is_dictionary ? &w->dictionary_room : &w->page_room, whole + 1,
                         1));
    gmix_i_copy(*room, at, plain);
    if (whole > plain && !gmix_i_parquet_unpack(w->ctx, codec, at + plain, packed - plain,
                                                *room + plain, whole - plain)) {
        return damaged(w, "a page does not unpack");
    }
    *out = (struct gmix_i_piece){*room, *room + whole};
done:
    return status;
}

static gmix_status read_dictionary(struct work *w, const struct head *h,
                                   struct gmix_i_piece in) {
    gmix_status status = GMIX_OK;
    const size_t n = (size_t)h->n;
    bool good;
    /* a value has a bit at least */
    if (n / 8 > (size_t)(in.end - in.at)) {
        return damaged(w, "its dictionary is too short");
    }
    if (w->c->is_text) {
        GMIX_TRY(gmix_i_grow(w->ctx, "texts", &w->words, &w->words_room, n + 1,
                             sizeof *w->words));
        good = gmix_i_parquet_texts(in, n, w->words);
    } else {
        GMIX_TRY(gmix_i_grow(w->ctx, "numbers", &w->numbers, &w->numbers_room, n + 1,
                             sizeof *w->numbers));
        good =
            gmix_i_parquet_numbers(w->c, GMIX_I_PARQUET_PLAIN, in, n, NULL, w->numbers);
    }
    w->n_words = n;
    status = good ? GMIX_OK : damaged(w, "its dictionary is too short");
done:
    return status;
}

/* Which cells are there: 1 in levels; *n_there of n. */
static gmix_status read_levels(struct work *w, const struct head *h,
                               struct gmix_i_piece *in, size_t n, size_t *n_there) {
    gmix_status status = GMIX_OK;
    struct gmix_i_piece levels = *in;
    size_t size = (size_t)h->level_bytes;
    *n_there = n;
    if (h->kind == DATA && w->c->is_optional) {
        if (h->level_encoding != GMIX_I_PARQUET_RLE) {
            return unsupported(w, "of an old kind, whose levels are not read");
        }
        if (in->end - in->at < 4) {
            return damaged(w, "levels are missing");
        }
        size = (size_t)in->at[0] | (size_t)in->at[1] << 8 | (size_t)in->at[2] << 16 |
               (size_t)in->at[3] << 24;
        levels.at = in->at += 4;
    }
    if (size > (size_t)(in->end - in->at)) {
        return damaged(w, "levels are longer than their page");
    }
    levels.end = levels.at + size;
    in->at += h->kind == DATA && !w->c->is_optional ? 0 : size;
    if (!w->c->is_optional || gmix_i_parquet_all_ones(levels, n)) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_grow(w->ctx, "levels", &w->levels, &w->levels_room, n + 1,
                         sizeof *w->levels));
    if (!gmix_i_parquet_runs(levels, 1, n, w->levels)) {
        return damaged(w, "levels are too short");
    }
    *n_there = 0;
    for (size_t i = 0; i < n; i++) {
        *n_there += w->levels[i];
    }
done:
    return status;
}

/* Places in the dictionary, m of them. */
static gmix_status read_places(struct work *w, struct gmix_i_piece in, size_t m) {
    if (m == 0) {
        return GMIX_OK;
    }
    bool good = in.at < in.end;
    const unsigned width = good ? *in.at++ : 0;
    good = good && gmix_i_parquet_runs(in, width, m, w->places);
    for (size_t i = 0; i < m && good; i++) {
        good = w->places[i] < w->n_words;
    }
    return good ? GMIX_OK : damaged(w, "a value is not in its dictionary");
}

/* Values that are there move to their places, the last first; NaN, and no text, between them. */
static void spread(const struct work *w, size_t n, size_t n_there, double *numbers,
                   struct gmix_i_span *texts) {
    for (size_t i = n, k = n_there; i-- > 0 && n_there < n;) {
        const bool there = w->levels[i] != 0;
        k -= there;
        if (texts) {
            texts[i] = there ? texts[k] : (struct gmix_i_span){NULL, 0};
        } else if (numbers) {
            numbers[i] = there ? numbers[k] : (double)NAN;
        }
    }
}

static gmix_status read_values(struct work *w, const struct head *h,
                               struct gmix_i_piece in, size_t m) {
    gmix_status status = GMIX_OK;
    const int encoding = (int)h->encoding;
    double *const out = w->out ? w->out + w->row : NULL;
    const char *const why = gmix_i_parquet_encoding_missing(w->c, encoding);
    if (why) {
        return unsupported(w, why);
    }
    GMIX_TRY(gmix_i_grow(w->ctx, "places", &w->places, &w->places_room, m + 1,
                         sizeof *w->places));
    if (encoding == GMIX_I_PARQUET_PLAIN_DICTIONARY ||
        encoding == GMIX_I_PARQUET_DICTIONARY) {
        GMIX_TRY(read_places(w, in, m));
        for (size_t i = 0; i < m; i++) {
            if (w->c->is_text) {
                w->texts[i] = w->words[w->places[i]];
            } else if (out) {
                out[i] = w->numbers[w->places[i]];
            }
        }
    } else if (!(w->c->is_text
                     ? gmix_i_parquet_texts(in, m, w->texts)
                     : gmix_i_parquet_numbers(w->c, encoding, in, m, w->places, out))) {
        status = damaged(w, "a page has too few values");
    }
done:
    return status;
}

static gmix_status read_data(struct work *w, const struct head *h, struct gmix_i_piece in,
                             size_t left) {
    gmix_status status = GMIX_OK;
    const size_t n = (size_t)h->n;
    size_t n_there;
    if (n > left) {
        return damaged(w, "pages have more rows than their row group");
    }
    if (w->c->is_text) {
        GMIX_TRY(gmix_i_grow(w->ctx, "texts", &w->texts, &w->texts_room, n + 1,
                             sizeof *w->texts));
    }
    GMIX_TRY(read_levels(w, h, &in, n, &n_there));
    GMIX_TRY(read_values(w, h, in, n_there));
    spread(w, n, n_there, w->out ? w->out + w->row : NULL,
           w->c->is_text ? w->texts : NULL);
    if (w->take) {
        GMIX_TRY(w->take(w->arg, w->row, n, w->texts));
    }
    w->row += n;
done:
    return status;
}

/* A page, whose head is at t. */
static gmix_status read_page(struct work *w, struct gmix_i_thrift *t, size_t end) {
    gmix_status status = GMIX_OK;
    struct gmix_i_piece in;
    const struct head h = read_head(t);
    const int64_t most = INT64_C(1) << 31;
    if (t->bad || h.packed < 0 || h.whole < 0 || h.packed > t->end - t->at ||
        h.whole >= most || h.kind < 0) {
        return damaged(w, "a page's head is none");
    }
    const unsigned char *const at = t->at;
    t->at += h.packed;
    if (h.kind != DATA && h.kind != DICTIONARY && h.kind != DATA_2) {
        return GMIX_OK; /* an index */
    }
    if (h.n < 0 || h.n >= most || h.level_bytes < 0 || h.level_bytes > h.packed ||
        h.other_levels != 0) {
        return damaged(w, "a page's head is none");
    }
    const size_t plain = h.kind == DATA_2 ? (size_t)h.level_bytes : 0;
    GMIX_TRY(unpack(w, &h, at, plain, h.kind == DICTIONARY, &in));
    GMIX_TRY(h.kind == DICTIONARY ? read_dictionary(w, &h, in)
                                  : read_data(w, &h, in, end - w->row));
done:
    return status;
}

static gmix_status read_chunk(struct work *w, size_t rows) {
    gmix_status status = GMIX_OK;
    const struct gmix_i_parquet_chunk *const c = w->chunk;
    const int64_t n = (int64_t)w->p->n_bytes;
    const bool has_dictionary = c->dictionary > 0 && c->dictionary < c->first_page;
    const int64_t first = has_dictionary ? c->dictionary : c->first_page;
    const char *const why = gmix_i_parquet_codec_missing(c->codec);
    if (c->is_elsewhere) {
        return unsupported(w, "encrypted, or in another file");
    }
    if (why) {
        return unsupported(w, why);
    }
    if (c->n_values < 0 || (uint64_t)c->n_values != rows || first < 4 || first > n ||
        c->size < 0 || c->size > n - first) {
        return damaged(w, "its pages are not where they should be");
    }
    struct gmix_i_thrift t = {.at = w->p->bytes + first,
                              .end = w->p->bytes + first + c->size};
    const size_t end = w->row + rows;
    w->n_words = 0;
    while (w->row < end) {
        GMIX_TRY(gmix_i_poll_reading(w->ctx, w->p->file));
        GMIX_TRY(read_page(w, &t, end));
    }
done:
    return status;
}

static gmix_status read_column(struct work *w, size_t column) {
    gmix_status status = GMIX_OK;
    const struct gmix_i_parquet *const p = w->p;
    w->c = &p->columns[column];
    for (size_t g = 0; g < p->n_groups; g++) {
        w->chunk = &p->chunks[g * p->n_columns + column];
        GMIX_TRY(read_chunk(w, p->group_rows[g]));
    }
done:
    gmix_i_free(w->ctx, w->page);
    gmix_i_free(w->ctx, w->dictionary);
    gmix_i_free(w->ctx, w->places);
    gmix_i_free(w->ctx, w->levels);
    gmix_i_free(w->ctx, w->numbers);
    gmix_i_free(w->ctx, w->words);
    gmix_i_free(w->ctx, w->texts);
    return status;
}

gmix_status gmix_i_parquet_read_numbers(gmix_ctx *ctx, const struct gmix_i_parquet *p,
                                        size_t column, double *out) {
    struct work w = {.ctx = ctx, .p = p, .out = out};
    const double per = p->columns[column].per_one;
    const gmix_status status = read_column(&w, column);
    for (size_t i = 0; status == GMIX_OK && per > 1.0 && i < p->n_rows; i++) {
        out[i] /= per;
    }
    return status;
}

gmix_status gmix_i_parquet_read_texts(gmix_ctx *ctx, const struct gmix_i_parquet *p,
                                      size_t column, gmix_i_parquet_take *take,
                                      void *arg) {
    struct work w = {.ctx = ctx, .p = p, .take = take, .arg = arg};
    return read_column(&w, column);
}
