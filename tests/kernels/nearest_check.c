/*
 * Checks the slots of k-means of every level in both precisions, on numbers whose squared
 * distances are exact, so that ties are ties. `nearest`: the first of the nearest centres and
 * both distances; `sqdist`: all distances; and nothing touched beyond the arrays.
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
    printf("FAIL nearest or sqdist reads or writes past the end of an array\n");
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

static void check_sqdist(const gmix_i_kernels *kt, size_t k, size_t d) {
    const gmix_i_kernels *wide = gmix_i_kernels_at(kt->level, 0);
    uint32_t state = (uint32_t)(80 * d + k);
    double *x = grid(wide, d, &state), *centres_t = grid(wide, k * d, &state);
    double *out = fenced(k, sizeof *out);
    kt->sqdist(k, d, x, centres_t, out);
    int right = fence_intact(out);
    for (size_t c = 0; c < k; c++) {
        double q = 0;
        for (size_t j = 0; j < d; j++) {
            const double t = x[j] - centres_t[j * k + c];
            q += t * t;
        }
        right &= out[c] == q;
    }
    n_passed += right != 0;
    if (!right) {
        n_failed++;
        printf("FAIL %s %s sqdist d=%zu k=%zu\n", kt->level, kt->precision, d, k);
    }
    fenced_free(x), fenced_free(centres_t), fenced_free(out);
}

static void check_table(const gmix_i_kernels *kt) {
    for (size_t k = 1; k < 40; k += k < 10 ? 1 : 7)
        for (size_t d = 1; d < 20; d += d < 5 ? 1 : 6)
            check(kt, k % 2 ? 32 : 96, d, k, (uint32_t)(40 * d + k));
    for (size_t k = 1; k < 80; k += 3)
        check_sqdist(kt, k, k % 7 + 1);
}

int main(void) {
    fence_on_touch(on_fault);
    for (const char *const *level = gmix_i_kernels_levels(); *level; level++)
        for (int single = 0; single < 2; single++)
            check_table(gmix_i_kernels_at(*level, single));
    printf("%zu passed, %zu failed\n", n_passed, n_failed);
    return n_failed != 0;
}
