/* What a summary says of a histogram's fit. */
#ifndef GMIX_CLI_BINS_SAID_H
#define GMIX_CLI_BINS_SAID_H

#include "outfile.h"
#include "session.h"

/* With --binned: whether the counts, those of table, could be the mixture's. */
void cli_bins_say(struct cli_out *out, const struct cli_session *session,
                  const struct cli_args *args, const gmix_model *model,
                  const gmix_table *table);

#endif
