/* What has to hold of a table's weights, whatever is done with it. See cells.h. */
#include "base/cells.h"

#include "base/base.h"

gmix_status gmix_i_check_weights(gmix_ctx *ctx, const gmix_table *t) {
    bool any = false;
    for (size_t i = 0; t->weights && i < t->n_rows; i++) {
        if (!(t->weights[i] >= 0.0 && t->weights[i] <= 1e300)) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "the weight of row %zu is %g: weights are from 0 to 1e300",
                               i + 1, t->weights[i]);
        }
        any = any || t->weights[i] > 0.0;
    }
    return !t->weights || any
               ? GMIX_OK
               : gmix_i_fail(ctx, GMIX_ERR_DATA, "every row has the weight 0");
}
