/* --names and --order. See component_args.h. */
#include "component_args.h"

#include <stdlib.h>

#include "complain.h"
#include "data_args.h"

int cli_arrange_check(const struct cli_args *args, size_t n_components) {
    struct cli_list names = {0};
    if (!args->values[OPT_NAMES]) {
        return CLI_OK;
    }
    int failed = cli_list_parse(args, OPT_NAMES, &names);
    if (!failed && names.n != n_components) {
        failed = cli_usage_error(
            args->command->name, "--names has %zu name%s, and there %s %zu component%s",
            names.n, names.n == 1 ? "" : "s", n_components == 1 ? "is" : "are",
            n_components, n_components == 1 ? "" : "s");
    }
    cli_list_free(&names);
    return failed;
}

/* The order that is wanted, of K numbers; NULL for the one there is. */
static gmix_status find_order(struct cli_session *session, const struct cli_args *args,
                              const gmix_model *model, size_t **order) {
    const char *const by = args->values[OPT_ORDER];
    if (!by) {
        return GMIX_OK;
    }
    *order = calloc(gmix_model_n_components(model), sizeof **order);
    return *order ? gmix_components_order(session->ctx, model, by, *order)
                  : GMIX_ERR_NOMEM;
}

int cli_arrange(struct cli_session *session, const struct cli_args *args,
                gmix_model **model, gmix_report *report) {
    struct cli_list names = {0};
    size_t *order = NULL;
    gmix_model *arranged = NULL;
    if (!args->values[OPT_NAMES] && !args->values[OPT_ORDER]) {
        return CLI_OK;
    }
    int failed = cli_arrange_check(args, gmix_model_n_components(*model));
    if (!failed && args->values[OPT_NAMES]) {
        failed = cli_list_parse(args, OPT_NAMES, &names);
    }
    if (!failed) {
        gmix_status status = find_order(session, args, *model, &order);
        status = status == GMIX_OK ? gmix_model_arrange(session->ctx, *model, order,
                                                        names.names, &arranged)
                                   : status;
        status = status == GMIX_OK && order
                     ? gmix_report_arrange(session->ctx, *model, order, report)
                     : status;
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    if (!failed) {
        gmix_model_free(model);
        *model = arranged;
        arranged = NULL;
    }
    gmix_model_free(&arranged);
    cli_list_free(&names);
    free(order);
    return failed;
}
