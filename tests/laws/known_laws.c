/*
 * Laws of what is known beforehand, for every family: with labels on some rows EM stays
 * monotone, labels on none of them change no bit, and labels on all of them give every class
 * the closed form.
 */
#include "law.h"

enum { N = 1501, D = 3 };

static void check_monotone(const gmix_report *report) {
    for (size_t t = 1; t < report->n_trace; t++) {
        const double before = report->trace[t - 1];
        if (!CHECK(report->trace[t] >= before - 1e-12 * fabs(before))) {
            printf("    step %zu: %.17g after %.17g\n", t, report->trace[t], before);
        }
    }
}

static void labels_stay_monotone(const char *family) {
    static const struct {
        size_t k, per_class;
    } shapes[] = {{2, 1}, {3, 1}, {4, 2}, {6, 2}};
    const fixture data = fixture_clusters(N, D, 4, 2.0, 51);
    int32_t *const labels = law_classes(&data, 2);
    gmix_table x = law_view(&data);
    x.labels = labels;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        CHECK_WHERE("labels_stay_monotone, %s, shape %zu", family, s);
        gmix_fit_options opts = law_options(family, shapes[s].k);
        opts.per_class = shapes[s].per_class;
        opts.max_iter = 60;
        outcome o = law_fit(NULL, &x, &opts);
        check_monotone(&o.report);
        CHECK(o.report.trace[o.report.n_trace - 1] > o.report.trace[0]);
        outcome_free(&o);
    }
    free(labels);
    free(data.x);
}

static void no_labels_change_nothing(const char *family) {
    const fixture data = fixture_clusters(N, D, 4, 2.0, 52);
    int32_t *const labels = fixture_alloc(N, sizeof *labels);
    memset(labels, 0xff, N * sizeof *labels);
    gmix_table x = law_view(&data), y = x;
    y.labels = labels;
    y.n_classes = 2;
    const gmix_fit_options opts = law_options(family, 3);
    outcome plain = law_fit(NULL, &x, &opts), unknown = law_fit(NULL, &y, &opts);
    same_outcome(&plain, &unknown);
    outcome_free(&plain);
    outcome_free(&unknown);
    free(labels);
    free(data.x);
}

static void labels_on_any_threads(const char *family) {
    const fixture data = fixture_clusters(N, D, 4, 2.0, 53);
    int32_t *const labels = law_classes(&data, 2);
    gmix_table x = law_view(&data);
    x.labels = labels;
    gmix_fit_options opts = law_options(family, 5);
    opts.per_class = 2;
    gmix_ctx *one = law_context(1), *three = law_context(3);
    outcome a = law_fit(one, &x, &opts), b = law_fit(three, &x, &opts);
    same_outcome(&a, &b);
    outcome_free(&a);
    outcome_free(&b);
    gmix_ctx_free(&one);
    gmix_ctx_free(&three);
    free(labels);
    free(data.x);
}

/* Weights and means are those of the classes, and no step moves them. */
static void all_labels_known(const char *family) {
    const fixture data = fixture_clusters(N, D, 4, 2.0, 54);
    int32_t *const labels = law_labels(&data, 3);
    gmix_table x = law_view(&data);
    x.labels = labels;
    gmix_fit_options opts = law_options(family, 3);
    opts.tol = 1e-7;
    outcome o = law_fit(NULL, &x, &opts);
    double count[3] = {0}, sum[3][D] = {{0}};
    for (size_t i = 0; i < N; i++) {
        count[labels[i]] += 1;
        for (size_t j = 0; j < D; j++) {
            sum[labels[i]][j] += data.x[i * D + j];
        }
    }
    CHECK(o.report.converged);
    for (size_t c = 0; o.model && c < 3; c++) {
        CHECK_REL(gmix_model_weights(o.model)[c], count[c] / N, 1e-13);
        for (size_t j = 0; j < D; j++) {
            CHECK_NEAR(gmix_model_means(o.model)[c * D + j], sum[c][j] / count[c], 1e-12);
        }
    }
    outcome_free(&o);
    free(labels);
    free(data.x);
}

int main(void) {
    LAW(labels_stay_monotone);
    LAW(no_labels_change_nothing);
    LAW(labels_on_any_threads);
    LAW(all_labels_known);
    return CHECK_DONE();
}
