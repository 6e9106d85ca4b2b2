/*
 * Starts: where EM begins. One file each and a line in the registry. A start fills in the
 * parameters, mostly by making up responsibilities and letting the M-step do the rest.
 * Starts always work in double precision, in the frame of the fit.
 */
#ifndef GMIX_INIT_INIT_H
#define GMIX_INIT_INIT_H

#include <gmix/fit.h>

#include "base/rng.h"
#include "data/survey.h"
#include "init/rules.h"
#include "model/component_classes.h"
#include "model/mixture.h"
#include "stats/statistics.h"

/* A fixed random subset of the rows, standardised feature by feature, as tiles: all rows
 * of a small data set; enough to place K centres in a large one. */
typedef struct gmix_i_sample {
    size_t m, d, tile; /* rows; features; rows of a tile */
    double *x;         /* ceil(m / tile) tiles of D x tile */
    double *w;         /* row weights, 0 in the padding of the last tile */
    int32_t *labels;   /* classes, -1 for unknown; NULL in a fit without labels */
    double
        *distinct; /* K x D: distinct rows of the data, for when the sample lacks them */
} gmix_i_sample;

/* The tree of merges of some rows of the data, the same for every family and K. */
typedef struct gmix_i_sample_tree {
    size_t m, d;    /* rows, complete and of positive weight; features */
    double *z, *w;  /* m x d, standardised; m */
    size_t *merges; /* (m - 1) x 2 */
} gmix_i_sample_tree;

/* What all starts of a fit share. */
typedef struct gmix_i_start_task {
    const gmix_i_input *input;
    const gmix_i_frame *frame;
    const gmix_i_survey *survey;
    gmix_i_accumulator *accumulator; /* double precision */
    gmix_i_prepared *prepared;       /* double precision; used for its centres alone */
    const gmix_i_constraints *constraints;
    const gmix_fit_options *opts;
    const double *distinct;        /* K x D: distinct rows, data units */
    const gmix_i_classes *classes; /* none in a fit without labels */
    const gmix_i_rules *rules;     /* NULL while they are being made */
    const double
        *variance; /* cov_len: var(data) in the frame; NULL: found when it is wanted */
    gmix_i_sample sample; /* made when first wanted */
    const gmix_i_sample_tree
        *tree; /* shared with other fits; NULL: a start makes its own */
} gmix_i_start_task;

typedef struct gmix_i_init {
    const char *name;
    bool deterministic; /* further runs would repeat the first */
    bool given;         /* the caller says where every component starts */
    bool
        from_model; /* components are made from others: there is no saying of which class */
    /* Checks what the start wants of the options; NULL: nothing. */
    gmix_status (*check)(gmix_ctx *ctx, const gmix_fit_options *opts, size_t d);
    gmix_status (*start)(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                         gmix_i_params *out);
} gmix_i_init;

extern const char *const gmix_i_init_names[]; /* NULL-terminated */
gmix_status gmix_i_init_get(gmix_ctx *ctx, const char *name, const gmix_i_init **out);

/* Whether the start can be made for D features, with a message. */
gmix_status gmix_i_start_check(gmix_ctx *ctx, const gmix_i_init *init,
                               const gmix_fit_options *opts, size_t d, size_t n_classes);

/* Start number `run`: the one asked for or, in a fit with labels, unless the caller gave the
 * start, that of the classes. */
gmix_status gmix_i_start(gmix_ctx *ctx, const gmix_i_init *init, gmix_i_start_task *task,
                         size_t run, gmix_i_params *out);
/* True if every run would start alike. */
bool gmix_i_start_repeats(const gmix_i_init *init, const gmix_i_start_task *task);
gmix_status gmix_i_start_from_classes(gmix_ctx *ctx, gmix_i_start_task *task, size_t run,
                                      gmix_i_params *out);

/* Every row to the nearest of K centres (K x D, standardised) that its label allows, then the
 * M-step. */
gmix_status gmix_i_start_from_centres(gmix_ctx *ctx, gmix_i_start_task *task,
                                      const double *centres, gmix_i_params *out);

/* Makes task->sample if it is not there yet. */
gmix_status gmix_i_sample_want(gmix_ctx *ctx, gmix_i_start_task *task);
void gmix_i_sample_free(gmix_ctx *ctx, gmix_i_sample *sample);
/* The tree that the start "hierarchical" cuts; GMIX_ERR_DATA if there are fewer than two rows
 * for it (hierarchical.c). */
gmix_status gmix_i_sample_tree_new(gmix_ctx *ctx, gmix_i_start_task *task,
                                   gmix_i_sample_tree *out);
void gmix_i_sample_tree_free(gmix_ctx *ctx, gmix_i_sample_tree *tree);
/* Row i of the sample. out: D. */
void gmix_i_sample_row(const gmix_i_sample *sample, size_t i, double *out);
/* A row of the data, c < K, that is none of the c rows taken (c x D). */
const double *gmix_i_sample_spare(const gmix_i_sample *sample, size_t c,
                                  const double *taken);

/* K centres (K x D, row-major, standardised like the sample) by greedy k-means++ and
 * Lloyd. */
gmix_status gmix_i_kmeans(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                          uint64_t seed, size_t run, double *centres);
/* The same, and where centres are many some of them are moved, as long as that helps. */
gmix_status gmix_i_kmeans_swaps(gmix_ctx *ctx, const gmix_i_sample *sample, size_t k,
                                uint64_t seed, size_t run, double *centres);

/* Says where statistics are centred: K x D in the frame, or NULL for the origin. */
void gmix_i_set_centres(gmix_i_prepared *q, const double *centres);

/* One pass with `fill`, then the M-step into *out. */
gmix_status gmix_i_start_from_fill(gmix_ctx *ctx, gmix_i_start_task *task,
                                   gmix_i_fill_fn *fill, void *arg, gmix_i_params *out);

/* A model's parameters in the frame and in the family of *out; within the bounds, if there are any. */
gmix_status gmix_i_params_of_model(gmix_ctx *ctx, const gmix_model *model,
                                   const gmix_i_frame *frame, const gmix_i_bounds *bounds,
                                   gmix_i_params *out);

/* [n | s | S] of all rows about the frame's origin, valid until the next pass. */
gmix_status gmix_i_all_moments(gmix_ctx *ctx, gmix_i_start_task *task,
                               const double **moments);

/* Sets every component to the mean and the variances of all data, and equal weights: what a
 * component without rows is left with, and what no start inherits from the one before. */
gmix_status gmix_i_start_afresh(gmix_ctx *ctx, const gmix_i_start_task *task,
                                gmix_i_params *out);

/* Sets resp to zero but for the weight of row i in component label(i), and counts. */
void gmix_i_fill_labels(const gmix_i_tile *tile, const int32_t *labels, size_t k,
                        double *resp, size_t *active);

#endif
