/*
 * The table of one level in one precision; included last by <level>.c and
 * <level>_single.c.
 */
#include "kernels/fast_gaps.h"
#include "kernels/fast_logdens.h"
#include "kernels/fast_logdens_diag.h"
#include "kernels/fast_moments.h"
#include "kernels/fast_moments_diag.h"
#include "kernels/fast_nearest.h"
#include "kernels/fast_normalise.h"
#include "kernels/fast_pack.h"

static size_t fast_work_size(size_t n, size_t d, size_t k) {
    const size_t dense = moments_work(n, d), diag = moments_diag_work(n, d);
    const size_t panel = PANEL_VECS * LANES * d * sizeof(REAL);
    (void)k;
    size_t most = dense > diag ? dense : diag;
    most = most > panel ? most : panel;
    return (most + 63) / 64 * 64;
}

#ifdef GMIX_SINGLE
#define TABLE_NAME(level) gmix_i_kernels_##level##_single
#else
#define TABLE_NAME(level) gmix_i_kernels_##level##_double
#endif

#define DEFINE_TABLE(level_name)                     \
    const gmix_i_kernels TABLE_NAME(level_name) = {  \
        .level = LEVEL,                              \
        .precision = PRECISION,                      \
        .real_size = sizeof(REAL),                   \
        .convert = fast_convert,                     \
        .pack = fast_pack,                           \
        .work_size = fast_work_size,                 \
        .logdens_dense = fast_logdens_dense,         \
        .logdens_diag = fast_logdens_diag,           \
        .normalise = fast_normalise,                 \
        .moments_dense = fast_moments_dense,         \
        .moments_diag = fast_moments_diag,           \
        .gap_terms_dense = fast_gap_terms_dense,     \
        .gap_density_dense = fast_gap_density_dense, \
        .gap_density_diag = fast_gap_density_diag,   \
        .gap_moments_dense = fast_gap_moments_dense, \
        .gap_moments_diag = fast_gap_moments_diag,   \
        .sqdist = fast_sqdist,                       \
        .nearest = fast_nearest,                     \
    }
