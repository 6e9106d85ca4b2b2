/* A build without Qhull. See hull.h. */
#include "data/hull.h"

gmix_status gmix_i_hull_of_points(gmix_ctx *ctx, size_t d, size_t n, double *points,
                                  double *volume, bool *is_corner) {
    (void)d, (void)n, (void)points, (void)volume, (void)is_corner;
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "noise_region is 'hull', but this build of gmix is without Qhull; "
                       "take 'box', or say the noise_volume");
}
