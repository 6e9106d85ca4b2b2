/*
 * Laws of order: rows and columns of a table in any other order are the same table. Fits by search and every cell
 * of a choice find what they found, whatever is drawn at random and whatever is first among equals, with weights,
 * labels, missing cells, noise, priors, trimming; and rows are named by the numbers they have. About 1 s.
 */
#include "law.h"

enum { N = 72, D = 3, K = 5 };

typedef struct table {
    double x[N * D], weights[N];
    int32_t labels[N];
} table;

/* Seven groups that overlap, on a grid: there are ties, and more optima than one. */
static void fill(table *t, uint64_t seed, bool holes) {
    uint64_t state = seed;
    for (size_t i = 0; i < N; i++) {
        t->weights[i] = 1 + (double)law_pick(&state, 3);
        t->labels[i] = i % 9 == 0 ? (int32_t)(i % 7 > 3) : -1;
        for (size_t j = 0; j < D; j++) {
            const double z = fixture_normal(&state);
            const double at =
                2.5 * cos((double)(i % 7 * (j + 2))) + (0.4 + 0.3 * (double)j) * z;
            const bool hole = holes && fixture_uniform(&state) < 0.05;
            t->x[i * D + j] = hole ? (double)NAN : round(at * 10) / 10;
        }
    }
}

/* Column j of the one is column D - 1 - j of the other, row i row 29 i mod N or so. */
static size_t place_of(size_t i) {
    return (i * 29 + 11) % N;
}

static void reorder(const table *from, table *to) {
    for (size_t i = 0; i < N; i++) {
        const size_t to_row = place_of(i);
        to->weights[to_row] = from->weights[i];
        to->labels[to_row] = from->labels[i];
        for (size_t j = 0; j < D; j++) {
            to->x[to_row * D + (D - 1 - j)] = from->x[i * D + j];
        }
    }
}

/* Of all columns, or for families of one feature of this one. */
static gmix_table view(const table *t, bool one, size_t column, bool weighted,
                       bool labelled) {
    gmix_table x = gmix_table_of(GMIX_F64, N, one ? 1 : D, D, 1);
    x.data = t->x + (one ? column : 0);
    x.weights = weighted ? t->weights : NULL;
    x.labels = labelled ? t->labels : NULL;
    return x;
}

/* The same density at the same row. */
static void check_densities(const gmix_model *a, const gmix_table *x, const gmix_model *b,
                            const gmix_table *y) {
    double of_a[N], of_b[N];
    CHECK_STATUS(NULL, gmix_log_density(NULL, a, x, of_a), GMIX_OK);
    CHECK_STATUS(NULL, gmix_log_density(NULL, b, y, of_b), GMIX_OK);
    for (size_t i = 0; i < N; i++) {
        CHECK_NEAR(of_a[i], of_b[place_of(i)], 1e-4);
    }
}

static void law_of_fits(const char *family) {
    static table t, other;
    const bool one = strlen(family) == 1;
    for (size_t variant = 0; variant < 6; variant++) {
        gmix_fit_options opts;
        gmix_fit_options_init(&opts);
        opts.n_components = K;
        opts.covariance = family;
        opts.search = "quick";
        opts.seed = variant;
        opts.noise = variant == 1 ? 0.05 : 0;
        opts.prior = variant == 2 ? "mclust" : "none";
        opts.trim = variant == 3 ? 0.1 : 0;
        fill(&t, 40 + variant, variant == 4);
        reorder(&t, &other);
        const bool weighted = variant == 5, labelled = variant == 2;
        const gmix_table x = view(&t, one, 0, weighted, labelled),
                         y = view(&other, one, D - 1, weighted, labelled);
        CHECK_WHERE("order, %s, variant %zu", family, variant);
        outcome a = law_fit(NULL, &x, &opts), b = law_fit(NULL, &y, &opts);
        if (CHECK(a.model && b.model)) {
            CHECK_NEAR(a.report.log_likelihood, b.report.log_likelihood, 1e-6);
            check_densities(a.model, &x, b.model, &y);
        }
        outcome_free(&a);
        outcome_free(&b);
    }
}

/* Every cell, and the rows that one of no sound solution names. */
static void law_of_choices(void) {
    static table t, other;
    gmix_fit_options opts;
    gmix_select_options select;
    outcome a = {NULL, {0}}, b = {NULL, {0}};
    fill(&t, 7, false);
    reorder(&t, &other);
    const gmix_table x = view(&t, false, 0, false, false),
                     y = view(&other, false, 0, false, false);
    gmix_fit_options_init(&opts);
    gmix_select_options_init(&select);
    opts.search = "quick";
    select.covariances = "EII,VVI,EVE,VVV";
    select.components = "1-6";
    CHECK_WHERE("order, a choice");
    CHECK_STATUS(NULL, gmix_select(NULL, &x, &opts, &select, &a.model, &a.report),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_select(NULL, &y, &opts, &select, &b.model, &b.report),
                 GMIX_OK);
    if (CHECK_EQ_INT(a.report.n_candidates, b.report.n_candidates) && a.model &&
        b.model) {
        for (size_t c = 0; c < a.report.n_candidates; c++) {
            const gmix_candidate *const one = &a.report.candidates[c],
                                        *const two = &b.report.candidates[c];
            CHECK_WHERE("order, %s with %zu", one->covariance, one->n_components);
            CHECK_EQ_STR(one->status, two->status);
            CHECK(!one->sound || fabs(one->log_likelihood - two->log_likelihood) < 1e-6);
        }
        check_densities(a.model, &x, b.model, &y);
    }
    outcome_free(&a);
    outcome_free(&b);
}

int main(void) {
    LAW_OF_LETTERS(law_of_fits);
    law_of_choices();
    return CHECK_DONE();
}
