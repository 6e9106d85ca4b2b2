/*
 * How far a fit is, on standard error: one line that is overwritten on a terminal, a line
 * a second elsewhere (only if --progress asks for it), nothing otherwise. Of other work that takes
 * more than two seconds: that it goes on.
 */
#ifndef GMIX_CLI_PROGRESS_LINE_H
#define GMIX_CLI_PROGRESS_LINE_H

#include <stdbool.h>

#include <gmix/gmix.h>

struct cli_progress {
    bool shown, terminal;
    double tol;         /* of the fit, to estimate the time left */
    double last;        /* seconds at the last line */
    double began;       /* of cli_progress_clock(): the command */
    double spoke;       /* and the last line */
    double run_started; /* seconds when this run began */
    double gain_before; /* gain and iteration at the last line */
    size_t iteration_before, run;
    double
        pass_began; /* of cli_progress_clock(): a pass whose rows are counted; 0: none */
};

/* Decides whether there is anything to show. */
void cli_progress_open(struct cli_progress *progress, bool quiet, bool forced);

/* The callback of a context, if there is anything to show. */
void cli_progress_show(struct cli_progress *progress, const gmix_progress *at);

/* A pass that takes every row once has taken so many at `now`, and that share of all there are. The first call
 * begins it. */
void cli_progress_rows(struct cli_progress *progress, double rows, double share,
                       double now);

/* Seconds on a clock that only goes forward. */
double cli_progress_clock(void);

/* Called whenever the library polls, at `now` on that clock: says after two seconds, and when nothing
 * else has been said for a while, that the work goes on. */
void cli_progress_beat(struct cli_progress *progress, double now);

/* Wipes the line off the terminal, so that a message can go there. */
void cli_progress_clear(void);

#endif
