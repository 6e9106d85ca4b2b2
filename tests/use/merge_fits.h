/* Fits as R's mclust has them, and tables of its and MASS's that are not part of this tree. */
#ifndef GMIX_TESTS_MERGE_FITS_H
#define GMIX_TESTS_MERGE_FITS_H

#include "fixture.h"
#include "use_models.h"

static inline double log_likelihood(const gmix_model *model, const gmix_table *x) {
    gmix_criteria c;
    CHECK_STATUS(NULL, gmix_score(NULL, model, x, &c), GMIX_OK);
    return c.log_likelihood;
}

static inline size_t criterion(const char *name) {
    size_t v = 0;
    while (gmix_cluster_criteria()[v] && strcmp(gmix_cluster_criteria()[v], name) != 0) {
        v++;
    }
    return v;
}

/* A hierarchy, by name; NULL options otherwise. */
static inline gmix_clusters find_by(const gmix_model *model, const gmix_table *x,
                                    const char *name, const double *memberships) {
    gmix_cluster_options opts;
    gmix_clusters c = {0};
    gmix_cluster_options_init(&opts);
    opts.criterion = name;
    opts.memberships = memberships;
    CHECK_STATUS(NULL, gmix_clusters_find(NULL, model, x, &opts, &c), GMIX_OK);
    return c;
}

/* mclust's fit: so many EM steps from the hierarchical start. */
static inline gmix_model *fit_of(const double *x, size_t n, size_t d, const char *family,
                                 size_t k, size_t steps) {
    gmix_fit_options opts;
    gmix_model *model = NULL;
    const gmix_table table = gmix_table_f64(x, n, d);
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.covariance = family;
    opts.init = "hierarchical";
    opts.restarts = 1;
    opts.tol = 0;
    opts.max_iter = steps;
    opts.accelerate = 0;
    opts.resolution = "off";
    opts.reg_relative = 1e-14;
    opts.singular = "keep";
    CHECK_STATUS(NULL, gmix_fit(NULL, &table, &opts, &model, NULL), GMIX_OK);
    return model;
}

/*
 * mclust's fit of three tied components to Old Faithful as it was left, .0003 short of the maximum (F3): the
 * parameters that its memberships are of, and those after the M-step of these, which it returns.
 */
static inline gmix_model *mclust_faithful(bool returned) {
    static const double w[2][3] = {
        {.16522269375434459, .35637146257355584, .47840584367209971},
        {.16567839905644066, .35636962651330778, .47795197443025117}};
    static const double mu[2][6] = {
        {3.7924878522254435, 77.552372584643052, 2.0376019925226418, 54.491245397192031,
         4.4628109277554087, 80.819502123186737},
        {3.7930655292303186, 77.521051332351348, 2.0375963146129594, 54.491157600821957,
         4.4632447198396026, 80.833438776323248}};
    static const double s[2][4] = {
        {.078330093765239889, .48437345781257407, .48437345781257407, 33.806548761784619},
        {.078254480991346784, .4801978534671843, .4801978534671843, 33.767146396097132}};
    return use_model("tied", 3, 2, w[returned], mu[returned], s[returned], NULL);
}

/*
 * The first d columns of a table that is not part of this tree, for its licence: ex4.*.csv and banknote.csv
 * are of R's mclust, crabs.csv is of MASS. make_merge_data.R writes them. They are read from the folder
 * that GMIX_MERGE_DATA names, or from shared/data/merge beside the tree; no rows where there is none.
 */
static inline fixture merge_data(const char *name, size_t d) {
    const char *const folder = getenv("GMIX_MERGE_DATA");
    char path[1024], line[1024];
    fixture data = {fixture_alloc(1000 * d, sizeof(double)), 0, d};
    if (folder) {
        snprintf(path, sizeof path, "%s/%s", folder, name);
    } else {
        snprintf(path, sizeof path, "%s/../shared/data/merge/%s", SOURCE_ROOT, name);
    }
    FILE *const file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file)) {
        printf("left out: there is no %s\n", name);
        return data;
    }
    for (; fgets(line, sizeof line, file) && data.n < 1000; data.n++) {
        char *at = line;
        for (size_t j = 0; j < d; j++) {
            data.x[data.n * d + j] = strtod(at, &at);
            at += *at == ',';
        }
    }
    fclose(file);
    return data;
}

#endif
