/*
 * Families whose features are uncorrelated within every component, beside "diag" (VVI) and
 * "spherical" (VII), with W_k = diag of the scatter about the mean, n = sum_k n_k:
 *
 *     EII   lambda I        lambda = sum_k trace W_k / (n D)
 *     EEI   lambda A        diag(v), v_j = sum_k W_kj / n
 *     VEI   lambda_k A      shared shape, iterated; see variances.c
 *     EVI   lambda A_k      v_kj = W_kj lambda / |W_k|^(1/D), lambda = sum_k |W_k|^(1/D) / n
 *
 * Banfield & Raftery (1993); Celeux & Govaert (1995). Rescaling a feature multiplies all
 * shapes alike, so only EII depends on the units.
 */
#include <math.h>
#include <string.h>

#include "family/variances.h"

static double mean_of(size_t d, const double *x) {
    double sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        sum += x[j];
    }
    return sum / (double)d;
}

static void update_EII(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                       double *cov) {
    const double floor = mean_of(m->d, bounds->floor);
    double n = 0.0, sum = 0.0;
    for (size_t c = 0; c < m->k; c++) {
        n += gmix_i_moments_n(m, c);
        sum += mean_of(m->d, gmix_i_moments_scatter(m, c));
    }
    const double own = sum / n + mean_of(m->d, bounds->ridge);
    memset(bounds->at_floor, gmix_i_is_at_floor(own, floor),
           m->k * sizeof *bounds->at_floor);
    for (size_t i = 0; i < m->k * m->d; i++) {
        cov[i] = fmax(own, floor);
    }
}

static void update_axes(const gmix_i_moments *m, const gmix_i_bounds *bounds, double *cov,
                        gmix_i_variances_fn *variances) {
    gmix_i_ridge_diagonal(m, bounds->ridge);
    variances(m, bounds, bounds->floor, cov,
              gmix_i_update_memory(bounds, &gmix_i_shape_diagonal, m->d));
}

static size_t update_work(size_t k, size_t d) {
    return k + 2 * d;
}

static void update_EEI(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                       double *cov) {
    update_axes(m, bounds, cov, gmix_i_shared_variances);
    gmix_i_bound_ratio_diagonal(m, bounds, 1, cov);
    gmix_i_spread_first(m->k, m->d, cov);
}

static void update_VEI(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                       double *cov) {
    update_axes(m, bounds, cov, gmix_i_shared_shape);
}

static void update_EVI(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                       double *cov) {
    update_axes(m, bounds, cov, gmix_i_shared_volume);
}

static size_t n_free_EII(size_t k, size_t d) {
    (void)k;
    (void)d;
    return 1;
}

static size_t n_free_EEI(size_t k, size_t d) {
    (void)k;
    return d;
}

static size_t n_free_VEI(size_t k, size_t d) {
    return k + (d - 1);
}

static size_t n_free_EVI(size_t k, size_t d) {
    return 1 + k * (d - 1);
}

const gmix_i_family gmix_i_family_EII = {.name = "EII",
                                         .form = "EII",
                                         GMIX_I_DIAGONAL_MATRICES,
                                         .isotropic_frame = true,
                                         .n_free = n_free_EII,
                                         .update = update_EII,
                                         .bounds_ratio = true};
const gmix_i_family gmix_i_family_EEI = {.name = "EEI",
                                         .form = "EEI",
                                         GMIX_I_DIAGONAL_MATRICES,
                                         .n_free = n_free_EEI,
                                         .update = update_EEI,
                                         .bounds_ratio = true,
                                         .update_work = update_work};
const gmix_i_family gmix_i_family_VEI = {.name = "VEI",
                                         .form = "VEI",
                                         GMIX_I_DIAGONAL_MATRICES,
                                         .n_free = n_free_VEI,
                                         .update = update_VEI,
                                         .update_work = update_work};
const gmix_i_family gmix_i_family_EVI = {.name = "EVI",
                                         .form = "EVI",
                                         GMIX_I_DIAGONAL_MATRICES,
                                         .n_free = n_free_EVI,
                                         .update = update_EVI,
                                         .update_work = update_work};
