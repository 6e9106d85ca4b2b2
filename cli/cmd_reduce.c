/* gmix reduce: a model of fewer components. */
#include <stdlib.h>

#include "command.h"
#include "complain.h"
#include "outfile.h"
#include "session.h"

/* The loss of the model with k components, measured. */
static void put_loss(struct cli_session *session, struct cli_out *out,
                     const gmix_model *model, size_t k, const char *refine,
                     const gmix_merge *step) {
    gmix_model *reduced = NULL;
    gmix_divergences d = {.k_p = 0};
    cli_out_printf(out, "%zu,%zu,%zu,", k, step->first, step->second);
    cli_out_number(out, step->cost);
    if (gmix_model_reduce(session->ctx, model, k, refine, NULL, &reduced) == GMIX_OK &&
        gmix_compare_models(session->ctx, model, reduced, NULL, &d) == GMIX_OK) {
        cli_out_text(out, ",");
        cli_out_number(out, d.kl_pq.value);
        cli_out_text(out, ",");
        cli_out_number(out, d.kl_pq.error);
        cli_out_text(out, "\n");
    } else {
        cli_out_text(out, ",,\n");
    }
    gmix_divergences_free(&d);
    gmix_model_free(&reduced);
}

static int put_steps(struct cli_session *session, const gmix_model *model, size_t k,
                     const char *refine, const gmix_merge *steps) {
    static struct cli_out out;
    const size_t before = gmix_model_n_components(model);
    if (cli_out_open(&out, NULL)) {
        return CLI_BAD_DATA;
    }
    cli_out_text(&out, "components,first,second,cost,kl,kl_error\n");
    for (size_t n = before - 1; n >= k && n + 1 > k && !out.error; n--) {
        put_loss(session, &out, model, n, refine, &steps[before - 1 - n]);
        if (n == 0) {
            break;
        }
    }
    return cli_out_close(&out);
}

static int reduce_to(struct cli_session *session, const struct cli_args *args,
                     const gmix_model *model, size_t k, gmix_merge *steps) {
    gmix_model *out = NULL;
    const char *const path = args->values[OPT_OUTPUT];
    const char *const refine = args->values[OPT_REFINE];
    gmix_status status = gmix_model_reduce(session->ctx, model, k, refine, steps, &out);
    if (status == GMIX_OK) {
        status = gmix_model_write(session->ctx, out, NULL, path ? path : "-");
    }
    gmix_model_free(&out);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, NULL);
    }
    return path && k < gmix_model_n_components(model)
               ? put_steps(session, model, k, refine, steps)
               : CLI_OK;
}

static int reduce(struct cli_session *session, const struct cli_args *args,
                  const gmix_model *model) {
    size_t k;
    if (!args->values[OPT_COMPONENTS]) {
        return cli_usage_error("reduce", "say how many components are to be left: -k 5");
    }
    if (cli_parse_count(args, OPT_COMPONENTS, 1, gmix_model_n_components(model), &k)) {
        return CLI_BAD_USAGE;
    }
    gmix_merge *const steps = calloc(gmix_model_n_components(model), sizeof *steps);
    const int failed =
        steps ? reduce_to(session, args, model, k, steps) : cli_complain("out of memory");
    free(steps);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_use_model(args, reduce);
}

static const char *const text[] = {
    "Writes a model of fewer components that is near MODEL in the sense of "
    "Kullback-Leibler (Runnalls 2007): the pair whose merging costs least is "
    "merged, again and again, into a Gaussian with its moments. The mean and "
    "covariance of the whole stay as they are.",
    "--refine improves on that: 'transport' gives the components of MODEL anew to those "
    "of the result that are nearest, which get their moments, until nothing changes; "
    "'squared-error' moves the result to where the integral of the squared difference of "
    "the densities is least.",
    "With -o FILE the steps are printed as CSV: components left, which two were merged "
    "(places before the step), the cost, which bounds what the step loses, and what all "
    "steps so far have lost, measured: the divergence of the result from MODEL and its "
    "standard error.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_COMPONENTS, "components to be left"},
    {OPT_REFINE, NULL},
    {OPT_OUTPUT, NULL},
    {OPT_GROUP, "The work"},
    {OPT_THREADS, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix reduce model.json -k 5 -o small.json", "five components, and what that loses"},
    {NULL, NULL},
};

const struct cli_command cmd_reduce = {
    .name = "reduce",
    .synopsis = "MODEL -k K [--refine HOW] [-o FILE]",
    .operands = "MODEL",
    .summary = "a model of fewer components near a model",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
