/* gmix predict: which component each row belongs to, and how surely. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "outfile.h"

/* Rows evaluated at a time, and what is said of them: N x K numbers are never held. */
struct block {
    gmix_predictor *predictor;
    size_t room, first, n;
    gmix_prediction
        said;     /* classes: NULL for a model without; responsibilities: unless wanted */
    double *sums; /* of classes */
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
                      const gmix_prediction *said, size_t i) {
    cli_out_printf(out, "%d", said->labels[i]);
    if (said->classes) {
        const int32_t c = said->classes[i];
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

static void put_block(struct cli_out *out, const struct cli_session *session,
                      const gmix_model *model, const struct block *b) {
    const size_t k = gmix_model_n_components(model);
    for (size_t i = 0; i < b->n && !out->error; i++) {
        cli_put_row_name(out, session, b->first + i);
        put_found(out, model, &b->said, i);
        if (b->said.responsibilities) {
            put_probabilities(out, model, b->said.responsibilities + i * k, b->sums);
        }
        cli_out_text(out, "\n");
    }
}

static void block_free(struct block *b) {
    gmix_predictor_free(&b->predictor);
    free(b->said.labels);
    free(b->said.classes);
    free(b->said.responsibilities);
    free(b->sums);
}

/* False without memory. */
static bool block_new(const gmix_model *model, bool proba, struct block *b) {
    const size_t k = gmix_model_n_components(model), c = gmix_model_n_classes(model);
    gmix_prediction_init(&b->said);
    b->room = !proba || k < 16 ? 4096 : k < 65536 ? 65536 / k : 1;
    b->said.labels = calloc(b->room, sizeof *b->said.labels);
    b->said.classes = c > 0 ? calloc(b->room, sizeof *b->said.classes) : NULL;
    b->said.responsibilities = proba ? calloc(b->room * k, sizeof(double)) : NULL;
    b->sums = calloc(c + 1, sizeof *b->sums);
    return b->said.labels && b->sums && (c == 0 || b->said.classes) &&
           (!proba || b->said.responsibilities);
}

/* One evaluation of the mixture for every row, whatever is wanted of it. */
static gmix_status put_blocks(struct cli_session *session, const gmix_model *model,
                              const gmix_table *table, struct block *b,
                              struct cli_out *out) {
    gmix_status status = GMIX_OK;
    for (b->first = 0; b->first < table->n_rows && status == GMIX_OK && !out->error;
         b->first += b->n) {
        const size_t left = table->n_rows - b->first;
        b->n = left < b->room ? left : b->room;
        status = gmix_predictor_rows(session->ctx, b->predictor, table, b->first, b->n,
                                     &b->said);
        if (status == GMIX_OK) {
            put_block(out, session, model, b);
        }
    }
    return status;
}

/* All cells are looked at first: a bad one is found before a line is printed. */
static int put_rows(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *model, const gmix_table *table) {
    static struct cli_out out;
    const bool proba = args->values[OPT_PROBA] != NULL;
    struct block b = {0};
    if (!block_new(model, proba, &b)) {
        block_free(&b);
        return cli_complain("out of memory");
    }
    gmix_status status = gmix_predictor_new(session->ctx, model, &b.predictor);
    status = status == GMIX_OK ? gmix_predictor_check(session->ctx, b.predictor, table)
                               : status;
    int failed = status == GMIX_OK ? cli_out_open(&out, args->values[OPT_OUTPUT]) : 0;
    if (status == GMIX_OK && !failed) {
        cli_put_row_heading(&out, session);
        put_heading(&out, model, proba);
        status = put_blocks(session, model, table, &b, &out);
        if (status == GMIX_OK) {
            failed = cli_out_close(&out);
        } else {
            cli_out_abandon(&out);
        }
    }
    block_free(&b);
    return status == GMIX_OK ? failed
                             : cli_library_error(session->ctx, status, args->operands[1]);
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
    "Where the rows of DATA have names (a column of numbers called ID or without a name, "
    "or of "
    "texts that are all different), these come first.",
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
