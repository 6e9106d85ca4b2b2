/* What a survey has found, in sentences that say what to do about it. */
#include <math.h>
#include <stdio.h>

#include "data/tally.h"

gmix_status gmix_i_refuse_cells(gmix_ctx *ctx, const gmix_i_input *in,
                                const gmix_i_tally *t) {
    if (t->bad_cells == 0) {
        return GMIX_OK;
    }
    char label[96], others[96] = "";
    int used = 0;
    for (size_t i = 1; i < 3 && i < t->bad_rows; i++) {
        const char *const rows = t->bad_rows == 2 ? ", and so is a cell of row "
                                                  : ", and so are cells of rows ";
        used += snprintf(others + used, sizeof others - (size_t)used, "%s%llu",
                         i == 1 ? rows : ", ", (unsigned long long)t->bad_row[i] + 1);
    }
    if (t->bad_rows > 3) {
        snprintf(others + used, sizeof others - (size_t)used, " and %llu more",
                 (unsigned long long)t->bad_rows - 3);
    }
    return gmix_i_fail(ctx, GMIX_ERR_NONFINITE,
                       "row %llu, %s is %s%s; remove such rows or fill the cells%s",
                       (unsigned long long)t->bad_row[0] + 1,
                       gmix_i_column_label(in, t->bad_column, label),
                       isnan(t->bad_value) ? "missing (NaN)" : "infinite", others,
                       isnan(t->bad_value) ? ", or use their other cells: missing em"
                                           : "");
}

gmix_status gmix_i_refuse_rows(gmix_ctx *ctx, const gmix_i_tally *t,
                               gmix_i_missing missing) {
    if (t->bad_weight_row) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "the weight of row %llu is %g: weights are from 0 to 1e300",
                           (unsigned long long)t->bad_weight_row, t->bad_weight);
    }
    if (t->bad_label_row) {
        return gmix_i_fail(
            ctx, GMIX_ERR_DATA,
            "the label of row %llu is %d: labels are 0 or more, and -1 for "
            "an unknown class",
            (unsigned long long)t->bad_label_row, (int)t->bad_label);
    }
    if (t->n_rows == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "the data have no rows");
    }
    if (missing == GMIX_I_MISSING_DROP && t->n_incomplete_rows > 0 &&
        !(t->weight > 0.0)) {
        return gmix_i_fail(
            ctx, GMIX_ERR_DATA,
            "every row that has weight has a missing cell: none is left to "
            "fit; use such rows (missing em) or leave columns out");
    }
    if (!(t->weight > 0.0)) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "every row has the weight 0");
    }
    if (t->n_rows == 1) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "the data have one row: a mixture needs at least two");
    }
    return GMIX_OK;
}

gmix_status gmix_i_refuse_columns(gmix_ctx *ctx, const gmix_i_input *in,
                                  const gmix_i_tally *t, double ridge) {
    size_t constant = 0, first = 0;
    char label[96];
    for (size_t j = 0; j < in->n_cols; j++) {
        if (!(t->seen[j] > 0.0)) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "%s has no value: its cells are missing in all %llu rows "
                               "(or in all that have weight); leave it out",
                               gmix_i_column_label(in, j, label),
                               (unsigned long long)t->n_rows);
        }
    }
    for (size_t j = in->n_cols; j-- > 0;) {
        if (t->lowest[j] == t->highest[j]) {
            constant++;
            first = j;
        }
    }
    if (constant == 0 || ridge > 0.0) {
        return GMIX_OK;
    }
    if (constant == in->n_cols) {
        return gmix_i_fail(
            ctx, GMIX_ERR_DATA,
            "all rows that have weight are identical (%llu rows in all): there is "
            "nothing to fit",
            (unsigned long long)t->n_rows);
    }
    gmix_i_column_label(in, first, label);
    return gmix_i_fail(
        ctx, GMIX_ERR_DATA,
        "%s is constant (every value is %.15g)%s: it tells components apart "
        "in no way and has no density; leave it out",
        label, t->lowest[first], constant > 1 ? ", and others are too" : "");
}

/* Squares of deviations must fit a double with room to spare. */
gmix_status gmix_i_refuse_spreads(gmix_ctx *ctx, const gmix_i_input *in,
                                  const gmix_i_survey *survey) {
    for (size_t j = 0; j < in->n_cols; j++) {
        if (!(survey->sd[j] > 1e-140 && survey->sd[j] < 1e140)) {
            char label[96];
            return gmix_i_fail(
                ctx, GMIX_ERR_DATA,
                "the values of %s, from %g to %g, are too %s for double "
                "precision to hold their squares: use other units",
                gmix_i_column_label(in, j, label), survey->lowest[j], survey->highest[j],
                survey->highest[j] - survey->lowest[j] < 1.0 ? "close together"
                                                             : "far apart");
        }
    }
    return GMIX_OK;
}
