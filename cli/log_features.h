/* Features that are logarithms of columns, which their names say: "log(NAME)". */
#ifndef GMIX_CLI_LOG_FEATURES_H
#define GMIX_CLI_LOG_FEATURES_H

#include "outfile.h"
#include "session.h"

struct cli_list;

/* The options' log_columns where a model's features are read from these columns of the file, in its order, or from the
 * first ones (NULL): its logarithms. Columns called log(NAME) are asked for as such already. The list
 * keeps them. 0, or an exit status. */
int cli_take_logs(const gmix_model *model, const char *const *columns,
                  gmix_read_options *opts, struct cli_list *logs);

/* Are the columns called by their numbers, and logarithms of these, as where a file has no names? */
bool cli_is_numbered(const gmix_table *table);

/* The logarithm of a row's Jacobian, what its density in the columns' own units has beside that of
 * logarithms: minus the sum of these, as far as they are there. */
double cli_row_jacobian(const gmix_model *model, const gmix_table *table, size_t i);

/* Takes the rows' Jacobian into a report: its likelihoods are those of columns as they are, then. */
int cli_add_jacobian(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model, const gmix_table *table,
                     gmix_report *report);

/* The names of columns behind the model's features, as cells of a line that is not ended. */
void cli_put_columns(struct cli_out *out, const gmix_model *model);

/* Rows of the model's features, n x D, as its columns have them. */
void cli_undo_logs(const gmix_model *model, size_t n, double *x);

#endif
