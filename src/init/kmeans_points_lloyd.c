/*
 * Lloyd's iterations on all rows. A row is looked at again only when its label may have
 * changed (after Hamerly 2010, "Making k-means even faster"): with u its distance to its own
 * centre and l that to the next one when it was last looked at, the label holds until its own
 * centre's moves and the largest moves of the others together come to l - u. They are added
 * up per centre, so that a row needs one number, the sum at which its label is safe no more. The
 * sums behind the means follow changes of labels. Iterations end when no label changes, or the
 * centres' squared moves sum to tol.
 *
 * Rejected: Hamerly's two bounds a row, which have to be moved for every row in every iteration;
 * bounds for every centre (Elkan 2003), N K numbers.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "init/kmeans_points.h"

typedef struct lloyd {
    gmix_i_points *p;
    gmix_i_cut cut;
    size_t n_slots, len; /* slots in use; K x (D + 2) */
    gmix_i_scratches scratches;
    gmix_i_some some;
    gmix_i_around around;
    double *near, *next; /* per thread: rows of a tile */
    int32_t *label;      /* per thread: rows of a tile */
    double *moved;       /* K */
    double *passed;      /* K: sum of moves that count against the rows of this centre */
    float *passed_up;    /* K: that, rounded up */
    double *slots;       /* n_slots x K x (D + 2): weighted rows, weight, rows with one */
    double *sums;        /* K x (D + 2): the slots together */
    float *safe;         /* N: the label holds while passed of its centre is no more */
    size_t *changes;     /* n_slots */
    bool begun;          /* labels are those of some centres */
    bool refilled;       /* a cluster was empty in this iteration */
} lloyd;

static void lloyd_free(gmix_ctx *ctx, lloyd *l) {
    if (l->scratches.of_thread) {
        gmix_i_scratches_free(ctx, &l->scratches);
    }
    gmix_i_some_free(ctx, &l->some);
    gmix_i_around_free(ctx, &l->around);
    gmix_i_free(ctx, l->near);
    gmix_i_free(ctx, l->next);
    gmix_i_free(ctx, l->label);
    gmix_i_free(ctx, l->moved);
    gmix_i_free(ctx, l->passed);
    gmix_i_free(ctx, l->passed_up);
    gmix_i_free(ctx, l->slots);
    gmix_i_free(ctx, l->sums);
    gmix_i_free(ctx, l->safe);
    gmix_i_free(ctx, l->changes);
}

static gmix_status lloyd_new(gmix_i_points *p, lloyd *l) {
    gmix_status status = GMIX_OK;
    gmix_ctx *const ctx = p->ctx;
    const size_t d = p->d, k = p->k, len = k * (d + 2);
    const char *const what = "k-means";
    *l = (lloyd){
        .p = p, .len = len, .cut = gmix_i_cut_for(d, 1, len * sizeof(double), 2 * k * d)};
    l->n_slots = gmix_i_pass_slots(&p->input, &l->cut);
    const int threads = gmix_i_pass_threads(ctx, &p->input, &l->cut);
    const size_t rows = (size_t)threads * l->cut.rows;
    GMIX_TRY(gmix_i_scratches_new(ctx, p->kernels, &p->input, threads, l->cut.rows, 1, 0,
                                  &l->scratches));
    GMIX_TRY(gmix_i_some_new(ctx, l->cut.rows, d, threads, &l->some));
    GMIX_TRY(gmix_i_around_new(p, threads, &l->around));
    GMIX_TRY(gmix_i_calloc(ctx, what, rows, sizeof(double), &l->near));
    GMIX_TRY(gmix_i_calloc(ctx, what, rows, sizeof(double), &l->next));
    GMIX_TRY(gmix_i_calloc(ctx, what, rows, sizeof *l->label, &l->label));
    GMIX_TRY(gmix_i_calloc(ctx, what, k, sizeof(double), &l->moved));
    GMIX_TRY(gmix_i_calloc(ctx, what, k, sizeof(double), &l->passed));
    GMIX_TRY(gmix_i_calloc(ctx, what, k, sizeof *l->passed_up, &l->passed_up));
    GMIX_TRY(gmix_i_calloc(ctx, what, l->n_slots * len, sizeof(double), &l->slots));
    GMIX_TRY(gmix_i_calloc(ctx, what, len, sizeof(double), &l->sums));
    GMIX_TRY(gmix_i_calloc(ctx, what, p->n, sizeof *l->safe, &l->safe));
    GMIX_TRY(gmix_i_calloc(ctx, what, l->n_slots, sizeof(size_t), &l->changes));
done:
    return status;
}

/* How far `passed`, now, may grow before a row with these squared distances to the nearest and
 * the next centre has another label: rounded down, by what distances may be wrong. */
static float safe_until(double now, double best, double second, size_t d) {
    if (isinf(second)) {
        return INFINITY;
    }
    const double next = sqrt(second);
    const double wrong = (double)(d + 8) * DBL_EPSILON * next;
    const double until = now + (next - sqrt(best) - wrong);
    const float narrow = (float)until;
    return (double)narrow > until ? nextafterf(narrow, -INFINITY) : narrow;
}

/* Rows of the block whose label may have changed. */
static size_t find_unsafe(const lloyd *l, const gmix_i_block *b, uint32_t *rows) {
    const int32_t *const label = l->p->label + b->first;
    const float *const safe = l->safe + b->first, *const passed = l->passed_up;
    size_t n = 0;
    if (!l->begun) {
        return gmix_i_some_every(b->rows.n_rows, rows);
    }
    for (size_t i = 0; i < b->rows.n_rows; i++) {
        rows[n] = (uint32_t)i;
        n += safe[i] < passed[label[i]];
    }
    return n;
}

/* A row in a frame: cells at a stride, and its weight. */
typedef struct row {
    const double *x;
    size_t stride;
    double w;
} row;

/* sum += sign w [x | 1 | w > 0]. */
static void add_row(const row *r, size_t d, double sign, double *sum) {
    const double w = sign * r->w;
    for (size_t j = 0; j < d; j++) {
        sum[j] += w * r->x[j * r->stride];
    }
    sum[d] += w;
    sum[d + 1] += r->w > 0.0 ? sign : 0.0;
}

/* Row i, of a slot, has the label that was found. */
static void assign_row(lloyd *l, size_t slot, size_t i, const row *r,
                       const gmix_i_found *f) {
    const size_t d = l->p->d;
    double *const sums = l->slots + slot * l->len;
    const int32_t before = l->p->label[i];
    if (!l->begun || f->label != before) {
        l->changes[slot]++;
        l->p->label[i] = f->label;
        add_row(r, d, 1.0, sums + (size_t)f->label * (d + 2));
        if (l->begun) {
            add_row(r, d, -1.0, sums + (size_t)before * (d + 2));
        }
    }
    l->safe[i] = safe_until(l->passed[f->label], f->best, f->second, d);
}

/* Settles those of the n listed rows that the centres around their own suffice for; lists the
 * others, and gives their number. */
static size_t settle_around(lloyd *l, const gmix_i_block *b, size_t n, int thread) {
    uint32_t *const rows = gmix_i_some_rows(&l->some, thread);
    double *const x = l->some.cells + (size_t)thread * l->some.most * l->p->d;
    size_t left = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t at = b->first + rows[i];
        gmix_i_found found;
        gmix_i_some_row(&l->p->frame, b, rows[i], x);
        if (gmix_i_around_find(&l->around, x, l->p->label[at], &found)) {
            const double w = b->weights ? b->weights[rows[i]] : 1.0;
            assign_row(l, b->slot, at, &(row){.x = x, .stride = 1, .w = w}, &found);
        } else {
            rows[left++] = rows[i];
        }
    }
    return left;
}

static void assign_block(void *arg, const gmix_i_block *b, int thread) {
    lloyd *const l = arg;
    const gmix_i_points *const p = l->p;
    const size_t at = (size_t)thread * l->cut.rows;
    uint32_t *const rows = gmix_i_some_rows(&l->some, thread);
    size_t n = find_unsafe(l, b, rows);
    n = l->around.used ? settle_around(l, b, n, thread)
                       : gmix_i_some_or_every(n, b->rows.n_rows, rows);
    if (n == 0) {
        return;
    }
    const gmix_i_tile tile =
        gmix_i_some_pack(&l->some, &l->scratches, &p->frame, b, n, thread);
    p->kernels->nearest(tile.n, p->d, p->k, tile.x, p->centres, l->label + at,
                        l->near + at, l->next + at);
    for (size_t i = 0; i < n; i++) {
        const gmix_i_found found = {.label = l->label[at + i],
                                    .best = l->near[at + i],
                                    .second = l->next[at + i]};
        const row r = {(const double *)tile.x + i, tile.n, tile.w[i]};
        assign_row(l, b->slot, b->first + rows[i], &r, &found);
    }
}

/* The slots together, in their order. */
static void add_slots(lloyd *l) {
    memcpy(l->sums, l->slots, l->len * sizeof *l->sums);
    for (size_t s = 1; s < l->n_slots; s++) {
        for (size_t i = 0; i < l->len; i++) {
            l->sums[i] += l->slots[s * l->len + i];
        }
    }
}

/* Labels under the centres, and sums by label; how many labels changed. */
static gmix_status assign(lloyd *l, size_t *changes) {
    gmix_status status = GMIX_OK;
    memset(l->changes, 0, l->n_slots * sizeof *l->changes);
    GMIX_TRY(gmix_i_around_update(&l->around));
    GMIX_TRY(gmix_i_pass(l->p->ctx, &l->p->input, &l->cut, assign_block, l));
    l->begun = true;
    *changes = 0;
    for (size_t s = 0; s < l->n_slots; s++) {
        *changes += l->changes[s];
    }
    add_slots(l);
done:
    return status;
}

static void sum_block(void *arg, const gmix_i_block *b, int thread) {
    const lloyd *const l = arg;
    const size_t d = l->p->d;
    const gmix_i_tile tile = gmix_i_tile_pack(&l->scratches, &l->p->frame, b, thread);
    for (size_t i = 0; i < tile.n_rows; i++) {
        const size_t label = (size_t)l->p->label[b->first + i];
        const row r = {(const double *)tile.x + i, tile.n, tile.w[i]};
        add_row(&r, d, 1.0, l->slots + b->slot * l->len + label * (d + 2));
    }
}

/* The sums anew, without what changes of labels left of rows that are gone. */
static gmix_status sum_afresh(lloyd *l) {
    gmix_status status = GMIX_OK;
    memset(l->slots, 0, l->n_slots * l->len * sizeof *l->slots);
    GMIX_TRY(gmix_i_pass(l->p->ctx, &l->p->input, &l->cut, sum_block, l));
    add_slots(l);
done:
    return status;
}

/* Squared distances of all rows to their own centres, 0 for rows without a weight. */
static void own_distances(const gmix_i_points *p, double *x, double *out) {
    for (size_t i = 0; i < p->n; i++) {
        const double *const centre = p->centres + (size_t)p->label[i] * p->d;
        gmix_i_points_row(p, i, x);
        out[i] = 0.0;
        for (size_t j = 0; gmix_i_points_weight(p, i) > 0.0 && j < p->d; j++) {
            out[i] += (x[j] - centre[j]) * (x[j] - centre[j]);
        }
    }
}

/* Row i leaves the sum of its label for that of cluster c, which was empty. */
static void give_row(lloyd *l, size_t i, const double *x, size_t c) {
    const gmix_i_points *const p = l->p;
    const double w = gmix_i_points_weight(p, i);
    double *const from = l->sums + (size_t)p->label[i] * (p->d + 2);
    double *const to = l->sums + c * (p->d + 2);
    for (size_t j = 0; j < p->d; j++) {
        from[j] -= w * x[j];
        to[j] = w * x[j];
    }
    from[p->d] -= w;
    from[p->d + 1] -= 1.0;
    to[p->d] = w;
    to[p->d + 1] = 1.0;
}

/* Empty clusters take the rows that are farthest from their own centres. */
static gmix_status refill(lloyd *l) {
    gmix_status status = GMIX_OK;
    const gmix_i_points *const p = l->p;
    double *distance = NULL, *const x = l->some.cells;
    l->refilled = false;
    for (size_t c = 0; c < p->k; c++) {
        if (l->sums[c * (p->d + 2) + p->d + 1] > 0.0) {
            continue;
        }
        if (!distance) {
            GMIX_TRY(gmix_i_calloc(p->ctx, "k-means", p->n, sizeof *distance, &distance));
            own_distances(p, x, distance);
        }
        size_t farthest = 0;
        for (size_t i = 1; i < p->n; i++) {
            farthest = distance[i] > distance[farthest] ? i : farthest;
        }
        if (!(distance[farthest] > 0.0)) {
            break;
        }
        distance[farthest] = 0.0;
        gmix_i_points_row(p, farthest, x);
        give_row(l, farthest, x, c);
        l->refilled = true;
    }
done:
    gmix_i_free(p->ctx, distance);
    return status;
}

/* Adds to passed, for every centre, its own move and the largest of the others'. */
static void count_moves(lloyd *l) {
    const double wrong = 1.0 + 1e-12;
    size_t first = 0;
    double most = 0.0, next = 0.0;
    for (size_t c = 0; c < l->p->k; c++) {
        if (l->moved[c] > most) {
            next = most;
            most = l->moved[c];
            first = c;
        } else if (l->moved[c] > next) {
            next = l->moved[c];
        }
    }
    for (size_t c = 0; c < l->p->k; c++) {
        l->passed[c] += wrong * (l->moved[c] + (c == first ? next : most));
        const float narrow = (float)l->passed[c];
        l->passed_up[c] =
            (double)narrow < l->passed[c] ? nextafterf(narrow, INFINITY) : narrow;
    }
}

/* Moves the centres to the means of their rows, those without to that of the most rows; the
 * sum of squared moves. */
static double move_centres(lloyd *l) {
    const gmix_i_points *const p = l->p;
    const size_t d = p->d;
    size_t largest = 0;
    double total = 0.0;
    for (size_t c = 1; c < p->k; c++) {
        largest = l->sums[c * (d + 2) + d] > l->sums[largest * (d + 2) + d] ? c : largest;
    }
    for (size_t c = 0; c < p->k; c++) {
        const double *const own = l->sums + c * (d + 2);
        const double *const from = own[d + 1] > 0.0 ? own : l->sums + largest * (d + 2);
        double move = 0.0;
        for (size_t j = 0; j < d; j++) {
            double *const centre = &p->centres[c * d + j];
            const double to = from[j] / from[d];
            move += (to - *centre) * (to - *centre);
            *centre = to;
        }
        l->moved[c] = sqrt(move);
        total += move;
    }
    count_moves(l);
    return total;
}

static gmix_status iterate(lloyd *l, size_t max_iter, size_t *n_iter, bool *settled) {
    gmix_status status = GMIX_OK;
    size_t changes = 0;
    while (!*settled && *n_iter < max_iter) {
        GMIX_TRY(assign(l, &changes));
        GMIX_TRY(refill(l));
        const double moves = move_centres(l);
        ++*n_iter;
        *settled = changes == 0;
        if (!*settled && moves <= l->p->tol) {
            break;
        }
    }
    if (*n_iter > 0 && !l->refilled) {
        GMIX_TRY(sum_afresh(l));
        move_centres(l);
    }
done:
    return status;
}

gmix_status gmix_i_points_lloyd(gmix_i_points *p, size_t max_iter, size_t *n_iter) {
    gmix_status status = GMIX_OK;
    lloyd l = {0};
    size_t changes = 0;
    bool settled = false;
    *n_iter = 0;
    GMIX_TRY(lloyd_new(p, &l));
    GMIX_TRY(iterate(&l, max_iter, n_iter, &settled));
    if (!settled) { /* labels of the centres as they are now */
        GMIX_TRY(assign(&l, &changes));
    }
done:
    lloyd_free(p->ctx, &l);
    return status;
}
