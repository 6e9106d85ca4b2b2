/*
 * A subset of rows as a table of its own: row s is drawn from the s-th of m equal
 * stretches of the data, so one pass collects them and sorted data are covered evenly.
 */
#ifndef GMIX_DATA_SUBSET_H
#define GMIX_DATA_SUBSET_H

#include "base/rng.h"
#include "data/survey.h"

typedef struct gmix_i_subset {
    gmix_table table; /* m x D, row-major; weights if the data have any */
    gmix_i_input input;
    gmix_i_survey survey;       /* the data's means and spreads, the subset's counts */
    gmix_i_errors errors;       /* of these rows; input.errors points here */
    gmix_i_between between;     /* and input.between here */
    gmix_i_projected projected; /* and errors.projected here, if there are some */
    double *own_errors, *own_bounds;
} gmix_i_subset;

/* Index of the s-th of m rows that are drawn from n; rises with s. */
static inline uint64_t gmix_i_drawn_row(const gmix_i_stream *stream, uint64_t n, size_t m,
                                        uint64_t s) {
    double u[2];
    if (m >= n) {
        return s;
    }
    gmix_i_uniform2(stream, s, u);
    const double row = ((double)s + u[0]) * ((double)n / (double)m);
    return row < (double)n ? (uint64_t)row : n - 1;
}

/* m < rows of the data. Weights stay those of the rows drawn. Cost: a pass; memory m x D. */
gmix_status gmix_i_subset_new(gmix_ctx *ctx, const gmix_i_input *in,
                              const gmix_i_survey *survey, size_t m, uint64_t seed,
                              gmix_i_subset *out);

/* The same from rows at hand (m x D), drawn from data with that survey. The subset owns them. */
gmix_status gmix_i_subset_of(gmix_ctx *ctx, const gmix_i_input *in,
                             const gmix_i_survey *survey, double *x, double *w,
                             int32_t *labels, size_t m, gmix_i_subset *out);
void gmix_i_subset_free(gmix_ctx *ctx, gmix_i_subset *subset);

#endif
