/* gmix hdr: highest-density regions, and which rows are inside. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "columns_out.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "model_features.h"

struct regions {
    size_t n;
    double *masses;
    gmix_region *of;
};

static void regions_free(struct regions *r) {
    for (size_t i = 0; r->of && i < r->n; i++) {
        gmix_region_free(&r->of[i]);
    }
    free(r->of);
    free(r->masses);
}

static int regions_find(struct cli_session *session, const struct cli_args *args,
                        const gmix_model *model, struct regions *r) {
    uint64_t seed;
    if (!args->values[OPT_MASS]) {
        return cli_usage_error("hdr", "say of which probability: --mass 0.5,0.9");
    }
    int failed = cli_seed(session, args, &seed);
    failed =
        failed ? failed : cli_numbers_parse(args, OPT_MASS, 0.0, 1.0, &r->n, &r->masses);
    r->of = failed ? NULL : calloc(r->n, sizeof *r->of);
    if (!failed && !r->of) {
        failed = cli_complain("out of memory");
    }
    for (size_t i = 0; r->of && i < r->n && !failed; i++) {
        const gmix_status status =
            gmix_region_find(session->ctx, model, r->masses[i], 0, seed, &r->of[i]);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    return failed;
}

static void put_region(struct cli_out *out, const gmix_region *r) {
    const double cells[5] = {r->mass, r->level, r->level_error, r->volume,
                             r->volume_error};
    for (size_t c = 0; c < 5; c++) {
        cli_out_text(out, c ? "," : "");
        cli_out_number(out, cells[c]);
    }
    cli_out_text(out, ",");
    for (size_t i = 0; i < r->n_intervals; i++) {
        cli_out_text(out, i ? " " : "");
        cli_out_number(out, r->intervals[2 * i]);
        cli_out_text(out, "..");
        cli_out_number(out, r->intervals[2 * i + 1]);
    }
    cli_out_text(out, "\n");
}

static int put_regions(struct cli_session *session, const struct cli_args *args,
                       const struct regions *r) {
    static struct cli_out out;
    if (args->values[OPT_JSON]) {
        char *json = NULL;
        const gmix_status status = gmix_regions_to_json(session->ctx, r->n, r->of, &json);
        return cli_text_put(session, args, status, json);
    }
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "mass,level,level_error,volume,volume_error,region\n");
    for (size_t i = 0; i < r->n; i++) {
        put_region(&out, &r->of[i]);
    }
    return cli_out_close(&out);
}

/* A density of some of the features tells nothing of a level for all of them. */
static bool is_whole(const gmix_table *table, size_t n) {
    size_t j = 0;
    while (j < table->n_cols && !isnan(cli_cell(table, n, j))) {
        j++;
    }
    return j == table->n_cols;
}

/* inside: for every region N flags, -1 for a row with missing cells. */
static int put_member_json(struct cli_session *session, const struct cli_args *args,
                           size_t n_rows, const struct regions *r,
                           const int32_t *inside) {
    gmix_json_column *const columns = calloc(r->n, sizeof *columns);
    char(*const names)[32] = calloc(r->n, sizeof *names), *json = NULL;
    int failed = CLI_OK;
    for (size_t i = 0; columns && names && i < r->n; i++) {
        snprintf(names[i], sizeof names[i], "in_%g", r->masses[i]);
        columns[i] = (gmix_json_column){names[i], NULL, inside + i * n_rows};
    }
    if (columns && names) {
        const gmix_status status =
            gmix_columns_to_json(session->ctx, r->n, columns, n_rows, &json);
        failed = cli_text_put(session, args, status, json);
    } else {
        failed = cli_complain("out of memory");
    }
    free(columns);
    free(names);
    return failed;
}

static int put_member_rows(struct cli_session *session, const struct cli_args *args,
                           size_t n_rows, const struct regions *r,
                           const int32_t *inside) {
    static struct cli_out out;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_put_row_heading(&out, session);
    for (size_t i = 0; i < r->n; i++) {
        cli_out_printf(&out, "%sin_%g", i ? "," : "", r->masses[i]);
    }
    cli_out_text(&out, "\n");
    for (size_t n = 0; n < n_rows && !out.error; n++) {
        cli_put_row_name(&out, session, n);
        for (size_t i = 0; i < r->n; i++) {
            cli_out_printf(&out, "%s%d", i ? "," : "", (int)inside[i * n_rows + n]);
        }
        cli_out_text(&out, "\n");
    }
    return cli_out_close(&out);
}

static int put_members(struct cli_session *session, const struct cli_args *args,
                       const gmix_model *model, const gmix_table *table,
                       const struct regions *r) {
    const size_t n = table->n_rows;
    double *const l = calloc(n, sizeof *l);
    int32_t *const inside = calloc(n * r->n, sizeof *inside);
    int failed = l && inside ? CLI_OK : cli_complain("out of memory");
    if (!failed) {
        const gmix_status status = gmix_log_density(session->ctx, model, table, l);
        failed = status == GMIX_OK
                     ? CLI_OK
                     : cli_library_error(session->ctx, status, args->operands[1]);
    }
    for (size_t row = 0; !failed && l && inside && row < n; row++) {
        const bool whole = is_whole(table, row);
        for (size_t i = 0; i < r->n; i++) {
            inside[i * n + row] = whole ? l[row] > log(r->of[i].level) : -1;
        }
    }
    if (!failed) {
        failed = args->values[OPT_JSON] ? put_member_json(session, args, n, r, inside)
                                        : put_member_rows(session, args, n, r, inside);
    }
    free(l);
    free(inside);
    return failed;
}

static int regions(struct cli_session *session, const struct cli_args *args,
                   const gmix_model *model, const gmix_table *table) {
    struct regions r = {0};
    int failed = regions_find(session, args, model, &r);
    if (!failed) {
        failed = table ? put_members(session, args, model, table, &r)
                       : put_regions(session, args, &r);
    }
    regions_free(&r);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, regions);
}

static const char *const text[] = {
    "Prints CSV: for every probability of --mass the smallest region that has it, "
    "{ x : density above level }: the level, its volume, and for one feature the "
    "intervals, as LOW..HIGH. For one feature they are exact; else the level comes "
    "from 200 000 draws and has the standard error shown.",
    "With DATA, a line per row instead: 1 where the row is inside, 0 where it is not, -1 "
    "for a row with missing cells.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_MASS, NULL},    {OPT_SEED, NULL},
    {OPT_JSON, NULL},    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,       {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL}, {OPT_QUIET, "errors only: no notes on how DATA was read"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix hdr model.json --mass 0.5,0.9", "levels of two regions"},
    {"gmix hdr model.json data.csv --mass 0.95", "which rows are inside"},
    {NULL, NULL},
};

const struct cli_command cmd_hdr = {
    .name = "hdr",
    .synopsis = "MODEL [DATA] --mass P,...",
    .operands = "MODEL DATA",
    .n_optional = 1,
    .summary = "highest-density regions, and which rows are inside",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
