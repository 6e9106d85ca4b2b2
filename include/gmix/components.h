/**
 * Components of a mixture in another order, and with names.
 *
 * EM numbers components as they come. Names are for people: results, pictures and pages show them
 * in place of the numbers, model files keep them, marginals and conditionals hand them on. Where
 * components have names, all have, and no two the same.
 */
#ifndef GMIX_COMPONENTS_H
#define GMIX_COMPONENTS_H

#include "model.h"
#include "report.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Name of component k, owned by the model; NULL if its components have none. */
GMIX_API const char *gmix_model_component_name(const gmix_model *model, size_t k);

/**
 * An order of the components.
 *
 * @param by     "size": the largest weight first; "mean": by the means of the first feature, the
 *               smallest first, where they are equal by the next feature; else by the means of the
 *               feature of this name or, where none has it, this number from 0. Equal ones keep
 *               their order.
 * @param order  [out] K numbers: component order[i] comes i-th.
 * @return GMIX_OK; GMIX_ERR_OPTION if there is no such feature; GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM.
 *
 * Cost: O(K log K), of means O(D) as much.
 */
GMIX_API gmix_status gmix_components_order(gmix_ctx *ctx, const gmix_model *model,
                                           const char *by, size_t *order);

/**
 * The same mixture with its components in another order, with other names, or both. Its numbers
 * are those of the model to the last bit; classes, features' names and noise stay.
 *
 * @param order  K numbers, each of 0 .. K - 1 once: component order[i] becomes component i. NULL:
 *               as they are.
 * @param names  K names, in the new order; all different and none empty. NULL: those of the
 *               model, if it has any. To take names away, pass an empty string as the first.
 * @param out    [out] Release with gmix_model_free().
 * @return GMIX_OK; GMIX_ERR_MODEL for names that are empty or there twice; GMIX_ERR_ARGUMENT if
 *         order is none, or a pointer is NULL; GMIX_ERR_NOMEM.
 *
 * Cost: O(K D^3).
 */
GMIX_API gmix_status gmix_model_arrange(gmix_ctx *ctx, const gmix_model *model,
                                        const size_t *order, const char *const *names,
                                        gmix_model **out);

/**
 * What a report says of single components, moved along with them: standard errors, and the
 * numbers in sentences ("component 3 ...") of its warnings.
 *
 * @param model   That the report is of, as it was before.
 * @param order   As for gmix_model_arrange().
 * @param report  Changed in place; as it was unless the call returns GMIX_OK. One that was not
 *                filled stays as it is.
 * @return GMIX_OK; GMIX_ERR_ARGUMENT; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_report_arrange(gmix_ctx *ctx, const gmix_model *model,
                                         const size_t *order, gmix_report *report);

#ifdef __cplusplus
}
#endif
#endif
