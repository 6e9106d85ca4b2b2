/**
 * Results as text for people, of the library gmix-show; as are pictures (plot.h) and pages
 * (page.h).
 */
#ifndef GMIX_SHOW_H
#define GMIX_SHOW_H

#include "compare.h"
#include "component_test.h"
#include "fit.h"
#include "posterior_draws.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A readable summary: where report is given, what was fitted, how well, how EM ended and
 * its warnings; then a table of components (weight, mean and standard deviation per
 * feature), aligned, with the feature names.
 *
 * @param text  [out] Ends with a newline; release with gmix_text_free().
 */
GMIX_API gmix_status gmix_model_to_text(gmix_ctx *ctx, const gmix_model *model,
                                        const struct gmix_report *report, char **text);

/**
 * A readable summary: the measures, and the table with matched labels on its diagonal.
 *
 * @param names_a, names_b  What the labels are called, n_a and n_b; NULL: their numbers.
 * @param text              [out] Ends with a newline; release with gmix_text_free().
 */
GMIX_API gmix_status gmix_agreement_to_text(gmix_ctx *ctx,
                                            const gmix_agreement *agreement,
                                            const char *const *names_a,
                                            const char *const *names_b, char **text);

/** Tests of the number of components: a line for each test, and quantiles of T over its replicates. Ends
 * with a newline; release with gmix_text_free(). */
GMIX_API gmix_status gmix_component_tests_to_text(gmix_ctx *ctx,
                                                  const gmix_component_tests *tests,
                                                  char **text);

/** Samples of a posterior: probabilities of numbers of groups beside the prior's, how well the chains have
 * mixed, the point partition and its clusters' parameters. Ends with a newline; release with
 * gmix_text_free(). */
GMIX_API gmix_status gmix_posterior_draws_to_text(gmix_ctx *ctx,
                                                  const gmix_posterior_draws *draws,
                                                  char **text);

#ifdef __cplusplus
}
#endif
#endif
