/* One chain of a search. See search.h. */
#include <math.h>
#include <string.h>

#include "search/crossing.h"
#include "search/search_journal.h"

enum {
    PLAIN_STEPS = 40, /* of the start that other programs begin from */
    LONG_STEPS = 120, /* most runs are over by then */
    MOVE_PASSES = 1,  /* what a move costs before its run, roughly */
    SCANNING = 12,    /* moves of the first chain that begin with a scan */
    LEAST_MOVES = 8,  /* two of each kind */
    ENOUGH_RUNS = 24, /* that went to the end, to tell an easy problem */
    STUCK = 10,       /* moves that fail, before an excursion; */
    ASTRAY = 30       /* and on one, before the way back */
};
static const double MOST_HITS = 0.6;

/* What a run has to reach to be of interest, beyond the best: nats per row. */
static const double WORTH = 1e-5;

/* Runs that will not better the best solution are not worth finishing: a score is the
 * log-likelihood at most. */
static double goal_beyond(const gmix_i_worker *worker, const gmix_i_candidate *best) {
    const gmix_i_plan *const plan = worker->crew->plan;
    const bool known = isfinite(best->score) && best->weighed &&
                       gmix_i_candidate_finished(best, plan->opts->max_iter);
    return known
               ? best->score + WORTH * gmix_i_kept_weight(plan->survey, plan->opts->trim)
               : -INFINITY;
}

/* True if the run is about to end in a solution that was visited before. */
static bool gives_up(void *arg, gmix_i_em *em) {
    gmix_i_visited *const visited = arg;
    const size_t met = gmix_i_visited_near(visited, &em->accepted, em->log_likelihood);
    em->met = (gmix_i_met){.any = met < visited->n};
    if (em->met.any) {
        em->met.log_likelihood = visited->log_likelihood[met];
        em->met.score = visited->score[met];
    }
    return em->met.any;
}

gmix_status gmix_i_chain_new(gmix_ctx *ctx, const gmix_i_plan *plan, size_t n_pool,
                             gmix_i_chain *out) {
    gmix_status status = GMIX_OK;
    *out = (gmix_i_chain){.n_pool = n_pool};
    GMIX_TRY(gmix_i_visited_new(ctx, plan->opts->n_components, plan->input->n_cols,
                                gmix_i_kept_weight(plan->survey, plan->opts->trim),
                                &out->visited));
    GMIX_TRY(gmix_i_calloc(ctx, "losses", plan->opts->n_components,
                           sizeof *out->kept.losses, &out->kept.losses));
    GMIX_TRY(gmix_i_calloc(ctx, "candidates", n_pool, sizeof *out->pool, &out->pool));
    for (size_t c = 0; c < n_pool; c++) {
        GMIX_TRY(gmix_i_candidate_new(ctx, plan->family, plan->opts->n_components,
                                      plan->input->n_cols, &out->pool[c]));
    }
    GMIX_TRY(gmix_i_candidate_new(ctx, plan->family, plan->opts->n_components,
                                  plan->input->n_cols, &out->home));
done:
    return status;
}

void gmix_i_chain_free(gmix_ctx *ctx, gmix_i_chain *chain) {
    for (size_t c = 0; chain->pool && c < chain->n_pool; c++) {
        gmix_i_candidate_free(ctx, &chain->pool[c]);
    }
    gmix_i_candidate_free(ctx, &chain->home);
    gmix_i_free(ctx, chain->pool);
    gmix_i_free(ctx, chain->reached);
    gmix_i_free(ctx, chain->kept.losses);
    gmix_i_visited_free(ctx, &chain->visited);
    *chain = (gmix_i_chain){0};
}

void gmix_i_chain_sort(gmix_i_candidate *pool, size_t n) {
    for (size_t i = 1; i < n; i++) { /* insertion keeps equal ones in their order */
        for (size_t j = i; j > 0 && gmix_i_candidate_better(&pool[j], &pool[j - 1]);
             j--) {
            gmix_i_candidate_swap(&pool[j], &pool[j - 1]);
        }
    }
}

size_t gmix_i_chain_hits(const gmix_i_plan *plan, const gmix_i_chain *chain,
                         const gmix_i_candidate *solution, size_t first) {
    const double least = solution->score - gmix_i_slack(plan);
    size_t n_hits = 0;
    for (size_t r = first; r < chain->n_reached; r++) {
        n_hits += chain->reached[r] >= least;
    }
    return n_hits;
}

/* Of what a run reached, the evidence is asked for where it might be the best: a score is the
 * log-likelihood at most. Not of a solution with components that are lost, where there is one without faults: it counts
 * for what it is without them, and the best with fewer components is hardly ever the best. */
static gmix_status weigh(gmix_i_chain *chain, gmix_i_worker *worker, gmix_i_candidate *c,
                         double best, bool is_sound) {
    const double slack = gmix_i_slack(worker->crew->plan);
    if (c->weighed || c->log_likelihood < best - slack) {
        return GMIX_OK;
    }
    if (is_sound && c->n_lost > 0) {
        c->score = fmin(c->score, best - 2.0 * slack);
        return GMIX_OK;
    }
    const size_t met =
        gmix_i_visited_near(&chain->visited, &c->params, c->log_likelihood - slack);
    const bool same = met < chain->visited.n && fabs(chain->visited.log_likelihood[met] -
                                                     c->log_likelihood) < slack;
    if (same && chain->visited.score[met] <= best) { /* one of them is enough */
        c->score = chain->visited.score[met];
        return GMIX_OK;
    }
    return gmix_i_weigh(worker, best - slack, c);
}

/* Takes down what finished runs reached, and forgets candidates whose runs did not go to the
 * end: what they seem is not what they become. */
static gmix_status settle(gmix_i_chain *chain, gmix_i_worker *worker, size_t first,
                          size_t n) {
    gmix_status status = GMIX_OK;
    const size_t most = worker->crew->plan->opts->max_iter;
    double best = first > 0 ? chain->pool[0].score : -INFINITY;
    const bool is_sound = first > 0 && chain->pool[0].n_faults == 0;
    GMIX_TRY(gmix_i_grow(&worker->ctx, "finished runs", &chain->reached, &chain->capacity,
                         chain->n_reached + n, sizeof *chain->reached));
    for (size_t c = first; c < first + n; c++) {
        gmix_i_candidate *const one = &chain->pool[c];
        if (one->hopeless) { /* where it seemed to be going */
            chain->reached[chain->n_reached++] = one->expected;
            one->log_likelihood = -INFINITY;
        } else if (!gmix_i_candidate_finished(one, most)) {
            one->log_likelihood = -INFINITY;
        } else if (isfinite(one->log_likelihood)) {
            const gmix_status weighed = weigh(chain, worker, one, best, is_sound);
            status = weighed == GMIX_OK ? status : weighed; /* it counts, all the same */
            best = fmax(best, one->score);
            gmix_i_visited_add(&chain->visited, &one->params, one->log_likelihood,
                               one->score);
            chain->reached[chain->n_reached++] = one->score;
        }
    }
    gmix_i_chain_sort(chain->pool + first, n);
done:
    return status;
}

gmix_status gmix_i_chain_go_on(gmix_i_chain *chain, gmix_i_worker *worker, size_t first,
                               size_t n, size_t limit) {
    gmix_status status = GMIX_OK;
    gmix_i_watch watch = gmix_i_worker_watch(worker, limit);
    watch.gives_up = gives_up;
    watch.arg = &chain->visited;
    for (size_t i = first; i < first + n && status == GMIX_OK; i++) {
        gmix_i_candidate *const c = &chain->pool[i];
        const bool over =
            c->hopeless || c->stop == GMIX_STOP_CONVERGED || c->stop == GMIX_STOP_STALLED;
        for (size_t o = 0; o < i; o++) {
            watch.goal = fmax(watch.goal, goal_beyond(worker, &chain->pool[o]));
        }
        const bool wanted = !over && isfinite(c->log_likelihood) && c->n_iter < limit;
        if (wanted && c->stop != GMIX_STOP_NONE && gmix_i_worker_is_late(worker)) {
            c->stop = GMIX_STOP_TIME_LIMIT; /* with what it has reached on these rows */
        } else if (wanted) {
            status = gmix_i_worker_go_on(worker, &watch, c);
        }
    }
    return status;
}

/* EM from a move of pool[0], or from a child of it, into pool[1], for LONG_STEPS at most; or less, where it will not be
 * better than the goal. */
static gmix_status run_move(gmix_i_chain *chain, gmix_i_worker *worker, double goal,
                            bool roams) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate *const pool = chain->pool;
    const size_t most = worker->crew->plan->opts->max_iter;
    gmix_i_watch watch =
        gmix_i_worker_watch(worker, most < LONG_STEPS ? most : LONG_STEPS);
    watch.goal = goal;
    watch.gives_up = gives_up;
    watch.arg = &chain->visited;
    const size_t number = chain->next_move++;
    bool crossed = false;
    if (roams) {
        GMIX_TRY(gmix_i_cross(chain, worker, number, &crossed));
    }
    if (!crossed) {
        GMIX_TRY(gmix_i_move(worker, &pool[0], number,
                             chain->first_start == 0 && chain->n_moves < SCANNING));
    }
    worker->passes += MOVE_PASSES;
    pool[1].run = pool[0].run;
    pool[1].moved = true;
    status = gmix_i_worker_run(worker, &watch, &pool[1]);
done:
    return status;
}

/* A move, whose run goes on past LONG_STEPS if it leads higher by then; what comes of it becomes
 * pool[0] if it is better. */
static gmix_status try_move(gmix_i_chain *chain, gmix_i_worker *worker, bool roams,
                            bool *better) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = worker->crew->plan;
    gmix_i_candidate *const pool = chain->pool;
    GMIX_TRY(run_move(chain, worker, goal_beyond(worker, &pool[0]), roams));
    if (pool[1].log_likelihood > pool[0].score) {
        GMIX_TRY(gmix_i_chain_go_on(chain, worker, 1, 1, plan->opts->max_iter));
    }
    GMIX_TRY(settle(chain, worker, 1, 1));
    *better = gmix_i_candidate_better(&pool[1], &pool[0]) &&
              !gmix_i_candidate_matches(&pool[0], &pool[1], gmix_i_slack(plan));
    if (*better) {
        gmix_i_candidate_swap(&pool[0], &pool[1]);
    }
    gmix_i_elite_keep(chain, plan);
done:
    return status;
}

static const gmix_i_candidate *best_so_far(const gmix_i_chain *chain) {
    const gmix_i_candidate *const at = &chain->pool[0];
    return chain->away && !gmix_i_candidate_better(at, &chain->home) ? &chain->home : at;
}

static void come_home(gmix_i_chain *chain, const gmix_i_plan *plan) {
    gmix_i_candidate *const pool = chain->pool;
    if (best_so_far(chain) == &chain->home) {
        gmix_i_candidate_swap(&pool[0], &pool[1]);
        gmix_i_candidate_swap(&pool[0], &chain->home);
        gmix_i_elite_keep(chain, plan);
        chain->n_failures = STUCK; /* as when it left */
    }
    chain->away = false;
}

/* An excursion: from the best solution to the one where a move leads, though it is lower. */
static gmix_status set_out(gmix_i_chain *chain, gmix_i_worker *worker) {
    gmix_status status = GMIX_OK;
    gmix_i_candidate *const pool = chain->pool;
    come_home(chain, worker->crew->plan);
    chain->n_failures = 0;
    GMIX_TRY(gmix_i_removal_losses(worker, &pool[0], worker->losses));
    GMIX_TRY(run_move(chain, worker, -INFINITY, true));
    GMIX_TRY(settle(chain, worker, 1, 1));
    if (isfinite(pool[1].log_likelihood)) {
        GMIX_TRY(weigh(chain, worker, &pool[1], -INFINITY, false));
        GMIX_TRY(gmix_i_candidate_copy(&worker->ctx, &pool[0], &chain->home));
        gmix_i_candidate_swap(&pool[0], &pool[1]);
        chain->away = true;
    }
done:
    return status;
}

/* True if most of what was tried has led to one and the same solution. */
static bool is_settled(const gmix_i_chain *chain, size_t n_hits) {
    return best_so_far(chain)->n_faults == 0 && chain->n_moves >= LEAST_MOVES &&
           chain->n_reached >= ENOUGH_RUNS &&
           (double)n_hits >= MOST_HITS * (double)chain->n_reached;
}

/* A chain that was kept between two moves has its losses with it, and the rows that moves gave out: the worker
 * becomes what it was. */
static gmix_status take_kept(gmix_i_chain *chain, gmix_i_worker *worker, bool *counted) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = worker->crew->plan;
    gmix_i_neighbours *const rows = &worker->neighbours;
    *counted = chain->kept.counted;
    if (*counted) {
        gmix_i_copy(worker->losses, chain->kept.losses,
                    chain->pool[0].params.k * sizeof *worker->losses);
        rows->measured = false;
    }
    if (*counted && chain->kept.measured) {
        if (!rows->ready) {
            GMIX_TRY(gmix_i_neighbours_new(&worker->ctx, plan->input, plan->frame, rows));
        }
        gmix_i_neighbours_restore(rows, &chain->pool[0].params, worker->em.bounds.floor,
                                  chain->kept.seen);
    }
    chain->kept.counted = chain->kept.measured = false;
done:
    return status;
}

gmix_status gmix_i_chain_moves(gmix_i_chain *chain, gmix_i_worker *worker,
                               const gmix_i_effort *effort) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = worker->crew->plan;
    const bool roams = effort->roams;
    double best = best_so_far(chain)->score;
    size_t n_hits = gmix_i_chain_hits(plan, chain, best_so_far(chain), 0);
    bool counted = false, better; /* better: than where losses were counted */
    chain->n_failures = roams ? chain->n_failures : 0;
    GMIX_TRY(take_kept(chain, worker, &counted));
    better = !counted;
    for (size_t n = 0; n / 3 < effort->patience && chain->n_failures < effort->patience &&
                       chain->passes < effort->passes && gmix_i_now() < plan->deadline &&
                       !is_settled(chain, n_hits);
         n++) {
        const double before = worker->passes;
        const size_t n_counted = chain->n_reached;
        GMIX_TRY(gmix_i_chain_keep(chain, worker, !better));
        if (roams && chain->n_failures >= (chain->away ? ASTRAY : STUCK)) {
            GMIX_TRY(set_out(chain, worker));
            better = true;
        }
        if (better) {
            GMIX_TRY(gmix_i_removal_losses(worker, &chain->pool[0], worker->losses));
        }
        GMIX_TRY(try_move(chain, worker, roams, &better));
        chain->n_moves++;
        chain->n_failures = better ? 0 : chain->n_failures + 1;
        const gmix_i_candidate *const top = best_so_far(chain);
        n_hits = top->score > best || top->score < best
                     ? gmix_i_chain_hits(plan, chain, top, 0)
                     : n_hits + gmix_i_chain_hits(plan, chain, top, n_counted);
        best = top->score;
        chain->passes += worker->passes - before;
    }
done:
    come_home(chain, plan);
    return status;
}

/* True if some solution is there, and no time for more. */
static bool is_late(const gmix_i_chain *chain, const gmix_i_worker *worker, size_t n) {
    bool any = false;
    for (size_t c = 0; c < n; c++) {
        any = any || isfinite(chain->pool[c].log_likelihood);
    }
    return any && gmix_i_worker_is_late(worker);
}

/* A run of some steps from the start that was just made. */
static gmix_status run_start(gmix_i_chain *chain, gmix_i_worker *worker, size_t c,
                             size_t run, const gmix_i_watch *watch) {
    gmix_i_candidate *const one = &chain->pool[c];
    one->run = run;
    one->moved = false;
    chain->n_starts++;
    return gmix_i_worker_run(worker, watch, one);
}

/* The starts that the plan brings along, into the pool's first places; how many. A firm one goes on
 * to the end: by plain steps first, since extrapolated ones may leave for another optimum while
 * they are large. */
static gmix_status try_given(gmix_i_chain *chain, gmix_i_worker *worker,
                             const gmix_i_effort *effort, size_t *n) {
    gmix_status status = GMIX_OK;
    const gmix_i_given *const given = worker->crew->plan->given;
    const size_t most = worker->crew->plan->opts->max_iter;
    *n = 0;
    for (size_t g = 0;
         chain->first_start == 0 && given && g < given->n && !is_late(chain, worker, *n);
         g++) {
        const bool firm = given->firm && g == 0;
        const size_t steps = firm ? PLAIN_STEPS : effort->short_steps;
        gmix_i_watch watch = gmix_i_worker_watch(worker, steps < most ? steps : most);
        watch.plain = firm;
        memset(worker->em.bounds.at_floor, 0, worker->em.current.k * sizeof(bool));
        GMIX_TRY(given->place(given->arg, worker, g));
        GMIX_TRY(run_start(chain, worker, *n, GMIX_I_GIVEN_RUN + g, &watch));
        if (firm) {
            GMIX_TRY(gmix_i_chain_go_on(chain, worker, *n, 1, most));
        }
        ++*n;
    }
done:
    return status;
}

/* Starts of the fit's own, a few steps each. */
static gmix_status try_own(gmix_i_chain *chain, gmix_i_worker *worker,
                           const gmix_i_effort *effort, size_t *n) {
    gmix_status status = GMIX_OK;
    const size_t most = worker->crew->plan->opts->max_iter;
    const gmix_i_watch watch = gmix_i_worker_watch(
        worker, effort->short_steps < most ? effort->short_steps : most);
    for (size_t s = 0; s < effort->n_starts && !is_late(chain, worker, *n); s++) {
        GMIX_TRY(gmix_i_worker_start(worker, chain->first_start + s));
        GMIX_TRY(run_start(chain, worker, *n, chain->first_start + s, &watch));
        ++*n;
    }
done:
    return status;
}

gmix_status gmix_i_chain_halving(gmix_i_chain *chain, gmix_i_worker *worker,
                                 const gmix_i_effort *effort) {
    gmix_status status = GMIX_OK;
    const size_t most = worker->crew->plan->opts->max_iter;
    const size_t middle = effort->short_steps + effort->middle_steps;
    const double before = worker->passes;
    size_t n;
    GMIX_TRY(try_given(chain, worker, effort, &n));
    GMIX_TRY(try_own(chain, worker, effort, &n));
    gmix_i_chain_sort(chain->pool, n);
    const size_t n_middle = effort->n_middle < n ? effort->n_middle : n;
    const size_t n_long = effort->n_long < n ? effort->n_long : n;
    GMIX_TRY(
        gmix_i_chain_go_on(chain, worker, 0, n_middle, middle < most ? middle : most));
    gmix_i_chain_sort(chain->pool, n);
    GMIX_TRY(gmix_i_chain_go_on(chain, worker, 0, n_long, most));
    GMIX_TRY(settle(chain, worker, 0, n));
    chain->passes += worker->passes - before;
done:
    return status;
}
