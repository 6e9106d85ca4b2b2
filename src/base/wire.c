/* Reading and writing messages. See wire.h. */
#include "base/wire.h"

#include <string.h>

enum { LETTERS = 8, WORD = 8, VERSION = 1, HEAD = LETTERS + WORD };

/* FNV-1a over words, folded so that high bits matter; the last word filled up with zeros. */
static uint64_t checksum(const unsigned char *bytes, size_t size) {
    uint64_t h = UINT64_C(14695981039346656037) ^ size;
    for (size_t at = 0; at < size; at += WORD) {
        uint64_t word = 0;
        for (size_t b = 0; b < WORD && at + b < size; b++) {
            word |= (uint64_t)bytes[at + b] << (8 * b);
        }
        h = (h ^ word) * UINT64_C(1099511628211);
        h ^= h >> 29;
    }
    return h;
}

static uint64_t word_at(const unsigned char *bytes) {
    uint64_t x = 0;
    for (size_t b = 0; b < WORD; b++) {
        x |= (uint64_t)bytes[b] << (8 * b);
    }
    return x;
}

static void fail_reading(gmix_i_wire *w, const char *why) {
    if (w->status == GMIX_OK) {
        w->status = gmix_i_fail(w->ctx, GMIX_ERR_PARSE, "these bytes are not %s: %s",
                                w->what, why);
    }
}

/* Room for n bytes more; NULL after an error. */
static unsigned char *room(gmix_i_wire *w, size_t n) {
    if (w->status == GMIX_OK) {
        w->status =
            gmix_i_grow(w->ctx, "a message", &w->out, &w->size, w->at + n + WORD, 1);
    }
    if (w->status != GMIX_OK) {
        return NULL;
    }
    unsigned char *const here = w->out + w->at;
    w->at += n;
    return here;
}

/* The next n bytes; NULL if they are not there. */
static const unsigned char *next(gmix_i_wire *w, size_t n) {
    if (w->status == GMIX_OK && n > w->size - w->at) {
        fail_reading(w, "they end too soon");
    }
    if (w->status != GMIX_OK) {
        return NULL;
    }
    const unsigned char *const here = w->in + w->at;
    w->at += n;
    return here;
}

gmix_i_wire gmix_i_wire_writer(gmix_ctx *ctx, const char *letters, unsigned char *out,
                               size_t capacity) {
    gmix_i_wire w = {.ctx = ctx, .writing = true, .out = out, .size = capacity};
    unsigned char *const head = room(&w, LETTERS);
    uint64_t version = VERSION;
    if (head) {
        memcpy(head, letters, LETTERS);
    }
    gmix_i_wire_word(&w, &version);
    return w;
}

gmix_i_wire gmix_i_wire_reader(gmix_ctx *ctx, const char *letters, const char *what,
                               const void *bytes, size_t size) {
    gmix_i_wire w = {.ctx = ctx, .what = what, .in = bytes, .size = size, .at = HEAD};
    if (!bytes || size < HEAD + WORD || memcmp(bytes, letters, LETTERS) != 0) {
        fail_reading(&w, "they do not begin like it");
        return w;
    }
    const uint64_t version = word_at(w.in + LETTERS);
    w.size = size - WORD;
    if (version != VERSION) {
        w.status = gmix_i_fail(ctx, GMIX_ERR_PARSE,
                               "%s of version %llu: this library reads version %d", what,
                               (unsigned long long)version, VERSION);
    } else if (checksum(w.in, w.size) != word_at(w.in + w.size)) {
        fail_reading(&w, "they were damaged on the way (the checksum is another)");
    }
    return w;
}

gmix_status gmix_i_wire_close(gmix_i_wire *w) {
    if (!w->writing && w->at != w->size) {
        fail_reading(w, "they go on beyond its end");
    }
    if (w->writing && w->status == GMIX_OK) {
        uint64_t sum = checksum(w->out, w->at);
        gmix_i_wire_word(w, &sum);
    }
    return w->status;
}

void gmix_i_wire_seal(unsigned char *bytes, size_t size) {
    const uint64_t sum = checksum(bytes, size - WORD);
    for (size_t b = 0; b < WORD; b++) {
        bytes[size - WORD + b] = (unsigned char)(sum >> (8 * b));
    }
}

gmix_status gmix_i_wire_refusal(gmix_status status) {
    return status == GMIX_OK || status == GMIX_ERR_NOMEM ? status : GMIX_ERR_PARSE;
}

uint64_t gmix_i_wire_name(const void *bytes, size_t size) {
    return size < HEAD + WORD ? 0 : word_at((const unsigned char *)bytes + size - WORD);
}

void gmix_i_wire_word(gmix_i_wire *w, uint64_t *x) {
    if (!w->writing) {
        const unsigned char *const from = next(w, WORD);
        *x = from ? word_at(from) : 0;
        return;
    }
    unsigned char *const to = room(w, WORD);
    for (size_t b = 0; to && b < WORD; b++) {
        to[b] = (unsigned char)(*x >> (8 * b));
    }
}

void gmix_i_wire_size(gmix_i_wire *w, size_t *x) {
    uint64_t word = *x;
    gmix_i_wire_word(w, &word);
    gmix_i_wire_expect(w, word <= PTRDIFF_MAX);
    if (!w->writing) {
        *x = w->status == GMIX_OK ? (size_t)word : 0;
    }
}

void gmix_i_wire_flag(gmix_i_wire *w, bool *x) {
    uint64_t word = *x;
    gmix_i_wire_word(w, &word);
    gmix_i_wire_expect(w, word <= 1);
    *x = word == 1;
}

void gmix_i_wire_real(gmix_i_wire *w, double *x) {
    uint64_t word;
    memcpy(&word, x, sizeof word);
    gmix_i_wire_word(w, &word);
    memcpy(x, &word, sizeof word);
}

void gmix_i_wire_reals(gmix_i_wire *w, double *x, size_t n) {
    for (size_t i = 0; i < n && w->status == GMIX_OK; i++) {
        gmix_i_wire_real(w, &x[i]);
    }
}

void gmix_i_wire_words(gmix_i_wire *w, uint64_t *x, size_t n) {
    for (size_t i = 0; i < n && w->status == GMIX_OK; i++) {
        gmix_i_wire_word(w, &x[i]);
    }
}

void gmix_i_wire_flags(gmix_i_wire *w, bool *x, size_t n) {
    for (size_t i = 0; i < n && w->status == GMIX_OK; i++) {
        gmix_i_wire_flag(w, &x[i]);
    }
}

void gmix_i_wire_ints(gmix_i_wire *w, int32_t *x, size_t n) {
    for (size_t i = 0; i < n && w->status == GMIX_OK; i++) {
        uint64_t word = (uint32_t)x[i];
        gmix_i_wire_word(w, &word);
        gmix_i_wire_expect(w, word <= UINT32_MAX);
        x[i] = (int32_t)(uint32_t)word;
    }
}

void gmix_i_wire_exact(gmix_i_wire *w, gmix_i_exact *x, size_t n) {
    for (size_t i = 0; i < n && w->status == GMIX_OK; i++) {
        uint64_t high = (uint64_t)x[i].high;
        gmix_i_wire_word(w, &x[i].low);
        gmix_i_wire_word(w, &high);
        x[i].high = (int64_t)high;
    }
}

void gmix_i_wire_same(gmix_i_wire *w, size_t x) {
    uint64_t word = x;
    gmix_i_wire_word(w, &word);
    gmix_i_wire_expect(w, word == x);
}

void gmix_i_wire_expect(gmix_i_wire *w, bool is_so) {
    if (!w->writing && !is_so) {
        fail_reading(w, "a number in them is none that it could have");
    }
}

void gmix_i_wire_count(gmix_i_wire *w, size_t *n, size_t each) {
    gmix_i_wire_size(w, n);
    if (!w->writing && *n > (w->size - w->at) / each) {
        fail_reading(w, "they promise more than they hold");
        *n = 0;
    }
}

void gmix_i_wire_alloc(gmix_i_wire *w, size_t count, size_t size, void *out) {
    if (w->status == GMIX_OK) {
        w->status = gmix_i_calloc(w->ctx, "a message's content", count, size, out);
    }
}

void gmix_i_wire_text(gmix_i_wire *w, char **x) {
    bool is_there = w->writing && *x;
    gmix_i_wire_flag(w, &is_there);
    if (!is_there) {
        return;
    }
    size_t n = w->writing ? strlen(*x) : 0;
    gmix_i_wire_count(w, &n, 1);
    if (w->writing) {
        unsigned char *const to = room(w, n);
        if (to) {
            memcpy(to, *x, n);
        }
        return;
    }
    const unsigned char *const from = next(w, n);
    gmix_i_wire_alloc(w, n + 1, 1, x);
    if (w->status == GMIX_OK && from) {
        memcpy(*x, from, n);
    }
}
