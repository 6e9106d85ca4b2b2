/*
 * Arrays with a fence: memory that cannot be touched begins where the array ends, so that
 * reading or writing a single number too many ends the program.
 */
#ifndef GMIX_TESTS_KERNELS_FENCE_H
#define GMIX_TESTS_KERNELS_FENCE_H

#include <stddef.h>

/*
 * count * size bytes that end at the fence, filled with bytes that read as NaN. They start
 * on a boundary of 64 bytes if they are a multiple of 64, as tiles and K x n matrices are;
 * else only on one of size.
 */
void *fenced(size_t count, size_t size);

/* The same on a boundary of 64 bytes whatever the size: the last bytes before the fence
 * may then be none of the array's. */
void *fenced_aligned(size_t bytes);

/* Are the bytes between array and fence as they were? */
int fence_intact(const void *array);

void fenced_free(void *array);

/* The handler of the signal that touching a fence raises; it must not return. */
void fence_on_touch(void (*handler)(int));

#endif
