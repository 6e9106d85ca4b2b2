/* Columns of errors of measurement: from the last columns that were read to the table's errors. */
#include "files/error_columns.h"

#include "base/cells.h"

/* Variances from standard deviations; those below 0 stay below, and are refused by who uses them. */
static double squared(double sd) {
    return sd < 0.0 ? -sd * sd : sd * sd;
}

gmix_status gmix_i_error_columns_take(gmix_ctx *ctx, const gmix_read_options *opts,
                                      struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    gmix_table *const table = &data->table;
    const size_t len = opts->n_errors, n = table->n_rows;
    if (len == 0 || opts->labels_only) {
        return GMIX_OK;
    }
    const size_t d = table->n_cols - len;
    const size_t wanted = opts->error_covariances ? d * (d + 1) / 2 : d;
    if (len != wanted) {
        GMIX_FAIL(
            ctx, GMIX_ERR_OPTION,
            "%zu columns of errors for %zu features: %zu are wanted, %s", len, d, wanted,
            opts->error_covariances ? "the lower triangle of a covariance by rows"
                                    : "a standard deviation for each, in their order");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "errors", n * len, sizeof(double), &data->errors));
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < len; j++) {
            const double x = gmix_i_table_cell(table, i, d + j);
            data->errors[i * len + j] = opts->error_covariances ? x : squared(x);
        }
    }
    table->n_cols = d;
    table->struct_size =
        sizeof *table; /* else it would be one of a version without errors */
    table->errors = data->errors;
    table->errors_len = len;
done:
    return status;
}
