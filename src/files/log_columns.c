/* Logarithms of columns. See log_columns.h. */
#include "files/log_columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cells.h"
#include "files/column_patterns.h"

static const char BEGIN[] = "log(";
enum { BEGIN_LENGTH = sizeof BEGIN - 1, NUMBER_SIZE = 24 };

size_t gmix_i_log_column(const char *wanted, const char *const *names, size_t n) {
    const size_t length = strlen(wanted);
    if (length < BEGIN_LENGTH + 2 || memcmp(wanted, BEGIN, BEGIN_LENGTH) != 0 ||
        wanted[length - 1] != ')') {
        return GMIX_I_NO_COLUMN;
    }
    return gmix_i_columns_find(wanted + BEGIN_LENGTH, length - BEGIN_LENGTH - 1, names,
                               n);
}

/* What feature k was called, or the number of its column. */
static const char *plain_name(const struct gmix_data *data,
                              const struct gmix_i_columns *columns, size_t k,
                              char number[NUMBER_SIZE]) {
    if (data->names) {
        return data->names[k];
    }
    snprintf(number, NUMBER_SIZE, "%zu", columns->features[k]);
    return number;
}

static gmix_status name_features(gmix_ctx *ctx, const char *file,
                                 const struct gmix_i_columns *columns,
                                 struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    const size_t n = columns->n_features;
    char **names = NULL, *text = NULL, number[NUMBER_SIZE];
    size_t room = 0;
    for (size_t k = 0; k < n; k++) {
        room += strlen(plain_name(data, columns, k, number)) + BEGIN_LENGTH + 2;
    }
    GMIX_TRY(gmix_i_calloc(ctx, "column names", n, sizeof *names, &names));
    GMIX_TRY(gmix_i_calloc(ctx, "column names", room, 1, &text));
    for (size_t k = 0, used = 0; k < n; k++) {
        const char *const plain = plain_name(data, columns, k, number);
        names[k] = text + used;
        used += 1 + (size_t)snprintf(text + used, room - used,
                                     columns->logs[k] ? "log(%s)" : "%s", plain);
    }
    GMIX_TRY(gmix_i_columns_check_names(ctx, file, (const char *const *)names, n));
    gmix_i_free(ctx, data->names);
    gmix_i_free(ctx, data->name_text);
    data->names = names;
    data->name_text = text;
    data->table.names = (const char *const *)names;
    names = NULL;
    text = NULL;
done:
    gmix_i_free(ctx, names);
    gmix_i_free(ctx, text);
    return status;
}

/* A table that is a view of the file's bytes, or in single precision, becomes doubles of its own. */
static gmix_status take_logs(gmix_ctx *ctx, const char *file,
                             const struct gmix_i_columns *columns,
                             struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    gmix_table *const t = &data->table;
    const size_t n = t->n_rows, d = t->n_cols;
    double *own = NULL;
    char number[NUMBER_SIZE];
    GMIX_TRY(gmix_i_calloc(ctx, "logarithms", n * d, sizeof *own, &own));
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < d; k++) {
            const double x = gmix_i_table_cell(t, i, k);
            const bool is_low =
                columns->are_bins ? x < 0.0 : x <= 0.0; /* 0: open below */
            if (columns->logs[k] && is_low) {
                GMIX_FAIL(ctx, GMIX_ERR_DATA,
                          "%s: row %zu of column '%.80s' is %g, which has no logarithm",
                          file, i + 1, plain_name(data, columns, k, number), x);
            }
            own[i * d + k] = columns->logs[k] ? log(x) : x;
        }
    }
    gmix_i_free(ctx, data->values);
    data->values = own;
    own = NULL;
    t->data = data->values;
    t->dtype = GMIX_F64;
    t->row_stride = (ptrdiff_t)d;
    t->col_stride = 1;
    t->col_offsets = NULL;
done:
    gmix_i_free(ctx, own);
    return status;
}

gmix_status gmix_i_log_features(gmix_ctx *ctx, const char *file,
                                const struct gmix_i_columns *columns,
                                struct gmix_data *data) {
    gmix_status status = GMIX_OK;
    bool any = false;
    for (size_t k = 0; columns->logs && k < columns->n_features; k++) {
        any = any || columns->logs[k];
    }
    if (any) {
        GMIX_TRY(take_logs(ctx, file, columns, data));
        GMIX_TRY(name_features(ctx, file, columns, data));
        data->has_logs = true;
    }
done:
    return status;
}
