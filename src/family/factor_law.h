/*
 * Laws with factors, mixtures of factor analysers: every component has a covariance of q
 * common factors and what is each feature's own,
 *
 *     Sigma_k = Lambda_k Lambda_k^T + Psi_k,   Lambda_k: D x q loadings,
 *                                              Psi_k: diagonal, uniquenesses psi_kj > 0
 *
 * (Ghahramani & Hinton 1996; McNicholas & Murphy 2008, doi:10.1007/s11222-008-9056-0, and 2010,
 * doi:10.1093/bioinformatics/btq498). Loadings are one for all or each component's own; the
 * uniquenesses are a diagonal family: EII, VII, EEI, VEI, EVI or VVI. That gives the twelve
 * models, each with any q: probabilistic principal components (Tipping & Bishop 1999) are those
 * of EII and VII.
 *
 * Densities and statistics are those of matrices; what makes a law is its M-step
 * (factor_update.c). Parameters keep the loadings and uniquenesses beside Sigma, in blocks of
 * (q + 1) x D per component, Lambda^T and then psi. Sigma is what counts: where something
 * changed it without knowing of factors, the next M-step makes them anew.
 *
 * Loadings are determined but for a rotation. Those of a model are turned so that
 * sum_k Lambda^T Psi_k^-1 Lambda (over components that share Lambda) is diagonal and descending,
 * and the loading of each factor that is largest beside its psi^1/2 is positive.
 */
#ifndef GMIX_FAMILY_FACTOR_LAW_H
#define GMIX_FAMILY_FACTOR_LAW_H

#include "family/family.h"

enum { GMIX_I_MOST_FACTORS = 32 };

/* Smallest uniqueness, in variances of the feature: below, it is a Heywood case. */
#define GMIX_I_LEAST_UNIQUENESS 1e-6

/* The registry, a line per law: name; other name or its own; loadings common; family of the
 * uniquenesses, its form, whether estimates change with the unit of a single feature. */
#define GMIX_I_FACTOR_LAWS(X)                    \
    X(mfa, UUU, false, diag, "VVI", false)       \
    X(mppca, UUC, false, spherical, "VII", true) \
    X(UCU, UCU, false, EEI, "EEI", false)        \
    X(UCC, UCC, false, EII, "EII", true)         \
    X(CUU, CUU, true, diag, "VVI", false)        \
    X(CCU, CCU, true, EEI, "EEI", false)         \
    X(CUC, CUC, true, spherical, "VII", true)    \
    X(CCC, CCC, true, EII, "EII", true)          \
    X(UUCU, UUCU, false, EVI, "EVI", false)      \
    X(UCUU, UCUU, false, VEI, "VEI", false)      \
    X(CUCU, CUCU, true, EVI, "EVI", false)       \
    X(CCUU, CCUU, true, VEI, "VEI", false)

#define GMIX_I_LAW_NAME(law, other, common, of, letters, isotropic) #law ":Q",
#define GMIX_I_FACTOR_LAW_NAMES GMIX_I_FACTOR_LAWS(GMIX_I_LAW_NAME) "UUU:Q", "UUC:Q",
#define GMIX_I_LAW_QUOTED(law, other, common, of, letters, isotropic) " " #law ":Q"
#define GMIX_I_FACTOR_LAWS_QUOTED GMIX_I_FACTOR_LAWS(GMIX_I_LAW_QUOTED) " UUU:Q UUC:Q"

/* Its instances (factor_registry.c): by name, as in "mfa:3", or NULL; names with Q for the number,
 * those of mixtures first, NULL-terminated. */
const gmix_i_family *gmix_i_factor_law_find(const char *name);
extern const char *const gmix_i_factor_law_names[];
/* What is wrong with a name that looks like a law's, as a sentence; or with its number of factors
 * for D features. GMIX_OK: nothing is. */
gmix_status gmix_i_factor_law_check(gmix_ctx *ctx, const char *name, size_t d);

/* Factors that D features can tell, and no more than are worth the time of a choice: the most for
 * which (D - q)^2 > D + q (Lawley & Maxwell 1962), up to 8. */
size_t gmix_i_factors_told(size_t d);

/* Doubles of a component's block. */
static inline size_t gmix_i_factors_len(const gmix_i_family *family, size_t d) {
    return family->n_factors ? (family->n_factors + 1) * d : 0;
}

/* Sigma of one block, packed. */
void gmix_i_factors_compose(size_t q, size_t d, const double *block, double *cov);
/* The same, D x D. */
void gmix_i_factors_matrix(size_t q, size_t d, const double *block, double *matrix);

/* All covariances of bare parameters, for whoever wants them. */
void gmix_i_factors_make_matrices(const gmix_i_params *p);

/* True if no entry of the covariance is farther from the block's than `most`, as a correlation. */
bool gmix_i_factors_describe(size_t q, size_t d, const double *block, const double *cov,
                             double most);

/* The M-step, and doubles of bounds->work for it. */
void gmix_i_factors_update(const gmix_i_moments *m, const gmix_i_bounds *bounds,
                           gmix_i_params *p);
size_t gmix_i_factors_work(const gmix_i_family *law, size_t k, size_t d);

/* The public layout: loadings, (K x) D x q, then uniquenesses, as few as the law has. Dimensions
 * of both, outermost first; how many. */
size_t gmix_i_loadings_dims(const gmix_i_family *family, size_t k, size_t d,
                            size_t dims[3]);
size_t gmix_i_uniquenesses_dims(const gmix_i_family *family, size_t k, size_t d,
                                size_t dims[3]);

#endif
