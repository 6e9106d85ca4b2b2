/*
 * A choice among models as text: a table of families by numbers of components, in blocks where it
 * is wide; the three best with their differences; why cells are empty.
 */
#include "report/selection_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/criterion_table.h"
#include "record/evidence_shares.h"

enum { WIDTH = 80, CELL = 32, BEST = 3, MOST_REASONS = 8 };

/* The criterion of a candidate as it is printed, and as it is compared (lower is better). */
static double printed(const gmix_report *r, const gmix_candidate *c) {
    return gmix_i_criterion_of(gmix_i_criterion_find(r->criterion), c);
}

static double compared(const gmix_report *r, const gmix_candidate *c) {
    return gmix_i_criterion_cost(gmix_i_criterion_find(r->criterion), printed(r, c));
}

static void family_name(const gmix_report *r, const gmix_candidate *c, char out[CELL]) {
    gmix_i_candidate_family(r, c->covariance, out);
}

/* The rows and columns of the table: families and numbers of components, in the order in which
 * candidates bring them; each by the first candidate that has it. */
typedef struct layout {
    const gmix_report *r;
    const gmix_candidate **families, **sizes, **sorted; /* sorted: all, by components */
    size_t n_families, n_sizes, width, name_width;      /* width: of a cell */
} layout;

static int by_place(const void *a, const void *b) {
    const gmix_candidate *const *const x = a, *const *const y = b;
    return (*x > *y) - (*x < *y);
}

static int by_components(const void *a, const void *b) {
    const gmix_candidate *const *const x = a, *const *const y = b;
    const size_t k = (*x)->n_components, l = (*y)->n_components;
    return k == l ? by_place(a, b) : (k > l) - (k < l);
}

static void list_sizes(layout *l) {
    const size_t n = l->r->n_candidates;
    for (size_t c = 0; c < n; c++) {
        l->sorted[c] = &l->r->candidates[c];
    }
    qsort(l->sorted, n, sizeof *l->sorted, by_components);
    for (size_t c = 0; c < n; c++) {
        if (c == 0 || l->sorted[c]->n_components != l->sorted[c - 1]->n_components) {
            l->sizes[l->n_sizes++] = l->sorted[c];
        }
    }
    qsort(l->sizes, l->n_sizes, sizeof *l->sizes, by_place);
}

static void list_families(layout *l) {
    for (size_t c = 0; c < l->r->n_candidates; c++) {
        const gmix_candidate *const one = &l->r->candidates[c];
        size_t f = 0;
        while (f < l->n_families &&
               strcmp(l->families[f]->covariance, one->covariance) != 0) {
            f++;
        }
        if (f == l->n_families) {
            l->families[l->n_families++] = one;
        }
    }
    l->name_width = 3;
    for (size_t f = 0; f < l->n_families; f++) {
        char name[CELL];
        family_name(l->r, l->families[f], name);
        l->name_width = strlen(name) > l->name_width ? strlen(name) : l->name_width;
    }
}

/* The candidate of a family with as many components as `size`; NULL: there is none. */
static const gmix_candidate *candidate_at(const layout *l, const char *covariance,
                                          const gmix_candidate *size) {
    size_t low = 0, high = l->r->n_candidates;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (l->sorted[middle]->n_components < size->n_components) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < l->r->n_candidates && l->sorted[low]->n_components == size->n_components;
         low++) {
        if (strcmp(l->sorted[low]->covariance, covariance) == 0) {
            return l->sorted[low];
        }
    }
    return NULL;
}

/* A number to one decimal, or what its absence means: - singular, x refused, ? unfinished. */
static void cell_text(const gmix_report *r, const gmix_candidate *c, char out[CELL]) {
    if (c && isfinite(printed(r, c))) {
        const bool plain = fabs(printed(r, c)) < 1e15;
        snprintf(out, CELL, plain ? "%.1f" : "%.5e", printed(r, c));
    } else {
        snprintf(out, CELL, "%s",
                 !c                                     ? ""
                 : strcmp(c->status, "refused") == 0    ? "x"
                 : strcmp(c->status, "unfinished") == 0 ? "?"
                                                        : "-");
    }
}

/* Of the cells and of the numbers above them: a model file may name any. */
static size_t cell_width(const gmix_report *r) {
    size_t width = 2;
    for (size_t c = 0; c < r->n_candidates; c++) {
        char cell[CELL], head[CELL];
        cell_text(r, &r->candidates[c], cell);
        snprintf(head, sizeof head, "%zu", r->candidates[c].n_components);
        const size_t own = strlen(cell) > strlen(head) ? strlen(cell) : strlen(head);
        width = own > width ? own : width;
    }
    return width;
}

static void put_right(struct gmix_i_text *text, size_t width, const char *cell) {
    gmix_i_text_pad(text, width, strlen(cell));
    gmix_i_text_add(text, "%s", cell);
}

/* Of log-evidences: the probability of every number of components, over all families. */
static void put_shares(struct gmix_i_text *text, const layout *l, size_t first,
                       size_t end) {
    char cell[CELL];
    if (!gmix_i_has_evidence(l->r)) {
        return;
    }
    put_right(text, l->name_width + 2, "P(K)");
    gmix_i_text_add(text, "  ");
    for (size_t n = first; n < end; n++) {
        const double share = gmix_i_evidence_share(l->r, l->sizes[n]->n_components);
        snprintf(cell, sizeof cell, isnan(share) ? "?" : "%.3f", share);
        put_right(text, l->width + 2, cell);
    }
    gmix_i_text_add(text, "\n");
}

/* Columns first, first + 1, ... as many as fit; returns the next. */
static size_t put_block(struct gmix_i_text *text, const layout *l, size_t first) {
    const size_t fit = (WIDTH - l->name_width - 4) / (l->width + 2);
    const size_t next = first + (fit > 0 ? fit : 1);
    const size_t end = next < l->n_sizes ? next : l->n_sizes;
    char cell[CELL];
    gmix_i_text_add(text, "\n");
    put_right(text, l->name_width + 2, "K");
    gmix_i_text_add(text, "  ");
    for (size_t n = first; n < end; n++) {
        snprintf(cell, sizeof cell, "%zu", l->sizes[n]->n_components);
        put_right(text, l->width + 2, cell);
    }
    gmix_i_text_add(text, "\n");
    for (size_t f = 0; f < l->n_families; f++) {
        family_name(l->r, l->families[f], cell);
        put_right(text, l->name_width + 2, cell);
        gmix_i_text_add(text, "  ");
        for (size_t n = first; n < end; n++) {
            cell_text(l->r, candidate_at(l, l->families[f]->covariance, l->sizes[n]),
                      cell);
            put_right(text, l->width + 2, cell);
        }
        gmix_i_text_add(text, "\n");
    }
    put_shares(text, l, first, end);
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

/* BIC beside ICL, and ICL beside BIC: mclust users read both. */
static void put_other(struct gmix_i_text *text, const gmix_report *r,
                      const gmix_candidate *c) {
    const bool bic = r->criterion[0] == 'b';
    if ((bic || r->criterion[0] == 'i') && isfinite(bic ? c->icl : c->bic)) {
        gmix_i_text_add(text, "  %s %.2f", bic ? "ICL" : "BIC", bic ? c->icl : c->bic);
    }
}

/* The model that ICL chooses, where it is not the one that BIC does. */
static void put_icl(struct gmix_i_text *text, const gmix_report *r,
                    const gmix_candidate *best) {
    const gmix_candidate *least = NULL;
    for (size_t c = 0; c < r->n_candidates; c++) {
        const gmix_candidate *const one = &r->candidates[c];
        if (isfinite(one->icl) && (!least || one->icl < least->icl)) {
            least = one;
        }
    }
    if (r->criterion[0] == 'b' && best && least && least != best) {
        char name[CELL];
        family_name(r, least, name);
        gmix_i_text_add(text, "  by ICL %s, %zu component%s: %.2f\n", name,
                        least->n_components, least->n_components == 1 ? "" : "s",
                        least->icl);
    }
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
        put_other(text, r, best[b]);
        gmix_i_text_add(text, "\n");
    }
    put_icl(text, r, best[0]);
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

static void layout_free(gmix_ctx *ctx, layout *l) {
    gmix_i_free(ctx, l->families);
    gmix_i_free(ctx, l->sizes);
    gmix_i_free(ctx, l->sorted);
}

static gmix_status layout_new(gmix_ctx *ctx, const gmix_report *r, layout *l) {
    gmix_status status = GMIX_OK;
    const size_t n = r->n_candidates;
    const char *const what = "the table of models";
    *l = (layout){.r = r};
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof *l->families, &l->families));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof *l->sizes, &l->sizes));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof *l->sorted, &l->sorted));
    list_sizes(l);
    list_families(l);
    l->width = cell_width(r);
done:
    return status;
}

gmix_status gmix_i_text_selection(struct gmix_i_text *text, const gmix_report *r) {
    gmix_status status = GMIX_OK;
    layout l = {0};
    if (r->n_candidates == 0 || !r->candidates || !r->criterion) {
        return GMIX_OK;
    }
    GMIX_TRY(layout_new(text->ctx, r, &l));
    const gmix_criterion_info *const by =
        &gmix_criterion_table()[gmix_i_criterion_find(r->criterion)];
    gmix_i_text_add(text, "%zu model%s, %s%s", r->n_candidates,
                    r->n_candidates == 1 ? "" : "s", by->label,
                    by->higher_is_better ? "" : " (lower is better)");
    if (r->cv_folds > 0) {
        gmix_i_text_add(text, ", %zu folds", r->cv_folds);
    }
    gmix_i_text_add(text, "\n");
    for (size_t first = 0; first < l.n_sizes;) {
        first = put_block(text, &l, first);
    }
    put_best(text, r);
    put_reasons(text, r);
    gmix_i_text_add(text, "\n");
    status = text->status;
done:
    layout_free(text->ctx, &l);
    return status;
}
