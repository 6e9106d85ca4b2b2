/*
 * The master's side of the engine: what is asked of the rows next, and what comes of the answers.
 *
 *     look -> measure, until it is about the means -> moments, if there is a prior -> seed ->
 *     pass, ... -> score -> done
 *
 * Each stage has a job; gmix_i_master_advance() turns the answers to it into the next stage.
 */
#ifndef GMIX_ENGINE_MASTER_H
#define GMIX_ENGINE_MASTER_H

#include "engine/part.h"
#include "search/search.h"

/* A choice among models, which is made on the rows drawn (drawn_choice.c). */
typedef struct gmix_i_choice {
    char *components, *covariances, *criterion; /* NULL: none is asked for */
    size_t folds, most;                         /* components that it may come to */
    gmix_report found;                          /* its candidates; all zero before */
} gmix_i_choice;

gmix_status gmix_i_choice_take(gmix_ctx *ctx, size_t d, const gmix_fit_options *fit,
                               const gmix_select_options *asked, gmix_i_choice *out);
void gmix_i_choice_free(const gmix_allocator *from, gmix_i_choice *c);
/* What is asked, and what was found, both ways as bytes. */
void gmix_i_choice_wire(gmix_i_wire *w, gmix_i_choice *c);
gmix_status gmix_i_choice_found_wire(gmix_i_wire *w, gmix_i_choice *c);

/* What the caller asked for: copies, so that a state can be saved. */
typedef struct gmix_i_settings {
    char **texts;          /* of the options, in the order of their table */
    gmix_fit_options opts; /* points to them */
    gmix_model *init_model;
    gmix_i_choice choice;
    double *prior_mean, *prior_covariance;   /* or NULL */
    size_t d, n_classes, sample_rows, asked; /* asked: components */
    char **names;                            /* D, or NULL */
    char **class_names;                      /* n_classes, or NULL */
} gmix_i_settings;

/* The option that wants all rows in one place, or in passes of its own; NULL: none does. */
const char *gmix_i_wants_all_rows(const gmix_fit_options *opts);
gmix_status gmix_i_settings_take(gmix_ctx *ctx, size_t d, const gmix_fit_options *opts,
                                 const gmix_engine_options *more, gmix_i_settings *out);
/* One family, unless it is NULL, and number of components from now on. */
gmix_status gmix_i_settings_choose(gmix_ctx *ctx, gmix_i_settings *s,
                                   const char *covariance, size_t k);
void gmix_i_settings_wire(gmix_i_wire *w, gmix_i_settings *s);
void gmix_i_settings_free(const gmix_allocator *from, gmix_i_settings *s);

/* A part that has answered the job at hand. */
typedef struct gmix_i_answered {
    uint64_t part, first, n_rows;
} gmix_i_answered;

typedef enum gmix_i_stage {
    GMIX_I_STAGE_LOOK,
    GMIX_I_STAGE_MEASURE,
    GMIX_I_STAGE_MOMENTS,
    GMIX_I_STAGE_SEED,
    GMIX_I_STAGE_PASS,
    GMIX_I_STAGE_SCORE,
    GMIX_I_STAGE_DONE
} gmix_i_stage;

struct gmix_engine {
    gmix_allocator allocator;
    gmix_i_settings set;
    gmix_i_stage stage;
    bool whole;  /* all rows are drawn: gmix_fit() of them is the result */
    bool failed; /* a step did: there is no going on */
    size_t block_rows;
    uint64_t number; /* of the job at hand */

    gmix_i_job job; /* borrows */
    unsigned char *message;
    size_t n_message, message_room;
    uint64_t job_name; /* 0: the message is not made yet */
    gmix_i_sums sums;
    gmix_i_answered *answered;
    size_t n_answered, answered_room;
    gmix_i_answered *placed; /* the survey's, by part: where each begins */
    size_t n_placed, placed_room;
    unsigned char *saved;
    size_t saved_room;

    gmix_i_survey survey; /* mean NULL: not there yet */
    double largest_weight, *shift;
    size_t n_measured;
    gmix_i_patterns patterns;
    double *x,
        *w; /* the rows drawn: n_drawn x D, n_drawn; NULL: not there, or not any more */
    int32_t *labels;
    double *
        beside; /* what they have beside their cells: errors; lower bounds, then upper ones; or NULL */
    size_t n_drawn;
    gmix_i_observation
        seen; /* how rows were observed; the input points to what is made of it: */
    gmix_i_errors errors;
    gmix_i_between between;

    const gmix_i_family *family; /* from here on: known after the survey */
    const gmix_i_init *init;
    gmix_i_frame frame;
    gmix_i_classes classes;
    gmix_i_params
        one; /* with a prior: one component, under which rows give their moments, */
    double *variance; /* and what came of them; NULL before */
    gmix_i_rules rules;
    gmix_table no_rows; /* one of zeros: the EM's memory wants an input */
    double *zeros;
    gmix_i_input input;
    gmix_i_plan plan;
    size_t k;     /* components that are left */
    gmix_i_em em; /* n_trace 0: no pass yet */
    gmix_i_noise_box box;
    gmix_i_watch watch;
    double *stats;
    gmix_i_fault *faults;            /* K: of the solution */
    size_t n_starts, n_runs, n_hits; /* of the search on the sample */
    double began, spent;             /* seconds: when; before it was loaded */
};

/* Parts that do not know where they begin: an answer of one is accepted; the rows that it names are
 * told from those of others; all have answered, and places are found. Both ways as bytes. */
gmix_status gmix_i_places_accept(gmix_ctx *ctx, const gmix_engine *e,
                                 const gmix_i_answer *a, uint64_t part);
void gmix_i_places_name(const gmix_i_answer *a, uint64_t part, gmix_i_sums *sums);
gmix_status gmix_i_places_find(gmix_ctx *ctx, gmix_engine *e);
void gmix_i_places_wire(gmix_i_wire *w, gmix_engine *e);

/* Goes on with the answers, which are complete. */
gmix_status gmix_i_master_advance(gmix_ctx *ctx, gmix_engine *e);

/* What is known once the survey is: frame, classes, rules; memory for EM with e->k components. */
gmix_status gmix_i_master_prepare(gmix_ctx *ctx, gmix_engine *e);
gmix_status gmix_i_master_em_new(gmix_ctx *ctx, gmix_engine *e);

/* A prior is asked for, and needs the moments of all rows; rules that are made when they are there. */
bool gmix_i_master_wants_moments(const gmix_engine *e);
gmix_status gmix_i_master_rules(gmix_ctx *ctx, gmix_engine *e);

/* The job of the stage, and sums for its answers. */
gmix_status gmix_i_master_ask(gmix_ctx *ctx, gmix_engine *e);
void gmix_i_master_set_job(gmix_engine *e);

/* Model and report. */
gmix_status gmix_i_master_finish(gmix_ctx *ctx, gmix_engine *e, gmix_model **model,
                                 gmix_report *report);

/* How rows were observed, from the answers to the first job; the input's errors, bounds and truncation are
 * those that were seen. */
gmix_status gmix_i_master_see(gmix_ctx *ctx, gmix_engine *e);
void gmix_i_master_observe(gmix_engine *e);

/* The rows that were drawn, in their order, and the first patterns of missing cells, from the answers. */
gmix_status gmix_i_master_take_rows(gmix_ctx *ctx, gmix_engine *e);
gmix_status gmix_i_master_take_patterns(gmix_ctx *ctx, gmix_engine *e);
void gmix_i_master_forget_rows(gmix_ctx *ctx, gmix_engine *e);

/* The rows that were drawn, borrowed; a choice among models of them; and that choice made, with what it leaves
 * to be prepared. */
gmix_table gmix_i_master_rows(const gmix_engine *e);
gmix_status gmix_i_choice_of_rows(gmix_ctx *ctx, const gmix_engine *e, gmix_model **model,
                                  gmix_report *report);
gmix_status gmix_i_master_choose(gmix_ctx *ctx, gmix_engine *e, gmix_model **model);

/* The candidates of a choice, and how many rows they are of. */
gmix_status gmix_i_choice_say(gmix_ctx *ctx, const gmix_engine *e, gmix_report *report);

/* How many components of the solution are not sound: e->faults says which. */
gmix_status gmix_i_master_judge(gmix_ctx *ctx, gmix_engine *e, size_t *n_faults);

/* The state, both ways; an engine that is read has nothing but its allocator. */
gmix_status gmix_i_master_wire(gmix_i_wire *w, gmix_engine *e);

/* The labels of the rows that were drawn; NULL where they say nothing to a Bayesian fit, which takes some
 * for a wish. */
const int32_t *gmix_i_master_labels(const gmix_engine *e);

#endif
