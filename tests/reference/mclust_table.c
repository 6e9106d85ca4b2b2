/*
 * The table of R's mclust (mclust_bic.csv: 6 data sets, 14 families, 1 to 9 components): no model
 * that has a sound solution may score below mclust's, but for those cells in which
 * mclust's own solution is spurious or a longer search is needed; the chosen models are
 * mclust's or better. And the law of nested models over all cells.
 */
#include "check.h"
#include "fixture.h"
#include "nested.h"

#include <gmix/gmix.h>

/* Cells that may score lower. mclust's EVV 7, EVV 8, VVV 6 and VVV 7 have components with an
 * eigenvalue below 1e-3 or fewer than D + 1.5 rows; its VVE 8 is a better optimum than the table's
 * short searches find. Its EVI 6 has a component of 1.3 rows. In iris VII 7 and 9 one of 7 rows adds 6.7
 * nats that chance explains: without it mclust's counts for -253.28 (of -246.55) and -223.96 (of -217.23),
 * and gmix's for -249.15 (of -248.18) and -219.85 (of -218.85). */
static const struct exception {
    const char *data, *family;
    size_t k;
} exceptions[] = {{"diabetes", "EVV", 7}, {"diabetes", "EVV", 8}, {"diabetes", "VVV", 6},
                  {"diabetes", "VVV", 7}, {"diabetes", "VVE", 8}, {"diabetes", "EVI", 6},
                  {"iris", "VII", 7},     {"iris", "VII", 9}};

static bool is_exception(const char *data, const char *family, size_t k) {
    bool found = false;
    for (size_t e = 0; e < sizeof exceptions / sizeof *exceptions; e++) {
        found =
            found || (strcmp(exceptions[e].data, data) == 0 &&
                      strcmp(exceptions[e].family, family) == 0 && exceptions[e].k == k);
    }
    return found;
}

/* By mclust's name of the family: VVV is full, and of one feature E is EII. */
static const gmix_candidate *find(const gmix_report *r, const char *family, size_t k) {
    const char *const name = gmix_family_name(family);
    for (size_t c = 0; name && c < r->n_candidates; c++) {
        if (r->candidates[c].n_components == k &&
            strcmp(r->candidates[c].covariance, name) == 0) {
            return &r->candidates[c];
        }
    }
    return NULL;
}

/* Under sanitizers and the like a smaller table will do. */
static size_t most_components(void) {
    return fixture_is_brief() ? 5 : 9;
}

/* Compares every line of one data set; n: solved, not solved. */
static void check_cells(const char *name, const gmix_report *r, size_t n[2]) {
    char line[256], data[32], family[8];
    size_t k, p;
    double bic, log_likelihood;
    FILE *const file = fixture_open("tests/reference/mclust_bic.csv");
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%31[^,],%7[^,],%zu,%lf,%zu,%lf", data, family, &k, &bic, &p,
                   &log_likelihood) != 6 ||
            strcmp(data, name) != 0 || k > most_components()) {
            continue;
        }
        const gmix_candidate *const cell = find(r, family, k);
        CHECK_WHERE("%s %s %d", name, family, (int)k);
        if (!CHECK(cell != NULL)) {
            continue;
        }
        CHECK_EQ_INT(cell->n_parameters, p);
        n[cell->sound ? 0 : 1]++;
        if (cell->sound && !is_exception(name, family, k) &&
            !CHECK(cell->log_likelihood >= log_likelihood - 1e-3)) {
            printf("%.6f, mclust %.6f\n", cell->log_likelihood, log_likelihood);
        }
    }
    fclose(file);
    CHECK_WHERE("%s", "");
}

static void check_table(const char *name, double best_bic, size_t least_solved) {
    char path[64];
    snprintf(path, sizeof path, "data/%s.csv", name);
    const fixture data = fixture_csv(path);
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_select_options opts;
    gmix_select_options_init(&opts);
    char components[8];
    snprintf(components, sizeof components, "1-%zu", most_components());
    opts.components = components;
    gmix_model *model = NULL;
    gmix_report report = {0};
    size_t n[2] = {0, 0};
    CHECK_STATUS(NULL, gmix_select(NULL, &x, NULL, &opts, &model, &report), GMIX_OK);
    check_cells(name, &report, n);
    CHECK(report.bic <= best_bic + 1e-3);
    CHECK(check_nested(&report) > 0);
    printf("%s: %zu cells compared, %zu without a sound solution; %s %zu, BIC %.4f\n",
           name, n[0], n[1], report.covariance, report.n_components, report.bic);
    CHECK(n[0] >= least_solved);
    gmix_model_free(&model);
    gmix_report_free(&report);
    free(data.x);
}

int main(void) {
    check_table("faithful", 2314.3163, fixture_is_brief() ? 69 : 125);
    if (!fixture_is_brief()) {
        check_table("iris", 561.7285, 118);
        check_table("diabetes", 4751.3164, 124);
        check_table("body", 7402.4062, 118);
    }
    check_table("acidity", 392.0723, fixture_is_brief() ? 10 : 18);
    /* V,5 of mclust is its V,4 and a component that adds nothing: chance explains the fifth */
    check_table("galaxies", 441.6123, fixture_is_brief() ? 9 : 17);
    return CHECK_DONE();
}
