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
                        const gmix_table *table, const char *path, char **html) {
    gmix_page_options opts;
    gmix_page_options_init(&opts);
    char *const command = cli_command_text(args);
    struct cli_worded worded;
    gmix_status status = GMIX_ERR_NOMEM;
    opts.data_file = strcmp(path, "-") == 0 ? NULL : path;
    opts.row_names = session->data ? gmix_data_row_names(session->data) : NULL;
    opts.command = args->command == &cmd_fit ? NULL : command;
    if (command && cli_worded_open(&worded, report)) {
        status =
            gmix_report_html(session->ctx, model, &worded.report, table, &opts, html);
        cli_worded_close(&worded);
    }
    free(command);
    return status;
}

int cli_page_check(const struct cli_args *args, const char *path) {
    static const char *const pictures[] = {".pdf", ".svg", ".png"};
    const char *const dot = path ? strrchr(path, '.') : NULL;
    for (size_t i = 0; dot && i < sizeof pictures / sizeof *pictures; i++) {
        if (strcasecmp(dot, pictures[i]) == 0) {
            const int stem = (int)(dot - path);
            return i == 0 ? cli_usage_error(args->command->name,
                                            "a report is an HTML page, no PDF: write "
                                            "%.*s.html, and print "
                                            "it in a browser: chromium --headless "
                                            "--no-pdf-header-footer "
                                            "--print-to-pdf=%s %.*s.html",
                                            stem, path, path, stem, path)
                          : cli_usage_error(
                                args->command->name,
                                "a report is an HTML page: write %.*s.html; 'gmix "
                                "plot' draws pictures",
                                stem, path);
        }
    }
    return CLI_OK;
}

int cli_page_put(struct cli_session *session, const struct cli_args *args,
                 const gmix_model *model, const gmix_report *report,
                 const gmix_table *table, const char *path, struct cli_out *out) {
    char *html = NULL;
    const gmix_status status = make(session, args, model, report, table, path, &html);
    if (status != GMIX_OK) {
        cli_out_abandon(out);
        return cli_library_error(session->ctx, status, path);
    }
    cli_out_text(out, html);
    gmix_text_free(&html);
    return cli_out_close(out);
}
