/*
 * Trees of merges: every merge is the cheapest one there is, by the criterion as its
 * definition has it, and costs what is said; and what is refused.
 */
#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 40, MOST_D = 3 };

/* A partition, and the rows. */
typedef struct problem {
    size_t d;
    const double *x, *weights;
    int label[N];
} problem;

static double weight_of(const problem *p, size_t i) {
    return p->weights ? p->weights[i] : 1;
}

/* Adds the scatter of the rows with a label to s (d x d); their weight. */
static double add_scatter(const problem *p, int label, double *s) {
    double n = 0, mean[MOST_D] = {0};
    for (size_t i = 0; i < N; i++) {
        if (label < 0 || p->label[i] == label) {
            n += weight_of(p, i);
            for (size_t j = 0; j < p->d; j++) {
                mean[j] += weight_of(p, i) * p->x[i * p->d + j];
            }
        }
    }
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; (label < 0 || p->label[i] == label) && j < p->d * p->d; j++) {
            const double a = p->x[i * p->d + j / p->d] - mean[j / p->d] / n;
            const double b = p->x[i * p->d + j % p->d] - mean[j % p->d] / n;
            s[j] += weight_of(p, i) * a * b;
        }
    }
    return n;
}

static double trace(size_t d, const double *s) {
    double sum = 0;
    for (size_t j = 0; j < d; j++) {
        sum += s[j * (d + 1)];
    }
    return sum;
}

static double determinant(size_t d, const double *s) {
    return d == 1 ? s[0]
           : d == 2
               ? s[0] * s[3] - s[1] * s[2]
               : s[0] * (s[4] * s[8] - s[5] * s[7]) - s[1] * (s[3] * s[8] - s[5] * s[6]) +
                     s[2] * (s[3] * s[7] - s[4] * s[6]);
}

static size_t count(const problem *p, int label) {
    size_t n = 0;
    for (size_t i = 0; i < N; i++) {
        n += p->label[i] == label;
    }
    return n;
}

/* The criterion of a partition. */
static double value(const problem *p, const char *criterion) {
    const size_t d = p->d;
    double all[MOST_D * MOST_D] = {0}, within[MOST_D * MOST_D] = {0}, sum = 0;
    const double total = add_scatter(p, -1, all);
    const double alpha = trace(d, all) / (total * (double)d);
    for (int k = 0; k < N; k++) {
        double s[MOST_D * MOST_D] = {0};
        if (count(p, k) == 0) {
            continue;
        }
        const double n = add_scatter(p, k, s), spread = (trace(d, s) + alpha) / n;
        add_scatter(p, k, within);
        if (strcmp(criterion, "VVV") == 0) {
            const bool regular = count(p, k) > d;
            const double det = regular ? determinant(d, s) / pow(n, (double)d) : 0;
            sum += n * log(fmax(det, 0) + spread);
        } else {
            sum += n * log(spread);
        }
    }
    const double det = determinant(d, within);
    return strcmp(criterion, "EII") == 0   ? trace(d, within)
           : strcmp(criterion, "EEE") == 0 ? log(det / alpha) - (double)d * log(total)
           : strcmp(criterion, "with trace") == 0
               ? det / pow(total, (double)d) + trace(d, within) / total
               : sum;
}

static void merge(problem *p, int a, int b) {
    for (size_t i = 0; i < N; i++) {
        p->label[i] = p->label[i] == b ? a : p->label[i];
    }
}

/* The least that merging any two clusters would cost. */
static double cheapest(const problem *p, const char *criterion) {
    const double before = value(p, criterion);
    double least = INFINITY;
    for (int a = 0; a < N; a++) {
        for (int b = a + 1; count(p, a) > 0 && b < N; b++) {
            if (count(p, b) > 0) {
                problem tried = *p;
                merge(&tried, a, b);
                least = fmin(least, value(&tried, criterion) - before);
            }
        }
    }
    return least;
}

/* EEE goes by the trace while the scatter is singular, by the sum of its determinant and trace
 * until a determinant above alpha is to be had, then by that alone. */
static const char *criterion_now(const problem *p, const char *criterion,
                                 bool *by_determinant) {
    if (strcmp(criterion, "EEE") != 0) {
        return criterion;
    }
    const double log_det = value(p, "EEE");
    if (!(log_det > -25)) {
        return "EII";
    }
    *by_determinant = *by_determinant || log_det + cheapest(p, "EEE") >= 0;
    return *by_determinant ? "EEE" : "with trace";
}

static void check_tree(const fixture *data, const double *weights,
                       const char *criterion) {
    gmix_table x = gmix_table_f64(data->x, data->n, data->d);
    size_t merges[2 * (N - 1)];
    double costs[N - 1];
    gmix_tree_options opts;
    x.weights = weights;
    gmix_tree_options_init(&opts);
    opts.criterion = criterion;
    opts.transform = "none";
    if (!CHECK_STATUS(NULL, gmix_tree(NULL, &x, &opts, merges, costs), GMIX_OK)) {
        return;
    }
    problem p = {.d = data->d, .x = data->x, .weights = weights};
    for (int i = 0; i < N; i++) {
        p.label[i] = i;
    }
    bool by_determinant = false;
    for (size_t t = 0; t < N - 1; t++) {
        const int a = (int)merges[2 * t], b = (int)merges[2 * t + 1];
        CHECK(a < b && b < N && count(&p, a) > 0 && count(&p, b) > 0);
        const char *const now = criterion_now(&p, criterion, &by_determinant);
        const char *const told = strcmp(now, "with trace") == 0 ? criterion : now;
        const double least = cheapest(&p, now), start = value(&p, now);
        const double before = value(&p, told);
        merge(&p, a, b);
        CHECK_NEAR(value(&p, now) - start, least, 1e-9 * (1 + fabs(start)));
        CHECK_NEAR(costs[t], value(&p, told) - before, 1e-9 * (1 + fabs(before)));
        int32_t labels[N];
        CHECK_STATUS(NULL, gmix_tree_cut(NULL, N, merges, N - 1 - t, labels), GMIX_OK);
        for (size_t i = 0; i < N; i++) {
            CHECK((labels[i] == labels[a]) == (p.label[i] == a));
        }
    }
}

static void test_greedy(void) {
    static const char *const criteria[] = {"VVV", "VII", "EII", "EEE"};
    double weights[N];
    for (size_t i = 0; i < N; i++) {
        weights[i] = 0.5 + (double)(i * 7 % 5);
    }
    for (size_t d = 1; d <= MOST_D; d++) {
        const fixture data = fixture_clusters(N, d, 3, 2.0, 70 + d);
        for (size_t c = 0; c < 4; c++) {
            for (int weighted = 0; weighted < 2; weighted++) {
                CHECK_WHERE("D = %zu, %s, %d", d, criteria[c], weighted);
                check_tree(&data, weighted ? weights : NULL, criteria[c]);
            }
        }
        free(data.x);
    }
    CHECK_WHERE("%s", "");
}

/* Standardised or not, units do not matter to the default. */
static void test_units(void) {
    const fixture data = fixture_clusters(N, 3, 3, 2.0, 80);
    size_t merges[2][2 * (N - 1)];
    for (int moved = 0; moved < 2; moved++) {
        const gmix_table x = gmix_table_f64(data.x, N, 3);
        CHECK_STATUS(NULL, gmix_tree(NULL, &x, NULL, merges[moved], NULL), GMIX_OK);
        for (size_t i = 0; i < 3 * N; i++) {
            data.x[i] = ldexp(data.x[i], 7 * (int)(i % 3) - 9);
        }
    }
    CHECK(memcmp(merges[0], merges[1], sizeof merges[0]) == 0);
    free(data.x);
}

/* Features that are there several times change nothing but the unit of costs, though they are then more
 * than the rows, whose products stand in for theirs. */
static void test_more_features_than_rows(void) {
    enum { D = 3, TIMES = 16 };
    const fixture data = fixture_clusters(N, D, 3, 2.0, 83);
    double *const wide = malloc(sizeof(double) * N * D * TIMES), weights[N];
    size_t merges[2][2 * (N - 1)];
    double costs[2][N - 1];
    for (size_t i = 0; i < N; i++) {
        weights[i] = 0.5 + (double)(i * 7 % 5);
        for (size_t j = 0; j < D * TIMES; j++) {
            wide[i * D * TIMES + j] = data.x[i * D + j % D];
        }
    }
    gmix_table x[2] = {gmix_table_f64(data.x, N, D),
                       gmix_table_f64(wide, N, (size_t)D * TIMES)};
    gmix_tree_options opts;
    gmix_tree_options_init(&opts);
    opts.criterion = "EII";
    for (size_t t = 0; t < 2; t++) {
        x[t].weights = weights;
        CHECK_STATUS(NULL, gmix_tree(NULL, &x[t], &opts, merges[t], costs[t]), GMIX_OK);
    }
    CHECK(memcmp(merges[0], merges[1], sizeof merges[0]) == 0);
    for (size_t m = 0; m + 1 < N;
         m++) { /* squares, of what the fourth root of TIMES scales */
        CHECK_REL(costs[1][m], sqrt((double)TIMES) * costs[0][m], 1e-9);
    }
    free(wide);
    free(data.x);
}

static void test_refused(void) {
    const fixture data = fixture_clusters(N, 2, 3, 2.0, 81);
    gmix_table x = gmix_table_f64(data.x, N, 2);
    size_t merges[2 * (N - 1)];
    int32_t labels[N];
    gmix_tree_options opts;
    gmix_tree_options_init(&opts);
    CHECK_STATUS(NULL, gmix_tree(NULL, &x, NULL, merges, NULL), GMIX_OK);
    CHECK_EQ_INT(gmix_tree(NULL, &x, NULL, NULL, NULL), GMIX_ERR_ARGUMENT);
    CHECK_EQ_INT(gmix_tree_cut(NULL, N, merges, 0, labels), GMIX_ERR_ARGUMENT);
    CHECK_EQ_INT(gmix_tree_cut(NULL, N, merges, N + 1, labels), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(NULL, gmix_tree_cut(NULL, N, merges, N, labels), GMIX_OK);
    CHECK_EQ_INT(labels[N - 1], N - 1);
    merges[1] = merges[0];
    CHECK_EQ_INT(gmix_tree_cut(NULL, N, merges, 2, labels), GMIX_ERR_ARGUMENT);
    opts.criterion = "VEV";
    CHECK_EQ_INT(gmix_tree(NULL, &x, &opts, merges, NULL), GMIX_ERR_OPTION);
    gmix_tree_options_init(&opts);
    opts.transform = "log";
    CHECK_EQ_INT(gmix_tree(NULL, &x, &opts, merges, NULL), GMIX_ERR_OPTION);
    data.x[5] = NAN;
    CHECK_EQ_INT(gmix_tree(NULL, &x, NULL, merges, NULL), GMIX_ERR_NONFINITE);
    x.n_rows = 1;
    CHECK(gmix_tree(NULL, &x, NULL, merges, NULL) != GMIX_OK);
    free(data.x);
}

static gmix_status try_tree(gmix_ctx *ctx, void *arg) {
    static const char *const criteria[] = {"VVV", "EEE"};
    const fixture *const data = arg;
    const gmix_table x = gmix_table_f64(data->x, data->n, data->d);
    size_t merges[2 * N];
    int32_t labels[N];
    gmix_status status = GMIX_OK;
    for (size_t c = 0; c < 2 && status == GMIX_OK; c++) {
        gmix_tree_options opts;
        gmix_tree_options_init(&opts);
        opts.criterion = criteria[c];
        merges[0] = N;
        status = gmix_tree(ctx, &x, &opts, merges, NULL);
        CHECK((merges[0] < N) == (status == GMIX_OK));
    }
    return status == GMIX_OK ? gmix_tree_cut(ctx, N, merges, 3, labels) : status;
}

int main(void) {
    fixture data = fixture_clusters(N, 2, 3, 2.0, 82);
    budget_run("tree", try_tree, &data);
    free(data.x);
    test_greedy();
    test_units();
    test_more_features_than_rows();
    test_refused();
    return CHECK_DONE();
}
