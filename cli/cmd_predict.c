/* gmix predict: which component each row belongs to, and how surely. */
#include <stdint.h>
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "outfile.h"

/* Rows [first, first + n) of a table. */
static gmix_table rows_of(const gmix_table *table, size_t first, size_t n) {
    gmix_table part = *table;
    const size_t cell = table->dtype == GMIX_F32 ? sizeof(float) : sizeof(double);
    const ptrdiff_t offset = (ptrdiff_t)first * table->row_stride * (ptrdiff_t)cell;
    part.data = (const char *)table->data + offset;
    part.n_rows = n;
    part.weights = table->weights ? table->weights + first : NULL;
    return part;
}

static void put_heading(struct cli_out *out, size_t n_components, bool proba) {
    cli_out_text(out, "component");
    for (size_t k = 0; proba && k < n_components; k++) {
        cli_out_printf(out, ",p%zu", k);
    }
    cli_out_text(out, "\n");
}

/* Probabilities block by block, so that N x K numbers are never held. */
static int put_proba(struct cli_session *session, const gmix_model *model,
                     const gmix_table *table, const int32_t *labels, const char *path,
                     struct cli_out *out) {
    const size_t k = gmix_model_n_components(model);
    const size_t block = k < 65536 ? 65536 / k : 1;
    double *const resp = calloc(block * k, sizeof *resp);
    if (!resp) {
        return cli_complain("out of memory");
    }
    int failed = CLI_OK;
    for (size_t first = 0; first < table->n_rows && !failed && !out->error;
         first += block) {
        const size_t left = table->n_rows - first;
        const gmix_table part = rows_of(table, first, left < block ? left : block);
        const gmix_status status =
            gmix_responsibilities(session->ctx, model, &part, resp);
        if (status != GMIX_OK) {
            failed = cli_library_error(session->ctx, status, path);
        }
        for (size_t i = 0; i < part.n_rows && !failed; i++) {
            cli_out_printf(out, "%d", labels[first + i]);
            for (size_t j = 0; j < k; j++) {
                cli_out_text(out, ",");
                cli_out_number(out, resp[i * k + j]);
            }
            cli_out_text(out, "\n");
        }
    }
    free(resp);
    return failed;
}

/* All labels come first: a bad cell is found before a line is printed. */
static int put_rows(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *model, const gmix_table *table) {
    static struct cli_out out;
    const char *const path = args->operands[1];
    const bool proba = args->values[OPT_PROBA] != NULL;
    int32_t *const labels = calloc(table->n_rows, sizeof *labels);
    if (!labels) {
        return cli_complain("out of memory");
    }
    int failed = CLI_OK;
    const gmix_status status = gmix_labels(session->ctx, model, table, labels);
    if (status != GMIX_OK) {
        failed = cli_library_error(session->ctx, status, path);
    }
    failed = failed ? failed : cli_out_open(&out, args->values[OPT_OUTPUT]);
    if (!failed) {
        put_heading(&out, gmix_model_n_components(model), proba);
        if (proba) {
            failed = put_proba(session, model, table, labels, path, &out);
        }
        for (size_t i = 0; !proba && i < table->n_rows && !out.error; i++) {
            cli_out_printf(&out, "%d\n", labels[i]);
        }
        if (failed) {
            cli_out_abandon(&out);
        } else {
            failed = cli_out_close(&out);
        }
    }
    free(labels);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, put_rows);
}

static const char *const text[] = {
    "Prints CSV, one line per row of DATA: the column component holds the number, from "
    "0, "
    "of the most probable component of MODEL.",
    "If both MODEL and DATA name their columns, the model's are picked by name, whatever "
    "their order and whatever else is there.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_PROBA, NULL},   {OPT_OUTPUT, NULL},
    CLI_DATA_USES,       {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL}, {OPT_QUIET, "errors only, as without it"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix predict model.json data.csv", "the component of each row"},
    {"gmix predict model.json new.csv --proba -o labels.csv",
     "with the probability of each component, into a file"},
    {NULL, NULL},
};

const struct cli_command cmd_predict = {
    .name = "predict",
    .synopsis = "MODEL DATA [--proba] [OPTION]...",
    .operands = "MODEL DATA",
    .summary = "say which component each row belongs to",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
