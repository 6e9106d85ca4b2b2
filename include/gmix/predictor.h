/**
 * A predictor: what a mixture says of rows, a block at a time, in one evaluation.
 *
 * The functions of infer.h take a whole table and say one thing of it. A predictor keeps its memory
 * from block to block, and from one evaluation of the mixture gives what is wanted of a row:
 * log-density, responsibilities, component, class, certainty, distances.
 *
 *     gmix_predictor *predictor = NULL;
 *     gmix_predictor_new(ctx, model, &predictor);
 *     gmix_prediction out;
 *     gmix_prediction_init(&out);
 *     out.labels = labels;
 *     out.log_density = density;
 *     for (size_t first = 0; first < x.n_rows; first += 4096) {
 *         const size_t left = x.n_rows - first, n = left < 4096 ? left : 4096;
 *         gmix_predictor_rows(ctx, predictor, &x, first, n, &out);
 *         ... labels[0 .. n - 1] and density[0 .. n - 1] are of rows first .. first + n - 1 ...
 *     }
 *     gmix_predictor_free(&predictor);
 *
 * Numbers are those of the functions of the same name, to the bit, however rows are cut.
 */
#ifndef GMIX_PREDICTOR_H
#define GMIX_PREDICTOR_H

#include "classes.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Opaque; of one thread at a time. Predictors of one model may work side by side. */
typedef struct gmix_predictor gmix_predictor;

/** Where to write what is wanted of n rows: arrays of the caller's; NULL: not wanted. */
typedef struct gmix_prediction {
    size_t struct_size;       /* set by _init; 0 in a struct that is all zero otherwise */
    double *log_density;      /* n: as gmix_log_density() */
    double *responsibilities; /* n x K, row-major: as gmix_responsibilities() */
    int32_t *labels;          /* n: as gmix_labels(), -1 for noise */
    double *certainty;        /* n: the responsibility of the label, or of noise */
    int32_t *classes;         /* n: as gmix_class_labels(); the model must have classes */
    double *distances;        /* n x K, row-major: squared, as gmix_mahalanobis() */
} gmix_prediction;

/** Zeroes the struct but for its size, which lets a library serve programs that were compiled with
 * an older, smaller struct. */
static inline void gmix_prediction_init(gmix_prediction *out) {
    memset(out, 0, sizeof *out);
    out->struct_size = sizeof *out;
}

/**
 * Makes a predictor.
 *
 * @param ctx        Context, or NULL for defaults. Later calls must bring one with the same
 *                   allocator; threads and limits are those of the call.
 * @param model      Must outlive the predictor. Not modified.
 * @param predictor  [out] Release with gmix_predictor_free().
 * @return GMIX_OK; GMIX_ERR_ARGUMENT if model or predictor is NULL; GMIX_ERR_NOMEM.
 */
GMIX_API gmix_status gmix_predictor_new(gmix_ctx *ctx, const gmix_model *model,
                                        gmix_predictor **predictor);

/**
 * Evaluates the mixture once for rows first .. first + n - 1 of a table.
 *
 * @param x    N x D table; a missing cell (NaN) is left out of account. Weights and labels do not
 *             matter. Messages number rows by their place in x.
 * @param out  Where to write, for n rows.
 * @return GMIX_OK; GMIX_ERR_SHAPE if x is not D wide or has no such rows; GMIX_ERR_NONFINITE if
 *         one of these rows has an infinite cell: nothing is written; GMIX_ERR_ARGUMENT for NULLs,
 *         for classes of a model without any, or a context with another allocator;
 *         GMIX_ERR_SINGULAR for distances from a component that has none; GMIX_ERR_NOMEM;
 *         GMIX_ERR_CANCELLED: some rows are written.
 *
 * Cost: O(n K D^2) for families with full matrices, O(n K D) for diagonal ones; distances cost
 * about as much again. Memory is taken by the first call, and by one that uses more threads, wants
 * more or meets new patterns of missing cells than those before; else a call takes none.
 */
GMIX_API gmix_status gmix_predictor_rows(gmix_ctx *ctx, gmix_predictor *predictor,
                                         const gmix_table *x, size_t first, size_t n,
                                         const gmix_prediction *out);

/** Looks at all cells of a table: the failure that gmix_predictor_rows() would meet with somewhere in
 * it, before a row is written anywhere. Cheap: reads the table once, evaluates nothing. */
GMIX_API gmix_status gmix_predictor_check(gmix_ctx *ctx, const gmix_predictor *predictor,
                                          const gmix_table *x);

/** Takes n rows, from number `first` of the source on, and what is said of them, both valid until it
 * returns. Anything but GMIX_OK ends the walk with that status. */
typedef gmix_status gmix_predicted_fn(void *self, uint64_t first, const gmix_table *rows,
                                      const gmix_prediction *said);

/**
 * The same for every row of a source, which is read once.
 *
 * @param source  D wide.
 * @param room    Rows that the arrays of `out` have room for, 1 or more: as many are asked of the
 *                source at a time.
 * @param out     Where to write.
 * @param take    Called after every block, in order, from this thread.
 * @param self    Handed to it.
 * @return As gmix_predictor_rows(); what the source or `take` failed with.
 */
GMIX_API gmix_status gmix_predictor_source(gmix_ctx *ctx, gmix_predictor *predictor,
                                           const gmix_source *source, size_t room,
                                           const gmix_prediction *out,
                                           gmix_predicted_fn *take, void *self);

/** Frees; NULL is fine. The model stays. */
GMIX_API void gmix_predictor_free(gmix_predictor **predictor);

#ifdef __cplusplus
}
#endif
#endif
