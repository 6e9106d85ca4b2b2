/* "spherical" (VII): one variance per component, the same for every feature.
 * v_k = trace W_k / (D n_k); the units of the features must agree. */
#include "family/family.h"

static size_t per_component(size_t k, size_t d) {
    (void)d;
    return k;
}

static size_t layout_dims(size_t k, size_t d, size_t dims[3]) {
    (void)d;
    dims[0] = k;
    return 1;
}

static void to_layout(size_t k, size_t d, const double *cov, double *layout) {
    for (size_t c = 0; c < k; c++) {
        layout[c] = cov[c * d];
    }
}

static void from_layout(size_t k, size_t d, const double *layout, double *cov) {
    for (size_t c = 0; c < k; c++) {
        for (size_t j = 0; j < d; j++) {
            cov[c * d + j] = layout[c];
        }
    }
}

static double sum_of(size_t d, const double *x) {
    double sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        sum += x[j];
    }
    return sum;
}

static void update(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov) {
    const double d = (double)m->d;
    const double ridge = sum_of(m->d, bounds->ridge) / d,
                 floor = sum_of(m->d, bounds->floor) / d;
    for (size_t c = 0; c < m->k; c++) {
        const double n = gmix_i_moments_n(m, c);
        if (n > 0.0) {
            const double v = sum_of(m->d, gmix_i_moments_scatter(m, c)) / (d * n) + ridge;
            bounds->at_floor[c] = gmix_i_is_at_floor(v, floor);
            for (size_t j = 0; j < m->d; j++) {
                cov[c * m->d + j] = v < floor ? floor : v;
            }
        }
    }
    gmix_i_bound_ratio_diagonal(m, bounds, m->k, cov);
}

const gmix_i_family gmix_i_family_spherical = {.name = "spherical",
                                               .form = "VII",
                                               .shape = &gmix_i_shape_diagonal,
                                               .isotropic_frame = true,
                                               .n_free = per_component,
                                               .layout_dims = layout_dims,
                                               .layout_len = per_component,
                                               .to_layout = to_layout,
                                               .from_layout = from_layout,
                                               .update = update,
                                               .bounds_ratio = true};
