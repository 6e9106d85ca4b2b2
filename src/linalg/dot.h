/*
 * Sums in eight parts side by side. To be part of functions that GMIX_I_CLONES compiles for several instruction
 * sets; the same bits in all of them.
 */
#ifndef GMIX_LINALG_DOT_H
#define GMIX_LINALG_DOT_H

#include <stddef.h>

#include "base/clones.h"

GMIX_I_PART double gmix_i_sum_of_eight(const double *s) {
    return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
}

GMIX_I_PART double gmix_i_dot(size_t n, const double *x, const double *y) {
    double sum[8] = {0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        for (size_t u = 0; u < 8; u++) {
            sum[u] += x[i + u] * y[i + u];
        }
    }
    for (; i < n; i++) {
        sum[0] += x[i] * y[i];
    }
    return gmix_i_sum_of_eight(sum);
}

#endif
