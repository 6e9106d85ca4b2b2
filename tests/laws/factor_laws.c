/*
 * Laws of laws with factors: their parts make their covariances, are of the form their letters say
 * and turned by the rule; parameters are counted with rotations taken off; more factors are no
 * worse; as many as say all are a full covariance.
 */
#include "law.h"

enum { N = 300, D = 6, K = 2, Q = 2 };

/* A law's name with q factors. */
static const char *with_factors(const char *law, size_t q, char name[32]) {
    snprintf(name, 32, "%.*s:%zu", (int)strcspn(law, ":"), law, q);
    return name;
}

/* Loadings common? Uniquenesses: one for all components? one for all features? By the letters of
 * McNicholas & Murphy: loadings, components, features; with four: loadings, shape, volume, U. */
typedef struct letters {
    bool common, volume, shape, alike;
} letters;

static letters letters_of(const char *law) {
    const char *const alias = gmix_family_alias(law);
    const char *const name = alias ? alias : law;
    if (strcspn(name, ":") == 4) {
        return (letters){name[0] == 'C', name[2] == 'C', name[1] == 'C', false};
    }
    const bool same = name[1] == 'C';
    return (letters){name[0] == 'C', same, same || name[2] == 'C', name[2] == 'C'};
}

/* Numbers of uniquenesses: McNicholas & Murphy (2010), table 1. */
static size_t n_uniquenesses(letters l) {
    const size_t volumes = l.volume ? 1 : K, shapes = l.shape ? 1 : K;
    return l.alike ? volumes : volumes + shapes * (D - 1);
}

static void are_counted(const gmix_model *model, letters l) {
    const size_t each = D * Q - Q * (Q - 1) / 2, loadings = l.common ? each : K * each;
    CHECK_EQ_INT(gmix_model_n_parameters(model),
                 K - 1 + K * D + loadings + n_uniquenesses(l));
}

/* Loadings D x Q and uniquenesses D of component k, from the layout's parts. */
static void parts_of(const gmix_model *model, size_t k, double *loadings, double *psi) {
    gmix_family_part parts[2];
    const char *const law = gmix_model_covariance_name(model);
    const double *const at = gmix_model_covariances(model);
    CHECK_EQ_INT(gmix_family_parts(law, K, D, parts), 2);
    CHECK_EQ_STR(parts[0].name, "loadings");
    CHECK_EQ_STR(parts[1].name, "uniquenesses");
    const double *const own =
        at + parts[0].offset + (parts[0].n_dims == 3 ? k * D * Q : 0);
    memcpy(loadings, own, D * Q * sizeof *loadings);
    const size_t *const dims = parts[1].dims;
    const size_t last = dims[parts[1].n_dims - 1];
    const bool each = parts[1].n_dims == 2 || last == K;
    const bool features = last == D;
    for (size_t j = 0; j < D; j++) {
        psi[j] = at[parts[1].offset + (each ? k * (features ? D : 1) : 0) +
                    (features ? j : 0)];
    }
}

/* Sigma_k = Lambda Lambda^T + Psi, as dense as gmix_model_covariance() has it. */
static void make_covariances(const gmix_model *model) {
    double loadings[D * Q], psi[D], dense[D * D];
    for (size_t k = 0; k < K; k++) {
        parts_of(model, k, loadings, psi);
        gmix_model_covariance(model, k, dense);
        for (size_t i = 0; i < D * D; i++) {
            double sum = i / D == i % D ? psi[i / D] : 0.0;
            for (size_t t = 0; t < Q; t++) {
                sum += loadings[i / D * Q + t] * loadings[i % D * Q + t];
            }
            CHECK_NEAR(dense[i], sum,
                       1e-12 * sqrt(dense[i / D * (D + 1)] * dense[i % D * (D + 1)]));
        }
    }
}

/* sum_k Lambda^T Psi_k^-1 Lambda over the components that share Lambda: diagonal, descending. */
static void are_turned(const gmix_model *model, letters l) {
    double loadings[D * Q], psi[D];
    for (size_t first = 0; first < (l.common ? 1 : K); first++) {
        double m[Q * Q] = {0}, most[Q] = {0}, sign[Q];
        for (size_t k = first; k < (l.common ? K : first + 1); k++) {
            parts_of(model, k, loadings, psi);
            for (size_t i = 0; i < Q * Q * D; i++) {
                const size_t j = i / (Q * Q), s = i / Q % Q, t = i % Q;
                m[i % (Q * Q)] += loadings[j * Q + s] * loadings[j * Q + t] / psi[j];
            }
        }
        parts_of(model, first, loadings, psi);
        for (size_t i = 0; i < D * Q; i++) {
            const double size = fabs(loadings[i]) / sqrt(psi[i / Q]);
            sign[i % Q] = size > most[i % Q] ? loadings[i] : sign[i % Q];
            most[i % Q] = fmax(size, most[i % Q]);
        }
        CHECK(fabs(m[1]) <= 1e-9 * m[0] && m[0] >= m[3]);
        CHECK(sign[0] > 0 && sign[1] > 0);
    }
}

/* The geometric mean of the uniquenesses. */
static double volume(const double *psi) {
    double sum = 0;
    for (size_t j = 0; j < D; j++) {
        sum += log(psi[j]) / D;
    }
    return exp(sum);
}

static void have_form(const gmix_model *model, letters l) {
    double loadings[D * Q], psi[D], others[D * Q], other[D];
    parts_of(model, 0, loadings, psi);
    parts_of(model, 1, others, other);
    const double u = volume(psi), v = volume(other);
    for (size_t i = 0; l.common && i < D * Q; i++) {
        CHECK(loadings[i] == others[i]);
    }
    if (l.volume) {
        CHECK_REL(u, v, 1e-9);
    }
    for (size_t j = 0; j < D; j++) {
        CHECK(psi[j] > 0 && other[j] > 0);
        if (l.shape) {
            CHECK_REL(psi[j] / u, other[j] / v, 1e-9);
        }
        if (l.alike) {
            CHECK_REL(psi[j], u, 1e-12);
        }
    }
}

static void keeps_form(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 3.0, 71);
    const gmix_table x = law_view(&data);
    char name[32];
    gmix_fit_options opts = law_options(with_factors(family, Q, name), K);
    opts.tol = 1e-8;
    opts.max_iter = 300;
    outcome o = law_fit(NULL, &x, &opts);
    if (o.model) {
        const letters l = letters_of(name);
        are_counted(o.model, l);
        make_covariances(o.model);
        are_turned(o.model, l);
        have_form(o.model, l);
    }
    outcome_free(&o);
    free(data.x);
}

/* Written and read again, a model is the same to the last bit. */
static void written_and_read(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 3.0, 72);
    const gmix_table x = law_view(&data);
    char name[32], *text = NULL;
    gmix_fit_options opts = law_options(with_factors(family, Q, name), K);
    outcome o = law_fit(NULL, &x, &opts);
    gmix_model *again = NULL;
    CHECK_STATUS(NULL, gmix_model_to_json(NULL, o.model, &o.report, &text), GMIX_OK);
    CHECK(strstr(text, "\"uniquenesses\"") && !strstr(text, "\"covariances\""));
    gmix_report report = {0};
    if (CHECK_STATUS(
            NULL, gmix_model_from_json(NULL, text, strlen(text), NULL, &again, &report),
            GMIX_OK)) {
        same_model(o.model, again);
        CHECK_EQ_STR(report.covariance, gmix_model_covariance_name(o.model));
    }
    gmix_report_free(&report);
    gmix_model_free(&again);
    gmix_text_free(&text);
    outcome_free(&o);
    free(data.x);
}

/* A choice over numbers of factors: none is below one with fewer. */
static void more_factors_are_no_worse(const char *family) {
    const fixture data = fixture_clusters(N, D, K, 2.0, 73);
    const gmix_table x = law_view(&data);
    char names[48];
    snprintf(names, sizeof names, "%.*s:1-3", (int)strcspn(family, ":"), family);
    gmix_fit_options opts = law_options("full", K);
    opts.tol = 1e-6;
    opts.max_iter = 200;
    opts.accelerate = 1;
    opts.search = "quick";
    gmix_select_options choice;
    gmix_select_options_init(&choice);
    choice.components = "2";
    choice.covariances = names;
    outcome o = {NULL, {0}};
    CHECK_STATUS(NULL, gmix_select(NULL, &x, &opts, &choice, &o.model, &o.report),
                 GMIX_OK);
    CHECK_EQ_INT(o.report.n_candidates, 3);
    double before = -INFINITY;
    for (size_t q = 1; q <= 3; q++) {
        for (size_t c = 0; c < o.report.n_candidates; c++) {
            const gmix_candidate *const one = &o.report.candidates[c];
            if (gmix_family_n_factors(one->covariance) == q) {
                CHECK(one->log_likelihood >= before);
                before = one->log_likelihood;
            }
        }
    }
    outcome_free(&o);
    free(data.x);
}

/* Where loadings and uniquenesses have no fewer numbers than a covariance, they say as much. */
static void enough_factors_say_all(void) {
    const fixture data = fixture_clusters(N, 3, 1, 2.0, 74);
    const gmix_table x = law_view(&data);
    CHECK_WHERE("enough_factors_say_all");
    gmix_fit_options opts = law_options("full", 1);
    outcome full = law_fit(NULL, &x, &opts);
    const char *const laws[] = {"mfa:2", "mppca:2", "UCU:2", "CCC:2", "UUCU:2"};
    for (size_t l = 0; l < sizeof laws / sizeof *laws; l++) {
        opts = law_options(laws[l], 1);
        opts.max_iter = 200;
        outcome o = law_fit(NULL, &x, &opts);
        CHECK_NEAR(o.report.log_likelihood, full.report.log_likelihood, 1e-6);
        CHECK_EQ_INT(o.report.n_parameters, full.report.n_parameters);
        outcome_free(&o);
    }
    outcome_free(&full);
    free(data.x);
}

/* A rough direct check of the maximum: the likelihood's slope by every uniqueness is 0,
 *     diag(Sigma^-1 (Sigma - S) Sigma^-1) = 0,
 * which with diag(Sigma) = diag(S) is what factor analysis solves. */
static void variances_are_those_of_rows(const char *family) {
    const letters l = letters_of(family);
    if (l.alike || l.common || l.volume || l.shape) {
        return;
    }
    const fixture data = fixture_clusters(N, D, 1, 3.0, 75);
    const gmix_table x = law_view(&data);
    gmix_fit_options opts = law_options("full", 1);
    outcome full = law_fit(NULL, &x, &opts);
    char name[32];
    opts = law_options(with_factors(family, Q, name), 1);
    opts.max_iter = 2000;
    outcome o = law_fit(NULL, &x, &opts);
    double s[D * D], sigma[D * D];
    gmix_model_covariance(full.model, 0, s);
    gmix_model_covariance(o.model, 0, sigma);
    for (size_t j = 0; j < D; j++) {
        CHECK_REL(sigma[j * (D + 1)], s[j * (D + 1)], 1e-5); /* EM stops before */
    }
    outcome_free(&full);
    outcome_free(&o);
    free(data.x);
}

static void names_are_checked(void) {
    const fixture data = fixture_clusters(50, 3, 1, 2.0, 76);
    const gmix_table x = law_view(&data);
    const char *const bad[] = {"mfa",   "mfa:0", "mfa:33", "mfa:03", "mfa:1x",
                               "mfa:3", "mfa:",  "CUX:1",  ":2"};
    CHECK_WHERE("names_are_checked");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const gmix_fit_options opts = law_options(bad[i], 1);
        gmix_model *model = NULL;
        gmix_report report = {0};
        if (!CHECK_STATUS(NULL, gmix_fit(NULL, &x, &opts, &model, &report),
                          GMIX_ERR_OPTION)) {
            printf("%s\n", bad[i]);
        }
    }
    CHECK_EQ_STR(gmix_family_name("UUU:4"), "mfa:4");
    CHECK_EQ_STR(gmix_family_name("mppca:12"), "mppca:12");
    CHECK(gmix_family_name("mfa:40") == NULL && gmix_family_n_factors("full") == 0);
    CHECK_EQ_INT(gmix_family_layout("CCC:2", 3, 5), 5 * 2 + 1);
    CHECK_EQ_INT(gmix_family_layout("mfa:2", 3, 5), 3 * 5 * 3);
    free(data.x);
}

/* A bootstrap test: one component more is never less likely, since a component may be there twice. */
static void tests_components(const char *family) {
    const fixture data = fixture_clusters(50, 4, 2, 3.0, 77);
    const gmix_table x = law_view(&data);
    char name[32];
    gmix_fit_options opts;
    gmix_component_test_options how;
    gmix_component_tests tests = {0};
    gmix_fit_options_init(&opts);
    gmix_component_test_options_init(&how);
    opts.covariance = with_factors(family, 1, name);
    opts.search = "quick";
    how.first = 2;
    how.last = 3;
    how.n_replicates = 1;
    how.level = 0.5;
    if (CHECK_STATUS(NULL, gmix_test_components(NULL, &x, &opts, &how, &tests),
                     GMIX_OK) &&
        CHECK(tests.n_tests == 1)) {
        const gmix_component_test *const t = &tests.tests[0];
        CHECK(t->statistic >= 0.0 && t->log_likelihood_more >= t->log_likelihood);
        for (size_t r = 0; r < t->n_replicates; r++) {
            CHECK(t->replicates[r] >= 0.0);
        }
    }
    gmix_component_tests_free(&tests);
    free(data.x);
}

int main(void) {
    LAW_OF_FACTORS(keeps_form);
    LAW_OF_FACTORS(written_and_read);
    LAW_OF_FACTORS(more_factors_are_no_worse);
    LAW_OF_FACTORS(variances_are_those_of_rows);
    if (!fixture_is_brief()) {
        LAW_OF_FACTORS(tests_components);
    }
    enough_factors_say_all();
    names_are_checked();
    return CHECK_DONE();
}
