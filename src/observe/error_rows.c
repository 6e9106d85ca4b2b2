/* Loops over rows with errors. See error_rows.h. */
#include "observe/error_rows.h"

#include <math.h>
#include <string.h>

#include "base/clones.h"
#include "linalg/elementary.h"

enum { LANES = GMIX_I_LANES, DIMS_A_LOG = 4 };

/* The least that a pivot counts, where rounding leaves none of it. */
static const double LEAST = 1e-60;

/* Scratch: L, with inverses in its diagonal; y; W; g; products of pivots; sums, a lane each. */
typedef struct lists {
    double *l, *y, *w, *g, *det, *sums;
} lists;

static size_t packed(size_t d) {
    return d * (d + 1) / 2;
}

static size_t n_logs(size_t d) {
    return (d + DIMS_A_LOG - 1) / DIMS_A_LOG;
}

size_t gmix_i_error_rows_work(size_t d) {
    return (2 * packed(d) + 2 * d + n_logs(d) + gmix_i_error_sums_len(d)) * LANES;
}

static lists carve(size_t d, double *work) {
    lists s = {.l = work};
    s.w = s.l + packed(d) * LANES;
    s.y = s.w + packed(d) * LANES;
    s.g = s.y + d * LANES;
    s.det = s.g + d * LANES;
    s.sums = s.det + n_logs(d) * LANES;
    return s;
}

/* What the rows of a chunk are. */
typedef struct chunk {
    const double *x, *seen, *error;
} chunk;

GMIX_I_PART chunk chunk_of(const gmix_i_noisy_rows *rows, size_t d, bool full, size_t c) {
    const size_t len = full ? packed(d) : d;
    return (chunk){.x = rows->x + c * d * LANES,
                   .seen = rows->seen + c * d * LANES,
                   .error = rows->error + c * len * LANES};
}

/* L of V + S; det: products of its inverse pivots, DIMS_A_LOG each. */
GMIX_I_PART void factor(size_t d, bool full, bool masked, const double *cov, chunk c,
                        double *l, double *det) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            const size_t at = i * (i + 1) / 2 + j;
            double v[LANES];
            for (size_t n = 0; n < LANES; n++) {
                v[n] = cov[at];
            }
            for (size_t n = 0; masked && n < LANES; n++) {
                v[n] *= c.seen[i * LANES + n] * c.seen[j * LANES + n];
            }
            const double *const s = full ? c.error + at * LANES : c.error + i * LANES;
            for (size_t n = 0; (full || i == j) && n < LANES; n++) {
                v[n] += s[n];
            }
            for (size_t p = 0; p < j; p++) {
                const double *const li = l + (i * (i + 1) / 2 + p) * LANES;
                const double *const lj = l + (j * (j + 1) / 2 + p) * LANES;
                for (size_t n = 0; n < LANES; n++) {
                    v[n] -= li[n] * lj[n];
                }
            }
            double *const to = l + at * LANES;
            const double *const pivot = l + (j * (j + 1) / 2 + j) * LANES;
            for (size_t n = 0; n < LANES; n++) {
                to[n] =
                    i == j ? 1.0 / sqrt(v[n] > LEAST ? v[n] : LEAST) : v[n] * pivot[n];
            }
        }
        double *const product = det + i / DIMS_A_LOG * LANES;
        const double *const own = l + (i * (i + 1) / 2 + i) * LANES;
        for (size_t n = 0; n < LANES; n++) {
            product[n] = i % DIMS_A_LOG == 0 ? own[n] : product[n] * own[n];
        }
    }
}

/* y = L^-1 (x - mean). */
GMIX_I_PART void solve(size_t d, bool masked, const double *mean, chunk c,
                       const double *l, double *y) {
    for (size_t i = 0; i < d; i++) {
        double v[LANES];
        for (size_t n = 0; n < LANES; n++) {
            v[n] = c.x[i * LANES + n] - mean[i];
        }
        for (size_t n = 0; masked && n < LANES; n++) {
            v[n] *= c.seen[i * LANES + n];
        }
        for (size_t p = 0; p < i; p++) {
            for (size_t n = 0; n < LANES; n++) {
                v[n] -= l[(i * (i + 1) / 2 + p) * LANES + n] * y[p * LANES + n];
            }
        }
        for (size_t n = 0; n < LANES; n++) {
            y[i * LANES + n] = v[n] * l[(i * (i + 1) / 2 + i) * LANES + n];
        }
    }
}

/* W = L^-1 F, by columns a, whose entries begin at row a. */
GMIX_I_PART void whiten(size_t d, bool masked, const double *root, chunk c,
                        const double *l, double *w) {
    for (size_t a = 0; a < d; a++) {
        for (size_t i = a; i < d; i++) {
            double v[LANES];
            for (size_t n = 0; n < LANES; n++) {
                v[n] = root[i * (i + 1) / 2 + a];
            }
            for (size_t n = 0; masked && n < LANES; n++) {
                v[n] *= c.seen[i * LANES + n];
            }
            for (size_t p = a; p < i; p++) {
                for (size_t n = 0; n < LANES; n++) {
                    v[n] -= l[(i * (i + 1) / 2 + p) * LANES + n] *
                            w[(p * (p + 1) / 2 + a) * LANES + n];
                }
            }
            for (size_t n = 0; n < LANES; n++) {
                w[(i * (i + 1) / 2 + a) * LANES + n] =
                    v[n] * l[(i * (i + 1) / 2 + i) * LANES + n];
            }
        }
    }
}

/* g = W^T y. */
GMIX_I_PART void project(size_t d, const double *w, const double *y, double *g) {
    for (size_t a = 0; a < d; a++) {
        double v[LANES] = {0.0};
        for (size_t i = a; i < d; i++) {
            for (size_t n = 0; n < LANES; n++) {
                v[n] += w[(i * (i + 1) / 2 + a) * LANES + n] * y[i * LANES + n];
            }
        }
        for (size_t n = 0; n < LANES; n++) {
            g[a * LANES + n] = v[n];
        }
    }
}

/* sums += r [1 | g | g g^T - W^T W], a lane each. */
GMIX_I_PART void add(size_t d, const double *r, const double *w, const double *g,
                     double *sums) {
    for (size_t n = 0; n < LANES; n++) {
        sums[n] += r[n];
    }
    for (size_t a = 0; a < d; a++) {
        for (size_t n = 0; n < LANES; n++) {
            sums[(1 + a) * LANES + n] += r[n] * g[a * LANES + n];
        }
        for (size_t b = 0; b <= a; b++) {
            double v[LANES];
            for (size_t n = 0; n < LANES; n++) {
                v[n] = g[a * LANES + n] * g[b * LANES + n];
            }
            for (size_t i = a; i < d; i++) {
                for (size_t n = 0; n < LANES; n++) {
                    v[n] -= w[(i * (i + 1) / 2 + a) * LANES + n] *
                            w[(i * (i + 1) / 2 + b) * LANES + n];
                }
            }
            for (size_t n = 0; n < LANES; n++) {
                sums[(1 + d + a * (a + 1) / 2 + b) * LANES + n] += r[n] * v[n];
            }
        }
    }
}

GMIX_I_PART void densities(size_t d, bool full, bool masked,
                           const gmix_i_noisy_rows *rows,
                           const gmix_i_error_component *component, double *out,
                           const lists *s) {
    const size_t chunks = (rows->n + LANES - 1) / LANES, logs = n_logs(d);
    for (size_t at = 0; at < chunks; at++) {
        const chunk c = chunk_of(rows, d, full, at);
        factor(d, full, masked, component->cov, c, s->l, s->det);
        solve(d, masked, component->mean, c, s->l, s->y);
        gmix_i_logs(logs * LANES, s->det);
        double v[LANES];
        for (size_t n = 0; n < LANES; n++) {
            v[n] = component->log_weight + rows->base[at * LANES + n];
        }
        for (size_t t = 0; t < logs; t++) {
            for (size_t n = 0; n < LANES; n++) {
                v[n] += s->det[t * LANES + n];
            }
        }
        for (size_t i = 0; i < d; i++) {
            for (size_t n = 0; n < LANES; n++) {
                v[n] -= 0.5 * s->y[i * LANES + n] * s->y[i * LANES + n];
            }
        }
        for (size_t n = 0; n < LANES; n++) {
            out[at * LANES + n] = v[n];
        }
    }
}

GMIX_I_PART bool any(const double *r) {
    double sum = 0.0;
    for (size_t n = 0; n < LANES; n++) {
        sum += r[n];
    }
    return sum > 0.0;
}

GMIX_I_PART void moments(size_t d, bool full, bool masked, const gmix_i_noisy_rows *rows,
                         const gmix_i_error_component *component, const double *r,
                         const lists *s) {
    const size_t chunks = (rows->n + LANES - 1) / LANES;
    for (size_t at = 0; at < chunks; at++) {
        if (any(r + at * LANES)) {
            const chunk c = chunk_of(rows, d, full, at);
            factor(d, full, masked, component->cov, c, s->l, s->det);
            solve(d, masked, component->mean, c, s->l, s->y);
            whiten(d, masked, component->root, c, s->l, s->w);
            project(d, s->w, s->y, s->g);
            add(d, r + at * LANES, s->w, s->g, s->sums);
        }
    }
}

/* Loops whose bounds are constants: one to three features, errors of either kind, no cell missing. */
#define OF_FEATURES(D, FULL, KIND)                                              \
    static GMIX_I_CLONES void densities_##D##_##KIND(                           \
        const gmix_i_noisy_rows *rows, const gmix_i_error_component *component, \
        double *out, const lists *s) {                                          \
        densities(D, FULL, false, rows, component, out, s);                     \
    }                                                                           \
    static GMIX_I_CLONES void moments_##D##_##KIND(                             \
        const gmix_i_noisy_rows *rows, const gmix_i_error_component *component, \
        const double *r, const lists *s) {                                      \
        moments(D, FULL, false, rows, component, r, s);                         \
    }

OF_FEATURES(1, false, own)
OF_FEATURES(2, false, own)
OF_FEATURES(3, false, own)
OF_FEATURES(2, true, full)
OF_FEATURES(3, true, full)

static GMIX_I_CLONES void densities_any(const gmix_i_noisy_rows *rows,
                                        const gmix_i_error_component *component,
                                        double *out, const lists *s) {
    densities(rows->d, rows->len > rows->d, rows->masked, rows, component, out, s);
}

static GMIX_I_CLONES void moments_any(const gmix_i_noisy_rows *rows,
                                      const gmix_i_error_component *component,
                                      const double *r, const lists *s) {
    moments(rows->d, rows->len > rows->d, rows->masked, rows, component, r, s);
}

typedef struct loops {
    void (*densities)(const gmix_i_noisy_rows *, const gmix_i_error_component *, double *,
                      const lists *);
    void (*moments)(const gmix_i_noisy_rows *, const gmix_i_error_component *,
                    const double *, const lists *);
} loops;

static loops loops_for(const gmix_i_noisy_rows *rows) {
    static const loops own[] = {{densities_1_own, moments_1_own},
                                {densities_2_own, moments_2_own},
                                {densities_3_own, moments_3_own}};
    static const loops full[] = {{densities_1_own, moments_1_own},
                                 {densities_2_full, moments_2_full},
                                 {densities_3_full, moments_3_full}};
    const bool few = rows->d <= 3 && !rows->masked;
    return !few                   ? (loops){densities_any, moments_any}
           : rows->len == rows->d ? own[rows->d - 1]
                                  : full[rows->d - 1];
}

void gmix_i_error_densities(const gmix_i_noisy_rows *rows,
                            const gmix_i_error_component *component, double *out,
                            double *work) {
    const lists s = carve(rows->d, work);
    loops_for(rows).densities(rows, component, out, &s);
}

void gmix_i_error_moments(const gmix_i_noisy_rows *rows,
                          const gmix_i_error_component *component, const double *r,
                          double *sums, double *work) {
    const lists s = carve(rows->d, work);
    const size_t len = gmix_i_error_sums_len(rows->d);
    memset(s.sums, 0, len * LANES * sizeof *s.sums);
    loops_for(rows).moments(rows, component, r, &s);
    for (size_t t = 0; t < len; t++) {
        for (size_t n = 0; n < LANES; n++) {
            sums[t] += s.sums[t * LANES + n];
        }
    }
}

/* (F (I - W^T W) F^T)_ij of lane n: V_ij less the product of rows i and j of F W^T. */
static double covariance(size_t d, const double *root, const double *w, size_t n,
                         size_t i, size_t j) {
    const double *const fi = root + packed(i), *const fj = root + packed(j);
    double sum = 0.0;
    for (size_t a = 0; a <= j; a++) {
        sum += fi[a] * fj[a];
    }
    for (size_t row = 0; row < d; row++) {
        double wi = 0.0, wj = 0.0;
        for (size_t a = 0; a <= row; a++) {
            const double entry = w[(packed(row) + a) * LANES + n];
            wi += a <= i ? entry * fi[a] : 0.0;
            wj += a <= j ? entry * fj[a] : 0.0;
        }
        sum -= wi * wj;
    }
    return sum;
}

void gmix_i_error_posterior(const gmix_i_noisy_rows *rows,
                            const gmix_i_error_component *component, size_t index,
                            double *offset, double *cov, double *work) {
    const size_t d = rows->d, n = index % LANES;
    const bool full = rows->len > d;
    const lists s = carve(d, work);
    const chunk c = chunk_of(rows, d, full, index / LANES);
    factor(d, full, rows->masked, component->cov, c, s.l, s.det);
    solve(d, rows->masked, component->mean, c, s.l, s.y);
    whiten(d, rows->masked, component->root, c, s.l, s.w);
    project(d, s.w, s.y, s.g);
    for (size_t i = 0; i < d; i++) {
        offset[i] = 0.0;
        for (size_t a = 0; a <= i; a++) {
            offset[i] += component->root[packed(i) + a] * s.g[a * LANES + n];
        }
        for (size_t j = 0; cov && j <= i; j++) {
            cov[packed(i) + j] = covariance(d, component->root, s.w, n, i, j);
        }
    }
}
