/* Atomic writing: what is there afterwards, also when it fails. */
#include <signal.h>
#include <sys/resource.h>

#include "check.h"
#include "scratch.h"
#include "text/write_file.h"

static void check_regular(gmix_ctx *ctx) {
    struct stat about;
    CHECK_STATUS(ctx, gmix_i_write_file(ctx, scratch_path("new"), "one\n", 4), GMIX_OK);
    CHECK_EQ_STR(scratch_read("new"), "one\n");
    CHECK(chmod(scratch_path("new"), 0640) == 0);
    CHECK_STATUS(ctx, gmix_i_write_file(ctx, scratch_path("new"), "two\n", 4), GMIX_OK);
    CHECK_EQ_STR(scratch_read("new"), "two\n");
    CHECK(stat(scratch_path("new"), &about) == 0 && (about.st_mode & 0777) == 0640);
    CHECK_EQ_INT(scratch_count(), 1);
}

/* A link still is one, and what it points to has changed. */
static void check_link(gmix_ctx *ctx) {
    struct stat about;
    CHECK(symlink("new", scratch_path("link")) == 0);
    CHECK_STATUS(ctx, gmix_i_write_file(ctx, scratch_path("link"), "three", 5), GMIX_OK);
    CHECK(lstat(scratch_path("link"), &about) == 0 && S_ISLNK(about.st_mode));
    CHECK_EQ_STR(scratch_read("new"), "three");
    CHECK_EQ_INT(scratch_count(), 2);
    /* also where what it points to is not there yet, over two links */
    CHECK(symlink("target", scratch_path("dangling")) == 0);
    CHECK(symlink("dangling", scratch_path("twice")) == 0);
    CHECK_STATUS(ctx, gmix_i_write_file(ctx, scratch_path("twice"), "four", 4), GMIX_OK);
    CHECK(lstat(scratch_path("twice"), &about) == 0 && S_ISLNK(about.st_mode));
    CHECK(lstat(scratch_path("dangling"), &about) == 0 && S_ISLNK(about.st_mode));
    CHECK_EQ_STR(scratch_read("target"), "four");
    CHECK(unlink(scratch_path("twice")) == 0 && unlink(scratch_path("dangling")) == 0 &&
          unlink(scratch_path("target")) == 0);
}

static void check_refusals(gmix_ctx *ctx) {
    char expected[700];
    CHECK_STATUS(ctx, gmix_i_write_file(ctx, "/dev/full", "x", 1), GMIX_ERR_IO);
    CHECK_EQ_STR(gmix_ctx_message(ctx),
                 "cannot write /dev/full: No space left on device");
    CHECK_STATUS(ctx, gmix_i_write_file(ctx, scratch_path("no/file"), "x", 1),
                 GMIX_ERR_IO);
    (void)snprintf(expected, sizeof expected,
                   "cannot write %s: No such file or directory", scratch_path("no/file"));
    CHECK_EQ_STR(gmix_ctx_message(ctx), expected);
    CHECK_STATUS(ctx, gmix_i_write_file(ctx, scratch_folder, "x", 1), GMIX_ERR_IO);
    (void)snprintf(expected, sizeof expected, "cannot write %s: it is a directory",
                   scratch_folder);
    CHECK_EQ_STR(gmix_ctx_message(ctx), expected);
    CHECK_EQ_INT(scratch_count(), 2);
}

/* A disk that fills up half way: the old content stays, the temporary file goes. */
static void check_failed_write(gmix_ctx *ctx) {
    char expected[700];
    struct rlimit before;
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const struct rlimit tight = {2, before.rlim_max};
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR && setrlimit(RLIMIT_FSIZE, &tight) == 0);
    const gmix_status status = gmix_i_write_file(ctx, scratch_path("new"), "four", 4);
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK_STATUS(ctx, status, GMIX_ERR_IO);
    (void)snprintf(expected, sizeof expected, "cannot write %s: File too large",
                   scratch_path("new"));
    CHECK_EQ_STR(gmix_ctx_message(ctx), expected);
    CHECK_EQ_STR(scratch_read("new"), "three");
    CHECK_EQ_INT(scratch_count(), 2);
}

/* A pipe and standard output are written to as they are. */
static void check_streams(gmix_ctx *ctx) {
    char got[16] = "";
    int ends[2];
    const int before = dup(STDOUT_FILENO);
    CHECK(pipe(ends) == 0);
    CHECK(dup2(ends[1], STDOUT_FILENO) >= 0);
    printf("first ");
    const gmix_status status = gmix_i_write_file(ctx, "-", "then", 4);
    CHECK(dup2(before, STDOUT_FILENO) >= 0);
    CHECK_STATUS(ctx, status, GMIX_OK);
    CHECK(read(ends[0], got, sizeof got - 1) == 10);
    CHECK_EQ_STR(got, "first then");
    char path[64];
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[1]);
    CHECK_STATUS(ctx, gmix_i_write_file(ctx, path, "again", 5), GMIX_OK);
    CHECK(read(ends[0], got, sizeof got - 1) == 5);
    close(ends[0]);
    close(ends[1]);
    close(before);
}

int main(void) {
    gmix_ctx *ctx = NULL;
    CHECK_STATUS(NULL, gmix_ctx_new(NULL, &ctx), GMIX_OK);
    if (CHECK(scratch_make())) {
        check_regular(ctx);
        check_link(ctx);
        check_refusals(ctx);
        check_failed_write(ctx);
        check_streams(ctx);
        scratch_remove();
    }
    gmix_ctx_free(&ctx);
    return CHECK_DONE();
}
