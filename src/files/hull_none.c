/* A build without Qhull. See gmix/files.h. */
#include <gmix/files.h>

#include "base/base.h"

gmix_status gmix_hull_points(gmix_ctx *ctx, size_t d, size_t n, const double *points,
                             double *volume, unsigned char *is_corner) {
    GMIX_I_CTX(ctx);
    (void)d, (void)n, (void)points, (void)volume, (void)is_corner;
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "noise_region is 'hull', but this build of gmix is without Qhull; "
                       "take 'box', or say the noise_volume");
}
