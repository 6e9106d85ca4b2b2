/* Ascents on a mixture's density. See climb.h. */
#include "distribution/climb.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "model/posterior.h"

static const double LOG_2PI = 1.8378770664093454836;

gmix_status gmix_i_hill_new(gmix_ctx *ctx, const gmix_model *model, gmix_i_hill *out) {
    gmix_status status = GMIX_OK;
    const size_t k = model->k, d = model->d, len = model->family->shape->cov_len(d);
    const size_t packed = gmix_i_packed_len(d);
    double *work = NULL;
    void *bytes = NULL;
    *out = (gmix_i_hill){.model = model};
    GMIX_TRY(
        gmix_i_calloc(ctx, "precisions", k * d * d, sizeof(double), &out->precision));
    GMIX_TRY(gmix_i_calloc(ctx, "precisions", k * packed, sizeof(double), &out->factor));
    GMIX_TRY(gmix_i_calloc(ctx, "precisions", k, sizeof(double), &out->constant));
    GMIX_TRY(gmix_i_calloc(ctx, "precisions", d * d + packed, sizeof *work, &work));
    GMIX_TRY(gmix_i_calloc(ctx, "precisions", gmix_i_factor_work(d), 1, &bytes));
    for (size_t c = 0; c < k; c++) {
        double *const full = work, *const a = work + d * d;
        double *const inverse = out->factor + c * packed;
        model->family->shape->to_matrix(d, gmix_i_model_full(model)->cov + c * len, full);
        for (size_t i = 0; i < d; i++) {
            memcpy(a + i * (i + 1) / 2, full + i * d, (i + 1) * sizeof *a);
        }
        if (!gmix_i_precision_factor(NULL, d, a, inverse, bytes)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "the covariance of component %zu is next to singular", c);
        }
        gmix_i_product det = {1.0, 0.0};
        for (size_t i = 0; i < d; i++) {
            gmix_i_product_times(&det, inverse[i * (i + 1) / 2 + i]);
        }
        out->constant[c] = log(model->weights[c]) + gmix_i_product_log(&det) +
                           (model->posterior ? gmix_i_posterior_constant(model, c, d)
                                             : -0.5 * (double)d * LOG_2PI);
        gmix_i_gram(NULL, d, inverse, a);
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j <= i; j++) {
                out->precision[(c * d + i) * d + j] = a[i * (i + 1) / 2 + j];
                out->precision[(c * d + j) * d + i] = a[i * (i + 1) / 2 + j];
            }
        }
    }
done:
    gmix_i_free(ctx, work);
    gmix_i_free(ctx, bytes);
    return status;
}

void gmix_i_hill_free(gmix_ctx *ctx, gmix_i_hill *hill) {
    gmix_i_free(ctx, hill->precision);
    gmix_i_free(ctx, hill->factor);
    gmix_i_free(ctx, hill->constant);
}

size_t gmix_i_climb_work(size_t k, size_t d) {
    return k + 2 * k * d + 4 * d * d + 4 * d;
}

/* Of t at x: pulls become its own, s is noted, and what takes the place of -square / 2 is given. */
static double bend_pulls(const gmix_model *m, size_t c, const double *x, double square,
                         double *pull, double *s) {
    const size_t d = m->d;
    const bool product = gmix_i_posterior_is_product(m->posterior);
    const double df = m->posterior->t[c].df, wide = df * gmix_i_posterior_ratio(m, c);
    const double n = product ? df + 1.0 : df + (double)d;
    double l = product ? 0.0 : -0.5 * n * log1p(square / wide);
    for (size_t i = 0; i < d; i++) {
        const double own = pull[i] * (m->params.means[c * d + i] - x[i]);
        s[i] = n / (wide + (product ? own : square));
        pull[i] *= s[i];
        l -= product ? 0.5 * n * log1p(own / wide) : 0.0;
    }
    return l;
}

/* P (mean - x) into pull; gives (mean - x)^T P (mean - x). */
static double pull_of(size_t d, const double *factor, const double *mean, const double *x,
                      double *pull) {
    double square = 0.0;
    memset(pull, 0, d * sizeof *pull);
    for (size_t i = 0; i < d; i++) {
        const double *const row = factor + i * (i + 1) / 2;
        double z = 0.0;
        for (size_t j = 0; j <= i; j++) {
            z += row[j] * (mean[j] - x[j]);
        }
        for (size_t j = 0; j <= i; j++) {
            pull[j] += row[j] * z;
        }
        square += z * z;
    }
    return square;
}

/* Responsibilities (K), pulls s_k P_k (mu_k - x) (K x D) and behind them the s_k (K x D), which for
 * Gaussians are 1, at x; gives l(x). */
static double pulls_at(const gmix_i_hill *hill, const double *x, double *r,
                       double *pull) {
    const size_t k = hill->model->k, d = hill->model->d;
    const double *const means = hill->model->params.means;
    double most = -INFINITY, sum = 0.0;
    for (size_t c = 0; c < k; c++) {
        double *const s = pull + (k + c) * d;
        const double square = pull_of(d, hill->factor + c * gmix_i_packed_len(d),
                                      means + c * d, x, pull + c * d);
        for (size_t i = 0; i < d; i++) {
            s[i] = 1.0;
        }
        r[c] = hill->constant[c] +
               (hill->model->posterior
                    ? bend_pulls(hill->model, c, x, square, pull + c * d, s)
                    : -0.5 * square);
        most = fmax(most, r[c]);
    }
    for (size_t c = 0; c < k; c++) {
        r[c] = exp(r[c] - most);
        sum += r[c];
    }
    for (size_t c = 0; c < k; c++) {
        r[c] /= sum;
    }
    return most + log(sum);
}

/* What the product of two pulls counts in the Hessian. */
static double own_factor(const gmix_model *m, size_t c, bool same) {
    if (!m->posterior) {
        return 1.0;
    }
    const bool product = gmix_i_posterior_is_product(m->posterior);
    const double n = m->posterior->t[c].df + (product ? 1.0 : (double)m->d);
    return product && !same ? 1.0 : 1.0 + 2.0 / n;
}

static void slopes(const gmix_i_hill *hill, const double *r, const double *pull,
                   double *gradient, double *hessian) {
    const size_t k = hill->model->k, d = hill->model->d;
    memset(gradient, 0, d * sizeof *gradient);
    for (size_t c = 0; c < k; c++) {
        for (size_t i = 0; i < d && r[c] > 0.0; i++) {
            gradient[i] += r[c] * pull[c * d + i];
        }
    }
    for (size_t i = 0; i < d && hessian; i++) {
        for (size_t j = 0; j < d; j++) {
            double sum = -gradient[i] * gradient[j];
            for (size_t c = 0; c < k; c++) {
                if (r[c] == 0.0) { /* its pull may be no double */
                    continue;
                }
                const double factor = own_factor(hill->model, c, i == j);
                sum +=
                    r[c] * (factor * pull[c * d + i] * pull[c * d + j] -
                            pull[(k + c) * d + i] * hill->precision[(c * d + i) * d + j]);
            }
            hessian[i * d + j] = sum;
        }
    }
}

double gmix_i_hill_at(const gmix_i_hill *hill, const double *x, double *gradient,
                      double *hessian, double *work) {
    const size_t k = hill->model->k, d = hill->model->d;
    double *const r = work, *const pull = r + k;
    const double l = pulls_at(hill, x, r, pull);
    if (gradient) {
        slopes(hill, r, pull, gradient, hessian);
    }
    (void)d;
    return l;
}

bool gmix_i_solve_definite(size_t d, const double *a, double *b, double *root) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            root[i * (i + 1) / 2 + j] = a[i * d + j];
        }
    }
    if (!gmix_i_cholesky(NULL, d, root, root)) {
        return false;
    }
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < i; j++) {
            b[i] -= root[i * (i + 1) / 2 + j] * b[j];
        }
        b[i] /= root[i * (i + 1) / 2 + i];
    }
    for (size_t i = d; i-- > 0;) {
        for (size_t j = i + 1; j < d; j++) {
            b[i] -= root[j * (j + 1) / 2 + i] * b[j];
        }
        b[i] /= root[i * (i + 1) / 2 + i];
    }
    return true;
}

/* step = (sum r_k s_k P_k)^-1 g: what mean-shift moves by. */
static void mean_shift(const gmix_i_hill *hill, const double *r, const double *pull,
                       const double *gradient, double *matrix, double *root,
                       double *step) {
    const size_t k = hill->model->k, d = hill->model->d;
    memset(matrix, 0, d * d * sizeof *matrix);
    for (size_t c = 0; c < k; c++) {
        for (size_t i = 0; i < d * d && r[c] > 0.0; i++) {
            matrix[i] +=
                r[c] * pull[(k + c) * d + i / d] * hill->precision[c * d * d + i];
        }
    }
    memcpy(step, gradient, d * sizeof *step);
    gmix_i_solve_definite(d, matrix, step, root);
}

static double size_of(size_t d, const double *step) {
    double square = 0.0;
    for (size_t i = 0; i < d; i++) {
        square += step[i] * step[i];
    }
    return sqrt(square);
}

/* A Newton step, if the hill is concave here and the step gains; else a mean-shift. */
static double climb_step(const gmix_i_hill *hill, double *x, double *work) {
    const size_t k = hill->model->k, d = hill->model->d;
    double *const r = work, *const pull = r + k, *const hessian = pull + 2 * k * d;
    double *const matrix = hessian + d * d, *const root = matrix + d * d;
    double *const gradient = root + d * d, *const step = gradient + d;
    double *const next = step + d, *const shift = next + d;
    const double l = pulls_at(hill, x, r, pull);
    slopes(hill, r, pull, gradient, hessian);
    mean_shift(hill, r, pull, gradient, matrix, root, shift);
    for (size_t i = 0; i < d * d; i++) {
        matrix[i] = -hessian[i];
    }
    memcpy(step, gradient, d * sizeof *step);
    bool newton = gmix_i_solve_definite(d, matrix, step, root);
    if (newton) {
        for (size_t i = 0; i < d; i++) {
            next[i] = x[i] + step[i];
        }
        const double gained = pulls_at(hill, next, r, pull) - l;
        newton = gained > -4.0 * DBL_EPSILON * fabs(l) && size_of(d, step) < 1.0;
    }
    for (size_t i = 0; i < d; i++) {
        x[i] += newton ? step[i] : shift[i];
    }
    return size_of(d, newton ? step : shift);
}

bool gmix_i_climb(const gmix_i_hill *hill, double *x, double *work) {
    const size_t d = hill->model->d;
    for (int i = 0; i < 10000; i++) {
        const double moved = climb_step(hill, x, work);
        if (!(moved > 1e-14 * (1.0 + size_of(d, x)))) {
            return isfinite(moved);
        }
        const double trembling = i > 1000 ? 1e-8 : i > 60 ? 1e-12 : 0.0;
        if (moved < trembling * (1.0 + size_of(d, x))) {
            return true; /* rounding keeps it so, the more the flatter the top */
        }
    }
    return false;
}

/* step = H^-1 g by eigenvalues: H need not be definite. Counts those that rise. */
static bool newton_step(size_t d, const double *hessian, const double *gradient,
                        double *step, size_t *n_up, double *up, double *work) {
    double *const packed = work, *const v = packed + gmix_i_packed_len(d);
    double *const w = v + d * d;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            packed[i * (i + 1) / 2 + j] = hessian[i * d + j];
        }
    }
    gmix_i_eigen_sorted(NULL, d, packed, w, v, w + d);
    memset(step, 0, d * sizeof *step);
    *n_up = 0;
    for (size_t e = 0; e < d; e++) {
        double along = 0.0;
        for (size_t i = 0; i < d; i++) {
            along += v[i * d + e] * gradient[i];
        }
        for (size_t i = 0; i < d; i++) {
            step[i] -= along / w[e] * v[i * d + e];
            up[i] = e + 1 == d ? v[i * d + e] : up[i];
        }
        *n_up += w[e] > 0.0;
    }
    return isfinite(size_of(d, step));
}

bool gmix_i_settle(const gmix_i_hill *hill, double *x, size_t *n_up, double *up,
                   double *work) {
    const size_t k = hill->model->k, d = hill->model->d;
    double *const hessian = work + k + 2 * k * d, *const gradient = hessian + d * d;
    double *const step = gradient + d, *const rest = step + d;
    for (int i = 0; i < 60; i++) {
        const double small = (i > 20 ? 1e-8 : 1e-13) * (1.0 + size_of(d, x));
        gmix_i_hill_at(hill, x, gradient, hessian, work);
        if (!newton_step(d, hessian, gradient, step, n_up, up, rest) ||
            size_of(d, step) > 3.0) {
            return false;
        }
        for (size_t j = 0; j < d; j++) {
            x[j] += step[j];
        }
        if (size_of(d, step) <= small) {
            return true;
        }
    }
    return false;
}

double gmix_i_hill_along(const gmix_i_hill *hill, const double *x, const double *way,
                         double *work) {
    const size_t k = hill->model->k, d = hill->model->d;
    double *const r = work, *const pull = r + k, sum = 0.0, size = 0.0;
    pulls_at(hill, x, r, pull);
    for (size_t c = 0; c < k; c++) {
        double along = 0.0;
        for (size_t i = 0; i < d; i++) {
            along += pull[c * d + i] * way[i];
        }
        sum += r[c] * along;
        size += r[c] * fabs(along);
    }
    return fabs(sum) > 32.0 * DBL_EPSILON * size ? sum : 0.0;
}
