/*
 * Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405).
 *
 * A number is a pure function of (seed, purpose, run, index): nothing is consumed, so
 * adding a start never changes another one, and row i can be drawn by any thread in any
 * order.
 */
#ifndef GMIX_BASE_RNG_H
#define GMIX_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

/* What the numbers are for: one stream per purpose. Values are part of the seed's
 * meaning: append, never renumber, and give none twice (philox_vectors.c switches over them, so
 * that a repeated one does not compile). */
#define GMIX_I_PURPOSE_LIST(X)          \
    X(GMIX_I_RNG_SAMPLE_COMPONENT, 1)   \
    X(GMIX_I_RNG_SAMPLE_NORMAL, 2)      \
    X(GMIX_I_RNG_SUBSAMPLE, 3)          \
    X(GMIX_I_RNG_KMEANS, 4)             \
    X(GMIX_I_RNG_RANDOM_ROWS, 5)        \
    X(GMIX_I_RNG_RANDOM_RESP, 6)        \
    X(GMIX_I_RNG_MOVE, 7)               \
    X(GMIX_I_RNG_SEARCH_ROWS, 8)        \
    X(GMIX_I_RNG_SPLIT, 9)              \
    X(GMIX_I_RNG_SAMPLE_SPREAD, 10)     \
    X(GMIX_I_RNG_SKETCH, 11)            \
    X(GMIX_I_RNG_CROSS, 12)             \
    X(GMIX_I_RNG_SWAPS, 13)             \
    X(GMIX_I_RNG_CLASSES, 101)          \
    X(GMIX_I_RNG_FOLDS, 102)            \
    X(GMIX_I_RNG_IMPUTE_COMPONENT, 201) \
    X(GMIX_I_RNG_IMPUTE_NORMAL, 202)    \
    X(GMIX_I_RNG_NESTED, 301)           \
    X(GMIX_I_RNG_RESAMPLE, 302)         \
    X(GMIX_I_RNG_REPLICATE, 303)        \
    X(GMIX_I_RNG_BOX, 401)              \
    X(GMIX_I_RNG_BETWEEN, 402)          \
    X(GMIX_I_RNG_FIT_TEST, 403)         \
    X(GMIX_I_RNG_GIBBS, 601)            \
    X(GMIX_I_RNG_POSTERIOR, 602)

typedef enum gmix_i_purpose {
#define GMIX_I_PURPOSE_ENUM(name, value) name = value,
    GMIX_I_PURPOSE_LIST(GMIX_I_PURPOSE_ENUM)
#undef GMIX_I_PURPOSE_ENUM
} gmix_i_purpose;

typedef struct gmix_i_stream {
    uint32_t key[2];  /* the seed */
    uint32_t purpose; /* high word of the counter */
    uint32_t run;
    uint64_t index; /* of the next number, for the sequential calls */
} gmix_i_stream;

/* The raw generator: four 32-bit words from a 128-bit counter and a 64-bit key. */
void gmix_i_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

gmix_i_stream gmix_i_stream_open(uint64_t seed, gmix_i_purpose purpose, size_t run);

/* Two uniforms in (0, 1), 52 bits each, that belong to `index`. */
void gmix_i_uniform2(const gmix_i_stream *s, uint64_t index, double out[2]);

/* Two independent standard normals that belong to `index` (Box & Muller 1958). */
void gmix_i_normal2(const gmix_i_stream *s, uint64_t index, double out[2]);

/* The next uniform of the stream in (0, 1); a whole number below n >= 1. */
double gmix_i_next_uniform(gmix_i_stream *s);
size_t gmix_i_next_below(gmix_i_stream *s, size_t n);

#endif
