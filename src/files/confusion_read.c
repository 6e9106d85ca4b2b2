/* Confusion tables in reports: classes, and a row of numbers for each. */
#include <stdio.h>

#include "files/report_read.h"
#include "record/record.h"

enum { NAME_SIZE = 80 };

/* Texts belong to the JSON tree. */
static gmix_status get_names(gmix_ctx *ctx, const char *file, const char *member,
                             const json_t *list, const char ***out) {
    gmix_status status = GMIX_OK;
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "fit.%s.classes", member);
    GMIX_TRY(gmix_i_json_check_type(ctx, file, name, list, JSON_ARRAY));
    GMIX_TRY(gmix_i_calloc(ctx, "class names", json_array_size(list), sizeof **out, out));
    for (size_t c = 0; c < json_array_size(list); c++) {
        snprintf(name, sizeof name, "fit.%s.classes[%zu]", member, c);
        const json_t *const text = json_array_get(list, c);
        GMIX_TRY(gmix_i_json_check_type(ctx, file, name, text, JSON_STRING));
        (*out)[c] = json_string_value(text);
    }
done:
    return status;
}

static gmix_status get_real(gmix_ctx *ctx, const char *file, const char *member,
                            const json_t *table, const char *part, double *out) {
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "fit.%s.%s", member, part);
    return gmix_i_json_get_reals(ctx, file, name, json_object_get(table, part), NULL, 0,
                                 out);
}

gmix_status gmix_i_confusion_from_json(gmix_ctx *ctx, const char *file, const json_t *fit,
                                       const char *member, gmix_confusion *out) {
    gmix_status status = GMIX_OK;
    const char **names = NULL;
    char name[NAME_SIZE];
    const json_t *const table = gmix_i_json_member(fit, member);
    if (!table) {
        return GMIX_OK;
    }
    snprintf(name, sizeof name, "fit.%s", member);
    GMIX_TRY(gmix_i_json_check_type(ctx, file, name, table, JSON_OBJECT));
    const json_t *const list = json_object_get(table, "classes");
    const json_t *const folds = gmix_i_json_member(table, "folds");
    const json_t *const weights = json_object_get(table, "confusion");
    const size_t n = json_array_size(list), dims[2] = {n, n + 1};
    GMIX_TRY(get_names(ctx, file, member, list, &names));
    snprintf(name, sizeof name, "fit.%s.confusion", member);
    GMIX_TRY(gmix_i_json_get_reals(ctx, file, name, weights, dims, 2, NULL));
    GMIX_TRY(gmix_i_confusion_new(ctx, n, names, out));
    GMIX_TRY(gmix_i_json_get_reals(ctx, file, name, weights, dims, 2, out->weights));
    GMIX_TRY(get_real(ctx, file, member, table, "error_rate", &out->error_rate));
    GMIX_TRY(get_real(ctx, file, member, table, "total_weight", &out->total));
    if (folds) {
        snprintf(name, sizeof name, "fit.%s.folds", member);
        GMIX_TRY(gmix_i_json_get_count(ctx, file, name, folds, &out->folds));
    }
done:
    gmix_i_free(ctx, names);
    return status;
}
