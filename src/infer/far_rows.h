/* Rows that leave the range of a double under some component. */
#ifndef GMIX_INFER_FAR_ROWS_H
#define GMIX_INFER_FAR_ROWS_H

#include "model/mixture.h"

/* Working memory of a thread. */
typedef struct gmix_i_far {
    double *z;      /* 2 D */
    long double *l; /* K + 1 */
} gmix_i_far;

gmix_status gmix_i_far_new(gmix_ctx *ctx, const gmix_model *model, size_t n_threads,
                           gmix_i_far *out);
void gmix_i_far_free(gmix_ctx *ctx, gmix_i_far *far);

/* What thread t may use. */
gmix_i_far gmix_i_far_of(const gmix_i_far *far, const gmix_model *model, size_t t);

/* Responsibilities of complete row i, in the data's units, and its log-density in the frame,
 * -DBL_MAX where it is below that. resp: K (and that of noise), n apart, times the weight w. */
double gmix_i_far_row(const gmix_i_far *far, const gmix_model *model,
                      const gmix_i_rows *rows, size_t i, double w, size_t n,
                      double *resp);

#endif
