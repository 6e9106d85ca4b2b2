/*
 * What families share: the layout K x D x D of most of them, the ridge as pseudo-scatter,
 * and one floor for eigenvalues. See family.h.
 */
#include <math.h>
#include <string.h>

#include "family/family.h"
#include "linalg/linalg.h"

size_t gmix_i_matrices_dims(size_t k, size_t d, size_t dims[3]) {
    dims[0] = k;
    dims[1] = dims[2] = d;
    return 3;
}

size_t gmix_i_matrices_len(size_t k, size_t d) {
    return k * d * d;
}

static void to_matrices(const gmix_i_shape *shape, size_t k, size_t d, const double *cov,
                        double *layout) {
    for (size_t c = 0; c < k; c++) {
        shape->to_matrix(d, cov + c * shape->cov_len(d), layout + c * d * d);
    }
}

static void from_matrices(const gmix_i_shape *shape, size_t k, size_t d,
                          const double *layout, double *cov) {
    for (size_t c = 0; c < k; c++) {
        shape->from_matrix(d, layout + c * d * d, cov + c * shape->cov_len(d));
    }
}

void gmix_i_dense_to_matrices(size_t k, size_t d, const double *cov, double *layout) {
    to_matrices(&gmix_i_shape_dense, k, d, cov, layout);
}

void gmix_i_dense_from_matrices(size_t k, size_t d, const double *layout, double *cov) {
    from_matrices(&gmix_i_shape_dense, k, d, layout, cov);
}

void gmix_i_diagonal_to_matrices(size_t k, size_t d, const double *cov, double *layout) {
    to_matrices(&gmix_i_shape_diagonal, k, d, cov, layout);
}

void gmix_i_diagonal_from_matrices(size_t k, size_t d, const double *layout,
                                   double *cov) {
    from_matrices(&gmix_i_shape_diagonal, k, d, layout, cov);
}

static void add_ridge(const gmix_i_moments *m, const double *ridge, bool packed) {
    const size_t len = packed ? gmix_i_packed_len(m->d) : m->d;
    for (size_t c = 0; c < m->k; c++) {
        const double n = gmix_i_moments_n(m, c);
        double *const scatter = gmix_i_moments_scatter(m, c);
        if (!(n > 0.0)) {
            memset(scatter, 0, len * sizeof *scatter);
            continue;
        }
        for (size_t j = 0; j < m->d; j++) {
            scatter[packed ? gmix_i_packed_len(j) + j : j] += n * ridge[j];
        }
    }
}

void gmix_i_ridge_dense(const gmix_i_moments *m, const double *ridge) {
    add_ridge(m, ridge, true);
}

void gmix_i_ridge_diagonal(const gmix_i_moments *m, const double *ridge) {
    add_ridge(m, ridge, false);
}

double gmix_i_common_floor(size_t d, const double *floor) {
    double least = floor[0], most = floor[0];
    for (size_t j = 1; j < d; j++) {
        least = fmin(least, floor[j]);
        most = fmax(most, floor[j]);
    }
    return fmax(least, 1e-2 * most);
}
