/* A name's links followed by hand: realpath() fails where nothing is yet. See follow_links.h. */
#include "text/follow_links.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *gmix_i_follow_links(const char *path) {
    enum { MOST_LINKS = 40 };
    char link[PATH_MAX];
    char *name = strdup(path);
    for (int i = 0; name && i < MOST_LINKS; i++) {
        const ssize_t n = readlink(name, link, sizeof link - 1);
        if (n < 0) {
            return name;
        }
        link[n] = '\0';
        const char *const slash = link[0] == '/' ? NULL : strrchr(name, '/');
        const size_t folder = slash ? (size_t)(slash - name) + 1 : 0;
        char *const next = malloc(folder + (size_t)n + 1);
        if (next) {
            memcpy(next, name, folder);
            memcpy(next + folder, link, (size_t)n + 1);
        }
        free(name);
        name = next;
    }
    errno = name ? ELOOP : ENOMEM;
    free(name);
    return NULL;
}
