/*
 * Laws of journals: work that is ended at any moment, and begun again with what its journal held by then, gives the
 * bits of work that was never ended; a journal is refused by another call, other rows, other options; and what is
 * damaged is no journal.
 *
 * A moment is a poll of the caller's callback: at one of them the journal's bytes are copied, as a killed command
 * leaves them in its file, and the call is ended.
 */
#include "law.h"

enum { N = 120, D = 2, MOMENTS = FIXTURE_SLOW ? 2 : 4, REPLICATES = 20 };

typedef struct killer {
    gmix_journal *journal;
    size_t n_polls, at; /* at 0: never */
    void *bytes;        /* [out] */
    size_t size;
} killer;

static void keep_copy(killer *k) {
    const void *bytes;
    free(k->bytes);
    k->bytes = NULL;
    if (CHECK_EQ_INT(gmix_journal_bytes(k->journal, &bytes, &k->size), GMIX_OK)) {
        k->bytes = fixture_alloc(k->size, 1);
        memcpy(k->bytes, bytes, k->size);
    }
}

static int end_it(void *user) {
    killer *const k = user;
    if (++k->n_polls == k->at) {
        keep_copy(k);
    }
    return k->at > 0 && k->n_polls >= k->at;
}

/* What all kinds of work come to, as numbers. */
typedef struct result {
    double x[4096];
    size_t n;
} result;

static void note(result *r, const double *x, size_t n) {
    for (size_t i = 0; i < n && r->n < sizeof r->x / sizeof *r->x; i++) {
        r->x[r->n++] = x[i];
    }
}

static void note_model(result *r, const gmix_model *m) {
    note(r, gmix_model_weights(m), gmix_model_n_components(m));
    note(r, gmix_model_means(m), gmix_model_n_components(m) * gmix_model_n_features(m));
    note(r, gmix_model_covariances(m), law_n_covariances(m));
}

static void note_report(result *r, const gmix_report *report) {
    const double numbers[] = {report->log_likelihood, (double)report->n_starts,
                              (double)report->n_runs, (double)report->n_hits,
                              (double)report->stop};
    note(r, numbers, sizeof numbers / sizeof *numbers);
    note(r, report->trace, report->n_trace);
    for (size_t c = 0; c < report->n_candidates; c++) {
        const gmix_candidate *const one = &report->candidates[c];
        note(r, &one->bic, 1);
        note(r, &one->cv, 1);
    }
}

/* A piece of work: what is asked, of which rows. */
typedef struct work {
    const char *name;
    gmix_status (*run)(gmix_ctx *ctx, const struct work *w, result *out);
    const gmix_table *x;
    size_t k, restarts;
    const char *components, *families, *criterion, *search, *method;
    double noise;
    uint64_t seed;
} work;

static gmix_fit_options options_of(const work *w) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = w->k;
    opts.restarts = w->restarts;
    opts.search = w->search ? w->search : "quick";
    opts.noise = w->noise;
    opts.seed = w->seed;
    return opts;
}

/* Takes down what a call found, and frees it. */
static gmix_status note_fit(gmix_status status, gmix_model *model, gmix_report *report,
                            result *out) {
    if (status == GMIX_OK) {
        note_model(out, model);
        note_report(out, report);
    }
    gmix_model_free(&model);
    gmix_report_free(report);
    return status;
}

static gmix_status run_fit(gmix_ctx *ctx, const work *w, result *out) {
    const gmix_fit_options opts = options_of(w);
    gmix_model *model = NULL;
    gmix_report report = {0};
    const gmix_status status = gmix_fit(ctx, w->x, &opts, &model, &report);
    return note_fit(status, model, &report, out);
}

static gmix_status run_choice(gmix_ctx *ctx, const work *w, result *out) {
    const gmix_fit_options opts = options_of(w);
    gmix_select_options select;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_select_options_init(&select);
    select.components = w->components;
    select.covariances = w->families;
    select.criterion = w->criterion ? w->criterion : "bic";
    select.folds = 3;
    const gmix_status status = gmix_select(ctx, w->x, &opts, &select, &model, &report);
    return note_fit(status, model, &report, out);
}

static gmix_status run_test(gmix_ctx *ctx, const work *w, result *out) {
    const gmix_fit_options opts = options_of(w);
    gmix_component_test_options how;
    gmix_component_tests tests = {0};
    gmix_component_test_options_init(&how);
    how.first = 1;
    how.last = 2;
    how.n_replicates = REPLICATES;
    how.all = 1;
    const gmix_status status = gmix_test_components(ctx, w->x, &opts, &how, &tests);
    for (size_t t = 0; status == GMIX_OK && t < tests.n_tests; t++) {
        note(out, &tests.tests[t].p_value, 1);
        note(out, tests.tests[t].replicates, tests.tests[t].n_replicates);
    }
    gmix_component_tests_free(&tests);
    return status;
}

/* Standard errors, a test of fit or clusters with replicates, of a model that is found without a journal. */
static gmix_status run_replicates(gmix_ctx *ctx, const work *w, result *out) {
    const gmix_fit_options opts = options_of(w);
    gmix_model *model = NULL;
    gmix_status status = gmix_fit(NULL, w->x, &opts, &model, NULL);
    if (status == GMIX_OK && strcmp(w->method, "clusters") == 0) {
        gmix_cluster_options how;
        gmix_clusters found = {.struct_size = sizeof found};
        gmix_cluster_options_init(&how);
        how.replicates = REPLICATES;
        status = gmix_clusters_find(ctx, model, w->x, &how, &found);
        if (status == GMIX_OK) {
            note(out, found.together, w->k * w->k);
        }
        gmix_clusters_free(&found);
    } else if (status == GMIX_OK) {
        gmix_standard_error_options how;
        gmix_standard_errors errors = {0};
        gmix_standard_error_options_init(&how);
        how.method = w->method;
        how.n_replicates = REPLICATES;
        status = gmix_standard_errors_estimate(ctx, w->x, &opts, model, &how, &errors);
        if (status == GMIX_OK) {
            note(out, errors.means, w->k * D);
            note(out, errors.covariances_upper, law_n_covariances(model));
        }
        gmix_standard_errors_free(&errors);
    }
    gmix_model_free(&model);
    return status;
}

/* Runs the work with a journal of `bytes`, and ends it at the killer's moment. */
static gmix_status run_with(const work *w, size_t n_threads, const void *bytes,
                            size_t size, killer *k, result *out) {
    gmix_ctx_options options;
    gmix_ctx *ctx = NULL;
    gmix_ctx_options_init(&options);
    options.n_threads = (int)n_threads;
    options.cancel = end_it;
    options.user = k;
    out->n = 0;
    k->n_polls = 0;
    CHECK_EQ_INT(gmix_ctx_new(&options, &ctx), GMIX_OK);
    gmix_status status = gmix_journal_new(ctx, bytes, size, &k->journal);
    CHECK_STATUS(ctx, status, GMIX_OK);
    gmix_journal_set_pause(k->journal, 0.0);
    gmix_ctx_set_journal(ctx, k->journal);
    status = w->run(ctx, w, out);
    gmix_ctx_set_journal(ctx, NULL);
    gmix_journal_free(&k->journal);
    gmix_ctx_free(&ctx);
    return status;
}

static bool same_result(const result *a, const result *b) {
    return CHECK_EQ_INT(a->n, b->n) && CHECK(a->n > 0) &&
           CHECK(same_bits(a->x, b->x, a->n));
}

/* Ended at moments that are spread over the work, each going on from where the last one was ended. */
static void goes_on(const work *w) {
    if (!check_wanted(w->name)) {
        return;
    }
    static result straight, resumed;
    gmix_ctx *ctx = law_context(2);
    straight.n = 0;
    CHECK_WHERE("%s, straight", w->name);
    CHECK_STATUS(ctx, w->run(ctx, w, &straight), GMIX_OK);
    gmix_ctx_free(&ctx);
    killer k = {.at = 0};
    CHECK_EQ_INT(run_with(w, 1, NULL, 0, &k, &resumed), GMIX_OK);
    same_result(&straight, &resumed);
    const size_t all = k.n_polls;
    void *bytes = NULL;
    size_t size = 0;
    for (size_t m = 1; m <= MOMENTS; m++) {
        CHECK_WHERE("%s, moment %zu of %d", w->name, m, (int)MOMENTS);
        k = (killer){.at = 1 + all * m / (2 * MOMENTS + 1)};
        run_with(w, m % 2 + 1, bytes, size, &k, &resumed);
        if (k.bytes) {
            free(bytes);
            bytes = k.bytes;
            size = k.size;
        }
    }
    CHECK(size > 0);
    k = (killer){.at = 0};
    CHECK_EQ_INT(run_with(w, 1, bytes, size, &k, &resumed), GMIX_OK);
    same_result(&straight, &resumed);
    CHECK(w->restarts == 0 || k.n_polls < all); /* many small pieces: some were done */
    free(bytes);
}

/* The journal of some work that is over. */
static void *journal_of(const work *w, size_t *size) {
    static result unused;
    killer k = {.at = 0};
    const void *bytes;
    gmix_ctx *ctx = law_context(1);
    CHECK_EQ_INT(gmix_journal_new(ctx, NULL, 0, &k.journal), GMIX_OK);
    CHECK_EQ_INT(gmix_journal_changes(k.journal), 0);
    gmix_ctx_set_journal(ctx, k.journal);
    unused.n = 0;
    CHECK_STATUS(ctx, w->run(ctx, w, &unused), GMIX_OK);
    CHECK(gmix_journal_changes(k.journal) > 0);
    CHECK_EQ_INT(gmix_journal_bytes(k.journal, &bytes, size), GMIX_OK);
    void *const copy = fixture_alloc(*size, 1);
    memcpy(copy, bytes, *size);
    gmix_journal_free(&k.journal);
    gmix_ctx_free(&ctx);
    return copy;
}

static void refused(const work *w, const void *bytes, size_t size, const char *says) {
    static result unused;
    gmix_ctx *ctx = law_context(1);
    gmix_journal *journal = NULL;
    CHECK_STATUS(ctx, gmix_journal_new(ctx, bytes, size, &journal), GMIX_OK);
    gmix_ctx_set_journal(ctx, journal);
    CHECK_STATUS(ctx, w->run(ctx, w, &unused), GMIX_ERR_OPTION);
    CHECK(strstr(gmix_ctx_message(ctx), says) != NULL);
    gmix_journal_free(&journal);
    gmix_ctx_free(&ctx);
}

static void other_work_is_refused(const work *w, const gmix_table *others) {
    size_t size;
    CHECK_WHERE("other work");
    void *const bytes = journal_of(w, &size);
    work other = *w;
    other.seed = 8;
    refused(&other, bytes, size, "seed '7', not '8'");
    other = *w;
    other.k = 2;
    refused(&other, bytes, size, "n_components '3', not '2'");
    other = *w;
    other.x = others;
    refused(&other, bytes, size, "other data");
    other = *w;
    other.run = run_choice;
    other.components = "1-2";
    other.families = "full";
    refused(&other, bytes, size, "gmix_fit, not gmix_select");
    free(bytes);
}

/* Every byte of a short one, and every length. */
static void damage_is_refused(const work *w) {
    size_t size;
    CHECK_WHERE("damage");
    unsigned char *const bytes = journal_of(w, &size);
    gmix_ctx *ctx = law_context(1);
    for (size_t i = 0; i < size; i += size / 199 + 1) {
        gmix_journal *journal = NULL;
        CHECK_STATUS(ctx, gmix_journal_new(ctx, bytes, i, &journal), GMIX_ERR_PARSE);
        bytes[i] ^= 0x10;
        CHECK_STATUS(ctx, gmix_journal_new(ctx, bytes, size, &journal), GMIX_ERR_PARSE);
        CHECK(journal == NULL && gmix_ctx_message(ctx)[0] != '\0');
        bytes[i] ^= 0x10;
    }
    gmix_ctx_free(&ctx);
    free(bytes);
}

static void callers_entries(void) {
    gmix_journal *journal = NULL, *again = NULL;
    const void *bytes;
    size_t size;
    CHECK_WHERE("own entries");
    CHECK_EQ_INT(gmix_journal_new(NULL, NULL, 0, &journal), GMIX_OK);
    CHECK(gmix_journal_get(journal, "a", &size) == NULL && size == 0);
    CHECK_EQ_INT(gmix_journal_put(journal, "a", "12345678901", 11), GMIX_OK);
    CHECK_EQ_INT(gmix_journal_put(journal, "b", "", 0), GMIX_OK);
    CHECK_EQ_INT(gmix_journal_put(journal, "a", "first", 5), GMIX_OK);
    CHECK_EQ_INT(gmix_journal_changes(journal), 3);
    CHECK_EQ_INT(gmix_journal_bytes(journal, &bytes, &size), GMIX_OK);
    CHECK_EQ_INT(gmix_journal_new(NULL, bytes, size, &again), GMIX_OK);
    const void *const a = gmix_journal_get(again, "a", &size);
    CHECK(size == 5 && a && memcmp(a, "first", 5) == 0);
    CHECK(gmix_journal_get(again, "b", &size) != NULL && size == 0);
    CHECK(gmix_journal_get(again, "c", NULL) == NULL);
    CHECK_EQ_INT(gmix_journal_put(NULL, "a", "", 0), GMIX_ERR_ARGUMENT);
    CHECK_EQ_INT(gmix_journal_bytes(NULL, &bytes, &size), GMIX_ERR_ARGUMENT);
    gmix_journal_free(&journal);
    gmix_journal_free(&again);
    gmix_journal_free(NULL);
}

int main(void) {
    fixture data = fixture_clusters(N, D, 4, 2.0, 5),
            other = fixture_clusters(N, D, 4, 2.0, 6);
    fixture large = fixture_clusters(4500, D, 3, 2.5, 9);
    const gmix_table x = law_view(&data), others = law_view(&other),
                     many = law_view(&large);
    const work works[] = {
        {"search", run_fit, &x, .k = 4, .search = "quick", .seed = 7},
        {"noise", run_fit, &x, .k = 2, .search = "quick", .noise = 0.05, .seed = 7},
        {"large", run_fit, &many, .k = 4, .search = "quick", .seed = 7},
        {"runs", run_fit, &x, .k = 4, .restarts = 25, .seed = 7},
        {"choice", run_choice, &x, .k = 1, .components = "1-4",
         .families = "full,EII,VVI,mfa:1", .seed = 7},
        {"folds", run_choice, &x, .k = 1, .components = "1-2", .families = "full,diag",
         .criterion = "cv", .seed = 7},
        {"pilot", run_choice, &many, .k = 1, .components = "1-2", .families = "diag",
         .seed = 7},
        {"test", run_test, &x, .k = 1, .seed = 7},
        {"bootstrap", run_replicates, &x, .k = 2, .method = "bootstrap", .seed = 7},
        {"clusters", run_replicates, &x, .k = 3, .method = "clusters", .seed = 7},
    };
    const work small = {"small", run_fit, &x, .k = 3, .restarts = 3, .seed = 7};
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        goes_on(&works[i]);
    }
    other_work_is_refused(&small, &others);
    damage_is_refused(&small);
    callers_entries();
    free(data.x);
    free(other.x);
    free(large.x);
    return CHECK_DONE();
}
