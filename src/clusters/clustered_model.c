/* A mixture that knows which of its components are one cluster: they are the classes of its
 * components. See gmix/clusters.h. */
#include <stdio.h>
#include <string.h>

#include <gmix/clusters.h>

#include "base/base.h"
#include "model/mixture.h"
#include "model/posterior.h"

enum { NAME = 32 };

static gmix_status default_names(gmix_ctx *ctx, size_t n, char **text,
                                 const char ***names) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_calloc(ctx, "names", n, NAME, text));
    GMIX_TRY(gmix_i_calloc(ctx, "names", n, sizeof **names, names));
    for (size_t c = 0; c < n; c++) {
        snprintf(*text + c * NAME, NAME, "cluster %zu", c);
        (*names)[c] = *text + c * NAME;
    }
done:
    return status;
}

/* Every cluster has a component. */
static gmix_status check_all(gmix_ctx *ctx, size_t n, size_t k, const int32_t *cluster) {
    for (size_t c = 0; c < n; c++) {
        size_t i = 0;
        while (i < k && cluster[i] != (int32_t)c) {
            i++;
        }
        if (i == k) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "cluster %zu has no component", c);
        }
    }
    return GMIX_OK;
}

gmix_status gmix_model_with_clusters(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                     const int32_t *cluster, const char *const *names,
                                     gmix_model **out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "clusters of components");
    gmix_status status = GMIX_OK;
    char *text = NULL;
    const char **own = NULL;
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    if (!model || !cluster || !out || n == 0) {
        GMIX_FAIL(
            ctx, GMIX_ERR_ARGUMENT,
            "the model, the clusters or the output is NULL, or there is no cluster");
    }
    GMIX_TRY(check_all(ctx, n, model->k, cluster));
    if (!names) {
        GMIX_TRY(default_names(ctx, n, &text, &own));
    }
    extras.n_classes = n;
    extras.class_names = names ? names : own;
    extras.component_classes = cluster;
    extras.component_names = (const char *const *)model->component_names;
    extras.noise_weight = gmix_model_noise_weight(model);
    extras.noise_lower = gmix_model_noise_lower(model);
    extras.noise_upper = gmix_model_noise_upper(model);
    GMIX_TRY(gmix_model_new_with(ctx, gmix_model_covariance_name(model), model->k,
                                 model->d, model->weights, model->means,
                                 model->covariances, (const char *const *)model->names,
                                 &extras, out));
done:
    gmix_i_free(ctx, text);
    gmix_i_free(ctx, own);
    return status;
}
