/* The state of an online fit in model files: its parts, member by member; a missing cell of a row that
 * waits is null. See gmix/online.h. */
#include "files/state_json.h"

#include <math.h>
#include <stdio.h>

#include <gmix/online.h>

void gmix_i_json_state(struct gmix_i_json *json, const gmix_model *model) {
    gmix_family_part parts[GMIX_ONLINE_PARTS];
    size_t n;
    const double *const state = gmix_model_state(model, &n);
    if (!state) {
        return;
    }
    gmix_online_parts(gmix_model_covariance_name(model), gmix_model_n_components(model),
                      gmix_model_n_features(model), n, parts);
    gmix_i_json_open(json, "state", '{');
    for (size_t i = 0; i < GMIX_ONLINE_PARTS; i++) {
        const double *const at = state + parts[i].offset;
        if (parts[i].n_dims == 0) {
            gmix_i_json_real(json, parts[i].name, *at);
        } else {
            gmix_i_json_reals(json, parts[i].name, at, parts[i].dims, parts[i].n_dims);
        }
    }
    gmix_i_json_close(json, '}');
}

/* Rows that wait: cells may be null. */
static gmix_status get_waiting(gmix_ctx *ctx, const char *file, const json_t *rows,
                               size_t n_cells, double *out) {
    gmix_status status = GMIX_OK;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *const row = json_array_get(rows, i);
        char name[64];
        snprintf(name, sizeof name, "state.waiting[%zu]", i);
        GMIX_TRY(gmix_i_json_check_type(ctx, file, name, row, JSON_ARRAY));
        if (json_array_size(row) != n_cells) {
            GMIX_FAIL(ctx, GMIX_ERR_MODEL, "%s: %s has %zu elements; it should have %zu",
                      file, name, json_array_size(row), n_cells);
        }
        for (size_t j = 0; j < n_cells; j++) {
            const json_t *const cell = json_array_get(row, j);
            out[i * n_cells + j] = (double)NAN;
            if (!json_is_null(cell)) {
                GMIX_TRY(gmix_i_json_get_reals(ctx, file, name, cell, NULL, 0,
                                               &out[i * n_cells + j]));
            }
        }
    }
done:
    return status;
}

gmix_status gmix_i_json_get_state(gmix_ctx *ctx, const char *file, const json_t *root,
                                  const char *covariance, size_t k, size_t d,
                                  double **state, size_t *n) {
    enum { WAITING = GMIX_ONLINE_PARTS - 1 };
    gmix_status status = GMIX_OK;
    gmix_family_part parts[GMIX_ONLINE_PARTS];
    const json_t *const object = gmix_i_json_member(root, "state");
    *n = 0;
    if (!object) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "state", object, JSON_OBJECT));
    const size_t len = gmix_online_parts(covariance, k, d, 0, parts);
    const json_t *const waiting = json_object_get(object, parts[WAITING].name);
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "state.waiting", waiting, JSON_ARRAY));
    for (size_t pass = 0; pass < 2; pass++) { /* looked through before there is memory */
        for (size_t i = 0; i < WAITING; i++) {
            char name[64];
            snprintf(name, sizeof name, "state.%s", parts[i].name);
            GMIX_TRY(gmix_i_json_get_reals(
                ctx, file, name, json_object_get(object, parts[i].name), parts[i].dims,
                parts[i].n_dims, pass > 0 ? *state + parts[i].offset : NULL));
        }
        if (pass == 0) {
            *n = len + json_array_size(waiting) * (d + 1);
            GMIX_TRY(gmix_i_calloc(ctx, "the model's state", *n, sizeof **state, state));
        }
    }
    GMIX_TRY(get_waiting(ctx, file, waiting, d + 1, *state + len));
done:
    return status;
}
