/* What rows see of components. See row_view.h. */
#include "uncertainty/row_view.h"

#include <math.h>
#include <string.h>

#include "data/measured.h"
#include "linalg/linalg.h"

static const gmix_i_projected *projected_of(const gmix_i_input *input) {
    return input->errors ? input->errors->projected : NULL;
}

size_t gmix_i_row_view_work(const gmix_i_input *input) {
    const size_t d = input->n_cols;
    const gmix_i_projected *const p = projected_of(input);
    /* x, seen, and two packed matrices; or a projection and Sigma */
    return 2 * d + 2 * gmix_i_packed_len(d) + (p ? gmix_i_projection_work(p) : 0);
}

/* Entry (i, j), i >= j, of a component's covariance. */
static double entry(const gmix_i_row_viewer *v, size_t k, size_t i, size_t j) {
    const gmix_i_shape *const shape = v->model->family->shape;
    const double *const cov = v->model->params.cov + k * shape->cov_len(v->model->d);
    return shape == &gmix_i_shape_dense ? cov[gmix_i_packed_len(i) + j]
           : i == j                     ? cov[i]
                                        : 0.0;
}

/* The same of the errors of the row, in the frame. */
static double error_entry(const gmix_i_row_viewer *v, const gmix_i_row_view *view,
                          size_t i, size_t j) {
    const double *const unit = v->model->frame.inv_scale;
    const gmix_i_errors *const errors = v->input->errors;
    if (!view->error || (errors->len == errors->d && i != j)) {
        return 0.0;
    }
    const size_t at =
        i == j ? gmix_i_variance_at(errors->len, errors->d, i) : gmix_i_packed_len(i) + j;
    return view->error[at] * unit[i] * unit[j];
}

gmix_i_row_view gmix_i_row_view_of(const gmix_i_row_viewer *v, size_t row, double *work) {
    const gmix_i_frame *const frame = &v->model->frame;
    const gmix_i_errors *const errors = v->input->errors;
    const size_t d = v->model->d;
    gmix_i_row_view view = {.row = row,
                            .x = work,
                            .seen = (size_t *)(void *)(work + d),
                            .work = work + 2 * d};
    for (size_t j = 0; j < d; j++) {
        view.x[j] =
            (gmix_i_cell(&v->cells, row, j) - frame->shift[j]) * frame->inv_scale[j];
        if (!isnan(view.x[j])) {
            view.seen[view.o++] = j;
        }
    }
    if (errors) {
        view.error = errors->at + row * errors->len;
    }
    view.plain = view.o == d && !projected_of(v->input);
    for (size_t i = 0; i < view.o && view.plain; i++) {
        view.plain = !(error_entry(v, &view, view.seen[i], view.seen[i]) > 0.0);
    }
    return view;
}

/* l^-1 (packed lower) of the lower triangular l. */
static void invert_triangle(size_t n, const double *l, double *inverse) {
    for (size_t i = 0; i < n; i++) {
        double *const row = inverse + gmix_i_packed_len(i);
        const double *const own = l + gmix_i_packed_len(i);
        for (size_t j = 0; j < i; j++) {
            double sum = 0.0;
            for (size_t t = j; t < i; t++) {
                sum += own[t] * inverse[gmix_i_packed_len(t) + j];
            }
            row[j] = -sum / own[i];
        }
        row[i] = 1.0 / own[i];
    }
}

/* A of a row that has features. */
static bool invert(const gmix_i_row_viewer *v, const gmix_i_row_view *view, size_t k,
                   double *a) {
    const size_t d = v->model->d, o = view->o;
    double *const block = view->work, *const inverse = block + gmix_i_packed_len(d);
    memset(a, 0, d * d * sizeof *a);
    for (size_t i = 0; i < o; i++) {
        for (size_t j = 0; j <= i; j++) {
            const size_t p = view->seen[i], q = view->seen[j];
            block[gmix_i_packed_len(i) + j] =
                entry(v, k, p, q) + error_entry(v, view, p, q);
        }
    }
    if (!gmix_i_cholesky(NULL, o, block, block)) {
        return false;
    }
    invert_triangle(o, block, inverse);
    gmix_i_gram(NULL, o, inverse, block);
    for (size_t i = 0; i < o; i++) {
        for (size_t j = 0; j <= i; j++) {
            const size_t p = view->seen[i], q = view->seen[j];
            a[p * d + q] = a[q * d + p] = block[gmix_i_packed_len(i) + j];
        }
    }
    return true;
}

bool gmix_i_row_view_plain(const gmix_i_row_viewer *v, size_t k, double *a,
                           double *work) {
    const size_t d = v->model->d;
    gmix_i_row_view view = {
        .o = d, .seen = (size_t *)(void *)(work + d), .work = work + 2 * d};
    for (size_t j = 0; j < d; j++) {
        view.seen[j] = j;
    }
    return invert(v, &view, k, a);
}

/* at->l = L of T = L L^T; false if T is singular. */
static bool factor(const gmix_i_row_viewer *v, const gmix_i_projection *at, size_t k) {
    const size_t d = at->d;
    for (size_t i = 0; i < at->o; i++) {
        double *const turned = at->g; /* row i of R Sigma */
        for (size_t b = 0; b < d; b++) {
            turned[b] = 0.0;
            for (size_t c = 0; c < d; c++) {
                turned[b] +=
                    at->r[i * d + c] * (b > c ? entry(v, k, b, c) : entry(v, k, c, b));
            }
        }
        for (size_t h = 0; h <= i; h++) {
            double sum = at->s[gmix_i_packed_len(i) + h];
            for (size_t b = 0; b < d; b++) {
                sum += turned[b] * at->r[h * d + b];
            }
            at->l[gmix_i_packed_len(i) + h] = sum;
        }
    }
    return gmix_i_cholesky(NULL, at->o, at->l, at->l);
}

/* A and b of a projection: with U = L^-1 R and y = L^-1 (w - R mu), U^T U and U^T y. */
static void look_at_projection(const gmix_i_row_viewer *v, const gmix_i_row_view *view,
                               size_t k, double *a, double *b) {
    const size_t d = v->model->d;
    const gmix_i_frame *const frame = &v->model->frame;
    const double *const mean = v->model->params.means + k * d;
    gmix_i_projection at;
    gmix_i_projection_of(projected_of(v->input), view->row, frame->shift, frame->scale,
                         view->work, &at);
    memset(a, 0, d * d * sizeof *a);
    memset(b, 0, d * sizeof *b);
    if (!factor(v, &at, k)) {
        return;
    }
    for (size_t i = 0; i < at.o; i++) {
        const double *const l = at.l + gmix_i_packed_len(i);
        double *const u = at.rf + i * d;
        at.y[i] = at.w[i];
        for (size_t j = 0; j < d; j++) {
            u[j] = at.r[i * d + j];
            at.y[i] -= u[j] * mean[j];
        }
        for (size_t h = 0; h < i; h++) {
            at.y[i] -= l[h] * at.y[h];
            for (size_t j = 0; j < d; j++) {
                u[j] -= l[h] * at.rf[h * d + j];
            }
        }
        at.y[i] /= l[i];
        for (size_t j = 0; j < d; j++) {
            u[j] /= l[i];
        }
        for (size_t j = 0; j < d; j++) {
            b[j] += u[j] * at.y[i];
            for (size_t c = 0; c < d; c++) {
                a[j * d + c] += u[j] * u[c];
            }
        }
    }
}

void gmix_i_row_view_look(const gmix_i_row_viewer *v, const gmix_i_row_view *view,
                          size_t k, double *a, double *b) {
    const size_t d = v->model->d;
    const double *const mean = v->model->params.means + k * d;
    if (projected_of(v->input)) {
        look_at_projection(v, view, k, a, b);
        return;
    }
    if (!view->plain) {
        (void)invert(v, view, k, a);
    }
    memset(b, 0, d * sizeof *b);
    for (size_t t = 0; t < view->o; t++) {
        const size_t j = view->seen[t];
        const double delta = view->x[j] - mean[j];
        for (size_t i = 0; i < d; i++) {
            b[i] += a[i * d + j] * delta;
        }
    }
}
