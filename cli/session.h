/* What every command needs of the library: a context set up from the options. */
#ifndef GMIX_CLI_SESSION_H
#define GMIX_CLI_SESSION_H

#include "command.h"
#include "progress_line.h"

/* What --checkpoint keeps; see checkpoint_file.h. */
struct cli_checkpoint {
    const char *path;      /* NULL: nothing */
    gmix_journal *journal; /* NULL: nothing, or no more */
    double every, written; /* seconds between two times, and when the last one was */
    double took;           /* that one: seconds */
    uint64_t changes;      /* of the journal, that the file has */
    bool failed;           /* the last time nothing was written */
};

struct cli_session {
    gmix_ctx *ctx;
    struct cli_checkpoint checkpoint;
    struct cli_progress progress;
    bool quiet;
    const char *reader;    /* what a table is read for, or NULL: "the model" */
    size_t whole;          /* columns that it may have instead; 0: none */
    bool by_pieces;        /* files are read piece by piece, */
    gmix_pieces *pieces;   /* that one at hand, or NULL, */
    size_t piece_bytes;    /* whose pieces of text have about so many; 0: the library's */
    size_t rows_before;    /* and rows of its pieces before the one at hand */
    gmix_report report;    /* of the model that cli_apply_model() read */
    const gmix_data *data; /* and its data, or NULL */
};

/* Of a status: the work was interrupted, or its time was over; and which, to begin a sentence. */
static inline bool cli_was_cut(gmix_status status) {
    return status == GMIX_ERR_CANCELLED || status == GMIX_ERR_TIME_LIMIT;
}

static inline const char *cli_cut_text(gmix_status status) {
    return status == GMIX_ERR_CANCELLED ? "interrupted" : "the time limit passed";
}

/* Reads --threads, --quiet, --progress. 0, or an exit status after saying why not. */
int cli_session_open(struct cli_session *session, const struct cli_args *args);
void cli_session_close(struct cli_session *session);

/* --seed, which means everywhere what it means in a fit. 0, or 2 after saying why not. */
int cli_seed(struct cli_session *session, const struct cli_args *args, uint64_t *seed);

/* Reads a model file and, if report is given, what it says of its fit. */
int cli_model_read(struct cli_session *session, const char *path, gmix_model **model,
                   gmix_report *report);

/* Says why a file is no model, as the context does, or that it is a table. */
int cli_no_model(struct cli_session *session, const char *path, gmix_status status);

/* Runs a command on the model that its first operand names. */
typedef int cli_use_fn(struct cli_session *session, const struct cli_args *args,
                       const gmix_model *model);
int cli_use_model(const struct cli_args *args, cli_use_fn *use);

/* And on two. */
typedef int cli_use_two_fn(struct cli_session *session, const struct cli_args *args,
                           const gmix_model *a, const gmix_model *b);
int cli_use_models(const struct cli_args *args, cli_use_two_fn *use);

/* What the library made of a result, where status says that it did: writes it to --output, and frees it. 0, or an
 * exit status after saying what is wrong. */
int cli_text_put(struct cli_session *session, const struct cli_args *args,
                 gmix_status status, char *text);

#endif
