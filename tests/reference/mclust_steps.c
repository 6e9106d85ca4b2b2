/*
 * Step by step with R's mclust: from the same partition, plain EM in every family gives the
 * same total log-likelihood after every step, to 1e-8 relative. make_mclust_reference.R
 * made mclust_steps.txt.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { MAX_STEPS = 64 };

/* synthetic5 is taken in units of these powers of two, as in the script. */
static const int units_of_5[] = {7, 0, -6, 0, -17};

typedef struct reference {
    char data[64], family[8];
    size_t k, n_trace;
    double trace[MAX_STEPS];
} reference;

static bool read_case(FILE *file, reference *ref) {
    static char line[8192];
    if (fscanf(file, "case %63s %7s %zu\n", ref->data, ref->family, &ref->k) != 3 ||
        !fgets(line, sizeof line, file)) {
        return false;
    }
    ref->n_trace = 0;
    char *at = line + strlen("loglik"), *end = at;
    while (ref->n_trace < MAX_STEPS) {
        const double value = strtod(at, &end);
        if (end == at) {
            break;
        }
        ref->trace[ref->n_trace++] = value;
        at = end;
    }
    return true;
}

/* Rows in the order of their first feature, cut into k parts of equal size. */
static int32_t *parts(const fixture *data, size_t k) {
    const size_t n = data->n;
    int32_t *const labels = fixture_alloc(n, sizeof *labels);
    for (size_t i = 0; i < n; i++) {
        size_t rank = 0;
        for (size_t other = 0; other < n; other++) {
            const double a = data->x[other * data->d], b = data->x[i * data->d];
            rank += a < b || (a == b && other < i);
        }
        labels[i] = (int32_t)((double)(rank * k) / (double)n);
    }
    return labels;
}

/* The largest relative difference along the trace. */
static double run_case(const reference *ref) {
    char path[128];
    snprintf(path, sizeof path, "%s.csv", ref->data);
    const fixture data = fixture_csv(path);
    for (size_t i = 0; data.d == 5 && i < data.n * data.d; i++) {
        data.x[i] = ldexp(data.x[i], units_of_5[i % 5]);
    }
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    int32_t *const labels = parts(&data, ref->k);
    gmix_ctx *ctx = NULL;
    gmix_model *model = NULL;
    gmix_report report = {0};
    double worst = 0;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = ref->k;
    opts.covariance = ref->family;
    opts.init = "labels";
    opts.init_labels = labels;
    opts.tol = 0;
    opts.reg = 0;
    opts.accelerate = 0;
    opts.max_iter = ref->n_trace - 1;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    if (CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, &report), GMIX_OK)) {
        CHECK_EQ_INT(report.n_trace, ref->n_trace);
        for (size_t t = 0; t < ref->n_trace && t < report.n_trace; t++) {
            const double ours = report.trace[t], theirs = ref->trace[t];
            if (CHECK_REL(ours, theirs, 1e-8)) {
                worst = fmax(worst, fabs(ours / theirs - 1));
            }
        }
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
    gmix_ctx_free(&ctx);
    free(labels);
    free(data.x);
    return worst;
}

int main(void) {
    static reference ref;
    FILE *const file = fixture_open("tests/reference/mclust_steps.txt");
    size_t n_cases = 0;
    double worst = 0;
    while (read_case(file, &ref)) {
        CHECK_WHERE("%s %s K=%zu", ref.data, ref.family, ref.k);
        worst = fmax(worst, run_case(&ref));
        n_cases++;
    }
    fclose(file);
    CHECK_WHERE("%s", "");
    CHECK_EQ_INT(n_cases, 4 * 14 * 3 + 2 * 3);
    printf("%zu cases, largest relative difference %.1e\n", n_cases, worst);
    return CHECK_DONE();
}
