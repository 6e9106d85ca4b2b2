/* Atomic writing: temporary file, fsync, rename, fsync of the folder. See write_file.h.
 */
#include "text/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/follow_links.h"

enum { TRIES = 100 };

static gmix_status fail_write(gmix_ctx *ctx, const char *name) {
    const char *const what = strerror(errno);
    return gmix_i_fail(ctx, GMIX_ERR_IO, "cannot write %s: %s", name, what);
}

static bool write_all(int fd, const char *bytes, size_t n) {
    while (n > 0) {
        const ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno != EINTR) {
            return false;
        }
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
    }
    return true;
}

/* Some file systems and devices know no fsync; that is no failure. */
static bool flush_to_disk(int fd) {
    return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
}

static gmix_status write_stdout(gmix_ctx *ctx, const char *bytes, size_t n) {
    fflush(stdout); /* what the program has printed comes first */
    return write_all(STDOUT_FILENO, bytes, n) ? GMIX_OK
                                              : fail_write(ctx, "standard output");
}

/* A device or a pipe: it stays, and there is no old content to keep. */
static gmix_status write_device(gmix_ctx *ctx, const char *path, const char *bytes,
                                size_t n) {
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail_write(ctx, path);
    }
    gmix_status status = write_all(fd, bytes, n) ? GMIX_OK : fail_write(ctx, path);
    if (close(fd) != 0 && status == GMIX_OK) {
        status = fail_write(ctx, path);
    }
    return status;
}

/* Length of the folder part of a path, with its slash. */
static size_t folder_length(const char *path) {
    const char *const slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Creates a new file next to path, and nothing else. Returns its descriptor, or -1. */
static int create_beside(const char *path, char *name, size_t size) {
    for (int i = 0; i < TRIES; i++) {
        const int folder = (int)folder_length(path);
        snprintf(name, size, "%.*s.gmix-%ld-%d.tmp", folder, path, (long)getpid(), i);
        const int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) {
            return fd;
        }
    }
    return -1;
}

/* After a rename the folder has to reach the disk too; the data is safe either way. */
static void flush_folder(const char *path, char *name) {
    const size_t n = folder_length(path);
    memcpy(name, n > 0 ? path : ".", n > 0 ? n : 1);
    name[n > 0 ? n : 1] = '\0';
    const int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

/* old: what is there now, or NULL. */
static gmix_status replace(gmix_ctx *ctx, const char *path, const struct stat *old,
                           const char *bytes, size_t n) {
    gmix_status status = GMIX_OK;
    char *temporary = NULL;
    int fd = -1;
    bool created = false;
    const size_t size = folder_length(path) + 64;
    GMIX_TRY(gmix_i_calloc(ctx, "file name", size, 1, &temporary));
    if (old && access(path, W_OK) != 0) {
        GMIX_TRY(fail_write(ctx, path));
    }
    fd = create_beside(path, temporary, size);
    created = fd >= 0;
    if (!created || !write_all(fd, bytes, n) || !flush_to_disk(fd) ||
        (old && fchmod(fd, old->st_mode & 07777) != 0)) {
        GMIX_TRY(fail_write(ctx, path));
    }
    const int closed = close(fd);
    fd = -1;
    if (closed != 0 || rename(temporary, path) != 0) {
        GMIX_TRY(fail_write(ctx, path));
    }
    created = false;
    flush_folder(path, temporary);
done:
    if (fd >= 0) {
        close(fd);
    }
    if (created) {
        unlink(temporary);
    }
    gmix_i_free(ctx, temporary);
    return status;
}

gmix_status gmix_i_write_file(gmix_ctx *ctx, const char *path, const char *bytes,
                              size_t n) {
    struct stat about;
    if (strcmp(path, "-") == 0) {
        return write_stdout(ctx, bytes, n);
    }
    const bool exists = stat(path, &about) == 0;
    if (exists && S_ISDIR(about.st_mode)) {
        return gmix_i_fail(ctx, GMIX_ERR_IO, "cannot write %s: it is a directory", path);
    }
    if (exists && !S_ISREG(about.st_mode)) {
        return write_device(ctx, path, bytes, n);
    }
    /* A link stays a link: what it points to is replaced, or created. */
    char *const target = gmix_i_follow_links(path);
    if (!target) {
        return fail_write(ctx, path);
    }
    const gmix_status status = replace(ctx, target, exists ? &about : NULL, bytes, n);
    free(target);
    return status;
}
