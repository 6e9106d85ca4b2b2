/*
 * The E-step in parts: statistics of blocks (stats/statistics.h), each number rounded to a grid and
 * added exactly. The grid follows from the survey: where no row is farther from a centre than R, in
 * the frame, and all weigh W,
 *
 *     |n_k| <= W,   |s_k| <= W R,   |S_k| <= W R^2,
 *
 * with room for what is made up where cells are missing, have errors or bounds, or rows are beyond those of a
 * truncation, which count in n_k, too; log-likelihoods have 60 bits above W nats.
 */
#include <string.h>

#include "engine/part.h"
#include "family/gaps.h"
#include "observe/bounds_rule.h"
#include "observe/error_rule.h"
#include "observe/truncation_rule.h"

static const double ROOM = 0x1p8, ROOM_OF_GAPS = 0x1p20, ROOM_OF_LOGS = 0x1p60;

size_t gmix_i_pass_len(const gmix_i_job *job) {
    return GMIX_I_STATS_HEAD + job->k * gmix_i_stats_len(job->family->shape, job->d);
}

double gmix_i_pass_unit(const gmix_i_job *job, size_t index) {
    const size_t len = gmix_i_stats_len(job->family->shape, job->d);
    const double w = job->total_weight, r = job->reach;
    const bool truncated = gmix_i_observation_is_truncated(&job->seen);
    const bool whole =
        job->patterns.words == 0 && !truncated && job->seen.kind == GMIX_I_OBSERVED_CELLS;
    const double room = whole ? ROOM : ROOM_OF_GAPS;
    if (index < GMIX_I_STATS_HEAD) {
        const bool is_log = index == GMIX_I_LOGLIK || index == GMIX_I_LOGMAP;
        return gmix_i_exact_unit(is_log ? w * ROOM_OF_LOGS : w);
    }
    const size_t at = (index - GMIX_I_STATS_HEAD) % len;
    return gmix_i_exact_unit(at == 0        ? (truncated ? w * room : w)
                             : at <= job->d ? w * r * room
                                            : w * r * r * room);
}

static void wire_patterns(gmix_i_wire *w, gmix_i_job *job) {
    gmix_i_patterns *const p = &job->patterns;
    bool any = p->words > 0;
    size_t n = p->n;
    gmix_i_wire_flag(w, &any);
    if (!any || w->status != GMIX_OK) {
        return;
    }
    const size_t words = gmix_i_pattern_words(job->d);
    gmix_i_wire_count(w, &n, words * sizeof(uint64_t));
    if (w->writing) {
        gmix_i_wire_words(w, p->bits, n * words);
        return;
    }
    if (w->status == GMIX_OK) {
        w->status = gmix_i_patterns_none(w->ctx, job->d, n, p);
    }
    uint64_t *bits = NULL;
    gmix_i_wire_alloc(w, words, sizeof *bits, &bits);
    for (size_t i = 0; i < n && w->status == GMIX_OK; i++) {
        gmix_i_wire_words(w, bits, words);
        gmix_i_wire_expect(w, w->status == GMIX_OK && gmix_i_patterns_add(p, bits));
    }
    gmix_i_free(w->ctx, bits);
}

static void wire_noise(gmix_i_wire *w, gmix_i_job *job) {
    bool has_noise = job->params.noise != NULL;
    double *corners = NULL;
    gmix_i_wire_flag(w, &has_noise);
    if (!has_noise || w->status != GMIX_OK) {
        return;
    }
    if (w->writing && job->params.noise) {
        gmix_i_wire_reals(w, job->params.noise->lower, job->d);
        gmix_i_wire_reals(w, job->params.noise->upper, job->d);
        return;
    }
    gmix_i_wire_alloc(w, 2 * job->d, sizeof *corners, &corners);
    if (w->status == GMIX_OK) {
        gmix_i_wire_reals(w, corners, 2 * job->d);
    }
    if (w->status == GMIX_OK) {
        w->status =
            gmix_i_noise_box_new(w->ctx, job->d, corners, corners + job->d, &job->box);
        job->params.noise = &job->box;
        job->params.log_volume = job->box.log_volume - job->frame.log_det;
    }
    gmix_i_free(w->ctx, corners);
}

/* Scales are powers of two, so that their inverses are numbers. */
static bool is_power(double x) {
    int power;
    return x > 0.0 && frexp(x, &power) == 0.5 && power > -600 && power < 600;
}

static void wire_frame(gmix_i_wire *w, gmix_i_job *job) {
    gmix_i_frame *const f = &job->frame;
    if (!w->writing && w->status == GMIX_OK) {
        w->status = gmix_i_frame_new(w->ctx, job->d, f);
    }
    gmix_i_wire_reals(w, f->shift, job->d);
    gmix_i_wire_reals(w, f->scale, job->d);
    gmix_i_wire_real(w, &f->log_det);
    for (size_t j = 0; j < job->d && !w->writing && w->status == GMIX_OK; j++) {
        gmix_i_wire_expect(w, is_power(f->scale[j]) && isfinite(f->shift[j]));
        f->inv_scale[j] = 1.0 / f->scale[j];
    }
}

static void wire_sizes(gmix_i_wire *w, gmix_i_job *job) {
    char *name = w->writing ? (char *)(uintptr_t)job->family->name : NULL;
    gmix_i_wire_text(w, &name);
    gmix_i_wire_expect(w, name != NULL);
    if (!w->writing && w->status == GMIX_OK) {
        w->status = gmix_i_family_get(w->ctx, name, job->d, &job->family);
    }
    if (!w->writing) {
        gmix_i_free(w->ctx, name);
    }
    gmix_i_wire_count(w, &job->k, (1 + job->d) * sizeof(double));
    gmix_i_wire_flag(w, &job->is_single);
    gmix_i_wire_real(w, &job->reach);
    gmix_i_wire_expect(w, job->k > 0 && job->total_weight > 0.0 && job->reach > 0.0 &&
                              isfinite(job->reach));
    if (!w->writing && w->status == GMIX_OK && job->k > 0) {
        const size_t len = gmix_i_stats_len(job->family->shape, job->d);
        gmix_i_wire_expect(w, len <= (w->size - w->at) / sizeof(double) / job->k);
    }
}

static void pass_wire(gmix_i_wire *w, gmix_i_job *job) {
    wire_sizes(w, job);
    if (w->status != GMIX_OK) {
        return;
    }
    const size_t k = job->k, d = job->d, len = job->family->shape->cov_len(d);
    wire_frame(w, job);
    if (!w->writing && w->status == GMIX_OK) {
        w->status = gmix_i_params_new(w->ctx, job->family, k, d, &job->params);
    }
    gmix_i_wire_reals(w, job->params.weights, k + 1);
    gmix_i_wire_reals(w, job->params.means, k * d);
    gmix_i_wire_reals(w, job->params.cov, k * len);
    wire_noise(w, job);
    gmix_i_wire_expect(w, !(job->params.weights && job->params.weights[k] > 0.0) ||
                              job->params.noise);
    bool has_classes = job->class_of != NULL;
    gmix_i_wire_flag(w, &has_classes);
    if (has_classes && !w->writing) {
        gmix_i_wire_alloc(w, k, sizeof *job->class_of, &job->class_of);
    }
    gmix_i_wire_ints(w, job->class_of, has_classes ? k : 0);
    wire_patterns(w, job);
}

static void score_wire(gmix_i_wire *w, gmix_i_job *job) {
    pass_wire(w, job);
    if (!w->writing) {
        gmix_i_wire_alloc(w, job->k, sizeof *job->listed, &job->listed);
    }
    for (size_t c = 0; c < job->k && w->status == GMIX_OK; c++) {
        size_t fault = job->listed[c];
        gmix_i_wire_size(w, &fault);
        gmix_i_wire_expect(w, fault <= GMIX_I_EMPTY);
        job->listed[c] = (gmix_i_fault)fault;
    }
}

static void pass_sums(const gmix_i_job *job, gmix_i_sums *sums) {
    sums->n_exact = gmix_i_pass_len(job);
    sums->n_members = job->listed ? job->k : 0;
}

/* What rows have beside their cells is in the wave, which moves on: see p->input. */
static void see(gmix_partial *p) {
    gmix_i_job *const job = &p->job;
    const bool truncated = gmix_i_observation_is_truncated(&job->seen);
    p->input = (gmix_i_input){.n_cols = job->d,
                              .patterns = job->patterns.words > 0 ? &job->patterns : NULL,
                              .drop_incomplete = job->missing == GMIX_I_MISSING_DROP};
    p->errors = (gmix_i_errors){.at = p->beside,
                                .len = job->seen.len,
                                .d = job->d,
                                .shared = job->seen.least,
                                .everywhere = !job->seen.exact};
    p->between =
        (gmix_i_between){.lower = p->beside,
                         .upper = p->beside ? p->beside + p->room * job->d : NULL,
                         .d = job->d,
                         .everywhere = !job->seen.exact,
                         .truncation = truncated ? job->seen.truncation : NULL};
    if (job->heeds) {
        const gmix_i_observed kind = job->seen.kind;
        p->input.errors = kind == GMIX_I_OBSERVED_ERRORS ? &p->errors : NULL;
        p->input.between = kind == GMIX_I_OBSERVED_BOUNDS ? &p->between : NULL;
        p->input.truncation = truncated ? job->seen.truncation : NULL;
    }
}

/* Rules of rows; those of labels strike out what the others have written. */
static gmix_status heed(gmix_ctx *ctx, gmix_partial *p) {
    gmix_status status = GMIX_OK;
    const gmix_i_frame *const frame = &p->job.frame;
    GMIX_TRY(gmix_i_prepared_heed_gaps(ctx, &p->input, frame, &p->prepared));
    GMIX_TRY(gmix_i_prepared_heed_errors(ctx, &p->input, &p->prepared));
    GMIX_TRY(gmix_i_prepared_heed_bounds(ctx, &p->input, &p->prepared));
    GMIX_TRY(gmix_i_prepared_heed_truncation(ctx, &p->input, frame, &p->prepared));
    gmix_i_heed_labels(&p->prepared, p->job.class_of);
done:
    return status;
}

/* Blocks have a buffer of their own, per slot. */
static gmix_status pass_begin(gmix_ctx *ctx, gmix_partial *p) {
    gmix_status status = GMIX_OK;
    gmix_i_job *const job = &p->job;
    const gmix_i_shape *const shape = job->family->shape;
    const gmix_i_kernels *const kernels = gmix_i_kernels_pick(job->is_single);
    const size_t k = job->k, d = job->d;
    p->len = gmix_i_pass_len(job);
    see(p);
    GMIX_TRY(gmix_i_scratches_new(ctx, kernels, &p->input, ctx->opts.n_threads, job->rows,
                                  k + 1, gmix_i_observe_work(&p->input, shape, job->rows),
                                  &p->scratches));
    GMIX_TRY(gmix_i_prepared_new(ctx, kernels, shape, k, d, &p->prepared));
    GMIX_TRY(heed(ctx, p));
    GMIX_TRY(gmix_i_prepare(ctx, &job->params, &p->prepared));
    GMIX_TRY(gmix_i_calloc(ctx, "statistics of a block", p->cut.n_slots * p->len,
                           sizeof(double), &p->stats));
    GMIX_TRY(gmix_i_calloc(ctx, "units", p->len, sizeof(double), &p->inverse));
    for (size_t i = 0; i < p->len; i++) {
        p->inverse[i] = 1.0 / gmix_i_pass_unit(job, i);
    }
    if (job->listed) {
        GMIX_TRY(gmix_i_calloc(ctx, "rows of components", p->cut.n_slots * k,
                               sizeof *p->lists, &p->lists));
    }
done:
    return status;
}

static void pass_block(void *arg, const gmix_i_block *block, int thread) {
    gmix_partial *const p = arg;
    gmix_i_listing listing = {
        .prepared = &p->prepared, .faults = p->job.listed, .lists = p->lists};
    const gmix_i_filling filling = {
        .scratches = &p->scratches,
        .frame = &p->job.frame,
        .prepared = &p->prepared,
        .fill = p->lists ? gmix_i_fill_and_list : gmix_i_fill_from_model,
        .arg = p->lists ? (void *)&listing : (void *)&p->prepared};
    double *const stats = p->stats + block->slot * p->len;
    gmix_i_sums *const to = &p->slots[block->slot];
    memset(stats, 0, p->len * sizeof *stats);
    gmix_i_accumulate_block(&filling, block, thread, stats);
    to->beyond |= !gmix_i_limbs_add(&p->limbs[block->slot], stats, p->inverse, to->exact);
}

const gmix_i_work gmix_i_work_pass = {.kind = GMIX_JOB_PASS,
                                      .wire = pass_wire,
                                      .sums = pass_sums,
                                      .begin = pass_begin,
                                      .block = pass_block};
const gmix_i_work gmix_i_work_score = {.kind = GMIX_JOB_SCORE,
                                       .wire = score_wire,
                                       .sums = pass_sums,
                                       .begin = pass_begin,
                                       .block = pass_block};
