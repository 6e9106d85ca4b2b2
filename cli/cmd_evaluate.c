/* gmix evaluate: how a mixture that was not fitted to data agrees with them. */
#include <math.h>
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "data_args.h"
#include "log_features.h"

static void put_number(struct cli_out *out, const char *name, double value) {
    cli_out_text(out, name);
    cli_out_text(out, ",");
    cli_out_number(out, value);
    cli_out_text(out, "\n");
}

static int put_measures(const struct cli_args *args, const gmix_adequacy *a) {
    static struct cli_out out;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "measure,value\n");
    put_number(&out, "rows", (double)a->n);
    put_number(&out, "log_likelihood", a->log_likelihood);
    put_number(&out, "kolmogorov_smirnov", a->kolmogorov_smirnov);
    put_number(&out, "p", a->p);
    put_number(&out, "rms", a->rms);
    put_number(&out, "pareto_radius", a->pareto_radius);
    return cli_out_close(&out);
}

/* The density of the values and that of the model, side by side. */
static int put_density(struct cli_session *session, const struct cli_args *args,
                       const gmix_model *model, const gmix_table *x) {
    static struct cli_out out;
    gmix_pareto_density p = {.n = 0};
    double *logs = NULL;
    gmix_status status = gmix_pareto_density_find(session->ctx, x, 0, &p);
    int failed = CLI_OK;
    if (status == GMIX_OK) {
        const gmix_table places = gmix_table_f64(p.at, p.n, 1);
        logs = calloc(p.n, sizeof *logs);
        status =
            logs ? gmix_log_density(session->ctx, model, &places, logs) : GMIX_ERR_NOMEM;
    }
    failed = status == GMIX_OK ? cli_out_open(&out, args->values[OPT_OUTPUT])
                               : cli_library_error(session->ctx, status, NULL);
    if (!failed && logs) {
        cli_out_text(&out, "at,pareto_density,density\n");
        for (size_t i = 0; i < p.n; i++) {
            cli_out_number(&out, p.at[i]);
            cli_out_text(&out, ",");
            cli_out_number(&out, p.density[i]);
            cli_out_text(&out, ",");
            cli_out_number(&out, exp(logs[i]));
            cli_out_text(&out, "\n");
        }
        failed = cli_out_close(&out);
    }
    free(logs);
    gmix_pareto_density_free(&p);
    return failed;
}

/* One EM step from the model, where --model asks for it. */
static int write_step(struct cli_session *session, const struct cli_args *args,
                      const gmix_model *model, const gmix_table *x) {
    const char *const path = args->values[OPT_MODEL_OUT];
    gmix_model *after = NULL;
    gmix_report report = {0};
    gmix_fit_options fit;
    if (!path) {
        return CLI_OK;
    }
    gmix_fit_options_init(&fit);
    fit.n_components = gmix_model_n_components(model);
    fit.covariance = gmix_model_covariance_name(model);
    fit.init = "model";
    fit.init_model = model;
    fit.restarts = 1;
    fit.tol = 0;
    fit.max_iter = 1;
    fit.accelerate = 0;
    fit.resolution = "off";
    fit.singular = "keep";
    fit.noise = fmin(gmix_model_noise_weight(model), 0.999);
    gmix_status status = gmix_fit(session->ctx, x, &fit, &after, &report);
    if (status == GMIX_OK) {
        status = gmix_model_write(session->ctx, after, &report, path);
    }
    gmix_model_free(&after);
    gmix_report_free(&report);
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

static int evaluate(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *model, const gmix_table *x) {
    gmix_adequacy a = {0};
    const gmix_status status = gmix_adequacy_find(session->ctx, model, x, &a);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, args->operands[1]);
    }
    for (size_t i = 0; i < x->n_rows; i++) {
        a.log_likelihood += cli_row_jacobian(model, x, i);
    }
    const int failed = args->values[OPT_DENSITY] ? put_density(session, args, model, x)
                                                 : put_measures(args, &a);
    return failed ? failed : write_step(session, args, model, x);
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, evaluate);
}

static const char *const text[] = {
    "Prints CSV: how a mixture of one feature, made by hand or known from "
    "elsewhere, agrees with DATA: their log-likelihood, the Kolmogorov-Smirnov "
    "distance and its p-value, which is that of a model known beforehand (for one "
    "that was fitted to DATA: gmix test-fit), and the root of the sum of squared "
    "differences between its density and the Pareto density of the values (RMS).",
    "--density prints both densities instead, and --model writes what one EM step "
    "makes of the mixture: adjust, look, and go on from there.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_DENSITY, "print the Pareto density of the values beside the mixture's"},
    {OPT_MODEL_OUT, "also write the mixture after one EM step to FILE"},
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    {OPT_QUIET, "errors only: no notes on how DATA was read"},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix evaluate model.json data.csv", "log-likelihood, distances"},
    {"gmix evaluate model.json data.csv --model better.json", "and one step of EM"},
    {NULL, NULL},
};

const struct cli_command cmd_evaluate = {
    .name = "evaluate",
    .synopsis = "MODEL DATA",
    .operands = "MODEL DATA",
    .summary = "how a hand-made mixture of one feature agrees with data",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
