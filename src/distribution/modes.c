/*
 * Modes and saddles. See gmix/regions.h and climb.h.
 *
 * Critical points of a mixture lie on its ridgeline surface (Ray & Lindsay 2005); for components
 * i and j it is the line
 *
 *     x(a) = ((1 - a) P_i + a P_j)^-1 ((1 - a) P_i mu_i + a P_j mu_j),   0 <= a <= 1.
 *
 * The slope of the whole mixture along it shows where to begin: where it falls through 0, the way leads up to
 * modes, where it rises through 0, to saddles, where Newton's method ends; so do the middles of three. Where two
 * modes are about to become one, all three points lie close together, so that places nearer and
 * nearer to each root are looked at, too. What it ends at counts only if the
 * Hessian has the signs of what was looked for.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/regions.h>

#include "base/limit.h"
#include "distribution/climb.h"
#include "distribution/owned.h"

enum {
    LINE = 65,
    CLOSE = 60,
    FEW = 40,
    FEW_FOR_TRIPLES = 12,
    NEAREST = 8,
    ROWS_PER_TASK = 64
};

static const double SAME = 1e-6; /* in the frame: points this near are one */
static const double FLAT = 1e-4; /* and modes this near without a valley between them */

/* Points found so far. */
typedef struct points {
    size_t n, capacity;
    double *at; /* n x D */
} points;

typedef struct finder {
    gmix_i_hill hill;
    points modes, saddles;
    size_t *joins, joins_capacity; /* 2 for every saddle */
    double *work, *x, *up;         /* climb work; D; D */
    double *matrix, *root;         /* D x D */
    double *way, *line, *top;      /* D; D; D: the highest place that an ascent came to */
    double height;                 /* there */
} finder;

static double distance2(size_t d, const double *a, const double *b) {
    double square = 0.0;
    for (size_t j = 0; j < d; j++) {
        square += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return square;
}

/* The place of a point among those there are, or n. */
static size_t find_point(const points *p, size_t d, const double *x) {
    for (size_t i = 0; i < p->n; i++) {
        if (distance2(d, p->at + i * d, x) < SAME * SAME) {
            return i;
        }
    }
    return p->n;
}

static gmix_status add_point(gmix_ctx *ctx, points *p, size_t d, const double *x) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(
        gmix_i_grow(ctx, "modes", &p->at, &p->capacity, (p->n + 1) * d, sizeof *p->at));
    memcpy(p->at + p->n++ * d, x, d * sizeof *x);
done:
    return status;
}

/* The place of the mode at x, or n. Where two modes have just become one, its top is so flat that
 * it is found only to a root of the precision: then no valley shows between what is found. */
static size_t find_mode(finder *f, const double *x) {
    const size_t d = f->hill.model->d;
    double *const middle = f->matrix;
    for (size_t i = 0; i < f->modes.n; i++) {
        const double *const at = f->modes.at + i * d;
        const double square = distance2(d, at, x);
        if (square < SAME * SAME) {
            return i;
        }
        if (square < FLAT * FLAT) {
            for (size_t j = 0; j < d; j++) {
                middle[j] = 0.5 * (at[j] + x[j]);
            }
            const double top = fmin(gmix_i_hill_at(&f->hill, at, NULL, NULL, f->work),
                                    gmix_i_hill_at(&f->hill, x, NULL, NULL, f->work));
            if (gmix_i_hill_at(&f->hill, middle, NULL, NULL, f->work) >=
                top - 4.0 * DBL_EPSILON * fmax(1.0, fabs(top))) {
                return i;
            }
        }
    }
    return f->modes.n;
}

static void note_top(finder *f, const double *x) {
    const double height = gmix_i_hill_at(&f->hill, x, NULL, NULL, f->work);
    if (height > f->height) {
        f->height = height;
        memcpy(f->top, x, f->hill.model->d * sizeof *x);
    }
}

/* The mode above x (used up); *which: its place, SIZE_MAX if the ascent ends at none. */
static gmix_status ascend(gmix_ctx *ctx, finder *f, double *x, size_t *which) {
    const size_t d = f->hill.model->d;
    size_t n_up = 0;
    *which = SIZE_MAX;
    note_top(f, x);
    if (!gmix_i_climb(&f->hill, x, f->work)) {
        return GMIX_OK;
    }
    note_top(f, x);
    double *const settled = f->root; /* free here: D x D holds D */
    memcpy(settled, x, d * sizeof *x);
    if (!gmix_i_settle(&f->hill, settled, &n_up, f->line, f->work) || n_up > 0 ||
        distance2(d, settled, x) > SAME) {
        return GMIX_OK;
    }
    *which = find_mode(f, settled);
    return *which < f->modes.n ? GMIX_OK : add_point(ctx, &f->modes, d, settled);
}

/* x(a) between components i and j, in f->x; gives the slope of log p there, by a. */
static double on_line(finder *f, size_t i, size_t j, double a) {
    const gmix_model *const m = f->hill.model;
    const size_t d = m->d;
    const double *const pi = f->hill.precision + i * d * d;
    const double *const pj = f->hill.precision + j * d * d;
    const double *const mi = m->params.means + i * d, *const mj = m->params.means + j * d;
    memset(f->x, 0, d * sizeof *f->x);
    memset(f->way, 0, d * sizeof *f->way);
    for (size_t r = 0; r < d * d; r++) {
        f->matrix[r] = (1.0 - a) * pi[r] + a * pj[r];
        f->x[r / d] += (1.0 - a) * pi[r] * mi[r % d] + a * pj[r] * mj[r % d];
    }
    gmix_i_solve_definite(d, f->matrix, f->x, f->root);
    for (size_t r = 0; r < d * d; r++) {
        f->way[r / d] +=
            pj[r] * (mj[r % d] - f->x[r % d]) - pi[r] * (mi[r % d] - f->x[r % d]);
    }
    gmix_i_solve_definite(d, f->matrix, f->way, f->root);
    return gmix_i_hill_along(&f->hill, f->x, f->way, f->work);
}

/* The mode nearest to x (SIZE_MAX: none) on the side of it that `way` points to. */
static size_t nearest_mode(const finder *f, const double *x, const double *way,
                           double side) {
    const size_t d = f->hill.model->d;
    size_t best = SIZE_MAX;
    double least = INFINITY;
    for (size_t i = 0; i < f->modes.n; i++) {
        const double *const at = f->modes.at + i * d;
        double along = 0.0;
        for (size_t j = 0; j < d; j++) {
            along += side * way[j] * (at[j] - x[j]);
        }
        if (along > 0.0 && distance2(d, at, x) < least) {
            least = distance2(d, at, x);
            best = i;
        }
    }
    return best;
}

/* A saddle from x, and the modes on its two sides. */
static gmix_status add_saddle(gmix_ctx *ctx, finder *f) {
    gmix_status status = GMIX_OK;
    const size_t d = f->hill.model->d;
    size_t n_up;
    if (!gmix_i_settle(&f->hill, f->x, &n_up, f->up, f->work) || n_up != 1 ||
        find_point(&f->saddles, d, f->x) < f->saddles.n) {
        return GMIX_OK;
    }
    GMIX_TRY(add_point(ctx, &f->saddles, d, f->x));
    GMIX_TRY(gmix_i_grow(ctx, "saddles", &f->joins, &f->joins_capacity, 2 * f->saddles.n,
                         sizeof *f->joins));
    size_t *const ends = f->joins + 2 * (f->saddles.n - 1);
    const double *const at = f->saddles.at + (f->saddles.n - 1) * d;
    memcpy(f->way, f->up, d * sizeof *f->way);
    for (size_t side = 0; side < 2; side++) {
        for (size_t j = 0; j < d; j++) {
            f->x[j] = at[j] + (side ? 1e-3 : -1e-3) * f->way[j];
        }
        GMIX_TRY(ascend(ctx, f, f->x, &ends[side]));
        if (ends[side] == SIZE_MAX) {
            ends[side] = nearest_mode(f, at, f->way, side ? 1.0 : -1.0);
        }
    }
    if (ends[0] == SIZE_MAX || ends[1] == SIZE_MAX || ends[0] == ends[1]) {
        f->saddles.n--; /* a dent of rounding in a flat top */
    }
done:
    return status;
}

/* Where the slope changes its sign between low and high; in f->x. Gives the place. */
static double bisect(finder *f, size_t i, size_t j, double low, double high,
                     bool rising) {
    for (int t = 0; t < 60 && low < high; t++) {
        const double middle = 0.5 * (low + high), slope = on_line(f, i, j, middle);
        if (slope == 0.0 || middle == low || middle == high) {
            return middle;
        }
        if ((slope > 0.0) == rising) {
            high = middle;
        } else {
            low = middle;
        }
    }
    on_line(f, i, j, 0.5 * (low + high));
    return 0.5 * (low + high);
}

static gmix_status take_root(gmix_ctx *ctx, finder *f, size_t i, size_t j, double low,
                             double high, bool rising) {
    size_t which;
    bisect(f, i, j, low, high, rising);
    return rising ? add_saddle(ctx, f) : ascend(ctx, f, f->x, &which);
}

/* Roots between two places of the line: one, and those that may lie close by, told by places
 * nearer and nearer to it. Modes first, so that saddles have something to join. */
static gmix_status take_roots(gmix_ctx *ctx, finder *f, size_t i, size_t j, double low,
                              double high, bool rising) {
    gmix_status status = GMIX_OK;
    double at[2 * CLOSE + 2], slope[2 * CLOSE + 2];
    const double root = bisect(f, i, j, low, high, rising);
    size_t n = 0;
    for (int t = 0; t <= CLOSE;
         t++) { /* nearer to the root from below, by powers of .7 */
        at[n++] = root - (root - low) * pow(0.7, t);
    }
    for (int t = CLOSE; t >= 0; t--) {
        at[n++] = root + (high - root) * pow(0.7, t);
    }
    size_t kept = 0;
    for (size_t p = 0; p < n; p++) { /* without those that rounding hides */
        slope[kept] = on_line(f, i, j, at[p]);
        at[kept] = at[p];
        kept += slope[kept] != 0.0;
    }
    for (int saddles = 0; saddles < 2; saddles++) {
        for (size_t p = 1; p < kept; p++) {
            const bool up = slope[p] > 0.0;
            if ((slope[p - 1] > 0.0) != up && up == (saddles == 1)) {
                GMIX_TRY(take_root(ctx, f, i, j, at[p - 1], at[p], up));
            }
        }
    }
done:
    return status;
}

static gmix_status walk_line(gmix_ctx *ctx, finder *f, size_t i, size_t j) {
    gmix_status status = GMIX_OK;
    double at[LINE], slope[LINE];
    size_t n = 0;
    for (size_t p = 0; p < LINE; p++) {
        at[n] = (double)p / (LINE - 1);
        slope[n] = on_line(f, i, j, at[n]);
        n += slope[n] != 0.0;
    }
    for (int saddles = 0; saddles < 2; saddles++) {
        for (size_t p = 1; p < n; p++) {
            const bool up = slope[p] > 0.0;
            if ((slope[p - 1] > 0.0) != up && up == (saddles == 1)) {
                GMIX_TRY(take_roots(ctx, f, i, j, at[p - 1], at[p], up));
            }
        }
    }
done:
    return status;
}

/* Is j among the components nearest to i, or are there few? */
static bool is_near(const finder *f, size_t i, size_t j) {
    const gmix_model *const m = f->hill.model;
    const size_t d = m->d;
    const double own = distance2(d, m->params.means + i * d, m->params.means + j * d);
    size_t nearer = 0;
    for (size_t c = 0; c < m->k && m->k > FEW; c++) {
        nearer += c != i &&
                  distance2(d, m->params.means + i * d, m->params.means + c * d) < own;
    }
    return nearer < NEAREST;
}

/* The middle of the ridgeline surface of three components, (P_i + P_j + P_l)^-1 (...): more modes
 * than components lie there. */
static gmix_status try_triple(gmix_ctx *ctx, finder *f, const size_t of[3]) {
    const gmix_model *const m = f->hill.model;
    const size_t d = m->d;
    size_t which;
    memset(f->x, 0, d * sizeof *f->x);
    memset(f->matrix, 0, d * d * sizeof *f->matrix);
    for (size_t i = 0; i < 3; i++) {
        const double *const p = f->hill.precision + of[i] * d * d;
        for (size_t r = 0; r < d * d; r++) {
            f->matrix[r] += p[r];
            f->x[r / d] += p[r] * m->params.means[of[i] * d + r % d];
        }
    }
    gmix_i_solve_definite(d, f->matrix, f->x, f->root);
    return ascend(ctx, f, f->x, &which);
}

static gmix_status try_triples(gmix_ctx *ctx, finder *f) {
    gmix_status status = GMIX_OK;
    const gmix_model *const m = f->hill.model;
    for (size_t i = 0; i < m->k; i++) {
        for (size_t j = i + 1; j < m->k; j++) {
            for (size_t l = j + 1; l < m->k; l++) {
                if (m->weights[i] * m->weights[j] * m->weights[l] > 0.0) {
                    GMIX_TRY(try_triple(ctx, f, (size_t[]){i, j, l}));
                }
            }
        }
    }
done:
    return status;
}

static gmix_status search_all(gmix_ctx *ctx, finder *f) {
    gmix_status status = GMIX_OK;
    const gmix_model *const m = f->hill.model;
    size_t which;
    for (size_t c = 0; c < m->k; c++) {
        if (m->weights[c] > 0.0) {
            memcpy(f->x, m->params.means + c * m->d, m->d * sizeof *f->x);
            GMIX_TRY(ascend(ctx, f, f->x, &which));
        }
    }
    for (size_t i = 0; i < m->k; i++) {
        GMIX_TRY(gmix_i_poll(ctx));
        for (size_t j = i + 1; j < m->k; j++) {
            if (m->weights[i] > 0.0 && m->weights[j] > 0.0 &&
                (is_near(f, i, j) || is_near(f, j, i))) {
                GMIX_TRY(walk_line(ctx, f, i, j));
            }
        }
    }
    if (m->d > 1 && m->k <= FEW_FOR_TRIPLES) {
        GMIX_TRY(try_triples(ctx, f));
    }
    /* Beside a covariance that is next to singular rounding gives Hessians any sign: no end of an ascent may pass,
     * but the density has a mode, and none of the places seen is higher. */
    if (f->modes.n == 0 && f->height > -INFINITY) {
        GMIX_TRY(add_point(ctx, &f->modes, m->d, f->top));
    }
done:
    return status;
}

/* log p in the data's units, noise and all. */
static double full_density(const finder *f, const double *x) {
    const gmix_model *const m = f->hill.model;
    const double own =
        gmix_i_hill_at(&f->hill, x, NULL, NULL, f->work) - m->frame.log_det;
    if (m->weights[m->k] == 0.0) {
        return own;
    }
    bool inside = true;
    for (size_t j = 0; j < m->d; j++) {
        const double at = m->frame.shift[j] + m->frame.scale[j] * x[j];
        inside = inside && at >= m->noise.lower[j] && at <= m->noise.upper[j];
    }
    const double flat = log(m->weights[m->k]) - m->noise.log_volume;
    const double most = fmax(own, flat);
    return inside ? most + log1p(exp(fmin(own, flat) - most)) : own;
}

/* A point's place in the list and its height; highest first, then in the order found. */
typedef struct rank {
    double height;
    size_t from;
} rank;

static int compare_ranks(const void *a, const void *b) {
    const rank *const x = a, *const y = b;
    return x->height != y->height ? (x->height < y->height) - (x->height > y->height)
                                  : (x->from > y->from) - (x->from < y->from);
}

static void rank_points(const finder *f, const points *p, rank *ranks) {
    for (size_t i = 0; i < p->n; i++) {
        ranks[i] = (rank){full_density(f, p->at + i * f->hill.model->d), i};
    }
    qsort(ranks, p->n, sizeof *ranks, compare_ranks);
}

static void put_points(const finder *f, const points *p, const rank *ranks, double *at,
                       double *heights) {
    const gmix_i_frame *const frame = &f->hill.model->frame;
    const size_t d = f->hill.model->d;
    for (size_t i = 0; i < p->n; i++) {
        heights[i] = ranks[i].height;
        for (size_t j = 0; j < d; j++) {
            at[i * d + j] =
                frame->shift[j] + frame->scale[j] * p->at[ranks[i].from * d + j];
        }
    }
}

static gmix_status put_result(gmix_ctx *ctx, const finder *f, gmix_modes *out) {
    gmix_status status = GMIX_OK;
    const size_t d = f->hill.model->d, n = f->modes.n, s = f->saddles.n;
    rank *ranks = NULL;
    gmix_modes made = {.n = n, .d = d, .n_saddles = s};
    GMIX_TRY(gmix_i_calloc(ctx, "modes", n + s, sizeof *ranks, &ranks));
    GMIX_TRY(gmix_i_owned_new(ctx, "modes",
                              (n + s) * (d + 1) * sizeof(double) + 2 * s * sizeof(size_t),
                              &made.owner));
    made.at = gmix_i_owned(made.owner);
    made.log_density = made.at + n * d;
    made.saddles = made.log_density + n;
    made.saddle_density = made.saddles + s * d;
    made.joins = (size_t *)(void *)(made.saddle_density + s);
    rank *const of_saddles = ranks + n;
    rank_points(f, &f->modes, ranks);
    rank_points(f, &f->saddles, of_saddles);
    put_points(f, &f->modes, ranks, made.at, made.log_density);
    put_points(f, &f->saddles, of_saddles, made.saddles, made.saddle_density);
    for (size_t i = 0; i < 2 * s; i++) {
        const size_t was = f->joins[2 * of_saddles[i / 2].from + i % 2];
        size_t now = 0;
        while (now < n && ranks[now].from != was) {
            now++;
        }
        made.joins[i] = now;
    }
    *out = made;
done:
    gmix_i_free(ctx, ranks);
    return status;
}

static gmix_status finder_new(gmix_ctx *ctx, const gmix_model *model, finder *f) {
    gmix_status status = GMIX_OK;
    const size_t d = model->d, climb = gmix_i_climb_work(model->k, d);
    GMIX_TRY(gmix_i_hill_new(ctx, model, &f->hill));
    GMIX_TRY(
        gmix_i_calloc(ctx, "modes", climb + 5 * d + 2 * d * d, sizeof(double), &f->work));
    f->x = f->work + climb;
    f->up = f->x + d;
    f->matrix = f->up + d;
    f->root = f->matrix + d * d;
    f->way = f->root + d * d;
    f->line = f->way + d;
    f->top = f->line + d;
    f->height = -INFINITY;
done:
    return status;
}

static void finder_free(gmix_ctx *ctx, finder *f) {
    gmix_i_hill_free(ctx, &f->hill);
    gmix_i_free(ctx, f->work);
    gmix_i_free(ctx, f->modes.at);
    gmix_i_free(ctx, f->saddles.at);
    gmix_i_free(ctx, f->joins);
}

gmix_status gmix_modes_find(gmix_ctx *ctx, const gmix_model *model, gmix_modes *out) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    finder f = {0};
    if (!model || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    GMIX_TRY(gmix_i_model_is_within_reach(ctx, model));
    GMIX_TRY(finder_new(ctx, model, &f));
    GMIX_TRY(search_all(ctx, &f));
    GMIX_TRY(put_result(ctx, &f, out));
done:
    finder_free(ctx, &f);
    return status;
}

void gmix_modes_free(gmix_modes *modes) {
    if (modes) {
        gmix_i_owned_free(&modes->owner);
        *modes = (gmix_modes){0};
    }
}
