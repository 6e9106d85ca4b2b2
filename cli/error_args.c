/* Standard errors for gmix fit. See error_args.h. */
#include "error_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "wording.h"

int cli_level(const struct cli_args *args, double *level) {
    const char *const text = args->values[OPT_LEVEL];
    char *end;
    if (text) {
        *level = strtod(text, &end);
        if (end == text || *end || !(*level > 0 && *level < 1)) {
            return cli_usage_error(args->command->name,
                                   "--level '%.40s' is not between 0 and 1", text);
        }
    }
    return CLI_OK;
}

static int read_how(const struct cli_args *args, gmix_standard_error_options *how) {
    const char *const method = args->values[OPT_SE];
    gmix_standard_error_options_init(how);
    if (!method) {
        return args->values[OPT_REPLICATES] || args->values[OPT_LEVEL]
                   ? cli_usage_error(args->command->name,
                                     "--replicates and --level are for standard errors: "
                                     "--se bootstrap")
                   : CLI_OK;
    }
    size_t n = 0;
    for (const char *const *known = gmix_standard_error_methods(); *known; known++) {
        how->method = strcmp(*known, method) == 0 ? method : how->method;
        n += strcmp(*known, method) == 0;
    }
    if (n == 0) {
        return cli_usage_error(args->command->name,
                               "--se '%.40s' is not one of bootstrap, "
                               "weighted-likelihood, information",
                               method);
    }
    if (args->values[OPT_REPLICATES] &&
        cli_parse_count(args, OPT_REPLICATES, 2, 10000000, &how->n_replicates)) {
        return CLI_BAD_USAGE;
    }
    return cli_level(args, &how->level);
}

int cli_errors_check(const struct cli_args *args) {
    gmix_standard_error_options how;
    return read_how(args, &how);
}

/* The fit is there and worth having: why it has no standard errors is one of its warnings. */
static int say_there_are_none(struct cli_session *session, gmix_report *report) {
    char text[2048], why[1024];
    cli_wording(gmix_ctx_message(session->ctx), why, sizeof why);
    snprintf(text, sizeof text, "there are no standard errors: %s", why);
    cli_complain("warning: %s", text);
    const gmix_status status = gmix_report_add_warning(session->ctx, report, text);
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

int cli_errors_add(struct cli_session *session, const struct cli_args *args,
                   const gmix_table *table, const gmix_fit_options *opts,
                   const gmix_model *model, gmix_report *report) {
    gmix_standard_error_options how;
    if (!args->values[OPT_SE] || read_how(args, &how)) {
        return CLI_OK;
    }
    const gmix_status status = gmix_standard_errors_estimate(
        session->ctx, table, opts, model, &how, &report->errors);
    cli_progress_clear();
    return status == GMIX_OK || status == GMIX_ERR_CANCELLED
               ? CLI_OK
               : say_there_are_none(session, report);
}
