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

/* P(nearer to j than to i | a row of i), by memberships, and the other way round: the larger one. Of these
 * two alone, as fpc has it: a third component between them takes no rows away. */
static double demp(const gmix_i_merging *m, size_t i, size_t j) {
    const double *const a = m->z + i * m->n, *const b = m->z + j * m->n;
    double from_i = 0.0, from_j = 0.0;
    for (size_t r = 0; r < m->n; r++) {
        from_i += b[r] > a[r] ? a[r] : 0.0;
        from_j += b[r] > a[r] ? 0.0 : b[r];
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

/* A row's value in a direction; NaN where a cell is missing. */
static double project(const gmix_i_merging *m, size_t row, const double *direction) {
    double sum = 0.0;
    for (size_t j = 0; j < m->d; j++) {
        sum += direction[j] * m->rows[row * m->d + j];
    }
    return sum;
}

/* Is the row one of the two clusters', by its largest membership, and all there? */
static bool takes_part(const gmix_i_merging *m, size_t row, size_t i, size_t j,
                       const double *direction) {
    const size_t own = (size_t)m->assigned[row];
    return (own == i || own == j) && isfinite(project(m, row, direction));
}

/* Values of the two clusters' rows in a direction, in their order: as many as they weigh, or where these
 * are too many, at equal steps of their weight. */
static size_t take_values(const gmix_i_merging *m, size_t i, size_t j,
                          const double *direction, double *values) {
    double total = 0.0, before = 0.0;
    for (size_t r = 0; r < m->n; r++) {
        if (takes_part(m, r, i, j, direction)) {
            total += m->weights ? m->weights[r] : 1.0;
        }
    }
    const double most = GMIX_I_MOST_DIPPED;
    const size_t n = (size_t)fmin(floor(total + 0.5), most);
    size_t taken = 0;
    for (size_t r = 0; r < m->n && taken < n; r++) {
        if (takes_part(m, r, i, j, direction)) {
            before += m->weights ? m->weights[r] : 1.0;
            while (taken < n && ((double)taken + 0.5) * total <= before * (double)n) {
                values[taken++] = project(m, r, direction);
            }
        }
    }
    return taken;
}

/* Along Fisher's discriminant direction of the two. */
static double dip(const gmix_i_merging *m, size_t i, size_t j) {
    const size_t d = m->d;
    double *const cov = m->work, *const work = cov + d * d,
                  *const direction = work + d * d;
    const double all = m->share[i] + m->share[j];
    const double a = all > 0.0 ? m->share[i] / all : 0.5;
    for (size_t r = 0; r < d * d; r++) {
        cov[r] = a * m->cov[i * d * d + r] + (1.0 - a) * m->cov[j * d * d + r];
    }
    gmix_i_discriminant(d, m->means + i * d, m->means + j * d, cov, work, direction);
    const size_t n = take_values(m, i, j, direction, m->dipper->values);
    return gmix_i_unimodal_p(n, m->dipper);
}

const gmix_i_cluster_criterion gmix_i_cluster_criteria[GMIX_N_CLUSTER_CRITERIA] = {
    {"entropy", NAN, entropy_fall},
    {"bhattacharyya", 0.1, bhattacharyya},
    {"demp", 0.025, demp},
    {"ridge", 0.2, ridge},
    {"dip", 0.05, dip},
    {"modes", 0.5, one_mode},
};

const char *const *gmix_cluster_criteria(void) {
    static const char *const names[GMIX_N_CLUSTER_CRITERIA + 1] = {
        "entropy", "bhattacharyya", "demp", "ridge", "dip", "modes", NULL};
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
