/* A folder of its own for each test program, removed at the end. */
#ifndef GMIX_TESTS_IO_SCRATCH_H
#define GMIX_TESTS_IO_SCRATCH_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch_folder[128];

static inline bool scratch_make(void) {
    const char *const base = getenv("TMPDIR");
    (void)snprintf(scratch_folder, sizeof scratch_folder, "%.90s/gmix-io-XXXXXX",
                   base ? base : "/tmp");
    return mkdtemp(scratch_folder) != NULL;
}

/* Bytes, not a string. */
static inline void scratch_put(char *at, const void *bytes, size_t n) {
    memcpy(at, bytes, n);
}

/* The path of a file in the folder; one at a time. */
static inline const char *scratch_path(const char *name) {
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", scratch_folder, name);
    return path;
}

/* Number of entries in the folder. */
static inline int scratch_count(void) {
    DIR *const folder = opendir(scratch_folder);
    int n = 0;
    for (const struct dirent *e; folder && (e = readdir(folder));) {
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    }
    if (folder) {
        (void)closedir(folder);
    }
    return n;
}

static inline bool scratch_write(const char *name, const void *bytes, size_t n) {
    FILE *const file = fopen(scratch_path(name), "wb");
    const bool ok = file && fwrite(bytes, 1, n, file) == n;
    return file && fclose(file) == 0 && ok;
}

/* Reads at most size - 1 bytes as a string. */
static inline const char *scratch_read(const char *name) {
    static char text[4096];
    FILE *const file = fopen(scratch_path(name), "rb");
    const size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[n] = '\0';
    if (file) {
        (void)fclose(file);
    }
    return text;
}

static inline void scratch_remove(void) {
    DIR *const folder = opendir(scratch_folder);
    for (const struct dirent *e; folder && (e = readdir(folder));) {
        (void)unlink(scratch_path(e->d_name));
    }
    if (folder) {
        (void)closedir(folder);
    }
    (void)rmdir(scratch_folder);
}

#endif
