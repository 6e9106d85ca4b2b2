/* The master's side of the engine, as gmix/engine.h describes it. */
#include <stdlib.h>
#include <string.h>

#include "base/structs.h"
#include "em/fit_chapter.h"
#include "engine/master.h"

/* The first of two kinds of memory: what depends on the number of features alone. */
static gmix_status engine_new(gmix_ctx *ctx, gmix_engine **out) {
    const gmix_status status = gmix_i_calloc(ctx, "an engine", 1, sizeof **out, out);
    if (status == GMIX_OK) {
        (*out)->allocator = ctx->opts.allocator;
        (*out)->began = gmix_i_now();
    }
    return status;
}

static gmix_status set_up(gmix_ctx *ctx, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    const size_t d = e->set.d, most = e->set.choice.most,
                 k = most > 0 ? most : e->set.opts.n_components;
    GMIX_TRY(gmix_i_calloc(ctx, "the survey", d, sizeof(double), &e->shift));
    GMIX_TRY(gmix_i_calloc(ctx, "the survey", d, sizeof(double), &e->zeros));
    e->block_rows = gmix_i_kernels_tile_rows(d, k);
    e->no_rows = gmix_table_f64(e->zeros, 1, d);
    e->input = (gmix_i_input){.table = &e->no_rows,
                              .n_cols = d,
                              .names = (const char *const *)e->set.names,
                              .n_classes = e->set.n_classes,
                              .class_names = (const char *const *)e->set.class_names};
done:
    return status;
}

/* The journal, if one is kept, is of this fit: its options, its columns by name, its classes. */
static gmix_status name_work(gmix_ctx *ctx, const gmix_i_settings *set) {
    gmix_i_chapter chapter = {0};
    if (!gmix_i_keeps_journal(ctx)) {
        return GMIX_OK;
    }
    gmix_i_wire title = gmix_i_title_of(ctx, "gmix_engine_begin");
    gmix_i_title_options(&title, gmix_fit_option_table(), &set->opts);
    gmix_i_title_number(&title, "sample_rows", set->sample_rows);
    gmix_i_title_number(&title, "columns", set->d);
    if (set->choice.components) {
        gmix_i_title_text(&title, "components", set->choice.components);
        gmix_i_title_text(&title, "covariances", set->choice.covariances);
        gmix_i_title_text(&title, "criterion", set->choice.criterion);
        gmix_i_title_number(&title, "folds", set->choice.folds);
    }
    for (size_t j = 0; set->names && j < set->d; j++) {
        gmix_i_title_text(&title, "column", set->names[j]);
    }
    for (size_t c = 0; set->class_names && c < set->n_classes; c++) {
        gmix_i_title_text(&title, "class", set->class_names[c]);
    }
    gmix_i_title_number(&title, "init_model", gmix_i_digest_of_model(set->init_model));
    const gmix_status status = gmix_i_chapter_begin(ctx, &title, &chapter);
    gmix_i_chapter_end(ctx, &chapter);
    return status;
}

gmix_status gmix_engine_begin(gmix_ctx *ctx, size_t n_cols,
                              const gmix_fit_options *options,
                              const gmix_engine_options *more, gmix_engine **engine) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_engine *e = NULL;
    if (!engine || n_cols == 0 || n_cols > GMIX_I_MOST_COLS) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "an engine for %zu columns%s: it takes 1 to %d", n_cols,
                           engine ? "" : ", with no place for it", GMIX_I_MOST_COLS);
    }
    GMIX_TRY(engine_new(ctx, &e));
    GMIX_TRY(gmix_i_settings_take(ctx, n_cols, options, more, &e->set));
    GMIX_TRY(name_work(ctx, &e->set));
    GMIX_TRY(set_up(ctx, e));
    GMIX_TRY(gmix_i_master_ask(ctx, e));
    *engine = e;
    e = NULL;
done:
    gmix_engine_free(&e);
    return status;
}

static void free_memory(gmix_ctx *ctx, gmix_engine *e) {
    void *const blocks[] = {e->message,  e->answered, e->saved, e->shift, e->x,
                            e->w,        e->labels,   e->zeros, e->stats, e->faults,
                            e->variance, e->placed,   e->beside};
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
        gmix_i_free(ctx, blocks[b]);
    }
}

void gmix_engine_free(gmix_engine **engine) {
    gmix_engine *const e = engine ? *engine : NULL;
    if (!e) {
        return;
    }
    const gmix_allocator from = e->allocator;
    gmix_ctx ctx = {.opts = {.allocator = from}};
    if (e->em.ctx) {
        e->em.ctx = &ctx;
        gmix_i_em_free(&e->em);
    }
    gmix_i_sums_free(&from, &e->sums);
    gmix_i_observation_free(&from, &e->seen);
    gmix_i_settings_free(&from, &e->set);
    gmix_i_survey_free(&ctx, &e->survey);
    gmix_i_patterns_free(&ctx, &e->patterns);
    gmix_i_frame_free(&from, &e->frame);
    gmix_i_classes_free(&from, &e->classes);
    gmix_i_rules_free(&ctx, &e->rules);
    gmix_i_params_free(&from, &e->one);
    gmix_i_noise_box_free(&from, &e->box);
    free_memory(&ctx, e);
    gmix_i_release(&from, e);
    *engine = NULL;
}

gmix_job_kind gmix_engine_next(const gmix_engine *engine) {
    return !engine || engine->stage == GMIX_I_STAGE_DONE ? GMIX_JOB_DONE
                                                         : engine->job.work->kind;
}

size_t gmix_engine_block_rows(const gmix_engine *engine) {
    return engine ? engine->block_rows : 0;
}

uint64_t gmix_engine_part_first(const gmix_engine *engine, uint64_t n_rows, uint64_t part,
                                uint64_t n_parts) {
    if (!engine || part >= n_parts) {
        return n_rows;
    }
    const uint64_t rows = engine->block_rows,
                   blocks = n_rows / rows + (n_rows % rows > 0);
    const uint64_t each = blocks / n_parts, rest = blocks % n_parts;
    const uint64_t first = (part * each + (part < rest ? part : rest)) * rows;
    return first < n_rows ? first : n_rows;
}

static gmix_status check_usable(gmix_ctx *ctx, const gmix_engine *e, bool wants_job) {
    if (!e || e->failed) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           e ? "the engine failed in a step: it can only be released"
                             : "the engine is NULL");
    }
    if (wants_job && e->stage == GMIX_I_STAGE_DONE) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "there is no job: the engine is done, gmix_engine_finish() "
                           "gives the model");
    }
    return GMIX_OK;
}

static gmix_status make_message(gmix_ctx *ctx, gmix_engine *e) {
    if (e->job_name != 0) {
        return GMIX_OK;
    }
    gmix_i_wire w = gmix_i_wire_writer(ctx, "gmix-job", e->message, e->message_room);
    gmix_i_job_wire(&w, &e->job);
    const gmix_status status = gmix_i_wire_close(&w);
    e->message = w.out;
    e->message_room = w.size;
    e->n_message = w.at;
    e->job_name = status == GMIX_OK ? gmix_i_wire_name(e->message, e->n_message) : 0;
    return status;
}

gmix_status gmix_engine_job(gmix_ctx *ctx, gmix_engine *engine, const void **bytes,
                            size_t *size) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    GMIX_TRY(check_usable(ctx, engine, true));
    if (!bytes || !size) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "there is no place for the job");
    }
    GMIX_TRY(make_message(ctx, engine));
    *bytes = engine->message;
    *size = engine->n_message;
done:
    return status;
}

static gmix_status check_answer(gmix_ctx *ctx, const gmix_engine *e,
                                const gmix_i_answer *a, uint64_t part) {
    if (a->job_name != e->job_name) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "part %llu answers another job than the one at hand, number "
                           "%llu of this fit",
                           (unsigned long long)part, (unsigned long long)e->number);
    }
    for (size_t i = 0; i < e->n_answered; i++) {
        if (e->answered[i].part == part) {
            return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                               "part %llu has answered this job already",
                               (unsigned long long)part);
        }
    }
    return gmix_i_places_accept(ctx, e, a, part);
}

gmix_status gmix_engine_take(gmix_ctx *ctx, gmix_engine *e, const void *bytes,
                             size_t size, uint64_t part) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_i_sums more = {0};
    gmix_i_answer a = {0};
    GMIX_TRY(check_usable(ctx, e, true));
    GMIX_TRY(make_message(ctx, e)); /* its name is wanted */
    gmix_i_wire w =
        gmix_i_wire_reader(ctx, "gmix-ans", "an answer to a job", bytes, size);
    gmix_i_answer_wire(&w, &a);
    GMIX_TRY(w.status);
    GMIX_TRY(check_answer(ctx, e, &a, part));
    GMIX_TRY(gmix_i_job_sums(ctx, &e->job, &more));
    gmix_i_sums_wire(&w, &more);
    GMIX_TRY(gmix_i_wire_close(&w));
    GMIX_TRY(gmix_i_grow(ctx, "parts", &e->answered, &e->answered_room, e->n_answered + 1,
                         sizeof *e->answered));
    gmix_i_places_name(&a, part, &more);
    GMIX_TRY(gmix_i_sums_join(ctx, &e->sums, &more));
    e->answered[e->n_answered++] =
        (gmix_i_answered){.part = part, .first = a.first, .n_rows = a.n_rows};
done:
    gmix_i_sums_free(&ctx->opts.allocator, &more);
    return status;
}

static int by_first(const void *a, const void *b) {
    const gmix_i_answered *const x = a, *const y = b;
    return x->first != y->first     ? (x->first < y->first ? -1 : 1)
           : x->n_rows != y->n_rows ? (x->n_rows < y->n_rows ? -1 : 1)
                                    : 0;
}

/* The answers must cover the rows from 0 on, and later as many as at first. */
static gmix_status check_cover(gmix_ctx *ctx, gmix_engine *e) {
    uint64_t next = 0;
    if (e->n_answered > 0) {
        qsort(e->answered, e->n_answered, sizeof *e->answered, by_first);
    }
    for (size_t i = 0; i < e->n_answered; i++) {
        const gmix_i_answered *const a = &e->answered[i];
        if (a->n_rows > 0 && a->first != next && a->first != GMIX_ROW_UNKNOWN) {
            return gmix_i_fail(
                ctx, GMIX_ERR_DATA,
                a->first > next
                    ? "rows %llu to %llu (from 0) are in no part that has answered"
                    : "rows %llu to %llu (from 0) are not the next of any part: rows "
                      "are there twice",
                (unsigned long long)(a->first > next ? next : a->first),
                (unsigned long long)((a->first > next ? a->first : next) - 1));
        }
        next += a->n_rows;
    }
    if (e->stage != GMIX_I_STAGE_LOOK && next != e->survey.n_rows) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA,
                           "the data changed between passes: %llu rows were there at "
                           "first, the parts that have answered hold %llu",
                           (unsigned long long)e->survey.n_rows,
                           (unsigned long long)next);
    }
    return GMIX_OK;
}

gmix_status gmix_engine_step(gmix_ctx *ctx, gmix_engine *engine) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    GMIX_TRY(check_usable(ctx, engine, true));
    GMIX_TRY(check_cover(ctx, engine));
    if (engine->stage == GMIX_I_STAGE_LOOK) {
        GMIX_TRY(gmix_i_places_find(ctx, engine));
    }
    status = gmix_i_master_advance(ctx, engine);
    engine->failed = status != GMIX_OK;
done:
    return status;
}

gmix_status gmix_engine_finish(gmix_ctx *ctx, gmix_engine *engine, gmix_model **model,
                               gmix_report *report) {
    GMIX_I_CTX(ctx);
    GMIX_I_PLACE(ctx, gmix_report, GMIX_I_REPORT_FIRST, report);
    gmix_status status = GMIX_OK;
    gmix_model *made = NULL;
    gmix_report said = {0};
    GMIX_TRY(check_usable(ctx, engine, false));
    if (!model) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "model is NULL: there is no place for the result");
    }
    GMIX_TRY(gmix_i_master_finish(ctx, engine, &made, &said));
    *model = made;
    made = NULL;
    if (report) {
        gmix_i_struct_give(report, GMIX_I_REPORT_FIRST, &said, sizeof said);
        said = (gmix_report){0};
    }
done:
    gmix_model_free(&made);
    gmix_report_free(&said);
    return status;
}

gmix_status gmix_engine_save(gmix_ctx *ctx, gmix_engine *e, const void **bytes,
                             size_t *size) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    GMIX_TRY(check_usable(ctx, e, false));
    if (!bytes || !size) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT, "there is no place for the state");
    }
    gmix_i_wire w = gmix_i_wire_writer(ctx, "gmix-eng", e->saved, e->saved_room);
    status = gmix_i_master_wire(&w, e);
    status = status == GMIX_OK ? gmix_i_wire_close(&w) : status;
    e->saved = w.out;
    e->saved_room = w.size;
    GMIX_TRY(status);
    *bytes = e->saved;
    *size = w.at;
done:
    return status;
}

gmix_status gmix_engine_load(gmix_ctx *ctx, const void *bytes, size_t size,
                             gmix_engine **engine) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_engine *e = NULL;
    if (!engine) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "there is no place for the engine");
    }
    GMIX_TRY(engine_new(ctx, &e));
    gmix_i_wire w =
        gmix_i_wire_reader(ctx, "gmix-eng", "the state of an engine", bytes, size);
    gmix_i_settings_wire(&w, &e->set);
    GMIX_TRY(w.status);
    GMIX_TRY(set_up(ctx, e));
    GMIX_TRY(gmix_i_master_wire(&w, e));
    GMIX_TRY(gmix_i_wire_close(&w));
    *engine = e;
    e = NULL;
done:
    gmix_engine_free(&e);
    return gmix_i_wire_refusal(status);
}
