/* The state of the master as bytes, both ways. See master.h. */
#include <string.h>

#include "engine/master.h"

static void wire_survey(gmix_i_wire *w, gmix_engine *e) {
    gmix_i_survey *const s = &e->survey;
    const size_t d = e->set.d;
    bool is_there = s->mean != NULL;
    gmix_i_wire_flag(w, &is_there);
    if (!is_there) {
        return;
    }
    if (!w->writing) {
        gmix_i_wire_alloc(w, 4 * d, sizeof(double), &s->mean);
        s->d = d;
        s->sd = s->mean ? s->mean + d : NULL;
        s->lowest = s->mean ? s->mean + 2 * d : NULL;
        s->highest = s->mean ? s->mean + 3 * d : NULL;
        gmix_i_wire_alloc(w, d, sizeof *s->grain, &s->grain);
    }
    for (size_t j = 0; j < d && w->status == GMIX_OK; j++) {
        gmix_i_wire_real(w, &s->grain[j].step);
        gmix_i_wire_real(w, &s->grain[j].atom);
        gmix_i_wire_real(w, &s->grain[j].atom_share);
        gmix_i_wire_real(w, &s->grain[j].local);
        gmix_i_wire_size(w, &s->grain[j].n_values);
        gmix_i_wire_flag(w, &s->grain[j].on_grid);
    }
    gmix_i_wire_reals(w, s->mean, 4 * d);
    gmix_i_observation_wire(w, &e->seen);
    gmix_i_wire_expect(w, e->seen.d == d);
    for (size_t j = 0; j < d && w->status == GMIX_OK; j++) {
        gmix_i_wire_expect(w, isfinite(e->seen.least[j]));
    }
    if (!w->writing && w->status == GMIX_OK) {
        gmix_i_master_observe(e);
    }
    gmix_i_wire_word(w, &s->n_rows);
    gmix_i_wire_real(w, &s->total_weight);
    gmix_i_wire_real(w, &s->log_noise_volume);
    gmix_i_wire_ints(w, &s->largest_label, 1);
    gmix_i_wire_real(w, &s->labelled_weight);
    gmix_i_wire_word(w, &s->n_missing_cells);
    gmix_i_wire_word(w, &s->n_incomplete_rows);
    gmix_i_wire_word(w, &s->n_empty_rows);
    gmix_i_wire_real(w, &e->largest_weight);
    gmix_i_wire_reals(w, e->shift, d);
    gmix_i_wire_size(w, &e->n_measured);
    gmix_i_wire_size(w, &e->n_drawn);
    gmix_i_wire_expect(w, s->n_rows > 0 && e->n_drawn <= s->n_rows &&
                              s->largest_label >= -1 && s->largest_label < 1 << 24);
}

static void wire_rows(gmix_i_wire *w, gmix_engine *e) {
    const size_t d = e->set.d, m = e->n_drawn;
    bool are_there = e->x != NULL;
    gmix_i_wire_flag(w, &are_there);
    gmix_i_wire_expect(w, are_there || !(e->whole && e->stage == GMIX_I_STAGE_DONE));
    if (!are_there || w->status != GMIX_OK) {
        return;
    }
    if (!w->writing) {
        gmix_i_wire_expect(w, m > 0 && m <= (w->size - w->at) / sizeof(double) / (d + 2));
        gmix_i_wire_alloc(w, m * d, sizeof *e->x, &e->x);
        gmix_i_wire_alloc(w, m, sizeof *e->w, &e->w);
        gmix_i_wire_alloc(w, m, sizeof *e->labels, &e->labels);
    }
    gmix_i_wire_reals(w, e->x, m * d);
    gmix_i_wire_reals(w, e->w, m);
    gmix_i_wire_ints(w, e->labels, m);
    if (!w->writing && e->seen.len > 0) {
        gmix_i_wire_expect(w, m <= (w->size - w->at) / sizeof(double) / e->seen.len);
        gmix_i_wire_alloc(w, m * e->seen.len, sizeof *e->beside, &e->beside);
    }
    gmix_i_wire_reals(w, e->beside, m * e->seen.len);
}

static void wire_patterns(gmix_i_wire *w, gmix_engine *e) {
    gmix_i_patterns *const p = &e->patterns;
    const size_t words = gmix_i_pattern_words(e->set.d);
    bool any = p->words > 0;
    size_t n = p->n;
    uint64_t *bits = NULL;
    gmix_i_wire_flag(w, &any);
    if (!any) {
        return;
    }
    gmix_i_wire_count(w, &n, words * sizeof *bits);
    if (w->writing) {
        gmix_i_wire_words(w, p->bits, n * words);
        return;
    }
    gmix_i_wire_alloc(w, words, sizeof *bits, &bits);
    if (w->status == GMIX_OK) {
        w->status = gmix_i_patterns_none(w->ctx, e->set.d, n, p);
    }
    for (size_t i = 0; i < n && w->status == GMIX_OK; i++) {
        gmix_i_wire_words(w, bits, words);
        gmix_i_patterns_add(p, bits);
    }
    gmix_i_free(w->ctx, bits);
}

static void wire_params(gmix_i_wire *w, gmix_i_params *p, const gmix_i_noise_box *box) {
    if (w->status != GMIX_OK || !p->family) {
        return; /* a run without extrapolations has no third */
    }
    gmix_i_wire_reals(w, p->weights, gmix_i_params_len(p));
    gmix_i_wire_real(w, &p->log_volume);
    if (!w->writing) {
        p->noise = p->weights[p->k] > 0.0 ? box : NULL;
        gmix_i_wire_expect(w, !p->noise || box->lower);
    }
}

/* Of all rows, for the prior. */
static gmix_status wire_variance(gmix_i_wire *w, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    bool any = e->variance != NULL;
    const gmix_i_family *family;
    gmix_i_wire_flag(w, &any);
    GMIX_TRY(w->status);
    if (any) {
        GMIX_TRY(gmix_i_family_get(w->ctx, e->set.opts.covariance, e->set.d, &family));
        const size_t len = family->shape->cov_len(e->set.d);
        if (!w->writing) {
            gmix_i_wire_expect(w, len <= (w->size - w->at) / sizeof(double));
            gmix_i_wire_alloc(w, len, sizeof *e->variance, &e->variance);
        }
        gmix_i_wire_reals(w, e->variance, len);
    }
    status = w->status;
done:
    return status;
}

static void wire_box(gmix_i_wire *w, gmix_engine *e) {
    const size_t d = e->set.d;
    bool any = e->box.lower != NULL;
    double *corners = NULL;
    gmix_i_wire_flag(w, &any);
    if (!any || w->status != GMIX_OK) {
        return;
    }
    if (w->writing) {
        gmix_i_wire_reals(w, e->box.lower, 2 * d); /* upper is behind lower */
        return;
    }
    gmix_i_wire_alloc(w, 2 * d, sizeof *corners, &corners);
    if (w->status == GMIX_OK) {
        gmix_i_wire_reals(w, corners, 2 * d);
        w->status = gmix_i_noise_box_new(w->ctx, d, corners, corners + d, &e->box);
    }
    gmix_i_free(w->ctx, corners);
}

static void wire_trace(gmix_i_wire *w, gmix_i_em *em) {
    size_t n = em->n_trace;
    gmix_i_wire_count(w, &n, sizeof *em->trace);
    if (!w->writing && w->status == GMIX_OK) {
        w->status = gmix_i_grow(w->ctx, "the trace", &em->trace, &em->trace_capacity, n,
                                sizeof *em->trace);
    }
    if (!w->writing) {
        em->n_trace = w->status == GMIX_OK ? n : 0;
    }
    gmix_i_wire_reals(w, em->trace, em->n_trace);
}

/* Of the accelerator, what its pointers lead to, wherever that is. */
static void wire_accelerator(gmix_i_wire *w, gmix_i_accelerator *a) {
    gmix_i_point *const points[] = {&a->at, &a->old, &a->step, &a->far};
    double *const steps[] = {a->dx, a->df}, *const reals[] = {a->f, a->f_old};
    double *const each[] = {a->rho, a->alpha, a->curvature, a->squared};
    double *const numbers[] = {&a->largest, &a->share,  &a->own,
                               &a->top,     &a->length, &a->reach};
    for (size_t i = 0; i < 4; i++) {
        gmix_i_wire_reals(w, points[i]->x, a->dim);
        gmix_i_wire_reals(w, points[i]->positive, a->n_logs);
        gmix_i_wire_reals(w, each[i], a->most);
    }
    for (size_t i = 0; i < 2; i++) {
        gmix_i_wire_reals(w, steps[i], a->most * a->dim);
        gmix_i_wire_reals(w, reals[i], a->dim);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        gmix_i_wire_real(w, numbers[i]);
    }
    gmix_i_wire_size(w, &a->used);
    gmix_i_wire_size(w, &a->next);
    gmix_i_wire_expect(w, a->used <= a->most && a->next < a->most);
    gmix_i_wire_flag(w, &a->has_old);
    gmix_i_wire_flag(w, &a->tried);
    gmix_i_wire_flag(w, &a->kept);
}

static void wire_run(gmix_i_wire *w, gmix_i_em *em) {
    double *const numbers[] = {&em->log_likelihood, &em->log_map, &em->remaining_gain,
                               &em->gradient_norm, &em->em_rate};
    bool *const flags[] = {&em->accelerates, &em->accelerated, &em->rejected,
                           &em->changed_little};
    size_t stop = em->stop;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        gmix_i_wire_real(w, numbers[i]);
    }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        gmix_i_wire_flag(w, flags[i]);
    }
    gmix_i_wire_size(w, &em->n_iter);
    gmix_i_wire_size(w, &em->limit);
    gmix_i_wire_size(w, &em->most_merges);
    gmix_i_wire_size(w, &em->merge_at);
    gmix_i_wire_size(w, &em->n_merged);
    gmix_i_wire_size(w, &stop);
    gmix_i_wire_expect(w, stop <= GMIX_STOP_CANCELLED &&
                              (em->may_accelerate || !em->accelerates));
    em->stop = (gmix_stop)stop;
    gmix_i_wire_flags(w, em->bounds.at_floor, em->current.k);
    gmix_i_wire_flags(w, em->accepted_floor, em->current.k);
    gmix_i_wire_flags(w, em->step_floor, em->current.k);
    wire_trace(w, em);
    if (em->may_accelerate) {
        wire_accelerator(w, &em->accelerator);
    }
}

/* EM under way: its memory is made anew, then filled. */
static gmix_status wire_em(gmix_i_wire *w, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    gmix_i_wire_size(w, &e->k);
    gmix_i_wire_expect(w, e->k > 0 && e->k <= e->set.opts.n_components);
    GMIX_TRY(w->status);
    if (!w->writing) {
        e->set.opts.n_components = e->k;
        GMIX_TRY(gmix_i_master_em_new(w->ctx, e));
        e->watch = gmix_i_watch_steps(e->set.opts.max_iter);
        e->watch.deadline = e->set.opts.time_limit > 0.0
                                ? e->began + e->set.opts.time_limit - e->spent
                                : INFINITY;
        e->em.stepped = e->began;
    }
    wire_box(w, e);
    wire_params(w, &e->em.current, &e->box);
    wire_params(w, &e->em.accepted, &e->box);
    wire_params(w, &e->em.step, &e->box);
    wire_run(w, &e->em);
    for (size_t c = 0; c < e->k && w->status == GMIX_OK; c++) {
        size_t fault = e->faults[c];
        gmix_i_wire_size(w, &fault);
        gmix_i_wire_expect(w, fault <= GMIX_I_EMPTY);
        e->faults[c] = (gmix_i_fault)fault;
    }
    gmix_i_wire_size(w, &e->n_starts);
    gmix_i_wire_size(w, &e->n_runs);
    gmix_i_wire_size(w, &e->n_hits);
    GMIX_TRY(w->status);
    if (!w->writing &&
        (e->stage == GMIX_I_STAGE_PASS || e->stage == GMIX_I_STAGE_SCORE)) {
        e->em.ctx = w->ctx;
        GMIX_TRY(gmix_i_em_prepare(
            &e->em, e->stage == GMIX_I_STAGE_SCORE ? &e->em.accepted : &e->em.current));
    }
done:
    return status;
}

/* Answers to the job at hand. */
static gmix_status wire_answers(gmix_i_wire *w, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    size_t n = e->n_answered;
    gmix_i_wire_word(w, &e->number);
    gmix_i_wire_count(w, &n, 3 * sizeof(uint64_t));
    GMIX_TRY(w->status);
    if (!w->writing) {
        gmix_i_master_set_job(e);
        GMIX_TRY(gmix_i_job_sums(w->ctx, &e->job, &e->sums));
        GMIX_TRY(gmix_i_grow(w->ctx, "parts", &e->answered, &e->answered_room, n,
                             sizeof *e->answered));
        e->n_answered = n;
    }
    for (size_t i = 0; i < n; i++) {
        gmix_i_wire_word(w, &e->answered[i].part);
        gmix_i_wire_word(w, &e->answered[i].first);
        gmix_i_wire_word(w, &e->answered[i].n_rows);
    }
    gmix_i_sums_wire(w, &e->sums);
    status = w->status;
done:
    return status;
}

/* After SCORE the rows of components stay for the report. */
static void wire_members(gmix_i_wire *w, gmix_engine *e) {
    bool any = e->sums.n_members > 0;
    gmix_i_wire_flag(w, &any);
    if (!any || w->status != GMIX_OK) {
        return;
    }
    if (!w->writing) {
        e->sums.n_members = e->k;
        w->status = gmix_i_sums_new(w->ctx, &e->sums);
    }
    gmix_i_sums_wire(w, &e->sums);
}

gmix_status gmix_i_master_wire(gmix_i_wire *w, gmix_engine *e) {
    gmix_status status = GMIX_OK;
    size_t stage = e->stage;
    double spent = e->spent + (w->writing ? gmix_i_now() - e->began : 0.0);
    if (w->writing) {
        gmix_i_settings_wire(w, &e->set);
    }
    gmix_i_wire_size(w, &stage);
    gmix_i_wire_expect(w, stage <= GMIX_I_STAGE_DONE);
    gmix_i_wire_flag(w, &e->whole);
    gmix_i_wire_real(w, &spent);
    GMIX_TRY(w->status);
    if (!w->writing) {
        e->stage = (gmix_i_stage)stage;
        e->spent = spent;
    }
    gmix_i_places_wire(w, e);
    wire_survey(w, e);
    gmix_i_wire_expect(w, e->stage == GMIX_I_STAGE_LOOK || e->survey.mean != NULL);
    GMIX_TRY(w->status);
    wire_rows(w, e);
    wire_patterns(w, e);
    GMIX_TRY(wire_variance(w, e));
    gmix_i_wire_expect(w, e->whole || e->stage < GMIX_I_STAGE_MOMENTS ||
                              (e->stage == GMIX_I_STAGE_MOMENTS) ==
                                  gmix_i_master_wants_moments(e));
    GMIX_TRY(w->status);
    const bool chosen = e->stage >= GMIX_I_STAGE_PASS;
    gmix_i_wire_expect(w, !e->set.choice.components || e->stage != GMIX_I_STAGE_MOMENTS);
    GMIX_TRY(w->status);
    if (e->set.choice.components && !e->whole && chosen) {
        GMIX_TRY(gmix_i_choice_found_wire(w, &e->set.choice));
    }
    if (!w->writing && !e->whole && e->stage >= GMIX_I_STAGE_MOMENTS &&
        (chosen || !e->set.choice.components)) {
        GMIX_TRY(gmix_i_master_prepare(w->ctx, e));
    }
    if (!e->whole && e->stage >= GMIX_I_STAGE_PASS) {
        GMIX_TRY(wire_em(w, e));
    }
    if (e->stage != GMIX_I_STAGE_DONE) {
        GMIX_TRY(wire_answers(w, e));
    } else if (!e->whole) {
        wire_members(w, e);
        GMIX_TRY(w->status);
    }
done:
    return status;
}
