/*
 * What a detector holds: fits to all rows and to all but one fold each, of one mixture or of two
 * (views: a score is the mean of the scores in each), and the held-out scores that calibrate.
 */
#ifndef GMIX_ANOMALY_DETECTOR_H
#define GMIX_ANOMALY_DETECTOR_H

#include <gmix/anomaly.h>

#include "base/base.h"

enum { GMIX_I_MOST_VIEWS = 2 };

/* How the highest scores that calibrate go on (calibrate.c). */
typedef struct gmix_i_score_tail {
    double from, share, scale, index;
} gmix_i_score_tail;

struct gmix_detector {
    gmix_allocator from;
    size_t n, folds, n_views;
    gmix_model *whole[GMIX_I_MOST_VIEWS]; /* the last is the mixture */
    gmix_model **part;                    /* folds x n_views: without the fold's rows */
    double *score;                        /* N: under the fits to all rows */
    double *held_out;                     /* N: under those without the row */
    double *calibrating;                  /* those that calibrate, fold by fold, rising */
    size_t *begin;                        /* folds + 1: of the folds in them */
    double *sorted;                       /* the same of all folds together, rising */
    size_t n_calibrating;
    gmix_i_score_tail tail;
};

/* Scores of rows: the mean of those in n_views mixtures. out: N. */
gmix_status gmix_i_anomaly_score(gmix_ctx *ctx, size_t n_views, gmix_model *const *models,
                                 const gmix_table *x, double *out);

/* Sorts held_out into sorted, which has room for it: the score up to which rows calibrate where there
 * may be anomalies, at least that of three quarters of the rows. */
double gmix_i_calibrating_cut(gmix_detector *detector);

/* Fills in what calibrates from held_out and fold_of (N). clean: all rows do. */
gmix_status gmix_i_calibrate(gmix_ctx *ctx, const size_t *fold_of, bool clean,
                             gmix_detector *detector);

/* How many of n rising numbers are at least x. */
size_t gmix_i_count_from(size_t n, const double *rising, double x);

/* The p-value of a score that `count` calibrating ones are at least as high as. */
double gmix_i_anomaly_p(const gmix_detector *detector, size_t count, double score);

/* Zeroed memory that lives as long as the detector. */
gmix_status gmix_i_detector_room(gmix_ctx *ctx, size_t count, size_t size, void *out);

#endif
