// Armadillo: gmm_full and gmm_diag. Takes a given start (set_params + keep_existing with no
// k-means steps) and takes exactly em_iter steps unless the gain is below machine epsilon.
// In one dimension gmm_diag computes the same model with less work, so it is used there.
#include <armadillo>

#include "adapter.h"

static void set_start(arma::gmm_full &model, const char *start, size_t d, size_t k) {
    const array w = start_read(start, "weights"), m = start_read(start, "means");
    const array c = start_read(start, "covariances");
    model.set_params(arma::mat(m.data, d, k), arma::cube(c.data, d, d, k),
                     arma::rowvec(w.data, k));
}

static void set_start(arma::gmm_diag &model, const char *start, size_t d, size_t k) {
    const array w = start_read(start, "weights"), m = start_read(start, "means");
    const array c = start_read(start, "covariances");
    model.set_params(arma::mat(m.data, d, k), arma::mat(c.data, d, k),
                     arma::rowvec(w.data, k));
}

template <class Model> static void steps(char **argv) {
    array x = npy_read(argv[2]);
    const arma::mat data(x.data, x.cols, x.rows, false, true);
    const size_t k = start_read(argv[3], "weights").rows;
    const bool want_ll = atoi(argv[7]);
    for (size_t n; (n = next_count(&argv[5]));) {
        Model model;
        set_start(model, argv[3], x.cols, k);
        const double begin = now();
        model.learn(data, k, arma::eucl_dist, arma::keep_existing, 0, n, 0.0, false);
        const double seconds = now() - begin;
        report_run(n, n, seconds, want_ll ? model.sum_log_p(data) : NAN);
    }
    report_end();
}

// learn() has no defaults; these are the values of its documentation's example.
template <class Model> static void fit(char **argv) {
    array x = npy_read(argv[2]);
    const arma::mat data(x.data, x.cols, x.rows, false, true);
    Model model;
    const double begin = now();
    model.learn(data, strtoul(argv[3], NULL, 10), arma::maha_dist, arma::random_subset,
                10, 5, 1e-10, false);
    const double seconds = now() - begin;
    report_fit(seconds, 5, model.sum_log_p(data));
}

int main(int argc, char **argv) {
    const arma::arma_version v;
    if (argc == 2) {
        printf("{\"version\": \"%s\", \"kernels\": \"own loops (-O3 -march=native "
               "-fopenmp); "
               "OpenBLAS %s for K inversions\"}\n",
               v.as_string().c_str(), blas_kernel());
        return 0;
    }
    const bool diag = !strcmp(argv[4], "diag") || npy_read(argv[2]).cols == 1;
    if (!strcmp(argv[1], "steps"))
        diag ? steps<arma::gmm_diag>(argv) : steps<arma::gmm_full>(argv);
    else
        diag ? fit<arma::gmm_diag>(argv) : fit<arma::gmm_full>(argv);
}
