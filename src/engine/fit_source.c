/* Fitting a stream: the engine's first user, with one part. */
#include "base/structs.h"
#include "engine/master.h"

enum { ROWS_AT_ONCE = 16384 };

/* One part, all rows, answers the job at hand. */
static gmix_status answer(gmix_ctx *ctx, gmix_engine *e, const gmix_source *source) {
    gmix_status status = GMIX_OK;
    gmix_partial *partial = NULL;
    const void *bytes;
    size_t size;
    gmix_table rows = {.n_rows = 1};
    GMIX_TRY(gmix_engine_job(ctx, e, &bytes, &size));
    GMIX_TRY(gmix_partial_begin(ctx, bytes, size, 0, &partial));
    GMIX_TRY(gmix_i_source_reset(ctx, source));
    while (rows.n_rows > 0) {
        GMIX_TRY(gmix_i_source_rows(ctx, source, ROWS_AT_ONCE, &rows));
        GMIX_TRY(gmix_partial_add(ctx, partial, &rows));
    }
    GMIX_TRY(gmix_partial_bytes(ctx, partial, &bytes, &size));
    GMIX_TRY(gmix_engine_take(ctx, e, bytes, size, 0));
    GMIX_TRY(gmix_engine_step(ctx, e));
done:
    gmix_partial_free(&partial);
    return status;
}

/* If work is cut short once there is a start, one pass of it is a result all the same. */
static gmix_status one_pass_at_least(gmix_ctx *ctx, gmix_engine *e,
                                     const gmix_source *source) {
    gmix_status status = GMIX_OK;
    gmix_i_limit spare;
    gmix_i_limit_spare(ctx, &spare);
    if (e->em.n_trace == 0) {
        status = answer(ctx, e, source);
    }
    gmix_i_limit_end(ctx, &spare);
    return status;
}

static gmix_status drive(gmix_ctx *ctx, gmix_engine *e, const gmix_source *source) {
    gmix_status status = GMIX_OK;
    while (status == GMIX_OK && gmix_engine_next(e) != GMIX_JOB_DONE) {
        status = answer(ctx, e, source);
    }
    if (gmix_i_was_cut(status) && e->stage == GMIX_I_STAGE_PASS && !e->failed) {
        status = one_pass_at_least(ctx, e, source);
    } else if (gmix_i_was_cut(status) && e->stage == GMIX_I_STAGE_SCORE && !e->failed) {
        status = GMIX_OK; /* the rows behind components can be done without */
    }
    return status;
}

static gmix_status fit_by_engine(gmix_ctx *ctx, const gmix_source *source,
                                 const gmix_fit_options *opts, gmix_model **model,
                                 gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_engine *e = NULL;
    gmix_engine_options more;
    gmix_engine_options_init(&more);
    more.names = source->names;
    more.n_classes = source->n_classes;
    more.class_names = source->class_names;
    GMIX_TRY(gmix_engine_begin(ctx, source->n_cols, opts, &more, &e));
    GMIX_TRY(drive(ctx, e, source));
    GMIX_TRY(gmix_engine_finish(ctx, e, model, report));
done:
    gmix_engine_free(&e);
    return status;
}

gmix_status gmix_fit_source(gmix_ctx *ctx, const gmix_source *source,
                            const gmix_fit_options *opts, gmix_model **model,
                            gmix_report *report) {
    GMIX_I_CTX(ctx);
    GMIX_I_PLACE(ctx, gmix_report, GMIX_I_REPORT_FIRST, report);
    GMIX_I_WHOLE(ctx, gmix_source, GMIX_I_SIZE_TO(gmix_source, class_names), source);
    gmix_status status = GMIX_OK;
    gmix_i_input input;
    gmix_fit_options checked;
    if (!model) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "model is NULL: there is no place for the result");
    }
    GMIX_TRY(gmix_i_input_source(ctx, source, &input));
    GMIX_TRY(gmix_i_fit_options_take(ctx, opts, &checked));
    if (gmix_i_wants_all_rows(&checked) || source->n_cols > GMIX_I_MOST_COLS) {
        return gmix_i_fit_stream(ctx, &input, opts, model, report);
    }
    GMIX_TRY(fit_by_engine(ctx, source, opts, model, report));
done:
    return status;
}
