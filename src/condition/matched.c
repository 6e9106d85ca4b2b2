/* Features matched by name, or by place where one of the models has no names. */
#include "condition/matched.h"

#include <string.h>

gmix_status gmix_i_match_features(gmix_ctx *ctx, const gmix_model *a, const gmix_model *b,
                                  size_t *order) {
    if (a->d != b->d) {
        return gmix_i_fail(
            ctx, GMIX_ERR_SHAPE,
            "one model has %zu feature%s, the other %zu: a marginal of the "
            "larger one may be what is meant",
            a->d, a->d == 1 ? "" : "s", b->d);
    }
    for (size_t j = 0; j < a->d; j++) {
        size_t i = j;
        if (a->names && b->names) {
            i = 0;
            while (i < b->d && strcmp(a->names[j], b->names[i]) != 0) {
                i++;
            }
        }
        if (i == b->d) {
            return gmix_i_fail(ctx, GMIX_ERR_SHAPE,
                               "the other model has no feature '%.80s'", a->names[j]);
        }
        order[j] = i;
    }
    return GMIX_OK;
}

gmix_status gmix_i_match_proper(gmix_ctx *ctx, const gmix_model *a, const gmix_model *b,
                                size_t **order) {
    gmix_status status = GMIX_OK;
    if (a->weights[a->k] > 0.0 || b->weights[b->k] > 0.0) {
        GMIX_FAIL(
            ctx, GMIX_ERR_MODEL,
            "a model has a noise component, and this is a formula for Gaussians alone");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "features", a->d, sizeof **order, order));
    GMIX_TRY(gmix_i_match_features(ctx, a, b, *order));
done:
    return status;
}
