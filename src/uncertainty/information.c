/*
 * Standard errors from the observed information I of the free parameters z: log-weights but
 * one, means, and the family's directions Q (tangent.h). With the gradient g and information
 * J of all coordinates (row_scores.h),
 *
 *     I = T^T J T - sum_i g_i d2 theta_i / dz dz,     T = d theta / dz,
 *
 * where only covariances of a curved family have second derivatives. The covariance of an
 * estimate f(theta) is then (df T) I^-1 (df T)^T. A Newton step from the model says whether it
 * is at a maximum: 1/2 g^T I^-1 g is the log-likelihood that is left to gain.
 */
#include <math.h>
#include <string.h>

#include "data/measured.h"
#include "data/survey.h"
#include "em/em.h"
#include "linalg/linalg.h"
#include "uncertainty/cell_scores.h"
#include "uncertainty/errors.h"
#include "uncertainty/resample.h"
#include "uncertainty/row_scores.h"
#include "uncertainty/tangent.h"

enum { MOST_PARAMETERS = 3000 };

typedef struct informer {
    const gmix_i_errors_task *task;
    gmix_i_coordinates c;
    gmix_i_tangent tangent;
    gmix_i_base base;
    size_t n;                        /* free parameters */
    size_t reference;                /* the weight whose t is kept */
    double *gradient, *full;         /* P; P x P */
    double *free_gradient, *reduced; /* n; n x n, then its factor, packed */
    double *unit;               /* n: of the parameters, so that I has a diagonal of 1 */
    double *inverse;            /* n x n packed: the factor's inverse */
    double *se, *lower, *upper; /* K x L each */
    double *work;               /* P */
} informer;

static gmix_status refuse(const gmix_i_errors_task *task, const gmix_i_coordinates *c,
                          size_t n) {
    gmix_ctx *const ctx = task->ctx;
    const gmix_fit_options *const o = task->opts;
    if (strcmp(o->prior, "none") != 0 || o->dirichlet > 1.0 || o->freeze[0] != '\0') {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "information errors are those of a maximum of the likelihood in "
            "all parameters: not with a prior or frozen ones; the bootstrap "
            "respects both");
    }
    if (c->n > MOST_PARAMETERS || n > MOST_PARAMETERS) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "an information matrix of %zu parameters: at most %d are worked "
            "with; the bootstrap has no such limit",
            n > c->n ? n : c->n, (int)MOST_PARAMETERS);
    }
    for (size_t k = 0; k < c->k; k++) {
        if (!(task->model->weights[k] > 0.0)) {
            return gmix_i_fail(
                ctx, GMIX_ERR_SINGULAR,
                "component %zu has the weight 0: nothing is known of its mean "
                "and covariance",
                k);
        }
    }
    return GMIX_OK;
}

static gmix_status informer_new(const gmix_i_errors_task *task, informer *s) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = task->ctx;
    const gmix_model *const m = task->model;
    const char *const what = "the information matrix";
    *s = (informer){.task = task, .c = gmix_i_coordinates_of(m)};
    const size_t p = s->c.n, entries = s->c.k * s->c.len;
    s->n = s->c.n_t - 1 + s->c.k * s->c.d + gmix_i_family_n_free(m->family, m->k, m->d);
    GMIX_TRY(refuse(task, &s->c, s->n));
    for (size_t k = 1; k < s->c.n_t; k++) {
        s->reference = m->weights[k] > m->weights[s->reference] ? k : s->reference;
    }
    GMIX_TRY(gmix_i_base_new(ctx, task->input->table, task->opts, &s->base));
    GMIX_TRY(gmix_i_tangent_new(ctx, m, &s->tangent));
    GMIX_TRY(gmix_i_calloc(ctx, what, 2 * p + p * p, sizeof(double), &s->gradient));
    GMIX_TRY(gmix_i_calloc(ctx, what, 2 * s->n + s->n * s->n + gmix_i_packed_len(s->n),
                           sizeof(double), &s->free_gradient));
    GMIX_TRY(gmix_i_calloc(ctx, what, 3 * entries, sizeof(double), &s->se));
    s->work = s->gradient + p;
    s->full = s->work + p;
    s->unit = s->free_gradient + s->n;
    s->reduced = s->unit + s->n;
    s->inverse = s->reduced + s->n * s->n;
    s->lower = s->se + entries;
    s->upper = s->lower + entries;
done:
    return status;
}

static void informer_free(gmix_ctx *ctx, informer *s) {
    gmix_i_base_free(ctx, &s->base);
    if (s->tangent.model) {
        gmix_i_tangent_free(ctx, &s->tangent);
    }
    gmix_i_free(ctx, s->gradient);
    gmix_i_free(ctx, s->free_gradient);
    gmix_i_free(ctx, s->se);
}

/* out = T^T v: from all coordinates (P) to free ones. */
static void to_free(const informer *s, const double *v, double *out) {
    const gmix_i_coordinates *const c = &s->c;
    size_t used = 0;
    for (size_t t = 0; t < c->n_t; t++) {
        if (t != s->reference) {
            out[used++] = v[t];
        }
    }
    for (size_t k = 0; k < c->k; k++) {
        memcpy(out + used, v + c->n_t + k * c->each, c->d * sizeof *out);
        used += c->d;
    }
    const size_t n_free = s->tangent.n_free;
    memset(out + used, 0, n_free * sizeof *out);
    for (size_t k = 0; k < c->k; k++) {
        const double *const own = v + c->n_t + k * c->each + c->d;
        for (size_t e = 0; e < c->len; e++) {
            const double *const row = s->tangent.q + (k * c->len + e) * n_free;
            for (size_t f = 0; f < n_free && own[e] != 0.0; f++) {
                out[used + f] += own[e] * row[f];
            }
        }
    }
}

/* T^T J T, then the family's curvature. full is used up. */
static gmix_status reduce(informer *s) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = s->task->ctx;
    const gmix_i_coordinates *const c = &s->c;
    const size_t p = c->n, n = s->n, n_free = s->tangent.n_free, first = n - n_free;
    double *half = NULL, *slopes = NULL, *curvature = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "the information matrix", n * p, sizeof *half, &half));
    for (size_t i = 0; i < p; i++) { /* rows of J T, put into columns */
        to_free(s, s->full + i * p, s->free_gradient);
        for (size_t f = 0; f < n; f++) {
            half[f * p + i] = s->free_gradient[f];
        }
    }
    for (size_t f = 0; f < n; f++) {
        to_free(s, half + f * p, s->reduced + f * n);
    }
    to_free(s, s->gradient, s->free_gradient);
    if (s->tangent.flat) {
        goto done;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "curvature", s->tangent.n, sizeof *slopes, &slopes));
    GMIX_TRY(
        gmix_i_calloc(ctx, "curvature", n_free * n_free, sizeof *curvature, &curvature));
    for (size_t k = 0; k < c->k; k++) {
        memcpy(slopes + k * c->len, s->gradient + c->n_t + k * c->each + c->d,
               c->len * sizeof *slopes);
    }
    GMIX_TRY(gmix_i_tangent_curvature(ctx, &s->tangent, slopes, curvature));
    for (size_t a = 0; a < n_free; a++) {
        for (size_t b = 0; b < n_free; b++) {
            s->reduced[(first + a) * n + first + b] -= curvature[a * n_free + b];
        }
    }
done:
    gmix_i_free(ctx, half);
    gmix_i_free(ctx, slopes);
    gmix_i_free(ctx, curvature);
    return status;
}

/* |L^-1 v|^2 = v^T I^-1 v, for v in units. */
static double square_in_inverse(const informer *s, const double *v) {
    double sum = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        const double *const row = s->inverse + gmix_i_packed_len(i);
        double y = 0.0;
        for (size_t j = 0; j <= i; j++) {
            y += row[j] * v[j];
        }
        sum += y * y;
    }
    return sum;
}

/* The inverse of the factor of I, scaled to a diagonal of 1; refuses what has none. */
static gmix_status factor(informer *s) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = s->task->ctx;
    const size_t n = s->n;
    double *packed = NULL;
    void *work = NULL;
    bool definite = true;
    GMIX_TRY(gmix_i_calloc(ctx, "the information matrix", gmix_i_packed_len(n),
                           sizeof *packed, &packed));
    GMIX_TRY(
        gmix_i_calloc(ctx, "the information matrix", gmix_i_factor_work(n), 1, &work));
    for (size_t i = 0; i < n; i++) {
        const double diagonal = s->reduced[i * n + i];
        definite = definite && diagonal > 0.0 && isfinite(diagonal);
        s->unit[i] = definite ? 1.0 / sqrt(diagonal) : 0.0;
    }
    for (size_t i = 0; i < n && definite; i++) {
        for (size_t j = 0; j <= i; j++) {
            packed[gmix_i_packed_len(i) + j] =
                s->reduced[i * n + j] * s->unit[i] * s->unit[j];
        }
    }
    definite = definite && gmix_i_precision_factor(NULL, n, packed, s->inverse, work);
    double largest = 0.0;
    for (size_t t = 0; t < gmix_i_packed_len(n) && definite; t++) {
        largest = fmax(largest, fabs(s->inverse[t]));
    }
    if (!definite || !(largest < 1e6)) {
        GMIX_FAIL(
            ctx, GMIX_ERR_SINGULAR,
            "the observed information is singular: the data do not determine all %zu "
            "parameters (components that coincide, or too few rows for them), or the "
            "model is at no maximum of the likelihood; fewer components or a simpler "
            "family may help",
            n);
    }
done:
    gmix_i_free(ctx, packed);
    gmix_i_free(ctx, work);
    return status;
}

/*
 * Of rows with errors a component may be best without scatter of its own in some direction: a maximum on the
 * boundary. work: packed_len(D).
 */
static bool is_on_boundary(const informer *s, size_t k, double *work) {
    const double none = 1e-8; /* of what the rows are wide by errors alone, at least */
    const gmix_model *const m = s->task->model;
    const gmix_i_errors *const errors = s->task->input->errors;
    const double *const cov = m->params.cov + k * s->c.len;
    bool on = false;
    for (size_t i = 0; i < s->c.d; i++) {
        for (size_t j = 0; j <= i; j++) {
            work[gmix_i_packed_len(i) + j] = s->c.dense ? cov[gmix_i_packed_len(i) + j]
                                             : i == j   ? cov[i]
                                                        : 0.0;
        }
    }
    if (!gmix_i_cholesky(NULL, s->c.d, work, work)) {
        return true;
    }
    for (size_t j = 0; j < s->c.d; j++) {
        const double unit = m->frame.inv_scale[j];
        const double pivot = work[gmix_i_packed_len(j) + j],
                     least = errors->projected ? 0.0 : errors->least[j] * unit * unit,
                     variance = m->family->shape->variance(cov, j);
        on = on || pivot * pivot < none * (variance + least);
    }
    return on;
}

static gmix_status check_inside(const informer *s) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = s->task->ctx;
    double *work = NULL;
    if (!s->task->input->errors) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "covariances", gmix_i_packed_len(s->c.d), sizeof *work,
                           &work));
    for (size_t k = 0; k < s->c.k; k++) {
        if (is_on_boundary(s, k, work)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "component %zu has no scatter of its own in some direction: the "
                      "maximum lies on a boundary, where information errors have no "
                      "meaning; the bootstrap does",
                      k);
        }
    }
done:
    gmix_i_free(ctx, work);
    return status;
}

/* What a Newton step would gain; a maximum has next to nothing left. */
static gmix_status check_maximum(informer *s) {
    for (size_t i = 0; i < s->n; i++) {
        s->free_gradient[i] *= s->unit[i];
    }
    const double gain = 0.5 * square_in_inverse(s, s->free_gradient);
    if (gain <= 0.5 + 10.0 * s->task->opts->tol * s->base.total) {
        return GMIX_OK;
    }
    return gmix_i_fail(
        s->task->ctx, GMIX_ERR_SINGULAR,
        "the model is not at a maximum of the likelihood, which could grow by "
        "%.3g: EM has not converged, or a bound (reg, reg_relative, "
        "eigen_ratio) holds it; information errors have no meaning there, the "
        "bootstrap does",
        gain);
}

/* z with P(|N(0, 1)| < z) = level. */
static double normal_quantile(double level) {
    double low = 0.0, high = 40.0;
    for (int i = 0; i < 200; i++) {
        const double z = 0.5 * (low + high);
        *(erf(z / sqrt(2.0)) < level ? &low : &high) = z;
    }
    return 0.5 * (low + high);
}

/* The error of an estimate from its derivatives in all coordinates (work, P). */
static double error_of(informer *s) {
    double *const v = s->free_gradient; /* no longer wanted */
    to_free(s, s->work, v);
    for (size_t i = 0; i < s->n; i++) {
        v[i] *= s->unit[i];
    }
    return sqrt(square_in_inverse(s, v));
}

static void put(double *to[3], double se, double lower, double upper) {
    *to[0] = se;
    *to[1] = lower;
    *to[2] = upper;
}

static void put_weights(informer *s, double z, gmix_standard_errors *out) {
    const double *const pi = s->task->model->weights;
    double *to[3];
    for (size_t k = 0; k < s->c.n_t; k++) {
        memset(s->work, 0, s->c.n * sizeof *s->work);
        for (size_t l = 0; l < s->c.n_t; l++) {
            s->work[l] = pi[k] * ((l == k) - pi[l]);
        }
        const double se = s->c.n_t > 1 ? error_of(s) : 0.0;
        const double odds = pi[k] / (1.0 - pi[k]);
        const double factor = exp(z * se / (pi[k] * (1.0 - pi[k])));
        gmix_i_errors_place(out, k, to);
        if (se > 0.0) {
            put(to, se, odds / (odds + factor), odds / (odds + 1.0 / factor));
        } else {
            put(to, 0.0, pi[k], pi[k]);
        }
    }
}

static void put_means(informer *s, double z, gmix_standard_errors *out) {
    const gmix_model *const m = s->task->model;
    double *to[3];
    for (size_t k = 0; k < s->c.k; k++) {
        for (size_t j = 0; j < s->c.d; j++) {
            memset(s->work, 0, s->c.n * sizeof *s->work);
            s->work[s->c.n_t + k * s->c.each + j] = m->frame.scale[j];
            const double se = error_of(s), mean = m->means[k * s->c.d + j];
            gmix_i_errors_place(out, s->c.k + 1 + k * s->c.d + j, to);
            put(to, se, mean - z * se, mean + z * se);
        }
    }
}

static void put_covariances(informer *s, double z, gmix_standard_errors *out) {
    const gmix_model *const m = s->task->model;
    const gmix_i_coordinates *const c = &s->c;
    for (size_t k = 0; k < c->k; k++) {
        for (size_t e = 0, i = 0, j = 0; e < c->len; e++, gmix_i_next_entry(c, &i, &j)) {
            const size_t at = k * c->len + e;
            const double scale = m->frame.scale[i] * m->frame.scale[j];
            const double value = scale * m->params.cov[at];
            memset(s->work, 0, c->n * sizeof *s->work);
            s->work[c->n_t + k * c->each + c->d + e] = scale;
            const double se = error_of(s);
            const double factor = i == j ? exp(z * se / value) : 0.0;
            s->se[at] = se;
            s->lower[at] = i == j ? value / factor : value - z * se;
            s->upper[at] = i == j ? value * factor : value + z * se;
        }
    }
    m->family->to_layout(c->k, c->d, s->se, out->covariances);
    m->family->to_layout(c->k, c->d, s->lower, out->covariances_lower);
    m->family->to_layout(c->k, c->d, s->upper, out->covariances_upper);
}

gmix_status gmix_i_errors_informed(const gmix_i_errors_task *task,
                                   gmix_standard_errors *out) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = task->ctx;
    gmix_i_survey survey = {0};
    const gmix_i_input *const input = task->input;
    informer s = {0};
    if (!input->errors || !input->errors->projected) { /* their rows only stand in */
        GMIX_TRY(gmix_i_survey_new(ctx, input, gmix_i_missing_option(task->opts), 0.0,
                                   &survey));
    }
    GMIX_TRY(informer_new(task, &s));
    GMIX_TRY(check_inside(&s));
    if (!input->between) {
        GMIX_TRY(gmix_i_observed_information(ctx, task->model, input, s.base.weights,
                                             s.gradient, s.full));
    }
    if (input->between || input->truncation) {
        GMIX_TRY(gmix_i_cells_information(ctx, task->model, input, s.base.weights,
                                          s.gradient, s.full));
    }
    GMIX_TRY(reduce(&s));
    GMIX_TRY(factor(&s));
    GMIX_TRY(check_maximum(&s));
    const double z = normal_quantile(task->how.level);
    put_weights(&s, z, out);
    put_means(&s, z, out);
    put_covariances(&s, z, out);
done:
    gmix_i_survey_free(ctx, &survey);
    informer_free(ctx, &s);
    return status;
}
