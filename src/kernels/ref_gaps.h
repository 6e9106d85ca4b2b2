/*
 * Incomplete rows in portable C, lane by lane; part of ref.c.
 */

/* Entry t of a list, in one lane. */
static double ref_entry(const double *list, size_t t, size_t lane) {
    return list[t * GMIX_I_LANES + lane];
}

static double *ref_at(double *packed, size_t i, size_t j, size_t lane) {
    return packed + (i * (i + 1) / 2 + j) * GMIX_I_LANES + lane;
}

/* S = L L^T in place; the least L_ii^2 / S_ii. */
static double ref_gap_factor(size_t d, double *s, size_t lane) {
    double share = 1;
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = *ref_at(s, i, j, lane);
            const double own = sum;
            for (size_t t = 0; t < j; t++)
                sum -= *ref_at(s, i, t, lane) * *ref_at(s, j, t, lane);
            if (j < i) {
                *ref_at(s, i, j, lane) = sum / *ref_at(s, j, j, lane);
                continue;
            }
            share = sum / own < share || sum != sum ? sum / own : share;
            *ref_at(s, i, i, lane) = sqrt(sum);
        }
    return share;
}

/* With S = L L^T: A = L_oo^-1, B = L_mo A, C = L_mm L_mm^T. */
static void ref_gap_terms_dense(size_t d, size_t o, size_t k, double *cov, double *terms,
                                double *share) {
    double *a = terms + (1 + d) * GMIX_I_LANES, *b = ref_at(a, o, 0, 0);
    double *c = b + (d - o) * o * GMIX_I_LANES;
    for (size_t lane = 0; lane < k; lane++) {
        share[lane] = ref_gap_factor(d, cov, lane);
        for (size_t i = 0; i < o; i++)
            for (size_t j = 0; j <= i; j++) {
                double sum = i == j ? -1 : 0;
                for (size_t t = j; t < i; t++)
                    sum += *ref_at(cov, i, t, lane) * *ref_at(a, t, j, lane);
                *ref_at(a, i, j, lane) = -sum / *ref_at(cov, i, i, lane);
            }
        for (size_t i = o; i < d; i++) {
            for (size_t j = 0; j < o; j++) {
                double sum = 0;
                for (size_t t = j; t < o; t++)
                    sum += *ref_at(cov, i, t, lane) * *ref_at(a, t, j, lane);
                b[((i - o) * o + j) * GMIX_I_LANES + lane] = sum;
            }
            for (size_t j = o; j <= i; j++) {
                double sum = 0;
                for (size_t t = o; t <= j; t++)
                    sum += *ref_at(cov, i, t, lane) * *ref_at(cov, j, t, lane);
                *ref_at(c, i - o, j - o, lane) = sum;
            }
        }
    }
}

/* y_i = sum_{j <= i} A_ij (x_j - mean_j). */
static double ref_gap_y(size_t d, size_t i, const double *x, const double *terms,
                        size_t lane) {
    double y = 0;
    for (size_t j = 0; j <= i; j++)
        y += ref_entry(terms, 1 + d + i * (i + 1) / 2 + j, lane) *
             (x[j] - ref_entry(terms, 1 + j, lane));
    return y;
}

static void ref_gap_density_dense(size_t d, size_t o, size_t k, const double *x,
                                  const double *terms, double *out, double *work) {
    (void)work;
    for (size_t lane = 0; lane < k; lane++) {
        double q = 0;
        for (size_t i = 0; i < o; i++) {
            const double y = ref_gap_y(d, i, x, terms, lane);
            q += y * y;
        }
        out[lane] = terms[lane] - 0.5 * q;
    }
}

static void ref_gap_density_diag(size_t d, size_t o, size_t k, const double *x,
                                 const double *terms, double *out) {
    for (size_t lane = 0; lane < k; lane++) {
        double q = 0;
        for (size_t j = 0; j < o; j++) {
            const double y = ref_entry(terms, 1 + d + j, lane) *
                             (x[j] - ref_entry(terms, 1 + j, lane));
            q += y * y;
        }
        out[lane] = terms[lane] - 0.5 * q;
    }
}

/* The completed row less the centre, features in their own order. */
static void ref_gap_complete(size_t d, size_t o, const double *x, const size_t *order,
                             const double *terms, size_t lane, double *z) {
    const size_t b = 1 + d + o * (o + 1) / 2, shift = 1 + d + d * (d + 1) / 2;
    for (size_t a = 0; a < d; a++) {
        double from_mean = a < o ? x[a] - ref_entry(terms, 1 + a, lane) : 0;
        for (size_t j = 0; a >= o && j < o; j++)
            from_mean += ref_entry(terms, b + (a - o) * o + j, lane) *
                         (x[j] - ref_entry(terms, 1 + j, lane));
        z[order[a]] = from_mean + ref_entry(terms, shift + a, lane);
    }
}

static void ref_gap_moments_dense(size_t d, size_t o, size_t k, const double *x,
                                  const size_t *order, const double *r,
                                  const double *terms, double *stats, double *work) {
    const size_t c = 1 + d + o * (o + 1) / 2 + (d - o) * o;
    for (size_t lane = 0; lane < k; lane++) {
        double *const s = stats + lane;
        ref_gap_complete(d, o, x, order, terms, lane, work);
        s[0] += r[lane];
        for (size_t i = 0; i < d; i++) {
            s[(1 + i) * GMIX_I_LANES] += r[lane] * work[i];
            for (size_t j = 0; j <= i; j++)
                s[(1 + d + i * (i + 1) / 2 + j) * GMIX_I_LANES] +=
                    r[lane] * work[i] * work[j];
        }
        for (size_t a = 0; a < d - o; a++)
            for (size_t b = 0; b <= a; b++) {
                const size_t i = order[o + a], j = order[o + b];
                s[(1 + d + i * (i + 1) / 2 + j) * GMIX_I_LANES] +=
                    r[lane] * ref_entry(terms, c + a * (a + 1) / 2 + b, lane);
            }
    }
}

static void ref_gap_moments_diag(size_t d, size_t o, size_t k, const double *x,
                                 const size_t *order, const double *r,
                                 const double *terms, double *stats) {
    for (size_t lane = 0; lane < k; lane++) {
        double *const s = stats + lane;
        s[0] += r[lane];
        for (size_t a = 0; a < d; a++) {
            const double from_mean = a < o ? x[a] - ref_entry(terms, 1 + a, lane) : 0;
            const double z = from_mean + ref_entry(terms, 1 + 2 * d + a, lane);
            const double own = a < o ? 0 : ref_entry(terms, 1 + d + a, lane);
            s[(1 + order[a]) * GMIX_I_LANES] += r[lane] * z;
            s[(1 + d + order[a]) * GMIX_I_LANES] += r[lane] * (z * z + own);
        }
    }
}
