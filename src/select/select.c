/* Choosing among models. See gmix/select.h. */
#include <math.h>
#include <string.h>

#include "base/structs.h"
#include "em/fit_chapter.h"
#include "em/shared_errors.h"
#include "model/mixture.h"
#include "record/criterion_table.h"
#include "record/record.h"
#include "search/in_order.h"
#include "search/posterior_found.h"
#include "search/wide.h"
#include "select/left_apart.h"
#include "select/models.h"

/* Rows up to which they are put in an order of their own: beyond, a choice begins with some of them. */
enum { MOST_ORDERED = 4096 };

/* Everything a choice holds. */
typedef struct choice {
    gmix_ctx *ctx;
    gmix_fit_options opts;
    gmix_i_request request;
    const gmix_i_input *input;
    gmix_i_ordered rows; /* what the models are of; no columns: of the input */
    gmix_i_models models;
    gmix_i_grid home;    /* the model chosen, of the input */
    gmix_i_folds *folds; /* NULL: no cross-validation */
    gmix_i_limit limit;
    gmix_i_apart apart; /* rows that no model is fitted to */
} choice;

gmix_status gmix_i_select_check(gmix_ctx *ctx, const gmix_fit_options *opts) {
    if (opts->init_model || opts->init_labels || opts->init_memberships ||
        opts->freeze[0]) {
        return gmix_i_fail(
            ctx, GMIX_ERR_OPTION,
            "%s is for one model: it has no place in a choice among models",
            opts->freeze[0]    ? "freeze"
            : opts->init_model ? "init_model"
                               : "init_labels");
    }
    const gmix_i_init *init;
    const gmix_status status = gmix_i_init_get(ctx, opts->init, &init);
    if (status == GMIX_OK && init->given) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "the start '%s' is for one model: it has no place in a choice "
                           "among models",
                           opts->init);
    }
    if (status == GMIX_OK && strcmp(opts->singular, "repair") != 0) {
        return gmix_i_fail(ctx, GMIX_ERR_OPTION,
                           "singular is '%s': a choice among models leaves out those "
                           "without a sound solution, and needs no such policy",
                           opts->singular);
    }
    return status;
}

/* Where K begins to grow: 1, or what the classes of the labels need. */
static size_t least_components(const choice *c) {
    const gmix_i_classes *const classes = &c->models.all.classes;
    return classes->n > 0 ? classes->n_labelled * classes->per_class : 1;
}

static gmix_status solve_more(choice *c, size_t first, size_t last) {
    gmix_status status = GMIX_OK;
    for (size_t k = first; k <= last; k++) {
        GMIX_TRY(gmix_i_models_add(&c->models, k));
        if (c->folds) {
            GMIX_TRY(gmix_i_folds_add(c->folds, k));
        }
    }
    GMIX_TRY(gmix_i_models_solve(&c->models));
    if (c->folds) {
        GMIX_TRY(gmix_i_folds_solve(c->folds, &c->models));
        GMIX_TRY(gmix_i_models_refine(&c->models, c->request.opts.criterion));
    }
done:
    return status;
}

static bool is_over(const choice *c) {
    return atomic_load(&c->models.all.cancelled) ||
           gmix_i_now() >= c->models.all.deadline;
}

/* Until the criterion has been worse than its best for some K in a row. */
static gmix_status grow(choice *c) {
    gmix_status status = GMIX_OK;
    const gmix_i_grid *const all = &c->models.all;
    const size_t most =
        all->n_distinct < GMIX_I_AUTO_MOST ? all->n_distinct : GMIX_I_AUTO_MOST;
    size_t next = least_components(c), wanted = next + GMIX_I_AUTO_PATIENCE;
    while (next <= wanted && next <= most && !is_over(c)) {
        const size_t last = wanted < most ? wanted : most;
        GMIX_TRY(solve_more(c, next, last));
        next = last + 1;
        const gmix_i_grid_cell *const best =
            gmix_i_grid_best(all, c->request.opts.criterion);
        wanted = best ? best->k + GMIX_I_AUTO_PATIENCE : wanted;
    }
done:
    return status;
}

static gmix_status solve_all(choice *c) {
    gmix_status status = GMIX_OK;
    if (c->request.grows) {
        return grow(c);
    }
    for (size_t i = 0; i + 1 < c->request.n_components; i++) {
        GMIX_TRY(gmix_i_models_add(&c->models, c->request.components[i]));
        if (c->folds) {
            GMIX_TRY(gmix_i_folds_add(c->folds, c->request.components[i]));
        }
    }
    const size_t last = c->request.components[c->request.n_components - 1];
    GMIX_TRY(solve_more(c, last, last));
done:
    return status;
}

/* Where nothing is finished: the highest solution there is. */
static gmix_i_grid_cell *best_unfinished(const gmix_i_grid *grid) {
    gmix_i_grid_cell *best = NULL;
    for (size_t c = 0; c < grid->n_cells; c++) {
        gmix_i_grid_cell *const cell = grid->cells[c];
        if (cell->outcome == GMIX_I_CELL_UNFINISHED && cell->best.n_trace > 0 &&
            (!best || gmix_i_candidate_better(&cell->best, &best->best))) {
            best = cell;
        }
    }
    return best;
}

/* Why there is nothing to choose. */
static gmix_status fail_empty(const choice *c) {
    const gmix_i_grid *const grid = &c->models.all;
    const gmix_i_grid_cell *singular = NULL, *refused = NULL;
    for (size_t i = 0; i < grid->n_cells; i++) {
        const gmix_i_grid_cell *const cell = grid->cells[i];
        if (cell->outcome == GMIX_I_CELL_SINGULAR && !singular) {
            singular = cell;
        } else if (cell->outcome == GMIX_I_CELL_REFUSED && !refused) {
            refused = cell;
        } else if (cell->outcome == GMIX_I_CELL_OK) {
            return gmix_i_fail(c->ctx, GMIX_ERR_SINGULAR,
                               "no model has a value of the criterion '%s'%s%.200s",
                               c->request.opts.criterion, cell->reason[0] ? ": " : "",
                               cell->reason);
        }
    }
    if (is_over(c)) {
        return gmix_i_fail(c->ctx,
                           atomic_load(&grid->cancelled) ? GMIX_ERR_CANCELLED
                                                         : GMIX_ERR_TIME_LIMIT,
                           "stopped before there was a model");
    }
    if (singular) {
        return gmix_i_fail(c->ctx, GMIX_ERR_SINGULAR,
                           "no model has a sound solution; that of %s with %zu "
                           "component%s: %.300s",
                           singular->family->name, singular->k,
                           singular->k == 1 ? "" : "s", singular->reason);
    }
    return gmix_i_fail(c->ctx, GMIX_ERR_DATA, "no model is possible: %.300s",
                       refused ? refused->reason : "none was asked for");
}

static gmix_status fill_candidate(gmix_ctx *ctx, const gmix_i_grid_cell *cell,
                                  gmix_candidate *out) {
    static const int words[] = {[GMIX_I_CELL_OK] = 0,
                                [GMIX_I_CELL_SINGULAR] = 1,
                                [GMIX_I_CELL_REFUSED] = 2,
                                [GMIX_I_CELL_UNFINISHED] = 3};
    gmix_status status = GMIX_OK;
    const char *reason = cell->reason;
    out->n_components = cell->k;
    out->covariance = cell->family->name;
    out->status = gmix_i_candidate_statuses[words[cell->outcome]];
    out->sound = cell->outcome == GMIX_I_CELL_OK;
    if (cell->outcome != GMIX_I_CELL_REFUSED) {
        out->n_parameters = gmix_i_cell_n_parameters(cell);
    }
    if (out->sound) {
        out->start = cell->start;
        out->log_likelihood = gmix_i_cell_log_likelihood(cell);
        out->bic = gmix_i_cell_criterion(cell, GMIX_I_BIC);
        out->icl = gmix_i_cell_criterion(cell, GMIX_I_ICL);
        out->aic = gmix_i_cell_criterion(cell, GMIX_I_AIC);
        out->aicc = gmix_i_cell_criterion(cell, GMIX_I_AICC);
        out->cv = cell->cv;
    } else if (cell->outcome == GMIX_I_CELL_UNFINISHED) {
        reason = "it was stopped before it was finished";
    }
    if (reason[0]) {
        GMIX_TRY(gmix_i_report_reason(ctx, out, reason));
    }
done:
    return status;
}

/* By number of components, then by family as asked for: the order in which cells were added. */
static gmix_status list_candidates(choice *c, gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_i_grid *const grid = &c->models.all;
    report->criterion = c->request.opts.criterion;
    report->cv_folds = c->folds ? c->request.opts.folds : 0;
    GMIX_TRY(gmix_i_report_candidates(c->ctx, report, grid->n_cells));
    for (size_t i = 0; i < grid->n_cells; i++) {
        GMIX_TRY(fill_candidate(c->ctx, grid->cells[i], &report->candidates[i]));
    }
done:
    return status;
}

/* What was cut short, and what to do about it. */
static gmix_status warn_unfinished(choice *c, const gmix_i_grid_cell *best,
                                   gmix_report *report) {
    const gmix_i_grid *const grid = &c->models.all;
    static const char advice[] = "give it more time, or fewer families and numbers of "
                                 "components, or search = quick";
    size_t n_finished = 0;
    for (size_t i = 0; i < grid->n_cells; i++) {
        n_finished += grid->cells[i]->outcome != GMIX_I_CELL_UNFINISHED;
    }
    if (best->outcome == GMIX_I_CELL_UNFINISHED) {
        return gmix_i_report_warn(
            c->ctx, report,
            "stopped before any of %zu models was finished: this is "
            "the best of those begun, and no choice; %s",
            grid->n_cells, advice);
    }
    if (strcmp(c->request.opts.criterion, "cv") == 0 && isnan(best->cv)) {
        return gmix_i_report_warn(c->ctx, report,
                                  "stopped before the models were cross-validated: this "
                                  "is the choice of BIC; %s",
                                  advice);
    }
    if (n_finished == grid->n_cells) {
        return gmix_i_report_warn(c->ctx, report,
                                  "stopped before the best models were searched for as "
                                  "long as single fits are; %s",
                                  advice);
    }
    return gmix_i_report_warn(c->ctx, report,
                              "stopped before all models were finished: the choice is "
                              "among the %zu of %zu that were; %s",
                              n_finished, grid->n_cells, advice);
}

/* The models, on rows in an order of their own where the options allow it. */
static gmix_status make_models(choice *c) {
    const gmix_i_request *const request = &c->request;
    bool orders = c->input->table && c->input->table->n_rows <= MOST_ORDERED;
    for (size_t f = 0; f < request->n_families; f++) {
        orders = orders && gmix_i_orders(c->input, &c->opts, request->families[f]);
    }
    gmix_status status = GMIX_OK;
    if (orders) {
        status = gmix_i_ordered_new(c->ctx, c->input, &c->rows);
        status = status == GMIX_OK ? gmix_i_models_new(c->ctx, &c->rows.input, request,
                                                       &c->opts, &c->models)
                                   : status;
        if (status == GMIX_OK || status == GMIX_ERR_NOMEM || gmix_i_was_cut(status)) {
            return status;
        }
        gmix_i_ordered_free(c->ctx, &c->rows); /* it is said of which row and column */
    }
    return gmix_i_models_new(c->ctx, c->input, request, &c->opts, &c->models);
}

/* A cell of ordered rows as one of the input's. */
static gmix_status bring_home(choice *c, gmix_i_grid_cell **cell) {
    gmix_status status = GMIX_OK;
    gmix_i_limit spare;
    gmix_i_grid *const home = &c->home;
    const gmix_i_grid_cell *const from = *cell;
    if (!c->rows.columns) {
        return GMIX_OK;
    }
    gmix_i_limit_spare(c->ctx, &spare);
    home->pilot = &c->models.all; /* which has done the searching */
    GMIX_TRY(
        gmix_i_grid_new(c->ctx, c->input, &c->opts, from->family->shape, from->k, home));
    GMIX_TRY(gmix_i_grid_add(home, from->family, from->k));
    gmix_i_grid_cell *const to = home->cells[0];
    GMIX_TRY(gmix_i_candidate_copy(c->ctx, &from->best, &to->best));
    GMIX_TRY(
        gmix_i_bring_back(c->ctx, &from->plan, c->rows.columns, &to->plan, &to->best));
    to->outcome = from->outcome;
    to->n_starts = from->n_starts;
    to->n_runs = from->n_runs;
    to->n_hits = from->n_hits;
    *cell = to;
done:
    gmix_i_limit_end(c->ctx, &spare);
    return status;
}

/* The model of a cell, and its report. */
static gmix_status conclude(choice *c, gmix_i_grid_cell *cell, gmix_model **model,
                            gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = c->ctx;
    gmix_i_crew crew = {0};
    GMIX_TRY(bring_home(c, &cell));
    gmix_i_chain found = {.pool = &cell->best,
                          .n_pool = 1,
                          .n_starts = cell->n_starts,
                          .n_reached = cell->n_runs,
                          .n_hits = cell->n_hits};
    const gmix_i_plan *const plan = &cell->plan;
    gmix_i_candidate_order(cell->classes.of_component, &cell->best);
    cell->best.run = 0;
    GMIX_TRY(gmix_i_model_of_solution(ctx, plan, &cell->best, model));
    if (gmix_i_wide_suits(plan)) {
        GMIX_TRY(gmix_i_wide_report(ctx, plan, &found, *model, report));
    } else {
        GMIX_TRY(gmix_i_crew_new(ctx, plan, 1, &crew));
        GMIX_TRY(gmix_i_write_report(&crew, &found, *model, report));
    }
    GMIX_TRY(list_candidates(c, report));
    if (is_over(c)) {
        GMIX_TRY(warn_unfinished(c, cell, report));
        report->stop = atomic_load(&c->models.all.cancelled) ? GMIX_STOP_CANCELLED
                                                             : GMIX_STOP_TIME_LIMIT;
        report->converged = 0;
    }
    report->seconds = gmix_i_now() - c->models.all.began;
done:
    gmix_i_crew_free(&crew);
    if (*model) {
        gmix_i_model_take_classes(*model, &cell->classes);
    }
    return status;
}

static gmix_status choose(choice *c, gmix_model **model, gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = c->ctx;
    const gmix_i_input *const input = c->input;
    const bool validates = strcmp(c->request.opts.criterion, "cv") == 0;
    GMIX_TRY(make_models(c));
    c->models.all.refines = c->models.pilot.refines = !ctx->replicates;
    c->models.all.limit = &c->limit;
    if (validates && c->models.all.classes.n > 0) {
        GMIX_FAIL(ctx, GMIX_ERR_DATA,
                  "the criterion 'cv' is the log-likelihood of rows without labels, and "
                  "these have some: choose by bic, icl, aic or aicc, or leave them out");
    }
    if (validates && input->errors && input->errors->projected) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "the criterion 'cv' does not heed projections: choose by bic, icl, aic "
                  "or aicc");
    }
    if (validates && input->between) {
        GMIX_FAIL(ctx, GMIX_ERR_OPTION,
                  "the criterion 'cv' leaves rows out, and a bin is many of them: with "
                  "bounds of cells choose by bic, icl, aic or aicc");
    }
    if (validates) {
        GMIX_TRY(gmix_i_folds_new(ctx, &c->models, &c->opts, &c->folds));
    }
    GMIX_TRY(solve_all(c));
    gmix_i_grid_cell *best = gmix_i_grid_best(&c->models.all, c->request.opts.criterion);
    best = best || !is_over(c) ? best : gmix_i_grid_best(&c->models.all, "bic");
    best = best ? best : best_unfinished(&c->models.all);
    if (!best) {
        status = fail_empty(c);
        goto done;
    }
    GMIX_TRY(conclude(c, best, model, report));
done:
    return status;
}

/* Bayesian fits are compared by their evidence, and no others are. */
static gmix_status settle_criterion(gmix_ctx *ctx, bool bayes, gmix_i_request *request) {
    const char **const criterion = &request->opts.criterion;
    const gmix_i_criterion_id which = gmix_i_criterion_find(*criterion);
    if (bayes && which == GMIX_I_BIC) {
        *criterion = gmix_i_criteria[GMIX_I_EVIDENCE];
        return GMIX_OK;
    }
    const bool any = which == GMIX_I_CV || which == GMIX_I_LIKELIHOOD;
    return any || bayes == (which == GMIX_I_EVIDENCE)
               ? GMIX_OK
               : gmix_i_fail(
                     ctx, GMIX_ERR_OPTION,
                     bayes ? "the criterion '%s' wants the maximum of a likelihood: of "
                             "Bayesian fits, choose by evidence or cv"
                           : "the criterion '%s' is of Bayesian fits: say bayes = "
                             "dirichlet or process, too",
                     *criterion);
}

/* The table without rows that lie apart, unless something else is said of such rows; they have the weight 0
 * in *used. */
static gmix_status leave_apart(choice *c, const gmix_table *x,
                               const gmix_fit_options *fit, gmix_table *used) {
    gmix_status status = GMIX_OK;
    const bool measured = x->errors || x->lower || x->truncation || x->projections;
    *used = *x;
    if (!measured && !x->labels && !(c->opts.noise > 0.0) &&
        !gmix_i_is_bayesian(&c->opts) && strcmp(c->request.opts.criterion, "cv") != 0 &&
        !gmix_i_fit_options_say_trim(c->ctx, fit)) {
        GMIX_TRY(gmix_i_apart_new(c->ctx, x, &c->apart));
        used->weights = c->apart.rows.n > 0 ? c->apart.weights : used->weights;
    }
done:
    return status;
}

/* Chooses into locals first: outputs are written on success only. */
gmix_status gmix_select(gmix_ctx *ctx, const gmix_table *x, const gmix_fit_options *fit,
                        const gmix_select_options *select, gmix_model **model,
                        gmix_report *report) {
    GMIX_I_CTX(ctx);
    GMIX_I_TABLE(ctx, x);
    GMIX_I_PLACE(ctx, gmix_report, GMIX_I_REPORT_FIRST, report);
    gmix_status status = GMIX_OK;
    choice c = {.ctx = ctx};
    gmix_i_input input;
    gmix_table used;
    gmix_i_measurements rows = {0};
    gmix_model *made = NULL;
    gmix_report said = {0};
    gmix_i_chapter chapter = {0};
    if (!model) {
        GMIX_FAIL(ctx, GMIX_ERR_ARGUMENT,
                  "model is NULL: there is no place for the result");
    }
    GMIX_TRY(gmix_i_fit_options_take(ctx, fit, &c.opts));
    GMIX_TRY(gmix_i_input_to_fit(ctx, x, &rows, &input));
    gmix_i_limit_begin(ctx, &c.limit, c.opts.time_limit);
    GMIX_TRY(gmix_i_select_check(ctx, &c.opts));
    GMIX_TRY(gmix_i_request_new(ctx, select, input.n_cols, &c.request));
    GMIX_TRY(settle_criterion(ctx, gmix_i_is_bayesian(&c.opts), &c.request));
    GMIX_TRY(leave_apart(&c, x, fit, &used));
    input.table = c.apart.rows.n > 0 ? &used : input.table;
    const gmix_i_asked asked = {gmix_select_option_table(), &c.request.opts, 0};
    GMIX_TRY(gmix_i_fit_chapter(ctx, "gmix_select", x, &c.opts, &asked, &chapter));
    c.input = &input;
    GMIX_TRY(choose(&c, &made, &said));
    if (c.apart.rows.n > 0) {
        GMIX_TRY(gmix_i_apart_report(ctx, &c.apart, x, made, &said));
    }
    *model = made;
    made = NULL;
    if (report) {
        gmix_i_struct_give(report, GMIX_I_REPORT_FIRST, &said, sizeof said);
        said = (gmix_report){0};
    }
done:
    gmix_i_chapter_end(ctx, &chapter);
    gmix_model_free(&made);
    gmix_report_free(&said);
    gmix_i_folds_free(ctx, c.folds);
    gmix_i_models_free(ctx, &c.models);
    gmix_i_grid_free(&c.home);
    gmix_i_ordered_free(ctx, &c.rows);
    gmix_i_request_free(ctx, &c.request);
    gmix_i_limit_end(ctx, &c.limit);
    gmix_i_apart_free(ctx, &c.apart);
    gmix_i_measurements_free(ctx, &rows);
    return status;
}
