/* Options of pictures: defaults and checks. */
#include <ctype.h>
#include <string.h>

#include "plot/plot_kind.h"

static const char *const themes[] = {"light", "dark", "auto", NULL};

const char *const *gmix_plot_themes(void) {
    return themes;
}

static gmix_plot_options default_options(void) {
    return (gmix_plot_options){.struct_size = sizeof(gmix_plot_options),
                               .kind = "auto",
                               .theme = "light",
                               .scale = 2,
                               .id_prefix = "gmix"};
}

void gmix_plot_options_init_sized(gmix_plot_options *opts, size_t struct_size) {
    const gmix_plot_options whole = default_options();
    gmix_i_options_give(opts, struct_size, &whole, sizeof whole);
}

void gmix_terminal_options_init_sized(gmix_terminal_options *opts, size_t struct_size) {
    const gmix_terminal_options whole = {
        .struct_size = sizeof whole, .width = 80, .height = 16, .utf8 = 1};
    gmix_i_options_give(opts, struct_size, &whole, sizeof whole);
}

static gmix_status check_name(gmix_ctx *ctx, const char *option, const char *name,
                              const char *const *names) {
    size_t n = 0;
    for (; names[n]; n++) {
        if (name && strcmp(names[n], name) == 0) {
            return GMIX_OK;
        }
    }
    const char *const near = name ? gmix_i_nearest(name, names, n) : NULL;
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "there is no %s '%.40s'%s%s%s", option,
                       name ? name : "NULL", near ? "; did you mean '" : "",
                       near ? near : "", near ? "'?" : "");
}

static gmix_status check_range(gmix_ctx *ctx, const char *option, double value, double lo,
                               double hi) {
    return value >= lo && value <= hi
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s is %g: it ranges from %g to %g",
                             option, value, lo, hi);
}

/* Ids stand in attributes and references. */
static gmix_status check_prefix(gmix_ctx *ctx, const char *prefix) {
    bool good = prefix && isalpha((unsigned char)prefix[0]);
    for (const char *c = prefix; good && *c; c++) {
        good = isalnum((unsigned char)*c) || *c == '-' || *c == '_';
    }
    return good ? GMIX_OK
                : gmix_i_fail(ctx, GMIX_ERR_OPTION,
                              "id_prefix begins with a letter and goes on with letters, "
                              "digits, - and _, unlike '%.40s'",
                              prefix ? prefix : "NULL");
}

gmix_status gmix_i_plot_options_take(gmix_ctx *ctx, const gmix_plot_options *opts,
                                     gmix_plot_options *out) {
    enum { FIRST_SIZE = sizeof(gmix_plot_options) }; /* of version 0.1 */
    gmix_status status = GMIX_OK;
    *out = default_options();
    if (opts && !gmix_i_options_take(opts, FIRST_SIZE, out, sizeof *out)) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "gmix_plot_options was not set by gmix_plot_options_init(), or is of a "
                  "newer gmix than this library");
    }
    if (out->n_features > 0 && !out->features) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "n_features is %zu, but features is NULL",
                  out->n_features);
    }
    GMIX_TRY(check_name(ctx, "kind of picture", out->kind, gmix_plot_kinds()));
    GMIX_TRY(check_name(ctx, "theme", out->theme, themes));
    if (out->criterion) {
        GMIX_TRY(check_name(ctx, "criterion", out->criterion, gmix_criterion_names()));
    }
    GMIX_TRY(check_range(ctx, "scale", out->scale, 0.1, 10));
    if (out->width != 0) {
        GMIX_TRY(check_range(ctx, "width", out->width, 200, 10000));
    }
    if (out->height != 0) {
        GMIX_TRY(check_range(ctx, "height", out->height, 150, 10000));
    }
    GMIX_TRY(check_prefix(ctx, out->id_prefix));
done:
    return status;
}
