/*
 * Rows with errors of measurement beside extreme deconvolution (make_deconvolution_reference.py): steps from
 * the same start lead to the same parameters, and a line through galaxies to the exact maximum of its
 * likelihood, which in four of five bands has no scatter of its own.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { MOST = 16, MOST_NUMBERS = MOST * 7 };

static gmix_data *read_data(const char *name) {
    char path[1024];
    gmix_data *data = NULL;
    const char *const where = strcmp(name, "half_seen") == 0 ? "tests/reference" : "data";
    snprintf(path, sizeof path, "%s/%s/%.64s.csv", SOURCE_ROOT, where, name);
    CHECK_STATUS(NULL, gmix_data_read(NULL, path, NULL, &data), GMIX_OK);
    return data;
}

/* The first two columns as rows; the next two, if there are any, as standard deviations, else 0.1 each. */
static gmix_table take_rows(const gmix_table *from, double *x, double *errors) {
    const double *const cells = from->data;
    for (size_t i = 0; i < from->n_rows; i++) {
        for (size_t j = 0; j < 2; j++) {
            const double *const row = cells + (ptrdiff_t)i * from->row_stride;
            x[2 * i + j] = row[(ptrdiff_t)j * from->col_stride];
            const double sd =
                from->n_cols > 2 ? row[(ptrdiff_t)(2 + j) * from->col_stride] : 0.1;
            errors[2 * i + j] = sd * sd;
        }
    }
    gmix_table table = gmix_table_f64(x, from->n_rows, 2);
    table.errors = errors;
    table.errors_len = 2;
    return table;
}

static void read_numbers(FILE *file, size_t n, double *out) {
    for (size_t i = 0; i < n; i++) {
        CHECK(fscanf(file, " %lf", &out[i]) == 1);
    }
}

static void check_numbers(const double *found, const double *wanted, size_t n,
                          double tol) {
    for (size_t i = 0; i < n; i++) {
        CHECK_NEAR(found[i], wanted[i], tol * fmax(1.0, fabs(wanted[i])));
    }
}

/* So many plain steps from the start that the file has. */
static bool steps(FILE *file) {
    char name[32];
    size_t k, d, n;
    double average, start[MOST_NUMBERS] = {0}, end[MOST_NUMBERS] = {0};
    if (fscanf(file, " case %31s %zu %zu %zu %lf", name, &k, &d, &n, &average) != 5) {
        return false;
    }
    CHECK_WHERE("%s, %zu steps", name, n);
    const size_t len = k + k * d + k * d * d;
    read_numbers(file, len, start);
    read_numbers(file, len, end);
    gmix_data *data = read_data(name);
    const gmix_table *const given = gmix_data_table(data);
    double *const x = fixture_alloc(given->n_rows * 2, sizeof *x);
    double *const errors = fixture_alloc(given->n_rows * 2, sizeof *errors);
    const gmix_table rows = take_rows(given, x, errors);
    gmix_model *first = NULL, *model = NULL;
    gmix_report report = {0};
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.init = "model";
    opts.tol = 0;
    opts.max_iter = n;
    opts.accelerate = 0;
    if (CHECK_STATUS(NULL,
                     gmix_model_new(NULL, "full", k, d, start, start + k,
                                    start + k + k * d, NULL, &first),
                     GMIX_OK)) {
        opts.init_model = first;
        if (CHECK_STATUS(NULL, gmix_fit(NULL, &rows, &opts, &model, &report), GMIX_OK)) {
            CHECK_NEAR(report.log_likelihood / (double)rows.n_rows, average, 1e-11);
            check_numbers(gmix_model_weights(model), end, k, 1e-9);
            check_numbers(gmix_model_means(model), end + k, k * d, 1e-8);
            check_numbers(gmix_model_covariances(model), end + k + k * d, k * d * d,
                          1e-8);
        }
    }
    gmix_report_free(&report);
    gmix_model_free(&first);
    gmix_model_free(&model);
    gmix_data_free(&data);
    free(x);
    free(errors);
    return true;
}

/* Of a band: galaxies, the exact maximum, and the line through them (Bovy, Hogg & Roweis, section 4). */
typedef struct band {
    const char *name;
    size_t n;
    double loglik, slope, intercept;
    bool scatters;
} band;

static void galaxies(const band *b, size_t column) {
    gmix_data *data = read_data("tully_fisher");
    const gmix_table *const all = gmix_data_table(data);
    double x[64], errors[64];
    size_t n = 0;
    CHECK_WHERE("Tully-Fisher, %s", b->name);
    for (size_t i = 0; i < all->n_rows; i++) {
        const double *const row =
            (const double *)all->data + (ptrdiff_t)i * all->row_stride;
        const double magnitude = row[(ptrdiff_t)column * all->col_stride];
        if (!isnan(magnitude)) {
            const double sx = row[6 * all->col_stride],
                         sy = row[(ptrdiff_t)(6 + column) * all->col_stride];
            x[2 * n] = row[0];
            x[2 * n + 1] = magnitude;
            errors[2 * n] = sx * sx;
            errors[2 * n + 1] = sy * sy;
            n++;
        }
    }
    CHECK_EQ_INT(n, b->n);
    gmix_table rows = gmix_table_f64(x, n, 2);
    rows.errors = errors;
    rows.errors_len = 2;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.tol = 1e-11;
    opts.max_iter = 5000;
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &rows, &opts, &model, &report), GMIX_OK)) {
        const double *const c = gmix_model_covariances(model), *const m =
                                                                   gmix_model_means(
                                                                       model);
        const double half = 0.5 * (c[0] + c[3]), root = hypot(0.5 * (c[0] - c[3]), c[1]);
        const double slope = (half + root - c[0]) / c[1];
        const double least = (c[0] * c[3] - c[1] * c[2]) / (half + root);
        printf("%s: log-likelihood %.8f, slope %.6f, intercept %.6f, eigenvalues %.3g "
               "%.5f, %zu steps\n",
               b->name, report.log_likelihood, slope, m[1] + (2.5 - m[0]) * slope, least,
               half + root, report.n_iterations);
        CHECK_NEAR(report.log_likelihood, b->loglik, 2e-8);
        CHECK_NEAR(slope, b->slope, 2e-5);
        CHECK_NEAR(m[1] + (2.5 - m[0]) * slope, b->intercept, 2e-6);
        CHECK((least > 1e-6) == b->scatters);
        CHECK_EQ_INT(report.sound, 1);
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
    gmix_data_free(&data);
}

/* Each row has one of two features: what they have to do with each other cannot be known. */
static void not_identified(void) {
    gmix_data *data = read_data("half_seen");
    const gmix_table *const given = gmix_data_table(data);
    double *const x = fixture_alloc(given->n_rows * 2, sizeof *x);
    double *const errors = fixture_alloc(given->n_rows * 2, sizeof *errors);
    const gmix_table rows = take_rows(given, x, errors);
    gmix_model *model = NULL;
    gmix_report report = {0};
    bool said = false;
    CHECK_WHERE("half seen");
    CHECK_STATUS(NULL, gmix_fit(NULL, &rows, NULL, &model, &report), GMIX_OK);
    for (size_t i = 0; i < report.n_warnings; i++) {
        said = said || strstr(report.warnings[i], "not identified");
    }
    CHECK(said);
    gmix_report_free(&report);
    gmix_model_free(&model);
    gmix_data_free(&data);
    free(x);
    free(errors);
}

int main(void) {
    static const band bands[] = {{"B", 21, 5.04538244, -8.04742, -19.77524, true},
                                 {"V", 17, 9.27804189, -8.871803, -20.331896, false},
                                 {"R", 21, 8.93120700, -8.786068, -20.645612, false},
                                 {"I", 21, 7.27418192, -9.245194, -21.118267, false},
                                 {"H", 20, 4.99267271, -11.048231, -21.730614, false}};
    FILE *const file = fixture_open("tests/reference/deconvolution.txt");
    size_t n = 0;
    while (steps(file)) {
        n++;
    }
    CHECK_EQ_INT(n, 7);
    fclose(file);
    for (size_t b = 0; b < sizeof bands / sizeof *bands; b++) {
        galaxies(&bands[b], 1 + b);
    }
    not_identified();
    return CHECK_DONE();
}
