/* VLFeat: diagonal covariances only (so also D = 1). Not quite plain EM: its M-step leaves out
 * posteriors below 0.01 / K, and it stops when the log-likelihood moves by less than 1e-5
 * relative; the number of iterations it did is read from its messages. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <vl/generic.h>
#include <vl/gmm.h>

#include "adapter.h"

static size_t iterations;

static int listen(const char *format, ...) {
    if (strstr(format, "iteration %d")) {
        va_list args;
        va_start(args, format);
        iterations = (size_t)va_arg(args, int);
        va_end(args);
    }
    return 0;
}

static void steps(char **argv) {
    const array x = npy_read(argv[2]), w = start_read(argv[3], "weights");
    const array m = start_read(argv[3], "means"), c = start_read(argv[3], "covariances");
    for (size_t n; (n = next_count(&argv[5]));) {
        VlGMM *model = vl_gmm_new(VL_TYPE_DOUBLE, x.cols, w.rows);
        vl_gmm_set_priors(model, w.data);
        vl_gmm_set_means(model, m.data);
        vl_gmm_set_covariances(model, c.data);
        vl_gmm_set_covariance_lower_bound(model, 0.0);
        vl_gmm_set_initialization(model, VlGMMCustom);
        vl_gmm_set_max_num_iterations(model, n);
        vl_gmm_set_verbosity(model, 1);
        const double begin = now();
        const double ll = vl_gmm_cluster(model, x.data, x.rows);
        report_run(n, iterations, now() - begin, ll);
        vl_gmm_delete(model);
    }
    report_end();
}

static void fit(char **argv) {
    const array x = npy_read(argv[2]);
    VlGMM *model = vl_gmm_new(VL_TYPE_DOUBLE, x.cols, strtoul(argv[3], NULL, 10));
    vl_gmm_set_verbosity(model, 1);
    const double begin = now();
    const double ll = vl_gmm_cluster(model, x.data, x.rows);
    report_fit(now() - begin, (long)iterations, ll);
    vl_gmm_delete(model);
}

int main(int argc, char **argv) {
    vl_set_printf_func(listen);
    if (argc == 2) {
        printf("{\"version\": \"%s\", \"kernels\": \"own SIMD: %s; no BLAS\"}\n",
               vl_get_version_string(),
               !vl_get_simd_enabled() ? "off"
               : vl_cpu_has_avx()     ? "SSE2/AVX"
                                      : "SSE2");
        return 0;
    }
    const int is_fit = !strcmp(argv[1], "fit");
    vl_set_num_threads((vl_size)atoi(argv[is_fit ? 5 : 6]));
    is_fit ? fit(argv) : steps(argv);
}
