/*
 * The mixture: parameters in the data's units as the user sees them, and the same in a
 * frame of its own, factored, for inference. Immutable once built.
 */
#ifndef GMIX_MODEL_MIXTURE_H
#define GMIX_MODEL_MIXTURE_H

#include <stdatomic.h>

#include <gmix/model.h>

#include "family/family.h"
#include "model/component_classes.h"

struct gmix_model {
    gmix_allocator allocator;
    const gmix_i_family *family;
    size_t k, d;
    double *weights;        /* K + 1: the last is that of the noise component */
    double *means;          /* K x D, data units */
    double *covariances;    /* the family's layout, data units */
    char **names;           /* D, or NULL */
    char **component_names; /* K, or NULL */
    gmix_i_noise_box noise; /* of the noise component, if there is one */
    gmix_i_classes classes; /* none: its n is 0 */
    gmix_i_frame frame;
    bool apart;               /* the frame does not shift: see own_frame() */
    gmix_i_params params;     /* in the frame; bare where factors are of many features */
    atomic_int *full;         /* of bare ones: 0, 1 while matrices are being made, 2 */
    gmix_i_prepared prepared; /* double precision */
    double *state; /* n_state numbers that an online fit goes on with; NULL: none */
    size_t n_state;
    struct gmix_i_posterior *posterior; /* posterior.h; NULL: parameters are points */
};

/* Parameters in the frame with covariances as matrices, which of bare ones are made when they are first asked
 * for, by whichever thread that is. */
const gmix_i_params *gmix_i_model_full(const gmix_model *model);

/* True of factors of so many features that what can be done without matrices is. */
bool gmix_i_is_of_many_features(const gmix_i_family *family, size_t d);

/* The variance of feature j in component c, in the frame, without a matrix. */
double gmix_i_model_variance(const gmix_model *model, size_t c, size_t j);

/* Builds a model from parameters in a frame: what a fit ends with. */
gmix_status gmix_i_model_from_params(gmix_ctx *ctx, const gmix_i_params *params,
                                     const gmix_i_frame *frame, const char *const *names,
                                     gmix_model **out);

/* Moves classes into a model that nobody else has seen yet; both are of one allocator. */
void gmix_i_model_take_classes(gmix_model *model, gmix_i_classes *classes);

/* Gives it names of its components, checked, K; which are copied. */
gmix_status gmix_i_model_take_component_names(gmix_ctx *ctx, const char *const *names,
                                              gmix_model *m);

/* Gives a model that nobody else has seen yet a copy of an online fit's state. */
gmix_status gmix_i_model_take_state(gmix_ctx *ctx, const double *state, size_t n,
                                    gmix_model *model);

/* Refuses, in words, a model whose means lie so far apart that the squares of their distances, in widths
 * of a component, are no doubles with room to spare: for what walks from one to another. Densities do
 * without. */
gmix_status gmix_i_model_is_within_reach(gmix_ctx *ctx, const gmix_model *m);

/* The model's parameters expressed in another frame, for starting EM from it: means, and
 * covariances in the form of the model's own shape. out is for the model's family, K, D.
 */
void gmix_i_model_to_frame(const gmix_model *model, const gmix_i_frame *frame,
                           gmix_i_params *out);

#endif
