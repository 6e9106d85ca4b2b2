/*
 * The evidence for components in doubt: how much the log-likelihood falls where one is taken away.
 * Its nearest neighbour begins with the moments of the two, and EM runs on with a weight of 0
 * for the component, which stays 0. What comes of it must not rest on a singularity itself:
 * components that do are taken away in turn. Those of fewest rows come first, and what chance explains
 * stays away while the others are asked about: or a component that nobody needs would take the
 * place of every one that is, and nothing would seem to be lost. See sound.h.
 */
#include <math.h>

#include <string.h>

#include "search/crew.h"
#include "search/merging.h"

/* Of a run without a component, at most, and of these by plain EM. */
enum { STEPS = 56, PLAIN_STEPS = 16 };
static const double MOST_WORK =
    2e10; /* multiply-adds for all components of a candidate: some seconds */
static const double AHEAD = 2.0; /* nats that a run may be given credit for beyond */

/* True of a component that no evidence can save: too few rows, or held at the floor. */
static bool is_lost(const gmix_i_support *support) {
    return support->doubt > 0.0 && !isfinite(support->description);
}

/* The first component of the run's solution that is lost; K if there is none. */
static size_t first_lost(gmix_i_worker *w) {
    const gmix_i_em *const em = &w->em;
    const size_t k = em->accepted.k;
    gmix_i_judge_all(&w->judge, &em->accepted, em->accepted_floor, w->support);
    for (size_t c = 0; c < k; c++) {
        if (is_lost(&w->support[c])) {
            return c;
        }
    }
    return k;
}

/* EM from em->current: by plain steps first, since extrapolated ones may leave for another optimum while
 * they are large. */
static gmix_status run_on(gmix_i_worker *w, const gmix_i_watch *watch) {
    gmix_i_em *const em = &w->em;
    gmix_i_watch first = *watch;
    first.plain = true;
    first.limit = PLAIN_STEPS;
    gmix_status status = gmix_i_em_run(em, &first);
    w->passes += (double)em->n_trace;
    if (status != GMIX_OK || em->stop != GMIX_STOP_MAX_ITER) {
        return status;
    }
    gmix_i_params_copy(&em->accepted, &em->current);
    memcpy(em->bounds.at_floor, em->accepted_floor, em->current.k * sizeof(bool));
    status = gmix_i_em_run(em, watch);
    w->passes += (double)em->n_trace;
    return status;
}

/* What the log-likelihood may owe to components that came into doubt on a run, at most: one that is about to
 * collapse on few rows gains without bound. before: as it began. */
static double owed_to_doubt(const gmix_i_support *before, const gmix_i_support *after,
                            size_t n) {
    double sum = 0.0;
    for (size_t k = 0; k < n; k++) {
        gmix_i_support was = before[k], is = after[k];
        was.loss = is.loss = (double)NAN;
        sum += fmax(0.0, gmix_i_support_penalty(&is) - gmix_i_support_penalty(&was));
    }
    return sum;
}

/* Where the answer to a run without a component stops to matter. */
typedef struct stakes {
    double beyond_question; /* a run that will not get so far: it is needed */
    double explained;       /* one that is beyond: chance explains the component, */
    double of_interest;     /* and the score tells, unless it gets so far */
} stakes;

/* True if what is left where chance explains the component is not of interest any more. */
static bool tells(void *arg, gmix_i_em *em) {
    const stakes *const at = arg;
    return em->log_likelihood > at->explained && gmix_i_em_misses(em, at->of_interest);
}

/* EM from em->current without component k, and without those that turn out lost; the
 * log-likelihood it comes to, or -INFINITY where nothing is left. before: of all components. Where time is over on the way (gmix_i_worker_is_late()) what it
 * comes to means nothing: there may be as many rounds as components. */
static gmix_status run_without(gmix_i_worker *w, const gmix_i_support *before, size_t k,
                               stakes at, double *reached) {
    gmix_status status = GMIX_OK;
    gmix_i_em *const em = &w->em;
    const size_t n = em->current.k;
    gmix_i_watch watch = gmix_i_worker_watch(w, STEPS);
    watch.ends_at_floor = false;
    watch.goal = at.beyond_question;
    watch.gives_up = tells;
    watch.arg = &at;
    *reached = -INFINITY;
    for (size_t round = 0, lost = k; round < n && lost < n; round++) {
        if (gmix_i_worker_is_late(w)) {
            return GMIX_OK;
        }
        memset(em->bounds.at_floor, 0, n * sizeof(bool));
        if (!gmix_i_part_absorb(&em->current, lost, w->rows)) {
            return GMIX_OK;
        }
        status = run_on(w, &watch);
        if (status == GMIX_ERR_SINGULAR) {
            em->ctx->message[0] = '\0';
            return GMIX_OK;
        }
        GMIX_TRY(status);
        if (!gmix_i_may_go_on(em->stop)) {
            GMIX_TRY(gmix_i_poll(em->ctx)); /* with its sentence */
        }
        const double ahead =
            em->remaining_gain * gmix_i_kept_weight(em->survey, em->opts->trim);
        *reached = em->log_likelihood + (ahead > 0.0 ? fmin(ahead, AHEAD) : 0.0);
        lost = first_lost(w);
        *reached -= owed_to_doubt(before, w->support, n);
        gmix_i_params_copy(&em->accepted, &em->current);
    }
done:
    return status;
}

/* What w->stripped, of log-likelihood *worth, loses without component k; INFINITY where there is no
 * doing without it. Where chance explains the component, it is gone from there on. all: of the components; spare:
 * what the score may lose before nobody asks for more. */
static gmix_status find_loss(gmix_i_worker *w, size_t k, double spare,
                             gmix_i_support *all, double *worth) {
    gmix_status status = GMIX_OK;
    gmix_i_support *const support = &all[k];
    const double question = 4.0 * fmin(support->description, 1e6) + 1.0;
    const stakes at = {.beyond_question = *worth - question,
                       .explained = *worth - support->description,
                       .of_interest = *worth - spare / support->doubt};
    double reached;
    gmix_i_params_copy(&w->stripped, &w->em.current);
    GMIX_TRY(run_without(w, all, k, at, &reached));
    if (gmix_i_worker_is_late(w)) { /* half of a verdict is none */
        return GMIX_OK;
    }
    support->loss = fmax(0.0, *worth - reached);
    if (isfinite(reached) && gmix_i_support_fails(support)) {
        gmix_i_params_copy(&w->em.accepted, &w->stripped);
        *worth -= support->loss;
    }
done:
    return status;
}

/* The component in doubt that has the fewest rows among those whose loss is not known; K if there is
 * none. */
static size_t next_in_doubt(const gmix_i_candidate *c) {
    const size_t n = c->params.k;
    size_t found = n;
    for (size_t k = 0; k < n; k++) {
        const bool open = c->support[k].doubt > 0.0 && isnan(c->support[k].loss);
        if (open && (found == n || c->params.weights[k] < c->params.weights[found])) {
            found = k;
        }
    }
    return found;
}

/* A candidate with components that are lost counts for what it is without them: w->stripped, of
 * log-likelihood *worth; -INFINITY where nothing is left. least: what it need not get below. */
static gmix_status strip_lost(gmix_i_worker *w, gmix_i_candidate *c, size_t lost,
                              double least, double *worth) {
    gmix_status status = GMIX_OK;
    const stakes at = {.beyond_question = least, .explained = INFINITY};
    double reached;
    gmix_i_params_copy(&c->params, &w->em.current);
    GMIX_TRY(run_without(w, c->support, lost, at, &reached));
    if (gmix_i_worker_is_late(w)) { /* half of a verdict is none */
        return GMIX_OK;
    }
    if (isfinite(reached)) {
        gmix_i_params_copy(&w->em.accepted, &w->stripped);
    }
    *worth = fmin(reached, *worth);
    for (size_t i = 0; i < c->params.k; i++) { /* what it takes to say so of each */
        const bool gone = !isfinite(reached) || !(w->stripped.weights[i] > 0.0);
        c->support[i].loss = is_lost(&c->support[i])
                                 ? fmax(0.0, c->log_likelihood - *worth)
                             : gone ? 0.0
                                    : (double)NAN;
    }
done:
    return status;
}

/* The score, with the losses that are known; `worth` has those of the lost components in it. */
static void rate(gmix_i_candidate *c, double worth) {
    gmix_i_candidate_rate(c);
    if (!isfinite(worth)) {
        return;
    }
    c->score = worth;
    for (size_t i = 0; i < c->params.k; i++) {
        c->score -=
            is_lost(&c->support[i]) ? 0.0 : gmix_i_support_penalty(&c->support[i]);
    }
}

/* The losses of components in doubt, in turn, from w->stripped of log-likelihood `worth` on, until the score is
 * known to be below `least`, time is over, or the table is too large to ask about more. */
static gmix_status ask_in_turn(gmix_i_worker *w, double least, gmix_i_candidate *c,
                               double worth) {
    gmix_status status = GMIX_OK;
    const double most = MOST_WORK / (STEPS * gmix_i_pass_work(w->crew->plan));
    double score = worth;
    for (size_t n = 0; (n == 0 || (double)n < most) && score >= least; n++) {
        const size_t k = next_in_doubt(c);
        if (k == c->params.k || gmix_i_worker_is_late(w)) {
            break;
        }
        GMIX_TRY(find_loss(w, k, score - least, c->support, &worth));
        if (isnan(c->support[k].loss)) {
            break;
        }
        score -= gmix_i_support_penalty(&c->support[k]);
    }
done:
    return status;
}

gmix_status gmix_i_weigh(gmix_i_worker *w, double least, gmix_i_candidate *c) {
    gmix_status status = GMIX_OK;
    const size_t n = c->params.k;
    double worth = c->log_likelihood;
    size_t lost = n;
    for (size_t k = n; k-- > 0;) {
        lost = is_lost(&c->support[k]) ? k : lost;
    }
    gmix_i_params_copy(&c->params, &w->stripped);
    if (lost < n) {
        GMIX_TRY(strip_lost(w, c, lost, least, &worth));
    }
    if (gmix_i_worker_is_late(w)) {
        return GMIX_OK;
    }
    if (isfinite(worth)) {
        GMIX_TRY(ask_in_turn(w, least, c, worth));
    }
    rate(c, worth);
done:
    return status;
}
