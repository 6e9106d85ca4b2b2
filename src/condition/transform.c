/*
 * Linear maps of mixtures: y = A x + b has components N(A mu_k + b, A Sigma_k A^T). With
 * dependent rows of A the covariances are singular; they are refused, since a model's
 * densities are about all its features.
 *
 * A box stays a box if every row and every column of A has at most one entry: features are
 * picked, scaled, and put in another order.
 */
#include <math.h>
#include <string.h>

#include <gmix/derive.h>

#include "condition/draft.h"
#include "model/posterior.h"

typedef struct map {
    size_t n, d;
    const double *matrix, *offset;
    bool is_axes; /* at most one entry in every row and column */
    bool is_pick; /* and all entries are 1 or -1 */
} map;

/* The only column with an entry in row i; d if there is none or more than one. */
static size_t only_column(const map *m, size_t i) {
    size_t found = m->d;
    for (size_t j = 0; j < m->d; j++) {
        if (m->matrix[i * m->d + j] != 0.0) {
            if (found < m->d) {
                return m->d;
            }
            found = j;
        }
    }
    return found;
}

static void describe(map *m) {
    m->is_axes = m->is_pick = true;
    for (size_t i = 0; i < m->n; i++) {
        const size_t j = only_column(m, i);
        m->is_axes = m->is_axes && j < m->d;
        m->is_pick = m->is_pick && m->is_axes && fabs(m->matrix[i * m->d + j]) == 1.0;
        for (size_t other = 0; m->is_axes && other < i; other++) {
            m->is_axes = only_column(m, other) != j;
        }
    }
    m->is_pick = m->is_pick && m->is_axes;
}

/* Features picked and scaled leave diagonal matrices diagonal, but no sphere a sphere. */
static const gmix_i_family *mapped_family(const map *m, const gmix_i_family *family) {
    if (m->is_pick) {
        return gmix_i_block_family(family);
    }
    if (!m->is_axes || family->shape != &gmix_i_shape_diagonal) {
        return gmix_i_image_family(family);
    }
    return gmix_i_family_find(family->form[1] == 'V'   ? "diag"
                              : family->form[0] == 'V' ? "VEI"
                                                       : "EEI");
}

static gmix_status check_map(gmix_ctx *ctx, const gmix_model *model, map *m) {
    for (size_t i = 0; i < m->n * m->d; i++) {
        if (!isfinite(m->matrix[i])) {
            return gmix_i_fail(ctx, GMIX_ERR_NONFINITE,
                               "row %zu, column %zu of the matrix is %g", i / m->d,
                               i % m->d, m->matrix[i]);
        }
    }
    for (size_t i = 0; m->offset && i < m->n; i++) {
        if (!isfinite(m->offset[i])) {
            return gmix_i_fail(ctx, GMIX_ERR_NONFINITE, "offset %zu is %g", i,
                               m->offset[i]);
        }
    }
    describe(m);
    if (model->weights[model->k] > 0.0 && !m->is_axes) {
        return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                           "the model has a noise component, uniform over a box, and the "
                           "matrix mixes features: the image of its box is no box");
    }
    return GMIX_OK;
}

/* A Sigma A^T; work: n x D. */
static void map_matrix(const map *m, const double *sigma, double *work, double *out) {
    for (size_t i = 0; i < m->n; i++) {
        for (size_t j = 0; j < m->d; j++) {
            double sum = 0.0;
            for (size_t l = 0; l < m->d; l++) {
                sum += m->matrix[i * m->d + l] * sigma[l * m->d + j];
            }
            work[i * m->d + j] = sum;
        }
    }
    for (size_t i = 0; i < m->n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = 0.0;
            for (size_t l = 0; l < m->d; l++) {
                sum += work[i * m->d + l] * m->matrix[j * m->d + l];
            }
            out[i * m->n + j] = out[j * m->n + i] = sum;
        }
    }
}

/* A pivot that is nothing beside the variance it is left of: rounding, no width of its own. */
static bool is_singular(size_t n, const double *matrix, double *root) {
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            root[i * (i + 1) / 2 + j] = matrix[i * n + j];
        }
    }
    bool singular = !gmix_i_cholesky(NULL, n, root, root);
    for (size_t i = 0; !singular && i < n; i++) {
        const double pivot = root[i * (i + 1) / 2 + i];
        singular = !(pivot * pivot > 1e-14 * matrix[i * n + i]);
    }
    return singular;
}

static gmix_status map_components(gmix_ctx *ctx, const gmix_model *model, const map *m,
                                  double *work, gmix_i_draft *parts) {
    double *const sigma = work, *const half = sigma + m->d * m->d;
    double *const root = half + m->n * m->d;
    memcpy(parts->weights, model->weights, (model->k + 1) * sizeof *parts->weights);
    for (size_t c = 0; c < model->k; c++) {
        double *const own = parts->matrices + c * m->n * m->n;
        gmix_model_covariance(model, c, sigma);
        map_matrix(m, sigma, half, own);
        if (is_singular(m->n, own, root)) {
            return gmix_i_fail(
                ctx, GMIX_ERR_SINGULAR,
                "the rows of the matrix are linearly dependent, or next to "
                "it: the new features would lie in a plane (component %zu)",
                c);
        }
        for (size_t i = 0; i < m->n; i++) {
            double sum = m->offset ? m->offset[i] : 0.0;
            for (size_t j = 0; j < m->d; j++) {
                sum += m->matrix[i * m->d + j] * model->means[c * m->d + j];
            }
            parts->means[c * m->n + i] = sum;
        }
    }
    return GMIX_OK;
}

static void map_box(const gmix_model *model, const map *m, gmix_i_draft *parts) {
    for (size_t i = 0; i < m->n && model->noise.lower; i++) {
        const size_t j = only_column(m, i);
        const double by = m->matrix[i * m->d + j], to = m->offset ? m->offset[i] : 0.0;
        const double a = by * model->noise.lower[j] + to;
        const double b = by * model->noise.upper[j] + to;
        parts->lower[i] = fmin(a, b);
        parts->upper[i] = fmax(a, b);
    }
}

static gmix_status make_image(gmix_ctx *ctx, const gmix_model *model, map *m,
                              const char *const *names, gmix_model **out) {
    gmix_status status = GMIX_OK;
    gmix_i_draft parts = {0};
    double *work = NULL;
    GMIX_TRY(check_map(ctx, model, m));
    GMIX_TRY(
        gmix_i_draft_new(ctx, mapped_family(m, model->family), model->k, m->n, &parts));
    GMIX_TRY(gmix_i_calloc(ctx, "the map",
                           m->d * m->d + m->n * m->d + gmix_i_packed_len(m->n),
                           sizeof *work, &work));
    GMIX_TRY(map_components(ctx, model, m, work, &parts));
    if (model->weights[model->k] > 0.0) {
        map_box(model, m, &parts);
    }
    parts.classes = &model->classes;
    parts.component_names = (const char *const *)model->component_names;
    parts.named = names != NULL;
    if (names) {
        memcpy((void *)parts.names, (const void *)names, m->n * sizeof *names);
    }
    GMIX_TRY(gmix_i_draft_build(ctx, &parts, out));
done:
    gmix_i_free(ctx, work);
    gmix_i_draft_free(ctx, &parts);
    return status;
}

gmix_status gmix_model_transform(gmix_ctx *ctx, const gmix_model *model, size_t n,
                                 const double *matrix, const double *offset,
                                 const char *const *names, gmix_model **out) {
    GMIX_I_CTX(ctx);
    GMIX_I_POINTS(ctx, model, "linear maps");
    if (!model || !matrix || !out) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the model, the matrix or the output is NULL");
    }
    if (n == 0 || n > model->d) {
        return gmix_i_fail(ctx, n ? GMIX_ERR_SINGULAR : GMIX_ERR_ARGUMENT,
                           "the matrix has %zu rows: it has 1 to %zu, the number of "
                           "features; more are linearly dependent",
                           n, model->d);
    }
    map m = {.n = n, .d = model->d, .matrix = matrix, .offset = offset};
    return make_image(ctx, model, &m, names, out);
}
