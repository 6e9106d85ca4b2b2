/**
 * Fitting by expectation-maximisation (Dempster, Laird & Rubin 1977; Bilmes 1998).
 *
 * Work happens in a standardised frame (features centred, and scaled by powers of two),
 * so the units of the data do not matter; results are in the data's own units. The same
 * data, options and seed give the same bits for any number of threads on the same machine
 * and build.
 */
#ifndef GMIX_FIT_H
#define GMIX_FIT_H

#include "model.h"
#include "option_info.h"
#include "report.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Finds the convex hull of points, for the option noise_region "hull": gmix_hull_points() of the
 * library gmix-files does so by Qhull. In one thread; ctx is for memory and the message.
 *
 * @param points     n x d, row-major, d >= 2, n > d.
 * @param volume     [out] 0 if all points lie in a plane.
 * @param is_corner  [out] n: 1 for points that are corners of the hull, 0 for the others.
 */
typedef gmix_status gmix_hull_fn(gmix_ctx *ctx, size_t d, size_t n, const double *points,
                                 double *volume, unsigned char *is_corner);

/** Options of a fit. Set by gmix_fit_options_init(); then change fields. */
typedef struct gmix_fit_options {
    size_t struct_size;     /* set by _init */
    size_t n_components;    /* K: 1 .. N; default 1 */
    const char *covariance; /* family; default "full" */
    const char *init;       /* start, see gmix_init_names(); default "auto" */
    /* For init "model": D features, K components; for "split" and "merge", fewer and more than
     * K; for "auto", which then takes turns with splits or merges of it, any number. NULL */
    const gmix_model *init_model;
    const int32_t *init_labels; /* for init "labels": N labels 0 .. K - 1. NULL */
    /* 1 ..: so many complete runs from independent starts, the best is kept. 0 (default): a
     * search of the extent that `search` says; one run if tol is 0 or the start is given. */
    size_t restarts;
    uint64_t seed; /* of everything random; default 0 */

    /* Stop when the mean log-likelihood per row still to be gained (see gmix_fit) is
     * below this: 0 ..; nats; default 1e-6. 0 takes exactly max_iter steps. */
    double tol;
    size_t max_iter; /* EM steps of a run: 0 ..; default 1000 */

    /* >= 0: added to the diagonal of every covariance, data units squared, as
     * scikit-learn's reg_covar; the log-likelihood may then fall on the way. With one above
     * 0, columns may be constant. Negative (default -1): off, and reg_relative applies. */
    double reg;
    /* Smallest variance of a component in any direction, as a fraction of the features'
     * own variances, where these tell how wide groups are; where rows lie far apart from each other, of
     * (1000 times the median gap times the number of rows)^2: 0 .. 1; default 1e-13. It binds
     * components that would fall below it and leaves all others untouched (a constrained maximum, so
     * EM stays monotone). */
    double reg_relative;

    /* 1 (default): extrapolate EM steps; 0: plain ones. See gmix_fit. Plain steps towards a posterior (bayes)
     * empty a component too many slowly: where the bound gains by it, one's rows go to another at once. */
    int accelerate;
    const char
        *search; /* for the best optimum: "quick", "standard" (default), "thorough" */
    /* What becomes of a solution with a spurious component (see gmix_report.sound):
     * "repair" (default): components are moved elsewhere until it is sound, or reported;
     * "drop": the largest number of components with a sound solution; "keep": it is reported;
     * "error". */
    const char *singular;
    const char *precision; /* of the arithmetic over rows: "double" (default), "single" */
    /* Seconds; then the best model so far. A step that would end later, were it as long as the
     * last one, is not begun. 0 (default): none. */
    double time_limit;

    /* Of a table with labels: components of each class, 1 ..; default 1. n_components is at
     * least n_classes x per_class; components beyond that are new classes. */
    size_t per_class;

    /* Missing cells (NaN): "em" (default) uses the others of the row, by maximum
     * likelihood for cells missing at random; "drop" leaves such rows out; "error" refuses
     * them. */
    const char *missing;

    /* Prior: "none" (default), or "mclust" (see below); then the fit maximises the posterior.
     * Negative numbers (default -1) leave what the prior says. What counts rows (kappa, nu,
     * alpha) is at most 1e9: more would leave no digits of the data. */
    const char *prior;
    double
        prior_shrinkage; /* kappa: rows that the prior mean is worth; 0: no prior on means */
    double prior_dof;    /* nu: degrees of freedom */
    double prior_scale; /* of the prior scatter, as a fraction of the data's covariance */
    double
        dirichlet; /* alpha of weights, also without the prior: 1 ..; default 1: flat */

    /* For init "model": what is kept as it is in init_model. Names of parameters, each for all
     * components or for those listed: "weights,means:0,2-4,covariances:1". Default "". */
    const char *freeze;

    /* Noise: a uniform component over the box around the data, whose weight is estimated:
     * its weight at the start, 0 .. 0.999; default 0: none. Rows with labels are no noise. */
    double noise;
    double
        noise_volume; /* over which it is uniform, data units; 0 (default): the box's */

    /* Fraction of the rows, by weight, that every EM step leaves out, those of the lowest
     * density: 0 .. 0.5. What is maximised is the log-likelihood of the rest
     * (docs/priors-and-noise.md), with them a row may count in part. Negative (default -1): 0, but a choice
     * among models leaves out rows that lie apart (see gmix_select). */
    double trim;

    /* Largest over smallest eigenvalue of all components' covariances, in data units: 1 ..;
     * 0 (default): no bound. The maximum within it (Fritz, Garcia-Escudero & Mayo-Iscar 2013;
     * tclust's restriction), so EM stays monotone. For the families full, tied, diag,
     * spherical, EII and EEI. */
    double eigen_ratio;

    /* What tol bounds: "remaining" (default), the gain still to come; "change", how much the
     * mean log-likelihood per row changed in the last step: one more step is taken then, as
     * scikit-learn does, and steps that lower it are no reason to end. */
    const char *stop_rule;
    const double
        *init_memberships; /* for init "memberships": N x K, >= 0, row-major. NULL */

    /* Whose volume noise is uniform over, unless noise_volume says it: "box" (default); "hull",
     * the convex hull of the rows without missing cells, of up to 6 features; the box of the
     * model then has its volume, and the centre and proportions of that around the data. */
    const char *noise_region;
    gmix_hull_fn *hull; /* finds that hull where D > 1: gmix_hull_points(). NULL */

    /* How finely features were recorded: "auto" (default) finds the step h of the grid that
     * a feature's values lie on (whole numbers: 1; one decimal: 0.1; docs/rounded-data.md), and
     * does nothing if reg is given; "off"; or steps in the data's units, one for all features or
     * one for each, as in "1,0.1,0" (0: none). No component is narrower than half a step. */
    const char *resolution;

    /* Posterior distributions in place of points, by variational Bayes: "none" (default);
     * "dirichlet", of weights with a Dirichlet prior; "process", of a Dirichlet process whose sticks
     * end with the K-th. See bayes.h. */
    const char *bayes;
    double concentration; /* gamma of that prior, above 0; negative (default): 1 */
    /* Its mean, D, and its scatter Psi, in the layout of a single component of the family, data
     * units: NULL (default) for the data's mean and prior_scale times their covariance. */
    const double *prior_mean, *prior_covariance;
} gmix_fit_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_fit_options_init_sized(gmix_fit_options *opts, size_t struct_size);

static inline void gmix_fit_options_init(gmix_fit_options *opts) {
    gmix_fit_options_init_sized(opts, sizeof *opts);
}

/** Names of the starts, NULL-terminated; static: "auto", "kmeans++", "random" (rows),
 * "responsibilities" (a random partition), "hierarchical" (a tree of merges, see hierarchy.h;
 * as R's mclust starts), "model", "labels", "split", "merge" (docs/search.md). */
GMIX_API const char *const *gmix_init_names(void);

/** The table behind gmix_fit_options (see option_info.h); ends with an entry whose name is NULL. */
GMIX_API const gmix_option_info *gmix_fit_option_table(void);

/**
 * Sets one option from text, checked against the table ("max_iter", "200"; dashes may
 * stand for underscores).
 * @return GMIX_OK; GMIX_ERR_OPTION: the message says what is wrong and what would be
 * right.
 */
GMIX_API gmix_status gmix_fit_option_set(gmix_ctx *ctx, gmix_fit_options *opts,
                                         const char *name, const char *text);

/**
 * Fits a Gaussian mixture.
 *
 * By default a search over starts and moves of components (docs/search.md), whose solution has
 * its components in the order of their means.
 * EM steps are extrapolated by limited-memory BFGS (Jamshidian & Jennrich 1997), but never to a
 * lower log-likelihood. Stop rule: half the gradient times the step to the parabola's top, and the
 * last gain, are below tol; for plain steps, g_t a_t / (1 - a_t), a_t = g_t / g_(t-1) (Aitken).
 * With a prior, the log-posterior takes the place of the log-likelihood: log L, plus
 *
 *     -1/2 sum_k [ m log |Sigma_k| + tr Sigma_k^-1 (Lambda + kappa d_k d_k^T) ]
 *         + (dirichlet - 1) sum_k log pi_k,       d_k = mu_k - mean of the data,
 *
 * the log of mu_k ~ N(mean, Sigma_k / kappa), Sigma_k ~ IW(nu, Lambda), m = nu + D + 2 (for
 * diagonal families, inverse gamma per variance, m = nu + 3), up to a constant; a covariance
 * shared by components has the prior once. "mclust" is that program's default (Fraley &
 * Raftery 2007): kappa 0.01, nu = D + 2, Lambda = scale x covariance of the data, for diagonal
 * families scale x mean of their variances, scale = K^(-2/D).
 * The log-likelihood reported is that of the run's own arithmetic and frame. gmix_score()
 * of the returned model agrees to 1e-12 relative, unless rows are summed in single
 * precision (1e-6) or an offset of over 1e8 standard deviations rounds the means.
 *
 * @param ctx     Context, or NULL for defaults.
 * Missing cells (NaN) are those of data missing at random: the log-likelihood is that of
 * the observed cells, and a row's missing ones enter the M-step by their conditional mean
 * and covariance (Ghahramani & Jordan 1994). Rows with nothing observed count in N.
 *
 * @param x       N x D table. No infinite cell; no column that is constant or all missing;
 *                at least K distinct rows.
 * @param opts    NULL for defaults (one component).
 * @param model   [out] To be released by gmix_model_free().
 * @param report  [out] What happened; may be NULL. Release with gmix_report_free().
 *
  * @return GMIX_OK, also when it stopped at max_iter, time_limit or by cancel with a model;
 *         GMIX_ERR_NONFINITE; GMIX_ERR_DATA: constant column, fewer distinct rows than K,
 *         bad weights, ...; GMIX_ERR_OPTION; GMIX_ERR_ARGUMENT: NULLs, options not set by
 *         _init, init_labels out of range; GMIX_ERR_SHAPE: init_model of another size, a
 *         source whose blocks are not as asked for; GMIX_ERR_SINGULAR or GMIX_ERR_MODEL:
 *         reg or reg_relative is too small for the data to keep a covariance positive
 *         definite; GMIX_ERR_CANCELLED: before there was a model; GMIX_ERR_NOMEM.
 *
 * Cost: an iteration takes 2 N K D (D + 3) / 2 multiply-adds for families with full
 * matrices, 4 N K D for diagonal ones. Rows with missing cells take some times as much, and
 * for full matrices each of their patterns K D^3 / 2 besides. Memory beyond the data does
 * not grow with N.
 */
GMIX_API gmix_status gmix_fit(gmix_ctx *ctx, const gmix_table *x,
                              const gmix_fit_options *opts, gmix_model **model,
                              gmix_report *report);

/** The same from a source, by the engine with one part: engine.h says how often it is read. */
GMIX_API gmix_status gmix_fit_source(gmix_ctx *ctx, const gmix_source *source,
                                     const gmix_fit_options *opts, gmix_model **model,
                                     gmix_report *report);

#ifdef __cplusplus
}
#endif
#endif
