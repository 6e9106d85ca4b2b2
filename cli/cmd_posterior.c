/* gmix posterior: how many groups, by samples from the posterior of partitions. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "error_args.h"
#include "interrupt.h"

/* The option's field of opts; the table says what it is. */
static int set_field(const struct cli_args *args, enum cli_id id,
                     gmix_posterior_options *opts) {
    const gmix_option_info *const info = cli_option_field(cli_option(id));
    const char *const text = args->values[id];
    char *const field = (char *)opts + info->offset;
    char *end;
    if (strcmp(info->type, "size") == 0) {
        size_t n = 0;
        const int failed =
            cli_parse_count(args, id, (size_t)info->min, (size_t)info->max, &n);
        memcpy(field, &n, sizeof n);
        return failed;
    }
    if (strcmp(info->type, "real") == 0) {
        const double value = strtod(text, &end);
        if (end == text || *end || !(value >= info->min && value <= info->max)) {
            return cli_usage_error("posterior",
                                   "--%s: '%.40s' is not a number from %g to %g",
                                   cli_option(id)->name, text, info->min, info->max);
        }
        memcpy(field, &value, sizeof value);
        return CLI_OK;
    }
    bool known = !info->choices;
    for (size_t i = 0; info->choices && info->choices[i]; i++) {
        known = known || strcmp(info->choices[i], text) == 0;
    }
    if (!known) {
        size_t n = 0;
        while (info->choices[n]) {
            n++;
        }
        return cli_usage_error("posterior",
                               "--%s '%.40s' is none of the choices, which "
                               "gmix posterior --help lists%s",
                               cli_option(id)->name, text,
                               cli_did_you_mean("", text, info->choices, n));
    }
    memcpy(field, &text, sizeof text);
    return CLI_OK;
}

static int read_options(struct cli_session *session, const struct cli_args *args,
                        gmix_posterior_options *opts) {
    gmix_fit_options fit; /* whose seed and limit mean what they mean everywhere */
    gmix_fit_options_init(&fit);
    gmix_posterior_options_init(opts);
    int failed = cli_level(args, &opts->level);
    failed = failed ? failed : cli_option_set(args, OPT_SEED, session->ctx, &fit);
    failed = failed ? failed : cli_option_set(args, OPT_TIME_LIMIT, session->ctx, &fit);
    for (enum cli_id id = OPT_GROUPS_COVARIANCE; !failed && id <= OPT_GRID; id++) {
        failed = args->values[id] ? set_field(args, id, opts) : CLI_OK;
    }
    if (!failed && !gmix_family_name(opts->covariance)) {
        failed = cli_usage_error("posterior",
                                 "--covariance '%.40s' is none of full, diag, spherical",
                                 opts->covariance);
    }
    opts->seed = fit.seed;
    opts->time_limit = fit.time_limit;
    opts->similarity = args->values[OPT_SIMILARITY_OUT] != NULL;
    return failed;
}

static int put_partition(const struct cli_session *session, const char *path,
                         const gmix_posterior_draws *draws) {
    static struct cli_out out;
    if (cli_out_open(&out, path)) {
        return CLI_BAD_DATA;
    }
    cli_put_row_heading(&out, session);
    cli_out_text(&out, "cluster,together\n");
    for (size_t i = 0; i < draws->n_samples && !out.error; i++) {
        cli_put_row_name(&out, session, i);
        cli_out_printf(&out, "%d,", (int)draws->labels[i]);
        cli_out_number(&out, draws->certainty[i]);
        cli_out_text(&out, "\n");
    }
    return cli_out_close(&out);
}

static int put_similarity(const char *path, const gmix_posterior_draws *draws) {
    static struct cli_out out;
    const size_t n = draws->n_samples;
    if (cli_out_open(&out, path)) {
        return CLI_BAD_DATA;
    }
    for (size_t j = 0; j < n; j++) {
        cli_out_printf(&out, "%sr%zu", j ? "," : "", j);
    }
    for (size_t i = 0; i < n && !out.error; i++) {
        for (size_t j = 0; j < n; j++) {
            cli_out_text(&out, j ? "," : "\n");
            cli_out_number(&out, draws->similarity[i * n + j]);
        }
    }
    cli_out_text(&out, "\n");
    return cli_out_close(&out);
}

static int put_density(const char *path, const gmix_posterior_draws *draws) {
    static struct cli_out out;
    if (cli_out_open(&out, path)) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "feature,x,density,lower,upper\n");
    for (size_t i = 0; i < draws->n_features * draws->n_grid && !out.error; i++) {
        const size_t j = i / draws->n_grid;
        const char *const name = gmix_model_feature_name(draws->model, j);
        if (name) {
            cli_out_cell(&out, name);
        } else {
            cli_out_printf(&out, "x%zu", j);
        }
        const double cells[] = {draws->grid[i], draws->density.mean[i],
                                draws->density.lower[i], draws->density.upper[i]};
        for (size_t c = 0; c < 4; c++) {
            cli_out_text(&out, ",");
            cli_out_number(&out, cells[c]);
        }
        cli_out_text(&out, "\n");
    }
    return cli_out_close(&out);
}

/* The files that are asked for, then the result itself. */
static int put_all(struct cli_session *session, const struct cli_args *args,
                   const gmix_posterior_draws *draws) {
    const char *const model = args->values[OPT_MODEL_OUT],
                      *const partition = args->values[OPT_PARTITION_OUT],
                      *const similarity = args->values[OPT_SIMILARITY_OUT],
                      *const density = args->values[OPT_DENSITY_OUT];
    char *text = NULL;
    int failed = CLI_OK;
    if (model) {
        const gmix_status status =
            gmix_model_write(session->ctx, draws->model, NULL, model);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    }
    failed = failed || !partition ? failed : put_partition(session, partition, draws);
    failed = failed || !similarity ? failed : put_similarity(similarity, draws);
    failed = failed || !density ? failed : put_density(density, draws);
    if (failed) {
        return failed;
    }
    const gmix_status status =
        args->values[OPT_JSON] ? gmix_posterior_draws_to_json(session->ctx, draws, &text)
                               : gmix_posterior_draws_to_text(session->ctx, draws, &text);
    return cli_text_put(session, args, status, text);
}

static int sample(struct cli_session *session, const struct cli_args *args,
                  const gmix_data *data, const gmix_posterior_options *opts) {
    gmix_posterior_draws draws = {0};
    cli_interrupt_asks(true);
    const gmix_status status =
        gmix_posterior_sample(session->ctx, gmix_data_table(data), opts, &draws);
    cli_progress_clear();
    if (cli_was_cut(status)) {
        return cli_complain("%s before there was a draw", cli_cut_text(status));
    }
    const int failed = status == GMIX_OK
                           ? put_all(session, args, &draws)
                           : cli_library_error(session->ctx, status, args->operands[0]);
    gmix_posterior_draws_free(&draws);
    return failed;
}

static int run(const struct cli_args *args) {
    struct cli_session session;
    gmix_data *data = NULL;
    gmix_posterior_options opts;
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : read_options(&session, args, &opts);
    failed = failed ? failed : cli_data_read(&session, args, args->operands[0], &data);
    if (!failed) {
        session.data = data;
        failed = sample(&session, args, data, &opts);
    }
    gmix_data_free(&data);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Samples partitions of the rows into groups from their posterior, in several chains, "
    "by Gibbs sweeps with splits and merges (Jain & Neal 2004), the groups' means and "
    "covariances integrated out. It prints the probabilities of each number of "
    "components beside those of the prior, how well the chains agree, the partition "
    "nearest to all that were sampled, and intervals of its clusters' parameters.",
    "--prior mfm, a mixture of finite mixtures (Miller & Harrison 2018), is what to ask "
    "for a number of components. --prior dp, a Dirichlet process, has infinitely many; "
    "the number of its groups grows with the rows, and is no estimate of a finite one.",
    "The number depends on how wide groups are taken to be. By default that is learnt, "
    "as a share of the table's covariance; --prior-scale fixes it. Components are "
    "normal: a group that is not may be several of them. Rows are whole: weights and "
    "missing cells are refused.",
    "The result does not depend on the number of threads. Ctrl-C ends the chains with "
    "the draws made so far; a second Ctrl-C kills.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_GROUP, "The priors"},
    {OPT_GROUPS_COVARIANCE, NULL},
    {OPT_PARTITION_PRIOR, NULL},
    {OPT_COMPONENTS_PRIOR, NULL},
    {OPT_COMPONENTS_PARAMETER, NULL},
    {OPT_PARTITION_CONCENTRATION, NULL},
    {OPT_CONCENTRATION_SHAPE, NULL},
    {OPT_CONCENTRATION_RATE, NULL},
    {OPT_GROUP_SCALE, NULL},
    {OPT_GROUP_SHRINKAGE, NULL},
    {OPT_GROUP_DOF, NULL},
    {OPT_GROUP, "The chains"},
    {OPT_CHAINS, NULL},
    {OPT_ITERATIONS, NULL},
    {OPT_BURN_IN, NULL},
    {OPT_THIN, NULL},
    {OPT_PROPOSALS, NULL},
    {OPT_SEED, NULL},
    {OPT_TIME_LIMIT, "chains end after so many seconds, with what there is"},
    {OPT_GROUP, "The results"},
    {OPT_LEVEL, "probability of intervals and bands (default 0.95)"},
    {OPT_GRID, NULL},
    {OPT_MODEL_OUT,
     "write the clusters as a mixture, for gmix predict, plot and others, to FILE"},
    {OPT_PARTITION_OUT, NULL},
    {OPT_SIMILARITY_OUT, NULL},
    {OPT_DENSITY_OUT, NULL},
    {OPT_JSON, "print one JSON object, with the trace, instead"},
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    CLI_WORK_USES,
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix posterior data.csv", "how many components there are, with probabilities"},
    {"gmix posterior data.csv --prior dp --covariance diag --model m.json --partition "
     "rows.csv",
     "another prior, and the clusters as a mixture and row by row"},
    {NULL, NULL},
};

const struct cli_command cmd_posterior = {
    .name = "posterior",
    .synopsis = "DATA [OPTION]...",
    .operands = "DATA",
    .summary = "how many groups there are, by samples from the posterior",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
