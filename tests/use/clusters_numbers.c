/*
 * Clusters of components, by the numbers of R: entropies and merges of mclust's clustCombi, the
 * criteria of fpc's mergenormals, from the same fits, which are mclust's EM steps from its hierarchical
 * start, as many as it took. Ridgelines are compared with a fine grid: fpc's own numbers depend on its
 * step. GMIX_MERGE_DATA names a folder with ex4.1.csv, ex4.4.2.csv (R's mclust) and crabs.csv (MASS), whose
 * licences do not let them be part of this tree; without it these are left out.
 */
#include "merge_fits.h"

static double log_likelihood(const gmix_model *model, const gmix_table *x) {
    gmix_criteria c;
    CHECK_STATUS(NULL, gmix_score(NULL, model, x, &c), GMIX_OK);
    return c.log_likelihood;
}

static size_t criterion(const char *name) {
    size_t v = 0;
    while (gmix_cluster_criteria()[v] && strcmp(gmix_cluster_criteria()[v], name) != 0) {
        v++;
    }
    return v;
}

/* A hierarchy, by name; NULL options otherwise. */
static gmix_clusters find_by(const gmix_model *model, const gmix_table *x,
                             const char *name, const double *memberships) {
    gmix_cluster_options opts;
    gmix_clusters c = {0};
    gmix_cluster_options_init(&opts);
    opts.criterion = name;
    opts.memberships = memberships;
    CHECK_STATUS(NULL, gmix_clusters_find(NULL, model, x, &opts, &c), GMIX_OK);
    return c;
}

static void test_iris(void) {
    const fixture data = fixture_csv("data/iris.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_model *two = fit_of(data.x, data.n, data.d, "VEV", 2, 2);
    gmix_model *three = fit_of(data.x, data.n, data.d, "VEV", 3, 43);
    CHECK_WHERE("iris, VEV");
    gmix_clusters c = find_by(two, &x, "entropy", NULL);
    CHECK_REL(c.merges[0].entropy, .001990899400, 1e-8);
    gmix_clusters_free(&c);
    c = find_by(three, &x, "bhattacharyya", NULL);
    const double *const value = c.merges[0].value;
    CHECK_EQ_INT(c.merges[0].first, 1);
    CHECK_EQ_INT(c.merges[0].second, 2);
    CHECK_REL(value[criterion("bhattacharyya")], .1546313701, 1e-8);
    CHECK_REL(value[criterion("demp")], .0203550259, 1e-7);
    CHECK_NEAR(value[criterion("ridge")], .453762583, 2e-4); /* fpc's, on its grid */
    CHECK(value[criterion("dip")] <= .05); /* fpc: .0198, of 100 draws */
    CHECK_EQ_INT(c.suggested[criterion("dip")], 3);
    CHECK_EQ_INT(c.suggested[criterion("bhattacharyya")], 2);
    CHECK_EQ_INT(c.suggested[criterion("demp")], 3);
    CHECK_EQ_INT(c.suggested[criterion("ridge")], 2);
    CHECK_EQ_INT(c.n_clusters, 2);
    CHECK_EQ_INT(c.cluster[0] == 0 && c.cluster[1] == 1 && c.cluster[2] == 1, 1);
    gmix_clusters_free(&c);
    gmix_model_free(&two);
    gmix_model_free(&three);
    free(data.x);
}

/* Old Faithful with three tied components, of which two are one group: converged, where mclust's numbers
 * are those of a fit .0003 short of it. */
static void test_faithful(void) {
    const fixture data = fixture_csv("data/faithful.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_model *model = use_f3();
    CHECK_WHERE("faithful, EEE");
    gmix_clusters c = find_by(model, &x, "entropy", NULL);
    CHECK_NEAR(c.merges[0].entropy, 42.31240679, .5);
    CHECK_NEAR(c.merges[1].entropy, .4948387469, .02);
    CHECK_EQ_INT(c.merges[0].first, 1);
    CHECK_EQ_INT(c.merges[0].second, 2);
    CHECK_NEAR(c.merges[0].value[criterion("bhattacharyya")], .486736995019, .003);
    CHECK_NEAR(c.merges[0].value[criterion("demp")], .256486542790, .006);
    CHECK_EQ_INT(c.merges[0].value[criterion("ridge")] == 1, 1);
    /* of 100 draws in fpc and 199 here */
    CHECK_NEAR(c.merges[0].value[criterion("dip")], .673,
               4 * sqrt(.22 / 100 + .22 / 199));
    CHECK(c.merges[1].value[criterion("dip")] <= .0099);
    CHECK_REL(c.merges[1].value[criterion("bhattacharyya")], .002941025625, .03);
    CHECK_REL(c.merges[1].value[criterion("demp")], .000566445868, .05);
    for (size_t v = 0; v < GMIX_N_CLUSTER_CRITERIA; v++) {
        CHECK_EQ_INT(c.suggested[v], 2);
    }
    int32_t labels[272];
    gmix_model *clustered = NULL;
    CHECK_STATUS(NULL,
                 gmix_model_with_clusters(NULL, model, 2, c.cluster, NULL, &clustered),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_class_labels(NULL, clustered, &x, labels), GMIX_OK);
    size_t short_ones = 0;
    for (size_t i = 0; i < data.n; i++) {
        short_ones += labels[i] == 0;
    }
    CHECK_EQ_INT(short_ones, 97); /* and 175: as clustCombi has it */
    CHECK_EQ_STR(gmix_model_class_name(clustered, 1), "cluster 1");
    gmix_model_free(&clustered);
    gmix_clusters_free(&c);
    gmix_model_free(&model);
    free(data.x);
}

/* Pairs of the three, each by itself: fpc's matrices, of mclust's fit, whose smallest
 * component has .1657 of the rows and not .1686; ridges on fpc's grid. */
static void test_pairs(void) {
    const fixture data = fixture_csv("data/faithful.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_model *f3 = use_f3();
    const size_t pairs[2][2] = {{0, 1}, {0, 2}};
    const double bhattacharyya[2] = {.003958470643, 4.864885461e-05};
    const double ridge[2] = {.0115344215, .0001128063};
    for (size_t i = 0; i < 2; i++) {
        double w[2], mu[4];
        for (size_t j = 0; j < 2; j++) {
            w[j] = gmix_model_weights(f3)[pairs[i][j]] /
                   (gmix_model_weights(f3)[pairs[i][0]] +
                    gmix_model_weights(f3)[pairs[i][1]]);
            memcpy(mu + 2 * j, gmix_model_means(f3) + 2 * pairs[i][j], 2 * sizeof *mu);
        }
        gmix_model *two =
            use_model("tied", 2, 2, w, mu, gmix_model_covariances(f3), NULL);
        CHECK_WHERE("pairs of faithful, %zu", i);
        gmix_clusters c = find_by(two, &x, "ridge", NULL);
        CHECK_REL(c.merges[0].value[criterion("bhattacharyya")], bhattacharyya[i], .1);
        CHECK_REL(c.merges[0].value[criterion("ridge")], ridge[i], .1);
        gmix_clusters_free(&c);
        gmix_model_free(&two);
    }
    gmix_model_free(&f3);
    free(data.x);
}

/* The lowest density between the modes of two components of F2, by a fine grid of the ridgeline: its
 * saddle is known. And of a pair in 1-D whose ridgeline is the line itself. */
static void test_ridge(void) {
    const fixture data = fixture_csv("data/faithful.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_model *model = use_f2();
    CHECK_WHERE("ridge");
    gmix_clusters c = find_by(model, &x, "ridge", NULL);
    CHECK_REL(c.merges[0].value[criterion("ridge")], .00452392975924, 1e-8);
    CHECK_EQ_INT(c.n_clusters, 2);
    gmix_clusters_free(&c);
    gmix_model_free(&model);
    model = use_p();
    const gmix_table y = gmix_table_f64(data.x, 272, 1);
    c = find_by(model, &y, "ridge", NULL);
    double lowest = 1;
    for (size_t i = 0; i < 150000; i++) {
        const double t = -.5 + 1e-5 * (double)i;
        const double f =
            .8 * exp(-2 * (t + 1) * (t + 1)) + .6 * exp(-.5 * (t - 2) * (t - 2));
        lowest = f < lowest ? f : lowest;
    }
    /* heights: .8 and .6 but for the other's tail, e^-4.5 .6 and e^-18 .8 */
    CHECK_NEAR(c.merges[0].value[criterion("ridge")], lowest / .6, 1e-6);
    gmix_clusters_free(&c);
    gmix_model_free(&model);
    free(data.x);
}

/* Dips by linear programming (SciPy's linprog): the least e such that a function of one mode is within e. */
static void test_dip(void) {
    static const struct {
        size_t n;
        double x[10], dip;
    } cases[] = {{6, {12, 2, 3, 10, 11, 1}, 7.0 / 36},
                 {9, {0, 1, 1.5, 4, 4.2, 4.4, 7, 9, 9.5}, .10416666666666667},
                 {10, {1, 1, 1, 2, 2, 5, 5, 5, 5, 9}, .1875},
                 {4, {3, 3, 3, 8}, .125},
                 {8, {1, 2, 3, 4, 5, 6, 7, 8}, .0625}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double dip = 0;
        CHECK_WHERE("dip %zu", i);
        CHECK_STATUS(NULL, gmix_dip(NULL, cases[i].n, cases[i].x, &dip), GMIX_OK);
        CHECK_REL(dip, cases[i].dip, 1e-12);
    }
    double dip = 7;
    const double bad[2] = {1, NAN};
    CHECK_STATUS(NULL, gmix_dip(NULL, 2, bad, &dip), GMIX_ERR_NONFINITE);
    CHECK_STATUS(NULL, gmix_dip(NULL, 0, bad, &dip), GMIX_ERR_ARGUMENT);
    CHECK(dip == 7);
}

/* Missing cells: rows that are whole say it; with one feature, those that are there. */
static void test_dip_with_gaps(void) {
    enum { N = 400, D = 2 };
    fixture data = fixture_clusters(N, D, 2, 6.0, 3);
    gmix_model *model = fit_of(data.x, N, D, "full", 2, 30);
    for (size_t i = 0; i < N; i += 5) {
        data.x[i * D + i / 5 % D] = NAN;
    }
    const gmix_table x = gmix_table_f64(data.x, N, D);
    CHECK_WHERE("dip, missing cells");
    gmix_clusters c = find_by(model, &x, "dip", NULL);
    CHECK(c.merges[0].value[criterion("dip")] < .01);
    CHECK_EQ_INT(c.n_clusters, 2);
    gmix_clusters_free(&c);
    gmix_model_free(&model);
    free(data.x);
}

/* The moments of a merged cluster do not depend on the data's offset, nor do memberships on row weights
 * of two or rows twice. */
static void test_laws(void) {
    enum { N = 300, D = 2 };
    fixture data = fixture_clusters(N, D, 3, 3.0, 11);
    double twice[2 * N * D], w[N];
    for (size_t i = 0; i < N * D; i++) {
        twice[i] = twice[N * D + i] = data.x[i];
    }
    for (size_t i = 0; i < N; i++) {
        w[i] = 2;
    }
    gmix_model *model = fit_of(data.x, N, D, "full", 4, 30);
    gmix_table x = gmix_table_f64(data.x, N, D);
    const gmix_table both = gmix_table_f64(twice, (size_t)2 * N, D);
    gmix_clusters a = find_by(model, &both, "bhattacharyya", NULL);
    x.weights = w;
    gmix_clusters b = find_by(model, &x, "bhattacharyya", NULL);
    CHECK_WHERE("laws");
    for (size_t t = 0; t < 3; t++) {
        CHECK_EQ_INT(a.merges[t].first, b.merges[t].first);
        CHECK_REL(a.merges[t].entropy, b.merges[t].entropy, 1e-10);
        for (size_t v = 0; v < GMIX_N_CLUSTER_CRITERIA; v++) {
            CHECK_NEAR(a.merges[t].value[v], b.merges[t].value[v],
                       1e-9 * fmax(1, a.merges[t].value[v]));
        }
    }
    gmix_clusters_free(&a);
    gmix_clusters_free(&b);
    x.weights = NULL;
    gmix_cluster_options opts;
    gmix_cluster_options_init(&opts);
    opts.replicates = 9;
    gmix_ctx_options how;
    gmix_ctx_options_init(&how);
    for (int threads = 1; threads <= 3; threads += 2) {
        gmix_ctx *ctx = NULL;
        how.n_threads = threads;
        CHECK_STATUS(NULL, gmix_ctx_new(&how, &ctx), GMIX_OK);
        CHECK_STATUS(ctx,
                     gmix_clusters_find(ctx, model, &x, &opts, threads == 1 ? &a : &b),
                     GMIX_OK);
        gmix_ctx_free(&ctx);
    }
    CHECK(a.stability > .3 && a.stability <= 1 && a.stability == b.stability);
    CHECK(memcmp(a.together, b.together, 16 * sizeof(double)) == 0 && a.together[0] == 1);
    gmix_clusters_free(&a);
    gmix_clusters_free(&b);
    opts.n_clusters = 5;
    CHECK_STATUS(NULL, gmix_clusters_find(NULL, model, &x, &opts, &a), GMIX_ERR_OPTION);
    opts.n_clusters = 0;
    opts.criterion = "entrop";
    CHECK_STATUS(NULL, gmix_clusters_find(NULL, model, &x, &opts, &a), GMIX_ERR_OPTION);
    CHECK_STATUS(NULL, gmix_clusters_find(NULL, NULL, &x, NULL, &a), GMIX_ERR_ARGUMENT);
    const int32_t gap[4] = {0, 2, 2, 0};
    gmix_model *none = NULL;
    CHECK_STATUS(NULL, gmix_model_with_clusters(NULL, model, 3, gap, NULL, &none),
                 GMIX_ERR_ARGUMENT);
    gmix_model_free(&model);
    free(data.x);
}

static int compare_ints(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

/* Rows of each of so many clusters, fewest first. */
static void check_sizes(const gmix_model *model, const gmix_table *x,
                        const gmix_clusters *c, size_t n, const int *expected) {
    gmix_model *clustered = NULL;
    int32_t *const labels = fixture_alloc(x->n_rows, sizeof *labels);
    int32_t cluster[9];
    int size[9] = {0};
    for (size_t i = 0; i < c->n_components; i++) {
        cluster[i] = (int32_t)i;
    }
    for (size_t t = 0; t + n < c->n_components; t++) {
        for (size_t i = 0; i < c->n_components; i++) {
            cluster[i] = cluster[i] == (int32_t)c->merges[t].second
                             ? (int32_t)c->merges[t].first
                             : cluster[i];
        }
    }
    for (size_t i = 0, next = 0; i < c->n_components; i++) { /* numbered from 0 */
        cluster[i] = cluster[i] == (int32_t)i ? (int32_t)next++ : cluster[cluster[i]];
    }
    CHECK_STATUS(NULL,
                 gmix_model_with_clusters(NULL, model, n, cluster, NULL, &clustered),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_class_labels(NULL, clustered, x, labels), GMIX_OK);
    for (size_t i = 0; i < x->n_rows; i++) {
        size[labels[i]]++;
    }
    qsort(size, n, sizeof *size, compare_ints);
    for (size_t i = 0; i < n; i++) {
        CHECK_EQ_INT(size[i], expected[i]);
    }
    gmix_model_free(&clustered);
    free(labels);
}

static void test_clustcombi(const char *name, size_t d, const char *family, size_t k,
                            size_t steps, double loglik, const double *entropies) {
    const fixture data = merge_data(name, d);
    const gmix_table x = gmix_table_f64(data.x, data.n, d);
    gmix_model *model = fit_of(data.x, data.n, d, family, k, steps);
    CHECK_WHERE("%s", name);
    CHECK_REL(log_likelihood(model, &x), loglik, 1e-10);
    gmix_clusters c = find_by(model, &x, "entropy", NULL);
    for (size_t t = 0; t + 1 < k; t++) {
        CHECK_REL(c.merges[t].entropy, entropies[t], 1e-8);
    }
    if (k == 6) { /* clustCombiOptim; rows of the clusters */
        CHECK_EQ_INT(c.suggested[0], 4);
        check_sizes(model, &x, &c, 4, (int[]){118, 122, 132, 228});
    } else {
        check_sizes(model, &x, &c, 2, (int[]){78, 222});
    }
    gmix_clusters_free(&c);
    gmix_model_free(&model);
    free(data.x);
}

/* Four clusters of nine components, and how they agree with species and sex, which the file has in
 * order, fifty rows each. */
static void check_crabs(const int32_t *cluster, const double *memberships) {
    static const int expected[9] = {1, 1, 2, 3, 2, 1, 4, 4, 3};
    int32_t found[200], true_labels[200];
    gmix_agreement agreement = {0};
    for (size_t i = 0; i < 9; i++) { /* the same partition, whatever it is numbered */
        for (size_t j = 0; j < i; j++) {
            CHECK_EQ_INT(cluster[i] == cluster[j], expected[i] == expected[j]);
        }
    }
    for (size_t i = 0; i < 200; i++) {
        size_t most = 0;
        double sum[9] = {0};
        for (size_t k = 0; k < 9; k++) {
            sum[cluster[k]] += memberships[i * 9 + k];
        }
        for (size_t k = 0; k < 9; k++) {
            most = sum[k] > sum[most] ? k : most;
        }
        found[i] = (int32_t)most;
        true_labels[i] = (int32_t)(i / 50);
    }
    CHECK_STATUS(NULL, gmix_compare_labels(NULL, 200, found, true_labels, &agreement),
                 GMIX_OK);
    CHECK_REL(agreement.adjusted_rand, .7670958034, 1e-9);
    gmix_agreement_free(&agreement);
}

/* mclust's parameters are those after the M-step that its memberships lead to: one step further. */
static void test_mergenormals(void) {
    const fixture data = merge_data("crabs.csv", 5);
    const gmix_table x = gmix_table_f64(data.x, data.n, 5);
    gmix_model *before = fit_of(data.x, data.n, 5, "EEE", 9, 29);
    gmix_model *model = fit_of(data.x, data.n, 5, "EEE", 9, 30);
    double *const z = fixture_alloc(data.n * 9, sizeof *z);
    const double bhat[] = {.5746133435, .2502678996, .230731271,
                           .1442813605, .12583737,   .09987655255};
    CHECK_WHERE("crabs");
    CHECK_NEAR(log_likelihood(before, &x), -1260.266786, 1e-6);
    CHECK_STATUS(NULL, gmix_responsibilities(NULL, before, &x, z), GMIX_OK);
    gmix_clusters c = find_by(model, &x, "bhattacharyya", z);
    for (size_t t = 0; t < 6; t++) {
        CHECK_REL(c.merges[t].value[criterion("bhattacharyya")], bhat[t], 1e-7);
    }
    CHECK_EQ_INT(c.n_clusters, 4);
    CHECK_EQ_INT(c.suggested[criterion("demp")], 4);
    check_crabs(c.cluster, z);
    gmix_clusters_free(&c);
    c = find_by(model, &x, "demp", z);
    const double demp[] = {.1901866684,  .07141867585, .06935549945,
                           .03505622984, .02660370101, .0220229591};
    for (size_t t = 0; t < 6; t++) {
        CHECK_REL(c.merges[t].value[criterion("demp")], demp[t], 1e-7);
    }
    check_crabs(c.cluster, z);
    gmix_clusters_free(&c);
    gmix_model_free(&before);
    gmix_model_free(&model);
    free(z);
    free(data.x);
}

int main(void) {
    test_iris();
    test_faithful();
    test_pairs();
    test_ridge();
    test_dip();
    test_dip_with_gaps();
    test_laws();
    if (getenv("GMIX_MERGE_DATA")) {
        test_clustcombi("ex4.1.csv", 2, "EEV", 6, 12, -1957.78058371,
                        (double[]){129.9332057, 46.29127397, 4.668209864, .8689486878,
                                   9.355083260e-06});
        test_clustcombi("ex4.4.2.csv", 3, "EVI", 3, 13, 506.411616979,
                        (double[]){30.15642222, 1.541101358});
        test_mergenormals();
    }
    return CHECK_DONE();
}
