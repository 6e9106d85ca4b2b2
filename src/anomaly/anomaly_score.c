/*
 * How far out rows lie in a mixture. See gmix/anomaly.h. A row of component k has log p(x) >= log
 * pi_k N(x | k) = l_k - q / 2, q chi-squared with as many degrees of freedom as the row has cells, so
 *
 *     P(p(X) <= p(x)) <= sum_k pi_k P(q > 2 (l_k - log p(x))).
 *
 * l_k depends on which cells are there, through |Sigma_k| of their block, and not on the row.
 * Rejected: the tail by draws from the mixture, which ends where the draws do.
 */
#include <float.h>
#include <math.h>

#include <gmix/infer.h>

#include "anomaly/detector.h"
#include "condition/ordered_root.h"
#include "data/pass.h"
#include "distribution/chi_squared.h"

static const double LOG_2PI = 1.8378770664093454836;

/* The heights l_k for one set of cells that are there. */
typedef struct heights {
    size_t o;
    size_t *order;  /* D */
    bool *there;    /* D */
    double *l;      /* K */
    double *matrix; /* D x D */
    double *root;   /* packed */
    bool made;
} heights;

static gmix_status heights_new(gmix_ctx *ctx, const gmix_model *m, heights *h) {
    gmix_status status = GMIX_OK;
    const size_t d = m->d, packed = gmix_i_packed_len(d);
    GMIX_TRY(gmix_i_calloc(ctx, "features", d, sizeof *h->order, &h->order));
    GMIX_TRY(gmix_i_calloc(ctx, "features", d, sizeof *h->there, &h->there));
    GMIX_TRY(gmix_i_calloc(ctx, "heights", m->k + d * d + packed, sizeof(double), &h->l));
    h->matrix = h->l + m->k;
    h->root = h->matrix + d * d;
done:
    return status;
}

static void heights_free(gmix_ctx *ctx, heights *h) {
    gmix_i_free(ctx, h->order);
    gmix_i_free(ctx, h->there);
    gmix_i_free(ctx, h->l);
}

/* True unless a covariance is not positive definite. */
static bool heights_make(const gmix_model *m, heights *h) {
    double scale = 0.0;
    bool definite = true;
    h->o = 0;
    for (size_t j = 0; j < m->d; j++) {
        if (h->there[j]) {
            h->order[h->o++] = j;
            scale += log(m->frame.scale[j]);
        }
    }
    for (size_t c = 0; c < m->k; c++) {
        definite =
            gmix_i_ordered_root(m, c, h->o, h->order, h->matrix, h->root) && definite;
        h->l[c] = log(m->weights[c]) - 0.5 * (double)h->o * LOG_2PI - scale -
                  gmix_i_root_log_det(h->o, h->root);
    }
    h->made = true;
    return definite;
}

/* -log of the bound above, from the side that has its digits; noise is no place for normal rows and
 * does not count. */
static double far_out(const gmix_model *m, const heights *h, double log_density) {
    double top = -INFINITY, sum = 0.0, head = 0.0, all = 0.0;
    for (size_t c = 0; c < m->k && h->o > 0; c++) {
        const double w =
            m->weights[c]; /* beyond 1e154 a square is infinite, and its tail none */
        const double q = fmin(2.0 * (h->l[c] - log_density), DBL_MAX);
        if (w > 0.0) {
            const double tail = log(w) + gmix_i_chi_squared_log_tail(h->o, q);
            sum = tail > top ? sum * exp(top - tail) + 1.0 : sum + exp(tail - top);
            top = tail > top ? tail : top;
            head += w * gmix_i_chi_squared_head(h->o, q);
            all += w;
        }
    }
    if (!(all > 0.0)) {
        return 0.0;
    }
    head /= all;
    return head < 0.5 ? -log1p(-head) : fmax(log(all) - top - log(sum), 0.0);
}

/* Whether another set of cells is there than before; which ones. */
static bool other_cells(const gmix_i_rows *rows, size_t i, size_t d, heights *h) {
    bool other = !h->made;
    for (size_t j = 0; j < d; j++) {
        const bool there = !isnan(gmix_i_cell(rows, i, j));
        other = other || there != h->there[j];
        h->there[j] = there;
    }
    return other;
}

/* Adds the scores in one mixture, times `share`. l: N log-densities. */
static gmix_status add_scores(gmix_ctx *ctx, const gmix_model *m, const gmix_table *x,
                              double share, const double *l, double *out) {
    gmix_status status = GMIX_OK;
    heights h = {.o = 0};
    const gmix_i_rows rows = gmix_i_table_rows(x, 0, x->n_rows).rows;
    GMIX_TRY(heights_new(ctx, m, &h));
    for (size_t i = 0; i < x->n_rows; i++) {
        if (other_cells(&rows, i, m->d, &h) && !heights_make(m, &h)) {
            GMIX_FAIL(
                ctx, GMIX_ERR_SINGULAR,
                "the covariance of a component is next to singular in the cells of row "
                "%zu",
                i + 1);
        }
        out[i] += share * far_out(m, &h, l[i]);
    }
done:
    heights_free(ctx, &h);
    return status;
}

gmix_status gmix_i_anomaly_score(gmix_ctx *ctx, size_t n_views, gmix_model *const *models,
                                 const gmix_table *x, double *out) {
    gmix_status status = GMIX_OK;
    double *l = NULL, *sum = NULL;
    GMIX_TRY(gmix_i_calloc(ctx, "scores", 2 * x->n_rows, sizeof *l, &l));
    sum = l + x->n_rows;
    for (size_t v = 0; v < n_views; v++) {
        GMIX_TRY(gmix_log_density(ctx, models[v], x, l));
        GMIX_TRY(add_scores(ctx, models[v], x, 1.0 / (double)n_views, l, sum));
    }
    memcpy(out, sum, x->n_rows * sizeof *out);
done:
    gmix_i_free(ctx, l);
    return status;
}
