/*
 * Variances along known axes. See variances.h. Celeux & Govaert (1995), section 4.
 *
 * Shared shape, v_kj = lambda_k a_j: in logarithms the problem is convex, and each half of
 *
 *     lambda_k = sum_j b_kj / a_j / (D n_k),   a_j = sum_k b_kj / lambda_k / n
 *
 * is an exact minimum in its block (it is Sinkhorn's scaling of the matrix b). The floor,
 * lambda_k a_j >= floor_j, bounds each block by a box, so alternating still ends in the one
 * minimum.
 *
 * Shared volume, with u_kj = v_kj / floor_j in [1, range], b_kj measured alike, and L the
 * log-volume sum_j log u_kj: for given L the minimum is u_kj = min(max(1, b_kj / mu_k), range),
 * with the water level mu_k(L) that gives the volume; and L solves sum_k mu_k(L) = n. Both are
 * roots of decreasing functions, convex but for the range, found by Newton's method from the
 * left, without overshoot: L from the closed form without a floor, lambda = sum_k |b_k|^(1/D) /
 * n, mu_k = |b_k|^(1/D) / lambda, which is the result where no bound binds. The range binds
 * where a component has scatter along few of its axes only: to have the volume of the others it
 * would be stretched without limit along those. There mu_k(L) has jumps, and bisection takes
 * over.
 */
#include <math.h>
#include <string.h>

#include "family/variances.h"

enum { NEWTON_ROUNDS = 30, MAX_ROUNDS = 200 };
static const double NO_SCATTER = 1e-300; /* in floors: all axes without any are alike */

static double total_n(const gmix_i_moments *m) {
    double n = 0.0;
    for (size_t c = 0; c < m->k; c++) {
        n += gmix_i_moments_n(m, c);
    }
    return n;
}

void gmix_i_own_variances(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                          const double *floor, double *v, double *work) {
    (void)work;
    for (size_t c = 0; c < m->k; c++) {
        const double n = gmix_i_moments_n(m, c);
        const double *const b = gmix_i_moments_scatter(m, c);
        if (!(n > 0.0)) {
            continue;
        }
        bounds->at_floor[c] = false;
        for (size_t j = 0; j < m->d; j++) {
            const double own = b[j] / n;
            bounds->at_floor[c] =
                bounds->at_floor[c] || gmix_i_is_at_floor(own, floor[j]);
            v[c * m->d + j] = fmax(own, floor[j]);
        }
    }
}

void gmix_i_shared_variances(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                             const double *floor, double *v, double *work) {
    (void)work;
    const double n = total_n(m);
    bool binding = false;
    for (size_t j = 0; j < m->d; j++) {
        double sum = 0.0;
        for (size_t c = 0; c < m->k; c++) {
            sum += gmix_i_moments_scatter(m, c)[j];
        }
        binding = binding || gmix_i_is_at_floor(sum / n, floor[j]);
        v[j] = fmax(sum / n, floor[j]);
    }
    gmix_i_spread_first(m->k, m->d, v);
    memset(bounds->at_floor, binding, m->k * sizeof *bounds->at_floor);
}

/* a_j = sum_k b_kj / lambda_k / n, but no less than floor_j / min lambda. */
static void set_shape(const gmix_i_moments *m, const double *floor, double n,
                      const double *lambda, double *a) {
    double least = INFINITY;
    memset(a, 0, m->d * sizeof *a);
    for (size_t c = 0; c < m->k; c++) {
        const double *const b = gmix_i_moments_scatter(m, c);
        const double precision = 1.0 / lambda[c];
        least = lambda[c] < least ? lambda[c] : least;
        for (size_t j = 0; j < m->d; j++) {
            a[j] += b[j] * precision;
        }
    }
    for (size_t j = 0; j < m->d; j++) {
        const double own = a[j] / n, held = floor[j] / least;
        a[j] = own > held ? own : held;
    }
}

/* lambda_k, but no less than max_j floor_j / a_j; the largest relative change. inverse: D, scratch. */
static double set_volumes(const gmix_i_moments *m, const double *floor, const double *a,
                          double *lambda, double *inverse) {
    double least = 0.0, change = 0.0;
    for (size_t j = 0; j < m->d; j++) {
        inverse[j] = 1.0 / a[j];
        least = fmax(least, floor[j] * inverse[j]);
    }
    for (size_t c = 0; c < m->k; c++) {
        const double n = gmix_i_moments_n(m, c);
        const double *const b = gmix_i_moments_scatter(m, c);
        double sum = 0.0;
        for (size_t j = 0; j < m->d; j++) {
            sum += b[j] * inverse[j];
        }
        const double own = n > 0.0 ? sum / (n * (double)m->d) : lambda[c];
        const double next = own > least ? own : least, off = fabs(next / lambda[c] - 1.0);
        change = off > change ? off : change;
        lambda[c] = next;
    }
    return change;
}

void gmix_i_shared_shape(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                         const double *floor, double *v, double *work) {
    const double n = total_n(m);
    double *const lambda = work, *const a = work + m->k, *const inverse = a + m->d;
    for (size_t c = 0; c < m->k; c++) { /* the old volumes; their unit is the shape's */
        lambda[c] = 0.0;
        for (size_t j = 0; j < m->d; j++) {
            lambda[c] += v[c * m->d + j] / (double)m->d;
        }
        lambda[c] = lambda[c] > 0.0 ? lambda[c] : 1.0;
    }
    for (int round = 0; round < 1000; round++) {
        set_shape(m, floor, n, lambda, a);
        if (!(set_volumes(m, floor, a, lambda, inverse) > 1e-14)) {
            break;
        }
    }
    for (size_t c = 0; c < m->k; c++) {
        bounds->at_floor[c] = false;
        for (size_t j = 0; j < m->d; j++) {
            const double own = lambda[c] * a[j];
            bounds->at_floor[c] = bounds->at_floor[c] || own < floor[j] * (1.0 + 1e-12);
            v[c * m->d + j] = fmax(own, floor[j]);
        }
    }
}

/* Log of the water level mu over axes whose log b is at most `top`: sum_j max(0, log b_j - log
 * mu) = volume, or without the max if there is no floor. -INFINITY if there is no such axis.
 * active: how many j are above the level. */
static double log_level_below(size_t d, const double *log_b, double top, double volume,
                              bool floored, size_t *active) {
    double level = -INFINITY;
    *active = d;
    for (size_t round = 0; round <= d; round++) {
        double sum = 0.0;
        size_t above = 0;
        for (size_t j = 0; j < d; j++) {
            if (log_b[j] <= top && (!floored || log_b[j] > level)) {
                sum += log_b[j];
                above++;
            }
        }
        if (above == 0 || (round > 0 && (!floored || above == *active))) {
            break;
        }
        *active = above;
        level = (sum - volume) / (double)above;
    }
    return level;
}

/* The same where no axis rises above the level by more than log_range: those that would are
 * held there, which lowers the level of the others. */
static double log_level(size_t d, const double *log_b, double volume, bool floored,
                        double log_range, size_t *active) {
    double top = INFINITY, level;
    for (size_t held = 0;;) {
        const double rest = held ? volume - (double)held * log_range : volume;
        level = log_level_below(d, log_b, top, rest, floored, active);
        size_t higher = 0;
        double below = -INFINITY;
        for (size_t j = 0; j < d; j++) {
            const bool high = log_b[j] - level > log_range;
            higher += high;
            below = high ? below : fmax(below, log_b[j]);
        }
        if (higher <= held) {
            return level;
        }
        held = higher;
        top = below;
    }
}

/* Without the floor: D log lambda; no more than L, and 0 where there is no such number. */
static double free_log_volume(const gmix_i_moments *m, const double *log_b,
                              double *level) {
    const size_t d = m->d;
    double top = -INFINITY, sum = 0.0;
    for (size_t c = 0; c < m->k; c++) {
        level[c] = 0.0;
        for (size_t j = 0; j < d; j++) {
            level[c] += log_b[c * d + j] / (double)d;
        }
        top = gmix_i_moments_n(m, c) > 0.0 ? fmax(top, level[c]) : top;
    }
    for (size_t c = 0; c < m->k; c++) {
        sum += gmix_i_moments_n(m, c) > 0.0 ? exp(level[c] - top) : 0.0;
    }
    const double volume = (double)d * (top + log(sum / total_n(m)));
    return isfinite(volume) ? volume : 0.0;
}

/* log sum_k mu_k(L) - log n, minus its derivative by L, and what rounding alone makes of it. */
typedef struct excess {
    double value, slope, rounding;
} excess;

/* level: K, log mu_k(L). */
static excess excess_at(const gmix_i_moments *m, const double *log_b, double volume,
                        bool floored, double log_range, double *level) {
    const double log_n = log(total_n(m));
    double top = -INFINITY, sum = 0.0, slope = 0.0;
    for (size_t c = 0; c < m->k; c++) {
        size_t active;
        level[c] = log_level(m->d, log_b + c * m->d, volume, floored, log_range, &active);
        if (gmix_i_moments_n(m, c) > 0.0 && level[c] > -INFINITY) {
            const double scale = level[c] > top ? exp(top - level[c]) : 1.0;
            top = fmax(top, level[c]);
            sum = sum * scale + exp(level[c] - top);
            slope = slope * scale + exp(level[c] - top) / (double)active;
        }
    }
    return (excess){.value = top + log(sum) - log_n,
                    .slope = slope / sum,
                    .rounding = 2e-15 * (1.0 + fabs(top) + fabs(log_n))};
}

/* L with sum_k mu_k(L) = n; 0 if the floor leaves no more. level: K, log mu_k(L). */
static double log_volume(const gmix_i_moments *m, const double *log_b, bool floored,
                         double log_range, double *level) {
    const double start = free_log_volume(m, log_b, level);
    double low = floored ? 0.0 : -INFINITY;
    double high = floored ? (double)m->d * log_range : INFINITY;
    double volume = fmin(fmax(start, low), high);
    for (int round = 0; round < MAX_ROUNDS; round++) {
        const excess e = excess_at(m, log_b, volume, floored, log_range, level);
        const bool more = e.value > e.rounding, less = e.value < -e.rounding;
        if (!more && !(less && volume > low)) {
            break;
        }
        low = more ? volume : low;
        high = more ? high : volume;
        double next = volume + e.value / e.slope;
        if (isfinite(high - low) &&
            (round >= NEWTON_ROUNDS || !(next > low && next < high))) {
            next = 0.5 * (low + high);
        }
        if (next == volume) {
            break;
        }
        volume = next;
    }
    return volume;
}

void gmix_i_shared_volume(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                          const double *floor, double *v, double *work) {
    const size_t d = m->d;
    bool floored = true;
    for (size_t j = 0; j < d; j++) {
        floored = floored && floor[j] > 0.0;
    }
    for (size_t c = 0; c < m->k; c++) {
        const double *const b = gmix_i_moments_scatter(m, c);
        const bool has_rows = gmix_i_moments_n(m, c) > 0.0;
        for (size_t j = 0; j < d; j++) {
            const double own = has_rows ? b[j] : v[c * d + j];
            v[c * d + j] = log(floored ? fmax(own / floor[j], NO_SCATTER) : own);
        }
    }
    const double log_range = floored ? log(bounds->range) : INFINITY;
    log_volume(m, v, floored, log_range, work);
    for (size_t c = 0; c < m->k; c++) {
        bounds->at_floor[c] = false;
        for (size_t j = 0; j < d; j++) {
            const double log_u = v[c * d + j] - work[c];
            const bool low = floored && log_u <= 0.0;
            bounds->at_floor[c] = bounds->at_floor[c] || low;
            v[c * d + j] =
                floored ? floor[j] * exp(fmin(fmax(log_u, 0.0), log_range)) : exp(log_u);
        }
    }
}
