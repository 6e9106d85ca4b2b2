/* Options of fits. See fit_args.h. */
#include "fit_args.h"

#include <string.h>

#include "complain.h"

/* Starting from a model: K and the family are its own unless they are given; a split has one
 * component more, a merge one less. */
static int read_start(struct cli_session *session, const struct cli_args *args,
                      gmix_fit_options *opts, gmix_model **start) {
    const char *const name = args->command->name;
    const char *const path = args->values[OPT_INIT_MODEL];
    const char *const init = args->values[OPT_INIT];
    const bool split = init && strcmp(init, "split") == 0;
    const bool merge = init && strcmp(init, "merge") == 0;
    const bool needs = split || merge || (init && strcmp(init, "model") == 0);
    if (!path && needs) {
        return cli_usage_error(name, "--init %s needs the model: --init-model FILE",
                               init);
    }
    if (!path) {
        return CLI_OK;
    }
    if (init && !needs && strcmp(init, "auto") != 0) {
        return cli_usage_error(name, "--init %s and --init-model contradict each other",
                               init);
    }
    const int failed = cli_model_read(session, path, start, NULL);
    if (!failed) {
        const size_t k = gmix_model_n_components(*start);
        opts->init = init ? init : "model";
        opts->init_model = *start;
        opts->n_components = split ? k + 1 : merge && k > 1 ? k - 1 : k;
        opts->covariance = gmix_model_covariance_name(*start);
    }
    return failed;
}

/* --noise-volume also takes the name of what has the volume: *named tells if it does. */
static int noise_region(struct cli_session *session, const struct cli_args *args,
                        gmix_fit_options *opts, bool *named) {
    const char *const text = args->values[OPT_NOISE_VOLUME];
    *named = text && !strpbrk(text, "123456789"); /* 0 is no volume */
    if (*named &&
        gmix_fit_option_set(session->ctx, opts, "noise_region", text) != GMIX_OK) {
        return cli_usage_error(args->command->name,
                               "--noise-volume takes box, hull or a volume, not '%.40s'",
                               text);
    }
    return CLI_OK;
}

int cli_fit_options(struct cli_session *session, const struct cli_args *args,
                    bool chooses, gmix_fit_options *opts, gmix_model **start) {
    bool region;
    gmix_fit_options_init(opts);
    opts->hull = gmix_hull_points;
    const int failed = read_start(session, args, opts, start);
    if (failed) {
        return failed;
    }
    if (noise_region(session, args, opts, &region)) {
        return CLI_BAD_USAGE;
    }
    for (enum cli_id id = OPT_GROUP + 1; id < OPT_COUNT; id++) {
        const bool elsewhere =
            (chooses && (id == OPT_COMPONENTS || id == OPT_COVARIANCE)) ||
            (region && id == OPT_NOISE_VOLUME);
        if (!elsewhere && cli_option_set(args, id, session->ctx, opts)) {
            return CLI_BAD_USAGE;
        }
    }
    if (args->values[OPT_NO_ACCELERATE]) {
        opts->accelerate = 0;
    }
    session->progress.tol = opts->tol;
    return CLI_OK;
}

int cli_fit_components(const struct cli_args *args, const gmix_table *table,
                       const char *path, gmix_fit_options *opts) {
    if (args->values[OPT_COMPONENTS] || opts->init_model) {
        return CLI_OK;
    }
    if (table->n_classes == 0) {
        return cli_complain("%s: no row has a label in the column '%s'; say how many "
                            "components with -k",
                            path, args->values[OPT_LABEL_COLUMN]);
    }
    opts->n_components = table->n_classes * opts->per_class;
    return CLI_OK;
}
