/*
 * What the laws share. A law is a function of a family's name, and holds for every family
 * that is registered: main calls for_each_family(law).
 */
#ifndef GMIX_TESTS_LAW_H
#define GMIX_TESTS_LAW_H

#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

typedef struct outcome {
    gmix_model *model;
    gmix_report report;
} outcome;

static inline void outcome_free(outcome *o) {
    gmix_model_free(&o->model);
    gmix_report_free(&o->report);
}

/* The law's name goes before whatever fails. */
static inline void for_families(const char *name, const char *const *families,
                                void (*law)(const char *family)) {
    for (const char *const *family = families; *family; family++) {
        CHECK_WHERE("%s, %s", name, *family);
        if (check_wanted(check_where)) {
            law(*family);
        }
    }
    CHECK_WHERE("%s", "");
}

/* Every law with one factor, which is all that two features leave room for; under one name. */
static inline void for_factor_laws(const char *name, void (*law)(const char *family)) {
    enum { MOST = 32, NAME = 16 };
    char names[MOST][NAME];
    const char *families[MOST + 1] = {NULL};
    const char *const *const laws = gmix_factor_law_names();
    for (size_t l = 0, n = 0; laws[l] && n < MOST; l++) {
        snprintf(names[n], NAME, "%.*s:1", (int)strcspn(laws[l], ":"), laws[l]);
        if (strcmp(gmix_family_name(names[n]), names[n]) == 0) {
            families[n] = names[n];
            n++;
        }
    }
    for_families(name, families, law);
}
#define LAW_OF_FACTORS(law) for_factor_laws(#law, law)
/* For what goes by volume, shape and orientation, or needs no second feature; or asks that
 * M-steps which go on until they gain little be the same for statistics that were added up
 * otherwise. */
#define LAW_OF_LETTERS(law) for_families(#law, gmix_family_names(), law)
#define LAW(law)             \
    do {                     \
        LAW_OF_LETTERS(law); \
        LAW_OF_FACTORS(law); \
    } while (0)

static inline gmix_fit_options law_options(const char *family, size_t k) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = k;
    opts.covariance = family;
    opts.tol = 0;
    opts.accelerate = 0;
    opts.max_iter = 12;
    opts.seed = 3;
    return opts;
}

static inline gmix_ctx *law_context(int n_threads) {
    gmix_ctx_options opts;
    gmix_ctx_options_init(&opts);
    opts.n_threads = n_threads;
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
    return ctx;
}

static inline outcome law_fit(gmix_ctx *ctx, const gmix_table *x,
                              const gmix_fit_options *opts) {
    outcome o = {NULL, {0}};
    CHECK_STATUS(ctx, gmix_fit(ctx, x, opts, &o.model, &o.report), GMIX_OK);
    return o;
}

static inline gmix_table law_view(const fixture *data) {
    return gmix_table_f64(data->x, data->n, data->d);
}

/* A mixture of that family, fitted to the data. */
static inline gmix_model *law_model(const char *family, const fixture *data, size_t k,
                                    double noise) {
    const gmix_table x = law_view(data);
    gmix_fit_options opts = law_options(family, k);
    opts.noise = noise;
    outcome o = law_fit(NULL, &x, &opts);
    gmix_report_free(&o.report);
    return o.model;
}

static inline size_t law_n_covariances(const gmix_model *model) {
    return gmix_family_layout(gmix_model_covariance_name(model),
                              gmix_model_n_components(model),
                              gmix_model_n_features(model));
}

static inline bool same_bits(const double *a, const double *b, size_t n) {
    return n == 0 || (a && b && memcmp(a, b, n * sizeof *a) == 0);
}

/* The same parameters, to the last bit. */
static inline bool same_model(const gmix_model *a, const gmix_model *b) {
    if (!CHECK(a != NULL) || !CHECK(b != NULL)) {
        return false;
    }
    const size_t k = gmix_model_n_components(a), d = gmix_model_n_features(a);
    bool ok = CHECK_EQ_STR(gmix_model_covariance_name(a), gmix_model_covariance_name(b));
    ok &= CHECK_EQ_INT(k, gmix_model_n_components(b));
    ok &= CHECK_EQ_INT(d, gmix_model_n_features(b));
    ok = ok && CHECK(same_bits(gmix_model_weights(a), gmix_model_weights(b), k));
    ok = ok && CHECK(same_bits(gmix_model_means(a), gmix_model_means(b), k * d));
    return ok && CHECK(same_bits(gmix_model_covariances(a), gmix_model_covariances(b),
                                 law_n_covariances(a)));
}

/* The same parameters and the same way there, to the last bit. */
static inline bool same_outcome(const outcome *a, const outcome *b) {
    bool ok = same_model(a->model, b->model);
    ok &= CHECK_EQ_INT(a->report.n_trace, b->report.n_trace);
    return ok && CHECK(same_bits(a->report.trace, b->report.trace, a->report.n_trace));
}

/* The log-likelihood never falls. */
static inline void law_monotone(const gmix_report *report) {
    for (size_t t = 1; t < report->n_trace; t++) {
        const double before = report->trace[t - 1];
        if (!CHECK(report->trace[t] >= before - 1e-12 * fabs(before))) {
            printf("    step %zu: %.17g after %.17g\n", t, report->trace[t], before);
        }
    }
}

/* For laws over problems of which some have no mixture: how many had one. A fit that always failed
 * would keep any law of its result, so a share of them is asked for in the end. */
typedef struct law_share {
    size_t n, fitted;
} law_share;

static inline void law_enough(const law_share *share, double least) {
    if (!CHECK((double)share->fitted >= least * (double)share->n && share->n > 0)) {
        printf("    %zu of %zu were fitted\n", share->fitted, share->n);
    }
}

/* A mixture of the table that was fitted, whose log-likelihood is the report's; what is not sound
 * is warned of. */
static inline void law_usable(const gmix_table *x, const outcome *o) {
    gmix_criteria criteria = {0};
    double weights = gmix_model_noise_weight(o->model);
    for (size_t k = 0; k < gmix_model_n_components(o->model); k++) {
        weights += gmix_model_weights(o->model)[k];
    }
    CHECK_NEAR(weights, 1, 1e-9);
    CHECK(isfinite(o->report.log_likelihood));
    CHECK_STATUS(NULL, gmix_score(NULL, o->model, x, &criteria), GMIX_OK);
    if (!(o->report.trimmed_weight > 0) && !x->labels) {
        CHECK_REL(criteria.log_likelihood, o->report.log_likelihood, 1e-5);
    }
    if (!o->report.sound) {
        CHECK(o->report.n_warnings > 0);
    }
}

/* The traces agree to a relative difference, after a constant is taken from the second.
 */
static inline void near_traces(const outcome *a, const outcome *b, double constant,
                               double tol) {
    CHECK_EQ_INT(a->report.n_trace, b->report.n_trace);
    for (size_t t = 0; t < a->report.n_trace && t < b->report.n_trace; t++) {
        CHECK_REL(a->report.trace[t], b->report.trace[t] - constant, tol);
    }
}

/* n rows of a table, from row `first` on, with all that is known of them. */
static inline gmix_table law_rows(const gmix_table *x, size_t first, size_t n) {
    gmix_table rows = *x;
    const size_t size = x->dtype == GMIX_F32 ? sizeof(float) : sizeof(double);
    rows.data = x->data ? (const char *)x->data +
                              (ptrdiff_t)first * x->row_stride * (ptrdiff_t)size
                        : NULL;
    rows.n_rows = n;
    rows.weights = x->weights ? x->weights + first : NULL;
    rows.labels = x->labels ? x->labels + first : NULL;
    rows.errors = x->errors ? x->errors + first * x->errors_len : NULL;
    rows.lower = x->lower ? x->lower + first * x->n_cols : NULL;
    rows.upper = x->upper ? x->upper + first * x->n_cols : NULL;
    return rows;
}

/* A table as a source that hands out blocks of 1, 2, 4, ... rows, then of 777. */
typedef struct law_stream {
    gmix_table table;
    size_t at, cut, n_passes;
} law_stream;

static inline gmix_status law_stream_reset(void *self) {
    law_stream *const s = self;
    s->at = 0;
    s->cut = 1;
    s->n_passes++;
    return GMIX_OK;
}

static inline gmix_status law_stream_next(void *self, size_t max_rows,
                                          gmix_table *block) {
    law_stream *const s = self;
    size_t n = s->cut < max_rows ? s->cut : max_rows;
    n = n < s->table.n_rows - s->at ? n : s->table.n_rows - s->at;
    *block = law_rows(&s->table, s->at, n);
    s->at += n;
    s->cut = s->cut < 500 ? 2 * s->cut : 777;
    return GMIX_OK;
}

static inline gmix_source law_source(law_stream *s) {
    return (gmix_source){.struct_size = sizeof(gmix_source),
                         .self = s,
                         .n_cols = s->table.n_cols,
                         .reset = law_stream_reset,
                         .next = law_stream_next};
}

/* A start has no business with the family: all are tried with one family of each shape, the
 * others with two. The start "model" needs a model, and laws that give it one. */
static inline bool law_tries(const char *family, const char *init) {
    const bool all = strcmp(family, "full") == 0 || strcmp(family, "diag") == 0;
    return strcmp(init, "model") != 0 &&
           (all || strcmp(init, "kmeans++") == 0 || strcmp(init, "labels") == 0);
}

/* What the starts "split" and "merge" begin with: a mixture of one component less, or more. NULL
 * for other starts. */
static inline gmix_model *law_neighbour(const gmix_table *x, const char *family, size_t k,
                                        const char *init) {
    const bool less = strcmp(init, "split") == 0, more = strcmp(init, "merge") == 0;
    if (!less && !more) {
        return NULL;
    }
    gmix_fit_options opts = law_options(family, less ? k - 1 : k + 1);
    opts.max_iter = 3;
    outcome o = law_fit(NULL, x, &opts);
    gmix_report_free(&o.report);
    return o.model;
}

/* Memberships that favour no order of rows: N x K, all positive; free(). */
static inline double *law_memberships(const fixture *data, size_t k) {
    double *const resp = fixture_alloc(data->n * k, sizeof *resp);
    for (size_t i = 0; i < data->n * k; i++) {
        resp[i] = 0.1 + (double)(i * 37 % 11);
    }
    return resp;
}

/* A label per row that follows the clusters only roughly: a start that moves. */
static inline int32_t *law_labels(const fixture *data, size_t k) {
    int32_t *const labels = fixture_alloc(data->n, sizeof *labels);
    for (size_t i = 0; i < data->n; i++) {
        double sum = 0;
        for (size_t j = 0; j < data->d; j++) {
            sum += data->x[i * data->d + j];
        }
        labels[i] = (int32_t)((size_t)llabs(llround(sum * 0.8)) % k);
    }
    return labels;
}

/* A class per row, -1 (unknown) for every other one. */
static inline int32_t *law_classes(const fixture *data, size_t n_classes) {
    int32_t *const labels = law_labels(data, n_classes);
    for (size_t i = 0; i < data->n; i += 2) {
        labels[i] = -1;
    }
    return labels;
}

/* For random problems: one of 0 .. n - 1, and the name of a family. */
static inline size_t law_pick(uint64_t *state, size_t n) {
    return (size_t)(fixture_uniform(state) * (double)n);
}

static inline const char *law_family(uint64_t *state) {
    size_t n = 0;
    while (gmix_family_names()[n]) {
        n++;
    }
    return gmix_family_names()[law_pick(state, n)];
}

#endif
