/*
 * Truncated samples: Old Faithful's eruptions of which those within bounds alone are kept, and a histogram of them:
 * maxima of the exact likelihood, as make_truncated_reference.py finds them by general optimisers.
 */
#include "check.h"
#include "fixture.h"

#include <gmix/gmix.h>

typedef struct known {
    const char *name, *family;
    double bounds[2], width;
    size_t k, n;
    double loglik, weights[2], means[2], sds[2];
} known;

static const known cases[] = {
    {"above, K = 1",
     "V",
     {3.0, INFINITY},
     0,
     1,
     175,
     -92.00005212,
     {1.0},
     {4.2900945},
     {0.4115761}},
    {"within, K = 2",
     "V",
     {1.8, 4.6},
     0,
     2,
     213,
     -144.20887608,
     {0.7363317, 0.2636683},
     {1.0998512, 4.5312056},
     {0.5938932, 0.5615282}},
    {"within, K = 2, equal",
     "E",
     {1.8, 4.6},
     0,
     2,
     213,
     -144.21201643,
     {0.6972706, 0.3027294},
     {1.1912680, 4.5423250},
     {0.5682218, 0.5682218}},
    {"below, K = 2",
     "V",
     {-INFINITY, 4.5},
     0,
     2,
     207,
     -159.14918315,
     {0.2286258, 0.7713742},
     {2.0052693, 4.7502913},
     {0.2174597, 0.7233841}},
    {"binned, K = 2",
     "V",
     {1.8, 4.6},
     0.2,
     2,
     213,
     -489.41567577,
     {0.5541020, 0.4458980},
     {1.4529653, 4.5866022},
     {0.5045873, 0.5837939}},
};

enum { MOST = 272, MOST_BINS = 64 };

/* Eruptions within, or counts of them between edges[i] and edges[i + 1]. */
static gmix_table sample(const known *c, const gmix_table *all, double *x, double *edges,
                         double *counts) {
    size_t n = 0;
    for (size_t i = 0; i < all->n_rows; i++) {
        const double v =
            ((const double *)all->data)[(ptrdiff_t)i * all->row_stride]; /* the first */
        if (v > c->bounds[0] && v < c->bounds[1]) {
            x[n++] = v;
        }
    }
    CHECK_EQ_INT(n, c->n);
    gmix_table out = gmix_table_f64(x, n, 1);
    if (c->width > 0.0) {
        const size_t n_bins = (size_t)((c->bounds[1] - c->bounds[0]) / c->width + 0.5);
        for (size_t b = 0; b <= n_bins; b++) {
            edges[b] = (double)b * c->width + c->bounds[0];
        }
        for (size_t i = 0; i < n; i++) {
            size_t b = 0;
            while (b + 1 < n_bins && x[i] >= edges[b + 1]) {
                b++;
            }
            counts[b] += 1.0;
        }
        out = gmix_table_f64(NULL, n_bins, 1);
        out.lower = edges;
        out.upper = edges + 1;
        out.weights = counts;
    }
    out.truncation = c->bounds;
    return out;
}

static void maximum(const known *c, const gmix_table *all) {
    double x[MOST], edges[MOST_BINS], counts[MOST_BINS] = {0};
    const gmix_table rows = sample(c, all, x, edges, counts);
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_criteria score = {0};
    gmix_fit_options opts;
    CHECK_WHERE("%s", c->name);
    gmix_fit_options_init(&opts);
    opts.n_components = c->k;
    opts.covariance = c->family;
    opts.tol = 1e-13;
    opts.max_iter = 20000;
    opts.search = "quick";
    opts.resolution = "off";
    if (CHECK_STATUS(NULL, gmix_fit(NULL, &rows, &opts, &model, &report), GMIX_OK)) {
        CHECK_NEAR(report.log_likelihood, c->loglik, 1e-7);
        CHECK_STATUS(NULL, gmix_score(NULL, model, &rows, &score), GMIX_OK);
        CHECK_REL(score.log_likelihood, c->loglik, 1e-9);
        CHECK_NEAR(score.bic, report.bic, 1e-7);
        for (size_t k = 0; k < c->k; k++) {
            double variance;
            gmix_model_covariance(model, k, &variance);
            CHECK_NEAR(gmix_model_weights(model)[k], c->weights[k], 2e-4);
            CHECK_NEAR(gmix_model_means(model)[k], c->means[k], 2e-4);
            CHECK_NEAR(sqrt(variance), c->sds[k], 2e-4);
        }
    }
    gmix_report_free(&report);
    gmix_model_free(&model);
}

int main(void) {
    gmix_data *data = NULL;
    if (CHECK_STATUS(NULL,
                     gmix_data_read(NULL, SOURCE_ROOT "/data/faithful.csv", NULL, &data),
                     GMIX_OK)) {
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
            maximum(&cases[c], gmix_data_table(data));
        }
    }
    gmix_data_free(&data);
    return CHECK_DONE();
}
