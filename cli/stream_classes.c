/*
 * Classes of all rows of files that are read piece by piece. See stream_classes.h.
 *
 * Names are gathered as a column of text, which the library reads as one of labels: so they have the order,
 * by value or by letters, of the classes of a table.
 */
#include "stream_classes.h"

#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "data_args.h"
#include "file_pieces.h"
#include "part_files.h"

/* Lines, each a name in quotes. */
struct column {
    char *at;
    size_t n, room;
};

/* A name as a line, its quotes doubled; NULL without memory. */
static char *line_of(const char *name) {
    char *const line = malloc(2 * strlen(name) + 5);
    char *to = line;
    if (!line) {
        return NULL;
    }
    *to++ = '\n'; /* of the line before */
    *to++ = '"';
    for (const char *c = name; *c; c++) {
        *to++ = *c;
        if (*c == '"') {
            *to++ = '"';
        }
    }
    memcpy(to, "\"\n", 3);
    return line;
}

/* A name that is not there yet. */
static int add_name(struct column *to, const char *name) {
    char *const line = line_of(name);
    const size_t size = line ? strlen(line) : 0;
    const bool known = line && to->at && strstr(to->at, line);
    if (line && !known && to->n + size + 1 > to->room) {
        const size_t room = 2 * (to->n + size) + 64;
        char *const more = realloc(to->at, room);
        if (!more) {
            free(line);
            return cli_complain("out of memory");
        }
        to->n = to->at ? to->n : 1;
        to->at = more;
        to->at[0] = '\n';
        to->room = room;
    }
    if (line && !known) {
        memcpy(to->at + to->n, line + 1, size);
        to->n += size - 1;
    }
    free(line);
    return line ? CLI_OK : cli_complain("out of memory");
}

static int add_file(struct cli_session *session, const struct cli_args *args,
                    const char *path, struct column *to) {
    gmix_data *data = NULL;
    int failed = cli_data_read(session, args, path, &data);
    while (!failed && data) {
        const gmix_table *const table = gmix_data_table(data);
        for (size_t c = 0; c < table->n_classes && !failed; c++) {
            failed = add_name(to, table->class_names[c]);
        }
        failed = failed ? failed : cli_piece_next(session, &data);
    }
    gmix_data_free(&data);
    return failed;
}

static int sort_names(struct cli_session *session, const struct column *from,
                      gmix_data **names) {
    gmix_read_options opts;
    gmix_read_options_init(&opts);
    opts.labels_only = 1;
    opts.header = 0;
    opts.delimiter = ',';
    const gmix_status status =
        from->n == 0 ? GMIX_OK
                     : gmix_data_from_memory(session->ctx, "classes", from->at + 1,
                                             from->n - 1, &opts, names);
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

/* The first piece again, with the classes of all. */
static int take_first(struct cli_session *session, const struct cli_args *args,
                      gmix_data **data, struct cli_stream_classes *found) {
    gmix_data_free(data);
    int failed = cli_data_read(session, args, args->all[0], data);
    if (failed) {
        return failed;
    }
    *found->table = *gmix_data_table(*data);
    if (!found->names) {
        return CLI_OK;
    }
    const gmix_table *const all = gmix_data_table(found->names);
    gmix_table own = *gmix_data_table(*data);
    own.n_classes = all->n_classes;
    own.class_names = all->class_names;
    own.labels = gmix_data_table(*data)->labels;
    struct cli_parts parts = cli_parts_like(args, &own);
    failed =
        cli_parts_labels(&parts, args->all[0], 0, gmix_data_table(*data), &found->labels);
    own.labels = found->labels;
    *found->table = own;
    return failed;
}

int cli_stream_classes_find(struct cli_session *session, const struct cli_args *args,
                            gmix_data **data, struct cli_stream_classes *found) {
    struct column column = {NULL, 0, 0};
    found->is_whole = args->n_operands == 1 &&
                      (!session->pieces || gmix_pieces_share(session->pieces) == 1.0);
    found->table = malloc(sizeof *found->table);
    if (!found->table) {
        return cli_complain("out of memory");
    }
    *found->table = *gmix_data_table(*data);
    if (found->is_whole || !session->by_pieces || !args->values[OPT_LABEL_COLUMN]) {
        return CLI_OK;
    }
    const bool quiet = session->quiet;
    session->quiet = true; /* notes were made */
    int failed = CLI_OK;
    for (size_t i = 0; i < args->n_operands && !failed; i++) {
        failed = add_file(session, args, args->all[i], &column);
    }
    failed = failed ? failed : sort_names(session, &column, &found->names);
    failed = failed ? failed : take_first(session, args, data, found);
    session->quiet = quiet;
    free(column.at);
    return failed;
}

void cli_stream_classes_free(struct cli_stream_classes *found) {
    gmix_data_free(&found->names);
    free(found->labels);
    free(found->table);
    *found = (struct cli_stream_classes){NULL, NULL, NULL, false};
}
