/* Any bytes as a text table, under several choices of columns; what is accepted is fitted. */
#include <stdlib.h>
#include <string.h>

#include "drive.h"
#include "files/reader.h"

static void read_with(gmix_ctx *ctx, const uint8_t *bytes, size_t n,
                      const gmix_read_options *opts) {
    gmix_data *data = NULL;
    ctx->message[0] = '\0';
    if (gmix_data_from_memory(ctx, "fuzz.csv", bytes, n, opts, &data) != GMIX_OK) {
        target_require(data == NULL, "data set by a call that failed");
        target_require(ctx->message[0] != '\0', "a failure without a message");
        return;
    }
    const gmix_table *const t = gmix_data_table(data);
    target_require(t->n_rows > 0 && t->n_cols > 0, "an empty table");
    double sum = 0.0;
    for (size_t i = 0; t->dtype == GMIX_F64 && i < t->n_rows; i++) {
        for (size_t j = 0; j < t->n_cols; j++) {
            sum +=
                ((const double *)t
                     ->data)[(ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->col_stride];
        }
        sum += t->weights ? t->weights[i] : 0.0;
        target_require(!t->labels || t->labels[i] < (int32_t)t->n_classes,
                       "a label beyond the classes");
        sum += t->labels && t->labels[i] >= 0 ? t->class_names[t->labels[i]][0] : 0.0;
    }
    const char *const *const rows = gmix_data_row_names(data);
    for (size_t i = 0; rows && i < t->n_rows; i++) {
        sum += (double)strlen(rows[i]);
    }
    for (size_t i = 0; gmix_data_note(data, i); i++) {
        sum += (double)strlen(gmix_data_note(data, i));
    }
    for (size_t j = 0; t->names && j < t->n_cols; j++) {
        sum += t->names[j][0];
    }
    volatile double sink = sum;
    (void)sink;
    drive d = {.ctx = ctx, .state = n, .odds = 2};
    drive_table(&d, t);
    gmix_data_free(&data);
}

struct copy {
    const uint8_t *expected;
    size_t n, at;
};

/* Bytes written must be those that were read. */
static void take_same(void *self, const char *bytes, size_t n) {
    struct copy *const copy = self;
    target_require(n <= copy->n - copy->at &&
                       memcmp(copy->expected + copy->at, bytes, n) == 0,
                   "a table written otherwise than it was read");
    copy->at += n;
}

static void take_any(void *self, const char *bytes, size_t n) {
    struct copy *const copy = self;
    copy->at += n > 0 ? (size_t)(unsigned char)bytes[n - 1] & 1 : 0;
}

/* Writes the table again: as it was, and with new cells and filled ones. */
static void rewrite(gmix_ctx *ctx, const uint8_t *bytes, size_t n, bool same) {
    static const char *const names[] = {"a", "b \xc3\xa9\""};
    const gmix_cell cells[] = {{NULL, -1.5}, {"x;y, \"\xc3\xa9\n", 0}};
    gmix_read_options opts;
    gmix_data *data = NULL;
    gmix_rewriter *r = NULL;
    struct copy copy = {bytes, n, 0};
    const size_t n_new = same ? 0 : 2;
    gmix_read_options_init(&opts);
    opts.keep_text = 1;
    if (gmix_data_from_memory(ctx, "fuzz.csv", bytes, n, &opts, &data) != GMIX_OK) {
        return;
    }
    const gmix_table *const t = gmix_data_table(data);
    double *const zeros = calloc(t->n_cols, sizeof *zeros);
    if (zeros && gmix_rewriter_new(ctx, data, (int)(n % 18), same ? take_same : take_any,
                                   &copy, &r) == GMIX_OK) {
        bool good = gmix_rewriter_heading(ctx, r, names, n_new) == GMIX_OK;
        for (size_t i = 0; i < t->n_rows; i++) {
            good = good && gmix_rewriter_row(ctx, r, same ? NULL : zeros, cells, n_new) ==
                               GMIX_OK;
        }
        good = good && gmix_rewriter_end(ctx, r) == GMIX_OK;
        target_require(good, "a table that could not be written again");
        target_require(!same || copy.at == n || data->bytes.wrapping,
                       "a table cut short");
    }
    gmix_rewriter_free(&r);
    free(zeros);
    gmix_data_free(&data);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const char *const columns[] = {"1", "b"};
    static const char *const patterns[] = {"-1", "a..", "?*", "0-3"};
    gmix_ctx *ctx = target_ctx();
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    read_with(ctx, bytes, n, &opts);
    opts.columns = columns;
    opts.n_columns = 2;
    opts.weights = "0";
    read_with(ctx, bytes, n, &opts);
    gmix_read_options_init(&opts);
    opts.header = 1;
    opts.delimiter = ' ';
    read_with(ctx, bytes, n, &opts);
    opts.header = 0;
    opts.delimiter = ',';
    opts.columns = columns;
    opts.n_columns = 1;
    read_with(ctx, bytes, n, &opts);
    gmix_read_options_init(&opts);
    opts.labels = "0";
    read_with(ctx, bytes, n, &opts);
    gmix_read_options_init(&opts);
    opts.decimal = n % 2 ? ',' : '\0';
    opts.thousands = " '.-"[n % 4];
    read_with(ctx, bytes, n, &opts);
    opts.dates = 1;
    opts.columns = patterns + n % 4;
    opts.n_columns = 1;
    opts.row_names = n % 8 ? NULL : "0";
    read_with(ctx, bytes, n, &opts);
    if (n < 2 || bytes[0] != 0x1f || bytes[1] != 0x8b) { /* what is compressed differs */
        rewrite(ctx, bytes, n, n < 4 || memcmp(bytes, "\x28\xb5\x2f\xfd", 4) != 0);
    }
    rewrite(ctx, bytes, n, false);
    gmix_ctx_free(&ctx);
    return 0;
}
