/*
 * Probabilities of boxes under Gaussians. With S = L L^T and the box moved to the mean, the
 * variables are taken one after the other (Genz 1992):
 *
 *     d_i = Phi((a_i - sum_j<i L_ij y_j) / L_ii),  e_i the same with b_i,
 *     y_i = Phi^-1(d_i + u_i (e_i - d_i)),   P = integral over u in [0, 1]^(D-1) of
 *                                                 prod_i (e_i - d_i).
 *
 * The integral is the mean over a lattice of points u, the fractions of multiples of square roots
 * of primes, folded (the baker's transformation) and shifted at random 12 times: the spread
 * of the 12 means is the error. In two dimensions one smooth integral is left, for the
 * adaptive rule; in one, none.
 *
 * Variables with the least probability to be inside come first (Gibson, Glasbey & Elston 1994), so
 * that what is integrated varies little.
 */
#include <math.h>
#include <string.h>

#include <gmix/distribution.h>

#include "base/option_sets.h"
#include "base/rng.h"
#include "base/threads.h"
#include "distribution/quadrature.h"
#include "distribution/scalar.h"
#include "model/mixture.h"
#include "model/posterior.h"

enum { SHIFTS = 12, FIRST_POINTS = 500 };

static double phi(double z) {
    return 0.5 * erfc(-z * M_SQRT1_2);
}

/* Phi(b) - Phi(a), from the side where both are small. */
static double between(double a, double b) {
    return a > 0.0 ? phi(-a) - phi(-b) : phi(b) - phi(a);
}

/* A component, ready: in standard units, variables in their order. */
typedef struct gaussian {
    size_t d;
    double *a, *b; /* D */
    double *root;  /* packed */
} gaussian;

/* y with Phi(y) the fraction u of the way from Phi(a) to Phi(b). */
static double draw_inside(double a, double b, double u) {
    const bool turned = a > 0.0;
    const double low = turned ? phi(-b) : phi(a), high = turned ? phi(-a) : phi(b);
    const double p = low + (turned ? 1.0 - u : u) * (high - low);
    if (!(p > 0.0)) {
        return turned ? a : b;
    }
    const double y = p < 1.0 ? gmix_i_phi_inverse(log(p)) : b;
    return fmin(fmax(turned ? -y : y, a), b);
}

static double integrand(const gaussian *g, const double *u, double *y) {
    double product = 1.0;
    for (size_t i = 0; i < g->d; i++) {
        const double *const l = g->root + i * (i + 1) / 2;
        double sum = 0.0;
        for (size_t j = 0; j < i; j++) {
            sum += l[j] * y[j];
        }
        const double a = (g->a[i] - sum) / l[i], b = (g->b[i] - sum) / l[i];
        product *= between(a, b);
        if (product == 0.0) {
            break;
        }
        if (i + 1 < g->d) {
            y[i] = draw_inside(a, b, u[i]);
        }
    }
    return product;
}

/* Two dimensions: over the first, what is inside of the second. */
static double over_first(void *arg, double z) {
    const gaussian *const g = arg;
    const double *const l = g->root + 1;
    return exp(-0.5 * z * z) * 0.39894228040143267794 *
           between((g->a[1] - l[0] * z) / l[1], (g->b[1] - l[0] * z) / l[1]);
}

static double of_two(gaussian *g, double *error) {
    const double l = g->root[0], a = fmax(g->a[0] / l, -38.5),
                 b = fmin(g->b[0] / l, 38.5);
    double sum = 0.0, from = a;
    for (int to = -38; to <= 39 && from < b; to++) { /* pieces that the rule knows well */
        const double end = to < 39 ? fmin(fmax((double)to, from), b) : b;
        sum += gmix_i_integrate(over_first, g, from, end, 1e-14, error);
        from = end;
    }
    return sum;
}

/* Whole columns of a lattice for one shift. */
typedef struct shifted {
    const gaussian *g;
    const double *generator; /* D */
    gmix_i_stream stream;
    size_t first, n; /* points */
    double *sums;    /* SHIFTS */
    double *scratch; /* per shift: 3 D */
} shifted;

static void add_points(void *arg, size_t shift, int thread) {
    (void)thread;
    const shifted *const s = arg;
    const size_t d = s->g->d;
    double *const u = s->scratch + shift * 3 * d, *const y = u + d, *const by = y + d;
    for (size_t j = 0; j < d; j++) {
        double pair[2];
        gmix_i_uniform2(&s->stream, shift * d + j, pair);
        by[j] = pair[0];
    }
    double sum = 0.0;
    for (size_t i = s->first; i < s->first + s->n; i++) {
        for (size_t j = 0; j + 1 < d; j++) {
            const double at = (double)(i + 1) * s->generator[j] + by[j];
            u[j] = fabs(2.0 * (at - floor(at)) - 1.0);
        }
        sum += integrand(s->g, u, y);
    }
    s->sums[shift] += sum;
}

/* Fractional parts of square roots of the first primes. */
static void make_generator(size_t n, double *out) {
    size_t found = 0;
    for (size_t p = 2; found < n; p++) {
        bool prime = true;
        for (size_t q = 2; q * q <= p && prime; q++) {
            prime = p % q != 0;
        }
        if (prime) {
            const double root = sqrt((double)p);
            out[found++] = root - floor(root);
        }
    }
}

static void mean_of_shifts(const double *sums, size_t n, double *value, double *error) {
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < SHIFTS; i++) {
        mean += sums[i] / (double)n / SHIFTS;
    }
    for (size_t i = 0; i < SHIFTS; i++) {
        const double off = sums[i] / (double)n - mean;
        square += off * off;
    }
    *value = mean;
    *error = sqrt(square / (SHIFTS * (SHIFTS - 1.0)));
}

static gmix_status by_lattice(gmix_ctx *ctx, const gaussian *g, double tolerance,
                              const gmix_box_options *opts, size_t component,
                              double *value, double *error) {
    gmix_status status = GMIX_OK;
    double *work = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "a probability", g->d + SHIFTS * (1 + 3 * g->d),
                           sizeof *work, &work));
    make_generator(g->d, work);
    shifted s = {.g = g,
                 .generator = work,
                 .stream = gmix_i_stream_open(opts->seed, GMIX_I_RNG_BOX, component),
                 .n = FIRST_POINTS,
                 .sums = work + g->d,
                 .scratch = work + g->d + SHIFTS};
    for (;;) {
        GMIX_TRY(gmix_i_parallel_for(ctx, ctx->opts.n_threads, SHIFTS, add_points, &s));
        s.first += s.n;
        mean_of_shifts(s.sums, s.first, value, error);
        if (*error <= tolerance || 2 * s.first * SHIFTS > opts->max_points) {
            break;
        }
        s.n = s.first; /* as many again */
    }
done:
    gmix_i_free(ctx, work);
    return status;
}

static void swap_variables(size_t d, gaussian *g, double *matrix, size_t i, size_t j) {
    for (size_t l = 0; l < d; l++) {
        const double keep = matrix[i * d + l];
        matrix[i * d + l] = matrix[j * d + l];
        matrix[j * d + l] = keep;
    }
    for (size_t l = 0; l < d; l++) {
        const double keep = matrix[l * d + i];
        matrix[l * d + i] = matrix[l * d + j];
        matrix[l * d + j] = keep;
    }
    const double a = g->a[i], b = g->b[i];
    g->a[i] = g->a[j];
    g->b[i] = g->b[j];
    g->a[j] = a;
    g->b[j] = b;
}

/* The rarest first, by its own marginal. */
static void order_variables(gaussian *g, double *matrix) {
    const size_t d = g->d;
    for (size_t i = 0; i + 1 < d; i++) {
        size_t best = i;
        double least = 2.0;
        for (size_t j = i; j < d; j++) {
            const double sd = sqrt(matrix[j * d + j]);
            const double p = between(g->a[j] / sd, g->b[j] / sd);
            if (p < least) {
                least = p;
                best = j;
            }
        }
        if (best != i) {
            swap_variables(d, g, matrix, i, best);
        }
    }
}

typedef struct box {
    const gmix_model *model;
    const double *lower, *upper;
    gmix_box_options opts;
    double *matrix; /* D x D */
    gaussian g;
} box;

static void place_box(box *b, size_t c) {
    const gmix_model *const m = b->model;
    for (size_t j = 0; j < m->d; j++) {
        const double mean = m->params.means[c * m->d + j];
        b->g.a[j] = (b->lower[j] - m->frame.shift[j]) * m->frame.inv_scale[j] - mean;
        b->g.b[j] = (b->upper[j] - m->frame.shift[j]) * m->frame.inv_scale[j] - mean;
    }
}

static gmix_status of_component(gmix_ctx *ctx, box *b, size_t c, double *value,
                                double *error) {
    const gmix_model *const m = b->model;
    const gmix_i_shape *const shape = m->family->shape;
    const size_t d = m->d, len = shape->cov_len(d);
    place_box(b, c);
    *error = 0.0;
    if (shape == &gmix_i_shape_diagonal || d == 1) {
        *value = 1.0;
        for (size_t j = 0; j < d; j++) {
            const double sd =
                sqrt(shape->variance(gmix_i_model_full(m)->cov + c * len, j));
            *value *= between(b->g.a[j] / sd, b->g.b[j] / sd);
        }
        return GMIX_OK;
    }
    shape->to_matrix(d, gmix_i_model_full(m)->cov + c * len, b->matrix);
    order_variables(&b->g, b->matrix);
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            b->g.root[i * (i + 1) / 2 + j] = b->matrix[i * d + j];
        }
    }
    if (!gmix_i_cholesky(NULL, d, b->g.root, b->g.root)) {
        return gmix_i_fail(ctx, GMIX_ERR_SINGULAR,
                           "the covariance of component %zu is next to singular", c);
    }
    if (d == 2) {
        *value = of_two(&b->g, error);
        return GMIX_OK;
    }
    return by_lattice(ctx, &b->g, b->opts.tolerance, &b->opts, c, value, error);
}

static double of_noise(const box *b) {
    const gmix_model *const m = b->model;
    double inside = m->weights[m->k];
    for (size_t j = 0; j < m->d && inside > 0.0; j++) {
        const double low = fmax(b->lower[j], m->noise.lower[j]);
        const double high = fmin(b->upper[j], m->noise.upper[j]);
        inside *= fmax(high - low, 0.0) / (m->noise.upper[j] - m->noise.lower[j]);
    }
    return inside;
}

#define OPTION(...) GMIX_I_OPTION(gmix_box_options, __VA_ARGS__)

static const gmix_option_info table[] = {
    OPTION(tolerance, "real", "1e-6", 0, 1e300, NULL, "standard error to stop at"),
    OPTION(max_points, "size", "1000000", 1000, 1e9, NULL, "most points for a component"),
    OPTION(seed, "seed", "0", 0, 18446744073709551615.0, NULL,
           "seed of the shifts of the lattice"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set = GMIX_I_OPTION_SET(gmix_box_options, seed, table);

static gmix_status take_options(gmix_ctx *ctx, const gmix_box_options *given, box *b) {
    const gmix_status status = gmix_i_options_read(ctx, &set, given, &b->opts);
    if (status != GMIX_OK) {
        return status;
    }
    if (b->opts.tolerance == 0.0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "tolerance is 0: it is above that");
    }
    for (size_t j = 0; j < b->model->d; j++) {
        if (isnan(b->lower[j]) || isnan(b->upper[j])) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "a bound of feature %zu is NaN",
                               j);
        }
    }
    return GMIX_OK;
}

void gmix_box_options_init_sized(gmix_box_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

static bool is_empty(const box *b) {
    bool empty = false;
    for (size_t j = 0; j < b->model->d; j++) {
        empty = empty || !(b->lower[j] < b->upper[j]);
    }
    return empty;
}

static gmix_status sum_components(gmix_ctx *ctx, box *b, double *probability,
                                  double *variance) {
    gmix_status status = GMIX_OK;
    *probability = of_noise(b);
    *variance = 0.0;
    for (size_t c = 0; c < b->model->k; c++) {
        const double w = b->model->weights[c];
        double value = 0.0, own = 0.0;
        if (w > 0.0) {
            GMIX_TRY(of_component(ctx, b, c, &value, &own));
            *probability += w * value;
            *variance += w * own * w * own;
        }
    }
done:
    return status;
}

gmix_status gmix_box_probability(gmix_ctx *ctx, const gmix_model *model,
                                 const double *lower, const double *upper,
                                 const gmix_box_options *opts, double *probability,
                                 double *error) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "probabilities of boxes");
    gmix_status status = GMIX_OK;
    box b = {.model = model, .lower = lower, .upper = upper};
    double sum = 0.0, variance = 0.0;
    if (!model || !lower || !upper || !probability) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, a bound or the output is NULL");
    }
    GMIX_TRY(take_options(ctx, opts, &b));
    const size_t d = model->d;
    GMIX_TRY(gmix_i_calloc(ctx, "a probability", d * d + 2 * d + gmix_i_packed_len(d),
                           sizeof *b.matrix, &b.matrix));
    b.g = (gaussian){.d = d,
                     .a = b.matrix + d * d,
                     .b = b.matrix + d * d + d,
                     .root = b.matrix + d * d + 2 * d};
    if (!is_empty(&b)) {
        GMIX_TRY(sum_components(ctx, &b, &sum, &variance));
    }
    *probability = fmin(sum, 1.0);
    if (error) {
        *error = sqrt(variance);
    }
done:
    gmix_i_free(ctx, b.matrix);
    return status;
}
