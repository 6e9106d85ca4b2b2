/* SHA-256 (FIPS 180-4): names a file or a table by its content. */
#ifndef GMIX_BASE_SHA256_H
#define GMIX_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct gmix_i_sha256 {
    uint32_t state[8];
    uint64_t n_bytes;
    unsigned char block[64];
} gmix_i_sha256;

void gmix_i_sha256_begin(gmix_i_sha256 *hash);
void gmix_i_sha256_add(gmix_i_sha256 *hash, const void *bytes, size_t n);

/* 64 hexadecimal digits and a zero. */
void gmix_i_sha256_end(gmix_i_sha256 *hash, char out[65]);

#endif
