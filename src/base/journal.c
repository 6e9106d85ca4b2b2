/*
 * Journals: entries by key in a table with open addressing, and their bytes,
 *
 *     "gmixwork" | version | title | number of entries | key (4 words), size, bytes, ... | checksum
 *
 * A lock that spins guards entries: what it is held for is a copy, and pieces of work take far longer.
 */
#include "base/journal_chapters.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY = 4, LEAST_SLOTS = 64 };

typedef struct entry {
    uint64_t key[KEY]; /* chapter, kind, two numbers */
    unsigned char *bytes;
    size_t size;
} entry;

struct gmix_journal {
    gmix_allocator allocator;
    atomic_flag busy;
    bool checked; /* a call has shown that this is its journal */
    unsigned char *title;
    size_t n_title;
    entry *entries;
    size_t n, capacity;
    size_t *slots; /* 1 + the number of an entry; 0: free */
    size_t n_slots;
    unsigned char *message;
    size_t room;
    atomic_uint_fast64_t n_changes;
    double pause;
};

static void lock(gmix_journal *j) {
    while (atomic_flag_test_and_set_explicit(&j->busy, memory_order_acquire)) {
    }
}

static void unlock(gmix_journal *j) {
    atomic_flag_clear_explicit(&j->busy, memory_order_release);
}

/* A context for memory alone: messages are nobody's. */
static gmix_ctx quiet(const gmix_journal *j) {
    return (gmix_ctx){.opts = {.allocator = j->allocator}};
}

uint64_t gmix_i_digest_reals(uint64_t digest, const double *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint64_t word;
        memcpy(&word, &x[i], sizeof word);
        digest = gmix_i_digest_word(digest, word);
    }
    return digest;
}

static uint64_t hash(const uint64_t key[KEY]) {
    uint64_t h = GMIX_I_DIGEST;
    for (size_t i = 0; i < KEY; i++) {
        h = gmix_i_digest_word(h, key[i]);
    }
    return h ^ h >> 32;
}

/* Where the key is, or would be: a slot. n_slots is a power of 2, and never all of them taken. */
static size_t *slot_of(const gmix_journal *j, const uint64_t key[KEY]) {
    size_t at = (size_t)hash(key) & (j->n_slots - 1);
    while (j->slots[at] &&
           memcmp(j->entries[j->slots[at] - 1].key, key, KEY * sizeof *key) != 0) {
        at = (at + 1) & (j->n_slots - 1);
    }
    return &j->slots[at];
}

static entry *find(const gmix_journal *j, const uint64_t key[KEY]) {
    const size_t found = j->n_slots ? *slot_of(j, key) : 0;
    return found ? &j->entries[found - 1] : NULL;
}

static gmix_status grow_slots(gmix_ctx *ctx, gmix_journal *j) {
    gmix_status status = GMIX_OK;
    const size_t n = j->n_slots ? 2 * j->n_slots : LEAST_SLOTS;
    size_t *slots = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "a journal", n, sizeof *slots, &slots));
    gmix_i_free(ctx, j->slots);
    j->slots = slots;
    j->n_slots = n;
    for (size_t i = 0; i < j->n; i++) {
        *slot_of(j, j->entries[i].key) = i + 1;
    }
done:
    return status;
}

/* Takes the bytes over, whatever comes of it. */
static gmix_status put(gmix_ctx *ctx, gmix_journal *j, const uint64_t key[KEY],
                       unsigned char *bytes, size_t size) {
    gmix_status status = GMIX_OK;
    entry *const old = find(j, key);
    if (old) {
        gmix_i_free(ctx, old->bytes);
        old->bytes = bytes;
        old->size = size;
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_grow(ctx, "a journal", &j->entries, &j->capacity, j->n + 1,
                         sizeof *j->entries));
    if (2 * (j->n + 1) > j->n_slots) {
        GMIX_TRY(grow_slots(ctx, j));
    }
    entry *const one = &j->entries[j->n];
    *one = (entry){.bytes = bytes, .size = size};
    memcpy(one->key, key, sizeof one->key);
    *slot_of(j, key) = ++j->n;
    bytes = NULL;
done:
    gmix_i_free(ctx, bytes);
    return status;
}

static gmix_status put_copy(gmix_journal *j, const uint64_t key[KEY], const void *bytes,
                            size_t size) {
    gmix_status status = GMIX_OK;
    gmix_ctx ctx = quiet(j);
    unsigned char *copy = NULL;
    GMIX_TRY(gmix_i_calloc(&ctx, "a journal", size, 1, &copy));
    gmix_i_copy(copy, bytes, size);
    lock(j);
    status = put(&ctx, j, key, copy, size);
    unlock(j);
    atomic_fetch_add(&j->n_changes, 1);
done:
    return status;
}

/* Bytes of a message, n of them: read into new memory. */
static void wire_bytes(gmix_i_wire *w, unsigned char **bytes, size_t *n) {
    const size_t words = sizeof(uint64_t);
    gmix_i_wire_count(w, n, 1);
    if (!w->writing) {
        gmix_i_wire_alloc(w, *n + words, 1, bytes);
    }
    for (size_t at = 0; at < *n && w->status == GMIX_OK; at += words) {
        const size_t left = *n - at < words ? *n - at : words;
        uint64_t word = 0;
        if (w->writing) {
            memcpy(&word, *bytes + at, left);
        }
        gmix_i_wire_word(w, &word);
        if (!w->writing) {
            memcpy(*bytes + at, &word, left);
        }
    }
}

static void read_entry(gmix_i_wire *w, gmix_journal *j) {
    uint64_t key[KEY];
    unsigned char *bytes = NULL;
    size_t size = 0;
    gmix_i_wire_words(w, key, KEY);
    wire_bytes(w, &bytes, &size);
    if (w->status == GMIX_OK) {
        w->status = put(w->ctx, j, key, bytes, size);
    } else {
        gmix_i_free(w->ctx, bytes);
    }
}

static gmix_status read_all(gmix_ctx *ctx, gmix_journal *j, const void *bytes,
                            size_t size) {
    gmix_i_wire w = gmix_i_wire_reader(ctx, "gmixwork", "a checkpoint", bytes, size);
    size_t n = 0;
    wire_bytes(&w, &j->title, &j->n_title);
    gmix_i_wire_count(&w, &n, sizeof(uint64_t) * (KEY + 1));
    for (size_t i = 0; i < n && w.status == GMIX_OK; i++) {
        read_entry(&w, j);
    }
    return gmix_i_wire_refusal(gmix_i_wire_close(&w));
}

gmix_status gmix_journal_new(gmix_ctx *ctx, const void *bytes, size_t size,
                             gmix_journal **journal) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_journal *j = NULL;
    if (!journal) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "there is no place for the journal");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "a journal", 1, sizeof *j, &j));
    j->allocator = ctx->opts.allocator;
    j->pause = 1.0;
    atomic_flag_clear(&j->busy);
    if (bytes) {
        GMIX_TRY(read_all(ctx, j, bytes, size));
    }
    *journal = j;
    j = NULL;
done:
    gmix_journal_free(&j);
    return status;
}

void gmix_journal_free(gmix_journal **journal) {
    gmix_journal *const j = journal ? *journal : NULL;
    if (!j) {
        return;
    }
    const gmix_allocator from = j->allocator;
    for (size_t i = 0; i < j->n; i++) {
        gmix_i_release(&from, j->entries[i].bytes);
    }
    gmix_i_release(&from, j->entries);
    gmix_i_release(&from, j->slots);
    gmix_i_release(&from, j->title);
    gmix_i_release(&from, j->message);
    gmix_i_release(&from, j);
    *journal = NULL;
}

void gmix_ctx_set_journal(gmix_ctx *ctx, gmix_journal *journal) {
    if (ctx) {
        ctx->journal = journal;
        ctx->chapter = 0;
        ctx->n_searches = 0;
    }
}

static gmix_status write_all(gmix_ctx *ctx, gmix_journal *j, size_t *size) {
    gmix_i_wire w = gmix_i_wire_writer(ctx, "gmixwork", j->message, j->room);
    wire_bytes(&w, &j->title, &j->n_title);
    gmix_i_wire_count(&w, &j->n, 1);
    for (size_t i = 0; i < j->n; i++) {
        gmix_i_wire_words(&w, j->entries[i].key, KEY);
        wire_bytes(&w, &j->entries[i].bytes, &j->entries[i].size);
    }
    const gmix_status status = gmix_i_wire_close(&w);
    j->message = w.out;
    j->room = w.size;
    *size = w.at;
    return status;
}

gmix_status gmix_journal_bytes(gmix_journal *journal, const void **bytes, size_t *size) {
    if (!journal || !bytes || !size) {
        return GMIX_ERR_ARGUMENT;
    }
    gmix_ctx ctx = quiet(journal);
    size_t n = 0;
    lock(journal);
    const gmix_status status = write_all(&ctx, journal, &n);
    unlock(journal);
    if (status == GMIX_OK) {
        *bytes = journal->message;
        *size = n;
    }
    return status;
}

void gmix_journal_set_pause(gmix_journal *journal, double seconds) {
    if (journal) {
        journal->pause = seconds;
    }
}

double gmix_i_journal_pause(const gmix_ctx *ctx) {
    return ctx->journal->pause;
}

uint64_t gmix_journal_changes(const gmix_journal *journal) {
    return journal ? atomic_load(&journal->n_changes) : 0;
}

static void own_key(const char *name, uint64_t key[KEY]) {
    uint64_t h = GMIX_I_DIGEST;
    for (const char *c = name; *c; c++) {
        h = gmix_i_digest_word(h, (unsigned char)*c);
    }
    const uint64_t made[KEY] = {0, GMIX_I_ENTRY_OWN, h, strlen(name)};
    memcpy(key, made, sizeof made);
}

gmix_status gmix_journal_put(gmix_journal *journal, const char *name, const void *bytes,
                             size_t size) {
    uint64_t key[KEY];
    if (!journal || !name || (!bytes && size > 0)) {
        return GMIX_ERR_ARGUMENT;
    }
    own_key(name, key);
    return put_copy(journal, key, bytes, size);
}

const void *gmix_journal_get(gmix_journal *journal, const char *name, size_t *size) {
    uint64_t key[KEY];
    entry found = {.size = 0};
    if (journal && name) {
        own_key(name, key);
        lock(journal);
        const entry *const one = find(journal, key);
        found = one ? *one : found;
        unlock(journal);
    }
    if (size) {
        *size = found.size;
    }
    return found.bytes;
}

gmix_status gmix_i_journal_keep(gmix_ctx *ctx, gmix_i_entry_kind kind, uint64_t a,
                                uint64_t b, const void *bytes, size_t size) {
    const uint64_t key[KEY] = {ctx->chapter, (uint64_t)kind, a, b};
    return ctx->journal ? put_copy(ctx->journal, key, bytes, size) : GMIX_OK;
}

void *gmix_i_journal_recall(const gmix_ctx *ctx, gmix_i_entry_kind kind, uint64_t a,
                            uint64_t b, size_t *size) {
    const uint64_t key[KEY] = {ctx->chapter, (uint64_t)kind, a, b};
    void *copy = NULL;
    *size = 0;
    if (!ctx->journal) {
        return NULL;
    }
    lock(ctx->journal);
    const entry *const one = find(ctx->journal, key);
    copy = one ? gmix_i_alloc(&ctx->opts.allocator, one->size, 1) : NULL;
    if (copy) {
        gmix_i_copy(copy, one->bytes, one->size);
        *size = one->size;
    }
    unlock(ctx->journal);
    return copy;
}

static size_t size_of(const gmix_i_piece *pieces) {
    size_t size = 0;
    for (const gmix_i_piece *p = pieces; p->bytes; p++) {
        size += p->size;
    }
    return size;
}

gmix_status gmix_i_journal_keep_pieces(gmix_ctx *ctx, gmix_i_entry_kind kind, uint64_t a,
                                       uint64_t b, const gmix_i_piece *pieces) {
    const size_t size = size_of(pieces);
    if (!ctx->journal) {
        return GMIX_OK;
    }
    unsigned char *const all = gmix_i_alloc(&ctx->opts.allocator, size, 1);
    if (!all) {
        return GMIX_ERR_NOMEM;
    }
    size_t at = 0;
    for (const gmix_i_piece *p = pieces; p->bytes; at += p->size, p++) {
        gmix_i_copy(all + at, p->bytes, p->size);
    }
    const gmix_status status = gmix_i_journal_keep(ctx, kind, a, b, all, size);
    gmix_i_release(&ctx->opts.allocator, all);
    return status;
}

bool gmix_i_journal_recall_pieces(const gmix_ctx *ctx, gmix_i_entry_kind kind, uint64_t a,
                                  uint64_t b, const gmix_i_piece *pieces) {
    size_t size;
    unsigned char *const all = gmix_i_journal_recall(ctx, kind, a, b, &size);
    const bool found = all && size == size_of(pieces);
    size_t at = 0;
    for (const gmix_i_piece *p = pieces; found && p->bytes; at += p->size, p++) {
        gmix_i_copy(p->bytes, all + at, p->size);
    }
    gmix_i_release(&ctx->opts.allocator, all);
    return found;
}

bool *gmix_i_journal_checked(gmix_ctx *ctx) {
    return &ctx->journal->checked;
}

const void *gmix_i_journal_title(gmix_ctx *ctx, size_t *size) {
    const gmix_journal *const j = ctx->journal;
    *size = j->n_title;
    return j->n_title > 0 ? j->title : NULL;
}

gmix_status gmix_i_journal_entitle(gmix_ctx *ctx, const void *title, size_t size) {
    gmix_status status = GMIX_OK;
    gmix_journal *const j = ctx->journal;
    gmix_ctx own = quiet(j);
    unsigned char *copy = NULL;
    GMIX_TRY(gmix_i_calloc(&own, "a journal", size, 1, &copy));
    memcpy(copy, title, size);
    lock(j);
    gmix_i_free(&own, j->title);
    j->title = copy;
    j->n_title = size;
    unlock(j);
done:
    return status;
}
