/* Factors for one set of known features. See conditioner.h. */
#include "condition/conditioner.h"

#include <string.h>

/* One block behind `root`, and one of whole numbers behind `order`. */
gmix_status gmix_i_conditioner_new(gmix_ctx *ctx, const gmix_model *model, size_t t,
                                   gmix_i_conditioner *out) {
    gmix_status status = GMIX_OK;
    const char *const what = "factors";
    const size_t k = model->k, d = model->d, packed = gmix_i_packed_len(d);
    GMIX_TRY(gmix_i_calloc(ctx, what, k * (packed + t * t), sizeof(double), &out->root));
    GMIX_TRY(gmix_i_calloc(ctx, what, 2 * d, sizeof *out->order, &out->order));
    GMIX_TRY(
        gmix_i_calloc(ctx, what, gmix_i_pattern_words(d), sizeof *out->bits, &out->bits));
    out->cov = out->root + k * packed;
    out->place = out->order + d;
done:
    return status;
}

void gmix_i_conditioner_free(gmix_ctx *ctx, gmix_i_conditioner *plan) {
    gmix_i_free(ctx, plan->root);
    gmix_i_free(ctx, plan->order);
    gmix_i_free(ctx, plan->bits);
}

void gmix_i_conditioner_make(const gmix_model *model, size_t n_inputs,
                             const size_t *features, size_t t, const uint64_t *bits,
                             double *matrix, gmix_i_conditioner *plan) {
    const size_t packed = gmix_i_packed_len(model->d);
    plan->o = 0;
    for (size_t i = 0; i < n_inputs; i++) {
        if (!bits || gmix_i_is_observed(bits, i)) {
            plan->place[plan->o] = i;
            plan->order[plan->o++] = features[i];
        }
    }
    memcpy(plan->order + plan->o, features + n_inputs, t * sizeof *plan->order);
    plan->failed = false;
    for (size_t c = 0; c < model->k; c++) {
        double *const root = plan->root + c * packed, *const cov = plan->cov + c * t * t;
        plan->failed =
            !gmix_i_ordered_root(model, c, plan->o + t, plan->order, matrix, root) ||
            plan->failed;
        for (size_t i = 0; i < t; i++) {
            for (size_t j = 0; j <= i; j++) {
                cov[i * t + j] = cov[j * t + i] = gmix_i_root_rest(plan->o, root, i, j);
            }
        }
    }
    plan->made = true;
    if (bits) {
        memcpy(plan->bits, bits, gmix_i_pattern_words(n_inputs) * sizeof *bits);
    }
}

const gmix_i_conditioner *gmix_i_conditioner_of(const gmix_model *model, size_t n_inputs,
                                                const size_t *features, size_t t,
                                                const uint64_t *bits, double *matrix,
                                                const gmix_i_conditioner *complete,
                                                gmix_i_conditioner *own) {
    const size_t size = gmix_i_pattern_words(n_inputs) * sizeof *bits;
    if (!bits) {
        return complete;
    }
    if (!own->made || memcmp(own->bits, bits, size) != 0) {
        gmix_i_conditioner_make(model, n_inputs, features, t, bits, matrix, own);
    }
    return own;
}
