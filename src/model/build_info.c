/* Facts of this build and machine, for bug reports. */
#include <gmix/context.h>

#include "base/threads.h"
#include "kernels/kernels.h"

void gmix_build_info_get(gmix_build_info *info) {
    *info = (gmix_build_info){.version = GMIX_VERSION,
                              .cpu_level = gmix_i_kernels_pick(0)->level,
                              .threading = gmix_i_threading_name(),
                              .n_threads = gmix_i_default_threads()};
}
