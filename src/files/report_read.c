/* Reading a report: its members by their table, then the parts. */
#include "files/report_read.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/record_json.h"
#include "files/sensitivity_json.h"
#include "record/record.h"

enum { NAME_SIZE = 64 };

gmix_status gmix_i_json_get_word(gmix_ctx *ctx, const char *file, const char *label,
                                 const json_t *value, const char *const *words,
                                 const char **out) {
    const gmix_status status =
        gmix_i_json_check_type(ctx, file, label, value, JSON_STRING);
    for (size_t i = 0; status == GMIX_OK && words[i]; i++) {
        if (strcmp(words[i], json_string_value(value)) == 0) {
            *out = words[i];
        }
    }
    return status;
}

/* A member that is a word, or absent: reports hold no text of their own. */
static gmix_status read_word(gmix_ctx *ctx, const char *file, const json_t *fit,
                             const char *member, const char *const *words,
                             const char **out) {
    const json_t *const value = gmix_i_json_member(fit, member);
    if (!value) {
        return GMIX_OK;
    }
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "fit.%s", member);
    return gmix_i_json_get_word(ctx, file, name, value, words, out);
}

static gmix_status read_stop(gmix_ctx *ctx, const char *file, const json_t *fit,
                             gmix_report *r) {
    const char *words[GMIX_STOP_STALLED + 2] = {NULL};
    const char *found = NULL;
    for (int stop = GMIX_STOP_NONE; stop <= GMIX_STOP_STALLED; stop++) {
        words[stop] = gmix_stop_name((gmix_stop)stop);
    }
    const gmix_status status = read_word(ctx, file, fit, "stop", words, &found);
    for (int stop = GMIX_STOP_NONE; found && stop <= GMIX_STOP_STALLED; stop++) {
        if (words[stop] == found) {
            r->stop = (gmix_stop)stop;
        }
    }
    r->converged = r->stop == GMIX_STOP_CONVERGED;
    return status;
}

/* A number, or its digits as text where a double would round it. */
static gmix_status read_seed(gmix_ctx *ctx, const char *file, const json_t *fit,
                             gmix_report *r) {
    const json_t *const value = gmix_i_json_member(fit, "seed");
    size_t seed = 0;
    if (!value) {
        return GMIX_OK;
    }
    if (!json_is_string(value)) {
        const gmix_status status =
            gmix_i_json_get_count(ctx, file, "fit.seed", value, &seed);
        r->seed = seed;
        return status;
    }
    const char *const text = json_string_value(value);
    const size_t length = strlen(text);
    errno = 0;
    r->seed = strtoull(text, NULL, 10);
    return length == 0 || text[strspn(text, "0123456789")] != '\0' || errno != 0
               ? gmix_i_fail(ctx, GMIX_ERR_MODEL,
                             "%s: fit.seed is no whole number below 2^64", file)
               : GMIX_OK;
}

static gmix_status read_command(gmix_ctx *ctx, const char *file, const json_t *fit,
                                gmix_report *r) {
    const json_t *const value = gmix_i_json_member(fit, "command");
    if (!value) {
        return GMIX_OK;
    }
    const gmix_status status =
        gmix_i_json_check_type(ctx, file, "fit.command", value, JSON_STRING);
    return status == GMIX_OK ? gmix_report_set_command(ctx, r, json_string_value(value))
                             : status;
}

/* The warnings of then are no news now: they are kept without being logged. */
static gmix_status read_warnings(gmix_ctx *ctx, const char *file, const json_t *fit,
                                 gmix_report *r) {
    gmix_status status = GMIX_OK;
    const json_t *const list = gmix_i_json_member(fit, "warnings");
    if (!list) {
        return GMIX_OK;
    }
    const gmix_ctx_options loud = ctx->opts;
    ctx->opts.log = NULL;
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "fit.warnings", list, JSON_ARRAY));
    for (size_t i = 0; i < json_array_size(list); i++) {
        char name[NAME_SIZE];
        const json_t *const text = json_array_get(list, i);
        snprintf(name, sizeof name, "fit.warnings[%zu]", i);
        GMIX_TRY(gmix_i_json_check_type(ctx, file, name, text, JSON_STRING));
        GMIX_TRY(gmix_i_report_warn(ctx, r, "%s", json_string_value(text)));
    }
done:
    ctx->opts.log = loud.log;
    return status;
}

static gmix_status read_trimmed(gmix_ctx *ctx, const char *file, const json_t *fit,
                                gmix_report *r) {
    gmix_status status = GMIX_OK;
    const json_t *const list = gmix_i_json_member(fit, "trimmed_rows");
    if (!list) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "fit.trimmed_rows", list, JSON_ARRAY));
    for (size_t i = 0; i < json_array_size(list); i++) {
        char name[NAME_SIZE];
        size_t row = 0;
        snprintf(name, sizeof name, "fit.trimmed_rows[%zu]", i);
        GMIX_TRY(gmix_i_json_get_count(ctx, file, name, json_array_get(list, i), &row));
        GMIX_TRY(gmix_i_report_trimmed(ctx, r, row));
    }
done:
    return status;
}

static gmix_status read_resolution(gmix_ctx *ctx, const char *file, const json_t *fit,
                                   gmix_report *r) {
    gmix_status status = GMIX_OK;
    const json_t *const list = gmix_i_json_member(fit, "resolution");
    if (!list) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_json_get_reals(ctx, file, "fit.resolution", list, &r->n_features, 1,
                                   NULL));
    for (size_t j = 0; j < r->n_features; j++) {
        const double step = json_number_value(json_array_get(list, j));
        GMIX_TRY(gmix_i_report_step(ctx, r, j, step));
    }
done:
    return status;
}

static gmix_status read_trace(gmix_ctx *ctx, const char *file, const json_t *fit,
                              gmix_report *r) {
    gmix_status status = GMIX_OK;
    const json_t *const list = gmix_i_json_member(fit, "trace");
    if (!list) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "fit.trace", list, JSON_ARRAY));
    for (size_t i = 0; i < json_array_size(list); i++) {
        char name[NAME_SIZE];
        double x = (double)NAN;
        const json_t *const value = json_array_get(list, i);
        snprintf(name, sizeof name, "fit.trace[%zu]", i);
        if (!json_is_null(value)) {
            GMIX_TRY(gmix_i_json_get_reals(ctx, file, name, value, NULL, 0, &x));
        }
        GMIX_TRY(gmix_i_report_trace(ctx, r, x));
    }
done:
    return status;
}

gmix_status gmix_i_report_from_json(gmix_ctx *ctx, const char *file, const json_t *fit,
                                    gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_i_reading reading = {
        .ctx = ctx, .file = file, .from = fit, .label = "fit"};
    GMIX_TRY(gmix_i_json_check_type(ctx, file, "fit", fit, JSON_OBJECT));
    GMIX_TRY(gmix_i_report_own(ctx, report));
    /* Reports of versions before 0.2 do not say: unknown is not zero. */
    report->objective = (double)NAN;
    report->chance_of_better = (double)NAN;
    GMIX_TRY(gmix_i_read_record(&reading, gmix_i_report_fields, gmix_i_n_report_fields,
                                report));
    if (!json_object_get(fit, "log_posterior")) {
        report->log_posterior = report->log_likelihood; /* there was no prior */
    }
    GMIX_TRY(read_seed(ctx, file, fit, report));
    GMIX_TRY(read_command(ctx, file, fit, report));
    GMIX_TRY(read_stop(ctx, file, fit, report));
    GMIX_TRY(read_trimmed(ctx, file, fit, report));
    GMIX_TRY(read_resolution(ctx, file, fit, report));
    GMIX_TRY(
        gmix_i_confusion_from_json(ctx, file, fit, "classification", &report->training));
    GMIX_TRY(gmix_i_confusion_from_json(ctx, file, fit, "cross_validation",
                                        &report->cross_validated));
    GMIX_TRY(gmix_i_errors_from_json(ctx, file, fit, report));
    GMIX_TRY(gmix_i_prior_changes_from_json(ctx, file, fit, report));
    GMIX_TRY(read_warnings(ctx, file, fit, report));
    GMIX_TRY(gmix_i_candidates_from_json(ctx, file, fit, report));
    GMIX_TRY(read_trace(ctx, file, fit, report));
done:
    return status;
}
