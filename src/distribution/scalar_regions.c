/*
 * Highest-density regions in one dimension: { x : f(x) > c } with c such that its probability is
 * the one wanted (Hyndman 1996). Between neighbours of its critical points f is monotone, so
 * a region's ends are single roots, its probability a sum of differences of F, and
 *
 *     dP / d log c = -c sum over ends of 1 / |d log f / dx|
 *
 * gives Newton's step for c. Nothing is sampled and no grid decides: the grid (steps of a
 * quarter sd around every component) only has to tell critical points apart.
 *
 * Mixtures of Student's t have theirs in the same places; were there more modes, the first K are found.
 * A mixture of K Gaussians has at most K modes in one dimension, whatever their variances
 * (Carreira-Perpinan & Williams 2003).
 */
#include "distribution/scalar_regions.h"

#include <float.h>
#include <stdlib.h>

enum { STEPS = 41, MIDDLE = 20 }; /* -5 .. 5 sd */

typedef struct piece {
    double a, b;   /* ends; f is monotone between */
    double fa, fb; /* log f there, from inside */
    bool inside;   /* the noise's interval */
} piece;

size_t gmix_i_region_work(size_t k) {
    const size_t pieces = 2 * k + 4;
    return k * STEPS + 2 * k + pieces + pieces * (sizeof(piece) / sizeof(double) + 1);
}

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The root of the slope between a and b, where it has different signs. */
static double find_critical(const gmix_i_scalar *s, double a, double b, bool is_mode) {
    double x = 0.5 * (a + b);
    for (int i = 0; i < 200 && a < b; i++) {
        double curvature;
        const double slope = gmix_i_scalar_slope(s, x, &curvature);
        if ((slope > 0.0) == is_mode) {
            a = x;
        } else {
            b = x;
        }
        double next = x - slope / curvature;
        if (!(next > a && next < b) || i % 10 == 9) {
            next = a + 0.5 * (b - a);
        }
        const bool done = fabs(next - x) <= 2.0 * DBL_EPSILON * fabs(x) || slope == 0.0;
        x = slope == 0.0 ? x : next;
        if (done || x == a || x == b) {
            break;
        }
    }
    return x;
}

/* Modes and, between them, antimodes of the Gaussian part, rising; gives how many: an odd
 * number, at most 2 K - 1. out: 2 K. */
static size_t scalar_critical(const gmix_i_scalar *s, double *out, double *work) {
    size_t n = 0, found = 0;
    for (size_t k = 0; k < s->k; k++) {
        for (int t = 0; t < STEPS && s->w[k] > 0.0; t++) {
            work[n++] = s->mu[k] + 0.25 * (t - MIDDLE) * s->sd[k];
        }
    }
    qsort(work, n, sizeof *work, compare_doubles);
    double before = 1.0; /* left of all components f rises */
    for (size_t i = 0; i + 1 < n && found < 2 * s->k; i++) {
        const double after = gmix_i_scalar_slope(s, work[i + 1], NULL);
        if ((before > 0.0) != (after > 0.0)) {
            out[found++] = find_critical(s, work[i], work[i + 1], before > 0.0);
        }
        before = after;
    }
    return found;
}

/* log f from inside a piece, whose ends may be steps of the noise. */
static double piece_density(const gmix_i_scalar *s, bool inside, double x) {
    gmix_i_scalar gaussians = *s;
    gaussians.noise = 0.0;
    const double own = gmix_i_scalar_log_density(&gaussians, x);
    if (!inside) {
        return own;
    }
    const double flat = log(s->noise / (s->upper - s->lower)), most = fmax(own, flat);
    return most + log1p(exp(fmin(own, flat) - most));
}

/* d log f / dx in a piece. */
static double piece_slope(const gmix_i_scalar *s, bool inside, double x, double log_f) {
    const double slope = gmix_i_scalar_slope(s, x, NULL);
    if (!inside) {
        return slope;
    }
    gmix_i_scalar gaussians = *s;
    gaussians.noise = 0.0;
    return slope * exp(gmix_i_scalar_log_density(&gaussians, x) - log_f);
}

/* Where log f is `level` in a piece that crosses it. */
static double find_end(const gmix_i_scalar *s, const piece *p, double level) {
    const bool rises = p->fb > p->fa;
    double a = p->a, b = p->b, x = 0.5 * (a + b);
    for (int i = 0; i < 300 && a < b; i++) {
        const double f = piece_density(s, p->inside, x);
        if ((f < level) == rises) {
            a = x;
        } else {
            b = x;
        }
        double next = x - (f - level) / piece_slope(s, p->inside, x, f);
        if (!(next > a && next < b) || i % 10 == 9) {
            next = a + 0.5 * (b - a);
        }
        const bool done = fabs(next - x) <= 2.0 * DBL_EPSILON * fabs(x) || f == level;
        x = f == level ? x : next;
        if (done || x == a || x == b) {
            break;
        }
    }
    return x;
}

static size_t make_pieces(const gmix_i_scalar *s, double *work, piece *pieces) {
    double *const ends = work + s->k * STEPS;
    size_t n = scalar_critical(s, ends, work);
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < s->k; k++) {
        if (s->w[k] > 0.0) {
            const double reach = gmix_i_scalar_reach(s, k) * s->sd[k];
            low = fmin(low, s->mu[k] - reach);
            high = fmax(high, s->mu[k] + reach);
        }
    }
    if (s->noise > 0.0) {
        low = fmin(low, s->lower);
        high = fmax(high, s->upper);
        ends[n++] = s->lower;
        ends[n++] = s->upper;
    }
    ends[n++] = low;
    ends[n++] = high;
    qsort(ends, n, sizeof *ends, compare_doubles);
    size_t count = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        if (ends[i] < ends[i + 1]) {
            piece p = {.a = ends[i], .b = ends[i + 1]};
            const double middle = 0.5 * (p.a + p.b);
            p.inside = s->noise > 0.0 && middle > s->lower && middle < s->upper;
            p.fa = piece_density(s, p.inside, p.a);
            p.fb = piece_density(s, p.inside, p.b);
            pieces[count++] = p;
        }
    }
    return count;
}

/* The region above a level: its intervals, its probability, and minus dP / d log c. */
static size_t cut(const gmix_i_scalar *s, const piece *pieces, size_t n, double level,
                  double *intervals, double *mass, double *slope) {
    size_t count = 0;
    *mass = *slope = 0.0;
    for (size_t i = 0; i < n; i++) {
        const piece *const p = &pieces[i];
        double a = p->a, b = p->b;
        if (p->fa <= level && p->fb <= level) {
            continue;
        }
        if (p->fa <= level || p->fb <= level) {
            const double end = find_end(s, p, level);
            *(p->fa <= level ? &a : &b) = end;
            *slope += exp(level) / fabs(piece_slope(s, p->inside, end, level));
        }
        *mass += gmix_i_scalar_between(s, a, b);
        if (count > 0 && intervals[2 * count - 1] == a) {
            intervals[2 * count - 1] = b;
        } else {
            intervals[2 * count] = a;
            intervals[2 * count + 1] = b;
            count++;
        }
    }
    return count;
}

/* The highest level, and one at which the region holds `mass`. */
static void bracket_level(const gmix_i_scalar *s, const piece *pieces, size_t n,
                          double mass, double *intervals, double *low, double *high) {
    double reached = 0.0, slope, down = 1.0;
    *high = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        *high = fmax(*high, fmax(pieces[i].fa, pieces[i].fb));
    }
    do {
        *low = *high - down;
        cut(s, pieces, n, *low, intervals, &reached, &slope);
        down *= 2.0;
    } while (reached < mass && down < 4000.0);
}

size_t gmix_i_scalar_region(const gmix_i_scalar *s, double mass, double *level,
                            double *intervals, double *work) {
    const size_t room = 2 * s->k + 4;
    piece *const pieces = (piece *)(void *)(work + s->k * STEPS + 2 * s->k + room);
    const size_t n = make_pieces(s, work, pieces);
    double low, high, reached = mass, slope = 0.0;
    bracket_level(s, pieces, n, mass, intervals, &low, &high);
    double x = low;
    for (int i = 0; i < 200 && low < high; i++) {
        cut(s, pieces, n, x, intervals, &reached, &slope);
        if (reached >= mass) {
            low = x;
        } else {
            high = x;
        }
        double next = x + (reached - mass) / slope;
        if (!(next > low && next < high) || i % 10 == 9) {
            next = low + 0.5 * (high - low);
        }
        if (fabs(next - x) <= 1e-15 * fmax(1.0, fabs(x)) || next == low || next == high) {
            break;
        }
        x = next;
    }
    if (fabs(reached - mass) >
        1e-9) { /* a step of the noise's height: not less than mass */
        x = low;
    }
    *level = exp(x);
    return cut(s, pieces, n, x, intervals, &reached, &slope);
}
