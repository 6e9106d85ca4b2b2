/*
 * Trees of merges: cut into K clusters, they are the partitions of R's mclust.
 * make_mclust_trees.R made mclust_trees.txt.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { LINE = 8192 };

/* synthetic5 is taken in units of these powers of two, as in the script. */
static const int units_of_5[] = {7, 0, -6, 0, -17};

static double agreement(const fixture *data, const char *criterion, const char *transform,
                        size_t k, const int32_t *theirs) {
    const gmix_table x = gmix_table_f64(data->x, data->n, data->d);
    size_t *const merges = fixture_alloc(2 * data->n, sizeof *merges);
    double *const costs = fixture_alloc(data->n, sizeof *costs);
    int32_t *const labels = fixture_alloc(data->n, sizeof *labels);
    gmix_tree_options opts;
    gmix_agreement compared = {0};
    gmix_tree_options_init(&opts);
    opts.criterion = criterion;
    opts.transform = transform;
    CHECK_STATUS(NULL, gmix_tree(NULL, &x, &opts, merges, costs), GMIX_OK);
    CHECK_STATUS(NULL, gmix_tree_cut(NULL, data->n, merges, k, labels), GMIX_OK);
    CHECK_STATUS(NULL, gmix_compare_labels(NULL, data->n, labels, theirs, &compared),
                 GMIX_OK);
    const double result = compared.adjusted_rand;
    gmix_agreement_free(&compared);
    free(merges);
    free(costs);
    free(labels);
    return result;
}

int main(void) {
    static char line[LINE], name[64], criterion[8], transform[8], path[128];
    FILE *const file = fixture_open("tests/reference/mclust_trees.txt");
    size_t k, n_cases = 0;
    while (fscanf(file, "tree %63s %7s %7s %zu\n", name, criterion, transform, &k) == 4 &&
           fgets(line, sizeof line, file)) {
        snprintf(path, sizeof path, "%s.csv", name);
        fixture data = fixture_csv(path);
        for (size_t i = 0; data.d == 5 && i < data.n * data.d; i++) {
            data.x[i] = ldexp(data.x[i], units_of_5[i % 5]);
        }
        int32_t *const theirs = fixture_alloc(data.n, sizeof *theirs);
        for (size_t i = 0; i < data.n; i++) {
            theirs[i] = line[i] - '0';
        }
        CHECK_WHERE("%s %s %s K=%zu", name, criterion, transform, k);
        const double same = agreement(&data, criterion, transform, k, theirs);
        CHECK_NEAR(same, 1, 1e-12);
        free(theirs);
        free(data.x);
        n_cases++;
    }
    fclose(file);
    CHECK_WHERE("%s", "");
    CHECK_EQ_INT(n_cases, (3 * 2 * 4 + 3) * 4);
    return CHECK_DONE();
}
