/*
 * The integrated squared error between a mixture p and q, with O_ij the integral of two components' product:
 *
 *     E = sum p_a p_b O_ab - 2 sum p_a q_i O_ai + sum q_i q_j O_ij,   O_ij = N(mu_i | mu_j, C = S_i + S_j)
 *     dO / dmu_i = -O u,   dO / dS_i = O (u u^T - C^-1) / 2,   u = C^-1 (mu_i - mu_j)
 *
 * (Williams & Maybeck 2006), made least over weights (by their logarithms), means, and Cholesky factors with
 * the logarithms of their diagonals. Coordinates are centred and scaled by the mixture's own
 * standard deviations, and E is divided by its first sum, so that units and offsets do not count.
 */
#include "between/squared_error.h"

#include <math.h>
#include <string.h>

#include "between/descend.h"

static const double LOG_2PI = 1.8378770664093454836;

/* Components as they are moved; parameters are k logarithms of weights, means, packed factors. */
typedef struct mover {
    size_t n, k, d, packed;        /* n of q, k of p */
    const double *p_w;             /* k */
    double *p_mu, *p_cov;          /* k x D, k x packed, in the coordinates of work */
    double *w, *mu, *cov, *root;   /* n, n x D, n x packed, n x packed */
    double *to_w, *to_mu, *to_cov; /* slopes; to_cov n x packed, of both triangles */
    double *work;                  /* 2 packed + 2 D */
    double *centre, *scale;        /* D */
    double total, pp;
} mover;

/* What a product adds: coef O_ij and its slopes by the i-th of q. */
static double add_product(mover *m, double coef, size_t i, const double *mu,
                          const double *cov) {
    const size_t d = m->d;
    double *const c = m->work, *const inverse = c + m->packed;
    double *const u = inverse + m->packed, *const z = u + d;
    for (size_t r = 0; r < m->packed; r++) {
        c[r] = m->cov[i * m->packed + r] + cov[r];
    }
    if (!gmix_i_cholesky(NULL, d, c, c)) {
        return NAN;
    }
    gmix_i_product det = {1.0, 0.0};
    for (size_t r = 0; r < d; r++) { /* c = L^-1 in place */
        double *const row = c + r * (r + 1) / 2;
        gmix_i_product_times(&det, row[r]);
        for (size_t s = 0; s < r; s++) {
            double sum = 0.0;
            for (size_t t = s; t < r; t++) {
                sum -= row[t] * c[t * (t + 1) / 2 + s];
            }
            row[s] = sum / row[r];
        }
        row[r] = 1.0 / row[r];
    }
    gmix_i_gram(NULL, d, c, inverse);
    double square = 0.0;
    for (size_t r = 0; r < d; r++) {
        u[r] = 0.0;
        z[r] = m->mu[i * d + r] - mu[r];
    }
    for (size_t r = 0; r < d; r++) {
        for (size_t s = 0; s < d; s++) {
            const size_t at = r >= s ? r * (r + 1) / 2 + s : s * (s + 1) / 2 + r;
            u[r] += inverse[at] * z[s];
        }
        square += u[r] * z[r];
    }
    const double log_o = -0.5 * (square + (double)d * LOG_2PI) - gmix_i_product_log(&det);
    const double o = coef * exp(log_o);
    for (size_t r = 0; r < d; r++) {
        m->to_mu[i * d + r] -= o * u[r];
        for (size_t s = 0; s <= r; s++) {
            const size_t at = r * (r + 1) / 2 + s;
            m->to_cov[i * m->packed + at] += 0.5 * o * (u[r] * u[s] - inverse[at]);
        }
    }
    return o;
}

/* Weights, means and covariances of the parameters. */
static void unpack(mover *m, const double *x) {
    const size_t n = m->n, d = m->d, packed = m->packed;
    double most = x[0], sum = 0.0;
    for (size_t i = 1; i < n; i++) {
        most = fmax(most, x[i]);
    }
    for (size_t i = 0; i < n; i++) {
        m->w[i] = exp(x[i] - most);
        sum += m->w[i];
    }
    for (size_t i = 0; i < n; i++) {
        m->w[i] *= m->total / sum;
    }
    memcpy(m->mu, x + n, n * d * sizeof *m->mu);
    memcpy(m->root, x + n + n * d, n * packed * sizeof *m->root);
    for (size_t i = 0; i < n; i++) {
        double *const root = m->root + i * packed;
        for (size_t r = 0; r < d; r++) {
            root[r * (r + 1) / 2 + r] = exp(root[r * (r + 1) / 2 + r]);
        }
        for (size_t r = 0; r < d; r++) {
            for (size_t s = 0; s <= r; s++) {
                double cell = 0.0;
                for (size_t t = 0; t <= s; t++) {
                    cell += root[r * (r + 1) / 2 + t] * root[s * (s + 1) / 2 + t];
                }
                m->cov[i * packed + r * (r + 1) / 2 + s] = cell;
            }
        }
    }
}

/* Slopes by the parameters from those by weights, means and covariances. */
static void pack_slopes(const mover *m, double *slopes) {
    const size_t n = m->n, d = m->d, packed = m->packed;
    double mean = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean += m->w[i] * m->to_w[i] / m->total;
    }
    for (size_t i = 0; i < n; i++) {
        slopes[i] = m->w[i] * (m->to_w[i] - mean);
    }
    memcpy(slopes + n, m->to_mu, n * d * sizeof *slopes);
    for (size_t i = 0; i < n; i++) {
        const double *const g = m->to_cov + i * packed, *const root =
                                                            m->root + i * packed;
        double *const out = slopes + n + n * d + i * packed;
        for (size_t r = 0; r < d; r++) {
            for (size_t s = 0; s <= r; s++) { /* (2 G L)_rs */
                double sum = 0.0;
                for (size_t t = s; t < d; t++) {
                    const size_t at = r >= t ? r * (r + 1) / 2 + t : t * (t + 1) / 2 + r;
                    sum += 2.0 * g[at] * root[t * (t + 1) / 2 + s];
                }
                out[r * (r + 1) / 2 + s] = r == s ? sum * root[r * (r + 1) / 2 + r] : sum;
            }
        }
    }
}

static double squared_error(void *self, const double *x, double *slopes) {
    mover *const m = self;
    const size_t n = m->n, d = m->d, packed = m->packed;
    double sum = m->pp;
    unpack(m, x);
    memset(m->to_w, 0, n * (1 + d + packed) * sizeof *m->to_w);
    for (size_t i = 0; i < n; i++) {
        for (size_t a = 0; a < m->k; a++) {
            const double part = add_product(m, -2.0 * m->w[i] * m->p_w[a], i,
                                            m->p_mu + a * d, m->p_cov + a * packed);
            sum += part;
            m->to_w[i] += part / m->w[i];
        }
        for (size_t j = 0; j < n;
             j++) { /* twice, since the other of the pair moves, too */
            const double part = add_product(m, 2.0 * m->w[i] * m->w[j], i, m->mu + j * d,
                                            m->cov + j * packed);
            sum += 0.5 * part;
            m->to_w[i] += part / m->w[i];
        }
    }
    pack_slopes(m, slopes);
    for (size_t r = 0; r < n * (1 + d + packed); r++) {
        slopes[r] /= m->pp;
    }
    return sum / m->pp;
}

static double product_of_all(mover *m) {
    double sum = 0.0;
    const size_t d = m->d, packed = m->packed;
    for (size_t a = 0; a < m->k; a++) {
        memcpy(m->mu, m->p_mu + a * d, d * sizeof *m->mu);
        memcpy(m->cov, m->p_cov + a * packed, packed * sizeof *m->cov);
        for (size_t b = 0; b < m->k; b++) {
            sum += add_product(m, m->p_w[a] * m->p_w[b], 0, m->p_mu + b * d,
                               m->p_cov + b * packed);
        }
    }
    return sum;
}

static void find_scales(const gmix_i_gaussians *from, mover *m) {
    const size_t d = m->d;
    for (size_t j = 0; j < d; j++) {
        const double about = from->mu[j];
        double mean = 0.0, square = 0.0;
        for (size_t a = 0; a < m->k; a++) {
            const double off = from->mu[a * d + j] - about, w = from->w[a] / m->total;
            mean += w * off;
            square += w * (off * off + from->cov[(a * d + j) * d + j]);
        }
        m->centre[j] = about + mean;
        m->scale[j] = sqrt(square - mean * mean);
    }
}

static gmix_status mover_new(gmix_ctx *ctx, const gmix_i_gaussians *from, size_t n,
                             double **block, mover *m) {
    gmix_status status = GMIX_OK;
    const size_t k = from->k, d = from->d, packed = gmix_i_packed_len(d);
    *m = (mover){.n = n, .k = k, .d = d, .packed = packed, .p_w = from->w};
    GMIX_TRY(gmix_i_calloc(ctx, "a reduction",
                           k * (d + packed) + n * (2 + 2 * d + 3 * packed) + 2 * packed +
                               4 * d,
                           sizeof **block, block));
    m->p_mu = *block;
    m->p_cov = m->p_mu + k * d;
    m->w = m->p_cov + k * packed;
    m->mu = m->w + n;
    m->cov = m->mu + n * d;
    m->root = m->cov + n * packed;
    m->to_w = m->root + n * packed;
    m->to_mu = m->to_w + n;
    m->to_cov = m->to_mu + n * d;
    m->work = m->to_cov + n * packed;
    m->centre = m->work + 2 * packed + 2 * d;
    m->scale = m->centre + d;
    for (size_t a = 0; a < k; a++) {
        m->total += from->w[a];
    }
    find_scales(from, m);
    for (size_t a = 0; a < k; a++) {
        for (size_t r = 0; r < d; r++) {
            m->p_mu[a * d + r] = (from->mu[a * d + r] - m->centre[r]) / m->scale[r];
            for (size_t s = 0; s <= r; s++) {
                m->p_cov[a * packed + r * (r + 1) / 2 + s] =
                    from->cov[(a * d + r) * d + s] / (m->scale[r] * m->scale[s]);
            }
        }
    }
    m->pp = product_of_all(m);
done:
    return status;
}

static void take_parameters(const mover *m, const gmix_i_gaussians *now, double *x) {
    const size_t n = m->n, d = m->d, packed = m->packed;
    for (size_t i = 0; i < n; i++) {
        x[i] = log(fmax(now->w[i], 1e-12 * m->total));
        double *const root = x + n + n * d + i * packed;
        for (size_t r = 0; r < d; r++) {
            x[n + i * d + r] = (now->mu[i * d + r] - m->centre[r]) / m->scale[r];
            for (size_t s = 0; s <= r; s++) {
                root[r * (r + 1) / 2 + s] =
                    now->root[i * packed + r * (r + 1) / 2 + s] / m->scale[r];
            }
            root[r * (r + 1) / 2 + r] = log(root[r * (r + 1) / 2 + r]);
        }
    }
}

gmix_status gmix_i_least_squares(gmix_ctx *ctx, const gmix_i_gaussians *from, size_t n,
                                 gmix_i_gaussians *now) {
    gmix_status status = GMIX_OK;
    mover m;
    double *block = NULL, *x = NULL;
    const size_t d = from->d;
    GMIX_TRY(mover_new(ctx, from, n, &block, &m));
    const size_t length = n * (1 + d + m.packed);
    GMIX_TRY(gmix_i_calloc(ctx, "a reduction", length, sizeof *x, &x));
    take_parameters(&m, now, x);
    GMIX_TRY(gmix_i_descend(ctx, length, squared_error, &m, 1.0, x));
    unpack(&m, x);
    for (size_t i = 0; i < n; i++) {
        now->w[i] = m.w[i];
        for (size_t r = 0; r < d; r++) {
            now->mu[i * d + r] = m.centre[r] + m.scale[r] * m.mu[i * d + r];
            for (size_t s = 0; s < d; s++) {
                const size_t at = r >= s ? r * (r + 1) / 2 + s : s * (s + 1) / 2 + r;
                now->cov[(i * d + r) * d + s] =
                    m.cov[i * m.packed + at] * m.scale[r] * m.scale[s];
            }
        }
        if (!gmix_i_gaussians_factor(now, i)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "component %zu of the result is next to singular", i);
        }
    }
done:
    gmix_i_free(ctx, block);
    gmix_i_free(ctx, x);
    return status;
}
