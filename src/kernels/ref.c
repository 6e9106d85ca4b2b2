/*
 * The kernels in portable C: complete, and the oracle the other levels are checked
 * against.
 *
 * Each function is its formula in kernels.h written as loops over rows, features and
 * components, once for double and once for float. Sums over rows are double in both.
 * Rejected: blocking or unrolling of any kind; what is fast belongs in the other levels.
 */
#include "kernels/levels.h"

#include <math.h>

static size_t ref_work_size(size_t n, size_t d, size_t k) {
    (void)n, (void)d, (void)k;
    return 64; /* nothing is used; not zero, so that allocators need no special case */
}

static double ref_cell(const gmix_i_rows *src, size_t i, size_t j) {
    const ptrdiff_t column =
        src->col_offsets ? src->col_offsets[j] : (ptrdiff_t)j * src->col_stride;
    const ptrdiff_t at = (ptrdiff_t)i * src->row_stride + column;
    return src->is_single ? (double)((const float *)src->data)[at]
                          : ((const double *)src->data)[at];
}

static void ref_sqdist(size_t k, size_t d, const double *x, const double *centres_t,
                       double *out) {
    for (size_t c = 0; c < k; c++) {
        out[c] = 0;
        for (size_t j = 0; j < d; j++) {
            const double t = x[j] - centres_t[j * k + c];
            out[c] += t * t;
        }
    }
}

#include "kernels/ref_gaps.h"

#define REAL double
#define REAL_EXP exp
#define CUT GMIX_I_CUT_DOUBLE
#define PRECISION "double"
#define NAME(f) f##_double
#include "kernels/ref_body.h"
#undef REAL
#undef REAL_EXP
#undef CUT
#undef PRECISION
#undef NAME

#define REAL float
#define REAL_EXP expf
#define CUT GMIX_I_CUT_SINGLE
#define PRECISION "single"
#define NAME(f) f##_single
#include "kernels/ref_body.h"
