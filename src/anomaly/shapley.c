/*
 * Shapley values of the features: with v(S) for every set S of them,
 *
 *     phi_j = sum over S without j of |S|! (D - |S| - 1)! / D! (v(S + j) - v(S)),
 *
 * collected set by set, so that no row's 2^D values are kept. See gmix/anomaly.h.
 */
#include <math.h>

#include <gmix/anomaly.h>
#include <gmix/derive.h>
#include <gmix/infer.h>

#include "anomaly/some_columns.h"
#include "base/structs.h"
#include "model/mixture.h"
#include "model/posterior.h"

enum { MOST_SHAPLEY = 12, N_DRAWS = 1024 };

typedef struct sharing {
    const gmix_model *model;
    const gmix_table *x;
    gmix_table draws;
    unsigned *there; /* N: the cells that a row has, as bits */
    double *means;   /* 2^D: of -log p(x_S) over the draws */
    double *l;       /* N or N_DRAWS, whichever is more */
    double *values;  /* N x D */
} sharing;

/* One set of features: v of every row, with its share of every feature's value. For a row it is the
 * set of those that the row has, whose mean was found before: it is a smaller number. */
static gmix_status add_subset(gmix_ctx *ctx, const sharing *s, unsigned subset) {
    gmix_status status = GMIX_OK;
    const size_t d = s->model->d;
    size_t features[MOST_SHAPLEY], n = 0;
    ptrdiff_t offsets[MOST_SHAPLEY];
    gmix_model *part = NULL;
    for (size_t j = 0; j < d; j++) {
        if (subset >> j & 1u) {
            features[n++] = j;
        }
    }
    GMIX_TRY(gmix_model_marginal(ctx, s->model, n, features, &part));
    const gmix_table drawn = gmix_i_some_columns(&s->draws, n, features, offsets);
    GMIX_TRY(gmix_log_density(ctx, part, &drawn, s->l));
    for (size_t i = 0; i < N_DRAWS; i++) {
        s->means[subset] -= s->l[i] / N_DRAWS;
    }
    const gmix_table some = gmix_i_some_columns(s->x, n, features, offsets);
    GMIX_TRY(gmix_log_density(ctx, part, &some, s->l));
    /* (n - 1)! (d - n)! / d! for its own features, n! (d - n - 1)! / d! for the others */
    double own = 1.0 / (double)d; /* times (d - 1 choose n - 1), in the denominator */
    for (size_t i = 1; i < n; i++) {
        own *= (double)i / (double)(d - i);
    }
    const double other = n < d ? own * (double)n / (double)(d - n) : 0.0;
    for (size_t i = 0; i < s->x->n_rows; i++) {
        const double v = -s->l[i] - s->means[subset & s->there[i]];
        for (size_t j = 0; j < d; j++) {
            s->values[i * d + j] += (subset >> j & 1u ? own : -other) * v;
        }
    }
done:
    gmix_model_free(&part);
    return status;
}

static gmix_status add_subsets(gmix_ctx *ctx, sharing *s) {
    gmix_status status = GMIX_OK;
    const size_t d = s->model->d, n = s->x->n_rows > N_DRAWS ? s->x->n_rows : N_DRAWS;
    double *rows = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "draws", N_DRAWS * d, sizeof *rows, &rows));
    GMIX_TRY(gmix_i_calloc(ctx, "log-densities", n, sizeof *s->l, &s->l));
    GMIX_TRY(gmix_i_calloc(ctx, "subsets", (size_t)1 << d, sizeof *s->means, &s->means));
    GMIX_TRY(gmix_i_calloc(ctx, "rows", s->x->n_rows, sizeof *s->there, &s->there));
    GMIX_TRY(gmix_sample(ctx, s->model, N_DRAWS, 0, rows, NULL));
    s->draws = gmix_table_f64(rows, N_DRAWS, d);
    const gmix_i_rows all = gmix_i_table_rows(s->x, 0, s->x->n_rows).rows;
    for (size_t i = 0; i < s->x->n_rows; i++) {
        for (size_t j = 0; j < d; j++) {
            s->there[i] |= isnan(gmix_i_cell(&all, i, j)) ? 0u : 1u << j;
        }
    }
    for (unsigned subset = 1; subset < 1u << d; subset++) {
        GMIX_TRY(add_subset(ctx, s, subset));
    }
done:
    gmix_i_free(ctx, rows);
    return status;
}

gmix_status gmix_shapley_values(gmix_ctx *ctx, const gmix_model *model,
                                const gmix_table *x, double *out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "Shapley values");
    GMIX_I_TABLE(ctx, x);
    gmix_status status = GMIX_OK;
    sharing s = {.model = model, .x = x};
    if (!model || !x || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model, the table or the output is NULL");
    }
    if (model->d > MOST_SHAPLEY || x->n_cols != model->d) {
        GMIX_FAIL(
            ctx, GMIX_ERR_SHAPE,
            "the model has %zu features, the table %zu: exact Shapley values take as "
            "many of both, and at most %d",
            model->d, x->n_cols, MOST_SHAPLEY);
    }
    GMIX_TRY(
        gmix_i_calloc(ctx, "values", x->n_rows * model->d, sizeof *s.values, &s.values));
    GMIX_TRY(add_subsets(ctx, &s));
    gmix_i_copy(out, s.values, x->n_rows * model->d * sizeof *out);
done:
    gmix_i_free(ctx, s.values);
    gmix_i_free(ctx, s.l);
    gmix_i_free(ctx, s.means);
    gmix_i_free(ctx, s.there);
    return status;
}
