/* The partition of least expected variation of information. See point_partition.h. */
#include "posterior/point_partition.h"

#include <math.h>

enum { MOST_SAMPLED = 400, MOST_CANDIDATES = 40, MOST_SWEEPS = 30, MOST_CELLS = 1 << 24 };

/* Cells that a sweep may look at, and all of them together: a second or so. */
#define SWEEP_WORK 1e8
#define ALL_WORK 1.5e9

typedef struct seeker {
    gmix_ctx *ctx;
    size_t n, m;             /* rows; sampled partitions that count */
    const uint16_t **labels; /* m: theirs */
    size_t room;             /* groups that the point partition may have */
    size_t *first;           /* m + 1: where the groups of a partition begin among all */
    uint32_t *shared;        /* groups of all partitions x room: n_ij */
    uint32_t *size;          /* room: n_i */
    double *f, *step;        /* n + 1: f(x), and f(x + 1) - f(x) */
    double *cost;            /* room */
    double of_sampled;       /* mean of sum_j f(n_j) */
    uint16_t *label, *best;  /* n */
} seeker;

static uint32_t *cells_of(const seeker *s, size_t partition, size_t row) {
    return s->shared + (s->first[partition] + s->labels[partition][row]) * s->room;
}

static size_t groups_of(const uint16_t *labels, size_t n) {
    size_t most = 0;
    for (size_t i = 0; i < n; i++) {
        most = labels[i] > most ? labels[i] : most;
    }
    return most + 1;
}

/* Those that count, evenly among all, and the memory they want. */
static gmix_status choose(seeker *s, const uint16_t *const *sampled, size_t count) {
    gmix_status status = GMIX_OK;
    size_t groups = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t g = groups_of(sampled[i], s->n);
        groups += g;
        s->room = g + 1 > s->room ? g + 1 : s->room;
    }
    const size_t fit = (size_t)((double)MOST_CELLS * (double)count /
                                ((double)groups * (double)s->room)) +
                       1;
    s->m = count < MOST_SAMPLED ? count : MOST_SAMPLED;
    s->m = s->m < fit ? s->m : fit;
    const double quick = SWEEP_WORK / ((double)s->n * (double)s->room);
    s->m = (double)s->m > quick ? (size_t)quick + 1 : s->m;
    GMIX_TRY(gmix_i_calloc(s->ctx, "partitions", s->m, sizeof *s->labels, &s->labels));
    GMIX_TRY(gmix_i_calloc(s->ctx, "partitions", s->m + 1, sizeof *s->first, &s->first));
    for (size_t i = 0; i < s->m; i++) {
        s->labels[i] =
            sampled[(size_t)(((double)i + 0.5) * (double)count / (double)s->m)];
        s->first[i + 1] = s->first[i] + groups_of(s->labels[i], s->n);
    }
    GMIX_TRY(gmix_i_calloc(s->ctx, "partitions", s->first[s->m] * s->room,
                           sizeof *s->shared, &s->shared));
    GMIX_TRY(gmix_i_calloc(s->ctx, "partitions", s->room, sizeof *s->size, &s->size));
    GMIX_TRY(gmix_i_calloc(s->ctx, "partitions", s->n + 1, sizeof *s->f, &s->f));
    GMIX_TRY(gmix_i_calloc(s->ctx, "partitions", s->n + 1, sizeof *s->step, &s->step));
    GMIX_TRY(gmix_i_calloc(s->ctx, "partitions", s->room, sizeof *s->cost, &s->cost));
    GMIX_TRY(gmix_i_calloc(s->ctx, "partitions", s->n, sizeof *s->label, &s->label));
    GMIX_TRY(gmix_i_calloc(s->ctx, "partitions", s->n, sizeof *s->best, &s->best));
    for (size_t i = 2; i <= s->n; i++) {
        s->f[i] = (double)i * log((double)i);
        s->step[i - 1] = s->f[i] - s->f[i - 1];
    }
done:
    return status;
}

/* The tables of s->label; returns n times its mean VI. */
static double count_up(seeker *s) {
    memset(s->shared, 0, s->first[s->m] * s->room * sizeof *s->shared);
    memset(s->size, 0, s->room * sizeof *s->size);
    for (size_t i = 0; i < s->n; i++) {
        s->size[s->label[i]]++;
        for (size_t m = 0; m < s->m; m++) {
            cells_of(s, m, i)[s->label[i]]++;
        }
    }
    double own = 0.0, shared = 0.0;
    for (size_t g = 0; g < s->room; g++) {
        own += s->f[s->size[g]];
    }
    s->of_sampled = 0.0;
    for (size_t j = 0; j < s->first[s->m]; j++) {
        size_t total = 0;
        for (size_t g = 0; g < s->room; g++) {
            shared += s->f[s->shared[j * s->room + g]];
            total += s->shared[j * s->room + g];
        }
        s->of_sampled += s->f[total] / (double)s->m;
    }
    return own + s->of_sampled - 2.0 * shared / (double)s->m;
}

/* What n x mean VI gains if row i, which is in no group now, joins each group: cost, room. */
static void find_costs(const seeker *s, size_t i, double *cost) {
    memset(cost, 0, s->room * sizeof *cost);
    for (size_t m = 0; m < s->m; m++) {
        const uint32_t *const cells = cells_of(s, m, i);
        for (size_t g = 0; g < s->room; g++) {
            cost[g] += s->step[cells[g]];
        }
    }
    for (size_t g = 0; g < s->room; g++) {
        cost[g] = s->step[s->size[g]] - 2.0 * cost[g] / (double)s->m;
    }
}

static void put(seeker *s, size_t i, size_t group, uint32_t by) {
    s->size[group] += by;
    for (size_t m = 0; m < s->m; m++) {
        cells_of(s, m, i)[group] += by;
    }
}

/* One sweep over the rows; true if a row has moved. */
static bool sweep(seeker *s) {
    bool moved = false;
    for (size_t i = 0; i < s->n; i++) {
        const size_t own = s->label[i];
        bool empty_seen = false;
        put(s, i, own, (uint32_t)-1);
        find_costs(s, i, s->cost);
        double least = s->cost[own];
        size_t choice = own;
        for (size_t g = 0; g < s->room; g++) {
            const bool empty = s->size[g] == 0;
            if (g == own || (empty && empty_seen)) { /* empty ones are alike */
                continue;
            }
            empty_seen = empty_seen || empty;
            if (s->cost[g] < least - 1e-9) {
                least = s->cost[g];
                choice = g;
            }
        }
        put(s, i, choice, 1);
        s->label[i] = (uint16_t)choice;
        moved = moved || choice != own;
    }
    return moved;
}

/* The best of some sampled partitions, and of one group for all, then improved. */
static gmix_status seek(seeker *s) {
    gmix_status status = GMIX_OK;
    const double work = (double)s->n * (double)s->m;
    size_t candidates = (size_t)(2e8 / work) + 4;
    candidates = candidates < MOST_CANDIDATES ? candidates : MOST_CANDIDATES;
    candidates = candidates < s->m ? candidates : s->m;
    double least = count_up(s); /* all in one: labels are 0 */
    for (size_t c = 0; c < candidates; c++) {
        GMIX_TRY(gmix_i_poll(s->ctx));
        if (c > 0 && gmix_i_is_late(s->ctx)) {
            break;
        }
        gmix_i_copy(s->label, s->labels[c * s->m / candidates], s->n * sizeof *s->label);
        const double cost = count_up(s);
        if (cost < least) {
            least = cost;
            gmix_i_copy(s->best, s->label, s->n * sizeof *s->label);
        }
    }
    gmix_i_copy(s->label, s->best, s->n * sizeof *s->label);
    (void)count_up(s);
    double left = ALL_WORK;
    for (size_t i = 0;
         i < MOST_SWEEPS && left > 0.0 && !gmix_i_is_late(s->ctx) && sweep(s); i++) {
        left -= work * (double)s->room;
        GMIX_TRY(gmix_i_poll(s->ctx));
    }
done:
    return status;
}

/* Clusters by size, then by their first rows: number[g] of group g. Returns how many there are. */
static size_t order_groups(const seeker *s, size_t *number) {
    size_t count = 0;
    for (size_t g = 0; g < s->room; g++) {
        number[g] = SIZE_MAX;
    }
    for (;; count++) {
        size_t largest = SIZE_MAX;
        for (size_t i = 0; i < s->n; i++) {
            const size_t g = s->label[i];
            if (number[g] == SIZE_MAX &&
                (largest == SIZE_MAX || s->size[g] > s->size[largest])) {
                largest = g;
            }
        }
        if (largest == SIZE_MAX) {
            return count;
        }
        number[largest] = count;
    }
}

/* How often rows are with those of their cluster, and clusters with each other. */
static gmix_status sum_up(seeker *s, gmix_i_point_partition *out) {
    gmix_status status = GMIX_OK;
    size_t *number = NULL;
    GMIX_TRY(gmix_i_calloc(s->ctx, "clusters", s->room, sizeof *number, &number));
    const double m = (double)s->m;
    out->expected_vi = fmax(count_up(s) / (double)s->n, 0.0);
    const size_t k = out->n_clusters = order_groups(s, number);
    GMIX_TRY(
        gmix_i_calloc(s->ctx, "clusters", k * k, sizeof *out->together, &out->together));
    for (size_t i = 0; i < s->n; i++) {
        const size_t own = s->label[i];
        double with = 0.0;
        for (size_t p = 0; p < s->m; p++) {
            with += (double)cells_of(s, p, i)[own] - 1.0;
        }
        out->labels[i] = (int32_t)number[own];
        out->certainty[i] =
            s->size[own] > 1 ? with / m / ((double)s->size[own] - 1.0) : 1.0;
    }
    for (size_t a = 0; a < s->room; a++) {
        for (size_t b = 0; b < s->room; b++) {
            if (number[a] == SIZE_MAX || number[b] == SIZE_MAX) {
                continue;
            }
            const double same = a == b ? 1.0 : 0.0;
            double pairs = 0.0;
            for (size_t j = 0; j < s->first[s->m]; j++) {
                const uint32_t *const cells = s->shared + j * s->room;
                pairs += (double)cells[a] * ((double)cells[b] - same);
            }
            const double all = (double)s->size[a] * ((double)s->size[b] - same);
            out->together[number[a] * k + number[b]] = all > 0.0 ? pairs / m / all : 1.0;
        }
    }
done:
    gmix_i_free(s->ctx, number);
    return status;
}

gmix_status gmix_i_point_partition_find(gmix_ctx *ctx, const uint16_t *const *sampled,
                                        size_t count, size_t n,
                                        gmix_i_point_partition *out) {
    gmix_status status = GMIX_OK;
    seeker s = {.ctx = ctx, .n = n};
    GMIX_TRY(choose(&s, sampled, count));
    GMIX_TRY(seek(&s));
    GMIX_TRY(sum_up(&s, out));
done:
    gmix_i_free(ctx, s.labels);
    gmix_i_free(ctx, s.first);
    gmix_i_free(ctx, s.shared);
    gmix_i_free(ctx, s.size);
    gmix_i_free(ctx, s.f);
    gmix_i_free(ctx, s.step);
    gmix_i_free(ctx, s.cost);
    gmix_i_free(ctx, s.label);
    gmix_i_free(ctx, s.best);
    return status;
}

gmix_status gmix_i_similarity(gmix_ctx *ctx, const uint16_t *const *sampled, size_t count,
                              size_t n, double *similarity) {
    gmix_status status = GMIX_OK;
    const double share = 1.0 / (double)count;
    memset(similarity, 0, n * n * sizeof *similarity);
    for (size_t m = 0; m < count; m++) {
        const uint16_t *const labels = sampled[m];
        GMIX_TRY(gmix_i_poll(ctx));
        for (size_t i = 0; i < n; i++) {
            double *const row = similarity + i * n;
            for (size_t j = 0; j < i; j++) {
                row[j] += labels[i] == labels[j] ? share : 0.0;
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        similarity[i * n + i] = 1.0;
        for (size_t j = 0; j < i; j++) {
            similarity[i * n + j] = fmin(similarity[i * n + j], 1.0);
            similarity[j * n + i] = similarity[i * n + j];
        }
    }
done:
    return status;
}
