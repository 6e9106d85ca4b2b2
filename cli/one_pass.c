/* gmix fit --online. See one_pass.h. */
#include "one_pass.h"

#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "file_pieces.h"
#include "part_files.h"

int cli_one_pass_check(const struct cli_args *args) {
    static const enum cli_id others[] = {
        OPT_STREAM,      OPT_CHECKPOINT,   OPT_CV,        OPT_SE,      OPT_CRITERION,
        OPT_REPORT,      OPT_LABEL_COLUMN, OPT_PER_CLASS, OPT_JSON,    OPT_ERRORS,
        OPT_NAMES,       OPT_ERROR_COV,    OPT_BINNED,    OPT_BETWEEN, OPT_TRUNCATED,
        OPT_LOG_COLUMNS, OPT_ORDER};
    if (!args->values[OPT_ONLINE]) {
        return CLI_OK;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (args->values[others[i]]) {
            return cli_usage_error(
                "fit",
                "--%s is of fits that read rows more than once; --online "
                "takes each once: leave --online out, and give --stream where "
                "rows are more than memory holds",
                cli_option(others[i])->name);
        }
    }
    return CLI_OK;
}

int cli_forget(const struct cli_args *args, double *forget) {
    const char *const text = args->values[OPT_FORGET];
    char *end = NULL;
    *forget = text ? strtod(text, &end) : -1.0;
    return text && (end == text || *end || !(*forget >= 0.0 && *forget <= 0.1))
               ? cli_usage_error(args->command->name,
                                 "--forget is a number from 0 to 0.1, as in 1e-5, not "
                                 "'%.40s'",
                                 text)
               : CLI_OK;
}

/* What goes from file to file. */
struct pass {
    struct cli_session *session;
    const struct cli_args *args;
    struct cli_parts parts;
    gmix_online *online;
    double n_rows; /* so far */
};

/* Rows of a table, from one on. */
static gmix_table slice_of(const gmix_table *all, size_t first, size_t n) {
    gmix_table rows = *all;
    const size_t size = all->dtype == GMIX_F32 ? sizeof(float) : sizeof(double);
    rows.data =
        (const char *)all->data + (ptrdiff_t)first * all->row_stride * (ptrdiff_t)size;
    rows.n_rows = n;
    rows.weights = all->weights ? all->weights + first : NULL;
    return rows;
}

/* A piece of a file; what is behind it: a share of all there is, from one up to the other. */
static int add(struct pass *p, const char *path, const gmix_table *rows, double from,
               double to) {
    enum { AT_ONCE = 1 << 16 }; /* rows between two looks at the progress */
    gmix_ctx *const ctx = p->session->ctx;
    gmix_status status = GMIX_OK;
    for (size_t at = 0; at < rows->n_rows && status == GMIX_OK; at += AT_ONCE) {
        const size_t left = rows->n_rows - at, n = left < AT_ONCE ? left : AT_ONCE;
        const double done = (double)at / (double)rows->n_rows;
        const gmix_table some = slice_of(rows, at, n);
        cli_progress_rows(&p->session->progress, p->n_rows + (double)at,
                          from + (to - from) * done, cli_progress_clock());
        status = gmix_online_add(ctx, p->online, &some);
    }
    p->n_rows += (double)rows->n_rows;
    if (cli_was_cut(status)) {
        return cli_complain("%s before the pass was over; nothing was written",
                            cli_cut_text(status));
    }
    return status == GMIX_OK ? CLI_OK : cli_library_error(ctx, status, path);
}

/* File `number` of all; its first piece is there if it is the first file. */
static int add_file(struct pass *p, size_t number, const gmix_table *first) {
    const char *const path = p->args->all[number];
    const double each = 1.0 / (double)p->args->n_operands;
    gmix_data *data = NULL;
    int32_t *labels = NULL;
    int failed = CLI_OK;
    double from = 0.0;
    if (first) {
        const double to = gmix_pieces_share(p->session->pieces);
        failed = add(p, path, first, 0.0, each * to);
        from = to;
        failed = failed ? failed : cli_piece_next(p->session, &data);
    } else {
        failed = cli_parts_rows(p->session, p->args, &p->parts, path, &data, &labels);
    }
    while (!failed && data) {
        const double to = gmix_pieces_share(p->session->pieces);
        failed = add(p, path, gmix_data_table(data), each * ((double)number + from),
                     each * ((double)number + to));
        from = to;
        failed = failed ? failed : cli_piece_next(p->session, &data);
    }
    free(labels);
    gmix_data_free(&data);
    return failed;
}

int cli_one_pass_fit(struct cli_session *session, const struct cli_args *args,
                     const gmix_table *first, const gmix_fit_options *opts,
                     gmix_model **model) {
    struct pass p = {
        .session = session, .args = args, .parts = cli_parts_like(args, first)};
    const char *const path = args->operands[0];
    gmix_online_options more;
    gmix_online_options_init(&more);
    more.names = first->names;
    int failed = cli_forget(args, &more.forget);
    if (failed) {
        return failed;
    }
    gmix_status status =
        gmix_online_begin(session->ctx, first->n_cols, opts, &more, &p.online);
    failed = status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, path);
    const bool quiet = session->quiet;
    session->quiet = true; /* notes on files were made, on the first */
    for (size_t i = 0; i < args->n_operands && !failed; i++) {
        failed = add_file(&p, i, i == 0 ? first : NULL);
    }
    session->quiet = quiet;
    if (!failed) {
        status = gmix_online_model(session->ctx, p.online, model);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, path);
    }
    gmix_online_free(&p.online);
    return failed;
}

void cli_one_pass_say(struct cli_out *out, const gmix_model *model) {
    gmix_family_part parts[GMIX_ONLINE_PARTS];
    size_t n;
    const double *const state = gmix_model_state(model, &n);
    if (!state) {
        return;
    }
    gmix_online_parts(gmix_model_covariance_name(model), gmix_model_n_components(model),
                      gmix_model_n_features(model), n, parts);
    const gmix_family_part *const waiting = &parts[GMIX_ONLINE_PARTS - 1];
    double rows = (double)waiting->dims[0], score = 0.0, weight = 0.0;
    for (size_t i = 0; i < GMIX_ONLINE_PARTS; i++) {
        const double *const at = state + parts[i].offset;
        rows += strcmp(parts[i].name, "rows") == 0 ? *at : 0.0;
        score += strcmp(parts[i].name, "score") == 0 ? *at : 0.0;
        weight += strcmp(parts[i].name, "scored_weight") == 0 ? *at : 0.0;
    }
    cli_out_printf(out, "rows so far  %.0f", rows);
    if (weight > 0.0) {
        cli_out_printf(out, "; mean log-density of a row before it was learnt from  %.6f",
                       score / weight);
    }
    cli_out_text(out, "\n");
}
