/* What tells that two clusters belong together: a line each. See gmix/clusters.h. */
#include <math.h>

#include "clusters/merging_state.h"

static double x_log_x(double x) {
    return x > 0.0 ? x * log(x) : 0.0;
}

/* Memberships carry the rows' weights: w r log r. */
static double row_entropy(const gmix_i_merging *m, size_t row, double z) {
    const double w = m->weights ? m->weights[row] : 1.0;
    return w > 0.0 ? -w * x_log_x(z / w) : 0.0;
}

double gmix_i_entropy_of(const gmix_i_merging *m, size_t i) {
    const double *const z = m->z + i * m->n;
    double sum = 0.0;
    for (size_t r = 0; r < m->n; r++) {
        sum += row_entropy(m, r, z[r]);
    }
    return sum;
}

static double entropy_fall(const gmix_i_merging *m, size_t i, size_t j) {
    const double *const a = m->z + i * m->n, *const b = m->z + j * m->n;
    double sum = 0.0;
    for (size_t r = 0; r < m->n; r++) {
        if (a[r] > 0.0 && b[r] > 0.0) {
            sum += row_entropy(m, r, a[r]) + row_entropy(m, r, b[r]) -
                   row_entropy(m, r, a[r] + b[r]);
        }
    }
    return sum;
}

static double bhattacharyya(const gmix_i_merging *m, size_t i, size_t j) {
    const size_t d = m->d;
    return gmix_i_bhattacharyya(d, m->means + i * d, m->cov + i * d * d, m->means + j * d,
                                m->cov + j * d * d, m->work);
}

/* P(assigned to j | a row of i), by the memberships of the rows assigned to j. */
static double demp(const gmix_i_merging *m, size_t i, size_t j) {
    double from_i = 0.0, from_j = 0.0;
    for (size_t r = 0; r < m->n; r++) {
        from_i += (size_t)m->assigned[r] == j ? m->z[i * m->n + r] : 0.0;
        from_j += (size_t)m->assigned[r] == i ? m->z[j * m->n + r] : 0.0;
    }
    return fmax(m->share[i] > 0.0 ? from_i / (m->share[i] * m->total) : 0.0,
                m->share[j] > 0.0 ? from_j / (m->share[j] * m->total) : 0.0);
}

static double ridge(const gmix_i_merging *m, size_t i, size_t j) {
    const size_t d = m->d;
    const double w[2] = {m->share[i], m->share[j]};
    return w[0] > 0.0 && w[1] > 0.0
               ? gmix_i_ridge_ratio(d, w, m->means + i * d, m->cov + i * d * d,
                                    m->means + j * d, m->cov + j * d * d, m->work)
               : 1.0;
}

static double one_mode(const gmix_i_merging *m, size_t i, size_t j) {
    for (size_t a = 0; a < m->k; a++) {
        for (size_t b = 0; b < m->k; b++) {
            if (m->parent[a] == i && m->parent[b] == j && m->mode[a] == m->mode[b]) {
                return 1.0;
            }
        }
    }
    return 0.0;
}

const gmix_i_cluster_criterion gmix_i_cluster_criteria[GMIX_N_CLUSTER_CRITERIA] = {
    {"entropy", NAN, entropy_fall}, {"bhattacharyya", 0.1, bhattacharyya},
    {"demp", 0.025, demp},          {"ridge", 0.2, ridge},
    {"modes", 0.5, one_mode},
};

const char *const *gmix_cluster_criteria(void) {
    static const char *const names[GMIX_N_CLUSTER_CRITERIA + 1] = {
        "entropy", "bhattacharyya", "demp", "ridge", "modes", NULL};
    return names;
}

/* Sum of squares about the line of least squares through entropy[from .. to]. */
static double line_error(size_t from, size_t to, const double *entropy) {
    const double n = (double)(to - from + 1);
    double mx = 0.0, my = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
    for (size_t i = from; i <= to; i++) {
        mx += (double)i / n;
        my += entropy[i] / n;
    }
    for (size_t i = from; i <= to; i++) {
        const double x = (double)i - mx, y = entropy[i] - my;
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    return yy - xy * xy / xx;
}

size_t gmix_i_elbow(size_t k, const double *entropy) {
    size_t best = k;
    double least = INFINITY;
    for (size_t c = 2; c < k; c++) {
        const double error =
            line_error(0, c - 1, entropy) + line_error(c - 1, k - 1, entropy);
        if (error < least) {
            least = error;
            best = c;
        }
    }
    return best;
}
