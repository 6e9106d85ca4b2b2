/* gmix compare: divergences between two models. */
#include <math.h>
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "model_features.h"
#include "outfile.h"
#include "session.h"

static void put_number(struct cli_out *out, const char *name, double value) {
    if (!isnan(value)) {
        cli_out_printf(out, "%s,", name);
        cli_out_number(out, value);
        cli_out_text(out, ",\n");
    }
}

static void put_estimate(struct cli_out *out, const char *name, gmix_estimate e) {
    cli_out_printf(out, "%s,", name);
    cli_out_number(out, e.value);
    cli_out_text(out, ",");
    cli_out_number(out, e.error);
    cli_out_text(out, "\n");
}

/* A component's place; behind the last, noise. */
static void put_part(struct cli_out *out, const gmix_model *model, size_t i) {
    if (i < gmix_model_n_components(model)) {
        cli_out_printf(out, " %zu", i);
    } else {
        cli_out_text(out, " noise");
    }
}

static void put_all(struct cli_out *out, const gmix_model *a, const gmix_model *b,
                    const gmix_divergences *d) {
    cli_out_text(out, "quantity,value,error\n");
    put_estimate(out, "kl_ab", d->kl_pq);
    put_number(out, "kl_ab_lower", d->kl_pq_lower);
    put_number(out, "kl_ab_upper", d->kl_pq_upper);
    put_estimate(out, "kl_ba", d->kl_qp);
    put_number(out, "kl_ba_lower", d->kl_qp_lower);
    put_number(out, "kl_ba_upper", d->kl_qp_upper);
    put_estimate(out, "jensen_shannon", d->jensen_shannon);
    put_estimate(out, "hellinger_squared", d->hellinger);
    put_estimate(out, "total_variation", d->total_variation);
    put_estimate(out, "entropy_a", d->entropy_p);
    put_estimate(out, "entropy_b", d->entropy_q);
    put_number(out, "ise", d->ise);
    put_number(out, "cauchy_schwarz", d->cauchy_schwarz);
    put_number(out, "w1", d->w1);
    put_number(out, "w2_squared", d->w2);
    put_number(out, "mw2_squared", d->mw2);
    for (size_t i = 0; i < d->k_p; i++) {
        for (size_t j = 0; j < d->k_q; j++) {
            if (d->plan[i * d->k_q + j] > 0.0) {
                cli_out_text(out, "plan");
                put_part(out, a, i);
                put_part(out, b, j);
                cli_out_text(out, ",");
                cli_out_number(out, d->plan[i * d->k_q + j]);
                cli_out_text(out, ",\n");
            }
        }
    }
}

static int put_approximations(struct cli_session *session, struct cli_out *out,
                              const gmix_model *a, const gmix_model *b) {
    const char *const *const names = gmix_kl_approximation_names();
    for (size_t i = 0; names[i]; i++) {
        for (size_t way = 0; way < 2; way++) {
            double kl;
            const gmix_status status = gmix_kl_approximation(session->ctx, way ? b : a,
                                                             way ? a : b, names[i], &kl);
            if (status != GMIX_OK) {
                return cli_library_error(session->ctx, status, NULL);
            }
            cli_out_printf(out, "approximation %s %s,", names[i], way ? "ba" : "ab");
            cli_out_number(out, kl);
            cli_out_text(out, ",\n");
        }
    }
    return CLI_OK;
}

static int read_options(struct cli_session *session, const struct cli_args *args,
                        gmix_divergence_options *opts) {
    size_t n;
    double *tolerance = NULL;
    gmix_divergence_options_init(opts);
    int failed = cli_seed(session, args, &opts->seed);
    failed = failed
                 ? failed
                 : cli_numbers_parse(args, OPT_TOLERANCE, 0.0, INFINITY, &n, &tolerance);
    if (tolerance) {
        opts->tolerance = tolerance[0];
    }
    free(tolerance);
    return failed;
}

static int put_json(struct cli_session *session, const struct cli_args *args,
                    const gmix_divergences *d) {
    char *json = NULL;
    const gmix_status status = gmix_divergences_to_json(session->ctx, d, &json);
    return cli_text_put(session, args, status, json);
}

/* Draws have an end: says so where it came before the error that was asked for. */
static void say_error(const gmix_divergences *d, double tolerance) {
    const double most = fmax(d->kl_pq.error, d->kl_qp.error);
    if (d->n_draws > 0 && most > tolerance) {
        cli_complain("note: after %zu draws from each model the standard error of a "
                     "divergence is %.2g, not yet %.2g",
                     d->n_draws, most, tolerance);
    }
}

static int compare(struct cli_session *session, const struct cli_args *args,
                   const gmix_model *a, const gmix_model *b) {
    static struct cli_out out;
    gmix_divergence_options opts;
    gmix_divergences d = {.k_p = 0};
    int failed = read_options(session, args, &opts);
    if (failed) {
        return failed;
    }
    const gmix_status status = gmix_compare_models(session->ctx, a, b, &opts, &d);
    if (status == GMIX_OK && args->values[OPT_JSON]) {
        failed = put_json(session, args, &d);
        say_error(&d, opts.tolerance);
        gmix_divergences_free(&d);
        return failed;
    }
    failed = status == GMIX_OK ? cli_out_open(&out, args->values[OPT_OUTPUT])
                               : cli_library_error(session->ctx, status, NULL);
    if (!failed) {
        put_all(&out, a, b, &d);
        if (args->values[OPT_APPROXIMATIONS]) {
            failed = put_approximations(session, &out, a, b);
        }
        if (failed) {
            cli_out_abandon(&out);
        } else {
            failed = cli_out_close(&out);
            say_error(&d, opts.tolerance);
        }
    }
    gmix_divergences_free(&d);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_use_models(args, compare);
}

static const char *const text[] = {
    "Prints CSV: what there is between two models of the same features. "
    "Kullback-Leibler divergences both ways (nats), with their standard errors and "
    "bounds that hold for certain; Jensen-Shannon, squared Hellinger and total "
    "variation; entropies; in closed form the integrated squared error, "
    "Cauchy-Schwarz, and MW2, optimal transport between components, with its plan: "
    "'plan 0 2' is what component 0 of the first gives to 2 of the second.",
    "One feature is integrated; several are drawn from, stratified by component, "
    "until the error is below --tolerance, a million times from each at most. Features "
    "are matched by name if both models have names.",
    "A noise component is uniform over its box, and 0 outside.",
    "For two labellings of the same rows, gmix compare-labels.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_TOLERANCE, NULL},      {OPT_SEED, NULL},   {OPT_JSON, NULL},
    {OPT_APPROXIMATIONS, NULL}, {OPT_OUTPUT, NULL}, {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},        {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix compare old.json new.json", "what has changed, and how much"},
    {NULL, NULL},
};

const struct cli_command cmd_compare_models = {
    .name = "compare",
    .synopsis = "MODEL_A MODEL_B [--tolerance T]",
    .operands = "MODEL_A MODEL_B",
    .summary = "divergences between two models, with their errors",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
