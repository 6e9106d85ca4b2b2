/* Rows assigned to components by one evaluation of the mixture. See assigned.h. */
#include "plot/assigned.h"

#include <math.h>

void gmix_i_assign_rows(const gmix_i_assigned *to, size_t first, size_t n,
                        const gmix_prediction *said) {
    for (size_t i = 0; i < n; i++) {
        to->component[first + i] = said->labels[i];
        to->doubt[first + i] = (float)fmax(0, 1 - said->certainty[i]);
    }
}

gmix_status gmix_i_assign_table(gmix_ctx *ctx, const gmix_model *model,
                                const gmix_table *table, const gmix_i_assigned *to) {
    gmix_status status = GMIX_OK;
    gmix_predictor *predictor = NULL;
    int32_t labels[GMIX_I_ASSIGNED_ROWS];
    double certainty[GMIX_I_ASSIGNED_ROWS];
    gmix_prediction out;
    gmix_prediction_init(&out);
    out.labels = labels;
    out.certainty = certainty;
    size_t first = 0, n;
    GMIX_TRY(gmix_predictor_new(ctx, model, &predictor));
    do {
        n = table->n_rows - first;
        n = n < GMIX_I_ASSIGNED_ROWS ? n : (size_t)GMIX_I_ASSIGNED_ROWS;
        GMIX_TRY(gmix_predictor_rows(ctx, predictor, table, first, n, &out));
        gmix_i_assign_rows(to, first, n, &out);
        first += n;
    } while (first < table->n_rows);
done:
    gmix_predictor_free(&predictor);
    return status;
}
