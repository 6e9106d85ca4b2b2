/*
 * Jobs: all that a part has to know. On the master a job borrows what the engine holds; one that was
 * read owns its memory.
 */
#ifndef GMIX_ENGINE_JOB_H
#define GMIX_ENGINE_JOB_H

#include <gmix/engine.h>

#include "engine/sums.h"

enum { GMIX_I_MOST_COLS = 65536 };

typedef struct gmix_i_job {
    const struct gmix_i_work *work;
    uint64_t number; /* of the jobs of a fit */
    size_t d, rows;  /* features; rows of a block */
    gmix_i_missing missing;
    gmix_i_observation seen; /* not in the first job; least: what is shared, of a pass */
    bool heeds;              /* it counts in the pass */
    uint64_t
        n_rows; /* of the data, and what the survey has found; not in the first job */
    double largest_weight, total_weight;
    double *lowest, *highest,
        *shift; /* D each; shift: where means are expected, then the means */

    size_t n_drawn, most_patterns; /* seed: how many are wanted */
    uint64_t seed;

    const gmix_i_family *family; /* pass and score */
    bool is_single;
    size_t k;
    double reach; /* no row is farther from a centre, in the frame; roughly */
    gmix_i_frame frame;
    gmix_i_params params;
    gmix_i_noise_box box;
    int32_t *class_of; /* K, or NULL */
    gmix_i_patterns patterns;
    gmix_i_fault *listed; /* K: components whose rows are wanted; NULL: none */
} gmix_i_job;

/* A kind of job. Parts work on blocks in slots, and their sums join in the end. */
typedef struct gmix_i_work {
    gmix_job_kind kind;
    bool in_order; /* on one thread */
    /* What the job says beside sizes and survey, both ways. */
    void (*wire)(gmix_i_wire *w, gmix_i_job *job);
    /* What has to be known of an answer's sums before they are made. */
    void (*sums)(const gmix_i_job *job, gmix_i_sums *sums);
    /* A part's memory beyond its slots of sums; NULL: none. */
    gmix_status (*begin)(gmix_ctx *ctx, gmix_partial *p);
    gmix_i_block_fn *block; /* arg: the partial */
} gmix_i_work;

extern const gmix_i_work gmix_i_work_look, gmix_i_work_measure, gmix_i_work_seed,
    gmix_i_work_pass, gmix_i_work_score;

void gmix_i_job_wire(gmix_i_wire *w, gmix_i_job *job);
void gmix_i_job_free(const gmix_allocator *from, gmix_i_job *job);
gmix_status gmix_i_job_read(gmix_ctx *ctx, const void *bytes, size_t size,
                            gmix_i_job *job);

/* Units of exact sums: survey, D features: [W | W of labelled rows | then per feature the weight of
 * values, their sum and that of squares]; a buffer of statistics. */
double gmix_i_measure_unit(const gmix_i_job *job, size_t index);
double gmix_i_pass_unit(const gmix_i_job *job, size_t index);
size_t gmix_i_pass_len(const gmix_i_job *job);

/* Begins sums for an answer to that job. */
gmix_status gmix_i_job_sums(gmix_ctx *ctx, const gmix_i_job *job, gmix_i_sums *sums);

/* Of an answer: which job it answers, and its rows. */
typedef struct gmix_i_answer {
    uint64_t job_name, first, n_rows;
} gmix_i_answer;
void gmix_i_answer_wire(gmix_i_wire *w, gmix_i_answer *a);

#endif
