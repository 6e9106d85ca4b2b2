/*
 * Log-densities of rows so far away that squares overflow, or so near to a mean of 1e308 that
 * frames do: differences from each component's own mean in long double,
 *
 *     l_k = log c_k - 2^(2 e - 1) |A_k z|^2,   z = 2^-e (x - mu_k) / scale, largest |z_j| < 1,
 *
 * so that the exponents of a long double hold what those of a double do not. Where they are no
 * more than a double's, and all l_k are infinite, the shares of the components are taken.
 *
 * Rejected: such rows brought nearer in their direction, which takes means for nothing beside
 * them.
 */
#include "infer/far_rows.h"

#include <float.h>
#include <math.h>

#include "family/woodbury.h"

void gmix_i_far_free(gmix_ctx *ctx, gmix_i_far *far) {
    gmix_i_free(ctx, far->z);
    gmix_i_free(ctx, far->l);
}

gmix_status gmix_i_far_new(gmix_ctx *ctx, const gmix_model *model, size_t n_threads,
                           gmix_i_far *out) {
    gmix_status status = GMIX_OK;
    const char *const what = "far rows";
    GMIX_TRY(gmix_i_calloc(ctx, what, n_threads * 2 * model->d, sizeof *out->z, &out->z));
    GMIX_TRY(
        gmix_i_calloc(ctx, what, n_threads * (model->k + 1), sizeof *out->l, &out->l));
done:
    return status;
}

gmix_i_far gmix_i_far_of(const gmix_i_far *far, const gmix_model *model, size_t t) {
    return (gmix_i_far){.z = far->z + t * 2 * model->d, .l = far->l + t * (model->k + 1)};
}

static long double log_term(const gmix_i_far *far, const gmix_model *m,
                            const gmix_i_rows *rows, size_t i, size_t c) {
    const gmix_i_prepared *const q = &m->prepared;
    const size_t d = m->d, len = q->shape->cov_len(d);
    const double *const mean = m->means + c * d;
    double *const z = far->z, *const root = far->z + d;
    long double largest = 0.0L, sum = 0.0L;
    int e = 0;
    for (size_t j = 0; j < d; j++) {
        const long double off = (long double)gmix_i_cell(rows, i, j) - mean[j];
        const long double size = fabsl(off) * m->frame.inv_scale[j];
        largest = size > largest ? size : largest;
    }
    (void)frexpl(largest, &e);
    for (size_t j = 0; j < d; j++) {
        const long double off = (long double)gmix_i_cell(rows, i, j) - mean[j];
        z[j] = (double)ldexpl(off * m->frame.inv_scale[j], -e);
    }
    if (q->wide) {
        sum = (long double)gmix_i_woodbury_squares(q->wide, c, z);
    } else {
        q->shape->apply_root(d, q->factor + c * len, z, root);
    }
    for (size_t j = 0; !q->wide && j < d; j++) {
        sum += (long double)root[j] * root[j];
    }
    return (long double)q->logc[c] - ldexpl(sum, 2 * e - 1);
}

double gmix_i_far_row(const gmix_i_far *far, const gmix_model *m, const gmix_i_rows *rows,
                      size_t i, double w, size_t n, double *resp) {
    const size_t k = m->k + m->prepared.has_noise;
    long double *const l = far->l;
    long double top = -INFINITY, sum = 0.0L;
    for (size_t c = 0; c < k; c++) {
        l[c] = c < m->k ? log_term(far, m, rows, i, c) : m->prepared.logc[c];
        top = l[c] > top ? l[c] : top;
    }
    for (size_t c = 0; c < k; c++) {
        l[c] = isfinite(top) ? expl(l[c] - top) : (long double)m->weights[c];
        sum += l[c];
    }
    for (size_t c = 0; c < k; c++) {
        resp[c * n] = w * (double)(l[c] / sum);
    }
    return top > -DBL_MAX ? (double)(top + logl(sum)) : -DBL_MAX;
}
