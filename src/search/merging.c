/* Components taken together and apart. See merging.h. */
#include "search/merging.h"

#include <math.h>
#include <string.h>

/* How far component k is from a: sum_j (m_kj - m_aj)^2 / (v_kj + v_aj) + log (v_kj + v_aj); or INFINITY, without
 * a logarithm, if that is beyond `most`, for which what is below all sums of logarithms is known. */
static double apart(const gmix_i_params *p, size_t a, size_t k, double logs,
                    double most) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    double squares = 0.0, sum = 0.0;
    for (size_t j = 0; j < d; j++) {
        const double off = p->means[k * d + j] - p->means[a * d + j];
        squares +=
            off * off /
            (shape->variance(p->cov + k * len, j) + shape->variance(p->cov + a * len, j));
        if (squares + logs > most) {
            return INFINITY;
        }
    }
    for (size_t j = 0; j < d; j++) {
        const double off = p->means[k * d + j] - p->means[a * d + j];
        const double both =
            shape->variance(p->cov + k * len, j) + shape->variance(p->cov + a * len, j);
        sum += off * off / both + log(both);
    }
    return sum;
}

/* Most components are so far away that their squares say so: K^2 D logarithms for all of many components
 * take longer than a pass over their rows. */
size_t gmix_i_part_neighbour(const gmix_i_params *p, size_t a) {
    static const double ROUNDING = 1e-6;
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    size_t near = a;
    double least = INFINITY, logs = 0.0;
    for (size_t j = 0; j < d; j++) {
        logs += log(shape->variance(p->cov + a * len, j));
    }
    for (size_t k = 0; k < p->k; k++) {
        if (k == a || !(p->weights[k] > 0.0)) {
            continue;
        }
        const double here = apart(p, a, k, logs, least + ROUNDING);
        if (here < least) {
            least = here;
            near = k;
        }
    }
    return near;
}

void gmix_i_part_merged(const gmix_i_params *p, size_t a, size_t b, double *matrix,
                        double *mean, double *cov) {
    const gmix_i_shape *const shape = p->family->shape;
    const size_t d = p->d, len = shape->cov_len(d);
    const double all = p->weights[a] + p->weights[b];
    const double u = all > 0.0 ? p->weights[a] / all : 0.5, v = 1.0 - u;
    const double *const m = p->means + a * d, *const n = p->means + b * d;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            matrix[i * d + j] = u * v * (m[i] - n[i]) * (m[j] - n[j]);
        }
    }
    shape->from_matrix(d, matrix, cov);
    for (size_t t = 0; t < len; t++) {
        cov[t] += v * p->cov[b * len + t] + u * p->cov[a * len + t];
    }
    for (size_t j = 0; j < d; j++) {
        mean[j] = v * n[j] + u * m[j];
    }
}

void gmix_i_relative_eigen(size_t d, const double *a, const double *b, double *e,
                           double *axes, double *work) {
    double *const l = work, *const m = l + d * d, *const v = m + d * d;
    double *const packed = v + d * d;
    if (!gmix_i_cholesky(NULL, d, b, l)) {
        for (size_t j = 0; j < d; j++) {
            e[j] = INFINITY;
        }
        return;
    }
    for (size_t i = 0; i < d; i++) { /* m = l^-1 a, row by row */
        for (size_t c = 0; c < d; c++) {
            double sum = i >= c ? a[i * (i + 1) / 2 + c] : a[c * (c + 1) / 2 + i];
            for (size_t t = 0; t < i; t++) {
                sum -= l[i * (i + 1) / 2 + t] * m[t * d + c];
            }
            m[i * d + c] = sum / l[i * (i + 1) / 2 + i];
        }
    }
    for (size_t r = 0; r < d; r++) { /* and (m l^-T), whose lower triangle goes into v */
        for (size_t i = 0; i <= r; i++) {
            double sum = m[r * d + i];
            for (size_t t = 0; t < i; t++) {
                sum -= l[i * (i + 1) / 2 + t] * v[r * (r + 1) / 2 + t];
            }
            v[r * (r + 1) / 2 + i] = sum / l[i * (i + 1) / 2 + i];
        }
    }
    memcpy(packed, v, gmix_i_packed_len(d) * sizeof *packed);
    gmix_i_eigen_sorted(NULL, d, packed, e, m, v);
    for (size_t i = 0; axes && i < d; i++) { /* a v = e b v = e l u */
        for (size_t j = 0; j < d; j++) {
            double sum = 0.0;
            for (size_t t = 0; t <= j; t++) {
                sum += l[j * (j + 1) / 2 + t] * m[t * d + i];
            }
            axes[i * d + j] = e[i] * sum;
        }
    }
}

bool gmix_i_part_absorb(gmix_i_params *p, size_t a, double *scratch) {
    const size_t d = p->d, len = p->family->shape->cov_len(d);
    const size_t b = gmix_i_part_neighbour(p, a);
    double *const mean = scratch + d * d, *const cov = mean + d;
    const double all = p->weights[a] + p->weights[b];
    if (a == b || !(all > 0.0)) {
        return false;
    }
    gmix_i_part_merged(p, a, b, scratch, mean, cov);
    p->weights[b] = all;
    p->weights[a] = 0.0;
    memcpy(p->means + b * d, mean, d * sizeof *mean);
    memcpy(p->cov + b * len, cov, len * sizeof *cov);
    return true;
}
