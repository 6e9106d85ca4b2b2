/* Cells of a grid in the journal: what became of them, and their solutions. See grid.h. */
#include <math.h>
#include <string.h>

#include "record/record.h"
#include "search/search_journal.h"
#include "search/wide.h"
#include "select/grid.h"

/* A cell by its family and K, and the phase: the order in which cells are asked for does not matter. */
static uint64_t name_of(const gmix_i_grid *grid, const gmix_i_grid_cell *cell) {
    uint64_t name = gmix_i_digest_word(GMIX_I_DIGEST, cell->k);
    name = gmix_i_digest_word(name, grid->phase);
    for (const char *c = cell->family->name; *c; c++) {
        name = gmix_i_digest_word(name, (unsigned char)*c);
    }
    return name;
}

/* The static text that reads so; NULL: there is none. */
static const char *static_start(const char *text) {
    const char *const *const lists[] = {gmix_i_candidate_starts, gmix_init_names()};
    for (size_t l = 0; text && l < 2; l++) {
        for (const char *const *name = lists[l]; *name; name++) {
            if (strcmp(*name, text) == 0) {
                return *name;
            }
        }
    }
    return NULL;
}

static void wire_texts(gmix_i_wire *w, gmix_i_grid_cell *cell) {
    char *start = w->writing ? (char *)(uintptr_t)cell->start : NULL;
    char *reason = w->writing ? cell->reason : NULL;
    gmix_i_wire_text(w, &start);
    gmix_i_wire_text(w, &reason);
    if (!w->writing) {
        cell->start = static_start(start);
        gmix_i_wire_expect(w, !start || cell->start);
        gmix_i_wire_expect(w, reason && strlen(reason) < sizeof cell->reason);
        if (w->status == GMIX_OK && reason) {
            memcpy(cell->reason, reason, strlen(reason) + 1);
        }
        gmix_i_free(w->ctx, start);
        gmix_i_free(w->ctx, reason);
    }
}

static void wire_cell(gmix_i_wire *w, gmix_i_grid_cell *cell) {
    size_t outcome = (size_t)cell->outcome;
    bool any = cell->best.n_trace > 0;
    gmix_i_wire_size(w, &outcome);
    gmix_i_wire_expect(w, outcome <= GMIX_I_CELL_REFUSED);
    cell->outcome = (gmix_i_outcome)outcome;
    gmix_i_wire_real(w, &cell->log_prior);
    gmix_i_wire_size(w, &cell->n_starts);
    gmix_i_wire_size(w, &cell->n_runs);
    gmix_i_wire_size(w, &cell->n_hits);
    wire_texts(w, cell);
    gmix_i_wire_flag(w, &any);
    if (any && w->status == GMIX_OK) {
        gmix_i_candidate_wire(w, &cell->rules.box, &cell->best);
    }
}

gmix_status gmix_i_cell_keep(const gmix_i_grid *grid, gmix_i_grid_cell *cell,
                             gmix_ctx *ctx) {
    if (!gmix_i_keeps_journal(grid->ctx) || cell->outcome == GMIX_I_CELL_UNFINISHED ||
        gmix_i_wide_suits(&cell->plan) || /* its solution is no candidate of matrices */
        gmix_i_is_late(ctx)) {
        return GMIX_OK;
    }
    gmix_i_wire w = gmix_i_wire_writer(ctx, "gmixcell", NULL, 0);
    wire_cell(&w, cell);
    gmix_status status = gmix_i_wire_close(&w);
    if (status == GMIX_OK) {
        status = gmix_i_journal_full(
            ctx, gmix_i_journal_keep(grid->ctx, GMIX_I_ENTRY_CELL, grid->number,
                                     name_of(grid, cell), w.out, w.at));
    }
    gmix_i_free(ctx, w.out);
    return status;
}

bool gmix_i_cell_recall(const gmix_i_grid *grid, gmix_i_grid_cell *cell, gmix_ctx *ctx) {
    size_t size;
    if (gmix_i_wide_suits(&cell->plan)) {
        return false;
    }
    void *const bytes = gmix_i_journal_recall(grid->ctx, GMIX_I_ENTRY_CELL, grid->number,
                                              name_of(grid, cell), &size);
    if (!bytes) {
        return false;
    }
    gmix_i_wire w = gmix_i_wire_reader(ctx, "gmixcell", "a model", bytes, size);
    wire_cell(&w, cell);
    const bool whole = gmix_i_wire_close(&w) == GMIX_OK;
    if (!whole) {
        cell->best.n_trace = 0;
        cell->best.log_likelihood = cell->best.score = -INFINITY;
        cell->outcome = GMIX_I_CELL_UNFINISHED;
        cell->reason[0] = '\0';
        ctx->message[0] = '\0';
    }
    gmix_i_free(ctx, bytes);
    return whole;
}
