/*
 * Classes: which class the rows of a component belong to. Those of the labels come first;
 * components beyond them are classes of their own, which only unlabelled rows can reach.
 */
#ifndef GMIX_MODEL_COMPONENT_CLASSES_H
#define GMIX_MODEL_COMPONENT_CLASSES_H

#include "data/survey.h"

typedef struct gmix_i_classes {
    size_t n;              /* 0: there are no classes, and nothing below */
    size_t n_labelled;     /* the first ones: those that labels name */
    size_t per_class;      /* components of each of these, one after the other */
    char **names;          /* n */
    int32_t *of_component; /* K */
} gmix_i_classes;

/* The classes of a fit with K components; none if no row has a label. GMIX_ERR_DATA if K is
 * too small for them, or leaves a component without rows. */
gmix_status gmix_i_classes_new(gmix_ctx *ctx, const gmix_i_input *input,
                               const gmix_i_survey *survey, size_t k, size_t per_class,
                               gmix_i_classes *out);

/* Copies classes given by hand, and checks them: every component has one of the n, no name
 * is there twice. names may be NULL for "0", "1", ... */
gmix_status gmix_i_classes_copy(gmix_ctx *ctx, size_t n, const char *const *names,
                                size_t k, const int32_t *of_component,
                                gmix_i_classes *out);
void gmix_i_classes_free(const gmix_allocator *from, gmix_i_classes *classes);

#endif
