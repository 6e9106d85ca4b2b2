/* Facts of this build and machine, for bug reports. */
#include <string.h>

#include <gmix/context.h>

#include "base/base.h"
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

gmix_status gmix_version_serves(gmix_ctx *ctx, int major, int minor, int patch) {
    GMIX_I_CTX(ctx);
    /* 0.2 was the first to promise that programs go on working. */
    const bool promised = major > 0 || minor >= 2;
    const bool older = minor < GMIX_VERSION_MINOR ||
                       (minor == GMIX_VERSION_MINOR && patch <= GMIX_VERSION_PATCH);
    return major == GMIX_VERSION_MAJOR && promised && older
               ? GMIX_OK
               : gmix_i_fail(
                     ctx, GMIX_ERR_UNSUPPORTED,
                     "the program was compiled for gmix %d.%d.%d, but the library "
                     "is gmix " GMIX_VERSION,
                     major, minor, patch);
}
