/*
 * Eigenvalues by cyclic Jacobi rotations: slow (about 30 D^3) but accurate for small
 * eigenvalues, short, and called only where a covariance must be bounded. See linalg.h.
 */
#include <math.h>

#include "linalg/linalg.h"

static double off_diagonal(size_t d, const double *s) {
    double sum = 0.0;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < i; j++) {
            sum += s[i * d + j] * s[i * d + j];
        }
    }
    return sum;
}

/* Rotates rows and columns p and q of s so that s_pq vanishes; v collects the rotations.
 */
static void rotate(size_t d, double *s, double *v, size_t p, size_t q) {
    const double apq = s[p * d + q];
    if (apq == 0.0) {
        return;
    }
    const double theta = (s[q * d + q] - s[p * d + p]) / (2.0 * apq);
    const double t = copysign(1.0, theta) / (fabs(theta) + sqrt(theta * theta + 1.0));
    const double c = 1.0 / sqrt(t * t + 1.0), sn = t * c;
    for (size_t i = 0; i < d; i++) {
        const double ip = s[i * d + p], iq = s[i * d + q];
        s[i * d + p] = c * ip - sn * iq;
        s[i * d + q] = sn * ip + c * iq;
    }
    for (size_t i = 0; i < d; i++) {
        const double pi = s[p * d + i], qi = s[q * d + i];
        s[p * d + i] = c * pi - sn * qi;
        s[q * d + i] = sn * pi + c * qi;
        const double vp = v[i * d + p], vq = v[i * d + q];
        v[i * d + p] = c * vp - sn * vq;
        v[i * d + q] = sn * vp + c * vq;
    }
    s[p * d + q] = s[q * d + p] = 0.0;
}

void gmix_i_eigen(size_t d, const double *a, double *w, double *v, double *work) {
    double trace = 0.0;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            work[i * d + j] = work[j * d + i] = a[gmix_i_packed_len(i) + j];
            v[i * d + j] = v[j * d + i] = i == j ? 1.0 : 0.0;
        }
        trace += fabs(work[i * d + i]);
    }
    for (int sweep = 0; sweep < 60; sweep++) {
        if (off_diagonal(d, work) <= 1e-34 * trace * trace) {
            break;
        }
        for (size_t p = 0; p < d; p++) {
            for (size_t q = p + 1; q < d; q++) {
                rotate(d, work, v, p, q);
            }
        }
    }
    for (size_t i = 0; i < d; i++) {
        w[i] = work[i * d + i];
    }
}
