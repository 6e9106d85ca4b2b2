/* Columns of results. See columns_out.h. */
#include "columns_out.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "data_args.h"

enum { APPENDED_DIGITS = 6, NAME_SIZE = 320 };

static void write_bytes(void *self, const char *bytes, size_t n) {
    cli_out_bytes(self, bytes, n);
}

static int read_digits(const struct cli_args *args, int *digits) {
    size_t given = APPENDED_DIGITS;
    if (args->values[OPT_DIGITS] && args->values[OPT_EXACT]) {
        return cli_usage_error(args->command->name,
                               "--digits and --exact contradict each other");
    }
    if (args->values[OPT_DIGITS] && cli_parse_count(args, OPT_DIGITS, 1, 17, &given)) {
        return CLI_BAD_USAGE;
    }
    const bool rounded = args->values[OPT_DIGITS] ||
                         (args->values[OPT_APPEND] && !args->values[OPT_EXACT]);
    *digits = rounded ? (int)given : 0;
    return CLI_OK;
}

int cli_columns_open(struct cli_columns *columns, const struct cli_session *session,
                     const struct cli_args *args, struct cli_out *out) {
    *columns = (struct cli_columns){.out = out, .session = session};
    const int failed = read_digits(args, &columns->digits);
    if (failed || !args->values[OPT_APPEND]) {
        return failed;
    }
    const gmix_status status =
        gmix_rewriter_new(session->ctx, session->data, columns->digits, write_bytes, out,
                          &columns->rewriter);
    if (status == GMIX_ERR_UNSUPPORTED) {
        return cli_complain("--append is for text files: %s is %s", args->operands[1],
                            gmix_data_format(session->data));
    }
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

bool cli_column_add(struct cli_columns *c, const char *format, ...) {
    if (c->n == c->capacity) {
        const size_t more = 2 * c->capacity + 8;
        gmix_cell *const cells = realloc(c->cells, more * sizeof *cells);
        c->cells = cells ? cells : c->cells;
        char **const names = realloc(c->names, more * sizeof *names);
        c->names = names ? names : c->names;
        if (!cells || !names) {
            return false;
        }
        c->capacity = more;
    }
    char name[NAME_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    c->cells[c->n] = (gmix_cell){NULL, 0.0};
    c->names[c->n] = strdup(name);
    return c->names[c->n] && ++c->n > 0;
}

gmix_status cli_columns_heading(struct cli_columns *c) {
    if (c->rewriter) {
        return gmix_rewriter_heading(c->session->ctx, c->rewriter,
                                     (const char *const *)c->names, c->n);
    }
    cli_put_row_heading(c->out, c->session);
    for (size_t j = 0; j < c->n; j++) {
        cli_out_text(c->out, j ? "," : "");
        cli_out_cell(c->out, c->names[j]);
    }
    cli_out_text(c->out, "\n");
    return GMIX_OK;
}

gmix_status cli_columns_row(struct cli_columns *c, size_t i, const double *filled) {
    if (c->rewriter) {
        return gmix_rewriter_row(c->session->ctx, c->rewriter, filled, c->cells, c->n);
    }
    cli_put_row_name(c->out, c->session, i);
    for (size_t j = 0; j < c->n; j++) {
        cli_out_text(c->out, j ? "," : "");
        if (c->cells[j].text) {
            cli_out_cell(c->out, c->cells[j].text);
        } else if (isnan(c->cells[j].number)) {
            cli_out_text(c->out, "NA");
        } else if (c->digits > 0) {
            cli_out_printf(c->out, "%.*g", c->digits, c->cells[j].number);
        } else {
            cli_out_number(c->out, c->cells[j].number);
        }
    }
    cli_out_text(c->out, "\n");
    return GMIX_OK;
}

gmix_status cli_columns_end(struct cli_columns *c) {
    return c->rewriter ? gmix_rewriter_end(c->session->ctx, c->rewriter) : GMIX_OK;
}

void cli_columns_close(struct cli_columns *c) {
    gmix_rewriter_free(&c->rewriter);
    for (size_t j = 0; j < c->n; j++) {
        free(c->names[j]);
    }
    free(c->names);
    free(c->cells);
}
