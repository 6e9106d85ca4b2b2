/* gmix boundaries: where one component takes over from another. */
#include "command.h"
#include "complain.h"
#include "outfile.h"
#include "session.h"

static int put_json(struct cli_session *session, const struct cli_args *args,
                    const gmix_boundaries *b) {
    char *json = NULL;
    const gmix_status status = gmix_boundaries_to_json(session->ctx, b, &json);
    return cli_text_put(session, args, status, json);
}

static int put_csv(struct cli_session *session, const struct cli_args *args,
                   const gmix_boundaries *b) {
    static struct cli_out out;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "boundary,left,right\n");
    for (size_t i = 0; i < b->n; i++) {
        cli_out_number(&out, b->at[i]);
        cli_out_printf(&out, ",%d,%d\n", b->label[i], b->label[i + 1]);
    }
    const int failed = cli_out_close(&out);
    if (!failed && !session->quiet) {
        cli_complain(
            "note: at these boundaries %.4g of rows of the model are not from the "
            "component that their place says (error rate)",
            b->error_rate);
    }
    return failed;
}

static int boundaries(struct cli_session *session, const struct cli_args *args,
                      const gmix_model *model) {
    gmix_boundaries found = {0};
    const gmix_status status = gmix_boundaries_find(session->ctx, model, &found);
    int failed = CLI_OK;
    if (status != GMIX_OK) {
        failed = cli_library_error(session->ctx, status, NULL);
    } else if (args->values[OPT_JSON]) {
        failed = put_json(session, args, &found);
    } else {
        failed = put_csv(session, args, &found);
    }
    gmix_boundaries_free(&found);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_use_model(args, boundaries);
}

static const char *const text[] = {
    "Prints CSV: for a model of one feature, the values at which another component "
    "becomes the most probable one, and the components left and right of them; -1 "
    "is noise. All of them: a wide component may take over again on the far side "
    "of a narrow one.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_JSON, NULL},
    {OPT_OUTPUT, NULL},
    {OPT_QUIET, "errors only: no error rate"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix boundaries waiting.json", "where short waiting times end"},
    {NULL, NULL},
};

const struct cli_command cmd_boundaries = {
    .name = "boundaries",
    .synopsis = "MODEL",
    .operands = "MODEL",
    .summary = "where components of one feature take over from each other",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
