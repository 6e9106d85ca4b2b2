/* Confusion tables for people. */
#ifndef GMIX_REPORT_CONFUSION_TEXT_H
#define GMIX_REPORT_CONFUSION_TEXT_H

#include <gmix/fit.h>

#include "text/text_buffer.h"

/* The error rates, a line each; nothing for tables without classes. */
void gmix_i_text_errors(struct gmix_i_text *text, const gmix_report *report);

/* The table of a cross-validation, or else of the fit itself: true classes down the side,
 * those found along the top. Only sizes that fit a page. */
void gmix_i_text_confusion(struct gmix_i_text *text, const gmix_report *report);

#endif
