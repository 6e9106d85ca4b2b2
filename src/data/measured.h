/*
 * Rows with errors of measurement: row n was measured as x_n = v_n + e_n, with e_n ~ N(0, S_n) and S_n
 * known. A cell whose error has an infinite variance says nothing, and is a missing one.
 *
 * For the E-step (observe/error_rule.h) the rows of a tile that have errors are packed LANES side by side:
 * entry t of a list is the LANES numbers at t * LANES, and lists of LANES rows follow each other.
 */
#ifndef GMIX_DATA_MEASURED_H
#define GMIX_DATA_MEASURED_H

#include "data/pass.h"
#include "data/projected.h"

/* The errors of a table's rows. */
typedef struct gmix_i_errors {
    const double *at; /* n_rows x len: D variances, or covariances packed lower */
    size_t len, d;
    /* D: variances that all rows have at least, whatever their other errors are; 0: none in common. And
     * those that are not seen here, because they are a part of what rows are drawn from; or NULL. */
    const double *least, *shared;
    /* The likelihood has no singularity: every row that counts has errors in every direction that was
     * observed. */
    bool everywhere;
    bool all_rows; /* rows are treated as measured that have no errors, too */
    const struct gmix_i_projected *projected; /* what was measured instead; or NULL */
} gmix_i_errors;

/* Cells that lie between bounds, in the data's units; NaN where they are missing. */
typedef struct gmix_i_between {
    const double *lower, *upper; /* n_rows x d */
    size_t d;
    bool
        everywhere; /* every row that counts has bounds in all its cells: the likelihood is at most 1 */
    const double *truncation; /* cells are cut to these two bounds; or NULL */
} gmix_i_between;

/* A table as the library works with it: without errors and bounds, which stand beside it. */
typedef struct gmix_i_measurements {
    gmix_table table;
    gmix_i_errors errors;       /* at is NULL: there are none */
    gmix_i_between between;     /* lower is NULL: there are no bounds that differ */
    const double *truncation;   /* two bounds, borrowed; NULL: there are none */
    gmix_i_projected projected; /* of no features: there are none */
    double *cells,
        *kept; /* owned copies, where cells are missing for their errors; or NULL */
    double *least;
} gmix_i_measurements;

/* Checks the errors of a table, which may have none. *out borrows from x. */
gmix_status gmix_i_measurements_new(gmix_ctx *ctx, const gmix_table *x,
                                    gmix_i_measurements *out);
/* The same of rows that are number `first` and after of the data set, which is what messages say. */
gmix_status gmix_i_measurements_from(gmix_ctx *ctx, const gmix_table *x, uint64_t first,
                                     gmix_i_measurements *out);
void gmix_i_measurements_free(gmix_ctx *ctx, gmix_i_measurements *m);

/* The same, and the input that it is; *input borrows from *out. */
gmix_status gmix_i_input_measured(gmix_ctx *ctx, const gmix_table *x,
                                  gmix_i_measurements *out, gmix_i_input *input);

/* The same for a fit, which wants rows where those are of which combinations of features were measured. */
gmix_status gmix_i_input_to_fit(gmix_ctx *ctx, const gmix_table *x,
                                gmix_i_measurements *out, gmix_i_input *input);

/* Of variances `units`, what n rows have at least in every direction, 0 .. 1: less than that, as eigenvalues
 * have errors of their own; 1 where errors are variances. */
gmix_status gmix_i_errors_share(gmix_ctx *ctx, const gmix_i_errors *errors, size_t n,
                                const double *units, double *share);

/* Variance of feature j among `len` numbers of D features. */
static inline size_t gmix_i_variance_at(size_t len, size_t d, size_t j) {
    return len == d ? j : j * (j + 1) / 2 + j;
}

/* Those of rows from `first` on; *projected is theirs, if they have some. */
gmix_i_errors gmix_i_errors_slice(const gmix_i_errors *errors, size_t first,
                                  gmix_i_projected *projected);

/* Rows of a tile with bounds, in the frame. */
typedef struct gmix_i_between_rows {
    size_t n;
    size_t *row; /* n, rising */
    double *lower,
        *upper; /* n x D: without bounds where a cell is missing, equal where it is known */
    double *base; /* n: scales that the log-density of what is no density gets back */
} gmix_i_between_rows;

gmix_status gmix_i_between_rows_new(gmix_ctx *ctx, size_t rows, size_t d,
                                    gmix_i_between_rows *out);
void gmix_i_between_rows_free(gmix_ctx *ctx, gmix_i_between_rows *rows);

/* The rows of a block that have bounds, which are the table's from row `first` on. */
void gmix_i_between_rows_pack(const gmix_i_between *between, const gmix_i_block *block,
                              size_t first, const double *shift, const double *inv_scale,
                              gmix_i_between_rows *out);

/* Rows of a tile with errors, in the frame. */
typedef struct gmix_i_noisy_rows {
    size_t n, d, len;
    bool masked;   /* cells are missing among them */
    size_t *row;   /* n, rising */
    double *x;     /* D per row: 0 where missing */
    double *seen;  /* D per row: 1, or 0 where missing; there the error is 1 alone */
    double *error; /* len per row */
    double *base;  /* 1 per row: the constant of its log-density */
} gmix_i_noisy_rows;

/* Room for `rows` rows; in one allocation behind x. */
gmix_status gmix_i_noisy_rows_new(gmix_ctx *ctx, size_t rows, size_t d, size_t len,
                                  gmix_i_noisy_rows *out);
void gmix_i_noisy_rows_free(gmix_ctx *ctx, gmix_i_noisy_rows *rows);

/* The rows of a block that have errors, which are the table's from row `first` on. x: the packed
 * tile, D x n reals; scale, inv_scale: the frame's. */
void gmix_i_noisy_rows_pack(const gmix_i_errors *errors, const gmix_i_block *block,
                            size_t first, size_t n, const gmix_i_kernels *kernels,
                            const void *x, const double *inv_scale,
                            gmix_i_noisy_rows *out);

#endif
