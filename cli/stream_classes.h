/* Classes of rows that are read piece by piece: of all rows, before the first of them is fitted. */
#ifndef GMIX_CLI_STREAM_CLASSES_H
#define GMIX_CLI_STREAM_CLASSES_H

#include "session.h"

struct cli_stream_classes {
    gmix_data *
        names; /* sorted, as those of a table of all rows; NULL: those of the first piece are all */
    int32_t *labels;   /* of the first piece, as numbers of these */
    gmix_table *table; /* the first piece with them */
    bool is_whole;     /* that is all there is */
};

/* Passes over all files for their classes where a part of their rows, data, is not to be taken for all of
 * them; in any case found->table is what a fit is given. 0, or an exit status after saying what is wrong. */
int cli_stream_classes_find(struct cli_session *session, const struct cli_args *args,
                            gmix_data **data, struct cli_stream_classes *found);
void cli_stream_classes_free(struct cli_stream_classes *found);

#endif
