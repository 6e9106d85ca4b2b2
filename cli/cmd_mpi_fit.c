/* gmix-mpi fit: rows in files, read and passed over by the ranks of MPI. */
#include "cmd_mpi_fit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gmix-mpi.h>

#include "choice.h"
#include "command_text.h"
#include "complain.h"
#include "data_args.h"
#include "file_list.h"
#include "file_names.h"
#include "fit_args.h"
#include "outfile.h"
#include "part_files.h"
#include "wording.h"

/* The bytes of all files are cut into as many equal shares as there are ranks; a file that lies in two
 * shares is read by both, and its pieces, or their rows, are divided as its bytes are. */
struct fit {
    struct cli_args args;
    struct cli_session session;
    int rank, n_ranks;
    gmix_fit_options opts;
    gmix_model *start, *model;
    gmix_report report;
    struct cli_files files;
    double *sizes;          /* of the files */
    struct cli_parts parts; /* what the first file shows; borrowed */
    gmix_data *first;
    gmix_data **data; /* one for each piece of a file that this rank keeps */
    int32_t **labels;
    gmix_table *tables;
    size_t n_tables, room;
};

static int voice = -1; /* standard error, while it is silenced */

void cli_mpi_hush(void) {
    const int nothing = open("/dev/null", O_WRONLY);
    voice = dup(STDERR_FILENO);
    dup2(nothing, STDERR_FILENO);
    close(nothing);
}

void cli_mpi_speak(void) {
    if (voice >= 0) {
        dup2(voice, STDERR_FILENO);
        close(voice);
        voice = -1;
    }
}

/* The largest exit status of all ranks: what one cannot do, none goes on with. */
static int worst(int failed) {
    MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return failed;
}

/* Files by name or pattern, in order, in place of the operands. */
static int find_files(struct fit *f) {
    const int failed =
        cli_files_find(&f->args, f->session.quiet || f->rank > 0, &f->files);
    if (failed) {
        return failed;
    }
    f->args.all = f->files.at;
    f->args.n_operands = f->files.n;
    f->sizes = calloc(f->files.n, sizeof *f->sizes);
    for (size_t i = 0; f->sizes && i < f->files.n; i++) {
        f->sizes[i] = cli_file_size(f->files.at[i]);
    }
    return f->sizes ? cli_file_names_check(&f->args) : cli_complain("out of memory");
}

/* As many threads as there are processors for this rank, if no number is asked for. */
static int open_session(struct fit *f) {
    static char text[16];
    struct cli_args args = f->args;
    gmix_build_info info;
    MPI_Comm machine;
    int n_here;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &n_here);
    MPI_Comm_free(&machine);
    gmix_build_info_get(&info);
    if (!args.values[OPT_THREADS]) {
        const int each = info.n_threads / n_here;
        snprintf(text, sizeof text, "%d", each > 0 ? each : 1);
        args.values[OPT_THREADS] = text;
    }
    const int failed = cli_session_open(&f->session, &args);
    f->session.quiet = f->session.quiet || f->rank > 0;
    return failed;
}

static int read_options(struct fit *f) {
    const char *const *const values = f->args.values;
    if (!values[OPT_COMPONENTS] && !values[OPT_INIT_MODEL] && !values[OPT_LABEL_COLUMN]) {
        return cli_usage_error("fit", "say how many components: -k 3");
    }
    return cli_fit_options(&f->session, &f->args, cli_choice_wanted(&f->args), &f->opts,
                           &f->start);
}

/* What the first file shows holds for all: columns by name, classes. */
static int look_at_first(struct fit *f) {
    f->session.by_pieces = /* one shows the columns, all of them classes */
        !f->args.values[OPT_LABEL_COLUMN] && !f->args.values[OPT_BINNED];
    const int failed = cli_data_read(&f->session, &f->args, f->files.at[0], &f->first);
    if (failed) {
        return failed;
    }
    const gmix_table *const table = gmix_data_table(f->first);
    f->parts = cli_parts_like(&f->args, table);
    f->session.by_pieces = !f->args.values[OPT_BINNED];
    return cli_fit_components(&f->args, table, f->files.at[0], &f->opts);
}

/* The number of the row at which so many bytes of a file, or a piece, end. */
static size_t row_at(double bytes, double size, size_t n_rows) {
    const double share = bytes <= 0.0 ? 0.0 : bytes >= size ? 1.0 : bytes / size;
    return (size_t)(share * (double)n_rows);
}

static int make_room(struct fit *f) {
    const size_t room = f->room ? 2 * f->room : 16;
    gmix_data **const data = realloc(f->data, room * sizeof *data);
    f->data = data ? data : f->data;
    int32_t **const labels = realloc(f->labels, room * sizeof *labels);
    f->labels = labels ? labels : f->labels;
    gmix_table *const tables = realloc(f->tables, room * sizeof *tables);
    f->tables = tables ? tables : f->tables;
    if (!data || !labels || !tables) {
        return cli_complain("out of memory");
    }
    f->room = room;
    return CLI_OK;
}

/* Rows from one number to another of a piece, as the next table, which owns what it is of. */
static void keep_rows(struct fit *f, gmix_data **data, int32_t **labels, size_t first,
                      size_t end) {
    const size_t at = f->n_tables++;
    gmix_table *const t = &f->tables[at];
    f->data[at] = *data;
    f->labels[at] = *labels;
    *data = NULL;
    *labels = NULL;
    *t = *gmix_data_table(f->data[at]);
    const size_t cell = t->dtype == GMIX_F64 ? sizeof(double) : sizeof(float);
    if (t->data) {
        t->data = (const char *)t->data + (ptrdiff_t)(first * cell) * t->row_stride;
    }
    t->errors = t->errors ? t->errors + first * t->errors_len : NULL;
    t->lower = t->lower ? t->lower + first * t->n_cols : NULL;
    t->upper = t->upper ? t->upper + first * t->n_cols : NULL;
    t->weights = t->weights ? t->weights + first : NULL;
    t->labels = f->labels[at] ? f->labels[at] + first : NULL;
    t->n_classes = f->parts.classes.n;
    t->class_names = f->parts.classes.at;
    t->n_rows = end - first;
}

/* A file as its pieces lie in it: those of text end where records do, which is known when they were passed over,
 * so that a rank has those that begin in its share; other pieces, and files in one piece, are cut. */
struct layout {
    double size, from, to; /* bytes of the file, and which of them are this rank's */
    double step;           /* bytes of a piece; 0: text in several */
    double begin;          /* of the piece at hand */
};

static struct layout layout_of(const struct cli_session *s, const gmix_data *data,
                               double size, double from, double to) {
    struct layout l = {.size = size, .from = from, .to = to, .step = size};
    if (s->pieces && gmix_pieces_share(s->pieces) < 1.0) {
        const bool is_text = strncmp(gmix_data_format(data), "csv", 3) == 0;
        l.step = is_text ? 0.0 : size / (double)gmix_data_n_pieces(data);
    }
    return l;
}

/* Do pieces from there on belong to other ranks; does the next one? */
static bool is_over(const struct layout *l) {
    return l->begin >= l->to || l->begin >= l->size;
}

static bool is_before(const struct layout *l) {
    return l->step > 0.0 ? l->begin + l->step <= l->from : l->begin < l->from;
}

static void rows_of(const struct layout *l, size_t n, size_t *first, size_t *end) {
    *first = l->step > 0.0 ? row_at(l->from - l->begin, l->step, n)
                           : (l->begin >= l->from ? 0 : n);
    *end = l->step > 0.0 ? row_at(l->to - l->begin, l->step, n) : n;
}

/* The piece behind the one at hand that this rank has rows of. */
static int next_piece(struct fit *f, struct layout *l, const char *path, gmix_data **data,
                      int32_t **labels) {
    struct cli_session *const s = &f->session;
    l->begin = s->pieces ? gmix_pieces_share(s->pieces) * l->size : l->size;
    while (is_before(l) && !is_over(l)) {
        const gmix_status status = gmix_pieces_skip(s->ctx, s->pieces);
        if (status != GMIX_OK) {
            return cli_library_error(s->ctx, status, NULL);
        }
        l->begin = gmix_pieces_share(s->pieces) * l->size;
    }
    if (is_over(l)) {
        gmix_data_free(data);
        return CLI_OK;
    }
    return cli_parts_next(s, &f->parts, path, data, labels);
}

/* The rows of file i that lie between two bytes of it; rank 0 has its first piece's columns in any case. */
static int read_rows(struct fit *f, size_t i, double from, double to) {
    struct cli_session *const s = &f->session;
    const char *const path = f->files.at[i];
    gmix_data *data = NULL;
    int32_t *labels = NULL;
    int failed = cli_parts_rows(s, &f->args, &f->parts, path, &data, &labels);
    struct layout l = {.size = 0.0};
    if (!failed) {
        l = layout_of(s, data, f->sizes[i], from, to);
    }
    while (!failed && data) {
        const size_t n = gmix_data_table(data)->n_rows;
        size_t first, end;
        rows_of(&l, n, &first, &end);
        failed = f->n_tables == f->room ? make_room(f) : CLI_OK;
        if (!failed && (end > first || (f->rank == 0 && f->n_tables == 0))) {
            s->rows_before += n;
            keep_rows(f, &data, &labels, first, end);
        }
        failed = failed ? failed : next_piece(f, &l, path, &data, &labels);
    }
    gmix_data_free(&data);
    free(labels);
    return failed;
}

static int read_share(struct fit *f) {
    const size_t n = f->files.n;
    double begin = 0.0, total = 0.0;
    for (size_t i = 0; i < n; i++) {
        total += f->sizes[i];
    }
    const double low = total * f->rank / f->n_ranks,
                 high = total * (f->rank + 1) / f->n_ranks;
    int failed = CLI_OK;
    for (size_t i = 0; i < n && !failed; begin += f->sizes[i++]) {
        /* rank 0 has a table of the first file in any case, for names and columns */
        if ((begin < high && begin + f->sizes[i] > low) || (f->rank == 0 && i == 0)) {
            failed = read_rows(f, i, low - begin, high - begin);
        }
    }
    return failed;
}

static int run_em(struct fit *f) {
    gmix_engine_options more;
    struct cli_choice choice;
    gmix_engine_options_init(&more);
    if (f->n_tables > 0) { /* those of rank 0 count */
        more.names = f->tables[0].names;
        more.n_classes = f->tables[0].n_classes;
        more.class_names = f->tables[0].class_names;
    }
    if (cli_choice_wanted(&f->args)) {
        if (cli_choice_options(&f->args, &f->opts, &choice)) {
            return CLI_BAD_USAGE; /* on all ranks */
        }
        more.select = &choice.opts;
    }
    const gmix_status status =
        gmix_mpi_fit(f->session.ctx, MPI_COMM_WORLD, f->tables, f->n_tables, &f->opts,
                     &more, &f->model, &f->report);
    if (status == GMIX_OK) {
        return CLI_OK;
    }
    return f->rank == 0 ? cli_library_error(f->session.ctx, status, NULL)
                        : (status == GMIX_ERR_OPTION ? CLI_BAD_USAGE : CLI_BAD_DATA);
}

static int write_model(struct fit *f) {
    gmix_ctx *const ctx = f->session.ctx;
    char *const command = cli_command_text(&f->args);
    char *json = NULL;
    gmix_status status =
        command ? gmix_report_set_command(ctx, &f->report, command) : GMIX_ERR_NOMEM;
    if (status == GMIX_OK && f->args.values[OPT_OUTPUT]) {
        status = gmix_model_to_json(ctx, f->model, &f->report, &json);
    }
    int failed = status == GMIX_OK ? CLI_OK : cli_library_error(ctx, status, NULL);
    if (json) {
        failed = cli_out_write(f->args.values[OPT_OUTPUT], json);
    }
    gmix_text_free(&json);
    free(command);
    return failed;
}

static int print_summary(struct fit *f) {
    gmix_ctx *const ctx = f->session.ctx;
    const bool json = f->args.values[OPT_JSON] != NULL;
    char *text = NULL;
    if (f->session.quiet && !json) {
        return CLI_OK;
    }
    const gmix_status status =
        json ? gmix_report_to_json(ctx, &f->report, &text)
             : cli_wording_summary(ctx, f->model, &f->report, &text);
    const int failed = status == GMIX_OK ? cli_out_write(NULL, text)
                                         : cli_library_error(ctx, status, NULL);
    gmix_text_free(&text);
    return failed;
}

static int run_steps(struct fit *f) {
    int failed = worst(open_session(f));
    failed = failed ? failed : worst(read_options(f));
    failed = failed ? failed : worst(find_files(f));
    failed = failed ? failed : worst(look_at_first(f));
    cli_mpi_speak();
    failed = failed ? failed : worst(read_share(f));
    failed = failed ? failed : worst(run_em(f));
    if (!failed && f->rank == 0) {
        failed = write_model(f);
        failed = failed ? failed : print_summary(f);
    }
    return worst(failed);
}

static int run(const struct cli_args *args) {
    struct fit f = {.args = *args};
    MPI_Comm_rank(MPI_COMM_WORLD, &f.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &f.n_ranks);
    const int failed = run_steps(&f);
    for (size_t i = 0; i < f.n_tables; i++) {
        gmix_data_free(&f.data[i]);
        free(f.labels[i]);
    }
    free(f.data);
    free(f.labels);
    free(f.tables);
    free(f.sizes);
    cli_files_free(&f.files);
    gmix_data_free(&f.first);
    gmix_report_free(&f.report);
    gmix_model_free(&f.model);
    gmix_model_free(&f.start);
    cli_session_close(&f.session);
    return failed;
}

static const char *const text[] = {
    "Run by MPI, as mpirun -n 4 gmix-mpi fit 'part-*.npy' -k 3. FILEs are tables, or "
    "patterns of their names, and lie where all ranks see them; their rows in this "
    "order are the data set. Each rank reads its share, by bytes, and passes over it: "
    "some kilobytes a step go through MPI. Of one text that several ranks share, none "
    "parses and keeps more than its own pieces of 16 MB and the first, which says what "
    "the columns are; NPY is mapped.",
    "The model has the same bits for any number of ranks and threads, and is that of "
    "'gmix fit --stream' on all rows in one file. A rank has one thread for each "
    "processor of its machine, divided among the ranks there, if --threads does not "
    "say otherwise.",
    "A rank that dies ends the program; nothing is left half-written.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_GROUP, "The model"},
    {OPT_COMPONENTS, "number of components; several, as in 1-9 or 1,2,4, and auto choose "
                     "among them, on a sample of the rows"},
    {OPT_COVARIANCE, "family of covariance matrices; several, as in full,tied,VEV, and "
                     "all choose among them (default full)"},
    {OPT_CRITERION, NULL},
    {OPT_FOLDS, NULL},
    {OPT_OUTPUT, "write the model to FILE (JSON)"},
    {OPT_JSON, "print the result as one JSON object instead of the summary"},
    CLI_PARTS_USES,
    {OPT_GROUP, "The work"},
    {OPT_THREADS, "threads of each rank; the result does not depend on it"},
    {OPT_QUIET, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"mpirun -n 4 gmix-mpi fit 'part-*.npy' -k 32 -o model.json",
     "four ranks share files"},
    {NULL, NULL},
};

const struct cli_command cmd_mpi_fit = {
    .name = "fit",
    .synopsis = "FILE... -k K [-o MODEL] [OPTION]...",
    .operands = "FILE",
    .many_operands = true,
    .summary = "fit a mixture to files that the ranks of MPI share",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
