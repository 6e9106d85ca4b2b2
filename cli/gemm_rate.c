/* Timing dgemm and sgemm of a run-time loaded OpenBLAS. See gemm_rate.h. */
#include "gemm_rate.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 2048, ROW_MAJOR = 101, NO_TRANSPOSE = 111 };

typedef void dgemm_fn(int, int, int, int, int, int, double, const double *, int,
                      const double *, int, double, double *, int);
typedef void sgemm_fn(int, int, int, int, int, int, float, const float *, int,
                      const float *, int, float, float *, int);
typedef char *corename_fn(void);
typedef void set_threads_fn(int);

const char cli_gemm_absent[] =
    "there is no OpenBLAS (libopenblas.so.0); the Debian package libopenblas0 brings it";

/* A function of the library, through memcpy: ISO C has no such cast. */
static void find(void *library, const char *name, void *function) {
    void *const address = library ? dlsym(library, name) : NULL;
    memcpy(function, &address, sizeof address);
}

static void fill(float *x, bool single) {
    for (size_t i = 0; i < (size_t)SIZE * SIZE; i++) {
        const float value = (float)((i * 37) % 101) * 0.01F - 0.5F;
        if (single) {
            x[i] = value;
        } else {
            ((double *)x)[i] = value;
        }
    }
}

bool cli_gemm_open(struct cli_gemm *gemm, bool single, int n_threads) {
    *gemm = (struct cli_gemm){.single = single, .n_threads = n_threads};
    gemm->library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    corename_fn *corename;
    set_threads_fn *set_threads;
    find(gemm->library, "openblas_get_corename", &corename);
    find(gemm->library, "openblas_set_num_threads", &set_threads);
    if (!corename || !set_threads) {
        cli_gemm_close(gemm);
        return false;
    }
    const size_t bytes = (size_t)SIZE * SIZE * (single ? sizeof(float) : sizeof(double));
    gemm->a = aligned_alloc(64, bytes);
    gemm->b = aligned_alloc(64, bytes);
    gemm->c = aligned_alloc(64, bytes);
    if (!gemm->a || !gemm->b || !gemm->c) {
        cli_gemm_close(gemm);
        return false;
    }
    fill(gemm->a, single);
    fill(gemm->b, single);
    fill(gemm->c, single);
    set_threads(n_threads); /* global to the process: which is this command's own */
    snprintf(gemm->kernel, sizeof gemm->kernel, "%s", corename());
    return true;
}

void cli_gemm_close(struct cli_gemm *gemm) {
    free(gemm->a);
    free(gemm->b);
    free(gemm->c);
    if (gemm->library) {
        dlclose(gemm->library);
    }
    *gemm = (struct cli_gemm){0};
}

/* One product of n x n matrices. */
static void multiply(const struct cli_gemm *g, int n) {
    if (g->single) {
        sgemm_fn *sgemm;
        find(g->library, "cblas_sgemm", &sgemm);
        sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, n, n, n, 1.0F, g->a, n, g->b, n,
              0.0F, g->c, n);
    } else {
        dgemm_fn *dgemm;
        find(g->library, "cblas_dgemm", &dgemm);
        dgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, n, n, n, 1.0, (const double *)g->a,
              n, (const double *)g->b, n, 0.0, (double *)g->c, n);
    }
}

double cli_gemm_rate(const struct cli_gemm *gemm) {
    const double n = SIZE, began = cli_seconds();
    multiply(gemm, SIZE / 4); /* wakes the threads, outside the time that counts */
    const double awake = cli_seconds();
    const bool slow = awake - began > 0.05; /* then a smaller product tells as much */
    multiply(gemm, slow ? SIZE / 2 : SIZE);
    return 2.0 * n * n * n / (slow ? 8.0 : 1.0) / (cli_seconds() - awake);
}
