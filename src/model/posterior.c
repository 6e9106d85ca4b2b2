/* Posteriors of models: checked, kept, and their credible intervals. See gmix/bayes.h. */
#include "model/posterior.h"

#include <math.h>

#include "base/option_sets.h"
#include "linalg/gamma_functions.h"
#include "linalg/incomplete_gamma.h"
#include "model/mixture.h"

/* Rows that a mean may be worth, and what any parameter may be. */
static const double LEAST_KAPPA = 1e-100, MOST = 1e100;

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_posterior, prior_covariance, NULL);

void gmix_posterior_init_sized(gmix_posterior *posterior, size_t struct_size) {
    gmix_i_options_init(&set, posterior, struct_size);
    if (struct_size >= set.first_size) {
        posterior->weights = "dirichlet";
        posterior->bound = posterior->n_rows = NAN;
        posterior->concentration = posterior->prior_shrinkage = posterior->prior_dof =
            NAN;
    }
}

const gmix_posterior *gmix_model_posterior(const gmix_model *model) {
    return model->posterior ? &model->posterior->said : NULL;
}

void gmix_i_posterior_free(const gmix_allocator *from,
                           struct gmix_i_posterior **posterior) {
    if (*posterior) {
        gmix_i_release(from, (*posterior)->numbers);
        gmix_i_release(from, (*posterior)->t);
        gmix_i_release(from, *posterior);
        *posterior = NULL;
    }
}

gmix_status gmix_i_want_points(gmix_ctx *ctx, const gmix_model *model, const char *what) {
    return model && model->posterior
               ? gmix_i_fail(
                     ctx, GMIX_ERR_MODEL,
                     "the model holds posterior distributions, and its density is one "
                     "of Student's t; %s are there for Gaussians only, which "
                     "gmix_model_points() and 'gmix rename MODEL --points' take from it",
                     what)
               : GMIX_OK;
}

/* Numbers above a least one. */
static gmix_status check_above(gmix_ctx *ctx, const char *name, size_t k, const double *x,
                               double least) {
    if (!x) {
        return gmix_i_fail(ctx, GMIX_ERR_MODEL, "posterior: %s is missing", name);
    }
    for (size_t c = 0; c < k; c++) {
        if (!(x[c] > least) || !(x[c] < MOST)) {
            return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                               "posterior: %s[%zu] is %.9g; it has to be above %g", name,
                               c, x[c], least);
        }
    }
    return GMIX_OK;
}

/* The kind by a name that outlives the caller's; NULL: there is none such. */
static const char *kind_of_weights(const char *given) {
    static const char *const kinds[] = {"dirichlet", "process", "fixed"};
    for (size_t i = 0; given && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(given, kinds[i]) == 0) {
            return kinds[i];
        }
    }
    return NULL;
}

static gmix_status check(gmix_ctx *ctx, const gmix_posterior *p, const gmix_model *m,
                         const gmix_i_conjugate *law) {
    gmix_status status = GMIX_OK;
    const char *const kind = kind_of_weights(p->weights);
    if (!kind) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                  "posterior: weights are '%.40s', not dirichlet, process or fixed",
                  p->weights ? p->weights : "");
    }
    if (m->weights[m->k] > 0.0) {
        GMIX_FAIL(ctx, GMIX_ERR_MODEL, "posterior: there is none with a noise component");
    }
    if (strcmp(kind, "fixed") != 0) {
        GMIX_TRY(check_above(ctx, "alpha", m->k, p->alpha, 0.0));
    }
    if (strcmp(kind, "process") == 0) {
        GMIX_TRY(check_above(ctx, "beta", m->k - 1, p->beta, 0.0));
    }
    GMIX_TRY(check_above(ctx, "kappa", m->k, p->kappa, LEAST_KAPPA));
    GMIX_TRY(
        check_above(ctx, "dof", m->k, p->dof, gmix_i_conjugate_least_dof(law, m->d)));
done:
    return status;
}

/* A copy at *room, which moves on; NULL stays. */
static const double *keep(const double *from, size_t n, double **room) {
    double *const own = *room;
    if (!from) {
        return NULL;
    }
    memcpy(own, from, n * sizeof *own);
    *room += n;
    return own;
}

static void keep_all(const gmix_model *m, struct gmix_i_posterior *p) {
    double *room = p->numbers;
    gmix_posterior *const s = &p->said;
    s->weights = kind_of_weights(s->weights);
    const bool process = strcmp(s->weights, "process") == 0;
    s->alpha = strcmp(s->weights, "fixed") == 0 ? NULL : keep(s->alpha, m->k, &room);
    s->beta = process ? keep(s->beta, m->k, &room) : NULL;
    s->kappa = keep(s->kappa, m->k, &room);
    s->dof = keep(s->dof, m->k, &room);
    s->prior_mean = keep(s->prior_mean, m->d, &room);
    s->prior_covariance =
        keep(s->prior_covariance, gmix_i_family_layout_len(m->family, 1, m->d), &room);
    if (process) { /* whatever was there */
        ((double *)(uintptr_t)s->beta)[m->k - 1] = 0.0;
    }
}

static void set_students(const gmix_model *m, struct gmix_i_posterior *p) {
    const double d = (double)m->d;
    for (size_t c = 0; c < m->k; c++) {
        const double nu = p->said.dof[c];
        const double log_psi =
            d * log(nu) - 2.0 * gmix_i_product_log(&m->prepared.det[c]);
        p->t[c] = gmix_i_student_new(p->law, m->d, p->said.kappa[c], nu,
                                     p->law->one ? log_psi / d : log_psi);
    }
}

gmix_status gmix_i_posterior_take(gmix_ctx *ctx, const gmix_posterior *given,
                                  gmix_model *model) {
    gmix_status status = GMIX_OK;
    struct gmix_i_posterior *p = NULL;
    const size_t k = model->k, d = model->d;
    if (!given) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "the posterior", 1, sizeof *p, &p));
    GMIX_TRY(gmix_i_conjugate_get(ctx, model->family, &p->law));
    GMIX_TRY(gmix_i_options_read(ctx, &set, given, &p->said));
    GMIX_TRY(check(ctx, &p->said, model, p->law));
    GMIX_TRY(gmix_i_calloc(ctx, "the posterior",
                           4 * k + d + gmix_i_family_layout_len(model->family, 1, d),
                           sizeof *p->numbers, &p->numbers));
    GMIX_TRY(gmix_i_calloc(ctx, "the posterior", k, sizeof *p->t, &p->t));
    keep_all(model, p);
    set_students(model, p);
    model->posterior = p;
    gmix_i_row_rules_add(&model->prepared.rules, &gmix_i_rule_student, model);
    p = NULL;
done:
    gmix_i_posterior_free(&ctx->opts.allocator, &p);
    return status;
}

double gmix_i_posterior_ratio(const gmix_model *model, size_t k) {
    const gmix_posterior *const p = &model->posterior->said;
    return p->dof[k] / model->posterior->t[k].df * (1.0 + 1.0 / p->kappa[k]);
}

double gmix_i_posterior_constant(const gmix_model *model, size_t k, size_t o) {
    const double df = model->posterior->t[k].df, n = (double)o;
    const double width = log(3.14159265358979323846 * gmix_i_posterior_ratio(model, k));
    const double own = gmix_i_posterior_is_product(model->posterior)
                           ? n * gmix_i_log_gamma_ratio(0.5 * df, 0.5)
                           : gmix_i_log_gamma_ratio(0.5 * df, 0.5 * n);
    return own - 0.5 * n * (width + log(df));
}

gmix_status gmix_model_points(gmix_ctx *ctx, const gmix_model *model,
                              gmix_model **points) {
    GMIX_I_CTX(ctx);
    if (!model || !points) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    const gmix_i_classes *const classes = &model->classes;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.n_classes = classes->n;
    extras.class_names = (const char *const *)classes->names;
    extras.component_classes = classes->of_component;
    extras.component_names = (const char *const *)model->component_names;
    extras.noise_weight = model->weights[model->k];
    extras.noise_lower = model->noise.lower;
    extras.noise_upper = model->noise.upper;
    return gmix_model_new_with(ctx, model->family->name, model->k, model->d,
                               model->weights, model->means, model->covariances,
                               (const char *const *)model->names, &extras, points);
}

/* Ends of an interval of a Beta distribution. */
static void beta_interval(double a, double b, double tail, double *out) {
    out[0] = b > 0.0 ? gmix_i_beta_quantile(a, b, tail) : 1.0;
    out[1] = b > 0.0 ? gmix_i_beta_quantile(a, b, 1.0 - tail) : 1.0;
}

/* Of weights made of sticks the first two moments, E[v] and E[v^2] multiplied up, say which Beta. */
static void weight_intervals(const gmix_model *m, double tail, double *out) {
    const gmix_posterior *const p = &m->posterior->said;
    double all = 0.0, left = 1.0, left_squared = 1.0;
    for (size_t c = 0; !p->alpha && c < m->k; c++) {
        out[2 * c] = out[2 * c + 1] = m->weights[c];
    }
    if (!p->alpha) {
        return;
    }
    for (size_t c = 0; c < m->k; c++) {
        all += p->alpha[c];
    }
    for (size_t c = 0; c < m->k; c++) {
        const double a = p->alpha[c], b = p->beta ? p->beta[c] : all - a;
        if (!p->beta) {
            beta_interval(a, m->k > 1 ? b : 0.0, tail, out + 2 * c);
            continue;
        }
        const double norm = (a + b) * (a + b + 1.0);
        const double mean = left * a / (a + b),
                     square = left_squared * a * (a + 1.0) / norm;
        const double spread = square - mean * mean;
        const double rows = spread > 0.0 ? mean * (1.0 - mean) / spread - 1.0 : INFINITY;
        beta_interval(mean * rows, (1.0 - mean) * rows, tail, out + 2 * c);
        if (!isfinite(rows)) {
            out[2 * c] = out[2 * c + 1] = mean;
        }
        left *= b / (a + b);
        left_squared *= b * (b + 1.0) / norm;
    }
}

/* Degrees of freedom of one feature's variance. */
static double own_dof(const gmix_model *m, size_t k) {
    const double nu = m->posterior->said.dof[k];
    return m->posterior->law->matrix ? nu - (double)m->d + 1.0 : nu;
}

static void component_intervals(const gmix_model *m, size_t k, double tail,
                                const gmix_credible *out) {
    const gmix_posterior *const p = &m->posterior->said;
    const double df = own_dof(m, k), t = gmix_i_student_quantile(df, 1.0 - tail);
    const double low = gmix_i_gamma_quantile(0.5 * df, 1.0 - tail);
    const double high = gmix_i_gamma_quantile(0.5 * df, tail);
    const size_t len = m->family->shape->cov_len(m->d);
    for (size_t j = 0; j < m->d; j++) {
        const double scale = m->frame.scale[j];
        const double psi = p->dof[k] * scale * scale *
                           m->family->shape->variance(m->params.cov + k * len, j);
        const size_t at = 2 * (k * m->d + j);
        if (out->means) {
            const double half = t * sqrt(psi / (df * p->kappa[k]));
            out->means[at] = m->means[k * m->d + j] - half;
            out->means[at + 1] = m->means[k * m->d + j] + half;
        }
        if (out->variances) {
            out->variances[at] = 0.5 * psi / low;
            out->variances[at + 1] = 0.5 * psi / high;
        }
    }
}

gmix_status gmix_posterior_intervals(gmix_ctx *ctx, const gmix_model *model, double level,
                                     const gmix_credible *out) {
    GMIX_I_CTX(ctx);
    if (!model || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    if (!model->posterior) {
        return gmix_i_fail(
            ctx, GMIX_ERR_MODEL,
            "the model has no posterior: fit it with bayes = dirichlet or process");
    }
    if (!(level > 0.0 && level < 1.0)) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "the level is %g: it is between 0 and 1",
                           level);
    }
    const double tail = 0.5 * (1.0 - level);
    if (out->weights) {
        weight_intervals(model, tail, out->weights);
    }
    for (size_t c = 0; c < model->k; c++) {
        component_intervals(model, c, tail, out);
    }
    return GMIX_OK;
}
