/*
 * Out of memory in a choice among models, in what is written of it, and what such a choice
 * refuses. See allocation.h.
 */
#include "allocation.h"

static gmix_select_options choice;

static gmix_status try_select(gmix_ctx *ctx, subject *s) {
    gmix_model *model = untouched;
    gmix_report report = {0};
    return settle(gmix_select(ctx, &s->x, &s->opts, &choice, &model, &report), &model,
                  &report);
}

/* With a journal; then again with what it has by then. */
static gmix_status try_journal(gmix_ctx *ctx, subject *s) {
    gmix_journal *journal = NULL, *again = NULL;
    const void *bytes;
    size_t size;
    gmix_status status = gmix_journal_new(ctx, NULL, 0, &journal);
    CHECK((status == GMIX_OK) == (journal != NULL));
    gmix_ctx_set_journal(ctx, journal);
    status = status == GMIX_OK ? try_select(ctx, s) : status;
    if (status == GMIX_OK) {
        status = gmix_journal_bytes(journal, &bytes, &size);
        (void)(status == GMIX_OK || gmix_ctx_fail(ctx, status, "it has no context"));
    }
    if (status == GMIX_OK) {
        status = gmix_journal_new(ctx, bytes, size, &again);
        CHECK((status == GMIX_OK) == (again != NULL));
        gmix_ctx_set_journal(ctx, again);
    }
    status = status == GMIX_OK ? try_select(ctx, s) : status;
    gmix_ctx_set_journal(ctx, NULL);
    gmix_journal_free(&journal);
    gmix_journal_free(&again);
    return status;
}

static void test_memory(subject *s) {
    gmix_fit_options_init(&s->opts);
    gmix_select_options_init(&choice);
    s->opts.max_iter = 4;
    s->opts.search = "quick";
    choice.components = "2";
    s->x.n_rows = 24;
    choice.covariances = "EII";
    run("select", try_select, s);
    const double kept = s->data.x[0];
    s->data.x[0] = 1e6;
    run("select, a row apart", try_select, s);
    s->data.x[0] = kept;
    run("select, with a journal", try_journal, s);
    if (CHECK_STATUS(NULL,
                     gmix_select(NULL, &s->x, &s->opts, &choice, &s->model, &s->report),
                     GMIX_OK) &&
        CHECK_STATUS(NULL, gmix_model_to_json(NULL, s->model, &s->report, &s->json),
                     GMIX_OK)) {
        run("model_to_text, candidates", try_to_text, s);
        run("model_from_json, candidates", try_model_from_json, s);
    }
    gmix_text_free(&s->json);
    gmix_report_free(&s->report);
    gmix_model_free(&s->model);
    choice.components = "1";
    choice.covariances = "EII";
    choice.criterion = "cv";
    choice.folds = 2;
    s->opts.max_iter = 1;
    run("select, cross-validated", try_select, s);
    s->x.n_rows = N;
}

static void check_refused(gmix_ctx *ctx, const subject *s, gmix_status expected,
                          const char *part) {
    gmix_model *model = untouched;
    gmix_report report = {0};
    CHECK_WHERE("%s", part);
    CHECK_STATUS(ctx, gmix_select(ctx, &s->x, &s->opts, &choice, &model, &report),
                 expected);
    CHECK(strstr(gmix_ctx_message(ctx), part) != NULL);
    CHECK(model == untouched && report.owner == NULL);
    gmix_select_options_init(&choice);
    CHECK_WHERE("%s", "");
}

static void test_refusals(subject *s) {
    gmix_ctx *ctx = NULL;
    gmix_model *model = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    gmix_fit_options_init(&s->opts);
    gmix_select_options_init(&choice);
    CHECK_STATUS(ctx, gmix_select(ctx, &s->x, NULL, NULL, NULL, NULL), GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx, gmix_select(ctx, NULL, NULL, NULL, &model, NULL),
                 GMIX_ERR_ARGUMENT);
    choice.struct_size = 3;
    check_refused(ctx, s, GMIX_ERR_ARGUMENT, "gmix_select_options_init");
    choice.components = NULL;
    check_refused(ctx, s, GMIX_ERR_OPTION, "is NULL");
    choice.components = "0-3";
    check_refused(ctx, s, GMIX_ERR_OPTION, "components '0-3'");
    choice.components = "99999999999999999999";
    check_refused(ctx, s, GMIX_ERR_OPTION, "no list of numbers");
    choice.covariances = "";
    check_refused(ctx, s, GMIX_ERR_OPTION, "no covariance family ''");
    choice.covariances = "E,V";
    check_refused(ctx, s, GMIX_ERR_OPTION, "is for one feature");
    choice.criterion = "AIC";
    check_refused(ctx, s, GMIX_ERR_OPTION, "criterion 'AIC'");
    choice.criterion = "cv";
    choice.folds = 1;
    choice.components = "1";
    check_refused(ctx, s, GMIX_ERR_DATA, "1 folds asked for");
    choice.components = "400";
    check_refused(ctx, s, GMIX_ERR_DATA, "distinct rows");
    s->opts.singular = "error";
    check_refused(ctx, s, GMIX_ERR_OPTION, "singular is 'error'");
    gmix_ctx_free(&ctx);
}

int main(void) {
    static subject s;
    s.data = fixture_clusters(N, D, K, 4.0, 41);
    s.x = gmix_table_f64(s.data.x, N, D);
    test_memory(&s);
    test_refusals(&s);
    free(s.data.x);
    return CHECK_DONE();
}
