/* Pages of a model and its data, as `gmix report` and `gmix fit --report` write them. */
#ifndef GMIX_CLI_PAGE_OUT_H
#define GMIX_CLI_PAGE_OUT_H

#include "outfile.h"
#include "session.h"

/* Refuses the name of a picture or a PDF for a page. 0, or 2 after saying what to do. */
int cli_page_check(const struct cli_args *args, const char *path);

/* Makes the page and writes it to an open output, which it closes, or abandons on failure.
 * report: of the fit; all zero: unknown. path: of the data. 0, or an exit status after
 * saying why not. */
int cli_page_put(struct cli_session *session, const struct cli_args *args,
                 const gmix_model *model, const gmix_report *report,
                 const gmix_table *table, const char *path, struct cli_out *out);

#endif
