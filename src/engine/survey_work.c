/*
 * The survey in parts. First a look: counts, bad cells, extremes, which do not depend on the order.
 * Then sums on a grid that follows from those: for every feature, about a shift c,
 *
 *     W = sum w,   S = sum w (x - c),   Q = sum w (x - c)^2     over rows with a value
 *
 *     mean = c + S / W,   variance = (Q - S^2 / W) / W
 *
 * which loses digits where c is many deviations from the mean; then it is done again about the mean.
 */
#include <string.h>

#include "engine/part.h"

static void nothing_to_wire(gmix_i_wire *w, gmix_i_job *job) {
    (void)w;
    (void)job;
}

static void look_sums(const gmix_i_job *job, gmix_i_sums *sums) {
    (void)job;
    sums->has_tally = sums->has_seen = true;
}

static gmix_status look_begin(gmix_ctx *ctx, gmix_partial *p) {
    return gmix_i_tallies_new(ctx, p->job.d, p->job.missing, p->cut.n_slots, p->job.rows,
                              &p->tallies);
}

static void look_block(void *arg, const gmix_i_block *block, int thread) {
    gmix_partial *const p = arg;
    gmix_i_tally_block(&p->tallies, block, thread);
}

const gmix_i_work gmix_i_work_look = {.kind = GMIX_JOB_SURVEY,
                                      .wire = nothing_to_wire,
                                      .sums = look_sums,
                                      .begin = look_begin,
                                      .block = look_block};

enum { ALL, LABELLED, HEAD };

double gmix_i_measure_unit(const gmix_i_job *job, size_t index) {
    const double weight = job->largest_weight * (double)job->n_rows;
    const size_t part = index < HEAD ? 0 : (index - HEAD) / job->d;
    const size_t j = index < HEAD ? 0 : (index - HEAD) % job->d;
    const double reach =
        fmax(job->highest[j] - job->shift[j], job->shift[j] - job->lowest[j]);
    return gmix_i_exact_unit(part == 0   ? weight
                             : part == 1 ? weight * reach
                                         : weight * reach * reach);
}

static void measure_sums(const gmix_i_job *job, gmix_i_sums *sums) {
    sums->n_exact = HEAD + 3 * job->d;
    sums->has_seen = true;
}

/* Sums of blocks, [W | S | Q], and which row is left out; the inverses of units. */
static gmix_status measure_begin(gmix_ctx *ctx, gmix_partial *p) {
    gmix_status status = GMIX_OK;
    const size_t n = HEAD + 3 * p->job.d;
    GMIX_TRY(gmix_i_calloc(ctx, "the survey", n, sizeof(double), &p->inverse));
    GMIX_TRY(
        gmix_i_calloc(ctx, "the survey", n * p->cut.n_slots, sizeof(double), &p->stats));
    for (size_t i = 0; i < n; i++) {
        p->inverse[i] = 1.0 / gmix_i_measure_unit(&p->job, i);
    }
done:
    return status;
}

static bool is_incomplete(const gmix_i_block *b, size_t i, size_t d) {
    bool any = false;
    for (size_t j = 0; j < d; j++) {
        any = any || isnan(gmix_i_cell(&b->rows, i, j));
    }
    return any;
}

static void add_row(const gmix_i_job *job, const gmix_i_block *b, size_t i,
                    double *sums) {
    const size_t d = job->d;
    const double w = b->weights ? b->weights[i] : 1.0;
    sums[ALL] += w;
    sums[LABELLED] += b->labels && b->labels[i] >= 0 ? w : 0.0;
    double *const weight = sums + HEAD, *const s = weight + d, *const q = s + d;
    for (size_t j = 0; j < d; j++) {
        const double z = gmix_i_cell(&b->rows, i, j) - job->shift[j];
        if (!isnan(z)) {
            weight[j] += w;
            s[j] += w * z;
            q[j] += w * z * z;
        }
    }
}

static void measure_block(void *arg, const gmix_i_block *b, int thread) {
    (void)thread;
    gmix_partial *const p = arg;
    const size_t n = HEAD + 3 * p->job.d;
    double *const sums = p->stats + b->slot * n;
    gmix_i_sums *const to = &p->slots[b->slot];
    memset(sums, 0, n * sizeof *sums);
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        if (p->job.missing != GMIX_I_MISSING_DROP || !is_incomplete(b, i, p->job.d)) {
            add_row(&p->job, b, i, sums);
        }
    }
    to->beyond |= !gmix_i_limbs_add(&p->limbs[b->slot], sums, p->inverse, to->exact);
}

const gmix_i_work gmix_i_work_measure = {.kind = GMIX_JOB_SURVEY,
                                         .wire = nothing_to_wire,
                                         .sums = measure_sums,
                                         .begin = measure_begin,
                                         .block = measure_block};
