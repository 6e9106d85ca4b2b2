/* Looking up Cairo. See cairo_load.h. It is never unloaded: it has state of its own. */
#include "plot/cairo_load.h"

#include <dlfcn.h>
#include <string.h>

#include "plot/cairo_canvas.h"

static const char *const file_names[] = {"libcairo.so.2", "libcairo.2.dylib", NULL};

static gmix_status look_up(gmix_ctx *ctx, void *library, const char *name, void *out) {
    void *const found = dlsym(library, name);
    if (!found) {
        return gmix_i_fail(ctx, GMIX_ERR_UNSUPPORTED,
                           "the Cairo library of this machine lacks %s; write .svg",
                           name);
    }
    memcpy(out, &found, sizeof found);
    return GMIX_OK;
}

gmix_status gmix_i_cairo_load(gmix_ctx *ctx, gmix_i_cairo *out) {
    gmix_status status = GMIX_OK;
    void *library = NULL;
    for (size_t i = 0; file_names[i] && !library; i++) {
        library = dlopen(file_names[i], RTLD_NOW | RTLD_LOCAL);
    }
    if (!library) {
        return gmix_i_fail(
            ctx, GMIX_ERR_UNSUPPORTED,
            "PNG and PDF are drawn by the Cairo library (%s), which is not "
            "on this machine: install it (libcairo2 on Debian), or write "
            ".svg",
            file_names[0]);
    }
#define LOOK_UP(name) GMIX_TRY(look_up(ctx, library, #name, &out->name));
    GMIX_I_CAIRO_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
done:
    return status;
}

gmix_status gmix_i_cairo_check(gmix_ctx *ctx) {
    gmix_i_cairo unused;
    return gmix_i_cairo_load(ctx, &unused);
}
