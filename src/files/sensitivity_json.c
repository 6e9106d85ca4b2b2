/* What hangs on the prior in JSON, both ways. */
#include "files/sensitivity_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "record/prior_changes.h"

void gmix_i_json_prior_changes(struct gmix_i_json *json, const gmix_report *report) {
    if (report->n_prior_changes == 0) {
        return;
    }
    gmix_i_json_open(json, "prior_sensitivity", '[');
    for (size_t i = 0; i < report->n_prior_changes; i++) {
        const gmix_prior_change *const c = &report->prior_changes[i];
        gmix_i_json_open(json, NULL, '{');
        gmix_i_json_text(json, "what", c->what);
        gmix_i_json_real(json, "factor", c->factor);
        gmix_i_json_real(json, "value", c->value);
        gmix_i_json_real(json, "log_evidence", c->bound);
        gmix_i_json_count(json, "components", c->n_occupied);
        gmix_i_json_real(json, "weights_change", c->weight);
        gmix_i_json_real(json, "means_change", c->mean);
        gmix_i_json_close(json, '}');
    }
    gmix_i_json_close(json, ']');
}

/* The name as one of those that there are; NULL: none of them. */
static const char *known(const json_t *what) {
    const char *const text = json_string_value(what);
    for (size_t i = 0; text && i < GMIX_I_N_PRIOR_NUMBERS; i++) {
        if (strcmp(text, gmix_i_prior_numbers[i]) == 0) {
            return gmix_i_prior_numbers[i];
        }
    }
    return NULL;
}

static gmix_status read_one(gmix_ctx *ctx, const char *file, const char *name,
                            const json_t *from, gmix_prior_change *out) {
    gmix_status status = GMIX_OK;
    double components = 0.0;
    const struct {
        const char *member;
        double *to;
    } reals[] = {{"factor", &out->factor},         {"value", &out->value},
                 {"log_evidence", &out->bound},    {"components", &components},
                 {"weights_change", &out->weight}, {"means_change", &out->mean}};
    GMIX_TRY(gmix_i_json_check_type(ctx, file, name, from, JSON_OBJECT));
    out->what = known(json_object_get(from, "what"));
    if (!out->what) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "%s: %s.what is no number of a prior", file, name);
    }
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        const json_t *const value = gmix_i_json_member(from, reals[i].member);
        *reals[i].to = (double)NAN;
        if (value) {
            GMIX_TRY(gmix_i_json_get_reals(ctx, file, name, value, NULL, 0, reals[i].to));
        }
    }
    out->n_occupied = components >= 0.0 && components < 1e9 ? (size_t)components : 0;
done:
    return status;
}

gmix_status gmix_i_prior_changes_from_json(gmix_ctx *ctx, const char *file,
                                           const json_t *fit, gmix_report *report) {
    gmix_status status = GMIX_OK;
    const json_t *const list = gmix_i_json_member(fit, "prior_sensitivity");
    gmix_prior_change found[GMIX_N_PRIOR_CHANGES] = {{0}};
    if (!list) {
        return GMIX_OK;
    }
    GMIX_TRY(
        gmix_i_json_check_type(ctx, file, "fit.prior_sensitivity", list, JSON_ARRAY));
    const size_t n = json_array_size(list);
    if (n > GMIX_N_PRIOR_CHANGES) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "%s: fit.prior_sensitivity has %zu changes, not %d",
                  file, n, (int)GMIX_N_PRIOR_CHANGES);
    }
    for (size_t i = 0; i < n; i++) {
        char name[64];
        snprintf(name, sizeof name, "fit.prior_sensitivity[%zu]", i);
        GMIX_TRY(read_one(ctx, file, name, json_array_get(list, i), &found[i]));
    }
    memcpy(report->prior_changes, found, sizeof found);
    report->n_prior_changes = n;
done:
    return status;
}
