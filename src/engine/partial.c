/* The part's side of the engine: rows in, an answer out. See part.h and gmix/engine.h. */
#include <string.h>

#include "base/structs.h"
#include "engine/part.h"

enum { WAVE_BLOCKS = 16, LEAST_BLOCKS = 2, WAVE_NUMBERS = 1 << 21 };

/* Numbers beside cells that the job wants with its rows. */
static size_t beside_of(const gmix_i_job *job) {
    const gmix_job_kind kind = job->work->kind;
    return kind == GMIX_JOB_SURVEY || (kind != GMIX_JOB_SEED && !job->heeds)
               ? 0
               : job->seen.len;
}

/* Blocks of a wave; fewer where rows have much beside their cells. */
static size_t wave_blocks(const gmix_i_job *job, size_t beside) {
    const size_t most = WAVE_NUMBERS / ((job->d + beside) * job->rows + 1);
    return beside == 0 || most > WAVE_BLOCKS ? WAVE_BLOCKS
           : most < LEAST_BLOCKS             ? LEAST_BLOCKS
                                             : most;
}

static gmix_status alloc_wave(gmix_ctx *ctx, gmix_partial *p) {
    gmix_status status = GMIX_OK;
    const char *const what = "rows of a part";
    const size_t d = p->job.d;
    p->n_beside = beside_of(&p->job);
    p->room = wave_blocks(&p->job, p->n_beside) * p->job.rows;
    if (p->n_beside > 0) {
        GMIX_TRY(
            gmix_i_calloc(ctx, what, p->room * p->n_beside, sizeof(double), &p->beside));
    }
    GMIX_TRY(gmix_i_calloc(ctx, what, p->room * d, sizeof(double), &p->wave));
    GMIX_TRY(gmix_i_calloc(ctx, what, p->room, sizeof(double), &p->weights));
    GMIX_TRY(gmix_i_calloc(ctx, what, p->room, sizeof *p->labels, &p->labels));
done:
    return status;
}

static gmix_status alloc_slots(gmix_ctx *ctx, gmix_partial *p) {
    gmix_status status = GMIX_OK;
    const size_t n = p->job.work->in_order ? 1 : (size_t)ctx->opts.n_threads;
    p->cut = (gmix_i_cut){.rows = p->job.rows, .n_slots = n};
    p->cut.row_work = p->job.k > 0
                          ? 2 * p->job.k * gmix_i_pass_len(&p->job) / (p->job.k + 1)
                          : 6 * p->job.d;
    GMIX_TRY(gmix_i_calloc(ctx, "sums of a part", n, sizeof *p->slots, &p->slots));
    GMIX_TRY(gmix_i_calloc(ctx, "sums of a part", n, sizeof *p->limbs, &p->limbs));
    for (size_t s = 0; s < n; s++) {
        GMIX_TRY(gmix_i_job_sums(ctx, &p->job, &p->slots[s]));
        GMIX_TRY(gmix_i_limbs_new(ctx, p->slots[s].n_exact, &p->limbs[s]));
    }
done:
    return status;
}

gmix_status gmix_partial_begin(gmix_ctx *ctx, const void *job, size_t size,
                               uint64_t first_row, gmix_partial **partial) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_partial *p = NULL;
    if (!job || !partial) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the job, or the place for it, is NULL");
    }
    GMIX_TRY(gmix_i_calloc(ctx, "a part", 1, sizeof *p, &p));
    p->allocator = ctx->opts.allocator;
    p->is_unplaced = first_row == GMIX_ROW_UNKNOWN;
    p->first = p->next = p->is_unplaced ? 0 : first_row;
    p->job_name = gmix_i_wire_name(job, size);
    GMIX_TRY(gmix_i_job_read(ctx, job, size, &p->job));
    if (p->is_unplaced && p->job.work != &gmix_i_work_look) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "a part has to know where it begins after the first survey: "
                  "gmix_engine_part_row()");
    }
    GMIX_TRY(alloc_slots(ctx, p));
    GMIX_TRY(alloc_wave(ctx, p));
    if (p->job.work->begin) {
        GMIX_TRY(p->job.work->begin(ctx, p));
    }
    *partial = p;
    p = NULL;
done:
    gmix_partial_free(&p);
    return status;
}

static void free_kinds(gmix_ctx *ctx, gmix_partial *p) {
    gmix_i_tallies_free(ctx, &p->tallies);
    gmix_i_patterns_free(ctx, &p->seen);
    gmix_i_free(ctx, p->bits);
    gmix_i_prepared_free(&p->allocator, &p->prepared);
    if (p->scratches.of_thread) {
        gmix_i_scratches_free(ctx, &p->scratches);
    }
    gmix_i_free(ctx, p->stats);
    gmix_i_free(ctx, p->inverse);
    gmix_i_free(ctx, p->lists);
}

void gmix_partial_free(gmix_partial **partial) {
    gmix_partial *const p = partial ? *partial : NULL;
    if (!p) {
        return;
    }
    gmix_allocator from = p->allocator;
    gmix_ctx ctx = {.opts = {.allocator = from}};
    for (size_t s = 0; p->slots && s < p->cut.n_slots; s++) {
        gmix_i_sums_free(&from, &p->slots[s]);
    }
    for (size_t s = 0; p->limbs && s < p->cut.n_slots; s++) {
        gmix_i_limbs_free(&ctx, &p->limbs[s]);
    }
    free_kinds(&ctx, p);
    gmix_i_free(&ctx, p->limbs);
    gmix_i_free(&ctx, p->slots);
    gmix_i_free(&ctx, p->wave);
    gmix_i_free(&ctx, p->beside);
    gmix_i_free(&ctx, p->weights);
    gmix_i_free(&ctx, p->labels);
    gmix_i_free(&ctx, p->bytes);
    gmix_i_job_free(&from, &p->job);
    gmix_i_release(&from, p);
    *partial = NULL;
}

/* Whole blocks, or the last one: rows from number `first` on. */
static gmix_status work_on(gmix_ctx *ctx, gmix_partial *p, const gmix_table *rows) {
    gmix_i_input input = {.table = rows, .first = p->next, .n_cols = p->job.d};
    p->input.first = p->next;
    gmix_status status = gmix_i_pass(ctx, &input, &p->cut, p->job.work->block, p);
    if (status == GMIX_OK && p->failed != GMIX_OK) {
        status = gmix_i_fail_nomem(ctx, "rows of a part", p->job.d * sizeof(double));
    }
    p->next += rows->n_rows;
    return status;
}

static gmix_status flush(gmix_ctx *ctx, gmix_partial *p) {
    gmix_table rows = gmix_table_f64(p->wave, p->n_waiting, p->job.d);
    rows.weights = p->weights;
    rows.labels = p->labels;
    p->n_waiting = 0;
    return rows.n_rows > 0 ? work_on(ctx, p, &rows) : GMIX_OK;
}

/* How many rows may wait: to the end of a block that began elsewhere, or a wave. */
static size_t places(const gmix_partial *p) {
    const size_t over = (size_t)(p->next % p->job.rows);
    return over > 0 ? p->job.rows - over : p->room;
}

static void wait(gmix_partial *p, const gmix_i_measurements *m, size_t first, size_t n) {
    const gmix_table *const t = &m->table;
    const bool bounds = p->job.seen.kind == GMIX_I_OBSERVED_BOUNDS;
    const gmix_i_block b = gmix_i_table_rows(t, first, n);
    const size_t d = p->job.d;
    for (size_t i = 0; i < n; i++) {
        const size_t to = p->n_waiting++;
        for (size_t j = 0; j < d; j++) {
            p->wave[to * d + j] = gmix_i_cell(&b.rows, i, j);
        }
        p->weights[to] = b.weights ? b.weights[i] : 1.0;
        p->labels[to] = b.labels ? b.labels[i] : -1;
        if (p->n_beside > 0) {
            gmix_i_observation_put(&p->job.seen, m, first + i,
                                   p->beside + to * (bounds ? d : p->n_beside),
                                   p->beside + (p->room + to) * d);
        }
    }
}

static const double *rows_from(const double *at, size_t first, size_t len) {
    return at ? at + first * len : NULL;
}

static gmix_table stretch(const gmix_table *t, size_t first, size_t n) {
    gmix_table part = *t;
    part.n_rows = n;
    part.errors = rows_from(t->errors, first, t->errors_len);
    part.lower = rows_from(t->lower, first, t->n_cols);
    part.upper = rows_from(t->upper, first, t->n_cols);
    part.weights = rows_from(t->weights, first, 1);
    part.labels = t->labels ? t->labels + first : NULL;
    part.data = t->data ? gmix_i_table_rows(t, first, n).rows.data : NULL;
    return part;
}

/* Rows of a table from `at` on: how many were taken. */
static gmix_status add_some(gmix_ctx *ctx, gmix_partial *p, const gmix_i_measurements *m,
                            size_t *at) {
    const size_t left = m->table.n_rows - *at, rows_of_block = p->job.rows;
    const bool aligned = p->n_waiting == 0 && p->next % rows_of_block == 0;
    if (aligned && left >= p->room && p->n_beside == 0) { /* without a copy */
        const gmix_table whole =
            stretch(&m->table, *at, left / rows_of_block * rows_of_block);
        *at += whole.n_rows;
        return work_on(ctx, p, &whole);
    }
    const size_t most = places(p) - p->n_waiting, n = left < most ? left : most;
    wait(p, m, *at, n);
    *at += n;
    return p->n_waiting == places(p) ? flush(ctx, p) : GMIX_OK;
}

/* The survey finds out how rows were observed; later jobs know. */
static gmix_status see_rows(gmix_ctx *ctx, gmix_partial *p,
                            const gmix_i_measurements *m) {
    const gmix_i_job *const job = &p->job;
    if (job->work->kind != GMIX_JOB_SURVEY) {
        return gmix_i_observation_check(ctx, &job->seen, m);
    }
    return gmix_i_observation_add(ctx, m, job->seen.least, &p->slots[0].seen);
}

gmix_status gmix_partial_add(gmix_ctx *ctx, gmix_partial *p, const gmix_table *rows) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, rows);
    gmix_status status = GMIX_OK;
    gmix_i_measurements m = {0};
    gmix_i_input checked;
    if (!p || p->ended) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           p ? "the part has given its answer: it takes no more rows"
                             : "the part is NULL");
    }
    if (rows && rows->n_rows == 0) {
        return GMIX_OK;
    }
    if (rows && rows->projections) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "combinations of features were measured: parts of a fit do not take "
                  "such rows; gmix_fit() does, all of them in one table");
    }
    if (rows && rows->n_cols != p->job.d) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE, "rows of %zu columns for a job on %zu",
                  rows->n_cols, p->job.d);
    }
    GMIX_TRY(gmix_i_measurements_from(ctx, rows, p->next + p->n_waiting, &m));
    GMIX_TRY(gmix_i_input_table(ctx, rows ? &m.table : NULL, &checked));
    GMIX_TRY(see_rows(ctx, p, &m));
    for (size_t at = 0; at < m.table.n_rows;) {
        GMIX_TRY(add_some(ctx, p, &m, &at));
    }
done:
    gmix_i_measurements_free(ctx, &m);
    return status;
}

/* What slots have besides: the rest of their sums, tallies and lists of rows. */
static void gather(gmix_partial *p) {
    for (size_t s = 0; s < p->cut.n_slots; s++) {
        gmix_i_limbs_flush(&p->limbs[s], p->slots[s].exact);
        if (p->tallies.at) {
            gmix_i_tally_join(p->slots[s].tally.at, &p->tallies.at[s], p->job.d);
        }
        for (size_t c = 0; p->lists && c < p->job.k; c++) {
            gmix_i_member_list_join(&p->slots[s].members[c], &p->lists[s * p->job.k + c]);
        }
    }
}

static gmix_status answer(gmix_ctx *ctx, gmix_partial *p) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(flush(ctx, p));
    gather(p);
    for (size_t s = 1; s < p->cut.n_slots; s++) {
        GMIX_TRY(gmix_i_sums_join(ctx, &p->slots[0], &p->slots[s]));
    }
    gmix_i_answer head = {.job_name = p->job_name,
                          .first = p->is_unplaced ? GMIX_ROW_UNKNOWN : p->first,
                          .n_rows = p->next - p->first};
    gmix_i_wire w = gmix_i_wire_writer(ctx, "gmix-ans", NULL, 0);
    gmix_i_answer_wire(&w, &head);
    gmix_i_sums_wire(&w, &p->slots[0]);
    status = gmix_i_wire_close(&w);
    p->bytes = w.out;
    p->n_bytes = w.at;
done:
    p->ended = true;
    return status;
}

gmix_status gmix_partial_of(gmix_ctx *ctx, const void *job, size_t size,
                            const gmix_table *rows, uint64_t first, uint64_t end,
                            gmix_partial **partial) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, rows);
    gmix_status status = GMIX_OK;
    gmix_partial *p = NULL;
    if (!rows || first > end || end > rows->n_rows) {
        return gmix_i_fail(ctx, rows ? GMIX_ERR_SHAPE : GMIX_ERR_ARGUMENT,
                           "rows %llu to %llu are wanted of a table of %zu rows",
                           (unsigned long long)first, (unsigned long long)end,
                           rows ? rows->n_rows : 0);
    }
    GMIX_TRY(gmix_partial_begin(ctx, job, size, first, &p));
    if (end > first) {
        const gmix_table part = stretch(rows, (size_t)first, (size_t)(end - first));
        GMIX_TRY(gmix_partial_add(ctx, p, &part));
    }
    if (partial) {
        *partial = p;
        p = NULL;
    }
done:
    gmix_partial_free(&p);
    return status;
}

/* The answer may be added: to the same job, of the rows that follow. */
static gmix_status check_next(gmix_ctx *ctx, const gmix_partial *p,
                              const gmix_i_answer *a) {
    if (a->job_name != p->job_name) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the answer is one to another job");
    }
    if (p->is_unplaced || a->first != p->next) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           p->is_unplaced || a->first == GMIX_ROW_UNKNOWN
                               ? "parts that do not know where they begin cannot be put "
                                 "together: the first job is taken part by part"
                               : "the answer is about rows from %llu on: those of this "
                                 "part end at %llu",
                           (unsigned long long)a->first, (unsigned long long)p->next);
    }
    return GMIX_OK;
}

gmix_status gmix_partial_take(gmix_ctx *ctx, gmix_partial *p, const void *bytes,
                              size_t size) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_i_sums more = {0};
    gmix_i_answer a = {0};
    if (!p || p->ended) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           p ? "the part has given its answer: it takes no more"
                             : "the part is NULL");
    }
    GMIX_TRY(flush(ctx, p));
    gmix_i_wire w =
        gmix_i_wire_reader(ctx, "gmix-ans", "an answer to a job", bytes, size);
    gmix_i_answer_wire(&w, &a);
    GMIX_TRY(w.status);
    GMIX_TRY(check_next(ctx, p, &a));
    GMIX_TRY(gmix_i_job_sums(ctx, &p->job, &more));
    gmix_i_sums_wire(&w, &more);
    GMIX_TRY(gmix_i_wire_close(&w));
    GMIX_TRY(gmix_i_sums_join(ctx, &p->slots[0], &more));
    p->next += a.n_rows;
done:
    gmix_i_sums_free(&ctx->opts.allocator, &more);
    return status;
}

gmix_status gmix_partial_bytes(gmix_ctx *ctx, gmix_partial *p, const void **bytes,
                               size_t *size) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    if (!p || !bytes || !size) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the part, or a place for its answer, is NULL");
    }
    if (!p->ended) {
        GMIX_TRY(answer(ctx, p));
    }
    if (p->n_bytes == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "the part failed: it has no answer");
    }
    *bytes = p->bytes;
    *size = p->n_bytes;
done:
    return status;
}
