/* Who passes over which rows. See mpi_share.h. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mpi_share.h"

enum { WEIGHT, LABEL, HEAD, ROWS = 2 }; /* numbers of a row before its cells; a tag */

static uint64_t round_up(uint64_t row, uint64_t block) {
    return (row + block - 1) / block * block;
}

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static double cell(const gmix_table *x, size_t i, size_t j) {
    const ptrdiff_t at =
        (ptrdiff_t)i * x->row_stride +
        (x->col_offsets ? x->col_offsets[j] : (ptrdiff_t)j * x->col_stride);
    return x->dtype == GMIX_F64 ? ((const double *)x->data)[at]
                                : (double)((const float *)x->data)[at];
}

static struct seen how_seen(const gmix_table *x) {
    struct seen seen = {.errors_len = x->errors ? x->errors_len : 0,
                        .bounds = x->lower && x->upper,
                        .truncated = x->truncation != NULL};
    for (int e = 0; e < 2 && x->truncation; e++) {
        seen.ends[e] = x->truncation[e];
    }
    return seen;
}

/* Numbers of a row beside its cells. */
static size_t n_besides(const struct share *s) {
    return (size_t)s->seen.errors_len + 2 * (size_t)s->seen.bounds * s->d;
}

static size_t row_words(const struct share *s) {
    return HEAD + s->d + n_besides(s);
}

/* All rows are observed as those of rank 0 are. */
static gmix_status check_seen(const struct talk *t, struct share *s) {
    gmix_status status = GMIX_OK;
    if (t->rank == 0 && s->n_tables > 0) {
        s->seen = how_seen(&s->tables[0]);
    }
    MPI_Bcast(&s->seen, (int)sizeof s->seen, MPI_BYTE, 0, t->comm);
    for (size_t i = 0; i < s->n_tables; i++) {
        const gmix_table *const x = &s->tables[i];
        const struct seen own = how_seen(x);
        if (x->projections) {
            status = gmix_ctx_fail(t->ctx, GMIX_ERR_ARGUMENT,
                                   "of its rows combinations of features were measured: "
                                   "they are not moved between ranks; gmix_fit() takes "
                                   "them, all in one table");
        } else if (x->n_rows > 0 && memcmp(&own, &s->seen, sizeof own) != 0) {
            status = gmix_ctx_fail(t->ctx, GMIX_ERR_ARGUMENT,
                                   "its rows have not the kind of errors of measurement, "
                                   "bounds or truncation that those of rank 0 have: give "
                                   "all of them the same (errors of 0 are none)");
        }
    }
    return status;
}

/* Counts rows on all ranks, which have the same columns. */
static gmix_status count_rows(const struct talk *t, struct share *s) {
    uint64_t n = 0;
    gmix_status status = GMIX_OK;
    uint64_t d = t->rank == 0 && s->n_tables > 0 ? s->tables[0].n_cols : 0;
    s->begins = calloc((size_t)t->n_ranks + 1, sizeof *s->begins);
    MPI_Bcast(&d, 1, MPI_UINT64_T, 0, t->comm);
    s->d = (size_t)d;
    for (size_t i = 0; i < s->n_tables; i++) {
        if (s->tables[i].n_rows > 0 && s->tables[i].n_cols != s->d) {
            status = gmix_ctx_fail(t->ctx, GMIX_ERR_SHAPE,
                                   "its rows have another number of columns than those "
                                   "of rank 0");
        }
        n += s->tables[i].n_rows;
    }
    const gmix_status seen = check_seen(t, s);
    status = status == GMIX_OK ? seen : status;
    status = gmix_i_talk_agree(t, s->begins ? status : gmix_i_talk_nomem(t->ctx));
    if (status == GMIX_OK && s->begins) {
        MPI_Allgather(&n, 1, MPI_UINT64_T, s->begins + 1, 1, MPI_UINT64_T, t->comm);
        for (int r = 0; r < t->n_ranks; r++) {
            s->begins[r + 1] += s->begins[r];
        }
    }
    return status;
}

/* The rank whose rows hold that one. */
static int rank_of(const struct talk *t, const struct share *s, uint64_t row) {
    int r = t->n_ranks - 1;
    while (r > 0 && s->begins[r] > row) {
        r--;
    }
    while (s->begins[r + 1] == s->begins[r]) {
        r--; /* without rows */
    }
    return r;
}

/* Rows of rank r that complete a block which begins before them. */
static uint64_t leading(const struct share *s, int r, uint64_t block) {
    return least(round_up(s->begins[r], block), s->begins[r + 1]) - s->begins[r];
}

/* What row i has beside its cells. */
static void pack_besides(const struct share *s, const gmix_table *x, size_t i,
                         double *to) {
    for (size_t e = 0; e < s->seen.errors_len; e++) {
        to[e] = x->errors[i * x->errors_len + e];
    }
    for (size_t j = 0; s->seen.bounds && j < s->d; j++) {
        to[j] = x->lower[i * s->d + j];
        to[s->d + j] = x->upper[i * s->d + j];
    }
}

/* The first n rows, each [weight | label | cells | besides]. */
static void pack(const struct share *s, size_t n, double *to) {
    size_t done = 0;
    for (size_t t = 0; t < s->n_tables && done < n; t++) {
        const gmix_table *const x = &s->tables[t];
        for (size_t i = 0; i < x->n_rows && done < n; i++, done++) {
            to[WEIGHT] = x->weights ? x->weights[i] : 1.0;
            to[LABEL] = x->labels ? (double)x->labels[i] : -1.0;
            for (size_t j = 0; j < s->d; j++) { /* bounds are in place of them */
                to[HEAD + j] = s->seen.bounds ? 0.0 : cell(x, i, j);
            }
            pack_besides(s, x, i, to + HEAD + s->d);
            to += row_words(s);
        }
    }
}

static void unpack(struct share *s, size_t first, size_t n, const double *from) {
    for (size_t i = first; i < first + n; i++) {
        s->weights[i] = from[WEIGHT];
        s->labels[i] = (int32_t)from[LABEL];
        const double *const besides = from + HEAD + s->d;
        for (size_t j = 0; j < s->d; j++) {
            s->fetched[i * s->d + j] = from[HEAD + j];
        }
        for (size_t e = 0; e < s->seen.errors_len; e++) {
            s->besides[i * s->seen.errors_len + e] = besides[e];
        }
        for (size_t j = 0; s->seen.bounds && j < s->d; j++) {
            s->besides[i * s->d + j] = besides[j];
            s->besides[(s->n_fetched + i) * s->d + j] = besides[s->d + j];
        }
        from += row_words(s);
    }
}

/* Rows that come from rank r to this one; r follows it. */
static size_t rows_from(const struct talk *t, const struct share *s, int r,
                        uint64_t block) {
    const uint64_t n = leading(s, r, block), row = s->begins[r] / block * block;
    return n > 0 && rank_of(t, s, row) == t->rank ? (size_t)n : 0;
}

/* Sends the leading rows to where their block begins, then takes those of later ranks. A rank sends
 * before it receives, and rank 0 sends nothing: nobody waits in a circle. */
static void exchange(const struct talk *t, struct share *s, uint64_t block,
                     double *room) {
    const int words = (int)row_words(s);
    if (s->skipped > 0) {
        pack(s, (size_t)s->skipped, room);
        MPI_Send(room, words * (int)s->skipped, MPI_DOUBLE,
                 rank_of(t, s, s->begins[t->rank] / block * block), ROWS, t->comm);
    }
    size_t done = 0;
    for (int r = t->rank + 1; r < t->n_ranks; r++) {
        const size_t n = rows_from(t, s, r, block);
        if (n > 0) {
            MPI_Recv(room, words * (int)n, MPI_DOUBLE, r, ROWS, t->comm,
                     MPI_STATUS_IGNORE);
            unpack(s, done, n, room);
            done += n;
        }
    }
}

gmix_status gmix_i_share_rows(const struct talk *t, size_t block_rows, struct share *s) {
    double *room = NULL;
    gmix_status status = count_rows(t, s);
    if (status != GMIX_OK) {
        return status;
    }
    s->skipped = leading(s, t->rank, block_rows);
    s->first = s->begins[t->rank] + s->skipped;
    for (int r = t->rank + 1; r < t->n_ranks; r++) {
        s->n_fetched += rows_from(t, s, r, block_rows);
    }
    room = malloc(block_rows * row_words(s) * sizeof *room);
    s->fetched = malloc((s->n_fetched * s->d + 1) * sizeof *s->fetched);
    s->besides = malloc((s->n_fetched * n_besides(s) + 1) * sizeof *s->besides);
    s->weights = malloc((s->n_fetched + 1) * sizeof *s->weights);
    s->labels = malloc((s->n_fetched + 1) * sizeof *s->labels);
    const bool got = room && s->fetched && s->besides && s->weights && s->labels;
    status = gmix_i_talk_agree(t, got ? GMIX_OK : gmix_i_talk_nomem(t->ctx));
    if (status == GMIX_OK && got) {
        exchange(t, s, block_rows, room);
    }
    free(room);
    return status;
}

void gmix_i_share_free(struct share *s) {
    free(s->begins);
    free(s->fetched);
    free(s->besides);
    free(s->weights);
    free(s->labels);
}

bool gmix_i_share_any(const struct talk *t, const struct share *s) {
    return s->first < s->begins[t->rank + 1];
}

/* The rows of a table from number `first` on. */
static gmix_table rest_of(const gmix_table *x, size_t first) {
    gmix_table rest = *x;
    const size_t size = x->dtype == GMIX_F64 ? sizeof(double) : sizeof(float);
    rest.data = x->data
                    ? (const char *)x->data + (ptrdiff_t)(first * size) * x->row_stride
                    : NULL;
    rest.n_rows = x->n_rows - first;
    rest.errors = x->errors ? x->errors + first * x->errors_len : NULL;
    rest.lower = x->lower ? x->lower + first * x->n_cols : NULL;
    rest.upper = x->upper ? x->upper + first * x->n_cols : NULL;
    rest.weights = x->weights ? x->weights + first : NULL;
    rest.labels = x->labels ? x->labels + first : NULL;
    return rest;
}

gmix_status gmix_i_share_add(gmix_ctx *ctx, const struct share *s,
                             gmix_partial *partial) {
    gmix_status status = GMIX_OK;
    uint64_t skip = s->skipped;
    for (size_t t = 0; t < s->n_tables && status == GMIX_OK; t++) {
        const uint64_t over = least(skip, s->tables[t].n_rows);
        skip -= over;
        if (over < s->tables[t].n_rows) {
            const gmix_table rest = rest_of(&s->tables[t], (size_t)over);
            status = gmix_partial_add(ctx, partial, &rest);
        }
    }
    if (s->n_fetched > 0 && status == GMIX_OK) {
        gmix_table more = gmix_table_f64(s->fetched, s->n_fetched, s->d);
        more.weights = s->weights;
        more.labels = s->labels;
        more.errors = s->seen.errors_len > 0 ? s->besides : NULL;
        more.errors_len = (size_t)s->seen.errors_len;
        more.lower = s->seen.bounds ? s->besides : NULL;
        more.upper = s->seen.bounds ? s->besides + s->n_fetched * s->d : NULL;
        more.truncation = s->seen.truncated ? s->seen.ends : NULL;
        status = gmix_partial_add(ctx, partial, &more);
    }
    return status;
}
