/* How rows were observed. See observation.h. */
#include "engine/observation.h"

#include "linalg/linalg.h"
#include <math.h>

gmix_status gmix_i_observation_new(gmix_ctx *ctx, size_t d, gmix_i_observation *out) {
    *out =
        (gmix_i_observation){.d = d, .truncation = {-INFINITY, INFINITY}, .share = 1.0};
    const gmix_status status =
        gmix_i_calloc(ctx, "errors", d, sizeof *out->least, &out->least);
    for (size_t j = 0; status == GMIX_OK && j < d; j++) {
        out->least[j] = INFINITY;
    }
    return status;
}

void gmix_i_observation_free(const gmix_allocator *from, gmix_i_observation *o) {
    gmix_i_release(from, o->least);
    *o = (gmix_i_observation){0};
}

static bool is_len(const gmix_i_observation *o) {
    switch (o->kind) {
    case GMIX_I_OBSERVED_ERRORS:
        return o->len == o->d || o->len == gmix_i_packed_len(o->d);
    case GMIX_I_OBSERVED_BOUNDS:
        return o->len == 2 * o->d;
    default:
        return o->len == 0;
    }
}

void gmix_i_observation_wire(gmix_i_wire *w, gmix_i_observation *o) {
    size_t kind = o->kind;
    gmix_i_wire_size(w, &kind);
    gmix_i_wire_expect(w, kind <= GMIX_I_OBSERVED_BOUNDS);
    o->kind = w->status == GMIX_OK ? (gmix_i_observed)kind : GMIX_I_OBSERVED_CELLS;
    gmix_i_wire_size(w, &o->d);
    gmix_i_wire_size(w, &o->len);
    gmix_i_wire_flag(w, &o->any);
    gmix_i_wire_flag(w, &o->exact);
    gmix_i_wire_flag(w, &o->mixed);
    gmix_i_wire_reals(w, o->truncation, 2);
    gmix_i_wire_real(w, &o->share);
    gmix_i_wire_expect(w, is_len(o) && o->truncation[0] < o->truncation[1] &&
                              (o->d == 1 || !gmix_i_observation_is_truncated(o)) &&
                              o->share <= 1.0);
    if (!w->writing) {
        gmix_i_wire_expect(w, o->d <= (w->size - w->at) / sizeof(double));
        if (!o->least) {
            gmix_i_wire_alloc(w, o->d, sizeof *o->least, &o->least);
        }
    }
    for (size_t j = 0; j < o->d && w->status == GMIX_OK; j++) {
        gmix_i_wire_real(w, &o->least[j]);
        gmix_i_wire_expect(w, o->least[j] >= 0.0);
    }
}

void gmix_i_observation_join(gmix_i_observation *all, const gmix_i_observation *more) {
    if (!more->any) {
        return;
    }
    const bool is_same = !all->any || (all->truncation[0] == more->truncation[0] &&
                                       all->truncation[1] == more->truncation[1]);
    const bool both =
        all->kind != GMIX_I_OBSERVED_CELLS && more->kind != GMIX_I_OBSERVED_CELLS;
    all->mixed = all->mixed || more->mixed || !is_same ||
                 (both && (all->kind != more->kind || all->len != more->len));
    if (all->kind == GMIX_I_OBSERVED_CELLS) {
        all->kind = more->kind;
        all->len = more->len;
    }
    all->any = true;
    all->exact = all->exact || more->exact;
    all->truncation[0] = more->truncation[0];
    all->truncation[1] = more->truncation[1];
    for (size_t j = 0; j < all->d; j++) {
        all->least[j] = fmin(all->least[j], more->least[j]);
    }
    all->share = fmin(all->share, more->share);
}

/* Kind and truncation of rows. */
static gmix_i_observation kind_of(const gmix_i_measurements *rows) {
    gmix_i_observation o = {.d = rows->table.n_cols, .truncation = {-INFINITY, INFINITY}};
    if (rows->errors.at) {
        o.kind = GMIX_I_OBSERVED_ERRORS;
        o.len = rows->errors.len;
    } else if (rows->between.lower) {
        o.kind = GMIX_I_OBSERVED_BOUNDS;
        o.len = 2 * o.d;
    }
    for (int i = 0; rows->truncation && i < 2; i++) {
        o.truncation[i] = rows->truncation[i];
    }
    return o;
}

/* A row that counts and of which cells are all there is. */
static bool any_counts(const gmix_table *t) {
    for (size_t i = 0; i < t->n_rows; i++) {
        if (!t->weights || t->weights[i] > 0.0) {
            return true;
        }
    }
    return false;
}

/* As gmix_i_errors has it, row by row: how rows are cut makes no difference. */
static void add_least(const gmix_i_measurements *rows, double *least) {
    const gmix_i_errors *const e = &rows->errors;
    const gmix_i_rows cells = gmix_i_table_rows(&rows->table, 0, rows->table.n_rows).rows;
    const size_t d = rows->table.n_cols;
    for (size_t i = 0; i < rows->table.n_rows; i++) {
        bool any = false;
        for (size_t j = 0; e->at && j < d; j++) {
            const double variance = e->at[i * e->len + gmix_i_variance_at(e->len, d, j)];
            const bool is_there = !isnan(gmix_i_cell(&cells, i, j));
            any = any || (is_there && variance > 0.0);
            least[j] = is_there ? fmin(least[j], variance) : least[j];
        }
        for (size_t j = 0; j < d && !any; j++) {
            least[j] = 0.0;
        }
    }
}

gmix_status gmix_i_observation_add(gmix_ctx *ctx, const gmix_i_measurements *rows,
                                   const double *units, gmix_i_observation *o) {
    gmix_status status = GMIX_OK;
    gmix_i_observation more = kind_of(rows);
    const bool known = more.kind == GMIX_I_OBSERVED_ERRORS   ? rows->errors.everywhere
                       : more.kind == GMIX_I_OBSERVED_BOUNDS ? rows->between.everywhere
                                                             : !any_counts(&rows->table);
    more.any = true;
    more.exact = !known;
    more.share = 1.0;
    more.least = o->least;
    add_least(rows, o->least);
    if (units && rows->errors.at) {
        GMIX_TRY(gmix_i_errors_share(ctx, &rows->errors, rows->table.n_rows, units,
                                     &more.share));
    }
    gmix_i_observation_join(o, &more);
    if (o->mixed) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "the rows were not observed in one way: all have variances of their "
                  "errors, or all covariances, or "
                  "all bounds of cells, and one truncation");
    }
done:
    return status;
}

gmix_status gmix_i_observation_check(gmix_ctx *ctx, const gmix_i_observation *o,
                                     const gmix_i_measurements *rows) {
    const gmix_i_observation now = kind_of(rows);
    const bool fits = (now.kind == GMIX_I_OBSERVED_CELLS ||
                       (now.kind == o->kind && now.len == o->len)) &&
                      now.truncation[0] == o->truncation[0] &&
                      now.truncation[1] == o->truncation[1];
    return fits ? GMIX_OK
                : gmix_i_fail(
                      ctx, GMIX_ERR_DATA,
                      "the data changed between passes: errors, bounds or truncation "
                      "are not those of the first");
}

void gmix_i_observation_put(const gmix_i_observation *o, const gmix_i_measurements *rows,
                            size_t i, double *to, double *upper) {
    const gmix_i_errors *const e = &rows->errors;
    const gmix_i_between *const b = &rows->between;
    if (o->kind == GMIX_I_OBSERVED_ERRORS) {
        for (size_t t = 0; t < o->len; t++) {
            to[t] = e->at ? e->at[i * o->len + t] : 0.0;
        }
        return;
    }
    const gmix_i_rows cells = gmix_i_table_rows(&rows->table, i, 1).rows;
    for (size_t j = 0; j < o->d && o->kind == GMIX_I_OBSERVED_BOUNDS; j++) {
        const double x = gmix_i_cell(&cells, 0, j);
        to[j] = b->lower ? b->lower[i * o->d + j] : x;
        upper[j] = b->upper ? b->upper[i * o->d + j] : x;
    }
}
