/*
 * Facts of the rows: all that is wanted of a row from one evaluation of the mixture, block by
 * block; what is kept of it are the component and its certainty, for pictures. Facts of the model: with the mixture of the other components,
 *
 *     mu_-k = sum_{l != k} pi_l mu_l / (1 - pi_k),
 *     var_-k = sum_{l != k} pi_l (var_l + (mu_l - mu_-k)^2) / (1 - pi_k),
 *
 *     distance_k = (mu_k - mu_-k) / sqrt((var_k + var_-k) / 2)      (Cohen 1988, d),
 *     separation = sum_k pi_k (mu_k - mu)^2 / var                   (correlation ratio),
 *
 * feature by feature.
 */
#include "page/facts.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "page/features.h"

/* Keeps the rows of lowest rank, the earlier one in a tie. */
static void note(gmix_i_noted_list *list, const gmix_i_noted *row) {
    size_t at = list->n;
    while (at > 0 && list->rows[at - 1].rank > row->rank) {
        at--;
    }
    if (at == GMIX_I_ROWS_LISTED) {
        return;
    }
    const size_t kept =
        list->n < GMIX_I_ROWS_LISTED ? list->n : (size_t)GMIX_I_ROWS_LISTED - 1;
    memmove(list->rows + at + 1, list->rows + at, (kept - at) * sizeof *row);
    list->rows[at] = *row;
    list->n = kept + 1;
}

/* The two likeliest groups of a row; noise has what the components leave. */
static gmix_i_noted likeliest(const gmix_i_facts *f, const double *resp) {
    gmix_i_noted row = {.first = 0, .second = 0, .p_first = -1, .p_second = -1};
    double left = 1.0;
    for (size_t g = 0; g < f->n_groups; g++) {
        const double p = g < f->k ? resp[g] : fmax(left, 0.0);
        left -= p;
        if (p > row.p_first) {
            row.second = row.first;
            row.p_second = row.p_first;
            row.first = g;
            row.p_first = p;
        } else if (p > row.p_second) {
            row.second = g;
            row.p_second = p;
        }
    }
    row.p_second = fmax(row.p_second, 0.0);
    return row;
}

static void take_row(gmix_i_facts *f, size_t row, double w, const double *resp,
                     double log_density) {
    gmix_i_noted found = likeliest(f, resp);
    found.row = row;
    f->certainty += w * found.p_first;
    f->n_members[found.first]++;
    if (found.p_first < GMIX_I_SURE) {
        f->n_doubtful++;
        f->n_between[found.first * f->n_groups + found.second]++;
        found.rank = found.p_first;
        note(&f->doubtful, &found);
    }
    found.rank = log_density;
    note(&f->unlikely, &found);
}

/* Sums of the cells, shifted by the feature's first one to keep their digits; the counts
 * are weights. */
typedef struct sums {
    double *shift, *count, *sum, *square; /* D each */
} sums;

/* True if any cell of the row is observed. */
static bool take_cells(gmix_i_facts *f, const gmix_table *x, size_t i, double w,
                       sums *s) {
    size_t n_missing = 0;
    for (size_t j = 0; j < f->d; j++) {
        const double value = gmix_i_table_cell(x, i, j);
        if (isnan(value)) {
            n_missing++;
            continue;
        }
        if (f->lowest[j] > f->highest[j]) {
            s->shift[j] = value;
        }
        const double from = value - s->shift[j];
        s->count[j] += w;
        s->sum[j] += w * from;
        s->square[j] += w * from * from;
        f->lowest[j] = fmin(f->lowest[j], value);
        f->highest[j] = fmax(f->highest[j], value);
    }
    f->n_missing += n_missing;
    f->n_incomplete += n_missing > 0;
    f->n_empty += n_missing == f->d;
    return n_missing < f->d;
}

/* Where a block's evaluation goes. */
static gmix_status places_new(gmix_ctx *ctx, size_t k, gmix_prediction *out) {
    gmix_status status = GMIX_OK;
    const size_t rows = GMIX_I_ASSIGNED_ROWS;
    GMIX_TRY(
        gmix_i_calloc(ctx, "a page", rows * k, sizeof(double), &out->responsibilities));
    GMIX_TRY(gmix_i_calloc(ctx, "a page", rows, sizeof(double), &out->log_density));
    GMIX_TRY(gmix_i_calloc(ctx, "a page", rows, sizeof(double), &out->certainty));
    GMIX_TRY(gmix_i_calloc(ctx, "a page", rows, sizeof(int32_t), &out->labels));
done:
    return status;
}

static void places_free(gmix_ctx *ctx, gmix_prediction *out) {
    gmix_i_free(ctx, out->responsibilities);
    gmix_i_free(ctx, out->log_density);
    gmix_i_free(ctx, out->certainty);
    gmix_i_free(ctx, out->labels);
}

static void take_block(gmix_i_facts *f, const gmix_table *x, size_t first, size_t n,
                       const gmix_prediction *said, sums *s) {
    gmix_i_assign_rows(&f->assigned, first, n, said);
    for (size_t i = 0; i < n; i++) {
        const double w = gmix_i_row_weight(x, first + i), l = said->log_density[i];
        f->total += w;
        f->log_likelihood = fmax(f->log_likelihood + w * l, -DBL_MAX);
        if (take_cells(f, x, first + i, w, s) && w > 0.0) {
            f->placed += w;
            take_row(f, first + i, w, said->responsibilities + i * f->k, l);
        }
    }
}

static gmix_status pass(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                        gmix_i_facts *f, sums *s) {
    gmix_status status = GMIX_OK;
    gmix_predictor *predictor = NULL;
    gmix_prediction out;
    gmix_prediction_init(&out);
    size_t first = 0, n;
    GMIX_TRY(gmix_predictor_new(ctx, model, &predictor));
    GMIX_TRY(places_new(ctx, f->k, &out));
    do {
        n = f->n - first;
        n = n < GMIX_I_ASSIGNED_ROWS ? n : (size_t)GMIX_I_ASSIGNED_ROWS;
        GMIX_TRY(gmix_predictor_rows(ctx, predictor, x, first, n, &out));
        take_block(f, x, first, n, &out, s);
        first += n;
    } while (first < f->n);
done:
    places_free(ctx, &out);
    gmix_predictor_free(&predictor);
    return status;
}

static void finish(gmix_i_facts *f, const sums *s) {
    const size_t n_placed = f->n - f->n_empty;
    f->certainty = f->placed > 0.0 ? f->certainty / f->placed : 0.0;
    f->doubtful_share = n_placed > 0 ? (double)f->n_doubtful / (double)n_placed : 0.0;
    for (size_t j = 0; j < f->d; j++) {
        const double mean = s->sum[j] / s->count[j];
        f->mean[j] = s->shift[j] + mean;
        f->sd[j] = sqrt(fmax(s->square[j] / s->count[j] - mean * mean, 0.0));
    }
}

static gmix_status find_rows(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                             gmix_i_facts *f) {
    gmix_status status = GMIX_OK;
    double *room = NULL;
    gmix_i_assigned *const rows = &f->assigned;
    GMIX_TRY(gmix_i_check_weights(ctx, x));
    GMIX_TRY(
        gmix_i_calloc(ctx, "a page", f->n, sizeof *rows->component, &rows->component));
    GMIX_TRY(gmix_i_calloc(ctx, "a page", f->n, sizeof *rows->doubt, &rows->doubt));
    GMIX_TRY(gmix_i_calloc(ctx, "a page", 4 * f->d, sizeof *room, &room));
    sums s = {room, room + f->d, room + 2 * f->d, room + 3 * f->d};
    for (size_t j = 0; j < f->d; j++) {
        f->lowest[j] = INFINITY;
        f->highest[j] = -INFINITY;
    }
    GMIX_TRY(pass(ctx, model, x, f, &s));
    finish(f, &s);
done:
    gmix_i_free(ctx, room);
    return status;
}

gmix_status gmix_i_facts_find(gmix_ctx *ctx, const gmix_model *model, const gmix_table *x,
                              gmix_i_facts *facts) {
    gmix_status status = GMIX_OK;
    const size_t k = gmix_model_n_components(model), d = gmix_model_n_features(model);
    gmix_i_facts f = {.n = x->n_rows, .d = d, .k = k};
    f.n_groups = k + (gmix_model_noise_weight(model) > 0.0);
    const size_t g = f.n_groups;
    GMIX_TRY(gmix_i_calloc(ctx, "a page", g, sizeof *f.n_members, &f.n_members));
    GMIX_TRY(gmix_i_calloc(ctx, "a page", g * g, sizeof *f.n_between, &f.n_between));
    GMIX_TRY(gmix_i_calloc(ctx, "a page", 4 * d, sizeof *f.mean, &f.mean));
    f.sd = f.mean + d;
    f.lowest = f.mean + 2 * d;
    f.highest = f.mean + 3 * d;
    GMIX_TRY(gmix_i_calloc(ctx, "a page", 3 * k * d + d, sizeof *f.sds, &f.sds));
    f.distance = f.sds + k * d;
    f.spread = f.sds + 2 * k * d;
    f.separation = f.sds + 3 * k * d;
    GMIX_TRY(gmix_i_calloc(ctx, "a page", d, sizeof *f.order, &f.order));
    gmix_i_features_compare(model, &f);
    GMIX_TRY(find_rows(ctx, model, x, &f));
    *facts = f;
    return GMIX_OK;
done:
    gmix_i_facts_free(ctx, &f);
    return status;
}

void gmix_i_facts_free(gmix_ctx *ctx, gmix_i_facts *facts) {
    gmix_i_free(ctx, facts->n_members);
    gmix_i_free(ctx, facts->n_between);
    gmix_i_free(ctx, facts->mean);
    gmix_i_free(ctx, facts->sds);
    gmix_i_free(ctx, facts->order);
    gmix_i_free(ctx, facts->assigned.component);
    gmix_i_free(ctx, facts->assigned.doubt);
    *facts = (gmix_i_facts){0};
}
