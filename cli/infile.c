/* Whole files. See infile.h. */
#include "infile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Reads to the end: bytes to be freed, or NULL. */
static char *read_all(FILE *file, size_t *size) {
    size_t room = (size_t)1 << 16;
    char *bytes = malloc(room);
    *size = 0;
    for (size_t n = 1; bytes && n > 0; *size += n) {
        if (*size == room) {
            char *const more = realloc(bytes, 2 * room);
            if (!more) {
                free(bytes);
                return NULL;
            }
            bytes = more;
            room *= 2;
        }
        n = fread(bytes + *size, 1, room - *size, file);
    }
    return bytes;
}

char *cli_file_bytes(const char *path, size_t *size) {
    FILE *const file = fopen(path, "rb");
    if (!file) {
        return NULL;
    }
    char *bytes = read_all(file, size);
    const int error = ferror(file) ? errno : ENOMEM;
    if (bytes && ferror(file)) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    errno = bytes ? 0 : error;
    return bytes;
}
