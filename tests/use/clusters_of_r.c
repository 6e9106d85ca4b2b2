/*
 * Clusters of components by the numbers of R, from the same fits: mclust's EM steps from its hierarchical
 * start, as many as it took. Entropies, merges and sizes of its clustCombi, criteria of fpc's mergenormals. The
 * examples of Baudry et al. (2010) and crabs are looked at where they are (merge_fits.h).
 */
#include "merge_fits.h"

/* Two of three components as a mixture. */
static gmix_model *pair_of(const gmix_model *three, const size_t pair[2]) {
    double w[2], mu[4];
    const double *const all = gmix_model_weights(three);
    for (size_t j = 0; j < 2; j++) {
        w[j] = all[pair[j]] / (all[pair[0]] + all[pair[1]]);
        memcpy(mu + 2 * j, gmix_model_means(three) + 2 * pair[j], 2 * sizeof *mu);
    }
    return use_model("tied", 2, 2, w, mu, gmix_model_covariances(three), NULL);
}

/* mclust's own fit: to the digits of clustCombi and mergenormals; fpc's matrices of pairs, each by
 * itself (ridges on fpc's grid). */
static void test_faithful_as_left(void) {
    const fixture data = fixture_csv("data/faithful.csv");
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_model *before = mclust_faithful(false), *model = mclust_faithful(true);
    double *const z = fixture_alloc(data.n * 3, sizeof *z);
    CHECK_WHERE("faithful, EEE, as mclust left it");
    CHECK_NEAR(log_likelihood(before, &x), -1126.32623647, 1e-8);
    CHECK_STATUS(NULL, gmix_responsibilities(NULL, before, &x, z), GMIX_OK);
    gmix_clusters c = find_by(model, &x, "entropy", z);
    CHECK_REL(c.merges[0].entropy, 42.31240679, 1e-9);
    CHECK_REL(c.merges[1].entropy, .4948387469, 1e-9);
    CHECK(c.merges[0].first == 0 && c.merges[0].second == 2);
    gmix_clusters_free(&c);
    c = find_by(model, &x, "bhattacharyya", z);
    const size_t bhattacharyya = criterion("bhattacharyya"), demp = criterion("demp");
    CHECK_REL(c.merges[0].value[bhattacharyya], .486736995019, 1e-10);
    CHECK_REL(c.merges[1].value[bhattacharyya], .002941025625, 1e-9);
    CHECK_REL(c.merges[0].value[demp], .256486542790, 1e-10);
    CHECK_REL(c.merges[1].value[demp], .000566445868, 1e-8);
    gmix_clusters_free(&c);
    static const struct {
        size_t of[2];
        double bhattacharyya, ridge, digits;
    } pairs[3] = {{{0, 1}, .003958470643, .0115344215, .005},
                  {{0, 2}, .486736995019, 1, 0},
                  {{1, 2}, 4.864885461e-05, .0001128063, .005}};
    for (size_t i = 0; i < 3; i++) {
        gmix_model *two = pair_of(model, pairs[i].of);
        CHECK_WHERE("pairs of faithful, %zu", i);
        c = find_by(two, &x, "ridge", NULL);
        CHECK_REL(c.merges[0].value[bhattacharyya], pairs[i].bhattacharyya, 1e-9);
        CHECK_REL(c.merges[0].value[criterion("ridge")], pairs[i].ridge, pairs[i].digits);
        gmix_clusters_free(&c);
        gmix_model_free(&two);
    }
    gmix_model_free(&before);
    gmix_model_free(&model);
    free(z);
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

/* A fit of clustCombi's examples: entropies from K clusters to 2, the number that clustCombiOptim suggests,
 * and rows of the clusters, fewest first, at two numbers of these. */
typedef struct combination {
    const char *file, *family;
    size_t d, k, steps;
    double loglik, bic, entropies[6];
    size_t suggested, n[2];
    int sizes[2][5];
} combination;

static const combination combinations[] = {
    {"ex4.1.csv",
     "EEV",
     2,
     6,
     12,
     -1957.78058371,
     -4075.48440881,
     {129.9332057, 46.29127397, 4.668209864, .8689486878, 9.355083260e-06},
     4,
     {4},
     {{118, 122, 132, 228}}},
    {"ex4.2.csv",
     "EEV",
     2,
     7,
     45,
     -1923.1778398,
     -4031.8666396,
     {135.7575688, 52.80952923, 6.152171480, 2.835858501, .8251397593, 4.257040881e-06},
     5,
     {5, 4},
     {{6, 109, 118, 130, 237}, {109, 124, 130, 237}}},
    {"ex4.3.csv",
     "VII",
     2,
     2,
     2,
     -621.335386467,
     -1279.7589945,
     {11.67746097},
     0,
     {2},
     {{97, 103}}},
    {"ex4.4.1.csv",
     "VVI",
     2,
     4,
     16,
     -4235.49922879,
     -8598.00608041,
     {145.830571574, 42.407698204, 6.673718118},
     3,
     {3, 2},
     {{109, 130, 561}, {109, 691}}},
    {"ex4.4.2.csv",
     "EVI",
     3,
     3,
     13,
     506.411616979,
     910.155149415,
     {30.15642222, 1.541101358},
     0,
     {2},
     {{78, 222}}},
};

static void test_clustcombi(const combination *of) {
    const fixture data = merge_data(of->file, of->d);
    const gmix_table x = gmix_table_f64(data.x, data.n, of->d);
    if (data.n == 0) {
        free(data.x);
        return;
    }
    gmix_model *model = fit_of(data.x, data.n, of->d, of->family, of->k, of->steps);
    gmix_criteria found;
    CHECK_WHERE("%s", of->file);
    CHECK_STATUS(NULL, gmix_score(NULL, model, &x, &found), GMIX_OK);
    CHECK_REL(found.log_likelihood, of->loglik, 1e-10);
    CHECK_REL(found.bic, -of->bic, 1e-10); /* mclust's is to be large */
    gmix_clusters c = find_by(model, &x, "entropy", NULL);
    for (size_t t = 0; t + 1 < of->k; t++) {
        CHECK_REL(c.merges[t].entropy, of->entropies[t], 1e-8);
    }
    if (of->suggested) {
        CHECK_EQ_INT(c.suggested[0], of->suggested);
    }
    for (size_t i = 0; i < 2 && of->n[i]; i++) {
        check_sizes(model, &x, &c, of->n[i], of->sizes[i]);
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
    if (data.n == 0) {
        free(data.x);
        return;
    }
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
    test_faithful_as_left();
    for (size_t i = 0; i < sizeof combinations / sizeof *combinations; i++) {
        test_clustcombi(&combinations[i]);
    }
    test_mergenormals();
    return CHECK_DONE();
}
