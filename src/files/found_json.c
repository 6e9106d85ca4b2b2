/* What was found out with a mixture, as JSON. See gmix/found_json.h. */
#include <math.h>

#include <gmix/found_json.h>

#include "files/json_out.h"

static void put_whole(struct gmix_i_json *json, const char *name, int32_t x) {
    if (x < 0) {
        gmix_i_json_real(json, name, (double)NAN);
    } else {
        gmix_i_json_count(json, name, (size_t)x);
    }
}

gmix_status gmix_columns_to_json(gmix_ctx *ctx, size_t n_columns,
                                 const gmix_json_column *columns, size_t n_rows,
                                 char **text) {
    GMIX_I_CTX(ctx);
    struct gmix_i_json json = {.ctx = ctx};
    bool whole = columns && text;
    for (size_t j = 0; whole && j < n_columns; j++) {
        whole = columns[j].name && (columns[j].real || columns[j].whole || n_rows == 0);
    }
    if (!whole) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "columns with names and a place for the text are needed");
    }
    gmix_i_json_open(&json, NULL, '{');
    for (size_t j = 0; j < n_columns; j++) {
        if (columns[j].real) {
            gmix_i_json_reals(&json, columns[j].name, columns[j].real, &n_rows, 1);
            continue;
        }
        gmix_i_json_open(&json, columns[j].name, '[');
        for (size_t i = 0; i < n_rows; i++) {
            put_whole(&json, NULL, columns[j].whole[i]);
        }
        gmix_i_json_close(&json, ']');
    }
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}

static void put_point(struct gmix_i_json *json, size_t d, const double *at,
                      double log_density) {
    gmix_i_json_open(json, NULL, '{');
    gmix_i_json_reals(json, "at", at, &d, 1);
    gmix_i_json_real(json, "log_density", log_density);
    gmix_i_json_real(json, "density", exp(log_density));
}

gmix_status gmix_modes_to_json(gmix_ctx *ctx, const gmix_modes *m, char **text) {
    GMIX_I_CTX(ctx);
    struct gmix_i_json json = {.ctx = ctx};
    if (!m || !m->at || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "modes and a place for the text are needed");
    }
    gmix_i_json_open(&json, NULL, '{');
    gmix_i_json_open(&json, "modes", '[');
    for (size_t i = 0; i < m->n; i++) {
        put_point(&json, m->d, m->at + i * m->d, m->log_density[i]);
        gmix_i_json_close(&json, '}');
    }
    gmix_i_json_close(&json, ']');
    gmix_i_json_open(&json, "saddles", '[');
    for (size_t i = 0; i < m->n_saddles; i++) {
        put_point(&json, m->d, m->saddles + i * m->d, m->saddle_density[i]);
        gmix_i_json_open(&json, "joins", '[');
        gmix_i_json_count(&json, NULL, m->joins[2 * i]);
        gmix_i_json_count(&json, NULL, m->joins[2 * i + 1]);
        gmix_i_json_close(&json, ']');
        gmix_i_json_close(&json, '}');
    }
    gmix_i_json_close(&json, ']');
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}

gmix_status gmix_regions_to_json(gmix_ctx *ctx, size_t n, const gmix_region *regions,
                                 char **text) {
    GMIX_I_CTX(ctx);
    struct gmix_i_json json = {.ctx = ctx};
    if (!regions || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "regions and a place for the text are needed");
    }
    gmix_i_json_open(&json, NULL, '{');
    gmix_i_json_open(&json, "regions", '[');
    for (size_t i = 0; i < n; i++) {
        const gmix_region *const r = &regions[i];
        const size_t ends[2] = {r->n_intervals, 2};
        gmix_i_json_open(&json, NULL, '{');
        gmix_i_json_real(&json, "mass", r->mass);
        gmix_i_json_real(&json, "level", r->level);
        gmix_i_json_real(&json, "level_error", r->level_error);
        gmix_i_json_real(&json, "volume", r->volume);
        gmix_i_json_real(&json, "volume_error", r->volume_error);
        if (r->intervals) {
            gmix_i_json_reals(&json, "intervals", r->intervals, ends, 2);
        }
        gmix_i_json_close(&json, '}');
    }
    gmix_i_json_close(&json, ']');
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}

static void put_feature(struct gmix_i_json *json, const gmix_model *model, size_t j) {
    const char *const name = gmix_model_feature_name(model, j);
    if (name) {
        gmix_i_json_text(json, "feature", name);
    } else {
        gmix_i_json_count(json, "feature", j);
    }
}

/* Why the anomaly number `found` is one. */
static void put_reasons(struct gmix_i_json *json, const gmix_model *model,
                        const gmix_anomaly_rows *a, size_t found) {
    const size_t d = gmix_model_n_features(model);
    gmix_i_json_open(json, "reasons", '[');
    for (size_t r = found * a->n_reasons; r < (found + 1) * a->n_reasons; r++) {
        if (a->which[r] >= d) {
            break;
        }
        gmix_i_json_open(json, NULL, '{');
        put_feature(json, model, a->which[r]);
        gmix_i_json_real(json, "value", a->x[found * d + a->which[r]]);
        gmix_i_json_real(json, "expected", a->expected[r]);
        gmix_i_json_real(json, "sd", a->sd[r]);
        gmix_i_json_close(json, '}');
    }
    gmix_i_json_close(json, ']');
    if (a->shapley) {
        gmix_i_json_reals(json, "shapley", a->shapley + found * d, &d, 1);
    }
}

static void put_row(struct gmix_i_json *json, const gmix_model *model,
                    const gmix_anomaly_rows *a, size_t i, size_t *found) {
    const bool is_one = a->adjusted[i] <= a->fdr;
    gmix_i_json_open(json, NULL, '{');
    gmix_i_json_count(json, "row", i + 1);
    if (a->names) {
        gmix_i_json_text(json, "name", a->names[i]);
    }
    gmix_i_json_real(json, "score", a->score[i]);
    gmix_i_json_real(json, "p", a->p[i]);
    gmix_i_json_real(json, "adjusted", a->adjusted[i]);
    gmix_i_json_flag(json, "anomaly", is_one);
    put_whole(json, "component", a->component[i]);
    if (is_one && *found < a->n_found) {
        put_reasons(json, model, a, (*found)++);
    }
    gmix_i_json_close(json, '}');
}

gmix_status gmix_anomalies_to_json(gmix_ctx *ctx, const gmix_model *model,
                                   const gmix_anomaly_rows *a, char **text) {
    GMIX_I_CTX(ctx);
    struct gmix_i_json json = {.ctx = ctx};
    size_t found = 0;
    if (!model || !a || !a->score || !a->p || !a->adjusted || !a->component || !text ||
        (a->n_found * a->n_reasons > 0 &&
         (!a->which || !a->x || !a->expected || !a->sd))) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the model, what was found of rows, or a place for the text "
                           "is missing");
    }
    gmix_i_json_open(&json, NULL, '{');
    gmix_i_json_real(&json, "fdr", a->fdr);
    gmix_i_json_count(&json, "n_components", gmix_model_n_components(model));
    gmix_i_json_count(&json, "n_anomalies", a->n_found);
    gmix_i_json_open(&json, "rows", '[');
    for (size_t i = 0; i < a->n; i++) {
        put_row(&json, model, a, a->row ? a->row[i] : i, &found);
    }
    gmix_i_json_close(&json, ']');
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}
