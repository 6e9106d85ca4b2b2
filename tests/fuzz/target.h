/*
 * What the fuzz targets share: the entry libFuzzer calls, a context whose memory is
 * bounded (a small compressed file may hold gigabytes), and a check that aborts.
 */
#ifndef GMIX_TESTS_FUZZ_TARGET_H
#define GMIX_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <gmix/context.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Single-threaded, at most 256 MiB at a time in all. */
gmix_ctx *target_ctx(void);

/* The contexts' next allocations that succeed and polls that do not cancel; -1: all. */
void target_limit(long allocations, long polls);

/* Bytes that contexts have given out and not got back. */
size_t target_used(void);

/* Aborts with the text unless ok. */
static inline void target_require(int ok, const char *text) {
    if (!ok) {
        (void)fprintf(stderr, "broken: %s\n", text);
        abort();
    }
}

#endif
