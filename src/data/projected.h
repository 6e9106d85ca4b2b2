/*
 * Measurements of combinations of features: of row n were measured the o numbers
 *
 *     w_n = R_n v_n + e_n,   e_n ~ N(0, S_n),   R_n (o x D) and S_n known,
 *
 * v_n being the row itself (Bovy, Hogg & Roweis 2011, doi:10.1214/10-AOAS439). With V = F F^T the covariance of
 * a component,
 *
 *     R V R^T + S = L L^T,   y = L^-1 (w - R mu),   W = L^-1 R F,   g = W^T y,
 *
 * w has the log-density -1/2 log det L L^T - 1/2 |y|^2 and a constant, and v the mean mu + F g and the
 * covariance F (I - W^T W) F^T: what data/measured.h and observe/error_rows.h have for R = I.
 */
#ifndef GMIX_DATA_PROJECTED_H
#define GMIX_DATA_PROJECTED_H

#include "data/pass.h"

/* The measurements of a table's rows. */
typedef struct gmix_i_projected {
    size_t p, d, len; /* measurements of a row, at most; features; numbers of an error */
    const double *values;   /* n x p; NaN: not measured */
    const double *matrices; /* n x p x d */
    const double *errors;   /* n x len: p variances, or a covariance packed lower */
    double *own;            /* copies that these point to; or NULL */
} gmix_i_projected;

/* Checks those of a table, and borrows them. *everywhere: every row that counts has errors in all directions. */
gmix_status gmix_i_projected_take(gmix_ctx *ctx, const gmix_table *x,
                                  gmix_i_projected *out, bool *everywhere);

/* Room for n rows like those of another, and row `from` of that put at `to`. */
gmix_status gmix_i_projected_room(gmix_ctx *ctx, const gmix_i_projected *like, size_t n,
                                  gmix_i_projected *out);
void gmix_i_projected_put(const gmix_i_projected *of, size_t from,
                          const gmix_i_projected *to, size_t at);
void gmix_i_projected_free(gmix_ctx *ctx, gmix_i_projected *projected);

/* One row in work, seen by one component. */
typedef struct gmix_i_projection {
    size_t o, d;
    double *w, *r, *s;  /* o; o x d; packed: what was measured */
    double *l, *y, *rf; /* packed; o; o x d: L, y, W */
    double *g;          /* d */
} gmix_i_projection;

size_t gmix_i_projection_work(const gmix_i_projected *projected);

/* Row `row`, in units of shift and scale (D each). */
void gmix_i_projection_of(const gmix_i_projected *projected, size_t row,
                          const double *shift, const double *scale, double *work,
                          gmix_i_projection *out);

/* Looks at it by a component's mean and root F (packed lower). Its log-density; -INFINITY if there is none. */
double gmix_i_projection_look(gmix_i_projection *at, const double *mean,
                              const double *root);

/* sums += r [1 | g | g g^T - W^T W], after a look. */
void gmix_i_projection_add(const gmix_i_projection *at, double r, double *sums);

/* Rows as one normal for all of them has them: where each lies, with that normal's variances. n x D. */
gmix_status gmix_i_projected_stand_in(gmix_ctx *ctx, const gmix_i_projected *projected,
                                      size_t n, const double *weights, double *cells);

#endif
