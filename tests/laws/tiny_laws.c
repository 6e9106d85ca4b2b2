/*
 * Laws of tables that are too small for what is asked of them: some rows in up to four features,
 * rounded, repeated, with missing cells or a class that has one row. Components collapse here
 * more often than not. Whatever the family, with noise or without: there is a mixture, the
 * log-likelihood never falls on the way to it, and the report says if it is not sound.
 */
#include "law.h"

typedef struct problem {
    size_t n, d, k;
    double *x, *weights;
    int32_t *labels;
    const char *family;
    gmix_table table;
} problem;

static void fill(problem *p, size_t kind, uint64_t *state) {
    for (size_t i = 0; i < p->n; i++) {
        p->weights[i] = (double)(1 + i % 3);
        p->labels[i] = i < p->k                       ? (int32_t)i
                       : fixture_uniform(state) < 0.3 ? (int32_t)law_pick(state, p->k)
                                                      : -1;
        for (size_t j = 0; j < p->d; j++) {
            const double z = fixture_normal(state) + (double)(3 * (i % 2));
            double *const cell = &p->x[i * p->d + j];
            *cell = kind % 2 ? round(2 * z) / 2 : z;
            if (kind == 2 && i > 1 && i % 2) {
                *cell = p->x[(i - 2) * p->d + j];
            }
            if (kind == 3 && p->d > 1 && fixture_uniform(state) < 0.15) {
                *cell = (double)NAN;
            }
        }
    }
}

static problem make_problem(size_t number) {
    uint64_t state = 77000 + number;
    problem p = {.n = 2 + law_pick(&state, 14), .k = 1 + law_pick(&state, 4)};
    p.family = law_family(&state);
    const bool flat = strcmp(p.family, "E") == 0 || strcmp(p.family, "V") == 0;
    p.d = flat ? 1 : 1 + law_pick(&state, 4);
    p.x = fixture_alloc(p.n * p.d, sizeof *p.x);
    p.weights = fixture_alloc(p.n, sizeof *p.weights);
    p.labels = fixture_alloc(p.n, sizeof *p.labels);
    const size_t kind = law_pick(&state, 6);
    fill(&p, kind, &state);
    p.table = gmix_table_f64(p.x, p.n, p.d);
    p.table.weights = kind == 4 ? p.weights : NULL;
    if (number % 5 == 0) {
        p.table.labels = p.labels;
        p.table.n_classes = p.k;
    }
    return p;
}

static void one_problem(size_t number, law_share *share) {
    problem p = make_problem(number);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = p.k;
    opts.covariance = p.family;
    opts.seed = number;
    opts.restarts = number % 4 ? 0 : 1;
    opts.search = "quick";
    opts.accelerate = number % 3 != 0;
    opts.noise = number % 7 == 1 ? 0.5 : number % 7 == 2 ? 0.05 : 0;
    opts.singular = number % 13 || p.table.labels ? "repair" : "drop";
    CHECK_WHERE("problem %zu: %s, N=%zu D=%zu K=%zu", number, p.family, p.n, p.d, p.k);
    gmix_ctx *ctx = law_context(1);
    outcome o = {NULL, {0}};
    const gmix_status status = gmix_fit(ctx, &p.table, &opts, &o.model, &o.report);
    share->n++;
    if (status == GMIX_OK) {
        share->fitted++;
        law_monotone(&o.report);
        law_usable(&p.table, &o);
    } else if (status != GMIX_ERR_DATA) { /* fewer distinct rows than components */
        CHECK_STATUS(ctx, status, GMIX_OK);
    }
    outcome_free(&o);
    gmix_ctx_free(&ctx);
    free(p.x);
    free(p.weights);
    free(p.labels);
}

/* With a number: so many problems, from the second one on. */
int main(int argc, char **argv) {
    const size_t first = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    const size_t n = argc > 1             ? strtoul(argv[1], NULL, 10)
                     : fixture_is_brief() ? 200
                                          : 2000;
    law_share share = {0};
    for (size_t number = first; number < first + n; number++) {
        one_problem(number, &share);
    }
    CHECK_WHERE("%s", "");
    law_enough(&share, 0.9);
    return CHECK_DONE();
}
