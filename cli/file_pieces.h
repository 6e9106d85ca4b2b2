/* Files that are read piece by piece, for commands that pass over rows and need them once at a time. */
#ifndef GMIX_CLI_FILE_PIECES_H
#define GMIX_CLI_FILE_PIECES_H

#include "session.h"

/* The file; with session->by_pieces its first piece. */
gmix_status cli_file_read(struct cli_session *session, const char *path,
                          const gmix_read_options *opts, gmix_data **data);

/* The next piece of the file that was read last, in the place of the one before; NULL where there are no
 * more. Notes are of the first. 0, or an exit status after saying what is wrong. */
int cli_piece_next(struct cli_session *session, gmix_data **data);

#endif
