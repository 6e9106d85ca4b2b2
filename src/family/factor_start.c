/*
 * Where the M-step of a law with factors begins without parameters to begin at, and where
 * principal components are its end. With S = U diag(l) U^T, l descending,
 *
 *     sigma^2 = sum_(i > q) l_i / (D - q),   Lambda = U_q (diag(l_q) - sigma^2 I)^1/2
 *
 * maximises the likelihood for isotropic uniquenesses (Tipping & Bishop 1999,
 * doi:10.1111/1467-9868.00196). One sigma^2 for several scatters is the mean over all of the
 * eigenvalues that no factor takes, which are those beyond q and those that are below sigma^2.
 * Of correlations it is a start for uniquenesses of any form.
 */
#include <math.h>
#include <string.h>

#include "family/factor_problem.h"

/* Less of a feature's variance is not left to it at a start. */
static const double LEAST_LEFT = 5e-3;

/* Eigenvalues, ascending, and vectors of s_ij / (unit_i unit_j); unit: D or NULL. */
static void principal_axes(const gmix_i_factor_problem *p, const double *s,
                           const double *unit, double **values, double **vectors) {
    const size_t d = p->d;
    double *const packed = p->square, *const work = packed + d * d;
    *vectors = work + d * d;
    *values = *vectors + d * d;
    for (size_t i = 0, at = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++, at++) {
            packed[at] = unit ? s[i * d + j] / (unit[i] * unit[j]) : s[i * d + j];
        }
    }
    gmix_i_eigen_largest(p->ctx, d, packed, *values, *vectors, work);
}

/* Scatter of all components per row. pooled: D x D. */
static void pool(const gmix_i_factor_problem *p, double *pooled) {
    const size_t d = p->d;
    memset(pooled, 0, d * d * sizeof *pooled);
    for (size_t k = 0; k < p->k; k++) {
        for (size_t i = 0; p->n[k] > 0.0 && i < d * d; i++) {
            pooled[i] += p->n[k] / p->total * p->s[k * d * d + i];
        }
    }
}

void gmix_i_factors_begin(const gmix_i_factor_problem *p, size_t c, double *x) {
    const size_t d = p->d, q = p->q, block = (q + 1) * d;
    double *const pooled = p->square + 3 * d * d + d, *const unit = pooled + d * d;
    double *values, *vectors, rest = 0.0;
    const bool alike = p->law->form[1] == 'I';
    if (p->common) {
        pool(p, pooled);
    } else {
        memcpy(pooled, p->s + c * d * d, d * d * sizeof *pooled);
    }
    for (size_t j = 0; j < d; j++) {
        unit[j] = alike ? 1.0 : sqrt(fmax(pooled[j * d + j], p->floor[j]));
    }
    principal_axes(p, pooled, unit, &values, &vectors);
    for (size_t i = 0; i < d - q; i++) {
        rest += values[i] / (double)(d - q);
    }
    const double left = fmax(rest, LEAST_LEFT * values[d - 1]);
    double *const own = x + c * block;
    for (size_t t = 0; t < q; t++) {
        const double length = sqrt(fmax(values[d - 1 - t] - left, 1e-4 * left));
        for (size_t j = 0; j < d; j++) {
            own[t * d + j] = unit[j] * vectors[j * d + d - 1 - t] * length;
        }
    }
    for (size_t j = 0; j < d; j++) {
        own[q * d + j] = fmax(unit[j] * unit[j] * left, p->floor[j]);
    }
    for (size_t k = 0; p->common && k < p->k; k++) {
        if (k != c) {
            memcpy(x + k * block, own, block * sizeof *own);
        }
    }
}

/* psi^-1/2 (S - Sigma) psi^-1/2 of component c, times n_c / n if they are pooled, added to out. */
static void add_residual(const gmix_i_factor_problem *p, const double *x, size_t c,
                         double *out) {
    const size_t d = p->d, q = p->q;
    const double *const own = x + c * (q + 1) * d, *const psi = own + q * d,
                        *const s = p->s + c * d * d;
    const double share = p->common ? p->n[c] / p->total : 1.0;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = s[i * d + j] - (i == j ? psi[i] : 0.0);
            for (size_t t = 0; t < q; t++) {
                sum -= own[t * d + i] * own[t * d + j];
            }
            out[i * d + j] += share * sum / sqrt(psi[i] * psi[j]);
        }
    }
}

static bool is_empty(const gmix_i_factor_problem *p, const double *block, size_t t) {
    for (size_t j = 0; j < p->d; j++) {
        if (block[t * p->d + j] != 0.0) {
            return false;
        }
    }
    return true;
}

/* Empty factors of component c, or of all, along the residual's longest axes. */
static bool fill_one(const gmix_i_factor_problem *p, size_t c, double *x) {
    const size_t d = p->d, q = p->q, block = (q + 1) * d;
    double *const own = x + c * block, *const residual = p->square + 3 * d * d + d;
    double *values = NULL, *vectors = NULL;
    size_t filled = 0;
    for (size_t t = 0; t < q; t++) {
        if (!is_empty(p, own, t)) {
            continue;
        }
        if (filled == 0) {
            memset(residual, 0, d * d * sizeof *residual);
            for (size_t k = 0; k < p->k; k++) {
                if (p->n[k] > 0.0 && (p->common || k == c)) {
                    add_residual(p, x, k, residual);
                }
            }
            principal_axes(p, residual, NULL, &values, &vectors);
        }
        const size_t axis = d - 1 - filled++;
        const double length = sqrt(fmax(values[axis], 1e-4));
        for (size_t j = 0; j < d; j++) {
            own[t * d + j] = vectors[j * d + axis] * length * sqrt(own[q * d + j]);
        }
    }
    for (size_t k = 1; p->common && filled && k < p->k; k++) {
        memcpy(x + k * block, x, q * d * sizeof *x);
    }
    return filled > 0;
}

/* The filled factors of `with`, shorter. */
static void shorten(const gmix_i_factor_problem *p, const double *before, double *with) {
    const size_t d = p->d, q = p->q, block = (q + 1) * d;
    for (size_t i = 0; i < p->k * block; i++) {
        with[i] *= before[i] == 0.0 && i % block < q * d ? 0.25 : 1.0;
    }
}

void gmix_i_factors_fill(const gmix_i_factor_problem *p, double *x, double *scratch) {
    const size_t len = p->k * (p->q + 1) * p->d;
    bool any = false;
    memcpy(scratch, x, len * sizeof *x);
    for (size_t c = 0; c < (p->common ? 1 : p->k); c++) {
        any = (p->n[c] > 0.0 || p->common ? fill_one(p, c, x) : false) || any;
    }
    if (!any) {
        return;
    }
    double *const to = scratch + len;
    const double before = gmix_i_factors_step(p, scratch, to);
    for (int round = 0; round < 8 && gmix_i_factors_step(p, x, to) < before; round++) {
        shorten(p, scratch, x);
    }
}

/* Principal axes of `s` as loadings of length 1, descending; values: D, descending. */
static void take_axes(const gmix_i_factor_problem *p, const double *s, double *block,
                      double *out) {
    const size_t d = p->d, q = p->q;
    double *values, *vectors;
    principal_axes(p, s, NULL, &values, &vectors);
    for (size_t t = 0; t < q; t++) {
        for (size_t j = 0; j < d; j++) {
            block[t * d + j] = vectors[j * d + d - 1 - t];
        }
    }
    for (size_t i = 0; i < d; i++) {
        out[i] = fmax(values[d - 1 - i], 0.0);
    }
}

/* The variance that n_g rows of groups 0 .. n - 1 leave to no factor. values: n x D. */
static double left_over(const gmix_i_factor_problem *p, size_t n, const double *weights,
                        const double *values) {
    const size_t d = p->d;
    double least = 0.0, found = INFINITY;
    for (size_t round = 0; round <= n * p->q && found != least; round++) {
        double rows = 0.0, sum = 0.0;
        least = found;
        for (size_t g = 0; g < n; g++) {
            for (size_t i = 0; weights[g] > 0.0 && i < d; i++) {
                const bool taken = i < p->q && (round == 0 || values[g * d + i] > least);
                rows += taken ? 0.0 : weights[g];
                sum += taken ? 0.0 : weights[g] * values[g * d + i];
            }
        }
        found = sum / rows;
    }
    double floor = 0.0;
    for (size_t j = 0; j < d; j++) {
        floor += p->floor[j] / (double)d;
    }
    return fmax(found, floor);
}

static void set_principal(const gmix_i_factor_problem *p, const double *values,
                          double left, double *block) {
    const size_t d = p->d, q = p->q;
    for (size_t t = 0; t < q; t++) {
        const double length = sqrt(fmax(values[t] - left, 0.0));
        for (size_t j = 0; j < d; j++) {
            block[t * d + j] *= length;
        }
    }
    for (size_t j = 0; j < d; j++) {
        block[q * d + j] = left;
    }
}

bool gmix_i_factors_closed(const gmix_i_factor_problem *p, double *x) {
    const size_t d = p->d, block = (p->q + 1) * d;
    const bool own = p->law->form[0] == 'V';
    double *const values = p->square + 3 * d * d + d;
    if (p->law->form[1] != 'I' || (p->common && own)) {
        return false;
    }
    if (p->common) {
        const double all = 1.0;
        double *const scatter = values + p->k * d;
        pool(p, scatter);
        take_axes(p, scatter, x, values);
        set_principal(p, values, left_over(p, 1, &all, values), x);
        for (size_t k = 1; k < p->k; k++) {
            memcpy(x + k * block, x, block * sizeof *x);
        }
        return true;
    }
    for (size_t k = 0; k < p->k; k++) {
        if (p->n[k] > 0.0) {
            take_axes(p, p->s + k * d * d, x + k * block, values + k * d);
        }
    }
    const double common = own ? 0.0 : left_over(p, p->k, p->n, values);
    for (size_t k = 0; k < p->k; k++) {
        if (p->n[k] > 0.0) {
            const double left = own ? left_over(p, 1, p->n + k, values + k * d) : common;
            set_principal(p, values + k * d, left, x + k * block);
        } else if (!own) {
            for (size_t j = 0; j < d; j++) {
                x[k * block + p->q * d + j] = common;
            }
        }
    }
    return true;
}
