/*
 * Bayes boundaries in one dimension. The logarithms of the weighted densities of two components
 * are parabolas, so where they meet solves
 *
 *     (1 / s_j^2 - 1 / s_i^2) x^2 / 2 + (m_i / s_i^2 - m_j / s_j^2) x + ... = 0:
 *
 * two roots, one, or none, found without cancelling. Those of Student's t meet up to four times: student_meet.c. All roots of all pairs, sorted, cut the line
 * into segments within which nothing can change; the largest parabola in the middle of each
 * says whose it is, and boundaries are where neighbours differ. Rejected: neighbours by the
 * order of their means, which finds one boundary where there are two.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include <gmix/fit_test.h>

#include "distribution/one_feature.h"
#include "distribution/owned.h"
#include "workbench/student_meet.h"

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Roots of a x^2 + b x + c; gives how many. */
static size_t solve_quadratic(double a, double b, double c, double roots[2]) {
    if (a == 0.0) {
        roots[0] = -c / b;
        return b != 0.0 && isfinite(roots[0]);
    }
    const double under = b * b - 4.0 * a * c;
    if (!(under > 0.0)) {
        return 0; /* they touch at most */
    }
    const double q = -0.5 * (b + copysign(sqrt(under), b));
    roots[0] = q / a;
    roots[1] = q != 0.0 ? c / q : -roots[0];
    if (!isfinite(
            roots[0])) { /* widths that differ by a rounding: the other is far off */
        roots[0] = roots[1];
        return 1;
    }
    return 2;
}

/* Where the weighted densities of i and j meet; j = K: the noise's. About the mean of i. */
static size_t meet(const gmix_i_scalar *s, size_t i, size_t j, double *roots) {
    if (s->df) { /* and there is no noise */
        return gmix_i_student_meet(s, i, j, roots);
    }
    const double pi = 1.0 / (s->sd[i] * s->sd[i]);
    double a = -0.5 * pi, b = 0.0, c = s->height[i];
    if (j < s->k) {
        const double pj = 1.0 / (s->sd[j] * s->sd[j]), off = s->mu[j] - s->mu[i];
        a += 0.5 * pj;
        b -= pj * off;
        c += 0.5 * pj * off * off - s->height[j];
    } else {
        c -= log(s->noise / (s->upper - s->lower)) + 0.91893853320467274178;
    }
    const size_t n = solve_quadratic(a, b, c, roots);
    for (size_t r = 0; r < n; r++) {
        roots[r] += s->mu[i];
    }
    return n;
}

/* The component with the largest weighted density at x; -1: noise. */
static int32_t label_at(const gmix_i_scalar *s, double x) {
    double most = -INFINITY;
    int32_t label = -1;
    for (size_t k = 0; k < s->k; k++) {
        const double l = gmix_i_scalar_share(s, k, (x - s->mu[k]) / s->sd[k]);
        if (l > most) {
            most = l;
            label = (int32_t)k;
        }
    }
    const double flat =
        s->noise > 0.0 ? log(s->noise / (s->upper - s->lower)) + 0.91893853320467274178
                       : -INFINITY;
    return flat > most ? -1 : label;
}

static size_t all_roots(const gmix_i_scalar *s, double *out) {
    size_t n = 0;
    for (size_t i = 0; i < s->k; i++) {
        const size_t end = s->k + (s->noise > 0.0);
        for (size_t j = i + 1; j < end; j++) {
            if (s->w[i] > 0.0 && (j == s->k || s->w[j] > 0.0)) {
                n += meet(s, i, j, out + n);
            }
        }
    }
    qsort(out, n, sizeof *out, compare_doubles);
    return n;
}

/* Probability that a row of the model lies in a segment and is not what its label says: of all others,
 * so that a small one has its digits. */
static double wrong_in(const gmix_i_scalar *s, int32_t label, double a, double b) {
    double sum = 0.0;
    for (size_t k = 0; k <= s->k; k++) { /* K: the noise */
        gmix_i_scalar one = *s;
        if (label < 0 ? k == s->k : k == (size_t)label) {
            continue;
        }
        one.k = k < s->k;
        if (k < s->k) {
            one.w += k;
            one.mu += k;
            one.sd += k;
            one.df = s->df ? s->df + k : NULL;
            one.noise = 0.0;
        }
        sum += gmix_i_scalar_between(&one, a, b);
    }
    return sum;
}

/* Keeps the roots where something changes; labels of the segments. */
static size_t keep_changes(const gmix_i_scalar *s, size_t n, double *roots,
                           int32_t *labels) {
    size_t kept = 0;
    double span =
        1.0; /* beyond all roots, so far that no two densities are equal to rounding */
    for (size_t k = 0; k < s->k; k++) {
        span = fmax(span, fabs(s->mu[k]));
    }
    labels[0] = label_at(s, n > 0 ? roots[0] - span - fabs(roots[0]) : 0.0);
    for (size_t i = 0; i < n; i++) {
        const double x = roots[i];
        const double right = i + 1 < n ? 0.5 * (x + roots[i + 1]) : x + span + fabs(x);
        const int32_t label = label_at(s, right);
        if (label != labels[kept]) {
            roots[kept++] = x;
            labels[kept] = label;
        }
    }
    return kept;
}

static void put_boundaries(const gmix_model *model, const gmix_i_scalar *s, size_t n,
                           const double *roots, gmix_boundaries *out) {
    double wrong = 0.0, before = -INFINITY;
    for (size_t i = 0; i <= n; i++) {
        const double end = i < n ? roots[i] : INFINITY;
        wrong += wrong_in(s, out->label[i], before, end);
        before = end;
    }
    for (size_t i = 0; i < n; i++) {
        out->at[i] = gmix_i_from_frame(model, roots[i]);
    }
    out->n = n;
    out->error_rate = wrong;
}

gmix_status gmix_boundaries_find(gmix_ctx *ctx, const gmix_model *model,
                                 gmix_boundaries *out) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_i_scalar s;
    gmix_boundaries made = {0};
    double *memory = NULL, *roots = NULL;
    if (!model || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    GMIX_TRY(gmix_i_model_is_within_reach(ctx, model));
    GMIX_TRY(gmix_i_one_feature(ctx, model, &memory, &s));
    const size_t most = (s.df ? 2 : 1) * (s.k + 1) * s.k;
    GMIX_TRY(gmix_i_calloc(ctx, "boundaries", most, sizeof *roots, &roots));
    GMIX_TRY(gmix_i_owned_new(ctx, "boundaries",
                              most * sizeof(double) + (most + 1) * sizeof(int32_t),
                              &made.owner));
    made.at = gmix_i_owned(made.owner);
    made.label = (int32_t *)(void *)(made.at + most);
    const size_t n = keep_changes(&s, all_roots(&s, roots), roots, made.label);
    put_boundaries(model, &s, n, roots, &made);
    *out = made;
done:
    gmix_i_free(ctx, memory);
    gmix_i_free(ctx, roots);
    return status;
}

void gmix_boundaries_free(gmix_boundaries *boundaries) {
    if (boundaries) {
        gmix_i_owned_free(&boundaries->owner);
        *boundaries = (gmix_boundaries){0};
    }
}
