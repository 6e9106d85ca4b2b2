/* The table of a choice among models as text. */
#ifndef GMIX_REPORT_SELECTION_TEXT_H
#define GMIX_REPORT_SELECTION_TEXT_H

#include <gmix/fit.h>

#include "text/text_buffer.h"

/* The criterion of every model, families down and numbers of components across, the best of
 * them, and why cells are empty. Nothing if there are no candidates. */
gmix_status gmix_i_text_selection(struct gmix_i_text *text, const gmix_report *report);

#endif
