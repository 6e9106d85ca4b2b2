/* The search over starts where features are many. See wide.h. */
#include "search/wide.h"

#include <math.h>
#include <string.h>

#include "data/subset.h"
#include "em/wide_run.h"

enum {
    FIRST_STEPS = 12,   /* of every start */
    MIDDLE_STEPS = 100, /* of the best of them, on some of the rows */
    ROWS_EACH = 400,    /* of a component that these are at least */
    LEAST_ROWS = 2048,
    FEW_ROWS =
        2 /* rows of a component, in factors: with fewer it describes them one by one */
};

static const struct extent {
    const char *search;
    size_t starts, moves; /* moves: for each component */
} extents[] = {{"quick", 2, 0}, {"standard", 4, 3}, {"thorough", 20, 12}};

static bool is_plain(const gmix_fit_options *o) {
    return !(o->noise > 0.0) && !(o->trim > 0.0) && !(o->reg > 0.0) &&
           !(o->eigen_ratio > 0.0) && !(o->dirichlet > 1.0) &&
           strcmp(o->prior, "none") == 0 && strcmp(o->bayes, "none") == 0 &&
           strcmp(o->stop_rule, "remaining") == 0 && o->freeze[0] == '\0' &&
           !o->init_model;
}

bool gmix_i_wide_suits(const gmix_i_plan *plan) {
    const gmix_i_input *const input = plan->input;
    const gmix_i_classes *const classes = plan->classes;
    const char *const init = plan->init->name;
    return plan->family->n_factors > 0 && input->n_cols > GMIX_I_MANY_FEATURES &&
           input->table && plan->survey->n_missing_cells == 0 && !input->errors &&
           !input->between && is_plain(plan->opts) &&
           (strcmp(init, "auto") == 0 || strcmp(init, "kmeans++") == 0) &&
           (classes->n == 0 ||
            (classes->n == plan->opts->n_components && classes->per_class == 1));
}

/* Starts, and what is best of them so far. */
typedef struct wide_search {
    gmix_ctx *ctx;
    const gmix_i_plan *plan;
    gmix_i_start_task task; /* of the sample that k-means looks at */
    gmix_i_accumulator cut; /* whose cut that is collected by */
    gmix_i_subset subset;
    gmix_i_wide_run run;
    double *best; /* params_len */
    double *centres;
    double log_likelihood;
    size_t best_run, n_few;
} wide_search;

/* How many starts and moves: none but one start where all would be alike, or so many that were asked
 * for. */
static struct extent extent_of(const gmix_i_plan *plan) {
    const gmix_fit_options *const opts = plan->opts;
    struct extent own = extents[1];
    for (size_t e = 0; e < sizeof extents / sizeof *extents; e++) {
        own = strcmp(extents[e].search, opts->search) == 0 ? extents[e] : own;
    }
    own.moves *= opts->n_components;
    if (opts->restarts > 0) {
        own.starts = opts->restarts;
        own.moves = 0;
    }
    if (opts->n_components == 1 || plan->classes->n > 0 || !(opts->tol > 0.0)) {
        own.starts = 1;
        own.moves = 0;
    }
    return own;
}

/* Components with fewer rows than can tell their factors. */
static size_t count_few(const gmix_i_wide_run *r) {
    const double n = r->survey->total_weight;
    size_t few = 0;
    for (size_t k = 0; k < r->k; k++) {
        few += r->accepted.weights[k] * n < (double)(FEW_ROWS * (r->q + 1));
    }
    return few;
}

/* k-means centres in the frame; NULL: rows have labels. */
static gmix_status place(wide_search *s, size_t run, const double **centres) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = s->plan;
    const size_t k = plan->opts->n_components, d = plan->input->n_cols;
    *centres = NULL;
    if (plan->classes->n > 0) {
        return GMIX_OK;
    }
    if (!s->centres) {
        s->cut.cut = s->run.cut;
        s->task = (gmix_i_start_task){.input = plan->input,
                                      .frame = plan->frame,
                                      .survey = plan->survey,
                                      .accumulator = &s->cut,
                                      .opts = plan->opts,
                                      .distinct = plan->distinct,
                                      .classes = plan->classes};
        GMIX_TRY(gmix_i_sample_want(s->ctx, &s->task));
        GMIX_TRY(gmix_i_calloc(s->ctx, "centres", k * d, sizeof(double), &s->centres));
    }
    GMIX_TRY(
        gmix_i_kmeans(s->ctx, &s->task.sample, k, plan->opts->seed, run, s->centres));
    for (size_t i = 0; i < k * d; i++) { /* standardised; the frame is centred alike */
        s->centres[i] *= plan->survey->sd[i % d] * plan->frame->inv_scale[i % d];
    }
    *centres = s->centres;
done:
    return status;
}

static void copy_params(const gmix_i_wide_run *r, const double *from,
                        gmix_i_wide_params *to) {
    memcpy(to->weights, from, r->params_len * sizeof *from);
}

/* A few steps from r->current; kept in s->best if it is the best so far. */
static gmix_status try_steps(wide_search *s, size_t steps, bool *kept) {
    gmix_status status = GMIX_OK;
    gmix_i_wide_run *const r = &s->run;
    *kept = false;
    status = gmix_i_wide_em(r, steps, s->plan->opts->tol);
    if (status == GMIX_ERR_SINGULAR) {
        s->ctx->message[0] = '\0';
        return GMIX_OK;
    }
    GMIX_TRY(status);
    const size_t few = count_few(r);
    if (few < s->n_few || (few == s->n_few && r->log_likelihood > s->log_likelihood)) {
        *kept = true;
        s->n_few = few;
        s->log_likelihood = r->log_likelihood;
        memcpy(s->best, r->accepted.weights, r->params_len * sizeof *s->best);
    }
    if (s->plan->limit) {
        gmix_i_limit_firm(s->plan->limit);
    }
done:
    return status;
}

static gmix_status try_start(wide_search *s, size_t index, size_t steps) {
    gmix_status status = GMIX_OK;
    gmix_i_wide_run *const r = &s->run;
    const double *centres;
    bool kept;
    r->run = index;
    GMIX_TRY(place(s, index, &centres));
    GMIX_TRY(gmix_i_wide_start(r, centres, s->plan->opts->seed, index));
    GMIX_TRY(try_steps(s, steps, &kept));
    s->best_run = kept ? index : s->best_run;
done:
    return status;
}

/* The component of s->best that is `rank`-th by weight, from the lightest. */
static size_t ranked(const wide_search *s, size_t rank) {
    const double *const w = s->best;
    for (size_t k = 0; k < s->run.k; k++) {
        size_t before = 0;
        for (size_t o = 0; o < s->run.k; o++) {
            before += w[o] < w[k] || (w[o] == w[k] && o < k);
        }
        if (before == rank) {
            return k;
        }
    }
    return 0;
}

/* Components for a move: one that goes, among the lightest first, and one that is split in its
 * place, among the heaviest. False: there are no more pairs. */
static bool choose_pair(const wide_search *s, size_t number, size_t *gone,
                        size_t *split) {
    const size_t k = s->run.k;
    size_t n = 0;
    for (size_t sum = 0; sum < 2 * k; sum++) {
        for (size_t i = 0; i <= sum && i < k; i++) {
            const size_t j = sum - i;
            if (j < k && i + j != k - 1 && n++ == number) {
                *gone = ranked(s, i);
                *split = ranked(s, k - 1 - j);
                return true;
            }
        }
    }
    return false;
}

/* The best with one component gone and another in two, along a random direction of its factors:
 * two that were taken for one differ along their factors, too. */
static void make_move(wide_search *s, size_t number, size_t gone, size_t split) {
    gmix_i_wide_run *const r = &s->run;
    const size_t d = r->d, q = r->q, block = (q + 1) * d;
    const gmix_i_wide_params *const to = &r->current;
    const gmix_i_stream stream =
        gmix_i_stream_open(s->plan->opts->seed, GMIX_I_RNG_MOVE, number);
    double v[GMIX_I_MOST_FACTORS], length = 0.0;
    for (size_t t = 0; t < q; t++) {
        double z[2];
        gmix_i_normal2(&stream, t, z);
        v[t] = z[0];
        length += z[0] * z[0];
    }
    copy_params(r, s->best, &r->current);
    memcpy(to->blocks + gone * block, to->blocks + split * block,
           block * sizeof *to->blocks);
    for (size_t j = 0; j < d; j++) {
        double off = 0.0;
        for (size_t t = 0; t < q; t++) {
            off += to->blocks[split * block + t * d + j] * v[t] / sqrt(length);
        }
        to->means[gone * d + j] = to->means[split * d + j] + off;
        to->means[split * d + j] -= off;
    }
    const double left = 1.0 - to->weights[gone];
    to->weights[gone] = to->weights[split] *= 0.5;
    for (size_t k = 0; k < r->k; k++) {
        to->weights[k] /= left;
    }
}

/* Each is a start with a few steps; from a better one, moves begin anew. */
static gmix_status make_moves(wide_search *s, size_t most) {
    gmix_status status = GMIX_OK;
    size_t pair = 0, gone, split;
    for (size_t m = 0; m < most && choose_pair(s, pair, &gone, &split); m++, pair++) {
        bool kept;
        make_move(s, m, gone, split);
        GMIX_TRY(try_steps(s, FIRST_STEPS, &kept));
        pair = kept ? SIZE_MAX : pair;
    }
done:
    return gmix_i_was_cut(status) ? GMIX_OK : status; /* the last pass says how */
}

static gmix_status run_new(wide_search *s, const gmix_i_input *input,
                           const gmix_i_survey *survey) {
    const gmix_i_plan *const plan = s->plan;
    gmix_i_wide_run_free(&s->run);
    return gmix_i_wide_run_new(s->ctx, input, plan->frame, survey, plan->family,
                               plan->opts, plan->classes->of_component, &s->run);
}

/* True where so many fewer rows do for starts that they are worth a copy. */
static gmix_status take_some(wide_search *s, bool *some) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = s->plan;
    const size_t each = ROWS_EACH * plan->opts->n_components;
    const size_t rows = each > LEAST_ROWS ? each : (size_t)LEAST_ROWS;
    *some = plan->survey->n_rows > 4 * rows && plan->opts->tol > 0.0;
    if (*some) {
        GMIX_TRY(gmix_i_subset_new(s->ctx, plan->input, plan->survey, rows,
                                   plan->opts->seed, &s->subset));
    }
    GMIX_TRY(*some ? run_new(s, &s->subset.input, &s->subset.survey)
                   : run_new(s, plan->input, plan->survey));
done:
    return status;
}

static gmix_status try_starts(wide_search *s, const struct extent *extent) {
    gmix_status status = GMIX_OK;
    const size_t most = s->plan->opts->max_iter;
    const size_t first = most < FIRST_STEPS ? most : (size_t)FIRST_STEPS;
    for (size_t i = 0; i < extent->starts; i++) {
        status = try_start(s, i, first);
        if (gmix_i_was_cut(status) && isfinite(s->log_likelihood)) {
            return GMIX_OK; /* the last pass says how */
        }
        GMIX_TRY(status);
    }
    if (!isfinite(s->log_likelihood)) {
        GMIX_FAIL(s->ctx, GMIX_ERR_SINGULAR,
                  "no start led to a mixture: covariances are not positive definite");
    }
    GMIX_TRY(make_moves(s, extent->moves));
done:
    return status;
}

/* EM on all rows from s->best; where time is over by then, s->best as it is. */
static gmix_status finish(wide_search *s) {
    gmix_i_wide_run *const r = &s->run;
    const gmix_fit_options *const opts = s->plan->opts;
    copy_params(r, s->best, &r->current);
    gmix_status status = gmix_i_wide_em(r, opts->max_iter, opts->tol);
    if (gmix_i_was_cut(status)) { /* before it was evaluated */
        const gmix_stop stop = gmix_i_stop_of(status);
        gmix_i_limit spare;
        gmix_i_limit_spare(s->ctx, &spare);
        copy_params(r, s->best, &r->current);
        status = gmix_i_wide_em(r, 0, opts->tol);
        gmix_i_limit_end(s->ctx, &spare);
        r->stop = stop;
        s->ctx->message[0] = '\0';
    }
    return status;
}

static gmix_status search(wide_search *s, const struct extent *extent) {
    gmix_status status = GMIX_OK;
    gmix_i_wide_run *const r = &s->run;
    bool some, kept;
    GMIX_TRY(take_some(s, &some));
    GMIX_TRY(
        gmix_i_calloc(s->ctx, "the parameters", r->params_len, sizeof(double), &s->best));
    s->n_few = SIZE_MAX;
    s->log_likelihood = -INFINITY;
    r->n_runs = extent->starts;
    GMIX_TRY(try_starts(s, extent));
    if (some) {
        copy_params(r, s->best, &r->current);
        status = try_steps(s, MIDDLE_STEPS, &kept);
        GMIX_TRY(gmix_i_was_cut(status) ? GMIX_OK : status);
        GMIX_TRY(run_new(s, s->plan->input, s->plan->survey));
    }
    r->run = s->best_run;
    r->n_runs = extent->starts;
    GMIX_TRY(finish(s));
done:
    return status;
}

/* What the run on all rows reached, as a candidate. */
static gmix_status take_found(gmix_ctx *ctx, const wide_search *s, gmix_i_candidate *c) {
    gmix_status status = GMIX_OK;
    const gmix_i_wide_run *const r = &s->run;
    gmix_i_params *const p = &c->params;
    const size_t block = (r->q + 1) * r->d;
    memcpy(p->weights, r->accepted.weights, r->k * sizeof *p->weights);
    memcpy(p->means, r->accepted.means, r->k * r->d * sizeof *p->means);
    memcpy(p->factors, r->accepted.blocks, r->k * block * sizeof *p->factors);
    p->bare = true;
    GMIX_TRY(gmix_i_grow(ctx, "the trace", &c->trace, &c->trace_capacity, r->n_trace,
                         sizeof *c->trace));
    memcpy(c->trace, r->trace, r->n_trace * sizeof *c->trace);
    c->n_trace = r->n_trace;
    c->log_likelihood = c->score = r->log_likelihood;
    c->log_map = r->log_map;
    c->remaining_gain = r->remaining_gain;
    c->gradient_norm = c->em_rate = NAN;
    c->run = s->best_run;
    c->n_iter = r->n_iter;
    c->stop = r->stop;
    c->weighed = true;
    c->n_faults = c->n_lost = count_few(r);
done:
    return status;
}

/* EM from there, if that leads higher. */
static gmix_status try_given(wide_search *s, const double *given, gmix_i_candidate *c) {
    gmix_status status = GMIX_OK;
    gmix_i_wide_run *const r = &s->run;
    copy_params(r, given, &r->current);
    status = gmix_i_wide_em(r, s->plan->opts->max_iter, s->plan->opts->tol);
    if (gmix_i_was_cut(status) || status == GMIX_ERR_SINGULAR) {
        s->ctx->message[0] = '\0';
        return GMIX_OK;
    }
    GMIX_TRY(status);
    const size_t few = count_few(r);
    if (few < c->n_faults ||
        (few == c->n_faults && r->log_likelihood > c->log_likelihood)) {
        s->best_run = GMIX_I_GIVEN_RUN;
        GMIX_TRY(take_found(s->ctx, s, c));
    }
done:
    return status;
}

gmix_status gmix_i_wide_search(gmix_ctx *ctx, const gmix_i_plan *plan,
                               const double *given, gmix_i_chain *found) {
    gmix_status status = GMIX_OK;
    wide_search s = {.ctx = ctx, .plan = plan};
    const struct extent extent = extent_of(plan);
    GMIX_TRY(search(&s, &extent));
    GMIX_TRY(gmix_i_chain_new(ctx, plan, 1, found));
    GMIX_TRY(take_found(ctx, &s, &found->pool[0]));
    if (given && gmix_i_may_go_on(found->pool[0].stop)) {
        GMIX_TRY(try_given(&s, given, &found->pool[0]));
    }
    found->n_starts = extent.starts;
    if (plan->opts->tol > 0.0) {
        gmix_i_candidate_order(plan->classes->of_component, &found->pool[0]);
    }
done:
    gmix_i_wide_run_free(&s.run);
    gmix_i_sample_free(ctx, &s.task.sample);
    gmix_i_subset_free(ctx, &s.subset);
    gmix_i_free(ctx, s.best);
    gmix_i_free(ctx, s.centres);
    return status;
}

/* How many uniquenesses lie at their floor. */
static size_t count_held(const gmix_i_plan *plan, const gmix_i_params *p) {
    const size_t d = p->d, q = p->family->n_factors;
    size_t n = 0;
    for (size_t k = 0; p->family->form[1] != 'I' && k < p->k; k++) {
        for (size_t j = 0; j < d; j++) {
            const double sd = plan->survey->sd[j] * plan->frame->inv_scale[j];
            n += p->factors[(k * (q + 1) + q) * d + j] <=
                 GMIX_I_LEAST_UNIQUENESS * sd * sd * (1.0 + 1e-6);
        }
    }
    return n;
}

gmix_status gmix_i_wide_report(gmix_ctx *ctx, const gmix_i_plan *plan,
                               const gmix_i_chain *found, const gmix_model *model,
                               gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_i_candidate *const best = &found->pool[0];
    const gmix_i_params *const p = &best->params;
    GMIX_TRY(gmix_i_report_numbers(ctx, plan, found, model, 0.0, report));
    for (size_t k = 0; k < p->k; k++) {
        const double rows = p->weights[k] * plan->survey->total_weight;
        const size_t need = FEW_ROWS * (p->family->n_factors + 1);
        if (rows < (double)need) {
            GMIX_TRY(gmix_i_report_warn(ctx, report,
                                        "component %zu is spurious: it rests on %.4g "
                                        "rows, fewer than the %zu that %zu factors need",
                                        k, rows, need, p->family->n_factors));
        }
    }
    const size_t held = count_held(plan, p);
    if (held > 0) {
        GMIX_TRY(gmix_i_report_warn(
            ctx, report,
            "the factors explain features completely in %zu case%s (Heywood): their "
            "uniquenesses are held at %g of the variance; fewer factors, or more rows, "
            "would leave them some",
            held, held == 1 ? "" : "s", GMIX_I_LEAST_UNIQUENESS));
    }
    if (best->stop == GMIX_STOP_MAX_ITER && plan->opts->tol > 0.0 && best->n_iter > 0) {
        GMIX_TRY(gmix_i_report_warn(ctx, report,
                                    "stopped at %zu EM steps before it converged; raise "
                                    "max_iter",
                                    best->n_iter));
    }
done:
    return status;
}
