/*
 * The options of a fit: one table behind defaults, validation, text input, and whatever
 * interfaces are built on it (the command line's help, other languages' signatures).
 */
#include <string.h>

#include "base/option_sets.h"
#include "em/em.h"
#include "family/factor_law.h"

static const char *const missings[] = {"em", "drop", "error", NULL};
static const char *const searches[] = {"quick", "standard", "thorough", NULL};
static const char *const regions[] = {"box", "hull", NULL};
static const char *const policies[] = {"repair", "drop", "keep", "error", NULL};
static const char *const rules[] = {"remaining", "change", NULL};
static const char *const precisions[] = {"double", "single", NULL};
static const char *const posteriors[] = {"none", "dirichlet", "process", NULL};
static const char *const priors[] = {"none", "mclust", NULL};

/* Rows that a prior may be worth: the log-likelihood is what the log-posterior leaves without
 * it, to 1e-7 at this. */
enum { MOST_PRIOR = 1000000000 };

#define OPTION(...) GMIX_I_OPTION(gmix_fit_options, __VA_ARGS__)

static const gmix_option_info table[] = {
    OPTION(n_components, "size", "1", 1, 1e9, NULL, "number of components K"),
    OPTION(covariance, "name", "full", 0, 0, gmix_i_family_names,
           "family of covariance matrices"),
    OPTION(init, "name", "auto", 0, 0, gmix_i_init_names, "where EM starts"),
    OPTION(restarts, "size", "0", 0, 1e9, NULL,
           "complete runs from independent starts, the best is kept (0: a search)"),
    OPTION(seed, "seed", "0", 0, 18446744073709551615.0, NULL,
           "seed of everything random"),
    OPTION(tol, "real", "1e-6", 0, 1e300, NULL,
           "stop when the mean log-likelihood per row still to be gained is below this"),
    OPTION(max_iter, "size", "1000", 0, 1e15, NULL, "most EM steps of a run"),
    OPTION(reg, "real", "-1", -1, 1e300, NULL,
           "added to the diagonal of covariances, data units squared (negative: off)"),
    OPTION(reg_relative, "real", "1e-13", 0, 1, NULL,
           "smallest variance of a component, as a fraction of the features' variances"),
    OPTION(accelerate, "flag", "1", 0, 1, NULL, "extrapolate EM steps (never downhill)"),
    OPTION(search, "name", "standard", 0, 0, searches,
           "how far to look for a better optimum; restarts of 1 or more take its place"),
    OPTION(singular, "name", "repair", 0, 0, policies,
           "what to do about components that rest on few or identical rows"),
    OPTION(precision, "name", "double", 0, 0, precisions, "arithmetic over rows"),
    OPTION(time_limit, "real", "0", 0, 1e300, NULL,
           "seconds until the best so far is returned (0: none)"),
    OPTION(per_class, "size", "1", 1, 1e9, NULL,
           "components of each class, in a fit with labels"),
    OPTION(
        missing, "name", "em", 0, 0, missings,
        "rows with missing cells: use their other cells, leave them out, or refuse them"),
    OPTION(prior, "name", "none", 0, 0, priors,
           "prior of means and covariances: the fit then maximises the posterior"),
    OPTION(prior_shrinkage, "real", "-1", -1, MOST_PRIOR, NULL,
           "rows that the prior mean is worth (negative: as the prior says)"),
    OPTION(
        prior_dof, "real", "-1", -1, MOST_PRIOR, NULL,
        "degrees of freedom of the prior of covariances (negative: as the prior says)"),
    OPTION(prior_scale, "real", "-1", -1, 1e300, NULL,
           "scale of the prior of covariances, as a fraction of the data's (negative: as "
           "the "
           "prior says)"),
    OPTION(dirichlet, "real", "1", 1, MOST_PRIOR, NULL,
           "parameter of the Dirichlet prior of weights (1: flat)"),
    OPTION(freeze, "text", "", 0, 0, NULL,
           "parameters kept from the start model, as in weights,means:0,2"),
    OPTION(noise, "real", "0", 0, 0.999, NULL,
           "weight at the start of a uniform component for noise (0: none)"),
    OPTION(noise_volume, "real", "0", 0, 1e300, NULL,
           "volume over which noise is uniform, data units (0: that of noise_region)"),
    OPTION(
        trim, "real", "-1", -1, 0.5, NULL,
        "fraction of the rows, those of the lowest density, that is left out in every "
        "step (negative: 0, but a choice among models leaves out rows that lie apart)"),
    OPTION(
        eigen_ratio, "real", "0", 0, 1e300, NULL,
        "largest over smallest eigenvalue of all covariances, data units (0: no bound)"),
    OPTION(stop_rule, "name", "remaining", 0, 0, rules,
           "what tol bounds: the gain still to come, or the last change (scikit-learn)"),
    OPTION(noise_region, "name", "box", 0, 0, regions,
           "whose volume noise is uniform over: the box around the data, or their convex "
           "hull"),
    OPTION(
        resolution, "text", "auto", 0, 0, NULL,
        "steps that features were rounded to, for all or one each: auto finds them, off "
        "ignores them"),
    OPTION(bayes, "name", "none", 0, 0, posteriors,
           "posteriors by variational Bayes, with weights of a Dirichlet distribution or "
           "process"),
    OPTION(concentration, "real", "-1", -1, MOST_PRIOR, NULL,
           "rows that every weight is worth a priori, or of the process (negative: 1)"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set set =
    GMIX_I_OPTION_SET(gmix_fit_options, noise_region, table);

gmix_i_missing gmix_i_missing_option(const gmix_fit_options *opts) {
    return strcmp(opts->missing, "drop") == 0    ? GMIX_I_MISSING_DROP
           : strcmp(opts->missing, "error") == 0 ? GMIX_I_MISSING_REFUSE
                                                 : GMIX_I_MISSING_EM;
}

const gmix_option_info *gmix_fit_option_table(void) {
    return table;
}

gmix_status gmix_fit_option_set(gmix_ctx *ctx, gmix_fit_options *opts, const char *name,
                                const char *text) {
    GMIX_I_CTX(ctx);
    if (!opts || !name || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "an option needs a struct, a name, a value");
    }
    const gmix_status status = gmix_i_options_set(ctx, &set, opts, name, text);
    const gmix_i_family *const law = gmix_i_factor_law_find(opts->covariance);
    if (status == GMIX_OK && law) { /* a name that outlives the caller's */
        opts->covariance = law->name;
    }
    return status;
}

void gmix_fit_options_init_sized(gmix_fit_options *opts, size_t struct_size) {
    gmix_i_options_init(&set, opts, struct_size);
}

gmix_status gmix_i_fit_options_take(gmix_ctx *ctx, const gmix_fit_options *opts,
                                    gmix_fit_options *out) {
    const gmix_status status = gmix_i_options_read(ctx, &set, opts, out);
    if (status == GMIX_OK && out->trim < 0.0) {
        out->trim = 0.0;
    }
    return status;
}

bool gmix_i_fit_options_say_trim(gmix_ctx *ctx, const gmix_fit_options *opts) {
    gmix_fit_options own;
    return gmix_i_options_read(ctx, &set, opts, &own) == GMIX_OK && own.trim >= 0.0;
}
