/* gmix fit: from a table to a model, a summary and a model file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bins_said.h"
#include "checkpoint_file.h"
#include "choice.h"
#include "command.h"
#include "command_text.h"
#include "complain.h"
#include "component_args.h"
#include "data_args.h"
#include "engine_fit.h"
#include "error_args.h"
#include "file_list.h"
#include "file_names.h"
#include "fit_args.h"
#include "interrupt.h"
#include "log_features.h"
#include "one_pass.h"
#include "outfile.h"
#include "page_out.h"
#include "picture.h"
#include "sensitivity_out.h"
#include "session.h"
#include "stream_classes.h"
#include "wording.h"

/* What a run of the command holds. */
struct fit {
    const struct cli_args *args;
    struct cli_session session;
    gmix_fit_options opts;
    gmix_model *start, *model;
    gmix_data *data;
    struct cli_stream_classes classes;
    gmix_report report;
    struct cli_out file; /* the model's; opened before the work, to fail early */
    bool file_open, file_is_stdout;
    struct cli_out page; /* of --report */
    bool page_open;
    size_t n_folds; /* of --cv */
};

/* What wants all rows in one place, or once, is not for several files. */
static int check_several(const struct cli_args *args) {
    static const enum cli_id whole[] = {OPT_CV,     OPT_SE,          OPT_PLOT,
                                        OPT_REPORT, OPT_LOG_COLUMNS, OPT_SENSITIVITY};
    for (size_t i = 0; i < args->n_operands; i++) {
        if (strcmp(args->all[i], "-") == 0) {
            return cli_usage_error("fit",
                                   "of several files, which are read in every pass, "
                                   "none can be standard input");
        }
    }
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        if (args->values[whole[i]]) {
            return cli_usage_error("fit", "--%s is for rows in one file",
                                   cli_option(whole[i])->name);
        }
    }
    return CLI_OK;
}

static int read_options(struct fit *fit) {
    const struct cli_args *const args = fit->args;
    if (!args->values[OPT_COMPONENTS] && !args->values[OPT_INIT_MODEL] &&
        !args->values[OPT_LABEL_COLUMN]) {
        return cli_usage_error("fit",
                               "say how many components: gmix fit %s -k 3, or -k auto "
                               "to find out",
                               args->operands[0]);
    }
    if (args->values[OPT_JSON] && args->values[OPT_OUTPUT] &&
        strcmp(args->values[OPT_OUTPUT], "-") == 0) {
        return cli_usage_error("fit", "--json and -o - both want standard output; the "
                                      "model's member \"fit\" is that JSON");
    }
    int failed = cli_errors_check(args);
    failed = failed ? failed : cli_sensitivity_check(args);
    failed = failed ? failed : cli_one_pass_check(args);
    if (!failed && args->values[OPT_CV]) {
        failed = cli_parse_count(args, OPT_CV, 2, 1000000, &fit->n_folds);
    }
    if (failed) {
        return failed;
    }
    if (args->values[OPT_FOLDS] && !(args->values[OPT_CRITERION] &&
                                     strcmp(args->values[OPT_CRITERION], "cv") == 0)) {
        return cli_usage_error("fit", "--folds is for --criterion cv");
    }
    const bool chooses = cli_choice_wanted(args);
    if (chooses && args->values[OPT_NAMES]) {
        return cli_usage_error("fit", "--names is for one number of components; after a "
                                      "choice, name them by 'gmix rename'");
    }
    if (chooses && args->values[OPT_ONLINE]) {
        return cli_usage_error("fit", "--online is for one fit: say how many components, "
                                      "and which covariance");
    }
    if (args->n_operands > 1 && check_several(args)) {
        return CLI_BAD_USAGE;
    }
    return cli_fit_options(&fit->session, args, chooses, &fit->opts, &fit->start);
}

static int open_files(struct fit *fit) {
    const char *const path = fit->args->values[OPT_OUTPUT];
    const char *const page = fit->args->values[OPT_REPORT];
    int failed = CLI_OK;
    if (page && strcmp(page, "-") == 0) {
        return cli_usage_error("fit",
                               "--report needs a file; for standard output write the "
                               "model and use gmix report");
    }
    if (cli_page_check(fit->args, page)) {
        return CLI_BAD_USAGE;
    }
    if (path) {
        failed = cli_out_open(&fit->file, path);
        fit->file_open = !failed;
        fit->file_is_stdout = !failed && fit->file.fd == STDOUT_FILENO;
    }
    if (page && !failed) {
        failed = cli_out_open(&fit->page, page);
        fit->page_open = !failed;
    }
    return failed;
}

static int classify(struct fit *fit) {
    const gmix_table *const table = gmix_data_table(fit->data);
    gmix_ctx *const ctx = fit->session.ctx;
    if (gmix_model_n_classes(fit->model) == 0 || !fit->classes.is_whole) {
        return CLI_OK;
    }
    gmix_status status =
        gmix_class_confusion(ctx, fit->model, table, &fit->report.training);
    if (status == GMIX_OK && fit->n_folds > 0) {
        status = gmix_cross_validate(ctx, table, &fit->opts, fit->n_folds,
                                     &fit->report.cross_validated);
        cli_progress_clear();
    }
    if (cli_was_cut(status)) {
        char why[128];
        snprintf(why, sizeof why, "%s before classes were counted and cross-validated",
                 cli_cut_text(status));
        status = gmix_report_add_warning(ctx, &fit->report, why);
    }
    return status == GMIX_OK ? CLI_OK
                             : cli_library_error(ctx, status, fit->args->operands[0]);
}

static int run_em(struct fit *fit) {
    const char *const path = fit->args->operands[0];
    gmix_ctx_set_time_limit(fit->session.ctx,
                            fit->opts.time_limit); /* of all that follows */
    const bool chooses = cli_choice_wanted(fit->args);
    if (chooses && !cli_engine_wanted(fit->args)) {
        return cli_choice_run(&fit->session, fit->args, gmix_data_table(fit->data),
                              &fit->opts, &fit->model, &fit->report);
    }
    cli_interrupt_asks(true);
    if (fit->args->values[OPT_ONLINE]) {
        const int failed =
            cli_one_pass_fit(&fit->session, fit->args, gmix_data_table(fit->data),
                             &fit->opts, &fit->model);
        cli_progress_clear();
        return failed;
    }
    if (cli_engine_wanted(fit->args)) {
        const int failed = cli_engine_fit(&fit->session, fit->args, fit->classes.table,
                                          &fit->opts, &fit->model, &fit->report);
        cli_progress_clear();
        if (!failed && chooses) {
            fit->opts.n_components = gmix_model_n_components(fit->model);
            fit->opts.covariance = gmix_model_covariance_name(fit->model);
        }
        return failed;
    }
    const gmix_status status = gmix_fit(fit->session.ctx, gmix_data_table(fit->data),
                                        &fit->opts, &fit->model, &fit->report);
    cli_progress_clear();
    if (cli_was_cut(status)) {
        return cli_complain("%s before there was a model; nothing was written",
                            cli_cut_text(status));
    }
    return status == GMIX_OK ? CLI_OK : cli_library_error(fit->session.ctx, status, path);
}

static int keep_command(struct fit *fit) {
    if (fit->report.n_components == 0) {
        return CLI_OK; /* of one pass: there is no report */
    }
    char *const text = cli_command_text(fit->args);
    const gmix_status status =
        text ? gmix_report_set_command(fit->session.ctx, &fit->report, text)
             : GMIX_ERR_NOMEM;
    free(text);
    return status == GMIX_OK ? CLI_OK : cli_library_error(fit->session.ctx, status, NULL);
}

static int write_page(struct fit *fit) {
    if (!fit->page_open) {
        return CLI_OK;
    }
    fit->page_open = false;
    return cli_page_put(&fit->session, fit->args, fit->model, &fit->report,
                        gmix_data_table(fit->data), fit->args->operands[0], &fit->page);
}

static int write_model(struct fit *fit) {
    if (!fit->file_open) {
        return CLI_OK;
    }
    char *json = NULL;
    const gmix_status status =
        gmix_model_to_json(fit->session.ctx, fit->model, &fit->report, &json);
    if (status != GMIX_OK) {
        return cli_library_error(fit->session.ctx, status, NULL);
    }
    cli_out_text(&fit->file, json);
    gmix_text_free(&json);
    fit->file_open = false;
    return cli_out_close(&fit->file);
}

/* What was written besides, a line each. */
static void put_written(struct cli_out *out, const struct fit *fit) {
    static const struct {
        enum cli_id id;
        const char *what;
    } files[] = {{OPT_OUTPUT, "model"}, {OPT_PLOT, "picture"}, {OPT_REPORT, "report"}};
    const char *gap = "\n";
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *const path = fit->args->values[files[i].id];
        if (path && !(files[i].id == OPT_OUTPUT && fit->file_is_stdout)) {
            cli_out_printf(out, "%s%s written to %s\n", gap, files[i].what, path);
            gap = "";
        }
    }
}

/* The summary, cut where it would bury its beginning. */
static void put_summary(struct cli_out *out, const struct fit *fit, const char *text) {
    enum { MOST_LINES = 120 };
    const char *end = text;
    size_t n_lines = 0;
    while (*end && n_lines < MOST_LINES) {
        end += strcspn(end, "\n");
        end += *end == '\n';
        n_lines++;
    }
    size_t n_more = 0;
    for (const char *c = end; *c; c++) {
        n_more += *c == '\n';
    }
    cli_out_bytes(out, text, (size_t)(end - text));
    if (n_more > 0) {
        cli_out_printf(out,
                       "... and %zu more line%s: 'gmix show' on a model written with "
                       "-o prints all of it\n",
                       n_more, n_more == 1 ? "" : "s");
    }
    cli_bins_say(out, &fit->session, fit->args, fit->model, gmix_data_table(fit->data));
    cli_one_pass_say(out, fit->model);
    put_written(out, fit);
}

static int check_picture(struct fit *fit) {
    const char *const path = fit->args->values[OPT_PLOT];
    if (path && strcmp(path, "-") == 0) {
        return cli_usage_error("fit",
                               "--plot needs a file; for standard output write the "
                               "model and use gmix plot");
    }
    return path ? cli_picture_check(fit->args, path) : CLI_OK;
}

static int write_picture(struct fit *fit) {
    const char *const path = fit->args->values[OPT_PLOT];
    return path ? cli_picture_write(&fit->session, fit->args, fit->model, &fit->report,
                                    gmix_data_table(fit->data), path)
                : CLI_OK;
}

static int print_summary(struct fit *fit) {
    const bool json = fit->args->values[OPT_JSON] != NULL;
    if (fit->session.quiet && !json) {
        return CLI_OK;
    }
    char *text = NULL;
    const gmix_status status =
        json ? gmix_report_to_json(fit->session.ctx, &fit->report, &text)
             : cli_wording_summary(fit->session.ctx, fit->model,
                                   fit->args->values[OPT_ONLINE] ? NULL : &fit->report,
                                   &text);
    if (status != GMIX_OK) {
        return cli_library_error(fit->session.ctx, status, NULL);
    }
    struct cli_out out;
    cli_out_open(&out, NULL);
    if (fit->file_is_stdout) {
        cli_out_stderr(&out);
    }
    if (json) {
        const size_t length = strlen(text);
        cli_out_text(&out, text);
        cli_out_text(&out, length && text[length - 1] == '\n' ? "" : "\n");
    } else {
        put_summary(&out, fit, text);
        if (!fit->args->values[OPT_NO_PLOT] && fit->args->n_operands == 1 &&
            !fit->session.by_pieces) {
            cli_picture_terminal(&fit->session, fit->model, gmix_data_table(fit->data),
                                 &out);
        }
    }
    gmix_text_free(&text);
    return cli_out_close(&out);
}

static bool is_complete(const gmix_report *report) {
    return report->stop != GMIX_STOP_CANCELLED && report->stop != GMIX_STOP_TIME_LIMIT &&
           !cli_interrupt_came();
}

static int run_steps(struct fit *fit) {
    fit->session.by_pieces = cli_engine_pieces_will_do(fit->args);
    int failed = read_options(fit);
    failed = failed ? failed : check_picture(fit);
    failed = failed ? failed : open_files(fit);
    failed = failed ? failed
                    : cli_data_read(&fit->session, fit->args, fit->args->operands[0],
                                    &fit->data);
    failed = failed ? failed
                    : cli_stream_classes_find(&fit->session, fit->args, &fit->data,
                                              &fit->classes);
    fit->session.data = fit->data;
    failed = failed ? failed : cli_checkpoint_open(&fit->session, fit->args);
    failed = failed ? failed
                    : cli_fit_components(fit->args, fit->classes.table,
                                         fit->args->operands[0], &fit->opts);
    failed = failed || cli_choice_wanted(fit->args)
                 ? failed
                 : cli_arrange_check(fit->args, fit->opts.n_components);
    failed = failed ? failed : run_em(fit);
    const gmix_table *const x = fit->data ? gmix_data_table(fit->data) : NULL;
    struct cli_session *const s = &fit->session;
    const struct cli_args *const a = fit->args;
    gmix_report *const r = &fit->report;
    failed = failed ? failed : cli_add_jacobian(s, a, fit->model, x, r);
    failed = failed ? failed : classify(fit);
    failed = failed ? failed : cli_errors_add(s, a, x, &fit->opts, fit->model, r);
    failed = failed ? failed : cli_sensitivity_add(s, a, x, &fit->opts, fit->model, r);
    failed = failed ? failed : cli_arrange(s, a, &fit->model, r);
    failed = failed ? failed : keep_command(fit);
    gmix_ctx_set_time_limit(fit->session.ctx, 0.0); /* what there is is written */
    failed = failed ? failed : write_model(fit);
    failed = failed ? failed : write_picture(fit);
    failed = failed ? failed : write_page(fit);
    failed = failed ? failed : print_summary(fit);
    cli_checkpoint_close(&fit->session, !failed && is_complete(&fit->report));
    return failed;
}

static int run(const struct cli_args *args) {
    static struct fit fit; /* static: it holds an output buffer */
    struct cli_files files = {0};
    struct cli_args all = *args;
    fit = (struct fit){.args = &all, .report = {.struct_size = sizeof fit.report}};
    int failed = cli_session_open(&fit.session, args);
    failed = failed ? failed : cli_files_find(args, fit.session.quiet, &files);
    if (!failed) {
        all.all = files.at;
        all.n_operands = files.n;
        all.operands[0] = files.at[0];
        failed = cli_file_names_check(&all);
        failed = failed ? failed : run_steps(&fit);
    }
    cli_files_free(&files);
    if (fit.file_open) {
        cli_out_abandon(&fit.file);
    }
    if (fit.page_open) {
        cli_out_abandon(&fit.page);
    }
    gmix_report_free(&fit.report);
    gmix_model_free(&fit.model);
    gmix_model_free(&fit.start);
    gmix_data_free(&fit.data);
    cli_stream_classes_free(&fit.classes);
    cli_session_close(&fit.session);
    return failed;
}

static const char *const text[] = {
    "DATA is a table of numbers, one row per line, or - for standard input: CSV and "
    "its relatives (also gzip or zstd), NPY or Parquet, known by content, or a data set "
    "of an HDF5 file, FILE:/group/name. A mixture of K "
    "Gaussian components is fitted by expectation-maximisation and summarised: "
    "log-likelihood, BIC (lower is better), then weight, mean and standard deviation "
    "of every component.",
    "Several files, or a quoted pattern as in 'part-*.csv.gz', are one data set: their "
    "rows in this order, whose columns are those of the first. They are read one after "
    "the other, once for every step, as --stream does with one, so that memory has to "
    "hold no more than the first and the largest.",
    "Several numbers of components or families are a choice: every model is fitted, "
    "richer ones also from the simpler ones they contain, the criterion of each is "
    "printed, and the best is the result.",
    "-o writes the model for 'gmix predict', 'score', 'sample' and 'show'. The same "
    "data, options and seed give the same result on any number of threads.",
    "Ctrl-C ends the fit with the best model so far, which is written and summarised "
    "as usual (exit status 0); a second Ctrl-C kills.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_GROUP, "The model"},
    {OPT_COMPONENTS, "number of components; several, as in 1-9 or 1,2,4, and auto choose "
                     "among them; needed without --labels"},
    {OPT_COVARIANCE, "family of covariance matrices; several, as in full,tied,VEV, and "
                     "all choose among them (default full)"},
    {OPT_CRITERION, NULL},
    {OPT_FOLDS, NULL},
    {OPT_OUTPUT, "write the model to FILE (JSON); - for standard output, the summary "
                 "then goes to standard error"},
    {OPT_PLOT, NULL},
    {OPT_REPORT, NULL},
    {OPT_NO_PLOT, NULL},
    {OPT_JSON, "print the result as one JSON object instead of the summary"},
    CLI_DATA_USES,
    CLI_OBSERVED_USES,
    {OPT_LOG_COLUMNS, NULL},
    {OPT_GROUP, "Components"},
    {OPT_NAMES, "names of the components, in their order; pages, pictures and 'predict' "
                "say them"},
    {OPT_ORDER, NULL},
    {OPT_GROUP, "Classes"},
    {OPT_LABEL_COLUMN, NULL},
    {OPT_PER_CLASS, NULL},
    {OPT_CV, NULL},
    CLI_START_USES,
    CLI_EM_USES,
    {OPT_GROUP, "How sure"},
    {OPT_SE, NULL},
    {OPT_REPLICATES, "of --se bootstrap and weighted-likelihood (default 999)"},
    {OPT_LEVEL, "of intervals (default 0.95)"},
    CLI_BEYOND_USES,
    {OPT_SENSITIVITY, NULL},
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_ONLINE, NULL},
    {OPT_FORGET, NULL},
    {OPT_STREAM, NULL},
    {OPT_CHECKPOINT, NULL},
    {OPT_EVERY, NULL},
    {OPT_PROGRESS, NULL},
    {OPT_QUIET, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix fit data.csv -k 3", "fit three components and look at them"},
    {"gmix fit data.csv -k 3 --columns height,weight --restarts 10 -o model.json",
     "use two of the columns, keep the best of ten starts, write the model"},
    {"gmix fit 'part-*.npy' -k 3 -o model.json",
     "a data set in files, larger than memory"},
    {"gmix fit data.csv -k 1-9 --covariance all",
     "fit 14 families of 1 to 9 components and choose the best by BIC"},
    {NULL, NULL},
};

const struct cli_command cmd_fit = {
    .name = "fit",
    .synopsis = "DATA... -k K [-o MODEL] [OPTION]...",
    .operands = "DATA",
    .many_operands = true,
    .summary = "fit a Gaussian mixture to a table",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
