/*
 * Fits whose rows lie in files: the file between gmix begin, pass and merge. It holds what every part
 * has to know, a line each, and behind an empty line the state of the engine, or a part's answer:
 *
 *     gmix-parts 1              gmix-answer 1
 *     command gmix begin ...    part part-01.npy
 *     part part-01.npy          number 0
 *     part part-02.npy
 *     column height             (bytes)
 *     weights w
 *
 *     (bytes)
 *
 * In these lines \n and \\ stand for ends of lines and backslashes.
 */
#ifndef GMIX_CLI_PART_FILES_H
#define GMIX_CLI_PART_FILES_H

#include "outfile.h"
#include "session.h"

/* A command's list, as far as fits of rows in several files have it in common. */
#define CLI_PARTS_USES                                                                  \
    CLI_DATA_USES, CLI_OBSERVED_USES, {OPT_GROUP, "Classes"}, {OPT_LABEL_COLUMN, NULL}, \
        {OPT_PER_CLASS, NULL}, CLI_START_USES, CLI_EM_USES, CLI_BEYOND_USES

struct cli_texts {
    const char **at;
    size_t n;
};

struct cli_parts {
    char *file; /* its bytes: what follows points into them */
    const char *command;
    struct cli_texts paths, columns, classes; /* columns: none if they have no names */
    const char *values[OPT_COUNT];            /* of options that describe data */
    size_t number;                            /* an answer's */
    const char *bytes;                        /* of the library */
    size_t size;
};

/* Reads a file of that kind. 0, or 1 after saying what is wrong. */
int cli_parts_read(const char *path, bool is_answer, struct cli_parts *parts);
void cli_parts_free(struct cli_parts *parts);

/* Writes one, whole or not at all. */
int cli_parts_write(const char *path, bool is_answer, const struct cli_parts *parts);

/* The part with that file, or with the only one of that name elsewhere; n if there is none. */
size_t cli_parts_find(const struct cli_parts *parts, const char *path);

/* What all parts have, as the table of one of them and the command line show it: borrowed. */
struct cli_parts cli_parts_like(const struct cli_args *args, const gmix_table *table);

/* The options that describe data, which parts->values keeps. OPT_NONE ends the list. */
extern const enum cli_id cli_parts_options[];

/* The rows of a part: the columns of all of them, and its labels as numbers of the fit's classes
 * (to be freed; NULL without classes). */
int cli_parts_rows(struct cli_session *session, const struct cli_args *args,
                   const struct cli_parts *parts, const char *path, gmix_data **data,
                   int32_t **labels);

/* The next piece of them, in the place of the one before; *data NULL where there are no more. */
int cli_parts_next(struct cli_session *session, const struct cli_parts *parts,
                   const char *path, gmix_data **data, int32_t **labels);

/* The labels of a table, which is rows of that file behind so many, as numbers of the fit's classes; in the
 * place of those that *out has. */
int cli_parts_labels(const struct cli_parts *parts, const char *path, size_t before,
                     const gmix_table *table, int32_t **out);

#endif
