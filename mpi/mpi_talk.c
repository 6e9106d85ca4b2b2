/* Statuses and bytes between ranks. See mpi_talk.h. */
#include "mpi_talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_AT_ONCE = 1 << 30, TAG = 1 }; /* MPI counts in int */

gmix_status gmix_i_talk_nomem(gmix_ctx *ctx) {
    return gmix_ctx_fail(ctx, GMIX_ERR_NOMEM, "out of memory for a message");
}

gmix_status gmix_i_talk_agree(const struct talk *t, gmix_status own) {
    struct {
        int status;
        char text[1200];
    } said = {.status = own};
    int first = own == GMIX_OK ? t->n_ranks : t->rank;
    MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, t->comm);
    if (first == t->n_ranks) {
        return GMIX_OK;
    }
    if (t->rank == first && t->n_ranks > 1) {
        snprintf(said.text, sizeof said.text, "rank %d: %s", t->rank,
                 gmix_ctx_message(t->ctx));
    } else if (t->rank == first) {
        snprintf(said.text, sizeof said.text, "%s", gmix_ctx_message(t->ctx));
    }
    MPI_Bcast(&said, sizeof said, MPI_BYTE, first, t->comm);
    return gmix_ctx_fail(t->ctx, (gmix_status)said.status, said.text);
}

static gmix_status make_room(gmix_ctx *ctx, struct bytes *b, size_t size) {
    if (size > b->room) {
        char *const more = realloc(b->at, size);
        if (!more) {
            return gmix_i_talk_nomem(ctx);
        }
        b->at = more;
        b->room = size;
    }
    b->size = size;
    return GMIX_OK;
}

static int piece(size_t left) {
    return left < MOST_AT_ONCE ? (int)left : MOST_AT_ONCE;
}

gmix_status gmix_i_talk_broadcast(const struct talk *t, const void *from, size_t size,
                                  struct bytes *to) {
    uint64_t n = size;
    MPI_Bcast(&n, 1, MPI_UINT64_T, 0, t->comm);
    const gmix_status status = gmix_i_talk_agree(t, make_room(t->ctx, to, (size_t)n));
    if (status != GMIX_OK) {
        return status;
    }
    if (t->rank == 0 && n > 0) {
        memcpy(to->at, from, size);
    }
    for (size_t at = 0; at < n;) {
        const int most = piece((size_t)n - at);
        MPI_Bcast(to->at + at, most, MPI_BYTE, 0, t->comm);
        at += (size_t)most;
    }
    return GMIX_OK;
}

void gmix_i_talk_send(const struct talk *t, int rank, const void *from, size_t size) {
    const uint64_t n = size;
    MPI_Send(&n, 1, MPI_UINT64_T, rank, TAG, t->comm);
    for (size_t at = 0; at < size;) {
        const int most = piece(size - at);
        MPI_Send((const char *)from + at, most, MPI_BYTE, rank, TAG, t->comm);
        at += (size_t)most;
    }
}

gmix_status gmix_i_talk_receive(const struct talk *t, int rank, struct bytes *to) {
    uint64_t n;
    MPI_Recv(&n, 1, MPI_UINT64_T, rank, TAG, t->comm, MPI_STATUS_IGNORE);
    const gmix_status status = make_room(t->ctx, to, (size_t)n);
    if (status != GMIX_OK && n > 0) {
        /* the sender must not wait for ever: there is no way on from here */
        MPI_Abort(t->comm, 1);
    }
    for (size_t at = 0; at < n;) {
        const int most = piece((size_t)n - at);
        MPI_Recv(to->at + at, most, MPI_BYTE, rank, TAG, t->comm, MPI_STATUS_IGNORE);
        at += (size_t)most;
    }
    return status;
}
