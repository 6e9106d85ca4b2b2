/*
 * Step by step with scikit-learn: from the same start, plain EM gives the same total
 * log-likelihood after every step, to 1e-10 relative. em_steps.txt says what it holds.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { MAX_NUMBERS = 1024, LINE = 1 << 16 };

typedef struct reference {
    char data[32], family[32];
    size_t k;
    double weights[MAX_NUMBERS], means[MAX_NUMBERS], covariances[MAX_NUMBERS];
    double trace[MAX_NUMBERS];
    size_t n_trace;
} reference;

/* The numbers after the line's first word; how many. */
static size_t read_numbers(FILE *file, const char *word, double *out) {
    static char line[LINE];
    if (!fgets(line, sizeof line, file) || strncmp(line, word, strlen(word)) != 0) {
        fprintf(stderr, "em_steps.txt: %s expected\n", word);
        exit(1);
    }
    size_t n = 0;
    char *at = line + strlen(word);
    for (char *end = at; n < MAX_NUMBERS; at = end) {
        const double value = strtod(at, &end);
        if (end == at) {
            break;
        }
        out[n++] = value;
    }
    return n;
}

static bool read_case(FILE *file, reference *ref) {
    if (fscanf(file, "case %31s %31s %zu\n", ref->data, ref->family, &ref->k) != 3) {
        return false;
    }
    read_numbers(file, "weights", ref->weights);
    read_numbers(file, "means", ref->means);
    read_numbers(file, "covariances", ref->covariances);
    ref->n_trace = read_numbers(file, "loglik", ref->trace);
    return true;
}

/* The largest relative difference along the trace. */
static double compare(const reference *ref, const gmix_report *report) {
    double worst = 0;
    for (size_t t = 0; t < ref->n_trace && t < report->n_trace; t++) {
        CHECK_REL(report->trace[t], ref->trace[t], 1e-10);
        const double off = fabs(report->trace[t] - ref->trace[t]) / fabs(ref->trace[t]);
        worst = fmax(worst, off);
    }
    return worst;
}

static double run_case(const reference *ref) {
    char path[128];
    const char *folder =
        strcmp(ref->data, "synthetic5") == 0 ? "tests/reference" : "data";
    snprintf(path, sizeof path, "%s/%s.csv", folder, ref->data);
    const fixture data = fixture_csv(path);
    const gmix_table x = gmix_table_f64(data.x, data.n, data.d);
    gmix_model *start = NULL, *model = NULL;
    gmix_report report = {0};
    double worst = 0;

    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    if (!CHECK_STATUS(ctx,
                      gmix_model_new(ctx, ref->family, ref->k, data.d, ref->weights,
                                     ref->means, ref->covariances, NULL, &start),
                      GMIX_OK)) {
        goto done;
    }
    opts.n_components = ref->k;
    opts.covariance = ref->family;
    opts.init = "model";
    opts.init_model = start;
    opts.tol = 0;
    opts.reg = 0;
    opts.accelerate = 0;
    opts.max_iter = ref->n_trace - 1;
    if (CHECK_STATUS(ctx, gmix_fit(ctx, &x, &opts, &model, &report), GMIX_OK)) {
        CHECK_EQ_INT(report.n_trace, ref->n_trace);
        CHECK_EQ_INT(report.n_iterations, ref->n_trace - 1);
        CHECK_EQ_INT(report.stop, GMIX_STOP_MAX_ITER);
        worst = compare(ref, &report);
        CHECK_REL(report.log_likelihood, ref->trace[ref->n_trace - 1], 1e-10);
    }
done:
    gmix_report_free(&report);
    gmix_model_free(&model);
    gmix_model_free(&start);
    gmix_ctx_free(&ctx);
    free(data.x);
    return worst;
}

int main(void) {
    static reference ref;
    FILE *const file = fixture_open("tests/reference/em_steps.txt");
    size_t n_cases = 0;
    double worst = 0;
    while (read_case(file, &ref)) {
        CHECK_WHERE("%s %s K=%zu", ref.data, ref.family, ref.k);
        worst = fmax(worst, run_case(&ref));
        n_cases++;
    }
    fclose(file);
    CHECK_WHERE("%s", "");
    CHECK_EQ_INT(n_cases, 64);
    printf("%zu cases, largest relative difference %.1e\n", n_cases, worst);
    return CHECK_DONE();
}
