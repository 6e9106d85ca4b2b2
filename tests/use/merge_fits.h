/* Fits as R's mclust has them, and tables of its and MASS's that are not part of this tree. */
#ifndef GMIX_TESTS_MERGE_FITS_H
#define GMIX_TESTS_MERGE_FITS_H

#include "fixture.h"
#include "use_models.h"

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

/* A file of GMIX_MERGE_DATA, its first d columns. */
static inline fixture merge_data(const char *name, size_t d) {
    char path[600], line[1024];
    fixture data = {fixture_alloc(1000 * d, sizeof(double)), 0, d};
    snprintf(path, sizeof path, "%s/%s", getenv("GMIX_MERGE_DATA"), name);
    FILE *const file = fopen(path, "r");
    if (!CHECK(file) || !fgets(line, sizeof line, file)) {
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
