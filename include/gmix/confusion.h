/**
 * Confusion tables: what gmix_class_confusion() and gmix_cross_validate() (classes.h) give.
 */
#ifndef GMIX_CONFUSION_H
#define GMIX_CONFUSION_H

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How labelled rows were classified. Release with gmix_confusion_free(). */
typedef struct gmix_confusion {
    size_t n_classes; /* C, those of the model; 0: nothing is known */
    char **names;     /* C */
    double *
        weights; /* C x (C + 1): weight of the rows of class t (row) that were found to be
                        of class p (column); the last column is noise */
    double total;      /* weight of the labelled rows */
    double error_rate; /* share of it off the diagonal */
    size_t folds; /* of a cross-validation; 0: the rows were classified by one model */
    void *owner;  /* of the arrays; not for callers */
    void *reserved[4]; /* NULL: a part of reports, which cannot grow otherwise */
} gmix_confusion;

GMIX_API void gmix_confusion_free(gmix_confusion *confusion);

#ifdef __cplusplus
}
#endif
#endif
