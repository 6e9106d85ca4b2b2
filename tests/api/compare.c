/*
 * Comparing labellings: against counting over all pairs of rows and trying all matchings,
 * against numbers of R's mclust, and what does not depend on names.
 */
#include "budget.h"
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

enum { N = 200 };

static int32_t draw(uint64_t *seed, int n) {
    return (int32_t)(fixture_uniform(seed) * n);
}

/* Labels of which some follow others. */
static void make_labels(uint64_t seed, int n_a, int n_b, int32_t *a, int32_t *b) {
    for (size_t i = 0; i < N; i++) {
        a[i] = draw(&seed, n_a);
        b[i] = fixture_uniform(&seed) < 0.5 ? a[i] * 7 % n_b : draw(&seed, n_b);
    }
    for (int32_t c = 0; c < n_a || c < n_b; c++) { /* every label occurs */
        a[c] = c % n_a;
        b[c] = c % n_b;
    }
}

/* The most rows that a one-to-one matching of the labels from `from` on can have. */
static double best_matching(const gmix_agreement *t, size_t from, unsigned taken) {
    if (from == t->n_a) {
        return 0;
    }
    double best = best_matching(t, from + 1, taken); /* unmatched */
    for (size_t b = 0; b < t->n_b; b++) {
        if (!(taken >> b & 1)) {
            best = fmax(best, t->counts[from * t->n_b + b] +
                                  best_matching(t, from + 1, taken | 1u << b));
        }
    }
    return best;
}

static void check_pairs(const gmix_agreement *t, const int32_t *a, const int32_t *b) {
    double both = 0, in_a = 0, in_b = 0, all = 0, agree = 0;
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < i; j++) {
            both += a[i] == a[j] && b[i] == b[j];
            agree += (a[i] == a[j]) == (b[i] == b[j]);
            in_a += a[i] == a[j];
            in_b += b[i] == b[j];
            all++;
        }
    }
    const double expected = in_a * in_b / all;
    CHECK_REL(t->rand, agree / all, 1e-14);
    CHECK_NEAR(t->adjusted_rand, (both - expected) / ((in_a + in_b) / 2 - expected),
               1e-14);
}

static void check_matching(const gmix_agreement *t) {
    double matched = 0;
    unsigned taken = 0;
    for (size_t a = 0; a < t->n_a; a++) {
        if (t->match[a] >= 0) {
            CHECK(!(taken >> t->match[a] & 1));
            taken |= 1u << t->match[a];
            CHECK(t->counts[a * t->n_b + (size_t)t->match[a]] > 0);
            matched += t->counts[a * t->n_b + (size_t)t->match[a]];
        }
    }
    CHECK_EQ_INT(matched, best_matching(t, 0, 0));
    CHECK_NEAR(t->error_rate, 1 - matched / N, 1e-15);
}

static void test_counting(void) {
    static const int sizes[][2] = {{3, 3}, {5, 3}, {3, 6}, {1, 4},
                                   {4, 1}, {6, 6}, {2, 8}};
    int32_t a[N], b[N];
    for (uint64_t s = 0; s < 42; s++) {
        const int *const size = sizes[s % 7];
        make_labels(s, size[0], size[1], a, b);
        gmix_agreement t = {0}, turned = {0};
        CHECK_WHERE("labels %llu", (unsigned long long)s);
        CHECK_STATUS(NULL, gmix_compare_labels(NULL, N, a, b, &t), GMIX_OK);
        CHECK_STATUS(NULL, gmix_compare_labels(NULL, N, b, a, &turned), GMIX_OK);
        CHECK(t.n_a == (size_t)size[0] && t.n_b == (size_t)size[1]);
        CHECK(t.n_rows == N && t.n_unknown == 0);
        check_pairs(&t, a, b);
        check_matching(&t);
        check_matching(&turned);
        CHECK_NEAR(t.adjusted_rand, turned.adjusted_rand, 1e-14);
        CHECK_NEAR(t.mutual_information, turned.mutual_information, 1e-14);
        CHECK(t.mutual_information <= fmin(t.entropy_a, t.entropy_b) + 1e-14);
        gmix_agreement_free(&t);
        gmix_agreement_free(&turned);
    }
    CHECK_WHERE("%s", "");
}

/* The same partition, whatever the names; no partition at all. */
static void test_extremes(void) {
    int32_t a[N], b[N], one[N];
    for (size_t i = 0; i < N; i++) {
        a[i] = (int32_t)(i % 7);
        b[i] = (a[i] * 3 + 1) % 7;
        one[i] = 0;
    }
    gmix_agreement t = {0};
    CHECK_STATUS(NULL, gmix_compare_labels(NULL, N, a, b, &t), GMIX_OK);
    CHECK(t.adjusted_rand == 1 && t.rand == 1 && t.error_rate == 0);
    CHECK_NEAR(t.normalised_mutual_information, 1, 1e-15);
    gmix_agreement_free(&t);
    CHECK_STATUS(NULL, gmix_compare_labels(NULL, N, a, one, &t), GMIX_OK);
    CHECK_NEAR(t.adjusted_rand, 0, 1e-15);
    CHECK_NEAR(t.normalised_mutual_information, 0, 1e-15);
    gmix_agreement_free(&t);
    CHECK_STATUS(NULL, gmix_compare_labels(NULL, N, one, one, &t), GMIX_OK);
    CHECK(t.adjusted_rand == 1 && t.normalised_mutual_information == 1);
    gmix_agreement_free(&t);
    CHECK_STATUS(NULL, gmix_compare_labels(NULL, 1, one, one, &t), GMIX_OK);
    CHECK(t.rand == 1 && t.adjusted_rand == 1);
    gmix_agreement_free(&t);
}

/* mclust: adjustedRandIndex() and classError() of these labels. */
static void test_known(void) {
    const int32_t a[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 2, -1, 0},
                  b[] = {1, 1, 0, 0, 0, 2, 2, 2, 2, 1, 1, -5};
    gmix_agreement t = {0};
    CHECK_STATUS(NULL, gmix_compare_labels(NULL, 12, a, b, &t), GMIX_OK);
    CHECK_EQ_INT(t.n_rows, 10);
    CHECK_EQ_INT(t.n_unknown, 2);
    CHECK_NEAR(t.adjusted_rand, 0.2045454545454545, 1e-15);
    CHECK_NEAR(t.error_rate, 0.3, 1e-15);
    CHECK(t.match[0] == 1 && t.match[1] == 0 && t.match[2] == 2);
    gmix_agreement_free(&t);
    gmix_agreement_free(&t); /* twice is fine */
}

static void test_refused(void) {
    const int32_t a[] = {0, -1}, b[] = {-1, 3};
    gmix_agreement t = {0};
    char *text = NULL;
    CHECK_EQ_INT(gmix_compare_labels(NULL, 2, a, b, &t), GMIX_ERR_DATA);
    CHECK_EQ_INT(gmix_compare_labels(NULL, 0, a, b, &t), GMIX_ERR_DATA);
    CHECK_EQ_INT(gmix_compare_labels(NULL, 2, NULL, b, &t), GMIX_ERR_ARGUMENT);
    CHECK_EQ_INT(gmix_compare_labels(NULL, 2, a, b, NULL), GMIX_ERR_ARGUMENT);
    CHECK(t.owner == NULL && t.counts == NULL);
    CHECK_EQ_INT(gmix_agreement_to_text(NULL, &t, NULL, NULL, &text), GMIX_ERR_ARGUMENT);
    CHECK_EQ_INT(gmix_agreement_to_json(NULL, &t, NULL, NULL, &text), GMIX_ERR_ARGUMENT);
    CHECK(text == NULL);
}

/* Comes out with no text, or one that is to be freed. */
static gmix_status settle(gmix_status status, char **text) {
    CHECK((*text != NULL) == (status == GMIX_OK));
    gmix_text_free(text);
    return status;
}

static gmix_status try_compare(gmix_ctx *ctx, void *unused) {
    (void)unused;
    const int32_t a[] = {0, 1, 2, 2, -1}, b[] = {1, 0, 0, 1, 1};
    gmix_agreement t = {0};
    char *text = NULL;
    gmix_status status = gmix_compare_labels(ctx, 5, a, b, &t);
    CHECK((t.owner != NULL) == (status == GMIX_OK));
    if (status == GMIX_OK) {
        status = settle(gmix_agreement_to_text(ctx, &t, NULL, NULL, &text), &text);
    }
    if (status == GMIX_OK) {
        status = settle(gmix_agreement_to_json(ctx, &t, NULL, NULL, &text), &text);
    }
    gmix_agreement_free(&t);
    return status;
}

int main(void) {
    budget_run("compare_labels", try_compare, NULL);
    test_counting();
    test_extremes();
    test_known();
    test_refused();
    return CHECK_DONE();
}
