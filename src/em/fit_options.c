/*
 * The options of a fit: one table behind defaults, validation, text input, and whatever
 * interfaces are built on it (the command line's help, other languages' signatures).
 */
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "em/em.h"

static const char *const missings[] = {"em", "drop", "error", NULL};
static const char *const searches[] = {"quick", "standard", "thorough", NULL};
static const char *const regions[] = {"box", "hull", NULL};
static const char *const policies[] = {"repair", "drop", "keep", "error", NULL};
static const char *const rules[] = {"remaining", "change", NULL};
static const char *const precisions[] = {"double", "single", NULL};
static const char *const priors[] = {"none", "mclust", NULL};

static const gmix_option_info table[] = {
    {"n_components", "size", "1", 1, 1e9, NULL, "number of components K"},
    {"covariance", "name", "full", 0, 0, gmix_i_family_names,
     "family of covariance matrices"},
    {"init", "name", "auto", 0, 0, gmix_i_init_names, "where EM starts"},
    {"restarts", "size", "0", 0, 1e9, NULL,
     "complete runs from independent starts, the best is kept (0: a search)"},
    {"seed", "seed", "0", 0, 18446744073709551615.0, NULL, "seed of everything random"},
    {"tol", "real", "1e-6", 0, 1e300, NULL,
     "stop when the mean log-likelihood per row still to be gained is below this"},
    {"max_iter", "size", "1000", 0, 1e15, NULL, "most EM steps of a run"},
    {"reg", "real", "-1", -1, 1e300, NULL,
     "added to the diagonal of covariances, data units squared (negative: off)"},
    {"reg_relative", "real", "1e-10", 0, 1, NULL,
     "smallest variance of a component, as a fraction of the features' variances"},
    {"accelerate", "flag", "1", 0, 1, NULL, "extrapolate EM steps (never downhill)"},
    {"search", "name", "standard", 0, 0, searches,
     "how far to look for a better optimum; restarts of 1 or more take its place"},
    {"singular", "name", "repair", 0, 0, policies,
     "what to do about components that rest on few or identical rows"},
    {"precision", "name", "double", 0, 0, precisions, "arithmetic over rows"},
    {"time_limit", "real", "0", 0, 1e300, NULL,
     "seconds until the best so far is returned (0: none)"},
    {"per_class", "size", "1", 1, 1e9, NULL,
     "components of each class, in a fit with labels"},
    {"missing", "name", "em", 0, 0, missings,
     "rows with missing cells: use their other cells, leave them out, or refuse them"},
    {"prior", "name", "none", 0, 0, priors,
     "prior of means and covariances: the fit then maximises the posterior"},
    {"prior_shrinkage", "real", "-1", -1, 1e300, NULL,
     "rows that the prior mean is worth (negative: as the prior says)"},
    {"prior_dof", "real", "-1", -1, 1e300, NULL,
     "degrees of freedom of the prior of covariances (negative: as the prior says)"},
    {"prior_scale", "real", "-1", -1, 1e300, NULL,
     "scale of the prior of covariances, as a fraction of the data's (negative: as the "
     "prior says)"},
    {"dirichlet", "real", "1", 1, 1e300, NULL,
     "parameter of the Dirichlet prior of weights (1: flat)"},
    {"freeze", "text", "", 0, 0, NULL,
     "parameters kept from the start model, as in weights,means:0,2"},
    {"noise", "real", "0", 0, 0.999, NULL,
     "weight at the start of a uniform component for noise (0: none)"},
    {"noise_volume", "real", "0", 0, 1e300, NULL,
     "volume over which noise is uniform, data units (0: that of noise_region)"},
    {"trim", "real", "0", 0, 0.5, NULL,
     "fraction of the rows, those of the lowest density, that is left out in every step"},
    {"eigen_ratio", "real", "0", 0, 1e300, NULL,
     "largest over smallest eigenvalue of all covariances, data units (0: no bound)"},
    {"stop_rule", "name", "remaining", 0, 0, rules,
     "what tol bounds: the gain still to come, or the last change (scikit-learn)"},
    {"noise_region", "name", "box", 0, 0, regions,
     "whose volume noise is uniform over: the box around the data, or their convex hull"},
    {"resolution", "text", "auto", 0, 0, NULL,
     "steps that features were rounded to, for all or one each: auto finds them, off "
     "ignores them"},
    {NULL, NULL, NULL, 0, 0, NULL, NULL}};

/* Where an option lives in the struct. */
static const size_t offsets[] = {
    offsetof(gmix_fit_options, n_components), offsetof(gmix_fit_options, covariance),
    offsetof(gmix_fit_options, init),         offsetof(gmix_fit_options, restarts),
    offsetof(gmix_fit_options, seed),         offsetof(gmix_fit_options, tol),
    offsetof(gmix_fit_options, max_iter),     offsetof(gmix_fit_options, reg),
    offsetof(gmix_fit_options, reg_relative), offsetof(gmix_fit_options, accelerate),
    offsetof(gmix_fit_options, search),       offsetof(gmix_fit_options, singular),
    offsetof(gmix_fit_options, precision),    offsetof(gmix_fit_options, time_limit),
    offsetof(gmix_fit_options, per_class),    offsetof(gmix_fit_options, missing),
    offsetof(gmix_fit_options, prior),        offsetof(gmix_fit_options, prior_shrinkage),
    offsetof(gmix_fit_options, prior_dof),    offsetof(gmix_fit_options, prior_scale),
    offsetof(gmix_fit_options, dirichlet),    offsetof(gmix_fit_options, freeze),
    offsetof(gmix_fit_options, noise),        offsetof(gmix_fit_options, noise_volume),
    offsetof(gmix_fit_options, trim),         offsetof(gmix_fit_options, eigen_ratio),
    offsetof(gmix_fit_options, stop_rule),    offsetof(gmix_fit_options, noise_region),
    offsetof(gmix_fit_options, resolution)};

enum { N_OPTIONS = sizeof offsets / sizeof *offsets };
_Static_assert(N_OPTIONS + 1 == sizeof table / sizeof *table,
               "every option has its place");

gmix_i_missing gmix_i_missing_option(const gmix_fit_options *opts) {
    return strcmp(opts->missing, "drop") == 0    ? GMIX_I_MISSING_DROP
           : strcmp(opts->missing, "error") == 0 ? GMIX_I_MISSING_REFUSE
                                                 : GMIX_I_MISSING_EM;
}

const gmix_option_info *gmix_fit_option_table(void) {
    return table;
}

static gmix_status fail_choice(gmix_ctx *ctx, size_t option, const char *text) {
    const char *const *const choices = table[option].choices;
    char list[256] = "";
    size_t n = 0;
    for (; choices[n]; n++) {
        const size_t used = strlen(list);
        strncat(list, n ? ", " : "", sizeof list - used - 1);
        strncat(list, choices[n], sizeof list - strlen(list) - 1);
    }
    const char *const near = gmix_i_nearest(text, choices, n);
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s '%.40s' is not one of %s%s%s%s",
                       table[option].name, text, list, near ? "; did you mean '" : "",
                       near ? near : "", near ? "'?" : "");
}

static gmix_status set_name(gmix_ctx *ctx, size_t option, const char *text, void *field) {
    const char *const *const choices = table[option].choices;
    for (size_t i = 0; choices[i]; i++) {
        if (strcmp(choices[i], text) == 0) {
            memcpy(field, &choices[i], sizeof choices[i]);
            return GMIX_OK;
        }
    }
    return fail_choice(ctx, option, text);
}

static gmix_status fail_range(gmix_ctx *ctx, size_t option, const char *text) {
    const gmix_option_info *const o = &table[option];
    const char *const kind = strcmp(o->type, "real") == 0 ? "number" : "whole number";
    if (o->max >= 1e9) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s takes a %s of at least %g, not '%.40s'", o->name, kind,
                           o->min, text);
    }
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s takes a %s from %g to %g, not '%.40s'",
                       o->name, kind, o->min, o->max, text);
}

static gmix_status set_whole(gmix_ctx *ctx, size_t option, const char *text,
                             void *field) {
    char *end;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    const bool number = isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0;
    if (!number || (double)value < table[option].min ||
        (double)value > table[option].max) {
        return fail_range(ctx, option, text);
    }
    if (strcmp(table[option].type, "seed") == 0) {
        const uint64_t seed = value;
        memcpy(field, &seed, sizeof seed);
    } else if (strcmp(table[option].type, "flag") == 0) {
        const int flag = value != 0;
        memcpy(field, &flag, sizeof flag);
    } else {
        const size_t size = (size_t)value;
        memcpy(field, &size, sizeof size);
    }
    return GMIX_OK;
}

bool gmix_i_real_from_text(const char *text, double *value, const char *until) {
    char *end = NULL;
    const locale_t plain =
        newlocale(LC_ALL_MASK, "C", (locale_t)0); /* a point is a point */
    *value = plain ? strtod_l(text, &end, plain) : strtod(text, &end);
    if (plain) {
        freelocale(plain);
    }
    return end != text && end == until;
}

static gmix_status set_real(gmix_ctx *ctx, size_t option, const char *text, void *field) {
    double value = 0.0;
    if (!gmix_i_real_from_text(text, &value, text + strlen(text)) ||
        !(value >= table[option].min) || !(value <= table[option].max)) {
        return fail_range(ctx, option, text);
    }
    memcpy(field, &value, sizeof value);
    return GMIX_OK;
}

static gmix_status set_option(gmix_ctx *ctx, gmix_fit_options *opts, size_t option,
                              const char *text) {
    void *const field = (char *)opts + offsets[option];
    switch (table[option].type[0]) {
    case 'n':
        return set_name(ctx, option, text, field);
    case 'r':
        return set_real(ctx, option, text, field);
    case 't':
        memcpy(field, &text, sizeof text);
        return GMIX_OK;
    default:
        return set_whole(ctx, option, text, field);
    }
}

/* True if `text` is `name`, with dashes for underscores or not. */
static bool same_name(const char *name, const char *text) {
    while (*name && (*name == *text || (*name == '_' && *text == '-'))) {
        name++;
        text++;
    }
    return *name == '\0' && *text == '\0';
}

gmix_status gmix_fit_option_set(gmix_ctx *ctx, gmix_fit_options *opts, const char *name,
                                const char *text) {
    GMIX_I_CTX(ctx);
    if (!opts || !name || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "an option needs a struct, a name, a value");
    }
    const char *names[N_OPTIONS];
    for (size_t o = 0; o < N_OPTIONS; o++) {
        if (same_name(table[o].name, name)) {
            return set_option(ctx, opts, o, text);
        }
        names[o] = table[o].name;
    }
    const char *const near = gmix_i_nearest(name, names, N_OPTIONS);
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "there is no option '%.40s'%s%s%s", name,
                       near ? "; did you mean '" : "", near ? near : "",
                       near ? "'?" : "");
}

static gmix_fit_options default_options(void) {
    gmix_ctx quiet;
    gmix_i_ctx_default(&quiet);
    gmix_fit_options opts = {.struct_size = sizeof opts};
    for (size_t o = 0; o < N_OPTIONS; o++) {
        set_option(&quiet, &opts, o, table[o].value);
    }
    return opts;
}

void gmix_fit_options_init_sized(gmix_fit_options *opts, size_t struct_size) {
    const gmix_fit_options whole = default_options();
    gmix_i_options_give(opts, struct_size, &whole, sizeof whole);
}

/* Numbers are checked here; names where they are looked up, precision excepted. */
static gmix_status check_option(gmix_ctx *ctx, const gmix_fit_options *opts,
                                size_t option) {
    const gmix_option_info *const o = &table[option];
    const void *const field = (const char *)opts + offsets[option];
    double value = 0.0;
    if (o->type[0] == 'n' || o->type[0] == 't') {
        const char *name;
        memcpy(&name, field, sizeof name);
        if (!name) {
            return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s is NULL", o->name);
        }
        if (o->type[0] == 't') {
            return GMIX_OK;
        }
        return set_name(ctx, option, name, &(const char *){NULL});
    }
    if (o->type[0] == 'r') {
        memcpy(&value, field, sizeof value);
    } else if (strcmp(o->type, "size") == 0) {
        size_t size;
        memcpy(&size, field, sizeof size);
        value = (double)size;
    } else if (strcmp(o->type, "flag") == 0) {
        int flag;
        memcpy(&flag, field, sizeof flag);
        value = flag;
    }
    const bool off = o->min == -1.0 && value < 0.0; /* any negative number */
    if (!off && (!(value >= o->min) || !(value <= o->max))) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s is %g: it ranges from %g to %g",
                           o->name, value, o->min, o->max);
    }
    return GMIX_OK;
}

gmix_status gmix_i_fit_options_take(gmix_ctx *ctx, const gmix_fit_options *opts,
                                    gmix_fit_options *out) {
    enum { FIRST_SIZE = sizeof(gmix_fit_options) }; /* of version 0.1 */
    *out = default_options();
    if (opts && !gmix_i_options_take(opts, FIRST_SIZE, out, sizeof *out)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_ARGUMENT,
            "gmix_fit_options was not set by gmix_fit_options_init(), or is "
            "of a newer gmix than this library");
    }
    for (size_t o = 0; o < N_OPTIONS; o++) {
        const gmix_status status = check_option(ctx, out, o);
        if (status != GMIX_OK) {
            return status;
        }
    }
    return GMIX_OK;
}
