/*
 * The dip of a sample (Hartigan & Hartigan 1985, doi:10.1214/aos/1176346577): the distance of its distribution
 * function from the nearest unimodal one. Such a function is convex up to its mode and concave beyond it, so
 * in an interval [a, b] that holds the mode it is compared with the greatest convex minorant G of the
 * function's lower edge and the least concave majorant L of its upper edge there. Where L - G is largest
 * is the next interval, between a knot of G and one of L; what the function is off G before it, and L
 * behind it, is a bound from below; and when no L - G within exceeds what was found so far, that is twice the
 * dip. Values that occur more than once are one place with a higher step, which only the mode may have:
 * rounded data are told from continuous ones as they should be.
 */
#include <gmix/clusters.h>
#include <math.h>

#include "base/base.h"
#include "base/order.h"
#include "clusters/unimodal.h"

/* Steps of the distribution function, in rows. */
typedef struct steps {
    size_t n;
    double *at, *below, *above; /* places, rows before and up to each */
    size_t *convex, *concave;   /* knots of G and L, ascending */
    size_t n_convex, n_concave;
} steps;

/* The hull of places first .. last: side 1, from below; -1, from above. */
static size_t hull(const double *x, const double *y, size_t first, size_t last,
                   double side, size_t *knots) {
    size_t n = 0;
    for (size_t i = first; i <= last; i++) {
        while (n >= 2) {
            const size_t a = knots[n - 2], b = knots[n - 1];
            const double turn =
                (y[b] - y[a]) * (x[i] - x[b]) - (y[i] - y[b]) * (x[b] - x[a]);
            if (side * turn < 0.0) {
                break;
            }
            n--;
        }
        knots[n++] = i;
    }
    return n;
}

/* The hull's height at place i; *segment only goes on. */
static double height(const steps *s, const double *y, const size_t *knots, size_t n,
                     size_t i, size_t *segment) {
    while (*segment + 2 < n && knots[*segment + 1] < i) {
        ++*segment;
    }
    const size_t a = knots[*segment], b = knots[*segment + 1 < n ? *segment + 1 : n - 1];
    return i == a || a == b
               ? y[a]
               : y[a] + (y[b] - y[a]) * ((s->at[i] - s->at[a]) / (s->at[b] - s->at[a]));
}

/* The largest L - G at a knot, and the interval that it leaves. */
static double widest(const steps *s, size_t *first, size_t *last) {
    double most = -1.0;
    size_t segment = 0;
    for (size_t k = 0, l = 0; k < s->n_convex; k++) {
        const size_t i = s->convex[k];
        const double gap =
            height(s, s->above, s->concave, s->n_concave, i, &segment) - s->below[i];
        while (l + 1 < s->n_concave && s->concave[l] < i) {
            l++;
        }
        if (gap > most) {
            most = gap;
            *first = i;
            *last = s->concave[l];
        }
    }
    segment = 0;
    for (size_t l = 0, k = 0; l < s->n_concave; l++) {
        const size_t i = s->concave[l];
        const double gap =
            s->above[i] - height(s, s->below, s->convex, s->n_convex, i, &segment);
        while (k + 1 < s->n_convex && s->convex[k + 1] <= i) {
            k++;
        }
        if (gap > most) {
            most = gap;
            *first = s->convex[k];
            *last = i;
        }
    }
    return most;
}

/* What the function is off its minorant before place `first`, and off its majorant behind `last`. */
static double outside(const steps *s, size_t low, size_t first, size_t last,
                      size_t high) {
    double most = 0.0;
    size_t segment = 0;
    for (size_t i = low; i < first; i++) {
        most = fmax(most, s->above[i] -
                              height(s, s->below, s->convex, s->n_convex, i, &segment));
    }
    segment = 0;
    for (size_t i = last + 1; i <= high; i++) {
        most = fmax(most, height(s, s->above, s->concave, s->n_concave, i, &segment) -
                              s->below[i]);
    }
    return most;
}

double gmix_i_dip(size_t n, const double *sorted, double *work, size_t *knots) {
    steps s = {.at = work,
               .below = work + n,
               .above = work + 2 * n,
               .convex = knots,
               .concave = knots + n};
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || sorted[i] > sorted[i - 1]) {
            s.at[s.n] = sorted[i];
            s.below[s.n++] = (double)i;
        }
        s.above[s.n - 1] = (double)(i + 1);
    }
    double twice = 1.0; /* of n places, no function comes nearer than half a row */
    size_t low = 0, high = s.n - 1, first = 0, last = 0;
    while (low < high) {
        s.n_convex = hull(s.at, s.below, low, high, 1.0, s.convex);
        s.n_concave = hull(s.at, s.above, low, high, -1.0, s.concave);
        if (widest(&s, &first, &last) <= twice) {
            break;
        }
        twice = fmax(twice, outside(&s, low, first, last, high));
        if (first == low && last == high) {
            break;
        }
        low = first;
        high = last;
    }
    return twice / (2.0 * (double)n);
}

gmix_status gmix_dip(gmix_ctx *ctx, size_t n, const double *values, double *dip) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    double *work = NULL;
    size_t *knots = NULL;
    if (!values || !dip || n == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "values and a place for their dip are needed");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "values", n, 4 * sizeof *work, &work));
    GMIX_TRY(gmix_i_calloc(ctx, "values", n, 2 * sizeof *knots, &knots));
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i])) {
            GMIX_FAIL(ctx, GMIX_ERR_NONFINITE, "value %zu is %g", i, values[i]);
        }
        work[3 * n + i] = values[i];
    }
    gmix_i_sort_reals(work + 3 * n, n);
    *dip = gmix_i_dip(n, work + 3 * n, work, knots);
done:
    gmix_i_free(ctx, work);
    gmix_i_free(ctx, knots);
    return status;
}
