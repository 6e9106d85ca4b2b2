/*
 * Laws of online EM: how rows are cut into calls, and whether the fit was stopped, kept in a file and gone on
 * with in between, changes no bit, for every family; one pass is as good as many steps of EM; offsets do not
 * count; what is forgotten is; a stream whose first rows tell nothing goes on.
 */
#include "law.h"

enum { N = 1500, D = 3, K = 3, START = 300 };

/* Kinds of rows: 0: plain; 1: weights, some of them 0; 2: missing cells; 3: those left out; 4: noise; 5: single
 * precision. */
enum { KINDS = 6 };

typedef struct problem {
    fixture data;
    double *weights;
    gmix_table x;
    gmix_fit_options fit;
    gmix_online_options more;
} problem;

static problem make(const char *family, int kind) {
    problem p = {.data = fixture_clusters(N, D, K, 4.0, 31)};
    uint64_t seed = 32;
    p.weights = fixture_alloc(N, sizeof *p.weights);
    for (size_t i = 0; i < N; i++) {
        p.weights[i] = 0.5 * (double)(i % 4);
    }
    for (size_t i = 0; (kind == 2 || kind == 3) && i < (size_t)N * D; i++) {
        p.data.x[i] = fixture_uniform(&seed) < 0.05 ? (double)NAN : p.data.x[i];
    }
    p.x = law_view(&p.data);
    p.x.weights = kind == 1 ? p.weights : NULL;
    gmix_fit_options_init(&p.fit);
    p.fit.n_components = K;
    p.fit.covariance = family;
    p.fit.restarts = 1;
    p.fit.max_iter = 30;
    p.fit.missing = kind == 3 ? "drop" : "em";
    p.fit.noise = kind == 4 ? 0.05 : 0.0;
    p.fit.precision = kind == 5 ? "single" : "double";
    gmix_online_options_init(&p.more);
    p.more.start_rows = START;
    return p;
}

static void release(problem *p) {
    free(p->data.x);
    free(p->weights);
}

static gmix_table rows_of(const gmix_table *x, size_t first, size_t n) {
    gmix_table part = *x;
    part.data = (const double *)x->data + first * x->n_cols;
    part.n_rows = n;
    part.weights = x->weights ? x->weights + first : NULL;
    return part;
}

static gmix_online *begun(const problem *p) {
    gmix_online *o = NULL;
    CHECK_STATUS(NULL, gmix_online_begin(NULL, D, &p->fit, &p->more, &o), GMIX_OK);
    return o;
}

/* The model file, which has the state. */
static char *text_of(gmix_online *o) {
    gmix_model *model = NULL;
    char *text = NULL;
    CHECK_STATUS(NULL, gmix_online_model(NULL, o, &model), GMIX_OK);
    CHECK_STATUS(NULL, gmix_model_to_json(NULL, model, NULL, &text), GMIX_OK);
    gmix_model_free(&model);
    return text;
}

/* Goes on from what a file has kept. */
static void through_file(gmix_online **o) {
    char *text = text_of(*o);
    gmix_model *model = NULL;
    gmix_online_free(o);
    CHECK_STATUS(NULL, gmix_model_from_json(NULL, text, strlen(text), NULL, &model, NULL),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_online_resume(NULL, model, NULL, o), GMIX_OK);
    gmix_model_free(&model);
    gmix_text_free(&text);
}

static void cuts_change_nothing(const char *family, int kind) {
    problem p = make(family, kind);
    gmix_online *whole = begun(&p), *cut = begun(&p);
    uint64_t seed = 7;
    CHECK_STATUS(NULL, gmix_online_add(NULL, whole, &p.x), GMIX_OK);
    for (size_t at = 0; at < N;) {
        size_t n = 1 + (size_t)(fixture_uniform(&seed) * 200.0);
        n = n < N - at ? n : N - at;
        const gmix_table part = rows_of(&p.x, at, n);
        CHECK_STATUS(NULL, gmix_online_add(NULL, cut, &part), GMIX_OK);
        at += n;
        if (at > 2 * START) {
            through_file(&cut);
        }
    }
    char *const a = text_of(whole), *const b = text_of(cut);
    CHECK_EQ_STR(a, b);
    CHECK_NEAR(gmix_online_rows(whole), gmix_online_rows(cut), 0.0);
    gmix_text_free((char **)&a);
    gmix_text_free((char **)&b);
    gmix_online_free(&whole);
    gmix_online_free(&cut);
    release(&p);
}

static void cuts_change_no_bit(const char *family) {
    cuts_change_nothing(family, 0);
}

static void kinds_of_rows(void) {
    for (int kind = 1; kind < KINDS; kind++) {
        CHECK_WHERE("kind %d", kind);
        cuts_change_nothing("full", kind);
        cuts_change_nothing("diag", kind);
    }
}

static double mean_log_density(const gmix_model *model, const gmix_table *x) {
    double *const l = fixture_alloc(x->n_rows, sizeof *l);
    double sum = 0.0;
    CHECK_STATUS(NULL, gmix_log_density(NULL, model, x, l), GMIX_OK);
    for (size_t i = 0; i < x->n_rows; i++) {
        sum += l[i];
    }
    free(l);
    return sum / (double)x->n_rows;
}

/* Four overlapping components in the plane, each row's place moved by `offset`. */
static fixture overlapping(size_t n, double offset, uint64_t seed) {
    static const double at[4][2] = {{0, 0}, {3, 0}, {0, 3}, {2.5, 2.5}};
    static const double root[4][3] = {
        {1, 0, 0.8}, {0.7, 0.5, 0.6}, {1.2, -0.4, 0.7}, {0.5, 0, 0.5}};
    const fixture data = {fixture_alloc(n * 2, sizeof(double)), n, 2};
    for (size_t i = 0; i < n; i++) {
        const double u = fixture_uniform(&seed);
        const size_t c = u < 0.4 ? 0 : u < 0.7 ? 1 : u < 0.9 ? 2 : 3;
        const double a = fixture_normal(&seed), b = fixture_normal(&seed);
        data.x[2 * i] = offset + at[c][0] + root[c][0] * a;
        data.x[2 * i + 1] = offset + at[c][1] + root[c][1] * a + root[c][2] * b;
    }
    return data;
}

/* A poor start: 0.5 nats per row below the maximum. */
static gmix_model *poor_start(double offset) {
    const double far[4][2] = {{-0.5, -0.5}, {2, 1}, {1, 2}, {3, 3}};
    double means[8], covariances[16] = {0};
    gmix_model *model = NULL;
    for (size_t c = 0; c < 4; c++) {
        means[2 * c] = offset + far[c][0];
        means[2 * c + 1] = offset + far[c][1];
        covariances[4 * c] = covariances[4 * c + 3] = 2.0;
    }
    CHECK_STATUS(
        NULL, gmix_model_new(NULL, "full", 4, 2, NULL, means, covariances, NULL, &model),
        GMIX_OK);
    return model;
}

static gmix_model *one_pass(const gmix_table *x, gmix_model *start) {
    gmix_fit_options fit;
    gmix_online *o = NULL;
    gmix_model *model = NULL;
    gmix_fit_options_init(&fit);
    fit.n_components = 4;
    fit.init_model = start;
    CHECK_STATUS(NULL, gmix_online_begin(NULL, 2, &fit, NULL, &o), GMIX_OK);
    CHECK_STATUS(NULL, gmix_online_add(NULL, o, x), GMIX_OK);
    CHECK_STATUS(NULL, gmix_online_model(NULL, o, &model), GMIX_OK);
    gmix_online_free(&o);
    return model;
}

/* Of 200 000 rows the maximum is known to p / 2 N = 57e-6 nats per row; averages of s reach it by some. */
static void one_pass_is_as_good(bool with_start) {
    const fixture data = overlapping(200000, 0.0, 1);
    const gmix_table x = law_view(&data);
    gmix_model *start = poor_start(0.0), *best = NULL;
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.n_components = 4;
    fit.init_model = start;
    fit.init = "model";
    fit.tol = 1e-9;
    CHECK_STATUS(NULL, gmix_fit(NULL, &x, &fit, &best, NULL), GMIX_OK);
    gmix_model *online = one_pass(&x, with_start ? start : NULL);
    const double gap = mean_log_density(best, &x) - mean_log_density(online, &x);
    CHECK(gap > -1e-9 && gap <= 40e-6);
    CHECK(mean_log_density(start, &x) < mean_log_density(best, &x) - 0.4);
    gmix_model_free(&start);
    gmix_model_free(&best);
    gmix_model_free(&online);
    free(data.x);
}

static void offsets_do_not_count(void) {
    const double far = 1e8;
    fixture data = overlapping(20000, far, 3), near = overlapping(20000, far, 3);
    for (size_t i = 0; i < 2 * near.n; i++) {
        near.x[i] -= far; /* exact */
    }
    const gmix_table at_far = law_view(&data), at_near = law_view(&near);
    gmix_model *start = poor_start(far), *start_near = poor_start(0.0);
    gmix_model *a = one_pass(&at_far, start), *b = one_pass(&at_near, start_near);
    for (size_t i = 0; i < 8; i++) {
        CHECK_NEAR(gmix_model_means(a)[i] - far, gmix_model_means(b)[i], 3e-8);
    }
    for (size_t i = 0; i < 16; i++) {
        CHECK_NEAR(gmix_model_covariances(a)[i], gmix_model_covariances(b)[i], 1e-9);
    }
    gmix_model_free(&start);
    gmix_model_free(&start_near);
    gmix_model_free(&a);
    gmix_model_free(&b);
    free(data.x);
    free(near.x);
}

/* Rows move by 5 after a model was made: one that forgets is where they are, one that does not lies between. */
static void what_is_forgotten(void) {
    enum { ROWS = 20000 };
    fixture data = overlapping(ROWS, 0.0, 5);
    const gmix_table x = law_view(&data);
    gmix_model *start = poor_start(0.0), *before = one_pass(&x, start);
    double at[2];
    for (size_t i = 0; i < (size_t)ROWS * 2; i++) {
        data.x[i] += 5.0;
    }
    for (int forgets = 0; forgets < 2; forgets++) {
        gmix_online_options more;
        gmix_online *o = NULL;
        gmix_model *after = NULL;
        gmix_online_options_init(&more);
        more.forget = forgets ? 1e-3 : -1.0;
        CHECK_STATUS(NULL, gmix_online_resume(NULL, before, &more, &o), GMIX_OK);
        CHECK_STATUS(NULL, gmix_online_add(NULL, o, &x), GMIX_OK);
        CHECK_STATUS(NULL, gmix_online_model(NULL, o, &after), GMIX_OK);
        at[forgets] = mean_log_density(after, &x);
        gmix_model_free(&after);
        gmix_online_free(&o);
    }
    CHECK(at[1] > -3.6 && at[0] < at[1] - 0.1);
    gmix_model_free(&start);
    gmix_model_free(&before);
    free(data.x);
}

/* The same row, again and again, and a column that is constant: there is a start when there can be one. */
static void first_rows_may_tell_nothing(void) {
    problem p = make("full", 0);
    gmix_online *o = begun(&p);
    gmix_model *model = NULL;
    double *const same = fixture_alloc((size_t)N * D, sizeof *same);
    const gmix_table x = gmix_table_f64(same, N, D);
    CHECK_STATUS(NULL, gmix_online_add(NULL, o, &x), GMIX_OK);
    CHECK_STATUS(NULL, gmix_online_model(NULL, o, &model), GMIX_ERR_DATA);
    CHECK_STATUS(NULL, gmix_online_add(NULL, o, &p.x), GMIX_OK);
    CHECK_STATUS(NULL, gmix_online_model(NULL, o, &model), GMIX_OK);
    CHECK_NEAR(gmix_online_rows(o), 2.0 * N, 0.0);
    gmix_model_free(&model);
    gmix_online_free(&o);
    free(same);
    release(&p);
}

/* Classes and names of components are the model's, before and after. */
static void names_stay(void) {
    static const char *const classes[] = {"u", "v"}, *const names[] = {"x", "y", "z"};
    static const int32_t of[] = {1, 0, 1};
    problem p = make("full", 0);
    gmix_online *o = begun(&p);
    gmix_model *model = NULL, *named = NULL, *next = NULL;
    CHECK_STATUS(NULL, gmix_online_add(NULL, o, &p.x), GMIX_OK);
    CHECK_STATUS(NULL, gmix_online_model(NULL, o, &model), GMIX_OK);
    gmix_online_free(&o);
    gmix_model_extras extras;
    gmix_model_extras_init(&extras);
    extras.n_classes = 2;
    extras.class_names = classes;
    extras.component_classes = of;
    extras.component_names = names;
    extras.state = gmix_model_state(model, &extras.n_state);
    CHECK_STATUS(NULL,
                 gmix_model_new_with(NULL, "full", K, D, gmix_model_weights(model),
                                     gmix_model_means(model),
                                     gmix_model_covariances(model), NULL, &extras,
                                     &named),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_online_resume(NULL, named, NULL, &o), GMIX_OK);
    CHECK_STATUS(NULL, gmix_online_add(NULL, o, &p.x), GMIX_OK);
    CHECK_STATUS(NULL, gmix_online_model(NULL, o, &next), GMIX_OK);
    CHECK_EQ_STR(gmix_model_component_name(next, 2), "z");
    CHECK_EQ_STR(gmix_model_class_name(next, 1), "v");
    CHECK_EQ_INT(gmix_model_component_class(next, 0), 1);
    gmix_model_free(&model);
    gmix_model_free(&named);
    gmix_model_free(&next);
    gmix_online_free(&o);
    release(&p);
}

static void refused(gmix_fit_options fit, const char *says) {
    gmix_ctx *ctx = law_context(1);
    gmix_online *o = NULL;
    CHECK_STATUS(ctx, gmix_online_begin(ctx, D, &fit, NULL, &o), GMIX_ERR_OPTION);
    CHECK(strstr(gmix_ctx_message(ctx), says) != NULL && o == NULL);
    gmix_ctx_free(&ctx);
}

static void what_is_refused(void) {
    problem p = make("full", 0);
    gmix_ctx *ctx = law_context(1);
    gmix_online *o = begun(&p);
    gmix_model *model = NULL, *wrong = NULL;
    gmix_fit_options fit = p.fit;
    fit.trim = 0.1;
    refused(fit, "trim");
    fit = p.fit;
    fit.prior = "mclust";
    refused(fit, "prior");
    fit = p.fit;
    fit.bayes = "dirichlet";
    refused(fit, "bayes");
    CHECK_STATUS(ctx, gmix_online_model(ctx, o, &model), GMIX_ERR_DATA);
    CHECK_STATUS(ctx, gmix_online_add(ctx, o, &p.x), GMIX_OK);
    p.data.x[D * 700 + 1] = INFINITY;
    CHECK_STATUS(ctx, gmix_online_add(ctx, o, &p.x), GMIX_ERR_NONFINITE);
    CHECK_EQ_STR(gmix_ctx_message(ctx), "row 2201, column 2 is infinite");
    CHECK_NEAR(gmix_online_rows(o), N, 0.0);
    p.data.x[D * 700 + 1] = 1e250;
    CHECK_STATUS(ctx, gmix_online_add(ctx, o, &p.x), GMIX_ERR_DATA);
    CHECK_STATUS(ctx, gmix_online_model(ctx, o, &model), GMIX_OK);
    gmix_model_extras extras;
    gmix_family_part parts[GMIX_ONLINE_PARTS];
    gmix_model_extras_init(&extras);
    const double *const given = gmix_model_state(model, &extras.n_state);
    const size_t len = gmix_online_parts("full", K, D, 0, parts);
    double *const state = fixture_alloc(extras.n_state, sizeof *state);
    extras.state = memcpy(state, given, extras.n_state * sizeof *state);
    for (size_t i = 0; i < len;
         i++) { /* one number at a time; cells of rows may be missing */
        const double kept = state[i];
        state[i] = NAN;
        CHECK_STATUS(ctx,
                     gmix_model_new_with(ctx, "full", K, D, NULL, gmix_model_means(model),
                                         gmix_model_covariances(model), NULL, &extras,
                                         &wrong),
                     GMIX_OK);
        gmix_online *resumed = NULL;
        const gmix_status status = gmix_online_resume(ctx, wrong, NULL, &resumed);
        CHECK(status != GMIX_OK && resumed == NULL);
        gmix_model_free(&wrong);
        state[i] = kept;
    }
    free(state);
    gmix_model_free(&model);
    gmix_online_free(&o);
    gmix_ctx_free(&ctx);
    release(&p);
}

int main(void) {
    LAW(cuts_change_no_bit);
    kinds_of_rows();
    CHECK_WHERE("%s", "");
    if (!fixture_is_brief()) {
        one_pass_is_as_good(true);
        one_pass_is_as_good(false);
    }
    offsets_do_not_count();
    what_is_forgotten();
    first_rows_may_tell_nothing();
    names_stay();
    what_is_refused();
    return CHECK_DONE();
}
