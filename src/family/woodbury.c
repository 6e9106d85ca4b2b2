/* Densities and statistics by Woodbury's identity. See woodbury.h. */
#include "family/woodbury.h"

#include <string.h>

#include "family/factor_law.h"
#include "family/small_rows.h"

static const double LOG_2PI = 1.83787706640934548356;

/* Rows, and factors, side by side. */
enum { ROWS = 8, FACTORS = 4 };
typedef double rows_vec __attribute__((vector_size(ROWS * sizeof(double))));
typedef double factors_vec __attribute__((vector_size(FACTORS * sizeof(double))));

gmix_status gmix_i_woodbury_new(gmix_ctx *ctx, size_t k, size_t d, size_t q,
                                gmix_i_woodbury *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_woodbury){.k = k, .d = d, .q = q};
    out->padded = (q + 1 + FACTORS - 1) / FACTORS * FACTORS;
    GMIX_TRY(gmix_i_calloc(ctx, "loadings", k * d * out->padded, sizeof(double),
                           &out->whiten));
    GMIX_TRY(gmix_i_calloc(ctx, "uniquenesses",
                           k * (1 + 2 * d + gmix_i_packed_len(q)) + 2 * q * d,
                           sizeof(double), &out->centre));
    out->precision = out->centre + k * d;
    out->scratch = out->precision + k * d;
    out->logc = out->scratch + 2 * q * d;
    out->root = out->logc + k;
done:
    if (status != GMIX_OK) {
        gmix_i_woodbury_free(&ctx->opts.allocator, out);
    }
    return status;
}

void gmix_i_woodbury_free(const gmix_allocator *from, gmix_i_woodbury *w) {
    gmix_i_release(from, w->whiten);
    gmix_i_release(from, w->centre);
    *w = (gmix_i_woodbury){0};
}

/* L and W^T of one block, and log |Sigma|; false: see gmix_i_woodbury_prepare(). */
GMIX_I_CLONES static bool whiten_one(size_t q, size_t d, size_t padded,
                                     const double *block, double *scratch, double *root,
                                     double *whiten, double *log_det) {
    const double *const psi = block + q * d;
    gmix_i_product det = {.factor = 1.0};
    for (size_t j = 0; j < d; j++) {
        if (!(psi[j] > 0.0)) {
            return false;
        }
        gmix_i_product_times(&det, psi[j]);
    }
    for (size_t t = 0; t < q; t++) {
        double *const g = scratch + t * d;
        for (size_t j = 0; j < d; j++) {
            g[j] = block[t * d + j] / psi[j];
        }
        for (size_t s = 0; s <= t; s++) {
            root[gmix_i_packed_len(t) + s] =
                gmix_i_dot(d, g, block + s * d) + (s == t ? 1.0 : 0.0);
        }
    }
    if (!gmix_i_cholesky(NULL, q, root, root)) {
        return false;
    }
    gmix_i_solve_lower(q, root, d, scratch);
    for (size_t t = 0; t < q; t++) {
        const double pivot = root[gmix_i_packed_len(t) + t];
        gmix_i_product_times(&det, pivot * pivot);
        for (size_t j = 0; j < d; j++) {
            whiten[j * padded + t] = scratch[t * d + j];
        }
    }
    *log_det = gmix_i_product_log(&det);
    return true;
}

bool gmix_i_woodbury_prepare(const double *weights, const double *means,
                             const double *blocks, gmix_i_woodbury *w) {
    const size_t q = w->q, d = w->d;
    memcpy(w->centre, means, w->k * d * sizeof *means);
    for (size_t k = 0; k < w->k; k++) {
        const double *const block = blocks + k * (q + 1) * d;
        double log_det;
        if (!whiten_one(q, d, w->padded, block, w->scratch,
                        w->root + k * gmix_i_packed_len(q), w->whiten + k * d * w->padded,
                        &log_det)) {
            return false;
        }
        w->logc[k] = log(weights[k]) - 0.5 * ((double)d * LOG_2PI + log_det);
        for (size_t j = 0; j < d; j++) {
            w->precision[k * d + j] = 1.0 / block[q * d + j];
        }
    }
    return true;
}

size_t gmix_i_woodbury_work(const gmix_i_woodbury *w, size_t n) {
    return ROWS * w->d + (w->k + 1) * n * w->padded + 4 * n;
}

/* Factors t to t + 3 of ROWS rows x (D x ROWS, a feature `stride` after the one before it), rows of u;
 * with `squares`, what the features are off the means, too. */
GMIX_I_PART void project(size_t d, size_t padded, size_t stride, const double *x,
                         const double *centre, const double *precision,
                         const double *whiten, bool squares, double *u, double *square) {
    rows_vec u0 = {0}, u1 = {0}, u2 = {0}, u3 = {0}, sum = {0};
    for (size_t j = 0; j < d; j++) {
        const double *const w = whiten + j * padded;
        rows_vec off;
        memcpy(&off, x + j * stride, sizeof off);
        off -= centre[j];
        u0 += off * w[0];
        u1 += off * w[1];
        u2 += off * w[2];
        u3 += off * w[3];
        if (squares) {
            sum += off * off * precision[j];
        }
    }
    for (size_t i = 0; i < ROWS; i++) {
        u[i * padded] = u0[i];
        u[i * padded + 1] = u1[i];
        u[i * padded + 2] = u2[i];
        u[i * padded + 3] = u3[i];
    }
    if (squares) {
        memcpy(square, &sum, sizeof sum);
    }
}

/* ROWS rows under one component. u: ROWS x padded. */
GMIX_I_CLONES static void densities_one(size_t d, size_t padded, size_t stride,
                                        const double *x, const double *centre,
                                        const double *precision, const double *whiten,
                                        double logc, double *out, double *u) {
    double square[ROWS];
    project(d, padded, stride, x, centre, precision, whiten, true, u, square);
    for (size_t t = FACTORS; t < padded; t += FACTORS) {
        project(d, padded, stride, x, centre, precision, whiten + t, false, u + t, NULL);
    }
    for (size_t l = 0; l < ROWS; l++) {
        const double *const own = u + l * padded;
        double explained = 0.0;
        for (size_t t = 0; t < padded; t++) {
            explained += own[t] * own[t];
        }
        out[l] = logc - 0.5 * (square[l] - explained);
    }
}

void gmix_i_woodbury_densities(const gmix_i_woodbury *w, size_t n, const double *x,
                               double *out, double *work) {
    const size_t d = w->d, scores = n * w->padded;
    double *const some = work + w->k * scores; /* D x ROWS */
    for (size_t i = 0; i < n; i += ROWS) {
        for (size_t j = 0; j < d; j++) {
            memcpy(some + j * ROWS, x + j * n + i, ROWS * sizeof *some);
        }
        for (size_t k = 0; k < w->k; k++) {
            densities_one(d, w->padded, ROWS, some, w->centre + k * d,
                          w->precision + k * d, w->whiten + k * d * w->padded, w->logc[k],
                          out + k * n + i, work + k * scores + i * w->padded);
        }
    }
}

void gmix_i_woodbury_score(const gmix_i_woodbury *w, size_t n, const double *x,
                           double *out) {
    const size_t d = w->d;
    double u[ROWS * (GMIX_I_MOST_FACTORS + FACTORS)];
    for (size_t i = 0; i < n; i += ROWS) {
        for (size_t k = 0; k < w->k; k++) {
            densities_one(d, w->padded, n, x + i, w->centre + k * d, w->precision + k * d,
                          w->whiten + k * d * w->padded, w->logc[k], out + k * n + i, u);
        }
    }
}

double gmix_i_woodbury_squares(const gmix_i_woodbury *w, size_t k, const double *off) {
    double u[GMIX_I_MOST_FACTORS] = {0}, sum = 0.0, explained = 0.0;
    for (size_t j = 0; j < w->d; j++) {
        const double *const own = w->whiten + (k * w->d + j) * w->padded;
        sum += off[j] * off[j] * w->precision[k * w->d + j];
        for (size_t t = 0; t < w->q; t++) {
            u[t] += own[t] * off[j];
        }
    }
    for (size_t t = 0; t < w->q; t++) {
        explained += u[t] * u[t];
    }
    return fmax(sum - explained, 0.0);
}

/* What a row's cells make of one component: u_o, E (packed), the squares less those of u_o, and the sum of
 * log 2 pi psi of what is missing. seen: bits of its features. */
typedef struct incomplete {
    double u[GMIX_I_MOST_FACTORS], e[GMIX_I_MOST_FACTORS * (GMIX_I_MOST_FACTORS + 1) / 2];
    double squares, lacking;
} incomplete;

static void look_at(const gmix_i_woodbury *w, size_t k, size_t n, const double *x,
                    const uint64_t *seen, incomplete *out) {
    const size_t q = w->q, d = w->d;
    gmix_i_product lacking = {.factor = 1.0};
    *out = (incomplete){.squares = 0.0};
    for (size_t j = 0; j < d; j++) {
        const double *const own = w->whiten + (k * d + j) * w->padded;
        const double precision = w->precision[k * d + j];
        if (seen[j / 64] >> (j % 64) & 1) {
            const double off = x[j * n] - w->centre[k * d + j];
            out->squares += off * off * precision;
            for (size_t t = 0; t < q; t++) {
                out->u[t] += own[t] * off;
            }
        } else {
            gmix_i_product_times(&lacking, 1.0 / precision);
            out->lacking += LOG_2PI;
            for (size_t t = 0, at = 0; t < q; t++) {
                for (size_t s = 0; s <= t; s++, at++) {
                    out->e[at] += own[t] * own[s] / precision;
                }
            }
        }
    }
    out->lacking += gmix_i_product_log(&lacking);
}

/* I - E is positive definite but for rounding, where next to nothing is seen of a factor. */
static void factor_rest(size_t q, const double *e, double *root) {
    double more = 0.0;
    for (int round = 0; round<8; round++, more = more> 0.0 ? 100.0 * more : 1e-15) {
        for (size_t t = 0, at = 0; t < q; t++) {
            for (size_t s = 0; s <= t; s++, at++) {
                root[at] = (t == s ? 1.0 + more : 0.0) - e[at];
            }
        }
        if (gmix_i_cholesky(NULL, q, root, root)) {
            return;
        }
    }
    memset(root, 0, gmix_i_packed_len(q) * sizeof *root); /* a NaN, and the row is far */
}

static double incomplete_density(const gmix_i_woodbury *w, size_t k, size_t n,
                                 const double *x, const uint64_t *seen) {
    const size_t q = w->q;
    double root[GMIX_I_MOST_FACTORS * (GMIX_I_MOST_FACTORS + 1) / 2];
    incomplete row;
    gmix_i_product det = {.factor = 1.0};
    look_at(w, k, n, x, seen, &row);
    factor_rest(q, row.e, root);
    gmix_i_solve_lower(q, root, 1, row.u);
    double explained = 0.0;
    for (size_t t = 0; t < q; t++) {
        const double pivot = root[gmix_i_packed_len(t) + t];
        gmix_i_product_times(&det, pivot * pivot);
        explained += row.u[t] * row.u[t];
    }
    return w->logc[k] -
           0.5 * (gmix_i_product_log(&det) - row.lacking + row.squares - explained);
}

void gmix_i_woodbury_incomplete(const gmix_i_woodbury *w, const gmix_i_tile *tile,
                                const double *log_scale, double *l) {
    const gmix_i_gap_rows *const gaps = tile->gaps;
    for (size_t g = 0; g < gaps->n; g++) {
        const uint64_t *const seen = gaps->observed + g * gaps->words;
        const size_t i = gaps->row[g];
        double scales = 0.0;
        for (size_t j = 0; j < w->d; j++) {
            scales += seen[j / 64] >> (j % 64) & 1 ? 0.0 : log_scale[j];
        }
        for (size_t k = 0; k < w->k; k++) {
            l[k * tile->n + i] =
                scales +
                incomplete_density(w, k, tile->n, (const double *)tile->x + i, seen);
        }
    }
}

/* Rows with a responsibility: their numbers, r, and r (u, 1); filled up to even ones with rows
 * that count nothing. */
static size_t gather(size_t n, size_t q, size_t padded, const double *resp,
                     const double *u, double *r, double *ru, size_t *rows) {
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (resp[i] > 0.0) {
            for (size_t t = 0; t < padded; t++) {
                ru[m * padded + t] = t == q ? resp[i] : resp[i] * u[i * padded + t];
            }
            r[m] = resp[i];
            rows[m++] = i;
        }
    }
    if (m % 2) {
        memset(ru + m * padded, 0, padded * sizeof *ru);
        r[m] = 0.0;
        rows[m++] = 0;
    }
    return m;
}

/* m rows of a tile. off: m. */
GMIX_I_CLONES static void moments_one(size_t m, const size_t *rows, size_t n, size_t d,
                                      size_t padded, const double *x,
                                      const double *centre, const double *r,
                                      const double *ru, double *off, double *square,
                                      double *cross) {
    for (size_t j = 0; j < d; j++) {
        double sum = 0.0;
        for (size_t a = 0; a < m; a++) {
            off[a] = x[j * n + rows[a]] - centre[j];
            sum += r[a] * off[a] * off[a];
        }
        square[j] += sum;
        for (size_t t = 0; t < padded; t += FACTORS) {
            factors_vec even = {0}, odd = {0}, one;
            for (size_t a = 0; a < m; a += 2) {
                memcpy(&one, ru + a * padded + t, sizeof one);
                even += one * off[a];
                memcpy(&one, ru + (a + 1) * padded + t, sizeof one);
                odd += one * off[a + 1];
            }
            even += odd;
            memcpy(&one, cross + j * padded + t, sizeof one);
            one += even;
            memcpy(cross + j * padded + t, &one, sizeof one);
        }
    }
}

void gmix_i_woodbury_moments(const gmix_i_woodbury *w, size_t n, const double *x,
                             const double *resp, const size_t *active, double *stats,
                             double *work) {
    const size_t d = w->d, len = gmix_i_woodbury_len(w);
    double *const ru = work + w->k * n * w->padded + ROWS * d,
                  *const r = ru + n * w->padded, *const off = r + n;
    size_t *const rows = (size_t *)(off + n);
    for (size_t k = 0; k < w->k; k++) {
        double *const own = stats + k * len;
        if (active[k] == 0) {
            continue;
        }
        const size_t m = gather(n, w->q, w->padded, resp + k * n,
                                work + k * n * w->padded, r, ru, rows);
        for (size_t a = 0; a < m; a++) {
            own[0] += r[a];
        }
        moments_one(m, rows, n, d, w->padded, x, w->centre + k * d, r, ru, off, own + 1,
                    own + 1 + d);
    }
}
