/* Pictures as the options say. */
#ifndef GMIX_CLI_PICTURE_H
#define GMIX_CLI_PICTURE_H

#include "outfile.h"
#include "session.h"

/* Can a picture be written to a file of that name, and are the options right? Before the
 * work. 0, or an exit status after saying why not. */
int cli_picture_check(const struct cli_args *args, const char *path);

/* report and table may be NULL. */
int cli_picture_write(struct cli_session *session, const struct cli_args *args,
                      const gmix_model *model, const gmix_report *report,
                      const gmix_table *table, const char *path);

/* The small picture at the end of a fit, on a terminal; nothing elsewhere, and where it cannot
 * be drawn. out is standard output. */
void cli_picture_terminal(struct cli_session *session, const gmix_model *model,
                          const gmix_table *table, struct cli_out *out);

#endif
