/* gmix predict: which component each row belongs to, and how surely. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns_out.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "log_features.h"

/* Rows evaluated at a time, and what is said of them: N x K numbers are never held. */
struct block {
    gmix_predictor *predictor;
    size_t room, first, n;
    gmix_prediction
        said;     /* classes: NULL for a model without; responsibilities: unless wanted */
    double *sums; /* of classes */
    char label[16]; /* a component's number */
};

/* The columns that are wanted, as they are called. */
static bool name_columns(const struct cli_args *args, const gmix_model *model,
                         struct cli_columns *to) {
    const size_t n_classes = gmix_model_n_classes(model);
    bool good = cli_column_add(to, "component");
    good = good && (!gmix_model_component_name(model, 0) || cli_column_add(to, "name"));
    good = good && (!n_classes || cli_column_add(to, "class"));
    if (args->values[OPT_APPEND]) {
        good = good && cli_column_add(to, "probability");
        good = good && cli_column_add(to, "uncertainty");
    }
    if (args->values[OPT_DENSITY]) {
        good = good && cli_column_add(to, "log_density");
    }
    if (!args->values[OPT_PROBA]) {
        return good;
    }
    for (size_t k = 0; good && k < gmix_model_n_components(model); k++) {
        const char *const name = gmix_model_component_name(model, k);
        good = name && !n_classes ? cli_column_add(to, "p_%.250s", name)
                                  : cli_column_add(to, "p%zu", k);
    }
    for (size_t c = 0; good && c < n_classes; c++) {
        good = cli_column_add(to, "p_%.250s", gmix_model_class_name(model, c));
    }
    return good && (gmix_model_noise_weight(model) <= 0 || cli_column_add(to, "p_noise"));
}

/* Posteriors of the classes, C numbers; what is left of 1 is the noise's. */
static double sum_classes(const gmix_model *model, const double *resp, double *sums) {
    const size_t n_classes = gmix_model_n_classes(model);
    double noise = 1.0;
    memset(sums, 0, n_classes * sizeof *sums);
    for (size_t j = 0; j < gmix_model_n_components(model); j++) {
        noise -= resp[j];
        if (n_classes > 0) {
            sums[gmix_model_component_class(model, j)] += resp[j];
        }
    }
    return noise > 0 ? noise : 0;
}

/* The probability of what row i is said to be, and of all else, which is added up by itself
 * so that a small one keeps its digits. */
static void weigh(const gmix_model *model, const struct block *b, size_t i, double noise,
                  double *probability, double *uncertainty) {
    const size_t n_classes = gmix_model_n_classes(model);
    const size_t n = n_classes ? n_classes : gmix_model_n_components(model);
    const double *const p = n_classes ? b->sums : b->said.responsibilities + i * n;
    const int32_t said = n_classes ? b->said.classes[i] : b->said.labels[i];
    *probability = said < 0 ? noise : p[said];
    *uncertainty = said < 0 ? 0 : gmix_model_noise_weight(model) > 0 ? noise : 0;
    for (size_t j = 0; j < n; j++) {
        *uncertainty += (int32_t)j == said ? 0 : p[j];
    }
}

static gmix_cell number(double value) {
    return (gmix_cell){NULL, value};
}

/* Row i of the block. A row without a cell that is there belongs nowhere, whatever the weights. */
static void fill_cells(const struct cli_args *args, const gmix_model *model,
                       struct block *b, size_t i, bool empty, struct cli_columns *to) {
    const size_t k = gmix_model_n_components(model);
    const size_t n_classes = gmix_model_n_classes(model);
    const double *const resp =
        b->said.responsibilities ? b->said.responsibilities + i * k : NULL;
    const double noise = resp ? sum_classes(model, resp, b->sums) : 0.0;
    gmix_cell *cell = to->cells;
    snprintf(b->label, sizeof b->label, "%d", b->said.labels[i]);
    *cell++ = empty          ? number(NAN)
              : to->rewriter ? number(b->said.labels[i])
                             : (gmix_cell){b->label, 0};
    if (gmix_model_component_name(model, 0)) {
        const int32_t c = b->said.labels[i];
        const char *const name = c < 0 ? "" : gmix_model_component_name(model, (size_t)c);
        *cell++ = empty ? number(NAN) : (gmix_cell){name, 0};
    }
    if (n_classes > 0) {
        const int32_t c = b->said.classes[i];
        const char *const name = c < 0 ? "" : gmix_model_class_name(model, (size_t)c);
        *cell++ = empty ? number(NAN) : (gmix_cell){name, 0};
    }
    if (args->values[OPT_APPEND]) {
        double probability = NAN, uncertainty = NAN;
        if (!empty) {
            weigh(model, b, i, noise, &probability, &uncertainty);
        }
        *cell++ = number(probability);
        *cell++ = number(uncertainty);
    }
    if (args->values[OPT_DENSITY]) {
        *cell++ = number(b->said.log_density[i]);
    }
    for (size_t j = 0; args->values[OPT_PROBA] && j < k; j++) {
        *cell++ = number(resp[j]);
    }
    for (size_t c = 0; args->values[OPT_PROBA] && c < n_classes; c++) {
        *cell++ = number(b->sums[c]);
    }
    if (args->values[OPT_PROBA] && gmix_model_noise_weight(model) > 0) {
        *cell = number(noise);
    }
}

static void block_free(struct block *b) {
    gmix_predictor_free(&b->predictor);
    free(b->said.labels);
    free(b->said.classes);
    free(b->said.responsibilities);
    free(b->said.log_density);
    free(b->sums);
}

/* False without memory. */
static bool block_new(const struct cli_args *args, const gmix_model *model,
                      struct block *b) {
    const size_t k = gmix_model_n_components(model), c = gmix_model_n_classes(model);
    const bool proba = args->values[OPT_PROBA] || args->values[OPT_APPEND];
    const bool density = args->values[OPT_DENSITY] != NULL;
    gmix_prediction_init(&b->said);
    b->room = !proba || k < 16 ? 4096 : k < 65536 ? 65536 / k : 1;
    b->said.labels = calloc(b->room, sizeof *b->said.labels);
    b->said.classes = c > 0 ? calloc(b->room, sizeof *b->said.classes) : NULL;
    b->said.responsibilities = proba ? calloc(b->room * k, sizeof(double)) : NULL;
    b->said.log_density = density ? calloc(b->room, sizeof(double)) : NULL;
    b->sums = calloc(c + 1, sizeof *b->sums);
    return b->said.labels && b->sums && (c == 0 || b->said.classes) &&
           (!proba || b->said.responsibilities) && (!density || b->said.log_density);
}

/* One evaluation of the mixture for every row, whatever is wanted of it. */
static gmix_status put_blocks(const struct cli_args *args, const gmix_model *model,
                              const gmix_table *table, struct block *b,
                              struct cli_columns *to) {
    gmix_status status = cli_columns_heading(to);
    for (b->first = 0; b->first < table->n_rows && status == GMIX_OK && !to->out->error;
         b->first += b->n) {
        const size_t left = table->n_rows - b->first;
        b->n = left < b->room ? left : b->room;
        status = gmix_predictor_rows(to->session->ctx, b->predictor, table, b->first,
                                     b->n, &b->said);
        for (size_t i = 0; i < b->n && status == GMIX_OK && !to->out->error; i++) {
            const bool empty = cli_row_is_empty(table, b->first + i);
            if (b->said.log_density) {
                b->said.log_density[i] += cli_row_jacobian(model, table, b->first + i);
            }
            fill_cells(args, model, b, i, empty, to);
            status = cli_columns_row(to, b->first + i, NULL);
        }
    }
    return status == GMIX_OK ? cli_columns_end(to) : status;
}

/* All cells are looked at first: a bad one is found before a line is printed. */
static int put_rows(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *model, const gmix_table *table) {
    static struct cli_out out;
    struct block b = {0};
    struct cli_columns to;
    int failed = cli_columns_open(&to, session, args, &out);
    if (!failed && (!block_new(args, model, &b) || !name_columns(args, model, &to))) {
        failed = cli_complain("out of memory");
    }
    gmix_status status = GMIX_OK;
    if (!failed) {
        status = gmix_predictor_new(session->ctx, model, &b.predictor);
        status = status == GMIX_OK
                     ? gmix_predictor_check(session->ctx, b.predictor, table)
                     : status;
        failed = status == GMIX_OK ? cli_out_open(&out, args->values[OPT_OUTPUT]) : 0;
    }
    if (status == GMIX_OK && !failed) {
        status = put_blocks(args, model, table, &b, &to);
        failed = cli_out_end(&out, status == GMIX_OK);
    }
    cli_columns_close(&to);
    block_free(&b);
    return status == GMIX_OK ? failed
                             : cli_library_error(session->ctx, status, args->operands[1]);
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, put_rows);
}

static const char *const text[] = {
    "Prints CSV, one line per row of DATA: the column component holds the number, "
    "from 0, of the most probable component of MODEL, and the column name its name if "
    "components have names (gmix fit --names, gmix rename). If MODEL has classes (gmix "
    "fit --labels), the column class holds the name of the most probable one, "
    "whose probability is the sum over its components. If MODEL has a noise "
    "component, the rows it takes are of component -1, and their class is empty. A "
    "row without any cell that is there belongs nowhere: NA.",
    "With --append, DATA is written again as it stands, and component, class, "
    "probability and uncertainty (of the class, if there are classes) are new "
    "columns, with --density and --proba more of them.",
    "Where the rows of DATA have names (a column of numbers called ID or without a "
    "name, or of texts that are all different), these come first.",
    "If both MODEL and DATA name their columns, the model's are picked by name, whatever "
    "their order and whatever else is there.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_PROBA, NULL},
    {OPT_DENSITY, NULL},
    CLI_COLUMNS_USES,
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    CLI_OBSERVED_USES,
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_QUIET, "errors only, as without it"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix predict model.json data.csv", "the component of each row"},
    {"gmix predict model.json new.csv --proba -o labels.csv",
     "with the probability of each component, into a file"},
    {"gmix predict model.json data.csv --append -o labelled.csv",
     "the same file with four columns more"},
    {NULL, NULL},
};

const struct cli_command cmd_predict = {
    .name = "predict",
    .synopsis = "MODEL DATA [--append] [--proba] [OPTION]...",
    .operands = "MODEL DATA",
    .summary = "say which component each row belongs to",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
