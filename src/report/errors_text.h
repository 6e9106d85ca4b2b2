/* Standard errors for people. */
#ifndef GMIX_REPORT_ERRORS_TEXT_H
#define GMIX_REPORT_ERRORS_TEXT_H

#include <gmix/fit.h>

#include "text/text_buffer.h"

/* A line for every parameter, covariances between features where there is room for them;
 * nothing without standard errors. */
void gmix_i_text_standard_errors(struct gmix_i_text *text, const gmix_model *model,
                                 const gmix_report *report);

#endif
