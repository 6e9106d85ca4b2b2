/* Any bytes as a Parquet file: all columns, and a choice with labels. What tables are driven through is the other
 * readers' business. */
#include <string.h>

#include "files/reader.h"
#include "target.h"

static void read_with(gmix_ctx *ctx, const uint8_t *bytes, size_t n,
                      const gmix_read_options *opts) {
    gmix_data *data = NULL;
    ctx->message[0] = '\0';
    if (gmix_data_from_memory(ctx, "fuzz.parquet", bytes, n, opts, &data) != GMIX_OK) {
        target_require(data == NULL, "data set by a call that failed");
        target_require(ctx->message[0] != '\0', "a failure without a message");
        return;
    }
    const gmix_table *const t = gmix_data_table(data);
    target_require(t->n_rows > 0, "an empty table");
    double sum = 0.0;
    for (size_t i = 0; i < t->n_rows; i++) {
        for (size_t j = 0; j < t->n_cols; j++) {
            sum +=
                ((const double *)t
                     ->data)[(ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->col_stride];
        }
    }
    volatile double sink = sum;
    (void)sink;
    gmix_data_free(&data);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const char *const some[] = {"a", "f"};
    if (n < 4 || memcmp(bytes, "PAR1", 4) != 0) {
        return 0; /* another format */
    }
    gmix_ctx *ctx = target_ctx();
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    gmix_ctx_set_input_limit(ctx, 1 << 22);
    read_with(ctx, bytes, n, &opts);
    opts.columns = some;
    opts.n_columns = 2;
    opts.labels = "word";
    opts.weights = "u";
    read_with(ctx, bytes, n, &opts);
    gmix_ctx_free(&ctx);
    return 0;
}
