/* Philox4x32-10 and the variates made from it. See rng.h. */
#include "base/rng.h"

#include <math.h>

void gmix_i_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        const uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u; /* Weyl sequence: golden ratio, sqrt(3) - 1 */
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

gmix_i_stream gmix_i_stream_open(uint64_t seed, gmix_i_purpose purpose, size_t run) {
    return (gmix_i_stream){.key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                           .purpose = (uint32_t)purpose,
                           .run = (uint32_t)run};
}

/* (0, 1): the middle of one of 2^52 equal cells, which a double holds exactly: never an
 * end. */
static double unit_interval(uint32_t high, uint32_t low) {
    const uint64_t bits = ((uint64_t)high << 20) ^ (low >> 12);
    return ((double)bits + 0.5) * 0x1p-52;
}

void gmix_i_uniform2(const gmix_i_stream *s, uint64_t index, double out[2]) {
    const uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32), s->run,
                                 s->purpose};
    uint32_t words[4];
    gmix_i_philox(counter, s->key, words);
    out[0] = unit_interval(words[0], words[1]);
    out[1] = unit_interval(words[2], words[3]);
}

void gmix_i_normal2(const gmix_i_stream *s, uint64_t index, double out[2]) {
    double u[2];
    gmix_i_uniform2(s, index, u);
    const double radius = sqrt(-2.0 * log(u[0]));
    const double angle = 6.283185307179586476925 * u[1];
    out[0] = radius * cos(angle);
    out[1] = radius * sin(angle);
}

double gmix_i_next_uniform(gmix_i_stream *s) {
    double u[2];
    gmix_i_uniform2(s, s->index++, u);
    return u[0];
}

size_t gmix_i_next_below(gmix_i_stream *s, size_t n) {
    const size_t i = (size_t)(gmix_i_next_uniform(s) * (double)n);
    return i < n ? i : n - 1;
}
