/*
 * Goodness of fit in one dimension. With the sorted rows x_(i) and F_i = F(x_(i)),
 *
 *     Kolmogorov-Smirnov   D = max_i max(i / n - F_i, F_i - (i - 1) / n)
 *     Anderson-Darling     A^2 = -n - 1/n sum (2 i - 1) (log F_i + log(1 - F_(n + 1 - i)))
 *     Cramer-von Mises     W^2 = 1 / 12 n + sum (F_i - (2 i - 1) / 2 n)^2
 *     chi-squared          X^2 = sum over m bins of equal probability of (O - n / m)^2 m / n
 *
 * (Stephens 1974; with noise Anderson-Darling takes F between 1 / 4n and 1 - 1 / 4n: the box ends
 * at the outermost rows, whose tails of Gaussians alone would be all it sees), whose distribution under a fitted model is found by drawing from the model and
 * fitting again; that under a known one comes from the same draws without.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/distribution.h>
#include <gmix/fit.h>
#include <gmix/fit_test.h>
#include <gmix/infer.h>

#include "em/fit_chapter.h"
#include "model/mixture.h"
#include "model/posterior.h"
#include "uncertainty/replicates.h"
#include "workbench/values.h"

enum { KS, AD, CVM, CHI, N_STATISTICS };

typedef struct tester {
    const gmix_model *model;
    gmix_fit_options fit;
    uint64_t seed;
    size_t n;
    double *rows;   /* n, sorted */
    double *known;  /* replicates x N_STATISTICS */
    double *fitted; /* replicates x N_STATISTICS; NaN: could not be fitted */
    bool *done;
} tester;

/* Bins of equal probability under the model, so that none is empty by design (Moore 1986: 2 n^(2/5)).
 * The bin of a row is found from the tail that has its digits. */
static size_t n_bins(size_t n) {
    const double bins = floor(2.0 * pow((double)n, 0.4));
    return bins > 3.0 ? (size_t)bins : 3;
}

static double chi_squared(size_t n, const double *below, const double *above) {
    const size_t bins = n_bins(n);
    const double m = (double)bins, expected = (double)n / m;
    double sum = 0.0, counted = 0.0;
    size_t bin = 0;
    for (size_t i = 0; i < n; i++) { /* rows rise, and so do their bins */
        const double f = below[i] < above[i] ? exp(below[i]) : -expm1(above[i]);
        const double own = fmin(floor(m * f), m - 1.0);
        while ((double)bin < own) {
            sum += (counted - expected) * (counted - expected) / expected;
            counted = 0.0;
            bin++;
        }
        counted += 1.0;
    }
    for (; bin < bins; bin++) {
        sum += (counted - expected) * (counted - expected) / expected;
        counted = 0.0;
    }
    return sum;
}

/* x: n, sorted; tails: 2 n to work with. */
static gmix_status measure(gmix_ctx *ctx, const gmix_model *model, size_t n,
                           const double *x, double *tails, double *out) {
    const gmix_status status = gmix_cdf(ctx, model, n, x, tails, tails + n);
    if (status != GMIX_OK) {
        return status;
    }
    const double *const below = tails, *const above = tails + n, count = (double)n;
    const double end =
        gmix_model_noise_weight(model) > 0.0 ? -log(4.0 * count) : -INFINITY;
    double ks = 0.0, ad = 0.0, cvm = 1.0 / (12.0 * count);
    for (size_t i = 0; i < n; i++) {
        const double f = exp(below[i]), at = (double)i;
        const double off = f - (2.0 * at + 1.0) / (2.0 * count);
        ks = fmax(ks, fmax((at + 1.0) / count - f, f - at / count));
        ad += (2.0 * at + 1.0) * (fmax(below[i], end) + fmax(above[n - 1 - i], end));
        cvm += off * off;
    }
    out[KS] = ks;
    out[AD] = -count - ad / count;
    out[CVM] = cvm;
    out[CHI] = chi_squared(n, below, above);
    return GMIX_OK;
}

static gmix_status replicate(void *arg, gmix_ctx *ctx, size_t index, int thread) {
    (void)thread;
    const tester *const t = arg;
    gmix_status status = GMIX_OK;
    gmix_model *again = NULL;
    double *x = NULL;
    double *const fitted = t->fitted + index * N_STATISTICS;
    const uint64_t seed = gmix_i_replicate_seed(t->seed, GMIX_I_RNG_FIT_TEST, 0, index);
    GMIX_TRY(gmix_i_calloc(ctx, "a replicate", 3 * t->n, sizeof *x, &x));
    GMIX_TRY(gmix_sample(ctx, t->model, t->n, seed, x, NULL));
    const gmix_table table = gmix_table_f64(x, t->n, 1);
    status = gmix_fit(ctx, &table, &t->fit, &again, NULL);
    if (status != GMIX_OK && !gmix_i_fit_is_impossible(status)) {
        goto done;
    }
    gmix_i_sort_values(t->n, x);
    for (size_t s = 0; s < N_STATISTICS; s++) {
        fitted[s] = (double)NAN;
    }
    if (status == GMIX_OK) {
        GMIX_TRY(measure(ctx, again, t->n, x, x + t->n, fitted));
    }
    GMIX_TRY(measure(ctx, t->model, t->n, x, x + t->n, t->known + index * N_STATISTICS));
done:
    gmix_model_free(&again);
    gmix_i_free(ctx, x);
    return status;
}

/* (1 + replicates at least as far) / (1 + replicates), of those done. */
static double p_of(const double *statistics, const bool *done, size_t n, size_t which,
                   double observed) {
    double far = 1.0, all = 1.0;
    for (size_t i = 0; i < n; i++) {
        const double one = statistics[i * N_STATISTICS + which];
        if (done[i] && !isnan(one)) {
            far += one >= observed;
            all += 1.0;
        }
    }
    return far / all;
}

static gmix_distance_test result_of(const tester *t, size_t replicates, size_t which,
                                    const double *observed) {
    return (gmix_distance_test){
        .statistic = observed[which],
        .p = p_of(t->fitted, t->done, replicates, which, observed[which]),
        .p_naive = p_of(t->known, t->done, replicates, which, observed[which])};
}

/* EM from the model, on replicates: no search, which would look for another one. */
static void set_fit(const gmix_model *model, gmix_fit_options *fit) {
    gmix_fit_options_init(fit);
    fit->n_components = model->k;
    fit->covariance = model->family->name;
    fit->init = "model";
    fit->init_model = model;
    fit->restarts = 1;
    fit->max_iter = 500;
    fit->noise = fmin(gmix_model_noise_weight(model), 0.999);
}

static gmix_status do_replicates(gmix_ctx *ctx, tester *t, size_t replicates,
                                 gmix_fit_test *out) {
    gmix_status status = GMIX_OK;
    double observed[N_STATISTICS], *tails = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "rows", 2 * t->n, sizeof *tails, &tails));
    GMIX_TRY(gmix_i_calloc(ctx, "replicates", replicates * N_STATISTICS, sizeof(double),
                           &t->known));
    GMIX_TRY(gmix_i_calloc(ctx, "replicates", replicates * N_STATISTICS, sizeof(double),
                           &t->fitted));
    GMIX_TRY(gmix_i_calloc(ctx, "replicates", replicates, sizeof *t->done, &t->done));
    GMIX_TRY(measure(ctx, t->model, t->n, t->rows, tails, observed));
    const gmix_i_made made[] = {{t->known, N_STATISTICS * sizeof(double)},
                                {t->fitted, N_STATISTICS * sizeof(double)},
                                {NULL, 0}};
    GMIX_TRY(gmix_i_replicate(ctx, replicates, replicate, t, 0, 1, made, t->done));
    for (size_t i = 0; i < replicates; i++) {
        out->n_replicates += t->done[i];
        out->n_left_out += t->done[i] && isnan(t->fitted[i * N_STATISTICS]);
    }
    if (out->n_replicates == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_CANCELLED, "cancelled before there was a result");
    }
    out->n = t->n;
    out->kolmogorov_smirnov = result_of(t, replicates, KS, observed);
    out->anderson_darling = result_of(t, replicates, AD, observed);
    out->cramer_von_mises = result_of(t, replicates, CVM, observed);
    out->chi_squared = result_of(t, replicates, CHI, observed);
    out->n_bins = n_bins(t->n);
done:
    gmix_i_free(ctx, tails);
    gmix_i_free(ctx, t->known);
    gmix_i_free(ctx, t->fitted);
    gmix_i_free(ctx, t->done);
    return status;
}

void gmix_fit_test_options_init_sized(gmix_fit_test_options *opts, size_t struct_size) {
    const gmix_fit_test_options whole = {.struct_size = sizeof whole, .replicates = 999};
    gmix_i_options_give(opts, struct_size, &whole, sizeof whole);
}

gmix_status gmix_test_fit(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                          const gmix_fit_test_options *opts, gmix_fit_test *out) {
    enum { FIRST_SIZE = sizeof(gmix_fit_test_options) }; /* of version 0.1 */
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "tests of fit");
    gmix_status status = GMIX_OK;
    gmix_fit_test_options own;
    tester t = {.model = model};
    gmix_fit_test made = {.n = 0};
    gmix_i_chapter chapter = {0};
    if (!model || !x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, the table or the output is NULL");
    }
    gmix_fit_test_options_init(&own);
    if (opts && !gmix_i_options_take(opts, FIRST_SIZE, &own, sizeof own)) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "the options were not set by gmix_fit_test_options_init(), or are of a "
                  "newer gmix than this library");
    }
    if (own.replicates < 19 || own.replicates > GMIX_I_MOST_REPLICATES) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "%zu replicates are asked for: 19 to 1e7",
                  own.replicates);
    }
    if (model->d != 1) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE, "a fit of one feature is tested: take a marginal");
    }
    t.seed = own.seed;
    set_fit(model, &t.fit);
    GMIX_TRY(gmix_i_values_of(ctx, x, &t.rows, &t.n, &made.n_distinct));
    t.fit.seed = own.seed; /* what EM from a model does not ask: for the title */
    const gmix_i_asked asked = {NULL, NULL, own.replicates};
    GMIX_TRY(gmix_i_fit_chapter(ctx, "gmix_test_fit", x, &t.fit, &asked, &chapter));
    GMIX_TRY(do_replicates(ctx, &t, own.replicates, &made));
    *out = made;
done:
    gmix_i_chapter_end(ctx, &chapter);
    gmix_i_free(ctx, t.rows);
    return status;
}
