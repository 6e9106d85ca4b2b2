/* Posteriors in model files, both ways: docs/model-format.md. */
#include "files/posterior_json.h"

#include <string.h>

#include <gmix/model.h>

static const double LEVEL = 0.95;

/* What follows from the rest: readers pass it over. */
static void put_intervals(struct gmix_i_json *json, const gmix_model *model) {
    const size_t k = gmix_model_n_components(model), d = gmix_model_n_features(model);
    const size_t two[2] = {k, 2}, three[3] = {k, d, 2};
    gmix_credible ends;
    double *numbers = NULL;
    gmix_status status = gmix_i_calloc(json->ctx, "credible intervals",
                                       2 * k * (1 + 2 * d), sizeof *numbers, &numbers);
    if (status == GMIX_OK) {
        ends = (gmix_credible){.weights = numbers,
                               .means = numbers + 2 * k,
                               .variances = numbers + 2 * k * (1 + d)};
        status = gmix_posterior_intervals(json->ctx, model, LEVEL, &ends);
    }
    if (status == GMIX_OK) {
        gmix_i_json_open(json, "credible_intervals", '{');
        gmix_i_json_real(json, "level", LEVEL);
        gmix_i_json_reals(json, "weights", ends.weights, two, 2);
        gmix_i_json_reals(json, "means", ends.means, three, 3);
        gmix_i_json_reals(json, "variances", ends.variances, three, 3);
        gmix_i_json_close(json, '}');
    } else {
        json->status = status;
    }
    gmix_i_free(json->ctx, numbers);
}

static void put_prior(struct gmix_i_json *json, const gmix_model *model,
                      const gmix_posterior *p) {
    const size_t d = gmix_model_n_features(model);
    size_t dims[3];
    const size_t n_dims = gmix_family_dims(gmix_model_covariance_name(model), 1, d, dims);
    gmix_i_json_open(json, "prior", '{');
    gmix_i_json_real(json, "concentration", p->concentration);
    gmix_i_json_real(json, "shrinkage", p->prior_shrinkage);
    gmix_i_json_real(json, "dof", p->prior_dof);
    if (p->prior_mean) {
        gmix_i_json_reals(json, "mean", p->prior_mean, &d, 1);
    }
    if (p->prior_covariance) {
        gmix_i_json_reals(json, "covariance", p->prior_covariance, dims, n_dims);
    }
    gmix_i_json_close(json, '}');
}

void gmix_i_json_posterior(struct gmix_i_json *json, const gmix_model *model) {
    const gmix_posterior *const p = gmix_model_posterior(model);
    const size_t k = gmix_model_n_components(model);
    if (!p) {
        return;
    }
    gmix_i_json_open(json, "posterior", '{');
    gmix_i_json_text(json, "weights", p->weights);
    gmix_i_json_real(json, "bound", p->bound);
    gmix_i_json_real(json, "n_rows", p->n_rows);
    if (p->alpha) {
        gmix_i_json_reals(json, "alpha", p->alpha, &k, 1);
    }
    if (p->beta) {
        gmix_i_json_reals(json, "beta", p->beta, &k, 1);
    }
    gmix_i_json_reals(json, "kappa", p->kappa, &k, 1);
    gmix_i_json_reals(json, "dof", p->dof, &k, 1);
    put_prior(json, model, p);
    put_intervals(json, model);
    gmix_i_json_close(json, '}');
}

/* Where arrays go, one after the other. */
typedef struct reading {
    gmix_ctx *ctx;
    const char *file;
    double *room;
} reading;

/* An array of n numbers; absent where it may be. */
static gmix_status get_array(reading *r, const json_t *object, const char *name,
                             const char *member, const size_t *dims, size_t n_dims,
                             bool optional, const double **out) {
    const json_t *const value = gmix_i_json_member(object, member);
    size_t n = 1;
    for (size_t i = 0; i < n_dims; i++) {
        n *= dims[i];
    }
    if (!value && optional) {
        return GMIX_OK;
    }
    const gmix_status status =
        gmix_i_json_get_reals(r->ctx, r->file, name, value, dims, n_dims, r->room);
    *out = r->room;
    r->room += n;
    return status;
}

static gmix_status get_real(const reading *r, const json_t *object, const char *name,
                            const char *member, double *out) {
    const json_t *const value = gmix_i_json_member(object, member);
    return value ? gmix_i_json_get_reals(r->ctx, r->file, name, value, NULL, 0, out)
                 : GMIX_OK;
}

static gmix_status get_prior(reading *r, const json_t *posterior, size_t d,
                             const size_t *dims, size_t n_dims, gmix_posterior *out) {
    gmix_status status = GMIX_OK;
    const json_t *const prior = gmix_i_json_member(posterior, "prior");
    if (!prior) {
        return GMIX_OK;
    }
    GMIX_TRY(
        gmix_i_json_check_type(r->ctx, r->file, "posterior.prior", prior, JSON_OBJECT));
    GMIX_TRY(get_real(r, prior, "posterior.prior.concentration", "concentration",
                      &out->concentration));
    GMIX_TRY(get_real(r, prior, "posterior.prior.shrinkage", "shrinkage",
                      &out->prior_shrinkage));
    GMIX_TRY(get_real(r, prior, "posterior.prior.dof", "dof", &out->prior_dof));
    GMIX_TRY(get_array(r, prior, "posterior.prior.mean", "mean", &d, 1, true,
                       &out->prior_mean));
    GMIX_TRY(get_array(r, prior, "posterior.prior.covariance", "covariance", dims, n_dims,
                       true, &out->prior_covariance));
done:
    return status;
}

gmix_status gmix_i_posterior_from_json(gmix_ctx *ctx, const char *file,
                                       const json_t *root, const char *covariance,
                                       size_t k, size_t d, gmix_posterior *out,
                                       double **numbers) {
    gmix_status status = GMIX_OK;
    reading r = {.ctx = ctx, .file = file};
    size_t dims[3];
    const size_t n_dims = gmix_family_dims(covariance, 1, d, dims);
    const json_t *const posterior = gmix_i_json_member(root, "posterior");
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "posterior", posterior, JSON_OBJECT));
    const json_t *const weights = json_object_get(posterior, "weights");
    GMIX_TRY(
        gmix_i_json_check_type(ctx, file, "posterior.weights", weights, JSON_STRING));
    GMIX_TRY(gmix_i_calloc(ctx, "the posterior",
                           4 * k + d + gmix_family_layout(covariance, 1, d),
                           sizeof **numbers, numbers));
    r.room = *numbers;
    gmix_posterior_init(out);
    out->weights = json_string_value(weights);
    GMIX_TRY(get_real(&r, posterior, "posterior.bound", "bound", &out->bound));
    GMIX_TRY(get_real(&r, posterior, "posterior.n_rows", "n_rows", &out->n_rows));
    GMIX_TRY(get_array(&r, posterior, "posterior.alpha", "alpha", &k, 1,
                       strcmp(out->weights, "fixed") == 0, &out->alpha));
    GMIX_TRY(get_array(&r, posterior, "posterior.beta", "beta", &k, 1, true, &out->beta));
    GMIX_TRY(
        get_array(&r, posterior, "posterior.kappa", "kappa", &k, 1, false, &out->kappa));
    GMIX_TRY(get_array(&r, posterior, "posterior.dof", "dof", &k, 1, false, &out->dof));
    GMIX_TRY(get_prior(&r, posterior, d, dims, n_dims, out));
done:
    return status;
}
