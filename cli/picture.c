/* Pictures from options. See picture.h. */
#include "picture.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "complain.h"
#include "data_args.h"

/* "WIDTHxHEIGHT". */
static int parse_size(const struct cli_args *args, gmix_plot_options *opts) {
    const char *const text = args->values[OPT_SIZE];
    char after;
    if (text && (sscanf(text, "%lfx%lf%c", &opts->width, &opts->height, &after) != 2 ||
                 !(opts->width >= 200 && opts->width <= 10000) ||
                 !(opts->height >= 150 && opts->height <= 10000))) {
        return cli_usage_error(
            args->command->name,
            "--size: '%.40s' is not WIDTHxHEIGHT, 200x150 to 10000x10000, "
            "as in 720x540",
            text);
    }
    return CLI_OK;
}

static int parse_scale(const struct cli_args *args, gmix_plot_options *opts) {
    const char *const text = args->values[OPT_SCALE];
    char *end = NULL;
    if (text) {
        opts->scale = strtod(text, &end);
    }
    return text && (end == text || *end || !(opts->scale >= 0.1 && opts->scale <= 10))
               ? cli_usage_error(args->command->name,
                                 "--scale: '%.40s' is not a number from 0.1 to 10", text)
               : CLI_OK;
}

/* An option's word among those that the library knows. */
static int check_word(const struct cli_args *args, enum cli_id id,
                      const char *const *words) {
    const char *const text = args->values[id];
    char list[256] = "";
    size_t n = 0, used = 0;
    for (; words[n]; n++) {
        if (!text || strcmp(words[n], text) == 0) {
            return CLI_OK;
        }
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", n ? ", " : "",
                                 words[n]);
    }
    return cli_usage_error(args->command->name, "--%s '%.40s' is not one of %s%s",
                           cli_option(id)->name, text, list,
                           cli_did_you_mean("", text, words, n));
}

static int parse_options(const struct cli_args *args, gmix_plot_options *opts) {
    gmix_plot_options_init(opts);
    int failed = check_word(args, OPT_KIND, gmix_plot_kinds());
    failed = failed ? failed : check_word(args, OPT_THEME, gmix_plot_themes());
    if (!failed && strcmp(args->command->name, "plot") == 0) {
        failed = check_word(args, OPT_CRITERION, gmix_criterion_names());
        opts->criterion = args->values[OPT_CRITERION];
    }
    failed = failed ? failed : parse_size(args, opts);
    failed = failed ? failed : parse_scale(args, opts);
    if (args->values[OPT_KIND]) {
        opts->kind = args->values[OPT_KIND];
    }
    const bool labels = args->values[OPT_LABEL_COLUMN] != NULL;
    if (!failed && strcmp(opts->kind, "confusion") == 0 && !labels) {
        failed = cli_usage_error(args->command->name,
                                 "--kind confusion needs the classes that are known: "
                                 "--labels COLUMN");
    }
    if (!failed && strcmp(opts->kind, "classification") == 0 && labels &&
        !args->values[OPT_QUIET]) {
        cli_complain("note: the table of known classes is --kind confusion now; "
                     "classification draws rows, where no --labels are given");
    }
    if (args->values[OPT_THEME]) {
        opts->theme = args->values[OPT_THEME];
    }
    opts->contours = args->values[OPT_CONTOURS] != NULL;
    opts->uncertainty = args->values[OPT_UNCERTAINTY] != NULL;
    opts->title = args->values[OPT_TITLE];
    return failed;
}

/* Can a file be made there? It is, and goes again. */
static int check_place(const char *path) {
    static struct cli_out out; /* static: it holds a buffer */
    const int failed = cli_out_open(&out, path);
    if (!failed) {
        cli_out_abandon(&out);
    }
    return failed;
}

int cli_picture_check(const struct cli_args *args, const char *path) {
    gmix_plot_options opts;
    gmix_ctx *ctx = NULL;
    int failed = parse_options(args, &opts);
    if (failed) {
        return failed;
    }
    gmix_status status = gmix_ctx_new(NULL, &ctx);
    if (status != GMIX_OK) {
        return cli_complain("%s", gmix_status_text(status));
    }
    status = gmix_plot_check_path(ctx, path);
    if (status == GMIX_ERR_OPTION) {
        failed = cli_usage_error(args->command->name, "%s", gmix_ctx_message(ctx));
    } else if (status != GMIX_OK) {
        failed = cli_library_error(ctx, status, NULL);
    }
    gmix_ctx_free(&ctx);
    return failed ? failed : check_place(path);
}

int cli_picture_write(struct cli_session *session, const struct cli_args *args,
                      const gmix_model *model, const gmix_report *report,
                      const gmix_table *table, const char *path) {
    gmix_plot_options opts;
    struct cli_list shown = {0};
    int failed = parse_options(args, &opts);
    failed = failed ? failed : cli_list_parse(args, OPT_SHOW, &shown);
    if (!failed) {
        opts.features = shown.names;
        opts.n_features = shown.n;
        const gmix_status status =
            gmix_plot_write(session->ctx, model, report, table, &opts, path);
        if (status == GMIX_ERR_OPTION) {
            failed = cli_usage_error(args->command->name, "%s",
                                     gmix_ctx_message(session->ctx));
        } else if (status != GMIX_OK) {
            failed = cli_library_error(session->ctx, status, NULL);
        }
    }
    cli_list_free(&shown);
    return failed;
}

/* Does the terminal show more than ASCII? The program itself stays in the locale "C". */
static int terminal_utf8(void) {
    const locale_t own = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    const int utf8 = own && strcmp(nl_langinfo_l(CODESET, own), "UTF-8") == 0;
    if (own) {
        freelocale(own);
    }
    return utf8;
}

/* https://no-color.org, and terminals that know no colours. */
static int terminal_colour(void) {
    const char *const no = getenv("NO_COLOR"), *const term = getenv("TERM");
    return !(no && no[0]) && term && strcmp(term, "dumb") != 0;
}

/* Of very many rows, some do: every step-th. */
static gmix_table thin_out(const gmix_table *table) {
    enum { ENOUGH = 100000 };
    gmix_table thin = *table;
    if (table->n_rows > ENOUGH && !table->weights) {
        const size_t step = table->n_rows / ENOUGH;
        thin.n_rows = table->n_rows / step;
        thin.row_stride *= (ptrdiff_t)step;
        thin.labels = NULL;
    }
    return thin;
}

void cli_picture_terminal(struct cli_session *session, const gmix_model *model,
                          const gmix_table *table, struct cli_out *out) {
    gmix_terminal_options opts;
    struct winsize size;
    char *text = NULL;
    if (isatty(out->fd) != 1) {
        return;
    }
    gmix_terminal_options_init(&opts);
    if (ioctl(out->fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        opts.width = size.ws_col < 100 ? size.ws_col : 100;
        opts.height = size.ws_row > 40 ? 20 : size.ws_row > 20 ? size.ws_row / 2 : 10;
    }
    if (opts.width < 20) {
        return;
    }
    opts.utf8 = terminal_utf8();
    opts.colour = terminal_colour();
    const gmix_table thin = thin_out(table);
    if (gmix_plot_terminal(session->ctx, model, &thin, &opts, &text) == GMIX_OK) {
        cli_out_printf(out, "\n%s", text);
    }
    gmix_text_free(&text);
}
