/* Products of symmetric packed matrices, and sorted eigenvalues. See linalg.h. */
#include "linalg/linalg.h"

static void swap(double *a, double *b) {
    const double kept = *a;
    *a = *b;
    *b = kept;
}

void gmix_i_eigen_sorted(size_t d, const double *a, double *w, double *v, double *work) {
    gmix_i_eigen(d, a, w, v, work);
    for (size_t e = 0; e + 1 < d; e++) {
        size_t least = e;
        for (size_t f = e + 1; f < d; f++) {
            least = w[f] < w[least] ? f : least;
        }
        if (least != e) {
            swap(&w[e], &w[least]);
            for (size_t i = 0; i < d; i++) {
                swap(&v[i * d + e], &v[i * d + least]);
            }
        }
    }
}

void gmix_i_from_eigen(size_t d, const double *v, const double *w, double *a,
                       double *work) {
    for (size_t i = 0; i < d; i++) {
        const double *const vi = v + i * d;
        double *const row = a + gmix_i_packed_len(i);
        for (size_t e = 0; e < d; e++) {
            work[e] = vi[e] * w[e];
        }
        for (size_t j = 0; j <= i; j++) {
            double sum = 0.0;
            for (size_t e = 0; e < d; e++) {
                sum += work[e] * v[j * d + e];
            }
            row[j] = sum;
        }
    }
}

void gmix_i_gram(size_t d, const double *m, double *a) {
    for (size_t t = 0; t < gmix_i_packed_len(d); t++) {
        a[t] = 0.0;
    }
    for (size_t t = 0; t < d; t++) { /* row t of m adds its outer product */
        const double *const row = m + gmix_i_packed_len(t);
        for (size_t i = 0; i <= t; i++) {
            for (size_t j = 0; j <= i; j++) {
                a[gmix_i_packed_len(i) + j] += row[i] * row[j];
            }
        }
    }
}

/* out = x^T y, row-major. */
static void product(size_t d, const double *x, const double *y, double *out) {
    for (size_t i = 0; i < d * d; i++) {
        out[i] = 0.0;
    }
    for (size_t t = 0; t < d; t++) {
        for (size_t i = 0; i < d; i++) {
            const double f = x[t * d + i];
            for (size_t j = 0; j < d; j++) {
                out[i * d + j] += f * y[t * d + j];
            }
        }
    }
}

void gmix_i_congruence(size_t d, const double *u, const double *a, double *out,
                       double *work) {
    product(d, a, u, work); /* a is symmetric */
    product(d, u, work, out);
}

double gmix_i_trace_product(size_t d, const double *a, const double *b) {
    double off = 0.0, diagonal = 0.0;
    for (size_t i = 0; i < d; i++) {
        const double *const ai = a + gmix_i_packed_len(i), *const bi =
                                                               b + gmix_i_packed_len(i);
        for (size_t j = 0; j < i; j++) {
            off += ai[j] * bi[j];
        }
        diagonal += ai[i] * bi[i];
    }
    return 2.0 * off + diagonal;
}
