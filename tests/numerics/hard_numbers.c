/*
 * The numerical contract on hard numbers: offsets of 1e8 standard deviations, clusters
 * 1e5 times narrower than the spread of the data, condition numbers of 1e10, features
 * whose scales differ by 1e18. Log-densities, responsibilities and the parameters after
 * one EM step are compared with a quadruple-precision evaluation of the textbook
 * formulas, to 1e-9; all of it again with missing cells.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/gmix.h>

#include "check.h"

#ifdef __SIZEOF_FLOAT128__
__extension__ typedef __float128 quad;
#else
typedef long double quad;
#endif

enum { MAX_D = 16, MAX_K = 4, N = 192 };

/* A problem: K Gaussians, and rows drawn from them in double precision; NaN: missing. */
typedef struct problem {
    const char *name;
    size_t d, k;
    double weights[MAX_K], means[MAX_K * MAX_D], cov[MAX_K * MAX_D * MAX_D];
    double x[N * MAX_D];
} problem;

/* What the textbook says, in quadruple precision, rounded at the end. */
typedef struct reference {
    double log_density[N], resp[N * MAX_K];
    double means[MAX_K * MAX_D], cov[MAX_K * MAX_D * MAX_D];
} reference;

static quad root(quad a) {
    quad r = (quad)sqrtl((long double)a);
    for (int i = 0; i < 3 && r > 0; i++) {
        r = (r + a / r) / 2;
    }
    return r;
}

/* log N(x | mean, cov) of the cells that are there: Cholesky and forward substitution. */
static long double log_normal(size_t d, const double *x, const double *mean,
                              const double *cov) {
    quad l[MAX_D][MAX_D], y[MAX_D], q = 0;
    long double log_det = 0;
    size_t at[MAX_D], n = 0;
    for (size_t j = 0; j < d; j++) {
        at[n] = j;
        n += isnan(x[j]) ? 0U : 1U;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            quad s = cov[at[i] * d + at[j]];
            for (size_t t = 0; t < j; t++) {
                s -= l[i][t] * l[j][t];
            }
            l[i][j] = i == j ? root(s) : s / l[j][j];
        }
        y[i] = (quad)x[at[i]] - (quad)mean[at[i]];
        for (size_t t = 0; t < i; t++) {
            y[i] -= l[i][t] * y[t];
        }
        y[i] /= l[i][i];
        q += y[i] * y[i];
        log_det += 2 * logl((long double)l[i][i]);
    }
    return -0.5L *
           ((long double)n * 1.83787706640934548356065947281L + log_det + (long double)q);
}

/* The row with its missing cells' conditional mean, and their covariance (0 elsewhere): the
 * observed features are eliminated one by one. */
static void complete(size_t d, const double *x, const double *mean, const double *cov,
                     quad z[MAX_D], quad s[MAX_D][MAX_D]) {
    for (size_t i = 0; i < d; i++) {
        z[i] = mean[i];
        for (size_t j = 0; j < d; j++) {
            s[i][j] = cov[i * d + j];
        }
    }
    for (size_t o = 0; o < d; o++) {
        if (isnan(x[o])) {
            continue;
        }
        const quad off = ((quad)x[o] - z[o]) / s[o][o];
        for (size_t i = 0; i < d; i++) {
            z[i] += i == o ? 0 : s[i][o] * off;
            for (size_t j = 0; j < d && i != o; j++) {
                s[i][j] -= j == o ? 0 : s[i][o] * s[o][j] / s[o][o];
            }
        }
        for (size_t i = 0; i < d; i++) {
            s[i][o] = s[o][i] = 0;
        }
        z[o] = x[o];
    }
}

static void e_step(const problem *p, reference *out) {
    for (size_t i = 0; i < N; i++) {
        long double l[MAX_K], top = -INFINITY, sum = 0;
        for (size_t c = 0; c < p->k; c++) {
            l[c] = logl((long double)p->weights[c]) +
                   log_normal(p->d, p->x + i * p->d, p->means + c * p->d,
                              p->cov + c * p->d * p->d);
            top = l[c] > top ? l[c] : top;
        }
        for (size_t c = 0; c < p->k; c++) {
            sum += expl(l[c] - top);
        }
        out->log_density[i] = (double)(top + logl(sum));
        for (size_t c = 0; c < p->k; c++) {
            out->resp[i * p->k + c] = (double)(expl(l[c] - top) / sum);
        }
    }
}

/* Means and covariances from the reference's own responsibilities. */
static void m_step(const problem *p, reference *out) {
    const size_t d = p->d;
    static quad z[N][MAX_D], spread[MAX_D][MAX_D];
    for (size_t c = 0; c < p->k; c++) {
        quad n = 0, mean[MAX_D] = {0}, s[MAX_D][MAX_D] = {{0}};
        for (size_t i = 0; i < N; i++) {
            const double r = out->resp[i * p->k + c];
            complete(d, p->x + i * d, p->means + c * d, p->cov + c * d * d, z[i], spread);
            n += r;
            for (size_t a = 0; a < d; a++) {
                mean[a] += r * z[i][a];
                for (size_t b = 0; b < d; b++) {
                    s[a][b] += r * spread[a][b];
                }
            }
        }
        for (size_t j = 0; j < d; j++) {
            mean[j] /= n;
            out->means[c * d + j] = (double)mean[j];
        }
        for (size_t a = 0; a < d; a++) {
            for (size_t b = 0; b < d; b++) {
                for (size_t i = 0; i < N; i++) {
                    s[a][b] += out->resp[i * p->k + c] * (z[i][a] - mean[a]) *
                               (z[i][b] - mean[b]);
                }
                out->cov[(c * d + a) * d + b] = (double)(s[a][b] / n);
            }
        }
    }
}

static double uniform(void) {
    return ((double)rand() + 0.5) / ((double)RAND_MAX + 1.0);
}

static double normal(void) {
    return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* cov = R diag(ev) R^T with R a product of random plane rotations. */
static void rotated(size_t d, const double *ev, double *cov, double *root_out) {
    for (size_t i = 0; i < d * d; i++) {
        root_out[i] = i % (d + 1) == 0 ? sqrt(ev[i / (d + 1)]) : 0.0;
    }
    for (size_t a = 0; a < d; a++) {
        for (size_t b = 0; b < a; b++) {
            const double angle = 6.283185307179586 * uniform(), s = sin(angle),
                         c = cos(angle);
            for (size_t j = 0; j < d; j++) {
                const double ra = root_out[a * d + j], rb = root_out[b * d + j];
                root_out[a * d + j] = c * ra - s * rb;
                root_out[b * d + j] = s * ra + c * rb;
            }
        }
    }
    for (size_t a = 0; a < d; a++) {
        for (size_t b = 0; b < d; b++) {
            quad sum = 0;
            for (size_t j = 0; j < d; j++) {
                sum += (quad)root_out[a * d + j] * root_out[b * d + j];
            }
            cov[a * d + b] = (double)sum;
        }
    }
}

/*
 * K components `apart` from each other, of width `width`, whose covariances have the
 * condition number `condition`; features are then shifted by `offset` and feature j
 * scaled by scale^j.
 */
static void make(problem *p, const char *name, size_t d, size_t k, double apart,
                 double width, double condition, double offset, double scale) {
    double roots[MAX_K * MAX_D * MAX_D], ev[MAX_D];
    *p = (problem){.name = name, .d = d, .k = k};
    for (size_t c = 0; c < k; c++) {
        p->weights[c] = 1.0 / (double)k;
        for (size_t j = 0; j < d; j++) {
            const double t = d > 1 ? (double)j / (double)(d - 1) : 0.0;
            ev[j] = width * width * pow(condition, -t);
            p->means[c * d + j] = offset + apart * normal();
        }
        rotated(d, ev, p->cov + c * d * d, roots + c * d * d);
    }
    for (size_t i = 0; i < N; i++) {
        const size_t c = i % k;
        double z[MAX_D];
        for (size_t j = 0; j < d; j++) {
            z[j] = normal();
        }
        for (size_t a = 0; a < d; a++) {
            double step = 0.0;
            for (size_t b = 0; b < d; b++) {
                step += roots[(c * d + a) * d + b] * z[b];
            }
            p->x[i * d + a] = (p->means[c * d + a] + step) * pow(scale, (double)a);
        }
    }
    for (size_t c = 0; c < k; c++) {
        for (size_t a = 0; a < d; a++) {
            p->means[c * d + a] *= pow(scale, (double)a);
            for (size_t b = 0; b < d; b++) {
                p->cov[(c * d + a) * d + b] *= pow(scale, (double)(a + b));
            }
        }
    }
}

/* Largest error of a log-density and of a responsibility, in units of what is allowed. */
static void compare_rows(const problem *p, const gmix_model *model,
                         const reference *want) {
    static double density[N], resp[N * MAX_K];
    const gmix_table x = gmix_table_f64(p->x, N, p->d);
    double worst_density = 0.0, worst_resp = 0.0;
    CHECK(gmix_log_density(NULL, model, &x, density) == GMIX_OK);
    CHECK(gmix_responsibilities(NULL, model, &x, resp) == GMIX_OK);
    for (size_t i = 0; i < N; i++) {
        const double size = fmax(1.0, fabs(want->log_density[i]));
        worst_density =
            fmax(worst_density, fabs(density[i] - want->log_density[i]) / (1e-9 * size));
        for (size_t c = 0; c < p->k; c++) {
            const size_t at = i * p->k + c;
            worst_resp =
                fmax(worst_resp, fabs(resp[at] - want->resp[at]) / (1e-9 * size));
        }
    }
    CHECK(worst_density <= 1.0);
    CHECK(worst_resp <= 1.0);
    printf("  %-44s density %.1e  resp %.1e", p->name, worst_density * 1e-9,
           worst_resp * 1e-9);
}

/* One EM step against the reference, in units of each feature's own spread. */
static void compare_step(const problem *p, const gmix_model *start,
                         const reference *want) {
    const size_t d = p->d;
    const gmix_table x = gmix_table_f64(p->x, N, d);
    gmix_fit_options opts;
    gmix_model *model = NULL;
    gmix_fit_options_init(&opts);
    opts.n_components = p->k;
    opts.init = "model";
    opts.init_model = start;
    opts.max_iter = 1;
    opts.tol = 0;
    opts.reg = 0;
    CHECK(gmix_fit(NULL, &x, &opts, &model, NULL) == GMIX_OK);
    double worst_mean = 0.0, worst_cov = 0.0;
    for (size_t c = 0; model && c < p->k; c++) {
        const double *const cov = want->cov + c * d * d;
        for (size_t a = 0; a < d; a++) {
            /* a mean cannot be stored to better than its own last bit */
            const double sd = sqrt(cov[a * d + a]), mean = want->means[c * d + a];
            const double error = fabs(gmix_model_means(model)[c * d + a] - mean);
            worst_mean = fmax(worst_mean, fmax(error - 4e-16 * fabs(mean), 0.0) / sd);
            for (size_t b = 0; b < d; b++) {
                const double got = gmix_model_covariances(model)[(c * d + a) * d + b];
                const double size = sd * sqrt(cov[b * d + b]);
                worst_cov = fmax(worst_cov, fabs(got - cov[a * d + b]) / size);
            }
        }
    }
    CHECK(worst_mean <= 1e-9);
    CHECK(worst_cov <= 1e-9);
    printf("  mean %.1e  cov %.1e\n", worst_mean, worst_cov);
    gmix_model_free(&model);
}

static void examine_rows(const problem *p) {
    static reference want;
    gmix_model *model = NULL;
    CHECK(gmix_model_new(NULL, "full", p->k, p->d, p->weights, p->means, p->cov, NULL,
                         &model) == GMIX_OK);
    if (!model) {
        printf("  %s: no model\n", p->name);
        return;
    }
    e_step(p, &want);
    m_step(p, &want);
    compare_rows(p, model, &want);
    compare_step(p, model, &want);
    gmix_model_free(&model);
}

/* The problem, and the same where three cells in ten are missing. */
static void examine(problem *p) {
    examine_rows(p);
    for (size_t i = 0; i < N * p->d; i++) {
        p->x[i] = uniform() < 0.3 ? (double)NAN : p->x[i];
    }
    p->name = "  with missing cells";
    examine_rows(p);
}

/* Rows nowhere near a component, up to the largest double. */
static void examine_far_rows(void) {
    const double x[] = {1e10,   0,       -1e100, 1e100, 1e160,
                        -1e160, 1.7e308, 1e300,  0,     -1.7e308};
    const double means[] = {0, 0, 3, 3}, cov[] = {1, 0.5, 0.5, 1, 4, 0, 0, 4};
    const gmix_table table = gmix_table_f64(x, 5, 2);
    double density[5], resp[10];
    int32_t labels[5];
    gmix_criteria score;
    gmix_model *model = NULL;
    CHECK(gmix_model_new(NULL, "full", 2, 2, NULL, means, cov, NULL, &model) == GMIX_OK);
    CHECK(gmix_log_density(NULL, model, &table, density) == GMIX_OK);
    CHECK(gmix_responsibilities(NULL, model, &table, resp) == GMIX_OK);
    CHECK(gmix_labels(NULL, model, &table, labels) == GMIX_OK);
    CHECK(gmix_score(NULL, model, &table, &score) == GMIX_OK);
    for (size_t i = 0; i < 5; i++) {
        CHECK(isfinite(density[i]) && density[i] < -1e15);
        CHECK_NEAR(resp[2 * i] + resp[2 * i + 1], 1.0, 1e-15);
        CHECK_EQ_INT(labels[i], 1); /* the wider one */
    }
    CHECK(isfinite(score.log_likelihood));
    gmix_model_free(&model);
}

/* Small responsibilities are handed out as they are: of two components of unit variance, 10
 * apart, the far one has exp(10 x - 50) at x, to the last normal number. */
static void examine_tails(void) {
    const double x[] = {-2, -4, -30, -60, 40};
    const double means[] = {0, 10}, cov[] = {1, 1};
    const char *const names[] = {"one", "two"};
    const int32_t classes[] = {0, 1};
    const gmix_table table = gmix_table_f64(x, 5, 1);
    double resp[10], posterior[10];
    gmix_model_extras extras;
    gmix_model *model = NULL;
    gmix_model_extras_init(&extras);
    extras.n_classes = 2;
    extras.class_names = names;
    extras.component_classes = classes;
    CHECK(gmix_model_new_with(NULL, "diag", 2, 1, NULL, means, cov, NULL, &extras,
                              &model) == GMIX_OK);
    CHECK(gmix_responsibilities(NULL, model, &table, resp) == GMIX_OK);
    CHECK(gmix_class_posteriors(NULL, model, &table, posterior) == GMIX_OK);
    for (size_t i = 0; i < 5; i++) {
        const double odds = 10 * x[i] - 50;
        CHECK_REL(resp[2 * i], 1 / (1 + exp(odds)), 1e-12);
        CHECK_REL(resp[2 * i + 1], 1 / (1 + exp(-odds)), 1e-12);
        CHECK(posterior[2 * i] == resp[2 * i] && posterior[2 * i + 1] == resp[2 * i + 1]);
    }
    gmix_model_free(&model);
}

int main(void) {
    static problem p;
    const size_t sizes[] = {1, 2, 5, 16};
    srand(1);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t d = sizes[s], k = d == 1 ? 2 : 3;
        printf("D = %zu\n", d);
        make(&p, "plain", d, k, 1, 1, 1, 0, 1);
        examine(&p);
        make(&p, "offset of 1e8 standard deviations", d, k, 1, 1, 10, 1e8, 1);
        examine(&p);
        make(&p, "clusters 1e5 times narrower than the spread", d, k, 1, 1e-5, 10, 0, 1);
        examine(&p);
        make(&p, "scales from 1 to 1e18", d, k, 1, 1, 10, 0,
             d > 1 ? pow(1e18, 1.0 / (double)(d - 1)) : 1e18);
        examine(&p);
        make(&p, "condition 1e6", d, k, 3, 1, d > 1 ? 1e6 : 1, 0, 1);
        examine(&p);
        make(&p, "condition 1e10", d, k, 3, 1, d > 1 ? 1e10 : 1, 0, 1);
        examine(&p);
    }
    examine_far_rows();
    examine_tails();
    return CHECK_DONE();
}
