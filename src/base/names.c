/* Names, through a sorted index: tables may have many columns. See names.h. */
#include "base/names.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

gmix_status gmix_i_names_repeated(gmix_ctx *ctx, const char *const *names, size_t n,
                                  const char **repeated) {
    const char **sorted;
    *repeated = NULL;
    if (n < 2) {
        return GMIX_OK;
    }
    const gmix_status status = gmix_i_calloc(ctx, "names", n, sizeof *sorted, &sorted);
    if (status != GMIX_OK) {
        return status;
    }
    memcpy(sorted, names, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_text);
    for (size_t i = 1; i < n && !*repeated; i++) {
        *repeated = strcmp(sorted[i - 1], sorted[i]) == 0 ? sorted[i] : NULL;
    }
    gmix_i_free(ctx, sorted);
    return GMIX_OK;
}

gmix_status gmix_i_names_check(gmix_ctx *ctx, const char *const *names, size_t n,
                               gmix_status fault) {
    for (size_t j = 0; names && j < n; j++) {
        if (!names[j]) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the name of feature %zu is NULL",
                               j);
        }
    }
    const char *repeated = NULL;
    const gmix_status status =
        names ? gmix_i_names_repeated(ctx, names, n, &repeated) : GMIX_OK;
    return status == GMIX_OK && repeated
               ? gmix_i_fail(
                     ctx, fault,
                     "two features are called '%.80s': give each a name of its own",
                     repeated)
               : status;
}
