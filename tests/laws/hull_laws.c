/*
 * Noise over the convex hull of the data: volumes that are known in closed form, what the hull
 * rests on, and what has none.
 */
#include "law.h"

enum { MANY = 20000 };

static gmix_ctx *ctx;

typedef struct rows {
    gmix_table x;
    double *cells;
} rows;

static rows rows_of(size_t n, size_t d) {
    double *const cells = fixture_alloc(n * d, sizeof *cells);
    return (rows){.x = gmix_table_f64(cells, n, d), .cells = cells};
}

static gmix_fit_options hull_options(void) {
    gmix_fit_options opts;
    gmix_fit_options_init(&opts);
    opts.max_iter = 1;
    opts.tol = 0;
    opts.noise = 0.05;
    opts.noise_region = "hull";
    opts.hull = gmix_hull_points;
    return opts;
}

/* The volume noise is uniform over, or NaN if there is no fit. */
static double volume_of(const gmix_table *x, const gmix_fit_options *opts) {
    gmix_model *model = NULL;
    double volume = NAN;
    if (gmix_fit(NULL, x, opts, &model, NULL) == GMIX_OK) {
        const double *const low = gmix_model_noise_lower(model);
        const double *const high = gmix_model_noise_upper(model);
        volume = 1.0;
        for (size_t j = 0; j < x->n_cols; j++) {
            volume *= high[j] - low[j];
        }
    }
    gmix_model_free(&model);
    return volume;
}

static double hull_of(const gmix_table *x) {
    const gmix_fit_options opts = hull_options();
    return volume_of(x, &opts);
}

/* All corners of the unit cube, then points inside. */
static rows cube(size_t d, size_t n) {
    rows r = rows_of(n, d);
    uint64_t state = 7;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d; j++) {
            const double inside = 0.01 + 0.98 * fixture_uniform(&state);
            r.cells[i * d + j] = i < (size_t)1 << d ? (double)(i >> j & 1) : inside;
        }
    }
    return r;
}

static void cubes(void) {
    for (size_t d = 1; d <= 6; d++) {
        rows r = cube(d, 500);
        CHECK_WHERE("cubes, %zu features", d);
        CHECK_REL(hull_of(&r.x), 1.0, 1e-10);
        free(r.cells);
    }
}

/* The corners 0, e_1, ..., e_D and points between them: 1 / D!. */
static void simplices(void) {
    double factorial = 1.0;
    for (size_t d = 2; d <= 6; d++) {
        rows r = rows_of(300, d);
        uint64_t state = 11;
        factorial *= (double)d;
        for (size_t i = 0; i < r.x.n_rows; i++) {
            double sum = -log(fixture_uniform(&state) + 1e-12);
            for (size_t j = 0; j < d; j++) {
                double *const cell = &r.cells[i * d + j];
                *cell = i <= d ? (double)(i == j) : -log(fixture_uniform(&state) + 1e-12);
                sum += *cell;
            }
            for (size_t j = 0; i > d && j < d; j++) {
                r.cells[i * d + j] /= sum;
            }
        }
        CHECK_WHERE("simplices, %zu features", d);
        CHECK_REL(hull_of(&r.x), 1.0 / factorial, 1e-10);
        free(r.cells);
    }
}

/* x -> A x + b scales volumes by |det A|; more rows than are looked at in one go, any order. */
static void affine_maps(void) {
    static const double a[9] = {2e3, 1e3, -500, 0.3, -1, 0.2, 1e-5, 2e-5, 4e-5};
    const double det = a[0] * (a[4] * a[8] - a[5] * a[7]) -
                       a[1] * (a[3] * a[8] - a[5] * a[6]) +
                       a[2] * (a[3] * a[7] - a[4] * a[6]);
    rows x = rows_of(MANY, 3), y = rows_of(MANY, 3);
    uint64_t state = 13;
    for (size_t i = 0; i < MANY; i++) {
        double *const from = x.cells + 3 * i, *const to = y.cells + 3 * (MANY - 1 - i);
        for (size_t j = 0; j < 3; j++) {
            from[j] = fixture_normal(&state);
        }
        for (size_t j = 0; j < 3; j++) {
            const double *const row = a + 3 * j;
            to[j] =
                1e4 * (double)j + row[0] * from[0] + row[1] * from[1] + row[2] * from[2];
        }
    }
    CHECK_WHERE("affine_maps");
    CHECK_REL(hull_of(&y.x), fabs(det) * hull_of(&x.x), 1e-7);
    free(x.cells);
    free(y.cells);
}

/* A stream has the hull of its rows, to the bit. */
static void streams(void) {
    rows r = rows_of(MANY, 2);
    uint64_t state = 19;
    for (size_t i = 0; i < (size_t)2 * MANY; i++) {
        r.cells[i] = fixture_normal(&state);
    }
    law_stream s = {.table = r.x};
    const gmix_source source = law_source(&s);
    const gmix_fit_options opts = hull_options();
    gmix_model *of_table = NULL, *of_stream = NULL;
    CHECK_WHERE("streams");
    if (CHECK_STATUS(ctx, gmix_fit(ctx, &r.x, &opts, &of_table, NULL), GMIX_OK) &&
        CHECK_STATUS(ctx, gmix_fit_source(ctx, &source, &opts, &of_stream, NULL),
                     GMIX_OK)) {
        CHECK(gmix_model_noise_lower(of_table)[1] ==
              gmix_model_noise_lower(of_stream)[1]);
        CHECK(gmix_model_noise_upper(of_table)[0] ==
              gmix_model_noise_upper(of_stream)[0]);
    }
    gmix_model_free(&of_table);
    gmix_model_free(&of_stream);
    free(r.cells);
}

/* Every row is a corner: 4/3 pi from below, and room for all of them. */
static void balls(void) {
    rows r = rows_of(MANY, 3);
    uint64_t state = 17;
    for (size_t i = 0; i < MANY; i++) {
        double *const row = r.cells + 3 * i, norm = 0.0;
        for (size_t j = 0; j < 3; j++) {
            row[j] = fixture_normal(&state);
            norm += row[j] * row[j];
        }
        for (size_t j = 0; j < 3; j++) {
            row[j] /= sqrt(norm);
        }
    }
    const double volume = hull_of(&r.x), ball = 4.0 / 3.0 * acos(-1.0);
    CHECK_WHERE("balls");
    CHECK(volume < ball && volume > ball * (1.0 - 3e-3));
    free(r.cells);
}

/* Rows without weight, and those with missing cells, are no part of it. */
static void rows_that_count(void) {
    rows r = cube(3, 500);
    double *const weights = fixture_alloc(500, sizeof *weights);
    gmix_fit_options opts = hull_options();
    for (size_t i = 0; i < 500; i++) {
        weights[i] = i == 400 ? 0.0 : 1.0 + (double)(i % 3);
    }
    CHECK_WHERE("rows_that_count");
    r.x.weights = weights;
    r.cells[3 * 400] = 9.0;
    CHECK_REL(hull_of(&r.x), 1.0, 1e-10);
    weights[400] = 0.5; /* a pyramid on the cube: its top is beyond one side */
    r.cells[3 * 400 + 1] = r.cells[3 * 400 + 2] = 0.5;
    CHECK_REL(hull_of(&r.x), 1.0 + 8.0 / 3.0, 1e-10);
    r.cells[3 * 400 + 1] = NAN;
    CHECK_REL(hull_of(&r.x), 1.0, 1e-10);
    opts.missing = "drop";
    CHECK_REL(volume_of(&r.x, &opts), 1.0, 1e-10);
    opts.missing = "em";
    opts.trim = 0.1; /* the hull is that of all rows, as the box is */
    CHECK_REL(volume_of(&r.x, &opts), 1.0, 1e-10);
    free(weights);
    free(r.cells);
}

static void message_says(const char *part) {
    CHECK(strstr(gmix_ctx_message(ctx), part) != NULL);
}

/* What has no hull, or contradicts it. */
static void refusals(void) {
    rows r = cube(2, 100), wide = cube(6, 100), wider = cube(7, 300);
    gmix_fit_options opts = hull_options();
    gmix_model *model = NULL;
    for (size_t i = 0; i < 100; i++) {
        r.cells[2 * i] = (double)i / 7.0;
        r.cells[2 * i + 1] = 0.1 + 3.0 * r.cells[2 * i];
    }
    CHECK_WHERE("refusals");
    CHECK_STATUS(ctx, gmix_fit(ctx, &r.x, &opts, &model, NULL), GMIX_ERR_DATA);
    message_says("plane");
    wide.x.data = wide.cells + (size_t)90 * 6;
    wide.x.n_rows = 6; /* fewer than a simplex has corners */
    CHECK_STATUS(ctx, gmix_fit(ctx, &wide.x, &opts, &model, NULL), GMIX_ERR_DATA);
    message_says("plane");
    CHECK_STATUS(ctx, gmix_fit(ctx, &wider.x, &opts, &model, NULL), GMIX_ERR_OPTION);
    message_says("at most 6");
    wide.x.n_rows = 10;
    opts.noise_volume = 2.0;
    CHECK_STATUS(ctx, gmix_fit(ctx, &wide.x, &opts, &model, NULL), GMIX_ERR_OPTION);
    opts.noise = opts.noise_volume = 0.0;
    CHECK_STATUS(ctx, gmix_fit(ctx, &wide.x, &opts, &model, NULL), GMIX_ERR_OPTION);
    message_says("no noise");
    opts.noise_region = "cube";
    CHECK_STATUS(ctx, gmix_fit(ctx, &wide.x, &opts, &model, NULL), GMIX_ERR_OPTION);
    CHECK(model == NULL);
    free(r.cells);
    free(wide.cells);
    free(wider.cells);
}

/* Of one feature the hull is the box, in any build; others need Qhull. */
static bool has_qhull(void) {
    rows line = cube(1, 50), square = cube(2, 50);
    const gmix_fit_options opts = hull_options();
    gmix_model *model = NULL;
    CHECK_REL(hull_of(&line.x), 1.0, 1e-12);
    const gmix_status status = gmix_fit(ctx, &square.x, &opts, &model, NULL);
    if (status != GMIX_OK) {
        CHECK_EQ_INT(status, GMIX_ERR_OPTION);
        message_says("without Qhull");
    }
    gmix_model_free(&model);
    gmix_fit_options none = opts;
    none.hull = NULL; /* one feature needs no help, two do */
    CHECK_REL(volume_of(&line.x, &none), 1.0, 1e-12);
    CHECK_EQ_INT(gmix_fit(ctx, &square.x, &none, &model, NULL), GMIX_ERR_OPTION);
    message_says("gmix_hull_points()");
    free(line.cells);
    free(square.cells);
    return status == GMIX_OK;
}

int main(void) {
    if (CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK) && has_qhull()) {
        cubes();
        simplices();
        affine_maps();
        balls();
        streams();
        rows_that_count();
        refusals();
    }
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
