/**
 * Fits of rows that lie on the ranks of an MPI communicator: the library gmix-mpi.
 *
 *     gmix_mpi_fit(ctx, MPI_COMM_WORLD, &rows, 1, &options, NULL, &model, &report);
 *
 * An edge on the engine (gmix/engine.h): rank 0 is the master, every rank passes over its own rows, and
 * what travels are jobs and sums. The model has the same bits for any number of ranks, and of threads
 * on each, however the rows are spread: those of a block that begins on one rank and ends on
 * the next are sent, once, to the rank where it begins. It is the model of gmix_fit_source().
 */
#ifndef GMIX_MPI_H
#define GMIX_MPI_H

#include <mpi.h>

#include <gmix/gmix.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fits a mixture to the rows of all ranks, in the order of ranks. Collective.
 *
 * @param ctx       This rank's, with the threads that it may use; NULL for defaults.
 * @param comm      An intracommunicator; used until the call returns, and copied for it.
 * @param tables    This rank's rows: n_tables tables, one behind the other. Weights and labels count, and errors of
 *                  measurement, bounds and a truncation, of the same kind in all; NULL if n_tables is 0. Rank 0 has at least one, which may be without rows.
 * @param options   As for gmix_engine_begin(). Those of rank 0 count.
 * @param more      Those of rank 0 count. NULL: names and classes of its first table.
 * @param model     [out] On every rank, with the same bits.
 * @param report    [out] On every rank; may be NULL.
 *
 * @return The same on every rank, with the same sentence in its context, which says whose it is: GMIX_OK;
 *         GMIX_ERR_SHAPE if tables differ in their columns; GMIX_ERR_ARGUMENT if their rows were
 *         observed in different ways, or by projections; what gmix_engine_begin(),
 *         gmix_partial_add() and gmix_engine_step() may return. A rank that dies ends the program, as
 *         MPI's own error handler does.
 *
 * Interrupted or out of time on any rank, the result is the best so far, as from gmix_fit().
 *
 * Cost: per EM step a pass of each rank over its rows, and for each rank a message of
 * 16 (K (1 + D + D (D + 1) / 2) + 4) bytes to rank 0, for full matrices, which adds them up.
 */
GMIX_API gmix_status gmix_mpi_fit(gmix_ctx *ctx, MPI_Comm comm, const gmix_table *tables,
                                  size_t n_tables, const gmix_fit_options *options,
                                  const gmix_engine_options *more, gmix_model **model,
                                  gmix_report *report);

#ifdef __cplusplus
}
#endif
#endif
