/*
 * The step of a grid, from the values on it. See resolution.h.
 *
 *   exactly  the greatest common divisor of all differences, by Euclid's algorithm on numbers that
 *            are true to a few units in the last place of the largest; a step must be well above
 *   nearly   some values lie elsewhere (a typo, a mean of two readings): the gap that most
 *            rows have to a neighbour, a small part of it, or its divisor with the heaviest values,
 *            if nearly all rows agree
 *   coarser  nearly all rows lie on a small multiple of the divisor (heaped values: ages in fives,
 *            a half here and there)
 *
 * Values that come again and again without a grid (codes, logarithms of counts) are told apart by
 * the smallest gap, and one that repeats among others that do not by no more than to its
 * neighbour: such a gap then stands for the step.
 * Rejected: the smallest gap (one odd value decides), the usual gap alone (too wide where most
 * places of a fine grid are empty), digits after the point (they change with the unit).
 */
#include "data/resolution.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/threads.h"
#include "data/subset.h"

static const double NEARLY_ALL =
    0.95; /* of rows, those of the most frequent value aside */
/* Least width of a component, in steps. */
static const double LEAST_WIDTH = 0.5;
static const double LEAST_STEP = 100.0; /* in the accuracy of a difference */

enum {
    MOST_PARTS = 10,
    FEW_VALUES = 4, /* may lie on a grid by chance, unless they come again and again */
    ENOUGH_ROWS = 20,
    AGAIN = 5 /* times a value comes on average */
};

/* Distinct values in order. */
typedef struct values {
    size_t n;
    const gmix_i_weighted *at;
    size_t mode;     /* the heaviest */
    double total;    /* of w */
    double accuracy; /* of a difference of two */
} values;

static int by_value(const void *a, const void *b) {
    const double x = ((const gmix_i_weighted *)a)->x, y = ((const gmix_i_weighted *)b)->x;
    return (x > y) - (x < y);
}

static values collect(size_t n, gmix_i_weighted *at) {
    values v = {.at = at};
    qsort(at, n, sizeof *at, by_value);
    for (size_t i = 0; i < n; i++) {
        v.total += at[i].w;
        if (v.n > 0 && at[v.n - 1].x == at[i].x) {
            at[v.n - 1].w += at[i].w;
        } else {
            at[v.n++] = at[i];
        }
    }
    for (size_t i = 1; i < v.n; i++) {
        v.mode = at[i].w > at[v.mode].w ? i : v.mode;
    }
    return v;
}

/* A value that is not whole steps away, by how much; `first`: not the heaviest, but the first. */
typedef struct odd_value {
    double w, off;
    bool first;
} odd_value;

/* The weight of values whole steps away from `origin`, itself left aside, going one way. The step
 * is set right by those further and further away. */
static double weight_on(const values *v, size_t origin, int way, double *step,
                        odd_value *odd) {
    double sum = 0.0, known = *step;
    for (size_t i = origin; way > 0 ? ++i < v->n : i-- > 0;) {
        const double far = fabs(v->at[i].x - v->at[origin].x);
        const double times = round(far / *step), miss = fabs(far - times * *step);
        const double slack = v->accuracy * (1.0 + far / known);
        if (times > 0.0 && miss <= fmin(slack, 0.05 * *step)) {
            *step = far / times;
            known = far;
            sum += v->at[i].w;
        } else if (odd->off == 0.0 || (!odd->first && v->at[i].w > odd->w)) {
            odd->w = v->at[i].w;
            odd->off = miss;
        }
    }
    return sum;
}

/* The greatest common divisor of all differences; 0: as good as none. */
static double exact_step(const values *v) {
    double step = INFINITY;
    for (size_t i = 1; i < v->n; i++) {
        step = fmin(step, v->at[i].x - v->at[i - 1].x);
    }
    while (step >= LEAST_STEP * v->accuracy) {
        double right = step;
        odd_value odd = {.first = true};
        weight_on(v, 0, 1, &right, &odd);
        if (odd.off == 0.0) {
            return right;
        }
        step = odd.off;
    }
    return 0.0;
}

/* True if nearly all rows lie whole steps from the most frequent value; sets the step right. *off: by how much
 * the heaviest of the others misses. */
static bool fits_most(const values *v, double *step, double *off) {
    double up = *step, down = *step;
    odd_value odd = {0};
    *off = 0.0;
    if (!(*step >= LEAST_STEP * v->accuracy)) {
        return false;
    }
    const double above = weight_on(v, v->mode, 1, &up, &odd);
    const double below = weight_on(v, v->mode, -1, &down, &odd);
    *off = odd.off;
    *step = above > below ? up : down;
    /* Beside a mode of all the weight but rounding, nothing fits any step. */
    return above + below > 0.0 &&
           above + below >= NEARLY_ALL * (v->total - v->at[v->mode].w);
}

/* The gap that most rows have to a neighbour. */
static double usual_gap(const values *v, gmix_i_weighted *gaps) {
    double half = 0.0, sum = 0.0;
    for (size_t i = 0; i + 1 < v->n; i++) {
        gaps[i] = (gmix_i_weighted){.x = v->at[i + 1].x - v->at[i].x,
                                    .w = fmin(v->at[i + 1].w, v->at[i].w)};
        half += 0.5 * gaps[i].w;
    }
    qsort(gaps, v->n - 1, sizeof *gaps, by_value);
    size_t i = 0;
    while (i + 2 < v->n && sum + gaps[i].w < half) {
        sum += gaps[i++].w;
    }
    return gaps[i].x;
}

/* The largest step that nearly all rows agree on, from a smaller one by small factors. */
static double coarsest(const values *v, double step) {
    for (int times = MOST_PARTS; times > 1; times--) {
        double more = times * step, off;
        if (fits_most(v, &more, &off)) {
            step = more;
            times = MOST_PARTS + 1;
        }
    }
    return step;
}

/* The usual gap, a small part of it, or what Euclid's algorithm makes of it and the heaviest values, if nearly all
 * rows agree; 0: they do not. */
static double nearly_step(const values *v, gmix_i_weighted *gaps) {
    const double usual = usual_gap(v, gaps);
    double off;
    for (int parts = 1; parts <= MOST_PARTS; parts++) {
        double part = usual / parts;
        if (fits_most(v, &part, &off)) {
            return part;
        }
    }
    double step = usual;
    while (step >= LEAST_STEP * v->accuracy) {
        if (fits_most(v, &step, &off)) {
            return step;
        }
        step = off;
    }
    return 0.0;
}

/* At the accuracy that v says. Of one odd value and a grid there is a divisor, too: two numbers have one about as
 * fine as the root of the accuracy (Dirichlet's theorem), and nearly all rows know better. */
static double step_of(const values *v, gmix_i_weighted *gaps) {
    const double exact = exact_step(v);
    return fmax(exact > 0.0 ? coarsest(v, exact) : 0.0, nearly_step(v, gaps));
}

/* 0.1 for 0.09999999999999999: ten digits, if they are as true. */
static double short_number(double x, double accuracy) {
    const double unit = pow(10.0, 10.0 - ceil(log10(x))), near = round(x * unit) / unit;
    return fabs(near - x) <= accuracy ? near : x;
}

/* Values that fit single precision may stem from there, and are then less true. */
static double grid_step(values *v, gmix_i_weighted *gaps) {
    const double most = fmax(fabs(v->at[0].x), fabs(v->at[v->n - 1].x));
    bool single = most < (double)FLT_MAX;
    for (size_t i = 0; i < v->n && single; i++) {
        single = (double)(float)v->at[i].x == v->at[i].x;
    }
    v->accuracy = 4.0 * most * (double)FLT_EPSILON;
    double step = single ? step_of(v, gaps) : 0.0;
    if (step == 0.0) {
        v->accuracy = 8.0 * most * DBL_EPSILON;
        step = step_of(v, gaps);
    }
    return step > 0.0 ? short_number(step, 0.1 * v->accuracy) : 0.0;
}

/* The share of the most frequent value if that is out of proportion: a tenth of all, and on a
 * grid three times what either neighbour has, elsewhere ten times what the others have. */
static double atom_share(const values *v, bool on_grid) {
    const gmix_i_weighted *const mode = v->at + v->mode;
    double other = 10.0 * (v->total - mode->w) / (double)(v->n - 1);
    if (on_grid) {
        other = 3.0 * fmax(v->mode > 0 ? mode[-1].w : 0.0,
                           v->mode + 1 < v->n ? mode[1].w : 0.0);
    }
    return mode->w >= fmax(0.1 * v->total, other) ? mode->w / v->total : 0.0;
}

/* What stands for the step where there is no grid: the smallest gap, or from the heaviest value
 * to its neighbour, if others are not usually closer. */
static double gap_between(const values *v, bool all, gmix_i_weighted *gaps) {
    double least = all ? INFINITY : usual_gap(v, gaps);
    for (size_t i = 1; i < v->n; i++) {
        const bool counts = all || i == v->mode || i == v->mode + 1;
        least = counts ? fmin(least, v->at[i].x - v->at[i - 1].x) : least;
    }
    return least;
}

gmix_i_grain gmix_i_grain_of(size_t n, gmix_i_weighted *at, gmix_i_weighted *gaps) {
    values v = collect(n, at);
    gmix_i_grain grain = {.n_values = v.n};
    if (v.n < 2 || (v.n <= FEW_VALUES && n < ENOUGH_ROWS)) {
        return grain;
    }
    grain.local = usual_gap(&v, gaps) * (double)v.n;
    const double step = grid_step(&v, gaps);
    const double share = atom_share(&v, step > 0.0);
    const bool repeats = n >= (size_t)AGAIN * v.n;
    grain.on_grid = step > 0.0;
    grain.step = step > 0.0               ? step
                 : repeats || share > 0.0 ? gap_between(&v, repeats, gaps)
                                          : 0.0;
    grain.atom = share > 0.0 ? at[v.mode].x : 0.0;
    grain.atom_share = share;
    return grain;
}

/*
 * The least variance of a component where values were rounded to steps of h. Rounding alone has
 * the variance h^2 / 12 (Sheppard 1898), so nothing narrower is known of any group. But a density
 * of that width, centred on a value of the grid, gives it 1.38 / h, where no distribution of values
 * gives it more than 1 / h: components would still settle on single values for the sake of
 * 0.32 nats per row and feature. Over the grid a density N(., s^2) adds up to
 *
 *     h sum_i N(i h) = 1 + 2 exp(-2 pi^2 s^2 / h^2) + ...
 *
 * or 1.39 for s^2 = h^2 / 12, 1.09 for 0.16 h^2 (a peak of 1 / h), 1.014 for h^2 / 4. Of single
 * Gaussians in 1 to 4 features, rounded to 2 to 20 values, a choice over all families and K = 1 to 5
 * found one component in 7 % without a bound, in 13, 53 and 93 % with these, and no more beyond; two
 * groups 3.5 sd apart in 20, 33, 77 and 100 %. A feature that varies less than the bound (two
 * values, one of them rare) leaves components no room to differ in width: the bound is then its
 * variance. Rejected: a share of that (half: one component in 40 %).
 */
double gmix_i_rounded_variance(double h, double sd) {
    return fmin(LEAST_WIDTH * LEAST_WIDTH * h * h, sd * sd);
}

/* Features side by side: each sorts its cells. */
typedef struct grain_search {
    const gmix_table *some;
    gmix_i_weighted *lists; /* 2 M for each thread */
    gmix_i_grain *grain;    /* D */
} grain_search;

static void find_grain(void *arg, size_t j, int thread) {
    const grain_search *const g = arg;
    const size_t m = g->some->n_rows, d = g->some->n_cols;
    const double *const x = g->some->data, *const weights = g->some->weights;
    gmix_i_weighted *const list = g->lists + (size_t)thread * 2 * m;
    size_t n = 0;
    for (size_t i = 0; i < m; i++) {
        if (weights[i] > 0.0 && !isnan(x[i * d + j])) {
            list[n++] = (gmix_i_weighted){x[i * d + j], weights[i]};
        }
    }
    if (n > 0) {
        g->grain[j] = gmix_i_grain_of(n, list, list + m);
    }
}

gmix_status gmix_i_resolution_find(gmix_ctx *ctx, const gmix_i_input *in,
                                   gmix_i_survey *survey) {
    gmix_status status = GMIX_OK;
    const size_t m = survey->n_rows < GMIX_I_GRAIN_ROWS ? (size_t)survey->n_rows
                                                        : (size_t)GMIX_I_GRAIN_ROWS;
    const double work = 50.0 * (double)m * (double)survey->d;
    const int threads = gmix_i_useful_threads(ctx->opts.n_threads, work);
    gmix_i_subset some = {0};
    grain_search g = {.some = &some.table, .grain = survey->grain};
    GMIX_TRY(gmix_i_calloc(ctx, "the resolution", 2 * m * (size_t)threads,
                           sizeof *g.lists, &g.lists));
    GMIX_TRY(gmix_i_subset_new(ctx, in, survey, m, 0, &some));
    GMIX_TRY(gmix_i_parallel_for(ctx, threads, survey->d, find_grain, &g));
done:
    gmix_i_subset_free(ctx, &some);
    gmix_i_free(ctx, g.lists);
    return status;
}
