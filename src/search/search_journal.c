/*
 * Chains, runs and solutions as bytes. A search goes on between two moves of its chains: what a move begins from
 * is the chain, its losses among it, and nothing that a worker has. See search_journal.h.
 */
#include "search/search_journal.h"

#include <math.h>

static void wire_support(gmix_i_wire *w, gmix_i_support *s) {
    size_t fault = (size_t)s->fault;
    gmix_i_wire_real(w, &s->doubt);
    gmix_i_wire_real(w, &s->description);
    gmix_i_wire_real(w, &s->gain);
    gmix_i_wire_real(w, &s->loss);
    gmix_i_wire_real(w, &s->told);
    gmix_i_wire_size(w, &fault);
    gmix_i_wire_expect(w, fault <= GMIX_I_EMPTY);
    s->fault = (gmix_i_fault)fault;
}

static void wire_trace(gmix_i_wire *w, gmix_i_candidate *c) {
    size_t n = c->n_trace;
    gmix_i_wire_count(w, &n, sizeof(double));
    if (!w->writing && w->status == GMIX_OK) {
        w->status = gmix_i_grow(w->ctx, "the trace", &c->trace, &c->trace_capacity, n,
                                sizeof *c->trace);
        c->n_trace = w->status == GMIX_OK ? n : 0;
    }
    gmix_i_wire_reals(w, c->trace, w->status == GMIX_OK ? n : 0);
}

static void wire_params(gmix_i_wire *w, const gmix_i_noise_box *box, gmix_i_params *p) {
    bool noise = p->noise != NULL;
    gmix_i_wire_reals(w, p->weights, gmix_i_params_len(p));
    gmix_i_wire_flag(w, &noise);
    gmix_i_wire_real(w, &p->log_volume);
    if (!w->writing) {
        p->noise = noise ? box : NULL;
    }
}

/* What is there of one that no run has reached, too: runs leave some of it as it was. */
static void wire_numbers(gmix_i_wire *w, gmix_i_candidate *c) {
    size_t stop = (size_t)c->stop;
    double *const reals[] = {&c->log_likelihood, &c->log_map, &c->remaining_gain,
                             &c->gradient_norm,  &c->em_rate, &c->expected,
                             &c->score};
    size_t *const sizes[] = {&c->run, &c->n_iter, &c->n_faults, &c->n_lost, &stop};
    bool *const flags[] = {&c->moved, &c->hopeless, &c->weighed};
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        gmix_i_wire_real(w, reals[i]);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        gmix_i_wire_size(w, sizes[i]);
    }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        gmix_i_wire_flag(w, flags[i]);
    }
    c->stop = (gmix_stop)stop;
}

void gmix_i_candidate_wire(gmix_i_wire *w, const gmix_i_noise_box *box,
                           gmix_i_candidate *c) {
    const size_t k = c->params.k;
    bool any = isfinite(c->log_likelihood);
    gmix_i_wire_same(w, k);
    wire_numbers(w, c);
    gmix_i_wire_flag(w, &any);
    if (!any) {
        return;
    }
    wire_params(w, box, &c->params);
    gmix_i_wire_flags(w, c->at_floor, k);
    wire_trace(w, c);
    for (size_t i = 0; i < k && w->status == GMIX_OK; i++) {
        wire_support(w, &c->support[i]);
    }
}

static void wire_reached(gmix_i_wire *w, gmix_i_chain *chain) {
    size_t n = chain->n_reached;
    gmix_i_wire_count(w, &n, sizeof(double));
    if (!w->writing && w->status == GMIX_OK) {
        w->status = gmix_i_grow(w->ctx, "finished runs", &chain->reached,
                                &chain->capacity, n, sizeof *chain->reached);
        chain->n_reached = w->status == GMIX_OK ? n : 0;
    }
    gmix_i_wire_reals(w, chain->reached, w->status == GMIX_OK ? n : 0);
}

static void wire_chain(gmix_i_wire *w, const gmix_i_noise_box *box, gmix_i_chain *chain) {
    size_t *const sizes[] = {&chain->n_best,      &chain->n_starts,  &chain->n_hits,
                             &chain->first_start, &chain->next_move, &chain->n_moves,
                             &chain->n_failures,  &chain->kept.stage};
    gmix_i_wire_same(w, chain->n_pool);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        gmix_i_wire_size(w, sizes[i]);
    }
    gmix_i_wire_real(w, &chain->passes);
    gmix_i_wire_flag(w, &chain->away);
    for (size_t c = 0; c < chain->n_pool && w->status == GMIX_OK; c++) {
        gmix_i_candidate_wire(w, box, &chain->pool[c]);
    }
    gmix_i_candidate_wire(w, box, &chain->home);
    wire_reached(w, chain);
    gmix_i_visited_wire(w, &chain->visited);
    gmix_i_wire_flag(w, &chain->kept.counted);
    gmix_i_wire_flag(w, &chain->kept.measured);
    gmix_i_wire_words(w, chain->kept.seen, chain->kept.measured ? GMIX_I_SEEN_WORDS : 0);
    gmix_i_wire_reals(w, chain->kept.losses, chain->pool[0].params.k);
}

/* The context with the journal, and a writer or a reader whose messages are another's. */
static gmix_status keep(gmix_i_crew *crew, gmix_i_wire *w, gmix_i_entry_kind kind,
                        uint64_t a, uint64_t b) {
    gmix_status status = gmix_i_wire_close(w);
    if (status == GMIX_OK) {
        status = gmix_i_journal_full(
            w->ctx, gmix_i_journal_keep(crew->ctx, kind, a, b, w->out, w->at));
    }
    gmix_i_free(w->ctx, w->out);
    return status;
}

bool gmix_i_run_recall(gmix_i_worker *worker, size_t search, size_t run,
                       gmix_i_candidate *c) {
    size_t size;
    void *const bytes =
        gmix_i_journal_recall(worker->crew->ctx, GMIX_I_ENTRY_RUN, search, run, &size);
    if (!bytes) {
        return false;
    }
    gmix_i_wire w = gmix_i_wire_reader(&worker->ctx, "gmix-run", "a run", bytes, size);
    gmix_i_candidate_wire(&w, &worker->crew->plan->rules->box, c);
    const bool whole = gmix_i_wire_close(&w) == GMIX_OK;
    gmix_i_free(&worker->ctx, bytes);
    return whole;
}

gmix_status gmix_i_run_keep(gmix_i_worker *worker, size_t search, size_t run,
                            gmix_i_candidate *c) {
    if (!gmix_i_keeps_journal(worker->crew->ctx) || gmix_i_is_late(&worker->ctx) ||
        (isfinite(c->log_likelihood) && !gmix_i_may_go_on(c->stop))) {
        return GMIX_OK;
    }
    gmix_i_wire w = gmix_i_wire_writer(&worker->ctx, "gmix-run", NULL, 0);
    gmix_i_candidate_wire(&w, NULL, c);
    return keep(worker->crew, &w, GMIX_I_ENTRY_RUN, search, run);
}

gmix_status gmix_i_stage_keep(gmix_i_crew *crew, gmix_i_chain *chains, size_t n,
                              size_t stage) {
    if (!gmix_i_keeps_journal(crew->ctx) || gmix_i_is_late(crew->ctx)) {
        return GMIX_OK;
    }
    gmix_i_wire w = gmix_i_wire_writer(crew->ctx, "gmix-run", NULL, 0);
    for (size_t c = 0; c < n; c++) {
        chains[c].kept.stage = stage;
        chains[c].kept.counted = chains[c].kept.measured = false;
        wire_chain(&w, NULL, &chains[c]);
    }
    return keep(crew, &w, GMIX_I_ENTRY_STAGE, chains[0].kept.search, 0);
}

/* A chain that went on within the stage; as it was at its beginning, if there is none. */
static gmix_status recall_chain(gmix_i_crew *crew, size_t stage, size_t n_pool,
                                gmix_i_chain *chain) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = crew->plan;
    gmix_i_chain later = {0};
    size_t size;
    void *const bytes = gmix_i_journal_recall(
        crew->ctx, GMIX_I_ENTRY_CHAIN, chain->kept.search, chain->kept.index, &size);
    if (!bytes) {
        return GMIX_OK;
    }
    GMIX_TRY(gmix_i_chain_new(crew->ctx, plan, n_pool, &later));
    later.kept.search = chain->kept.search;
    later.kept.index = chain->kept.index;
    gmix_i_wire w = gmix_i_wire_reader(crew->ctx, "gmix-run", "a chain", bytes, size);
    wire_chain(&w, &plan->rules->box, &later);
    GMIX_TRY(gmix_i_wire_close(&w));
    if (later.kept.stage == stage) {
        const gmix_i_chain earlier = *chain;
        *chain = later;
        later = earlier;
    }
done:
    gmix_i_free(crew->ctx, bytes);
    gmix_i_chain_free(crew->ctx, &later);
    return status;
}

gmix_status gmix_i_stage_recall(gmix_i_crew *crew, gmix_i_chain *chains, size_t n,
                                size_t *stage) {
    gmix_status status = GMIX_OK;
    size_t size;
    void *bytes = NULL;
    if (!gmix_i_keeps_journal(crew->ctx)) {
        return GMIX_OK;
    }
    bytes = gmix_i_journal_recall(crew->ctx, GMIX_I_ENTRY_STAGE, chains[0].kept.search, 0,
                                  &size);
    if (bytes) {
        gmix_i_wire w = gmix_i_wire_reader(crew->ctx, "gmix-run", "a stage", bytes, size);
        for (size_t c = 0; c < n && w.status == GMIX_OK; c++) {
            wire_chain(&w, &crew->plan->rules->box, &chains[c]);
        }
        GMIX_TRY(gmix_i_wire_close(&w));
        *stage = chains[0].kept.stage;
    }
    for (size_t c = 0; c < n; c++) {
        GMIX_TRY(recall_chain(crew, *stage, chains[c].n_pool, &chains[c]));
    }
done:
    gmix_i_free(crew->ctx, bytes);
    return status;
}

gmix_status gmix_i_chain_keep(gmix_i_chain *chain, gmix_i_worker *worker, bool counted) {
    const gmix_ctx *const ctx = worker->crew->ctx;
    const double now = gmix_i_now();
    if (!chain->kept.any || !gmix_i_keeps_journal(ctx) ||
        now < chain->kept.at + gmix_i_journal_pause(ctx) ||
        gmix_i_is_late(&worker->ctx)) { /* its last run may have been cut short */
        return GMIX_OK;
    }
    chain->kept.at = now;
    chain->kept.counted = counted;
    chain->kept.measured = counted && worker->neighbours.measured;
    if (chain->kept.measured) {
        gmix_i_neighbours_save(&worker->neighbours, chain->kept.seen);
    }
    gmix_i_copy(chain->kept.losses, worker->losses,
                chain->pool[0].params.k * sizeof *worker->losses);
    gmix_i_wire w = gmix_i_wire_writer(&worker->ctx, "gmix-run", NULL, 0);
    wire_chain(&w, NULL, chain);
    return keep(worker->crew, &w, GMIX_I_ENTRY_CHAIN, chain->kept.search,
                chain->kept.index);
}
