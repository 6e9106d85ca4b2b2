/*
 * Warnings: spurious components with the rows behind them, runs that did not converge,
 * ridges. The rows of component k are those with r_nk > 1/2.
 */
#include "search/findings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "search/factor_findings.h"
#include "search/grain_findings.h"
#include "search/members.h"

static const double RIDGE_RATE = 0.9999;
static const double UNSURE = 0.2; /* chance of a better solution */

/* lists[c]: the rows of component c, for those at fault; none where there is no time for a pass
 * over the rows. */
static gmix_status list_members(gmix_i_crew *crew, const gmix_i_candidate *best,
                                gmix_i_member_list **lists) {
    gmix_status status = GMIX_OK;
    gmix_i_worker *const w = &crew->workers[0];
    gmix_i_em *const em = &w->em;
    const size_t k = best->params.k, n_slots = em->accumulator.cut.n_slots;
    double *stats;
    if (crew->members) { /* found by somebody else, who has the rows */
        GMIX_TRY(gmix_i_calloc(&w->ctx, "rows of components", k, sizeof **lists, lists));
        memcpy(*lists, crew->members, k * sizeof **lists);
        return GMIX_OK;
    }
    GMIX_TRY(
        gmix_i_calloc(&w->ctx, "rows of components", n_slots * k, sizeof **lists, lists));
    GMIX_TRY(gmix_i_em_prepare(em, &best->params));
    gmix_i_listing l = {.prepared = &em->prepared, .faults = w->faults, .lists = *lists};
    GMIX_TRY(gmix_i_accumulate(&w->ctx, &em->accumulator, &em->prepared,
                               gmix_i_fill_and_list, &l, &stats));
    for (size_t slot = 1; slot < n_slots; slot++) {
        for (size_t c = 0; c < k; c++) {
            gmix_i_member_list_join(&(*lists)[c], &(*lists)[slot * k + c]);
        }
    }
    for (size_t c = 0; c < k && crew->plan->input->row_numbers; c++) {
        gmix_i_member_list_number(&(*lists)[c], crew->plan->input->row_numbers);
    }
done:
    if (gmix_i_was_cut(status)) {
        memset(*lists, 0, n_slots * k * sizeof **lists);
        w->ctx.message[0] = '\0';
        status = GMIX_OK;
    }
    return status;
}

/* "rows 4, 17 and 203"; rows are counted from 1. */
static void name_rows(const gmix_i_member_list *list, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    const uint64_t shown = list->n < GMIX_I_ROWS_NAMED ? list->n : GMIX_I_ROWS_NAMED;
    for (uint64_t i = 0; i < shown && used < size; i++) {
        const char *const before = i == 0 ? (list->n == 1 ? " (row " : " (rows ") : ", ";
        used += (size_t)snprintf(text + used, size - used, "%s%llu", before,
                                 (unsigned long long)list->rows[i] + 1);
    }
    if (shown > 0 && used < size) {
        snprintf(text + used, size - used, "%s)", list->n > shown ? ", ..." : "");
    }
}

/* The plural's s, for a number of rows that is printed with four digits. */
static const char *plural(double n) {
    return n > 1.0 - 5e-5 && n < 1.0 + 5e-4 ? "" : "s";
}

/* "component 2", and whose: "component 2 of class 'b'". */
static void name_component(const gmix_i_classes *classes, size_t c, char *text,
                           size_t size) {
    const size_t used = (size_t)snprintf(text, size, "component %zu", c);
    if (classes->n > 0) {
        snprintf(text + used, size - used, " of class '%.60s'",
                 classes->names[classes->of_component[c]]);
    }
}

/* Digits behind the point of a number of rows. */
static int decimals(double n) {
    return n < 100.0 && fabs(n - round(n)) > 1e-3 ? 1 : 0;
}

/* What has to be told apart: "3 features need", of a law "2 factors need". */
static void name_needs(const gmix_i_family *family, size_t d, char *text, size_t size) {
    const size_t n = family->n_factors ? family->n_factors : d;
    snprintf(text, size, "%zu %s%s", n, family->n_factors ? "factor" : "feature",
             n == 1 ? " needs" : "s need");
}

static void describe_few(const gmix_i_support *support, const gmix_i_judge *judge,
                         const gmix_i_family *family, const char *component, double n,
                         const char *rows, char *text, size_t size) {
    if (support->fault == GMIX_I_FEW_SEEN) {
        snprintf(
            text, size,
            "%s is spurious: of its rows, %.*f in all%s, the cells that would tell how "
            "narrow it is are missing in all but %.2g, which say nothing of a width",
            component, decimals(n), n, rows, support->told);
        return;
    }
    if (!isfinite(support->description) || isnan(support->loss)) {
        char needs[48];
        name_needs(family, judge->d, needs, sizeof needs);
        snprintf(text, size,
                 "%s is spurious: it rests on %.4g row%s%s, fewer than the %g "
                 "that %s; the log-likelihood it adds means nothing",
                 component, n, plural(n), rows, gmix_i_rows_needed(family, judge->d),
                 needs);
        return;
    }
    snprintf(
        text, size,
        "%s is spurious: it rests on %.4g row%s%s, and chance explains it: without it "
        "the log-likelihood falls by %.3g, and describing it takes %.3g",
        component, n, plural(n), rows, support->loss, support->description);
}

static void describe(const gmix_i_candidate *best, const gmix_i_judge *judge,
                     const gmix_i_classes *classes, size_t c,
                     const gmix_i_member_list *list, char *text, size_t size) {
    const gmix_i_support *const support = &best->support[c];
    char rows[128], component[96];
    const double n = best->params.weights[c] * judge->n;
    const double all =
        gmix_i_component_rows(judge, &best->params); /* but those of the noise */
    name_rows(list, rows, sizeof rows);
    name_component(classes, c, component, sizeof component);
    switch (support->fault) {
    case GMIX_I_SOUND:
    case GMIX_I_EMPTY:
        snprintf(text, size,
                 "%s has lost all its rows: its weight is 0; "
                 "fewer components would fit as well",
                 component);
        break;
    case GMIX_I_FEW:
    case GMIX_I_FEW_SEEN:
        describe_few(support, judge, best->params.family, component, n, rows, text, size);
        break;
    case GMIX_I_FEW_IN_ALL:
        snprintf(
            text, size,
            "the covariance is singular or nearly so: it rests on %.4g row%s in all, "
            "fewer than the %g that it needs with %zu feature%s; the "
            "log-likelihood means nothing",
            all, plural(all),
            gmix_i_shared_rows_needed(best->params.family, best->params.k, judge->d),
            judge->d, judge->d == 1 ? "" : "s");
        break;
    case GMIX_I_NARROW_ALL:
        snprintf(text, size,
                 "the covariance is singular: in some direction the rows of each "
                 "component are the same, as where a feature has few distinct values; "
                 "the log-likelihood means nothing");
        break;
    case GMIX_I_NARROW:
        snprintf(
            text, size,
            "%s is spurious: its rows, %.*f in all%s, lie closer together, or nearer "
            "to a plane, than their neighbours do, but chance explains that: without "
            "it the log-likelihood falls by %.3g, and describing it takes %.3g",
            component, decimals(n), n, rows, support->loss, support->description);
        break;
    case GMIX_I_AT_FLOOR:
        snprintf(
            text, size,
            "%s is spurious: its rows, %.*f in all%s, are identical or lie in a plane, "
            "and it is held at the smallest covariance allowed; the log-likelihood it "
            "adds means nothing",
            component, decimals(n), n, rows);
        break;
    }
}

/* True of a fault that all components have in common. */
static bool is_of_all(gmix_i_fault fault) {
    return fault == GMIX_I_NARROW_ALL || fault == GMIX_I_FEW_IN_ALL;
}

/* Calls `say` with a sentence for every component at fault, until one fails; what is at fault
 * with all of them is said once. */
typedef gmix_status say_fn(void *arg, const char *sentence);

static gmix_status for_faults(gmix_i_crew *crew, const gmix_i_candidate *best,
                              say_fn *say, void *arg) {
    gmix_status status = GMIX_OK;
    gmix_i_worker *const w = &crew->workers[0];
    gmix_i_member_list *lists = NULL;
    if (best->n_faults == 0) {
        return GMIX_OK;
    }
    gmix_i_support_faults(best->support, best->params.k, w->faults);
    GMIX_TRY(list_members(crew, best, &lists));
    bool said = false;
    for (size_t c = 0; c < best->params.k; c++) {
        const bool of_all = is_of_all(best->support[c].fault);
        if (gmix_i_support_fails(&best->support[c]) && !(of_all && said)) {
            said = said || of_all;
            char text[GMIX_I_MESSAGE_SIZE / 2];
            describe(best, &w->judge, crew->plan->classes, c, &lists[c], text,
                     sizeof text);
            GMIX_TRY(say(arg, text));
        }
    }
done:
    if (status != GMIX_OK) {
        memmove(crew->ctx->message,
                w->ctx.message[0] ? w->ctx.message : crew->ctx->message,
                sizeof crew->ctx->message);
    }
    gmix_i_free(&w->ctx, lists);
    return status;
}

typedef struct warn_to {
    gmix_ctx *ctx;
    gmix_report *report;
} warn_to;

static gmix_status warn(void *arg, const char *sentence) {
    const warn_to *const to = arg;
    return gmix_i_report_warn(to->ctx, to->report, "%s", sentence);
}

gmix_status gmix_i_findings(gmix_i_crew *crew, const gmix_i_candidate *best,
                            gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = crew->ctx;
    const gmix_fit_options *const opts = crew->plan->opts;
    warn_to to = {.ctx = ctx, .report = report};
    GMIX_TRY(for_faults(crew, best, warn, &to));
    const gmix_i_input *const rows = crew->plan->input;
    const bool exact = !rows->errors && !rows->between && !rows->truncation;
    if (!(opts->trim > 0.0) && !crew->members && exact) { /* the rows are here */
        GMIX_TRY(gmix_i_report_outliers(crew, best, report));
    }
    GMIX_TRY(gmix_i_grain_findings(crew, best, report));
    GMIX_TRY(gmix_i_factor_findings(crew, best, report));
    GMIX_TRY(gmix_i_observed_findings(crew, best, report));
    const uint64_t empty = crew->plan->survey->n_empty_rows;
    if (empty > 0 && crew->plan->input->patterns) {
        GMIX_TRY(gmix_i_report_warn(ctx, report,
                                    "%llu row%s no observed cell: counted in N and in "
                                    "the weights, %s of no use otherwise",
                                    (unsigned long long)empty,
                                    empty == 1 ? " has" : "s have",
                                    empty == 1 ? "it is" : "they are"));
    }
    if (best->n_faults == 0 && exact &&
        gmix_i_rows_lie_flat(&crew->workers[0].judge, &best->params)) {
        GMIX_TRY(gmix_i_report_warn(
            ctx, report,
            "the features depend on each other linearly, as far as rounding tells: all "
            "rows lie in a plane, and the log-likelihood says only how thin it is; "
            "leave a feature out, or ask for covariance = diag"));
    }
    if (report->chance_of_better > UNSURE) {
        GMIX_TRY(gmix_i_report_warn(
            ctx, report,
            "there may be a better solution (chance about %.0f %%): %zu of %zu runs led "
            "to "
            "this one; %s",
            100.0 * report->chance_of_better, report->n_hits, report->n_runs,
            strcmp(opts->search, "thorough") != 0 && opts->restarts == 0
                ? "search = thorough looks further"
                : "another seed may find it"));
    }
    if (best->stop == GMIX_STOP_MAX_ITER && opts->tol > 0.0 && best->n_iter > 0) {
        GMIX_TRY(gmix_i_report_warn(ctx, report,
                                    "stopped at %zu EM steps before it converged; raise "
                                    "max_iter, or start again from this model",
                                    best->n_iter));
    }
    if (best->n_faults == 0 && best->em_rate > RIDGE_RATE &&
        best->stop == GMIX_STOP_CONVERGED) {
        GMIX_TRY(gmix_i_report_warn(
            ctx, report,
            "the log-likelihood is nearly flat in some direction (EM rate %.6f): "
            "quite different parameters fit almost as well",
            best->em_rate));
    }
done:
    return status;
}

const char *gmix_i_sound_advice(const gmix_i_family *family, size_t d) {
    return family->shape->cov_len(d) > d
               ? "one component of covariance = diag may have one, and prior = mclust "
                 "makes up for rows that are too few"
               : "prior = mclust makes up for rows that are too few";
}

const char *gmix_i_class_advice(const gmix_i_family *family, size_t per_class) {
    const bool shared = gmix_i_family_is_shared(family);
    return per_class > 1 ? "ask for fewer components per class, or for prior = mclust"
           : shared ? "give the class more rows, take away its labels or merge it with "
                      "another one, or ask for prior = mclust"
                    : "give the class more rows, take away its labels or merge it with "
                      "another one, or ask for covariance = tied or prior = mclust";
}

typedef struct refusal {
    gmix_ctx *ctx;
    const char *advice;
} refusal;

static gmix_status refuse(void *arg, const char *sentence) {
    const refusal *const to = arg;
    return gmix_i_fail(to->ctx, GMIX_ERR_SINGULAR,
                       "no sound solution was found: %s; %s, or let it pass with "
                       "singular = repair",
                       sentence, to->advice);
}

gmix_status gmix_i_refuse_spurious(gmix_i_crew *crew, const gmix_i_candidate *best) {
    const gmix_i_params *const p = &best->params;
    const gmix_i_classes *const classes = crew->plan->classes;
    refusal to = {.ctx = &crew->workers[0].ctx,
                  .advice = classes->n > 0
                                ? gmix_i_class_advice(p->family, classes->per_class)
                            : p->k > 1 ? "ask for fewer components"
                                       : gmix_i_sound_advice(p->family, p->d)};
    return for_faults(crew, best, refuse, &to);
}

/* Room for one sentence. */
typedef struct first_sentence {
    char *text;
    size_t size;
} first_sentence;

static gmix_status keep_first(void *arg, const char *sentence) {
    const first_sentence *const to = arg;
    if (!to->text[0]) {
        snprintf(to->text, to->size, "%s", sentence);
    }
    return GMIX_OK;
}

gmix_status gmix_i_first_fault(gmix_i_crew *crew, const gmix_i_candidate *best,
                               char *text, size_t size) {
    first_sentence to = {.text = text, .size = size};
    text[0] = '\0';
    return for_faults(crew, best, keep_first, &to);
}
