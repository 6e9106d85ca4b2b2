/*
 * Divergences between mixtures by their numbers: closed forms by formula, integrals by the
 * trapezoid rule on 6e5 points in one dimension and 681 x 801 in two, MW2 as POT has it; and
 * Runnalls' merges.
 */
#include "use_models.h"

typedef struct numbers {
    double kl_pq, kl_qp, js, hellinger, tv, entropy_p, entropy_q;
    double pp, qq, pq, ise, cs, mw2, upper, lower, durrieu_upper;
    double goldberger, variational, product, moments;
} numbers;

static const numbers of_pq = {
    .kl_pq = .0669393491453,
    .kl_qp = .0920290036203,
    .js = .0185338336674,
    .hellinger = .0191278755883,
    .tv = .1346948488980,
    .entropy_p = 1.7506353822354,
    .entropy_q = 1.8528738187176,
    .pp = .19650435397372,
    .qq = .183278397936373,
    .pq = .181727078158842,
    .ise = .0163285955924098,
    .cs = .0433394518233548,
    .mw2 = 1.349,
    .upper = .286551858005,
    .lower = -.0578967105541,
    .durrieu_upper = .462200848904,
    .goldberger = .512721990850,
    .variational = .289689852855,
    .product = .114614285495,
    .moments = .0276118272537,
};

static const numbers of_f = {
    .kl_pq = .0248759837,
    .kl_qp = .0207960448,
    .js = .0054534941,
    .hellinger = .0055602786,
    .tv = .07530146,
    .entropy_p = 4.1572680904,
    .entropy_q = 4.1480561261,
    .pp = .0213078460987856,
    .qq = .0215160651132532,
    .pq = .021100563942483,
    .ise = 6.22783327072683e-04,
    .cs = .0146378512482466,
    .mw2 = 1.866200848439,
    .upper = .398292012621,
    .lower = -.296102094424,
    .durrieu_upper = .705151134613,
    .goldberger = .454672757503,
    .variational = .398292024126,
    .product = .0107570160630,
    .moments = 0,
};

static void check_approximation(const gmix_model *p, const gmix_model *q,
                                const char *name, double expected, double tolerance) {
    double found;
    CHECK_WHERE("%s", name);
    CHECK_STATUS(NULL, gmix_kl_approximation(NULL, p, q, name, &found), GMIX_OK);
    CHECK_NEAR(found, expected, tolerance);
    CHECK_WHERE("%s", "");
}

static void check_approximations(const gmix_model *p, const gmix_model *q,
                                 const numbers *n, double tolerance) {
    check_approximation(p, q, "goldberger", n->goldberger, tolerance);
    check_approximation(p, q, "variational", n->variational, tolerance);
    check_approximation(p, q, "product", n->product, tolerance);
    check_approximation(p, q, "moments", n->moments, tolerance);
    check_approximation(p, q, "upper", n->upper, tolerance);
    check_approximation(p, q, "durrieu-lower", n->lower, tolerance);
    check_approximation(p, q, "durrieu-upper", n->durrieu_upper, tolerance);
}

static void check_closed_forms(const gmix_divergences *d, const numbers *n,
                               double digits) {
    CHECK_REL(d->pp, n->pp, digits);
    CHECK_REL(d->qq, n->qq, digits);
    CHECK_REL(d->pq, n->pq, digits);
    CHECK_REL(d->ise, n->ise, 100 * digits);
    CHECK_REL(d->cauchy_schwarz, n->cs, 100 * digits);
    CHECK_REL(d->mw2, n->mw2, 1e-9);
    CHECK(d->kl_pq_lower == 0 && d->kl_pq_upper <= n->upper + 1e-9);
}

/* Within a few standard errors, and more exactly where there is none. */
static void check_estimate(gmix_estimate found, double expected, double digits) {
    CHECK_NEAR(found.value, expected, 4.5 * found.error + digits);
}

static void check_estimates(const gmix_divergences *d, const numbers *n, double digits) {
    check_estimate(d->kl_pq, n->kl_pq, digits);
    check_estimate(d->kl_qp, n->kl_qp, digits);
    check_estimate(d->jensen_shannon, n->js, digits);
    check_estimate(d->hellinger, n->hellinger, digits);
    check_estimate(d->total_variation, n->tv, digits);
    check_estimate(d->entropy_p, n->entropy_p, digits);
    check_estimate(d->entropy_q, n->entropy_q, digits);
}

static void test_one_feature(void) {
    gmix_model *p = use_p(), *q = use_q();
    gmix_divergences d = {.k_p = 0};
    CHECK_WHERE("P and Q");
    CHECK_STATUS(NULL, gmix_compare_models(NULL, p, q, NULL, &d), GMIX_OK);
    check_closed_forms(&d, &of_pq, 1e-13);
    check_estimates(&d, &of_pq, 1e-11);
    CHECK_NEAR(1 - d.hellinger.value, .9808721244117, 1e-11); /* Bhattacharyya's */
    CHECK(d.kl_pq.error < 1e-10 && d.total_variation.error < 1e-10 && d.n_draws == 0);
    CHECK_NEAR(d.w1, .4041542141, 1e-9);
    CHECK_NEAR(d.w2, .22922, 5e-6); /* by quantiles */
    CHECK(d.w2 >= d.w1 * d.w1 && d.w2 <= d.mw2);
    const double plan[6] = {.4, 0, 0, .1, .3, .2};
    for (size_t i = 0; i < 6; i++) {
        CHECK_NEAR(d.plan[i], plan[i], 1e-14);
    }
    gmix_divergences_free(&d);
    check_approximations(p, q, &of_pq, 1e-11);
    gmix_model_free(&p);
    gmix_model_free(&q);
}

static void test_faithful(void) {
    gmix_model *p = use_f2(), *q = use_f3();
    gmix_divergences d = {.k_p = 0}, again = {.k_p = 0};
    gmix_divergence_options opts;
    gmix_divergence_options_init(&opts);
    opts.tolerance = 2e-4;
    CHECK_WHERE("F2 and F3");
    CHECK_STATUS(NULL, gmix_compare_models(NULL, p, q, &opts, &d), GMIX_OK);
    check_closed_forms(&d, &of_f, 1e-11);
    check_estimates(&d, &of_f, 1e-9);
    CHECK(d.kl_pq.error <= 2e-4 && d.kl_qp.error <= 2e-4 && isnan(d.w1));
    const double row[3] = {.000505261, .168606127, .475015754};
    for (size_t i = 0; i < 3; i++) {
        CHECK_NEAR(d.plan[3 + i], row[i], 1e-9);
    }
    for (int threads = 1; threads <= 3; threads++) {
        gmix_ctx_options with;
        gmix_ctx_options_init(&with);
        with.n_threads = threads;
        gmix_ctx *ctx = NULL;
        CHECK_STATUS(NULL, gmix_ctx_new(&with, &ctx), GMIX_OK);
        CHECK_STATUS(ctx, gmix_compare_models(ctx, p, q, &opts, &again), GMIX_OK);
        CHECK(again.kl_pq.value == d.kl_pq.value &&
              again.hellinger.value == d.hellinger.value);
        gmix_divergences_free(&again);
        gmix_ctx_free(&ctx);
    }
    gmix_divergences_free(&d);
    check_approximations(p, q, &of_f, 2e-10);
    check_approximation(q, p, "goldberger", -.128482610102, 2e-10);
    check_approximation(q, p, "variational", -.0939480271066, 2e-10);
    check_approximation(q, p, "product", .00650704155309, 2e-10);
    check_approximation(q, p, "upper", .241665478390, 2e-10);
    check_approximation(q, p, "durrieu-lower", -.391041646897, 2e-10);
    check_approximation(q, p, "durrieu-upper", .303600661344, 2e-10);
    gmix_model_free(&p);
    gmix_model_free(&q);
}

/* A model and itself: 0, in all ways; whatever the order of features. */
static void test_self(void) {
    gmix_model *models[3] = {use_f2(), use_q(), use_f2_at(1e8)};
    for (size_t i = 0; i < 3; i++) {
        gmix_divergences d = {.k_p = 0};
        CHECK_WHERE("a model and itself, %zu", i);
        CHECK_STATUS(NULL, gmix_compare_models(NULL, models[i], models[i], NULL, &d),
                     GMIX_OK);
        CHECK(d.kl_pq.value == 0 && d.kl_qp.value == 0 && d.jensen_shannon.value == 0);
        CHECK(d.hellinger.value == 0 && d.total_variation.value == 0 && d.ise == 0);
        CHECK(isnan(d.w2) || d.w2 == 0);
        CHECK(d.mw2 == 0 && d.cauchy_schwarz == 0 && d.kl_pq_upper == 0);
        gmix_divergences_free(&d);
    }
    const size_t turned[2] = {1, 0};
    gmix_model *other = NULL;
    gmix_divergences d = {.k_p = 0};
    CHECK_STATUS(NULL, gmix_model_marginal(NULL, models[0], 2, turned, &other), GMIX_OK);
    CHECK_STATUS(NULL, gmix_compare_models(NULL, models[0], other, NULL, &d), GMIX_OK);
    CHECK(d.kl_pq.value == 0 && d.ise == 0);
    gmix_divergences_free(&d);
    gmix_model_free(&other);
    for (size_t i = 0; i < 3; i++) {
        gmix_model_free(&models[i]);
    }
}

static void check_component(const gmix_model *m, size_t c, double w, double mu,
                            double var) {
    CHECK_REL(gmix_model_weights(m)[c], w, 1e-9);
    CHECK_REL(gmix_model_means(m)[c], mu, 1e-9);
    CHECK_REL(gmix_model_covariances(m)[c], var, 1e-9);
}

static void check_moved(const gmix_model *m, size_t c, double w, double mu, double var) {
    CHECK_REL(gmix_model_weights(m)[c], w, 1e-4);
    CHECK_REL(gmix_model_means(m)[c], mu, 1e-4);
    CHECK_REL(gmix_model_covariances(m)[c], var, 1e-4);
}

static void test_reduction(void) {
    gmix_model *q = use_q(), *g3 = use_g3(), *out = NULL;
    gmix_merge steps[2];
    CHECK_WHERE("Q reduced");
    CHECK_STATUS(NULL, gmix_model_reduce(NULL, q, 1, NULL, steps, &out), GMIX_OK);
    CHECK(steps[0].first == 1 && steps[0].second == 2 && steps[1].first == 0 &&
          steps[1].second == 1);
    CHECK_REL(steps[0].cost, .143400736013, 1e-11);
    CHECK_REL(steps[1].cost, .830180183229, 1e-11);
    check_component(out, 0, 1, .45, 3.5265);
    gmix_model_free(&out);
    CHECK_STATUS(NULL, gmix_model_reduce(NULL, q, 2, "transport", NULL, &out), GMIX_OK);
    check_component(out, 1, .5, 2.1, 1.248);
    gmix_model_free(&out);
    CHECK_WHERE("galaxies reduced");
    CHECK_STATUS(NULL, gmix_model_reduce(NULL, g3, 2, NULL, steps, &out), GMIX_OK);
    CHECK_REL(steps[0].cost, .359594572517, 1e-9);
    check_component(out, 1, .914634661719, 21.86584679, 9.86375773);
    gmix_model_free(&out);
    CHECK_STATUS(NULL, gmix_model_reduce(NULL, g3, 1, NULL, steps, &out), GMIX_OK);
    CHECK_REL(steps[1].cost, .538818719270, 1e-9);
    check_component(out, 0, 1, 20.82817073, 20.57388841);
    gmix_model_free(&out);
    CHECK_STATUS(NULL, gmix_model_reduce(NULL, g3, 4, NULL, NULL, &out), GMIX_ERR_OPTION);
    gmix_model_free(&q);
    gmix_model_free(&g3);
}

/* Least squares of one component against Q: by SciPy's minimisers from many starts. */
static void test_least_squares(void) {
    gmix_model *q = use_q(), *out = NULL;
    gmix_divergences d = {.k_p = 0};
    CHECK_WHERE("least squares");
    CHECK_STATUS(NULL, gmix_model_reduce(NULL, q, 2, "squared-error", NULL, &out),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_compare_models(NULL, q, out, NULL, &d), GMIX_OK);
    CHECK_REL(d.ise, .0003297398708386745, 1e-6);
    check_moved(out, 0, .4778181908, -1.22491391, .33341342);
    check_moved(out, 1, .5221818092, 1.96838475, 1.46589889);
    gmix_divergences_free(&d);
    gmix_model_free(&out);
    CHECK_STATUS(NULL, gmix_model_reduce(NULL, q, 2, "squares", NULL, &out),
                 GMIX_ERR_OPTION);
    gmix_model_free(&q);
}

/* Of two they are what the comparison of two says, either way. */
static void test_distances(void) {
    gmix_model *models[3] = {use_p(), use_q(), use_p()};
    const gmix_model *const given[3] = {models[0], models[1], models[2]};
    const double expected[7][2] = {
        {sqrt(of_pq.mw2), sqrt(of_pq.mw2)},
        {of_pq.ise, of_pq.ise},
        {of_pq.cs, of_pq.cs},
        {sqrt(of_pq.hellinger), sqrt(of_pq.hellinger)},
        {of_pq.js, of_pq.js},
        {of_pq.tv, of_pq.tv},
        {of_pq.kl_pq, of_pq.kl_qp},
    };
    const char *const *const names = gmix_distance_names();
    double values[9], errors[9];
    for (size_t v = 0; names[v]; v++) {
        CHECK_WHERE("distances, %s", names[v]);
        CHECK_STATUS(NULL,
                     gmix_distances_find(NULL, 3, given, names[v], NULL, values, errors),
                     GMIX_OK);
        CHECK_NEAR(values[1], expected[v][0], 1e-9);
        CHECK_NEAR(values[3], expected[v][1], 1e-9);
        CHECK(values[0] == 0 && values[2] == 0 && values[6] == 0);
        CHECK_NEAR(values[5], values[3], 1e-12);
        CHECK(errors[1] < 1e-8);
    }
    CHECK_STATUS(NULL, gmix_distances_find(NULL, 3, given, "mw", NULL, values, NULL),
                 GMIX_ERR_OPTION);
    CHECK_STATUS(NULL, gmix_distances_find(NULL, 0, given, "mw2", NULL, values, NULL),
                 GMIX_ERR_ARGUMENT);
    for (size_t i = 0; i < 3; i++) {
        gmix_model_free(&models[i]);
    }
}

/* A spike beside a wide one: done at once, with closed forms; W1 took minutes. */
static void test_far_widths(void) {
    const double w[] = {1}, mu[] = {0}, one[] = {1}, spike[] = {1e-14};
    gmix_model *p = NULL, *q = NULL;
    gmix_divergences d = {.k_p = 0};
    CHECK_STATUS(NULL, gmix_model_new(NULL, "full", 1, 1, w, mu, spike, NULL, &p),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_model_new(NULL, "full", 1, 1, w, mu, one, NULL, &q), GMIX_OK);
    CHECK_STATUS(NULL, gmix_compare_models(NULL, p, q, NULL, &d), GMIX_OK);
    CHECK_NEAR(d.kl_pq.value, 7 * log(10) - .5 + .5e-14, 1e-9);
    CHECK_NEAR(d.w1, (1 - 1e-7) * sqrt(2 / 3.14159265358979323846), 1e-9);
    CHECK_NEAR(d.w2, (1 - 1e-7) * (1 - 1e-7), 1e-9);
    gmix_divergences_free(&d);
    gmix_model_free(&p);
    gmix_model_free(&q);
    const double half[] = {.5, .5}, apart[] = {0, 1e8}, ones[] = {1, 1}, fours[] = {4, 4};
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, "spherical", 2, 1, half, apart, ones, NULL, &p),
                 GMIX_OK);
    CHECK_STATUS(NULL,
                 gmix_model_new(NULL, "spherical", 2, 1, half, apart, fours, NULL, &q),
                 GMIX_OK);
    CHECK_STATUS(NULL, gmix_compare_models(NULL, p, q, NULL, &d), GMIX_OK);
    CHECK_NEAR(d.w1, sqrt(2 / 3.14159265358979323846), 1e-6);
    CHECK_NEAR(d.w2, 1, 1e-12);
    gmix_divergences_free(&d);
    gmix_model_free(&p);
    gmix_model_free(&q);
}

/* What draws lead to lies within what is certain: two points next to F2's modes, whose divergence the bounds
 * tell to nine digits, and draws to four; Jensen-Shannon's is log(2) at most. */
static void test_within_bounds(void) {
    const double w[] = {.5, .5}, mu[] = {2, 50, 4.5, 80};
    const double s[] = {1e-14, 0, 0, 1e-14, 1e-14, 0, 0, 1e-14};
    gmix_model *p = use_model("full", 2, 2, w, mu, s, NULL), *q = use_f2();
    gmix_divergences d = {.k_p = 0};
    gmix_divergence_options opts;
    gmix_divergence_options_init(&opts);
    opts.max_draws = 20000;
    CHECK_WHERE("within bounds");
    CHECK_STATUS(NULL, gmix_compare_models(NULL, p, q, &opts, &d), GMIX_OK);
    CHECK(d.kl_pq_upper - d.kl_pq_lower < 1e-6);
    CHECK(d.kl_pq.value >= d.kl_pq_lower && d.kl_pq.value <= d.kl_pq_upper);
    CHECK(d.kl_qp.value >= d.kl_qp_lower && d.kl_qp.value <= d.kl_qp_upper);
    CHECK(d.kl_pq.error < 1e-6 && d.jensen_shannon.value <= log(2));
    gmix_divergences_free(&d);
    gmix_model_free(&p);
    gmix_model_free(&q);
}

/* Half of p is 1e15 away and shares nothing with q: what it adds to Jensen-Shannon's is log(2) / 4, and to the rest
 * 1/4; 1e17 away doubles do not tell its values apart, and integrals were anything (JS 2.5). */
static void test_too_far(void) {
    const double w[] = {.5, .5}, ones[] = {1, 1}, one[] = {1}, three[] = {3},
                 four[] = {4};
    gmix_ctx *ctx = NULL;
    gmix_model *q = use_model("V", 1, 1, one, three, four, NULL);
    gmix_divergences d = {.k_p = 0}, near = {.k_p = 0};
    CHECK_WHERE("too far apart");
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    gmix_model *p = use_model("V", 2, 1, w, (double[]){0, 1e4}, ones, NULL);
    CHECK_STATUS(ctx, gmix_compare_models(ctx, p, q, NULL, &near), GMIX_OK);
    gmix_model_free(&p);
    p = use_model("V", 2, 1, w, (double[]){0, 1e15}, ones, NULL);
    CHECK_STATUS(ctx, gmix_compare_models(ctx, p, q, NULL, &d), GMIX_OK);
    CHECK_NEAR(d.jensen_shannon.value, near.jensen_shannon.value, 1e-12);
    CHECK_NEAR(d.entropy_p.value, near.entropy_p.value, 1e-11);
    gmix_divergences_free(&d);
    gmix_model_free(&p);
    p = use_model("V", 2, 1, w, (double[]){0, 1e17}, ones, NULL);
    CHECK_STATUS(NULL, gmix_compare_models(ctx, p, q, NULL, &d), GMIX_ERR_MODEL);
    CHECK(strstr(gmix_ctx_message(ctx), "component 1 is 1 wide at 1e+17") != NULL);
    CHECK_STATUS(NULL, gmix_compare_models(ctx, q, p, NULL, &d), GMIX_ERR_MODEL);
    gmix_divergences_free(&near);
    gmix_model_free(&p);
    gmix_model_free(&q);
    gmix_ctx_free(&ctx);
}

/* Models of other features are refused with the reason. */
static void test_refusals(void) {
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    gmix_model *p = use_p(), *f2 = use_f2();
    gmix_divergences d = {.n_draws = 7};
    CHECK_STATUS(NULL, gmix_compare_models(ctx, p, f2, NULL, &d), GMIX_ERR_SHAPE);
    gmix_divergence_options opts;
    gmix_divergence_options_init(&opts);
    opts.tolerance = 0;
    CHECK_STATUS(NULL, gmix_compare_models(ctx, p, p, &opts, &d), GMIX_ERR_OPTION);
    double kl;
    CHECK_STATUS(NULL, gmix_kl_approximation(ctx, p, p, "best", &kl), GMIX_ERR_OPTION);
    CHECK(strstr(gmix_ctx_message(ctx), "goldberger") != NULL);
    CHECK(d.n_draws == 7);
    gmix_model_free(&p);
    gmix_model_free(&f2);
    gmix_ctx_free(&ctx);
}

int main(void) {
    test_one_feature();
    test_faithful();
    test_self();
    test_reduction();
    test_least_squares();
    test_distances();
    test_far_widths();
    test_too_far();
    test_within_bounds();
    test_refusals();
    return CHECK_DONE();
}
