/*
 * Data for test programs, made without the library: files of data/ and clusters of known
 * shape. SOURCE_ROOT is the top of the source tree (set by the build).
 */
#ifndef GMIX_TESTS_FIXTURE_H
#define GMIX_TESTS_FIXTURE_H

#include <dirent.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct fixture {
    double *x; /* n x d, row-major; free() */
    size_t n, d;
} fixture;

/* Sanitizers and valgrind are slow: tests of statistics take fewer rows under them. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FIXTURE_SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FIXTURE_SLOW 1
#endif
#endif
#ifndef FIXTURE_SLOW
#define FIXTURE_SLOW 0
#endif

/*
 * True where a law that holds for many problems is asked of few: under sanitizers, and where
 * GMIX_TESTS_BRIEF is set, as for builds and CPU levels beside the first, which differ in
 * kernels or threads, but in no search.
 */
static inline bool fixture_is_brief(void) {
    const char *const asked = getenv("GMIX_TESTS_BRIEF");
    return FIXTURE_SLOW || (asked && *asked);
}

/* Threads of this process, idle ones included; 0 where that cannot be told. */
static inline size_t fixture_threads(void) {
    size_t n = 0;
    DIR *const tasks = opendir("/proc/self/task");
    for (const struct dirent *entry; tasks && (entry = readdir(tasks));) {
        n += entry->d_name[0] != '.';
    }
    if (tasks) {
        closedir(tasks);
    }
    return n;
}

/* A program cannot go on without its data. */
static inline void *fixture_alloc(size_t count, size_t size) {
    void *const block = calloc(count ? count : 1, size);
    if (!block) {
        fprintf(stderr, "no memory for the test's data\n");
        exit(1);
    }
    return block;
}

static inline FILE *fixture_open(const char *path) {
    char full[1024];
    snprintf(full, sizeof full, "%s/%s", SOURCE_ROOT, path);
    FILE *const file = fopen(full, "r");
    if (!file) {
        fprintf(stderr, "cannot open %s\n", full);
        exit(1);
    }
    return file;
}

/* The numbers of a plain CSV file with one line of names; path from the tree's top. */
static inline fixture fixture_csv(const char *path) {
    FILE *const file = fixture_open(path);
    char line[4096];
    fixture data = {NULL, 0, 1};
    if (!fgets(line, sizeof line, file)) {
        exit(1);
    }
    for (const char *c = line; *c; c++) {
        data.d += *c == ',';
    }
    size_t capacity = 64;
    data.x = fixture_alloc(capacity * data.d, sizeof *data.x);
    while (fgets(line, sizeof line, file)) {
        if (data.n == capacity) {
            capacity *= 2;
            data.x = realloc(data.x, capacity * data.d * sizeof *data.x);
        }
        char *at = line;
        for (size_t j = 0; data.x && j < data.d; j++) {
            data.x[data.n * data.d + j] = strtod(at, &at);
            at += *at == ',';
        }
        data.n++;
    }
    fclose(file);
    return data;
}

/* Uniform in (0, 1), from splitmix64. */
static inline double fixture_uniform(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static inline double fixture_normal(uint64_t *state) {
    const double radius = sqrt(-2 * log(fixture_uniform(state)));
    return radius * cos(6.283185307179586 * fixture_uniform(state));
}

/* n rows from k correlated clusters of different sizes, spread `apart` from each other.
 */
static inline fixture fixture_clusters(size_t n, size_t d, size_t k, double apart,
                                       uint64_t seed) {
    const fixture data = {fixture_alloc(n * d, sizeof(double)), n, d};
    double *const mix = fixture_alloc(k * d * (d + 1), sizeof(double));
    for (size_t i = 0; i < k * d * (d + 1); i++) {
        mix[i] = fixture_normal(&seed) * (i < k * d * d ? 0.5 : apart);
    }
    for (size_t i = 0; i < n; i++) {
        const size_t c = (size_t)(sqrt(fixture_uniform(&seed)) * (double)k);
        double *const row = data.x + i * d;
        for (size_t j = 0; j < d; j++) {
            row[j] += mix[k * d * d + c * d + j];
        }
        for (size_t l = 0; l < d; l++) {
            const double z = fixture_normal(&seed);
            row[l] += z;
            for (size_t j = 0; j < d; j++) {
                row[j] += mix[(c * d + l) * d + j] * z;
            }
        }
    }
    free(mix);
    return data;
}

#endif
