/*
 * The survey: one pass that merges per-block means and squared deviations
 *
 *     M = M_a + M_b + (m_b - m_a)^2 w_a w_b / (w_a + w_b)      (Chan, Golub & LeVeque
 * 1983)
 *
 * which keeps all digits under any offset; sums of squares (rejected) lose them.
 */
#include "data/survey.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One slot's share of the survey. */
typedef struct tally {
    uint64_t n_rows, bad_cells, bad_rows;
    uint64_t bad_row[3]; /* the first ones, in order */
    size_t bad_column;   /* of bad_row[0] */
    double bad_value;
    uint64_t bad_weight_row; /* 1-based; 0: none */
    double bad_weight;
    uint64_t bad_label_row; /* 1-based; 0: none */
    int32_t bad_label, largest_label;
    double labelled_weight;
    double weight;
    double *mean, *m2, *lowest, *highest; /* D each */
} tally;

typedef struct survey_state {
    size_t d;
    tally *tallies; /* per slot */
    double *block;  /* per slot: 2 D, mean and M of the block at hand */
} survey_state;

static bool block_is_finite(const gmix_i_block *b, size_t d) {
    double zero = 0.0; /* 0 * x stays 0 unless a cell is NaN or infinite */
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        for (size_t j = 0; j < d; j++) {
            zero += 0.0 * gmix_i_cell(&b->rows, i, j);
        }
    }
    return zero == 0.0;
}

static void note_bad_cells(tally *t, const gmix_i_block *b, size_t d) {
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        size_t in_row = 0;
        for (size_t j = 0; j < d; j++) {
            const double x = gmix_i_cell(&b->rows, i, j);
            if (isfinite(x)) {
                continue;
            }
            if (t->bad_cells == 0) {
                t->bad_column = j;
                t->bad_value = x;
            }
            if (in_row++ == 0) {
                if (t->bad_rows < 3) {
                    t->bad_row[t->bad_rows] = b->first + i;
                }
                t->bad_rows++;
            }
            t->bad_cells++;
        }
    }
}

/* Sum of the block's weights; notes the first one that is negative, NaN or infinite. */
static double block_weight(tally *t, const gmix_i_block *b) {
    if (!b->weights) {
        return (double)b->rows.n_rows;
    }
    double sum = 0.0;
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        const double w = b->weights[i];
        if (!(w >= 0.0 && w <= 1e300) && t->bad_weight_row == 0) {
            t->bad_weight_row = b->first + i + 1;
            t->bad_weight = w;
        }
        sum += w;
    }
    return sum;
}

/* Largest label and the weight of labelled rows; notes the first label that is none. */
static void tally_labels(tally *t, const gmix_i_block *b) {
    for (size_t i = 0; b->labels && i < b->rows.n_rows; i++) {
        const int32_t label = b->labels[i];
        if (label < -1 && t->bad_label_row == 0) {
            t->bad_label_row = b->first + i + 1;
            t->bad_label = label;
        }
        if (label >= 0) {
            t->largest_label = label > t->largest_label ? label : t->largest_label;
            t->labelled_weight += b->weights ? b->weights[i] : 1.0;
        }
    }
}

/* Mean and M of column j of a block; extremes go straight into the tally. */
static void column_moments(tally *t, const gmix_i_block *b, size_t j, double weight,
                           double *mean, double *m2) {
    const size_t n = b->rows.n_rows;
    const double shift = gmix_i_cell(&b->rows, 0, j);
    double s = 0.0, s2 = 0.0;
    double low = t->lowest[j], high = t->highest[j];
    for (size_t i = 0; i < n; i++) {
        const double w = b->weights ? b->weights[i] : 1.0;
        const double x = gmix_i_cell(&b->rows, i, j), z = x - shift;
        s += w * z;
        s2 += w * z * z;
        low = w > 0.0 && x < low ? x : low;
        high = w > 0.0 && x > high ? x : high;
    }
    t->lowest[j] = low;
    t->highest[j] = high;
    const double centre = s / weight;
    *mean = shift + centre;
    *m2 = fmax(s2 - s * centre, 0.0);
}

/* (weight, mean, m2) of t += those given. */
static void merge(tally *t, size_t d, double weight, const double *mean,
                  const double *m2) {
    const double total = t->weight + weight;
    if (weight <= 0.0) {
        return;
    }
    for (size_t j = 0; j < d; j++) {
        const double delta = mean[j] - t->mean[j];
        t->mean[j] += delta * (weight / total);
        t->m2[j] += m2[j] + delta * delta * (t->weight / total) * weight;
    }
    t->weight = total;
}

static void survey_block(void *arg, const gmix_i_block *b, int thread) {
    (void)thread;
    survey_state *const s = arg;
    tally *const t = &s->tallies[b->slot];
    double *const mean = s->block + 2 * s->d * b->slot, *const m2 = mean + s->d;
    t->n_rows += b->rows.n_rows;
    if (!block_is_finite(b, s->d)) {
        note_bad_cells(t, b, s->d);
        return;
    }
    const double weight = block_weight(t, b);
    tally_labels(t, b);
    if (!(weight > 0.0) || t->bad_weight_row) {
        return;
    }
    for (size_t j = 0; j < s->d; j++) {
        column_moments(t, b, j, weight, &mean[j], &m2[j]);
    }
    merge(t, s->d, weight, mean, m2);
}

/* The three smallest of two ordered lists of up to three rows. */
static void merge_bad_rows(tally *all, const tally *t) {
    uint64_t merged[3] = {0};
    size_t a = 0, b = 0;
    for (size_t i = 0; i < 3; i++) {
        const bool more_a = a < all->bad_rows && a < 3, more_b = b < t->bad_rows && b < 3;
        if (more_a && (!more_b || all->bad_row[a] < t->bad_row[b])) {
            merged[i] = all->bad_row[a++];
        } else if (more_b) {
            merged[i] = t->bad_row[b++];
        }
    }
    memcpy(all->bad_row, merged, sizeof merged);
}

static void keep_first_bad(tally *all, const tally *t) {
    if (t->bad_cells && (all->bad_cells == 0 || t->bad_row[0] < all->bad_row[0])) {
        all->bad_column = t->bad_column;
        all->bad_value = t->bad_value;
    }
    merge_bad_rows(all, t);
    all->bad_cells += t->bad_cells;
    all->bad_rows += t->bad_rows;
    if (t->bad_weight_row &&
        (all->bad_weight_row == 0 || t->bad_weight_row < all->bad_weight_row)) {
        all->bad_weight_row = t->bad_weight_row;
        all->bad_weight = t->bad_weight;
    }
    if (t->bad_label_row &&
        (all->bad_label_row == 0 || t->bad_label_row < all->bad_label_row)) {
        all->bad_label_row = t->bad_label_row;
        all->bad_label = t->bad_label;
    }
}

static void merge_slots(tally *tallies, size_t n_slots, size_t d) {
    for (size_t s = 1; s < n_slots; s++) {
        tally *const all = &tallies[0], *const t = &tallies[s];
        for (size_t j = 0; j < d; j++) {
            all->lowest[j] = fmin(all->lowest[j], t->lowest[j]);
            all->highest[j] = fmax(all->highest[j], t->highest[j]);
        }
        merge(all, d, t->weight, t->mean, t->m2);
        all->n_rows += t->n_rows;
        all->labelled_weight += t->labelled_weight;
        if (t->largest_label > all->largest_label) {
            all->largest_label = t->largest_label;
        }
        keep_first_bad(all, t);
    }
}

static gmix_status judge_cells(gmix_ctx *ctx, const gmix_i_input *in, const tally *t) {
    if (t->bad_cells == 0) {
        return GMIX_OK;
    }
    char label[96], others[96] = "";
    int used = 0;
    for (size_t i = 1; i < 3 && i < t->bad_rows; i++) {
        const char *const rows = t->bad_rows == 2 ? ", and so is a cell of row "
                                                  : ", and so are cells of rows ";
        used += snprintf(others + used, sizeof others - (size_t)used, "%s%llu",
                         i == 1 ? rows : ", ", (unsigned long long)t->bad_row[i] + 1);
    }
    if (t->bad_rows > 3) {
        snprintf(others + used, sizeof others - (size_t)used, " and %llu more",
                 (unsigned long long)t->bad_rows - 3);
    }
    return gmix_i_fail(ctx, GMIX_ERR_NONFINITE,
                       "row %llu, %s is %s%s; remove such rows or fill the cells",
                       (unsigned long long)t->bad_row[0] + 1,
                       gmix_i_column_label(in, t->bad_column, label),
                       isnan(t->bad_value) ? "missing (NaN)" : "infinite", others);
}

static gmix_status judge_rows(gmix_ctx *ctx, const tally *t) {
    if (t->bad_weight_row) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "the weight of row %llu is %g: weights are from 0 to 1e300",
                           (unsigned long long)t->bad_weight_row, t->bad_weight);
    }
    if (t->bad_label_row) {
        return gmix_i_fail(
            ctx, GMIX_ERR_DATA,
            "the label of row %llu is %d: labels are 0 or more, and -1 for "
            "an unknown class",
            (unsigned long long)t->bad_label_row, (int)t->bad_label);
    }
    if (t->n_rows == 0) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "the data have no rows");
    }
    if (!(t->weight > 0.0)) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "every row has the weight 0");
    }
    if (t->n_rows == 1) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "the data have one row: a mixture needs at least two");
    }
    return GMIX_OK;
}

static gmix_status judge_columns(gmix_ctx *ctx, const gmix_i_input *in, const tally *t) {
    size_t constant = 0, first = 0;
    for (size_t j = in->n_cols; j-- > 0;) {
        if (t->lowest[j] == t->highest[j]) {
            constant++;
            first = j;
        }
    }
    if (constant == 0) {
        return GMIX_OK;
    }
    if (constant == in->n_cols) {
        return gmix_i_fail(
            ctx, GMIX_ERR_DATA,
            "all rows that have weight are identical (%llu rows in all): there is "
            "nothing to fit",
            (unsigned long long)t->n_rows);
    }
    char label[96];
    gmix_i_column_label(in, first, label);
    return gmix_i_fail(
        ctx, GMIX_ERR_DATA,
        "%s is constant (every value is %.15g)%s: it tells components apart "
        "in no way and has no density; leave it out",
        label, t->lowest[first], constant > 1 ? ", and others are too" : "");
}

/* Squares of deviations must fit a double with room to spare. */
static gmix_status judge_spreads(gmix_ctx *ctx, const gmix_i_input *in,
                                 const gmix_i_survey *survey) {
    for (size_t j = 0; j < in->n_cols; j++) {
        if (!(survey->sd[j] > 1e-140 && survey->sd[j] < 1e140)) {
            char label[96];
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "the values of %s, from %g to %g, are too %s for double "
                               "precision to hold their squares: use other units",
                               gmix_i_column_label(in, j, label), survey->lowest[j],
                               survey->highest[j],
                               survey->sd[j] < 1.0 ? "close together" : "far apart");
        }
    }
    return GMIX_OK;
}

static gmix_status survey_alloc(gmix_ctx *ctx, size_t d, size_t n_slots,
                                survey_state *s) {
    gmix_status status = GMIX_OK;
    double *columns = NULL;
    s->d = d;
    GMIX_TRY(gmix_i_calloc(ctx, "the survey", n_slots, sizeof *s->tallies, &s->tallies));
    GMIX_TRY(gmix_i_calloc(ctx, "the survey", 6 * d * n_slots, sizeof(double), &columns));
    s->block = columns;
    for (size_t t = 0; t < n_slots; t++) {
        double *const own = columns + 2 * d * n_slots + 4 * d * t;
        s->tallies[t].largest_label = -1;
        s->tallies[t].mean = own;
        s->tallies[t].m2 = own + d;
        s->tallies[t].lowest = own + 2 * d;
        s->tallies[t].highest = own + 3 * d;
        for (size_t j = 0; j < d; j++) {
            own[2 * d + j] = INFINITY;
            own[3 * d + j] = -INFINITY;
        }
    }
done:
    return status;
}

static gmix_status survey_keep(gmix_ctx *ctx, const tally *t, size_t d,
                               gmix_i_survey *out) {
    double *kept;
    const gmix_status status =
        gmix_i_calloc(ctx, "the survey", 4 * d, sizeof(double), &kept);
    if (status != GMIX_OK) {
        return status;
    }
    *out = (gmix_i_survey){.d = d,
                           .n_rows = t->n_rows,
                           .total_weight = t->weight,
                           .largest_label = t->largest_label,
                           .labelled_weight = t->labelled_weight,
                           .mean = kept,
                           .sd = kept + d,
                           .lowest = kept + 2 * d,
                           .highest = kept + 3 * d};
    for (size_t j = 0; j < d; j++) {
        out->mean[j] = t->mean[j];
        out->sd[j] = sqrt(t->m2[j] / t->weight);
        out->lowest[j] = t->lowest[j];
        out->highest[j] = t->highest[j];
    }
    return GMIX_OK;
}

gmix_status gmix_i_survey_new(gmix_ctx *ctx, const gmix_i_input *in, gmix_i_survey *out) {
    gmix_status status = GMIX_OK;
    survey_state s = {0};
    const size_t d = in->n_cols;
    const gmix_i_cut cut = gmix_i_cut_for(d, 1, 6 * d * sizeof(double), 6 * d);
    GMIX_TRY(survey_alloc(ctx, d, cut.n_slots, &s));
    GMIX_TRY(gmix_i_pass(ctx, in, &cut, survey_block, &s));
    merge_slots(s.tallies, cut.n_slots, d);
    GMIX_TRY(judge_cells(ctx, in, &s.tallies[0]));
    GMIX_TRY(judge_rows(ctx, &s.tallies[0]));
    GMIX_TRY(judge_columns(ctx, in, &s.tallies[0]));
    GMIX_TRY(survey_keep(ctx, &s.tallies[0], d, out));
    status = judge_spreads(ctx, in, out);
    if (status != GMIX_OK) {
        gmix_i_survey_free(ctx, out);
    }
done:
    gmix_i_free(ctx, s.tallies);
    gmix_i_free(ctx, s.block);
    return status;
}

void gmix_i_survey_free(gmix_ctx *ctx, gmix_i_survey *survey) {
    gmix_i_free(ctx, survey->mean);
    *survey = (gmix_i_survey){0};
}

static void check_block(void *arg, const gmix_i_block *b, int thread) {
    (void)thread;
    survey_state *const s = arg;
    if (!block_is_finite(b, s->d)) {
        note_bad_cells(&s->tallies[b->slot], b, s->d);
    }
}

gmix_status gmix_i_check_finite(gmix_ctx *ctx, const gmix_i_input *in) {
    gmix_status status = GMIX_OK;
    const gmix_i_cut cut = gmix_i_cut_for(in->n_cols, 1, sizeof(tally), in->n_cols);
    survey_state s = {.d = in->n_cols};
    GMIX_TRY(gmix_i_calloc(ctx, "the check of cells", cut.n_slots, sizeof *s.tallies,
                           &s.tallies));
    GMIX_TRY(gmix_i_pass(ctx, in, &cut, check_block, &s));
    for (size_t slot = 1; slot < cut.n_slots; slot++) {
        keep_first_bad(&s.tallies[0], &s.tallies[slot]);
    }
    GMIX_TRY(judge_cells(ctx, in, &s.tallies[0]));
done:
    gmix_i_free(ctx, s.tallies);
    return status;
}
