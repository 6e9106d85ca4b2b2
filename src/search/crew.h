/*
 * A crew: workers that make EM runs side by side. Each has all the memory a run wants; many
 * small runs go one to a thread, while a large one is the work of a crew of one whose passes
 * use all threads.
 */
#ifndef GMIX_SEARCH_CREW_H
#define GMIX_SEARCH_CREW_H

#include <stdatomic.h>

#include "init/init.h"
#include "search/candidate.h"
#include "search/neighbours.h"

typedef struct gmix_i_worker gmix_i_worker;

/* Starts that a plan brings along, beside those of its init; their runs are numbered from
 * GMIX_I_GIVEN_RUN on. */
enum { GMIX_I_GIVEN_RUN = 1 << 20 };
typedef struct gmix_i_given {
    size_t n;
    bool
        firm; /* the first goes on to the end, by plain steps at first, whatever the others look
                * like: it is where other programs' runs lead */
    /* Puts start number `index` into worker->em.current. */
    gmix_status (*place)(void *arg, struct gmix_i_worker *worker, size_t index);
    void *arg;
} gmix_i_given;

/* What is fitted, and how: shared by everybody, owned by the fit. */
typedef struct gmix_i_plan {
    const gmix_i_input *input;
    const gmix_i_survey *survey; /* of that input */
    const gmix_i_frame *frame;
    const gmix_i_family *family;
    const gmix_i_init *init;
    const gmix_fit_options *opts;
    const gmix_i_classes *classes;
    const gmix_i_rules *rules;
    const double *distinct;
    const gmix_i_given *given; /* NULL: none */
    gmix_i_limit
        *limit; /* becomes firm with the first solution; NULL: whose it is sees to it */
    double began, deadline;
} gmix_i_plan;

/* False if no solution of k components can be sound: there are too few rows. */
bool gmix_i_may_be_sound(const gmix_i_plan *plan, size_t k);

typedef struct gmix_i_worker gmix_i_worker;
struct gmix_i_worker {
    gmix_ctx ctx; /* a copy: its own message; one thread if there are others */
    gmix_i_em em;
    gmix_i_watch watch; /* what its runs have in common */
    gmix_i_start_task task;
    gmix_i_incomplete incomplete; /* what the judge looks at where cells are missing */
    gmix_i_judge judge;
    gmix_i_accumulator own_acc; /* for starts, if the run's is in single precision */
    gmix_i_prepared own_prepared;
    double *rows;                 /* scratch of moves: 2 D + D^2 + K (1 + D + cov_len) */
    double *losses;               /* K: see gmix_i_removal_losses */
    gmix_i_params stripped;       /* scratch: see gmix_i_weigh */
    gmix_i_support *support;      /* K: scratch */
    gmix_i_fault *faults;         /* K: scratch */
    gmix_i_neighbours neighbours; /* made by the first move that wants them */
    double passes;                /* made so far, roughly */
    gmix_status status;
    struct gmix_i_crew *crew;
};

typedef struct gmix_i_crew {
    gmix_ctx *ctx;
    const gmix_i_plan *plan;
    gmix_i_worker *workers;
    size_t n_workers;
    size_t n_busy;      /* workers that jobs are shared by: all, unless they are few */
    gmix_i_limit limit; /* of all workers: cut where one of them fails */
    const struct gmix_i_member_list
        *members; /* K: rows of the solution's components at fault, if they are known */
    bool shown;   /* progress has been, of the jobs under way */
} gmix_i_crew;

/* Multiply-adds of an EM step on the plan's rows, roughly. */
double gmix_i_pass_work(const gmix_i_plan *plan);

/* Workers for n_jobs jobs of n_steps EM steps in all: one a thread where a pass is too small to
 * be shared. */
size_t gmix_i_workers_for(const gmix_ctx *ctx, const gmix_i_plan *plan, size_t n_jobs,
                          double n_steps);

/* n_workers: at least 1, at most the context's threads. Starts' shared sample is made if any run
 * will want it. */
gmix_status gmix_i_crew_new(gmix_ctx *ctx, const gmix_i_plan *plan, size_t n_workers,
                            gmix_i_crew *out);
void gmix_i_crew_free(gmix_i_crew *crew);

/* One job: index is the job's, 0 .. n - 1. */
typedef gmix_status gmix_i_job_fn(void *arg, gmix_i_worker *worker, size_t index);

/* Does n jobs, any order. The first failure, or why they were cut short. */
gmix_status gmix_i_crew_do(gmix_i_crew *crew, size_t n, gmix_i_job_fn *job, void *arg);

/* The evidence for the components of a candidate that are in doubt, from EM without each of them
 * (removal.c); its score, or a lower bound of one that turned out to be below `least`. Cost: up to 32
 * steps for every component in doubt. Uses worker->em and worker->stripped. Cancelled, the score stays
 * what it was. Where time is over, or a table so large that it would take minutes, what was not asked about
 * keeps a loss that is not known. */
gmix_status gmix_i_weigh(gmix_i_worker *worker, double least, gmix_i_candidate *c);

/* True if the deadline is past. */
bool gmix_i_worker_is_late(const gmix_i_worker *worker);

/* What a run of `limit` steps of this worker ends by; the caller may add to it. */
gmix_i_watch gmix_i_worker_watch(const gmix_i_worker *worker, size_t limit);

/* Jobs' building blocks: make a start; run EM from worker->em.current until the watch ends it, and
 * keep what comes of it. A run into a singular matrix leaves a candidate of -infinity. */
gmix_status gmix_i_worker_start(gmix_i_worker *worker, size_t run);
gmix_status gmix_i_worker_run(gmix_i_worker *worker, const gmix_i_watch *watch,
                              gmix_i_candidate *c);

/* Goes on from a candidate that has taken fewer than watch->limit steps until it has. One that runs
 * into a singular matrix stays where it was. */
gmix_status gmix_i_worker_go_on(gmix_i_worker *worker, const gmix_i_watch *watch,
                                gmix_i_candidate *c);

#endif
