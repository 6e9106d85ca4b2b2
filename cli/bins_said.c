/* The test of a histogram's fit, a line. See bins_said.h. */
#include "bins_said.h"

void cli_bins_say(struct cli_out *out, const struct cli_session *session,
                  const struct cli_args *args, const gmix_model *model,
                  const gmix_table *table) {
    gmix_bins_test test;
    if (args->values[OPT_BINNED] &&
        gmix_bins_test_find(session->ctx, model, table, &test) != GMIX_OK) {
        cli_out_printf(out, "\ngoodness of fit  none: %s\n",
                       gmix_ctx_message(session->ctx));
    } else if (args->values[OPT_BINNED] && test.df > 0) {
        cli_out_printf(
            out,
            "\ngoodness of fit  G2 %.4g (p %.3g), X2 %.4g (p %.3g): %zu bins, %zu "
            "degrees of freedom\n",
            test.g2, test.p_g2, test.x2, test.p_x2, test.n_bins, test.df);
    }
}
