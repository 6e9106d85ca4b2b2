/*
 * The three kinds of conjugate priors. Full covariances keep the Cholesky factor of Psi and change it
 * by rank one (Gill, Golub, Murray & Saunders 1974, method C1); a downdate that would leave no
 * positive definite matrix is told, and the caller starts from the rows again.
 */
#include <math.h>
#include <string.h>

#include "linalg/gamma_functions.h"
#include "linalg/linalg.h"
#include "posterior/random_draws.h"
#include "posterior/row_groups.h"

static size_t one(size_t d) {
    (void)d;
    return 1;
}

static size_t each(size_t d) {
    return d;
}

static double zero_dof(size_t d) {
    (void)d;
    return 0.0;
}

static double three_dof(size_t d) {
    (void)d;
    return 3.0;
}

/* --- full --- */

static double full_least_dof(size_t d) {
    return (double)d - 1.0;
}

static double full_usual_dof(size_t d) {
    return (double)d + 2.0;
}

static double full_gamma_ratio(size_t d, double nu) {
    return gmix_i_log_gamma(0.5 * (nu + 1.0)) -
           gmix_i_log_gamma(0.5 * (nu + 1.0 - (double)d));
}

static void full_add_scatter(size_t d, double w, const double *diff, double *scatter) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            *scatter++ += w * diff[i] * diff[j];
        }
    }
}

static double log_det_of(size_t d, const double *l) {
    gmix_i_product product = {1.0, 0.0};
    for (size_t i = 0; i < d; i++) {
        gmix_i_product_times(&product, l[i * (i + 1) / 2 + i]);
    }
    return 2.0 * gmix_i_product_log(&product);
}

static bool full_factor(size_t d, const double *psi, double *factor, double *log_det) {
    if (!gmix_i_cholesky(NULL, d, psi, factor)) {
        return false;
    }
    *log_det = log_det_of(d, factor);
    return true;
}

static bool full_update(size_t d, double w, double *x, double *l, double *log_det) {
    const double sign = w < 0.0 ? -1.0 : 1.0, root = sqrt(fabs(w));
    for (size_t i = 0; i < d; i++) {
        x[i] *= root;
    }
    for (size_t k = 0; k < d; k++) {
        double *const diagonal = l + k * (k + 1) / 2 + k;
        const double square = *diagonal * *diagonal;
        const double left = square + sign * x[k] * x[k];
        if (!(left > 1e-12 * square)) { /* digits would be gone */
            return false;
        }
        const double r = sqrt(left), inverse = 1.0 / *diagonal;
        const double c = r * inverse, s = x[k] * inverse, shrink = *diagonal / r;
        *diagonal = r;
        for (size_t i = k + 1; i < d; i++) {
            double *const at = l + i * (i + 1) / 2 + k;
            *at = (*at + sign * s * x[i]) * shrink;
            x[i] = c * x[i] - s * *at;
        }
    }
    *log_det = log_det_of(d, l);
    return true;
}

/* Four rows of y = L^-1 diff from row i on, i a multiple of four: side by side, since one sum alone waits for
 * each of its terms. Each is added up in the order of the columns, as in single rows. Returns the next row of L. */
static const double *solve_four(size_t i, const double *diff, const double *l,
                                double *y) {
    const double *const r[4] = {l, l + i + 1, l + 2 * i + 3, l + 3 * i + 6};
    double a = diff[i], b = diff[i + 1], c = diff[i + 2], e = diff[i + 3];
    for (size_t j = 0; j < i; j++) {
        a -= r[0][j] * y[j];
        b -= r[1][j] * y[j];
        c -= r[2][j] * y[j];
        e -= r[3][j] * y[j];
    }
    y[i] = a / r[0][i];
    y[i + 1] = (b - r[1][i] * y[i]) / r[1][i + 1];
    y[i + 2] = (c - r[2][i] * y[i] - r[2][i + 1] * y[i + 1]) / r[2][i + 2];
    y[i + 3] = (e - r[3][i] * y[i] - r[3][i + 1] * y[i + 1] - r[3][i + 2] * y[i + 2]) /
               r[3][i + 3];
    return r[3] + i + 4;
}

static double full_log_tail(size_t d, double ratio, const double *diff,
                            const double *factor, double *work) {
    double square = 0.0;
    size_t first = 0;
    for (; first + 4 <= d; first += 4) {
        factor = solve_four(first, diff, factor, work);
        for (size_t i = first; i < first + 4; i++) {
            square += work[i] * work[i];
        }
    }
    for (size_t i = first; i < d; i++) {
        double y = diff[i];
        for (size_t j = 0; j < i; j++) {
            y -= *factor++ * work[j];
        }
        y /= *factor++;
        work[i] = y;
        square += y * y;
    }
    return log(1.0 +
               ratio *
                   square); /* log1p() costs twice as much, for digits that sums lose */
}

/* Sigma = L A^-T A^-1 L^T, A lower with chi's on its diagonal (Bartlett 1933): W = A A^T is Wishart(nu,
 * I), and Sigma^-1 = L^-T W L^-1 Wishart(nu, Psi^-1). The root is B = L A^-T. */
static void full_draw_root(size_t d, double nu, const double *factor,
                           gmix_i_stream *stream, double *root, double *work) {
    double *const a = work;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < i; j++) {
            a[i * d + j] = gmix_i_draw_normal(stream);
        }
        a[i * d + i] = sqrt(2.0 * gmix_i_draw_gamma(stream, 0.5 * (nu - (double)i)));
    }
    for (size_t r = 0; r < d; r++) { /* row r: b A^T = l, so A b^T = l^T, forwards */
        double *const b = root + r * d;
        for (size_t j = 0; j < d; j++) {
            double y = j <= r ? factor[r * (r + 1) / 2 + j] : 0.0;
            for (size_t m = 0; m < j; m++) {
                y -= a[j * d + m] * b[m];
            }
            b[j] = y / a[j * d + j];
        }
    }
}

static void full_expect(size_t d, double nu, const double *factor, double *matrix) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            const double *const a = factor + i * (i + 1) / 2, *const b = factor +
                                                                         j * (j + 1) / 2;
            double sum = 0.0;
            for (size_t m = 0; m <= j; m++) {
                sum += a[m] * b[m];
            }
            matrix[i * d + j] = matrix[j * d + i] = sum / (nu - (double)d - 1.0);
        }
    }
}

/* --- diagonal and spherical --- */

static double diag_gamma_ratio(size_t d, double nu) {
    return (double)d * (gmix_i_log_gamma(0.5 * (nu + 1.0)) - gmix_i_log_gamma(0.5 * nu));
}

static double spherical_gamma_ratio(size_t d, double nu) {
    return gmix_i_log_gamma(0.5 * (nu + (double)d)) - gmix_i_log_gamma(0.5 * nu);
}

static void diag_add_scatter(size_t d, double w, const double *diff, double *scatter) {
    for (size_t j = 0; j < d; j++) {
        scatter[j] += w * diff[j] * diff[j];
    }
}

static void spherical_add_scatter(size_t d, double w, const double *diff,
                                  double *scatter) {
    for (size_t j = 0; j < d; j++) {
        *scatter += w * diff[j] * diff[j];
    }
}

static bool diag_factor(size_t d, const double *psi, double *factor, double *log_det) {
    gmix_i_product product = {1.0, 0.0};
    for (size_t j = 0; j < d; j++) {
        if (!(psi[j] > 0.0)) {
            return false;
        }
        factor[j] = psi[j];
        gmix_i_product_times(&product, psi[j]);
    }
    *log_det = gmix_i_product_log(&product);
    return true;
}

static bool diag_update(size_t d, double w, double *diff, double *factor,
                        double *log_det) {
    bool good = true;
    for (size_t j = 0; j < d; j++) {
        const double before = factor[j];
        factor[j] += w * diff[j] * diff[j];
        good = good && factor[j] > 1e-12 * before;
    }
    return good && diag_factor(d, factor, factor, log_det);
}

static double diag_log_tail(size_t d, double ratio, const double *diff,
                            const double *factor, double *work) {
    (void)work;
    gmix_i_product product = {1.0, 0.0};
    for (size_t j = 0; j < d; j++) {
        gmix_i_product_times(&product, 1.0 + ratio * diff[j] * diff[j] / factor[j]);
    }
    return gmix_i_product_log(&product);
}

static void diag_draw_root(size_t d, double nu, const double *factor,
                           gmix_i_stream *stream, double *root, double *work) {
    (void)work;
    memset(root, 0, d * d * sizeof *root);
    for (size_t j = 0; j < d; j++) {
        root[j * d + j] = sqrt(0.5 * factor[j] / gmix_i_draw_gamma(stream, 0.5 * nu));
    }
}

static void diag_expect(size_t d, double nu, const double *factor, double *matrix) {
    memset(matrix, 0, d * d * sizeof *matrix);
    for (size_t j = 0; j < d; j++) {
        matrix[j * d + j] = factor[j] / (nu - 2.0);
    }
}

static bool spherical_factor(size_t d, const double *psi, double *factor,
                             double *log_det) {
    (void)d;
    return diag_factor(1, psi, factor, log_det);
}

static bool spherical_update(size_t d, double w, double *diff, double *factor,
                             double *log_det) {
    const double before = *factor;
    spherical_add_scatter(d, w, diff, factor);
    return *factor > 1e-12 * before && diag_factor(1, factor, factor, log_det);
}

static double spherical_log_tail(size_t d, double ratio, const double *diff,
                                 const double *factor, double *work) {
    (void)work;
    double square = 0.0;
    for (size_t j = 0; j < d; j++) {
        square += diff[j] * diff[j];
    }
    return log(1.0 + ratio * square / *factor);
}

static void spherical_draw_root(size_t d, double nu, const double *factor,
                                gmix_i_stream *stream, double *root, double *work) {
    (void)work;
    const double deviation = sqrt(0.5 * *factor / gmix_i_draw_gamma(stream, 0.5 * nu));
    memset(root, 0, d * d * sizeof *root);
    for (size_t j = 0; j < d; j++) {
        root[j * d + j] = deviation;
    }
}

static void spherical_expect(size_t d, double nu, const double *factor, double *matrix) {
    memset(matrix, 0, d * d * sizeof *matrix);
    for (size_t j = 0; j < d; j++) {
        matrix[j * d + j] = *factor / (nu - 2.0);
    }
}

static const gmix_i_group_kind kinds[] = {
    {"full", gmix_i_packed_len, one, full_least_dof, full_usual_dof, full_gamma_ratio,
     full_add_scatter, full_factor, full_update, full_log_tail, full_draw_root,
     full_expect},
    {"diag", each, one, zero_dof, three_dof, diag_gamma_ratio, diag_add_scatter,
     diag_factor, diag_update, diag_log_tail, diag_draw_root, diag_expect},
    {"spherical", one, each, zero_dof, three_dof, spherical_gamma_ratio,
     spherical_add_scatter, spherical_factor, spherical_update, spherical_log_tail,
     spherical_draw_root, spherical_expect},
};

const gmix_i_group_kind *gmix_i_group_kind_named(const char *family) {
    for (size_t i = 0; family && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(family, kinds[i].covariance) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}
