/* Confusion tables: labels against what a model makes of the rows. See gmix/classes.h. */
#include <string.h>

#include "base/structs.h"
#include "validate/tabulate.h"

gmix_status gmix_i_confusion_for(gmix_ctx *ctx, const gmix_model *model,
                                 gmix_confusion *out) {
    gmix_status status = GMIX_OK;
    const size_t n = gmix_model_n_classes(model);
    const char **names = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "class names", n, sizeof *names, &names));
    for (size_t c = 0; c < n; c++) {
        names[c] = gmix_model_class_name(model, c);
    }
    GMIX_TRY(gmix_i_confusion_new(ctx, n, names, out));
done:
    gmix_i_free(ctx, names);
    return status;
}

/* The model's number of a class of the table, by name where both have names; -1: none. */
static int32_t class_in_model(const gmix_table *x, const gmix_model *model,
                              int32_t label) {
    const size_t n = gmix_model_n_classes(model);
    if (!x->class_names || (size_t)label >= x->n_classes) {
        return (size_t)label < n ? label : -1;
    }
    for (size_t c = 0; c < n; c++) {
        if (strcmp(x->class_names[label], gmix_model_class_name(model, c)) == 0) {
            return (int32_t)c;
        }
    }
    return -1;
}

gmix_status gmix_i_confusion_add(gmix_ctx *ctx, const gmix_model *model,
                                 const gmix_table *x, const double *weights,
                                 const int32_t *found, gmix_confusion *out) {
    const size_t n = out->n_classes;
    for (size_t i = 0; i < x->n_rows; i++) {
        const double w = weights ? weights[i] : 1.0;
        if (x->labels[i] < 0 || !(w > 0.0)) {
            continue;
        }
        const int32_t true_class = class_in_model(x, model, x->labels[i]);
        if (true_class < 0) {
            const bool named = x->class_names && (size_t)x->labels[i] < x->n_classes;
            return gmix_i_fail(
                ctx, GMIX_ERR_DATA,
                "row %zu is of class %d%s%.80s%s, which the model does not "
                "have",
                i + 1, (int)x->labels[i], named ? " ('" : "",
                named ? x->class_names[x->labels[i]] : "", named ? "')" : "");
        }
        const size_t as = found[i] < 0 ? n : (size_t)found[i];
        out->weights[(size_t)true_class * (n + 1) + as] += w;
    }
    return GMIX_OK;
}

void gmix_i_confusion_sum_up(gmix_confusion *c) {
    double right = 0.0;
    c->total = 0.0;
    for (size_t t = 0; t < c->n_classes; t++) {
        for (size_t p = 0; p <= c->n_classes; p++) {
            c->total += c->weights[t * (c->n_classes + 1) + p];
        }
        right += c->weights[t * (c->n_classes + 1) + t];
    }
    c->error_rate = c->total > 0.0 ? (c->total - right) / c->total : 0.0;
}

static gmix_status classify(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                            gmix_confusion *out) {
    gmix_status status = GMIX_OK;
    int32_t *found = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "classes of rows", x->n_rows, sizeof *found, &found));
    GMIX_TRY(gmix_class_labels(ctx, model, x, found));
    GMIX_TRY(gmix_i_confusion_for(ctx, model, out));
    GMIX_TRY(gmix_i_confusion_add(ctx, model, x, x->weights, found, out));
    gmix_i_confusion_sum_up(out);
    if (!(out->total > 0.0)) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "no row of the table has a label and a weight");
    }
done:
    gmix_i_free(ctx, found);
    return status;
}

gmix_status gmix_class_confusion(gmix_ctx *ctx, const gmix_model *model,
                                 const gmix_table *x, gmix_confusion *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    gmix_confusion made = {0};
    if (!model || !x || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "model, table or output is NULL");
    }
    if (!x->labels) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "the table has no labels");
    }
    const gmix_status status = classify(ctx, model, x, &made);
    if (status == GMIX_OK) {
        *out = made;
    } else {
        gmix_confusion_free(&made);
    }
    return status;
}
