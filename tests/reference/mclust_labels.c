/* Agreement of random labels beside mclust's index (make_mclust_labels.R). */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { MOST_ROWS = 150, LEAST_CASES = 40 };

static void read_labels(FILE *file, size_t n, int32_t *out) {
    for (size_t i = 0; i < n; i++) {
        int label = 0;
        CHECK(fscanf(file, "%d", &label) == 1);
        out[i] = label;
    }
}

int main(void) {
    FILE *file = fixture_open("tests/reference/mclust_labels.txt");
    int32_t a[MOST_ROWS], b[MOST_ROWS];
    size_t n, n_cases = 0;
    for (; fscanf(file, "%zu", &n) == 1 && CHECK(n <= MOST_ROWS); n_cases++) {
        double index, information, normalised;
        gmix_agreement found = {0};
        read_labels(file, n, a);
        read_labels(file, n, b);
        CHECK(fscanf(file, "%lf %lf %lf", &index, &information, &normalised) == 3);
        CHECK_WHERE("case %zu, %zu rows", n_cases, n);
        CHECK_STATUS(NULL, gmix_compare_labels(NULL, n, a, b, &found), GMIX_OK);
        CHECK_NEAR(found.adjusted_rand, index, 1e-12);
        CHECK_NEAR(found.mutual_information, information, 1e-12);
        CHECK_NEAR(found.normalised_mutual_information, normalised, 1e-12);
        gmix_agreement_free(&found);
    }
    CHECK_WHERE("%s", "");
    CHECK(n_cases >= LEAST_CASES);
    fclose(file);
    return CHECK_DONE();
}
