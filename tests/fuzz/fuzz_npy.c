/* Any bytes as an NPY file: whole, and as choices of columns with weights; what is accepted is
 * fitted. */
#include "drive.h"
#include "files/reader.h"

static double cell(const gmix_table *t, size_t i, size_t j) {
    const ptrdiff_t at = (ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->col_stride;
    return t->dtype == GMIX_F64 ? ((const double *)t->data)[at]
                                : (double)((const float *)t->data)[at];
}

static void read_with(gmix_ctx *ctx, const uint8_t *bytes, size_t n,
                      const gmix_read_options *opts) {
    gmix_data *data = NULL;
    ctx->message[0] = '\0';
    if (gmix_data_from_memory(ctx, "fuzz.npy", bytes, n, opts, &data) != GMIX_OK) {
        target_require(data == NULL, "data set by a call that failed");
        target_require(ctx->message[0] != '\0', "a failure without a message");
        return;
    }
    const gmix_table *const t = gmix_data_table(data);
    target_require(t->n_rows > 0 && t->n_cols > 0, "an empty table");
    double sum = 0.0;
    for (size_t i = 0; i < t->n_rows; i++) {
        for (size_t j = 0; j < t->n_cols; j++) {
            sum += cell(t, i, j);
        }
        sum += t->weights ? t->weights[i] : 0.0;
    }
    volatile double sink = sum;
    (void)sink;
    drive d = {.ctx = ctx, .state = n, .odds = 2};
    drive_table(&d, t);
    gmix_data_free(&data);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const char *const uneven[] = {"0", "3", "1"};
    static const char *const backwards[] = {"2", "1"};
    gmix_ctx *ctx = target_ctx();
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    read_with(ctx, bytes, n, &opts);
    opts.columns = uneven;
    opts.n_columns = 3;
    read_with(ctx, bytes, n, &opts);
    opts.columns = backwards;
    opts.n_columns = 2;
    opts.weights = "0";
    read_with(ctx, bytes, n, &opts);
    gmix_ctx_free(&ctx);
    return 0;
}
