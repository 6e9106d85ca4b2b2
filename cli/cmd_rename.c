/* gmix rename: names for components, and another order. */
#include <string.h>

#include "command.h"
#include "complain.h"
#include "component_args.h"

/* Of a posterior its point, in the same place. */
static int take_points(struct cli_session *session, gmix_model **model) {
    gmix_model *points = NULL;
    const gmix_status status = gmix_model_points(session->ctx, *model, &points);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, NULL);
    }
    gmix_model_free(model);
    *model = points;
    return CLI_OK;
}

static int rename_components(struct cli_session *session, const struct cli_args *args,
                             gmix_model **model, gmix_report *report) {
    int failed = args->values[OPT_POINTS] ? take_points(session, model) : CLI_OK;
    failed = failed || !(args->values[OPT_NAMES] || args->values[OPT_ORDER])
                 ? failed
                 : cli_arrange(session, args, model, report);
    if (!failed) {
        const char *const path = args->values[OPT_OUTPUT];
        const gmix_report *const known = report->n_samples > 0 ? report : NULL;
        const gmix_status status =
            gmix_model_write(session->ctx, *model, known, path ? path : "-");
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    return failed;
}

static int run(const struct cli_args *args) {
    struct cli_session session;
    gmix_model *model = NULL;
    gmix_report report = {.struct_size = sizeof report};
    if (!args->values[OPT_NAMES] && !args->values[OPT_ORDER] &&
        !args->values[OPT_POINTS]) {
        return cli_usage_error("rename", "say which names (--names a,b,c), which order "
                                         "(--order size), or --points");
    }
    int failed = cli_session_open(&session, args);
    failed =
        failed ? failed : cli_model_read(&session, args->operands[0], &model, &report);
    failed = failed ? failed : rename_components(&session, args, &model, &report);
    gmix_report_free(&report);
    gmix_model_free(&model);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Writes MODEL with names for its components, or with its components in another "
    "order, or both; --names are then in the new order. Nothing else of it changes, and "
    "what "
    "its fit said of single components moves along. Tables, pages, pictures, 'predict' "
    "and Python say the names. -o may name MODEL itself.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_NAMES, "names of the components, one for each, all different"},
    {OPT_ORDER, NULL},
    {OPT_POINTS, NULL},
    {OPT_OUTPUT, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix rename model.json --order waiting --names short,long -o model.json",
     "components by their mean waiting time, with names"},
    {"gmix rename model.json --order size -o model.json", "the largest one first"},
    {NULL, NULL},
};

const struct cli_command cmd_rename = {
    .name = "rename",
    .synopsis = "MODEL [--names A,B,...] [--order ORDER] [--points] [-o FILE]",
    .operands = "MODEL",
    .summary = "give components names, or another order",
    .text = text,
    .uses = uses,
    .examples = examples,
    .in_place = true, /* it is read before it is written */
    .run = run,
};
