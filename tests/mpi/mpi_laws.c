/*
 * Laws of fits over the ranks of MPI, to be run as mpirun -n N mpi_laws: the model is, to the last bit,
 * that of the engine with one part, however rows are spread; what is wrong on one rank is said
 * on all.
 */
#include <gmix-mpi.h>

#include "check.h"
#include "fixture.h"

enum { N = 9001, D = 3, K = 3, SAMPLE = 800, KINDS = 6 };

static int rank, n_ranks;

typedef struct problem {
    fixture data;
    double *weights, *errors, *lower, *upper;
    int32_t *classes;
    gmix_table x;
    gmix_fit_options opts;
    gmix_engine_options more;
} problem;

/* Kinds of rows: 0: plain; 1: weights; 2: missing cells; 3: labels of some; 4: errors; 5: bounds of
 * cells, for families of uncorrelated features. */
static problem make(const char *family, int kind) {
    problem p = {.data = fixture_clusters(N, D, K, 4.0, 31)};
    uint64_t seed = 32;
    p.weights = fixture_alloc(N, sizeof *p.weights);
    p.classes = fixture_alloc(N, sizeof *p.classes);
    for (size_t i = 0; i < N; i++) {
        p.weights[i] = 0.25 + (double)(i % 3);
        p.classes[i] = i % 5 == 0 ? (int32_t)(p.data.x[i * D] > 0.0) : -1;
    }
    for (size_t i = 0; kind == 2 && i < (size_t)N * D; i++) {
        p.data.x[i] = fixture_uniform(&seed) < 0.02 ? (double)NAN : p.data.x[i];
    }
    p.errors = fixture_alloc((size_t)3 * N * D, sizeof *p.errors);
    p.lower = p.errors + (size_t)N * D;
    p.upper = p.lower + (size_t)N * D;
    for (size_t i = 0; i < (size_t)N * D; i++) {
        p.errors[i] = 0.3 * (double)(i % 4);
        p.lower[i] = i % 7 == 0 ? -INFINITY : floor(p.data.x[i]);
        p.upper[i] = i % 7 == 0 ? p.data.x[i] + 1.0 : floor(p.data.x[i]) + 1.0;
    }
    p.x = gmix_table_f64(p.data.x, N, D);
    p.x.errors = kind == 4 ? p.errors : NULL;
    p.x.errors_len = kind == 4 ? D : 0;
    p.x.lower = kind == 5 ? p.lower : NULL;
    p.x.upper = kind == 5 ? p.upper : NULL;
    p.x.weights = kind == 1 ? p.weights : NULL;
    p.x.labels = kind == 3 ? p.classes : NULL;
    p.x.n_classes = kind == 3 ? 2 : 0;
    gmix_fit_options_init(&p.opts);
    p.opts.n_components = K;
    p.opts.covariance = family;
    p.opts.restarts = 1;
    p.opts.max_iter = 25;
    p.opts.missing = "em";
    gmix_engine_options_init(&p.more);
    p.more.sample_rows = SAMPLE;
    p.more.n_classes = p.x.n_classes;
    return p;
}

static void problem_free(problem *p) {
    free(p->weights);
    free(p->errors);
    free(p->classes);
    free(p->data.x);
}

static gmix_table rows_of(const gmix_table *x, size_t first, size_t end) {
    gmix_table rows = *x;
    rows.data = (const double *)x->data + first * D;
    rows.n_rows = end - first;
    rows.weights = x->weights ? x->weights + first : NULL;
    rows.labels = x->labels ? x->labels + first : NULL;
    rows.errors = x->errors ? x->errors + first * D : NULL;
    rows.lower = x->lower ? x->lower + first * D : NULL;
    rows.upper = x->upper ? x->upper + first * D : NULL;
    return rows;
}

/* Where a rank's rows begin: not at blocks; `way` 1: most are on one rank; 2: one rank has none and
 * others few. */
static size_t first_of(int r, int way) {
    static const size_t few[] = {0, 7, 7, 300, 301};
    if (r >= n_ranks || r == 0) {
        return r == 0 ? 0 : N;
    }
    return way == 0   ? (size_t)N * (size_t)r / (size_t)n_ranks
           : way == 1 ? (size_t)(N - 400 + 100 * r)
                      : few[r < 5 ? r : 4];
}

/* The engine with one part. */
static char *alone(gmix_ctx *ctx, const problem *p) {
    gmix_engine *e = NULL;
    gmix_model *model = NULL;
    char *json = NULL;
    CHECK_STATUS(ctx, gmix_engine_begin(ctx, D, &p->opts, &p->more, &e), GMIX_OK);
    while (gmix_engine_next(e) != GMIX_JOB_DONE) {
        gmix_partial *part = NULL;
        const void *bytes;
        size_t size;
        CHECK_STATUS(ctx, gmix_engine_job(ctx, e, &bytes, &size), GMIX_OK);
        CHECK_STATUS(ctx, gmix_partial_of(ctx, bytes, size, &p->x, 0, N, &part), GMIX_OK);
        CHECK_STATUS(ctx, gmix_partial_bytes(ctx, part, &bytes, &size), GMIX_OK);
        CHECK_STATUS(ctx, gmix_engine_take(ctx, e, bytes, size, 0), GMIX_OK);
        gmix_partial_free(&part);
        if (!CHECK_STATUS(ctx, gmix_engine_step(ctx, e), GMIX_OK)) {
            break;
        }
    }
    CHECK_STATUS(ctx, gmix_engine_finish(ctx, e, &model, NULL), GMIX_OK);
    CHECK_STATUS(ctx, gmix_model_to_json(ctx, model, NULL, &json), GMIX_OK);
    gmix_model_free(&model);
    gmix_engine_free(&e);
    return json;
}

static void spread_is_whole(gmix_ctx *ctx, const char *family, int kind) {
    problem p = make(family, kind);
    char *const one = alone(ctx, &p);
    for (int way = 0; way < 3; way++) {
        gmix_model *model = NULL;
        gmix_report report = {0};
        char *json = NULL;
        const size_t first = first_of(rank, way), end = first_of(rank + 1, way),
                     mid = first + (end - first) / 3;
        const gmix_table two[] = {rows_of(&p.x, first, mid), rows_of(&p.x, mid, end)};
        CHECK_WHERE("%s, kind %d, way %d, rank %d of %d", family, kind, way, rank,
                    n_ranks);
        CHECK_STATUS(ctx,
                     gmix_mpi_fit(ctx, MPI_COMM_WORLD, two, 2, rank == 0 ? &p.opts : NULL,
                                  &p.more, &model, &report),
                     GMIX_OK);
        if (CHECK(model != NULL)) {
            CHECK_STATUS(ctx, gmix_model_to_json(ctx, model, NULL, &json), GMIX_OK);
            CHECK(json && one && strcmp(json, one) == 0);
            CHECK_EQ_INT(report.n_samples, N);
        }
        gmix_text_free(&json);
        gmix_report_free(&report);
        gmix_model_free(&model);
    }
    char *text = one;
    gmix_text_free(&text);
    problem_free(&p);
}

/* What is wrong on one rank is said on all. */
static void faults_are_shared(gmix_ctx *ctx) {
    problem p = make("full", 0);
    gmix_model *model = NULL;
    const size_t first = first_of(rank, 0), end = first_of(rank + 1, 0);
    gmix_table rows = rows_of(&p.x, first, end);
    CHECK_WHERE("faults, rank %d", rank);
    p.data.x[D * (N - 5) + 1] = (double)INFINITY; /* on the last rank */
    CHECK_STATUS(ctx,
                 gmix_mpi_fit(ctx, MPI_COMM_WORLD, &rows, 1, &p.opts, NULL, &model, NULL),
                 GMIX_ERR_NONFINITE);
    CHECK(strstr(gmix_ctx_message(ctx), "row 8997") != NULL);
    rows.n_cols = rank == n_ranks - 1 && n_ranks > 1 ? D - 1 : D;
    CHECK_STATUS(ctx,
                 gmix_mpi_fit(ctx, MPI_COMM_WORLD, &rows, 1, &p.opts, NULL, &model, NULL),
                 n_ranks > 1 ? GMIX_ERR_SHAPE : GMIX_ERR_NONFINITE);
    CHECK(n_ranks == 1 || strstr(gmix_ctx_message(ctx), "another number of columns"));
    rows.n_cols = D;
    rows.errors = n_ranks > 1 && rank == n_ranks - 1 ? rows.data : NULL;
    rows.errors_len = D;
    CHECK_STATUS(ctx,
                 gmix_mpi_fit(ctx, MPI_COMM_WORLD, &rows, 1, &p.opts, NULL, &model, NULL),
                 n_ranks > 1 ? GMIX_ERR_ARGUMENT : GMIX_ERR_NONFINITE);
    CHECK(n_ranks == 1 || strstr(gmix_ctx_message(ctx), "those of rank 0 have") != NULL);
    rows.errors = NULL;
    p.opts.init = "labels";
    CHECK_STATUS(ctx,
                 gmix_mpi_fit(ctx, MPI_COMM_WORLD, NULL, 0, &p.opts, NULL, &model, NULL),
                 GMIX_ERR_ARGUMENT);
    CHECK_STATUS(ctx,
                 gmix_mpi_fit(ctx, MPI_COMM_WORLD, &rows, 1, &p.opts, NULL, &model, NULL),
                 GMIX_ERR_OPTION);
    CHECK(model == NULL);
    problem_free(&p);
}

int main(int argc, char **argv) {
    static const char *const families[] = {"full", "diag", "tied", "VEV"};
    gmix_ctx_options opts;
    gmix_ctx *ctx = NULL;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    gmix_ctx_options_init(&opts);
    opts.n_threads = 1 + rank % 2;
    CHECK_STATUS(NULL, gmix_ctx_new(&opts, &ctx), GMIX_OK);
    for (size_t f = 0; f < 4; f++) {
        for (int kind = 0; kind < KINDS; kind++) {
            if (kind < 5 || strcmp(families[f], "diag") == 0) {
                spread_is_whole(ctx, families[f], kind);
            }
        }
    }
    faults_are_shared(ctx);
    gmix_ctx_free(&ctx);
    MPI_Finalize();
    return CHECK_DONE();
}
