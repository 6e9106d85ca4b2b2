/**
 * Mixtures: an immutable set of weights, means and covariances.
 *
 * Covariances are held in the layout of their family:
 *
 *   full (VVV)       K x D x D   every component its own matrix
 *   tied (EEE)       D x D       one matrix shared by all
 *   diag (VVI)       K x D       variances per feature
 *   spherical (VII)  K           one variance per component
 *
 * and the others, EII EEI VEI EVI VEE EVE VVE EEV VEV EVV, as full: whether components
 * have volume, shape and orientation of their covariances Equal, Variable, or Identity
 * (Banfield & Raftery 1993; Celeux & Govaert 1995; docs/families.md). Names in brackets
 * are other names of the same; so are E and V, of EII and spherical, for D = 1 alone.
 * gmix_family_names() lists what this build has.
 */
#ifndef GMIX_MODEL_H
#define GMIX_MODEL_H

#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gmix_model gmix_model;
struct gmix_report;
struct gmix_posterior;

/** Names of the covariance families, each once, NULL-terminated; static. */
GMIX_API const char *const *gmix_family_names(void);

/** The family's name as in gmix_family_names(): "full" for "VVV"; NULL for none. Static. */
GMIX_API const char *gmix_family_name(const char *covariance);

/** The family's other name: "VVV" for "full" and for "VVV"; NULL if it has none. Static. */
GMIX_API const char *gmix_family_alias(const char *covariance);

/** Number of doubles in the family's covariance layout; 0 if there is no such family. */
GMIX_API size_t gmix_family_layout(const char *covariance, size_t n_components,
                                   size_t n_features);

/**
 * Dimensions of the family's covariance layout, outermost first, e.g. K, D, D for "full".
 *
 * @param dims  [out] The product of those returned is gmix_family_layout(); the rest 0.
 * @return How many there are, 1 to 3; 0 if there is no such family.
 */
GMIX_API size_t gmix_family_dims(const char *covariance, size_t n_components,
                                 size_t n_features, size_t dims[3]);

/** A named part of the covariance layout: an array, outermost dimension first. */
typedef struct gmix_family_part {
    const char *name; /* "covariances"; "loadings", "uniquenesses"; static */
    size_t n_dims, dims[3];
    size_t offset; /* doubles from the layout's first */
} gmix_family_part;

/**
 * What the covariance layout is made of: "covariances", of laws with factors "loadings" and
 * "uniquenesses".
 *
 * @return How many parts there are, 1 or 2; 0 if there is no such family.
 */
GMIX_API size_t gmix_family_parts(const char *covariance, size_t n_components,
                                  size_t n_features, gmix_family_part parts[2]);

/** Factors of a law with some: 3 for "mfa:3"; 0 of other families and of none. */
GMIX_API size_t gmix_family_n_factors(const char *covariance);

/** Names of the laws with factors, with Q where the number stands, as in "mfa:Q";
 * NULL-terminated; static. */
GMIX_API const char *const *gmix_factor_law_names(void);

/**
 * 1 if the family's features are uncorrelated within every component, so that variances
 * say all; 0 if they may be correlated, or if there is no such family.
 */
GMIX_API int gmix_family_is_diagonal(const char *covariance);

/**
 * Builds a mixture from its parameters, which are copied.
 *
 * @param covariance     Family name, e.g. "full".
  * @param weights        K, >= 0, sum 1 within 1e-6 (they are rescaled to sum to 1 when
 *                       they miss it by more than 1e-12); NULL for equal weights.
 * @param means          K x D.
 * @param covariances    In the family's layout; symmetric within 1e-8 relative, positive
 *                       definite.
 * @param feature_names  D names, all different, or NULL.
 * @param model          [out] To be released by gmix_model_free().
 *
  * @return GMIX_OK; GMIX_ERR_MODEL if weights, means or covariances are not those of a
 *         mixture: the message names the first bad one; GMIX_ERR_OPTION for an unknown
 *         family;
 *         GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM.
 *
 * Cost: O(K D^3).
 */
GMIX_API gmix_status gmix_model_new(gmix_ctx *ctx, const char *covariance,
                                    size_t n_components, size_t n_features,
                                    const double *weights, const double *means,
                                    const double *covariances,
                                    const char *const *feature_names, gmix_model **model);

/** What a mixture may have beyond its components. Set by gmix_model_extras_init(). */
typedef struct gmix_model_extras {
    size_t struct_size; /* set by _init */

    /* Classes: C >= 0, their names (NULL for "0", "1", ...; all different), and the class of
     * every component, 0 .. C - 1. See classes.h. */
    size_t n_classes;
    const char *const *class_names;
    const int32_t *component_classes;

    /* Noise: a uniform component, density 1 / volume of a box with the corners given (D each),
     * of this weight, 0 .. 1 (the weights of the others then sum to the rest). 0 (default):
     * none. */
    double noise_weight;
    const double *noise_lower, *noise_upper;

    /* Names of the components, K, all different and none empty; NULL (default): none. See
     * components.h. */
    const char *const *component_names;

    /* What an online fit goes on with, as gmix_model_state() gives it: n_state numbers. NULL
     * (default): nothing. Looked at by gmix_online_resume(), see online.h. */
    const double *state;
    size_t n_state;
    /* Posterior distributions of the parameters, which are then those of its point. NULL (default):
     * none. See bayes.h. */
    const struct gmix_posterior *posterior;
} gmix_model_extras;

/** Sets all members to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_model_extras_init_sized(gmix_model_extras *extras, size_t struct_size);

static inline void gmix_model_extras_init(gmix_model_extras *extras) {
    gmix_model_extras_init_sized(extras, sizeof *extras);
}

/** gmix_model_new() with classes or noise; extras may be NULL. GMIX_ERR_MODEL, too, if they
 * are not as they should be. */
GMIX_API gmix_status gmix_model_new_with(gmix_ctx *ctx, const char *covariance,
                                         size_t n_components, size_t n_features,
                                         const double *weights, const double *means,
                                         const double *covariances,
                                         const char *const *feature_names,
                                         const gmix_model_extras *extras,
                                         gmix_model **model);
GMIX_API void gmix_model_free(gmix_model **model);

GMIX_API size_t gmix_model_n_components(const gmix_model *model);
GMIX_API size_t gmix_model_n_features(const gmix_model *model);
/** Free parameters, for AIC and BIC: (K - 1) + K D + those of the covariances, + 1 with noise. */
GMIX_API size_t gmix_model_n_parameters(const gmix_model *model);
GMIX_API const char *gmix_model_covariance_name(const gmix_model *model);
/** Name of feature j, or NULL if the model has no names. */
GMIX_API const char *gmix_model_feature_name(const gmix_model *model, size_t j);

/** Classes: how many (0: none), their names, the class of component k
 * (-1 without classes). */
GMIX_API size_t gmix_model_n_classes(const gmix_model *model);
GMIX_API const char *gmix_model_class_name(const gmix_model *model, size_t c);
GMIX_API int32_t gmix_model_component_class(const gmix_model *model, size_t k);

/** The noise component: its weight, 0 without one, and the corners of its box (D each, or
 * NULL). Its density is taken for 1 / volume outside the box, too: a row that is far from
 * everything is noise. */
GMIX_API double gmix_model_noise_weight(const gmix_model *model);
GMIX_API const double *gmix_model_noise_lower(const gmix_model *model);
GMIX_API const double *gmix_model_noise_upper(const gmix_model *model);

/** Parameters, in the data's units; owned by the model. K; K x D; the family's layout. */
GMIX_API const double *gmix_model_weights(const gmix_model *model);
GMIX_API const double *gmix_model_means(const gmix_model *model);
GMIX_API const double *gmix_model_covariances(const gmix_model *model);

/** Covariance of component k as a D x D matrix, whatever the family. out: D x D. */
GMIX_API void gmix_model_covariance(const gmix_model *model, size_t k, double *out);
/** Its diagonal, the variances of the features, without the matrix. out: D. */
GMIX_API void gmix_model_variances(const gmix_model *model, size_t k, double *out);

#ifdef __cplusplus
}
#endif
#endif
