/* Rows that lie apart from all others. See left_apart.h. */
#include "select/left_apart.h"

#include <gmix/infer.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/pass.h"
#include "record/record.h"

gmix_status gmix_i_apart_new(gmix_ctx *ctx, const gmix_table *x, gmix_i_apart *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_apart){.weight = 0.0};
    gmix_i_find_apart(x, &out->rows);
    if (out->rows.n == 0) {
        return GMIX_OK;
    }
    GMIX_TRY(
        gmix_i_calloc(ctx, "weights", x->n_rows, sizeof *out->weights, &out->weights));
    for (size_t i = 0; i < x->n_rows; i++) {
        out->weights[i] = x->weights ? x->weights[i] : 1.0;
    }
    for (size_t i = 0; i < out->rows.n; i++) {
        out->weight += out->weights[out->rows.row[i]];
        out->weights[out->rows.row[i]] = 0.0;
    }
done:
    return status;
}

void gmix_i_apart_free(gmix_ctx *ctx, gmix_i_apart *apart) {
    gmix_i_free(ctx, apart->weights);
    *apart = (gmix_i_apart){.weight = 0.0};
}

/* The log-density of the likeliest of the rows left out. */
static gmix_status find_threshold(gmix_ctx *ctx, const gmix_i_apart *apart,
                                  const gmix_table *x, const gmix_model *model,
                                  double *threshold) {
    gmix_status status = GMIX_OK;
    double *cells = NULL, density[GMIX_I_MOST_APART];
    GMIX_TRY(gmix_i_calloc(ctx, "rows apart", apart->rows.n * x->n_cols, sizeof *cells,
                           &cells));
    for (size_t i = 0; i < apart->rows.n; i++) {
        const gmix_i_block row = gmix_i_table_rows(x, apart->rows.row[i], 1);
        for (size_t j = 0; j < x->n_cols; j++) {
            cells[i * x->n_cols + j] = gmix_i_cell(&row.rows, 0, j);
        }
    }
    const gmix_table rows = gmix_table_f64(cells, apart->rows.n, x->n_cols);
    GMIX_TRY(gmix_log_density(ctx, model, &rows, density));
    *threshold = -INFINITY;
    for (size_t i = 0; i < apart->rows.n; i++) {
        *threshold = fmax(*threshold, density[i]);
    }
done:
    gmix_i_free(ctx, cells);
    return status;
}

gmix_status gmix_i_apart_report(gmix_ctx *ctx, const gmix_i_apart *apart,
                                const gmix_table *x, const gmix_model *model,
                                gmix_report *report) {
    gmix_status status = GMIX_OK;
    char list[96];
    size_t used = 0;
    for (size_t i = 0; i < apart->rows.n; i++) {
        GMIX_TRY(gmix_i_report_trimmed(ctx, report, apart->rows.row[i]));
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%zu",
                                 i == 0                   ? ""
                                 : i + 1 == apart->rows.n ? " and "
                                                          : ", ",
                                 apart->rows.row[i] + 1);
    }
    report->n_trimmed_rows += apart->rows.n;
    report->trimmed_weight = apart->weight;
    report->total_weight += apart->weight;
    GMIX_TRY(find_threshold(ctx, apart, x, model, &report->trim_log_density));
    GMIX_TRY(gmix_i_report_warn(
        ctx, report,
        "row%s %s lie%s apart, over three times as far from all others as these from "
        "each other: models were compared and fitted without %s. trim = 0 takes %s in, "
        "noise = 0.05 lets such rows be",
        apart->rows.n == 1 ? "" : "s", list, apart->rows.n == 1 ? "s" : "",
        apart->rows.n == 1 ? "it" : "them", apart->rows.n == 1 ? "it" : "them"));
done:
    return status;
}
