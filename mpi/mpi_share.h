/*
 * The rows of a rank as whole blocks. Rows are numbered through all ranks, and cut into blocks by
 * their number. The rank where a block begins passes over all of it: what lies on the ranks that
 * follow is sent there, once.
 *
 *     ranks    |    0     |     1      |2|       3      |
 *     blocks   |  a  |  a  |  b  |  b  |  b  |  d  |  d  |      (whose they are)
 */
#ifndef GMIX_MPI_SHARE_H
#define GMIX_MPI_SHARE_H

#include "mpi_talk.h"

/* What rows have beside cells: errors of measurement, or bounds in place of cells. */
struct seen {
    uint64_t errors_len, bounds; /* numbers of a row's errors; 1: there are bounds */
    uint64_t truncated;          /* 1: by the bounds in ends */
    double ends[2];
};

struct share {
    const gmix_table *tables; /* the rank's own */
    size_t n_tables, d;
    struct seen seen; /* how rows were observed, on all ranks */
    uint64_t *begins; /* n_ranks + 1: where each rank's rows begin, as they lie */
    uint64_t first;   /* of the rows that are passed over here */
    uint64_t skipped; /* rows at the beginning, which another rank passes over */
    size_t n_fetched; /* rows of the next ranks */
    double *fetched;  /* n_fetched x D */
    double *
        besides; /* n_fetched x errors_len, or lower and upper bounds, n_fetched x D each */
    double *weights; /* n_fetched */
    int32_t *labels; /* n_fetched */
};

/* Collective; the same status on every rank. */
gmix_status gmix_i_share_rows(const struct talk *t, size_t block_rows, struct share *s);
void gmix_i_share_free(struct share *s);

/* Are there rows to pass over? */
bool gmix_i_share_any(const struct talk *t, const struct share *s);

/* All of them, in their order. */
gmix_status gmix_i_share_add(gmix_ctx *ctx, const struct share *s, gmix_partial *partial);

#endif
