/* Reading tables from memory in tests: values, and failures with their exact words. */
#ifndef GMIX_TESTS_IO_PARSE_H
#define GMIX_TESTS_IO_PARSE_H

#include "check.h"
#include "files/reader.h"

#define AUTO .header = -1
#define OPTIONS(...) \
    (&(gmix_read_options){.struct_size = sizeof(gmix_read_options), __VA_ARGS__})
#define COLUMNS(...)                               \
    .columns = (const char *const[]){__VA_ARGS__}, \
    .n_columns = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

/* A context with n_threads. */
static inline gmix_ctx *parse_ctx(int n_threads) {
    gmix_ctx_options opts;
    gmix_ctx *ctx = NULL;
    gmix_ctx_options_init(&opts);
    opts.n_threads = n_threads;
    (void)gmix_ctx_new(&opts, &ctx);
    return ctx;
}

static inline double parse_cell(const gmix_table *t, size_t i, size_t j) {
    const ptrdiff_t at = (ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->col_stride;
    return t->dtype == GMIX_F64 ? ((const double *)t->data)[at]
                                : (double)((const float *)t->data)[at];
}

/* "names: row; row": the table as one line. */
static inline void parse_describe(const gmix_table *t, char *out, size_t size) {
    size_t n = 0;
    for (size_t j = 0; t->names && j < t->n_cols; j++) {
        n += (size_t)snprintf(out + n, size - n, "%s%s", j ? "," : "", t->names[j]);
    }
    for (size_t i = 0; i < t->n_rows && n < size; i++) {
        n += (size_t)snprintf(out + n, size - n, "%s", i ? "; " : t->names ? ": " : "");
        for (size_t j = 0; j < t->n_cols && n < size; j++) {
            n += (size_t)snprintf(out + n, size - n, "%s%.17g", j ? " " : "",
                                  parse_cell(t, i, j));
        }
        if (t->weights && n < size) {
            n += (size_t)snprintf(out + n, size - n, " *%g", t->weights[i]);
        }
        if (t->labels && n < size) {
            const int32_t c = t->labels[i];
            n += (size_t)snprintf(out + n, size - n, " =%s",
                                  c < 0 ? "" : t->class_names[c]);
        }
    }
}

/* Checks that n bytes read as the described table, or fail with the sentence. */
static inline bool parse_is(gmix_ctx *ctx, const char *name, const void *bytes, size_t n,
                            const gmix_read_options *opts, gmix_status status,
                            const char *expected, const char *file, int line) {
    gmix_data *data = NULL;
    char found[2000] = "";
    ctx->message[0] = '\0';
    const gmix_status got = gmix_data_from_memory(ctx, name, bytes, n, opts, &data);
    if (got == GMIX_OK) {
        parse_describe(gmix_data_table(data), found, sizeof found);
    } else {
        (void)snprintf(found, sizeof found, "%s", gmix_ctx_message(ctx));
        check_true(data == NULL, "no data after a failure", file, line);
    }
    gmix_data_free(&data);
    return check_status(ctx, got, status, name, file, line) &&
           check_str(found, expected, name, file, line);
}

#define CHECK_TABLE(text, opts, expected)                                         \
    parse_is(ctx, "t.csv", (text), sizeof(text) - 1, (opts), GMIX_OK, (expected), \
             __FILE__, __LINE__)
#define CHECK_REFUSED(text, opts, status, expected)                                \
    parse_is(ctx, "t.csv", (text), sizeof(text) - 1, (opts), (status), (expected), \
             __FILE__, __LINE__)

#endif
