/*
 * Directions that tell components apart. See gmix/projection.h. In the frame, whose offset is
 * near the data; with S = L L^T the problem is that of the symmetric matrix L^-1 M L^-T, whose parts
 * are squares: M_1 = B S^-1 B gives (L^-1 B L^-T)^2, and so does every covariance.
 */
#include <math.h>
#include <string.h>

#include <gmix/projection.h>

#include "base/structs.h"
#include "data/pass.h"
#include "distribution/owned.h"
#include "linalg/linalg.h"
#include "model/mixture.h"
#include "model/posterior.h"

typedef struct projector {
    const gmix_model *model;
    size_t d;
    double *mean;   /* D */
    double *s;      /* D x D: the covariance of all; then packed L */
    double *matrix; /* D x D: the sum of squares */
    double *cov;    /* K x D x D, in the frame */
    double *within; /* D x D: their mean */
    double *a, *b;  /* D x D */
    double *w;      /* D */
} projector;

/* The components' shares among themselves. */
static double share(const gmix_model *m, size_t c) {
    const double noise = m->weights[m->k];
    return noise < 1.0 ? m->weights[c] / (1.0 - noise) : 1.0 / (double)m->k;
}

static void take_components(projector *p) {
    const gmix_model *const m = p->model;
    const size_t d = p->d;
    for (size_t c = 0; c < m->k; c++) {
        double *const cov = p->cov + c * d * d;
        gmix_model_covariance(m, c, cov);
        for (size_t i = 0; i < d * d; i++) {
            cov[i] *= m->frame.inv_scale[i / d] * m->frame.inv_scale[i % d];
            p->within[i] += share(m, c) * cov[i];
        }
    }
}

static void mixture_moments(projector *p) {
    const gmix_model *const m = p->model;
    const size_t d = p->d;
    memset(p->mean, 0, d * sizeof *p->mean);
    for (size_t c = 0; c < m->k; c++) {
        for (size_t j = 0; j < d; j++) {
            p->mean[j] += share(m, c) * m->params.means[c * d + j];
        }
    }
    memcpy(p->s, p->within, d * d * sizeof *p->s);
    for (size_t c = 0; c < m->k; c++) {
        const double *const mu = m->params.means + c * d;
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j < d; j++) {
                p->s[i * d + j] +=
                    share(m, c) * (mu[i] - p->mean[i]) * (mu[j] - p->mean[j]);
            }
        }
    }
}

/* Weight of row i if it is complete, else 0; its cells in the frame, in p->w. */
static double take_row(const projector *p, const gmix_table *x, const gmix_i_rows *rows,
                       size_t i) {
    const gmix_i_frame *const frame = &p->model->frame;
    double weight = x->weights ? x->weights[i] : 1.0;
    for (size_t j = 0; j < p->d; j++) {
        p->w[j] = (gmix_i_cell(rows, i, j) - frame->shift[j]) * frame->inv_scale[j];
        weight = isnan(p->w[j]) ? 0.0 : weight;
    }
    return weight;
}

static gmix_status table_moments(gmix_ctx *ctx, projector *p, const gmix_table *x) {
    const size_t d = p->d;
    const gmix_i_rows rows = gmix_i_table_rows(x, 0, x->n_rows).rows;
    double total = 0.0;
    size_t complete = 0;
    for (size_t i = 0; i < x->n_rows; i++) {
        const double weight = take_row(p, x, &rows, i);
        total += weight;
        complete += weight > 0.0;
        for (size_t j = 0; j < d && weight > 0.0; j++) {
            if (isinf(p->w[j])) {
                return gmix_i_fail(ctx, GMIX_ERR_NONFINITE,
                                   "row %zu, column %zu is infinite", i + 1, j + 1);
            }
            p->mean[j] += weight * p->w[j];
        }
    }
    if (complete <= d) {
        return gmix_i_fail(ctx, GMIX_ERR_SINGULAR,
                           "%zu complete row%s no covariance of %zu features", complete,
                           complete == 1 ? " has" : "s have", d);
    }
    for (size_t j = 0; j < d; j++) {
        p->mean[j] /= total;
    }
    for (size_t i = 0; i < x->n_rows; i++) {
        const double weight = take_row(p, x, &rows, i) / total;
        for (size_t j = 0; j < d && weight > 0.0; j++) {
            for (size_t l = 0; l < d; l++) {
                p->s[j * d + l] +=
                    weight * (p->w[j] - p->mean[j]) * (p->w[l] - p->mean[l]);
            }
        }
    }
    return GMIX_OK;
}

/* a = L^-1 a L^-T, for a symmetric a. */
static void whiten(size_t d, const double *root, double *a) {
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < d; i++) {
            double *const row = a + i * d;
            for (size_t j = 0; j < d; j++) {
                for (size_t l = 0; l < j; l++) {
                    row[j] -= root[j * (j + 1) / 2 + l] * row[l];
                }
                row[j] /= root[j * (j + 1) / 2 + j];
            }
        }
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j < i; j++) {
                const double kept = a[i * d + j];
                a[i * d + j] = a[j * d + i];
                a[j * d + i] = kept;
            }
        }
    }
}

/* matrix += factor (L^-1 a L^-T)^2; a is used up. */
static void add_square(projector *p, double factor, double *a) {
    const size_t d = p->d;
    whiten(d, p->s, a);
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < d; j++) {
            for (size_t l = 0; l < d; l++) {
                p->matrix[i * d + j] += factor * a[i * d + l] * a[j * d + l];
            }
        }
    }
}

static void sum_squares(projector *p, double lambda) {
    const gmix_model *const m = p->model;
    const size_t d = p->d;
    memset(p->a, 0, d * d * sizeof *p->a);
    for (size_t c = 0; c < m->k; c++) {
        const double *const mu = m->params.means + c * d;
        for (size_t i = 0; i < d * d; i++) {
            p->a[i] +=
                share(m, c) * (mu[i / d] - p->mean[i / d]) * (mu[i % d] - p->mean[i % d]);
        }
    }
    add_square(p, 2.0 * lambda, p->a);
    for (size_t c = 0; c < m->k && lambda < 1.0; c++) {
        for (size_t i = 0; i < d * d; i++) {
            p->a[i] = p->cov[c * d * d + i] - p->within[i];
        }
        add_square(p, 2.0 * (1.0 - lambda) * share(m, c), p->a);
    }
}

/* v = L^-T u, in the data's units and of length 1. */
static void put_direction(const projector *p, const double *vectors, size_t which,
                          double *out) {
    const size_t d = p->d;
    double square = 0.0;
    size_t largest = 0;
    for (size_t j = d; j-- > 0;) {
        out[j] = vectors[j * d + which];
        for (size_t l = j + 1; l < d; l++) {
            out[j] -= p->s[l * (l + 1) / 2 + j] * out[l];
        }
        out[j] /= p->s[j * (j + 1) / 2 + j];
    }
    for (size_t j = 0; j < d; j++) {
        out[j] *= p->model->frame.inv_scale[j];
        largest = fabs(out[j]) > fabs(out[largest]) ? j : largest;
    }
    const double scale = fabs(out[largest]); /* squares of units may overflow */
    for (size_t j = 0; j < d; j++) {
        out[j] /= scale;
        square += out[j] * out[j];
    }
    const double sign = out[largest] < 0.0 ? -1.0 : 1.0;
    for (size_t j = 0; j < d; j++) {
        out[j] *= sign / sqrt(square);
    }
}

static gmix_status solve(gmix_ctx *ctx, projector *p, gmix_projection *out) {
    const size_t d = p->d;
    double sum = 0.0;
    for (size_t i = 0; i < d; i++) { /* packed, in place: row i moves to the left */
        for (size_t j = 0; j <= i; j++) {
            p->a[i * (i + 1) / 2 + j] =
                0.5 * (p->matrix[i * d + j] + p->matrix[j * d + i]);
        }
    }
    gmix_i_eigen_sorted(ctx, d, p->a, p->w, p->b, p->matrix);
    for (size_t i = 0; i < d; i++) {
        out->eigenvalues[i] = fmax(p->w[d - 1 - i], 0.0);
        sum += out->eigenvalues[i];
        put_direction(p, p->b, d - 1 - i, out->directions + i * d);
    }
    for (size_t i = 0; i < d; i++) {
        out->n_directions += out->eigenvalues[i] > 1e-9 * sum;
    }
    return gmix_i_poll(ctx);
}

static gmix_status find(gmix_ctx *ctx, projector *p, const gmix_table *x, double lambda,
                        gmix_projection *out) {
    gmix_status status = GMIX_OK;
    const size_t d = p->d;
    take_components(p);
    if (x) {
        GMIX_TRY(table_moments(ctx, p, x));
    } else {
        mixture_moments(p);
    }
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            p->s[i * (i + 1) / 2 + j] = p->s[i * d + j];
        }
    }
    if (!gmix_i_cholesky(NULL, d, p->s, p->s)) {
        GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                  "the covariance of all rows is next to singular: a feature is a linear "
                  "combination of others");
    }
    sum_squares(p, lambda);
    GMIX_TRY(solve(ctx, p, out));
done:
    return status;
}

static gmix_status projector_new(gmix_ctx *ctx, const gmix_model *model, projector *p) {
    const size_t d = p->d = model->d, square = d * d;
    p->model = model;
    const gmix_status status = gmix_i_calloc(
        ctx, "directions", 2 * d + (5 + model->k) * square, sizeof(double), &p->mean);
    if (status == GMIX_OK) {
        p->w = p->mean + d;
        p->s = p->w + d;
        p->matrix = p->s + square;
        p->within = p->matrix + square;
        p->a = p->within + square;
        p->b = p->a + square;
        p->cov = p->b + square;
    }
    return status;
}

gmix_status gmix_projection_find(gmix_ctx *ctx, const gmix_model *model,
                                 const gmix_table *x, double lambda,
                                 gmix_projection *out) {
    enum { FIRST = GMIX_I_SIZE_TO(gmix_projection, owner) };
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "projections");
    GMIX_I_TABLE(ctx, x);
    GMIX_I_PLACE(ctx, gmix_projection, FIRST, out);
    gmix_status status = GMIX_OK;
    gmix_projection made = {.struct_size = sizeof made};
    projector p = {.mean = NULL};
    if (!model || !out) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the model or the output is NULL");
    }
    if (x && x->n_cols != model->d) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE,
                  "the model has %zu features, the table %zu columns", model->d,
                  x->n_cols);
    }
    if (!(lambda >= 0.0 && lambda <= 1.0)) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION, "lambda is %g: it is from 0 to 1", lambda);
    }
    const size_t d = made.n_features = model->d;
    GMIX_TRY(projector_new(ctx, model, &p));
    GMIX_TRY(
        gmix_i_owned_new(ctx, "directions", (d + d * d) * sizeof(double), &made.owner));
    made.eigenvalues = gmix_i_owned(made.owner);
    made.directions = made.eigenvalues + d;
    GMIX_TRY(find(ctx, &p, x, lambda, &made));
    gmix_i_struct_give(out, FIRST, &made, sizeof made);
    made.owner = NULL;
done:
    gmix_i_free(ctx, p.mean);
    gmix_i_owned_free(&made.owner);
    return status;
}

void gmix_projection_free(gmix_projection *projection) {
    if (projection) {
        gmix_i_owned_free(&projection->owner);
        const size_t size = projection->struct_size;
        *projection = (gmix_projection){.struct_size = size};
    }
}
