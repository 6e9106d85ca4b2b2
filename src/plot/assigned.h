/* What pictures know of the rows: which component has them, and how surely. */
#ifndef GMIX_PLOT_ASSIGNED_H
#define GMIX_PLOT_ASSIGNED_H

#include <gmix/plot.h>
#include <gmix/predictor.h>

#include "base/base.h"

/* N each: the likeliest component (-1: noise), and 1 - max_k r_nk, by which it may be wrong. */
typedef struct gmix_i_assigned {
    int32_t *component;
    float *doubt;
} gmix_i_assigned;

/* Rows that are evaluated at a time. */
enum { GMIX_I_ASSIGNED_ROWS = 4096 };

/* Notes what a predictor said of rows first .. first + n - 1. */
void gmix_i_assign_rows(const gmix_i_assigned *to, size_t first, size_t n,
                        const gmix_prediction *said);

/* The same for a whole table, in one pass. */
gmix_status gmix_i_assign_table(gmix_ctx *ctx, const gmix_model *model,
                                const gmix_table *table, const gmix_i_assigned *to);

/* gmix_plot_svg() for who knows the rows already; assigned: NULL to find them. */
gmix_status gmix_i_plot_svg(gmix_ctx *ctx, const gmix_model *model,
                            const gmix_report *report, const gmix_table *table,
                            const gmix_i_assigned *assigned,
                            const gmix_plot_options *opts, char **svg);

#endif
