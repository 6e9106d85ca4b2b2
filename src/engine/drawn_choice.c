/*
 * A choice among models of rows that lie elsewhere: made on those that were drawn, which are with the master; EM
 * on all rows goes on from the model chosen. See master.h.
 */
#include <string.h>

#include "engine/master.h"
#include "record/criterion_table.h"
#include "record/fields.h"
#include "record/record.h"
#include "select/request.h"

static gmix_status copy_text(gmix_ctx *ctx, const char *text, char **out) {
    *out = gmix_i_strdup(&ctx->opts.allocator, text);
    return *out ? GMIX_OK : gmix_i_fail_nomem(ctx, "text", strlen(text) + 1);
}

gmix_status gmix_i_choice_take(gmix_ctx *ctx, size_t d, const gmix_fit_options *fit,
                               const gmix_select_options *asked, gmix_i_choice *out) {
    gmix_status status = GMIX_OK;
    gmix_i_request request = {0};
    if (!asked) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_select_check(ctx, fit));
    GMIX_TRY(gmix_i_request_new(ctx, asked, d, &request));
    const gmix_select_options *const opts = &request.opts;
    if (strcmp(fit->prior, "none") != 0 || gmix_i_is_bayesian(fit) ||
        gmix_i_criterion_find(opts->criterion) == GMIX_I_EVIDENCE) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "a choice among models of rows that lie elsewhere (in several files, a "
                  "stream, "
                  "parts) is made on some of them, and takes no prior and no evidence, "
                  "which weigh "
                  "with all: choose by another criterion, bic or cv, and without a "
                  "prior; or on one "
                  "table in memory");
    }
    out->most =
        request.grows ? GMIX_I_AUTO_MOST : request.components[request.n_components - 1];
    out->folds = opts->folds;
    GMIX_TRY(copy_text(ctx, opts->components, &out->components));
    GMIX_TRY(copy_text(ctx, opts->covariances, &out->covariances));
    GMIX_TRY(copy_text(ctx, opts->criterion, &out->criterion));
done:
    gmix_i_request_free(ctx, &request);
    return status;
}

void gmix_i_choice_free(const gmix_allocator *from, gmix_i_choice *c) {
    gmix_i_release(from, c->components);
    gmix_i_release(from, c->covariances);
    gmix_i_release(from, c->criterion);
    gmix_report_free(&c->found);
    *c = (gmix_i_choice){0};
}

gmix_status gmix_i_choice_of_rows(gmix_ctx *ctx, const gmix_engine *e, gmix_model **model,
                                  gmix_report *report) {
    const gmix_i_choice *const c = &e->set.choice;
    const gmix_table rows = gmix_i_master_rows(e);
    gmix_select_options opts;
    gmix_select_options_init(&opts);
    opts.components = c->components;
    opts.covariances = c->covariances;
    opts.criterion = c->criterion;
    opts.folds = c->folds;
    return gmix_select(ctx, &rows, &e->set.opts, &opts, model, report);
}

gmix_status gmix_i_master_choose(gmix_ctx *ctx, gmix_engine *e, gmix_model **model) {
    gmix_status status = GMIX_OK;
    gmix_report *const found = &e->set.choice.found;
    GMIX_TRY(gmix_i_choice_of_rows(ctx, e, model, found));
    e->n_starts = found->n_starts;
    e->n_runs = found->n_runs;
    e->n_hits = found->n_hits;
    GMIX_TRY(gmix_i_settings_choose(ctx, &e->set, gmix_model_covariance_name(*model),
                                    gmix_model_n_components(*model)));
    GMIX_TRY(gmix_i_master_prepare(ctx, e));
done:
    return status;
}

static gmix_status copy_candidate(gmix_ctx *ctx, const gmix_candidate *from,
                                  gmix_candidate *to) {
    *to = *from;
    to->reason = NULL;
    return from->reason ? gmix_i_report_reason(ctx, to, from->reason) : GMIX_OK;
}

gmix_status gmix_i_choice_say(gmix_ctx *ctx, const gmix_engine *e, gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_report *const found = &e->set.choice.found;
    if (found->n_candidates == 0) {
        return GMIX_OK;
    }
    report->criterion = found->criterion;
    report->cv_folds = found->cv_folds;
    GMIX_TRY(gmix_i_report_candidates(ctx, report, found->n_candidates));
    for (size_t c = 0; c < found->n_candidates; c++) {
        GMIX_TRY(copy_candidate(ctx, &found->candidates[c], &report->candidates[c]));
    }
    GMIX_TRY(gmix_i_report_warn(
        ctx, report,
        "the model was chosen on %zu of %llu rows, drawn at random: log-likelihoods and "
        "criteria of the candidates are of these; the model is of all rows",
        e->n_drawn, (unsigned long long)e->survey.n_rows));
    for (size_t i = 0; i < found->n_warnings; i++) { /* such as what was cut short */
        if (strstr(found->warnings[i], "stopped before")) {
            GMIX_TRY(gmix_i_report_warn(ctx, report, "%s", found->warnings[i]));
        }
    }
done:
    return status;
}

void gmix_i_choice_wire(gmix_i_wire *w, gmix_i_choice *c) {
    gmix_i_wire_text(w, &c->components);
    gmix_i_wire_text(w, &c->covariances);
    gmix_i_wire_text(w, &c->criterion);
    gmix_i_wire_size(w, &c->folds);
    gmix_i_wire_size(w, &c->most);
    gmix_i_wire_expect(w, !c->components == !c->covariances &&
                              !c->components == !c->criterion &&
                              !c->components == (c->most == 0) && c->most < 1 << 24);
}

static const char *in_list(const char *const *list, const char *text) {
    if (!list || !text) {
        return NULL;
    }
    while (*list && strcmp(*list, text) != 0) {
        list++;
    }
    return *list;
}

/* A word that is the library's. */
static void wire_word(gmix_i_wire *w, const gmix_i_field *f, const char **word) {
    char *text = w->writing ? (char *)(uintptr_t)*word : NULL;
    gmix_i_wire_text(w, &text);
    if (w->writing || !text) {
        return;
    }
    *word = in_list(f->words(), text);
    *word = *word || !f->more_words ? *word : in_list(f->more_words(), text);
    *word = *word || !f->word_for ? *word : f->word_for(text);
    gmix_i_wire_expect(w, *word != NULL);
    gmix_i_free(w->ctx, text);
}

static void wire_candidate(gmix_i_wire *w, gmix_candidate *c) {
    for (size_t i = 0; i < gmix_i_n_candidate_fields; i++) {
        const gmix_i_field *const f = &gmix_i_candidate_fields[i];
        void *const at = (char *)c + f->offset;
        if (f->kind == GMIX_I_FIELD_REAL) {
            gmix_i_wire_real(w, at);
        } else if (f->kind == GMIX_I_FIELD_COUNT) {
            gmix_i_wire_size(w, at);
        } else if (f->kind == GMIX_I_FIELD_WORD) {
            wire_word(w, f, at);
        }
    }
    gmix_i_wire_text(w, &c->reason);
    gmix_i_wire_expect(w, c->covariance && c->status);
    c->sound = c->status == gmix_i_candidate_statuses[0];
}

gmix_status gmix_i_choice_found_wire(gmix_i_wire *w, gmix_i_choice *c) {
    gmix_status status = GMIX_OK;
    gmix_report *const r = &c->found;
    size_t n = r->n_candidates;
    char *criterion = w->writing ? (char *)(uintptr_t)r->criterion : NULL;
    gmix_i_wire_text(w, &criterion);
    gmix_i_wire_size(w, &r->cv_folds);
    gmix_i_wire_count(w, &n, sizeof(uint64_t));
    GMIX_TRY(w->status);
    if (!w->writing) {
        gmix_i_wire_expect(w, criterion != NULL && n > 0);
        GMIX_TRY(w->status);
        r->criterion = in_list(gmix_criterion_names(), criterion);
        gmix_i_wire_expect(w, r->criterion != NULL);
        GMIX_TRY(gmix_i_report_own(w->ctx, r));
        GMIX_TRY(gmix_i_report_candidates(w->ctx, r, n));
    }
    for (size_t i = 0; i < n && w->status == GMIX_OK; i++) {
        wire_candidate(w, &r->candidates[i]);
    }
    status = w->status;
done:
    if (!w->writing) {
        gmix_i_free(w->ctx, criterion);
    }
    return status;
}
