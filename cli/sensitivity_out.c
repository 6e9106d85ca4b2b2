/* The table of --sensitivity. See sensitivity_out.h. */
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
    if (args->values[OPT_SENSITIVITY] && args->values[OPT_JSON]) {
        return cli_usage_error("fit",
                               "--sensitivity is a table of the summary, which --json "
                               "leaves out");
    }
    return CLI_OK;
}

int cli_sensitivity_put(struct cli_session *session, const struct cli_args *args,
                        const gmix_fit_options *opts, const gmix_model *model,
                        const gmix_table *table, struct cli_out *out) {
    gmix_prior_change rows[GMIX_N_PRIOR_CHANGES];
    if (!args->values[OPT_SENSITIVITY]) {
        return CLI_OK;
    }
    const gmix_status status =
        gmix_prior_sensitivity(session->ctx, table, opts, model, rows);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, args->operands[0]);
    }
    cli_out_printf(out,
                   "\nwith another prior   log-evidence  components  weights change  "
                   "means change\n");
    for (size_t i = 0; i < GMIX_N_PRIOR_CHANGES; i++) {
        const gmix_prior_change *const r = &rows[i];
        char what[32];
        snprintf(what, sizeof what, "%s %s", r->what, r->factor > 1.0 ? "x 10" : "/ 10");
        cli_out_printf(out, "  %-18s %12.2f  %10zu  %14.4f  %9.2f sd\n", what, r->bound,
                       r->n_occupied, r->weight, r->mean);
    }
    return CLI_OK;
}
