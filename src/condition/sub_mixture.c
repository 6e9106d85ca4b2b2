/*
 * Marginals and conditionals. See gmix/derive.h and ordered_root.h.
 *
 * Weights of a conditional are found in logarithms from the log-densities of what is known, so
 * that far from all components they still add up to 1. Rejected: Sigma_tt - Sigma_to
 * Sigma_oo^-1 Sigma_ot, whose rounding need not leave a covariance.
 */
#include <math.h>
#include <string.h>

#include <gmix/derive.h>

#include "condition/draft.h"
#include "condition/evidence.h"
#include "condition/ordered_root.h"
#include "condition/posterior_marginal.h"
#include "model/posterior.h"

static const double LOG_2PI = 1.8378770664093454836;

/* Feature i of the parts is feature features[i] of the model. */
static void take_features(const gmix_model *model, const size_t *features,
                          gmix_i_draft *parts) {
    parts->named = model->names != NULL;
    parts->classes = &model->classes;
    parts->component_names = (const char *const *)model->component_names;
    for (size_t i = 0; i < parts->d; i++) {
        const size_t j = features[i];
        parts->names[i] = model->names ? model->names[j] : NULL;
        if (model->noise.lower) {
            parts->lower[i] = model->noise.lower[j];
            parts->upper[i] = model->noise.upper[j];
        }
    }
}

static void take_marginal(const gmix_model *model, const size_t *features, double *matrix,
                          gmix_i_draft *parts) {
    const size_t n = parts->d, d = model->d;
    memcpy(parts->weights, model->weights, (model->k + 1) * sizeof *parts->weights);
    for (size_t c = 0; c < model->k; c++) {
        gmix_model_covariance(model, c, matrix);
        for (size_t i = 0; i < n; i++) {
            parts->means[c * n + i] = model->means[c * d + features[i]];
            for (size_t j = 0; j < n; j++) {
                parts->matrices[(c * n + i) * n + j] =
                    matrix[features[i] * d + features[j]];
            }
        }
    }
}

static gmix_status make_marginal(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                 const size_t *features, gmix_model **out) {
    gmix_status status = GMIX_OK;
    gmix_i_draft parts = {0};
    double *matrix = NULL;
    GMIX_TRY(
        gmix_i_draft_new(ctx, gmix_i_block_family(model->family), model->k, n, &parts));
    GMIX_TRY(
        gmix_i_calloc(ctx, "a covariance", model->d * model->d, sizeof *matrix, &matrix));
    take_features(model, features, &parts);
    take_marginal(model, features, matrix, &parts);
    GMIX_TRY(gmix_i_draft_build(ctx, &parts, out));
done:
    gmix_i_free(ctx, matrix);
    gmix_i_draft_free(ctx, &parts);
    return status;
}

gmix_status gmix_model_marginal(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                const size_t *features, gmix_model **out) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_model *point = NULL;
    if (!model || !features || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "the model, the features or the output is NULL");
    }
    if (n == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "a marginal is of one feature or more");
    }
    GMIX_TRY(gmix_i_features_check(ctx, model, n, features));
    if (model->posterior) {
        GMIX_TRY(make_marginal(ctx, model, n, features, &point));
        GMIX_TRY(gmix_i_posterior_marginal(ctx, model, n, features, point, out));
    } else {
        GMIX_TRY(make_marginal(ctx, model, n, features, out));
    }
done:
    gmix_model_free(&point);
    return status;
}

/* What is known and what is wanted, as features of the model in one order. */
typedef struct split {
    size_t o, t;
    size_t *order; /* D: the o known ones, then the t wanted ones */
    double *x;     /* o: values in the frame */
} split;

/* Marks features that are not wanted: D marks. */
static void mark_given(size_t n, const size_t *features, bool *given) {
    for (size_t i = 0; i < n; i++) {
        given[features[i]] = true;
    }
}

static gmix_status make_split(gmix_ctx *ctx, const gmix_model *model, size_t n,
                              const size_t *features, const double *values, split *s) {
    gmix_status status = GMIX_OK;
    bool *given = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "features", model->d, sizeof *s->order, &s->order));
    GMIX_TRY(gmix_i_calloc(ctx, "values", model->d, sizeof *s->x, &s->x));
    GMIX_TRY(gmix_i_calloc(ctx, "features", model->d, sizeof *given, &given));
    mark_given(n, features, given);
    for (size_t i = 0; i < n; i++) {
        const size_t j = features[i];
        if (isinf(values[i])) {
            GMIX_FAIL(ctx, GMIX_ERR_NONFINITE, "the value given for feature %zu is %g", j,
                      values[i]);
        }
        if (!isnan(values[i])) {
            s->x[s->o] = (values[i] - model->frame.shift[j]) * model->frame.inv_scale[j];
            s->order[s->o++] = j;
        }
    }
    for (size_t j = 0; j < model->d; j++) {
        if (!given[j]) {
            s->order[s->o + s->t++] = j;
        }
    }
done:
    gmix_i_free(ctx, given);
    return status;
}

/* What is kept of the values' distances from components. */
typedef struct nearness {
    double square;          /* the smallest, of Gaussians */
    double distance2, tail; /* of t: of the largest tail */
} nearness;

/* Of t: density and place in what follows; a variance that all features share has seen the values. */
static double take_t(const gmix_model *model, const split *s, size_t c, const double *z,
                     nearness *nearest, gmix_i_draft *parts) {
    const struct gmix_i_posterior *const p = model->posterior;
    const gmix_i_t_seen seen = gmix_i_t_see(model, c, s->o, z);
    const double nu = p->said.dof[c], kappa = p->said.kappa[c], more = (double)s->o;
    double square = 0.0;
    for (size_t i = 0; i < s->o; i++) {
        square += z[i] * z[i];
    }
    if (model->weights[c] > 0.0 && seen.tail >= nearest->tail) {
        nearest->tail = seen.tail;
        nearest->distance2 = seen.distance2;
    }
    parts->kappa[c] = p->law->matrix ? 1.0 / (1.0 / kappa + square / nu) : kappa;
    parts->dof[c] = p->law->one ? nu + more : nu;
    for (size_t i = 0; p->law->one && i < s->t * s->t; i++) {
        parts->matrices[c * s->t * s->t + i] *=
            (nu + kappa / (kappa + 1.0) * square) / (nu + more);
    }
    return seen.log_density;
}

/* Component c of the conditional, but for its weight; gives log p(x_o | c) in the frame. */
static double condition_component(const gmix_model *model, const split *s, size_t c,
                                  const double *root, double *z, nearness *nearest,
                                  gmix_i_draft *parts) {
    const gmix_i_frame *const frame = &model->frame;
    const size_t d = model->d;
    for (size_t i = 0; i < s->o; i++) {
        z[i] = s->x[i] - model->params.means[c * d + s->order[i]];
    }
    const double square = gmix_i_root_solve(s->o, root, z, z);
    if (model->weights[c] > 0.0) {
        nearest->square = fmin(nearest->square, square);
    }
    for (size_t i = 0; i < s->t; i++) {
        const size_t own = s->order[s->o + i];
        parts->means[c * s->t + i] =
            model->means[c * d + own] +
            frame->scale[own] * gmix_i_root_row(s->o, root, s->o + i, z);
        for (size_t j = 0; j <= i; j++) {
            const double cell = gmix_i_root_rest(s->o, root, i, j) * frame->scale[own] *
                                frame->scale[s->order[s->o + j]];
            parts->matrices[(c * s->t + i) * s->t + j] = cell;
            parts->matrices[(c * s->t + j) * s->t + i] = cell;
        }
    }
    const double l = model->posterior ? take_t(model, s, c, z, nearest, parts)
                                      : -0.5 * (square + (double)s->o * LOG_2PI);
    return l - gmix_i_root_log_det(s->o, root);
}

/* All components and the noise; log p(x_o) in the data's units. */
static gmix_status condition_parts(gmix_ctx *ctx, const gmix_model *model, const split *s,
                                   double *work, gmix_i_draft *parts,
                                   gmix_evidence *evidence) {
    double *const matrix = work, *const root = work + model->d * model->d;
    double *const z = root + gmix_i_packed_len(model->d);
    double log_scale = 0.0, log_volume = 0.0;
    nearness nearest = {.square = INFINITY};
    for (size_t i = 0; i < s->o; i++) {
        log_scale += log(model->frame.scale[s->order[i]]);
        log_volume += model->noise.lower ? model->noise.log_width[s->order[i]] : 0.0;
    }
    for (size_t c = 0; c < model->k; c++) {
        if (!gmix_i_ordered_root(model, c, s->o + s->t, s->order, matrix, root)) {
            return gmix_i_fail(ctx, GMIX_ERR_SINGULAR,
                               "the covariance of component %zu is next to singular: it "
                               "says nothing of some features given others",
                               c);
        }
        parts->weights[c] = log(model->weights[c]) - log_scale +
                            condition_component(model, s, c, root, z, &nearest, parts);
    }
    parts->weights[model->k] = log(model->weights[model->k]) - log_volume;
    const double log_density = gmix_i_normalise_logs(model->k + 1, parts->weights);
    if (!isfinite(log_density)) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "the values given are so far from every component that a "
                           "double cannot hold the logarithm of their density");
    }
    *evidence = model->posterior
                    ? gmix_i_evidence_of_t(log_density, nearest.distance2, nearest.tail)
                    : gmix_i_evidence_of(s->o, log_density, nearest.square);
    return GMIX_OK;
}

static gmix_status make_conditional(gmix_ctx *ctx, const gmix_model *model,
                                    const split *s, gmix_model **out,
                                    gmix_evidence *evidence) {
    gmix_status status = GMIX_OK;
    const size_t d = model->d;
    gmix_i_draft parts = {0};
    double *work = NULL;
    const bool is_one = model->posterior && model->posterior->law->one;
    GMIX_TRY(gmix_i_draft_new(ctx,
                              is_one ? gmix_i_family_find("spherical")
                                     : gmix_i_block_family(model->family),
                              model->k, s->t, &parts));
    if (model->posterior) {
        GMIX_TRY(gmix_i_calloc(ctx, "the posterior", 2 * model->k, sizeof *parts.kappa,
                               &parts.kappa));
        parts.dof = parts.kappa + model->k;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "a covariance", d * d + gmix_i_packed_len(d) + d,
                           sizeof *work, &work));
    take_features(model, s->order + s->o, &parts);
    GMIX_TRY(condition_parts(ctx, model, s, work, &parts, evidence));
    GMIX_TRY(gmix_i_draft_build(ctx, &parts, out));
done:
    gmix_i_free(ctx, work);
    gmix_i_draft_free(ctx, &parts);
    return status;
}

gmix_status gmix_model_condition(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                 const size_t *features, const double *values,
                                 gmix_model **out, gmix_evidence *evidence) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    split s = {0};
    gmix_evidence found = {.log_density = 0.0, .distance = 0.0, .tail = 1.0};
    if (!model || !features || !values || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "the model, the features, their values or the output is NULL");
    }
    GMIX_TRY(gmix_i_features_check(ctx, model, n, features));
    if (n == 0 || n >= model->d) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "%zu of %zu features are given: conditioning needs some that are, and "
                  "others that are not",
                  n, model->d);
    }
    GMIX_TRY(make_split(ctx, model, n, features, values, &s));
    if (s.o == 0) {
        GMIX_TRY(gmix_model_marginal(ctx, model, s.t, s.order, out));
    } else {
        GMIX_TRY(make_conditional(ctx, model, &s, out, &found));
    }
    if (evidence) {
        *evidence = found;
    }
done:
    gmix_i_free(ctx, s.order);
    gmix_i_free(ctx, s.x);
    return status;
}
