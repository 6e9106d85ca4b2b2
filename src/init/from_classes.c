/*
 * The start of a fit in which some rows have labels: the components of a class start from
 * rows of that class.
 *
 * Centres are the mean of the class's rows or, with several components per class, what
 * k-means makes of those rows; those of components without a class are drawn among the
 * unlabelled rows with probability proportional to w_i d_i^2, d_i the distance to the
 * nearest centre so far. Then every row goes to the nearest centre it may belong to.
 */
#include <math.h>
#include <string.h>

#include "init/init.h"

typedef struct class_start {
    gmix_ctx *ctx;
    gmix_i_start_task *task;
    const gmix_i_classes *classes;
    size_t k, d, run;
    double *mean, *sd; /* n_labelled x D each, standardised */
    double *centres;   /* K x D, standardised */
    double *w;         /* the sample's weights, some of them masked */
    double *nearest;   /* per row of the sample: squared distance to the nearest centre */
} class_start;

/* Labelled rows go to the first component of their class, others nowhere. */
static void fill_classes(void *arg, const gmix_i_tile *tile, void *resp, size_t *active,
                         gmix_i_norm_sums *sums, void *work) {
    (void)sums;
    (void)work;
    const class_start *const s = arg;
    double *const r = resp;
    memset(r, 0, s->k * tile->n * sizeof *r);
    memset(active, 0, s->k * sizeof *active);
    for (size_t i = 0; tile->labels && i < tile->n_rows; i++) {
        if (tile->labels[i] >= 0 && tile->w[i] > 0.0) {
            const size_t c = (size_t)tile->labels[i] * s->classes->per_class;
            r[c * tile->n + i] = tile->w[i];
            active[c]++;
        }
    }
}

/* Mean and standard deviations of every class, from one pass. */
static gmix_status class_moments(class_start *s) {
    gmix_status status = GMIX_OK;
    gmix_i_start_task *const task = s->task;
    const gmix_i_shape *const shape = task->accumulator->shape;
    const size_t stride = gmix_i_stats_len(shape, s->d);
    double *stats;
    gmix_i_set_centres(task->prepared, NULL);
    GMIX_TRY(gmix_i_accumulate(s->ctx, task->accumulator, task->prepared, fill_classes, s,
                               &stats));
    for (size_t c = 0; c < s->classes->n_labelled; c++) {
        const double *const m =
            stats + GMIX_I_STATS_HEAD + c * s->classes->per_class * stride;
        if (!(m[0] > 0.0)) {
            GMIX_FAIL(
                s->ctx, GMIX_ERR_DATA,
                "class %zu ('%.80s') has no row with a label and a weight: leave it "
                "out",
                c, s->classes->names[c]);
        }
        for (size_t j = 0; j < s->d; j++) {
            const double sd = task->survey->sd[j] * task->frame->inv_scale[j];
            const double mean = m[1 + j] / m[0];
            const double v = shape->variance(m + 1 + s->d, j) / m[0] - mean * mean;
            s->mean[c * s->d + j] = mean / sd;
            s->sd[c * s->d + j] = sqrt(fmax(v, 0.0)) / sd;
        }
    }
done:
    return status;
}

/* A centre when the sample has no rows to choose from: a draw from a Gaussian. */
static void draw_centre(const class_start *s, size_t c, const double *mean,
                        const double *sd) {
    const gmix_i_stream stream =
        gmix_i_stream_open(s->task->opts->seed, GMIX_I_RNG_CLASSES, s->run);
    for (size_t j = 0; j < s->d; j++) {
        double z[2];
        gmix_i_normal2(&stream, ((uint64_t)1 << 40) + c * s->d + j, z);
        s->centres[c * s->d + j] = (mean ? mean[j] : 0.0) + (sd ? sd[j] : 1.0) * z[0];
    }
}

/* The first distinct rows of the sample with a weight; returns how many, at most `most`. */
static size_t distinct_rows(const gmix_i_sample *sample, size_t most, double *rows) {
    const size_t d = sample->d;
    size_t n = 0;
    for (size_t i = 0; i < sample->m && n < most; i++) {
        if (!(sample->w[i] > 0.0)) {
            continue;
        }
        double *const row = rows + n * d;
        bool fresh = true;
        gmix_i_sample_row(sample, i, row);
        for (size_t o = 0; o < n && fresh; o++) {
            fresh = memcmp(rows + o * d, row, d * sizeof *row) != 0;
        }
        n += fresh;
    }
    return n;
}

/* The centres of one class of several components. */
static gmix_status split_class(class_start *s, size_t class) {
    gmix_status status = GMIX_OK;
    const size_t per = s->classes->per_class, first = class * per, d = s->d;
    const gmix_i_sample *const all = &s->task->sample;
    gmix_i_sample own = *all;
    own.w = s->w;
    own.distinct = NULL;
    for (size_t i = 0; i < all->m; i++) {
        s->w[i] = all->labels[i] == (int32_t) class ? all->w[i] : 0.0;
    }
    GMIX_TRY(gmix_i_calloc(s->ctx, "distinct rows", per * d, sizeof *own.distinct,
                           &own.distinct));
    if (distinct_rows(&own, per, own.distinct) == per) {
        GMIX_TRY(gmix_i_kmeans(s->ctx, &own, per, s->task->opts->seed,
                               s->run * s->classes->n_labelled + class,
                               s->centres + first * d));
    } else {
        for (size_t c = 0; c < per; c++) {
            draw_centre(s, first + c, s->mean + class * d, s->sd + class * d);
        }
    }
done:
    gmix_i_free(s->ctx, own.distinct);
    return status;
}

/* Lowers the distances of the sample's rows to what centre c makes of them. */
static void note_centre(class_start *s, size_t c) {
    const gmix_i_sample *const sample = &s->task->sample;
    const double *const centre = s->centres + c * s->d;
    for (size_t i = 0; i < sample->m; i++) {
        const double *const row =
            sample->x + i / sample->tile * sample->tile * s->d + i % sample->tile;
        double distance = 0.0;
        for (size_t j = 0; j < s->d; j++) {
            const double off = row[j * sample->tile] - centre[j];
            distance += off * off;
        }
        s->nearest[i] = c == 0 ? distance : fmin(s->nearest[i], distance);
    }
}

/* A centre of its own for every component without a class. */
static void seed_new_classes(class_start *s) {
    const gmix_i_sample *const sample = &s->task->sample;
    const size_t first = s->classes->n_labelled * s->classes->per_class;
    gmix_i_stream stream =
        gmix_i_stream_open(s->task->opts->seed, GMIX_I_RNG_CLASSES, s->run);
    for (size_t c = 0; first < s->k && c < s->k; c++) {
        if (c >= first) {
            double total = 0.0;
            for (size_t i = 0; i < sample->m; i++) {
                total += sample->labels[i] < 0 ? sample->w[i] * s->nearest[i] : 0.0;
            }
            double left = total * gmix_i_next_uniform(&stream);
            size_t chosen = sample->m;
            for (size_t i = 0; i < sample->m && left >= 0.0 && total > 0.0; i++) {
                const double share =
                    sample->labels[i] < 0 ? sample->w[i] * s->nearest[i] : 0.0;
                chosen = share > 0.0 ? i : chosen;
                left -= share;
            }
            if (chosen < sample->m) {
                gmix_i_sample_row(sample, chosen, s->centres + c * s->d);
            } else {
                draw_centre(s, c, NULL, NULL);
            }
        }
        note_centre(s, c);
    }
}

static gmix_status place_centres(class_start *s) {
    gmix_status status = GMIX_OK;
    GMIX_TRY(class_moments(s));
    if (s->classes->per_class == 1) {
        memcpy(s->centres, s->mean, s->classes->n_labelled * s->d * sizeof *s->mean);
    }
    for (size_t c = 0; s->classes->per_class > 1 && c < s->classes->n_labelled; c++) {
        GMIX_TRY(split_class(s, c));
    }
    seed_new_classes(s);
done:
    return status;
}

gmix_status gmix_i_start_from_classes(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                                      gmix_i_params *out) {
    gmix_status status = GMIX_OK;
    class_start s = {.ctx = ctx,
                     .task = task,
                     .classes = task->classes,
                     .k = out->k,
                     .d = out->d,
                     .run = run};
    const size_t cells = s.classes->n_labelled * s.d;
    GMIX_TRY(gmix_i_sample_want(ctx, task));
    GMIX_TRY(gmix_i_calloc(ctx, "class means", 2 * cells, sizeof(double), &s.mean));
    s.sd = s.mean + cells;
    GMIX_TRY(gmix_i_calloc(ctx, "centres", s.k * s.d, sizeof(double), &s.centres));
    const size_t padded = (task->sample.m / task->sample.tile + 1) * task->sample.tile;
    GMIX_TRY(
        gmix_i_calloc(ctx, "weights of the sample", 2 * padded, sizeof(double), &s.w));
    s.nearest = s.w + padded;
    GMIX_TRY(place_centres(&s));
    GMIX_TRY(gmix_i_start_from_centres(ctx, task, s.centres, out));
done:
    gmix_i_free(ctx, s.mean);
    gmix_i_free(ctx, s.centres);
    gmix_i_free(ctx, s.w);
    return status;
}
