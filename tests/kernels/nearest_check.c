/*
 * Checks the slot `nearest` of every level in both precisions, on numbers whose squared
 * distances are exact, so that ties are ties: the first of the nearest centres, both distances,
 * and nothing touched beyond the arrays.
 */
#include "fence.h"
#include "kernels/kernels.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static size_t n_passed, n_failed;

static void on_fault(int number) {
    (void)number;
    printf("FAIL nearest reads or writes past the end of an array\n");
    fflush(stdout);
    _Exit(1);
}

static double real_at(const gmix_i_kernels *kt, const void *p, size_t i) {
    return kt->real_size == 4 ? (double)((const float *)p)[i] : ((const double *)p)[i];
}

/* Numbers in [-3, 3], quarters: differences and their squares are exact, ties are ties. */
static void *grid(const gmix_i_kernels *kt, size_t count, uint32_t *state) {
    void *out = fenced(count, kt->real_size);
    for (size_t i = 0; i < count; i++) {
        *state = *state * 1664525U + 1013904223U;
        const double value = (double)(*state >> 16) / 65536.0;
        const double on_grid = floor(value * 25.0) / 4.0 - 3.0;
        if (kt->real_size == 4)
            ((float *)out)[i] = (float)on_grid;
        else
            ((double *)out)[i] = on_grid;
    }
    return out;
}

static int row_is_right(const gmix_i_kernels *kt, size_t n, size_t d, size_t k,
                        const void *x, const void *centres, size_t i, int32_t label,
                        double best, double second) {
    double least = INFINITY, next = INFINITY;
    int32_t want = 0;
    for (size_t c = 0; c < k; c++) {
        double q = 0;
        for (size_t j = 0; j < d; j++) {
            const double t = real_at(kt, x, j * n + i) - real_at(kt, centres, c * d + j);
            q += t * t;
        }
        if (q < least) {
            next = least;
            least = q;
            want = (int32_t)c;
        } else if (q < next) {
            next = q;
        }
    }
    return label == want && best == least && second == next;
}

static void check(const gmix_i_kernels *kt, size_t n, size_t d, size_t k,
                  uint32_t state) {
    void *x = grid(kt, n * d, &state), *centres = grid(kt, k * d, &state);
    void *best = fenced(n, kt->real_size), *second = fenced(n, kt->real_size);
    int32_t *label = fenced(n, sizeof *label);
    kt->nearest(n, d, k, x, centres, label, best, second);
    int right = fence_intact(best) && fence_intact(second) && fence_intact(label);
    for (size_t i = 0; i < n; i++)
        right &= row_is_right(kt, n, d, k, x, centres, i, label[i], real_at(kt, best, i),
                              real_at(kt, second, i));
    n_passed += right != 0;
    if (!right) {
        n_failed++;
        printf("FAIL %s %s nearest n=%zu d=%zu k=%zu\n", kt->level, kt->precision, n, d,
               k);
    }
    fenced_free(x), fenced_free(centres), fenced_free(best), fenced_free(second),
        fenced_free(label);
}

int main(void) {
    fence_on_touch(on_fault);
    for (const char *const *level = gmix_i_kernels_levels(); *level; level++)
        for (int single = 0; single < 2; single++)
            for (size_t k = 1; k < 40; k += k < 10 ? 1 : 7)
                for (size_t d = 1; d < 20; d += d < 5 ? 1 : 6)
                    check(gmix_i_kernels_at(*level, single), k % 2 ? 32 : 96, d, k,
                          (uint32_t)(40 * d + k));
    printf("%zu passed, %zu failed\n", n_passed, n_failed);
    return n_failed != 0;
}
