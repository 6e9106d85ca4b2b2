/* Options that contradict each other, or are nothing without another one. */
#ifndef CLI_TOGETHER_H
#define CLI_TOGETHER_H

#include "options.h"

/* What is at fault is complained of. CLI_OK, also after a note on an option without effect. */
int cli_together_check(const struct cli_args *args);

#endif
