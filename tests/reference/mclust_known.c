/*
 * With R's mclust, what is known beforehand: EM under its conjugate prior, step by step from
 * the same partition, and discriminant analysis with one component per class. See
 * make_mclust_known.R, which made mclust_known.txt.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { LINE = 1 << 15, MOST = 4096, NAME = 64 };

static char line[LINE];
static double numbers[MOST];
static double worst_step, worst_parameter, worst_posterior;

/* The numbers of the next line; NA is NaN. */
static size_t read_numbers(FILE *file) {
    size_t n = 0;
    if (!fgets(line, LINE, file)) {
        return 0;
    }
    for (char *word = strtok(line, " \n"); word && n < MOST; word = strtok(NULL, " \n")) {
        numbers[n++] = strcmp(word, "NA") == 0 ? NAN : strtod(word, NULL);
    }
    return n;
}

static fixture read_data(const char *name) {
    char path[2 * NAME];
    snprintf(path, sizeof path, "data/%s.csv", name);
    return fixture_csv(path);
}

/* Rows in the order of their first feature, cut into k parts of equal size. */
static int32_t *parts(const fixture *data, size_t k) {
    int32_t *const labels = fixture_alloc(data->n, sizeof *labels);
    for (size_t i = 0; i < data->n; i++) {
        size_t rank = 0;
        for (size_t other = 0; other < data->n; other++) {
            const double a = data->x[other * data->d], b = data->x[i * data->d];
            rank += a < b || (a == b && other < i);
        }
        labels[i] = (int32_t)(rank * k / data->n);
    }
    return labels;
}

static double error_of(double got, double expected, double size) {
    return fabs(got - expected) / fmax(fabs(expected), size);
}

/* Numbers of the next line against the model's. */
static void compare(FILE *file, const double *got, size_t n, double size) {
    if (!CHECK_EQ_INT(read_numbers(file), n)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const double error = error_of(got[i], numbers[i], size);
        worst_parameter = fmax(worst_parameter, error);
        if (!CHECK(error <= 1e-9)) {
            printf("    %zu: %.17g, not %.17g\n", i, got[i], numbers[i]);
        }
    }
}

/* The log-likelihoods after each step, one fit per number of steps; the last one's model. */
static gmix_model *check_steps(FILE *file, const gmix_table *x, gmix_fit_options *opts) {
    gmix_model *model = NULL;
    const size_t n = read_numbers(file);
    CHECK_EQ_INT(n, 8);
    for (size_t t = 0; t < n; t++) {
        gmix_report report = {0};
        gmix_model_free(&model);
        opts->max_iter = t;
        if (CHECK_STATUS(NULL, gmix_fit(NULL, x, opts, &model, &report), GMIX_OK)) {
            worst_step = fmax(worst_step, error_of(report.log_likelihood, numbers[t], 1));
            CHECK_REL(report.log_likelihood, numbers[t], 1e-10);
            for (size_t i = 1; i < report.n_trace; i++) {
                CHECK(report.trace[i] >= report.trace[i - 1] - 1e-9);
            }
        }
        gmix_report_free(&report);
    }
    return model;
}

static void check_prior(FILE *file, const fixture *data, const char *family, size_t k,
                        const double prior[3]) {
    const gmix_table x = gmix_table_f64(data->x, data->n, data->d);
    const size_t d = data->d;
    int32_t *const labels = parts(data, k);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.covariance = family;
    opts.init = "labels";
    opts.init_labels = labels;
    opts.tol = 0;
    opts.accelerate = 0;
    opts.prior = "mclust";
    if (!isnan(prior[1])) {
        opts.prior_shrinkage = prior[0];
        opts.prior_dof = prior[1];
        opts.prior_scale = prior[2];
    }
    gmix_model *model = check_steps(file, &x, &opts);
    if (CHECK(model != NULL)) {
        double *const all = fixture_alloc(k * d * d, sizeof *all);
        double largest = 0;
        for (size_t c = 0; c < k; c++) {
            gmix_model_covariance(model, c, all + c * d * d);
        }
        for (size_t i = 0; i < k * d * d; i++) {
            largest = fmax(largest, fabs(all[i]));
        }
        compare(file, gmix_model_weights(model), k, 1);
        compare(file, gmix_model_means(model), k * d, 1);
        compare(file, all, k * d * d, largest);
        free(all);
    }
    gmix_model_free(&model);
    free(labels);
}

/* Classes of data/NAME.labels.csv in alphabetical order. */
static int32_t *read_labels(const char *name, size_t n) {
    char path[2 * NAME];
    char(*const words)[NAME] = fixture_alloc(n, NAME);
    int32_t *const labels = fixture_alloc(n, sizeof *labels);
    snprintf(path, sizeof path, "data/%s.labels.csv", name);
    FILE *const file = fixture_open(path);
    CHECK(fgets(line, LINE, file) != NULL);
    for (size_t i = 0; i < n && fgets(line, LINE, file); i++) {
        snprintf(words[i], NAME, "%.*s", (int)strcspn(line, "\r\n"), line);
    }
    fclose(file);
    for (size_t i = 0; i < n;
         i++) { /* as many classes come before as there are first words */
        for (size_t j = 0; j < n; j++) {
            size_t first = 0;
            while (strcmp(words[first], words[j]) != 0) {
                first++;
            }
            labels[i] += first == j && strcmp(words[j], words[i]) < 0;
        }
    }
    free(words);
    return labels;
}

static void check_classes(FILE *file, const fixture *data, const char *name,
                          const char *family) {
    gmix_table x = gmix_table_f64(data->x, data->n, data->d);
    int32_t *const labels = read_labels(name, data->n);
    x.labels = labels;
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 3;
    opts.covariance = family;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_confusion c = {0};
    gmix_criteria score;
    double *const p = fixture_alloc(3 * data->n, sizeof *p);
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report), GMIX_OK) &&
        CHECK_STATUS(NULL, gmix_class_confusion(NULL, model, &x, &c), GMIX_OK) &&
        CHECK_STATUS(NULL, gmix_class_posteriors(NULL, model, &x, p), GMIX_OK)) {
        CHECK_EQ_INT(read_numbers(file), 1);
        CHECK_STATUS(NULL, gmix_score(NULL, model, &x, &score), GMIX_OK);
        CHECK_REL(score.log_likelihood, numbers[0], 1e-10);
        CHECK_EQ_INT(read_numbers(file), 1);
        CHECK_EQ_INT(lround(c.error_rate * c.total), numbers[0]);
        const size_t n = read_numbers(file);
        CHECK_EQ_INT(n, 3 * ((data->n + 6) / 7));
        for (size_t i = 0; i < n; i++) {
            const double error = fabs(p[i / 3 * 21 + i % 3] - numbers[i]);
            worst_posterior = fmax(worst_posterior, error);
            CHECK(error < 1e-10);
        }
    }
    free(p);
    gmix_confusion_free(&c);
    gmix_report_free(&report);
    gmix_model_free(&model);
    free(labels);
}

int main(void) {
    FILE *const file = fixture_open("tests/reference/mclust_known.txt");
    char name[NAME], family[NAME];
    size_t n_priors = 0, n_classes = 0;
    while (fgets(line, LINE, file) && sscanf(line, "data %63s", name) == 1 &&
           fgets(line, LINE, file)) {
        double prior[3] = {0};
        size_t k = 0;
        const fixture data = read_data(name);
        if (sscanf(line, "edda %63s", family) == 1) {
            CHECK_WHERE("%s, classes, %s", name, family);
            check_classes(file, &data, name, family);
            n_classes++;
        } else if (sscanf(line, "prior %63s %zu", family, &k) == 2) {
            char *at = strstr(line, family) + strlen(family);
            strtol(at, &at, 10);
            for (size_t i = 0; i < 3; i++) {
                at += strspn(at, " ");
                prior[i] = strncmp(at, "NA", 2) == 0 ? NAN : strtod(at, NULL);
                at += strcspn(at, " ");
            }
            CHECK_WHERE("%.40s, prior, %.40s, K = %zu, shrinkage %g", name, family, k,
                        prior[0]);
            check_prior(file, &data, family, k, prior);
            n_priors++;
        }
        free(data.x);
    }
    fclose(file);
    CHECK_WHERE("%s", "");
    CHECK_EQ_INT(n_priors, 3 * 4 * 3 * 2 + 2 * 3 * 2);
    CHECK_EQ_INT(n_classes, 14);
    printf(
        "%zu priors, %zu classifiers; largest differences: steps %.1e, parameters %.1e, "
        "posteriors %.1e\n",
        n_priors, n_classes, worst_step, worst_parameter, worst_posterior);
    return CHECK_DONE();
}
