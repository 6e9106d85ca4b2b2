/*
 * Checks the slots of EM in every level in both precisions against long double arithmetic, on
 * odd sizes, strided sources, infinities, zeros and subnormals. --quick checks fewer
 * sizes, for emulators and where long double is software; --time prints what the slots
 * cost.
 *
 * Errors are measured against what the sum of absolute values of the terms allows: eps
 * times a small factor times the terms, so a kernel may order its sums as it likes.
 * Scratch starts as NaN, and every array ends at a fence (fence.h): a kernel that reads or
 * writes past one ends the program, which says where.
 */
#include "kernels_check.h"
#include "fence.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t n_passed, n_failed;

/* What is being checked. */
static struct {
    const gmix_i_kernels *kt;
    const char *slot;
    size_t n, d, k;
} now;

static void begin(const gmix_i_kernels *kt, const char *slot, size_t n, size_t d,
                  size_t k) {
    now.kt = kt, now.slot = slot, now.n = n, now.d = d, now.k = k;
}

static void say_where(const char *what) {
    printf("FAIL %s %s %s n=%zu d=%zu k=%zu %s\n", now.kt->level, now.kt->precision,
           now.slot, now.n, now.d, now.k, what);
}

/* A fence was touched. The fault is in a kernel, not in the C library, so that it may be
 * called here. */
static void on_fault(int number) {
    (void)number;
    say_where("reads or writes past the end of an array");
    fflush(stdout);
    _Exit(1);
}

static void check(int ok, double worst) {
    if (ok) {
        n_passed++;
        return;
    }
    char text[40];
    n_failed++;
    snprintf(text, sizeof text, "worst=%g", worst);
    say_where(text);
}

double uniform(void) {
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-52 - 1;
}

static void *reals(const gmix_i_kernels *kt, size_t m, const double *from) {
    void *to = fenced(m, kt->real_size);
    kt->convert(m, from, to);
    return to;
}

static double get(const gmix_i_kernels *kt, const void *p, size_t i) {
    return kt->real_size == 8 ? ((const double *)p)[i] : (double)((const float *)p)[i];
}

static double epsilon(const gmix_i_kernels *kt) {
    return kt->real_size == 8 ? DBL_EPSILON : (double)FLT_EPSILON;
}

static double *random_doubles(size_t m, double size) {
    double *p = fenced(m, sizeof *p);
    for (size_t i = 0; i < m; i++)
        p[i] = size * uniform();
    return p;
}

/* The larger of worst and error / allowed; NaN counts as failed. */
static double worse(double worst, long double error, long double allowed) {
    const double ratio = error == 0 ? 0 : (double)(error / allowed);
    return ratio <= worst ? worst : ratio;
}

static int same_bits(const void *a, const void *b, size_t bytes) {
    return memcmp(a, b, bytes) == 0;
}

/* ---- pack and convert ------------------------------------------------------------- */

static void check_pack(const gmix_i_kernels *kt, size_t n, size_t d, size_t n_rows,
                       ptrdiff_t row_stride, ptrdiff_t col_stride, int single) {
    begin(kt, "pack", n, d, n_rows);
    const ptrdiff_t last =
        ((ptrdiff_t)n_rows - 1) * row_stride + ((ptrdiff_t)d - 1) * col_stride;
    const size_t cells = (size_t)last + 1; /* and not one more */
    double *src = random_doubles(cells, 3), *shift = random_doubles(d, 2);
    double *inv = random_doubles(d, 1);
    float *narrow = fenced(cells, sizeof *narrow);
    src[0] = 4e-320;
    for (size_t i = 0; i < cells; i++)
        narrow[i] = (float)src[i];
    const gmix_i_rows rows = {single ? (void *)narrow : (void *)src,
                              n_rows,
                              row_stride,
                              col_stride,
                              single,
                              NULL};
    void *x = fenced(n * d, kt->real_size);
    kt->pack(n, d, &rows, shift, inv, x);
    int ok = fence_intact(x);
    for (size_t j = 0; j < d; j++)
        for (size_t i = 0; i < n; i++) {
            const ptrdiff_t at = (ptrdiff_t)i * row_stride + (ptrdiff_t)j * col_stride;
            double want = 0;
            if (i < n_rows)
                want = ((single ? (double)narrow[at] : src[at]) - shift[j]) * inv[j];
            if (kt->real_size == 4)
                want = (double)(float)want;
            ok = ok && get(kt, x, j * n + i) == want;
        }
    check(ok, 0);
    fenced_free(src), fenced_free(shift), fenced_free(inv), fenced_free(narrow),
        fenced_free(x);
}

static void check_packs(const gmix_i_kernels *kt) {
    static const size_t widths[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 39};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        const size_t d = widths[i];
        const ptrdiff_t wide = (ptrdiff_t)d;
        for (int single = 0; single < 2; single++)
            for (size_t n_rows = 1; n_rows <= 96; n_rows += 19) {
                const size_t n = (n_rows + 31) / 32 * 32;
                check_pack(kt, n, d, n_rows, wide, 1, single);
                check_pack(kt, n, d, n_rows, wide + 2, 1, single);
                check_pack(kt, n, d, n_rows, 1, (ptrdiff_t)n_rows + 1, single);
                check_pack(kt, n, d, n_rows, 2 * wide + 1, 2, single);
            }
    }
}

/* ---- log-densities ---------------------------------------------------------------- */

/* l and the sum of sizes of what it is made of, in long double, for one row. */
static long double dense_row(const gmix_i_kernels *kt, size_t n, size_t d, size_t row,
                             const void *x, const void *a, const void *c, const void *b,
                             double logc, long double *size) {
    long double q = 0;
    *size = fabsl((long double)logc);
    for (size_t i = 0; i < d; i++) {
        long double t = b ? -(long double)get(kt, b, i) : 0, s = fabsl(t);
        for (size_t j = 0; j <= i; j++) {
            long double z = get(kt, x, j * n + row);
            if (c)
                z -= (long double)get(kt, c, j);
            t += z * (long double)get(kt, a, i * (i + 1) / 2 + j);
            s += fabsl(z * (long double)get(kt, a, i * (i + 1) / 2 + j));
        }
        q += t * t;
        *size += s * s;
    }
    return (long double)logc - q / 2;
}

static void check_logdens_dense(const gmix_i_kernels *kt, size_t n, size_t d, int centred,
                                double size) {
    begin(kt, "logdens_dense", n, d, 1);
    const size_t na = d * (d + 1) / 2;
    double *xd = random_doubles(n * d, size), *ad = random_doubles(na, 1);
    double *bd = random_doubles(d, size);
    void *x = reals(kt, n * d, xd), *a = reals(kt, na, ad), *b = reals(kt, d, bd);
    void *out = fenced(n, kt->real_size), *twin = fenced(n, kt->real_size);
    void *work = fenced_aligned(kt->work_size(n, d, 1));
    const void *centre = centred ? b : NULL, *offset = centred ? NULL : b;
    const double logc = 3.7;
    kt->logdens_dense(n, d, x, a, centre, offset, logc, out, work);
    kt->logdens_dense(n, d, x, a, centre, offset, logc, twin, work);
    int ok = fence_intact(out) && same_bits(out, twin, n * kt->real_size) &&
             fence_intact(work);
    double worst = 0;
    for (size_t row = 0; row < n; row++) {
        long double s;
        const long double want = dense_row(kt, n, d, row, x, a, centre, offset, logc, &s);
        const long double allowed = s * (long double)(epsilon(kt) * ((double)d + 4));
        worst = worse(worst, fabsl(want - (long double)get(kt, out, row)), allowed);
    }
    check(ok && worst <= 1, worst);
    fenced_free(xd), fenced_free(ad), fenced_free(bd), fenced_free(x), fenced_free(a),
        fenced_free(b), fenced_free(out), fenced_free(twin), fenced_free(work);
}

static void check_logdens_diag(const gmix_i_kernels *kt, size_t n, size_t d, size_t k) {
    begin(kt, "logdens_diag", n, d, k);
    double *xd = random_doubles(n * d, 3), *sd = random_doubles(k * d, 2);
    double *bd = random_doubles(k * d, 3), *logc = random_doubles(k, 9);
    void *x = reals(kt, n * d, xd), *s = reals(kt, k * d, sd), *b = reals(kt, k * d, bd);
    void *out = fenced(n * k, kt->real_size),
         *work = fenced_aligned(kt->work_size(n, d, k));
    kt->logdens_diag(n, d, k, x, s, b, logc, out, work);
    double worst = 0;
    for (size_t c = 0; c < k; c++)
        for (size_t row = 0; row < n; row++) {
            long double q = 0, size = fabsl((long double)logc[c]);
            for (size_t j = 0; j < d; j++) {
                const long double p = (long double)get(kt, s, c * d + j) *
                                      (long double)get(kt, x, j * n + row);
                const long double o = get(kt, b, c * d + j);
                q += (p - o) * (p - o);
                size += (fabsl(p) + fabsl(o)) * (fabsl(p) + fabsl(o));
            }
            const long double want = (long double)logc[c] - q / 2;
            worst = worse(worst, fabsl(want - (long double)get(kt, out, c * n + row)),
                          size * (long double)(epsilon(kt) * ((double)d / 2 + 4)));
        }
    check(worst <= 1 && fence_intact(out), worst);
    fenced_free(xd), fenced_free(sd), fenced_free(bd), fenced_free(logc), fenced_free(x),
        fenced_free(s), fenced_free(b), fenced_free(out), fenced_free(work);
}

/* ---- responsibilities ------------------------------------------------------------- */

enum { PLAIN, SPARSE, EXTREME, N_KINDS }; /* kinds of log-densities */

static void fill_log_densities(int kind, size_t n, size_t k, double *l, double *w) {
    for (size_t i = 0; i < n; i++) {
        w[i] = i % 5 == 3 ? 0 : 1;
        for (size_t c = 0; c < k; c++) {
            double *at = &l[c * n + i];
            *at = 10 * uniform() - 20;
            if (kind == SPARSE)
                *at *= 20;
            if (kind == EXTREME && (i + c) % 3 == 0)
                *at = c ? -INFINITY : -1e30;
            if (kind == EXTREME && i % 7 == 1)
                *at = -1e30 * (1 + (double)(c % 3));
            if (kind == EXTREME && w[i] == 0 && i % 2)
                *at = -INFINITY;
            if (kind == EXTREME && i % 7 == 2)
                *at = 4e-310 * (double)c;
        }
    }
}

/* sum_k exp(l_ik - top) of row i in long double, where *top is the row's largest. */
static long double row_sum(const gmix_i_kernels *kt, size_t n, size_t k, size_t i,
                           const void *l, double *top) {
    long double sum = 0;
    *top = -INFINITY;
    for (size_t c = 0; c < k; c++)
        *top = fmax(*top, get(kt, l, c * n + i));
    for (size_t c = 0; c < k; c++)
        if (*top > -INFINITY)
            sum += expl((long double)get(kt, l, c * n + i) - *top);
    return sum;
}

/* Responsibilities of row i against the truth; adds to the counts of non-zeros. */
static double check_row(const gmix_i_kernels *kt, size_t n, size_t k, size_t i,
                        const void *l, const void *r, double w, size_t *count) {
    const double cut = kt->real_size == 8 ? 38 : 17.5, eps = epsilon(kt);
    double top, worst = 0;
    const long double sum = row_sum(kt, n, k, i, l, &top);
    for (size_t c = 0; c < k; c++) {
        const double t = get(kt, l, c * n + i) - top, got = get(kt, r, c * n + i);
        count[c] += got != 0;
        if (w == 0 || t < -cut * (1 + eps)) {
            if (got != 0)
                worst = INFINITY;
            continue;
        }
        if (got == 0 && t < -cut * (1 - eps))
            continue;
        const long double want = w * expl((long double)get(kt, l, c * n + i) - top) / sum;
        const double ulps = 4 + (double)k / 2 + fabs(t) / 2;
        worst = worse(worst, fabsl(want - (long double)got),
                      want * (long double)(eps * ulps));
    }
    return worst;
}

static void check_normalise(const gmix_i_kernels *kt, size_t n, size_t k, int kind,
                            int weights, int with_lse) {
    begin(kt, "normalise", n, (size_t)kind, k);
    double *ld = fenced(n * k, sizeof *ld), *w = fenced(n, sizeof *w);
    fill_log_densities(kind, n, k, ld, w);
    if (weights == 0)
        for (size_t i = 0; i < n; i++)
            if (w[i] == 0)
                for (size_t c = 0; c < k; c++)
                    ld[c * n + i] = -(double)c, w[i] = 1;
    for (size_t i = 0; weights == 2 && i < n; i++)
        w[i] *= 1 + 0.5 * uniform();
    void *l = reals(kt, n * k, ld), *r = reals(kt, n * k, ld);
    void *lse = fenced(n, kt->real_size);
    size_t *active = fenced(k, sizeof *active), *count = calloc(k, sizeof *count);
    gmix_i_norm_sums sums = {.loglik = 1, .logmap = 2};
    kt->normalise(n, k, r, weights ? w : NULL, with_lse ? lse : NULL, active, &sums);
    double worst = 0;
    long double loglik = 1, logmap = 2, size = 3;
    for (size_t i = 0; i < n; i++) {
        double top;
        const long double sum = row_sum(kt, n, k, i, l, &top);
        const long double want = top + logl(sum);
        worst = fmax(worst, check_row(kt, n, k, i, l, r, w[i], count));
        if (with_lse && top > -INFINITY)
            worst = worse(worst, fabsl(want - (long double)get(kt, lse, i)),
                          epsilon(kt) * 4 * (1 + fabsl(want)));
        if (w[i] == 0)
            continue;
        loglik += w[i] * want;
        logmap -= w[i] * logl(sum);
        size += w[i] * (fabsl(want) + 1 + log((double)k));
    }
    const long double allowed = size * (long double)epsilon(kt) * 16;
    worst = worse(worst, fabsl(loglik - (long double)sums.loglik), allowed);
    worst = worse(worst, fabsl(logmap - (long double)sums.logmap),
                  (long double)((double)n * (1 + log((double)k)) * epsilon(kt) * 16));
    check(worst <= 1 && fence_intact(r) && same_bits(active, count, k * sizeof *count) &&
              isfinite(sums.logmap),
          worst);
    fenced_free(ld), fenced_free(w), fenced_free(l), fenced_free(r), fenced_free(lse),
        fenced_free(active), free(count);
}

/* ---- moments ---------------------------------------------------------------------- */

/* Responsibilities of n rows, a share of them non-zero; returns how many. */
static size_t fill_responsibilities(size_t n, double share, double *r) {
    size_t active = 0;
    for (size_t i = 0; i < n; i++) {
        r[i] = uniform() < 2 * share - 1 ? 0.5 + 0.4 * uniform() : 0;
        active += r[i] != 0;
    }
    return active;
}

/* One entry: sum_i r_i z_ia z_ib (an index of d stands for the factor 1) and its terms.
 */
static double entry_error(const gmix_i_kernels *kt, size_t n, size_t d, size_t a,
                          size_t b, const void *x, const void *r, const double *c,
                          double got) {
    long double sum = 0.5L, size = 0.5L;
    for (size_t i = 0; i < n; i++) {
        long double term = get(kt, r, i);
        if (a < d)
            term *= get(kt, x, a * n + i) - (c ? (long double)c[a] : 0);
        if (b < d)
            term *= get(kt, x, b * n + i) - (c ? (long double)c[b] : 0);
        sum += term;
        size += fabsl(term);
    }
    const double factor = kt->real_size == 8 ? 8 + (double)n / 8 : 8 + (double)n / 32;
    return worse(0, fabsl(sum - (long double)got),
                 size * (long double)(epsilon(kt) * factor));
}

/* Moments of one component, packed, against sums over its rows. */
static double dense_error(const gmix_i_kernels *kt, size_t n, size_t d, const void *x,
                          const void *r, const double *centre, const double *stats) {
    double worst = entry_error(kt, n, d, d, d, x, r, centre, stats[0]);
    for (size_t i = 0; i < d; i++) {
        worst = fmax(worst, entry_error(kt, n, d, i, d, x, r, centre, stats[1 + i]));
        for (size_t j = 0; j <= i; j++)
            worst = fmax(worst, entry_error(kt, n, d, i, j, x, r, centre,
                                            stats[1 + d + i * (i + 1) / 2 + j]));
    }
    return worst;
}

/* Three components: the first as asked for, one that has no rows, and one of all rows
 * about zero. */
static void check_moments_dense(const gmix_i_kernels *kt, size_t n, size_t d, int centred,
                                double share) {
    enum { K = 3 };
    begin(kt, "moments_dense", n, d, K);
    const size_t len = 1 + d + d * (d + 1) / 2;
    double *xd = random_doubles(n * d, 2), *rd = fenced(K * n, sizeof *rd);
    double *cd = random_doubles(K * d, 1), *stats = fenced(K * len, sizeof *stats);
    size_t *active = fenced(K, sizeof *active);
    for (size_t c = 0; c < K; c++)
        active[c] = fill_responsibilities(n, c == 0 ? share : c == 1 ? 0 : 1, rd + c * n);
    for (size_t j = 0; j < K * d; j++)
        cd[j] = j < 2 * d ? (double)(float)cd[j] : 0;
    void *x = reals(kt, n * d, xd), *r = reals(kt, K * n, rd), *c = reals(kt, K * d, cd);
    void *work = fenced_aligned(kt->work_size(n, d, K));
    for (size_t i = 0; i < K * len; i++)
        stats[i] = 0.5;
    kt->moments_dense(n, d, K, x, r, centred ? c : NULL, active, stats, work);
    double worst = 0;
    for (size_t p = 0; p < K; p++)
        worst =
            fmax(worst, dense_error(kt, n, d, x, (const char *)r + p * n * kt->real_size,
                                    centred ? cd + p * d : NULL, stats + p * len));
    check(worst <= 1 && fence_intact(stats) && fence_intact(work), worst);
    fenced_free(xd), fenced_free(rd), fenced_free(cd), fenced_free(stats),
        fenced_free(active), fenced_free(x), fenced_free(r), fenced_free(c);
    fenced_free(work);
}

static void check_moments_diag(const gmix_i_kernels *kt, size_t n, size_t d, size_t k,
                               int centred, double share) {
    begin(kt, "moments_diag", n, d, k);
    const size_t len = 1 + 2 * d, m = k * len;
    double *xd = random_doubles(n * d, 2), *rd = fenced(n * k, sizeof *rd);
    double *cd = random_doubles(k * d, 1), *stats = fenced(m, sizeof *stats);
    size_t *active = fenced(k, sizeof *active);
    for (size_t j = 0; j < k * d; j++)
        cd[j] = (double)(float)cd[j];
    for (size_t c = 0; c < k; c++)
        active[c] = fill_responsibilities(n, c % 3 ? share : 1 - share, rd + c * n);
    void *x = reals(kt, n * d, xd), *r = reals(kt, n * k, rd), *c = reals(kt, k * d, cd);
    void *work = fenced_aligned(kt->work_size(n, d, k));
    for (size_t i = 0; i < m; i++)
        stats[i] = 0.5;
    kt->moments_diag(n, d, k, x, r, centred ? c : NULL, active, stats, work);
    double worst = 0;
    for (size_t p = 0; p < k; p++) {
        const void *rp = (const char *)r + p * n * kt->real_size;
        const double *s = stats + p * len, *centre = centred ? cd + p * d : NULL;
        worst = fmax(worst, entry_error(kt, n, d, d, d, x, rp, centre, s[0]));
        for (size_t j = 0; j < d; j++) {
            worst = fmax(worst, entry_error(kt, n, d, j, d, x, rp, centre, s[1 + j]));
            worst = fmax(worst, entry_error(kt, n, d, j, j, x, rp, centre, s[1 + d + j]));
        }
    }
    check(worst <= 1 && fence_intact(stats) && fence_intact(work), worst);
    fenced_free(xd), fenced_free(rd), fenced_free(cd), fenced_free(stats),
        fenced_free(active), fenced_free(x), fenced_free(r), fenced_free(c);
    fenced_free(work);
}

/* ---- all of it --------------------------------------------------------------------- */

/* The next size: every one at first, then in strides; one in five of them if quick. */
static size_t next_size(size_t size, size_t all_up_to, size_t stride, int quick) {
    return size + (size < all_up_to ? 1 : stride) * (quick ? 5 : 1);
}

static void check_features(const gmix_i_kernels *kt, size_t d, int quick) {
    static const double shares[] = {0, 0.04, 0.3, 0.8, 1};
    for (int centred = 0; centred < 2; centred++) {
        for (size_t n = 32; n <= 96; n += 32)
            check_logdens_dense(kt, n, d, centred, n == 64 ? 1e6 : 1);
        for (size_t s = 0; s < 5; s++)
            check_moments_dense(kt, s % 2 || quick ? 96 : 160, d, centred, shares[s]);
    }
    for (size_t k = 1; d <= 45 && k <= 40; k = next_size(k, 6, 7, quick)) {
        check_logdens_diag(kt, k % 2 ? 96 : 64, d, k);
        check_moments_diag(kt, k % 2 ? 96 : 32, d, k, d % 2, shares[(d + k) % 5]);
        check_moments_diag(kt, quick ? 160 : 352, d, k, k % 2, 0.05);
    }
}

static void check_table(const gmix_i_kernels *kt, int quick) {
    check_packs(kt);
    for (size_t d = 1; d <= 70; d = next_size(d, 21, 7, quick))
        check_features(kt, d, quick);
    for (size_t k = 1; k <= 300; k = next_size(k, 20, 27, quick))
        for (int i = 0; i < N_KINDS * 3 * 2; i++)
            check_normalise(kt, k % 2 ? 96 : 320, k, i % N_KINDS, i / N_KINDS % 3,
                            i / (3 * N_KINDS));
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--time") == 0) {
        time_kernels();
        return 0;
    }
    fence_on_touch(on_fault);
    const int quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
    for (const char *const *level = gmix_i_kernels_levels(); *level; level++)
        for (int single = 0; single < 2; single++)
            check_table(gmix_i_kernels_at(*level, single), quick);
    printf("%zu passed, %zu failed\n", n_passed, n_failed);
    return n_failed != 0;
}
