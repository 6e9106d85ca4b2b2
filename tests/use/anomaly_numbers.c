/*
 * Anomalies by numbers: scores in closed form, p-values of rows from the same place, reasons of rows
 * altered in one cell, Shapley values where they are known. Chi-squared tails are SciPy's.
 */
#include <stdint.h>

#include "detectors.h"
#include "fixture.h"
#include "use_models.h"

/* One component: the score is -log P(chi-squared > q), q the squared Mahalanobis distance; of two
 * features that is q / 2. Also far out, and with a missing cell. */
static void test_scores(void) {
    enum { N = 40, D = 2 };
    double x[N * D], q[3], score[3];
    fill_normals(N * D, x, 5);
    gmix_detector *const det = detector_of(x, N, D, 1, true, 1);
    const double rows[3 * D] = {.3, -1, 1e6, 2e6, 1, NAN};
    const gmix_table at = gmix_table_f64(rows, 3, D);
    CHECK_WHERE("scores");
    if (!CHECK(det)) {
        return;
    }
    CHECK_STATUS(NULL, gmix_mahalanobis(NULL, gmix_detector_model(det), &at, q), GMIX_OK);
    CHECK_STATUS(NULL, gmix_detector_apply(NULL, det, &at, score, NULL), GMIX_OK);
    CHECK_REL(score[0], q[0] / 2, 1e-12);
    CHECK_REL(score[1], q[1] / 2, 1e-12);
    CHECK_REL(score[2], -log(erfc(sqrt(q[2] / 2))), 1e-12);
    gmix_detector *free_it = det;
    gmix_detector_free(&free_it);
}

/* Five features: near the centre, where the tail is 1 but for 1e-25 (and q has lost digits), and
 * beyond e^-745. */
static void test_score_digits(void) {
    enum { N = 60, D = 5 };
    double x[N * D], q, score;
    fill_normals(N * D, x, 6);
    gmix_detector *det = detector_of(x, N, D, 1, true, 1);
    CHECK_WHERE("digits of scores");
    if (!CHECK(det)) {
        return;
    }
    double row[D];
    const gmix_table at = gmix_table_f64(row, 1, D);
    const double *const mean = gmix_model_means(gmix_detector_model(det));
    const double steps[] = {1e-5, 100};
    for (size_t s = 0; s < 2; s++) {
        for (size_t j = 0; j < D; j++) {
            row[j] = mean[j] + steps[s];
        }
        CHECK_STATUS(NULL, gmix_mahalanobis(NULL, gmix_detector_model(det), &at, &q),
                     GMIX_OK);
        CHECK_STATUS(NULL, gmix_detector_apply(NULL, det, &at, &score, NULL), GMIX_OK);
        const double y = q / 2; /* the first term of either series is all there is */
        const double gamma_7_2 = 3.3233509704478426, gamma_5_2 = 1.3293403881791370;
        CHECK_REL(score,
                  s ? y - 1.5 * log(y) + log(gamma_5_2) - log1p(1.5 / y + .75 / (y * y))
                    : pow(y, 2.5) / gamma_7_2,
                  s ? 1e-12 : 1e-5);
    }
    gmix_detector_free(&det);
}

/* Normal rows that were held out: P(p <= alpha) is alpha, within the errors of counting them and
 * those that calibrate. With few rows for many parameters, and with half of the rows missing cells. */
static void test_p_values(size_t n, size_t d, size_t k, bool gaps) {
    enum { M = 4000 };
    double *const x = fixture_alloc((n + M) * d, sizeof *x);
    double *const p = fixture_alloc(M, sizeof *p);
    fill_normals((n + M) * d, x, 7 + n + d);
    for (size_t i = 0; i < n + M && gaps; i += 2) {
        x[i * d + i / 2 % d] = NAN;
        x[i * d + (i / 2 + 1) % d] = NAN;
    }
    CHECK_WHERE("p-values, %zu x %zu, K = %zu%s", n, d, k, gaps ? ", missing cells" : "");
    gmix_detector *det = detector_of(x, n, d, k, true, 2);
    const gmix_table fresh = gmix_table_f64(x + n * d, M, d);
    if (CHECK(det)) {
        CHECK_EQ_INT(gmix_detector_n_calibrating(det), n);
        CHECK_STATUS(NULL, gmix_detector_apply(NULL, det, &fresh, NULL, p), GMIX_OK);
        for (size_t a = 0; a < 4; a++) {
            const double alpha = .05 + .15 * (double)a;
            double below = 0, with_gaps = 0;
            for (size_t i = 0; i < M; i++) {
                below += p[i] <= alpha;
                with_gaps += i % 2 == n % 2 && p[i] <= alpha;
            }
            const double error = sqrt(alpha * (1 - alpha) * (1. / (double)n + 1. / M));
            CHECK_NEAR(below / M, alpha, 3.5 * error + 1. / (double)n);
            if (gaps) { /* either kind of rows by itself */
                CHECK_NEAR(2 * with_gaps / M, alpha, 5 * error + 1. / (double)n);
            }
        }
    }
    gmix_detector_free(&det);
    free(x);
    free(p);
}

/*
 * How many of M new normal rows have p <= alpha: that the rows which calibrate are themselves a sample
 * matters as much as that the new ones are. With m of them, the lowest `rank` of m + 1 places are p <= alpha,
 * the probability of one given the training rows is Beta(rank, m + 1 - rank), and the count is
 * beta-binomial (Vovk 2012, for a split; held-out scores fit by fit are nearly exchangeable, too). Over many
 * training sets: the mean and the variance of the count are those, and not a binomial's, whose variance is
 * less than a third.
 */
static void test_law_of_counts(void) {
    enum { SETS = 400, TRAIN = 59, M = 150, D = 2 };
    double x[TRAIN * D], fresh[M * D], p[M], sum = 0, square = 0, fourth = 0;
    const double alpha = .1, rank = floor(alpha * (TRAIN + 1)), other = TRAIN + 1 - rank;
    const double share = rank / (TRAIN + 1), mean = M * share;
    const double binomial = mean * (1 - share);
    const double law = binomial * (TRAIN + 1 + M) / (TRAIN + 2);
    CHECK_WHERE("law of counts");
    CHECK_EQ_INT(other > rank, 1);
    for (size_t s = 0; s < SETS; s++) {
        fill_normals(TRAIN * D, x, 1000 + 2 * s);
        fill_normals(M * D, fresh, 1001 + 2 * s);
        gmix_detector *det = detector_of(x, TRAIN, D, 1, true, 1);
        const gmix_table at = gmix_table_f64(fresh, M, D);
        CHECK_STATUS(NULL, gmix_detector_apply(NULL, det, &at, NULL, p), GMIX_OK);
        double count = -mean;
        for (size_t i = 0; i < M; i++) {
            count += p[i] <= alpha;
        }
        sum += count / SETS;
        square += count * count / SETS;
        fourth += pow(count, 4) / SETS;
        gmix_detector_free(&det);
    }
    CHECK_NEAR(sum, 0, 4 * sqrt(law / SETS));
    const double error = sqrt((fourth - square * square) / SETS);
    CHECK_NEAR(square, law, 4 * error);
    CHECK(square - 4 * error > 1.5 * binomial);
}

/* Nothing but normal rows: a discovery at a false discovery rate of .1 is made in a tenth of all
 * tables at most. With an exponential tail of the scores as estimated, in .13 of them. */
static void test_false_discoveries(void) {
    enum { SETS = 500, TRAIN = 200, M = 200, D = 2 };
    double x[TRAIN * D], fresh[M * D], p[M], adjusted[M], some = 0;
    CHECK_WHERE("false discoveries");
    for (size_t s = 0; s < SETS; s++) {
        bool found = false;
        fill_normals(TRAIN * D, x, 5000 + 2 * s);
        fill_normals(M * D, fresh, 5001 + 2 * s);
        gmix_detector *det = detector_of(x, TRAIN, D, 1, true, 1);
        const gmix_table at = gmix_table_f64(fresh, M, D);
        CHECK_STATUS(NULL, gmix_detector_apply(NULL, det, &at, NULL, p), GMIX_OK);
        CHECK_STATUS(NULL, gmix_adjust_p_values(NULL, M, p, adjusted), GMIX_OK);
        for (size_t i = 0; i < M; i++) {
            found = found || adjusted[i] <= .1;
        }
        some += found;
        gmix_detector_free(&det);
    }
    CHECK(some / SETS <= .1);
    CHECK(some / SETS >=
          .04); /* nor hardly ever: they would not be found where they are */
}

/* Rows among which there are anomalies: they are found, few others are, whatever the offset, and with
 * the same bits on any number of threads. */
static void test_mixed(double offset) {
    enum { N = 400, D = 3, BAD = 12 };
    double x[N * D], p[N], again[N], adjusted[N];
    fill_normals(N * D, x, 17);
    for (size_t i = 0; i < N; i++) {
        x[i * D + 1] += .9 * x[i * D];
        x[i * D] += i % 2 ? 12 : 0;
        if (i < BAD) {
            x[i * D + 2] += 9 + (double)(i % 3);
        }
    }
    for (size_t i = 0; i < N * D; i++) {
        x[i] += offset;
    }
    CHECK_WHERE("mixed, offset %g", offset);
    gmix_detector *det = detector_of(x, N, D, 0, false, 1);
    gmix_detector *twin = detector_of(x, N, D, 0, false, 3);
    if (CHECK(det) && CHECK(twin)) {
        CHECK_STATUS(NULL, gmix_detector_training(NULL, det, NULL, p), GMIX_OK);
        CHECK_STATUS(NULL, gmix_detector_training(NULL, twin, NULL, again), GMIX_OK);
        CHECK(memcmp(p, again, sizeof p) == 0);
        CHECK_STATUS(NULL, gmix_adjust_p_values(NULL, N, p, adjusted), GMIX_OK);
        size_t found = 0, wrong = 0;
        for (size_t i = 0; i < N; i++) {
            found += i < BAD && adjusted[i] <= .1;
            wrong += i >= BAD && adjusted[i] <= .1;
        }
        CHECK_EQ_INT(found, BAD);
        CHECK(wrong <= 3);
        CHECK_EQ_INT(gmix_model_n_components(gmix_detector_model(det)), 2);
        CHECK(gmix_detector_n_calibrating(det) <= N - BAD);
    }
    gmix_detector_free(&det);
    gmix_detector_free(&twin);
}

/* Values out of all proportion, one of which may hide another: they are found, and normal rows of the same
 * folds are not, which only the fits without them measured. */
static void test_extreme(size_t k, size_t n_bad, const double *bad, uint64_t seed) {
    enum { N = 400, MOST_BAD = 2 };
    double x[N + MOST_BAD], p[N + MOST_BAD], adjusted[N + MOST_BAD];
    const size_t n = N + n_bad;
    fill_normals(N, x, seed);
    memcpy(x + N, bad, n_bad * sizeof *x);
    CHECK_WHERE("extreme, %zu with %g, K = %zu, seed %d", n_bad, bad[0], k, (int)seed);
    gmix_detector *det = detector_of(x, n, 1, k, false, 1);
    if (CHECK(det)) {
        CHECK_STATUS(NULL, gmix_detector_training(NULL, det, NULL, p), GMIX_OK);
        CHECK_STATUS(NULL, gmix_adjust_p_values(NULL, n, p, adjusted), GMIX_OK);
        size_t wrong = 0;
        for (size_t i = 0; i < N; i++) {
            wrong += adjusted[i] <= .1;
        }
        CHECK(wrong <= 1);
        for (size_t i = N; i < n; i++) {
            CHECK(adjusted[i] < 1e-6);
        }
        CHECK(gmix_detector_n_calibrating(det) >= N - 2);
    }
    gmix_detector_free(&det);
}

/* Two of a feature's rows are all it varies by, and far out: no fit is possible without them. */
static void test_all_that_varies(void) {
    enum { N = 200, D = 2, BAD = 2 };
    double x[N * D], p[N];
    fill_normals(N * D, x, 31);
    for (size_t i = 0; i < N; i++) {
        x[i * D + 1] = i < BAD;
    }
    CHECK_WHERE("all that varies");
    gmix_detector *det = detector_of(x, N, D, 1, false, 1);
    if (CHECK(det)) {
        CHECK_STATUS(NULL, gmix_detector_training(NULL, det, NULL, p), GMIX_OK);
        for (size_t i = 0; i < N; i++) {
            CHECK(i < BAD ? p[i] < 1e-3 : p[i] > 1e-4);
        }
    }
    gmix_detector_free(&det);
}

static void test_adjusted(void) {
    const double p[] = {.01, .04, .03, .5}, want[] = {.04, .16 / 3, .16 / 3, .5};
    double got[4];
    CHECK_WHERE("adjusted");
    CHECK_STATUS(NULL, gmix_adjust_p_values(NULL, 4, p, got), GMIX_OK);
    for (size_t i = 0; i < 4; i++) {
        CHECK_REL(got[i], want[i], 1e-15);
    }
    CHECK_STATUS(NULL, gmix_adjust_p_values(NULL, 1, (double[]){1.5}, got),
                 GMIX_ERR_DATA);
}

/* What a row's other cells lead to expect is the conditional distribution; F2 of the reference. */
static void test_reasons(void) {
    enum { D = 2 };
    gmix_model *const m = use_f2();
    const double rows[] = {3, 75, 3, NAN};
    const gmix_table x = gmix_table_f64(rows, 2, D);
    double expected[4], sd[4], surprise[4];
    CHECK_WHERE("reasons");
    CHECK_STATUS(NULL, gmix_cell_reasons(NULL, m, &x, expected, sd, surprise), GMIX_OK);
    CHECK_REL(expected[1], 71.31809132325048, 1e-12);
    CHECK_REL(sd[1] * sd[1], 47.16113752041838, 1e-12);
    /* the density of 75 given 3 is .058669165536719206 */
    CHECK_NEAR(surprise[1],
               -log(.058669165536719206) -
                   .5 * log(2 * 3.14159265358979 * exp(1) * 47.16113752041838),
               1e-10);
    CHECK_REL(expected[3], expected[1], 1e-14);
    CHECK_EQ_INT(surprise[3] == 0, 1);
    gmix_model *free_it = m;
    gmix_model_free(&free_it);
}

/* A row altered in one cell has that one to blame, and no other, however correlated they are; and what
 * it is expected to be is what it was, within errors. */
static void test_blame(void) {
    enum { D = 4, ROWS = 40 };
    double covariance[D * D], rows[ROWS * D], was[ROWS], expected[ROWS * 3], sd[ROWS * 3];
    size_t which[ROWS * 3];
    const double mean[D] = {1, 2, 3, 4};
    for (size_t i = 0; i < D * D; i++) {
        covariance[i] = i % (D + 1) == 0 ? 1 : .9;
    }
    gmix_model *m = use_model("full", 1, D, (double[]){1}, mean, covariance, NULL);
    CHECK_WHERE("blame");
    CHECK_STATUS(NULL, gmix_sample(NULL, m, ROWS, 3, rows, NULL), GMIX_OK);
    for (size_t i = 0; i < ROWS; i++) {
        was[i] = rows[i * D + i % D];
        rows[i * D + i % D] += i % 2 ? 6 : -6;
    }
    const gmix_table x = gmix_table_f64(rows, ROWS, D);
    CHECK_STATUS(NULL, gmix_blame_cells(NULL, m, &x, 3, 4.5, which, expected, sd),
                 GMIX_OK);
    for (size_t i = 0; i < ROWS; i++) {
        CHECK_EQ_INT(which[3 * i], i % D);
        CHECK(which[3 * i + 1] == SIZE_MAX && isnan(expected[3 * i + 1]));
        CHECK_NEAR(expected[3 * i], was[i], 4 * sd[3 * i]);
    }
    gmix_model_free(&m);
}

/* They sum to what all features say, count nothing for missing cells, and are what each feature says
 * by itself where features are independent. */
static void test_shapley(void) {
    enum { D = 3, ROWS = 5 };
    const double w[] = {.3, .7}, mu[] = {0, 0, 0, 4, 1, -2};
    const double s[] = {1, .5, .2, .5, 2, .3, .2, .3, 1, 2, -.4, 0, -.4, 1, 0, 0, 0, 3};
    gmix_model *m = use_model("full", 2, D, w, mu, s, NULL);
    gmix_model *apart =
        use_model("diag", 1, D, (double[]){1}, mu, (double[]){1, 4, 9}, NULL);
    double rows[ROWS * D], values[ROWS * D], l[ROWS], draws[1024 * D], dl[1024];
    CHECK_WHERE("Shapley values");
    CHECK_STATUS(NULL, gmix_sample(NULL, m, ROWS, 9, rows, NULL), GMIX_OK);
    rows[D + 1] = NAN;
    const gmix_table x = gmix_table_f64(rows, ROWS, D);
    CHECK_STATUS(NULL, gmix_shapley_values(NULL, m, &x, values), GMIX_OK);
    CHECK_STATUS(NULL, gmix_log_density(NULL, m, &x, l), GMIX_OK);
    CHECK_STATUS(NULL, gmix_sample(NULL, m, 1024, 0, draws, NULL), GMIX_OK);
    const gmix_table drawn = gmix_table_f64(draws, 1024, D);
    CHECK_STATUS(NULL, gmix_log_density(NULL, m, &drawn, dl), GMIX_OK);
    double mean = 0;
    for (size_t i = 0; i < 1024; i++) {
        mean -= dl[i] / 1024;
    }
    for (size_t i = 0; i < ROWS; i++) {
        const double sum = values[i * D] + values[i * D + 1] + values[i * D + 2];
        if (i != 1) {
            CHECK_NEAR(sum, -l[i] - mean, 1e-10);
        }
    }
    CHECK_NEAR(values[D + 1], 0, 1e-12);
    CHECK_STATUS(NULL, gmix_shapley_values(NULL, apart, &x, values), GMIX_OK);
    for (size_t j = 0; j < D; j++) { /* differences between rows: means cancel */
        const double a = rows[j], b = rows[2 * D + j], sd = (double)(j + 1);
        CHECK_NEAR(values[j] - values[2 * D + j], (a * a - b * b) / (2 * sd * sd), 1e-10);
    }
    gmix_model_free(&m);
    gmix_model_free(&apart);
}

static void test_refused(void) {
    double x[6] = {1, 2, 4, 8, 16, 32}, w[6] = {1, 1, 1, 1, 1, 2};
    gmix_table table = gmix_table_f64(x, 6, 1);
    gmix_detector *det = NULL;
    gmix_detector_options opts;
    gmix_detector_options_init(&opts);
    CHECK_WHERE("refused");
    opts.folds = 1;
    CHECK_STATUS(NULL, gmix_detector_fit(NULL, &table, NULL, &opts, &det),
                 GMIX_ERR_OPTION);
    CHECK_STATUS(NULL, gmix_detector_fit(NULL, NULL, NULL, NULL, &det),
                 GMIX_ERR_ARGUMENT);
    table.weights = w;
    CHECK_STATUS(NULL, gmix_detector_fit(NULL, &table, NULL, NULL, &det), GMIX_ERR_DATA);
    table.weights = NULL;
    table.n_rows = 3;
    CHECK_STATUS(NULL, gmix_detector_fit(NULL, &table, NULL, NULL, &det), GMIX_ERR_DATA);
    CHECK_STATUS(NULL, gmix_detector_training(NULL, NULL, x, NULL), GMIX_ERR_ARGUMENT);
    CHECK(!det);
    gmix_detector_free(&det);
    gmix_detector_free(NULL);
}

int main(void) {
    test_scores();
    test_score_digits();
    test_p_values(400, 3, 1, false);
    test_p_values(60, 12, 1, false);
    test_p_values(200, 4, 4, false);
    test_p_values(600, 6, 1, true);
    test_law_of_counts();
    test_false_discoveries();
    test_mixed(0);
    test_mixed(1e8);
    for (uint64_t seed = 1; seed <= 4; seed++) {
        test_extreme(1, 1, (const double[]){1e4}, seed);
        test_extreme(0, 1, (const double[]){-999999999}, seed);
        test_extreme(1, 2, (const double[]){1e9, 1e4}, seed);
    }
    test_all_that_varies();
    test_adjusted();
    test_reasons();
    test_blame();
    test_shapley();
    test_refused();
    return CHECK_DONE();
}
