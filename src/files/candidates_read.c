/* The candidates of a selection in a report. */
#include <math.h>
#include <stdio.h>

#include "files/report_read.h"
#include "record/record.h"

enum { NAME_SIZE = 80 };

/* One candidate on its way from the JSON tree. */
struct reading {
    gmix_ctx *ctx;
    const char *file;
    const json_t *from;
    size_t index;
    char name[NAME_SIZE]; /* of a member, for messages */
};

static const json_t *member(struct reading *r, const char *name) {
    snprintf(r->name, sizeof r->name, "fit.candidates[%zu].%s", r->index, name);
    return json_object_get(r->from, name);
}

/* A number, NaN where it is absent or null. */
static gmix_status get_real(struct reading *r, const char *name, double *out) {
    const json_t *const value = member(r, name);
    *out = (double)NAN;
    return !value || json_is_null(value)
               ? GMIX_OK
               : gmix_i_json_get_reals(r->ctx, r->file, r->name, value, NULL, 0, out);
}

static gmix_status get_count(struct reading *r, const char *name, size_t *out) {
    const json_t *const value = member(r, name);
    return gmix_i_json_get_count(r->ctx, r->file, r->name, value, out);
}

/* A word; NULL where it is another one, or optional and absent. */
static gmix_status get_word(struct reading *r, const char *name, bool optional,
                            const char *const *words, const char **out) {
    const json_t *const value = member(r, name);
    return !value && optional
               ? GMIX_OK
               : gmix_i_json_get_word(r->ctx, r->file, r->name, value, words, out);
}

static gmix_status get_texts(struct reading *r, gmix_candidate *out) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(get_word(r, "covariance", false, gmix_family_names(), &out->covariance));
    GMIX_TRY(get_word(r, "status", false, gmix_i_candidate_statuses, &out->status));
    GMIX_TRY(get_word(r, "start", true, gmix_i_candidate_starts, &out->start));
    if (!out->start) {
        GMIX_TRY(get_word(r, "start", true, gmix_init_names(), &out->start));
    }
    if (!out->covariance || !out->status) {
        GMIX_FAIL(r->ctx, GMIX_ERR_MODEL,
                  "%s: fit.candidates[%zu] has a covariance or a status that this gmix "
                  "does not know",
                  r->file, r->index);
    }
    const json_t *const reason = member(r, "reason");
    if (reason) {
        GMIX_TRY(gmix_i_json_check_type(r->ctx, r->file, r->name, reason, JSON_STRING));
        GMIX_TRY(gmix_i_report_reason(r->ctx, out, json_string_value(reason)));
    }
    out->sound = out->status == gmix_i_candidate_statuses[0];
done:
    return status;
}

static gmix_status get_candidate(struct reading *r, gmix_candidate *out) {
    gmix_status status = GMIX_OK;
    snprintf(r->name, sizeof r->name, "fit.candidates[%zu]", r->index);
    GMIX_TRY(gmix_i_json_check_type(r->ctx, r->file, r->name, r->from, JSON_OBJECT));
    GMIX_TRY(get_texts(r, out));
    GMIX_TRY(get_count(r, "components", &out->n_components));
    GMIX_TRY(get_count(r, "n_parameters", &out->n_parameters));
    GMIX_TRY(get_real(r, "log_likelihood", &out->log_likelihood));
    GMIX_TRY(get_real(r, "bic", &out->bic));
    GMIX_TRY(get_real(r, "icl", &out->icl));
    GMIX_TRY(get_real(r, "aic", &out->aic));
    GMIX_TRY(get_real(r, "aicc", &out->aicc));
    GMIX_TRY(get_real(r, "cv", &out->cv));
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
        struct reading reading = {
            .ctx = ctx, .file = file, .from = json_array_get(list, c), .index = c};
        GMIX_TRY(get_candidate(&reading, &report->candidates[c]));
    }
done:
    return status;
}
