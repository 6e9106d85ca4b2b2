/* Loadings and uniquenesses as parameters: their number, order, layout and units. See factor_law.h. */
#include "family/factor_law.h"

#include <math.h>
#include <string.h>

#include "base/clones.h"

GMIX_I_CLONES static void compose(size_t q, size_t d, const double *block, double *cov) {
    const double *const psi = block + q * d;
    for (size_t i = 0; i < d; i++) {
        double *const row = cov + gmix_i_packed_len(i);
        memset(row, 0, (i + 1) * sizeof *row);
        for (size_t t = 0; t < q; t++) {
            const double own = block[t * d + i];
            for (size_t j = 0; j <= i; j++) {
                row[j] += own * block[t * d + j];
            }
        }
        row[i] += psi[i];
    }
}

void gmix_i_factors_compose(size_t q, size_t d, const double *block, double *cov) {
    compose(q, d, block, cov);
}

/* Unpacked in place: from the last row on, so that none is overwritten before it is read. */
void gmix_i_factors_matrix(size_t q, size_t d, const double *block, double *matrix) {
    compose(q, d, block, matrix);
    for (size_t i = d; i-- > 0;) {
        memmove(matrix + i * d, matrix + gmix_i_packed_len(i), (i + 1) * sizeof *matrix);
    }
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < i; j++) {
            matrix[j * d + i] = matrix[i * d + j];
        }
    }
}

void gmix_i_factors_make_matrices(const gmix_i_params *p) {
    const size_t d = p->d, q = p->family->n_factors;
    for (size_t c = 0; c < p->k; c++) {
        compose(q, d, p->factors + c * (q + 1) * d, p->cov + c * gmix_i_packed_len(d));
    }
}

/* Row i, in pieces that stay in registers. */
GMIX_I_CLONES static bool describes_row(size_t q, size_t d, size_t i, const double *block,
                                        const double *cov, double most) {
    enum { PIECE = 16 };
    const double *const row = cov + gmix_i_packed_len(i);
    for (size_t first = 0; first <= i; first += PIECE) {
        double sum[PIECE] = {0};
        const size_t n = i + 1 - first < PIECE ? i + 1 - first : (size_t)PIECE;
        for (size_t t = 0; t < q; t++) {
            for (size_t j = 0; j < n; j++) {
                sum[j] += block[t * d + i] * block[t * d + first + j];
            }
        }
        for (size_t j = 0; j < n; j++) {
            const size_t at = first + j;
            const double variance = cov[gmix_i_packed_len(at) + at];
            const double unit = sqrt(fabs(row[i] * variance)) * most;
            const double own = at == i ? block[q * d + i] : 0.0;
            if (!(fabs(own + sum[j] - row[at]) <= unit)) {
                return false;
            }
        }
    }
    return true;
}

bool gmix_i_factors_describe(size_t q, size_t d, const double *block, const double *cov,
                             double most) {
    for (size_t i = 0; i < d; i++) {
        if (!describes_row(q, d, i, block, cov, most)) {
            return false;
        }
    }
    return true;
}

/* Free numbers of loadings, rotations taken off. */
static size_t n_loadings(size_t q, size_t d) {
    return d * q - gmix_i_n_angles(q);
}

size_t gmix_i_family_n_free(const gmix_i_family *family, size_t k, size_t d) {
    if (!family->n_factors) {
        return family->n_free(k, d);
    }
    const size_t n =
        (family->common_loadings ? 1 : k) * n_loadings(family->n_factors, d) +
        family->uniquenesses->n_free(k, d);
    const size_t most = (gmix_i_family_is_shared(family) ? 1 : k) * gmix_i_packed_len(d);
    return n < most ? n : most; /* with more, the same covariances several times */
}

size_t gmix_i_loadings_dims(const gmix_i_family *family, size_t k, size_t d,
                            size_t dims[3]) {
    size_t n = 0;
    if (!family->common_loadings) {
        dims[n++] = k;
    }
    dims[n++] = d;
    dims[n++] = family->n_factors;
    return n;
}

/* One for all, one for each component or feature, or one for each of both. */
size_t gmix_i_uniquenesses_dims(const gmix_i_family *family, size_t k, size_t d,
                                size_t dims[3]) {
    const bool shared = !strchr(family->form, 'V'), alike = family->form[1] == 'I';
    size_t n = 0;
    if (!shared) {
        dims[n++] = k;
    }
    if (!alike) {
        dims[n++] = d;
    }
    if (n == 0) {
        dims[n++] = 1;
    }
    return n;
}

static size_t product(size_t n, const size_t *dims) {
    size_t all = 1;
    for (size_t i = 0; i < n; i++) {
        all *= dims[i];
    }
    return all;
}

size_t gmix_i_family_layout_len(const gmix_i_family *family, size_t k, size_t d) {
    if (!family->n_factors) {
        return family->layout_len(k, d);
    }
    size_t dims[3];
    const size_t loadings = product(gmix_i_loadings_dims(family, k, d, dims), dims);
    return loadings + product(gmix_i_uniquenesses_dims(family, k, d, dims), dims);
}

/* out += Lambda^T Psi^-1 Lambda of one block, q x q packed. */
static void add_precision(size_t q, size_t d, const double *block, double *out) {
    const double *const psi = block + q * d;
    for (size_t t = 0, at = 0; t < q; t++) {
        for (size_t s = 0; s <= t; s++, at++) {
            for (size_t j = 0; j < d; j++) {
                out[at] += block[t * d + j] * block[s * d + j] / psi[j];
            }
        }
    }
}

/* Column `factor` of the turned loadings of a block, D, stride q; sign as the largest has it. */
static void turn_column(size_t q, size_t d, const double *block, const double *vectors,
                        size_t axis, double *out) {
    const double *const psi = block + q * d;
    double most = 0.0, sign = 1.0;
    for (size_t j = 0; j < d; j++) {
        double sum = 0.0;
        for (size_t t = 0; t < q; t++) {
            sum += block[t * d + j] * vectors[t * q + axis];
        }
        out[j * q] = sum;
        if (fabs(sum) / sqrt(psi[j]) > most * (1.0 + 1e-9)) {
            most = fabs(sum) / sqrt(psi[j]);
            sign = sum < 0.0 ? -1.0 : 1.0;
        }
    }
    for (size_t j = 0; j < d; j++) {
        out[j * q] *= sign;
    }
}

/* Loadings of blocks that share them (n of them), turned. out: D x q. */
static void turn(size_t n, size_t q, size_t d, const double *blocks, double *out) {
    enum { Q = GMIX_I_MOST_FACTORS };
    double precision[Q * (Q + 1) / 2] = {0}, values[Q], vectors[Q * Q], work[Q * Q];
    for (size_t c = 0; c < n; c++) {
        add_precision(q, d, blocks + c * (q + 1) * d, precision);
    }
    gmix_i_eigen_sorted(NULL, q, precision, values, vectors, work);
    for (size_t t = 0; t < q; t++) {
        turn_column(q, d, blocks, vectors, q - 1 - t, out + t);
    }
}

void gmix_i_family_to_layout(const gmix_i_params *p, double *layout) {
    const gmix_i_family *const family = p->family;
    const size_t k = p->k, d = p->d, q = family->n_factors, block = (q + 1) * d;
    if (!q) {
        family->to_layout(k, d, p->cov, layout);
        return;
    }
    const size_t groups = family->common_loadings ? 1 : k;
    for (size_t g = 0; g < groups; g++, layout += d * q) {
        turn(groups == 1 ? k : 1, q, d, p->factors + g * block, layout);
    }
    const bool shared = !strchr(family->form, 'V'), alike = family->form[1] == 'I';
    for (size_t c = 0; c < (shared ? 1 : k); c++) {
        for (size_t j = 0; j < (alike ? 1 : d); j++) {
            *layout++ = p->factors[c * block + q * d + j];
        }
    }
}

void gmix_i_family_from_layout(const double *layout, gmix_i_params *p) {
    const gmix_i_family *const family = p->family;
    const size_t k = p->k, d = p->d, q = family->n_factors, block = (q + 1) * d;
    if (!q) {
        family->from_layout(k, d, layout, p->cov);
        return;
    }
    const double *const psi = layout + (family->common_loadings ? 1 : k) * d * q;
    const bool shared = !strchr(family->form, 'V'), alike = family->form[1] == 'I';
    for (size_t c = 0; c < k; c++) {
        double *const own = p->factors + c * block;
        const double *const loadings = layout + (family->common_loadings ? 0 : c) * d * q;
        const double *const unique = psi + (shared ? 0 : c) * (alike ? 1 : d);
        for (size_t j = 0; j < d; j++) {
            for (size_t t = 0; t < q; t++) {
                own[t * d + j] = loadings[j * q + t];
            }
            own[q * d + j] = unique[alike ? 0 : j];
        }
    }
    if (!p->bare) {
        gmix_i_factors_make_matrices(p);
    }
}

void gmix_i_family_rescale(gmix_i_params *p, const double *scale) {
    const size_t d = p->d, q = p->family->n_factors, len = p->family->shape->cov_len(d);
    for (size_t c = 0; c < p->k; c++) {
        if (!p->bare) {
            p->family->shape->rescale(d, scale, p->cov + c * len);
        }
        for (size_t i = 0; q && i < (q + 1) * d; i++) {
            const double own = scale[i % d];
            p->factors[c * (q + 1) * d + i] *= i < q * d ? own : own * own;
        }
    }
}

void gmix_i_family_update(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                          gmix_i_params *p) {
    if (p->family->n_factors) {
        gmix_i_factors_update(m, bounds, p);
    } else {
        p->family->update(m, bounds, p->cov);
    }
}

/* Of factors some 25 steps of EM, or principal axes, and a twentieth of that. */
double gmix_i_family_update_nanoseconds(const gmix_i_family *family, size_t d) {
    const double q = (double)family->n_factors, n = (double)d;
    const bool closed =
        family->form[1] == 'I' && !(family->common_loadings && family->form[0] == 'V');
    return q == 0.0 ? family->update_cost * n * n * n
           : closed ? 0.25 * n * n * n
                    : 1.25 * (n * n * q + 4.0 * n * q * q + 20.0 * n);
}

double gmix_i_family_update_takes(const gmix_i_family *family, size_t d) {
    const double counted = gmix_i_family_update_nanoseconds(family, d);
    return family->update_takes > 1.0 ? family->update_takes * counted : counted;
}

size_t gmix_i_bounds_work(const gmix_i_family *family, size_t k, size_t d) {
    const size_t own = family->n_factors     ? gmix_i_factors_work(family, k, d)
                       : family->update_work ? family->update_work(k, d)
                                             : 0;
    const size_t update = family->shape->bounds_work(d) + own;
    const size_t prior = family->shape->cov_len(d) + d;
    return update > prior ? update : prior;
}
