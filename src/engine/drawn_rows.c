/* What the master has of rows: how they were observed, and those that were drawn. See master.h. */
#include <string.h>

#include "engine/master.h"

/* How rows were observed. Of covariances the measure finds out what they share. */
gmix_status gmix_i_master_see(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    if (e->sums.seen.mixed) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "the rows were not observed in one way: all have variances of their "
                  "errors, or all covariances, "
                  "or all bounds of cells, and one truncation");
    }
    if (!gmix_i_observation_fits(&e->sums.seen, e->block_rows)) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "covariances of errors of %zu features are %zu numbers a row, too many "
                  "for rows that lie elsewhere: "
                  "give variances, or use gmix_fit()",
                  e->set.d, e->sums.seen.len);
    }
    e->seen = e->sums.seen;
    e->sums.seen = (gmix_i_observation){0};
    for (size_t j = 0; j < e->set.d; j++) {
        e->seen.least[j] = isfinite(e->seen.least[j]) ? e->seen.least[j] : 0.0;
    }
    gmix_i_master_observe(e);
done:
    return status;
}

/* Number t of those that row i has beside its cells: see gmix_engine. */
static double *beside_at(const gmix_engine *e, size_t i, size_t t) {
    const size_t d = e->set.d, len = e->seen.len;
    const bool bounds = e->seen.kind == GMIX_I_OBSERVED_BOUNDS;
    return e->beside + (!bounds ? i * len + t
                        : t < d ? i * d + t
                                : (e->n_drawn + i) * d + t - d);
}

/* A start within the classes wants rows of each. Those of a rare class may not be among the rows drawn. */
static gmix_status check_classes(gmix_ctx *ctx, const gmix_engine *e) {
    if (e->whole || e->set.opts.init_model) {
        return GMIX_OK;
    }
    for (size_t c = 0; c < e->set.n_classes; c++) {
        size_t i = 0;
        while (i < e->n_drawn && !(e->labels[i] == (int32_t)c && e->w[i] > 0.0)) {
            i++;
        }
        if (i == e->n_drawn) {
            return gmix_i_fail(
                ctx, GMIX_ERR_DATA,
                "of the %zu rows that were drawn for the start none has a "
                "weight and is labelled as class %zu ('%.80s'): leave it "
                "out, label more rows, or begin from a model (init_model) of "
                "a table with more of them",
                e->n_drawn, c, e->set.class_names ? e->set.class_names[c] : "");
        }
    }
    return GMIX_OK;
}

/* The rows drawn, in their order. */
gmix_status gmix_i_master_take_rows(gmix_ctx *ctx, gmix_engine *e) {
    enum { WEIGHT = 1, LABEL, CELLS };
    gmix_status status = GMIX_OK;
    const gmix_i_records *const r = &e->sums.drawn;
    const size_t d = e->set.d, m = e->n_drawn;
    bool *seen = NULL;
    const gmix_i_observation *const o = &e->seen;
    size_t n = 0;
    GMIX_TRY(gmix_i_calloc(ctx, "rows that were drawn", m * d, sizeof(double), &e->x));
    GMIX_TRY(gmix_i_calloc(ctx, "rows that were drawn", m, sizeof(double), &e->w));
    GMIX_TRY(
        gmix_i_calloc(ctx, "rows that were drawn", m, sizeof *e->labels, &e->labels));
    GMIX_TRY(gmix_i_calloc(ctx, "rows that were drawn", m, sizeof *seen, &seen));
    if (o->len > 0) {
        GMIX_TRY(gmix_i_calloc(ctx, "rows that were drawn", m * o->len, sizeof(double),
                               &e->beside));
    }
    for (size_t i = 0; i < r->n; i++) {
        const uint64_t *const from = r->at + i * r->words;
        if (from[0] >= m || seen[from[0]]) {
            continue;
        }
        seen[from[0]] = true;
        n++;
        e->w[from[0]] = gmix_i_real_of(from[WEIGHT]);
        e->labels[from[0]] = (int32_t)(uint32_t)from[LABEL];
        for (size_t j = 0; j < d; j++) {
            e->x[from[0] * d + j] = gmix_i_real_of(from[CELLS + j]);
        }
        for (size_t t = 0; t < o->len; t++) {
            *beside_at(e, from[0], t) = gmix_i_real_of(from[CELLS + d + t]);
        }
    }
    if (n < m || r->n > m) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "the data changed between passes, or parts answered "
                  "with rows that were not asked for");
    }
    GMIX_TRY(check_classes(ctx, e));
done:
    gmix_i_free(ctx, seen);
    return status;
}

gmix_status gmix_i_master_take_patterns(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    gmix_i_records *const r = &e->sums.patterns;
    if (e->job.most_patterns == 0) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_records_thin(ctx, r, e->job.most_patterns));
    GMIX_TRY(gmix_i_patterns_none(ctx, e->set.d, r->n, &e->patterns));
    for (size_t i = 0; i < r->n; i++) {
        gmix_i_patterns_add(&e->patterns, r->at + i * r->words + 1);
    }
done:
    return status;
}

void gmix_i_master_forget_rows(gmix_ctx *ctx, gmix_engine *e) {
    gmix_i_free(ctx, e->x);
    gmix_i_free(ctx, e->w);
    gmix_i_free(ctx, e->labels);
    gmix_i_free(ctx, e->beside);
    e->x = e->w = e->beside = NULL;
    e->labels = NULL;
}

const int32_t *gmix_i_master_labels(const gmix_engine *e) {
    for (size_t i = 0; i < e->n_drawn; i++) {
        if (e->labels[i] >= 0) {
            return e->labels;
        }
    }
    return gmix_i_is_bayesian(&e->set.opts) ? NULL : e->labels;
}

void gmix_i_master_observe(gmix_engine *e) {
    gmix_i_observation *const seen = &e->seen;
    const bool truncated = gmix_i_observation_is_truncated(seen);
    e->errors = (gmix_i_errors){.len = seen->len,
                                .d = e->set.d,
                                .least = seen->least,
                                .everywhere = !seen->exact};
    e->between = (gmix_i_between){.d = e->set.d, .everywhere = !seen->exact};
    e->input.errors = seen->kind == GMIX_I_OBSERVED_ERRORS ? &e->errors : NULL;
    e->input.between = seen->kind == GMIX_I_OBSERVED_BOUNDS ? &e->between : NULL;
    e->input.truncation = truncated ? seen->truncation : NULL;
}

gmix_table gmix_i_master_rows(const gmix_engine *e) {
    gmix_table all = gmix_table_f64(e->x, e->n_drawn, e->set.d);
    all.weights = e->w;
    all.labels = gmix_i_master_labels(e);
    all.names = (const char *const *)e->set.names;
    all.n_classes = e->set.n_classes;
    all.class_names = (const char *const *)e->set.class_names;
    if (e->seen.kind == GMIX_I_OBSERVED_ERRORS) {
        all.errors = e->beside;
        all.errors_len = e->seen.len;
    } else if (e->seen.kind == GMIX_I_OBSERVED_BOUNDS) {
        all.lower = e->beside;
        all.upper = e->beside + e->n_drawn * e->set.d;
    }
    all.truncation =
        gmix_i_observation_is_truncated(&e->seen) ? e->seen.truncation : NULL;
    return all;
}
