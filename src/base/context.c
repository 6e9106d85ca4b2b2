/* Contexts: options, messages, logging. See base.h. */
#include "base/base.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/edit_distance.h"
#include "base/option_sets.h"
#include "base/system_memory.h"
#include "base/threads.h"

void gmix_i_options_give(void *opts, size_t size, const void *whole, size_t whole_size) {
    memset(opts, 0, size);
    memcpy(opts, whole, size < whole_size ? size : whole_size);
    memcpy(opts, &size, sizeof size); /* struct_size comes first in all of them */
}

bool gmix_i_options_take(const void *opts, size_t first_size, void *whole,
                         size_t whole_size) {
    size_t size;
    memcpy(&size, opts, sizeof size);
    if (size < first_size || size > whole_size) {
        return false;
    }
    memcpy(whole, opts, size);
    return true;
}

static void default_options(gmix_ctx_options *opts) {
    *opts = (gmix_ctx_options){.struct_size = sizeof *opts,
                               .allocator = gmix_i_system_memory()};
}

void gmix_ctx_options_init_sized(gmix_ctx_options *opts, size_t struct_size) {
    gmix_ctx_options whole;
    default_options(&whole);
    gmix_i_options_give(opts, struct_size, &whole, sizeof whole);
}

void gmix_i_ctx_default(gmix_ctx *ctx) {
    *ctx = (gmix_ctx){.own = {.deadline = INFINITY, .firm = 1, .keeps_time = true},
                      .asks = true};
    default_options(&ctx->opts);
    ctx->n_team = ctx->opts.n_threads = gmix_i_default_threads();
    ctx->limit = &ctx->own;
    ctx->team = &ctx->own_team;
}

void gmix_i_ctx_end(gmix_ctx *ctx) {
    gmix_i_team_free(&ctx->own_team);
}

void gmix_i_ctx_begin(gmix_ctx *ctx) {
    ctx->message[0] = '\0';
    if (ctx->limit == &ctx->own) { /* and not called by a call */
        atomic_store(&ctx->own.cut, GMIX_OK);
    }
}

gmix_status gmix_ctx_new(const gmix_ctx_options *opts, gmix_ctx **ctx) {
    if (!ctx) {
        return GMIX_ERR_ARGUMENT;
    }
    gmix_ctx made;
    gmix_i_ctx_default(&made);
    const gmix_ctx_options defaults = made.opts;
    enum { FIRST_SIZE = GMIX_I_SIZE_TO(gmix_ctx_options, user) };
    if (opts && !gmix_i_options_take(opts, FIRST_SIZE, &made.opts, sizeof made.opts)) {
        return GMIX_ERR_ARGUMENT;
    }
    if (made.opts.n_threads < 0 ||
        !made.opts.allocator.allocate != !made.opts.allocator.release) {
        return GMIX_ERR_ARGUMENT;
    }
    if (!made.opts.allocator.allocate) {
        made.opts.allocator = defaults.allocator;
    }
    if (made.opts.n_threads == 0) {
        made.opts.n_threads = defaults.n_threads;
    }
    gmix_ctx *const out = gmix_i_alloc(&made.opts.allocator, 1, sizeof *out);
    if (!out) {
        return GMIX_ERR_NOMEM;
    }
    *out = made;
    out->limit = &out->own;
    out->team = &out->own_team;
    out->n_team = out->opts.n_threads;
    *ctx = out;
    return GMIX_OK;
}

void gmix_ctx_free(gmix_ctx **ctx) {
    if (!ctx || !*ctx) {
        return;
    }
    const gmix_allocator from = (*ctx)->opts.allocator;
    gmix_i_ctx_end(*ctx);
    gmix_i_release(&from, *ctx);
    *ctx = NULL;
}

const char *gmix_ctx_message(const gmix_ctx *ctx) {
    return ctx ? ctx->message : "";
}

gmix_status gmix_ctx_fail(gmix_ctx *ctx, gmix_status status, const char *sentence) {
    return ctx ? gmix_i_fail(ctx, status, "%s", sentence ? sentence : "") : status;
}

void gmix_ctx_set_time_limit(gmix_ctx *ctx, double seconds) {
    if (ctx) {
        ctx->own.deadline = seconds > 0.0 ? gmix_i_now() + seconds : INFINITY;
    }
}

void gmix_ctx_set_input_limit(gmix_ctx *ctx, uint64_t bytes) {
    if (ctx) {
        ctx->most_input = bytes;
    }
}

void gmix_ctx_set_file_mapping(gmix_ctx *ctx, int maps) {
    if (ctx) {
        ctx->maps_files = maps != 0;
    }
}

/* All that can be addressed, halved, where the system does not say. */
static uint64_t memory_of_machine(void) {
#ifdef _SC_PHYS_PAGES
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    if (pages > 0 && size > 0) {
        return (uint64_t)pages * (uint64_t)size;
    }
#endif
    return SIZE_MAX / 2;
}

gmix_status gmix_i_check_input(gmix_ctx *ctx, const char *name, size_t n) {
    const uint64_t most = ctx->most_input > 0 ? ctx->most_input : memory_of_machine();
    return n <= most ? GMIX_OK
                     : gmix_i_fail(ctx, GMIX_ERR_IO,
                                   "%s goes on after %.4g MB, %s; if it is that "
                                   "large, raise the limit of inputs",
                                   name, 1e-6 * (double)most,
                                   ctx->most_input > 0 ? "the limit that was set"
                                                       : "all of this machine's memory");
}

int gmix_ctx_n_threads(const gmix_ctx *ctx) {
    return ctx ? ctx->opts.n_threads : gmix_i_default_threads();
}

void gmix_i_say(gmix_ctx *ctx, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(ctx->message, sizeof ctx->message, format, args);
    va_end(args);
}

void gmix_i_log(const gmix_ctx *ctx, gmix_log_level level, const char *format, ...) {
    if (!ctx->opts.log) {
        return;
    }
    char line[GMIX_I_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    ctx->opts.log(ctx->opts.user, level, line);
}

double gmix_i_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *gmix_status_text(gmix_status status) {
    switch (status) {
#define GMIX_I_STATUS_CASE(name, value, text) \
    case name:                                \
        return text;
        GMIX_STATUS_LIST(GMIX_I_STATUS_CASE)
#undef GMIX_I_STATUS_CASE
    }
    return "unknown status";
}

const char *gmix_i_nearest(const char *word, const char *const *candidates, size_t n) {
    const char *best = NULL;
    size_t best_distance = strlen(word) / 2 + 2;
    for (size_t i = 0; i < n; i++) {
        const size_t distance = gmix_i_edit_distance(word, candidates[i]);
        const bool shares = /* a letter, at least */
            distance < strlen(word) || distance < strlen(candidates[i]);
        if (distance < best_distance && shares) {
            best_distance = distance;
            best = candidates[i];
        }
    }
    return best;
}
