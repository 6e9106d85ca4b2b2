/*
 * The shape of families with full matrices: packed lower triangles.
 *
 *     log N(x | mu, Sigma) = -1/2 (D log 2 pi + log det Sigma + |A (x - mu)|^2),
 *     A = L^-1,  Sigma = L L^T
 */
#include <math.h>
#include <string.h>

#include "family/family.h"
#include "family/woodbury.h"
#include "linalg/eights.h"

static const double LOG_2PI = 1.83787706640934548356;

static bool factor(gmix_ctx *ctx, size_t d, const double *cov, double *a,
                   gmix_i_product *det, void *work) {
    if (!gmix_i_precision_factor(ctx, d, cov, a, work)) {
        return false;
    }
    for (size_t i = 0; i < d; i++) {
        gmix_i_product_times(det, a[gmix_i_packed_len(i) + i]);
    }
    return true;
}

static unsigned factor_some(size_t n, size_t d, const double *cov, const double *x,
                            double *a, double *det, double *out) {
    return gmix_i_eights_serve(n, d)
               ? gmix_i_eights_invert(n, d, cov, GMIX_I_LEAST_SHARE, x, a, det, out)
               : 0;
}

static void log_densities(const gmix_i_prepared *q, const gmix_i_tile *tile, void *out,
                          void *work) {
    const size_t d = q->d, real = q->kernels->real_size;
    const size_t factor = gmix_i_packed_len(d) * real, vector = d * real;
    if (q->wide) {
        gmix_i_woodbury_score(q->wide, tile->n, tile->x, out);
        return;
    }
    for (size_t k = 0; k < q->k; k++) {
        const char *const centre = (const char *)q->real_centre + k * vector;
        const char *const offset = (const char *)q->real_offset + k * vector;
        q->kernels->logdens_dense(
            tile->n, d, tile->x, (const char *)q->real_factor + k * factor,
            q->centred[k] ? centre : NULL, q->centred[k] ? NULL : offset, q->logc[k],
            (char *)out + k * tile->n * real, work);
    }
}

static void accumulate(const gmix_i_prepared *q, const gmix_i_tile *tile,
                       const void *resp, const size_t *active, double *stats,
                       void *work) {
    q->kernels->moments_dense(tile->n, q->d, q->k, tile->x, resp,
                              q->any_centred ? q->real_centre : NULL, active, stats,
                              work);
}

static size_t gap_len(size_t d) {
    return 1 + 2 * d + gmix_i_packed_len(d);
}

static size_t gap_work(size_t d) {
    const size_t exact =
        2 * gmix_i_packed_len(d) + gmix_i_factor_work(d) / sizeof(double);
    const size_t lists = (gmix_i_packed_len(d) + 1) * GMIX_I_LANES;
    return exact > lists ? exact : lists;
}

/* Sigma with its features in another, in parts rising order; packed, `stride` doubles from
 * entry to entry. */
static void reorder(size_t d, const double *cov, const size_t *order, size_t stride,
                    double *out) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++, out += stride) {
            const size_t low = order[i] < order[j] ? order[i] : order[j];
            const size_t high = order[i] < order[j] ? order[j] : order[i];
            *out = cov[gmix_i_packed_len(high) + low];
        }
    }
}

/* r = l^-1 for the lower triangle of rows o .. d - 1, columns from o, of packed a. */
static void invert_corner(size_t d, size_t o, const double *a, double *r) {
    for (size_t i = o; i < d; i++) {
        const double *const ai = a + gmix_i_packed_len(i);
        double *const ri = r + gmix_i_packed_len(i - o);
        for (size_t j = o; j < i; j++) {
            double sum = 0.0;
            for (size_t t = j; t < i; t++) {
                sum += ai[t] * r[gmix_i_packed_len(t - o) + j - o];
            }
            ri[j - o] = -sum / ai[i];
        }
        ri[i - o] = 1.0 / ai[i];
    }
}

/* B = -R A_mo and C = R R^T with R = A_mm^-1, in rows, `stride` doubles apart. */
static void gap_regression(size_t d, size_t o, const double *a, const double *r,
                           size_t stride, double *b) {
    const size_t m = d - o;
    double *c = b + m * o * stride;
    for (size_t i = 0; i < m; i++) {
        const double *const ri = r + gmix_i_packed_len(i);
        for (size_t j = 0; j < o; j++, b += stride) {
            double sum = 0.0;
            for (size_t t = 0; t <= i; t++) {
                sum += ri[t] * a[gmix_i_packed_len(o + t) + j];
            }
            *b = -sum;
        }
        for (size_t j = 0; j <= i; j++, c += stride) {
            double sum = 0.0;
            for (size_t t = 0; t <= j; t++) {
                sum += ri[t] * r[gmix_i_packed_len(j) + t];
            }
            *c = sum;
        }
    }
}

/* The constant of the log-density from the diagonal of A. */
static double gap_constant(const gmix_i_params *p, size_t k, size_t o, const double *a) {
    gmix_i_product product = {.factor = 1.0};
    gmix_i_product_times(&product, p->weights[k]);
    for (size_t i = 0; i < o; i++) {
        gmix_i_product_times(&product, a[(gmix_i_packed_len(i) + i) * GMIX_I_LANES]);
    }
    return gmix_i_product_log(&product) - 0.5 * (double)o * LOG_2PI;
}

/*
 * The terms of one component that is ill-conditioned. With the observed features first, A =
 * L^-1 where Sigma = L L^T has L_oo^-1 as its leading block, and A_mo z_o + A_mm z_m = 0
 * where z_m is most probable given z_o. All follows from the one factor, which is as exact as
 * Sigma allows; Sigma_mm - B Sigma_om (rejected) loses the digits of small covariances.
 */
static bool gap_terms_exact(const gmix_i_params *p, size_t k, size_t o,
                            const size_t *order, double *terms, double *work) {
    const size_t d = p->d, len = gmix_i_packed_len(d), n_a = gmix_i_packed_len(o);
    double *const s = work, *const a = work + len;
    double *const at = terms + (1 + d) * GMIX_I_LANES;
    reorder(d, p->cov + k * len, order, 1, s);
    if (!gmix_i_precision_factor(NULL, d, s, a, (void *)(work + 2 * len))) {
        return false;
    }
    for (size_t t = 0; t < n_a; t++) {
        at[t * GMIX_I_LANES] = a[t];
    }
    invert_corner(d, o, a, s);
    gap_regression(d, o, a, s, GMIX_I_LANES, at + n_a * GMIX_I_LANES);
    return true;
}

static void gap_terms(const gmix_i_kernels *kernels, const gmix_i_params *p, size_t first,
                      size_t k, size_t o, const size_t *order, double *terms,
                      double *work) {
    const double ill_conditioned = 1e-3; /* more of a variance than double can lose */
    const size_t d = p->d, len = gmix_i_packed_len(d);
    double *const cov = work + GMIX_I_LANES;
    double share[GMIX_I_LANES];
    for (size_t lane = 0; lane < GMIX_I_LANES; lane++) { /* spare lanes repeat the last */
        const size_t c = first + (lane < k ? lane : k - 1);
        reorder(d, p->cov + c * len, order, GMIX_I_LANES, cov + lane);
    }
    kernels->gap_terms_dense(d, o, k, cov, terms, share);
    for (size_t lane = 0; lane < k; lane++) {
        const double *const a = terms + lane + (1 + d) * GMIX_I_LANES;
        const bool sound = share[lane] >= ill_conditioned ||
                           gap_terms_exact(p, first + lane, o, order, terms + lane, work);
        terms[lane] = sound ? gap_constant(p, first + lane, o, a) : (double)NAN;
    }
}

static void gap_density(const gmix_i_kernels *kernels, size_t d, size_t o, size_t k,
                        const double *x, const double *terms, double *out, double *work) {
    kernels->gap_density_dense(d, o, k, x, terms, out, work);
}

static void gap_moments(const gmix_i_kernels *kernels, size_t d, size_t o, size_t k,
                        const double *x, const size_t *order, const double *r,
                        const double *terms, double *stats, double *work) {
    kernels->gap_moments_dense(d, o, k, x, order, r, terms, stats, work);
}

/* Cholesky factor of a matrix that may be singular: a pivot that rounding has used up
 * gives a column of zeros. */
static void semidefinite_root(size_t m, const double *c, double *root) {
    for (size_t i = 0; i < m; i++) {
        double *const ri = root + gmix_i_packed_len(i);
        for (size_t j = 0; j <= i; j++) {
            const double *const rj = root + gmix_i_packed_len(j);
            double sum = c[gmix_i_packed_len(i) + j];
            for (size_t t = 0; t < j; t++) {
                sum -= ri[t] * rj[t];
            }
            if (j < i) {
                ri[j] = rj[j] > 0.0 ? sum / rj[j] : 0.0;
            } else {
                ri[i] = sqrt(fmax(sum, 0.0));
            }
        }
    }
}

static void apply_root(size_t d, const double *root, const double *z, double *out);

static void gap_fill(size_t d, size_t o, const double *x, const double *terms,
                     const double *z, double *missing, double *work) {
    const size_t m = d - o;
    const double *const mean = terms + 1, *const b = mean + d + gmix_i_packed_len(o);
    memset(missing, 0, m * sizeof *missing);
    if (z) {
        semidefinite_root(m, b + m * o, work);
        apply_root(m, work, z, missing);
    }
    for (size_t i = 0; i < m; i++) {
        for (size_t t = 0; t < o; t++) {
            missing[i] += b[i * o + t] * (x[t] - mean[t]);
        }
    }
}

static void recentre(size_t d, double n, const double *sum, double *scatter) {
    for (size_t i = 0; i < d; i++) {
        double *const row = scatter + gmix_i_packed_len(i);
        const double f = sum[i] / n;
        for (size_t j = 0; j <= i; j++) {
            row[j] -= f * sum[j];
        }
    }
}

static void rescale(size_t d, const double *scale, double *cov) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            cov[gmix_i_packed_len(i) + j] *= scale[i] * scale[j];
        }
    }
}

static double variance(const double *cov, size_t j) {
    return cov[gmix_i_packed_len(j) + j];
}

static double gaussian_loglik(size_t d, const double *factor, double n,
                              const double *scatter) {
    double log_det = 0.0, trace = 0.0;
    for (size_t i = 0; i < d; i++) {
        const double *const row = factor + gmix_i_packed_len(i);
        log_det -= 2.0 * log(row[i]);
        for (size_t j = 0; j <= i; j++) {
            const double *const s = scatter + gmix_i_packed_len(j);
            double sum =
                0.5 * row[j] * s[j]; /* S is symmetric: half the diagonal, twice */
            for (size_t t = 0; t < j; t++) {
                sum += row[t] * s[t];
            }
            trace += 2.0 * row[j] * sum;
        }
    }
    return -0.5 * (n * log_det + trace);
}

static void from_variances(size_t d, const double *variances, double *cov) {
    memset(cov, 0, gmix_i_packed_len(d) * sizeof *cov);
    for (size_t j = 0; j < d; j++) {
        cov[gmix_i_packed_len(j) + j] = variances[j];
    }
}

static void to_matrix(size_t d, const double *cov, double *matrix) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            matrix[i * d + j] = matrix[j * d + i] = cov[gmix_i_packed_len(i) + j];
        }
    }
}

static void from_matrix(size_t d, const double *matrix, double *cov) {
    for (size_t i = 0; i < d; i++) {
        memcpy(cov + gmix_i_packed_len(i), matrix + i * d, (i + 1) * sizeof *cov);
    }
}

static void apply_root(size_t d, const double *root, const double *z, double *out) {
    for (size_t i = 0; i < d; i++) {
        const double *const row = root + gmix_i_packed_len(i);
        double sum = 0.0;
        for (size_t j = 0; j <= i; j++) {
            sum += row[j] * z[j];
        }
        out[i] = sum;
    }
}

static bool exceeds(gmix_ctx *ctx, size_t d, const double *cov, const double *least,
                    double *work) {
    for (size_t t = 0; t < gmix_i_packed_len(d); t++) {
        work[t] = cov[t] - least[t];
    }
    return gmix_i_cholesky(ctx, d, work, work);
}

static size_t bounds_work(size_t d) {
    return gmix_i_packed_len(d) + 2 * d * d + d;
}

/*
 * V max(W, 1) V^T of a wide matrix a = V diag(W) V^T, by what fewer vectors make of it: a plus
 * (1 - w) v v^T for those below 1, or the identity plus (w - 1) v v^T for those above. v is used up.
 */
static void raise_few(gmix_ctx *ctx, size_t d, double *a, const double *w, double *v) {
    size_t n_low = 0, n = 0;
    for (size_t e = 0; e < d; e++) {
        n_low += w[e] < 1.0;
    }
    const bool low = n_low < d - n_low;
    for (size_t i = 0, at = 0; !low && i < d; i++) {
        for (size_t j = 0; j <= i; j++, at++) {
            a[at] = i == j ? 1.0 : 0.0;
        }
    }
    /* Rows become shorter: each is read before it is written. */
    for (size_t i = 0; i < d; i++) {
        const double *const from = v + i * d;
        for (size_t e = 0; e < d; e++) {
            if ((w[e] < 1.0) == low) {
                v[n++] = from[e] * sqrt(fabs(1.0 - w[e]));
            }
        }
    }
    gmix_i_add_outer(ctx, d, low ? n_low : d - n_low, v, a);
}

/* cov = F^1/2 V max(W, 1) V^T F^1/2 where F^-1/2 cov F^-1/2 = V diag(W) V^T, F =
 * diag(floor): the matrix above F that maximises the likelihood of a scatter with that
 * covariance. */
static void raise_eigenvalues(gmix_ctx *ctx, size_t d, const double *floor, double *cov,
                              double *work) {
    double *const scaled = work, *const v = scaled + gmix_i_packed_len(d),
                  *const s = v + d * d, *const w = s + d * d;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            const size_t at = gmix_i_packed_len(i) + j;
            scaled[at] = cov[at] / sqrt(floor[i] * floor[j]);
        }
    }
    gmix_i_eigen(ctx, d, scaled, w, v, s);
    if (d > GMIX_I_JACOBI_MOST) {
        raise_few(ctx, d, scaled, w, v);
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++) {
                const size_t at = gmix_i_packed_len(i) + j;
                cov[at] = scaled[at] * sqrt(floor[i] * floor[j]);
            }
        }
        return;
    }
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = 0.0;
            for (size_t e = 0; e < d; e++) {
                sum += v[i * d + e] * v[j * d + e] * fmax(w[e], 1.0);
            }
            cov[gmix_i_packed_len(i) + j] = sum * sqrt(floor[i] * floor[j]);
        }
    }
}

/* a += f u u^T */
static void add_direction(size_t d, double f, const double *u, double *a) {
    for (size_t i = 0; i < d; i++) {
        const double fi = f * u[i];
        for (size_t j = 0; j <= i; j++) {
            a[gmix_i_packed_len(i) + j] += fi * u[j];
        }
    }
}

/* F^-1/2 cov F^-1/2 - 1, and F^1/2; false if a variance is so many floors that sums with it lose them. */
static bool beside_floor(size_t d, const double *floor, const double *cov, double *root,
                         double *t) {
    bool near = true;
    for (size_t i = 0, at = 0; i < d; i++, at++) {
        root[i] = sqrt(floor[i]);
        for (size_t j = 0; j < i; j++, at++) {
            t[at] = cov[at] / (root[i] * root[j]);
        }
        t[at] = (cov[at] - floor[i]) / floor[i];
        near = near && fabs(t[at]) < 1e7;
    }
    return near;
}

/*
 * What raise_eigenvalues() does, for few features: cov plus what is below the floor, or the floor plus what is
 * above it, whichever takes fewer vectors: those of lowest eigenvalues, one after another, which become 1. False, and
 * cov as it was, where one is not found, or not exactly.
 */
static bool raise_small(size_t d, const double *floor, double *cov, double *work) {
    const size_t len = gmix_i_packed_len(d);
    double *const t = work, *const kept = work + len;
    double root[GMIX_I_LOWEST_MOST], v[GMIX_I_LOWEST_MOST], value = 0.0, least = -1.0;
    if (d > GMIX_I_LOWEST_MOST || !beside_floor(d, floor, cov, root, t)) {
        return false;
    }
    memcpy(kept, cov, len * sizeof *cov);
    size_t n = gmix_i_lowest(d, t, d / 2, least, &value, v);
    if (n > d / 2 && n <= d) {
        least = 1.0 - (double)d; /* + trace(T) = 1 - trace(F^-1/2 cov F^-1/2) */
        for (size_t i = 0, at = 0; i < d; i++, at++) {
            for (size_t j = 0; j < i; j++, at++) {
                t[at] = -t[at];
            }
            t[at] = -t[at];
            least += t[at];
        }
        from_variances(d, floor, cov);
        n = gmix_i_lowest(d, t, d, least, &value, v);
    }
    for (size_t left = d; left > 0 && n > 0 && n <= d && value < 0.0; left--) {
        add_direction(d, 1.0 - value, v, t);
        for (size_t i = 0; i < d; i++) {
            v[i] *= root[i];
        }
        add_direction(d, -value, v, cov);
        n = gmix_i_lowest(d, t, d, least, &value, v);
    }
    if (n > 0) {
        memcpy(cov, kept, len * sizeof *cov);
    }
    return n == 0;
}

bool gmix_i_bound_dense(size_t d, const gmix_i_bounds *bounds, bool exceeds,
                        double *cov) {
    const bool above = exceeds || gmix_i_exceeds_diagonal(bounds->ctx, d, cov,
                                                          bounds->floor, bounds->work);
    bool positive = true;
    for (size_t i = 0; i < d; i++) {
        cov[gmix_i_packed_len(i) + i] += bounds->ridge[i];
        positive = positive && bounds->floor[i] > 0.0;
    }
    if (!positive || above) {
        return false;
    }
    if (!raise_small(d, bounds->floor, cov, bounds->work)) {
        raise_eigenvalues(bounds->ctx, d, bounds->floor, cov, bounds->work);
    }
    return true;
}

const gmix_i_shape gmix_i_shape_dense = {.cov_len = gmix_i_packed_len,
                                         .bounds_work = bounds_work,
                                         .factor = factor,
                                         .factor_some = factor_some,
                                         .log_densities = log_densities,
                                         .accumulate = accumulate,
                                         .gap_len = gap_len,
                                         .gap_work = gap_work,
                                         .gap_terms = gap_terms,
                                         .gap_density = gap_density,
                                         .gap_moments = gap_moments,
                                         .gap_fill = gap_fill,
                                         .recentre = recentre,
                                         .rescale = rescale,
                                         .variance = variance,
                                         .gaussian_loglik = gaussian_loglik,
                                         .from_variances = from_variances,
                                         .to_matrix = to_matrix,
                                         .from_matrix = from_matrix,
                                         .root = gmix_i_cholesky,
                                         .apply_root = apply_root,
                                         .exceeds = exceeds,
                                         .unconstrain = gmix_i_unconstrain_dense,
                                         .constrain = gmix_i_constrain_dense,
                                         .information = gmix_i_information_dense};
