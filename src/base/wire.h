/*
 * Bytes of jobs, answers and states: one description serves writing and reading, so the two cannot
 * drift apart. Little-endian 64-bit words; a message is
 *
 *     8 letters that say what it is | version | content | checksum of all before
 *
 * Sizes in a message are claims: what is read is bounded by what is there. Errors stick: after the
 * first, nothing is read or written any more, and gmix_i_wire_close() tells.
 */
#ifndef GMIX_BASE_WIRE_H
#define GMIX_BASE_WIRE_H

#include "base/base.h"
#include "base/exact_sum.h"

typedef struct gmix_i_wire {
    gmix_ctx *ctx;
    const char *what; /* "a job", for messages */
    bool writing;
    gmix_status status;
    unsigned char *out;      /* writing: grows */
    const unsigned char *in; /* reading */
    size_t at, size;         /* size: capacity, or bytes without the checksum */
} gmix_i_wire;

/* A writer; `out` of an earlier one may be handed back, with its capacity. */
gmix_i_wire gmix_i_wire_writer(gmix_ctx *ctx, const char *letters, unsigned char *out,
                               size_t capacity);
/* A reader: letters, version and checksum are looked at. */
gmix_i_wire gmix_i_wire_reader(gmix_ctx *ctx, const char *letters, const char *what,
                               const void *bytes, size_t size);
/* Writing: adds the checksum; `at` is the size of all. Reading: all must have been read. */
gmix_status gmix_i_wire_close(gmix_i_wire *w);

/* Sets the checksum of a message of more than 24 bytes anew: for tests. */
void gmix_i_wire_seal(unsigned char *bytes, size_t size);

/* What a caller is told who brought the bytes, whatever was wrong with what is in them. */
gmix_status gmix_i_wire_refusal(gmix_status status);

/* The checksum of a sealed message, which names it: 0 if it is none. */
uint64_t gmix_i_wire_name(const void *bytes, size_t size);

void gmix_i_wire_word(gmix_i_wire *w, uint64_t *x);
void gmix_i_wire_size(gmix_i_wire *w, size_t *x);
void gmix_i_wire_flag(gmix_i_wire *w, bool *x);
void gmix_i_wire_real(gmix_i_wire *w, double *x);
void gmix_i_wire_reals(gmix_i_wire *w, double *x, size_t n);
void gmix_i_wire_words(gmix_i_wire *w, uint64_t *x, size_t n);
void gmix_i_wire_flags(gmix_i_wire *w, bool *x, size_t n);
void gmix_i_wire_ints(gmix_i_wire *w, int32_t *x, size_t n);
void gmix_i_wire_exact(gmix_i_wire *w, gmix_i_exact *x, size_t n);

/* A number that has to be known to both sides already. */
void gmix_i_wire_same(gmix_i_wire *w, size_t x);

/* Text, or NULL: read into new memory, *x. */
void gmix_i_wire_text(gmix_i_wire *w, char **x);

/* A count of things of at least `each` bytes: read, it is no more than could be there. */
void gmix_i_wire_count(gmix_i_wire *w, size_t *n, size_t each);

/* Fails, reading, unless it is so. */
void gmix_i_wire_expect(gmix_i_wire *w, bool is_so);

/* Memory for what is read, zeroed; nothing happens after an error. */
void gmix_i_wire_alloc(gmix_i_wire *w, size_t count, size_t size, void *out);

#endif
