/* The Hungarian method with potentials. See assignment.h. */
#include "validate/assignment.h"

#include <math.h>
#include <string.h>

/* A matching on its way: rows of the shorter side, columns of the longer one, column 0 stands
 * for the row that is being placed. */
typedef struct matching {
    const double *cost; /* n_a x n_b */
    size_t n_b;
    bool turned; /* rows are those of b */
    size_t n_rows, n_cols;
    double *row_potential, *col_potential, *slack; /* n + 1 each */
    size_t *row_of, *came_from;                    /* n_cols + 1: 0 is none */
    bool *visited;                                 /* n_cols + 1 */
} matching;

static double cost(const matching *m, size_t row, size_t col) {
    return m->turned ? m->cost[(col - 1) * m->n_b + row - 1]
                     : m->cost[(row - 1) * m->n_b + col - 1];
}

/* Makes the next column reachable: updates slacks from its row, shifts potentials; returns
 * the column. */
static size_t reach_column(matching *m, size_t from) {
    const size_t row = m->row_of[from];
    double least = INFINITY;
    size_t next = 0;
    m->visited[from] = true;
    for (size_t j = 1; j <= m->n_cols; j++) {
        if (m->visited[j]) {
            continue;
        }
        const double reduced =
            cost(m, row, j) - m->row_potential[row] - m->col_potential[j];
        if (reduced < m->slack[j]) {
            m->slack[j] = reduced;
            m->came_from[j] = from;
        }
        if (m->slack[j] < least) {
            least = m->slack[j];
            next = j;
        }
    }
    for (size_t j = 0; j <= m->n_cols; j++) {
        if (m->visited[j]) {
            m->row_potential[m->row_of[j]] += least;
            m->col_potential[j] -= least;
        } else {
            m->slack[j] -= least;
        }
    }
    return next;
}

static void place_row(matching *m, size_t row) {
    m->row_of[0] = row;
    for (size_t j = 0; j <= m->n_cols; j++) {
        m->slack[j] = INFINITY;
        m->visited[j] = false;
    }
    size_t col = 0;
    do {
        col = reach_column(m, col);
    } while (m->row_of[col] != 0);
    while (col != 0) { /* along the path back, every column takes the row before */
        m->row_of[col] = m->row_of[m->came_from[col]];
        col = m->came_from[col];
    }
}

gmix_status gmix_i_assign(gmix_ctx *ctx, size_t n_a, size_t n_b, const double *costs,
                          int32_t *match) {
    gmix_status status = GMIX_OK;
    matching m = {.cost = costs, .n_b = n_b, .turned = n_a > n_b};
    m.n_rows = m.turned ? n_b : n_a;
    m.n_cols = m.turned ? n_a : n_b;
    const size_t n = m.n_cols + 1;
    GMIX_TRY(gmix_i_calloc(ctx, "matching", 3 * n, sizeof(double), &m.slack));
    GMIX_TRY(gmix_i_calloc(ctx, "matching", 2 * n, sizeof(size_t), &m.row_of));
    GMIX_TRY(gmix_i_calloc(ctx, "matching", n, sizeof(bool), &m.visited));
    m.row_potential = m.slack + n;
    m.col_potential = m.slack + 2 * n;
    m.came_from = m.row_of + n;
    for (size_t row = 1; row <= m.n_rows; row++) {
        place_row(&m, row);
    }
    memset(match, 0xff, n_a * sizeof *match);
    for (size_t col = 1; col <= m.n_cols; col++) {
        if (m.row_of[col] != 0) {
            match[(m.turned ? col : m.row_of[col]) - 1] =
                (int32_t)((m.turned ? m.row_of[col] : col) - 1);
        }
    }
done:
    gmix_i_free(ctx, m.slack);
    gmix_i_free(ctx, m.row_of);
    gmix_i_free(ctx, m.visited);
    return status;
}
