/* Classes of components. See component_classes.h. */
#include "model/component_classes.h"

#include <stdio.h>
#include <string.h>

static gmix_status classes_alloc(gmix_ctx *ctx, size_t n, size_t k, gmix_i_classes *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_classes){.n = n, .n_labelled = n, .per_class = 1};
    GMIX_TRY(gmix_i_calloc(ctx, "class names", n, sizeof *out->names, &out->names));
    GMIX_TRY(gmix_i_calloc(ctx, "classes of components", k, sizeof *out->of_component,
                           &out->of_component));
done:
    return status;
}

void gmix_i_classes_free(const gmix_allocator *from, gmix_i_classes *classes) {
    for (size_t c = 0; classes->names && c < classes->n; c++) {
        gmix_i_release(from, classes->names[c]);
    }
    gmix_i_release(from, classes->names);
    gmix_i_release(from, classes->of_component);
    *classes = (gmix_i_classes){0};
}

static bool is_taken(const gmix_i_classes *classes, size_t n, const char *name) {
    for (size_t c = 0; c < n; c++) {
        if (strcmp(classes->names[c], name) == 0) {
            return true;
        }
    }
    return false;
}

static gmix_status set_name(gmix_ctx *ctx, gmix_i_classes *classes, size_t c,
                            const char *name) {
    classes->names[c] = gmix_i_strdup(&ctx->opts.allocator, name);
    return classes->names[c] ? GMIX_OK
                             : gmix_i_fail_nomem(ctx, "class names", strlen(name));
}

/* Given names, numbers where there are none; new classes are "new1", "new2", ... */
static gmix_status set_names(gmix_ctx *ctx, const char *const *given,
                             gmix_i_classes *classes) {
    gmix_status status = GMIX_OK;
    size_t number = 0;
    for (size_t c = 0; c < classes->n; c++) {
        char made[32];
        const bool is_new = c >= classes->n_labelled;
        snprintf(made, sizeof made, is_new ? "new%zu" : "%zu", is_new ? ++number : c);
        while (is_new && is_taken(classes, c, made)) {
            snprintf(made, sizeof made, "new%zu", ++number);
        }
        const char *const name = !is_new && given ? given[c] : made;
        if (is_taken(classes, c, name)) {
            GMIX_FAIL(ctx, GMIX_ERR_MODEL, "two classes are called '%.80s'", name);
        }
        GMIX_TRY(set_name(ctx, classes, c, name));
    }
done:
    return status;
}

/* Each class has its components, and every component has rows. */
static gmix_status check_sizes(gmix_ctx *ctx, const gmix_i_survey *survey, size_t k,
                               size_t per_class, size_t n) {
    if (n > k / per_class) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "the labels name %zu class%s of %zu component%s each: "
                           "%zu asked for, %zu or more are needed",
                           n, n == 1 ? "" : "es", per_class, per_class == 1 ? "" : "s", k,
                           n * per_class);
    }
    if (k > n * per_class && survey->labelled_weight >= survey->total_weight) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "every row has a label: of the %zu components asked for, only "
                           "%zu belong to a class, and no row is left for the others",
                           k, n * per_class);
    }
    return GMIX_OK;
}

gmix_status gmix_i_classes_new(gmix_ctx *ctx, const gmix_i_input *input,
                               const gmix_i_survey *survey, size_t k, size_t per_class,
                               gmix_i_classes *out) {
    gmix_status status = GMIX_OK;
    const size_t used = (size_t)survey->largest_label + 1; /* 0 for a label of -1 */
    const size_t n = input->n_classes ? input->n_classes : used;
    *out = (gmix_i_classes){0};
    if (used == 0) {
        return GMIX_OK;
    }
    if (used > n) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "a row has the label %zu: labels of %zu class%s are 0 to %zu",
                           used - 1, n, n == 1 ? "" : "es", n - 1);
    }
    GMIX_TRY(check_sizes(ctx, survey, k, per_class, n));
    GMIX_TRY(classes_alloc(ctx, n + (k - n * per_class), k, out));
    out->n_labelled = n;
    out->per_class = per_class;
    for (size_t c = 0; c < k; c++) {
        const size_t class = c < n * per_class ? c / per_class : n + c - n * per_class;
        out->of_component[c] = (int32_t) class;
    }
    GMIX_TRY(set_names(ctx, input->class_names, out));
done:
    if (status != GMIX_OK) {
        gmix_i_classes_free(&ctx->opts.allocator, out);
    }
    return status;
}

gmix_status gmix_i_classes_copy(gmix_ctx *ctx, size_t n, const char *const *names,
                                size_t k, const int32_t *of_component,
                                gmix_i_classes *out) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(classes_alloc(ctx, n, k, out));
    for (size_t c = 0; c < k; c++) {
        if (of_component[c] < 0 || (size_t)of_component[c] >= n) {
            GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                      "component_classes[%zu] is %d: classes are 0 to %zu", c,
                      (int)of_component[c], n - 1);
        }
        out->of_component[c] = of_component[c];
    }
    GMIX_TRY(set_names(ctx, names, out));
done:
    if (status != GMIX_OK) {
        gmix_i_classes_free(&ctx->opts.allocator, out);
    }
    return status;
}
