/* Reports: what a fit did. See record.h and gmix/fit.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/structs.h"
#include "record/record.h"

gmix_status gmix_i_report_own(gmix_ctx *ctx, gmix_report *report) {
    gmix_allocator *owner;
    const gmix_status status = gmix_i_calloc(ctx, "the report", 1, sizeof *owner, &owner);
    if (status == GMIX_OK) {
        *owner = ctx->opts.allocator;
        report->owner = owner;
    }
    return status;
}

const char *const gmix_i_candidate_statuses[] = {"ok", "singular", "refused",
                                                 "unfinished", NULL};
const char *const gmix_i_candidate_starts[] = {"nested", "split", "search", "quantiles",
                                               NULL};

gmix_status gmix_i_report_candidates(gmix_ctx *ctx, gmix_report *report, size_t n) {
    const gmix_status status = gmix_i_calloc(
        ctx, "candidates", n, sizeof *report->candidates, &report->candidates);
    for (size_t c = 0; status == GMIX_OK && c < n; c++) {
        gmix_candidate *const one = &report->candidates[c];
        one->log_likelihood = one->bic = one->icl = one->aic = one->aicc = one->cv = NAN;
        report->n_candidates++;
    }
    return status;
}

gmix_status gmix_i_report_reason(gmix_ctx *ctx, gmix_candidate *candidate,
                                 const char *reason) {
    gmix_i_free(ctx, candidate->reason);
    candidate->reason = gmix_i_strdup(&ctx->opts.allocator, reason);
    return candidate->reason ? GMIX_OK
                             : gmix_i_fail_nomem(ctx, "a reason", strlen(reason));
}

gmix_status gmix_i_confusion_new(gmix_ctx *ctx, size_t n, const char *const *names,
                                 gmix_confusion *out) {
    gmix_status status = GMIX_OK;
    gmix_allocator *owner = NULL;
    *out = (gmix_confusion){.n_classes = n};
    GMIX_TRY(gmix_i_calloc(ctx, "the confusion table", 1, sizeof *owner, &owner));
    *owner = ctx->opts.allocator;
    out->owner = owner;
    GMIX_TRY(gmix_i_calloc(ctx, "the confusion table", n * (n + 1), sizeof *out->weights,
                           &out->weights));
    GMIX_TRY(gmix_i_calloc(ctx, "class names", n, sizeof *out->names, &out->names));
    for (size_t c = 0; c < n; c++) {
        out->names[c] = gmix_i_strdup(owner, names[c]);
        if (!out->names[c]) {
            GMIX_TRY(gmix_i_fail_nomem(ctx, "class names", strlen(names[c])));
        }
    }
done:
    if (status != GMIX_OK) {
        gmix_confusion_free(out);
    }
    return status;
}

void gmix_confusion_free(gmix_confusion *confusion) {
    if (!confusion || !confusion->owner) {
        return;
    }
    const gmix_allocator from = *(gmix_allocator *)confusion->owner;
    for (size_t c = 0; confusion->names && c < confusion->n_classes; c++) {
        gmix_i_release(&from, confusion->names[c]);
    }
    gmix_i_release(&from, confusion->names);
    gmix_i_release(&from, confusion->weights);
    gmix_i_release(&from, confusion->owner);
    *confusion = (gmix_confusion){0};
}

void gmix_report_free(gmix_report *report) {
    if (!report || !report->owner) {
        return;
    }
    gmix_confusion_free(&report->training);
    gmix_confusion_free(&report->cross_validated);
    gmix_standard_errors_free(&report->errors);
    const gmix_allocator from = *(gmix_allocator *)report->owner;
    for (size_t i = 0; i < report->n_warnings; i++) {
        gmix_i_release(&from, report->warnings[i]);
    }
    gmix_i_release(&from, report->warnings);
    for (size_t c = 0; c < report->n_candidates; c++) {
        gmix_i_release(&from, report->candidates[c].reason);
    }
    gmix_i_release(&from, report->candidates);
    gmix_i_release(&from, report->trace);
    gmix_i_release(&from, report->trimmed_rows);
    gmix_i_release(&from, report->resolution);
    gmix_i_release(&from, report->command);
    gmix_i_release(&from, report->owner);
    /* as much as the caller has of it, and ready for the next fit */
    static const gmix_report none;
    gmix_i_struct_give(report, GMIX_I_REPORT_FIRST, &none, sizeof none);
}

gmix_status gmix_report_set_command(gmix_ctx *ctx, gmix_report *report,
                                    const char *command) {
    GMIX_I_CTX(ctx);
    if (!report || !report->owner) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "gmix_report_set_command: the report is of no fit");
    }
    const gmix_allocator *const owner = report->owner;
    char *const copy = command ? gmix_i_strdup(owner, command) : NULL;
    if (command && !copy) {
        return gmix_i_fail_nomem(ctx, "the command", strlen(command));
    }
    gmix_i_release(owner, report->command);
    report->command = copy;
    return GMIX_OK;
}

gmix_status gmix_report_add_jacobian(gmix_ctx *ctx, gmix_report *report,
                                     double log_jacobian) {
    GMIX_I_CTX(ctx);
    if (!report || !report->owner || !isfinite(log_jacobian)) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "gmix_report_add_jacobian: the report is of no fit, or the "
                           "Jacobian is not finite");
    }
    report->log_jacobian += log_jacobian;
    report->log_likelihood += log_jacobian;
    report->log_posterior += log_jacobian;
    report->objective += log_jacobian;
    report->bic -= 2.0 * log_jacobian;
    report->icl -= 2.0 * log_jacobian;
    report->aic -= 2.0 * log_jacobian;
    for (size_t i = 0; i < report->n_trace; i++) {
        report->trace[i] += log_jacobian;
    }
    for (size_t i = 0; i < report->n_candidates; i++) {
        gmix_candidate *const c = &report->candidates[i];
        c->log_likelihood += log_jacobian;
        c->cv += log_jacobian;
        c->bic -= 2.0 * log_jacobian;
        c->icl -= 2.0 * log_jacobian;
        c->aic -= 2.0 * log_jacobian;
        c->aicc -= 2.0 * log_jacobian;
    }
    return GMIX_OK;
}

/* Room for one more: arrays double at powers of two, so their capacity need not be kept.
 */
static gmix_status room_for_one(gmix_ctx *ctx, void *array, size_t used, size_t size) {
    const bool is_power = used >= 16 && (used & (used - 1)) == 0;
    size_t capacity = used == 0 ? 0 : used;
    return used == 0 || is_power ? gmix_i_grow(ctx, "the report", array, &capacity,
                                               used ? 2 * used : 16, size)
                                 : GMIX_OK;
}

static gmix_status keep_warning(gmix_ctx *ctx, gmix_report *report, const char *line) {
    gmix_i_log(ctx, GMIX_LOG_WARNING, "%s", line);
    const gmix_status status = room_for_one(ctx, &report->warnings, report->n_warnings,
                                            sizeof *report->warnings);
    if (status != GMIX_OK) {
        return status;
    }
    char *const copy = gmix_i_strdup(&ctx->opts.allocator, line);
    if (!copy) {
        return gmix_i_fail_nomem(ctx, "a warning", strlen(line));
    }
    report->warnings[report->n_warnings++] = copy;
    return GMIX_OK;
}

gmix_status gmix_report_add_warning(gmix_ctx *ctx, gmix_report *report,
                                    const char *text) {
    GMIX_I_CTX(ctx);
    if (!report || !report->owner || !text) {
        return gmix_i_fail(
            ctx, GMIX_ERR_ARGUMENT,
            "gmix_report_add_warning: no text, or the report is of no fit");
    }
    gmix_ctx own = *ctx; /* the report's memory may be another context's */
    const gmix_allocator *const owner = report->owner;
    own.opts.allocator = *owner;
    const gmix_status status = keep_warning(&own, report, text);
    memcpy(ctx->message, own.message, sizeof ctx->message);
    return status;
}

gmix_status gmix_i_report_warn(gmix_ctx *ctx, gmix_report *report, const char *format,
                               ...) {
    char line[GMIX_I_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    return keep_warning(ctx, report, line);
}

gmix_status gmix_i_report_trace(gmix_ctx *ctx, gmix_report *report,
                                double log_likelihood) {
    const gmix_status status =
        room_for_one(ctx, &report->trace, report->n_trace, sizeof *report->trace);
    if (status == GMIX_OK) {
        report->trace[report->n_trace++] = log_likelihood;
    }
    return status;
}

gmix_status gmix_i_report_trimmed(gmix_ctx *ctx, gmix_report *report, size_t row) {
    const gmix_status status =
        room_for_one(ctx, &report->trimmed_rows, report->n_trimmed_listed,
                     sizeof *report->trimmed_rows);
    if (status == GMIX_OK) {
        report->trimmed_rows[report->n_trimmed_listed++] = row;
    }
    return status;
}

gmix_status gmix_i_report_step(gmix_ctx *ctx, gmix_report *report, size_t j,
                               double step) {
    gmix_status status = GMIX_OK;
    if (step > 0.0 && !report->resolution) {
        status = gmix_i_calloc(ctx, "the report", report->n_features,
                               sizeof *report->resolution, &report->resolution);
    }
    if (status == GMIX_OK && step > 0.0) {
        report->resolution[j] = step;
    }
    return status;
}

const char *gmix_stop_name(gmix_stop stop) {
    static const char *const names[] = {"none",       "converged", "max_iter",
                                        "time_limit", "cancelled", "stalled"};
    const size_t at = (size_t)stop;
    return at < sizeof names / sizeof *names ? names[at] : "none";
}
