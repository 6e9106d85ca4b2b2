/*
 * Checks for test programs. A failed check prints where and with which values, is
 * counted, and lets the program go on; main ends with `return CHECK_DONE();`.
 *
 *     CHECK(cond)  CHECK_EQ_INT(a, b)  CHECK_EQ_STR(a, b)
 *     CHECK_NEAR(a, b, abs_tol)        |a - b| <= abs_tol
 *     CHECK_REL(a, b, rel_tol)         |a - b| <= rel_tol max(|a|, |b|)
 *     CHECK_STATUS(ctx, call, expected)
 *
 * GMIX_ONLY=text in the environment leaves out what check_wanted() is asked about whose name does not
 * contain the text (laws by law and family: GMIX_ONLY="streams, VEV").
 *
 * Each is an expression that is true when the check passed, so that a test can leave
 * early: `if (!CHECK(model)) return;`. Checks may be made from several threads at a time.
 */
#ifndef GMIX_TESTS_CHECK_H
#define GMIX_TESTS_CHECK_H

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmix/context.h>

static atomic_int check_passed, check_failed, check_left_out;
/* What is being checked ("tied, 3 threads"): printed with failures when it is not empty.
 */
static char check_where[160];

#define CHECK_WHERE(...) ((void)snprintf(check_where, sizeof check_where, __VA_ARGS__))

static inline bool check_count(bool ok, const char *file, int line) {
    if (ok) {
        atomic_fetch_add(&check_passed, 1);
    } else {
        atomic_fetch_add(&check_failed, 1);
        printf("%s:%d: %s%s", file, line, check_where, check_where[0] ? ": " : "");
    }
    return ok;
}

static inline bool check_true(bool ok, const char *text, const char *file, int line) {
    if (!check_count(ok, file, line)) {
        printf("failed: %s\n", text);
    }
    return ok;
}

static inline bool check_int(long long a, long long b, const char *text, const char *file,
                             int line) {
    if (!check_count(a == b, file, line)) {
        printf("%s: %lld is not %lld\n", text, a, b);
    }
    return a == b;
}

static inline bool check_str(const char *a, const char *b, const char *text,
                             const char *file, int line) {
    bool ok = a == b || (a && b && strcmp(a, b) == 0);
    if (!check_count(ok, file, line)) {
        printf("%s: \"%s\" is not \"%s\"\n", text, a ? a : "(null)", b ? b : "(null)");
    }
    return ok;
}

/* NaN is near nothing; equal infinities are near each other. */
static inline bool check_near(double a, double b, double tol, const char *text,
                              const char *file, int line) {
    bool ok = (isinf(a) && isinf(b) && (a > 0) == (b > 0)) || fabs(a - b) <= tol;
    if (!check_count(ok, file, line)) {
        printf("%s: %.17g is not %.17g: off by %.3g, allowed %.3g\n", text, a, b,
               fabs(a - b), tol);
    }
    return ok;
}

static inline bool check_status(const gmix_ctx *ctx, gmix_status got, gmix_status want,
                                const char *text, const char *file, int line) {
    if (!check_count(got == want, file, line)) {
        printf("%s: status %d (%s) is not %d (%s)%s%s\n", text, (int)got,
               gmix_status_text(got), (int)want, gmix_status_text(want),
               ctx && got ? ": " : "", ctx && got ? gmix_ctx_message(ctx) : "");
    }
    return got == want;
}

/* True unless GMIX_ONLY asks for others. */
static inline bool check_wanted(const char *name) {
    const char *const only = getenv("GMIX_ONLY");
    const bool wanted = !only || strstr(name, only) != NULL;
    if (!wanted) {
        atomic_fetch_add(&check_left_out, 1);
    }
    return wanted;
}

/* The exit status. A main that drops it would pass whatever failed: no such program builds.
 */
#pragma GCC diagnostic error "-Wunused-result"
__attribute__((warn_unused_result)) static inline int check_done(void) {
    const int failed = atomic_load(&check_failed), passed = atomic_load(&check_passed);
    const int left_out = atomic_load(&check_left_out);
    printf("%d passed, %d failed\n", passed, failed);
    if (left_out > 0) {
        printf("GMIX_ONLY left %d out\n", left_out);
    }
    return failed || (left_out > 0 && passed == 0) ? 1 : 0; /* a text that nothing has */
}

#define CHECK(cond) check_true((cond), #cond, __FILE__, __LINE__)
#define CHECK_EQ_INT(a, b) \
    check_int((long long)(a), (long long)(b), #a " == " #b, __FILE__, __LINE__)
#define CHECK_EQ_STR(a, b) check_str((a), (b), #a " == " #b, __FILE__, __LINE__)
#define CHECK_NEAR(a, b, abs_tol) \
    check_near((a), (b), (abs_tol), #a " ~ " #b, __FILE__, __LINE__)
#define CHECK_REL(a, b, rel_tol)                                                  \
    check_near((a), (b), (rel_tol)*fmax(fabs(a), fabs(b)), #a " ~ " #b, __FILE__, \
               __LINE__)
#define CHECK_STATUS(ctx, call, expected) \
    check_status((ctx), (call), (expected), #call, __FILE__, __LINE__)
#define CHECK_DONE() check_done()

#endif
