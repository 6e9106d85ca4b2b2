/* Pages as files. See page_out.h. */
#include "page_out.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "command_text.h"
#include "complain.h"
#include "wording.h"

/* A page of a fit says the fit's own command, which is in the report; others theirs. */
static gmix_status make(struct cli_session *session, const struct cli_args *args,
                        const gmix_model *model, const gmix_report *report,
                        const gmix_table *table, const char *path, bool pdf, char **bytes,
                        size_t *n) {
    gmix_page_options opts;
    gmix_page_options_init(&opts);
    char *const command = cli_command_text(args);
    struct cli_worded worded;
    gmix_status status = GMIX_ERR_NOMEM;
    opts.data_file = strcmp(path, "-") == 0 ? NULL : path;
    opts.row_names = session->data ? gmix_data_row_names(session->data) : NULL;
    opts.command = args->command == &cmd_fit ? NULL : command;
    if (command && cli_worded_open(&worded, report)) {
        status = pdf ? gmix_report_pdf(session->ctx, model, &worded.report, table, &opts,
                                       bytes, n)
                     : gmix_report_html(session->ctx, model, &worded.report, table, &opts,
                                        bytes);
        *n = status == GMIX_OK && !pdf ? strlen(*bytes) : *n;
        cli_worded_close(&worded);
    }
    free(command);
    return status;
}

static bool ends_in(const char *path, const char *ending) {
    const char *const dot = path ? strrchr(path, '.') : NULL;
    return dot && strcasecmp(dot, ending) == 0;
}

int cli_page_check(const struct cli_args *args, const char *path) {
    static const char *const OTHERS[] = {".svg",  ".png", ".json", ".txt",
                                         ".docx", ".md",  ".ps"};
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        if (ends_in(path, OTHERS[i])) {
            return cli_usage_error(
                args->command->name,
                "a report is a page: name it .html or .pdf, unlike %s%s", path,
                i < 2 ? "; 'gmix plot' draws pictures" : "");
        }
    }
    return CLI_OK;
}

int cli_page_put(struct cli_session *session, const struct cli_args *args,
                 const gmix_model *model, const gmix_report *report,
                 const gmix_table *table, const char *path, struct cli_out *out) {
    char *bytes = NULL;
    size_t n = 0;
    const bool pdf = ends_in(out->name, ".pdf");
    const gmix_status status =
        make(session, args, model, report, table, path, pdf, &bytes, &n);
    if (status != GMIX_OK) {
        cli_out_abandon(out);
        return cli_library_error(session->ctx, status, path);
    }
    cli_out_bytes(out, bytes, n);
    gmix_text_free(&bytes);
    return cli_out_close(out);
}
