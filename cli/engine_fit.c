/* A fit in one part, of one file or of several that are read one after the other in every pass; its state
 * is kept if that is wanted. See engine_fit.h. */
#include "engine_fit.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "complain.h"
#include "infile.h"
#include "outfile.h"
#include "part_files.h"

struct drive {
    gmix_ctx *ctx;
    struct cli_session *session;
    const struct cli_args *args;
    struct cli_parts parts; /* what all files have, as the first shows it; borrowed */
    bool has_spoken;        /* a file could not be read, and that was said */
    gmix_engine *engine;
    const gmix_table *x;
    const char *path; /* of the state, or NULL */
    double every;     /* seconds between two times that it is written */
    time_t written;
};

bool cli_engine_wanted(const struct cli_args *args) {
    return args->values[OPT_STREAM] || args->values[OPT_CHECKPOINT] ||
           args->n_operands > 1;
}

/* Begins, or goes on where the state in the file is. */
static int begin(struct drive *d, const gmix_fit_options *opts) {
    gmix_engine_options more;
    size_t size = 0;
    void *const bytes = d->path ? cli_file_bytes(d->path, &size) : NULL;
    gmix_engine_options_init(&more);
    more.names = d->x->names;
    more.n_classes = d->x->n_classes;
    more.class_names = d->x->class_names;
    const gmix_status status =
        bytes ? gmix_engine_load(d->ctx, bytes, size, &d->engine)
              : gmix_engine_begin(d->ctx, d->x->n_cols, opts, &more, &d->engine);
    const int failed = status == GMIX_OK
                           ? CLI_OK
                           : cli_library_error(d->ctx, status, bytes ? d->path : NULL);
    free(bytes);
    return failed;
}

static int keep(struct drive *d) {
    const void *bytes;
    size_t size;
    struct cli_out out;
    const gmix_status status = gmix_engine_save(d->ctx, d->engine, &bytes, &size);
    if (status != GMIX_OK) {
        return cli_library_error(d->ctx, status, d->path);
    }
    if (cli_out_open(&out, d->path)) {
        return CLI_BAD_DATA;
    }
    cli_out_bytes(&out, bytes, size);
    d->written = time(NULL);
    return cli_out_close(&out);
}

/* The rows of a file, or of its piece at hand, which is read for them; *n_pieces: how many it has. */
static gmix_status add_piece(struct drive *d, const char *path, gmix_partial *part,
                             size_t *n_pieces) {
    gmix_data *data = NULL;
    int32_t *labels = NULL;
    gmix_status status = GMIX_ERR_IO;
    d->has_spoken =
        cli_parts_rows(d->session, d->args, &d->parts, path, &data, &labels) != CLI_OK;
    if (!d->has_spoken) {
        gmix_table rows = *gmix_data_table(data);
        rows.labels = labels;
        rows.n_classes = d->parts.classes.n;
        rows.class_names = labels ? d->parts.classes.at : NULL;
        status = gmix_partial_add(d->ctx, part, &rows);
        *n_pieces = gmix_data_n_pieces(data);
    }
    free(labels);
    gmix_data_free(&data);
    return status;
}

/* A file from a piece on; or whole, where files are read whole. */
static gmix_status add_file(struct drive *d, const char *path, size_t first,
                            size_t n_pieces, gmix_partial *part) {
    gmix_status status = GMIX_OK;
    const size_t was = d->session->piece;
    for (size_t i = first; i <= n_pieces && status == GMIX_OK; i++) {
        d->session->piece = was ? i : 0;
        status = add_piece(d, path, part, &n_pieces);
        n_pieces = was ? n_pieces : 1;
    }
    d->session->piece = was;
    return status;
}

/* Those of the first file, or of its first piece, are in memory. */
static gmix_status add_rows(struct drive *d, gmix_partial *part) {
    const bool quiet = d->session->quiet;
    const size_t n = d->session->piece ? gmix_data_n_pieces(d->session->data) : 1;
    gmix_status status = gmix_partial_add(d->ctx, part, d->x);
    d->session->quiet = true; /* notes on files were made, on the first */
    if (status == GMIX_OK) {
        status = add_file(d, d->args->operands[0], 2, n, part);
    }
    for (size_t i = 1; i < d->args->n_operands && status == GMIX_OK; i++) {
        status = add_file(d, d->args->all[i], 1, 1, part);
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
    int failed = CLI_OK;
    gmix_status status = GMIX_OK;
    while (!failed && status == GMIX_OK && gmix_engine_next(d->engine) != GMIX_JOB_DONE) {
        status = answer(d);
        if (status == GMIX_OK && d->path &&
            difftime(time(NULL), d->written) >= d->every) {
            failed = keep(d);
        }
    }
    if (status == GMIX_ERR_CANCELLED) {
        return d->path ? keep(d) : CLI_OK;
    }
    if (d->has_spoken) {
        return CLI_BAD_DATA;
    }
    return status == GMIX_OK ? failed : cli_library_error(d->ctx, status, NULL);
}

int cli_engine_fit(struct cli_session *session, const struct cli_args *args,
                   const gmix_table *x, const gmix_fit_options *opts, gmix_model **model,
                   gmix_report *report) {
    struct drive d = {.ctx = session->ctx,
                      .session = session,
                      .args = args,
                      .parts = cli_parts_like(args, x),
                      .x = x,
                      .path = args->values[OPT_CHECKPOINT],
                      .written = time(NULL)};
    size_t every = 60;
    int failed = args->values[OPT_EVERY]
                     ? cli_parse_count(args, OPT_EVERY, 0, 1000000000, &every)
                     : CLI_OK;
    d.every = (double)every;
    failed = failed ? failed : begin(&d, opts);
    failed = failed ? failed : go_on(&d);
    if (!failed) {
        const bool is_done = gmix_engine_next(d.engine) == GMIX_JOB_DONE;
        const gmix_status status = gmix_engine_finish(d.ctx, d.engine, model, report);
        if (status == GMIX_OK && is_done && d.path) {
            unlink(d.path);
        } else if (status == GMIX_ERR_CANCELLED) {
            failed = cli_complain("interrupted before there was a model; %s%s",
                                  d.path ? "the same command goes on from "
                                         : "nothing was written",
                                  d.path ? d.path : "");
        } else if (status != GMIX_OK) {
            failed = cli_library_error(d.ctx, status, args->operands[0]);
        }
    }
    gmix_engine_free(&d.engine);
    return failed;
}
