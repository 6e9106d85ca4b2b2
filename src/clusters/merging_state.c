/* Memberships and moments of clusters that are being merged. See merging_state.h. */
#include "clusters/merging_state.h"

#include <math.h>
#include <string.h>

#include "data/pass.h"

/* Mean and covariance of a cluster's rows, by their memberships, about the mean. */
static void take_moments(gmix_i_merging *m, size_t i) {
    const size_t d = m->d;
    const double *const z = m->z + i * m->n;
    double *const mean = m->means + i * d, *const cov = m->cov + i * d * d;
    double sum = 0.0;
    for (size_t r = 0; r < m->n; r++) {
        sum += z[r];
    }
    if (!(sum > 0.0)) {
        return;
    }
    memset(mean, 0, d * sizeof *mean);
    memset(cov, 0, d * d * sizeof *cov);
    for (size_t r = 0; r < m->n; r++) {
        for (size_t j = 0; j < d && z[r] > 0.0; j++) {
            mean[j] += z[r] / sum * m->rows[r * d + j];
        }
    }
    for (size_t r = 0; r < m->n; r++) {
        for (size_t j = 0; j < d && z[r] > 0.0; j++) {
            for (size_t l = 0; l <= j; l++) {
                cov[j * d + l] += z[r] / sum * (m->rows[r * d + j] - mean[j]) *
                                  (m->rows[r * d + l] - mean[l]);
            }
        }
    }
    for (size_t j = 0; j < d; j++) {
        for (size_t l = 0; l < j; l++) {
            cov[l * d + j] = cov[j * d + l];
        }
    }
}

/* The moments of the mixture of two clusters. */
static void match_moments(gmix_i_merging *m, size_t i, size_t j) {
    const size_t d = m->d;
    const double all = m->share[i] + m->share[j];
    const double a = all > 0.0 ? m->share[i] / all : 0.5, b = 1.0 - a;
    double *const mean = m->means + i * d, *const cov = m->cov + i * d * d;
    const double *const other = m->means + j * d, *const cov_j = m->cov + j * d * d;
    for (size_t r = 0; r < d; r++) {
        for (size_t s = 0; s < d; s++) {
            cov[r * d + s] = a * cov[r * d + s] + b * cov_j[r * d + s] +
                             a * b * (mean[r] - other[r]) * (mean[s] - other[s]);
        }
    }
    for (size_t r = 0; r < d; r++) {
        mean[r] = a * mean[r] + b * other[r];
    }
}

void gmix_i_merge_two(gmix_i_merging *m, size_t i, size_t j) {
    double *const a = m->z + i * m->n, *const b = m->z + j * m->n;
    for (size_t r = 0; r < m->n; r++) {
        a[r] += b[r];
        b[r] = 0.0;
        m->assigned[r] = m->assigned[r] == (int32_t)j ? (int32_t)i : m->assigned[r];
    }
    if (m->whole) {
        take_moments(m, i);
    } else {
        match_moments(m, i, j);
    }
    m->share[i] += m->share[j];
    m->there[j] = false;
    for (size_t c = 0; c < m->k; c++) {
        m->parent[c] = m->parent[c] == j ? i : m->parent[c];
    }
}

void gmix_i_merging_reset(gmix_i_merging *m, const double *memberships) {
    const size_t k = m->k, d = m->d;
    for (size_t r = 0; r < m->n; r++) {
        const double *const z = memberships + r * k;
        const double w = m->weights ? m->weights[r] : 1.0;
        size_t most = 0;
        for (size_t c = 0; c < k; c++) {
            m->z[c * m->n + r] = w * z[c];
            most = z[c] > z[most] ? c : most;
        }
        m->assigned[r] = (int32_t)most;
    }
    for (size_t c = 0; c < k; c++) {
        m->share[c] = m->model->weights[c];
        m->there[c] = true;
        m->parent[c] = c;
        gmix_model_covariance(m->model, c, m->cov + c * d * d);
        for (size_t i = 0; i < d; i++) { /* into the frame */
            for (size_t j = 0; j < d; j++) {
                m->cov[(c * d + i) * d + j] *=
                    m->model->frame.inv_scale[i] * m->model->frame.inv_scale[j];
            }
        }
    }
    memcpy(m->means, m->model->params.means, k * d * sizeof *m->means);
}

/* Rows in the frame. */
static gmix_status take_rows(gmix_ctx *ctx, const gmix_table *x, gmix_i_merging *m) {
    gmix_status status = GMIX_OK;
    const gmix_i_frame *const frame = &m->model->frame;
    double *to = NULL;
    m->whole = true;
    GMIX_TRY(gmix_i_calloc(ctx, "rows", m->n * m->d, sizeof *to, &to));
    m->rows = to;
    const gmix_i_rows rows = gmix_i_table_rows(x, 0, m->n).rows;
    for (size_t r = 0; r < m->n; r++) {
        for (size_t j = 0; j < m->d; j++) {
            const double cell =
                (gmix_i_cell(&rows, r, j) - frame->shift[j]) * frame->inv_scale[j];
            to[r * m->d + j] = cell;
            m->whole = m->whole && isfinite(cell);
        }
    }
done:
    return status;
}

gmix_status gmix_i_merging_new(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_table *x, gmix_i_merging *m) {
    gmix_status status = GMIX_OK;
    const size_t n = x->n_rows, k = model->k, d = model->d;
    const char *const what = "clusters";
    *m = (gmix_i_merging){.n = n, .k = k, .d = d, .model = model, .weights = x->weights};
    for (size_t r = 0; r < n; r++) {
        m->total += m->weights ? m->weights[r] : 1.0;
    }
    GMIX_TRY(gmix_i_calloc(ctx, what, k * n, sizeof(double), &m->z));
    GMIX_TRY(gmix_i_calloc(ctx, what, k + k * d + k * d * d + 4 * d * d + 3 * d,
                           sizeof(double), &m->share));
    m->means = m->share + k;
    m->cov = m->means + k * d;
    m->work = m->cov + k * d * d;
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof(int32_t), &m->assigned));
    GMIX_TRY(gmix_i_calloc(ctx, what, 2 * k, sizeof(size_t), &m->mode));
    m->parent = m->mode + k;
    GMIX_TRY(gmix_i_calloc(ctx, what, k, sizeof(bool), &m->there));
    GMIX_TRY(gmix_i_calloc(ctx, what, 1, sizeof *m->dipper, &m->dipper));
    GMIX_TRY(take_rows(ctx, x, m));
done:
    return status;
}

void gmix_i_merging_free(gmix_ctx *ctx, gmix_i_merging *m) {
    gmix_i_free(ctx, m->z);
    gmix_i_free(ctx, m->share);
    gmix_i_free(ctx, m->assigned);
    gmix_i_free(ctx, m->mode);
    gmix_i_free(ctx, m->there);
    gmix_i_free(ctx, m->dipper);
    gmix_i_free(ctx, (void *)m->rows);
}
