/* The file of --checkpoint. See checkpoint_file.h. */
#include "checkpoint_file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "infile.h"
#include "interrupt.h"
#include "outfile.h"

/* Work between two times, in the time that writing takes: a disk may be slow. */
static const double WORTH = 5.0;

/* And after one that failed, which was said. */
static const double RETRY = 60.0;

int cli_checkpoint_open(struct cli_session *session, const struct cli_args *args) {
    struct cli_checkpoint *const c = &session->checkpoint;
    size_t every = 60, size = 0;
    *c = (struct cli_checkpoint){.path = args->values[OPT_CHECKPOINT]};
    if (!c->path) {
        return CLI_OK;
    }
    if (strcmp(c->path, "-") == 0) {
        return cli_usage_error(args->command->name, "--checkpoint needs a file");
    }
    if (args->values[OPT_EVERY] &&
        cli_parse_count(args, OPT_EVERY, 0, 1000000000, &every)) {
        return CLI_BAD_USAGE;
    }
    void *const bytes = cli_file_bytes(c->path, &size);
    if (!bytes && errno != ENOENT) {
        return cli_complain("cannot read %s: %s", c->path, strerror(errno));
    }
    const gmix_status status = gmix_journal_new(session->ctx, bytes, size, &c->journal);
    free(bytes);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, c->path);
    }
    c->every = (double)every;
    gmix_journal_set_pause(c->journal, fmin(c->every, 1.0));
    gmix_ctx_set_journal(session->ctx, c->journal);
    c->written = cli_progress_clock();
    return CLI_OK;
}

bool cli_checkpoint_due(const struct cli_session *session) {
    const struct cli_checkpoint *const c = &session->checkpoint;
    const double pause = fmax(c->every, c->failed ? RETRY : WORTH * c->took);
    return c->journal && cli_progress_clock() - c->written >= pause;
}

void cli_checkpoint_write(struct cli_session *session) {
    static struct cli_out out; /* static: it holds a buffer */
    struct cli_checkpoint *const c = &session->checkpoint;
    const void *bytes;
    size_t size;
    const uint64_t changes = gmix_journal_changes(c->journal);
    const double began = c->written = cli_progress_clock();
    if (!c->journal || changes == c->changes) {
        return;
    }
    if (gmix_journal_bytes(c->journal, &bytes, &size) != GMIX_OK) {
        cli_complain("out of memory for %s, which stays as it was", c->path);
    } else if (cli_out_open(&out, c->path) == CLI_OK) {
        cli_out_bytes(&out, bytes, size);
        c->failed = cli_out_close(&out) != CLI_OK;
        c->changes = c->failed ? c->changes : changes;
    } else {
        c->failed = true;
    }
    c->written = cli_progress_clock();
    c->took = c->written - began;
}

void cli_checkpoint_close(struct cli_session *session, bool complete) {
    struct cli_checkpoint *const c = &session->checkpoint;
    if (!c->journal) {
        return;
    }
    if (complete) {
        unlink(c->path);
    } else {
        cli_checkpoint_write(session);
    }
    if (!complete && cli_interrupt_came()) {
        cli_complain("the same command goes on from %s", c->path);
    }
    gmix_ctx_set_journal(session->ctx, NULL);
    gmix_journal_free(&c->journal);
}
