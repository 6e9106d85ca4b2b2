/**
 * Contexts, status codes, and the conventions of every call.
 *
 * - A call that can fail returns a gmix_status. Outputs are written only when it is
 * GMIX_OK.
 * - The sentence that explains a failure comes from gmix_ctx_message().
 * - The library prints nothing, never aborts, and has no global state.
 * - Every function takes a NULL context for defaults (malloc, all cores, silence); the
 * message is then lost. A context serves one thread at a time; models may be shared by
 * all.
 * - xxx_free(T **) accepts NULL and a pointer to NULL, and sets the pointer to NULL.
 */
#ifndef GMIX_CONTEXT_H
#define GMIX_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

/* On Windows the library's own build exports, programs import; those that link the static library
 * define GMIX_STATIC. */
#if defined(_WIN32) && defined(GMIX_I_BUILDING)
#define GMIX_API __declspec(dllexport)
#elif defined(_WIN32) && !defined(GMIX_STATIC)
#define GMIX_API __declspec(dllimport)
#elif defined(_WIN32)
#define GMIX_API
#else
#define GMIX_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define GMIX_VERSION_MAJOR 0
#define GMIX_VERSION_MINOR 2
#define GMIX_VERSION_PATCH 0
#define GMIX_VERSION "0.2.0"

/** Every status: name, fixed value, meaning. */
#define GMIX_STATUS_LIST(X)                                                  \
    X(GMIX_OK, 0, "success")                                                 \
    X(GMIX_ERR_NOMEM, 1, "out of memory")                                    \
    X(GMIX_ERR_ARGUMENT, 2, "an argument is NULL or out of its range")       \
    X(GMIX_ERR_OPTION, 3, "an option is unknown or out of its range")        \
    X(GMIX_ERR_SHAPE, 4, "sizes do not match")                               \
    X(GMIX_ERR_NONFINITE, 5, "a cell is NaN or infinite")                    \
    X(GMIX_ERR_DATA, 6, "the data cannot support the request")               \
    X(GMIX_ERR_PARSE, 7, "a file's content is malformed")                    \
    X(GMIX_ERR_IO, 8, "a file cannot be opened, read or written")            \
    X(GMIX_ERR_MODEL, 9, "a model's parameters are not those of a mixture")  \
    X(GMIX_ERR_SINGULAR, 10, "a covariance matrix is not positive definite") \
    X(GMIX_ERR_CANCELLED, 11, "cancelled before there was a result")         \
    X(GMIX_ERR_UNSUPPORTED, 12, "not compiled into this build")              \
    X(GMIX_ERR_TIME_LIMIT, 13, "the time limit passed before there was a result")

typedef enum gmix_status {
#define GMIX_STATUS_ENUM(name, value, text) name = value,
    GMIX_STATUS_LIST(GMIX_STATUS_ENUM)
#undef GMIX_STATUS_ENUM
} gmix_status;

/** The status's short meaning, e.g. "out of memory"; never NULL. */
GMIX_API const char *gmix_status_text(gmix_status status);

/** Where memory comes from. `allocate` returns NULL on failure; alignment is ours to add. A
 * fit may call both from several threads at once. */
typedef struct gmix_allocator {
    void *(*allocate)(void *user, size_t size);
    void (*release)(void *user, void *block); /* block is never NULL */
    void *user;
} gmix_allocator;

/** Where long work stands; handed to the progress callback. Of runs side by side, those of the
 * calling thread are shown. */
typedef struct gmix_progress {
    const char *stage;      /* "em" */
    size_t run, n_runs;     /* restart, 0-based, and how many */
    size_t iteration;       /* EM steps done in this run */
    size_t max_iterations;  /* of this run */
    double log_likelihood;  /* mean per row; NaN before the first pass ends */
    double gain;            /* since the iteration before, mean per row; NaN if none */
    double rows_per_second; /* through EM passes; 0 if unknown */
    double seconds;         /* since the call began */
} gmix_progress;

/** Severity of a log line. */
typedef enum gmix_log_level {
    GMIX_LOG_DEBUG,
    GMIX_LOG_INFO,
    GMIX_LOG_WARNING
} gmix_log_level;

/** What a context is made of. Set by gmix_ctx_options_init(); then change fields. */
typedef struct gmix_ctx_options {
    size_t struct_size;       /* set by _init */
    gmix_allocator allocator; /* default: malloc and free */
    int n_threads;            /* 1 ..; 0 (default): one per core, or OMP_NUM_THREADS */

    /* Callbacks, from the calling thread; NULL (default): none. */
    void (*log)(void *user, gmix_log_level level, const char *line);
    void (*progress)(void *user, const gmix_progress *at);
    int (*cancel)(void *user); /* polled; non-zero ends the work with the best so far */
    void *user;                /* handed to them */
} gmix_ctx_options;

typedef struct gmix_ctx gmix_ctx;

/** Sets all options to their defaults. The size lets a library serve programs that were
 * compiled with an older, smaller struct. */
GMIX_API void gmix_ctx_options_init_sized(gmix_ctx_options *opts, size_t struct_size);

static inline void gmix_ctx_options_init(gmix_ctx_options *opts) {
    gmix_ctx_options_init_sized(opts, sizeof *opts);
}

/**
 * Creates a context.
 *
 * @param opts  NULL for defaults.
 * @param ctx   [out] To be released by gmix_ctx_free().
 * @return GMIX_OK; GMIX_ERR_NOMEM; GMIX_ERR_ARGUMENT if n_threads < 0 or one of the
 *         allocator's functions is NULL and the other is not.
 */
GMIX_API gmix_status gmix_ctx_new(const gmix_ctx_options *opts, gmix_ctx **ctx);
GMIX_API void gmix_ctx_free(gmix_ctx **ctx);

/** A sentence on the last failure in this context, or "". Valid until the next call. */
GMIX_API const char *gmix_ctx_message(const gmix_ctx *ctx);

/** Puts a sentence of the caller's there, as if a call had failed, and returns the status: for a source
 * that cannot read on, and for libraries above this one. */
GMIX_API gmix_status gmix_ctx_fail(gmix_ctx *ctx, gmix_status status,
                                   const char *sentence);

/** Time for the calls in this context, all together: `seconds` from now on; 0, or less: no limit,
 * as in a new context. A call that passes it ends with the best there is, as where its
 * options set a limit, or else fails with GMIX_ERR_TIME_LIMIT. */
GMIX_API void gmix_ctx_set_time_limit(gmix_ctx *ctx, double seconds);

/** The most that an input of unknown length may come to, in bytes: a stream, or what a compressed file
 * unpacks to. What goes on beyond is GMIX_ERR_IO. 0 (default): as much as the machine has memory. */
GMIX_API void gmix_ctx_set_input_limit(gmix_ctx *ctx, uint64_t bytes);

/** Whether files may be used where they lie (maps 1) or are read into memory (0, the default). Mapped
 * files take no memory, but if another program shortens one while it is in use the system ends
 * this one (SIGBUS): for programs that handle the signal, or own their files. */
GMIX_API void gmix_ctx_set_file_mapping(gmix_ctx *ctx, int maps);

/** Threads that work in this context may use. */
GMIX_API int gmix_ctx_n_threads(const gmix_ctx *ctx);

/** Facts of this build and machine, for bug reports and `gmix --version --verbose`. */
typedef struct gmix_build_info {
    const char *version;   /* GMIX_VERSION of the library */
    const char *cpu_level; /* kernels in use: "ref", "avx2", "avx512", ... */
    const char *threading; /* "POSIX threads" or "none" */
    int n_threads;         /* default of a context */
} gmix_build_info;

/** Fills *info; the strings are static. The size is that of the program's struct. */
GMIX_API void gmix_build_info_get_sized(gmix_build_info *info, size_t size);

static inline void gmix_build_info_get(gmix_build_info *info) {
    gmix_build_info_get_sized(info, sizeof *info);
}

/**
 * Whether the library that was loaded serves a program compiled for such a version: its interface
 * has not been broken since (docs/stability.md), and it is no older.
 *
 * @return GMIX_OK; GMIX_ERR_UNSUPPORTED: the message names both versions.
 */
GMIX_API gmix_status gmix_version_serves(gmix_ctx *ctx, int major, int minor, int patch);

/** The same for the version of this header. */
static inline gmix_status gmix_version_check(gmix_ctx *ctx) {
    return gmix_version_serves(ctx, GMIX_VERSION_MAJOR, GMIX_VERSION_MINOR,
                               GMIX_VERSION_PATCH);
}

/** Releases text the library allocated (gmix_model_to_json() and its like). */
GMIX_API void gmix_text_free(char **text);

#ifdef __cplusplus
}
#endif
#endif
