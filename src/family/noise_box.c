/* The box of a noise component. See family.h. */
#include <math.h>
#include <string.h>

#include "family/family.h"

gmix_status gmix_i_noise_box_new(gmix_ctx *ctx, size_t d, const double *lower,
                                 const double *upper, gmix_i_noise_box *out) {
    *out = (gmix_i_noise_box){0};
    const gmix_status status =
        gmix_i_calloc(ctx, "the noise component", 3 * d, sizeof(double), &out->lower);
    if (status != GMIX_OK) {
        return status;
    }
    out->upper = out->lower + d;
    out->log_width = out->upper + d;
    memcpy(out->lower, lower, d * sizeof *lower);
    memcpy(out->upper, upper, d * sizeof *upper);
    for (size_t j = 0; j < d; j++) {
        const double width = upper[j] - lower[j];
        if (!(width > 0.0) || !isfinite(width)) {
            gmix_i_noise_box_free(&ctx->opts.allocator, out);
            return gmix_i_fail(
                ctx, GMIX_ERR_MODEL,
                "the box of the noise component goes from %g to %g in feature "
                "%zu: it has to be wider than 0",
                lower[j], upper[j], j);
        }
        out->log_width[j] = log(width);
        out->log_volume += out->log_width[j];
    }
    return GMIX_OK;
}

void gmix_i_noise_box_free(const gmix_allocator *from, gmix_i_noise_box *box) {
    gmix_i_release(from, box->lower);
    *box = (gmix_i_noise_box){0};
}
