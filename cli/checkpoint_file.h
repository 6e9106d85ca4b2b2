/*
 * --checkpoint FILE: the journal of the command's work, read if the file is there, written at most every so many
 * seconds while work goes on, and removed with its end. Every version of the file is whole: it replaces the one before.
 */
#ifndef GMIX_CLI_CHECKPOINT_FILE_H
#define GMIX_CLI_CHECKPOINT_FILE_H

#include "session.h"

/* Nothing without --checkpoint. 0, or an exit status after saying what is wrong. */
int cli_checkpoint_open(struct cli_session *session, const struct cli_args *args);

/* True if the time has come to write it. */
bool cli_checkpoint_due(const struct cli_session *session);

/* Writes it, if there is anything new. Where that fails, it is said, the file that was there stays, and work goes
 * on: the next one may succeed. */
void cli_checkpoint_write(struct cli_session *session);

/* The work is over. complete: all of it was done and its results are written: the file goes. Else it is
 * written once more, and what to do is said. */
void cli_checkpoint_close(struct cli_session *session, bool complete);

#endif
