/*
 * Online fits as callers see them: the first rows, on which the start is found; then batches; models on the
 * way. See gmix/online.h.
 */
#include <math.h>
#include <string.h>

#include "base/option_sets.h"
#include "base/structs.h"
#include "model/posterior.h"
#include "online/batches.h"

/* The range of a row, in spreads of the first: squares stay numbers. */
static const double FARTHEST = 1e140;
enum { LEAST_START = 4096 };

static const gmix_option_info table[] = {
    GMIX_I_OPTION(gmix_online_options, batch_rows, "size", "32", 1, 1e6, NULL,
                  "rows of a batch"),
    GMIX_I_OPTION(gmix_online_options, alpha, "real", "0.6", 0.5, 1, NULL,
                  "how fast steps become smaller: (t + 2)^-alpha"),
    GMIX_I_OPTION(gmix_online_options, forget, "real", "-1", -1, 0.1, NULL,
                  "what a row weighs less for every row after it"),
    GMIX_I_OPTION(gmix_online_options, start_rows, "size", "0", 0, 1e15, NULL,
                  "rows that the start is found on (0: as many as its size asks for)"),
    GMIX_I_OPTION(gmix_online_options, rows_before, "real", "0", 0, 1e300, NULL,
                  "rows that a model without a state was fitted to"),
    GMIX_I_OPTIONS_END};

static const gmix_i_option_set option_set =
    GMIX_I_OPTION_SET(gmix_online_options, names, table);

void gmix_online_options_init_sized(gmix_online_options *opts, size_t struct_size) {
    gmix_i_options_init(&option_set, opts, struct_size);
}

/* The option that has no estimate from one pass; NULL: none is asked for. */
static const char *has_no_estimate(const gmix_fit_options *fit) {
    const struct {
        const char *name;
        bool is_asked;
    } options[] = {{"trim", fit->trim > 0.0},
                   {"eigen_ratio", fit->eigen_ratio > 0.0},
                   {"prior", strcmp(fit->prior, "none") != 0},
                   {"bayes", strcmp(fit->bayes, "none") != 0},
                   {"dirichlet", fit->dirichlet > 1.0},
                   {"freeze", fit->freeze[0] != '\0'},
                   {"init_labels", fit->init_labels != NULL},
                   {"init_memberships", fit->init_memberships != NULL}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (options[i].is_asked) {
            return options[i].name;
        }
    }
    return NULL;
}

static gmix_status online_new(gmix_ctx *ctx, size_t d, const gmix_fit_options *fit,
                              const gmix_online_options *opts, gmix_online **out) {
    gmix_status status = GMIX_OK;
    gmix_online *o = NULL;
    gmix_engine_options more;
    GMIX_TRY(gmix_i_calloc(ctx, "an online fit", 1, sizeof *o, &o));
    *out = o;
    o->allocator = ctx->opts.allocator;
    o->d = d;
    GMIX_TRY(gmix_i_options_read(ctx, &option_set, opts, &o->opts));
    gmix_engine_options_init(&more);
    more.names = o->opts.names;
    GMIX_TRY(gmix_i_settings_take(ctx, d, fit, &more, &o->set));
    o->opts.names = NULL; /* the settings have a copy */
    const char *const refused = has_no_estimate(&o->set.opts);
    if (refused) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "%s has no estimate that takes every row once: leave it out, or use "
                  "gmix_fit()",
                  refused);
    }
    o->k = o->set.opts.n_components;
    GMIX_TRY(gmix_i_family_get(ctx, o->set.opts.covariance, d, &o->family));
    const size_t wanted = 2 * o->k * gmix_i_stats_len(o->family->shape, d);
    o->start_rows = o->opts.start_rows     ? o->opts.start_rows
                    : wanted > LEAST_START ? wanted
                                           : LEAST_START;
done:
    return status;
}

static bool starts_at_model(const gmix_fit_options *fit) {
    return fit->init_model &&
           (strcmp(fit->init, "auto") == 0 || strcmp(fit->init, "model") == 0);
}

gmix_status gmix_online_begin(gmix_ctx *ctx, size_t n_cols, const gmix_fit_options *fit,
                              const gmix_online_options *opts, gmix_online **online) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_online *o = NULL;
    if (n_cols == 0 || !online) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "an online fit wants one column at least, and a place for it");
    }
    GMIX_TRY(online_new(ctx, n_cols, fit, opts, &o));
    if (starts_at_model(&o->set.opts)) {
        const gmix_model *const m = o->set.init_model;
        if (m->d != n_cols || m->k != o->k) {
            GMIX_FAIL(ctx, GMIX_ERR_SHAPE,
                      "init_model has %zu components of %zu features, %zu of %zu are "
                      "asked for",
                      m->k, m->d, o->k, n_cols);
        }
        GMIX_TRY(gmix_i_online_begin_at(ctx, o, m, 0.0));
    }
    *online = o;
    o = NULL;
done:
    gmix_online_free(&o);
    return status;
}

/* The options that a state was made with. */
static gmix_status options_of_state(gmix_ctx *ctx, const gmix_model *m,
                                    const gmix_online_options *opts,
                                    gmix_fit_options *fit, gmix_online_options *own) {
    static const char *const missing[] = {"em", "drop", "error"};
    gmix_family_part parts[GMIX_ONLINE_PARTS];
    const double *const s = m->state;
    const size_t len = gmix_i_online_layout(m->family, m->k, m->d, m->n_state, parts);
    const double batch = m->n_state > GMIX_I_ON_BATCH ? s[GMIX_I_ON_BATCH] : 0.0;
    const size_t n = parts[GMIX_I_ON_WAITING].dims[0];
    if (m->n_state < len || (m->n_state - len) % (m->d + 1) != 0 ||
        !(batch >= 1.0 && batch <= 1e6) || (double)n >= batch || batch != floor(batch) ||
        !(s[GMIX_I_ON_MISSING] == 0.0 || s[GMIX_I_ON_MISSING] == 1.0 ||
          s[GMIX_I_ON_MISSING] == 2.0)) {
        return gmix_i_fail(ctx, GMIX_ERR_MODEL,
                           "the model's state is not one of a mixture of %zu components "
                           "of %zu features",
                           m->k, m->d);
    }
    own->batch_rows = (size_t)batch;
    own->alpha = s[GMIX_I_ON_ALPHA];
    own->forget = opts->forget >= 0.0 ? opts->forget : s[GMIX_I_ON_FORGET];
    fit->reg = s[GMIX_I_ON_REG];
    fit->reg_relative = s[GMIX_I_ON_RELATIVE];
    fit->missing = missing[(size_t)s[GMIX_I_ON_MISSING]];
    fit->precision = s[GMIX_I_ON_SINGLE] != 0.0 ? "single" : "double";
    return GMIX_OK;
}

/* What the state says of the features. */
static gmix_status survey_of_state(gmix_ctx *ctx, gmix_online *o, const gmix_model *m) {
    gmix_status status = GMIX_OK;
    gmix_family_part parts[GMIX_ONLINE_PARTS];
    GMIX_TRY(gmix_i_online_survey(ctx, o, m));
    gmix_i_online_layout(m->family, m->k, m->d, m->n_state, parts);
    for (size_t j = 0; j < o->d; j++) {
        const double sd = m->state[parts[GMIX_I_ON_SPREAD].offset + j];
        const double step = m->state[parts[GMIX_I_ON_STEP].offset + j];
        const double centre = m->state[parts[GMIX_I_ON_CENTRE].offset + j];
        const double width = m->state[parts[GMIX_I_ON_WIDTH].offset + j];
        if (!(sd > 1e-150 && sd < 1e150 && step >= 0.0 && step < 1e150 && width >= 0.0 &&
              width < 1e150 && fabs(centre) < 1e300)) {
            GMIX_FAIL(ctx, GMIX_ERR_MODEL,
                      "the model's state says of feature %zu what no rows show", j);
        }
        o->survey.mean[j] = centre;
        o->survey.sd[j] = sd;
        o->survey.grain[j] = (gmix_i_grain){.step = step, .local = width};
    }
done:
    return status;
}

/* Classes and names of components stay those of the model. */
static gmix_status keep_names(gmix_ctx *ctx, gmix_online *o, const gmix_model *m) {
    gmix_status status = GMIX_OK;
    if (m->classes.n > 0) {
        GMIX_TRY(gmix_i_classes_copy(ctx, m->classes.n,
                                     (const char *const *)m->classes.names, m->k,
                                     m->classes.of_component, &o->classes));
    }
    if (m->component_names) {
        char **names = NULL;
        GMIX_TRY(gmix_i_calloc(ctx, "names", m->k, sizeof *names, &names));
        o->component_names = names;
        for (size_t c = 0; c < m->k; c++) {
            names[c] = gmix_i_strdup(&o->allocator, m->component_names[c]);
            GMIX_TRY(names[c] ? GMIX_OK : gmix_i_fail_nomem(ctx, "names", 1));
        }
    }
done:
    return status;
}

gmix_status gmix_online_resume(gmix_ctx *ctx, const gmix_model *model,
                               const gmix_online_options *opts, gmix_online **online) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_online *o = NULL;
    gmix_fit_options fit;
    gmix_online_options own;
    if (!model || !online) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the model, or the place for the online fit, is NULL");
    }
    GMIX_I_POINTS(ctx, model, "online fits");
    GMIX_TRY(gmix_i_options_read(ctx, &option_set, opts, &own));
    gmix_fit_options_init(&fit);
    fit.n_components = model->k;
    fit.covariance = model->family->name;
    own.names = (const char *const *)model->names;
    if (model->state) {
        const gmix_online_options asked = own;
        GMIX_TRY(options_of_state(ctx, model, &asked, &fit, &own));
    }
    GMIX_TRY(online_new(ctx, model->d, &fit, &own, &o));
    GMIX_TRY(keep_names(ctx, o, model));
    if (model->state) {
        GMIX_TRY(survey_of_state(ctx, o, model));
        GMIX_TRY(gmix_i_online_prepare(ctx, o));
        GMIX_TRY(gmix_i_online_model(ctx, o, model));
        GMIX_TRY(gmix_i_online_take(ctx, o, model->state, model->n_state));
        *gmix_i_online_at(o, GMIX_I_ON_FORGET) = own.forget;
    } else {
        GMIX_TRY(gmix_i_online_begin_at(ctx, o, model, own.rows_before));
    }
    *online = o;
    o = NULL;
done:
    gmix_online_free(&o);
    return status;
}

void gmix_online_free(gmix_online **online) {
    gmix_online *const o = online ? *online : NULL;
    if (!o) {
        return;
    }
    gmix_allocator from = o->allocator;
    gmix_ctx ctx = {.opts = {.allocator = from}};
    if (o->scratches.of_thread) {
        gmix_i_scratches_free(&ctx, &o->scratches);
    }
    o->em.ctx = o->em.ctx ? &ctx : NULL;
    gmix_i_em_free(&o->em);
    gmix_i_noise_box_free(&from, &o->box);
    gmix_i_frame_free(&from, &o->frame);
    gmix_i_patterns_free(&ctx, &o->patterns);
    gmix_i_survey_free(&ctx, &o->survey);
    gmix_i_settings_free(&from, &o->set);
    gmix_i_classes_free(&from, &o->classes);
    for (size_t c = 0; o->component_names && c < o->k; c++) {
        gmix_i_release(&from, o->component_names[c]);
    }
    gmix_i_release(&from, o->component_names);
    double *const owned[] = {o->x,     o->w,     o->zeros,   o->state,  o->aside,
                             o->stats, o->batch, o->weights, o->between};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        gmix_i_release(&from, owned[i]);
    }
    gmix_i_release(&from, o);
    *online = NULL;
}

double gmix_online_rows(const gmix_online *o) {
    return !o             ? 0.0
           : o->has_begun ? *gmix_i_online_at(o, GMIX_I_ON_ROWS) + (double)o->n_waiting
                          : (double)o->n_first;
}

double gmix_online_score(const gmix_online *o) {
    return o && o->has_begun ? *gmix_i_online_at(o, GMIX_I_ON_SCORE) /
                                   *gmix_i_online_at(o, GMIX_I_ON_SCORED)
                             : NAN;
}

/* Of a call: EM's memory points to the context of the one before. */
static void work_in(gmix_ctx *ctx, gmix_online *o) {
    if (o->has_begun) {
        o->em.ctx = ctx;
        o->em.bounds.ctx = ctx;
    }
}

/* ---- rows ---- */

/* Fails with the row's number among all, and the column. */
static gmix_status check_row(gmix_ctx *ctx, const gmix_online *o, const gmix_i_input *in,
                             size_t i, gmix_i_missing missing) {
    const gmix_table *const t = in->table;
    const gmix_i_block row = gmix_i_table_rows(t, i, 1);
    const double number = gmix_online_rows(o) + (double)i + 1.0;
    char label[96];
    if (t->weights && !(t->weights[i] >= 0.0 && t->weights[i] <= 1e300)) {
        return gmix_i_fail(ctx, GMIX_ERR_DATA, "row %.0f has the weight %g", number,
                           t->weights[i]);
    }
    for (size_t j = 0; j < o->d; j++) {
        const double x = gmix_i_cell(&row.rows, 0, j);
        if (isinf(x) || (isnan(x) && missing == GMIX_I_MISSING_REFUSE)) {
            return gmix_i_fail(ctx, GMIX_ERR_NONFINITE, "row %.0f, %s is %s", number,
                               gmix_i_column_label(in, j, label),
                               isnan(x) ? "missing" : "infinite");
        }
        if (o->has_begun &&
            fabs(x - o->frame.shift[j]) * o->frame.inv_scale[j] > FARTHEST) {
            return gmix_i_fail(ctx, GMIX_ERR_DATA,
                               "row %.0f, %s is %g, farther from the rows before than "
                               "numbers reach",
                               number, gmix_i_column_label(in, j, label), x);
        }
    }
    return GMIX_OK;
}

static bool is_dropped(const gmix_i_block *row, size_t d, gmix_i_missing missing) {
    bool gap = false;
    for (size_t j = 0; j < d && missing == GMIX_I_MISSING_DROP; j++) {
        gap = gap || isnan(gmix_i_cell(&row->rows, 0, j));
    }
    return gap;
}

static gmix_status keep_first(gmix_ctx *ctx, gmix_online *o, const gmix_i_block *row) {
    gmix_status status = GMIX_OK;
    const size_t n = o->n_first;
    GMIX_TRY(gmix_i_grow(ctx, "the first rows", &o->x, &o->x_room, (n + 1) * o->d,
                         sizeof *o->x));
    GMIX_TRY(gmix_i_grow(ctx, "the first rows", &o->w, &o->w_room, n + 1, sizeof *o->w));
    for (size_t j = 0; j < o->d; j++) {
        o->x[n * o->d + j] = gmix_i_cell(&row->rows, 0, j);
    }
    o->w[n] = row->weights ? row->weights[0] : 1.0;
    o->n_first = n + 1;
    if (o->n_first == o->start_rows) {
        status = gmix_i_online_begin_rows(ctx, o);
        if (status == GMIX_ERR_DATA && !o->failed) {
            o->start_rows *=
                2; /* a constant column, too few distinct rows: more may come */
            status = GMIX_OK;
        }
    }
done:
    return status;
}

static gmix_status keep_waiting(gmix_ctx *ctx, gmix_online *o, const gmix_i_block *row) {
    double *const to = gmix_i_online_at(o, GMIX_I_ON_WAITING) + o->n_waiting * (o->d + 1);
    to[0] = row->weights ? row->weights[0] : 1.0;
    for (size_t j = 0; j < o->d; j++) {
        to[1 + j] = gmix_i_cell(&row->rows, 0, j);
    }
    o->n_waiting++;
    return o->n_waiting < o->opts.batch_rows ? GMIX_OK : gmix_i_online_learn(ctx, o);
}

gmix_status gmix_online_add(gmix_ctx *ctx, gmix_online *o, const gmix_table *rows) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, rows);
    gmix_status status = GMIX_OK;
    gmix_i_input in;
    if (!o || o->failed) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT, "the online fit is %s",
                           o ? "broken by an earlier failure" : "NULL");
    }
    if (rows && rows->n_rows == 0) {
        return GMIX_OK;
    }
    const gmix_i_missing missing = gmix_i_missing_option(&o->set.opts);
    work_in(ctx, o);
    GMIX_TRY(gmix_i_input_table(ctx, rows, &in));
    if (in.n_cols != o->d) {
        GMIX_FAIL(ctx, GMIX_ERR_SHAPE, "rows of %zu columns for an online fit of %zu",
                  in.n_cols, o->d);
    }
    for (size_t i = 0; i < in.table->n_rows; i++) {
        GMIX_TRY(check_row(ctx, o, &in, i, missing));
    }
    for (size_t i = 0; i < in.table->n_rows; i++) {
        const gmix_i_block row = gmix_i_table_rows(in.table, i, 1);
        if (!is_dropped(&row, o->d, missing)) {
            GMIX_TRY(i % 1024 == 0 ? gmix_i_poll(ctx) : GMIX_OK);
            GMIX_TRY(o->has_begun ? keep_waiting(ctx, o, &row)
                                  : keep_first(ctx, o, &row));
        }
    }
done:
    return status;
}

/* ---- models ---- */

static gmix_status give_names(gmix_ctx *ctx, const gmix_online *o, gmix_model *model) {
    gmix_status status = GMIX_OK;
    gmix_i_classes classes = {0};
    if (o->classes.n > 0) {
        GMIX_TRY(gmix_i_classes_copy(ctx, o->classes.n,
                                     (const char *const *)o->classes.names, o->k,
                                     o->classes.of_component, &classes));
        gmix_i_model_take_classes(model, &classes);
    }
    if (o->component_names) {
        GMIX_TRY(gmix_i_model_take_component_names(
            ctx, (const char *const *)o->component_names, model));
    }
done:
    return status;
}

/* A model of the average, with the rows that wait, which wait on. */
static gmix_status estimate(gmix_ctx *ctx, gmix_online *o, gmix_model **model) {
    gmix_status status = GMIX_OK;
    const size_t n = o->n_state + o->n_waiting * (o->d + 1), n_waiting = o->n_waiting;
    double *const at = gmix_i_online_at(o, GMIX_I_ON_PARAMS);
    gmix_i_params *const p = &o->em.current;
    const size_t len = gmix_i_params_len(p) * sizeof *at;
    memcpy(at, p->weights, len);
    memcpy(o->aside, o->state, n * sizeof *o->state);
    status = n_waiting > 0 ? gmix_i_online_learn(ctx, o) : GMIX_OK;
    if (status == GMIX_OK) {
        gmix_i_online_estimate(o);
        status = gmix_i_model_from_params(ctx, &o->em.accepted, &o->frame,
                                          (const char *const *)o->set.names, model);
    }
    memcpy(o->state, o->aside, n * sizeof *o->state);
    memcpy(p->weights, at, len);
    o->n_waiting = n_waiting;
    const gmix_status again = gmix_i_prepare(ctx, p, &o->em.prepared);
    GMIX_TRY(status);
    GMIX_TRY(again);
    GMIX_TRY(gmix_i_model_take_state(ctx, o->state, n, *model));
    GMIX_TRY(give_names(ctx, o, *model));
done:
    return status;
}

gmix_status gmix_online_model(gmix_ctx *ctx, gmix_online *o, gmix_model **model) {
    GMIX_I_CTX(ctx);
    gmix_status status = GMIX_OK;
    gmix_model *m = NULL;
    if (!o || !model || o->failed) {
        return gmix_i_fail(ctx, GMIX_ERR_ARGUMENT,
                           "the online fit, or the place for the model, is NULL, or an "
                           "earlier failure broke the fit");
    }
    if (!o->has_begun && o->n_first == 0) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA, "there is no model yet: no row was added");
    }
    if (!o->has_begun) {
        GMIX_TRY(gmix_i_online_begin_rows(ctx, o));
    }
    work_in(ctx, o);
    GMIX_TRY(estimate(ctx, o, &m));
    *model = m;
    m = NULL;
done:
    gmix_model_free(&m);
    return status;
}
