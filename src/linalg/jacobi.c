/*
 * Eigenvalues by cyclic Jacobi rotations: slow (about 30 D^3) but short, and accurate for
 * small eigenvalues: an entry is left alone only when it is negligible beside both of its
 * diagonal entries, so features of very different units do not spoil each other (Demmel &
 * Veselic 1992). See linalg.h.
 */
#include <math.h>

#include "linalg/linalg.h"

/* Rows p and q of x, n long: p' = c p - sn q, q' = sn p + c q. */
static void rotate_rows(size_t n, double *restrict p, double *restrict q, double c,
                        double sn) {
    for (size_t i = 0; i < n; i++) {
        const double pi = p[i], qi = q[i];
        p[i] = c * pi - sn * qi;
        q[i] = sn * pi + c * qi;
    }
}

/* True if an entry is no more than 1e-17 of the geometric mean of its diagonal entries. */
static bool is_negligible(double apq, double app, double aqq) {
    const double both = fabs(app) * fabs(aqq);
    if (both > 1e-250 && both < 1e250) { /* squares can be compared */
        return apq * apq <= 1e-34 * both;
    }
    return fabs(apq) <= 1e-17 * (sqrt(fabs(app)) * sqrt(fabs(aqq)));
}

/* Rotates rows and columns p and q of s so that s_pq vanishes; the rows of v collect the
 * rotations. Columns are what symmetry makes of rows. False if s_pq is negligible already; tiny
 * is what is negligible beside zeros. */
static bool rotate(size_t d, double *s, double *v, size_t p, size_t q, double tiny) {
    double *const sp = s + p * d, *const sq = s + q * d;
    const double apq = sp[q], app = sp[p], aqq = sq[q];
    if (fabs(apq) <= tiny || is_negligible(apq, app, aqq)) {
        return false;
    }
    const double theta = (aqq - app) / (2.0 * apq);
    const double t = copysign(1.0, theta) / (fabs(theta) + sqrt(theta * theta + 1.0));
    const double c = 1.0 / sqrt(t * t + 1.0), sn = t * c;
    rotate_rows(d, sp, sq, c, sn);
    rotate_rows(d, v + p * d, v + q * d, c, sn);
    sp[p] = app - t * apq;
    sq[q] = aqq + t * apq;
    sp[q] = sq[p] = 0.0;
    for (size_t i = 0; i < d; i++) {
        s[i * d + p] = sp[i];
        s[i * d + q] = sq[i];
    }
    return true;
}

static void transpose(size_t d, double *x) {
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < i; j++) {
            const double kept = x[i * d + j];
            x[i * d + j] = x[j * d + i];
            x[j * d + i] = kept;
        }
    }
}

void gmix_i_eigen_jacobi(size_t d, const double *a, double *w, double *v, double *work) {
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
    transpose(d, v);
    for (size_t i = 0; i < d; i++) {
        w[i] = work[i * d + i];
    }
}
