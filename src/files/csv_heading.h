/* What stands above the rows of a text table: comments, and lines of names that look like rows. */
#ifndef GMIX_FILES_CSV_HEADING_H
#define GMIX_FILES_CSV_HEADING_H

#include "files/csv.h"

/* Goes past lines that begin with #; later ones are none of the table's either, then. Gives the last of
 * them, or NULL. */
const char *gmix_i_csv_skip_comments(struct gmix_i_csv *csv);

/* Whether such a line is names for the records below it, `first` the first of these: then the text begins
 * with the names. */
bool gmix_i_csv_take_comment(struct gmix_i_csv *csv, const char *comment,
                             const char *first);

/* Whether the numbers of the record at p are years in equal steps, three of them at least; and those of the next
 * are not. Text may stand before them. */
bool gmix_i_csv_is_years(const struct gmix_i_csv *csv, const char *p);

/* Whether all cells of the record at p are in quotes, and numbers of the next are not. */
bool gmix_i_csv_is_quoted(const struct gmix_i_csv *csv, const char *p);

#endif
