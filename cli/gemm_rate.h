/*
 * The yardstick of `gmix bench`: how fast this machine multiplies large matrices, in this
 * very process. OpenBLAS is loaded when asked for and never linked: nothing else in gmix
 * uses it. gemm_none.c stands in for gemm_rate.c in builds without it (-Dblas=disabled).
 */
#ifndef GMIX_CLI_GEMM_RATE_H
#define GMIX_CLI_GEMM_RATE_H

#include <stdbool.h>
#include <time.h>

struct cli_gemm {
    void *library;
    char kernel[32]; /* e.g. "SkylakeX"; "" if there is no OpenBLAS */
    bool single;
    int n_threads;
    float *a, *b, *c; /* n x n matrices, of doubles unless single */
};

/* Finds the library; false if this machine or build has none. */
bool cli_gemm_open(struct cli_gemm *gemm, bool single, int n_threads);
void cli_gemm_close(struct cli_gemm *gemm);

/* Floating-point operations per second of one multiplication. */
double cli_gemm_rate(const struct cli_gemm *gemm);

/* Why there is no yardstick, when cli_gemm_open() fails: for people. */
extern const char cli_gemm_absent[];

/* Seconds on a monotonic clock. */
static inline double cli_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
