/* Which rows trimming left out of a solution, for its report. */
#include <stdlib.h>
#include <string.h>

#include "search/findings.h"

enum { LISTED = 1000 }; /* rows named in the report at most, the first ones */

/* What one slot of the pass sees. */
typedef struct trimmed_list {
    size_t rows[LISTED];
    size_t n;
    double fillers; /* sum over kept rows of what their missing features count */
} trimmed_list;

typedef struct trimmed_job {
    gmix_i_em *em;
    trimmed_list *lists; /* n_slots */
} trimmed_job;

static void fill_and_list(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                          gmix_i_norm_sums *sums, void *work) {
    const trimmed_job *const job = arg;
    gmix_i_em *const em = job->em;
    trimmed_list *const list = &job->lists[tile->slot];
    gmix_i_fill_from_model(&em->prepared, tile, resp, active, sums, work);
    const double *const scores = gmix_i_trim_scores(&em->trim, em->prepared.kernels, tile,
                                                    gmix_i_trim_lse(&em->trim, tile));
    for (size_t i = 0; i < tile->n_rows; i++) {
        if (tile->w[i] > 0.0 && gmix_i_trim_share(&em->trim, scores[i]) == 0.0) {
            if (list->n < LISTED) {
                list->rows[list->n] = (size_t)tile->first + i;
            }
            list->n++;
        }
    }
    for (size_t g = 0; tile->gaps && g < tile->gaps->n; g++) {
        const size_t i = tile->gaps->row[g];
        list->fillers += tile->w[i] * gmix_i_trim_share(&em->trim, scores[i]) *
                         gmix_i_trim_filler(&em->trim, tile, g);
    }
}

static int by_number(const void *a, const void *b) {
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The first rows of all lists, in order. */
static gmix_status take_rows(gmix_ctx *ctx, const trimmed_list *lists, size_t n_slots,
                             gmix_report *report) {
    gmix_status status = GMIX_OK;
    size_t *rows = NULL, n = 0;
    GMIX_TRY(gmix_i_calloc(ctx, "trimmed rows", n_slots * LISTED, sizeof *rows, &rows));
    for (size_t s = 0; s < n_slots; s++) {
        const size_t held = lists[s].n < LISTED ? lists[s].n : LISTED;
        memcpy(rows + n, lists[s].rows, held * sizeof *rows);
        n += held;
        report->n_trimmed_rows += lists[s].n;
    }
    qsort(rows, n, sizeof *rows, by_number);
    n = n < LISTED ? n : LISTED;
    for (size_t i = 0; i < n; i++) {
        GMIX_TRY(gmix_i_report_trimmed(ctx, report, rows[i]));
    }
done:
    gmix_i_free(ctx, rows);
    return status;
}

gmix_status gmix_i_report_trimming(gmix_i_crew *crew, const gmix_i_candidate *best,
                                   gmix_report *report, double *fillers) {
    gmix_status status = GMIX_OK;
    gmix_i_worker *const w = &crew->workers[0];
    gmix_i_em *const em = &w->em;
    const size_t n_slots = em->accumulator.cut.n_slots;
    trimmed_job job = {.em = em};
    double *stats;
    *fillers = 0.0;
    if (!gmix_i_trim_is_on(&em->trim)) {
        return GMIX_OK;
    }
    GMIX_TRY(
        gmix_i_calloc(&w->ctx, "trimmed rows", n_slots, sizeof *job.lists, &job.lists));
    GMIX_TRY(gmix_i_em_prepare(em, &best->params));
    GMIX_TRY(gmix_i_accumulate(&w->ctx, &em->accumulator, &em->prepared, fill_and_list,
                               &job, &stats));
    for (size_t s = 0; s < n_slots; s++) {
        *fillers += job.lists[s].fillers;
    }
    report->trimmed_weight = em->trim.weight;
    report->trim_log_density = em->trim.threshold - em->accumulator.frame->log_det;
    GMIX_TRY(take_rows(&w->ctx, job.lists, n_slots, report));
done:
    if (status != GMIX_OK && w->ctx.message[0]) {
        memmove(crew->ctx->message, w->ctx.message, sizeof crew->ctx->message);
    }
    gmix_i_free(&w->ctx, job.lists);
    return status;
}
