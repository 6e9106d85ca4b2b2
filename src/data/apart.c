/* Rows that lie apart from all others. See apart.h. */
#include "data/apart.h"

#include <math.h>

#include "data/pass.h"

enum {
    ENDS = GMIX_I_MOST_APART + 1,
    FEW_VALUES = 16, /* distinct ones, up to which a feature is taken for discrete */
    SHARE = 10       /* of the rows that may lie apart: one in so many */
};
static const double TIMES = 3.0; /* the range of the others, and of some steps */
static const double STEPS = 4.0;

/* What is to be known of a feature: its largest values, negated to be its smallest of the other end. */
typedef struct ends {
    double value[2][ENDS]; /* largest first */
    size_t row[2][ENDS], n;
    double values[FEW_VALUES]; /* distinct ones, as they come */
    size_t n_values;           /* FEW_VALUES + 1: more than that */
} ends;

static void put(ends *e, int side, double x, size_t row) {
    size_t at = e->n < ENDS ? e->n : ENDS;
    if (at == ENDS && !(x > e->value[side][ENDS - 1])) {
        return;
    }
    at = at == ENDS ? ENDS - 1 : at;
    for (; at > 0 && x > e->value[side][at - 1]; at--) {
        e->value[side][at] = e->value[side][at - 1];
        e->row[side][at] = e->row[side][at - 1];
    }
    e->value[side][at] = x;
    e->row[side][at] = row;
}

static void see(ends *e, double x, size_t row) {
    put(e, 0, x, row);
    put(e, 1, -x, row);
    e->n++;
    size_t v = 0;
    while (v < e->n_values && v < FEW_VALUES && e->values[v] != x) {
        v++;
    }
    if (v == e->n_values && v < FEW_VALUES) {
        e->values[v] = x;
        e->n_values = v + 1;
    } else if (v == FEW_VALUES) {
        e->n_values = FEW_VALUES + 1;
    }
}

/* The smallest difference between values of a discrete feature; 0 of any other. */
static double step_of(const ends *e) {
    double least = INFINITY;
    for (size_t a = 0; a < e->n_values && e->n_values <= FEW_VALUES; a++) {
        for (size_t b = 0; b < a; b++) {
            least = fmin(least, fabs(e->values[a] - e->values[b]));
        }
    }
    return isfinite(least) ? least : 0.0;
}

/* Do the first `top` of the largest and `bottom` of the smallest values lie apart? */
static bool lie_apart(const ends *e, size_t top, size_t bottom) {
    const double high = e->value[0][top], low = -e->value[1][bottom];
    const double far = TIMES * (high - low + STEPS * step_of(e));
    return high > low && (top == 0 || e->value[0][top - 1] - high > far) &&
           (bottom == 0 || low + e->value[1][bottom - 1] > far);
}

static void add_row(gmix_i_apart_rows *out, size_t row) {
    size_t at = 0;
    while (at < out->n && at < GMIX_I_MOST_APART && out->row[at] < row) {
        at++;
    }
    if (at < out->n && at < GMIX_I_MOST_APART && out->row[at] == row) {
        return;
    }
    for (size_t i = out->n; i > at && i < GMIX_I_MOST_APART; i--) {
        out->row[i] = out->row[i - 1];
    }
    if (at < GMIX_I_MOST_APART) {
        out->row[at] = row;
    }
    out->n++; /* more than fit: too many to lie apart */
}

/* The most rows that lie apart in this feature, into *out. */
static void add_feature(const ends *e, gmix_i_apart_rows *out) {
    for (size_t n = GMIX_I_MOST_APART; n > 0; n--) {
        for (size_t top = 0; top <= n && n * SHARE <= e->n; top++) {
            if (lie_apart(e, top, n - top)) {
                for (size_t i = 0; i < n; i++) {
                    add_row(out, i < top ? e->row[0][i] : e->row[1][i - top]);
                }
                return;
            }
        }
    }
}

void gmix_i_find_apart(const gmix_table *x, gmix_i_apart_rows *out) {
    out->n = 0;
    const gmix_i_block all = gmix_i_table_rows(x, 0, x->n_rows);
    for (size_t j = 0; j < x->n_cols; j++) {
        ends e = {.n = 0};
        for (size_t i = 0; i < x->n_rows; i++) {
            const double cell = gmix_i_cell(&all.rows, i, j);
            if (isfinite(cell) && !(x->weights && !(x->weights[i] > 0.0))) {
                see(&e, cell, i);
            }
        }
        add_feature(&e, out);
    }
    out->n = out->n > GMIX_I_MOST_APART ? 0 : out->n;
}
