/* Columns by name or number. */
#include "files/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"

enum { LIST_SIZE = 240, DIGITS_MAX = 9 };

gmix_status gmix_i_columns_check_names(gmix_ctx *ctx, const char *file,
                                       const char *const *names, size_t n) {
    const char *repeated;
    const gmix_status status = gmix_i_names_repeated(ctx, names, n, &repeated);
    return status == GMIX_OK && repeated
               ? gmix_i_fail(ctx, GMIX_ERR_PARSE,
                             "%s: two columns are called '%.80s'; give every column "
                             "its own name in the first line",
                             file, repeated)
               : status;
}

/* "'a', 'b', 'c', ...", as many as fit. */
static void list_names(const char *const *names, size_t n, char list[LIST_SIZE]) {
    size_t length = 0;
    list[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const size_t need = strlen(names[i]) + 4;
        if (length + need + 6 > LIST_SIZE) {
            snprintf(list + length, LIST_SIZE - length, "%s...", i > 0 ? ", " : "");
            return;
        }
        length += (size_t)snprintf(list + length, LIST_SIZE - length, "%s'%s'",
                                   i > 0 ? ", " : "", names[i]);
    }
}

static gmix_status fail_unknown(gmix_ctx *ctx, const char *file, const char *wanted,
                                const char *const *names, size_t n) {
    if (!names && n == 1) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s has no column '%.80s': its only column is unnamed; its "
                           "number is 0",
                           file, wanted);
    }
    if (!names) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s has no column '%.80s': its columns are unnamed; their "
                           "numbers are 0 to %zu",
                           file, wanted, n - 1);
    }
    char list[LIST_SIZE];
    list_names(names, n, list);
    const char *const nearest = gmix_i_nearest(wanted, names, n);
    if (nearest) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s has no column '%.80s'; did you mean '%.80s'? It has %s",
                           file, wanted, nearest, list);
    }
    return gmix_i_fail(ctx, GMIX_ERR_OPTION, "%s has no column '%.80s'; it has %s", file,
                       wanted, list);
}

static gmix_status find_column(gmix_ctx *ctx, const char *file, const char *wanted,
                               const char *const *names, size_t n, size_t *out) {
    if (!wanted) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "a column wanted is NULL");
    }
    for (size_t j = 0; names && j < n; j++) {
        if (strcmp(names[j], wanted) == 0) {
            *out = j;
            return GMIX_OK;
        }
    }
    const size_t length = strspn(wanted, "0123456789");
    if (length > 0 && length <= DIGITS_MAX && wanted[length] == '\0') {
        const size_t number = strtoul(wanted, NULL, 10);
        if (number < n) {
            *out = number;
            return GMIX_OK;
        }
    }
    return fail_unknown(ctx, file, wanted, names, n);
}

/* The column of labels where none is named. */
static gmix_status only_column(gmix_ctx *ctx, const char *file, const char *const *names,
                               size_t n, size_t *out) {
    if (n == 1) {
        *out = 0;
        return GMIX_OK;
    }
    char list[LIST_SIZE] = "numbered from 0";
    if (names) {
        list_names(names, n, list);
    }
    return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                       "%s has %zu columns, %s: say which one holds the labels", file, n,
                       list);
}

/* Marks column j as used; fails if it was. */
static gmix_status use(gmix_ctx *ctx, const char *file, const char *wanted, bool *used,
                       size_t j) {
    if (used[j]) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "%s: column '%.80s' is asked for twice (a column of weights "
                           "or labels is no feature)",
                           file, wanted);
    }
    used[j] = true;
    return GMIX_OK;
}

gmix_status gmix_i_columns_select(gmix_ctx *ctx, const char *file,
                                  const char *const *names, size_t n,
                                  const gmix_read_options *opts,
                                  struct gmix_i_columns *out) {
    gmix_status status = GMIX_OK;
    bool *used = NULL;
    *out =
        (struct gmix_i_columns){.weights = GMIX_I_NO_COLUMN, .labels = GMIX_I_NO_COLUMN};
    const size_t most = opts->n_columns > 0 ? opts->n_columns : n;
    GMIX_TRY(gmix_i_calloc(ctx, "columns", n, sizeof *used, &used));
    GMIX_TRY(gmix_i_calloc(ctx, "columns", most, sizeof *out->features, &out->features));
    if (opts->weights) {
        GMIX_TRY(find_column(ctx, file, opts->weights, names, n, &out->weights));
        GMIX_TRY(use(ctx, file, opts->weights, used, out->weights));
    }
    if (opts->labels) {
        GMIX_TRY(find_column(ctx, file, opts->labels, names, n, &out->labels));
        GMIX_TRY(use(ctx, file, opts->labels, used, out->labels));
    } else if (opts->labels_only) {
        GMIX_TRY(only_column(ctx, file, names, n, &out->labels));
    }
    if (opts->labels_only) {
        goto done;
    }
    for (size_t i = 0; i < opts->n_columns; i++) {
        size_t j = 0;
        GMIX_TRY(find_column(ctx, file, opts->columns[i], names, n, &j));
        GMIX_TRY(use(ctx, file, opts->columns[i], used, j));
        out->features[out->n_features++] = j;
    }
    for (size_t j = 0; opts->n_columns == 0 && j < n; j++) {
        if (!used[j]) {
            out->features[out->n_features++] = j;
        }
    }
    if (out->n_features == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "%s has no column but %s", file,
                  opts->labels ? "the labels" : "the weights");
    }
done:
    gmix_i_free(ctx, used);
    if (status != GMIX_OK) {
        gmix_i_columns_free(ctx, out);
    }
    return status;
}

void gmix_i_columns_free(gmix_ctx *ctx, struct gmix_i_columns *columns) {
    gmix_i_free(ctx, columns->features);
    columns->features = NULL;
}
