/* The file of a fit in parts. See part_files.h. */
#include "part_files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "data_args.h"
#include "file_pieces.h"
#include "infile.h"

static const char *const titles[] = {"gmix-parts 1\n", "gmix-answer 1\n"};
static const char *const kinds[] = {"a fit in parts, as gmix begin writes it",
                                    "a part's answer, as gmix pass writes it"};

const enum cli_id cli_parts_options[] = {
    OPT_COLUMNS,      OPT_ROW_NAMES, OPT_DATES,     OPT_WEIGHTS,   OPT_NA,
    OPT_HEADER,       OPT_NO_HEADER, OPT_DELIMITER, OPT_DECIMAL,   OPT_THOUSANDS,
    OPT_LABEL_COLUMN, OPT_BINNED,    OPT_BETWEEN,   OPT_TRUNCATED, OPT_ERRORS,
    OPT_ERROR_COV,    OPT_NONE};

struct cli_parts cli_parts_like(const struct cli_args *args, const gmix_table *table) {
    struct cli_parts parts = {
        .paths = {(const char **)args->all, args->n_operands},
        .columns = {(const char **)table->names, table->names ? table->n_cols : 0},
        .classes = {(const char **)table->class_names,
                    table->labels ? table->n_classes : 0}};
    for (const enum cli_id *id = cli_parts_options; *id != OPT_NONE; id++) {
        parts.values[*id] = args->values[*id];
    }
    return parts;
}

static void put_line(struct cli_out *out, const char *key, const char *text) {
    cli_out_printf(out, "%s ", key);
    for (const char *c = text; *c; c++) {
        if (*c == '\n' || *c == '\\') {
            cli_out_text(out, *c == '\n' ? "\\n" : "\\\\");
        } else {
            cli_out_bytes(out, c, 1);
        }
    }
    cli_out_text(out, "\n");
}

static void put_texts(struct cli_out *out, const char *key, const struct cli_texts *t) {
    for (size_t i = 0; i < t->n; i++) {
        put_line(out, key, t->at[i]);
    }
}

int cli_parts_write(const char *path, bool is_answer, const struct cli_parts *parts) {
    static struct cli_out out;
    if (cli_out_open(&out, path)) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, titles[is_answer]);
    if (parts->command) {
        put_line(&out, "command", parts->command);
    }
    put_texts(&out, "part", &parts->paths);
    put_texts(&out, "column", &parts->columns);
    put_texts(&out, "class", &parts->classes);
    for (const enum cli_id *id = cli_parts_options; *id != OPT_NONE; id++) {
        if (parts->values[*id]) {
            put_line(&out, cli_option(*id)->name, parts->values[*id]);
        }
    }
    if (is_answer) {
        cli_out_printf(&out, "number %zu\n", parts->number);
    }
    cli_out_text(&out, "\n");
    cli_out_bytes(&out, parts->bytes, parts->size);
    return cli_out_close(&out);
}

/* In place. */
static void unescape(char *text) {
    char *to = text;
    for (const char *c = text; *c; c++) {
        const bool escaped = *c == '\\' && c[1] != '\0';
        c += escaped;
        *to++ = escaped && *c == 'n' ? '\n' : *c;
    }
    *to = '\0';
}

static bool append(struct cli_texts *t, const char *text) {
    const char **const more = realloc(t->at, (t->n + 1) * sizeof *more);
    if (more) {
        t->at = more;
        t->at[t->n++] = text;
    }
    return more != NULL;
}

/* A line: false if it is none that such a file has. */
static bool take_line(struct cli_parts *parts, const char *key, char *text) {
    struct cli_texts *const lists[] = {&parts->paths, &parts->columns, &parts->classes};
    static const char *const names[] = {"part", "column", "class"};
    unescape(text);
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(key, names[i]) == 0) {
            return append(lists[i], text);
        }
    }
    for (const enum cli_id *id = cli_parts_options; *id != OPT_NONE; id++) {
        if (strcmp(key, cli_option(*id)->name) == 0) {
            parts->values[*id] = text;
            return true;
        }
    }
    if (strcmp(key, "number") == 0) {
        char *end;
        parts->number = strtoul(text, &end, 10);
        return end > text && *end == '\0';
    }
    const bool is_command = strcmp(key, "command") == 0;
    parts->command = is_command ? text : parts->command;
    return is_command;
}

/* The lines, cut in place, then what lies behind them. */
static bool take_lines(struct cli_parts *parts, char *at, size_t left) {
    for (;;) {
        char *const end = memchr(at, '\n', left);
        if (!end) {
            return false;
        }
        const size_t length = (size_t)(end - at);
        left -= length + 1;
        *end = '\0';
        if (length == 0) {
            parts->bytes = end + 1;
            parts->size = left;
            return parts->paths.n > 0;
        }
        char *const text = strchr(at, ' ');
        if (!text) {
            return false;
        }
        *text = '\0';
        if (!take_line(parts, at, text + 1)) {
            return false;
        }
        at = end + 1;
    }
}

int cli_parts_read(const char *path, bool is_answer, struct cli_parts *parts) {
    const size_t title = strlen(titles[is_answer]);
    size_t size;
    *parts = (struct cli_parts){.file = cli_file_bytes(path, &size)};
    if (!parts->file) {
        return cli_complain("cannot read %s: %s", path, strerror(errno));
    }
    if (size < title || memcmp(parts->file, titles[is_answer], title) != 0) {
        return cli_complain("%s is not %s", path, kinds[is_answer]);
    }
    return take_lines(parts, parts->file + title, size - title)
               ? CLI_OK
               : cli_complain("%s is not whole: it begins like %s, and ends too soon or "
                              "was changed",
                              path, kinds[is_answer]);
}

void cli_parts_free(struct cli_parts *parts) {
    free(parts->file);
    free(parts->paths.at);
    free(parts->columns.at);
    free(parts->classes.at);
    *parts = (struct cli_parts){0};
}

static const char *name_in(const char *path) {
    const char *const slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

size_t cli_parts_find(const struct cli_parts *parts, const char *path) {
    const size_t n = parts->paths.n;
    size_t found = n, n_found = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(parts->paths.at[i], path) == 0) {
            return i;
        }
        if (strcmp(name_in(parts->paths.at[i]), name_in(path)) == 0) {
            found = i;
            n_found++;
        }
    }
    return n_found == 1 ? found : n;
}

/* Labels are numbers of the part's own classes: those of the fit have the same names. */
int cli_parts_labels(const struct cli_parts *parts, const char *path, size_t before,
                     const gmix_table *table, int32_t **out) {
    free(*out);
    int32_t *const labels = *out = malloc((table->n_rows + 1) * sizeof *labels);
    if (!labels) {
        return cli_complain("out of memory");
    }
    for (size_t i = 0; i < table->n_rows; i++) {
        labels[i] = -1;
        if (!table->labels || table->labels[i] < 0) {
            continue;
        }
        const char *const name = table->class_names[table->labels[i]];
        size_t c = 0;
        while (c < parts->classes.n && strcmp(parts->classes.at[c], name) != 0) {
            c++;
        }
        if (c == parts->classes.n) {
            return cli_complain("%s: row %zu has the class '%s', which no row of %s has: "
                                "the first part has to show all classes",
                                path, before + i + 1, name, parts->paths.at[0]);
        }
        labels[i] = (int32_t)c;
    }
    return CLI_OK;
}

int cli_parts_rows(struct cli_session *session, const struct cli_args *args,
                   const struct cli_parts *parts, const char *path, gmix_data **data,
                   int32_t **labels) {
    struct cli_args like = *args;
    for (const enum cli_id *id = cli_parts_options; *id != OPT_NONE; id++) {
        like.values[*id] = parts->values[*id];
    }
    /* those of bins and bounds are named by their options */
    const bool named = !like.values[OPT_BINNED] && !like.values[OPT_BETWEEN];
    int failed = cli_columns_read(session, &like, path, parts->columns.at,
                                  named ? parts->columns.n : 0, data);
    const gmix_table *const table = failed ? NULL : gmix_data_table(*data);
    if (!failed && parts->classes.n > 0) {
        failed = cli_parts_labels(parts, path, 0, table, labels);
    }
    return failed;
}

int cli_parts_next(struct cli_session *session, const struct cli_parts *parts,
                   const char *path, gmix_data **data, int32_t **labels) {
    const int failed = cli_piece_next(session, data);
    return failed || !*data || parts->classes.n == 0
               ? failed
               : cli_parts_labels(parts, path, session->rows_before,
                                  gmix_data_table(*data), labels);
}
