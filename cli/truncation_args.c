/* --truncated LOW,HIGH. See truncation_args.h. */
#include "truncation_args.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"

int cli_truncation_parse(const struct cli_args *args, double bounds[2],
                         gmix_read_options *opts) {
    const char *const text = args->values[OPT_TRUNCATED];
    if (!text) {
        return CLI_OK;
    }
    const char *const comma = strchr(text, ',');
    char *end;
    bounds[0] = -INFINITY;
    bounds[1] = INFINITY;
    bool good = comma != NULL;
    if (good && comma > text) {
        bounds[0] = strtod(text, &end);
        good = end == comma;
    }
    if (good && comma[1]) {
        bounds[1] = strtod(comma + 1, &end);
        good = *end == '\0';
    }
    if (!good || !(bounds[0] < bounds[1])) {
        return cli_usage_error(args->command->name,
                               "--truncated: '%.80s' is not two bounds, the lower one "
                               "first, as in 0.5,20 or 0.5, (no upper bound)",
                               text);
    }
    opts->truncation = bounds;
    return CLI_OK;
}
