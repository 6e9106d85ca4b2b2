/* What the C and C++ adapters share: arguments, NPY arrays, a clock, one JSON line.
 *
 *   ADAPTER steps DATA START FAMILY 1,3 THREADS LL   times EM from a given start
 *   ADAPTER fit   DATA K     FAMILY THREADS          times a fit with the program's defaults
 *   ADAPTER info                                     version and kernels in use
 *
 * START.{weights,means,covariances}.npy hold the start; everything is '<f8', C order.
 * LL = 0 leaves out log-likelihoods that cost an extra pass.
 */
#ifndef ADAPTER_H
#define ADAPTER_H

#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    double *data;
    size_t rows, cols; /* cols: product of all dimensions but the first */
} array;

static void die(const char *what, const char *arg) {
    fprintf(stderr, "%s: %s\n", what, arg);
    exit(1);
}

static array npy_read(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f)
        die("cannot open", path);
    unsigned char head[10];
    char text[65536];
    if (fread(head, 1, 10, f) != 10)
        die("no NPY file", path);
    const size_t length = head[8] + 256u * head[9];
    if (fread(text, 1, length, f) != length)
        die("no NPY file", path);
    text[length] = 0;
    if (!strstr(text, "'<f8'") || strstr(text, "True"))
        die("not C-order doubles", path);
    char *at = strchr(strstr(text, "'shape'"), '(') + 1;
    array a = {NULL, (size_t)strtoull(at, &at, 10), 1};
    while (*at != ')') {
        if (*at >= '0' && *at <= '9')
            a.cols *= (size_t)strtoull(at, &at, 10);
        else
            at++;
    }
    a.data = (double *)aligned_alloc(64, (a.rows * a.cols * 8 + 63) / 64 * 64);
    if (fread(a.data, 8, a.rows * a.cols, f) != a.rows * a.cols)
        die("short file", path);
    fclose(f);
    return a;
}

static array start_read(const char *prefix, const char *part) {
    char path[4096];
    snprintf(path, sizeof path, "%s.%s.npy", prefix, part);
    return npy_read(path);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int n_reported;

static void report_run(size_t steps, size_t done, double seconds, double log_likelihood) {
    printf("%s{\"steps\": %zu, \"done\": %zu, \"seconds\": %.9f, \"log_likelihood\": ",
           n_reported++ ? ", " : "{\"runs\": [", steps, done, seconds);
    printf(isfinite(log_likelihood) ? "%.17g}" : "null}", log_likelihood);
}

static void report_end(void) {
    puts("]}");
}

static void report_fit(double seconds, long iterations, double log_likelihood) {
    printf("{\"seconds\": %.6f, \"iterations\": %ld, \"log_likelihood\": %.17g}\n",
           seconds, iterations, log_likelihood);
}

/* The next number of a list "1,3,41"; 0 at its end. */
static size_t next_count(char **list) {
    while (**list == ',')
        ++*list;
    return **list ? (size_t)strtoull(*list, list, 10) : 0;
}

/* Name of the OpenBLAS kernel in this process, if it is loaded. */
static inline const char *blas_kernel(void) {
    char *(*name)(void) = (char *(*)(void))dlsym(RTLD_DEFAULT, "openblas_get_corename");
    return name ? name() : "no OpenBLAS";
}

#endif
