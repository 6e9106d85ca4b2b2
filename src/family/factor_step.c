/*
 * One EM step towards loadings and uniquenesses, with the factors as missing data:
 *
 *     M = I + Lambda^T Psi^-1 Lambda,  beta = M^-1 Lambda^T Psi^-1,  C = S beta^T,
 *     Theta = M^-1 + beta C
 *
 * (Ghahramani & Hinton 1996). The factors' covariance R is a parameter, too, and I afterwards
 * (parameter-expanded EM, Liu, Rubin & Wu 1998), which makes steps longer at no cost:
 *
 *     own loadings     Theta = R = L L^T,  Lambda = C L^-T,  psi_j ~ S_jj - |lambda_j|^2
 *     common           (sum_k n_k / psi_kj Theta_k) lambda_j = sum_k n_k / psi_kj c_kj,
 *                      R = sum_k n_k Theta_k / n,  Lambda L for Lambda,
 *                      psi_kj ~ S_kjj - 2 lambda_j c_kj + lambda_j^T Theta_k lambda_j
 *
 * of which the law's family of uniquenesses makes what it allows. It all takes S_k alone: no rows.
 */
#include <math.h>
#include <string.h>

#include "family/factor_problem.h"
#include "family/small_rows.h"

/* l of M = I + Lambda^T g^T, g = Lambda^T Psi^-1. */
GMIX_I_PART void factor_precision(size_t q, size_t d, const double *block, double *g,
                                  double *l) {
    const double *const psi = block + q * d;
    for (size_t t = 0; t < q; t++) {
        for (size_t j = 0; j < d; j++) {
            g[t * d + j] = block[t * d + j] / psi[j];
        }
        for (size_t s = 0; s <= t; s++) {
            l[gmix_i_packed_len(t) + s] =
                gmix_i_dot(d, g + t * d, block + s * d) + (s == t ? 1.0 : 0.0);
        }
    }
    gmix_i_cholesky(NULL, q, l, l);
}

/* C, Theta; returns -1/2 (log |Sigma| + tr Sigma^-1 S). */
GMIX_I_CLONES static double expect(const gmix_i_factor_problem *p, const double *block,
                                   const double *s, double *c, double *theta) {
    const size_t d = p->d, q = p->q;
    const double *const psi = block + q * d;
    double *const l = p->small, *const inverse = l + q * q, *const beta = p->beta,
                  *const g = beta + q * d;
    factor_precision(q, d, block, g, l);
    memcpy(beta, g, q * d * sizeof *beta);
    gmix_i_solve_lower(q, l, d, beta);
    gmix_i_solve_upper(q, l, d, beta);
    memset(c, 0, q * d * sizeof *c);
    for (size_t i = 0; i < d; i++) {
        for (size_t t = 0; t < q; t++) {
            gmix_i_add_row(d, beta[t * d + i], s + i * d, c + t * d);
        }
    }
    memset(inverse, 0, q * q * sizeof *inverse);
    for (size_t t = 0; t < q; t++) {
        inverse[t * q + t] = 1.0;
    }
    gmix_i_solve_lower(q, l, q, inverse);
    gmix_i_solve_upper(q, l, q, inverse);
    gmix_i_product det = {.factor = 1.0};
    double trace = 0.0;
    for (size_t t = 0; t < q; t++) {
        for (size_t u = 0; u <= t; u++) {
            theta[t * q + u] = theta[u * q + t] =
                inverse[t * q + u] + gmix_i_dot(d, beta + t * d, c + u * d);
        }
        const double pivot = l[gmix_i_packed_len(t) + t];
        gmix_i_product_times(&det, pivot * pivot);
        trace -= gmix_i_dot(d, g + t * d, c + t * d);
    }
    for (size_t j = 0; j < d; j++) {
        gmix_i_product_times(&det, psi[j]);
        trace += s[j * d + j] / psi[j];
    }
    return -0.5 * (gmix_i_product_log(&det) + trace);
}

static void pack(size_t q, const double *square, double *packed) {
    for (size_t t = 0; t < q; t++) {
        memcpy(packed + gmix_i_packed_len(t), square + t * q, (t + 1) * sizeof *packed);
    }
}

/* Own loadings, and what is left of the variances. */
GMIX_I_CLONES static void own_loadings(const gmix_i_factor_problem *p, size_t k,
                                       double *to) {
    const size_t d = p->d, q = p->q;
    double *const block = to + k * (q + 1) * d, *const l = p->small;
    double *const left = gmix_i_moments_scatter(&p->own, k);
    pack(q, p->theta + k * q * q, l);
    gmix_i_cholesky(NULL, q, l, l);
    memcpy(block, p->c + k * q * d, q * d * sizeof *block);
    gmix_i_solve_lower(q, l, d, block);
    for (size_t j = 0; j < d; j++) {
        left[j] = p->variance[k * d + j];
    }
    for (size_t t = 0; t < q; t++) {
        for (size_t j = 0; j < d; j++) {
            left[j] -= block[t * d + j] * block[t * d + j];
        }
    }
}

/* lambda_j, into column j of Lambda^T. */
GMIX_I_PART void common_column(const gmix_i_factor_problem *p, const double *x, size_t j,
                               double *loadings) {
    const size_t d = p->d, q = p->q;
    double *const a = p->small, *const b = a + q * q;
    memset(a, 0, (q * q + q) * sizeof *a);
    for (size_t k = 0; k < p->k; k++) {
        if (p->n[k] > 0.0) {
            const double w = p->n[k] / x[(k * (q + 1) + q) * d + j];
            for (size_t t = 0; t < q; t++) {
                gmix_i_add_row(t + 1, w, p->theta + (k * q + t) * q,
                               a + gmix_i_packed_len(t));
                b[t] += w * p->c[(k * q + t) * d + j];
            }
        }
    }
    gmix_i_cholesky(NULL, q, a, a);
    gmix_i_solve_lower(q, a, 1, b);
    gmix_i_solve_upper(q, a, 1, b);
    for (size_t t = 0; t < q; t++) {
        loadings[t * d + j] = b[t];
    }
}

/* What is left of component k's variances. */
GMIX_I_PART void leave(const gmix_i_factor_problem *p, size_t k, const double *loadings) {
    const size_t d = p->d, q = p->q;
    double *const left = gmix_i_moments_scatter(&p->own, k);
    for (size_t j = 0; j < d; j++) {
        left[j] = p->variance[k * d + j];
    }
    for (size_t t = 0; t < q; t++) {
        const double *const lt = loadings + t * d;
        for (size_t j = 0; j < d; j++) {
            left[j] -= 2.0 * lt[j] * p->c[(k * q + t) * d + j];
        }
        for (size_t u = 0; u < q; u++) {
            const double moment = p->theta[(k * q + t) * q + u];
            for (size_t j = 0; j < d; j++) {
                left[j] += moment * lt[j] * loadings[u * d + j];
            }
        }
    }
}

/* Lambda L with the pooled moments of the factors R = L L^T. */
GMIX_I_PART void take_moments_in(const gmix_i_factor_problem *p, double *loadings) {
    const size_t d = p->d, q = p->q;
    double *const l = p->small;
    memset(l, 0, gmix_i_packed_len(q) * sizeof *l);
    for (size_t k = 0; k < p->k; k++) {
        for (size_t t = 0; p->n[k] > 0.0 && t < q; t++) {
            gmix_i_add_row(t + 1, p->n[k] / p->total, p->theta + (k * q + t) * q,
                           l + gmix_i_packed_len(t));
        }
    }
    gmix_i_cholesky(NULL, q, l, l);
    for (size_t t = 0; t < q; t++) { /* rows below t are those of Lambda still */
        for (size_t j = 0; j < d; j++) {
            loadings[t * d + j] *= l[gmix_i_packed_len(t) + t];
        }
        for (size_t s = t + 1; s < q; s++) {
            gmix_i_add_row(d, l[gmix_i_packed_len(s) + t], loadings + s * d,
                           loadings + t * d);
        }
    }
}

GMIX_I_CLONES static void common_loadings(const gmix_i_factor_problem *p, const double *x,
                                          double *to) {
    const size_t d = p->d, q = p->q, block = (q + 1) * d;
    for (size_t j = 0; j < d; j++) {
        common_column(p, x, j, to);
    }
    for (size_t k = 0; k < p->k; k++) {
        if (p->n[k] > 0.0) {
            leave(p, k, to);
        }
    }
    take_moments_in(p, to);
    for (size_t k = 1; k < p->k; k++) {
        memcpy(to + k * block, to, q * d * sizeof *to);
    }
}

/* The uniquenesses of `to` from those of x and what is left of variances, per row. */
static void set_uniquenesses(const gmix_i_factor_problem *p, const double *x,
                             double *to) {
    const size_t d = p->d, q = p->q, block = (q + 1) * d;
    double *const psi = p->square; /* K x D */
    for (size_t k = 0; k < p->k; k++) {
        double *const left = gmix_i_moments_scatter(&p->own, k);
        for (size_t j = 0; j < d; j++) {
            left[j] = p->n[k] > 0.0 ? p->n[k] * fmax(left[j], 0.0) : 0.0;
            psi[k * d + j] = x[k * block + q * d + j];
        }
        p->own.at[k * p->own.stride] = p->n[k];
    }
    p->law->uniquenesses->update(&p->own, &p->bounds, psi);
    for (size_t k = 0; k < p->k; k++) {
        for (size_t j = 0; j < d; j++) {
            to[k * block + q * d + j] = psi[k * d + j];
        }
    }
}

void gmix_i_factors_maximise(const gmix_i_factor_problem *p, const double *x,
                             double *to) {
    const size_t d = p->d, q = p->q, block = (q + 1) * d;
    if (p->common) {
        common_loadings(p, x, to);
    }
    for (size_t k = 0; !p->common && k < p->k; k++) {
        if (p->n[k] > 0.0) {
            own_loadings(p, k, to);
        } else {
            memcpy(to + k * block, x + k * block, q * d * sizeof *to);
        }
    }
    set_uniquenesses(p, x, to);
}

double gmix_i_factors_step(const gmix_i_factor_problem *p, const double *x, double *to) {
    const size_t d = p->d, q = p->q, block = (q + 1) * d;
    double sum = 0.0;
    for (size_t k = 0; k < p->k; k++) {
        if (p->n[k] > 0.0) {
            sum += p->n[k] * expect(p, x + k * block, p->s + k * d * d, p->c + k * q * d,
                                    p->theta + k * q * q);
        }
    }
    gmix_i_factors_maximise(p, x, to);
    return sum / p->total;
}

void gmix_i_factors_settle(const gmix_i_factor_problem *p, double *x) {
    const size_t d = p->d, q = p->q;
    for (size_t k = 0; k < p->k; k++) {
        memcpy(gmix_i_moments_scatter(&p->own, k), x + (k * (q + 1) + q) * d,
               d * sizeof *x);
    }
    set_uniquenesses(p, x, x);
}
