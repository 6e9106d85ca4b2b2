/*
 * Parallel loops on threads that sleep when there is nothing to do.
 *
 * A loop is open while the calling thread is at work on it. Members wake up and enter; each takes
 * the next few tasks until none is left. When the calling thread finds none it closes the loop and
 * waits for those within, so that it never waits for a thread which the system has not let run:
 * on a busy machine a loop takes what the calling thread alone takes, at worst. While it waits it
 * polls, so that a caller who cancels is heard when only others work.
 *
 * Members look for the next loop for some microseconds before they fall asleep: loops follow
 * each other closely, and waking costs more than that.
 *
 * Rejected: OpenMP, whose threads spin until the last one has come to the end of a loop, which took
 * twice the time of one thread, and on a busy machine ten times; where no thread is to be had
 * its runtime ends the process; and its threads do not survive fork().
 */
#include "base/team.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"

enum {
    LOOKS = 1000,     /* for the next loop, of a few hundredths of a microsecond each */
    SHARES = 16,      /* of a loop's tasks, for each thread, or more: */
    MOST_AT_ONCE = 8, /* tasks, for fewer visits to the counter where they are many */
    POLL_EVERY = 10000000 /* nanoseconds of waiting */
};

typedef struct loop {
    gmix_i_task *task;
    void *arg;
    size_t n, share;
    int n_threads;      /* that may enter, the caller's included */
    atomic_size_t next; /* the first task that nobody has taken */
    atomic_int ended;   /* the tasks that are left are not wanted */
} loop;

struct gmix_i_team {
    pid_t
        owner; /* the process whose threads they are: a child of fork() has none of them */
    int most, n; /* members that there may be, and are */
    atomic_int busy;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t begun, left;
    atomic_uint n_begun; /* loops so far */
    atomic_int n_within; /* members in the loop */
    atomic_int quits;    /* members shall end */
    int n_named;         /* members that know their number */
    bool open;
    loop loop;
    pthread_t members[];
};

static void rest(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Takes tasks until there are none. ctx: of the calling thread; NULL for members. */
static void take_tasks(loop *l, int thread, gmix_ctx *ctx) {
    for (;;) {
        const size_t first = atomic_fetch_add(&l->next, l->share);
        for (size_t i = first; i < first + l->share; i++) {
            if (ctx && gmix_i_cancelled(ctx)) {
                atomic_store(&l->ended, 1);
            }
            if (i >= l->n || atomic_load_explicit(&l->ended, memory_order_relaxed)) {
                return;
            }
            l->task(l->arg, i, thread);
        }
    }
}

/* Looks for a moment whether another loop begins. The lock is held before and after. */
static void look(struct gmix_i_team *team, unsigned seen) {
    pthread_mutex_unlock(&team->lock);
    for (int i = 0; i < LOOKS && atomic_load(&team->n_begun) == seen; i++) {
        rest();
    }
    pthread_mutex_lock(&team->lock);
}

/* Waits for a loop that is open to this member; false if it shall end. */
static bool wait_for_loop(struct gmix_i_team *team, int index, unsigned *seen) {
    bool looked = false;
    while (!atomic_load(&team->quits)) {
        const unsigned now = atomic_load(&team->n_begun);
        if (now != *seen) {
            *seen = now;
            looked = false;
            if (team->open && index < team->loop.n_threads) {
                return true;
            }
        } else if (!looked) {
            look(team, *seen);
            looked = true;
        } else {
            pthread_cond_wait(&team->begun, &team->lock);
        }
    }
    return false;
}

static void *be_member(void *arg) {
    struct gmix_i_team *const team = arg;
    unsigned seen = 0;
    pthread_mutex_lock(&team->lock);
    const int index = ++team->n_named;
    while (wait_for_loop(team, index, &seen)) {
        atomic_fetch_add(&team->n_within, 1);
        pthread_mutex_unlock(&team->lock);
        take_tasks(&team->loop, index, NULL);
        pthread_mutex_lock(&team->lock);
        if (atomic_fetch_sub(&team->n_within, 1) == 1) {
            pthread_cond_signal(&team->left);
        }
    }
    pthread_mutex_unlock(&team->lock);
    return NULL;
}

static void begin_anew(struct gmix_i_team *team) {
    team->owner = getpid();
    team->n = team->n_named = 0;
    team->open = false;
    atomic_init(&team->busy, 0);
    atomic_init(&team->n_begun, 0);
    atomic_init(&team->n_within, 0);
    atomic_init(&team->quits, 0);
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->begun, NULL);
    pthread_cond_init(&team->left, NULL);
}

/* The context's team in this process; NULL: there is no memory for one. The memory is the
 * system's, as the stacks of the threads are: it stays when a call is over. */
static struct gmix_i_team *find_team(gmix_ctx *ctx) {
    struct gmix_i_team *team = *ctx->team;
    if (!team) {
        const int most = ctx->n_team - 1;
        team = calloc(1, sizeof *team + (size_t)most * sizeof(pthread_t));
        if (!team) {
            return NULL;
        }
        team->most = most;
        begin_anew(team);
        *ctx->team = team;
    } else if (team->owner != getpid()) {
        begin_anew(team);
    }
    return team;
}

/* Members for n_threads threads, or as many as the system gives, which is asked once. Signals are
 * for the threads of the program, but for those of which a thread is itself the cause. */
static void call_members(struct gmix_i_team *team, int n_threads) {
    static const int own[] = {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP};
    sigset_t all, before;
    const int wanted = n_threads - 1 < team->most ? n_threads - 1 : team->most;
    if (team->n >= wanted) {
        return;
    }
    sigfillset(&all);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        sigdelset(&all, own[i]);
    }
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (team->n < wanted) {
        if (pthread_create(&team->members[team->n], NULL, be_member, team) != 0) {
            team->most = team->n;
            break;
        }
        team->n++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void open_loop(struct gmix_i_team *team, int n_threads, size_t n,
                      gmix_i_task *task, void *arg) {
    const size_t even = n / ((size_t)n_threads * SHARES);
    const size_t share = even < MOST_AT_ONCE ? even : MOST_AT_ONCE;
    pthread_mutex_lock(&team->lock);
    team->loop = (loop){.task = task,
                        .arg = arg,
                        .n = n,
                        .share = share > 0 ? share : 1,
                        .n_threads = n_threads};
    team->open = true;
    atomic_fetch_add(&team->n_begun, 1);
    pthread_cond_broadcast(&team->begun);
    pthread_mutex_unlock(&team->lock);
}

/* Closes the loop and waits for those within. */
static void close_loop(struct gmix_i_team *team, gmix_ctx *ctx) {
    pthread_mutex_lock(&team->lock);
    team->open = false;
    pthread_mutex_unlock(&team->lock);
    for (int i = 0; i < LOOKS && atomic_load(&team->n_within) > 0; i++) {
        rest();
    }
    pthread_mutex_lock(&team->lock);
    while (atomic_load(&team->n_within) > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += POLL_EVERY;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        if (pthread_cond_timedwait(&team->left, &team->lock, &until) == ETIMEDOUT &&
            gmix_i_cancelled(ctx)) {
            atomic_store(&team->loop.ended, 1);
        }
    }
    pthread_mutex_unlock(&team->lock);
}

gmix_i_team_work gmix_i_team_do(gmix_ctx *ctx, int n_threads, size_t n, gmix_i_task *task,
                                void *arg) {
    struct gmix_i_team *const team = ctx->team ? find_team(ctx) : NULL;
    if (!team || atomic_exchange(&team->busy, 1)) {
        return GMIX_I_TEAM_ABSENT;
    }
    gmix_i_team_work work = GMIX_I_TEAM_ABSENT;
    call_members(team, n_threads);
    if (team->n > 0) {
        open_loop(team, n_threads, n, task, arg);
        take_tasks(&team->loop, 0, ctx);
        close_loop(team, ctx);
        work = atomic_load(&team->loop.ended) ? GMIX_I_TEAM_CUT : GMIX_I_TEAM_DONE;
    }
    atomic_store(&team->busy, 0);
    return work;
}

void gmix_i_team_free(struct gmix_i_team **slot) {
    struct gmix_i_team *const team = *slot;
    if (!team) {
        return;
    }
    if (team->owner == getpid()) {
        pthread_mutex_lock(&team->lock);
        atomic_store(&team->quits, 1);
        atomic_fetch_add(&team->n_begun, 1); /* for those who look */
        pthread_cond_broadcast(&team->begun);
        pthread_mutex_unlock(&team->lock);
        for (int i = 0; i < team->n; i++) {
            pthread_join(team->members[i], NULL);
        }
        pthread_cond_destroy(&team->begun);
        pthread_cond_destroy(&team->left);
        pthread_mutex_destroy(&team->lock);
    }
    free(team);
    *slot = NULL;
}
