/*
 * Temporary files: TARGET.gmix-XXXXXX, locked while somebody writes them. A command that is killed
 * (SIGKILL, power) leaves its file behind, and its lock is gone: the next write of that target
 * removes it. See leftovers.h.
 */
#include "leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MARK[] = ".gmix-";
enum { RANDOM_LETTERS = 6, TRIES = 10 };

/* Is this the name of a temporary file of base? */
static bool is_ours(const char *name, const char *base) {
    const size_t n = strlen(base), mark = sizeof MARK - 1;
    return strncmp(name, base, n) == 0 && strncmp(name + n, MARK, mark) == 0 &&
           strlen(name + n + mark) == RANDOM_LETTERS;
}

/* Removes the file if it is a plain one that nobody has locked. */
static void remove_unlocked(int folder, const char *name) {
    const int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    struct stat info;
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        info.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        unlinkat(folder, name, 0);
    }
    if (fd >= 0) {
        close(fd);
    }
}

static void remove_leftovers(const char *target) {
    const char *const slash = strrchr(target, '/');
    const size_t n = slash ? (size_t)(slash - target) + 1 : 0;
    char *const folder = n > 0 ? strndup(target, n) : strdup(".");
    DIR *const entries = folder ? opendir(folder) : NULL;
    for (const struct dirent *e; entries && (e = readdir(entries));) {
        if (is_ours(e->d_name, target + n)) {
            remove_unlocked(dirfd(entries), e->d_name);
        }
    }
    if (entries) {
        closedir(entries);
    }
    free(folder);
}

int cli_temporary_open(const char *target, char **name) {
    remove_leftovers(target);
    for (int i = 0; i < TRIES; i++) {
        if (asprintf(name, "%s%sXXXXXX", target, MARK) < 0) {
            *name = NULL;
            errno = ENOMEM;
            return -1;
        }
        struct stat info;
        const int fd = mkstemp(*name);
        if (fd < 0) {
            break;
        }
        (void)flock(fd, LOCK_EX | LOCK_NB); /* some file systems have no locks */
        if (fstat(fd, &info) == 0 && info.st_nlink > 0) {
            return fd;
        }
        close(fd); /* somebody took it for a leftover before it was locked */
        free(*name);
        *name = NULL;
    }
    const int error = errno;
    free(*name);
    *name = NULL;
    errno = error;
    return -1;
}
