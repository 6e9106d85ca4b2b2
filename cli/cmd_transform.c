/* gmix transform: the model of linear combinations of features. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"

/* The map of a table: a row for every new feature, a column for every old one. */
struct map {
    double *matrix;
    size_t n, d;
};

static int take_map(const gmix_table *table, struct map *map) {
    map->n = table->n_rows;
    map->d = table->n_cols;
    map->matrix = calloc(map->n * map->d, sizeof *map->matrix);
    if (!map->matrix) {
        return cli_complain("out of memory");
    }
    for (size_t i = 0; i < map->n; i++) {
        for (size_t j = 0; j < map->d; j++) {
            const ptrdiff_t at = (ptrdiff_t)i * table->row_stride +
                                 (table->col_offsets ? table->col_offsets[j]
                                                     : (ptrdiff_t)j * table->col_stride);
            map->matrix[i * map->d + j] = table->dtype == GMIX_F32
                                              ? (double)((const float *)table->data)[at]
                                              : ((const double *)table->data)[at];
        }
    }
    return CLI_OK;
}

static int check_names(const struct cli_args *args, const struct cli_list *names,
                       const struct map *map) {
    return names->n == 0 || names->n == map->n
               ? CLI_OK
               : cli_usage_error(args->command->name,
                                 "--names has %zu names, the matrix %zu rows: a name for "
                                 "every row",
                                 names->n, map->n);
}

static int transform(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model, const gmix_table *table) {
    struct map map = {0};
    struct cli_list names = {0};
    gmix_model *out = NULL;
    int failed = take_map(table, &map);
    failed = failed ? failed : cli_list_parse(args, OPT_NAMES, &names);
    failed = failed ? failed : check_names(args, &names, &map);
    if (!failed) {
        const char *const path = args->values[OPT_OUTPUT];
        gmix_status status =
            gmix_model_transform(session->ctx, model, map.n, map.matrix, NULL,
                                 names.n > 0 ? names.names : NULL, &out);
        if (status == GMIX_OK) {
            status = gmix_model_write(session->ctx, out, NULL, path ? path : "-");
        }
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    gmix_model_free(&out);
    cli_list_free(&names);
    free(map.matrix);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, transform);
}

static const char *const text[] = {
    "Writes a model: the distribution of linear combinations of the features of MODEL. "
    "MATRIX is a table with a column for every feature of the model and a row for every "
    "new feature, which is the sum of the row's numbers times the features.",
    "The rows must be linearly independent. If both MODEL and MATRIX name their columns, "
    "they are matched by name.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_NAMES, NULL},     {OPT_OUTPUT, NULL},  {OPT_GROUP, "The matrix"},
    {OPT_COLUMNS, NULL},   {OPT_HEADER, NULL},  {OPT_NO_HEADER, NULL},
    {OPT_DELIMITER, NULL}, {OPT_DECIMAL, NULL}, {OPT_THOUSANDS, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix transform model.json rows.csv --names sum,difference -o new.json",
     "the model of two combinations"},
    {NULL, NULL},
};

const struct cli_command cmd_transform = {
    .name = "transform",
    .synopsis = "MODEL MATRIX [--names A,B,...] [-o FILE]",
    .operands = "MODEL MATRIX",
    .summary = "the model of linear combinations of the features",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
