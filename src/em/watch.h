/*
 * What may end a run before EM does: handed to the run by whoever wants one, and forgotten with
 * it.
 */
#ifndef GMIX_EM_WATCH_H
#define GMIX_EM_WATCH_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

struct gmix_i_em;

typedef struct gmix_i_watch {
    size_t limit;    /* most steps */
    double deadline; /* seconds of gmix_i_now(); INFINITY: none */
    double goal;     /* a run not expected to get there is given up; -INFINITY: none */
    /* Another reason to give the run up, asked after every step but the first four; NULL: none.
     * Where it knows what the run was about to end in, it sets em->met. */
    bool (*gives_up)(void *arg, struct gmix_i_em *em);
    void *arg;
    bool plain;         /* no extrapolations, whatever the options say */
    bool ends_at_floor; /* a component at the floor is not worth going on with */
} gmix_i_watch;

/* Nothing but the number of steps. */
static inline gmix_i_watch gmix_i_watch_steps(size_t limit) {
    return (gmix_i_watch){.limit = limit, .deadline = INFINITY, .goal = -INFINITY};
}

#endif
