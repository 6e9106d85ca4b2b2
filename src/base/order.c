/* Sorted numbers. See order.h. */
#include "base/order.h"

#include <stdlib.h>

double gmix_i_quantile(const double *sorted, size_t n, double p) {
    const double at = p * (double)(n - 1);
    const size_t below = (size_t)at, above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (at - (double)below) * (sorted[above] - sorted[below]);
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

void gmix_i_sort_reals(double *x, size_t n) {
    qsort(x, n, sizeof *x, by_size);
}

static int by_key(const void *a, const void *b) {
    const gmix_i_card *const x = a, *const y = b;
    return x->key < y->key   ? -1
           : x->key > y->key ? 1
           : x->row < y->row ? -1
                             : x->row > y->row;
}

void gmix_i_sort_cards(gmix_i_card *cards, size_t n) {
    qsort(cards, n, sizeof *cards, by_key);
}
