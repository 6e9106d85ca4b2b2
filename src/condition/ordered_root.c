/* Factors of Gaussians with features in another order. See ordered_root.h. */
#include "condition/ordered_root.h"

bool gmix_i_ordered_root(const gmix_model *model, size_t c, size_t n, const size_t *order,
                         double *matrix, double *root) {
    const gmix_i_shape *const shape = model->family->shape;
    const size_t d = model->d;
    shape->to_matrix(d, gmix_i_model_full(model)->cov + c * shape->cov_len(d), matrix);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            root[i * (i + 1) / 2 + j] = matrix[order[i] * d + order[j]];
        }
    }
    return gmix_i_cholesky(NULL, n, root, root);
}

double gmix_i_root_solve(size_t o, const double *root, const double *x, double *z) {
    double square = 0.0;
    for (size_t i = 0; i < o; i++) {
        const double *const l = root + i * (i + 1) / 2;
        z[i] = (x[i] - gmix_i_root_row(i, root, i, z)) / l[i];
        square += z[i] * z[i];
    }
    return square;
}

double gmix_i_root_log_det(size_t o, const double *root) {
    gmix_i_product det = {1.0, 0.0};
    for (size_t i = 0; i < o; i++) {
        gmix_i_product_times(&det, root[i * (i + 1) / 2 + i]);
    }
    return gmix_i_product_log(&det);
}
