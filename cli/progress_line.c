/* The progress line. See progress_line.h. */
#include "progress_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static bool on_screen; /* a line stands on the terminal and must be wiped first */

void cli_progress_open(struct cli_progress *progress, bool quiet, bool forced) {
    const bool terminal = isatty(STDERR_FILENO) == 1;
    *progress = (struct cli_progress){.shown = !quiet && (terminal || forced),
                                      .terminal = terminal,
                                      .last = -1,
                                      .began = cli_progress_clock()};
}

double cli_progress_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void cli_progress_clear(void) {
    if (on_screen) {
        fputs("\r\033[K", stderr);
        on_screen = false;
    }
}

static size_t terminal_width(void) {
    struct winsize size;
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

/* Iterations until the gain is below tol if it goes on shrinking as since the last line;
 * those up to the limit if that is fewer or nothing is known. */
static double iterations_left(const struct cli_progress *p, const gmix_progress *at) {
    const double most = (double)(at->max_iterations - at->iteration);
    const double steps = (double)at->iteration - (double)p->iteration_before;
    if (!(p->tol > 0 && steps > 0 && at->gain > 0 && p->gain_before > at->gain)) {
        return most;
    }
    const double ratio = pow(at->gain / p->gain_before, 1 / steps);
    const double left = log(p->tol * (1 - ratio) / at->gain) / log(ratio);
    return left < most ? fmax(left, 0) : most;
}

static void duration(double seconds, char text[32]) {
    const double s = ceil(seconds);
    if (s < 60) {
        snprintf(text, 32, "%.0f s", s);
    } else if (s < 3600) {
        snprintf(text, 32, "%.0f min %02.0f s", floor(s / 60), fmod(s, 60));
    } else {
        snprintf(text, 32, "%.0f h %02.0f min", floor(s / 3600),
                 floor(fmod(s, 3600) / 60));
    }
}

static void rate(double rows, char text[32]) {
    const char *const unit = rows >= 1e6 ? " million" : rows >= 1e3 ? " thousand" : "";
    const double scale = rows >= 1e6 ? 1e6 : rows >= 1e3 ? 1e3 : 1;
    snprintf(text, 32, "%.3g%s rows/s", rows / scale, unit);
}

static void describe(const struct cli_progress *p, const gmix_progress *at, char *text,
                     size_t size) {
    char part[32];
    size_t n = 0;
    const bool replicates = strcmp(at->stage, "replicates") == 0;
    if (strcmp(at->stage, "models") == 0) {
        n += (size_t)snprintf(text, size, "model %zu of %zu", at->run + 1, at->n_runs);
        if (at->run > 0) {
            duration(at->seconds / (double)at->run * (double)(at->n_runs - at->run),
                     part);
            snprintf(text + n, size - n, ", %s left", part);
        }
        return;
    }
    if (at->n_runs > 1) {
        n += (size_t)snprintf(text, size, "%s %zu of %zu, ", replicates ? "test" : "run",
                              at->run + 1, at->n_runs);
    }
    n += replicates
             ? (size_t)snprintf(text + n, size - n, "replicate %zu of %zu", at->iteration,
                                at->max_iterations)
             : (size_t)snprintf(text + n, size - n, "iteration %zu", at->iteration);
    if (!isnan(at->log_likelihood)) {
        n += (size_t)snprintf(text + n, size - n, ", log-likelihood per row %.7g",
                              at->log_likelihood);
    }
    if (at->rows_per_second > 0) {
        rate(at->rows_per_second, part);
        n += (size_t)snprintf(text + n, size - n, ", %s", part);
    }
    const double spent = at->seconds - p->run_started;
    if (at->iteration > 1 && spent > 0) {
        duration(iterations_left(p, at) * spent / (double)at->iteration, part);
        snprintf(text + n, size - n, ", %s left", part);
    }
}

static void put_line(const struct cli_progress *p, const char *text) {
    if (p->terminal) {
        fprintf(stderr, "\r%.*s\033[K", (int)terminal_width() - 1, text);
        on_screen = true;
    } else {
        fprintf(stderr, "%s\n", text);
    }
}

void cli_progress_beat(struct cli_progress *p, double now) {
    const double patience = 2.0, pause = 1.0;
    if (!p->shown || now - p->began < patience || now - p->spoke < pause) {
        return;
    }
    char part[32], text[64];
    duration(floor(now - p->began), part);
    snprintf(text, sizeof text, "working for %s", part);
    put_line(p, text);
    p->spoke = now;
}

void cli_progress_rows(struct cli_progress *p, double rows, double share, double now) {
    const double pause = p->terminal ? 0.1 : 1.0;
    if (!(p->pass_began > 0.0)) {
        p->pass_began = now;
    }
    const double spent = now - p->pass_began;
    if (!p->shown || now - p->spoke < pause || !(spent > 0.0)) {
        return;
    }
    char part[32], text[128];
    rate(rows, part);
    part[strlen(part) - strlen("/s")] = '\0';
    size_t n = (size_t)snprintf(text, sizeof text, "%s, ", part);
    rate(rows / spent, part);
    n += (size_t)snprintf(text + n, sizeof text - n, "%s", part);
    if (share > 0.0 && share < 1.0) {
        duration(spent * (1.0 - share) / share, part);
        snprintf(text + n, sizeof text - n, ", %s left", part);
    }
    put_line(p, text);
    p->spoke = now;
}

void cli_progress_show(struct cli_progress *p, const gmix_progress *at) {
    if (at->run != p->run || at->iteration == 0) {
        p->run = at->run;
        p->run_started = at->seconds;
        p->iteration_before = 0;
        p->gain_before = 0;
    }
    const double pause = p->terminal ? 0.1 : 1.0;
    if (p->last >= 0 && at->seconds - p->last < pause && at->seconds >= p->last) {
        return;
    }
    char text[512];
    describe(p, at, text, sizeof text);
    put_line(p, text);
    p->spoke = cli_progress_clock();
    p->last = at->seconds;
    p->gain_before = at->gain;
    p->iteration_before = at->iteration;
}
