/*
 * Coverage: how often intervals of level 95 % hold the truth. Tables are drawn from a mixture
 * of two components, fitted from the truth, and counted.
 *
 *     interval_coverage [TABLES]
 *
 * With the default, a check that runs with the suite; with 2000 the figures in
 * docs/inference.md.
 */
#include "law.h"

enum { N = 300, D = 2, K = 2, N_KINDS = 4, N_PARAMETERS = K + K * D + K * D * D };

static const char *const kinds[N_KINDS] = {"weights", "means", "variances",
                                           "covariances"};

static size_t kind_of(size_t p) {
    const size_t entry = (p - K - K * D) % (D * D);
    return p < K ? 0 : p < K + K * D ? 1 : entry == 0 || entry == D + 1 ? 2 : 3;
}

typedef struct tally {
    size_t inside[N_KINDS], all[N_KINDS], refused;
} tally;

static const double truth[N_PARAMETERS] = {0.6, 0.4, 0,   0,   4,    1.5,  1.5,
                                           0.6, 0.6, 0.8, 0.7, -0.3, -0.3, 1.6};

static gmix_model *true_model(void) {
    gmix_model *model = NULL;
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, "full", K, D, truth, truth + K, truth + K + K * D,
                                NULL, &model),
                 GMIX_OK);
    return model;
}

static void count_table(const gmix_model *model, const char *method, size_t seed,
                        size_t n_replicates, tally *t) {
    double cells[N * D];
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = K;
    opts.init = "model";
    opts.init_model = model;
    CHECK_STATUS(NULL, gmix_sample(NULL, model, N, seed, cells, NULL), GMIX_OK);
    const gmix_table x = gmix_table_f64(cells, N, D);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_standard_error_options how;
    gmix_standard_error_options_init(&how);
    how.method = method;
    how.n_replicates = n_replicates;
    gmix_standard_errors e = {0};
    if (gmix_standard_errors_estimate(NULL, &x, &opts, o.model, &how, &e) != GMIX_OK) {
        t->refused++;
        outcome_free(&o);
        return;
    }
    for (size_t p = 0; p < N_PARAMETERS; p++) {
        t->inside[kind_of(p)] +=
            e.weights_lower[p] <= truth[p] && truth[p] <= e.weights_upper[p];
        t->all[kind_of(p)]++;
    }
    gmix_standard_errors_free(&e);
    outcome_free(&o);
}

int main(int argc, char **argv) {
    const size_t n_tables = argc > 1             ? strtoul(argv[1], NULL, 10)
                            : fixture_is_brief() ? 10
                                                 : 60;
    gmix_model *model = true_model();
    for (const char *const *method = gmix_standard_error_methods(); *method; method++) {
        tally t = {0};
        for (size_t seed = 0; seed < n_tables; seed++) {
            count_table(model, *method, seed, argc > 1 ? 199 : 99, &t);
        }
        CHECK_EQ_INT(t.refused, 0);
        for (size_t kind = 0; kind < N_KINDS; kind++) {
            CHECK_WHERE("%s, %s", *method, kinds[kind]);
            const double share = (double)t.inside[kind] / (double)t.all[kind];
            /* parameters of a table hang together: as if each table had one */
            const double sd = sqrt(0.95 * 0.05 / (double)n_tables);
            CHECK_NEAR(share, 0.94, 4.0 * sd + 0.015);
            if (argc > 1) {
                printf("%-20s %-12s %.4f\n", *method, kinds[kind], share);
            }
        }
    }
    CHECK_WHERE("%s", "");
    gmix_model_free(&model);
    return CHECK_DONE();
}
