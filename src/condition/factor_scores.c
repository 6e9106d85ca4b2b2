/*
 * Loadings, communalities and factor scores. See gmix/factors.h. With loadings turned as the public
 * layout has them, scores solve, over the observed cells j of a row,
 *
 *     (I + sum_j lambda_j lambda_j^T / psi_j) z = sum_j lambda_j (x_j - mu_j) / psi_j,
 *
 * q equations whatever is missing.
 */
#include <math.h>
#include <string.h>

#include <gmix/factors.h>
#include <gmix/infer.h>

#include "base/structs.h"
#include "data/pass.h"
#include "distribution/owned.h"
#include "family/factor_law.h"
#include "linalg/linalg.h"
#include "model/mixture.h"
#include "model/posterior.h"

static gmix_status refuse(gmix_ctx *ctx, const gmix_model *model) {
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "the family '%s' has no factors: those with some are named as "
                       "mfa:2 is",
                       model->family->name);
}

/* D x q loadings and D uniquenesses of every component, from the layout. */
static void spread(const gmix_model *model, double *loadings, double *psi) {
    const gmix_i_family *const law = model->family;
    const size_t k = model->k, d = model->d, q = law->n_factors;
    const double *const from = model->covariances;
    for (size_t c = 0; c < k; c++) {
        const double *const own = from + (law->common_loadings ? 0 : c * d * q);
        const double *const block = model->params.factors + c * (q + 1) * d;
        memcpy(loadings + c * d * q, own, d * q * sizeof *loadings);
        for (size_t j = 0; j < d; j++) { /* scales are powers of two: exact */
            const double scale = model->frame.scale[j];
            psi[c * d + j] = block[q * d + j] * scale * scale;
        }
    }
}

gmix_status gmix_factors_find(gmix_ctx *ctx, const gmix_model *model, gmix_factors *out) {
    enum { FIRST = GMIX_I_SIZE_TO(gmix_factors, owner) };
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "factors");
    GMIX_I_PLACE(ctx, gmix_factors, FIRST, out);
    gmix_status status = GMIX_OK;
    gmix_factors made = {.struct_size = sizeof made};
    if (!model || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    if (!model->family->n_factors) {
        return refuse(ctx, model);
    }
    const size_t k = made.n_components = model->k, d = made.n_features = model->d;
    const size_t q = made.n_factors = model->family->n_factors;
    GMIX_TRY(
        gmix_i_owned_new(ctx, "factors", k * d * (q + 2) * sizeof(double), &made.owner));
    made.loadings = gmix_i_owned(made.owner);
    made.uniquenesses = made.loadings + k * d * q;
    made.communalities = made.uniquenesses + k * d;
    spread(model, made.loadings, made.uniquenesses);
    for (size_t i = 0; i < k * d; i++) {
        double sum = 0.0;
        for (size_t t = 0; t < q; t++) {
            sum += made.loadings[i * q + t] * made.loadings[i * q + t];
        }
        made.communalities[i] = sum / (sum + made.uniquenesses[i]);
    }
    gmix_i_struct_give(out, FIRST, &made, sizeof made);
    made.owner = NULL;
done:
    gmix_i_owned_free(&made.owner);
    return status;
}

void gmix_factors_free(gmix_factors *factors) {
    if (factors) {
        gmix_i_owned_free(&factors->owner);
        *factors = (gmix_factors){.struct_size = factors->struct_size};
    }
}

/* Scores of row i in component c; loadings of it, D x q, and uniquenesses, in data units. */
static void score(const gmix_model *model, size_t c, const gmix_i_rows *rows, size_t i,
                  const double *loadings, const double *psi, double *z) {
    enum { Q = GMIX_I_MOST_FACTORS };
    const size_t d = model->d, q = model->family->n_factors;
    double m[Q * (Q + 1) / 2] = {0};
    memset(z, 0, q * sizeof *z);
    for (size_t t = 0; t < q; t++) {
        m[gmix_i_packed_len(t) + t] = 1.0;
    }
    for (size_t j = 0; j < d; j++) {
        const double off = gmix_i_cell(rows, i, j) - model->means[c * d + j];
        for (size_t t = 0; !isnan(off) && t < q; t++) {
            const double w = loadings[j * q + t] / psi[j];
            z[t] += w * off;
            for (size_t s = 0; s <= t; s++) {
                m[gmix_i_packed_len(t) + s] += w * loadings[j * q + s];
            }
        }
    }
    gmix_i_cholesky(NULL, q, m, m);
    for (size_t t = 0; t < q; t++) {
        for (size_t s = 0; s < t; s++) {
            z[t] -= m[gmix_i_packed_len(t) + s] * z[s];
        }
        z[t] /= m[gmix_i_packed_len(t) + t];
    }
    for (size_t t = q; t-- > 0;) {
        for (size_t s = t + 1; s < q; s++) {
            z[t] -= m[gmix_i_packed_len(s) + t] * z[s];
        }
        z[t] /= m[gmix_i_packed_len(t) + t];
    }
}

gmix_status gmix_factor_scores(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *x, int32_t *components, double *scores) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "factor scores");
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    int32_t *labels = NULL;
    double *numbers = NULL;
    if (!model || !x || !scores) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, the table or the output is NULL");
    }
    const size_t k = model->k, d = model->d, q = model->family->n_factors, n = x->n_rows;
    if (!q) {
        return refuse(ctx, model);
    }
    GMIX_TRY(
        gmix_i_calloc(ctx, "factor scores", k * d * (q + 1), sizeof *numbers, &numbers));
    GMIX_TRY(gmix_i_calloc(ctx, "labels", n, sizeof *labels, &labels));
    GMIX_TRY(gmix_labels(ctx, model, x, labels));
    double *const psi = numbers + k * d * q;
    spread(model, numbers, psi);
    const gmix_i_rows rows = gmix_i_table_rows(x, 0, n).rows;
    for (size_t i = 0; i < n; i++) {
        const size_t c = labels[i] >= 0 ? (size_t)labels[i] : 0;
        score(model, c, &rows, i, numbers + c * d * q, psi + c * d, scores + i * q);
        for (size_t t = 0; labels[i] < 0 && t < q; t++) {
            scores[i * q + t] = (double)NAN;
        }
    }
    if (components) {
        memcpy(components, labels, n * sizeof *labels);
    }
done:
    gmix_i_free(ctx, labels);
    gmix_i_free(ctx, numbers);
    return status;
}
