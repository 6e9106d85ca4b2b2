/* Incomplete rows under a mixture. See gaps.h. */
#include "family/gaps.h"

#include <math.h>
#include <string.h>

#include "base/threads.h"
#include "family/woodbury.h"

enum { LANES = GMIX_I_LANES, MOST_PATTERNS = 1 << 14, MOST_BYTES = 64 << 20 };

size_t gmix_i_gap_most_patterns(const gmix_i_shape *shape, size_t k, size_t d) {
    const size_t chunks = (k + LANES - 1) / LANES;
    const size_t each = chunks * shape->gap_len(d) * LANES * sizeof(double);
    const size_t most = MOST_BYTES / each;
    return most < 1 ? 1 : most < MOST_PATTERNS ? most : MOST_PATTERNS;
}

/* A thread's scratch, carved from one block; lists first, for their alignment. */
typedef struct gap_scratch {
    double *terms; /* of a pattern that has none made */
    double *stats; /* of a chunk */
    double *lists; /* 2 D entries, for kernels */
    double *lane;  /* one entry: log-densities or responsibilities */
    double *made;  /* what making terms takes */
    double *x;     /* D: observed cells */
    size_t *order; /* D */
} gap_scratch;

static void carve(const gmix_i_shape *shape, size_t d, double *work, gap_scratch *s) {
    s->terms = work;
    s->stats = s->terms + shape->gap_len(d) * LANES;
    s->lists = s->stats + gmix_i_stats_len(shape, d) * LANES;
    s->lane = s->lists + 2 * d * LANES;
    s->made = s->lane + LANES;
    s->x = s->made + (shape->gap_work(d) + LANES - 1) / LANES * LANES;
    s->order = (size_t *)(void *)(s->x + d);
}

size_t gmix_i_gap_work(const gmix_i_shape *shape, size_t d) {
    const size_t lists = shape->gap_len(d) + gmix_i_stats_len(shape, d) + 2 * d + 2;
    return (lists * LANES + shape->gap_work(d) + d) * sizeof(double) + d * sizeof(size_t);
}

/* The features of patterns first .. in order. */
static void order_patterns(gmix_i_gaps *g, size_t first) {
    for (size_t i = first; i < g->patterns->n; i++) {
        g->n_observed[i] = gmix_i_pattern_order(
            g->d, g->patterns->bits + i * g->patterns->words, g->order + i * g->d);
    }
}

gmix_status gmix_i_gaps_new(gmix_ctx *ctx, const gmix_i_kernels *kernels,
                            const gmix_i_shape *shape, const gmix_i_input *input,
                            const gmix_i_frame *frame, size_t k, gmix_i_gaps **out) {
    gmix_status status = GMIX_OK;
    gmix_i_gaps *g = NULL;
    const char *const what = "patterns of missing cells";
    *out = NULL;
    if (!input->patterns) {
        return GMIX_OK;
    }
    const size_t n = input->patterns->n, d = input->n_cols;
    GMIX_TRY(gmix_i_calloc(ctx, what, 1, sizeof *g, &g));
    *g = (gmix_i_gaps){.ctx = ctx,
                       .n = n,
                       .patterns = input->patterns,
                       .kernels = kernels,
                       .shape = shape,
                       .k = k,
                       .d = d,
                       .n_chunks = (k + LANES - 1) / LANES,
                       .len = shape->gap_len(d)};
    g->work_size = (gmix_i_gap_work(shape, d) + 63) / 64 * 64;
    g->n_threads =
        gmix_i_useful_threads(ctx->opts.n_threads, (double)(n * k * g->len * d));
    GMIX_TRY(gmix_i_calloc(ctx, what, d, sizeof(double), &g->log_scale));
    GMIX_TRY(gmix_i_calloc(ctx, what, n * g->n_chunks * g->len * LANES, sizeof(double),
                           &g->terms));
    GMIX_TRY(gmix_i_calloc(ctx, what, n * d, sizeof(size_t), &g->order));
    GMIX_TRY(gmix_i_calloc(ctx, what, n, sizeof(size_t), &g->n_observed));
    GMIX_TRY(gmix_i_calloc(ctx, what, (size_t)g->n_threads, g->work_size, &g->work));
    for (size_t j = 0; j < d; j++) {
        g->log_scale[j] = log(frame->scale[j]);
    }
    order_patterns(g, 0);
    *out = g;
    g = NULL;
done:
    gmix_i_gaps_free(&ctx->opts.allocator, &g);
    return status;
}

void gmix_i_gaps_free(const gmix_allocator *from, gmix_i_gaps **gaps) {
    gmix_i_gaps *const g = *gaps;
    if (g) {
        gmix_i_release(from, g->log_scale);
        gmix_i_release(from, g->terms);
        gmix_i_release(from, g->order);
        gmix_i_release(from, g->n_observed);
        gmix_i_release(from, g->work);
        gmix_i_release(from, g);
        *gaps = NULL;
    }
}

static size_t lanes_of(const gmix_i_gaps *g, size_t chunk) {
    const size_t left = g->k - chunk * LANES;
    return left < LANES ? left : LANES;
}

/* The terms of a chunk; lanes past the last component stay as they are. */
static void make_chunk(const gmix_i_gaps *g, size_t chunk, size_t o, const size_t *order,
                       double *terms, double *made) {
    const size_t d = g->d, first = chunk * LANES, lanes = lanes_of(g, chunk);
    double log_scale = 0.0;
    g->shape->gap_terms(g->kernels, g->p, first, lanes, o, order, terms, made);
    for (size_t a = o; a < d; a++) {
        log_scale += g->log_scale[order[a]];
    }
    for (size_t lane = 0; lane < lanes; lane++) {
        double *const mean = terms + LANES + lane;
        double *const shift = terms + (g->len - d) * LANES + lane;
        const size_t at = (first + lane) * d;
        for (size_t a = 0; a < d; a++) {
            mean[a * LANES] = g->p->means[at + order[a]];
            shift[a * LANES] = mean[a * LANES] - g->centre[at + order[a]];
        }
        terms[lane] += log_scale;
    }
}

static double *known_terms(const gmix_i_gaps *g, size_t pattern, size_t chunk) {
    return g->terms + (pattern * g->n_chunks + chunk) * g->len * LANES;
}

static void prepare_one(void *arg, size_t index, int thread) {
    gmix_i_gaps *const g = arg;
    const size_t pattern = g->n_made + index / g->n_chunks, chunk = index % g->n_chunks;
    gap_scratch s;
    carve(g->shape, g->d, (double *)(void *)(g->work + (size_t)thread * g->work_size),
          &s);
    make_chunk(g, chunk, g->n_observed[pattern], g->order + pattern * g->d,
               known_terms(g, pattern, chunk), s.made);
}

/* Of the patterns that have none. */
static gmix_status make_terms(gmix_ctx *ctx, gmix_i_gaps *g) {
    const size_t n = g->patterns->n - g->n_made;
    const gmix_status status =
        gmix_i_parallel_for(ctx, g->n_threads, n * g->n_chunks, prepare_one, g);
    g->n_made = status == GMIX_OK ? g->patterns->n : g->n_made;
    return status;
}

gmix_status gmix_i_gaps_prepare(gmix_i_gaps *gaps, const gmix_i_params *p,
                                const double *centre) {
    gaps->p = p;
    gaps->centre = centre;
    gaps->n_made = 0;
    return make_terms(gaps->ctx, gaps);
}

gmix_status gmix_i_gaps_extend(gmix_ctx *ctx, gmix_i_gaps *gaps) {
    gmix_status status = GMIX_OK;
    const char *const what = "patterns of missing cells";
    const size_t need = gaps->patterns->n, d = gaps->d;
    const size_t each = gaps->n_chunks * gaps->len * LANES * sizeof(double);
    if (need == gaps->n_made) {
        return GMIX_OK;
    }
    /* the count is raised once all three have grown, so that they may grow again after a failure */
    size_t n[3] = {gaps->n, gaps->n, gaps->n};
    GMIX_TRY(gmix_i_grow(ctx, what, &gaps->terms, &n[0], need, each));
    GMIX_TRY(gmix_i_grow(ctx, what, &gaps->order, &n[1], need, d * sizeof(size_t)));
    GMIX_TRY(gmix_i_grow(ctx, what, &gaps->n_observed, &n[2], need, sizeof(size_t)));
    gaps->n = n[0];
    order_patterns(gaps, gaps->n_made);
    GMIX_TRY(make_terms(ctx, gaps));
done:
    return status;
}

/* A row as the kernels want it; s->x are its observed cells. */
typedef struct gap_row {
    size_t i, o; /* index in the tile; observed features */
    const size_t *order;
    const double *terms;
} gap_row;

static gap_row find_row(const gmix_i_gaps *g, const gmix_i_tile *tile, size_t index,
                        size_t chunk, const gap_scratch *s) {
    const gmix_i_gap_rows *const rows = tile->gaps;
    const size_t pattern = rows->pattern[index];
    gap_row row = {.i = rows->row[index]};
    if (pattern == GMIX_I_NO_PATTERN) {
        row.o =
            gmix_i_pattern_order(g->d, rows->observed + index * rows->words, s->order);
        row.order = s->order;
        row.terms = s->terms;
        make_chunk(g, chunk, row.o, s->order, s->terms, s->made);
    } else {
        row.o = g->n_observed[pattern];
        row.order = g->order + pattern * g->d;
        row.terms = known_terms(g, pattern, chunk);
    }
    for (size_t a = 0; a < row.o; a++) {
        s->x[a] = gmix_i_real_at(g->kernels, tile->x, row.order[a] * tile->n + row.i);
    }
    return row;
}

void gmix_i_gap_densities(const gmix_i_gaps *gaps, const gmix_i_tile *tile, void *l,
                          void *work) {
    gap_scratch s;
    carve(gaps->shape, gaps->d, work, &s);
    for (size_t chunk = 0; chunk < gaps->n_chunks; chunk++) {
        const size_t lanes = lanes_of(gaps, chunk);
        memset(s.terms, 0, gaps->len * LANES * sizeof *s.terms);
        for (size_t index = 0; index < tile->gaps->n; index++) {
            const gap_row row = find_row(gaps, tile, index, chunk, &s);
            gaps->shape->gap_density(gaps->kernels, gaps->d, row.o, lanes, s.x, row.terms,
                                     s.lane, s.lists);
            for (size_t lane = 0; lane < lanes; lane++) {
                gmix_i_set_real(gaps->kernels, l,
                                (chunk * LANES + lane) * tile->n + row.i, s.lane[lane]);
            }
        }
    }
}

double gmix_i_gap_constant(const gmix_i_gaps *gaps, const gmix_i_tile *tile, size_t index,
                           size_t k, size_t *o, void *work) {
    gap_scratch s;
    carve(gaps->shape, gaps->d, work, &s);
    const gap_row row = find_row(gaps, tile, index, k / LANES, &s);
    *o = row.o;
    return row.terms[k % LANES];
}

/* Moves the responsibilities of row i out of resp; true if one of them is not zero. */
static bool take_resp(const gmix_i_gaps *g, const gmix_i_tile *tile, size_t i,
                      size_t chunk, void *resp, size_t *active, double *r) {
    bool any = false;
    memset(r, 0, LANES * sizeof *r);
    for (size_t lane = 0; lane < lanes_of(g, chunk); lane++) {
        const size_t k = chunk * LANES + lane, at = k * tile->n + i;
        r[lane] = gmix_i_real_at(g->kernels, resp, at);
        if (r[lane] != 0.0) {
            gmix_i_set_real(g->kernels, resp, at, 0.0);
            active[k]--;
            any = true;
        }
    }
    return any;
}

/* From lanes to the K blocks of statistics. */
static void add_chunk(const gmix_i_gaps *g, size_t chunk, const double *lists,
                      double *stats) {
    const size_t len = gmix_i_stats_len(g->shape, g->d);
    for (size_t lane = 0; lane < lanes_of(g, chunk); lane++) {
        double *const own = stats + (chunk * LANES + lane) * len;
        for (size_t t = 0; t < len; t++) {
            own[t] += lists[t * LANES + lane];
        }
    }
}

void gmix_i_gap_moments(const gmix_i_gaps *gaps, const gmix_i_tile *tile, void *resp,
                        size_t *active, double *stats, void *work) {
    const size_t len = gmix_i_stats_len(gaps->shape, gaps->d);
    gap_scratch s;
    carve(gaps->shape, gaps->d, work, &s);
    for (size_t chunk = 0; chunk < gaps->n_chunks; chunk++) {
        bool any = false;
        memset(s.terms, 0, gaps->len * LANES * sizeof *s.terms);
        memset(s.stats, 0, len * LANES * sizeof *s.stats);
        for (size_t index = 0; index < tile->gaps->n; index++) {
            if (take_resp(gaps, tile, tile->gaps->row[index], chunk, resp, active,
                          s.lane)) {
                const gap_row row = find_row(gaps, tile, index, chunk, &s);
                gaps->shape->gap_moments(gaps->kernels, gaps->d, row.o,
                                         lanes_of(gaps, chunk), s.x, row.order, s.lane,
                                         row.terms, s.stats, s.lists);
                any = true;
            }
        }
        if (any) {
            add_chunk(gaps, chunk, s.stats, stats);
        }
    }
}

void gmix_i_gap_fill(const gmix_i_gaps *gaps, const gmix_i_tile *tile, size_t index,
                     size_t k, const double *x, const double *z, double *out,
                     void *work) {
    const gmix_i_gap_rows *const rows = tile->gaps;
    const size_t d = gaps->d, pattern = rows->pattern[index];
    gap_scratch s;
    carve(gaps->shape, d, work, &s);
    double *const missing = s.lists;
    const size_t o =
        gmix_i_pattern_order(d, rows->observed + index * rows->words, s.order);
    const double *lists = s.terms;
    if (pattern == GMIX_I_NO_PATTERN) {
        make_chunk(gaps, k / LANES, o, s.order, s.terms, s.made);
    } else {
        lists = known_terms(gaps, pattern, k / LANES);
    }
    double *const own = s.stats + gaps->shape->cov_len(d); /* after gap_fill's scratch */
    for (size_t t = 0; t < gaps->len; t++) {
        own[t] = lists[t * LANES + k % LANES];
    }
    for (size_t a = 0; a < o; a++) {
        s.x[a] = x[s.order[a]];
    }
    gaps->shape->gap_fill(d, o, s.x, own, z, missing, s.stats);
    for (size_t a = o; a < d; a++) {
        out[s.order[a]] = missing[a - o];
    }
}

/* As a rule of rows: tiles without gaps are left as they are. */
static gmix_status gap_prepare(void *of, const gmix_i_params *p,
                               const gmix_i_prepared *q) {
    return gmix_i_gaps_prepare(of, p, q->centre);
}

static void gap_terms(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                      void *l, void *work) {
    const gmix_i_gaps *const gaps = of;
    if (tile->gaps && q->wide) {
        gmix_i_woodbury_incomplete(q->wide, tile, gaps->log_scale, l);
    } else if (tile->gaps) {
        gmix_i_gap_densities(gaps, tile, l, work);
    }
}

static void gap_moments(const void *of, const gmix_i_prepared *q, const gmix_i_tile *tile,
                        void *resp, size_t *active, double *stats, void *work) {
    (void)q;
    if (tile->gaps) {
        gmix_i_gap_moments(of, tile, resp, active, stats, work);
    }
}

const gmix_i_row_rule_kind gmix_i_rule_gaps = {.name = "missing cells",
                                               .prepare = gap_prepare,
                                               .terms = gap_terms,
                                               .moments = gap_moments};

gmix_status gmix_i_prepared_heed_gaps(gmix_ctx *ctx, const gmix_i_input *input,
                                      const gmix_i_frame *frame, gmix_i_prepared *q) {
    const gmix_status status =
        gmix_i_gaps_new(ctx, q->kernels, q->shape, input, frame, q->k, &q->gaps);
    if (status == GMIX_OK && q->gaps) {
        gmix_i_row_rules_add(&q->rules, &gmix_i_rule_gaps, q->gaps);
    }
    return status;
}
