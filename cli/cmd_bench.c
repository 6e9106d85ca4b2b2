/*
 * gmix bench: the time of an EM iteration on made-up data, against the machine's own
 * matrix product measured in the same process.
 *
 * The time of an iteration is the difference between runs of few and of many plain EM
 * steps from the same start, so reading, surveying and starting cancel. Rounds of short
 * run, long run and matrix product alternate; medians are reported.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "command.h"
#include "complain.h"
#include "gemm_rate.h"
#include "outfile.h"
#include "session.h"

enum { ROUNDS = 7 };

struct bench {
    size_t n, d, k;
    gmix_fit_options opts;
    gmix_model *start;
    double *x;
    float *x32; /* the same rows if the arithmetic is single */
    gmix_table table;
};

struct bench_result {
    double seconds[ROUNDS], gemm[ROUNDS]; /* of an iteration; operations per second */
    double log_likelihood;
    size_t steps;    /* EM steps of the long run */
    char kernel[32]; /* of the matrix product; "" if it was not measured */
};

/* A uniform number in (-1, 1) that depends on i alone. */
static double wobble(size_t i) {
    return 2.0 * fmod((double)(i + 1) * 0.6180339887498949, 1.0) - 1.0;
}

/* K unit Gaussians around the origin, apart by little more than their width: overlapping.
 */
static void place(size_t k, size_t d, double *means, double *cov) {
    for (size_t c = 0; c < k; c++) {
        for (size_t j = 0; j < d; j++) {
            means[c * d + j] = 3.0 / sqrt(sqrt((double)d)) * wobble(c * d + j);
            cov[(c * d + j) * d + j] = 1.0 + 0.5 * wobble(c + 7 * j);
        }
    }
}

static int make_model(struct cli_session *session, struct bench *b) {
    const size_t k = b->k, d = b->d, len = gmix_family_layout("full", k, d);
    double *const means = calloc(k * d, sizeof *means);
    double *const cov = means ? calloc(len, sizeof *cov) : NULL;
    int failed = CLI_OK;
    if (means && cov) {
        place(k, d, means, cov);
        const gmix_status status =
            gmix_model_new(session->ctx, "full", k, d, NULL, means, cov, NULL, &b->start);
        failed =
            status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
    } else {
        failed = cli_complain("out of memory: components %zu x features %zu", k, d);
    }
    free(means);
    free(cov);
    return failed;
}

static int make_rows(struct cli_session *session, struct bench *b) {
    const size_t cells = b->n * b->d;
    b->x = calloc(cells, sizeof *b->x);
    if (!b->x) {
        return cli_complain("out of memory: rows %zu x features %zu", b->n, b->d);
    }
    const gmix_status status =
        gmix_sample(session->ctx, b->start, b->n, b->opts.seed, b->x, NULL);
    if (status != GMIX_OK) {
        return cli_library_error(session->ctx, status, NULL);
    }
    b->table = gmix_table_f64(b->x, b->n, b->d);
    if (strcmp(b->opts.precision, "single") == 0) {
        b->x32 = calloc(cells, sizeof *b->x32);
        if (!b->x32) {
            return cli_complain("out of memory: rows %zu x features %zu", b->n, b->d);
        }
        for (size_t i = 0; i < cells; i++) {
            b->x32[i] = (float)b->x[i];
        }
        free(b->x);
        b->x = NULL;
        b->table = gmix_table_f32(b->x32, b->n, b->d);
    }
    return CLI_OK;
}

/* Seconds of a fit that takes exactly `steps` plain EM steps. */
static int time_fit(struct cli_session *session, struct bench *b, size_t steps,
                    double *seconds, double *log_likelihood) {
    gmix_model *model = NULL;
    gmix_report report = {0};
    b->opts.max_iter = steps;
    const double began = cli_seconds();
    const gmix_status status =
        gmix_fit(session->ctx, &b->table, &b->opts, &model, &report);
    *seconds = cli_seconds() - began;
    *log_likelihood = report.log_likelihood;
    gmix_model_free(&model);
    gmix_report_free(&report);
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}

/* Steps for a long run of a quarter to half of a second: twice as many until one takes that, which
 * other work on the machine can only make fewer. */
static int choose_steps(struct cli_session *session, struct bench *b, size_t *steps) {
    enum { LEAST = 4, MOST = 1 << 14 };
    double seconds = 0.0, ignored;
    int failed = CLI_OK;
    for (*steps = LEAST; !failed; *steps *= 2) {
        failed = time_fit(session, b, *steps, &seconds, &ignored);
        if (seconds >= 0.25 || *steps >= MOST) {
            break;
        }
    }
    return failed;
}

static int measure(struct cli_session *session, struct bench *b,
                   struct bench_result *out) {
    struct cli_gemm gemm;
    const bool single = strcmp(b->opts.precision, "single") == 0;
    const bool yardstick = cli_gemm_open(&gemm, single, gmix_ctx_n_threads(session->ctx));
    int failed = choose_steps(session, b, &out->steps);
    if (yardstick) {
        memcpy(out->kernel, gemm.kernel, sizeof out->kernel);
        cli_gemm_rate(&gemm); /* warms up */
    }
    for (size_t round = 0; !failed && round < ROUNDS; round++) {
        double few = 0.0, many = 0.0;
        failed = time_fit(session, b, 1, &few, &out->log_likelihood);
        failed = failed ? failed
                        : time_fit(session, b, out->steps, &many, &out->log_likelihood);
        out->seconds[round] = (many - few) / (double)(out->steps - 1);
        out->gemm[round] = yardstick ? cli_gemm_rate(&gemm) : NAN;
    }
    cli_gemm_close(&gemm);
    return failed;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Multiply-adds count as two operations; diagonal families need fewer. */
static double operations(const struct bench *b) {
    const double n = (double)b->n, k = (double)b->k, d = (double)b->d;
    const bool diagonal = gmix_family_is_diagonal(b->opts.covariance);
    return 2.0 * (diagonal ? 4.0 * n * k * d : 2.0 * n * k * d * (d + 3.0) / 2.0);
}

struct bench_numbers {
    double iteration, fastest, slowest, gflops, gemm, fraction, rows, peak_mib;
};

static struct bench_numbers summarise(const struct bench *b, struct bench_result *r) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    qsort(r->seconds, ROUNDS, sizeof *r->seconds, by_size);
    qsort(r->gemm, ROUNDS, sizeof *r->gemm, by_size);
    const double middle = r->seconds[ROUNDS / 2], gemm = r->gemm[ROUNDS - 1];
    return (struct bench_numbers){.iteration = middle,
                                  .fastest = r->seconds[0],
                                  .slowest = r->seconds[ROUNDS - 1],
                                  .gflops = operations(b) / middle * 1e-9,
                                  .gemm = gemm * 1e-9,
                                  .fraction = operations(b) / middle / gemm,
                                  .rows = (double)b->n / middle,
                                  .peak_mib = (double)usage.ru_maxrss / 1024.0};
}

static void put_json_number(struct cli_out *out, const char *name, double value) {
    if (isfinite(value)) {
        cli_out_printf(out, ", \"%s\": %.6g", name, value);
    } else {
        cli_out_printf(out, ", \"%s\": null", name);
    }
}

static void put_json(struct cli_out *out, const struct bench *b,
                     const struct bench_result *r, const struct bench_numbers *s,
                     const gmix_build_info *build, int threads) {
    cli_out_printf(out,
                   "{\"n_samples\": %zu, \"n_features\": %zu, \"n_components\": %zu, "
                   "\"covariance\": \"%s\", \"precision\": \"%s\", \"threads\": %d, "
                   "\"cpu_level\": \"%s\"",
                   b->n, b->d, b->k, b->opts.covariance, b->opts.precision, threads,
                   build->cpu_level);
    put_json_number(out, "seconds_per_iteration", s->iteration);
    put_json_number(out, "seconds_fastest", s->fastest);
    put_json_number(out, "seconds_slowest", s->slowest);
    put_json_number(out, "gflops", s->gflops);
    put_json_number(out, "gemm_gflops", s->gemm);
    put_json_number(out, "fraction_of_gemm", s->fraction);
    put_json_number(out, "rows_per_second", s->rows);
    put_json_number(out, "peak_mib", s->peak_mib);
    cli_out_printf(out, ", \"gemm_kernel\": %s%s%s, \"log_likelihood\": %.17g}\n",
                   *r->kernel ? "\"" : "", *r->kernel ? r->kernel : "null",
                   *r->kernel ? "\"" : "", r->log_likelihood);
}

static void put_text(struct cli_out *out, const struct bench *b,
                     const struct bench_result *r, const struct bench_numbers *s,
                     const gmix_build_info *build, int threads) {
    const char gemm = strcmp(b->opts.precision, "single") == 0 ? 's' : 'd';
    cli_out_printf(out, "%s, N=%zu D=%zu K=%zu, %s precision, %d thread%s, %s kernels\n",
                   b->opts.covariance, b->n, b->d, b->k, b->opts.precision, threads,
                   threads == 1 ? "" : "s", build->cpu_level);
    cli_out_printf(out, "EM iteration    %.4g ms (%.4g to %.4g in %d rounds)\n",
                   s->iteration * 1e3, s->fastest * 1e3, s->slowest * 1e3, (int)ROUNDS);
    cli_out_printf(out, "speed           %.4g GFLOP/s, %.4g rows/s\n", s->gflops,
                   s->rows);
    if (*r->kernel) {
        cli_out_printf(out,
                       "%cgemm here      %.4g GFLOP/s (OpenBLAS %s); fraction %.2f\n",
                       gemm, s->gemm, r->kernel, s->fraction);
    } else {
        cli_out_printf(out, "%cgemm here      not measured: %s\n", gemm, cli_gemm_absent);
    }
    cli_out_printf(out, "peak memory     %.1f MiB\n", s->peak_mib);
}

static int put(struct cli_session *session, const struct cli_args *args,
               const struct bench *b, struct bench_result *r) {
    static struct cli_out out;
    gmix_build_info build;
    gmix_build_info_get(&build);
    const struct bench_numbers s = summarise(b, r);
    if (cli_out_open(&out, args->values[OPT_OUTPUT])) {
        return CLI_BAD_DATA;
    }
    const int threads = gmix_ctx_n_threads(session->ctx);
    if (args->values[OPT_JSON]) {
        put_json(&out, b, r, &s, &build, threads);
    } else {
        put_text(&out, b, r, &s, &build, threads);
    }
    return cli_out_close(&out);
}

/* Sizes and options; the defaults are a middling problem. */
static int read_options(struct cli_session *session, const struct cli_args *args,
                        struct bench *b) {
    static const enum cli_id mirrored[] = {OPT_COVARIANCE, OPT_PRECISION, OPT_SEED};
    *b = (struct bench){.n = 200000, .d = 16, .k = 32};
    if ((args->values[OPT_ROWS] && cli_parse_count(args, OPT_ROWS, 2, SIZE_MAX, &b->n)) ||
        (args->values[OPT_FEATURES] &&
         cli_parse_count(args, OPT_FEATURES, 1, 100000, &b->d)) ||
        (args->values[OPT_COMPONENTS] &&
         cli_parse_count(args, OPT_COMPONENTS, 1, 1000000, &b->k))) {
        return CLI_BAD_USAGE;
    }
    if (b->k > b->n) {
        return cli_usage_error("bench", "more components than rows: -k %zu, -n %zu", b->k,
                               b->n);
    }
    if (b->n > SIZE_MAX / sizeof(double) / b->d) {
        return cli_usage_error("bench", "-n %zu -d %zu is more than memory can hold",
                               b->n, b->d);
    }
    gmix_fit_options_init(&b->opts);
    for (size_t i = 0; i < sizeof mirrored / sizeof *mirrored; i++) {
        if (cli_option_set(args, mirrored[i], session->ctx, &b->opts)) {
            return CLI_BAD_USAGE;
        }
    }
    b->opts.n_components = b->k;
    b->opts.init = "model";
    b->opts.tol = 0;
    b->opts.accelerate = 0;
    return CLI_OK;
}

static int run(const struct cli_args *args) {
    struct cli_session session;
    struct bench b = {0};
    struct bench_result result = {0};
    int failed = cli_session_open(&session, args);
    failed = failed ? failed : read_options(&session, args, &b);
    failed = failed ? failed : make_model(&session, &b);
    failed = failed ? failed : make_rows(&session, &b);
    b.opts.init_model = b.start;
    failed = failed ? failed : measure(&session, &b, &result);
    failed = failed ? failed : put(&session, args, &b, &result);
    gmix_model_free(&b.start);
    free(b.x);
    free(b.x32);
    cli_session_close(&session);
    return failed;
}

static const char *const text[] = {
    "Times plain EM steps on rows drawn from K overlapping Gaussians, and a large "
    "matrix product (OpenBLAS, if the machine has it: the Debian package "
    "libopenblas0) on the same threads in the same process. A full or tied "
    "iteration counts 2 N K D (D + 3) / 2 multiply-adds, a diagonal one 4 N K D; a "
    "multiply-add is two operations.",
    "GMIX_CPU=ref|avx2|avx512 in the environment chooses the kernels, "
    "OPENBLAS_CORETYPE=Haswell|SkylakeX those of the matrix product.",
    NULL,
};

static const struct cli_use uses[] = {
    {OPT_ROWS, "rows N (default 200000); 1e6 is understood"},
    {OPT_FEATURES, NULL},
    {OPT_COMPONENTS, "components K (default 32)"},
    {OPT_COVARIANCE, NULL},
    {OPT_PRECISION, NULL},
    {OPT_SEED, NULL},
    {OPT_JSON, "print one JSON object"},
    {OPT_OUTPUT, NULL},
    {OPT_THREADS, NULL},
    {OPT_NONE, NULL},
};

static const struct cli_example examples[] = {
    {"gmix bench", "the default problem"},
    {"gmix bench -n 1e6 -d 2 -k 8 --threads 2", "many rows, few features"},
    {NULL, NULL},
};

const struct cli_command cmd_bench = {
    .name = "bench",
    .synopsis = "[-n N] [-d D] [-k K] [-c FAMILY] [OPTION]...",
    .operands = "",
    .summary = "time an EM iteration on this machine",
    .text = text,
    .uses = uses,
    .examples = examples,
    .run = run,
};
