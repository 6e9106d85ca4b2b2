/* Fits that are driven by the engine: as a stream's, and with a state that is kept in a file. */
#ifndef GMIX_CLI_ENGINE_FIT_H
#define GMIX_CLI_ENGINE_FIT_H

#include "session.h"

/* True if --stream or --checkpoint asks for it. */
bool cli_engine_wanted(const struct cli_args *args);

/* True if no more than passes needs the rows: then one piece of a file at a time is read. */
bool cli_engine_pieces_will_do(const struct cli_args *args);

/* As gmix_fit(); 0, or an exit status after saying what is wrong. */
int cli_engine_fit(struct cli_session *session, const struct cli_args *args,
                   const gmix_table *x, const gmix_fit_options *opts, gmix_model **model,
                   gmix_report *report);

#endif
