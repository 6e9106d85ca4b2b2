/* A fit over the ranks of a communicator: the engine on rank 0, a part on each. See gmix-mpi.h. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mpi_share.h"

struct fit {
    struct talk talk;
    struct share share;
    gmix_engine *engine; /* of rank 0 */
    struct bytes job, answer;
    gmix_job_kind next;
};

static bool was_cut(gmix_status status) {
    return status == GMIX_ERR_CANCELLED || status == GMIX_ERR_TIME_LIMIT;
}

/* The engine begins on rank 0, and its blocks say who passes over which rows. */
static gmix_status begin(struct fit *f, const gmix_fit_options *options,
                         const gmix_engine_options *more) {
    const struct share *const s = &f->share;
    gmix_engine_options own;
    gmix_status status = GMIX_OK;
    gmix_engine_options_init(&own);
    if (f->talk.rank == 0 && s->n_tables == 0) {
        status =
            gmix_ctx_fail(f->talk.ctx, GMIX_ERR_ARGUMENT,
                          "it has no table, which would say how many columns there are");
    } else if (f->talk.rank == 0) {
        own.names = s->tables[0].names;
        own.n_classes = s->tables[0].n_classes;
        own.class_names = s->tables[0].class_names;
        status = gmix_engine_begin(f->talk.ctx, s->tables[0].n_cols, options,
                                   more ? more : &own, &f->engine);
    }
    status = gmix_i_talk_agree(&f->talk, status);
    uint64_t block = gmix_engine_block_rows(f->engine);
    MPI_Bcast(&block, 1, MPI_UINT64_T, 0, f->talk.comm);
    return status == GMIX_OK ? gmix_i_share_rows(&f->talk, (size_t)block, &f->share)
                             : status;
}

/* The job at hand on every rank. */
static gmix_status spread_job(struct fit *f) {
    const void *bytes = NULL;
    size_t size = 0;
    gmix_status status = GMIX_OK;
    if (f->talk.rank == 0) {
        status = gmix_engine_job(f->talk.ctx, f->engine, &bytes, &size);
    }
    status = gmix_i_talk_agree(&f->talk, status);
    return status == GMIX_OK ? gmix_i_talk_broadcast(&f->talk, bytes, size, &f->job)
                             : status;
}

/* This rank's answer, in *partial; none if it has no rows. */
static gmix_status answer(struct fit *f, gmix_partial **partial, const void **bytes,
                          size_t *size) {
    gmix_ctx *const ctx = f->talk.ctx;
    if (!gmix_i_share_any(&f->talk, &f->share)) {
        return GMIX_OK;
    }
    gmix_status status =
        gmix_partial_begin(ctx, f->job.at, f->job.size, f->share.first, partial);
    if (status == GMIX_OK) {
        status = gmix_i_share_add(ctx, &f->share, *partial);
    }
    return status == GMIX_OK ? gmix_partial_bytes(ctx, *partial, bytes, size) : status;
}

static gmix_status take(struct fit *f, const void *bytes, size_t size, int rank) {
    return size == 0
               ? GMIX_OK
               : gmix_engine_take(f->talk.ctx, f->engine, bytes, size, (uint64_t)rank);
}

/* Answers to rank 0, one at a time; it goes on when it has all. */
static gmix_status gather(struct fit *f, const void *bytes, size_t size) {
    if (f->talk.rank > 0) {
        gmix_i_talk_send(&f->talk, 0, bytes, size);
        return GMIX_OK;
    }
    gmix_status status = take(f, bytes, size, 0);
    for (int r = 1; r < f->talk.n_ranks; r++) {
        const gmix_status came = gmix_i_talk_receive(&f->talk, r, &f->answer);
        status = status == GMIX_OK ? came : status;
        status = status == GMIX_OK ? take(f, f->answer.at, f->answer.size, r) : status;
    }
    return status == GMIX_OK ? gmix_engine_step(f->talk.ctx, f->engine) : status;
}

static gmix_status pass(struct fit *f) {
    gmix_partial *partial = NULL;
    const void *bytes = NULL;
    size_t size = 0;
    gmix_status status = spread_job(f);
    if (status == GMIX_OK) {
        status = gmix_i_talk_agree(&f->talk, answer(f, &partial, &bytes, &size));
    }
    if (status == GMIX_OK) {
        status = gmix_i_talk_agree(&f->talk, gather(f, bytes, size));
    }
    gmix_partial_free(&partial);
    return status;
}

/* Passes, until there is nothing more to be known. */
static gmix_status drive(struct fit *f) {
    gmix_status status = GMIX_OK;
    for (;;) {
        int next = f->talk.rank == 0 ? (int)gmix_engine_next(f->engine) : 0;
        MPI_Bcast(&next, 1, MPI_INT, 0, f->talk.comm);
        if (status != GMIX_OK || next == GMIX_JOB_DONE) {
            return status;
        }
        status = pass(f);
    }
}

/* Model and report on every rank, by way of their JSON, which reads back to the same bits. */
static gmix_status share_result(struct fit *f, gmix_model **model, gmix_report *report) {
    const bool is_master = f->talk.rank == 0;
    gmix_ctx *const ctx = f->talk.ctx;
    gmix_model *made = NULL;
    char *json = NULL;
    gmix_status status =
        is_master ? gmix_engine_finish(ctx, f->engine, &made, report) : GMIX_OK;
    if (is_master && status == GMIX_OK) {
        status = gmix_model_to_json(ctx, made, report, &json);
    }
    status = gmix_i_talk_agree(&f->talk, status);
    if (status == GMIX_OK) {
        status = gmix_i_talk_broadcast(&f->talk, json, json ? strlen(json) : 0, &f->job);
    }
    if (status == GMIX_OK) {
        status = is_master ? GMIX_OK
                           : gmix_model_from_json(ctx, f->job.at, f->job.size,
                                                  "the model of rank 0", &made, report);
        status = gmix_i_talk_agree(&f->talk, status);
    }
    if (status == GMIX_OK) {
        *model = made;
        made = NULL;
    }
    gmix_text_free(&json);
    gmix_model_free(&made);
    return status;
}

/* What was cut short has a result if there was a pass. */
static gmix_status finish(struct fit *f, gmix_status status, gmix_model **model,
                          gmix_report *report) {
    char said[1200] = "";
    if (status != GMIX_OK && !was_cut(status)) {
        return status;
    }
    strncpy(said, gmix_ctx_message(f->talk.ctx), sizeof said - 1);
    const gmix_status finished = share_result(f, model, report);
    return finished != GMIX_OK && was_cut(status)
               ? gmix_ctx_fail(f->talk.ctx, status, said)
               : finished;
}

gmix_status gmix_mpi_fit(gmix_ctx *ctx, MPI_Comm comm, const gmix_table *tables,
                         size_t n_tables, const gmix_fit_options *options,
                         const gmix_engine_options *more, gmix_model **model,
                         gmix_report *report) {
    struct fit f = {.share = {.tables = tables, .n_tables = n_tables}};
    gmix_report unwanted = {0}, *const to = report ? report : &unwanted;
    gmix_ctx *own = NULL;
    gmix_status status = ctx ? GMIX_OK : gmix_ctx_new(NULL, &own);
    f.talk.ctx = ctx ? ctx : own;
    MPI_Comm_dup(comm, &f.talk.comm);
    MPI_Comm_rank(comm, &f.talk.rank);
    MPI_Comm_size(comm, &f.talk.n_ranks);
    if (status == GMIX_OK && (!model || (!tables && n_tables > 0))) {
        status = gmix_ctx_fail(f.talk.ctx, GMIX_ERR_ARGUMENT,
                               model ? "its tables are NULL"
                                     : "model is NULL: there is no place for the result");
    }
    status = gmix_i_talk_agree(&f.talk, status);
    status = status == GMIX_OK ? begin(&f, options, more) : status;
    if (status == GMIX_OK) {
        status = finish(&f, drive(&f), model, to);
        if (status != GMIX_OK || !report) {
            gmix_report_free(to);
        }
    }
    gmix_engine_free(&f.engine);
    gmix_i_share_free(&f.share);
    free(f.job.at);
    free(f.answer.at);
    gmix_ctx_free(&own);
    MPI_Comm_free(&f.talk.comm);
    return status;
}
