/* What ranks say to each other besides rows: whether all went well, and bytes of any length. */
#ifndef GMIX_MPI_TALK_H
#define GMIX_MPI_TALK_H

#include "gmix-mpi.h"

struct talk {
    gmix_ctx *ctx;
    MPI_Comm comm;
    int rank, n_ranks;
};

/* Bytes with the memory behind them. */
struct bytes {
    char *at;
    size_t size, room;
};

/* The status of the first rank on which something failed, and its sentence; else GMIX_OK. The same on
 * every rank. Collective. */
gmix_status gmix_i_talk_agree(const struct talk *t, gmix_status own);

/* From rank 0 to all, which have room for them afterwards. Collective; the same status on every rank. */
gmix_status gmix_i_talk_broadcast(const struct talk *t, const void *from, size_t size,
                                  struct bytes *to);

/* From one rank to another. What comes from `rank` replaces what is there; without memory
 * there is no way on, and MPI_Abort() ends the program. */
void gmix_i_talk_send(const struct talk *t, int rank, const void *from, size_t size);
gmix_status gmix_i_talk_receive(const struct talk *t, int rank, struct bytes *to);

gmix_status gmix_i_talk_nomem(gmix_ctx *ctx);

#endif
