/* Signals. See interrupt.h. */
#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t asking, came;
static atomic_flag lost = ATOMIC_FLAG_INIT; /* a page of a mapped file */
static const char *volatile temporaries[CLI_TEMPORARIES];

static void remove_temporaries(void) {
    for (size_t i = 0; i < CLI_TEMPORARIES; i++) {
        const char *const path = temporaries[i];
        if (path) {
            unlink(path);
        }
    }
}

/* Uses only what a signal handler may: unlink, signal, raise. */
static void on_signal(int number) {
    if (asking && !came) {
        came = number;
        return;
    }
    remove_temporaries();
    signal(number, SIG_DFL);
    raise(number);
}

/* A file that is mapped became shorter: what lay behind its new end is gone. Several threads may
 * find out at once; the first one ends the command. */
static void on_lost_page(int number) {
    static const char said[] =
        "gmix: a file became shorter while it was read: nothing was written; "
        "do not change files that are in use\n";
    (void)number;
    while (atomic_flag_test_and_set(&lost)) {
        pause();
    }
    (void)!write(STDERR_FILENO, said, sizeof said - 1);
    remove_temporaries();
    _exit(1);
}

void cli_interrupt_install(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction old;
        struct sigaction now = {.sa_flags = SA_RESTART};
        now.sa_handler = on_signal;
        /* what nohup or a background shell has switched off stays off */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            sigaction(numbers[i], &now, NULL);
        }
    }
    signal(SIGBUS, on_lost_page);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

void cli_interrupt_asks(bool asks) {
    asking = asks;
}

int cli_interrupt_came(void) {
    return came;
}

/* Puts `with` where `what` is. */
static void replace(const char *what, const char *with) {
    for (size_t i = 0; i < CLI_TEMPORARIES; i++) {
        if (temporaries[i] == what) {
            temporaries[i] = with;
            return;
        }
    }
}

void cli_interrupt_removes(const char *path) {
    replace(NULL, path);
}

void cli_interrupt_spares(const char *path) {
    replace(path, NULL);
}
