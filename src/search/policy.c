/* What searches may do. See policy.h. */
#include "search/policy.h"

#include <math.h>
#include <string.h>

/* A row for each kind of search. share: of what a single fit's search is worth; starts: of the passes; patience: moves
 * in a row that may fail; roams: excursions to lower solutions, and crossings. */
static const struct policy {
    double share, starts;
    size_t short_steps, middle_steps, patience;
    bool roams;
} policies[] = {
    [GMIX_I_POLICY_FIT] = {1.0, 0.125, 6, 12, SIZE_MAX, true},
    [GMIX_I_POLICY_CELL] = {0.12, 0.125, 6, 12, SIZE_MAX, true},
    [GMIX_I_POLICY_REPLICATE] = {0.2, 0.125, 6, 12, SIZE_MAX, true},
    [GMIX_I_POLICY_BRIEF] = {0.1, 0.125, 6, 12, SIZE_MAX, true},
    [GMIX_I_POLICY_LONGER] = {0.5, 0.125, 6, 12, SIZE_MAX, true},
    [GMIX_I_POLICY_ALL_ROWS] = {0.6, 0.0, 0, 0, SIZE_MAX, true},
    [GMIX_I_POLICY_REPAIR] = {1.0, 0.0, 0, 0, 8, false},
};

enum { MOST_STARTS = 32 /* of a chain: moves find more */ };
static const double START_PASSES = 16.0; /* of one, on the average of its cuts */
static const double TWO_CHAINS = 500.0, FOUR_CHAINS = 1200.0; /* passes */
static const double BRIEF = 0.8; /* milliseconds of work that one thread does */
static const double BRIEF_STAGE =
    2.0; /* and of a first stage: often it is all there is */
static const double VAIN_PASSES = 64.0; /* where nothing sound can be found */

/* Work of a search at most: on one core, of a small table, for each of FEW to MANY components: there are
 * more optima; most searches are settled before. And of a large one, in passes over all of its rows. */
static const struct budget {
    const char *search;
    double milliseconds, full_passes;
} budgets[] = {{"quick", 0.9, 4}, {"standard", 70, 15}, {"thorough", 700, 250}};
static const double FEW = 3.0, MANY = 6.5;

/* Multiply-adds of a pass, roughly, beyond which a search makes do with fewer rows. */
static const double DEAR_PASS = 2e8;

/* Roughly what a pass takes on one core: within a sixth in searches of seven small tables (82 to
 * 507 rows, K = 3 and 6); a row with missing cells costs a solution of its own. Large ones take
 * less. */
static double pass_milliseconds(const gmix_i_plan *plan) {
    const gmix_i_shape *const shape = plan->family->shape;
    const size_t d = plan->input->n_cols;
    const double k = (double)plan->opts->n_components;
    const double row = 0.48 + 0.06 * (double)gmix_i_stats_len(shape, d);
    /* of a row with errors, or with bounds: nanoseconds besides */
    const double observed = plan->input->errors && plan->input->errors->projected
                                ? 100.0 + 20.0 * (double)(d * d)
                            : plan->input->errors  ? 8.0 + 5.0 * (double)(d * d)
                            : plan->input->between ? 250.0 * (double)d
                                                   : 0.0;
    const double tails = plan->input->truncation ? 500.0 : 0.0; /* of a component */
    const double incomplete = 4.0 + 2.0 * (double)shape->cov_len(d);
    const double update = gmix_i_family_update_nanoseconds(plan->family, d);
    return 1e-6 * (800.0 + k * ((double)plan->survey->n_rows * (row + observed) +
                                (double)plan->survey->n_incomplete_rows * incomplete +
                                update + tails));
}

static size_t clamp(double x, size_t low, size_t high) {
    return x < (double)low ? low : x > (double)high ? high : (size_t)x;
}

/* So many passes, as the policy has them spent. */
static gmix_i_effort spend(const gmix_i_plan *plan, double passes, gmix_i_policy which) {
    const struct policy *const policy = &policies[which];
    const double pass = pass_milliseconds(plan);
    gmix_i_effort effort = {.short_steps = policy->short_steps,
                            .middle_steps = policy->middle_steps,
                            .patience = policy->patience,
                            .roams = policy->roams};
    effort.n_chains = passes > FOUR_CHAINS  ? GMIX_I_MOST_CHAINS
                      : passes > TWO_CHAINS ? 2
                                            : 1;
    effort.passes = passes / (double)effort.n_chains;
    effort.n_starts =
        policy->starts > 0.0
            ? clamp(policy->starts * effort.passes / START_PASSES, 2, MOST_STARTS)
            : 0;
    effort.n_middle = clamp((double)effort.n_starts / 4.0, 1, 32);
    effort.n_long = clamp((double)effort.n_starts / 8.0, 1, 12);
    effort.n_threads = pass * passes < BRIEF ? 1 : effort.n_chains;
    effort.begins_alone = pass * passes < GMIX_I_STAGES * BRIEF_STAGE;
    return effort;
}

/* What a single fit's search is worth, in passes over the plan's rows. */
static double worth(const gmix_i_plan *plan, double n_rows, double share) {
    const struct budget *budget = &budgets[1];
    for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
        budget =
            strcmp(budgets[b].search, plan->opts->search) == 0 ? &budgets[b] : budget;
    }
    const double pass = pass_milliseconds(plan);
    const double k = fmin(fmax((double)plan->opts->n_components, FEW), MANY);
    const double small = share * k * budget->milliseconds / pass;
    const double large = budget->full_passes * n_rows / (double)plan->survey->n_rows;
    const bool vain = !gmix_i_may_be_sound(plan, plan->opts->n_components);
    return vain ? fmin(fmax(small, large), VAIN_PASSES) : fmax(small, large);
}

gmix_i_effort gmix_i_effort_for(const gmix_i_plan *plan, double n_rows,
                                gmix_i_policy policy) {
    return spend(plan, worth(plan, n_rows, policies[policy].share), policy);
}

gmix_i_effort gmix_i_effort_share(const gmix_i_plan *plan, double passes,
                                  gmix_i_policy policy) {
    return spend(plan, policies[policy].share * passes, policy);
}

double gmix_i_search_cost(const gmix_i_plan *plan) {
    const size_t d = plan->input->n_cols;
    const double k = (double)plan->opts->n_components, pass = pass_milliseconds(plan);
    const double more = gmix_i_family_update_takes(plan->family, d) -
                        gmix_i_family_update_nanoseconds(plan->family, d);
    return fmin(fmax(k, FEW), MANY) / MANY * (pass + 1e-6 * k * more) / pass;
}

double gmix_i_plan_parameters(const gmix_i_plan *plan) {
    return (double)plan->opts->n_components *
           (double)gmix_i_stats_len(plan->family->shape, plan->input->n_cols);
}

size_t gmix_i_search_rows(const gmix_i_plan *plan) {
    const double n = (double)plan->survey->n_rows, d = (double)plan->input->n_cols;
    const double parameters = gmix_i_plan_parameters(plan);
    double rows = fmax(2.0 * parameters, 4096.0);
    if (n * parameters > DEAR_PASS) {
        const double each = 8.0 * (double)plan->opts->n_components * (d + 1.0);
        rows = fmin(rows, fmax(n / 4.0, each));
    }
    return rows < n ? (size_t)rows : (size_t)plan->survey->n_rows;
}
