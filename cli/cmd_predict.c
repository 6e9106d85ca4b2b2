/* gmix predict: which component each row belongs to, and how surely. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* What is known of all rows before the first line is printed. */
struct found {
    int32_t *components, *classes; /* classes: NULL for a model without */
};

static void put_heading(struct cli_out *out, const gmix_model *model, bool proba) {
    const size_t n_classes = gmix_model_n_classes(model);
    cli_out_text(out, n_classes ? "component,class" : "component");
    for (size_t k = 0; proba && k < gmix_model_n_components(model); k++) {
        cli_out_printf(out, ",p%zu", k);
    }
    for (size_t c = 0; proba && c < n_classes; c++) {
        char name[256];
        snprintf(name, sizeof name, "p_%s", gmix_model_class_name(model, c));
        cli_out_text(out, ",");
        cli_out_cell(out, name);
    }
    if (proba && gmix_model_noise_weight(model) > 0) {
        cli_out_text(out, ",p_noise");
    }
    cli_out_text(out, "\n");
}

/* The component, and the class where the model has any; nothing for noise. */
static void put_found(struct cli_out *out, const gmix_model *model,
                      const struct found *found, size_t i) {
    cli_out_printf(out, "%d", found->components[i]);
    if (found->classes) {
        const int32_t c = found->classes[i];
        cli_out_text(out, ",");
        cli_out_cell(out, c < 0 ? "" : gmix_model_class_name(model, (size_t)c));
    }
}

/* Responsibilities of a row, then the posteriors of the classes. sums: C numbers. */
static void put_probabilities(struct cli_out *out, const gmix_model *model,
                              const double *resp, double *sums) {
    const size_t n_classes = gmix_model_n_classes(model);
    double noise = 1.0;
    memset(sums, 0, n_classes * sizeof *sums);
    for (size_t j = 0; j < gmix_model_n_components(model); j++) {
        cli_out_text(out, ",");
        cli_out_number(out, resp[j]);
        noise -= resp[j];
        if (n_classes > 0) {
            sums[gmix_model_component_class(model, j)] += resp[j];
        }
    }
    for (size_t c = 0; c < n_classes; c++) {
        cli_out_text(out, ",");
        cli_out_number(out, sums[c]);
    }
    if (gmix_model_noise_weight(model) > 0) {
        cli_out_text(out, ",");
        cli_out_number(out, noise > 0 ? noise : 0);
    }
}

/* Probabilities block by block, so that N x K numbers are never held. */
static int put_proba(struct cli_session *session, const gmix_model *model,
                     const gmix_table *table, const struct found *found, const char *path,
                     struct cli_out *out) {
    const size_t k = gmix_model_n_components(model);
    const size_t block = k < 65536 ? 65536 / k : 1;
    double *const resp = calloc(block * k + gmix_model_n_classes(model), sizeof *resp);
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
            put_found(out, model, found, first + i);
            put_probabilities(out, model, resp + i * k, resp + block * k);
            cli_out_text(out, "\n");
        }
    }
    free(resp);
    return failed;
}

static int find_rows(struct cli_session *session, const gmix_model *model,
                     const gmix_table *table, const char *path, struct found *found) {
    const bool classes = gmix_model_n_classes(model) > 0;
    found->components = calloc(table->n_rows, sizeof *found->components);
    found->classes = classes ? calloc(table->n_rows, sizeof *found->classes) : NULL;
    if (!found->components || (classes && !found->classes)) {
        return cli_complain("out of memory");
    }
    gmix_status status = gmix_labels(session->ctx, model, table, found->components);
    if (status == GMIX_OK && classes) {
        status = gmix_class_labels(session->ctx, model, table, found->classes);
    }
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, path);
}

/* All labels come first: a bad cell is found before a line is printed. */
static int put_rows(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *model, const gmix_table *table) {
    static struct cli_out out;
    const char *const path = args->operands[1];
    const bool proba = args->values[OPT_PROBA] != NULL;
    struct found found = {NULL, NULL};
    int failed = find_rows(session, model, table, path, &found);
    failed = failed ? failed : cli_out_open(&out, args->values[OPT_OUTPUT]);
    if (!failed) {
        put_heading(&out, model, proba);
        if (proba) {
            failed = put_proba(session, model, table, &found, path, &out);
        }
        for (size_t i = 0; !proba && i < table->n_rows && !out.error; i++) {
            put_found(&out, model, &found, i);
            cli_out_text(&out, "\n");
        }
        if (failed) {
            cli_out_abandon(&out);
        } else {
            failed = cli_out_close(&out);
        }
    }
    free(found.components);
    free(found.classes);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, put_rows);
}

static const char *const text[] = {
    "Prints CSV, one line per row of DATA: the column component holds the number, from "
    "0, "
    "of the most probable component of MODEL. If MODEL has classes (gmix fit --labels), "
    "the column class holds the name of the most probable one, whose probability is the "
    "sum over its components. If MODEL has a noise component, the rows it takes are of "
    "component -1, and their class is empty.",
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
