/*
 * The body of ref.c, included once per precision: REAL is the type of a real, REAL_EXP
 * its exponential, CUT the nats below which a term vanishes, NAME(f) the name of f. No
 * include guard on purpose.
 */

static void NAME(ref_convert)(size_t m, const double *from, void *to) {
    REAL *out = to;
    for (size_t i = 0; i < m; i++)
        out[i] = (REAL)from[i];
}

static void NAME(ref_pack)(size_t n, size_t d, const gmix_i_rows *src,
                           const double *shift, const double *inv_scale, void *x) {
    REAL *out = x;
    for (size_t j = 0; j < d; j++) {
        for (size_t i = 0; i < src->n_rows; i++)
            out[j * n + i] = (REAL)((ref_cell(src, i, j) - shift[j]) * inv_scale[j]);
        for (size_t i = src->n_rows; i < n; i++)
            out[j * n + i] = 0;
    }
}

static void NAME(ref_logdens_dense)(size_t n, size_t d, const void *x, const void *a,
                                    const void *centre, const void *offset, double logc,
                                    void *out, void *work) {
    const REAL *xx = x, *aa = a, *c = centre, *b = offset;
    REAL *l = out;
    (void)work;
    for (size_t row = 0; row < n; row++) {
        REAL q = 0;
        for (size_t i = 0; i < d; i++) {
            REAL t = b ? -b[i] : 0;
            for (size_t j = 0; j <= i; j++) {
                const REAL z = c ? xx[j * n + row] - c[j] : xx[j * n + row];
                t += aa[i * (i + 1) / 2 + j] * z;
            }
            q += t * t;
        }
        l[row] = (REAL)(logc - 0.5 * (double)q);
    }
}

static void NAME(ref_logdens_diag)(size_t n, size_t d, size_t k, const void *x,
                                   const void *scale, const void *offset,
                                   const double *logc, void *out, void *work) {
    const REAL *xx = x, *s = scale, *b = offset;
    REAL *l = out;
    (void)work;
    for (size_t c = 0; c < k; c++) {
        for (size_t row = 0; row < n; row++) {
            REAL q = 0;
            for (size_t j = 0; j < d; j++) {
                const REAL t = s[c * d + j] * xx[j * n + row] - b[c * d + j];
                q += t * t;
            }
            l[c * n + row] = (REAL)(logc[c] - 0.5 * (double)q);
        }
    }
}

/* exp(l_k - max) for one row into its column; returns the largest entry and their sum. */
static REAL NAME(ref_exp_row)(size_t n, size_t k, REAL *l, REAL *sum) {
    REAL top = l[0];
    for (size_t c = 1; c < k; c++)
        top = l[c * n] > top ? l[c * n] : top;
    *sum = 0;
    for (size_t c = 0; c < k; c++) {
        const REAL t = l[c * n] - top; /* NaN for an empty row: also below the cut */
        l[c * n] = t >= -CUT ? REAL_EXP(t) : 0;
        *sum += l[c * n];
    }
    if (!(*sum >= 1))
        *sum = 1;
    return top;
}

static void NAME(ref_normalise)(size_t n, size_t k, void *l, const double *w, void *lse,
                                size_t *active, gmix_i_norm_sums *sums) {
    REAL *ll = l, *lse_out = lse;
    for (size_t c = 0; c < k; c++)
        active[c] = 0;
    for (size_t row = 0; row < n; row++) {
        const double weight = w ? w[row] : 1;
        REAL sum;
        const double top = (double)NAME(ref_exp_row)(n, k, ll + row, &sum);
        const double log_sum = log((double)sum);
        if (lse_out)
            lse_out[row] = (REAL)(top + log_sum);
        for (size_t c = 0; c < k; c++) {
            REAL *r = &ll[c * n + row];
            *r = *r * (REAL)(weight / (double)sum);
            active[c] += (*r != 0);
        }
        if (weight != 0) {
            sums->loglik += weight * (top + log_sum);
            sums->logmap -= weight * log_sum;
        }
    }
}

static void NAME(ref_moments_component)(size_t n, size_t d, const REAL *x, const REAL *r,
                                        const REAL *c, double *stats) {
    double *first = stats + 1, *second = stats + 1 + d;
    for (size_t row = 0; row < n; row++) {
        if (r[row] == 0)
            continue;
        stats[0] += (double)r[row];
        for (size_t i = 0; i < d; i++) {
            const REAL zi = c ? x[i * n + row] - c[i] : x[i * n + row];
            const double rz = (double)r[row] * (double)zi;
            first[i] += rz;
            for (size_t j = 0; j <= i; j++) {
                const REAL zj = c ? x[j * n + row] - c[j] : x[j * n + row];
                second[i * (i + 1) / 2 + j] += rz * (double)zj;
            }
        }
    }
}

static void NAME(ref_moments_dense)(size_t n, size_t d, size_t k, const void *x,
                                    const void *r, const void *centre,
                                    const size_t *active, double *stats, void *work) {
    (void)work;
    for (size_t c = 0; c < k; c++)
        if (active[c])
            NAME(ref_moments_component)
    (n, d, x, (const REAL *)r + c * n, centre ? (const REAL *)centre + c * d : NULL,
     stats + c * (1 + d + d * (d + 1) / 2));
}

static void NAME(ref_moments_diag)(size_t n, size_t d, size_t k, const void *x,
                                   const void *r, const void *centre,
                                   const size_t *active, double *stats, void *work) {
    const REAL *xx = x, *c = centre;
    (void)work;
    for (size_t comp = 0; comp < k; comp++) {
        const REAL *rr = (const REAL *)r + comp * n;
        double *sum = stats + comp * (1 + 2 * d);
        for (size_t row = 0; active[comp] && row < n; row++) {
            if (rr[row] == 0)
                continue;
            sum[0] += (double)rr[row];
            for (size_t j = 0; j < d; j++) {
                const REAL z = c ? xx[j * n + row] - c[comp * d + j] : xx[j * n + row];
                const double rz = (double)rr[row] * (double)z;
                sum[1 + j] += rz;
                sum[1 + d + j] += rz * (double)z;
            }
        }
    }
}

static void NAME(ref_nearest)(size_t n, size_t d, size_t k, const void *x,
                              const void *centres, int32_t *label, void *best,
                              void *second) {
    const REAL *xx = x, *at = centres;
    REAL *least = best, *next = second;
    for (size_t i = 0; i < n; i++) {
        least[i] = next[i] = (REAL)INFINITY;
        label[i] = 0;
        for (size_t c = 0; c < k; c++) {
            REAL q = 0;
            for (size_t j = 0; j < d; j++) {
                const REAL t = xx[j * n + i] - at[c * d + j];
                q += t * t;
            }
            if (q < least[i]) {
                next[i] = least[i];
                least[i] = q;
                label[i] = (int32_t)c;
            } else if (q < next[i]) {
                next[i] = q;
            }
        }
    }
}

const gmix_i_kernels NAME(gmix_i_kernels_ref) = {
    .level = "ref",
    .precision = PRECISION,
    .real_size = sizeof(REAL),
    .convert = NAME(ref_convert),
    .pack = NAME(ref_pack),
    .work_size = ref_work_size,
    .logdens_dense = NAME(ref_logdens_dense),
    .logdens_diag = NAME(ref_logdens_diag),
    .normalise = NAME(ref_normalise),
    .moments_dense = NAME(ref_moments_dense),
    .moments_diag = NAME(ref_moments_diag),
    .gap_terms_dense = ref_gap_terms_dense,
    .gap_density_dense = ref_gap_density_dense,
    .gap_density_diag = ref_gap_density_diag,
    .gap_moments_dense = ref_gap_moments_dense,
    .gap_moments_diag = ref_gap_moments_diag,
    .sqdist = ref_sqdist,
    .nearest = NAME(ref_nearest),
};
