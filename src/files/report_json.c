/* The report of a fit as JSON: docs/cli-json.md says what each member means. */
#include <stdio.h>

#include "base/structs.h"
#include "files/record_json.h"
#include "files/sensitivity_json.h"

static void put_confusion(struct gmix_i_json *json, const char *name,
                          const gmix_confusion *c) {
    const size_t dims[2] = {c->n_classes, c->n_classes + 1};
    if (c->n_classes == 0) {
        return;
    }
    gmix_i_json_open(json, name, '{');
    if (c->folds > 0) {
        gmix_i_json_count(json, "folds", c->folds);
    }
    gmix_i_json_real(json, "error_rate", c->error_rate);
    gmix_i_json_real(json, "total_weight", c->total);
    gmix_i_json_texts(json, "classes", (const char *const *)c->names, c->n_classes);
    gmix_i_json_reals(json, "confusion", c->weights, dims, 2);
    gmix_i_json_close(json, '}');
}

static void put_training(struct gmix_i_json *json, const char *name, const void *record) {
    put_confusion(json, name, &((const gmix_report *)record)->training);
}

static void put_validation(struct gmix_i_json *json, const char *name,
                           const void *record) {
    put_confusion(json, name, &((const gmix_report *)record)->cross_validated);
}

static void put_reason(struct gmix_i_json *json, const char *name, const void *record) {
    const gmix_candidate *const c = record;
    if (c->reason) {
        gmix_i_json_text(json, name, c->reason);
    }
}

static void put_candidates(struct gmix_i_json *json, const char *name,
                           const void *record) {
    static const gmix_i_put_part parts[] = {{"reason", put_reason}};
    const gmix_report *const r = record;
    if (r->n_candidates == 0) {
        return;
    }
    gmix_i_json_open(json, name, '[');
    for (size_t c = 0; c < r->n_candidates; c++) {
        gmix_i_json_open(json, NULL, '{');
        gmix_i_json_record(json, gmix_i_candidate_fields, gmix_i_n_candidate_fields,
                           &r->candidates[c], r, parts, 1);
        gmix_i_json_close(json, '}');
    }
    gmix_i_json_close(json, ']');
}

/* Beyond 2^53 a seed is text: readers of JSON take numbers for doubles. */
static void put_seed(struct gmix_i_json *json, const char *name, const void *record) {
    const uint64_t seed = ((const gmix_report *)record)->seed;
    char text[24];
    if (seed <= (uint64_t)1 << 53) {
        gmix_i_json_count(json, name, (size_t)seed);
    } else {
        snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
        gmix_i_json_text(json, name, text);
    }
}

static void put_trimmed(struct gmix_i_json *json, const char *name, const void *record) {
    const gmix_report *const r = record;
    if (!(r->trimmed_weight > 0.0)) {
        return;
    }
    gmix_i_json_open(json, name, '[');
    for (size_t i = 0; i < r->n_trimmed_listed; i++) {
        gmix_i_json_count(json, NULL, r->trimmed_rows[i]);
    }
    gmix_i_json_close(json, ']');
}

static void put_resolution(struct gmix_i_json *json, const char *name,
                           const void *record) {
    const gmix_report *const r = record;
    if (r->resolution) {
        gmix_i_json_reals(json, name, r->resolution, &r->n_features, 1);
    }
}

static void put_command(struct gmix_i_json *json, const char *name, const void *record) {
    const gmix_report *const r = record;
    if (r->command) {
        gmix_i_json_text(json, name, r->command);
    }
}

static void put_stop(struct gmix_i_json *json, const char *name, const void *record) {
    gmix_i_json_text(json, name, gmix_stop_name(((const gmix_report *)record)->stop));
}

static void put_errors(struct gmix_i_json *json, const char *name, const void *record) {
    (void)name;
    gmix_i_json_errors(json, record);
}

static void put_changes(struct gmix_i_json *json, const char *name, const void *record) {
    (void)name;
    gmix_i_json_prior_changes(json, record);
}

static void put_warnings(struct gmix_i_json *json, const char *name, const void *record) {
    const gmix_report *const r = record;
    gmix_i_json_texts(json, name, (const char *const *)r->warnings, r->n_warnings);
}

static void put_trace(struct gmix_i_json *json, const char *name, const void *record) {
    const gmix_report *const r = record;
    gmix_i_json_reals(json, name, r->trace, &r->n_trace, 1);
}

void gmix_i_json_report(struct gmix_i_json *json, const gmix_report *r) {
    static const gmix_i_put_part parts[] = {{"trimmed_rows", put_trimmed},
                                            {"resolution", put_resolution},
                                            {"seed", put_seed},
                                            {"command", put_command},
                                            {"stop", put_stop},
                                            {"classification", put_training},
                                            {"cross_validation", put_validation},
                                            {"candidates", put_candidates},
                                            {"standard_errors", put_errors},
                                            {"prior_sensitivity", put_changes},
                                            {"warnings", put_warnings},
                                            {"trace", put_trace}};
    gmix_i_json_record(json, gmix_i_report_fields, gmix_i_n_report_fields, r, r, parts,
                       sizeof parts / sizeof *parts);
}

gmix_status gmix_report_to_json(gmix_ctx *ctx, const gmix_report *report, char **text) {
    GMIX_I_CTX(ctx);
    GMIX_I_REPORT(ctx, report);
    if (!report || !text) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "report and text must not be NULL");
    }
    struct gmix_i_json json = {.ctx = ctx};
    gmix_i_json_open(&json, NULL, '{');
    gmix_i_json_report(&json, report);
    gmix_i_json_close(&json, '}');
    return gmix_i_json_take(&json, text);
}
