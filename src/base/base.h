/*
 * What every other folder stands on: the context, its memory, its messages, control flow.
 *
 * A function that can fail returns gmix_status, calls others through GMIX_TRY, and has
 * one exit, `done:`, that releases whatever it holds. Memory comes from the context; a
 * NULL context is replaced by a default one at the public boundary (GMIX_I_CTX), never
 * deeper.
 */
#ifndef GMIX_BASE_BASE_H
#define GMIX_BASE_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <gmix/context.h>

#include "base/limit.h"
#include "base/team.h"

enum { GMIX_I_MESSAGE_SIZE = 640 };

struct gmix_ctx {
    gmix_ctx_options opts;
    gmix_i_limit *limit; /* when work ends: the innermost of a chain; see limit.h */
    gmix_i_limit own;    /* the outer end of that chain, in the context of a caller */
    uint64_t most_input; /* bytes; 0: as much as the machine has memory */
    bool maps_files;     /* plain files are used where they lie */
    bool asks;           /* may call the caller's callbacks */
    struct gmix_i_team *own_team,
        **team; /* of parallel loops: the caller's context has it */
    int n_team; /* threads that the team may have, the caller's included: those of that context */
    struct gmix_journal *journal; /* of what calls finish, or NULL; see journal.h */
    uint64_t chapter;             /* of it, that is open; 0: none */
    size_t n_searches;            /* begun in that chapter */
    bool replicates;              /* fits by the hundred: their searches are short */
    char message[GMIX_I_MESSAGE_SIZE];
};

/* Sets `status` and leaves by `done:` if the call fails. */
#define GMIX_TRY(call)           \
    do {                         \
        status = (call);         \
        if (status != GMIX_OK) { \
            goto done;           \
        }                        \
    } while (0)

/* Fails with a sentence: status = gmix_i_fail(...), then done. */
#define GMIX_FAIL(...)                     \
    do {                                   \
        status = gmix_i_fail(__VA_ARGS__); \
        goto done;                         \
    } while (0)

/* At the public boundary: replaces a NULL context by a default one that lives in this
 * frame, and forgets the last call. */
#define GMIX_I_CTX(ctx)                                                   \
    gmix_ctx gmix_i_default_ctx __attribute__((cleanup(gmix_i_ctx_end))); \
    gmix_i_default_ctx.own_team = NULL;                                   \
    if (!(ctx)) {                                                         \
        gmix_i_ctx_default(&gmix_i_default_ctx);                          \
        (ctx) = &gmix_i_default_ctx;                                      \
    }                                                                     \
    gmix_i_ctx_begin(ctx)

void gmix_i_ctx_default(gmix_ctx *ctx);

/* Fails if n bytes are more than an input of unknown length may have. */
gmix_status gmix_i_check_input(gmix_ctx *ctx, const char *name, size_t n);

/* Ends the context's threads. */
void gmix_i_ctx_end(gmix_ctx *ctx);

/* A public call begins: the last message, and that the last call was cut, are forgotten. */
void gmix_i_ctx_begin(gmix_ctx *ctx);

/* Writes the sentence into the context. Only the calling thread may. */
void gmix_i_say(gmix_ctx *ctx, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, with the status to return as its value: or, where numbers fail, that of an end of work, which may have cut
 * short what they come from. */
#define gmix_i_fail(ctx, status, ...) \
    (gmix_i_say((ctx), __VA_ARGS__), gmix_i_failed((ctx), (gmix_status)(status)))

/* "out of memory: no <bytes> bytes for <what>". */
static inline gmix_status gmix_i_fail_nomem(gmix_ctx *ctx, const char *what,
                                            size_t bytes) {
    return gmix_i_fail(ctx, GMIX_ERR_NOMEM, "out of memory: no %zu bytes for %s", bytes,
                       what);
}

void gmix_i_log(const gmix_ctx *ctx, gmix_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Seconds on a monotonic clock. */
double gmix_i_now(void);

/* The size of a struct up to a field, which is the last of its first version. */
#define GMIX_I_SIZE_TO(type, last) (offsetof(type, last) + sizeof(((type *)0)->last))

/* Option structs grow at their end. give: the first bytes of the library's struct into the
 * caller's, who knows `size` of them; take: the other way round, over defaults that are there
 * already. False if the caller's size is none that this library has had. */
void gmix_i_options_give(void *opts, size_t size, const void *whole, size_t whole_size);
bool gmix_i_options_take(const void *opts, size_t first_size, void *whole,
                         size_t whole_size);

/* 64-byte aligned, zeroed memory for count elements of size bytes; NULL if it overflows
 * or is not to be had. count 0 gives a valid pointer. */
void *gmix_i_alloc(const gmix_allocator *from, size_t count, size_t size);
void gmix_i_release(const gmix_allocator *from, void *block);

/* The same through the context, with the message on failure; *out is set on success. */
gmix_status gmix_i_calloc(gmix_ctx *ctx, const char *what, size_t count, size_t size,
                          void *out);
void gmix_i_free(gmix_ctx *ctx, void *block);

/* Grows an array to hold at least need elements (doubling); *capacity is in elements. */
gmix_status gmix_i_grow(gmix_ctx *ctx, const char *what, void *array, size_t *capacity,
                        size_t need, size_t size);

/* memcpy for arrays that may be NULL where they are empty, which memcpy itself may not. */
static inline void gmix_i_copy(void *to, const void *from, size_t bytes) {
    if (bytes > 0) {
        memcpy(to, from, bytes);
    }
}

char *gmix_i_strdup(const gmix_allocator *from, const char *text);

/* Text handed to the caller: carries its allocator, so gmix_text_free needs no context.
 */
gmix_status gmix_i_text_new(gmix_ctx *ctx, const char *bytes, size_t length, char **out);

/* The candidate nearest to word by edit distance, or NULL if none is near. */
const char *gmix_i_nearest(const char *word, const char *const *candidates, size_t n);

#endif
