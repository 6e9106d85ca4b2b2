/* A fit in one part, of one file or of several that are read one after the other in every pass; its state
 * is kept if that is wanted. See engine_fit.h. */
#include "engine_fit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint_file.h"
#include "choice.h"
#include "complain.h"
#include "data_args.h"
#include "interrupt.h"
#include "part_files.h"

struct drive {
    gmix_ctx *ctx;
    struct cli_session *session;
    const struct cli_args *args;
    struct cli_parts parts; /* what all files have, as the first shows it; borrowed */
    bool first_is_whole;    /* x is all of the first file */
    bool has_spoken;        /* a file could not be read, and that was said */
    gmix_engine *engine;
    const gmix_table *x;
    gmix_journal *journal; /* or NULL */
    bool compared;         /* the rows are those that the journal is of */
    uint64_t digest;       /* of the rows of the pass under way */
};

/* Entries of the journal. */
static const char STATE[] = "engine", ROWS[] = "rows";

/* Rows with errors, bins, bounds or a truncation: the fit of a table of them keeps a journal itself. */
static bool is_measured(const struct cli_args *args) {
    static const enum cli_id measured[] = {OPT_ERRORS, OPT_ERROR_COV, OPT_BINNED,
                                           OPT_BETWEEN, OPT_TRUNCATED};
    bool any = false;
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++) {
        any = any || args->values[measured[i]];
    }
    return any;
}

bool cli_engine_wanted(const struct cli_args *args) {
    return args->values[OPT_STREAM] || args->n_operands > 1 ||
           (args->values[OPT_CHECKPOINT] && !cli_choice_wanted(args) &&
            !is_measured(args));
}

bool cli_engine_pieces_will_do(const struct cli_args *args) {
    static const enum cli_id whole[] = {OPT_PLOT,       OPT_REPORT,      OPT_SE,
                                        OPT_CV,         OPT_LOG_COLUMNS, OPT_BINNED,
                                        OPT_SENSITIVITY};
    const bool is_stdin = strcmp(args->operands[0], "-") == 0;
    bool will_do = args->values[OPT_ONLINE] ? !args->values[OPT_LABEL_COLUMN]
                                            : cli_engine_wanted(args) && !is_stdin;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        will_do = will_do && !args->values[whole[i]];
    }
    return will_do;
}

static void digest_bytes(uint64_t *digest, const void *bytes, size_t size) {
    uint64_t word = 0;
    memcpy(&word, bytes, size);
    *digest = (*digest ^ word) * UINT64_C(1099511628211);
    *digest ^= *digest >> 29;
}

/* What row i has of an array that has n numbers for each; or of none. */
static void digest_numbers(struct drive *d, const double *numbers, size_t i, size_t n) {
    for (size_t t = 0; numbers && t < n; t++) {
        digest_bytes(&d->digest, &numbers[i * n + t], sizeof *numbers);
    }
}

/* A name for rows by what is in them, in their order. */
static void digest_rows(struct drive *d, const gmix_table *rows) {
    for (size_t i = 0; i < rows->n_rows; i++) {
        for (size_t j = 0; j < rows->n_cols; j++) {
            const double cell = cli_cell(rows, i, j);
            digest_bytes(&d->digest, &cell, sizeof cell);
        }
        if (rows->weights) {
            digest_bytes(&d->digest, &rows->weights[i], sizeof *rows->weights);
        }
        if (rows->labels) {
            digest_bytes(&d->digest, &rows->labels[i], sizeof *rows->labels);
        }
        digest_numbers(d, rows->errors, i, rows->errors_len);
        digest_numbers(d, rows->lower, i, rows->n_cols);
        digest_numbers(d, rows->upper, i, rows->n_cols);
    }
}

/* Rows of the data set, in their order; part NULL: they are only named. */
static gmix_status add_table(struct drive *d, const gmix_table *rows,
                             gmix_partial *part) {
    if (d->journal && !d->compared) {
        digest_rows(d, rows);
    }
    return part ? gmix_partial_add(d->ctx, part, rows) : GMIX_OK;
}

/* After a pass over all rows: the first of them, and the first of a command that goes on, are compared. */
static gmix_status compare_rows(struct drive *d) {
    size_t size;
    if (!d->journal || d->compared) {
        return GMIX_OK;
    }
    const void *const kept = gmix_journal_get(d->journal, ROWS, &size);
    if (kept && (size != sizeof d->digest || memcmp(kept, &d->digest, size) != 0)) {
        return gmix_ctx_fail(
            d->ctx, GMIX_ERR_OPTION,
            "the checkpoint was made with other data: go on with what it was begun "
            "with, or take another file for this");
    }
    d->compared = true;
    return gmix_journal_put(d->journal, ROWS, &d->digest, sizeof d->digest);
}

/* Begins, or goes on where the journal is: which is refused if it is of other options. */
static int begin(struct drive *d, const gmix_fit_options *opts) {
    gmix_engine_options more;
    struct cli_choice choice;
    size_t size = 0;
    gmix_engine_options_init(&more);
    more.names = d->x->names;
    more.n_classes = d->x->n_classes;
    more.class_names = d->x->class_names;
    if (cli_choice_wanted(d->args)) {
        if (cli_choice_options(d->args, opts, &choice)) {
            return CLI_BAD_USAGE;
        }
        more.select = &choice.opts;
    }
    gmix_status status = gmix_engine_begin(d->ctx, d->x->n_cols, opts, &more, &d->engine);
    const void *const state =
        d->journal ? gmix_journal_get(d->journal, STATE, &size) : NULL;
    if (status == GMIX_OK && state) {
        gmix_engine_free(&d->engine);
        status = gmix_engine_load(d->ctx, state, size, &d->engine);
    }
    if (status != GMIX_OK && more.select) {
        return cli_choice_failed(d->ctx, status, d->args->operands[0]);
    }
    return status == GMIX_OK ? CLI_OK : cli_library_error(d->ctx, status, NULL);
}

/* Into the journal, and its file. */
static gmix_status keep(struct drive *d) {
    const void *bytes;
    size_t size;
    gmix_status status = gmix_engine_save(d->ctx, d->engine, &bytes, &size);
    if (status == GMIX_OK) {
        status = gmix_journal_put(d->journal, STATE, bytes, size);
    }
    cli_checkpoint_write(d->session);
    return status;
}

/* The rows of a file, or of a piece of it. */
static gmix_status add_piece(struct drive *d, const char *path, const gmix_data *data,
                             const int32_t *labels, gmix_partial *part) {
    gmix_table rows = *gmix_data_table(data);
    rows.labels = labels;
    rows.n_classes = d->parts.classes.n;
    rows.class_names = labels ? d->parts.classes.at : NULL;
    d->has_spoken =
        rows.n_cols != d->x->n_cols &&
        cli_complain("%s has %zu column%s, %s has %zu", path, rows.n_cols,
                     rows.n_cols == 1 ? "" : "s", d->args->operands[0], d->x->n_cols);
    return d->has_spoken ? GMIX_ERR_SHAPE : add_table(d, &rows, part);
}

/* A file, which is read for it. */
static gmix_status add_file(struct drive *d, const char *path, gmix_partial *part) {
    gmix_data *data = NULL;
    int32_t *labels = NULL;
    gmix_status status = GMIX_OK;
    d->has_spoken =
        cli_parts_rows(d->session, d->args, &d->parts, path, &data, &labels) != CLI_OK;
    while (!d->has_spoken && data && status == GMIX_OK) {
        status = add_piece(d, path, data, labels, part);
        if (status == GMIX_OK) {
            d->has_spoken =
                cli_parts_next(d->session, &d->parts, path, &data, &labels) != CLI_OK;
        }
    }
    free(labels);
    gmix_data_free(&data);
    return d->has_spoken && status == GMIX_OK ? GMIX_ERR_IO : status;
}

/* The first file, if it is one piece, is in memory. */
static gmix_status add_rows(struct drive *d, gmix_partial *part) {
    const bool quiet = d->session->quiet;
    d->digest = UINT64_C(14695981039346656037);
    gmix_status status = d->first_is_whole ? add_table(d, d->x, part) : GMIX_OK;
    d->session->quiet = true; /* notes on files were made, on the first */
    for (size_t i = d->first_is_whole; i < d->args->n_operands && status == GMIX_OK;
         i++) {
        status = add_file(d, d->args->all[i], part);
    }
    d->session->quiet = quiet;
    return status;
}

/* All rows answer the job at hand. */
static gmix_status answer(struct drive *d) {
    const void *bytes;
    size_t size;
    gmix_partial *part = NULL;
    gmix_status status = gmix_engine_job(d->ctx, d->engine, &bytes, &size);
    if (status == GMIX_OK) {
        status = gmix_partial_begin(d->ctx, bytes, size, 0, &part);
    }
    if (status == GMIX_OK) {
        status = add_rows(d, part);
    }
    if (status == GMIX_OK) {
        status = compare_rows(d);
    }
    if (status == GMIX_OK) {
        status = gmix_partial_bytes(d->ctx, part, &bytes, &size);
    }
    if (status == GMIX_OK) {
        status = gmix_engine_take(d->ctx, d->engine, bytes, size, 0);
    }
    if (status == GMIX_OK) {
        status = gmix_engine_step(d->ctx, d->engine);
    }
    gmix_partial_free(&part);
    return status;
}

/* To the end, or until the caller wants one: then the state is kept, and the best so far is the
 * result if there is one. */
static int go_on(struct drive *d) {
    gmix_status status = GMIX_OK;
    if (gmix_engine_next(d->engine) == GMIX_JOB_DONE) { /* there are no passes left */
        status = add_rows(d, NULL);
        status = status == GMIX_OK ? compare_rows(d) : status;
    }
    while (status == GMIX_OK && gmix_engine_next(d->engine) != GMIX_JOB_DONE) {
        status = answer(d);
        if (status == GMIX_OK && cli_checkpoint_due(d->session)) {
            status = keep(d);
        }
    }
    if (status ==
        GMIX_ERR_CANCELLED) { /* what a step did until then is in the journal by itself */
        (void)(d->journal ? keep(d) : GMIX_OK);
        return CLI_OK;
    }
    if (d->journal && status == GMIX_OK) {
        status = keep(d);
    }
    if (d->has_spoken) {
        return CLI_BAD_DATA;
    }
    /* rows of several files are numbered through */
    const char *const path = d->args->n_operands == 1 ? d->args->operands[0] : NULL;
    return status == GMIX_OK ? CLI_OK : cli_library_error(d->ctx, status, path);
}

int cli_engine_fit(struct cli_session *session, const struct cli_args *args,
                   const gmix_table *x, const gmix_fit_options *opts, gmix_model **model,
                   gmix_report *report) {
    struct drive d = {.ctx = session->ctx,
                      .session = session,
                      .args = args,
                      .parts = cli_parts_like(args, x),
                      .x = x,
                      .first_is_whole =
                          !session->pieces || gmix_pieces_share(session->pieces) == 1.0,
                      .journal = session->checkpoint.journal};
    int failed = begin(&d, opts);
    failed = failed ? failed : go_on(&d);
    if (!failed) {
        const gmix_status status = gmix_engine_finish(d.ctx, d.engine, model, report);
        if (status == GMIX_ERR_CANCELLED || (status != GMIX_OK && cli_interrupt_came())) {
            failed = cli_complain("interrupted before there was a model%s",
                                  d.journal ? "" : "; nothing was written");
        } else if (status != GMIX_OK) {
            failed = cli_library_error(d.ctx, status, args->operands[0]);
        }
    }
    gmix_engine_free(&d.engine);
    return failed;
}
