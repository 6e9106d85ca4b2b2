/* The candidates of a selection in a report. */
#include <stdio.h>

#include "files/record_json.h"
#include "files/report_read.h"
#include "record/record.h"

static gmix_status read_reason(const gmix_i_reading *r, gmix_candidate *out) {
    gmix_status status = GMIX_OK;
    char label[GMIX_I_LABEL];
    const json_t *const reason = json_object_get(r->from, "reason");
    if (reason) {
        GMIX_TRY(gmix_i_json_check_type(r->ctx, r->file,
                                        gmix_i_reading_label(r, "reason", label), reason,
                                        JSON_STRING));
        GMIX_TRY(gmix_i_report_reason(r->ctx, out, json_string_value(reason)));
    }
done:
    return status;
}

static gmix_status read_candidate(const gmix_i_reading *r, gmix_candidate *out) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(gmix_i_json_check_type(r->ctx, r->file, r->label, r->from, JSON_OBJECT));
    GMIX_TRY(
        gmix_i_read_record(r, gmix_i_candidate_fields, gmix_i_n_candidate_fields, out));
    if (!out->covariance || !out->status) {
        GMIX_FAIL(r->ctx, GMIX_ERR_MODEL,
                  "%s: %s has a covariance or a status that this gmix does not know",
                  r->file, r->label);
    }
    GMIX_TRY(read_reason(r, out));
    out->sound = out->status == gmix_i_candidate_statuses[0];
done:
    return status;
}

gmix_status gmix_i_candidates_from_json(gmix_ctx *ctx, const char *file,
                                        const json_t *fit, gmix_report *report) {
    gmix_status status = GMIX_OK;
    const json_t *const list = gmix_i_json_member(fit, "candidates");
    if (!list) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "fit.candidates", list, JSON_ARRAY));
    GMIX_TRY(gmix_i_report_candidates(ctx, report, json_array_size(list)));
    for (size_t c = 0; c < report->n_candidates; c++) {
        gmix_i_reading reading = {
            .ctx = ctx, .file = file, .from = json_array_get(list, c), .strict = true};
        snprintf(reading.label, sizeof reading.label, "fit.candidates[%zu]", c);
        GMIX_TRY(read_candidate(&reading, &report->candidates[c]));
    }
done:
    return status;
}
