/* gmix modes: where a density has its peaks, and which one a row belongs to. */
#include <math.h>
#include <stdlib.h>

#include "columns_out.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"

static void put_point(struct cli_out *out, size_t d, const double *at, double density) {
    for (size_t j = 0; j < d; j++) {
        cli_out_text(out, ",");
        cli_out_number(out, at[j]);
    }
    cli_out_text(out, ",");
    cli_out_number(out, density);
    cli_out_text(out, ",");
    cli_out_number(out, exp(density));
}

static int put_modes(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model, const gmix_modes *m) {
    static struct cli_out out;
    if (args->values[OPT_JSON]) {
        char *json = NULL;
        const gmix_status status = gmix_modes_to_json(session->ctx, m, &json);
        return cli_text_put(session, args, status, json);
    }
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "kind,");
    cli_put_features(&out, model);
    cli_out_text(&out, ",log_density,density,joins\n");
    for (size_t i = 0; i < m->n; i++) {
        cli_out_text(&out, "mode");
        put_point(&out, m->d, m->at + i * m->d, m->log_density[i]);
        cli_out_text(&out, ",\n");
    }
    for (size_t i = 0; i < m->n_saddles; i++) {
        cli_out_text(&out, "saddle");
        put_point(&out, m->d, m->saddles + i * m->d, m->saddle_density[i]);
        cli_out_printf(&out, ",%zu %zu\n", m->joins[2 * i], m->joins[2 * i + 1]);
    }
    return cli_out_close(&out);
}

static int put_label_rows(struct cli_session *session, const struct cli_args *args,
                          size_t n, const int32_t *labels) {
    static struct cli_out out;
    if (args->values[OPT_JSON]) {
        const gmix_json_column column = {"mode", NULL, labels};
        char *json = NULL;
        const gmix_status status =
            gmix_columns_to_json(session->ctx, 1, &column, n, &json);
        return cli_text_put(session, args, status, json);
    }
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_put_row_heading(&out, session);
    cli_out_text(&out, "mode\n");
    for (size_t i = 0; i < n && !out.error; i++) {
        cli_put_row_name(&out, session, i);
        cli_out_printf(&out, "%d\n", labels[i]);
    }
    return cli_out_close(&out);
}

static int put_labels(struct cli_session *session, const struct cli_args *args,
                      const gmix_model *model, const gmix_table *table,
                      const gmix_modes *modes) {
    int32_t *const labels = calloc(table->n_rows, sizeof *labels);
    if (!labels) {
        return cli_complain("out of memory");
    }
    const gmix_status status =
        gmix_mode_labels(session->ctx, model, modes, table, labels);
    const int failed = status == GMIX_OK
                           ? put_label_rows(session, args, table->n_rows, labels)
                           : cli_library_error(session->ctx, status, args->operands[1]);
    free(labels);
    return failed;
}

static int modes(struct cli_session *session, const struct cli_args *args,
                 const gmix_model *model, const gmix_table *table) {
    gmix_modes found = {0};
    const gmix_status status = gmix_modes_find(session->ctx, model, &found);
    const int failed = status != GMIX_OK ? cli_library_error(session->ctx, status, NULL)
                       : table           ? put_labels(session, args, model, table, &found)
                                         : put_modes(session, args, model, &found);
    gmix_modes_free(&found);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, modes);
}

static const char *const text[] = {
    "Prints CSV: the modes of MODEL, highest first, then the saddles between them "
    "with the modes (numbered from 0) that each joins. Components are not modes: "
    "two may make one together. Every point is checked: no slope, and the "
    "curvature of what it is. Noise that has all the weight is flat: it has none.",
    "With DATA, a line per row instead: the mode that the row ascends to; -1 for a "
    "row with missing cells.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_JSON, NULL},    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,       {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL}, {OPT_QUIET, "errors only: no notes on how DATA was read"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix modes model.json", "peaks, and the passes between them"},
    {"gmix modes model.json data.csv", "the peak each row belongs to"},
    {NULL, NULL},
};

const struct cli_command cmd_modes = {
    .name = "modes",
    .synopsis = "MODEL [DATA]",
    .operands = "MODEL DATA",
    .n_optional = 1,
    .summary = "modes, saddles, and the mode each row belongs to",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
