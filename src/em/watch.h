/*
 * What may end a run before EM does: handed to the run by whoever wants one, and forgotten with
 * it.
 */
#ifndef GMIX_EM_WATCH_H
#define GMIX_EM_WATCH_H

#include <math.h>

#include "em/sound.h"
#include "em/visited.h"

typedef struct gmix_i_watch {
    size_t limit;    /* most steps */
    double deadline; /* seconds of gmix_i_now(); INFINITY: none */
    double goal;     /* a run not expected to get there is given up; -INFINITY: none */
    const gmix_i_judge *judge; /* of runs with a goal: a sound solution; NULL: none */
    gmix_i_visited *visited;   /* solutions that a run need not find again; NULL: none */
    bool plain;                /* no extrapolations, whatever the options say */
    bool ends_at_floor;        /* a component at the floor is not worth going on with */
} gmix_i_watch;

/* Nothing but the number of steps. */
static inline gmix_i_watch gmix_i_watch_steps(size_t limit) {
    return (gmix_i_watch){.limit = limit, .deadline = INFINITY, .goal = -INFINITY};
}

#endif
