/* Standard errors as a part of reports: their memory. See gmix/standard_errors.h. */
#include "record/record.h"

gmix_status gmix_i_errors_new(gmix_ctx *ctx, size_t k, size_t d, size_t n_covariances,
                              gmix_standard_errors *out) {
    gmix_status status = GMIX_OK;
    gmix_allocator *owner = NULL;
    double *all = NULL;
    const size_t one = k + k * d + n_covariances;
    GMIX_TRY(gmix_i_calloc(ctx, "standard errors", 1, sizeof *owner, &owner));
    GMIX_TRY(gmix_i_calloc(ctx, "standard errors", 3 * one, sizeof *all, &all));
    *owner = ctx->opts.allocator;
    *out = (gmix_standard_errors){
        .n_components = k, .n_features = d, .n_covariances = n_covariances};
    double **const parts[3][3] = {
        {&out->weights, &out->means, &out->covariances},
        {&out->weights_lower, &out->means_lower, &out->covariances_lower},
        {&out->weights_upper, &out->means_upper, &out->covariances_upper}};
    for (size_t i = 0; i < 3; i++) {
        *parts[i][0] = all + i * one;
        *parts[i][1] = *parts[i][0] + k;
        *parts[i][2] = *parts[i][1] + k * d;
    }
    out->owner = owner;
    owner = NULL;
done:
    gmix_i_free(ctx, owner);
    return status;
}

void gmix_standard_errors_free(gmix_standard_errors *errors) {
    if (!errors || !errors->owner) {
        return;
    }
    const gmix_allocator from = *(gmix_allocator *)errors->owner;
    gmix_i_release(&from, errors->weights);
    gmix_i_release(&from, errors->owner);
    *errors = (gmix_standard_errors){0};
}
