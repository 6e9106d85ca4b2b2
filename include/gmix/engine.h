/**
 * Fitting with the rows elsewhere: on several machines, in several processes, or a piece at a time.
 *
 * EM by reverse communication. The engine, the master's side, never sees a row and calls nobody: it
 * says what has to be known of the rows, as bytes, and goes on when it has been told. A partial, a
 * part's side, is made from those bytes anywhere, is shown its rows, and answers in bytes. How bytes
 * travel is the caller's business: pipes, MPI, a cluster's map and collect, files.
 *
 *     gmix_engine_begin(ctx, n_cols, &options, NULL, &engine);
 *     while (gmix_engine_next(engine) != GMIX_JOB_DONE) {
 *         gmix_engine_job(ctx, engine, &job, &job_size);             // to every part
 *         for (each part) {                                          // anywhere, in any order
 *             gmix_partial_begin(ctx, job, job_size, first_row, &partial);
 *             gmix_partial_add(ctx, partial, &rows);                 // any number of times
 *             gmix_partial_bytes(ctx, partial, &bytes, &size);       // back to the master
 *             gmix_engine_take(ctx, engine, bytes, size, part);
 *         }
 *         gmix_engine_step(ctx, engine);
 *     }
 *     gmix_engine_finish(ctx, engine, &model, &report);
 *
 * The jobs, in order. SURVEY, two or three times: numbers of rows, bad cells, extremes; then means
 * and spreads. With a prior, a PASS for the covariance of all rows, on which it rests. SEED: some of the rows, drawn by their number in the data set, which stay with the
 * master: it fits them as gmix_fit() does, and what it finds is where EM on all rows begins. PASS:
 * one E-step. SCORE: once, and only if the solution has components that are not sound: the rows
 * behind them. DONE. Data of up to 2^18 cells (or up to `sample_rows` rows) are all drawn, and
 * gmix_fit() of them is the result.
 *
 * Same bits. Rows are cut into blocks by their number in the data set; a block's sums are rounded to
 * a grid that the survey fixes and then added exactly. So any number of parts, in any order, with
 * any number of threads, gives the same model to the last bit, if parts begin at multiples of
 * gmix_engine_block_rows(); and so does gmix_fit_source(), which is the engine's first user. Parts
 * that begin elsewhere give the same to rounding. (The same build and CPU level everywhere.)
 *
 * gmix_fit_source() reads up to 2^18 cells twice and fits them as a table; more it reads up to six
 * times for the start and once per EM step. What an engine cannot have (see gmix_engine_begin())
 * it fits by passes over the source alone.
 *
 * An engine may be saved between any two calls and loaded elsewhere: what follows is the same to
 * the last bit. Bytes are little-endian and carry a version and a checksum; those that are not
 * what they say are refused, with a sentence, and change nothing.
 *
 * An engine works in the context it was begun or loaded in (its memory, threads, limits and
 * callbacks), which must outlive it; other contexts are for messages.
 */
#ifndef GMIX_ENGINE_H
#define GMIX_ENGINE_H

#include "select.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gmix_engine gmix_engine;
typedef struct gmix_partial gmix_partial;

/** What has to be known next. */
typedef enum gmix_job_kind {
    GMIX_JOB_SURVEY = 0,
    GMIX_JOB_SEED = 1,
    GMIX_JOB_PASS = 2,
    GMIX_JOB_SCORE = 3,
    GMIX_JOB_DONE = 4
} gmix_job_kind;

/** For a part that does not know where it begins; and the largest number it may have. */
#define GMIX_ROW_UNKNOWN UINT64_MAX
enum { GMIX_PART_MOST = (1 << 20) - 1 };

/** What an engine wants to know beyond the options of a fit. Set by gmix_engine_options_init(). */
typedef struct gmix_engine_options {
    size_t struct_size; /* set by _init */
    const char *const
        *names; /* D feature names, for messages and the model. NULL (default) */
    /* Rows that the start is found on: 1 ..; 0 (default): all of them if they have no more than
     * 2^18 cells, else two for every parameter of the components, 4096 at least. */
    size_t sample_rows;
    size_t n_classes; /* of the rows' labels; 0 (default): one more than the largest */
    const char *const *class_names; /* n_classes, or NULL (default) */
    /* A choice among models instead of one fit: as gmix_select() makes it, on the rows drawn (of 2^18 cells at
     * least); EM on all rows goes on from the model chosen. The report's candidates are of the
     * rows drawn, as a warning says. Without priors. Copied; NULL (default): one fit. */
    const gmix_select_options *select;
} gmix_engine_options;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_engine_options_init_sized(gmix_engine_options *opts,
                                             size_t struct_size);

static inline void gmix_engine_options_init(gmix_engine_options *opts) {
    gmix_engine_options_init_sized(opts, sizeof *opts);
}

/**
 * Begins a fit.
 *
 * @param n_cols   D: features of a row.
 * @param options  As for gmix_fit(), copied, init_model included; NULL for defaults. `restarts` are
 *                 made on the sample. With init "model", tol 0 or max_iter below 20, exactly so
 *                 many steps as asked for are taken on all rows.
 * @param more     NULL for defaults.
 * @param engine   [out] To be released by gmix_engine_free().
 * @return GMIX_OK; GMIX_ERR_OPTION: an option is out of its range, or wants all rows in one place:
 *         noise_region "hull", init "labels" and "memberships"; GMIX_ERR_ARGUMENT;
 *         GMIX_ERR_SHAPE: init_model is of another size; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_engine_begin(gmix_ctx *ctx, size_t n_cols,
                                       const gmix_fit_options *options,
                                       const gmix_engine_options *more,
                                       gmix_engine **engine);
GMIX_API void gmix_engine_free(gmix_engine **engine);

/** The kind of the job at hand. */
GMIX_API gmix_job_kind gmix_engine_next(const gmix_engine *engine);

/** Rows of a block: parts that begin at multiples of it give the same bits as the whole. */
GMIX_API size_t gmix_engine_block_rows(const gmix_engine *engine);

/** Where part number `part` of n_parts, of about as many blocks each, begins, of n_rows rows in all: a
 * multiple of gmix_engine_block_rows(), or n_rows, where the last part ends and part n_parts begins. */
GMIX_API uint64_t gmix_engine_part_first(const gmix_engine *engine, uint64_t n_rows,
                                         uint64_t part, uint64_t n_parts);

/**
 * The job at hand.
 *
 * @param bytes  [out] The engine's, valid until its next step.
 * @return GMIX_OK; GMIX_ERR_ARGUMENT if there is none: it is done; GMIX_ERR_NOMEM.
 *
 * Size: 8 (K (1 + D + D (D + 1) / 2) + ...) bytes for a PASS of full matrices.
 */
GMIX_API gmix_status gmix_engine_job(gmix_ctx *ctx, gmix_engine *engine,
                                     const void **bytes, size_t *size);

/**
 * Begins a part's answer to a job.
 *
 * @param first_row  Number of its first row in the data set, 0-based. In the first job it may be
 *                   GMIX_ROW_UNKNOWN, for all parts or none: parts then follow each other by
 *                   their numbers, and gmix_engine_part_row() says where each begins.
 * @param partial    [out] To be released by gmix_partial_free().
 * @return GMIX_OK; GMIX_ERR_PARSE if the bytes are no job; GMIX_ERR_ARGUMENT if a later job's
 *         part does not know where it begins; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_partial_begin(gmix_ctx *ctx, const void *job, size_t size,
                                        uint64_t first_row, gmix_partial **partial);
GMIX_API void gmix_partial_free(gmix_partial **partial);

/**
 * Adds rows, the next ones of the part; how they are cut into calls changes no bit. Weights and
 * labels of the table count, its names do not; errors, bounds and truncation as in gmix_fit(), of one kind
 * for all rows (those without are exact).
 *
 * @return GMIX_OK; GMIX_ERR_SHAPE if the table has another number of columns; GMIX_ERR_DATA if its errors or
 *         bounds are none, or not those of the rows before; GMIX_ERR_ARGUMENT after gmix_partial_bytes();
 *         GMIX_ERR_CANCELLED; GMIX_ERR_NOMEM.
 *
 * Memory: some blocks of rows, and for a PASS 24 bytes per statistic and thread.
 */
GMIX_API gmix_status gmix_partial_add(gmix_ctx *ctx, gmix_partial *partial,
                                      const gmix_table *rows);

/**
 * A whole part at once, where a process sees all rows: begins an answer, and adds rows first ..
 * end - 1 of a table whose rows are numbered from 0.
 *
 * @param partial  [out] To be asked for its bytes, then released by gmix_partial_free().
 * @return As the two calls; GMIX_ERR_SHAPE if the table has no such rows.
 */
GMIX_API gmix_status gmix_partial_of(gmix_ctx *ctx, const void *job, size_t size,
                                     const gmix_table *rows, uint64_t first, uint64_t end,
                                     gmix_partial **partial);

/**
 * Adds another part's answer to the same job, about the rows that follow: parts put together,
 * on the way to the master, where there are many of them or messages are large.
 *
 * @return GMIX_OK; GMIX_ERR_PARSE if the bytes are no answer; GMIX_ERR_ARGUMENT if they answer another
 *         job, are about other rows, or parts do not know where they begin; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_partial_take(gmix_ctx *ctx, gmix_partial *partial,
                                       const void *bytes, size_t size);

/**
 * The answer, after which no row can be added.
 *
 * @param bytes  [out] The partial's, valid as long as it.
 *
 * Size: 16 (K (1 + D + D (D + 1) / 2) + 4) bytes for a PASS of full matrices.
 */
GMIX_API gmix_status gmix_partial_bytes(gmix_ctx *ctx, gmix_partial *partial,
                                        const void **bytes, size_t *size);

/**
 * Takes a part's answer to the job at hand.
 *
 * @param part  Its number, the caller's; any (to GMIX_PART_MOST if it does not know where it begins), but
 *              each once a job.
 * @return GMIX_OK; GMIX_ERR_PARSE if the bytes are no answer; GMIX_ERR_ARGUMENT if they answer
 *         another job, or the part has answered before; GMIX_ERR_NOMEM. A refused answer changes
 *         nothing.
 */
GMIX_API gmix_status gmix_engine_take(gmix_ctx *ctx, gmix_engine *engine,
                                      const void *bytes, size_t size, uint64_t part);

/** Where part number `part` begins: what it said in the first job, or what came of all parts' numbers
 * of rows. GMIX_ROW_UNKNOWN before the first step, and for parts that did not answer then. */
GMIX_API uint64_t gmix_engine_part_row(const gmix_engine *engine, uint64_t part);

/**
 * Goes on when all parts have answered: to the next job.
 *
 * @return GMIX_OK; GMIX_ERR_DATA, with nothing changed, if rows are missing or there twice: the
 *         answers must cover the rows from 0 on, in every job as many; GMIX_ERR_OPTION: rows are to be
 *         trimmed, and there are too many to be drawn; what gmix_fit() may return.
 *         After other failures the engine can do no more than be released.
 *
 * Cost: small, but for the one after SEED, which fits the sample.
 */
GMIX_API gmix_status gmix_engine_step(gmix_ctx *ctx, gmix_engine *engine);

/**
 * The result. Before DONE the best so far, with report->stop GMIX_STOP_CANCELLED, once there has
 * been a PASS.
 *
 * @param report  May be NULL. Release with gmix_report_free().
 * @return GMIX_OK; GMIX_ERR_CANCELLED if there is no solution yet; what gmix_fit() may return.
 */
GMIX_API gmix_status gmix_engine_finish(gmix_ctx *ctx, gmix_engine *engine,
                                        gmix_model **model, gmix_report *report);

/**
 * The state as bytes: options, survey, sample, parameters under way, history of the acceleration,
 * answers taken.
 *
 * @param bytes  [out] The engine's, valid until the next call that changes it.
 */
GMIX_API gmix_status gmix_engine_save(gmix_ctx *ctx, gmix_engine *engine,
                                      const void **bytes, size_t *size);

/** The engine that was saved. GMIX_ERR_PARSE if the bytes are none. */
GMIX_API gmix_status gmix_engine_load(gmix_ctx *ctx, const void *bytes, size_t size,
                                      gmix_engine **engine);

#ifdef __cplusplus
}
#endif
#endif
