/*
 * The survey: one pass that merges per-block means and squared deviations
 *
 *     M = M_a + M_b + (m_b - m_a)^2 w_a w_b / (w_a + w_b)      (Chan, Golub & LeVeque
 * 1983)
 *
 * which keeps all digits under any offset; sums of squares (rejected) lose them.
 */
#include "data/tally.h"

#include <math.h>
#include <string.h>

/* Of the block at hand. */
struct gmix_i_block_moments {
    double *weight, *mean, *m2; /* D each */
    bool *skip;                 /* rows of a block: those left out */
};

static bool block_is_finite(const gmix_i_block *b, size_t d) {
    double zero = 0.0; /* 0 * x stays 0 unless a cell is NaN or infinite */
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        for (size_t j = 0; j < d; j++) {
            zero += 0.0 * gmix_i_cell(&b->rows, i, j);
        }
    }
    return zero == 0.0;
}

static void note_bad_cell(gmix_i_tally *t, uint64_t row, bool first_in_row, size_t j,
                          double x) {
    if (t->bad_cells == 0) {
        t->bad_column = j;
        t->bad_value = x;
    }
    if (first_in_row) {
        if (t->bad_rows < 3) {
            t->bad_row[t->bad_rows] = row;
        }
        t->bad_rows++;
    }
    t->bad_cells++;
}

/* Counts missing cells, and notes those that are infinite; missing ones too if refused.
 * skip (rows of the block, or NULL) says which rows are incomplete. */
static void note_cells(gmix_i_tally *t, const gmix_i_block *b, size_t d, bool refuse,
                       bool *skip) {
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        size_t bad = 0, missing = 0;
        for (size_t j = 0; j < d; j++) {
            const double x = gmix_i_cell(&b->rows, i, j);
            missing += isnan(x) ? 1U : 0U;
            if (isinf(x) || (refuse && isnan(x))) {
                note_bad_cell(t, b->first + i, bad++ == 0, j, x);
            }
        }
        t->n_missing_cells += missing;
        t->n_incomplete_rows += missing > 0;
        t->n_empty_rows += missing == d;
        if (skip) {
            skip[i] = missing > 0;
        }
    }
}

/* Sum of the block's weights, but for rows left out; notes the first one that is negative,
 * NaN or infinite. */
static double block_weight(gmix_i_tally *t, const gmix_i_block *b, const bool *skip) {
    double sum = 0.0;
    if (!b->weights) {
        t->largest_weight = fmax(t->largest_weight, 1.0);
        for (size_t i = 0; skip && i < b->rows.n_rows; i++) {
            sum -= skip[i];
        }
        return sum + (double)b->rows.n_rows;
    }
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        const double w = b->weights[i];
        if (!(w >= 0.0 && w <= 1e300) && t->bad_weight_row == 0) {
            t->bad_weight_row = b->first + i + 1;
            t->bad_weight = w;
        }
        t->largest_weight = w > t->largest_weight ? w : t->largest_weight;
        sum += skip && skip[i] ? 0.0 : w;
    }
    return sum;
}

/* Largest label and the weight of labelled rows; notes the first label that is none. */
static void tally_labels(gmix_i_tally *t, const gmix_i_block *b, const bool *skip) {
    for (size_t i = 0; b->labels && i < b->rows.n_rows; i++) {
        const int32_t label = b->labels[i];
        if (label < -1 && t->bad_label_row == 0) {
            t->bad_label_row = b->first + i + 1;
            t->bad_label = label;
        }
        if (label >= 0 && !(skip && skip[i])) {
            t->largest_label = label > t->largest_label ? label : t->largest_label;
            t->labelled_weight += b->weights ? b->weights[i] : 1.0;
        }
    }
}

/* Mean and M of column j of a block; extremes go straight into the tally. */
static void column_moments(gmix_i_tally *t, const gmix_i_block *b, size_t j,
                           double weight, double *mean, double *m2) {
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

/* The same where cells are missing or rows left out; *weight is that of the others. */
static void observed_moments(gmix_i_tally *t, const gmix_i_block *b, size_t j,
                             const bool *skip, double *weight, double *mean, double *m2) {
    double shift = (double)NAN, s = 0.0, s2 = 0.0, sum = 0.0;
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        const double w = b->weights ? b->weights[i] : 1.0;
        const double x = gmix_i_cell(&b->rows, i, j);
        if (isnan(x) || !(w > 0.0) || (skip && skip[i])) {
            continue;
        }
        shift = isnan(shift) ? x : shift;
        sum += w;
        s += w * (x - shift);
        s2 += w * (x - shift) * (x - shift);
        t->lowest[j] = fmin(t->lowest[j], x);
        t->highest[j] = fmax(t->highest[j], x);
    }
    *weight = sum;
    *mean = shift + s / sum;
    *m2 = fmax(s2 - s * (s / sum), 0.0);
}

/* (weight, seen, mean, m2) of t += those given. */
static void merge(gmix_i_tally *t, size_t d, double weight, const double *seen,
                  const double *mean, const double *m2) {
    for (size_t j = 0; j < d; j++) {
        const double total = t->seen[j] + seen[j];
        if (seen[j] > 0.0) {
            const double delta = mean[j] - t->mean[j];
            t->mean[j] += delta * (seen[j] / total);
            t->m2[j] += m2[j] + delta * delta * (t->seen[j] / total) * seen[j];
            t->seen[j] = total;
        }
    }
    t->weight += weight;
}

void gmix_i_tally_block(void *arg, const gmix_i_block *b, int thread) {
    (void)thread;
    gmix_i_tallies *const s = arg;
    gmix_i_tally *const t = &s->at[b->slot];
    const gmix_i_block_moments *const m = &s->blocks[b->slot];
    const bool finite = block_is_finite(b, s->d);
    bool *const skip = finite ? NULL : m->skip;
    t->n_rows += b->rows.n_rows;
    if (!finite) {
        note_cells(t, b, s->d, s->missing == GMIX_I_MISSING_REFUSE, skip);
    }
    const double weight = block_weight(t, b, skip);
    tally_labels(t, b, skip);
    if (!(weight > 0.0) || t->bad_weight_row || t->bad_cells) {
        return;
    }
    for (size_t j = 0; j < s->d; j++) {
        if (finite) {
            m->weight[j] = weight;
            column_moments(t, b, j, weight, &m->mean[j], &m->m2[j]);
        } else {
            observed_moments(t, b, j, skip, &m->weight[j], &m->mean[j], &m->m2[j]);
        }
    }
    merge(t, s->d, weight, m->weight, m->mean, m->m2);
}

/* The three smallest of two ordered lists of up to three rows. */
static void merge_bad_rows(gmix_i_tally *all, const gmix_i_tally *t) {
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

static void merge_cells(gmix_i_tally *all, const gmix_i_tally *t) {
    all->n_missing_cells += t->n_missing_cells;
    all->n_incomplete_rows += t->n_incomplete_rows;
    all->n_empty_rows += t->n_empty_rows;
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

void gmix_i_tally_join(gmix_i_tally *all, const gmix_i_tally *t, size_t d) {
    for (size_t j = 0; j < d; j++) {
        all->lowest[j] = fmin(all->lowest[j], t->lowest[j]);
        all->highest[j] = fmax(all->highest[j], t->highest[j]);
    }
    merge(all, d, t->weight, t->seen, t->mean, t->m2);
    all->n_rows += t->n_rows;
    all->labelled_weight += t->labelled_weight;
    all->largest_weight = fmax(all->largest_weight, t->largest_weight);
    if (t->largest_label > all->largest_label) {
        all->largest_label = t->largest_label;
    }
    merge_cells(all, t);
}

/* Every number of a slot: those of its tally, and of its block. */
static void share_columns(gmix_i_tallies *s, size_t slot, size_t rows) {
    enum { LISTS = 8 };
    const size_t d = s->d;
    double *const own = s->columns + LISTS * d * slot;
    gmix_i_tally *const t = &s->at[slot];
    t->largest_label = -1;
    t->mean = own;
    t->m2 = own + d;
    t->lowest = own + 2 * d;
    t->highest = own + 3 * d;
    t->seen = own + 4 * d;
    s->blocks[slot] =
        (gmix_i_block_moments){.weight = own + 5 * d,
                               .mean = own + 6 * d,
                               .m2 = own + 7 * d,
                               .skip = s->flags ? s->flags + rows * slot : NULL};
    for (size_t j = 0; j < d; j++) {
        t->lowest[j] = INFINITY;
        t->highest[j] = -INFINITY;
    }
}

void gmix_i_tallies_free(gmix_ctx *ctx, gmix_i_tallies *t) {
    gmix_i_free(ctx, t->at);
    gmix_i_free(ctx, t->blocks);
    gmix_i_free(ctx, t->columns);
    gmix_i_free(ctx, t->flags);
    *t = (gmix_i_tallies){0};
}

gmix_status gmix_i_tallies_new(gmix_ctx *ctx, size_t d, gmix_i_missing missing, size_t n,
                               size_t rows, gmix_i_tallies *out) {
    gmix_status status = GMIX_OK;
    const char *const what = "the survey";
    *out = (gmix_i_tallies){.d = d, .n = n, .missing = missing};
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof *out->at, &out->at));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof *out->blocks, &out->blocks));
    GMIX_TRY(gmix_i_calloc(ctx, what, 8 * d * n, sizeof(double), &out->columns));
    if (missing == GMIX_I_MISSING_DROP) {
        GMIX_TRY(gmix_i_calloc(ctx, what, n * rows, sizeof(bool), &out->flags));
    }
    for (size_t slot = 0; slot < n; slot++) {
        share_columns(out, slot, rows);
    }
done:
    if (status != GMIX_OK) {
        gmix_i_tallies_free(ctx, out);
    }
    return status;
}

gmix_status gmix_i_survey_from_tally(gmix_ctx *ctx, const gmix_i_tally *t, size_t d,
                                     double ridge, gmix_i_survey *out) {
    double *kept = NULL;
    gmix_i_grain *grain = NULL;
    gmix_status status = gmix_i_calloc(ctx, "the survey", 4 * d, sizeof(double), &kept);
    if (status == GMIX_OK) {
        status = gmix_i_calloc(ctx, "the survey", d, sizeof *grain, &grain);
    }
    if (status != GMIX_OK) {
        gmix_i_free(ctx, kept);
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
                           .highest = kept + 3 * d,
                           .grain = grain,
                           .n_missing_cells = t->n_missing_cells,
                           .n_incomplete_rows = t->n_incomplete_rows,
                           .n_empty_rows = t->n_empty_rows};
    for (size_t j = 0; j < d; j++) {
        out->mean[j] = t->mean[j];
        const bool constant = t->lowest[j] == t->highest[j];
        out->sd[j] = sqrt(constant ? ridge : t->m2[j] / t->seen[j]);
        out->lowest[j] = t->lowest[j];
        out->highest[j] = t->highest[j];
        out->log_noise_volume += log(t->highest[j] - t->lowest[j]);
    }
    return GMIX_OK;
}

gmix_status gmix_i_survey_new(gmix_ctx *ctx, const gmix_i_input *in,
                              gmix_i_missing missing, double ridge, gmix_i_survey *out) {
    gmix_status status = GMIX_OK;
    const size_t d = in->n_cols;
    gmix_i_tallies tallies = {0};
    const gmix_i_cut cut = gmix_i_cut_for(d, 1, 6 * d * sizeof(double), 6 * d);
    GMIX_TRY(gmix_i_tallies_new(ctx, d, missing, cut.n_slots, cut.rows, &tallies));
    GMIX_TRY(gmix_i_pass(ctx, in, &cut, gmix_i_tally_block, &tallies));
    gmix_i_tally *const all = tallies.at;
    for (size_t s = 1; s < cut.n_slots; s++) {
        gmix_i_tally_join(all, &tallies.at[s], d);
    }
    GMIX_TRY(gmix_i_refuse_cells(ctx, in, all));
    GMIX_TRY(gmix_i_refuse_rows(ctx, all, missing));
    GMIX_TRY(gmix_i_refuse_columns(ctx, in, all, ridge));
    GMIX_TRY(gmix_i_survey_from_tally(ctx, all, d, ridge, out));
    status = gmix_i_refuse_spreads(ctx, in, out);
    if (status != GMIX_OK) {
        gmix_i_survey_free(ctx, out);
    }
done:
    gmix_i_tallies_free(ctx, &tallies);
    return status;
}

void gmix_i_survey_free(gmix_ctx *ctx, gmix_i_survey *survey) {
    gmix_i_free(ctx, survey->mean);
    gmix_i_free(ctx, survey->grain);
    *survey = (gmix_i_survey){0};
}

static void check_block(void *arg, const gmix_i_block *b, int thread) {
    (void)thread;
    const gmix_i_tallies *const s = arg;
    if (!block_is_finite(b, s->d)) {
        note_cells(&s->at[b->slot], b, s->d, false, NULL);
    }
}

gmix_status gmix_i_check_cells(gmix_ctx *ctx, const gmix_i_input *in,
                               uint64_t *n_missing) {
    gmix_status status = GMIX_OK;
    const gmix_i_cut cut =
        gmix_i_cut_for(in->n_cols, 1, sizeof(gmix_i_tally), in->n_cols);
    gmix_i_tally at[GMIX_I_MOST_SLOTS] = {0};
    gmix_i_tallies s = {.d = in->n_cols, .at = at};
    GMIX_TRY(gmix_i_pass(ctx, in, &cut, check_block, &s));
    for (size_t slot = 1; slot < cut.n_slots; slot++) {
        merge_cells(&s.at[0], &s.at[slot]);
    }
    GMIX_TRY(gmix_i_refuse_cells(ctx, in, &s.at[0]));
    *n_missing = s.at[0].n_missing_cells;
done:
    return status;
}
