/*
 * Eigenvalues by cyclic Jacobi rotations: slow (about 30 D^3) but short, and accurate for
 * small eigenvalues: an entry is left alone only when it is negligible beside both of its
 * diagonal entries, so features of very different units do not spoil each other (Demmel &
 * Veselic 1992). See linalg.h.
 */
#include <math.h>

#include "linalg/linalg.h"

/* Rotates rows and columns p and q of s so that s_pq vanishes; v collects the rotations.
 * False if s_pq is negligible already; tiny is what is negligible beside zeros. */
static bool rotate(size_t d, double *s, double *v, size_t p, size_t q, double tiny) {
    const double apq = s[p * d + q];
    const double beside = sqrt(fabs(s[p * d + p])) * sqrt(fabs(s[q * d + q]));
    if (fabs(apq) <= 1e-17 * beside || fabs(apq) <= tiny) {
        return false;
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
    return true;
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
    bool moved = true;
    for (int sweep = 0; moved && sweep < 60; sweep++) {
        moved = false;
        for (size_t p = 0; p < d; p++) {
            for (size_t q = p + 1; q < d; q++) {
                moved = rotate(d, work, v, p, q, 1e-30 * trace) || moved;
            }
        }
    }
    for (size_t i = 0; i < d; i++) {
        w[i] = work[i * d + i];
    }
}
