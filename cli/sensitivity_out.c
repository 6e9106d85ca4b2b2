/* What hangs on the prior. See sensitivity_out.h. */
#include "sensitivity_out.h"

#include <stdio.h>
#include <string.h>

#include "complain.h"

int cli_sensitivity_check(const struct cli_args *args) {
    const char *const bayes = args->values[OPT_BAYES];
    if (args->values[OPT_SENSITIVITY] && (!bayes || strcmp(bayes, "none") == 0)) {
        return cli_usage_error("fit",
                               "--sensitivity is of posteriors: say --bayes dirichlet "
                               "or process, too");
    }
    return CLI_OK;
}

int cli_sensitivity_add(struct cli_session *session, const struct cli_args *args,
                        const gmix_table *table, const gmix_fit_options *opts,
                        const gmix_model *model, gmix_report *report) {
    if (!args->values[OPT_SENSITIVITY]) {
        return CLI_OK;
    }
    gmix_status status =
        gmix_prior_sensitivity(session->ctx, table, opts, model, report->prior_changes);
    cli_progress_clear();
    if (status == GMIX_OK) {
        report->n_prior_changes = GMIX_N_PRIOR_CHANGES;
    }
    if (cli_was_cut(status)) { /* the fit is there, and worth having */
        char why[128];
        snprintf(why, sizeof why, "%s before other priors were tried",
                 cli_cut_text(status));
        status = gmix_report_add_warning(session->ctx, report, why);
    }
    return status == GMIX_OK ? CLI_OK
                             : cli_library_error(session->ctx, status, args->operands[0]);
}
