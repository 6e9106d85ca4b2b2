/*
 * The kernels of incomplete rows, level by level, against their formulas in long double:
 * every number of observed features and of components side by side, scratch and outputs
 * fenced.
 */
#include "fence.h"
#include "kernels/kernels.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { L = GMIX_I_LANES, MOST_D = 24 };

static size_t n_passed, n_failed;

static double uniform(void) {
    static unsigned long long state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-52 - 1;
}

/* What a row and its components are made of. */
typedef struct subject {
    const gmix_i_kernels *kt;
    int diag;
    size_t d, o, k;
    size_t order[MOST_D];
    double *x, *terms, *r;
} subject;

static void check(const subject *s, const char *slot, size_t t, size_t lane, double got,
                  long double want, long double size) {
    if (fabsl(got - want) <= 64 * (long double)DBL_EPSILON * size) {
        n_passed++;
        return;
    }
    n_failed++;
    printf("FAIL %s %s %s d=%zu o=%zu k=%zu entry %zu lane %zu: %g is not %g\n",
           s->kt->level, slot, s->diag ? "diag" : "dense", s->d, s->o, s->k, t, lane, got,
           (double)want);
}

static long double entry(const double *list, size_t t, size_t lane) {
    return list[t * L + lane];
}

static size_t n_terms(const subject *s) {
    return s->diag ? 1 + 3 * s->d : 1 + 2 * s->d + s->d * (s->d + 1) / 2;
}

static long double from_mean(const subject *s, size_t j, size_t lane) {
    return s->x[j] - entry(s->terms, 1 + j, lane);
}

static void check_density(const subject *s) {
    double *const out = fenced(L, sizeof *out);
    double *const work = fenced(2 * s->d * L, sizeof *work);
    if (s->diag) {
        s->kt->gap_density_diag(s->d, s->o, s->k, s->x, s->terms, out);
    } else {
        s->kt->gap_density_dense(s->d, s->o, s->k, s->x, s->terms, out, work);
    }
    for (size_t lane = 0; lane < s->k; lane++) {
        long double sum = 0;
        for (size_t i = 0; i < s->o; i++) {
            long double y = 0;
            for (size_t j = s->diag ? i : 0; j <= i; j++) {
                const size_t at = s->diag ? i : i * (i + 1) / 2 + j;
                y += entry(s->terms, 1 + s->d + at, lane) * from_mean(s, j, lane);
            }
            sum += y * y;
        }
        const long double logc = entry(s->terms, 0, lane);
        check(s, "gap_density", 0, lane, out[lane], logc - sum / 2,
              (fabsl(logc) + sum) * (long double)(s->d + 1));
    }
    fenced_free(out), fenced_free(work);
}

/* A, B and C of a covariance, features in the row's order, from its inverse factor by
 * elimination; exact enough, as its eigenvalues are of one size. */
static void check_terms(const subject *s) {
    const size_t d = s->d, o = s->o, m = d - o, len = d * (d + 1) / 2, n = n_terms(s);
    double *const cov = fenced(len * L, sizeof *cov), *const share =
                                                          fenced(L, sizeof *cov);
    double *const terms = fenced(n * L, sizeof *terms), *const kept = calloc(len * L, 8);
    for (size_t i = 0, t = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++, t++) {
            for (size_t lane = 0; lane < L; lane++) {
                kept[t * L + lane] = cov[t * L + lane] =
                    i == j ? 2 + 0.1 * (double)lane + uniform() / 4
                           : uniform() / (double)d;
            }
        }
    }
    s->kt->gap_terms_dense(d, o, s->k, cov, terms, share);
    for (size_t lane = 0; lane < s->k; lane++) {
        long double l[MOST_D][MOST_D] = {{0}}, a[MOST_D][MOST_D] = {{0}}, least = 1;
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++) {
                const long double own = entry(kept, i * (i + 1) / 2 + j, lane);
                long double sum = own;
                for (size_t t = 0; t < j; t++) {
                    sum -= l[i][t] * l[j][t];
                }
                l[i][j] = i == j ? sqrtl(sum) : sum / l[j][j];
                least = i == j && sum / own < least ? sum / own : least;
            }
            for (size_t j = 0; j <= i; j++) {
                long double sum = i == j;
                for (size_t t = j; t < i; t++) {
                    sum -= l[i][t] * a[t][j];
                }
                a[i][j] = sum / l[i][i];
            }
        }
        check(s, "gap_terms share", 0, lane, share[lane], least, 1);
        const size_t first = 1 + d, b = first + o * (o + 1) / 2, c = b + m * o;
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++) {
                long double sum = 0;
                for (size_t t = i < o   ? 0
                                : j < o ? j
                                        : o;
                     i >= o && t < (j < o ? o : d); t++) {
                    sum += l[i][t] * (j < o ? a[t][j] : l[j][t]);
                }
                const size_t at = i < o   ? first + i * (i + 1) / 2 + j
                                  : j < o ? b + (i - o) * o + j
                                          : c + (i - o) * (i - o + 1) / 2 + j - o;
                check(s, "gap_terms", at, lane, terms[at * L + lane],
                      i < o ? a[i][j] : sum, 10);
            }
        }
    }
    fenced_free(cov), fenced_free(share), fenced_free(terms), free(kept);
}

/* z: the completed row less the centre, features in their own order; c: what the row adds to
 * the second moments of its missing features. */
static void complete(const subject *s, size_t lane, long double z[MOST_D],
                     long double c[MOST_D][MOST_D]) {
    const size_t d = s->d, o = s->o, m = d - o;
    const size_t b = 1 + d + o * (o + 1) / 2, spread = s->diag ? 1 + d + o : b + m * o;
    for (size_t a = 0; a < d; a++) {
        long double off = a < o ? from_mean(s, a, lane) : 0;
        for (size_t j = 0; !s->diag && a >= o && j < o; j++) {
            off += entry(s->terms, b + (a - o) * o + j, lane) * from_mean(s, j, lane);
        }
        z[s->order[a]] = off + entry(s->terms, n_terms(s) - d + a, lane);
        for (size_t e = 0; e < d; e++) {
            c[s->order[a]][s->order[e]] = 0;
        }
    }
    for (size_t a = 0; a < m; a++) {
        for (size_t e = 0; e <= a; e++) {
            const size_t at = s->diag ? a : a * (a + 1) / 2 + e;
            if (!s->diag || a == e) {
                c[s->order[o + a]][s->order[o + e]] = entry(s->terms, spread + at, lane);
            }
        }
    }
}

static void check_moments(const subject *s) {
    const size_t d = s->d, len = s->diag ? 1 + 2 * d : 1 + d + d * (d + 1) / 2;
    double *const stats = fenced(len * L, sizeof *stats);
    double *const work = fenced(2 * d * L, sizeof *work);
    long double z[MOST_D] = {0}, c[MOST_D][MOST_D] = {{0}};
    for (size_t t = 0; t < len * L; t++) {
        stats[t] = (double)(t % 7);
    }
    if (s->diag) {
        s->kt->gap_moments_diag(d, s->o, s->k, s->x, s->order, s->r, s->terms, stats);
    } else {
        s->kt->gap_moments_dense(d, s->o, s->k, s->x, s->order, s->r, s->terms, stats,
                                 work);
    }
    for (size_t lane = 0; lane < s->k; lane++) {
        const long double r = s->r[lane];
        complete(s, lane, z, c);
        for (size_t t = 0; t < len; t++) {
            long double add = r;
            size_t i = t - 1, j = 0;
            if (t > d) {
                for (i = s->diag ? t - 1 - d : 0;
                     !s->diag && i * (i + 3) / 2 < t - 1 - d;) {
                    i++;
                }
                j = s->diag ? i : t - 1 - d - i * (i + 1) / 2;
                add = r * (z[i] * z[j] + c[i][j]);
            } else if (t > 0) {
                add = r * z[i];
            }
            check(s, "gap_moments", t, lane, stats[t * L + lane],
                  (long double)((t * L + lane) % 7) + add, 40 * (long double)(d + 1));
        }
    }
    fenced_free(stats), fenced_free(work);
}

/* Features in an order that puts the observed ones first, each kind rising. */
static void choose_order(subject *s) {
    size_t seen = 0, lost = s->o;
    for (size_t j = 0; j < s->d; j++) {
        const int must_see = s->d - j <= s->o - seen, may_see = seen < s->o;
        if (must_see || (may_see && uniform() > 0)) {
            s->order[seen++] = j;
        } else {
            s->order[lost++] = j;
        }
    }
}

static void check_subject(const gmix_i_kernels *kt, int diag, size_t d, size_t o,
                          size_t k) {
    subject s = {.kt = kt, .diag = diag, .d = d, .o = o, .k = k};
    const size_t n = n_terms(&s);
    s.x = fenced(o, sizeof *s.x);
    s.r = fenced(L, sizeof *s.r);
    s.terms = fenced(n * L, sizeof *s.terms);
    choose_order(&s);
    for (size_t j = 0; j < o; j++) {
        s.x[j] = uniform();
    }
    for (size_t t = 0; t < n * L; t++) {
        s.terms[t] = t % L < k ? uniform() : 0;
    }
    for (size_t lane = 0; lane < L; lane++) {
        s.r[lane] = lane < k && lane % 3 != 1 ? fabs(uniform()) : 0;
    }
    if (!diag) {
        check_terms(&s);
    }
    check_density(&s);
    check_moments(&s);
    fenced_free(s.x), fenced_free(s.r), fenced_free(s.terms);
}

static void on_fault(int number) {
    (void)number;
    puts("FAIL a kernel of incomplete rows reads or writes past the end of an array");
    fflush(stdout);
    _Exit(1);
}

int main(void) {
    fence_on_touch(on_fault);
    for (const char *const *level = gmix_i_kernels_levels(); *level; level++) {
        for (int single = 0; single < 2; single++) {
            for (size_t d = 1; d <= MOST_D; d += d < 9 ? 1 : 5) {
                for (size_t o = 0; o <= d; o++) {
                    for (size_t k = 1; k <= L; k += k < 3 ? 1 : 2) {
                        check_subject(gmix_i_kernels_at(*level, single), 0, d, o, k);
                        check_subject(gmix_i_kernels_at(*level, single), 1, d, o, k);
                    }
                }
            }
        }
    }
    printf("%zu passed, %zu failed\n", n_passed, n_failed);
    return n_failed != 0;
}
