/* What hangs on the prior in JSON, both ways. */
#include "files/sensitivity_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "files/record_json.h"

void gmix_i_json_prior_changes(struct gmix_i_json *json, const gmix_report *report) {
    if (report->n_prior_changes == 0) {
        return;
    }
    gmix_i_json_open(json, "prior_sensitivity", '[');
    for (size_t i = 0; i < report->n_prior_changes; i++) {
        const gmix_prior_change *const c = &report->prior_changes[i];
        gmix_i_json_open(json, NULL, '{');
        gmix_i_json_record(json, gmix_i_prior_change_fields, gmix_i_n_prior_change_fields,
                           c, report, NULL, 0);
        gmix_i_json_close(json, '}');
    }
    gmix_i_json_close(json, ']');
}

static gmix_status read_one(const gmix_i_reading *r, gmix_prior_change *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_prior_change){.factor = (double)NAN,
                               .value = (double)NAN,
                               .bound = (double)NAN,
                               .weight = (double)NAN,
                               .mean = (double)NAN};
    GMIX_TRY(gmix_i_json_check_type(r->ctx, r->file, r->label, r->from, JSON_OBJECT));
    GMIX_TRY(gmix_i_read_record(r, gmix_i_prior_change_fields,
                                gmix_i_n_prior_change_fields, out));
    if (!out->what) {
        GMIX_FAIL(r->ctx, GMIX_ERR_DATA, "%s: %s.what is no number of a prior", r->file,
                  r->label);
    }
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
        gmix_i_reading r = {.ctx = ctx, .file = file, .from = json_array_get(list, i)};
        snprintf(r.label, sizeof r.label, "fit.prior_sensitivity[%zu]", i);
        GMIX_TRY(read_one(&r, &found[i]));
    }
    memcpy(report->prior_changes, found, sizeof found);
    report->n_prior_changes = n;
done:
    return status;
}
