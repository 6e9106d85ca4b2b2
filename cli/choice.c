/* Choosing among models. See choice.h. */
#include "choice.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "complain.h"
#include "interrupt.h"
#include "wording.h"

/* "1-9", "1..9", "1,2,4": a number, then another one. */
static bool is_range(const char *text) {
    const size_t n = strspn(text, "0123456789");
    const char *const rest = text + n + strspn(text + n, "-.,: ");
    return n > 0 && rest > text + n && isdigit((unsigned char)*rest) &&
           !(rest == text + n + 1 && text[n] == '.');
}

/* "mfa:1-6", "mfa:auto": a law with several numbers of factors. */
static bool has_numbers(const char *family) {
    const char *const colon = strchr(family, ':');
    return colon && (strcmp(colon, ":auto") == 0 || is_range(colon + 1));
}

bool cli_choice_wanted(const struct cli_args *args) {
    const char *const k = args->values[OPT_COMPONENTS];
    const char *const family = args->values[OPT_COVARIANCE];
    return args->values[OPT_CRITERION] ||
           (k && (is_range(k) || strcmp(k, "auto") == 0)) ||
           (family &&
            (strcmp(family, "all") == 0 || strchr(family, ',') || has_numbers(family)));
}

int cli_choice_failed(const gmix_ctx *ctx, gmix_status status, const char *path) {
    const char *const said = gmix_ctx_message(ctx);
    if (cli_was_cut(status)) {
        return cli_complain("%s before there was a model; nothing was written",
                            cli_cut_text(status));
    }
    if (status == GMIX_ERR_OPTION) {
        char text[1024];
        cli_wording(said, text, sizeof text);
        const bool named = strncmp(said, "components ", strlen("components ")) == 0 ||
                           strncmp(said, "criterion ", strlen("criterion ")) == 0;
        return cli_usage_error("fit", "%s%s", named ? "--" : "", text);
    }
    return cli_library_error(ctx, status, path);
}

int cli_choice_options(const struct cli_args *args, const gmix_fit_options *fit,
                       struct cli_choice *choice) {
    gmix_select_options *const opts = &choice->opts;
    gmix_select_options_init(opts);
    snprintf(choice->components, sizeof choice->components, "%zu", fit->n_components);
    const char *const k = args->values[OPT_COMPONENTS];
    const char *const family = args->values[OPT_COVARIANCE];
    opts->components = k ? k : choice->components;
    opts->covariances = family ? family : fit->covariance;
    opts->criterion = args->values[OPT_CRITERION] ? args->values[OPT_CRITERION] : "bic";
    return args->values[OPT_FOLDS]
               ? cli_parse_count(args, OPT_FOLDS, 2, 1000000, &opts->folds)
               : CLI_OK;
}

int cli_choice_run(struct cli_session *session, const struct cli_args *args,
                   const gmix_table *table, gmix_fit_options *fit, gmix_model **model,
                   gmix_report *report) {
    struct cli_choice choice;
    if (cli_choice_options(args, fit, &choice)) {
        return CLI_BAD_USAGE;
    }
    cli_interrupt_asks(true);
    const gmix_status status =
        gmix_select(session->ctx, table, fit, &choice.opts, model, report);
    cli_progress_clear();
    if (status != GMIX_OK) {
        return cli_choice_failed(session->ctx, status, args->operands[0]);
    }
    fit->n_components = gmix_model_n_components(*model);
    fit->covariance = gmix_model_covariance_name(*model);
    return CLI_OK;
}
