/*
 * Rows that lie apart (data/apart.h) are left out of a choice. No mixture of normal components describes one: fewer rows than
 * features are no component, so some group has to take it in, grows as wide as the row is far, and each handful of that group's
 * rows that gets a component of its own gains by not being so wide. That gain is no chance, and outweighs any criterion's price:
 * the number of components found is then that of the handfuls. So a choice among models is made without such rows (weight 0),
 * says so, and reports them as trimmed.
 */
#ifndef GMIX_SELECT_LEFT_APART_H
#define GMIX_SELECT_LEFT_APART_H

#include <gmix/fit.h>

#include "base/base.h"
#include "data/apart.h"

typedef struct gmix_i_apart {
    gmix_i_apart_rows rows;
    double weight;   /* of these rows */
    double *weights; /* N: the table's, these rows' 0; NULL where there are none */
} gmix_i_apart;

/* Looks at all cells of the rows that have a weight; leaves *out empty where no rows lie apart. Cost: N D. */
gmix_status gmix_i_apart_new(gmix_ctx *ctx, const gmix_table *x, gmix_i_apart *out);
void gmix_i_apart_free(gmix_ctx *ctx, gmix_i_apart *apart);

/* Rows that were left out, as trimmed ones of a report on the others. x: with them. */
gmix_status gmix_i_apart_report(gmix_ctx *ctx, const gmix_i_apart *apart,
                                const gmix_table *x, const gmix_model *model,
                                gmix_report *report);

#endif
