/* A plot: its options and features looked up, its rows assigned, its memory. See plot_kind.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/plot_kind.h"

gmix_status gmix_i_plot_alloc(gmix_i_plot *plot, size_t count, size_t size, void *out) {
    gmix_status status;
    void *block = NULL;
    GMIX_TRY(gmix_i_grow(plot->ctx, "picture", &plot->blocks, &plot->block_capacity,
                         plot->n_blocks + 1, sizeof *plot->blocks));
    GMIX_TRY(gmix_i_calloc(plot->ctx, "picture", count, size, &block));
    plot->blocks[plot->n_blocks++] = block;
    memcpy(out, &block, sizeof block);
done:
    return status;
}

gmix_status gmix_i_plot_text(gmix_i_plot *plot, const char **out, const char *format,
                             ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    char *text = NULL;
    const gmix_status status =
        gmix_i_plot_alloc(plot, (size_t)(length < 0 ? 0 : length) + 1, 1, &text);
    if (status == GMIX_OK && length > 0) {
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    va_end(args);
    *out = text;
    return status;
}

gmix_status gmix_i_plot_feature(gmix_i_plot *plot, size_t j, const char **out) {
    const char *const *const names = plot->table ? plot->table->names : NULL;
    const char *name = plot->model ? gmix_model_feature_name(plot->model, j) : NULL;
    name = name || !names ? name : names[j];
    if (name && name[0]) {
        *out = name;
        return GMIX_OK;
    }
    return gmix_i_plot_text(plot, out, "x%zu", j);
}

/* A feature by its name, or else by its number. */
static gmix_status find_feature(gmix_i_plot *plot, const char *wanted, size_t *out) {
    gmix_status status = GMIX_OK;
    const char **names = NULL;
    if (!wanted) {
        GMIX_FAIL(plot->ctx, GMIX_ERR_ARGUMENT, "a feature's name is NULL");
    }
    GMIX_TRY(gmix_i_calloc(plot->ctx, "names", plot->d, sizeof *names, &names));
    for (size_t j = 0; j < plot->d; j++) {
        GMIX_TRY(gmix_i_plot_feature(plot, j, &names[j]));
        if (strcmp(names[j], wanted) == 0) {
            *out = j;
            goto done;
        }
    }
    char *end;
    const unsigned long long number = strtoull(wanted, &end, 10);
    if (wanted[0] >= '0' && wanted[0] <= '9' && *end == '\0' && number < plot->d) {
        *out = (size_t)number;
        goto done;
    }
    const char *const near = gmix_i_nearest(wanted, names, plot->d);
    GMIX_FAIL(plot->ctx, GMIX_ERR_OPTION, "there is no feature '%.60s'%s%.60s%s", wanted,
              near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
done:
    gmix_i_free(plot->ctx, names);
    return status;
}

static gmix_status find_features(gmix_i_plot *plot) {
    gmix_status status;
    const gmix_plot_options *const opts = &plot->opts;
    plot->features_chosen = opts->n_features > 0;
    plot->n_features = plot->features_chosen ? opts->n_features : plot->d;
    if (plot->features_chosen && !plot->model) {
        return gmix_i_fail(plot->ctx, GMIX_ERR_ARGUMENT,
                           "features are a model's, and there is none");
    }
    GMIX_TRY(gmix_i_plot_alloc(plot, plot->n_features, sizeof *plot->features,
                               &plot->features));
    for (size_t a = 0; a < plot->n_features; a++) {
        plot->features[a] = a;
        if (plot->features_chosen) {
            GMIX_TRY(find_feature(plot, opts->features[a], &plot->features[a]));
        }
        for (size_t b = 0; b < a; b++) {
            if (plot->features[a] == plot->features[b]) {
                GMIX_FAIL(plot->ctx, GMIX_ERR_OPTION,
                          "the feature '%.60s' is named twice", opts->features[a]);
            }
        }
    }
done:
    return status;
}

static gmix_status find_rows(gmix_i_plot *plot, const gmix_i_assigned *assigned) {
    gmix_status status = GMIX_OK;
    gmix_i_assigned found = {0};
    GMIX_TRY(gmix_i_check_weights(plot->ctx, plot->table));
    if (assigned) {
        found = *assigned;
    } else {
        const size_t n = plot->table->n_rows;
        GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof *found.component, &found.component));
        GMIX_TRY(gmix_i_plot_alloc(plot, n, sizeof *found.doubt, &found.doubt));
        GMIX_TRY(gmix_i_assign_table(plot->ctx, plot->model, plot->table, &found));
    }
    plot->component = found.component;
    plot->doubt = found.doubt;
done:
    return status;
}

static gmix_status find_variances(gmix_i_plot *plot) {
    const size_t d = plot->d;
    gmix_status status;
    GMIX_TRY(gmix_i_plot_alloc(plot, plot->k * d, sizeof(double), &plot->variances));
    for (size_t k = 0; k < plot->k; k++) {
        gmix_model_variances(plot->model, k, plot->variances + k * d);
    }
done:
    return status;
}

gmix_status gmix_i_plot_open(gmix_ctx *ctx, const gmix_model *model,
                             const gmix_report *report, const gmix_table *table,
                             const gmix_i_assigned *assigned,
                             const gmix_plot_options *opts, gmix_i_plot *out) {
    gmix_status status;
    *out = (gmix_i_plot){.ctx = ctx, .model = model, .report = report, .table = table};
    GMIX_TRY(gmix_i_plot_options_take(ctx, opts, &out->opts));
    out->k = model ? gmix_model_n_components(model) : 0;
    out->d = model ? gmix_model_n_features(model) : 0;
    GMIX_TRY(find_features(out));
    if (model) {
        GMIX_TRY(find_variances(out));
    }
    if (model && table) {
        GMIX_TRY(find_rows(out, assigned));
        GMIX_TRY(gmix_i_plot_leave_far(out));
    }
done:
    return status;
}

void gmix_i_plot_close(gmix_i_plot *plot) {
    for (size_t i = 0; i < plot->n_blocks; i++) {
        gmix_i_free(plot->ctx, plot->blocks[i]);
    }
    gmix_i_free(plot->ctx, plot->blocks);
    *plot = (gmix_i_plot){0};
}
