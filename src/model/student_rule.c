/*
 * The predictive density of a Bayesian mixture, as a rule of rows: what Gaussians N(m_k, Psi_k / nu_k) make of
 * a row, l_k = log pi_k + log c - r^2 / 2 with r^2 = nu_k |Psi_k^-1/2 (x - m_k)|^2, becomes
 *
 *     log pi_k + log t,   log t = constant - (df + D) / 2 log(1 + b r^2 / nu_k)      (niw.h),
 *
 * of the observed features alone where cells are missing, whose marginal has the same degrees of freedom.
 * Where a variance is a feature's own, the density is a product, and r^2 says nothing of its factors.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/clones.h"
#include "family/gaps.h"
#include "linalg/gamma_functions.h"
#include "model/mixture.h"
#include "model/posterior.h"

/* Half the difference of a cell from a mean, in a double whatever the two are: frames may leave none. */
static double half_off(const gmix_i_tile *tile, size_t j, size_t i, double mean) {
    const double *const x = tile->x;
    return fmax(fmin(0.5 * x[j * tile->n + i] - 0.5 * mean, 0.25 * DBL_MAX),
                -0.25 * DBL_MAX);
}

/* log(1 + b r^2 / nu) for row i, r^2 beyond a double: in units of its largest difference. */
static double far_log(const gmix_model *m, const gmix_i_tile *tile, size_t c, size_t i) {
    const size_t d = m->d, len = m->prepared.shape->cov_len(d);
    const double *const mean = m->params.means + c * d;
    const double *const factor = m->prepared.factor + c * len;
    const double nu = m->posterior->said.dof[c], b = m->posterior->t[c].b;
    double unit = 0.0, sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        unit = fmax(unit, fabs(half_off(tile, j, i, mean[j])));
    }
    for (size_t a = 0; a < d; a++) {
        double own = 0.0;
        for (size_t j = m->posterior->law->matrix ? 0 : a; j <= a; j++) {
            const double off = half_off(tile, j, i, mean[j]) / unit;
            own += factor[m->posterior->law->matrix ? gmix_i_packed_len(a) + j : a] * off;
        }
        sum += own * own;
    }
    return 2.0 * (log(unit) + log(2.0)) + log(b / nu * sum);
}

static void joint_rows(const gmix_model *m, const gmix_i_prepared *q,
                       const gmix_i_tile *tile, size_t c, double *l) {
    const gmix_i_student *const t = &m->posterior->t[c];
    const double scale = 2.0 * t->b / m->posterior->said.dof[c];
    const double constant = log(m->weights[c]) + t->constant;
    const double power = 0.5 * (t->df + (double)m->d);
    for (size_t i = 0; i < tile->n; i++) {
        const double half = q->logc[c] - l[i]; /* r^2 / 2 */
        l[i] = constant - power * (isfinite(half) ? log1p(scale * fmax(half, 0.0))
                                                  : far_log(m, tile, c, i));
    }
}

/* One feature's log(1 + b z^2 / nu), z its distance in standard deviations. */
static double feature_log(const gmix_model *m, const gmix_i_tile *tile, size_t c,
                          size_t j, size_t i) {
    const double half = half_off(tile, j, i, m->params.means[c * m->d + j]);
    const double factor = 2.0 * m->prepared.factor[c * m->d + j], z = factor * half;
    const double share = m->posterior->t[c].b / m->posterior->said.dof[c];
    return fabs(z) < 1e150 ? log1p(share * z * z)
                           : 2.0 * (log(factor) + log(fabs(half))) + log(share);
}

static double row_log(const gmix_model *m, const gmix_i_tile *tile, size_t c, size_t i) {
    double sum = 0.0;
    for (size_t j = 0; j < m->d; j++) {
        sum += feature_log(m, tile, c, j, i);
    }
    return sum;
}

enum { BLOCK = 64 };

/*
 * One logarithm a row, not one a feature: with v_j = b z_j^2 / nu, prod (1 + v_j) - 1 grows by v_j (1 + itself),
 * and as nothing is subtracted it keeps its digits, however small. Not finite where a row is far.
 */
GMIX_I_CLONES
static void products(const gmix_model *m, const gmix_i_tile *tile, size_t c, size_t first,
                     size_t n, double *product) {
    const double share = m->posterior->t[c].b / m->posterior->said.dof[c];
    const double *const x = tile->x;
    memset(product, 0, BLOCK * sizeof *product);
    for (size_t j = 0; j < m->d; j++) {
        const double mean = m->params.means[c * m->d + j];
        const double factor = m->prepared.factor[c * m->d + j];
        const double *const column = x + j * tile->n + first;
        for (size_t i = 0; i < n; i++) {
            const double z = factor * (column[i] - mean), v = share * z * z;
            product[i] += v + v * product[i];
        }
    }
}

static void product_rows(const gmix_model *m, const gmix_i_tile *tile, size_t c,
                         double *l) {
    const gmix_i_student *const t = &m->posterior->t[c];
    const double constant = log(m->weights[c]) + t->constant;
    for (size_t first = 0; first < tile->n; first += BLOCK) {
        const size_t n = tile->n - first < BLOCK ? tile->n - first : BLOCK;
        double product[BLOCK];
        products(m, tile, c, first, n, product);
        for (size_t i = 0; i < n; i++) {
            const double sum =
                isfinite(product[i]) ? log1p(product[i]) : row_log(m, tile, c, first + i);
            l[first + i] = constant - 0.5 * (t->df + 1.0) * sum;
        }
    }
}

static bool is_observed(const gmix_i_tile *tile, size_t index, size_t j) {
    const gmix_i_gap_rows *const rows = tile->gaps;
    return rows->observed[index * rows->words + j / 64] >> j % 64 & 1;
}

/* The same as far_log() of an incomplete row; at 1e154 standard deviations, correlations are nothing. */
static double far_log_of_some(const gmix_model *m, const gmix_i_tile *tile, size_t c,
                              size_t index) {
    const size_t d = m->d, len = m->prepared.shape->cov_len(d);
    const size_t i = tile->gaps->row[index];
    const double *const mean = m->params.means + c * d;
    double unit = 0.0, sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        const double off = half_off(tile, j, i, mean[j]);
        unit = is_observed(tile, index, j) ? fmax(unit, fabs(off)) : unit;
    }
    for (size_t j = 0; j < d; j++) {
        const double off = half_off(tile, j, i, mean[j]) / unit;
        const double variance = m->prepared.shape->variance(m->params.cov + c * len, j);
        sum += is_observed(tile, index, j) ? off * off / variance : 0.0;
    }
    return 2.0 * (log(unit) + log(2.0)) +
           log(m->posterior->t[c].b / m->posterior->said.dof[c] * sum);
}

/* Of a row with o features: from the Gaussian's constant, which has their determinant and the frame's
 * scales of the others. */
static double joint_of_some(const gmix_model *m, const gmix_i_tile *tile, size_t c,
                            size_t index, size_t o, double constant, double l) {
    const gmix_i_student *const t = &m->posterior->t[c];
    const double nu = m->posterior->said.dof[c], half = 0.5 * (double)o;
    const double width = half * (log(2.0) + log(t->b / nu)); /* 2 pi becomes pi */
    const double square = constant - l;
    const double rest = isfinite(square) ? log1p(2.0 * t->b / nu * fmax(square, 0.0))
                                         : far_log_of_some(m, tile, c, index);
    return constant + width + gmix_i_log_gamma_ratio(0.5 * t->df, half) -
           (0.5 * t->df + half) * rest;
}

static double product_of_some(const gmix_model *m, const gmix_i_tile *tile, size_t c,
                              size_t index, double constant) {
    const gmix_i_gap_rows *const rows = tile->gaps;
    const gmix_i_student *const t = &m->posterior->t[c];
    const double each = 0.5 * (log(2.0) + log(t->b / m->posterior->said.dof[c])) +
                        gmix_i_log_gamma_ratio(0.5 * t->df, 0.5);
    double sum = constant;
    for (size_t j = 0; j < m->d; j++) {
        if (is_observed(tile, index, j)) {
            sum +=
                each - 0.5 * (t->df + 1.0) * feature_log(m, tile, c, j, rows->row[index]);
        }
    }
    return sum;
}

static const gmix_i_gaps *gaps_of(const gmix_i_prepared *q) {
    for (size_t i = 0; i < q->rules.n; i++) {
        if (q->rules.at[i].kind == &gmix_i_rule_gaps) {
            return q->rules.at[i].of;
        }
    }
    return NULL;
}

static void incomplete_row(const gmix_model *m, const gmix_i_gaps *gaps,
                           const gmix_i_tile *tile, size_t index, double *l, void *work) {
    const bool joint = m->posterior->law->matrix || m->posterior->law->one;
    for (size_t c = 0; c < m->k; c++) {
        double *const own = &l[c * tile->n + tile->gaps->row[index]];
        size_t o;
        const double constant = gmix_i_gap_constant(gaps, tile, index, c, &o, work);
        *own = joint ? joint_of_some(m, tile, c, index, o, constant, *own)
                     : product_of_some(m, tile, c, index, constant);
    }
}

/* Incomplete rows are Gaussians again where complete ones are done. */
static void student_terms(const void *of, const gmix_i_prepared *q,
                          const gmix_i_tile *tile, void *l, void *work) {
    const gmix_model *const m = of;
    const gmix_i_gaps *const gaps = tile->gaps ? gaps_of(q) : NULL;
    const bool joint = m->posterior->law->matrix || m->posterior->law->one;
    double *const out = l;
    for (size_t c = 0; c < m->k; c++) {
        if (joint) {
            joint_rows(m, q, tile, c, out + c * tile->n);
        } else {
            product_rows(m, tile, c, out + c * tile->n);
        }
    }
    if (gaps) {
        gmix_i_gap_densities(gaps, tile, l, work);
    }
    for (size_t index = 0; gaps && index < tile->gaps->n; index++) {
        incomplete_row(m, gaps, tile, index, out, work);
    }
}

const gmix_i_row_rule_kind gmix_i_rule_student = {
    .name = "Student's t", .terms = student_terms, .comes_last = true};
