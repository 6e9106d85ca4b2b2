/*
 * Runs a fuzz target over files, without a fuzzer: `replay_csv FOLDER|FILE...`. So any
 * compiler can hold the corpus, and whoever has a finding can look at it in a debugger.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "target.h"

static int n_files;

static void replay_file(const char *path) {
    FILE *const file = fopen(path, "rb");
    struct stat about;
    if (!file || fstat(fileno(file), &about) != 0) {
        perror(path);
        exit(1);
    }
    const size_t size = (size_t)about.st_size;
    uint8_t *const bytes = malloc(size + 1); /* so that no input is NULL */
    target_require(bytes && fread(bytes, 1, size, file) == size, path);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    n_files++;
}

static void replay_folder(const char *path) {
    DIR *const folder = opendir(path);
    target_require(folder != NULL, path);
    const struct dirent *entry;
    while ((entry = readdir(folder))) {
        char name[4096];
        if (entry->d_name[0] != '.') {
            (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
            replay_file(name);
        }
    }
    (void)closedir(folder);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        struct stat about;
        if (stat(argv[i], &about) == 0 && S_ISDIR(about.st_mode)) {
            replay_folder(argv[i]);
        } else {
            replay_file(argv[i]);
        }
    }
    printf("%d passed, 0 failed\n", n_files);
    return n_files > 0 ? 0 : 1;
}
