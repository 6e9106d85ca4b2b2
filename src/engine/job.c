/* Jobs as bytes. See job.h. */
#include <string.h>

#include "engine/part.h"

static const gmix_i_work *const works[] = {&gmix_i_work_look, &gmix_i_work_measure,
                                           &gmix_i_work_seed, &gmix_i_work_pass,
                                           &gmix_i_work_score};
enum { N_WORKS = sizeof works / sizeof *works };

static void wire_kind(gmix_i_wire *w, gmix_i_job *job) {
    size_t kind = 0;
    while (w->writing && works[kind] != job->work) {
        kind++;
    }
    gmix_i_wire_size(w, &kind);
    gmix_i_wire_expect(w, kind < N_WORKS);
    job->work = works[w->status == GMIX_OK ? kind : 0];
}

/* What the survey has found so far. */
static void wire_survey(gmix_i_wire *w, gmix_i_job *job) {
    gmix_i_wire_word(w, &job->n_rows);
    gmix_i_wire_real(w, &job->largest_weight);
    gmix_i_wire_real(w, &job->total_weight);
    if (!w->writing) {
        gmix_i_wire_alloc(w, 3 * job->d, sizeof(double), &job->lowest);
        job->highest = job->lowest ? job->lowest + job->d : NULL;
        job->shift = job->lowest ? job->lowest + 2 * job->d : NULL;
    }
    gmix_i_wire_reals(w, job->lowest, job->d);
    gmix_i_wire_reals(w, job->highest, job->d);
    gmix_i_wire_reals(w, job->shift, job->d);
    gmix_i_wire_expect(w, job->n_rows > 0 && job->largest_weight > 0.0);
}

void gmix_i_job_wire(gmix_i_wire *w, gmix_i_job *job) {
    size_t missing = job->missing;
    wire_kind(w, job);
    gmix_i_wire_word(w, &job->number);
    gmix_i_wire_size(w, &job->d);
    gmix_i_wire_size(w, &job->rows);
    gmix_i_wire_size(w, &missing);
    gmix_i_wire_expect(w, job->d > 0 && job->d <= GMIX_I_MOST_COLS && job->rows > 0 &&
                              job->rows % GMIX_I_TILE_ROWS == 0 &&
                              (job->rows == GMIX_I_TILE_ROWS ||
                               job->rows <= ((size_t)1 << 20) / job->d) &&
                              missing <= GMIX_I_MISSING_REFUSE);
    job->missing = (gmix_i_missing)missing;
    if (job->work == &gmix_i_work_look) {
        return;
    }
    if (!w->writing) {
        gmix_i_wire_expect(w, job->d <= (w->size - w->at) / sizeof(double));
    }
    wire_survey(w, job);
    gmix_i_observation_wire(w, &job->seen);
    gmix_i_wire_expect(w, job->seen.d == job->d &&
                              gmix_i_observation_fits(&job->seen, job->rows));
    gmix_i_wire_flag(w, &job->heeds);
    if (w->status == GMIX_OK) {
        job->work->wire(w, job);
    }
}

void gmix_i_job_free(const gmix_allocator *from, gmix_i_job *job) {
    gmix_ctx ctx = {.opts = {.allocator = *from}};
    gmix_i_release(from, job->lowest);
    gmix_i_observation_free(from, &job->seen);
    gmix_i_frame_free(from, &job->frame);
    gmix_i_params_free(from, &job->params);
    gmix_i_noise_box_free(from, &job->box);
    gmix_i_release(from, job->class_of);
    gmix_i_patterns_free(&ctx, &job->patterns);
    gmix_i_release(from, job->listed);
    *job = (gmix_i_job){0};
}

gmix_status gmix_i_job_read(gmix_ctx *ctx, const void *bytes, size_t size,
                            gmix_i_job *job) {
    *job = (gmix_i_job){0};
    gmix_i_wire w =
        gmix_i_wire_reader(ctx, "gmix-job", "a job of an engine", bytes, size);
    gmix_i_job_wire(&w, job);
    const gmix_status status = gmix_i_wire_refusal(gmix_i_wire_close(&w));
    if (status != GMIX_OK) {
        gmix_i_job_free(&ctx->opts.allocator, job);
    }
    return status;
}

gmix_status gmix_i_job_sums(gmix_ctx *ctx, const gmix_i_job *job, gmix_i_sums *sums) {
    *sums = (gmix_i_sums){.d = job->d};
    job->work->sums(job, sums);
    return gmix_i_sums_new(ctx, sums);
}

void gmix_i_answer_wire(gmix_i_wire *w, gmix_i_answer *a) {
    gmix_i_wire_word(w, &a->job_name);
    gmix_i_wire_word(w, &a->first);
    gmix_i_wire_word(w, &a->n_rows);
    gmix_i_wire_expect(w,
                       a->first == GMIX_ROW_UNKNOWN || a->first + a->n_rows >= a->first);
}
