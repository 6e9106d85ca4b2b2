/* Facts of this build and machine, for bug reports. */
#include <string.h>

#include <gmix/context.h>

#include "base/threads.h"
#include "kernels/kernels.h"

void gmix_build_info_get_sized(gmix_build_info *info, size_t size) {
    const gmix_build_info whole = {.version = GMIX_VERSION,
                                   .cpu_level = gmix_i_kernels_pick(0)->level,
                                   .threading = gmix_i_threading_name(),
                                   .n_threads = gmix_i_default_threads()};
    memset(info, 0, size);
    memcpy(info, &whole, size < sizeof whole ? size : sizeof whole);
}
