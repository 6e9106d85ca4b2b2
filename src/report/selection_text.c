/*
 * A choice among models as text: a table of families by numbers of components, in blocks where it
 * is wide; the three best with their differences; why cells are empty.
 */
#include "report/selection_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, CELL = 32, BEST = 3, MOST_REASONS = 8 };

/* The criterion of a candidate as it is printed, and as it is compared (lower is better). */
static double printed(const gmix_report *r, const gmix_candidate *c) {
    switch (r->criterion[0]) {
    case 'b':
        return c->bic;
    case 'i':
        return c->icl;
    case 'a':
        return r->criterion[3] == 'c' ? c->aicc : c->aic;
    case 'c':
        return c->cv;
    default:
        return c->log_likelihood;
    }
}

static bool is_log_likelihood(const gmix_report *r) {
    return r->criterion[0] == 'c' || r->criterion[0] == 'n';
}

static double compared(const gmix_report *r, const gmix_candidate *c) {
    return is_log_likelihood(r) ? -printed(r, c) : printed(r, c);
}

static const char *title(const gmix_report *r) {
    switch (r->criterion[0]) {
    case 'b':
        return "BIC (lower is better)";
    case 'i':
        return "ICL (lower is better)";
    case 'a':
        return r->criterion[3] == 'c' ? "AICc (lower is better)"
                                      : "AIC (lower is better)";
    case 'c':
        return "cross-validated log-likelihood";
    default:
        return "log-likelihood";
    }
}

/* The family by mclust's name, which is short; of one feature E or V. */
static void family_name(const gmix_report *r, const gmix_candidate *c, char out[CELL]) {
    const char *const alias = gmix_family_alias(c->covariance);
    snprintf(out, CELL, "%.*s", r->n_features == 1 ? 1 : 3,
             alias ? alias : c->covariance);
}

/* The n-th of the families, or of the numbers of components, in the order of the candidates;
 * NULL: there are fewer. */
static const gmix_candidate *nth(const gmix_report *r, bool family, size_t n) {
    size_t found = 0;
    for (size_t c = 0; c < r->n_candidates; c++) {
        const gmix_candidate *const one = &r->candidates[c];
        bool fresh = true;
        for (size_t o = 0; o < c && fresh; o++) {
            const gmix_candidate *const other = &r->candidates[o];
            fresh = family ? strcmp(one->covariance, other->covariance) != 0
                           : one->n_components != other->n_components;
        }
        if (fresh && found++ == n) {
            return one;
        }
    }
    return NULL;
}

static const gmix_candidate *candidate_at(const gmix_report *r, const char *covariance,
                                          size_t k) {
    for (size_t c = 0; c < r->n_candidates; c++) {
        const gmix_candidate *const one = &r->candidates[c];
        if (one->n_components == k && strcmp(one->covariance, covariance) == 0) {
            return one;
        }
    }
    return NULL;
}

/* A number to one decimal, or what its absence means: - singular, x refused, ? unfinished. */
static void cell_text(const gmix_report *r, const gmix_candidate *c, char out[CELL]) {
    if (c && isfinite(printed(r, c))) {
        snprintf(out, CELL, "%.1f", printed(r, c));
    } else {
        snprintf(out, CELL, "%s",
                 !c                                     ? ""
                 : strcmp(c->status, "refused") == 0    ? "x"
                 : strcmp(c->status, "unfinished") == 0 ? "?"
                                                        : "-");
    }
}

static size_t cell_width(const gmix_report *r) {
    size_t width = 2;
    for (size_t c = 0; c < r->n_candidates; c++) {
        char cell[CELL];
        cell_text(r, &r->candidates[c], cell);
        const size_t own = strlen(cell);
        width = own > width ? own : width;
    }
    return width;
}

static void put_right(struct gmix_i_text *text, size_t width, const char *cell) {
    gmix_i_text_blanks(text, width - strlen(cell));
    gmix_i_text_add(text, "%s", cell);
}

/* Columns first, first + 1, ... as many as fit; returns the next. */
static size_t put_block(struct gmix_i_text *text, const gmix_report *r, size_t first) {
    const size_t width = cell_width(r), fit = (WIDTH - 7) / (width + 2);
    const size_t end = first + (fit > 0 ? fit : 1);
    char cell[CELL];
    gmix_i_text_add(text, "\n    K  ");
    for (size_t n = first; n < end && nth(r, false, n); n++) {
        snprintf(cell, sizeof cell, "%zu", nth(r, false, n)->n_components);
        put_right(text, width + 2, cell);
    }
    gmix_i_text_add(text, "\n");
    for (size_t f = 0; nth(r, true, f); f++) {
        const gmix_candidate *const family = nth(r, true, f);
        family_name(r, family, cell);
        gmix_i_text_add(text, "  ");
        put_right(text, 3, cell);
        gmix_i_text_add(text, "  ");
        for (size_t n = first; n < end && nth(r, false, n); n++) {
            cell_text(r,
                      candidate_at(r, family->covariance, nth(r, false, n)->n_components),
                      cell);
            put_right(text, width + 2, cell);
        }
        gmix_i_text_add(text, "\n");
    }
    return end;
}

/* True if a family that contains the other has made nothing of it: K = 1, where families are
 * the same. */
static bool is_same(const gmix_report *r, const gmix_candidate *a,
                    const gmix_candidate *b) {
    return a->n_components == b->n_components && a->n_parameters == b->n_parameters &&
           fabs(printed(r, a) - printed(r, b)) <= 1e-9 * fabs(printed(r, b));
}

/* The best candidate that is none of the n before, nor the same as one; NULL: none. */
static const gmix_candidate *next_best(const gmix_report *r,
                                       const gmix_candidate *const *before, size_t n) {
    const gmix_candidate *best = NULL;
    double least = INFINITY;
    for (size_t c = 0; c < r->n_candidates; c++) {
        const gmix_candidate *const one = &r->candidates[c];
        bool fresh = isfinite(printed(r, one));
        for (size_t b = 0; b < n && fresh; b++) {
            fresh = before[b] && one != before[b] && !is_same(r, one, before[b]);
        }
        if (fresh && compared(r, one) < least) {
            least = compared(r, one);
            best = one;
        }
    }
    return best;
}

static void put_best(struct gmix_i_text *text, const gmix_report *r) {
    const gmix_candidate *best[BEST] = {NULL};
    gmix_i_text_add(text, "\n");
    for (size_t b = 0; b < BEST; b++) {
        best[b] = next_best(r, best, b);
        if (!best[b]) {
            break;
        }
        char name[CELL];
        family_name(r, best[b], name);
        gmix_i_text_add(text, b == 0 ? "  best  " : "        ");
        gmix_i_text_add(text, "%s, %zu component%s: %.2f", name, best[b]->n_components,
                        best[b]->n_components == 1 ? "" : "s", printed(r, best[b]));
        if (b > 0) {
            gmix_i_text_add(text, " (%+.2f)", printed(r, best[b]) - printed(r, best[0]));
        }
        gmix_i_text_add(text, "\n");
    }
}

static void put_reasons(struct gmix_i_text *text, const gmix_report *r) {
    size_t shown = 0, n = 0;
    for (size_t c = 0; c < r->n_candidates; c++) {
        const gmix_candidate *const one = &r->candidates[c];
        if (isfinite(printed(r, one)) || !one->reason) {
            continue;
        }
        if (n++ < MOST_REASONS) {
            char name[CELL], start[2 * CELL];
            family_name(r, one, name);
            const int length = snprintf(start, sizeof start, "  %s, %zu: %s: ", name,
                                        one->n_components, one->status);
            gmix_i_text_add(text, "%s%s", shown++ == 0 ? "\n" : "", start);
            gmix_i_text_wrapped(text, (size_t)length, WIDTH, one->reason);
        }
    }
    if (n > shown) {
        gmix_i_text_add(text, "  ... and %zu more without a value: --json says why\n",
                        n - shown);
    }
}

gmix_status gmix_i_text_selection(struct gmix_i_text *text, const gmix_report *r) {
    size_t sizes = 0;
    if (r->n_candidates == 0 || !r->candidates || !r->criterion) {
        return GMIX_OK;
    }
    while (nth(r, false, sizes)) {
        sizes++;
    }
    gmix_i_text_add(text, "%zu model%s, %s", r->n_candidates,
                    r->n_candidates == 1 ? "" : "s", title(r));
    if (r->cv_folds > 0) {
        gmix_i_text_add(text, ", %zu folds", r->cv_folds);
    }
    gmix_i_text_add(text, "\n");
    for (size_t first = 0; first < sizes;) {
        first = put_block(text, r, first);
    }
    put_best(text, r);
    put_reasons(text, r);
    gmix_i_text_add(text, "\n");
    return text->status;
}
