/*
 * Between two Gaussians. With Cholesky factors L of their covariances,
 *
 *     KL(a | b) = 1/2 (|L_b^-1 L_a|^2 - D + |L_b^-1 (mu_b - mu_a)|^2 + log det S_b / det S_a),
 *     W2^2 = |mu_a - mu_b|^2 + tr S_a + tr S_b - 2 sum sqrt(eigenvalues of L_a^T S_b L_a),
 *
 * the last without the square root of a matrix, which rounding may make indefinite.
 */
#include "between/gaussians.h"

#include <math.h>
#include <string.h>

static const double LOG_2PI = 1.8378770664093454836;

void gmix_i_gaussians_free(gmix_ctx *ctx, gmix_i_gaussians *cloud) {
    gmix_i_free(ctx, cloud->w);
    *cloud = (gmix_i_gaussians){0};
}

bool gmix_i_gaussians_factor(gmix_i_gaussians *cloud, size_t c) {
    const size_t d = cloud->d;
    double *const root = cloud->root + c * gmix_i_packed_len(d);
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j <= i; j++) {
            root[i * (i + 1) / 2 + j] = cloud->cov[(c * d + i) * d + j];
        }
    }
    if (!gmix_i_cholesky(NULL, d, root, root)) {
        return false;
    }
    gmix_i_product det = {1.0, 0.0};
    for (size_t i = 0; i < d; i++) {
        gmix_i_product_times(&det, root[i * (i + 1) / 2 + i]);
    }
    cloud->log_det[c] = 2.0 * gmix_i_product_log(&det);
    return true;
}

/* Component c; behind the last the noise, by its moments. */
static void take_part(const gmix_model *model, size_t c, const size_t *order,
                      double *matrix, gmix_i_gaussians *out) {
    const size_t d = model->d;
    out->w[c] = model->weights[c];
    if (c < model->k) {
        gmix_model_covariance(model, c, matrix);
    } else {
        memset(matrix, 0, d * d * sizeof *matrix);
    }
    for (size_t i = 0; i < d; i++) {
        const size_t a = order ? order[i] : i;
        if (c < model->k) {
            out->mu[c * d + i] = model->means[c * d + a];
        } else {
            const double width = model->noise.upper[a] - model->noise.lower[a];
            out->mu[c * d + i] = model->noise.lower[a] + 0.5 * width;
            matrix[a * d + a] = width * width / 12.0;
        }
    }
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < d; j++) {
            out->cov[(c * d + i) * d + j] =
                matrix[(order ? order[i] : i) * d + (order ? order[j] : j)];
        }
    }
}

gmix_status gmix_i_gaussians_new(gmix_ctx *ctx, const gmix_model *model,
                                 const size_t *order, gmix_i_gaussians *out) {
    return gmix_i_gaussians_of(ctx, model, order, false, out);
}

gmix_status gmix_i_gaussians_of(gmix_ctx *ctx, const gmix_model *model,
                                const size_t *order, bool noise, gmix_i_gaussians *out) {
    gmix_status status = GMIX_OK;
    const size_t k = model->k + noise, d = model->d, packed = gmix_i_packed_len(d);
    double *matrix = NULL;
    *out = (gmix_i_gaussians){.k = k, .d = d};
    GMIX_TRY(gmix_i_calloc(ctx, "components", k * (2 + d + d * d + packed),
                           sizeof(double), &out->w));
    GMIX_TRY(gmix_i_calloc(ctx, "components", d * d, sizeof *matrix, &matrix));
    out->mu = out->w + k;
    out->cov = out->mu + k * d;
    out->root = out->cov + k * d * d;
    out->log_det = out->root + k * packed;
    for (size_t c = 0; c < k; c++) {
        take_part(model, c, order, matrix, out);
        if (!gmix_i_gaussians_factor(out, c)) {
            GMIX_FAIL(ctx, GMIX_ERR_SINGULAR,
                      "the covariance of component %zu is next to singular", c);
        }
    }
done:
    gmix_i_free(ctx, matrix);
    return status;
}

/* x = L^-1 x. */
static void solve_lower(size_t d, const double *root, double *x) {
    for (size_t i = 0; i < d; i++) {
        const double *const l = root + i * (i + 1) / 2;
        for (size_t j = 0; j < i; j++) {
            x[i] -= l[j] * x[j];
        }
        x[i] /= l[i];
    }
}

double gmix_i_gaussian_kl(const gmix_i_gaussians *a, size_t i, const gmix_i_gaussians *b,
                          size_t j, double *work) {
    const size_t d = a->d, packed = gmix_i_packed_len(d);
    const double *const ra = a->root + i * packed, *const rb = b->root + j * packed;
    double sum = -(double)d;
    for (size_t c = 0; c < d; c++) { /* column c of L_a */
        for (size_t r = 0; r < d; r++) {
            work[r] = r >= c ? ra[r * (r + 1) / 2 + c] : 0.0;
        }
        solve_lower(d, rb, work);
        for (size_t r = c; r < d; r++) {
            sum += work[r] * work[r];
        }
    }
    for (size_t r = 0; r < d; r++) {
        work[r] = b->mu[j * d + r] - a->mu[i * d + r];
    }
    solve_lower(d, rb, work);
    for (size_t r = 0; r < d; r++) {
        sum += work[r] * work[r];
    }
    return fmax(0.5 * (sum + b->log_det[j] - a->log_det[i]), 0.0);
}

double gmix_i_gaussian_overlap(const gmix_i_gaussians *a, size_t i,
                               const gmix_i_gaussians *b, size_t j, double *work) {
    const size_t d = a->d;
    double *const root = work, *const z = work + d * d, square = 0.0;
    for (size_t r = 0; r < d; r++) {
        for (size_t c = 0; c <= r; c++) {
            root[r * (r + 1) / 2 + c] =
                a->cov[(i * d + r) * d + c] + b->cov[(j * d + r) * d + c];
        }
        z[r] = a->mu[i * d + r] - b->mu[j * d + r];
    }
    gmix_i_cholesky(NULL, d, root, root); /* a sum of definite ones */
    solve_lower(d, root, z);
    gmix_i_product det = {1.0, 0.0};
    for (size_t r = 0; r < d; r++) {
        square += z[r] * z[r];
        gmix_i_product_times(&det, root[r * (r + 1) / 2 + r]);
    }
    return -0.5 * (square + (double)d * LOG_2PI) - gmix_i_product_log(&det);
}

double gmix_i_gaussian_w2(const gmix_i_gaussians *a, size_t i, const gmix_i_gaussians *b,
                          size_t j, double *work) {
    const size_t d = a->d, packed = gmix_i_packed_len(d);
    const double *const root = a->root + i * packed, *const s = b->cov + j * d * d;
    double *const half = work, *const inner = half + d * d, *const v = inner + d * d;
    double *const w = v + d * d, sum = 0.0;
    for (size_t r = 0; r < d; r++) { /* half = S_b L_a */
        for (size_t c = 0; c < d; c++) {
            half[r * d + c] = 0.0;
            for (size_t l = c; l < d; l++) {
                half[r * d + c] += s[r * d + l] * root[l * (l + 1) / 2 + c];
            }
        }
    }
    for (size_t r = 0; r < d; r++) { /* L_a^T half, packed */
        for (size_t c = 0; c <= r; c++) {
            double cell = 0.0;
            for (size_t l = r; l < d; l++) {
                cell += root[l * (l + 1) / 2 + r] * half[l * d + c];
            }
            inner[r * (r + 1) / 2 + c] = cell;
        }
    }
    gmix_i_eigen(NULL, d, inner, w, v, half);
    for (size_t r = 0; r < d; r++) {
        const double off = a->mu[i * d + r] - b->mu[j * d + r];
        sum += off * off + a->cov[(i * d + r) * d + r] + s[r * d + r] -
               2.0 * sqrt(fmax(w[r], 0.0));
    }
    return fmax(sum, 0.0);
}
