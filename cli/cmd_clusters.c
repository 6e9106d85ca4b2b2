/* gmix clusters: which components of a mixture are one cluster. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "checkpoint_file.h"
#include "command.h"
#include "complain.h"
#include "data_args.h"

static int read_options(struct cli_session *session, const struct cli_args *args,
                        gmix_cluster_options *opts) {
    gmix_cluster_options_init(opts);
    if (args->values[OPT_METHOD]) {
        opts->criterion = args->values[OPT_METHOD];
    }
    int failed = cli_seed(session, args, &opts->seed);
    if (!failed && args->values[OPT_CLUSTERS]) {
        failed = cli_parse_count(args, OPT_CLUSTERS, 1, 1000000, &opts->n_clusters);
    }
    if (!failed && args->values[OPT_REPLICATES]) {
        failed = cli_parse_count(args, OPT_REPLICATES, 0, 10000000, &opts->replicates);
    }
    return failed;
}

/* "0 2 5": the components of a cluster that it has before merge number t. */
static void put_members(struct cli_out *out, const gmix_clusters *c, size_t t,
                        size_t cluster) {
    const size_t k = c->n_components;
    size_t *const in = calloc(k, sizeof *in);
    for (size_t i = 0; in && i < k; i++) {
        in[i] = i;
    }
    for (size_t s = 0; in && s < t; s++) {
        for (size_t i = 0; i < k; i++) {
            in[i] = in[i] == c->merges[s].second ? c->merges[s].first : in[i];
        }
    }
    bool any = false;
    for (size_t i = 0; in && i < k; i++) {
        if (in[i] == cluster) {
            cli_out_printf(out, "%s%zu", any ? " " : "", i);
            any = true;
        }
    }
    free(in);
}

static void put_hierarchy(struct cli_out *out, const gmix_clusters *c) {
    const char *const *const names = gmix_cluster_criteria();
    cli_out_text(out, "clusters,first,second,weight,entropy_before");
    for (size_t v = 0; names[v]; v++) {
        cli_out_printf(out, ",%s", names[v]);
    }
    cli_out_text(out, "\n");
    for (size_t t = 0; t + 1 < c->n_components; t++) {
        const gmix_cluster_merge *const m = &c->merges[t];
        cli_out_printf(out, "%zu,", c->n_components - t - 1);
        put_members(out, c, t, m->first);
        cli_out_text(out, ",");
        put_members(out, c, t, m->second);
        cli_out_text(out, ",");
        cli_out_number(out, m->weight);
        cli_out_text(out, ",");
        cli_out_number(out, m->entropy);
        for (size_t v = 0; names[v]; v++) {
            cli_out_text(out, ",");
            cli_out_number(out, m->value[v]);
        }
        cli_out_text(out, "\n");
    }
}

/* "2 clusters: 0 2 | 1": what came out, on standard error. */
static void say_clusters(const gmix_clusters *c) {
    const char *const *const names = gmix_cluster_criteria();
    char *text = NULL;
    size_t length = 0;
    FILE *const to = open_memstream(&text, &length);
    for (size_t s = 0; to && s < c->n_clusters; s++) {
        fputs(s ? " |" : "", to);
        for (size_t i = 0; i < c->n_components; i++) {
            if (c->cluster[i] == (int32_t)s) {
                fprintf(to, " %zu", i);
            }
        }
    }
    if (to) {
        fputs("; the criteria suggest", to);
    }
    for (size_t v = 0; to && names[v]; v++) {
        fprintf(to, "%s %s %zu", v ? "," : "", names[v], c->suggested[v]);
    }
    if (to && fclose(to) == 0) {
        cli_complain("note: %zu cluster%s of components:%s", c->n_clusters,
                     c->n_clusters == 1 ? "" : "s", text);
    }
    if (!isnan(c->stability)) {
        cli_complain(
            "note: adjusted Rand index with the clusters of %zu replicates: %.3f "
            "on average",
            c->n_replicates, c->stability);
    }
    free(text);
}

/* The model with its clusters, where --model asks for it. */
static int write_model(struct cli_session *session, const struct cli_args *args,
                       const gmix_model *model, const gmix_clusters *c) {
    gmix_model *clustered = NULL;
    const char *const path = args->values[OPT_MODEL_OUT];
    if (!path) {
        return CLI_OK;
    }
    gmix_status status = gmix_model_with_clusters(session->ctx, model, c->n_clusters,
                                                  c->cluster, NULL, &clustered);
    if (status == GMIX_OK) {
        status = gmix_model_write(session->ctx, clustered, &session->report, path);
    }
    gmix_model_free(&clustered);
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

static int put_csv(const struct cli_args *args, const gmix_clusters *c) {
    static struct cli_out out;
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    put_hierarchy(&out, c);
    return cli_out_close(&out);
}

static int put_json(struct cli_session *session, const struct cli_args *args,
                    const gmix_clusters *c) {
    char *json = NULL;
    const gmix_status status = gmix_clusters_to_json(session->ctx, c, &json);
    return cli_text_put(session, args, status, json);
}

static int put(struct cli_session *session, const struct cli_args *args,
               const gmix_model *model, const gmix_clusters *c) {
    int failed = args->values[OPT_JSON] ? put_json(session, args, c) : put_csv(args, c);
    failed = failed ? failed : write_model(session, args, model, c);
    if (!failed && !session->quiet) {
        say_clusters(c);
    }
    return failed;
}

static int clusters(struct cli_session *session, const struct cli_args *args,
                    const gmix_model *model, const gmix_table *table) {
    gmix_cluster_options opts;
    gmix_clusters found = {0};
    int failed = read_options(session, args, &opts);
    failed = failed ? failed : cli_checkpoint_open(session, args);
    if (!failed) {
        const gmix_status status =
            gmix_clusters_find(session->ctx, model, table, &opts, &found);
        failed =
            status == GMIX_OK
                ? put(session, args, model, &found)
                : cli_library_error(session->ctx, status,
                                    status == GMIX_ERR_OPTION ? NULL : args->operands[1]);
        cli_checkpoint_close(session, !failed);
    }
    gmix_clusters_free(&found);
    return failed;
}

static int run(const struct cli_args *args) {
    return cli_apply_model(args, clusters);
}

static const char *const text[] = {
    "Components that describe one group which is not Gaussian belong together. "
    "Prints CSV, a line for every merge of two clusters of components: how many "
    "clusters it leaves, the components of the two, the weight of both, the "
    "entropy of the memberships before it, and what each criterion says of the "
    "two, the higher, the more they belong together: by how much the entropy "
    "falls; exp of minus the Bhattacharyya distance (merged above 0.1); the "
    "probability that a row of one is assigned to the other (0.025); the lowest "
    "density between the modes of the two over the lower mode (0.2); the p-value of "
    "a single mode by the dip (0.05); whether they climb to one mode.",
    "The order of merges is that of --method. How many clusters there are is "
    "--clusters, or what the method says; what the others say is printed beside "
    "it. They answer different questions: look at several.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_METHOD, NULL},
    {OPT_CLUSTERS, NULL},
    {OPT_REPLICATES, "show how stable the clusters are by B bootstrap replicates"},
    {OPT_SEED, NULL},
    {OPT_MODEL_OUT, NULL},
    {OPT_JSON, NULL},
    {OPT_OUTPUT, NULL},
    CLI_DATA_USES,
    CLI_WORK_USES,
    {OPT_CHECKPOINT, NULL},
    {OPT_EVERY, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix clusters model.json data.csv", "what belongs together, by every criterion"},
    {"gmix clusters model.json data.csv --method ridge --replicates 100 --model c.json",
     "a model that knows its clusters: predictions and pictures speak of them"},
    {NULL, NULL},
};

const struct cli_command cmd_clusters = {
    .name = "clusters",
    .synopsis = "MODEL DATA [--method METHOD]",
    .operands = "MODEL DATA",
    .summary = "which components are one cluster",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
