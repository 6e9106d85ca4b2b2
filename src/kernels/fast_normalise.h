/*
 * Log-densities to responsibilities, in place:
 *
 *   m_i = max_k l_ik,   s_i = sum_k exp(l_ik - m_i),   lse_i = m_i + log s_i,
 *   r_ik = w_i exp(l_ik - lse_i) = w_i exp(l_ik - m_i) / s_i.
 *
 * Rows are lanes. Up to SMALL_K components a row's terms stay in registers between the
 * maximum, the exponentials and the scaling; beyond, three passes over the columns of a
 * panel. A vector with no lane within CUT of its maximum is set to zero without an exp.
 * With 16 registers, exponentials side by side took 0.97 ns an entry, one by one 1.57.
 *
 * Rejected: log-densities, responsibilities and moments of a few rows in one kernel for D
 * <= 3. It saves the traffic of the tile, runs out of registers, and took 0.88 to 1.14
 * times as long as the three kernels (AVX2, double; D = 1 to 3, K = 2 to 256).
 *
 * Logarithms: 1 <= s_i <= K, so when neither lse nor weights other than 0 and 1 are asked
 * for, the s_i of many rows are multiplied and one log taken before the product can
 * overflow: rounding is that of as many additions. max_k r_ik is 1 / s_i, which gives
 * logmap for free.
 */
#ifndef GMIX_KERNELS_FAST_NORMALISE_H
#define GMIX_KERNELS_FAST_NORMALISE_H

#include "kernels/fast_exp.h"

#define NORM_VECS 4
#if N_REGISTERS == 32
#define SMALL_K 8
#else
#define SMALL_K 4
#endif
#ifdef GMIX_SINGLE
#define PRODUCT_BITS 120 /* log2 of the largest product of sums held */
#define LOWEST (-0x1.fffffep127f)
#else
#define PRODUCT_BITS 1000
#define LOWEST (-0x1.fffffffffffffp1023)
#endif

typedef struct norm_state {
    const double *w;   /* weights, or NULL */
    REAL *lse;         /* or NULL */
    dvec top, log_sum; /* sum w m and sum w log s */
    vec product;       /* of the s not yet in log_sum */
    int held, hold;    /* factors in the product, and the most there may be */
} norm_state;

static norm_state norm_start(size_t k, const double *w, REAL *lse) {
    int bits = 1;
    while (bits < 60 && k >> bits)
        bits++;
    return (norm_state){
        .w = w, .lse = lse, .product = v_set(1), .hold = PRODUCT_BITS / bits};
}

INLINE void norm_flush(norm_state *st) {
    st->log_sum += v_widen(v_log(st->product));
    st->product = v_set(1);
    st->held = 0;
}

/* Logs of the sums of rows from `row` on, weighted; top may be -inf where the weight is
 * 0. */
INLINE void norm_log(norm_state *st, size_t row, vec top, vec sum) {
    const vec log_sum = v_log(sum);
    if (st->lse)
        v_store(st->lse + row, top + log_sum);
    UNROLL
    for (int p = 0; p < PARTS; p++) {
        const dvec part = v_part(log_sum, p);
        st->log_sum +=
            st->w ? part * d_load(st->w + row + (size_t)p * LANES / PARTS) : part;
    }
}

/* Books a vector of rows with maxima top and sums sum; returns w / sum. */
INLINE vec norm_rows(norm_state *st, size_t row, vec top, vec sum) {
    const vec one = v_set(1), w = st->w ? v_load_double(st->w + row) : one;
    const vec finite_top = v_max(top, v_set(LOWEST));
    sum = v_max(sum, one);
    UNROLL
    for (int p = 0; p < PARTS; p++) {
        const dvec part = v_part(finite_top, p);
        st->top += st->w ? part * d_load(st->w + row + (size_t)p * LANES / PARTS) : part;
    }
    if (st->lse || m_bits(m_ne(w * w, w))) {
        norm_log(st, row, top, sum);
    } else {
        st->product *= st->w ? v_select(m_ne(w, v_set(0)), sum, one) : sum;
        if (++st->held >= st->hold)
            norm_flush(st);
    }
    return w / sum;
}

/* Which rows of a vector count as active: those of non-zero weight. */
INLINE unsigned norm_counted(const norm_state *st, size_t row) {
    return st->w ? m_bits(m_ne(v_load_double(st->w + row), v_set(0))) : ~0u;
}

/* Exponentials of G components of a vector of rows. */
INLINE void norm_small_exps(const int G, vec top, unsigned counted, vec *e,
                            unsigned *count, vec *sum) {
    mask within[EXP_GROUP];
    UNROLL
    for (int c = 0; c < G; c++) {
        e[c] -= top;
        within[c] = m_ge(e[c], v_set(-CUT));
        count[c] += (unsigned)__builtin_popcount(m_bits(within[c]) & counted);
    }
    v_exps(G, within, e);
    UNROLL
    for (int c = 0; c < G; c++)
        *sum += e[c];
}

INLINE vec norm_top(const int K, size_t n, const REAL *l) {
    vec top = v_load(l);
    UNROLL
    for (int c = 1; c < K; c++)
        top = v_max(top, v_load(l + (size_t)c * n));
    return top;
}

/* All K components of a vector of rows, in registers, for `used` rows of n. The maximum of the next
 * one is found meanwhile: 3 to 7 % (K = 2 to 8), for nothing waits for it. */
INLINE void norm_small(const int K, size_t used, size_t n, REAL *l, norm_state *st,
                       size_t *active) {
    unsigned count[SMALL_K] = {0};
    vec next_top = norm_top(K, n, l);
    for (size_t row = 0; row < used; row += LANES) {
        vec e[SMALL_K], sum = v_set(0);
        const unsigned counted = norm_counted(st, row);
        const vec top = next_top, finite_top = v_max(top, v_set(LOWEST));
        next_top = norm_top(K, n, l + (row + LANES < used ? row + LANES : row));
        UNROLL
        for (int c = 0; c < K; c++)
            e[c] = v_load(l + (size_t)c * n + row);
        UNROLL
        for (int c = 0; c < K; c += EXP_GROUP)
            norm_small_exps(K - c < EXP_GROUP ? K - c : EXP_GROUP, finite_top, counted,
                            e + c, count + c, &sum);
        const vec scale = norm_rows(st, row, top, sum);
        UNROLL
        for (int c = 0; c < K; c++)
            v_store(l + (size_t)c * n + row, e[c] * scale);
    }
    UNROLL
    for (int c = 0; c < K; c++)
        active[c] = count[c];
}

/* Exponentials of one component of G vectors of rows, which stand at `at`; returns its
 * active rows. All side by side, or one by one where most are zero. */
INLINE unsigned norm_panel_exps(const int G, const vec *base, const unsigned *counted,
                                REAL *at, vec *sum) {
    vec t[EXP_GROUP];
    mask within[EXP_GROUP];
    unsigned bits[EXP_GROUP], count = 0;
    int filled = 0;
    UNROLL
    for (int v = 0; v < G; v++) {
        t[v] = v_load(at + (size_t)v * LANES) - base[v];
        within[v] = m_ge(t[v], v_set(-CUT));
        bits[v] = m_bits(within[v]);
        count += (unsigned)__builtin_popcount(bits[v] & counted[v]);
        filled += bits[v] != 0;
    }
    if (2 * filled > G) {
        v_exps(G, within, t);
    } else {
        UNROLL
        for (int v = 0; v < G; v++) {
            if (bits[v])
                v_exps(1, within + v, t + v);
            else
                t[v] = v_set(0);
        }
    }
    UNROLL
    for (int v = 0; v < G; v++) {
        sum[v] += t[v];
        v_store(at + (size_t)v * LANES, t[v]);
    }
    return count;
}

/* Any number of components, R vectors of rows. */
INLINE void norm_panel(const int R, size_t n, size_t k, size_t row, REAL *l,
                       norm_state *st, size_t *active) {
    vec top[NORM_VECS], base[NORM_VECS], sum[NORM_VECS], scale[NORM_VECS];
    unsigned counted[NORM_VECS];
    UNROLL
    for (int v = 0; v < R; v++) {
        top[v] = v_load(l + row + (size_t)v * LANES);
        counted[v] = norm_counted(st, row + (size_t)v * LANES);
    }
    for (size_t c = 1; c < k; c++) {
        UNROLL
        for (int v = 0; v < R; v++)
            top[v] = v_max(top[v], v_load(l + c * n + row + (size_t)v * LANES));
    }
    UNROLL
    for (int v = 0; v < R; v++) {
        base[v] = v_max(top[v], v_set(LOWEST));
        sum[v] = v_set(0);
    }
    for (size_t c = 0; c < k; c++) {
        REAL *at = l + c * n + row;
        UNROLL
        for (int v = 0; v < R; v += EXP_GROUP)
            active[c] += norm_panel_exps(R < EXP_GROUP ? R : EXP_GROUP, base + v,
                                         counted + v, at + (size_t)v * LANES, sum + v);
    }
    UNROLL
    for (int v = 0; v < R; v++)
        scale[v] = norm_rows(st, row + (size_t)v * LANES, top[v], sum[v]);
    for (size_t c = 0; c < k; c++) {
        UNROLL
        for (int v = 0; v < R; v++) {
            REAL *at = l + c * n + row + (size_t)v * LANES;
            v_store(at, v_load(at) * scale[v]);
        }
    }
}

static void norm_panels(size_t used, size_t n, size_t k, REAL *l, norm_state *st,
                        size_t *active) {
    const size_t whole = used - used % (NORM_VECS * LANES);
    for (size_t c = 0; c < k; c++)
        active[c] = 0;
    for (size_t row = 0; row < whole; row += NORM_VECS * LANES)
        norm_panel(NORM_VECS, n, k, row, l, st, active);
    for (size_t row = whole; row < used; row += LANES)
        norm_panel(1, n, k, row, l, st, active);
}

/* Rows but for vectors of padding at their end, unless their lse is asked for. */
INLINE size_t norm_used(const norm_state *st, size_t n) {
    while (!st->lse && n > 0 && norm_counted(st, n - LANES) == 0)
        n -= LANES;
    return n;
}

INLINE void norm_finish(norm_state *st, gmix_i_norm_sums *sums) {
    norm_flush(st);
    const double log_sum = d_sum(st->log_sum);
    sums->loglik += d_sum(st->top) + log_sum;
    sums->logmap -= log_sum;
}

static void fast_normalise(size_t n, size_t k, void *l, const double *w, void *lse,
                           size_t *active, gmix_i_norm_sums *sums) {
    norm_state st = norm_start(k, w, lse);
    const size_t used = norm_used(&st, n);
    switch (k) {
    case 1:
        norm_small(1, used, n, l, &st, active);
        break;
    case 2:
        norm_small(2, used, n, l, &st, active);
        break;
    case 3:
        norm_small(3, used, n, l, &st, active);
        break;
    case 4:
        norm_small(4, used, n, l, &st, active);
        break;
#if SMALL_K > 4
    case 5:
        norm_small(5, used, n, l, &st, active);
        break;
    case 6:
        norm_small(6, used, n, l, &st, active);
        break;
    case 7:
        norm_small(7, used, n, l, &st, active);
        break;
    case 8:
        norm_small(8, used, n, l, &st, active);
        break;
#endif
    default:
        norm_panels(used, n, k, l, &st, active);
        break;
    }
    for (size_t c = 0; c < k; c++)
        for (size_t row = used; row < n; row += LANES)
            v_store((REAL *)l + c * n + row, v_set(0));
    norm_finish(&st, sums);
}

#endif
