/*
 * What each slot costs, level by level, on the shapes of the benchmarks, all
 * responsibilities non-zero: nanoseconds per row and component, and GFLOP/s where 2 K D
 * (D + 3) / 2 (dense) or 4 K D (diagonal) multiply-adds are counted per row, half of them
 * for each of the log-densities and the moments. "half": moments where half of the
 * responsibilities are zero. The least of several interleaved runs.
 */
#include "kernels_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct shape {
    size_t d, k;
    int diag;
} shape;

enum { PACK, LOGDENS, NORMALISE, MOMENTS, HALF, N_SLOTS };
#define N_RUNS 9

/* Everything one iteration over one tile touches. */
typedef struct workload {
    const gmix_i_kernels *kt;
    shape s;
    size_t n, factor_len, stats_len;
    gmix_i_rows rows;
    double *src, *shift, *scale, *logc, *stats;
    void *x, *factors, *offsets, *l, *work;
    size_t *active;
    char *zero; /* K x n: which responsibilities are zero if half of them are */
} workload;

static void *room(size_t count, size_t size) {
    const size_t bytes = (count * size + 63) / 64 * 64;
    void *p = aligned_alloc(64, bytes);
    if (!p)
        abort();
    memset(p, 0, bytes);
    return p;
}

static void *reals(const gmix_i_kernels *kt, size_t m, const double *from) {
    void *to = room(m, kt->real_size);
    kt->convert(m, from, to);
    return to;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double *filled(size_t m, double base, double size) {
    double *p = room(m, sizeof *p);
    for (size_t i = 0; i < m; i++)
        p[i] = base + size * uniform();
    return p;
}

static workload workload_make(const gmix_i_kernels *kt, shape s) {
    const size_t d = s.d, k = s.k, n = gmix_i_kernels_tile_rows(d, k);
    const size_t factor_len = s.diag ? d : d * (d + 1) / 2;
    const size_t stats_len = s.diag ? 1 + 2 * d : 1 + d + d * (d + 1) / 2;
    double *factors = filled(k * factor_len, s.diag ? 1 : 0, 0.1);
    double *offsets = filled(k * d, 0, 0.1);
    for (size_t c = 0; !s.diag && c < k; c++)
        for (size_t i = 0; i < d; i++)
            factors[c * factor_len + i * (i + 1) / 2 + i] += 1;
    workload w = {.kt = kt,
                  .s = s,
                  .n = n,
                  .factor_len = factor_len,
                  .stats_len = stats_len,
                  .src = filled(n * d, 0, 1),
                  .shift = filled(d, 0, 0),
                  .scale = filled(d, 1, 0),
                  .logc = filled(k, -1, 0),
                  .stats = filled(k * stats_len, 0, 0),
                  .x = room(n * d, kt->real_size),
                  .factors = reals(kt, k * factor_len, factors),
                  .offsets = reals(kt, k * d, offsets),
                  .l = room(n * k, kt->real_size),
                  .work = room(kt->work_size(n, d, k), 1),
                  .active = room(k, sizeof(size_t)),
                  .zero = room(n * k, 1)};
    for (size_t i = 0; i < n * k; i++)
        w.zero[i] = uniform() < 0;
    w.rows = (gmix_i_rows){w.src, n, (ptrdiff_t)d, 1, 0, NULL};
    free(factors), free(offsets);
    return w;
}

static void workload_free(workload *w) {
    free(w->src), free(w->shift), free(w->scale), free(w->logc), free(w->stats),
        free(w->x);
    free(w->factors), free(w->offsets), free(w->l), free(w->work), free(w->active),
        free(w->zero);
}

static const char *part(const void *p, size_t index, const workload *w) {
    return (const char *)p + index * w->kt->real_size;
}

static void run_logdens(const workload *w) {
    const gmix_i_kernels *kt = w->kt;
    if (w->s.diag) {
        kt->logdens_diag(w->n, w->s.d, w->s.k, w->x, w->factors, w->offsets, w->logc,
                         w->l, w->work);
        return;
    }
    for (size_t c = 0; c < w->s.k; c++)
        kt->logdens_dense(w->n, w->s.d, w->x, part(w->factors, c * w->factor_len, w),
                          NULL, part(w->offsets, c * w->s.d, w), w->logc[c],
                          (char *)w->l + c * w->n * kt->real_size, w->work);
}

static void run_moments(const workload *w) {
    const gmix_i_kernels *kt = w->kt;
    if (w->s.diag) {
        kt->moments_diag(w->n, w->s.d, w->s.k, w->x, w->l, NULL, w->active, w->stats,
                         w->work);
        return;
    }
    kt->moments_dense(w->n, w->s.d, w->s.k, w->x, w->l, NULL, w->active, w->stats,
                      w->work);
}

/* Half of the responsibilities to zero, here and there. */
static void halve(const workload *w) {
    const size_t real = w->kt->real_size;
    for (size_t c = 0; c < w->s.k; c++) {
        for (size_t i = 0; i < w->n; i++) {
            if (w->zero[c * w->n + i]) {
                memset((char *)w->l + (c * w->n + i) * real, 0, real);
                w->active[c]--;
            }
        }
    }
}

/* Adds the seconds of one iteration over the tile, slot by slot. */
static void run_once(const workload *w, double seconds[N_SLOTS]) {
    gmix_i_norm_sums sums = {0};
    const double t0 = now();
    w->kt->pack(w->n, w->s.d, &w->rows, w->shift, w->scale, w->x);
    const double t1 = now();
    run_logdens(w);
    const double t2 = now();
    w->kt->normalise(w->n, w->s.k, w->l, NULL, NULL, w->active, &sums);
    const double t3 = now();
    run_moments(w);
    const double t4 = now();
    halve(w);
    const double t5 = now();
    run_moments(w);
    seconds[HALF] += now() - t5;
    seconds[PACK] += t1 - t0;
    seconds[LOGDENS] += t2 - t1;
    seconds[NORMALISE] += t3 - t2;
    seconds[MOMENTS] += t4 - t3;
}

static void time_shape(const gmix_i_kernels *kt, shape s) {
    workload w = workload_make(kt, s);
    const double d = (double)s.d, pairs = (double)(w.n * s.k);
    const double flops = s.diag ? 4 * d : d * (d + 3);
    const size_t repeats = 1 + (size_t)(2e7 / (pairs * (flops + 40)));
    double least[N_SLOTS] = {1e9, 1e9, 1e9, 1e9, 1e9}, total = 0;
    for (int run = 0; run < N_RUNS; run++) {
        double seconds[N_SLOTS] = {0};
        for (size_t i = 0; i < repeats; i++)
            run_once(&w, seconds);
        for (int i = 0; i < N_SLOTS; i++) {
            const double ns = seconds[i] * 1e9 / (pairs * (double)repeats);
            least[i] = ns < least[i] ? ns : least[i];
        }
    }
    for (int i = 0; i <= MOMENTS; i++)
        total += least[i];
    printf(
        "%-7s %-6s %s D=%-3zu K=%-3zu n=%-3zu %8.3f %8.3f %8.3f %8.3f %8.3f %8.3f %7.1f "
        "%7.1f %7.1f\n",
        kt->level, kt->precision, s.diag ? "diag" : "full", s.d, s.k, w.n, least[PACK],
        least[LOGDENS], least[NORMALISE], least[MOMENTS], least[HALF], total,
        flops / least[LOGDENS], flops / least[MOMENTS], 2 * flops / total);
    workload_free(&w);
}

void time_kernels(void) {
    static const shape shapes[] = {{2, 8, 0},    {16, 32, 0}, {64, 32, 0}, {39, 256, 1},
                                   {1, 4, 0},    {1, 4, 1},   {8, 16, 0},  {3, 5, 0},
                                   {128, 16, 0}, {2, 16, 1}};
    printf("%-36s %s\n%-36s %8s %8s %8s %8s %8s %8s %7s %7s %7s\n", "",
           "ns per row and component                              GFLOP/s", "", "pack",
           "logdens", "norm", "moments", "half", "all", "logdens", "moments", "all");
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (const char *const *level = gmix_i_kernels_levels(); *level; level++)
            for (int single = 0; single < 2; single++)
                time_shape(gmix_i_kernels_at(*level, single), shapes[i]);
}
