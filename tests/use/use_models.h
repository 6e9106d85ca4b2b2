/*
 * Mixtures given by their numbers, for tests of what is done with one: no fit is needed.
 *
 *   F2, F3   Old Faithful, two components (full) and three (tied)
 *   P, Q     in one dimension
 *   G3, A2E, A2, E2  galaxies V,3; acidity E,2 and V,2; eruptions V,2: mclust's fits
 */
#ifndef GMIX_TESTS_USE_MODELS_H
#define GMIX_TESTS_USE_MODELS_H

#include "check.h"

#include <gmix/gmix.h>

/* A program cannot go on without it. */
static inline gmix_model *use_model(const char *family, size_t k, size_t d,
                                    const double *weights, const double *means,
                                    const double *covariances, const char *const *names) {
    gmix_model *model = NULL;
    gmix_ctx *ctx = NULL;
    gmix_ctx_new(NULL, &ctx);
    if (gmix_model_new(ctx, family, k, d, weights, means, covariances, names, &model) !=
        GMIX_OK) {
        printf("%s\n", gmix_ctx_message(ctx));
    }
    gmix_ctx_free(&ctx);
    return model;
}

static inline gmix_model *use_f2_at(double offset) {
    static const char *const names[] = {"eruptions", "waiting"};
    const double w[] = {.35587285771824, .64412714228176};
    const double mu[] = {2.03638845611069 + offset, 54.47851639196248 + offset,
                         4.28966197441512 + offset, 79.96811518981119 + offset};
    const double s[] = {.06916767374286,   .43516763679348,  .43516763679348,
                        33.69728215649882, .16996843407252,  .94060929796999,
                        .94060929796999,   36.04621107773868};
    return use_model("full", 2, 2, w, mu, s, names);
}

static inline gmix_model *use_f2(void) {
    return use_f2_at(0.0);
}

static inline gmix_model *use_f3(void) {
    static const char *const names[] = {"eruptions", "waiting"};
    const double w[] = {.356378119134, .168606127264, .475015753601};
    const double mu[] = {2.037614738191, 54.491285035518, 3.797758938298,
                         77.46886788027, 4.465738951531,  80.872752251398};
    const double s[] = {.077975411064, .470158467383, .470158467383, 33.672042077858};
    return use_model("tied", 3, 2, w, mu, s, names);
}

static inline gmix_model *use_p(void) {
    const double w[] = {.4, .6}, mu[] = {-1, 2}, var[] = {.25, 1};
    return use_model("V", 2, 1, w, mu, var, NULL);
}

static inline gmix_model *use_q(void) {
    const double w[] = {.5, .3, .2}, mu[] = {-1.2, 1.5, 3}, var[] = {.36, .64, .81};
    return use_model("V", 3, 1, w, mu, var, NULL);
}

static inline gmix_model *use_g3(void) {
    const double w[] = {.085365338281, .878051095509, .03658356621};
    const double mu[] = {9.710139558401, 21.400098825958, 33.044377316113};
    const double sd[] = {.422509196343, 2.194545674485, .921717121346};
    const double var[] = {sd[0] * sd[0], sd[1] * sd[1], sd[2] * sd[2]};
    return use_model("V", 3, 1, w, mu, var, NULL);
}

static inline gmix_model *use_a2e(void) {
    const double w[] = {.623415594491, .376584405509};
    const double mu[] = {4.371036912945, 6.320293198054};
    const double var[] = {.431714707204 * .431714707204};
    return use_model("tied", 2, 1, w, mu, var, NULL);
}

static inline gmix_model *use_a2(void) {
    const double w[] = {.59618597, .40381403}, mu[] = {4.33017093, 6.24918673};
    const double var[] = {.37262867 * .37262867, .51963458 * .51963458};
    return use_model("V", 2, 1, w, mu, var, NULL);
}

static inline gmix_model *use_e2(void) {
    const double w[] = {.34840466705, .65159533295};
    const double mu[] = {2.018607894052, 4.273343494339};
    const double sd[] = {.235621894212, .437063036204};
    const double var[] = {sd[0] * sd[0], sd[1] * sd[1]};
    return use_model("V", 2, 1, w, mu, var, NULL);
}

#endif
