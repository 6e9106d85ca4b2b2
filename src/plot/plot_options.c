/* Options of pictures: defaults and checks. */
#include <ctype.h>
#include <string.h>

#include "base/option_sets.h"
#include "plot/plot_kind.h"

static const char *const themes[] = {"light", "dark", "auto", NULL};

const char *const *gmix_plot_themes(void) {
    return themes;
}

#define PLOT(...) GMIX_I_OPTION(gmix_plot_options, __VA_ARGS__)
#define TERMINAL(...) GMIX_I_OPTION(gmix_terminal_options, __VA_ARGS__)

static const gmix_option_info plot_table[] = {
    PLOT(kind, "text", "auto", 0, 0, NULL, "what to draw"),
    PLOT(theme, "text", "light", 0, 0, NULL, "colours: light, dark, auto"),
    PLOT(scale, "real", "2", 0.1, 10, NULL, "pixels of a PNG for a CSS pixel"),
    PLOT(contours, "flag", "0", 0, 1, NULL,
         "draw contours of the density, in scatter plots"),
    PLOT(uncertainty, "flag", "0", 0, 1, NULL,
         "draw points the larger, the less sure their component"),
    PLOT(title, "text", NULL, 0, 0, NULL, "title of the picture; empty for none"),
    PLOT(criterion, "text", NULL, 0, 0, NULL, "of a picture of a choice: what is drawn"),
    PLOT(interactive, "flag", "0", 0, 1, NULL, "every point is an element with its row"),
    PLOT(id_prefix, "text", "gmix", 0, 0, NULL, "of ids in the SVG"),
    GMIX_I_OPTIONS_END};

static const gmix_option_info terminal_table[] = {
    TERMINAL(width, "size", "80", 20, 1e9, NULL, "columns"),
    TERMINAL(height, "size", "16", 5, 1e9, NULL, "lines, the axes among them"),
    TERMINAL(utf8, "flag", "1", 0, 1, NULL, "block elements and Braille; or ASCII"),
    TERMINAL(colour, "flag", "0", 0, 1, NULL, "ANSI colours"), GMIX_I_OPTIONS_END};

static const gmix_i_option_set plot_set =
    GMIX_I_OPTION_SET(gmix_plot_options, id_prefix, plot_table);
static const gmix_i_option_set terminal_set =
    GMIX_I_OPTION_SET(gmix_terminal_options, colour, terminal_table);

const gmix_option_info *gmix_plot_option_table(void) {
    return plot_table;
}

const gmix_option_info *gmix_terminal_option_table(void) {
    return terminal_table;
}

void gmix_plot_options_init_sized(gmix_plot_options *opts, size_t struct_size) {
    gmix_i_options_init(&plot_set, opts, struct_size);
}

void gmix_terminal_options_init_sized(gmix_terminal_options *opts, size_t struct_size) {
    gmix_i_options_init(&terminal_set, opts, struct_size);
}

gmix_status gmix_i_terminal_options_take(gmix_ctx *ctx, const gmix_terminal_options *opts,
                                         gmix_terminal_options *out) {
    return gmix_i_options_read(ctx, &terminal_set, opts, out);
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
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_options_read(ctx, &plot_set, opts, out));
    if (out->n_features > 0 && !out->features) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "n_features is %zu, but features is NULL",
                  out->n_features);
    }
    GMIX_TRY(check_name(ctx, "kind of picture", out->kind, gmix_plot_kinds()));
    GMIX_TRY(check_name(ctx, "theme", out->theme, themes));
    if (out->criterion) {
        GMIX_TRY(check_name(ctx, "criterion", out->criterion, gmix_criterion_names()));
    }
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
