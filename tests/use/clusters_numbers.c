/*
 * Clusters of components: the criteria of R's mergenormals (fpc) of fits that are mclust's, ridgelines
 * compared with a fine grid, dips, and laws. More fits of R's in clusters_of_r.c.
 */
#include "merge_fits.h"

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

int main(void) {
    test_iris();
    test_faithful();
    test_ridge();
    test_dip();
    test_dip_with_gaps();
    test_laws();
    return CHECK_DONE();
}
