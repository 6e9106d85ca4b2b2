/*
 * k-means: the nearest of K centres to every row, and how far that and the next one are.
 *
 *   best[i] = min_c q_ic,  second[i] = the least of the others,  q_ic = sum_j (x_ij - c_cj)^2
 *
 * Rows are lanes, so the running minima are vectors and nothing is summed across lanes. The
 * number of a centre is carried as a real among them. Rejected: |c|^2 - 2 x c, one
 * multiply-add less, for the digits it loses.
 */
#ifndef GMIX_KERNELS_FAST_NEAREST_H
#define GMIX_KERNELS_FAST_NEAREST_H

#include "kernels/fast_simd.h"

#define NEAREST_R 2
#define NEAREST_C 4

typedef struct minima {
    vec best[NEAREST_R], second[NEAREST_R], which[NEAREST_R];
} minima;

/* Centres c .. c + C - 1 join the minima. */
INLINE void nearest_of(const int C, size_t n, size_t d, const REAL *x,
                       const REAL *centres, size_t c, minima *m) {
    vec q[NEAREST_C][NEAREST_R] = {{{0}}};
    for (size_t j = 0; j < d; j++) {
        vec xv[NEAREST_R];
        UNROLL
        for (int v = 0; v < NEAREST_R; v++)
            xv[v] = v_load(x + j * n + (size_t)v * LANES);
        UNROLL
        for (int p = 0; p < C; p++) {
            const vec at = v_set(centres[(size_t)p * d + j]);
            UNROLL
            for (int v = 0; v < NEAREST_R; v++) {
                const vec t = xv[v] - at;
                q[p][v] = v_fma(t, t, q[p][v]);
            }
        }
    }
    UNROLL
    for (int p = 0; p < C; p++) {
        const vec number = v_set((REAL)(c + (size_t)p));
        UNROLL
        for (int v = 0; v < NEAREST_R; v++) {
            const mask no = m_ge(q[p][v], m->best[v]);
            const vec loser = v_max(q[p][v], m->best[v]);
            m->second[v] = v_select(m_ge(loser, m->second[v]), m->second[v], loser);
            m->best[v] = v_select(no, m->best[v], q[p][v]);
            m->which[v] = v_select(no, m->which[v], number);
        }
    }
}

static void fast_nearest(size_t n, size_t d, size_t k, const void *x, const void *centres,
                         int32_t *label, void *best, void *second) {
    const REAL *at = centres;
    const vec far = v_set((REAL)__builtin_inf());
    for (size_t i = 0; i < n; i += NEAREST_R * LANES) {
        const REAL *rows = (const REAL *)x + i;
        minima m = {.best = {far, far}, .second = {far, far}};
        size_t c = 0;
        for (; c + NEAREST_C <= k; c += NEAREST_C)
            nearest_of(NEAREST_C, n, d, rows, at + c * d, c, &m);
        for (; c < k; c++)
            nearest_of(1, n, d, rows, at + c * d, c, &m);
        REAL which[NEAREST_R * LANES];
        UNROLL
        for (int v = 0; v < NEAREST_R; v++) {
            v_store((REAL *)best + i + (size_t)v * LANES, m.best[v]);
            v_store((REAL *)second + i + (size_t)v * LANES, m.second[v]);
            v_store(which + (size_t)v * LANES, m.which[v]);
        }
        for (size_t r = 0; r < NEAREST_R * LANES; r++)
            label[i + r] = (int32_t)which[r];
    }
}

#endif
