/* Bytes changed at random: numbers to hostile ones, parts left out, doubled, exchanged. */
#ifndef GMIX_TESTS_FUZZ_MUTATE_H
#define GMIX_TESTS_FUZZ_MUTATE_H

#include "drive.h"

/* A copy of n bytes, changed in some places; *size of them. free() it. */
uint8_t *mutate(drive *d, const uint8_t *bytes, size_t n, size_t *size);

#endif
