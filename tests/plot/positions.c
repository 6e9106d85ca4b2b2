/*
 * Numbers in pictures are right: ellipses hold 50, 90 and 95 % of a large sample of their
 * component, the areas of a histogram and under the curves are 1 and the weights, points, means,
 * bars and boundaries lie where they should, read back from the SVG.
 */
#include "check.h"
#include "fixture.h"
#include "svg_read.h"

#include <gmix/gmix.h>

static char *draw(const gmix_model *model, const gmix_table *table, const char *kind) {
    gmix_plot_options opts;
    gmix_plot_options_init(&opts);
    opts.kind = kind;
    opts.interactive = 1;
    char *svg = NULL;
    CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, NULL, table, &opts, &svg), GMIX_OK);
    return svg;
}

/* Two correlated components of different size, in units that differ by 1e6. */
static gmix_model *make_model(void) {
    static const double weights[] = {0.3, 0.7};
    static const double means[] = {-4, 2e6, 3, -1e6};
    static const double covariances[] = {2, 1.1e6, 1.1e6, 1e12, 0.5, -2e5, -2e5, 4e11};
    gmix_model *model = NULL;
    CHECK_STATUS(
        NULL,
        gmix_model_new(NULL, "full", 2, 2, weights, means, covariances, NULL, &model),
        GMIX_OK);
    return model;
}

typedef struct ellipse {
    double cx, cy, rx, ry, angle;
} ellipse;

static ellipse read_ellipse(const char *svg, const char *name, int k) {
    const char *at = svg_component(svg, name, k);
    at = CHECK(at) ? strstr(at, "<ellipse") : NULL;
    if (!CHECK(at)) {
        return (ellipse){0};
    }
    const char *const turn = strstr(at, "rotate(");
    return (ellipse){svg_number(at, "cx"), svg_number(at, "cy"), svg_number(at, "rx"),
                     svg_number(at, "ry"), strtod(turn + 7, NULL)};
}

static bool inside(const ellipse *e, double x, double y) {
    const double a = e->angle / 57.29577951308232;
    const double dx = x - e->cx, dy = y - e->cy;
    const double u = cos(a) * dx + sin(a) * dy, v = -sin(a) * dx + cos(a) * dy;
    return u * u / (e->rx * e->rx) + v * v / (e->ry * e->ry) <= 1;
}

static void test_ellipses(void) {
    enum { N = FIXTURE_SLOW ? 40000 : 200000 };
    static const char *const names[] = {"ellipse-50", "ellipse-90", "ellipse-95"};
    static const double shares[] = {0.5, 0.9, 0.95};
    gmix_model *model = make_model();
    double *const x = fixture_alloc(N, 2 * sizeof *x);
    int32_t *const labels = fixture_alloc(N, sizeof *labels);
    gmix_sample(NULL, model, N, 7, x, labels);
    const gmix_table table = gmix_table_f64(x, N, 2);
    char *svg = draw(model, &table, "scatter");
    const svg_panel panel = svg_read_panel(svg);
    for (int k = 0; k < 2; k++) {
        for (size_t s = 0; s < 3; s++) {
            const ellipse e = read_ellipse(svg, names[s], k);
            double n = 0, n_inside = 0;
            for (size_t i = 0; i < N; i++) {
                if (labels[i] == k) {
                    n++;
                    n_inside +=
                        inside(&e, svg_x(&panel, x[2 * i]), svg_y(&panel, x[2 * i + 1]));
                }
            }
            CHECK_WHERE("component %d, %s", k, names[s]);
            CHECK_NEAR(n_inside / n, shares[s], 0.01);
        }
    }
    CHECK_WHERE("%s", "");
    CHECK(strlen(svg) < 1000000);
    gmix_text_free(&svg);
    gmix_model_free(&model);
    free(x);
    free(labels);
}

/* Every row is one element, where its features say, in the group of its component. */
static void test_points(void) {
    fixture data = fixture_csv("data/faithful.csv");
    const gmix_table table = gmix_table_f64(data.x, data.n, data.d);
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    gmix_model *model = NULL;
    CHECK_STATUS(NULL, gmix_fit(NULL, &table, &opts, &model, NULL), GMIX_OK);
    int32_t *const labels = fixture_alloc(data.n, sizeof *labels);
    gmix_labels(NULL, model, &table, labels);
    char *svg = draw(model, &table, "scatter");
    const svg_panel panel = svg_read_panel(svg);
    for (size_t i = 0; i < data.n; i++) {
        char row[40];
        snprintf(row, sizeof row, "data-row=\"%zu\"", i);
        const char *at = strstr(svg, row);
        CHECK_WHERE("row %zu", i);
        if (!CHECK(at)) {
            continue;
        }
        const char *const first = svg_component(svg, "points", labels[i]);
        const char *const after = strstr(first, "</g>");
        CHECK(first < at && at < after);
        while (*at != '<') {
            at--;
        }
        if (labels[i] ==
            0) { /* a circle: its middle; of others the corners surround it */
            CHECK_NEAR(svg_number(at, "cx"), svg_x(&panel, data.x[2 * i]), 0.015);
            CHECK_NEAR(svg_number(at, "cy"), svg_y(&panel, data.x[2 * i + 1]), 0.015);
        } else {
            double xy[10], x = 0, y = 0;
            CHECK_EQ_INT(svg_path(at, xy, 5), 4);
            for (size_t c = 0; c < 4; c++) {
                x += xy[2 * c] / 4;
                y += xy[2 * c + 1] / 4;
            }
            CHECK_NEAR(x, svg_x(&panel, data.x[2 * i]), 0.015);
            CHECK_NEAR(y, svg_y(&panel, data.x[2 * i + 1]), 0.015);
        }
    }
    const double *const means = gmix_model_means(model);
    for (int k = 0; k < 2; k++) {
        double xy[8];
        CHECK_WHERE("mean %d", k);
        const char *const at = svg_component(svg, "mean", k);
        if (CHECK(at) && CHECK_EQ_INT(svg_path(at, xy, 4), 4)) {
            CHECK_NEAR(svg_value_x(&panel, xy[0]), means[2 * k], 0.01);
            CHECK_NEAR(svg_value_y(&panel, xy[5]), means[2 * k + 1], 0.1);
        }
    }
    CHECK_WHERE("%s", "");
    gmix_text_free(&svg);
    gmix_model_free(&model);
    free(labels);
    free(data.x);
}

/* The area under a path of a panel, by trapezia. */
static double area_under(const char *at, const svg_panel *panel) {
    enum { MOST = 4000 };
    double *const xy = fixture_alloc(2 * MOST, sizeof *xy);
    const size_t n = svg_path(at, xy, MOST);
    double area = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        const double *const a = xy + 2 * i, *const b = a + 2;
        area += (svg_value_x(panel, b[0]) - svg_value_x(panel, a[0])) * 0.5 *
                (svg_value_y(panel, a[1]) + svg_value_y(panel, b[1]));
    }
    free(xy);
    return area;
}

static double histogram_area(const char *svg, const svg_panel *panel) {
    const char *at = svg_group(svg, "histogram");
    const char *const end = CHECK(at) ? strstr(at, "</g>") : NULL;
    double area = 0;
    while (at && (at = strstr(at + 1, "<rect")) && at < end) {
        const double width = svg_number(at, "width") / panel->width;
        const double height = svg_number(at, "height") / panel->height;
        area +=
            width * (panel->x_hi - panel->x_lo) * height * (panel->y_hi - panel->y_lo);
    }
    return area;
}

/* One feature; weighted or not, and with a component that is narrow but not cut off. */
static void test_areas(const double *row_weights) {
    static const double weights[] = {0.25, 0.6, 0.15};
    static const double means[] = {0, 5, 8}, variances[] = {1, 0.04, 2};
    enum { N = 5000 };
    gmix_model *model = NULL;
    CHECK_STATUS(
        NULL, gmix_model_new(NULL, "full", 3, 1, weights, means, variances, NULL, &model),
        GMIX_OK);
    double *const x = fixture_alloc(N, sizeof *x);
    gmix_sample(NULL, model, N, 3, x, NULL);
    gmix_table table = gmix_table_f64(x, N, 1);
    table.weights = row_weights;
    char *svg = draw(model, &table, "density");
    const svg_panel panel = svg_read_panel(svg);
    CHECK_NEAR(histogram_area(svg, &panel), 1, 0.005);
    const char *const mixture = svg_group(svg, "mixture-density");
    if (CHECK(mixture)) {
        CHECK_NEAR(area_under(mixture, &panel), 1, 0.005);
    }
    for (int k = 0; k < 3; k++) {
        const char *const share = svg_component(svg, "component-density", k);
        if (CHECK(share)) {
            CHECK_NEAR(area_under(share, &panel), weights[k], 0.005);
        }
    }
    gmix_text_free(&svg);
    gmix_model_free(&model);
    free(x);
}

/* Boundaries are where the labels of a fine grid change, and nowhere else. */
static void test_boundaries(void) {
    static const double weights[] = {0.5, 0.2, 0.3};
    static const double means[] = {0, 0.2, 6}, variances[] = {4, 0.05, 1};
    gmix_model *model = NULL;
    CHECK_STATUS(
        NULL, gmix_model_new(NULL, "full", 3, 1, weights, means, variances, NULL, &model),
        GMIX_OK);
    char *svg = draw(model, NULL, "density");
    const svg_panel panel = svg_read_panel(svg);
    enum { GRID = 20001 };
    double *const x = fixture_alloc(GRID, sizeof *x);
    int32_t *const labels = fixture_alloc(GRID, sizeof *labels);
    for (size_t i = 0; i < GRID; i++) {
        x[i] = panel.x_lo + (panel.x_hi - panel.x_lo) * (double)i / (GRID - 1);
    }
    const gmix_table grid = gmix_table_f64(x, GRID, 1);
    CHECK_STATUS(NULL, gmix_labels(NULL, model, &grid, labels), GMIX_OK);
    const char *at = svg_group(svg, "boundaries");
    const char *const end = CHECK(at) ? strstr(at, "</g>") : svg;
    size_t n_changes = 0;
    for (size_t i = 1; i < GRID && at; i++) {
        if (labels[i] != labels[i - 1]) {
            double xy[4];
            at = strstr(at + 1, "<path");
            CHECK(at && at < end);
            if (at && svg_path(at, xy, 2) == 2) {
                CHECK_NEAR(svg_value_x(&panel, xy[0]), x[i], 0.02);
            }
            n_changes++;
        }
    }
    CHECK_EQ_INT(n_changes, 3);
    CHECK(at && (!strstr(at + 1, "<path") || strstr(at + 1, "<path") > end));
    gmix_text_free(&svg);
    gmix_model_free(&model);
    free(x);
    free(labels);
}

/* Shares of the uncertainty's bars sum to 1: heights are roots. */
static void test_uncertainty(void) {
    enum { N = 3000 };
    gmix_model *model = make_model();
    double *const x = fixture_alloc(N, 2 * sizeof *x);
    gmix_sample(NULL, model, N, 5, x, NULL);
    const gmix_table table = gmix_table_f64(x, N, 2);
    char *svg = draw(model, &table, "uncertainty");
    const svg_panel panel = svg_read_panel(svg);
    double sum = 0;
    for (const char *at = svg_group(svg, "panel"); (at = strstr(at + 1, "<rect"));) {
        const double top = svg_value_y(&panel, svg_number(at, "y"));
        const double bottom =
            svg_value_y(&panel, svg_number(at, "y") + svg_number(at, "height"));
        if (svg_number(at, "width") < 60 &&
            svg_number(at, "x") < panel.left + panel.width) {
            sum += top * top - bottom * bottom;
        }
    }
    CHECK_NEAR(sum, 1, 0.01);
    gmix_text_free(&svg);
    gmix_model_free(&model);
    free(x);
}

/* The plane of a projection: two clusters that differ along a known direction alone. */
static void test_projection(void) {
    static const double weights[] = {0.5, 0.5};
    static const double means[] = {3, 0, 0, -3, 0, 0};
    static const double covariances[] = {1, 0.5, 0, 0.5, 1, 0, 0, 0, 1};
    gmix_model *model = NULL;
    CHECK_STATUS(
        NULL,
        gmix_model_new(NULL, "tied", 2, 3, weights, means, covariances, NULL, &model),
        GMIX_OK);
    char *svg = draw(model, NULL, "projection");
    CHECK(strstr(svg, "direction 1 (100 %)"));
    CHECK(strstr(svg, "direction 2 (spread only)"));
    /* Fisher's direction W^-1 (mu_1 - mu_0) = (4, -2, 0) / 3 times 6, scaled by the deviations
     * sqrt(10), 1, 1 of the features: loadings in the ratio sqrt(10) : -1/2 : 0. */
    const char *second = svg_group(svg, "panel");
    second = second ? svg_group(second + 1, "panel") : NULL;
    const char *const bars = svg_group(svg, "loadings-1");
    if (CHECK(second) && CHECK(bars)) {
        const double width = svg_number(second, "data-width");
        const double range =
            svg_number(second, "data-x-max") - svg_number(second, "data-x-min");
        const double length = hypot(sqrt(10.0), 0.5);
        const double expected[] = {0, 0.5 / length, sqrt(10.0) / length}; /* from below */
        const char *at = bars;
        for (size_t i = 0; i < 3; i++) {
            at = strstr(at + 1, "<rect");
            CHECK_NEAR(svg_number(at, "width") / width * range, expected[i], 0.005);
        }
    }
    gmix_text_free(&svg);
    gmix_model_free(&model);
}

/* A share is rounded once: 43.48 % are 43. */
static void test_share(void) {
    static const double weights[] = {0.4348, 0.5652}, means[] = {0, 5},
                        variances[] = {1, 1};
    gmix_model *model = NULL;
    CHECK_STATUS(
        NULL, gmix_model_new(NULL, "full", 2, 1, weights, means, variances, NULL, &model),
        GMIX_OK);
    char *svg = draw(model, NULL, "density");
    CHECK(strstr(svg, "Component 0 \xC2\xB7 43 %") &&
          strstr(svg, "Component 1 \xC2\xB7 57 %"));
    gmix_text_free(&svg);
    gmix_model_free(&model);
}

/* A component under its cross is spoken of. */
static void test_narrow(void) {
    static const double weights[] = {0.5, 0.5}, means[] = {0, 0, 1, 1};
    static const double variances[] = {1, 1, 1e-6, 1e-6};
    gmix_model *model = NULL;
    CHECK_STATUS(
        NULL, gmix_model_new(NULL, "diag", 2, 2, weights, means, variances, NULL, &model),
        GMIX_OK);
    char *svg = draw(model, NULL, "scatter");
    CHECK(strstr(svg, "Component 1 is too narrow to be seen"));
    gmix_text_free(&svg);
    gmix_model_free(&model);
}

/* Bars stand around the values of a scale; a trimmed row far away stretches no axis, and the picture says so. */
static void test_scale_and_far_row(void) {
    enum { N = 61, VALUES = 5 };
    double x[N];
    for (size_t i = 0; i < N; i++) {
        x[i] = (double)(1 + i * 7 % 15 % VALUES);
    }
    x[9] = 1e4;
    gmix_table table = gmix_table_f64(x, N, 1);
    gmix_fit_options fit;
    gmix_fit_options_init(&fit);
    fit.n_components = 1;
    fit.trim = 1.0 / N;
    gmix_model *model = NULL;
    gmix_report report = {0};
    gmix_plot_options opts;
    gmix_plot_options_init(&opts);
    opts.interactive = 1;
    char *svg = NULL;
    CHECK_STATUS(NULL, gmix_fit(NULL, &table, &fit, &model, &report), GMIX_OK);
    CHECK_STATUS(NULL, gmix_plot_svg(NULL, model, &report, &table, &opts, &svg), GMIX_OK);
    const svg_panel panel = svg_read_panel(svg);
    CHECK(panel.x_hi < 20 &&
          strstr(svg, "1 trimmed row far from all others is not shown"));
    CHECK_NEAR(histogram_area(svg, &panel), 1, 0.005);
    const char *at = svg_group(svg, "histogram");
    for (size_t v = 0; v < VALUES && CHECK(at && (at = strstr(at + 1, "<rect"))); v++) {
        CHECK_NEAR(svg_value_x(&panel, svg_number(at, "x")), 0.5 + (double)v, 0.01);
        CHECK_NEAR(svg_number(at, "width") / panel.width * (panel.x_hi - panel.x_lo), 1,
                   0.01);
    }
    gmix_text_free(&svg);
    gmix_report_free(&report);
    gmix_model_free(&model);
}

int main(void) {
    double row_weights[5000];
    for (size_t i = 0; i < 5000; i++) {
        row_weights[i] = (double)(i % 3);
    }
    test_ellipses();
    test_points();
    test_areas(NULL);
    test_areas(row_weights);
    test_share();
    test_narrow();
    test_scale_and_far_row();
    test_boundaries();
    test_uncertainty();
    test_projection();
    return CHECK_DONE();
}
